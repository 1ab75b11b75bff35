//! A small bounded XML reader for what occurs in OFD files in the wild.
//!
//! Prefixes are dropped (several occur, the empty one `<:OFD>` included), end tags may be missing, document types are skipped
//! so that no entity is ever expanded. Depth and number of elements are bounded.

use crate::{Error, Limits};

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    /// Name without prefix.
    pub name: String,
    /// Attributes, names without prefix; namespace declarations are left out.
    pub attrs: Vec<(String, String)>,
    /// Child elements in order.
    pub children: Vec<Node>,
    /// Own character data, all pieces joined.
    pub text: String,
}

impl Node {
    /// First child of this name.
    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|c| c.name == name)
    }

    /// All children of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// Attribute of this name.
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attrs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Trimmed text of a child, if it is there and not empty.
    pub fn child_text(&self, name: &str) -> Option<&str> {
        self.child(name).map(|c| c.text.trim()).filter(|t| !t.is_empty())
    }

    /// This element and everything below, parents first.
    pub fn walk(&self) -> Vec<&Node> {
        let (mut out, mut stack) = (Vec::new(), vec![self]);
        while let Some(node) = stack.pop() {
            out.push(node);
            stack.extend(node.children.iter().rev());
        }
        out
    }
}

/// Parses a document to its root element.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Node, Error> {
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    let mut parser = Parser { rest: &text, stack: Vec::new(), root: None, count: 0, limits };
    while !parser.rest.is_empty() && parser.root.is_none() {
        parser.step()?;
    }
    // A file whose last end tags are missing still has its content.
    while parser.root.is_none() && !parser.stack.is_empty() {
        parser.close();
    }
    parser.root.ok_or(Error::Xml("no root element"))
}

struct Parser<'a> {
    rest: &'a str,
    stack: Vec<Node>,
    root: Option<Node>,
    count: usize,
    limits: &'a Limits,
}

impl<'a> Parser<'a> {
    fn step(&mut self) -> Result<(), Error> {
        let Some(at) = self.rest.find('<') else {
            self.characters(self.rest);
            self.rest = "";
            return Ok(());
        };
        let (before, markup) = self.rest.split_at(at);
        self.characters(before);
        self.rest = markup;
        if let Some(body) = markup.strip_prefix("<!--") {
            self.rest = after(body, "-->")?.1;
        } else if let Some(body) = markup.strip_prefix("<![CDATA[") {
            let (data, rest) = after(body, "]]>")?;
            if let Some(open) = self.stack.last_mut() {
                open.text.push_str(data);
            }
            self.rest = rest;
        } else if let Some(body) = markup.strip_prefix("<?") {
            self.rest = after(body, "?>")?.1;
        } else if markup.starts_with("<!") {
            self.rest = doctype(markup)?;
        } else if let Some(body) = markup.strip_prefix("</") {
            let (name, rest) = after(body, ">")?;
            self.rest = rest;
            self.end(local(name.trim()));
        } else {
            self.element(&markup[1..])?;
        }
        Ok(())
    }

    fn characters(&mut self, raw: &str) {
        if let Some(open) = self.stack.last_mut() {
            unescape(raw, &mut open.text);
        }
    }

    /// Closes up to the element of this name; an end tag that fits nothing is passed over.
    fn end(&mut self, name: &str) {
        if let Some(depth) = self.stack.iter().rposition(|open| open.name == name) {
            while self.stack.len() > depth {
                self.close();
            }
        }
    }

    fn close(&mut self) {
        let Some(node) = self.stack.pop() else { return };
        match self.stack.last_mut() {
            Some(parent) => parent.children.push(node),
            None => self.root = Some(node),
        }
    }

    fn element(&mut self, body: &'a str) -> Result<(), Error> {
        self.count += 1;
        if self.count > self.limits.elements {
            return Err(Error::Limit("XML elements"));
        }
        if self.stack.len() >= self.limits.depth {
            return Err(Error::Limit("XML depth"));
        }
        let stop = body
            .find(|c: char| c.is_whitespace() || c == '>' || c == '/')
            .ok_or(Error::Xml("open tag"))?;
        let mut node = Node { name: local(&body[..stop]).to_owned(), ..Node::default() };
        if node.name.is_empty() {
            return Err(Error::Xml("element without a name"));
        }
        let mut rest = body[stop..].trim_start();
        loop {
            if let Some(tail) = rest.strip_prefix("/>") {
                self.rest = tail;
                self.stack.push(node);
                self.close();
                return Ok(());
            }
            if let Some(tail) = rest.strip_prefix('>') {
                self.rest = tail;
                self.stack.push(node);
                return Ok(());
            }
            rest = attribute(rest.strip_prefix('/').unwrap_or(rest).trim_start(), &mut node)?;
        }
    }
}

