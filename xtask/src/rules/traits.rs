//! A trait needs two implementations in production code; with one it is a detour (rule 9 of the house).

use super::finding;
use crate::rust::Source;
use crate::tree::{Finding, Tree};
use std::collections::BTreeMap;

/// Every trait the crates define, against every `impl … for` outside tests.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut implemented: BTreeMap<String, usize> = BTreeMap::new();
    for (_, source) in tree.rust() {
        for at in source.find("impl").into_iter().filter(|at| !source.is_test(*at)) {
            if let Some(name) = implemented_trait(source, at) {
                // An implementation written by a macro stands for as many as the macro's calls.
                let weight = if in_macro(source, at) { 2 } else { 1 };
                *implemented.entry(name).or_default() += weight;
            }
        }
    }
    let mut found = Vec::new();
    for (path, source) in tree.rust() {
        for at in source.find("trait").into_iter().filter(|at| !source.is_test(*at)) {
            let name = name_at(&source.code[at + "trait".len()..]);
            let count = implemented.get(&name).copied().unwrap_or(0);
            if !name.is_empty() && count < 2 {
                let message = format!(
                    "trait `{name}` has {count} implementation(s): use a function or an enum"
                );
                found.push(finding(path, source.line(at), "traits", message));
            }
        }
    }
    found
}

fn name_at(text: &str) -> String {
    let rest = text.trim_start();
    let spaced = rest.len() < text.len();
    rest.chars().take_while(|c| spaced && (c.is_alphanumeric() || *c == '_')).collect()
}

/// The last name of the trait in `impl<…> a::Trait<…> for Type`, or `None` for a plain `impl Type`.
fn implemented_trait(source: &Source, at: usize) -> Option<String> {
    let head = &source.code[at + "impl".len()..];
    let head = &head[..head.find(['{', ';'])?];
    let (left, _) = head.split_once(" for ")?;
    let left = after_generics(left.trim_start());
    let left = left.split(['<', ' ']).next().unwrap_or(left);
    left.rsplit("::").next().map(str::to_string).filter(|name| !name.is_empty())
}

/// Text after the `<…>` it begins with, if it does.
fn after_generics(text: &str) -> &str {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return if c == '>' { text[at + 1..].trim_start() } else { text };
        }
    }
    text
}

fn in_macro(source: &Source, at: usize) -> bool {
    let bytes = source.code.as_bytes();
    source.find("macro_rules!").into_iter().any(|start| {
        let open = source.code[start..].find('{').map_or(bytes.len(), |n| start + n);
        open < at && at < crate::rust::matching_brace(bytes, open)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::told;

    #[test]
    fn whole_and_broken() {
        let head = "//! x\npub trait Page<T> { fn html(&self) -> T; }\n";
        for (code, findings) in [
            ("impl Page<u8> for A {}\nimpl<T: Into<u8>> crate::Page<T> for B<T> {}", 0),
            ("macro_rules! pages { ($t:ty) => { impl Page<u8> for $t {} }; }", 0),
            ("impl Page<u8> for A {}\nimpl A {}\nfn f() -> impl Page<u8> { A }", 1),
            ("impl Page<u8> for A {}\n#[cfg(test)]\nmod t { impl Page<u8> for B {} }", 1),
        ] {
            let found = check(&Tree::of(&[("crates/a/src/b.rs", &format!("{head}{code}"))]));
            assert_eq!(found.len(), findings, "{code}: {:?}", told(found.clone()));
        }
    }
}
