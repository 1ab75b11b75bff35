//! A town for tests: one node on a database of its own, people who walk through its pages without
//! JavaScript, a clock that can be moved. At the end no job is left and the ledger verifies.

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use codes::time::Stamp;
use scraper::{ElementRef, Html, Selector};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Chance, Clock};
use tongban::config::Config;
use tongban::node::{Node, open_store_with};
use tower::ServiceExt;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// Monday 2026-11-16, 09:00 in Beijing: a working week lies ahead.
pub const MONDAY: i64 = 1_794_790_800_000_000;

/// A database and a folder of one's own, gone when the test ends.
pub struct Place {
    folder: PathBuf,
    config: Config,
    postgres: Option<(String, String)>,
    /// What this one was copied from, kept as long.
    _sample: Option<Arc<Place>>,
}

impl Place {
    /// On the PostgreSQL server given, else on SQLite; with nothing in it.
    pub fn new(postgres: Option<String>) -> Place {
        Place::made(postgres, None)
    }

    /// A place with what is in this one, where no node may be at work. It keeps this one as long.
    pub fn copied(self: &Arc<Place>) -> Place {
        let server = self.postgres.as_ref().map(|(server, _)| server.clone());
        let place = Place::made(server, Some(self.clone()));
        crate::sample::copy_folder(&self.folder, &place.folder);
        place
    }

    /// Server and name of its database; nothing on SQLite.
    pub fn postgres(&self) -> Option<(&str, &str)> {
        self.postgres.as_ref().map(|(server, name)| (server.as_str(), name.as_str()))
    }

    fn made(postgres: Option<String>, sample: Option<Arc<Place>>) -> Place {
        let n = COUNT.fetch_add(1, Ordering::SeqCst);
        let name = format!("tongban_it_{}_{n}", std::process::id());
        let folder = std::env::temp_dir().join(&name);
        let database = match &postgres {
            None => format!("sqlite:{}/town.db", folder.display()),
            Some(server) => {
                let like = sample.as_ref().and_then(|sample| sample.postgres());
                let like = like.map_or(String::new(), |(_, like)| format!(" TEMPLATE {like}"));
                admin(server, format!("CREATE DATABASE {name}{like}"));
                format!("{}/{name}", base(server))
            }
        };
        let mut config = Config::defaults();
        config.server.https = false;
        config.store.database = database;
        config.store.data = folder.clone();
        Place { folder, config, postgres: postgres.map(|server| (server, name)), _sample: sample }
    }

    /// On the database of this run.
    pub fn of_this_run() -> Place {
        Place::new(database())
    }

    /// With as many write connections (PostgreSQL only).
    pub fn writing(mut self, connections: usize) -> Place {
        self.config.store.writers = connections;
        self
    }

    /// Every byte that a copied disk would show of SQLite's database; nothing on PostgreSQL, whose
    /// files are its own.
    pub fn raw(&self) -> Vec<u8> {
        let files = std::fs::read_dir(&self.folder).expect("the folder").flatten();
        let files = files.filter(|file| file.file_name().to_string_lossy().starts_with("town.db"));
        files.flat_map(|file| std::fs::read(file.path()).expect("a file")).collect()
    }

    /// How a store here is opened, by a clock that stands at a moment.
    pub fn settings(&self, at: Stamp) -> store::Settings {
        tongban::node::settings(&self.config, Clock::fixed(at), Chance::System).expect("settings")
    }

    /// A store here, whose clock stands at a moment.
    pub fn store(&self, at: Stamp) -> store::Store {
        let opened = open_store_with(&self.config, Clock::fixed(at), Chance::System);
        opened.expect("the store opens")
    }

