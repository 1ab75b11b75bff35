//! The words of every page, in Chinese and in English, from the Fluent files of all rooms.

mod pack;

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentValue};

use pack::Pack;

include!(concat!(env!("OUT_DIR"), "/locales.rs"));

/// A Fluent file: language folder, file name, text.
type File = (&'static str, &'static str, &'static str);

/// A language the portal speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// 简体中文, the first language.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The language tag of the page (`lang` attribute, folder of the Fluent files).
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    /// The short form used in addresses and cookies: `zh` or `en`.
    pub fn short(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }

    /// Reads `zh`, `zh-CN`, `en`, `en-GB` …; `None` for a language we do not speak.
    pub fn parse(text: &str) -> Option<Lang> {
        match text.get(..2).unwrap_or_default().to_ascii_lowercase().as_str() {
            "zh" => Some(Lang::Zh),
            "en" => Some(Lang::En),
            _ => None,
        }
    }
}

/// The words of all rooms in all languages.
pub struct Texts {
    zh: Pack,
    en: Pack,
}

static SHIPPED: LazyLock<Texts> = LazyLock::new(|| Texts::from_files(LOCALES));

impl Texts {
    /// The words built into the program.
    pub fn shipped() -> &'static Texts {
        &SHIPPED
    }

    /// Reads (language folder, file name, text) rows.
    pub fn from_files(files: &[File]) -> Texts {
        Texts { zh: Pack::read(Lang::Zh, files), en: Pack::read(Lang::En, files) }
    }

    fn pack(&self, lang: Lang) -> &Pack {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }

    /// The words for `key`, which takes no arguments; the key itself when there are none, so that
    /// a gap is seen on the page and found by the tests.
    pub fn t<'a>(&'a self, lang: Lang, key: &'a str) -> &'a str {
        self.pack(lang).plain.get(key).map_or(key, |words| words)
    }

    /// Whether there are words for `key` in this language.
    pub fn has(&self, lang: Lang, key: &str) -> bool {
        self.pack(lang).keys.contains(key)
    }

    /// The words for `key` with texts put in.
    pub fn ta(&self, lang: Lang, key: &str, args: &[(&str, &str)]) -> String {
        let mut filled = FluentArgs::with_capacity(args.len());
        for &(name, value) in args {
            filled.set(name, FluentValue::from(value));
        }
        self.format(lang, key, &filled)
    }

    /// The words for `key` with the number `n` put in, which chooses singular or plural.
    pub fn tn(&self, lang: Lang, key: &str, n: i64) -> String {
        let mut filled = FluentArgs::with_capacity(1);
        filled.set("n", FluentValue::from(n));
        self.format(lang, key, &filled)
    }

    fn format(&self, lang: Lang, key: &str, args: &FluentArgs) -> String {
        let pack = self.pack(lang);
        if let Some(words) = pack.plain.get(key) {
            return words.to_string();
        }
        let Some(pattern) = pack.bundle.get_message(key).and_then(|m| m.value()) else {
            return key.to_string();
        };
        let mut errors = Vec::new();
        pack.bundle.format_pattern(pattern, Some(args), &mut errors).into_owned()
    }

    /// Keys that only one language has, each with the language that lacks it.
    pub fn missing(&self) -> Vec<(Lang, String)> {
        let lacks = |lang, a: &Pack, b: &Pack| {
            a.keys.difference(&b.keys).map(|k| (lang, (*k).to_owned())).collect::<Vec<_>>()
        };
        let mut gaps = lacks(Lang::En, &self.zh, &self.en);
        gaps.extend(lacks(Lang::Zh, &self.en, &self.zh));
        gaps
    }

    /// What is wrong with the files themselves: unreadable entries and keys given twice.
    pub fn faults(&self) -> Vec<&str> {
        self.zh.faults.iter().chain(&self.en.faults).map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: &[File] = &[
        ("zh-CN", "a.ftl", "a-hello = 您好\na-left = 还剩 { $n } 天\na-name = 您好，{ $name }\n"),
        (
            "en",
            "a.ftl",
            "a-hello = Hello\na-left = { $n ->\n    [one] { $n } day left\n   *[other] { $n } days left\n  }\nb-more = More\n",
        ),
    ];

    #[test]
    fn words_come_in_both_languages_with_numbers_and_names() {
        let texts = Texts::from_files(FILES);
        assert_eq!(texts.t(Lang::Zh, "a-hello"), "您好");
        assert_eq!(texts.t(Lang::En, "a-hello"), "Hello");
        assert_eq!(texts.tn(Lang::En, "a-left", 1), "1 day left");
        assert_eq!(texts.tn(Lang::En, "a-left", 4), "4 days left");
        assert_eq!(
            texts.ta(Lang::Zh, "a-name", &[("name", "阿依古丽·买买提")]),
            "您好，阿依古丽·买买提"
        );
    }

    #[test]
    fn messages_are_told_apart_and_what_is_wrong_is_said() {
        const TEXT: &str = "# For a page\na-one = 一\n\na-long =\n    一行\n    又一行\n\n    末行\na-few = { $n ->\n    [one] one\n   *[other] { $n }\n}\na-mark = {\"{\"}x{\"}\"}\na-last = 末";
        let texts = Texts::from_files(&[("zh-CN", "a.ftl", TEXT)]);
        assert_eq!(texts.faults(), Vec::<&str>::new());
        assert_eq!(texts.t(Lang::Zh, "a-one"), "一");
        assert_eq!(texts.t(Lang::Zh, "a-long"), "一行\n又一行\n\n末行");
        assert_eq!(texts.tn(Lang::Zh, "a-few", 3), "3");
        assert_eq!(texts.t(Lang::Zh, "a-mark"), "{x}");
        // Some are asked for with arguments that they do not name, as a step of a check is.
        assert_eq!(texts.ta(Lang::Zh, "a-one", &[("name", "x")]), "一");
        assert_eq!(texts.t(Lang::Zh, "a-last"), "末");
        let wrong = [
            ("zh-CN", "a.ftl", "a-one = 一\na-one = 二\n"),
            ("zh-CN", "b.ftl", "a-one = 三\nb-two = { b-none }\nb-open = { $n\n"),
        ];
        let texts = Texts::from_files(&wrong);
        for said in
            ["a.ftl: a-one stands", "b.ftl: a-one stands", "b.ftl: b-two", "b.ftl: Expected"]
        {
            assert!(
                texts.faults().iter().any(|f| f.contains(said)),
                "{said}: {:?}",
                texts.faults()
            );
        }
    }

    #[test]
    fn a_missing_key_shows_itself_and_is_listed() {
        let texts = Texts::from_files(FILES);
        assert_eq!(texts.t(Lang::Zh, "a-none"), "a-none");
        assert_eq!(
            texts.missing(),
            [(Lang::En, "a-name".to_string()), (Lang::Zh, "b-more".to_string())]
        );
    }

    #[test]
    fn shipped_words_are_readable_and_complete_in_both_languages() {
        let texts = Texts::shipped();
        assert_eq!(texts.faults(), Vec::<&str>::new());
        assert_eq!(texts.missing(), Vec::new());
    }

    #[test]
    fn whatever_can_happen_has_words_in_both_languages() {
        let texts = Texts::shipped();
        for kind in store::Kind::ALL {
            let key = format!("event-{}", kind.label());
            for lang in [Lang::Zh, Lang::En] {
                assert!(texts.has(lang, &key), "{key} has no words in {}", lang.tag());
            }
        }
    }

    /// ux.md §7: words nobody should have to read on a government page.
    #[test]
    fn shipped_words_avoid_the_lint_list() {
        const BAD: &[&str] = &[
            "系统错误",
            "参数异常",
            "非法",
            "请联系管理员",
            "用户名不存在",
            "操作失败",
            "点击此处",
            "null",
            "undefined",
            "敬请期待",
        ];
        for (key, words) in &Texts::shipped().zh.plain {
            // 非法人企业, an enterprise without legal personality, is a term of law.
            let words = words.replace("非法人", "");
            for bad in BAD {
                assert!(!words.contains(bad), "{key} says {bad}");
            }
        }
    }

    #[test]
    fn languages_are_read_from_tags() {
        assert_eq!(Lang::parse("zh-Hans-CN"), Some(Lang::Zh));
        assert_eq!(Lang::parse("EN"), Some(Lang::En));
        assert_eq!(Lang::parse("fr"), None);
        assert_eq!(Lang::parse("z"), None);
    }
}
