//! Special procedures (A03): begun with reason and people, ended with a result. They begin and end now:
//! no day can be typed but the planned one.

use super::day;
use super::form::Form;
use super::notice;
use super::turn::{Desk, FormPage, Turn, form_page};
use super::window::Opened;
use crate::Casework;
use crate::cases::model::State as CaseState;
use crate::cases::rules::Order;
use crate::cases::{acts, rules, view};
use crate::desks::preview;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use codes::time::parse_day;
use store::{Error, Kind, Result};
use web::form::FormError;
use web::frame::Choice;
use web::{Answer, Visitor};

static START: Turn = Turn {
    desk: "/a",
    at: "special",
    title: "desks-special",
    button: "desks-do-special",
    done: "special",
    kind: Kind::SpecialStarted,
    route: "POST /a/c/special",
    fields: &[
        ("case-special-team", "team"),
        ("case-special-cap", "planned"),
        ("case-special-unknown", "kind"),
        ("case-special-again", "kind"),
        ("paper-empty", "file"),
        ("paper-large", "file"),
        ("paper-type", "file"),
    ],
};

static END: Turn = Turn {
    desk: "/a",
    at: "special/end",
    title: "desks-special-end",
    button: "desks-special-end",
    done: "ended",
    kind: Kind::SpecialEnded,
    route: "POST /a/c/special/end",
    fields: &[("paper-empty", "file"), ("paper-large", "file"), ("paper-type", "file")],
};

/// What stands in the fields.
#[derive(Default)]
struct Typed {
    key: String,
    reason: String,
    team: String,
    planned: [String; 3],
}

form_page!(SpecialPage, "cases/staff-special.html", {
    kinds: Vec<Choice>,
    typed: Typed,
});

form_page!(EndPage, "cases/staff-special-end.html", {
    name: String,
    since: String,
    planned: String,
    reason: String,
    questions: Vec<String>,
    result: String,
});

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

fn made(w: &Casework, opened: Opened, typed: Typed) -> Result<SpecialPage> {
    let f = opened.f;
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
    Ok(SpecialPage { kinds, s: opened.s, typed, errors: vec![], told: None, f })
}

/// GET /a/c/{no}/special
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    let desk = Desk { w: &w, visitor: &visitor, no: &no, turn: &START };
    desk.show(|opened| made(&w, opened, Typed::default())).await
}

/// POST /a/c/{no}/special: shows the notice; starts once it was read.
pub async fn start(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    request: Request<Body>,
) -> Answer {
    let desk = Desk { w: &w, visitor: &visitor, no: &no, turn: &START };
    let (posted, kept) = Form::read(&w, &visitor, request).await?;
    let form = |opened| made(&w, opened, typed(&posted));
    if let Err(e) = kept {
        return desk.refused(&posted, e, form).await;
    }
    let order = match order(&visitor, &typed(&posted), posted.evidence()) {
        Ok(order) => order,
        Err(errors) => return desk.wrong(&posted, errors, form).await,
    };
    let (at, by, said) = (w.clock().now(), view::officer(&visitor)?.id, order.clone());
    let before = |o: &Opened| {
        let kind = format!("special:{}", said.key);
        let change = |s| rules::start_special(s, at, by, said, &o.d.progress.pack, &w.calendar);
        preview::notice(&notice::before(&w, &o.d), &kind, "", change)
    };
    let change = move |tx: &mut store::Tx<'_>, grip, who: &_, days: &_| {
        acts::start_special(tx, grip, who, order, days)
    };
    desk.issue(&posted, before, change, form).await
}

fn end_made(opened: Opened, result: &str) -> Result<EndPage> {
    let (f, case) = (opened.f, &opened.d.progress.case);
    let (lang, CaseState::Special(special)) = (f.lang.tag(), &case.state) else {
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
        errors: vec![],
        told: None,
        s: opened.s,
        f,
    })
}

/// GET /a/c/{no}/special/end
pub async fn ending(State(w): State<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    let desk = Desk { w: &w, visitor: &visitor, no: &no, turn: &END };
    desk.show(|opened| end_made(opened, "")).await
}

/// POST /a/c/{no}/special/end
pub async fn end(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    request: Request<Body>,
) -> Answer {
    let desk = Desk { w: &w, visitor: &visitor, no: &no, turn: &END };
    let (posted, kept) = Form::read(&w, &visitor, request).await?;
    let (result, evidence) = (posted.get("result").to_owned(), posted.evidence());
    let change = move |tx: &mut store::Tx<'_>, grip, who: &_, days: &_| {
        acts::end_special(tx, grip, who, &result, evidence, days)
    };
    desk.act(&posted, kept, change, |opened| end_made(opened, posted.get("result"))).await
}
