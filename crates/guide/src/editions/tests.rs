//! What is kept, what is refused, what changed: told with the food pack and one that differs from it.

use super::*;
use crate::packs::load;
use codes::time::Stamp;
use model::{Edition, Files, Offer};
use rules::Verdict;
use std::sync::Arc;
use store::{Chance, Clock, Error, Settings, Store, Url, migrate};
use web::Lang;

const FOOD: &str = "spjy-xb";

struct House {
    store: Store,
    folder: std::path::PathBuf,
}

impl House {
    fn new(name: &str) -> House {
        let name = format!("tongban-editions-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let store = Store::open(Settings {
            url: Url::Sqlite(folder.join("t.db")),
            data: folder.clone(),
            clock: Clock::fixed(Stamp::from_micros(1_790_000_000_000_000)),
            chance: Chance::System,
            migrations: migrate::shipped(),
            readers: 1,
            writers: 1,
        });
        House { store: store.expect("the store opens"), folder }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}

fn food() -> Files {
    load::shipped_files(FOOD).expect("the food pack ships")
}

/// The food pack after these changes: file, text, its replacement.
fn changed(changes: &[(&str, &str, &str)]) -> Files {
    let mut files = food();
    for (file, from, to) in changes {
        let text = files.get_mut(*file).expect("file");
        assert!(text.contains(from), "{file} has no {from}");
        *text = text.replacen(from, to, 1);
    }
    files
}

fn offer(files: &Files) -> Arc<Offer> {
    let pack = load::parse(FOOD, files).expect("the pack parses");
    Arc::new(Offer::new(Arc::new(pack), files, false).expect("an offer"))
}

/// A sound second version: a shorter promise, and examples that no longer count on the longer one.
fn second() -> Files {
    let mut files = changed(&[
        ("item.toml", "version = 1", "version = 2"),
        ("item.toml", "promised_limit = { n = 5,", "promised_limit = { n = 3,"),
    ]);
    let examples = files.get_mut("tests.toml").expect("examples");
    let lines = examples.lines().filter(|l| !l.starts_with("due ="));
    *examples = lines.map(|l| format!("{l}\n")).collect();
    files
}

fn code(outcome: store::Result<usize>) -> &'static str {
    outcome.map_or_else(|e| e.code(), |_| "ok")
}

#[test]
fn numbers_only_rise() {
    let kept = |version, hash: &str| Edition {
        slug: FOOD.into(),
        version,
        hash: hash.into(),
        published: Stamp::from_micros(0),
    };
    let current = kept(5, "e");
    let judge =
        |numbered, offer| rules::judge(Some(&current), numbered, offer).map_err(|e| e.code());
    assert_eq!(rules::judge(None, None, (FOOD, 1, "a")), Ok(Verdict::New));
    assert_eq!(judge(Some("e"), (FOOD, 5, "e")), Ok(Verdict::Current));
    assert_eq!(judge(None, (FOOD, 6, "f")), Ok(Verdict::New));
    assert_eq!(judge(Some("c"), (FOOD, 3, "c")), Ok(Verdict::Earlier), "an older program");
    assert_eq!(judge(Some("e"), (FOOD, 5, "x")), Err("pack-version-reused"));
    assert_eq!(judge(Some("c"), (FOOD, 3, "x")), Err("pack-version-reused"));
    assert_eq!(judge(None, (FOOD, 4, "x")), Err("pack-version-lower"));
}

#[test]
fn every_version_stays_and_the_ledger_tells_of_each() {
    let house = House::new("stays");
    run(async {
        let store = &house.store;
        assert_eq!(publish(store, vec![offer(&food())]).await, Ok(1));
        assert_eq!(
            publish(store, vec![offer(&food())]).await,
            Ok(0),
            "the same text, no new version"
        );
        store.clock().advance_seconds(60);
        assert_eq!(publish(store, vec![offer(&second())]).await, Ok(1));
        let days =
            |n: u32| move |p: Arc<crate::packs::Pack>| assert_eq!(p.item.promised_limit.n, n);
        store.read(|db| at(db, FOOD, 1)).await.map(days(5)).expect("the first");
        store.read(|db| at(db, FOOD, 2)).await.map(days(3)).expect("the second");
        store.read(|db| latest(db, FOOD)).await.expect("kept").map(days(3)).expect("current");
        let history = store.read(|db| history(db, FOOD)).await.expect("history");
        assert_eq!(history.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [2, 1]);
        let follows =
            store.read(|db| successor(db, FOOD, 1)).await.expect("read").map(|e| e.version);
        assert_eq!(follows, Some(2));
        assert_eq!(
            publish(store, vec![offer(&food())]).await,
            Ok(0),
            "an older program starts too"
        );
        store.read(|db| latest(db, FOOD)).await.expect("kept").map(days(3)).expect("still current");
        let missing = store.read(|db| at(db, FOOD, 9)).await.map(drop).map_err(|e| e.code());
        assert_eq!(missing, Err("pack-version-gone"));
        store::ledger::seal_now(store).await.expect("sealed");
        let proof = store::ledger::verify(store).await.expect("read");
        assert_eq!((proof.events, proof.damage), (2, None));
    });
}

