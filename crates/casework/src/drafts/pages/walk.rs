//! The way through one application: which pages this applicant sees, what comes before and after, and
//! how far each topic is. Every count on every page comes from here.

use super::super::model::{Hindrance, Opened};
use super::super::rules;
use codes::time::Stamp;
use guide::packs::{DeliveryWay, FieldError, Judgement, MaterialNeed, Page, PageKind, prefill};
use web::Frame;
use web::frame::Step;

/// One page of the way.
#[derive(Clone, Copy)]
pub enum Stop<'o> {
    /// Questions.
    Page(&'o Page),
    /// Materials.
    Materials(Option<&'o Page>),
    /// Where the result is sent or collected.
    Delivery,
    /// Check and hand in.
    Review(Option<&'o Page>),
}

impl<'o> Stop<'o> {
    /// Last part of its address.
    pub fn key(self) -> &'o str {
        match self {
            Stop::Page(page) => &page.key,
            Stop::Materials(_) => "materials",
            Stop::Delivery => "delivery",
            Stop::Review(_) => "review",
        }
    }

    /// The pack's page behind it.
    pub fn page(self) -> Option<&'o Page> {
        match self {
            Stop::Page(page) => Some(page),
            Stop::Materials(page) | Stop::Review(page) => page,
            Stop::Delivery => None,
        }
    }
}

/// A topic of one or more stops: one entry of the step list.
struct Leg {
    key: String,
    title: String,
    stops: Vec<usize>,
}

/// The way of one draft.
pub struct Walk<'o> {
    opened: &'o Opened,
    /// When it is looked at.
    pub at: Stamp,
    /// The answers as the pack sees them.
    pub judgement: Judgement<'o>,
    /// Materials as this case needs them.
    pub needs: Vec<MaterialNeed>,
    /// The pages, in order.
    pub stops: Vec<Stop<'o>>,
}

impl<'o> Walk<'o> {
    /// The way as the answers are now.
    pub fn new(opened: &'o Opened, at: Stamp) -> Walk<'o> {
        let judgement = opened.body.judge(&opened.pack, at);
        let needs = judgement.needs(&opened.held);
        let mut walk = Walk { opened, at, judgement, needs, stops: vec![] };
        walk.stops = walk.lay();
        walk
    }

    fn lay(&self) -> Vec<Stop<'o>> {
        let mut stops = Vec::new();
        let mut review = None;
        for page in &self.opened.pack.form.pages {
            match page.kind {
                PageKind::Questions => {
                    let asks = page.fields.iter().any(|f| self.judgement.shows(&f.key));
                    if asks {
                        stops.push(Stop::Page(page));
                    }
                }
                PageKind::Materials => stops.push(Stop::Materials(Some(page))),
                PageKind::Review => review = Some(page),
            }
        }
        let there = stops.iter().any(|s| matches!(s, Stop::Materials(_)));
        if !there && self.needs.iter().any(MaterialNeed::must_upload) {
            stops.push(Stop::Materials(None));
        }
        let Opened { pack, body, .. } = self.opened;
        if rules::delivery_way(pack, body) != DeliveryWay::Electronic {
            stops.push(Stop::Delivery);
        }
        stops.push(Stop::Review(review));
        stops
    }

    /// Where a stop stands on the way.
    pub fn position(&self, key: &str) -> Option<usize> {
        self.stops.iter().position(|s| s.key() == key)
    }

    /// Address of a page of this draft.
    pub fn href(&self, key: &str) -> String {
        format!("/d/{}/{key}", self.opened.draft.id.0)
    }

    /// Address after a stop; the review is last.
    pub fn after(&self, key: &str) -> String {
        let at = self.position(key).map_or(self.stops.len() - 1, |i| i + 1);
        let last = self.stops.len() - 1;
        self.href(self.stops[at.min(last)].key())
    }

    /// Address before a stop; the start page before the first.
    pub fn before(&self, key: &str) -> String {
        match self.position(key) {
            Some(at) if at > 0 => self.href(self.stops[at - 1].key()),
            _ => format!("/apply/{}/start", self.opened.pack.slug),
        }
    }

    /// What is still wrong at a stop.
    pub fn wrong(&self, stop: Stop<'o>) -> Vec<FieldError> {
        match stop {
            Stop::Page(page) => self.judgement.faults_on(page),
            Stop::Materials(_) | Stop::Delivery | Stop::Review(_) => vec![],
        }
    }

    /// Everything that still hinders handing in.
    pub fn hindrances(&self) -> Vec<Hindrance> {
        rules::hindrances(self.opened, &self.judgement, &self.needs, self.at)
    }

