//! The locked screen of staff: locked by hand or because it lay idle, opened with the password alone.
//! The script of the staff frame asks and posts here too and gets short answers for programs.

use super::held;
use crate::People;
use crate::identity::StaffId;
use crate::identity::pages::staff::desk;
use crate::identity::pages::{asked, typed_password, with_next};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde_json::json;
use store::{Error, Purpose};
use web::front::{safe_next, take_session};
use web::respond::json_text;
use web::{Answer, Fault, Frame, Posted, Visitor, html, see_other, session};

#[derive(Template)]
#[template(path = "identity/lock.html")]
struct LockPage {
    f: Frame,
    next: String,
    locked: bool,
    kept: bool,
    told: Option<(String, String)>,
}

/// Who is asked for his password, and his session.
fn here(visitor: &Visitor) -> store::Result<(StaffId, i64)> {
    let session = visitor.session.ok_or(Error::Denied)?;
    Ok((StaffId(visitor.staff()?.id), session))
}

async fn lock_page(
    people: &People,
    visitor: &Visitor,
    next: &str,
    told: Option<(String, String)>,
) -> store::Result<LockPage> {
    let (staff, (_, id)) = (visitor.staff()?, here(visitor)?);
    let locked = session::stands(people, id, &visitor.who).await?.locked;
    let words = if locked { "identity-lock-title" } else { "identity-cover-title" };
    let mut f = visitor.staff_frame(people, visitor.t(words), Vec::new());
    f.lock_seconds = 0;
    Ok(LockPage {
        next: safe_next(next, desk(&staff.roles)),
        kept: held::waits(people, &visitor.who).await?,
        f: f.with_failed(told.is_some()),
        locked,
        told,
    })
}

/// GET /staff/lock: the locked screen, or a page put away because nothing was done on it. `?state=1`
/// tells the script how the session stands. Never counts as something done.
pub async fn page(State(people): State<People>, visitor: Visitor) -> Answer {
    if asked(&visitor, "state") == "1" {
        let (_, id) = here(&visitor)?;
        let stands = session::stands(&people, id, &visitor.who).await?;
        return web::json(&json!({ "locked": stands.locked, "seconds": stands.left }));
    }
    html(&lock_page(&people, &visitor, &asked(&visitor, "next"), None).await?)
}

/// Whether the script asks, which wants no page.
fn script(headers: &HeaderMap) -> bool {
    headers.contains_key("x-background")
}

/// POST /staff/lock: at once.
pub async fn lock(
    State(people): State<People>,
    visitor: Visitor,
    headers: HeaderMap,
    posted: Posted,
) -> Answer {
    let (_, id) = here(&visitor)?;
    session::lock(&people, id, &visitor.who, "asked").await?;
    if script(&headers) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let next = safe_next(posted.get("next"), "");
    Ok(see_other(&with_next("/staff/lock", &next)))
}

/// POST /staff/unlock
pub async fn unlock(
    State(people): State<People>,
    visitor: Visitor,
    headers: HeaderMap,
    posted: Posted,
) -> Answer {
    let here = here(&visitor)?;
    let (ctx, password) =
        (visitor.ctx(&people, Purpose::None), typed_password(&posted, "password"));
    let done = people.unlock(ctx, here, &visitor.who, password).await;
    let over = done.as_ref().is_err_and(|e| e.code() == "unlock-over");
    let mut answer = match done {
        Ok(()) if script(&headers) => StatusCode::NO_CONTENT.into_response(),
        Ok(()) => {
            let next = safe_next(posted.get("next"), desk(&visitor.staff()?.roles));
            see_other(&held::first(&people, &visitor.who, &next).await?)
        }
        Err(e) if script(&headers) => {
            let (what, next) = web::errors::words(visitor.lang, &e);
            let status = if over { StatusCode::UNAUTHORIZED } else { Fault::from(e).status() };
            json_text(status, json!({ "title": what, "detail": next }).to_string())
        }
        Err(_) if over => see_other("/staff/login?over=1"),
        Err(e @ Error::Refused(_)) => {
            let told = Some(web::errors::words(visitor.lang, &e));
            let page = lock_page(&people, &visitor, posted.get("next"), told).await?;
            web::respond::html_again(&page)?
        }
        Err(e) => return Err(e.into()),
    };
    if over {
        take_session(&people, &mut answer);
    }
    Ok(answer)
}
