//! 谁看过我的信息: who read what of me, when and why (C26; 个人信息保护法 art. 44, 45).

use super::asked;
use crate::People;
use crate::identity::model::{StaffCard, Unit};
use crate::identity::{StaffId, records};
use askama::Template;
use axum::extract::State;
use store::ledger::{self, EventRow};
use store::{Db, Kind, Result};
use web::frame::Link;
use web::{Answer, Frame, Lang, Texts, Visitor, html};

/// Lines of one page.
const LINES: usize = 20;

struct Line {
    no: String,
    when: String,
    /// Who, in parts that do not break inside on a narrow screen.
    who: Vec<String>,
    what: String,
    why: String,
    href: String,
}

#[derive(Template)]
#[template(path = "identity/access_log.html")]
struct LogPage {
    f: Frame,
    tabs: Vec<Link>,
    lines: Vec<Line>,
    first: String,
    next: String,
}

/// An event with the member of staff who caused it, where one did.
type Seen = (EventRow, Option<(StaffCard, Unit)>);

/// How many events are looked at for one page at most.
const LOOKED_AT: usize = 640;
/// How many are read at once.
const BATCH: i64 = 64;

/// What one page shows, and the event where the next begins.
struct Found {
    seen: Vec<Seen>,
    next: Option<i64>,
}

/// The newest events of reading about a person before an event: those of others, or one's own.
fn newest(db: &mut Db<'_>, person: i64, own: (&str, bool), mut before: i64) -> Result<Found> {
    let (actor, wanted) = own;
    let mut found = Found { seen: Vec::new(), next: None };
    let mut looked_at = 0;
    loop {
        let mut batch = ledger::about_person(db, person, Kind::DataRead, before, BATCH)?;
        for kind in [Kind::RegisterQueried, Kind::LicenceVerified, Kind::LicenceShared] {
            batch.extend(ledger::about_person(db, person, kind, before, BATCH)?);
        }
        batch.sort_by_key(|event| -event.id);
        batch.truncate(BATCH as usize);
        let whole = batch.len() == BATCH as usize;
        for event in batch {
            // What another department's system saw of a shown code stands in that system's own line.
            let double = event.kind == Kind::LicenceVerified.label()
                && event.actor.starts_with("connected:");
            if (event.actor == actor) == wanted && !double {
                if found.seen.len() == LINES {
                    found.next = Some(before);
                    return Ok(found);
                }
                before = event.id;
                found.seen.push(with_staff(db, event)?);
            } else {
                before = event.id;
            }
            looked_at += 1;
        }
        if !whole {
            return Ok(found);
        }
        if looked_at >= LOOKED_AT {
            found.next = Some(before);
            return Ok(found);
        }
    }
}

fn with_staff(db: &mut Db<'_>, event: EventRow) -> Result<Seen> {
    let id = event.actor.strip_prefix("staff:").and_then(|id| id.parse().ok());
    let Some(id) = id else { return Ok((event, None)) };
    let card = records::staff_by_id(db, StaffId(id))?.card;
    let unit = records::unit(db, card.unit)?;
    Ok((event, Some((card, unit))))
}

/// GET /my/access-log
pub async fn page(State(people): State<People>, visitor: Visitor) -> Answer {
    let citizen = visitor.citizen()?;
    let before = asked(&visitor, "before");
    let from = before.parse().unwrap_or(i64::MAX);
    let wanted = asked(&visitor, "own") == "1";
    let own = format!("citizen:{}", citizen.account);
    let found = match citizen.person {
        Some(person) => {
            let own = own.clone();
            people.store.read(move |db| newest(db, person, (&own, wanted), from)).await?
        }
        None => Found { seen: Vec::new(), next: None },
    };
    let here = if wanted { "/my/access-log?own=1" } else { "/my/access-log" };
    let joint = if wanted { '&' } else { '?' };
    let tab =
        |href: &str, words: &str| Link::new(href, visitor.t(words).to_owned()).here(href == here);
    let f = visitor.frame(&people, visitor.t("identity-log-title"), "my");
    html(&LogPage {
        f: f.with_back("/my", ""),
        tabs: vec![
            tab("/my/access-log", "identity-log-others"),
            tab("/my/access-log?own=1", "identity-log-mine"),
        ],
        lines: found.seen.iter().map(|one| line(visitor.lang, one, &own)).collect(),
        first: if before.is_empty() { String::new() } else { here.into() },
        next: found.next.map_or(String::new(), |id| format!("{here}{joint}before={id}")),
    })
}

