//! C16: everything once more, with where it came from, what it costs, when it will be done; the
//! declaration is ticked here.

use super::super::filing;
use super::super::model::{DraftId, Hindrance, Opened, Saved};
use super::super::renewal::{self, Newer};
use super::asked::{self, Ask, Locked, Table, Typed};
use super::walk::{Stop, Walk};
use super::{day, limit_words, sheet, told};
use crate::Casework;
use askama::Template;
use axum::extract::{Path, State};
use guide::packs::{self, Limit, Page, Source, Way, Widget};
use store::Error;
use web::form::FormError;
use web::frame::Step;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, html, see_other};

/// Answers of one page.
struct Section {
    title: String,
    href: String,
    answers: Vec<Locked>,
}

/// Something still to mend, and where.
struct Gap {
    href: String,
    text: String,
}

/// A material as it will be handed in.
struct Given {
    name: String,
    how: String,
    badge: &'static str,
}

#[derive(Template)]
#[template(path = "drafts/review.html")]
struct ReviewPage {
    f: Frame,
    steps: Vec<Step>,
    item: String,
    now: usize,
    total: usize,
    applicant: String,
    sections: Vec<Section>,
    materials: Vec<Given>,
    materials_href: String,
    delivery: Vec<(String, String)>,
    delivery_href: String,
    disputed: Vec<(String, String, String)>,
    newer: Option<(i64, Vec<String>)>,
    renew: String,
    gaps: Vec<Gap>,
    errors: Vec<FormError>,
    fee: String,
    limit: String,
    due: String,
    result: String,
    unit: String,
    known: Vec<Locked>,
    asks: Vec<Ask>,
    action: String,
    back: String,
    version: i64,
    idem: String,
}

fn review_of<'o>(walk: &Walk<'o>) -> Option<&'o Page> {
    walk.stops.iter().find_map(|s| match s {
        Stop::Review(page) => *page,
        _ => None,
    })
}

/// What hinders handing in, but for the declaration on this page itself.
fn gaps(f: &Frame, opened: &Opened, walk: &Walk<'_>, hindrances: &[Hindrance]) -> Vec<Gap> {
    let lang = f.lang.tag();
    let place = |field: &str| {
        let page = walk.stops.iter().find_map(|s| match s {
            Stop::Page(page) if page.has(sheet::top(field)) => Some(walk.href(&page.key)),
            _ => None,
        });
        page.map_or_else(|| walk.go_on(), |href| format!("{href}#{field}"))
    };
    let gap = |h: &Hindrance| match h {
        Hindrance::Field(e) => Gap { href: place(&e.field), text: e.message.get(lang).to_owned() },
        Hindrance::Delivery => {
            Gap { href: walk.href("delivery"), text: f.t("drafts-review-delivery").to_owned() }
        }
        Hindrance::Confirm(key) => {
            let label = opened.pack.form.field(key).map(|x| x.label.get(lang).to_owned());
            let text = f.ta("drafts-review-confirm", "name", label.unwrap_or_default());
            Gap { href: place(key), text }
        }
        Hindrance::Material(key) => {
            let name = opened.pack.materials.iter().find(|m| m.key == *key);
            let name = name.map(|m| m.name.get(lang).to_owned()).unwrap_or_default();
            let href = format!("{}#file.{key}", walk.href("materials"));
            Gap { href, text: f.ta("drafts-review-material", "name", name) }
        }
        Hindrance::Stop(c) => {
            let other = c.redirect.as_ref().map(|slug| format!("/guide/{slug}"));
            let own = c.fields.first().map(|field| place(field));
            let href = other.or(own).unwrap_or_default();
            Gap { href, text: c.message.get(lang).to_owned() }
        }
    };
    let here = review_of(walk);
    let elsewhere = |h: &&Hindrance| match h {
        Hindrance::Field(e) => !here.is_some_and(|p| p.has(e.top())),
        _ => true,
    };
    hindrances.iter().filter(elsewhere).map(gap).collect()
}

