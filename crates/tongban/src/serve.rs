//! Serving: the listener, the workers, and a stop that loses nothing.

use crate::config::Config;
use crate::node::Node;
use std::net::SocketAddr;
use std::time::Duration;
use store::{Error, Result, Upkeep};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// `tongban serve`: opens the node of the configuration and serves until told to stop.
pub async fn run(config: Config) -> Result<bool> {
    let node = Node::open(&config).await?;
    let listener = listen(&config.server.listen).await?;
    tracing::info!(listen = config.server.listen, "serving");
    serve(&node, listener).await?;
    Ok(true)
}

/// Takes an address to listen on.
pub async fn listen(address: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|e| {
        tracing::error!("{address}: {e}");
        Error::refused_with("port-taken", "address", address)
    })
}

/// Serves until SIGTERM or Ctrl-C; then stops taking requests, finishes those at work, runs what is
/// due and seals the ledger.
pub async fn serve(node: &Node, listener: TcpListener) -> Result<()> {
    let (stop, stopped) = watch::channel(false);
    let sealer = tokio::spawn(store::ledger::run_sealer(node.store().clone(), stopped.clone()));
    let worker = tokio::spawn(work(node.clone(), stopped.clone()));
    let service = node.routes().into_service();
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(told_to_stop());
    served.await?;
    let _ = stop.send(true);
    let _ = tokio::join!(sealer, worker);
    node.store().settle().await
}

async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        let Ok(mut term) = term else { return };
        tokio::select! {
            _ = interrupt => {}
            _ = term.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}

/// Runs due jobs a few times a second, timers every minute.
async fn work(node: Node, mut stopped: watch::Receiver<bool>) {
    let worker = node.worker();
    if let Err(e) = store::jobs::release(node.store()).await {
        tracing::error!("jobs of a process that died wait until their time: {e}");
    }
    let mut rounds: u64 = 0;
    loop {
        if let Err(e) = worker.run_due().await {
            tracing::error!("due jobs could not be run: {e}");
        }
        if rounds.is_multiple_of(300) {
            timers(&node).await;
        }
        rounds += 1;
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(200)) => {}
            _ = stopped.changed() => return,
        }
    }
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