    /// Keys of materials that are needed, cannot come by themselves and are not there yet.
    pub fn missing(&self) -> Vec<&str> {
        let there = |key: &str| self.opened.papers.iter().any(|p| p.key == key);
        let open = self.needs.iter().filter(|n| n.must_upload() && !there(&n.key));
        open.map(|n| n.key.as_str()).collect()
    }

    fn well(&self, at: usize) -> bool {
        match self.stops[at] {
            Stop::Materials(_) => self.missing().is_empty(),
            Stop::Delivery => !rules::delivery_missing(&self.opened.pack, &self.opened.body),
            Stop::Page(page) => {
                let old = rules::stale(&self.opened.body, &self.judgement, self.at);
                self.wrong(Stop::Page(page)).is_empty() && !old.iter().any(|key| page.has(key))
            }
            stop => self.wrong(stop).is_empty(),
        }
    }

    /// Where to go on: the first stop something is missing at, else the review.
    pub fn go_on(&self) -> String {
        let open = (0..self.stops.len()).find(|at| !self.well(*at));
        let stop = open.map_or(self.stops[self.stops.len() - 1], |at| self.stops[at]);
        self.href(stop.key())
    }

    /// 快办: so much is known that one page is enough (ux §6.2).
    pub fn fast(&self) -> bool {
        prefill::fast_lane(self.judgement.ratio(), self.missing().len())
    }

    fn legs(&self, f: &Frame) -> Vec<Leg> {
        let form = &self.opened.pack.form;
        let mut legs: Vec<Leg> = Vec::new();
        for (at, stop) in self.stops.iter().enumerate() {
            let key = stop.page().map_or_else(|| stop.key().to_owned(), |p| p.section.clone());
            match legs.iter_mut().find(|l| l.key == key) {
                Some(leg) => leg.stops.push(at),
                None => {
                    let named = form.sections.iter().find(|s| s.key == key);
                    let title = named.map(|s| s.title.get(f.lang.tag()).to_owned());
                    let title = title.unwrap_or_else(|| f.tk("drafts-step-", stop.key()));
                    legs.push(Leg { key, title, stops: vec![at] });
                }
            }
        }
        legs
    }

    /// Which step a stop belongs to and how many there are; 办理前须知 is the first.
    pub fn count(&self, f: &Frame, key: &str) -> (usize, usize) {
        let legs = self.legs(f);
        let at = self.position(key).unwrap_or(0);
        let leg = legs.iter().position(|l| l.stops.contains(&at)).unwrap_or(0);
        (leg + 2, legs.len() + 1)
    }

    /// The step list beside the form.
    pub fn steps(&self, f: &Frame, key: &str) -> Vec<Step> {
        let at = self.position(key).unwrap_or(0);
        let legs = self.legs(f);
        let now = legs.iter().position(|l| l.stops.contains(&at)).unwrap_or(0);
        let asked = prefill::consents(&self.opened.pack).len();
        let note = match self.opened.body.consented {
            Some(_) if asked > 0 => f.tn("drafts-step-consented", asked),
            _ => f.t("drafts-step-own").to_owned(),
        };
        let before = f.t("drafts-step-before").to_owned();
        let mut steps = vec![Step { state: "done", label: before, note, href: String::new() }];
        for (place, leg) in legs.iter().enumerate() {
            let well = leg.stops.iter().all(|s| self.well(*s));
            let state = match place {
                p if p == now => "now",
                p if p < now && well => "done",
                p if p < now => "error",
                _ => "next",
            };
            let href = self.href(self.stops[leg.stops[0]].key());
            steps.push(Step { state, label: leg.title.clone(), note: self.note(f, leg), href });
        }
        steps
    }

    fn note(&self, f: &Frame, leg: &Leg) -> String {
        let (mut asked, mut given) = (0, 0);
        for stop in leg.stops.iter().map(|s| self.stops[*s]) {
            match stop {
                Stop::Materials(_) => {
                    let n = self.needs.iter().filter(|n| n.must_upload()).count();
                    return if n == 0 {
                        f.t("drafts-step-nothing-to-upload").to_owned()
                    } else {
                        f.tn("drafts-step-uploads", n)
                    };
                }
                Stop::Delivery | Stop::Review(_) => {}
                Stop::Page(page) => {
                    let shown = page.fields.iter().filter(|x| self.judgement.shows(&x.key));
                    for field in shown {
                        asked += 1;
                        given += usize::from(self.opened.body.values.given(&field.key));
                    }
                }
            }
        }
        match (asked, given) {
            (0, _) => String::new(),
            (n, 0) => f.tn("drafts-step-fields", n),
            (n, g) => f.ta2("drafts-step-fields-given", "n", n, "given", g),
        }
    }
}
