//! The seals of the sample units: walked through their whole life by the sample's keepers, heads and registrar, as
//! any seal is. Safe to run twice and by two nodes at once: every step looks first where the seal stands.

use super::acts::{self, Change};
use super::life::{Hand, Step};
use super::making;
use super::model::{Issuer, Seal, SealKind, SealStatus};
use super::notary::Seals;
use super::records;
use crate::Proof;
use crate::custody;
use people::identity::{StaffId, UnitId, peers, units};
use store::{Actor, Ctx, Error, Result, Store};
use tokio::task::JoinSet;
use web::Role;

/// The seals every sample unit has.
const KINDS: [SealKind; 2] = [SealKind::Approval, SealKind::Licence];
/// Steps looked at for one seal; several nodes at once take them in turns.
const ROUNDS: usize = 60;
/// What the sample's applications rest on.
const BASIS: &str = "国令第716号第九条；本单位用印管理制度（样例）";
/// Days of the sample holders' terms.
const TERM: i64 = 3 * 365;

/// Who walks a seal: staff ids.
#[derive(Debug, Clone)]
pub struct Hands {
    /// Who hold it; the first asks for it.
    pub keepers: Vec<i64>,
    /// Head of the unit that keeps it.
    pub head: i64,
    /// Registrar of seals.
    pub registrar: i64,
    /// Whether another unit's keepers keep it.
    pub entrusted: bool,
}

/// Walks the seals of all sample units; does nothing where there are no sample people.
pub async fn seed(proof: &Proof) -> Result<()> {
    let people = proof.people();
    let mut named = Vec::new();
    for login in ["yd01", "yz03", "fz02"] {
        named.extend(people.staff_of_login(login).await?.map(|staff| staff.id));
    }
    let [registrar, keeper, head] = named[..] else { return Ok(()) };
    let centre = Hands { keepers: vec![keeper], head, registrar, entrusted: true };
    let read = move |db: &mut store::Db<'_>| {
        let mut out = Vec::new();
        for unit in units(db)? {
            let own = own_hands(db, unit.id, registrar)?;
            out.push((Issuer::from(&unit), own.unwrap_or_else(|| centre.clone())));
        }
        Ok(out)
    };
    let mut walks = JoinSet::new();
    for (issuer, hands) in people.store.read(read).await? {
        let seals = proof.seals().clone();
        walks.spawn(async move {
            for kind in KINDS {
                walk(&seals, &issuer, kind, &hands).await?;
            }
            Ok::<_, Error>(())
        });
    }
    while let Some(walked) = walks.join_next().await {
        walked.map_err(Error::internal)??;
    }
    Ok(())
}

/// The unit's own keepers and head, where it has both.
fn own_hands(db: &mut store::Db<'_>, unit: UnitId, registrar: i64) -> Result<Option<Hands>> {
    let mut of = |role| -> Result<Vec<i64>> {
        Ok(peers(db, unit, role, StaffId(0))?.into_iter().map(|card| card.id.0).collect())
    };
    let (keepers, heads) = (of(Role::SealKeeper)?, of(Role::UnitHead)?);
    let both = heads.first().copied().filter(|_| !keepers.is_empty());
    Ok(both.map(|head| Hands { keepers, head, registrar, entrusted: false }))
}

/// Walks one seal on until it is in use and held. A seal that somebody suspended, returned or ended is left so.
///
/// # Errors
/// Only faults of ours.
pub async fn walk(seals: &Seals, issuer: &Issuer, kind: SealKind, hands: &Hands) -> Result<()> {
    for _ in 0..ROUNDS {
        let unit = issuer.unit;
        let read = move |db: &mut store::Db<'_>| records::of_unit(db, unit, i64::MAX, 100);
        let all = seals.store().read(read).await?;
        let newest = all.into_iter().find(|seal| seal.kind == kind);
        let done = match &newest {
            None => apply(seals, issuer, kind, hands).await,
            // What people asked for themselves is theirs to walk.
            Some(seal) if seal.basis != BASIS => return Ok(()),
            Some(seal) => match step(seals, seal, hands).await {
                Ok(true) => return Ok(()),
                other => other.map(drop),
            },
        };
        match done {
            Ok(()) | Err(Error::Stale) => {}
            Err(Error::Refused(r)) if OVERTAKEN.contains(&r.code) => {}
            Err(other) => return Err(other),
        }
    }
    Err(Error::Busy(2))
}

/// What whoever came second is told.
const OVERTAKEN: &[&str] = &["seal-step", "seal-coming-already", "seal-exists", "custody-holder"];

fn by(store: &Store, staff: i64) -> Ctx {
    Ctx { actor: Actor::Staff(staff), ..store.system_ctx() }
}

async fn apply(seals: &Seals, issuer: &Issuer, kind: SealKind, hands: &Hands) -> Result<()> {
    let store = seals.store();
    let seal = making::application(store, issuer, kind, kind.inscription(), BASIS);
    let (ctx, entrusted) = (by(store, hands.keepers[0]), hands.entrusted);
    store.write(ctx, move |tx| acts::apply(tx, &seal, entrusted)).await.map(drop)
}

/// The next step; true when there is none to take.
async fn step(seals: &Seals, seal: &Seal, hands: &Hands) -> Result<bool> {
    let (step, hand, staff) = match seal.status {
        SealStatus::Applied => (Step::Approve, Hand::Registrar, hands.registrar),
        SealStatus::Approved => return making::make(seals, seal.id).await.map(|()| false),
        SealStatus::Made => (Step::Register, Hand::Registrar, hands.registrar),
        SealStatus::Registered => (Step::Enable, Hand::Keeper, hands.keepers[0]),
        SealStatus::InUse => return hold(seals, seal, hands).await.map(|()| true),
        _ => return Ok(true),
    };
    let change = Change {
        step,
        hand,
        lock: seal.lock,
        reason: String::new(),
        nothing: Vec::new(),
        leave_job: false,
    };
    seals.take(by(seals.store(), staff), None, seal.id, change).await.map(|_| false)
}

/// Names the holders of a seal that never had one.
async fn hold(seals: &Seals, seal: &Seal, hands: &Hands) -> Result<()> {
    let (store, id) = (seals.store(), seal.id);
    let held = store.read(move |db| custody::records::holders(db, id)).await?;
    if !held.is_empty() {
        return Ok(());
    }
    for keeper in &hands.keepers {
        let (who, entrusted) = ((*keeper, TERM), hands.entrusted);
        let act = move |tx: &mut store::Tx<'_>| custody::acts::name_holder(tx, id, who, entrusted);
        match store.write(by(store, hands.head), act).await {
            Ok(_) => {}
            Err(Error::Refused(r)) if r.code == "custody-holder" => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}
