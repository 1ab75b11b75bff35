//! The book of divisions: today's, with parents and children, and the retired ones.

use std::sync::OnceLock;

use super::code::{DivisionCode, Level};
use crate::CodeError;

/// A division that exists today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// Its code.
    pub code: DivisionCode,
    /// Its name, for example 示例区.
    pub name: Box<str>,
    /// What it is called in law: 省, 地级市, 市辖区, 县, 镇, 街道 …
    pub kind: Box<str>,
}

/// A code that is no longer in use, and what came after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// The old code.
    pub code: DivisionCode,
    /// Its last name.
    pub name: Box<str>,
    /// The year of the change.
    pub year: u16,
    /// What happened: 撤县设区, 撤销, 同名改码 …
    pub change: Box<str>,
    /// The code that took its place at once, if one did; it may be retired in its turn.
    pub successor: Option<DivisionCode>,
}

/// All divisions. Build it once; [`Divisions::shipped`] is kept for the life of the program.
#[derive(Debug, Default)]
pub struct Divisions {
    /// Sorted by code, so a parent stands before its children.
    all: Vec<Division>,
    /// Sorted by code, then year.
    retired: Vec<Retired>,
}

impl Divisions {
    /// Reads `code,name,kind` (provinces to counties), the same for townships, and
    /// `code,name,year,successor,change` for retired codes; each with one heading line.
    ///
    /// # Errors
    /// `division-data` with the line's number in its file.
    pub fn load(divisions: &str, townships: &str, retired: &str) -> Result<Divisions, CodeError> {
        let mut book = Divisions::default();
        book.add(divisions)?;
        book.add(townships)?;
        book.add_retired(retired)?;
        Ok(book)
    }

    /// Adds more divisions of the same form, for example the sample region.
    ///
    /// # Errors
    /// `division-data`.
    pub fn add(&mut self, csv: &str) -> Result<(), CodeError> {
        for (no, line) in rows(csv) {
            let wrong = || CodeError::new("division-data").with("line", no);
            let parts: Vec<&str> = line.split(',').collect();
            let [code, name, kind] = parts[..] else { return Err(wrong()) };
            let code = DivisionCode::parse(code).map_err(|_| wrong())?;
            self.all.push(Division { code, name: name.into(), kind: kind.into() });
        }
        self.all.sort_by_key(|d| d.code);
        self.all.dedup_by_key(|d| d.code);
        Ok(())
    }

    /// Adds retired codes.
    ///
    /// # Errors
    /// `division-data`.
    pub fn add_retired(&mut self, csv: &str) -> Result<(), CodeError> {
        for (no, line) in rows(csv) {
            let wrong = || CodeError::new("division-data").with("line", no);
            let parts: Vec<&str> = line.split(',').collect();
            let [code, name, year, successor, change] = parts[..] else { return Err(wrong()) };
            let successor = match successor {
                "" => None,
                code => Some(DivisionCode::parse(code).map_err(|_| wrong())?),
            };
            self.retired.push(Retired {
                code: DivisionCode::parse(code).map_err(|_| wrong())?,
                name: name.into(),
                year: year.parse().map_err(|_| wrong())?,
                change: change.into(),
                successor,
            });
        }
        self.retired.sort_by_key(|r| (r.code, r.year));
        Ok(())
    }

    /// The book that ships: the whole country (September 2026) and the sample region 示例省.
    pub fn shipped() -> &'static Divisions {
        static BOOK: OnceLock<Divisions> = OnceLock::new();
        BOOK.get_or_init(|| {
            let mut book = Divisions::load(
                include_str!("../../../../data/divisions/divisions.csv"),
                include_str!("../../../../data/divisions/townships.csv"),
                include_str!("../../../../data/divisions/retired.csv"),
            )
            .unwrap_or_default();
            // Shipped files are proven sound by this crate's tests, so nothing is lost here.
            let sample = book.add(include_str!("../../../../data/divisions/sample.csv"));
            let old =
                book.add_retired(include_str!("../../../../data/divisions/sample-retired.csv"));
            debug_assert!(sample.is_ok() && old.is_ok(), "sample region");
            book
        })
    }

    /// How many divisions there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The division of that code today.
    pub fn get(&self, code: DivisionCode) -> Option<&Division> {
        let at = self.all.binary_search_by_key(&code, |d| d.code).ok()?;
        self.all.get(at)
    }

    /// The division above. Counties of 北京 stand directly under the city-province, townships of
    /// 东莞 directly under the city: levels that do not exist are passed over.
    pub fn parent(&self, code: DivisionCode) -> Option<&Division> {
        let ladder: &[DivisionCode] = match code.level() {
            Level::Province => &[],
            Level::City => &[code.province()],
            Level::County => &[code.city(), code.province()],
            Level::Town => &[code.county(), code.city(), code.province()],
            Level::Village => &[code.town(), code.county(), code.city()],
        };
        ladder.iter().find_map(|above| self.get(*above))
    }

    /// The divisions directly below, in order of code; `None` asks for the provinces.
    pub fn children(&self, code: Option<DivisionCode>) -> Vec<&Division> {
        match code {
            None => self.all.iter().filter(|d| d.code.level() == Level::Province).collect(),
            Some(code) => {
                let from = self.all.partition_point(|d| d.code <= code);
                let within = self.all[from..].iter().take_while(|d| code.contains(d.code));
                within.filter(|d| self.parent(d.code).is_some_and(|p| p.code == code)).collect()
            }
        }
    }

    /// From the province down to the division itself; empty when the code is unknown.
    pub fn path(&self, code: DivisionCode) -> Vec<&Division> {
        let mut path = Vec::new();
        let mut at = self.get(code);
        while let Some(division) = at {
            path.push(division);
            at = self.parent(division.code);
        }
        path.reverse();
        path
    }

    /// Names from the province down, written together: `示例省示例市示例区`.
    pub fn full_name(&self, code: DivisionCode) -> String {
        self.path(code).iter().map(|d| &*d.name).collect()
    }

    /// What became of a code that is no longer in use, the latest change of it.
    pub fn retired(&self, code: DivisionCode) -> Option<&Retired> {
        if self.get(code).is_some() {
            return None;
        }
        let from = self.retired.partition_point(|r| r.code < code);
        self.retired[from..].iter().take_while(|r| r.code == code).last()
    }

    /// Today's division for a code old or new: retired codes are followed to the one in use.
    pub fn current(&self, code: DivisionCode) -> Option<&Division> {
        let mut code = code;
        // Twelve changes in a row never happened; the limit guards against a circle in the data.
        for _ in 0..12 {
            if let Some(division) = self.get(code) {
                return Some(division);
            }
            code = self.retired(code)?.successor?;
        }
        None
    }

    /// Every division in order of code.
    pub fn iter(&self) -> impl Iterator<Item = &Division> {
        self.all.iter()
    }
}

