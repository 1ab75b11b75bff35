//! Measures search: the shipped catalogue, and N generated items beside it (first argument, default 500,000).

use std::time::{Duration, Instant};

use guide::{
    catalogue::{generate, shipped},
    search::{Query, Search},
};

const QUERIES: &str = include_str!("../../../data/catalogue/heldout.jsonl");

#[expect(clippy::print_stdout, reason = "an example prints its figures")]
#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let n: usize = std::env::args().nth(1).map_or(Ok(500_000), |text| text.parse())?;
    let mut queries: Vec<String> = Vec::new();
    for line in QUERIES.lines() {
        let row: serde_json::Value = serde_json::from_str(line)?;
        queries.extend(row["query"].as_str().map(str::to_string));
    }
    queries.extend(generate(n.min(100)).map(|item| item.short));
    for (name, items) in [("shipped", 0), ("shipped and generated", n)] {
        let start = Instant::now();
        let search = Search::build(shipped()?.into_iter().chain(generate(items)), None)?;
        let built = start.elapsed();
        for region in [Some("990102"), Some("110101"), None] {
            let mut times: Vec<Duration> = Vec::new();
            for text in queries.iter().cycle().take(queries.len() * 5) {
                let query = Query {
                    text: text.clone(),
                    region: region.map(str::to_string),
                    ..Query::default()
                };
                let start = Instant::now();
                std::hint::black_box(search.query(&query));
                times.push(start.elapsed());
            }
            times.sort_unstable();
            let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
            println!(
                "{name}: {} items, built in {built:.1?}, region {region:?}: p50 {:.2?} p99 {:.2?} max {:.2?}",
                search.len(),
                at(50),
                at(99),
                at(100)
            );
        }
    }
    Ok(())
}
