//! Pictures of licences: the first page of the sealed file, drawn once, packed, and kept for a while under the
//! address of the file. A file never changes, so neither does its picture.

use ofd::Limits;
use ofd::read::Reader;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use store::{Error, FileHash, Result};
use web::cache::gzip;

/// How many are kept: they lie in memory only, some 100 KB each.
const MOST: usize = 64;

/// A picture, plain and packed.
pub struct Picture {
    /// SVG.
    pub svg: Vec<u8>,
    /// The same under gzip.
    pub packed: Vec<u8>,
}

/// The pictures looked at last. Cheap to clone.
#[derive(Clone, Default)]
pub struct Pictures(Arc<Mutex<Shelf>>);

/// Those kept, the one looked at last first.
type Shelf = VecDeque<(Of, Arc<Picture>)>;

/// Which picture: of a file, whole or with some values covered.
type Of = (FileHash, bool);

impl Pictures {
    /// The picture of a file; `bytes` are asked for only when it is not kept. The values in `hidden` are covered;
    /// they are always the same for a file.
    ///
    /// # Errors
    /// Those of `bytes`, and `Internal` for a file that is no document.
    pub async fn of(
        &self,
        file: &FileHash,
        hidden: Vec<String>,
        bytes: impl FnOnce() -> Result<Vec<u8>> + Send + 'static,
    ) -> Result<Arc<Picture>> {
        let of = (file.clone(), hidden.is_empty());
        if let Some(kept) = self.kept(&of) {
            return Ok(kept);
        }
        let drawn = tokio::task::spawn_blocking(move || draw(&bytes()?, &hidden));
        let drawn = Arc::new(drawn.await.map_err(Error::internal)??);
        let mut all = self.0.lock().unwrap_or_else(|e| e.into_inner());
        all.retain(|(kept, _)| *kept != of);
        all.truncate(MOST - 1);
        all.push_front((of, drawn.clone()));
        Ok(drawn)
    }

    /// A kept picture, which then counts as looked at last.
    fn kept(&self, of: &Of) -> Option<Arc<Picture>> {
        let mut all = self.0.lock().unwrap_or_else(|e| e.into_inner());
        let at = all.iter().position(|(kept, _)| kept == of)?;
        let found = all.remove(at)?;
        let picture = found.1.clone();
        all.push_front(found);
        Some(picture)
    }
}

fn draw(bytes: &[u8], hidden: &[String]) -> Result<Picture> {
    let reader = Reader::open(bytes, &Limits::default()).map_err(Error::internal)?;
    let svg = ofd::picture::render_svg_without(&reader, 0, "p", hidden);
    let svg = svg.map_err(Error::internal)?.into_bytes();
    let packed = gzip(&svg, 9);
    Ok(Picture { svg, packed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::licences::make;
    use crate::testing::{House, draft};
    use store::Kind;

    /// The food licence is the fullest face there is: what it weighs, any may weigh (ux §3, 亮证: 20 KB of
    /// pictures), and it is drawn once.
    #[tokio::test]
    async fn a_licence_is_shown_at_once() {
        let house = House::new().await;
        house.decide(1, Kind::CaseGranted).await;
        let made = make::licence(&house.seals, draft()).await.expect("made");
        let file = made.file.expect("a file");
        let files = house.store().files().clone();
        let (pictures, hash) = (Pictures::default(), file.clone());
        let picture = pictures.of(&file, vec![], move || files.get(&hash)).await.expect("drawn");
        assert!(picture.packed.len() <= 18 * 1024, "{} bytes packed", picture.packed.len());
        assert!(picture.svg.len() <= 96 * 1024, "{} bytes", picture.svg.len());
        let never = || Err(Error::internal("asked for again"));
        assert!(pictures.of(&file, vec![], never).await.is_ok(), "kept");
        let other = FileHash::of(b"other");
        assert!(pictures.of(&other, vec![], || Ok(b"no document".to_vec())).await.is_err());
        for n in 0..MOST {
            let bytes = house.store().files().get(&file).expect("the file");
            let hash = FileHash::of(&n.to_le_bytes());
            if n % 16 == 0 {
                assert!(pictures.of(&hash, vec![], move || Ok(bytes)).await.is_ok());
            } else {
                let mut all = pictures.0.lock().expect("nobody broke it");
                all.truncate(MOST - 1);
                all.push_front(((hash, true), picture.clone()));
            }
        }
        assert!(
            pictures.of(&file, vec![], never).await.is_err(),
            "those looked at long ago are let go"
        );
    }
}
