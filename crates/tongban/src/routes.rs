//! The whole address map on one page: path, who may enter, what he must have to do with the thing,
//! handler. `docs/generated/routes.md` is made from it and a test walks it.

use crate::health;
use crate::node::Node;
use axum::routing::{get, post};
use axum::{extract::Path, http::HeaderMap};
use guide::catalogue::{api as items, pages as catalogue};
use oversight::ratings;
use people::{identity::pages as identity, notices::pages as notices};
use web::policy::Access::{AnyStaff, Citizen, Public};
use web::policy::Relation::{self, Own, Token, Unit};
use web::{Access, Role, Routes};

const NONE: Relation = Relation::None;

/// Every route of the house.
pub fn all(node: &Node) -> Routes {
    let routes = Routes::new(node.app().clone());
    let routes = front(routes, node);
    let routes = guide_routes(routes, node);
    let routes = people_routes(routes, node);
    let routes = staff_routes(routes, node);
    let routes = proof_routes(routes, node);
    let routes = seal_routes(routes, node);
    let routes = licence_desk(routes, node);
    let routes = issuing_routes(routes, node);
    let routes = exchange_routes(routes, node);
    let routes = draft_routes(routes, node);
    let routes = case_routes(routes, node);
    let routes = case_api(routes, node);
    let routes = window_routes(routes, node);
    let routes = intake_routes(routes, node);
    let routes = approver_routes(routes, node);
    let routes = oversight_routes(routes, node);
    let routes = developers_routes(routes, node);
    let mut routes = about_routes(routes, node);
    for (method, path, _) in routes.classed(crate::classes::NAMED) {
        tracing::error!("classes.rs names {method} {path}, which is on no map");
    }
    routes
}

/// Last, because its map shows what stands above.
fn about_routes(routes: Routes, node: &Node) -> Routes {
    use crate::about::pages;
    let nothing = pages::About::new(node.guide().clone(), &[]);
    let routes = routes
        .get("/help", Public, NONE, get(pages::help).with_state(nothing.clone()))
        .get("/privacy", Public, NONE, get(pages::privacy).with_state(nothing.clone()))
        .get("/accessibility", Public, NONE, get(pages::accessibility).with_state(nothing));
    let mapped = pages::About::new(node.guide().clone(), routes.lines());
    routes.get("/sitemap", Public, NONE, get(pages::map).with_state(mapped))
}

/// After the others, because it describes what stands above.
fn developers_routes(routes: Routes, node: &Node) -> Routes {
    use crate::developers::{self, pages};
    let document = developers::document(routes.lines()).unwrap_or_else(|e| {
        tracing::error!("the interface is not described: {e}");
        serde_json::Value::Null
    });
    let described = pages::Described::new(node.app().clone(), document);
    routes.get("/openapi.json", Public, NONE, get(pages::json).with_state(described.clone())).get(
        "/developers",
        Public,
        NONE,
        get(pages::page).with_state(described),
    )
}

fn front(routes: Routes, node: &Node) -> Routes {
    routes
        .get("/assets/{name}", Public, NONE, get(asset))
        .get("/livez", Public, NONE, get(health::live))
        .get("/readyz", Public, NONE, get(health::ready).with_state(node.health().clone()))
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
    use identity::{access_log, account, acting, door, register, verify};
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
}

fn staff_routes(routes: Routes, node: &Node) -> Routes {
    use identity::{staff, staff_account};
    use people::screens::pages::{held, lock};
    let p = || node.people().clone();
    routes
        .get("/staff/login", Public, NONE, get(staff::login).with_state(p()))
        .post("/staff/login", Public, NONE, post(staff::sign_in).with_state(p()))
        .get("/staff", AnyStaff, NONE, get(staff::home).with_state(p()))
        .get("/staff/account", AnyStaff, Own, get(staff_account::page).with_state(p()))
        .post(
            "/staff/account/password",
            AnyStaff,
            Own,
            post(staff_account::password).with_state(p()),
        )
        .post(
            "/staff/account/sign-out",
            AnyStaff,
            Own,
            post(staff_account::sign_out).with_state(p()),
        )
        .get("/staff/lock", AnyStaff, Own, get(lock::page).with_state(p()))
        .post("/staff/lock", AnyStaff, Own, post(lock::lock).with_state(p()))
        .post("/staff/unlock", AnyStaff, Own, post(lock::unlock).with_state(p()))
        .get("/held", Access::SignedIn, Own, get(held::page).with_state(p()))
        .get("/held/open", Access::SignedIn, Own, get(held::open).with_state(p()))
        .post("/held/drop", Access::SignedIn, Own, post(held::drop).with_state(p()))
}

