//! The editor's form: from a type to its fields on the page and back. Nothing is judged here but what
//! cannot be kept at all.

use crate::licences::HolderKind;
use crate::types::model::{Body, Field, FieldKind, Layout, Validity};
use crate::types::rules::MOST_FIELDS;
use guide::packs::text::Text;
use web::frame::Choice;
use web::{Frame, Posted};

/// Empty rows offered beyond those in use.
const SPARE: usize = 2;

/// One field of the type in the form.
pub struct Row {
    /// 1, 2, 3…
    pub n: usize,
    /// Its label, or that it is free.
    pub title: String,
    /// Its kind in words.
    pub note: String,
    /// Whether it is shown unfolded.
    pub open: bool,
    /// Key.
    pub key: String,
    /// Label.
    pub zh: String,
    /// Label in English.
    pub en: String,
    /// Kinds to choose from.
    pub kinds: Vec<Choice>,
    /// Most letters; empty for what is usual.
    pub most: String,
    /// Choices, one a line.
    pub choices: String,
    /// May not be empty.
    pub required: bool,
    /// Masked.
    pub sensitive: bool,
    /// Shown in part.
    pub brief: bool,
}

/// The rows of the form for a type.
pub fn rows(body: &Body, f: &Frame) -> Vec<Row> {
    let kinds = |chosen: &str| {
        let choice = |k: &FieldKind| Choice::new(k.label(), f.tk("types-kind-", k.label()), chosen);
        FieldKind::ALL.iter().map(choice).collect::<Vec<_>>()
    };
    let mut out: Vec<Row> = Vec::new();
    for field in &body.fields {
        let n = out.len() + 1;
        let own = if field.label.zh.is_empty() { &field.key } else { &field.label.zh };
        out.push(Row {
            n,
            title: f.ta2("types-row", "n", n, "name", own),
            note: f.tk("types-kind-", field.kind.label()),
            open: field.label.zh.is_empty() || field.key.is_empty(),
            key: field.key.clone(),
            zh: field.label.zh.clone(),
            en: field.label.en.clone(),
            kinds: kinds(field.kind.label()),
            most: field.most.to_string(),
            choices: field.choices.join("\n"),
            required: field.required,
            sensitive: field.sensitive,
            brief: field.brief,
        });
    }
    for n in (out.len() + 1)..=(body.fields.len() + SPARE).min(MOST_FIELDS) {
        out.push(Row {
            n,
            title: f.ta("types-row-free", "n", n),
            note: String::new(),
            open: body.fields.is_empty() && n == 1,
            key: String::new(),
            zh: String::new(),
            en: String::new(),
            kinds: kinds(FieldKind::Text.label()),
            most: String::new(),
            choices: String::new(),
            required: true,
            sensitive: false,
            brief: false,
        });
    }
    out
}

/// Longest of any text of the form, letters; the browser does not let more be typed.
const MOST_LETTERS: usize = 200;

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MOST_LETTERS).collect()
}

fn lines(text: &str) -> Vec<String> {
    let parts = text.split(['\n', '、', ',', '，']).map(|p| short(p.trim()));
    parts.filter(|p| !p.is_empty()).take(100).collect()
}

/// What was typed, as a type. Rows without key and label are left out.
pub fn body(posted: &Posted, before: &Body) -> Body {
    let mut fields = Vec::new();
    for n in 1..=MOST_FIELDS {
        fields.extend(field(posted, n));
    }
    let months = posted.get("months").parse().unwrap_or(0);
    Body {
        name: Text::new(short(posted.get("name_zh")), short(posted.get("name_en"))),
        holder: HolderKind::parse(posted.get("holder")).unwrap_or(before.holder),
        prefix: short(posted.get("prefix")),
        layout: Layout::parse(posted.get("layout")).unwrap_or(before.layout),
        validity: match posted.get("validity") {
            "months" => Validity::Months { months },
            "until" => Validity::Until { field: short(posted.get("until")) },
            _ => Validity::Long,
        },
        yearly: posted.get("yearly") == "1",
        single: posted.get("single") == "1",
        steps: posted
            .all("steps")
            .into_iter()
            .filter(|s| Body::OPTIONAL.iter().any(|o| o.label() == *s))
            .map(str::to_owned)
            .collect(),
        issuers: lines(&posted.get("issuers").to_ascii_uppercase()),
        fields,
    }
}

fn field(posted: &Posted, n: usize) -> Option<Field> {
    let text = |name: &str| posted.get(&format!("{name}-{n}")).to_owned();
    let (key, zh) = (short(&text("key")), short(&text("zh")));
    if key.is_empty() && zh.is_empty() {
        return None;
    }
    let kind = FieldKind::parse(&text("kind")).unwrap_or(FieldKind::Text);
    let ticks = posted.all(&format!("is-{n}"));
    let is = |name: &str| ticks.contains(&name);
    Some(Field {
        key,
        label: Text::new(zh, short(&text("en"))),
        kind,
        most: text("most").parse().unwrap_or(kind.letters().0),
        required: is("required"),
        sensitive: is("sensitive"),
        brief: is("brief"),
        choices: if kind == FieldKind::Choice { lines(&text("choices")) } else { Vec::new() },
    })
}
