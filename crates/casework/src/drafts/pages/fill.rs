//! C13: one question per page, saved on the server; two devices at once get both values to choose from.

use super::super::filing;
use super::super::model::{Clash, Opened, Saved};
use super::asked::{Ask, Locked, Table, Typed};
use super::sheet::{self, ALL, Pairs, Sheet};
use super::walk::{Stop, Walk};
use super::{asked, query, text_of, told};
use crate::Casework;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use guide::packs::{FieldError, Source, Widget};
use store::Error;
use web::form::FormError;
use web::frame::{Choice, Step};
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, html, see_other};

/// One group of fields with its own heading; one group without heading on an ordinary page.
struct Group {
    title: String,
    hint: String,
    known: Vec<Locked>,
    asks: Vec<Ask>,
}

#[derive(Template)]
#[template(path = "drafts/fill.html")]
struct FillPage {
    f: Frame,
    steps: Vec<Step>,
    item: String,
    now: usize,
    total: usize,
    lead: String,
    groups: Vec<Group>,
    errors: Vec<FormError>,
    more_to_say: bool,
    action: String,
    autosave: String,
    version: i64,
    idem: String,
    saved_at: String,
    kept_until: String,
    why: Vec<String>,
    badges: Vec<&'static str>,
    wrong: bool,
    unit: String,
    old: String,
    old_error: String,
}

#[derive(Template)]
#[template(path = "drafts/conflict.html")]
struct ConflictPage {
    f: Frame,
    action: String,
    version: i64,
    idem: String,
    hidden: Pairs,
    fields: Vec<(String, String, Vec<Choice>)>,
}

/// What makes one showing of a page different from another.
#[derive(Default)]
struct Showing {
    typed: Typed,
    errors: Vec<FormError>,
    more: String,
    more_to_say: bool,
}

/// GET /d/{id}
pub async fn resume(State(w): State<Casework>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let opened = super::opened(&w, &visitor, &id).await?;
    Ok(see_other(&Walk::new(&opened, w.clock().now()).go_on()))
}

/// GET /d/{id}/{section}
pub async fn page(
    State(w): State<Casework>,
    visitor: Visitor,
    Path((id, section)): Path<(String, String)>,
) -> Answer {
    let opened = super::opened(&w, &visitor, &id).await?;
    let walk = Walk::new(&opened, w.clock().now());
    let Some(sheet) = Sheet::find(&walk, &section) else {
        return elsewhere(&walk, &section);
    };
    let more_to_say = query(&visitor, "more").is_empty() && query(&visitor, "shown") == "1";
    let showing = Showing { more: query(&visitor, "more"), more_to_say, ..Showing::default() };
    html(&fill_page(&w, &visitor, &opened, &walk, &sheet, showing).await?)
}

/// The pack's own keys of the materials and review pages lead to those pages; a page whose questions
/// do not arise leads on.
fn elsewhere(walk: &Walk<'_>, section: &str) -> Answer {
    let named = |s: &&Stop<'_>| s.page().is_some_and(|p| p.key == section);
    match walk.stops.iter().find(named) {
        Some(stop) => Ok(see_other(&walk.href(stop.key()))),
        None => Err(Error::NotFound.into()),
    }
}

