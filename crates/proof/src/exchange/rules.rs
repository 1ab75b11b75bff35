//! Pure decisions of exchange: what terms may be agreed, which question may be put, what of it is answered.

use super::meaning::TypeMeaning;
use super::model::{Operation, Outcome, Reasons, Scope, System, SystemStatus, Terms};
use codes::citizen::CitizenId;
use codes::phone::Phone;
use codes::time::{Day, Stamp, days_between};
use store::{Error, FieldError, Result};

/// Longest cause (GB/T 36906: 200 letters).
pub const MOST_CAUSE: usize = 200;
/// Longest item code or case number.
pub const MOST_CODE: usize = 40;
/// Longest name, contact or reason.
pub const MOST_WORDS: usize = 100;
/// Most items of one system.
pub const MOST_ITEMS: usize = 50;
/// Most questions in a minute.
pub const MOST_MINUTE: i64 = 600;
/// Most questions on a day.
pub const MOST_DAY: i64 = 100_000;
/// Longest term, days.
pub const MOST_TERM: i64 = 3 * 366;
/// Seconds by which a question's time may differ from ours.
pub const WINDOW: i64 = 300;
/// Questions without a hit that a system has in an hour: whoever counts numbers through is stopped (L5).
pub const MOST_MISSES: i64 = 50;
/// How often a system may ask for one licence within a day (X3).
pub const MOST_PER_LICENCE: i64 = 20;
/// Days for which the secret before still works.
pub const OVERLAP_DAYS: i64 = 7;

/// Why a question is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Denial {
    /// The system is suspended.
    Suspended,
    /// Its term is over, or it was ended.
    Over,
    /// The operation was not agreed.
    Operation,
    /// The item was not agreed.
    Item,
    /// The type was not opened to it.
    Type,
    /// None of the fields asked for was opened to it.
    Fields,
    /// Its time is too far from ours.
    Stale,
    /// The same question came before.
    Replayed,
    /// The day's allowance is used up.
    Quota,
    /// Too many questions without a hit.
    Misses,
    /// Too often the same licence.
    Subject,
}

impl Denial {
    /// Every denial.
    pub const ALL: &[Denial] = &[
        Denial::Suspended,
        Denial::Over,
        Denial::Operation,
        Denial::Item,
        Denial::Type,
        Denial::Fields,
        Denial::Stale,
        Denial::Replayed,
        Denial::Quota,
        Denial::Misses,
        Denial::Subject,
    ];

    /// The code of the refusal: its words stand under `err-<code>`.
    pub fn code(self) -> &'static str {
        match self {
            Denial::Suspended => "exchange-suspended",
            Denial::Over => "exchange-over",
            Denial::Operation => "exchange-operation",
            Denial::Item => "exchange-item",
            Denial::Type => "exchange-type",
            Denial::Fields => "exchange-fields",
            Denial::Stale => "exchange-stale",
            Denial::Replayed => "exchange-replayed",
            Denial::Quota => "exchange-quota",
            Denial::Misses => "exchange-misses",
            Denial::Subject => "exchange-subject",
        }
    }
}

/// Whether a system may put this question now, as far as its terms say.
///
/// # Errors
/// The first thing that forbids it.
pub fn admits(
    system: &System,
    operation: Operation,
    item: &str,
    sent: Stamp,
    now: Stamp,
) -> std::result::Result<(), Denial> {
    let apart = now.micros().saturating_sub(sent.micros()).saturating_abs();
    let checks = [
        (system.status == SystemStatus::Ended || system.over(now.day()), Denial::Over),
        (system.status == SystemStatus::Suspended, Denial::Suspended),
        (apart > WINDOW * 1_000_000, Denial::Stale),
        (!system.terms.operations.contains(&operation), Denial::Operation),
        (!system.terms.items.iter().any(|own| own == item), Denial::Item),
    ];
    checks.into_iter().find(|(wrong, _)| *wrong).map_or(Ok(()), |(_, denial)| Err(denial))
}

/// Keys that are answered: those opened to the system that the type has; of these, those asked for.
///
/// # Errors
/// `Type` when the type was not opened, `Fields` when nothing is left of what was asked for.
pub fn fields(
    scope: Option<&Scope>,
    meaning: Option<&TypeMeaning>,
    wanted: &[String],
) -> std::result::Result<Vec<String>, Denial> {
    let (Some(scope), Some(meaning)) = (scope, meaning) else { return Err(Denial::Type) };
    let opened = meaning.fields.iter().filter(|f| scope.fields.contains(&f.key));
    let asked = opened.filter(|f| wanted.is_empty() || wanted.contains(&f.key));
    let keys: Vec<String> = asked.map(|f| f.key.clone()).collect();
    if keys.is_empty() { Err(Denial::Fields) } else { Ok(keys) }
}

