//! Cases of the clock, told by dates of real calendars.

use jiff::civil::date;

use super::*;
use crate::calendar::Calendar;
use crate::{CodeError, Day};

fn workdays(n: u32) -> Limit {
    Limit::workdays(n)
}

/// Accepted on Monday 2026-11-16 with a promise of five days, as in the pictures.
fn noodle_shop() -> Facts {
    let day = date(2026, 11, 16);
    Facts::new(day, day, workdays(5), Some(workdays(20)))
}

fn at(facts: &Facts, today: Day) -> Clock {
    explain(facts, Calendar::shipped(), today)
}

fn pause(start: Day, end: Option<Day>) -> Pause {
    Pause::new(PauseKind::SiteCheck, start, end, None).expect("pause")
}

fn row(clock: &Clock) -> String {
    let mut row = String::new();
    for cell in &clock.cells {
        if cell.gap_before {
            row.push(' ');
        }
        row.push(match cell.kind {
            CellKind::Used => 'u',
            CellKind::Today => 'T',
            CellKind::Left => 'l',
            CellKind::Paused => 'p',
            CellKind::Overdue => 'x',
        });
    }
    row
}

#[test]
fn the_pictured_case() {
    let clock = at(&noodle_shop(), date(2026, 11, 18));
    assert_eq!(clock.promised.day, date(2026, 11, 23));
    assert_eq!(clock.statutory.map(|d| d.day), Some(date(2026, 12, 14)));
    assert_eq!((clock.days_left, clock.today_counts, clock.state), (4, true, State::Green));
    assert_eq!(row(&clock), "uTll l");
}

#[test]
fn the_light_follows_the_days_left() {
    let facts = noodle_shop();
    let table = [
        (date(2026, 11, 16), 5, 0, State::Green, "llll l"),
        (date(2026, 11, 20), 2, 0, State::Green, "uuuT l"),
        (date(2026, 11, 21), 1, 0, State::Yellow, "uuuu l"),
        (date(2026, 11, 23), 1, 0, State::Yellow, "uuuu T"),
        (date(2026, 11, 24), 0, 1, State::Red, "uuuu ux"),
        (date(2026, 11, 28), 0, 4, State::Red, "uuuu uxxxx"),
        (date(2026, 12, 14), 0, 15, State::Red, "uuuu uxxxx xxxxx xxxxx x"),
        (date(2026, 12, 15), 0, 16, State::RedStatutory, "uuuu uxxxx xxxxx xxxxx xx"),
    ];
    for (today, left, over, state, cells) in table {
        let clock = at(&facts, today);
        assert_eq!((clock.days_left, clock.days_over, clock.state), (left, over, state), "{today}");
        assert_eq!(row(&clock), cells, "{today}");
    }
    let long = Facts { promised: workdays(20), ..noodle_shop() };
    let eager = Thresholds { yellow_percent: 50, ..Thresholds::default() };
    assert_eq!(at(&long, date(2026, 12, 8)).state, State::Green);
    assert_eq!(at(&long, date(2026, 12, 9)).state, State::Yellow);
    let clock = explain_with(&long, Calendar::shipped(), date(2026, 12, 1), eager);
    assert_eq!((clock.days_left, clock.state), (10, State::Yellow));
}

#[test]
fn a_pause_takes_out_the_days_after_its_start_with_its_end() {
    let day = |d| date(2026, 11, d);
    let table = [
        (day(17), Some(day(19)), day(25)),
        (day(17), Some(day(17)), day(23)),
        (day(18), Some(day(22)), day(25)),
        // Through a weekend: 20 and 23 are working days taken out.
        (day(19), Some(day(23)), day(25)),
        // Before acceptance and after the due day nothing is there to take out.
        (day(9), Some(day(13)), day(23)),
        (day(9), Some(day(17)), day(24)),
        (day(23), Some(day(27)), day(23)),
    ];
    for (start, end, due) in table {
        let facts = Facts { pauses: vec![pause(start, end)], ..noodle_shop() };
        assert_eq!(at(&facts, day(16)).promised.day, due, "{start} to {end:?}");
    }
    let facts = Facts { pauses: vec![pause(day(17), Some(day(19)))], ..noodle_shop() };
    let clock = at(&facts, day(19));
    assert_eq!((row(&clock).as_str(), clock.state), ("uppl lll", State::Paused));
    assert_eq!((clock.days_left, clock.today_counts), (4, false));
}

