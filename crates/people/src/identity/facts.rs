//! What others may ask of identity: who a person is, which enterprise, how somebody is reached.

use super::model::{
    Account, AccountId, EnterpriseFacts, EnterpriseId, PersonFacts, PersonId, StaffId, Unit, UnitId,
};
use super::{adapters::RegisterPerson, records};
use crate::People;
use codes::phone::Phone;
use codes::time::parse_day;
use serde::{Deserialize, Serialize};
use store::{Cell, Disclosure, Error, Result, Secret, Vault};
use web::{Citizen, Lang};

/// Facts of a person as sealed in one piece in `person.facts`.
#[derive(Serialize, Deserialize)]
struct Kept {
    name: String,
    id_no: String,
    sex: String,
    birth: String,
    nation: String,
    address: String,
    phone: String,
}

/// Cell of a person's facts.
fn facts_cell(id: PersonId) -> Cell {
    Cell { table: "person", column: "facts", row: id.0 }
}

/// Cell of an account's phone.
pub(crate) fn phone_cell(id: AccountId) -> Cell {
    Cell { table: "account", column: "phone", row: id.0 }
}

/// Cell of a one-time code's phone.
pub(crate) fn code_cell(id: i64) -> Cell {
    Cell { table: "sms_code", column: "phone", row: id }
}

/// Cell of an enterprise's address.
pub(crate) fn address_cell(id: EnterpriseId) -> Cell {
    Cell { table: "enterprise", column: "address", row: id.0 }
}

/// Cells of a member of staff: `name` or `totp`.
pub(crate) fn staff_cell(column: &'static str, id: StaffId) -> Cell {
    Cell { table: "staff", column, row: id.0 }
}

/// Cell of the id number of a member of staff.
pub(crate) fn staff_person_cell(id: StaffId) -> Cell {
    Cell { table: "staff_person", column: "id_no", row: id.0 }
}

/// Keyed hash under which an account is found.
pub(crate) fn phone_index(vault: &Vault, phone: &Phone) -> Vec<u8> {
    vault.index("account.phone", phone.as_str())
}

/// Keyed hash under which a person is found.
pub(crate) fn id_index(vault: &Vault, id_no: &str) -> Vec<u8> {
    vault.index("person.id_no", id_no)
}

/// Keyed hash of whoever holds a licence or brings a case: `citizen` with an id number, anything
/// else with a USCC. The type codes are those of the licence standard (111 id card, 001 USCC).
pub fn holder_index(vault: &Vault, kind: &str, number: &str) -> Vec<u8> {
    let code = if kind == "citizen" { "111" } else { "001" };
    vault.index("holder", &format!("{code}:{number}"))
}

/// Seals what the register said for one person's row.
pub(crate) fn seal_facts(vault: &Vault, id: PersonId, from: &RegisterPerson) -> Result<Vec<u8>> {
    let kept = Kept {
        name: from.name.clone(),
        id_no: from.id_no.clone(),
        sex: from.sex.clone(),
        birth: from.birth.to_string(),
        nation: from.nation.clone(),
        address: from.address.clone(),
        phone: from.phone.clone(),
    };
    Ok(vault.seal(facts_cell(id), &Secret::new(serde_json::to_string(&kept)?)))
}

impl People {
    /// What is known of a verified person. The leave says why it is read.
    ///
    /// # Errors
    /// `NotFound` when there is no such person.
    pub async fn person_facts(&self, id: PersonId, leave: &Disclosure) -> Result<PersonFacts> {
        let (sealed, account) = self
            .store
            .read(move |db| Ok((records::person_sealed(db, id)?, records::account_of(db, id)?)))
            .await?;
        let text = self.vault().open_sealed(facts_cell(id), &sealed, leave)?;
        let kept: Kept = serde_json::from_str(text.expose())?;
        let phone = match account {
            Some(a) => self.vault().open_sealed(phone_cell(a.id), &a.phone, leave)?,
            None => Secret::new(kept.phone),
        };
        Ok(PersonFacts {
            id,
            name: Secret::new(kept.name),
            id_no: Secret::new(kept.id_no),
            sex: if kept.sex == "男" { "男" } else { "女" },
            birth: parse_day(&kept.birth).map_err(|e| Error::internal(e.code))?,
            nation: kept.nation,
            address: Secret::new(kept.address),
            phone,
        })
    }

    /// An enterprise of the market register somebody acted for.
    ///
    /// # Errors
    /// `NotFound` when there is no such enterprise.
    pub async fn enterprise(&self, id: EnterpriseId) -> Result<EnterpriseFacts> {
        let (mut facts, address) = self.store.read(move |db| records::enterprise(db, id)).await?;
        // A registered address is public (企业信息公示暂行条例 art. 6); it lies sealed because that
        // of a sole trader may be where he lives.
        let leave = Disclosure::process("registered addresses are public");
        let address = self.vault().open_sealed(address_cell(id), &address, &leave)?;
        facts.address = address.expose().to_owned();
        Ok(facts)
    }

    /// A unit.
    ///
    /// # Errors
    /// `NotFound` when there is no such unit.
    pub async fn unit(&self, id: UnitId) -> Result<Unit> {
        self.store.read(move |db| records::unit(db, id)).await
    }

    /// The name of a member of staff, for his own unit and for documents he signs.
    pub async fn staff_name(&self, id: StaffId, leave: &Disclosure) -> Result<Secret> {
        let row = self.store.read(move |db| records::staff_by_id(db, id)).await?;
        self.vault().open_sealed(staff_cell("name", id), &row.name, leave)
    }

    /// The citizen of an account, as sessions and pages carry him.
    pub async fn citizen(&self, id: AccountId) -> Result<Citizen> {
        let account = self.store.read(move |db| records::account_by_id(db, id)).await?;
        self.citizen_of(&account).await
    }

    pub(crate) async fn citizen_of(&self, account: &Account) -> Result<Citizen> {
        let leave = Disclosure::own();
        let name = match account.person {
            Some(person) => self.person_facts(person, &leave).await?.name.expose().to_owned(),
            None => self.phone_of(account, &leave)?.masked_phone(),
        };
        Ok(Citizen {
            account: account.id.0,
            person: account.person.map(|p| p.0),
            level: account.level,
            name,
            acting: None,
        })
    }

    /// The phone of an account.
    pub(crate) fn phone_of(&self, account: &Account, leave: &Disclosure) -> Result<Secret> {
        self.vault().open_sealed(phone_cell(account.id), &account.phone, leave)
    }
}

/// How an account is reached: phone, language, and the person behind it.
pub(crate) async fn account_phone(
    people: &People,
    id: AccountId,
    leave: &Disclosure,
) -> Result<(Secret, Lang, Option<PersonId>)> {
    let account = people.store.read(move |db| records::account_by_id(db, id)).await?;
    let phone = people.phone_of(&account, leave)?;
    Ok((phone, Lang::parse(&account.lang).unwrap_or_default(), account.person))
}