fn sections(f: &Frame, opened: &Opened, walk: &Walk<'_>) -> Vec<Section> {
    let values = &opened.body.values;
    let one = |page: &Page| {
        let shown = |x: &&packs::Field| walk.judgement.shows(&x.key) && x.widget != Widget::File;
        let answers = page.fields.iter().filter(shown);
        let answers = answers.flat_map(|x| asked::summary(f, x, values)).map(|mut a| {
            // What is one's own needs no mark; a line above the answers says so once.
            if a.badge.kind == "self" {
                a.badge = asked::Badge::default();
            }
            a
        });
        Section {
            title: page.title.get(f.lang.tag()).to_owned(),
            href: walk.href(&page.key),
            answers: answers.collect(),
        }
    };
    let pages = walk.stops.iter().filter_map(|s| match s {
        Stop::Page(page) => Some(one(page)),
        _ => None,
    });
    pages.collect()
}

fn given(f: &Frame, opened: &Opened, walk: &Walk<'_>) -> Vec<Given> {
    let one = |need: &packs::MaterialNeed| {
        let own = opened.papers.iter().filter(|p| p.key == need.key);
        let names: Vec<&str> = own.map(|p| p.name.as_str()).collect();
        let ready = need.offers.iter().find(|o| o.ready).map(|o| o.way);
        let (how, badge) = match (ready, names.is_empty()) {
            (Some(Way::Form), _) => (f.t("drafts-mat-from-form").to_owned(), ""),
            (Some(Way::Licence), _) => (f.t("drafts-mat-spared").to_owned(), "licence"),
            (Some(_), _) => (f.t("drafts-mat-spared").to_owned(), "verified"),
            (None, false) => (names.join(f.t("drafts-and")), ""),
            (None, true) if need.needed => (f.t("drafts-mat-not-yet").to_owned(), ""),
            (None, true) => (f.t("drafts-mat-optional").to_owned(), ""),
        };
        Given { name: need.name.get(f.lang.tag()).to_owned(), how, badge }
    };
    walk.needs.iter().filter(|n| !n.absent).map(one).collect()
}

/// What changed since the draft was begun, in sentences.
fn changes(f: &Frame, newer: &Newer) -> Vec<String> {
    newer.changes.iter().map(|c| c.words(f.lang)).collect()
}

/// POST /d/{id}/renew: goes over to the version whose changes were shown.
pub async fn renew(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let draft = DraftId(super::number(&id)?);
    let seen = posted.get("to").parse().unwrap_or(0);
    match renewal::renew(&w, &visitor, draft, seen).await {
        // Changed meanwhile: the review shows how it is now.
        Ok(()) | Err(Error::Stale) => {}
        Err(Error::Refused(r)) if r.code == "draft-outdated" => {}
        Err(e) => return Err(e.into()),
    }
    Ok(see_other(&format!("/d/{}/review", draft.0)))
}

/// The last day if it were accepted today.
fn due(w: &Casework, f: &Frame, limit: Limit) -> String {
    let today = w.clock().now();
    match limit.unit {
        packs::Unit::Instant => String::new(),
        packs::Unit::Workday => day(f, w.calendar.add_workdays(today.day(), limit.n).day),
        packs::Unit::Day => day(f, today.plus_days(i64::from(limit.n)).day()),
    }
}

