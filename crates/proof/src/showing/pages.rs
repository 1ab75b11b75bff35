//! C24: 亮证, the licence as it is held out to somebody: what the holder chose, and a code that changes
//! every minute and carries nothing but a token; or, for a verifier without a network, one that carries what
//! was chosen and is good for ten minutes.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /my/licences/{id}/show | Citizen(2) | Own | `page` |
//! | GET | /my/licences/{id}/show/offline | Citizen(2) | Own | `carried` |

use super::acts;
use super::choice::{self, Showable};
use super::code::{self, ID};
use super::records::{self, Offer};
use crate::Proof;
use crate::asked::{asked, asked_all};
use crate::licences::model::{Licence, LicenceStatus};
use crate::licences::pages::{name, owned};
use crate::licences::sealed;
use crate::lists::code::{self as carried_code, Told};
use crate::lists::model::key;
use askama::Template;
use axum::extract::{Path, State};
use store::{Disclosure, Error, Purpose, Result, Upkeep};
use web::frame::Choice;
use web::{Answer, Frame, Visitor, html};

/// For whom the code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// A verifier with a network: a new code every minute.
    Online,
    /// One without.
    Carried,
}

/// Squares of the countdown.
const CELLS: usize = 12;

struct Line {
    label: String,
    value: String,
}

#[derive(Template)]
#[template(path = "showing/show.html")]
struct Show {
    f: Frame,
    name: String,
    issuer: String,
    state: String,
    bad: bool,
    note: String,
    rows: Vec<Line>,
    qr: String,
    code: String,
    carried: bool,
    digits: String,
    until: String,
    other: String,
    cells: [(); CELLS],
    mark: String,
    sandbox: bool,
    back: String,
    show: String,
    again: String,
    choices: Vec<Choice>,
    choosing: bool,
    none_chosen: String,
}

/// What is shown: the brief set, or what the address says when the form was sent.
struct Asked {
    all: Vec<Showable>,
    keys: Vec<String>,
    /// The form was sent with nothing chosen.
    nothing: bool,
}

fn choose(all: Vec<Showable>, visitor: &Visitor) -> Asked {
    let sent = asked(visitor, "chosen") == "1";
    let mut keys = if sent { asked_all(visitor, "f") } else { choice::brief(&all) };
    keys.retain(|key| all.iter().any(|s| s.key == *key));
    keys.dedup();
    let nothing = keys.is_empty();
    Asked { all, keys, nothing }
}

/// A code with what the page says beside it.
#[derive(Default)]
struct Drawn {
    text: String,
    qr: String,
    digits: String,
    until: String,
    /// What was chosen does not fit into a code that is carried.
    too_long: bool,
}

/// A fresh code for this licence and choice, kept before it is shown.
async fn offer(proof: &Proof, licence: &Licence, person: i64, keys: &[String]) -> Result<String> {
    let (id, at) = (proof.app().store.chance().bytes::<ID>(), proof.app().clock().now());
    keep(proof, id, licence, person, keys).await?;
    Ok(code::make(&code::Key::of(proof.app().vault()), &id, at))
}

/// Remembers what a code stands for, so that it is redeemed once.
async fn keep(
    proof: &Proof,
    id: [u8; ID],
    licence: &Licence,
    person: i64,
    keys: &[String],
) -> Result<()> {
    let offer = Offer { licence: licence.id, person, chosen: keys.to_vec() };
    let at = proof.app().clock().now();
    let keep = move |db: &mut store::Db<'_>| records::offer(db, &id, &offer, at);
    proof.app().store.upkeep(Upkeep::Limit, keep).await
}

async fn drawn(
    proof: &Proof,
    visitor: &Visitor,
    licence: &Licence,
    way: Way,
    asked: &Asked,
) -> Result<Drawn> {
    let (person, label) = (visitor.person()?, visitor.t("licences-show-code"));
    if way == Way::Online {
        let text = offer(proof, licence, person, &asked.keys).await?;
        return Ok(Drawn { qr: code::svg(&text, label)?, text, ..Drawn::default() });
    }
    let chance = proof.app().store.chance();
    let ends = proof.app().clock().now().plus_seconds(carried_code::SECONDS);
    let chosen = choice::chosen(asked.all.clone(), &asked.keys);
    let row = |s: &Showable| (s.label(visitor.lang).to_owned(), s.value(visitor.lang));
    let told = Told {
        key: key(&licence.identifier),
        ends,
        valid_to: licence.valid_to,
        digits: chance.digits(carried_code::DIGITS),
        name: name(&licence.name_zh, &licence.name_en, visitor.lang),
        issuer: licence.issuer.name.clone(),
        shown: chosen.iter().map(row).collect(),
    };
    let text = match proof.carried_code(&told).await {
        Err(Error::Refused(refusal)) if refusal.code == "code-too-long" => {
            return Ok(Drawn { too_long: true, ..Drawn::default() });
        }
        made => made?,
    };
    keep(proof, carried_code::id(&text), licence, person, &asked.keys).await?;
    let qr = code::svg_dense(&text, label)?;
    Ok(Drawn { qr, text, digits: told.digits, until: ends.hm(), too_long: false })
}

