//! What a licence type must be before it may be published, told all at once and in words.

use super::face;
use super::model::{Body, Field, FieldKind, Validity};
use codes::uscc::Uscc;

/// Letters of a type code: USCC of the defining authority and three digits.
pub const CODE_LETTERS: usize = 21;
/// Most fields of its own a type may have.
pub const MOST_FIELDS: usize = 24;
/// Most months a licence can be valid without being long-term.
pub const MOST_MONTHS: u32 = 600;
/// Most further units that issue a type.
pub const MOST_ISSUERS: usize = 50;
/// Most choices of a field.
pub const MOST_CHOICES: usize = 50;

/// Keys every licence has beside the fields of its type.
pub const COMMON: &[&str] = &["number", "holder", "holder_code", "issuer", "issued", "until"];

/// Something that keeps a type from being published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Id of the field of the editor.
    pub at: String,
    /// Ending of its words: `types-fault-<code>`.
    pub code: &'static str,
    /// Which field of the type, by label or key; empty where there is none.
    pub what: String,
}

fn fault(at: impl Into<String>, code: &'static str, what: &str) -> Fault {
    Fault { at: at.into(), code, what: what.to_owned() }
}

/// Whether a text is a type code: 18 letters whose check holds, three digits.
pub fn is_code(code: &str) -> bool {
    code.len() == CODE_LETTERS
        && code.is_ascii()
        && Uscc::parse(&code[..18]).is_ok_and(|uscc| uscc.as_str() == &code[..18])
        && code[18..].bytes().all(|b| b.is_ascii_digit())
}

/// A text of between `least` and `most` letters.
fn sized(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.trim().chars().count())
}

/// Everything that keeps a type from being published; empty when nothing does.
pub fn faults(code: &str, body: &Body) -> Vec<Fault> {
    let mut found = Vec::new();
    if !is_code(code) {
        found.push(fault("code", "code", code));
    }
    if !sized(&body.name.zh, 2, 30) {
        found.push(fault("name_zh", "name-zh", ""));
    }
    if !sized(&body.name.en, 2, 80) {
        found.push(fault("name_en", "name-en", ""));
    }
    let plain =
        |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || ('一'..='龥').contains(&c);
    if !sized(&body.prefix, 0, 12) || !body.prefix.chars().all(plain) {
        found.push(fault("prefix", "prefix", &body.prefix));
    }
    for uscc in &body.issuers {
        if Uscc::parse(uscc).is_err() {
            found.push(fault("issuers", "issuer", uscc));
        }
    }
    if body.issuers.len() > MOST_ISSUERS {
        found.push(fault("issuers", "issuers", ""));
    }
    found.extend(of_validity(body));
    if body.fields.is_empty() || body.fields.len() > MOST_FIELDS {
        found.push(fault("field-1", "fields", ""));
    }
    if !body.fields.is_empty() && !body.fields.iter().any(|f| f.brief) {
        found.push(fault("field-1", "brief", ""));
    }
    for (n, field) in body.fields.iter().enumerate() {
        found.extend(of_field(body, n, field));
    }
    if found.is_empty() && !face::fits(body) {
        found.push(fault("layout", "layout", ""));
    }
    found
}

fn of_validity(body: &Body) -> Option<Fault> {
    match &body.validity {
        Validity::Long => None,
        Validity::Months { months } if (1..=MOST_MONTHS).contains(months) => None,
        Validity::Months { .. } => Some(fault("months", "months", "")),
        Validity::Until { field } => {
            let day = |f: &Field| f.kind == FieldKind::Date && f.required;
            let good = body.field(field).is_some_and(day);
            (!good).then(|| fault("until", "until", field))
        }
    }
}

