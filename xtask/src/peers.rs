//! Tongban beside peers: builds the program as it is shipped, then calls the harness in `trials`.

use crate::chaos;
use crate::house::{House, which};
use crate::install;

/// What Debian brings for the peers, and the program by which that is known.
const NEEDS: &[(&[&str], &str)] = &[
    (&["openssl"], "openssl"),
    (&["python3", "python3-venv"], "python3"),
    (&["nodejs", "npm"], "npm"),
    (&["postgresql"], "pgbench"),
    (&["groonga-bin"], "groonga"),
];

/// `cargo xtask peers NAME …`.
pub fn meet(house: &House, words: &[String]) -> Result<(), String> {
    for (packages, program) in NEEDS {
        // A peer that cannot be had is named by the harness; the others are measured all the same.
        if let Err(reason) = install::ensure(packages, || which(program).is_some()) {
            eprintln!("{reason}");
        }
    }
    let folder = chaos::build(house, true)?;
    let scratch = house.target.join("peers").display().to_string();
    let mut all = vec!["peers", "--folder", &scratch];
    all.extend(words.iter().map(String::as_str));
    match chaos::harness(house, &folder, &all)? {
        0 => Ok(()),
        code => Err(format!("the comparison ended with {code}")),
    }
}
