//! Acts of ratings: inviting, rating. One transaction each; rating is once and for all.

use super::model::{Invite, Posted, Rated};
use super::{records, rules};
use people::identity::AccountId;
use people::notices::{Notice, notify};
use serde_json::json;
use store::{Done, Error, Event, Kind, Result, Stream, Tx};

/// Invites the applicant of a finished case; a case is invited for once, whoever asks again.
pub fn invite(tx: &mut Tx<'_>, invite: &Invite) -> Result<Done<bool>> {
    let at = tx.ctx().at;
    let fresh = records::add_invite(tx, invite, at)?;
    if fresh {
        notify(
            tx,
            Notice {
                account: AccountId(invite.account),
                template: "rating-invite",
                args: vec![("no", invite.case_no.clone())],
                link: format!("/rate/{}", invite.token),
            },
        )?;
    }
    let event = Event::new(Kind::RatingInvited, Stream::of("rating", invite.case_id))
        .with(json!({ "fresh": fresh }));
    Ok(tx.record(event)?.with(fresh))
}

/// Gives a rating under an invitation. `id` and the sealed comment come ready.
pub fn rate(
    tx: &mut Tx<'_>,
    token: &str,
    posted: &Posted,
    id: i64,
    comment: Option<Vec<u8>>,
) -> Result<Done<i64>> {
    rules::check(posted)?;
    let invite = records::by_token(tx, token)?.ok_or(Error::NotFound)?;
    if records::of_case(tx, invite.case_id)?.is_some() {
        return Err(Error::refused("rating-given-already"));
    }
    let at = tx.ctx().at;
    records::add(tx, id, &invite, posted, comment, at)?;
    let data = json!({ "stars": posted.stars, "tags": posted.tags, "case": invite.case_no });
    let event = Event::new(Kind::RatingGiven, Stream::of("rating", invite.case_id))
        .about(invite.person)
        .with(data);
    Ok(tx.record(event)?.with(posted.stars))
}

/// What the rating page needs: the invitation, and the rating when it was given.
pub fn look(db: &mut store::Db<'_>, token: &str) -> Result<(Invite, Option<Rated>)> {
    let invite = records::by_token(db, token)?.ok_or(Error::NotFound)?;
    let rated = records::of_case(db, invite.case_id)?;
    Ok((invite, rated))
}

/// The secret address for one's own case, once it is finished.
pub fn token_of(db: &mut store::Db<'_>, account: i64, no: &str) -> Result<Option<String>> {
    Ok(records::by_case_no(db, account, no)?.map(|i| i.token))
}
