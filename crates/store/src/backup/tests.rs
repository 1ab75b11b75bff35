//! Backups told as a story: copied while the node writes, brought back whole, refused when a byte is not as it was.

use super::{back_up, check, manifest, restore, snapshots};
use crate::ledger::{self, Event, Kind, Stream};
use crate::*;
use codes::time::Stamp;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

static COUNT: AtomicU32 = AtomicU32::new(0);

struct House {
    store: Store,
    folder: PathBuf,
}

fn settings(folder: &Path) -> Settings {
    Settings {
        url: Url::Sqlite(folder.join("t.db")),
        data: folder.to_owned(),
        clock: Clock::fixed(Stamp::from_micros(1_790_000_000_000_000)),
        chance: Chance::System,
        migrations: migrate::shipped(),
        readers: 2,
        writers: 1,
    }
}

impl House {
    fn new() -> House {
        let n = COUNT.fetch_add(1, Ordering::SeqCst);
        let folder =
            std::env::temp_dir().join(format!("tongban-backup-{}-{n}", std::process::id()));
        let store = Store::open(settings(&folder.join("node"))).expect("the store opens");
        House { store, folder }
    }

    fn backups(&self) -> PathBuf {
        self.folder.join("backups")
    }

    fn key(&self) -> PathBuf {
        self.folder.join("node/node.key")
    }

    async fn happens(&self, count: usize) {
        for _ in 0..count {
            let act = |tx: &mut Tx<'_>| {
                let event = Event::new(Kind::NodeStarted, Stream::of("node", 1));
                Ok(tx.record(event)?.with(()))
            };
            self.store.write(self.store.system_ctx(), act).await.expect("it happens");
        }
    }

    async fn back_up(&self, keep: usize) -> backup::Manifest {
        self.store.clock().advance_seconds(60);
        back_up(&self.store, &self.backups(), keep, "test", |_, _| {}).await.expect("backed up")
    }

    /// Restores into a fresh folder.
    fn restored(&self, name: &str) -> Result<Store> {
        let settings = settings(&self.folder.join(name));
        restore(&settings, &self.backups(), None, &self.key(), |_, _| {})?;
        Store::open(settings)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn proof(store: &Store) -> ledger::Proof {
    ledger::seal_now(store).await.expect("sealed");
    ledger::verify(store).await.expect("verifying works")
}

#[tokio::test]
async fn what_was_there_comes_back_and_what_came_later_does_not() {
    let house = House::new();
    house.happens(300).await;
    let early = house.store.files().put("身份证复印件".as_bytes()).expect("a file");
    let made = house.back_up(0).await;
    let late = house.store.files().put(b"later").expect("a file");
    house.happens(5).await;
    let back = house.restored("back").expect("restored");
    let found = proof(&back).await;
    assert_eq!((found.events, found.damage), (made.ledger.events, None));
    assert_eq!(found.events, 300);
    assert_eq!(back.files().get(&early).expect("the file"), "身份证复印件".as_bytes());
    assert_eq!(back.files().get(&late), Err(Error::NotFound));
    // It goes on: new events are chained and sealed behind the old ones.
    let again = House { store: back, folder: house.folder.join("more") };
    again.happens(3).await;
    let found = proof(&again.store).await;
    assert_eq!((found.events, found.sealed, found.damage), (303, 303, None));
}

#[tokio::test]
async fn what_an_older_program_kept_comes_back_although_it_is_refused_now() {
    let house = House::new();
    house.happens(1).await;
    const OLD: Sql = Sql("INSERT INTO counter (name, value) VALUES ($1, 7)");
    const FIND: Sql = Sql("SELECT name FROM counter WHERE value = 7");
    let refused = house.store.upkeep(Upkeep::Load, |db| db.exec(OLD, p!["a\0b"])).await;
    assert_eq!(refused.map_err(|e| e.code()), Err("form-encoding"));
    let kept = house.store.upkeep(Upkeep::Load, |db| db.exec_as_kept(OLD, p!["a\0b"])).await;
    assert_eq!(kept, Ok(1));
    house.back_up(0).await;
    let back = house.restored("back").expect("restored");
    let found = back.read(|db| db.one(FIND, &[], |row| row.text(0))).await;
    assert_eq!(found, Ok("a\0b".to_owned()));
}

#[tokio::test]
async fn the_backup_goes_on_while_the_node_writes_and_shows_nobody_anything() {
    let house = House::new();
    let folder = house.backups();
    let secret = "张三 990102199001011234";
    house.store.files().put(secret.as_bytes()).expect("a file");
    let (_, made) = tokio::join!(house.happens(500), house.back_up(0));
    assert!(made.ledger.events <= 500);
    let mut bytes = 0;
    let mut left = vec![folder];
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                left.push(entry.path());
                continue;
            }
            let content = std::fs::read(entry.path()).expect("a file");
            bytes += content.len();
            let key = std::fs::read(house.key()).expect("the key");
            for word in [secret.as_bytes(), b"node-started", key.as_slice()] {
                assert!(!content.windows(word.len()).any(|w| w == word), "{:?}", entry.path());
            }
        }
    }
    assert!(bytes > 1_000);
    let back = house.restored("back").expect("restored");
    assert_eq!(proof(&back).await.events, made.ledger.events);
}

