//! The measured operations, each beside its floor.

use super::floor::{self, Bytes6};
use super::load::{Measured, drive};
use super::town::{BenchTown, Ready};
use super::{Flags, Operation, searching};
use casework::cases::acts::{self, Opinion};
use casework::cases::model::{CaseId, Grip, Officer, Post, Receipt};
use casework::cases::{records, view};
use casework::materials::records::add_paper;
use codes::calendar::Calendar;
use people::identity::StaffId;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use store::{Actor, Channel, Ctx, Error, Purpose, Result, Tx, Url};
use tokio::net::{TcpListener, TcpStream};

/// Measures what the flags ask for: ours, then the floor.
pub async fn measure(flags: &Flags, url: &Url) -> Result<(Measured, Measured)> {
    if flags.operation == Operation::Search {
        return searching::measure(flags).await;
    }
    let town = Arc::new(BenchTown::open(flags).await?);
    match flags.operation {
        Operation::Submit => submit(flags, url, town).await,
        Operation::Lifecycle => lifecycle(flags, url, town).await,
        Operation::Read => read(flags, town).await,
        Operation::Inbox => inbox(flags, town).await,
        Operation::Page => page(flags, town).await,
        Operation::Decide => decide(flags, url, town).await,
        Operation::Search
        | Operation::Ofd
        | Operation::Primitives
        | Operation::Growth
        | Operation::Footprint => Err(Error::internal("measured elsewhere")),
    }
}

fn ctx(town: &BenchTown, actor: Actor) -> Ctx {
    let store = town.node.store();
    let (at, ids) = (store.clock().now(), store.ids().clone());
    Ctx { at, actor, purpose: Purpose::Own, channel: Channel::Web, ids }
}

pub(super) async fn hand_in(town: &BenchTown, ready: &Ready) -> Result<Receipt> {
    let (submission, papers) = town.submission(ready)?;
    let act = move |tx: &mut Tx<'_>| {
        for paper in &papers {
            add_paper(tx, submission.id, paper)?;
        }
        acts::submit(tx, &submission, Calendar::shipped())
    };
    town.node.store().write(ctx(town, Actor::Citizen(1)), act).await
}

async fn submit(flags: &Flags, url: &Url, town: Arc<BenchTown>) -> Result<(Measured, Measured)> {
    let ready = town.ready("spjy-xb").await?;
    let rows = bytes(&town, &ready).await?;
    if let Some(folder) = &flags.out {
        std::fs::create_dir_all(folder)?;
        let sizes = serde_json::json!({
            "body": rows.body.len(), "facts": rows.facts.len(), "data": rows.data.len()
        });
        std::fs::write(folder.join("rows.json"), sizes.to_string())?;
    }
    let floor = floor::submit(url, flags.clients, flags.seconds, rows).await?;
    let ours = drive(flags.clients, flags.seconds, move |_, _| {
        let (town, ready) = (town.clone(), ready.clone());
        async move { hand_in(&town, &ready).await.map(drop) }
    });
    Ok((ours.await, floor))
}

/// The bytes the house writes for one submit, for the floor to write as well.
async fn bytes(town: &BenchTown, ready: &Ready) -> Result<Bytes6> {
    let receipt = hand_in(town, ready).await?;
    let case = town.node.store().read(move |db| records::by_id(db, receipt.id)).await?;
    let facts = serde_json::to_string(&case.state)?;
    let data =
        format!("{{\"item\":\"{}\",\"no\":\"{}\",\"state\":\"submitted\"}}", case.slug, case.no);
    Ok(Bytes6 { body: case.sealed, facts, data })
}

async fn lifecycle(flags: &Flags, url: &Url, town: Arc<BenchTown>) -> Result<(Measured, Measured)> {
    let ready = town.ready("spjy-xb").await?;
    let floor =
        floor::submit(url, flags.clients, flags.seconds, bytes(&town, &ready).await?).await?;
    let ours = drive(flags.clients, flags.seconds, move |_, _| {
        let (town, ready) = (town.clone(), ready.clone());
        async move { whole_life(&town, &ready).await }
    });
    Ok((ours.await, floor))
}

async fn decide(flags: &Flags, url: &Url, town: Arc<BenchTown>) -> Result<(Measured, Measured)> {
    let ready = town.ready("spjy-xb").await?;
    let floor =
        floor::submit(url, flags.clients, flags.seconds, bytes(&town, &ready).await?).await?;
    let ours = drive(flags.clients, flags.seconds, move |_, _| {
        let (town, ready) = (town.clone(), ready.clone());
        async move { until_decided(&town, &ready).await.map(drop) }
    });
    Ok((ours.await, floor))
}

