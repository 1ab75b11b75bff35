//! C05: the guide of an item. Four facts first, then all statutory elements; what a source does not say is said to be missing.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use store::Error;
use web::{Answer, Frame, Link, Visitor, respond::public_page};

use super::sheet::{self, Fact, LimitRow, Pointed, Row, Titled};
use super::version::{self, Shown};
use crate::spared::Count;
use crate::{
    Guide,
    catalogue::{
        asked::{Asked, address},
        model::{Item, Source, Status, Unit},
        say,
    },
    packs::Pack,
    search::distance,
};

/// A step of a bundle as shown.
struct Step {
    name: String,
    href: String,
    department: String,
    when: String,
    promised: String,
}

#[derive(Template)]
#[template(path = "catalogue/guide.html")]
struct Page {
    f: Frame,
    item: Item,
    crumbs: Vec<Link>,
    tabs: Vec<Link>,
    type_name: String,
    department: String,
    meta: Vec<String>,
    marks: Vec<&'static str>,
    facts: Vec<Fact>,
    summary: String,
    paused: bool,
    other_place: String,
    yes: Vec<Pointed>,
    no: Vec<Pointed>,
    conditions: Vec<String>,
    steps: Vec<Step>,
    materials: Vec<Row>,
    count_bring: usize,
    count_fill: usize,
    count_spared: usize,
    count_sometimes: usize,
    flow: Vec<Titled>,
    statutory: LimitRow,
    promised: LimitRow,
    fee: String,
    fee_basis: Vec<String>,
    basis: Vec<String>,
    remedies: Vec<String>,
    faq: Vec<Titled>,
    before: Vec<Pointed>,
    next: Vec<Pointed>,
    codes: Vec<(String, String)>,
    history: Vec<Link>,
    past: Option<(String, String)>,
    chinese: bool,
    foot: String,
    origin: &'static str,
    apply: String,
    minutes: u32,
    licences: Vec<String>,
}

/// `GET /guide/{slug}`, and with `?version=N` the version that a draft or case goes by.
pub async fn page(
    State(guide): State<Guide>,
    Path(slug): Path<String>,
    RawQuery(raw): RawQuery,
    visitor: Visitor,
) -> Answer {
    let shelf = guide.shelf();
    let current = shelf.get(&slug).ok_or(Error::NotFound)?.clone();
    let wanted = match Asked::new(raw).get("version") {
        "" => None,
        n => Some(n.parse::<i64>().map_err(|_| Error::NotFound)?),
    };
    if current.item.status == Status::Cancelled && wanted.is_none() {
        return Err(Error::NotFound.into());
    }
    let address = match wanted {
        None => format!("/guide/{slug}"),
        Some(n) => format!("/guide/{slug}?version={n}"),
    };
    let shown = version::shown(&guide, &slug, wanted).await?;
    let since = crate::spared::model::since(guide.app().clock().now().day());
    let of = slug.clone();
    let read = move |db: &mut store::Db<'_>| crate::spared::records::of_item(db, &of, &since);
    let counts = guide.app().store.read(read).await?;
    let title = say::name(&visitor.frame(guide.app(), "", ""), &shown.published.item);
    let f = super::frame(&guide, &visitor, title, "items")
        .with_back("/services", visitor.t("catalogue-guide-short"))
        .without_bar();
    public_page(&whole(&guide, &visitor, f, &shown, &counts), address)
}

fn whole(guide: &Guide, visitor: &Visitor, f: Frame, shown: &Shown, counts: &[Count]) -> Page {
    let item = &shown.published.item;
    let pack = shown.pack.as_deref();
    let lang = f.lang.tag();
    let (materials, [count_bring, count_fill, count_spared, count_sometimes]) =
        sheet::materials(&f, item, pack, counts);
    let (yes, no) = sheet::fits(&f, item, pack);
    let here = distance(&item.area, &visitor.region).is_some();
    Page {
        crumbs: crumbs(&f, item),
        tabs: tabs(&f),
        type_name: f.tk("catalogue-type-", &item.task_type),
        department: say::department(&f, item, pack),
        meta: meta(&f, item, pack),
        marks: marks(item),
        facts: sheet::facts(&f, item),
        summary: pack.map(|p| p.guide.summary.get(lang).to_string()).unwrap_or_default(),
        paused: item.status == Status::Paused,
        other_place: if here { String::new() } else { super::region_name(&item.area) },
        conditions: sheet::texts(&f, pack.map(|p| p.item.conditions.as_slice()), &item.conditions),
        steps: item.steps.iter().map(step).collect(),
        flow: sheet::flow(&f, item, pack),
        statutory: sheet::statutory(&f, item),
        promised: sheet::promised(&f, item, due(guide, item)),
        fee: say::fee(&f, item).unwrap_or_default(),
        fee_basis: fee_basis(item),
        basis: sheet::texts(&f, pack.map(|p| p.item.basis.as_slice()), &item.basis),
        remedies: match pack {
            Some(p) => vec![p.item.remedy.get(lang).to_string()],
            None => item.remedies.clone(),
        },
        faq: sheet::questions(&f, item, pack),
        before: others(guide, &f, &item.before),
        next: others(guide, &f, &item.next),
        codes: codes_of(&f, item),
        history: history(&f, shown),
        past: shown.told(&f),
        chinese: f.lang == web::Lang::En && pack.is_none(),
        foot: foot(&f, shown),
        origin: match item.source {
            Source::Drafted => "catalogue-origin-drafted",
            Source::Guangdong2021 => "catalogue-origin-guangdong",
            Source::Guangan2025 => "catalogue-origin-guangan",
            Source::Generated => "",
        },
        apply: match item.status {
            Status::InUse if !shown.past() => say::apply_href(item),
            _ => String::new(),
        },
        minutes: pack.map_or(0, |p| p.guide.minutes),
        licences: spared(item, pack),
        item: match pack {
            Some(pack) => worded(item, pack, lang),
            None => item.clone(),
        },
        materials,
        count_bring,
        count_fill,
        count_spared,
        count_sometimes,
        yes,
        no,
        f,
    }
}

