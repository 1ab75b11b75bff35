//! One batch: what was told of each row, how far it has come, and the steps from the dry run to the licences.
//! While licences are being made the page says how many are; it is made anew whenever it is asked for.

use super::{label, own, said};
use crate::Proof;
use crate::issuing::life::Step;
use crate::issuing::model::{Batch, BatchState, IssueRow, RowState};
use crate::issuing::{acts, records};
use crate::licences::asked::asked;
use crate::licences::pages::desk_frame;
use crate::types::pages::{hand, staff_name};
use crate::types::{Body, Version};
use askama::Template;
use axum::extract::{Path, State};
use store::{Disclosure, Error, Purpose, Result, Secret, Tx};
use web::{Answer, Frame, Lang, Posted, Visitor, html, see_other};

/// Rows of one page.
const LINES: i64 = 50;

struct Pair {
    label: String,
    value: String,
}

struct Line {
    no: i64,
    href: String,
    holder: String,
    state: String,
    tone: &'static str,
    told: Vec<String>,
    licence: String,
}

struct Filter {
    href: String,
    label: String,
    n: i64,
    on: bool,
}

/// The steps open to whoever looks.
#[derive(Default)]
struct Ways {
    offer: bool,
    approve: bool,
    /// It waits, but not for this steward.
    second: bool,
    drop: bool,
    resume: bool,
}

#[derive(Template)]
#[template(path = "issuing/one.html")]
struct One {
    f: Frame,
    id: i64,
    title: String,
    state: String,
    tone: &'static str,
    pairs: Vec<Pair>,
    filters: Vec<Filter>,
    lines: Vec<Line>,
    next: String,
    first: String,
    going: String,
    checked: String,
    bad: bool,
    refused: String,
    told: String,
    problem: String,
    note: String,
    note_error: String,
    ways: Ways,
    now: String,
    lock: i64,
    idem: String,
}

/// What was refused, and what had been typed.
#[derive(Default)]
struct Again {
    problem: String,
    note: String,
    note_error: String,
}

/// GET /l/batches/{id}; `state` shows rows of one state, `after` goes on from a row.
pub async fn page(State(proof): State<Proof>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    html(&whole(&proof, &visitor, &id, Again::default()).await?)
}

async fn whole(proof: &Proof, visitor: &Visitor, id: &str, again: Again) -> Result<One> {
    let (batch, kind, version) = own(proof, visitor, id).await?;
    let state = RowState::parse(&asked(visitor, "state"));
    let after: i64 = asked(visitor, "after").parse().unwrap_or(0);
    let of = batch.id;
    let read = move |db: &mut store::Db<'_>| {
        Ok((records::rows(db, of, state, after, LINES + 1)?, records::counts(db, of)?))
    };
    let (mut rows, counts) = proof.app().store.read(read).await?;
    let more = rows.len() as i64 > LINES;
    rows.truncate(LINES as usize);
    let name = kind.name.get(if visitor.lang == Lang::En { "en" } else { "zh" });
    let f = desk_frame(proof, visitor, visitor.t("issuing-one-title"), "/l/batches");
    let base = format!("/l/batches/{}", batch.id);
    let chosen = state.map_or(String::new(), |s| format!("&state={}", s.label()));
    let last = rows.last().map_or(0, |r| r.no);
    let count = |s: RowState| counts.iter().find(|(is, _)| *is == s).map_or(0, |(_, n)| *n);
    let (made, waiting) = (count(RowState::Made), count(RowState::Ordered));
    let failed = count(RowState::Failed);
    let done = asked(visitor, "done");
    let known = Step::parse(&done).is_some();
    Ok(One {
        title: f.ta("issuing-one-of", "name", name),
        pairs: pairs(proof, &batch, &version, &f).await?,
        filters: filters(&base, state, &counts, &f),
        lines: rows.iter().map(|row| line(proof, row, &version.body, &f)).collect::<Result<_>>()?,
        next: if more { format!("{base}?after={last}{chosen}") } else { String::new() },
        first: match (after > 0, state) {
            (false, _) => String::new(),
            (true, None) => base.clone(),
            (true, Some(s)) => format!("{base}?state={}", s.label()),
        },
        going: if batch.state == BatchState::Approved && waiting > 0 {
            f.ta2("issuing-going", "made", made, "waiting", waiting)
        } else {
            String::new()
        },
        checked: match batch.state {
            BatchState::Checked => {
                f.ta2("issuing-checked", "ready", batch.ready, "bad", batch.total - batch.ready)
            }
            _ => String::new(),
        },
        bad: batch.total > batch.ready,
        refused: if batch.state == BatchState::Refused {
            batch.note.clone()
        } else {
            String::new()
        },
        told: if known { f.tk("issuing-done-", &done) } else { String::new() },
        problem: again.problem,
        note: again.note,
        note_error: again.note_error,
        ways: ways(visitor.staff()?.id, &batch, waiting + failed),
        now: proof.app().clock().now().ymd_hm(),
        state: f.tk("issuing-state-", batch.state.label()),
        tone: batch.state.tone(),
        id: batch.id,
        lock: batch.lock,
        idem: proof.app().store.chance().token(),
        f,
    })
}