async fn page_of(
    w: &Casework,
    visitor: &Visitor,
    opened: &Opened,
    errors: Vec<FormError>,
) -> store::Result<ReviewPage> {
    let walk = Walk::new(opened, w.clock().now());
    let lang = visitor.lang.tag();
    let item = &opened.pack.item;
    let hindrances = walk.hindrances();
    let f = visitor
        .frame(w, visitor.t("drafts-review-title"), "my")
        .with_back(walk.before("review"), item.short_name.get(lang))
        .with_failed(!errors.is_empty())
        .without_bar();
    let (typed, values) = (Typed::new(), &opened.body.values);
    let t = Table { f: &f, values, typed: &typed, errors: &errors, more: "" };
    let fields = review_of(&walk).map(|p| p.fields.as_slice()).unwrap_or_default();
    let fields: Vec<_> = fields.iter().filter(|x| walk.judgement.shows(&x.key)).collect();
    let locked = |key: &str| values.0.get(key).is_some_and(|v| v.locked);
    let known = fields.iter().filter(|x| locked(&x.key));
    let known: Vec<Locked> = known.map(|x| asked::locked_answer(&f, x, values)).collect();
    let open = fields.iter().filter(|x| !locked(&x.key));
    let asks: Vec<Ask> = open.map(|x| asked::ask(&t, x, walk.judgement.demands(x))).collect();
    let (now, total) = walk.count(&f, "review");
    let unit = filing::unit_of(w, &opened.pack).await;
    let unit = unit.map(|u| f.ta2("drafts-unit", "name", u.name, "phone", u.phone));
    Ok(ReviewPage {
        steps: walk.steps(&f, "review"),
        item: item.short_name.get(lang).to_owned(),
        now,
        total,
        applicant: opened.body.party.name.clone(),
        sections: sections(&f, opened, &walk),
        materials: given(&f, opened, &walk),
        materials_href: walk
            .position("materials")
            .map(|_| walk.href("materials"))
            .unwrap_or_default(),
        delivery: crate::delivery::pages::lines(&f, &opened.pack, &opened.body, false),
        delivery_href: walk.href("delivery"),
        disputed: super::dispute::lines(&f, &opened.pack, &opened.body),
        newer: renewal::newer(w, opened).await?.map(|n| (n.version(), changes(&f, &n))),
        renew: walk.href("renew"),
        gaps: gaps(&f, opened, &walk, &hindrances),
        fee: item.fee.text.get(lang).to_owned(),
        limit: limit_words(&f, item.promised_limit),
        due: due(w, &f, item.promised_limit),
        result: item.result.name.get(lang).to_owned(),
        unit: unit.unwrap_or_else(|_| item.dept.get(lang).to_owned()),
        known,
        asks,
        action: walk.href("review"),
        back: walk.before("review"),
        version: opened.draft.version,
        idem: w.store.chance().token(),
        errors,
        f,
    })
}

/// GET /d/{id}/review
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let opened = super::opened(&w, &visitor, &id).await?;
    html(&page_of(&w, &visitor, &opened, vec![]).await?)
}

/// POST /d/{id}/review: keeps the declaration; when nothing is missing the text to sign follows.
pub async fn keep(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let opened = super::opened(&w, &visitor, &id).await?;
    let walk = Walk::new(&opened, w.clock().now());
    if let Some(page) = review_of(&walk) {
        let pairs = sheet::tidy(posted.fields(), page.fields.iter(), "");
        let form = &opened.pack.form;
        let parsed = form.parse_posted(&pairs, Some(page));
        let changes = parsed.map_err(|e| super::refused(&visitor, &e))?.changes;
        let seen = posted.get("_version").parse().unwrap_or(opened.draft.version);
        let owner = filing::owner(&visitor)?;
        let saved = filing::save(&w, owner, opened.draft.id, seen, changes, Source::Applicant);
        if let Saved::Conflict { .. } = saved.await? {
            return Ok(see_other(&walk.href("review")));
        }
    }
    let opened = super::opened(&w, &visitor, &id).await?;
    let walk = Walk::new(&opened, w.clock().now());
    let hindrances = walk.hindrances();
    if hindrances.is_empty() && renewal::newer(&w, &opened).await?.is_none() {
        return Ok(see_other(&walk.href("sign")));
    }
    let here = review_of(&walk);
    let own = hindrances.iter().filter_map(|h| match h {
        Hindrance::Field(e) if here.is_some_and(|p| p.has(e.top())) => Some(told(&visitor, e)),
        _ => None,
    });
    html_again(&page_of(&w, &visitor, &opened, own.collect()).await?)
}
