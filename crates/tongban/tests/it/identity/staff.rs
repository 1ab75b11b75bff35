//! Staff at their door: three things at once, and no code twice.

use super::{Town, demo};
use axum::http::StatusCode;
use people::identity::{demo_code, staff_card, unit_by_uscc, unit_for_item};
use store::ledger::{Reading, disclose};
use store::{Actor, Purpose};
use web::Role;

const SEE: StatusCode = StatusCode::SEE_OTHER;
const AGAIN: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[tokio::test]
async fn all_three_or_nothing_and_the_same_words() {
    let town = Town::sample().await;
    let clerk = demo("ck01");
    let code = demo_code(&clerk, town.people.clock().now());
    let other = demo_code(&demo("ck02"), town.people.clock().now());
    let right = clerk.password.as_str();
    let mut pages = Vec::new();
    for (login, password, code) in [
        ("ck01", "not the password", code.as_str()),
        ("ck01", right, "000000"),
        ("ck01", right, &other),
        ("ck01", right, "abc"),
        ("nobody", right, &code),
        ("ck01'--", right, &code),
    ] {
        let mut browser = town.browser();
        browser.get("/staff/login").await;
        let fields = [("login", login), ("password", password), ("code", code)];
        let came = browser.post("/staff/login", &fields).await;
        assert_eq!(came.status, AGAIN, "{login}");
        assert_eq!(browser.session(), None);
        let escaped = login.replace('\'', "&#39;");
        pages
            .push(came.body.replace(&browser.csrf, "").replace(&format!("\"{escaped}\""), "LOGIN"));
    }
    assert!(pages[0].contains("账号、密码或动态码不对"));
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn a_code_is_good_once() {
    let town = Town::sample().await;
    let mut clerk = town.staff_signed_in("ck01").await;
    assert_eq!(clerk.get("/staff").await.status, StatusCode::OK);
    let account = demo("ck01");
    let now = town.people.clock().now();
    let mut again = town.browser();
    for at in [now, now.plus_seconds(-30)] {
        let code = demo_code(&account, at);
        again.get("/staff/login").await;
        let fields = [("login", "ck01"), ("password", &account.password), ("code", &code)];
        assert_eq!(
            again.post("/staff/login", &fields).await.status,
            AGAIN,
            "used, or older than used"
        );
    }
    town.later(30);
    town.staff_signed_in("ck01").await;
    assert_eq!(clerk.get("/staff").await.status, SEE, "one session at a time");
}

#[tokio::test]
async fn staff_have_posts_units_and_desks() {
    let town = Town::sample().await;
    for (login, role, desk) in [
        ("ck01", Role::Clerk, "/w"),
        ("sp01", Role::Approver, "/a"),
        ("aq01", Role::Auditor, "/staff"),
    ] {
        let staff = town.people.staff_of_login(login).await.expect("reading").expect("staff");
        assert_eq!(staff.roles, [role]);
        let account = demo(login);
        let code = demo_code(&account, town.people.clock().now());
        let mut browser = town.browser();
        browser.get("/staff/login").await;
        let fields = [("login", login), ("password", account.password.as_str()), ("code", &code)];
        assert_eq!(browser.post("/staff/login", &fields).await.to, desk);
    }
    let (known, elsewhere, missing) = town
        .people
        .store
        .read(|db| {
            let known = unit_by_uscc(db, "11990102000000377D")?;
            let elsewhere = unit_for_item(db, "11990100000001855U", "990102")?;
            Ok((known, elsewhere, unit_for_item(db, "113300000000000000", "990102")?))
        })
        .await
        .expect("reading");
    assert_eq!(known.map(|u| u.name).as_deref(), Some("示例区市场监督管理局"));
    assert_eq!(elsewhere.name, "示例市社会保险事业管理中心");
    assert_eq!(missing.name, "示例区政务服务中心", "without a department the centre answers");
}

#[tokio::test]
async fn staff_do_not_enter_as_citizens_nor_the_other_way_round() {
    let town = Town::sample().await;
    let mut clerk = town.staff_signed_in("ck01").await;
    for path in ["/my/account", "/my/access-log", "/my/messages", "/verify-me", "/my/acting"] {
        assert_eq!(clerk.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let mut citizen = town.signed_in("car").await;
    assert_eq!(citizen.get("/staff").await.status, StatusCode::FORBIDDEN);
    let mut nobody = town.browser();
    let came = nobody.get("/staff").await;
    assert_eq!((came.status, came.to.as_str()), (SEE, "/staff/login?next=/staff"));
}

#[tokio::test]
async fn what_staff_read_the_owner_sees() {
    let town = Town::sample().await;
    let mut owner = town.signed_in("pension").await;
    assert!(owner.get("/my/access-log").await.body.contains("还没有人看过"));
    let staff = town.people.staff_of_login("sb01").await.expect("reading").expect("staff");
    let phone = codes::phone::Phone::parse("19900000120").expect("a phone");
    let account = town.people.account_of_phone(&phone).await.expect("reading");
    let account = account.expect("an account");
    let person = town.people.citizen(account).await.expect("citizen").person.expect("verified");
    for number in 0..25 {
        let mut ctx = town.people.store.system_ctx().for_purpose(Purpose::Case(7));
        ctx.actor = Actor::Staff(staff.id);
        let reading = Reading {
            subject: person,
            fields: vec!["name", "id_no", "关系人"],
            reference: format!("9901 0220 2611 1600 02{number:02}"),
        };
        disclose(&town.people.store, ctx, reading).await.expect("the reading is recorded");
    }
    let log = owner.get("/my/access-log").await.body;
    for words in [
        "示例市社会保险事业管理中心",
        "审批人员",
        "工号 **11",
        "姓名、身份证号、关系人",
        "href=\"/c/99010220261116000224\"",
        "办理办件 9901 0220 2611 1600 0224",
        "12345",
    ] {
        assert!(log.contains(words), "{words} in {log}");
    }
    assert!(!log.contains(&staff.name) && !log.contains("3011"));
    let next =
        super::between(&log, "pages-link\" href=\"", "\" rel=\"next\"").expect("a next page");
    let older = owner.get(&next).await.body;
    assert!(
        older.contains("1600 0204") && older.contains("1600 0200") && !older.contains("1600 0205")
    );
    let mut other = town.signed_in("car").await;
    assert!(other.get("/my/access-log").await.body.contains("还没有人看过"));
    let id = people::identity::StaffId(staff.id);
    let card = town.people.store.read(move |db| staff_card(db, id)).await.expect("a card");
    assert_eq!((card.no.as_str(), card.active), ("3011", true));
}
