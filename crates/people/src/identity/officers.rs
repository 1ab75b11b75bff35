//! How staff come in: login, password and the code of an authenticator, all three or nothing.

use super::acts;
use super::citizens::patient;
use super::facts::staff_cell;
use super::model::{StaffId, StaffRow};
use super::{records, totp};
use crate::People;
use store::{Ctx, Disclosure, Error, Result, Secret};
use web::Staff;

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