fn proof_routes(routes: Routes, node: &Node) -> Routes {
    use proof::licences::pages::{claim, decide, holder, steward};
    use proof::lists::pages as lists;
    use proof::seals::pages as certificates;
    use proof::showing::pages as show;
    use proof::verification::{api, pages as verify};
    const STEWARD: Access = Access::Staff(&[Role::LicenceSteward]);
    let p = || node.proof().clone();
    routes
        .get("/my/licences", Citizen(2), Own, get(holder::list).with_state(p()))
        .get("/my/licences/claim", Citizen(2), Own, get(claim::page).with_state(p()))
        .post("/my/licences/claim", Citizen(2), Own, post(claim::claim).with_state(p()))
        .get("/my/licences/{id}", Citizen(2), Own, get(holder::detail).with_state(p()))
        .get("/my/licences/{id}/file", Citizen(2), Own, get(holder::file).with_state(p()))
        .get("/my/licences/{id}/face.svg", Citizen(2), Own, get(holder::face).with_state(p()))
        .get("/my/licences/{id}/show", Citizen(2), Own, get(show::page).with_state(p()))
        .get("/my/licences/{id}/show/offline", Citizen(2), Own, get(show::carried).with_state(p()))
        .get("/verify", Public, NONE, get(verify::page).with_state(p()))
        .post("/verify", Public, NONE, post(verify::text).with_state(p()))
        .post("/verify/file", Public, NONE, post(verify::file).with_state(p()))
        .get("/verify/offline", Public, NONE, get(lists::page).with_state(p()))
        .get("/verify/bundle", Public, NONE, get(lists::bundle).with_state(p()))
        .get("/verify/roots.pem", Public, NONE, get(verify::roots).with_state(p()))
        .get("/verify/agency.pem", Public, NONE, get(certificates::agency).with_state(p()))
        .get("/verify/crl", Public, NONE, get(certificates::crl).with_state(p()))
        .get("/verify/crl/agency", Public, NONE, get(certificates::agency_crl).with_state(p()))
        .post("/verify/ocsp", Public, NONE, post(certificates::ocsp_posted).with_state(p()))
        .get("/verify/ocsp/{request}", Public, NONE, get(certificates::ocsp).with_state(p()))
        .get("/l", STEWARD, Unit, get(steward::list).with_state(p()))
        .get("/l/{id}", STEWARD, Unit, get(steward::detail).with_state(p()))
        .get("/l/{id}/do/{step}", STEWARD, Unit, get(decide::ask).with_state(p()))
        .post("/l/{id}/do/{step}", STEWARD, Unit, post(decide::change).with_state(p()))
        .get("/api/v1/verify", Public, NONE, get(api::text).with_state(p()))
        .post("/api/v1/verify", Public, NONE, post(api::posted).with_state(p()))
}

