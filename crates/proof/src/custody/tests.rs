//! Custody told as a story, and as abuse (security S1–S3): a seal that nobody holds, a colleague without leave, a
//! document that was swapped, a code used twice, a key that was destroyed.

use super::model::{Guard, Holder, Unlock};
use super::{acts, records, rules};
use crate::seals::acts::{self as seal_acts, Change};
use crate::seals::life::{Hand, Step};
use crate::seals::model::{Seal, SealKind, SealStatus, SealedFile};
use crate::seals::{DocumentDraft, Order, making};
use crate::testing::{House, day, market};
use codes::time::Stamp;
use proptest::prelude::*;
use store::{Actor, Ctx, Db, Error, Kind, Result, Secret};

const AT: Stamp = Stamp::from_micros(1_790_000_000_000_000);

fn paper(order: Order, title: &str) -> DocumentDraft {
    DocumentDraft {
        title: title.into(),
        number: "示区市监受〔2026〕1号".into(),
        case_no: Some("99010220260921000001".into()),
        unit: market(),
        to: Secret::new("示例区邓记面馆"),
        paragraphs: vec!["现予受理。".into()],
        dated: day("2026-09-21"),
        seal_as: SealKind::Approval,
        order,
    }
}

fn accepted() -> Order {
    Order::Case { case_id: 1, event: Kind::CaseAccepted }
}

async fn seal_one(house: &House, title: &str) -> Result<SealedFile> {
    house.seals.seal_document(paper(accepted(), title), "").await
}

fn by(house: &House, staff: i64) -> Ctx {
    Ctx { actor: Actor::Staff(staff), ..house.store().system_ctx() }
}

async fn current(house: &House, kind: SealKind) -> Seal {
    let read = move |db: &mut Db<'_>| crate::seals::records::current(db, market().unit, kind);
    house.store().read(read).await.expect("read").expect("a seal")
}

async fn take(house: &House, staff: i64, hand: Hand, step: Step) -> Result<i64> {
    let read = |db: &mut Db<'_>| crate::seals::records::of_unit(db, market().unit, i64::MAX, 50);
    let all = house.store().read(read).await.expect("read");
    let seal = all.into_iter().find(|s| s.kind == SealKind::Approval).expect("a seal");
    let reason = "年度检查发现印模磨损".to_owned();
    let change =
        Change { step, hand, lock: seal.lock, reason, nothing: Vec::new(), leave_job: false };
    house.seals.take(by(house, staff), None, seal.id, change).await
}

/// (waiting, done, refused) in the queue, and notices to the head.
async fn counts(house: &House) -> (usize, usize, usize, usize) {
    let read = |db: &mut Db<'_>| {
        let all = records::requests(db, market().unit, i64::MAX, 1_000)?;
        let told = records::notices(db, market().unit, i64::MAX, 1_000)?.len();
        Ok((all, told))
    };
    let (all, told) = house.store().read(read).await.expect("read");
    let of = |label: &str| all.iter().filter(|r| r.state.label() == label).count();
    (of("waiting"), of("done"), of("refused"), told)
}

#[tokio::test]
async fn a_suspended_seal_seals_nothing_and_the_paper_waits_once() {
    let house = House::new().await;
    house.decide(1, Kind::CaseAccepted).await;
    assert!(seal_one(&house, "甲").await.is_ok());
    assert_eq!(counts(&house).await, (0, 1, 0, 1), "one use, one notice");
    take(&house, 901, Hand::Keeper, Step::Suspend).await.expect("suspended");
    for _ in 0..3 {
        let refused = seal_one(&house, "乙").await.map_err(|e| e.code());
        assert_eq!(refused.map(drop), Err("seal-suspended"));
    }
    assert_eq!(counts(&house).await, (1, 1, 0, 1), "it waits, once, and nobody is told of a use");
    let keeper = take(&house, 901, Hand::Keeper, Step::Resume).await;
    assert_eq!(keeper, Err(Error::Denied), "who stops it does not let it go on alone");
    take(&house, 903, Hand::Head, Step::Resume).await.expect("resumed");
    assert!(seal_one(&house, "乙").await.is_ok());
    assert_eq!(counts(&house).await, (0, 2, 0, 2));
    let waiting = house.seals.waiting(market().unit).await.expect("read");
    assert_eq!(waiting, None);
}

