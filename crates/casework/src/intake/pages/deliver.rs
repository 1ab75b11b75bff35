//! C15 at the window: how the result is to reach the applicant, chosen or changed before he confirms. One
//! page for every way the item offers; only what belongs to the chosen one is read.

use super::super::filling::{self, sitting};
use super::{Head, at, desk_of, id_of};
use crate::Casework;
use crate::delivery::pages::{name, way_of, ways, windows};
use crate::delivery::rules::address_faults;
use crate::drafts::model::{Address, Delivery, Opened};
use crate::drafts::rules::delivery_way;
use askama::Template;
use axum::extract::{Path, State};
use guide::packs::DeliveryWay;
use store::{Disclosure, Error};
use web::form::FormError;
use web::frame::Choice;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, html, see_other};

#[derive(Template)]
#[template(path = "intake/delivery.html")]
struct DeliverPage {
    f: Frame,
    h: Head,
    ways: Vec<Choice>,
    said: String,
    post: bool,
    collect: bool,
    typed: Address,
    windows: Vec<Choice>,
    errors: Vec<FormError>,
}

impl DeliverPage {
    fn error(&self, field: &str) -> String {
        crate::drafts::pages::text_of(&self.errors, field)
    }
}

/// What was chosen and typed, where it could not be kept.
#[derive(Default)]
struct Typed {
    way: Option<DeliveryWay>,
    address: Option<Address>,
    errors: Vec<FormError>,
}

async fn page_of(
    w: &Casework,
    visitor: &Visitor,
    id: &str,
    typed: Typed,
) -> store::Result<DeliverPage> {
    let (desk, f) = desk_of(w, visitor, id).await?;
    let (pack, body) = (&desk.opened.pack, &desk.opened.body);
    let offered = &pack.item.delivery;
    if !offered.offers() {
        return Err(Error::NotFound);
    }
    let way = typed.way.unwrap_or_else(|| delivery_way(pack, body));
    // Where the form asks for the way, only the details of that one are asked here.
    let asked = !offered.field.is_empty();
    let shows = |one| offered.ways.contains(&one) && (!asked || way == one);
    Ok(DeliverPage {
        h: Head::of(w, visitor, &f, &desk)?,
        ways: if asked { vec![] } else { ways(&f, pack, way) },
        said: f.tk("drafts-deliver-", name(way)),
        post: shows(DeliveryWay::Post),
        collect: shows(DeliveryWay::Collect),
        typed: typed.address.or_else(|| body.delivery.address.clone()).unwrap_or_default(),
        windows: windows(&f, pack, body),
        f: f.with_failed(!typed.errors.is_empty()),
        errors: typed.errors,
    })
}

/// GET /w/i/{id}/delivery
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    html(&page_of(&w, &visitor, &id, Typed::default()).await?)
}

/// What was chosen; or what is wrong with it.
fn read(visitor: &Visitor, opened: &Opened, posted: &Posted) -> Result<Delivery, Box<Typed>> {
    let (offered, windows) = (&opened.pack.item.delivery, opened.pack.item.windows.len());
    let now = delivery_way(&opened.pack, &opened.body);
    let wanted = way_of(posted.get("way")).filter(|way| offered.ways.contains(way));
    let way = wanted.filter(|_| offered.field.is_empty()).unwrap_or(now);
    let mut chosen = opened.body.delivery.clone();
    if offered.field.is_empty() {
        chosen.way = Some(way);
    }
    let fault = |field: &str, words: &str| FormError {
        field: field.to_owned(),
        text: visitor.t(words).to_owned(),
    };
    match way {
        DeliveryWay::Electronic => {}
        DeliveryWay::Collect => {
            chosen.window = posted.get("window").parse().ok().filter(|at| *at < windows);
            if chosen.window.is_none() {
                let errors = vec![fault("window", "drafts-deliver-choose-window")];
                return Err(Box::new(Typed { way: Some(way), errors, address: None }));
            }
        }
        DeliveryWay::Post => {
            let text = |name: &str| posted.get(name).to_owned();
            let (name, phone) = (text("name"), text("phone"));
            let mut typed = Address { name, phone, region: text("region"), street: text("street") };
            if let Ok(phone) = codes::phone::Phone::parse(&typed.phone) {
                typed.phone = phone.as_str().to_owned();
            }
            let errors: Vec<FormError> = (address_faults(&typed).into_iter())
                .map(|(field, code)| fault(field, &format!("drafts-address-{code}")))
                .collect();
            if !errors.is_empty() {
                return Err(Box::new(Typed { way: Some(way), address: Some(typed), errors }));
            }
            chosen.address = Some(typed);
        }
    }
    Ok(chosen)
}

/// POST /w/i/{id}/delivery: a change makes an earlier confirmation void.
pub async fn keep(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let s = sitting(&w, &visitor, id_of(&id)?).await?;
    let here = at(s.id);
    let desk = filling::open(&w, s, &Disclosure::process("keeping a way of delivery")).await?;
    if !desk.opened.pack.item.delivery.offers() {
        return Err(Error::NotFound.into());
    }
    match read(&visitor, &desk.opened, &posted) {
        Ok(chosen) => {
            filling::deliver(&w, &desk.sitting, chosen).await?;
            Ok(see_other(&format!("{here}?done=delivered")))
        }
        Err(typed) => html_again(&page_of(&w, &visitor, &id, *typed).await?),
    }
}