#[test]
fn split_and_overlapping_pauses_come_to_the_same() {
    let day = |d| date(2026, 11, d);
    let due = |pauses: Vec<Pause>| at(&Facts { pauses, ..noodle_shop() }, day(16)).promised.day;
    let whole = due(vec![pause(day(17), Some(day(20)))]);
    assert_eq!(whole, due(vec![pause(day(18), Some(day(20))), pause(day(17), Some(day(18)))]));
    assert_eq!(whole, due(vec![pause(day(17), Some(day(19))), pause(day(18), Some(day(20)))]));
}

#[test]
fn an_open_pause_moves_the_due_day() {
    let day = |d| date(2026, 11, d);
    let mut open = pause(day(17), None);
    let facts = |pause| Facts { pauses: vec![pause], ..noodle_shop() };
    let clock = at(&facts(open), day(18));
    assert_eq!((clock.promised.day, clock.promised.moving), (day(24), true));
    assert!(clock.statutory.is_some_and(|law| law.moving));
    assert_eq!(at(&facts(open), day(20)).promised.day, day(26));
    open.planned = Some(day(25));
    let clock = at(&facts(open), day(18));
    assert_eq!((clock.promised.day, clock.state), (date(2026, 12, 1), State::Paused));
    assert!(
        clock
            .steps
            .iter()
            .any(|s| matches!(s.kind, StepKind::PausePlanned { .. }) && s.day == day(25))
    );
    // A case that is late stays late: a pause begun afterwards does not hide it.
    let late = Facts { pauses: vec![pause(day(24), None)], ..noodle_shop() };
    assert_eq!((at(&late, day(26)).state, at(&late, day(26)).promised.moving), (State::Red, false));
}

#[test]
fn one_extension_moves_both_days_unless_it_came_late() {
    let extended = |days, granted| {
        let extension = Some(Extension::single(days, granted).expect("extension"));
        at(&Facts { extension, ..noodle_shop() }, date(2026, 11, 17))
    };
    let clock = extended(10, date(2026, 11, 20));
    assert_eq!(clock.promised.day, date(2026, 12, 7));
    assert_eq!(clock.statutory.map(|d| d.day), Some(date(2026, 12, 28)));
    let clock = extended(10, date(2026, 11, 24));
    assert_eq!(clock.promised.day, date(2026, 11, 23));
    assert_eq!(clock.statutory.map(|d| d.day), Some(date(2026, 12, 28)));
    let which: Vec<_> = clock.steps.iter().map(|s| &s.kind).collect();
    assert!(which.contains(&&StepKind::ExtensionTooLate { which: Which::Promised }));
    for days in [0, 11] {
        let refused = CodeError::new("extension-length").with("longest", 10);
        assert_eq!(Extension::single(days, date(2026, 11, 20)), Err(refused));
    }
    assert!(Extension::joint(15, date(2026, 11, 20)).is_ok());
    assert!(Extension::joint(16, date(2026, 11, 20)).is_err());
}