/// POST /d/{id}/{section}
pub async fn keep(
    State(w): State<Casework>,
    visitor: Visitor,
    Path((id, section)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let opened = super::opened(&w, &visitor, &id).await?;
    let before = Walk::new(&opened, w.clock().now());
    let sheet = Sheet::find(&before, &section).ok_or(Error::NotFound)?;
    let (keeps, fields): (Pairs, Pairs) =
        posted.fields().into_iter().partition(|(n, _)| n.starts_with("keep."));
    let pairs = sheet::tidy(fields, sheet.fields(), posted.get("_drop"));
    let parsed = sheet.parse(&opened, &pairs).map_err(|e| super::refused(&visitor, &e))?;
    let mut changes = parsed.changes;
    for (name, _) in keeps.iter().filter(|(_, whose)| whose == "theirs") {
        changes.0.remove(name.trim_start_matches("keep."));
    }
    let seen = posted.get("_version").parse().unwrap_or(opened.draft.version);
    let owner = filing::owner(&visitor)?;
    let saved = filing::save(&w, owner, opened.draft.id, seen, changes, Source::Applicant).await?;
    if let Saved::Conflict { version, fields } = saved {
        return conflict(&w, &visitor, &opened, &sheet, version, &fields, pairs);
    }
    let mut opened = super::opened(&w, &visitor, &id).await?;
    if posted.get("_confirm") == "yes" {
        let old = sheet.stale(&opened.body, &Walk::new(&opened, w.clock().now()));
        filing::confirm(&w, owner, opened.draft.id, &old).await?;
        opened = super::opened(&w, &visitor, &id).await?;
    }
    let walk = Walk::new(&opened, w.clock().now());
    if let Some(way) = way_out(&posted, &walk, sheet.key) {
        return Ok(see_other(&way));
    }
    // A question may have made its own page's questions fall away; then there is nothing to judge.
    let now = Sheet::find(&walk, &section);
    let wrong = now.as_ref().map(|s| s.wrong(&walk, parsed.errors.clone())).unwrap_or_default();
    if only_new(&before, &walk, &wrong) {
        return Ok(see_other(&format!("{}?shown=1#{}", walk.href(sheet.key), wrong[0].field)));
    }
    let mut errors: Vec<FormError> = wrong.iter().map(|e| told(&visitor, e)).collect();
    if now.as_ref().is_some_and(|s| !s.stale(&opened.body, &walk).is_empty()) {
        let text = visitor.t("drafts-old-error").to_owned();
        errors.push(FormError { field: "_confirm".to_owned(), text });
    }
    match (now, errors.is_empty()) {
        (Some(now), false) => {
            let typed = sheet::typed(&pairs, &parsed.errors);
            let showing = Showing { typed, errors, ..Showing::default() };
            html_again(&fill_page(&w, &visitor, &opened, &walk, &now, showing).await?)
        }
        _ if sheet.key == ALL => Ok(see_other(&walk.go_on())),
        _ => Ok(see_other(&walk.after(sheet.key))),
    }
}

/// Buttons that do not go on: add or take out a row, back, later.
fn way_out(posted: &Posted, walk: &Walk<'_>, key: &str) -> Option<String> {
    let add = posted.get("_add");
    if !add.is_empty() {
        return Some(format!("{}?more={add}#{add}", walk.href(key)));
    }
    let drop = posted.get("_drop");
    if !drop.is_empty() {
        return Some(format!("{}#{}", walk.href(key), sheet::top(drop)));
    }
    match posted.get("_go") {
        "back" => Some(walk.before(key)),
        "later" => Some("/my?saved=1".to_owned()),
        _ => None,
    }
}

/// Whether everything wrong is about questions that these answers have only just brought up.
fn only_new(before: &Walk<'_>, now: &Walk<'_>, wrong: &[FieldError]) -> bool {
    let new = |e: &FieldError| now.judgement.shows(e.top()) && !before.judgement.shows(e.top());
    !wrong.is_empty() && wrong.iter().all(|e| e.code == "required" && new(e))
}

fn groups(
    walk: &Walk<'_>,
    opened: &Opened,
    sheet: &Sheet<'_>,
    t: &Table<'_>,
    alone: bool,
) -> Vec<Group> {
    let lang = t.f.lang.tag();
    let locked = |key: &str| opened.body.values.0.get(key).is_some_and(|v| v.locked);
    let group = |page: &&guide::packs::Page| {
        let shown =
            |f: &&guide::packs::Field| walk.judgement.shows(&f.key) && f.widget != Widget::File;
        let facts = page.shows.iter();
        let facts = facts.filter_map(|x| asked::fact(t.f, x, &opened.body.facts));
        let known = page.fields.iter().filter(shown).filter(|f| locked(&f.key));
        let asks = page.fields.iter().filter(shown).filter(|f| !locked(&f.key));
        Group {
            title: if alone { String::new() } else { page.title.get(lang).to_owned() },
            hint: if alone { String::new() } else { page.hint.get(lang).to_owned() },
            known: known.map(|f| asked::known_answer(t.f, f, opened)).chain(facts).collect(),
            asks: asks.map(|f| asked::ask(t, f, walk.judgement.demands(f))).collect(),
        }
    };
    sheet.pages.iter().map(group).collect()
}

/// What is asked about answers of long ago: which, and from when; empty when there are none.
fn old_words(f: &Frame, opened: &Opened, old: &[String]) -> String {
    let label = |key: &String| {
        let field = opened.pack.form.field(key)?;
        Some(field.label.get(f.lang.tag()).to_owned())
    };
    let labels: Vec<String> = old.iter().filter_map(label).collect();
    let when = old.iter().filter_map(|key| opened.body.values.0.get(key)?.fetched_at).min();
    match when {
        Some(at) => f.ta2(
            "drafts-old",
            "what",
            labels.join(f.t("drafts-and")),
            "day",
            super::day(f, at.day()),
        ),
        None => String::new(),
    }
}

async fn fill_page(
    w: &Casework,
    visitor: &Visitor,
    opened: &Opened,
    walk: &Walk<'_>,
    sheet: &Sheet<'_>,
    showing: Showing,
) -> store::Result<FillPage> {
    let lang = visitor.lang.tag();
    let item = opened.pack.item.short_name.get(lang).to_owned();
    let words = visitor.frame(w, "", "my");
    let f = visitor
        .frame(w, sheet.title(&words, &item), "my")
        .with_back(walk.before(sheet.key), item.clone())
        .with_failed(!showing.errors.is_empty())
        .without_bar()
        .with_under();
    let alone = sheet.key != ALL;
    let t = Table {
        f: &f,
        values: &opened.body.values,
        typed: &showing.typed,
        errors: &showing.errors,
        more: &showing.more,
    };
    let groups = groups(walk, opened, sheet, &t, alone);
    let (now, total) = walk.count(&f, sheet.key);
    let known = groups.iter().flat_map(|g| g.known.iter().map(|k| k.badge.kind));
    let asked = groups.iter().flat_map(|g| g.asks.iter().map(|a| a.badge.kind));
    let mut badges: Vec<&'static str> = known.chain(asked).filter(|k| !k.is_empty()).collect();
    badges.sort_unstable();
    badges.dedup();
    let lead = sheet.pages.first().filter(|_| alone).map(|p| p.hint.get(lang).to_owned());
    let why = sheet.pages.iter().map(|p| p.why.get(lang)).filter(|t| !t.is_empty());
    let until = opened.draft.saved.plus_days(super::super::model::KEPT_DAYS).day();
    let old = sheet.stale(&opened.body, walk);
    let old_error = text_of(&showing.errors, "_confirm");
    Ok(FillPage {
        old: old_words(&f, opened, &old),
        old_error,
        steps: walk.steps(&f, sheet.key),
        now,
        total,
        lead: lead.unwrap_or_else(|| f.t("drafts-all-lead").to_owned()),
        why: why.map(str::to_owned).collect(),
        wrong: groups.iter().any(|g| !g.known.is_empty()),
        groups,
        badges,
        errors: showing.errors,
        more_to_say: showing.more_to_say,
        action: walk.href(sheet.key),
        autosave: format!("{}/save", walk.href(sheet.key)),
        version: opened.draft.version,
        idem: w.store.chance().token(),
        saved_at: opened.draft.saved.hm(),
        kept_until: super::day(&f, until),
        unit: filing::unit_of(w, &opened.pack).await.map(|u| u.phone).unwrap_or_default(),
        item,
        f,
    })
}

/// Both values side by side; what is chosen is posted again with the version that was seen.
fn conflict(
    w: &Casework,
    visitor: &Visitor,
    opened: &Opened,
    sheet: &Sheet<'_>,
    version: i64,
    clashes: &[Clash],
    pairs: Pairs,
) -> Result<Response, web::Fault> {
    let f = visitor.frame(w, visitor.t("drafts-conflict-title"), "my").with_failed(true);
    let fields = clashes.iter().filter_map(|c| {
        let field = opened.pack.form.field(&c.key)?;
        let words = |v| {
            let said = asked::said(&f, field, v);
            if said.is_empty() { f.t("drafts-nothing").to_owned() } else { said }
        };
        let choice = |value: &str, label: String, hint: &str| Choice {
            value: value.to_owned(),
            label,
            hint: f.t(hint).to_owned(),
            on: value == "yours",
        };
        let both = vec![
            choice("yours", words(&c.yours), "drafts-conflict-yours"),
            choice("theirs", words(&c.theirs), "drafts-conflict-theirs"),
        ];
        Some((format!("keep.{}", c.key), field.label.get(f.lang.tag()).to_owned(), both))
    });
    let page = ConflictPage {
        fields: fields.collect(),
        action: format!("/d/{}/{}", opened.draft.id.0, sheet.key),
        version,
        idem: w.store.chance().token(),
        hidden: pairs,
        f,
    };
    let mut answer = html(&page)?;
    *answer.status_mut() = StatusCode::CONFLICT;
    Ok(answer)
}
