//! What the templates of a pack are filled with: every name of the allow-list, from the case's facts.

use crate::cases::model::{Accepted, Case, MissingKind, Outcome, Procedure, State, Told};
use crate::drafts::Body;
use crate::drafts::model::Dispute;
use crate::materials::Paper;
use codes::Day;
use codes::calendar::Calendar;
use codes::clock::{self, Unit as Counted};
use codes::time::{Stamp, parse_day, zh_day};
use guide::packs::cel::plain;
use guide::packs::documents::{Document, DocumentKind};
use guide::packs::{Field, Pack, Widget};
use people::identity::Unit;
use serde_json::Value;
use std::collections::BTreeMap;
use store::Kind;

/// A document ordered by an event: which template, for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered {
    /// The template.
    pub kind: DocumentKind,
    /// The special procedure it is about, by key.
    pub about: Option<String>,
    /// The event that orders it.
    pub event: Kind,
    /// When that happened: the date under the document.
    pub at: Stamp,
}

fn told(state: &State) -> Option<&Told> {
    match state {
        State::CorrectionRequested(c) => Some(&c.told),
        other => other.received().and_then(|s| s.corrected.as_ref()),
    }
}

fn procedure<'a>(state: &'a State, key: &str) -> Option<&'a Procedure> {
    let ended = state.accepted().into_iter().flat_map(|a| &a.procedures);
    let running = match state {
        State::Special(special) => Some(&special.running),
        _ => None,
    };
    ended.chain(running).find(|p| p.key == key)
}

/// Reads the job's word (`acceptance`, `special:testing`…) against the case. `None` when nothing in
/// the case orders such a document.
pub fn ordered(case: &Case, word: &str) -> Option<Ordered> {
    let (word, about) = match word.split_once(':') {
        Some((word, key)) => (word, Some(key.to_owned())),
        None => (word, None),
    };
    let kind: DocumentKind = serde_json::from_value(word.into()).ok()?;
    let state = &case.state;
    let decided = match state {
        State::Granted(g) => Some((Kind::CaseGranted, g.decision.at)),
        State::Denied(d) => Some((Kind::CaseDenied, d.decision.at)),
        State::Closed(closed) => Some(match &closed.result {
            Outcome::Granted(g) => (Kind::CaseGranted, g.decision.at),
            Outcome::Denied(d) => (Kind::CaseDenied, d.decision.at),
        }),
        _ => None,
    };
    let (event, at) = match kind {
        DocumentKind::Receipt => (Kind::CaseSubmitted, case.submitted),
        DocumentKind::Acceptance => {
            let accepted = state.accepted()?;
            let deemed = accepted.clock.deemed && accepted.by.is_none();
            (if deemed { Kind::CaseDeemedAccepted } else { Kind::CaseAccepted }, accepted.at)
        }
        DocumentKind::Correction => (Kind::CorrectionRequested, told(state)?.at),
        DocumentKind::NotAccepted => match state {
            State::NotAccepted(n) => (Kind::CaseNotAccepted, n.at),
            _ => return None,
        },
        DocumentKind::Special => (Kind::SpecialStarted, procedure(state, about.as_deref()?)?.start),
        DocumentKind::Extension => (Kind::CaseExtended, state.accepted()?.extension.as_ref()?.at),
        DocumentKind::Grant => decided.filter(|(e, _)| *e == Kind::CaseGranted)?,
        DocumentKind::Deny => decided.filter(|(e, _)| *e == Kind::CaseDenied)?,
    };
    Some(Ordered { kind, about, event, at })
}

/// Number of a document: prefix, year and the case's own number, so that a worker who begins again
/// writes the same one. A second special procedure gets a letter of its own.
pub fn number(template: &Document, case: &Case, order: &Ordered, pack: &Pack) -> String {
    let no = case.no.to_string();
    let nth = order.about.as_ref().and_then(|key| {
        let at = pack.flow.special.iter().position(|s| s.key == *key)?;
        Some(format!("-{}", at + 1))
    });
    let year = order.at.day().year();
    format!("{}〔{year}〕{}号{}", template.number, &no[10..], nth.unwrap_or_default())
}

