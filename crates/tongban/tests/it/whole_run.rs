//! A whole run of the program with its log wide open: a citizen and a clerk do their work, descriptors run out,
//! the node is told to stop. Nothing of anybody stands in the log afterwards.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Descriptors the program gets: enough to work, few enough to use up.
const FDS: usize = 160;

struct Run {
    child: Child,
    port: u16,
    figures: u16,
    folder: PathBuf,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port()
}

impl Run {
    fn start() -> Run {
        let folder = std::env::temp_dir().join(format!("tongban-run-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let (port, figures) = (free_port(), free_port());
        let log = std::fs::File::create(folder.join("log")).expect("a log");
        let words = format!("ulimit -n {FDS}; exec \"$0\" \"$@\"");
        let child = Command::new("sh")
            .args(["-c", &words, env!("CARGO_BIN_EXE_tongban"), "demo", "--json"])
            .args(["--port", &port.to_string(), "--metrics", &format!("127.0.0.1:{figures}")])
            .arg("--data")
            .arg(folder.join("data"))
            .env("TONGBAN_LOG", "trace")
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let run = Run { child, port, figures, folder };
        for _ in 0..900 {
            if run.lives() {
                return run;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        panic!("it does not answer: {}", run.log());
    }

    fn lives(&self) -> bool {
        Browser::new(self.port).send("GET", "/livez", "").is_some_and(|said| said.status == 200)
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).expect("the log")
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

struct Said {
    status: u16,
    head: String,
    body: String,
}

/// The least of a browser.
struct Browser {
    port: u16,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn new(port: u16) -> Browser {
        Browser { port, cookies: BTreeMap::new() }
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> Option<Said> {
        let mut line = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        line.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
        let cookies: Vec<_> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
            cookies.join("; "),
            body.len()
        );
        line.write_all(format!("{head}{body}").as_bytes()).ok()?;
        let mut got = Vec::new();
        line.read_to_end(&mut got).ok()?;
        let text = String::from_utf8_lossy(&got).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        for row in head.lines().filter(|row| row.to_ascii_lowercase().starts_with("set-cookie: ")) {
            let (name, value) = row[12..].split(';').next()?.split_once('=')?;
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Said { status, head: head.to_owned(), body: body.to_owned() })
    }

    fn must(&mut self, method: &str, path: &str, body: &str) -> Said {
        self.send(method, path, body).unwrap_or_else(|| panic!("{method} {path} is answered"))
    }

    fn sign_in(&mut self, door: &str, fields: &str) {
        let token = value_of(&self.must("GET", door, "").body, "_csrf");
        let said = self.must("POST", door, &format!("_csrf={token}&{fields}"));
        assert_eq!(said.status, 303, "{}", said.body);
    }
}

fn value_of(page: &str, name: &str) -> String {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
    after.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

const STREET: &str = "%E7%A4%BA%E4%BE%8B%E8%B7%AF88%E5%8F%B7";

/// A pensioner opens an account of herself, writes a draft and reads; a clerk works; both err now and then.
fn story(run: &Run) -> Vec<String> {
    let mut secrets = Vec::new();
    let accounts = people::identity::demo_accounts();
    let who = accounts.iter().find(|a| a.note == "pension").expect("a pensioner");
    let mut own = Browser::new(run.port);
    own.sign_in("/login", &format!("phone={}&password={}", who.login, who.password));
    let start = own.must("GET", "/apply/yl-rz/start", "").body;
    let (token, key) = (value_of(&start, "_csrf"), value_of(&start, "_idem"));
    let form = format!("_csrf={token}&_idem={key}&_consent=yes");
    let opened = own.must("POST", "/apply/yl-rz/start", &form);
    let place = opened.head.lines().find_map(|l| l.strip_prefix("location: ")).expect("a draft");
    let draft = place.split('/').nth(2).expect("its number").to_owned();
    let page = format!("/d/{draft}/life");
    own.must("POST", &page, &format!("_csrf={token}&address={STREET}&_go=save"));
    for path in
        [page.as_str(), "/my", "/my/licences", "/my/messages", "/my/access-log", "/my/account"]
    {
        assert_eq!(own.must("GET", path, "").status, 200, "{path}");
    }
    own.must("POST", "/my/account/password", &format!("_csrf={token}&old=wrong-pass-77&new=x"));
    own.must("GET", "/search?q=%E5%88%98%E9%A2%96", "");
    own.must("GET", "/verify?q=990181196108055725", "");
    own.must("GET", "/guide/990181196108055725", "");

    let clerk = accounts.iter().find(|a| a.login == "ck01").expect("a clerk");
    let code = people::identity::demo_code(clerk, store::Clock::System.now());
    let mut desk = Browser::new(run.port);
    let fields = format!("login={}&password={}&code={code}", clerk.login, clerk.password);
    desk.sign_in("/staff/login", &fields);
    let inbox = desk.must("GET", "/w", "").body;
    let token = value_of(&inbox, "_csrf");
    if let Some(no) =
        inbox.split("/w/c/").nth(1).and_then(|rest| rest.split(['"', '?', '/']).next())
    {
        let no = no.to_owned();
        desk.must("GET", &format!("/w/c/{no}"), "");
        desk.must("POST", &format!("/w/c/{no}/reveal"), &format!("_csrf={token}&field=phone"));
    }
    let card = desk.must("GET", "/w/i", "").body;
    let (token, key) = (value_of(&card, "_csrf"), value_of(&card, "_idem"));
    let name = "%E5%88%98%E9%A2%96";
    let form = format!("_csrf={token}&_idem={key}&name={name}&id_no=990181196108055725");
    desk.must("POST", "/w/i", &form);
    secrets.extend(own.cookies.into_values().chain(desk.cookies.into_values()));
    secrets.extend([who.password.clone(), clerk.password.clone(), code, token, key]);
    secrets.extend(clerk.totp_secret.clone());
    // Shorter ones may stand by chance in a number of the log.
    secrets.retain(|secret| secret.len() >= 8);
    secrets
}

/// What is known of the people of the sample region.
fn known() -> Vec<String> {
    let mut all = Vec::new();
    for account in people::identity::demo_accounts() {
        all.extend([account.name.clone(), account.login.clone(), account.password.clone()]);
    }
    all.retain(|text| text.chars().count() >= 2 && !text.is_ascii() || text.len() >= 8);
    let own = ["刘颖", "990181196108055725", "示例路88号", "wrong-pass-77", STREET];
    all.extend(own.map(str::to_owned));
    all
}

/// Takes every descriptor, and gives them back.
fn exhaust(run: &Run) {
    let lines: Vec<_> =
        (0..FDS * 2).filter_map(|_| TcpStream::connect(("127.0.0.1", run.port)).ok()).collect();
    assert!(lines.len() > FDS);
    std::thread::sleep(Duration::from_millis(600));
    drop(lines);
    let again = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        run.lives()
    });
    assert!(again, "the door opens again: {}", run.log());
}

fn figures(run: &Run) {
    let text = Browser::new(run.figures).must("GET", "/metrics", "").body;
    for name in [
        "tongban_requests_total{route=\"/livez\"",
        "tongban_request_seconds_bucket{",
        "tongban_requests_limit ",
        "tongban_store_commit_seconds_count ",
        "tongban_store_group_acts_sum ",
        "tongban_jobs_due ",
        "tongban_outbox_age_seconds ",
        "tongban_ledger_unsealed ",
        "tongban_connections ",
        "tongban_ready 1",
        "tongban_build{version=",
    ] {
        assert!(text.contains(name), "{name}: {text}");
    }
    let rss = text.lines().find_map(|l| l.strip_prefix("tongban_process_resident_bytes "));
    assert!(rss.and_then(|n| n.parse::<u64>().ok()).is_some_and(|n| n > 1 << 20), "{text}");
    for fact in known() {
        assert!(!text.contains(&fact), "the figures name {fact}");
    }
    let public = Browser::new(run.port).must("GET", "/metrics", "");
    assert_eq!(public.status, 404, "they are not the public's");
}

#[test]
fn the_log_of_a_whole_run_names_nobody_and_the_stop_is_clean() {
    let mut run = Run::start();
    let secrets = story(&run);
    figures(&run);
    exhaust(&run);
    let lost = Browser::new(run.port).must("GET", "/guide/none-of-ours", "");
    let reference = lost.body.split("class=\"num\">").nth(1).and_then(|t| t.split('<').next());
    let reference = reference.expect("a reference").to_owned();
    let pid = run.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().is_ok_and(|s| s.success()));
    let ended = run.child.wait().expect("it ends");
    assert!(ended.success(), "{ended}: {}", run.log());
    let log = run.log();
    assert!(log.lines().count() > 30, "the log is wide open: {log}");
    assert!(log.contains("route=\"/d/{id}/{section}\"") && log.contains("class=\"P1\""), "{log}");
    let done = |line: &&str| line.contains(&reference) && line.contains(" request: ");
    let line = log.lines().find(done).expect("an operator finds the line");
    assert!(line.contains("status=404") && line.contains("trace="), "{line}");
    assert!(log.contains("no connection can be taken"), "descriptors ran out, and it was said");
    for fact in known().iter().chain(&secrets) {
        if let Some(line) = log.lines().find(|line| line.contains(fact.as_str())) {
            panic!("the log holds {fact}: {line}");
        }
    }
}
