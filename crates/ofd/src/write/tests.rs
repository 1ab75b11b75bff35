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
        ..Document::default()
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

#[test]
fn the_builder_says_what_the_model_says() {
    let model = sample();
    let mut built = Document::new(model.id.clone())
        .title(model.title.clone())
        .author(model.author.clone())
        .created(model.created.clone())
        .custom("ZZBS", "1.2.156.3005.2.x")
        .custom("备注", "\"引号\" & <尖>")
        .attach("元数据", "metadata.xml", "<m/>");
    for page in &model.pages {
        built = built.page(page.clone());
    }
    assert_eq!(built, model);
}

#[test]
fn templates_lie_below_and_above_the_pages_that_name_them() {
    let mut document = Document::new("d");
    let mut ground = Template::new("底纹");
    ground
        .push(Path::rect(0.0, 0.0, 50.0, 5.0).fill(Color::WHITE))
        .push(Text::new(1.0, 1.0, 3.0, "底"));
    let ground = document.template(ground);
    let mut mark = Template::new("").front();
    mark.push(Text::new(1.0, 20.0, 3.0, "样例"));
    let mark = document.template(mark);
    let page = |text: &str, on: &[usize]| {
        let mut page = on.iter().fold(Page::new(50.0, 30.0), |page, n| page.on(*n));
        page.push(Text::new(10.0, 10.0, 3.0, text).field("F"));
        page
    };
    let document = document
        .page(page("甲", &[ground, mark]))
        .page(page("乙", &[ground]))
        .page(page("丙", &[]));
    let bytes = write(&document, fonts()).unwrap().bytes;
    assert_eq!(bytes, write(&document, fonts()).unwrap().bytes);
    let reader = Reader::open(&bytes, &Limits::default()).unwrap();
    let texts: Vec<String> = (0..3).map(|n| reader.page_text(n).unwrap()).collect();
    assert_eq!(texts, ["底\n甲\n样例", "底\n乙", "丙"]);
    // Ids are unique over templates and pages, and none is above the greatest that is named.
    let mut ids = Vec::new();
    for entry in reader.package().entries().iter().filter(|e| e.name.ends_with("Content.xml")) {
        let node = reader.xml(&entry.name).unwrap();
        let numbers = node.walk().into_iter().filter_map(|n| n.attr("ID")?.parse::<u32>().ok());
        ids.extend(numbers.collect::<Vec<_>>());
    }
    let most: u32 = reader
        .root()
        .child("CommonData")
        .unwrap()
        .child_text("MaxUnitID")
        .unwrap()
        .parse()
        .unwrap();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert!(ids.len() == count && ids.iter().all(|id| *id <= most), "{ids:?} {most}");
    let fields: Vec<String> = reader.fields().unwrap().into_iter().map(|f| f.text).collect();
    assert_eq!(fields, ["甲乙丙"]);
    // A page on a template that is not there, and a field that would stand on every page.
    let lost = Document::new("d").page(Page::a4().on(0));
    assert_eq!(write(&lost, fonts()), Err(Error::Document("no such template")));
    let mut wrong = Document::new("d").page(Page::a4());
    let mut template = Template::new("x");
    template.push(Text::new(0.0, 0.0, 3.0, "x").field("F"));
    wrong.template(template);
    assert_eq!(write(&wrong, fonts()), Err(Error::Document("a field in a template")));
}

#[test]
fn tables_break_lines_and_pages_and_lose_nothing() {
    let row = |n: usize| {
        [
            Cell::new(format!("第{n}行")),
            Cell::new("示例区东风路小吃店".repeat(n % 3 + 1)).field("F"),
        ]
    };
    let mut table = Table::new(&[20.0, 40.0, 30.0]).head([
        Cell::new("序号").align(Align::Center),
        Cell::new("名称与合计").span(2).ground(Color::rgb(230, 230, 230)),
    ]);
    for n in 0..30 {
        table = table.row(row(n));
    }
    let (mut pages, mut rest) = (Vec::new(), Some(table));
    while let Some(table) = rest.take() {
        let mut page = Page::new(110.0, 120.0);
        let (height, more) = page.push_table(fonts(), &table, (10.0, 10.0), 110.0);
        assert!(height > 0.0 && height <= 100.0, "{height}");
        rest = more;
        pages.push(page);
    }
    assert!(pages.len() > 2, "{}", pages.len());
    let document = Document { pages, ..Document::new("d") };
    let bytes = write(&document, fonts()).unwrap().bytes;
    let reader = Reader::open(&bytes, &Limits::default()).unwrap();
    for page in 0..reader.pages().len() {
        let text = reader.page_text(page).unwrap();
        assert!(text.starts_with("序号\n名称与合计"), "the head stands on every page: {text}");
        for one in crate::layout::characters(&reader, page).unwrap() {
            assert!((10.0..=70.0).contains(&one.x) && (10.0..=110.0).contains(&one.y), "{one:?}");
        }
    }
    let text = reader.text().unwrap().replace(['\n', '\u{c}'], "");
    assert!((0..30).all(|n| text.matches(&format!("第{n}行")).count() == 1), "{text}");
    assert_eq!(text.matches("示例区").count(), 60);
    // Higher than the page: drawn all the same.
    let tall = Table::new(&[10.0]).row(["很长".repeat(200)]).row(["完"]);
    let mut page = Page::new(30.0, 30.0);
    let (height, more) = page.push_table(fonts(), &tall, (0.0, 0.0), 30.0);
    assert!(height > 30.0 && more.is_some_and(|rest| rest.rows.len() == 1));
    // Cells beyond the last column, and no rows at all.
    let odd = Table::new(&[10.0]).row(["一", "二"]);
    assert_eq!(Page::a4().push_table(fonts(), &odd, (0.0, 0.0), 99.0), (8.0, None));
    assert_eq!(Page::a4().push_table(fonts(), &Table::new(&[]), (0.0, 0.0), 9.0), (0.0, None));
}

#[test]
fn numbers_are_short_and_exact_to_a_thousandth() {
    for (value, text) in [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (100.0, "100"),
        (1000.0, "1000"),
        (0.1, "0.1"),
        (0.05, "0.05"),
        (0.005, "0.005"),
        (-0.5, "-0.5"),
        (-12.34, "-12.34"),
        (297.0, "297"),
        (3.999_6, "4"),
        (0.000_4, "0"),
        (1_000_000.0, "1000000"),
        (10.01, "10.01"),
    ] {
        assert_eq!(mm(value), text, "{value}");
    }
    assert!(mm(f32::MAX).len() < 24 && mm(f32::NEG_INFINITY).len() < 24 && mm(f32::NAN) == "0");
}
