//! Tests of the wing, told by people: a town with its sample inhabitants, and browsers at its doors.

mod citizens;
mod dump;
mod hostile;
mod notices;
mod staff;

use crate::town::Place;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use codes::time::Stamp;
use people::People;
use people::identity::{DemoAccount, demo_accounts, demo_code};
use store::jobs::Worker;
use tower::ServiceExt;

/// A town of its own, gone when the test ends.
pub(crate) struct Town {
    pub people: People,
    service: Router,
    pub place: Place,
}

impl Town {
    /// A town without inhabitants.
    pub(crate) async fn empty(place: Place) -> Town {
        let node = place.node(Stamp::from_micros(1_795_000_000_000_000)).await;
        Town { service: node.routes().into_service(), people: node.people().clone(), place }
    }

    /// A town with the sample's inhabitants.
    pub(crate) async fn sample() -> Town {
        Town::sample_at(Place::of_this_run()).await
    }

    /// The same, at a place of one's choosing.
    pub(crate) async fn sample_at(place: Place) -> Town {
        let town = Town::empty(place).await;
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
async fn the_sample_is_added_once() {
    let town = Town::empty(Place::of_this_run()).await;
    let first = town.people.seed_sample().await.expect("seeding works");
    assert_eq!((first.units, first.staff, first.citizens), (21, 24, 3));
    let events = town.events().await;
    let again = town.people.seed_sample().await.expect("seeding works");
    assert_eq!(again, people::identity::Seeded::default());
    assert_eq!(town.events().await, events);
    let proof = store::ledger::verify(&town.people.store).await;
    assert!(proof.is_ok());
}
