//! Embeds `migrations/` as one list, so that a new migration is a new file and nothing else.

use std::fmt::Write;
use std::path::Path;

fn main() {
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let folder = Path::new(&root).join("../../migrations");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("migrations/ exists")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".sql") && !name.ends_with(".postgres.sql"))
        .collect();
    names.sort();
    let mut out = String::from("static SHIPPED: &[Migration] = &[\n");
    for file in names {
        let stem = file.trim_end_matches(".sql");
        let (number, name) = stem.split_once('_').expect("NNNN_name.sql");
        let twin = folder.join(format!("{stem}.postgres.sql"));
        let postgres = if twin.exists() {
            format!("Some(include_str!({:?}))", twin)
        } else {
            "None".to_string()
        };
        let number: i64 = number.parse().expect("NNNN_name.sql begins with a number");
        writeln!(
            out,
            "Migration {{ number: {number}, name: {name:?}, text: include_str!({:?}), postgres: {postgres} }},",
            folder.join(&file)
        )
        .expect("a string takes everything");
    }
    out.push_str("];\n");
    let target = Path::new(&std::env::var("OUT_DIR").expect("cargo sets it")).join("migrations.rs");
    std::fs::write(target, out).expect("the build folder is writable");
}
