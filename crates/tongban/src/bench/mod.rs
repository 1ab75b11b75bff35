//! `tongban bench`: what an operation costs, beside the floor of the bare library in the same run.
//!
//! `load.rs` drives and measures; `floor.rs` is the bare library; `town.rs` fills a database with
//! cases; the operations stand in `operations.rs` and `searching.rs`; `documents.rs` measures documents alone,
//! `primitives.rs` signatures, digests and ciphers, `growth.rs` operations beside ever more rows, `footprint.rs` what a served node takes when nobody asks.

mod documents;
mod floor;
mod footprint;
mod growth;
mod load;
mod operations;
mod primitives;
mod searching;
mod town;

use clap::{Args, ValueEnum};
use load::Measured;
use serde::Serialize;
use store::{Result, Url};

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Operation {
    /// A citizen submits a prepared draft.
    Submit,
    /// Submit, accept, decide, issue with seal.
    Lifecycle,
    /// Submit, accept, decide; the sealing stays in the queue.
    Decide,
    /// A case with its materials and events.
    Read,
    /// The first page of a clerk's inbox.
    Inbox,
    /// A search over the catalogue.
    Search,
    /// A guide page over HTTP.
    Page,
    /// Licences made and judged, and a text of 1,287 pages read, without a database.
    Ofd,
    /// Signatures, digests and ciphers alone.
    Primitives,
    /// Every operation at the numbers of rows of `--rows`, and how much its p99 grows.
    Growth,
    /// Memory of an idle node, time until it is ready, size of the program.
    Footprint,
}

/// Flags of `tongban bench`.
#[derive(Args, Clone)]
pub struct Flags {
    /// What to measure.
    #[arg(value_enum)]
    pub operation: Operation,
    /// Database: `sqlite:PATH` or `postgres://…`; it is filled as needed and left as it is.
    #[arg(long, default_value = "sqlite:tongban-bench/bench.db")]
    pub db: String,
    /// How many clients at once.
    #[arg(long, default_value_t = 8)]
    pub clients: usize,
    /// For how many seconds each of operation and floor.
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Rows to fill in first: cases for `inbox` and `read`, items for `search`; for `growth` several, ascending.
    #[arg(long, value_delimiter = ',', default_value = "10000")]
    pub rows: Vec<u64>,
    /// Ask the queries of this file in `search`: a line of JSON each, with `query`.
    #[arg(long)]
    pub queries: Option<std::path::PathBuf>,
    /// Ask `search` without a region.
    #[arg(long)]
    pub everywhere: bool,
    /// A folder for what another program needs to do the same work: items and answers of `search`, documents of
    /// `ofd`, sizes of the rows of `submit`.
    #[arg(long)]
    pub out: Option<std::path::PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// The figures, as printed.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    /// Operations per second.
    pub ops_per_s: f64,
    /// Median, microseconds.
    pub p50_us: u64,
    /// 99th percentile, microseconds.
    pub p99_us: u64,
    /// CPU of this process per operation, microseconds.
    pub cpu_us_per_op: f64,
    /// Operations that failed.
    pub errors: u64,
    /// The floor, operations per second.
    pub floor_ops_per_s: f64,
    /// Ours over the floor.
    pub ratio_to_floor: f64,
}

impl Flags {
    /// The one number of rows of an operation that takes one.
    fn row_count(&self) -> u64 {
        self.rows.first().copied().unwrap_or(0)
    }
}

impl Figures {
    fn of(ours: &Measured, floor: &Measured) -> Figures {
        Figures {
            ops_per_s: ours.rate().round(),
            p50_us: ours.percentile(0.50),
            p99_us: ours.percentile(0.99),
            cpu_us_per_op: (ours.cpu_per_op() * 10.0).round() / 10.0,
            errors: ours.errors,
            floor_ops_per_s: floor.rate().round(),
            ratio_to_floor: (ours.rate() / floor.rate().max(1e-9) * 1000.0).round() / 1000.0,
        }
    }
}

/// Measures what needs no node, and prints the figures: they are named, so JSON is how they are read either way.
async fn alone<T: Serialize + Send + 'static>(
    measure: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<bool> {
    let measured = tokio::task::spawn_blocking(measure).await;
    crate::say!("{}", serde_json::to_string(&measured.map_err(store::Error::internal)??)?);
    Ok(true)
}

/// Runs one measurement and prints it; true when nothing failed.
pub async fn run(flags: Flags) -> Result<bool> {
    match flags.operation {
        Operation::Ofd => {
            let (seconds, out) = (flags.seconds, flags.out.clone());
            return alone(move || documents::measure(seconds, out.as_deref())).await;
        }
        Operation::Primitives => return alone(move || primitives::measure(flags.seconds)).await,
        Operation::Growth => return growth::measure(&flags).await,
        Operation::Footprint => return footprint::measure(&flags).await,
        _ => {}
    }
    let url = Url::parse(&flags.db)?;
    let (ours, floor) = operations::measure(&flags, &url).await?;
    let figures = Figures::of(&ours, &floor);
    if flags.json {
        crate::say!("{}", serde_json::to_string(&figures)?);
    } else {
        crate::say!(
            "{:?}: {} ops/s, p50 {} µs, p99 {} µs, {} µs CPU/op, {} errors; floor {} ops/s, ratio {}",
            flags.operation,
            figures.ops_per_s,
            figures.p50_us,
            figures.p99_us,
            figures.cpu_us_per_op,
            figures.errors,
            figures.floor_ops_per_s,
            figures.ratio_to_floor
        );
    }
    Ok(figures.errors == 0)
}