/// What an outcome adds to the day's counts: given, empty, refused.
pub fn counted(outcome: Outcome) -> (i64, i64, i64) {
    match outcome {
        Outcome::Given => (1, 0, 0),
        Outcome::Empty => (0, 1, 0),
        Outcome::Refused => (0, 0, 1),
    }
}

/// Whether a text says something, in so many letters at most.
pub(crate) fn words(text: &str, most: usize) -> bool {
    let letters = text.trim().chars().count();
    (2..=most).contains(&letters) && !text.chars().any(char::is_control)
}

fn code(text: &str) -> bool {
    let good = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (2..=MOST_CODE).contains(&text.len()) && text.bytes().all(good)
}

/// Whether a text holds somebody's id number or telephone: a cause is read by others.
pub fn personal(text: &str) -> bool {
    let run = |part: &str| {
        let whole = |n: usize| (0..part.len().saturating_sub(n - 1)).map(move |i| &part[i..i + n]);
        let id = whole(18).any(|number| CitizenId::parse(&number.to_ascii_uppercase()).is_ok());
        id || (part.len() == 11 && Phone::parse(part).is_ok())
    };
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(run)
}

/// What every question must name.
///
/// # Errors
/// `exchange-reasons` pointing at the fields that are empty, too long or hold personal numbers.
pub fn reasoned(reasons: &Reasons) -> Result<()> {
    let checks = [
        ("useCause", words(&reasons.cause, MOST_CAUSE), "exchange-cause-words"),
        ("useCause", !personal(&reasons.cause), "exchange-cause-personal"),
        ("itemCode", code(&reasons.item), "exchange-item-words"),
        ("caseNo", code(&reasons.case_no), "exchange-case-words"),
    ];
    refuse("exchange-reasons", checks.into_iter())
}

/// Terms that can be agreed on a day.
///
/// # Errors
/// `exchange-terms` pointing at the fields to correct.
pub fn terms(terms: &Terms, today: Day) -> Result<()> {
    let days = days_between(today, terms.last);
    let items =
        (1..=MOST_ITEMS).contains(&terms.items.len()) && terms.items.iter().all(|i| code(i));
    let bases = terms.scopes.iter().all(|s| s.basis.is_empty() || words(&s.basis, MOST_CAUSE));
    let checks = [
        ("name", words(&terms.name, MOST_WORDS), "exchange-name-words"),
        ("contact", words(&terms.contact, MOST_WORDS), "exchange-contact-words"),
        ("consumer", terms.consumer != 0, "exchange-consumer-words"),
        ("operations", !terms.operations.is_empty(), "exchange-operations-words"),
        ("items", items, "exchange-items-words"),
        ("minute", (1..=MOST_MINUTE).contains(&terms.per_minute), "exchange-minute-words"),
        ("day", (1..=MOST_DAY).contains(&terms.per_day), "exchange-day-words"),
        ("last", (0..=MOST_TERM).contains(&days), "exchange-last-words"),
        ("scopes", !terms.scopes.is_empty(), "exchange-scopes-words"),
        ("scopes", bases, "exchange-basis-words"),
    ];
    refuse("exchange-terms", checks.into_iter())
}

/// The unit named is not one of this node's.
pub fn no_unit() -> Error {
    Error::fields("exchange-terms", vec![FieldError::new("consumer", "exchange-consumer-words")])
}

/// A reason in words for suspending, resuming or ending.
///
/// # Errors
/// `exchange-reason`.
pub fn reason(text: &str) -> Result<()> {
    let good = words(text, MOST_WORDS);
    refuse("exchange-reason", [("reason", good, "exchange-reason-words")].into_iter())
}

