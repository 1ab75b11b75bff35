//! The faces of the licences, those of the packs and the common one of the registers, sealed with a key worth nothing and
//! compared with the pictures somebody looked at. `TONGBAN_WRITE_REFERENCES=1 cargo test -p proof --test faces` keeps what is drawn now; look
//! at it before it is committed.

use codes::licence::LicenceId;
use codes::time::Day;
use gm::signer::Signer;
use gm::sm2::Keypair;
use gm::time::Utc;
use gm::x509::{Certificate, Issuer, KeyUsage, Kind, Name, Spec, issue};
use guide::packs::licence::Face;
use guide::packs::load::load_shipped;
use ofd::Limits;
use ofd::font::Fonts;
use ofd::picture::{Dots, SealPicture, seal_png};
use ofd::read::Reader;
use ofd::seal::{Mode, SealSpec, Signing, make_seal, sign};
use proof::licences::face::{Faced, lay_out};
use proof::licences::model::{FaceField, Holder, HolderKind};
use proof::licences::paper::plain;
use std::path::{Path, PathBuf};
use store::Secret;

const AT: Utc = Utc(1_795_269_909);
const DPI: f32 = 96.0;
/// What another machine's arithmetic may change, of 255: over the page, and in the block that differs most.
const MEAN: f32 = 0.5;
const WORST: f32 = 12.0;
/// Most bytes of a kept picture, and of a sealed licence.
const MOST_PICTURE: usize = 40 << 10;
const MOST_LICENCE: usize = 60 << 10;

fn certificate(seed: u8, name: &str, by: Option<(&Signer, &Certificate)>) -> (Signer, Certificate) {
    let signer = Signer::Soft(Keypair::generate([seed; 32]));
    let usage = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION);
    let kind = match by {
        None => Kind::Authority { path_len: None },
        Some(_) => Kind::Leaf { usage, extended: vec![] },
    };
    let name = Name::new("示例市", name);
    let (not_before, not_after) = (Utc(AT.0 - 1000), Utc(AT.0 + 1000));
    let (serial, public) = (&[seed][..], signer.public());
    let spec = Spec { serial, subject: &name, public, kind, not_before, not_after };
    let made = match by {
        None => issue(&spec, Issuer::Itself, &signer),
        Some((key, own)) => issue(&spec, Issuer::By(own), key),
    };
    (signer, made.expect("a certificate"))
}

fn field(key: &str, zh: &str, value: &str) -> FaceField {
    let (key, zh, value) = (key.to_owned(), zh.to_owned(), value.to_owned());
    FaceField { key, zh, en: String::new(), value, sensitive: false, brief: false }
}

/// Every face by its name: the name of its type, its fields with values that say what they are, its layout.
fn faces() -> Vec<(String, String, Vec<FaceField>, Face)> {
    let mut out = Vec::new();
    for pack in load_shipped() {
        let Some(licence) = &pack.licence else { continue };
        let value = |zh: &str| format!("示例{zh}");
        let fields = licence.field.iter().map(|f| field(&f.key, &f.label.zh, &value(&f.label.zh)));
        let (name, face) = (licence.name.zh.clone(), licence.face.clone());
        out.push((pack.slug.clone(), name, fields.collect(), face));
    }
    let of_register = [
        ("name", "名称", "示例区东风路小吃店"),
        ("kind", "类型", "个体工商户"),
        ("place", "经营场所", "示例省示例市示例区东风路18号（临街一层），邮政编码 990102"),
        ("_issuer", "发证机关", "示例区市场监督管理局"),
        ("_issued", "制发日期", "2026年11月20日"),
        ("_until", "有效期至", "长期"),
    ];
    let fields: Vec<FaceField> = of_register.map(|(key, zh, value)| field(key, zh, value)).into();
    let face = plain("营业执照", &fields);
    out.push(("register".into(), "营业执照".into(), fields, face));
    out
}

