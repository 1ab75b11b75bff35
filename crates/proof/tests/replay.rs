//! Replays the fuzz corpora and thousands of seeded changes of them through the harness of the fuzzers; fails when a harness
//! panics, or when a committed corpus is not what the harness makes.

#[path = "../fuzz/harness.rs"]
mod harness;

use std::path::{Path, PathBuf};

/// Changes tried of each target.
const CHANGES: usize = 20_000;

fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target)
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

    /// One to three changes of an input, with pieces of another one of its kind.
    fn change(&mut self, input: &[u8], other: &[u8]) -> Vec<u8> {
        const ODD: [u8; 10] = [b'.', b'0', b'F', b'g', b'-', b' ', 0xe4, 0, b'+', b'T'];
        let mut out = input.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(out.len());
            match self.below(6) {
                _ if out.is_empty() => out.push(b'T'),
                0 => out[at] = ODD[self.below(ODD.len())],
                1 => out.insert(at, ODD[self.below(ODD.len())]),
                2 => drop(out.remove(at)),
                3 => out.truncate(at),
                4 => {
                    let end = (at + 1 + self.below(40)).min(other.len()).min(out.len());
                    if at < end {
                        out[at..end].copy_from_slice(&other[at..end]);
                    }
                }
                _ => out[at] ^= 1 << self.below(8),
            }
        }
        out
    }
}

#[test]
fn corpora_and_their_changes_do_no_harm() {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for (target, run) in harness::TARGETS {
        let mut files: Vec<_> =
            std::fs::read_dir(corpus(target)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let inputs: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).unwrap()).collect();
        inputs.iter().for_each(|input| run(input));
        // A signature for every change is dear without optimization.
        let changes = if target == "offline" { CHANGES / 20 } else { CHANGES };
        for number in 0..changes {
            let other = &inputs[dice.below(inputs.len())];
            let changed = dice.change(&inputs[number % inputs.len()], other);
            let harm = std::panic::catch_unwind(|| run(&changed));
            assert!(harm.is_ok(), "{target} fails on {}", String::from_utf8_lossy(&changed));
        }
    }
}

#[test]
fn the_committed_corpora_are_what_the_harness_makes() {
    for (target, name, made) in harness::seeds() {
        let file = corpus(target).join(name);
        if std::env::var_os("PROOF_WRITE_CORPORA").is_some() {
            std::fs::create_dir_all(corpus(target)).unwrap();
            std::fs::write(&file, &made).unwrap();
        }
        let kept = std::fs::read(&file).ok();
        assert_eq!(kept, Some(made), "{target}/{name}: write the corpora anew, see fuzz/README.md");
    }
}

#[test]
fn the_signed_seed_is_believed_with_its_digits_alone() {
    let seeds = harness::seeds();
    let (.., body) = seeds.iter().find(|(_, name, _)| *name == "body").unwrap();
    assert_eq!(harness::signed(body, "-402913").unwrap().shown[0].1, "示例老灶火锅店");
    assert_eq!(harness::signed(body, "-402914"), None);
}
