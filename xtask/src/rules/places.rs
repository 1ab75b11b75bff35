//! Nothing in the repository names a place that exists only on one machine.
//!
//! The patterns are written in two halves so that this file does not name them either.

use super::finding;
use crate::tree::{Finding, Tree};

/// What may not stand in any file.
const PLACES: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("../sha", "red"),
    concat!("far", "m-"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/tmp/", "plan"),
    concat!(".libr", "ary/"),
    concat!("registry.", "npmjs"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("py", "pi.org"),
    concat!("deb.", "debian.org"),
    concat!("Clau", "de"),
    concat!("Anthro", "pic"),
];

/// Every text file but the lock files, which their tools write.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.files().filter(|(path, _)| !path.ends_with(".lock")) {
        for place in PLACES.iter().filter(|place| text.contains(**place)) {
            for (number, _) in text.lines().enumerate().filter(|(_, line)| line.contains(place)) {
                found.push(finding(path, number + 1, "places", format!("names `{place}`")));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_and_broken() {
        assert_eq!(check(&Tree::of(&[("docs/a.md", "see docs/b.md and /etc/tongban.toml")])), []);
        for place in PLACES {
            let text = format!("one\nsee {place}x");
            let found = check(&Tree::of(&[("docs/a.md", &text)]));
            assert_eq!((found.len(), found[0].line), (1, 2), "{place}");
        }
    }
}