fn seal_routes(routes: Routes, node: &Node) -> Routes {
    use proof::custody::pages::{apply, keeping, list, one, queue, step, uses};
    const DESK: Access = Access::Staff(&[Role::SealKeeper, Role::UnitHead, Role::SealRegistrar]);
    const UNIT: Access = Access::Staff(&[Role::SealKeeper, Role::UnitHead]);
    const HEAD: Access = Access::Staff(&[Role::UnitHead]);
    let p = || node.proof().clone();
    routes
        .get("/s", DESK, Unit, get(list::page).with_state(p()))
        .get("/s/apply", UNIT, Unit, get(apply::page).with_state(p()))
        .post("/s/apply", UNIT, Unit, post(apply::apply).with_state(p()))
        .get("/s/queue", UNIT, Unit, get(queue::page).with_state(p()))
        .get("/s/uses", UNIT, Unit, get(uses::page).with_state(p()))
        .post("/s/uses", HEAD, Unit, post(uses::seen).with_state(p()))
        .get("/s/{id}", DESK, Unit, get(one::page).with_state(p()))
        .get("/s/{id}/picture.png", DESK, Unit, get(one::picture).with_state(p()))
        .get("/s/{id}/do/{step}", DESK, Unit, get(step::page).with_state(p()))
        .post("/s/{id}/do/{step}", DESK, Unit, post(step::take).with_state(p()))
        .get("/s/{id}/custody", UNIT, Unit, get(keeping::page).with_state(p()))
        .post("/s/{id}/custody/{what}", UNIT, Unit, post(keeping::act).with_state(p()))
}

fn licence_desk(routes: Routes, node: &Node) -> Routes {
    use proof::quality::pages as quality;
    use proof::types::pages::{edit, list, one};
    const STEWARD: Access = Access::Staff(&[Role::LicenceSteward]);
    let p = || node.proof().clone();
    routes
        .get("/l/quality", STEWARD, Unit, get(quality::page).with_state(p()))
        .get("/l/spared", STEWARD, Unit, get(quality::spared::page).with_state(p()))
        .get("/l/types", STEWARD, Unit, get(list::page).with_state(p()))
        .get("/l/types/new", STEWARD, Unit, get(edit::fresh).with_state(p()))
        .post("/l/types/new", STEWARD, Unit, post(edit::begin).with_state(p()))
        .get("/l/types/{code}", STEWARD, Unit, get(one::page).with_state(p()))
        .post("/l/types/{code}", STEWARD, Unit, post(one::act).with_state(p()))
        .get("/l/types/{code}/edit", STEWARD, Unit, get(edit::page).with_state(p()))
        .post("/l/types/{code}/edit", STEWARD, Unit, post(edit::save).with_state(p()))
        .get("/l/types/{code}/sample.svg", STEWARD, Unit, get(one::sample).with_state(p()))
}

fn issuing_routes(routes: Routes, node: &Node) -> Routes {
    use proof::issuing::pages::{hand, list, one, row, table};
    const STEWARD: Access = Access::Staff(&[Role::LicenceSteward]);
    let p = || node.proof().clone();
    routes
        .get("/l/issue/{code}", STEWARD, Unit, get(hand::page).with_state(p()))
        .post("/l/issue/{code}", STEWARD, Unit, post(hand::prepare).with_state(p()))
        .get("/l/issue/{code}/batch", STEWARD, Unit, get(table::page).with_state(p()))
        .post("/l/issue/{code}/batch", STEWARD, Unit, post(table::upload).with_state(p()))
        .get("/l/issue/{code}/template.csv", STEWARD, Unit, get(table::template).with_state(p()))
        .get("/l/batches", STEWARD, Unit, get(list::page).with_state(p()))
        .get("/l/batches/{id}", STEWARD, Unit, get(one::page).with_state(p()))
        .post("/l/batches/{id}", STEWARD, Unit, post(one::act).with_state(p()))
        .get("/l/batches/{id}/rows/{no}", STEWARD, Unit, get(row::page).with_state(p()))
        .post("/l/batches/{id}/rows/{no}", STEWARD, Unit, post(row::reveal).with_state(p()))
}

