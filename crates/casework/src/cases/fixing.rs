//! The applicant's side of a correction: only what was asked for can be put in or changed.

use super::acts::{self, Supplement};
use super::model::{Case, MissingKind, Owner, State};
use super::{records, view};
use crate::drafts::records::case_cell;
use crate::drafts::{DraftId, filing};
use crate::materials::records::drop_paper;
use crate::materials::{PaperId, Upload, putting};
use codes::case_no::CaseNo;
use guide::packs::{Changes, Pack, Source};
use people::People;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Disclosure, Error, Purpose, Result, Secret, Upkeep};
use web::Visitor;

async fn mine(people: &People, owner: Owner, no: CaseNo) -> Result<(Case, Arc<Pack>)> {
    let read = move |db: &mut store::Db<'_>| {
        let case = records::by_no(db, no)?;
        let pack = acts::pack_of(db, &case)?;
        Ok((case, pack))
    };
    let (case, pack) = people.store.read(read).await?;
    if case.owner == owner { Ok((case, pack)) } else { Err(Error::NotFound) }
}

/// Keys of the answers asked for: the only fields the page opens.
pub fn fields(case: &Case) -> BTreeSet<String> {
    let State::CorrectionRequested(c) = &case.state else { return BTreeSet::new() };
    let asked = c.told.items.iter().filter(|m| m.kind == MissingKind::Field);
    asked.map(|m| m.key.clone()).collect()
}

/// Puts an uploaded file in for a material that was asked for.
///
/// # Errors
/// Those of [`crate::materials::rules::acceptable`] and of [`acts::add_paper`].
pub async fn upload(
    people: &People,
    visitor: &Visitor,
    no: CaseNo,
    file: Upload,
) -> Result<PaperId> {
    let owner = filing::owner(visitor)?;
    let (case, pack) = mine(people, owner, no).await?;
    let (_, papers) = view::contents(people, &case, &Disclosure::own()).await?;
    if let Some(there) = putting::already(&papers, &file, 1) {
        return Ok(there);
    }
    let new = putting::paper(people, &pack, &papers, file, 1).await?;
    let ctx = visitor.ctx(people, Purpose::Case(case.id.0));
    people.store.write(ctx, move |tx| acts::add_paper(tx, case.id, owner, &new)).await
}

/// Takes a file of the correction out again, before it is supplied.
pub async fn remove(people: &People, owner: Owner, no: CaseNo, paper: PaperId) -> Result<()> {
    let (case, _) = mine(people, owner, no).await?;
    if !matches!(case.state, State::CorrectionRequested(_)) {
        return Err(Error::NotFound);
    }
    let drop = move |db: &mut store::Db<'_>| drop_paper(db, DraftId(case.id.0), paper, 1);
    if people.store.upkeep(Upkeep::Draft, drop).await? { Ok(()) } else { Err(Error::NotFound) }
}

/// Makes the changed answers ready for [`acts::supply`]: others than those asked for stay as they are,
/// and the asked ones must now be right.
///
/// # Errors
/// `draft-not-ready` with the fields still wrong.
pub async fn prepare(
    people: &People,
    owner: Owner,
    no: CaseNo,
    mut changes: Changes,
) -> Result<Supplement> {
    let (case, pack) = mine(people, owner, no).await?;
    let asked = fields(&case);
    changes.0.retain(|key, _| asked.contains(key));
    let changed: Vec<String> = changes.0.keys().cloned().collect();
    if changed.is_empty() {
        return Ok(Supplement { sealed: None, changed });
    }
    let (mut body, _) = view::contents(people, &case, &Disclosure::own()).await?;
    body.values.change(&changes, Source::Applicant, None);
    let wrong = body.judge(&pack, people.clock().now()).faults();
    let wrong: Vec<_> = wrong.into_iter().filter(|e| asked.contains(e.top())).collect();
    if !wrong.is_empty() {
        let hindrances = wrong.into_iter().map(crate::drafts::Hindrance::Field).collect();
        return Err(crate::drafts::rules::refusal(&pack, hindrances));
    }
    let text = Secret::new(serde_json::to_string(&body)?);
    let sealed = people.vault().seal(case_cell(DraftId(case.id.0)), &text);
    Ok(Supplement { sealed: Some(sealed), changed })
}
