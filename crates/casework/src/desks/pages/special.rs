//! Special procedures (A03): begun with reason and people, ended with a result. They begin and end now:
//! no day can be typed but the planned one.

use super::form::Form;
use super::notice::{self, Leads};
use super::sheet::Sheet;
use super::window::{Opened, open};
use super::{Told, act, again, at_field, back, case_of, day, for_page, grip, told};
use crate::Casework;
use crate::cases::model::State as CaseState;
use crate::cases::rules::Order;
use crate::cases::{acts, rules, view};
use crate::desks::preview;
use askama::Template;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use codes::time::parse_day;
use store::{Error, Result};
use web::form::FormError;
use web::frame::Choice;
use web::{Answer, Frame, Visitor, html};

const DESK: &str = "/a";

/// What stands in the fields.
#[derive(Default)]
struct Typed {
    key: String,
    reason: String,
    team: String,
    planned: [String; 3],
}

#[derive(Template)]
#[template(path = "cases/staff-special.html")]
struct SpecialPage {
    f: Frame,
    s: Sheet,
    kinds: Vec<Choice>,
    typed: Typed,
    errors: Vec<FormError>,
    told: Option<Told>,
}

impl SpecialPage {
    fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|e| e.field == field).map_or("", |e| e.text.as_str())
    }
}

#[derive(Template)]
#[template(path = "cases/staff-special-end.html")]
struct EndPage {
    f: Frame,
    s: Sheet,
    name: String,
    since: String,
    planned: String,
    reason: String,
    questions: Vec<String>,
    result: String,
    errors: Vec<FormError>,
    told: Option<Told>,
}

impl EndPage {
    fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|e| e.field == field).map_or("", |e| e.text.as_str())
    }
}

fn typed(posted: &Form) -> Typed {
    let text = |name: &str| posted.get(name).to_owned();
    Typed {
        key: text("kind"),
        reason: text("reason"),
        team: text("team"),
        planned: ["planned_y", "planned_m", "planned_d"].map(text),
    }
}

/// The order as typed; a planned day that is none is an error of its field.
fn order(
    visitor: &Visitor,
    typed: &Typed,
    evidence: Option<String>,
) -> std::result::Result<Order, Vec<FormError>> {
    let [y, m, d] = &typed.planned;
    let blank = typed.planned.iter().all(String::is_empty);
    let planned = match parse_day(&format!("{y}-{m:0>2}-{d:0>2}")) {
        _ if blank => None,
        Ok(day) => Some(day),
        Err(_) => {
            let text = visitor.t("desks-need-planned").to_owned();
            return Err(vec![FormError { field: "planned".into(), text }]);
        }
    };
    let people = typed.team.split(|c: char| !c.is_alphanumeric());
    Ok(Order {
        key: typed.key.clone(),
        reason: typed.reason.clone(),
        evidence,
        team: people.map(str::to_owned).collect(),
        planned,
    })
}

fn made(w: &Casework, opened: Opened, typed: Typed, errors: Vec<FormError>) -> SpecialPage {
    let mut f = opened.f.with_failed(!errors.is_empty());
    f.title = format!("{} {}", f.t("desks-special"), opened.s.item);
    let (case, pack) = (&opened.d.progress.case, &opened.d.progress.pack);
    let lang = f.lang.tag();
    let done = case.state.accepted().map(|a| a.procedures.clone()).unwrap_or_default();
    let open = pack.flow.special.iter().filter(|s| !done.iter().any(|p| p.key == s.key));
    let kind = |s: &guide::packs::flow::Special| {
        let cap = day(&f, rules::ends(s.limit, w.clock().now().day(), &w.calendar));
        let clock = f.t(if s.pauses { "desks-special-pauses" } else { "desks-special-runs" });
        let mut hint = f.tall("desks-special-hint", &[("cap", &cap), ("clock", clock)]);
        if s.staff > 0 {
            hint = format!("{hint} {}", f.tn("desks-special-staff", s.staff));
        }
        let choice = Choice::new(s.key.clone(), s.name.get(lang), &typed.key);
        Choice { hint: format!("{hint} {}", s.basis.get(lang)), ..choice }
    };
    let kinds = open.map(kind).collect();
    SpecialPage { kinds, s: opened.s, typed, errors, told: None, f }
}

/// GET /a/c/{no}/special
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    let opened = open(&w, &visitor, DESK, &no, None).await?;
    html(&made(&w, opened, Typed::default(), vec![]))
}

async fn refused(w: &Casework, visitor: &Visitor, no: &str, posted: &Form, error: Error) -> Answer {
    let error = for_page(error)?;
    let mut errors = at_field(visitor, &error);
    let said = told(visitor, &error);
    let field = match error.code() {
        "case-special-team" => "team",
        "case-special-cap" => "planned",
        "case-special-unknown" | "case-special-again" => "kind",
        "paper-empty" | "paper-large" | "paper-type" => "file",
        _ => "",
    };
    if !field.is_empty() {
        errors.push(FormError { field: field.into(), text: said.title.clone() });
    }
    let opened = open(w, visitor, DESK, no, None).await?;
    let told = errors.is_empty().then_some(said);
    again(&SpecialPage { told, ..made(w, opened, typed(posted), errors) }, &error)
}

