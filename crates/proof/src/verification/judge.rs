//! Judges files, identifiers, case numbers and codes against signatures, trust list and register.

use super::door::number_in;
use super::offline;
use super::replaced::Replaced;
use super::verdict::{Asked, Facts, Said, Standing, Verdict};
use crate::grants::{self, CopyFacts, GrantStatus};
use crate::licences::model::{HolderKind, Licence, LicenceRowId, LicenceStatus};
use crate::licences::{records, sealed};
use crate::lists::code as offline_code;
use crate::seals::Seals;
use crate::seals::model::SealStatus;
use crate::seals::notary::{now, status_at};
use crate::seals::records as seal_records;
use crate::showing::acts::{self, Redeemed, Redemption};
use crate::showing::choice::Shown;
use crate::showing::{choice, code, records as shows};
use codes::case_no::CaseNo;
use codes::licence::LicenceId;
use codes::time::Stamp;
use ofd::read::Reader;
use ofd::verify::{Basis, Report};
use ofd::{Limits, Step};
use store::{Actor, Disclosure, Error, FileHash, Result};
use web::{Lang, Texts};

/// Largest file judged, bytes.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;
/// Steps told at most; a file with a thousand broken references needs no thousand lines.
const MOST_STEPS: usize = 80;
/// Longest text that can be one of the known forms.
const MOST_TEXT: usize = 200;

/// What a file may ask of the machine.
pub(super) fn limits() -> Limits {
    Limits { entries: 2_000, total: 256 << 20, ..Limits::default() }
}

/// What reading the bytes gave.
struct Judged {
    report: Report,
    identifier: Option<String>,
}

/// Judges a file. The hard work happens off the request threads.
pub async fn file(seals: &Seals, bytes: &[u8]) -> Result<Verdict> {
    let (own, bytes) = (seals.clone(), bytes.to_vec());
    let hash = FileHash::of(&bytes);
    let work = tokio::task::spawn_blocking(move || judge(&own, &bytes));
    let judged = work.await.map_err(Error::internal)?;
    let at = seals.store().clock().now();
    let (values, trusted) = (judged.report.signature_values_hold, judged.report.trusted);
    let mut steps = said(&judged.report);
    let (status, facts) = match standing(&judged.report) {
        Some(status) => (status, None),
        None => registered(seals, &judged, &hash, at, &mut steps).await?,
    };
    let mut verdict = Verdict::new(Asked::File, status, steps, at);
    verdict.signature_values_hold = values;
    verdict.trusted = trusted;
    verdict.facts = facts;
    Ok(verdict)
}

/// Signatures over the bytes, and the identifier the file claims.
fn judge(seals: &Seals, bytes: &[u8]) -> Judged {
    let limits = limits();
    let between = seals.between();
    let basis =
        Basis { limits, intermediates: between, ..Basis::new(seals.anchors(), now(seals.store())) };
    let report = ofd::verify::verify(bytes, &basis);
    let identifier = Reader::open(bytes, &limits)
        .ok()
        .and_then(|r| r.info().custom.iter().find(|(k, _)| k == "ZZBS").map(|(_, v)| v.clone()));
    Judged { report, identifier }
}

/// What the signatures alone decide; `None` when they hold and are trusted.
pub(super) fn standing(report: &Report) -> Option<Standing> {
    let broken = |code: &str| report.steps.iter().any(|s| s.code == code && s.ok == Some(false));
    if report.signatures.is_empty() {
        let unreadable = broken("package") || broken("document") || broken("signature-list");
        return Some(if unreadable { Standing::Unreadable } else { Standing::Unsigned });
    }
    match (report.signature_values_hold, report.trusted) {
        (Some(false), _) => Some(Standing::Tampered),
        (Some(true), Some(true)) => None,
        _ => Some(Standing::Untrusted),
    }
}

