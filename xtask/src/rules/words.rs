//! The language files agree: same files, same keys, same arguments; and the wording is plain.

use super::finding;
use crate::tree::{Finding, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// Languages the product speaks, the first one being the one people write first.
pub const LANGUAGES: &[&str] = &["zh-CN", "en"];

/// Words that never help the person who reads them.
const UNHELPFUL: &[&str] = &[
    "系统错误",
    "参数异常",
    "非法",
    "请联系管理员",
    "用户名不存在",
    "操作失败",
    "点击此处",
    "敬请期待",
];

/// One message of a language file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// Its file.
    pub file: String,
    /// Line of its key.
    pub line: usize,
    /// Text after the equals sign, attributes and variants with it.
    pub text: String,
}

/// All files of every language against each other.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let tables: Vec<BTreeMap<String, Message>> =
        LANGUAGES.iter().map(|language| messages(tree, language, &mut found)).collect();
    for (here, table) in tables.iter().enumerate() {
        let there = (here + 1) % tables.len();
        let folder = format!("locales/{}/", LANGUAGES[there]);
        for (key, message) in table {
            match tables[there].get(key) {
                None => {
                    let say = format!("`{key}` is missing in {folder}");
                    found.push(finding(&message.file, message.line, "words-parity", say));
                }
                Some(other) if here == 0 && arguments(&other.text) != arguments(&message.text) => {
                    let say = format!("`{key}` takes other arguments than in {folder}");
                    found.push(finding(&message.file, message.line, "words-parity", say));
                }
                Some(_) => {}
            }
            // 非法人企业 is a kind of enterprise (not a legal person), no reproach.
            let text = message.text.replace("非法人", "");
            for word in UNHELPFUL.iter().filter(|word| text.contains(**word)) {
                let say = format!("`{word}` helps nobody: say what to do next");
                found.push(finding(&message.file, message.line, "words-plain", say));
            }
        }
    }
    found
}

/// The messages of one language by key; a key that stands twice is a finding.
pub fn messages(
    tree: &Tree,
    language: &str,
    found: &mut Vec<Finding>,
) -> BTreeMap<String, Message> {
    let mut table: BTreeMap<String, Message> = BTreeMap::new();
    for (file, text) in tree.under(&format!("locales/{language}/"), ".ftl") {
        for (key, message) in parse(file, text) {
            let line = message.line;
            if let Some(other) = table.insert(key.clone(), message) {
                let say = format!("`{key}` stands also in {}:{}", other.file, other.line);
                found.push(finding(file, line, "words-parity", say));
            }
        }
    }
    table
}

/// Prefixes of keys that the code puts together, from `# dynamic: prefix-` lines.
pub fn dynamic(tree: &Tree) -> BTreeSet<String> {
    let lines = tree.under("locales/", ".ftl").flat_map(|(_, text)| text.lines());
    let marked =
        lines.filter_map(|line| line.trim_start_matches('#').trim().strip_prefix("dynamic:"));
    marked.flat_map(str::split_whitespace).map(|p| p.trim_end_matches(',').to_string()).collect()
}

/// The messages of one Fluent file.
fn parse(file: &str, text: &str) -> Vec<(String, Message)> {
    let mut found: Vec<(String, Message)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let key: String =
            line.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
        let rest = line[key.len()..].trim_start();
        if let Some(text) = rest.strip_prefix('=').filter(|_| !key.is_empty()) {
            let message =
                Message { file: file.to_string(), line: number + 1, text: text.trim().to_string() };
            found.push((key, message));
        } else if let Some((_, last)) = found.last_mut().filter(|_| line.starts_with(' ')) {
            last.text.push('\n');
            last.text.push_str(line.trim());
        }
    }
    found
}

/// The `$names` a message shows. One that only chooses between plurals does not count: Chinese has none.
fn arguments(text: &str) -> BTreeSet<String> {
    let named = |rest: &str| -> Option<String> {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || "-_".contains(c)));
        let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
        (!after.trim_start().starts_with("->")).then(|| name.to_string())
    };
    text.split('$').skip(1).filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::told;

    fn two(zh: &str, en: &str) -> Tree {
        Tree::of(&[("locales/zh-CN/cases.ftl", zh), ("locales/en/cases.ftl", en)])
    }

    #[test]
    fn whole() {
        let zh = "# 办件\ncases-title = 我的办件\ncases-unit = 天\ncases-kind = 非法人企业\ncases-left = 还剩 { $n } 天\n";
        let en = "cases-title = My cases\ncases-unit = { $n ->\n    [one] day\n   *[other] days\n}\n\
            cases-kind = Unincorporated\ncases-left = { $n ->\n    [one] { $n } day left\n   *[other] { $n } days left\n}\n";
        assert_eq!(check(&two(zh, en)), []);
    }

    #[test]
    fn broken() {
        let zh = "cases-a = 甲\ncases-b = 还剩 { $n } 天\ncases-c = 操作失败\ncases-a = 乙\n";
        let en = "cases-b = some days left\ncases-c = It failed\ncases-d = More\ncases-a = A\n";
        let mut found = told(check(&two(zh, en)));
        found.sort();
        assert_eq!(
            found,
            [
                "locales/en/cases.ftl:3 words-parity",
                "locales/zh-CN/cases.ftl:2 words-parity",
                "locales/zh-CN/cases.ftl:3 words-plain",
                "locales/zh-CN/cases.ftl:4 words-parity",
            ]
        );
    }

    #[test]
    fn declared_prefixes_are_read() {
        let tree = two("# dynamic: refusal- code-\n", "## dynamic: state-\n");
        assert_eq!(dynamic(&tree).into_iter().collect::<Vec<_>>(), ["code-", "refusal-", "state-"]);
    }
}
