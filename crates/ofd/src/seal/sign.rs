//! Puts seals and signatures on a document: the procedure of GB/T 33190 §18 and GB/T 38540, step by step.

use super::placing::{Placing, Stamp, stamps};
use super::{Listed, Seal, Timestamper, signature};
use crate::package::{Builder, Package, normal_path};
use crate::read::Reader;
use crate::write::mm;
use crate::xml::{self, Node, escape};
use crate::{Error, Limits};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gm::signed_data::{self, Profile};
use gm::signer::Signer;
use gm::sm3;
use gm::time::Utc;
use gm::x509::Certificate;
use std::fmt::Write;

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
    /// Where its stamps stand.
    pub placing: Placing,
    /// Signing time.
    pub at: Utc,
    /// Whether others may follow.
    pub mode: Mode,
    /// Random bytes mixed into the signature's nonce.
    pub chance: Option<[u8; 32]>,
    /// Who stamps the time on the signature value, when somebody does.
    pub timestamper: Option<Timestamper<'a>>,
}

/// Everything a signature without a seal needs (`Type="Sign"`, GB/T 35275).
#[derive(Debug, Clone)]
pub struct Bare<'a> {
    /// Who holds the signer's key.
    pub signer: &'a Signer,
    /// The signer's certificate.
    pub certificate: &'a Certificate,
    /// Signing time.
    pub at: Utc,
    /// Whether others may follow.
    pub mode: Mode,
    /// How the value is bound to the file; readers in the field accept [`Profile::Attributes`].
    pub profile: Profile,
    /// Who stamps the time on the signature value, when somebody does.
    pub timestamper: Option<Timestamper<'a>>,
}

/// Seals a document and gives back the new file. Packed bytes of existing files are carried over untouched; only `OFD.xml`
/// changes on the first signature, and the list of signatures on each.
///
/// Refuses a signer the seal does not list, a key that is not the certificate's, a page or word that is not there, a
/// document whose earlier signature protects the list of signatures, and a timestamp over anything else.
pub fn sign(ofd: &[u8], signing: &Signing<'_>) -> Result<Vec<u8>, Error> {
    let seal = Seal::parse(signing.esl)?;
    fits(signing.signer, signing.certificate)?;
    if seal.version != 4 || seal.listed(signing.certificate.der()) != Listed::Yes {
        return Err(Error::Seal("the seal does not list this signer"));
    }
    let reader = Reader::of(Package::open(ofd, &Limits::default())?)?;
    let stamps = stamps(&reader, &signing.placing)?;
    let mut new = New::begin(&reader, "Seal", stamps.len(), signing.mode)?;
    new.add(&new.beside("Seal.esl"), signing.esl);
    let (path, xml) = new.write_signature(signing.at, &stamps);
    let value = signature::make(signing, xml.as_bytes(), &format!("/{path}"))?;
    Ok(new.finish(&value))
}

/// Signs a document without a seal and gives back the new file; otherwise as [`sign`].
pub fn sign_bare(ofd: &[u8], bare: &Bare<'_>) -> Result<Vec<u8>, Error> {
    fits(bare.signer, bare.certificate)?;
    let reader = Reader::of(Package::open(ofd, &Limits::default())?)?;
    let mut new = New::begin(&reader, "Sign", 0, bare.mode)?;
    let (_, xml) = new.write_signature(bare.at, &[]);
    let (signer, certificate) = (bare.signer, bare.certificate);
    let stamp = |value: &[u8]| bare.timestamper.map(|stamper| stamper.ask(value)).transpose();
    let (file, at) = (xml.as_bytes(), bare.at);
    let value = signed_data::sign_stamped(file, signer, certificate, at, bare.profile, stamp)?;
    Ok(new.finish(&value))
}

fn fits(signer: &Signer, certificate: &Certificate) -> Result<(), Error> {
    if certificate.public()? == signer.public() { Ok(()) } else { Err(Error::Gm(gm::Error::Key)) }
}

/// A document with a signature being put on it.
struct New {
    out: Builder,
    /// Path and digest of every file it covers, in the order of the finished package.
    references: Vec<(String, [u8; 32])>,
    place: Place,
}