/// What the register says of a file whose seal is good.
async fn registered(
    seals: &Seals,
    judged: &Judged,
    hash: &FileHash,
    at: Stamp,
    steps: &mut Vec<Said>,
) -> Result<(Standing, Option<Facts>)> {
    let (file, identifier) = (hash.as_str().to_owned(), judged.identifier.clone());
    let seal_no = judged.report.sealed_by.as_ref().map(|s| s.seal_id.clone()).unwrap_or_default();
    // The file tells whole seconds: the seal as it stood at the end of that second.
    let sealed = judged.report.sealed_by.as_ref().and_then(|s| s.at);
    let sealed = sealed.map_or(at, |s| Stamp::from_micros(s.0 * 1_000_000 + 999_999));
    let read = move |db: &mut store::Db<'_>| {
        let mut licence = records::by_file(db, &file)?;
        if licence.is_none()
            && let Some(identifier) = identifier
        {
            licence = records::by_identifier(db, &identifier)?;
        }
        Ok((
            licence,
            seal_records::unit_of_seal(db, &seal_no)?,
            seal_records::use_of_file(db, &file)?,
            status_at(db, &seal_no, sealed)?,
        ))
    };
    let (licence, unit, used, stood) = seals.store().read(read).await?;
    if let Some(stood) = stood {
        let used_in_time = stood.then == Some(SealStatus::InUse);
        steps.push(step("seal-status", Some(used_in_time), stood.now.label()));
        if !used_in_time {
            return Ok((Standing::Untrusted, None));
        }
    }
    if let Some(licence) = licence {
        let own = unit == Some(licence.issuer.unit);
        steps.push(step("licence-register", Some(true), &licence.identifier));
        steps.push(step("licence-issuer", Some(own), &licence.issuer.name));
        if !own {
            return Ok((Standing::WrongSeal, None));
        }
        let (status, facts) = of_licence(seals, &licence, at, steps).await?;
        return match grants::copy_of(seals, hash).await? {
            Some(copy) => Ok(of_copy(&copy, status, facts, steps)),
            None => Ok((status, Some(facts))),
        };
    }
    let Some(used) = used else {
        steps.push(step("licence-register", None, ""));
        return Ok((Standing::NotRegistered, None));
    };
    steps.push(step("document-register", Some(true), &used.title));
    Ok((Standing::Issued, Some(of_document(&used))))
}

/// A copy is worth no more than its licence, serves one purpose, and ends by itself.
pub(super) fn of_copy(
    copy: &CopyFacts,
    status: Standing,
    mut facts: Facts,
    steps: &mut Vec<Said>,
) -> (Standing, Option<Facts>) {
    let stands = copy.status == GrantStatus::Given;
    steps.push(step("copy", Some(stands), &copy.purpose));
    let rows = [
        ("exchange-copy-no", copy.no.clone()),
        ("exchange-copy-purpose", copy.purpose.clone()),
        ("exchange-copy-who", copy.who.clone()),
        ("exchange-copy-made", copy.made_at.clone()),
        ("exchange-copy-last", copy.last.to_string()),
    ];
    let texts = Texts::shipped();
    facts.shown = rows
        .into_iter()
        .map(|(key, value)| Shown {
            label: texts.t(Lang::Zh, key).to_owned(),
            label_en: texts.t(Lang::En, key).to_owned(),
            value_en: value.clone(),
            value,
        })
        .collect();
    let standing = match (status, stands) {
        (Standing::Licence(LicenceStatus::Valid), true) => Standing::Copy,
        (Standing::Licence(LicenceStatus::Valid), false) => Standing::CopyOver,
        (status, _) => status,
    };
    (standing, Some(facts))
}

/// Status and facts of a licence today.
async fn of_licence(
    seals: &Seals,
    licence: &Licence,
    at: Stamp,
    steps: &mut Vec<Said>,
) -> Result<(Standing, Facts)> {
    let status = licence.status_on(at.day());
    steps.push(step("licence-status", Some(status.in_force()), status.label()));
    let leave = Disclosure::process("the masked holder of a licence is shown to a verifier");
    let holder = sealed::open_holder(seals.store().vault(), licence, &leave)?;
    let mut facts = Facts::of(licence, holder.shown_name(), at.day());
    if status == LicenceStatus::Superseded {
        facts.replaced = replaced(seals, licence.id, at).await?;
    }
    Ok((Standing::Licence(status), facts))
}

/// The version in whose favour a licence was set aside.
async fn replaced(seals: &Seals, id: LicenceRowId, at: Stamp) -> Result<Option<Replaced>> {
    let read = move |db: &mut store::Db<'_>| match records::current(db, id, at.day())? {
        Some(link) => Ok(Some((records::by_id(db, link.id)?.shown_number(), link))),
        None => Ok(None),
    };
    let found = seals.store().read(read).await?;
    Ok(found.map(|(number, link)| Replaced {
        version: LicenceId::parse(&link.identifier).map_or(1, |id| id.version()),
        status: link.status.label(),
        since: link.issued_at.ymd(),
        number,
    }))
}

fn of_document(used: &seal_records::UseRow) -> Facts {
    Facts {
        name: used.title.clone(),
        number: used.number.clone(),
        issuer: used.seal_name.clone(),
        issued: used.at.ymd(),
        sandbox: true,
        ..Facts::default()
    }
}

/// Who verifies: the mark tells one from another and is kept as a keyed hash, the actor stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    /// Tells one verifier from another: address, session, browser.
    pub mark: String,
    /// As known to this node.
    pub actor: Actor,
}