fn limit_words(limit: clock::Limit) -> String {
    match limit.unit {
        Counted::Instant => "当场办结".to_owned(),
        Counted::WorkDay => format!("{}个工作日", limit.n),
        Counted::CalendarDay => format!("{}个自然日", limit.n),
        Counted::Month => format!("{}个月", limit.n),
        Counted::Year => format!("{}年", limit.n),
    }
}

/// What a document is filled from.
pub struct Source<'a> {
    /// The case.
    pub case: &'a Case,
    /// Its body, opened.
    pub body: &'a Body,
    /// Its pack.
    pub pack: &'a Pack,
    /// The unit that speaks.
    pub unit: &'a Unit,
    /// Printed number of the licence, where one was issued.
    pub licence_no: Option<&'a str>,
    /// Working days.
    pub calendar: &'a Calendar,
    /// Number of the clerk who took the case in at a counter; nothing where it was filed online.
    pub clerk: Option<&'a str>,
}

/// What stands last in a receipt or a notice of acceptance of a case from a counter: who took it in, and
/// who came for the applicant.
pub fn counter_line(source: &Source<'_>, order: &Ordered) -> Option<String> {
    let told = matches!(order.kind, DocumentKind::Receipt | DocumentKind::Acceptance);
    let no = source.clerk.filter(|_| told)?;
    Some(match source.body.party.agent.as_str() {
        "" => format!("本件由窗口收件，收件人员工号：{no}。"),
        agent => format!("本件由窗口收件，收件人员工号：{no}。代办人：{agent}。"),
    })
}

/// The names a template may use, with their values for this case; what the case does not know is left
/// out, and a template that asks for it is not filled (no document leaves with a hole).
pub fn slots(source: &Source<'_>, order: &Ordered, number: &str) -> BTreeMap<String, String> {
    let Source { case, body, pack, unit, licence_no, calendar, .. } = source;
    let (party, state) = (&body.party, &case.state);
    let mut out: BTreeMap<String, String> = BTreeMap::new();
    let mut set = |key: &str, value: String| drop(out.insert(key.to_owned(), value));
    set("number", number.to_owned());
    set("case_no", case.no.to_string());
    set("item_name", pack.item.name.zh.clone());
    set("applicant", party.name.clone());
    set("applicant_id", party.number.clone());
    set("agent", party.agent.clone());
    set("dept", unit.name.clone());
    set("today", zh_day(order.at.day()));
    set("received_day", zh_day(case.submitted.day()));
    set("result", pack.item.result.name.zh.clone());
    set("remedy", pack.item.remedy.zh.clone());
    let names: Vec<&str> = pack.materials.iter().map(|m| m.name.zh.as_str()).collect();
    set("materials", names.join("、"));
    for (_, field) in pack.form.fields() {
        let text = plain(body.values.get(&field.key));
        let text = if text.is_empty() { "／".to_owned() } else { text };
        set(&format!("form.{}", field.key), text);
    }
    if let Some(no) = licence_no {
        set("licence_no", (*no).to_owned());
    }
    if let Some(told) = told(state) {
        set("correction_due", zh_day(told.until));
        set("missing", missing(told, pack));
    }
    if let Some(accepted) = state.accepted() {
        limits(accepted, calendar, order.at.day(), &mut set);
    }
    reasons(state, order, pack, &mut set);
    out
}

fn limits(accepted: &Accepted, calendar: &Calendar, day: Day, set: &mut dyn FnMut(&str, String)) {
    let clock = clock::explain(&accepted.clock, calendar, day);
    set("accepted_day", zh_day(accepted.clock.accepted));
    set("promised_limit", limit_words(accepted.clock.promised));
    set("promised_due", zh_day(clock.promised.day));
    if let (Some(limit), Some(due)) = (accepted.clock.statutory, clock.statutory) {
        set("statutory_limit", limit_words(limit));
        set("statutory_due", zh_day(due.day));
    }
}

