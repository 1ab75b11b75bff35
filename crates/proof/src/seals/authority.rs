//! The sandbox certificate authorities: a root, the agency under it, and whom the agency certifies: the seal
//! maker, the units' signers, whoever speaks of status and of time.
//!
//! Keys are drawn at the first start and never shipped. Every certificate says 沙箱: it proves that the
//! machinery works, not that an authority exists. The root certifies the agency and nobody else, so its key may
//! lie in a safe. OpenSSL 3.0 gives the user id only to the certificate asked about: a stranger verifies the
//! chain link by link (`verify -partial_chain`).

use super::records::KeyRow;
use codes::time::Stamp;
use gm::oid;
use gm::signer::Signer;
use gm::sm2::Keypair;
use gm::time::Utc;
use gm::x509::{Certificate, Issuer, KeyUsage, Kind, Name, Spec, issue};
use store::{Cell, Disclosure, Error, Result, Secret, Store};

/// Who owns a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Trusted by itself; certifies the agency.
    Root,
    /// Certifies all others, under the root.
    Agency,
    /// Makes seals (制章者).
    Maker,
    /// Signs for a unit (签章者).
    Signer,
    /// Speaks of status: signs the lists and offline codes, and no seal.
    Speaker,
    /// Says of certificates whether they are revoked (OCSP).
    Responder,
    /// Says when something was there (RFC 3161).
    Stamper,
}

impl Role {
    /// As stored.
    pub fn label(self) -> &'static str {
        match self {
            Role::Root => "root",
            Role::Agency => "agency",
            Role::Maker => "maker",
            Role::Signer => "signer",
            Role::Speaker => "speaker",
            Role::Responder => "responder",
            Role::Stamper => "stamper",
        }
    }

    /// Years of validity from the first start on; nobody outlives its issuer.
    fn years(self) -> i64 {
        match self {
            Role::Root => 30,
            Role::Agency => 25,
            Role::Maker | Role::Signer | Role::Speaker | Role::Responder | Role::Stamper => 20,
        }
    }

    fn kind(self) -> Kind {
        let leaf = |extended: &[&[u8]]| Kind::Leaf {
            usage: KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION),
            extended: extended.iter().map(|id| id.to_vec()).collect(),
        };
        match self {
            Role::Root => Kind::Authority { path_len: Some(1) },
            Role::Agency => Kind::Authority { path_len: Some(0) },
            Role::Maker | Role::Signer => leaf(&[]),
            Role::Speaker => Kind::Leaf {
                usage: KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::CRL_SIGN),
                extended: Vec::new(),
            },
            Role::Responder => leaf(&[oid::OCSP_SIGNING]),
            Role::Stamper => leaf(&[oid::TIME_STAMPING]),
        }
    }
}

/// A certificate with the key that belongs to it.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Who signs.
    pub signer: Signer,
    /// With which certificate.
    pub certificate: Certificate,
}

/// The authorities of this node.
#[derive(Debug, Clone)]
pub struct Authorities {
    /// The trust list.
    pub root: Identity,
    /// Certifies all others.
    pub agency: Identity,
    /// Makes seals.
    pub maker: Identity,
    /// Answers for the status of certificates.
    pub responder: Identity,
    /// Stamps the time.
    pub stamper: Identity,
}

/// Seconds since 1970 for certificates and seals.
pub fn utc(at: Stamp) -> Utc {
    Utc(at.micros().div_euclid(1_000_000))
}

const YEAR: i64 = 365 * 86_400;
/// Certificates are valid a little before they are made, for clocks that differ.
const SKEW: i64 = 3_600;

/// Makes a key and its certificate, and the row that keeps them (the private key sealed by the vault); its owner
/// is a unit's seal, or (0, 0) for an authority.
pub fn create(
    store: &Store,
    role: Role,
    (unit, seal): (i64, i64),
    name: &Name,
    issuer: Option<&Identity>,
) -> Result<(Identity, KeyRow)> {
    let pair = Keypair::generate(store.chance().bytes());
    let mut serial = store.chance().bytes::<16>();
    // A positive number that does not begin with a zero byte.
    serial[0] = serial[0] & 0x7f | 0x40;
    let now = utc(store.clock().now());
    let end = Utc(now.0 + role.years() * YEAR);
    let not_after = issuer.map_or(end, |i| end.min(i.certificate.not_after()));
    let spec = Spec {
        serial: &serial,
        subject: name,
        public: pair.public(),
        kind: role.kind(),
        not_before: Utc(now.0 - SKEW),
        not_after,
    };
    let own = Signer::Soft(pair.clone());
    let certificate = match issuer {
        None => issue(&spec, Issuer::Itself, &own),
        Some(issuer) => issue(&spec, Issuer::By(&issuer.certificate), &issuer.signer),
    }
    .map_err(Error::internal)?;
    let id = store.fresh_id();
    let secret = Secret::new(hex::encode(pair.secret_bytes()));
    let row = KeyRow {
        id,
        role: role.label(),
        unit,
        seal,
        serial: hex::encode(certificate.serial()),
        certificate: certificate.der().to_vec(),
        secret: store.vault().seal(cell(id), &secret),
    };
    Ok((Identity { signer: own, certificate }, row))
}

/// The certificate of a root from before there was an agency, made anew on the same key under the same name and
/// for the same time: it lets an authority stand under it, and what it certified stays good.
pub fn renewed(store: &Store, root: &Identity) -> Result<Certificate> {
    let mut serial = store.chance().bytes::<16>();
    serial[0] = serial[0] & 0x7f | 0x40;
    let old = &root.certificate;
    let spec = Spec {
        serial: &serial,
        subject: &name(Role::Root),
        public: old.public().map_err(Error::internal)?,
        kind: Role::Root.kind(),
        not_before: old.not_before(),
        not_after: old.not_after(),
    };
    issue(&spec, Issuer::Itself, &root.signer).map_err(Error::internal)
}

/// Opens a kept key.
pub fn open(store: &Store, row: &KeyRow) -> Result<Identity> {
    let leave = Disclosure::process("a seal key is used by the node");
    let secret = store.vault().open_sealed(cell(row.id), &row.secret, &leave)?;
    let bytes = hex::decode(secret.expose()).map_err(Error::internal)?;
    let scalar: [u8; 32] =
        bytes.try_into().map_err(|_| Error::internal("seal key of a wrong size"))?;
    let pair = Keypair::from_bytes(&scalar).map_err(Error::internal)?;
    let certificate = Certificate::parse(&row.certificate).map_err(Error::internal)?;
    Ok(Identity { signer: Signer::Soft(pair), certificate })
}

/// What stands in a key's place once it is destroyed: sealed like a key, so that the rotation of keys finds
/// nothing odd, and nothing can sign with it.
pub fn nothing(store: &Store, key: i64) -> Vec<u8> {
    store.vault().seal(cell(key), &Secret::new(""))
}

fn cell(row: i64) -> Cell {
    Cell { table: "seal_key", column: "secret", row }
}

/// Subject names of the authorities.
pub fn name(role: Role) -> Name {
    let common = match role {
        Role::Root => "通办沙箱根 CA",
        Role::Agency => "通办沙箱签发 CA",
        Role::Maker | Role::Signer => "通办沙箱制章中心",
        Role::Speaker => "通办沙箱状态发布中心",
        Role::Responder => "通办沙箱证书状态服务",
        Role::Stamper => "通办沙箱时间戳服务",
    };
    Name::new("通办沙箱（样例，不具法律效力）", common)
}
