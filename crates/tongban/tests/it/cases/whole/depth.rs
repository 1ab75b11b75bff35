//! What a draft knows and keeps: earlier answers, files handed in before, where the result goes, what is
//! said against a register, and the thirty days.

use super::House;
use casework::cases::{acts as cases, view};
use casework::delivery::{Address, Delivery, book};
use casework::drafts::disputes::{self, Said};
use casework::drafts::{DraftId, Hindrance, filing, keeping};
use casework::materials::sweep::{self, Swept};
use casework::materials::{Upload, library, putting};
use guide::packs::{Changes, DeliveryWay, Source, Way};
use serde_json::{Value, json};
use store::Result;
use web::Visitor;

const SHOP: &str = "92990102630040015X";

fn day(n: i64) -> i64 {
    n * 24 * 3600
}

fn coded<T>(outcome: Result<T>) -> &'static str {
    outcome.map_or_else(|e| e.code(), |_| "ok")
}

async fn say(house: &House, who: &Visitor, id: DraftId, said: &[(&str, Value)]) {
    let (w, owner) = (&house.w, filing::owner(who).expect("owner"));
    let seen = filing::load(w, owner, id).await.expect("load").draft.version;
    let answers = said.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
    filing::save(w, owner, id, seen, Changes(answers), Source::Applicant).await.expect("save");
}

