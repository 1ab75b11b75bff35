//! C15: how the result comes: in one's own space, by post, or at a counter with its hours. Without a script
//! the way is chosen first and its details are asked next.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /d/{id}/delivery | Citizen(2) | Own | `page` |
//! | POST | /d/{id}/delivery | Citizen(2) | Own | `keep` |

use super::book;
use super::rules::address_faults;
use crate::Casework;
use crate::drafts::model::{Address, Body, Delivery, Opened};
use crate::drafts::pages::{Walk, number, opened as own_draft, text_of};
use crate::drafts::{filing, rules};
use askama::Template;
use axum::extract::{Path, State};
use guide::packs::{DeliveryWay, Pack};
use store::{Error, Secret};
use web::form::FormError;
use web::frame::{Choice, Step};
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, html, see_other};

/// An address of the book.
struct Known {
    id: i64,
    text: String,
    on: bool,
}

#[derive(Template)]
#[template(path = "delivery/page.html")]
struct DeliveryPage {
    f: Frame,
    steps: Vec<Step>,
    item: String,
    now: usize,
    total: usize,
    ways: Vec<Choice>,
    asked_in: String,
    said: String,
    post: bool,
    collect: bool,
    known: Vec<Known>,
    fresh: bool,
    typed: Address,
    remember: bool,
    windows: Vec<Choice>,
    errors: Vec<FormError>,
    action: String,
    idem: String,
}

impl DeliveryPage {
    fn error(&self, field: &str) -> String {
        text_of(&self.errors, field)
    }
}

/// Stable name of a way; its words are `drafts-deliver-<name>`.
pub(crate) fn name(way: DeliveryWay) -> &'static str {
    match way {
        DeliveryWay::Electronic => "electronic",
        DeliveryWay::Post => "post",
        DeliveryWay::Collect => "collect",
    }
}

/// The way of that name.
pub(crate) fn way_of(text: &str) -> Option<DeliveryWay> {
    let all = [DeliveryWay::Electronic, DeliveryWay::Post, DeliveryWay::Collect];
    all.into_iter().find(|w| name(*w) == text)
}

/// How the result comes, label by label, and what really happens now. Nothing for items that leave
/// no choice.
pub(crate) fn lines(f: &Frame, pack: &Pack, body: &Body, full: bool) -> Vec<(String, String)> {
    if !pack.item.delivery.offers() {
        return vec![];
    }
    let way = rules::delivery_way(pack, body);
    let line = |key: &str, text: String| (f.t(key).to_owned(), text);
    let mut out = vec![line("drafts-deliver-way", f.tk("drafts-deliver-", name(way)))];
    let (chosen, lang) = (&body.delivery, f.lang.tag());
    match (way, &chosen.address, chosen.window.and_then(|at| pack.item.windows.get(at))) {
        (DeliveryWay::Post, Some(a), _) => {
            let phone = Secret::new(&a.phone);
            let phone = if full { a.phone.clone() } else { phone.masked_phone() };
            out.push(line("drafts-deliver-to", format!("{} {phone}", a.name)));
            out.push(line("drafts-deliver-address", format!("{} {}", a.region, a.street)));
            out.push(line("drafts-deliver-now", f.t("drafts-deliver-post-now").to_owned()));
        }
        (DeliveryWay::Collect, _, Some(x)) => {
            out.push(line("drafts-deliver-window", x.name.get(lang).to_owned()));
            out.push(line("drafts-deliver-address", x.address.get(lang).to_owned()));
            out.push(line("drafts-deliver-hours", x.hours.get(lang).to_owned()));
            out.push(line("drafts-deliver-phone", x.phone.clone()));
            out.push(line("drafts-deliver-now", f.t("drafts-deliver-collect-now").to_owned()));
        }
        (DeliveryWay::Electronic, ..) => {}
        _ => out.push(line("drafts-deliver-address", f.t("drafts-deliver-not-yet").to_owned())),
    }
    out
}

/// What stands in the boxes when it is not what is kept.
struct Showing {
    typed: Address,
    chosen: String,
    remember: bool,
    errors: Vec<FormError>,
}