/// A sealed licence.
fn licence(fonts: &Fonts, name: &str, fields: &[FaceField], face: &Face) -> Vec<u8> {
    let identifier = "1.2.156.3005.2.11100000MB0143028R901.11990102000000377D.2026000001.001.9";
    let identifier = LicenceId::parse(identifier).expect("an identifier");
    let holder = Holder {
        kind: HolderKind::Enterprise,
        subject: None,
        name: Secret::new("示例区东风路小吃店".to_owned()),
        code: Secret::new("92990102630040015X".to_owned()),
    };
    let day = Day::new(2026, 11, 20).expect("a day");
    let faced = Faced {
        id: "0123456789abcdef0123456789abcdef".into(),
        name,
        type_code: "11100000MB0143028R901",
        face,
        issued: &[],
        fields,
        holder: &holder,
        identifier: &identifier,
        number: "JY29901022026000001",
        issuer_name: "示例区市场监督管理局",
        issuer_uscc: "11990102000000377D",
        dated: day,
        valid_from: day,
        valid_to: None,
        seal_name: "示例区市场监督管理局证照专用章（样例）",
    };
    let (plain, position) = lay_out(fonts, &faced).expect("a face");
    let root = certificate(1, "根", None);
    let by = Some((&root.0, &root.1));
    let (maker, signer) = (certificate(2, "制章者", by), certificate(3, "签章人", by));
    let look = SealPicture {
        unit: "示例区市场监督管理局".into(),
        kind: "证照专用章".into(),
        mark: "样例".into(),
        pixels: 420,
    };
    let picture = seal_png(fonts, &look).expect("a picture");
    let spec = SealSpec {
        id: "9901022026000001",
        vendor: "Tongban",
        name: "示例区市场监督管理局证照专用章（样例）",
        kind: 99,
        picture: &picture,
        size_mm: (42, 42),
        signers: std::slice::from_ref(&signer.1),
        created: AT,
        valid_from: AT,
        valid_to: Utc(AT.0 + 900),
    };
    let signing = Signing {
        esl: &make_seal(&spec, &maker.0, &maker.1).expect("a seal"),
        signer: &signer.0,
        certificate: &signer.1,
        placing: position.into(),
        at: AT,
        mode: Mode::Whole,
        chance: None,
        timestamper: None,
    };
    sign(&plain, &signing).expect("a sealed licence")
}

#[test]
fn every_face_looks_as_it_did() {
    let fonts = proof::seals::fonts::shipped().expect("fonts");
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faces");
    let mut drawn = Vec::new();
    for (slug, name, fields, face) in faces() {
        let sealed = licence(fonts, &name, &fields, &face);
        let again = licence(fonts, &name, &fields, &face);
        assert_eq!(sealed, again, "the same licence gives the same bytes");
        assert!(sealed.len() <= MOST_LICENCE, "{slug}: {} bytes", sealed.len());
        let reader = Reader::open(&sealed, &Limits::default()).expect("an OFD");
        let dots = Dots::page(&reader, 0, DPI, fonts).expect("a drawing");
        let path = folder.join(format!("{slug}.png"));
        if std::env::var_os("TONGBAN_WRITE_REFERENCES").is_some() {
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(&path, dots.png()).expect("kept");
        }
        let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(bytes.len() <= MOST_PICTURE, "{slug}: {} bytes", bytes.len());
        let found = dots.difference(&Dots::from_png(&bytes).expect("a kept picture"));
        let found = found.unwrap_or_else(|| panic!("{slug} has another size"));
        assert!(found.mean <= MEAN && found.worst <= WORST, "{slug}: {found:?}");
        drawn.push(dots);
    }
    assert!(drawn.len() >= 3, "{} faces", drawn.len());
    // The comparison can fail: no face passes for another one.
    for (n, one) in drawn.iter().enumerate() {
        for other in &drawn[..n] {
            assert!(one.difference(other).is_none_or(|found| found.worst > WORST));
        }
    }
}
