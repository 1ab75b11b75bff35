//! Inside a room an arrow may only go down: model ← life, rules ← records ← acts ← jobs, pages, api.
//!
//! The list stands in the block `furniture` of ARCHITECTURE.md. A file of another name is no way
//! round it: what such a file uses counts as used by whoever uses the file.

use super::finding;
use crate::architecture::{self, Arrow};
use crate::rust::Source;
use crate::tree::{Finding, Tree};
use std::collections::{BTreeMap, BTreeSet};

const RULE: &str = "furniture";

/// One use of a neighbour: where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Use {
    to: String,
    file: String,
    line: usize,
}

/// Piece of furniture → what it uses. One such map per room (crate and folder).
type Room = BTreeMap<String, BTreeSet<Use>>;

/// Every room against the block `furniture`.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let list = architecture::arrows(tree, "furniture");
    let mut found = Vec::new();
    for (name, room) in rooms(tree) {
        for arrow in list.iter().filter(|arrow| room.contains_key(&arrow.from)) {
            for (reached, first) in reach(&room, &list, &arrow.from) {
                if arrow.to.contains(&reached) {
                    continue;
                }
                let way = if first.to == reached {
                    String::new()
                } else {
                    format!(" by way of `{}`", first.to)
                };
                let message = format!("in `{name}`, `{}` uses `{reached}`{way}", arrow.from);
                found.push(finding(&first.file, first.line, RULE, message));
            }
        }
    }
    found
}

/// The listed pieces that `from` reaches directly or through unlisted files, each with the first step.
fn reach(room: &Room, list: &[Arrow], from: &str) -> Vec<(String, Use)> {
    let mut reached = Vec::new();
    for first in room.get(from).into_iter().flatten() {
        let mut seen = BTreeSet::from([from]);
        let mut open = vec![first.to.as_str()];
        while let Some(here) = open.pop() {
            if !seen.insert(here) {
                continue;
            }
            if list.iter().any(|arrow| arrow.from == here) {
                reached.push((here.to_string(), first.clone()));
            } else {
                open.extend(room.get(here).into_iter().flatten().map(|next| next.to.as_str()));
            }
        }
    }
    reached
}

/// Every room of every crate: a folder below `src` with a door (`mod.rs`).
fn rooms(tree: &Tree) -> BTreeMap<String, Room> {
    let mut rooms: BTreeMap<String, Room> = BTreeMap::new();
    for (path, source) in tree.rust() {
        let Some((krate, module)) = module_of(path) else { continue };
        let [room, piece, ..] = module.as_slice() else { continue };
        if tree.get(&format!("crates/{krate}/src/{room}/mod.rs")).is_none() {
            continue;
        }
        let uses = rooms.entry(format!("{krate}::{room}")).or_default();
        let uses = uses.entry(piece.clone()).or_default();
        uses.extend(neighbours(path, source, &module));
    }
    rooms
}

/// The other pieces of the same room that a file names in code that is not test.
fn neighbours(path: &str, source: &Source, module: &[String]) -> Vec<Use> {
    let mut found = Vec::new();
    for (at, written) in source.paths() {
        if source.is_test(at) {
            continue;
        }
        let Some(whole) = resolve(module, &written) else { continue };
        if let [room, piece, ..] = whole.as_slice()
            && *room == module[0]
            && *piece != module[1]
        {
            found.push(Use { to: piece.clone(), file: path.to_string(), line: source.line(at) });
        }
    }
    found
}

/// A path as seen from the root of its crate, when it begins with `crate`, `self` or `super`.
fn resolve(module: &[String], written: &[String]) -> Option<Vec<String>> {
    let mut whole = match written[0].as_str() {
        "crate" => Vec::new(),
        "self" | "super" => module.to_vec(),
        _ => return None,
    };
    for segment in written {
        match segment.as_str() {
            "crate" | "self" => {}
            "super" => {
                whole.pop();
            }
            name => whole.push(name.to_string()),
        }
    }
    Some(whole)
}

/// Crate and module path of a file: `crates/casework/src/cases/acts/submit.rs` → casework, cases acts submit.
fn module_of(path: &str) -> Option<(&str, Vec<String>)> {
    let (krate, inner) = path.strip_prefix("crates/")?.split_once("/src/")?;
    let inner = inner.strip_suffix(".rs")?;
    let mut module: Vec<String> = inner.split('/').map(str::to_string).collect();
    module.pop_if(|last| last == "mod");
    Some((krate, module))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::told;

    const PLAN: &str = "```furniture\nmodel ->\nlife -> model\nrecords -> model life\n\
        acts -> model life records\npages -> model life records acts\n```\n";

    fn room(files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![("ARCHITECTURE.md", PLAN), ("crates/a/src/cases/mod.rs", "//! x")];
        all.extend(files);
        told(check(&Tree::of(&all)))
    }

    #[test]
    fn whole() {
        let acts =
            "//! x\nuse super::super::records::find;\nuse crate::other::pages;\nuse super::accept;";
        let pages = "//! x\nuse super::{acts, model::Case};";
        let life = "//! x\nuse super::model;\n#[cfg(test)]\nmod tests { use super::super::acts; }";
        assert!(
            room(&[
                ("crates/a/src/cases/acts/submit.rs", acts),
                ("crates/a/src/cases/pages.rs", pages),
                ("crates/a/src/cases/life.rs", life),
            ])
            .is_empty()
        );
    }

    #[test]
    fn broken_by_super_crate_and_tree() {
        let found = room(&[
            ("crates/a/src/cases/acts/submit.rs", "//! x\nuse super::super::pages::Page;"),
            ("crates/a/src/cases/life.rs", "//! x\nfn f() { crate::cases::records::all() }"),
            ("crates/a/src/cases/model.rs", "//! x\nuse super::{life::Life};"),
        ]);
        assert_eq!(
            found,
            [
                "crates/a/src/cases/model.rs:2 furniture",
                "crates/a/src/cases/life.rs:2 furniture",
                "crates/a/src/cases/acts/submit.rs:2 furniture",
            ]
        );
    }

    #[test]
    fn an_unlisted_file_is_no_way_round() {
        let found = room(&[
            ("crates/a/src/cases/life.rs", "//! x\nuse super::helper::x;"),
            ("crates/a/src/cases/helper.rs", "//! x\nuse super::acts::y;"),
            ("crates/a/src/cases/acts.rs", "//! x"),
        ]);
        assert_eq!(found, ["crates/a/src/cases/life.rs:2 furniture"]);
    }
}
