//! Nouns of quality: what can be wrong, and where.

/// What can be wrong with a licence in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The holder has another one of the type in force.
    Twin,
    /// The identifier does not check.
    Identifier,
    /// A field its type requires is empty.
    Missing,
    /// The register says something else.
    Register,
}

impl Fault {
    /// Every fault.
    pub const ALL: &[Fault] = &[Fault::Twin, Fault::Identifier, Fault::Missing, Fault::Register];

    /// Ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            Fault::Twin => "twin",
            Fault::Identifier => "identifier",
            Fault::Missing => "missing",
            Fault::Register => "register",
        }
    }
}

/// One thing to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The licence.
    pub licence: i64,
    /// Its number.
    pub number: String,
    /// Name of its type, Chinese and English.
    pub name: (String, String),
    /// What is wrong.
    pub fault: Fault,
    /// Labels of the fields it concerns; never a value.
    pub fields: Vec<String>,
    /// The other licence, for a double.
    pub other: Option<i64>,
}
