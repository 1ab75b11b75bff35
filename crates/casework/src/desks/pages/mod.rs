//! Pages of the desks (ux W03–W06, A01–A03), whole without a script and by keyboard alone. The table
//! below is what the binary mounts; CLERK is `Staff(&[Role::Clerk])`, APPROVER `Staff(&[Role::Approver])`.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /w | CLERK | Unit | `inbox::window` |
//! | POST | /w/next | CLERK | Unit | `inbox::next_window` |
//! | GET | /w/c/{no} | CLERK | Unit | `window::page` |
//! | POST | /w/c/{no}/claim | CLERK | Unit | `window::claim` |
//! | POST | /w/c/{no}/release | CLERK | Unit | `window::release` |
//! | POST | /w/c/{no}/reveal | CLERK | Unit | `window::reveal` |
//! | GET | /w/c/{no}/accept | CLERK | Unit | `window::preview` |
//! | POST | /w/c/{no}/accept | CLERK | Unit | `window::accept` |
//! | GET | /w/c/{no}/correct | CLERK | Unit | `correct::page` |
//! | POST | /w/c/{no}/correct | CLERK | Unit | `correct::issue` |
//! | GET | /w/c/{no}/refuse | CLERK | Unit | `refuse::page` |
//! | POST | /w/c/{no}/refuse | CLERK | Unit | `refuse::issue` |
//! | GET | /w/c/{no}/files/{hash} | CLERK | Unit | `files::paper` |
//! | GET | /w/c/{no}/documents/{kind} | CLERK | Unit | `files::document` |
//! | GET | /a | APPROVER | Unit | `inbox::officer` |
//! | POST | /a/next | APPROVER | Unit | `inbox::next_officer` |
//! | GET | /a/c/{no} | APPROVER | Unit | `officer::page` |
//! | POST | /a/c/{no}/claim | APPROVER | Unit | `officer::claim` |
//! | POST | /a/c/{no}/release | APPROVER | Unit | `officer::release` |
//! | POST | /a/c/{no}/reveal | APPROVER | Unit | `officer::reveal` |
//! | POST | /a/c/{no}/phrase | APPROVER | Unit | `officer::phrase` |
//! | POST | /a/c/{no}/decide | APPROVER | Unit | `officer::decide` |
//! | GET, POST | /w/c/{no}/handover | CLERK | Unit | `handover` |
//! | GET, POST | /a/c/{no}/handover | APPROVER | Unit | `handover` |
//! | GET | /a/c/{no}/special | APPROVER | Unit | `special::page` |
//! | POST | /a/c/{no}/special | APPROVER | Unit | `special::start` |
//! | GET | /a/c/{no}/special/end | APPROVER | Unit | `special::ending` |
//! | POST | /a/c/{no}/special/end | APPROVER | Unit | `special::end` |
//! | GET | /a/c/{no}/extend | APPROVER | Unit | `extend::page` |
//! | POST | /a/c/{no}/extend | APPROVER | Unit | `extend::extend` |
//! | GET | /a/c/{no}/files/{hash} | APPROVER | Unit | `files::paper` |
//! | GET | /a/c/{no}/documents/{kind} | APPROVER | Unit | `files::document` |

pub mod correct;
pub mod extend;
pub mod files;
pub mod handover;
pub mod inbox;
pub mod officer;
pub mod refuse;
pub mod special;
pub mod window;

mod answers;
mod claims;
mod form;
mod notice;
mod queue;
mod say;
mod sheet;
mod turn;

use crate::Casework;
use crate::cases::model::{Case, Grip, Officer, Receipt};
use crate::cases::{rules, view};
use codes::Day;
use codes::calendar::Calendar;
use codes::case_no::CaseNo;
use store::{Done, Error, Idem, Purpose, Result, Tx};
use web::form::FormError;
use web::{Answer, Fault, Frame, Lang, Link, Role, Visitor, see_other};

/// A message on top of a page.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// `ok`, `warn` or `err`.
    pub kind: &'static str,
    /// What it says first.
    pub title: String,
    /// What to do.
    pub text: String,
}

/// What an act was refused with, in the visitor's words.
pub(crate) fn told(visitor: &Visitor, error: &Error) -> Told {
    let (title, text) = web::errors::words(visitor.lang, error);
    Told { kind: if *error == Error::Stale { "warn" } else { "err" }, title, text }
}

/// What was done on the page before (`?done=`), out of a closed list.
fn done(visitor: &Visitor) -> Option<Told> {
    let say = |words: &str| {
        Some(Told { kind: "ok", title: visitor.t(words).to_owned(), text: String::new() })
    };
    match query(visitor, "done").as_str() {
        "accepted" => say("desks-done-accepted"),
        "corrected" => say("desks-done-corrected"),
        "refused" => say("desks-done-refused"),
        "decided" => say("desks-done-decided"),
        "special" => say("desks-done-special"),
        "ended" => say("desks-done-ended"),
        "extended" => say("desks-done-extended"),
        "handed" => say("desks-done-handed"),
        "none" => say("desks-done-none"),
        _ => None,
    }
}

