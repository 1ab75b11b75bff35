//! Tests of the container: what is written reads back, and every trick with two faces is refused.

use super::*;

fn sample() -> Vec<u8> {
    let mut builder = Builder::new();
    builder.add("OFD.xml", b"<OFD/>");
    builder.add("Doc_0/a.txt", &b"abc".repeat(100));
    builder.add("Doc_0/\u{8bc1}.txt", b"");
    builder.finish()
}

fn open(bytes: &[u8]) -> Result<Package<'_>, Error> {
    Package::open(bytes, &Limits::default())
}

#[test]
fn round_trip_is_deterministic() {
    let bytes = sample();
    assert_eq!(bytes, sample());
    let package = open(&bytes).unwrap();
    let names: Vec<&str> = package.entries().iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["OFD.xml", "Doc_0/a.txt", "Doc_0/证.txt"]);
    assert_eq!(package.read("/Doc_0/A.TXT").unwrap().len(), 300);
    assert_eq!(package.read("Doc_0/b").unwrap_err(), Error::Missing("Doc_0/b".into()));
    assert!(!package.has_hidden());
    let mut again = Builder::new();
    package.entries().iter().for_each(|entry| again.carry(entry));
    assert_eq!(again.finish(), bytes);
}

#[test]
fn truncated_and_trailing_bytes_are_refused() {
    let bytes = sample();
    for cut in 0..bytes.len() {
        assert!(open(&bytes[..cut]).is_err(), "cut {cut}");
    }
    assert!(open(&[&bytes[..], b"x"].concat()).is_err());
}

#[test]
fn duplicates_are_refused_and_case_twins_named() {
    let mut builder = Builder::new();
    builder.add("a", b"1");
    builder.add("a", b"2");
    assert_eq!(open(&builder.finish()).unwrap_err(), Error::Duplicate("a".into()));
    let mut builder = Builder::new();
    builder.add("a", b"1");
    builder.add("A", b"2");
    let bytes = builder.finish();
    assert_eq!(open(&bytes).unwrap().ambiguous(), ["A"]);
}

#[test]
fn names_that_leave_the_package_are_refused() {
    for name in ["../a", "a/../b", "", "/", "..", "a\\..\\b", "a\0b"] {
        let mut builder = Builder::new();
        builder.add(name, b"1");
        assert!(open(&builder.finish()).is_err(), "{name}");
    }
}

#[test]
fn odd_slashes_are_read_and_still_collide() {
    let mut builder = Builder::new();
    builder.add("/a//./b", b"1");
    let bytes = builder.finish();
    assert_eq!(&open(&bytes).unwrap().read("a/b").unwrap()[..], b"1");
    let mut builder = Builder::new();
    builder.add("/a", b"1");
    builder.add("a", b"2");
    assert_eq!(open(&builder.finish()).unwrap_err(), Error::Duplicate("a".into()));
}

#[test]
fn bombs_are_refused_before_they_unpack() {
    let mut builder = Builder::new();
    builder.add("zeros", &vec![0; 8 << 20]);
    let bytes = builder.finish();
    let tight = Limits { ratio: 100, ..Limits::default() };
    assert_eq!(Package::open(&bytes, &tight).unwrap_err(), Error::Limit("compression ratio"));
    let limits = Limits { ratio: 100_000, ..Limits::default() };
    assert!(Package::open(&bytes, &limits).is_ok());
    assert_eq!(
        Package::open(&bytes, &Limits { file: 1 << 20, ..limits }).unwrap_err(),
        Error::Limit("file size")
    );
    assert_eq!(
        Package::open(&bytes, &Limits { total: 1 << 20, ..limits }).unwrap_err(),
        Error::Limit("total size")
    );
    assert_eq!(
        Package::open(&bytes, &Limits { entries: 0, ..limits }).unwrap_err(),
        Error::Limit("number of files")
    );
    // A directory that understates the size does not get more than it stated.
    let mut lying = bytes.clone();
    let at = lying.windows(4).position(|w| w == CENTRAL).unwrap();
    for place in [22, at + 24] {
        lying[place..place + 4].copy_from_slice(&100u32.to_le_bytes());
    }
    let package = Package::open(&lying, &limits).unwrap();
    assert_eq!(
        package.read("zeros").unwrap_err(),
        Error::Package("size differs from the directory")
    );
}

#[test]
fn headers_that_disagree_are_refused() {
    let bytes = sample();
    // First letter of the first local name.
    let mut other = bytes.clone();
    other[30] = b'X';
    assert!(open(&other).is_err());
    // A file nobody lists, put before the directory.
    let mut stray = Builder::new();
    stray.add("stray", b"stray");
    let at = bytes.windows(4).position(|w| w == CENTRAL).unwrap();
    let extra = &stray.finish()[..40];
    let mut hidden = [&bytes[..at], extra, &bytes[at..]].concat();
    let end = hidden.len() - 6;
    hidden[end..end + 4].copy_from_slice(&((at + extra.len()) as u32).to_le_bytes());
    assert!(open(&hidden).unwrap().has_hidden());
}

#[test]
fn no_flipped_bit_panics_or_goes_unseen_in_content() {
    let bytes = sample();
    let clean: Vec<Vec<u8>> = {
        let package = open(&bytes).unwrap();
        package.entries().iter().map(|e| package.unpack(e).unwrap().into_owned()).collect()
    };
    for bit in 0..bytes.len() * 8 {
        let mut bad = bytes.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let Ok(package) = open(&bad) else { continue };
        for (entry, was) in package.entries().iter().zip(&clean) {
            if let Ok(now) = package.unpack(entry) {
                assert_eq!(&now[..], &was[..], "bit {bit}");
            }
        }
    }
}

#[test]
fn paths_follow_the_standard() {
    for (base, location, path) in [
        ("OFD.xml", "Doc_0/Document.xml", "Doc_0/Document.xml"),
        ("Doc_0/Document.xml", "Pages/P.xml", "Doc_0/Pages/P.xml"),
        ("Doc_0/Document.xml", "/Doc_0/x", "Doc_0/x"),
        ("Doc_0/a/b.xml", "../c.xml", "Doc_0/c.xml"),
        ("Doc_0/a/b.xml", "./c.xml", "Doc_0/a/c.xml"),
        ("a.xml", "../../x", "x"),
        ("/Doc_0/a.xml", " Res\\i.png ", "Doc_0/Res/i.png"),
    ] {
        assert_eq!(normal_path(base, location), path);
    }
}
