//! Which parts of a text are Chinese. An English page says so of every name, address and term that there
//! is only in Chinese, so that a screen reader changes its voice (WCAG 3.1.2).

use crate::frame::Frame;
use crate::texts::Lang;
use std::fmt;

/// A text as HTML: escaped, and with its Chinese parts marked where the page is not Chinese.
pub struct Own(String);

impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What `Frame::own` makes is escaped already.
impl askama::filters::HtmlSafe for Own {}

impl Frame {
    /// Whether a text is Chinese on a page that is not: it then says so.
    pub fn foreign(&self, text: impl AsRef<str>) -> bool {
        let text = text.as_ref();
        self.lang != Lang::Zh && text.chars().any(han)
    }

    /// A text with its Chinese parts marked: `{{ f.own(name) }}`.
    pub fn own(&self, text: impl AsRef<str>) -> Own {
        let text = text.as_ref();
        let mut html = String::with_capacity(text.len());
        if !self.foreign(text) {
            escape(&mut html, text);
            return Own(html);
        }
        for (part, chinese) in parts(text) {
            if chinese {
                html.push_str("<span lang=\"zh-CN\">");
                escape(&mut html, part);
                html.push_str("</span>");
            } else {
                escape(&mut html, part);
            }
        }
        Own(html)
    }
}

/// An ideograph.
fn han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// An ideograph or a mark that is written among them.
fn chinese(c: char) -> bool {
    han(c) || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
}

/// The text cut where Latin letters and Chinese meet. Figures and marks between Chinese stay with it
/// (幸福路26号); those at its ends do not.
fn parts(text: &str) -> Vec<(&str, bool)> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(chinese) {
        let letter = |c: char| c.is_alphabetic() && !chinese(c);
        let until = rest[start..].find(letter).map_or(rest.len(), |at| start + at);
        let last = rest[start..until].char_indices().rfind(|(_, c)| chinese(*c));
        let end = last.map_or(until, |(at, c)| start + at + c.len_utf8());
        if start > 0 {
            out.push((&rest[..start], false));
        }
        out.push((&rest[start..end], true));
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        out.push((rest, false));
    }
    out
}

fn escape(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::FrameParts;

    fn said(lang: Lang, text: &str) -> String {
        Frame::new(FrameParts { lang, ..FrameParts::default() }).own(text).to_string()
    }

    #[test]
    fn chinese_parts_of_an_english_page_say_so() {
        for (text, html) in [
            ("Apply", "Apply"),
            ("", ""),
            ("食品经营许可", "<span lang=\"zh-CN\">食品经营许可</span>"),
            (
                "Unit: 示例街道幸福路26号, 3 days",
                "Unit: <span lang=\"zh-CN\">示例街道幸福路26号</span>, 3 days",
            ),
            ("阿依古丽·买买提 (own)", "<span lang=\"zh-CN\">阿依古丽·买买提</span> (own)"),
            (
                "KTV（歌厅）and 茶馆",
                "KTV<span lang=\"zh-CN\">（歌厅）</span>and <span lang=\"zh-CN\">茶馆</span>",
            ),
            ("𠮷", "<span lang=\"zh-CN\">𠮷</span>"),
        ] {
            assert_eq!(said(Lang::En, text), html);
        }
    }

    #[test]
    fn a_chinese_page_has_nothing_to_mark() {
        assert_eq!(said(Lang::Zh, "示例 Apply"), "示例 Apply");
    }

    #[test]
    fn what_people_wrote_cannot_become_markup() {
        for lang in [Lang::Zh, Lang::En] {
            let html = said(lang, "<b>邓记</b> & \"'");
            assert!(!html.contains("<b>") && html.contains("&lt;b&gt;"), "{html}");
            assert!(html.ends_with("&amp; &quot;&#39;"), "{html}");
        }
    }
}
