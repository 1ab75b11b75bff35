//! A bad line: a proxy that passes bytes on late, in slices, or not at all, by its seed.

use crate::clock;
use crate::seed::Seed;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How bad the line is.
#[derive(Debug, Clone, Copy)]
pub struct Badness {
    /// Milliseconds by which every piece is late, at most.
    pub late: u64,
    /// Bytes in one piece, at most.
    pub slice: usize,
    /// Connections of a hundred that break in the middle.
    pub broken: u64,
}

/// A running proxy.
pub struct Proxy {
    /// Where it listens.
    pub port: u16,
    /// Connections that it broke.
    pub broke: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
    _held: crate::port::Port,
}

impl Proxy {
    /// Listens, and passes on to a port of this machine.
    pub fn start(to: u16, badness: Badness, seed: &Seed) -> Result<Proxy, String> {
        let held = crate::port::Port::take()?;
        let port = held.number;
        let listener = TcpListener::bind(("127.0.0.1", port)).map_err(|e| e.to_string())?;
        let (over, broke) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (ended, count, mut seed) = (over.clone(), broke.clone(), seed.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let (count, own) = (count.clone(), seed.part("line", seed.clone().next()));
                seed.next();
                std::thread::spawn(move || pass(client, to, badness, own, &count));
            }
        });
        Ok(Proxy { port, broke, over, _held: held })
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // The listener waits for one more, and then sees that it is over.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

/// Both directions of one connection.
fn pass(client: TcpStream, to: u16, badness: Badness, mut seed: Seed, broke: &AtomicU64) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else { return };
    let (Ok(client_in), Ok(server_in)) = (client.try_clone(), server.try_clone()) else { return };
    // A line that breaks does so after so many bytes of one direction.
    let limit = seed.percent(badness.broken).then(|| seed.between(1, 4_000));
    let asks = seed.percent(50);
    let (up, down) = (seed.part("up", 0), seed.part("down", 0));
    if limit.is_some() {
        broke.fetch_add(1, Ordering::Relaxed);
    }
    std::thread::scope(|scope| {
        scope.spawn(|| carry(client_in, &server, badness, up, limit.filter(|_| asks)));
        carry(server_in, &client, badness, down, limit.filter(|_| !asks));
    });
}

/// One direction, until it ends or breaks.
fn carry(
    mut from: TcpStream,
    mut to: &TcpStream,
    badness: Badness,
    mut seed: Seed,
    limit: Option<u64>,
) {
    let mut piece = vec![0; badness.slice.max(1)];
    let mut carried = 0;
    while let Ok(count) = from.read(&mut piece) {
        if count == 0 {
            let _ = to.shutdown(Shutdown::Write);
            return;
        }
        clock::pause(seed.between(0, badness.late + 1));
        carried += count as u64;
        if limit.is_some_and(|limit| carried > limit) || to.write_all(&piece[..count]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
