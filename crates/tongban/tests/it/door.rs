//! The door of a node over real sockets: who is slow, silent, deaf or too many is cut or told; who is at work
//! when the node stops gets his answer.

use crate::town::Town;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tongban::config::Config;
use tongban::listener::Guests;
use tongban::serve::serve_until;

/// A served town.
struct Open {
    address: SocketAddr,
    guests: Guests,
    stop: mpsc::Sender<()>,
    served: JoinHandle<store::Result<bool>>,
}

/// Limits that a test can wait for.
fn small() -> Config {
    let mut config = Config::defaults();
    config.server.https = false;
    config.server.head_seconds = 1;
    config.server.idle_seconds = 1;
    config.server.head_kilobytes = 8;
    config.server.connections = 40;
    config.server.connections_per_address = 40;
    config.server.stop_delay_seconds = 0;
    config.server.drain_seconds = 30;
    config.load.stall_seconds = 1;
    config
}

async fn open(town: &Town, config: Config) -> Open {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (stop, told) = mpsc::channel(4);
    let (guests, node) = (Guests::default(), town.node.clone());
    let here = guests.clone();
    let served =
        tokio::spawn(async move { serve_until(&node, listener, &config, here, told).await });
    Open { address, guests, stop, served }
}

impl Open {
    async fn line(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("the door is open")
    }

    /// Everything a line says until it ends.
    async fn said(&self, asked: &str) -> String {
        let mut line = self.line().await;
        line.write_all(asked.as_bytes()).await.expect("it is sent");
        rest(&mut line).await
    }

    async fn get(&self, path: &str) -> String {
        self.said(&format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).await
    }

    async fn close(self) -> bool {
        self.stop.send(()).await.expect("somebody listens");
        self.served.await.expect("no panic").expect("it ends")
    }

    /// Waits until nobody is connected any more.
    async fn empty(&self) {
        for _ in 0..600 {
            if self.guests.now() == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} lines stay open", self.guests.now());
    }
}

/// What is left to read; a line that is cut off hard has said what it said.
async fn rest(line: &mut TcpStream) -> String {
    let mut got = Vec::new();
    let mut piece = [0; 4096];
    let read = async {
        while let Ok(n @ 1..) = line.read(&mut piece).await {
            got.extend_from_slice(&piece[..n]);
        }
    };
    tokio::time::timeout(Duration::from_secs(60), read).await.expect("the line is cut");
    String::from_utf8_lossy(&got).into_owned()
}

