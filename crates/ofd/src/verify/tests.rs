//! Tests of judging: what we seal holds, and nothing changed afterwards ever does.

use super::*;
use crate::font::tests::fonts;
use crate::package::{Builder, Package};
use crate::read::Reader;
use crate::seal::tests::{AT, House, esl, house};
use crate::seal::{Mode, Position, Signing, sign};
use crate::write::{Document, Page, Text, write};

pub(super) fn plain() -> Vec<u8> {
    let mut page = Page::new(60.0, 40.0);
    page.push(Text::new(5.0, 5.0, 5.0, "证照"));
    write(&Document { id: "d".into(), pages: vec![page], ..Document::default() }, fonts())
        .unwrap()
        .bytes
}

pub(super) fn put(
    ofd: &[u8],
    house: &House,
    second: bool,
    mode: Mode,
) -> Result<Vec<u8>, crate::Error> {
    let (signer, certificate) =
        if second { (&house.second.0, &house.second.1) } else { (&house.first.0, &house.first.1) };
    let esl = esl(house, std::slice::from_ref(certificate));
    let position = Position { page: 0, x: 10.0, y: 10.0, width: 20.0, height: 20.0 };
    sign(
        ofd,
        &Signing {
            esl: &esl,
            signer,
            certificate,
            placing: position.into(),
            at: AT,
            mode,
            chance: None,
            timestamper: None,
        },
    )
}

pub(super) fn judge(ofd: &[u8], house: &House, now: i64) -> Report {
    let anchors = [house.root.clone()];
    verify(ofd, &Basis::new(&anchors, Utc(now)))
}

pub(super) fn failed(report: &Report) -> Vec<&'static str> {
    let steps = report.steps.iter().chain(report.signatures.iter().flat_map(|s| &s.steps));
    steps.filter(|s| s.ok == Some(false)).map(|s| s.code).collect()
}

/// The package with its files passed through `change` (`None` drops one).
fn remake(ofd: &[u8], change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>) -> Vec<u8> {
    let package = Package::open(ofd, &Limits::default()).unwrap();
    let mut out = Builder::new();
    for entry in package.entries() {
        let data = package.unpack(entry).unwrap().into_owned();
        match change(&entry.name, data.clone()) {
            Some(same) if same == data => out.carry(entry),
            Some(other) => out.add(&entry.name, &other),
            None => {}
        }
    }
    out.finish()
}

#[test]
fn a_sealed_document_is_trusted() {
    let house = house();
    for mode in [Mode::Whole, Mode::Continue] {
        let sealed = put(&plain(), &house, false, mode).unwrap();
        assert_eq!(sealed, put(&plain(), &house, false, mode).unwrap());
        let report = judge(&sealed, &house, AT.0 + 10);
        assert_eq!(failed(&report), [""; 0], "{report:#?}");
        assert_eq!((report.signature_values_hold, report.trusted), (Some(true), Some(true)));
        let by = report.sealed_by.unwrap();
        assert_eq!(
            (by.seal_name.as_str(), by.at),
            ("示例市市场监督管理局行政审批专用章", Some(AT))
        );
        assert!(by.subject.starts_with("CN=签章人甲"));
        assert_eq!(report.signatures[0].stamps[0].boundary, [10.0, 10.0, 20.0, 20.0]);
        assert_eq!(Reader::open(&sealed, &Limits::default()).unwrap().text().unwrap(), "证照");
    }
    let report = judge(&plain(), &house, AT.0);
    assert_eq!((report.signature_values_hold, report.trusted), (None, None));
}

#[test]
fn dates_anchors_and_lists_speak_of_trust_alone() {
    let house = house();
    let sealed = put(&plain(), &house, false, Mode::Whole).unwrap();
    let early = judge(&sealed, &house, AT.0 - 1000);
    assert_eq!((early.signature_values_hold, early.trusted), (Some(true), Some(false)));
    assert_eq!(failed(&early), ["signing-time"]);
    let none = verify(&sealed, &Basis::new(&[], AT));
    assert_eq!((none.signature_values_hold, none.trusted), (Some(true), Some(false)));
    assert!(failed(&none).contains(&"signer-chain") && failed(&none).contains(&"seal-maker-chain"));
}

