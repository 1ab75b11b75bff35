//! SQL of identity and its rows in and out.

use super::model::{
    Account, AccountId, CodeRow, EnterpriseFacts, EnterpriseId, PersonId, StaffCard, StaffId,
    StaffRow, Tries, Unit, UnitId,
};
use codes::time::Stamp;
use store::{Db, Result, Row, p};
use web::Role;

store::sql! {
    /// A new account.
    ADD_ACCOUNT = "INSERT INTO account (id, phone_index, phone, password, person, level, lang, opened_at) \
                   VALUES ($1, $2, $3, $4, NULL, 1, $5, $6) ON CONFLICT (phone_index) DO NOTHING";
    /// The account of a phone.
    ACCOUNT_BY_PHONE = "SELECT id, phone, password, person, level, lang FROM account WHERE phone_index = $1";
    /// An account.
    ACCOUNT = "SELECT id, phone, password, person, level, lang FROM account WHERE id = $1";
    /// The account of a person.
    ACCOUNT_BY_PERSON = "SELECT id, phone, password, person, level, lang FROM account WHERE person = $1";
    /// A new password.
    SET_PASSWORD = "UPDATE account SET password = $2 WHERE id = $1";
    /// The person behind an account, once.
    SET_PERSON = "UPDATE account SET person = $2, level = 2 WHERE id = $1 AND person IS NULL";
    /// A verified person, or newer facts about one.
    PUT_PERSON = "INSERT INTO person (id, id_index, facts, checked_at) VALUES ($1, $2, $3, $4)";
    /// Newer facts about a person.
    RENEW_PERSON = "UPDATE person SET facts = $2, checked_at = $3 WHERE id = $1";
    /// The person of an id number.
    PERSON_BY_ID_NO = "SELECT id FROM person WHERE id_index = $1";
    /// Sealed facts of a person.
    PERSON = "SELECT facts FROM person WHERE id = $1";
    /// An enterprise seen for the first time.
    PUT_ENTERPRISE = "INSERT INTO enterprise (id, uscc, name, kind, area, scope, address, legal_rep, checked_at) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// Newer facts about an enterprise.
    RENEW_ENTERPRISE = "UPDATE enterprise SET name = $2, kind = $3, area = $4, scope = $5, address = $6, \
                        legal_rep = $7, checked_at = $8 WHERE id = $1";
    /// The id of a USCC.
    ENTERPRISE_BY_USCC = "SELECT id FROM enterprise WHERE uscc = $1";
    /// An enterprise.
    ENTERPRISE = "SELECT id, name, uscc, kind, area, scope, legal_rep, address FROM enterprise WHERE id = $1";
    /// A unit.
    UNIT = "SELECT id, name, name_en, uscc, region, phone, address FROM unit WHERE id = $1";
    /// The unit of a USCC.
    UNIT_BY_USCC = "SELECT id, name, name_en, uscc, region, phone, address FROM unit WHERE uscc = $1";
    /// The service centre of a region.
    CENTRE = "SELECT id, name, name_en, uscc, region, phone, address FROM unit \
              WHERE region = $1 AND kind = 'window' ORDER BY id LIMIT 1";
    /// Every unit (some dozens on a node).
    UNITS = "SELECT id, name, name_en, uscc, region, phone, address FROM unit ORDER BY id LIMIT 2000";
    /// A new unit.
    ADD_UNIT = "INSERT INTO unit (id, uscc, name, name_en, kind, region, phone, address) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// A new member of staff.
    ADD_STAFF = "INSERT INTO staff (id, no, login, name, unit, roles, password, totp, totp_step, active, \
                 appointed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, TRUE, $9)";
    /// The member of staff of a login.
    STAFF_BY_LOGIN = "SELECT id, no, unit, roles, active, name, password, totp FROM staff \
                      WHERE login = $1";
    /// A member of staff.
    STAFF = "SELECT id, no, unit, roles, active, name, password, totp FROM staff WHERE id = $1";
    /// Who a member of staff is as a person: his sealed id number and its keyed hash.
    PUT_STAFF_PERSON = "INSERT INTO staff_person (id, id_no, id_index) VALUES ($1, $2, $3) \
                        ON CONFLICT (id) DO UPDATE SET id_no = $2, id_index = $3";
    /// The person of a member of staff, where this node knows one.
    PERSON_OF_STAFF = "SELECT person.id FROM staff_person JOIN person ON person.id_index = staff_person.id_index \
                       WHERE staff_person.id = $1";
    /// The staff of a unit (some dozens).
    STAFF_OF_UNIT = "SELECT id, no, unit, roles, active, name, password, totp FROM staff \
                     WHERE unit = $1 AND active ORDER BY id LIMIT 200";
    /// A new password of a member of staff.
    SET_STAFF_PASSWORD = "UPDATE staff SET password = $2 WHERE id = $1";
    /// Notes the time step of an accepted code; nothing changes when that step was used before.
    STEP_STAFF = "UPDATE staff SET totp_step = $2 WHERE id = $1 AND totp_step < $2 AND active";
    /// A new one-time code.
    ADD_CODE = "INSERT INTO sms_code (id, token_hash, phone_index, phone, used_for, code_hash, made_at, \
                attempts, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, NULL)";
    /// When codes were sent to a phone since.
    CODE_TIMES = "SELECT made_at FROM sms_code WHERE phone_index = $1 AND made_at > $2 ORDER BY made_at";
    /// The code of a token.
    CODE = "SELECT id, phone_index, phone, used_for, code_hash, made_at, attempts, used_at FROM sms_code \
            WHERE token_hash = $1";
    /// One more try of a code.
    CODE_TRIED = "UPDATE sms_code SET attempts = attempts + 1 WHERE id = $1 AND attempts < $2";
    /// The code is used up.
    CODE_USED = "UPDATE sms_code SET used_at = $2 WHERE id = $1 AND used_at IS NULL";
    /// Codes older than a day count for nothing.
    FORGET_CODES = "DELETE FROM sms_code WHERE made_at < $1";
    /// One more failure; a window that is over ($3) begins again.
    FAIL = "INSERT INTO failed_try (key, failed, since) VALUES ($1, 1, $2) ON CONFLICT (key) DO UPDATE SET \
            failed = CASE WHEN failed_try.since < $3 THEN 1 ELSE failed_try.failed + 1 END, \
            since = CASE WHEN failed_try.since < $3 THEN $2 ELSE failed_try.since END";
    /// Failures of a key.
    TRIES = "SELECT failed, since FROM failed_try WHERE key = $1";
    /// Forgives a key.
    FORGIVE = "DELETE FROM failed_try WHERE key = $1";
    /// Forgets failures that no window reaches.
    FORGET_TRIES = "DELETE FROM failed_try WHERE since < $1";
}