/// Reads one `name="value"` into `node`; what follows it, trimmed.
fn attribute<'a>(rest: &'a str, node: &mut Node) -> Result<&'a str, Error> {
    let stop = rest
        .find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'))
        .ok_or(Error::Xml("attribute"))?;
    let (name, tail) = rest.split_at(stop);
    let tail = tail.trim_start();
    let Some(value) = tail.strip_prefix('=') else {
        // A bare word; without progress there would be no end.
        return if name.is_empty() && !tail.starts_with(['>', '/']) {
            Err(Error::Xml("attribute"))
        } else {
            Ok(tail)
        };
    };
    let value = value.trim_start();
    let quote = value
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\''))
        .ok_or(Error::Xml("attribute value"))?;
    let body = &value[1..];
    let end = body.find(quote).ok_or(Error::Xml("attribute value"))?;
    if name != "xmlns" && !name.starts_with("xmlns:") {
        let mut text = String::new();
        unescape(&body[..end], &mut text);
        node.attrs.push((local(name).to_owned(), text));
    }
    Ok(body[end + 1..].trim_start())
}

fn after<'a>(body: &'a str, mark: &str) -> Result<(&'a str, &'a str), Error> {
    body.split_once(mark).ok_or(Error::Xml("ends early"))
}

/// Skips `<!DOCTYPE …>` with its bracketed part.
fn doctype(markup: &str) -> Result<&str, Error> {
    let mut depth = 0usize;
    for (at, c) in markup.char_indices() {
        match c {
            '[' | '<' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '>' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Ok(&markup[at + 1..]);
                }
            }
            _ => {}
        }
    }
    Err(Error::Xml("ends early"))
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Appends `raw` with the predefined and numeric references resolved; others stay as they are written.
fn unescape(raw: &str, out: &mut String) {
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = rest[1..].split_once(';').filter(|(name, _)| name.len() <= 10).and_then(
            |(name, tail)| {
                let c = match name {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    "quot" => '"',
                    "apos" => '\'',
                    _ => {
                        let digits = name.strip_prefix('#')?;
                        let code = match digits.strip_prefix(['x', 'X']) {
                            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                            None => digits.parse().ok()?,
                        };
                        char::from_u32(code)?
                    }
                };
                Some((c, tail))
            },
        );
        match known {
            Some((c, tail)) => {
                out.push(c);
                rest = tail;
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

/// `text` for element content or a double-quoted attribute; characters XML 1.0 cannot carry become U+FFFD.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", c as u32)),
            c if (c as u32) < 0x20 || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Node, Error> {
        parse(text.as_bytes(), &Limits::default())
    }

    #[test]
    fn forms_seen_in_the_wild() {
        for text in [
            "<?xml version=\"1.0\"?><ofd:A xmlns:ofd=\"u\"><ofd:B N=\"1\">x</ofd:B></ofd:A>",
            "\u{feff}<A><B N='1'>x</B></A>",
            "<:A xmlns=\"u\"><:B N=\"1\">x</:B></:A>",
            "<A><B N = \"1\" ><![CDATA[x]]></B><!-- c --></A>",
            "<!DOCTYPE A [<!ENTITY e \"boom\">]><A><B N=\"1\">x</B></A>",
            "<A><B N=\"&#49;\">&#x78;</B>",
        ] {
            let node = read(text).unwrap();
            assert_eq!(node.name, "A", "{text}");
            assert_eq!(node.child("B").unwrap().attr("N"), Some("1"));
            assert_eq!(node.child_text("B"), Some("x"));
        }
        assert_eq!(read("<A>&e;&amp;&#0;&lt</A>").unwrap().text, "&e;&\0&lt");
        assert_eq!(read("<A><B><C/></A>").unwrap().walk().len(), 3);
    }

    #[test]
    fn bounds_and_broken_text() {
        let deep = "<a>".repeat(100);
        assert_eq!(read(&deep), Err(Error::Limit("XML depth")));
        let wide = format!("<a>{}</a>", "<b/>".repeat(50));
        let limits = Limits { elements: 20, ..Limits::default() };
        assert_eq!(parse(wide.as_bytes(), &limits), Err(Error::Limit("XML elements")));
        for bad in [
            "",
            "x",
            "<",
            "<a",
            "<a b",
            "<a b=",
            "<a b='",
            "<a b=c>",
            "<>",
            "<!--",
            "<![CDATA[",
            "<?x",
            "<!D [",
            "</a>",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn escaped_text_reads_back() {
        let text = "<&>\"'\t\n 证照";
        let node = read(&format!("<a b=\"{0}\">{0}</a>", escape(text))).unwrap();
        assert_eq!((node.text.as_str(), node.attr("b")), (text, Some(text)));
        assert_eq!(escape("\u{1}"), "\u{fffd}");
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = parse(&bytes, &Limits::default());
        }

        #[test]
        fn markup_like_text_ends(text in "[<>/a-c=\"'& !\\[\\]?-]{0,80}") {
            let _ = read(&text);
        }
    }
}