#[tokio::test]
async fn a_changed_byte_is_found_wherever_it_is() {
    let house = House::new();
    house.happens(20).await;
    house.store.files().put(b"a paper").expect("a file");
    let made = house.back_up(0).await;
    let folder = house.backups().join(&made.snapshot);
    assert!(check(&house.backups(), None, &house.key()).is_ok());
    let mut changed = 0;
    for entry in std::fs::read_dir(&folder).expect("the snapshot").flatten() {
        let path = entry.path();
        let whole = std::fs::read(&path).expect("a file");
        for place in (0..whole.len()).step_by(whole.len() / 7 + 1) {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x20;
            std::fs::write(&path, &bytes).expect("written");
            let refused = house.restored("changed").map(drop);
            assert!(refused.is_err(), "{} byte {place}", path.display());
            assert!(!house.folder.join("changed/t.db").exists(), "nothing half is left");
            changed += 1;
        }
        std::fs::write(&path, &whole[..whole.len() - 1]).expect("written");
        assert!(house.restored("changed").is_err(), "{} cut short", path.display());
        std::fs::remove_file(&path).expect("removed");
        assert!(house.restored("changed").is_err(), "{} missing", path.display());
        std::fs::write(&path, &whole).expect("written");
    }
    assert!(changed > 100, "{changed}");
    assert!(house.restored("whole").is_ok());
}

#[tokio::test]
async fn a_damaged_file_comes_back_and_is_named_whether_a_row_names_it_or_not() {
    let house = House::new();
    house.happens(1).await;
    let put = |text: &[u8]| house.store.files().put(text).expect("a file");
    let (whole, broken) = (put(b"whole"), put(b"broken"));
    house.back_up(0).await;
    let pooled = super::place_of(&house.backups().join("files"), broken.as_str());
    let mut bytes = std::fs::read(&pooled).expect("the file");
    bytes[3] ^= 1;
    std::fs::write(&pooled, &bytes).expect("written");
    let place = settings(&house.folder.join("back"));
    let back = restore(&place, &house.backups(), None, &house.key(), |_, _| {}).expect("back");
    assert_eq!(back.damaged, [broken.as_str()]);
    let back = Store::open(place).expect("it opens");
    assert_eq!(back.files().get(&whole).expect("the file"), b"whole");
    assert!(back.files().get(&broken).is_err());
}

#[tokio::test]
async fn another_nodes_key_a_full_place_and_an_empty_folder_are_told() {
    let (house, other) = (House::new(), House::new());
    house.happens(3).await;
    let place = settings(&house.folder.join("back"));
    let from = |key: &Path, place: &Settings| {
        restore(place, &house.backups(), None, key, |_, _| {}).map(drop).map_err(|e| e.code())
    };
    assert_eq!(from(&house.key(), &place), Err("backup-absent"));
    house.back_up(0).await;
    assert_eq!(from(&other.key(), &place), Err("node-key-wrong"));
    assert_eq!(from(&house.folder.join("nowhere"), &place), Err("node-key-absent"));
    assert_eq!(from(&house.key(), &place), Ok(()));
    assert_eq!(from(&house.key(), &place), Err("restore-not-empty"));
}

#[tokio::test]
async fn old_snapshots_go_with_the_files_that_only_they_had() {
    let house = House::new();
    house.happens(1).await;
    let hash = house.store.files().put(b"soon gone").expect("a file");
    for _ in 0..3 {
        house.back_up(2).await;
    }
    let pooled = house.backups().join("files").join(&hash.as_str()[..2]).join(hash.as_str());
    assert_eq!(snapshots(&house.backups()).expect("listed").len(), 2);
    assert!(pooled.exists());
    let soon = house.store.clock().now().plus_days(1);
    assert_eq!(house.store.files().set_aside(&hash, soon), Ok(true));
    house.store.files().destroy(&hash).expect("destroyed");
    for _ in 0..2 {
        house.back_up(2).await;
    }
    assert!(!pooled.exists());
    assert!(check(&house.backups(), None, &house.key()).is_ok());
    let known = snapshots(&house.backups()).expect("listed");
    assert_eq!(manifest(&house.backups(), None).expect("read").snapshot, known[1]);
}
