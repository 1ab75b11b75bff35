//! The engine on the shipped packs: hostile posts, pages, prefill from the sandbox, decisions.

use super::posted::{MAX_PAIRS, MAX_ROWS};
use super::prefill::{self, Fact, Facts, Origin};
use super::rules::{Decision, Verdict};
use crate::packs::materials::{HeldLicence, Way};
use crate::packs::sandbox::Sandbox;
use crate::packs::{
    Applicant, Audience, Circumstances, Pack, RuleKind, Source, Values, load_shipped, shipped,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const DAY: &str = "2026-11-21";
const DONG: &str = "990103199302155943";

fn food() -> Arc<Pack> {
    shipped("spjy-xb").expect("shipped")
}

fn trader() -> Applicant {
    Applicant { kind: Audience::SoleTrader, agent: false }
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
}

#[test]
fn hostile_posts_are_refused_with_their_code() {
    let long_name = "a".repeat(200);
    let long_value = "字".repeat(4_001);
    let cases: &[(&str, &str, &str)] = &[
        ("nothing", "x", "post-unknown"),
        ("area.0.x", "1", "post-unknown"),
        ("layout", "file", "post-unknown"),
        ("mgr.0", "x", "post-unknown"),
        ("mgr.0.nobody", "x", "post-unknown"),
        ("mgr.0.name.extra", "x", "post-unknown"),
        ("mgr.-1.name", "x", "post-unknown"),
        ("mgr.+1.name", "x", "post-unknown"),
        ("mgr.１.name", "x", "post-unknown"),
        ("mgr.99999999999999999999.name", "x", "post-unknown"),
        ("mgr.50.name", "x", "post-rows"),
        ("mgr.999.name", "x", "post-rows"),
        ("date.x", "1", "post-unknown"),
        ("__proto__.x", "1", ""),
        ("constructor", "1", "post-unknown"),
        ("", "1", "post-name"),
        ("are\u{0}a", "1", "post-name"),
        (&long_name, "1", "post-name"),
        ("addr", "a\u{0}b", "post-control"),
        ("addr", "a\u{202e}b", "post-control"),
        ("addr", "a\nb", "post-control"),
        ("mgr.0.name", "a\u{7f}b", "post-control"),
        ("agent_scope", "a\nb", ""),
        ("agent_scope", "a\u{8}b", "post-control"),
        ("addr", &long_value, "post-value"),
        ("csrf", "anything", ""),
        ("_anything", "x", ""),
    ];
    for (name, value, want) in cases {
        let got = food().form.parse_posted(&pairs(&[(name, value)]), None);
        assert_eq!(got.err().map_or("", |e| e.code), *want, "{name} {value:?}");
    }
    let twice = pairs(&[("area", "86"), ("area", "87")]);
    assert_eq!(food().form.parse_posted(&twice, None).expect_err("twice").code, "post-twice");
    let same = pairs(&[("area", "86"), ("area", "86")]);
    assert!(food().form.parse_posted(&same, None).is_ok());
    let many = vec![("area".to_owned(), "1".to_owned()); MAX_PAIRS + 1];
    assert_eq!(food().form.parse_posted(&many, None).expect_err("many").code, "post-too-many");
    let heavy = vec![("_x".to_owned(), "y".repeat(3_000)); 100];
    assert_eq!(food().form.parse_posted(&heavy, None).expect_err("big").code, "post-too-large");
}

#[test]
fn another_pages_field_is_refused_on_a_whole_page() {
    let pack = food();
    let page = pack.form.page("shop").expect("page");
    let got = pack.form.parse_posted(&pairs(&[("online", "yes")]), Some(page));
    assert_eq!(got.expect_err("other page").code, "post-unknown");
}

#[test]
fn values_are_read_as_people_type_them() {
    let ok: &[(&str, &str, Value)] = &[
        ("area", "86", json!(86)),
        ("area", " 86 平方米 ", json!(86)),
        ("area", "８６．５㎡", json!(86.5)),
        ("area", "1,086.50", json!(1086.5)),
        ("area", "", Value::Null),
        ("max_diners", "36人", json!(36)),
        ("date", "2026年11月21日", json!("2026-11-21")),
        ("date", "20261121", json!("2026-11-21")),
        ("online", "是", json!(true)),
        ("online", "no", json!(false)),
        ("promise", "on", json!(true)),
        ("main_format", "餐饮服务经营者", json!("餐饮服务经营者")),
        ("make_items", "热食类食品制售", json!(["热食类食品制售"])),
        ("make_items", "", json!([])),
        ("agent_id", "99010319930215594３", json!(DONG)),
        ("addr", "  幸福路26号 ", json!("幸福路26号")),
    ];
    for (name, typed, want) in ok {
        let got = food().form.parse_posted(&pairs(&[(name, typed)]), None).expect("read");
        assert_eq!(got.errors, [], "{name} {typed}");
        assert_eq!(got.changes.0.get(*name), Some(want), "{name} {typed}");
    }
    let bad: &[(&str, &str, &str)] = &[
        ("area", "八十六", "number"),
        ("area", "1e3", "number"),
        ("area", "0x10", "number"),
        ("area", "NaN", "number"),
        ("area", "1.2.3", "number"),
        ("area", "--5", "number"),
        ("area", "9999999999999", "number"),
        ("area", "1.23456", "decimals"),
        ("max_diners", "3.5", "whole"),
        ("date", "2026-02-30", "date"),
        ("date", "昨天", "date"),
        ("online", "maybe", "option"),
        ("main_format", "烧烤", "option"),
        ("make_items", "烧烤", "option"),
        ("mgr.0.sex", "无", "option"),
    ];
    for (name, typed, want) in bad {
        let got = food().form.parse_posted(&pairs(&[(name, typed)]), None).expect("read");
        let codes: Vec<&str> = got.errors.iter().map(|e| e.code.as_str()).collect();
        assert_eq!(codes, [*want], "{name} {typed}");
        assert_eq!(got.errors[0].field, *name);
        assert!(got.changes.0.is_empty(), "nothing is taken over: {name}");
    }
}

#[test]
fn boxes_tables_and_three_part_dates() {
    let pack = food();
    let posted = pairs(&[
        ("mgr.3.name", "董建华"),
        ("mgr.3.id_no", DONG),
        ("mgr.7.name", ""),
        ("staff.0.cert_until", "2027/3/18"),
        ("date.y", "2026"),
        ("date.m", "11"),
        ("date.d", "１"),
        ("make_items", "热食类食品制售"),
        ("make_items", "冷食类食品制售"),
        ("make_items", "热食类食品制售"),
    ]);
    let got = pack.form.parse_posted(&posted, None).expect("read").changes.0;
    assert_eq!(got["mgr"], json!([{"name": "董建华", "id_no": DONG}]));
    assert_eq!(got["staff"][0]["cert_until"], json!("2027-03-18"));
    assert_eq!(got["date"], json!("2026-11-01"));
    assert_eq!(got["make_items"], json!(["热食类食品制售", "冷食类食品制售"]));
    let page = pack.form.page("items").expect("page");
    let whole = pack.form.parse_posted(&pairs(&[("simple_make", "no")]), Some(page)).expect("read");
    assert_eq!(whole.changes.0["make_items"], json!([]), "unticked boxes are sent as nothing");
    assert!(!whole.changes.0.contains_key("semi_packed"));
    let half = pairs(&[("date.y", "2026"), ("date.m", ""), ("date.d", "3")]);
    assert_eq!(pack.form.parse_posted(&half, None).expect("read").errors[0].code, "date");
}

#[test]
fn the_form_is_the_drafted_one_of_32_fields() {
    let pack = food();
    assert_eq!(pack.form.fields().count(), 32);
    assert_eq!(shipped("jdc-jybz").expect("pack").form.fields().count(), 11);
    let sensitive: Vec<&str> = pack.form.sensitive().collect();
    assert_eq!(sensitive, ["mgr", "staff", "agent_name", "agent_id", "agent_phone"]);
    let circumstances = Circumstances::new(DAY, trader());
    let nothing = Values::default();
    let blank = pack.judge(&nothing, circumstances.clone());
    assert!(!blank.shows("site") && !blank.shows("agent_id"), "{:?}", blank.visible());
    let online = Values::typed([("online".to_owned(), json!(true))], Source::Applicant);
    assert!(pack.judge(&online, circumstances).shows("site"));
}

#[test]
fn an_answer_to_a_hidden_question_plays_no_part() {
    let pack = food();
    let answers = [
        ("auto_device", json!(false)),
        ("device_table", json!([{"place": "门口", "count": 1, "goods": "饮料"}])),
        ("simple_make", json!(false)),
        ("semi_packed", json!("仅加热")),
    ];
    let values = Values::typed(answers.map(|(k, v)| (k.to_owned(), v)), Source::Applicant);
    let judgement = pack.judge(&values, Circumstances::new(DAY, trader()));
    let blank = crate::packs::cel::Expr::new("size(device_table) == 0 && semi_packed == ''");
    assert_eq!(blank.test(&judgement.scope), Ok(true));
    let left: Vec<&String> = values.0.keys().filter(|key| judgement.shows(key)).collect();
    assert_eq!(left, ["auto_device", "simple_make"]);
}

#[test]
fn one_judgement_says_what_a_fresh_one_says_to_each_question() {
    let kinds = [RuleKind::Cross, RuleKind::Stop, RuleKind::Accept, RuleKind::Look];
    for pack in load_shipped() {
        for test in &pack.tests {
            let values = Values::typed(test.answers.clone(), Source::Applicant);
            let mut circumstances = Circumstances::new(&test.today, test.applicant.clone());
            circumstances.facts.clone_from(&test.facts);
            let fresh = || pack.judge(&values, circumstances.clone());
            let one = fresh();
            let name = format!("{} {}", pack.slug, test.name);
            for page in &pack.form.pages {
                assert_eq!(one.faults_on(page), fresh().faults_on(page), "{name}");
            }
            assert_eq!(one.decide(), fresh().decide(), "{name}");
            assert_eq!(one.needs(&[]), fresh().needs(&[]), "{name}");
            assert_eq!(one.checks(&kinds), fresh().checks(&kinds), "{name}");
            assert_eq!(one.faults(), fresh().faults(), "{name}");
            assert_eq!(one.ratio(), fresh().ratio(), "{name}");
        }
    }
}

#[test]
fn judgements_of_one_form_share_its_blanks_and_no_answer() {
    let pack = food();
    let circumstances = || Circumstances::new(DAY, trader());
    let answers = [("online", json!(true)), ("area", json!(86)), ("addr", json!("幸福路26号"))];
    let answered = Values::typed(answers.map(|(k, v)| (k.to_owned(), v)), Source::Applicant);
    let (nothing, expr) = (Values::default(), crate::packs::cel::Expr::new);
    let one = pack.judge(&answered, circumstances());
    let other = pack.judge(&nothing, circumstances());
    let told = expr("online && area == 86.0 && addr != '' && size(given) == 3");
    let blank = expr("!online && area == 0.0 && addr == '' && size(given) == 0");
    assert_eq!((told.test(&one.scope), blank.test(&one.scope)), (Ok(true), Ok(false)));
    assert_eq!((told.test(&other.scope), blank.test(&other.scope)), (Ok(false), Ok(true)));
}

#[test]
fn a_page_waits_for_rules_that_reach_further() {
    let pack = food();
    let circumstances = Circumstances::new(DAY, trader());
    let answers = [
        ("ent_name", json!("示例区邓记面馆")),
        ("uscc", json!("92990102630040015X")),
        ("addr", json!("示例街道幸福路26号")),
        ("area", json!(86)),
        ("kitchen_area", json!(124)),
    ];
    let mut values = Values::typed(answers.map(|(k, v)| (k.to_owned(), v)), Source::Applicant);
    let page = pack.form.page("shop").expect("page");
    let errors = pack.judge(&values, circumstances.clone()).faults_on(page);
    let codes: Vec<&str> = errors.iter().map(|e| e.code.as_str()).collect();
    assert_eq!(codes, ["rule:kitchen-within-area"]);
    assert_eq!(errors[0].message.zh, "食品处理区不能大于经营场所面积（86 平方米），请核对");
    values.0.get_mut("kitchen_area").expect("there").value = json!(24);
    let judgement = pack.judge(&values, circumstances);
    assert_eq!(judgement.faults_on(page), []);
    let all = judgement.faults();
    assert!(all.iter().any(|e| e.field == "online" && e.code == "required-choice"), "{all:?}");
    assert!(all.iter().all(|e| e.field != "layout"), "uploads are the materials' business");
}

/// Everything the pack wants, asked of the sandbox.
fn sandbox_facts(pack: &Pack, person: &str, enterprise: &str) -> (Facts, BTreeMap<String, Value>) {
    let (mut facts, mut plain) = (Facts::new(), BTreeMap::new());
    for need in prefill::plan(pack) {
        let Some(subject) = need.subject else { continue };
        let id = match subject {
            crate::packs::registers::Subject::Person => person,
            crate::packs::registers::Subject::Enterprise => enterprise,
        };
        let (values, field) = match &need.origin {
            Origin::Register { register, field } => {
                (Sandbox::shipped().register(register, id, DAY), field)
            }
            Origin::Licence { licence, field } => {
                (Sandbox::shipped().licence(licence, id, DAY), field)
            }
            _ => continue,
        };
        let Some(value) = values.and_then(|v| v.get(field).cloned()) else { continue };
        if let Origin::Register { register, field } = &need.origin {
            plain.insert(format!("{register}.{field}"), value.clone());
        }
        let key = need.origin.fact_key("").expect("a register or licence");
        facts.insert(key, Fact { value: Some(value), org: need.org.zh, fetched_at: None });
    }
    (facts, plain)
}

#[test]
fn an_instant_case_fills_itself_and_is_granted() {
    let pack = shipped("jdc-jybz").expect("pack");
    let (facts, plain) = sandbox_facts(&pack, DONG, "");
    let mut values = Values::default();
    prefill::apply(&pack, &mut values, &facts, DAY);
    let mut circumstances = Circumstances::new(DAY, Applicant::default());
    circumstances.facts = plain;
    let judgement = pack.judge(&values, circumstances.clone());
    let ratio = judgement.ratio();
    assert_eq!((ratio.shown, ratio.prefilled), (11, 9), "all but declaration and signature");
    let left = judgement.needs(&[]).iter().filter(|m| m.must_upload()).count();
    assert!(prefill::fast_lane(ratio, left));
    assert_eq!(values.0["owner"].source_org.as_deref(), Some("公安户籍"));
    assert!(values.0["owner"].locked && !values.0["plate_no"].locked);
    let errors = judgement.faults();
    let fields: Vec<&str> = errors.iter().map(|e| e.field.as_str()).collect();
    assert_eq!(fields, ["promise", "signature"]);
    assert_eq!(judgement.decide(), Decision::Grant);
    circumstances.facts.remove("insurance.valid_until");
    let judgement = pack.judge(&values, circumstances);
    match judgement.decide() {
        Decision::Person { why } => {
            assert_eq!(why.len(), 1);
            assert_eq!(why[0].verdict, Verdict::Unknown(vec!["insurance.valid_until".into()]));
        }
        other => panic!("{other:?}"),
    }
    let face = pack.licence.as_ref().expect("licence");
    assert_eq!(judgement.valid_until(face), Ok(Some("2028-12-31".to_owned())));
}

#[test]
fn a_pension_is_never_stopped_by_the_platform() {
    let pack = shipped("yl-rz").expect("pack");
    let dead = "99018119600220901X";
    let (facts, plain) = sandbox_facts(&pack, dead, "");
    let mut values = Values::default();
    prefill::apply(&pack, &mut values, &facts, DAY);
    let mut circumstances = Circumstances::new(DAY, Applicant::default());
    circumstances.facts = plain;
    let decision = pack.judge(&values, circumstances).decide();
    assert!(matches!(decision, Decision::Person { .. }));
}

#[test]
fn the_food_licence_takes_what_departments_know() {
    let pack = food();
    let (facts, plain) = sandbox_facts(&pack, DONG, "92990102630040015X");
    let mut values = Values::default();
    prefill::apply(&pack, &mut values, &facts, DAY);
    assert_eq!(values.text("ent_name"), "示例区邓记面馆");
    assert_eq!(values.0["addr"].source, Source::Licence);
    assert_eq!(values.text("economic_type"), "个体工商户");
    let mut circumstances = Circumstances::new(DAY, trader());
    circumstances.facts = plain;
    let held = [HeldLicence {
        type_name: "营业执照".to_owned(),
        id: "1.2.156".to_owned(),
        issuer: "示例区市场监督管理局".to_owned(),
        valid_until: None,
    }];
    let judgement = pack.judge(&values, circumstances);
    let needs = judgement.needs(&held);
    let upload: Vec<&str> =
        needs.iter().filter(|m| m.must_upload()).map(|m| m.key.as_str()).collect();
    assert_eq!(upload, ["layout"], "one upload and nothing the state already has");
    assert!(needs[0].offers.iter().any(|o| o.way == Way::Licence && o.ready));
    let absent: Vec<&str> = needs.iter().filter(|m| m.absent).map(|m| m.key.as_str()).collect();
    assert_eq!(absent, ["device", "mandate"]);
    let accepted = judgement.checks(&[RuleKind::Accept]);
    assert!(accepted.iter().all(|c| c.verdict == Verdict::Pass), "{accepted:?}");
    let orgs: Vec<String> = prefill::consents(&pack).into_iter().map(|c| c.org.zh).collect();
    assert_eq!(orgs, ["市场监管", "电子营业执照", "市场监管", "卫生健康", "实名账户", "市场监管"]);
}

const FOOD_SYSTEMS: [&str; 11] = [
    "食品安全自查",
    "从业人员健康管理",
    "从业人员培训管理",
    "食品经营过程与控制",
    "场所及设施设备清洗消毒和维修保养",
    "进货查验和查验记录",
    "食品贮存管理",
    "废弃物处置",
    "食品安全突发事件应急处置",
    "食品添加剂管理",
    "餐具清洗消毒",
];

#[test]
fn what_was_filled_in_before_comes_back() {
    let (pack, shop) = (food(), "92990102630040015X");
    let (mut facts, plain) = sandbox_facts(&pack, DONG, shop);
    let at = codes::time::Stamp::from_day(codes::time::parse_day("2026-05-15").expect("day"));
    let earlier = json!({
        "area": 82,
        "kitchen_area": 24,
        "dining_area": 48,
        "max_diners": 36,
        "main_format": "餐饮服务经营者",
        "make_items": ["热食类食品制售", "冷食类食品制售", "自制饮品制售"],
        "simple_make": false,
        "auto_device": false,
        "equip": [{"name": "紫外线消毒柜", "model": "XD-60", "count": 1, "place": "冷食专间"}],
        "systems": FOOD_SYSTEMS,
        "staff": [],
    });
    for (key, value) in earlier.as_object().expect("answers") {
        let field = pack.form.field(key).unwrap_or_else(|| panic!("{key}"));
        assert!(field.prefill.iter().any(|p| p == "reuse"), "{key}");
        let fact = Fact { value: Some(value.clone()), org: String::new(), fetched_at: Some(at) };
        facts.insert(format!("reuse:{key}"), fact);
    }
    let mut values = Values::default();
    prefill::apply(&pack, &mut values, &facts, DAY);
    let mut circumstances = Circumstances::new(DAY, trader());
    circumstances.facts = plain;
    assert_eq!(values.0["area"].source, Source::Reuse);
    assert_eq!(values.0["staff"].source, Source::Register, "a register goes before memory");
    let judgement = pack.judge(&values, circumstances);
    let ratio = judgement.ratio();
    assert_eq!((ratio.shown, ratio.prefilled, ratio.percent()), (24, 18, 75));
    let errors = judgement.faults();
    let left: Vec<&str> = errors.iter().map(|e| e.field.as_str()).collect();
    assert_eq!(left, ["online", "promise", "signature"]);
}

#[test]
fn a_word_the_form_does_not_know_is_not_locked_in() {
    let pack = food();
    let odd =
        Fact { value: Some(json!("事业单位")), org: "市场监管".into(), fetched_at: None };
    let facts = Facts::from([("register:enterprise.kind".to_owned(), odd)]);
    let mut values = Values::default();
    prefill::apply(&pack, &mut values, &facts, DAY);
    assert!(!values.0.contains_key("economic_type"));
}

#[test]
fn a_register_that_is_down_leaves_the_field_open() {
    let pack = food();
    let down = Fact { value: None, org: "市场监管".to_owned(), fetched_at: None };
    let facts = Facts::from([("register:enterprise.name".to_owned(), down)]);
    let mut values = Values::default();
    prefill::apply(&pack, &mut values, &facts, DAY);
    let name = &values.0["ent_name"];
    assert!(name.unavailable && !name.locked && name.value.is_null());
    let typed = super::super::packs::Changes(BTreeMap::from([(
        "ent_name".to_owned(),
        json!("示例区邓记面馆"),
    )]));
    values.change(&typed, Source::Applicant, None);
    assert_eq!(values.text("ent_name"), "示例区邓记面馆");
}

proptest::proptest! {
    /// Whatever is posted, it is read, told as an error, or refused; and never grows a table.
    #[test]
    fn posts_never_panic(list in proptest::collection::vec(("\\PC{0,24}|(area|mgr|staff|date|make_items)(\\.[0-9ymd]{0,3}(\\.(name|id_no|x))?)?", "\\PC{0,30}"), 0..30)) {
        let pack = food();
        if let Ok(parsed) = pack.form.parse_posted(&list, None) {
            for value in parsed.changes.0.values() {
                assert!(value.as_array().is_none_or(|rows| rows.len() <= MAX_ROWS));
            }
            let mut values = Values::default();
            values.change(&parsed.changes, Source::Applicant, None);
            let _ = pack.judge(&values, Circumstances::new(DAY, trader())).faults();
        }
    }

    /// Answers of any shape are judged, never trusted to have the right type.
    #[test]
    fn any_answers_can_be_judged(text in "\\PC{0,40}", number in -1e12_f64..1e12, key in 0_usize..32) {
        let pack = food();
        let key = pack.form.fields().nth(key).map(|(_, f)| f.key.clone()).expect("32 fields");
        for value in [json!(text), json!(number), json!([text, number]), json!([{"name": number}]), json!({"a": text})] {
            let values = Values::typed([(key.clone(), value)], Source::Applicant);
            let _ = pack.judge(&values, Circumstances::new(DAY, trader())).faults();
        }
    }
}
