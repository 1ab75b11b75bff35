//! `tongban bench search`: everyday queries over the shipped catalogue and made-up items; with `--queries` those of a
//! file, with `--out` the items and the answers in files, so that others can be asked and judged the same.

use super::Flags;
use super::load::{Measured, drive};
use guide::catalogue::model::Item;
use guide::search;
use serde_json::json;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use store::{Error, Result};

/// Everyday queries.
pub(super) const QUERIES: [&str; 8] = [
    "开饭店要办什么证",
    "车子年检",
    "shebaoka",
    "养老认证",
    "公司注销",
    "身份证丢了",
    "gjj tiqu",
    "护照",
];

/// Answers asked for.
const SHOWN: usize = 10;

/// The region where the sample lives: who asks stands here, unless asked not to.
const HERE: &str = "990102";

/// A query as a citizen of the sample region types it.
pub(super) fn ask(text: &str, limit: usize) -> search::Query {
    let region = Some(HERE.into());
    search::Query { text: text.into(), region, limit, ..search::Query::default() }
}

/// Queries over the shipped catalogue and `--rows` made-up items; the floor is a look-up by name.
pub(super) async fn measure(flags: &Flags) -> Result<(Measured, Measured)> {
    let items = || -> Result<_> {
        let shipped = guide::catalogue::shipped().map_err(Error::internal)?;
        Ok(shipped.into_iter().chain(guide::catalogue::generate(flags.row_count() as usize)))
    };
    let search = Arc::new(search::Search::build(items()?, None).map_err(Error::internal)?);
    let queries = Arc::new(queries(flags.queries.as_deref())?);
    let everywhere = flags.everywhere;
    let asked = move |text: &str, limit| {
        let query = ask(text, limit);
        if everywhere { search::Query { region: None, ..query } } else { query }
    };
    if let Some(folder) = &flags.out {
        std::fs::create_dir_all(folder)?;
        write_items(&folder.join("items.jsonl"), items()?)?;
        write_answers(&folder.join("answers.jsonl"), &queries, |text| {
            search.query(&asked(text, SHOWN)).items.into_iter().map(|hit| hit.slug).collect()
        })?;
    }
    let one = search.clone();
    let floor = drive(flags.clients, flags.seconds, move |_, _| {
        let search = one.clone();
        async move {
            search.query(&asked("机动车检验标志", 1));
            Ok(())
        }
    });
    let floor = floor.await;
    let ours = drive(flags.clients, flags.seconds, move |client, round| {
        let (search, queries) = (search.clone(), queries.clone());
        async move {
            search.query(&asked(&queries[(client + round as usize) % queries.len()], SHOWN));
            Ok(())
        }
    });
    Ok((ours.await, floor))
}

/// The built-in queries, or those of a file: a line of JSON each, with `query`.
fn queries(file: Option<&Path>) -> Result<Vec<String>> {
    let Some(file) = file else { return Ok(QUERIES.map(str::to_owned).to_vec()) };
    let text = std::fs::read_to_string(file)?;
    let read = |line: &str| -> Result<String> {
        let line: serde_json::Value = serde_json::from_str(line)?;
        line["query"]
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| Error::internal("a line lacks `query`"))
    };
    let queries: Vec<String> = text.lines().map(read).collect::<Result<_>>()?;
    if queries.is_empty() { Err(Error::internal("no queries")) } else { Ok(queries) }
}

/// What search reads of each item: what weighs much and what weighs little, as written.
fn write_items(file: &Path, items: impl Iterator<Item = Item>) -> Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    for item in items {
        let names = [&item.name, &item.short, &item.main];
        let title: Vec<&String> =
            names.into_iter().chain(&item.aliases).chain(&item.keywords).collect();
        let faq = item.faq.iter().flat_map(|f| [&f.q, &f.a]);
        let materials = item.materials.iter().map(|m| &m.name);
        let lists = item.conditions.iter().chain(&item.not_accepted);
        let themes = item.themes_person.iter().chain(&item.themes_business).chain(&item.events);
        let result = [&item.result.name, &item.result.licence, &item.department];
        let more: Vec<&String> =
            lists.chain(themes).chain(faq).chain(materials).chain(result).collect();
        let line = json!({
            "slug": item.slug, "area": item.area, "title": lines(&title), "more": lines(&more)
        });
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}

fn lines(parts: &[&String]) -> String {
    let parts: Vec<&str> = parts.iter().map(|p| p.as_str()).filter(|p| !p.is_empty()).collect();
    parts.join("\n")
}

fn write_answers(
    file: &Path,
    queries: &[String],
    answer: impl Fn(&str) -> Vec<String>,
) -> Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    for query in queries {
        writeln!(out, "{}", json!({ "query": query, "slugs": answer(query) }))?;
    }
    Ok(out.flush()?)
}