fn account(row: &Row<'_>) -> Result<Account> {
    Ok(Account {
        id: AccountId(row.i64(0)?),
        phone: row.blob(1)?,
        password: row.text(2)?,
        person: row.opt_i64(3)?.map(PersonId),
        level: u8::try_from(row.i64(4)?).unwrap_or(1),
        lang: row.text(5)?,
    })
}

/// The account of a phone's keyed hash.
pub fn account_by_phone(db: &mut Db<'_>, index: &[u8]) -> Result<Option<Account>> {
    db.opt(ACCOUNT_BY_PHONE, p![index], account)
}

/// An account.
pub fn account_by_id(db: &mut Db<'_>, id: AccountId) -> Result<Account> {
    db.one(ACCOUNT, p![id.0], account)
}

/// The account of a person, if he has one.
pub fn account_of(db: &mut Db<'_>, person: PersonId) -> Result<Option<Account>> {
    db.opt(ACCOUNT_BY_PERSON, p![person.0], account)
}

/// Opens an account; `false` when the phone has one already.
pub fn add_account(
    db: &mut Db<'_>,
    id: AccountId,
    phone: (&[u8], &[u8]),
    password: &str,
    lang: &str,
    at: Stamp,
) -> Result<bool> {
    let (index, sealed) = phone;
    let added = db.exec(ADD_ACCOUNT, p![id.0, index, sealed, password, lang, at])?;
    Ok(added == 1)
}

