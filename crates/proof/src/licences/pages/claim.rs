//! 没找到？申领: what the departments' registers know of the holder and the directory does not hold.

use super::name;
use crate::Proof;
use crate::licences::claim::{self, Claimable};
use crate::licences::model::{Holder, HolderKind};
use askama::Template;
use axum::extract::State;
use people::identity::PersonId;
use store::{Disclosure, Purpose, Result, Secret};
use web::{Answer, Frame, Posted, Visitor, html, see_other};

struct Line {
    key: String,
    name: String,
    issuer: String,
}

struct Group {
    title: String,
    whose: &'static str,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "licences/claim.html")]
struct Page {
    f: Frame,
    groups: Vec<Group>,
    sandbox: bool,
}

/// Words of a form for whose licence it is.
const PERSON: &str = "person";
const ENTERPRISE: &str = "enterprise";

/// The person signed in as a holder.
async fn person(proof: &Proof, visitor: &Visitor) -> Result<Holder> {
    let id = visitor.person()?;
    let facts = proof.people().person_facts(PersonId(id), &Disclosure::own()).await?;
    let (kind, subject) = (HolderKind::Person, Some(id));
    Ok(Holder { kind, subject, name: facts.name.clone(), code: facts.id_no.clone() })
}

/// The enterprise acted for as a holder, if there is one.
fn enterprise(visitor: &Visitor) -> Result<Option<Holder>> {
    let subject = Some(visitor.person()?);
    Ok(visitor.citizen()?.acting.as_ref().map(|acting| Holder {
        kind: HolderKind::Enterprise,
        subject,
        name: Secret::new(acting.name.clone()),
        code: Secret::new(acting.uscc.clone()),
    }))
}

fn lines(list: Vec<Claimable>, visitor: &Visitor) -> Vec<Line> {
    let line = |c: Claimable| Line {
        key: c.name.to_owned(),
        name: name(c.name, c.name_en, visitor.lang),
        issuer: c.issuer.name,
    };
    list.into_iter().map(line).collect()
}

/// GET /my/licences/claim
pub async fn page(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let title = visitor.t("licences-claim-title").to_owned();
    let f = visitor.frame(proof.app(), &title, "licences");
    let mut groups = Vec::new();
    if let Some(holder) = enterprise(&visitor)? {
        let title = f.ta("licences-acting", "name", holder.name.expose());
        let lines = lines(claim::claimable(&proof, &holder).await?, &visitor);
        groups.push(Group { title, whose: ENTERPRISE, lines });
    }
    let holder = person(&proof, &visitor).await?;
    let own = lines(claim::claimable(&proof, &holder).await?, &visitor);
    groups.push(Group { title: f.t("licences-mine").to_owned(), whose: PERSON, lines: own });
    groups.retain(|g| !g.lines.is_empty());
    let sandbox = proof.app().site.sandbox;
    html(&Page { f: f.with_back("/my/licences", title), groups, sandbox })
}

/// POST /my/licences/claim
pub async fn claim(State(proof): State<Proof>, visitor: Visitor, posted: Posted) -> Answer {
    let holder = match posted.get("whose") {
        ENTERPRISE => enterprise(&visitor)?.ok_or(store::Error::NotFound)?,
        _ => person(&proof, &visitor).await?,
    };
    let ctx = visitor.ctx(proof.app(), Purpose::Own);
    match claim::claim(&proof, ctx, holder, posted.get("type")).await? {
        Some(id) => Ok(see_other(&format!("/my/licences/{}?claimed=1", id.0))),
        None => Ok(see_other("/my/licences")),
    }
}