/// POST /a/c/{no}/special: shows the notice; starts once it was read.
pub async fn start(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    request: Request<Body>,
) -> Answer {
    let case = case_of(&w, &visitor, &no).await?;
    let (posted, kept) = Form::read(&w, &visitor, request).await?;
    if let Err(e) = kept {
        return refused(&w, &visitor, &no, &posted, e).await;
    }
    let order = match order(&visitor, &typed(&posted), posted.evidence()) {
        Ok(order) => order,
        Err(errors) => {
            let opened = open(&w, &visitor, DESK, &no, None).await?;
            return web::respond::html_again(&made(&w, opened, typed(&posted), errors));
        }
    };
    if posted.get("step") != "issue" {
        return match preview(&w, &visitor, &no, order, &posted).await {
            Ok(answer) => answer,
            Err(e) => refused(&w, &visitor, &no, &posted, e).await,
        };
    }
    let grip = grip(posted.get("version"), &case)?;
    let change = move |tx: &mut store::Tx<'_>, who: &_, days: &_| {
        acts::start_special(tx, grip, who, order, days)
    };
    match act(&w, &visitor, posted.idem("POST /a/c/special"), grip, change).await {
        Ok(_) => back(DESK, &case, "special"),
        Err(e) => refused(&w, &visitor, &no, &posted, e).await,
    }
}

async fn preview(
    w: &Casework,
    visitor: &Visitor,
    no: &str,
    order: Order,
    posted: &Form,
) -> Result<Answer> {
    let opened = open(w, visitor, DESK, no, None).await?;
    let (d, at, by) = (&opened.d, w.clock().now(), view::officer(visitor)?.id);
    let kind = format!("special:{}", order.key);
    let change = |s| rules::start_special(s, at, by, order, &d.progress.pack, &w.calendar);
    let notice = preview::notice(&notice::before(w, d), &kind, "", change)?;
    let leads = Leads { desk: DESK, at: "special", button: "desks-do-special" };
    Ok(notice::show(w, visitor, d, notice, &leads, Some(posted.fields())))
}

fn end_made(opened: Opened, result: &str, errors: Vec<FormError>) -> Result<EndPage> {
    let mut f = opened.f.with_failed(!errors.is_empty());
    f.title = format!("{} {}", f.t("desks-special-end"), opened.s.item);
    let (case, lang) = (&opened.d.progress.case, f.lang.tag());
    let CaseState::Special(special) = &case.state else {
        return Err(Error::refused_with("case-not-now", "state", case.state.phase().label()));
    };
    let run = &special.running;
    let allowed = opened.d.progress.pack.flow.special(&run.key);
    let questions = allowed.map(|a| a.questions.iter().map(|q| q.get(lang).to_owned()).collect());
    Ok(EndPage {
        name: allowed.map(|a| a.name.get(lang).to_owned()).unwrap_or_default(),
        since: run.start.ymd_hm(),
        planned: day(&f, run.planned),
        reason: run.reason.clone(),
        questions: questions.unwrap_or_default(),
        result: result.to_owned(),
        s: opened.s,
        errors,
        told: None,
        f,
    })
}

/// GET /a/c/{no}/special/end
pub async fn ending(State(w): State<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    let opened = open(&w, &visitor, DESK, &no, None).await?;
    html(&end_made(opened, "", vec![])?)
}

/// POST /a/c/{no}/special/end
pub async fn end(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    request: Request<Body>,
) -> Answer {
    let case = case_of(&w, &visitor, &no).await?;
    let (posted, kept) = Form::read(&w, &visitor, request).await?;
    let (grip, result) = (grip(posted.get("version"), &case)?, posted.get("result").to_owned());
    let evidence = posted.evidence();
    let change = move |tx: &mut store::Tx<'_>, who: &_, days: &_| {
        acts::end_special(tx, grip, who, &result, evidence, days)
    };
    let idem = kept.and_then(|()| posted.idem("POST /a/c/special/end"));
    let error = match act(&w, &visitor, idem, grip, change).await {
        Ok(_) => return back(DESK, &case, "ended"),
        Err(e) => for_page(e)?,
    };
    let mut errors = at_field(&visitor, &error);
    if error.code().starts_with("paper-") {
        errors.push(FormError { field: "file".into(), text: told(&visitor, &error).title });
    }
    let opened = open(&w, &visitor, DESK, &no, None).await?;
    let told = errors.is_empty().then(|| told(&visitor, &error));
    again(&EndPage { told, ..end_made(opened, posted.get("result"), errors)? }, &error)
}