/// Rows behind the heading, with their line numbers; empty lines are passed over.
fn rows(csv: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = csv.lines().enumerate().skip(1);
    lines.map(|(at, line)| (at + 1, line.trim())).filter(|(_, line)| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> DivisionCode {
        DivisionCode::parse(text).expect(text)
    }

    #[test]
    fn ships_the_country_and_the_sample_region() {
        let book = Divisions::shipped();
        let count =
            |level| book.iter().filter(|d| d.code.level() == level && !d.code.is_sample()).count();
        assert_eq!(count(Level::Province), 34);
        assert_eq!(count(Level::City), 333);
        assert_eq!(count(Level::County), 2_847);
        assert_eq!(count(Level::Town), 38_935);
        assert_eq!(book.full_name(code("990102001001")), "示例省示例市示例区示例街道示例社区");
        for used in ["990101", "990102", "990103", "990181"] {
            assert_eq!(book.parent(code(used)).map(|d| &*d.name), Some("示例市"), "{used}");
        }
    }

    #[test]
    fn every_division_has_its_path() {
        let book = Divisions::shipped();
        for division in book.iter() {
            let path = book.path(division.code);
            assert_eq!(path[0].code.level(), Level::Province, "{}", division.code);
            assert!(
                path.iter().all(|above| above.code.contains(division.code)),
                "{}",
                division.code
            );
        }
    }

    #[test]
    fn levels_that_do_not_exist_are_passed_over() {
        let book = Divisions::shipped();
        let parent = |text: &str| book.parent(code(text)).map(|d| d.name.to_string());
        assert_eq!(parent("110101").as_deref(), Some("北京市"));
        assert_eq!(parent("441900003").as_deref(), Some("东莞市"));
        assert_eq!(parent("620201001").as_deref(), Some("嘉峪关市"));
        assert_eq!(parent("110000"), None);
        let children = |text: &str| book.children(Some(code(text))).len();
        assert_eq!(children("110000"), 16);
        assert_eq!(children("990100"), 4);
        assert_eq!(children("990102"), 3);
        assert!(children("441900") > 30 && children("620200") > 2);
        assert_eq!(book.children(None).len(), 35);
    }

    #[test]
    fn follows_retired_codes() {
        let book = Divisions::shipped();
        let old = book.retired(code("110103")).expect("retired");
        assert_eq!((&*old.name, old.year), ("崇文区", 2010));
        assert_eq!(book.current(code("110103")).map(|d| &*d.name), Some("东城区"));
        assert_eq!(book.current(code("990121")).map(|d| &*d.name), Some("示例区"));
        assert_eq!(book.current(code("110101")).map(|d| &*d.name), Some("东城区"));
        assert!(book.retired(code("110101")).is_none() && book.current(code("123456")).is_none());
    }

    /// A merged or divided district has no single successor; every other retired code leads on.
    #[test]
    fn retired_codes_with_a_successor_reach_today() {
        let book = Divisions::shipped();
        for old in &book.retired {
            assert!(book.get(old.code).is_none(), "{} is in use", old.code);
            let ends = book.current(old.code).is_some();
            let latest = book.retired(old.code).expect("itself");
            assert_eq!(ends, latest.successor.is_some(), "{}", old.code);
        }
        assert_eq!(book.current(code("522423")).map(|d| &*d.name), Some("黔西市"));
    }

    #[test]
    fn one_place_has_one_value() {
        assert_eq!(code("990102"), code("990102000000"));
        assert_eq!(code("990102000").to_string(), "990102");
        assert_eq!(code("990102001").twelve(), "990102001000");
        for (text, why) in
            [("99010", "division-length"), ("99010X", "division-letter"), ("", "division-length")]
        {
            assert_eq!(DivisionCode::parse(text).map_err(|e| e.code), Err(why), "{text}");
        }
    }

    #[test]
    fn refuses_broken_rows() {
        for csv in ["code,name,kind\n110000,北京市", "h\n1100,北京市,市"] {
            let error = Divisions::load(csv, "", "").map(|_| ());
            assert_eq!(error, Err(CodeError::new("division-data").with("line", 2)));
        }
    }
}
