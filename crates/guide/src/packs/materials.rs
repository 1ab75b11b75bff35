//! Materials of an item, and which of them one case really needs and how they can come.

use super::cel::{EvalError, Expr};
use super::judgement::{Circumstances, Judgement};
use super::text::Text;
use serde::{Deserialize, Serialize};

/// When a material is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Necessity {
    /// 必要.
    Required,
    /// 用到才交: needed where `when` is true.
    Conditional,
    /// 非必要: may be added.
    Optional,
}

/// How a material can come, in the order it is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// 免提交: checked in a department's register (国令716 art. 7).
    Register,
    /// 免提交: the electronic licence.
    Licence,
    /// Made from the form.
    Form,
    /// From the material library.
    Reuse,
    /// Uploaded.
    Upload,
}

/// One material of `materials.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// Name within the pack.
    pub key: String,
    /// Name people see: the paper itself, never 其他材料.
    pub name: Text,
    /// When it is needed.
    pub necessity: Necessity,
    /// Condition of a conditional one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Expr>,
    /// The condition in words.
    #[serde(default)]
    pub when_words: Text,
    /// 来源渠道, e.g. 政府部门核发.
    pub source: Text,
    /// Ways it can come.
    pub ways: Vec<Way>,
    /// Licence type (name) for [`Way::Licence`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Register facts for [`Way::Register`], as `register.field`.
    #[serde(default)]
    pub facts: Vec<String>,
    /// Form fields a form-made material consists of; empty means the whole form.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Accepted file endings, without dots.
    #[serde(default)]
    pub accept: Vec<String>,
    /// Largest single file, in MiB.
    #[serde(default)]
    pub max_mib: u32,
    /// Most files.
    #[serde(default)]
    pub max_files: u32,
    /// What it has to show.
    #[serde(default)]
    pub note: Text,
    /// What a good one looks like.
    #[serde(default)]
    pub sample: Text,
    /// Mistakes people make.
    #[serde(default)]
    pub mistakes: Vec<Text>,
    /// The clause that asks for it.
    #[serde(default)]
    pub basis: Text,
}

/// A licence the applicant holds, as the licence room knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldLicence {
    /// Name of the type, e.g. 营业执照.
    pub type_name: String,
    /// Identifier.
    pub id: String,
    /// Who issued it.
    pub issuer: String,
    /// Last day, ISO; none for long-term.
    pub valid_until: Option<String>,
}

/// One way offered for a material of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The way.
    pub way: Way,
    /// Nothing is left to do this way: the licence is held, the facts are known.
    pub ready: bool,
    /// Licences that fit, valid ones only.
    pub licences: Vec<HeldLicence>,
}

/// One material as a case needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaterialNeed {
    /// Key of the material.
    pub key: String,
    /// Its name.
    pub name: Text,
    /// Whether the case cannot be submitted without it.
    pub needed: bool,
    /// Whether it plays no part in this case (不涉及).
    pub absent: bool,
    /// Ways, in order.
    pub offers: Vec<Offer>,
}

impl MaterialNeed {
    /// Nothing to upload: some way is ready.
    pub fn ready(&self) -> bool {
        self.offers.iter().any(|o| o.ready)
    }

    /// Needed, and nothing but an upload will do.
    pub fn must_upload(&self) -> bool {
        self.needed && !self.ready()
    }
}

impl Judgement<'_> {
    /// The materials of one case, of whose applicant these licences are held. A condition that cannot
    /// be evaluated keeps the material in the list as not needed: it is neither demanded nor hidden.
    pub fn needs(&self, held: &[HeldLicence]) -> Vec<MaterialNeed> {
        self.pack.materials.iter().map(|m| self.need(m, held)).collect()
    }

    fn need(&self, m: &Material, held: &[HeldLicence]) -> MaterialNeed {
        let when = match &m.when {
            None => Ok(m.necessity == Necessity::Required),
            Some(e) => e.test(&self.scope),
        };
        let needed = m.necessity != Necessity::Optional && when == Ok(true);
        let absent = m.necessity == Necessity::Conditional
            && !matches!(when, Ok(true) | Err(EvalError::Missing(_)));
        let mut offers: Vec<Offer> =
            m.ways.iter().map(|w| offer(*w, m, &self.circumstances, held)).collect();
        offers.sort_by_key(|o| o.way);
        MaterialNeed { key: m.key.clone(), name: m.name.clone(), needed, absent, offers }
    }
}

