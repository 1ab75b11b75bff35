//! Asking for a seal: which kind, what it says, what the application rests on; also for one to take the place of
//! another.

use super::{at_hand, error_of, frame, told};
use crate::Proof;
use crate::licences::asked::asked;
use crate::seals::life::Hand;
use crate::seals::model::{Issuer, Seal, SealKind, SealStatus};
use crate::seals::{acts, making};
use askama::Template;
use axum::extract::State;
use people::identity::UnitId;
use store::{Error, Purpose, Result};
use web::form::FormError;
use web::frame::Choice;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, html, see_other};

#[derive(Default)]
struct Typed {
    kind: String,
    line: String,
    basis: String,
    errors: Vec<FormError>,
}

#[derive(Template)]
#[template(path = "custody/apply.html")]
struct Page {
    f: Frame,
    unit: String,
    kinds: Vec<Choice>,
    /// Name of the seal whose place it takes; empty for none.
    replaces: String,
    replaces_id: i64,
    kind_error: String,
    line: String,
    line_error: String,
    basis: String,
    basis_error: String,
    errors: Vec<FormError>,
    idem: String,
}

async fn show(proof: &Proof, visitor: &Visitor, old: Option<&Seal>, typed: Typed) -> Result<Page> {
    let title = if old.is_some() { "custody-renew-title" } else { "custody-apply-title" };
    let f = frame(proof, visitor, visitor.t(title), "/s").await?;
    let choice = |kind: &SealKind| {
        let mut choice =
            Choice::new(kind.label(), f.tk("custody-kind-", kind.label()), &typed.kind);
        choice.hint = f.tk("custody-kind-note-", kind.label());
        choice
    };
    let kinds = match old {
        Some(_) => Vec::new(),
        None => SealKind::ALL.iter().map(choice).collect(),
    };
    Ok(Page {
        unit: visitor.staff()?.unit_name.clone(),
        kinds,
        replaces: old.map(|seal| seal.name.clone()).unwrap_or_default(),
        replaces_id: old.map_or(0, |seal| seal.id),
        kind_error: error_of(&typed.errors, "kind"),
        line_error: error_of(&typed.errors, "inscription"),
        basis_error: error_of(&typed.errors, "basis"),
        line: typed.line,
        basis: typed.basis,
        idem: proof.app().store.chance().token(),
        f: f.with_failed(!typed.errors.is_empty()),
        errors: typed.errors,
    })
}

/// The seal to be replaced, if the address names one that this visitor may have replaced.
async fn replaced(proof: &Proof, visitor: &Visitor, id: &str) -> Result<Option<Seal>> {
    if matches!(id, "" | "0") {
        return Ok(None);
    }
    let (seal, hands) = at_hand(proof, visitor, id).await?;
    let lives = matches!(seal.status, SealStatus::InUse | SealStatus::Suspended);
    match lives && hands.iter().any(|hand| *hand != Hand::Registrar) {
        true => Ok(Some(seal)),
        false => Err(Error::refused("seal-step")),
    }
}

/// GET /s/apply
pub async fn page(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let old = replaced(&proof, &visitor, &asked(&visitor, "replaces")).await?;
    let line = old.as_ref().map(|seal| seal.inscription.clone()).unwrap_or_default();
    let typed = Typed { line, ..Typed::default() };
    html(&show(&proof, &visitor, old.as_ref(), typed).await?)
}

/// POST /s/apply
pub async fn apply(State(proof): State<Proof>, visitor: Visitor, posted: Posted) -> Answer {
    let old = replaced(&proof, &visitor, posted.get("replaces")).await?;
    let text = |name: &str| posted.get(name).to_owned();
    let mut typed = Typed {
        kind: text("kind"),
        line: text("inscription"),
        basis: text("basis"),
        errors: Vec::new(),
    };
    let kind = match &old {
        Some(seal) => Some(seal.kind),
        None => SealKind::parse(&typed.kind),
    };
    let Some(kind) = kind else {
        let text = visitor.t("err-seal-kind").to_owned();
        typed.errors.push(FormError { field: "kind".into(), text });
        return html_again(&show(&proof, &visitor, old.as_ref(), typed).await?);
    };
    let own = UnitId(visitor.staff()?.unit);
    let store = &proof.app().store;
    let issuer = match &old {
        Some(seal) => seal.issuer.clone(),
        None => {
            let unit = store.read(move |db| people::identity::unit(db, own)).await?;
            Issuer::from(&unit)
        }
    };
    // What stands on a seal of this kind when nobody writes anything else.
    let line = if typed.line.is_empty() { kind.inscription() } else { &typed.line };
    let mut seal = making::application(store, &issuer, kind, line, &typed.basis);
    seal.replaces = old.as_ref().map_or(0, |old| old.id);
    let entrusted = issuer.unit != own.0;
    let (ctx, idem) = (visitor.ctx(proof.app(), Purpose::None), posted.idem("POST /s/apply")?);
    match store.write_once(ctx, idem, move |tx| acts::apply(tx, &seal, entrusted)).await {
        Ok(id) => Ok(see_other(&format!("/s/{id}?done=apply"))),
        Err(Error::Refused(refusal)) => {
            typed.errors = told(&visitor, &refusal, "basis");
            html_again(&show(&proof, &visitor, old.as_ref(), typed).await?)
        }
        Err(other) => Err(other.into()),
    }
}