/// A refusal that points at every field whose check did not hold.
pub(crate) fn refuse(
    code: &'static str,
    checks: impl Iterator<Item = (&'static str, bool, &'static str)>,
) -> Result<()> {
    let wrong = checks.filter(|(_, good, _)| !good);
    let fields: Vec<FieldError> =
        wrong.map(|(field, _, why)| FieldError::new(field, why)).collect();
    if fields.is_empty() { Ok(()) } else { Err(Error::fields(code, fields)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::meaning;
    use crate::exchange::model::SystemId;
    use crate::testing::day;

    fn agreed() -> Terms {
        Terms {
            name: "卫生许可审批系统".into(),
            consumer: 7,
            contact: "信息科".into(),
            operations: vec![Operation::ByHolder],
            items: vec!["330100-1".into()],
            per_minute: 60,
            per_day: 1000,
            last: day("2027-09-20"),
            scopes: vec![Scope {
                type_code: "t".into(),
                fields: vec!["name".into()],
                basis: String::new(),
            }],
        }
    }

    fn system(status: SystemStatus) -> System {
        System {
            id: SystemId(1),
            access_id: "A".into(),
            provider: 2,
            terms: agreed(),
            status,
            reason: String::new(),
            lock: 1,
            registered_at: Stamp::from_micros(0),
        }
    }

    #[test]
    fn only_what_was_agreed_may_be_asked() {
        let now = Stamp::from_day(day("2026-09-21"));
        let late = Stamp::from_day(day("2027-09-21"));
        let (active, by) = (SystemStatus::Active, Operation::ByHolder);
        for (status, operation, item, sent, now, expected) in [
            (active, by, "330100-1", now, now, Ok(())),
            (active, by, "330100-1", now.plus_seconds(-WINDOW), now, Ok(())),
            (active, by, "330100-1", now.plus_seconds(WINDOW), now, Ok(())),
            (active, by, "330100-1", now.plus_seconds(-WINDOW - 1), now, Err(Denial::Stale)),
            (active, by, "330100-1", now.plus_seconds(WINDOW + 1), now, Err(Denial::Stale)),
            (active, by, "330100-1", Stamp::from_micros(i64::MIN), now, Err(Denial::Stale)),
            (active, by, "330100-2", now, now, Err(Denial::Item)),
            (active, by, "", now, now, Err(Denial::Item)),
            (active, Operation::File, "330100-1", now, now, Err(Denial::Operation)),
            (SystemStatus::Suspended, by, "330100-1", now, now, Err(Denial::Suspended)),
            (SystemStatus::Ended, by, "330100-1", now, now, Err(Denial::Over)),
            (active, by, "330100-1", late, late, Err(Denial::Over)),
        ] {
            let found = admits(&system(status), operation, item, sent, now);
            assert_eq!(found, expected, "{status:?} {operation:?} {item}");
        }
    }

    #[test]
    fn a_field_is_told_only_when_opened_and_asked_for() {
        let card = meaning::all().expect("types").iter().find(|t| t.zh == "居民身份证");
        let scope = |keys: &[&str]| Scope {
            type_code: "x".into(),
            fields: keys.iter().map(|k| (*k).to_owned()).collect(),
            basis: String::new(),
        };
        let keys = |list: &[&str]| list.iter().map(|k| (*k).to_owned()).collect::<Vec<_>>();
        for (opened, wanted, expected) in [
            (&["name", "adult"][..], &[][..], Ok(keys(&["name", "adult"]))),
            (&["name", "adult"], &["adult"], Ok(keys(&["adult"]))),
            (&["name", "adult"], &["birth"], Err(Denial::Fields)),
            (&["name", "nonsense"], &[], Ok(keys(&["name"]))),
            (&["name"], &["name", "id_no"], Ok(keys(&["name"]))),
            (&[], &[], Err(Denial::Fields)),
        ] {
            assert_eq!(fields(Some(&scope(opened)), card, &keys(wanted)), expected, "{opened:?}");
        }
        assert_eq!(fields(None, card, &[]), Err(Denial::Type));
        assert_eq!(fields(Some(&scope(&["name"])), None, &[]), Err(Denial::Type));
    }

    #[test]
    fn reasons_are_words_without_personal_numbers() {
        let long = "长".repeat(MOST_CAUSE + 1);
        for (cause, item, case_no, wrong) in [
            ("办理公共场所卫生许可", "330100-1", "99010220261116000001", 0),
            ("", "", "", 3),
            (&long, "330100-1", "A-1", 1),
            ("换行\n在里面", "330100-1", "A-1", 1),
            ("核对990103199302155943的身份", "330100-1", "A-1", 1),
            ("请回电19900000207", "330100-1", "A-1", 1),
            ("办件99010220261116000001", "330100-1", "A-1", 0),
            ("核对身份", "33 0100", "A'--", 2),
        ] {
            let reasons =
                Reasons { cause: cause.into(), item: item.into(), case_no: case_no.into() };
            let found = match reasoned(&reasons) {
                Err(Error::Refused(refusal)) => refusal.fields.len(),
                _ => 0,
            };
            assert_eq!(found, wrong, "{cause} {item} {case_no}");
        }
    }

    #[test]
    fn terms_are_whole_or_every_fault_is_told() {
        let today = day("2026-09-21");
        assert_eq!(terms(&agreed(), today), Ok(()));
        let empty = Terms {
            name: String::new(),
            consumer: 0,
            contact: String::new(),
            operations: vec![],
            items: vec![],
            per_minute: 0,
            per_day: MOST_DAY + 1,
            last: day("2026-09-20"),
            scopes: vec![],
        };
        let Err(Error::Refused(refusal)) = terms(&empty, today) else { panic!("taken") };
        assert_eq!(refusal.fields.len(), 9, "{:?}", refusal.fields);
        let far = Terms { last: day("2036-01-01"), ..agreed() };
        assert!(terms(&far, today).is_err());
    }
}
