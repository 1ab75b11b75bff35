//! The functions packs may call in CEL: arithmetic on ISO days and joining of lists.

use cel::extractors::Arguments;
use cel::{Context, ExecutionError, Value};
use jiff::ToSpan;
use jiff::civil::Date;
use std::sync::Arc;

/// Parses `2026-11-21`; anything else is `None`.
pub fn parse(day: &str) -> Option<Date> {
    (day.len() == 10).then(|| day.parse::<Date>().ok()).flatten()
}

/// Whole years from one day to another, as ages are counted; negative when turned round.
pub fn years_between(from: Date, to: Date) -> i64 {
    let years = i64::from(to.year()) - i64::from(from.year());
    let early = (to.month(), to.day()) < (from.month(), from.day());
    if early { years - 1 } else { years }
}

/// Days from one day to another.
pub fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// Adds the functions to a context: `days_between(a, b)`, `years_between(a, b)`,
/// `days_after(day, n)`, `years_after(day, n)`, `zh_day(day)`, `join(list, separator)`.
/// A text that is no day gives an error, so the expression counts as unanswered.
pub fn install(context: &mut Context<'static, 'static>) {
    // Names are ours and in no standard overload, so adding cannot fail.
    let _ = context.add_function("days_between", |a: Arc<String>, b: Arc<String>| {
        Ok::<i64, ExecutionError>(days_between(day("days_between", &a)?, day("days_between", &b)?))
    });
    let _ = context.add_function("years_between", |a: Arc<String>, b: Arc<String>| {
        Ok::<i64, ExecutionError>(years_between(
            day("years_between", &a)?,
            day("years_between", &b)?,
        ))
    });
    let _ = context.add_function("days_after", |a: Arc<String>, n: i64| {
        day("days_after", &a)?
            .checked_add(n.clamp(-40_000, 40_000).days())
            .map(|d| Value::from(d.to_string()))
            .map_err(|e| ExecutionError::function_error("days_after", e.to_string()))
    });
    let _ = context.add_function("years_after", |a: Arc<String>, n: i64| {
        day("years_after", &a)?
            .checked_add(n.clamp(-200, 200).years())
            .map(|d| Value::from(d.to_string()))
            .map_err(|e| ExecutionError::function_error("years_after", e.to_string()))
    });
    let _ = context.add_function("zh_day", |a: Arc<String>| {
        let d = day("zh_day", &a)?;
        let text = format!("{}年{}月{}日", d.year(), d.month(), d.day());
        Ok::<Value, ExecutionError>(Value::from(text))
    });
    let _ = context.add_function("join", |Arguments(args): Arguments| {
        let mut args = args.iter();
        match (args.next(), args.next()) {
            (Some(Value::List(items)), Some(Value::String(separator))) => {
                let words: Vec<String> = items
                    .iter()
                    .map(|v| v.json().map(|j| super::cel::plain(&j)).unwrap_or_default())
                    .collect();
                Ok(Value::from(words.join(separator)))
            }
            _ => Err(ExecutionError::function_error("join", "wants a list and a text")),
        }
    });
}

fn day(function: &str, text: &str) -> Result<Date, ExecutionError> {
    parse(text).ok_or_else(|| ExecutionError::function_error(function, "not a day"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_count_like_birthdays() {
        let d = |s: &str| parse(s).expect("day");
        let cases = [
            ("1960-05-01", "2026-04-30", 65),
            ("1960-05-01", "2026-05-01", 66),
            ("2024-02-29", "2025-02-28", 0),
            ("2026-11-21", "2026-11-20", -1),
        ];
        for (a, b, want) in cases {
            assert_eq!(years_between(d(a), d(b)), want, "{a} {b}");
        }
        assert_eq!(days_between(d("2026-11-21"), d("2026-12-31")), 40);
        for bad in ["", "2026-1-1", "2026-02-30", "today", "2026-11-21T00"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
