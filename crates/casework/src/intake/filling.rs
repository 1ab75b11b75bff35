//! From the item to a full form: the person's own draft, filled by the clerk, with the registers asked once
//! the person has agreed. Reading his data is recorded for him before the seal is opened.

use super::acts::{self, Clerk};
use super::model::{Guest, Hold, Look, Seen, Sitting, SittingId};
use super::receiving::{BASIS, clerk};
use super::{records, rules};
use crate::Casework;
use crate::drafts::filing;
use crate::drafts::model::{Body, Delivery, DraftId, Filer, Hindrance, Opened, Owner, Saved};
use crate::drafts::rules as draft_rules;
use crate::materials::records::NewPaper;
use crate::materials::{Paper, PaperId};
use codes::time::Stamp;
use guide::editions;
use guide::packs::{Changes, Pack, Source, Way, prefill};
use people::identity::Unit;
use std::sync::Arc;
use store::{Ctx, Disclosure, Error, Idem, Purpose, Result};
use web::Visitor;

/// How often a save is tried again when another one came between.
const TRIES: usize = 4;

/// The context of a clerk's act for somebody at his window.
pub fn ctx(w: &Casework, visitor: &Visitor) -> Ctx {
    visitor.ctx(w, Purpose::Legal(BASIS))
}

/// A sitting of the clerk's unit; to others it does not exist.
///
/// # Errors
/// `NotFound`; `intake-own` when it is his own matter.
pub async fn sitting(w: &Casework, visitor: &Visitor, id: SittingId) -> Result<Sitting> {
    let clerk = clerk(visitor)?;
    let read = move |db: &mut store::Db<'_>| {
        let found = rules::of_unit(records::find(db, id)?, clerk.unit)?;
        acts::apart(db, &found, &clerk)?;
        Ok(found)
    };
    w.store.read(read).await
}

/// A sitting with its draft, as the clerk works on it.
pub struct Desk {
    /// The sitting.
    pub sitting: Sitting,
    /// With whom.
    pub guest: Guest,
    /// The draft.
    pub opened: Opened,
    /// Papers that were seen at the window.
    pub seen: Vec<Seen>,
}

/// What the pages of a sitting show of the person, as his list of readings names it.
const READ: [&str; 4] = ["name", "id-no", "answers", "materials"];

/// Opens a sitting for its page. The reading is recorded for the person first: one line for this clerk,
/// this purpose and this day, however many pages of the sitting he opens.
///
/// # Errors
/// `NotFound`; `intake-not-now` before the item is found; `intake-gone` when the draft was handed in
/// online or thrown away meanwhile.
pub async fn desk(w: &Casework, visitor: &Visitor, id: SittingId) -> Result<Desk> {
    let s = sitting(w, visitor, id).await?;
    let item = item_name(w, &s);
    let (reference, me) = (format!("窗口收件 {item}"), clerk(visitor)?.id);
    let (known, sitting, ctx) = (reference.clone(), s.clone(), ctx(w, visitor));
    let at = ctx.at;
    let told = move |db: &mut store::Db<'_>| acts::was_read(db, id, (me, &known), at);
    if !w.store.read(told).await? {
        let read = move |tx: &mut store::Tx<'_>| acts::read(tx, &sitting, &READ, &reference);
        w.store.write(ctx, read).await?;
    }
    open(w, s, &Disclosure::process("a page of a sitting whose reading is recorded")).await
}

/// The item's everyday name; empty before it is found.
pub fn item_name(w: &Casework, s: &Sitting) -> String {
    w.pack(&s.slug).map(|p| p.item.short_name.zh.clone()).unwrap_or_default()
}

/// The same for a step that shows nothing by itself.
pub async fn open(w: &Casework, s: Sitting, leave: &Disclosure) -> Result<Desk> {
    let draft =
        s.draft.filter(|_| s.stage.open()).ok_or_else(|| Error::refused("intake-not-now"))?;
    let opened = match filing::load(w, s.owner, draft).await {
        Err(Error::NotFound) => return Err(Error::refused("intake-gone")),
        other => other?,
    };
    let guest = records::unseal(w.vault(), &s, leave)?;
    let seen = w.store.read(move |db| records::seen(db, draft)).await?;
    Ok(Desk { sitting: s, guest, opened, seen })
}

