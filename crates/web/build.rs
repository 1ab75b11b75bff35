//! Gathers what the pages need beside the program: joins the style and script files, gives every
//! asset a name with its content's hash in it, and lists the Fluent files of every room.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let home = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(std::env::var("OUT_DIR").unwrap_or_default());
    let assets = home.join("assets");
    let locales = home.join("../../locales");
    for watched in [&assets, &assets.join("css"), &assets.join("js"), &locales] {
        writeln!(io::stdout(), "cargo:rerun-if-changed={}", watched.display())?;
    }

    let mut table = String::from("/// Every asset: plain name, served name, type, bytes.\n");
    table.push_str("const TABLE: &[(&str, &str, &str, &[u8])] = &[\n");
    let mut pictures = Vec::new();
    for path in files(&assets, "svg")? {
        let bytes = joined(std::slice::from_ref(&path), false)?;
        let served = keep(&out, &mut table, &file_name(&path), "image/svg+xml", &bytes)?;
        pictures.push((file_name(&path), served));
    }
    let mut style = joined(&files(&assets.join("css"), "css")?, true)?;
    for (plain, served) in &pictures {
        style = style.replace(&format!("url(\"{plain}\")"), &format!("url(\"{served}\")"));
    }
    keep(&out, &mut table, "app.css", "text/css; charset=utf-8", &style)?;
    let script = joined(&files(&assets.join("js"), "js")?, true)?;
    keep(&out, &mut table, "enhance.js", "text/javascript; charset=utf-8", &script)?;
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table)?;

    let mut list = String::from("/// Every Fluent file: language folder, file name, text.\n");
    list.push_str("const LOCALES: &[(&str, &str, &str)] = &[\n");
    for lang in ["zh-CN", "en"] {
        for path in files(&locales.join(lang), "ftl")? {
            writeln!(io::stdout(), "cargo:rerun-if-changed={}", path.display())?;
            let (name, full) = (file_name(&path), path.canonicalize()?);
            let _ = writeln!(list, "    ({lang:?}, {name:?}, include_str!({full:?})),");
        }
    }
    list.push_str("];\n");
    fs::write(out.join("locales.rs"), list)
}

/// The files of a folder with this ending, in the order of their names.
fn files(folder: &Path, ending: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Joins files line by line without indentation; `code` also drops block and whole-line comments.
/// Neither our styles nor our script hold strings over several lines, so this changes no meaning.
fn joined(paths: &[PathBuf], code: bool) -> io::Result<String> {
    let mut text = String::new();
    for path in paths {
        writeln!(io::stdout(), "cargo:rerun-if-changed={}", path.display())?;
        let mut in_comment = false;
        for line in fs::read_to_string(path)?.lines() {
            let line = line.trim();
            in_comment |= code && line.starts_with("/*");
            let skip = line.is_empty() || in_comment || (code && line.starts_with("//"));
            in_comment &= !line.ends_with("*/");
            if !skip {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    Ok(text)
}

/// Writes one asset and its row of the table; returns the name it is served under.
fn keep(out: &Path, table: &mut String, name: &str, mime: &str, text: &str) -> io::Result<String> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let served = format!("{stem}.{:016x}.{ending}", fnv(text.as_bytes()));
    let full = out.join(name);
    fs::write(&full, text)?;
    let _ = writeln!(table, "    ({name:?}, {served:?}, {mime:?}, include_bytes!({full:?})),");
    Ok(served)
}

/// FNV-1a, 64 bits: names a version of a file, protects nothing.
fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}
