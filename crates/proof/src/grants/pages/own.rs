//! The use ledger of one licence for its holder: who was told what of it, when and what for.

use crate::Proof;
use crate::licences::asked::asked;
use crate::licences::pages::{name, owned};
use askama::Template;
use axum::extract::{Path, State};
use people::identity::{StaffId, UnitId, staff_card, unit};
use store::ledger::{self, EventRow};
use store::{Db, Kind, Result, Stream};
use web::{Answer, Frame, Lang, Visitor, html};

/// Events of one page.
const LINES: i64 = 20;

struct Line {
    when: String,
    what: String,
    who: String,
    shown: String,
    cause: String,
    matter: String,
}

#[derive(Template)]
#[template(path = "exchange/own_uses.html")]
struct Page {
    f: Frame,
    name: String,
    lines: Vec<Line>,
    first: String,
    next: String,
}

/// An event with the unit of the member of staff who caused it, in both languages, where one did.
type Seen = (EventRow, Option<(String, String)>);

fn with_unit(db: &mut Db<'_>, event: EventRow) -> Result<Seen> {
    let staff = event.actor.strip_prefix("staff:").and_then(|id| id.parse().ok());
    let Some(staff) = staff else { return Ok((event, None)) };
    let card = staff_card(db, StaffId(staff))?;
    let unit = unit(db, UnitId(card.unit.0))?;
    Ok((event, Some((unit.name, unit.name_en))))
}

fn line((event, staff): &Seen, own: &str, visitor: &Visitor, f: &Frame) -> Line {
    let en = visitor.lang == Lang::En;
    let pick = |name: &str| event.data[name].as_str().unwrap_or_default();
    let side = |zh: &'static str, english: &'static str| pick(if en { english } else { zh });
    let who = match (staff, side("unit", "unit_en"), event.actor.as_str()) {
        (_, unit, _) if !unit.is_empty() => unit.to_owned(),
        (Some((zh, english)), _, _) => {
            if en {
                english.clone()
            } else {
                zh.clone()
            }
        }
        (_, _, actor) if actor == own => f.t("identity-log-self").to_owned(),
        (_, _, "system") => f.t("identity-log-system").to_owned(),
        (_, _, actor) if actor.starts_with("citizen:") => f.t("identity-log-other").to_owned(),
        _ => f.t("identity-log-verifier").to_owned(),
    };
    let labels = event.data[if en { "shown_en" } else { "shown" }].as_array();
    let labels: Vec<&str> = labels.into_iter().flatten().filter_map(|l| l.as_str()).collect();
    let (item, case_no) = (pick("item"), pick("case"));
    Line {
        when: event.at.ymd_hm(),
        what: f.tk("event-", &event.kind),
        who,
        shown: labels.join(if en { ", " } else { "、" }),
        cause: pick("cause").to_owned(),
        matter: match item.is_empty() {
            true => String::new(),
            false => f.ta2("exchange-matter", "item", item, "case", case_no),
        },
    }
}

/// GET /my/licences/{id}/uses
pub async fn page(State(proof): State<Proof>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let licence = owned(&proof, &visitor, &id).await?;
    let before = asked(&visitor, "before");
    let from = before.parse().unwrap_or(i64::MAX);
    let stream = Stream::of("licence", licence.id.0);
    let read = move |db: &mut Db<'_>| {
        let all = ledger::of_stream_before(db, stream, from, LINES + 1)?;
        all.into_iter().map(|event| with_unit(db, event)).collect::<Result<Vec<Seen>>>()
    };
    let mut found = proof.app().store.read(read).await?;
    let more = found.len() as i64 > LINES;
    found.truncate(LINES as usize);
    let last = found.last().filter(|_| more).map(|(event, _)| event.stream_seq);
    let title = visitor.t("exchange-own-uses-title").to_owned();
    let back = format!("/my/licences/{}", licence.id.0);
    let f = visitor.frame(proof.app(), title.clone(), "licences").with_back(&back, title);
    let own = format!("citizen:{}", visitor.citizen()?.account);
    // What the verifier of a code saw through a system stands in that system's own line.
    let double = |event: &EventRow| {
        event.kind == Kind::LicenceVerified.label() && event.actor.starts_with("connected:")
    };
    let lines = found.iter().filter(|(event, _)| !double(event));
    html(&Page {
        name: name(&licence.name_zh, &licence.name_en, visitor.lang),
        lines: lines.map(|seen| line(seen, &own, &visitor, &f)).collect(),
        first: if before.is_empty() { String::new() } else { format!("{back}/uses") },
        next: last.map_or(String::new(), |seq| format!("{back}/uses?before={seq}")),
        f,
    })
}
