//! Every word a page asks for exists, every word that exists is asked for, and no page carries its own.
//!
//! A key counts as used where it stands as a string in a template or in code, where the beginning of
//! a string is its prefix (`"frame-status-"`, `"code-{}"`), or where that prefix is declared in its
//! language file by a line `# dynamic: prefix-`.

use super::finding;
use super::markup::without_comments;
use super::words::{LANGUAGES, dynamic, messages};
use crate::rust::{Literal, Source};
use crate::tree::{Finding, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// Functions that take a key as their first string, and whether they add an ending to it.
const ASKING: &[(&str, bool)] =
    &[("t", false), ("ta", false), ("ta2", false), ("tn", false), ("tall", false), ("tk", true)];

/// A key asked for; `part` when the code adds an ending to it.
struct Asked {
    file: String,
    line: usize,
    key: String,
    part: bool,
}

/// Templates and code against the language files.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = raw_words(tree);
    let keys = messages(tree, LANGUAGES[0], &mut Vec::new());
    let mut asked: Vec<Asked> = Vec::new();
    let mut spoken: BTreeSet<String> = BTreeSet::new();
    for (path, text) in tree.under("templates/", ".html") {
        let text = without_comments(text);
        asked.extend(asked_in_template(path, &text));
        spoken.extend(quoted(&text));
    }
    for (path, source) in tree.rust() {
        if !path.starts_with("xtask/") {
            asked.extend(asked_in_code(path, source));
            spoken.extend(source.literals.iter().map(|literal| literal.text.clone()));
        }
    }
    for ask in asked {
        let known = if ask.part {
            spoken.extend(keys.keys().filter(|key| key.starts_with(&ask.key)).cloned());
            keys.keys().any(|key| key.starts_with(&ask.key))
        } else {
            keys.contains_key(&ask.key)
        };
        if !known {
            let say = format!("`{}` stands in no language file", ask.key);
            found.push(finding(&ask.file, ask.line, "words-missing", say));
        }
    }
    let mut prefixes = dynamic(tree);
    prefixes.extend(spoken.iter().filter_map(|text| prefix_of(text)));
    for (key, message) in &keys {
        let referred = || keys.values().any(|other| refers(&other.text, key));
        let declared = prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()));
        if !spoken.contains(key) && !declared && !referred() {
            found.push(finding(
                &message.file,
                message.line,
                "words-unused",
                format!("`{key}` is used nowhere"),
            ));
        }
    }
    found
}

/// The shortest prefix that says which keys are meant.
const SHORTEST: usize = 4;

/// The beginning that a string gives to the keys made from it: up to its first brace, or all of it.
fn prefix_of(text: &str) -> Option<String> {
    let start = text.split('{').next().unwrap_or(text);
    let plain = start.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    (plain && start.ends_with('-') && start.len() > SHORTEST).then(|| start.to_string())
}

/// Whether a message is built from another one (`{ key }`).
fn refers(text: &str, key: &str) -> bool {
    text.split('{')
        .skip(1)
        .any(|rest| rest.split('}').next().is_some_and(|inner| inner.trim() == key))
}

/// Chinese written into a template instead of a language file.
fn raw_words(tree: &Tree) -> Vec<Finding> {
    let mut found: BTreeMap<(&str, usize), String> = BTreeMap::new();
    for (path, text) in tree.under("templates/", ".html") {
        for (number, line) in without_comments(text).lines().enumerate() {
            let words: String = line.chars().filter(|c| is_han(*c)).take(12).collect();
            if !words.is_empty() {
                found.insert((path, number + 1), words);
            }
        }
    }
    let say = |words: String| format!("`{words}` belongs in a language file");
    found
        .into_iter()
        .map(|((path, line), words)| finding(path, line, "words-raw", say(words)))
        .collect()
}

fn is_han(c: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&c) || ('\u{20000}'..='\u{3ffff}').contains(&c)
}

/// Strings in double or single quotes, for the keys a template passes on to a part of the page.
fn quoted(text: &str) -> Vec<String> {
    let keys = |quote| text.split(quote).skip(1).step_by(1);
    let plain =
        |s: &&str| !s.is_empty() && s.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    keys('"').filter(plain).chain(keys('\'').filter(plain)).map(str::to_string).collect()
}

