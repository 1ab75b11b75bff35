//! The floor: the same rows through the bare library, one writer that commits in groups, no house
//! around it; and a static page of the same size behind a bare router.

use super::load::{Measured, drive};
use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::get;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use store::{Error, Result, Url};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// The bytes of one submit, as the house writes them.
#[derive(Clone)]
pub struct Bytes6 {
    /// Sealed answers of the case.
    pub body: Vec<u8>,
    /// Facts of its state.
    pub facts: String,
    /// Data of the event and payload of the job.
    pub data: String,
}

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS floor_case (id BIGINT PRIMARY KEY, no TEXT, slug TEXT, owner TEXT,
        state TEXT, facts TEXT, desk TEXT, due BIGINT, at BIGINT, body {blob});
    CREATE INDEX IF NOT EXISTS floor_case_owner ON floor_case (owner, id);
    CREATE INDEX IF NOT EXISTS floor_case_desk ON floor_case (desk, due, id);
    CREATE TABLE IF NOT EXISTS floor_paper (id BIGINT PRIMARY KEY, file_id BIGINT, key TEXT, file TEXT);
    CREATE INDEX IF NOT EXISTS floor_paper_file ON floor_paper (file_id, id);
    CREATE TABLE IF NOT EXISTS floor_event (id BIGINT PRIMARY KEY, stream TEXT, seq BIGINT, kind TEXT,
        at BIGINT, data TEXT, hash {blob});
    CREATE INDEX IF NOT EXISTS floor_event_stream ON floor_event (stream, seq);
    CREATE TABLE IF NOT EXISTS floor_job (id BIGINT PRIMARY KEY, queue TEXT, payload TEXT, run_at BIGINT);";

const CASE: &str = "INSERT INTO floor_case (id, no, slug, owner, state, facts, desk, due, at, body) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const PAPERS: &str = "INSERT INTO floor_paper (id, file_id, key, file) VALUES ($1, $4, 'a', $5), \
     ($2, $4, 'b', $5), ($3, $4, 'c', $5)";
const EVENT: &str = "INSERT INTO floor_event (id, stream, seq, kind, at, data, hash) \
     VALUES ($1, $2, 1, 'case-submitted', $3, $4, $5)";
const JOB: &str =
    "INSERT INTO floor_job (id, queue, payload, run_at) VALUES ($1, 'notify', $2, $3)";

type Ask = (i64, oneshot::Sender<bool>);

/// Six raw rows for each submit with the same durability, from as many clients.
pub async fn submit(url: &Url, clients: usize, seconds: u64, bytes: Bytes6) -> Result<Measured> {
    let (send, inbox) = sync_channel::<Ask>(4096);
    match url {
        Url::Sqlite(path) => {
            let path = path.with_extension("floor.db");
            let _ = remove(&path);
            let conn = rusqlite::Connection::open(&path)?;
            conn.pragma_update(None, "journal_mode", "WAL")?;
            conn.pragma_update(None, "synchronous", "FULL")?;
            conn.pragma_update(None, "cache_size", -65_536)?;
            conn.execute_batch(&TABLES.replace("{blob}", "BLOB"))?;
            std::thread::spawn(move || sqlite_writer(&conn, &inbox, &bytes));
        }
        Url::Postgres(url) => {
            let url = url.clone();
            std::thread::spawn(move || {
                if let Err(e) = postgres_writer(&url, &inbox, &bytes) {
                    tracing::error!("the floor failed: {e}");
                }
            });
        }
    }
    let base = store::Chance::System.bytes::<4>();
    let base = i64::from(u32::from_le_bytes(base)) << 30;
    let measured = drive(clients, seconds, move |client, round| {
        let send: SyncSender<Ask> = send.clone();
        let id = base + ((client as i64) << 22 | round as i64) * 4;
        async move {
            let (done, wait) = oneshot::channel();
            send.try_send((id, done)).map_err(Error::internal)?;
            match wait.await {
                Ok(true) => Ok(()),
                _ => Err(Error::internal("the floor's writer failed")),
            }
        }
    });
    Ok(measured.await)
}

fn remove(path: &Path) -> std::io::Result<()> {
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(PathBuf::from(format!("{}{end}", path.display())));
    }
    Ok(())
}

fn group(inbox: &Receiver<Ask>) -> Option<Vec<Ask>> {
    let mut asks = vec![inbox.recv().ok()?];
    while asks.len() < 256
        && let Ok(ask) = inbox.try_recv()
    {
        asks.push(ask);
    }
    Some(asks)
}

fn sqlite_writer(conn: &rusqlite::Connection, inbox: &Receiver<Ask>, bytes: &Bytes6) {
    while let Some(asks) = group(inbox) {
        let written = sqlite_group(conn, &asks, bytes);
        if let Err(e) = &written {
            tracing::error!("the floor failed: {e}");
        }
        for (_, done) in asks {
            let _ = done.send(written.is_ok());
        }
    }
}