#[test]
fn other_units_end_on_working_days() {
    let limit = |n, unit| Limit { n, unit };
    let due = |accepted, limit| {
        let clock = at(&Facts::new(accepted, accepted, limit, None), accepted);
        (clock.promised.day, clock.state)
    };
    let table = [
        (date(2026, 11, 16), limit(3, Unit::CalendarDay), date(2026, 11, 19)),
        // 21 November 2026 is a Saturday.
        (date(2026, 11, 16), limit(5, Unit::CalendarDay), date(2026, 11, 23)),
        (date(2026, 1, 30), limit(1, Unit::Month), date(2026, 2, 28)),
        // 1 October begins the holiday; 8 October 2026 is worked again.
        (date(2026, 9, 1), limit(1, Unit::Month), date(2026, 10, 8)),
        (date(2024, 2, 29), limit(1, Unit::Year), date(2025, 2, 28)),
        (date(2026, 11, 21), limit(0, Unit::Instant), date(2026, 11, 21)),
    ];
    for (accepted, limit, day) in table {
        assert_eq!(due(accepted, limit).0, day, "{accepted} {limit:?}");
    }
    assert_eq!(due(date(2026, 11, 21), Limit::INSTANT).1, State::Green);
    let facts = Facts {
        promised: limit(5, Unit::CalendarDay),
        pauses: vec![pause(date(2026, 11, 17), Some(date(2026, 11, 19)))],
        ..noodle_shop()
    };
    let clock = at(&facts, date(2026, 11, 16));
    assert_eq!((clock.promised.day, clock.days_left), (date(2026, 11, 23), 5));
}

#[test]
fn instant_items_have_one_cell() {
    let day = date(2026, 11, 20);
    let facts = Facts::new(day, day, Limit::INSTANT, Some(workdays(1)));
    let clock = at(&facts, day);
    assert_eq!((row(&clock).as_str(), clock.days_left, clock.state), ("T", 1, State::Green));
    let next = at(&facts, date(2026, 11, 23));
    assert_eq!((row(&next).as_str(), next.days_over, next.state), ("u x", 1, State::Red));
    let done = at(&Facts { decided: Some(day), ..facts }, date(2027, 1, 1));
    assert_eq!(
        (row(&done).as_str(), done.state, done.kept_promise),
        ("u", State::Done, Some(true))
    );
}

#[test]
fn a_decision_stops_the_clock() {
    let facts = Facts { decided: Some(date(2026, 11, 19)), ..noodle_shop() };
    for today in [date(2026, 11, 19), date(2026, 11, 24), date(2030, 1, 1)] {
        let clock = at(&facts, today);
        assert_eq!((row(&clock).as_str(), clock.state), ("uuul l", State::Done));
        assert_eq!((clock.kept_promise, clock.kept_law), (Some(true), Some(true)));
    }
    let late = at(&Facts { decided: Some(date(2026, 11, 25)), ..noodle_shop() }, date(2026, 12, 1));
    assert_eq!((late.kept_promise, late.kept_law, late.days_over), (Some(false), Some(true), 2));
}

#[test]
fn a_due_day_beyond_the_notice_is_provisional() {
    let day = date(2026, 12, 14);
    let clock = at(&Facts::new(day, day, workdays(5), Some(workdays(20))), day);
    assert!(!clock.promised.provisional);
    let law = clock.statutory.expect("law");
    assert_eq!((law.day, law.provisional), (date(2027, 1, 12), true));
    let unsure = Step { day: date(2027, 1, 1), kind: StepKind::Provisional { year: 2027 } };
    assert!(clock.steps.contains(&unsure), "{:?}", clock.steps);
}

#[test]
fn the_explanation_names_every_step_in_order() {
    let facts = Facts {
        deemed: true,
        pauses: vec![pause(date(2026, 9, 22), Some(date(2026, 9, 24)))],
        ..Facts::new(date(2026, 9, 18), date(2026, 9, 18), workdays(7), Some(workdays(20)))
    };
    let clock = at(&facts, date(2026, 9, 28));
    let keys: Vec<_> =
        clock.steps.iter().map(|step| step.key().trim_start_matches("codes-step-")).collect();
    let days: Vec<_> = clock.steps.iter().map(|step| step.day).collect();
    assert!(days.is_sorted());
    assert_eq!(&keys[..2], ["deemed", "make-up"]);
    for key in ["first-day", "paused", "resumed", "holiday", "make-up", "due"] {
        assert!(keys.contains(&key), "{key}: {keys:?}");
    }
    let args = clock.steps[0].args(crate::time::zh_day);
    assert_eq!(args, vec![("day", "2026年9月18日".to_string())]);
}

