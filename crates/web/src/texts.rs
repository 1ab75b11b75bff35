//! The words of every page, in Chinese and in English, from the Fluent files of all rooms.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

include!(concat!(env!("OUT_DIR"), "/locales.rs"));

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

/// The words of one language.
struct Pack {
    /// Messages without arguments, made once.
    plain: HashMap<String, String>,
    bundle: FluentBundle<FluentResource>,
    keys: BTreeSet<String>,
    faults: Vec<String>,
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
    pub fn from_files(files: &[(&str, &str, &str)]) -> Texts {
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
        self.pack(lang).plain.get(key).map_or(key, String::as_str)
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
        let Some(pattern) = pack.bundle.get_message(key).and_then(|m| m.value()) else {
            return key.to_string();
        };
        let mut errors = Vec::new();
        pack.bundle.format_pattern(pattern, Some(args), &mut errors).into_owned()
    }

    /// Keys that only one language has, each with the language that lacks it.
    pub fn missing(&self) -> Vec<(Lang, String)> {
        let lacks = |lang, a: &Pack, b: &Pack| {
            a.keys.difference(&b.keys).map(|k| (lang, k.clone())).collect::<Vec<_>>()
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

impl Pack {
    fn read(lang: Lang, files: &[(&str, &str, &str)]) -> Pack {
        let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // The marks would end up in names and numbers people copy.
        bundle.set_use_isolating(false);
        let (mut keys, mut faults) = (BTreeSet::new(), Vec::new());
        for (_, name, text) in files.iter().filter(|(folder, _, _)| *folder == lang.tag()) {
            let resource = match FluentResource::try_new((*text).to_string()) {
                Ok(resource) => resource,
                Err((resource, errors)) => {
                    faults.extend(errors.iter().map(|e| format!("{}/{name}: {e}", lang.tag())));
                    resource
                }
            };
            keys.extend(message_keys(text));
            if let Err(errors) = bundle.add_resource(resource) {
                faults.extend(errors.iter().map(|e| format!("{}/{name}: {e}", lang.tag())));
            }
        }
        let mut plain = HashMap::with_capacity(keys.len());
        for key in &keys {
            let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else { continue };
            let mut errors = Vec::new();
            let words = bundle.format_pattern(pattern, None, &mut errors).into_owned();
            if errors.is_empty() {
                plain.insert(key.clone(), words);
            }
        }
        Pack { plain, bundle, keys, faults }
    }
}

/// The message keys of a Fluent file: what stands at the left edge before `=`.
fn message_keys(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().filter_map(|line| {
        let (key, _) = line.split_once('=')?;
        let fits = key.starts_with(|c: char| c.is_ascii_alphabetic())
            && key.trim_end().chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        fits.then(|| key.trim_end().to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: &[(&str, &str, &str)] = &[
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
