//! Pages of the window (ux W02–W06), whole without a script and by keyboard alone. The table below is what
//! the binary mounts; CLERK is `Staff(&[Role::Clerk])`.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /w/i | CLERK | Unit | `identify::page` |
//! | POST | /w/i | CLERK | Unit | `identify::receive` |
//! | GET | /w/waiting | CLERK | Unit | `waiting::page` |
//! | GET | /w/i/{id} | CLERK | Unit | `form::page` |
//! | GET | /w/i/{id}/find | CLERK | Unit | `find::page` |
//! | POST | /w/i/{id}/item | CLERK | Unit | `find::choose` |
//! | POST | /w/i/{id}/consent | CLERK | Unit | `form::consent` |
//! | POST | /w/i/{id}/form | CLERK | Unit | `form::keep` |
//! | POST | /w/i/{id}/form/save | CLERK | Unit | `form::autosave` |
//! | POST | /w/i/{id}/materials | CLERK | Unit | `papers::keep` |
//! | POST | /w/i/{id}/materials/{key}/upload | CLERK | Unit | `papers::begin` |
//! | POST | /w/i/{id}/materials/{key}/upload/{upload} | CLERK | Unit | `papers::piece` |
//! | GET | /w/i/{id}/paper/{paper} | CLERK | Unit | `papers::paper` |
//! | GET | /w/i/{id}/delivery | CLERK | Unit | `deliver::page` |
//! | POST | /w/i/{id}/delivery | CLERK | Unit | `deliver::keep` |
//! | GET | /w/i/{id}/confirm | CLERK | Unit | `confirm::page` |
//! | POST | /w/i/{id}/confirm | CLERK | Unit | `confirm::ask` |
//! | POST | /w/i/{id}/signed | CLERK | Unit | `confirm::signed` |
//! | GET | /w/i/{id}/sheet | CLERK | Unit | `print::sheet` |
//! | GET | /w/i/{id}/missing | CLERK | Unit | `print::missing` |
//! | POST | /w/i/{id}/missing | CLERK | Unit | `print::tell` |
//! | POST | /w/i/{id}/submit | CLERK | Unit | `confirm::submit` |
//! | POST | /w/i/{id}/resume | CLERK | Unit | `waiting::resume` |
//! | POST | /w/i/{id}/end | CLERK | Unit | `waiting::end` |
//! | GET | /confirm/{token} | Public | Token | `applicant::page` |
//! | POST | /confirm/{token} | Public | Token | `applicant::answer` |

pub mod applicant;
pub mod confirm;
pub mod deliver;
pub mod find;
pub mod form;
pub mod identify;
pub mod papers;
pub mod print;
pub mod waiting;

mod said;

pub(crate) use said::window_lines;

use super::filling::{self, Desk};
use super::model::{Confirmed, Hold, How, Sitting, SittingId};
use super::rules;
use crate::Casework;
use crate::desks::pages::{Told, nav, told};
use store::{Error, Result, Secret};
use web::{Frame, Visitor};

/// A value that a page's address carries.
pub(crate) use crate::drafts::pages::query;

/// The sitting of an address.
fn id_of(text: &str) -> Result<SittingId> {
    crate::drafts::pages::number(text).map(SittingId)
}

/// The version a form saw.
fn hold(s: &Sitting, version: &str) -> Result<Hold> {
    let version = version.parse().map_err(|_| Error::refused("idem-missing"))?;
    Ok(Hold { id: s.id, version })
}

/// Where a sitting is worked on.
fn at(id: SittingId) -> String {
    format!("/w/i/{}", id.0)
}

/// What was done on the page before (`?done=`), out of a closed list; or why it was not (`?no=`).
fn news(visitor: &Visitor) -> Option<Told> {
    let say = |kind, words: &str| {
        Some(Told { kind, title: visitor.t(words).to_owned(), text: String::new() })
    };
    match query(visitor, "done").as_str() {
        "received" => say("ok", "intake-done-received"),
        "delivered" => say("ok", "intake-done-delivered"),
        "saved" => say("ok", "intake-done-saved"),
        "asked" => say("ok", "intake-done-asked"),
        "seen" => say("ok", "intake-done-seen"),
        "texted" => say("ok", "intake-done-texted"),
        "told" => say("ok", "intake-done-told"),
        "ended" => say("ok", "intake-done-ended"),
        "confirmed" => say("ok", "intake-done-confirmed"),
        "whole" => say("ok", "intake-done-whole"),
        "stale" => say("warn", "intake-done-stale"),
        _ => None,
    }
}

