//! Seeded mutations of sealed files: none is accepted, none makes the judge panic.
//!
//! A test run tries [`FEW`]; `TONGBAN_MUTATIONS=100000 TONGBAN_SEED=7 cargo test --release -p ofd mutations` tries
//! as many as one asks for, on every core: with a hundred thousand, every byte of every seal, signature and timestamp is
//! changed at least once. A mutation that is accepted names its number, so that the same seed finds it again.

use super::stamped_tests::{bare_on, sealed_on};
use super::tests::put;
use super::*;
use crate::font::tests::fonts;
use crate::package::{Builder, Package};
use crate::seal::tests::{AT, House, esl, house, value_by};
use crate::seal::{Mode, Position, Signing, sign};
use crate::write::{Document, Page, Text, write};
use gm::signed_data::Profile;
use gm::x509::crl::{Reason, Revoked, Spec as List, issue_crl};
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

/// A good document, and its files.
struct Whole {
    ofd: Vec<u8>,
    files: Vec<(String, Vec<u8>)>,
}

impl Whole {
    fn new(ofd: Vec<u8>) -> Whole {
        let files = files(&ofd).unwrap();
        Whole { ofd, files }
    }

    /// The document with one file exchanged; everything else is carried over as it lies there.
    fn with(&self, place: usize, data: &[u8]) -> Vec<u8> {
        let package = Package::open(&self.ofd, &Limits::default()).unwrap();
        let mut out = Builder::new();
        for (n, entry) in package.entries().iter().enumerate() {
            match n == place {
                true => out.add(&entry.name, data),
                false => out.carry(entry),
            }
        }
        out.finish()
    }

    fn places(&self, part: &str) -> Vec<usize> {
        let all = 0..self.files.len();
        all.filter(|n| self.files[*n].0.contains(part)).collect()
    }
}

/// Everything the mutations are made from.
struct World {
    house: House,
    plain: Vec<u8>,
    wholes: Vec<Whole>,
    /// Document, file and length of every structure of a signature.
    structures: Vec<(usize, usize, usize)>,
    /// Says that the first signer was given up before he signed.
    revoked: Crl,
}

impl World {
    fn new() -> World {
        let house = house();
        let page = |text: &str| {
            let mut page = Page::new(60.0, 40.0);
            page.push(Text::new(5.0, 5.0, 5.0, text));
            page
        };
        let document = Document::new("d").page(page("证照")).page(page("第二页"));
        let plain = write(&document, fonts()).unwrap().bytes;
        let base = put(&plain, &house, false, Mode::Continue).unwrap();
        let wholes: Vec<Whole> = [
            put(&plain, &house, false, Mode::Whole).unwrap(),
            put(&base, &house, true, Mode::Whole).unwrap(),
            sealed_on(&plain, &house, AT),
            bare_on(&plain, &house, Profile::Attributes, AT),
        ]
        .into_iter()
        .map(Whole::new)
        .collect();
        let structures = wholes.iter().enumerate().flat_map(|(n, whole)| {
            let places = whole.places("/Sign_").into_iter();
            places.map(move |place| (n, place, whole.files[place].1.len()))
        });
        let structures = structures.collect();
        let one = Revoked { serial: vec![3], at: Utc(AT.0 - 9), reason: Reason::Superseded };
        let (this_update, next_update) = (AT, Utc(AT.0 + 900));
        let list = List { number: 1, this_update, next_update, revoked: &[one] };
        let list = issue_crl(&list, &house.root, &house.root_key).unwrap();
        let revoked = Crl::parse(&list).unwrap();
        World { house, plain, wholes, structures, revoked }
    }

    fn any(&self, dice: &mut Dice) -> &Whole {
        &self.wholes[dice.below(self.wholes.len())]
    }
}

/// A bad file, when it is judged, and by which lists.
struct Bad<'a> {
    ofd: Vec<u8>,
    now: Utc,
    crls: &'a [Crl],
}

impl From<Vec<u8>> for Bad<'_> {
    fn from(ofd: Vec<u8>) -> Self {
        Bad { ofd, now: AT, crls: &[] }
    }
}

type Make = for<'a> fn(&'a World, u64, &mut Dice) -> Option<Bad<'a>>;

/// Every kind of mutation with its share of ten; nothing when chance has changed nothing.
const KINDS: [(&str, u64, Make); 10] = [
    ("every byte of the structures", 8, every_byte),
    ("structures bent", 2, bent),
    ("the container", 2, container),
    ("pages and files swapped", 1, swapped),
    ("files added", 1, added),
    ("names that stand twice", 1, twice),
    ("files taken away or renamed", 1, taken),
    ("another seal", 1, another_seal),
    ("expired or revoked", 2, out_of_time),
    ("a signer whom the seal does not list", 1, unlisted),
];