async fn page_of(
    w: &Casework,
    visitor: &Visitor,
    opened: &Opened,
    s: Showing,
) -> store::Result<DeliveryPage> {
    let (pack, body, lang) = (&opened.pack, &opened.body, visitor.lang.tag());
    let walk = Walk::new(opened, w.clock().now());
    let way = rules::delivery_way(pack, body);
    let item = pack.item.short_name.get(lang).to_owned();
    let f = visitor
        .frame(w, visitor.t("drafts-deliver-title"), "my")
        .with_back(walk.before("delivery"), item.clone())
        .with_failed(!s.errors.is_empty())
        .without_bar();
    let (now, total) = walk.count(&f, "delivery");
    let kept = body.delivery.address.clone();
    let known = known(&book::book(w, opened.draft.owner).await?, kept.as_ref(), &s.chosen);
    let fresh = !known.iter().any(|k| k.on);
    let typed = match kept.filter(|_| fresh && s.typed == Address::default()) {
        Some(kept) => kept,
        None => s.typed,
    };
    Ok(DeliveryPage {
        steps: walk.steps(&f, "delivery"),
        item,
        now,
        total,
        ways: ways(&f, pack, way),
        said: f.tk("drafts-deliver-", name(way)),
        asked_in: asked_in(&walk, pack),
        post: way == DeliveryWay::Post,
        collect: way == DeliveryWay::Collect,
        known,
        fresh,
        typed,
        remember: s.remember,
        windows: windows(&f, pack, body),
        errors: s.errors,
        action: walk.href("delivery"),
        idem: w.store.chance().token(),
        f,
    })
}

/// The ways offered, to choose one.
pub(crate) fn ways(f: &Frame, pack: &Pack, now: DeliveryWay) -> Vec<Choice> {
    let choice = |way: &DeliveryWay| Choice {
        value: name(*way).to_owned(),
        label: f.tk("drafts-deliver-", name(*way)),
        hint: f.tk("drafts-deliver-hint-", name(*way)),
        on: *way == now,
    };
    pack.item.delivery.ways.iter().map(choice).collect()
}

/// The page of the form that asks for the way already; empty when this page asks.
fn asked_in(walk: &Walk<'_>, pack: &Pack) -> String {
    let page = walk.stops.iter().find_map(|stop| {
        let page = stop.page().filter(|p| p.has(&pack.item.delivery.field))?;
        Some(walk.href(&page.key))
    });
    page.unwrap_or_default()
}

fn known(book: &[book::Listed], kept: Option<&Address>, chosen: &str) -> Vec<Known> {
    let one = |(id, a): &book::Listed| Known {
        id: *id,
        on: if chosen.is_empty() { kept == Some(a) } else { chosen == id.to_string() },
        text: [&a.name, &Secret::new(&a.phone).masked_phone(), &a.region, &a.street]
            .map(String::as_str)
            .join(" "),
    };
    book.iter().map(one).collect()
}

/// The counters where it can be collected.
pub(crate) fn windows(f: &Frame, pack: &Pack, body: &Body) -> Vec<Choice> {
    let lang = f.lang.tag();
    let window = |(at, x): (usize, &guide::packs::model::Window)| Choice {
        value: at.to_string(),
        label: x.name.get(lang).to_owned(),
        hint: [x.address.get(lang), x.hours.get(lang), &x.phone].join(f.t("materials-sep")),
        on: body.delivery.window == Some(at) || pack.item.windows.len() == 1,
    };
    pack.item.windows.iter().enumerate().map(window).collect()
}

fn plain() -> Showing {
    Showing { typed: Address::default(), chosen: String::new(), remember: true, errors: vec![] }
}

/// GET /d/{id}/delivery
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let opened = own_draft(&w, &visitor, &id).await?;
    if !opened.pack.item.delivery.offers() {
        return Err(Error::NotFound.into());
    }
    html(&page_of(&w, &visitor, &opened, plain()).await?)
}

