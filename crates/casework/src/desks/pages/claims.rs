//! What the applicant says against registers, before whoever handles the case: both values, side by side.

use super::answers::Told;
use super::sheet::{FileLine, Maker};
use crate::cases::view::Dossier;
use crate::drafts::model::Dispute;

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
}
