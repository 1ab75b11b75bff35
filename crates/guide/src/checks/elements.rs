//! Statutory elements, both languages, materials, licence face and document kinds.

use super::Findings;
use crate::packs::documents::DocumentKind;
use crate::packs::licence::LicenceFace;
use crate::packs::materials::{Material, Necessity, Way};
use crate::packs::model::{CaseKind, OutcomeKind, Pack, Unit};
use crate::packs::text::Text;
use codes::clock::PauseKind;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// Names for papers that say nothing (国办发〔2018〕45号 forbids 兜底条款 such as 其他材料).
const VAGUE: [&str; 9] = [
    "其他材料",
    "其它材料",
    "其他有关材料",
    "其他相关材料",
    "相关材料",
    "有关材料",
    "其他需要提供的",
    "需要的其他",
    "法律法规规定的其他",
];
/// Endings an upload may have; others cannot be looked at safely.
const ENDINGS: [&str; 5] = ["pdf", "jpg", "png", "ofd", "heic"];

pub(super) fn check(pack: &Pack, out: &mut Findings) {
    statutory(pack, out);
    limits(pack, out);
    words(pack, out);
    let mut keys = BTreeSet::new();
    for material in &pack.materials {
        if !keys.insert(&material.key) {
            let place = format!("material {}", material.key);
            out.error("materials.toml", &place, "key-twice", "two materials have this key");
        }
        check_material(material, out);
    }
    check_delivery(pack, out);
    check_agents(pack, out);
    documents(pack, out);
    match (&pack.licence, pack.item.result.kind) {
        (None, OutcomeKind::Licence) => out.error(
            "item.toml",
            "result",
            "licence-missing",
            "the result is a licence, but there is no licence.toml",
        ),
        (Some(_), OutcomeKind::Record) => out.warn(
            "item.toml",
            "result",
            "licence-unused",
            "licence.toml is there, but the result is only a record",
        ),
        (Some(face), OutcomeKind::Licence) => licence(face, out),
        (None, OutcomeKind::Record) => {}
    }
}

/// Elements the guide norms ask of every item; an empty one is missing.
fn statutory(pack: &Pack, out: &mut Findings) {
    let i = &pack.item;
    let texts: [(&str, &Text); 9] = [
        ("name", &i.name),
        ("dept", &i.dept),
        ("level", &i.level),
        ("type_name", &i.type_name),
        ("fee.text", &i.fee.text),
        ("result.name", &i.result.name),
        ("quantity_limit", &i.quantity_limit),
        ("intermediary", &i.intermediary),
        ("remedy", &i.remedy),
    ];
    let mut missing: Vec<&str> =
        texts.into_iter().filter(|(_, t)| t.is_empty()).map(|(n, _)| n).collect();
    let lists = [
        ("basis", i.basis.is_empty()),
        ("conditions", i.conditions.is_empty()),
        ("audience", i.audience.is_empty()),
        ("windows", i.windows.is_empty()),
        ("marks", i.marks.is_empty()),
        ("consult", i.consult.trim().is_empty()),
        ("complaint", i.complaint.trim().is_empty()),
    ];
    missing.extend(lists.into_iter().filter(|(_, empty)| *empty).map(|(n, _)| n));
    for name in missing {
        let message = "a guide must carry this element; write it, or say that there is none";
        out.error("item.toml", name, "element-missing", message);
    }
    for (place, empty) in [
        ("steps", pack.guide.steps.is_empty()),
        ("for_you", pack.guide.for_you.is_empty()),
        ("summary", pack.guide.summary.is_empty()),
    ] {
        if empty {
            out.error("guide.toml", place, "element-missing", "the guide page needs this part");
        }
    }
    let codes = [
        ("base_code", codes::item::BasicCode::parse(&i.base_code).err()),
        (
            "implementation_code",
            codes::item::ImplementationCode::parse(&i.implementation_code).err(),
        ),
        ("dept_uscc", codes::uscc::Uscc::parse(&i.dept_uscc).err()),
        ("type_code", codes::item::TaskType::parse(&i.type_code).err()),
    ];
    for (place, error) in codes {
        if let Some(error) = error {
            out.error("item.toml", place, "code-wrong", format!("not a valid code: {error}"));
        }
    }
}

