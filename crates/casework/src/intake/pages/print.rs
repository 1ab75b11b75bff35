//! What the window prints: the sheet the applicant signs when he has no phone, and the list of everything
//! missing when he has to come back.

use super::super::acts;
use super::super::confirming;
use super::super::filling::{self, sitting, to_mend};
use super::super::receiving::clerk;
use super::{Head, at, desk_of, hold, id_of, news};
use crate::Casework;
use crate::desks::pages::Told;
use crate::drafts::model::{Hindrance, KEPT_DAYS, Opened};
use crate::drafts::pages::asked::{self, Locked};
use crate::drafts::pages::{Walk, day};
use askama::Template;
use axum::extract::{Path, State};
use guide::packs::{PageKind, Widget};
use store::{Disclosure, Error};
use web::{Answer, Frame, Posted, Visitor, html, see_other};

/// Answers of one page of the pack.
pub(super) struct Part {
    /// Its title.
    pub title: String,
    /// Its answers.
    pub answers: Vec<Locked>,
}

/// Everything that was typed or fetched, in words.
pub(super) fn parts(f: &Frame, opened: &Opened, walk: &Walk<'_>) -> Vec<Part> {
    let values = &opened.body.values;
    let asks = opened.pack.form.pages.iter().filter(|p| p.kind != PageKind::Materials);
    let part = |p: &guide::packs::Page| {
        let shown = |x: &&guide::packs::Field| {
            let own = !matches!(x.widget, Widget::File | Widget::Tick | Widget::Sign);
            own && walk.judgement.shows(&x.key)
        };
        let answers = p.fields.iter().filter(shown).flat_map(|x| asked::summary(f, x, values));
        Part { title: p.title.get(f.lang.tag()).to_owned(), answers: answers.collect() }
    };
    let sent = crate::delivery::pages::lines(f, &opened.pack, &opened.body, false);
    let sent = sent.into_iter().map(|(label, value)| Locked {
        label,
        value,
        badge: asked::Badge::default(),
        wrong: String::new(),
        yours: String::new(),
    });
    let sent = Part { title: f.t("intake-delivery").to_owned(), answers: sent.collect() };
    asks.map(part).chain([sent]).filter(|p| !p.answers.is_empty()).collect()
}

/// The declarations the applicant makes by confirming.
pub(super) fn declarations(f: &Frame, opened: &Opened) -> Vec<String> {
    let review = opened.pack.form.pages.iter().filter(|p| p.kind == PageKind::Review);
    let ticks = review.flat_map(|p| &p.fields).filter(|x| matches!(x.widget, Widget::Tick));
    ticks.map(|x| x.label.get(f.lang.tag()).to_owned()).collect()
}

/// Materials that are there, by name.
pub(super) fn given(f: &Frame, opened: &Opened, walk: &Walk<'_>) -> Vec<String> {
    let there = |key: &str| opened.papers.iter().any(|p| p.key == key);
    let named = walk.needs.iter().filter(|n| !n.absent && (n.ready() || there(&n.key)));
    named.map(|n| n.name.get(f.lang.tag()).to_owned()).collect()
}

#[derive(Template)]
#[template(path = "intake/sheet.html")]
struct SheetPage {
    f: Frame,
    h: Head,
    parts: Vec<Part>,
    materials: Vec<String>,
    declarations: Vec<String>,
    code: String,
    day: String,
}

/// GET /w/i/{id}/sheet
pub async fn sheet(State(w): State<Casework>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let (desk, f) = desk_of(&w, &visitor, &id).await?;
    let now = w.clock().now();
    let walk = Walk::new(&desk.opened, now);
    html(&SheetPage {
        h: Head::of(&w, &visitor, &f, &desk)?,
        parts: parts(&f, &desk.opened, &walk),
        materials: given(&f, &desk.opened, &walk),
        declarations: declarations(&f, &desk.opened),
        code: spoken(&confirming::code(&desk.opened)?),
        day: day(&f, now.day()),
        f,
    })
}

/// A check number in two halves, as it is read off.
fn spoken(code: &str) -> String {
    let (one, two) = code.split_at(code.len() / 2);
    format!("{one} {two}")
}

/// One missing thing.
struct Gap {
    name: String,
    what: String,
}

#[derive(Template)]
#[template(path = "intake/missing.html")]
struct MissingPage {
    f: Frame,
    h: Head,
    gaps: Vec<Gap>,
    waits: bool,
    day: String,
    until: String,
    unit: String,
    phone: String,
    address: String,
    told: Option<Told>,
}

fn gap(f: &Frame, opened: &Opened, h: &Hindrance) -> Gap {
    let lang = f.lang.tag();
    let form = &opened.pack.form;
    let label = |key: &str| form.field(key).map(|x| x.label.get(lang).to_owned());
    match h {
        Hindrance::Field(e) => {
            Gap { name: label(e.top()).unwrap_or_default(), what: e.message.get(lang).to_owned() }
        }
        Hindrance::Material(key) => {
            let m = opened.pack.materials.iter().find(|m| m.key == *key);
            Gap {
                name: m.map(|m| m.name.get(lang).to_owned()).unwrap_or_default(),
                what: m.map(|m| m.note.get(lang).to_owned()).unwrap_or_default(),
            }
        }
        Hindrance::Confirm(key) => {
            let name = label(key).unwrap_or_default();
            Gap { what: f.ta("drafts-review-confirm", "name", &name), name }
        }
        Hindrance::Delivery => Gap {
            name: f.t("intake-delivery").to_owned(),
            what: f.t("intake-delivery-missing").to_owned(),
        },
        Hindrance::Stop(c) => {
            Gap { name: c.name.get(lang).to_owned(), what: c.message.get(lang).to_owned() }
        }
    }
}

/// GET /w/i/{id}/missing
pub async fn missing(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let (desk, f) = desk_of(&w, &visitor, &id).await?;
    let now = w.clock().now();
    let left = to_mend(&desk.opened, now);
    let unit = w.unit(desk.sitting.unit).await?;
    let until = desk.opened.draft.saved.plus_days(KEPT_DAYS).day();
    html(&MissingPage {
        h: Head::of(&w, &visitor, &f, &desk)?,
        gaps: left.iter().map(|h| gap(&f, &desk.opened, h)).collect(),
        waits: desk.sitting.stage == super::super::Stage::Waiting,
        day: day(&f, now.day()),
        until: day(&f, until),
        unit: unit.name,
        phone: unit.phone,
        address: unit.address,
        told: news(&visitor),
        f,
    })
}

/// POST /w/i/{id}/missing: tells the person; the matter waits for him.
pub async fn tell(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let idem = posted.idem("POST /w/i/{id}/missing")?;
    let s = sitting(&w, &visitor, id_of(&id)?).await?;
    let (hold, here, me) = (hold(&s, posted.get("version"))?, at(s.id), clerk(&visitor)?);
    let desk = filling::open(&w, s, &Disclosure::process("counting what is missing")).await?;
    let count = to_mend(&desk.opened, w.clock().now()).len();
    if count == 0 {
        return Ok(see_other(&format!("{here}/missing?done=whole")));
    }
    let (account, item) = (desk.guest.came, filling::item_name(&w, &desk.sitting));
    let act = move |tx: &mut store::Tx<'_>| acts::tell(tx, hold, &me, (count, account, &item));
    match w.store.write_once(filling::ctx(&w, &visitor), idem, act).await {
        Ok(_) => Ok(see_other(&format!("{here}/missing?done=told"))),
        Err(Error::Stale) => Ok(see_other(&format!("{here}/missing?done=stale"))),
        Err(e) => Err(e.into()),
    }
}
