//! Templates obey the content security policy: no inline style, no inline script, no handler attributes.

use super::finding;
use crate::tree::{Finding, Tree};

/// Every HTML template, its comments taken out.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.under("templates/", ".html") {
        let text = without_comments(text);
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        for (forbidden, say) in [
            (" style=", "inline style: use a class"),
            ("<style", "a style element: it belongs in the stylesheet"),
            ("javascript:", "a script address: use a form or a link"),
        ] {
            for (at, _) in text.match_indices(forbidden) {
                found.push(finding(path, line(at), "inline-code", say));
            }
        }
        for at in handlers(&text) {
            found.push(finding(
                path,
                line(at),
                "inline-code",
                "a handler attribute: use a data attribute",
            ));
        }
        for at in scripts_with_body(&text) {
            found.push(finding(
                path,
                line(at),
                "inline-code",
                "a script with a body: the policy refuses it",
            ));
        }
    }
    found
}

/// The text with template comments (`{# … #}`) blanked, line ends kept.
pub fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find("{#") {
        let close = rest[open..].find("#}").map_or(rest.len(), |n| open + n + 2);
        out.push_str(&rest[..open]);
        out.extend(rest[open..close].chars().filter(|c| *c == '\n'));
        rest = &rest[close..];
    }
    out + rest
}

/// Offsets of attributes whose name begins with `on` (`onclick=`).
fn handlers(text: &str) -> Vec<usize> {
    let starts = text.match_indices(" on").chain(text.match_indices("\non"));
    starts
        .filter(|(at, _)| {
            let name = &text[at + 3..];
            let length = name.bytes().take_while(u8::is_ascii_lowercase).count();
            length > 2 && name[length..].starts_with('=')
        })
        .map(|(at, _)| at + 1)
        .collect()
}

/// Offsets of script elements with something between their tags.
fn scripts_with_body(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("<script") {
        let Some(open) = text[at..].find('>').map(|n| at + n + 1) else { continue };
        let close = text[open..].find("</script").map_or(text.len(), |n| open + n);
        if !text[open..close].trim().is_empty() {
            found.push(at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_and_broken() {
        for (html, findings) in [
            ("<p class=\"lead\" data-on=\"x\">{# <p style=\"x\"> #}</p>", 0),
            ("<script type=\"module\" src=\"/assets/app.js\"></script>", 0),
            ("<p style=\"color:red\">", 1),
            ("<button onclick=\"go()\">", 1),
            ("<script>go()</script>", 1),
            ("<style>p{}</style>", 1),
            ("<a href=\"javascript:go()\">", 1),
        ] {
            let found = check(&Tree::of(&[("templates/a/b.html", html)]));
            assert_eq!(found.len(), findings, "{html}");
        }
    }
}
