//! What happens after the answer: telling the applicant, and the rules of time (acceptance by law,
//! corrections that lapse, due days beyond the announced calendar).

use super::model::{Case, CaseId, State};
use super::{acts, records};
use crate::Casework;
use guide::packs::Pack;
use people::notices::{self, Notice};
use serde_json::json;
use store::jobs::{Handler, JobRow};
use store::{Ctx, Error, Event, Job, Kind, Purpose, Result, Stream, Upkeep};

/// When the house is quiet.
const NIGHT: &str = "03:07";
/// From which hour until before which hour people are reminded of their drafts.
const REMINDING: (&str, &str) = ("09", "20");

/// The handlers of this room.
pub fn handlers(w: &Casework) -> Vec<(&'static str, Handler)> {
    let (a, b, c) = (w.clone(), w.clone(), w.clone());
    vec![
        (acts::NOTIFY, Box::new(move |job| Box::pin(notify(a.clone(), job)))),
        (acts::DEEMED, Box::new(move |job| Box::pin(deemed(b.clone(), job)))),
        (acts::LAPSE, Box::new(move |job| Box::pin(lapse(c.clone(), job)))),
    ]
}

fn case_id(job: &JobRow) -> Result<CaseId> {
    job.payload["case"].as_i64().map(CaseId).ok_or_else(|| Error::internal("a job without case"))
}

fn ctx(w: &Casework, id: CaseId) -> Ctx {
    w.store.system_ctx().for_purpose(Purpose::Case(id.0))
}

/// The template of a message, out of the closed list; its words are `notice-case-…`.
fn template(about: &str) -> Option<&'static str> {
    Some(match about {
        "submitted" => "case-submitted",
        "accepted" => "case-accepted",
        "deemed" => "case-deemed",
        "not-accepted" => "case-not-accepted",
        "correction" => "case-correction",
        "supplied" => "case-supplied",
        "lapsed" => "case-lapsed",
        "special" => "case-special",
        "special-ended" => "case-special-ended",
        "extended" => "case-extended",
        "granted" => "case-granted",
        "denied" => "case-denied",
        "withdrawn" => "case-withdrawn",
        _ => return None,
    })
}

/// Tells the applicant. After a receipt it also leaves what need not wait in the submit itself: the
/// receipt to be made and the look after the five days.
async fn notify(w: Casework, job: JobRow) -> Result<()> {
    let id = case_id(&job)?;
    let about = job.payload["about"].as_str().unwrap_or_default().to_owned();
    let Some(template) = template(&about) else { return Err(Error::internal("no such message")) };
    let calendar = w.calendar.clone();
    w.store
        .write(ctx(&w, id), move |tx| {
            let case = records::by_id(tx, id)?;
            let pack = acts::pack_of(tx, &case)?;
            notices::notify(tx, notice(&case, &pack, template))?;
            if about == "submitted" {
                acts::watch_notice(tx, &case, &calendar)?;
                let payload = json!({"case": id.0, "kind": "receipt"});
                let key = case.no.to_string();
                tx.job(Job { queue: acts::DOCUMENT, key, run_at: None, payload })?;
            }
            let event = Event::new(Kind::MessageSent, Stream::of("case", id.0));
            let data = json!({"template": template});
            Ok(tx.record(event.about(case.person.0).with(data))?.with(()))
        })
        .await
}

fn notice(case: &Case, pack: &Pack, template: &'static str) -> Notice {
    let item = pack.item.short_name.zh.clone();
    let mut args = vec![("item", item), ("no", case.no.grouped())];
    let day = match &case.state {
        State::CorrectionRequested(c) => Some(c.told.until),
        State::Special(s) => Some(s.running.planned),
        // The job may come after the procedure has ended.
        _ => None,
    };
    args.push(("known", if day.is_some() { "yes" } else { "no" }.to_owned()));
    args.push(("day", day.map(|d| d.to_string()).unwrap_or_default()));
    Notice { account: case.account, template, args, link: format!("/c/{}", case.no) }
}

/// A rule of time that found its case answered already has nothing to do.
fn settled(outcome: Result<()>) -> Result<()> {
    match outcome {
        Err(Error::Refused(r)) if r.code == "case-not-now" => Ok(()),
        other => other,
    }
}

/// Acceptance by law: nobody answered in five working days. Where the calendar has moved meanwhile the
/// worker tries again later.
async fn deemed(w: Casework, job: JobRow) -> Result<()> {
    let (id, calendar) = (case_id(&job)?, w.calendar.clone());
    let act = move |tx: &mut store::Tx<'_>| acts::deem(tx, id, &calendar).map(|d| d.map(drop));
    let outcome = w.store.write(ctx(&w, id), act).await;
    match outcome {
        // A correction came between: its supply left a look of its own.
        Err(Error::Refused(r)) if r.code == "case-not-deemed" => superseded(&w, id).await,
        other => settled(other),
    }
}

async fn superseded(w: &Casework, id: CaseId) -> Result<()> {
    let case = w.store.read(move |db| records::by_id(db, id)).await?;
    let corrected = case.state.received().is_some_and(|s| s.corrected.is_some());
    if corrected { Ok(()) } else { Err(Error::refused("case-not-deemed")) }
}

/// A correction nobody supplied counts as withdrawal.
async fn lapse(w: Casework, job: JobRow) -> Result<()> {
    let (id, calendar) = (case_id(&job)?, w.calendar.clone());
    let act = move |tx: &mut store::Tx<'_>| acts::lapse(tx, id, &calendar).map(|d| d.map(drop));
    settled(w.store.write(ctx(&w, id), act).await)
}

/// Housekeeping, called once a minute: every five minutes one folder is swept of files nobody needs; by day owners hear that their drafts end soon; at the dead of night
/// old drafts are thrown away and provisional due days computed anew.
pub async fn minute(w: &Casework) -> Result<()> {
    let now = w.clock().now().hm();
    if now.ends_with(":05") && (REMINDING.0..REMINDING.1).contains(&&now[..2]) {
        crate::drafts::keeping::remind(w, w.store.system_ctx()).await?;
    }
    if now.ends_with(['0', '5']) {
        let swept = crate::materials::sweep::turn(&w.store).await?;
        if swept != Default::default() {
            tracing::info!(swept.destroyed, swept.kept, "files nobody needs");
        }
    }
    if now != NIGHT {
        return Ok(());
    }
    let (drafts, cases) =
        (crate::drafts::keeping::expire(w, w.store.system_ctx()).await?, recompute(w).await?);
    crate::materials::uploads::expire(w, w.clock().now()).await?;
    tracing::info!(drafts, cases, "old drafts thrown away, provisional due days computed anew");
    Ok(())
}

/// Computes the due days anew that lay beyond the announced calendar (after an update of the calendar;
/// daily does no harm). Gives how many rows were looked at.
pub async fn recompute(w: &Casework) -> Result<usize> {
    let today = w.clock().now().day();
    let (mut after, mut looked) = (CaseId(0), 0);
    loop {
        let ids = w.store.read(move |db| records::provisional(db, after)).await?;
        let Some(last) = ids.last() else { return Ok(looked) };
        (after, looked) = (*last, looked + ids.len());
        let calendar = w.calendar.clone();
        let write = move |db: &mut store::Db<'_>| {
            for id in ids {
                acts::recompute(db, id, &calendar, today)?;
            }
            Ok(())
        };
        w.store.upkeep(Upkeep::Load, write).await?;
    }
}
