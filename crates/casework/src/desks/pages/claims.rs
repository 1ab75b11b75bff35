//! What the applicant says against registers, before whoever handles the case: both values, side by side;
//! and who handed the case on to whom.

use super::answers::Told;
use super::say::names;
use super::sheet::{FileLine, Maker, Past};
use crate::cases::view::Dossier;
use crate::desks::records;
use crate::drafts::model::Dispute;
use people::identity::StaffId;
use store::Result;

/// A register's value and what the applicant says instead.
pub(crate) struct Disputed {
    /// Question.
    pub label: String,
    /// What the register says.
    pub held: String,
    /// Who keeps it.
    pub org: String,
    /// What the applicant says.
    pub yours: String,
    /// Why.
    pub reason: String,
    /// When he said so.
    pub at: String,
    /// Papers that show it.
    pub files: Vec<FileLine>,
}

impl Maker<'_> {
    /// Every dispute of a case.
    pub fn disputes(&self, d: &Dossier, told: &Told<'_>, opened: &[String]) -> Vec<Disputed> {
        let one = |(key, said): (&String, &Dispute)| {
            let field = d.progress.pack.form.field(key)?;
            let of = Dispute::paper_key(key);
            let papers = d.papers.iter().filter(|p| p.key == of);
            Some(Disputed {
                label: field.label.get(self.f.lang.tag()).to_owned(),
                held: told.words(field, d.body.values.get(key)),
                org: said.org.clone(),
                yours: told.words(field, &said.value.as_str().into()),
                reason: said.reason.clone(),
                at: said.at.ymd_hm(),
                files: papers.filter_map(|p| self.file(d, p, opened)).collect(),
            })
        };
        d.body.disputes.iter().filter_map(one).collect()
    }

    /// Every time it was handed on: by whom, to whom, why.
    pub async fn handed(&self, d: &Dossier) -> Result<Vec<Past>> {
        let id = d.progress.case.id;
        let all = self.w.store.read(move |db| records::handed(db, id)).await?;
        let who = all.iter().flat_map(|h| [h.from, h.to]).collect();
        let names = names(self.w, who).await?;
        let name = |id: StaffId| names.get(&id).cloned().unwrap_or_default();
        let line = |h: &records::Handed| Past {
            at: h.at.ymd_hm(),
            words: self.f.tall(
                "desks-handed-past",
                &[("from", &name(h.from)), ("to", &name(h.to)), ("reason", &h.reason)],
            ),
        };
        Ok(all.iter().map(line).collect())
    }
}
