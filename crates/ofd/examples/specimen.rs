//! Writes a sealed and stamped document, its PDF and the parts of its signatures into a folder, for other programs to judge:
//! `cargo run -p ofd --example specimen FOLDER`. Its keys are fixed and worth nothing.

use gm::oid;
use gm::signer::Signer;
use gm::sm2::{Keypair, PublicKey};
use gm::time::Utc;
use gm::timestamp::{Authority, Imprint, Query, stamp};
use gm::tlv::{Tlv, hex, tag};
use gm::x509::{Certificate, Issuer, KeyUsage, Kind, Name, Spec, issue};
use ofd::Limits;
use ofd::font::Fonts;
use ofd::package::Package;
use ofd::pdf::render_pdf;
use ofd::picture::{SealPicture, seal_png};
use ofd::read::Reader;
use ofd::seal::{
    Mode, Position, Seal, SealSignature, SealSpec, Signing, Timestamper, make_seal, sign,
};
use ofd::write::{Align, Cell, Color, Document, Page, Path, Table, Template, Text, write};
use std::error::Error;

const AT: Utc = Utc(1_795_269_909);

type Party = (Signer, Certificate);

fn party(
    seed: u8,
    name: &str,
    by: Option<&Party>,
    extended: Vec<Vec<u8>>,
) -> Result<Party, gm::Error> {
    let signer = Signer::Soft(Keypair::generate([seed; 32]));
    let kind = match by {
        None => Kind::Authority { path_len: Some(0) },
        Some(_) => {
            let usage = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION);
            Kind::Leaf { usage, extended }
        }
    };
    let subject = Name::new("示例市", name);
    let (not_before, not_after) = (Utc(1_700_000_000), Utc(2_000_000_000));
    let (serial, public) = (&[seed][..], signer.public());
    let spec = Spec { serial, subject: &subject, public, kind, not_before, not_after };
    let certificate = match by {
        None => issue(&spec, Issuer::Itself, &signer)?,
        Some((key, own)) => issue(&spec, Issuer::By(own), key)?,
    };
    Ok((signer, certificate))
}

fn document(fonts: &Fonts) -> Result<Vec<u8>, ofd::Error> {
    let mut document = Document::new("0123456789abcdef0123456789abcdef")
        .title("食品经营许可证（样例）")
        .author("示例市市场监督管理局")
        .created("2026-11-21")
        .custom("ZZBS", "1.2.156.3005.2.1")
        .attach("元数据", "metadata.xml", "<metadata/>");
    let mut frame = Template::new("边框");
    frame
        .push(Path::rounded_rect(8.0, 8.0, 194.0, 281.0, 3.0).stroke(Color::rgb(11, 87, 164), 0.6));
    let frame = document.template(frame);
    let mut first = Page::a4().on(frame);
    first.push(Text::new(105.0, 30.0, 9.0, "食品经营许可证").align(Align::Center).field("ZZMC"));
    let table = Table::new(&[40.0, 130.0])
        .row([Cell::new("经营者名称"), Cell::new("示例区东风路小吃店").field("CZZT")])
        .row(["经营场所", "示例省示例市示例区东风路 18 号"])
        .row(["许可证编号", "JY29901022026000001"]);
    first.push_table(fonts, &table, (20.0, 60.0), 270.0);
    let mut second = Page::a4().on(frame);
    second.push(Text::new(30.0, 30.0, 5.0, "第二页 Second page 123"));
    Ok(write(&document.page(first).page(second), fonts)?.bytes)
}

/// A value, what it is over and whose key made it, as one line of JSON.
fn part(name: &str, message: &[u8], value: &[u8], key: &PublicKey) -> String {
    format!(
        "{{\"name\":\"{name}\",\"message\":\"{}\",\"value\":\"{}\",\"key\":\"{}\"}}",
        hex(message),
        hex(value),
        hex(key.sec1())
    )
}

/// The value of a certificate's own signature.
fn value_of(certificate: &Certificate) -> Result<Vec<u8>, gm::Error> {
    let mut fields = Tlv::only(certificate.der())?.inside();
    fields.any()?;
    fields.any()?;
    Ok(fields.expect(tag::BIT_STRING, "signature")?.bits()?.to_vec())
}

