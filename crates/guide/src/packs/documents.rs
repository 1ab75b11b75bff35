//! Notices and decisions of an item: their texts and the names that may be filled in.

use super::text::{Text, fill, slots};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which notice or decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// 收件回执.
    Receipt,
    /// 受理通知书 (行政许可法 art. 32).
    Acceptance,
    /// 补正告知书, once with all items.
    Correction,
    /// 不予受理通知书.
    NotAccepted,
    /// 特别程序告知书: the time needed, in writing (art. 45).
    Special,
    /// 延长期限告知书 (art. 42).
    Extension,
    /// 准予决定书.
    Grant,
    /// 不予许可决定书, with reasons and remedies (art. 38).
    Deny,
}

/// One template of `documents.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Which one.
    pub kind: DocumentKind,
    /// Its title.
    pub title: Text,
    /// Prefix of the document number, e.g. `示食许受`.
    pub number: String,
    /// Paragraphs with `{name}` slots out of [`SLOTS`] or `form.<key>`.
    pub body: Vec<Text>,
}

/// The names a template may use, beside `form.<field>`.
pub const SLOTS: [&str; 24] = [
    "number",
    "case_no",
    "item_name",
    "applicant",
    "applicant_id",
    "agent",
    "dept",
    "today",
    "received_day",
    "accepted_day",
    "promised_limit",
    "promised_due",
    "statutory_limit",
    "statutory_due",
    "materials",
    "missing",
    "correction_due",
    "reason",
    "basis",
    "remedy",
    "result",
    "licence_no",
    "special_name",
    "special_until",
];

/// A template filled in, Chinese or English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// Title.
    pub title: String,
    /// Paragraphs, one line each.
    pub paragraphs: Vec<String>,
}

impl Document {
    /// Names used in the template that are neither on the allow list nor form fields.
    pub fn unknown_slots(&self, is_field: impl Fn(&str) -> bool) -> Vec<String> {
        let mut names: Vec<String> = self.body.iter().flat_map(Text::slots).collect();
        names.extend(self.title.slots());
        names.retain(|n| {
            !SLOTS.contains(&n.as_str()) && !n.strip_prefix("form.").is_some_and(&is_field)
        });
        names.sort();
        names.dedup();
        names
    }

    /// Fills the template. Names without a value are returned as the error, so that no document
    /// ever leaves the house with a hole in it.
    pub fn fill(
        &self,
        lang: &str,
        values: &BTreeMap<String, String>,
    ) -> Result<Filled, Vec<String>> {
        let mut missing = Vec::new();
        let mut one = |text: &Text| {
            let text = text.get(lang);
            missing.extend(slots(text).into_iter().filter(|n| !values.contains_key(n)));
            fill(text, values)
        };
        let title = one(&self.title);
        let paragraphs = self.body.iter().map(&mut one).collect();
        if missing.is_empty() { Ok(Filled { title, paragraphs }) } else { Err(missing) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_with_a_hole_is_not_made() {
        let d = Document {
            kind: DocumentKind::Acceptance,
            title: Text::new("受理通知书", "Notice of acceptance"),
            number: "示食许受".to_owned(),
            body: vec![Text::new("{applicant}：{oops}", "{applicant}: {form.area}")],
        };
        assert_eq!(d.unknown_slots(|f| f == "area"), ["oops"]);
        let mut values = BTreeMap::from([("applicant".to_owned(), "董建华".to_owned())]);
        assert_eq!(d.fill("zh", &values), Err(vec!["oops".to_owned()]));
        values.insert("oops".to_owned(), "已受理".to_owned());
        assert_eq!(d.fill("zh", &values).expect("filled").paragraphs, ["董建华：已受理"]);
    }
}
