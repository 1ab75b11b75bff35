//! Every error code, step and name of this crate has its wording in both languages.

use codes::clock::{PauseKind, State};
use codes::item::{TaskType, UseLevel};

const ZH: &str = include_str!("../../../locales/zh-CN/codes.ftl");
const EN: &str = include_str!("../../../locales/en/codes.ftl");

/// Keys of a Fluent file, in order: what stands before ` = ` at the left edge.
fn keys(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" = ").map(|(key, _)| key))
        .collect()
}

#[test]
fn both_languages_have_the_same_keys_once() {
    assert_eq!(keys(ZH), keys(EN));
    let mut sorted = keys(ZH);
    sorted.sort_unstable();
    let all = sorted.len();
    sorted.dedup();
    assert_eq!(sorted.len(), all);
}

#[test]
fn every_code_and_name_has_words() {
    let keys = keys(ZH);
    let has = |key: &str| assert!(keys.contains(&key), "{key}");
    for code in codes::ALL_CODES {
        has(&format!("code-{code}"));
    }
    let of_codes = keys.iter().filter(|key| key.starts_with("code-")).count();
    assert_eq!(of_codes, codes::ALL_CODES.len(), "wordings without a code");
    for n in 0..=99 {
        let kind = TaskType::parse(&format!("{n:02}")).expect("two digits");
        assert_eq!(kind.code(), format!("{n:02}"));
        has(kind.key());
    }
    (1..=7).filter_map(UseLevel::from_digit).for_each(|level| has(level.key()));
    PauseKind::ALL.iter().for_each(|kind| has(&kind.key()));
    let states =
        [State::Green, State::Yellow, State::Red, State::RedStatutory, State::Paused, State::Done];
    states.iter().for_each(|state| has(state.key()));
}

#[test]
fn every_code_in_the_source_is_listed() {
    let sources = [
        include_str!("../src/calendar.rs"),
        include_str!("../src/case_no.rs"),
        include_str!("../src/citizen.rs"),
        include_str!("../src/clock/facts.rs"),
        include_str!("../src/division/book.rs"),
        include_str!("../src/division/code.rs"),
        include_str!("../src/item.rs"),
        include_str!("../src/licence.rs"),
        include_str!("../src/money.rs"),
        include_str!("../src/name.rs"),
        include_str!("../src/phone.rs"),
        include_str!("../src/time.rs"),
        include_str!("../src/uscc.rs"),
    ];
    let mut made: Vec<&str> = Vec::new();
    for source in sources {
        for after in source.split("CodeError::new(\"").skip(1) {
            made.extend(after.split('"').next());
        }
    }
    made.sort_unstable();
    made.dedup();
    let mut listed = codes::ALL_CODES.to_vec();
    listed.sort_unstable();
    assert_eq!(made, listed);
}

#[test]
fn wording_says_what_to_do() {
    for empty in ["格式错误", "非法", "无效", "系统错误", "参数"] {
        assert!(!ZH.contains(empty), "{empty}");
    }
    for line in ZH.lines().filter(|line| line.starts_with("code-")) {
        assert!(line.contains('请'), "says nothing to do: {line}");
    }
}
