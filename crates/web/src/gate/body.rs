//! A request's body as it comes: whoever sends slowly holds no place at work, whoever stops is cut off, and
//! all bodies together have a bound.

use super::Stay;
use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

/// Bytes that count as progress.
const PROGRESS: usize = 1024;

/// A body under watch.
struct Coming {
    body: Body,
    stay: Stay,
    stall: Duration,
    patience: Option<Pin<Box<Sleep>>>,
    got: usize,
}

/// The body of a request that was let in.
pub(crate) fn watched(body: Body, stay: Stay, stall: Duration) -> Body {
    if body.is_end_stream() {
        return body;
    }
    Body::new(Coming { body, stay, stall, patience: None, got: 0 })
}

impl Coming {
    fn took(&mut self, bytes: usize) -> Result<(), axum::Error> {
        self.got += bytes;
        if self.got >= PROGRESS {
            self.got = 0;
            self.patience = None;
        }
        let full = || axum::Error::new(std::io::Error::from(std::io::ErrorKind::OutOfMemory));
        if self.stay.hold(bytes) { Ok(()) } else { Err(full()) }
    }
}

impl HttpBody for Coming {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(frame) => {
                self.stay.unpark();
                let bytes = match &frame {
                    Some(Ok(frame)) => frame.data_ref().map_or(0, Bytes::len),
                    _ => 0,
                };
                Poll::Ready(match self.took(bytes) {
                    Ok(()) => frame,
                    Err(e) => Some(Err(e)),
                })
            }
            Poll::Pending => {
                self.stay.park();
                let stall = self.stall;
                let patience =
                    self.patience.get_or_insert_with(|| Box::pin(tokio::time::sleep(stall)));
                if patience.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                self.stay.unpark();
                self.stay.stall();
                let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
                Poll::Ready(Some(Err(axum::Error::new(late))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