impl New {
    /// Carries the document over, with the signature of `kind` in its list.
    fn begin(reader: &Reader<'_>, kind: &str, stamps: usize, mode: Mode) -> Result<New, Error> {
        let place = Place::find(reader)?;
        let main = main_file(reader, &place)?;
        let list = place.list_file(kind, stamps);
        let mut new = New { out: Builder::new(), references: Vec::new(), place };
        for entry in reader.package().entries() {
            if entry.name == new.place.list {
                continue;
            }
            match &main {
                Some(changed) if entry.name == "OFD.xml" => new.add("OFD.xml", changed.as_bytes()),
                _ => {
                    new.out.carry(entry);
                    let digest = reader.package().digest(entry)?;
                    new.references.push((entry.name.clone(), digest));
                }
            }
        }
        let path = new.place.list.clone();
        match mode {
            Mode::Whole => new.add(&path, list.as_bytes()),
            Mode::Continue => new.out.add(&path, list.as_bytes()),
        }
        Ok(new)
    }

    /// Adds a file that the signature covers.
    fn add(&mut self, path: &str, data: &[u8]) {
        self.out.add(path, data);
        self.references.push((path.to_owned(), sm3::hash(data)));
    }

    fn beside(&self, name: &str) -> String {
        format!("{}/{name}", self.place.folder)
    }

    /// Writes Signature.xml; its path and text.
    fn write_signature(&mut self, at: Utc, stamps: &[Stamp]) -> (String, String) {
        let path = self.beside("Signature.xml");
        let xml = self.place.signature_file(at, stamps, &self.references);
        self.out.add(&path, xml.as_bytes());
        (path, xml)
    }

    fn finish(mut self, value: &[u8]) -> Vec<u8> {
        let path = self.beside("SignedValue.dat");
        self.out.add(&path, value);
        self.out.finish()
    }
}

/// Where the new signature goes and which numbers it gets.
struct Place {
    /// Path of the list of signatures.
    list: String,
    /// Folder of the new signature.
    folder: String,
    /// Entries already in the list: id, type, path.
    earlier: Vec<(String, String, String)>,
    /// Highest number in use.
    max: u64,
}

/// Number in an id such as `12` or `s012`.
fn number(id: &str) -> u64 {
    id.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0)
}

impl Place {
    fn find(reader: &Reader<'_>) -> Result<Place, Error> {
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
        Ok(Place { list, folder: format!("{base}/Sign_{n}"), earlier, max })
    }

    /// The list with the new signature; its stamps take the numbers after its own.
    fn list_file(&self, kind: &str, stamps: usize) -> String {
        let max = self.max + 1 + stamps as u64;
        let mut out = format!("{HEAD}<ofd:Signatures {NS}><ofd:MaxSignId>{max}</ofd:MaxSignId>");
        let own =
            ((self.max + 1).to_string(), kind.to_owned(), format!("{}/Signature.xml", self.folder));
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

    fn signature_file(
        &self,
        at: Utc,
        stamps: &[Stamp],
        references: &[(String, [u8; 32])],
    ) -> String {
        let mut out = format!(
            "{HEAD}<ofd:Signature {NS}><ofd:SignedInfo><ofd:Provider ProviderName=\"tongban-ofd\" Version=\"{}\" \
             Company=\"Tongban\"/><ofd:SignatureMethod>1.2.156.10197.1.501</ofd:SignatureMethod>\
             <ofd:SignatureDateTime>{}</ofd:SignatureDateTime><ofd:References CheckMethod=\"1.2.156.10197.1.401\">",
            env!("CARGO_PKG_VERSION"),
            at.beijing()
        );
        for (path, digest) in references {
            let _ = write!(
                out,
                "<ofd:Reference FileRef=\"/{}\"><ofd:CheckValue>{}</ofd:CheckValue></ofd:Reference>",
                escape(path),
                STANDARD.encode(digest)
            );
        }
        out.push_str("</ofd:References>");
        let four = |numbers: &[f32; 4]| numbers.map(mm).join(" ");
        for (n, stamp) in stamps.iter().enumerate() {
            let _ = write!(
                out,
                "<ofd:StampAnnot ID=\"{}\" PageRef=\"{}\" Boundary=\"{}\"",
                self.max + 2 + n as u64,
                escape(&stamp.page_id),
                four(&stamp.boundary)
            );
            if let Some(clip) = &stamp.clip {
                let _ = write!(out, " Clip=\"{}\"", four(clip));
            }
            out.push_str("/>");
        }
        let folder = escape(&self.folder);
        if !stamps.is_empty() {
            let _ =
                write!(out, "<ofd:Seal><ofd:BaseLoc>/{folder}/Seal.esl</ofd:BaseLoc></ofd:Seal>");
        }
        let _ = write!(
            out,
            "</ofd:SignedInfo><ofd:SignedValue>/{folder}/SignedValue.dat</ofd:SignedValue></ofd:Signature>"
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
