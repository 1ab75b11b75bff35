//! What a PDF holds; other programs read it in `tests/pdf.rs`.

use super::*;
use crate::Limits;
use crate::font::tests::fonts;
use crate::write::{Document, Image, Page, Path, Text, write};

fn made() -> Vec<u8> {
    let mut page = Page::new(100.0, 60.0);
    page.push(Text::new(10.0, 10.0, 6.0, "食品经营许可证 ABC"));
    page.push(Path::rect(5.0, 5.0, 90.0, 50.0).stroke(crate::write::Color::rgb(200, 0, 0), 0.5));
    let png = crate::picture::tests_png();
    page.push(Image { x: 70.0, y: 30.0, width: 9.0, height: 6.0, png });
    let document = Document {
        id: "d".into(),
        title: "许可证".into(),
        pages: vec![page, Page::a4()],
        ..Document::default()
    };
    write(&document, fonts()).unwrap().bytes
}

fn count(pdf: &[u8], what: &str) -> usize {
    pdf.windows(what.len()).filter(|w| *w == what.as_bytes()).count()
}

#[test]
fn the_same_document_gives_the_same_pdf() {
    let ofd = made();
    let reader = Reader::open(&ofd, &Limits::default()).unwrap();
    let pdf = render_pdf(&reader, fonts()).unwrap();
    assert_eq!(pdf, render_pdf(&reader, fonts()).unwrap());
    assert_eq!(count(&pdf, "/Type/Page/"), 2);
    assert_eq!(count(&pdf, "/FontFile2"), 1, "one set for all its text");
    assert_eq!(count(&pdf, "/SMask"), 1);
    assert!(pdf.ends_with(b"%%EOF\n"));
}

#[test]
fn every_object_lies_where_the_table_says() {
    let ofd = made();
    let pdf = render_pdf(&Reader::open(&ofd, &Limits::default()).unwrap(), fonts()).unwrap();
    let text = String::from_utf8_lossy(&pdf).into_owned();
    let start: usize = text.lines().rev().nth(1).unwrap().parse().unwrap();
    let table = std::str::from_utf8(&pdf[start..]).unwrap();
    let rows: Vec<&str> = table.lines().skip(3).take_while(|l| l.ends_with(" n ")).collect();
    assert!(rows.len() > 8);
    for (n, row) in rows.iter().enumerate() {
        let at: usize = row[..10].parse().unwrap();
        assert!(pdf[at..].starts_with(format!("{} 0 obj\n", n + 1).as_bytes()), "{n}");
    }
}
