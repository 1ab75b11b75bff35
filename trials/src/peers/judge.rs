//! Rates the answers of a search against queries whose items are known: the same judge for ours and for every peer.

use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;

/// A query and the items that answer it, each with how well (more is better).
#[derive(Debug, Clone)]
pub struct Judged {
    /// As typed.
    pub query: String,
    /// Slug and grade.
    pub expected: Vec<(String, i64)>,
}

/// How well a search answered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rated {
    /// Share of the best items that are among the first five, over all queries that have an answer.
    pub recall_at_5: f64,
    /// One over the place of the first fitting item, on average.
    pub mrr: f64,
    /// Queries that have an answer and were asked.
    pub asked: usize,
}

/// Judged queries of a file, a line of JSON each.
pub fn read(file: &Path) -> Result<Vec<Judged>, String> {
    let named = |reason: String| format!("{}: {reason}", file.display());
    let text = std::fs::read_to_string(file).map_err(|e| named(e.to_string()))?;
    let one = |line: &str| {
        let line: Value = serde_json::from_str(line).map_err(|e| named(e.to_string()))?;
        let query = line["query"].as_str().ok_or_else(|| named("a line lacks `query`".into()))?;
        let wanted = |w: &Value| Some((w["id"].as_str()?.to_owned(), w["grade"].as_i64()?));
        let expected = line["expected"].as_array().into_iter().flatten().filter_map(wanted);
        Ok(Judged { query: query.to_owned(), expected: expected.collect() })
    };
    text.lines().filter(|line| !line.trim().is_empty()).map(one).collect()
}

/// Answers by query, from lines of `{"query", "slugs"}`.
pub fn answers<'a>(lines: impl Iterator<Item = &'a Value>) -> HashMap<String, Vec<String>> {
    let text = |v: &Value| v.as_str().map(str::to_owned);
    let slugs =
        |line: &Value| line["slugs"].as_array().into_iter().flatten().filter_map(text).collect();
    lines.filter_map(|line| Some((text(&line["query"])?, slugs(line)))).collect()
}

/// Rates answers. A query that nothing answers is left out; one that was not asked counts as not found.
pub fn rate(set: &[Judged], answers: &HashMap<String, Vec<String>>) -> Rated {
    let (mut recall, mut mrr, mut asked) = (0.0, 0.0, 0);
    for judged in set.iter().filter(|judged| !judged.expected.is_empty()) {
        let none = Vec::new();
        let slugs = answers.get(&judged.query).unwrap_or(&none);
        asked += 1;
        let best = judged.expected.iter().map(|(_, grade)| *grade).max().unwrap_or(0);
        let top: Vec<&String> =
            judged.expected.iter().filter(|(_, g)| *g == best).map(|(id, _)| id).collect();
        let found = top.iter().filter(|id| slugs.iter().take(5).any(|s| s == **id)).count();
        recall += found as f64 / top.len() as f64;
        let place = slugs.iter().position(|s| judged.expected.iter().any(|(id, _)| id == s));
        mrr += place.map_or(0.0, |at| 1.0 / (at + 1) as f64);
    }
    let each = asked.max(1) as f64;
    Rated { recall_at_5: recall / each, mrr: mrr / each, asked }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(query: &str, expected: &[(&str, i64)]) -> Judged {
        let expected = expected.iter().map(|(id, grade)| ((*id).to_owned(), *grade)).collect();
        Judged { query: query.into(), expected }
    }

    fn said(lines: &[(&str, &[&str])]) -> HashMap<String, Vec<String>> {
        let lines: Vec<Value> = lines
            .iter()
            .map(|(query, slugs)| serde_json::json!({ "query": query, "slugs": slugs }))
            .collect();
        answers(lines.iter())
    }

    #[test]
    fn places_and_the_best_items_count() {
        let set = [
            judged("first", &[("a", 3)]),
            judged("third", &[("a", 3), ("b", 1)]),
            judged("two of the best", &[("a", 3), ("b", 3)]),
            judged("outside", &[]),
        ];
        let answers = said(&[
            ("first", &["a", "x"]),
            ("third", &["x", "b", "a"]),
            ("two of the best", &["x", "y", "z", "a", "w", "b"]),
            ("outside", &["a"]),
        ]);
        let rated = rate(&set, &answers);
        assert_eq!(rated.asked, 3, "what nothing answers is not counted");
        assert!((rated.recall_at_5 - (1.0 + 1.0 + 0.5) / 3.0).abs() < 1e-9);
        assert!((rated.mrr - (1.0 + 0.5 + 0.25) / 3.0).abs() < 1e-9);
    }

    #[test]
    fn no_answer_is_no_find() {
        let set = [judged("first", &[("a", 3)]), judged("second", &[("b", 3)])];
        let rated = rate(&set, &said(&[("first", &["a"])]));
        assert_eq!((rated.recall_at_5, rated.mrr, rated.asked), (0.5, 0.5, 2));
        let sixth = said(&[("first", &["1", "2", "3", "4", "5", "a"]), ("second", &[])]);
        let rated = rate(&set, &sixth);
        assert_eq!(rated.recall_at_5, 0.0, "the sixth place is not among five");
        assert!((rated.mrr - 1.0 / 12.0).abs() < 1e-9);
    }
}
