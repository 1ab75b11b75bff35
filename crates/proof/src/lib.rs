//! The proof wing: what is true. It makes and keeps seals and licences and says of any paper whether it
//! is genuine; it never decides a case.
//!
//! Rooms: [`seals`] (keys, certificates, the life of seals, sealed documents), [`custody`] (who keeps them),
//! [`licences`] (licences), [`showing`] (holding one out), [`types`] (what a licence type says), [`issuing`] (issuing at the
//! desk), [`quality`] (what to put right), [`exchange`] (sharing them with other departments' systems),
//! [`grants`] (what holders allow), [`lists`] (what a verifier without a network rests on),
//! [`soundness`] (does what is kept agree with the ledger) and [`verification`] (is this paper genuine).

mod asked;
pub mod custody;
pub mod exchange;
pub mod grants;
pub mod issuing;
pub mod licences;
pub mod lists;
pub mod quality;
pub mod seals;
pub mod showing;
pub mod soundness;
#[cfg(test)]
mod testing;
pub mod types;
pub mod verification;

use guide::Guide;
use licences::picture::Pictures;
use licences::{LicenceDraft, MadeLicence};
use people::People;
use seals::{DocumentDraft, SealedFile, Seals};
use std::ops::Deref;
use store::jobs::Handler;
use store::{Result, Sql};
use verification::{Verdict, Verifier};
use web::App;

/// State of the wing; cheap to clone.
#[derive(Clone)]
pub struct Proof {
    /// The wing below.
    pub guide: Guide,
    seals: Seals,
    pictures: Pictures,
    lists: lists::Maker,
}

impl Deref for Proof {
    type Target = Guide;
    fn deref(&self) -> &Guide {
        &self.guide
    }
}

impl Proof {
    /// Opens the wing; at the first start the sandbox authorities are made. Safe to call twice.
    pub async fn new(guide: Guide) -> Result<Proof> {
        let seals = Seals::open(guide.people.app.store.clone()).await?;
        Ok(Proof { guide, seals, pictures: Pictures::default(), lists: lists::Maker::default() })
    }

    /// The common front.
    pub fn app(&self) -> &App {
        &self.guide.people.app
    }

    /// Who is who.
    pub fn people(&self) -> &People {
        &self.guide.people
    }

    /// Keys, certificates and seals.
    pub fn seals(&self) -> &Seals {
        &self.seals
    }

    /// Pictures of licences looked at of late.
    pub(crate) fn pictures(&self) -> &Pictures {
        &self.pictures
    }

    /// What a verifier without a network takes with him, at most a minute old.
    ///
    /// # Errors
    /// Only faults of ours.
    pub async fn bundle(&self) -> Result<lists::maker::Made> {
        self.lists.bundle(&self.seals, &self.app().site.name).await
    }

    /// An offline code for what a holder chose to show.
    ///
    /// # Errors
    /// `code-too-long` when more was chosen than a code can carry.
    pub(crate) async fn carried_code(&self, told: &lists::code::Told) -> Result<String> {
        self.lists.code(&self.seals, told).await
    }

    /// Makes a document in the official form, seals it with the unit's seal and keeps the file.
    ///
    /// # Errors
    /// `seal-not-ordered` when the case's ledger holds no decision of this kind, `seal-used-already`.
    pub async fn seal_document(&self, draft: DocumentDraft) -> Result<SealedFile> {
        let number =
            if draft.number.is_empty() { draft.case_no.as_deref() } else { Some(&*draft.number) };
        let scan = number.map(|number| verification::address(&self.app().site.address, number));
        self.seals.seal_document(draft, &scan.unwrap_or_default()).await
    }

    /// Makes a licence: number, identifier, sealed OFD. It is in force only once
    /// [`licences::acts::issue`] has run in a transaction.
    ///
    /// # Errors
    /// As [`Proof::seal_document`]; `licence-values` when a printed value is missing.
    pub async fn make_licence(&self, draft: LicenceDraft) -> Result<MadeLicence> {
        licences::make::licence(&self.seals, draft).await
    }