fn choices(asked: &Asked, visitor: &Visitor) -> Vec<Choice> {
    let one = |s: &Showable| Choice {
        on: asked.keys.contains(&s.key),
        hint: if s.statement {
            visitor.t("licences-choose-statement").into()
        } else {
            String::new()
        },
        ..Choice::new(&s.key, s.label(visitor.lang).to_owned(), "")
    };
    asked.all.iter().map(one).collect()
}

/// GET /my/licences/{id}/show. Opening it and choosing are events the holder sees; renewing the code is not.
pub async fn page(State(proof): State<Proof>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    draw(&proof, &visitor, &id, Way::Online).await
}

/// GET /my/licences/{id}/show/offline: for a verifier without a network. Every code made is an event.
pub async fn carried(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    draw(&proof, &visitor, &id, Way::Carried).await
}

async fn draw(proof: &Proof, visitor: &Visitor, id: &str, way: Way) -> Answer {
    let licence = owned(proof, visitor, id).await?;
    let (app, person) = (proof.app(), visitor.person()?);
    let now = app.clock().now();
    let status = licence.status_on(now.day());
    let fields = sealed::open_fields(app.vault(), &licence, &Disclosure::own())?;
    let asked_for = choose(choice::showable(&licence, &fields, now.day()), visitor);
    let bad = status != LicenceStatus::Valid;
    let silent = bad || asked_for.nothing;
    let chosen = choice::chosen(asked_for.all.clone(), &asked_for.keys);
    if !silent && asked(visitor, "again") != "1" {
        let (seen, shown) = (licence.clone(), chosen.clone());
        let ctx = visitor.ctx(app, Purpose::Own);
        let act =
            move |tx: &mut store::Tx<'_>| Ok(acts::shown(tx, &seen, person, &shown)?.with(()));
        app.store.write(ctx, act).await?;
    }
    let drawn = match silent {
        true => Drawn::default(),
        false => drawn(proof, visitor, &licence, way, &asked_for).await?,
    };
    let back = format!("/my/licences/{}", licence.id.0);
    let (show, carry) = (format!("{back}/show"), format!("{back}/show/offline"));
    let (own, other) = if way == Way::Online { (show, carry) } else { (carry, show) };
    let query: String = asked_for.keys.iter().map(|key| format!("&f={key}")).collect();
    // A carried code that is made anew is shown anew: it carries what was chosen.
    let again = if way == Way::Online { "again=1&" } else { "" };
    let mut f = visitor.frame(app, visitor.t("licences-show-title"), "licences");
    f.sandbox = licence.sandbox;
    let line = |s: &Showable| Line {
        label: s.label(visitor.lang).to_owned(),
        value: s.value(visitor.lang),
    };
    let why_not = match (asked_for.nothing, drawn.too_long) {
        (true, _) => "licences-choose-none",
        (_, true) => "licences-choose-fewer",
        _ => "",
    };
    html(&Show {
        name: name(&licence.name_zh, &licence.name_en, visitor.lang),
        issuer: licence.issuer.name.clone(),
        state: f.tk("licences-status-", status.label()),
        bad,
        note: if bad { f.tk("licences-status-note-", status.label()) } else { String::new() },
        rows: chosen.iter().map(line).collect(),
        choosing: drawn.too_long || asked_for.nothing || asked(visitor, "choose") == "1",
        until: f.ta("licences-carry-until", "time", &drawn.until),
        digits: drawn.digits,
        qr: drawn.qr,
        code: drawn.text,
        carried: way == Way::Carried,
        cells: [(); CELLS],
        mark: f.ta("licences-show-mark", "time", now.ymd_hm()),
        sandbox: licence.sandbox,
        again: format!("{own}?{again}chosen=1{query}"),
        other: format!("{other}?chosen=1{query}"),
        show: own,
        back,
        choices: choices(&asked_for, visitor),
        none_chosen: if why_not.is_empty() { String::new() } else { f.t(why_not).into() },
        f,
    })
}
