//! C25: who may use my licences, for what and until when; allowing, taking back, and what others allowed me.

use super::copies::state;
use crate::Proof;
use crate::exchange::SystemId;
use crate::exchange::pages::{Wrong, all_units, row_id, unit_name};
use crate::grants::copies::{self, ALL, Wish};
use crate::grants::model::{Grant, GrantStatus, Said};
use crate::grants::{acts, records, rules, words};
use crate::licences::asked::asked;
use crate::licences::model::{HolderKind, Licence, LicenceRowId, holder_index};
use crate::licences::pages::{name, owned};
use crate::licences::records as licences;
use crate::showing::choice::shown_day;
use askama::Template;
use axum::extract::{Path, State};
use codes::citizen::CitizenId;
use people::identity::PersonId;
use store::{Disclosure, Error, FieldError, Purpose, Result};
use web::form::FormError;
use web::frame::Choice;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, html, see_other};

/// Grants of one page.
const LINES: i64 = 20;
/// Days of a grant that a form begins with.
const TERM: i64 = 30;
/// Value of the choice of a person.
const PERSON: &str = "person";

struct Line {
    licence: String,
    href: String,
    who: String,
    purpose: String,
    until: String,
    state: String,
    tone: &'static str,
    act: String,
}

#[derive(Template)]
#[template(path = "exchange/grants.html")]
struct Page {
    f: Frame,
    mine: Vec<Line>,
    others: Vec<Line>,
    first: String,
    next: String,
    ended: bool,
    done: bool,
}

/// A grant with its licence.
type Pair = (Grant, Licence);

fn with_licences(db: &mut store::Db<'_>, all: Vec<Grant>) -> Result<Vec<Pair>> {
    let pair = |grant: Grant| {
        let licence = licences::by_id(db, LicenceRowId(grant.licence))?;
        Ok((grant, licence))
    };
    all.into_iter().map(pair).collect()
}

fn line(
    proof: &Proof,
    (grant, licence): &Pair,
    own: bool,
    visitor: &Visitor,
    f: &Frame,
) -> Result<Line> {
    let leave = match own {
        true => Disclosure::own(),
        false => Disclosure::process("whoever was allowed something reads what for"),
    };
    let said = words::open_grant(proof.app().vault(), grant, &leave)?;
    let status = grant.status_on(proof.app().clock().now().day());
    let (state, tone) = state(status, f);
    let act = match (status == GrantStatus::Given, own) {
        (false, _) => String::new(),
        (true, true) => format!("/my/grants/{}/end", grant.id),
        (true, false) => format!("/my/grants/{}/copy", grant.id),
    };
    Ok(Line {
        licence: name(&licence.name_zh, &licence.name_en, visitor.lang),
        href: if own { format!("/my/licences/{}", licence.id.0) } else { String::new() },
        who: if own { said.who } else { licence.issuer.name.clone() },
        purpose: said.purpose,
        until: shown_day(&grant.last.to_string(), visitor.lang),
        state,
        tone,
        act,
    })
}

/// Keyed hash under which the person signed in is found as one who was allowed something.
async fn own_index(proof: &Proof, visitor: &Visitor) -> Result<Vec<u8>> {
    let id = PersonId(visitor.person()?);
    let facts = proof.people().person_facts(id, &Disclosure::own()).await?;
    Ok(holder_index(proof.app().vault(), HolderKind::Person, facts.id_no.expose()))
}

/// GET /my/grants
pub async fn page(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let (person, index) = (visitor.person()?, own_index(&proof, &visitor).await?);
    let before = asked(&visitor, "before");
    let from = before.parse().unwrap_or(i64::MAX);
    let read = move |db: &mut store::Db<'_>| {
        let mine = records::grants_by(db, person, from, LINES + 1)?;
        let others = records::grants_to(db, &index)?;
        Ok((with_licences(db, mine)?, with_licences(db, others)?))
    };
    let (mut mine, others) = proof.app().store.read(read).await?;
    let more = mine.len() as i64 > LINES;
    mine.truncate(LINES as usize);
    let last = mine.last().filter(|_| more).map(|(grant, _)| grant.id);
    let f = visitor.frame(proof.app(), visitor.t("exchange-grants-title"), "licences");
    let f = f.with_back("/my/licences", "");
    let lines = |list: &[Pair], own| {
        list.iter().map(|pair| line(&proof, pair, own, &visitor, &f)).collect::<Result<Vec<_>>>()
    };
    html(&Page {
        mine: lines(&mine, true)?,
        others: lines(&others, false)?,
        first: if before.is_empty() { String::new() } else { "/my/grants".into() },
        next: last.map_or(String::new(), |id| format!("/my/grants?before={id}")),
        ended: asked(&visitor, "ended") == "1",
        done: asked(&visitor, "done") == "1",
        f,
    })
}

