//! On which legal ground a steward may act on a licence: a table, so that nobody cites a law that does not
//! allow the act. The words stand under `licences-ground-<key>`; the Chinese ones are written down as basis.

use super::life::Step;
use web::{Lang, Texts};

/// Key of the ground whose clause the steward writes himself.
pub const OTHER: &str = "other";

/// The table: what may be done on which grounds. 行政许可法 art. 69 and 70, 行政处罚法 art. 9,
/// 行政复议法 art. 64, 行政诉讼法 art. 70.
const TABLE: &[(Step, &[&str])] = &[
    (Step::Suspend, &["penalty-suspend", OTHER]),
    (Step::Restore, &["suspension-over", "penalty-lifted", OTHER]),
    (Step::Transfer, &["moved", OTHER]),
    (
        Step::Cancel,
        &["not-renewed", "person-gone", "body-gone", "ended-before", "impossible", OTHER],
    ),
    (
        Step::Revoke,
        &["abuse", "beyond-power", "procedure", "not-qualified", "deceit", "revocable-else"],
    ),
    (Step::Penalise, &["penalty-revoke", OTHER]),
];

/// Keys of the grounds for a step.
pub fn of(step: Step) -> &'static [&'static str] {
    TABLE.iter().find(|(by, _)| *by == step).map_or(&[], |(_, keys)| keys)
}

/// Words of a ground.
pub fn words(key: &str, lang: Lang) -> String {
    Texts::shipped().t(lang, &format!("licences-ground-{key}")).to_owned()
}

/// The basis to write down: of the table, or as typed where the table leaves it open. `None` when the ground
/// does not stand in the table for this step.
pub fn basis(step: Step, key: &str, typed: &str) -> Option<String> {
    let known = of(step).iter().find(|known| **known == key)?;
    Some(if *known == OTHER { typed.trim().to_owned() } else { words(known, Lang::Zh) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_by_hand_has_grounds_with_words() {
        for step in Step::BY_HAND {
            assert!(!of(*step).is_empty(), "{step:?}");
            for key in of(*step) {
                for lang in [Lang::Zh, Lang::En] {
                    assert!(!words(key, lang).starts_with("licences-"), "{key} {lang:?}");
                }
            }
        }
        assert_eq!(of(Step::Issue), [""; 0]);
    }

    #[test]
    fn only_a_ground_of_the_step_gives_a_basis() {
        assert!(basis(Step::Revoke, "deceit", "").is_some_and(|b| b.contains("第六十九条第二款")));
        assert_eq!(basis(Step::Suspend, "deceit", ""), None);
        assert_eq!(basis(Step::Revoke, OTHER, "第一条"), None, "the law names them all");
        assert_eq!(
            basis(Step::Cancel, OTHER, " 办法第四十一条 ").as_deref(),
            Some("办法第四十一条")
        );
        assert_eq!(basis(Step::Cancel, "nonsense", "x"), None);
    }
}
