//! What goes into the search and what comes out of it.

use serde::Serialize;

use super::{Facet, Facts};

/// A query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// As typed.
    pub text: String,
    /// Six-digit division the person stands in; `None` looks everywhere.
    pub region: Option<String>,
    /// For whom.
    pub audience: Option<Audience>,
    /// Hits wanted; 0 means 20.
    pub limit: usize,
    /// Facts every hit must have.
    pub filters: Filters,
}

/// For whom an item is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// 个人办事
    Person,
    /// 法人办事
    Business,
}

/// Facts every hit must have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filters {
    /// 网上能办完
    pub online: bool,
    /// 零材料
    pub no_materials: bool,
    /// 当天办好
    pub at_once: bool,
    /// 免费
    pub free: bool,
}

/// One item found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// Slug of the guide.
    pub slug: String,
    /// Official code.
    pub code: String,
    /// Official name.
    pub name: String,
    /// Short name; empty when there is none.
    pub short: String,
    /// Department.
    pub department: String,
    /// Division code.
    pub area: String,
    /// Worth, 0–1, to three places.
    #[serde(serialize_with = "short")]
    pub score: f32,
    /// True when this is offered as what was meant.
    pub confident: bool,
    /// The words that led here.
    pub why: Vec<String>,
    /// Facts to filter by.
    #[serde(skip)]
    pub facts: Facts,
}

fn short<S: serde::Serializer>(score: &f32, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64((f64::from(*score) * 1000.0).round() / 1000.0)
}

/// What kind of answer stands above the hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerKind {
    /// A frequent question of the best item, with its answer.
    Faq,
    /// A fact of the best item (fee, time, materials, place).
    Fact,
    /// A page of this site.
    Navigate,
    /// The 12345 hotline.
    Hotline,
    /// No matter of government service.
    Outside,
    /// No such item in this region's catalogue.
    NotHere,
    /// The query names no matter.
    Vague,
}

/// The answer above the hits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswerCard {
    /// What kind.
    pub kind: AnswerKind,
    /// The question answered, or the phrase recognised.
    pub subject: String,
    /// The answer, where it comes from the item; other kinds are put in words by the page.
    pub text: String,
    /// Where to go on; empty when nowhere.
    pub href: String,
    /// The fact asked for.
    #[serde(skip)]
    pub facet: Option<Facet>,
}

/// Answer to a query.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// Items of the region, best first.
    pub items: Vec<Hit>,
    /// Items of other places that match well, when the region is given; for reference only.
    pub elsewhere: Vec<Hit>,
    /// What stands above.
    pub answer: Option<AnswerCard>,
    /// The query as mended, when something was mended.
    pub corrected: Option<String>,
    /// Official words the query was also looked up by.
    pub understood: Vec<String>,
    /// Short names worth trying when nothing certain was found.
    pub suggestions: Vec<String>,
}
