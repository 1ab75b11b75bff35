//! Seeded mutations of sealed files: none is accepted, none makes the judge panic.
//!
//! A test run tries [`FEW`]; `TONGBAN_MUTATIONS=100000 TONGBAN_SEED=7 cargo test --release -p ofd mutations` tries
//! as many as one asks for. A mutation that is accepted names its number, so that the same seed finds it again.

use super::stamped_tests::{bare, sealed};
use super::tests::{judge, plain, put};
use crate::Limits;
use crate::package::{Builder, Package};
use crate::seal::Mode;
use crate::seal::tests::{AT, house};
use gm::signed_data::Profile;
use std::collections::BTreeSet;

/// Mutations of an ordinary test run.
const FEW: u64 = 1_000;

/// Splitmix64: small, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.roll() % end.max(1) as u64) as usize
    }
}

type Files = Vec<(String, Vec<u8>)>;

fn files(ofd: &[u8]) -> Option<Files> {
    let package = Package::open(ofd, &Limits::default()).ok()?;
    let entries = package.entries().iter();
    entries.map(|e| Some((e.name.clone(), package.unpack(e).ok()?.into_owned()))).collect()
}

fn pack(files: &Files) -> Vec<u8> {
    let mut out = Builder::new();
    files.iter().for_each(|(name, data)| out.add(name, data));
    out.finish()
}

/// Changes some bytes, somewhere.
fn scramble(data: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.below(data.len());
    let many = 1 + dice.below(8);
    match dice.below(7) {
        0 | 1 if !data.is_empty() => data[at] ^= 1 << dice.below(8),
        2 if !data.is_empty() => data[at] = dice.roll() as u8,
        3 => data.truncate(at),
        4 => data.extend((0..many).map(|_| dice.roll() as u8)),
        5 => drop(data.drain(at..(at + many).min(data.len()))),
        _ => {
            let part: Vec<u8> = data[at..(at + many).min(data.len())].to_vec();
            let to = dice.below(data.len() + 1);
            data.splice(to..to, part);
        }
    }
}

/// One mutated copy.
fn mutate(ofd: &[u8], whole: &Files, dice: &mut Dice) -> Vec<u8> {
    let mut files = whole.clone();
    let (one, two) = (dice.below(files.len()), dice.below(files.len()));
    match dice.below(12) {
        // The container as it lies on the disk.
        0 | 1 => {
            let mut bytes = ofd.to_vec();
            scramble(&mut bytes, dice);
            return bytes;
        }
        2 => {
            let (first, second) = (files[one].1.clone(), files[two].1.clone());
            files[one].1 = second;
            files[two].1 = first;
        }
        3 => drop(files.remove(one)),
        4 => files[one].0.push('x'),
        5 => files.push((format!("Doc_0/Res/more_{}", dice.below(9)), vec![b'x'; dice.below(40)])),
        // Two files of one name: every reader may take another of them.
        6 => {
            let mut again = files[one].clone();
            scramble(&mut again.1, dice);
            files.push(again);
        }
        // The structures of the seal and the signature, most of the time.
        _ => {
            let signed = |n: &&usize| files[**n].0.contains("/Signs/");
            let all: Vec<usize> = (0..files.len()).collect();
            let places: Vec<usize> = all.iter().filter(signed).copied().collect();
            let place = places[dice.below(places.len())];
            scramble(&mut files[place].1, dice);
        }
    }
    pack(&files)
}

fn asked(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn no_mutation_is_accepted() {
    let house = house();
    let one = put(&plain(), &house, false, Mode::Whole).unwrap();
    let base = put(&plain(), &house, false, Mode::Continue).unwrap();
    let two = put(&base, &house, true, Mode::Whole).unwrap();
    let stamped = sealed(&house, AT);
    let bare = bare(&house, Profile::Attributes, AT);
    let wholes: Vec<(&[u8], Files)> = [&one, &two, &stamped, &bare]
        .into_iter()
        .map(|o| (o.as_slice(), files(o).unwrap()))
        .collect();
    let seed = asked("TONGBAN_SEED", 1);
    let mut judged = 0;
    for n in 0..asked("TONGBAN_MUTATIONS", FEW) {
        let mut dice = Dice(seed.wrapping_mul(0x1_0000_0001).wrapping_add(n));
        let (ofd, whole) = &wholes[dice.below(wholes.len())];
        let bad = mutate(ofd, whole, &mut dice);
        // A container whose files are the same bytes under the same names says the same thing.
        let set = |files: &Files| files.iter().cloned().collect::<BTreeSet<_>>();
        if files(&bad).is_some_and(|now| set(&now) == set(whole)) {
            continue;
        }
        judged += 1;
        let report = judge(&bad, &house, AT.0);
        assert_ne!(report.trusted, Some(true), "seed {seed}, mutation {n}: {report:#?}");
    }
    assert!(judged > 0, "nothing was judged");
}
