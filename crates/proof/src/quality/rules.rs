//! What is wrong with a licence, as pure functions over what it says.

use crate::licences::FaceField;
use crate::types::Body;
use codes::licence::LicenceId;
use std::collections::BTreeMap;

/// Whether an identifier reads and its last letter is right.
pub fn checks(identifier: &str) -> bool {
    LicenceId::parse(identifier).is_ok_and(|id| id.check_holds())
}

/// Labels of the fields that a type requires and a licence leaves empty.
pub fn missing(body: &Body, fields: &[FaceField]) -> Vec<String> {
    let has = |key: &str| fields.iter().any(|f| f.key == key && !f.value.trim().is_empty());
    let empty = body.fields.iter().filter(|f| f.required && !has(&f.key));
    empty.map(|f| f.label.zh.clone()).collect()
}

/// Labels of the fields that a register knows otherwise; what it does not know is no difference.
pub fn differing(fields: &[FaceField], known: &BTreeMap<String, String>) -> Vec<String> {
    let other = |f: &&FaceField| known.get(&f.key).is_some_and(|v| !v.is_empty() && *v != f.value);
    fields.iter().filter(other).map(|f| f.zh.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::licences::HolderKind;
    use crate::types::{Field, FieldKind};
    use guide::packs::text::Text;

    fn value(key: &str, value: &str) -> FaceField {
        FaceField {
            key: key.into(),
            zh: format!("{key}名"),
            en: String::new(),
            value: value.into(),
            sensitive: false,
            brief: false,
        }
    }

    #[test]
    fn what_is_empty_and_what_differs_is_named_by_its_label() {
        let mut body = Body::new(Text::new("登记证", "Registration"), HolderKind::Person);
        let field = |key: &str, required| Field {
            key: key.into(),
            label: Text::new(format!("{key}名"), key),
            kind: FieldKind::Text,
            most: 9,
            required,
            sensitive: false,
            brief: true,
            choices: Vec::new(),
        };
        body.fields = vec![field("a", true), field("b", false), field("c", true)];
        let fields = [value("a", " "), value("b", ""), value("d", "x")];
        assert_eq!(missing(&body, &fields), ["a名", "c名"]);
        let known = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
        };
        assert_eq!(differing(&fields, &known(&[("d", "y"), ("b", ""), ("e", "z")])), ["d名"]);
        assert_eq!(differing(&fields, &known(&[("d", "x")])), [""; 0]);
    }

    #[test]
    fn an_identifier_with_a_wrong_last_letter_is_found() {
        let id = LicenceId::new("11990102000000377D001", "11990102000000377D", "2026000001", 1);
        let id = id.expect("made").to_string();
        assert!(checks(&id));
        let wrong = if id.ends_with('A') { "B" } else { "A" };
        assert!(!checks(&format!("{}{wrong}", &id[..id.len() - 1])));
        assert!(!checks("nothing"));
    }
}
