//! `Seals`: finds the seals of units and has the signer put them on documents.

use super::acts::{self, Change};
use super::authority::{self, Authorities, Identity, utc};
use super::life::Step;
use super::model::{
    DocumentDraft, Issuer, Order, Paper, Seal, SealKind, SealStatus, SealedFile, UnitSeal,
};
use super::records::{self, NewUse, UseRow};
use super::signer::{Mandate, Putting};
use super::{document, fonts, founding};
use crate::custody;
use crate::custody::model::{Request, RequestState, Waiting};
use codes::time::Stamp;
use gm::time::Utc;
use gm::x509::Certificate;
use ofd::font::Fonts;
use ofd::seal::{Position, Timestamper};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use store::{Ctx, Error, FileHash, Idem, Result, Store, ledger};
use tokio::sync::{Mutex, MutexGuard};

/// Diameter of a seal on paper, mm.
pub const SEAL_MM: u32 = 42;
/// How often a sealing begins again because the unit's seal was changed meanwhile.
const ROUNDS: usize = 3;

/// Keys, certificates and seals of this node. Cheap to clone.
#[derive(Clone)]
pub struct Seals(Arc<Inner>);

struct Inner {
    store: Store,
    fonts: &'static Fonts,
    authorities: Authorities,
    anchors: Vec<Certificate>,
    between: Vec<Certificate>,
    units: RwLock<HashMap<(i64, SealKind), Arc<UnitSeal>>>,
    /// Whoever makes the paper of a register's licence holds this.
    papers: Mutex<()>,
}

/// A document ready to be sealed.
pub struct Sealable {
    /// OFD bytes.
    pub ofd: Vec<u8>,
    /// Where the stamp stands.
    pub position: Position,
    /// How many pages it has.
    pub pages: usize,
    /// What the log says of it.
    pub paper: Paper,
}

impl Seals {
    /// Opens the authorities, or makes them at the first start. Safe to call twice.
    pub async fn open(store: Store) -> Result<Seals> {
        let authorities = founding::authorities(&store).await?;
        let anchors = vec![authorities.root.certificate.clone()];
        let between = vec![authorities.agency.certificate.clone()];
        let fonts = fonts::shipped()?;
        Ok(Seals(Arc::new(Inner {
            store,
            fonts,
            authorities,
            anchors,
            between,
            units: RwLock::default(),
            papers: Mutex::default(),
        })))
    }

