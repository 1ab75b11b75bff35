//! The dry run: rows read, checked, and compared with what is in force and what waits already. Nothing is
//! issued here; what comes out is a batch to be kept.

use super::acts;
use super::model::{Batch, BatchState, IssueRow, RowBody, RowState, Told};
use super::sheet::Typed;
use super::{records, rules};
use crate::Proof;
use crate::licences::holder_index;
use crate::types::acts::Hand;
use crate::types::{LicenceKind, Version};
use std::collections::HashMap;
use store::Result;

/// What is to be issued: under which type, by whom, from which file.
pub struct Wanted {
    /// The type.
    pub kind: LicenceKind,
    /// Its version in use.
    pub version: Version,
    /// Who prepares it.
    pub hand: Hand,
    /// Name of the file; empty by hand.
    pub name: String,
    /// The licence whose place the one row takes (变更、延续), and the keyed hash of its holder, who stays.
    pub replaces: Option<(i64, Vec<u8>)>,
}

/// Checks rows and makes them a batch. The second part is what is told per row, in order.
pub async fn batch(
    proof: &Proof,
    wanted: &Wanted,
    typed: Vec<Typed>,
) -> Result<(Batch, Vec<IssueRow>)> {
    let store = proof.app().store.clone();
    let (now, id) = (store.clock().now(), store.fresh_id());
    let mut rows = Vec::new();
    let mut holders = Vec::new();
    let mut seen: HashMap<Vec<u8>, i64> = HashMap::new();
    for (no, row) in typed {
        let nothing = RowBody { holder: String::new(), code: String::new(), values: Vec::new() };
        let wide = row.is_none();
        let (body, mut told) =
            rules::checked(&wanted.version.body, &row.unwrap_or(nothing), now.day());
        if wide {
            told = vec![Told::of("", "wide", "")];
        }
        let holder = holder_index(store.vault(), wanted.version.body.holder, &body.code);
        let replaces = wanted.replaces.as_ref().map(|(id, _)| *id);
        if told.is_empty() && wanted.replaces.as_ref().is_some_and(|(_, own)| *own != holder) {
            told.push(Told::of("holder_code", "other-holder", ""));
        }
        let hash = body.hash(store.vault(), &wanted.kind.code, replaces)?;
        if let Some(first) = seen.get(&hash).filter(|_| told.is_empty()) {
            told.push(Told::of("", "same", first));
        }
        seen.entry(hash.clone()).or_insert(no);
        holders.push(holder);
        let row = store.fresh_id();
        rows.push(IssueRow {
            id: row,
            batch: id,
            no,
            state: if told.is_empty() { RowState::Ready } else { RowState::Bad },
            hash,
            body: body.seal(store.vault(), row)?,
            told,
            replaces,
            licence: None,
        });
    }
    let rows = compared(proof, wanted, rows, holders).await?;
    let ready = rows.iter().filter(|r| r.state == RowState::Ready).count() as i64;
    let batch = Batch {
        id,
        unit: wanted.hand.unit,
        version: wanted.version.id,
        name: wanted.name.clone(),
        state: BatchState::Checked,
        total: rows.len() as i64,
        ready,
        hash: acts::hash(rows.iter()),
        prepared_by: wanted.hand.staff,
        prepared_at: now,
        decided_by: None,
        decided_at: None,
        note: String::new(),
        lock: 1,
    };
    Ok((batch, rows))
}

/// Rows against the directory and other batches: a double in force stops the row where the type is held once,
/// and is only told where it is not; a row that waits elsewhere is stopped.
async fn compared(
    proof: &Proof,
    wanted: &Wanted,
    mut rows: Vec<IssueRow>,
    holders: Vec<Vec<u8>>,
) -> Result<Vec<IssueRow>> {
    let (code, single) = (wanted.kind.code.clone(), wanted.version.body.single);
    let today = proof.app().clock().now().day();
    let read = move |db: &mut store::Db<'_>| {
        let mut first: HashMap<&[u8], i64> = HashMap::new();
        for (row, holder) in rows.iter_mut().zip(&holders) {
            if row.state != RowState::Ready {
                continue;
            }
            if let Some((_, no)) = records::same(db, &row.hash, row.batch)? {
                row.told.push(Told::of("", "waiting", no));
                row.state = RowState::Bad;
            }
            if let Some((_, number)) = records::in_force(db, holder, &code, today, row.replaces)? {
                row.told.push(Told::of("", if single { "twin" } else { "twin-note" }, number));
            } else if let Some(no) = first.get(holder.as_slice()) {
                row.told.push(Told::of(
                    "",
                    if single { "holder-twice" } else { "holder-note" },
                    no,
                ));
            }
            first.entry(holder).or_insert(row.no);
            if single && !row.told.is_empty() {
                row.state = RowState::Bad;
            }
        }
        drop(first);
        Ok(rows)
    };
    proof.app().store.read(read).await
}