/// `t("key")` in a template.
fn asked_in_template(path: &str, text: &str) -> Vec<Asked> {
    let mut found = Vec::new();
    for (name, adds) in ASKING {
        let call = format!("{name}(");
        for (at, _) in text.match_indices(&call) {
            let own = text[..at].chars().next_back().is_none_or(|c| !is_name(c));
            let rest = text[at + call.len()..].trim_start();
            let Some(quote) = rest.chars().next().filter(|c| own && "\"'".contains(*c)) else {
                continue;
            };
            let Some((key, after)) = rest[1..].split_once(quote) else { continue };
            let line = text[..at].matches('\n').count() + 1;
            let part = *adds || after.trim_start().starts_with('~');
            found.push(Asked { file: path.to_string(), line, key: key.to_string(), part });
        }
    }
    found
}

/// `t("key")` in Rust, tests left out: they may ask for what is not there.
fn asked_in_code(path: &str, source: &Source) -> Vec<Asked> {
    let at_start: BTreeMap<usize, &Literal> =
        source.literals.iter().map(|l| (l.start, l)).collect();
    let mut found = Vec::new();
    for (name, part) in ASKING {
        for at in source.find(&format!("{name}(")).into_iter().filter(|at| !source.is_test(*at)) {
            // The key may follow the language: `t(lang, "key")`.
            let open = at + name.len() + 1;
            let rest = source.code[open..].char_indices();
            let mut ends = rest.skip_while(|(_, c)| is_name(*c) || ".,& \n".contains(*c));
            let Some((before, _)) = ends.next() else { continue };
            let first = source.code[open..open + before].trim();
            if !(first.is_empty() || first.contains("lang")) {
                continue;
            }
            if let Some(literal) = at_start.get(&(open + before)) {
                let (line, key) = (source.line(at), literal.text.clone());
                found.push(Asked { file: path.to_string(), line, key, part: *part });
            }
        }
    }
    found
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::told;

    const FTL: &str = "# dynamic: state-\na-title = 标题\na-part = 部分\nstate-open = 开\n";

    fn with(html: &str, code: &str) -> Vec<String> {
        told(check(&Tree::of(&[
            ("locales/zh-CN/a.ftl", FTL),
            ("templates/a/b.html", html),
            ("crates/a/src/b.rs", code),
        ])))
    }

    #[test]
    fn whole() {
        let html = "{# 注释 #}<h1>{{ f.t(\"a-title\") }}</h1>{{ f.tk(\"state-\", s) }}";
        let code = "//! x\nfn f() { f.tn(\n  lang, \"a-part\", 3); f.ta(title, \"n\", 3); at(\"no\") }\n#[cfg(test)]\nmod t { fn g() { t(\"gone\") } }";
        assert_eq!(with(html, code), Vec::<String>::new());
        let passed_on = "{% call ui::card(f, 'a-part') %}{{ f.t('a-title') }}";
        assert_eq!(with(passed_on, "//! x\n"), Vec::<String>::new());
    }

    #[test]
    fn prefixes_in_strings_speak_for_their_keys() {
        for (text, prefix) in [
            ("code-{}", Some("code-")),
            ("frame-status-", Some("frame-status-")),
            ("a-{x}", None),
            ("see code-{}", None),
            ("code-no", None),
        ] {
            assert_eq!(prefix_of(text).as_deref(), prefix, "{text}");
        }
    }

    #[test]
    fn broken() {
        assert_eq!(
            with(
                "<p>{{ f.t(\"a-gone\") }}\n字</p>{{ f.t(\"b-\" ~ x) }}",
                "//! x\nfn f() { t(\"b-gone\", \"a-part\") }"
            ),
            [
                "templates/a/b.html:2 words-raw",
                "templates/a/b.html:1 words-missing",
                "templates/a/b.html:2 words-missing",
                "crates/a/src/b.rs:2 words-missing",
                "locales/zh-CN/a.ftl:2 words-unused",
            ]
        );
    }
}
