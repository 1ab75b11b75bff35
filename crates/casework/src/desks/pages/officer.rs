//! A case before the approver (A02): materials on the left, form and checks in the middle, opinion and
//! decision on the right.

use super::notice::{self, Leads};
use super::queue::{Queue, around};
use super::sheet::{FileLine, Sheet};
use super::turn::told_of;
use super::window::{Opened, claim_grip, open, originals};
use super::{Told, act, again, at_field, back, case_of, day, done, for_page, grip, query, told};
use crate::Casework;
use crate::cases::acts::Opinion;
use crate::cases::model::{Case, Decision, Post, State as CaseState};
use crate::cases::{acts, rules, view};
use crate::desks::{acts as papers, preview};
use crate::drafts::DraftId;
use crate::materials::records::bare_papers;
use askama::Template;
use axum::extract::{Path, State};
use store::{Error, Result};
use web::form::FormError;
use web::frame::Choice;
use web::{Answer, Frame, Posted, Visitor, html};

const DESK: &str = "/a";

/// Often used sentences; each key is a sentence of the language files.
const PHRASES: [&str; 4] =
    ["desks-phrase-complete", "desks-phrase-site", "desks-phrase-meets", "desks-phrase-lacks"];

/// What stands in the decision's fields.
#[derive(Default)]
struct Typed {
    decision: String,
    opinion: String,
    reason: String,
    basis: String,
}

impl Typed {
    fn of(posted: &Posted) -> Typed {
        let text = |name: &str| posted.get(name).to_owned();
        Typed {
            decision: text("decision"),
            opinion: text("opinion"),
            reason: text("reason"),
            basis: text("basis"),
        }
    }
}

/// The special procedure that runs.
struct Running {
    name: String,
    since: String,
    planned: String,
    reason: String,
    team: String,
}

/// A phrase button.
struct Phrase {
    key: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "cases/staff-officer.html")]
struct OfficerPage {
    f: Frame,
    s: Sheet,
    q: Queue,
    shown: Option<FileLine>,
    before: String,
    after: String,
    running: Option<Running>,
    decisions: Vec<Choice>,
    phrases: Vec<Phrase>,
    typed: Typed,
    follows: Vec<String>,
    can_special: bool,
    can_extend: bool,
    errors: Vec<FormError>,
    told: Option<Told>,
}

impl OfficerPage {
    fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|e| e.field == field).map_or("", |e| e.text.as_str())
    }
}

fn running(f: &Frame, opened: &Opened) -> Option<Running> {
    let CaseState::Special(special) = &opened.d.progress.case.state else { return None };
    let run = &special.running;
    let allowed = opened.d.progress.pack.flow.special(&run.key);
    Some(Running {
        name: allowed.map(|a| a.name.get(f.lang.tag()).to_owned()).unwrap_or_default(),
        since: run.start.ymd_hm(),
        planned: day(f, run.planned),
        reason: run.reason.clone(),
        team: run.team.join(f.t("desks-and")),
    })
}

/// What follows a decision, so that nobody is surprised by what he set going.
fn follows(f: &Frame, opened: &Opened) -> Vec<String> {
    let (pack, lang) = (&opened.d.progress.pack, f.lang.tag());
    let mut out = vec![f.t("desks-follow-document").to_owned()];
    if pack.licence.is_some() {
        let result = &pack.item.result;
        let (name, validity) = (result.name.get(lang), result.validity.get(lang));
        out.push(f.ta2("desks-follow-licence", "name", name, "validity", validity));
    }
    out.push(f.t("desks-follow-message").to_owned());
    out
}

async fn made(
    w: &Casework,
    visitor: &Visitor,
    opened: Opened,
    typed: Typed,
    errors: Vec<FormError>,
) -> Result<OfficerPage> {
    let q = around(w, visitor, &opened.f, (DESK, Post::Approver), &opened.s.no).await?;
    let f = opened.f.clone().with_failed(!errors.is_empty());
    let (files, wanted) = (&opened.s.files, query(visitor, "file"));
    let at = files.iter().position(|file| file.hash == wanted).unwrap_or(0);
    let step = |to: Option<usize>| {
        let file = to.and_then(|n| files.get(n));
        file.map(|file| format!("/a/c/{}?file={}", opened.s.no, file.hash)).unwrap_or_default()
    };
    let choice = |value: &str, words: &str| Choice::new(value, f.t(words), &typed.decision);
    let pack = &opened.d.progress.pack;
    let accepted = opened.d.progress.case.state.accepted();
    let used = |key: &str| accepted.is_some_and(|a| a.procedures.iter().any(|p| p.key == key));
    let extended = accepted.is_some_and(|a| a.extension.is_some());
    Ok(OfficerPage {
        shown: files.get(at).cloned(),
        before: step(at.checked_sub(1)),
        after: step(Some(at + 1)),
        running: running(&f, &opened),
        decisions: vec![choice("grant", "desks-grant"), choice("deny", "desks-deny")],
        phrases: PHRASES.map(|key| Phrase { key, text: f.t(key).to_owned() }).into(),
        follows: follows(&f, &opened),
        can_special: opened.s.can_start() && pack.flow.special.iter().any(|s| !used(&s.key)),
        can_extend: opened.s.can_extend() && pack.flow.extension.is_some() && !extended,
        q,
        typed,
        errors,
        told: None,
        s: opened.s,
        f,
    })
}

/// GET /a/c/{no}
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    let opened = open(&w, &visitor, DESK, &no, None).await?;
    let told = done(&visitor);
    let page = made(&w, &visitor, opened, Typed::default(), vec![]).await?;
    html(&OfficerPage { told, ..page })
}