    /// The store under it.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The fonts papers are set in.
    pub fn fonts(&self) -> &'static Fonts {
        self.0.fonts
    }

    /// The trust list: certificates trusted by themselves.
    pub fn anchors(&self) -> &[Certificate] {
        &self.0.anchors
    }

    /// The authorities that stand between the trust list and whom they certify.
    pub fn between(&self) -> &[Certificate] {
        &self.0.between
    }

    /// The authorities of this node.
    pub(crate) fn authorities(&self) -> &Authorities {
        &self.0.authorities
    }

    /// The seal a unit seals with.
    ///
    /// # Errors
    /// `seal-none`, `seal-coming`, `seal-suspended`, `seal-expired`.
    pub async fn of_unit(&self, issuer: &Issuer, kind: SealKind) -> Result<Arc<UnitSeal>> {
        let key = (issuer.unit, kind);
        if let Some(found) = self.cached(key) {
            return Ok(found);
        }
        let (unit, at) = (issuer.unit, self.0.store.clock().now());
        let read = move |db: &mut store::Db<'_>| {
            let guard = acts::guard(db, unit, kind, at)?;
            let seal = guard.seal;
            if seal.status == SealStatus::Suspended {
                return Err(Error::refused("seal-suspended"));
            }
            if seal.valid_to <= at {
                return Err(Error::refused("seal-expired"));
            }
            let (esl, key) = (records::esl(db, seal.id)?, records::signer_key(db, seal.key)?);
            Ok((seal, esl, key))
        };
        let (seal, esl, kept) = self.0.store.read(read).await?;
        let Identity { signer, certificate } = authority::open(&self.0.store, &kept)?;
        let Seal { id, no, name, .. } = seal;
        let found = Arc::new(UnitSeal { id, no, name, kind, esl, signer, certificate });
        let mut units = self.0.units.write().unwrap_or_else(|e| e.into_inner());
        units.insert(key, found.clone());
        Ok(found)
    }

    /// Waits until nobody else of this process makes the paper of a register's licence.
    pub(crate) async fn one_paper(&self) -> MutexGuard<'_, ()> {
        self.0.papers.lock().await
    }

    fn cached(&self, key: (i64, SealKind)) -> Option<Arc<UnitSeal>> {
        self.0.units.read().unwrap_or_else(|e| e.into_inner()).get(&key).cloned()
    }

    /// Forgets a unit's key: it is read again, or not at all, by the next who asks.
    fn forget(&self, key: (i64, SealKind)) {
        self.0.units.write().unwrap_or_else(|e| e.into_inner()).remove(&key);
    }

    /// Takes a step of a seal's life by somebody's hand, once per key minted with the page.
    ///
    /// # Errors
    /// Those of [`acts::change`].
    pub async fn take(&self, ctx: Ctx, idem: Option<Idem>, id: i64, change: Change) -> Result<i64> {
        let store = &self.0.store;
        let read = move |db: &mut store::Db<'_>| {
            let seal = records::seal(db, id)?;
            let ends = match change.step {
                Step::Enable if seal.replaces != 0 => Some(records::seal(db, seal.replaces)?.key),
                Step::Destroy => Some(seal.key),
                _ => None,
            };
            Ok((seal, ends, change))
        };
        let (seal, ends, mut change) = store.read(read).await?;
        if let Some(key) = ends {
            change.nothing = authority::nothing(store, key);
        }
        let act = move |tx: &mut store::Tx<'_>| acts::change(tx, id, &change);
        let done = match idem {
            Some(idem) => store.write_once(ctx, idem, act).await,
            None => store.write(ctx, act).await,
        };
        self.forget((seal.issuer.unit, seal.kind));
        done
    }

    /// How a seal stood at a moment, and how it stands now: for whoever verifies what it sealed. `None` for a
    /// seal this node does not know.
    pub async fn status_at(&self, no: &str, at: Stamp) -> Result<Option<Standing>> {
        let no = no.to_owned();
        self.0.store.read(move |db| status_at(db, &no, at)).await
    }

    /// What waits for the seals of a unit.
    pub async fn waiting(&self, unit: i64) -> Result<Option<Waiting>> {
        self.0.store.read(move |db| custody::records::waiting(db, unit)).await
    }

    /// Puts a unit's seal on a document, if a decision in the ledger ordered it, writes the use into the
    /// ledger, keeps the file, and only then gives its address. A paper whose seal is not to be had now is
    /// noted in the signing queue and waits there.
    ///
    /// # Errors
    /// `seal-not-ordered`, `seal-used-already`, `seal-order-spent`, and those of
    /// [`custody::rules::may_seal`]; nothing is kept then.
    pub async fn sign(
        &self,
        issuer: &Issuer,
        kind: SealKind,
        order: Order,
        document: Sealable,
    ) -> Result<SealedFile> {
        let events = self.0.store.read(move |db| ledger::of_stream(db, order.stream())).await?;
        let asked = Asked { unit: issuer.unit, kind, order, paper: document.paper.clone() };
        let hash = FileHash::of(&document.ofd);
        let mandate = match Mandate::of(order, kind, &events, &document.ofd) {
            Ok(mandate) => mandate,
            Err(e) => return Err(self.queued(&asked, None, hash.as_str(), e).await),
        };
        match self.put(issuer, &mandate, document).await {
            Ok(file) => Ok(file),
            Err(e) => Err(self.queued(&asked, Some(&mandate), hash.as_str(), e).await),
        }
    }

    async fn put(
        &self,
        issuer: &Issuer,
        mandate: &Mandate,
        document: Sealable,
    ) -> Result<SealedFile> {
        let store = &self.0.store;
        let key = (issuer.unit, mandate.kind());
        for _ in 0..ROUNDS {
            // What cannot be sealed now costs no signature.
            self.may_seal(issuer, mandate.kind()).await?;
            let ctx = store.system_ctx();
            let (at, chance) = (ctx.at, store.chance().bytes());
            let seal = self.of_unit(issuer, mandate.kind()).await?;
            let putting = Putting { position: document.position, at, chance };
            let stamp = |value: &[u8]| {
                let token = self.timestamp(value, at);
                token.map_err(|_| ofd::Error::Timestamp("the authority gave none"))
            };
            let sealed = mandate.put(&seal, &document.ofd, &putting, Timestamper::new(&stamp))?;
            let new = NewUse {
                id: store.fresh_id(),
                seal: seal.id,
                document_hash: mandate.document().to_owned(),
                file: FileHash::of(&sealed).as_str().to_owned(),
                ordered_by: None,
                paper: document.paper.clone(),
            };
            let (unit, own) = (issuer.unit, mandate.clone());
            let act = move |tx: &mut store::Tx<'_>| acts::note_use(tx, new, unit, &own);
            match store.write(ctx, act).await {
                Ok(event_id) => {
                    let file = store.files().put(&sealed)?;
                    return Ok(SealedFile {
                        file,
                        seal_no: seal.no.clone(),
                        seal_name: seal.name.clone(),
                        document_hash: mandate.document().to_owned(),
                        at,
                        event_id,
                        pages: document.pages,
                    });
                }
                // The unit seals with another seal by now: again, with that.
                Err(Error::Stale) => self.forget(key),
                Err(other) => {
                    self.forget(key);
                    return Err(other);
                }
            }
        }
        Err(Error::Busy(2))
    }

    async fn may_seal(&self, issuer: &Issuer, kind: SealKind) -> Result<()> {
        let (unit, at) = (issuer.unit, self.0.store.clock().now());
        let read = move |db: &mut store::Db<'_>| {
            let guard = acts::guard(db, unit, kind, at)?;
            custody::rules::may_seal(&guard, at)
        };
        self.0.store.read(read).await
    }

    /// Whether a paper could be sealed now; a paper that could not is noted in the signing queue. For those who
    /// draw numbers before there is a document.
    ///
    /// # Errors
    /// As [`Seals::sign`].
    pub async fn ready(
        &self,
        issuer: &Issuer,
        kind: SealKind,
        order: Order,
        paper: &Paper,
    ) -> Result<()> {
        let events = self.0.store.read(move |db| ledger::of_stream(db, order.stream())).await?;
        let asked = Asked { unit: issuer.unit, kind, order, paper: paper.clone() };
        let mandate = match Mandate::of(order, kind, &events, &[]) {
            Ok(mandate) => mandate,
            Err(e) => return Err(self.queued(&asked, None, "", e).await),
        };
        match self.may_seal(issuer, kind).await {
            Ok(()) => Ok(()),
            Err(e) => Err(self.queued(&asked, Some(&mandate), "", e).await),
        }
    }

    /// Notes in the signing queue why a paper was not sealed, and gives the reason on. Faults of ours, and a
    /// queue that cannot be written, are no state of the paper.
    async fn queued(
        &self,
        asked: &Asked,
        mandate: Option<&Mandate>,
        hash: &str,
        why: Error,
    ) -> Error {
        let Error::Refused(refusal) = &why else { return why };
        let (store, waits) = (&self.0.store, custody::rules::waits(refusal.code));
        let at = store.clock().now();
        let request = Request {
            id: store.fresh_id(),
            unit: asked.unit,
            kind: asked.kind,
            seal: 0,
            ordered_by: mandate.map_or(0, Mandate::ordered_by),
            ordered: asked.order.stream().label(),
            approver: mandate.map(|m| m.approver().to_owned()).unwrap_or_default(),
            title: asked.paper.title.clone(),
            number: asked.paper.number.clone(),
            case_no: asked.paper.case_no.clone(),
            document_hash: hash.to_owned(),
            state: if waits { RequestState::Waiting } else { RequestState::Refused },
            why: refusal.code.to_owned(),
            asked: at,
            state_at: at,
        };
        let act = move |tx: &mut store::Tx<'_>| custody::acts::queue(tx, &request);
        match store.write(store.system_ctx(), act).await {
            Ok(()) | Err(Error::Stale) => {}
            Err(e) => tracing::error!("the signing queue was not written: {e}"),
        }
        why
    }

    /// Makes a document in the official form, seals it and keeps the file. `scan` is what the code at its
    /// foot says; empty for none.
    ///
    /// # Errors
    /// As [`Seals::sign`].
    pub async fn seal_document(&self, draft: DocumentDraft, scan: &str) -> Result<SealedFile> {
        let id = self.0.store.chance().token();
        let document = document::lay_out(self.0.fonts, &draft, scan, id)?;
        self.sign(&draft.unit, draft.seal_as, draft.order, document).await
    }

    /// The use of a seal that made this file.
    pub async fn use_of_file(&self, file: &FileHash) -> Result<Option<UseRow>> {
        let file = file.as_str().to_owned();
        self.0.store.read(move |db| records::use_of_file(db, &file)).await
    }

    /// The newest sealed document of a case number (20 digits).
    pub async fn use_of_case(&self, case_no: String) -> Result<Option<UseRow>> {
        self.0.store.read(move |db| records::use_of_case(db, &case_no)).await
    }
}

