//! Each finding code is shown by a pack broken in one place.

use super::*;
use crate::packs::load;
use std::collections::BTreeMap;

fn shipped(slug: &str) -> BTreeMap<String, String> {
    load::shipped_files(slug).expect("shipped pack")
}

/// The codes found after replacing one text in one file of a shipped pack.
fn codes_after(slug: &str, file: &str, from: &str, to: &str) -> Vec<String> {
    let mut files = shipped(slug);
    let text = files.get_mut(file).expect("file");
    assert!(text.contains(from), "{file} has no {from}");
    *text = text.replacen(from, to, 1);
    codes_of(slug, &files)
}

fn codes_of(slug: &str, files: &BTreeMap<String, String>) -> Vec<String> {
    let findings = match load::parse(slug, files) {
        Ok(pack) => check(&pack),
        Err(errors) => load_findings(errors),
    };
    findings.into_iter().map(|f| f.code).collect()
}

#[test]
fn shipped_packs_have_no_findings() {
    assert_eq!(load::load_shipped().len(), 3);
    for pack in load::load_shipped() {
        let findings = check(pack);
        assert_eq!(findings, [], "{}", pack.slug);
    }
}

const ITEM: &str = "item.toml";
const FORM: &str = "form.layout.toml";
const SCHEMA: &str = "form.schema.json";
const RULES: &str = "conditions.toml";
const FLOW: &str = "flow.toml";
const PAPERS: &str = "materials.toml";
const FACE: &str = "licence.toml";
const DOCS: &str = "documents.toml";
const TESTS: &str = "tests.toml";

