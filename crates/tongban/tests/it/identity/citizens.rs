//! Citizens at the door: nobody learns who has an account, codes die, levels rise, tokens change.

use super::{Browser, Town, between, demo};
use axum::http::StatusCode;
use codes::phone::Phone;
use people::identity::{AccountId, EnterpriseId, PersonId};
use store::{Disclosure, Kind, ledger};

const SEE: StatusCode = StatusCode::SEE_OTHER;
const AGAIN: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// A page without what differs from one asking to the next.
fn plain(body: &str, phone: &str, csrf: &str) -> String {
    body.replace(phone, "PHONE").replace(csrf, "CSRF")
}

#[tokio::test]
async fn a_wrong_password_and_no_account_look_the_same() {
    let town = Town::sample().await;
    let mut pages = Vec::new();
    for phone in ["19900000207", "19911112222"] {
        let mut browser = town.browser();
        browser.get("/login").await;
        let before = town.events().await;
        let came =
            browser.post("/login", &[("phone", phone), ("password", "not the password")]).await;
        assert_eq!((came.status, town.events().await), (AGAIN, before + 1));
        pages.push(plain(&came.body, phone, &browser.csrf));
    }
    assert_eq!(pages[0], pages[1]);
    assert!(pages[0].contains("手机号或密码不对"));
    // Asking for a code is the same too: same place, same text.
    for phone in ["19900000207", "19911112222"] {
        let mut browser = town.browser();
        browser.get("/login?way=sms").await;
        let came = browser.post("/login/code", &[("phone", phone)]).await;
        assert_eq!(came.status, SEE);
        assert!(came.to.starts_with("/login/code?t="));
        assert_eq!(town.last_code().await.len(), 6);
    }
}

#[tokio::test]
async fn five_failures_close_the_door_for_a_while_and_only_this_way() {
    let town = Town::sample().await;
    for phone in ["19900000207", "19911112222"] {
        let mut browser = town.browser();
        browser.get("/login").await;
        for _ in 0..5 {
            browser.post("/login", &[("phone", phone), ("password", "guessed wrong")]).await;
        }
        let right = demo("restaurant").password;
        let came = browser.post("/login", &[("phone", phone), ("password", &right)]).await;
        assert_eq!(came.status, AGAIN);
        assert!(came.body.contains("15 分钟后再试"), "{}", came.body);
    }
    let mut owner = town.browser();
    owner.get("/login?way=sms").await;
    let page = owner.post("/login/code", &[("phone", "19900000207")]).await.to;
    let code = town.last_code().await;
    owner.get(&page).await;
    let token = page.split("t=").nth(1).unwrap_or_default();
    let came = owner.post("/login/code/enter", &[("t", token), ("code", &code)]).await;
    assert_eq!((came.status, came.to.as_str()), (SEE, "/my"));
    town.later(901);
    town.signed_in("restaurant").await;
}

