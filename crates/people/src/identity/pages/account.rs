//! My account: name, level, phone, password, sign-out everywhere (part of C20).

use super::{Errors, asked, let_in, typed_password};
use crate::People;
use crate::identity::{AccountId, PersonId, rules};
use askama::Template;
use axum::extract::State;
use store::{Disclosure, Purpose, Stream};
use web::front::take_session;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, Who, html, see_other, session};

#[derive(Template)]
#[template(path = "identity/account.html")]
struct AccountPage {
    f: Frame,
    name: String,
    id_no: String,
    phone: String,
    verified: bool,
    acting: String,
    offer_elder: bool,
    changed: bool,
    errors: Errors,
}

async fn account_page(
    people: &People,
    visitor: &Visitor,
    errors: Errors,
) -> store::Result<AccountPage> {
    let citizen = visitor.citizen()?;
    let leave = Disclosure::own();
    let id = AccountId(citizen.account);
    let (phone, _, _) = crate::identity::account_phone(people, id, &leave).await?;
    let (mut name, mut id_no, mut offer_elder) = (String::new(), String::new(), false);
    if let Some(person) = citizen.person {
        let facts = people.person_facts(PersonId(person), &leave).await?;
        name = facts.name.expose().to_owned();
        id_no = facts.id_no.masked_id();
        let today = people.clock().now().day();
        offer_elder = !visitor.elder() && rules::offer_elder(facts.birth, today);
    }
    let f = visitor.frame(people, visitor.t("identity-account-title"), "my");
    Ok(AccountPage {
        f: f.with_back("/my", "").with_failed(errors.any()),
        name,
        id_no,
        phone: phone.masked_phone(),
        verified: citizen.level >= 2,
        acting: citizen.acting.as_ref().map_or(String::new(), |acting| acting.name.clone()),
        offer_elder,
        changed: asked(visitor, "changed") == "1",
        errors,
    })
}

/// GET /my/account
pub async fn page(State(people): State<People>, visitor: Visitor) -> Answer {
    html(&account_page(&people, &visitor, Errors::none()).await?)
}

/// POST /my/account/password
pub async fn password(State(people): State<People>, visitor: Visitor, posted: Posted) -> Answer {
    let id = AccountId(visitor.citizen()?.account);
    let ctx = visitor.ctx(&people, Purpose::Own);
    let (present, wanted) = (typed_password(&posted, "present"), typed_password(&posted, "wanted"));
    match people.change_password(ctx, &visitor.ip, id, present, wanted).await {
        Ok(()) => {
            // Whoever knew the old password is out everywhere; this visitor gets a new token.
            session::end_all(&people, &visitor.who).await?;
            let_in(&people, &visitor, visitor.who.clone(), "/my/account?changed=1").await
        }
        Err(e) => {
            let mut errors = Errors::none();
            errors.take(visitor.lang, "present", e)?;
            html_again(&account_page(&people, &visitor, errors).await?)
        }
    }
}

/// POST /my/account/sign-out
pub async fn sign_out_everywhere(
    State(people): State<People>,
    visitor: Visitor,
    _posted: Posted,
) -> Answer {
    let Who::Citizen(citizen) = &visitor.who else { return Ok(see_other("/")) };
    let stream = Stream::of("account", citizen.account);
    people.signed_out(visitor.ctx(&people, Purpose::Own), stream, citizen.person).await?;
    session::end_all(&people, &visitor.who).await?;
    let mut answer = see_other("/");
    take_session(&people, &mut answer);
    Ok(answer)
}