/// Sets an account's password.
pub fn set_password(db: &mut Db<'_>, id: AccountId, password: &str) -> Result<()> {
    db.put(SET_PASSWORD, p![id.0, password])
}

/// Binds a person to an account that has none; `false` when it has one.
pub fn set_person(db: &mut Db<'_>, id: AccountId, person: PersonId) -> Result<bool> {
    Ok(db.exec(SET_PERSON, p![id.0, person.0])? == 1)
}

/// The person of an id number's keyed hash.
pub fn person_by_id_no(db: &mut Db<'_>, index: &[u8]) -> Result<Option<PersonId>> {
    db.opt(PERSON_BY_ID_NO, p![index], |row| row.i64(0).map(PersonId))
}

/// Keeps a person's sealed facts.
pub fn put_person(
    db: &mut Db<'_>,
    id: PersonId,
    index: &[u8],
    facts: &[u8],
    at: Stamp,
) -> Result<()> {
    if db.exec(RENEW_PERSON, p![id.0, facts, at])? == 0 {
        db.exec(PUT_PERSON, p![id.0, index, facts, at])?;
    }
    Ok(())
}

/// A person's sealed facts.
pub fn person_sealed(db: &mut Db<'_>, id: PersonId) -> Result<Vec<u8>> {
    db.one(PERSON, p![id.0], |row| row.blob(0))
}

/// The id of a USCC, if the enterprise was seen before.
pub fn enterprise_by_uscc(db: &mut Db<'_>, uscc: &str) -> Result<Option<EnterpriseId>> {
    db.opt(ENTERPRISE_BY_USCC, p![uscc], |row| row.i64(0).map(EnterpriseId))
}

/// Keeps what the register says; the address comes sealed.
pub fn put_enterprise(
    db: &mut Db<'_>,
    facts: &EnterpriseFacts,
    address: &[u8],
    at: Stamp,
) -> Result<()> {
    let f = facts;
    let renewed = db.exec(
        RENEW_ENTERPRISE,
        p![f.id.0, &f.name, &f.kind, &f.area, &f.scope, address, f.legal_rep.0, at],
    )?;
    if renewed == 0 {
        db.exec(
            PUT_ENTERPRISE,
            p![f.id.0, &f.uscc, &f.name, &f.kind, &f.area, &f.scope, address, f.legal_rep.0, at],
        )?;
    }
    Ok(())
}

/// Who leads an enterprise.
pub fn leader(db: &mut Db<'_>, id: EnterpriseId) -> Result<PersonId> {
    enterprise(db, id).map(|(facts, _)| facts.legal_rep)
}

/// An enterprise without its address, and the sealed address.
pub fn enterprise(db: &mut Db<'_>, id: EnterpriseId) -> Result<(EnterpriseFacts, Vec<u8>)> {
    db.one(ENTERPRISE, p![id.0], |row| {
        let facts = EnterpriseFacts {
            id: EnterpriseId(row.i64(0)?),
            name: row.text(1)?,
            uscc: row.text(2)?,
            kind: row.text(3)?,
            area: row.text(4)?,
            scope: row.text(5)?,
            legal_rep: PersonId(row.i64(6)?),
            address: String::new(),
        };
        Ok((facts, row.blob(7)?))
    })
}

fn read_unit(row: &Row<'_>) -> Result<Unit> {
    Ok(Unit {
        id: UnitId(row.i64(0)?),
        name: row.text(1)?,
        name_en: row.text(2)?,
        uscc: row.text(3)?,
        region: row.text(4)?,
        phone: row.text(5)?,
        address: row.text(6)?,
    })
}

