//! The applicant confirms what was typed for him: on the second screen, on his phone, or with his signature
//! on paper. Only a confirmed version can be handed in.

use super::acts::{self, Answered, NewLink};
use super::filling::{self, Desk, ctx, open, sitting, to_mend};
use super::model::{Confirmed, Hold, How, Signature, Sitting};
use super::receiving::clerk;
use super::{records, rules};
use crate::Casework;
use crate::cases::Receipt;
use crate::drafts::model::Opened;
use crate::drafts::records::body_cell;
use crate::drafts::rules::take_over;
use crate::drafts::{Hindrance, Submission, filing};
use guide::packs::Source;
use store::{Ctx, Disclosure, Error, FileHash, Idem, Purpose, Result, Secret};
use web::{Visitor, Who};

/// The first letters of the fingerprint of what the applicant sees: the same answers give the same code.
pub fn code(opened: &Opened) -> Result<String> {
    let body = &opened.body;
    let papers: Vec<(&str, &str)> = (opened.papers.iter())
        .map(|p| (p.key.as_str(), p.file.as_ref().map_or("", FileHash::as_str)))
        .collect();
    let mut plain = body.values.plain();
    for key in rules::declared(&opened.pack).0.keys() {
        plain.remove(key);
    }
    let text = serde_json::to_vec(&(&opened.pack.slug, plain, papers, &body.delivery))?;
    Ok(FileHash::of(&text).as_str()[..8].to_uppercase())
}

/// Refuses while something is still to be mended.
fn whole(w: &Casework, opened: &Opened) -> Result<()> {
    let left = to_mend(opened, w.clock().now()).len();
    if left == 0 { Ok(()) } else { Err(Error::refused_with("intake-to-mend", "n", left)) }
}

/// Makes an address under which the applicant reads and confirms; gives its token.
///
/// # Errors
/// `intake-to-mend` while something is missing; `intake-no-phone` when no text would reach anybody.
pub async fn ask(w: &Casework, visitor: &Visitor, hold: Hold, how: How) -> Result<(Hold, String)> {
    let s = sitting(w, visitor, hold.id).await?;
    let desk = open(w, s, &Disclosure::process("sending an address")).await?;
    whole(w, &desk.opened)?;
    if how == How::Phone && !w.reachable(desk.guest.came).await? {
        return Err(Error::refused("intake-no-phone"));
    }
    let token = w.store.chance().token();
    let scheme = if w.site.https { "https" } else { "http" };
    let address = format!("{scheme}://{}/confirm/{token}", w.site.host);
    let tell = (how == How::Phone)
        .then(|| (desk.guest.came, filling::item_name(w, &desk.sitting), address));
    let link = NewLink {
        id: w.store.fresh_id(),
        hash: w.vault().index("intake.confirm", &token),
        how,
        tell,
    };
    let clerk = clerk(visitor)?;
    let act = move |tx: &mut store::Tx<'_>| acts::ask_confirmation(tx, hold, &clerk, &link);
    let hold = w.store.write(ctx(w, visitor), act).await?;
    Ok((hold, token))
}

/// What stands behind a token.
pub struct Shown {
    /// The sitting with its draft.
    pub desk: Desk,
    /// Screen or phone.
    pub how: How,
    /// It was used, or is too old.
    pub over: bool,
}

/// What the applicant sees under an address he was given.
///
/// # Errors
/// `NotFound` for a token that never was; `intake-gone`, `intake-not-now` when the matter has moved on.
pub async fn shown(w: &Casework, token: &str) -> Result<Shown> {
    let hash = w.vault().index("intake.confirm", token);
    let (link, s) = w
        .store
        .read(move |db| {
            let link = records::link(db, &hash)?.ok_or(Error::NotFound)?;
            let s = records::find(db, link.sitting)?;
            Ok((link, s))
        })
        .await?;
    let age = w.clock().now().micros() - link.made.micros();
    let over = link.used || age > rules::LINK_SECONDS * 1_000_000;
    let how = How::parse(&link.how).ok_or(Error::NotFound)?;
    let desk = open(w, s, &Disclosure::own()).await?;
    Ok(Shown { desk, how, over })
}

/// The draft with the applicant's declarations and what he looked at again, sealed for the next version; nothing where it has them.
fn declare(w: &Casework, opened: &Opened, by: (Source, Option<&str>)) -> Result<(i64, Vec<u8>)> {
    let mut body = opened.body.clone();
    let version = opened.draft.version;
    take_over(&mut body, &rules::declared(&opened.pack), by.0, by.1, version + 1);
    let old = filing::hindrances(opened, w.clock().now()).into_iter().filter_map(|h| match h {
        Hindrance::Confirm(key) => Some(key),
        _ => None,
    });
    body.confirmed.extend(old);
    let text = Secret::new(serde_json::to_string(&body)?);
    Ok((version, w.vault().seal(body_cell(opened.draft.id), &text)))
}