fn offer(way: Way, m: &Material, circumstances: &Circumstances, held: &[HeldLicence]) -> Offer {
    let licences: Vec<HeldLicence> = match way {
        Way::Licence => held
            .iter()
            .filter(|l| Some(&l.type_name) == m.licence.as_ref())
            .filter(|l| l.valid_until.as_ref().is_none_or(|d| *d >= circumstances.today))
            .cloned()
            .collect(),
        _ => Vec::new(),
    };
    let ready = match way {
        Way::Licence => !licences.is_empty(),
        Way::Register => {
            !m.facts.is_empty() && m.facts.iter().all(|f| circumstances.facts.contains_key(f))
        }
        Way::Form => true,
        Way::Reuse | Way::Upload => false,
    };
    Offer { way, ready, licences }
}

/// What is wrong with a file before it is taken: stable codes, worded in `packs.ftl` as
/// `packs-upload-<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UploadFault {
    /// Empty file.
    Empty,
    /// Ending not accepted.
    Type,
    /// The bytes are not what the ending says.
    Content,
    /// Larger than allowed.
    Large,
    /// More files than allowed.
    Many,
}

impl Material {
    /// Judges a file by name, size in bytes, its first bytes and how many are there already.
    pub fn fault(&self, name: &str, size: u64, head: &[u8], already: u32) -> Option<UploadFault> {
        let ending = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
        let ending = ending.as_deref().unwrap_or_default();
        let ending = if ending == "jpeg" { "jpg" } else { ending };
        if size == 0 {
            return Some(UploadFault::Empty);
        }
        if !self.accept.iter().any(|a| a == ending) {
            return Some(UploadFault::Type);
        }
        if size > u64::from(self.max_mib) << 20 {
            return Some(UploadFault::Large);
        }
        if already >= self.max_files {
            return Some(UploadFault::Many);
        }
        (!looks_like(ending, head)).then_some(UploadFault::Content)
    }
}

/// Whether the first bytes fit the ending.
fn looks_like(ending: &str, head: &[u8]) -> bool {
    match ending {
        "pdf" => head.starts_with(b"%PDF-"),
        "jpg" => head.starts_with(&[0xff, 0xd8, 0xff]),
        "png" => head.starts_with(b"\x89PNG\r\n\x1a\n"),
        "ofd" => head.starts_with(b"PK\x03\x04"),
        "heic" => head.len() >= 12 && &head[4..8] == b"ftyp",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_judged_by_ending_size_and_bytes() {
        let m: Material = toml::from_str(
            r#"key = "layout"
name = { zh = "布局图", en = "Layout plan" }
necessity = "required"
source = { zh = "申请人自备", en = "Applicant" }
ways = ["upload"]
accept = ["pdf", "jpg"]
max_mib = 1
max_files = 2"#,
        )
        .expect("material");
        type Case<'a> = (&'a str, u64, &'a [u8], u32, Option<UploadFault>);
        let cases: [Case<'_>; 8] = [
            ("a.pdf", 10, b"%PDF-1.7", 0, None),
            ("a.JPEG", 10, &[0xff, 0xd8, 0xff, 0xe0], 1, None),
            ("a.pdf", 0, b"", 0, Some(UploadFault::Empty)),
            ("a.exe", 10, b"MZ", 0, Some(UploadFault::Type)),
            ("pdf", 10, b"%PDF-", 0, Some(UploadFault::Type)),
            ("a.pdf", (1 << 20) + 1, b"%PDF-", 0, Some(UploadFault::Large)),
            ("a.pdf", 10, b"%PDF-", 2, Some(UploadFault::Many)),
            ("a.pdf", 10, b"MZ\x90", 0, Some(UploadFault::Content)),
        ];
        for (name, size, head, already, want) in cases {
            assert_eq!(m.fault(name, size, head, already), want, "{name} {size}");
        }
    }
}
