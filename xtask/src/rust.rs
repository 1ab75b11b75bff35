//! Reads Rust source just well enough for the house rules: what is code, what is text, what is a comment.
//!
//! Not a parser. Strings and comments are blanked byte for byte, so offsets and line numbers in
//! `Source::code` are those of the file, and a rule can look for words without meeting prose.

use std::ops::Range;

/// A string literal as it stands between its quotes (escapes are left as written).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// Byte offset of the opening quote or of its prefix (`r`, `b`, …).
    pub start: usize,
    /// Text between the quotes.
    pub text: String,
}

/// A comment with its markers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Byte offset of the first slash.
    pub start: usize,
    /// The comment as written.
    pub text: String,
}

/// One source file, taken apart.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The file with the inside of strings and all comments blanked.
    pub code: String,
    /// Every string literal in order.
    pub literals: Vec<Literal>,
    /// Every comment in order.
    pub comments: Vec<Comment>,
    tests: Vec<Range<usize>>,
    lines: Vec<usize>,
}

/// A function found in the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Line of the `fn` word, from 1.
    pub line: usize,
    /// Lines from the `fn` word to the closing brace, both counted.
    pub length: usize,
}

impl Source {
    /// Takes a file apart. `all_test` marks a file that is test code from end to end.
    pub fn read(text: &str, all_test: bool) -> Source {
        let mut source = Lexer::new(text).run();
        source.lines = line_starts(text);
        source.tests =
            if all_test { vec![Range { start: 0, end: text.len() }] } else { test_items(&source) };
        source
    }

    /// Line of a byte offset, from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset)
    }

    /// Whether the offset lies in an item under `#[cfg(test)]`, or in a test file.
    pub fn is_test(&self, offset: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&offset))
    }

    /// Offsets at which `word` stands in code. Where it begins or ends like a name it is matched
    /// as a whole name, not as part of a longer one.
    pub fn find(&self, word: &str) -> Vec<usize> {
        let bytes = self.code.as_bytes();
        let opens = word.bytes().next().is_some_and(is_word);
        let closes = word.bytes().last().is_some_and(is_word);
        self.code
            .match_indices(word)
            .map(|(at, _)| at)
            .filter(|&at| !opens || at == 0 || !is_word(bytes[at - 1]))
            .filter(|&at| !closes || !bytes.get(at + word.len()).is_some_and(|b| is_word(*b)))
            .collect()
    }

    /// Every function with a body, with its length in lines.
    pub fn functions(&self) -> Vec<Function> {
        let bytes = self.code.as_bytes();
        let mut found = Vec::new();
        for at in self.find("fn") {
            let name_at = skip_space(bytes, at + 2);
            let name: String =
                self.code[name_at..].chars().take_while(|c| is_name_char(*c)).collect();
            if name_at == at + 2 || name.is_empty() {
                continue;
            }
            let Some(open) = body_start(bytes, name_at) else { continue };
            let close = matching_brace(bytes, open);
            let line = self.line(at);
            found.push(Function { name, line, length: self.line(close) - line + 1 });
        }
        found
    }

    /// Every path of the code (`a::b::c`), the trees of `use` written out, each with its offset.
    pub fn paths(&self) -> Vec<(usize, Vec<String>)> {
        let bytes = self.code.as_bytes();
        let mut found = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let fresh = at == 0 || !(is_word(bytes[at - 1]) || b":.$'".contains(&bytes[at - 1]));
            if !(fresh && is_word(bytes[at]) && !bytes[at].is_ascii_digit()) {
                at += 1;
                continue;
            }
            let start = at;
            at = expand(bytes, start, &[], &mut |path| {
                if path.len() > 1 {
                    found.push((start, path));
                }
            });
            at = at.max(start + 1);
        }
        found
    }
}

/// Follows one path from `at`, writing out `{a, b::c}`; returns the offset after it.
fn expand(
    bytes: &[u8],
    mut at: usize,
    prefix: &[String],
    emit: &mut dyn FnMut(Vec<String>),
) -> usize {
    let mut path = prefix.to_vec();
    loop {
        at = skip_space(bytes, at);
        let end = word_end(bytes, at);
        if end > at {
            path.push(String::from_utf8_lossy(&bytes[at..end]).into_owned());
            at = end;
        } else if bytes.get(at) == Some(&b'{') && !path.is_empty() {
            return expand_group(bytes, at + 1, &path, emit);
        } else {
            break;
        }
        let next = skip_space(bytes, at);
        if bytes.get(next..next + 2) != Some(b"::") {
            break;
        }
        at = next + 2;
    }
    emit(path);
    at
}

