//! The ledger of acknowledgements: what was sent and what was answered, kept outside the system.
//!
//! A line is on the disk before a request is sent, and another once it was answered. So the harness
//! never learns from the server what the server promised.

use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Op {
    /// A draft was saved while typing.
    Save,
    /// A file was put to a draft.
    Upload,
    /// A draft was handed in.
    Submit,
    /// A case was accepted at the window.
    Accept,
    /// A case was granted.
    Decide,
    /// A service was rated.
    Rate,
    /// A shown code was redeemed by a verifier.
    Redeem,
}

/// What is known of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Answered: it is done.
    Ok,
    /// Answered: it is not done; or it never left.
    Fail,
    /// The line broke, or the answer was a failure of the server.
    Unknown,
}

/// A request that may be sent again as it was.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where it goes.
    pub path: String,
    /// The form as it went over the wire.
    pub body: String,
}

/// One request and its outcome.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its number.
    pub number: u64,
    /// Who sent it: the name of the actor.
    pub actor: String,
    /// What was asked for.
    pub op: Op,
    /// What it is about: a draft, a case, a code.
    pub key: String,
    /// What was sent with it.
    pub content: String,
    /// The request, where it carries a key and may be repeated.
    pub request: Option<Request>,
    /// What is known.
    pub outcome: Outcome,
    /// What came back: a case number, the name of a paper.
    pub answer: String,
    /// How many answers had been written down when this one was, itself included.
    pub answered: u64,
}

/// The ledger: lines on the disk, and the same in memory for the oracle.
pub struct Ledger {
    file: Mutex<File>,
    written: AtomicU64,
    synced: Mutex<u64>,
    entries: Mutex<Vec<Entry>>,
    answers: AtomicU64,
}