    /// A node here, with nothing in it.
    pub async fn node(&self, at: Stamp) -> Node {
        let opened = Node::open_with(&self.config, Clock::fixed(at), Chance::System).await;
        opened.expect("the node opens")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        if let Some((server, name)) = &self.postgres {
            admin(server, format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

/// One node and where it lives.
pub struct Town {
    /// The node.
    pub node: Node,
    router: axum::Router,
    place: Place,
}

/// The database of this run: the PostgreSQL server that is named, else SQLite.
pub fn database() -> Option<String> {
    std::env::var("TONGBAN_TEST_POSTGRES").ok()
}

impl Town {
    /// A town on the database of this run, with the sample region loaded.
    pub async fn new() -> Town {
        Town::on(database()).await
    }

    /// A town on SQLite, or on the PostgreSQL server given, with the sample region loaded.
    pub async fn on(postgres: Option<String>) -> Town {
        let place = crate::sample::copy(postgres).await;
        Town::again(place, Stamp::from_micros(MONDAY)).await
    }

    /// A town in a place that holds one already.
    pub async fn again(place: Place, at: Stamp) -> Town {
        let node = place.node(at).await;
        let router = node.routes().into_service();
        Town { node, router, place }
    }

    /// Where the town keeps its things.
    pub fn folder(&self) -> &Path {
        &self.place.folder
    }

    /// The town stopped and started again with another configuration, at the same time of day.
    pub async fn restart(self, change: impl FnOnce(&mut Config)) -> Town {
        let Town { node, router, mut place } = self;
        change(&mut place.config);
        let at = node.store().clock().now();
        drop((node, router));
        let node = place.node(at).await;
        let router = node.routes().into_service();
        Town { node, router, place }
    }

    /// Why a second start with another configuration is refused.
    pub async fn refuses(&self, change: impl FnOnce(&mut Config)) -> store::Error {
        let mut config = self.place.config.clone();
        change(&mut config);
        let node = Node::open_with(&config, Clock::System, Chance::System).await;
        node.err().expect("the start is refused")
    }

    /// Somebody with an empty browser.
    pub fn visitor(&self) -> Person<'_> {
        Person { town: self, cookies: RefCell::default() }
    }

    /// Somebody with a session of this making, whoever that is.
    pub async fn signed_in(&self, who: web::Who) -> Person<'_> {
        let app: &web::App = self.node.app();
        let token = web::session::open(app, who).await.expect("a session");
        let person = self.visitor();
        person.cookies.borrow_mut().insert("tongban".into(), token);
        person
    }

    /// A citizen of the demo accounts, by role, note or login, signed in.
    pub async fn citizen(&self, role: &str) -> Person<'_> {
        let account = self.account(role);
        let person = self.visitor();
        let page = person.get("/login").await;
        let mut form = page.form("/login");
        form.set("phone", &account.login).set("password", &account.password);
        let landed = person.submit(&form).await;
        assert!(landed.status.is_success(), "{role} signs in: {} {}", landed.status, landed.text());
        person
    }

    /// A member of staff of the demo accounts, by role or login, signed in with a code of the moment.
    pub async fn staff(&self, role: &str) -> Person<'_> {
        let account = self.account(role);
        let person = self.visitor();
        let page = person.get("/staff/login").await;
        let mut form = page.form("/staff/login");
        let now = self.node.store().clock().now();
        let code = people::identity::demo_code(&account, now);
        form.set("login", &account.login).set("password", &account.password).set("code", &code);
        let landed = person.submit(&form).await;
        assert!(landed.status.is_success(), "{role} signs in: {} {}", landed.status, landed.text());
        person
    }

    fn account(&self, role: &str) -> people::identity::DemoAccount {
        let all = people::identity::demo_accounts();
        let wanted =
            |a: &people::identity::DemoAccount| a.role == role || a.note == role || a.login == role;
        all.into_iter().find(wanted).unwrap_or_else(|| panic!("no demo account {role}"))
    }

    /// Runs what is due.
    pub async fn work(&self) {
        self.node.worker().drain().await.expect("the worker runs");
    }

    /// Moves the clock and runs timers and what became due.
    pub async fn pass_hours(&self, hours: i64) {
        self.node.store().clock().advance_seconds(hours * 3600);
        self.node.minute().await.expect("timers run");
        self.work().await;
    }

    /// The closing check of every story.
    pub async fn close(self) {
        self.work().await;
        let store = self.node.store().clone();
        let now = store.clock().now();
        let open = store.read(move |db| store::jobs::open_count(db, now)).await;
        assert_eq!(open, Ok(0), "jobs are left");
        let mut proof = sealed(&store).await;
        // PostgreSQL seals what is older than every transaction of the whole server: another town's may be open.
        for _ in 0..300 {
            if proof.sealed == proof.events {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            proof = sealed(&store).await;
        }
        assert_eq!(proof.damage, None, "the ledger verifies");
        assert_eq!(proof.sealed, proof.events, "everything is sealed");
    }
}

/// Seals what can be sealed and proves the ledger.
async fn sealed(store: &store::Store) -> store::ledger::Proof {
    store::ledger::seal_now(store).await.expect("the ledger seals");
    store::ledger::verify(store).await.expect("the ledger is read")
}

/// The server's address without a database.
fn base(server: &str) -> &str {
    server.rsplit_once('/').map_or(server, |(base, _)| base)
}

/// Runs one administrative statement on the server, on a thread of its own (the client blocks).
pub fn admin(server: &str, statement: String) {
    let url = format!("{}/postgres", base(server));
    let done = std::thread::spawn(move || {
        postgres::Client::connect(&url, postgres::NoTls)
            .and_then(|mut client| client.batch_execute(&statement))
    });
    done.join().expect("the thread ends").expect("the server obeys");
}

/// A browser without JavaScript.
pub struct Person<'t> {
    town: &'t Town,
    cookies: RefCell<BTreeMap<String, String>>,
}

/// A page that came back.
pub struct Page {
    /// Status.
    pub status: StatusCode,
    /// Where one is after redirects.
    pub path: String,
    /// Body.
    pub body: Vec<u8>,
    /// Content type.
    pub kind: String,
    /// Headers.
    pub headers: HeaderMap,
}