fn files(ofd: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let package = Package::open(ofd, &Limits::default()).ok()?;
    let entries = package.entries().iter();
    entries.map(|e| Some((e.name.clone(), package.unpack(e).ok()?.into_owned()))).collect()
}

fn pack(files: &[(String, Vec<u8>)]) -> Vec<u8> {
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

/// One byte after the other, each changed by chance.
fn every_byte<'a>(world: &'a World, turn: u64, dice: &mut Dice) -> Option<Bad<'a>> {
    let all: usize = world.structures.iter().map(|(.., length)| length).sum();
    let mut at = (turn % all as u64) as usize;
    let (whole, place) = world.structures.iter().find_map(|(whole, place, length)| {
        if at < *length {
            return Some((&world.wholes[*whole], *place));
        }
        at -= length;
        None
    })?;
    let mut data = whole.files[place].1.clone();
    data[at] ^= 1 + dice.below(255) as u8;
    Some(whole.with(place, &data).into())
}

fn bent<'a>(world: &'a World, _: u64, dice: &mut Dice) -> Option<Bad<'a>> {
    let whole = world.any(dice);
    let places = whole.places("/Signs/");
    let place = places[dice.below(places.len())];
    let mut data = whole.files[place].1.clone();
    scramble(&mut data, dice);
    (data != whole.files[place].1).then(|| whole.with(place, &data).into())
}

/// The container as it lies on the disk. One whose files are the same bytes under the same names says the same thing.
fn container<'a>(world: &'a World, _: u64, dice: &mut Dice) -> Option<Bad<'a>> {
    let whole = world.any(dice);
    let mut ofd = whole.ofd.clone();
    scramble(&mut ofd, dice);
    let set = |files: &[(String, Vec<u8>)]| files.iter().cloned().collect::<BTreeSet<_>>();
    let same = files(&ofd).is_some_and(|now| set(&now) == set(&whole.files));
    (!same).then(|| ofd.into())
}

fn swapped<'a>(world: &'a World, _: u64, dice: &mut Dice) -> Option<Bad<'a>> {
    let whole = world.any(dice);
    let places = match dice.below(2) {
        0 => whole.places("/Content.xml"),
        _ => whole.places(""),
    };
    let (one, two) = (places[dice.below(places.len())], places[dice.below(places.len())]);
    let mut files = whole.files.clone();
    (files[one].1, files[two].1) = (whole.files[two].1.clone(), whole.files[one].1.clone());
    (files != whole.files).then(|| pack(&files).into())
}

fn added<'a>(world: &'a World, _: u64, dice: &mut Dice) -> Option<Bad<'a>> {
    let mut files = world.any(dice).files.clone();
    let folder = ["", "Doc_0/Res/", "Doc_0/Pages/Page_2/", "Doc_0/Signs/", "Doc_0/Signs/Sign_0/"];
    let name = format!("{}more_{}.xml", folder[dice.below(folder.len())], dice.below(99));
    files.push((name, vec![b'x'; dice.below(40)]));
    Some(pack(&files).into())
}

/// Two files of one name, or of names that differ in case alone: every reader may take another of them.
fn twice<'a>(world: &'a World, _: u64, dice: &mut Dice) -> Option<Bad<'a>> {
    let mut files = world.any(dice).files.clone();
    let mut again = files[dice.below(files.len())].clone();
    scramble(&mut again.1, dice);
    if dice.below(2) == 0 {
        again.0 = again.0.to_uppercase();
    }
    files.insert(dice.below(files.len() + 1), again);
    Some(pack(&files).into())
}

fn taken<'a>(world: &'a World, _: u64, dice: &mut Dice) -> Option<Bad<'a>> {
    let mut files = world.any(dice).files.clone();
    let one = dice.below(files.len());
    match dice.below(2) {
        0 => drop(files.remove(one)),
        _ => files[one].0.push('x'),
    }
    Some(pack(&files).into())
}

/// Seal.esl as another good seal, or changed.
fn another_seal<'a>(world: &'a World, _: u64, dice: &mut Dice) -> Option<Bad<'a>> {
    let whole = &world.wholes[dice.below(3)];
    let places = whole.places("Seal.esl");
    let place = places[dice.below(places.len())];
    let own = &whole.files[place].1;
    let mut seal = own.clone();
    match dice.below(3) {
        0 => {
            let (first, second) = (world.house.first.1.clone(), world.house.second.1.clone());
            seal = esl(&world.house, &[first, second]);
        }
        _ => scramble(&mut seal, dice),
    }
    (seal != *own).then(|| whole.with(place, &seal).into())
}

