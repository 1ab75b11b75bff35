//! Somebody stands at a window: who he is, asked of the registers for a purpose he can read. An account
//! of his is found, or made without a password; he takes it over when he signs up and proves his name.

use super::acts;
use super::model::{Arrived, AtWindow};
use crate::People;
use crate::identity::account_phone;
use crate::identity::acts::Confirmed;
use crate::identity::adapters::{Matched, RegisterPerson};
use crate::identity::facts::{address_cell, id_index, phone_cell, phone_index, seal_facts};
use crate::identity::records;
use crate::identity::{Account, AccountId, EnterpriseFacts, EnterpriseId, PersonId, StaffId};
use codes::citizen::{CitizenId, Sex};
use codes::phone::Phone;
use codes::uscc::Uscc;
use store::{Ctx, Disclosure, Error, Result, Secret};

/// How often it is tried again when two windows receive the same person at once.
const TRIES: usize = 3;

/// What a card says of somebody the register could not be asked about.
fn from_card(name: &str, id: &CitizenId) -> RegisterPerson {
    let sex = if id.sex() == Sex::Male { "男" } else { "女" };
    RegisterPerson {
        pid: String::new(),
        name: name.to_owned(),
        sex: sex.to_owned(),
        nation: String::new(),
        birth: id.birth(),
        id_no: id.as_str().to_owned(),
        address: String::new(),
        phone: String::new(),
    }
}

impl People {
    /// Whether a card is a member of staff's own: nobody receives himself.
    pub async fn is_own_card(&self, staff: StaffId, id_no: &CitizenId) -> Result<bool> {
        let index = id_index(self.vault(), id_no.as_str());
        self.store.read(move |db| super::records::staff_has(db, staff, &index)).await
    }

    /// Whether an account has a phone that texts reach; one made at a window may have none.
    pub async fn reachable(&self, account: AccountId) -> Result<bool> {
        let leave = Disclosure::process("whether a text would reach anybody");
        let (phone, ..) = account_phone(self, account, &leave).await?;
        Ok(!phone.expose().is_empty())
    }

