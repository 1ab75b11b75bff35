//! A case at the window (W04): read, accepted, or on to correction and refusal.

use super::notice::{self, Leads};
use super::queue::{Queue, around};
use super::say::unit_name;
use super::sheet::{Maker, Sheet};
use super::turn::told_of;
use super::{Told, act, again, back, case_of, done, for_page, grip, nav, told};
use crate::Casework;
use crate::cases::model::{Case, Grip, Post};
use crate::cases::view::{self, Dossier};
use crate::cases::{acts, rules};
use crate::desks::preview;
use askama::Template;
use axum::extract::{Path, State};
use store::ledger::{self, Reading};
use store::{Error, Purpose, Result, Secret};
use web::{Answer, Frame, Posted, Visitor, html};

const DESK: &str = "/w";

#[derive(Template)]
#[template(path = "cases/staff-window.html")]
struct WindowPage {
    f: Frame,
    s: Sheet,
    q: Queue,
    unit: String,
    conditions: Vec<String>,
    told: Option<Told>,
}

/// A case opened for an officer: the reading is recorded for the person concerned.
pub(super) struct Opened {
    /// The case.
    pub d: Dossier,
    /// Words.
    pub f: Frame,
    /// As the desk shows it.
    pub s: Sheet,
}

/// Opens a case of an address. `phone` is had by [`originals`] only.
pub(super) async fn open(
    w: &Casework,
    visitor: &Visitor,
    desk: &'static str,
    no: &str,
    phone: Option<Secret>,
) -> Result<Opened> {
    let case = case_of(w, visitor, no).await?;
    let d = view::dossier(w, visitor, case.no).await?;
    let name = d.progress.pack.item.short_name.get(visitor.lang.tag()).to_owned();
    let f = visitor.staff_frame(w, format!("{name} {}", case.no.grouped()), nav(visitor, desk));
    let s = Maker { w, visitor, f: &f, desk, phone }.sheet(&d).await?;
    Ok(Opened { d, f, s })
}

/// 查看原文: numbers in full, once the purpose is chosen; recorded with it before anything is opened.
pub(super) async fn originals(
    w: &Casework,
    visitor: &Visitor,
    case: &Case,
    posted: &Posted,
) -> Result<Secret> {
    let reference = match posted.get("purpose") {
        "case" => case.no.to_string(),
        "identity" => format!("{} 核对身份", case.no),
        "contact" => format!("{} 联系申请人", case.no),
        _ => return Err(Error::refused("desks-purpose")),
    };
    let reading =
        Reading { subject: case.person.0, fields: vec!["name", "id-no", "phone"], reference };
    let ctx = visitor.ctx(w, Purpose::Case(case.id.0));
    let leave = ledger::disclose(&w.store, ctx, reading).await?;
    Ok(w.person_facts(case.person, &leave).await?.phone)
}

async fn made(
    w: &Casework,
    visitor: &Visitor,
    opened: Opened,
    told: Option<Told>,
) -> Result<WindowPage> {
    let Opened { d, f, s } = opened;
    let q = around(w, visitor, &f, (DESK, Post::Clerk), &s.no).await?;
    let lang = f.lang.tag();
    let item = &d.progress.pack.item;
    Ok(WindowPage {
        unit: unit_name(&f, &d.progress.unit),
        conditions: item.conditions.iter().map(|c| c.get(lang).to_owned()).collect(),
        q,
        told,
        s,
        f,
    })
}

/// GET /w/c/{no}
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    let opened = open(&w, &visitor, DESK, &no, None).await?;
    html(&made(&w, &visitor, opened, done(&visitor)).await?)
}

/// The page again, saying why nothing was done.
async fn refused(w: &Casework, visitor: &Visitor, no: &str, error: Error) -> Answer {
    let error = for_page(error)?;
    let opened = open(w, visitor, DESK, no, None).await?;
    let told = told_of(w, &opened, told(visitor, &error), &error).await?;
    again(&made(w, visitor, opened, Some(told)).await?, &error)
}

/// POST /w/c/{no}/reveal
pub async fn reveal(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let case = case_of(&w, &visitor, &no).await?;
    let phone = match originals(&w, &visitor, &case, &posted).await {
        Ok(phone) => phone,
        Err(e) => return refused(&w, &visitor, &no, e).await,
    };
    let opened = open(&w, &visitor, DESK, &no, Some(phone)).await?;
    html(&made(&w, &visitor, opened, None).await?)
}

/// The version a claim is about: the list of cases shows none, and a claim cannot overtake anybody.
pub(super) fn claim_grip(posted: &Posted, case: &Case) -> Grip {
    grip(posted.get("version"), case).unwrap_or(Grip { id: case.id, version: case.version })
}

/// POST /w/c/{no}/claim
pub async fn claim(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let case = case_of(&w, &visitor, &no).await?;
    let grip = claim_grip(&posted, &case);
    let change = move |tx: &mut store::Tx<'_>, who: &_, days: &_| acts::claim(tx, grip, who, days);
    match act(&w, &visitor, posted.idem("POST /w/c/claim"), grip, change).await {
        Ok(_) => back(DESK, &case, ""),
        Err(e) => refused(&w, &visitor, &no, e).await,
    }
}

/// POST /w/c/{no}/release
pub async fn release(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let case = case_of(&w, &visitor, &no).await?;
    let grip = grip(posted.get("version"), &case)?;
    let change =
        move |tx: &mut store::Tx<'_>, who: &_, days: &_| acts::release(tx, grip, who, days);
    match act(&w, &visitor, posted.idem("POST /w/c/release"), grip, change).await {
        Ok(_) => back(DESK, &case, ""),
        Err(e) => refused(&w, &visitor, &no, e).await,
    }
}

/// GET /w/c/{no}/accept: the notice of acceptance before it is issued.
pub async fn preview(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
) -> Answer {
    let opened = open(&w, &visitor, DESK, &no, None).await?;
    let (d, at) = (&opened.d, w.clock().now());
    let by = view::officer(&visitor)?.id;
    let accept = |s| rules::accept(s, at, Some(by), &d.progress.pack, &w.calendar);
    let made = preview::notice(&notice::before(&w, d), "acceptance", "", accept);
    match made {
        Ok(notice) => {
            let leads = Leads { desk: DESK, at: "accept", button: "desks-do-accept" };
            notice::show(&w, &visitor, d, notice, &leads, None)
        }
        Err(e) => refused(&w, &visitor, &no, e).await,
    }
}

/// POST /w/c/{no}/accept
pub async fn accept(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let case = case_of(&w, &visitor, &no).await?;
    let grip = grip(posted.get("version"), &case)?;
    let change = move |tx: &mut store::Tx<'_>, who: &_, days: &_| acts::accept(tx, grip, who, days);
    match act(&w, &visitor, posted.idem("POST /w/c/accept"), grip, change).await {
        Ok(_) => back(DESK, &case, "accepted"),
        Err(e) => refused(&w, &visitor, &no, e).await,
    }
}