fn exchange_routes(routes: Routes, node: &Node) -> Routes {
    use proof::exchange::api;
    use proof::exchange::pages::{form, systems, uses};
    use proof::grants::pages::{copies, grants, own};
    const STEWARD: Access = Access::Staff(&[Role::LicenceSteward]);
    let p = || node.proof().clone();
    routes
        .get("/my/grants", Citizen(2), Own, get(grants::page).with_state(p()))
        .post("/my/grants/{id}/end", Citizen(2), Own, post(grants::end).with_state(p()))
        .post("/my/grants/{id}/copy", Citizen(2), Own, post(grants::copy).with_state(p()))
        .get("/my/licences/{id}/grant", Citizen(2), Own, get(grants::ask).with_state(p()))
        .post("/my/licences/{id}/grant", Citizen(2), Own, post(grants::allow).with_state(p()))
        .get("/my/licences/{id}/copies", Citizen(2), Own, get(copies::page).with_state(p()))
        .post("/my/licences/{id}/copies", Citizen(2), Own, post(copies::make).with_state(p()))
        .get("/my/copies/{id}/file", Citizen(2), Own, get(copies::file).with_state(p()))
        .post("/my/copies/{id}/end", Citizen(2), Own, post(copies::end).with_state(p()))
        .get("/my/licences/{id}/uses", Citizen(2), Own, get(own::page).with_state(p()))
        .get("/l/systems", STEWARD, Unit, get(systems::list).with_state(p()))
        .get("/l/systems/new", STEWARD, Unit, get(form::fresh).with_state(p()))
        .post("/l/systems/new", STEWARD, Unit, post(form::register).with_state(p()))
        .get("/l/systems/{id}", STEWARD, Unit, get(systems::detail).with_state(p()))
        .get("/l/systems/{id}/change", STEWARD, Unit, get(form::terms).with_state(p()))
        .post("/l/systems/{id}/change", STEWARD, Unit, post(form::change).with_state(p()))
        .post("/l/systems/{id}/renew", STEWARD, Unit, post(systems::renew).with_state(p()))
        .get("/l/systems/{id}/do/{step}", STEWARD, Unit, get(systems::ask).with_state(p()))
        .post("/l/systems/{id}/do/{step}", STEWARD, Unit, post(systems::step).with_state(p()))
        .get("/l/uses", STEWARD, Unit, get(uses::page).with_state(p()))
        .post("/api/v1/licences/token", Public, NONE, post(api::token).with_state(p()))
        .post(
            "/api/v1/licences/queryCertInfoByHolderCode",
            Public,
            Token,
            post(api::by_holder).with_state(p()),
        )
        .post(
            "/api/v1/licences/queryCertInfo",
            Public,
            Token,
            post(api::by_identifier).with_state(p()),
        )
        .post(
            "/api/v1/licences/queryCertInfoByQRcode",
            Public,
            Token,
            post(api::by_code).with_state(p()),
        )
        .post("/api/v1/licences/downloadUrl", Public, Token, post(api::file).with_state(p()))
        .get("/api/v1/licences/download/{token}", Public, Token, get(api::download).with_state(p()))
        .post("/api/v1/licences/verifyCertInfo", Public, Token, post(api::verify).with_state(p()))
        .post("/api/v1/licences/verifyFile", Public, Token, post(api::verify_file).with_state(p()))
        .post(
            "/api/v1/licences/getCertRemarkInfo",
            Public,
            Token,
            post(api::fields).with_state(p()),
        )
}

