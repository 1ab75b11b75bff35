//! The life of a case told by people: the promised one with correction and special procedure, the
//! instant one, and what is refused on the way.

use super::{CAR, FOOD, PERSON, Town, approver, at, calendar, clerk, code, day, grip};
use casework::cases::acts::{self, Opinion, Supplement};
use casework::cases::model::{
    Grip, Ground, Missing, MissingKind, Officer, Owner, Phase, Post, Receipt, State,
};
use casework::cases::rules::{self, NonAcceptance, Order};
use casework::cases::{life, records};
use casework::drafts::model::{DraftId, Paper, PaperId};
use casework::materials::records::NewPaper;
use codes::clock;
use guide::packs::{self, Way};
use people::identity::{PersonId, StaffId, UnitId};
use store::{Actor, Done, Error, FileHash, Result, Tx};

fn layout_missing() -> Vec<Missing> {
    let item =
        |kind, key: &str| Missing {
            kind, key: key.into(), reason: "没有标尺寸，请标上".into()
        };
    vec![item(MissingKind::Material, "layout"), item(MissingKind::Field, "kitchen_area")]
}

fn order(key: &str) -> Order {
    Order {
        key: key.into(),
        reason: "需要检验食品样品".into(),
        evidence: None,
        team: vec!["0001".into(), "0002".into()],
        planned: None,
    }
}

/// Puts a file in for the correction, as the applicant does.
async fn supply_paper(town: &Town, id: DraftId, on: &str) -> FileHash {
    let file = town.store.files().put(b"%PDF-1.7 plan").expect("file");
    let paper = Paper {
        id: PaperId(town.store.fresh_id()),
        key: "layout".into(),
        way: Way::Upload,
        file: Some(file.clone()),
        licence: None,
        name: "平面图.pdf".into(),
        size: 13,
        round: 1,
        added: at(on),
    };
    let new = NewPaper::seal(town.store.vault(), paper);
    let act = move |tx: &mut Tx<'_>| {
        acts::add_paper(tx, casework::cases::CaseId(id.0), Owner::Person(PERSON), &new)
    };
    town.act(on, Actor::Citizen(5), act).await.expect("paper");
    file
}

/// Submitted, told once what is missing, supplied: waits for acceptance again.
async fn corrected(town: &Town) -> Receipt {
    let r = town.submit("2026-09-21", town.submission(FOOD)).await.expect("submit");
    assert_eq!(r.no.grouped(), "9901 0220 2609 2100 0001");
    let r = town
        .by("2026-09-22", clerk(), &r, |tx, g, who, c| {
            acts::request_correction(tx, g, who, layout_missing(), c)
        })
        .await
        .expect("correct");
    let State::CorrectionRequested(c) = town.case(r.id).await.state else { panic!("state") };
    assert_eq!(c.told.until, calendar().add_workdays(day("2026-09-22"), 10).day);

    let only_paper = Supplement { sealed: None, changed: vec![] };
    let seen = grip(&r);
    supply_paper(town, DraftId(r.id.0), "2026-09-28").await;
    let half = town
        .act("2026-09-28", Actor::Citizen(5), move |tx| {
            acts::supply(tx, seen, Owner::Person(PERSON), &only_paper, &calendar())
        })
        .await;
    assert_eq!(code(half), "case-correction-missing", "the answer is still missing");
    let whole = Supplement { sealed: Some(vec![9]), changed: vec!["kitchen_area".into()] };
    let r = town
        .act("2026-09-28", Actor::Citizen(5), move |tx| {
            acts::supply(tx, seen, Owner::Person(PERSON), &whole, &calendar())
        })
        .await
        .expect("supply");
    assert_eq!(town.case(r.id).await.sealed, [9]);
    let again = town
        .by("2026-09-28", clerk(), &r, |tx, g, who, c| {
            acts::request_correction(tx, g, who, layout_missing(), c)
        })
        .await;
    assert_eq!(code(again), "case-correction-twice");
    r
}