fn of_field(body: &Body, n: usize, field: &Field) -> Vec<Fault> {
    let at = format!("field-{}", n + 1);
    let name = if field.label.zh.trim().is_empty() { &field.key } else { &field.label.zh };
    let mut found = Vec::new();
    let mut say = |wrong: bool, code: &'static str| {
        if wrong {
            found.push(fault(at.clone(), code, name));
        }
    };
    let letters =
        field.key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let begins = field.key.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    say(!letters || !begins || field.key.len() > 24, "key");
    say(COMMON.contains(&field.key.as_str()), "key-common");
    say(body.fields[..n].iter().any(|f| f.key == field.key), "key-twice");
    say(body.fields[..n].iter().any(|f| f.label.zh == field.label.zh), "label-twice");
    say(!sized(&field.label.zh, 1, 12), "label-zh");
    say(!sized(&field.label.en, 1, 40), "label-en");
    say(!(1..=field.kind.letters().1).contains(&field.most), "most");
    let choice = field.kind == FieldKind::Choice;
    let most = field.most as usize;
    let good = |c: &String| sized(c, 1, most);
    say(
        choice
            && (!(2..=MOST_CHOICES).contains(&field.choices.len())
                || !field.choices.iter().all(good)),
        "choices",
    );
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::licences::HolderKind;
    use guide::packs::text::Text;

    fn field(key: &str, zh: &str) -> Field {
        Field {
            key: key.into(),
            label: Text::new(zh, key),
            kind: FieldKind::Text,
            most: 20,
            required: true,
            sensitive: false,
            brief: true,
            choices: Vec::new(),
        }
    }

    fn body() -> Body {
        let mut body =
            Body::new(Text::new("示例备案凭证", "Sample record"), HolderKind::Enterprise);
        body.fields = vec![field("scope", "经营范围"), field("place", "经营地址")];
        body
    }

    const CODE: &str = "11990102000000377D001";

    fn codes(code: &str, body: &Body) -> Vec<&'static str> {
        faults(code, body).into_iter().map(|f| f.code).collect()
    }

    #[test]
    fn a_whole_type_has_no_fault_and_each_fault_is_told() {
        assert_eq!(codes(CODE, &body()), [""; 0]);
        for bad in ["", "11990102000000377D", "11990102000000377E001", "11990102000000377D00A"] {
            assert_eq!(codes(bad, &body()), ["code"], "{bad}");
        }
        let with = |change: fn(&mut Body)| {
            let mut changed = body();
            change(&mut changed);
            codes(CODE, &changed)
        };
        for (change, expected) in [
            ((|b| b.name.zh.clear()) as fn(&mut Body), "name-zh"),
            (|b| b.name.en.clear(), "name-en"),
            (|b| b.prefix = "a b".into(), "prefix"),
            (|b| b.issuers = vec!["11990102000000377E".into()], "issuer"),
            (|b| b.fields.clear(), "fields"),
            (|b| b.fields.iter_mut().for_each(|f| f.brief = false), "brief"),
            (|b| b.validity = Validity::Months { months: 0 }, "months"),
            (|b| b.validity = Validity::Until { field: "scope".into() }, "until"),
            (|b| b.fields[0].key = "Scope".into(), "key"),
            (|b| b.fields[0].key = "number".into(), "key-common"),
            (|b| b.fields[1].key = "scope".into(), "key-twice"),
            (|b| b.fields[1].label.zh = "经营范围".into(), "label-twice"),
            (|b| b.fields[0].label.zh = "经".repeat(13), "label-zh"),
            (|b| b.fields[0].label.en.clear(), "label-en"),
            (|b| b.fields[0].most = 61, "most"),
            (|b| b.fields[0].kind = FieldKind::Choice, "choices"),
        ] {
            assert_eq!(with(change), [expected]);
        }
    }

    #[test]
    fn what_does_not_fit_on_its_sheet_is_told() {
        let mut body = body();
        body.layout = super::super::model::Layout::Small;
        assert!(faults(CODE, &body).is_empty());
        body.fields = (0..8).map(|n| field(&format!("f{n}"), &format!("第{n}项"))).collect();
        assert_eq!(codes(CODE, &body), ["layout"]);
        body.layout = super::super::model::Layout::Certificate;
        assert_eq!(codes(CODE, &body), [""; 0]);
    }
}
