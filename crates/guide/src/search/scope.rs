//! Says honestly when a query is no matter for the catalogue: a page of this site, the 12345 hotline, or neither.

const TABLE: &str = include_str!("../../../../data/catalogue/scope.txt");

/// What lies outside the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    /// A page of this site.
    Navigate,
    /// A complaint or report for the 12345 hotline.
    Hotline,
    /// No matter of government service.
    Nothing,
}

/// One recognised phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'a> {
    /// What it is.
    pub what: Outside,
    /// Where to go; empty when nowhere.
    pub href: &'a str,
    /// The phrase that told.
    pub phrase: &'a str,
}

/// The table of phrases.
#[derive(Debug)]
pub struct Scope {
    phrases: Vec<(&'static str, Outside, &'static str)>,
}

impl Scope {
    /// Reads the shipped table.
    pub fn new() -> Self {
        let mut phrases = Vec::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let Some((head, tail)) = line.split_once('=') else { continue };
            let mut head = head.split_whitespace();
            let what = match head.next() {
                Some("navigate") => Outside::Navigate,
                Some("hotline") => Outside::Hotline,
                _ => Outside::Nothing,
            };
            let href = head.next().unwrap_or("");
            phrases.extend(tail.split_whitespace().map(|phrase| (phrase, what, href)));
        }
        Self { phrases }
    }

    /// The longest phrase of the table that stands in the folded query.
    pub fn look(&self, query: &str) -> Option<Found<'static>> {
        self.phrases
            .iter()
            .filter(|(phrase, _, _)| query.contains(phrase))
            .max_by_key(|(phrase, _, _)| phrase.len())
            .map(|(phrase, what, href)| Found { what: *what, href, phrase })
    }
}

impl Default for Scope {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_pages_hotline_and_idle_talk_apart() {
        let scope = Scope::new();
        for (query, what) in [
            ("我的办件进度到哪了", Some(Outside::Navigate)),
            ("小区路灯不亮", Some(Outside::Hotline)),
            ("明天天气好吗", Some(Outside::Nothing)),
            ("居住证怎么办", None),
        ] {
            assert_eq!(scope.look(query).map(|f| f.what), what, "{query}");
        }
    }
}
