//! The applicant's confirmation, as the clerk sees it, and handing in.

use super::super::confirming;
use super::super::filling::{sitting, to_mend};
use super::super::model::How;
use super::{Head, at, desk_of, hold, id_of, news, query};
use crate::Casework;
use crate::cases::Phase;
use crate::desks::pages::Told;
use crate::materials::pages::Parts;
use askama::Template;
use axum::extract::{Path, Request, State};
use proof::licences::code::svg;
use store::{Error, Idem};
use web::{Answer, Fault, Frame, Posted, Visitor, html, see_other};

/// How often the page looks whether the applicant has answered, in seconds.
const LOOK_AGAIN: u32 = 5;

#[derive(Template)]
#[template(path = "intake/confirm.html")]
struct ConfirmPage {
    f: Frame,
    h: Head,
    left: usize,
    code: String,
    draft_version: i64,
    link: String,
    qr: String,
    again: u32,
    told: Option<Told>,
}

async fn page_of(
    w: &Casework,
    visitor: &Visitor,
    id: &str,
    told: Option<Told>,
) -> store::Result<ConfirmPage> {
    let (desk, f) = desk_of(w, visitor, id).await?;
    let token = query(visitor, "t");
    let fine = token.bytes().all(|b| b.is_ascii_alphanumeric()) && token.len() <= 64;
    let link = match fine && !token.is_empty() {
        true => format!("/confirm/{token}"),
        false => String::new(),
    };
    let h = Head::of(w, visitor, &f, &desk)?;
    let scheme = if w.site.https { "https" } else { "http" };
    let whole = format!("{scheme}://{}{link}", w.site.host);
    let qr = match link.is_empty() || h.confirmed {
        true => String::new(),
        false => svg(&whole, visitor.t("intake-qr"))?,
    };
    Ok(ConfirmPage {
        left: to_mend(&desk.opened, w.clock().now()).len(),
        code: confirming::code(&desk.opened)?,
        draft_version: desk.opened.draft.version,
        link: if h.confirmed { String::new() } else { link },
        qr,
        again: LOOK_AGAIN,
        h,
        told,
        f,
    })
}

/// GET /w/i/{id}/confirm
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    html(&page_of(&w, &visitor, &id, news(&visitor)).await?)
}

/// The page again, saying why nothing was done.
async fn refused(w: &Casework, visitor: &Visitor, id: &str, e: Error) -> Answer {
    if !matches!(e, Error::Refused(_) | Error::Stale) || e.code() == "intake-gone" {
        return Err(e.into());
    }
    let mut answer = html(&page_of(w, visitor, id, super::why(visitor, &e)).await?)?;
    *answer.status_mut() = Fault::from(e).status();
    Ok(answer)
}

/// POST /w/i/{id}/confirm: an address for the second screen, or by text to his phone.
pub async fn ask(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let s = sitting(&w, &visitor, id_of(&id)?).await?;
    let how = match How::parse(posted.get("how")) {
        Some(how @ (How::Screen | How::Phone)) => how,
        _ => return Err(Error::NotFound.into()),
    };
    match confirming::ask(&w, &visitor, hold(&s, posted.get("version"))?, how).await {
        Ok((_, token)) if how == How::Screen => {
            Ok(see_other(&format!("{}/confirm?t={token}", at(s.id))))
        }
        Ok(_) => Ok(see_other(&format!("{}/confirm?done=texted", at(s.id)))),
        Err(e) => refused(&w, &visitor, &id, e).await,
    }
}

/// POST /w/i/{id}/signed: the scan of the confirmation signed on paper.
pub async fn signed(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let s = sitting(&w, &visitor, id_of(&id)?).await?;
    let parts = Parts::read(&visitor, request).await?;
    let (key, version) =
        (parts.get("_idem").to_owned(), parts.get("_version").parse().unwrap_or(0));
    let hold = hold(&s, parts.get("version"))?;
    let good = (8..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric());
    if !good {
        return Err(Error::refused("idem-missing").into());
    }
    let scan = parts.files.into_iter().find(|f| f.field == "scan").map(|f| f.bytes);
    let scan = scan.unwrap_or_default();
    let idem = Idem::new(key.as_str(), "POST /w/i/{id}/signed", &scan);
    match confirming::signed(&w, &visitor, hold, version, scan, idem).await {
        Ok(_) => Ok(see_other(&format!("{}/confirm?done=confirmed", at(s.id)))),
        Err(e) => refused(&w, &visitor, &id, e).await,
    }
}

/// POST /w/i/{id}/submit: hands in, then straight to the notice of acceptance.
pub async fn submit(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let idem = posted.idem("POST /w/i/{id}/submit")?;
    let s = sitting(&w, &visitor, id_of(&id)?).await?;
    match confirming::submit(&w, &visitor, hold(&s, posted.get("version"))?, idem).await {
        Ok(receipt) if receipt.phase == Phase::Submitted => {
            Ok(see_other(&format!("/w/c/{}/accept", receipt.no)))
        }
        Ok(receipt) => Ok(see_other(&format!("/w/c/{}", receipt.no))),
        Err(e) => refused(&w, &visitor, &id, e).await,
    }
}
