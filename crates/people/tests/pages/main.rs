//! Tests of the wing, told by people: a town with its sample inhabitants, and browsers at its doors.

mod citizens;
mod dump;
mod hostile;
mod notices;
mod staff;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::routing::{get, post};
use codes::time::Stamp;
use people::People;
use people::identity::pages::{access_log, account, acting, door, register, staff as desk, verify};
use people::identity::{DemoAccount, demo_accounts, demo_code};
use people::notices::pages as mail;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use store::jobs::Worker;
use store::{Chance, Clock, Settings, Store, Url};
use tower::ServiceExt;
use web::{Access, App, Relation, Routes, Site};

static TOWNS: AtomicU64 = AtomicU64::new(0);

/// A town of its own, gone when the test ends.
pub(crate) struct Town {
    pub people: People,
    service: Router,
    pub folder: PathBuf,
}

fn site() -> Site {
    Site {
        name: "示例市通办".into(),
        name_en: "Shili Tongban".into(),
        platform: "示例省一体化政务服务平台".into(),
        platform_en: "Shili platform".into(),
        region: "990102".into(),
        region_name: "示例市·示例区".into(),
        region_name_en: "Shili District".into(),
        https: false,
        sandbox: true,
        grey: false,
        hotline: "12345".into(),
        host: String::new(),
        undertaker: String::new(),
        site_code: String::new(),
        icp: String::new(),
        police: String::new(),
        ipv6: false,
        hall: Vec::new(),
    }
}

/// The table at the top of the pages, as the binary mounts it.
fn routes(people: &People) -> Router {
    let (public, own) = (Access::Public, Relation::Own);
    let one = || Access::Citizen(1);
    let two = || Access::Citizen(2);
    macro_rules! on {
        ($method:ident $handler:path) => {
            $method($handler).with_state(people.clone())
        };
    }
    Routes::new(people.app.clone())
        .get("/login", public, Relation::None, on!(get door::login))
        .post("/login", public, Relation::None, on!(post door::sign_in))
        .get("/login/code", public, Relation::Token, on!(get door::code))
        .post("/login/code", public, Relation::None, on!(post door::ask_code))
        .post("/login/code/enter", public, Relation::Token, on!(post door::enter_code))
        .post("/logout", public, Relation::None, on!(post door::sign_out))
        .get("/register", public, Relation::None, on!(get register::page))
        .post("/register", public, Relation::None, on!(post register::ask_code))
        .get("/register/code", public, Relation::Token, on!(get register::code))
        .post("/register/open", public, Relation::Token, on!(post register::open))
        .get("/verify-me", one(), own, on!(get verify::page))
        .post("/verify-me", one(), own, on!(post verify::check))
        .get("/my/acting", two(), own, on!(get acting::page))
        .post("/my/acting", two(), own, on!(post acting::start))
        .post("/my/acting/end", two(), own, on!(post acting::end))
        .get("/my/account", one(), own, on!(get account::page))
        .post("/my/account/password", one(), own, on!(post account::password))
        .post("/my/account/sign-out", one(), own, on!(post account::sign_out_everywhere))
        .get("/my/access-log", one(), own, on!(get access_log::page))
        .get("/staff/login", public, Relation::None, on!(get desk::login))
        .post("/staff/login", public, Relation::None, on!(post desk::sign_in))
        .get("/staff", Access::AnyStaff, Relation::None, on!(get desk::home))
        .get("/my/messages", one(), own, on!(get mail::messages))
        .post("/my/messages/read", one(), own, on!(post mail::read))
        .get("/sandbox/outbox", public, Relation::None, on!(get mail::outbox))
        .into_service()
}