fn draft_routes(routes: Routes, node: &Node) -> Routes {
    use casework::delivery::pages as delivery;
    use casework::drafts::pages::{dispute, fill, review, save, sign, start};
    use casework::materials::pages::{cards, chunks, library};
    let c = || node.casework().clone();
    routes
        .get("/apply/{slug}/start", Citizen(2), Own, get(start::page).with_state(c()))
        .post("/apply/{slug}/start", Citizen(2), Own, post(start::begin).with_state(c()))
        .get("/d/{id}", Citizen(2), Own, get(fill::resume).with_state(c()))
        .get("/d/{id}/{section}", Citizen(2), Own, get(fill::page).with_state(c()))
        .post("/d/{id}/{section}", Citizen(2), Own, post(fill::keep).with_state(c()))
        .post("/d/{id}/{section}/save", Citizen(2), Own, post(save::save).with_state(c()))
        .get("/d/{id}/materials", Citizen(2), Own, get(cards::page).with_state(c()))
        .post("/d/{id}/materials", Citizen(2), Own, post(cards::keep).with_state(c()))
        .post("/d/{id}/materials/upload", Citizen(2), Own, post(cards::keep).with_state(c()))
        .post(
            "/d/{id}/materials/{key}/upload",
            Citizen(2),
            Own,
            post(chunks::begin).with_state(c()),
        )
        .post(
            "/d/{id}/materials/{key}/upload/{upload}",
            Citizen(2),
            Own,
            post(chunks::piece).with_state(c()),
        )
        .get("/d/{id}/paper/{paper}", Citizen(2), Own, get(cards::paper).with_state(c()))
        .get("/my/files", Citizen(2), Own, get(library::list).with_state(c()))
        .get("/my/files/{id}", Citizen(2), Own, get(library::file).with_state(c()))
        .post("/my/files/{id}", Citizen(2), Own, post(library::keep).with_state(c()))
        .post("/my/files/{id}/forget", Citizen(2), Own, post(library::forget).with_state(c()))
        .get("/my/files/{id}/content", Citizen(2), Own, get(library::content).with_state(c()))
        .get("/d/{id}/delivery", Citizen(2), Own, get(delivery::page).with_state(c()))
        .post("/d/{id}/delivery", Citizen(2), Own, post(delivery::keep).with_state(c()))
        .get("/d/{id}/dispute/{field}", Citizen(2), Own, get(dispute::page).with_state(c()))
        .post("/d/{id}/dispute/{field}", Citizen(2), Own, post(dispute::keep).with_state(c()))
        .get("/d/{id}/review", Citizen(2), Own, get(review::page).with_state(c()))
        .post("/d/{id}/review", Citizen(2), Own, post(review::keep).with_state(c()))
        .post("/d/{id}/renew", Citizen(2), Own, post(review::renew).with_state(c()))
        .get("/d/{id}/sign", Citizen(2), Own, get(sign::page).with_state(c()))
        .post("/d/{id}/submit", Citizen(2), Own, post(sign::submit).with_state(c()))
        .get("/d/{id}/discard", Citizen(2), Own, get(sign::ask_discard).with_state(c()))
        .post("/d/{id}/discard", Citizen(2), Own, post(sign::discard).with_state(c()))
}

fn case_routes(routes: Routes, node: &Node) -> Routes {
    use casework::cases::pages::{citizen, citizen_done, citizen_fix, documents, my};
    let c = || node.casework().clone();
    routes
        .get("/my", Citizen(1), Own, get(my::page).with_state(c()))
        .get("/c/{no}", Citizen(2), Own, get(citizen::progress).with_state(c()))
        .get("/c/{no}/done", Citizen(2), Own, get(citizen_done::page).with_state(c()))
        .get("/c/{no}/calendar.ics", Citizen(2), Own, get(citizen_done::calendar).with_state(c()))
        .get("/c/{no}/documents/{kind}", Citizen(2), Own, get(documents::document).with_state(c()))
        .get("/c/{no}/paper/{paper}", Citizen(2), Own, get(documents::paper).with_state(c()))
        .get("/c/{no}/fix", Citizen(2), Own, get(citizen_fix::page).with_state(c()))
        .post("/c/{no}/fix", Citizen(2), Own, post(citizen_fix::keep).with_state(c()))
        .get("/c/{no}/withdraw", Citizen(2), Own, get(citizen::ask_withdraw).with_state(c()))
        .post("/c/{no}/withdraw", Citizen(2), Own, post(citizen::withdraw).with_state(c()))
}

fn case_api(routes: Routes, node: &Node) -> Routes {
    use casework::{cases, materials};
    let c = || node.casework().clone();
    routes
        .get("/api/v1/cases", Citizen(2), Own, get(cases::api::mine).with_state(c()))
        .get("/api/v1/cases/{no}", Citizen(2), Own, get(cases::api::show).with_state(c()))
        .post(
            "/api/v1/cases/{no}/withdraw",
            Citizen(2),
            Own,
            post(cases::api::withdraw).with_state(c()),
        )
        .post(
            "/api/v1/drafts/{id}/submit",
            Citizen(2),
            Own,
            post(cases::api::submit).with_state(c()),
        )
        .post(
            "/api/v1/drafts/{id}/uploads",
            Citizen(2),
            Own,
            post(materials::api::begin).with_state(c()),
        )
        .get("/api/v1/uploads/{id}", Citizen(2), Own, get(materials::api::progress).with_state(c()))
        .post("/api/v1/uploads/{id}", Citizen(2), Own, post(materials::api::part).with_state(c()))
}

