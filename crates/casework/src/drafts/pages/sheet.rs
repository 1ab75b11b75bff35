//! What one screen of questions holds (one page of the pack, or all of them on the 审表 of the fast
//! lane), and how its post is read.

use super::super::model::{Body, Opened};
use super::super::rules;
use super::asked::Typed;
use super::walk::{Stop, Walk};
use guide::packs::{Field, FieldError, Form, Page, Parsed, PostRefusal, Values, Widget};
use serde_json::Value;
use web::Frame;

/// Address of the page that shows all questions at once.
pub const ALL: &str = "all";

/// Names and values as posted.
pub type Pairs = Vec<(String, String)>;

/// One screen of questions.
pub struct Sheet<'o> {
    /// Last part of the address.
    pub key: &'o str,
    /// Pages of the pack on it.
    pub pages: Vec<&'o Page>,
}

impl<'o> Sheet<'o> {
    /// The screen of an address; `None` when the pack has no such page or this applicant does not see it.
    pub fn find(walk: &Walk<'o>, key: &str) -> Option<Sheet<'o>> {
        let pages = walk.stops.iter().filter_map(|s| match s {
            Stop::Page(page) => Some(*page),
            _ => None,
        });
        if key == ALL {
            return Some(Sheet { key: ALL, pages: pages.collect() });
        }
        let page = pages.into_iter().find(|p| p.key == key)?;
        Some(Sheet { key: &page.key, pages: vec![page] })
    }

    /// The question at the top.
    pub fn title(&self, f: &Frame, short: &str) -> String {
        match self.pages.as_slice() {
            [page] if self.key != ALL => page.title.get(f.lang.tag()).to_owned(),
            _ => f.ta("drafts-all-title", "item", short),
        }
    }

    /// Its fields, in order.
    pub fn fields(&self) -> impl Iterator<Item = &'o Field> {
        self.pages.iter().flat_map(|p| &p.fields)
    }

    /// Reads a post of this screen: boxes not sent are unticked, fields of other pages refused.
    ///
    /// # Errors
    /// [`PostRefusal`] for what no page of ours sends.
    pub fn parse(&self, opened: &Opened, pairs: &Pairs) -> Result<Parsed, PostRefusal> {
        let form = &opened.pack.form;
        if let [page] = self.pages.as_slice() {
            return form.parse_posted(pairs, Some(page));
        }
        let mut all = Parsed::default();
        let mut left = pairs.clone();
        for page in &self.pages {
            let (own, rest): (Pairs, Pairs) =
                left.into_iter().partition(|(name, _)| page.has(top(name)));
            left = rest;
            let parsed = form.parse_posted(&own, Some(page))?;
            all.changes.0.extend(parsed.changes.0);
            all.errors.extend(parsed.errors);
        }
        if let (false, Some(page)) = (left.is_empty(), self.pages.first()) {
            form.parse_posted(&left, Some(page))?;
        }
        Ok(all)
    }

    /// Answers of long ago on this screen that still have to be looked at again.
    pub fn stale(&self, body: &Body, walk: &Walk<'o>) -> Vec<String> {
        let mut all = rules::stale(body, &walk.judgement, walk.at);
        all.retain(|key| self.fields().any(|f| f.key == *key));
        all
    }

    /// What is wrong on this screen, what could not be read first.
    pub fn wrong(&self, walk: &Walk<'o>, mut unread: Vec<FieldError>) -> Vec<FieldError> {
        for page in &self.pages {
            for e in walk.wrong(Stop::Page(page)) {
                if !unread.iter().any(|u| u.field == e.field || u.top() == e.field) {
                    unread.push(e);
                }
            }
        }
        let keys: Vec<&str> = self.fields().map(|f| f.key.as_str()).collect();
        unread.sort_by_key(|e| keys.iter().position(|k| *k == e.top()));
        unread
    }
}

/// Key of the field a control belongs to.
pub fn top(name: &str) -> &str {
    name.split('.').next().unwrap_or_default()
}

