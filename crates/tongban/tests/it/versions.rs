//! A case goes by the guide it was filed under, whatever is published afterwards (issue 2: versions).

use crate::town::{Person, Town};
use casework::cases::acts::Opinion;
use casework::cases::model::{Missing, MissingKind};
use casework::cases::{Grip, Receipt, acts, view};
use casework::drafts::{DraftId, Saved, filing};
use codes::calendar::Calendar;
use guide::packs::{Changes, Source};
use people::identity::PersonId;
use std::path::Path;
use store::{Purpose, Tx};
use web::{Visitor, Who};

const FOOD: &str = "spjy-xb";
const SHOP: &str = "92990102630040015X";

/// The second version of the food pack: another label, a question less, a shorter promise and validity.
pub fn second_version(folder: &Path) {
    let mut files = guide::packs::load::shipped_files(FOOD).expect("the food pack ships");
    let mut change = |file: &str, from: &str, to: &str| {
        let text = files.get_mut(file).expect("file");
        assert!(text.contains(from), "{file} has no {from}");
        *text = text.replacen(from, to, 1);
    };
    change("item.toml", "version = 1", "version = 2");
    change("item.toml", "promised_limit = { n = 5,", "promised_limit = { n = 3,");
    change("form.layout.toml", "zh = \"经营场所面积\"", "zh = \"店面面积\"");
    change("licence.toml", "years_after(decided, 5)", "years_after(decided, 3)");
    let layout = files["form.layout.toml"].clone();
    let (before, after) = layout.split_once("[[page.field]]\nkey = \"max_diners\"").expect("field");
    let (_, after) = after.split_once("[[page.field]]").expect("another field");
    files.insert("form.layout.toml".into(), format!("{before}[[page.field]]{after}"));
    for (file, unwanted) in [
        ("form.schema.json", ["\"max_diners\"", "\"max_diners\""]),
        ("tests.toml", ["max_diners =", "due ="]),
    ] {
        let text = files.get_mut(file).expect("file");
        let keep = |l: &&str| !unwanted.iter().any(|u| l.trim_start().starts_with(u));
        *text = text.lines().filter(keep).map(|l| format!("{l}\n")).collect();
    }
    let folder = folder.join(FOOD);
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.join(name), text).expect("written");
    }
}

/// Somebody with a shop.
pub struct Shop {
    /// As he signs in.
    pub who: Who,
    /// As acts see him.
    pub visitor: Visitor,
}

/// The owner of the noodle shop, acting for it.
pub async fn shop(town: &Town) -> Shop {
    let people = town.node.people();
    let accounts = people::identity::demo_accounts();
    let login = &accounts.iter().find(|a| a.note == "restaurant").expect("account").login;
    let phone = codes::phone::Phone::parse(login).expect("phone");
    let id = people.account_of_phone(&phone).await.expect("read").expect("account");
    let mut citizen = people.citizen(id).await.expect("citizen");
    let person = PersonId(citizen.person.expect("person"));
    let acting = people.start_acting(people.store.system_ctx(), id, person, SHOP).await;
    citizen.acting = Some(acting.expect("acting"));
    let who = Who::Citizen(citizen);
    Shop { visitor: tongban::demo::visitor(&town.node, who.clone()), who }
}

async fn staff(town: &Town, login: &str) -> Visitor {
    let staff = town.node.people().staff_of_login(login).await.expect("read").expect(login);
    tongban::demo::visitor(&town.node, Who::Staff(staff))
}

/// A draft answered with the pack's own example.
pub async fn filled(town: &Town, shop: &Shop) -> DraftId {
    let (w, owner) = (town.node.casework(), filing::owner(&shop.visitor).expect("owner"));
    let id = filing::open(w, &shop.visitor, FOOD).await.expect("open");
    filing::prefill(w, &shop.visitor, id).await.expect("prefill");
    let opened = filing::load(w, owner, id).await.expect("load");
    let mut answers = Changes(opened.pack.tests[0].answers.clone());
    answers.0.retain(|key, _| !opened.body.values.given(key));
    let seen = opened.draft.version;
    let saved = filing::save(w, owner, id, seen, answers, Source::Applicant).await.expect("save");
    assert!(matches!(saved, Saved::Done { .. }), "{saved:?}");
    let file = casework::materials::Upload {
        key: "layout".into(),
        name: "图.pdf".into(),
        bytes: b"%PDF-1.7 plan".to_vec(),
    };
    casework::materials::putting::upload(w, &shop.visitor, id, file).await.expect("upload");
    id
}