/// Signed when the seal or the signer's certificate did not hold, or by somebody who was given up.
fn out_of_time<'a>(world: &'a World, _: u64, dice: &mut Dice) -> Option<Bad<'a>> {
    if dice.below(2) == 0 {
        let ofd = world.any(dice).ofd.clone();
        let crls = std::slice::from_ref(&world.revoked);
        return Some(Bad { ofd, now: Utc(AT.0 + 1 + dice.below(800) as i64), crls });
    }
    // The seal holds from 1,795,000,000 to 1,850,000,000, its signer from 1,700,000,000 to 1,900,000,000.
    let early = 1_600_000_000 + dice.below(194_999_999) as i64;
    let late = 1_850_000_001 + dice.below(100_000_000) as i64;
    let at = Utc(if dice.below(2) == 0 { early } else { late });
    let (signer, certificate) = (&world.house.first.0, &world.house.first.1);
    let position = Position { page: 0, x: 1.0, y: 1.0, width: 9.0, height: 9.0 };
    let signing = Signing {
        esl: &world.wholes[0].files[world.wholes[0].places("Seal.esl")[0]].1,
        signer,
        certificate,
        placing: position.into(),
        at,
        mode: Mode::Whole,
        chance: None,
        timestamper: None,
    };
    Some(Bad { ofd: sign(&world.plain, &signing).unwrap(), now: Utc(at.0 + 9), crls: &[] })
}

/// A good value by a key with a good certificate, under a seal that does not list it.
fn unlisted<'a>(world: &'a World, _: u64, dice: &mut Dice) -> Option<Bad<'a>> {
    let whole = &world.wholes[[0, 2][dice.below(2)]];
    let who = [&world.house.second, &world.house.maker, &world.house.stamper][dice.below(3)];
    let (path, xml) = &whole.files[whole.places("Signature.xml")[0]];
    let value = value_by(who, &world.house, xml, &format!("/{path}"));
    Some(whole.with(whole.places("SignedValue.dat")[0], &value).into())
}

fn asked(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(otherwise)
}

/// Judges every mutation of a core's share; how many of each kind there were.
fn share(world: &World, seed: u64, count: u64, first: u64, step: u64) -> [u64; KINDS.len()] {
    let mut judged = [0; KINDS.len()];
    let turns: u64 = KINDS.iter().map(|(_, share, _)| share).sum();
    let anchors = [world.house.root.clone()];
    let mut n = first;
    while n < count {
        let mut dice = Dice(seed.wrapping_mul(0x1_0000_0001).wrapping_add(n));
        let mut turn = n % turns;
        let kind = KINDS.iter().position(|(_, share, _)| match turn < *share {
            true => true,
            false => {
                turn -= share;
                false
            }
        });
        let kind = kind.unwrap();
        let (name, share, make) = KINDS[kind];
        // What a kind goes through one by one starts elsewhere with every seed.
        let own = (n / turns) * share + turn + seed.wrapping_mul(7_919) % 1_000_003;
        if let Some(bad) = make(world, own, &mut dice) {
            judged[kind] += 1;
            let basis = Basis { crls: bad.crls, ..Basis::new(&anchors, bad.now) };
            let report = verify(&bad.ofd, &basis);
            let trusted = report.trusted == Some(true);
            assert!(!trusted, "seed {seed}, mutation {n} ({name}) is accepted: {report:#?}");
        }
        n += step;
    }
    judged
}

#[test]
fn no_mutation_is_accepted() {
    let world = World::new();
    let anchors = [world.house.root.clone()];
    for whole in &world.wholes {
        assert_eq!(verify(&whole.ofd, &Basis::new(&anchors, AT)).trusted, Some(true));
    }
    let (seed, count) = (asked("TONGBAN_SEED", 1), asked("TONGBAN_MUTATIONS", FEW));
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get()) as u64;
    let world = &world;
    let judged = std::thread::scope(|scope| {
        let run = |first| scope.spawn(move || share(world, seed, count, first, cores));
        let shares: Vec<_> = (0..cores).map(run).collect();
        let mut all = [0; KINDS.len()];
        for one in shares {
            let judged = one.join().unwrap();
            all.iter_mut().zip(judged).for_each(|(sum, n)| *sum += n);
        }
        all
    });
    for ((name, share, _), judged) in KINDS.iter().zip(judged) {
        assert!(judged > 0, "nothing was judged: {name}, {share}");
    }
    // The bytes of the structures are gone through without a gap.
    let all: usize = world.structures.iter().map(|(.., length)| length).sum();
    assert!(count < 100_000 || judged[0] >= all as u64, "{} of {all} bytes", judged[0]);
}