/// Asks for a code and returns the token of its page.
async fn asked(browser: &mut Browser, path: &str, phone: &str) -> String {
    browser.get(path).await;
    let came = browser.post(path, &[("phone", phone), ("agree", "1")]).await;
    assert_eq!(came.status, SEE, "{}", came.body);
    came.to.split("t=").nth(1).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_newcomer_opens_an_account_and_shows_who_she_is() {
    let town = Town::sample().await;
    let mut browser = town.browser();
    let token = asked(&mut browser, "/register", "199 0000 0003").await;
    let code = town.last_code().await;
    let page = browser.get(&format!("/register/code?t={token}&next=/verify-me")).await;
    assert!(page.body.contains("199****0003"), "{}", page.body);
    let idem = between(&page.body, "name=\"_idem\" value=\"", "\"").expect("a key");
    let fields = |password| {
        [
            ("t", token.as_str()),
            ("code", code.as_str()),
            ("password", password),
            ("_idem", &idem),
            ("next", "/verify-me"),
        ]
    };
    let short = browser.post("/register/open", &fields("1234567")).await;
    assert!(short.status == AGAIN && short.body.contains("至少 8 个字"), "{}", short.body);
    let typed = browser.clone();
    let came = browser.post("/register/open", &fields("  欧阳 her own 密码 ")).await;
    assert_eq!((came.status, came.to.as_str()), (SEE, "/verify-me"));
    // The same form again, from the page before: the same account, not another.
    let mut twice = typed;
    assert_eq!(twice.post("/register/open", &fields("  欧阳 her own 密码 ")).await.status, SEE);

    let before = browser.session().expect("a session").to_owned();
    let page = browser.get("/verify-me?next=/my/acting").await;
    assert!(page.body.contains("沙盒"));
    let me = [
        ("name", "欧阳䶮"),
        ("id_no", "990181 19660518 0068"),
        ("agree", "1"),
        ("next", "/my/acting"),
    ];
    let came = browser.post("/verify-me", &me).await;
    assert_eq!((came.status, came.to.as_str()), (SEE, "/my/acting"), "{}", came.body);
    let after = browser.session().expect("a session").to_owned();
    assert_ne!(before, after, "a higher level comes with a new token");
    let mut thief = browser.clone();
    thief.cookies = vec![("tongban".into(), before)];
    assert_eq!(thief.get("/my/account").await.status, SEE, "the old token opens nothing");
    let account = browser.get("/my/account").await.body;
    assert!(account.contains("欧阳䶮") && account.contains("990181********0068"));
    assert!(account.contains("长者模式"), "who is sixty is offered the other layout");

    // One person, one account: somebody else with the same name and number is refused.
    let mut other = town.browser();
    let token = asked(&mut other, "/register", "19911112222").await;
    let code = town.last_code().await;
    let page = other.get(&format!("/register/code?t={token}")).await;
    let idem = between(&page.body, "name=\"_idem\" value=\"", "\"").expect("a key");
    let open =
        [("t", token.as_str()), ("code", &code), ("password", "another person"), ("_idem", &idem)];
    assert_eq!(other.post("/register/open", &open).await.status, SEE);
    other.get("/verify-me").await;
    let came = other.post("/verify-me", &me).await;
    assert!(came.status == AGAIN && came.body.contains("已绑定另一个账号"), "{}", came.body);
    // And the owner sees that somebody tried.
    let log = browser.get("/my/access-log").await.body;
    assert!(log.contains("另一个账号") && log.contains("实名核验"), "{log}");
    assert!(!log.contains("您本人"));
    let own = browser.get("/my/access-log?own=1").await.body;
    assert!(!own.contains("另一个账号"), "{own}");
}

#[tokio::test]
async fn codes_die_after_five_minutes_five_tries_and_one_use() {
    let town = Town::sample().await;
    let enter = async |browser: &mut Browser, token: &str, code: &str| {
        browser.post("/login/code/enter", &[("t", token), ("code", code)]).await
    };
    let mut browser = town.browser();
    let token = asked_sms(&mut browser).await;
    let code = town.last_code().await;
    town.later(300);
    let late = enter(&mut browser, &token, &code).await;
    assert!(late.status == AGAIN && late.body.contains("不对或已过期"));

    let token = asked_sms(&mut browser).await;
    let code = town.last_code().await;
    let wrong = if code == "000000" { "111111" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(enter(&mut browser, &token, wrong).await.status, AGAIN);
    }
    assert_eq!(enter(&mut browser, &token, &code).await.status, AGAIN, "five tries are all");

    town.later(61);
    let token = asked_sms(&mut browser).await;
    let code = town.last_code().await;
    let page_of_another = enter(&mut browser, "0123456789abcdef0123456789abcdef", &code).await;
    assert_eq!(page_of_another.status, StatusCode::NOT_FOUND);
    assert_eq!(enter(&mut browser, &token, &code).await.status, SEE);
    assert_eq!(enter(&mut town.browser_like(&browser), &token, &code).await.status, AGAIN, "once");
}

async fn asked_sms(browser: &mut Browser) -> String {
    browser.get("/login?way=sms").await;
    let came = browser.post("/login/code", &[("phone", "19900000207")]).await;
    assert_eq!(came.status, SEE, "{}", came.body);
    came.to.split("t=").nth(1).unwrap_or_default().to_owned()
}

impl Town {
    /// A browser with the form token of another one, but not signed in.
    fn browser_like(&self, other: &Browser) -> Browser {
        let mut browser = other.clone();
        browser.cookies.retain(|(name, _)| name == "tongban-form");
        browser.csrf = String::new();
        let secret = browser.cookies.first().map_or("", |(_, v)| v.as_str());
        let hash = self.people.vault().index("csrf", secret);
        browser.csrf = hash.iter().take(16).map(|b| format!("{b:02x}")).collect();
        browser
    }
}

#[tokio::test]
async fn a_phone_is_not_flooded() {
    let town = Town::sample().await;
    let mut browser = town.browser();
    asked_sms(&mut browser).await;
    let came = browser.post("/login/code", &[("phone", "19900000207")]).await;
    assert!(came.status == AGAIN && came.body.contains("60 秒后再获取"), "{}", came.body);
    let mut sent = 1;
    for _ in 0..20 {
        town.later(61);
        let came = browser.post("/login/code", &[("phone", "19900000207")]).await;
        sent += usize::from(came.status == SEE);
    }
    assert_eq!(sent, 5, "five within the hour");
}

#[tokio::test]
async fn only_who_leads_an_enterprise_acts_for_it() {
    let town = Town::sample().await;
    let mut owner = town.signed_in("restaurant").await;
    let page = owner.get("/my/acting").await.body;
    assert!(page.contains("示例区邓记面馆") && page.contains("代表它办事"));
    let before = owner.session().expect("a session").to_owned();
    let noodles = [("uscc", "92990102630040015X")];
    assert_eq!(owner.post("/my/acting", &noodles).await.status, SEE);
    assert_ne!(owner.session(), Some(before.as_str()), "another role, another token");
    assert!(owner.get("/my/account").await.body.contains("示例区邓记面馆"));
    owner.get("/my/acting").await;
    for foreign in
        ["92990181064908421K", "92990102260825236G", "", "91110000000000000X", "' OR 1=1"]
    {
        let came = owner.post("/my/acting", &[("uscc", foreign)]).await;
        assert!(came.status == AGAIN && came.body.contains("不是这家企业"), "{foreign}");
    }
    assert_eq!(owner.post("/my/acting/end", &[]).await.status, SEE);
    assert!(!owner.get("/my/account").await.body.contains("示例区邓记面馆"));

    let mut driver = town.signed_in("car").await;
    driver.get("/my/acting").await;
    let came = driver.post("/my/acting", &noodles).await;
    assert!(came.status == AGAIN && came.body.contains("不是这家企业"));

    let person = PersonId(town.person("restaurant").await);
    let facts = town.people.person_facts(person, &Disclosure::own()).await.expect("facts");
    assert_eq!((facts.name.expose(), facts.sex, facts.nation.as_str()), ("董建华", "女", "汉"));
    let ctx = town.people.store.system_ctx();
    let own = town.account("restaurant").await;
    let acting = town.people.start_acting(ctx, own, person, "92990102630040015X").await;
    let id = EnterpriseId(acting.expect("she leads it").enterprise);
    let enterprise = town.people.enterprise(id).await.expect("an enterprise");
    assert_eq!((enterprise.legal_rep, enterprise.kind.as_str()), (person, "个体工商户"));
    assert!(enterprise.address.contains("幸福路26号"));
    for (kind, times) in [(Kind::ActingStarted, 2), (Kind::ActingEnded, 1)] {
        assert_eq!(town.about(person.0, kind).await, times, "{kind:?}");
    }
}

impl Town {
    async fn person(&self, who: &str) -> i64 {
        let phone = Phone::parse(&demo(who).login).expect("a phone");
        let account = self.people.account_of_phone(&phone).await.expect("reading");
        let citizen =
            self.people.citizen(account.unwrap_or(AccountId(0))).await.expect("a citizen");
        citizen.person.expect("verified")
    }

    async fn about(&self, person: i64, kind: Kind) -> usize {
        let read =
            move |db: &mut store::Db<'_>| ledger::about_person(db, person, kind, i64::MAX, 50);
        self.people.store.read(read).await.expect("reading").len()
    }
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let town = Town::sample().await;
    let mut here = town.signed_in("car").await;
    let mut there = town.signed_in("car").await;
    let old = demo("car").password;
    here.get("/my/account").await;
    for (present, wanted, words) in [
        ("wrong one", "a new sentence", "现在的密码不对"),
        (old.as_str(), "short", "至少 8 个字"),
        (old.as_str(), "19900000000!", "不要用自己的手机号"),
    ] {
        let came =
            here.post("/my/account/password", &[("present", present), ("wanted", wanted)]).await;
        assert!(came.status == AGAIN && came.body.contains(words), "{words}: {}", came.body);
    }
    let fields = [("present", old.as_str()), ("wanted", "a new sentence")];
    let came = here.post("/my/account/password", &fields).await;
    assert_eq!((came.status, came.to.as_str()), (SEE, "/my/account?changed=1"));
    assert_eq!(here.get("/my/account?changed=1").await.status, StatusCode::OK);
    assert_eq!(there.get("/my/account").await.status, SEE);
    let mut again = town.browser();
    again.get("/login").await;
    let phone = demo("car").login;
    let came = again.post("/login", &[("phone", &phone), ("password", &old)]).await;
    assert_eq!(came.status, AGAIN);
    let came = again.post("/login", &[("phone", &phone), ("password", "a new sentence")]).await;
    assert_eq!(came.status, SEE);
    assert_eq!(again.post("/logout", &[]).await.status, AGAIN, "the old form token is void");
    again.get("/my/account").await;
    assert_eq!(again.post("/logout", &[]).await.to, "/");
    assert_eq!(again.get("/my/account").await.status, SEE);
}

#[tokio::test]
async fn one_is_led_back_to_this_site_only() {
    let town = Town::sample().await;
    let owner = demo("restaurant");
    for (next, to) in [
        ("/c/1?a=b", "/c/1?a=b"),
        ("", "/my"),
        ("https://elsewhere.example/", "/my"),
        ("//elsewhere.example", "/my"),
        ("/\\elsewhere.example", "/my"),
    ] {
        let mut browser = town.browser();
        browser.get("/login").await;
        let fields =
            [("phone", owner.login.as_str()), ("password", &owner.password), ("next", next)];
        let came = browser.post("/login", &fields).await;
        assert_eq!((came.status, came.to.as_str()), (SEE, to), "{next}");
    }
}