async fn refused(w: &Casework, visitor: &Visitor, no: &str, typed: Typed, error: Error) -> Answer {
    let error = for_page(error)?;
    let errors = at_field(visitor, &error);
    let opened = open(w, visitor, DESK, no, None).await?;
    let told = match errors.is_empty() {
        true => Some(told_of(w, &opened, told(visitor, &error), &error).await?),
        false => None,
    };
    let page = made(w, visitor, opened, typed, errors).await?;
    again(&OfficerPage { told, ..page }, &error)
}

/// POST /a/c/{no}/reveal
pub async fn reveal(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let case = case_of(&w, &visitor, &no).await?;
    let phone = match originals(&w, &visitor, &case, &posted).await {
        Ok(phone) => phone,
        Err(e) => return refused(&w, &visitor, &no, Typed::default(), e).await,
    };
    let opened = open(&w, &visitor, DESK, &no, Some(phone)).await?;
    html(&made(&w, &visitor, opened, Typed::default(), vec![]).await?)
}

/// POST /a/c/{no}/claim
pub async fn claim(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let case = case_of(&w, &visitor, &no).await?;
    let grip = claim_grip(&posted, &case);
    let change = move |tx: &mut store::Tx<'_>, who: &_, days: &_| acts::claim(tx, grip, who, days);
    match act(&w, &visitor, posted.idem("POST /a/c/claim"), grip, change).await {
        Ok(_) => back(DESK, &case, ""),
        Err(e) => refused(&w, &visitor, &no, Typed::default(), e).await,
    }
}

/// POST /a/c/{no}/release
pub async fn release(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let case = case_of(&w, &visitor, &no).await?;
    let grip = grip(posted.get("version"), &case)?;
    let change =
        move |tx: &mut store::Tx<'_>, who: &_, days: &_| acts::release(tx, grip, who, days);
    match act(&w, &visitor, posted.idem("POST /a/c/release"), grip, change).await {
        Ok(_) => back(DESK, &case, ""),
        Err(e) => refused(&w, &visitor, &no, Typed::default(), e).await,
    }
}

/// POST /a/c/{no}/phrase: the page again with a common sentence added to the opinion.
pub async fn phrase(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let mut typed = Typed::of(&posted);
    if let Some(key) = PHRASES.into_iter().find(|key| *key == posted.get("phrase")) {
        typed.opinion.push_str(visitor.t(key));
    }
    let opened = open(&w, &visitor, DESK, &no, None).await?;
    html(&made(&w, &visitor, opened, typed, vec![]).await?)
}

/// Addresses of the papers this officer has opened in this case.
async fn seen(w: &Casework, visitor: &Visitor, case: &Case) -> Result<Vec<String>> {
    let (id, who) = (DraftId(case.id.0), view::officer(visitor)?.id);
    let read = move |db: &mut store::Db<'_>| {
        let all = bare_papers(db, id)?;
        papers::opened(db, &all, who)
    };
    w.store.read(read).await
}

/// POST /a/c/{no}/decide
pub async fn decide(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let case = case_of(&w, &visitor, &no).await?;
    let typed = Typed::of(&posted);
    let granted = match typed.decision.as_str() {
        "grant" => true,
        "deny" => false,
        _ => {
            let text = visitor.t("desks-need-decision").to_owned();
            let errors = vec![FormError { field: "decision".into(), text }];
            let opened = open(&w, &visitor, DESK, &no, None).await?;
            let page = made(&w, &visitor, opened, typed, errors).await?;
            return web::respond::html_again(&page);
        }
    };
    if posted.get("step") == "preview" {
        return match preview(&w, &visitor, &no, granted, &posted).await {
            Ok(answer) => answer,
            Err(e) => refused(&w, &visitor, &no, typed, e).await,
        };
    }
    let grip = grip(posted.get("version"), &case)?;
    let opinion = Opinion { text: typed.opinion.clone(), seen: seen(&w, &visitor, &case).await? };
    let (reason, basis) = (typed.reason.clone(), typed.basis.clone());
    let change = move |tx: &mut store::Tx<'_>, who: &_, days: &_| match granted {
        true => acts::grant(tx, grip, who, opinion, days),
        false => acts::deny(tx, grip, who, opinion, &reason, &basis, days),
    };
    match act(&w, &visitor, posted.idem("POST /a/c/decide"), grip, change).await {
        Ok(_) => back(DESK, &case, "decided"),
        Err(e) => refused(&w, &visitor, &no, typed, e).await,
    }
}

async fn preview(
    w: &Casework,
    visitor: &Visitor,
    no: &str,
    granted: bool,
    posted: &Posted,
) -> Result<Answer> {
    let opened = open(w, visitor, DESK, no, None).await?;
    let (d, typed) = (&opened.d, Typed::of(posted));
    let (at, by) = (w.clock().now(), Some(view::officer(visitor)?.id));
    let decision = Decision { at, by, opinion: typed.opinion, seen: vec![] };
    let remedy = &d.progress.pack.item.remedy.zh;
    let change = |state| match granted {
        true => rules::grant(state, decision),
        false => rules::deny(state, decision, &typed.reason, &typed.basis, remedy),
    };
    let (before, later) = (notice::before(w, d), visitor.t("desks-licence-later"));
    let notice = preview::notice(&before, if granted { "grant" } else { "deny" }, later, change)?;
    let leads = Leads { desk: DESK, at: "decide", button: "desks-do-decide" };
    Ok(notice::show(w, visitor, d, notice, &leads, Some(posted.fields())))
}
