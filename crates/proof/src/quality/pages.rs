//! L10: what is to be put right among the unit's licences in force, some hundred looked through at a time.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /l/quality | STEWARD | Unit | `page` |
//! | GET | /l/spared | STEWARD | Unit | `spared::page` |

pub mod spared;

use super::model::{Fault, Finding};
use super::{records, rules};
use crate::Proof;
use crate::licences::asked::asked;
use crate::licences::model::Licence;
use crate::licences::pages::desk_frame;
use crate::licences::{LicenceRowId, records as licences, sealed};
use crate::types::{Version, records as types};
use askama::Template;
use axum::extract::State;
use codes::time::Day;
use guide::packs::cel::plain;
use guide::packs::registers::Registers;
use guide::packs::sandbox::Sandbox;
use store::{Disclosure, Result};
use web::{Answer, Frame, Lang, Visitor, html};

/// Licences looked through for one page.
const LOOKED: i64 = 200;
/// Days before its end from which a seal is told.
const SOON: i64 = 30;

struct Line {
    number: String,
    name: String,
    what: String,
    todo: String,
    href: String,
    other: String,
}

#[derive(Template)]
#[template(path = "quality/page.html")]
struct Page {
    f: Frame,
    looked: String,
    without: String,
    seals: Vec<String>,
    lines: Vec<Line>,
    first: String,
    next: String,
}

/// A licence with what it is judged by.
struct Seen {
    licence: Licence,
    version: Option<Version>,
    twin: Option<i64>,
}

/// GET /l/quality
pub async fn page(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let unit = visitor.staff()?.unit;
    let (now, today) = (proof.app().clock().now(), proof.app().clock().now().day());
    let before: i64 = asked(&visitor, "before").parse().unwrap_or(i64::MAX);
    let read = move |db: &mut store::Db<'_>| {
        let found = records::page(db, unit, before, today, LOOKED)?;
        let mut seen = Vec::new();
        for (id, twin) in found {
            let id = LicenceRowId(id);
            let (licence, version) = (licences::by_id(db, id)?, types::pinned(db, id)?);
            seen.push(Seen { licence, version, twin });
        }
        Ok((seen, records::seals(db, unit)?))
    };
    let (seen, seals) = proof.app().store.read(read).await?;
    let mut findings = Vec::new();
    for one in &seen {
        findings.extend(judged(&proof, one, today)?);
    }
    let f = desk_frame(&proof, &visitor, visitor.t("quality-title"), "/l/quality");
    let without = seen.iter().filter(|s| s.licence.file.is_none()).count();
    let ending = seals.into_iter().filter(|(_, end)| *end < now.plus_days(SOON));
    let last = seen.last().map(|s| s.licence.id.0).filter(|_| seen.len() as i64 == LOOKED);
    html(&Page {
        looked: f.tn("quality-looked", seen.len()),
        without: if without == 0 { String::new() } else { f.tn("quality-without", without) },
        seals: ending
            .map(|(name, end)| f.ta2("quality-seal", "name", name, "day", end.ymd()))
            .collect(),
        lines: findings.iter().map(|found| line(found, &f)).collect(),
        first: if before == i64::MAX { String::new() } else { "/l/quality".to_owned() },
        next: last.map_or_else(String::new, |id| format!("/l/quality?before={id}")),
        f,
    })
}

/// Everything that is wrong with a licence.
fn judged(proof: &Proof, seen: &Seen, today: Day) -> Result<Vec<Finding>> {
    let (licence, vault) = (&seen.licence, proof.app().vault());
    let leave = Disclosure::process("quality is looked at field by field; no value is shown");
    let fields = sealed::open_fields(vault, licence, &leave)?;
    let mut found: Vec<(Fault, Vec<String>)> = Vec::new();
    if !rules::checks(&licence.identifier) {
        found.push((Fault::Identifier, Vec::new()));
    }
    let single = seen.version.as_ref().is_none_or(|v| v.body.single);
    if seen.twin.is_some() && single {
        found.push((Fault::Twin, Vec::new()));
    }
    if let Some(version) = &seen.version {
        found.push((Fault::Missing, rules::missing(&version.body, &fields)));
    }
    if proof.app().site.sandbox && Registers::shipped().licence(&licence.name_zh).is_some() {
        let code = sealed::open_holder(vault, licence, &leave)?.code;
        let known = Sandbox::shipped().licence(&licence.name_zh, code.expose(), &today.to_string());
        let known = known.unwrap_or_default().into_iter().map(|(k, v)| (k, plain(&v))).collect();
        found.push((Fault::Register, rules::differing(&fields, &known)));
    }
    let named = |fault: &Fault| matches!(fault, Fault::Missing | Fault::Register);
    found.retain(|(fault, labels)| !named(fault) || !labels.is_empty());
    let finding = |(fault, fields)| Finding {
        licence: licence.id.0,
        number: licence.number.clone(),
        name: (licence.name_zh.clone(), licence.name_en.clone()),
        fault,
        fields,
        other: seen.twin.filter(|_| fault == Fault::Twin),
    };
    Ok(found.into_iter().map(finding).collect())
}

fn line(found: &Finding, f: &Frame) -> Line {
    let (zh, en) = &found.name;
    let what = f.tk("quality-is-", found.fault.label());
    Line {
        number: found.number.clone(),
        name: if f.lang == Lang::En && !en.is_empty() { en.clone() } else { zh.clone() },
        what: match found.fields.is_empty() {
            true => what,
            false => f.ta2("quality-fields", "what", what, "fields", found.fields.join("、")),
        },
        todo: f.tk("quality-do-", found.fault.label()),
        href: format!("/l/{}", found.licence),
        other: found.other.map_or_else(String::new, |id| format!("/l/{id}")),
    }
}
