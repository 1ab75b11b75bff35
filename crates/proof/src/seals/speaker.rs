//! The authority that speaks of status: its key signs the lists and the offline codes, and may sign no seal.

use super::authority::{self, Identity, Role};
use super::notary::Seals;
use super::records;
use store::{Error, Result, Upkeep};

impl Seals {
    /// The speaker of this node, made when it is first needed; where two are making it, one stays.
    pub(crate) async fn speaker(&self) -> Result<Identity> {
        let (store, role) = (self.store(), Role::Speaker);
        let found = store.read(move |db| records::key(db, role.label())).await?;
        let kept = match found {
            Some(kept) => kept,
            None => {
                let name = authority::name(role);
                let (_, fresh) = authority::create(store, role, (0, 0), &name, Some(self.root()))?;
                let at = store.clock().now();
                let keep = move |db: &mut store::Db<'_>| {
                    records::insert_key(db, &fresh, at)?;
                    records::key(db, role.label())?.ok_or(Error::Stale)
                };
                store.upkeep(Upkeep::Load, keep).await?
            }
        };
        authority::open(store, &kept)
    }
}
