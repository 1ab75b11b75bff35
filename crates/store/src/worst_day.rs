//! The store on its worst day: slow readers, askers who are gone, a full disk.

use crate::deadline::within;
use crate::*;
use codes::time::Stamp;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::Duration;

static COUNT: AtomicU32 = AtomicU32::new(0);
const ADD: Sql = Sql("INSERT INTO counter (name, value) VALUES ($1, 1)");
const COUNT_OF: Sql = Sql("SELECT COUNT(*) FROM counter WHERE name = $1");
const ENDLESS: Sql = Sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
     SELECT COUNT(*) FROM n");

struct House {
    store: Store,
    folder: PathBuf,
}

impl House {
    fn new() -> House {
        let n = COUNT.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("tongban-worst-{}-{n}", std::process::id()));
        let store = Store::open(Settings {
            url: Url::Sqlite(folder.join("t.db")),
            data: folder.clone(),
            clock: Clock::fixed(Stamp::from_micros(1_790_000_000_000_000)),
            chance: Chance::seeded(7),
            migrations: migrate::shipped(),
            readers: 2,
            writers: 1,
        });
        House { store: store.expect("the store opens"), folder }
    }

    async fn add(&self, name: &'static str) -> Result<()> {
        self.store.upkeep(Upkeep::Load, move |db| db.exec(ADD, p![name]).map(drop)).await
    }

    async fn has(&self, name: &'static str) -> bool {
        let count = self.store.read(move |db| db.one(COUNT_OF, p![name], |row| row.i64(0))).await;
        count.expect("reading works") > 0
    }

    /// Keeps the writer at an act until the sender speaks or goes; the receiver hears when it has begun.
    fn hold(&self, name: &'static str) -> (mpsc::Sender<()>, mpsc::Receiver<()>, Wait<()>) {
        let (release, held) = mpsc::channel::<()>();
        let (begun, begins) = mpsc::channel();
        let store = self.store.clone();
        let act = async move {
            let act = move |db: &mut Db<'_>| {
                let _ = begun.send(());
                let _ = held.recv();
                db.exec(ADD, p![name]).map(drop)
            };
            store.upkeep(Upkeep::Load, act).await
        };
        let short = Deadline::after(Duration::from_millis(300));
        (release, begins, tokio::spawn(within(short, act)))
    }
}

type Wait<T> = tokio::task::JoinHandle<Result<T>>;

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn soon() -> Deadline {
    Deadline::after(Duration::from_millis(50))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_readers_wait_without_holding_the_house_up() {
    let house = House::new();
    let mut slow = Vec::new();
    for _ in 0..2 {
        let (release, held) = mpsc::channel::<()>();
        let (begun, begins) = mpsc::channel();
        let store = house.store.clone();
        let read = tokio::spawn(async move {
            let wait = move |_: &mut Db<'_>| {
                let _ = begun.send(());
                let _ = held.recv();
                Ok(())
            };
            store.read(wait).await
        });
        begins.recv().expect("the read begins");
        slow.push((release, read));
    }
    let crowd: Vec<_> = (0..1000)
        .map(|_| {
            let store = house.store.clone();
            tokio::spawn(within(soon(), async move { store.read(|_| Ok(())).await }))
        })
        .collect();
    assert!(house.add("meanwhile").await.is_ok(), "writers go on");
    for reader in crowd {
        assert_eq!(reader.await.expect("no panic"), Err(Error::Busy(2)));
    }
    assert_eq!(house.store.meters().reads_waiting.get(), 0);
    for (release, read) in slow {
        drop(release);
        assert_eq!(read.await.expect("no panic"), Ok(()));
    }
    assert!(house.has("meanwhile").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_that_nobody_waits_for_is_broken_off() {
    let house = House::new();
    let read = house.store.read(|db| db.one(ENDLESS, &[], |row| row.i64(0)));
    assert_eq!(within(soon(), read).await, Err(Error::Busy(2)));
    assert!(!house.has("anything").await, "the connection is as good as before");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_act_that_nobody_waits_for_is_not_begun_and_one_begun_is_finished() {
    let house = House::new();
    let (release, begins, first) = house.hold("begun");
    begins.recv().expect("the writer is at it");
    assert_eq!(within(soon(), house.add("late")).await, Err(Error::Busy(2)));
    let store = house.store.clone();
    let gone = tokio::spawn(async move {
        store.upkeep(Upkeep::Load, |db| db.exec(ADD, p!["gone"]).map(drop)).await
    });
    while house.store.meters().waiting.get() < 2 {
        tokio::task::yield_now().await;
    }
    gone.abort();
    assert!(gone.await.is_err());
    // The first asker's time is over as well, but his act had begun.
    tokio::time::sleep(Duration::from_millis(320)).await;
    drop(release);
    assert_eq!(first.await.expect("no panic"), Ok(()));
    assert!(house.add("next").await.is_ok());
    assert!(house.has("begun").await && house.has("next").await);
    assert!(!house.has("late").await && !house.has("gone").await);
    assert_eq!(house.store.meters().waiting.get(), 0);
}

#[tokio::test]
async fn a_full_disk_refuses_and_reads_go_on_and_room_is_all_it_needs() {
    let house = House::new();
    assert!(house.add("before").await.is_ok());
    let limit = |text: &'static str| {
        let store = house.store.clone();
        async move { store.upkeep(Upkeep::Load, move |db| db.script(text)).await }
    };
    limit("PRAGMA max_page_count = 1").await.expect("the database takes no new page");
    let big = house.store.upkeep(Upkeep::Load, |db| {
        let name = "x".repeat(4_000_000);
        db.exec(ADD, p![name]).map(drop)
    });
    let (big, small) = tokio::join!(big, house.add("neighbour"));
    assert_eq!(big, Err(Error::Unavailable(Outage::Storage)));
    let kept = house.has("neighbour").await;
    assert_eq!(small.is_ok(), kept, "what was answered is what is there");
    assert!(house.has("before").await, "reads go on");
    limit("PRAGMA max_page_count = 1000000").await.expect("there is room again");
    assert!(house.add("after").await.is_ok() && house.has("after").await);
}

#[test]
fn a_file_that_does_not_fit_leaves_nothing_behind() {
    let folder = std::env::temp_dir().join(format!("tongban-full-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    // A folder stands where the file should go: the last step fails.
    std::fs::create_dir_all(folder.join("taken").join("inside")).expect("a folder");
    let written = crate::files::write_durably(&folder.join("taken"), b"paper", false);
    assert!(written.is_err());
    let left: Vec<_> = std::fs::read_dir(&folder).expect("the folder").flatten().collect();
    assert_eq!(left.len(), 1, "no half-written file stays: {left:?}");
    std::fs::remove_dir_all(&folder).expect("removed");
}
