//! Nouns of issuing: a batch, its rows, and what is told about a row.

use codes::time::Stamp;
use serde::{Deserialize, Serialize};
use store::{Cell, Disclosure, Error, Result, Secret, Vault};

/// How far a batch has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BatchState {
    /// Read and checked; nothing was issued.
    Checked,
    /// Handed in; waits for a second person.
    Offered,
    /// Approved: its rows are being made, or are made.
    Approved,
    /// Not approved.
    Refused,
    /// Given up by whoever prepared it.
    Dropped,
}

impl BatchState {
    /// Every state.
    pub const ALL: &[BatchState] = &[
        BatchState::Checked,
        BatchState::Offered,
        BatchState::Approved,
        BatchState::Refused,
        BatchState::Dropped,
    ];

    /// As stored, and the ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            BatchState::Checked => "checked",
            BatchState::Offered => "offered",
            BatchState::Approved => "approved",
            BatchState::Refused => "refused",
            BatchState::Dropped => "dropped",
        }
    }

    /// Reads a label.
    pub fn parse(label: &str) -> Option<BatchState> {
        BatchState::ALL.iter().copied().find(|s| s.label() == label)
    }

    /// Tone of its tag on pages.
    pub fn tone(self) -> &'static str {
        match self {
            BatchState::Checked => "info",
            BatchState::Offered => "warn",
            BatchState::Approved => "ok",
            BatchState::Refused => "err",
            BatchState::Dropped => "grey",
        }
    }
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowState {
    /// It does not check and is never issued.
    Bad,
    /// It checks and waits for the approval.
    Ready,
    /// Approved; a job makes it.
    Ordered,
    /// The licence is in force.
    Made,
    /// Approved, but it could not be made; it can be tried again.
    Failed,
}

impl RowState {
    /// Every state.
    pub const ALL: &[RowState] =
        &[RowState::Bad, RowState::Ready, RowState::Ordered, RowState::Made, RowState::Failed];

    /// As stored, and the ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            RowState::Bad => "bad",
            RowState::Ready => "ready",
            RowState::Ordered => "ordered",
            RowState::Made => "made",
            RowState::Failed => "failed",
        }
    }

    /// Reads a label.
    pub fn parse(label: &str) -> Option<RowState> {
        RowState::ALL.iter().copied().find(|s| s.label() == label)
    }

    /// Tone of its tag on pages.
    pub fn tone(self) -> &'static str {
        match self {
            RowState::Bad | RowState::Failed => "err",
            RowState::Ready => "info",
            RowState::Ordered => "warn",
            RowState::Made => "ok",
        }
    }
}

/// Something told about a row: which column, what to do. Never a value of the row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Key of the field; `holder`, `holder_code` or empty for the row itself.
    pub field: String,
    /// Ending of its words: `issuing-told-<code>`.
    pub code: String,
    /// A number or label for its words.
    #[serde(default)]
    pub what: String,
}

impl Told {
    /// About a field.
    pub fn of(field: &str, code: &str, what: impl ToString) -> Told {
        Told { field: field.into(), code: code.into(), what: what.to_string() }
    }
}

/// A batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Row id.
    pub id: i64,
    /// The unit that issues.
    pub unit: i64,
    /// The version of the type.
    pub version: i64,
    /// Name of the file; empty for one licence by hand.
    pub name: String,
    /// How far it has come.
    pub state: BatchState,
    /// How many rows it has.
    pub total: i64,
    /// How many of them check.
    pub ready: i64,
    /// SM3 over the hashes of the rows that check, hex: what is approved.
    pub hash: String,
    /// Who prepared it.
    pub prepared_by: i64,
    /// When.
    pub prepared_at: Stamp,
    /// Who approved or refused it.
    pub decided_by: Option<i64>,
    /// When.
    pub decided_at: Option<Stamp>,
    /// Why it was refused.
    pub note: String,
    /// Counts every change.
    pub lock: i64,
}

impl Batch {
    /// Whether it is one licence by hand.
    pub fn by_hand(&self) -> bool {
        self.name.is_empty()
    }
}

/// One row of a batch as kept.
#[derive(Debug, Clone)]
pub struct IssueRow {
    /// Row id.
    pub id: i64,
    /// The batch.
    pub batch: i64,
    /// Its number in the file, counting the header as 1.
    pub no: i64,
    /// What became of it.
    pub state: RowState,
    /// Keyed hash of everything it says.
    pub hash: Vec<u8>,
    /// Sealed, cell `issue_row.body`.
    pub body: Vec<u8>,
    /// What is told about it.
    pub told: Vec<Told>,
    /// The licence whose place it takes.
    pub replaces: Option<i64>,
    /// The licence that was made.
    pub licence: Option<i64>,
}

/// What a row says: holder and values by key, in order of the type.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowBody {
    /// Name of the holder.
    pub holder: String,
    /// Citizen id number or USCC.
    pub code: String,
    /// Values by key.
    pub values: Vec<(String, String)>,
}

impl RowBody {
    /// A value; empty when it has none.
    pub fn value(&self, key: &str) -> &str {
        self.values.iter().find(|(k, _)| k == key).map_or("", |(_, v)| v)
    }

    /// Seals it for a row.
    pub fn seal(&self, vault: &Vault, row: i64) -> Result<Vec<u8>> {
        Ok(vault.seal(cell(row), &Secret::new(serde_json::to_string(self)?)))
    }

    /// Keyed hash of everything it says, under a type.
    pub fn hash(&self, vault: &Vault, type_code: &str, replaces: Option<i64>) -> Result<Vec<u8>> {
        let text = serde_json::to_string(&(type_code, self, replaces))?;
        Ok(vault.index("issue_row", &text))
    }
}

impl IssueRow {
    /// What it says.
    pub fn open(&self, vault: &Vault, leave: &Disclosure) -> Result<RowBody> {
        let secret = vault.open_sealed(cell(self.id), &self.body, leave)?;
        // The parser's own words would quote what it could not read.
        serde_json::from_str(secret.expose())
            .map_err(|_| Error::internal("a sealed row does not read"))
    }

    /// Its hash as events carry it.
    pub fn hash_text(&self) -> String {
        hex::encode(&self.hash)
    }
}

fn cell(row: i64) -> Cell {
    Cell { table: "issue_row", column: "body", row }
}