#[test]
fn several_seals_follow_each_other() {
    let house = house();
    let one = put(&plain(), &house, false, Mode::Continue).unwrap();
    let two = put(&one, &house, true, Mode::Whole).unwrap();
    let report = judge(&two, &house, AT.0);
    assert_eq!(report.trusted, Some(true), "{report:#?}");
    assert_eq!(report.signatures.len(), 2);
    assert!(report.sealed_by.unwrap().subject.starts_with("CN=签章人乙"));
    let refused = put(&two, &house, false, Mode::Continue).unwrap_err();
    assert_eq!(refused, crate::Error::Seal("an earlier signature allows no further one"));
    // Taking the second signature's files away leaves a list that names them.
    let cut = remake(&two, |name, data| (!name.contains("Sign_1")).then_some(data));
    assert_eq!(judge(&cut, &house, AT.0).signature_values_hold, Some(false));
}

#[test]
fn every_changed_added_or_missing_file_is_refused() {
    let house = house();
    for mode in [Mode::Whole, Mode::Continue] {
        let sealed = put(&plain(), &house, false, mode).unwrap();
        let package = Package::open(&sealed, &Limits::default()).unwrap();
        for entry in package.entries() {
            let changed = remake(&sealed, |name, mut data| {
                if name == entry.name {
                    let middle = data.len() / 2;
                    data[middle] ^= 1;
                }
                Some(data)
            });
            let free = mode == Mode::Continue && entry.name.ends_with("Signatures.xml");
            let report = judge(&changed, &house, AT.0);
            assert!(free || report.signature_values_hold != Some(true), "changed {}", entry.name);
            let missing = remake(&sealed, |name, data| (name != entry.name).then_some(data));
            let report = judge(&missing, &house, AT.0);
            assert_ne!(report.signature_values_hold, Some(true), "missing {}", entry.name);
        }
        let mut added = Builder::new();
        package.entries().iter().for_each(|e| added.carry(e));
        added.add("Doc_0/Attachs/smuggled.xml", b"x");
        let report = judge(&added.finish(), &house, AT.0);
        assert_eq!(failed(&report), ["coverage"]);
        assert_eq!(report.trusted, Some(false));
        let mut twice = Builder::new();
        package.entries().iter().for_each(|e| twice.carry(e));
        twice.add("OFD.xml", b"<OFD/>");
        assert_eq!(failed(&judge(&twice.finish(), &house, AT.0)), ["package"]);
        let mut twin = Builder::new();
        package.entries().iter().for_each(|e| twin.carry(e));
        twin.add("ofd.XML", b"<OFD/>");
        assert!(failed(&judge(&twin.finish(), &house, AT.0)).contains(&"package-ambiguous"));
    }
}

#[test]
fn a_swapped_seal_and_a_stranger_are_refused() {
    let house = house();
    let sealed = put(&plain(), &house, false, Mode::Continue).unwrap();
    let other = esl(&house, std::slice::from_ref(&house.second.1));
    let swapped = remake(&sealed, |name, data| {
        Some(if name.ends_with("Seal.esl") { other.clone() } else { data })
    });
    let report = judge(&swapped, &house, AT.0);
    assert_eq!(failed(&report), ["reference", "seal-file"]);
    // Somebody the seal does not list cannot sign with it.
    let seal = esl(&house, std::slice::from_ref(&house.second.1));
    let position = Position { page: 0, x: 0.0, y: 0.0, width: 1.0, height: 1.0 };
    let mut signing = Signing {
        esl: &seal,
        signer: &house.first.0,
        certificate: &house.first.1,
        placing: position.into(),
        at: AT,
        mode: Mode::Whole,
        chance: None,
        timestamper: None,
    };
    assert!(sign(&plain(), &signing).is_err());
    signing.certificate = &house.second.1;
    assert!(sign(&plain(), &signing).is_err());
    signing.signer = &house.second.0;
    signing.placing = Position { page: 1, ..position }.into();
    assert!(sign(&plain(), &signing).is_err());
}

#[test]
fn no_flipped_bit_of_the_signature_files_is_accepted() {
    let house = house();
    let sealed = put(&plain(), &house, false, Mode::Whole).unwrap();
    for file in ["SignedValue.dat", "Signature.xml", "Seal.esl", "Signatures.xml", "OFD.xml"] {
        let package = Package::open(&sealed, &Limits::default()).unwrap();
        let entry = package.entries().iter().find(|e| e.name.ends_with(file)).unwrap();
        let size = entry.size() as usize;
        // One bit per byte, another from byte to byte: all of the signature at the end, every ninth byte elsewhere.
        for at in (0..size)
            .filter(|at| at + 100 > size || at % 9 == 0 && (*at < 1200 || at + 1400 > size))
        {
            let bad = remake(&sealed, |name, mut data| {
                if name == entry.name {
                    data[at] ^= 1 << (at % 8);
                }
                Some(data)
            });
            let report = judge(&bad, &house, AT.0);
            assert_ne!(report.signature_values_hold, Some(true), "{file} byte {at}");
        }
    }
}