/// A unit.
pub fn unit(db: &mut Db<'_>, id: UnitId) -> Result<Unit> {
    db.one(UNIT, p![id.0], read_unit)
}

/// The unit of a USCC.
pub fn unit_by_uscc(db: &mut Db<'_>, uscc: &str) -> Result<Option<Unit>> {
    db.opt(UNIT_BY_USCC, p![uscc], read_unit)
}

/// Every unit.
pub fn units(db: &mut Db<'_>) -> Result<Vec<Unit>> {
    db.all(UNITS, &[], read_unit)
}

/// The unit that handles an item: its department, or the service centre of the region where that
/// department has no place of its own on this node.
pub fn unit_for_item(db: &mut Db<'_>, dept_uscc: &str, region: &str) -> Result<Unit> {
    match unit_by_uscc(db, dept_uscc)? {
        Some(unit) => Ok(unit),
        None => db.one(CENTRE, p![region], read_unit),
    }
}

/// Adds a unit of the given kind (`department` or `window`).
pub fn add_unit(db: &mut Db<'_>, unit: &Unit, kind: &str) -> Result<()> {
    let u = unit;
    let params = p![u.id.0, &u.uscc, &u.name, &u.name_en, kind, &u.region, &u.phone, &u.address];
    db.put(ADD_UNIT, params)
}

/// Posts as stored: labels with a space between.
pub fn roles_text(roles: &[Role]) -> String {
    roles.iter().map(|r| r.label()).collect::<Vec<_>>().join(" ")
}

/// Posts from their labels; unknown words are no posts.
pub fn roles_of(text: &str) -> Vec<Role> {
    let find = |label: &str| Role::ALL.iter().copied().find(|role| role.label() == label);
    text.split(' ').filter_map(find).collect()
}

fn staff(row: &Row<'_>) -> Result<StaffRow> {
    let card = StaffCard {
        id: StaffId(row.i64(0)?),
        no: row.text(1)?,
        unit: UnitId(row.i64(2)?),
        roles: roles_of(&row.text(3)?),
        active: row.bool(4)?,
    };
    let (name, password) = (row.blob(5)?, row.text(6)?);
    Ok(StaffRow { card, name, password, totp: row.blob(7)? })
}

/// The member of staff of a login.
pub fn staff_by_login(db: &mut Db<'_>, login: &str) -> Result<Option<StaffRow>> {
    db.opt(STAFF_BY_LOGIN, p![login], staff)
}

/// A member of staff.
pub fn staff_by_id(db: &mut Db<'_>, id: StaffId) -> Result<StaffRow> {
    db.one(STAFF, p![id.0], staff)
}

/// Notes who a member of staff is as a person.
pub fn put_staff_person(db: &mut Db<'_>, id: StaffId, id_no: &[u8], index: &[u8]) -> Result<()> {
    db.put(PUT_STAFF_PERSON, p![id.0, id_no, index])
}

/// The person that a member of staff is, if he is known here as one.
pub fn person_of_staff(db: &mut Db<'_>, id: StaffId) -> Result<Option<PersonId>> {
    db.opt(PERSON_OF_STAFF, p![id.0], |row| row.i64(0).map(PersonId))
}

/// Those in post at a unit who hold a post, without one of them.
pub fn peers(db: &mut Db<'_>, unit: UnitId, role: Role, but: StaffId) -> Result<Vec<StaffCard>> {
    let all = db.all(STAFF_OF_UNIT, p![unit.0], staff)?;
    let fit = all.into_iter().map(|row| row.card);
    Ok(fit.filter(|card| card.id != but && card.roles.contains(&role)).collect())
}