/// A document, the signatures in it and their makers.
pub struct Specimen {
    /// The fonts it was made with.
    pub fonts: Fonts,
    /// The sealed and stamped document.
    pub sealed: Vec<u8>,
    /// What was signed, by whom: lines of JSON.
    pub parts: Vec<String>,
}

/// Makes it; always the same bytes.
pub fn make() -> Result<Specimen, Box<dyn Error>> {
    let font = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let font = std::fs::read(font.join("../../data/fonts/wqy-microhei.ttc"))?.leak();
    let fonts = Fonts::new(&[("WenQuanYi Micro Hei", font, 0)])?;
    let root = party(1, "根", None, Vec::new())?;
    let maker = party(2, "制章者", Some(&root), Vec::new())?;
    let signer = party(3, "签章人", Some(&root), Vec::new())?;
    let stamper = party(4, "时间戳", Some(&root), vec![oid::TIME_STAMPING.to_vec()])?;
    let esl = seal(&fonts, &maker, &signer.1)?;
    let ask = |value: &[u8]| {
        let policy = &[0x2a, 0x03][..];
        let (certificate, signer) = (&stamper.1, &stamper.0);
        let by = Authority { certificate, chain: &[], signer, policy, accuracy: None };
        Ok(stamp(&Query::new(Imprint::sm3(value)), &by, &[9], AT)?)
    };
    let signing = Signing {
        esl: &esl,
        signer: &signer.0,
        certificate: &signer.1,
        placing: Position { page: 0, x: 140.0, y: 220.0, width: 42.0, height: 42.0 }.into(),
        at: AT,
        mode: Mode::Whole,
        chance: None,
        timestamper: Some(Timestamper::new(&ask)),
    };
    let sealed = sign(&document(&fonts)?, &signing)?;
    let package = Package::open(&sealed, &Limits::default())?;
    let value = package.read("Doc_0/Signs/Sign_0/SignedValue.dat")?;
    let (signature, seal) = (SealSignature::parse(&value)?, Seal::parse(&esl)?);
    let first = |der: &[u8]| Ok::<_, gm::Error>(Tlv::only(der)?.inside().any()?.raw.to_vec());
    let parts = vec![
        part("signature", &first(&value)?, signature.value(), signer.0.public()),
        part("seal", &first(&esl)?, seal.value(), maker.0.public()),
        part("signer's certificate", signer.1.tbs(), &value_of(&signer.1)?, root.0.public()),
        part("root's certificate", root.1.tbs(), &value_of(&root.1)?, root.0.public()),
    ];
    Ok(Specimen { fonts, sealed, parts })
}

fn seal(fonts: &Fonts, maker: &Party, signer: &Certificate) -> Result<Vec<u8>, ofd::Error> {
    let look = SealPicture {
        unit: "示例市市场监督管理局".into(),
        kind: "证照专用章".into(),
        mark: "样例".into(),
        pixels: 420,
    };
    let spec = SealSpec {
        id: "9901022026000001",
        vendor: "Tongban",
        name: "示例市市场监督管理局证照专用章（样例）",
        kind: 99,
        picture: &seal_png(fonts, &look)?,
        size_mm: (42, 42),
        signers: std::slice::from_ref(signer),
        created: AT,
        valid_from: AT,
        valid_to: Utc(1_900_000_000),
    };
    make_seal(&spec, &maker.0, &maker.1)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("say into which folder")?;
    let folder = std::path::Path::new(&folder);
    let made = make()?;
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("parts.json"), format!("[{}]\n", made.parts.join(",\n")))?;
    std::fs::write(folder.join("sealed.ofd"), &made.sealed)?;
    let reader = Reader::open(&made.sealed, &Limits::default())?;
    std::fs::write(folder.join("sealed.pdf"), render_pdf(&reader, &made.fonts)?)?;
    std::fs::write(folder.join("text.txt"), reader.text()?)?;
    Ok(())
}
