//! Line breaking for Chinese text with Latin words in it (GB/T 15834: no line starts with a closing mark or ends with an
//! opening one).

/// Marks that may not start a line.
const CLOSING: &str = "，。、；：？！）】》〉」』”’…—％%,.;:?!)]}·";
/// Marks that may not end a line.
const OPENING: &str = "（【《〈「『“‘([{";

/// Whether a character holds together with its like (Latin words, numbers, codes).
fn joins(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@' | '+')
}

/// Whether a line may break between these two.
fn breakable(left: char, right: char) -> bool {
    let held = (joins(left) && joins(right)) || CLOSING.contains(right) || OPENING.contains(left);
    !held
}

/// Lines of at most `width` ems.
pub(super) fn lines(text: &str, width: f32, advance: impl Fn(char) -> f32) -> Vec<String> {
    text.split('\n').flat_map(|paragraph| paragraph_lines(paragraph, width, &advance)).collect()
}

fn paragraph_lines(text: &str, width: f32, advance: &impl Fn(char) -> f32) -> Vec<String> {
    let chars: Vec<char> = text.chars().filter(|c| *c != '\r').collect();
    let mut out = Vec::new();
    let mut start = 0;
    while start < chars.len() {
        let mut end = start;
        let mut used = 0.0;
        while end < chars.len() {
            used += advance(chars[end]);
            // Half a thousandth of an em of room for sums of fractions.
            if used > width + 0.0005 && end > start {
                break;
            }
            end += 1;
        }
        if end < chars.len() {
            let good = (start + 1..=end).rev().find(|at| breakable(chars[at - 1], chars[*at]));
            // Nothing breakable in the whole line: cut the word.
            end = good.unwrap_or(end);
        }
        out.push(chars[start..end].iter().collect::<String>().trim_end().to_owned());
        start = end;
        while start < chars.len() && chars[start] == ' ' {
            start += 1;
        }
    }
    if out.is_empty() {
        out.push(String::new());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str, width: f32) -> Vec<String> {
        lines(text, width, |c| if c.is_ascii() { 0.5 } else { 1.0 })
    }

    #[test]
    fn breaks_where_people_would() {
        assert_eq!(set("中华人民共和国", 3.0), ["中华人", "民共和", "国"]);
        assert_eq!(set("一二三，四五六", 3.0), ["一二", "三，四", "五六"]);
        assert_eq!(set("见《办法》第三条", 3.0), ["见《办", "法》第", "三条"]);
        assert_eq!(set("一二《办法》", 3.0), ["一二", "《办", "法》"]);
        assert_eq!(set("编号 ABC-123 号", 4.0), ["编号", "ABC-123", "号"]);
        assert_eq!(set("ABCDEFGHIJ", 2.0), ["ABCD", "EFGH", "IJ"]);
        assert_eq!(set("甲\n乙\n", 5.0), ["甲", "乙", ""]);
        assert_eq!(set("", 5.0), [""]);
        assert_eq!(set("宽", 0.1), ["宽"]);
    }
}