fn window_routes(routes: Routes, node: &Node) -> Routes {
    use casework::desks::pages::{correct, files, handover, inbox, refuse, window};
    use casework::views::pages as views;
    const CLERK: Access = Access::Staff(&[Role::Clerk]);
    let c = || node.casework().clone();
    routes
        .get("/w", CLERK, Unit, get(inbox::window).with_state(c()))
        .post("/w/next", CLERK, Unit, post(inbox::next_window).with_state(c()))
        .get("/w/views", CLERK, Unit, get(views::window).with_state(c()))
        .post("/w/views", CLERK, Unit, post(views::keep_window).with_state(c()))
        .post("/w/views/{id}", CLERK, Unit, post(views::change_window).with_state(c()))
        .get("/w/c/{no}/handover", CLERK, Unit, get(handover::window).with_state(c()))
        .post("/w/c/{no}/handover", CLERK, Unit, post(handover::hand_window).with_state(c()))
        .get("/w/c/{no}", CLERK, Unit, get(window::page).with_state(c()))
        .post("/w/c/{no}/claim", CLERK, Unit, post(window::claim).with_state(c()))
        .post("/w/c/{no}/release", CLERK, Unit, post(window::release).with_state(c()))
        .post("/w/c/{no}/reveal", CLERK, Unit, post(window::reveal).with_state(c()))
        .get("/w/c/{no}/accept", CLERK, Unit, get(window::preview).with_state(c()))
        .post("/w/c/{no}/accept", CLERK, Unit, post(window::accept).with_state(c()))
        .get("/w/c/{no}/correct", CLERK, Unit, get(correct::page).with_state(c()))
        .post("/w/c/{no}/correct", CLERK, Unit, post(correct::issue).with_state(c()))
        .get("/w/c/{no}/refuse", CLERK, Unit, get(refuse::page).with_state(c()))
        .post("/w/c/{no}/refuse", CLERK, Unit, post(refuse::issue).with_state(c()))
        .get("/w/c/{no}/files/{hash}", CLERK, Unit, get(files::paper).with_state(c()))
        .get("/w/c/{no}/documents/{kind}", CLERK, Unit, get(files::document).with_state(c()))
}

fn intake_routes(routes: Routes, node: &Node) -> Routes {
    use casework::intake::pages::{
        applicant, confirm, deliver, find, form, identify, papers, print, waiting,
    };
    const CLERK: Access = Access::Staff(&[Role::Clerk]);
    let c = || node.casework().clone();
    routes
        .get("/w/i", CLERK, Unit, get(identify::page).with_state(c()))
        .post("/w/i", CLERK, Unit, post(identify::receive).with_state(c()))
        .get("/w/waiting", CLERK, Unit, get(waiting::page).with_state(c()))
        .get("/w/i/{id}", CLERK, Unit, get(form::page).with_state(c()))
        .get("/w/i/{id}/find", CLERK, Unit, get(find::page).with_state(c()))
        .post("/w/i/{id}/item", CLERK, Unit, post(find::choose).with_state(c()))
        .post("/w/i/{id}/consent", CLERK, Unit, post(form::consent).with_state(c()))
        .post("/w/i/{id}/form", CLERK, Unit, post(form::keep).with_state(c()))
        .post("/w/i/{id}/form/save", CLERK, Unit, post(form::autosave).with_state(c()))
        .post("/w/i/{id}/materials", CLERK, Unit, post(papers::keep).with_state(c()))
        .post("/w/i/{id}/materials/{key}/upload", CLERK, Unit, post(papers::begin).with_state(c()))
        .post(
            "/w/i/{id}/materials/{key}/upload/{upload}",
            CLERK,
            Unit,
            post(papers::piece).with_state(c()),
        )
        .get("/w/i/{id}/paper/{paper}", CLERK, Unit, get(papers::paper).with_state(c()))
        .get("/w/i/{id}/delivery", CLERK, Unit, get(deliver::page).with_state(c()))
        .post("/w/i/{id}/delivery", CLERK, Unit, post(deliver::keep).with_state(c()))
        .get("/w/i/{id}/confirm", CLERK, Unit, get(confirm::page).with_state(c()))
        .post("/w/i/{id}/confirm", CLERK, Unit, post(confirm::ask).with_state(c()))
        .post("/w/i/{id}/signed", CLERK, Unit, post(confirm::signed).with_state(c()))
        .get("/w/i/{id}/sheet", CLERK, Unit, get(print::sheet).with_state(c()))
        .get("/w/i/{id}/missing", CLERK, Unit, get(print::missing).with_state(c()))
        .post("/w/i/{id}/missing", CLERK, Unit, post(print::tell).with_state(c()))
        .post("/w/i/{id}/submit", CLERK, Unit, post(confirm::submit).with_state(c()))
        .post("/w/i/{id}/resume", CLERK, Unit, post(waiting::resume).with_state(c()))
        .post("/w/i/{id}/end", CLERK, Unit, post(waiting::end).with_state(c()))
        .get("/confirm/{token}", Public, Token, get(applicant::page).with_state(c()))
        .post("/confirm/{token}", Public, Token, post(applicant::answer).with_state(c()))
}

