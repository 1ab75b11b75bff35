//! Serving: the door, the workers, and a stop that loses nothing.

use crate::config::Config;
use crate::listener::{self, Guests};
use crate::metrics::{self, Metrics};
use crate::node::Node;
use std::time::Duration;
use store::clock::Stopwatch;
use store::{Error, Result, Upkeep};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

/// So long may workers and sealer take to finish after the last request.
const FINISH: Duration = Duration::from_secs(3);

/// A block so large that the allocator keeps none like it.
const LARGE_BLOCK: usize = 8 << 20;
/// Between two looks at what is due.
const LOOK: Duration = Duration::from_millis(200);

/// `tongban serve`: opens the node of the configuration and serves until told to stop.
pub async fn run(config: Config) -> Result<bool> {
    let node = Node::open(&config).await?;
    let listener = listen(&config.server.listen).await?;
    tracing::info!(listen = config.server.listen, "serving");
    serve(&node, listener, &config).await
}

/// Takes an address to listen on.
pub async fn listen(address: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|e| {
        tracing::error!("{address}: {e}");
        Error::refused_with("port-taken", "address", address)
    })
}

/// Serves until SIGTERM or Ctrl-C; then says that it is not ready, goes on for as long as a balancer needs
/// to notice, takes no more connections, finishes the requests at work, runs what is due and seals the
/// ledger. A second signal ends it at once. True when it ended in order.
pub async fn serve(node: &Node, listener: TcpListener, config: &Config) -> Result<bool> {
    let mut signals = Signals::new()?;
    let (tell, told) = mpsc::channel(2);
    let listening = tokio::spawn(async move {
        loop {
            signals.next().await;
            if tell.send(()).await.is_err() {
                return;
            }
        }
    });
    let guests = Guests::default();
    let figures = Metrics::new(node, guests.clone());
    let address = config.server.metrics.clone();
    let publishing = tokio::spawn(async move { metrics::publish(figures, &address).await });
    let guide = node.guide().clone();
    tokio::task::spawn_blocking(move || {
        if let Err(e) = guide.prepare() {
            tracing::error!("the search cannot be built: {e}");
        }
    });
    let ended = serve_until(node, listener, config, guests, told).await;
    publishing.abort();
    listening.abort();
    ended
}

/// The same, told to stop by a channel, and by a second word to stop at once.
pub async fn serve_until(
    node: &Node,
    listener: TcpListener,
    config: &Config,
    guests: Guests,
    mut told: mpsc::Receiver<()>,
) -> Result<bool> {
    let (close, closing) = watch::channel(false);
    let (quit, quitting) = watch::channel(false);
    let (health, store) = (node.health(), node.store().clone());
    health.begin();
    let sealer = tokio::spawn(store::ledger::run_sealer(store, quitting.clone()));
    let worker = tokio::spawn(work(node.clone(), quitting));
    let (router, drain) = (node.routes().into_service(), config.server.drain());
    let door = listener::accept(listener, router, config.terms(), guests, closing, drain);
    let door = tokio::spawn(door);
    word(&mut told).await;
    health.stop();
    tracing::info!("stopping");
    let calmly = async {
        tokio::time::sleep(config.server.stop_delay()).await;
        let _ = close.send(true);
        match door.await {
            Ok(0) => {}
            Ok(cut) => tracing::warn!(cut, "requests were cut off: they took too long"),
            Err(e) => tracing::error!("the door broke: {e}"),
        }
        let _ = quit.send(true);
        if tokio::time::timeout(FINISH, async { tokio::join!(sealer, worker) }).await.is_err() {
            tracing::warn!("a job was left unfinished; it is taken up at the next start");
        }
        node.store().settle().await
    };
    tokio::select! {
        done = calmly => done.map(|()| true),
        () = word(&mut told) => {
            tracing::warn!("told twice to stop: stopping at once");
            Ok(false)
        }
    }
}

/// The next word; one whose teller is gone never comes.
async fn word(told: &mut mpsc::Receiver<()>) {
    if told.recv().await.is_none() {
        std::future::pending::<()>().await;
    }
}

/// The signals that stop a node.
struct Signals {
    #[cfg(unix)]
    term: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> Result<Signals> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Signals { term: signal(SignalKind::terminate())? })
        }
        #[cfg(not(unix))]
        Ok(Signals {})
    }

    async fn next(&mut self) {
        let interrupt = tokio::signal::ctrl_c();
        #[cfg(unix)]
        tokio::select! {
            _ = interrupt => {}
            _ = self.term.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = interrupt.await;
    }
}

/// Runs due jobs a few times a second, or without a rest while more are due; timers every minute.
async fn work(node: Node, mut stopped: watch::Receiver<bool>) {
    let worker = node.worker();
    if let Err(e) = store::jobs::release(node.store()).await {
        tracing::error!("jobs of a process that died wait until their time: {e}");
    }
    let mut minute = Stopwatch::start();
    timers(&node).await;
    while !*stopped.borrow() {
        let taken = worker.run_due().await.unwrap_or_else(|e| {
            tracing::error!("due jobs could not be run: {e}");
            0
        });
        if minute.seconds() >= 60.0 {
            minute = Stopwatch::start();
            timers(&node).await;
        }
        match taken {
            0 => give_back(),
            store::jobs::BATCH => continue,
            _ => {}
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stopped.changed() => return,
        }
    }
}

/// Lets freed memory go back to the machine. The allocator does that only when somebody frees a whole page of it, and
/// on an idle node nobody does; the block is never written to, so it costs no memory and some microseconds.
fn give_back() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGE_BLOCK)));
}

async fn timers(node: &Node) {
    let now = node.store().clock().now();
    let swept = node.store().upkeep(Upkeep::Session, move |db| web::session::sweep(db, now)).await;
    let week_ago = now.plus_days(-8);
    let forgot =
        node.store().upkeep(Upkeep::Limit, move |db| store::idem::forget(db, week_ago)).await;
    let sweep = move |db: &mut store::Db<'_>| people::identity::sweep(db, now);
    let codes = node.store().upkeep(Upkeep::Limit, sweep).await;
    for outcome in [swept.map(drop), forgot.map(drop), codes.map(drop), node.minute().await] {
        if let Err(e) = outcome {
            tracing::error!("a timer failed: {e}");
        }
    }
}
