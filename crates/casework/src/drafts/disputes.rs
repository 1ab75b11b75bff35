//! 异议: what a register says is locked, but the person may say that it is wrong. The application goes on;
//! whoever handles it sees both values, and no machine decides it.

use super::filing::{load, owner, seal};
use super::model::{Dispute, DraftId, Opened};
use super::{acts, rules};
use crate::materials::{Upload, putting};
use guide::packs::values::is_empty;
use guide::packs::{Field, FieldValue, Source};
use people::People;
use serde_json::{Value, json};
use store::{Error, Purpose, Result};
use web::Visitor;

/// What a person says against a register.
pub struct Said {
    /// His value.
    pub value: String,
    /// Why.
    pub reason: String,
    /// A paper that shows it.
    pub evidence: Vec<Upload>,
}

/// The locked value of a register or licence that may be disputed.
///
/// # Errors
/// `NotFound` for any other field.
pub fn disputable<'o>(opened: &'o Opened, key: &str) -> Result<(&'o Field, &'o FieldValue)> {
    let field = opened.pack.form.field(key).ok_or(Error::NotFound)?;
    let official = |v: &&FieldValue| {
        v.locked && matches!(v.source, Source::Register | Source::Licence) && !is_empty(&v.value)
    };
    let value = opened.body.values.0.get(key).filter(official).ok_or(Error::NotFound)?;
    Ok((field, value))
}

/// The official value as text, to compare with what is said.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What is wrong with what is said, before anything is kept: field and code.
pub fn faults(held: &FieldValue, said: &Said) -> Vec<(&'static str, &'static str)> {
    rules::dispute_faults(&said.value, &said.reason, &plain(&held.value))
}

/// Keeps a dispute, evidence first; said again, the later one stands.
///
/// # Errors
/// `NotFound`; those of a file; `Stale` when the draft changed meanwhile.
pub async fn raise(
    people: &People,
    visitor: &Visitor,
    id: DraftId,
    key: &str,
    said: Said,
) -> Result<()> {
    let owner = owner(visitor)?;
    let opened = load(people, owner, id).await?;
    let (_, held) = disputable(&opened, key)?;
    if !faults(held, &said).is_empty() {
        return Err(Error::refused("dispute-incomplete"));
    }
    let org = held.source_org.clone().unwrap_or_default();
    for file in said.evidence {
        putting::evidence(people, visitor, id, key, file).await?;
    }
    let at = people.clock().now();
    let dispute = Dispute { value: said.value, reason: said.reason, org: org.clone(), at };
    let note = json!({"field": key, "org": org, "raised": true});
    write(people, visitor, id, note, |all| {
        all.insert(key.to_owned(), dispute.clone());
    })
    .await
}

/// Takes a dispute back, its evidence with it.
pub async fn withdraw(people: &People, visitor: &Visitor, id: DraftId, key: &str) -> Result<()> {
    let owner = owner(visitor)?;
    let opened = load(people, owner, id).await?;
    if !opened.body.disputes.contains_key(key) {
        return Ok(());
    }
    let of = Dispute::paper_key(key);
    for paper in opened.papers.iter().filter(|p| p.key == of) {
        match putting::remove(people, owner, id, paper.id).await {
            Ok(()) | Err(Error::NotFound) => {}
            Err(e) => return Err(e),
        }
    }
    let note = json!({"field": key, "raised": false});
    write(people, visitor, id, note, |all| {
        all.remove(key);
    })
    .await
}

async fn write(
    people: &People,
    visitor: &Visitor,
    id: DraftId,
    note: Value,
    change: impl FnOnce(&mut std::collections::BTreeMap<String, Dispute>),
) -> Result<()> {
    let owner = owner(visitor)?;
    let Opened { draft, mut body, .. } = load(people, owner, id).await?;
    change(&mut body.disputes);
    let (sealed, version) = (seal(people, id, &body)?, draft.version);
    let ctx = visitor.ctx(people, Purpose::Own);
    let act = move |tx: &mut store::Tx<'_>| acts::dispute(tx, (id, owner), version, &sealed, &note);
    people.store.write(ctx, act).await
}