/// Whether this clerk's windows take an item, and which unit decides it.
///
/// # Errors
/// `NotFound` without a pack; `intake-elsewhere` with the unit where it is taken.
pub async fn taken_here(w: &Casework, visitor: &Visitor, slug: &str) -> Result<(Arc<Pack>, Unit)> {
    let pack = w.pack(slug).ok_or(Error::NotFound)?;
    let unit = filing::unit_of(w, &pack).await?;
    let centre = filing::window_of(w, &unit).await?;
    let here = w.unit(clerk(visitor)?.unit).await?;
    match rules::takes(&here, &pack, &unit, centre) {
        true => Ok((pack, unit)),
        false => Err(Error::refused_with("intake-elsewhere", "unit", &unit.name)),
    }
}

fn filer(s: &Sitting, guest: &Guest) -> Filer {
    Filer {
        account: s.account,
        person: s.person,
        owner: s.owner,
        applicant: guest.applicant.clone(),
        parties: guest.parties.clone(),
        party: guest.party.clone(),
        shown: s.shown.clone(),
    }
}

/// The draft of an item that can be gone on with: a company's, or the one of a person that the same
/// hand began. What somebody typed himself is not shown to who comes in his name.
async fn begun(w: &Casework, s: &Sitting, guest: &Guest, slug: &str) -> Result<Option<DraftId>> {
    let all = filing::mine(w, s.owner).await?;
    for draft in all.into_iter().filter(|d| d.slug == slug) {
        let company = matches!(s.owner, Owner::Enterprise(_));
        let hand = filing::unseal(w, &draft)?.party.agent_number;
        if company || hand == guest.party.agent_number {
            return Ok(Some(draft.id));
        }
    }
    Ok(None)
}

/// Opens the draft of an item for the person, or goes on with the one he had begun himself.
///
/// # Errors
/// Those of [`taken_here`]; `draft-for-enterprises`, `draft-for-persons`, `draft-no-agents`,
/// `draft-no-mandate`; `Stale`.
pub async fn choose(
    w: &Casework,
    visitor: &Visitor,
    hold: Hold,
    idem: Idem,
    slug: &str,
) -> Result<Hold> {
    let (pack, _) = taken_here(w, visitor, slug).await?;
    let s = sitting(w, visitor, hold.id).await?;
    let guest = records::unseal(w.vault(), &s, &Disclosure::process("opening a draft"))?;
    draft_rules::may_apply(&pack, guest.applicant.kind)?;
    draft_rules::may_send(&pack, &guest.applicant, visitor.lang.tag())?;
    let begun = begun(w, &s, &guest, slug).await?;
    let fresh = match begun {
        Some(_) => None,
        None => Some(filing::fresh(w, &filer(&s, &guest), &pack)?),
    };
    let id = begun.or(fresh.as_ref().map(|d| d.id)).unwrap_or(DraftId(0));
    let (clerk, slug) = (clerk(visitor)?, slug.to_owned());
    let act =
        move |tx: &mut store::Tx<'_>| acts::choose(tx, hold, &clerk, (&slug, id), fresh.as_ref());
    w.store.write_once(ctx(w, visitor), idem, act).await
}

/// Asks the registers and licences the item names, after the person agreed at the window.
pub async fn consent(w: &Casework, visitor: &Visitor, hold: Hold, idem: Idem) -> Result<Hold> {
    let s = sitting(w, visitor, hold.id).await?;
    let leave = Disclosure::process("asking registers after consent");
    let desk = open(w, s, &leave).await?;
    let pack = &desk.opened.pack;
    let asked = |c: prefill::Consent| crate::drafts::acts::Query {
        register: c.name.zh,
        fields: c.fields.into_iter().map(|f| f.zh).collect(),
        purpose: format!("窗口收件 {}", pack.item.short_name.zh),
    };
    let queries: Vec<_> = prefill::consents(pack).into_iter().map(asked).collect();
    let clerk = clerk(visitor)?;
    let act = move |tx: &mut store::Tx<'_>| acts::consent(tx, hold, &clerk, &queries);
    let hold = w.store.write_once(ctx(w, visitor), idem, act).await?;
    let Opened { draft, pack, mut body, .. } = desk.opened;
    if body.consented.is_some() {
        return Ok(hold);
    }
    let at = w.clock().now();
    let account = filing::account_record(w, draft.person).await?;
    let facts = filing::fetch(&pack, &body.party, &account, at);
    for (key, found) in &facts {
        if let (Some(name), Some(value)) = (key.strip_prefix("register:"), &found.value) {
            body.facts.insert(name.to_owned(), value.clone());
        }
    }
    for key in prefill::apply(&pack, &mut body.values, &facts, &at.ymd()) {
        body.touched.insert(key, draft.version + 1);
    }
    body.consented = Some(at);
    match filing::keep(w, draft.id, draft.version, &body).await {
        // Another tab was first: what it fetched is there.
        Ok(_) | Err(Error::Stale) => Ok(hold),
        Err(e) => Err(e),
    }
}

