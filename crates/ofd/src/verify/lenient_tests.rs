//! What occurs in the wild and must be judged all the same, each in a small document signed for it: whatever is written
//! otherwise is signed otherwise as well, so that the digests are true.

use super::tests::{failed, judge, plain, put};
use super::*;
use crate::package::{Builder, Package};
use crate::picture::render_svg;
use crate::read::Reader;
use crate::seal::Mode;
use crate::seal::tests::{AT, house, value_over};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

type Files = Vec<(String, Vec<u8>)>;

const XML: &str = "Doc_0/Signs/Sign_0/Signature.xml";
const VALUE: &str = "Doc_0/Signs/Sign_0/SignedValue.dat";

fn files(ofd: &[u8]) -> Files {
    let package = Package::open(ofd, &Limits::default()).unwrap();
    let one =
        |e: &crate::package::Entry<'_>| (e.name.clone(), package.unpack(e).unwrap().into_owned());
    package.entries().iter().map(one).collect()
}

fn pack(files: &Files) -> Vec<u8> {
    let mut out = Builder::new();
    files.iter().for_each(|(name, data)| out.add(name, data));
    out.finish()
}

/// Exchanges text in one file; it must be there.
fn edit(files: &mut Files, name: &str, from: &str, to: &str) {
    let (_, data) = files.iter_mut().find(|(n, _)| n == name).unwrap();
    let text = String::from_utf8(data.clone()).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    *data = text.replace(from, to).into_bytes();
}

/// A sealed document with its files changed, and then signed as if its producer wrote it so: digests and value are true.
fn produced(change: impl Fn(&mut Files)) -> Vec<u8> {
    let house = house();
    let mut files = files(&put(&plain(), &house, false, Mode::Continue).unwrap());
    change(&mut files);
    let digests: Vec<(String, String)> = files
        .iter()
        .map(|(name, data)| (name.clone(), STANDARD.encode(gm::sm3::hash(data))))
        .collect();
    let (_, xml) = files.iter_mut().find(|(name, _)| name == XML).unwrap();
    let mut text = String::from_utf8(xml.clone()).unwrap();
    for (name, digest) in digests {
        for open in
            [format!("\"/{name}\"><ofd:CheckValue>"), format!("\"{name}\"><ofd:CheckValue>")]
        {
            if let Some(at) = text.find(&open) {
                let from = at + open.len();
                let end = from + text[from..].find('<').unwrap();
                text.replace_range(from..end, &digest);
            }
        }
    }
    *xml = text.clone().into_bytes();
    let value = value_over(&house, text.as_bytes(), &format!("/{XML}"));
    files.iter_mut().find(|(name, _)| name == VALUE).unwrap().1 = value;
    pack(&files)
}

fn holds(what: &str, change: impl Fn(&mut Files)) {
    let ofd = produced(change);
    let report = judge(&ofd, &house(), AT.0);
    assert_eq!(failed(&report), [""; 0], "{what}: {report:#?}");
    assert_eq!((report.signature_values_hold, report.trusted), (Some(true), Some(true)), "{what}");
    let reader = Reader::open(&ofd, &Limits::default()).unwrap();
    assert_eq!(reader.text().unwrap(), "证照", "{what}");
    let svg = render_svg(&reader, 0, "p").unwrap();
    assert!(svg.contains("证") && svg.contains("<image"), "{what}");
}

#[test]
fn signatures_are_judged_in_every_spelling() {
    holds("as it is", |_| ());
    holds("no Type", |f| edit(f, "Doc_0/Signs/Signatures.xml", " Type=\"Seal\"", ""));
    holds("an empty Type", |f| edit(f, "Doc_0/Signs/Signatures.xml", "Type=\"Seal\"", "Type=\"\""));
    let method = "CheckMethod=\"1.2.156.10197.1.401\"";
    for word in
        ["CheckMethod=\"SM3\"", "CheckMethod=\"sm3\"", "CheckMethod=\"1.2.156.10197.1.401.1\"", ""]
    {
        holds(word, |f| edit(f, XML, method, word));
    }
    for date in
        ["20261121220509", "20261121140509.302Z", "2026-11-21T22:05:09", "when it rained", ""]
    {
        holds(date, |f| edit(f, XML, "2026-11-21 22:05:09", date));
    }
    holds("the value before the information", |f| {
        let value = format!("<ofd:SignedValue>/{VALUE}</ofd:SignedValue>");
        edit(f, XML, &value, "");
        edit(f, XML, "<ofd:SignedInfo>", &format!("{value}<ofd:SignedInfo>"));
    });
    holds("no seal beside the value", |f| {
        f.retain(|(name, _)| !name.ends_with("Seal.esl"));
        edit(
            f,
            XML,
            "<ofd:Seal><ofd:BaseLoc>/Doc_0/Signs/Sign_0/Seal.esl</ofd:BaseLoc></ofd:Seal>",
            "",
        );
        let (_, xml) = f.iter_mut().find(|(name, _)| name == XML).unwrap();
        let mut text = String::from_utf8(xml.clone()).unwrap();
        let from = text.find("<ofd:Reference FileRef=\"/Doc_0/Signs/Sign_0/Seal.esl\"").unwrap();
        let end = from + text[from..].find("</ofd:Reference>").unwrap() + "</ofd:Reference>".len();
        text.replace_range(from..end, "");
        *xml = text.into_bytes();
    });
    holds("references without a leading slash", |f| edit(f, XML, "FileRef=\"/", "FileRef=\""));
    holds("paths relative to the file that names them", |f| {
        edit(f, XML, &format!("/{VALUE}"), "SignedValue.dat");
        edit(f, XML, "/Doc_0/Signs/Sign_0/Seal.esl<", "Seal.esl<");
        edit(
            f,
            "Doc_0/Signs/Signatures.xml",
            "/Doc_0/Signs/Sign_0/Signature.xml",
            "Sign_0/Signature.xml",
        );
    });
}

