//! 补正告知 (W06): everything missing, told once, each with its reason; read before it is issued.

use super::notice::{self, Leads};
use super::sheet::Sheet;
use super::window::{Opened, open};
use super::{Told, act, again, back, case_of, for_page, grip, told};
use crate::Casework;
use crate::cases::model::{Missing, MissingKind};
use crate::cases::{acts, rules, view};
use crate::desks::preview;
use askama::Template;
use axum::extract::{Path, State};
use guide::packs::{PageKind, Widget};
use store::{Error, Result};
use web::form::FormError;
use web::{Answer, Frame, Posted, Visitor, html};

const DESK: &str = "/w";

/// One thing that may be missing.
struct Row {
    /// `material.layout`, `field.area`.
    key: String,
    label: String,
    on: bool,
    reason: String,
    error: String,
}

struct Group {
    title: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "cases/staff-correct.html")]
struct CorrectPage {
    f: Frame,
    s: Sheet,
    groups: Vec<Group>,
    until: String,
    errors: Vec<FormError>,
    told: Option<Told>,
}

/// What was ticked or written to: a reason alone counts as ticked.
fn asked(posted: &Posted) -> Vec<Missing> {
    let named = |name: &str| {
        let key = name.strip_prefix("why.")?;
        let (kind, key) = match key.split_once('.')? {
            ("material", key) => (MissingKind::Material, key),
            ("field", key) => (MissingKind::Field, key),
            _ => return None,
        };
        Some((kind, key.to_owned()))
    };
    let ticked = posted.all("pick");
    let one = |(name, reason): (String, String)| {
        let (kind, key) = named(&name)?;
        let reason = reason.trim().to_owned();
        let on = ticked.iter().any(|t| Some(*t) == name.strip_prefix("why."));
        (on || !reason.is_empty()).then_some(Missing { kind, key, reason })
    };
    posted.fields().into_iter().filter_map(one).collect()
}

fn name(missing: &Missing) -> String {
    let kind = match missing.kind {
        MissingKind::Material => "material",
        MissingKind::Field => "field",
    };
    format!("{kind}.{}", missing.key)
}

/// Ticked without a word of why: the applicant could not mend it.
fn unsaid(visitor: &Visitor, items: &[Missing]) -> Vec<FormError> {
    let short = items.iter().filter(|m| rules::said("reason", &m.reason).is_err());
    let error = |m: &Missing| FormError {
        field: format!("why.{}", name(m)),
        text: visitor.t("desks-need-why").to_owned(),
    };
    short.map(error).collect()
}

fn groups(f: &Frame, opened: &Opened, items: &[Missing], errors: &[FormError]) -> Vec<Group> {
    let (pack, lang) = (&opened.d.progress.pack, f.lang.tag());
    let row = |kind: MissingKind, key: &str, label: &str| {
        let held = items.iter().find(|m| m.kind == kind && m.key == key);
        let missing = Missing { kind, key: key.to_owned(), reason: String::new() };
        let key = name(&missing);
        let error = errors.iter().find(|e| e.field == format!("why.{key}"));
        Row {
            label: label.to_owned(),
            on: held.is_some(),
            reason: held.map(|m| m.reason.clone()).unwrap_or_default(),
            error: error.map(|e| e.text.clone()).unwrap_or_default(),
            key,
        }
    };
    let materials = pack.materials.iter();
    let materials = materials.map(|m| row(MissingKind::Material, &m.key, m.name.get(lang)));
    let title = f.t("desks-materials").to_owned();
    let mut out = vec![Group { title, rows: materials.collect() }];
    let body = &opened.d.body;
    let circumstances = body.circumstances(opened.d.progress.case.submitted);
    let visible = pack.form.visible(&body.values, &circumstances);
    for section in &pack.form.sections {
        let pages = pack.form.pages.iter();
        let pages = pages.filter(|p| p.section == section.key && p.kind == PageKind::Questions);
        let fields = pages.flat_map(|p| &p.fields);
        let fields = fields.filter(|q| visible.contains(&q.key) && q.widget != Widget::File);
        let rows: Vec<Row> =
            fields.map(|q| row(MissingKind::Field, &q.key, q.label.get(lang))).collect();
        if !rows.is_empty() {
            out.push(Group { title: section.title.get(lang).to_owned(), rows });
        }
    }
    out
}

fn made(w: &Casework, opened: Opened, items: &[Missing], errors: Vec<FormError>) -> CorrectPage {
    let groups = groups(&opened.f, &opened, items, &errors);
    let limit = opened.d.progress.pack.flow.correction_limit;
    let until = rules::ends(limit, w.clock().now().day(), &w.calendar);
    let mut f = opened.f.with_failed(!errors.is_empty());
    f.title = format!("{} {}", f.t("desks-correct"), opened.s.item);
    CorrectPage { until: super::day(&f, until), groups, s: opened.s, errors, told: None, f }
}

/// GET /w/c/{no}/correct
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    let opened = open(&w, &visitor, DESK, &no, None).await?;
    html(&made(&w, opened, &[], vec![]))
}

async fn refused(
    w: &Casework,
    visitor: &Visitor,
    no: &str,
    items: &[Missing],
    error: Error,
) -> Answer {
    let error = for_page(error)?;
    let opened = open(w, visitor, DESK, no, None).await?;
    let mut page = made(w, opened, items, vec![]);
    page.told = Some(told(visitor, &error));
    again(&page, &error)
}

/// POST /w/c/{no}/correct: shows the notice; issues it once it was read.
pub async fn issue(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let case = case_of(&w, &visitor, &no).await?;
    let items = asked(&posted);
    let errors = unsaid(&visitor, &items);
    if !errors.is_empty() {
        let opened = open(&w, &visitor, DESK, &no, None).await?;
        return web::respond::html_again(&made(&w, opened, &items, errors));
    }
    if posted.get("step") != "issue" {
        return match preview(&w, &visitor, &no, &items, &posted).await {
            Ok(answer) => answer,
            Err(e) => refused(&w, &visitor, &no, &items, e).await,
        };
    }
    let grip = grip(posted.get("version"), &case)?;
    let told = items.clone();
    let change = move |tx: &mut store::Tx<'_>, who: &_, days: &_| {
        acts::request_correction(tx, grip, who, told, days)
    };
    match act(&w, &visitor, posted.idem("POST /w/c/correct"), grip, change).await {
        Ok(_) => back(DESK, &case, "corrected"),
        Err(e) => refused(&w, &visitor, &no, &items, e).await,
    }
}

async fn preview(
    w: &Casework,
    visitor: &Visitor,
    no: &str,
    items: &[Missing],
    posted: &Posted,
) -> Result<Answer> {
    let opened = open(w, visitor, DESK, no, None).await?;
    let (d, at, by) = (&opened.d, w.clock().now(), view::officer(visitor)?.id);
    let pack = &d.progress.pack;
    let change = |s| rules::request_correction(s, at, by, items.to_vec(), pack, &w.calendar);
    let notice = preview::notice(&notice::before(w, d), "correction", "", change)?;
    let leads = Leads { desk: DESK, at: "correct", button: "desks-do-correct" };
    Ok(notice::show(w, visitor, d, notice, &leads, Some(posted.fields())))
}