/// Who sits there, as the left pane shows him; the reading was recorded.
pub(crate) struct Head {
    /// Address of the sitting.
    pub at: String,
    /// Version its forms name.
    pub version: i64,
    /// Applicant.
    pub name: String,
    /// Number: a person's masked, a company's whole.
    pub number: String,
    /// Who came for a company or another person, and his number masked; empty for nobody.
    pub agent: String,
    /// That number.
    pub agent_no: String,
    /// He is not the one who leads it.
    pub is_agent: bool,
    /// What empowers him.
    pub authority: String,
    /// Why the register did not confirm him; empty when it did.
    pub by_hand: String,
    /// Item.
    pub item: String,
    /// Key of the stage.
    pub stage: &'static str,
    /// Who has it in hand.
    pub staff_no: String,
    /// When it began.
    pub since: String,
    /// This version was confirmed by the applicant.
    pub confirmed: bool,
    /// How he confirmed, in words; empty when he has not.
    pub confirmed_how: String,
    /// He said that something is not right.
    pub objected: bool,
    /// One-time token of the page's forms.
    pub idem: String,
    /// 姓名 工号 时间 across the page.
    pub watermark: String,
}

impl Head {
    fn of(w: &Casework, visitor: &Visitor, f: &Frame, desk: &Desk) -> Result<Head> {
        let (s, guest, me) = (&desk.sitting, &desk.guest, visitor.staff()?);
        let party = &guest.party;
        let company = party.number_kind == "001";
        let masked = |no: &str| Secret::new(no).masked_id();
        let how = s.facts.confirmed.as_ref();
        let item = desk.opened.pack.item.short_name.get(f.lang.tag()).to_owned();
        Ok(Head {
            at: at(s.id),
            version: s.version,
            name: party.name.clone(),
            number: if company { party.number.clone() } else { masked(&party.number) },
            agent: party.agent.clone(),
            agent_no: match party.agent.is_empty() {
                true => String::new(),
                false => masked(&party.agent_number),
            },
            is_agent: guest.applicant.agent,
            authority: guest.authority.clone(),
            by_hand: guest.by_hand.clone(),
            item,
            stage: s.stage.label(),
            staff_no: s.facts.staff_no.clone(),
            since: s.begun.ymd_hm(),
            confirmed: rules::confirmed(&s.facts, desk.opened.draft.version),
            confirmed_how: how.map(|c| confirmed_words(f, s, c)).unwrap_or_default(),
            objected: s.facts.objected.is_some(),
            idem: w.store.chance().token(),
            watermark: format!("{} {} {}", me.name, me.no, w.clock().now().ymd_hm()),
        })
    }
}

/// How what was typed was confirmed, and by whom: the phone is the applicant's own, the screen and the
/// paper are whoever's who stands there.
pub(crate) fn confirmed_words(f: &Frame, s: &Sitting, c: &Confirmed) -> String {
    let agent = if s.agent.is_some() && c.how != How::Phone { "agent-" } else { "" };
    f.tk("intake-how-", &format!("{agent}{}", c.how.label()))
}

/// The frame of a page of the window.
fn frame(w: &Casework, visitor: &Visitor, title: impl Into<String>, here: &str) -> Frame {
    visitor.staff_frame(w, title, nav(visitor, here))
}

/// A desk opened for its page, with its frame.
async fn desk_of(w: &Casework, visitor: &Visitor, id: &str) -> Result<(Desk, Frame)> {
    let desk = filling::desk(w, visitor, id_of(id)?).await?;
    let name = desk.opened.pack.item.short_name.get(visitor.lang.tag()).to_owned();
    let title =
        visitor.frame(w, "", "").ta2("intake-title", "item", name, "who", &desk.sitting.shown);
    let f = frame(w, visitor, title, "/w/i");
    Ok((desk, f))
}

/// Why an act was refused, for the page it came from.
fn why(visitor: &Visitor, error: &Error) -> Option<Told> {
    Some(told(visitor, error))
}
