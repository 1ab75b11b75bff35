//! Until when somebody waits for what he asked. What has not begun by then is not done any more; what has
//! begun is finished.

use crate::clock::Deadline;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

tokio::task_local! {
    static UNTIL: Deadline;
}

/// Runs a request whose asker waits until a moment: the store answers `Busy` to what of it has not begun.
pub async fn within<F: Future>(until: Deadline, work: F) -> F::Output {
    UNTIL.scope(until, work).await
}

/// Until when the asker of the present request waits; nothing for workers and the command line.
pub(crate) fn current() -> Option<Deadline> {
    UNTIL.try_with(|until| *until).ok()
}

const WAITING: u8 = 0;
const BEGUN: u8 = 1;
const GIVEN_UP: u8 = 2;

/// The turn of one act: either it begins, or its asker gives up waiting, never both.
#[derive(Clone)]
pub(crate) struct Turn {
    state: Arc<AtomicU8>,
    until: Option<Deadline>,
}

impl Turn {
    pub(crate) fn of_this_request() -> Turn {
        Turn { state: Arc::new(AtomicU8::new(WAITING)), until: current() }
    }

    pub(crate) fn until(&self) -> Option<Deadline> {
        self.until
    }

    /// Begins, unless nobody waits any more.
    pub(crate) fn begin(&self) -> bool {
        !self.until.is_some_and(|until| until.passed()) && self.change(BEGUN)
    }

    /// Gives up, unless it has begun.
    pub(crate) fn give_up(&self) -> bool {
        self.change(GIVEN_UP)
    }

    fn change(&self, to: u8) -> bool {
        self.state.compare_exchange(WAITING, to, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn an_act_begins_or_is_given_up() {
        let turn = Turn::of_this_request();
        assert!(turn.begin() && !turn.give_up());
        let turn = Turn::of_this_request();
        assert!(turn.give_up() && !turn.begin());
        let late = Turn { until: Some(Deadline::after(Duration::ZERO)), ..Turn::of_this_request() };
        assert!(!late.begin() && late.give_up());
    }
}
