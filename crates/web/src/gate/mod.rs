//! How much is done at once. What would only wait is told to come back: lowest class first, within 50 ms, so
//! that whoever is let in is served as fast as on a quiet day.
//!
//! The limit grows by one in twenty while a window of requests is fast and full, and shrinks by one in six
//! when more than one in ten of them is slow (additive increase, multiplicative decrease, as networks do).
//! A class is let in while the house is filled to its share of the limit: exports stop first, decisions last.

pub(crate) mod body;
mod class;
pub mod page;
mod seats;

pub use class::Class;
pub use seats::Seats;

use prometheus_client::metrics::gauge::Gauge;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use store::clock::Stopwatch;
use tokio::sync::oneshot;

/// What a node takes on (`[load]` in `config/default.toml`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// The limit never falls below so many requests at work.
    pub at_once_least: usize,
    /// Nor grows above so many.
    pub at_once_most: usize,
    /// A request that takes longer is slow.
    pub slow_milliseconds: u64,
    /// Waiting for a place.
    pub queue_milliseconds: u64,
    /// What has not begun by then is not done any more.
    pub begin_seconds: u64,
    /// A whole request.
    pub request_seconds: u64,
    /// A whole request that carries a file.
    pub upload_seconds: u64,
    /// Without progress of a body.
    pub stall_seconds: u64,
    /// Bytes of bodies in memory at once.
    pub upload_megabytes: usize,
}

impl Default for Load {
    fn default() -> Load {
        Load {
            at_once_least: 32,
            at_once_most: 512,
            slow_milliseconds: 250,
            queue_milliseconds: 50,
            begin_seconds: 10,
            request_seconds: 20,
            upload_seconds: 300,
            stall_seconds: 15,
            upload_megabytes: 256,
        }
    }
}

/// Between two lines of the log that tell how many were sent away, in microseconds.
const TELL_EVERY: u64 = 10_000_000;
/// Samples after which a window may end, and microseconds.
const WINDOW: (usize, u64) = (20, 100_000);

/// The gate of a node. Cheap to clone.
#[derive(Clone)]
pub struct Gate(Arc<Inner>);

struct Inner {
    load: Load,
    state: Mutex<State>,
    /// Bytes of request bodies in memory.
    held: AtomicUsize,
    pages: page::Kept,
    inside: Gauge,
    limit: Gauge,
}

struct State {
    inside: usize,
    limit: f64,
    waiting: [VecDeque<oneshot::Sender<Stay>>; Class::RANKS],
    window: Window,
    /// Requests that left in a second of the last window; nothing is known before the first has ended.
    pace: Option<f64>,
    /// Sent away since the log was told of it, and when it was.
    sent_away: (u64, Option<Stopwatch>),
}

struct Window {
    began: Stopwatch,
    done: usize,
    slow: usize,
    /// Somebody had to wait or was sent away: more could be asked of the node.
    full: bool,
}

impl Default for Window {
    fn default() -> Window {
        Window { began: Stopwatch::start(), done: 0, slow: 0, full: false }
    }
}

impl State {
    fn has_room(&self, class: Class) -> bool {
        (self.inside as f64) < (self.limit * class.share()).max(1.0)
    }

    fn waiters(&self) -> usize {
        self.waiting.iter().map(VecDeque::len).sum()
    }

    /// How many may wait: as many as will leave while they do. Who stands behind them would wait in vain.
    fn most_waiting(&self, load: &Load) -> usize {
        let leave = self.pace.map(|pace| pace * load.queue_milliseconds as f64 / 1000.0);
        let most = leave.map_or(load.at_once_most, |leave| leave.ceil() as usize);
        most.clamp(load.at_once_least.min(load.at_once_most), load.at_once_most)
    }

    fn note(&mut self, slow: bool, load: &Load) {
        self.window.done += 1;
        self.window.slow += usize::from(slow);
        if self.window.done < WINDOW.0 || self.window.began.micros() < WINDOW.1 {
            return;
        }
        self.pace = Some(self.window.done as f64 * 1e6 / self.window.began.micros() as f64);
        let (least, most) = (load.at_once_least as f64, load.at_once_most as f64);
        if self.window.slow * 10 > self.window.done {
            self.limit *= 5.0 / 6.0;
        } else if self.window.full {
            self.limit += (self.limit / 20.0).max(1.0);
        }
        self.limit = self.limit.clamp(least.max(1.0), most.max(least).max(1.0));
        self.window = Window::default();
    }
}

