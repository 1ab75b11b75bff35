//! A citizen's own list of cases, as the interface gives it, page after page.

use crate::client::{Browser, Lost};
use crate::clock;
use crate::page;

/// A case as its owner's list has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Number.
    pub no: String,
    /// Item.
    pub item: String,
    /// State.
    pub state: String,
}

/// The cases of whoever's browser this is, newest first; all of them, or so many at least.
pub fn cases_of(browser: &mut Browser, most: Option<usize>) -> Result<Vec<Listed>, String> {
    let mut all: Vec<Listed> = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/v1/cases{after}");
        let mut answer = Err(Lost::NotSent);
        // A server that has much to do says when to come again.
        for _ in 0..10 {
            answer = browser.get(&path);
            match &answer {
                Ok(told) if matches!(told.status, 429 | 503) => {
                    clock::pause(told.retry_after.unwrap_or(1).min(3) * 1000);
                }
                _ => break,
            }
        }
        let answer = answer.map_err(|lost| format!("{path}: {lost:?}"))?;
        if answer.status != 200 {
            return Err(format!("{path}: {}", answer.status));
        }
        let page = answer.json();
        let text = |case: &serde_json::Value, name: &str| {
            case[name].as_str().map(str::to_owned).unwrap_or_default()
        };
        let cases = page["cases"].as_array().cloned().unwrap_or_default();
        all.extend(cases.iter().map(|case| Listed {
            no: text(case, "no"),
            item: text(case, "item"),
            state: text(case, "state"),
        }));
        match page["next"].as_str() {
            Some(next) if most.is_none_or(|most| all.len() < most) => {
                after = format!("?after={}", page::escape(next));
            }
            _ => return Ok(all),
        }
    }
}