impl Ledger {
    /// Begins one in a file of its own.
    pub fn create(path: &Path) -> Result<Ledger, String> {
        let file = File::create(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(Ledger {
            file: Mutex::new(file),
            written: AtomicU64::new(0),
            synced: Mutex::new(0),
            entries: Mutex::default(),
            answers: AtomicU64::new(0),
        })
    }

    /// Writes the line before sending; gives the number of the entry.
    pub fn sending(
        &self,
        actor: &str,
        op: Op,
        key: &str,
        content: &str,
        request: Option<Request>,
    ) -> u64 {
        let number = {
            let mut entries = lock(&self.entries);
            let number = entries.len() as u64;
            entries.push(Entry {
                number,
                actor: actor.to_owned(),
                op,
                key: key.to_owned(),
                content: content.to_owned(),
                request,
                // Until an answer is written down, nothing is known.
                outcome: Outcome::Unknown,
                answer: String::new(),
                answered: 0,
            });
            number
        };
        let at = crate::clock::unix_seconds();
        self.line(
            &serde_json::json!({"n": number, "at": at, "actor": actor, "op": format!("{op:?}"),
            "key": key, "sent": content}),
        );
        number
    }

    /// Writes the line after the answer, with the hash of what came.
    pub fn answered(&self, number: u64, outcome: Outcome, answer: &str, body: &[u8]) {
        let at = crate::clock::unix_seconds();
        self.line(&serde_json::json!({"n": number, "at": at, "result": format!("{outcome:?}"),
            "answer": answer, "hash": hash(body)}));
        let mut entries = lock(&self.entries);
        if let Some(entry) = entries.get_mut(number as usize) {
            let known = entry.outcome != Outcome::Unknown;
            entry.outcome = outcome;
            entry.answer = answer.to_owned();
            if outcome != Outcome::Unknown {
                // Nobody sends it again.
                entry.request = None;
            }
            // A name that is read later does not make an acknowledgement younger.
            if !known {
                entry.answered = self.answers.fetch_add(1, Ordering::SeqCst) + 1;
            }
        }
    }

    /// Now, as a number of answers: what was answered by then is written down.
    pub fn moment(&self) -> u64 {
        self.answers.load(Ordering::SeqCst)
    }

    /// Whatever was answered after a moment, or never, may be gone with the machine: nothing is known of it any
    /// more, and nobody sends it again. Gives the entries as they were.
    pub fn doubt_since(&self, moment: u64) -> Vec<Entry> {
        let mut entries = lock(&self.entries);
        let young = |e: &&mut Entry| match e.outcome {
            Outcome::Ok => e.answered > moment,
            Outcome::Unknown => true,
            Outcome::Fail => false,
        };
        let doubted = entries.iter_mut().filter(young).map(|entry| {
            let before = entry.clone();
            entry.outcome = Outcome::Unknown;
            entry.request = None;
            before
        });
        doubted.collect()
    }

    /// Everything from an entry on.
    pub fn since(&self, number: usize) -> Vec<Entry> {
        lock(&self.entries).get(number..).unwrap_or_default().to_vec()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        lock(&self.entries).len()
    }

    /// How many are acknowledged, and of how many nothing is known.
    pub fn counts(&self) -> (u64, u64) {
        let entries = lock(&self.entries);
        let count = |outcome| entries.iter().filter(|e| e.outcome == outcome).count() as u64;
        (count(Outcome::Ok), count(Outcome::Unknown))
    }

    /// A line on the disk. Lines of many clients are flushed together.
    fn line(&self, value: &serde_json::Value) {
        let mine = {
            let mut file = lock(&self.file);
            let _ = writeln!(file, "{value}");
            self.written.fetch_add(1, Ordering::SeqCst) + 1
        };
        let mut synced = lock(&self.synced);
        if *synced < mine {
            let upto = self.written.load(Ordering::SeqCst);
            let flushed = lock(&self.file).try_clone().and_then(|file| file.sync_data());
            if let Err(error) = flushed {
                crate::report::say(&format!("the ledger of acknowledgements: {error}"));
            }
            *synced = upto;
        }
    }
}

/// What the ledger held at a moment. A look asks of every case and every draft what was sent for it: that is found by
/// its key, since going through all that was ever sent takes longer each time.
pub struct Past {
    all: Vec<Entry>,
    of: HashMap<String, Vec<usize>>,
}

impl Past {
    /// With the entries in the order in which they were written.
    pub fn new(all: Vec<Entry>) -> Past {
        let mut of: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, entry) in all.iter().enumerate() {
            of.entry(entry.key.clone()).or_default().push(at);
        }
        Past { all, of }
    }

    /// Everything.
    pub fn all(&self) -> &[Entry] {
        &self.all
    }

    /// What is about one draft, case or code, in order.
    pub fn of(&self, key: &str) -> impl Iterator<Item = &Entry> {
        self.of.get(key).into_iter().flatten().map(|at| &self.all[*at])
    }
}

/// A lock that a panicking thread does not spoil for the others.
pub fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The hash of an answer.
pub fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stands_before_the_answer_comes() {
        let path = std::env::temp_dir().join(format!("trials-ledger-{}", std::process::id()));
        let ledger = Ledger::create(&path).unwrap();
        let n = ledger.sending("c1", Op::Submit, "17", "m1", None);
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
        assert_eq!(ledger.counts(), (0, 1), "without an answer nothing is known");
        ledger.answered(n, Outcome::Ok, "case-1", b"page");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.lines().nth(1).unwrap().contains(&hash(b"page")), "{text}");
        assert_eq!((ledger.counts(), ledger.len()), ((1, 0), 1));
        assert_eq!(ledger.since(0)[0].answer, "case-1");
        let moment = ledger.moment();
        let young = ledger.sending("c1", Op::Submit, "18", "m2", None);
        ledger.answered(young, Outcome::Ok, "case-2", b"page");
        ledger.answered(n, Outcome::Ok, "case-1 with its name", b"page");
        let doubted = ledger.doubt_since(moment);
        assert_eq!(doubted.iter().map(|e| e.number).collect::<Vec<_>>(), [young]);
        assert_eq!(ledger.counts(), (1, 1), "what is older than the moment stays acknowledged");
        std::fs::remove_file(path).unwrap();
    }
}