#[tokio::test]
async fn a_destroyed_key_is_gone_and_its_certificate_revoked() {
    let house = House::new().await;
    house.decide(1, Kind::CaseAccepted).await;
    let before = seal_one(&house, "甲").await.expect("sealed");
    let seal = current(&house, SealKind::Approval).await;
    house.store().clock().advance_seconds(60);
    take(&house, 904, Hand::Registrar, Step::Destroy).await.expect("destroyed");
    assert_eq!(seal_one(&house, "乙").await.map_err(|e| e.code()).map(drop), Err("seal-none"));
    let (key, id) = (seal.key, seal.id);
    let read = move |db: &mut Db<'_>| {
        Ok((
            crate::seals::records::signer_key(db, key)?,
            crate::seals::records::revoked(db)?,
            crate::seals::records::seal(db, id)?,
        ))
    };
    let (kept, revoked, seal) = house.store().read(read).await.expect("read");
    assert!(crate::seals::authority::open(house.store(), &kept).is_err(), "nothing signs with it");
    assert_eq!((revoked.len(), revoked[0].certificate == kept.certificate), (1, true));
    assert_eq!(seal.status, SealStatus::Destroyed);
    let standing = house.seals.status_at(&seal.no, before.at).await.expect("read").expect("known");
    assert_eq!((standing.then, standing.now), (Some(SealStatus::InUse), SealStatus::Destroyed));
    assert_eq!(house.seals.status_at("none", before.at).await, Ok(None));
}

#[tokio::test]
async fn nobody_approves_what_he_asked_for_and_a_renewal_takes_over() {
    let house = House::new().await;
    house.decide(1, Kind::CaseAccepted).await;
    let old = current(&house, SealKind::Approval).await;
    let ask = |replaces| {
        let mut seal = making::application(
            house.store(),
            &market(),
            SealKind::Approval,
            "行政审批专用章（2）",
            "市监办〔2026〕8号",
        );
        seal.replaces = replaces;
        let act = move |tx: &mut store::Tx<'_>| seal_acts::apply(tx, &seal, false);
        house.store().write(by(&house, 901), act)
    };
    assert_eq!(ask(0).await, Err(Error::refused("seal-exists")));
    let new = ask(old.id).await.expect("asked for");
    assert_eq!(ask(old.id).await, Err(Error::refused("seal-coming-already")));
    let own = take(&house, 901, Hand::Registrar, Step::Approve).await;
    assert_eq!(own, Err(Error::refused("seal-own-application")));
    let keeper = take(&house, 902, Hand::Keeper, Step::Approve).await;
    assert_eq!(keeper, Err(Error::Denied));
    take(&house, 904, Hand::Registrar, Step::Approve).await.expect("approved");
    assert!(take(&house, 901, Hand::Keeper, Step::Enable).await.is_err(), "not made yet");
    making::make(&house.seals, new).await.expect("made");
    making::make(&house.seals, new).await.expect("a second worker leaves it");
    take(&house, 904, Hand::Registrar, Step::Register).await.expect("registered");
    assert!(seal_one(&house, "甲").await.is_ok_and(|f| f.seal_no == old.no), "the old one seals");
    take(&house, 903, Hand::Head, Step::Enable).await.expect("in use");
    let sealed = seal_one(&house, "乙").await.expect("sealed with the new one");
    assert_ne!(sealed.seal_no, old.no);
    let read = move |db: &mut Db<'_>| crate::seals::records::seal(db, old.id);
    assert_eq!(house.store().read(read).await.map(|s| s.status), Ok(SealStatus::Renewed));
}

#[tokio::test]
async fn limits_terms_and_delegations_bind() {
    let house = House::new().await;
    house.decide(1, Kind::CaseAccepted).await;
    let seal = current(&house, SealKind::Approval).await;
    let (id, lock) = (seal.id, seal.lock);
    let limit = move |tx: &mut store::Tx<'_>| acts::set_limit(tx, id, lock, 2);
    house.store().write(by(&house, 903), limit).await.expect("a limit");
    assert!(seal_one(&house, "一").await.is_ok() && seal_one(&house, "二").await.is_ok());
    let full = seal_one(&house, "三").await.map_err(|e| e.code());
    assert_eq!(full.map(drop), Err("seal-hour-full"));
    house.store().clock().advance_seconds(3_601);
    assert!(seal_one(&house, "三").await.is_ok(), "an hour later there is room");
    let read = move |db: &mut Db<'_>| records::holders(db, id);
    let holders = house.store().read(read).await.expect("holders");
    assert_eq!(holders.len(), 2);
    for holder in holders {
        let end = move |tx: &mut store::Tx<'_>| acts::end_holder(tx, id, holder.id, true);
        house.store().write(by(&house, 903), end).await.expect("ended");
        assert_eq!(house.store().write(by(&house, 903), end).await, Err(Error::Stale), "once");
    }
    let none = seal_one(&house, "四").await.map_err(|e| e.code());
    assert_eq!(none.map(drop), Err("seal-no-holder"));
    let foreign = move |tx: &mut store::Tx<'_>| acts::delegate(tx, id, 902, 3);
    assert_eq!(house.store().write(by(&house, 901), foreign).await, Err(Error::Denied));
}