/// Words of a key made of a prefix and what an event says; what has no words is shown as it stands.
fn named(lang: Lang, prefix: &str, label: &str) -> String {
    let key = format!("{prefix}{}", label.replace(['_', '.'], "-"));
    let texts = Texts::shipped();
    if texts.has(lang, &key) { texts.t(lang, &key).to_owned() } else { label.to_owned() }
}

fn line(lang: Lang, (event, staff): &Seen, own: &str) -> Line {
    let data = &event.data;
    let text = |name: &str| data[name].as_str().unwrap_or_default();
    let fields: Vec<String> = data["fields"]
        .as_array()
        .map(|list| list.iter().filter_map(|f| f.as_str()))
        .into_iter()
        .flatten()
        .map(|field| named(lang, "identity-field-", field))
        .collect();
    let shown = data[if lang == Lang::Zh { "shown" } else { "shown_en" }].as_array();
    let shown = shown.into_iter().flatten().filter_map(|l| l.as_str().map(String::from));
    let fields: Vec<String> = fields.into_iter().chain(shown).collect();
    let joint = if lang == Lang::Zh { "、" } else { ", " };
    let mut what = fields.join(joint);
    if !text("register").is_empty() {
        let register = named(lang, "identity-register-", text("register"));
        what = if what.is_empty() { register } else { format!("{register}: {what}") };
    }
    let reference = text("reference");
    let digits: String = reference.chars().filter(|c| c.is_ascii_digit()).collect();
    let is_case = event.purpose.starts_with("case:") && digits.len() == 20;
    Line {
        no: event.id.to_string(),
        when: event.at.ymd_hm(),
        who: who(lang, event, staff.as_ref(), own),
        what,
        why: match text(if lang == Lang::Zh { "licence" } else { "licence_en" }) {
            "" => why(lang, event, reference, text("reason")),
            licence if event.kind == Kind::LicenceShared.label() => {
                let args = [
                    ("licence", licence),
                    ("cause", text("cause")),
                    ("item", text("item")),
                    ("case", text("case")),
                ];
                Texts::shipped().ta(lang, "identity-log-shared", &args)
            }
            licence => Texts::shipped().ta(lang, "identity-log-shown", &[("licence", licence)]),
        },
        href: if is_case { format!("/c/{digits}") } else { String::new() },
    }
}

fn who(lang: Lang, event: &EventRow, staff: Option<&(StaffCard, Unit)>, own: &str) -> Vec<String> {
    let texts = Texts::shipped();
    let asking = event.data[if lang == Lang::Zh { "unit" } else { "unit_en" }].as_str();
    if let Some(unit) = asking.filter(|_| event.actor.starts_with("connected:")) {
        return vec![unit.to_owned(), event.data["system"].as_str().unwrap_or_default().to_owned()];
    }
    let Some((card, unit)) = staff else {
        let key = match event.actor.as_str() {
            actor if actor == own => "identity-log-self",
            "system" => "identity-log-system",
            _ if event.kind == Kind::LicenceVerified.label() => "identity-log-verifier",
            _ => "identity-log-other",
        };
        return vec![texts.t(lang, key).to_owned()];
    };
    let name = if lang == Lang::Zh { &unit.name } else { &unit.name_en };
    let role = card.roles.first().map_or("", |r| r.label());
    let role = named(lang, "identity-role-", role);
    let no = texts.ta(lang, "identity-log-staff", &[("no", &masked(&card.no))]);
    vec![name.clone(), role, no]
}

/// A staff number with only its last two letters.
fn masked(no: &str) -> String {
    let letters: Vec<char> = no.chars().collect();
    let shown = letters.len().saturating_sub(2);
    let hidden = "*".repeat(shown);
    hidden + &letters[shown..].iter().collect::<String>()
}

fn why(lang: Lang, event: &EventRow, reference: &str, reason: &str) -> String {
    let texts = Texts::shipped();
    let legal = event.purpose.strip_prefix("legal:");
    match (reason, reference, legal) {
        ("", "", Some(basis)) => texts.ta(lang, "identity-log-legal", &[("basis", basis)]),
        ("", "", None) => texts.t(lang, "identity-log-own").to_owned(),
        ("", reference, _) if event.purpose.starts_with("case:") => {
            texts.ta(lang, "identity-log-case", &[("no", reference)])
        }
        ("", reference, _) => reference.to_owned(),
        (reason, "", _) => named(lang, "identity-reason-", reason),
        (reason, reference, _) => {
            format!("{} {reference}", named(lang, "identity-reason-", reason))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_numbers_show_their_end_only() {
        for (no, shown) in [("1023", "**23"), ("7", "7"), ("", ""), ("123456", "****56")] {
            assert_eq!(masked(no), shown);
        }
    }
}
