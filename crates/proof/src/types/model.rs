//! Nouns of licence types: what a type says, its versions, and how far a version has come.

use crate::licences::HolderKind;
use crate::licences::life::Step;
use codes::time::Stamp;
use guide::packs::text::Text;
use serde::{Deserialize, Serialize};

/// A type as the console keeps it; what it says stands in its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceKind {
    /// Row id.
    pub id: i64,
    /// 证照类型代码, 21 letters.
    pub code: String,
    /// The unit that keeps it.
    pub unit: i64,
    /// Name of the newest version that was saved or published.
    pub name: Text,
    /// Number of the version in use; 0 for none yet.
    pub used: i64,
}

/// How far a version has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KindState {
    /// Being written.
    Draft,
    /// Handed in; waits for a second person.
    Offered,
    /// In use.
    Published,
    /// A newer version is in use.
    Superseded,
}

impl KindState {
    /// Every state.
    pub const ALL: &[KindState] =
        &[KindState::Draft, KindState::Offered, KindState::Published, KindState::Superseded];

    /// As stored, and the ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            KindState::Draft => "draft",
            KindState::Offered => "offered",
            KindState::Published => "published",
            KindState::Superseded => "superseded",
        }
    }

    /// Reads a label.
    pub fn parse(label: &str) -> Option<KindState> {
        KindState::ALL.iter().copied().find(|s| s.label() == label)
    }

    /// Tone of its tag on pages.
    pub fn tone(self) -> &'static str {
        match self {
            KindState::Draft => "info",
            KindState::Offered => "warn",
            KindState::Published => "ok",
            KindState::Superseded => "grey",
        }
    }

    /// Whether it is still being worked on.
    pub fn open(self) -> bool {
        matches!(self, KindState::Draft | KindState::Offered)
    }
}

/// One version of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Row id; licences pin it.
    pub id: i64,
    /// The type.
    pub kind: i64,
    /// 1, 2, 3…
    pub version: i64,
    /// How far it has come.
    pub state: KindState,
    /// What it says.
    pub body: Body,
    /// SM3 of what it says, hex.
    pub hash: String,
    /// Everybody who wrote at it: none of them may publish it.
    pub editors: Vec<i64>,
    /// Who saved last.
    pub edited_by: i64,
    /// When.
    pub edited_at: Stamp,
    /// Who published it or handed it back.
    pub decided_by: Option<i64>,
    /// When.
    pub decided_at: Option<Stamp>,
    /// Why it was handed back.
    pub note: String,
    /// Counts every change.
    pub lock: i64,
}

/// What a type says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Name in both languages.
    pub name: Text,
    /// Who holds it.
    pub holder: HolderKind,
    /// Prefix of the printed number.
    pub prefix: String,
    /// Layout of its face.
    pub layout: Layout,
    /// How long it is valid.
    pub validity: Validity,
    /// Whether it is looked at every year (年检).
    pub yearly: bool,
    /// Whether a holder has at most one in force.
    pub single: bool,
    /// Optional steps of its life that are allowed, by label.
    pub steps: Vec<String>,
    /// USCCs of further units that issue it; its keeper always does.
    pub issuers: Vec<String>,
    /// Its own fields, beside those every licence has.
    pub fields: Vec<Field>,
}

impl Body {
    /// Steps of a licence's life that a type may leave out. Cancelling and revoking are open to every
    /// licence, because the law says when they must happen (行政许可法 art. 69 and 70).
    pub const OPTIONAL: &[Step] = &[Step::Suspend, Step::Penalise, Step::Supersede, Step::Transfer];