impl Town {
    /// A town without inhabitants.
    pub(crate) fn empty() -> Town {
        let number = TOWNS.fetch_add(1, Ordering::SeqCst);
        let name = format!("tongban-people-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&folder);
        let store = Store::open(Settings {
            url: Url::Sqlite(folder.join("t.db")),
            data: folder.clone(),
            clock: Clock::fixed(Stamp::from_micros(1_795_000_000_000_000)),
            chance: Chance::seeded(number),
            migrations: store::migrate::shipped(),
            readers: 2,
            writers: 1,
        });
        let store = store.expect("the store opens");
        let calendar = codes::calendar::Calendar::shipped().clone();
        let people = People::new(App::new(store, site(), calendar)).expect("the wing opens");
        Town { service: routes(&people), people, folder }
    }

    /// A town with the sample's inhabitants.
    pub(crate) async fn sample() -> Town {
        let town = Town::empty();
        town.people.seed_sample().await.expect("seeding works");
        town
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser { service: self.service.clone(), cookies: Vec::new(), csrf: String::new() }
    }

    pub(crate) fn later(&self, seconds: i64) {
        self.people.clock().advance_seconds(seconds);
    }

    pub(crate) async fn deliver(&self) {
        let worker = Worker::new(self.people.store.clone(), people::handlers(&self.people));
        worker.drain().await.expect("jobs run");
    }

    /// The last text on the sandbox shelf.
    pub(crate) async fn last_text(&self) -> String {
        self.deliver().await;
        let page = self.browser().get("/sandbox/outbox").await;
        let text = page.body.split("<li class=\"stack-s\">").nth(1).unwrap_or_default();
        text.split("</li>").next().unwrap_or_default().to_owned()
    }

    /// The code in the last text.
    pub(crate) async fn last_code(&self) -> String {
        let text = self.last_text().await;
        let body = text.split("</p>").nth(1).unwrap_or_default();
        let digits = |c: &char| c.is_ascii_digit();
        body.chars().skip_while(|c| !digits(c)).take_while(digits).collect()
    }

    pub(crate) async fn events(&self) -> i64 {
        self.people.store.read(store::ledger::count).await.expect("counting works")
    }

    /// Signs the demonstration account of this note or login in.
    pub(crate) async fn signed_in(&self, who: &str) -> Browser {
        let account = demo(who);
        let mut browser = self.browser();
        let fields = [("phone", account.login.as_str()), ("password", account.password.as_str())];
        browser.get("/login").await;
        let answer = browser.post("/login", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser
    }

    /// Signs a member of staff of the demonstration in.
    pub(crate) async fn staff_signed_in(&self, login: &str) -> Browser {
        let account = demo(login);
        let code = demo_code(&account, self.people.clock().now());
        let mut browser = self.browser();
        browser.get("/staff/login").await;
        let fields = [("login", login), ("password", &account.password), ("code", &code)];
        let answer = browser.post("/staff/login", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A demonstration account by its note or login.
pub(crate) fn demo(who: &str) -> DemoAccount {
    let found = demo_accounts().into_iter().find(|a| a.note == who || a.login == who);
    found.expect("the sample has this account")
}

/// What came back.
pub(crate) struct Came {
    pub status: StatusCode,
    pub to: String,
    pub body: String,
}

/// A browser without scripts: cookies, and the token of the last form it saw.
#[derive(Clone)]
pub(crate) struct Browser {
    service: Router,
    pub cookies: Vec<(String, String)>,
    pub csrf: String,
}

impl Browser {
    pub(crate) async fn get(&mut self, path: &str) -> Came {
        let request = Request::get(path).header(header::COOKIE, self.cookie());
        let came = self.send(request.body(Body::empty()).expect("a request")).await;
        if let Some(token) = between(&came.body, "name=\"_csrf\" value=\"", "\"") {
            self.csrf = token;
        }
        came
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Came {
        let mut body = format!("_csrf={}", self.csrf);
        for (name, value) in fields {
            let value: String = value.bytes().map(web::front::escape).collect();
            body.push_str(&format!("&{name}={value}"));
        }
        self.post_raw(path, body.into_bytes()).await
    }

    pub(crate) async fn post_raw(&mut self, path: &str, body: Vec<u8>) -> Came {
        let request = Request::post(path)
            .header(header::COOKIE, self.cookie())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).expect("a request")).await
    }

    pub(crate) fn session(&self) -> Option<&str> {
        self.cookies.iter().find(|(name, _)| name == "tongban").map(|(_, value)| value.as_str())
    }

    fn cookie(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        pairs.join("; ")
    }

    async fn send(&mut self, request: Request<Body>) -> Came {
        let answer = self.service.clone().oneshot(request).await.expect("the service answers");
        for set in answer.headers().get_all(header::SET_COOKIE) {
            let pair = set.to_str().expect("ascii").split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a pair");
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.into(), value.into()));
            }
        }
        let status = answer.status();
        let to = answer.headers().get(header::LOCATION).map_or("", |v| v.to_str().expect("ascii"));
        let to = to.to_owned();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 24).await.expect("a body");
        Came { status, to, body: String::from_utf8(bytes.to_vec()).expect("text") }
    }
}

/// The text between two marks.
pub(crate) fn between(text: &str, open: &str, close: &str) -> Option<String> {
    let rest = text.split_once(open)?.1;
    Some(rest.split_once(close)?.0.to_owned())
}

#[tokio::test]
async fn every_sql_text_is_understood() {
    let town = Town::empty();
    for (name, sql) in people::sql() {
        let prepared = town.people.store.read(move |db| db.prepare(sql)).await;
        assert_eq!(prepared, Ok(()), "{name}");
    }
}

#[tokio::test]
async fn the_sample_is_added_once() {
    let town = Town::empty();
    let first = town.people.seed_sample().await.expect("seeding works");
    assert_eq!((first.units, first.staff, first.citizens), (21, 17, 3));
    let events = town.events().await;
    let again = town.people.seed_sample().await.expect("seeding works");
    assert_eq!(again, people::identity::Seeded::default());
    assert_eq!(town.events().await, events);
    let proof = store::ledger::verify(&town.people.store).await;
    assert!(proof.is_ok());
}