fn limits(pack: &Pack, out: &mut Findings) {
    let i = &pack.item;
    if i.promised_limit.rough_days() > i.statutory_limit.rough_days() {
        let message =
            "a promise may only be shorter than the law's limit (优化营商环境条例 art. 37)";
        out.error("item.toml", "promised_limit", "promise-longer", message);
    }
    let instant = i.promised_limit.unit == Unit::Instant || i.promised_limit.n == 0;
    if instant != (i.kind == CaseKind::Instant) {
        let message = "an instant item promises 0, a promised item at least one day";
        out.error("item.toml", "kind", "kind-and-limit", message);
    }
    if i.delivery_limit.rough_days() > 14 {
        let message = "the result is due within 10 working days (行政许可法 art. 44)";
        out.error("item.toml", "delivery_limit", "delivery-longer", message);
    }
    if i.fee.charged && pack.item.basis.is_empty() {
        out.error("item.toml", "fee", "fee-basis", "a fee needs a law (行政许可法 art. 58)");
    }
    for special in &pack.flow.special {
        let place = format!("special {}", special.key);
        let site = special.kind == PauseKind::SiteCheck;
        if special.pauses && special.basis.is_empty() {
            let message = "time is taken out of the limit only by a clause; name it in basis";
            out.error("flow.toml", &place, "pause-basis", message);
        }
        if special.pauses && !special.kind.statutory() {
            let message = "行政许可法 art. 45 does not list a site check; see that basis names the law \
                           that stops the clock";
            out.warn("flow.toml", &place, "pause-site-check", message);
        }
        if site && special.staff < 2 {
            let message = "a check on site needs two officers (行政许可法 art. 34)";
            out.error("flow.toml", &place, "staff-two", message);
        }
    }
}

/// Every phrase in both languages, wherever it stands.
fn words(pack: &Pack, out: &mut Findings) {
    halves("item.toml", &pack.item, out);
    halves("form.layout.toml", &pack.form.sections, out);
    halves("form.layout.toml", &pack.form.pages, out);
    halves("form.layout.toml", &pack.form.title, out);
    halves("conditions.toml", &pack.rules, out);
    halves("flow.toml", &pack.flow, out);
    halves("materials.toml", &pack.materials, out);
    halves("licence.toml", &pack.licence, out);
    halves("guide.toml", &pack.guide, out);
    halves("faq.toml", &pack.faq, out);
    halves("documents.toml", &pack.documents, out);
}

fn halves(file: &str, part: &impl Serialize, out: &mut Findings) {
    // Serialising our own plain structs cannot fail.
    let tree = serde_json::to_value(part).unwrap_or_default();
    visit(file, "", &tree, out);
}

fn visit(file: &str, place: &str, value: &Value, out: &mut Findings) {
    match value {
        Value::Object(map) => {
            if let (Some(zh), Some(en)) = (map.get("zh"), map.get("en")) {
                let blank = |v: &Value| v.as_str().is_none_or(|s| s.trim().is_empty());
                // An option may leave its Chinese to the value itself.
                let zh = blank(zh) && !map.contains_key("value");
                let must = ["label", "name", "title", "question", "answer", "message", "text"];
                let last = place.rsplit('.').next().unwrap_or_default();
                let needed = map.contains_key("value") || must.contains(&last);
                if zh != blank(en) || (needed && blank(en)) {
                    let side = if zh { "Chinese" } else { "English" };
                    let message = format!("the {side} side is missing");
                    out.error(file, place, "translation-missing", message);
                }
            }
            for (key, inner) in map {
                let name = map.get("key").and_then(Value::as_str).filter(|_| inner.is_object());
                let step = name.map_or_else(|| key.clone(), |n| format!("{n}.{key}"));
                visit(file, &joined(place, &step), inner, out);
            }
        }
        Value::Array(items) => {
            for (n, inner) in items.iter().enumerate() {
                let name = inner.get("key").and_then(Value::as_str);
                let step = name.map_or_else(|| n.to_string(), str::to_owned);
                visit(file, &joined(place, &step), inner, out);
            }
        }
        _ => {}
    }
}