#[test]
fn names_and_namespaces_are_read_as_they_come() {
    let every = |f: &mut Files, from: &str, to: &str| {
        for (_, data) in f.iter_mut().filter(|(n, _)| n.ends_with(".xml") && n != XML) {
            *data = String::from_utf8(data.clone()).unwrap().replace(from, to).into_bytes();
        }
    };
    holds("no prefix", |f| {
        every(f, "ofd:", "");
        every(f, "xmlns:", "");
    });
    holds("an empty prefix", |f| {
        every(f, "<ofd:", "<:");
        every(f, "</ofd:", "</:");
    });
    holds("another prefix and namespace", |f| {
        every(f, "ofd:", "o:");
        every(f, "xmlns:o=\"http://www.ofdspec.org/2016\"", "xmlns:o=\"urn:other\"");
        every(f, "xmlns:ofd", "xmlns:o");
    });
    holds("a byte order mark", |f| {
        for (_, data) in f.iter_mut().filter(|(n, _)| n.ends_with("Content.xml")) {
            data.splice(0..0, [0xef, 0xbb, 0xbf]);
        }
    });
    holds("paths in other letters", |f| {
        edit(f, "Doc_0/Document.xml", "Pages/Page_0/Content.xml", "PAGES/page_0/CONTENT.xml");
    });
    holds("backslashes", |f| {
        edit(f, "Doc_0/Document.xml", "Pages/Page_0/Content.xml", "Pages\\Page_0\\Content.xml");
    });
    holds("a path from the root without its slash", |f| {
        edit(f, "Doc_0/Document.xml", "Pages/Page_0/Content.xml", "Doc_0/Pages/Page_0/Content.xml");
    });
}

/// Leniency ends where two readers could disagree.
#[test]
fn what_two_readers_could_see_differently_is_refused() {
    let house = house();
    let sealed = produced(|_| ());
    let with = |name: &str, data: &[u8]| {
        let mut files = files(&sealed);
        files.push((name.into(), data.to_vec()));
        judge(&pack(&files), &house, AT.0)
    };
    assert_eq!(with("Doc_0/Pages/page_0/content.XML", b"<x/>").signature_values_hold, Some(false));
    assert_eq!(with("Doc_0/Document.xml", b"<x/>").signature_values_hold, Some(false));
    for (from, to) in [
        (" CheckMethod=\"1.2.156.10197.1.401\"", " CheckMethod=\"SM4\""),
        ("<ofd:Reference ", "<ofd:Other "),
    ] {
        let report = judge(&produced(|f| edit(f, XML, from, to)), &house, AT.0);
        assert_eq!(report.signature_values_hold, Some(false), "{to}");
    }
}

/// Templates whose path differs in case, and annotations, are drawn.
#[test]
fn templates_and_annotations_are_drawn() {
    let mut files = files(&plain());
    let object = |id: u32, text: &str| {
        format!(
            "<ofd:TextObject ID=\"{id}\" Boundary=\"1 1 30 8\" Font=\"3\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"5\">{text}\
             </ofd:TextCode></ofd:TextObject>"
        )
    };
    let page = |text: &str| {
        format!(
            "<ofd:Page><ofd:Content><ofd:Layer ID=\"90\">{}</ofd:Layer></ofd:Content></ofd:Page>",
            object(91, text)
        )
    };
    edit(
        &mut files,
        "Doc_0/Document.xml",
        "</ofd:CommonData>",
        "<ofd:TemplatePage ID=\"80\" BaseLoc=\"TPLS/Tpl_0/Content.xml\"/></ofd:CommonData>",
    );
    edit(
        &mut files,
        "Doc_0/Document.xml",
        "</ofd:Pages>",
        "</ofd:Pages><ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>",
    );
    edit(
        &mut files,
        "Doc_0/Pages/Page_0/Content.xml",
        "<ofd:Content>",
        "<ofd:Template TemplateID=\"80\"/><ofd:Content>",
    );
    let reader = Reader::open(&pack(&files), &Limits::default()).map(|r| r.pages()[0].id.clone());
    let id = reader.unwrap();
    let annot = |attributes: &str, text: &str| {
        let shown = object(99, text);
        format!(
            "<ofd:Annot ID=\"98\"{attributes}><ofd:Appearance Boundary=\"5 20 9 9\">{shown}</ofd:Appearance></ofd:Annot>"
        )
    };
    let annots = format!(
        "<ofd:PageAnnot>{}{}</ofd:PageAnnot>",
        annot("", "批注"),
        annot(" Visible=\"false\"", "隐藏")
    );
    files.extend([
        ("Doc_0/Tpls/Tpl_0/Content.xml".to_owned(), page("底样").into_bytes()),
        (
            "Doc_0/Annots/Annotations.xml".to_owned(),
            format!(
                "<ofd:Annotations><ofd:Page PageID=\"{id}\"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page>\
                 <ofd:Page PageID=\"{id}\"><ofd:FileLoc>gone.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>"
            )
            .into_bytes(),
        ),
        ("Doc_0/Annots/Page_0/Annotation.xml".to_owned(), annots.into_bytes()),
    ]);
    let ofd = pack(&files);
    let reader = Reader::open(&ofd, &Limits::default()).unwrap();
    let svg = render_svg(&reader, 0, "p").unwrap();
    let drawn = |text: &str| text.chars().all(|c| svg.contains(c));
    assert!(drawn("证照") && drawn("底样") && drawn("批注") && !drawn("隐藏"), "{svg}");
}
