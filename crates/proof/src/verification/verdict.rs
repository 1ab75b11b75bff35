//! The answer to "is this genuine": 真, 已失效 or 无法核验, with every step that led to it.

use super::replaced::Replaced;
use crate::licences::model::{Licence, LicenceStatus};
use crate::showing::choice::{Shown, shown_day};
use codes::time::{Day, Stamp};
use serde::Serialize;
use serde::ser::SerializeStruct;
use web::{Lang, Texts};

/// The one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// 真: genuine and in force.
    True,
    /// 已失效: genuine once, or sealed once; not to be relied on now.
    Void,
    /// 无法核验: nothing can be said. It does not mean that the paper is false.
    Unknown,
}

impl Answer {
    /// Name of its seal on pages: `valid`, `void`, `unknown`.
    pub fn label(self) -> &'static str {
        match self {
            Answer::True => "valid",
            Answer::Void => "void",
            Answer::Unknown => "unknown",
        }
    }
}

/// What was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// A file.
    File,
    /// A licence identifier.
    Licence,
    /// The text of a shown code.
    Code,
    /// A case number.
    Case,
    /// The number of a document.
    Document,
    /// A text of no known form.
    Text,
}

/// How things stand with what was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A licence of the register, in this status.
    Licence(LicenceStatus),
    /// An annotated copy (加注件) that stands, of a licence in force.
    Copy,
    /// An annotated copy that was taken back or whose day is past.
    CopyOver,
    /// A sealed document of the log of seal uses.
    Issued,
    /// Content was changed after sealing.
    Tampered,
    /// No signature in it.
    Unsigned,
    /// Signed, but by nobody on the trust list.
    Untrusted,
    /// Sealed by an authority of the trust list and not in this node's register.
    NotRegistered,
    /// Sealed by another unit than the one that issued the licence.
    WrongSeal,
    /// Not a file this node can read.
    Unreadable,
    /// The time of the code is over.
    CodeExpired,
    /// Somebody else used the code before.
    CodeUsed,
    /// Not a code of this node.
    CodeUnknown,
    /// No licence or document of this number.
    NotFound,
    /// Neither an identifier, nor a case number, nor a code.
    NotUnderstood,
    /// The ten minutes of an offline code are over.
    OfflineCodeOver,
    /// The digits that belong to an offline code are missing or wrong.
    CodeDigits,
    /// Without a network nothing can be said of it.
    NeedsNetwork,
    /// The lists brought along are not to be believed.
    ListsBad,
    /// The lists brought along are too old.
    ListsOld,
}

impl Standing {
    /// As in the interface, and the ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            Standing::Licence(status) => status.label(),
            Standing::Copy => "copy",
            Standing::CopyOver => "copy-over",
            Standing::Issued => "issued",
            Standing::Tampered => "tampered",
            Standing::Unsigned => "unsigned",
            Standing::Untrusted => "untrusted",
            Standing::NotRegistered => "not-registered",
            Standing::WrongSeal => "wrong-seal",
            Standing::Unreadable => "unreadable",
            Standing::CodeExpired => "code-expired",
            Standing::CodeUsed => "code-used",
            Standing::CodeUnknown => "code-unknown",
            Standing::NotFound => "not-found",
            Standing::NotUnderstood => "not-understood",
            Standing::OfflineCodeOver => "offline-code-over",
            Standing::CodeDigits => "code-digits",
            Standing::NeedsNetwork => "needs-network",
            Standing::ListsBad => "lists-bad",
            Standing::ListsOld => "lists-old",
        }
    }

    /// The word that follows from it.
    pub fn answer(self) -> Answer {
        match self {
            Standing::Licence(LicenceStatus::Valid) | Standing::Copy | Standing::Issued => {
                Answer::True
            }
            Standing::Licence(LicenceStatus::Draft) => Answer::Unknown,
            Standing::Licence(_) | Standing::CopyOver | Standing::Tampered => Answer::Void,
            _ => Answer::Unknown,
        }
    }
}

impl Serialize for Standing {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.label())
    }
}

/// One check, as said. Written out it also says itself in both languages (`zh`, `en`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Stable code; its sentences stand under `licences-step-<code>`, `…-no` and `…-open`.
    pub code: &'static str,
    /// Held, did not hold, or was not judged.
    pub ok: Option<bool>,
    /// Facts of the check.
    pub detail: String,
}

impl Serialize for Said {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Said", 5)?;
        out.serialize_field("code", self.code)?;
        out.serialize_field("ok", &self.ok)?;
        out.serialize_field("detail", &self.detail)?;
        out.serialize_field("zh", &self.words(Lang::Zh))?;
        out.serialize_field("en", &self.words(Lang::En))?;
        out.end()
    }
}

impl From<ofd::Step> for Said {
    fn from(step: ofd::Step) -> Said {
        Said { code: step.code, ok: step.ok, detail: step.detail }
    }
}

