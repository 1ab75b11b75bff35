//! Puts what somebody had typed back into the form of a page that was made anew: text into the page's own
//! HTML, so that every page can do it and no script is needed. What the page itself sets (token, version) stays.

/// One tag as the house's templates write it.
struct Tag {
    name: String,
    attrs: Vec<(String, Option<String>)>,
}

impl Tag {
    /// Reads the tag that begins at `<`; gives it and how many bytes it takes.
    fn read(html: &str) -> Option<(Tag, usize)> {
        let (mut quoted, mut end) = (false, None);
        for (at, b) in html.bytes().enumerate() {
            match b {
                b'"' => quoted = !quoted,
                b'>' if !quoted => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
        }
        let end = end?;
        let inner = html.get(1..end)?;
        let split = inner.find(char::is_whitespace).unwrap_or(inner.len());
        let (name, mut rest) = inner.split_at(split);
        let mut attrs = Vec::new();
        loop {
            rest = rest.trim_start();
            let stop = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
            if stop == 0 {
                break;
            }
            let (key, after) = rest.split_at(stop);
            match after.strip_prefix("=\"").and_then(|value| value.split_once('"')) {
                Some((value, after)) => {
                    attrs.push((key.to_owned(), Some(value.to_owned())));
                    rest = after;
                }
                None => {
                    attrs.push((key.to_owned(), None));
                    rest = after.trim_start_matches('=');
                }
            }
        }
        Some((Tag { name: name.to_ascii_lowercase(), attrs }, end + 1))
    }

    fn get(&self, key: &str) -> String {
        let found = self.attrs.iter().find(|(k, _)| k == key).and_then(|(_, v)| v.as_deref());
        unescaped(found.unwrap_or_default())
    }

    fn put(&mut self, key: &str, value: Option<&str>) {
        self.attrs.retain(|(k, _)| k != key);
        self.attrs.push((key.to_owned(), value.map(escaped)));
    }

    fn flag(&mut self, key: &str, on: bool) {
        self.attrs.retain(|(k, _)| k != key);
        if on {
            self.attrs.push((key.to_owned(), None));
        }
    }

    fn html(&self) -> String {
        let one = |(key, value): &(String, Option<String>)| match value {
            Some(value) => format!(" {key}=\"{value}\""),
            None => format!(" {key}"),
        };
        format!("<{}{}>", self.name, self.attrs.iter().map(one).collect::<String>())
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn unescaped(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    let plain = plain.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"");
    plain.replace("&#39;", "'").replace("&#38;", "&").replace("&amp;", "&")
}

/// What was typed, and which of it has found its place.
struct Typed<'a> {
    fields: &'a [(String, String)],
    placed: Vec<bool>,
    controls: usize,
}

impl Typed<'_> {
    /// The next value of a text field.
    fn next(&mut self, name: &str) -> Option<String> {
        let fits = |(at, field): &(usize, &(String, String))| field.0 == name && !self.placed[*at];
        let (at, (_, value)) = self.fields.iter().enumerate().find(fits)?;
        self.placed[at] = true;
        self.controls += 1;
        Some(value.clone())
    }

    /// Whether one of several choices was taken.
    fn took(&mut self, name: &str, value: &str) -> bool {
        let fits = |(k, v): &(String, String)| k == name && v == value;
        let Some(at) = self.fields.iter().position(fits) else { return false };
        self.placed[at] = true;
        self.controls += 1;
        true
    }

    /// What belongs to a hidden field or a button is the page's own business.
    fn own(&mut self, name: &str) {
        for (at, (key, _)) in self.fields.iter().enumerate() {
            self.placed[at] |= key == name;
        }
    }

    fn lost(&self) -> usize {
        let kept = |(at, (key, value)): &(usize, &(String, String))| {
            self.placed[*at] || key.starts_with('_') || key == "version" || value.is_empty()
        };
        self.fields.iter().enumerate().filter(|field| !kept(field)).count()
    }
}

/// The page with what was typed in the form that goes to `action`, and how many answers found no place in
/// it; nothing when the page has no such form.
pub(crate) fn fill(
    html: &str,
    action: &str,
    fields: &[(String, String)],
) -> Option<(String, usize)> {
    let mut from = 0;
    while let Some(at) = html[from..].find("<form ").map(|n| from + n) {
        let (tag, length) = Tag::read(&html[at..])?;
        let end = html[at..].find("</form>").map(|n| at + n)?;
        if tag.get("action") == action && tag.get("method") == "post" {
            let mut typed = Typed { fields, placed: vec![false; fields.len()], controls: 0 };
            let inner = body(&html[at + length..end], &mut typed);
            if typed.controls > 0 {
                let page = [&html[..at + length], &inner, &html[end..]].concat();
                return Some((page, typed.lost()));
            }
        }
        from = end;
    }
    None
}