fn joined(place: &str, step: &str) -> String {
    if place.is_empty() { step.to_owned() } else { format!("{place}.{step}") }
}

/// What the item offers for delivery must be offered, and what the form asks must be answered.
fn check_delivery(pack: &Pack, out: &mut Findings) {
    let d = &pack.item.delivery;
    let field = pack.form.field(&d.field);
    let answered = |o: &crate::packs::form::Choice| {
        d.answers.get(&o.value).is_some_and(|way| d.ways.contains(way))
    };
    let asked = field.is_some_and(|f| f.options.iter().all(answered));
    if d.ways.is_empty() || (!d.field.is_empty() && !asked) {
        let message = "delivery needs ways, and for a field a way of them for each option";
        out.error("item.toml", "delivery", "delivery-unknown", message);
    }
}

/// Who may send an agent must be asked for what empowers him; who may not, told why.
fn check_agents(pack: &Pack, out: &mut Findings) {
    let agents = &pack.item.agents;
    if agents.allowed && !pack.asks_agents() {
        let message = "an agent needs a power of attorney: a material with when = \"applicant.agent\", \
                       or agents = { allowed = false, why = … }";
        out.error("materials.toml", "agents", "agents-paper", message);
    }
    if !agents.allowed && agents.why.is_empty() {
        let message = "say why nobody may act for the applicant, with the clause";
        out.error("item.toml", "agents", "agents-why", message);
    }
}

fn check_material(m: &Material, out: &mut Findings) {
    let place = format!("material {}", m.key);
    let file = "materials.toml";
    let mut say = |code: &str, message: &str| out.error(file, &place, code, message);
    let words = [&m.name.zh, &m.when_words.zh, &m.note.zh];
    if words.iter().any(|w| VAGUE.iter().any(|v| w.contains(v))) {
        say("material-vague", "name the paper: a catch-all such as 其他材料 may not be asked for");
    }
    if m.ways.is_empty() {
        say("material-no-way", "say how it can come: register, licence, form, reuse or upload");
    }
    if (m.necessity == Necessity::Conditional) != m.when.is_some()
        || (m.when.is_some() && m.when_words.is_empty())
    {
        say("material-condition", "a conditional material, and only that, has when and when_words");
    }
    if m.ways.contains(&Way::Licence) && m.licence.as_ref().is_none_or(|l| l.is_empty()) {
        say("material-licence", "the way licence needs the name of the licence type");
    }
    if m.ways.contains(&Way::Register) && m.facts.is_empty() {
        say("material-facts", "the way register needs the facts that stand for the paper");
    }
    if m.ways.contains(&Way::Upload) {
        let unknown = m.accept.iter().any(|a| !ENDINGS.contains(&a.as_str()));
        if m.accept.is_empty() || unknown || m.max_mib == 0 || m.max_files == 0 {
            say(
                "material-upload",
                "an upload needs accept (pdf jpg png ofd heic), max_mib, max_files",
            );
        }
        if m.sample.is_empty() || m.mistakes.is_empty() {
            out.warn(
                file,
                &place,
                "material-help",
                "say what a good one looks like and what goes wrong",
            );
        }
    }
}