impl Verifier {
    /// Somebody not signed in.
    pub fn stranger(mark: &str) -> Verifier {
        Verifier { mark: mark.to_owned(), actor: Actor::Anonymous }
    }
}

/// Judges a text: a shown code, a licence identifier, a case number, or the number of a document.
pub async fn text(seals: &Seals, asked: &str, verifier: &Verifier) -> Result<Verdict> {
    let at = seals.store().clock().now();
    // What is copied from a screen or a letter comes with spaces and line ends in it.
    let most = offline_code::MOST_LETTERS + MOST_TEXT;
    let asked: String = asked.chars().take(most).filter(|c| !c.is_whitespace()).collect();
    let asked = number_in(&asked);
    if offline_code::is_code(&asked) {
        return carried_code(seals, &asked, verifier, at).await;
    }
    if asked.chars().count() <= MOST_TEXT {
        if code::is_code(&asked) {
            return shown_code(seals, &asked, verifier, at).await;
        }
        if let Ok(identifier) = LicenceId::parse(&asked) {
            return licence(seals, &identifier, at).await;
        }
        if let Ok(case_no) = CaseNo::parse(&asked) {
            return case(seals, &case_no, at).await;
        }
        if let Some(number) = document_number(&asked) {
            return document(seals, number, at).await;
        }
    }
    let steps = vec![step("text-form", Some(false), "")];
    Ok(Verdict::new(Asked::Text, Standing::NotUnderstood, steps, at))
}

async fn licence(seals: &Seals, identifier: &LicenceId, at: Stamp) -> Result<Verdict> {
    let text = identifier.to_string();
    let mut steps = vec![step("identifier-check", Some(identifier.check_holds()), &text)];
    let found = seals.store().read(move |db| records::by_identifier(db, &text)).await?;
    let Some(found) = found else {
        steps.push(step("licence-register", Some(false), ""));
        return Ok(Verdict::new(Asked::Licence, Standing::NotFound, steps, at));
    };
    steps.push(step("licence-register", Some(true), &found.issuer.name));
    let (status, mut facts) = of_licence(seals, &found, at, &mut steps).await?;
    // Identifiers can be counted through: who has neither file nor code learns nothing of a person (L5).
    if found.holder_kind == HolderKind::Person {
        facts.holder.clear();
        facts.number.clear();
        if let Some(replaced) = &mut facts.replaced {
            replaced.number.clear();
        }
    }
    Ok(Verdict::new(Asked::Licence, status, steps, at).with(facts))
}

async fn case(seals: &Seals, case_no: &CaseNo, at: Stamp) -> Result<Verdict> {
    let found = seals.use_of_case(case_no.to_string()).await?;
    let ok = Some(found.is_some());
    let steps = vec![step("document-register", ok, &case_no.grouped())];
    Ok(match found {
        Some(used) => {
            Verdict::new(Asked::Case, Standing::Issued, steps, at).with(of_document(&used))
        }
        None => Verdict::new(Asked::Case, Standing::NotFound, steps, at),
    })
}

/// Whether looking a text up changes nothing: a number, not a shown code, which is good for one look.
pub(super) fn is_number(asked: &str) -> bool {
    let asked: String = asked.chars().take(MOST_TEXT).filter(|c| !c.is_whitespace()).collect();
    LicenceId::parse(&asked).is_ok()
        || CaseNo::parse(&asked).is_ok()
        || document_number(&asked).is_some()
}

/// A 文号 such as 示区市监受〔2026〕1号; brackets of other keyboards are forgiven.
fn document_number(asked: &str) -> Option<String> {
    let turned = asked.replace(['[', '［', '(', '（', '【', '﹝'], "〔");
    let turned = turned.replace([']', '］', ')', '）', '】', '﹞'], "〕");
    let (head, rest) = turned.split_once('〔')?;
    let (year, no) = rest.split_once('〕')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let good = (1..=30).contains(&head.chars().count()) && year.len() == 4 && digits(year);
    // The second special procedure of a case has a letter of its own: …号-2.
    let (no, nth) = no.split_once('号')?;
    let nth = nth.is_empty() || nth.strip_prefix('-').is_some_and(digits);
    (good && nth && digits(no)).then_some(turned)
}

async fn document(seals: &Seals, number: String, at: Stamp) -> Result<Verdict> {
    let asked = number.clone();
    let found = seals.store().read(move |db| seal_records::use_of_number(db, &asked)).await?;
    let steps = vec![step("document-register", Some(found.is_some()), &number)];
    Ok(match found {
        Some(used) => {
            Verdict::new(Asked::Document, Standing::Issued, steps, at).with(of_document(&used))
        }
        None => Verdict::new(Asked::Document, Standing::NotFound, steps, at),
    })
}

