//! What is done with an input of each kind: read it, and if it is read, do everything that may be done with it. A harness
//! fails by panicking; most also hold the answer against what must be true of every input: nothing that the house did not
//! sign is trusted.

use gm::oid;
use gm::signed_data::Profile;
use gm::signer::Signer;
use gm::sm2::Keypair;
use gm::time::Utc;
use gm::timestamp::{Authority, Imprint, Query, stamp};
use gm::x509::{Certificate, Issuer, KeyUsage, Kind, Name, Spec, issue};
use ofd::Limits;
use ofd::font::Fonts;
use ofd::layout::characters;
use ofd::package::{Builder, Package, normal_path};
use ofd::pdf::render_pdf;
use ofd::picture::{SealPicture, render_png, render_svg, render_svg_without, seal_png};
use ofd::read::Reader;
use ofd::seal::{
    Bare, Mode, Placing, Position, Seal, SealSignature, SealSpec, Signing, Timestamper, make_seal,
    sign, sign_bare,
};
use ofd::verify::{Basis, Report, verify, verify_seal, verify_signed_value};
use ofd::write::{Attachment, Color, Document, Image, Page, Path, Text, write};
use ofd::xml;
use std::sync::LazyLock;

/// A target by name, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 8] = [
    ("package", package),
    ("xml", xml_),
    ("document", document),
    ("page", page),
    ("signature", signature),
    ("seal", seal),
    ("signed_value", signed_value),
    ("verify", verify_),
];

const NOW: Utc = Utc(1_795_269_909);
const PAGE: &str = "Doc_0/Pages/Page_0/Content.xml";
const ROOT: &str = "Doc_0/Document.xml";
const SIGNATURE: &str = "Doc_0/Signs/Sign_0/Signature.xml";
const VALUE: &str = "Doc_0/Signs/Sign_0/SignedValue.dat";
const SEAL: &str = "Doc_0/Signs/Sign_0/Seal.esl";

/// Bounds that let a fuzzer run on: what is larger is refused, as it is in life.
const LIMITS: Limits =
    Limits { entries: 64, file: 1 << 20, total: 4 << 20, ratio: 250, depth: 64, elements: 20_000 };

/// Everybody the inputs are about, and the documents they made.
struct House {
    fonts: Fonts,
    root: Certificate,
    key: Signer,
    own: Certificate,
    plain: Vec<u8>,
    sealed: Vec<u8>,
    bare: Vec<u8>,
    esl: Vec<u8>,
}

static HOUSE: LazyLock<House> = LazyLock::new(|| {
    let font: &[u8] = include_bytes!("../../../data/fonts/wqy-microhei.ttc");
    let fonts = good(Fonts::new(&[("WenQuanYi Micro Hei", font, 0)]));
    let [root_key, key, stamper_key] =
        [1, 2, 3].map(|seed: u8| Signer::Soft(Keypair::generate([seed; 32])));
    let make = |serial: u8, key: &Signer, kind: Kind, by: Issuer<'_>| {
        let subject = Name::new("示例", &format!("第{serial}"));
        let (not_before, not_after) = (Utc(NOW.0 - 1000), Utc(NOW.0 + 1000));
        let (serial, public) = (&[serial][..], key.public());
        let spec = Spec { serial, subject: &subject, public, kind, not_before, not_after };
        issue(&spec, by, &root_key).expect("a certificate")
    };
    let root = make(1, &root_key, Kind::Authority { path_len: Some(0) }, Issuer::Itself);
    let usage = KeyUsage::DIGITAL_SIGNATURE;
    let own = make(2, &key, Kind::Leaf { usage, extended: vec![] }, Issuer::By(&root));
    let kind = Kind::Leaf { usage, extended: vec![oid::TIME_STAMPING.to_vec()] };
    let stamper = make(3, &stamper_key, kind, Issuer::By(&root));
    let look = SealPicture {
        unit: "示例区".into(),
        kind: "证照专用章".into(),
        mark: "样例".into(),
        pixels: 100,
    };
    let picture = good(seal_png(&fonts, &look));
    let plain = good(write(&sample(&picture), &fonts)).bytes;
    let spec = SealSpec {
        id: "9901022026000001",
        vendor: "Tongban",
        name: "示例区证照专用章",
        kind: 99,
        picture: &picture,
        size_mm: (42, 42),
        signers: std::slice::from_ref(&own),
        created: NOW,
        valid_from: NOW,
        valid_to: Utc(NOW.0 + 500),
    };
    let esl = good(make_seal(&spec, &key, &own));
    let ask = |value: &[u8]| {
        let (certificate, signer) = (&stamper, &stamper_key);
        let policy = &[0x2a, 0x03][..];
        let by = Authority { certificate, chain: &[], signer, policy, accuracy: None };
        Ok(stamp(&Query::new(Imprint::sm3(value)), &by, &[9], NOW)?)
    };
    let timestamper = Some(Timestamper::new(&ask));
    let position = Position { page: 0, x: 10.0, y: 10.0, width: 20.0, height: 20.0 };
    let signing = Signing {
        esl: &esl,
        signer: &key,
        certificate: &own,
        placing: position.into(),
        at: NOW,
        mode: Mode::Whole,
        chance: None,
        timestamper,
    };
    let sealed = good(sign(&plain, &signing));
    let (signer, certificate, profile) = (&key, &own, Profile::Attributes);
    let bare = Bare { signer, certificate, at: NOW, mode: Mode::Continue, profile, timestamper };
    let bare = good(sign_bare(&plain, &bare));
    House { fonts, root, key, own, plain, sealed, bare, esl }
});

