//! Stamps at words and seams, and signatures without a seal, judged by the judge of the crate.

use super::tests::{AT, House, esl, house};
use super::*;
use crate::Error;
use crate::font::tests::fonts;
use crate::verify::{Basis, Report, verify};
use crate::write::{Document, Page, Text, write};
use gm::signed_data::Profile;

fn book(pages: usize) -> Vec<u8> {
    let page = |n: usize| {
        let mut page = Page::new(100.0, 80.0);
        page.push(Text::new(10.0, 10.0, 5.0, format!("第{n}页")));
        page.push(Text::new(20.0, 60.0, 5.0, "甲方："));
        page.push(Text::new(60.0, 60.0, 5.0, "乙 方："));
        page
    };
    let pages = (0..pages).map(page).collect();
    write(&Document { id: "d".into(), pages, ..Document::default() }, fonts()).unwrap().bytes
}

fn put(ofd: &[u8], house: &House, placing: Placing) -> Result<Vec<u8>, Error> {
    let (signer, certificate) = (&house.first.0, &house.first.1);
    let esl = esl(house, std::slice::from_ref(certificate));
    let mode = Mode::Whole;
    let esl = &esl[..];
    let (at, chance, timestamper) = (AT, None, None);
    sign(ofd, &Signing { esl, signer, certificate, placing, at, mode, chance, timestamper })
}

fn judge(ofd: &[u8], house: &House) -> Report {
    let anchors = [house.root.clone()];
    verify(ofd, &Basis::new(&anchors, AT))
}

#[test]
fn a_word_is_found_wherever_it_stands() {
    let house = house();
    let at = |word: &str, nth| Placing::Word { word: word.into(), nth, size: (20.0, 20.0) };
    let all = judge(&put(&book(3), &house, at("乙方", None)).unwrap(), &house);
    assert_eq!(all.trusted, Some(true), "{all:#?}");
    let stamps = &all.signatures[0].stamps;
    assert_eq!(stamps.len(), 3, "a blank in the word does not hide it");
    assert!(stamps.iter().all(|s| s.boundary == stamps[0].boundary));
    let [x, y, width, height] = stamps[0].boundary;
    let middle = (x + width / 2.0, y + height / 2.0);
    assert!((60.0..75.0).contains(&middle.0) && (60.0..66.0).contains(&middle.1), "{middle:?}");
    let one = judge(&put(&book(3), &house, at("甲方", Some(1))).unwrap(), &house);
    assert_eq!(one.signatures[0].stamps.len(), 1);
    assert_ne!(one.signatures[0].stamps[0].page_id, stamps[0].page_id);
    for (word, nth) in [("丙方", None), ("甲方", Some(3)), (" ", None)] {
        assert!(matches!(put(&book(3), &house, at(word, nth)), Err(Error::Document(_))), "{word}");
    }
}

#[test]
fn a_seam_lies_on_every_page_once() {
    let house = house();
    for side in [Side::Right, Side::Left, Side::Top, Side::Bottom] {
        let seam = Placing::Seam { side, along: 0.5, size: (40.0, 40.0) };
        let sealed = put(&book(4), &house, seam).unwrap();
        let report = judge(&sealed, &house);
        assert_eq!(report.trusted, Some(true), "{report:#?}");
        let stamps = &report.signatures[0].stamps;
        assert_eq!(stamps.len(), 4);
        let mut shown = 0.0;
        for (n, stamp) in stamps.iter().enumerate() {
            let [x, y, ..] = stamp.boundary;
            let [left, top, width, height] = stamp.clip.expect("a slice");
            shown += width * height;
            let (from, to) = ((x + left, y + top), (x + left + width, y + top + height));
            assert!(from.0 > -0.01 && from.1 > -0.01, "{side:?} {n} begins on the page");
            assert!(to.0 < 100.01 && to.1 < 80.01, "{side:?} {n} ends on the page");
            let edge = match side {
                Side::Right => 100.0 - to.0,
                Side::Left => from.0,
                Side::Top => from.1,
                Side::Bottom => 80.0 - to.1,
            };
            assert!(edge.abs() < 0.01, "{side:?} {n} touches its edge");
        }
        assert!((shown - 1600.0).abs() < 1.0, "the slices make one seal");
    }
    let seam = |side| Placing::Seam { side, along: 0.5, size: (40.0, 40.0) };
    assert!(matches!(put(&book(1), &house, seam(Side::Right)), Err(Error::Document(_))));
    assert!(matches!(put(&book(85), &house, seam(Side::Right)), Err(Error::Limit(_))));
}

#[test]
fn a_signature_without_a_seal_is_judged() {
    let house = house();
    let (signer, certificate) = (&house.first.0, &house.first.1);
    let bare =
        |mode, profile| Bare { signer, certificate, at: AT, mode, profile, timestamper: None };
    let signed = sign_bare(&book(1), &bare(Mode::Continue, Profile::Attributes)).unwrap();
    let report = judge(&signed, &house);
    assert_eq!(report.trusted, Some(true), "{report:#?}");
    assert_eq!(
        (report.signatures[0].kind.as_str(), report.signatures[0].stamps.len()),
        ("Sign", 0)
    );
    // A seal may follow, and covers the signature before it.
    let position = Position { page: 0, x: 10.0, y: 10.0, width: 20.0, height: 20.0 };
    let both = judge(&put(&signed, &house, position.into()).unwrap(), &house);
    assert_eq!((both.trusted, both.signatures.len()), (Some(true), 2), "{both:#?}");
    let content = sign_bare(&book(1), &bare(Mode::Whole, Profile::Content)).unwrap();
    let report = judge(&content, &house);
    // Profile A carries no time, so that dates cannot be judged for certain.
    assert_eq!((report.signature_values_hold, report.trusted), (Some(true), None), "{report:#?}");
    let mut stranger = bare(Mode::Whole, Profile::Attributes);
    stranger.certificate = &house.second.1;
    assert!(sign_bare(&book(1), &stranger).is_err(), "somebody else's certificate");
}
