//! Publishing and reading told on a store of its own: versions stay, batches repeat safely, lists keep their order.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use codes::time::Stamp;
use store::{Chance, Clock, Error, Settings, Store, Url, migrate};

use super::{
    Shelf, acts,
    model::{Item, Status},
    records, shipped,
};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A store in a folder that goes when the test ends.
struct House {
    store: Store,
    folder: PathBuf,
}

impl House {
    fn new() -> House {
        let n = COUNT.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("tongban-guide-{}-{n}", std::process::id()));
        House { store: open(&folder), folder }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the machine's own tidying of its temporary folder.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn open(folder: &Path) -> Store {
    Store::open(Settings {
        url: Url::Sqlite(folder.join("t.db")),
        data: folder.to_owned(),
        clock: Clock::fixed(Stamp::from_micros(1_790_000_000_000_000)),
        chance: Chance::System,
        migrations: migrate::shipped(),
        readers: 2,
        writers: 1,
    })
    .expect("the store opens")
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

fn sample() -> Item {
    let item = shipped().expect("shipped items").into_iter().find(|i| i.slug == "jsz");
    item.expect("the sample holds this item")
}

async fn publish(store: &Store, item: Item) -> store::Result<records::Published> {
    store.write(store.system_ctx(), move |tx| acts::publish(tx, item)).await
}

#[test]
fn a_pinned_version_stays_when_the_item_changes() {
    let house = House::new();
    run(async {
        let first = publish(&house.store, sample()).await.expect("first version");
        assert_eq!((first.version, first.item.visits), (1, Some(0)));
        let changed = Item { visits: Some(2), ..sample() };
        let second = publish(&house.store, changed).await.expect("second version");
        assert_eq!((second.version, second.item_id), (2, first.item_id));
        let (pinned, now, history) = house
            .store
            .read(move |db| {
                Ok((
                    records::by_version(db, first.version_id)?,
                    records::by_slug(db, "jsz")?,
                    records::history(db, first.item_id)?,
                ))
            })
            .await
            .expect("read back");
        assert_eq!(pinned, first, "what a case pinned is what was published");
        assert_eq!(now.map(|p| p.item.visits), Some(Some(2)));
        assert_eq!(history.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [2, 1]);
    });
}

#[test]
fn an_item_without_name_or_body_is_refused_and_nothing_changes() {
    let house = House::new();
    run(async {
        let nameless = Item { name: " ".into(), department: String::new(), ..sample() };
        let refused = publish(&house.store, nameless).await;
        let Err(Error::Refused(refusal)) = refused else { panic!("it must be refused") };
        let fields: Vec<&str> = refusal.fields.iter().map(|f| f.field.as_str()).collect();
        assert_eq!((refusal.code, fields), ("item-incomplete", vec!["name", "department"]));
        let there = house.store.read(|db| records::by_slug(db, "jsz")).await.expect("read");
        assert_eq!(there, None);
    });
}

#[test]
fn the_shipped_catalogue_is_imported_once_and_listed_page_by_page() {
    let house = House::new();
    run(async {
        let items = shipped().expect("shipped items");
        let all = items.len();
        let mut told = Vec::new();
        let new = acts::import(&house.store, items, |done, of| told.push((done, of))).await;
        assert_eq!(new, Ok(all));
        assert_eq!(told.last(), Some(&(all, all)));
        let again = acts::import(&house.store, shipped().expect("items"), |_, _| {}).await;
        assert_eq!(again, Ok(0), "a second start imports nothing");

        let shelf = house.store.read(Shelf::read).await.expect("the shelf is read");
        assert_eq!(shelf.items().len(), all);
        let mut original = sample();
        original.version = 1;
        assert_eq!(
            shelf.get("jsz").map(|p| &p.item),
            Some(&original),
            "nothing is lost on the way"
        );

        let areas = shelf.areas_for("990102");
        assert_eq!(areas, ["990100", "990102"]);
        let pages = house.store.read(move |db| {
            let mut seen = Vec::new();
            while seen.len() < 100 {
                let after = seen.last().map_or(0, |(id, _)| *id);
                let mut page = records::list(db, &areas, "all", after, 20)?;
                if page.is_empty() {
                    break;
                }
                seen.append(&mut page);
            }
            Ok((seen, records::counts(db, &areas)?))
        });
        let (seen, counts) = pages.await.expect("pages");
        assert_eq!(seen.len(), 51);
        assert!(seen.windows(2).all(|pair| pair[0].0 < pair[1].0), "each item once, in order");
        assert!(counts.contains(&("all".to_string(), 51)));
    });
}

#[test]
fn a_cancelled_item_leaves_the_lists_and_the_search_but_not_the_books() {
    let house = House::new();
    run(async {
        publish(&house.store, sample()).await.expect("in use");
        let gone = Item { status: Status::Cancelled, ..sample() };
        publish(&house.store, gone).await.expect("cancelled");
        let shelf = house.store.read(Shelf::read).await.expect("the shelf is read");
        assert!(!shelf.has_search(), "nobody asked for it yet");
        assert!(shelf.search().expect("the search").is_empty());
        assert!(shelf.has_search());
        let listed = house.store.read(|db| records::list(db, &["990100".into()], "all", 0, 10));
        assert_eq!(listed.await, Ok(Vec::new()));
        assert_eq!(shelf.get("jsz").map(|p| p.version), Some(2));
    });
}
