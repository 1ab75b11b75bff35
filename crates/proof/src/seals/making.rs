//! The sandbox maker of seals (制章): draws the picture, makes the key and its certificate, signs the seal. The work of
//! an appointed maker, done here so that the machinery can be tried; everything it makes says 样例.

use super::acts::{self, Made};
use super::authority::{self, Role, utc};
use super::model::{Issuer, Seal, SealKind, SealStatus};
use super::notary::Seals;
use super::records;
use codes::time::Stamp;
use gm::time::Utc;
use gm::x509::Name;
use ofd::picture::{SealLook, Shape, draw_seal};
use ofd::seal::{SealSpec, make_seal};
use store::{Error, Result, Store};

/// Vendor in the seal header.
const VENDOR: &str = "TONGBAN";
/// Seconds for which a seal is valid: five years.
const VALID_SECONDS: i64 = 5 * 365 * 86_400;
/// Pixels of a seal picture for each mm: 300 per inch.
const PIXELS_PER_MM: u32 = 12;

/// Name of a seal: the unit, what stands under the star, and that it is a sample.
pub fn name(issuer: &Issuer, kind: SealKind, line: &str) -> String {
    match kind {
        SealKind::Person => format!("{}法定代表人名章{line}（样例）", issuer.name),
        SealKind::Official => format!("{}公章{line}（样例）", issuer.name),
        _ => format!("{}{line}（样例）", issuer.name),
    }
}

/// An application for a seal, to be handed to [`acts::apply`].
pub fn application(
    store: &Store,
    issuer: &Issuer,
    kind: SealKind,
    line: &str,
    basis: &str,
) -> Seal {
    let start = Stamp::from_micros(0);
    Seal {
        id: store.fresh_id(),
        issuer: issuer.clone(),
        kind,
        no: format!("{}{}", issuer.uscc, store.chance().digits(8)),
        name: name(issuer, kind, line),
        inscription: line.to_owned(),
        level: kind.level(),
        status: SealStatus::Applied,
        status_at: start,
        lock: 0,
        key: 0,
        valid_to: start,
        basis: basis.to_owned(),
        reason: String::new(),
        applied_by: 0,
        approved_by: 0,
        replaces: 0,
        per_hour: 0,
    }
}

/// What a seal looks like: a star on seals of the authority, an oval or a square where that is usual; under it the
/// thirteen digits by which the police know seals: division and serial.
pub fn look(seal: &Seal) -> SealLook {
    let (shape, arc) = match seal.kind {
        SealKind::Official | SealKind::Approval | SealKind::Licence => {
            (Shape::Star, &seal.issuer.name)
        }
        SealKind::Finance => (Shape::Oval, &seal.issuer.name),
        SealKind::Person => (Shape::Square, &seal.inscription),
    };
    let division = seal.issuer.uscc.get(2..8).unwrap_or_default();
    let serial = seal.no.get(seal.no.len().saturating_sub(7)..).unwrap_or_default();
    SealLook {
        shape,
        size_mm: seal.kind.size_mm(),
        arc: arc.clone(),
        line: if shape == Shape::Square { String::new() } else { seal.inscription.clone() },
        code: format!("{division}{serial}"),
        mark: "样例".into(),
        pixels_per_mm: PIXELS_PER_MM,
    }
}

/// The picture of a seal, PNG; always marked 样例.
pub fn picture(seals: &Seals, seal: &Seal) -> Result<Vec<u8>> {
    draw_seal(seals.fonts(), &look(seal)).map_err(Error::internal)
}

/// Makes an approved seal and keeps it; what is made already, or taken back, is left as it is.
///
/// # Errors
/// Only faults of ours.
pub async fn make(seals: &Seals, id: i64) -> Result<()> {
    let store = seals.store();
    let seal = store.read(move |db| records::seal(db, id)).await?;
    if seal.status != SealStatus::Approved {
        return Ok(());
    }
    let own = seals.clone();
    let work = tokio::task::spawn_blocking(move || made(&own, &seal));
    let made = work.await.map_err(Error::internal)??;
    match store.write(store.system_ctx(), move |tx| acts::made(tx, id, &made)).await {
        Ok(_) | Err(Error::Stale) => Ok(()),
        Err(other) => Err(other),
    }
}

fn made(seals: &Seals, seal: &Seal) -> Result<Made> {
    let store = seals.store();
    let maker = &seals.authorities().maker;
    let subject = Name::new(&seal.issuer.name, &format!("{}（沙箱）", seal.name));
    let owner = (seal.issuer.unit, seal.id);
    let agency = Some(&seals.authorities().agency);
    let (signer, key) = authority::create(store, Role::Signer, owner, &subject, agency)?;
    let certificate = signer.certificate;
    let picture = picture(seals, seal)?;
    let now = utc(store.clock().now());
    let valid_to = certificate.not_after().min(Utc(now.0 + VALID_SECONDS));
    let signers = [certificate.clone()];
    let spec = SealSpec {
        id: &seal.no,
        vendor: VENDOR,
        name: &seal.name,
        kind: seal.kind.code(),
        picture: &picture,
        size_mm: seal.kind.size_mm(),
        signers: &signers,
        created: now,
        valid_from: certificate.not_before(),
        valid_to,
    };
    let esl = make_seal(&spec, &maker.signer, &maker.certificate).map_err(Error::internal)?;
    Ok(Made { esl, key, valid_to: Stamp::from_micros(valid_to.0 * 1_000_000) })
}
