//! Acts of showing: a licence was held out, and its code redeemed. Each is one event that the holder sees.

use super::choice::Showable;
use super::records;
use crate::licences::model::{Licence, LicenceRowId};
use codes::time::Stamp;
use serde_json::{Value, json};
use store::{Done, Error, Event, Kind, Recorded, Result, Stream, Tx};
use web::Lang;

/// The holder opened 亮证, or chose anew what to show.
pub fn shown(
    tx: &mut Tx<'_>,
    licence: &Licence,
    person: i64,
    chosen: &[Showable],
) -> Result<Recorded> {
    let data = of_showing(licence, chosen);
    tx.record(Event::new(Kind::LicenceShown, stream(licence.id)).about(person).with(data))
}

/// What the ledger says of a showing: which licence, which labels; never a value.
fn of_showing(licence: &Licence, chosen: &[Showable]) -> Value {
    let labels = |lang| chosen.iter().map(|s| s.label(lang).to_owned()).collect::<Vec<_>>();
    json!({
        "identifier": licence.identifier,
        "licence": licence.name_zh,
        "licence_en": licence.name_en,
        "shown": labels(Lang::Zh),
        "shown_en": labels(Lang::En),
    })
}

/// What became of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redeemed {
    /// Used now for the first time, or again by the same verifier within the grace.
    Good,
    /// Somebody else used it then.
    Before(Stamp),
}

/// One attempt to redeem a code.
pub struct Redemption<'a> {
    /// The licence shown.
    pub licence: &'a Licence,
    /// Who shows it.
    pub person: i64,
    /// What is shown.
    pub chosen: &'a [Showable],
    /// Id of the code.
    pub code: &'a [u8],
    /// Keyed hash of the verifier.
    pub verifier: &'a [u8],
}

/// A verifier redeems a shown code. The first one wins; the same one may look again for five minutes;
/// everybody else is told when it was used (security L3). The holder sees every attempt.
pub fn redeem(tx: &mut Tx<'_>, asked: &Redemption<'_>) -> Result<Done<Redeemed>> {
    let at = tx.ctx().at;
    let Redemption { licence, person, chosen, code, verifier } = *asked;
    let first = records::redeem(tx, code, licence.id, verifier, at)?;
    let outcome = if first {
        records::forget_codes(tx, at.plus_days(-1))?;
        Redeemed::Good
    } else {
        let (who, when) = records::redeemed(tx, code)?.ok_or(Error::Stale)?;
        let again = who == verifier && at < when.plus_seconds(GRACE);
        if again { Redeemed::Good } else { Redeemed::Before(when) }
    };
    let good = outcome == Redeemed::Good;
    let mut data = of_showing(licence, if good { chosen } else { &[] });
    data["first"] = Value::from(first);
    data["good"] = Value::from(good);
    let event = Event::new(Kind::LicenceVerified, stream(licence.id)).about(person).with(data);
    Ok(tx.record(event)?.with(outcome))
}

/// Seconds for which the first verifier may look again.
const GRACE: i64 = 300;

fn stream(id: LicenceRowId) -> Stream {
    Stream::of("licence", id.0)
}
