//! Replays the fuzz corpora and some thousand seeded changes of them through the harness of the fuzzers; fails when a
//! harness panics, or when a committed corpus is not what the harness makes.

#[path = "../fuzz/harness.rs"]
mod harness;

use std::path::{Path, PathBuf};

/// Changes tried of each target's corpus in an ordinary run; `OFD_CHANGES` asks for more.
const CHANGES: usize = 60;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}

/// Files of a target in order of their names.
fn files(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = corpus().join(target);
    let entries =
        std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut out: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())
        })
        .collect();
    out.sort();
    out
}

/// Xorshift: the same changes in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    /// One to four changes of an input, with pieces of another one of its kind.
    fn change(&mut self, input: &[u8], other: &[u8]) -> Vec<u8> {
        let mut out = input.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(out.len());
            match self.below(8) {
                _ if out.is_empty() => out.push(self.below(256) as u8),
                0 | 1 => out[at] ^= 1 << self.below(8),
                2 => out[at] = self.below(256) as u8,
                3 => out[at] = [0, 1, 0x7f, 0x80, 0x81, 0x84, 0xff][self.below(7)],
                4 => out.truncate(at),
                5 => {
                    let end = (at + 1 + self.below(16)).min(out.len());
                    let piece = out[at..end].to_vec();
                    out.splice(at..at, piece);
                }
                6 => {
                    let end = (at + 1 + self.below(16)).min(out.len());
                    out.drain(at..end);
                }
                _ => {
                    let from = self.below(other.len());
                    let end = (from + 1 + self.below(64)).min(other.len());
                    let until = (at + end - from).min(out.len());
                    out.splice(at..until, other[from..end].iter().copied());
                }
            }
        }
        out
    }
}

#[test]
fn corpora_and_their_changes_do_no_harm() {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let asked = std::env::var("OFD_CHANGES").ok().and_then(|n| n.parse().ok());
    let (changes, mut runs) = (asked.unwrap_or(CHANGES), 0);
    for (target, run) in harness::TARGETS {
        let inputs = files(target);
        assert!(!inputs.is_empty(), "{target} has no corpus");
        for (_, input) in &inputs {
            run(input);
        }
        for number in 0..changes {
            let input = &inputs[number % inputs.len()].1;
            let other = &inputs[dice.below(inputs.len())].1;
            let changed = dice.change(input, other);
            let harm = std::panic::catch_unwind(|| run(&changed));
            assert!(harm.is_ok(), "{target} fails on {}", gm::tlv::hex(&changed));
            runs += 1;
        }
    }
    assert_eq!(runs, changes * harness::TARGETS.len());
}

#[test]
fn the_committed_corpora_are_what_the_harness_makes() {
    if std::env::var_os("OFD_WRITE_CORPORA").is_some() {
        for (target, name, made) in harness::seeds() {
            std::fs::create_dir_all(corpus().join(target)).unwrap();
            std::fs::write(corpus().join(target).join(name), made).unwrap();
        }
    }
    let (mut seeds, mut bytes) = (0, 0);
    for (target, name, made) in harness::seeds() {
        let kept = std::fs::read(corpus().join(target).join(name));
        assert_eq!(
            kept.ok(),
            Some(made),
            "{target}/{name}: write the corpora anew, see fuzz/README.md"
        );
        seeds += 1;
    }
    let mut kept = 0;
    for (target, _) in harness::TARGETS {
        for (name, input) in files(target) {
            kept += usize::from(!name.starts_with("found-"));
            bytes += input.len();
        }
    }
    assert_eq!(kept, seeds, "a file that nobody made");
    assert!(bytes < 200 * 1024, "corpora of {bytes} bytes");
}
