//! Service packs: one folder of text files per service.
//!
//! Is: reading packs; their form, materials, flow, documents and licence face as values. The form
//! engine is [`crate::forms`], the checker [`crate::checks`].
//! Never: a store, a clock, a case, a network. Facts and the day are handed in.
//! Read [`model`] first, then [`form`].

pub mod cel;
pub mod days;
pub mod documents;
pub mod flow;
pub mod form;
pub mod judgement;
pub mod licence;
pub mod load;
pub mod materials;
pub mod model;
pub mod registers;
pub mod sandbox;
pub mod text;
pub mod values;
pub mod words;

// The rooms that work on packs are entered through this door too.
pub use crate::checks::{Finding, Report, Severity, check, check_paths};
pub use crate::forms::posted::{Parsed, PostRefusal};
pub use crate::forms::prefill::{Fact, Facts, PrefillNeed};
pub use crate::forms::rules::{Checked, Decision, Verdict};
pub use crate::forms::validate::FieldError;
pub use crate::forms::{posted, prefill};
pub use form::{Field, Form, Page, PageKind, Section, Widget};
pub use judgement::{Circumstances, Judgement};
pub use load::{LoadError, load_dir, load_shipped, read_dir, shipped};
pub use materials::{HeldLicence, MaterialNeed, Way};
pub use model::{
    Applicant, Audience, CaseKind, Delivery, DeliveryWay, Item, Limit, Pack, Rule, RuleKind, Unit,
};
pub use text::Text;
pub use values::{Changes, FieldValue, Source, Values};
