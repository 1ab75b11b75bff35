//! Properties that hold for every value: parsers answer anything, checks catch slips, days add up.

use codes::Day;
use codes::calendar::Calendar;
use codes::case_no::CaseNo;
use codes::citizen::CitizenId;
use codes::clock::{CellKind, Extension, Facts, Limit, Pause, PauseKind, Unit, explain};
use codes::division::DivisionCode;
use codes::item::{BasicCode, HandlingCode, ImplementationCode, TaskType};
use codes::licence::LicenceId;
use codes::money::Cents;
use codes::name::PersonName;
use codes::phone::Phone;
use codes::time::{Stamp, parse_day};
use codes::uscc::Uscc;
use proptest::collection::vec;
use proptest::prelude::*;

const USCC: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const BASE36: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// A day from 2018 to 2028.
fn day() -> impl Strategy<Value = Day> {
    (17_532_i64..21_500).prop_map(|n| Stamp::from_micros(n * 86_400_000_000).day())
}

fn citizen() -> impl Strategy<Value = CitizenId> {
    let area = prop_oneof![Just(110_105), Just(990_102), Just(650_102), 990_101..990_190];
    (area, 7_000_i64..21_000, 0..1000).prop_map(|(area, days, order)| {
        let birth = Stamp::from_micros(days * 86_400_000_000).compact();
        CitizenId::complete(&format!("{area}{}{order:03}", &birth[..8])).expect("made whole")
    })
}

fn uscc() -> impl Strategy<Value = Uscc> {
    ("9[123]", "99[0-9]{4}", "[0-9A-HJ-NP-RTUW-Y]{9}").prop_map(|(kind, area, body)| {
        Uscc::complete(&format!("{kind}{area}{body}")).expect("made whole")
    })
}

fn pauses() -> impl Strategy<Value = Vec<Pause>> {
    let one = (day(), 0_i64..40, 0_usize..9).prop_map(|(start, days, kind)| {
        let end = Stamp::from_day(start).plus_days(days).day();
        Pause::new(PauseKind::ALL[kind], start, Some(end), None).expect("in order")
    });
    vec(one, 0..4)
}

/// Replaces the letter at `at` by another of `letters`; `None` when it is the same.
fn slip(text: &str, at: usize, letters: &str, with: usize) -> Option<String> {
    let mut chars: Vec<char> = text.chars().collect();
    let new = letters.chars().nth(with % letters.len())?;
    let place = at % chars.len();
    if chars[place] == new {
        return None;
    }
    chars[place] = new;
    Some(chars.into_iter().collect())
}

