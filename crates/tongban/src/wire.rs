//! One line to a browser, with its patience: how long it may be silent, send its head, or refuse to read.
//!
//! hyper knows none of this for reading answers, so the socket itself is watched.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// How long a line may take for what.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From its first byte to the end of a request's head; also from connecting to the first byte.
    pub head: Duration,
    /// Between an answer and the next request.
    pub idle: Duration,
    /// Without taking `PROGRESS` bytes of an answer.
    pub stall: Duration,
}

/// Bytes of an answer that count as progress: whoever takes fewer in `stall` is not reading.
const PROGRESS: usize = 16 * 1024;

/// Where a line stands, as its service sees it.
#[derive(Debug, Clone, Default)]
pub struct Phase(Arc<AtomicU8>);

const FRESH: u8 = 0;
const HEAD: u8 = 1;
const BUSY: u8 = 2;
const ANSWERED: u8 = 3;

impl Phase {
    /// A request is being worked on until the value goes.
    pub fn busy(&self) -> Busy {
        self.0.store(BUSY, Ordering::Relaxed);
        Busy(self.clone())
    }

    fn is(&self, phase: u8) -> bool {
        self.0.load(Ordering::Relaxed) == phase
    }

    /// Whether nothing was ever asked on it.
    pub fn is_fresh(&self) -> bool {
        self.is(FRESH)
    }
}

/// Held while a request is worked on.
pub struct Busy(Phase);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.0.store(ANSWERED, Ordering::Relaxed);
    }
}

/// A timer that is either off or runs out.
#[derive(Default)]
struct Timer(Option<Pin<Box<Sleep>>>);

impl Timer {
    fn start(&mut self, wait: Duration) {
        self.0 = Some(Box::pin(tokio::time::sleep(wait)));
    }

    fn stop(&mut self) {
        self.0 = None;
    }

    fn is_off(&self) -> bool {
        self.0.is_none()
    }

    /// Whether it has run out; wakes the task when it does.
    fn over(&mut self, cx: &mut Context<'_>) -> bool {
        self.0.as_mut().is_some_and(|sleep| sleep.as_mut().poll(cx).is_ready())
    }
}

/// A line with its timers.
pub struct Wire<S> {
    stream: S,
    phase: Phase,
    patience: Patience,
    /// Runs while a request is awaited or its head comes in.
    reading: Timer,
    /// Runs while the other side takes nothing.
    writing: Timer,
    taken: usize,
}

impl<S> Wire<S> {
    /// Watches a stream.
    pub fn new(stream: S, phase: Phase, patience: Patience) -> Wire<S> {
        let (reading, writing) = (Timer::default(), Timer::default());
        Wire { stream, phase, patience, reading, writing, taken: 0 }
    }

    /// Some bytes were taken: a slow line made progress, and one that is answered is idle from here. hyper
    /// need not read again before the next request comes, so the timer is polled here.
    fn took(&mut self, bytes: usize, cx: &mut Context<'_>) {
        if self.phase.is(ANSWERED) {
            self.reading.start(self.patience.idle);
            let _ = self.reading.over(cx);
        }
        self.taken += bytes;
        if self.taken >= PROGRESS {
            self.taken = 0;
            self.writing.stop();
        }
    }

    fn blocked<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if self.writing.is_off() {
            self.writing.start(self.patience.stall);
        }
        if self.writing.over(cx) { Poll::Ready(Err(cut())) } else { Poll::Pending }
    }
}

fn cut() -> io::Error {
    io::Error::from(io::ErrorKind::TimedOut)
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        match Pin::new(&mut this.stream).poll_read(cx, buf) {
            Poll::Ready(read) => {
                let got = buf.filled().len() > before;
                if got && (this.phase.is(FRESH) || this.phase.is(ANSWERED)) {
                    this.phase.0.store(HEAD, Ordering::Relaxed);
                    this.reading.start(this.patience.head);
                }
                Poll::Ready(read)
            }
            Poll::Pending => {
                if this.phase.is(BUSY) {
                    this.reading.stop();
                } else if this.reading.is_off() {
                    let idle = this.phase.is(ANSWERED);
                    let wait = if idle { this.patience.idle } else { this.patience.head };
                    this.reading.start(wait);
                }
                if this.reading.over(cx) { Poll::Ready(Err(cut())) } else { Poll::Pending }
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match Pin::new(&mut this.stream).poll_write(cx, buf) {
            Poll::Ready(written) => {
                this.took(*written.as_ref().unwrap_or(&0), cx);
                Poll::Ready(written)
            }
            Poll::Pending => this.blocked(cx),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match Pin::new(&mut this.stream).poll_write_vectored(cx, bufs) {
            Poll::Ready(written) => {
                this.took(*written.as_ref().unwrap_or(&0), cx);
                Poll::Ready(written)
            }
            Poll::Pending => this.blocked(cx),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match Pin::new(&mut this.stream).poll_flush(cx) {
            // hyper flushes when it has nothing left to write: all of it was taken.
            Poll::Ready(flushed) => {
                this.writing.stop();
                this.taken = 0;
                Poll::Ready(flushed)
            }
            Poll::Pending => this.blocked(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    fn patience(head: u64, idle: u64, stall: u64) -> Patience {
        let [head, idle, stall] = [head, idle, stall].map(Duration::from_millis);
        Patience { head, idle, stall }
    }

    #[tokio::test]
    async fn a_line_that_says_nothing_or_never_ends_its_head_is_cut() {
        let (mut browser, ours) = duplex(64);
        let mut wire = Wire::new(ours, Phase::default(), patience(20, 60_000, 60_000));
        let silent = wire.read_u8().await.expect_err("it is cut");
        assert_eq!(silent.kind(), io::ErrorKind::TimedOut);

        let (mut slow, ours) = duplex(64);
        let mut wire = Wire::new(ours, Phase::default(), patience(60, 60_000, 60_000));
        let dripping = tokio::spawn(async move {
            while slow.write_u8(b'x').await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        let mut got = 0;
        while wire.read_u8().await.is_ok() {
            got += 1;
        }
        assert!(got > 0, "bytes do not buy time");
        drop(wire);
        dripping.await.expect("the other side sees the end");
        let _ = browser.shutdown().await;
    }

    #[tokio::test]
    async fn a_line_at_work_is_not_cut_but_an_idle_one_is() {
        let (_browser, ours) = duplex(64);
        let phase = Phase::default();
        let mut wire = Wire::new(ours, phase.clone(), patience(10, 10, 60_000));
        let busy = phase.busy();
        let waited = tokio::time::timeout(Duration::from_millis(60), wire.read_u8()).await;
        assert!(waited.is_err(), "whoever is served may wait for his answer");
        drop(busy);
        assert!(wire.read_u8().await.is_err(), "afterwards it is idle");
    }

    #[tokio::test]
    async fn whoever_does_not_read_his_answer_is_cut() {
        let (_deaf, ours) = duplex(64);
        let mut wire = Wire::new(ours, Phase::default(), patience(60_000, 60_000, 20));
        let said = wire.write_all(&[0; 4096]).await.expect_err("it is cut");
        assert_eq!(said.kind(), io::ErrorKind::TimedOut);
    }
}
