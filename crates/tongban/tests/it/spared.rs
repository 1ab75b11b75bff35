//! 免证办 counted (feat G6): a licence stands for a paper, a paper is handed in although a licence could; the steward of
//! the unit sees both, the unit that issued the licence sees its use, and the guide tells what is common.

use crate::town::{Page, Person, Town};
use crate::versions::{filled, shop};
use casework::cases::acts;
use casework::drafts::filing;
use codes::calendar::Calendar;
use guide::spared::{Paper, model, records};
use store::{Purpose, Tx};

const FOOD: &str = "spjy-xb";

#[tokio::test(flavor = "multi_thread")]
async fn what_licences_spare_is_counted_as_it_is_handed_in() {
    let town = Town::new().await;
    let shop = shop(&town).await;
    let steward = town.staff("zz01").await;
    let empty = steward.get("/l/spared").await;
    assert!(empty.says("还没有统计"), "{}", empty.text());
    let w = town.node.casework();
    let owner = filing::owner(&shop.visitor).expect("owner");
    let id = filled(&town, &shop).await;
    let ready = filing::prepare(w, owner, id).await.expect("ready");
    let could = ready.spared.clone();
    let (spared, unit) = (could.iter().filter(|p| p.spared).count(), ready.unit.0);
    assert!(spared > 0, "the shop holds a licence that stands for a paper: {could:?}");
    assert!(could.iter().all(|p| p.spared == p.licence.is_some()), "{could:?}");
    for _ in 0..2 {
        // The same hand twice, as by a double click: it is counted once.
        let again = Ok(ready.clone());
        let ctx = shop.visitor.ctx(town.node.people(), Purpose::Own);
        let act = move |tx: &mut Tx<'_>| acts::hand_in(tx, id, owner, again, Calendar::shipped());
        let _ = town.node.store().write(ctx, act).await;
    }
    let since = model::since(town.node.store().clock().now().day());
    let read = move |db: &mut store::Db<'_>| {
        Ok((records::total(db, unit, &since)?, records::of_unit(db, unit, &since, ("", ""), 50)?))
    };
    let (total, lines) = town.node.store().read(read).await.expect("counted");
    assert_eq!((total.could, total.spared), (could.len() as i64, spared as i64));
    assert_eq!(lines.len(), could.len());
    assert!(lines.iter().all(|l| l.slug == FOOD && l.could == 1), "{lines:?}");

    let page = steward.get("/l/spared").await;
    assert!(page.says("已免交") && page.says(&format!("可以免交 {} 份", could.len())));
    assert!(page.says("/guide/spjy-xb"), "{}", page.text());
    // The unit that issued the licence sees the use, with item and case.
    let uses = steward.get("/l/uses").await;
    assert!(uses.says("代替材料") && uses.says("免证办：用证照代替材料"), "{}", uses.text());
    guide_tells_many(&town, unit).await;
    pages_turn(&town, &steward, unit).await;
    town.close().await;
}

/// One application is nobody's business; a dozen is a fact about the item.
async fn guide_tells_many(town: &Town, unit: i64) {
    let visitor = town.visitor();
    let few = visitor.get("/guide/spjy-xb").await;
    assert!(!few.says("件申请免交了这份材料"));
    let key = town.node.guide().pack(FOOD).and_then(|pack| {
        let found = pack.materials.iter().find(|m| m.licence.is_some());
        found.map(|m| m.key.clone())
    });
    let papers = [Paper { material: key.expect("one"), spared: true, licence: None }];
    let today = town.node.store().clock().now().day();
    let many = move |db: &mut store::Db<'_>| {
        (0..12).try_for_each(|_| records::count(db, unit, FOOD, &papers, today))
    };
    town.node.store().upkeep(store::Upkeep::Load, many).await.expect("counted");
    town.node.guide().refresh().await.expect("anew");
    let told = visitor.get("/guide/spjy-xb").await;
    assert!(told.says("件申请免交了这份材料"), "{}", told.text());
}

/// Where a page turns to.
fn turn(page: &Page, way: &str) -> String {
    let text = page.text();
    let (before, _) = text.split_once(&format!("\" rel=\"{way}\"")).expect("a way on");
    before.rsplit("href=\"").next().expect("an address").replace("&#38;", "&")
}

/// More materials than a page holds: every one is on one page, there and back.
async fn pages_turn(town: &Town, steward: &Person<'_>, unit: i64) {
    let today = town.node.store().clock().now().day();
    let many = move |db: &mut store::Db<'_>| {
        (0..60).try_for_each(|n| {
            let paper = Paper { material: format!("m{n:02}"), spared: n % 2 == 0, licence: None };
            records::count(db, unit, "zz-item", &[paper], today)
        })
    };
    town.node.store().upkeep(store::Upkeep::Load, many).await.expect("counted");
    let first = steward.get("/l/spared").await;
    let second = steward.get(&turn(&first, "next")).await;
    let third = steward.get(&turn(&second, "next")).await;
    let all = [&first, &second, &third].map(|page| page.text()).concat();
    for n in 0..60 {
        assert_eq!(all.matches(&format!("m{n:02}<")).count(), 1, "m{n:02}");
    }
    let back = steward.get(&turn(&second, "prev")).await;
    assert_eq!(back.text().matches("<td class=\"num\">").count(), 25 * 4);
    for odd in ["after=x", "after=%2F", "before=", "after=a/b/c", "before=\u{4e00}/"] {
        let page = steward.get(&format!("/l/spared?{odd}")).await;
        assert!(page.status.is_success(), "{odd}");
    }
    let clerk = town.staff("ck01").await;
    assert_eq!(clerk.get("/l/spared").await.status.as_u16(), 403, "for stewards alone");
}
