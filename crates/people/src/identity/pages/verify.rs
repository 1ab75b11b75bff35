//! Saying who one is: name and id number against the population register (C11).

use super::{Errors, asked, let_in};
use crate::People;
use crate::identity::AccountId;
use askama::Template;
use axum::extract::State;
use codes::citizen::CitizenId;
use codes::name::PersonName;
use store::Purpose;
use web::front::safe_next;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, Who, html, see_other};

#[derive(Template)]
#[template(path = "identity/verify.html")]
struct VerifyPage {
    f: Frame,
    full_name: String,
    id_no: String,
    next: String,
    agreed: bool,
    errors: Errors,
}

fn verify_page(
    people: &People,
    visitor: &Visitor,
    typed: (&str, &str),
    next: &str,
    agreed: bool,
    errors: Errors,
) -> VerifyPage {
    let f = visitor.frame(people, visitor.t("identity-verify-title"), "my");
    VerifyPage {
        f: f.with_back("/my/account", "").with_failed(errors.any()).without_bar(),
        full_name: typed.0.to_owned(),
        id_no: typed.1.to_owned(),
        next: next.to_owned(),
        agreed,
        errors,
    }
}

/// GET /verify-me
pub async fn page(State(people): State<People>, visitor: Visitor) -> Answer {
    let next = asked(&visitor, "next");
    if visitor.citizen()?.level >= 2 {
        return Ok(see_other(&safe_next(&next, "/my/account")));
    }
    html(&verify_page(&people, &visitor, ("", ""), &next, false, Errors::none()))
}

/// POST /verify-me
pub async fn check(State(people): State<People>, visitor: Visitor, posted: Posted) -> Answer {
    let account = AccountId(visitor.citizen()?.account);
    let (typed, next) = ((posted.get("name"), posted.get("id_no")), posted.get("next"));
    let agreed = posted.get("agree") == "1";
    let mut errors = Errors::none();
    let lang = visitor.lang;
    let name = PersonName::parse(typed.0).map_err(|e| errors.code(lang, "name", &e)).ok();
    let today = people.clock().now().day();
    let id_no = CitizenId::typed(typed.1).and_then(|id| CitizenId::parse_on(id.as_str(), today));
    let id_no = id_no.map_err(|e| errors.code(lang, "id_no", &e)).ok();
    if !agreed {
        errors.add("agree", visitor.t("identity-agree-empty"));
    }
    if let (Some(name), Some(id_no), false) = (name, id_no, errors.any()) {
        let ctx = visitor.ctx(&people, Purpose::Own);
        match people.verify_real_name(ctx, account, &name, &id_no).await {
            Ok(citizen) => {
                if citizen.account != account.0 {
                    // One account with the one a window had made: what was open under it ends.
                    web::session::end_all(&people, &visitor.who).await?;
                }
                let to = safe_next(next, "/my/account");
                return let_in(&people, &visitor, Who::Citizen(citizen), &to).await;
            }
            Err(e) => errors.take(lang, "id_no", e)?,
        }
    }
    html_again(&verify_page(&people, &visitor, typed, next, agreed, errors))
}
