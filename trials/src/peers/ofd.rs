//! Documents of ours read by packages of PyPI; nobody in the registries that installs verifies a seal, which is said.

use super::room::{Room, figure, said};
use super::said::{OURS, Row, Said, Side};
use crate::faults::Trouble;

/// Packages of PyPI as `ofd.py` knows them; the second wants numpy and picture libraries.
const PYTHON: &[(&str, &str)] = &[("ofdkit", "0.2.0"), ("easyofd", "20260427")];

/// Holds the comparison.
pub fn meet(room: &Room) -> Result<Vec<Row>, Trouble> {
    let documents = room.data().join("documents");
    let out = documents.display().to_string();
    room.bench(&["ofd", "--seconds", "1", "--out", &out])?;
    let mut sides = vec![Side { name: OURS, run: Box::new(|| ours(room)) }];
    for (package, version) in PYTHON {
        let out = &out;
        let run = move || {
            let python = room.python(&[&format!("{package}=={version}")])?;
            let script = room.script("ofd.py").display().to_string();
            said(&room.ask(&python, &[&script, package, out, &room.seconds.to_string()])?, version)
        };
        sides.push(Side { name: package, run: Box::new(run) });
    }
    let mut rows = super::in_turn(room, sides);
    for (who, reason) in [
        ("ofdkit, seals", "0.2.0 reads text and invoices; it does not look at signatures"),
        ("npm ofd.js", "wants a licence key of its vendor; not installed"),
    ] {
        rows.push(Row::cannot(who, reason));
    }
    Ok(rows)
}

fn ours(room: &Room) -> Result<Said, String> {
    let said = room.bench(&["ofd", "--seconds", &room.seconds.to_string()])?;
    let read = |name: &str| said[name].as_f64().ok_or_else(|| format!("no {name} in {said}"));
    let figures = vec![
        figure("licence-read", "1/s", read("read_per_s")?),
        figure("book-read", "ms", read("book_read_ms")?),
        figure("licence-verified", "1/s", read("verify_per_s")?),
    ];
    Ok(Said { figures, version: room.version() })
}