fn expand_group(
    bytes: &[u8],
    mut at: usize,
    prefix: &[String],
    emit: &mut dyn FnMut(Vec<String>),
) -> usize {
    while at < bytes.len() && bytes[at] != b'}' {
        if is_word(bytes[at]) {
            at = expand(bytes, at, prefix, emit);
            // `as name` follows a path inside a group; it names nothing that is used.
            let next = skip_space(bytes, at);
            if bytes.get(next..next + 3) == Some(b"as ") {
                at = word_end(bytes, skip_space(bytes, next + 3));
            }
        } else {
            at += 1;
        }
    }
    at + 1
}

/// Whether a byte may stand in a name (bytes above ASCII count: names may be in any script).
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn word_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && is_word(bytes[at]) {
        at += 1;
    }
    at
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at].is_ascii_whitespace() {
        at += 1;
    }
    at
}

/// Offset of the `{` that opens the body of a signature, or `None` when it ends with `;`.
fn body_start(bytes: &[u8], from: usize) -> Option<usize> {
    let mut depth = 0i32;
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth == 0 => return Some(at),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// Offset of the brace that closes the one at `open` (the end of the text if none does).
pub fn matching_brace(bytes: &[u8], open: usize) -> usize {
    let mut depth = 0i32;
    for (at, byte) in bytes.iter().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    bytes.len().saturating_sub(1)
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// The extents of the items under `#[cfg(test)]`.
fn test_items(source: &Source) -> Vec<Range<usize>> {
    let bytes = source.code.as_bytes();
    let starts = source.code.match_indices("#[cfg(test)]").map(|(at, _)| at);
    starts
        .map(|start| {
            let item = start + "#[cfg(test)]".len();
            let end = match body_start(bytes, item) {
                Some(open) => matching_brace(bytes, open) + 1,
                None => bytes[item..].iter().position(|b| *b == b';').map_or(item, |n| item + n),
            };
            Range { start, end }
        })
        .collect()
}

struct Lexer<'a> {
    bytes: &'a [u8],
    text: &'a str,
    at: usize,
    code: Vec<u8>,
    out: Source,
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str) -> Self {
        let code = Vec::with_capacity(text.len());
        Lexer { bytes: text.as_bytes(), text, at: 0, code, out: Source::default() }
    }

    fn run(mut self) -> Source {
        while self.at < self.bytes.len() {
            let rest = &self.bytes[self.at..];
            let fresh = self.at == 0 || !is_word(self.bytes[self.at - 1]);
            if rest.starts_with(b"//") {
                self.comment(rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()));
            } else if rest.starts_with(b"/*") {
                self.comment(block_comment(rest));
            } else if rest[0] == b'"' {
                self.string(0, 0);
            } else if let Some((prefix, hashes)) = string_prefix(rest).filter(|_| fresh) {
                self.string(prefix, hashes);
            } else if rest[0] == b'\'' {
                self.blank(char_literal(&self.text[self.at..]));
            } else {
                self.code.push(rest[0]);
                self.at += 1;
            }
        }
        self.out.code = String::from_utf8_lossy(&self.code).into_owned();
        self.out
    }

    /// Passes over `length` bytes, leaving only their line ends in the code.
    fn blank(&mut self, length: usize) {
        let end = self.at + length;
        let kept = self.bytes[self.at..end].iter().map(|b| if *b == b'\n' { b'\n' } else { b' ' });
        self.code.extend(kept);
        self.at = end;
    }

    fn comment(&mut self, length: usize) {
        let text = self.text[self.at..self.at + length].to_string();
        self.out.comments.push(Comment { start: self.at, text });
        self.blank(length);
    }

    /// A string whose quote comes `prefix` bytes later; `hashes` counts the `#` of a raw one, plus one.
    fn string(&mut self, prefix: usize, hashes: usize) {
        let start = self.at;
        let open = start + prefix + 1;
        let close = string_end(self.bytes, open, hashes);
        let text = self.text[open..close.min(self.bytes.len())].to_string();
        self.out.literals.push(Literal { start, text });
        let end = (close + hashes.max(1)).min(self.bytes.len());
        self.code.extend(&self.bytes[start..open]);
        self.at = open;
        self.blank(close.min(self.bytes.len()) - open);
        self.code.extend(&self.bytes[self.at..end]);
        self.at = end;
    }
}

