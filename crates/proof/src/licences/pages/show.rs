//! C24: 亮证, the licence as it is held out to somebody, with a code that changes every minute.

use super::{Row, name, owned, row, until};
use crate::Proof;
use crate::licences::door::asked;
use crate::licences::model::{FaceField, LicenceStatus};
use crate::licences::{acts, code, sealed};
use askama::Template;
use axum::extract::{Path, State};
use store::{Disclosure, Purpose};
use web::{Answer, Frame, Visitor, html};

/// Values shown at most, so that the code stays on the first screen of a phone.
const MOST_ROWS: usize = 6;
/// Squares of the countdown.
const CELLS: usize = 12;

#[derive(Template)]
#[template(path = "licences/show.html")]
struct Show {
    f: Frame,
    name: String,
    issuer: String,
    state: String,
    bad: bool,
    note: String,
    holder: String,
    rows: Vec<Row>,
    valid: String,
    qr: String,
    code: String,
    cells: [(); CELLS],
    mark: String,
    part: bool,
    sandbox: bool,
    back: String,
    again: String,
    toggle: String,
}

/// Rows of the card without the holder, who stands above them: brief values first, all of them only
/// when asked.
fn shown(fields: &[FaceField], holder: &str, part: bool, visitor: &Visitor) -> Vec<Row> {
    let mut chosen: Vec<&FaceField> =
        fields.iter().filter(|f| f.value != holder && (f.brief || !part)).collect();
    chosen.sort_by_key(|f| !f.brief);
    chosen.into_iter().take(MOST_ROWS).map(|f| row(f, visitor.lang, true)).collect()
}

/// GET /my/licences/{id}/show. Opening it is an event the holder sees; renewing the code is not.
pub async fn page(State(proof): State<Proof>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let licence = owned(&proof, &visitor, &id).await?;
    let app = proof.app();
    let now = app.clock().now();
    let status = licence.status_on(now.day());
    let part = asked(&visitor, "part") == "1";
    if asked(&visitor, "again") != "1" {
        let seen = licence.clone();
        let ctx = visitor.ctx(app, Purpose::Own);
        app.store.write(ctx, move |tx| Ok(acts::shown(tx, &seen)?.with(()))).await?;
    }
    let leave = Disclosure::own();
    let holder = sealed::open_holder(app.vault(), &licence, &leave)?;
    let fields = sealed::open_fields(app.vault(), &licence, &leave)?;
    let who = holder.name.expose().to_owned();
    let bad = status != LicenceStatus::Valid;
    let (text, qr) = if bad {
        (String::new(), String::new())
    } else {
        let text = code::make(app.vault(), &licence, now, app.store.chance().bytes());
        let qr = code::svg(&text, visitor.t("licences-show-code"))?;
        (text, qr)
    };
    let base = format!("/my/licences/{}", licence.id.0);
    let part_query = if part { "&part=1" } else { "" };
    let mut f = visitor.frame(app, visitor.t("licences-show-title"), "licences");
    f.sandbox = licence.sandbox;
    let clock = now.hm();
    html(&Show {
        name: name(&licence.name_zh, &licence.name_en, visitor.lang),
        issuer: licence.issuer.name.clone(),
        state: f.tk("licences-status-", status.label()),
        bad,
        note: if bad { f.tk("licences-status-note-", status.label()) } else { String::new() },
        rows: shown(&fields, &who, part, &visitor),
        mark: f.ta2("licences-show-mark", "time", &clock, "name", &who),
        holder: who,
        valid: until(licence.valid_to, &visitor),
        qr,
        code: text,
        cells: [(); CELLS],
        part,
        sandbox: licence.sandbox,
        again: format!("{base}/show?again=1{part_query}"),
        toggle: format!("{base}/show?again=1{}", if part { "" } else { "&part=1" }),
        back: base,
        f,
    })
}
