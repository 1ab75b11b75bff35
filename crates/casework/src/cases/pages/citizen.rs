//! C21: where a case is, who has it, what comes next and by when; and withdrawing it.

use super::super::model::{Outcome, Phase, State};
use super::super::records::{self, DocumentRow};
use super::super::view::{self, Progress, Step, When};
use super::super::{acts, model};
use super::own;
use crate::Casework;
use crate::drafts::Party;
use crate::drafts::pages::{self, day};
use askama::Template;
use axum::extract::{Path, State as Wing};
use codes::Day;
use codes::clock;
use store::{Disclosure, Error, Purpose};
use web::frame::ClockCell;
use web::{Answer, Frame, Lang, Posted, Texts, Visitor, html, see_other};

/// One node of the way.
struct Node {
    kind: &'static str,
    title: String,
    when: String,
    lines: Vec<String>,
    phone: String,
    papers: Vec<Document>,
}

/// A sealed document to download.
pub(super) struct Document {
    /// Title.
    pub title: String,
    /// Its number; empty where it has none.
    pub number: String,
    /// Address.
    pub href: String,
}

/// Why something was refused, and what can be done about it.
#[derive(Default)]
struct Why {
    reason: String,
    basis: String,
    remedy: String,
    go_to: String,
}

/// What the applicant is asked to do now.
#[derive(Default)]
struct Call {
    title: String,
    text: String,
    lines: Vec<String>,
    href: String,
    action: String,
}

#[derive(Template)]
#[template(path = "cases/progress.html")]
struct ProgressPage {
    f: Frame,
    status: &'static str,
    item: String,
    no: String,
    grouped: String,
    before: String,
    left: String,
    after: String,
    line: String,
    cells: Vec<ClockCell>,
    call: Option<Call>,
    why: Option<Why>,
    nodes: Vec<Node>,
    documents: Vec<Document>,
    making: bool,
    licence: String,
    explained: Vec<String>,
    history: Vec<(String, String)>,
    unit: String,
    phone: String,
    can_withdraw: bool,
    can_rate: bool,
    edition: (String, String),
    parties: Vec<(String, String)>,
    delivery: Vec<(String, String)>,
    disputed: Vec<String>,
    asof: String,
}

#[derive(Template)]
#[template(path = "cases/withdraw.html")]
struct WithdrawPage {
    f: Frame,
    item: String,
    grouped: String,
    action: String,
    back: String,
    version: i64,
    idem: String,
}

/// Who applies, and who came for him; nothing where he came himself.
pub(super) fn parties(f: &Frame, party: &Party) -> Vec<(String, String)> {
    if party.agent.is_empty() {
        return vec![];
    }
    let line = |key: &str, name: &String| (f.t(key).to_owned(), name.clone());
    vec![line("cases-citizen-applicant", &party.name), line("cases-citizen-agent", &party.agent)]
}

/// The state as `ui::status` knows it.
pub(super) fn status(state: &State) -> &'static str {
    match state {
        State::Closed(c) => match c.result {
            Outcome::Granted(_) => "approved",
            Outcome::Denied(_) => "rejected",
        },
        State::Special(s) if !s.running.pauses => "accepted",
        other => status_of(other.phase()),
    }
}

/// The same where only the phase is known.
pub(super) fn status_of(phase: Phase) -> &'static str {
    match phase {
        Phase::Submitted => "submitted",
        Phase::CorrectionRequested => "need_fix",
        Phase::Accepted => "accepted",
        Phase::Special => "special",
        Phase::Granted | Phase::Closed => "approved",
        Phase::Denied => "rejected",
        Phase::NotAccepted => "not_accepted",
        Phase::Withdrawn => "withdrawn",
    }
}

/// The sealed documents of a case.
pub(super) fn documents(p: &Progress) -> Vec<Document> {
    p.documents.iter().map(|d| document(p, d)).collect()
}

fn document(p: &Progress, d: &DocumentRow) -> Document {
    let href = format!("/c/{}/documents/{}", p.case.no, d.kind);
    Document { title: d.title.clone(), number: d.number.clone(), href }
}

/// What a step's document is called in the case's file.
fn paper_of(step: &str) -> &str {
    match step {
        "submitted" => "receipt",
        "accepted" => "acceptance",
        "granted" => "grant",
        "denied" => "deny",
        "extended" => "extension",
        other => other,
    }
}

fn moment(f: &Frame, at: codes::time::Stamp) -> String {
    format!("{} {}", day(f, at.day()), at.hm())
}

