//! The ledger of uses: every paper the unit's seals were put on; the head is told of each, once, and says that he
//! has seen them.

use super::queue::short;
use super::{LINES, People, frame, is};
use crate::Proof;
use crate::custody::{acts, records};
use crate::licences::asked::asked;
use askama::Template;
use axum::extract::State;
use store::{Error, Purpose};
use web::{Answer, Frame, Posted, Role, Visitor, html, see_other};

struct Line {
    at: String,
    title: String,
    number: String,
    seal: String,
    href: String,
    hash: String,
    who: String,
    fresh: bool,
}

#[derive(Template)]
#[template(path = "custody/uses.html")]
struct Uses {
    f: Frame,
    lines: Vec<Line>,
    head: bool,
    unseen: i64,
    up_to: i64,
    idem: String,
    next: String,
}

/// GET /s/uses: newest first, key-set paged.
pub async fn page(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let unit = visitor.staff()?.unit;
    let before: i64 = asked(&visitor, "before").parse().unwrap_or(i64::MAX);
    let read = move |db: &mut store::Db<'_>| {
        Ok((records::notices(db, unit, before, LINES + 1)?, records::unseen(db, unit)?))
    };
    let (mut found, unseen) = proof.app().store.read(read).await?;
    let more = found.len() as i64 > LINES;
    found.truncate(LINES as usize);
    let next = match found.last() {
        Some(last) if more => format!("/s/uses?before={}", last.id),
        _ => String::new(),
    };
    let people =
        People::of(&proof, found.iter().map(|told| told.approver.clone()).collect()).await?;
    let f = frame(&proof, &visitor, visitor.t("custody-uses-title"), "/s/uses").await?;
    let lines = found.iter().map(|told| Line {
        at: told.at.ymd_hm(),
        title: told.title.clone(),
        number: told.number.clone(),
        seal: told.seal_name.clone(),
        href: format!("/s/{}", told.seal),
        hash: short(&told.document_hash),
        who: people.words(visitor.lang, &told.approver),
        fresh: !told.seen,
    });
    html(&Uses {
        lines: lines.collect(),
        head: is(&visitor, Role::UnitHead)?,
        unseen,
        up_to: found.first().map_or(0, |told| told.id),
        idem: proof.app().store.chance().token(),
        next,
        f,
    })
}

/// POST /s/uses: what stands on the page has been seen.
pub async fn seen(State(proof): State<Proof>, visitor: Visitor, posted: Posted) -> Answer {
    let unit = visitor.staff()?.unit;
    let up_to: i64 = posted.get("up_to").parse().unwrap_or(0);
    let ctx = visitor.ctx(proof.app(), Purpose::None);
    let idem = posted.idem("POST /s/uses")?;
    match proof.app().store.write_once(ctx, idem, move |tx| acts::seen(tx, unit, up_to)).await {
        // Nothing new is no trouble of his.
        Ok(_) | Err(Error::Stale) => Ok(see_other("/s/uses")),
        Err(other) => Err(other.into()),
    }
}