#[tokio::test]
async fn a_promised_life_with_correction_and_testing() {
    let town = Town::new();
    let r = corrected(&town).await;
    let id = r.id;
    let lapse = move |tx: &mut Tx<'_>| acts::lapse(tx, id, &calendar());
    let settled = town.act("2026-10-20", Actor::System, lapse).await;
    assert_eq!(code(settled), "case-not-now", "supplied in time: the worker has nothing to do");
    let r = town.by("2026-09-29", clerk(), &r, acts::accept).await.expect("accept");
    let clock = |state: &State, on: &str| rules::clock(state, &calendar(), day(on)).expect("clock");
    let before = clock(&town.case(r.id).await.state, "2026-09-29");
    assert_eq!(before.promised.day, day("2026-10-12"), "five working days over the holiday week");
    let start = |tx: &mut Tx<'_>, g, who: &Officer, c: &_| {
        acts::start_special(tx, g, who, order("testing"), c)
    };
    let r = town.by("2026-09-30", approver(), &r, start).await.expect("special");
    assert_eq!(clock(&town.case(r.id).await.state, "2026-10-08").state, clock::State::Paused);
    let early = town.grant("2026-10-08", &r).await;
    assert_eq!(code(early), "case-not-now", "no decision while testing runs");
    let r = town
        .by("2026-10-14", approver(), &r, |tx, g, who, c| {
            acts::end_special(tx, g, who, "样品合格", None, c)
        })
        .await
        .expect("end");
    let after = clock(&town.case(r.id).await.state, "2026-10-14");
    let paused = calendar().workdays_between(day("2026-09-30"), day("2026-10-14"));
    let expected = calendar().add_workdays(day("2026-10-12"), paused as u32).day;
    assert_eq!(after.promised.day, expected, "the days of testing are not counted");
    let twice = town.by("2026-10-15", approver(), &r, start).await;
    assert_eq!(code(twice), "case-special-again");
    decided_and_closed(&town, r).await;
}

async fn decided_and_closed(town: &Town, r: Receipt) {
    let unread = town.grant("2026-10-15", &r).await;
    assert_eq!(code(unread), "case-not-read", "nobody decides without having opened the papers");
    let seen = FileHash::of(b"%PDF-1.7 plan").as_str().to_owned();
    let r = town
        .by("2026-10-15", approver(), &r, move |tx, g, who, c| {
            acts::grant(tx, g, who, Opinion { text: String::new(), seen: vec![seen] }, c)
        })
        .await
        .expect("grant");
    let (id, no) = (r.id, Some("LIC".to_owned()));
    let close = move |tx: &mut Tx<'_>| acts::close(tx, id, no, &calendar());
    let r = town.act("2026-10-15", Actor::System, close).await.expect("close");
    assert_eq!(r.phase, Phase::Closed);
    let late = town
        .act("2026-10-16", Actor::Citizen(5), move |tx| {
            acts::withdraw(tx, grip(&r), Owner::Person(PERSON), "", &calendar())
        })
        .await;
    assert_eq!(code(late), "case-not-now");
    assert_eq!(
        town.events(id).await,
        [
            "case-submitted",
            "correction-requested",
            "material-added",
            "correction-supplied",
            "case-accepted",
            "special-started",
            "special-ended",
            "case-granted",
            "case-closed",
        ]
    );
}

#[tokio::test]
async fn an_instant_item_is_decided_with_the_submit() {
    let town = Town::new();
    let mut s = town.submission(CAR);
    s.decision = packs::Decision::Grant;
    let r = town.submit("2026-11-16", s).await.expect("submit");
    assert_eq!(r.phase, Phase::Granted);
    assert_eq!(town.events(r.id).await, ["case-submitted", "case-accepted", "case-granted"]);
    let case = town.case(r.id).await;
    assert_eq!(case.version, 3);
    assert_eq!(
        rules::clock(&case.state, &calendar(), day("2026-11-16")).expect("clock").kept_promise,
        Some(true)
    );
}

#[tokio::test]
async fn silence_accepts_by_law_and_counts_from_the_receipt() {
    let town = Town::new();
    let r = town.submit("2026-11-16", town.submission(FOOD)).await.expect("submit");
    let id = r.id;
    let deem = move |tx: &mut Tx<'_>| acts::deem(tx, id, &calendar());
    let early = town.act("2026-11-23", Actor::System, deem).await;
    assert_eq!(code(early), "case-not-deemed", "the fifth working day itself is in time");
    let late = town
        .by("2026-11-24", clerk(), &r, |tx, g, who, c| {
            acts::request_correction(tx, g, who, layout_missing(), c)
        })
        .await;
    assert_eq!(code(late), "case-notice-late");
    let r = town.act("2026-11-24", Actor::System, deem).await.expect("deem");
    let case = town.case(r.id).await;
    let accepted = case.state.accepted().expect("accepted");
    assert_eq!((accepted.clock.accepted, accepted.clock.deemed), (day("2026-11-16"), true));
    assert_eq!(accepted.by, None);
    // A clerk who answers late records the same acceptance and nothing else.
    let r = town.accepted("2026-11-16", "2026-11-25").await;
    let case = town.case(r.id).await;
    assert_eq!(case.state.accepted().expect("accepted").clock.accepted, day("2026-11-16"));
}

