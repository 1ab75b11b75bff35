//! The gate told as days: a quiet one, a crowded one, one on which everything is slow.

use super::*;

fn gate(least: usize, most: usize) -> Gate {
    let load = Load { at_once_least: least, at_once_most: most, ..Load::default() };
    Gate::new(load)
}

#[tokio::test]
async fn the_lowest_class_is_sent_away_first() {
    let gate = gate(10, 10);
    let mut inside = Vec::new();
    for (class, most) in [
        (Class::Export, 4),
        (Class::Read, 6),
        (Class::Look, 8),
        (Class::Work, 9),
        (Class::Decide, 10),
    ] {
        while let Some(stay) = gate.enter(class).await {
            inside.push(stay);
        }
        assert_eq!(inside.len(), most, "{class:?}");
    }
    assert_eq!(gate.gauges().0.get(), 10);
    drop(inside);
    assert_eq!(gate.gauges().0.get(), 0);
    assert!(gate.enter(Class::Export).await.is_some());
}

#[tokio::test]
async fn whoever_waits_is_let_in_by_class_when_somebody_leaves() {
    let load =
        Load { queue_milliseconds: 60_000, at_once_least: 1, at_once_most: 1, ..Load::default() };
    let gate = Gate::new(load);
    let first = gate.enter(Class::Work).await.expect("room");
    let waiting = |class| {
        let gate = gate.clone();
        tokio::spawn(async move { gate.enter(class).await })
    };
    let reader = waiting(Class::Read);
    while gate.state().waiters() < 1 {
        tokio::task::yield_now().await;
    }
    // There is one place to wait as well: who decides takes it from who reads.
    let decider = waiting(Class::Decide);
    assert!(reader.await.expect("no panic").is_none(), "he is sent away at once");
    assert!(gate.enter(Class::Export).await.is_none(), "and nobody below gets in line");
    drop(first);
    let stay = decider.await.expect("no panic").expect("his turn");
    assert_eq!(gate.gauges().0.get(), 1);
    drop(stay);
    assert_eq!(gate.gauges().0.get(), 0);
}

#[tokio::test]
async fn whoever_gives_up_waiting_leaves_no_place_taken() {
    let gate = gate(1, 1);
    let first = gate.enter(Class::Work).await.expect("room");
    let waits: Vec<_> = (0..20)
        .map(|_| {
            let gate = gate.clone();
            tokio::spawn(async move { gate.enter(Class::Decide).await })
        })
        .collect();
    for wait in &waits[..10] {
        wait.abort();
    }
    drop(first);
    let mut served = 0;
    for wait in waits {
        served += usize::from(matches!(wait.await, Ok(Some(_))));
    }
    assert!(served >= 1, "whoever still waits is served");
    assert_eq!(gate.gauges().0.get(), 0, "every place is given back");
}

#[tokio::test]
async fn who_waits_for_his_asker_makes_room_for_others() {
    let gate = gate(1, 1);
    let slow = gate.enter(Class::Work).await.expect("room");
    slow.park();
    slow.park();
    let quick = gate.enter(Class::Work).await.expect("the slow one holds no place");
    slow.unpark();
    assert_eq!(gate.gauges().0.get(), 2, "what was let in goes on");
    drop(quick);
    slow.park();
    drop(slow);
    assert_eq!(gate.gauges().0.get(), 0);
}

#[tokio::test]
async fn who_waits_for_what_is_no_work_makes_room_for_others() {
    let gate = gate(1, 1);
    let stay = gate.enter(Class::Work).await.expect("room");
    let inside = || gate.gauges().0.get();
    let served = stay.while_served(async {
        assert_eq!(inside(), 1);
        assert_eq!(aside(async { inside() }).await, 0, "others may come in meanwhile");
        inside()
    });
    assert_eq!(served.await, 1, "what was let in goes on");
    drop(stay);
    assert_eq!(inside(), 0);
    assert_eq!(aside(async { 7 }).await, 7, "a worker has no place to give up");
}

#[test]
fn bodies_have_a_bound_together() {
    let gate = Gate::new(Load { upload_megabytes: 1, ..Load::default() });
    let (one, two) = (Stay::begin(gate.clone()), Stay::begin(gate.clone()));
    gate.state().inside = 2;
    assert!(one.hold(1 << 19) && two.hold(1 << 19) && !two.hold(1));
    assert!(two.is_refused() && !one.is_refused());
    drop(one);
    assert!(two.hold(1 << 19));
    drop(two);
    assert_eq!(gate.0.held.load(Ordering::Relaxed), 0);
}

#[test]
fn the_limit_follows_what_the_node_can_do() {
    let gate = gate(8, 128);
    let load = *gate.load();
    let window = |slow: usize, full: bool| {
        let mut state = gate.state();
        // Let a window's time pass without waiting for it: what counts is what it saw.
        state.window.full = full;
        for n in 0..WINDOW.0 {
            if n + 1 == WINDOW.0 {
                while state.window.began.micros() < WINDOW.1 {
                    std::thread::sleep(Duration::from_millis(20));
                }
            }
            state.note(n < slow, &load);
        }
        state.limit
    };
    let start = gate.state().limit;
    assert!((window(0, false) - start).abs() < f64::EPSILON, "nobody asked for more");
    let grown = window(0, true);
    assert!(grown > start);
    assert!(window(3, true) < grown, "too many were slow");
    for _ in 0..15 {
        window(20, true);
    }
    assert!((gate.state().limit - 8.0).abs() < f64::EPSILON, "never below the least");
}

#[tokio::test]
async fn nobody_gets_in_line_behind_whom_there_is_no_hope() {
    let gate = gate(2, 64);
    assert_eq!(gate.state().most_waiting(gate.load()), 64, "nothing is known yet");
    // Forty a second leave: in the 50 ms that one waits, two.
    gate.state().pace = Some(40.0);
    assert_eq!(gate.state().most_waiting(gate.load()), 2);
    gate.state().pace = Some(400.0);
    assert_eq!(gate.state().most_waiting(gate.load()), 20);
    gate.state().pace = Some(1e9);
    assert_eq!(gate.state().most_waiting(gate.load()), 64);
}
