//! Makes the table of Chinese words that search reads where it lies in the program, so that none of it is loaded.
//! The words are those of the package `jieba-rs` in the version that is locked.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Bits of a value that name the part of speech; `search/cut.rs` reads the same.
const TAG_BITS: u32 = 6;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../../Cargo.lock");
    let from = package("jieba-rs").join("src/data/dict.txt");
    let text = std::fs::read_to_string(&from);
    let text = text.unwrap_or_else(|e| panic!("{}: {e}", from.display()));
    let mut words = BTreeMap::new();
    for line in text.lines() {
        let mut parts = line.split(' ');
        let word = parts.next().expect("a word");
        let count: u64 = parts.next().and_then(|n| n.parse().ok()).expect("its count");
        words.insert(word, (count, parts.next().expect("its part of speech")));
    }
    let mut table = tantivy_fst::MapBuilder::memory();
    let (mut tags, mut total): (Vec<&str>, u64) = (Vec::new(), 0);
    for (word, (count, tag)) in words {
        let at = tags.iter().position(|t| *t == tag).unwrap_or_else(|| {
            tags.push(tag);
            tags.len() - 1
        });
        assert!(at < 1 << TAG_BITS, "more parts of speech than a value has room for");
        table.insert(word, count << TAG_BITS | at as u64).expect("words are sorted and single");
        total += count;
    }
    let target = std::env::var("OUT_DIR").expect("cargo sets it");
    let target = Path::new(&target);
    let table = table.into_inner().expect("memory takes everything");
    std::fs::write(target.join("words.fst"), table).expect("the build folder is writable");
    let mut out = String::new();
    let _ = writeln!(out, "const TAG_BITS: u32 = {TAG_BITS};");
    let _ = writeln!(out, "const TOTAL: u64 = {total};");
    let _ = writeln!(out, "const TAGS: &[&str] = &{tags:?};");
    std::fs::write(target.join("words.rs"), out).expect("the build folder is writable");
}

/// The folder in which cargo keeps a package that this one is built with. Cargo tells build scripts nothing of the
/// files of other packages, so it is asked.
fn package(name: &str) -> PathBuf {
    let cargo = std::env::var("CARGO").expect("cargo sets it");
    let target = std::env::var("TARGET").expect("cargo sets it");
    let mut ask = Command::new(cargo);
    ask.args(["metadata", "--format-version", "1", "--locked", "--filter-platform", &target]);
    let told = ask.output().expect("cargo can be asked");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told = String::from_utf8(told.stdout).expect("cargo writes UTF-8");
    let mut manifests = told.split("\"manifest_path\":\"").skip(1);
    let own = manifests.find_map(|after| {
        let folder = Path::new(after.split('"').next()?).parent()?;
        let called = folder.file_name()?.to_str()?;
        // As the registry's folder calls it, with its version, or a folder of vendored packages, without.
        let rest = called.strip_prefix(name)?;
        let version =
            rest.strip_prefix('-').is_some_and(|v| v.starts_with(|c: char| c.is_ascii_digit()));
        (rest.is_empty() || version).then(|| folder.to_owned())
    });
    own.unwrap_or_else(|| panic!("cargo knows no package {name}"))
}
