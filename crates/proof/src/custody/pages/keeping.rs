//! Custody of one seal (L07): its holders and their terms, the limit per hour, who has unlocked it.

use super::{People, at_hand, day, frame, staff_label, told};
use crate::Proof;
use crate::custody::model::{Guard, Holder};
use crate::custody::{acts, records, rules};
use crate::licences::asked::asked;
use crate::seals::life::Hand;
use crate::seals::model::Seal;
use askama::Template;
use axum::extract::{Path, State};
use codes::time::Stamp;
use people::identity::{StaffId, UnitId, peers};
use store::{Error, Purpose, Result};
use web::form::FormError;
use web::frame::Choice;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Role, Visitor, html, see_other};

struct Line {
    id: i64,
    who: String,
    until: String,
    how: String,
    state: String,
    tone: &'static str,
    unlocked: String,
    may_end: bool,
    idem: String,
}

#[derive(Template)]
#[template(path = "custody/keeping.html")]
struct Page {
    f: Frame,
    name: String,
    no: String,
    action: String,
    back: String,
    standing: String,
    standing_next: String,
    holders: Vec<Line>,
    /// The head names holders and sets the limit.
    head: bool,
    /// A holder delegates and unlocks.
    holds: bool,
    /// Two holders unlock it.
    two: bool,
    open: bool,
    keepers: Vec<Choice>,
    per_hour: i64,
    lately: usize,
    lock: i64,
    idems: [String; 5],
    errors: Vec<FormError>,
    done: String,
}

/// What may be done here.
const ACTS: [&str; 6] = ["name", "end", "delegate", "limit", "unlock", "lock"];

async fn show(
    proof: &Proof,
    visitor: &Visitor,
    (seal, hands): (&Seal, &[Hand]),
    errors: Vec<FormError>,
    done: String,
) -> Result<Page> {
    let (staff, at) = (visitor.staff()?.clone(), proof.app().clock().now());
    let (own, unit, me) = (seal.clone(), UnitId(staff.unit), StaffId(staff.id));
    let read = move |db: &mut store::Db<'_>| {
        let keepers = peers(db, unit, Role::SealKeeper, StaffId(0))?;
        Ok((records::guard(db, own, at)?, keepers))
    };
    let (guard, keepers) = proof.app().store.read(read).await?;
    let labels: Vec<String> = guard.holders.iter().map(|h| staff_label(h.staff)).collect();
    let people = People::of(proof, labels).await?;
    let head = hands.contains(&Hand::Head);
    let holds = |id: i64| {
        guard.holders.iter().any(|h| h.staff == id && rules::effective(h, &guard.holders, at))
    };
    let free = keepers.iter().filter(|card| !holds(card.id.0));
    let keepers =
        free.map(|card| Choice::new(card.id.0.to_string(), card.no.clone(), "")).collect();
    let f = frame(proof, visitor, visitor.t("custody-keeping-title"), "/s").await?;
    let (standing, standing_next) = match rules::may_seal(&guard, at) {
        Ok(()) => (f.t("custody-ready").to_owned(), String::new()),
        Err(e) => web::errors::words(visitor.lang, &e),
    };
    let token = || proof.app().store.chance().token();
    let view = Seen { guard: &guard, at, me: me.0, head, people: &people, visitor, f: &f };
    Ok(Page {
        name: seal.name.clone(),
        no: seal.no.clone(),
        action: format!("/s/{}/custody", seal.id),
        back: format!("/s/{}", seal.id),
        standing,
        standing_next,
        holders: guard.holders.iter().map(|h| line(&view, h, token())).collect(),
        head,
        holds: holds(me.0),
        two: seal.level == 1,
        open: rules::unlockers(&guard, at).len() >= rules::UNLOCKERS,
        keepers,
        per_hour: seal.per_hour,
        lately: guard.lately.len(),
        lock: seal.lock,
        idems: [token(), token(), token(), token(), token()],
        done,
        f: f.with_failed(!errors.is_empty()),
        errors,
    })
}

struct Seen<'a> {
    guard: &'a Guard,
    at: Stamp,
    me: i64,
    head: bool,
    people: &'a People,
    visitor: &'a Visitor,
    f: &'a Frame,
}