fn plan(bytes: &[u8]) -> Upload {
    Upload { key: "layout".into(), name: "平面图.pdf".into(), bytes: bytes.to_vec() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_i_typed_last_time_comes_back_to_me_alone() {
    let house = House::open().await;
    let (w, me) = (&house.w, house.citizen("pension", None).await);
    let owner = filing::owner(&me).expect("owner");
    let first = house.filled(&me, "yl-rz").await;
    say(&house, &me, first, &[("phone", json!("19900009999"))]).await;
    house.submit(&me, first).await.expect("submit");
    house.drain().await;

    let second = filing::open(w, &me, "yl-rz").await.expect("open");
    let opened = filing::load(w, owner, second).await.expect("load");
    let phone = &opened.body.values.0["phone"];
    assert_eq!((phone.value.clone(), phone.source), (json!("19900009999"), Source::Reuse));
    assert!(!opened.body.values.given("address"), "what a register filled in is asked anew");
    filing::prefill(w, &me, second).await.expect("prefill");
    let opened = filing::load(w, owner, second).await.expect("load");
    assert_eq!(opened.body.values.0["phone"].source, Source::Reuse, "before the account's");
    assert_eq!(opened.body.values.0["address"].source, Source::Register);
    let old = |opened: &casework::drafts::Opened| {
        let at = w.clock().now();
        let all = filing::hindrances(opened, at);
        all.into_iter().filter(|h| matches!(h, Hindrance::Confirm(_))).collect::<Vec<_>>()
    };
    assert_eq!(old(&opened), [], "three minutes old");

    let other = house.citizen("car", None).await;
    let foreign = filing::open(w, &other, "yl-rz").await.expect("open");
    let theirs = filing::load(w, filing::owner(&other).expect("owner"), foreign).await;
    assert!(!theirs.expect("load").body.values.given("phone"), "nobody else's answers");

    w.store.clock().advance_seconds(day(179));
    filing::discard(w, &me, second).await.expect("discard");
    let third = filing::open(w, &me, "yl-rz").await.expect("open");
    assert_eq!(old(&filing::load(w, owner, third).await.expect("load")), []);
    w.store.clock().advance_seconds(day(2));
    let opened = filing::load(w, owner, third).await.expect("load");
    assert_eq!(old(&opened), [Hindrance::Confirm("phone".into())], "older than half a year");
    filing::confirm(w, owner, third, &["phone".into()]).await.expect("confirm");
    assert_eq!(old(&filing::load(w, owner, third).await.expect("load")), []);
    filing::discard(w, &me, third).await.expect("discard");
    let fourth = filing::open(w, &me, "yl-rz").await.expect("open");
    say(&house, &me, fourth, &[("phone", json!("19900008888"))]).await;
    let opened = filing::load(w, owner, fourth).await.expect("load");
    assert_eq!(old(&opened), [], "changed is as good as looked at");
    assert_eq!(opened.body.values.0["phone"].original, Some(json!("19900009999")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_handed_in_again_without_uploading() {
    let house = House::open().await;
    let (w, me) = (&house.w, house.citizen("restaurant", Some(SHOP)).await);
    let owner = filing::owner(&me).expect("owner");
    let first = house.filled(&me, "spjy-xb").await;
    putting::upload(w, &me, first, plan(b"%PDF-1.7 plan")).await.expect("upload");
    let (mine, more) = library::list(w, owner, i64::MAX).await.expect("list");
    assert_eq!((mine.len(), more, mine[0].uses, mine[0].case.as_str()), (1, false, 1, ""));
    let id = mine[0].id;
    assert_eq!(coded(library::forget(w, &me, id).await), "file-in-draft");
    let r = house.submit(&me, first).await.expect("submit");
    assert_eq!(coded(library::forget(w, &me, id).await), "file-in-use");
    assert_eq!(library::one(w, owner, id).await.expect("one").case, r.no.to_string());

    let second = house.filled(&me, "spjy-xb").await;
    let opened = filing::load(w, owner, second).await.expect("load");
    assert_eq!(library::offered(w, &opened).await.expect("offered").len(), 1);
    assert_eq!(coded(library::reuse(w, &me, second, "mandate", id).await), "file-other");
    assert_eq!(coded(library::reuse(w, &me, second, "licence", id).await), "paper-unknown");
    assert_eq!(coded(library::reuse(w, &me, second, "layout", id + 1).await), "not-found");
    let stranger = house.citizen("car", None).await;
    let theirs = filing::owner(&stranger).expect("owner");
    assert_eq!(coded(library::one(w, theirs, id).await), "not-found");
    assert_eq!(coded(library::forget(w, &stranger, id).await), "not-found");
    assert_eq!(coded(library::rename(w, theirs, id, "x", "").await), "not-found");
    assert_eq!(coded(library::reuse(w, &stranger, second, "layout", id).await), "not-found");

    let rename = async |name: &'static str, until: &'static str| {
        coded(library::rename(w, owner, id, name, until).await)
    };
    assert_eq!(rename(" ", "").await, "file-name");
    assert_eq!(rename("面馆平面图", "31日").await, "file-until");
    assert_eq!(rename("面馆平面图", "2026-11-15").await, "ok");
    assert_eq!(coded(library::reuse(w, &me, second, "layout", id).await), "file-over");
    assert_eq!(rename("面馆平面图", "2026-11-16").await, "ok");
    let paper = library::reuse(w, &me, second, "layout", id).await.expect("used again");
    assert_eq!(library::reuse(w, &me, second, "layout", id).await, Ok(paper), "pressed twice");
    let opened = filing::load(w, owner, second).await.expect("load");
    assert_eq!(opened.papers.len(), 1);
    let (again, kept) = (&opened.papers[0], library::one(w, owner, id).await.expect("one"));
    assert_eq!((again.way, again.name.as_str()), (Way::Reuse, "面馆平面图.pdf"));
    assert_eq!((again.file.as_ref(), kept.uses), (Some(&kept.file), 2), "by its address");
    assert_eq!(again.file, Some(store::FileHash::of(b"%PDF-1.7 plan")));
    filing::discard(w, &me, second).await.expect("discard");
    let grip = super::grip(&r);
    let owner_of = owner;
    let withdraw = move |tx: &mut store::Tx<'_>| {
        cases::withdraw(tx, grip, owner_of, "不办了", super::calendar())
    };
    let ctx = me.ctx(w, store::Purpose::Case(r.id.0));
    w.store.write(ctx, withdraw).await.expect("withdrawn");
    assert_eq!(coded(library::forget(w, &me, id).await), "ok", "nothing goes on with it");
    assert_eq!(coded(library::forget(w, &me, id).await), "not-found", "pressed twice");
    let progress = view::progress(w, owner, r.no).await.expect("progress");
    assert_eq!(view::file_of(w, &progress.case, kept.file.as_str()).await, Ok(Some(kept.file)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_register_is_wrong_and_a_person_looks() {
    let house = House::open().await;
    let (w, me) = (&house.w, house.citizen("car", None).await);
    let owner = filing::owner(&me).expect("owner");
    let id = house.filled(&me, "jdc-jybz").await;
    let said = |value: &str, reason: &str, file: &[u8]| Said {
        value: value.into(),
        reason: reason.into(),
        evidence: if file.is_empty() { vec![] } else { vec![plan(file)] },
    };
    let raise = async |who: &Visitor, key: &str, what: Said| {
        coded(disputes::raise(w, who, id, key, what).await)
    };
    let opened = filing::load(w, owner, id).await.expect("load");
    let held = opened.body.values.get("owner").as_str().expect("locked").to_owned();
    assert_eq!(raise(&me, "owner", said(&held, "没有不对", b"")).await, "dispute-incomplete");
    assert_eq!(raise(&me, "owner", said("", "", b"")).await, "dispute-incomplete");
    let huge = "长".repeat(300);
    assert_eq!(raise(&me, "owner", said(&huge, "名字写错了", b"")).await, "dispute-incomplete");
    assert_eq!(raise(&me, "owner", said("新名", "名字写错了", b"MZ")).await, "paper-content");
    assert_eq!(raise(&me, "plate_no", said("示A1", "写错了一位", b"")).await, "not-found");
    assert_eq!(raise(&me, "nonsense", said("x", "写错了一位", b"")).await, "not-found");
    let stranger = house.citizen("pension", None).await;
    assert_eq!(raise(&stranger, "owner", said("新名", "名字写错了", b"")).await, "not-found");
    let opened = filing::load(w, owner, id).await.expect("load");
    assert!(opened.body.disputes.is_empty() && opened.papers.is_empty(), "nothing half done");
    let good = said("吴冬", "户口本上是这个字", b"%PDF-1.7 proof");
    assert_eq!(raise(&me, "owner", good).await, "ok");
    disputes::withdraw(w, &me, id, "owner").await.expect("taken back");
    let opened = filing::load(w, owner, id).await.expect("load");
    assert!(opened.body.disputes.is_empty() && opened.papers.is_empty());
    let good = said("吴冬", "户口本上是这个字", b"%PDF-1.7 proof");
    assert_eq!(raise(&me, "owner", good).await, "ok");
    assert_eq!(library::list(w, owner, i64::MAX).await.expect("list").0.len(), 0);

    let r = house.submit(&me, id).await.expect("submit");
    assert_eq!(r.phase.label(), "submitted", "no machine decides it");
    house.drain().await;
    let progress = view::progress(w, owner, r.no).await.expect("progress");
    assert!(progress.history.iter().any(|e| e.kind == "data-disputed"));
    let leave = store::Disclosure::own();
    let (body, papers) = view::contents(w, &progress.case, &leave).await.expect("contents");
    assert_eq!((body.disputes["owner"].value.as_str(), papers.len()), ("吴冬", 1));
    assert_eq!(body.values.get("owner"), &json!(held), "the register's value stays beside it");
    let raw = house.place.raw();
    let shows = |text: &str| raw.windows(text.len()).any(|x| x == text.as_bytes());
    assert!(!shows("吴冬") && !shows("户口本上是这个字"), "sealed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_result_goes_where_its_owner_says() {
    let house = House::open().await;
    let (w, me) = (&house.w, house.citizen("restaurant", Some(SHOP)).await);
    let owner = filing::owner(&me).expect("owner");
    let id = house.filled(&me, "spjy-xb").await;
    let lacks = async || {
        let opened = filing::load(w, owner, id).await.expect("load");
        filing::hindrances(&opened, w.clock().now()).contains(&Hindrance::Delivery)
    };
    assert!(!lacks().await, "electronic asks for nothing");
    let post = Delivery { way: Some(DeliveryWay::Post), ..Delivery::default() };
    book::choose(w, &me, id, post.clone()).await.expect("post");
    assert!(lacks().await, "post needs an address");
    let home = Address {
        name: "董建华".into(),
        phone: "19900000207".into(),
        region: "示例省示例市示例区".into(),
        street: "保密街道七十七号".into(),
    };
    book::remember(w, owner, &home).await.expect("remembered");
    book::remember(w, owner, &home).await.expect("once only");
    let known = book::book(w, owner).await.expect("book");
    assert!(known.len() == 1 && known[0].1 == home);
    let stranger = house.citizen("car", None).await;
    let theirs = filing::owner(&stranger).expect("owner");
    assert!(book::book(w, theirs).await.expect("book").is_empty());
    assert_eq!(book::forget(w, theirs, known[0].0).await, Ok(false), "not his to take out");
    assert_eq!(coded(book::choose(w, &stranger, id, post.clone()).await), "not-found");
    for n in 0..25 {
        let more = Address { street: format!("别的街道{n}号"), ..home.clone() };
        let said = coded(book::remember(w, owner, &more).await);
        assert_eq!(said, if n < 19 { "ok" } else { "address-many" });
    }
    let there = Delivery { address: Some(home), ..post };
    book::choose(w, &me, id, there).await.expect("address");
    assert!(!lacks().await);
    putting::upload(w, &me, id, plan(b"%PDF-1.7 plan")).await.expect("upload");
    let r = house.submit(&me, id).await.expect("submit");
    let progress = view::progress(w, owner, r.no).await.expect("progress");
    let leave = store::Disclosure::own();
    let (body, _) = view::contents(w, &progress.case, &leave).await.expect("contents");
    let address = body.delivery.address.expect("kept with the case");
    assert_eq!(address.street, "保密街道七十七号");
    let raw = house.place.raw();
    let street = "保密街道七十七号".as_bytes();
    assert!(!raw.windows(street.len()).any(|x| x == street), "sealed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_days_with_a_word_before_the_end() {
    let house = House::open().await;
    let (w, me) = (&house.w, house.citizen("pension", None).await);
    let owner = filing::owner(&me).expect("owner");
    let id = filing::open(w, &me, "yl-rz").await.expect("open");
    let remind = async || keeping::remind(w, w.store.system_ctx()).await.expect("remind");
    let expire = async || keeping::expire(w, w.store.system_ctx()).await.expect("expire");
    let go = |days: i64| w.store.clock().advance_seconds(day(days));
    go(22);
    assert_eq!((remind().await, expire().await), (0, 0));
    go(1);
    w.store.clock().advance_seconds(60);
    assert_eq!((remind().await, remind().await), (1, 0), "a week before, once");
    go(6);
    assert_eq!((remind().await, remind().await), (1, 0), "a day before, once");
    say(&house, &me, id, &[("phone", json!("19900009999"))]).await;
    go(2);
    assert_eq!((remind().await, expire().await), (0, 0), "touched: the days begin anew");
    go(27);
    w.store.clock().advance_seconds(60);
    assert_eq!(remind().await, 1, "after a long silence of the house only the last word");
    assert_eq!(remind().await, 0);
    go(1);
    assert_eq!(expire().await, 1);
    assert_eq!(coded(filing::load(w, owner, id).await), "not-found");
    assert_eq!((remind().await, expire().await), (0, 0));
    house.drain().await;
    let account = people::identity::AccountId(me.citizen().expect("citizen").account);
    let unread = w.store.read(move |db| people::notices::unread(db, account)).await;
    assert_eq!(unread, Ok(3));
    let history =
        w.store.read(move |db| store::ledger::of_stream(db, store::Stream::of("case", id.0)));
    let kinds: Vec<String> = history.await.expect("history").into_iter().map(|e| e.kind).collect();
    assert_eq!(kinds.last().map(String::as_str), Some("draft-discarded"));

    let handed = house.filled(&me, "yl-rz").await;
    house.submit(&me, handed).await.expect("submit");
    let thrown = filing::open(w, &me, "yl-rz").await.expect("open");
    filing::discard(w, &me, thrown).await.expect("discard");
    go(24);
    assert_eq!(remind().await, 0, "handed in or thrown away: no word");
}

/// A sweep of every folder, as a day of housekeeping makes it.
async fn swept(house: &House) -> Swept {
    let mut all = Swept::default();
    for folder in 0..=u8::MAX {
        let one = sweep::folder(&house.w.store, folder).await.expect("swept");
        all.destroyed += one.destroyed;
        all.kept += one.kept;
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_nobody_needs_are_destroyed() {
    let house = House::open().await;
    let w = &house.w;
    let (me, other) =
        (house.citizen("restaurant", Some(SHOP)).await, house.citizen("car", None).await);
    let (mine, theirs) =
        (house.filled(&me, "spjy-xb").await, house.filled(&other, "jdc-jybz").await);
    let (both, alone) = (&b"%PDF-1.7 both"[..], &b"%PDF-1.7 alone"[..]);
    let files = w.store.files();
    let there = |bytes: &[u8]| match files.get(&store::FileHash::of(bytes)) {
        Ok(found) => found == bytes,
        Err(store::Error::NotFound) => false,
        Err(e) => panic!("{e}"),
    };
    let wrong = |value: &str, bytes: &[u8]| Said {
        value: value.into(),
        reason: "登记写错了".into(),
        evidence: vec![plan(bytes)],
    };
    putting::upload(w, &me, mine, plan(both)).await.expect("shared");
    disputes::raise(w, &me, mine, "ent_name", wrong("另一个名字", alone))
        .await
        .expect("mine alone");
    disputes::raise(w, &other, theirs, "owner", wrong("吴冬", both)).await.expect("shared");
    filing::discard(w, &me, mine).await.expect("thrown away");
    let owner = filing::owner(&me).expect("owner");
    let shelf = library::list(w, owner, i64::MAX).await.expect("list").0;
    library::forget(w, &me, shelf[0].id).await.expect("deleted from the library");
    assert_eq!(swept(&house).await, Swept::default(), "a row may still be on its way");
    w.store.clock().advance_seconds(day(1) + 60);
    assert_eq!(sweep::waiting(&w.store).await, Ok(1), "doctor counts it");
    assert_eq!(swept(&house).await, Swept { destroyed: 1, kept: 0 });
    assert!(there(both) && !there(alone), "another has the one, nobody the other");
    assert_eq!(sweep::waiting(&w.store).await, Ok(0));

    // Cut off after setting aside: what is named comes back, what is not goes.
    let hash = store::FileHash::of(both);
    let now = w.store.clock().now();
    assert_eq!(files.set_aside(&hash, now), Ok(true));
    assert!(!there(both));
    assert_eq!(swept(&house).await, Swept { destroyed: 0, kept: 1 });
    assert!(there(both), "brought back");
    filing::discard(w, &other, theirs).await.expect("thrown away");
    assert_eq!(files.set_aside(&hash, now), Ok(true));
    assert_eq!(sweep::waiting(&w.store).await, Ok(1));
    assert_eq!(swept(&house).await, Swept { destroyed: 1, kept: 0 });
    assert!(!there(both));

    // Somebody puts it in again, or holds it, before the sweep comes: it stays.
    assert_eq!(files.put(both), Ok(hash.clone()));
    w.store.clock().advance_seconds(day(2));
    assert_eq!(files.hold(&hash), Ok(true));
    let yesterday = w.store.clock().now().plus_days(-1);
    assert_eq!(files.set_aside(&hash, yesterday), Ok(false), "held meanwhile");
    assert_eq!(swept(&house).await, Swept::default());
    assert!(there(both));
    let told = w.store.read(|db| store::ledger::of_stream(db, store::Stream::of("node", 0)));
    let told: Vec<_> =
        told.await.expect("events").into_iter().filter(|e| e.kind == "files-destroyed").collect();
    assert_eq!(told.len(), 2);
    assert_eq!(told[1].data["files"][0], hash.as_str());
}
