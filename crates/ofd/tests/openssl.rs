//! A document sealed here, taken apart and verified by the `openssl` command; says so when it is not installed.

use gm::signer::Signer;
use gm::sm2::{DEFAULT_ID, Keypair};
use gm::time::Utc;
use gm::tlv::{Tlv, tag};
use gm::x509::{Certificate, Issuer, KeyUsage, Kind, Name, Spec, issue};
use gm::{keys, sm3};
use ofd::Limits;
use ofd::font::Fonts;
use ofd::package::Package;
use ofd::picture::{SealPicture, seal_png};
use ofd::seal::{Mode, Position, SealSpec, Signing, make_seal, sign};
use ofd::write::{Document, Page, Text, write};
use std::path::Path;
use std::process::Command;

const AT: Utc = Utc(1_795_269_909);

fn fonts() -> Fonts {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/fonts/wqy-microhei.ttc");
    Fonts::new(&[("WenQuanYi Micro Hei", std::fs::read(path).unwrap().leak(), 0)]).unwrap()
}

fn certificate(
    key: &Signer,
    name: &str,
    kind: Kind,
    by: Option<(&Signer, &Certificate)>,
) -> Certificate {
    let name = Name::new("示例", name);
    let (not_before, not_after) = (Utc(1_700_000_000), Utc(4_000_000_000));
    let spec =
        Spec { serial: &[7], subject: &name, public: key.public(), kind, not_before, not_after };
    match by {
        Some((signer, issuer)) => issue(&spec, Issuer::By(issuer), signer).unwrap(),
        None => issue(&spec, Issuer::Itself, key).unwrap(),
    }
}

/// A sealed one-page document and the root of its certificates.
fn sealed() -> (Vec<u8>, Certificate) {
    let key = |seed: u8| Signer::Soft(Keypair::generate([seed; 32]));
    let (root_key, key) = (key(1), key(2));
    let root = certificate(&root_key, "根", Kind::Authority { path_len: Some(0) }, None);
    let usage = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION);
    let leaf = certificate(
        &key,
        "签章人",
        Kind::Leaf { usage, extended: vec![] },
        Some((&root_key, &root)),
    );
    let fonts = fonts();
    let look = SealPicture {
        unit: "示例市市场监督管理局".into(),
        kind: "行政审批专用章".into(),
        mark: "样例".into(),
        pixels: 320,
    };
    let picture = seal_png(&fonts, &look).unwrap();
    let spec = SealSpec {
        id: "99010226000001",
        vendor: "Tongban",
        name: "示例市市场监督管理局行政审批专用章",
        kind: 99,
        picture: &picture,
        size_mm: (42, 42),
        signers: std::slice::from_ref(&leaf),
        created: AT,
        valid_from: AT,
        valid_to: Utc(3_000_000_000),
    };
    let esl = make_seal(&spec, &key, &leaf).unwrap();
    let mut page = Page::a4();
    page.push(Text::new(30.0, 30.0, 8.0, "食品经营许可证"));
    let document = Document { id: "d".into(), pages: vec![page], ..Document::default() };
    let plain = write(&document, &fonts).unwrap().bytes;
    let position = Position { page: 0, x: 130.0, y: 220.0, width: 42.0, height: 42.0 };
    let signing = Signing {
        esl: &esl,
        signer: &key,
        certificate: &leaf,
        placing: position.into(),
        at: AT,
        mode: Mode::Whole,
        chance: None,
        timestamper: None,
    };
    (sign(&plain, &signing).unwrap(), root)
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped check must be said aloud")]
fn values_and_chain_hold_there() {
    let (ofd, root) = sealed();
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sealed");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("sealed.ofd"), &ofd).unwrap();
    let package = Package::open(&ofd, &Limits::default()).unwrap();
    let dat = package.read("Doc_0/Signs/Sign_0/SignedValue.dat").unwrap();
    let xml = package.read("Doc_0/Signs/Sign_0/Signature.xml").unwrap();
    let mut fields = Tlv::only(&dat).unwrap().inside();
    let signed = fields.any().unwrap();
    let leaf = fields.expect(tag::OCTET_STRING, "certificate").unwrap().value;
    fields.any().unwrap();
    let value = fields.any().unwrap();
    let digest = sm3::hash(&xml);
    assert!(signed.raw.windows(32).any(|w| w == digest));
    let certificate = Certificate::parse(leaf).unwrap();
    let public = keys::pem("PUBLIC KEY", &keys::spki(certificate.public().unwrap()));
    std::fs::write(dir.join("pub.pem"), public).unwrap();
    std::fs::write(dir.join("leaf.pem"), keys::pem("CERTIFICATE", leaf)).unwrap();
    std::fs::write(dir.join("root.pem"), keys::pem("CERTIFICATE", root.der())).unwrap();
    std::fs::write(dir.join("signed"), signed.raw).unwrap();
    std::fs::write(dir.join("value"), value.bits().unwrap()).unwrap();
    let id = format!("distid:{DEFAULT_ID}");
    for args in [
        vec!["dgst", "-sm3", "-verify", "pub.pem", "-sigopt", &id, "-signature", "value", "signed"],
        vec!["verify", "-x509_strict", "-vfyopt", &id, "-CAfile", "root.pem", "leaf.pem"],
    ] {
        let Ok(output) = Command::new("openssl").current_dir(&dir).args(&args).output() else {
            eprintln!("skipped: openssl cannot run here");
            return;
        };
        assert!(output.status.success(), "{args:?} {}", String::from_utf8_lossy(&output.stderr));
    }
}