#[test]
fn truncated_files_never_panic_and_never_hold() {
    let house = house();
    let sealed = put(&plain(), &house, false, Mode::Whole).unwrap();
    for cut in (0..sealed.len()).step_by(7) {
        assert_eq!(judge(&sealed[..cut], &house, AT.0).signature_values_hold, Some(false));
    }
}

/// Real e-licences carry GB/T 35275 data beside a Seal.esl.
#[test]
fn signed_data_beside_a_seal_is_judged() {
    use gm::signed_data::{Profile, sign as sign_data};
    let house = house();
    let sealed = put(&plain(), &house, false, Mode::Whole).unwrap();
    for (profile, trusted) in [(Profile::Attributes, Some(true)), (Profile::Content, None)] {
        let value =
            |xml: &[u8]| sign_data(xml, &house.first.0, &house.first.1, AT, profile).unwrap();
        let xml = Package::open(&sealed, &Limits::default()).unwrap();
        let good = value(&xml.read("Doc_0/Signs/Sign_0/Signature.xml").unwrap());
        let with = |dat: &[u8]| {
            remake(&sealed, |name, data| {
                Some(if name.ends_with(".dat") { dat.to_vec() } else { data })
            })
        };
        let report = judge(&with(&good), &house, AT.0);
        // Profile A carries no time, so that dates cannot be judged for certain.
        assert_eq!(
            (report.signature_values_hold, report.trusted),
            (Some(true), trusted),
            "{report:#?}"
        );
        assert_eq!(report.sealed_by.unwrap().seal_id, "9901022026000001");
        assert_eq!(
            judge(&with(&value(b"another file")), &house, AT.0).signature_values_hold,
            Some(false)
        );
        // A good signature by somebody the seal does not list.
        let xml = xml.read("Doc_0/Signs/Sign_0/Signature.xml").unwrap();
        let other = sign_data(&xml, &house.second.0, &house.second.1, AT, profile).unwrap();
        let report = judge(&with(&other), &house, AT.0);
        assert_eq!((report.signature_values_hold, report.trusted), (Some(true), Some(false)));
        assert_eq!(failed(&report), ["signer-in-seal"]);
        let stranger = sign_data(b"x", &house.second.0, &house.first.1, AT, profile).unwrap();
        assert_eq!(judge(&with(&stranger), &house, AT.0).signature_values_hold, Some(false));
    }
}

/// Whatever a file inside says, reading, drawing and judging end without a panic.
#[test]
fn hostile_content_never_panics() {
    let house = house();
    let sealed = put(&plain(), &house, false, Mode::Continue).unwrap();
    let names: Vec<String> = {
        let package = Package::open(&sealed, &Limits::default()).unwrap();
        package.entries().iter().map(|e| e.name.clone()).collect()
    };
    let words: [&[u8]; 8] = [
        b"",
        b"<",
        b"<a/>",
        b"\xff\xfe",
        b"<a ID='99999999999999999999'/>",
        b"0 0 0",
        &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
        &[0x30; 40],
    ];
    for name in &names {
        for (n, word) in words.iter().enumerate() {
            let bad = remake(&sealed, |entry, data| {
                Some(match entry == name {
                    false => data,
                    true if n % 2 == 0 => word.to_vec(),
                    true => [&data[..data.len() / 2], word, &data[data.len() / 2..]].concat(),
                })
            });
            let free = name.ends_with("Signatures.xml");
            assert!(
                free || judge(&bad, &house, AT.0).signature_values_hold != Some(true),
                "{name} {n}"
            );
            let Ok(reader) = Reader::open(&bad, &Limits::default()) else { continue };
            let _ = (reader.text(), reader.fields(), reader.attachments(), reader.signatures());
            let _ = crate::picture::render_svg(&reader, 0, "p");
            let _ = put(&bad, &house, true, Mode::Whole);
        }
    }
}
