//! The citizens' door: signing in by password or by code, and signing out (C10).

use super::{Errors, asked, let_in, typed_password, with_next};
use crate::People;
use crate::identity::model::CodeUse;
use askama::Template;
use axum::extract::State;
use codes::phone::Phone;
use store::{Purpose, Stream};
use web::frame::Link;
use web::front::{safe_next, take_session};
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, Who, html, see_other, session};

#[derive(Template)]
#[template(path = "identity/login.html")]
struct LoginPage {
    f: Frame,
    way: &'static str,
    tabs: Vec<Link>,
    next: String,
    register: String,
    phone: String,
    errors: Errors,
}

fn login_page(
    people: &People,
    visitor: &Visitor,
    way: &'static str,
    next: &str,
    phone: &str,
    errors: Errors,
) -> LoginPage {
    let f = visitor.frame(people, visitor.t("identity-login-title"), "");
    let tab = |key: &str, words: &str| {
        let href = with_next(&format!("/login?way={key}"), next);
        Link::new(href, visitor.t(words).to_owned()).here(key == way)
    };
    LoginPage {
        tabs: vec![tab("password", "identity-way-password"), tab("sms", "identity-way-sms")],
        f: f.with_back("/", "").with_failed(errors.any()),
        way,
        next: next.to_owned(),
        register: with_next("/register", next),
        phone: phone.to_owned(),
        errors,
    }
}

/// GET /login
pub async fn login(State(people): State<People>, visitor: Visitor) -> Answer {
    let next = asked(&visitor, "next");
    if matches!(visitor.who, Who::Citizen(_)) {
        return Ok(see_other(&safe_next(&next, "/my")));
    }
    // Whoever chose the layout for the old is not asked to remember a password first.
    let way = match asked(&visitor, "way").as_str() {
        "sms" => "sms",
        "password" => "password",
        _ if visitor.elder() => "sms",
        _ => "password",
    };
    html(&login_page(&people, &visitor, way, &next, "", Errors::none()))
}

/// POST /login
pub async fn sign_in(State(people): State<People>, visitor: Visitor, posted: Posted) -> Answer {
    let (typed, next) = (posted.get("phone"), posted.get("next"));
    let password = typed_password(&posted, "password");
    let mut errors = Errors::none();
    let phone = Phone::parse(typed).map_err(|e| errors.code(visitor.lang, "phone", &e)).ok();
    if password.expose().is_empty() {
        errors.add("password", visitor.t("identity-password-empty"));
    }
    if let (Some(phone), false) = (phone, errors.any()) {
        let ctx = visitor.ctx(&people, Purpose::Own);
        match people.sign_in(ctx, &visitor.ip, &phone, password).await {
            Ok(citizen) => {
                let to = safe_next(next, "/my");
                return let_in(&people, &visitor, Who::Citizen(citizen), &to).await;
            }
            Err(e) => errors.take(visitor.lang, "password", e)?,
        }
    }
    html_again(&login_page(&people, &visitor, "password", next, typed, errors))
}

/// POST /login/code
pub async fn ask_code(State(people): State<People>, visitor: Visitor, posted: Posted) -> Answer {
    let (token, next) = (posted.get("t"), posted.get("next"));
    let mut errors = Errors::none();
    let phone = phone_of(&people, &visitor, &posted, &mut errors).await?;
    if let Some(phone) = phone {
        let ctx = visitor.ctx(&people, Purpose::Own);
        let sent = people.ask_code(ctx, &visitor.ip, visitor.lang, &phone, CodeUse::SignIn).await;
        match sent {
            Ok(token) => return Ok(see_other(&with_next(&format!("/login/code?t={token}"), next))),
            Err(e) => {
                errors.take(visitor.lang, if token.is_empty() { "phone" } else { "code" }, e)?
            }
        }
    }
    if token.is_empty() {
        return html_again(&login_page(
            &people,
            &visitor,
            "sms",
            next,
            posted.get("phone"),
            errors,
        ));
    }
    html_again(&code_page(&people, &visitor, token, next, errors).await?)
}

/// The phone a code is asked for: typed, or that of the page one is on.
pub(super) async fn phone_of(
    people: &People,
    visitor: &Visitor,
    posted: &Posted,
    errors: &mut Errors,
) -> store::Result<Option<Phone>> {
    if !posted.get("t").is_empty() {
        return Ok(Some(people.pending_code(posted.get("t")).await?.whole));
    }
    let phone = Phone::parse(posted.get("phone"));
    Ok(phone.map_err(|e| errors.code(visitor.lang, "phone", &e)).ok())
}

#[derive(Template)]
#[template(path = "identity/login_code.html")]
struct CodePage {
    f: Frame,
    phone: String,
    token: String,
    next: String,
    back: String,
    errors: Errors,
}

async fn code_page(
    people: &People,
    visitor: &Visitor,
    token: &str,
    next: &str,
    errors: Errors,
) -> store::Result<CodePage> {
    let phone = people.pending_code(token).await?.phone;
    let back = with_next("/login?way=sms", next);
    let f = visitor.frame(people, visitor.t("identity-code-title"), "");
    Ok(CodePage {
        f: f.with_back(back.clone(), "").with_failed(errors.any()),
        phone,
        token: token.to_owned(),
        next: next.to_owned(),
        back,
        errors,
    })
}

/// GET /login/code
pub async fn code(State(people): State<People>, visitor: Visitor) -> Answer {
    let (token, next) = (asked(&visitor, "t"), asked(&visitor, "next"));
    html(&code_page(&people, &visitor, &token, &next, Errors::none()).await?)
}

/// POST /login/code/enter
pub async fn enter_code(State(people): State<People>, visitor: Visitor, posted: Posted) -> Answer {
    let (token, next) = (posted.get("t"), posted.get("next"));
    let ctx = visitor.ctx(&people, Purpose::Own);
    let mut errors = Errors::none();
    match people.sign_in_by_code(ctx, &visitor.ip, token, posted.get("code")).await {
        Ok(citizen) => {
            let to = safe_next(next, "/my");
            return let_in(&people, &visitor, Who::Citizen(citizen), &to).await;
        }
        Err(e) => errors.take(visitor.lang, "code", e)?,
    }
    html_again(&code_page(&people, &visitor, token, next, errors).await?)
}

/// POST /logout
pub async fn sign_out(State(people): State<People>, visitor: Visitor, _posted: Posted) -> Answer {
    let (to, left) = match &visitor.who {
        Who::Anonymous => ("/", None),
        Who::Citizen(c) => ("/", Some((Stream::of("account", c.account), c.person))),
        Who::Staff(s) => ("/staff/login", Some((Stream::of("staff", s.id), None))),
    };
    if let (Some((stream, about)), Some(id)) = (left, visitor.session) {
        people.signed_out(visitor.ctx(&people, Purpose::Own), stream, about).await?;
        session::end(&people, id).await?;
    }
    let mut answer = see_other(to);
    take_session(&people, &mut answer);
    Ok(answer)
}