fn documents(pack: &Pack, out: &mut Findings) {
    let file = "documents.toml";
    let mut kinds = BTreeSet::new();
    for d in &pack.documents {
        let place = format!("document {:?}", d.kind);
        if !kinds.insert(d.kind) {
            out.error(file, &place, "key-twice", "two templates of this kind");
        }
        for slot in d.unknown_slots(|f| pack.form.field(f).is_some()) {
            let message = format!("{{{slot}}} is neither on the allow list nor form.<field>");
            out.error(file, &place, "slot-unknown", message);
        }
        let law: &[&str] = match d.kind {
            DocumentKind::Deny | DocumentKind::NotAccepted => &["reason", "basis", "remedy"],
            DocumentKind::Correction => &["missing", "correction_due"],
            _ => &[],
        };
        let text: String = d.body.iter().map(|b| b.zh.as_str()).collect();
        for slot in law.iter().filter(|s| !text.contains(&format!("{{{s}}}"))) {
            let message = format!("{{{slot}}} must be told (行政许可法 arts. 32 and 38)");
            out.error(file, &place, "document-content", message);
        }
    }
    use DocumentKind as K;
    let mut needed =
        vec![K::Receipt, K::Acceptance, K::Correction, K::NotAccepted, K::Grant, K::Deny];
    if !pack.flow.special.is_empty() {
        needed.push(K::Special);
    }
    if pack.flow.extension.is_some() {
        needed.push(K::Extension);
    }
    for kind in needed.into_iter().filter(|k| !kinds.contains(k)) {
        let message = "the procedure can come to this document, but there is no template";
        out.error(file, &format!("document {kind:?}"), "document-missing", message);
    }
}

/// Statements rest on values of the licence itself and have names of their own.
fn statements(face: &LicenceFace, out: &mut Findings) {
    let file = "licence.toml";
    for statement in &face.statement {
        let place = format!("statement {}", statement.key);
        if let Some(error) = statement.value.error() {
            out.error(file, &place, "expression-broken", error);
        }
        let known = |key: &str| key == "today" || face.field.iter().any(|f| f.key == key);
        let mut used = statement.value.variables().iter().chain([&statement.from]);
        if let Some(name) = used.find(|name| !known(name)) {
            let message = format!("{name} is no value of this licence");
            out.error(file, &place, "field-unknown", &message);
        }
        if face.field.iter().any(|f| f.key == statement.key) {
            out.error(file, &place, "key-twice", "a field has this key already");
        }
    }
}

fn licence(face: &LicenceFace, out: &mut Findings) {
    let file = "licence.toml";
    let code = &face.type_code;
    let shape = code.len() == 21 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    if !shape || codes::uscc::Uscc::parse(&code[..18]).is_err() {
        let message = "a type code is the authority's 18-character code and three more characters";
        out.error(file, "type_code", "licence-code", message);
    }
    for field in &face.field {
        if field.value.source().starts_with("issue:") && field.issued().is_none() {
            let place = format!("field {}", field.key);
            out.error(
                file,
                &place,
                "slot-unknown",
                "issue: knows number, issuer, issued_day, valid_from, valid_until, id",
            );
        }
    }
    statements(face, out);
    for mark in &face.face.text {
        let place = format!("text {}{}", mark.text, mark.field);
        if mark.text.is_empty() == mark.field.is_empty() {
            out.error(file, &place, "face-text", "a mark has either a text or a field");
        } else if mark.text.is_empty() && face.field.iter().all(|f| f.key != mark.field) {
            out.error(file, &place, "face-text", "no such licence field");
        }
        let (w, h) = (face.face.width, face.face.height);
        if !(0.0..=w).contains(&mark.x)
            || !(mark.size..=h).contains(&mark.y)
            || mark.x + mark.wrap > w
        {
            out.error(file, &place, "face-outside", "the mark leaves the page");
        }
    }
    for (name, r) in [("seal", face.face.seal), ("qr", face.face.qr)] {
        if r.x < 0.0
            || r.y < 0.0
            || r.x + r.size > face.face.width
            || r.y + r.size > face.face.height
        {
            out.error(file, name, "face-outside", "the mark leaves the page");
        }
    }
    for field in face.field.iter().filter(|f| face.face.text.iter().all(|t| t.field != f.key)) {
        let place = format!("field {}", field.key);
        out.warn(file, &place, "face-unprinted", "carried as data, but not printed on the face");
    }
}