/// POST /my/grants/{id}/end
pub async fn end(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
    _posted: Posted,
) -> Answer {
    let (id, person) = (row_id(&id)?, visitor.person()?);
    let ctx = visitor.ctx(proof.app(), Purpose::Own);
    let act = move |tx: &mut store::Tx<'_>| acts::take_back(tx, id, person);
    proof.app().store.write(ctx, act).await?;
    Ok(see_other("/my/grants?ended=1"))
}

/// POST /my/grants/{id}/copy: whoever was allowed to use a licence gets a copy made for just that.
pub async fn copy(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
    _posted: Posted,
) -> Answer {
    let (id, index) = (row_id(&id)?, own_index(&proof, &visitor).await?);
    let read = move |db: &mut store::Db<'_>| {
        let grant = records::grant(db, id)?;
        let licence = licences::by_id(db, LicenceRowId(grant.licence))?;
        Ok((grant, licence))
    };
    let (grant, licence) = proof.app().store.read(read).await?;
    if grant.grantee_index.as_ref() != Some(&index) {
        return Err(Error::NotFound.into());
    }
    let leave = Disclosure::process("whoever was allowed something reads what for");
    let said = words::open_grant(proof.app().vault(), &grant, &leave)?;
    let wish = Wish {
        licence,
        person: Some(visitor.person()?),
        system: None,
        grant: Some(grant.id),
        said,
        shows: vec![ALL.to_owned()],
        last: grant.last,
        subject: Some(grant.person),
    };
    let copy = copies::order(&proof, visitor.ctx(proof.app(), Purpose::Own), wish, None).await?;
    Ok(see_other(&format!("/my/copies/{copy}/file")))
}

/// What the form holds.
#[derive(Default)]
struct Typed {
    to: String,
    who: String,
    id_no: String,
    purpose: String,
    last: String,
}

#[derive(Template)]
#[template(path = "exchange/grant.html")]
struct Form {
    f: Frame,
    name: String,
    action: String,
    back: String,
    to: Vec<Choice>,
    who: String,
    id_no: String,
    purpose: String,
    last: String,
    wrong: Wrong,
    errors: Vec<FormError>,
    in_force: bool,
    idem: String,
}

impl Form {
    fn error(&self, field: &str) -> String {
        self.wrong.at(field)
    }
}

/// Systems that ask holders of this licence, with what they are called.
async fn asking(
    proof: &Proof,
    visitor: &Visitor,
    licence: &Licence,
) -> Result<Vec<(SystemId, String)>> {
    let (code, issuer) = (licence.type_code.clone(), licence.issuer.unit);
    let today = proof.app().clock().now().day();
    let read = move |db: &mut store::Db<'_>| records::asking(db, &code, issuer, today);
    let found = proof.app().store.read(read).await?;
    let units = all_units(proof).await?;
    let named = |s: &records::Asking| {
        (s.id, format!("{} · {}", unit_name(&units, s.consumer, visitor.lang), s.name))
    };
    Ok(found.iter().map(named).collect())
}