/// The applicant answers under his address: `version` is what he saw.
///
/// # Errors
/// `intake-link-over`; `intake-changed` when the clerk changed something meanwhile; `Denied` to staff,
/// who confirm for nobody.
pub async fn answer(
    w: &Casework,
    visitor: &Visitor,
    token: &str,
    version: i64,
    yes: bool,
) -> Result<()> {
    if matches!(visitor.who, Who::Staff(_)) {
        return Err(Error::refused("intake-not-here"));
    }
    let Shown { desk, how, over } = shown(w, token).await?;
    if over {
        return Err(Error::refused("intake-link-over"));
    }
    let opened = &desk.opened;
    if opened.draft.version != version {
        return Err(Error::refused("intake-changed"));
    }
    let confirmed = match yes {
        false => None,
        true => {
            whole(w, opened)?;
            Some(Confirmed {
                how,
                at: w.clock().now(),
                version: version + 1,
                code: code(opened)?,
                file: None,
                compared: String::new(),
            })
        }
    };
    let declared = match yes {
        true => Some(declare(w, opened, (Source::Applicant, None))?),
        false => None,
    };
    let hash = Some(w.vault().index("intake.confirm", token));
    let given = Answered { hash, confirmed, declared };
    let hold = Hold { id: desk.sitting.id, version: desk.sitting.version };
    let own = Ctx { purpose: Purpose::Own, ..visitor.ctx(w, Purpose::Own) };
    w.store.write(own, move |tx| acts::answer(tx, hold, None, &given)).await.map(drop)
}

/// The clerk records a confirmation signed on paper, with its scan. The number on the sheet binds the
/// signature to these answers: a sheet printed before the last change is no confirmation of it.
///
/// # Errors
/// `intake-to-mend`; `intake-code-none`, `intake-code-old`; `intake-compare`; `intake-scan` without a
/// readable scan; `Stale` when the draft has changed.
pub async fn signed(
    w: &Casework,
    visitor: &Visitor,
    hold: Hold,
    version: i64,
    signature: Signature,
    idem: Idem,
) -> Result<Hold> {
    let s = sitting(w, visitor, hold.id).await?;
    let desk = open(w, s, &Disclosure::process("recording a signature")).await?;
    whole(w, &desk.opened)?;
    let (code, Signature { scan, .. }) = (code(&desk.opened)?, &signature);
    rules::same_code(&signature.code, &code)?;
    if !signature.compared {
        return Err(Error::refused("intake-compare"));
    }
    if desk.opened.draft.version != version {
        return Err(Error::Stale);
    }
    if !crate::desks::pages::files::readable(scan) {
        return Err(Error::refused("intake-scan"));
    }
    let (files, scan) = (w.store.files().clone(), signature.scan);
    let put = tokio::task::spawn_blocking(move || files.put(&scan)).await;
    let file = put.map_err(Error::internal)??;
    let clerk = clerk(visitor)?;
    let given = Answered {
        hash: None,
        confirmed: Some(Confirmed {
            how: How::Paper,
            at: w.clock().now(),
            version: version + 1,
            code,
            file: Some(file.as_str().to_owned()),
            compared: clerk.no.clone(),
        }),
        declared: Some(declare(w, &desk.opened, (Source::Clerk, Some(&clerk.no)))?),
    };
    let act = move |tx: &mut store::Tx<'_>| acts::answer(tx, hold, Some(&clerk), &given);
    w.store.write_once(ctx(w, visitor), idem, act).await
}

/// Hands in what was confirmed.
///
/// # Errors
/// `intake-unconfirmed`; `intake-gone`; those of making ready and of `cases::acts::submit`.
pub async fn submit(w: &Casework, visitor: &Visitor, hold: Hold, idem: Idem) -> Result<Receipt> {
    let s: Sitting = sitting(w, visitor, hold.id).await?;
    let ready = ready(w, s).await;
    let (clerk, app) = (clerk(visitor)?, w.app().clone());
    let act = move |tx: &mut store::Tx<'_>| {
        let mut submission = ready?;
        submission.window = Some(clerk.unit).filter(|here| *here != submission.unit);
        acts::hand_in(tx, hold, &clerk, &submission, &app.calendar)
    };
    w.store.write_once(ctx(w, visitor), idem, act).await
}

/// What was confirmed, made ready: papers count as well as answers, which the version alone does not show.
async fn ready(w: &Casework, s: Sitting) -> Result<Submission> {
    let (owner, confirmed) = (s.owner, s.facts.confirmed.clone());
    let desk = open(w, s, &Disclosure::process("handing in")).await?;
    let seen = code(&desk.opened)?;
    if confirmed.is_none_or(|c| c.code != seen) {
        return Err(Error::refused("intake-unconfirmed"));
    }
    filing::prepare(w, owner, desk.opened.draft.id).await
}
