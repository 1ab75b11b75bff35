//! Tests of writing and reading together: what is written reads back, always the same bytes, and stays small.

use super::*;
use crate::font::tests::fonts;
use crate::read::Reader;
use crate::{Error, Limits};

pub(crate) fn sample() -> Document {
    let mut page = Page::a4();
    page.push(
        Path::rounded_rect(10.0, 10.0, 190.0, 277.0, 4.0).stroke(Color::rgb(160, 30, 30), 0.6),
    );
    page.push(
        Text::new(105.0, 30.0, 9.0, "食品经营许可证")
            .align(Align::Center)
            .spacing(2.0)
            .field("ZZMC"),
    );
    page.push(Text::new(30.0, 60.0, 5.0, "示例市好味道餐饮店 <A&B>").field("CZZT"));
    let address =
        Text::new(30.0, 70.0, 5.0, "示例省示例市示例区人民路128号（临街一层），电话 021-5555555")
            .field("KZ_ZS");
    page.push_block(fonts(), &address, 60.0, 7.0);
    page.push(Text::new(30.0, 100.0, 5.0, "王\u{3400}").field("负责人"));
    page.push(Path::cells(
        150.0,
        240.0,
        30.0,
        &[vec![true, true, false], vec![false, true, true], vec![true; 3]],
    ));
    let png = crate::picture::tests_png();
    page.push(Image { x: 20.0, y: 200.0, width: 30.0, height: 30.0, png: png.clone() });
    page.push(Image { x: 60.0, y: 200.0, width: 30.0, height: 30.0, png });
    Document {
        id: "0123456789abcdef0123456789abcdef".into(),
        title: "食品经营许可证".into(),
        author: "示例市市场监督管理局".into(),
        created: "2026-11-21".into(),
        custom: vec![
            ("ZZBS".into(), "1.2.156.3005.2.x".into()),
            ("备注".into(), "\"引号\" & <尖>".into()),
        ],
        pages: vec![page, Page::new(100.0, 60.0)],
        attachments: vec![Attachment {
            name: "元数据".into(),
            file: "metadata.xml".into(),
            data: b"<m/>".to_vec(),
        }],
    }
}

#[test]
fn what_is_written_reads_back() {
    let written = write(&sample(), fonts()).unwrap();
    assert_eq!(written, write(&sample(), fonts()).unwrap());
    assert_eq!(written.missing, []);
    assert!(written.bytes.len() < 60 << 10, "{} bytes", written.bytes.len());
    let reader = Reader::open(&written.bytes, &Limits::default()).unwrap();
    assert_eq!(reader.info().custom, sample().custom);
    assert_eq!(reader.info().title, "食品经营许可证");
    assert_eq!(reader.pages().len(), 2);
    let text = reader.text().unwrap();
    assert!(text.contains("示例市好味道餐饮店 <A&B>"), "{text}");
    let fields: Vec<(String, String)> =
        reader.fields().unwrap().into_iter().map(|f| (f.name, f.text)).collect();
    let expected = [
        ("ZZMC", "食品经营许可证"),
        ("CZZT", "示例市好味道餐饮店 <A&B>"),
        ("KZ_ZS", "示例省示例市示例区人民路128号（临街一层），电话021-5555555"),
        ("负责人", "王\u{3400}"),
    ];
    assert_eq!(fields, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    let attachments = reader.attachments().unwrap();
    assert_eq!((attachments.len(), attachments[0].name.as_str()), (1, "元数据"));
    assert_eq!(&reader.file(&attachments[0].path).unwrap()[..], b"<m/>");
    assert_eq!(reader.signatures().unwrap(), []);
    let page = reader.xml(&reader.pages()[1].path).unwrap();
    assert_eq!(reader.page_size(&page), (100.0, 60.0));
}

#[test]
fn missing_characters_are_named() {
    let mut page = Page::a4();
    page.push(Text::new(10.0, 10.0, 5.0, "张\u{2cb2e}\u{e000}"));
    let document = Document { pages: vec![page], ..Document::default() };
    let written = write(&document, fonts()).unwrap();
    assert_eq!(written.missing, ['\u{e000}', '\u{2cb2e}']);
    let reader = Reader::open(&written.bytes, &Limits::default()).unwrap();
    assert_eq!(reader.text().unwrap(), "张\u{2cb2e}\u{e000}");
}

#[test]
fn odd_models_are_refused_or_written_whole() {
    assert_eq!(write(&Document::default(), fonts()), Err(Error::Document("no page")));
    let attach = |file: &str| Attachment { name: "x".into(), file: file.into(), data: vec![] };
    for files in [
        vec![attach("../x")],
        vec![attach("")],
        vec![attach("a.xml"), attach("A.xml")],
        vec![attach("Attachments.xml")],
    ] {
        let document =
            Document { pages: vec![Page::a4()], attachments: files, ..Document::default() };
        assert!(write(&document, fonts()).is_err());
    }
    let mut page = Page::a4();
    page.push(Text::new(0.0, 0.0, 5.0, ""))
        .push(Path::new(vec![]))
        .push(Text::new(0.0, 0.0, 3.0, "\u{0}\n"));
    let document = Document { pages: vec![page], ..Document::default() };
    let written = write(&document, fonts()).unwrap();
    assert!(Reader::open(&written.bytes, &Limits::default()).unwrap().text().is_ok());
}