/// A paper somebody wants sealed.
struct Asked {
    unit: i64,
    kind: SealKind,
    order: Order,
    paper: Paper,
}

/// How a seal stood when something was sealed, and how it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whose it is.
    pub unit: i64,
    /// Which kind.
    pub kind: SealKind,
    /// How it stood then; `None` before it was asked for.
    pub then: Option<SealStatus>,
    /// How it stands now.
    pub now: SealStatus,
    /// Since when it stands so.
    pub since: Stamp,
    /// Why, in the words of whoever changed it; nothing for a seal in use.
    pub reason: String,
}

/// As [`Seals::status_at`], within a read.
pub(crate) fn status_at(db: &mut store::Db<'_>, no: &str, at: Stamp) -> Result<Option<Standing>> {
    let Some(seal) = records::by_no(db, no)? else { return Ok(None) };
    let events = ledger::of_stream(db, store::Stream::of("seal", seal.id))?;
    let step = |kind: &str| Step::ALL.iter().find(|step| step.event().label() == kind).copied();
    let before: Vec<Step> =
        events.iter().filter(|e| e.at <= at).filter_map(|e| step(&e.kind)).collect();
    // A seal made before there were applications was registered and in use at once.
    let old = !events.iter().any(|e| e.kind == Step::Apply.event().label());
    let then = match before.last() {
        Some(Step::Register) if old => Some(SealStatus::InUse),
        last => last.map(|step| step.leads_to()),
    };
    let (unit, kind) = (seal.issuer.unit, seal.kind);
    let (now, since, reason) = (seal.status, seal.status_at, seal.reason);
    Ok(Some(Standing { unit, kind, then, now, since, reason }))
}

/// Now, in certificate time.
pub fn now(store: &Store) -> Utc {
    utc(store.clock().now())
}