/// A shown code: MAC, time, licence, and whether somebody used it before. Nothing of a code is believed
/// before its MAC was right, so that guessing costs nothing but guesses.
async fn shown_code(seals: &Seals, asked: &str, verifier: &Verifier, at: Stamp) -> Result<Verdict> {
    let read = match code::read(&code::Key::of(seals.store().vault()), asked, at) {
        Ok(read) => read,
        Err(code::Bad::Forged) => return Ok(no_code(Standing::CodeUnknown, "code-mac", at)),
        Err(code::Bad::Over) => return Ok(no_code(Standing::CodeExpired, "code-time", at)),
    };
    let steps =
        vec![step("code-mac", Some(true), ""), step("code-time", Some(true), &read.ends.iso())];
    redeemed(seals, read.id, steps, verifier, at).await
}

/// An offline code seen by somebody who has a network: its own proof first, then as any shown code.
async fn carried_code(
    seals: &Seals,
    asked: &str,
    verifier: &Verifier,
    at: Stamp,
) -> Result<Verdict> {
    let speaker = seals.speaker().await?.certificate;
    let key = speaker.public().map_err(Error::internal)?;
    let told = match offline_code::read(asked, key, at) {
        Ok(told) => told,
        Err(bad) => {
            let (what, standing) = offline::refused(bad);
            return Ok(no_code(standing, what, at));
        }
    };
    let steps = vec![
        step("code-signature", Some(true), ""),
        step("code-time", Some(true), &told.ends.iso()),
        step("code-digits", Some(true), ""),
    ];
    redeemed(seals, offline_code::id(asked).to_vec(), steps, verifier, at).await
}

fn no_code(status: Standing, what: &'static str, at: Stamp) -> Verdict {
    Verdict::new(Asked::Code, status, vec![step(what, Some(false), "")], at)
}

/// What a code that is ours shows, once: to its first verifier.
async fn redeemed(
    seals: &Seals,
    code: Vec<u8>,
    mut steps: Vec<Said>,
    verifier: &Verifier,
    at: Stamp,
) -> Result<Verdict> {
    let (store, id) = (seals.store(), code.clone());
    let find = move |db: &mut store::Db<'_>| match shows::offered(db, &id)? {
        Some(offer) => Ok(Some((records::by_id(db, offer.licence)?, offer))),
        None => Ok(None),
    };
    let Some((licence, offer)) = store.read(find).await? else {
        return Ok(no_code(Standing::CodeUnknown, "licence-register", at));
    };
    let leave = Disclosure::process("a holder shows a verifier what he chose");
    let fields = sealed::open_fields(store.vault(), &licence, &leave)?;
    let all = choice::showable(&licence, &fields, at.day());
    let chosen = choice::chosen(all, &offer.chosen);
    let mark = store.vault().index("verifier", &verifier.mark);
    let mut ctx = store.system_ctx();
    ctx.actor = verifier.actor;
    let (shown, told, person) = (licence.clone(), chosen.clone(), offer.person);
    let act = move |tx: &mut store::Tx<'_>| {
        let (licence, chosen) = (&shown, &told[..]);
        acts::redeem(tx, &Redemption { licence, person, chosen, code: &code, verifier: &mark })
    };
    let redeemed = store.write(ctx, act).await?;
    if let Redeemed::Before(when) = redeemed {
        steps.push(step("code-once", Some(false), &when.ymd_hm()));
        return Ok(Verdict::new(Asked::Code, Standing::CodeUsed, steps, at));
    }
    steps.push(step("code-once", Some(true), ""));
    steps.push(step("licence-register", Some(true), &licence.issuer.name));
    let status = licence.status_on(at.day());
    steps.push(step("licence-status", Some(status.in_force()), status.label()));
    // Of a licence that is not in force nothing is told but that.
    let told = if status.in_force() { chosen.iter().map(|s| s.shown()).collect() } else { vec![] };
    let facts = Facts::of_shown(&licence, at.day(), told);
    Ok(Verdict::new(Asked::Code, Standing::Licence(status), steps, at).with(facts))
}

pub(super) fn step(code: &'static str, ok: Option<bool>, detail: &str) -> Said {
    Said { code, ok, detail: detail.to_owned() }
}

/// Checks of the file and of its signatures, failed ones kept first when there are too many.
pub(super) fn said(report: &Report) -> Vec<Said> {
    let all = report.steps.iter().chain(report.signatures.iter().flat_map(|s| &s.steps));
    let mut steps: Vec<&Step> = all.collect();
    if steps.len() > MOST_STEPS {
        steps.sort_by_key(|s| s.ok != Some(false));
        steps.truncate(MOST_STEPS);
    }
    steps.into_iter().cloned().map(Said::from).collect()
}
