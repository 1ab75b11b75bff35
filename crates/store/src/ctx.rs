//! Who, when, why and from where: what every act is told, so that it needs no clock and no chance.

use crate::chance::Chance;
use codes::time::Stamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Nobody signed in.
    Anonymous,
    /// A person, by account id.
    Citizen(i64),
    /// A member of staff, by staff id.
    Staff(i64),
    /// Another department's system, by the id of its registration.
    Connected(i64),
    /// A rule or worker of this node.
    System,
}

impl Actor {
    /// As written in the ledger: `citizen:12`, `staff:7`, `connected:3`, `system`, `anonymous`.
    pub fn label(&self) -> String {
        match self {
            Actor::Anonymous => "anonymous".into(),
            Actor::Citizen(id) => format!("citizen:{id}"),
            Actor::Staff(id) => format!("staff:{id}"),
            Actor::Connected(id) => format!("connected:{id}"),
            Actor::System => "system".into(),
        }
    }
}

/// Why personal data is touched. Data is read for a case, a ticket, a legal basis, or by its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// The person's own affairs.
    Own,
    /// Handling a case.
    Case(i64),
    /// Handling a hotline ticket.
    Ticket(i64),
    /// A legal basis named in words.
    Legal(&'static str),
    /// Nothing personal is touched.
    None,
}

impl Purpose {
    /// As written in the ledger.
    pub fn label(&self) -> String {
        match self {
            Purpose::Own => "own".into(),
            Purpose::Case(id) => format!("case:{id}"),
            Purpose::Ticket(id) => format!("ticket:{id}"),
            Purpose::Legal(basis) => format!("legal:{basis}"),
            Purpose::None => String::new(),
        }
    }
}

/// Through which door the act came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Web page.
    Web,
    /// JSON API.
    Api,
    /// Staff window.
    Window,
    /// A worker or the command line.
    System,
}

impl Channel {
    /// As written in the ledger.
    pub fn label(&self) -> &'static str {
        match self {
            Channel::Web => "web",
            Channel::Api => "api",
            Channel::Window => "window",
            Channel::System => "system",
        }
    }
}

/// Makes time-ordered 63-bit ids: 41 bits of milliseconds since 2020, 22 bits of counting. Never
/// repeats within a process and never goes back, even when the clock does. Each process counts from a
/// place of its own in the millisecond: a backup and the server, or two nodes on one PostgreSQL, write in
/// the same one.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    last: Arc<AtomicI64>,
    start: i64,
}

const EPOCH_MILLIS: i64 = 1_577_836_800_000;

impl Ids {
    /// A source that counts from a place of its own; tests, which want the same ids each time, from 0.
    pub(crate) fn new(chance: &Chance) -> Ids {
        let own = || i64::from(u32::from_be_bytes(chance.bytes()) >> 11);
        let start = if matches!(chance, Chance::System) { own() } else { 0 };
        Ids { last: Arc::default(), start }
    }

    /// A fresh id no earlier than `at`.
    pub fn next(&self, at: Stamp) -> i64 {
        let floor = Ids::floor(at) + self.start;
        let before = self
            .last
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(floor.max(last + 1)));
        floor.max(before.unwrap_or(0) + 1)
    }

    /// The smallest id that can be made at `at`; for ranges over time.
    pub fn floor(at: Stamp) -> i64 {
        (at.micros() / 1000 - EPOCH_MILLIS).max(1) << 22
    }

    /// Makes sure that the next id is above `seen`: when the store opens, and where another process may have
    /// written since.
    pub fn above(&self, seen: i64) {
        self.last.fetch_max(seen, Ordering::SeqCst);
    }
}

/// Everything an act is told.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// When the act happens.
    pub at: Stamp,
    /// Who acts.
    pub actor: Actor,
    /// Why.
    pub purpose: Purpose,
    /// From which channel.
    pub channel: Channel,
    /// Source of fresh ids.
    pub ids: Ids,
}

impl Ctx {
    /// A fresh id.
    pub fn id(&self) -> i64 {
        self.ids.next(self.at)
    }

    /// The same context for another purpose.
    pub fn for_purpose(&self, purpose: Purpose) -> Ctx {
        Ctx { purpose, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_even_when_the_clock_goes_back() {
        let ids = Ids::default();
        let late = Stamp::from_micros(1_790_000_000_000_000);
        let early = Stamp::from_micros(1_780_000_000_000_000);
        let a = ids.next(late);
        let b = ids.next(early);
        assert!(b > a && a >= Ids::floor(late));
        let other = Ids::new(&crate::Chance::System);
        assert!(other.next(late) >= Ids::floor(late) && other.next(early) >= Ids::floor(late));
        assert!(Ids::new(&crate::Chance::System).next(early) < Ids::floor(early) + (1 << 22));
    }
}
