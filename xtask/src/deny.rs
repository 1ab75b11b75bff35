//! deny.toml against the dependencies: licences, forbidden crates, sources.
//!
//! Reads the same file as cargo-deny does, so that whoever has cargo-deny gets the same answer, and
//! nobody needs to build it for a test run.

use crate::house::{House, output};

/// One package of the build: name, version, licence expression.
struct Package {
    name: String,
    version: String,
    licence: String,
}

/// Checks everything; the error lists every objection.
pub fn check(house: &House) -> Result<String, String> {
    let rules = std::fs::read_to_string(house.root.join("deny.toml")).map_err(|e| e.to_string())?;
    let lock = std::fs::read_to_string(house.root.join("Cargo.lock")).map_err(|e| e.to_string())?;
    let tree = ["tree", "--workspace", "--edges", "normal,build,dev", "--prefix", "none"];
    let mut command = house.cargo(&tree);
    let printed = output(command.args(["--no-dedupe", "--format", "{p}\t{l}"]))?;
    let packages = packages(&printed);
    let objections = objections(&rules, &packages, &lock);
    if objections.is_empty() {
        Ok(format!("{} packages", packages.len()))
    } else {
        Err(objections.join("\n"))
    }
}

fn packages(printed: &str) -> Vec<Package> {
    let mut lines: Vec<&str> = printed.lines().filter(|line| !line.trim().is_empty()).collect();
    lines.sort_unstable();
    lines.dedup();
    let read = |line: &str| {
        let (package, licence) = line.split_once('\t')?;
        let mut words = package.split(' ');
        let (name, version) = (words.next()?.to_string(), words.next()?.to_string());
        let licence = licence.trim_end_matches(" (*)").trim().to_string();
        Some(Package { name, version, licence })
    };
    lines.into_iter().filter_map(read).collect()
}

fn objections(rules: &str, packages: &[Package], lock: &str) -> Vec<String> {
    let allowed = strings(rules, "allow");
    let banned = strings(rules, "deny");
    let mut sources = strings(rules, "allow-registry");
    if sources.is_empty() {
        // As cargo-deny has it: without a list, cargo's own default registry.
        sources.push(["https:/", "github.com", "rust-lang", "crates.io-index"].join("/"));
    }
    let mut found = Vec::new();
    for package in packages {
        let Package { name, version, licence } = package;
        if banned.contains(name) {
            found.push(format!("{name} {version} is banned in deny.toml"));
        }
        if !permits(licence, &allowed) {
            found.push(format!(
                "{name} {version} has licence `{licence}`, which deny.toml does not allow"
            ));
        }
    }
    for line in lock.lines().filter_map(|line| line.strip_prefix("source = \"")) {
        let source = line.trim_end_matches('"').trim_start_matches("registry+");
        if !sources.iter().any(|allowed| allowed == source) {
            found.push(format!("Cargo.lock takes a crate from {source}"));
        }
    }
    found
}

/// The strings of `key = [ … ]` in a TOML file, inline tables by their `crate` or `name`.
fn strings(toml: &str, key: &str) -> Vec<String> {
    let opening = format!("{key} = [");
    let lines = toml.lines().skip_while(|line| !line.starts_with(&opening));
    let mut found = Vec::new();
    for line in lines {
        let line = line.split(" #").next().unwrap_or(line);
        // Of `{ crate = "x", reason = "y" }` only the crate counts.
        let listed = line.split("reason").next().unwrap_or(line);
        found.extend(listed.split('"').skip(1).step_by(2).map(str::to_string));
        if line.trim_end().ends_with(']') {
            break;
        }
    }
    found
}

/// Whether an SPDX expression can be met with the allowed licences. Empty is the house's own.
fn permits(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    either(&mut words, allowed)
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn either(words: &mut Words, allowed: &[String]) -> bool {
    let mut holds = both(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        holds |= both(words, allowed);
    }
    holds
}

fn both(words: &mut Words, allowed: &[String]) -> bool {
    let mut holds = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        holds &= one(words, allowed);
    }
    holds
}

fn one(words: &mut Words, allowed: &[String]) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let holds = either(words, allowed);
        words.next_if_eq(&")");
        return holds;
    }
    let Some(name) = words.next() else { return false };
    let mut name = name.to_string();
    if words.next_if_eq(&"WITH").is_some() {
        name = format!("{name} WITH {}", words.next().unwrap_or(""));
    }
    allowed.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "[licenses]\nallow = [\n  \"MIT\", # the usual\n  \"Apache-2.0\",\n  \"Apache-2.0 WITH LLVM-exception\",\n]\n\
        [bans]\ndeny = [\n  { crate = \"openssl-sys\", reason = \"no \\\"C\\\" TLS\" },\n]\n[sources]\nallow-registry = [\"https://a/index\"]\n";

    #[test]
    fn expressions() {
        let allowed = strings(RULES, "allow");
        for (expression, holds) in [
            ("MIT", true),
            ("MIT OR GPL-3.0", true),
            ("MIT AND GPL-3.0", false),
            ("(GPL-3.0 OR MIT) AND Apache-2.0", true),
            ("MIT/Apache-2.0", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("GPL-3.0", false),
            ("", false),
        ] {
            assert_eq!(permits(expression, &allowed), holds, "{expression}");
        }
    }

    #[test]
    fn objections_name_their_cause() {
        let printed = "a v1.0.0\tMIT\nb v2.0.0\tGPL-3.0\nopenssl-sys v0.9.0\tMIT\na v1.0.0\tMIT\n";
        let lock = "source = \"registry+https://a/index\"\nsource = \"git+https://b/c\"\n";
        let found = objections(RULES, &packages(printed), lock);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("b v2.0.0") && found[1].starts_with("openssl-sys"));
        assert!(found[2].contains("git+https://b/c"));
    }
}
