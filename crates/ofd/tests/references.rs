//! Drawings against those that somebody looked at: our own documents as kept pictures, foreign samples as digests of what
//! remains of a page when nothing of it can be read. `OFD_WRITE_REFERENCES=1 cargo test -p ofd --test references` keeps what
//! is drawn now; look at it before it is committed.

#[path = "../examples/specimen.rs"]
#[allow(dead_code, reason = "the example writes files, the test only draws")]
mod specimen;

use ofd::Limits;
use ofd::font::Fonts;
use ofd::picture::Dots;
use ofd::read::Reader;
use std::path::{Path, PathBuf};

/// A page at as many dots an inch as a screen shows.
const DPI: f32 = 96.0;
/// What another machine's arithmetic may change, of 255.
const MEAN: f32 = 0.5;
const WORST: f32 = 12.0;
/// Most bytes of a kept picture.
const MOST: usize = 40 << 10;

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/references")
}

fn writing() -> bool {
    std::env::var_os("OFD_WRITE_REFERENCES").is_some()
}

#[test]
fn our_own_pages_look_as_they_did() {
    let made = specimen::make().unwrap();
    let reader = Reader::open(&made.sealed, &Limits::default()).unwrap();
    for page in 0..reader.pages().len() {
        let dots = Dots::page(&reader, page, DPI, &made.fonts).unwrap();
        let path = kept().join(format!("specimen-{page}.png"));
        if writing() {
            std::fs::create_dir_all(kept()).unwrap();
            std::fs::write(&path, dots.png()).unwrap();
        }
        let bytes = std::fs::read(&path).unwrap();
        assert!(bytes.len() <= MOST, "{} bytes", bytes.len());
        let found = dots.difference(&Dots::from_png(&bytes).unwrap());
        let found = found.unwrap_or_else(|| panic!("page {page} has another size"));
        assert!(found.mean <= MEAN && found.worst <= WORST, "page {page}: {found:?}");
    }
    // The comparison can fail: the two pages are not the same.
    let both = [0, 1].map(|page| Dots::page(&reader, page, DPI, &made.fonts).unwrap());
    let found = both[0].difference(&both[1]).unwrap();
    assert!(found.mean > MEAN && found.worst > WORST, "{found:?}");
}

#[expect(clippy::print_stderr, reason = "a skipped check must be said aloud")]
fn samples() -> Option<PathBuf> {
    let beside = || -> Option<PathBuf> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.parent()?;
        Some(workspace.parent()?.join("shared").join("fixtures").join("ofd"))
    };
    let folder = std::env::var_os("TONGBAN_FIXTURES").map(PathBuf::from).or_else(beside)?;
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no foreign samples here");
    None
}

fn digest(path: &Path, fonts: &Fonts) -> String {
    let bytes = std::fs::read(path).unwrap();
    let reader = Reader::open(&bytes, &Limits::default()).unwrap();
    let mut all = Vec::new();
    for page in 0..reader.pages().len() {
        all.extend(Dots::page(&reader, page, DPI, fonts).unwrap().grid(32, 45));
    }
    gm::tlv::hex(&gm::sm3::hash(&all))
}

#[test]
fn foreign_pages_look_as_they_did() {
    let Some(folder) = samples() else { return };
    let fonts = specimen::make().unwrap().fonts;
    let list = kept().join("foreign.txt");
    if writing() {
        let mut names: Vec<String> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".ofd"))
            .collect();
        names.sort();
        let line = |name: &String| format!("{name} {}\n", digest(&folder.join(name), &fonts));
        std::fs::write(&list, names.iter().map(line).collect::<String>()).unwrap();
    }
    let mut compared = 0;
    for line in std::fs::read_to_string(&list).unwrap().lines() {
        let (name, wanted) = line.split_once(' ').unwrap();
        let path = folder.join(name);
        if path.exists() {
            assert_eq!(digest(&path, &fonts), wanted, "{name} is drawn otherwise");
            compared += 1;
        }
    }
    assert!(compared > 0, "none of the known samples is here");
}
