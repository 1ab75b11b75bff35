//! The server is killed in the middle, again and again: what it acknowledged is there afterwards.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A served demo in a folder of its own.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(data: &Path) -> Server {
        let free =
            TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port");
        let child = Command::new(env!("CARGO_BIN_EXE_tongban"))
            .args(["demo", "--port", &free.port().to_string(), "--data"])
            .arg(data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let server = Server { child, port: free.port() };
        for _ in 0..600 {
            let said = Browser::new(server.port).send("GET", "/livez", "", &[]);
            if said.is_some_and(|a| a.status == 200) {
                return server;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        panic!("the server does not answer");
    }
}

impl Drop for Server {
    /// SIGKILL: no time to finish anything.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The least of a browser, over a socket.
struct Browser {
    port: u16,
    cookies: BTreeMap<String, String>,
}

struct Said {
    status: u16,
    location: Option<String>,
    body: String,
}

impl Browser {
    fn new(port: u16) -> Browser {
        Browser { port, cookies: BTreeMap::new() }
    }

    /// One request; `None` when the line broke before the whole answer came.
    fn send(
        &mut self,
        method: &str,
        path: &str,
        body: &str,
        more: &[(&str, &str)],
    ) -> Option<Said> {
        let mut line = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        line.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
        let cookies: Vec<_> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            self.port,
            cookies.join("; "),
            body.len()
        );
        more.iter().for_each(|(k, v)| head.push_str(&format!("{k}: {v}\r\n")));
        line.write_all(format!("{head}\r\n{body}").as_bytes()).ok()?;
        let mut got = Vec::new();
        line.read_to_end(&mut got).ok()?;
        let text = String::from_utf8_lossy(&got).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut said = Said { status: 0, location: None, body: body.to_owned() };
        for (n, row) in head.lines().enumerate() {
            if n == 0 {
                said.status = row.split(' ').nth(1)?.parse().ok()?;
            } else if let Some((name, value)) = row.split_once(": ") {
                match name.to_ascii_lowercase().as_str() {
                    "location" => said.location = Some(value.to_owned()),
                    "set-cookie" => {
                        let (name, value) = value.split(';').next()?.split_once('=')?;
                        self.cookies.insert(name.to_owned(), value.to_owned());
                    }
                    _ => {}
                }
            }
        }
        Some(said)
    }

    fn must(&mut self, method: &str, path: &str, body: &str) -> Said {
        self.send(method, path, body, &[]).unwrap_or_else(|| panic!("{method} {path} is answered"))
    }

    fn sign_in(&mut self, login: &str, password: &str) {
        let page = self.must("GET", "/login", "").body;
        let token = value_of(&page, "_csrf");
        let said = self.must(
            "POST",
            "/login",
            &format!("_csrf={token}&phone={login}&password={password}"),
        );
        assert_eq!(said.status, 303, "{}", said.body);
    }
}

/// The value of a named input on a page.
fn value_of(page: &str, name: &str) -> String {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
    after.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_was_acknowledged_survives_sigkill() {
    let accounts = people::identity::demo_accounts();
    let who = accounts.iter().find(|a| a.note == "pension").expect("a pensioner");
    let name = format!("tongban-kill-{}", std::process::id());
    let folder = Folder(std::env::temp_dir().join(name));
    let mut server = Server::start(&folder.0);
    let mut browser = Browser::new(server.port);
    browser.sign_in(&who.login, &who.password);
    let start = browser.must("GET", "/apply/yl-rz/start", "").body;
    let form = format!(
        "_csrf={}&_idem={}&_consent=no",
        value_of(&start, "_csrf"),
        value_of(&start, "_idem")
    );
    let opened = browser.must("POST", "/apply/yl-rz/start", &form).location.expect("a draft opens");
    let draft = opened.split('/').nth(2).expect("a draft's address").to_owned();
    let page = format!("/d/{draft}/life");
    let save = format!("/d/{draft}/life/save");
    let mut acknowledged = 0;
    for kill in 0..4u64 {
        let shown = browser.must("GET", &page, "").body;
        let token = value_of(&shown, "_csrf");
        let last: u32 = number_in(&shown).unwrap_or(0);
        assert!(last >= acknowledged, "{acknowledged} was acknowledged, {last} is there");
        let killer = std::thread::spawn({
            let child = server.child.id();
            move || {
                std::thread::sleep(Duration::from_millis(150 + kill * 170));
                Command::new("kill").args(["-9", &child.to_string()]).status()
            }
        });
        for n in last + 1.. {
            let body = format!("_csrf={token}&address=n{n}n");
            match browser.send("POST", &save, &body, &[("x-csrf", &token)]) {
                Some(said) if said.status == 200 => acknowledged = n,
                Some(said) => panic!("{}: {}", said.status, said.body),
                None => break,
            }
        }
        assert!(killer.join().is_ok());
        drop(server);
        server = Server::start(&folder.0);
        browser.port = server.port;
    }
    assert!(acknowledged > 20, "only {acknowledged} saves");
    drop(server);
    let ledger = Command::new(env!("CARGO_BIN_EXE_tongban"))
        .args(["verify", "ledger", "--json", "--data"])
        .arg(&folder.0)
        .output()
        .expect("verifying runs");
    assert!(ledger.status.success(), "{}", String::from_utf8_lossy(&ledger.stdout));
}

/// The counted value in the address field of the page.
fn number_in(page: &str) -> Option<u32> {
    let typed = page.split("name=\"address\"").nth(1)?;
    let marked = typed[..typed.len().min(600)].split('n').collect::<Vec<_>>();
    marked.iter().filter_map(|part| part.parse().ok()).max()
}