/// A day of the way; its year is said only where it is not that of the submission.
fn step_day(f: &Frame, p: &Progress, on: Day) -> String {
    if on.year() != p.case.submitted.day().year() {
        return day(f, on);
    }
    match f.lang {
        Lang::Zh => codes::time::zh_month_day(on),
        Lang::En => codes::time::en_day_month(on),
    }
}

fn nodes(f: &Frame, p: &Progress) -> Vec<Node> {
    let lang = f.lang.tag();
    let ended = p.case.state.accepted().map(|a| a.procedures.as_slice()).unwrap_or_default();
    let running = match &p.case.state {
        State::Special(s) => Some(&s.running),
        _ => None,
    };
    let keys: Vec<&str> = ended.iter().chain(running).map(|x| x.key.as_str()).collect();
    let name = |at: usize| {
        let special = keys.get(at).and_then(|k| p.pack.flow.special(k));
        special.map(|s| s.name.get(lang).to_owned())
    };
    let mut begun = 0;
    let one = |step: &Step| {
        let mut node = node(f, p, step);
        match step.key {
            "special" => {
                if let Some(name) = name(begun) {
                    node.title = f.ta("cases-step-special-of", "name", name);
                }
                let kind = keys.get(begun).map(|k| format!("special:{k}")).unwrap_or_default();
                let paper = p.documents.iter().find(|d| d.kind == kind);
                node.papers.extend(paper.map(|d| document(p, d)));
                begun += 1;
            }
            "special-ended" => {
                let now = step.when == When::Now;
                if now && running.is_some_and(|r| r.pauses) {
                    node.kind = "paused";
                }
                let name = begun.checked_sub(1).and_then(name);
                let key = if now { "cases-step-special-now" } else { "cases-step-special-over" };
                if let Some(name) = name {
                    node.title = f.ta(key, "name", name);
                }
            }
            _ => {}
        }
        node
    };
    p.steps.iter().map(one).collect()
}

fn node(f: &Frame, p: &Progress, step: &Step) -> Node {
    let kind = match (step.when, step.key) {
        (_, "denied" | "not-accepted") => "refused",
        (When::Done, _) => "done",
        (When::Now, _) => "now",
        (When::Next, _) => "next",
    };
    let due = step.due.map(|d| f.ta("cases-citizen-by", "day", step_day(f, p, d)));
    let at = step.at.map(|at| format!("{} {}", step_day(f, p, at.day()), at.hm()));
    let when = at.or(due).unwrap_or_default();
    let unit = unit_name(f, p);
    let (lines, phone) = match (step.key, step.when) {
        ("submitted", _) => (vec![f.t("cases-citizen-by-you").to_owned()], String::new()),
        ("corrected", When::Now) => (vec![f.t("cases-citizen-you").to_owned()], String::new()),
        (_, When::Now) => (vec![unit], p.unit.phone.clone()),
        ("accepted" | "decision" | "granted" | "denied" | "not-accepted", _) => {
            (vec![unit], String::new())
        }
        _ => (vec![], String::new()),
    };
    let paper = p.documents.iter().filter(|d| d.kind == paper_of(step.key));
    let papers = paper.map(|d| document(p, d)).collect();
    Node { kind, title: f.tk("cases-step-", step.key), when, lines, phone, papers }
}

fn unit_name(f: &Frame, p: &Progress) -> String {
    match f.lang {
        Lang::En if !p.unit.name_en.is_empty() => p.unit.name_en.clone(),
        _ => p.unit.name.clone(),
    }
}

/// Words round the big number, or one sentence where no clock runs: before, number, after, line.
fn left(f: &Frame, p: &Progress) -> [String; 4] {
    let sentence = |text: String| [text, String::new(), String::new(), String::new()];
    let due = p.card.due.map(|d| step_day(f, p, d)).unwrap_or_default();
    let last = p.steps.iter().rev().find_map(|s| s.at).map(|at| step_day(f, p, at.day()));
    let last = last.unwrap_or_default();
    match (&p.case.state, &p.clock) {
        (State::Submitted(_), _) => {
            let mut all = sentence(f.ta("cases-citizen-waiting", "day", due));
            all[3] = f.ta("cases-citizen-waiting-by", "unit", unit_name(f, p));
            all
        }
        (State::CorrectionRequested(_), _) => sentence(f.ta("cases-citizen-fix-by", "day", due)),
        (State::Accepted(_) | State::Special(_), Some(clock)) => running(f, p, clock),
        (State::Granted(_), _) => sentence(f.t("cases-citizen-granted").to_owned()),
        (State::Denied(_), _) => sentence(f.t("cases-citizen-denied").to_owned()),
        (State::NotAccepted(_), _) => sentence(f.t("cases-citizen-not-accepted").to_owned()),
        (State::Withdrawn(w), _) if w.lapsed => sentence(f.t("cases-citizen-lapsed").to_owned()),
        (State::Withdrawn(_), _) => sentence(f.ta("cases-citizen-withdrawn", "day", last)),
        (State::Closed(c), _) => match c.result {
            Outcome::Granted(_) => sentence(f.ta("cases-citizen-done", "day", last)),
            Outcome::Denied(_) => sentence(f.t("cases-citizen-denied").to_owned()),
        },
        _ => sentence(String::new()),
    }
}

