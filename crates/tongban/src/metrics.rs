//! `/metrics` for Prometheus, on an address of its own that is not the public's: what the node does, what
//! waits, how old the oldest of it is. No label says anything of a person.

use crate::health::{self, Health};
use crate::listener::Guests;
use crate::node::Node;
use crate::{process, serve};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use store::Result;

/// What is looked up when somebody asks.
#[derive(Default)]
struct Now {
    connections: Gauge,
    refused: Counter,
    jobs_due: Gauge,
    jobs_stuck: Gauge,
    outbox_age: Gauge<f64, AtomicU64>,
    unsealed: Gauge,
    sealer_lag: Gauge<f64, AtomicU64>,
    writer_at_work: Gauge<f64, AtomicU64>,
    files: Gauge,
    file_bytes: Gauge,
    cache_pages: Gauge,
    cache_bytes: Gauge,
    ready: Gauge,
    rss: Gauge,
    fds: Gauge,
    threads: Gauge,
    cpu: Counter<f64, AtomicU64>,
}

/// The figures of a node. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    node: Node,
    health: Health,
    guests: Guests,
    now: Now,
    registry: Registry,
    weighed: Mutex<Weighed>,
}

/// Sizes of the 256 folders of files, some of them looked at anew whenever somebody asks.
struct Weighed {
    next: u8,
    folders: Vec<(u64, u64)>,
}

/// Folders weighed at once: files are many.
const AT_ONCE: u8 = 8;

impl Metrics {
    /// The figures of a node whose guests are counted there.
    pub fn new(node: &Node, guests: Guests) -> Metrics {
        let now = Now::default();
        let mut registry = Registry::with_prefix("tongban");
        about_requests(&mut registry, node.app());
        about_the_store(&mut registry, node.store().meters());
        about_now(&mut registry, &now);
        let version: Family<Vec<(&str, &str)>, Gauge> = Family::default();
        version.get_or_create(&vec![("version", env!("CARGO_PKG_VERSION"))]).set(1);
        registry.register("build", "What runs", version);
        let weighed = Mutex::new(Weighed { next: 0, folders: vec![(0, 0); 256] });
        let (node, health) = (node.clone(), node.health().clone());
        Metrics(Arc::new(Inner { node, health, guests, now, registry, weighed }))
    }

    /// Everything as text.
    pub async fn text(&self) -> Result<String> {
        self.look().await?;
        let mut text = String::new();
        encode(&mut text, &self.0.registry).map_err(store::Error::internal)?;
        Ok(text)
    }

    async fn look(&self) -> Result<()> {
        let Inner { node, health, guests, now, .. } = &*self.0;
        let store = node.store();
        now.connections.set(guests.now() as i64);
        now.refused.inc_by(guests.refused().saturating_sub(now.refused.get()));
        let at = store.clock().now();
        let read = move |db: &mut store::Db<'_>| {
            let waiting = store::jobs::waiting(db, at)?;
            Ok((waiting, store::ledger::unsealed(db)?))
        };
        let (waiting, unsealed) = store.read(read).await?;
        now.jobs_due.set(waiting.due);
        now.jobs_stuck.set(waiting.stuck);
        let age = waiting.oldest.map_or(0, |oldest| at.micros() - oldest.micros());
        now.outbox_age.set(age.max(0) as f64 / 1e6);
        now.unsealed.set(unsealed);
        now.sealer_lag.set(store.meters().sealer_age().as_secs_f64());
        now.writer_at_work.set(store.meters().writer_at_work().as_secs_f64());
        let (pages, bytes) = node.app().cache.holds();
        now.cache_pages.set(pages as i64);
        now.cache_bytes.set(bytes as i64);
        let ready = health.checks().await.iter().all(|check| check.ok);
        now.ready.set(i64::from(ready));
        self.weigh().await?;
        let used = process::used();
        now.rss.set(used.rss);
        now.fds.set(used.fds);
        now.threads.set(used.threads);
        now.cpu.inc_by((used.cpu - now.cpu.get()).max(0.0));
        Ok(())
    }

    async fn weigh(&self) -> Result<()> {
        let mine = self.clone();
        let weighing = tokio::task::spawn_blocking(move || {
            let mut weighed = mine.0.weighed.lock().unwrap_or_else(|e| e.into_inner());
            for _ in 0..AT_ONCE {
                let folder = weighed.next;
                weighed.folders[usize::from(folder)] = mine.0.node.store().files().weigh(folder)?;
                weighed.next = folder.wrapping_add(1);
            }
            let sum = |a: (u64, u64), b: &(u64, u64)| (a.0 + b.0, a.1 + b.1);
            let (files, bytes) = weighed.folders.iter().fold((0, 0), sum);
            mine.0.now.files.set(files as i64);
            mine.0.now.file_bytes.set(bytes as i64);
            Ok(())
        });
        weighing.await.map_err(store::Error::internal)?
    }
}

