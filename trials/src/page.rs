//! Reading a page as a browser would: its forms with what stands in them, its links.

/// A form as it stands on a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Where it is posted.
    pub action: String,
    /// What a browser would send if nothing were changed.
    pub fields: Vec<(String, String)>,
    /// Every name that a control has, filled or not.
    pub names: Vec<String>,
}

impl Form {
    /// Sets a field, if the form has it.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Form {
        if self.names.iter().any(|known| known == name) {
            self.fields.retain(|(k, _)| k != name);
            self.fields.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v)
    }

    /// As it goes over the wire.
    pub fn body(&self) -> String {
        let pairs = self.fields.iter().map(|(k, v)| format!("{}={}", escape(k), escape(v)));
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// Percent-encodes one half of a pair.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The forms of a page; one without an address is posted to where it stands.
pub fn forms(html: &str, here: &str) -> Vec<Form> {
    let mut found = Vec::new();
    for part in html.split("<form").skip(1) {
        let inner = part.split("</form>").next().unwrap_or_default();
        let (head, inner) = inner.split_once('>').unwrap_or((inner, ""));
        let action = attribute(head, "action").unwrap_or_else(|| here.to_owned());
        let mut form = Form { action, ..Form::default() };
        controls(inner, &mut form);
        found.push(form);
    }
    found
}

/// The last form posted to an address with this in it.
pub fn form(html: &str, here: &str, action: &str) -> Option<Form> {
    forms(html, here).into_iter().rfind(|form| form.action.contains(action))
}

/// Reads the controls of a form.
fn controls(inner: &str, form: &mut Form) {
    for tag in inner.split('<').skip(1) {
        let (head, after) = tag.split_once('>').unwrap_or((tag, ""));
        let kind = head.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        if !["input", "textarea", "select", "button"].contains(&kind) {
            continue;
        }
        let Some(name) = attribute(head, "name") else { continue };
        if !form.names.contains(&name) {
            form.names.push(name.clone());
        }
        let value = || attribute(head, "value");
        let checked = head.split_whitespace().any(|word| word.starts_with("checked"));
        match (kind, attribute(head, "type").unwrap_or_default().as_str()) {
            ("button", _) | ("select", _) | (_, "submit" | "button" | "file") => {}
            ("input", "checkbox" | "radio") if !checked => {}
            ("input", "checkbox" | "radio") => {
                form.fields.push((name, value().unwrap_or_else(|| "on".to_owned())));
            }
            ("textarea", _) => form.fields.push((name, unescape(after))),
            _ => form.fields.push((name, value().unwrap_or_default())),
        }
    }
}

/// The value of an attribute in a tag.
fn attribute(head: &str, name: &str) -> Option<String> {
    let mut from = 0;
    let marked = format!("{name}=\"");
    while let Some(at) = head[from..].find(&marked).map(|n| n + from) {
        let whole = at == 0 || head[..at].ends_with(|c: char| c.is_whitespace());
        let rest = &head[at + marked.len()..];
        if whole {
            return rest.split('"').next().map(unescape);
        }
        from = at + marked.len();
    }
    None
}

/// Character references as the house writes them.
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').filter(|end| *end < 9);
        let named = end.map(|end| &rest[1..end]);
        let read = match named {
            Some("amp") => Some('&'),
            Some("lt") => Some('<'),
            Some("gt") => Some('>'),
            Some("quot") => Some('"'),
            Some(other) => other.strip_prefix('#').and_then(number).and_then(char::from_u32),
            None => None,
        };
        match (read, end) {
            (Some(c), Some(end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn number(text: &str) -> Option<u32> {
    match text.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

/// Every address that links lead to and that begins so.
pub fn links(html: &str, start: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in html.split("href=\"").skip(1) {
        let href = unescape(part.split('"').next().unwrap_or_default());
        if href.starts_with(start) && !found.contains(&href) {
            found.push(href);
        }
    }
    found
}

/// What stands between two marks, first time.
pub fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(inner, _)| inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_would_send_it() {
        let html = r#"<form method="post" action="/d/1/life?a=1&amp;b=2"><input type="hidden" name="_csrf"
            value="t&#34;k"><input type="radio" name="abroad" value="true"><input type="radio" name="abroad"
            value="false" checked><textarea name="note" rows="3">a &lt; b</textarea><button name="_go"
            value="next">x</button><input type="file" name="file.p"></form><a href="/c/1">x</a>"#;
        let mut form = form(html, "/here", "/life").unwrap();
        assert_eq!(form.action, "/d/1/life?a=1&b=2");
        assert_eq!(form.get("_csrf"), "t\"k");
        assert_eq!((form.get("abroad"), form.get("note")), ("false", "a < b"));
        form.set("_go", "next").set("nothing", "1").set("abroad", "true");
        assert_eq!(form.body(), "%5Fcsrf=t%22k&note=a%20%3C%20b&%5Fgo=next&abroad=true");
        assert!(form.names.contains(&"file.p".to_owned()));
        assert_eq!(links(html, "/c/"), ["/c/1"]);
        assert_eq!(between("a[b]c", "[", "]"), Some("b"));
    }
}
