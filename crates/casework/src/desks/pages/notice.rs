//! The page that shows a notice before it is issued (W06), and issues it.

use super::sheet::watermark;
use super::{day, nav};
use crate::Casework;
use crate::cases::view::Dossier;
use crate::desks::preview::{Before, Notice};
use askama::Template;
use web::{Answer, Frame, Visitor, html};

/// A notice to read before issuing it.
#[derive(Template)]
#[template(path = "cases/staff-notice.html")]
pub(crate) struct NoticePage {
    f: Frame,
    notice: Notice,
    day: String,
    item: String,
    grouped: String,
    action: String,
    back: String,
    fields: Vec<(String, String)>,
    idem: String,
    label: String,
    watermark: String,
}

/// What is known of the case a notice is about.
pub(crate) fn before<'a>(w: &'a Casework, d: &'a Dossier) -> Before<'a> {
    Before {
        case: &d.progress.case,
        body: &d.body,
        pack: &d.progress.pack,
        unit: &d.progress.unit,
        calendar: &w.calendar,
        clerk: d.progress.clerk.as_deref(),
    }
}

/// Where a notice leads and what it says on its button.
pub(crate) struct Leads<'a> {
    /// `/w` or `/a`.
    pub desk: &'static str,
    /// Last part of the address it is issued at, and changed at.
    pub at: &'a str,
    /// Words of the button.
    pub button: &'static str,
}

/// Shows it; what was typed goes along hidden.
pub(crate) fn show(
    w: &Casework,
    visitor: &Visitor,
    d: &Dossier,
    notice: Notice,
    leads: &Leads<'_>,
    typed: Option<Vec<(String, String)>>,
) -> Answer {
    let f = visitor.staff_frame(w, visitor.t("desks-notice-title"), nav(visitor, leads.desk));
    let case = &d.progress.case;
    let action = format!("{}/c/{}/{}", leads.desk, case.no, leads.at);
    let fresh = typed.is_none();
    let fields = typed.unwrap_or_default().into_iter();
    let mut fields: Vec<_> = fields.filter(|(k, _)| k != "step").collect();
    if fresh {
        fields.push(("version".into(), case.version.to_string()));
    }
    html(&NoticePage {
        day: day(&f, notice.day),
        item: d.progress.pack.item.short_name.get(f.lang.tag()).to_owned(),
        grouped: case.no.grouped(),
        back: if fresh { format!("{}/c/{}", leads.desk, case.no) } else { action.clone() },
        action,
        fields,
        idem: w.store.chance().token(),
        label: visitor.t(leads.button).to_owned(),
        watermark: watermark(visitor.staff()?, w.clock().now()),
        notice,
        f,
    })
}
