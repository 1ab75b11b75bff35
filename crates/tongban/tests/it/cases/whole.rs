//! Whole cases in the sample region: drafts with registers and two devices, a food licence through
//! window, desk and workers to a sealed licence, an instant mark, and what a raw copy of the disk shows.

mod depth;

use crate::town::Place;
use casework::Casework;
use casework::cases::acts::{self, Opinion};
use casework::cases::model::{Grip, Post, Receipt, State};
use casework::cases::{records, view};
use casework::drafts::{DraftId, Saved, filing};
use casework::materials::{Upload, putting};
use codes::calendar::Calendar;
use guide::packs::{Changes, Source};
use people::identity::PersonId;
use serde_json::json;
use store::jobs::Worker;
use store::{Purpose, Tx};
use web::{Visitor, Who};

struct House {
    w: Casework,
    place: Place,
}

fn calendar() -> &'static Calendar {
    Calendar::shipped()
}

impl House {
    async fn open() -> House {
        let place = Place::of_this_run();
        let node = place.node(super::at("2026-11-16")).await;
        node.people().seed_sample().await.expect("people seeded");
        proof::seals::sample::seed(node.proof()).await.expect("seals in use");
        House { w: node.casework().clone(), place }
    }

    fn visitor(&self, who: Who) -> Visitor {
        Visitor {
            who,
            session: None,
            lang: web::Lang::Zh,
            mode: web::frame::Mode::Normal,
            high_contrast: false,
            region: "990102".into(),
            csrf: String::new(),
            path: "/".into(),
            ip: "127.0.0.1".into(),
            reference: String::new(),
        }
    }

    async fn citizen(&self, note: &str, shop: Option<&str>) -> Visitor {
        let accounts = people::identity::demo_accounts();
        let login = &accounts.iter().find(|a| a.note == note).expect(note).login;
        let phone = codes::phone::Phone::parse(login).expect("phone");
        let id = self.w.account_of_phone(&phone).await.expect("account").expect("account");
        let mut citizen = self.w.citizen(id).await.expect("citizen");
        if let Some(uscc) = shop {
            let (ctx, person) = (self.w.store.system_ctx(), citizen.person.expect("person"));
            let acting = self.w.start_acting(ctx, id, PersonId(person), uscc).await;
            citizen.acting = Some(acting.expect("acting"));
        }
        self.visitor(Who::Citizen(citizen))
    }

    async fn staff(&self, login: &str) -> Visitor {
        let staff = self.w.staff_of_login(login).await.expect("staff").expect(login);
        self.visitor(Who::Staff(staff))
    }

    async fn drain(&self) {
        let worker = Worker::new(self.w.store.clone(), self.handlers());
        worker.drain().await.expect("drain");
        let stuck = self.w.store.read(store::jobs::stuck).await.expect("stuck");
        assert!(stuck.is_empty(), "{stuck:?}");
    }

    fn handlers(&self) -> Vec<(&'static str, store::jobs::Handler)> {
        let mut all = casework::handlers(&self.w);
        all.extend(people::handlers(&self.w));
        // The wing above is not here.
        all.push((acts::ENDED, Box::new(|_| Box::pin(async { Ok(()) }))));
        all
    }

    /// From the consent to a complete draft, answered with the pack's own example.
    async fn filled(&self, visitor: &Visitor, slug: &str) -> DraftId {
        let (w, owner) = (&self.w, filing::owner(visitor).expect("owner"));
        let id = filing::open(w, visitor, slug).await.expect("open");
        let filled = filing::prefill(w, visitor, id).await.expect("prefill");
        assert!(!filled.is_empty(), "registers filled something");
        let opened = filing::load(w, owner, id).await.expect("load");
        let example = &opened.pack.tests[0];
        let mut answers = Changes::default();
        for (key, value) in &example.answers {
            if !opened.body.values.given(key) {
                answers.0.insert(key.clone(), value.clone());
            }
        }
        let seen = opened.draft.version;
        let saved =
            filing::save(w, owner, id, seen, answers, Source::Applicant).await.expect("save");
        assert!(matches!(saved, Saved::Done { version, .. } if version > seen), "{saved:?}");
        id
    }

