//! What the home page puts first, and the names and icons of themes: an editor's choice, kept as text files.

use web::Lang;

const FEATURED: &str = include_str!("../../../../../data/catalogue/featured.txt");
const THEMES: &str = include_str!("../../../../../data/catalogue/themes.txt");

/// A line of the choice: words before the first bar, then the texts between bars.
fn lines<'a>(
    table: &'static str,
    kind: &'a str,
) -> impl Iterator<Item = (Vec<&'static str>, Vec<&'static str>)> + 'a {
    table.lines().filter(|line| !line.starts_with('#')).filter_map(move |line| {
        let (head, rest) = line.split_once('|').unwrap_or((line, ""));
        let head: Vec<&str> = head.split_whitespace().collect();
        let texts = rest.split('|').map(str::trim).collect();
        (head.first() == Some(&kind)).then_some((head, texts))
    })
}

/// One text of two by language.
fn pick(texts: &[&'static str], lang: Lang) -> &'static str {
    let at = usize::from(lang == Lang::En).min(texts.len().saturating_sub(1));
    texts.get(at).copied().unwrap_or_default()
}

/// An item put first.
pub struct Featured {
    /// Its slug.
    pub slug: &'static str,
    /// Icon.
    pub icon: &'static str,
    /// Short name.
    pub title: &'static str,
    /// The shortest name, for a phone; empty where it has none.
    pub short: &'static str,
}

/// Items put first for an audience (`person` or `business`).
pub fn items(audience: &str, lang: Lang) -> Vec<Featured> {
    lines(FEATURED, audience)
        .filter_map(|(head, texts)| match head[..] {
            [_, slug, icon] => {
                let short = texts.get(2..).map(|t| pick(t, lang)).unwrap_or_default();
                Some(Featured { slug, icon, title: pick(&texts, lang), short })
            }
            _ => None,
        })
        .collect()
}

/// A zone: audience, theme, name.
pub fn zones(lang: Lang) -> Vec<(&'static str, &'static str, &'static str)> {
    lines(FEATURED, "zone")
        .filter_map(|(head, texts)| match head[..] {
            [_, audience, theme] => Some((audience, theme, pick(&texts, lang))),
            _ => None,
        })
        .collect()
}

/// Queries to try.
pub fn queries(audience: &str) -> Vec<&'static str> {
    lines(FEATURED, "hot")
        .filter(|(head, _)| head.last() == Some(&audience))
        .flat_map(|(_, texts)| texts)
        .collect()
}

/// Name of a theme in a language, and its icon.
pub fn theme(name: &str, lang: Lang) -> (String, &'static str) {
    let row = THEMES.lines().find_map(|line| {
        let mut parts = line.split('|').map(str::trim);
        (parts.next() == Some(name)).then(|| (parts.next().unwrap_or(name), parts.next()))
    });
    match row {
        Some((english, icon)) => {
            let shown = if lang == Lang::En { english } else { name };
            (shown.to_string(), icon.unwrap_or("grid"))
        }
        None => (name.to_string(), "grid"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_names_items_that_exist() {
        let shipped = crate::catalogue::shipped().expect("shipped items");
        for audience in ["person", "business"] {
            let chosen = items(audience, Lang::Zh);
            assert_eq!(chosen.len(), 12);
            assert!(chosen.iter().all(|c| shipped.iter().any(|item| item.slug == c.slug)));
            assert!(queries(audience).len() > 4);
        }
        assert_eq!(zones(Lang::En).len(), 6);
        assert_eq!(theme("残疾人", Lang::En), ("Disabled persons".to_string(), "wheelchair"));
    }

    #[test]
    fn every_theme_has_an_english_name() {
        for item in crate::catalogue::shipped().expect("shipped items") {
            for name in item.themes_person.iter().chain(&item.themes_business) {
                assert_ne!(&theme(name, Lang::En).0, name);
            }
        }
    }
}
