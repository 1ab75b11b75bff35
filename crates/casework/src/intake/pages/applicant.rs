//! What the applicant sees on the second screen or his phone: everything that was typed for him, to confirm
//! or not. The address is the secret; it lives a quarter of an hour and answers once.

use super::super::confirming::{self, Shown};
use super::print::{Part, declarations, given, parts};
use crate::Casework;
use crate::drafts::pages::Walk;
use askama::Template;
use axum::extract::{Path, State};
use store::Error;
use web::limits::Limit;
use web::{Answer, Fault, Frame, Posted, Visitor, html, see_other};

/// Addresses looked at from one place.
const LOOKS: Limit = Limit { name: "confirm-from", burst: 60, refill_seconds: 2 };

#[derive(Template)]
#[template(path = "intake/applicant.html")]
struct ApplicantPage {
    f: Frame,
    token: String,
    item: String,
    name: String,
    agent: String,
    staff_no: String,
    parts: Vec<Part>,
    materials: Vec<String>,
    declarations: Vec<String>,
    code: String,
    version: i64,
    state: &'static str,
    failed: String,
    failed_next: String,
}

async fn page_of(
    w: &Casework,
    visitor: &Visitor,
    token: &str,
    error: Option<&Error>,
) -> store::Result<ApplicantPage> {
    w.limits.check(LOOKS, &visitor.ip, w.clock().now())?;
    let Shown { desk, over, .. } = confirming::shown(w, token).await?;
    let (opened, facts) = (&desk.opened, &desk.sitting.facts);
    let state = match (over, &facts.confirmed, facts.objected) {
        (_, Some(c), _) if c.version == opened.draft.version => "confirmed",
        (_, _, Some(_)) if over => "objected",
        (true, ..) => "over",
        _ => "open",
    };
    let open = state == "open";
    let f = visitor.frame(w, visitor.t("intake-applicant-title"), "").without_bar();
    let walk = Walk::new(opened, w.clock().now());
    let (failed, failed_next) = error.map(|e| web::errors::words(f.lang, e)).unwrap_or_default();
    Ok(ApplicantPage {
        token: token.to_owned(),
        item: opened.pack.item.name.get(f.lang.tag()).to_owned(),
        name: opened.body.party.name.clone(),
        agent: opened.body.party.agent.clone(),
        staff_no: facts.staff_no.clone(),
        parts: if open { parts(&f, opened, &walk) } else { vec![] },
        materials: if open { given(&f, opened, &walk) } else { vec![] },
        declarations: declarations(&f, opened),
        code: confirming::code(opened)?,
        version: opened.draft.version,
        state,
        failed,
        failed_next,
        f: f.with_failed(error.is_some()),
    })
}

/// GET /confirm/{token}
pub async fn page(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Answer {
    html(&page_of(&w, &visitor, &token, None).await?)
}

/// POST /confirm/{token}
pub async fn answer(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(token): Path<String>,
    posted: Posted,
) -> Answer {
    let version = posted.get("version").parse().unwrap_or(0);
    let yes = posted.get("answer") == "yes";
    match confirming::answer(&w, &visitor, &token, version, yes).await {
        Ok(()) => Ok(see_other(&format!("/confirm/{token}"))),
        Err(e @ (Error::Refused(_) | Error::Stale)) => {
            let mut answer = html(&page_of(&w, &visitor, &token, Some(&e)).await?)?;
            *answer.status_mut() = Fault::from(e).status();
            Ok(answer)
        }
        Err(e) => Err(e.into()),
    }
}