fn approver_routes(routes: Routes, node: &Node) -> Routes {
    use casework::desks::pages::{extend, files, handover, inbox, officer, special};
    use casework::views::pages as views;
    const APPROVER: Access = Access::Staff(&[Role::Approver]);
    let c = || node.casework().clone();
    routes
        .get("/a", APPROVER, Unit, get(inbox::officer).with_state(c()))
        .post("/a/next", APPROVER, Unit, post(inbox::next_officer).with_state(c()))
        .get("/a/views", APPROVER, Unit, get(views::officer).with_state(c()))
        .post("/a/views", APPROVER, Unit, post(views::keep_officer).with_state(c()))
        .post("/a/views/{id}", APPROVER, Unit, post(views::change_officer).with_state(c()))
        .get("/a/c/{no}/handover", APPROVER, Unit, get(handover::officer).with_state(c()))
        .post("/a/c/{no}/handover", APPROVER, Unit, post(handover::hand_officer).with_state(c()))
        .get("/a/c/{no}", APPROVER, Unit, get(officer::page).with_state(c()))
        .post("/a/c/{no}/claim", APPROVER, Unit, post(officer::claim).with_state(c()))
        .post("/a/c/{no}/release", APPROVER, Unit, post(officer::release).with_state(c()))
        .post("/a/c/{no}/reveal", APPROVER, Unit, post(officer::reveal).with_state(c()))
        .post("/a/c/{no}/phrase", APPROVER, Unit, post(officer::phrase).with_state(c()))
        .post("/a/c/{no}/decide", APPROVER, Unit, post(officer::decide).with_state(c()))
        .get("/a/c/{no}/special", APPROVER, Unit, get(special::page).with_state(c()))
        .post("/a/c/{no}/special", APPROVER, Unit, post(special::start).with_state(c()))
        .get("/a/c/{no}/special/end", APPROVER, Unit, get(special::ending).with_state(c()))
        .post("/a/c/{no}/special/end", APPROVER, Unit, post(special::end).with_state(c()))
        .get("/a/c/{no}/extend", APPROVER, Unit, get(extend::page).with_state(c()))
        .post("/a/c/{no}/extend", APPROVER, Unit, post(extend::extend).with_state(c()))
        .get("/a/c/{no}/files/{hash}", APPROVER, Unit, get(files::paper).with_state(c()))
        .get("/a/c/{no}/documents/{kind}", APPROVER, Unit, get(files::document).with_state(c()))
}

fn oversight_routes(routes: Routes, node: &Node) -> Routes {
    let o = || node.oversight().clone();
    routes
        .get("/c/{no}/rate", Access::Citizen(1), Own, get(ratings::pages::own_case).with_state(o()))
        .get("/rate/{token}", Public, Token, get(ratings::pages::form).with_state(o()))
        .post("/rate/{token}", Public, Token, post(ratings::pages::give).with_state(o()))
}
