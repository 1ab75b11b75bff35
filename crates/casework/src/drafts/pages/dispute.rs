//! 信息不对？: a register's value beside what the person says instead, why, and a paper that shows it.

use super::super::disputes::{self, Said};
use super::super::model::{Dispute, Opened};
use super::asked;
use super::text_of;
use super::walk::{Stop, Walk};
use crate::Casework;
use crate::drafts::filing;
use crate::materials::pages::{Parts, cards};
use crate::materials::{PaperId, Upload, putting, rules};
use askama::Template;
use axum::extract::{Path, Request, State};
use store::Error;
use web::form::FormError;
use web::respond::html_again;
use web::{Answer, Frame, Visitor, html, see_other};

#[derive(Template)]
#[template(path = "drafts/dispute.html")]
struct DisputePage {
    f: Frame,
    label: String,
    held: String,
    org: String,
    value: String,
    reason: String,
    raised: bool,
    papers: Vec<cards::Line>,
    hint: String,
    accept: String,
    errors: Vec<FormError>,
    action: String,
    back: String,
    phone: String,
    idem: String,
}

impl DisputePage {
    fn error(&self, field: &str) -> String {
        text_of(&self.errors, field)
    }
}

/// The page of the form on which a value stands.
fn back(opened: &Opened, walk: &Walk<'_>, key: &str) -> String {
    let page = walk.stops.iter().find_map(|s| match s {
        Stop::Page(page) if page.has(key) => Some(walk.href(&page.key)),
        _ => None,
    });
    page.unwrap_or_else(|| format!("/d/{}/review", opened.draft.id.0))
}

async fn page_of(
    w: &Casework,
    visitor: &Visitor,
    opened: &Opened,
    key: &str,
    (typed, errors): (Option<(String, String)>, Vec<FormError>),
) -> store::Result<DisputePage> {
    let (field, _) = disputes::disputable(opened, key)?;
    let walk = Walk::new(opened, w.clock().now());
    let back = back(opened, &walk, key);
    let f = visitor
        .frame(w, visitor.t("drafts-dispute-title"), "my")
        .with_back(&back, opened.pack.item.short_name.get(visitor.lang.tag()))
        .with_failed(!errors.is_empty())
        .without_bar();
    let held = asked::locked_answer(&f, field, &opened.body.values);
    let said = opened.body.disputes.get(key);
    let kept = said.map(|d| (d.value.clone(), d.reason.clone()));
    let (value, reason) = typed.or(kept).unwrap_or_default();
    let of = Dispute::paper_key(key);
    let base = format!("/d/{}", opened.draft.id.0);
    let evidence = rules::evidence();
    let unit = filing::unit_of(w, &opened.pack).await;
    Ok(DisputePage {
        label: held.label,
        held: held.value,
        org: held.badge.org,
        value,
        reason,
        raised: said.is_some(),
        papers: opened
            .papers
            .iter()
            .filter(|p| p.key == of)
            .map(|p| cards::line(&base, p))
            .collect(),
        hint: cards::allowed(&f, &evidence),
        accept: cards::picker(&evidence),
        errors,
        action: format!("{base}/dispute/{key}"),
        back,
        phone: unit.map(|u| u.phone).unwrap_or_default(),
        idem: w.store.chance().token(),
        f,
    })
}

/// GET /d/{id}/dispute/{field}
pub async fn page(
    State(w): State<Casework>,
    visitor: Visitor,
    Path((id, key)): Path<(String, String)>,
) -> Answer {
    let opened = super::opened(&w, &visitor, &id).await?;
    html(&page_of(&w, &visitor, &opened, &key, (None, vec![])).await?)
}

/// POST /d/{id}/dispute/{field}: raised or said anew, taken back, a paper taken out.
pub async fn keep(
    State(w): State<Casework>,
    visitor: Visitor,
    Path((id, key)): Path<(String, String)>,
    request: Request,
) -> Answer {
    let opened = super::opened(&w, &visitor, &id).await?;
    let (_, held) = disputes::disputable(&opened, &key)?;
    let parts = Parts::read(&visitor, request).await?;
    let walk = Walk::new(&opened, w.clock().now());
    let (draft, back) = (opened.draft.id, back(&opened, &walk, &key));
    if !parts.get("_drop").is_empty() {
        let paper = PaperId(super::number(parts.get("_drop"))?);
        match putting::remove(&w, filing::owner(&visitor)?, draft, paper).await {
            Ok(()) | Err(Error::NotFound) => {}
            Err(e) => return Err(e.into()),
        }
        return Ok(see_other(&format!("/d/{}/dispute/{key}", draft.0)));
    }
    if parts.get("_go") == "withdraw" {
        disputes::withdraw(&w, &visitor, draft, &key).await?;
        return Ok(see_other(&back));
    }
    let (value, reason) = (parts.get("value").to_owned(), parts.get("reason").to_owned());
    let typed = Some((value.clone(), reason.clone()));
    let evidence = parts.files.into_iter().filter(|file| file.field == "evidence");
    let evidence =
        evidence.map(|x| Upload { key: String::new(), name: x.name, bytes: x.bytes }).collect();
    let said = Said { value, reason, evidence };
    let fault = |(field, code): (&str, &str)| FormError {
        field: field.to_owned(),
        text: web::Texts::shipped().t(visitor.lang, &format!("drafts-dispute-{code}")).to_owned(),
    };
    let mut errors: Vec<FormError> = disputes::faults(held, &said).into_iter().map(fault).collect();
    if errors.is_empty() {
        match disputes::raise(&w, &visitor, draft, &key, said).await {
            Ok(()) => return Ok(see_other(&back)),
            Err(e @ Error::Refused(_)) => {
                errors.push(cards::upload_error(&visitor, "evidence".to_owned(), &e));
            }
            Err(e) => return Err(e.into()),
        }
    }
    let opened = super::opened(&w, &visitor, &id).await?;
    html_again(&page_of(&w, &visitor, &opened, &key, (typed, errors)).await?)
}

/// What the applicant disputes, for summaries: label, the register's value, his own.
pub(crate) fn lines(
    f: &Frame,
    pack: &guide::packs::Pack,
    body: &crate::drafts::Body,
) -> Vec<(String, String, String)> {
    let one = |(key, said): (&String, &Dispute)| {
        let field = pack.form.field(key)?;
        let held = asked::locked_answer(f, field, &body.values);
        Some((held.label, held.value, said.value.clone()))
    };
    body.disputes.iter().filter_map(one).collect()
}
