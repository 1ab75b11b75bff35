//! 加注件 by the holder: a copy of his licence for a purpose he writes, its file, taking it back.

use crate::Proof;
use crate::exchange::pages::{Wrong, row_id};
use crate::grants::copies::{self, ALL, Wish};
use crate::grants::model::{Copy, GrantStatus, Said};
use crate::grants::{acts, records, rules, words};
use crate::licences::asked::asked;
use crate::licences::model::Licence;
use crate::licences::pages::{name, owned};
use crate::showing::choice::shown_day;
use askama::Template;
use axum::extract::{Path, State};
use codes::time::Day;
use store::{Disclosure, Error, Purpose, Result};
use web::form::FormError;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, html, see_other};

/// Copies of one page.
const LINES: i64 = 20;

struct Line {
    no: String,
    who: String,
    purpose: String,
    made: String,
    until: String,
    state: String,
    tone: &'static str,
    file: String,
    end: String,
}

#[derive(Template)]
#[template(path = "exchange/copies.html")]
struct Page {
    f: Frame,
    name: String,
    base: String,
    in_force: bool,
    who: String,
    purpose: String,
    last: String,
    wrong: Wrong,
    errors: Vec<FormError>,
    lines: Vec<Line>,
    first: String,
    next: String,
    idem: String,
    done: bool,
    ended: bool,
}

impl Page {
    fn error(&self, field: &str) -> String {
        self.wrong.at(field)
    }
}

/// What the form holds.
#[derive(Default)]
struct Typed {
    who: String,
    purpose: String,
    last: String,
}

/// Words and tone of where a copy or a grant stands.
pub(super) fn state(status: GrantStatus, f: &Frame) -> (String, &'static str) {
    let tone = match status {
        GrantStatus::Given => "ok",
        GrantStatus::Over | GrantStatus::Revoked => "grey",
    };
    (f.tk("exchange-grant-", status.label()), tone)
}

fn line(proof: &Proof, copy: &Copy, person: i64, visitor: &Visitor, f: &Frame) -> Result<Line> {
    let said = words::open_copy(proof.app().vault(), copy, &Disclosure::own())?;
    let status = copy.status_on(proof.app().clock().now().day());
    let (state, tone) = state(status, f);
    let own = copy.person == Some(person) && status == GrantStatus::Given;
    Ok(Line {
        no: copy.no(),
        who: said.who,
        purpose: said.purpose,
        made: copy.made_at.ymd_hm(),
        until: shown_day(&copy.last.to_string(), visitor.lang),
        state,
        tone,
        file: if own { format!("/my/copies/{}/file", copy.id) } else { String::new() },
        end: if own { format!("/my/copies/{}/end", copy.id) } else { String::new() },
    })
}

async fn page_of(
    proof: &Proof,
    visitor: &Visitor,
    licence: &Licence,
    typed: Typed,
    wrong: Wrong,
) -> Result<Page> {
    let (row, person) = (licence.id.0, visitor.person()?);
    let before = asked(visitor, "before");
    let from = before.parse().unwrap_or(i64::MAX);
    let read = move |db: &mut store::Db<'_>| records::copies(db, row, from, LINES + 1);
    let mut found = proof.app().store.read(read).await?;
    let more = found.len() as i64 > LINES;
    found.truncate(LINES as usize);
    let title = visitor.t("exchange-copies-title").to_owned();
    let f = visitor.frame(proof.app(), title.clone(), "licences");
    let back = format!("/my/licences/{row}");
    let f = f.with_back(&back, title).with_failed(!wrong.0.is_empty());
    let base = format!("{back}/copies");
    let lines: Result<Vec<Line>> =
        found.iter().map(|copy| line(proof, copy, person, visitor, &f)).collect();
    let last = found.last().filter(|_| more).map(|copy| copy.id);
    let status = licence.status_on(proof.app().clock().now().day());
    Ok(Page {
        name: name(&licence.name_zh, &licence.name_en, visitor.lang),
        in_force: status.in_force(),
        errors: wrong.0.clone(),
        wrong,
        lines: lines?,
        first: if before.is_empty() { String::new() } else { base.clone() },
        next: last.map_or(String::new(), |id| format!("{base}?before={id}")),
        idem: proof.app().store.chance().token(),
        done: asked(visitor, "done") == "1",
        ended: asked(visitor, "ended") == "1",
        who: typed.who,
        purpose: typed.purpose,
        last: typed.last,
        base,
        f,
    })
}

/// GET /my/licences/{id}/copies
pub async fn page(State(proof): State<Proof>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let licence = owned(&proof, &visitor, &id).await?;
    let today = proof.app().clock().now().day();
    let typed = Typed { last: rules::copy_until("", today)?.to_string(), ..Typed::default() };
    html(&page_of(&proof, &visitor, &licence, typed, Wrong::default()).await?)
}

/// POST /my/licences/{id}/copies
pub async fn make(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let licence = owned(&proof, &visitor, &id).await?;
    let text = |name: &str| posted.get(name).to_owned();
    let typed = Typed { who: text("who"), purpose: text("purpose"), last: text("last") };
    let today = proof.app().clock().now().day();
    let last = match rules::wished(&typed.who, &typed.purpose, &typed.last, today) {
        Ok(last) => last,
        Err(error) => {
            let wrong = Wrong::of(&visitor, error)?;
            return html_again(&page_of(&proof, &visitor, &licence, typed, wrong).await?);
        }
    };
    let row = licence.id.0;
    let wish = own_wish(&visitor, licence, typed, last, None)?;
    let idem = posted.idem("POST /my/licences/{id}/copies")?;
    copies::order(&proof, visitor.ctx(proof.app(), Purpose::Own), wish, Some(idem)).await?;
    Ok(see_other(&format!("/my/licences/{row}/copies?done=1")))
}

/// A copy that the visitor himself orders, with everything on it.
fn own_wish(
    visitor: &Visitor,
    licence: Licence,
    typed: Typed,
    last: Day,
    grant: Option<i64>,
) -> Result<Wish> {
    let person = visitor.person()?;
    Ok(Wish {
        subject: Some(person),
        person: Some(person),
        system: None,
        grant,
        said: Said { who: typed.who, purpose: typed.purpose, ..Said::default() },
        shows: vec![ALL.to_owned()],
        licence,
        last,
    })
}

/// A copy of the visitor's own making.
async fn own(proof: &Proof, visitor: &Visitor, id: &str) -> Result<Copy> {
    let (id, person) = (row_id(id)?, visitor.person()?);
    let copy = proof.app().store.read(move |db| records::copy(db, id)).await?;
    if copy.person == Some(person) { Ok(copy) } else { Err(Error::NotFound) }
}

/// GET /my/copies/{id}/file
pub async fn file(State(proof): State<Proof>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let copy = own(&proof, &visitor, &id).await?;
    let (name, bytes) = copies::bytes(&proof, &copy).await?;
    Ok(web::respond::download(&name, "application/ofd", bytes))
}

/// POST /my/copies/{id}/end
pub async fn end(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
    _posted: Posted,
) -> Answer {
    let (id, person) = (own(&proof, &visitor, &id).await?.id, visitor.person()?);
    let ctx = visitor.ctx(proof.app(), Purpose::Own);
    let act = move |tx: &mut store::Tx<'_>| acts::withdraw(tx, id, person);
    let licence = proof.app().store.write(ctx, act).await?;
    Ok(see_other(&format!("/my/licences/{licence}/copies?ended=1")))
}
