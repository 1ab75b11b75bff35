//! `tongban bench ofd`: making, judging and reading documents with no house around them, beside what the bare
//! primitives of the same work cost (issue: one SM2 signature and the digests of its files to make, three SM2
//! verifications and the digests to judge).

use codes::licence::LicenceId;
use codes::time::Day;
use gm::signer::Signer;
use gm::sm2::Keypair;
use gm::time::Utc;
use gm::x509::{self, Certificate, KeyUsage, Kind, Name, Spec};
use guide::packs::licence::LicenceFace;
use ofd::Limits;
use ofd::font::Fonts;
use ofd::picture::{SealPicture, render_svg, seal_png};
use ofd::read::Reader;
use ofd::seal::{Mode, Placing, Position, SealSpec, Signing, make_seal, sign};
use ofd::verify::{Basis, verify};
use ofd::write::{Document, Page, Text, write};
use proof::licences::face::{Faced, lay_out};
use proof::licences::model::{FaceField, Holder, HolderKind};
use serde::Serialize;
use std::path::Path;
use store::clock::Stopwatch;
use store::{Chance, Error, Result, Secret};

/// The figures, as printed.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    /// Licences laid out, written and sealed a second, on one core.
    pub issue_per_s: f64,
    /// The same work's bare primitives a second.
    pub issue_floor_per_s: f64,
    /// Sealed licences judged a second, chains included, on one core.
    pub verify_per_s: f64,
    /// The same work's bare primitives a second.
    pub verify_floor_per_s: f64,
    /// Sealed licences opened and their text read a second, without judging, on one core.
    pub read_per_s: f64,
    /// Milliseconds to open the text of 1,287 pages and read it all, without judging.
    pub book_read_ms: f64,
    /// Bytes of one sealed licence.
    pub licence_bytes: usize,
    /// Milliseconds to list, judge and draw the first page of a sealed text of 1,287 pages.
    pub pages1287_ms: f64,
    /// Most memory of the process meanwhile, MiB.
    pub pages1287_rss_mb: f64,
    /// Bytes of that text.
    pub pages1287_bytes: usize,
}

/// A seal with its keys and the root above them, made for one run.
struct House {
    root: Certificate,
    signer: Signer,
    certificate: Certificate,
    esl: Vec<u8>,
}

/// Measures for `seconds` each; `out` is a folder that gets the documents.
pub fn measure(seconds: u64, out: Option<&Path>) -> Result<Figures> {
    let fonts = proof::seals::fonts::shipped()?;
    let pack = guide::packs::shipped("spjy-xb").ok_or(Error::NotFound)?;
    let face = pack.licence.as_ref().ok_or(Error::NotFound)?;
    let now = Utc(store::Clock::System.now().micros().div_euclid(1_000_000));
    let house = house(fonts, now)?;
    let holders = holders()?;
    let mut number = 0;
    let mut issue = || {
        number += 1;
        let enterprise = &holders[number % holders.len()];
        issue(fonts, face, &house, enterprise, number, now)
    };
    let licence = issue()?;
    let basis = Basis::new(std::slice::from_ref(&house.root), now);
    let judge = |ofd: &[u8]| match verify(ofd, &basis).trusted {
        Some(true) => Ok(()),
        _ => Err(Error::internal("a sealed document was not believed")),
    };
    let issue_per_s = rate(seconds, || issue().map(drop))?;
    let verify_per_s = rate(seconds, || judge(&licence))?;
    let hashed = vec![7u8; unpacked(&licence)?];
    let signed = house.signer.sign(&hashed[..64], None).map_err(Error::internal)?;
    let digests = || gm::sm3::hash(&hashed);
    let issue_floor_per_s = rate(seconds, || {
        digests();
        house.signer.sign(&hashed[..64], None).map(drop).map_err(Error::internal)
    })?;
    let verify_floor_per_s = rate(seconds, || {
        digests();
        let once = |_| house.signer.public().verify(&hashed[..64], &signed);
        (0..3).try_for_each(once).map_err(Error::internal)
    })?;
    let read_per_s = rate(seconds, || read(&licence))?;
    let book = book(fonts, &house, now)?;
    let book_read_ms = 1e3 / rate(seconds, || read(&book))?;
    if let Some(folder) = out {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("licence.ofd"), &licence)?;
        std::fs::write(folder.join("book.ofd"), &book)?;
    }
    forget_peak();
    let watch = Stopwatch::start();
    let reader = Reader::open(&book, &Limits::default()).map_err(Error::internal)?;
    let listed = reader.pages().len();
    judge(&book)?;
    render_svg(&reader, 0, "p").map_err(Error::internal)?;
    let pages1287_ms = watch.micros() as f64 / 1000.0;
    if listed != PAGES {
        return Err(Error::internal(format!("{listed} pages were listed")));
    }
    let round = |v: f64| (v * 10.0).round() / 10.0;
    Ok(Figures {
        issue_per_s: issue_per_s.round(),
        issue_floor_per_s: issue_floor_per_s.round(),
        verify_per_s: verify_per_s.round(),
        verify_floor_per_s: verify_floor_per_s.round(),
        read_per_s: read_per_s.round(),
        book_read_ms: round(book_read_ms),
        licence_bytes: licence.len(),
        pages1287_ms: round(pages1287_ms),
        pages1287_rss_mb: round(peak_mb()),
        pages1287_bytes: book.len(),
    })
}