proptest! {
    #[test]
    fn parsers_answer_anything(text in any::<String>(), bytes in vec(any::<u8>(), 0..64)) {
        let lossy = String::from_utf8_lossy(&bytes);
        for text in [text.as_str(), &lossy] {
            let _ = (CitizenId::parse(text), CitizenId::typed(text), CitizenId::upgrade(text));
            let _ = (CitizenId::complete(text), Uscc::parse(text), Uscc::complete(text));
            let _ = (DivisionCode::parse(text), CaseNo::parse(text), Phone::parse(text));
            let _ = (BasicCode::parse(text), ImplementationCode::parse(text), HandlingCode::parse(text));
            let _ = (TaskType::parse(text), LicenceId::parse(text), PersonName::parse(text));
            let _ = (Cents::parse(text), parse_day(text), Stamp::parse_compact(text));
            let _ = (Limit::parse(1, text), Calendar::load(text));
            let _ = LicenceId::new(text, text, text, 1);
        }
    }

    #[test]
    fn parsers_answer_near_misses(text in "[0-9０-９A-Za-zＸ字 \u{e9}-]{0,34}") {
        let _ = (CitizenId::parse(&text), CitizenId::typed(&text), CitizenId::upgrade(&text));
        let _ = (Uscc::parse(&text), CaseNo::parse(&text), Phone::parse(&text), DivisionCode::parse(&text));
        let _ = (BasicCode::parse(&text), ImplementationCode::parse(&text), HandlingCode::parse(&text));
        let _ = (Stamp::parse_compact(&text), parse_day(&text), Cents::parse(&text));
        let _ = LicenceId::parse(&format!("1.2.156.3005.2.{text}"));
    }

    #[test]
    fn a_slip_in_an_id_number_is_caught(id in citizen(), at in 0_usize..18, with in 0_usize..11) {
        prop_assert_eq!(CitizenId::parse(id.as_str()), Ok(id.clone()));
        if let Some(wrong) = slip(id.as_str(), at, "0123456789X", with) {
            prop_assert!(CitizenId::parse(&wrong).is_err(), "{}", wrong);
        }
    }

    #[test]
    fn a_slip_in_a_credit_code_is_caught(code in uscc(), at in 0_usize..18, with in 0_usize..31) {
        prop_assert_eq!(Uscc::parse(code.as_str()), Ok(code));
        if let Some(wrong) = slip(code.as_str(), at, USCC, with) {
            prop_assert!(Uscc::parse(&wrong).is_err(), "{}", wrong);
        }
    }

    #[test]
    fn a_slip_in_a_licence_identifier_is_seen(
        serial in "[0-9A-Z]{1,32}", version in 1_u16..999, at in 0_usize..32, with in 0_usize..36,
    ) {
        let body = "11100000000013338W";
        let id = LicenceId::new(&format!("{body}011"), body, &serial, version).expect("made whole");
        prop_assert!(id.check_holds());
        let back = LicenceId::parse(&id.to_string()).expect("round trip");
        prop_assert_eq!(&back, &id);
        prop_assert!(id.next_version().expect("below 999").check_holds());
        if let Some(wrong) = slip(&serial, at, BASE36, with) {
            let text = id.to_string();
            let (before, after) = text.rsplit_once(&format!(".{serial}.")).expect("its own serial");
            let text = format!("{before}.{wrong}.{after}");
            prop_assert!(!LicenceId::parse(&text).expect("same shape").check_holds(), "{}", text);
        }
    }

    #[test]
    fn case_numbers_round_trip(six in 100_000_u32..999_999, day in day(), serial in 0_u32..1_000_000) {
        let division = DivisionCode::parse(&six.to_string()).expect("six digits");
        let no = CaseNo::new(division, day, serial).expect("fits");
        prop_assert_eq!(CaseNo::parse(&no.to_string()), Ok(no));
        prop_assert_eq!(CaseNo::parse(&no.grouped()), Ok(no));
        prop_assert_eq!((no.division(), no.day(), no.serial()), (division, day, serial));
    }

    #[test]
    fn divisions_round_trip(code in "[1-9][0-9]{5}([0-9]{3}([0-9]{3})?)?") {
        let division = DivisionCode::parse(&code).expect("digits");
        prop_assert_eq!(DivisionCode::parse(&division.to_string()), Ok(division));
        prop_assert_eq!(DivisionCode::parse(&division.twelve()), Ok(division));
        prop_assert!(division.province().contains(division) && division.contains(division));
    }

    #[test]
    fn names_stay_as_they_are(name in "[\u{3400}-\u{4DBF}\u{4E00}-\u{9FFF}\u{20000}-\u{2A6DF}\u{2A700}-\u{2EBE0}\u{30000}-\u{3347F}]{1,30}(·[\u{4E00}-\u{9FFF}]{1,30}){0,2}") {
        let parsed = PersonName::parse(&name).expect("a name");
        prop_assert_eq!(parsed.as_str(), name.as_str());
        prop_assert_eq!(PersonName::parse(parsed.as_str()), Ok(parsed.clone()));
    }

    #[test]
    fn money_round_trips(cents in any::<i32>(), big in any::<i64>()) {
        let amount = Cents::new(cents.into());
        prop_assert_eq!(Cents::parse(&amount.to_string()), Ok(amount));
        prop_assert_eq!(Cents::parse(&amount.yuan()), Ok(amount));
        let words = Cents::new(big).capitals();
        prop_assert!(!words.contains("零零") && !words.contains("零元元") && words.ends_with(['整', '角', '分']));
    }

    #[test]
    fn moments_round_trip(micros in -62_135_596_800_000_000_i64..253_402_200_000_000_000) {
        let at = Stamp::from_micros(micros);
        let start = Stamp::from_day(at.day());
        prop_assert!(start <= at && at < start.plus_days(1));
        let seconds = Stamp::from_micros(micros.div_euclid(1_000_000) * 1_000_000);
        prop_assert_eq!(Stamp::parse_compact(&at.compact()), Ok(seconds));
    }

    #[test]
    fn working_days_are_monotonic_and_add_up(from in day(), later in 0_i64..60, n in 0_u32..80, m in 0_u32..80) {
        let calendar = Calendar::shipped();
        let due = calendar.add_workdays(from, n);
        prop_assert!(due.day >= from && calendar.add_workdays(from, n + 1).day > due.day);
        let start = Stamp::from_day(from).plus_days(later).day();
        prop_assert!(calendar.add_workdays(start, n).day >= due.day);
        prop_assert_eq!(calendar.add_workdays(due.day, m).day, calendar.add_workdays(from, n + m).day);
        prop_assert_eq!(calendar.workdays_between(from, due.day), i64::from(n));
        prop_assert_eq!(calendar.workdays_between(due.day, from), -i64::from(n));
        prop_assert!(n == 0 || calendar.is_workday(due.day));
        prop_assert_eq!(due.provisional, n > 0 && due.day.year() > 2026);
    }

    /// Whatever is paused, extended or viewed when, the days counted are the limit's.
    #[test]
    fn counted_days_are_the_limit(
        accepted in day(), n in 1_u32..60, pauses in pauses(), ahead in 0_i64..200, added in 0_u32..=10,
    ) {
        let today = Stamp::from_day(accepted).plus_days(ahead).day();
        let mut facts = Facts::new(accepted, accepted, Limit::workdays(n), Some(Limit::workdays(n + 7)));
        facts.pauses = pauses;
        facts.extension = Extension::single(added, accepted).ok();
        let clock = explain(&facts, Calendar::shipped(), today);
        let counted = clock.cells.iter().filter(|cell| {
            matches!(cell.kind, CellKind::Used | CellKind::Today | CellKind::Left)
        });
        prop_assert_eq!(counted.count(), (n + added) as usize);
        let overdue = clock.cells.iter().filter(|cell| cell.kind == CellKind::Overdue).count();
        prop_assert_eq!(overdue, clock.days_over as usize);
        let left = clock.cells.iter().filter(|cell| matches!(cell.kind, CellKind::Today | CellKind::Left)).count();
        prop_assert_eq!(left, clock.days_left as usize);
        prop_assert!(clock.statutory.is_some_and(|law| law.day > clock.promised.day));
        prop_assert!(clock.steps.is_sorted_by_key(|step| step.day));
        let without = explain(&Facts { pauses: vec![], ..facts.clone() }, Calendar::shipped(), today);
        prop_assert!(clock.promised.day >= without.promised.day);
    }

    /// Cutting a pause in two changes no due day, in any unit.
    #[test]
    fn a_pause_may_be_split(accepted in day(), n in 1_u32..40, unit in 0_usize..4, offset in 0_i64..30, a in 0_i64..20, b in 0_i64..20) {
        let unit = [Unit::WorkDay, Unit::CalendarDay, Unit::Month, Unit::Instant][unit];
        let at = |days: i64| Stamp::from_day(accepted).plus_days(days).day();
        let pause = |from: i64, to: i64| Pause::new(PauseKind::Testing, at(from), Some(at(to)), None).expect("in order");
        let due = |pauses: Vec<Pause>| {
            let mut facts = Facts::new(accepted, accepted, Limit { n, unit }, None);
            facts.pauses = pauses;
            explain(&facts, Calendar::shipped(), accepted).promised.day
        };
        let whole = due(vec![pause(offset, offset + a + b)]);
        prop_assert_eq!(whole, due(vec![pause(offset, offset + a), pause(offset + a, offset + a + b)]));
    }

    /// The longer the limit, the later the day; nothing panics, whatever the facts.
    #[test]
    fn any_facts_have_a_clock(accepted in day(), received in day(), today in day(), n in 0_u32..100, m in 0_u32..100, decided in proptest::option::of(day()), pauses in pauses(), unit in 0_usize..5) {
        let unit = [Unit::WorkDay, Unit::CalendarDay, Unit::Month, Unit::Year, Unit::Instant][unit];
        let mut facts = Facts::new(received, accepted, Limit { n, unit }, Some(Limit { n: m, unit }));
        facts.pauses = pauses;
        facts.decided = decided;
        let clock = explain(&facts, Calendar::shipped(), today);
        let law = clock.statutory.expect("given").day;
        let (first, second) = if n <= m { (clock.promised.day, law) } else { (law, clock.promised.day) };
        prop_assert!(first <= second);
        prop_assert!(clock.cells.len() <= codes::clock::MOST_CELLS);
    }
}
