//! Workers of this room: approved rows are made and sealed, a few a job. Each row can begin again at any
//! moment: what is in force already is left as it is.

use super::model::{IssueRow, RowState, Told};
use super::{QUEUE, acts, records, rules};
use crate::Proof;
use crate::licences::{Holder, LicenceDraft, LicenceRowId};
use crate::seals::{Issuer, Order};
use crate::types::records as types;
use crate::types::{LicenceKind, Version, face};
use guide::packs::licence::Printed;
use people::identity::{Unit, UnitId};
use people::subject_of;
use store::jobs::{Handler, JobRow};
use store::{Disclosure, Error, Result, Secret};

/// The handlers of this room.
pub fn handlers(proof: &Proof) -> Vec<(&'static str, Handler)> {
    let p = proof.clone();
    vec![(QUEUE, Box::new(move |job| Box::pin(rows(p.clone(), job))))]
}

/// Makes the rows of one job. A refusal is told at its row and the others go on; a fault of ours ends the job,
/// which is tried again.
async fn rows(proof: Proof, job: JobRow) -> Result<()> {
    let ids = job.payload["rows"].as_array().cloned().unwrap_or_default();
    for id in ids.iter().filter_map(serde_json::Value::as_i64) {
        match one(&proof, id).await {
            Ok(()) => {}
            Err(Error::Refused(refusal)) => failed(&proof, id, refusal.code).await?,
            // Another worker made it meanwhile.
            Err(Error::Stale) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

async fn failed(proof: &Proof, id: i64, code: &'static str) -> Result<()> {
    let store = &proof.app().store;
    let row = store.read(move |db| records::row_by_id(db, id)).await?;
    let why = Told::of("", "refused", code);
    let act = move |tx: &mut store::Tx<'_>| acts::not_made(tx, &row, why);
    match store.write(store.system_ctx(), act).await {
        Err(Error::Stale) => Ok(()),
        other => other,
    }
}

/// What a row is made from.
struct Whole {
    row: IssueRow,
    version: Version,
    kind: LicenceKind,
    unit: Unit,
}

async fn whole(proof: &Proof, id: i64) -> Result<Whole> {
    let read = move |db: &mut store::Db<'_>| {
        let row = records::row_by_id(db, id)?;
        let batch = records::batch_by_id(db, row.batch)?;
        let version = types::version_by_id(db, batch.version)?;
        let kind = types::by_id(db, version.kind)?;
        let unit = people::identity::unit(db, UnitId(batch.unit))?;
        Ok(Whole { row, version, kind, unit })
    };
    proof.app().store.read(read).await
}

async fn one(proof: &Proof, id: i64) -> Result<()> {
    let Whole { row, version, kind, unit } = whole(proof, id).await?;
    if row.state != RowState::Ordered {
        return Ok(());
    }
    let store = proof.app().store.clone();
    let today = store.clock().now().day();
    let leave = Disclosure::process("an approved row is made into its licence");
    let body = row.open(store.vault(), &leave)?;
    let hash: [u8; 32] =
        row.hash.clone().try_into().map_err(|_| Error::internal("a row's hash of a wrong size"))?;
    if body.hash(store.vault(), &kind.code, row.replaces)? != row.hash {
        return Err(Error::internal(format!("row {id} is not what was approved")));
    }
    let valid_to = rules::valid_to(&version.body, &body, today);
    if valid_to.is_some_and(|last| last < today) {
        return Err(Error::refused("issue-over"));
    }
    let face = face::licence_face(&kind.code, &version.body);
    let values = face.field.iter().map(|field| {
        let printed = match (field.issued(), field.key.as_str()) {
            (Some(name), _) => Printed::Issued(name),
            (None, "holder") => Printed::Text(body.holder.clone()),
            (None, "holder_code") => Printed::Text(body.code.clone()),
            (None, key) => {
                let text = version.body.field(key).map(|f| rules::printed(f, body.value(key)));
                Printed::Text(text.unwrap_or_default())
            }
        };
        (field.key.clone(), printed)
    });
    let values = values.collect();
    let (of, code, vault) = (version.body.holder, body.code.clone(), store.vault().clone());
    let subject = store.read(move |db| subject_of(db, &vault, of.code(), &code)).await?;
    let made = proof
        .make_licence(LicenceDraft {
            face,
            values,
            holder: Holder {
                kind: of,
                subject: subject.map(|p| p.0),
                name: Secret::new(body.holder),
                code: Secret::new(body.code),
            },
            issuer: Issuer::from(&unit),
            dated: today,
            valid_from: today,
            valid_to,
            order: Order::Issue { row: id, hash },
            case_no: None,
            replaces: row.replaces.map(LicenceRowId),
        })
        .await?;
    let act = move |tx: &mut store::Tx<'_>| acts::made(tx, &row, &made, &version);
    store.write(store.system_ctx(), act).await.map(drop)
}
