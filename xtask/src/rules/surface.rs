//! axum and askama stand in `pages` and `api` of a room, in `web`, and in the binary.

use super::finding;
use crate::tree::{Finding, Tree, crate_of};
use std::collections::BTreeSet;

/// Crates that are the surface themselves.
const SURFACE: &[&str] = &["web", "tongban"];

/// Paths and derives of the two libraries in every other file.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, source) in tree.rust() {
        if crate_of(path).is_none_or(|krate| SURFACE.contains(&krate)) || is_surface(path) {
            continue;
        }
        let paths = source.paths().into_iter();
        let named = paths.filter(|(_, path)| path[0] == "axum" || path[0] == "askama");
        let lines: BTreeSet<(usize, String)> =
            named.map(|(at, mut path)| (source.line(at), path.swap_remove(0))).collect();
        for (line, library) in lines {
            let message = format!("`{library}` outside pages and api");
            found.push(finding(path, line, "surface", message));
        }
    }
    found
}

/// Whether a file is a page or an interface: `pages.rs`, `pages/…`, `pages_window.rs`, `api.rs`, `api/…`.
fn is_surface(path: &str) -> bool {
    let inside = path.contains("/pages/") || path.contains("/api/");
    let name = path.rsplit('/').next().unwrap_or(path);
    inside || name.starts_with("pages") || name == "api.rs"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::told;

    const CODE: &str =
        "//! x\nuse axum::extract::{Path, State};\n#[derive(askama::Template)]\nstruct P;";

    #[test]
    fn whole() {
        let tree = Tree::of(&[
            ("crates/people/src/identity/pages.rs", CODE),
            ("crates/people/src/identity/pages/citizen.rs", CODE),
            ("crates/people/src/identity/api.rs", CODE),
            ("crates/web/src/frame.rs", CODE),
            ("crates/tongban/src/routes.rs", CODE),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn broken() {
        let tree = Tree::of(&[("crates/people/src/identity/acts.rs", CODE)]);
        assert_eq!(
            told(check(&tree)),
            [
                "crates/people/src/identity/acts.rs:2 surface",
                "crates/people/src/identity/acts.rs:3 surface"
            ]
        );
    }
}