fn sqlite_group(conn: &rusqlite::Connection, asks: &[Ask], b: &Bytes6) -> Result<()> {
    let texts = [CASE, PAPERS, EVENT, JOB].map(|t| t.replace('$', "?"));
    conn.execute_batch("BEGIN IMMEDIATE")?;
    for (id, _) in asks {
        let no = format!("{id:020}");
        let run = |n: usize, values: &[&dyn rusqlite::ToSql]| -> Result<()> {
            conn.prepare_cached(&texts[n])?.execute(values)?;
            Ok(())
        };
        run(
            0,
            &[&id, &no, &"spjy-xb", &no, &"submitted", &b.facts, &"1:clerk", &1i64, &1i64, &b.body],
        )?;
        run(1, &[&id, &(id + 1), &(id + 2), &id, &&b.facts[..64.min(b.facts.len())]])?;
        run(2, &[&id, &no, &1i64, &b.data, &vec![7u8; 32]])?;
        run(3, &[&id, &b.data, &1i64])?;
    }
    conn.execute_batch("COMMIT")?;
    Ok(())
}

fn postgres_writer(url: &str, inbox: &Receiver<Ask>, b: &Bytes6) -> Result<()> {
    let mut client = postgres::Client::connect(url, postgres::NoTls)?;
    client.batch_execute(&TABLES.replace("{blob}", "BYTEA"))?;
    let texts = [
        client.prepare(CASE)?,
        client.prepare(PAPERS)?,
        client.prepare(EVENT)?,
        client.prepare(JOB)?,
    ];
    let hash = vec![7u8; 32];
    while let Some(asks) = group(inbox) {
        client.batch_execute("BEGIN")?;
        for (id, _) in &asks {
            let no = format!("{id:020}");
            let file = &b.facts[..64.min(b.facts.len())];
            let (slug, state, desk, one) = ("spjy-xb", "submitted", "1:clerk", 1i64);
            client.execute(
                &texts[0],
                &[id, &no, &slug, &no, &state, &b.facts, &desk, &one, &one, &b.body],
            )?;
            client.execute(&texts[1], &[id, &(id + 1), &(id + 2), id, &file])?;
            client.execute(&texts[2], &[id, &no, &one, &b.data, &hash])?;
            client.execute(&texts[3], &[id, &b.data, &one])?;
        }
        client.batch_execute("COMMIT")?;
        for (_, done) in asks {
            let _ = done.send(true);
        }
    }
    Ok(())
}

/// A static page of `size` bytes behind a bare router.
pub async fn page(clients: usize, seconds: u64, size: usize) -> Result<Measured> {
    let body = Bytes::from(vec![b'x'; size]);
    let handler = get(move || {
        let body = body.clone();
        async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body) }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server =
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/", handler)).await });
    let measured = http(clients, seconds, address, "/".into()).await;
    server.abort();
    Ok(measured)
}

/// Asks for one page again and again over kept connections.
pub async fn http(
    clients: usize,
    seconds: u64,
    address: std::net::SocketAddr,
    path: String,
) -> Measured {
    let lines: Vec<_> = (0..clients).map(|_| tokio::sync::Mutex::new(None::<TcpStream>)).collect();
    let lines = std::sync::Arc::new(lines);
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: gzip\r\n\r\n");
    drive(clients, seconds, move |client, _| {
        let (lines, request) = (lines.clone(), request.clone());
        async move {
            let mut line = lines[client].lock().await;
            if line.is_none() {
                *line = Some(TcpStream::connect(address).await?);
            }
            let stream = line.as_mut().ok_or_else(|| Error::internal("no connection"))?;
            stream.write_all(request.as_bytes()).await?;
            whole_answer(stream).await.map(drop)
        }
    })
    .await
}

/// Reads one answer and gives the size of its body.
pub async fn whole_answer(stream: &mut TcpStream) -> Result<usize> {
    let mut got = Vec::with_capacity(32 * 1024);
    let mut part = [0u8; 16 * 1024];
    loop {
        let n = stream.read(&mut part).await?;
        if n == 0 {
            return Err(Error::internal("the connection ended early"));
        }
        got.extend_from_slice(&part[..n]);
        let Some(end) = got.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&got[..end]).to_ascii_lowercase();
        if !head.starts_with("http/1.1 200") {
            return Err(Error::internal(format!("answered {}", head.lines().next().unwrap_or(""))));
        }
        let length = head.lines().find_map(|l| l.strip_prefix("content-length: "));
        let length: usize = length.and_then(|l| l.trim().parse().ok()).unwrap_or(0);
        if got.len() >= end + 4 + length {
            return Ok(length);
        }
    }
}