/// A refusal or a page overtaken by somebody else is shown on the page itself; anything else is a
/// fault of its own.
fn for_page(error: Error) -> std::result::Result<Error, Fault> {
    match error {
        Error::Refused(_) | Error::Stale => Ok(error),
        other => Err(other.into()),
    }
}

/// The page again with the status its error has.
fn again(page: &impl askama::Template, error: &Error) -> Answer {
    let mut answer = web::html(page)?;
    *answer.status_mut() = Fault::from(error.clone()).status();
    Ok(answer)
}

/// A missing text leads to its field: the names are those of `cases::rules::said`.
fn at_field(visitor: &Visitor, error: &Error) -> Vec<FormError> {
    let Error::Refused(refusal) = error else { return vec![] };
    let what = refusal.args.iter().find(|(name, _)| *name == "what").map(|(_, v)| v.as_str());
    let (field, words) = match (refusal.code, what) {
        ("case-words", Some("reason")) => ("reason", "desks-need-reason"),
        ("case-words", Some("basis")) => ("basis", "desks-need-basis"),
        ("case-words", Some("go-to")) => ("go-to", "desks-need-go-to"),
        ("case-words", Some("opinion")) => ("opinion", "desks-need-opinion"),
        ("case-words", Some("result")) => ("result", "desks-need-result"),
        _ => return vec![],
    };
    vec![FormError { field: field.into(), text: visitor.t(words).to_owned() }]
}

/// A value of the address's query; empty when it is not there.
fn query(visitor: &Visitor, name: &str) -> String {
    let query = visitor.path.split_once('?').map_or("", |(_, query)| query);
    let pair = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(k, _)| *k == name);
    let text = pair.and_then(|(_, v)| web::form::unescape(v.as_bytes()).ok());
    text.unwrap_or_default().trim().to_owned()
}

/// A day in the words of the page's language.
fn day(f: &Frame, day: Day) -> String {
    match f.lang {
        Lang::Zh => codes::time::zh_day(day),
        Lang::En => codes::time::en_day(day),
    }
}

/// The places of this member of staff.
pub(crate) fn nav(visitor: &Visitor, here: &str) -> Vec<Link> {
    let roles = visitor.staff().map(|s| s.roles.clone()).unwrap_or_default();
    let places = [
        (Role::Clerk, "/w/i", "intake-nav"),
        (Role::Clerk, "/w/waiting", "intake-nav-waiting"),
        (Role::Clerk, "/w", "desks-nav-window"),
        (Role::Approver, "/a", "desks-nav-officer"),
        (Role::LicenceSteward, "/l", "desks-nav-licences"),
    ];
    let mine = places.into_iter().filter(|(role, ..)| roles.contains(role));
    mine.map(|(_, href, words)| Link::new(href, visitor.t(words)).here(href == here)).collect()
}

/// The case of an address, if it is this officer's unit's; to others it does not exist.
async fn case_of(w: &Casework, visitor: &Visitor, no: &str) -> Result<Case> {
    let no = CaseNo::parse(no).map_err(|_| Error::NotFound)?;
    let unit = view::officer(visitor)?.unit;
    let case = w.store.read(move |db| crate::cases::records::by_no(db, no)).await?;
    if rules::concerns(&case, unit) { Ok(case) } else { Err(Error::NotFound) }
}

/// The version a form was made for (its field `version`).
fn grip(version: &str, case: &Case) -> Result<Grip> {
    let version = version.parse().map_err(|_| Error::Stale)?;
    Ok(Grip { id: case.id, version })
}

/// Does one act to a case, once however often the form is sent.
async fn act<F>(
    w: &Casework,
    visitor: &Visitor,
    idem: Result<Idem>,
    grip: Grip,
    change: F,
) -> Result<Receipt>
where
    F: FnOnce(&mut Tx<'_>, &Officer, &Calendar) -> Result<Done<Receipt>> + Send + 'static,
{
    let (officer, calendar) = (view::officer(visitor)?, w.calendar.clone());
    let ctx = visitor.ctx(w, Purpose::Case(grip.id.0));
    let act = move |tx: &mut Tx<'_>| change(tx, &officer, &calendar);
    w.store.write_once(ctx, idem?, act).await
}

/// After an act: back to the case's page, saying what was done.
fn back(desk: &str, case: &Case, done: &str) -> Answer {
    let said = if done.is_empty() { String::new() } else { format!("?done={done}") };
    Ok(see_other(&format!("{desk}/c/{}{said}", case.no)))
}
