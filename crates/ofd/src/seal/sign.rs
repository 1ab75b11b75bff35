//! Puts a seal on a document: the procedure of GB/T 33190 §18 and GB/T 38540, step by step.

use super::{Listed, Seal, signature};
use crate::package::{Builder, Package, normal_path};
use crate::read::Reader;
use crate::write::mm;
use crate::xml::{self, Node, escape};
use crate::{Error, Limits};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gm::signer::Signer;
use gm::sm3;
use gm::time::Utc;
use gm::x509::Certificate;
use std::fmt::Write;

/// Where the stamp stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Page, from 0.
    pub page: usize,
    /// Left edge in mm.
    pub x: f32,
    /// Upper edge in mm.
    pub y: f32,
    /// Width in mm.
    pub width: f32,
    /// Height in mm.
    pub height: f32,
}

/// Whether others may sign after this signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nobody may: the list of signatures is protected as well.
    Whole,
    /// Others may add signatures (联合发文).
    Continue,
}

/// Everything one sealing needs.
#[derive(Debug, Clone)]
pub struct Signing<'a> {
    /// The seal, DER as made by its maker.
    pub esl: &'a [u8],
    /// Who holds the signer's key.
    pub signer: &'a Signer,
    /// The signer's certificate; the seal must list it.
    pub certificate: &'a Certificate,
    /// Where the stamp stands.
    pub position: Position,
    /// Signing time.
    pub at: Utc,
    /// Whether others may follow.
    pub mode: Mode,
    /// Random bytes mixed into the signature's nonce.
    pub chance: Option<[u8; 32]>,
}

/// Seals a document and gives back the new file. Packed bytes of existing files are carried over untouched; only `OFD.xml`
/// changes on the first signature, and the list of signatures on each.
///
/// Refuses a signer the seal does not list, a key that is not the certificate's, a page that is not there, and a document
/// whose earlier signature protects the list of signatures.
pub fn sign(ofd: &[u8], signing: &Signing<'_>) -> Result<Vec<u8>, Error> {
    let seal = Seal::parse(signing.esl)?;
    if signing.certificate.public()? != signing.signer.public() {
        return Err(Error::Gm(gm::Error::Key));
    }
    if seal.version != 4 || seal.listed(signing.certificate.der()) != Listed::Yes {
        return Err(Error::Seal("the seal does not list this signer"));
    }
    let reader = Reader::of(Package::open(ofd, &Limits::default())?)?;
    let place = Place::find(&reader, signing.position.page)?;
    let main = main_file(&reader, &place)?;
    let list = place.list_file();
    // Digests are taken in the order of the finished package.
    let mut out = Builder::new();
    let mut references: Vec<(String, [u8; 32])> = Vec::new();
    for entry in reader.package().entries() {
        if entry.name == place.list {
            continue;
        }
        let digest = match &main {
            Some(changed) if entry.name == "OFD.xml" => {
                out.add("OFD.xml", changed.as_bytes());
                sm3::hash(changed.as_bytes())
            }
            _ => {
                out.carry(entry);
                sm3::hash(&reader.package().unpack(entry)?)
            }
        };
        references.push((entry.name.clone(), digest));
    }
    out.add(&place.list, list.as_bytes());
    if signing.mode == Mode::Whole {
        references.push((place.list.clone(), sm3::hash(list.as_bytes())));
    }
    let esl = format!("{}/Seal.esl", place.folder);
    out.add(&esl, signing.esl);
    references.push((esl, sm3::hash(signing.esl)));
    let xml = place.signature_file(signing, &references);
    let path = format!("{}/Signature.xml", place.folder);
    out.add(&path, xml.as_bytes());
    let who = (signing.signer, signing.certificate);
    let value = signature::make(
        signing.esl,
        xml.as_bytes(),
        &format!("/{path}"),
        who,
        signing.at,
        signing.chance,
    )?;
    out.add(&format!("{}/SignedValue.dat", place.folder), &value);
    Ok(out.finish())
}

/// Where the new signature goes and which numbers it gets.
struct Place {
    /// Path of the list of signatures.
    list: String,
    /// Folder of the new signature.
    folder: String,
    /// Entries already in the list: id, type, path.
    earlier: Vec<(String, String, String)>,
    /// Id of the page the stamp stands on.
    page_id: String,
    /// Highest number in use.
    max: u64,
}

/// Number in an id such as `12` or `s012`.
fn number(id: &str) -> u64 {
    id.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0)
}