#[tokio::test]
async fn a_correction_nobody_supplies_lapses() {
    let town = Town::new();
    let r = town.submit("2026-11-16", town.submission(FOOD)).await.expect("submit");
    let correct = |tx: &mut Tx<'_>, g, who: &Officer, c: &_| {
        acts::request_correction(tx, g, who, layout_missing(), c)
    };
    let r = town.by("2026-11-17", clerk(), &r, correct).await.expect("correct");
    let id = r.id;
    let lapse = move |tx: &mut Tx<'_>| acts::lapse(tx, id, &calendar());
    assert_eq!(code(town.act("2026-12-01", Actor::System, lapse).await), "case-not-lapsed");
    let r = town.act("2026-12-02", Actor::System, lapse).await.expect("lapse");
    assert_eq!(r.phase, Phase::Withdrawn);
    assert_eq!(code(town.act("2026-12-03", Actor::System, lapse).await), "case-not-now");
}

#[tokio::test]
async fn wrong_hands_and_stale_pages_change_nothing() {
    let town = Town::new();
    let r = town.submit("2026-11-16", town.submission(FOOD)).await.expect("submit");
    let stranger = Officer { unit: UnitId(71), ..clerk() };
    let party = Officer { person: Some(PersonId(8)), ..clerk() };
    for (who, expected) in [
        (approver(), "denied"),
        (stranger, "denied"),
        (party, "case-own-affair"),
        (Officer { posts: vec![], ..clerk() }, "denied"),
    ] {
        assert_eq!(
            code(town.by("2026-11-17", who.clone(), &r, acts::accept).await),
            expected,
            "{who:?}"
        );
    }
    let seen = grip(&r);
    let foreign = town
        .act("2026-11-17", Actor::Citizen(6), move |tx| {
            acts::withdraw(tx, seen, Owner::Person(PersonId(99)), "", &calendar())
        })
        .await;
    assert_eq!(foreign, Err(Error::NotFound));
    let old = Grip { id: r.id, version: 0 };
    let stale =
        move |tx: &mut Tx<'_>| -> Result<Done<_>> { acts::accept(tx, old, &clerk(), &calendar()) };
    assert_eq!(code(town.act("2026-11-17", Actor::Staff(21), stale).await), "stale");
    assert_eq!(town.case(r.id).await.version, 1);
    assert_eq!(town.events(r.id).await, ["case-submitted"]);

    let taken = town.by("2026-11-17", clerk(), &r, acts::claim).await.expect("claim");
    let other = Officer { id: StaffId(22), ..clerk() };
    assert_eq!(
        code(town.by("2026-11-17", other.clone(), &taken, acts::accept).await),
        "case-in-other-hands"
    );
    assert_eq!(
        code(town.by("2026-11-17", other, &taken, acts::release).await),
        "case-in-other-hands"
    );
    let given = town.by("2026-11-17", clerk(), &taken, acts::release).await.expect("release");
    assert_eq!(town.case(r.id).await.handler, None);
    assert_eq!(given.version, 3);
}

#[tokio::test]
async fn refusals_say_why_and_where_to_go() {
    let town = Town::new();
    let r = town.submit("2026-11-16", town.submission(FOOD)).await.expect("submit");
    for (ground, reason, basis, go_to, expected) in [
        (Ground::NotCompetent, "不归本局办理", "行政许可法第三十二条", "", "case-words"),
        (Ground::NotRequired, "", "行政许可法第三十二条", "", "case-words"),
        (Ground::NotRequired, "仅销售预包装食品", " ", "", "case-words"),
        (Ground::NotRequired, "仅销售\u{7}预包装食品", "第三十二条", "", "case-words"),
        (Ground::NotCompetent, "不归本局办理", "行政许可法第三十二条", "示例市局", "ok"),
    ] {
        let why = NonAcceptance {
            ground,
            reason: reason.into(),
            basis: basis.into(),
            go_to: go_to.into(),
        };
        let act =
            move |tx: &mut Tx<'_>, g, who: &Officer, c: &_| acts::not_accept(tx, g, who, why, c);
        assert_eq!(
            code(town.by("2026-11-17", clerk(), &r, act).await),
            expected,
            "{reason} {go_to}"
        );
    }
    let r = town.accepted("2026-11-16", "2026-11-17").await;
    for (reason, basis, expected) in [
        ("", "第三十八条", "case-words"),
        ("不符合条件", "", "case-words"),
        ("不符合条件", "第三十八条", "ok"),
    ] {
        let act = move |tx: &mut Tx<'_>, g, who: &Officer, c: &_| {
            acts::deny(tx, g, who, Opinion::default(), reason, basis, c)
        };
        assert_eq!(code(town.by("2026-11-18", approver(), &r, act).await), expected);
    }
    let State::Denied(denied) = town.case(r.id).await.state else { panic!("state") };
    assert!(denied.remedy.contains("行政复议"), "the remedy is the item's");
}

