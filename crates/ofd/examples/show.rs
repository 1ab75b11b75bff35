//! Shows a document as a picture, a PDF or its text: `cargo run -p ofd --example show FILE.ofd page.png|doc.pdf|page.svg|-`.

use ofd::Limits;
use ofd::font::Fonts;
use ofd::pdf::render_pdf;
use ofd::picture::{render_png, render_svg};
use ofd::read::Reader;
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().collect();
    let [_, from, to] = &words[..] else {
        return Err(
            "say what to show and where to write it: FILE.ofd page.png|doc.pdf|page.svg|-".into()
        );
    };
    let bytes = std::fs::read(from)?;
    let reader = Reader::open(&bytes, &Limits::default())?;
    // Characters of fonts that do not travel inside are set in this one.
    let font = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/fonts/wqy-microhei.ttc");
    let fonts = Fonts::new(&[("WenQuanYi Micro Hei", std::fs::read(font)?.leak(), 0)])?;
    match Path::new(to).extension().and_then(|e| e.to_str()) {
        Some("pdf") => std::fs::write(to, render_pdf(&reader, &fonts)?)?,
        Some("svg") => std::fs::write(to, render_svg(&reader, 0, "p")?)?,
        Some("png") => std::fs::write(to, render_png(&reader, 0, 150.0, &fonts)?)?,
        _ => std::fs::write("/dev/stdout", reader.text()?)?,
    }
    Ok(())
}
