//! The one extension of the limit (A03; 行政许可法 art. 42): days and reason; read before it is issued.

use super::notice::{self, Leads};
use super::sheet::Sheet;
use super::window::{Opened, open};
use super::{Told, act, again, at_field, back, case_of, for_page, grip, told};
use crate::Casework;
use crate::cases::{acts, rules, view};
use crate::desks::preview;
use askama::Template;
use axum::extract::{Path, State};
use store::{Error, Result};
use web::form::FormError;
use web::{Answer, Frame, Posted, Visitor, html};

const DESK: &str = "/a";

#[derive(Template)]
#[template(path = "cases/staff-extend.html")]
struct ExtendPage {
    f: Frame,
    s: Sheet,
    most: u32,
    basis: String,
    days: String,
    reason: String,
    errors: Vec<FormError>,
    told: Option<Told>,
}

impl ExtendPage {
    fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|e| e.field == field).map_or("", |e| e.text.as_str())
    }
}

fn made(opened: Opened, posted: Option<&Posted>, errors: Vec<FormError>) -> ExtendPage {
    let typed = |name: &str| posted.map(|p| p.get(name).to_owned()).unwrap_or_default();
    let mut f = opened.f.with_failed(!errors.is_empty());
    f.title = format!("{} {}", f.t("desks-extend"), opened.s.item);
    let allowed = opened.d.progress.pack.flow.extension.as_ref();
    ExtendPage {
        most: allowed.map_or(0, |e| e.limit.n),
        basis: allowed.map(|e| e.basis.get(f.lang.tag()).to_owned()).unwrap_or_default(),
        days: typed("days"),
        reason: typed("reason"),
        s: opened.s,
        errors,
        told: None,
        f,
    }
}

/// GET /a/c/{no}/extend
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
    let mut errors = at_field(visitor, &error);
    let said = told(visitor, &error);
    if error.code() == "case-extension-length" {
        errors.push(FormError { field: "days".into(), text: said.title.clone() });
    }
    let opened = open(w, visitor, DESK, no, None).await?;
    let told = errors.is_empty().then_some(said);
    again(&ExtendPage { told, ..made(opened, Some(posted), errors) }, &error)
}

/// POST /a/c/{no}/extend: shows the notice; extends once it was read.
pub async fn extend(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let case = case_of(&w, &visitor, &no).await?;
    let Some(days) = posted.get("days").parse::<u32>().ok().filter(|n| *n > 0) else {
        let text = visitor.t("desks-need-days").to_owned();
        let errors = vec![FormError { field: "days".into(), text }];
        let opened = open(&w, &visitor, DESK, &no, None).await?;
        return web::respond::html_again(&made(opened, Some(&posted), errors));
    };
    if posted.get("step") != "issue" {
        return match preview(&w, &visitor, &no, days, &posted).await {
            Ok(answer) => answer,
            Err(e) => refused(&w, &visitor, &no, &posted, e).await,
        };
    }
    let (grip, reason) = (grip(posted.get("version"), &case)?, posted.get("reason").to_owned());
    let change = move |tx: &mut store::Tx<'_>, who: &_, workdays: &_| {
        acts::extend(tx, grip, who, days, &reason, workdays)
    };
    match act(&w, &visitor, posted.idem("POST /a/c/extend"), grip, change).await {
        Ok(_) => back(DESK, &case, "extended"),
        Err(e) => refused(&w, &visitor, &no, &posted, e).await,
    }
}

async fn preview(
    w: &Casework,
    visitor: &Visitor,
    no: &str,
    days: u32,
    posted: &Posted,
) -> Result<Answer> {
    let opened = open(w, visitor, DESK, no, None).await?;
    let (d, at, by) = (&opened.d, w.clock().now(), view::officer(visitor)?.id);
    let (pack, reason) = (&d.progress.pack, posted.get("reason"));
    let change = |s| rules::extend(s, at, by, days, reason, pack, &w.calendar);
    let notice = preview::notice(&notice::before(w, d), "extension", "", change)?;
    let leads = Leads { desk: DESK, at: "extend", button: "desks-do-extend" };
    Ok(notice::show(w, visitor, d, notice, &leads, Some(posted.fields())))
}
