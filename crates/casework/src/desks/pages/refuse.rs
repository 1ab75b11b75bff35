//! 不予受理 (W06): ground, reason, clause and where to go; read before it is issued.

use super::notice::{self, Leads};
use super::sheet::Sheet;
use super::window::{Opened, open};
use super::{Told, act, again, at_field, back, case_of, for_page, grip, told};
use crate::Casework;
use crate::cases::model::Ground;
use crate::cases::rules::NonAcceptance;
use crate::cases::{acts, rules, view};
use crate::desks::preview;
use askama::Template;
use axum::extract::{Path, State};
use store::{Error, Result};
use web::form::FormError;
use web::frame::Choice;
use web::{Answer, Frame, Posted, Visitor, html};

const DESK: &str = "/w";

#[derive(Template)]
#[template(path = "cases/staff-refuse.html")]
struct RefusePage {
    f: Frame,
    s: Sheet,
    grounds: Vec<Choice>,
    reason: String,
    basis: String,
    go_to: String,
    errors: Vec<FormError>,
    told: Option<Told>,
}

impl RefusePage {
    fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|e| e.field == field).map_or("", |e| e.text.as_str())
    }
}

fn made(opened: Opened, posted: Option<&Posted>, errors: Vec<FormError>) -> RefusePage {
    let typed = |name: &str| posted.map(|p| p.get(name).to_owned()).unwrap_or_default();
    let mut f = opened.f.with_failed(!errors.is_empty());
    f.title = format!("{} {}", f.t("desks-refuse"), opened.s.item);
    let chosen = typed("ground");
    let ground =
        |g: Ground| Choice::new(g.label(), f.tk("cases-ground-", g.label()), chosen.as_str());
    let basis = opened.d.progress.pack.item.basis.first().map(|b| b.zh.clone());
    RefusePage {
        grounds: Ground::ALL.into_iter().map(ground).collect(),
        reason: typed("reason"),
        basis: if posted.is_some() { typed("basis") } else { basis.unwrap_or_default() },
        go_to: typed("go-to"),
        s: opened.s,
        errors,
        told: None,
        f,
    }
}

/// GET /w/c/{no}/refuse
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    html(&made(open(&w, &visitor, DESK, &no, None).await?, None, vec![]))
}

async fn refused(
    w: &Casework,
    visitor: &Visitor,
    no: &str,
    posted: &Posted,
    error: Error,
) -> Answer {
    let error = for_page(error)?;
    let errors = at_field(visitor, &error);
    let opened = open(w, visitor, DESK, no, None).await?;
    let told = errors.is_empty().then(|| told(visitor, &error));
    let page = RefusePage { told, ..made(opened, Some(posted), errors) };
    again(&page, &error)
}

/// POST /w/c/{no}/refuse: shows the notice; issues it once it was read.
pub async fn issue(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let case = case_of(&w, &visitor, &no).await?;
    let Some(ground) = Ground::parse(posted.get("ground")) else {
        let text = visitor.t("desks-need-ground").to_owned();
        let errors = vec![FormError { field: "ground".into(), text }];
        let opened = open(&w, &visitor, DESK, &no, None).await?;
        return web::respond::html_again(&made(opened, Some(&posted), errors));
    };
    let why = NonAcceptance {
        ground,
        reason: posted.get("reason").to_owned(),
        basis: posted.get("basis").to_owned(),
        go_to: posted.get("go-to").to_owned(),
    };
    if posted.get("step") != "issue" {
        return match preview(&w, &visitor, &no, why, &posted).await {
            Ok(answer) => answer,
            Err(e) => refused(&w, &visitor, &no, &posted, e).await,
        };
    }
    let grip = grip(posted.get("version"), &case)?;
    let change =
        move |tx: &mut store::Tx<'_>, who: &_, days: &_| acts::not_accept(tx, grip, who, why, days);
    match act(&w, &visitor, posted.idem("POST /w/c/refuse"), grip, change).await {
        Ok(_) => back(DESK, &case, "refused"),
        Err(e) => refused(&w, &visitor, &no, &posted, e).await,
    }
}

async fn preview(
    w: &Casework,
    visitor: &Visitor,
    no: &str,
    why: NonAcceptance,
    posted: &Posted,
) -> Result<Answer> {
    let opened = open(w, visitor, DESK, no, None).await?;
    let (d, at, by) = (&opened.d, w.clock().now(), view::officer(visitor)?.id);
    let change = |s| rules::not_accept(s, at, by, why, &w.calendar);
    let notice = preview::notice(&notice::before(w, d), "not-accepted", "", change)?;
    let leads = Leads { desk: DESK, at: "refuse", button: "desks-do-refuse" };
    Ok(notice::show(w, visitor, d, notice, &leads, Some(posted.fields())))
}