impl Gate {
    /// An open gate.
    pub fn new(load: Load) -> Gate {
        let state = State {
            inside: 0,
            limit: load.at_once_least.max(load.at_once_most.min(64)).max(1) as f64,
            waiting: Default::default(),
            window: Window::default(),
            pace: None,
            sent_away: (0, None),
        };
        let gate = Gate(Arc::new(Inner {
            load,
            state: Mutex::new(state),
            held: AtomicUsize::new(0),
            pages: page::Kept::default(),
            inside: Gauge::default(),
            limit: Gauge::default(),
        }));
        gate.tell(&gate.state());
        gate
    }

    /// What it was told to take on.
    pub fn load(&self) -> &Load {
        &self.0.load
    }

    fn kept(&self) -> &page::Kept {
        &self.0.pages
    }

    /// Requests at work and the present limit, for who watches.
    pub fn gauges(&self) -> (Gauge, Gauge) {
        (self.0.inside.clone(), self.0.limit.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(|e| e.into_inner())
    }

    fn tell(&self, state: &State) {
        self.0.inside.set(state.inside as i64);
        self.0.limit.set(state.limit as i64);
    }

    /// Lets a request in, at once or after a short wait; nothing when it has to come back.
    pub async fn enter(&self, class: Class) -> Option<Stay> {
        let place = {
            let mut state = self.state();
            let before = &state.waiting[..=class.rank()];
            if state.has_room(class) && before.iter().all(VecDeque::is_empty) {
                state.inside += 1;
                self.tell(&state);
                return Some(Stay::begin(self.clone()));
            }
            state.window.full = true;
            if state.waiters() >= state.most_waiting(&self.0.load) {
                // Whoever matters more takes the place of whoever matters least.
                let lower = (class.rank() + 1..Class::RANKS).rev();
                let mut queues = lower.filter(|rank| !state.waiting[*rank].is_empty());
                let last = queues.next()?;
                drop(queues);
                state.waiting[last].pop_back();
            }
            let (told, place) = oneshot::channel();
            state.waiting[class.rank()].push_back(told);
            place
        };
        let wait = Duration::from_millis(self.0.load.queue_milliseconds);
        tokio::time::timeout(wait, place).await.ok()?.ok()
    }

    /// Counts one that was sent away, and now and then tells the log how many there were.
    pub(crate) fn sent_away(&self) {
        let mut state = self.state();
        state.sent_away.0 += 1;
        if state.sent_away.1.as_ref().is_some_and(|told| told.micros() < TELL_EVERY) {
            return;
        }
        let requests = std::mem::take(&mut state.sent_away.0);
        state.sent_away.1 = Some(Stopwatch::start());
        drop(state);
        tracing::warn!(
            requests,
            "more is asked than can be done: sent away since the last such line"
        );
    }

    /// Memory for a form that is given back to its sender; nothing when bodies already fill half of theirs.
    pub(crate) fn lend(&self, bytes: usize) -> Option<Loan> {
        let most = (self.0.load.upload_megabytes << 20) / 2;
        let loan = Loan(self.clone(), bytes);
        (self.0.held.fetch_add(bytes, Ordering::Relaxed) + bytes <= most).then_some(loan)
    }

    /// One left, or waits for its own asker: others may come in.
    fn leave(&self, told: Option<bool>) {
        let mut invited = Vec::new();
        let mut state = self.state();
        state.inside -= 1;
        if let Some(slow) = told {
            state.note(slow, &self.0.load);
        }
        for class in Class::RANKED {
            while state.has_room(class)
                && let Some(next) = state.waiting[class.rank()].pop_front()
            {
                if !next.is_closed() {
                    state.inside += 1;
                    invited.push(next);
                }
            }
        }
        self.tell(&state);
        drop(state);
        // Who went away meanwhile leaves at once: his stay ends with the letter.
        for next in invited {
            let _ = next.send(Stay::begin(self.clone()));
        }
    }
}

/// Memory that is given back.
pub(crate) struct Loan(Gate, usize);

impl Drop for Loan {
    fn drop(&mut self) {
        self.0.0.held.fetch_sub(self.1, Ordering::Relaxed);
    }
}

tokio::task_local! {
    /// The request that is served here.
    static HERE: Stay;
}

/// Waits for something that is no work of the node's: the present request gives up its place for as long.
pub(crate) async fn aside<F: Future>(wait: F) -> F::Output {
    let stay = HERE.try_with(Stay::clone).ok();
    stay.iter().for_each(Stay::park);
    let came = wait.await;
    stay.iter().for_each(Stay::unpark);
    came
}

/// A request at work. Ends when the last handle goes.
#[derive(Clone)]
pub struct Stay(Arc<Visit>);

struct Visit {
    gate: Gate,
    since: Stopwatch,
    /// Since when it waits for its own asker, or for what is no work of the node's.
    away: Mutex<Option<Stopwatch>>,
    /// Microseconds it waited so.
    waited: AtomicUsize,
    /// Bytes of its body.
    bytes: AtomicUsize,
    /// The body stopped coming, or there was no memory for it.
    stalled: AtomicBool,
    refused: AtomicBool,
}

impl Stay {
    fn begin(gate: Gate) -> Stay {
        Stay(Arc::new(Visit {
            gate,
            since: Stopwatch::start(),
            away: Mutex::new(None),
            waited: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            stalled: AtomicBool::new(false),
            refused: AtomicBool::new(false),
        }))
    }

