//! What the applicant answered before: his own earlier cases fill in what he would only type again.
//!
//! Only what people typed is taken (registers and licences are asked anew), the newest answer first.
//! A field of the same item takes the owner's answer; a field that carries a name of its own
//! (`reuse:phone`) takes what the same person answered under that name for any item. Nobody else's case is
//! ever looked at: of an enterprise's cases a colleague's telephone stays the colleague's.

use super::model::{Body, DraftId, Owner};
use super::records::{self, EarlierRow};
use guide::editions;
use guide::packs::prefill::{Fact, Facts, Origin};
use guide::packs::values::is_empty;
use guide::packs::{FieldValue, Pack, Source};
use people::People;
use people::identity::PersonId;
use store::{Disclosure, Result};

/// Facts for the fields of a pack out of the owner's latest cases, by [`Origin::fact_key`].
pub async fn facts(people: &People, owner: Owner, person: PersonId, pack: &Pack) -> Result<Facts> {
    let wanted = |o: Origin| matches!(o, Origin::Reuse | Origin::ReuseOf(_));
    let origins = |p: &Pack| -> Vec<(String, Origin)> {
        let fields = p.form.fields();
        let named = fields.flat_map(|(_, f)| f.prefill.iter().map(|o| (f.key.clone(), o)));
        named.filter_map(|(key, o)| Some((key, Origin::parse(o)?))).collect()
    };
    let mut facts = Facts::new();
    if !origins(pack).into_iter().any(|(_, o)| wanted(o)) {
        return Ok(facts);
    }
    let read = move |db: &mut store::Db<'_>| {
        let rows = records::earlier(db, owner)?;
        let with = |row: EarlierRow| {
            let then = editions::at(db, &row.slug, row.item_version).ok();
            (row, then)
        };
        Ok(rows.into_iter().map(with).collect::<Vec<_>>())
    };
    for (row, then) in people.store.read(read).await? {
        let Some(then) = then else { continue };
        let cell = records::case_cell(DraftId(row.id));
        let text = people.vault().open_sealed(cell, &row.sealed, &Disclosure::own())?;
        let Ok(body) = serde_json::from_str::<Body>(text.expose()) else { continue };
        for (key, origin) in origins(&then) {
            let own = match origin {
                Origin::Reuse => row.slug == pack.slug,
                Origin::ReuseOf(_) => row.person == person,
                _ => false,
            };
            let answer = body.values.0.get(&key).filter(|v| own && typed(v));
            let (Some(answer), Some(name)) = (answer, origin.fact_key(&key)) else { continue };
            let value = Some(answer.value.clone());
            let fact = Fact { value, org: String::new(), fetched_at: Some(row.submitted) };
            facts.entry(name).or_insert(fact);
        }
    }
    Ok(facts)
}

/// Whether somebody typed it, in that case or before it.
fn typed(v: &FieldValue) -> bool {
    let by_hand = [Source::Applicant, Source::Clerk, Source::Proxy, Source::Ocr, Source::Reuse];
    by_hand.contains(&v.source) && !is_empty(&v.value)
}
