//! The door: takes connections, so many in all and from one address, speaks HTTP/1.1 on them, and closes
//! them without losing an answer. HTTP/2 and TLS end at the proxy in front.

use crate::wire::{Patience, Phase, Wire};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// What the door keeps to.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Connections in all.
    pub connections: usize,
    /// Connections of one address that is no proxy of ours.
    pub per_address: usize,
    /// Bytes of a request's head.
    pub head_bytes: usize,
    /// How long a line may take for what.
    pub patience: Patience,
    /// Addresses of our own proxies: not counted, and believed when they say for whom they ask.
    pub proxies: Vec<IpAddr>,
}

/// Connections told that there is no room, at once; beyond it they are only closed.
const TOLD_AT_ONCE: usize = 64;
/// Header fields of a request.
const MOST_FIELDS: usize = 100;

/// Who is connected.
#[derive(Clone, Default)]
pub struct Guests(Arc<Inner>);

#[derive(Default)]
struct Inner {
    seats: Mutex<Seats>,
    refused: AtomicU64,
}

#[derive(Default)]
struct Seats {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A connection's place, given back when it goes.
struct Seat {
    guests: Guests,
    address: Option<IpAddr>,
}

impl Guests {
    /// How many connections there are.
    pub fn now(&self) -> usize {
        self.0.seats.lock().unwrap_or_else(|e| e.into_inner()).all
    }

    /// How many were refused so far.
    pub fn refused(&self) -> u64 {
        self.0.refused.load(Ordering::Relaxed)
    }

    fn seat(&self, peer: IpAddr, terms: &Terms) -> Option<Seat> {
        let address = (!terms.proxies.contains(&peer)).then(|| household(peer));
        let mut seats = self.0.seats.lock().unwrap_or_else(|e| e.into_inner());
        if seats.all >= terms.connections {
            return None;
        }
        if let Some(address) = address {
            let own = seats.by_address.entry(address).or_default();
            if *own >= terms.per_address {
                return None;
            }
            *own += 1;
        }
        seats.all += 1;
        Some(Seat { guests: self.clone(), address })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.guests.0.seats.lock().unwrap_or_else(|e| e.into_inner());
        seats.all -= 1;
        let Some(address) = self.address else { return };
        if let Some(own) = seats.by_address.get_mut(&address) {
            *own -= 1;
            if *own == 0 {
                seats.by_address.remove(&address);
            }
        }
    }
}

/// What counts as one address: of IPv6 the network of a household.
fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let bits = u128::from(v6) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(bits))
        }
        v4 => v4,
    }
}

/// Takes connections until told to close, then lets those at work finish for as long as `drain` says and
/// cuts the rest; says how many were cut.
pub async fn accept(
    listener: TcpListener,
    router: Router,
    terms: Terms,
    guests: Guests,
    mut closing: watch::Receiver<bool>,
    drain: Duration,
) -> usize {
    let (mut lines, mut told) = (JoinSet::new(), JoinSet::new());
    let terms = Arc::new(terms);
    let full = Arc::new(web::gate::page::at_the_door());
    loop {
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            _ = closing.wait_for(|closed| *closed) => break,
        };
        while lines.try_join_next().is_some() {}
        while told.try_join_next().is_some() {}
        let (stream, peer) = match taken {
            Ok(taken) => taken,
            Err(e) => {
                rest(&e).await;
                continue;
            }
        };
        let Some(seat) = guests.seat(peer.ip(), &terms) else {
            guests.0.refused.fetch_add(1, Ordering::Relaxed);
            if told.len() < TOLD_AT_ONCE {
                told.spawn(refuse(stream, full.clone()));
            }
            continue;
        };
        let _ = stream.set_nodelay(true);
        lines.spawn(line(stream, peer, seat, router.clone(), terms.clone(), closing.clone()));
    }
    drop(listener);
    let done = async { while lines.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(drain, done).await;
    let cut = lines.len();
    lines.shutdown().await;
    cut
}

/// A connection that broke before it was taken is nobody's business; without descriptors or memory the door
/// rests a moment instead of spinning.
async fn rest(e: &std::io::Error) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    if [ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted].contains(&e.kind()) {
        return;
    }
    tracing::error!("no connection can be taken: {e}");
    tokio::time::sleep(Duration::from_millis(200)).await;
}

/// Says that there is no room, and reads what was sent so that the words arrive.
async fn refuse(mut stream: TcpStream, words: Arc<Vec<u8>>) {
    let said = async {
        stream.write_all(&words).await?;
        stream.shutdown().await?;
        let mut rest = [0; 4096];
        while stream.read(&mut rest).await? > 0 {}
        Ok::<(), std::io::Error>(())
    };
    let _ = tokio::time::timeout(Duration::from_secs(1), said).await;
}

