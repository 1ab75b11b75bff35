//! The staff door: login, password and authenticator; and where staff go from there.

use super::{Errors, asked, let_in, typed_password};
use crate::People;
use askama::Template;
use axum::extract::State;
use store::Purpose;
use web::front::safe_next;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Role, Visitor, Who, html, see_other};

#[derive(Template)]
#[template(path = "identity/staff_login.html")]
struct StaffLogin {
    f: Frame,
    login: String,
    next: String,
    over: bool,
    errors: Errors,
}

fn login_page(
    people: &People,
    visitor: &Visitor,
    login: &str,
    next: &str,
    errors: Errors,
) -> StaffLogin {
    let f = visitor.staff_frame(people, visitor.t("identity-staff-title"), Vec::new());
    StaffLogin {
        f: f.with_failed(errors.any()),
        login: login.to_owned(),
        next: next.to_owned(),
        over: asked(visitor, "over") == "1",
        errors,
    }
}

/// GET /staff/login
pub async fn login(State(people): State<People>, visitor: Visitor) -> Answer {
    let next = asked(&visitor, "next");
    if let Who::Staff(staff) = &visitor.who {
        return Ok(see_other(&safe_next(&next, desk(&staff.roles))));
    }
    html(&login_page(&people, &visitor, "", &next, Errors::none()))
}

/// POST /staff/login
pub async fn sign_in(State(people): State<People>, visitor: Visitor, posted: Posted) -> Answer {
    let (login, next) = (posted.get("login"), posted.get("next"));
    let password = typed_password(&posted, "password");
    let mut errors = Errors::none();
    for (field, empty, words) in [
        ("login", login.is_empty(), "identity-staff-login-empty"),
        ("password", password.expose().is_empty(), "identity-password-empty"),
        ("code", posted.get("code").is_empty(), "identity-staff-code-empty"),
    ] {
        if empty {
            errors.add(field, visitor.t(words));
        }
    }
    if !errors.any() {
        let ctx = visitor.ctx(&people, Purpose::None);
        match people.staff_sign_in(ctx, &visitor.ip, login, password, posted.get("code")).await {
            Ok(staff) => {
                let to = safe_next(next, desk(&staff.roles));
                return let_in(&people, &visitor, Who::Staff(staff), &to).await;
            }
            Err(e) => errors.take(visitor.lang, "password", e)?,
        }
    }
    html_again(&login_page(&people, &visitor, login, next, errors))
}

/// The page where a post begins its day.
pub(crate) fn desk(roles: &[Role]) -> &'static str {
    match roles.first() {
        Some(Role::Clerk) => "/w",
        Some(Role::Approver) => "/a",
        Some(Role::SealKeeper | Role::UnitHead | Role::SealRegistrar) => "/s",
        _ => "/staff",
    }
}

#[derive(Template)]
#[template(path = "identity/staff_home.html")]
struct StaffHome {
    f: Frame,
    name: String,
    no: String,
    unit: String,
    roles: Vec<String>,
    window: bool,
    officer: bool,
    seals: bool,
}

/// GET /staff
pub async fn home(State(people): State<People>, visitor: Visitor) -> Answer {
    let staff = visitor.staff()?;
    let f = visitor.staff_frame(&people, visitor.t("identity-desk-title"), Vec::new());
    let role = |r: &Role| f.tk("identity-role-", r.label());
    html(&StaffHome {
        name: staff.name.clone(),
        no: staff.no.clone(),
        unit: staff.unit_name.clone(),
        roles: staff.roles.iter().map(role).collect(),
        window: staff.roles.contains(&Role::Clerk),
        officer: staff.roles.contains(&Role::Approver),
        seals: staff
            .roles
            .iter()
            .any(|r| matches!(r, Role::SealKeeper | Role::UnitHead | Role::SealRegistrar)),
        f,
    })
}