/// Controls as the form engine reads them: `born_y` of three boxes is `born.y`, and rows taken out
/// (`_drop` = `mgr.1`) are not there.
pub fn tidy<'f>(pairs: Pairs, fields: impl Iterator<Item = &'f Field>, drop: &str) -> Pairs {
    let dates: Vec<&str> =
        fields.filter(|f| f.widget == Widget::Date).map(|f| f.key.as_str()).collect();
    let row = format!("{drop}.");
    let gone = |name: &str| !drop.is_empty() && name.starts_with(&row);
    let boxed = |name: String| match name.rsplit_once('_') {
        Some((key, part @ ("y" | "m" | "d"))) if dates.contains(&key) => format!("{key}.{part}"),
        _ => name,
    };
    pairs.into_iter().filter(|(n, _)| !gone(n)).map(|(n, v)| (boxed(n), v)).collect()
}

/// What was typed into fields that could not be read, to show it again.
pub fn typed(pairs: &Pairs, unread: &[FieldError]) -> Typed {
    let mut typed = Typed::new();
    for (name, value) in pairs {
        if unread.iter().any(|e| e.top() == top(name)) {
            typed.entry(name.clone()).or_default().push(value.clone());
        }
    }
    typed
}

/// Completes a partial save: one box of a date or one cell of a table comes alone while typing, the
/// rest is what is kept.
pub fn complete(form: &Form, values: &Values, pairs: Pairs) -> Pairs {
    let mut out: Pairs = Vec::new();
    for (_, field) in form.fields() {
        let head = format!("{}.", field.key);
        if !pairs.iter().any(|(n, _)| n.starts_with(&head)) {
            continue;
        }
        for (name, value) in kept(field, values.get(&field.key)) {
            if !pairs.iter().any(|(n, _)| *n == name) {
                out.push((name, value));
            }
        }
    }
    out.extend(pairs);
    out
}

fn kept(field: &Field, value: &Value) -> Pairs {
    let text = |v: &Value| match v {
        Value::String(s) => s.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    match (field.widget, value) {
        (Widget::Date, Value::String(day)) => {
            let parts = day.split('-').zip(["y", "m", "d"]);
            parts.map(|(v, p)| (format!("{}.{p}", field.key), v.to_owned())).collect()
        }
        (Widget::Table, Value::Array(rows)) => {
            let mut pairs = Vec::new();
            for (at, row) in rows.iter().enumerate() {
                for (column, cell) in row.as_object().into_iter().flatten() {
                    let cells = match cell {
                        Value::Array(chosen) => chosen.iter().map(text).collect(),
                        one => vec![text(one)],
                    };
                    let name = format!("{}.{at}.{column}", field.key);
                    pairs.extend(cells.into_iter().map(|c| (name.clone(), c)));
                }
            }
            pairs
        }
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guide::packs::{Source, shipped};
    use serde_json::json;

    fn pairs(list: &[(&str, &str)]) -> Pairs {
        list.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn boxes_of_a_date_and_dropped_rows_are_tidied() {
        let pack = shipped("spjy-xb").expect("pack");
        let fields = || pack.form.fields().map(|(_, f)| f);
        let posted =
            [("date_y", "2026"), ("area_y", "1"), ("mgr.1.name", "甲"), ("mgr.10.name", "乙")];
        let tidied = tidy(pairs(&posted), fields(), "mgr.1");
        let expected = [("date.y", "2026"), ("area_y", "1"), ("mgr.10.name", "乙")];
        assert_eq!(tidied, pairs(&expected), "only dates have boxes, only that row is gone");
    }

    #[test]
    fn one_cell_saved_alone_keeps_the_rest_of_its_table() {
        let pack = shipped("spjy-xb").expect("pack");
        let rows = json!([{"name": "甲", "post": "店长"}, {"name": "乙", "post": "厨师"}]);
        let values = Values::typed([("mgr".to_owned(), rows)], Source::Applicant);
        let whole = complete(&pack.form, &values, pairs(&[("mgr.1.post", "面点师")]));
        let parsed = pack.form.parse_posted(&whole, None).expect("well formed");
        let kept = &parsed.changes.0["mgr"];
        assert_eq!(kept[0], json!({"name": "甲", "post": "店长"}));
        assert_eq!(kept[1], json!({"name": "乙", "post": "面点师"}));
    }

    #[test]
    fn a_half_typed_date_takes_its_other_boxes_from_what_is_kept() {
        let pack = shipped("spjy-xb").expect("pack");
        let values = Values::typed([("date".to_owned(), json!("2026-11-16"))], Source::Applicant);
        let whole = complete(&pack.form, &values, pairs(&[("date.d", "17")]));
        let parsed = pack.form.parse_posted(&whole, None).expect("well formed");
        assert_eq!(parsed.changes.0["date"], json!("2026-11-17"));
    }
}