async fn form(
    proof: &Proof,
    visitor: &Visitor,
    licence: &Licence,
    typed: Typed,
    wrong: Wrong,
) -> Result<Form> {
    let systems = asking(proof, visitor, licence).await?;
    let system =
        |(id, words): (SystemId, String)| Choice::new(format!("system-{}", id.0), words, &typed.to);
    let mut to: Vec<Choice> = systems.into_iter().map(system).collect();
    let hint = visitor.t("exchange-grant-person-hint").to_owned();
    let person = Choice::new(PERSON, visitor.t("exchange-grant-person").to_owned(), &typed.to);
    to.push(Choice { hint, ..person });
    let title = visitor.t("exchange-grant-title").to_owned();
    let f = visitor.frame(proof.app(), title.clone(), "licences");
    let back = format!("/my/licences/{}", licence.id.0);
    Ok(Form {
        name: name(&licence.name_zh, &licence.name_en, visitor.lang),
        action: format!("{back}/grant"),
        in_force: licence.status_on(proof.app().clock().now().day()).in_force(),
        to,
        who: typed.who,
        id_no: typed.id_no,
        purpose: typed.purpose,
        last: typed.last,
        f: f.with_back(&back, title).with_failed(!wrong.0.is_empty()),
        errors: wrong.0.clone(),
        wrong,
        idem: proof.app().store.chance().token(),
        back,
    })
}

/// GET /my/licences/{id}/grant
pub async fn ask(State(proof): State<Proof>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let licence = owned(&proof, &visitor, &id).await?;
    let last = proof.app().clock().now().plus_days(TERM).day().to_string();
    let typed = Typed { last, ..Typed::default() };
    html(&form(&proof, &visitor, &licence, typed, Wrong::default()).await?)
}

/// To whom a form grants.
enum To {
    System(SystemId),
    Person(CitizenId),
}

/// Reads whom the form names; every fault of the form is told at once.
fn read(
    typed: &Typed,
    systems: &[(SystemId, String)],
    today: codes::time::Day,
) -> Result<(To, String, codes::time::Day)> {
    let system = systems.iter().find(|(id, _)| typed.to == format!("system-{}", id.0));
    let person = CitizenId::typed(&typed.id_no).ok();
    let who = system.map_or(typed.who.clone(), |(_, words)| words.clone());
    let mut wrong = match rules::granted(&who, &typed.purpose, &typed.last, today) {
        Err(Error::Refused(refusal)) => refusal.fields,
        _ => Vec::new(),
    };
    let to = match (system, person) {
        (Some((id, _)), _) => Some(To::System(*id)),
        (None, Some(id_no)) if typed.to == PERSON => Some(To::Person(id_no)),
        (None, _) if typed.to == PERSON => {
            wrong.push(FieldError::new("id_no", "exchange-id-words"));
            None
        }
        _ => {
            wrong.retain(|e| e.field != "who");
            wrong.insert(0, FieldError::new("to", "exchange-to-words"));
            None
        }
    };
    let last = rules::granted(&who, &typed.purpose, &typed.last, today).ok();
    match (to, last, wrong.is_empty()) {
        (Some(to), Some(last), true) => Ok((to, who, last)),
        _ => Err(Error::fields("exchange-wish", wrong)),
    }
}

/// POST /my/licences/{id}/grant
pub async fn allow(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let licence = owned(&proof, &visitor, &id).await?;
    let text = |name: &str| posted.get(name).to_owned();
    let typed = Typed {
        to: text("to"),
        who: text("who"),
        id_no: text("id_no"),
        purpose: text("purpose"),
        last: text("last"),
    };
    let systems = asking(&proof, &visitor, &licence).await?;
    let today = proof.app().clock().now().day();
    let (to, who, last) = match read(&typed, &systems, today) {
        Ok(read) => read,
        Err(error) => {
            let wrong = Wrong::of(&visitor, error)?;
            return html_again(&form(&proof, &visitor, &licence, typed, wrong).await?);
        }
    };
    let app = proof.app();
    let id = app.store.fresh_id();
    let said = Said { who, purpose: typed.purpose, ..Said::default() };
    let (system, grantee_index) = match to {
        To::System(system) => (Some(system), None),
        To::Person(id_no) => {
            let index = holder_index(app.vault(), HolderKind::Person, id_no.as_str());
            (None, Some(index))
        }
    };
    let grant = Grant {
        id,
        licence: licence.id.0,
        person: visitor.person()?,
        system,
        grantee_index,
        said: words::seal_grant(app.vault(), id, &said)?,
        last,
        given_at: app.clock().now(),
        revoked_at: None,
    };
    let ctx = visitor.ctx(app, Purpose::Own);
    let idem = posted.idem("POST /my/licences/{id}/grant")?;
    app.store.write_once(ctx, idem, move |tx| acts::allow(tx, &grant)).await?;
    Ok(see_other("/my/grants?done=1"))
}
