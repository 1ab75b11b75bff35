//! Acting for an enterprise one leads, and going back to acting for oneself (act for: 以 ×× 办理).

use super::{Errors, asked, let_in};
use crate::People;
use crate::identity::adapters::RegisterEnterprise;
use crate::identity::{AccountId, PersonId};
use askama::Template;
use axum::extract::State;
use store::Purpose;
use web::front::safe_next;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, Who, html, see_other};

struct Enterprise {
    name: String,
    uscc: String,
    grouped: String,
    note: String,
    on: bool,
}

#[derive(Template)]
#[template(path = "identity/acting.html")]
struct ActingPage {
    f: Frame,
    own_name: String,
    acting: bool,
    list: Vec<Enterprise>,
    next: String,
    errors: Errors,
}

fn shown(one: RegisterEnterprise, now: &str) -> Enterprise {
    let grouped = codes::uscc::Uscc::parse(&one.uscc).map_or(one.uscc.clone(), |u| u.grouped());
    Enterprise {
        on: one.uscc == now,
        note: format!("{} · {}", one.kind, one.scope),
        grouped,
        name: one.name,
        uscc: one.uscc,
    }
}

async fn acting_page(
    people: &People,
    visitor: &Visitor,
    next: &str,
    errors: Errors,
) -> store::Result<ActingPage> {
    let citizen = visitor.citizen()?;
    let (account, person) = (AccountId(citizen.account), PersonId(visitor.person()?));
    let ctx = visitor.ctx(people, Purpose::Own);
    let led = people.enterprises_led_by(ctx, account, person).await?;
    let now = citizen.acting.as_ref().map_or("", |acting| acting.uscc.as_str());
    let f = visitor.frame(people, visitor.t("identity-acting-title"), "my");
    Ok(ActingPage {
        f: f.with_back("/my/account", "").with_failed(errors.any()),
        own_name: citizen.name.clone(),
        acting: citizen.acting.is_some(),
        list: led.into_iter().map(|one| shown(one, now)).collect(),
        next: next.to_owned(),
        errors,
    })
}

/// GET /my/acting
pub async fn page(State(people): State<People>, visitor: Visitor) -> Answer {
    let next = asked(&visitor, "next");
    html(&acting_page(&people, &visitor, &next, Errors::none()).await?)
}

/// POST /my/acting
pub async fn start(State(people): State<People>, visitor: Visitor, posted: Posted) -> Answer {
    let citizen = visitor.citizen()?.clone();
    let (account, person) = (AccountId(citizen.account), PersonId(visitor.person()?));
    let next = posted.get("next");
    let ctx = visitor.ctx(&people, Purpose::Own);
    match people.start_acting(ctx.clone(), account, person, posted.get("uscc")).await {
        Ok(acting) => {
            if let Some(before) = citizen.acting.as_ref().filter(|b| **b != acting) {
                people.end_acting(ctx, person, before).await?;
            }
            let who = Who::Citizen(web::Citizen { acting: Some(acting), ..citizen });
            let_in(&people, &visitor, who, &safe_next(next, "/my")).await
        }
        Err(e) => {
            let mut errors = Errors::none();
            errors.take(visitor.lang, "main", e)?;
            html_again(&acting_page(&people, &visitor, next, errors).await?)
        }
    }
}

/// POST /my/acting/end
pub async fn end(State(people): State<People>, visitor: Visitor, posted: Posted) -> Answer {
    let citizen = visitor.citizen()?.clone();
    let person = PersonId(visitor.person()?);
    let to = safe_next(posted.get("next"), "/my");
    let Some(before) = &citizen.acting else { return Ok(see_other(&to)) };
    people.end_acting(visitor.ctx(&people, Purpose::Own), person, before).await?;
    let who = Who::Citizen(web::Citizen { acting: None, ..citizen.clone() });
    let_in(&people, &visitor, who, &to).await
}