fn good<T>(result: Result<T, ofd::Error>) -> T {
    result.expect("the harness makes only good things")
}

/// One of everything that a page can hold.
fn sample(png: &[u8]) -> Document {
    let mut page = Page::new(60.0, 60.0);
    page.push(Path::rounded_rect(2.0, 2.0, 56.0, 56.0, 4.0).stroke(Color::rgb(160, 30, 30), 0.6));
    page.push(Text::new(5.0, 5.0, 5.0, "证照 A").field("名称"));
    page.push(Path::cells(40.0, 40.0, 9.0, &[vec![true, false], vec![false, true]]));
    page.push(Image { x: 20.0, y: 30.0, width: 9.0, height: 9.0, png: png.to_vec() });
    let data = b"<m/>".to_vec();
    let attachment = Attachment { name: "元数据".into(), file: "metadata.xml".into(), data };
    Document {
        id: "0123456789abcdef0123456789abcdef".into(),
        title: "证照".into(),
        custom: vec![("ZZBS".into(), "1".into())],
        pages: vec![page],
        attachments: vec![attachment],
        ..Document::default()
    }
}

/// The document with one file of its package exchanged.
fn with(ofd: &[u8], name: &str, data: &[u8]) -> Vec<u8> {
    let package = good(Package::open(ofd, &LIMITS));
    let mut out = Builder::new();
    for entry in package.entries() {
        match entry.name == name {
            true => out.add(name, data),
            false => out.carry(entry),
        }
    }
    out.finish()
}

fn judge(ofd: &[u8]) -> Report {
    let anchors = std::slice::from_ref(&HOUSE.root);
    verify(ofd, &Basis { limits: LIMITS, ..Basis::new(anchors, NOW) })
}

/// Everything that can be asked of a document.
fn use_it(ofd: &[u8]) {
    let Ok(reader) = Reader::open(ofd, &LIMITS) else { return };
    let _ = (reader.text(), reader.fields(), reader.attachments(), reader.signatures());
    // A page drawn at four dots to the millimetre is a picture of bounded size, or refused.
    let _ = (characters(&reader, 0), render_svg(&reader, 0, "p"));
    let _ = render_svg_without(&reader, 0, "p", &["名称".to_owned()]);
    let _ = render_png(&reader, 0, 30.0, &HOUSE.fonts);
    let _ = render_pdf(&reader, &HOUSE.fonts);
}

/// What depends on the signatures of a document: its pages' outlines and letters do not, and drawing them costs most.
fn use_stamps(ofd: &[u8]) {
    let Ok(reader) = Reader::open(ofd, &LIMITS) else { return };
    let _ = (reader.signatures(), render_svg(&reader, 0, "p"));
}

/// A package as it lies on the disk.
pub fn package(data: &[u8]) {
    let Ok(package) = Package::open(data, &LIMITS) else { return };
    let mut again = Builder::new();
    for entry in package.entries() {
        assert_eq!(normal_path("", &entry.name), entry.name, "a name that climbs");
        if let Ok(bytes) = package.unpack(entry) {
            assert_eq!(bytes.len() as u64, entry.size());
        }
        again.carry(entry);
    }
    // What was carried over is what was there.
    let again = again.finish();
    let again = good(Package::open(&again, &LIMITS));
    let names = |p: &Package<'_>| p.entries().iter().map(|e| e.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&package), names(&again));
}

/// A file of a package that should be XML.
pub fn xml_(data: &[u8]) {
    if let Ok(node) = xml::parse(data, &LIMITS) {
        assert!(node.walk().len() <= LIMITS.elements);
        assert!(!node.name.is_empty());
    }
}

/// The root of a document.
pub fn document(data: &[u8]) {
    use_it(&with(&HOUSE.plain, ROOT, data));
}

/// A page.
pub fn page(data: &[u8]) {
    use_it(&with(&HOUSE.plain, PAGE, data));
}

/// The description of a signature: nothing but the true one is trusted.
pub fn signature(data: &[u8]) {
    let changed = with(&HOUSE.sealed, SIGNATURE, data);
    let own =
        Package::open(&HOUSE.sealed, &LIMITS).and_then(|p| p.read(SIGNATURE).map(|b| b.to_vec()));
    let trusted = judge(&changed).trusted == Some(true);
    assert_eq!(trusted, good(own) == data, "another description is trusted");
    use_stamps(&changed);
}