/// Their staff numbers.
pub fn colleagues(db: &mut Db<'_>, unit: UnitId, role: Role, but: StaffId) -> Result<Vec<String>> {
    Ok(peers(db, unit, role, but)?.into_iter().map(|card| card.no).collect())
}

/// Sets the password of a member of staff.
pub fn set_staff_password(db: &mut Db<'_>, id: StaffId, password: &str) -> Result<()> {
    db.put(SET_STAFF_PASSWORD, p![id.0, password])
}

/// Adds a member of staff whose name and secret are sealed.
pub fn add_staff(db: &mut Db<'_>, login: &str, row: &StaffRow, at: Stamp) -> Result<()> {
    let card = &row.card;
    let roles = roles_text(&card.roles);
    let params =
        p![card.id.0, &card.no, login, &row.name, card.unit.0, roles, &row.password, &row.totp, at];
    db.put(ADD_STAFF, params)
}

/// Notes an accepted time step; `false` when it, or a later one, was accepted before.
pub fn step_staff(db: &mut Db<'_>, id: StaffId, step: i64) -> Result<bool> {
    Ok(db.exec(STEP_STAFF, p![id.0, step])? == 1)
}

/// Keeps a new one-time code under the hash of its token.
pub fn add_code(db: &mut Db<'_>, row: &CodeRow, token_hash: &[u8]) -> Result<()> {
    let params = p![
        row.id,
        token_hash,
        &row.phone_index,
        &row.phone,
        &row.used_for,
        &row.code_hash,
        row.made_at
    ];
    db.put(ADD_CODE, params)
}

/// When codes went to a phone since `since`.
pub fn code_times(db: &mut Db<'_>, phone_index: &[u8], since: Stamp) -> Result<Vec<Stamp>> {
    db.all(CODE_TIMES, p![phone_index, since], |row| row.stamp(0))
}

/// The code of a token's hash.
pub fn code(db: &mut Db<'_>, token_hash: &[u8]) -> Result<Option<CodeRow>> {
    db.opt(CODE, p![token_hash], |row| {
        Ok(CodeRow {
            id: row.i64(0)?,
            phone_index: row.blob(1)?,
            phone: row.blob(2)?,
            used_for: row.text(3)?,
            code_hash: row.blob(4)?,
            made_at: row.stamp(5)?,
            attempts: row.i64(6)?,
            used_at: row.opt_stamp(7)?,
        })
    })
}

/// Counts a try of a code; `false` when it was tried `most` times already.
pub fn code_tried(db: &mut Db<'_>, id: i64, most: i64) -> Result<bool> {
    Ok(db.exec(CODE_TRIED, p![id, most])? == 1)
}

/// Uses a code up; `false` when somebody else just did.
pub fn code_used(db: &mut Db<'_>, id: i64, at: Stamp) -> Result<bool> {
    Ok(db.exec(CODE_USED, p![id, at])? == 1)
}

/// Counts a failure of a key in a window of so many seconds.
pub fn fail(db: &mut Db<'_>, key: &[u8], at: Stamp, seconds: i64) -> Result<()> {
    db.put(FAIL, p![key, at, at.plus_seconds(-seconds)])
}

/// Failures of a key.
pub fn tries(db: &mut Db<'_>, key: &[u8]) -> Result<Tries> {
    let read = |row: &Row<'_>| Ok(Tries { failed: row.i64(0)?, since: row.stamp(1)? });
    Ok(db.opt(TRIES, p![key], read)?.unwrap_or(Tries::NONE))
}

/// Forgives a key.
pub fn forgive(db: &mut Db<'_>, key: &[u8]) -> Result<()> {
    db.put(FORGIVE, p![key])
}

/// Forgets codes and failures that no rule looks at any more (older than a day).
pub fn sweep(db: &mut Db<'_>, now: Stamp) -> Result<u64> {
    let before = now.plus_days(-1);
    Ok(db.exec(FORGET_CODES, p![before])? + db.exec(FORGET_TRIES, p![before])?)
}
