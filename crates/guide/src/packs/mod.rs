//! Service packs: one folder of text files per service, and the engine that runs their forms.
//!
//! Is: reading and checking packs; pages, answers, rules, prefill, materials, flow, documents and
//! licence face of an item, all as pure functions over values.
//! Never: a store, a clock, a case, a network. Facts and the day are handed in.
//! Read [`model`] first, then [`form`] and [`validate`].

pub mod cel;
pub mod check;
pub mod days;
pub mod documents;
pub mod flow;
pub mod form;
pub mod licence;
pub mod load;
pub mod materials;
pub mod model;
pub mod posted;
pub mod prefill;
pub mod registers;
pub mod rules;
pub mod sandbox;
pub mod text;
pub mod validate;
pub mod values;
pub mod words;

pub use check::{Finding, Report, Severity, check, check_paths};
pub use form::{Circumstances, Field, Form, Page, PageKind, Section, Widget};
pub use load::{LoadError, load_dir, load_shipped, shipped};
pub use materials::{HeldLicence, MaterialNeed, Way};
pub use model::{Applicant, Audience, CaseKind, Item, Limit, Pack, Rule, RuleKind, Unit};
pub use posted::{Parsed, PostRefusal};
pub use prefill::{Fact, Facts, PrefillNeed};
pub use rules::{Checked, Decision, Verdict, decide};
pub use text::Text;
pub use validate::FieldError;
pub use values::{Changes, FieldValue, Source, Values};
