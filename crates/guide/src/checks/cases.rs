//! Running the example cases of a pack.

use super::Findings;
use crate::forms::rules::{Decision, Verdict};
use crate::packs::days;
use crate::packs::flow::Event;
use crate::packs::judgement::{Circumstances, Judgement};
use crate::packs::model::{Expect, Pack, RuleKind, TestCase, Unit};
use crate::packs::values::{Source, Values};
use codes::calendar::Calendar;
use serde_json::Value;
use std::collections::BTreeSet;

const FILE: &str = "tests.toml";

pub(super) fn check(pack: &Pack, out: &mut Findings) {
    for (expect, word) in [(Expect::Pass, "pass"), (Expect::Fail, "fail")] {
        if pack.tests.iter().all(|t| t.expect != expect) {
            let message = format!("no example that must {word}");
            out.error(FILE, "test", "test-none", message);
        }
    }
    for test in &pack.tests {
        let place = format!("test {}", test.name);
        for message in run(pack, test) {
            out.error(FILE, &place, "test-failed", message);
        }
    }
    let broken: BTreeSet<&str> =
        pack.tests.iter().flat_map(|t| &t.broken).filter_map(|b| b.strip_prefix("rule:")).collect();
    for rule in pack.rules.iter().filter(|r| r.kind != RuleKind::Look) {
        if !broken.contains(rule.key.as_str()) {
            let message = format!("no example breaks the rule {}", rule.key);
            out.warn(FILE, "test", "rule-untested", message);
        }
    }
}

/// What does not come out as the example says.
fn run(pack: &Pack, test: &TestCase) -> Vec<String> {
    let mut wrong = Vec::new();
    let unknown = test.answers.keys().filter(|k| pack.form.field(k).is_none());
    wrong.extend(unknown.map(|k| format!("the form has no field {k}")));
    if days::parse(&test.today).is_none() {
        wrong.push(format!("today is no day: {}", test.today));
    }
    let values = Values::typed(test.answers.clone(), Source::Applicant);
    let mut circumstances = Circumstances::new(&test.today, test.applicant.clone());
    circumstances.facts.clone_from(&test.facts);
    let judgement = pack.judge(&values, circumstances);
    judged(test, &judgement, &mut wrong);
    if let Some(want) = &test.materials {
        let needs = judgement.needs(&[]).into_iter().filter(|m| m.needed);
        let got: BTreeSet<String> = needs.map(|m| m.key).collect();
        if got != want.iter().cloned().collect() {
            wrong.push(format!("materials asked for: {}", list(&got)));
        }
    }
    if let Some(want) = &test.auto {
        let got = match judgement.decide() {
            Decision::Grant => "grant",
            Decision::Refuse { .. } => "refuse",
            Decision::Person { .. } => "person",
        };
        if got != want {
            wrong.push(format!("automatic decision: {got}, expected {want}"));
        }
    }
    path(pack, test, &mut wrong);
    due(pack, test, &mut wrong);
    wrong
}

fn judged(test: &TestCase, judgement: &Judgement<'_>, wrong: &mut Vec<String>) {
    let mut got: BTreeSet<String> = judgement
        .faults()
        .into_iter()
        .map(|e| match e.code.strip_prefix("rule:") {
            Some(_) => e.code.clone(),
            None => format!("field:{}:{}", e.field, e.code),
        })
        .collect();
    let kinds = [RuleKind::Stop, RuleKind::Accept];
    for checked in judgement.checks(&kinds) {
        if checked.verdict == Verdict::Broken {
            got.insert(format!("rule:{}", checked.key));
        }
    }
    let want: BTreeSet<String> = test.broken.iter().cloned().collect();
    if (test.expect == Expect::Pass) != want.is_empty() {
        wrong.push("pass means nothing in broken, fail means something".to_owned());
    }
    if got != want {
        wrong.push(format!("broken: {}; expected: {}", list(&got), list(&want)));
    }
}

fn path(pack: &Pack, test: &TestCase, wrong: &mut Vec<String>) {
    if test.path.is_empty() {
        return;
    }
    let events: Result<Vec<Event>, String> = test
        .path
        .iter()
        .map(|p| {
            serde_json::from_value(Value::from(p.as_str())).map_err(|_| format!("no event {p}"))
        })
        .collect();
    match events.map(|e| pack.flow.walk(&e).map(str::to_owned)) {
        Err(message) => wrong.push(message),
        Ok(Err((step, on))) => {
            wrong.push(format!("{} may not happen at step {step}", on.name()));
        }
        Ok(Ok(end)) => {
            let want = test.ends.as_deref().unwrap_or(&end);
            if want != end {
                wrong.push(format!("the path ends at {end}, expected {want}"));
            }
        }
    }
}

/// Promised due date without pauses, as the clock of 行政许可法 counts: the day of acceptance not
/// counted, working days only.
fn due(pack: &Pack, test: &TestCase, wrong: &mut Vec<String>) {
    let (Some(accepted), Some(want)) = (&test.accepted, &test.due) else { return };
    let Some(accepted) = days::parse(accepted) else {
        wrong.push(format!("accepted is no day: {accepted}"));
        return;
    };
    let limit = pack.item.promised_limit;
    let got = match limit.unit {
        Unit::Workday => Calendar::shipped().add_workdays(accepted, limit.n).day,
        Unit::Instant => accepted,
        Unit::Day => {
            let span = jiff::Span::new().days(i64::from(limit.n.min(4_000)));
            accepted.checked_add(span).unwrap_or(accepted)
        }
    };
    if got.to_string() != *want {
        wrong.push(format!("promised due date: {got}, expected {want}"));
    }
}

fn list(items: &BTreeSet<String>) -> String {
    if items.is_empty() {
        "nothing".to_owned()
    } else {
        items.iter().cloned().collect::<Vec<_>>().join(", ")
    }
}