fn about_requests(registry: &mut Registry, app: &web::App) {
    let figures = app.figures.clone();
    let (inside, limit) = app.gate.gauges();
    registry.register("requests", "Requests answered, by address", figures.served);
    registry.register("request_seconds", "Seconds of a request", figures.took);
    registry.register("requests_shed", "Requests sent away: too much to do", figures.shed);
    registry.register("requests_cut", "Requests that took too long", figures.cut);
    registry.register("requests_in_flight", "Requests at work", inside);
    registry.register("requests_limit", "Requests worked on at once at most", limit);
}

fn about_the_store(registry: &mut Registry, meters: &store::Meters) {
    let m = meters;
    registry.register("store_waiting", "Acts that wait for the writer", m.waiting.clone());
    registry.register("store_reads_waiting", "Reads that wait", m.reads_waiting.clone());
    registry.register("store_turned_away", "Acts that waited in vain", m.turned_away.clone());
    registry.register("store_group_acts", "Acts of one commit", m.group.clone());
    registry.register("store_commit_seconds", "Seconds of a commit", m.commit.clone());
    registry.register("store_read_seconds", "Seconds of a read", m.read.clone());
    registry.register("store_failed", "Groups that were not committed", m.failed.clone());
}

fn about_now(registry: &mut Registry, now: &Now) {
    registry.register("connections", "Connections", now.connections.clone());
    registry.register("connections_refused", "Connections without a place", now.refused.clone());
    registry.register("jobs_due", "Jobs that are due", now.jobs_due.clone());
    registry.register("jobs_stuck", "Jobs that keep failing", now.jobs_stuck.clone());
    registry.register("outbox_age_seconds", "Age of the oldest due job", now.outbox_age.clone());
    registry.register("ledger_unsealed", "Events without a checkpoint", now.unsealed.clone());
    registry.register("sealer_lag_seconds", "Since all was sealed", now.sealer_lag.clone());
    registry.register(
        "writer_at_work_seconds",
        "Age of the present group",
        now.writer_at_work.clone(),
    );
    registry.register("files", "Files kept", now.files.clone());
    registry.register("files_bytes", "Bytes of files kept", now.file_bytes.clone());
    registry.register("cache_pages", "Public pages kept ready", now.cache_pages.clone());
    registry.register("cache_bytes", "Bytes of them", now.cache_bytes.clone());
    registry.register("ready", "Whether /readyz says yes", now.ready.clone());
    registry.register("process_resident_bytes", "Memory of the process", now.rss.clone());
    registry.register("process_open_fds", "Open descriptors", now.fds.clone());
    registry.register("process_threads", "Threads", now.threads.clone());
    registry.register("process_cpu_seconds", "Seconds of processor time", now.cpu.clone());
}

/// Serves the figures until the task is dropped. An address that is taken must not stop a node that serves
/// people: it is told in the log.
pub async fn publish(metrics: Metrics, address: &str) {
    if address.is_empty() {
        return;
    }
    let Ok(listener) = serve::listen(address).await else { return };
    let health = metrics.0.health.clone();
    let router = Router::new()
        .route("/metrics", get(show).with_state(metrics))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready).with_state(health));
    if let Err(e) = axum::serve(listener, router).await {
        tracing::error!("the figures are served no more: {e}");
    }
}

async fn show(State(metrics): State<Metrics>) -> Response {
    const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match metrics.text().await {
        Ok(text) => ([(header::CONTENT_TYPE, TEXT)], text).into_response(),
        Err(e) => {
            tracing::error!("the figures could not be read: {e}");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