/// The least that a stranger needs to know of a genuine paper. Persons' names and numbers are masked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// Name of the licence or title of the document, Chinese.
    pub name: String,
    /// The same in English; empty when there is none.
    pub name_en: String,
    /// Holder as strangers may see it; empty for documents.
    pub holder: String,
    /// Number with its middle masked.
    pub number: String,
    /// Who issued it, or the seal's name.
    pub issuer: String,
    /// When it was issued or sealed.
    pub issued: String,
    /// First day of validity, ISO; empty for documents.
    pub valid_from: String,
    /// Last day of validity, ISO; empty for long-term and for documents.
    pub valid_to: String,
    /// Since when it is no longer in force, ISO; empty while it is.
    pub ended: String,
    /// Legal basis of its end, when an act ended it.
    pub basis: String,
    /// The version that took its place, when one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced: Option<Replaced>,
    /// What the holder chose to show under a code, and nothing else; of an annotated copy, what it is for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<Shown>,
    /// Whether it is a sample.
    pub sandbox: bool,
}

impl Facts {
    /// Of a licence, for strangers. `holder` is the name as shown.
    pub fn of(licence: &Licence, holder: String, today: Day) -> Facts {
        let status = licence.status_on(today);
        let ended = match status {
            LicenceStatus::Valid | LicenceStatus::Draft => String::new(),
            LicenceStatus::Expired => licence.valid_to.map_or(String::new(), |d| d.to_string()),
            _ => licence.status_at.ymd(),
        };
        Facts {
            name: licence.name_zh.clone(),
            name_en: licence.name_en.clone(),
            holder,
            number: licence.shown_number(),
            issuer: licence.issuer.name.clone(),
            issued: licence.issued_at.ymd(),
            valid_from: licence.valid_from.to_string(),
            valid_to: licence.valid_to.map_or(String::new(), |d| d.to_string()),
            ended,
            basis: licence.basis.clone(),
            replaced: None,
            shown: Vec::new(),
            sandbox: licence.sandbox,
        }
    }
}

impl Facts {
    /// Of a licence shown by code: its name, its issuer, how it ended if it did, and what was chosen.
    pub fn of_shown(licence: &Licence, today: Day, shown: Vec<Shown>) -> Facts {
        let whole = Facts::of(licence, String::new(), today);
        Facts {
            name: whole.name,
            name_en: whole.name_en,
            issuer: whole.issuer,
            ended: whole.ended,
            basis: whole.basis,
            sandbox: whole.sandbox,
            shown,
            ..Facts::default()
        }
    }
}

/// What a verdict without a network rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RestsOn {
    /// Whose lists.
    pub node: String,
    /// When they were made, RFC 3339.
    pub made_at: String,
    /// How old they were, minutes.
    pub age_minutes: i64,
    /// SM3 fingerprints of the roots believed, to be compared with what the authority publishes.
    pub roots: Vec<String>,
}

/// The verdict on a file, an identifier, a case number or a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The one word.
    pub answer: Answer,
    /// What was handed in.
    pub asked: Asked,
    /// Whether digests and signature values hold; `None` when unsigned or when no file was judged.
    pub signature_values_hold: Option<bool>,
    /// Whether chains, lists and dates hold as well.
    pub trusted: Option<bool>,
    /// How things stand.
    pub status: Standing,
    /// Every check, in order.
    pub steps: Vec<Said>,
    /// The least one needs to know; absent when nothing genuine was found.
    pub facts: Option<Facts>,
    /// The lists it rests on, when it was judged without a network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rests_on: Option<RestsOn>,
    /// When it was judged.
    #[serde(serialize_with = "iso")]
    pub checked_at: Stamp,
}

fn iso<S: serde::Serializer>(at: &Stamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.iso())
}

impl Verdict {
    /// A verdict without a file.
    pub fn new(asked: Asked, status: Standing, steps: Vec<Said>, at: Stamp) -> Verdict {
        Verdict {
            answer: status.answer(),
            asked,
            signature_values_hold: None,
            trusted: None,
            status,
            steps,
            facts: None,
            rests_on: None,
            checked_at: at,
        }
    }

    /// With the facts.
    pub fn with(mut self, facts: Facts) -> Verdict {
        self.facts = Some(facts);
        self
    }

    /// Whether it is genuine and in force.
    pub fn is_true(&self) -> bool {
        self.answer == Answer::True
    }

    /// The verdict in a sentence: 这张证是真的，现在有效.
    pub fn headline(&self, lang: Lang) -> String {
        let key = format!("licences-standing-{}", self.said());
        Texts::shipped().t(lang, &key).to_owned()
    }

    /// What it means and what to do next.
    pub fn advice(&self, lang: Lang) -> String {
        let key = format!("licences-standing-{}-next", self.said());
        Texts::shipped().t(lang, &key).to_owned()
    }