    /// A new type with nothing in it but its name.
    pub fn new(name: Text, holder: HolderKind) -> Body {
        Body {
            name,
            holder,
            prefix: String::new(),
            layout: Layout::Certificate,
            validity: Validity::Long,
            yearly: false,
            single: true,
            steps: Body::OPTIONAL.iter().map(|s| s.label().to_owned()).collect(),
            issuers: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// Whether a step may be taken with a licence of this type.
    pub fn allows(&self, step: Step) -> bool {
        let asked = if step == Step::Restore { Step::Suspend } else { step };
        !Body::OPTIONAL.contains(&asked) || self.steps.iter().any(|s| s == asked.label())
    }

    /// A field by key.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.key == key)
    }
}

/// One field of a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Name; in the file it carries the prefix `KZ_` of the metadata standard.
    pub key: String,
    /// Printed label.
    pub label: Text,
    /// What may stand in it.
    pub kind: FieldKind,
    /// Most letters.
    pub most: u32,
    /// Whether it may not be empty.
    pub required: bool,
    /// Masked on screens.
    pub sensitive: bool,
    /// Shown when only part is shown (最小出示).
    pub brief: bool,
    /// What can be chosen.
    #[serde(default)]
    pub choices: Vec<String>,
}

/// What may stand in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// A short text.
    Text,
    /// A text of several lines.
    Long,
    /// A day.
    Date,
    /// A number.
    Number,
    /// One of a list.
    Choice,
    /// A citizen id number whose check holds.
    IdCard,
    /// A unified social credit code whose check holds.
    Uscc,
}

impl FieldKind {
    /// Every kind.
    pub const ALL: &[FieldKind] = &[
        FieldKind::Text,
        FieldKind::Long,
        FieldKind::Date,
        FieldKind::Number,
        FieldKind::Choice,
        FieldKind::IdCard,
        FieldKind::Uscc,
    ];

    /// In forms, and the ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            FieldKind::Text => "text",
            FieldKind::Long => "long",
            FieldKind::Date => "date",
            FieldKind::Number => "number",
            FieldKind::Choice => "choice",
            FieldKind::IdCard => "id-card",
            FieldKind::Uscc => "uscc",
        }
    }

    /// Reads a label.
    pub fn parse(label: &str) -> Option<FieldKind> {
        FieldKind::ALL.iter().copied().find(|k| k.label() == label)
    }

    /// Most letters when nothing else is said, and the most that can be said.
    pub fn letters(self) -> (u32, u32) {
        match self {
            FieldKind::Text => (30, 60),
            FieldKind::Long => (90, 200),
            FieldKind::Date => (11, 11),
            FieldKind::Number => (16, 30),
            FieldKind::Choice => (20, 40),
            FieldKind::IdCard | FieldKind::Uscc => (18, 18),
        }
    }

    /// Whether it holds letters of half width only.
    pub fn narrow(self) -> bool {
        matches!(self, FieldKind::Number | FieldKind::IdCard | FieldKind::Uscc)
    }
}

/// Layouts a face can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// A4 across, framed, two columns.
    Certificate,
    /// A4 upright, framed, one column.
    Upright,
    /// A5 across, one column.
    Plain,
    /// A6 across, one column of small type.
    Small,
}

impl Layout {
    /// Every layout.
    pub const ALL: &[Layout] =
        &[Layout::Certificate, Layout::Upright, Layout::Plain, Layout::Small];

    /// In forms, and the ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            Layout::Certificate => "certificate",
            Layout::Upright => "upright",
            Layout::Plain => "plain",
            Layout::Small => "small",
        }
    }

    /// Reads a label.
    pub fn parse(label: &str) -> Option<Layout> {
        Layout::ALL.iter().copied().find(|l| l.label() == label)
    }
}

/// How long a licence of a type is valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "rule")]
pub enum Validity {
    /// Long-term.
    Long,
    /// So many months from the day of issue; the day before is the last.
    Months {
        /// How many.
        months: u32,
    },
    /// Until the day that stands in a field.
    Until {
        /// Its key.
        field: String,
    },
}

impl Validity {
    /// In forms, and the ending of its words.
    pub fn label(&self) -> &'static str {
        match self {
            Validity::Long => "long",
            Validity::Months { .. } => "months",
            Validity::Until { .. } => "until",
        }
    }
}
