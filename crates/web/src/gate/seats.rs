//! A few at a time for work that keeps a whole core busy, such as hashing a password. Who came last is served first. In a
//! crowd those who came first have mostly gone, and if each waited for all before him, each would be served just after he
//! went. What somebody needs for the work lies on the desk and is left there for the next while people wait.

use super::aside;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use store::{Error, Result};
use tokio::sync::oneshot;

/// How long somebody waits for a seat before being told to come back.
const WAIT: Duration = Duration::from_secs(5);
/// So many wait for each seat, as many as it serves in a second or so; whoever came first makes room for one more.
const MOST_WAITING: usize = 64;

/// The seats of one kind of work, each with a desk. Cheap to clone.
pub struct Seats<D: Default>(Arc<Mutex<State<D>>>);

impl<D: Default> Clone for Seats<D> {
    fn clone(&self) -> Self {
        Seats(self.0.clone())
    }
}

struct State<D: Default> {
    free: usize,
    most_waiting: usize,
    /// The oldest first.
    waiting: VecDeque<oneshot::Sender<Seat<D>>>,
}

/// A seat; it is free again when this goes.
struct Seat<D: Default> {
    seats: Seats<D>,
    desk: D,
}

impl<D: Default + Send + 'static> Seats<D> {
    /// So many.
    pub fn new(seats: usize) -> Self {
        let most_waiting = seats * MOST_WAITING;
        Seats(Arc::new(Mutex::new(State { free: seats, most_waiting, waiting: VecDeque::new() })))
    }

    /// Does the work on a thread of its own, as soon as there is a seat; while it waits for one the request holds no place
    /// at work. What has begun is finished though its asker has gone, and holds its seat for as long. The desk is as
    /// whoever had the seat before left it, or empty.
    ///
    /// # Errors
    /// `Busy` when there was no seat for too long, or too many came since.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut D) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let mut seat = self.take_within(WAIT).await?;
        let work = move || {
            let done = work(&mut seat.desk);
            drop(seat);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }

    /// A seat, at once or after a wait.
    async fn take_within(&self, wait: Duration) -> Result<Seat<D>> {
        let told = {
            let mut state = self.state();
            if state.free > 0 {
                state.free -= 1;
                return Ok(Seat { seats: self.clone(), desk: D::default() });
            }
            if state.waiting.len() >= state.most_waiting {
                state.waiting.pop_front();
            }
            let (tell, told) = oneshot::channel();
            state.waiting.push_back(tell);
            told
        };
        let told = aside(tokio::time::timeout(wait, told)).await;
        told.map_err(|_| Error::Busy(5))?.map_err(|_| Error::Busy(5))
    }
}

impl<D: Default> Seats<D> {
    fn state(&self) -> MutexGuard<'_, State<D>> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }
}

impl<D: Default> Drop for Seat<D> {
    fn drop(&mut self) {
        let next = {
            let mut state = self.seats.state();
            while state.waiting.back().is_some_and(oneshot::Sender::is_closed) {
                state.waiting.pop_back();
            }
            let next = state.waiting.pop_back();
            state.free += usize::from(next.is_none());
            next
        };
        // Who went away in this moment gives it on: it ends with the letter.
        if let Some(next) = next {
            let desk = std::mem::take(&mut self.desk);
            let _ = next.send(Seat { seats: self.seats.clone(), desk });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    type Wait<'s> = Pin<Box<dyn Future<Output = Result<Seat<u32>>> + 's>>;

    fn look(wait: &mut Wait<'_>) -> Poll<Result<Seat<u32>>> {
        wait.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    fn waits(wait: &mut Wait<'_>) -> bool {
        look(wait).is_pending()
    }

    fn seat(wait: &mut Wait<'_>) -> Seat<u32> {
        match look(wait) {
            Poll::Ready(Ok(seat)) => seat,
            Poll::Ready(Err(e)) => panic!("no seat: {e}"),
            Poll::Pending => panic!("no seat yet"),
        }
    }

    #[tokio::test]
    async fn who_came_last_is_served_first_and_who_has_gone_not_at_all() {
        let seats = Seats::<u32>::new(1);
        let first = seats.take_within(WAIT).await.expect("a seat");
        let mut line: Vec<Wait<'_>> =
            (0..4).map(|_| Box::pin(seats.take_within(WAIT)) as Wait<'_>).collect();
        assert!(line.iter_mut().all(waits));
        drop(line.pop());
        drop(first);
        let third = seat(&mut line[2]);
        assert!(line[..2].iter_mut().all(waits), "there is one seat");
        drop(third);
        // He was told of a seat, and goes before he hears of it.
        drop(line.drain(1..).collect::<Vec<_>>());
        let oldest = seat(&mut line[0]);
        drop(oldest);
        assert_eq!(seats.state().free, 1);
        assert!(seats.state().waiting.is_empty());
    }

    #[tokio::test]
    async fn too_many_make_whoever_came_first_come_back() {
        let seats = Seats::<u32>::new(1);
        let first = seats.take_within(WAIT).await.expect("a seat");
        let mut oldest: Wait<'_> = Box::pin(seats.take_within(WAIT));
        assert!(waits(&mut oldest));
        let mut others: Vec<Wait<'_>> =
            (0..MOST_WAITING).map(|_| Box::pin(seats.take_within(WAIT)) as Wait<'_>).collect();
        assert!(others.iter_mut().all(waits));
        assert!(matches!(look(&mut oldest), Poll::Ready(Err(Error::Busy(5)))));
        drop(first);
        drop(seat(&mut others[MOST_WAITING - 1]));
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        let seats = Seats::<u32>::new(1);
        let first = seats.take_within(WAIT).await.expect("a seat");
        let late = seats.take_within(Duration::from_millis(1)).await;
        assert!(matches!(late, Err(Error::Busy(5))));
        drop(first);
        assert_eq!(seats.state().free, 1, "who gave up is not given the seat");
    }

    #[tokio::test]
    async fn what_has_begun_holds_its_seat_though_its_asker_has_gone() {
        let seats = Seats::<u32>::new(1);
        let (finish, finished) = std::sync::mpsc::channel::<()>();
        let work = seats.run(move |_| finished.recv().map_err(Error::internal));
        let gone = tokio::time::timeout(Duration::ZERO, work).await;
        assert!(gone.is_err(), "he gave up");
        let next = seats.run(|_| Ok(7));
        tokio::pin!(next);
        let early = tokio::time::timeout(Duration::from_millis(20), &mut next).await;
        assert!(early.is_err(), "the work goes on");
        finish.send(()).expect("the work waits");
        assert_eq!(next.await, Ok(7));
    }
    #[tokio::test]
    async fn a_desk_is_left_to_the_next_and_cleared_when_nobody_waits() {
        let seats = Seats::<u32>::new(1);
        let mut first = seats.take_within(WAIT).await.expect("a seat");
        let mut next: Wait<'_> = Box::pin(seats.take_within(WAIT));
        assert!(waits(&mut next));
        first.desk += 7;
        drop(first);
        let second = seat(&mut next);
        assert_eq!(second.desk, 7);
        drop((next, second));
        assert_eq!(seats.take_within(WAIT).await.expect("a seat").desk, 0);
    }
}
