//! A line that stays open between requests, as a browser's or a proxy's does: nothing but sending bytes and learning the
//! status, so that one core can offer many times what another can answer.

use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longest answer that is read.
const MOST: usize = 4 << 20;

/// A line to one port, opened when it is needed.
pub struct Line {
    port: u16,
    patience: Duration,
    stream: Option<TcpStream>,
    got: Vec<u8>,
}

impl Line {
    /// A line that is not open yet and gives up an answer after `patience`.
    pub fn new(port: u16, patience: Duration) -> Line {
        Line { port, patience, stream: None, got: Vec::new() }
    }

    /// Sends a request and reads its answer whole; nothing when none came in time or the line broke.
    pub async fn ask(&mut self, request: &[u8]) -> Option<u16> {
        // What was kept open may have been closed meanwhile, which shows in sending or in reading nothing.
        let kept = self.stream.is_some();
        match self.in_time(request).await {
            Err(true) if kept => self.in_time(request).await.ok(),
            said => said.ok(),
        }
    }

    /// The answer that was read last, head and body as they came.
    pub fn got(&self) -> &[u8] {
        &self.got
    }

    async fn in_time(&mut self, request: &[u8]) -> Result<u16, bool> {
        timeout(self.patience, self.once(request)).await.unwrap_or(Err(false))
    }

    /// One try; an error says whether the line was closed before a single byte came.
    async fn once(&mut self, request: &[u8]) -> Result<u16, bool> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.open().await.map_err(|_| false)?,
        };
        stream.write_all(request).await.map_err(|_| true)?;
        self.got.clear();
        let (status, keep) = self.read(&mut stream).await?;
        if keep {
            self.stream = Some(stream);
        }
        Ok(status)
    }

    async fn open(&self) -> std::io::Result<TcpStream> {
        let stream = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], self.port))).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    async fn read(&mut self, stream: &mut TcpStream) -> Result<(u16, bool), bool> {
        loop {
            if let Some(whole) = answer(&self.got) {
                return Ok(whole);
            }
            match stream.read_buf(&mut self.got).await {
                Ok(0) | Err(_) => return Err(self.got.is_empty()),
                Ok(_) if self.got.len() > MOST => return Err(false),
                Ok(_) => {}
            }
        }
    }
}

/// Status of an answer and whether the line stays open; nothing while it is not whole.
fn answer(got: &[u8]) -> Option<(u16, bool)> {
    let end = got.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&got[..end]).ok()?;
    let body = &got[end + 4..];
    let mut lines = head.lines();
    let status: u16 = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let (mut whole, mut keep) = (matches!(status, 204 | 304), true);
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        if name.eq_ignore_ascii_case("content-length") {
            whole |= value.parse().is_ok_and(|length: usize| body.len() >= length);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            whole |= body.ends_with(b"0\r\n\r\n");
        } else if name.eq_ignore_ascii_case("connection") {
            keep = !value.eq_ignore_ascii_case("close");
        }
    }
    whole.then_some((status, keep))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_or_none() {
        let whole = b"HTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 4\r\n\r\nbusy";
        assert_eq!(answer(whole), Some((503, true)));
        for end in 0..whole.len() {
            assert_eq!(answer(&whole[..end]), None, "{end}");
        }
        let last = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(answer(last), Some((200, false)));
        let chunks = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        assert_eq!(answer(chunks), Some((200, true)));
        assert_eq!(answer(&chunks[..chunks.len() - 3]), None);
    }

    #[tokio::test]
    async fn a_line_that_was_closed_is_opened_again() {
        use std::io::{Read, Write};
        let house = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = house.local_addr().unwrap().port();
        let serving = std::thread::spawn(move || {
            for _ in 0..2 {
                let (mut guest, _) = house.accept().unwrap();
                let mut asked = [0; 64];
                assert!(guest.read(&mut asked).unwrap() > 0);
                guest.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
            }
        });
        let mut line = Line::new(port, Duration::from_secs(5));
        assert_eq!(line.ask(b"GET / HTTP/1.1\r\n\r\n").await, Some(200));
        assert_eq!(line.ask(b"GET / HTTP/1.1\r\n\r\n").await, Some(200));
        serving.join().unwrap();
        assert_eq!(line.ask(b"GET / HTTP/1.1\r\n\r\n").await, None);
    }
}
