//! Which version of a guide is shown: the current one, or the one that a draft or case goes by.

use std::sync::Arc;

use codes::time::Stamp;
use store::{Db, Error, Result};
use web::Frame;

use crate::{
    Guide,
    catalogue::{
        Published,
        records::{self},
    },
    editions,
    packs::Pack,
};

/// A guide in one version.
pub struct Shown {
    /// The item as it was published then.
    pub published: Arc<Published>,
    /// Its pack, where there is one.
    pub pack: Option<Arc<Pack>>,
    /// Number and day of the version shown.
    pub version: (i64, Stamp),
    /// Number and day of every version, the latest first.
    pub history: Vec<(i64, Stamp)>,
}

impl Shown {
    /// Whether a later version is in force.
    pub fn past(&self) -> bool {
        self.history.first().is_some_and(|(n, _)| *n > self.version.0)
    }

    /// A notice above an earlier version; empty above the current one.
    pub fn told(&self, f: &Frame) -> Option<(String, String)> {
        let (n, at) = self.history.first().filter(|_| self.past())?;
        let shown =
            f.ta2("catalogue-past", "n", self.version.0, "day", super::day(f, self.version.1));
        Some((shown, f.ta2("catalogue-past-text", "n", n, "day", super::day(f, *at))))
    }
}

/// The version asked for, or the current one.
///
/// # Errors
/// `NotFound` when there is no such version; `pack-damaged`.
pub async fn shown(guide: &Guide, slug: &str, wanted: Option<i64>) -> Result<Shown> {
    let shelf = guide.shelf();
    let current = shelf.get(slug).ok_or(Error::NotFound)?.clone();
    let pack = shelf.pack(slug).cloned();
    guide
        .app()
        .store
        .read(move |db| match pack {
            Some(pack) => of_pack(db, current, pack, wanted),
            None => of_item(db, current, wanted),
        })
        .await
}

fn of_item(db: &mut Db<'_>, current: Arc<Published>, wanted: Option<i64>) -> Result<Shown> {
    let history = records::history(db, current.item_id)?;
    let published = match wanted {
        Some(n) if n != i64::from(current.version) => {
            Arc::new(records::by_number(db, current.item_id, n)?)
        }
        _ => current,
    };
    let version = (published.version.into(), published.published_at);
    Ok(Shown { published, pack: None, version, history })
}

/// A version of a pack with the item as it was published while that version was current.
fn of_pack(
    db: &mut Db<'_>,
    current: Arc<Published>,
    pack: Arc<Pack>,
    wanted: Option<i64>,
) -> Result<Shown> {
    let slug = pack.slug.clone();
    let history = editions::history(db, &slug)?;
    let latest = i64::from(pack.item.version);
    let number = wanted.unwrap_or(latest);
    let (n, at) = *history.iter().find(|(n, _)| *n == number).ok_or(Error::NotFound)?;
    if n == latest {
        let pack = Some(pack);
        return Ok(Shown { published: current, pack, version: (n, at), history });
    }
    let pack = editions::at(db, &slug, n)?;
    let until = editions::successor(db, &slug, n)?.map(|e| e.published);
    let then = until.map(|until| records::before(db, current.item_id, until)).transpose()?;
    let mut published = then.flatten().unwrap_or_else(|| Published::clone(&current));
    published.item.overlay(&pack);
    let published = Arc::new(published);
    Ok(Shown { published, pack: Some(pack), version: (n, at), history })
}
