//! Judges foreign samples when their folder is there: `TONGBAN_FIXTURES`, or the folder `shared` beside the workspace. Says so
//! when it is not.

use gm::Step;
use gm::time::Utc;
use ofd::Limits;
use ofd::read::Reader;
use ofd::verify::{Basis, Report, verify, verify_seal, verify_signed_value};
use std::path::{Path, PathBuf};

#[expect(clippy::print_stderr, reason = "a skipped check must be said aloud")]
fn sample(name: &str) -> Option<Vec<u8>> {
    let beside = || -> Option<PathBuf> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.parent()?;
        Some(workspace.parent()?.join("shared").join("fixtures").join("ofd"))
    };
    let folder = std::env::var_os("TONGBAN_FIXTURES").map(PathBuf::from).or_else(beside)?;
    match std::fs::read(folder.join(name)) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            eprintln!("skipped: foreign sample {name} is not here ({error})");
            None
        }
    }
}

fn basis() -> Basis<'static> {
    Basis::new(&[], Utc(1_795_269_909))
}

fn steps(report: &Report) -> Vec<&Step> {
    report.steps.iter().chain(report.signatures.iter().flat_map(|s| &s.steps)).collect()
}

/// Codes of failed value checks; trust always fails here because no anchor is given.
fn failed(report: &Report) -> Vec<&'static str> {
    let trust = [
        "chain-",
        "seal-maker-chain",
        "signer-chain",
        "seal-validity",
        "signing-time",
        "signer-in-seal",
        "seal-timestamp",
        "timestamp",
    ];
    let value = |s: &&Step| s.ok == Some(false) && !trust.iter().any(|t| s.code.starts_with(t));
    steps(report).into_iter().filter(value).map(|s| s.code).collect()
}

#[test]
fn documents_are_read() {
    for (name, text) in [
        ("helloworld.ofd", "你好呀，OFD Reader&Writer！"),
        ("namespace_no_std.ofd", "你好呀，OFD Reader&Writer！"),
        ("AddAttachment.ofd", "这是一个带有附件的OFD文件"),
        ("SESV4SignDoc.ofd", "你好呀，OFD Reader&Writer！"),
        ("DigitalSign.ofd", "你好呀，OFD Reader&Writer！"),
        ("hello-integrity.ofd", "拿来主义"),
    ] {
        let Some(bytes) = sample(name) else { continue };
        let reader = Reader::open(&bytes, &Limits::default()).unwrap();
        assert!(reader.text().unwrap().contains(text), "{name}");
        assert!(!reader.info().id.is_empty());
        for page in 0..reader.pages().len() {
            assert!(reader.page_text(page).is_ok());
        }
    }
    let Some(bytes) = sample("AddAttachment.ofd") else { return };
    let reader = Reader::open(&bytes, &Limits::default()).unwrap();
    let attachments = reader.attachments().unwrap();
    assert_eq!(attachments[0].name, "Gao");
    assert_eq!(reader.file(&attachments[0].path).unwrap().len(), 36_494);
}

#[test]
fn documents_are_judged() {
    for (name, hold, codes) in [
        ("helloworld.ofd", None, vec![]),
        ("namespace_no_std.ofd", None, vec![]),
        ("AddAttachment.ofd", None, vec![]),
        (
            "SESV4SignDoc.ofd",
            Some(true),
            vec![
                "data-hash",
                "references",
                "coverage",
                "seal-file",
                "seal-value",
                "signature-value",
            ],
        ),
        // A bare SM2 value names no key: digests hold, the value cannot be judged.
        ("DigitalSign.ofd", None, vec!["references", "coverage"]),
        ("hello-integrity.ofd", Some(true), vec!["signature-value", "references", "coverage"]),
    ] {
        let Some(bytes) = sample(name) else { continue };
        let report = verify(&bytes, &basis());
        assert_eq!(failed(&report), [""; 0], "{name}: {report:#?}");
        assert_eq!(report.signature_values_hold, hold, "{name}: {report:#?}");
        assert_ne!(report.trusted, Some(true), "{name}");
        for code in codes {
            assert!(
                steps(&report).iter().any(|s| s.code == code && s.ok == Some(true)),
                "{name} {code}"
            );
        }
    }
}

#[test]
fn seals_and_values_are_judged() {
    for (name, version) in [
        ("UserV1.esl", "v1"),
        ("UserV4.esl", "v4"),
        ("UserV5.esl", "v5"),
        // Its timestamp is a dummy: the seal's own value holds, the stamp does not.
        ("UserV5_ts.esl", "v5"),
    ] {
        let Some(bytes) = sample(name) else { continue };
        let report = verify_seal(&bytes, &basis());
        assert_eq!(report.signature_values_hold, Some(true), "{name}: {report:#?}");
        assert!(steps(&report).iter().any(|s| s.code == "seal-header" && s.detail == version));
        assert_eq!(report.trusted, Some(false));
        let stamp =
            steps(&report).iter().any(|s| s.code == "seal-timestamp" && s.ok == Some(false));
        assert_eq!(stamp, name == "UserV5_ts.esl");
    }
    let Some(bytes) = sample("SignedValueV4.dat") else { return };
    let report = verify_signed_value(&bytes, None, &basis());
    assert_eq!(report.signature_values_hold, Some(true), "{report:#?}");
}

/// Accepts nothing that differs: every byte of the signature value and of Signature.xml, one bit each.
#[test]
fn changed_foreign_values_never_hold() {
    let Some(bytes) = sample("SignedValueV4.dat") else { return };
    let near_ends = |at: &usize| *at < 1200 || at + 1400 > bytes.len() || at.is_multiple_of(97);
    for at in (0..bytes.len()).filter(near_ends) {
        let mut bad = bytes.clone();
        bad[at] ^= 1 << (at % 8);
        let report = verify_signed_value(&bad, None, &basis());
        assert_ne!(report.signature_values_hold, Some(true), "byte {at}");
    }
}