async fn act<T: Send + 'static>(
    town: &Town,
    who: &Visitor,
    act: impl FnOnce(&mut Tx<'_>) -> store::Result<store::Done<T>> + Send + 'static,
) -> T {
    let ctx = who.ctx(town.node.people(), Purpose::Own);
    let done = town.node.store().write(ctx, act).await.expect("the act is lawful");
    town.work().await;
    done
}

/// Both words of the first version and none of the second, or the other way round.
fn speaks(page: &crate::town::Page, first: bool) {
    assert!(page.status.is_success(), "{} {}", page.path, page.text());
    let (is, isnt) = if first {
        ("经营场所面积", "店面面积")
    } else {
        ("店面面积", "经营场所面积")
    };
    assert!(page.says(is) && !page.says(isnt), "{} speaks of {isnt}, not of {is}", page.path);
}

async fn sheets_are_of_the_first(desk: &Person<'_>, no: &str, at: &str) {
    let sheet = desk.get(&format!("{at}/c/{no}")).await;
    speaks(&sheet, true);
    assert!(sheet.says("最大供餐人数"), "a question that is no longer asked was answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_by_the_version_it_was_filed_under() {
    story(Town::new().await).await;
}

async fn story(town: Town) {
    let shop = shop(&town).await;
    let (receipt, begun) = filed(&town, &shop).await;
    let no = receipt.no.to_string();
    let packs = town.folder().join("packs");
    second_version(&packs);
    let town = town.restart(|config| config.guide.packs = packs.clone()).await;
    let citizen = town.signed_in(shop.who.clone()).await;
    guides_tell_which_is_which(&citizen, &no).await;
    speaks(&citizen.get(&format!("/c/{no}/fix")).await, true);
    speaks(&citizen.get(&format!("/d/{}/shop", begun.0)).await, true);
    assert!(citizen.get(&format!("/d/{}/more", begun.0)).await.says("最大供餐人数"));
    handled(&town, &shop, receipt).await;

    let w = town.node.casework();
    filing::discard(w, &shop.visitor, begun).await.expect("discarded");
    let fresh = filing::open(w, &shop.visitor, FOOD).await.expect("open");
    speaks(&citizen.get(&format!("/d/{}/shop", fresh.0)).await, false);
    assert!(!citizen.get(&format!("/d/{}/more", fresh.0)).await.says("最大供餐人数"));
    damaged_versions_are_told(&town, &citizen, &no).await;
    town.close().await;
}

/// Under the first version: a case that waits for its correction, and a draft.
async fn filed(town: &Town, shop: &Shop) -> (Receipt, DraftId) {
    let (clerk, owner) = (staff(town, "ck01").await, filing::owner(&shop.visitor).expect("owner"));
    let id = filled(town, shop).await;
    let ready = filing::prepare(town.node.casework(), owner, id).await;
    let hand_in = move |tx: &mut Tx<'_>| acts::hand_in(tx, id, owner, ready, Calendar::shipped());
    let receipt = act(town, &shop.visitor, hand_in).await;
    let officer = view::officer(&clerk).expect("officer");
    let (kind, key, reason) = (MissingKind::Field, "area".into(), "与图上不符".into());
    let missing = vec![Missing { kind, key, reason }];
    let grip = grip(&receipt);
    let receipt = act(town, &clerk, move |tx| {
        acts::request_correction(tx, grip, &officer, missing, Calendar::shipped())
    })
    .await;
    let begun = filing::open(town.node.casework(), &shop.visitor, FOOD).await;
    (receipt, begun.expect("another draft under the first version"))
}

fn grip(receipt: &Receipt) -> Grip {
    Grip { id: receipt.id, version: receipt.version }
}

async fn guides_tell_which_is_which(citizen: &Person<'_>, no: &str) {
    let page = citizen.get(&format!("/c/{no}")).await;
    assert!(page.says("按第 1 版指南办理"), "{}", page.text());
    let old = citizen.get(&page.link("/guide/spjy-xb?version=1")).await;
    assert!(old.says("已有新版") && old.says("5 个工作日"), "{}", old.text());
    let now = citizen.get("/guide/spjy-xb").await;
    assert!(!now.says("已有新版") && now.says("3 个工作日"), "{}", now.text());
    assert_eq!(citizen.get("/guide/spjy-xb?version=3").await.status.as_u16(), 404);
}

/// Corrected, accepted and granted after the second version was published, by the first.
async fn handled(town: &Town, shop: &Shop, receipt: Receipt) {
    let (w, no) = (town.node.casework(), receipt.no.to_string());
    let owner = filing::owner(&shop.visitor).expect("owner");
    let changed = Changes([("area".to_owned(), serde_json::json!(90))].into());
    let supplement = casework::cases::fixing::prepare(w, owner, receipt.no, changed).await;
    let (seen, supplement) = (grip(&receipt), supplement.expect("it fits the first version"));
    let receipt = act(town, &shop.visitor, move |tx| {
        acts::supply(tx, seen, owner, &supplement, Calendar::shipped())
    })
    .await;
    sheets_are_of_the_first(&town.staff("ck01").await, &no, "/w").await;
    let clerk = staff(town, "ck01").await;
    let (seen, officer) = (grip(&receipt), view::officer(&clerk).expect("officer"));
    let receipt =
        act(town, &clerk, move |tx| acts::accept(tx, seen, &officer, Calendar::shipped())).await;
    let progress = view::progress(w, owner, receipt.no).await.expect("progress");
    let today = town.node.store().clock().now().day();
    let promised = Calendar::shipped().add_workdays(today, 5).day;
    assert_eq!(progress.clock.expect("a clock").promised.day, promised, "the first promise");
    sheets_are_of_the_first(&town.staff("sp01").await, &no, "/a").await;

    let approver = staff(town, "sp01").await;
    let (seen, officer) = (grip(&receipt), view::officer(&approver).expect("officer"));
    let plan = store::FileHash::of(b"%PDF-1.7 plan").as_str().to_owned();
    let opinion = Opinion { text: "符合条件".into(), seen: vec![plan] };
    let grant =
        move |tx: &mut Tx<'_>| acts::grant(tx, seen, &officer, opinion, Calendar::shipped());
    act(town, &approver, grant).await;
    let id = receipt.id.0;
    let licence = town.node.store().read(move |db| proof::licences::of_case(db, id)).await;
    let until = licence.expect("read").expect("a licence").valid_to.expect("it ends").to_string();
    assert_eq!(&until[..4], "2031", "five years, as the first version says: {until}");
}

/// What is kept is not what was published any more: said so, and by the doctor too; the rest works.
async fn damaged_versions_are_told(town: &Town, citizen: &Person<'_>, no: &str) {
    const DAMAGE: store::Sql =
        store::Sql("UPDATE pack_version SET hash = $1 WHERE version = 1 OR slug <> 'spjy-xb'");
    let damage = |db: &mut store::Db<'_>| db.exec(DAMAGE, &["0".repeat(64).into()]).map(drop);
    town.node.store().upkeep(store::Upkeep::Load, damage).await.expect("damaged");
    let page = citizen.get(&format!("/c/{no}")).await;
    assert_eq!(page.status.as_u16(), 422);
    assert!(page.says("第 1 版已损坏") && page.says("您的内容没有丢失"), "{}", page.text());
    assert!(citizen.get("/guide/spjy-xb").await.status.is_success());
    let found = town.node.store().read(guide::editions::damaged).await.expect("looked at");
    assert_eq!(found.len(), 3, "one version of each pack: {found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_pack_under_a_used_number_does_not_start() {
    let town = Town::new().await;
    let packs = town.folder().join("packs");
    second_version(&packs);
    let item = packs.join(FOOD).join("item.toml");
    let text = std::fs::read_to_string(&item).expect("read");
    std::fs::write(&item, text.replacen("version = 2", "version = 1", 1)).expect("written");
    let refused = town.refuses(|config| config.guide.packs = packs.clone()).await;
    let store::Error::Refused(refusal) = &refused else { panic!("{refused:?}") };
    assert_eq!(refusal.code, "pack-version-reused");
    let (what, next) = web::errors::words(web::Lang::Zh, &refused);
    assert!(what.contains("spjy-xb") && next.contains("version 改为 2"), "{what} {next}");
    town.close().await;
}
