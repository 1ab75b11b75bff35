//! Tests of drawing: our own pages come out whole, hostile ones do not panic or escape.

use super::*;
use crate::Limits;
use crate::font::tests::fonts;
use crate::package::Builder;
use crate::write;

fn draw(bytes: &[u8], page: usize) -> Result<String, Error> {
    render_svg(&Reader::open(bytes, &Limits::default())?, page, "p-")
}

#[test]
fn our_pages_are_drawn_whole() {
    let written = write::write(&write::tests::sample(), fonts()).unwrap();
    let svg = draw(&written.bytes, 0).unwrap();
    assert_eq!(svg, draw(&written.bytes, 0).unwrap());
    for part in [
        "viewBox=\"0 0 210 297\"",
        "<use href=\"#p-0\"",
        "<image ",
        "<path d=\"m",
        "&lt;A&amp;B&gt;",
    ] {
        assert!(svg.contains(part), "{part}");
    }
    // Everything is embedded: nothing is left to the browser's fonts, and nothing needs a style.
    assert!(!svg.contains("<text") && !svg.contains("style"));
    assert!(crate::xml::parse(svg.as_bytes(), &Limits::default()).is_ok());
    assert!(draw(&written.bytes, 2).is_err());
}

#[test]
fn hostile_pages_do_not_escape() {
    let page = r##"<Page><Content><Layer>
        <TextObject Boundary="1 2 3 4" Font="9" Size="x"><FillColor Value="0 0 0&quot;/&gt;&lt;script&gt;"/>
          <TextCode X="NaN" Y="inf" DeltaX="g 99999999999 1 g 5">&lt;script&gt;alert&lt;/script&gt;</TextCode></TextObject>
        <PathObject CTM="1 0 0 x"><AbbreviatedData>M 0 0 "&gt;&lt;script&gt; L NaN 1 C</AbbreviatedData></PathObject>
        <ImageObject ResourceID="7"/></Layer></Content></Page>"##;
    let nested =
        format!("<Page><Content><Layer>{}</Layer></Content></Page>", "<PageBlock>".repeat(40));
    for content in [page, &nested, "<Page/>", ""] {
        let mut out = Builder::new();
        out.add("OFD.xml", b"<OFD><DocBody><DocRoot>D.xml</DocRoot></DocBody></OFD>");
        out.add("D.xml", b"<Document><Pages><Page ID=\"1\" BaseLoc=\"P.xml\"/></Pages></Document>");
        out.add("P.xml", content.as_bytes());
        let Ok(svg) = draw(&out.finish(), 0) else { continue };
        assert!(!svg.contains("<script") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}

#[test]
fn colours_and_advances() {
    let color = |value: &str| {
        let node = Node { attrs: vec![("Value".into(), value.into())], ..Node::default() };
        paint(Some(&node), "#000")
    };
    assert_eq!(color("255 0 16"), "#ff0010");
    assert_eq!(color("#ff #00 #10"), "#ff0010");
    assert_eq!(color("128"), "#808080");
    assert_eq!(color("0 255 255 0"), "#ff0000");
    assert_eq!(color("nonsense"), "#000");
    assert_eq!(crate::layout::deltas(Some("3 g 2 1.5 4")), [3.0, 1.5, 1.5, 4.0]);
}

#[test]
fn what_is_hidden_is_not_in_the_picture() {
    let mut page = write::Page::new(100.0, 50.0);
    for (n, text) in ["公民身份号码", "990103199302155943", "示例省示例市示例区", "幸福路26号", "9"]
        .into_iter()
        .enumerate()
    {
        page.push(write::Text::new(5.0, 8.0 * n as f32, 5.0, text));
    }
    let document = write::Document { pages: vec![page], ..write::tests::sample() };
    let bytes = write::write(&document, fonts()).unwrap().bytes;
    let reader = Reader::open(&bytes, &Limits::default()).unwrap();
    let hidden = ["990103199302155943".to_owned(), "示例省示例市示例区幸福路26号".to_owned()];
    let svg = render_svg_without(&reader, 0, "p", &hidden).unwrap();
    assert!(svg.contains("公民身份号码") && svg.contains("<title>9</title>"), "{svg}");
    for gone in ["990103199302155943", "示例省", "幸福路"] {
        assert!(!svg.contains(gone), "{gone}: {svg}");
    }
    assert_eq!(svg.matches("#7a8794").count(), 3);
    assert!(render_svg(&reader, 0, "p").unwrap().contains("幸福路"));
}
