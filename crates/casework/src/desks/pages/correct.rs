//! 补正告知 (W06): everything missing, told once, each with its reason; read before it is issued.

use super::notice;
use super::turn::{Desk, Turn, form_page};
use super::window::Opened;
use crate::Casework;
use crate::cases::model::{Missing, MissingKind};
use crate::cases::{acts, rules, view};
use crate::desks::preview;
use axum::extract::{Path, State};
use guide::packs::{PageKind, Widget};
use store::{Kind, Result};
use web::form::FormError;
use web::{Answer, Frame, Posted, Visitor};

static TURN: Turn = Turn {
    desk: "/w",
    at: "correct",
    title: "desks-correct",
    button: "desks-do-correct",
    done: "corrected",
    kind: Kind::CorrectionRequested,
    route: "POST /w/c/correct",
    fields: &[],
};

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

form_page!(CorrectPage, "cases/staff-correct.html", {
    groups: Vec<Group>,
    until: String,
});

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
    let judgement = body.judge(pack, opened.d.progress.case.submitted);
    for section in &pack.form.sections {
        let pages = pack.form.pages.iter();
        let pages = pages.filter(|p| p.section == section.key && p.kind == PageKind::Questions);
        let fields = pages.flat_map(|p| &p.fields);
        let fields = fields.filter(|q| judgement.shows(&q.key) && q.widget != Widget::File);
        let rows: Vec<Row> =
            fields.map(|q| row(MissingKind::Field, &q.key, q.label.get(lang))).collect();
        if !rows.is_empty() {
            out.push(Group { title: section.title.get(lang).to_owned(), rows });
        }
    }
    out
}

fn made(
    w: &Casework,
    opened: Opened,
    items: &[Missing],
    errors: &[FormError],
) -> Result<CorrectPage> {
    let groups = groups(&opened.f, &opened, items, errors);
    let limit = opened.d.progress.pack.flow.correction_limit;
    let until = rules::ends(limit, w.clock().now().day(), &w.calendar);
    let until = super::day(&opened.f, until);
    let (f, s) = (opened.f, opened.s);
    Ok(CorrectPage { until, groups, s, errors: vec![], told: None, f })
}

/// GET /w/c/{no}/correct
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    let desk = Desk { w: &w, visitor: &visitor, no: &no, turn: &TURN };
    desk.show(|opened| made(&w, opened, &[], &[])).await
}

/// POST /w/c/{no}/correct: shows the notice; issues it once it was read.
pub async fn issue(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let desk = Desk { w: &w, visitor: &visitor, no: &no, turn: &TURN };
    let items = asked(&posted);
    let errors = unsaid(&visitor, &items);
    if !errors.is_empty() {
        let form = |opened| made(&w, opened, &items, &errors);
        return desk.wrong(&posted, errors.clone(), form).await;
    }
    let (at, by, told) = (w.clock().now(), view::officer(&visitor)?.id, items.clone());
    let before = |o: &Opened| {
        let (pack, items) = (&o.d.progress.pack, items.clone());
        let change = |s| rules::request_correction(s, at, by, items, pack, &w.calendar);
        preview::notice(&notice::before(&w, &o.d), "correction", "", change)
    };
    let change = move |tx: &mut store::Tx<'_>, grip, who: &_, days: &_| {
        acts::request_correction(tx, grip, who, told, days)
    };
    desk.issue(&posted, before, change, |opened| made(&w, opened, &items, &[])).await
}