#[test]
fn changed_text_under_a_used_number_is_refused_and_nothing_is_published() {
    let house = House::new("refused");
    run(async {
        let store = &house.store;
        publish(store, vec![offer(&second())]).await.expect("the second");
        let quiet =
            changed(&[("item.toml", "promised_limit = { n = 5,", "promised_limit = { n = 4,")]);
        let lower = publish(store, vec![offer(&quiet)]).await;
        assert_eq!(code(lower), "pack-version-lower");
        let mut reused = second();
        reused.insert("faq.toml".into(), String::new());
        let Err(Error::Refused(refusal)) = publish(store, vec![offer(&reused)]).await else {
            panic!("it must be refused")
        };
        assert_eq!(refusal.code, "pack-version-reused");
        assert!(refusal.args.contains(&("next", "3".into())), "{:?}", refusal.args);
        let bad = changed(&[
            ("item.toml", "version = 1", "version = 3"),
            ("item.toml", "promised_limit = { n = 5,", "promised_limit = { n = 99,"),
        ]);
        assert_eq!(code(publish(store, vec![offer(&bad)]).await), "pack-unsound");
        let history = store.read(|db| history(db, FOOD)).await.expect("history");
        assert_eq!(history.len(), 1);
    });
}

#[test]
fn the_checker_says_what_a_node_would_say_to_a_number() {
    let house = House::new("checked");
    run(async {
        publish(&house.store, vec![offer(&second())]).await.expect("the second");
        let folder = house.folder.join("packs").join(FOOD);
        std::fs::create_dir_all(&folder).expect("a folder");
        let check = async |files: &Files| {
            for (name, text) in files {
                std::fs::write(folder.join(name), text).expect("written");
            }
            let mut report = crate::checks::check_paths(std::slice::from_ref(&folder));
            let report = house.store.read(move |db| {
                number_findings(db, &mut report)?;
                Ok(report)
            });
            let report = report.await.expect("read");
            (report.failed(), report.packs[0].findings.first().map(|f| f.code.clone()))
        };
        assert_eq!(check(&second()).await, (false, None));
        assert_eq!(check(&food()).await, (true, Some("version-lower".into())));
        let reused = changed(&[("item.toml", "version = 1", "version = 2")]);
        assert_eq!(check(&reused).await, (true, Some("version-reused".into())));
        let third = changed(&[("item.toml", "version = 1", "version = 3")]);
        assert_eq!(check(&third).await, (false, None));
    });
}

#[test]
fn what_is_not_what_was_published_is_not_read() {
    let content = serde_json::to_string(&food()).expect("json");
    let hash = model::hash(&content);
    let keep = |text: &str| model::packed(text).expect("packed");
    assert!(model::unpack(FOOD, 1, &hash, &keep(&content)).is_ok());
    assert!(!keep(&content).contains("董建华") && keep(&content).len() * 2 < content.len());
    let damaged = content.replacen("version = 1", "version = 7", 1);
    assert_ne!(damaged, content);
    let empty = model::hash("{}");
    for (hash, kept) in [
        (&hash, keep(&damaged)),
        (&hash, content.clone()),
        (&hash, keep(&content)[..400].to_owned()),
        (&empty, keep("{}")),
    ] {
        let refused = model::unpack(FOOD, 1, hash, &kept).map(drop).map_err(|e| e.code());
        assert_eq!(refused, Err("pack-damaged"));
    }
}

#[test]
fn changes_are_told_in_words() {
    let files = changed(&[
        ("item.toml", "version = 1", "version = 2"),
        ("item.toml", "promised_limit = { n = 5,", "promised_limit = { n = 3,"),
    ]);
    let old = load::parse(FOOD, &food()).expect("old");
    let mut new = load::parse(FOOD, &files).expect("new");
    assert_eq!(diff(&old, &old), []);
    let gone = new.materials.remove(0);
    let sometimes = new.materials.iter_mut().find(|m| m.necessity != Necessity::Required);
    sometimes.expect("a conditional material").necessity = Necessity::Required;
    let dropped = new.rules.iter().position(|r| r.kind == RuleKind::Accept).expect("a rule");
    let dropped = new.rules.remove(dropped);
    let fields = &mut new.form.pages[0].fields;
    let field = fields.remove(0);
    fields[0].label = Text::new("新名", "New name");
    let told = diff(&old, &new);
    let kinds: Vec<(What, &str)> = told.iter().map(|c| (c.what, c.key.as_str())).collect();
    for wanted in [
        (What::PromisedLimit, ""),
        (What::MaterialRemoved, &gone.key),
        (What::ConditionRemoved, &dropped.key),
        (What::FieldRemoved, &field.key),
        (What::FieldRenamed, &new.form.pages[0].fields[0].key),
    ] {
        assert!(kinds.contains(&wanted), "{wanted:?} in {kinds:?}");
    }
    assert!(kinds.iter().any(|(what, _)| *what == What::MaterialRequired), "{kinds:?}");
    assert_eq!(told[0].words(Lang::Zh), "承诺时限由5 个工作日改为3 个工作日");
    assert_eq!(told[0].words(Lang::En), "Promised time: 3 working days instead of 5 working days");
    for lang in [Lang::Zh, Lang::En] {
        for change in &told {
            assert!(!change.words(lang).contains("editions-"), "{change:?}");
        }
    }
    let back: Vec<What> = diff(&new, &old).iter().map(|c| c.what).collect();
    for wanted in [What::MaterialAdded, What::FieldAdded, What::ConditionAdded] {
        assert!(back.contains(&wanted), "{wanted:?} in {back:?}");
    }
}

use crate::packs::materials::Necessity;
use crate::packs::model::RuleKind;
use crate::packs::text::Text;
use diff::What;
