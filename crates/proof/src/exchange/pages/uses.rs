//! L08: who asked for the unit's licences, by type and by unit, and what became of it.

use super::{all_units, unit_name};
use crate::Proof;
use crate::exchange::model::{Call, Count, Outcome};
use crate::exchange::records::Which;
use crate::exchange::{meaning, records};
use crate::licences::asked::asked;
use crate::licences::pages::steward::desk_frame;
use askama::Template;
use axum::extract::State;
use people::identity::Unit;
use std::collections::BTreeMap;
use web::{Answer, Frame, Lang, Texts, Visitor, html};

/// Questions of one page.
const LINES: i64 = 25;
/// Days that are counted.
const DAYS: i64 = 30;

struct Line {
    when: String,
    unit: String,
    name: String,
    operation: String,
    outcome: String,
    tone: &'static str,
    why: String,
    cause: String,
    item: String,
    case_no: String,
    shown: String,
    href: String,
}

struct Sum {
    name: String,
    type_href: String,
    unit: String,
    unit_href: String,
    given: i64,
    empty: i64,
    refused: i64,
}

#[derive(Template)]
#[template(path = "exchange/uses.html")]
struct Page {
    f: Frame,
    sums: Vec<Sum>,
    lines: Vec<Line>,
    only: String,
    prev: String,
    next: String,
}

fn type_name(code: &str, lang: Lang) -> String {
    let found = meaning::of(code).ok().flatten();
    let name = found.map(|kind| if lang == Lang::En { &kind.en } else { &kind.zh });
    name.cloned().unwrap_or_else(|| code.to_owned())
}

fn line(call: &Call, units: &BTreeMap<i64, Unit>, visitor: &Visitor, f: &Frame) -> Line {
    let tone = match call.outcome {
        Outcome::Given => "ok",
        Outcome::Empty => "grey",
        Outcome::Refused => "warn",
    };
    // A refusal is told in the words its asker got; why nothing was given, in words of its own.
    let key = match call.outcome {
        Outcome::Refused if call.reason != "busy" => format!("err-{}", call.reason),
        _ => format!("exchange-why-{}", call.reason),
    };
    let why = match call.reason.is_empty() {
        true => String::new(),
        false => Texts::shipped().t(visitor.lang, &key).to_owned(),
    };
    Line {
        when: call.at.ymd_hm(),
        unit: unit_name(units, call.consumer, visitor.lang),
        name: type_name(&call.type_code, visitor.lang),
        operation: f.tk("exchange-operation-", call.operation.label()),
        outcome: f.tk("exchange-outcome-", call.outcome.label()),
        tone,
        why,
        cause: call.reasons.cause.clone(),
        item: call.reasons.item.clone(),
        case_no: call.reasons.case_no.clone(),
        shown: call.shown.clone(),
        href: call.licence.map_or(String::new(), |id| format!("/l/{id}")),
    }
}

fn sum(count: &Count, units: &BTreeMap<i64, Unit>, visitor: &Visitor) -> Sum {
    let code = &count.type_code;
    Sum {
        name: match code.is_empty() {
            true => visitor.t("exchange-type-none").to_owned(),
            false => type_name(code, visitor.lang),
        },
        type_href: if code.is_empty() { String::new() } else { format!("/l/uses?type={code}") },
        unit: unit_name(units, count.consumer, visitor.lang),
        unit_href: format!("/l/uses?unit={}", count.consumer),
        given: count.given,
        empty: count.empty,
        refused: count.refused,
    }
}

/// GET /l/uses; `type` or `unit` narrows the list, `before` and `after` turn its pages.
pub async fn page(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let unit = visitor.staff()?.unit;
    let since = proof.app().clock().now().plus_days(1 - DAYS).day();
    let units = all_units(&proof).await?;
    let (code, asking) = (asked(&visitor, "type"), asked(&visitor, "unit").parse::<i64>().ok());
    let (which, only, query) = match asking.filter(|id| units.contains_key(id)) {
        Some(id) => (Which::Unit(id), unit_name(&units, id, visitor.lang), format!("unit={id}&")),
        None if meaning::of(&code)?.is_some() => {
            let (name, query) = (type_name(&code, visitor.lang), format!("type={code}&"));
            (Which::Type(code), name, query)
        }
        None => (Which::All, String::new(), String::new()),
    };
    let before: Option<i64> = asked(&visitor, "before").parse().ok();
    let after: Option<i64> = asked(&visitor, "after").parse().ok();
    let read = move |db: &mut store::Db<'_>| {
        let calls = match after {
            Some(after) => records::calls_after(db, unit, &which, after, LINES + 1)?,
            None => records::calls(db, unit, &which, before.unwrap_or(i64::MAX), LINES + 1)?,
        };
        Ok((calls, records::counts(db, unit, since)?))
    };
    let (mut calls, counts) = proof.app().store.read(read).await?;
    let more = calls.len() as i64 > LINES;
    // The one beyond the page stands at the end when going on, at the front when going back.
    if more && after.is_some() {
        calls.remove(0);
    } else if more {
        calls.pop();
    }
    let newer = if after.is_some() { more } else { before.is_some() };
    let older = after.is_some() || more;
    let link = |way: &str, id: Option<i64>, there: bool| match id {
        Some(id) if there => format!("/l/uses?{query}{way}={id}"),
        _ => String::new(),
    };
    let f = desk_frame(&proof, &visitor, visitor.t("exchange-uses-title"), "/l/uses");
    html(&Page {
        sums: counts.iter().map(|c| sum(c, &units, &visitor)).collect(),
        lines: calls.iter().map(|c| line(c, &units, &visitor, &f)).collect(),
        prev: link("after", calls.first().map(|c| c.id), newer),
        next: link("before", calls.last().map(|c| c.id), older),
        only,
        f,
    })
}
