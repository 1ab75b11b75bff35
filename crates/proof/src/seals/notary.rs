//! `Seals`: opens or makes keys and seals, and puts a seal on a document.

use super::acts::{self, NewSeal};
use super::authority::{self, Authorities, Identity, Role, utc};
use super::model::{DocumentDraft, Issuer, Order, Paper, SealKind, SealedFile, UnitSeal};
use super::records::{self, KeyRow, NewUse, SealRow, UseRow};
use super::{document, fonts, rules};
use gm::time::Utc;
use gm::x509::{Certificate, Name};
use ofd::font::Fonts;
use ofd::picture::{SealPicture, seal_png};
use ofd::seal::{Mode, Position, SealSpec, Signing, make_seal};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use store::{Error, FileHash, Result, Store, Upkeep, ledger};
use tokio::sync::{Mutex, MutexGuard};

/// Diameter of a seal on paper, mm.
pub const SEAL_MM: u32 = 42;
/// Pixels of a seal picture: 300 per inch.
const SEAL_PIXELS: u32 = 496;
/// Vendor in the seal header.
const VENDOR: &str = "TONGBAN";
/// Type 99 of the seal standard: 其他.
const KIND_OTHER: u32 = 99;
/// How often a seal is looked for and made: another node may be making it at the same moment.
const ROUNDS: usize = 4;

/// Keys, certificates and seals of this node. Cheap to clone.
#[derive(Clone)]
pub struct Seals(Arc<Inner>);

