//! C18: the receipt: the number, what comes next and by when.

use super::super::model::State;
use super::super::view::{self, Progress};
use super::citizen::{self, Document};
use super::own;
use crate::Casework;
use crate::drafts::pages::{self, day, limit_words};
use askama::Template;
use axum::extract::{Path, State as Wing};
use codes::time::yyyymmdd;
use store::{Disclosure, Error};
use web::respond::download;
use web::{Answer, Frame, Visitor, html};

#[derive(Template)]
#[template(path = "cases/done.html")]
struct DonePage {
    f: Frame,
    status: &'static str,
    item: String,
    no: String,
    grouped: String,
    submitted: String,
    next: Vec<String>,
    documents: Vec<Document>,
    making: bool,
    calendar: bool,
    parties: Vec<(String, String)>,
    window: Vec<(bool, String)>,
    delivery: Vec<(String, String)>,
    disputed: Vec<String>,
}

fn next(f: &Frame, p: &Progress) -> Vec<String> {
    let due = p.card.due.map(|d| day(f, d)).unwrap_or_default();
    let limit = limit_words(f, p.pack.item.promised_limit);
    match &p.case.state {
        State::Submitted(_) => vec![
            f.ta2("cases-done-accept", "unit", &p.unit.name, "day", due),
            f.ta("cases-done-promise", "limit", limit),
            f.t("cases-done-message").to_owned(),
        ],
        State::Granted(_) => vec![f.t("cases-done-granted").to_owned()],
        State::Closed(_) | State::Denied(_) => vec![f.t("cases-done-over").to_owned()],
        _ => vec![f.t("cases-done-message").to_owned()],
    }
}

/// GET /c/{no}/done
pub async fn page(Wing(w): Wing<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    let p = own(&w, &visitor, &no).await?;
    let (body, _) = view::contents(&w, &p.case, &Disclosure::own()).await?;
    let f = visitor.frame(&w, visitor.t("cases-done-title"), "my").with_back("/my", "");
    let at = p.case.submitted;
    let window = crate::intake::pages::window_lines(&w, &f, p.case.id).await?;
    html(&DonePage {
        status: citizen::status(&p.case.state),
        item: p.card.item.get(f.lang.tag()).to_owned(),
        no: p.case.no.to_string(),
        grouped: p.case.no.grouped(),
        submitted: format!("{} {}", day(&f, at.day()), at.hm()),
        next: next(&f, &p),
        documents: citizen::documents(&p),
        making: p.making,
        calendar: p.card.due.is_some(),
        parties: citizen::parties(&f, &body.party),
        window,
        delivery: crate::delivery::pages::lines(&f, &p.pack, &body, false),
        disputed: pages::dispute::lines(&f, &p.pack, &body).into_iter().map(|l| l.0).collect(),
        f,
    })
}

/// GET /c/{no}/calendar.ics: the day something is due, for one's own calendar.
pub async fn calendar(Wing(w): Wing<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    let p = own(&w, &visitor, &no).await?;
    let due = p.card.due.ok_or(Error::NotFound)?;
    let said = |text: &str| text.replace('\\', "\\\\").replace([',', ';', '\n'], " ");
    let name = said(p.card.item.get(visitor.lang.tag()));
    // The format wants UTC; the house's clock is eight hours ahead of it.
    let stamp = p.case.submitted.plus_seconds(-8 * 3600).compact();
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Tongban//Case//ZH".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@{}", p.case.no, said(&w.site.region)),
        format!("DTSTAMP:{}T{}Z", &stamp[..8], &stamp[8..]),
        format!("DTSTART;VALUE=DATE:{}", yyyymmdd(due)),
        format!("SUMMARY:{} {name}", visitor.t("cases-done-due")),
        format!("DESCRIPTION:{}", p.case.no.grouped()),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
        String::new(),
    ];
    let text = lines.join("\r\n");
    Ok(download(&format!("{}.ics", p.case.no), "text/calendar; charset=utf-8", text.into_bytes()))
}