    /// How it is put: of a document known by its number alone nobody has looked at the content.
    fn said(&self) -> &'static str {
        match (self.status, self.asked) {
            (Standing::Issued, Asked::Case | Asked::Document) => "issued-number",
            (status, _) => status.label(),
        }
    }

    /// The facts as label and value, in order of importance.
    pub fn rows(&self, lang: Lang) -> Vec<(String, String)> {
        let texts = Texts::shipped();
        let Some(facts) = &self.facts else { return Vec::new() };
        let en = lang == Lang::En && !facts.name_en.is_empty();
        let name = if en { &facts.name_en } else { &facts.name };
        let validity = if facts.valid_from.is_empty() {
            String::new()
        } else if facts.valid_to.is_empty() {
            texts.ta(lang, "licences-from-on", &[("from", &shown_day(&facts.valid_from, lang))])
        } else {
            let (from, to) = (shown_day(&facts.valid_from, lang), shown_day(&facts.valid_to, lang));
            texts.ta(lang, "licences-from-to", &[("from", &from), ("to", &to)])
        };
        let status = self.status.label();
        let ended = if facts.ended.is_empty() {
            String::new()
        } else {
            let state = texts.t(lang, &format!("licences-status-{status}")).to_owned();
            let day = shown_day(&facts.ended, lang);
            texts.ta(lang, "licences-ended", &[("day", &day), ("status", &state)])
        };
        // Only licences have a term.
        let licence = !facts.valid_from.is_empty() || matches!(self.status, Standing::Licence(_));
        let rows = [
            (if licence { "licences-row-paper" } else { "licences-row-document" }, name.clone()),
            ("licences-row-holder", facts.holder.clone()),
            ("licences-row-number", facts.number.clone()),
            (
                if licence { "licences-row-issuer" } else { "licences-row-seal" },
                facts.issuer.clone(),
            ),
            ("licences-row-issued", shown_day(&facts.issued, lang)),
            ("licences-row-validity", validity),
            ("licences-row-ended", ended),
            ("licences-row-basis", facts.basis.clone()),
            (
                "licences-row-replaced",
                facts.replaced.as_ref().map_or_else(String::new, |r| r.words(lang)),
            ),
        ];
        let chosen = facts.shown.iter().map(|s| match lang {
            Lang::Zh => (s.label.clone(), s.value.clone()),
            Lang::En => (s.label_en.clone(), s.value_en.clone()),
        });
        rows.into_iter()
            .map(|(key, value)| (texts.t(lang, key).to_owned(), value))
            .chain(chosen)
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// The whole verdict as text for a terminal.
    pub fn to_text(&self, lang: Lang) -> String {
        let texts = Texts::shipped();
        let word = texts.t(lang, word_key(self.answer));
        let mut out = format!("{word}：{}\n{}\n", self.headline(lang), self.advice(lang));
        for (label, value) in self.rows(lang) {
            out.push_str(&format!("  {label}：{value}\n"));
        }
        let rests = self.rests(lang);
        if !rests.is_empty() {
            out.push_str(&format!("  {rests}\n"));
        }
        for said in &self.steps {
            let mark = match said.ok {
                Some(true) => "✓",
                Some(false) => "✗",
                None => "·",
            };
            out.push_str(&format!("  {mark} {}", said.words(lang)));
            if !said.detail.is_empty() && !said.tells_detail() {
                out.push_str(&format!(" [{}]", said.detail));
            }
            out.push('\n');
        }
        out
    }
}

impl Said {
    /// What was checked and how it came out: a whole sentence.
    pub fn words(&self, lang: Lang) -> String {
        let texts = Texts::shipped();
        let ending = match self.ok {
            Some(true) => "",
            Some(false) => "-no",
            None => "-open",
        };
        let state = format!("licences-status-{}", self.detail);
        let seal = format!("custody-status-{}", self.detail);
        let detail = match self.code {
            "seal-status" => texts.t(lang, &seal),
            "licence-status" | "licence-listed" => match &*self.detail {
                "" => "",
                _ => texts.t(lang, &state),
            },
            _ => &self.detail,
        };
        texts.ta(lang, &format!("licences-step-{}{ending}", self.code), &[("detail", detail)])
    }

    /// Whether the sentence tells what stands in the detail, or may not (a time of a code, a status code).
    fn tells_detail(&self) -> bool {
        const TOLD: &[&str] = &[
            "licence-register",
            "licence-issuer",
            "licence-status",
            "licence-listed",
            "lists-signature",
            "lists-root",
            "lists-age",
            "seal-listed",
            "seal-status",
            "document-register",
            "identifier-check",
            "code-time",
            "code-once",
            "copy",
        ];
        TOLD.contains(&self.code)
    }

    /// What helps to find out why a check of the file did not hold, as the reader of files put it; empty
    /// when there is nothing to find out.
    pub fn technical(&self) -> &str {
        if self.ok == Some(true) || self.tells_detail() { "" } else { &self.detail }
    }
}

fn word_key(answer: Answer) -> &'static str {
    match answer {
        Answer::True => "frame-seal-valid",
        Answer::Void => "frame-seal-void",
        Answer::Unknown => "frame-seal-unknown",
    }
}