fn line(seen: &Seen<'_>, holder: &Holder, idem: String) -> Line {
    let (f, at) = (seen.f, seen.at);
    let runs = rules::effective(holder, &seen.guard.holders, at);
    let unlocks = seen.guard.unlocks.iter().filter(|u| u.staff == holder.staff && at < u.until);
    let last = unlocks.map(|u| u.until).max().filter(|_| runs);
    let (state, tone) = match (runs, holder.ended.is_some()) {
        (true, _) => ("custody-holder-runs", "ok"),
        (false, true) => ("custody-holder-ended", "grey"),
        (false, false) => ("custody-holder-over", "grey"),
    };
    let delegated = holder.delegated_by.is_some();
    let how = if delegated { "custody-how-delegated" } else { "custody-how-named" };
    Line {
        id: holder.id,
        who: seen.people.words(seen.visitor.lang, &staff_label(holder.staff)),
        until: day(holder.until, seen.visitor),
        how: f.t(how).to_owned(),
        state: f.t(state).to_owned(),
        tone,
        unlocked: last
            .map(|until| f.ta("custody-unlocked-until", "time", until.hm()))
            .unwrap_or_default(),
        may_end: runs && (seen.head || holder.delegated_by == Some(seen.me)),
        idem,
    }
}

/// A seal whose custody this visitor has to do with.
async fn kept(proof: &Proof, visitor: &Visitor, id: &str) -> Result<(Seal, Vec<Hand>)> {
    let (seal, hands) = at_hand(proof, visitor, id).await?;
    let keeps = hands.iter().any(|hand| matches!(hand, Hand::Keeper | Hand::Head));
    if keeps { Ok((seal, hands)) } else { Err(Error::NotFound) }
}

/// GET /s/{id}/custody
pub async fn page(State(proof): State<Proof>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let (seal, hands) = kept(&proof, &visitor, &id).await?;
    let done = asked(&visitor, "done");
    let done = match ACTS.contains(&done.as_str()) {
        true => visitor.t(&format!("custody-kept-{done}")).to_owned(),
        false => String::new(),
    };
    html(&show(&proof, &visitor, (&seal, &hands), Vec::new(), done).await?)
}

/// POST /s/{id}/custody/{what}
pub async fn act(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path((id, what)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let (seal, hands) = kept(&proof, &visitor, &id).await?;
    let what = ACTS.iter().copied().find(|act| *act == what).ok_or(Error::NotFound)?;
    match done(&proof, &visitor, (&seal, &hands), what, &posted).await {
        Ok(()) => Ok(see_other(&format!("/s/{}/custody?done={what}", seal.id))),
        Err(Error::Refused(refusal)) => {
            let field = match what {
                "limit" => "per_hour",
                "unlock" => "code",
                "delegate" => "to",
                _ => "holder",
            };
            let errors = told(&visitor, &refusal, field);
            let (seal, hands) = kept(&proof, &visitor, &id).await?;
            html_again(&show(&proof, &visitor, (&seal, &hands), errors, String::new()).await?)
        }
        Err(other) => Err(other.into()),
    }
}

async fn done(
    proof: &Proof,
    visitor: &Visitor,
    (seal, hands): (&Seal, &[Hand]),
    what: &str,
    posted: &Posted,
) -> Result<()> {
    let (head, id, store) = (hands.contains(&Hand::Head), seal.id, &proof.app().store);
    if matches!(what, "name" | "limit") && !head {
        return Err(Error::Denied);
    }
    let (idem, ctx) =
        (posted.idem("POST /s/{id}/custody/{what}")?, visitor.ctx(proof.app(), Purpose::None));
    // What is no number is a number that no rule lets through.
    let number = |name: &str| posted.get(name).parse::<i64>().unwrap_or(-1);
    let (holder, days, to) = (number("holder"), number("days"), number("to"));
    let (lock, per_hour) = (number("_lock"), number("per_hour"));
    match what {
        "name" => {
            let act =
                move |tx: &mut store::Tx<'_>| acts::name_holder(tx, id, (holder, days), false);
            store.write_once(ctx, idem, act).await
        }
        "end" => {
            let act = move |tx: &mut store::Tx<'_>| acts::end_holder(tx, id, holder, head);
            store.write_once(ctx, idem, act).await
        }
        "delegate" => {
            let act = move |tx: &mut store::Tx<'_>| acts::delegate(tx, id, to, days);
            store.write_once(ctx, idem, act).await
        }
        "limit" => {
            let act = move |tx: &mut store::Tx<'_>| acts::set_limit(tx, id, lock, per_hour);
            store.write_once(ctx, idem, act).await
        }
        "lock" => store.write_once(ctx, idem, move |tx| acts::lock(tx, id)).await,
        _ => {
            let me = StaffId(visitor.staff()?.id);
            let code = posted.get("code");
            let step = proof.people().code_step(ctx.clone(), &visitor.ip, me, code).await?;
            store.write_once(ctx, idem, move |tx| acts::unlock(tx, id, step)).await
        }
    }
    .map(drop)
}
