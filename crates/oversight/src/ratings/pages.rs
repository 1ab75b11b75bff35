//! Pages of ratings (ux C32).
//!
//! | method | path | who | relation | handler |
//! |---|---|---|---|---|
//! | GET | `/c/{no}/rate` | citizen L1 | own | `own_case` |
//! | GET | `/rate/{token}` | anybody | token | `form` |
//! | POST | `/rate/{token}` | anybody | token | `give` |

use super::model::{self, Invite, Posted, Rated};
use super::{acts, rules};
use crate::Oversight;
use askama::Template;
use axum::extract::{Path, State};
use store::{Cell, Error, FieldError, Purpose, Secret};
use web::form::{FormError, form_errors};
use web::frame::Choice;
use web::{Answer, Frame, Lang, Visitor, see_other};

#[derive(Template)]
#[template(path = "ratings/rate.html")]
struct RatePage {
    f: Frame,
    token: String,
    idem: String,
    item: String,
    no: String,
    rated: Option<Rated>,
    level: String,
    posted: Posted,
    stars: String,
    levels: Vec<Level>,
    errors: Vec<FormError>,
    most: usize,
}

/// The reasons of one level.
struct Level {
    stars: String,
    choices: Vec<Choice>,
}

/// From one's own case to its rating.
pub async fn own_case(
    State(oversight): State<Oversight>,
    visitor: Visitor,
    Path(no): Path<String>,
) -> Answer {
    let account = visitor.citizen()?.account;
    let no: String = no.split_whitespace().collect();
    let token = oversight.store.read(move |db| acts::token_of(db, account, &no)).await?;
    match token {
        Some(token) => Ok(see_other(&format!("/rate/{token}"))),
        None => Err(Error::NotFound.into()),
    }
}

/// The form, or the thanks when it was given.
pub async fn form(
    State(oversight): State<Oversight>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Answer {
    let found = look(&oversight, &token).await?;
    page(&oversight, &visitor, found, Posted::default(), vec![])
}

/// Takes the rating.
pub async fn give(
    State(oversight): State<Oversight>,
    visitor: Visitor,
    Path(token): Path<String>,
    posted: web::Posted,
) -> Answer {
    let rating = Posted {
        stars: posted.get("stars").parse().unwrap_or(0),
        tags: posted.all("tags").into_iter().map(String::from).collect(),
        comment: posted.get("comment").to_owned(),
        anonymous: posted.get("anonymous") == "1",
    };
    if let Err(Error::Refused(refusal)) = rules::check(&rating) {
        let found = look(&oversight, &token).await?;
        return page(&oversight, &visitor, found, rating, refusal.fields);
    }
    let id = oversight.store.fresh_id();
    let comment = (!rating.comment.is_empty()).then(|| {
        let cell = Cell { table: "rating", column: "comment", row: id };
        oversight.vault().seal(cell, &Secret::new(rating.comment.clone()))
    });
    let ctx = visitor.ctx(&oversight, Purpose::Own);
    let (idem, address) = (posted.idem("POST /rate")?, format!("/rate/{token}"));
    let act = move |tx: &mut store::Tx<'_>| acts::rate(tx, &token, &rating, id, comment);
    oversight.store.write_once(ctx, idem, act).await?;
    Ok(see_other(&address))
}

async fn look(oversight: &Oversight, token: &str) -> store::Result<(Invite, Option<Rated>)> {
    let token = token.to_owned();
    oversight.store.read(move |db| acts::look(db, &token)).await
}

fn page(
    oversight: &Oversight,
    visitor: &Visitor,
    (invite, rated): (Invite, Option<Rated>),
    posted: Posted,
    wrong: Vec<FieldError>,
) -> Answer {
    let frame = visitor.frame(oversight, visitor.t("ratings-title"), "my");
    let frame = frame.with_failed(!wrong.is_empty()).without_bar();
    let errors = form_errors(visitor, &wrong);
    let item = match oversight.shelf().get(&invite.slug) {
        Some(found) => found.item.name.clone(),
        None => invite.slug.clone(),
    };
    let page = RatePage {
        f: frame,
        token: invite.token,
        idem: oversight.store.chance().token(),
        item,
        no: codes::case_no::CaseNo::parse(&invite.case_no)
            .map_or(invite.case_no.clone(), |no| no.grouped()),
        level: rated.as_ref().map_or_else(String::new, |r| r.stars.to_string()),
        rated,
        stars: if posted.stars > 0 { posted.stars.to_string() } else { String::new() },
        levels: levels(visitor.lang, &posted),
        posted,
        errors,
        most: rules::MOST_CHARS,
    };
    if page.errors.is_empty() { web::html(&page) } else { web::respond::html_again(&page) }
}

fn levels(lang: Lang, posted: &Posted) -> Vec<Level> {
    (1..=5i64)
        .rev()
        .map(|stars| Level {
            stars: stars.to_string(),
            choices: model::tags()
                .iter()
                .filter(|t| t.stars == stars)
                .map(|t| Choice {
                    value: t.code.into(),
                    label: if lang == Lang::Zh { t.zh.into() } else { t.en.into() },
                    hint: String::new(),
                    on: posted.tags.iter().any(|code| code == t.code),
                })
                .collect(),
        })
        .collect()
}
