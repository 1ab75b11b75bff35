//! How citizens come in and say who they are: the steps around the acts, where hashing, sealing,
//! registers and chance belong.

use super::acts::{self, CodeSignIn, Confirmed, Failures, NewAccount, Opened, Question, TypedCode};
use super::facts::{address_cell, code_cell, id_index, phone_cell, phone_index, seal_facts};
use super::model::{
    Account, AccountId, CodeRow, CodeUse, EnterpriseFacts, EnterpriseId, PersonId, Tries,
};
use super::{adapters::RegisterEnterprise, records, rules};
use crate::People;
use crate::notices::{SealedText, waiting_cell};
use codes::citizen::CitizenId;
use codes::name::PersonName;
use codes::phone::Phone;
use store::{Ctx, Disclosure, Error, FieldError, Idem, Result, Secret, Stream};
use web::limits::Limit;
use web::{Acting, Citizen, Lang, Texts};

/// Sign-in tries from one address: guards the work of hashing, not one account.
const SIGN_IN_FROM: Limit = Limit { name: "sign-in-from", burst: 120, refill_seconds: 1 };
/// Codes asked for from one address.
const CODES_FROM: Limit = Limit { name: "codes-from", burst: 30, refill_seconds: 20 };
/// Codes asked for by everybody: the breaker that keeps a flood from the carrier.
const CODES_ALL: Limit = Limit { name: "codes-all", burst: 600, refill_seconds: 1 };

/// What a page about a pending code shows.
pub struct PendingCode {
    /// `138****1234`.
    pub phone: String,
    /// The whole phone, to ask again.
    pub whole: Phone,
}

/// Keys under which failures are counted: account and address together, and account alone.
pub(crate) struct Doors {
    same_door: Vec<u8>,
    whole: Vec<u8>,
}

impl Doors {
    pub(crate) fn keys(&self) -> Vec<Vec<u8>> {
        vec![self.same_door.clone(), self.whole.clone()]
    }

    pub(crate) fn failures(&self) -> Failures {
        vec![
            (self.same_door.clone(), rules::SAME_DOOR.seconds),
            (self.whole.clone(), rules::WHOLE_ACCOUNT.seconds),
        ]
    }

    pub(crate) fn tries(&self, db: &mut store::Db<'_>) -> Result<[Tries; 2]> {
        Ok([records::tries(db, &self.same_door)?, records::tries(db, &self.whole)?])
    }
}

/// Refuses while there were too many failures. The words name the other way in.
pub(crate) fn patient(tries: [Tries; 2], now: codes::time::Stamp) -> Result<()> {
    let rule = [rules::SAME_DOOR, rules::WHOLE_ACCOUNT];
    let waits = tries.iter().zip(rule).filter_map(|(t, p)| rules::wait_after(*t, p, now));
    match waits.max() {
        Some(seconds) => Err(Error::refused_with("sign-in-wait", "minutes", (seconds + 59) / 60)),
        None => Ok(()),
    }
}

impl People {
    pub(crate) fn doors(&self, kind: &str, who: &str, from: &str) -> Doors {
        let vault = self.vault();
        Doors {
            same_door: vault.index("try.door", &format!("{kind}\0{who}\0{from}")),
            whole: vault.index("try.account", &format!("{kind}\0{who}")),
        }
    }

    pub(crate) fn sign_in_limit(&self, from: &str) -> Result<()> {
        self.limits.check(SIGN_IN_FROM, from, self.clock().now())
    }