fn ways(staff: i64, batch: &Batch, unmade: i64) -> Ways {
    let mine = batch.prepared_by == staff;
    let (checked, offered) =
        (batch.state == BatchState::Checked, batch.state == BatchState::Offered);
    Ways {
        offer: checked && mine && batch.ready > 0,
        approve: offered && !mine,
        second: offered && mine,
        drop: (checked || offered) && mine,
        resume: batch.state == BatchState::Approved && unmade > 0,
    }
}

async fn pairs(proof: &Proof, batch: &Batch, version: &Version, f: &Frame) -> Result<Vec<Pair>> {
    let pair = |key: &str, value: String| Pair { label: f.t(key).to_owned(), value };
    let by = |name: String, at: codes::time::Stamp| format!("{name} {}", at.ymd_hm());
    let name = if batch.by_hand() { f.t("issuing-by-hand").to_owned() } else { batch.name.clone() };
    let prepared = staff_name(proof, batch.prepared_by).await?;
    let mut out = vec![
        pair("issuing-col-from", name),
        pair("issuing-version", f.ta("types-version", "n", version.version)),
        pair(
            "issuing-col-rows",
            f.ta2("issuing-counted", "ready", batch.ready, "total", batch.total),
        ),
        pair("issuing-prepared-by", by(prepared, batch.prepared_at)),
    ];
    if let Some((who, at)) = batch.decided_by.zip(batch.decided_at) {
        out.push(pair("issuing-decided-by", by(staff_name(proof, who).await?, at)));
    }
    Ok(out)
}

fn filters(
    base: &str,
    chosen: Option<RowState>,
    counts: &[(RowState, i64)],
    f: &Frame,
) -> Vec<Filter> {
    let all = Filter {
        href: base.to_owned(),
        label: f.t("issuing-all").to_owned(),
        n: counts.iter().map(|(_, n)| n).sum(),
        on: chosen.is_none(),
    };
    let mut out = vec![all];
    for state in RowState::ALL {
        if let Some((_, n)) = counts.iter().find(|(is, _)| is == state) {
            out.push(Filter {
                href: format!("{base}?state={}", state.label()),
                label: f.tk("issuing-row-", state.label()),
                n: *n,
                on: chosen == Some(*state),
            });
        }
    }
    out
}

fn line(proof: &Proof, row: &IssueRow, body: &Body, f: &Frame) -> Result<Line> {
    let leave = Disclosure::process("a steward sees the masked holder of a row his unit prepared");
    let opened = row.open(proof.app().vault(), &leave)?;
    let person = body.holder.code() == "111";
    let (name, code) = (Secret::new(opened.holder), Secret::new(opened.code));
    let told = row.told.iter().map(|t| match t.field.as_str() {
        "" => said(t, f),
        key => f.ta2("issuing-told-at", "field", label(body, key, f), "what", said(t, f)),
    });
    Ok(Line {
        no: row.no,
        href: format!("/l/batches/{}/rows/{}", row.batch, row.no),
        holder: match person {
            true => format!("{} {}", name.masked_name(), code.masked_id()),
            false => format!("{} {}", name.expose(), code.expose()),
        },
        state: f.tk("issuing-row-", row.state.label()),
        tone: row.state.tone(),
        told: told.collect(),
        licence: row.licence.map_or_else(String::new, |id| format!("/l/{id}")),
    })
}

/// POST /l/batches/{id}: one step; `_go` says which.
pub async fn act(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let step = Step::parse(posted.get("_go")).ok_or(Error::NotFound)?;
    let row: i64 = id.parse().map_err(|_| Error::NotFound)?;
    let (hand, lock) = (hand(&visitor)?, posted.get("_lock").parse().unwrap_or(0));
    let note = posted.get("note").to_owned();
    let idem = posted.idem("POST /l/batches/{id}")?;
    let (ctx, words) = (visitor.ctx(proof.app(), Purpose::None), note.clone());
    let act = move |tx: &mut Tx<'_>| acts::step(tx, hand, row, lock, step, &words);
    match proof.app().store.write_once(ctx, idem, act).await {
        Ok(()) => Ok(see_other(&format!("/l/batches/{row}?done={}", step.label()))),
        Err(e @ (Error::Refused(_) | Error::Stale)) => {
            let (what, next) = web::errors::words(visitor.lang, &e);
            let text = format!("{what} {next}");
            let again = match e.code() {
                "issue-note" => Again { note, note_error: text, ..Again::default() },
                _ => Again { note, problem: text, ..Again::default() },
            };
            web::respond::html_again(&whole(&proof, &visitor, &id, again).await?)
        }
        Err(other) => Err(other.into()),
    }
}