/// Opens a document and reads the text of all its pages.
fn read(ofd: &[u8]) -> Result<()> {
    let reader = Reader::open(ofd, &Limits::default()).map_err(Error::internal)?;
    let text = reader.text().map_err(Error::internal)?;
    if text.is_empty() { Err(Error::internal("a document without text")) } else { Ok(()) }
}

/// Pages of the long text: those of the largest document the field's readers are tried with.
const PAGES: usize = 1_287;

/// How often a second `work` can be done on this thread.
fn rate(seconds: u64, mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    let watch = Stopwatch::start();
    let mut done = 0u64;
    while watch.micros() < seconds * 1_000_000 {
        work()?;
        done += 1;
    }
    Ok(done as f64 * 1e6 / watch.micros().max(1) as f64)
}

fn party(
    name: &str,
    by: Option<(&Signer, &Certificate)>,
    at: Utc,
) -> Result<(Signer, Certificate)> {
    let signer = Signer::Soft(Keypair::generate(Chance::System.bytes()));
    let usage = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION);
    let kind = match by {
        None => Kind::Authority { path_len: None },
        Some(_) => Kind::Leaf { usage, extended: vec![] },
    };
    let name = Name::new("示例市", name);
    let serial = Chance::System.bytes::<8>();
    let (not_before, not_after) = (Utc(at.0 - 60), Utc(at.0 + 86_400));
    let public = signer.public();
    let spec = Spec { serial: &serial, subject: &name, public, kind, not_before, not_after };
    let issuer = by.map_or((&signer, x509::Issuer::Itself), |(s, c)| (s, x509::Issuer::By(c)));
    let certificate = x509::issue(&spec, issuer.1, issuer.0).map_err(Error::internal)?;
    Ok((signer, certificate))
}

fn house(fonts: &Fonts, at: Utc) -> Result<House> {
    let root = party("根", None, at)?;
    let by = Some((&root.0, &root.1));
    let (maker, signer) = (party("制章者", by, at)?, party("签章人", by, at)?);
    let look = SealPicture {
        unit: "示例区市场监督管理局".into(),
        kind: "证照专用章".into(),
        mark: "样例".into(),
        pixels: 420,
    };
    let picture = seal_png(fonts, &look).map_err(Error::internal)?;
    let spec = SealSpec {
        id: "9901022026000001",
        vendor: "Tongban",
        name: "示例区市场监督管理局证照专用章（样例）",
        kind: 99,
        picture: &picture,
        size_mm: (42, 42),
        signers: std::slice::from_ref(&signer.1),
        created: at,
        valid_from: Utc(at.0 - 60),
        valid_to: Utc(at.0 + 86_400),
    };
    let esl = make_seal(&spec, &maker.0, &maker.1).map_err(Error::internal)?;
    Ok(House { root: root.1, signer: signer.0, certificate: signer.1, esl })
}

fn seal(house: &House, ofd: &[u8], position: Position, at: Utc) -> Result<Vec<u8>> {
    let signing = Signing {
        esl: &house.esl,
        signer: &house.signer,
        certificate: &house.certificate,
        placing: Placing::At(position),
        at,
        mode: Mode::Whole,
        chance: Some(Chance::System.bytes()),
        timestamper: None,
    };
    sign(ofd, &signing).map_err(Error::internal)
}

/// An enterprise of the sample town.
struct Enterprise {
    name: &'static str,
    uscc: &'static str,
    address: &'static str,
}

fn holders() -> Result<Vec<Enterprise>> {
    let rows = include_str!("../../../../data/sample/enterprises.csv").lines().skip(1);
    let read = |row: &'static str| {
        let fields: Vec<&str> = row.split(',').collect();
        let &[_, name, _, uscc, _, address, ..] = &fields[..] else { return None };
        Some(Enterprise { name, uscc, address })
    };
    let holders: Vec<Enterprise> = rows.filter_map(read).collect();
    if holders.is_empty() { Err(Error::NotFound) } else { Ok(holders) }
}

