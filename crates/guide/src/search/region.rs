//! Which regions' items a person standing somewhere can use.

/// The two-digit steps of a division code that say something: `990102` → `99`, `9901`, `990102`.
fn steps(code: &str) -> Vec<&str> {
    let code = code.get(..6).unwrap_or(code);
    let used = match code.trim_end_matches('0').len() {
        0 => 0,
        n => n.div_ceil(2) * 2,
    };
    [2, 4, 6].into_iter().filter(|n| *n <= used).filter_map(|n| code.get(..n)).collect()
}

/// Marks an item of this area is indexed under: its own, and one for every region above it.
pub fn marks(area: &str) -> Vec<String> {
    let steps = steps(area);
    let own = steps.last().copied().unwrap_or("00");
    std::iter::once(format!("={own}")).chain(steps.iter().map(|s| format!("<{s}"))).collect()
}

/// Marks to look for from a region: items of the region and of those above it, and all items below it.
pub fn wanted(code: &str) -> Vec<String> {
    let steps = steps(code);
    let mut marks = vec!["=00".to_string()];
    marks.extend(steps.iter().map(|s| format!("={s}")));
    if let Some(own) = steps.last() {
        marks.push(format!("<{own}"));
    }
    marks
}

/// How near an item of `area` is to a person in `code`: 0 the same region, 1–3 further up or down;
/// `None` when it belongs to another place.
pub fn distance(area: &str, code: &str) -> Option<u8> {
    let (item, here) = (steps(area), steps(code));
    let common = item.iter().zip(&here).take_while(|(a, b)| a == b).count();
    if common == item.len() || common == here.len() {
        u8::try_from(item.len().abs_diff(here.len())).ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_means_the_chain_up_and_what_lies_below() {
        for (area, here, near) in [
            ("990102", "990102", Some(0)),
            ("990100", "990102", Some(1)),
            ("990000", "990102", Some(2)),
            ("000000", "990102", Some(3)),
            ("990103", "990102", None),
            ("440000", "990102", None),
            ("440100", "440000", Some(1)),
            ("511602", "511602", Some(0)),
            ("511602", "510000", Some(2)),
        ] {
            assert_eq!(distance(area, here), near, "{area} from {here}");
            let found = marks(area).iter().any(|m| wanted(here).contains(m));
            assert_eq!(found, near.is_some(), "{area} from {here}");
        }
    }
}