fn running(f: &Frame, p: &Progress, clock: &clock::Clock) -> [String; 4] {
    let by = f.ta("cases-citizen-latest", "day", day(f, clock.promised.day));
    let paused = match &p.case.state {
        State::Special(s) if s.running.pauses => Some(&s.running),
        _ => None,
    };
    if let Some(procedure) = paused {
        let text = f.t("cases-citizen-paused").to_owned();
        let until = f.ta("cases-citizen-paused-until", "day", day(f, procedure.planned));
        return [text, String::new(), String::new(), until];
    }
    if clock.days_over > 0 {
        let number = clock.days_over.to_string();
        return [
            f.t("cases-citizen-over").to_owned(),
            number,
            f.t("cases-citizen-days").to_owned(),
            by,
        ];
    }
    let today = if clock.today_counts { f.t("cases-citizen-with-today") } else { "" };
    let after = format!("{}{today}", f.tn("cases-citizen-days-left", clock.days_left));
    [f.t("cases-citizen-left").to_owned(), clock.days_left.to_string(), after, by]
}

fn call(f: &Frame, p: &Progress) -> Option<Call> {
    let lang = f.lang.tag();
    let due = p.card.due.map(|d| step_day(f, p, d)).unwrap_or_default();
    match &p.case.state {
        State::CorrectionRequested(_) => Some(Call {
            title: f.ta2("cases-citizen-fix-title", "day", due, "n", p.missing.len()),
            text: f.t("cases-citizen-fix-text").to_owned(),
            lines: p.missing.iter().map(|m| m.name.get(lang).to_owned()).collect(),
            href: format!("/c/{}/fix", p.case.no),
            action: f.t("cases-citizen-fix").to_owned(),
        }),
        State::Special(s) => {
            let special = p.pack.flow.special(&s.running.key);
            let name = special.map(|x| x.name.get(lang).to_owned()).unwrap_or_default();
            let planned = step_day(f, p, s.running.planned);
            Some(Call {
                title: f.ta2("cases-citizen-special", "name", name, "day", planned),
                text: s.running.reason.clone(),
                ..Call::default()
            })
        }
        _ => None,
    }
}

fn why(state: &State) -> Option<Why> {
    let denied = |d: &model::Denied| Why {
        reason: d.reason.clone(),
        basis: d.basis.clone(),
        remedy: d.remedy.clone(),
        go_to: String::new(),
    };
    match state {
        State::Denied(d) => Some(denied(d)),
        State::Closed(c) => match &c.result {
            Outcome::Denied(d) => Some(denied(d)),
            Outcome::Granted(_) => None,
        },
        State::NotAccepted(n) => Some(Why {
            reason: n.reason.clone(),
            basis: n.basis.clone(),
            remedy: String::new(),
            go_to: n.go_to.clone(),
        }),
        _ => None,
    }
}

fn explained(f: &Frame, clock: &clock::Clock) -> Vec<String> {
    let say = match f.lang {
        Lang::Zh => codes::time::zh_day,
        Lang::En => codes::time::en_day,
    };
    let words = |step: &clock::Step| {
        let args = step.args(say);
        let args: Vec<(&str, &str)> = args.iter().map(|(k, v)| (*k, v.as_str())).collect();
        f.tall(step.key(), &args)
    };
    clock.steps.iter().map(words).collect()
}

fn history(f: &Frame, p: &Progress) -> Vec<(String, String)> {
    let known = |kind: &str| Texts::shipped().has(f.lang, &format!("event-{kind}"));
    let events = p.history.iter().filter(|e| known(&e.kind));
    events.map(|e| (moment(f, e.at), f.tk("event-", &e.kind))).collect()
}

