//! C24: 亮证, the licence as it is held out to somebody: what the holder chose, and a code that changes
//! every minute and carries nothing but a token.

use super::{name, owned};
use crate::Proof;
use crate::licences::asked::{asked, asked_all};
use crate::licences::choice::{self, Showable};
use crate::licences::code::{self, ID};
use crate::licences::model::{Licence, LicenceStatus};
use crate::licences::records::{self, Offer};
use crate::licences::{acts, sealed};
use askama::Template;
use axum::extract::{Path, State};
use store::{Disclosure, Purpose, Result, Upkeep};
use web::frame::Choice;
use web::{Answer, Frame, Visitor, html};

/// Squares of the countdown.
const CELLS: usize = 12;

struct Line {
    label: String,
    value: String,
}

#[derive(Template)]
#[template(path = "licences/show.html")]
struct Show {
    f: Frame,
    name: String,
    issuer: String,
    state: String,
    bad: bool,
    note: String,
    rows: Vec<Line>,
    qr: String,
    code: String,
    cells: [(); CELLS],
    mark: String,
    sandbox: bool,
    back: String,
    show: String,
    again: String,
    choices: Vec<Choice>,
    choosing: bool,
    none_chosen: String,
}

/// What is shown: the brief set, or what the address says when the form was sent.
struct Asked {
    all: Vec<Showable>,
    keys: Vec<String>,
    /// The form was sent with nothing chosen.
    nothing: bool,
}

fn choose(all: Vec<Showable>, visitor: &Visitor) -> Asked {
    let sent = asked(visitor, "chosen") == "1";
    let mut keys = if sent { asked_all(visitor, "f") } else { choice::brief(&all) };
    keys.retain(|key| all.iter().any(|s| s.key == *key));
    keys.dedup();
    let nothing = keys.is_empty();
    Asked { all, keys, nothing }
}

/// A fresh code for this licence and choice, kept before it is shown.
async fn offer(proof: &Proof, licence: &Licence, person: i64, keys: &[String]) -> Result<String> {
    let app = proof.app();
    let (id, at) = (app.store.chance().bytes::<ID>(), app.clock().now());
    let offer = Offer { licence: licence.id, person, chosen: keys.to_vec() };
    let keep = move |db: &mut store::Db<'_>| records::offer(db, &id, &offer, at);
    app.store.upkeep(Upkeep::Limit, keep).await?;
    Ok(code::make(app.vault(), &id, at))
}

fn choices(asked: &Asked, visitor: &Visitor) -> Vec<Choice> {
    let one = |s: &Showable| Choice {
        on: asked.keys.contains(&s.key),
        hint: if s.statement {
            visitor.t("licences-choose-statement").into()
        } else {
            String::new()
        },
        ..Choice::new(&s.key, s.label(visitor.lang).to_owned(), "")
    };
    asked.all.iter().map(one).collect()
}

/// GET /my/licences/{id}/show. Opening it and choosing are events the holder sees; renewing the code is not.
pub async fn page(State(proof): State<Proof>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let licence = owned(&proof, &visitor, &id).await?;
    let (app, person) = (proof.app(), visitor.person()?);
    let now = app.clock().now();
    let status = licence.status_on(now.day());
    let fields = sealed::open_fields(app.vault(), &licence, &Disclosure::own())?;
    let asked_for = choose(choice::showable(&licence, &fields, now.day()), &visitor);
    let bad = status != LicenceStatus::Valid;
    let silent = bad || asked_for.nothing;
    let chosen = choice::chosen(asked_for.all.clone(), &asked_for.keys);
    if !silent && asked(&visitor, "again") != "1" {
        let (seen, shown) = (licence.clone(), chosen.clone());
        let ctx = visitor.ctx(app, Purpose::Own);
        let act =
            move |tx: &mut store::Tx<'_>| Ok(acts::shown(tx, &seen, person, &shown)?.with(()));
        app.store.write(ctx, act).await?;
    }
    let (text, qr) = if silent {
        (String::new(), String::new())
    } else {
        let text = offer(&proof, &licence, person, &asked_for.keys).await?;
        let qr = code::svg(&text, visitor.t("licences-show-code"))?;
        (text, qr)
    };
    let back = format!("/my/licences/{}", licence.id.0);
    let query: String = asked_for.keys.iter().map(|key| format!("&f={key}")).collect();
    let mut f = visitor.frame(app, visitor.t("licences-show-title"), "licences");
    f.sandbox = licence.sandbox;
    let line = |s: &Showable| Line {
        label: s.label(visitor.lang).to_owned(),
        value: s.value(visitor.lang),
    };
    html(&Show {
        name: name(&licence.name_zh, &licence.name_en, visitor.lang),
        issuer: licence.issuer.name.clone(),
        state: f.tk("licences-status-", status.label()),
        bad,
        note: if bad { f.tk("licences-status-note-", status.label()) } else { String::new() },
        rows: chosen.iter().map(line).collect(),
        qr,
        code: text,
        cells: [(); CELLS],
        mark: f.ta("licences-show-mark", "time", now.ymd_hm()),
        sandbox: licence.sandbox,
        show: format!("{back}/show"),
        again: format!("{back}/show?again=1&chosen=1{query}"),
        back,
        choices: choices(&asked_for, &visitor),
        choosing: asked_for.nothing || asked(&visitor, "choose") == "1",
        none_chosen: if asked_for.nothing {
            f.t("licences-choose-none").into()
        } else {
            String::new()
        },
        f,
    })
}