/// One connection from its first request to its last.
async fn line(
    stream: TcpStream,
    peer: SocketAddr,
    seat: Seat,
    router: Router,
    terms: Arc<Terms>,
    mut closing: watch::Receiver<bool>,
) {
    let phase = Phase::default();
    let wire = Wire::new(stream, phase.clone(), terms.patience);
    let asked = phase.clone();
    let head_bytes = terms.head_bytes.max(8192);
    let service = service_fn(move |request: Request<Incoming>| {
        let busy = asked.busy();
        let request = introduced(request.map(Body::new), peer, &terms.proxies);
        let answer = router.clone().oneshot(request);
        async move {
            let answer: Result<Response<Body>, Infallible> = answer.await;
            drop(busy);
            answer
        }
    });
    let mut http = http1::Builder::new();
    http.half_close(false).keep_alive(true).max_headers(MOST_FIELDS).max_buf_size(head_bytes);
    let serving = http.serve_connection(TokioIo::new(wire), service);
    tokio::pin!(serving);
    let told = tokio::select! {
        _ = serving.as_mut() => false,
        _ = closing.wait_for(|closed| *closed) => true,
    };
    if told && !phase.is_fresh() {
        serving.as_mut().graceful_shutdown();
        let _ = serving.await;
    }
    drop(seat);
}

/// Somebody at the machine itself, who came past no proxy: an operator.
#[derive(Debug, Clone, Copy)]
pub struct Operator;

/// Writes on a request who asks: the peer, or for whom a proxy of ours asks.
fn introduced(mut request: Request<Body>, peer: SocketAddr, proxies: &[IpAddr]) -> Request<Body> {
    let forwarded = request.headers().contains_key("x-forwarded-for");
    if peer.ip().is_loopback() && !forwarded {
        request.extensions_mut().insert(Operator);
    }
    let who = asker(peer.ip(), request.headers(), proxies);
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(who, peer.port())));
    request
}

/// The last address in the chain that is no proxy of ours: what stands before it anybody can write.
fn asker(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    if !proxies.contains(&peer) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let chain: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut nearest = peer;
    for link in chain.into_iter().rev() {
        let Ok(address) = link.parse() else { break };
        nearest = address;
        if !proxies.contains(&address) {
            break;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect(text)
    }

    fn terms() -> Terms {
        let second = Duration::from_secs(1);
        Terms {
            connections: 3,
            per_address: 2,
            head_bytes: 8192,
            patience: Patience { head: second, idle: second, stall: second },
            proxies: vec![ip("10.0.0.1")],
        }
    }

    #[test]
    fn one_address_cannot_take_every_seat() {
        let (guests, terms) = (Guests::default(), terms());
        let first = guests.seat(ip("2001:db8::1"), &terms).expect("a seat");
        let second = guests.seat(ip("2001:db8::2"), &terms).expect("a seat");
        assert!(guests.seat(ip("2001:db8::3"), &terms).is_none(), "one household");
        let third = guests.seat(ip("10.0.0.1"), &terms).expect("a proxy's");
        assert!(guests.seat(ip("10.0.0.1"), &terms).is_none(), "the house is full");
        drop((first, third));
        let proxies: Vec<_> = (0..2).map(|_| guests.seat(ip("10.0.0.1"), &terms)).collect();
        assert!(proxies.iter().all(Option::is_some), "a proxy is not counted");
        drop((proxies, second));
        assert_eq!(guests.now(), 0);
        assert!(guests.0.seats.lock().expect("unpoisoned").by_address.is_empty());
    }

    #[test]
    fn only_our_own_proxy_is_believed() {
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "1.2.3.4, 198.51.100.7".parse().expect("a header"));
        headers.append("x-forwarded-for", "10.0.0.2".parse().expect("a header"));
        assert_eq!(asker(ip("10.0.0.1"), &headers, &proxies), ip("198.51.100.7"));
        assert_eq!(asker(ip("203.0.113.9"), &headers, &proxies), ip("203.0.113.9"));
        headers.insert("x-forwarded-for", "nobody".parse().expect("a header"));
        assert_eq!(asker(ip("10.0.0.1"), &headers, &proxies), ip("10.0.0.1"));
        assert_eq!(asker(ip("10.0.0.1"), &HeaderMap::new(), &proxies), ip("10.0.0.1"));
    }
}