    /// Signs in by phone and password; `from` is the network address.
    ///
    /// # Errors
    /// `sign-in-wrong` whatever was wrong, `sign-in-wait` after too many failures, `Busy`.
    pub async fn sign_in(
        &self,
        ctx: Ctx,
        from: &str,
        phone: &Phone,
        password: Secret,
    ) -> Result<Citizen> {
        self.sign_in_limit(from)?;
        let doors = self.doors("citizen", phone.as_str(), from);
        let index = phone_index(self.vault(), phone);
        let (doors, tries, account) = self
            .store
            .read(move |db| {
                let tries = doors.tries(db)?;
                Ok((doors, tries, records::account_by_phone(db, &index)?))
            })
            .await?;
        patient(tries, ctx.at)?;
        let stored = account.as_ref().map(|a| a.password.clone());
        let right = self.passwords.check(stored, password).await?;
        match account {
            Some(account) if right => {
                let found = account.clone();
                self.store.write(ctx, move |tx| acts::signed_in(tx, &found, &doors.keys())).await?;
                self.citizen_of(&account).await
            }
            account => {
                let write = move |tx: &mut store::Tx<'_>| {
                    acts::not_signed_in(tx, account.as_ref(), &doors.failures())
                };
                self.store.write(ctx, write).await?;
                Err(Error::refused("sign-in-wrong"))
            }
        }
    }

    fn typed(&self, token: &str, code: &str) -> TypedCode {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        TypedCode {
            token_hash: self.vault().index("sms.token", token),
            code_hash: self.vault().index("sms.code", &format!("{token}\0{digits}")),
        }
    }

    /// Sends a one-time code to a phone and returns the token of the page where it is typed. The
    /// same is done, and the same text sent, whether or not the phone has an account.
    ///
    /// # Errors
    /// `sms-wait` when this phone got codes too recently, `Busy`.
    pub async fn ask_code(
        &self,
        ctx: Ctx,
        from: &str,
        lang: Lang,
        phone: &Phone,
        used_for: CodeUse,
    ) -> Result<String> {
        self.limits.check(CODES_FROM, from, ctx.at)?;
        self.limits.check(CODES_ALL, "", ctx.at)?;
        let (token, code) = (self.store.chance().token(), self.store.chance().digits(6));
        let (id, vault) = (self.store.fresh_id(), self.vault());
        let typed = self.typed(&token, &code);
        let secret = Secret::new(phone.as_str());
        let row = CodeRow {
            id,
            phone_index: phone_index(vault, phone),
            phone: vault.seal(code_cell(id), &secret),
            used_for: used_for.label().into(),
            code_hash: typed.code_hash,
            made_at: ctx.at,
            attempts: 0,
            used_at: None,
        };
        let key = format!("identity-sms-{}", used_for.label());
        let words = Texts::shipped().ta(lang, &key, &[("code", &code)]);
        let site = if lang == Lang::Zh { &self.site.name } else { &self.site.name_en };
        let body = Secret::new(match lang {
            Lang::Zh => format!("【{site}】{words}"),
            Lang::En => format!("[{site}] {words}"),
        });
        let text = SealedText {
            id,
            phone: vault.seal(waiting_cell("phone", id), &secret),
            body: vault.seal(waiting_cell("body", id), &body),
            at: ctx.at,
        };
        let token_hash = typed.token_hash;
        self.store.write(ctx, move |tx| acts::ask_code(tx, &row, &token_hash, &text)).await?;
        Ok(token)
    }

    async fn code_row(&self, token: &str) -> Result<Option<CodeRow>> {
        let hash = self.vault().index("sms.token", token);
        self.store.read(move |db| records::code(db, &hash)).await
    }

    fn code_phone(&self, row: &CodeRow) -> Result<Phone> {
        // Whoever holds the token typed the phone himself a moment ago.
        let leave = Disclosure::own();
        let phone = self.vault().open_sealed(code_cell(row.id), &row.phone, &leave)?;
        Phone::parse(phone.expose()).map_err(|e| Error::internal(e.code))
    }

    /// What the page of a token shows.
    ///
    /// # Errors
    /// `NotFound` for a token that never was.
    pub async fn pending_code(&self, token: &str) -> Result<PendingCode> {
        let row = self.code_row(token).await?.ok_or(Error::NotFound)?;
        let whole = self.code_phone(&row)?;
        Ok(PendingCode { phone: whole.masked(), whole })
    }

    /// Signs in by one-time code.
    ///
    /// # Errors
    /// `code-wrong`; `no-account-yet` when the code was right and the phone has no account.
    pub async fn sign_in_by_code(
        &self,
        ctx: Ctx,
        from: &str,
        token: &str,
        code: &str,
    ) -> Result<Citizen> {
        self.sign_in_limit(from)?;
        let typed = self.typed(token, code);
        match self.store.write(ctx, move |tx| acts::sign_in_code(tx, &typed)).await? {
            CodeSignIn::Account(account) => self.citizen_of(&account).await,
            CodeSignIn::WrongCode => Err(Error::refused("code-wrong")),
            CodeSignIn::NoAccount => Err(Error::refused("no-account-yet")),
        }
    }

    /// Opens an account for the phone that got the code of `token`.
    ///
    /// # Errors
    /// `register-form` with the field `password`; `code-wrong`; `phone-known` when the phone, proved
    /// to be the asker's own, has an account.
    pub async fn register(
        &self,
        ctx: Ctx,
        idem: Idem,
        lang: Lang,
        typed: (&str, &str),
        password: Secret,
    ) -> Result<Citizen> {
        let (token, code) = typed;
        let row = self.code_row(token).await?.ok_or(Error::refused("code-wrong"))?;
        let phone = self.code_phone(&row)?;
        rules::password(password.expose(), rules::CITIZEN_LEAST, phone.as_str()).map_err(
            |code| Error::fields("register-form", vec![FieldError::new("password", code)]),
        )?;
        let hash = self.passwords.hash(password, self.store.chance().bytes()).await?;
        let new = self.new_account(&phone, hash, lang);
        let typed = self.typed(token, code);
        let act = move |tx: &mut store::Tx<'_>| acts::open_account(tx, &typed, &new);
        match self.store.write_once(ctx, idem, act).await? {
            Opened::Account(id) => self.citizen(AccountId(id)).await,
            Opened::WrongCode => Err(Error::refused("code-wrong")),
            Opened::Known => Err(Error::refused("phone-known")),
        }
    }

    pub(crate) fn new_account(&self, phone: &Phone, password: String, lang: Lang) -> NewAccount {
        let id = AccountId(self.store.fresh_id());
        NewAccount {
            id,
            phone_index: phone_index(self.vault(), phone),
            phone: self.vault().seal(phone_cell(id), &Secret::new(phone.as_str())),
            password,
            lang: lang.short(),
        }
    }

    /// Changes a password; the present one is asked for again.
    ///
    /// # Errors
    /// `password-form` with the field concerned, `sign-in-wait`.
    pub async fn change_password(
        &self,
        ctx: Ctx,
        from: &str,
        id: AccountId,
        present: Secret,
        wanted: Secret,
    ) -> Result<()> {
        let doors = self.doors("change", &id.0.to_string(), from);
        let (doors, tries, account) = self
            .store
            .read(move |db| {
                let tries = doors.tries(db)?;
                Ok((doors, tries, records::account_by_id(db, id)?))
            })
            .await?;
        patient(tries, ctx.at)?;
        let field = |name: &str, code: &str| {
            Error::fields("password-form", vec![FieldError::new(name, code)])
        };
        let phone = self.phone_of(&account, &Disclosure::own())?;
        rules::password(wanted.expose(), rules::CITIZEN_LEAST, phone.expose())
            .map_err(|code| field("wanted", code))?;
        if !self.passwords.check(Some(account.password.clone()), present).await? {
            let failures = doors.failures();
            let found = account.clone();
            self.store
                .write(ctx, move |tx| acts::not_signed_in(tx, Some(&found), &failures))
                .await?;
            return Err(field("present", "password-wrong"));
        }
        let hash = self.passwords.hash(wanted, self.store.chance().bytes()).await?;
        self.store.write(ctx, move |tx| acts::change_password(tx, &account, &hash)).await
    }

    /// Notes that a citizen or member of staff left.
    pub async fn signed_out(&self, ctx: Ctx, stream: Stream, about: Option<i64>) -> Result<()> {
        self.store.write(ctx, move |tx| acts::signed_out(tx, stream, about)).await
    }

    /// Checks a name and id number against the population register and binds the person to the
    /// account: level 2.
    ///
    /// # Errors
    /// `real-name-no-match`, `person-taken` (one person has one account), `verified-already`,
    /// `under-14`, `real-name-wait`.
    pub async fn verify_real_name(
        &self,
        ctx: Ctx,
        account: AccountId,
        name: &PersonName,
        id_no: &CitizenId,
    ) -> Result<Citizen> {
        if !rules::may_verify_alone(id_no, ctx.at.day()) {
            return Err(Error::refused("under-14"));
        }
        let index = id_index(self.vault(), id_no.as_str());
        let key = self.vault().index("try.real-name", &account.0.to_string());
        let (known, tries) = {
            let (index, key) = (index.clone(), key.clone());
            let read = move |db: &mut store::Db<'_>| {
                Ok((records::person_by_id_no(db, &index)?, records::tries(db, &key)?))
            };
            self.store.read(read).await?
        };
        if let Some(seconds) = rules::wait_after(tries, rules::REAL_NAME, ctx.at) {
            return Err(Error::refused_with("real-name-wait", "hours", (seconds + 3_599) / 3_600));
        }
        let question = Question {
            account,
            about: known,
            register: "population",
            fields: &["name", "id_no"],
            reason: "real-name",
        };
        let failures = vec![(key.clone(), rules::REAL_NAME.seconds)];
        self.store
            .write(ctx.clone(), move |tx| acts::ask_register(tx, &question, &failures))
            .await?;
        let found = self.outside.population.ask(name, id_no).await?;
        let found = found.ok_or(Error::refused("real-name-no-match"))?;
        let person = known.unwrap_or_else(|| PersonId(self.store.fresh_id()));
        let facts = seal_facts(self.vault(), person, &found)?;
        let confirmed = Confirmed { person, id_index: index, facts, keys: vec![key] };
        if let Some(made) = self.made_for(person).await? {
            let account = self.take_over(ctx, made.id, account, confirmed).await?;
            return self.citizen(account).await;
        }
        self.store.write(ctx, move |tx| acts::verify_real_name(tx, account, &confirmed)).await?;
        self.citizen(account).await
    }

    /// The enterprises the market register says this person leads. The question is an event.
    pub async fn enterprises_led_by(
        &self,
        ctx: Ctx,
        account: AccountId,
        person: PersonId,
    ) -> Result<Vec<RegisterEnterprise>> {
        let question = Question {
            account,
            about: Some(person),
            register: "market",
            fields: &["enterprises"],
            reason: "acting",
        };
        self.store.write(ctx, move |tx| acts::ask_register(tx, &question, &Vec::new())).await?;
        let facts = self.person_facts(person, &Disclosure::own()).await?;
        self.outside.market.led_by(facts.id_no.expose()).await
    }

    /// Begins to act for an enterprise; the market register is asked again.
    ///
    /// # Errors
    /// `not-legal-rep` for any other enterprise, existing or not.
    pub async fn start_acting(
        &self,
        ctx: Ctx,
        account: AccountId,
        person: PersonId,
        uscc: &str,
    ) -> Result<Acting> {
        let led = self.enterprises_led_by(ctx.clone(), account, person).await?;
        let chosen = led.into_iter().find(|e| e.uscc == uscc);
        let chosen = chosen.ok_or(Error::refused("not-legal-rep"))?;
        let known = {
            let uscc = chosen.uscc.clone();
            self.store.read(move |db| records::enterprise_by_uscc(db, &uscc)).await?
        };
        let id = known.unwrap_or_else(|| EnterpriseId(self.store.fresh_id()));
        let address = self.vault().seal(address_cell(id), &Secret::new(chosen.address.clone()));
        let acting =
            Acting { enterprise: id.0, name: chosen.name.clone(), uscc: chosen.uscc.clone() };
        let facts = EnterpriseFacts {
            id,
            name: chosen.name,
            uscc: chosen.uscc,
            kind: chosen.kind,
            area: chosen.area,
            address: chosen.address,
            scope: chosen.scope,
            legal_rep: person,
        };
        let act = move |tx: &mut store::Tx<'_>| acts::start_acting(tx, person, &facts, &address);
        self.store.write(ctx, act).await?;
        Ok(acting)
    }

    /// Stops acting for an enterprise.
    pub async fn end_acting(&self, ctx: Ctx, person: PersonId, acting: &Acting) -> Result<()> {
        let enterprise = acting.enterprise;
        self.store.write(ctx, move |tx| acts::end_acting(tx, person, enterprise)).await
    }

    /// The account of a phone, for the demonstration's walk and for tests.
    pub async fn account_of_phone(&self, phone: &Phone) -> Result<Option<AccountId>> {
        let index = phone_index(self.vault(), phone);
        let found = self.store.read(move |db| records::account_by_phone(db, &index)).await?;
        Ok(found.map(|account: Account| account.id))
    }
}
