//! What a row must be to be issued under a type, as a pure function: every fault at once, each with its
//! field and what to do. Values come out as they are printed.

use super::model::{RowBody, Told};
use crate::licences::HolderKind;
use crate::types::{Body, Field, FieldKind, Validity};
use codes::citizen::CitizenId;
use codes::time::{Day, parse_day, zh_day};
use codes::uscc::Uscc;

/// Most letters of a holder's name.
pub const MOST_NAME: usize = 60;

/// A row as it would be issued on a day, and what is told about it; it is issued only when nothing is.
pub fn checked(body: &Body, typed: &RowBody, today: Day) -> (RowBody, Vec<Told>) {
    let mut told = Vec::new();
    let holder = tidy(&typed.holder);
    if !(1..=MOST_NAME).contains(&holder.chars().count()) {
        told.push(Told::of("holder", "holder", MOST_NAME));
    }
    let code = match number(body.holder, &typed.code, today) {
        Ok(code) => code,
        Err(wrong) => {
            told.push(Told::of("holder_code", wrong, ""));
            tidy(&typed.code)
        }
    };
    let mut values = Vec::new();
    for field in &body.fields {
        let (value, wrong) = value(field, typed.value(&field.key), today);
        told.extend(wrong);
        values.push((field.key.clone(), value));
    }
    let out = RowBody { holder, code, values };
    if let Validity::Until { field } = &body.validity
        && parse_day(out.value(field)).is_ok_and(|day| day < today)
    {
        told.push(Told::of(field, "over", ""));
    }
    (out, told)
}

/// Spaces and the marks that spreadsheets put before numbers taken off; inner line ends become spaces.
fn tidy(text: &str) -> String {
    let text =
        text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\'' | '`' | '\u{feff}'));
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn number(kind: HolderKind, typed: &str, today: Day) -> Result<String, &'static str> {
    let typed = tidy(typed);
    match kind {
        HolderKind::Person => {
            let id = CitizenId::typed(&typed).map_err(|_| "id-card")?;
            let born = CitizenId::parse_on(id.as_str(), today).map_err(|_| "id-card")?;
            Ok(born.as_str().to_owned())
        }
        HolderKind::Enterprise => {
            Uscc::parse(&typed).map(|u| u.as_str().to_owned()).map_err(|_| "uscc")
        }
    }
}

/// A value of a field as it is kept; days are kept as ISO days.
fn value(field: &Field, typed: &str, today: Day) -> (String, Option<Told>) {
    let text = tidy(typed);
    let say = |code: &str, what: String| Some(Told::of(&field.key, code, what));
    if text.is_empty() {
        let wrong = if field.required { say("required", String::new()) } else { None };
        return (text, wrong);
    }
    if text.chars().count() > field.most as usize {
        return (text, say("long", field.most.to_string()));
    }
    match field.kind {
        FieldKind::Text | FieldKind::Long => (text, None),
        FieldKind::Date => match parse_day(&text) {
            Ok(day) => (day.to_string(), None),
            Err(_) => (text, say("date", String::new())),
        },
        FieldKind::Number => {
            let good = text.parse::<f64>().is_ok_and(f64::is_finite)
                && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            (text, if good { None } else { say("number", String::new()) })
        }
        FieldKind::Choice if field.choices.contains(&text) => (text, None),
        FieldKind::Choice => (text, say("choice", field.choices.join("、"))),
        FieldKind::IdCard => match number(HolderKind::Person, &text, today) {
            Ok(id) => (id, None),
            Err(code) => (text, say(code, String::new())),
        },
        FieldKind::Uscc => match number(HolderKind::Enterprise, &text, today) {
            Ok(uscc) => (uscc, None),
            Err(code) => (text, say(code, String::new())),
        },
    }
}

/// A kept value as it is printed.
pub fn printed(field: &Field, value: &str) -> String {
    match (field.kind, parse_day(value)) {
        (FieldKind::Date, Ok(day)) => zh_day(day),
        _ => value.to_owned(),
    }
}

/// The last day of validity of a row issued on a day; `None` for long-term.
pub fn valid_to(body: &Body, row: &RowBody, from: Day) -> Option<Day> {
    match &body.validity {
        Validity::Long => None,
        Validity::Months { months } => Some(after_months(from, *months)),
        Validity::Until { field } => parse_day(row.value(field)).ok(),
    }
}