    async fn submit(&self, visitor: &Visitor, id: DraftId) -> store::Result<Receipt> {
        let owner = filing::owner(visitor)?;
        let ready = filing::prepare(&self.w, owner, id).await;
        let ctx = visitor.ctx(&self.w, Purpose::Own);
        let act = move |tx: &mut Tx<'_>| acts::hand_in(tx, id, owner, ready, calendar());
        self.w.store.write(ctx, act).await
    }
}

fn grip(r: &Receipt) -> Grip {
    Grip { id: r.id, version: r.version }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_food_licence_from_the_register_to_the_seal() {
    let house = House::open().await;
    let w = &house.w;
    let citizen = house.citizen("restaurant", Some("92990102630040015X")).await;
    let owner = filing::owner(&citizen).expect("owner");
    let id = house.filled(&citizen, "spjy-xb").await;
    assert_eq!(filing::open(w, &citizen, "spjy-xb").await, Ok(id), "the same draft is resumed");

    let refused = house.submit(&citizen, id).await.expect_err("the plan is missing");
    let store::Error::Refused(refused) = refused else { panic!("{refused:?}") };
    assert_eq!(refused.code, "draft-not-ready");
    let fields: Vec<&str> = refused.fields.iter().map(|f| f.field.as_str()).collect();
    assert_eq!(fields, ["material.layout"], "{refused:?}");
    plans_are_put(&house, &citizen, id).await;
    let r = house.submit(&citizen, id).await.expect("submit");
    let again = house.submit(&citizen, id).await.expect_err("gone");
    assert_eq!(again.code(), "case-already-submitted");
    house.drain().await;

    let clerk = house.staff("ck01").await;
    let officer = view::officer(&clerk).expect("officer");
    let desk = view::inbox(w, &officer, Post::Clerk, None, None).await.expect("inbox");
    assert_eq!(
        desk.cards.iter().map(|c| c.id).collect::<Vec<_>>(),
        [r.id],
        "at the centre's window"
    );
    let dossier = view::dossier(w, &clerk, r.no).await.expect("dossier");
    assert_eq!(dossier.papers.len(), 1);
    assert_eq!(dossier.body.party.number, "92990102630040015X");
    let (g, c) = (grip(&r), view::officer(&clerk).expect("officer"));
    let accept = move |tx: &mut Tx<'_>| acts::accept(tx, g, &c, calendar());
    let ctx = clerk.ctx(w, Purpose::Case(r.id.0));
    let r = w.store.write(ctx, accept).await.expect("accept");
    house.drain().await;

    let approver = house.staff("sp01").await;
    let officer = view::officer(&approver).expect("officer");
    let seen = store::FileHash::of(b"%PDF-1.7 plan").as_str().to_owned();
    let opinion = Opinion { text: "符合条件".into(), seen: vec![seen] };
    let g = grip(&r);
    let grant = move |tx: &mut Tx<'_>| acts::grant(tx, g, &officer, opinion, calendar());
    w.store.write(approver.ctx(w, Purpose::Case(r.id.0)), grant).await.expect("grant");
    house.drain().await;

    let progress = view::progress(w, owner, r.no).await.expect("progress");
    let State::Closed(closed) = &progress.case.state else { panic!("{:?}", progress.case.state) };
    assert!(closed.licence.is_some() && !progress.making);
    let kinds: Vec<&str> = progress.documents.iter().map(|d| d.kind.as_str()).collect();
    assert_eq!(kinds, ["receipt", "acceptance", "grant"]);
    for document in &progress.documents {
        let bytes = w.store.files().get(&document.file).expect("document");
        let verdict = w.proof.verify_file(&bytes).await.expect("verdict");
        assert_eq!(verdict.signature_values_hold, Some(true), "{}", document.title);
    }
    let stranger = house.citizen("car", None).await;
    let stranger = filing::owner(&stranger).expect("owner");
    let foreign = view::progress(w, stranger, r.no).await.map(drop);
    assert_eq!(foreign, Err(store::Error::NotFound));
    raw_copy_shows_nobody(&house);
}

/// What is no plan is refused; the plan sent again, also at the same moment, is the one that is there.
async fn plans_are_put(house: &House, citizen: &Visitor, id: DraftId) {
    let w = &house.w;
    for (name, bytes, expected) in [
        ("plan.exe", &b"MZ"[..], "paper-type"),
        ("plan.pdf", &b""[..], "paper-empty"),
        ("plan.pdf", &b"MZ"[..], "paper-content"),
        ("plan.pdf", &b"%PDF-1.7 plan"[..], "ok"),
    ] {
        let file = Upload { key: "layout".into(), name: name.into(), bytes: bytes.to_vec() };
        let outcome = putting::upload(w, citizen, id, file).await;
        assert_eq!(outcome.map_or_else(|e| e.code(), |_| "ok"), expected, "{name}");
    }
    let same = || {
        let (key, name) = ("layout".into(), "plan.pdf".into());
        let file = Upload { key, name, bytes: b"%PDF-1.7 plan".to_vec() };
        putting::upload(w, citizen, id, file)
    };
    let (one, two) = tokio::join!(same(), same());
    assert_eq!(
        one.expect("there"),
        two.expect("there"),
        "sent again, it is the paper that is there"
    );
}

fn raw_copy_shows_nobody(house: &House) {
    let raw = house.place.raw();
    for personal in ["董建华", "990103199302155943", "吴东", "JK990102202600031", "plan.pdf"] {
        let all = raw.windows(personal.len()).enumerate();
        let found = all.filter(|(_, w)| *w == personal.as_bytes()).map(|(at, _)| at);
        for at in found {
            let published = published(&raw, at, personal.len());
            assert!(published, "{personal} stands in the raw database");
        }
    }
}

/// Whether these bytes belong to a kept pack, whose published examples name the sample region's people:
/// what stands right before or right after them stands there too.
fn published(raw: &[u8], at: usize, len: usize) -> bool {
    const NEAR: usize = 12;
    let before = &raw[at.saturating_sub(NEAR)..at + len];
    let after = &raw[at..(at + len + NEAR).min(raw.len())];
    let within = |text: &[u8], part: &[u8]| text.windows(part.len()).any(|w| w == part);
    let packs = guide::editions::built_in().iter().map(|offer| offer.content.as_bytes());
    packs.into_iter().any(|pack| within(pack, before) || within(pack, after))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instant_mark_while_the_person_waits() {
    let house = House::open().await;
    let citizen = house.citizen("car", None).await;
    let id = house.filled(&citizen, "jdc-jybz").await;
    let r = house.submit(&citizen, id).await.expect("submit");
    assert_eq!(r.phase.label(), "granted");
    house.drain().await;
    let case = house.w.store.read(move |db| records::by_id(db, r.id)).await.expect("case");
    let State::Closed(closed) = case.state else { panic!("{:?}", case.state) };
    assert!(closed.licence.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_line_costs_a_part() {
    use casework::materials::uploads::{self, PART};
    let house = House::open().await;
    let (w, citizen) = (&house.w, house.citizen("restaurant", Some("92990102630040015X")).await);
    let owner = filing::owner(&citizen).expect("owner");
    let draft = filing::open(w, &citizen, "spjy-xb").await.expect("open");
    let file: Vec<u8> = [b"%PDF-1.7".to_vec(), vec![7; PART + 500]].concat();
    let begin = async |name: &'static str, size: u64| {
        let begun = uploads::begin(w, &citizen, draft, "layout", name, size).await;
        begun.map_or_else(|e| e.code(), |_| "ok")
    };
    assert_eq!(begin("a.exe", 10).await, "paper-type");
    assert_eq!(begin("a.pdf", 0).await, "paper-empty");
    assert_eq!(begin("a.pdf", 1 << 40).await, "paper-large");
    let size = file.len() as u64;
    let up =
        uploads::begin(w, &citizen, draft, "layout", "图.pdf", size).await.expect("begin").upload;
    let send = async |from: usize, to: usize| {
        uploads::part(w, &citizen, up, from as i64, &file[from..to]).await
    };
    assert_eq!(send(500, 600).await.map_err(|e| e.code()).map(drop), Err("upload-offset"));
    send(0, PART).await.expect("first");
    assert_eq!(send(0, PART).await.map_err(|e| e.code()).map(drop), Err("upload-offset"));
    let known = uploads::progress(w, owner, up).await.expect("progress");
    assert_eq!(known.received, PART as i64, "after the break one goes on here");
    let done = send(PART, file.len()).await.expect("last");
    assert!(done.paper.is_some());
    let opened = filing::load(w, owner, draft).await.expect("load");
    let kept = opened.papers[0].file.clone().expect("file");
    assert_eq!(w.store.files().get(&kept).expect("bytes"), file);
    assert_eq!(uploads::progress(w, owner, up).await, Err(store::Error::NotFound), "forgotten");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_answers_and_the_law_does() {
    let house = House::open().await;
    let (w, citizen) = (&house.w, house.citizen("restaurant", Some("92990102630040015X")).await);
    let id = house.filled(&citizen, "spjy-xb").await;
    let file =
        Upload { key: "layout".into(), name: "图.pdf".into(), bytes: b"%PDF-1.7 plan".to_vec() };
    putting::upload(w, &citizen, id, file).await.expect("upload");
    let r = house.submit(&citizen, id).await.expect("submit");
    house.drain().await;
    let phase = async || {
        w.store.read(move |db| records::by_id(db, r.id)).await.expect("case").state.phase().label()
    };
    w.store.clock().advance_seconds(7 * 24 * 3600);
    house.drain().await;
    assert_eq!(phase().await, "submitted", "23 November is the fifth working day");
    w.store.clock().advance_seconds(24 * 3600);
    house.drain().await;
    assert_eq!(phase().await, "accepted");
    let owner = filing::owner(&citizen).expect("owner");
    let progress = view::progress(w, owner, r.no).await.expect("progress");
    let clock = progress.clock.expect("clock");
    assert_eq!(clock.promised.day.to_string(), "2026-11-23", "counted from the receipt");
    assert!(progress.documents.iter().any(|d| d.kind == "acceptance"));
    let told = progress.history.iter().filter(|e| e.kind == "message-sent").count();
    assert_eq!(told, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_devices_see_both_values() {
    let house = House::open().await;
    let w = &house.w;
    let citizen = house.citizen("restaurant", Some("92990102630040015X")).await;
    let owner = filing::owner(&citizen).expect("owner");
    let id = filing::open(w, &citizen, "spjy-xb").await.expect("open");
    let save = async |seen: i64, key: &str, value: serde_json::Value| {
        let changes = Changes([(key.to_owned(), value)].into());
        filing::save(w, owner, id, seen, changes, Source::Applicant).await.expect("save")
    };
    let first = save(1, "area", json!(86)).await;
    assert!(matches!(first, Saved::Done { version: 2, .. }), "{first:?}");
    let other = save(1, "kitchen_area", json!(24)).await;
    assert!(
        matches!(other, Saved::Done { version: 3, .. }),
        "another answer is no conflict: {other:?}"
    );
    let same = save(1, "area", json!(86)).await;
    assert!(
        matches!(same, Saved::Done { version: 3, .. }),
        "the same value is no conflict: {same:?}"
    );
    let Saved::Conflict { version: 3, fields } = save(1, "area", json!(90)).await else {
        panic!("a conflict")
    };
    assert_eq!((&fields[0].theirs, &fields[0].yours), (&json!(86), &json!(90)));
    let person = house.citizen("car", None).await;
    let refused = filing::open(w, &person, "spjy-xb").await.expect_err("for enterprises");
    assert_eq!(refused.code(), "draft-for-enterprises");
    let foreign = filing::load(w, filing::owner(&person).expect("owner"), id).await.map(drop);
    assert_eq!(foreign, Err(store::Error::NotFound));
}