/// The item with the words of its pack where they stand in this language.
fn worded(item: &Item, pack: &Pack, lang: &str) -> Item {
    let (own, mut item) = (&pack.item, item.clone());
    item.result.name = own.result.name.get(lang).into();
    item.result.validity = own.result.validity.get(lang).into();
    if let Some(window) = own.windows.first() {
        item.place = format!("{} {}", window.name.get(lang), window.address.get(lang));
        item.hours = window.hours.get(lang).into();
    }
    item
}

fn crumbs(f: &Frame, item: &Item) -> Vec<Link> {
    let mut crumbs = vec![Link::new("/", f.t("frame-nav-home"))];
    let person = item.themes_person.first().map(|t| ("person", t));
    let business = item.themes_business.first().map(|t| ("business", t));
    if let Some((audience, theme)) = business.or(person) {
        let href = address("/services", &[("for", audience), ("theme", theme)]);
        crumbs.push(Link::new(href, super::featured::theme(theme, f.lang).0));
    } else {
        crumbs.push(Link::new("/services", f.t("frame-nav-items")));
    }
    crumbs.push(Link::new("", say::name(f, item)));
    crumbs
}

fn tabs(f: &Frame) -> Vec<Link> {
    ["fit", "materials", "flow", "limits", "fee", "places", "basis", "faq"]
        .iter()
        .map(|part| Link::new(format!("#{part}"), f.tk("catalogue-part-", part)))
        .collect()
}

fn meta(f: &Frame, item: &Item, pack: Option<&Pack>) -> Vec<String> {
    let reach = pack
        .map_or_else(|| item.reach.clone(), |p| p.item.cross_region.get(f.lang.tag()).to_string());
    [reach, say::audience(f, item)].into_iter().filter(|t| !t.is_empty()).collect()
}

/// The four 办 and 零跑动, as keys of their words.
fn marks(item: &Item) -> Vec<&'static str> {
    let marks = item.marks();
    [
        (marks.at_once, "catalogue-mark-at-once"),
        (marks.online && say::online_here(item), "catalogue-mark-online"),
        (marks.nearby, "catalogue-mark-nearby"),
        (marks.one_visit, "catalogue-mark-one-visit"),
    ]
    .into_iter()
    .filter(|(on, _)| *on)
    .map(|(_, key)| key)
    .collect()
}

fn step(step: &crate::catalogue::model::Step) -> Step {
    Step {
        name: step.name.clone(),
        href: if step.item.is_empty() { String::new() } else { format!("/guide/{}", step.item) },
        department: step.department.clone(),
        when: step.when.clone(),
        promised: step.promised.clone(),
    }
}

/// The last day of the promise if accepted today; only for promises in working days.
fn due(guide: &Guide, item: &Item) -> Option<String> {
    let promised = item.promised.as_ref().filter(|l| l.unit == Unit::Workday && l.n > 0)?;
    let app = guide.app();
    let due = app.calendar.add_workdays(app.clock().now().day(), promised.n);
    Some(codes::time::Stamp::from_day(due.day).zh_day())
}

fn fee_basis(item: &Item) -> Vec<String> {
    let lines = item.fee.iter().flat_map(|fee| &fee.items);
    lines.map(|line| line.basis.clone()).filter(|basis| !basis.is_empty()).collect()
}

fn others(guide: &Guide, f: &Frame, slugs: &[String]) -> Vec<Pointed> {
    let shelf = guide.shelf();
    slugs
        .iter()
        .filter_map(|slug| shelf.get(slug))
        .map(|p| Pointed { text: say::name(f, &p.item), href: format!("/guide/{}", p.item.slug) })
        .collect()
}

/// Names of the licences that stand for a material, for the card beside.
fn spared(item: &Item, pack: Option<&Pack>) -> Vec<String> {
    let mut names: Vec<String> = match pack {
        Some(pack) => pack.materials.iter().filter_map(|m| m.licence.clone()).collect(),
        None => item.materials.iter().map(|m| m.licence.clone()).collect(),
    };
    names.retain(|name| !name.is_empty());
    names.dedup();
    names.truncate(3);
    names
}

fn codes_of(f: &Frame, item: &Item) -> Vec<(String, String)> {
    [
        ("catalogue-code-base", &item.base_code),
        ("catalogue-code-implementation", &item.code),
        ("catalogue-code-handling", &item.handling_code),
        ("catalogue-code-local", &item.local_code),
        ("catalogue-code-department", &item.department_code),
    ]
    .into_iter()
    .filter(|(_, code)| !code.is_empty())
    .map(|(key, code)| (f.t(key).to_string(), code.clone()))
    .collect()
}

/// Every version with its day; the others lead there.
fn history(f: &Frame, shown: &Shown) -> Vec<Link> {
    let line = |(n, at): &(i64, codes::time::Stamp)| {
        let text = f.ta2("catalogue-version", "n", n, "day", at.ymd());
        let slug = &shown.published.item.slug;
        let href = if *n == shown.version.0 {
            String::new()
        } else {
            format!("/guide/{slug}?version={n}")
        };
        Link::new(href, text)
    };
    shown.history.iter().map(line).collect()
}

fn foot(f: &Frame, shown: &Shown) -> String {
    let (n, day) = (shown.version.0.to_string(), super::day(f, shown.version.1));
    let department = &shown.published.item.department;
    let args = [("n", n.as_str()), ("day", &day), ("department", department)];
    f.tall("catalogue-foot", &args)
}