impl Place {
    fn find(reader: &Reader<'_>, page: usize) -> Result<Place, Error> {
        let page_id = reader.pages().get(page).ok_or(Error::Document("no such page"))?.id.clone();
        let base = normal_path(reader.root_path(), "Signs");
        let list = reader.signatures_path().map_or(format!("{base}/Signatures.xml"), str::to_owned);
        let mut max = 0;
        let mut earlier = Vec::new();
        if reader.signatures_path().is_some() {
            let node = reader.xml(&list)?;
            max = node.child_text("MaxSignId").map_or(0, number);
        }
        for entry in reader.signatures()? {
            let node = reader.xml(&entry.path)?;
            if references(&node).any(|path| normal_path("", path) == list) {
                return Err(Error::Seal("an earlier signature allows no further one"));
            }
            let stamps = node.walk().into_iter().filter(|n| n.name == "StampAnnot");
            let highest = stamps.filter_map(|n| n.attr("ID")).map(number).max().unwrap_or(0);
            max = max.max(highest).max(number(&entry.id));
            earlier.push((entry.id, entry.kind, entry.path));
        }
        let free = |n: &usize| {
            let prefix = format!("{base}/Sign_{n}/").to_lowercase();
            !reader.package().entries().iter().any(|e| e.name.to_lowercase().starts_with(&prefix))
        };
        let n = (0..=reader.package().entries().len()).find(free).unwrap_or_default();
        Ok(Place { list, folder: format!("{base}/Sign_{n}"), earlier, page_id, max })
    }

    fn list_file(&self) -> String {
        let mut out =
            format!("{HEAD}<ofd:Signatures {NS}><ofd:MaxSignId>{}</ofd:MaxSignId>", self.max + 2);
        let own = (
            (self.max + 1).to_string(),
            "Seal".to_owned(),
            format!("{}/Signature.xml", self.folder),
        );
        for (id, kind, path) in self.earlier.iter().chain([&own]) {
            let _ = write!(
                out,
                "<ofd:Signature ID=\"{}\" Type=\"{}\" BaseLoc=\"/{}\"/>",
                escape(id),
                escape(kind),
                escape(path)
            );
        }
        out.push_str("</ofd:Signatures>");
        out
    }

    fn signature_file(&self, signing: &Signing<'_>, references: &[(String, [u8; 32])]) -> String {
        let at = &signing.position;
        let mut out = format!(
            "{HEAD}<ofd:Signature {NS}><ofd:SignedInfo><ofd:Provider ProviderName=\"tongban-ofd\" Version=\"{}\" \
             Company=\"Tongban\"/><ofd:SignatureMethod>1.2.156.10197.1.501</ofd:SignatureMethod>\
             <ofd:SignatureDateTime>{}</ofd:SignatureDateTime><ofd:References CheckMethod=\"1.2.156.10197.1.401\">",
            env!("CARGO_PKG_VERSION"),
            signing.at.beijing()
        );
        for (path, digest) in references {
            let _ = write!(
                out,
                "<ofd:Reference FileRef=\"/{}\"><ofd:CheckValue>{}</ofd:CheckValue></ofd:Reference>",
                escape(path),
                STANDARD.encode(digest)
            );
        }
        let _ = write!(
            out,
            "</ofd:References><ofd:StampAnnot ID=\"{}\" PageRef=\"{}\" Boundary=\"{} {} {} {}\"/><ofd:Seal><ofd:BaseLoc>\
             /{folder}/Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo><ofd:SignedValue>/{folder}/SignedValue.dat\
             </ofd:SignedValue></ofd:Signature>",
            self.max + 2,
            escape(&self.page_id),
            mm(at.x),
            mm(at.y),
            mm(at.width),
            mm(at.height),
            folder = escape(&self.folder),
        );
        out
    }
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NS: &str = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";

/// Paths a Signature.xml refers to, as written.
pub(crate) fn references(node: &Node) -> impl Iterator<Item = &str> {
    node.walk().into_iter().filter(|n| n.name == "Reference").filter_map(|n| n.attr("FileRef"))
}

/// `OFD.xml` with the list of signatures named in it; `None` when it names one already.
fn main_file(reader: &Reader<'_>, place: &Place) -> Result<Option<String>, Error> {
    if reader.signatures_path().is_some() {
        return Ok(None);
    }
    let bytes = reader.file("OFD.xml")?;
    let text = std::str::from_utf8(&bytes).map_err(|_| Error::Document("OFD.xml is not UTF-8"))?;
    // The text is kept as it is; one element is put before the end of the first body, with that body's prefix.
    let end = text.match_indices("DocBody>").find_map(|(at, _)| {
        let open = text[..at].rfind("</")?;
        let prefix = &text[open + 2..at];
        let name = |p: &str| p.chars().all(char::is_alphanumeric);
        (prefix.is_empty() || prefix.strip_suffix(':').is_some_and(name)).then_some((open, prefix))
    });
    let (open, prefix) = end.ok_or(Error::Document("no end of DocBody"))?;
    let element = format!("<{prefix}Signatures>/{}</{prefix}Signatures>", escape(&place.list));
    let changed = format!("{}{element}{}", &text[..open], &text[open..]);
    xml::parse(changed.as_bytes(), reader.package().limits())?;
    Ok(Some(changed))
}