/// POST /d/{id}/delivery: the way; then its details; an address of the book to take out.
pub async fn keep(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let mut opened = own_draft(&w, &visitor, &id).await?;
    let (offered, owner) = (opened.pack.item.delivery.clone(), opened.draft.owner);
    if !offered.offers() {
        return Err(Error::NotFound.into());
    }
    let here = format!("/d/{}/delivery", opened.draft.id.0);
    if !posted.get("_drop").is_empty() {
        book::forget(&w, owner, number(posted.get("_drop"))?).await?;
        return Ok(see_other(&here));
    }
    let before = rules::delivery_way(&opened.pack, &opened.body);
    let wanted = way_of(posted.get("way")).filter(|way| offered.ways.contains(way));
    if offered.field.is_empty() && wanted.is_some_and(|way| way != before) {
        let chosen = Delivery { way: wanted, ..opened.body.delivery.clone() };
        book::choose(&w, &visitor, opened.draft.id, chosen).await?;
        opened = own_draft(&w, &visitor, &id).await?;
        // Its details come next; they were not on the page yet.
        if rules::delivery_missing(&opened.pack, &opened.body) {
            return Ok(see_other(&format!("{here}#details")));
        }
    }
    let walk = Walk::new(&opened, w.clock().now());
    if posted.get("_go") == "back" {
        return Ok(see_other(&walk.before("delivery")));
    }
    let next = walk.href("review");
    let mut chosen = opened.body.delivery.clone();
    match rules::delivery_way(&opened.pack, &opened.body) {
        DeliveryWay::Electronic => return Ok(see_other(&next)),
        DeliveryWay::Collect => {
            let at = posted.get("window").parse().ok();
            chosen.window = at.filter(|at| *at < opened.pack.item.windows.len());
            if chosen.window.is_none() {
                let text = visitor.t("drafts-deliver-choose-window").to_owned();
                let errors = vec![FormError { field: "window".to_owned(), text }];
                let page = page_of(&w, &visitor, &opened, Showing { errors, ..plain() }).await?;
                return html_again(&page);
            }
        }
        DeliveryWay::Post => match address(&w, &visitor, &opened, &posted).await? {
            Ok(address) => chosen.address = Some(address),
            Err(showing) => {
                return html_again(&page_of(&w, &visitor, &opened, showing).await?);
            }
        },
    }
    book::choose(&w, &visitor, opened.draft.id, chosen).await?;
    Ok(see_other(&next))
}

/// The address chosen or typed; one typed well goes into the book when asked to.
async fn address(
    w: &Casework,
    visitor: &Visitor,
    opened: &Opened,
    posted: &Posted,
) -> store::Result<Result<Address, Showing>> {
    let chosen = posted.get("address").to_owned();
    let owner = filing::owner(visitor)?;
    if let Ok(id) = chosen.parse::<i64>() {
        let known = book::book(w, owner).await?;
        if let Some((_, a)) = known.into_iter().find(|(one, _)| *one == id) {
            return Ok(Ok(a));
        }
    }
    let text = |name: &str| posted.get(name).to_owned();
    let mut typed = Address {
        name: text("name"),
        phone: text("phone"),
        region: text("region"),
        street: text("street"),
    };
    let remember = posted.get("remember") == "yes";
    let fault = |(field, code): (&str, &str)| FormError {
        field: field.to_owned(),
        text: web::Texts::shipped().t(visitor.lang, &format!("drafts-address-{code}")).to_owned(),
    };
    let mut errors: Vec<FormError> = address_faults(&typed).into_iter().map(fault).collect();
    if let Ok(phone) = codes::phone::Phone::parse(&typed.phone) {
        typed.phone = phone.as_str().to_owned();
    }
    if errors.is_empty() && remember {
        match book::remember(w, opened.draft.owner, &typed).await {
            Ok(()) => {}
            Err(e @ Error::Refused(_)) => {
                let (what, next) = web::errors::words(visitor.lang, &e);
                let args = [("what", what.as_str()), ("next", next.as_str())];
                let text = web::Texts::shipped().ta(visitor.lang, "drafts-error", &args);
                errors.push(FormError { field: "remember".to_owned(), text });
            }
            Err(e) => return Err(e),
        }
    }
    match errors.is_empty() {
        true => Ok(Ok(typed)),
        false => Ok(Err(Showing { typed, chosen: "new".to_owned(), remember, errors })),
    }
}
