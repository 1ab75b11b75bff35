//! Opening an account: a phone, the code sent to it, a password (C10).

use super::door::phone_of;
use super::{Errors, asked, let_in, typed_password, with_next};
use crate::People;
use crate::identity::model::CodeUse;
use askama::Template;
use axum::extract::State;
use store::Purpose;
use web::front::safe_next;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, Who, html, see_other};

#[derive(Template)]
#[template(path = "identity/register.html")]
struct PhonePage {
    f: Frame,
    phone: String,
    next: String,
    login: String,
    errors: Errors,
}

fn phone_page(
    people: &People,
    visitor: &Visitor,
    phone: &str,
    next: &str,
    errors: Errors,
) -> PhonePage {
    let f = visitor.frame(people, visitor.t("identity-register-title"), "");
    let login = with_next("/login", next);
    PhonePage {
        f: f.with_back(login.clone(), "").with_failed(errors.any()),
        phone: phone.to_owned(),
        next: next.to_owned(),
        login,
        errors,
    }
}

/// GET /register
pub async fn page(State(people): State<People>, visitor: Visitor) -> Answer {
    let next = asked(&visitor, "next");
    if matches!(visitor.who, Who::Citizen(_)) {
        return Ok(see_other(&safe_next(&next, "/my")));
    }
    html(&phone_page(&people, &visitor, "", &next, Errors::none()))
}

/// POST /register
pub async fn ask_code(State(people): State<People>, visitor: Visitor, posted: Posted) -> Answer {
    let (token, next) = (posted.get("t"), posted.get("next"));
    let mut errors = Errors::none();
    let phone = phone_of(&people, &visitor, &posted, &mut errors).await?;
    if token.is_empty() && posted.get("agree") != "1" {
        errors.add("agree", visitor.t("identity-agree-empty"));
    }
    if let (Some(phone), false) = (phone, errors.any()) {
        let ctx = visitor.ctx(&people, Purpose::Own);
        let sent = people.ask_code(ctx, &visitor.ip, visitor.lang, &phone, CodeUse::Register).await;
        match sent {
            Ok(token) => {
                return Ok(see_other(&with_next(&format!("/register/code?t={token}"), next)));
            }
            Err(e) => {
                errors.take(visitor.lang, if token.is_empty() { "phone" } else { "code" }, e)?
            }
        }
    }
    if token.is_empty() {
        return html_again(&phone_page(&people, &visitor, posted.get("phone"), next, errors));
    }
    html_again(&open_page(&people, &visitor, token, next, "", errors).await?)
}

#[derive(Template)]
#[template(path = "identity/register_code.html")]
struct OpenPage {
    f: Frame,
    phone: String,
    token: String,
    code: String,
    next: String,
    idem: String,
    login: String,
    errors: Errors,
}

async fn open_page(
    people: &People,
    visitor: &Visitor,
    token: &str,
    next: &str,
    code: &str,
    errors: Errors,
) -> store::Result<OpenPage> {
    let phone = people.pending_code(token).await?.phone;
    let f = visitor.frame(people, visitor.t("identity-open-title"), "");
    Ok(OpenPage {
        f: f.with_back(with_next("/register", next), "").with_failed(errors.any()),
        phone,
        token: token.to_owned(),
        code: code.to_owned(),
        next: next.to_owned(),
        idem: people.store.chance().token(),
        login: with_next("/login", next),
        errors,
    })
}

/// GET /register/code
pub async fn code(State(people): State<People>, visitor: Visitor) -> Answer {
    let (token, next) = (asked(&visitor, "t"), asked(&visitor, "next"));
    html(&open_page(&people, &visitor, &token, &next, "", Errors::none()).await?)
}

/// POST /register/open
pub async fn open(State(people): State<People>, visitor: Visitor, posted: Posted) -> Answer {
    let (token, code, next) = (posted.get("t"), posted.get("code"), posted.get("next"));
    let ctx = visitor.ctx(&people, Purpose::Own);
    let idem = posted.idem("POST /register/open")?;
    let password = typed_password(&posted, "password");
    people.sign_in_limit(&visitor.ip)?;
    let mut errors = Errors::none();
    match people.register(ctx, idem, visitor.lang, (token, code), password).await {
        Ok(citizen) => {
            let to = safe_next(next, "/my");
            return let_in(&people, &visitor, Who::Citizen(citizen), &to).await;
        }
        Err(e) => errors.take(visitor.lang, "code", e)?,
    }
    html_again(&open_page(&people, &visitor, token, next, code, errors).await?)
}
