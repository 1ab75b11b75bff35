//! Whether the node lives and whether it should be asked: `/livez` for who restarts it, `/readyz` for who
//! sends people to it.

use crate::listener::Operator;
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::Store;

/// The sealer may lie so far behind; so long may a group of acts take.
const BEHIND: Duration = Duration::from_secs(30);
const HANGING: Duration = Duration::from_secs(10);
/// The database answers within this time.
const ANSWERS: Duration = Duration::from_secs(2);

/// How the node is. Cheap to clone.
#[derive(Clone)]
pub struct Health(Arc<Inner>);

struct Inner {
    store: Store,
    stopping: AtomicBool,
    /// Whether the sealer runs in this process: the command line starts none.
    serving: AtomicBool,
    reserve: u64,
    token: String,
}

/// One thing that was looked at.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct Check {
    /// What.
    pub name: &'static str,
    /// Whether it is well.
    pub ok: bool,
    /// What was found.
    pub detail: String,
}

impl Health {
    /// The health of a store; `reserve` bytes must be free on its disk, `token` lets an operator see detail.
    pub fn new(store: Store, reserve: u64, token: String) -> Health {
        let (stopping, serving) = (AtomicBool::new(false), AtomicBool::new(false));
        Health(Arc::new(Inner { store, stopping, serving, reserve, token }))
    }

    /// From now on the sealer is expected to be at work.
    pub fn begin(&self) {
        self.0.serving.store(true, Ordering::Relaxed);
    }

    /// From now on nobody should be sent here.
    pub fn stop(&self) {
        self.0.stopping.store(true, Ordering::Relaxed);
    }

    /// Looks at everything.
    pub async fn checks(&self) -> Vec<Check> {
        let stopping = self.0.stopping.load(Ordering::Relaxed);
        let meters = self.0.store.meters();
        let (age, group) = (meters.sealer_age(), meters.writer_at_work());
        let sealed = !self.0.serving.load(Ordering::Relaxed) || age < BEHIND;
        let said = |seconds: Duration| format!("{} s", seconds.as_secs());
        vec![
            Check { name: "not-stopping", ok: !stopping, detail: String::new() },
            self.database().await,
            Check { name: "writer", ok: group < HANGING, detail: said(group) },
            Check { name: "storage", ok: !meters.failing(), detail: String::new() },
            self.disk(),
            Check { name: "sealer", ok: sealed, detail: said(age) },
        ]
    }

    /// The database answers and has the schema of this program.
    async fn database(&self) -> Check {
        let asked = self.0.store.read(store::migrate::newest);
        let (ok, detail) = match tokio::time::timeout(ANSWERS, asked).await {
            Ok(Ok(number)) => (number == store::migrate::last(), format!("schema {number}")),
            Ok(Err(e)) => (false, e.code().to_owned()),
            Err(_) => (false, "no answer".to_owned()),
        };
        Check { name: "database", ok, detail }
    }

    /// Files and, on SQLite, the database can still grow.
    fn disk(&self) -> Check {
        let mut folders: Vec<PathBuf> = vec![self.0.store.folder().to_owned()];
        if let store::Url::Sqlite(path) = self.0.store.url() {
            folders.extend(path.parent().map(PathBuf::from));
        }
        let least = folders.iter().filter_map(|folder| free(folder)).min();
        let ok = least.is_none_or(|bytes| bytes >= self.0.reserve);
        let detail = least.map_or_else(String::new, |bytes| format!("{} MB free", bytes >> 20));
        Check { name: "disk", ok, detail }
    }

    /// Whether somebody may see detail: at the machine itself, or with the operator's token.
    fn may_see(&self, headers: &HeaderMap, operator: bool) -> bool {
        let said = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
        let shown = said.and_then(|v| v.strip_prefix("Bearer ")).unwrap_or_default();
        let token = &self.0.token;
        operator || (!token.is_empty() && web::form::same(shown.as_bytes(), token.as_bytes()))
    }
}

/// Bytes that may still be written under a folder; none when no file can be made any more.
fn free(folder: &std::path::Path) -> Option<u64> {
    let folder = if folder.as_os_str().is_empty() { std::path::Path::new(".") } else { folder };
    let stat = rustix::fs::statvfs(folder).ok()?;
    // Some file systems count no inodes at all.
    if stat.f_files > 0 && stat.f_favail == 0 {
        return Some(0);
    }
    Some(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// `GET /livez`: the process answers.
pub async fn live() -> &'static str {
    "ok"
}

#[derive(Serialize)]
struct Report {
    ready: bool,
    version: &'static str,
    checks: Vec<Check>,
}

/// `GET /readyz`: whether people should be sent here.
pub async fn ready(
    State(health): State<Health>,
    operator: Option<Extension<Operator>>,
    headers: HeaderMap,
) -> Response {
    let checks = health.checks().await;
    let ready = checks.iter().all(|check| check.ok);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let cache = [(header::CACHE_CONTROL, "no-store")];
    if health.may_see(&headers, operator.is_some()) {
        let report = Report { ready, version: env!("CARGO_PKG_VERSION"), checks };
        return (status, cache, Json(report)).into_response();
    }
    (status, cache, if ready { "ok" } else { "not ready" }).into_response()
}
