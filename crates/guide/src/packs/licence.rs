//! The licence an item ends in: its type, the values printed on it, its validity, its face in mm.

use super::cel::{EvalError, Expr, Scope};
use super::judgement::Judgement;
use super::text::Text;
use serde::{Deserialize, Serialize};

/// `licence.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LicenceFace {
    /// Type code: authority's USCC and three digits.
    pub type_code: String,
    /// Whether the code is a test code, because no official one is public.
    #[serde(default)]
    pub test_code: bool,
    /// Name of the type.
    pub name: Text,
    /// Who it is issued to.
    pub holder: Holder,
    /// Prefix of the printed number, e.g. `JY2`; the serial follows.
    #[serde(default)]
    pub number_prefix: String,
    /// Last day of validity: CEL giving an ISO day, or empty text for long-term. `decided` is the
    /// day of the decision.
    pub valid_until: Expr,
    /// Validity in words.
    pub validity: Text,
    /// Values printed and carried as tagged data.
    pub field: Vec<LicenceField>,
    /// What can be said of the holder without showing the values it rests on.
    #[serde(default)]
    pub statement: Vec<Statement>,
    /// Page size and marks.
    pub face: Face,
}

/// Who holds a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// The person who applied.
    Person,
    /// The enterprise applied for.
    Enterprise,
}

/// One value of a licence.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LicenceField {
    /// Tag name in the OFD's CustomTags.
    pub key: String,
    /// Printed label.
    pub label: Text,
    /// CEL over answers and facts giving the printed value; `issue:` names of [`ISSUED`] are filled
    /// at issuing.
    pub value: Expr,
    /// Masked on screens.
    #[serde(default)]
    pub sensitive: bool,
    /// Shown when only part of the licence is shown (最小出示).
    #[serde(default)]
    pub brief: bool,
}

/// Something true or false that follows from a licence: 已满18岁 without the day of birth.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Name in the list of what is shown.
    pub key: String,
    /// What it says.
    pub label: Text,
    /// CEL over the licence's own values by key and `today`, giving true or false.
    pub value: Expr,
    /// Field without which the statement cannot be made.
    pub from: String,
}

impl Statement {
    /// Whether it is true of these values on a day (ISO); `None` where they do not tell.
    pub fn holds<'a>(
        &self,
        values: impl Iterator<Item = (&'a str, &'a str)>,
        today: &str,
    ) -> Option<bool> {
        let mut scope = Scope::new(today);
        let mut there = false;
        for (key, value) in values {
            there |= key == self.from && !value.is_empty();
            scope.set(key, cel::Value::from(value));
        }
        if there { self.value.test(&scope).ok() } else { None }
    }
}

/// Values only the issuing room knows.
pub const ISSUED: [&str; 6] = ["number", "issuer", "issued_day", "valid_from", "valid_until", "id"];

/// The face in millimetres, origin at the top left.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Face {
    /// Page width.
    pub width: f32,
    /// Page height.
    pub height: f32,
    /// Texts: a fixed phrase or a field's value.
    pub text: Vec<Mark>,
    /// Lines.
    #[serde(default)]
    pub line: Vec<Line>,
    /// Place of the seal's middle and its diameter.
    pub seal: Round,
    /// Place of the code's top left corner and its edge.
    pub qr: Round,
}

/// One text on the face.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Left edge (middle when `centre`).
    pub x: f32,
    /// Base line.
    pub y: f32,
    /// Letter height.
    pub size: f32,
    /// Fixed phrase, Chinese.
    #[serde(default)]
    pub text: String,
    /// Or key of a licence field.
    #[serde(default)]
    pub field: String,
    /// Width to wrap within; 0 for one line.
    #[serde(default)]
    pub wrap: f32,
    /// Centred at `x`.
    #[serde(default)]
    pub centre: bool,
    /// Heavier strokes.
    #[serde(default)]
    pub bold: bool,
}

/// A straight line.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// From, left.
    pub x1: f32,
    /// From, top.
    pub y1: f32,
    /// To, left.
    pub x2: f32,
    /// To, top.
    pub y2: f32,
    /// Stroke width.
    pub width: f32,
}

/// A place and a size.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// Left.
    pub x: f32,
    /// Top.
    pub y: f32,
    /// Edge or diameter.
    pub size: f32,
}

/// A value ready to be printed, or the name of what the issuing room fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Printed {
    /// The text.
    Text(String),
    /// One of [`ISSUED`].
    Issued(&'static str),
}

impl LicenceField {
    /// The name after `issue:`, when the value is one of [`ISSUED`].
    pub fn issued(&self) -> Option<&'static str> {
        let name = self.value.source().strip_prefix("issue:")?;
        ISSUED.into_iter().find(|n| *n == name)
    }
}

impl Judgement<'_> {
    /// Values of the licence for one case, in order of the face; errors name the field.
    pub fn licence_values(
        &self,
        face: &LicenceFace,
    ) -> Result<Vec<(String, Printed)>, (String, EvalError)> {
        let printed = |f: &LicenceField| match f.issued() {
            Some(name) => Ok((f.key.clone(), Printed::Issued(name))),
            None => match f.value.text(&self.scope) {
                Ok(text) => Ok((f.key.clone(), Printed::Text(text))),
                Err(e) => Err((f.key.clone(), e)),
            },
        };
        face.field.iter().map(printed).collect()
    }

    /// Last day of validity for a decision made on the day of the circumstances; `None` for
    /// long-term.
    pub fn valid_until(&self, face: &LicenceFace) -> Result<Option<String>, EvalError> {
        let text = face.valid_until.text(&self.scope)?;
        Ok((!text.is_empty()).then_some(text))
    }
}
