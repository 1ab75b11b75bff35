//! A browser without JavaScript over a plain socket: cookies, forms, uploads. It knows when a line broke.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long an answer may take, unless somebody is less patient.
const PATIENCE: Duration = Duration::from_secs(30);

/// The type of a form's fields.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// Nobody listened: the request was not sent.
    NotSent,
    /// It was sent, in part at least, and no whole answer came.
    Broken,
}

/// A whole answer.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Where it leads.
    pub location: Option<String>,
    /// Seconds after which to come again.
    pub retry_after: Option<u64>,
    /// Body.
    pub body: Vec<u8>,
    /// Where one is.
    pub path: String,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Whether it went well.
    pub fn good(&self) -> bool {
        (200..400).contains(&self.status)
    }
}

/// One person's browser.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Where the server listens.
    pub port: u16,
    /// How long an answer may take.
    pub patience: Duration,
    /// For whom a proxy would say that it asks: what is limited by address is limited for each address.
    pub from: Option<std::net::Ipv4Addr>,
    /// The other side has no power any more: what still comes from there, nobody hears.
    pub dark: Arc<AtomicBool>,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// An empty one.
    pub fn new(port: u16) -> Browser {
        let (dark, cookies) = (Arc::default(), BTreeMap::new());
        Browser { port, patience: PATIENCE, from: None, dark, cookies }
    }

    /// An empty one that asks the same server.
    pub fn another(&self) -> Browser {
        Browser { dark: self.dark.clone(), ..Browser::new(self.port) }
    }

    /// Opens a page, following redirects.
    pub fn get(&mut self, path: &str) -> Result<Answer, Lost> {
        let mut path = path.to_owned();
        for _ in 0..6 {
            let answer = self.send("GET", &path, "", b"")?;
            match &answer.location {
                Some(next) if answer.status < 400 => path = next.clone(),
                _ => return Ok(answer),
            }
        }
        Err(Lost::Broken)
    }

    /// Posts a form and stays at the answer.
    pub fn post(&mut self, path: &str, body: &str) -> Result<Answer, Lost> {
        self.send("POST", path, FORM, body.as_bytes())
    }

    /// Posts a form and follows where it leads.
    pub fn submit(&mut self, path: &str, body: &str) -> Result<Answer, Lost> {
        let answer = self.post(path, body)?;
        match answer.location.clone() {
            Some(next) if answer.status < 400 => self.get(&next),
            _ => Ok(answer),
        }
    }

    /// Posts a form with one file.
    pub fn upload(
        &mut self,
        path: &str,
        fields: &[(String, String)],
        file: (&str, &str, &[u8]),
    ) -> Result<Answer, Lost> {
        let (kind, body) = parts(fields, file);
        self.send("POST", path, &kind, &body)
    }

    /// One request.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        kind: &str,
        body: &[u8],
    ) -> Result<Answer, Lost> {
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        let mut line = TcpStream::connect_timeout(&address, Duration::from_secs(5))
            .map_err(|_| Lost::NotSent)?;
        let whole = self.request(method, path, (kind, body), "Connection: close");
        let got = exchange(&mut line, &whole, self.patience).ok_or(Lost::Broken)?;
        if self.dark.load(Ordering::SeqCst) {
            return Err(Lost::Broken);
        }
        let mut answer = self.read(&got).ok_or(Lost::Broken)?;
        answer.path = path.to_owned();
        Ok(answer)
    }

    /// A request as it goes over the wire; `manner` are the lines of its head that say what becomes of the line afterwards
    /// and what is wanted.
    pub fn request(
        &self,
        method: &str,
        path: &str,
        (kind, body): (&str, &[u8]),
        manner: &str,
    ) -> Vec<u8> {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{manner}\r\n", self.port);
        if !self.cookies.is_empty() {
            let cookies: Vec<_> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
            head.push_str(&format!("Cookie: {}\r\n", cookies.join("; ")));
        }
        if let Some(from) = self.from {
            head.push_str(&format!("X-Forwarded-For: {from}\r\n"));
        }
        if method != "GET" {
            head.push_str(&format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len()));
        }
        [head.as_bytes(), b"\r\n", body].concat()
    }

    /// Takes an answer apart and keeps its cookies; nothing when it is not whole.
    pub fn read(&mut self, got: &[u8]) -> Option<Answer> {
        let end = got.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&got[..end]).into_owned();
        let body = &got[end + 4..];
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let mut answer = Answer { status, ..Answer::default() };
        let (mut length, mut chunked) = (None, false);
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            match name.to_ascii_lowercase().as_str() {
                "location" => answer.location = Some(value.to_owned()),
                "retry-after" => answer.retry_after = value.parse().ok(),
                "content-length" => length = value.parse::<usize>().ok(),
                "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
                "set-cookie" => {
                    let (name, value) = value.split(';').next()?.split_once('=')?;
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
                _ => {}
            }
        }
        answer.body = match (chunked, length) {
            (true, _) => unchunk(body)?,
            (false, Some(length)) => body.get(..length)?.to_vec(),
            (false, None) => body.to_vec(),
        };
        Some(answer)
    }
}