    /// Receives a person: the register is asked (recorded for him before), his account found or made.
    ///
    /// # Errors
    /// `window-name` for a number under another name, `window-unknown` for one the register does not
    /// have, `window-dead` for one it has struck off, `register-silent` when it does not answer and no reason to go on was given.
    pub async fn receive_at_window(&self, ctx: Ctx, card: &AtWindow<'_>) -> Result<Arrived> {
        let index = id_index(self.vault(), card.id_no.as_str());
        for _ in 0..TRIES {
            let looked = index.clone();
            let known = self.store.read(move |db| records::person_by_id_no(db, &looked)).await?;
            let person = known.unwrap_or_else(|| PersonId(self.store.fresh_id()));
            let asked = move |tx: &mut store::Tx<'_>| {
                acts::ask_at_window(tx, person, "population", &["name", "id-no"])
            };
            self.store.write(ctx.clone(), asked).await?;
            let found = self.facts_at_window(card, known).await?;
            let checked = found.is_some();
            let facts = match (found, known) {
                (Some(found), _) => Some(found),
                (None, None) => Some(from_card(card.name.as_str(), card.id_no)),
                (None, Some(_)) => None,
            };
            match self.keep_at_window(&ctx, card, person, &index, facts, checked).await {
                Err(Error::Stale) => continue,
                other => return other,
            }
        }
        Err(Error::Stale)
    }

    /// What the register says; `None` where it does not answer and the clerk goes on by the card.
    async fn facts_at_window(
        &self,
        card: &AtWindow<'_>,
        known: Option<PersonId>,
    ) -> Result<Option<RegisterPerson>> {
        match self.outside.population.compare(card.name, card.id_no).await {
            Ok(Matched::Person(found)) => Ok(Some(*found)),
            Ok(Matched::OtherName) => Err(Error::refused("window-name")),
            Ok(Matched::Unknown) => Err(Error::refused("window-unknown")),
            Ok(Matched::Dead) => Err(Error::refused("window-dead")),
            Err(silent) if card.by_hand.is_none() => Err(silent),
            Err(_) => {
                let Some(person) = known else { return Ok(None) };
                let leave = Disclosure::process("comparing a name with a card");
                let own = self.person_facts(person, &leave).await?;
                match own.name.expose() == card.name.as_str() {
                    true => Ok(None),
                    false => Err(Error::refused("window-name")),
                }
            }
        }
    }

    async fn keep_at_window(
        &self,
        ctx: &Ctx,
        card: &AtWindow<'_>,
        person: PersonId,
        index: &[u8],
        facts: Option<RegisterPerson>,
        checked: bool,
    ) -> Result<Arrived> {
        let vault = self.vault();
        let facts = facts.map(|found| seal_facts(vault, person, &found)).transpose()?;
        let id = AccountId(self.store.fresh_id());
        let own = self.store.read(move |db| records::account_of(db, person)).await?;
        let account = own.as_ref().map_or(id, |a| a.id);
        let phone = card.phone.map_or("", Phone::as_str);
        let received = acts::Received {
            person,
            id_index: index.to_vec(),
            facts,
            checked,
            account,
            // Not the hash of a phone: nobody finds this account by one.
            phone_index: vault.index("account.window", &person.0.to_string()),
            phone: vault.seal(phone_cell(account), &Secret::new(phone)),
            has_phone: card.phone.is_some(),
            here: card.here,
        };
        let act = move |tx: &mut store::Tx<'_>| acts::receive(tx, &received);
        self.store.write(ctx.clone(), act).await
    }

    /// The enterprise for which somebody at a window speaks; the register is asked about both, and both
    /// can see it. Says whether it is led by him.
    ///
    /// # Errors
    /// `window-no-enterprise` when the register does not have it.
    pub async fn enterprise_at_window(
        &self,
        ctx: Ctx,
        who: PersonId,
        uscc: &Uscc,
    ) -> Result<EnterpriseFacts> {
        let asked =
            move |tx: &mut store::Tx<'_>| acts::ask_at_window(tx, who, "market", &["enterprises"]);
        self.store.write(ctx.clone(), asked).await?;
        let found = self.outside.market.by_uscc(uscc.as_str()).await?;
        let (found, leader) = found.ok_or(Error::refused("window-no-enterprise"))?;
        let (code, index) = (found.uscc.clone(), id_index(self.vault(), &leader.id_no));
        let looked = index.clone();
        let (known, rep) = self
            .store
            .read(move |db| {
                let known = records::enterprise_by_uscc(db, &code)?;
                Ok((known, records::person_by_id_no(db, &looked)?))
            })
            .await?;
        let id = known.unwrap_or_else(|| EnterpriseId(self.store.fresh_id()));
        let person = rep.unwrap_or_else(|| PersonId(self.store.fresh_id()));
        let address = self.vault().seal(address_cell(id), &Secret::new(found.address.clone()));
        let confirmed = Confirmed {
            person,
            id_index: index,
            facts: seal_facts(self.vault(), person, &leader)?,
            keys: vec![],
        };
        let facts = EnterpriseFacts {
            id,
            name: found.name,
            uscc: found.uscc,
            kind: found.kind,
            area: found.area,
            address: found.address,
            scope: found.scope,
            legal_rep: person,
        };
        let kept = facts.clone();
        let act = move |tx: &mut store::Tx<'_>| acts::name_leader(tx, &kept, &address, &confirmed);
        self.store.write(ctx, act).await?;
        Ok(facts)
    }

    /// Whom messages about an enterprise's matter should reach: its leader where he signs in here, so
    /// that he learns what is done in its name; else whoever came.
    pub async fn account_for_enterprise(
        &self,
        leader: PersonId,
        came: AccountId,
    ) -> Result<AccountId> {
        let own = self.store.read(move |db| records::account_of(db, leader)).await?;
        Ok(own.filter(|a| !a.made_at_window()).map_or(came, |a| a.id))
    }

    /// The account a window made for a person, if it was never taken over.
    pub(crate) async fn made_for(&self, person: PersonId) -> Result<Option<Account>> {
        let own = self.store.read(move |db| records::account_of(db, person)).await?;
        Ok(own.filter(Account::made_at_window))
    }

    /// Makes one account of the one a window made and the one its owner signed up with: cases, drafts
    /// and messages of the first, phone and password of the second.
    pub(crate) async fn take_over(
        &self,
        ctx: Ctx,
        made: AccountId,
        from: AccountId,
        confirmed: Confirmed,
    ) -> Result<AccountId> {
        let from = self.store.read(move |db| records::account_by_id(db, from)).await?;
        let phone = self.phone_of(&from, &Disclosure::own())?;
        let number = Phone::parse(phone.expose()).map_err(|e| Error::internal(e.code))?;
        let index = phone_index(self.vault(), &number);
        let sealed = self.vault().seal(phone_cell(made), &phone);
        let act = move |tx: &mut store::Tx<'_>| {
            acts::take_over(tx, made, &from, (&index, &sealed), &confirmed)
        };
        self.store.write(ctx, act).await?;
        Ok(made)
    }
}
