//! The applicant's confirmation, as the clerk sees it, and handing in.

use super::super::confirming;
use super::super::filling::{sitting, to_mend};
use super::super::model::{How, Signature};
use super::{Head, at, desk_of, hold, id_of, news, query};
use crate::Casework;
use crate::cases::Phase;
use crate::desks::pages::Told;
use crate::materials::pages::Parts;
use askama::Template;
use axum::extract::{Path, Request, State};
use proof::showing::code::svg;
use store::{Error, Idem};
use web::form::FormError;
use web::respond::html_again;
use web::{Answer, Fault, Frame, Posted, Texts, Visitor, html, see_other};

/// How often the page looks whether the applicant has answered, in seconds.
const LOOK_AGAIN: u32 = 5;

#[derive(Template)]
#[template(path = "intake/confirm.html")]
struct ConfirmPage {
    f: Frame,
    h: Head,
    left: usize,
    typed: String,
    errors: Vec<FormError>,
    draft_version: i64,
    link: String,
    qr: String,
    again: u32,
    told: Option<Told>,
}

impl ConfirmPage {
    fn error(&self, field: &str) -> String {
        crate::drafts::pages::text_of(&self.errors, field)
    }
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
        typed: String::new(),
        errors: vec![],
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

/// The field of the signed sheet that a refusal is about.
fn field_of(code: &str) -> Option<&'static str> {
    Some(match code {
        "intake-code-none" | "intake-code-old" => "sheet",
        "intake-compare" => "compared",
        "intake-scan" => "scan",
        _ => return None,
    })
}

/// The same, where a field of the signed sheet is wrong: at the field, with the number as it was typed.
async fn unsigned(w: &Casework, visitor: &Visitor, id: &str, typed: String, e: Error) -> Answer {
    let Some(field) = field_of(e.code()) else { return refused(w, visitor, id, e).await };
    let (what, next) = web::errors::words(visitor.lang, &e);
    let args = [("what", what.as_str()), ("next", next.as_str())];
    let text = Texts::shipped().ta(visitor.lang, "drafts-error", &args);
    let page = page_of(w, visitor, id, None).await?;
    let errors = vec![FormError { field: field.to_owned(), text }];
    html_again(&ConfirmPage { typed, errors, f: page.f.clone().with_failed(true), ..page })
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

/// POST /w/i/{id}/signed: the confirmation signed on paper: its scan, its number, the signature compared.
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
    let typed: String = parts.get("sheet").chars().take(20).collect();
    let compared = parts.get("compared") == "yes";
    let scan = parts.files.into_iter().find(|f| f.field == "scan").map(|f| f.bytes);
    let scan = scan.unwrap_or_default();
    let idem = Idem::new(key.as_str(), "POST /w/i/{id}/signed", &scan);
    let signature = Signature { scan, code: typed.clone(), compared };
    match confirming::signed(&w, &visitor, hold, version, signature, idem).await {
        Ok(_) => Ok(see_other(&format!("{}/confirm?done=confirmed", at(s.id)))),
        Err(e) => unsigned(&w, &visitor, &id, typed, e).await,
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
