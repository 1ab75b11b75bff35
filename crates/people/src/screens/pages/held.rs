//! A form that came when the session was locked or over: shown to its sender after the password, to be
//! opened again on its own page, sent again as it was, or left. Nothing is sent by itself.

use crate::People;
use askama::Template;
use axum::extract::State;
use store::Result;
use web::locked::{HELD, above, reopened};
use web::session::held::{self, Held};
use web::{Answer, Frame, Posted, Visitor, Who, html, see_other};

#[derive(Template)]
#[template(path = "identity/held.html")]
struct HeldPage {
    f: Frame,
    at: String,
    held: Held,
    words: Vec<String>,
    gone: bool,
}

/// Whether a form waits that its sender has not seen again.
pub(super) async fn waits(people: &People, who: &Who) -> Result<bool> {
    Ok(held::held(people, who).await?.is_some_and(|found| !found.shown))
}

/// Where to go after the password: to the form that waits, or on.
pub(crate) async fn first(people: &People, who: &Who, next: &str) -> Result<String> {
    Ok(if waits(people, who).await? { HELD.to_owned() } else { next.to_owned() })
}

/// GET /held
pub async fn page(State(people): State<People>, visitor: Visitor) -> Answer {
    let Some(found) = held::held(&people, &visitor.who).await? else { return Ok(see_other("/")) };
    held::shown(&people, &found).await?;
    let words = found.held.words().into_iter().map(str::to_owned).collect();
    html(&HeldPage {
        f: visitor.frame(&people, visitor.t("identity-held-title"), ""),
        at: found.at.hm()[..5].to_owned(),
        gone: visitor.path.ends_with("?gone=1"),
        held: found.held,
        words,
    })
}

/// GET /held/open: the page of the form again, with what was typed in it.
pub async fn open(State(people): State<People>, visitor: Visitor) -> Answer {
    let found = held::held(&people, &visitor.who).await?;
    Ok(see_other(&found.map_or_else(|| "/".to_owned(), |found| reopened(&found.held))))
}

/// POST /held/drop: back to the page of the form, without it.
pub async fn drop(State(people): State<People>, visitor: Visitor, _posted: Posted) -> Answer {
    let found = held::held(&people, &visitor.who).await?;
    held::drop_held(&people, &visitor.who).await?;
    Ok(see_other(&found.map_or_else(|| "/".to_owned(), |found| above(&found.held.path))))
}