/// A seal: nothing but the maker's own is trusted.
pub fn seal(data: &[u8]) {
    if let Ok(read) = Seal::parse(data) {
        let _ = (read.maker(), read.verify_value(), read.listed(data));
        let anchors = std::slice::from_ref(&HOUSE.root);
        let report = verify_seal(data, &Basis::new(anchors, NOW));
        assert!(report.trusted != Some(true) || data == HOUSE.esl, "a seal nobody made");
    }
    let beside = with(&HOUSE.sealed, SEAL, data);
    assert_eq!(judge(&beside).trusted == Some(true), data == HOUSE.esl);
}

/// The value of a signature, with a seal and without one.
pub fn signed_value(data: &[u8]) {
    if let Ok(read) = SealSignature::parse(data) {
        let _ = (read.signer(), read.verify_value(), read.value().len());
    }
    let anchors = std::slice::from_ref(&HOUSE.root);
    let _ = verify_signed_value(data, None, &Basis::new(anchors, NOW));
    for whole in [&HOUSE.sealed, &HOUSE.bare] {
        let own = Package::open(whole, &LIMITS).and_then(|p| p.read(VALUE).map(|b| b.to_vec()));
        let report = judge(&with(whole, VALUE, data));
        if report.trusted == Some(true) && good(own) != data {
            // A signature without its stamp is a signature still, and proves less.
            let proved = report.sealed_by.and_then(|by| by.proved);
            assert_eq!(proved, None, "another value is trusted");
        }
    }
}

/// A document from end to end: judged, shown, and signed again if it can be.
pub fn verify_(data: &[u8]) {
    let report = judge(data);
    if report.trusted == Some(true) {
        let files = |ofd: &[u8]| {
            let package = good(Package::open(ofd, &LIMITS));
            let mut files: Vec<(String, Vec<u8>)> = package
                .entries()
                .iter()
                .map(|e| (e.name.clone(), good(package.unpack(e)).into_owned()))
                .collect();
            files.sort();
            files
        };
        let ours = [&HOUSE.sealed, &HOUSE.bare].map(|ofd| files(ofd));
        assert!(ours.contains(&files(data)), "a document nobody signed is trusted");
    }
    use_it(data);
    if let Ok(reader) = Reader::open(data, &LIMITS)
        && let Ok(text) = reader.text()
    {
        let word = text.chars().take(2).collect();
        let placing = Placing::Word { word, nth: None, size: (9.0, 9.0) };
        let esl = &HOUSE.esl;
        let (signer, certificate, at) = (&HOUSE.key, &HOUSE.own, NOW);
        let (mode, chance, timestamper) = (Mode::Continue, None, None);
        let _ = sign(
            data,
            &Signing { esl, signer, certificate, placing, at, mode, chance, timestamper },
        );
    }
}

/// The corpora: target, name, bytes. Nothing in them is anybody else's.
pub fn seeds() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let house = &*HOUSE;
    let file = |ofd: &[u8], name: &str| {
        good(Package::open(ofd, &LIMITS).and_then(|p| p.read(name).map(|b| b.into_owned())))
    };
    let mut small = Builder::new();
    small.add("a/b.xml", b"<a/>");
    small.add("c", &[b'x'; 200]);
    let odd = "\u{feff}<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><:a xmlns:o='x' o:b=\"&lt;&#x4e2d;\" \
               c><o:d>文<![CDATA[<e>]]></o:d><!-- f --><g/>&amp;</:a>";
    let content = "<Page><Area><PhysicalBox>0 0 30 30</PhysicalBox></Area><Content><Layer><PageBlock><TextObject \
                   ID='1' Boundary='1 1 9 9' Font='3' Size='4' CTM='1 0 0.2 1 0 0'><FillColor Value='#ff 0 0' Alpha='9'/>\
                   <TextCode X='0' Y='3' DeltaX='g 2 4' DeltaY='0 1'>文字A</TextCode></TextObject></PageBlock><PathObject \
                   Boundary='0 0 9 9' Fill='true' Rule='Even-Odd'><AbbreviatedData>M 0 0 L 3 0 Q 4 4 3 3 B 1 1 2 2 0 3 A 2 1 \
                   30 0 1 0 0 C</AbbreviatedData></PathObject></Layer></Content></Page>";
    vec![
        ("package", "small", small.finish()),
        ("package", "plain", house.plain.clone()),
        ("xml", "odd", odd.as_bytes().to_vec()),
        ("xml", "page", file(&house.plain, PAGE)),
        ("document", "root", file(&house.plain, ROOT)),
        ("page", "own", file(&house.plain, PAGE)),
        ("page", "other", content.as_bytes().to_vec()),
        ("signature", "seal", file(&house.sealed, SIGNATURE)),
        ("seal", "seal", house.esl.clone()),
        ("signed_value", "seal", file(&house.sealed, VALUE)),
        ("signed_value", "bare", file(&house.bare, VALUE)),
        ("verify", "sealed", house.sealed.clone()),
        ("verify", "bare", house.bare.clone()),
    ]
}