/// (code, file of spjy-xb, text, its replacement)
const BREAKS: &[(&str, &str, &str, &str)] = &[
    ("looks-ahead", FORM, "show_if = \"simple_make\"", "show_if = \"online\""),
    ("file-syntax", ITEM, "version = 1", "version = \"one\""),
    ("file-syntax", SCHEMA, "\"type\": \"object\"", "\"type\" \"object\""),
    ("file-syntax", FLOW, "start = \"apply\"", "start = \"apply\"\nstrat = 1"),
    ("element-missing", ITEM, "consult = \"0000-12345\"", "consult = \"\""),
    ("element-missing", ITEM, "marks = [\"网上办\", \"一次办\"]", "marks = []"),
    ("code-wrong", ITEM, "base_code = \"990114013000\"", "base_code = \"99011401300\""),
    ("promise-longer", ITEM, "promised_limit = { n = 5,", "promised_limit = { n = 11,"),
    ("kind-and-limit", ITEM, "kind = \"promised\"", "kind = \"instant\""),
    ("delivery-longer", ITEM, "delivery_limit = { n = 5,", "delivery_limit = { n = 11,"),
    ("translation-missing", ITEM, "en = \"County level\"", "en = \"\""),
    ("translation-missing", FORM, "en = \"Sole trader\"", "en = \"\""),
    ("licence-unused", ITEM, "kind = \"licence\"", "kind = \"record\""),
    (
        "pause-basis",
        FLOW,
        "pauses = true\nbasis = { zh = \"《行政许可法》第四十五条\", en = \"Administrative Licensing Law, art. 45\" }",
        "pauses = true\nbasis = {}",
    ),
    ("pause-site-check", FLOW, "pauses = false", "pauses = true"),
    ("staff-two", FLOW, "staff = 2", "staff = 1"),
    ("schema-broken", SCHEMA, "\"minimum\": 1,", "\"minimum\": \"one\","),
    ("schema-and-layout", SCHEMA, "\"store_addr\": {", "\"stock_addr\": {"),
    ("schema-and-layout", SCHEMA, "\"required\": [\"apply_kind\",", "\"required\": [\"nothing\","),
    (
        "type-differs",
        SCHEMA,
        "\"site\": { \"type\": \"string\"",
        "\"site\": { \"type\": \"number\"",
    ),
    ("options-differ", SCHEMA, "\"含网络经营\", ", ""),
    ("table-bound", SCHEMA, "\"maxItems\": 20", "\"maxItems\": 200"),
    ("key-twice", FORM, "key = \"store_addr\"", "key = \"area\""),
    ("key-form", FORM, "key = \"store_addr\"", "key = \"today\""),
    ("section-unknown", FORM, "section = \"shop\"", "section = \"shed\""),
    (
        "page-long",
        FORM,
        "[[page]]\nkey = \"more\"\nsection = \"shop\"\ntitle = { zh = \"店里还有哪些地方？\", en = \"What else belongs to the shop?\" }\nhint = { zh = \"没有的可以不填。\", en = \"Leave out what you do not have.\" }\n",
        "",
    ),
    (
        "page-empty",
        FORM,
        "[[section]]\nkey = \"files\"",
        "[[section]]\nkey = \"empty\"\ntitle = { zh = \"空\", en = \"Empty\" }\n[[section]]\nkey = \"files\"",
    ),
    ("source-unknown", FORM, "register:enterprise.name", "register:enterprise.nickname"),
    ("source-unknown", FORM, "fixed:新办", "fixed:旧办"),
    (
        "purpose-missing",
        FORM,
        "purpose = { zh = \"确认主体类型\", en = \"To confirm the type of business\" }\n",
        "",
    ),
    (
        "not-sensitive",
        FORM,
        "prefill = [\"register:account.id_no\"]\nsensitive = true",
        "prefill = [\"register:account.id_no\"]",
    ),
    ("locked-unfilled", FORM, "prefill = [\"fixed:新办\"]\n", ""),
    ("material-unknown", FORM, "material = \"layout\"", "material = \"plan\""),
    ("expression-broken", RULES, "must = \"kitchen_area <= area\"", "must = \"kitchen_area <=\""),
    ("field-unknown", RULES, "must = \"kitchen_area <= area\"", "must = \"kitchen <= area\""),
    ("field-unknown", FORM, "show_if = \"online\"", "show_if = \"on_line\""),
    ("field-unknown", FACE, "value = \"addr\"", "value = \"address\""),
    ("field-unknown", PAPERS, "when = \"auto_device\"", "when = \"device\""),
    (
        "fact-unknown",
        RULES,
        "facts.enterprise.status == '存续'",
        "facts.enterprise.state == '存续'",
    ),
    ("rule-without-field", RULES, "fields = [\"systems\"]\n", ""),
    ("slot-unknown", RULES, "（{area} 平方米）", "（{size} 平方米）"),
    ("slot-unknown", DOCS, "{accepted_day}", "{accepted_date}"),
    ("slot-unknown", FACE, "issue:number", "issue:numbers"),
    ("step-unknown", FLOW, "start = \"apply\"", "start = \"begin\""),
    ("step-unknown", FLOW, "to = \"refused\"", "to = \"refuse\""),
    ("step-unreachable", FLOW, "  { on = \"not-accept\", to = \"refused\" },\n", ""),
    ("dead-end", FLOW, "next = [{ on = \"issue\", to = \"deliver\" }]", "next = []"),
    (
        "event-twice",
        FLOW,
        "{ on = \"deny\", to = \"denied\" }",
        "{ on = \"grant\", to = \"denied\" }",
    ),
    ("no-decision", FLOW, "  { on = \"deny\", to = \"denied\" },\n", ""),
    (
        "end-goes-on",
        FLOW,
        "role = \"system\"\nend = true",
        "role = \"system\"\nend = true\nnext = [{ on = \"return\", to = \"apply\" }]",
    ),
    ("step-longer", FLOW, "limit = { n = 4,", "limit = { n = 40,"),
    ("special-unknown", FLOW, "special = [\"hearing\"]", "special = [\"talk\"]"),
    (
        "special-unused",
        FLOW,
        "special = [\"site-check\", \"testing\", ",
        "special = [\"site-check\", ",
    ),
    (
        "auto-and-kind",
        FLOW,
        "[extension]",
        "[auto]\ngrant_if = \"true\"\nrefuse = \"person\"\n\n[extension]",
    ),
    ("material-vague", PAPERS, "zh = \"授权委托书\"", "zh = \"其他材料\""),
    ("agents-paper", PAPERS, "when = \"applicant.agent\"", "when = \"auto_device\""),
    ("agents-why", ITEM, "fee = {", "agents = { allowed = false }\nfee = {"),
    ("material-no-way", PAPERS, "ways = [\"form\"]", "ways = []"),
    ("material-condition", PAPERS, "when = \"auto_device\"\n", ""),
    ("material-licence", PAPERS, "licence = \"营业执照\"\n", ""),
    ("material-facts", PAPERS, "facts = [\"enterprise.status\"]\n", ""),
    (
        "material-upload",
        PAPERS,
        "accept = [\"pdf\", \"jpg\", \"png\", \"ofd\", \"heic\"]",
        "accept = [\"exe\"]",
    ),
    (
        "material-help",
        PAPERS,
        "sample = { zh = \"样本：授权委托书一页\", en = \"Sample: a one-page power of attorney\" }\n",
        "",
    ),
    ("document-missing", DOCS, "kind = \"receipt\"", "kind = \"extension\""),
    (
        "document-content",
        DOCS,
        "因{reason}，根据{basis}，决定不予受理",
        "根据{basis}，决定不予受理",
    ),
    ("licence-code", FACE, "type_code = \"11100000MB0143028R901\"", "type_code = \"SPJY\""),
    ("face-text", FACE, "field = \"holder\", wrap", "field = \"owner\", wrap"),
    ("face-outside", FACE, "x = 148.5, y = 42.0", "x = 348.5, y = 42.0"),
    ("face-unprinted", FACE, "  { x = 196.0, y = 128.0, size = 5.0, field = \"until\" },\n", ""),
    ("test-none", TESTS, "", ""),
    ("test-failed", TESTS, "due = \"2026-11-23\"", "due = \"2026-11-24\""),
    ("test-failed", TESTS, "ends = \"lapsed\"", "ends = \"done\""),
    (
        "rule-untested",
        RULES,
        "kind = \"look\"\nmust = \"addr ==",
        "kind = \"accept\"\nmust = \"addr ==",
    ),
];

