//! What the clerk sees of what was handed in.

use super::{Findings, done, may_stand};
use crate::client::Browser;
use crate::ledger::{Entry, Op, Past, lock};
use crate::traffic::{Role, World};

/// Windows in which the clerk reads at once.
const WINDOWS: usize = 8;

/// The clerk reads what citizens handed in: it is what was typed.
pub(super) fn look(world: &World, fresh: &[Entry], past: &Past) -> Findings {
    let mut found = Findings::default();
    let clerk = world.actors.iter().find(|actor| lock(actor).role == Role::Clerk);
    let Some(mut clerk) = clerk.map(lock) else { return found };
    clerk.wake();
    let handed_in = |e: &&Entry| done(e, Op::Submit) && e.actor.starts_with("citizen");
    let handed_in: Vec<&Entry> = fresh.iter().filter(handed_in).collect();
    std::thread::scope(|scope| {
        let share = handed_in.len().div_ceil(WINDOWS).max(1);
        let windows = handed_in.chunks(share).map(|entries| {
            let mut browser = clerk.browser.clone();
            scope.spawn(move || read(&mut browser, entries, past))
        });
        let windows: Vec<_> = windows.collect();
        windows.into_iter().for_each(|window| match window.join() {
            Ok(read) => found.join(read),
            Err(_) => found.wrong.push("a window of the clerk was not looked at".to_owned()),
        });
    });
    found
}

/// Each of these cases says what was typed.
fn read(browser: &mut Browser, entries: &[&Entry], past: &Past) -> Findings {
    let mut found = Findings::default();
    for entry in entries {
        let typed = may_stand(past, &entry.key);
        if typed.is_empty() {
            continue;
        }
        match browser.get(&format!("/w/c/{}", entry.answer)) {
            Ok(shown) if shown.status == 200 => {
                let text = shown.text();
                if !typed.iter().any(|mark| text.contains(mark.as_str())) {
                    found.lost.push(format!("case {} does not say {typed:?}", entry.answer));
                }
            }
            Ok(shown) => found.lost.push(format!("case {}: {}", entry.answer, shown.status)),
            Err(lost) => found.wrong.push(format!("case {}: {lost:?}", entry.answer)),
        }
    }
    found
}
