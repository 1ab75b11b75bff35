//! Makes the bundle and signs offline codes; the last bundle is kept for a minute, so that asking for it
//! often costs nothing.

use super::model::Lists;
use super::{code, records, wrap};
use crate::seals::Seals;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use codes::time::Stamp;
use gm::x509::Certificate;
use std::sync::Arc;
use store::Result;
use tokio::sync::Mutex;

/// Seconds a bundle is handed out before a new one is made: what ended is told within this time.
pub const FRESH: i64 = 60;

/// Maker of bundles; cheap to clone.
#[derive(Clone, Default)]
pub struct Maker(Arc<Mutex<Option<Made>>>);

/// A bundle made.
#[derive(Debug, Clone)]
pub struct Made {
    /// The file.
    pub bytes: Arc<[u8]>,
    /// When it was made.
    pub at: Stamp,
    /// How many licences it names as ended.
    pub ended: usize,
    /// How many seals it names.
    pub seals: usize,
}

impl Maker {
    /// The bundle of this moment, at most a minute old. `node` is the name of the site.
    pub async fn bundle(&self, seals: &Seals, node: &str) -> Result<Made> {
        let store = seals.store();
        let mut kept = self.0.lock().await;
        let now = store.clock().now();
        if let Some(made) = kept.as_ref().filter(|m| now >= m.at && now < m.at.plus_seconds(FRESH))
        {
            return Ok(made.clone());
        }
        let by = seals.speaker().await?;
        let (ended, trusted) =
            store.read(move |db| Ok((records::ended(db, now.day())?, records::seals(db)?))).await?;
        let revoked = seals.crls().await?;
        let packed = |all: &[Certificate]| all.iter().map(|c| STANDARD.encode(c.der())).collect();
        let counts = (ended.len(), trusted.len());
        let lists = Lists {
            version: wrap::VERSION,
            node: node.to_owned(),
            made_at: now.compact(),
            roots: packed(seals.anchors()),
            between: packed(seals.between()),
            revoked: revoked.iter().map(|der| STANDARD.encode(der)).collect(),
            seals: trusted,
            ended: STANDARD.encode(ended.packed()),
        };
        let made = Made {
            bytes: wrap::wrap(&lists, &by, now)?.into(),
            at: now,
            ended: counts.0,
            seals: counts.1,
        };
        *kept = Some(made.clone());
        Ok(made)
    }

    /// An offline code for what a holder chose to show.
    pub async fn code(&self, seals: &Seals, told: &code::Told) -> Result<String> {
        code::make(told, &seals.speaker().await?.signer)
    }
}
