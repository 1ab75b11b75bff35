//! The whole address map on one page: path, who may enter, what he must have to do with the thing,
//! handler. `docs/generated/routes.md` is made from it and a test walks it.

use crate::node::Node;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use guide::catalogue::{api as items, pages as catalogue};
use oversight::ratings;
use people::identity::pages as identity;
use people::notices::pages as notices;
use web::policy::Access::{AnyStaff, Citizen, Public};
use web::policy::Relation::{self, Own, Token, Unit};
use web::{Access, Role, Routes};

const NONE: Relation = Relation::None;

/// Every route of the house.
pub fn all(node: &Node) -> Routes {
    let routes = Routes::new(node.app().clone());
    let routes = front(routes);
    let routes = guide_routes(routes, node);
    let routes = people_routes(routes, node);
    let routes = proof_routes(routes, node);
    oversight_routes(routes, node)
}

fn front(routes: Routes) -> Routes {
    routes.get("/assets/{name}", Public, NONE, get(asset)).get(
        "/livez",
        Public,
        NONE,
        get(|| async { "ok" }),
    )
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> axum::response::Response {
    web::assets::respond(&name, &headers)
}

fn guide_routes(routes: Routes, node: &Node) -> Routes {
    let g = node.guide().clone();
    routes
        .get("/", Public, NONE, get(catalogue::home::page).with_state(g.clone()))
        .get("/region", Public, NONE, get(catalogue::region::page).with_state(g.clone()))
        .post("/region", Public, NONE, post(catalogue::region::choose).with_state(g.clone()))
        .get("/search", Public, NONE, get(catalogue::search::page).with_state(g.clone()))
        .get("/services", Public, NONE, get(catalogue::services::page).with_state(g.clone()))
        .get("/guide/{slug}", Public, NONE, get(catalogue::guide::page).with_state(g.clone()))
        .get("/api/v1/search", Public, NONE, get(items::search).with_state(g.clone()))
        .get("/api/v1/items/{slug}", Public, NONE, get(items::item).with_state(g))
}

fn people_routes(routes: Routes, node: &Node) -> Routes {
    use identity::{access_log, account, acting, door, register, staff, verify};
    let p = || node.people().clone();
    routes
        .get("/login", Public, NONE, get(door::login).with_state(p()))
        .post("/login", Public, NONE, post(door::sign_in).with_state(p()))
        .get("/login/code", Public, Token, get(door::code).with_state(p()))
        .post("/login/code", Public, NONE, post(door::ask_code).with_state(p()))
        .post("/login/code/enter", Public, Token, post(door::enter_code).with_state(p()))
        .post("/logout", Public, NONE, post(door::sign_out).with_state(p()))
        .get("/register", Public, NONE, get(register::page).with_state(p()))
        .post("/register", Public, NONE, post(register::ask_code).with_state(p()))
        .get("/register/code", Public, Token, get(register::code).with_state(p()))
        .post("/register/open", Public, Token, post(register::open).with_state(p()))
        .get("/verify-me", Citizen(1), Own, get(verify::page).with_state(p()))
        .post("/verify-me", Citizen(1), Own, post(verify::check).with_state(p()))
        .get("/my/acting", Citizen(2), Own, get(acting::page).with_state(p()))
        .post("/my/acting", Citizen(2), Own, post(acting::start).with_state(p()))
        .post("/my/acting/end", Citizen(2), Own, post(acting::end).with_state(p()))
        .get("/my/account", Citizen(1), Own, get(account::page).with_state(p()))
        .post("/my/account/password", Citizen(1), Own, post(account::password).with_state(p()))
        .post(
            "/my/account/sign-out",
            Citizen(1),
            Own,
            post(account::sign_out_everywhere).with_state(p()),
        )
        .get("/my/access-log", Citizen(1), Own, get(access_log::page).with_state(p()))
        .get("/my/messages", Citizen(1), Own, get(notices::messages).with_state(p()))
        .post("/my/messages/read", Citizen(1), Own, post(notices::read).with_state(p()))
        .get("/sandbox/outbox", Public, NONE, get(notices::outbox).with_state(p()))
        .get("/staff/login", Public, NONE, get(staff::login).with_state(p()))
        .post("/staff/login", Public, NONE, post(staff::sign_in).with_state(p()))
        .get("/staff", AnyStaff, NONE, get(staff::home).with_state(p()))
}

fn proof_routes(routes: Routes, node: &Node) -> Routes {
    use proof::licences::api;
    use proof::licences::pages::{holder, show, steward, verify};
    const STEWARD: Access = Access::Staff(&[Role::LicenceSteward]);
    let p = || node.proof().clone();
    routes
        .get("/my/licences", Citizen(2), Own, get(holder::list).with_state(p()))
        .get("/my/licences/{id}", Citizen(2), Own, get(holder::detail).with_state(p()))
        .get("/my/licences/{id}/file", Citizen(2), Own, get(holder::file).with_state(p()))
        .get("/my/licences/{id}/face.svg", Citizen(2), Own, get(holder::face).with_state(p()))
        .get("/my/licences/{id}/show", Citizen(2), Own, get(show::page).with_state(p()))
        .get("/verify", Public, NONE, get(verify::page).with_state(p()))
        .post("/verify", Public, NONE, post(verify::text).with_state(p()))
        .post("/verify/file", Public, NONE, post(verify::file).with_state(p()))
        .get("/verify/roots.pem", Public, NONE, get(verify::roots).with_state(p()))
        .get("/l", STEWARD, Unit, get(steward::list).with_state(p()))
        .get("/l/{id}", STEWARD, Unit, get(steward::detail).with_state(p()))
        .post("/l/{id}", STEWARD, Unit, post(steward::change).with_state(p()))
        .get("/api/v1/verify", Public, NONE, get(api::text).with_state(p()))
        .post("/api/v1/verify", Public, NONE, post(api::posted).with_state(p()))
}

fn oversight_routes(routes: Routes, node: &Node) -> Routes {
    let o = || node.oversight().clone();
    routes
        .get("/c/{no}/rate", Access::Citizen(1), Own, get(ratings::pages::own_case).with_state(o()))
        .get("/rate/{token}", Public, Token, get(ratings::pages::form).with_state(o()))
        .post("/rate/{token}", Public, Token, post(ratings::pages::give).with_state(o()))
}
