//! C12: what to know before beginning, and the consent without which nothing is fetched.

use super::super::model::{Filer, Owner};
use super::super::{filing, rules};
use super::walk::Walk;
use super::{limit_words, sheet};
use crate::Casework;
use askama::Template;
use axum::extract::{Path, State};
use guide::packs::materials::Necessity;
use guide::packs::{self, Pack, Way, prefill};
use store::Error;
use web::{Answer, Frame, Posted, Visitor, html, see_other};

/// One material as it will be needed.
struct Line {
    no: String,
    name: String,
    note: String,
    tag: String,
    tone: &'static str,
    icon: &'static str,
}

/// One register that would be asked.
struct Query {
    org: String,
    name: String,
    fields: String,
    purpose: String,
    basis: String,
}

#[derive(Template)]
#[template(path = "drafts/start.html")]
struct StartPage {
    f: Frame,
    slug: String,
    summary: String,
    minutes: u32,
    limit: String,
    fee: String,
    visits: String,
    materials: Vec<Line>,
    bring: usize,
    who: String,
    acting: bool,
    wrong_side: String,
    wrong_side_next: String,
    acting_href: String,
    queries: Vec<Query>,
    begun: String,
    begun_day: String,
    idem: String,
}

/// GET /apply/{slug}/start
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(slug): Path<String>) -> Answer {
    let pack = w.pack(&slug).ok_or(Error::NotFound)?;
    let filer = filing::filer(&w, &visitor).await?;
    let drafts = filing::mine(&w, filer.owner).await?;
    let begun = drafts.iter().find(|d| d.slug == slug);
    let title = pack.item.short_name.get(visitor.lang.tag()).to_owned();
    let f = visitor.frame(&w, title, "items").with_back(format!("/guide/{slug}"), "");
    let page = StartPage {
        begun: begun.map(|d| format!("/d/{}", d.id.0)).unwrap_or_default(),
        begun_day: begun.map(|d| super::day(&f, d.saved.day())).unwrap_or_default(),
        idem: w.store.chance().token(),
        ..start_page(f, &visitor, &pack, &filer)
    };
    html(&page)
}

fn start_page(f: Frame, visitor: &Visitor, pack: &Pack, filer: &Filer) -> StartPage {
    let lang = f.lang.tag();
    let side = rules::may_apply(pack, filer.applicant.kind).err();
    let (wrong_side, wrong_side_next) =
        side.map(|e| web::errors::words(f.lang, &e)).unwrap_or_default();
    let materials: Vec<Line> =
        pack.materials.iter().enumerate().map(|(at, m)| line(&f, at, m)).collect();
    let query = |c: prefill::Consent| Query {
        org: c.org.get(lang).to_owned(),
        name: c.name.get(lang).to_owned(),
        fields: c.fields.iter().map(|x| x.get(lang)).collect::<Vec<_>>().join(f.t("drafts-and")),
        purpose: c.purpose.get(lang).to_owned(),
        basis: c.basis.get(lang).to_owned(),
    };
    let acting = visitor.citizen().ok().and_then(|c| c.acting.as_ref());
    let person = visitor.citizen().map(|c| c.name.clone()).unwrap_or_default();
    StartPage {
        slug: pack.slug.clone(),
        summary: pack.guide.summary.get(lang).to_owned(),
        minutes: pack.guide.minutes,
        limit: limit_words(&f, pack.item.promised_limit),
        fee: pack.item.fee.text.get(lang).to_owned(),
        visits: f.tn("drafts-visits", pack.item.visits),
        bring: materials.iter().filter(|m| m.icon == "upload").count(),
        materials,
        who: acting.map_or(person, |a| a.name.clone()),
        acting: matches!(filer.owner, Owner::Enterprise(_)),
        wrong_side,
        wrong_side_next,
        acting_href: format!("/my/acting?next=%2Fapply%2F{}%2Fstart", pack.slug),
        queries: prefill::consents(pack).into_iter().map(query).collect(),
        begun: String::new(),
        begun_day: String::new(),
        idem: String::new(),
        f,
    }
}

fn line(f: &Frame, at: usize, m: &packs::materials::Material) -> Line {
    let lang = f.lang.tag();
    let spared = m.ways.iter().any(|w| matches!(w, Way::Register | Way::Licence));
    let (key, tone, icon) = if spared {
        ("drafts-mat-spared", "ok", "check")
    } else if m.ways.contains(&Way::Form) {
        ("drafts-mat-form", "grey", "pen")
    } else if m.necessity == Necessity::Required {
        ("drafts-mat-upload", "info", "upload")
    } else {
        ("drafts-mat-sometimes", "line", "")
    };
    let note = match m.necessity {
        Necessity::Conditional => &m.when_words,
        _ => &m.note,
    };
    Line {
        no: (at + 1).to_string(),
        name: m.name.get(lang).to_owned(),
        note: note.get(lang).to_owned(),
        tag: f.t(key).to_owned(),
        tone,
        icon,
    }
}

/// POST /apply/{slug}/start: opens the draft (or goes on with the one begun), asks the registers when
/// the person agreed, and leads to the first page, or to the one page of the fast lane.
pub async fn begin(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(slug): Path<String>,
    posted: Posted,
) -> Answer {
    let id = filing::open(&w, &visitor, &slug).await?;
    let owner = filing::owner(&visitor)?;
    let fresh = filing::load(&w, owner, id).await?;
    if posted.get("_consent") == "yes" && fresh.body.consented.is_none() {
        match filing::prefill(&w, &visitor, id).await {
            // Another tab was first: what it fetched is there.
            Ok(_) | Err(Error::Stale) => {}
            Err(e) => return Err(e.into()),
        }
    }
    let opened = filing::load(&w, owner, id).await?;
    let walk = Walk::new(&opened, w.clock().now());
    if opened.draft.opened != fresh.draft.saved {
        return Ok(see_other(&walk.go_on()));
    }
    let first = walk.stops.first().map_or("review", |s| s.key());
    Ok(see_other(&walk.href(if walk.fast() { sheet::ALL } else { first })))
}