struct Inner {
    store: Store,
    fonts: &'static Fonts,
    authorities: Authorities,
    anchors: Vec<Certificate>,
    units: RwLock<HashMap<(i64, SealKind), Arc<UnitSeal>>>,
    /// Whoever makes a seal holds this.
    making: Mutex<()>,
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
        let authorities = match authorities(&store).await? {
            Some(found) => found,
            None => {
                make_authorities(&store).await?;
                let kept = authorities(&store).await?;
                kept.ok_or_else(|| Error::internal("the authorities were made and are not there"))?
            }
        };
        let anchors = vec![authorities.root.certificate.clone()];
        let fonts = fonts::shipped()?;
        Ok(Seals(Arc::new(Inner {
            store,
            fonts,
            authorities,
            anchors,
            units: RwLock::default(),
            making: Mutex::default(),
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

    /// The authority that signs all others.
    pub(super) fn root(&self) -> &Identity {
        &self.0.authorities.root
    }

    /// The trust list: certificates trusted by themselves.
    pub fn anchors(&self) -> &[Certificate] {
        &self.0.anchors
    }

    /// The trust list as PEM, for other programs that verify.
    pub fn anchors_pem(&self) -> String {
        self.anchors().iter().map(|c| gm::keys::pem("CERTIFICATE", c.der())).collect()
    }

    /// The seal of a unit, made and registered when it is first needed.
    pub async fn of_unit(&self, issuer: &Issuer, kind: SealKind) -> Result<Arc<UnitSeal>> {
        let key = (issuer.unit, kind);
        if let Some(found) = self.cached(key) {
            return Ok(found);
        }
        // One caller of this process makes; a caller of another node may be first, and is then found.
        let _one = self.0.making.lock().await;
        if let Some(found) = self.cached(key) {
            return Ok(found);
        }
        for _ in 0..ROUNDS {
            if let Some(found) = self.kept(issuer.unit, kind).await? {
                let found = Arc::new(found);
                let mut units = self.0.units.write().unwrap_or_else(|e| e.into_inner());
                units.insert(key, found.clone());
                return Ok(found);
            }
            match self.make(issuer, kind).await {
                Ok(()) | Err(Error::Stale) => {}
                Err(other) => return Err(other),
            }
        }
        Err(Error::internal("a seal was registered and is not there"))
    }

    /// Waits until nobody else of this process makes the paper of a register's licence.
    pub(crate) async fn one_paper(&self) -> MutexGuard<'_, ()> {
        self.0.papers.lock().await
    }

    fn cached(&self, key: (i64, SealKind)) -> Option<Arc<UnitSeal>> {
        self.0.units.read().unwrap_or_else(|e| e.into_inner()).get(&key).cloned()
    }

    async fn kept(&self, unit: i64, kind: SealKind) -> Result<Option<UnitSeal>> {
        let read = move |db: &mut store::Db<'_>| {
            Ok((records::seal(db, unit, kind)?, records::key(db, Role::Signer.label(), unit)?))
        };
        let (Some(seal), Some(key)) = self.0.store.read(read).await? else { return Ok(None) };
        let Identity { signer, certificate } = authority::open(&self.0.store, &key)?;
        let SealRow { id, no, name, esl } = seal;
        Ok(Some(UnitSeal { id, no, name, esl, signer, certificate }))
    }

    async fn make(&self, issuer: &Issuer, kind: SealKind) -> Result<()> {
        let store = &self.0.store;
        let certificate = self.signer(issuer).await?;
        let row = self.make_row(issuer, kind, &certificate)?;
        let valid_to = codes::time::Stamp::from_micros(certificate.not_after().0 * 1_000_000);
        let new = NewSeal { row, kind, unit: issuer.unit, valid_to };
        store.write(store.system_ctx(), move |tx| acts::register(tx, &new)).await
    }

    /// The certificate of the unit's signer, whose key is made when it is first needed: kept if nobody was
    /// quicker, and read back in the same transaction, so that every caller gets the one that stays.
    async fn signer(&self, issuer: &Issuer) -> Result<Certificate> {
        let (store, unit, role) = (&self.0.store, issuer.unit, Role::Signer);
        let found = store.read(move |db| records::key(db, role.label(), unit)).await?;
        let kept = match found {
            Some(kept) => kept,
            None => {
                let name = Name::new(&issuer.name, &format!("{}（沙箱）", issuer.name));
                let root = Some(&self.0.authorities.root);
                let (_, fresh) = authority::create(store, role, unit, &name, root)?;
                let at = store.clock().now();
                let keep = move |db: &mut store::Db<'_>| {
                    records::insert_key(db, &fresh, at)?;
                    records::key(db, role.label(), unit)?.ok_or(Error::Stale)
                };
                store.upkeep(Upkeep::Load, keep).await?
            }
        };
        Ok(authority::open(store, &kept)?.certificate)
    }

    fn make_row(&self, issuer: &Issuer, kind: SealKind, signer: &Certificate) -> Result<SealRow> {
        let store = &self.0.store;
        let picture = self.picture(issuer, kind)?;
        let no = format!("{}{}", issuer.uscc, store.chance().digits(8));
        let name = format!("{}{}（样例）", issuer.name, kind.inscription());
        let now = utc(store.clock().now());
        let signers = [signer.clone()];
        let spec = SealSpec {
            id: &no,
            vendor: VENDOR,
            name: &name,
            kind: KIND_OTHER,
            picture: &picture,
            size_mm: (SEAL_MM, SEAL_MM),
            signers: &signers,
            created: now,
            valid_from: signer.not_before(),
            valid_to: signer.not_after(),
        };
        let maker = &self.0.authorities.maker;
        let esl = make_seal(&spec, &maker.signer, &maker.certificate).map_err(Error::internal)?;
        Ok(SealRow { id: store.fresh_id(), no, name, esl })
    }

    /// The picture of a unit's seal, PNG; always marked 样例.
    pub fn picture(&self, issuer: &Issuer, kind: SealKind) -> Result<Vec<u8>> {
        let shown = SealPicture {
            unit: issuer.name.clone(),
            kind: kind.inscription().into(),
            mark: "样例".into(),
            pixels: SEAL_PIXELS,
        };
        seal_png(self.0.fonts, &shown).map_err(Error::internal)
    }

    /// Puts a unit's seal on a document, if a decision in the ledger ordered it, writes the use into the
    /// ledger, keeps the file, and only then gives its address.
    ///
    /// # Errors
    /// `seal-not-ordered`, `seal-used-already`, `seal-order-spent`; nothing is kept then.
    pub async fn sign(
        &self,
        issuer: &Issuer,
        kind: SealKind,
        order: Order,
        document: Sealable,
    ) -> Result<SealedFile> {
        let store = &self.0.store;
        let ctx = store.system_ctx();
        let events = store.read(move |db| ledger::of_stream(db, order.stream())).await?;
        rules::ordered(order, kind, &events)?;
        let seal = self.of_unit(issuer, kind).await?;
        let signing = Signing {
            esl: &seal.esl,
            signer: &seal.signer,
            certificate: &seal.certificate,
            placing: document.position.into(),
            at: utc(ctx.at),
            mode: Mode::Whole,
            chance: Some(store.chance().bytes()),
            timestamper: None,
        };
        let sealed = ofd::seal::sign(&document.ofd, &signing).map_err(Error::internal)?;
        let document_hash = FileHash::of(&document.ofd).as_str().to_owned();
        let new = NewUse {
            id: store.fresh_id(),
            seal: seal.id,
            document_hash: document_hash.clone(),
            file: FileHash::of(&sealed).as_str().to_owned(),
            ordered_by: None,
            paper: document.paper,
        };
        let at = ctx.at;
        let event_id = store.write(ctx, move |tx| acts::note_use(tx, new, kind, order)).await?;
        let file = store.files().put(&sealed)?;
        Ok(SealedFile {
            file,
            seal_no: seal.no.clone(),
            seal_name: seal.name.clone(),
            document_hash,
            at,
            event_id,
            pages: document.pages,
        })
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

async fn authorities(store: &Store) -> Result<Option<Authorities>> {
    let roles = [Role::Root, Role::Maker];
    let read = move |db: &mut store::Db<'_>| {
        let mut rows = Vec::new();
        for role in roles {
            rows.extend(records::key(db, role.label(), 0)?);
        }
        Ok(rows)
    };
    let rows: Vec<KeyRow> = store.read(read).await?;
    let [root, maker] = &rows[..] else { return Ok(None) };
    Ok(Some(Authorities {
        root: authority::open(store, root)?,
        maker: authority::open(store, maker)?,
    }))
}

/// Makes the authorities; where another node was quicker, its own stay.
async fn make_authorities(store: &Store) -> Result<()> {
    let make = |role, issuer| authority::create(store, role, 0, &authority::name(role), issuer);
    let (root, first) = make(Role::Root, None)?;
    let (_, second) = make(Role::Maker, Some(&root))?;
    let at = store.clock().now();
    let keep = move |db: &mut store::Db<'_>| {
        // Both or none: a maker is worth nothing under another root.
        if records::insert_key(db, &first, at)? {
            records::insert_key(db, &second, at)?;
        }
        Ok(())
    };
    store.upkeep(Upkeep::Load, keep).await
}

/// Now, in certificate time.
pub fn now(store: &Store) -> Utc {
    utc(store.clock().now())
}