/// A form as it stands on a page, to be filled in.
#[derive(Clone, Debug)]
pub struct Form {
    /// Where it is posted.
    pub action: String,
    /// Its fields.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// Sets a field to one value.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Form {
        self.fields.retain(|(k, _)| k != name);
        self.add(name, value)
    }

    /// Adds a value of a field that takes several.
    pub fn add(&mut self, name: &str, value: &str) -> &mut Form {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// As it goes over the wire.
    pub fn body(&self) -> String {
        let escape = |text: &str| -> String {
            text.bytes()
                .map(|b| match b {
                    b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
                    b => format!("%{b:02X}"),
                })
                .collect()
        };
        let pairs: Vec<String> =
            self.fields.iter().map(|(k, v)| format!("{}={}", escape(k), escape(v))).collect();
        pairs.join("&")
    }
}

impl Person<'_> {
    /// Opens a page, following redirects.
    pub async fn get(&self, path: &str) -> Page {
        let mut path = path.to_owned();
        for _ in 0..8 {
            let (page, next) = self.once("GET", &path, "", None).await;
            match next {
                Some(next) => path = next,
                None => return page,
            }
        }
        panic!("too many redirects from {path}");
    }

    /// Posts a form, following the redirect.
    pub async fn submit(&self, form: &Form) -> Page {
        let kind = "application/x-www-form-urlencoded";
        let (page, next) = self.once("POST", &form.action, kind, Some(form.body().into())).await;
        match next {
            Some(next) => self.get(&next).await,
            None => page,
        }
    }

    /// One request without following; the second part is where it leads.
    pub async fn once(
        &self,
        method: &str,
        path: &str,
        kind: &str,
        body: Option<Vec<u8>>,
    ) -> (Page, Option<String>) {
        self.raw(method, path, kind, body, &[]).await
    }

    /// One request with headers of one's own.
    pub async fn raw(
        &self,
        method: &str,
        path: &str,
        kind: &str,
        body: Option<Vec<u8>>,
        headers: &[(&str, &str)],
    ) -> (Page, Option<String>) {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(k, v)| format!("{k}={v}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request.body(Body::from(body.unwrap_or_default())).expect("a request");
        let answer = self.town.router.clone().oneshot(request).await.expect("an answer");
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let text = cookie.to_str().expect("cookies are ASCII");
            let pair = text.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.borrow_mut().insert(name.into(), value.into());
            }
        }
        let text =
            |name| answer.headers().get(name).and_then(|v| v.to_str().ok()).map(String::from);
        let (status, next) = (answer.status(), text(header::LOCATION));
        let kind = text(header::CONTENT_TYPE).unwrap_or_default();
        let headers = answer.headers().clone();
        let body = axum::body::to_bytes(answer.into_body(), 64 << 20).await.expect("a body");
        (Page { status, path: path.into(), body: body.to_vec(), kind, headers }, next)
    }
}

impl Page {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Whether the page says this.
    pub fn says(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    /// The form posted to an address that contains `action`, with its hidden and filled fields.
    pub fn form(&self, action: &str) -> Form {
        self.forms(action)
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("{} has no form for {action}: {}", self.path, self.text()))
    }

    /// All forms posted to an address that contains `action`.
    pub fn forms(&self, action: &str) -> Vec<Form> {
        let html = Html::parse_document(&self.text());
        let forms = Selector::parse("form").expect("a selector");
        html.select(&forms)
            .filter(|form| self.target(form).contains(action))
            .map(|form| Form { action: self.target(&form), fields: fields(&form) })
            .collect()
    }

    fn target(&self, form: &ElementRef<'_>) -> String {
        form.value().attr("action").unwrap_or(&self.path).to_owned()
    }

    /// Address of the first link whose address contains `part`.
    pub fn link(&self, part: &str) -> String {
        let html = Html::parse_document(&self.text());
        let links = Selector::parse("a[href]").expect("a selector");
        let found = html.select(&links).filter_map(|a| a.value().attr("href"));
        let found = found.filter(|href| href.contains(part)).map(String::from).next();
        found.unwrap_or_else(|| panic!("{} has no link to {part}", self.path))
    }
}

/// What a browser would send if nothing were changed.
fn fields(form: &ElementRef<'_>) -> Vec<(String, String)> {
    let inputs = Selector::parse("input, textarea, select").expect("a selector");
    let options = Selector::parse("option").expect("a selector");
    let mut out = Vec::new();
    for input in form.select(&inputs) {
        let tag = input.value();
        let Some(name) = tag.attr("name") else { continue };
        let value = match (tag.name(), tag.attr("type").unwrap_or("text")) {
            ("input", "checkbox" | "radio") if tag.attr("checked").is_none() => continue,
            ("input", "checkbox") => tag.attr("value").unwrap_or("on").to_owned(),
            ("input", "submit" | "button" | "file") => continue,
            ("input", _) => tag.attr("value").unwrap_or_default().to_owned(),
            ("textarea", _) => input.text().collect(),
            _ => {
                let all: Vec<_> = input.select(&options).collect();
                let chosen = all.iter().find(|o| o.value().attr("selected").is_some());
                let Some(option) = chosen.or(all.first()) else { continue };
                option.value().attr("value").unwrap_or_default().to_owned()
            }
        };
        out.push((name.to_owned(), value));
    }
    out
}
