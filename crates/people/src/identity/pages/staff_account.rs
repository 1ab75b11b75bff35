//! The account of a member of staff: who he is here, password, where he is signed in.

use super::{Errors, asked, let_in, typed_password};
use crate::People;
use crate::identity::StaffId;
use askama::Template;
use axum::extract::State;
use store::{Purpose, Stream};
use web::front::take_session;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, html, see_other, session};

/// One place he is signed in.
struct Place {
    since: String,
    seen: String,
    here: bool,
    locked: bool,
}

#[derive(Template)]
#[template(path = "identity/staff_account.html")]
struct AccountPage {
    f: Frame,
    name: String,
    no: String,
    unit: String,
    roles: Vec<String>,
    lock: i64,
    places: Vec<Place>,
    changed: bool,
    errors: Errors,
}

async fn made(people: &People, visitor: &Visitor, errors: Errors) -> store::Result<AccountPage> {
    let staff = visitor.staff()?;
    let f = visitor.staff_frame(people, visitor.t("identity-account-title"), Vec::new());
    let place = |line: session::Line| Place {
        since: line.since.ymd_hm(),
        seen: line.seen.ymd_hm(),
        here: visitor.session == Some(line.id),
        locked: line.locked,
    };
    let places = session::of(people, &visitor.who).await?;
    Ok(AccountPage {
        name: staff.name.clone(),
        no: staff.no.clone(),
        unit: staff.unit_name.clone(),
        roles: staff.roles.iter().map(|r| f.tk("identity-role-", r.label())).collect(),
        lock: f.lock_seconds / 60,
        places: places.into_iter().map(place).collect(),
        changed: asked(visitor, "changed") == "1",
        f: f.with_failed(errors.any()),
        errors,
    })
}

/// GET /staff/account
pub async fn page(State(people): State<People>, visitor: Visitor) -> Answer {
    html(&made(&people, &visitor, Errors::none()).await?)
}

/// POST /staff/account/password
pub async fn password(State(people): State<People>, visitor: Visitor, posted: Posted) -> Answer {
    let id = StaffId(visitor.staff()?.id);
    let ctx = visitor.ctx(&people, Purpose::Own);
    let typed = ["present", "wanted", "again"].map(|name| typed_password(&posted, name));
    match people.change_staff_password(ctx, &visitor.ip, id, typed).await {
        Ok(()) => {
            // Whoever knew the old password is out everywhere; this visitor gets a new token.
            session::end_all(&people, &visitor.who).await?;
            let who = visitor.who.clone();
            let_in(&people, &visitor, who, "/staff/account?changed=1").await
        }
        Err(e) => {
            let mut errors = Errors::none();
            errors.take(visitor.lang, "present", e)?;
            html_again(&made(&people, &visitor, errors).await?)
        }
    }
}

/// POST /staff/account/sign-out: everywhere, here too.
pub async fn sign_out(State(people): State<People>, visitor: Visitor, _posted: Posted) -> Answer {
    let stream = Stream::of("staff", visitor.staff()?.id);
    people.signed_out(visitor.ctx(&people, Purpose::Own), stream, None).await?;
    session::end_all(&people, &visitor.who).await?;
    let mut answer = see_other("/staff/login");
    take_session(&people, &mut answer);
    Ok(answer)
}