/// A form with one file as it goes over the wire: its type and its body.
pub fn parts(fields: &[(String, String)], file: (&str, &str, &[u8])) -> (String, Vec<u8>) {
    let line = "trials-boundary-7d1c";
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--{line}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(format!("{head}{value}\r\n").as_bytes());
    }
    let (field, name, bytes) = file;
    let head = format!(
        "--{line}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
         Content-Type: application/pdf\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{line}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={line}"), body)
}

/// Sends and reads until the other side closes; nothing when the line breaks.
fn exchange(line: &mut TcpStream, whole: &[u8], patience: Duration) -> Option<Vec<u8>> {
    line.set_read_timeout(Some(patience)).ok()?;
    line.set_write_timeout(Some(patience)).ok()?;
    line.set_nodelay(true).ok()?;
    line.write_all(whole).ok()?;
    let mut got = Vec::new();
    line.read_to_end(&mut got).ok()?;
    Some(got)
}

/// The chunks put together; nothing when the last one is missing.
fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(&rest[..end]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        rest = rest.get(end + 2..)?;
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_an_answer_is_none() {
        let mut browser = Browser::new(1);
        let whole = b"HTTP/1.1 303 See Other\r\nLocation: /c/1/done\r\nSet-Cookie: a=b; Path=/\r\n\
            Content-Length: 4\r\n\r\ndone";
        let answer = browser.read(whole).unwrap();
        assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/c/1/done")));
        assert_eq!(browser.cookies["a"], "b");
        for end in [10, whole.len() - 6, whole.len() - 1] {
            assert!(browser.read(&whole[..end]).is_none(), "{end}");
        }
        let chunks = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        assert_eq!(browser.read(chunks).unwrap().body, b"abcde");
        assert!(browser.read(&chunks[..chunks.len() - 7]).is_none());
    }

    #[test]
    fn an_answer_from_where_the_power_is_gone_is_not_heard() {
        let side = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let browser = Browser::new(side.local_addr().unwrap().port());
        let says = |dark: bool| {
            std::thread::scope(|scope| {
                let asks = scope.spawn(|| browser.another().get("/").map(|answer| answer.status));
                let mut line = side.accept().unwrap().0;
                let _ = line.read(&mut [0; 1000]).unwrap();
                browser.dark.store(dark, Ordering::SeqCst);
                line.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
                drop(line);
                asks.join().unwrap()
            })
        };
        assert_eq!((says(false), says(true)), (Ok(200), Err(Lost::Broken)));
    }

    #[test]
    fn nobody_listening_is_not_sent() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        assert_eq!(Browser::new(port).get("/").err(), Some(Lost::NotSent));
    }
}