/// Submit, accept, decide, issue with seal.
pub(super) async fn whole_life(town: &BenchTown, ready: &Ready) -> Result<()> {
    let id = until_decided(town, ready).await?;
    let worker = town.node.worker();
    while !is_closed(town, id).await? {
        if worker.run_due().await? == 0 {
            // Another client's worker has the job: asking again at once would be measured as its cost.
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
    Ok(())
}

/// Submit, accept, decide: three acts, each durable before the next; the job to issue stays in the queue.
async fn until_decided(town: &BenchTown, ready: &Ready) -> Result<CaseId> {
    let receipt = hand_in(town, ready).await?;
    let id = receipt.id;
    let store = town.node.store();
    let unit = store.read(move |db| records::by_id(db, id)).await?.unit;
    let officer = |post| Officer { id: StaffId(1), unit, posts: vec![post], person: None };
    let (clerk, approver) = (officer(Post::Clerk), officer(Post::Approver));
    let grip = |r: &Receipt| Grip { id: r.id, version: r.version };
    let first = grip(&receipt);
    let accept = move |tx: &mut Tx<'_>| acts::accept(tx, first, &clerk, Calendar::shipped());
    let accepted = store.write(ctx(town, Actor::Staff(1)), accept).await?;
    let read = move |db: &mut store::Db<'_>| {
        casework::materials::records::bare_papers(db, casework::drafts::DraftId(id.0))
    };
    let seen = store.read(read).await?.into_iter().filter_map(|p| p.file);
    let seen = seen.map(|f| f.as_str().to_owned()).collect();
    let second = grip(&accepted);
    let opinion = Opinion { text: "符合条件，准予许可。".into(), seen };
    let grant =
        move |tx: &mut Tx<'_>| acts::grant(tx, second, &approver, opinion, Calendar::shipped());
    store.write(ctx(town, Actor::Staff(1)), grant).await?;
    Ok(id)
}

async fn is_closed(town: &BenchTown, id: CaseId) -> Result<bool> {
    let case = town.node.store().read(move |db| records::by_id(db, id)).await?;
    Ok(case.state.phase().is_end())
}

async fn read(flags: &Flags, town: Arc<BenchTown>) -> Result<(Measured, Measured)> {
    let ready = town.ready("spjy-xb").await?;
    let mut made = Vec::new();
    for _ in 0..flags.row_count().clamp(1, 2_000) {
        made.push(hand_in(&town, &ready).await?);
    }
    let made = Arc::new(made);
    let (floor_town, floor_made) = (town.clone(), made.clone());
    let floor = drive(flags.clients, flags.seconds, move |client, round| {
        let (town, made) = (floor_town.clone(), floor_made.clone());
        let id = made[(client * 7919 + round as usize) % made.len()].id;
        async move { town.node.store().read(move |db| records::by_id(db, id)).await.map(drop) }
    });
    let floor = floor.await;
    let ours = drive(flags.clients, flags.seconds, move |client, round| {
        let (town, made) = (town.clone(), made.clone());
        let no = made[(client * 7919 + round as usize) % made.len()].no;
        async move {
            let owner = casework::drafts::filing::owner(&town.citizen)?;
            view::progress(town.node.people(), owner, no).await.map(drop)
        }
    });
    Ok((ours.await, floor))
}

async fn inbox(flags: &Flags, town: Arc<BenchTown>) -> Result<(Measured, Measured)> {
    let unit = town.fill(flags.row_count(), |_| {}).await?;
    let items: BTreeSet<String> = (0..500).map(|n| format!("item-{n}")).collect();
    let items = Some(Arc::new(items));
    let officer = Officer { id: StaffId(1), unit, posts: vec![Post::Clerk], person: None };
    let desk = casework::cases::rules::desk(unit, Post::Clerk);
    let floor_town = town.clone();
    let floor = drive(flags.clients, flags.seconds, move |_, _| {
        let (town, desk) = (floor_town.clone(), desk.clone());
        async move {
            let read = move |db: &mut store::Db<'_>| {
                records::of_desk(db, &desk, (i64::MIN, CaseId(0)), 21)
            };
            town.node.store().read(read).await.map(drop)
        }
    });
    let floor = floor.await;
    let ours = drive(flags.clients, flags.seconds, move |_, _| {
        let (town, officer, items) = (town.clone(), officer.clone(), items.clone());
        async move { view::inbox(town.node.guide(), &officer, Post::Clerk, items, None).await.map(drop) }
    });
    Ok((ours.await, floor))
}

async fn page(flags: &Flags, town: Arc<BenchTown>) -> Result<(Measured, Measured)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let service = town.node.routes().into_service();
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, service).await });
    let size = size_of_page(address, "/guide/spjy-xb").await?;
    let ours = floor::http(flags.clients, flags.seconds, address, "/guide/spjy-xb".into()).await;
    server.abort();
    let floor = floor::page(flags.clients, flags.seconds, size).await?;
    Ok((ours, floor))
}

async fn size_of_page(address: SocketAddr, path: &str) -> Result<usize> {
    use tokio::io::AsyncWriteExt;
    let mut stream = TcpStream::connect(address).await?;
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: gzip\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    match floor::whole_answer(&mut stream).await? {
        0 => Err(Error::internal("the page is empty")),
        size => Ok(size),
    }
}