/// Saves what the clerk typed, his number beside each answer. Answers somebody else changed since come
/// back as a conflict with both values.
///
/// # Errors
/// `Stale` when saves keep colliding.
pub async fn save(
    w: &Casework,
    (s, clerk): (&Sitting, &Clerk),
    seen: i64,
    changes: Changes,
) -> Result<Saved> {
    let id = s.draft.ok_or_else(|| Error::refused("intake-not-now"))?;
    for _ in 0..TRIES {
        let owner = s.owner;
        let read = move |db: &mut store::Db<'_>| {
            let draft = crate::drafts::records::find(db, id)?.filter(|d| d.owner == owner);
            let draft = draft.ok_or_else(|| Error::refused("intake-gone"))?;
            let pack = editions::at(db, &draft.slug, draft.item_version)?;
            Ok((draft, pack))
        };
        let (draft, pack) = w.store.read(read).await?;
        let changes = rules::without_declarations(&pack, changes.clone());
        let mut body: Body = filing::unseal(w, &draft)?;
        let fields = draft_rules::clashes(&body, &changes, seen);
        if !fields.is_empty() {
            return Ok(Saved::Conflict { version: draft.version, fields });
        }
        let (version, next) = (draft.version, draft.version + 1);
        if !draft_rules::take_over(&mut body, &changes, Source::Clerk, Some(&clerk.no), next) {
            return Ok(Saved::Done { version, at: draft.saved });
        }
        match filing::keep(w, id, version, &body).await {
            Err(Error::Stale) => continue,
            other => return other.map(|at| Saved::Done { version: next, at }),
        }
    }
    Err(Error::Stale)
}

/// Keeps how the result is to reach the applicant; what he confirmed before is void with it.
///
/// # Errors
/// `intake-not-now`; `intake-gone`; `Stale` when saves keep colliding.
pub async fn deliver(w: &Casework, s: &Sitting, chosen: Delivery) -> Result<()> {
    let id = s.draft.filter(|_| s.stage.open()).ok_or_else(|| Error::refused("intake-not-now"))?;
    match filing::revise(w, s.owner, id, |body| body.delivery = chosen.clone()).await {
        Err(Error::NotFound) => Err(Error::refused("intake-gone")),
        other => other,
    }
}

/// Everything that still has to be mended before the applicant can confirm.
pub fn to_mend(opened: &Opened, at: Stamp) -> Vec<Hindrance> {
    rules::to_mend(&opened.pack, filing::hindrances(opened, at))
}

/// Notes how a paper was seen at the window. A sheet of paper that is not scanned counts as handed in.
///
/// # Errors
/// `paper-unknown`; `Stale`.
pub async fn look(
    w: &Casework,
    visitor: &Visitor,
    hold: Hold,
    (key, how, name): (&str, Option<Look>, &str),
    idem: Idem,
) -> Result<Hold> {
    let s = sitting(w, visitor, hold.id).await?;
    let desk = open(w, s, &Disclosure::process("noting a paper")).await?;
    if !desk.opened.pack.materials.iter().any(|m| m.key == key) {
        return Err(Error::refused("paper-unknown"));
    }
    let sheet = |p: &&Paper| p.key == key && p.file.is_none() && p.licence.is_none();
    let drop: Vec<PaperId> = desk.opened.papers.iter().filter(sheet).map(|p| p.id).collect();
    let paper = Paper {
        id: PaperId(w.store.fresh_id()),
        key: key.to_owned(),
        way: Way::Upload,
        file: None,
        licence: None,
        name: name.to_owned(),
        size: 0,
        round: 0,
        added: w.clock().now(),
    };
    let looked = acts::Looked {
        key: key.to_owned(),
        how,
        id: w.store.fresh_id(),
        sheet: how.map(|_| NewPaper::seal(w.vault(), paper)),
        drop,
    };
    let clerk = clerk(visitor)?;
    let act = move |tx: &mut store::Tx<'_>| acts::look(tx, hold, &clerk, &looked);
    w.store.write_once(ctx(w, visitor), idem, act).await
}
