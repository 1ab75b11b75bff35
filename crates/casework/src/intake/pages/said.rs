//! What is said of a case that was taken at a window: on the receipt, and to those who handle it.

use super::super::records::{self, Taken};
use crate::Casework;
use crate::cases::CaseId;
use crate::drafts::DraftId;
use store::{Disclosure, Result};
use web::Frame;

/// Lines about the window for whoever handles the case, each with whether it is a warning; none for a
/// case filed online. The page's own reading of the case covers the note of authority.
pub(crate) async fn window_lines(
    w: &Casework,
    f: &Frame,
    case: CaseId,
) -> Result<Vec<(bool, String)>> {
    let found = w.store.read(move |db| records::taken(db, DraftId(case.0))).await?;
    let Some(Taken { sitting, facts, seen }) = found else { return Ok(vec![]) };
    let leave = Disclosure::process("what the window noted goes with the case");
    let guest = records::unseal(w.vault(), &sitting, &leave)?;
    let mut lines = vec![(false, f.ta("intake-taken", "no", &facts.staff_no))];
    if let Some(c) = &facts.confirmed {
        let how = super::confirmed_words(f, &sitting, c);
        lines.push((false, f.ta2("intake-taken-confirmed", "how", how, "at", c.at.ymd_hm())));
        if !c.compared.is_empty() {
            let words = f.ta2("intake-taken-compared", "code", &c.code, "no", &c.compared);
            lines.push((false, words));
        }
    }
    if !guest.by_hand.is_empty() {
        lines.push((true, f.ta("intake-taken-by-hand", "why", &guest.by_hand)));
    }
    if !guest.authority.is_empty() {
        lines.push((false, f.ta("intake-taken-authority", "what", &guest.authority)));
    }
    for s in &seen {
        let pack = w.pack(&sitting.slug);
        let material = pack.as_ref().and_then(|p| p.materials.iter().find(|m| m.key == s.key));
        let name = material.map(|m| m.name.get(f.lang.tag()).to_owned()).unwrap_or_default();
        let how = f.tk("intake-look-", s.how.label());
        let args = [("name", name.as_str()), ("how", how.as_str()), ("no", s.staff_no.as_str())];
        lines.push((false, f.tall("intake-taken-seen", &args)));
    }
    Ok(lines)
}
