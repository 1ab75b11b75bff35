//! How staff come in: login, password and the code of an authenticator, all three or nothing.

use super::acts;
use super::citizens::patient;
use super::facts::staff_cell;
use super::model::{StaffId, StaffRow};
use super::{records, rules, totp};
use crate::People;
use store::{Ctx, Disclosure, Error, FieldError, Result, Secret, Stream};
use web::{Staff, Who, session};

/// What a code is compared with where there is no such login; nobody has it.
const NOBODY: &str = "00000000000000000000000000000000000000ff";

impl People {
    /// Signs a member of staff in.
    ///
    /// # Errors
    /// `staff-sign-in-wrong` whatever was wrong, a code used before included; `sign-in-wait`, `Busy`.
    pub async fn staff_sign_in(
        &self,
        ctx: Ctx,
        from: &str,
        login: &str,
        password: Secret,
        code: &str,
    ) -> Result<Staff> {
        self.sign_in_limit(from)?;
        let login = login.to_lowercase();
        let doors = self.doors("staff", &login, from);
        let (doors, tries, row) = self
            .store
            .read(move |db| {
                let tries = doors.tries(db)?;
                Ok((doors, tries, records::staff_by_login(db, &login)?))
            })
            .await?;
        patient(tries, ctx.at)?;
        let stored = row.as_ref().map(|r| r.password.clone());
        let right = self.passwords.check(stored, password).await?;
        let step = totp::step_of(&self.totp_of(row.as_ref())?, code, ctx.at)?;
        let id = row.as_ref().map(|r| r.card.id);
        let fits = row.filter(|r| right && r.card.active).zip(step);
        let Some((row, step)) = fits else {
            let failures = doors.failures();
            self.store.write(ctx, move |tx| acts::staff_not_in(tx, id, &failures)).await?;
            return Err(Error::refused("staff-sign-in-wrong"));
        };
        let (id, keys) = (row.card.id, doors.keys());
        if !self.store.write(ctx, move |tx| acts::staff_in(tx, id, step, &keys)).await? {
            return Err(Error::refused("staff-sign-in-wrong"));
        }
        self.staff_of(&row).await
    }

    /// The time step of an authenticator code typed by a member of staff who is signed in, for an act that wants
    /// him there himself. The act spends it ([`super::spend_code`]), so that a code counts once.
    ///
    /// # Errors
    /// `staff-code-wrong`; `sign-in-wait` after too many of them.
    pub async fn code_step(&self, ctx: Ctx, from: &str, id: StaffId, code: &str) -> Result<i64> {
        let doors = self.doors("staff-code", &id.0.to_string(), from);
        let (doors, tries, row) = self
            .store
            .read(move |db| {
                let tries = doors.tries(db)?;
                Ok((doors, tries, records::staff_by_id(db, id)?))
            })
            .await?;
        patient(tries, ctx.at)?;
        let step = totp::step_of(&self.totp_of(Some(&row))?, code, ctx.at)?;
        if let Some(step) = step.filter(|_| row.card.active) {
            return Ok(step);
        }
        let failures = doors.failures();
        self.store.write(ctx, move |tx| acts::staff_not_in(tx, Some(id), &failures)).await?;
        Err(Error::refused("staff-code-wrong"))
    }

    fn totp_of(&self, row: Option<&StaffRow>) -> Result<Secret> {
        let Some(row) = row else { return Ok(Secret::new(NOBODY)) };
        let leave = Disclosure::process("checking a code");
        self.vault().open_sealed(staff_cell("totp", row.card.id), &row.totp, &leave)
    }

    async fn staff_of(&self, row: &StaffRow) -> Result<Staff> {
        let unit = row.card.unit;
        let unit = self.store.read(move |db| records::unit(db, unit)).await?;
        let cell = staff_cell("name", row.card.id);
        let name = self.vault().open_sealed(cell, &row.name, &Disclosure::own())?;
        Ok(Staff {
            id: row.card.id.0,
            no: row.card.no.clone(),
            name: name.expose().to_owned(),
            unit: unit.id.0,
            unit_name: unit.name,
            region: unit.region,
            roles: row.card.roles.clone(),
        })
    }

    /// Opens a locked screen with the password alone.
    ///
    /// # Errors
    /// `unlock-wrong` with how many tries are left; `unlock-over` when there were too many: the session
    /// has ended then.
    pub async fn unlock(
        &self,
        ctx: Ctx,
        (id, session): (StaffId, i64),
        who: &Who,
        password: Secret,
    ) -> Result<()> {
        if !session::count_try(self, session, rules::UNLOCK_TRIES).await? {
            session::end(self, session).await?;
            return Err(Error::refused("unlock-over"));
        }
        let row = self.store.read(move |db| records::staff_by_id(db, id)).await?;
        let right = self.passwords.check(Some(row.password), password).await? && row.card.active;
        if right {
            return self.store.write(ctx, move |tx| acts::unlocked(tx, id, session)).await;
        }
        let again = ctx.clone();
        self.store.write(ctx, move |tx| acts::not_unlocked(tx, id)).await?;
        let left = rules::UNLOCK_TRIES - session::stands(self, session, who).await?.tries;
        if left > 0 {
            return Err(Error::refused_with("unlock-wrong", "left", left));
        }
        self.signed_out(again, Stream::of("staff", id.0), None).await?;
        session::end(self, session).await?;
        Err(Error::refused("unlock-over"))
    }

    /// Sets a new password of a member of staff who knows the present one.
    ///
    /// # Errors
    /// `password-form` with the field concerned; `sign-in-wait`.
    pub async fn change_staff_password(
        &self,
        ctx: Ctx,
        from: &str,
        id: StaffId,
        [present, wanted, again]: [Secret; 3],
    ) -> Result<()> {
        let doors = self.doors("staff-change", &id.0.to_string(), from);
        let (doors, tries, row) = self
            .store
            .read(move |db| {
                let tries = doors.tries(db)?;
                Ok((doors, tries, records::staff_by_id(db, id)?))
            })
            .await?;
        patient(tries, ctx.at)?;
        let field = |name: &str, code: &str| {
            Error::fields("password-form", vec![FieldError::new(name, code)])
        };
        rules::password(wanted.expose(), rules::STAFF_LEAST, "")
            .map_err(|code| field("wanted", code))?;
        if wanted.expose() != again.expose() {
            return Err(field("again", "password-again"));
        }
        if !self.passwords.check(Some(row.password), present).await? {
            let failures = doors.failures();
            self.store.write(ctx, move |tx| acts::staff_not_in(tx, Some(id), &failures)).await?;
            return Err(field("present", "password-wrong"));
        }
        let hash = self.passwords.hash(wanted, self.store.chance().bytes()).await?;
        self.store.write(ctx, move |tx| acts::change_staff_password(tx, id, &hash)).await
    }

    /// A member of staff as sessions carry him.
    ///
    /// # Errors
    /// `NotFound` when there is nobody of this id.
    pub async fn staff(&self, id: StaffId) -> Result<Staff> {
        let row = self.store.read(move |db| records::staff_by_id(db, id)).await?;
        self.staff_of(&row).await
    }

    /// The member of staff of a login, for the demonstration's walk and for tests.
    pub async fn staff_of_login(&self, login: &str) -> Result<Option<Staff>> {
        let login = login.to_owned();
        let row = self.store.read(move |db| records::staff_by_login(db, &login)).await?;
        match row {
            Some(row) => self.staff_of(&row).await.map(Some),
            None => Ok(None),
        }
    }
}
