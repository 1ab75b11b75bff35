//! Carrying texts out: after the answer, at least once; the carrier drops what it got twice.

use super::acts::QUEUE;
use super::adapters::Handed;
use super::model::{SealedText, Text, shelf_cell, waiting_cell};
use super::records;
use crate::People;
use crate::identity::{AccountId, account_phone};
use serde_json::json;
use store::jobs::{Handler, JobRow};
use store::{Disclosure, Event, Kind, Purpose, Result, Secret, Stream, Upkeep};
use web::{Lang, Texts};

/// Handlers of this room's queues.
pub fn handlers(people: &People) -> Vec<(&'static str, Handler)> {
    let people = people.clone();
    let texts: Handler = Box::new(move |job| {
        let people = people.clone();
        Box::pin(async move { carry(&people, job).await })
    });
    vec![(QUEUE, texts)]
}

async fn carry(people: &People, job: JobRow) -> Result<()> {
    if let Some(id) = job.payload["text"].as_i64() {
        return carry_text(people, id).await;
    }
    match job.payload["notice"].as_i64() {
        Some(id) => carry_notice(people, id).await,
        None => Err(store::Error::internal("a text job without text")),
    }
}

/// A text written in full when it was asked for (one-time codes). Its event stands already.
async fn carry_text(people: &People, id: i64) -> Result<()> {
    let Some(row) = people.store.read(move |db| records::text(db, id)).await? else {
        return Ok(());
    };
    let leave = Disclosure::process("sending a text to its owner");
    let vault = people.vault();
    let phone = vault.open_sealed(waiting_cell("phone", id), &row.phone, &leave)?;
    let body = vault.open_sealed(waiting_cell("body", id), &row.body, &leave)?;
    let text = Text { id, phone, body };
    let Handed::Shelved = people.outside.sms.send(&text).await?;
    let shelved = sealed_for_shelf(people, &text);
    people
        .store
        .upkeep(Upkeep::Job, move |db| {
            records::shelve(db, &shelved)?;
            records::drop_text(db, id)
        })
        .await
}

/// The text that goes with a notice: its words in the language of the account.
async fn carry_notice(people: &People, id: i64) -> Result<()> {
    let (notice, done) = people
        .store
        .read(move |db| Ok((records::notice(db, id)?, records::shelved(db, id)?)))
        .await?;
    if done {
        return Ok(());
    }
    let leave = Disclosure::process("sending a text to its owner");
    let (phone, lang, person) = account_phone(people, notice.account, &leave).await?;
    if phone.expose().is_empty() {
        // Received at a window without a phone: the inbox keeps the notice until he signs in.
        return Ok(());
    }
    let body = words(&people.site, lang, &notice.template, &notice.args);
    let text = Text { id, phone, body: Secret::new(body) };
    let Handed::Shelved = people.outside.sms.send(&text).await?;
    let shelved = sealed_for_shelf(people, &text);
    let ctx = people.store.system_ctx().for_purpose(Purpose::Own);
    let facts = json!({ "template": notice.template, "by": people.outside.sms.label() });
    let AccountId(account) = notice.account;
    people
        .store
        .write(ctx, move |tx| {
            records::shelve(tx, &shelved)?;
            let event = Event::new(Kind::MessageSent, Stream::of("account", account))
                .about(person.map(|p| p.0))
                .with(facts);
            Ok(tx.record(event)?.with(()))
        })
        .await
}

fn words(site: &web::Site, lang: Lang, template: &str, args: &[(String, String)]) -> String {
    let args = super::model::spoken(lang, args);
    let args: Vec<(&str, &str)> = args.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let texts = Texts::shipped();
    let say = |key: String| texts.ta(lang, &key, &args);
    let (head, body) = (say(format!("notice-{template}")), say(format!("notice-{template}-text")));
    match lang {
        Lang::Zh => format!("【{}】{head}。{body}", site.name),
        Lang::En => format!("[{}] {head}. {body}", site.name_en),
    }
}

fn sealed_for_shelf(people: &People, text: &Text) -> SealedText {
    let vault = people.vault();
    SealedText {
        id: text.id,
        phone: vault.seal(shelf_cell("phone", text.id), &text.phone),
        body: vault.seal(shelf_cell("body", text.id), &text.body),
        at: people.clock().now(),
    }
}
