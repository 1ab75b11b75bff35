//! Words of the form engine, read from the Fluent files so that translators keep one place.

use super::text::Text;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const ZH: &str = include_str!("../../../../locales/zh-CN/packs.ftl");
const EN: &str = include_str!("../../../../locales/en/packs.ftl");

/// The words of `packs-<key>` in both languages, with `{ $name }` places filled. Only single-line
/// messages without selectors are used here; a key that is missing gives the key itself, which the
/// test below rules out.
pub fn word(key: &str, places: &[(&str, Text)]) -> Text {
    static TABLES: OnceLock<[BTreeMap<&str, &str>; 2]> = OnceLock::new();
    let [zh, en] = TABLES.get_or_init(|| [parse(ZH), parse(EN)]);
    let key = format!("packs-{key}");
    let pick = |table: &BTreeMap<&str, &str>, side: fn(&Text) -> &str| {
        let Some(pattern) = table.get(key.as_str()) else { return key.clone() };
        places.iter().fold((*pattern).to_owned(), |text, (name, value)| {
            text.replace(&format!("{{ ${name} }}"), side(value))
        })
    };
    Text { zh: pick(zh, |t| &t.zh), en: pick(en, |t| t.get("en")) }
}

/// A place filled by the same text in both languages.
pub fn same(text: impl ToString) -> Text {
    let text = text.to_string();
    Text { zh: text.clone(), en: text }
}

fn parse(ftl: &'static str) -> BTreeMap<&'static str, &'static str> {
    ftl.lines()
        .filter(|l| !l.starts_with(['#', ' ', '\t']))
        .filter_map(|l| l.split_once(" = "))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_hold_the_same_keys_and_places() {
        let (zh, en) = (parse(ZH), parse(EN));
        assert!(zh.len() > 30);
        assert_eq!(zh.keys().collect::<Vec<_>>(), en.keys().collect::<Vec<_>>());
        for (key, text) in &zh {
            let places = |t: &str| {
                let mut p: Vec<String> = super::super::text::slots(t);
                p.sort();
                p.dedup();
                p
            };
            assert_eq!(places(text), places(en[key]), "{key}");
        }
    }

    #[test]
    fn places_are_filled_in_both_languages() {
        let label = Text::new("名称", "Name");
        let got = word("error-too-long", &[("label", label), ("limit", same(20))]);
        assert!(got.zh.contains("名称") && got.zh.contains("20"), "{got:?}");
        assert!(got.en.contains("Name") && got.en.contains("20"), "{got:?}");
    }
}
