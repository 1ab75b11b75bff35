//! Answers of a form, each with where it came from.

use codes::time::Stamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where a value came from; decides the badge beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// 本人填写.
    #[serde(rename = "self")]
    Applicant,
    /// A department's register, e.g. 公安户籍 · 已核验.
    Register,
    /// An electronic licence of the applicant.
    Licence,
    /// 上次办事填写.
    Reuse,
    /// 拍照识别，请核对.
    Ocr,
    /// 窗口代填.
    Clerk,
    /// Somebody acting for the applicant.
    Proxy,
    /// Set by the platform: the date, a fixed value of the item.
    Fixed,
}

/// One answer and its story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldValue {
    /// The answer; shape given by the field's widget.
    pub value: Value,
    /// Where it came from.
    pub source: Source,
    /// Name of the department or licence, or the clerk's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_org: Option<String>,
    /// When it was fetched or last filled in there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetched_at: Option<Stamp>,
    /// Not editable; 信息不对 leads to an objection.
    #[serde(default)]
    pub locked: bool,
    /// The value as fetched, kept for the approver when the applicant changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<Value>,
    /// The register could not be asked: 暂时取不到, compared later.
    #[serde(default)]
    pub unavailable: bool,
}

impl FieldValue {
    /// A value typed in by `source`.
    pub fn typed(value: Value, source: Source) -> Self {
        Self {
            value,
            source,
            source_org: None,
            fetched_at: None,
            locked: false,
            original: None,
            unavailable: false,
        }
    }

    /// Whether the value came from somewhere else than hands in this case.
    pub fn prefilled(&self) -> bool {
        !is_empty(&self.value)
            && self.original.is_none()
            && matches!(
                self.source,
                Source::Register | Source::Licence | Source::Reuse | Source::Fixed | Source::Ocr
            )
    }
}

/// All answers of one form, by field key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Values(pub BTreeMap<String, FieldValue>);

impl Values {
    /// The answer to a field; `Null` when there is none.
    pub fn get(&self, key: &str) -> &Value {
        self.0.get(key).map_or(&Value::Null, |v| &v.value)
    }

    /// The answer as text, empty when it is none or no text.
    pub fn text(&self, key: &str) -> &str {
        self.get(key).as_str().unwrap_or_default()
    }

    /// Whether a field has an answer.
    pub fn given(&self, key: &str) -> bool {
        !is_empty(self.get(key))
    }

    /// Answers typed by one hand, for tests and the window.
    pub fn typed(answers: impl IntoIterator<Item = (String, Value)>, source: Source) -> Self {
        Self(answers.into_iter().map(|(k, v)| (k, FieldValue::typed(v, source))).collect())
    }

    /// The bare answers, without their stories.
    pub fn plain(&self) -> serde_json::Map<String, Value> {
        self.0.iter().map(|(k, v)| (k.clone(), v.value.clone())).collect()
    }

    /// Takes over posted answers. A locked value stays; a changed prefilled one becomes `source`'s
    /// own and keeps what was fetched first as `original`, for the approver.
    pub fn change(&mut self, changes: &Changes, source: Source, by: Option<&str>) {
        for (key, value) in &changes.0 {
            match self.0.get_mut(key) {
                Some(old) if old.locked || old.value == *value => {}
                Some(old) => {
                    let first =
                        old.original.take().or_else(|| old.prefilled().then(|| old.value.clone()));
                    old.value = value.clone();
                    old.original = first;
                    old.source = source;
                    old.source_org = by.map(str::to_owned);
                    old.fetched_at = None;
                }
                None if is_empty(value) => {}
                None => {
                    let mut fresh = FieldValue::typed(value.clone(), source);
                    fresh.source_org = by.map(str::to_owned);
                    self.0.insert(key.clone(), fresh);
                }
            }
        }
    }
}

/// New answers out of one posted page, not yet taken over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Changes(pub BTreeMap<String, Value>);

/// No answer: null, blank text, an empty list, a table whose rows are all blank, or an unticked box
/// is an answer (`false`) and so not empty.
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(s) => s.trim().is_empty(),
        Value::Array(a) => a.iter().all(is_empty),
        Value::Object(o) => o.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn one(key: &str, value: Value) -> Changes {
        Changes(BTreeMap::from([(key.to_owned(), value)]))
    }

    #[test]
    fn a_changed_prefill_keeps_what_was_fetched() {
        let mut values = Values::default();
        let mut fetched = FieldValue::typed(json!(82), Source::Register);
        fetched.source_org = Some("示例区市场监督管理局".to_owned());
        values.0.insert("area".to_owned(), fetched);
        values.change(&one("area", json!(86)), Source::Applicant, None);
        let now = &values.0["area"];
        assert_eq!((&now.value, now.original.as_ref()), (&json!(86), Some(&json!(82))));
        assert_eq!(now.source, Source::Applicant);
        values.change(&one("area", json!(87)), Source::Clerk, Some("1023"));
        let now = &values.0["area"];
        assert_eq!(now.original, Some(json!(82)), "the first fetched value stays");
        assert_eq!(now.source_org.as_deref(), Some("1023"));
    }

    #[test]
    fn a_locked_value_cannot_be_posted_over() {
        let mut values = Values::default();
        let mut fetched = FieldValue::typed(json!("示例区邓记面馆"), Source::Register);
        fetched.locked = true;
        values.0.insert("ent_name".to_owned(), fetched.clone());
        values.change(&one("ent_name", json!("别家")), Source::Applicant, None);
        assert_eq!(values.0["ent_name"], fetched);
    }

    #[test]
    fn emptiness_looks_inside_tables() {
        for v in [json!(null), json!(" "), json!([]), json!([{"a": ""}])] {
            assert!(is_empty(&v), "{v}");
        }
        for v in [json!(false), json!(0), json!("x"), json!([{"a": "", "b": "1"}])] {
            assert!(!is_empty(&v), "{v}");
        }
    }
}