    /// Serves the request whose stay this is.
    pub(crate) async fn while_served<F: Future>(&self, work: F) -> F::Output {
        HERE.scope(self.clone(), work).await
    }

    fn away(&self) -> MutexGuard<'_, Option<Stopwatch>> {
        self.0.away.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// It waits for bytes of its asker: that is no work, and others may come in.
    pub(crate) fn park(&self) {
        let mut away = self.away();
        if away.is_none() {
            *away = Some(Stopwatch::start());
            drop(away);
            self.0.gate.leave(None);
        }
    }

    /// The bytes came. It goes on at once, above the limit if need be: what was let in is finished.
    pub(crate) fn unpark(&self) {
        let Some(since) = self.away().take() else { return };
        self.0.waited.fetch_add(since.micros() as usize, Ordering::Relaxed);
        let mut state = self.0.gate.state();
        state.inside += 1;
        self.0.gate.tell(&state);
    }

    /// Takes memory for a piece of its body; false when the node has none left.
    pub(crate) fn hold(&self, bytes: usize) -> bool {
        let held = &self.0.gate.0.held;
        let most = self.0.gate.0.load.upload_megabytes << 20;
        if held.fetch_add(bytes, Ordering::Relaxed) + bytes > most {
            held.fetch_sub(bytes, Ordering::Relaxed);
            self.0.refused.store(true, Ordering::Relaxed);
            return false;
        }
        self.0.bytes.fetch_add(bytes, Ordering::Relaxed);
        true
    }

    pub(crate) fn stall(&self) {
        self.0.stalled.store(true, Ordering::Relaxed);
    }

    /// Whether its body stopped coming.
    pub(crate) fn is_stalled(&self) -> bool {
        self.0.stalled.load(Ordering::Relaxed)
    }

    /// Whether there was no memory for its body.
    pub(crate) fn is_refused(&self) -> bool {
        self.0.refused.load(Ordering::Relaxed)
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.gate.0.held.fetch_sub(self.bytes.load(Ordering::Relaxed), Ordering::Relaxed);
        let away = self.away.get_mut().unwrap_or_else(|e| e.into_inner()).is_some();
        if !away {
            let took =
                self.since.micros().saturating_sub(self.waited.load(Ordering::Relaxed) as u64);
            let slow = took > self.gate.0.load.slow_milliseconds * 1000;
            self.gate.leave(Some(slow));
        }
    }
}

#[cfg(test)]
mod tests;