const POST: &str = "POST /region HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
     Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn who_is_slow_silent_or_deaf_is_cut() {
    let town = Town::new().await.restart(|c| c.load.stall_seconds = 1).await;
    let door = open(&town, small()).await;

    // Nothing said; a head that never ends, drop by drop; an idle line after an answer.
    let mut silent = door.line().await;
    assert_eq!(rest(&mut silent).await, "");
    let (mut ours, mut theirs) = door.line().await.into_split();
    let drops = tokio::spawn(async move {
        while theirs.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let mut said = Vec::new();
    let _ = ours.read_to_end(&mut said).await;
    assert!(!String::from_utf8_lossy(&said).contains("200 OK"));
    drop(ours);
    drops.await.expect("no panic");
    let idle = door.said("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(idle.starts_with("HTTP/1.1 200") && idle.ends_with("ok"), "{idle}");

    // A body that stops half-way is told so, and the line ends.
    let slow = door.said(&format!("{POST}code=99")).await;
    assert!(slow.starts_with("HTTP/1.1 408"), "{slow}");
    assert!(slow.contains("没有收完您发送的内容"), "{slow}");

    // Whoever asks again and again and never reads an answer.
    door.empty().await;
    let mut deaf = door.line().await;
    while door.guests.now() == 0 {
        tokio::task::yield_now().await;
    }
    let ask = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(400);
    let _ = tokio::time::timeout(Duration::from_secs(5), deaf.write_all(ask.as_bytes())).await;
    door.empty().await;
    let heard = rest(&mut deaf).await.matches("HTTP/1.1 200").count();
    assert!(heard < 400, "he was cut off");

    assert!(door.get("/livez").await.ends_with("ok"), "everybody else is served");
    assert!(door.close().await);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_and_too_much_is_told() {
    let town = Town::new().await;
    let mut config = small();
    config.server.proxies = vec![];
    config.server.connections_per_address = 3;
    config.server.head_seconds = 60;
    let door = open(&town, config).await;
    let long = format!("GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "x".repeat(20_000));
    assert!(door.said(&long).await.starts_with("HTTP/1.1 431"));
    let many: String = (0..200).map(|n| format!("X-{n}: 1\r\n")).collect();
    let many = format!("GET /livez HTTP/1.1\r\nHost: x\r\n{many}\r\n");
    assert!(door.said(&many).await.starts_with("HTTP/1.1 431"));
    door.empty().await;
    let mut taken = Vec::new();
    while taken.len() < 3 {
        taken.push(door.line().await);
    }
    while door.guests.now() < 3 {
        tokio::task::yield_now().await;
    }
    let full = door.get("/livez").await;
    assert!(full.starts_with("HTTP/1.1 503") && full.contains("Retry-After: 5"), "{full}");
    assert!(full.contains("当前办理人数较多") && full.contains("Many people"), "{full}");
    assert_eq!(door.guests.refused(), 1);
    taken.clear();
    door.empty().await;
    assert!(door.get("/livez").await.ends_with("ok"));
    assert!(door.close().await);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_says_so_first_and_finishes_what_was_begun() {
    let town = Town::new().await.restart(|c| c.load.stall_seconds = 30).await;
    let mut config = small();
    config.server.stop_delay_seconds = 4;
    config.load.stall_seconds = 30;
    let door = open(&town, config).await;
    let ready = door.get("/readyz").await;
    assert!(ready.starts_with("HTTP/1.1 200") && ready.contains("\"ready\":true"), "{ready}");
    let outside = door.said(
        "GET /readyz HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.7\r\nConnection: close\r\n\r\n",
    );
    assert!(outside.await.ends_with("\r\n\r\nok"), "a stranger is told no detail");

    // Somebody is half-way through sending a form when the node is told to stop.
    let mut slow = door.line().await;
    let body = format!("code=990102&x={}", "y".repeat(4000 - 14));
    slow.write_all(POST.as_bytes()).await.expect("the head is sent");
    slow.write_all(&body.as_bytes()[..2000]).await.expect("half is sent");
    door.stop.send(()).await.expect("somebody listens");
    while !door.get("/readyz").await.starts_with("HTTP/1.1 503") {
        tokio::task::yield_now().await;
    }
    assert!(door.get("/livez").await.ends_with("ok"), "people are still served");
    while TcpStream::connect(door.address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    slow.write_all(&body.as_bytes()[2000..]).await.expect("the rest is sent");
    let answer = rest(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 "), "his answer came: {answer}");
    assert!(!answer.starts_with("HTTP/1.1 5"), "{answer}");
    assert!(door.served.await.expect("no panic").expect("it ends"), "in order");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn told_twice_it_stops_at_once() {
    let town = Town::new().await.restart(|c| c.load.stall_seconds = 600).await;
    let door = open(&town, small()).await;
    let mut hanging = door.line().await;
    let head = POST.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
    hanging.write_all(head.as_bytes()).await.expect("the head is sent");
    // The answer says that his request is at work and waits for its body.
    let mut told = [0; 12];
    hanging.read_exact(&mut told).await.expect("he is told to go on");
    assert_eq!(&told, b"HTTP/1.1 100");
    door.stop.send(()).await.expect("somebody listens");
    while TcpStream::connect(door.address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    door.stop.send(()).await.expect("somebody listens");
    assert!(!door.served.await.expect("no panic").expect("it ends"), "not in order");
    town.close().await;
}