#[test]
fn each_code_is_found_in_a_pack_broken_for_it() {
    for (code, file, from, to) in BREAKS {
        let found = if from.is_empty() {
            let mut files = shipped("spjy-xb");
            files.insert((*file).to_owned(), String::new());
            codes_of("spjy-xb", &files)
        } else {
            codes_after("spjy-xb", file, from, to)
        };
        assert!(found.iter().any(|c| c == code), "{code} in {file}: found {found:?}");
    }
}

#[test]
fn an_overlarge_file_is_not_read() {
    let dir = std::env::temp_dir().join(format!("pack-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("folder");
    for (file, text) in shipped("yl-rz") {
        std::fs::write(dir.join(file), text).expect("write");
    }
    assert!(!check_paths(std::slice::from_ref(&dir)).failed());
    std::fs::write(dir.join("faq.toml"), "#".repeat(600 * 1024)).expect("write");
    let report = check_paths(std::slice::from_ref(&dir));
    std::fs::remove_dir_all(&dir).expect("clean up");
    assert!(report.text().contains("file-unreadable"), "{}", report.text());
}

#[test]
fn missing_files_are_named() {
    for file in load::FILES {
        let mut files = shipped("spjy-xb");
        files.remove(file);
        let want = if file == "licence.toml" { "licence-missing" } else { "file-missing" };
        assert!(codes_of("spjy-xb", &files).iter().any(|c| c == want), "{file}");
    }
}

#[test]
fn a_fee_needs_a_law_and_an_instant_item_its_rule() {
    let mut files = shipped("jdc-jybz");
    let flow = files.get_mut(FLOW).expect("flow");
    let at = flow.find("[auto]").expect("auto");
    flow.truncate(at);
    assert!(codes_of("jdc-jybz", &files).iter().any(|c| c == "auto-and-kind"));
    let mut pack = load::parse("jdc-jybz", &shipped("jdc-jybz")).expect("pack");
    pack.item.fee.charged = true;
    pack.item.basis.clear();
    assert!(check(&pack).iter().any(|f| f.code == "fee-basis"));
}

#[test]
fn folders_are_found_and_reported() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs");
    let report = check_paths(&[PathBuf::from(root)]);
    assert_eq!(report.packs.len(), 3, "{}", report.text());
    assert!(!report.failed(), "{}", report.text());
    assert_eq!(check_paths(&[]).packs.len(), 3);
    let nowhere = check_paths(&[PathBuf::from("/nowhere/at/all")]);
    assert!(nowhere.failed() && nowhere.text().contains("file-missing"));
    assert!(nowhere.json().contains("\"code\": \"file-missing\""));
}

#[test]
fn the_manual_explains_every_code() {
    let manual = include_str!("../../../../docs/packs.md");
    let sources = [
        include_str!("elements.rs"),
        include_str!("exprs.rs"),
        include_str!("fields.rs"),
        include_str!("paths.rs"),
        include_str!("cases.rs"),
        include_str!("../editions/offers.rs"),
    ];
    // What only a node can tell is shown where versions are kept.
    let shown_by_a_node = include_str!("../editions/tests.rs");
    let tested: Vec<&str> = BREAKS.iter().map(|b| b.0).collect();
    for (code, ..) in BREAKS {
        assert!(manual.contains(&format!("`{code}`")), "docs/packs.md has no {code}");
    }
    // Each code in the manual's table is raised somewhere and shown by a broken pack.
    let table = manual.split("## What the checker finds").nth(1).expect("table");
    let codes = table.lines().filter(|l| l.starts_with("| `")).flat_map(|l| {
        l.split('|').nth(1).unwrap_or_default().split('`').filter(|w| w.contains('-'))
    });
    for code in codes {
        let elsewhere = ["file-missing", "file-unreadable", "fee-basis", "licence-missing"];
        let at_node = shown_by_a_node.contains(&format!("\"{code}\""));
        assert!(
            tested.contains(&code) || elsewhere.contains(&code) || at_node,
            "{code} has no test"
        );
        let raised = sources.iter().any(|s| s.contains(&format!("\"{code}\"")));
        assert!(raised || code.starts_with("file-"), "{code} is never raised");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    /// Any damage to any file is refused or reported; nothing panics.
    #[test]
    fn damage_never_panics(
        file in 0_usize..11,
        at in 0.0_f64..1.0,
        cut in 0_usize..40,
        junk in "\\PC{0,12}",
    ) {
        let mut files = shipped("jdc-jybz");
        let text = files.get_mut(load::FILES[file]).expect("file");
        let chars: Vec<char> = text.chars().collect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a text")]
        let start = (at * chars.len() as f64) as usize;
        let rest = chars.iter().skip(start + cut);
        *text = chars.iter().take(start).chain(&junk.chars().collect::<Vec<_>>()).chain(rest).collect();
        let _ = codes_of("jdc-jybz", &files);
    }
}
