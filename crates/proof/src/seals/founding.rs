//! How the authorities come to be: all at the first start, or the missing ones when they are first needed. Where two
//! nodes of one database make them at once, those of one stay, and both use these.

use super::authority::{self, Authorities, Identity, Role};
use super::records::{self, KeyRow};
use gm::x509::Certificate;
use store::{Db, Error, Result, Store, Upkeep};

/// The authorities of this node; made where they are not there yet.
///
/// # Errors
/// Only faults of ours.
pub(super) async fn authorities(store: &Store) -> Result<Authorities> {
    let mut found = kept(store).await?;
    if found.is_none() {
        found_anew(store).await?;
        found = kept(store).await?;
    }
    let missing = || Error::internal("the authorities were made and are not there");
    let (root, agency, maker) = found.ok_or_else(missing)?;
    // A house from before there was an agency: it gets one, and what its root certified itself stays good.
    let (root, agency) = match agency {
        Some(agency) => (root, agency),
        None => {
            add_agency(store, &root).await?;
            let (root, agency, _) = kept(store).await?.ok_or_else(missing)?;
            (root, agency.ok_or_else(missing)?)
        }
    };
    Ok(Authorities {
        responder: beneath(store, Role::Responder, &agency).await?,
        stamper: beneath(store, Role::Stamper, &agency).await?,
        maker,
        agency,
        root,
    })
}

/// Root, agency (if there is one) and maker, as kept.
type Kept = (Identity, Option<Identity>, Identity);

async fn kept(store: &Store) -> Result<Option<Kept>> {
    let read = |db: &mut Db<'_>| {
        let mut key = |role: Role| records::key(db, role.label());
        Ok((key(Role::Root)?, key(Role::Agency)?, key(Role::Maker)?))
    };
    let (Some(root), agency, Some(maker)) = store.read(read).await? else { return Ok(None) };
    let open = |row: &KeyRow| authority::open(store, row);
    Ok(Some((open(&root)?, agency.as_ref().map(open).transpose()?, open(&maker)?)))
}

fn make(store: &Store, role: Role, by: Option<&Identity>) -> Result<(Identity, KeyRow)> {
    authority::create(store, role, (0, 0), &authority::name(role), by)
}

/// Makes root, agency and maker; where another node was quicker, its own stay.
async fn found_anew(store: &Store) -> Result<()> {
    let (root, first) = make(store, Role::Root, None)?;
    let (agency, second) = make(store, Role::Agency, Some(&root))?;
    let (_, third) = make(store, Role::Maker, Some(&agency))?;
    let at = store.clock().now();
    let keep = move |db: &mut Db<'_>| {
        // All or none: a maker is worth nothing under another root.
        if records::insert_key(db, &first, at)? {
            records::insert_key(db, &second, at)?;
            records::insert_key(db, &third, at)?;
        }
        Ok(())
    };
    store.upkeep(Upkeep::Load, keep).await
}

/// Puts an agency under a root that had none. That root may certify no authority, so its certificate is made anew
/// on the same key: who trusts the key loses nothing.
async fn add_agency(store: &Store, root: &Identity) -> Result<()> {
    let certificate = authority::renewed(store, root)?;
    let renewed = Identity { signer: root.signer.clone(), certificate: certificate.clone() };
    let (_, agency) = make(store, Role::Agency, Some(&renewed))?;
    let (before, at) = (root.certificate.der().to_vec(), store.clock().now());
    let keep = move |db: &mut Db<'_>| {
        if records::insert_key(db, &agency, at)? {
            let serial = hex::encode(certificate.serial());
            records::renew_root(db, &before, certificate.der(), &serial)?;
        }
        Ok(())
    };
    store.upkeep(Upkeep::Load, keep).await
}

/// Somebody under an authority, made when first needed: kept if nobody was quicker, and read back in the same
/// transaction, so that every caller gets the one that stays.
pub(super) async fn beneath(store: &Store, role: Role, by: &Identity) -> Result<Identity> {
    let found = store.read(move |db| records::key(db, role.label())).await?;
    let kept = match found {
        Some(kept) => kept,
        None => {
            let (_, fresh) = make(store, role, Some(by))?;
            let at = store.clock().now();
            let keep = move |db: &mut Db<'_>| {
                records::insert_key(db, &fresh, at)?;
                records::key(db, role.label())?.ok_or(Error::Stale)
            };
            store.upkeep(Upkeep::Load, keep).await?
        }
    };
    authority::open(store, &kept)
}

/// Certificates as PEM, for other programs that verify.
pub fn pem(certificates: &[Certificate]) -> String {
    certificates.iter().map(|c| gm::keys::pem("CERTIFICATE", c.der())).collect()
}