    /// A document of ours for paper: the same pages as PDF. What it proves, the sealed file proves; a print is
    /// verified by the code or number on it.
    ///
    /// # Errors
    /// `Internal` when the bytes are no document.
    pub async fn printed(&self, ofd: Vec<u8>) -> Result<Vec<u8>> {
        let fonts = self.seals.fonts();
        let draw = move || {
            let limits = ofd::Limits::default();
            let reader = ofd::read::Reader::open(&ofd, &limits).map_err(store::Error::internal)?;
            ofd::pdf::render_pdf(&reader, fonts).map_err(store::Error::internal)
        };
        tokio::task::spawn_blocking(draw).await.map_err(store::Error::internal)?
    }

    /// Judges a file: signatures over its bytes, the chain to the trust list, and what the register of
    /// licences says of it now.
    ///
    /// # Errors
    /// Only faults of ours; a bad file is a verdict.
    pub async fn verify_file(&self, bytes: &[u8]) -> Result<Verdict> {
        verification::judge::file(&self.seals, bytes).await
    }

    /// Judges a licence identifier, a case or document number, or the text of a shown code. `verifier` tells one
    /// verifier from another (a network address); it is kept as a keyed hash only.
    ///
    /// # Errors
    /// Only faults of ours.
    pub async fn verify_text(&self, text: &str, verifier: &str) -> Result<Verdict> {
        self.verify_as(text, &Verifier::stranger(verifier)).await
    }

    /// As [`Proof::verify_text`], by somebody this node may know.
    ///
    /// # Errors
    /// Only faults of ours.
    pub async fn verify_as(&self, text: &str, verifier: &Verifier) -> Result<Verdict> {
        verification::judge::text(&self.seals, text, verifier).await
    }

    /// Walks the seals of the sample units through their life, then fills the sample registers: business
    /// licences of the sample enterprises, id cards and vehicle licences of the sample persons; and the sample
    /// types of licences, with a batch that waits for approval. Does nothing where there is no sandbox, or when
    /// it ran before.
    pub async fn seed_sample(&self) -> Result<()> {
        seals::sample::seed(self).await?;
        licences::sample::seed(self).await?;
        types::seed::seed(self).await?;
        issuing::seed::seed(self).await?;
        exchange::sample::seed(self).await
    }
}

/// Whether a licence or a use of a seal names a file.
pub fn names_file(db: &mut store::Db<'_>, file: &store::FileHash) -> Result<bool> {
    let licence = licences::records::by_file(db, file.as_str())?;
    let copy = grants::records::copy_of_file(db, file)?;
    Ok(licence.is_some()
        || copy.is_some()
        || seals::records::use_of_file(db, file.as_str())?.is_some())
}

/// The handlers of the wing's jobs.
pub fn handlers(proof: &Proof) -> Vec<(&'static str, Handler)> {
    let mut all = seals::jobs::handlers(proof.seals());
    all.extend(issuing::handlers(proof));
    all
}

/// Every SQL text of this crate, for the test that prepares each on both databases.
pub fn sql() -> Vec<(&'static str, Sql)> {
    [
        seals::records::ALL,
        custody::records::ALL,
        licences::records::ALL,
        showing::records::ALL,
        types::records::ALL,
        issuing::records::ALL,
        quality::records::ALL,
        lists::records::ALL,
        exchange::records::ALL,
        soundness::records::ALL,
        grants::records::ALL,
    ]
    .concat()
}

/// Columns that key rotation moves.
pub fn sealed() -> Vec<store::vault::SealedColumn> {
    vec![
        store::sealed_column!("seal_key", "secret"),
        store::sealed_column!("licence", "holder"),
        store::sealed_column!("licence", "fields"),
        store::sealed_column!("issue_row", "body"),
        store::sealed_column!("licence_grant", "said"),
        store::sealed_column!("licence_copy", "said"),
    ]
}