/// A key that was copied before it was destroyed seals nothing that anybody believes; what it sealed before stays
/// good, with and without a network.
#[tokio::test]
async fn a_stolen_key_is_told_by_the_register() {
    let house = House::new().await;
    house.decide(1, Kind::CaseAccepted).await;
    let before = seal_one(&house, "甲").await.expect("sealed");
    let stolen = house.seals.of_unit(&market(), SealKind::Approval).await.expect("a seal");
    house.store().clock().advance_seconds(60);
    take(&house, 904, Hand::Registrar, Step::Destroy).await.expect("destroyed");
    house.store().clock().advance_seconds(60);
    let (order, fonts) = (accepted(), house.seals.fonts());
    let read = move |db: &mut Db<'_>| store::ledger::of_stream(db, order.stream());
    let events = house.store().read(read).await.expect("events");
    let laid = crate::seals::document::lay_out(fonts, &paper(order, "乙"), "", "x".repeat(32));
    let laid = laid.expect("laid out");
    let mandate = crate::seals::signer::Mandate::of(order, SealKind::Approval, &events, &laid.ofd);
    let at = house.store().clock().now();
    let putting = crate::seals::signer::Putting { position: laid.position, at, chance: [9; 32] };
    let stamp = |value: &[u8]| Ok(house.seals.timestamp(value, at).expect("a stamp"));
    let stamper = ofd::seal::Timestamper::new(&stamp);
    let forged = mandate.expect("ordered").put(&stolen, &laid.ofd, &putting, stamper);
    let verdict = crate::verification::judge::file(&house.seals, &forged.expect("put")).await;
    let verdict = verdict.expect("judged");
    let told = verdict.steps.iter().find(|s| s.code == "seal-status");
    assert_eq!((verdict.is_true(), told.map(|s| s.ok)), (false, Some(Some(false))));
    let good = house.store().files().get(&before.file).expect("kept");
    let verdict = crate::verification::judge::file(&house.seals, &good).await.expect("judged");
    let told = verdict.steps.iter().find(|s| s.code == "seal-status");
    assert!(verdict.is_true(), "{verdict:#?}");
    assert_eq!(told.map(|s| (s.ok, &*s.detail)), Some((Some(true), "destroyed")));
}

/// The document is swapped between the order and the signature, a hundred thousand times.
#[tokio::test]
async fn a_swapped_document_is_never_sealed() {
    let house = House::new().await;
    house.decide(1, Kind::CaseAccepted).await;
    let order = accepted();
    let read = move |db: &mut Db<'_>| store::ledger::of_stream(db, order.stream());
    let events = house.store().read(read).await.expect("events");
    let seal = house.seals.of_unit(&market(), SealKind::Approval).await.expect("a seal");
    let approved = b"the document that was approved".to_vec();
    let mandate = crate::seals::signer::Mandate::of(order, SealKind::Approval, &events, &approved);
    let mandate = mandate.expect("ordered");
    let position = ofd::seal::Position { page: 0, x: 0.0, y: 0.0, width: 42.0, height: 42.0 };
    let putting = crate::seals::signer::Putting { position, at: AT, chance: [7; 32] };
    let stamp = |value: &[u8]| Ok(house.seals.timestamp(value, AT).expect("a stamp"));
    let stamper = ofd::seal::Timestamper::new(&stamp);
    let mut sealed = 0;
    for n in 0..100_000_u32 {
        let mut other = approved.clone();
        let at = n as usize % other.len();
        other[at] ^= 1 << (n % 8);
        other.extend((n / 240).to_le_bytes().iter().take(usize::from(n >= 240) * 4));
        match mandate.put(&seal, &other, &putting, stamper) {
            Err(Error::Refused(r)) if r.code == "seal-document-changed" => {}
            _ => sealed += 1,
        }
    }
    assert_eq!(sealed, 0);
    let licence = house.seals.of_unit(&market(), SealKind::Licence).await.expect("a seal");
    let other = mandate.put(&licence, &approved, &putting, stamper).map_err(|e| e.code());
    assert_eq!(other, Err("seal-not-ordered"), "another seal than the one ordered");
    assert_eq!(counts(&house).await, (0, 0, 0, 0), "nothing of it is a use");
}

