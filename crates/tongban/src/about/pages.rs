//! `/help`, `/privacy`, `/accessibility` and `/sitemap`.

use super::{ACCESS, Group, PRIVACY, Part, QUESTIONS, group, key};
use askama::Template;
use axum::extract::State;
use guide::Guide;
use std::sync::Arc;
use web::policy::Line;
use web::{Answer, Frame, Link, Visitor, respond};

/// What the pages are made from: the catalogue and the addresses of the house.
#[derive(Clone)]
pub struct About {
    guide: Guide,
    mapped: Arc<Vec<(Group, &'static str)>>,
}

impl About {
    /// The pages about a site with these routes.
    pub fn new(guide: Guide, lines: &[Line]) -> About {
        let mapped = lines.iter().filter_map(|l| Some((group(l)?, l.path))).collect();
        About { guide, mapped: Arc::new(mapped) }
    }
}

#[derive(Template)]
#[template(path = "about/page.html")]
struct Page {
    f: Frame,
    lead: &'static str,
    parts: &'static [Part],
    others: Vec<Link>,
}

#[derive(Template)]
#[template(path = "about/help.html")]
struct Help {
    f: Frame,
    questions: &'static [Part],
    others: Vec<Link>,
}

#[derive(Template)]
#[template(path = "about/map.html")]
struct Map {
    f: Frame,
    groups: Vec<(String, Vec<Link>)>,
    others: Vec<Link>,
}

/// The other pages of this kind.
fn others(f: &Frame) -> Vec<Link> {
    let all = [
        ("/help", "frame-foot-contact"),
        ("/privacy", "frame-foot-privacy"),
        ("/accessibility", "frame-foot-access"),
        ("/sitemap", "frame-foot-map"),
    ];
    all.map(|(href, words)| Link::new(href, f.t(words)).here(f.path == href)).into()
}

fn frame(about: &About, visitor: &Visitor, title: &str) -> Frame {
    visitor.frame(about.guide.app(), visitor.t(title), "").with_back("/", "")
}

fn page(
    about: &About,
    visitor: &Visitor,
    (path, title, lead): (&str, &str, &'static str),
    parts: &'static [Part],
) -> Answer {
    let f = frame(about, visitor, title);
    respond::public_page(&Page { lead, parts, others: others(&f), f }, path.to_owned())
}

/// GET /privacy
pub async fn privacy(State(about): State<About>, visitor: Visitor) -> Answer {
    page(&about, &visitor, ("/privacy", "frame-foot-privacy", "about-privacy-lead"), PRIVACY)
}

/// GET /accessibility
pub async fn accessibility(State(about): State<About>, visitor: Visitor) -> Answer {
    page(&about, &visitor, ("/accessibility", "frame-foot-access", "about-access-lead"), ACCESS)
}

/// GET /help
pub async fn help(State(about): State<About>, visitor: Visitor) -> Answer {
    let f = frame(&about, &visitor, "frame-foot-contact");
    respond::public_page(&Help { questions: QUESTIONS, others: others(&f), f }, "/help".to_owned())
}

/// GET /sitemap
pub async fn map(State(about): State<About>, visitor: Visitor) -> Answer {
    let f = frame(&about, &visitor, "frame-foot-map");
    let of = |wanted: Group| {
        let own = about.mapped.iter().filter(|(group, _)| *group == wanted);
        own.map(|(_, path)| Link::new(*path, f.t(&key(path)))).collect::<Vec<_>>()
    };
    let mut groups = vec![(f.t("about-map-open").to_owned(), of(Group::Open))];
    groups.extend(guide::catalogue::pages::services::groups(&about.guide, &visitor, &f).await?);
    groups.push((f.t("about-map-own").to_owned(), of(Group::Own)));
    groups.push((f.t("about-map-about").to_owned(), of(Group::About)));
    respond::public_page(&Map { groups, others: others(&f), f }, "/sitemap".to_owned())
}