/// What is printed in a field: of no two licences the same, so that nothing kept from the last one serves the next.
fn value(key: &str, to: &Enterprise, number: usize) -> String {
    match key {
        "holder" => to.name.to_owned(),
        "uscc" => to.uscc.to_owned(),
        "person" => person(number),
        "address" => to.address.to_owned(),
        "premises" => format!("{}{}室", to.address, number % 900 + 100),
        "format" => "餐饮服务经营者（小型餐饮、网络经营）".to_owned(),
        "items" => "热食类食品制售；冷食类食品制售；糕点类食品制售；自制饮品制售；预包装食品销售（含冷藏冷冻食品）"
            .to_owned(),
        "number" => format!("JY29901022026{number:06}"),
        "issuer" => "示例区市场监督管理局".to_owned(),
        "issued" => "2026年11月20日".to_owned(),
        _ => "2031年11月19日".to_owned(),
    }
}

/// A name of three letters out of some thousands.
fn person(number: usize) -> String {
    const FAMILY: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜";
    const GIVEN: &str = "建国伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰鑫浩宇欣怡梓涵轩";
    let letter = |of: &str, n: usize| of.chars().nth(n % of.chars().count()).unwrap_or('某');
    [letter(FAMILY, number), letter(GIVEN, number / 3), letter(GIVEN, number * 7)].iter().collect()
}

/// One food-business licence from its values to its sealed file.
fn issue(
    fonts: &Fonts,
    face: &LicenceFace,
    house: &House,
    to: &Enterprise,
    number: usize,
    at: Utc,
) -> Result<Vec<u8>> {
    let day = Day::new(2026, 11, 20).map_err(Error::internal)?;
    let identifier = "1.2.156.3005.2.11100000MB0143028R901.11990102000000377D.2026000001.001.9";
    let identifier = LicenceId::parse(identifier).map_err(Error::internal)?;
    let field = |f: &guide::packs::licence::LicenceField| FaceField {
        key: f.key.clone(),
        zh: f.label.zh.clone(),
        en: f.label.en.clone(),
        value: value(&f.key, to, number),
        sensitive: false,
        brief: f.brief,
    };
    let fields: Vec<FaceField> = face.field.iter().map(field).collect();
    let holder = Holder {
        kind: HolderKind::Enterprise,
        subject: None,
        name: Secret::new(to.name.to_owned()),
        code: Secret::new(to.uscc.to_owned()),
    };
    let faced = Faced {
        id: Chance::System.token(),
        name: &face.name.zh,
        type_code: &face.type_code,
        face: &face.face,
        issued: &[],
        fields: &fields,
        holder: &holder,
        identifier: &identifier,
        number: &value("number", to, number),
        issuer_name: "示例区市场监督管理局",
        issuer_uscc: "11990102000000377D",
        dated: day,
        valid_from: day,
        valid_to: None,
        seal_name: "示例区市场监督管理局证照专用章（样例）",
    };
    let (plain, position) = lay_out(fonts, &faced)?;
    seal(house, &plain, position, at)
}

/// A sealed text of [`PAGES`] pages with thirty lines each.
fn book(fonts: &Fonts, house: &House, at: Utc) -> Result<Vec<u8>> {
    const LINE: &str = "政务服务事项办理情况年度报告，以实际办理数据为准，供社会公众监督。";
    let page = |n: usize| {
        let mut page = Page::a4();
        for line in 0..30 {
            let y = 20.0 + 8.5 * line as f32;
            page.push(Text::new(20.0, y, 5.0, format!("{}.{line} {LINE}", n + 1)));
        }
        page
    };
    let pages = (0..PAGES).map(page).collect();
    let document = Document { id: Chance::System.token(), pages, ..Document::default() };
    let plain = write(&document, fonts).map_err(Error::internal)?.bytes;
    let position = Position { page: 0, x: 140.0, y: 240.0, width: 42.0, height: 42.0 };
    seal(house, &plain, position, at)
}

/// Unpacked bytes of all files of a package: what is hashed.
fn unpacked(ofd: &[u8]) -> Result<usize> {
    let reader = Reader::open(ofd, &Limits::default()).map_err(Error::internal)?;
    Ok(reader.package().entries().iter().map(|e| e.size() as usize).sum())
}

/// Asks the kernel to count the peak of memory from now.
fn forget_peak() {
    if let Err(e) = std::fs::write("/proc/self/clear_refs", "5") {
        tracing::warn!("the peak of memory counts from the start of the process: {e}");
    }
}

fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kib = line.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}
