//! C17: the declaration in full, then the one act that hands the application in; and throwing a draft
//! away.

use super::super::filing;
use super::super::model::{DraftId, Opened};
use super::number;
use super::walk::Walk;
use crate::Casework;
use crate::cases::acts;
use crate::cases::model::CaseId;
use askama::Template;
use axum::extract::{Path, State};
use guide::packs::{PageKind, Widget};
use store::{Error, FileHash, Purpose};
use web::{Answer, Frame, Posted, Visitor, html, see_other};

#[derive(Template)]
#[template(path = "drafts/sign.html")]
struct SignPage {
    f: Frame,
    item: String,
    applicant: String,
    agent: String,
    dept: String,
    lines: Vec<String>,
    day: String,
    code: String,
    action: String,
    back: String,
    version: i64,
    idem: String,
    now: usize,
    total: usize,
}

#[derive(Template)]
#[template(path = "drafts/discard.html")]
struct DiscardPage {
    f: Frame,
    item: String,
    saved: String,
    action: String,
    back: String,
    idem: String,
}

/// The first letters of the fingerprint of what is signed: the same answers give the same code.
fn code(opened: &Opened) -> store::Result<String> {
    let body = &opened.body;
    let papers: Vec<&str> =
        opened.papers.iter().filter_map(|p| p.file.as_ref()).map(FileHash::as_str).collect();
    let text = serde_json::to_vec(&(&opened.pack.slug, body.values.plain(), papers))?;
    Ok(FileHash::of(&text).as_str()[..8].to_uppercase())
}

/// GET /d/{id}/sign
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let opened = super::opened(&w, &visitor, &id).await?;
    let at = w.clock().now();
    let walk = Walk::new(&opened, at);
    let newer = crate::drafts::renewal::newer(&w, &opened).await?;
    if newer.is_some() || !walk.hindrances().is_empty() {
        return Ok(see_other(&walk.href("review")));
    }
    let lang = visitor.lang.tag();
    let review = opened.pack.form.pages.iter().filter(|p| p.kind == PageKind::Review);
    let fields = review.flat_map(|p| &p.fields);
    let ticks = fields.filter(|f| matches!(f.widget, Widget::Tick));
    let f = visitor
        .frame(&w, visitor.t("drafts-sign-title"), "my")
        .with_back(walk.href("review"), opened.pack.item.short_name.get(lang))
        .without_bar();
    let (now, total) = walk.count(&f, "review");
    html(&SignPage {
        item: opened.pack.item.name.get(lang).to_owned(),
        applicant: opened.body.party.name.clone(),
        agent: opened.body.party.agent.clone(),
        dept: opened.pack.item.dept.get(lang).to_owned(),
        lines: ticks.map(|f| f.label.get(lang).to_owned()).collect(),
        day: super::day(&f, at.day()),
        code: code(&opened)?,
        action: walk.href("submit"),
        back: walk.href("review"),
        version: opened.draft.version,
        idem: w.store.chance().token(),
        now,
        total,
        f,
    })
}

/// Where a draft that was handed in already is shown.
async fn receipt_of(w: &Casework, visitor: &Visitor, id: DraftId) -> store::Result<String> {
    let owner = filing::owner(visitor)?;
    let case = w.store.read(move |db| crate::cases::records::opt(db, CaseId(id.0))).await?;
    let case = case.filter(|c| c.owner == owner).ok_or(Error::NotFound)?;
    Ok(format!("/c/{}/done", case.no))
}

/// POST /d/{id}/submit: hands in once, however often it is pressed.
pub async fn submit(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let (owner, id) = (filing::owner(&visitor)?, DraftId(number(&id)?));
    let idem = posted.idem("POST /d/{id}/submit")?;
    let submission = match filing::prepare(&w, owner, id).await {
        Ok(submission) => submission,
        Err(Error::NotFound) => return Ok(see_other(&receipt_of(&w, &visitor, id).await?)),
        Err(Error::Refused(_)) => return Ok(see_other(&format!("/d/{}/review", id.0))),
        Err(e) => return Err(e.into()),
    };
    let signed = posted.get("_version").parse().ok();
    if signed != submission.draft_version {
        // Changed since it was read: what is signed must be what was shown.
        return Ok(see_other(&format!("/d/{}/review", id.0)));
    }
    let (ctx, app) = (visitor.ctx(&w, Purpose::Own), w.app().clone());
    let act = move |tx: &mut store::Tx<'_>| acts::submit(tx, &submission, &app.calendar);
    match w.store.write_once(ctx, idem, act).await {
        Ok(receipt) => Ok(see_other(&format!("/c/{}/done", receipt.no))),
        Err(Error::Refused(r)) if r.code == "case-already-submitted" => {
            Ok(see_other(&receipt_of(&w, &visitor, id).await?))
        }
        Err(Error::Stale) => Ok(see_other(&format!("/d/{}/review", id.0))),
        Err(e) => Err(e.into()),
    }
}

/// GET /d/{id}/discard
pub async fn ask_discard(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let opened = super::opened(&w, &visitor, &id).await?;
    let f = visitor.frame(&w, visitor.t("drafts-discard-title"), "my").with_back("/my", "");
    html(&DiscardPage {
        item: opened.pack.item.short_name.get(visitor.lang.tag()).to_owned(),
        saved: super::day(&f, opened.draft.saved.day()),
        action: format!("/d/{}/discard", opened.draft.id.0),
        back: "/my".to_owned(),
        idem: w.store.chance().token(),
        f,
    })
}

/// POST /d/{id}/discard
pub async fn discard(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    _posted: Posted,
) -> Answer {
    filing::discard(&w, &visitor, DraftId(number(&id)?)).await?;
    Ok(see_other("/my?discarded=1"))
}