/// The day before the one that many months later; the last of a shorter month stands for days it lacks.
fn after_months(from: Day, months: u32) -> Day {
    let ahead = i64::from(from.month()) - 1 + i64::from(months);
    let year = i16::try_from(i64::from(from.year()) + ahead / 12).unwrap_or(i16::MAX);
    let month = i8::try_from(ahead % 12 + 1).unwrap_or(1);
    let first = Day::new(year, month, 1).unwrap_or(Day::MAX);
    let day = Day::new(year, month, from.day().min(first.days_in_month())).unwrap_or(Day::MAX);
    day.yesterday().unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use guide::packs::text::Text;

    fn field(key: &str, kind: FieldKind, required: bool) -> Field {
        Field {
            key: key.into(),
            label: Text::new(key, key),
            kind,
            most: kind.letters().0,
            required,
            sensitive: false,
            brief: true,
            choices: vec!["糕点".into(), "豆制品".into()],
        }
    }

    fn kind() -> Body {
        let mut body = Body::new(Text::new("登记证", "Registration"), HolderKind::Enterprise);
        body.fields = vec![
            field("place", FieldKind::Text, true),
            field("class", FieldKind::Choice, true),
            field("hands", FieldKind::Number, false),
            field("until", FieldKind::Date, true),
        ];
        body.validity = Validity::Until { field: "until".into() };
        body
    }

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn row(code: &str, values: [&str; 4]) -> RowBody {
        let keys = ["place", "class", "hands", "until"];
        RowBody {
            holder: "示例区邓记面馆".into(),
            code: code.into(),
            values: keys.iter().zip(values).map(|(k, v)| ((*k).into(), v.into())).collect(),
        }
    }

    const GOOD: &str = "92990102630040015X";

    fn codes(row: &RowBody) -> Vec<(String, String)> {
        let told = checked(&kind(), row, day("2026-11-16")).1;
        told.into_iter().map(|t| (t.field, t.code)).collect()
    }

    #[test]
    fn a_good_row_is_tidied_and_every_fault_is_told_at_once() {
        let (out, told) = checked(
            &kind(),
            &row(" '92990102630040015x ", ["建设路\n1号", "糕点", "", "2027年1月2日"]),
            day("2026-11-16"),
        );
        assert_eq!(told, []);
        assert_eq!((out.code.as_str(), out.value("place")), (GOOD, "建设路 1号"));
        assert_eq!(out.value("until"), "2027-01-02");
        assert_eq!(printed(&kind().fields[3], out.value("until")), "2027年1月2日");
        let bad = row("9.2E+17", ["", "点心", "三", "2026-13-01"]);
        let expected = [
            ("holder_code", "uscc"),
            ("place", "required"),
            ("class", "choice"),
            ("hands", "number"),
            ("until", "date"),
        ];
        assert_eq!(codes(&bad), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        let long = row(GOOD, [&"长".repeat(31), "糕点", "1e5", "2026-11-15"]);
        let expected = [("place", "long"), ("hands", "number"), ("until", "over")];
        assert_eq!(codes(&long), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        let nobody =
            RowBody { holder: " ".into(), ..row(GOOD, ["a", "糕点", "2", "2026-11-16"]) };
        assert_eq!(codes(&nobody), [("holder".to_owned(), "holder".to_owned())]);
    }

    #[test]
    fn months_end_on_the_day_before() {
        for (from, months, last) in [
            ("2026-11-16", 36, "2029-11-15"),
            ("2026-01-31", 1, "2026-02-27"),
            ("2028-02-29", 12, "2029-02-27"),
            ("2026-12-01", 1, "2026-12-31"),
        ] {
            let mut body = kind();
            body.validity = Validity::Months { months };
            let row = row(GOOD, ["a", "糕点", "", ""]);
            assert_eq!(valid_to(&body, &row, day(from)), Some(day(last)), "{from} {months}");
        }
        let mut body = kind();
        assert_eq!(
            valid_to(&body, &row(GOOD, ["", "", "", "2027-01-02"]), day("2026-11-16")),
            Some(day("2027-01-02"))
        );
        body.validity = Validity::Long;
        assert_eq!(valid_to(&body, &row(GOOD, ["", "", "", ""]), day("2026-11-16")), None);
    }
}
