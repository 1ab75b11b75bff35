//! What other programs make of our PDF: `qpdf` finds nothing wrong, poppler reads the text and paints the page. Says so when
//! they are not installed; the one test command installs them.

use ofd::Limits;
use ofd::font::Fonts;
use ofd::pdf::render_pdf;
use ofd::picture::render_png;
use ofd::read::Reader;
use ofd::write::{Color, Document, Page, Path, Text, write};
use std::path::{Path as File, PathBuf};
use std::process::{Command, Output};

fn fonts() -> Fonts {
    let path = File::new(env!("CARGO_MANIFEST_DIR")).join("../../data/fonts/wqy-microhei.ttc");
    Fonts::new(&[("WenQuanYi Micro Hei", std::fs::read(path).unwrap().leak(), 0)]).unwrap()
}

#[expect(clippy::print_stderr, reason = "a skipped check must be said aloud")]
fn told(program: &str, args: &[&str], folder: &PathBuf) -> Option<Output> {
    match Command::new(program).args(args).current_dir(folder).output() {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("skipped: {program} is not here ({error})");
            None
        }
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = File::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn made() -> Vec<u8> {
    let mut first = Page::new(100.0, 60.0);
    first.push(Path::rect(0.0, 0.0, 20.0, 60.0).fill(Color::rgb(0, 0, 200)));
    first.push(Text::new(30.0, 10.0, 6.0, "食品经营许可证"));
    first.push(Text::new(30.0, 30.0, 6.0, "JY2 990102"));
    let mut second = Page::a4();
    second.push(Text::new(30.0, 10.0, 6.0, "第二页"));
    let document = Document {
        id: "d".into(),
        title: "食品经营许可证".into(),
        pages: vec![first, second],
        ..Document::default()
    };
    write(&document, &fonts()).unwrap().bytes
}

#[test]
fn other_programs_read_it() {
    let folder = folder("pdf");
    let ofd = made();
    let reader = Reader::open(&ofd, &Limits::default()).unwrap();
    std::fs::write(folder.join("d.pdf"), render_pdf(&reader, &fonts()).unwrap()).unwrap();
    if let Some(checked) = told("qpdf", &["--check", "d.pdf"], &folder) {
        let said = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(checked.status.success(), "{said}{}", String::from_utf8_lossy(&checked.stderr));
    }
    if let Some(text) = told("pdftotext", &["-layout", "d.pdf", "-"], &folder) {
        let text = String::from_utf8_lossy(&text.stdout).into_owned();
        for words in ["食品经营许可证", "JY2 990102", "第二页"] {
            assert!(text.contains(words), "{text}");
        }
    }
    if let Some(info) = told("pdfinfo", &["d.pdf"], &folder) {
        let info = String::from_utf8_lossy(&info.stdout).into_owned();
        assert!(info.contains("食品经营许可证") && info.contains("Pages:           2"), "{info}");
    }
    // Painted by poppler and by this crate, the first page is nearly the same picture.
    let args = ["-png", "-r", "100", "-f", "1", "-l", "1", "-singlefile", "d.pdf", "poppler"];
    if told("pdftoppm", &args, &folder).is_some() {
        let theirs = tiny_skia::Pixmap::load_png(folder.join("poppler.png")).unwrap();
        let ours = render_png(&reader, 0, 100.0, &fonts()).unwrap();
        let ours = tiny_skia::Pixmap::decode_png(&ours).unwrap();
        assert!(theirs.width().abs_diff(ours.width()) <= 1);
        let grey = |p: tiny_skia::PremultipliedColorU8| {
            u32::from(p.red()) + u32::from(p.green()) + u32::from(p.blue())
        };
        let (mut apart, mut all, mut dark) = (0u32, 0u32, 0u32);
        for y in 0..ours.height().min(theirs.height()) {
            for x in 0..ours.width().min(theirs.width()) {
                let (Some(a), Some(b)) = (ours.pixel(x, y), theirs.pixel(x, y)) else { continue };
                all += 1;
                apart += u32::from(grey(a).abs_diff(grey(b)) > 200);
                dark += u32::from(grey(a) < 600);
            }
        }
        assert!(dark > all / 6, "the page is not empty: {dark} of {all}");
        assert!(apart < all / 100, "{apart} of {all} points differ");
    }
}

#[test]
fn a_page_is_painted_where_it_says() {
    let ofd = made();
    let reader = Reader::open(&ofd, &Limits::default()).unwrap();
    let png = render_png(&reader, 0, 254.0, &fonts()).unwrap();
    let picture = tiny_skia::Pixmap::decode_png(&png).unwrap();
    assert_eq!((picture.width(), picture.height()), (1000, 600), "ten points a mm");
    let at = |x, y| picture.pixel(x, y).map(|p| (p.red(), p.green(), p.blue()));
    assert_eq!(at(100, 300), Some((0, 0, 200)));
    assert_eq!(at(250, 300), Some((255, 255, 255)));
    let title = (300..720).flat_map(|x| (100..170).map(move |y| (x, y)));
    let inked = title.filter(|(x, y)| at(*x, *y) != Some((255, 255, 255))).count();
    assert!(inked > 3_000, "{inked}");
    assert!(render_png(&reader, 0, 0.0, &fonts()).is_err());
    assert!(render_png(&reader, 0, 1e6, &fonts()).is_err());
    assert!(render_png(&reader, 2, 100.0, &fonts()).is_err());
}
