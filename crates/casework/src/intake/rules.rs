//! Pure decisions of the window: what it takes, who may touch a sitting, whether a confirmation holds.

use super::model::{Facts, Sitting};
use crate::drafts::Hindrance;
use guide::packs::{Changes, Pack, PageKind, Widget};
use people::identity::{Unit, UnitId};
use serde_json::Value;
use std::collections::BTreeMap;
use store::{Error, Result};

/// Most characters of a note of authority or of a reason to go on by hand.
pub const MOST_WORDS: usize = 200;
/// How long an address for confirming lives, in seconds.
pub const LINK_SECONDS: i64 = 900;

/// Whether the windows of a unit take an item: the unit decides it, it is the service centre of the
/// region whose unit does, or the item names its windows as a place to go to (通办).
pub fn takes(here: &Unit, pack: &Pack, unit: &Unit, centre: Option<UnitId>) -> bool {
    let named = pack.item.windows.iter().any(|w| w.name.zh.starts_with(&here.name));
    here.id == unit.id || centre == Some(here.id) || named
}

/// Whether a clerk of a unit may touch a sitting; to others it does not exist.
pub fn of_unit(sitting: Sitting, unit: UnitId) -> Result<Sitting> {
    if sitting.unit == unit { Ok(sitting) } else { Err(Error::NotFound) }
}

/// A note a clerk has to give: 4 to 200 characters, no control characters.
///
/// # Errors
/// `code` when it is too short, too long or not text.
pub fn note(code: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    let clean = text.chars().all(|c| !c.is_control());
    if !clean || !(4..=MOST_WORDS).contains(&text.chars().count()) {
        return Err(Error::refused(code));
    }
    Ok(text.to_owned())
}

/// Whether the applicant has confirmed this very version of the draft.
pub fn confirmed(facts: &Facts, version: i64) -> bool {
    facts.confirmed.as_ref().is_some_and(|c| c.version == version)
}

/// Whether the number read off a signed sheet is that of what is there now.
///
/// # Errors
/// `intake-code-none` when nothing was typed, `intake-code-old` when the sheet was printed for other
/// answers.
pub fn same_code(typed: &str, code: &str) -> Result<()> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    match typed.to_uppercase() {
        typed if typed.is_empty() => Err(Error::refused("intake-code-none")),
        typed if typed == code => Ok(()),
        _ => Err(Error::refused("intake-code-old")),
    }
}

fn declarations(pack: &Pack) -> impl Iterator<Item = &str> {
    let review = pack.form.pages.iter().filter(|p| p.kind == PageKind::Review);
    let fields = review.flat_map(|p| &p.fields);
    fields.filter(|f| matches!(f.widget, Widget::Tick | Widget::Sign)).map(|f| f.key.as_str())
}

/// The declarations of the application, which are the applicant's alone to make: true once he confirms.
pub fn declared(pack: &Pack) -> Changes {
    let all = declarations(pack).map(|key| (key.to_owned(), Value::Bool(true)));
    Changes(all.collect::<BTreeMap<_, _>>())
}

/// What a clerk typed, without the declarations: no clerk makes them.
pub fn without_declarations(pack: &Pack, mut changes: Changes) -> Changes {
    for key in declarations(pack) {
        changes.0.remove(key);
    }
    changes
}

/// What hinders handing in, but for what the applicant's confirmation settles: the declarations, and
/// answers of long ago that he reads again with the rest.
pub fn to_mend(pack: &Pack, all: Vec<Hindrance>) -> Vec<Hindrance> {
    let own = |h: &Hindrance| match h {
        Hindrance::Field(e) => declarations(pack).any(|key| key == e.top()),
        Hindrance::Confirm(_) => true,
        _ => false,
    };
    all.into_iter().filter(|h| !own(h)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use guide::packs::shipped;

    fn unit(id: i64, name: &str) -> Unit {
        let text = String::new;
        Unit {
            id: UnitId(id),
            name: name.into(),
            name_en: text(),
            uscc: text(),
            region: text(),
            phone: text(),
            address: text(),
        }
    }

    #[test]
    fn a_window_takes_what_is_its_own_what_its_region_decides_and_what_names_it() {
        let pack = shipped("spjy-xb").expect("pack");
        let decides = unit(2, "示例区市场监督管理局");
        let centre = unit(1, "示例区政务服务中心");
        let other = unit(3, "示例市公安局");
        assert!(takes(&decides, &pack, &decides, Some(centre.id)));
        assert!(takes(&centre, &pack, &decides, Some(centre.id)));
        assert!(takes(&centre, &pack, &decides, None), "the item names the centre's windows");
        assert!(!takes(&other, &pack, &decides, Some(centre.id)));
    }

    #[test]
    fn declarations_are_the_applicants_alone() {
        let pack = shipped("spjy-xb").expect("pack");
        let declared = declared(&pack);
        assert_eq!(declared.0.keys().collect::<Vec<_>>(), ["promise", "signature"]);
        assert!(without_declarations(&pack, declared).0.is_empty());
    }

    #[test]
    fn a_sheet_is_for_the_answers_it_was_printed_with() {
        for (typed, said) in [
            ("0A1B2C3D", None),
            (" 0a1b 2c3d ", None),
            ("", Some("intake-code-none")),
            ("  ", Some("intake-code-none")),
            ("0A1B2C3E", Some("intake-code-old")),
            ("0A1B2C", Some("intake-code-old")),
        ] {
            let found = same_code(typed, "0A1B2C3D").err();
            assert_eq!(found.as_ref().map(Error::code), said, "{typed:?}");
        }
    }

    #[test]
    fn notes_say_something() {
        for (text, good) in [
            ("授权委托书", true),
            ("", false),
            ("无", false),
            ("登记库维护\n", true),
            ("a\u{7}bcdef", false),
        ] {
            assert_eq!(note("intake-authority", text).is_ok(), good, "{text:?}");
        }
        assert!(note("intake-authority", &"长".repeat(201)).is_err());
    }
}