/// Length of a nested block comment.
fn block_comment(rest: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// Bytes before the quote of a prefixed string, and the hashes of a raw one plus one (0 if not raw).
fn string_prefix(rest: &[u8]) -> Option<(usize, usize)> {
    let letters = rest.iter().take(2).take_while(|b| b"rbc".contains(b)).count();
    let raw = rest[..letters].contains(&b'r');
    let hashes = rest[letters..].iter().take_while(|b| **b == b'#').count();
    let quoted = rest.get(letters + hashes) == Some(&b'"');
    let whole = letters > 0 && quoted && (raw || hashes == 0);
    whole.then_some((letters + hashes, if raw { hashes + 1 } else { 0 }))
}

/// Offset of the closing quote.
fn string_end(bytes: &[u8], mut at: usize, hashes: usize) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if hashes == 0 => at += 2,
            b'"' if bytes[at + 1..].iter().take_while(|b| **b == b'#').count() + 1 >= hashes => {
                return at;
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Length of a character literal, or of the quote alone when it opens a lifetime.
fn char_literal(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => {
            let escaped = chars.next().map_or(rest.len(), |(at, c)| at + c.len_utf8());
            rest[escaped..].find('\'').map_or(rest.len(), |n| escaped + n + 1)
        }
        Some((_, _)) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_comments_and_chars_are_not_code() {
        let text =
            "let a = \"fn x {\"; // fn y {\nlet b = r#\"} \" \"#; let c = '{'; let d: &'a u8;";
        let source = Source::read(text, false);
        assert_eq!(source.code.len(), text.len());
        assert!(source.functions().is_empty());
        assert_eq!(source.code.matches('{').count() + source.code.matches('}').count(), 0);
        let literals: Vec<&str> = source.literals.iter().map(|l| l.text.as_str()).collect();
        assert_eq!(literals, ["fn x {", "} \" "]);
        assert_eq!(source.comments[0].text, "// fn y {");
        assert!(source.code.contains("&'a u8") || source.code.contains("& a u8"));
    }

    #[test]
    fn escapes_do_not_end_a_string() {
        let source = Source::read(r#"f("a\"b\\"); g('\''); h("c")"#, false);
        let literals: Vec<&str> = source.literals.iter().map(|l| l.text.as_str()).collect();
        assert_eq!(literals, [r#"a\"b\\"#, "c"]);
    }

    #[test]
    fn functions_are_measured_from_signature_to_brace() {
        let text =
            "fn a(\n  x: [u8; 3],\n) -> u8 {\n  let s = \"}\";\n}\ntrait T { fn b(&self); }\n";
        let found = Source::read(text, false).functions();
        assert_eq!(found, [Function { name: "a".into(), line: 1, length: 5 }]);
    }

    #[test]
    fn use_trees_are_written_out() {
        let text = "use super::{acts::{self, submit}, pages as p, model::Case};\nlet x = crate::a::b(c::D);";
        let paths: Vec<String> =
            Source::read(text, false).paths().into_iter().map(|(_, p)| p.join("::")).collect();
        assert_eq!(
            paths,
            [
                "super::acts::self",
                "super::acts::submit",
                "super::pages",
                "super::model::Case",
                "crate::a::b",
                "c::D"
            ]
        );
    }

    #[test]
    fn test_items_are_known_and_the_rest_is_not() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() {}\n}\nfn c() {}";
        let source = Source::read(text, false);
        let inside: Vec<bool> =
            source.find("fn").into_iter().map(|at| source.is_test(at)).collect();
        assert_eq!(inside, [false, true, false]);
        assert!(Source::read(text, true).is_test(0));
    }

    #[test]
    fn names_are_found_whole() {
        let source = Source::read("unsafe_rand(rand, x.rand_core)", false);
        assert_eq!(source.find("rand").len(), 1);
    }
}