/// Address and words of the guide in the version the case goes by.
fn edition(f: &Frame, p: &Progress) -> (String, String) {
    let (slug, n) = (&p.edition.slug, p.edition.version);
    let day = day(f, p.edition.published.day());
    (format!("/guide/{slug}?version={n}"), f.ta2("cases-citizen-edition", "n", n, "day", day))
}

/// A case filed by this very account for somebody else (his enterprise, or himself while he now acts
/// for it): leads to choosing for whom he acts, and back.
async fn other_hat(w: &Casework, visitor: &Visitor, no: &str) -> Answer {
    let (account, wanted) = (visitor.citizen()?.account, super::number(no)?);
    let case = w.store.read(move |db| records::by_no(db, wanted)).await?;
    if case.account.0 != account {
        return Err(Error::NotFound.into());
    }
    Ok(see_other(&format!("/my/acting?next=%2Fc%2F{wanted}")))
}

/// GET /c/{no}
pub async fn progress(Wing(w): Wing<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    let p = match own(&w, &visitor, &no).await {
        Err(Error::NotFound) => return other_hat(&w, &visitor, &no).await,
        found => found?,
    };
    let title = p.card.item.get(visitor.lang.tag()).to_owned();
    let short = visitor.t("cases-citizen-short");
    let f = visitor.frame(&w, title, "my").with_back("/my", short);
    let id = p.case.id.0;
    let licence = w.store.read(move |db| proof::licences::of_case(db, id)).await?;
    let licence = licence.map(|l| format!("/my/licences/{}/show", l.id.0));
    let [before, left, after, line] = left(&f, &p);
    let clock = p.clock.as_ref().filter(|_| !left.is_empty());
    let over = matches!(p.case.state, State::Closed(_));
    let (body, _) = view::contents(&w, &p.case, &Disclosure::own()).await?;
    html(&ProgressPage {
        status: status(&p.case.state),
        item: p.card.item.get(f.lang.tag()).to_owned(),
        no: p.case.no.to_string(),
        grouped: p.case.no.grouped(),
        cells: clock.map(|c| f.cells(&c.cells)).unwrap_or_default(),
        call: call(&f, &p),
        why: why(&p.case.state),
        nodes: nodes(&f, &p),
        documents: documents(&p),
        making: p.making,
        licence: licence.unwrap_or_default(),
        explained: p.clock.as_ref().map(|c| explained(&f, c)).unwrap_or_default(),
        history: history(&f, &p),
        unit: unit_name(&f, &p),
        phone: p.unit.phone.clone(),
        can_withdraw: p.can_withdraw,
        can_rate: over,
        edition: edition(&f, &p),
        parties: parties(&f, &body.party),
        delivery: crate::delivery::pages::lines(&f, &p.pack, &body, false),
        disputed: pages::dispute::lines(&f, &p.pack, &body).into_iter().map(|l| l.0).collect(),
        asof: w.clock().now().ymd_hm(),
        before,
        left,
        after,
        line,
        f,
    })
}

/// GET /c/{no}/withdraw
pub async fn ask_withdraw(
    Wing(w): Wing<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
) -> Answer {
    let p = own(&w, &visitor, &no).await?;
    let back = format!("/c/{}", p.case.no);
    if !p.can_withdraw {
        return Ok(see_other(&back));
    }
    let f = visitor.frame(&w, visitor.t("cases-withdraw-title"), "my").with_back(&back, "");
    html(&WithdrawPage {
        item: p.card.item.get(f.lang.tag()).to_owned(),
        grouped: p.case.no.grouped(),
        action: format!("{back}/withdraw"),
        back,
        version: p.case.version,
        idem: w.store.chance().token(),
        f,
    })
}

/// POST /c/{no}/withdraw
pub async fn withdraw(
    Wing(w): Wing<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let p = own(&w, &visitor, &no).await?;
    let idem = posted.idem("POST /c/{no}/withdraw")?;
    let version = posted.get("_version").parse().unwrap_or(p.case.version);
    let grip = model::Grip { version, ..p.grip() };
    let reason: String = posted.get("reason").chars().take(500).collect();
    let (owner, app) = (p.case.owner, w.app().clone());
    let ctx = visitor.ctx(&w, Purpose::Case(p.case.id.0));
    let act = move |tx: &mut store::Tx<'_>| acts::withdraw(tx, grip, owner, &reason, &app.calendar);
    let receipt = w.store.write_once(ctx, idem, act).await?;
    Ok(see_other(&format!("/c/{}", receipt.no)))
}