fn body(html: &str, typed: &mut Typed<'_>) -> String {
    let (mut out, mut rest, mut select) = (String::with_capacity(html.len()), html, String::new());
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some((mut tag, length)) = Tag::read(rest) else { break };
        let (whole, after) = rest.split_at(length);
        rest = after;
        let name = tag.get("name");
        match tag.name.as_str() {
            "input" => {
                control(&mut tag, &name, typed);
                out.push_str(&tag.html());
            }
            "textarea" => {
                out.push_str(whole);
                if let (Some(value), Some(end)) = (typed.next(&name), rest.find("</textarea>")) {
                    out.push_str(&escaped(&value));
                    rest = &rest[end..];
                }
            }
            "option" if !select.is_empty() => {
                let on = typed.took(&select, &tag.get("value"));
                tag.flag("selected", on);
                out.push_str(&tag.html());
            }
            "button" => {
                typed.own(&name);
                out.push_str(whole);
            }
            "select" | "/select" => {
                // A list nobody chose from keeps what the page says.
                let known = typed.fields.iter().any(|(key, _)| *key == name);
                select = if known { name } else { String::new() };
                out.push_str(whole);
            }
            _ => out.push_str(whole),
        }
    }
    out.push_str(rest);
    out
}

fn control(tag: &mut Tag, name: &str, typed: &mut Typed<'_>) {
    match tag.get("type").as_str() {
        "radio" | "checkbox" => {
            let on = typed.took(name, &tag.get("value"));
            tag.flag("checked", on);
        }
        "hidden" | "submit" => typed.own(name),
        "file" | "password" => {}
        _ => {
            if let Some(value) = typed.next(name) {
                tag.put("value", Some(&value));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<p>a</p><form method="post" action="/a/c/1/claim"><input type="hidden" name="_csrf" value="t"></form>
<form class="x" method="post" action="/a/c/1/decide"><input type="hidden" name="version" value="7"><input type="radio" name="decision" value="grant" checked>
<input type="radio" name="decision" value="deny"><input class="inp" name="basis" value="old &amp; &quot;so&quot;" data-x><textarea name="opinion" rows="3">before</textarea>
<select name="days"><option value="1" selected>one</option><option value="2">two</option></select><input type="checkbox" name="tick" value="yes" checked>
<input name="row.0" value=""><input name="row.0" value="b"><input type="password" name="password" value=""><button name="step" value="go">x</button></form><p>b</p>"#;

    fn typed(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn what_was_typed_stands_in_its_form_again() {
        let fields = typed(&[
            ("_idem", "x"),
            ("version", "3"),
            ("decision", "deny"),
            ("basis", "法 \"37\" <b>"),
            ("opinion", "两人\n到场 & </textarea>"),
            ("days", "2"),
            ("row.0", "甲"),
            ("row.0", "乙"),
            ("row.1", "丙"),
            ("step", "preview"),
            ("password", "secret"),
        ]);
        let (page, lost) = fill(PAGE, "/a/c/1/decide", &fields).expect("the form is there");
        for there in [
            r#"<input type="hidden" name="version" value="7">"#,
            r#"value="grant">"#,
            r#"<input type="radio" name="decision" value="deny" checked>"#,
            r#"data-x value="法 &quot;37&quot; &lt;b&gt;">"#,
            "<textarea name=\"opinion\" rows=\"3\">两人\n到场 &amp; &lt;/textarea&gt;</textarea>",
            r#"<option value="1">"#,
            r#"<option value="2" selected>"#,
            r#"<input type="checkbox" name="tick" value="yes">"#,
            r#"value="甲">"#,
            r#"value="乙">"#,
            "<p>b</p>",
        ] {
            assert!(page.contains(there), "{there}: {page}");
        }
        assert!(!page.contains("secret") && !page.contains("value=\"3\""), "{page}");
        assert_eq!(lost, 2, "the third row and the password have no place");
    }

    #[test]
    fn a_page_without_the_form_is_left_alone() {
        let fields = typed(&[("opinion", "x")]);
        for (html, action) in [
            (PAGE, "/a/c/2/decide"),
            (PAGE, "/a/c/1/claim"),
            ("<form method=\"get\" action=\"/w\"><input name=\"opinion\"></form>", "/w"),
            ("<form method=\"post\" action=\"/w\"><input name=\"opinion\"", "/w"),
            ("", "/w"),
        ] {
            assert!(fill(html, action, &fields).is_none(), "{action}");
        }
    }
}