fn seal(level: i64, per_hour: i64) -> Seal {
    let start = Stamp::from_micros(0);
    Seal {
        id: 1,
        issuer: market(),
        kind: SealKind::Official,
        no: String::new(),
        name: String::new(),
        inscription: String::new(),
        level,
        status: SealStatus::InUse,
        status_at: start,
        lock: 1,
        key: 1,
        valid_to: AT.plus_days(100),
        basis: String::new(),
        reason: String::new(),
        applied_by: 0,
        approved_by: 0,
        replaces: 0,
        per_hour,
    }
}

fn holder(staff: i64, days: i64, delegated_by: Option<i64>) -> Holder {
    let (from, until) = (AT.plus_days(-1), AT.plus_days(days));
    Holder { id: staff, seal: 1, staff, from, until, ended: None, delegated_by }
}

#[test]
fn two_different_holders_open_a_level_one_seal() {
    let until = AT.plus_seconds(rules::UNLOCK_SECONDS);
    let mut guard = Guard {
        seal: seal(1, 0),
        holders: vec![holder(1, 10, None), holder(2, 10, None), holder(3, 10, Some(1))],
        unlocks: Vec::new(),
        lately: Vec::new(),
    };
    let code = |guard: &Guard, at| rules::may_seal(guard, at).map_err(|e| e.code());
    assert_eq!(code(&guard, AT), Err("seal-locked"));
    guard.unlocks = vec![Unlock { staff: 1, until }, Unlock { staff: 1, until }];
    assert_eq!(code(&guard, AT), Err("seal-locked"), "one person twice is one person");
    guard.unlocks.push(Unlock { staff: 9, until });
    assert_eq!(code(&guard, AT), Err("seal-locked"), "a stranger's unlocking counts for nothing");
    guard.unlocks.push(Unlock { staff: 2, until });
    assert_eq!(code(&guard, AT), Ok(()));
    assert_eq!(code(&guard, until), Err("seal-locked"), "it ends by itself");
    guard.unlocks = vec![Unlock { staff: 1, until }, Unlock { staff: 3, until }];
    assert_eq!(code(&guard, AT), Ok(()), "a delegate counts");
    guard.holders[0].ended = Some(AT);
    assert_eq!(code(&guard, AT), Err("seal-locked"), "but not beyond who delegated to him");
}

proptest! {
    /// Whatever is granted and typed: no delegate seals after his term, or his giver's, is over; and no term is
    /// longer than the rules say.
    #[test]
    fn no_term_outlives_its_giver(own in 1..2_000_i64, days in -5..60_i64, later in 0..2_100_i64) {
        let at = AT.plus_days(later);
        let giver = holder(1, own, None);
        match rules::delegation(&giver, days, AT) {
            Err(_) => prop_assert!(!(1..=rules::DELEGATION_DAYS).contains(&days) || days > own),
            Ok(until) => {
                prop_assert!(until <= giver.until);
                let delegate = Holder { from: AT, until, ..holder(2, 1, Some(1)) };
                let holders = vec![giver, delegate];
                let counts = rules::effective(&delegate, &holders, at);
                prop_assert_eq!(counts, at < until);
                prop_assert!(rules::delegation(&delegate, 1, AT).is_err(), "nothing is passed on");
            }
        }
        prop_assert_eq!(rules::term(own, AT).is_ok(), own <= rules::TERM_DAYS);
    }

    /// However often it is used: never more than the limit within any hour.
    #[test]
    fn the_hour_is_never_overfull(most in 1..6_i64, gaps in proptest::collection::vec(0..2_000_i64, 1..60)) {
        let mut guard = Guard {
            seal: seal(2, most),
            holders: vec![holder(1, 2_000, None)],
            unlocks: Vec::new(),
            lately: Vec::new(),
        };
        let mut at = AT;
        for gap in gaps {
            at = at.plus_seconds(gap);
            match rules::may_seal(&guard, at) {
                Ok(()) => guard.lately.insert(0, at),
                Err(e) => {
                    prop_assert_eq!(e.code(), "seal-hour-full");
                    let free = rules::free_at(&guard, at).expect("a time");
                    prop_assert!(at < free);
                    prop_assert!(rules::may_seal(&guard, free).is_ok(), "and then there is room");
                }
            }
            let inside = guard.lately.iter().filter(|t| **t > at.plus_seconds(-3_600)).count();
            prop_assert!(inside as i64 <= most);
        }
    }
}