fn reasons(state: &State, order: &Ordered, pack: &Pack, set: &mut dyn FnMut(&str, String)) {
    let special = order.about.as_deref().and_then(|key| Some((pack.flow.special(key)?, key)));
    if let Some((allowed, key)) = special {
        set("special_name", allowed.name.zh.clone());
        set("basis", allowed.basis.zh.clone());
        if let Some(run) = procedure(state, key) {
            set("special_until", zh_day(run.planned));
            set("reason", run.reason.clone());
        }
        return;
    }
    if order.kind == DocumentKind::Extension {
        let extended = state.accepted().and_then(|a| a.extension.as_ref());
        set("reason", extended.map(|e| e.reason.clone()).unwrap_or_default());
        let basis = pack.flow.extension.as_ref().map(|e| e.basis.zh.clone());
        set("basis", basis.unwrap_or_default());
        return;
    }
    let denied = match state {
        State::Denied(denied) => Some(denied),
        State::Closed(closed) => match &closed.result {
            Outcome::Denied(denied) => Some(denied),
            Outcome::Granted(_) => None,
        },
        State::NotAccepted(n) => {
            let go_to = if n.go_to.is_empty() {
                String::new()
            } else {
                format!("，请向{}申请", n.go_to)
            };
            set("reason", format!("{}{go_to}", n.reason));
            set("basis", n.basis.clone());
            None
        }
        _ => None,
    };
    if let Some(denied) = denied {
        set("reason", denied.reason.clone());
        set("basis", denied.basis.clone());
        set("remedy", denied.remedy.clone());
    }
}

fn missing(told: &Told, pack: &Pack) -> String {
    let line = |(n, m): (usize, &crate::cases::model::Missing)| {
        let name = match m.kind {
            MissingKind::Material => {
                pack.materials.iter().find(|p| p.key == m.key).map(|p| p.name.zh.clone())
            }
            MissingKind::Field => pack.form.field(&m.key).map(|f| f.label.zh.clone()),
        };
        format!("{}. {}：{}", n + 1, name.unwrap_or_default(), m.reason)
    };
    told.items.iter().enumerate().map(line).collect::<Vec<_>>().join("；")
}

/// An answer as a person reads it: the label of a choice, a day in words, a number with its unit.
fn words(field: &Field, value: &Value) -> String {
    let label = |v: &Value| {
        let found = field.options.iter().find(|o| *v == o.value);
        found.map_or_else(|| plain(v), |o| o.label("zh").to_owned())
    };
    match (field.widget, value) {
        (w, Value::Array(all)) if w.has_options() => {
            all.iter().map(label).collect::<Vec<_>>().join("、")
        }
        (w, v) if w.has_options() => label(v),
        (Widget::Date, Value::String(s)) => parse_day(s).map_or_else(|_| s.clone(), zh_day),
        (_, v) => format!("{}{}", plain(v), field.unit.zh),
    }
}

/// What the receipt says of disputed values (异议), after the pack's own text: each with the value the
/// register has, what the applicant says instead, why, since when, with how many papers. Empty for none.
/// It is code and not a template, so that no pack can leave it out.
pub fn disputed(pack: &Pack, body: &Body, papers: &[Paper]) -> Vec<String> {
    let one = |(key, said): (&String, &Dispute)| {
        let field = pack.form.field(key)?;
        let of = Dispute::paper_key(key);
        let shown = match papers.iter().filter(|p| p.key == of).count() {
            0 => String::new(),
            n => format!("，附证明{n}份"),
        };
        let (label, at) = (&field.label.zh, zh_day(said.at.day()));
        let held = words(field, body.values.get(key));
        let yours = words(field, &Value::from(said.value.as_str()));
        let (org, reason) = (&said.org, said.reason.trim().trim_end_matches('。'));
        Some(format!(
            "{label}：{org}登记为“{held}”，您说应为“{yours}”。理由：{reason}。{at}提出{shown}。"
        ))
    };
    let mut lines: Vec<String> = body.disputes.iter().filter_map(one).collect();
    if lines.is_empty() {
        return lines;
    }
    for (n, line) in lines.iter_mut().enumerate() {
        line.insert_str(0, &format!("{}. ", n + 1));
    }
    lines.insert(0, format!("您对登记的信息提出异议{}项，已经记录：", lines.len()));
    lines.push("办理人员会核实以上异议。核实期间，申请继续办理。".to_owned());
    lines
}