#[test]
fn overlapping_pauses_tell_a_day_once() {
    let day = |d| date(2026, 11, d);
    let both = vec![pause(day(17), Some(day(19))), pause(day(18), Some(day(20)))];
    let clock = at(&Facts { pauses: both, ..noodle_shop() }, day(20));
    let told = clock.steps.iter().filter_map(|step| match step.kind {
        StepKind::Resumed { days, unit, .. } => Some((days, unit)),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [(2, Unit::WorkDay), (1, Unit::WorkDay)]);
}

#[test]
fn silence_for_five_days_is_acceptance_from_the_day_of_receipt() {
    let calendar = Calendar::shipped();
    let received = date(2026, 11, 16);
    assert_eq!(notice_due(received, calendar).day, date(2026, 11, 23));
    let deemed =
        |answered, today| deemed_accepted(received, answered, calendar, today).map(|d| d.accepted);
    assert_eq!(deemed(None, date(2026, 11, 23)), None);
    assert_eq!(deemed(None, date(2026, 11, 24)), Some(received));
    assert_eq!(deemed(Some(date(2026, 11, 23)), date(2026, 12, 24)), None);
    assert_eq!(deemed(Some(date(2026, 11, 24)), date(2026, 11, 24)), Some(received));
}

#[test]
fn duties_have_their_light() {
    let calendar = Calendar::shipped();
    let received = date(2026, 11, 16);
    let light = |done, today| {
        let duty =
            duty(received, NOTICE_DAYS, done, calendar, today, Thresholds::default().notice_days);
        (duty.days_left, duty.state)
    };
    let table = [
        (None, date(2026, 11, 16), (5, State::Green)),
        (None, date(2026, 11, 19), (3, State::Green)),
        // The fourth day.
        (None, date(2026, 11, 20), (2, State::Yellow)),
        (None, date(2026, 11, 22), (1, State::Yellow)),
        (None, date(2026, 11, 23), (1, State::Yellow)),
        (None, date(2026, 11, 24), (0, State::Red)),
        (Some(date(2026, 11, 20)), date(2026, 12, 1), (0, State::Done)),
        (Some(date(2026, 11, 24)), date(2026, 12, 1), (0, State::Red)),
    ];
    for (done, today, expected) in table {
        assert_eq!(light(done, today), expected, "{done:?} {today}");
    }
    assert_eq!(delivery_due(date(2026, 11, 23), calendar).day, date(2026, 12, 7));
}

#[test]
fn limits_are_read_and_compared() {
    let table = [
        (5, "工作日", Ok(workdays(5))),
        (0, "即办", Ok(Limit::INSTANT)),
        (15, "自然日", Ok(Limit { n: 15, unit: Unit::CalendarDay })),
        (5, "周", Err(CodeError::new("limit-form"))),
        (4_000, "工作日", Err(CodeError::new("limit-form"))),
    ];
    for (n, unit, expected) in table {
        assert_eq!(Limit::parse(n, unit), expected, "{n} {unit}");
    }
    let month = Limit { n: 1, unit: Unit::Month };
    assert!(Limit::INSTANT.within(workdays(1)) && workdays(5).within(workdays(20)));
    assert!(workdays(5).within(month) && !workdays(25).within(month));
    assert!(!workdays(21).within(workdays(20)));
    assert_eq!(
        Pause::new(PauseKind::Hearing, date(2026, 11, 2), Some(date(2026, 11, 1)), None),
        Err(CodeError::new("pause-order"))
    );
}
