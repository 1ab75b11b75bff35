//! Whom a record concerns: the person behind a number, so that he is told and can see what was done with it.

use crate::People;
use crate::identity::facts::id_index;
use crate::identity::{AccountId, PersonId, StaffCard, StaffId, records};
use store::{Db, Result, Secret};

/// The account of a person, for whom a notice is meant; nobody where the person has none.
pub fn account_of(db: &mut Db<'_>, person: PersonId) -> Result<Option<AccountId>> {
    Ok(records::account_of(db, person)?.map(|account| account.id))
}

/// A member of staff without his name: number, unit, posts.
pub fn staff_card(db: &mut Db<'_>, id: StaffId) -> Result<StaffCard> {
    Ok(records::staff_by_id(db, id)?.card)
}

/// Spends the time step of an authenticator code; `false` when it, or a later one, was spent before.
pub fn spend_code(tx: &mut store::Tx<'_>, id: StaffId, step: i64) -> Result<bool> {
    records::step_staff(tx, id, step)
}

impl People {
    /// The person of an id number, where this node knows one.
    pub async fn person_of(&self, id_no: &Secret) -> Result<Option<PersonId>> {
        let index = id_index(self.vault(), id_no.expose());
        self.store.read(move |db| records::person_by_id_no(db, &index)).await
    }

    /// Who leads the enterprise of a USCC, where this node knows it.
    pub async fn leader_of(&self, uscc: &str) -> Result<Option<PersonId>> {
        let uscc = uscc.to_owned();
        let find = move |db: &mut store::Db<'_>| match records::enterprise_by_uscc(db, &uscc)? {
            Some(id) => records::leader(db, id).map(Some),
            None => Ok(None),
        };
        self.store.read(find).await
    }
}