#[tokio::test]
async fn procedures_and_extension_keep_their_caps() {
    let town = Town::new();
    let r = town.accepted("2026-11-16", "2026-11-17").await;
    let try_order = async |change: fn(&mut Order)| {
        let mut o = order("testing");
        change(&mut o);
        let act =
            move |tx: &mut Tx<'_>, g, who: &Officer, c: &_| acts::start_special(tx, g, who, o, c);
        code(town.by("2026-11-18", approver(), &r, act).await)
    };
    assert_eq!(try_order(|o| o.key = "lottery".into()).await, "case-special-unknown");
    assert_eq!(try_order(|o| o.reason = " ".into()).await, "case-words");
    assert_eq!(
        try_order(|o| o.planned = Some(day("2026-11-17"))).await,
        "case-special-cap",
        "no back-dating"
    );
    assert_eq!(try_order(|o| o.planned = Some(day("2027-06-01"))).await, "case-special-cap");
    assert_eq!(
        try_order(|o| {
            o.key = "site-check".into();
            o.team = vec!["0001".into(), "0001".into()];
        })
        .await,
        "case-special-team",
        "two people on site (art. 34), not one twice"
    );
    let extend = |days: u32| {
        move |tx: &mut Tx<'_>, g: Grip, who: &Officer, c: &_| {
            acts::extend(tx, g, who, days, "需要补充核查", c)
        }
    };
    for days in [0, 6, 11, u32::MAX] {
        assert_eq!(
            code(town.by("2026-11-18", approver(), &r, extend(days)).await),
            "case-extension-length"
        );
    }
    let r = town.by("2026-11-18", approver(), &r, extend(5)).await.expect("extend");
    assert_eq!(
        code(town.by("2026-11-18", approver(), &r, extend(1)).await),
        "case-extension-twice"
    );
    let case = town.case(r.id).await;
    let clock = rules::clock(&case.state, &calendar(), day("2026-11-18")).expect("clock");
    assert_eq!(clock.promised.day, day("2026-12-01"), "5 + 5 working days after 17 November");
}

#[tokio::test]
async fn numbers_of_a_day_have_no_gap_and_desks_are_in_order() {
    let town = Town::new();
    for n in 1..=45u32 {
        let day = if n % 2 == 0 { "2026-11-16" } else { "2026-11-17" };
        town.submit(day, town.submission(FOOD)).await.expect("submit");
    }
    let desk = rules::desk(super::UNIT, Post::Clerk);
    let mut from = (i64::MIN, casework::cases::CaseId(0));
    let mut all = vec![];
    loop {
        let desk = desk.clone();
        let page =
            town.store.read(move |db| records::of_desk(db, &desk, from, 20)).await.expect("page");
        let Some(last) = page.last() else { break };
        from = (last.due.expect("due").micros(), last.id);
        all.extend(page);
    }
    assert_eq!(all.len(), 45);
    assert!(all.windows(2).all(|w| (w[0].due, w[0].id) < (w[1].due, w[1].id)));
    let mut serials: Vec<u32> =
        all.iter().filter(|l| l.no.day() == day("2026-11-16")).map(|l| l.no.serial()).collect();
    serials.sort_unstable();
    assert_eq!(serials, (1..=22).collect::<Vec<_>>());
}

#[test]
fn the_life_table_is_documented() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/generated/case-life.md");
    let made = life::to_markdown();
    if std::env::var_os("REMAKE").is_some() {
        std::fs::write(path, &made).expect("docs/generated");
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), made, "run with REMAKE=1");
}
