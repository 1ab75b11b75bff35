//! The form of a connected system's terms: registering one, and agreeing new terms.

use super::systems::{fresh_secret, shown_once};
use super::{Wrong, all_units, own_system, unit_name};
use crate::Proof;
use crate::exchange::model::{Operation, Scope, SystemStatus, Terms};
use crate::exchange::{System, SystemId, acts, meaning, records, rules};
use crate::licences::pages::steward::desk_frame;
use askama::Template;
use axum::extract::{Path, State};
use codes::time::{Day, Stamp};
use store::{Error, Purpose, Result};
use web::form::FormError;
use web::frame::Choice;
use web::respond::html_again;
use web::{Answer, Frame, Lang, Posted, Visitor, html, see_other};

/// Questions in a minute that a form begins with.
const MINUTE: i64 = 60;
/// Questions on a day.
const DAY: i64 = 2_000;
/// Days of a term.
const TERM: i64 = 365;

/// What the form holds.
#[derive(Default)]
struct Typed {
    name: String,
    contact: String,
    consumer: String,
    operations: Vec<String>,
    items: String,
    minute: String,
    day: String,
    last: String,
    /// Type, keys chosen, basis.
    scopes: Vec<(String, Vec<String>, String)>,
}

impl Typed {
    fn of(terms: &Terms) -> Typed {
        Typed {
            name: terms.name.clone(),
            contact: terms.contact.clone(),
            consumer: terms.consumer.to_string(),
            operations: terms.operations.iter().map(|o| o.label().to_owned()).collect(),
            items: terms.items.join("\n"),
            minute: terms.per_minute.to_string(),
            day: terms.per_day.to_string(),
            last: terms.last.to_string(),
            scopes: terms
                .scopes
                .iter()
                .map(|s| (s.type_code.clone(), s.fields.clone(), s.basis.clone()))
                .collect(),
        }
    }

    fn posted(posted: &Posted) -> Typed {
        let text = |name: &str| posted.get(name).to_owned();
        let list = |name: &str| posted.all(name).into_iter().map(String::from).collect();
        let all = meaning::all().unwrap_or_default();
        let scopes = all.iter().map(|kind| {
            let (fields, basis) = (format!("f-{}", kind.code), format!("b-{}", kind.code));
            (kind.code.clone(), list(&fields), text(&basis))
        });
        Typed {
            name: text("name"),
            contact: text("contact"),
            consumer: text("consumer"),
            operations: list("operations"),
            items: text("items"),
            minute: text("minute"),
            day: text("day"),
            last: text("last"),
            scopes: scopes
                .filter(|(_, keys, basis)| !keys.is_empty() || !basis.is_empty())
                .collect(),
        }
    }

    /// As terms; what does not read becomes what the rules refuse.
    fn terms(&self, kinds: &[&'static meaning::TypeMeaning]) -> Terms {
        let items = self.items.split(['\n', ',', '，', '、', ' ']).map(str::trim);
        let opened = self.scopes.iter().filter(|(code, keys, _)| {
            !keys.is_empty() && kinds.iter().any(|kind| kind.code == *code)
        });
        Terms {
            name: self.name.clone(),
            consumer: self.consumer.parse().unwrap_or(0),
            contact: self.contact.clone(),
            operations: self.operations.iter().filter_map(|o| Operation::parse(o)).collect(),
            items: items.filter(|item| !item.is_empty()).map(String::from).collect(),
            per_minute: self.minute.parse().unwrap_or(0),
            per_day: self.day.parse().unwrap_or(0),
            last: self.last.parse::<Day>().unwrap_or(Stamp::from_micros(0).day()),
            scopes: opened
                .map(|(code, keys, basis)| Scope {
                    type_code: code.clone(),
                    fields: keys.clone(),
                    basis: basis.clone(),
                })
                .collect(),
        }
    }
}

/// One type that can be opened.
struct Kind {
    name: String,
    fields: String,
    basis: String,
    typed: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "exchange/system_form.html")]
struct Page {
    f: Frame,
    called: String,
    contact: String,
    items: String,
    minute: String,
    day: String,
    last: String,
    consumers: Vec<Choice>,
    operations: Vec<Choice>,
    kinds: Vec<Kind>,
    wrong: Wrong,
    errors: Vec<FormError>,
    stale: bool,
    fresh: bool,
    action: String,
    back: String,
    lock: i64,
    idem: String,
}

impl Page {
    fn error(&self, field: &str) -> String {
        self.wrong.at(field)
    }
}

/// Types the steward's unit issues and whose fields are known.
async fn kinds(proof: &Proof, visitor: &Visitor) -> Result<Vec<&'static meaning::TypeMeaning>> {
    let unit = visitor.staff()?.unit;
    let all = meaning::all()?;
    let read = move |db: &mut store::Db<'_>| {
        let mut own = Vec::new();
        for kind in all {
            if records::issues(db, unit, &kind.code)? {
                own.push(kind);
            }
        }
        Ok(own)
    };
    proof.app().store.read(read).await
}

fn kind(kind: &meaning::TypeMeaning, typed: &Typed, visitor: &Visitor) -> Kind {
    let en = visitor.lang == Lang::En;
    let own = typed.scopes.iter().find(|(code, _, _)| *code == kind.code);
    let hint = |f: &meaning::Meaning| match (f.sensitive, f.statement) {
        (true, _) => visitor.t("exchange-field-sensitive").to_owned(),
        (_, true) => visitor.t("licences-choose-statement").to_owned(),
        _ => String::new(),
    };
    let choice = |f: &meaning::Meaning| Choice {
        value: f.key.clone(),
        label: if en { f.name_en.clone() } else { f.name.clone() },
        hint: hint(f),
        on: own.is_some_and(|(_, keys, _)| keys.contains(&f.key)),
    };
    Kind {
        name: if en { kind.en.clone() } else { kind.zh.clone() },
        fields: format!("f-{}", kind.code),
        basis: format!("b-{}", kind.code),
        typed: own.map(|(_, _, basis)| basis.clone()).unwrap_or_default(),
        choices: kind.fields.iter().map(choice).collect(),
    }
}

/// Which form it is: of a new system, or of one with its lock.
struct Which<'a> {
    system: Option<&'a System>,
    stale: bool,
}

async fn page(
    proof: &Proof,
    visitor: &Visitor,
    which: Which<'_>,
    typed: Typed,
    wrong: Wrong,
) -> Result<Page> {
    let title = match which.system {
        Some(_) => visitor.t("exchange-change-title"),
        None => visitor.t("exchange-new-title"),
    };
    let f = desk_frame(proof, visitor, title, "/l/systems").with_failed(!wrong.0.is_empty());
    let units = all_units(proof).await?;
    let own = visitor.staff()?.unit;
    let consumers = units.keys().filter(|id| **id != own).map(|id| {
        Choice::new(id.to_string(), unit_name(&units, *id, visitor.lang), &typed.consumer)
    });
    let operation = |o: &Operation| Choice {
        on: typed.operations.iter().any(|label| label == o.label()),
        ..Choice::new(o.label(), f.tk("exchange-operation-", o.label()), "")
    };
    let offered = kinds(proof, visitor).await?;
    let back = which.system.map_or("/l/systems".into(), |s| format!("/l/systems/{}", s.id.0));
    Ok(Page {
        consumers: consumers.collect(),
        operations: Operation::ALL.iter().map(operation).collect(),
        kinds: offered.iter().map(|k| kind(k, &typed, visitor)).collect(),
        errors: wrong.0.clone(),
        wrong,
        stale: which.stale,
        fresh: which.system.is_none(),
        action: which.system.map_or("/l/systems/new".into(), |_| format!("{back}/change")),
        back,
        lock: which.system.map_or(0, |s| s.lock),
        idem: proof.app().store.chance().token(),
        called: typed.name,
        contact: typed.contact,
        items: typed.items,
        minute: typed.minute,
        day: typed.day,
        last: typed.last,
        f,
    })
}

/// GET /l/systems/new
pub async fn fresh(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let last = proof.app().clock().now().plus_days(TERM).day();
    let typed = Typed {
        minute: MINUTE.to_string(),
        day: DAY.to_string(),
        last: last.to_string(),
        ..Typed::default()
    };
    let which = Which { system: None, stale: false };
    html(&page(&proof, &visitor, which, typed, Wrong::default()).await?)
}

/// POST /l/systems/new
pub async fn register(State(proof): State<Proof>, visitor: Visitor, posted: Posted) -> Answer {
    let typed = Typed::posted(&posted);
    let offered = kinds(&proof, &visitor).await?;
    let app = proof.app();
    let (text, secret) = fresh_secret(&proof);
    let system = System {
        id: SystemId(app.store.fresh_id()),
        access_id: format!("TB{}", app.store.chance().digits(10)),
        provider: visitor.staff()?.unit,
        terms: typed.terms(&offered),
        status: SystemStatus::Active,
        reason: String::new(),
        lock: 1,
        registered_at: app.clock().now(),
    };
    let ctx = visitor.ctx(app, Purpose::None);
    let idem = posted.idem("POST /l/systems/new")?;
    let (new, fresh) = (system.clone(), secret.id);
    let known = known_unit(&proof, system.terms.consumer).await?;
    let act = move |tx: &mut store::Tx<'_>| {
        if !known {
            return Err(rules::no_unit());
        }
        acts::register(tx, &new, &secret)
    };
    match app.store.write_once(ctx, idem, act).await {
        Ok((_, kept)) if kept == fresh => shown_once(&proof, &visitor, &system, text, false),
        // Pressed twice: the system is there, and its secret was shown then.
        Ok((id, _)) => Ok(see_other(&format!("/l/systems/{id}"))),
        Err(error) => {
            let wrong = Wrong::of(&visitor, error)?;
            let which = Which { system: None, stale: false };
            html_again(&page(&proof, &visitor, which, typed, wrong).await?)
        }
    }
}

/// Whether a unit was chosen that there is; none chosen is for the rules to tell.
async fn known_unit(proof: &Proof, id: i64) -> Result<bool> {
    Ok(id == 0 || all_units(proof).await?.contains_key(&id))
}

/// GET /l/systems/{id}/change
pub async fn terms(State(proof): State<Proof>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let system = own_system(&proof, &visitor, &id).await?;
    let (typed, which) = (Typed::of(&system.terms), Which { system: Some(&system), stale: false });
    html(&page(&proof, &visitor, which, typed, Wrong::default()).await?)
}

/// POST /l/systems/{id}/change
pub async fn change(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let system = own_system(&proof, &visitor, &id).await?;
    let typed = Typed::posted(&posted);
    let offered = kinds(&proof, &visitor).await?;
    let terms = typed.terms(&offered);
    let (row, unit) = (system.id, visitor.staff()?.unit);
    let lock = posted.get("_lock").parse().unwrap_or(0);
    let ctx = visitor.ctx(proof.app(), Purpose::None);
    let idem = posted.idem("POST /l/systems/{id}/change")?;
    let known = known_unit(&proof, terms.consumer).await?;
    let act = move |tx: &mut store::Tx<'_>| {
        if !known {
            return Err(rules::no_unit());
        }
        acts::change(tx, row, unit, lock, &terms)
    };
    let (wrong, stale) = match proof.app().store.write_once(ctx, idem, act).await {
        Ok(id) => return Ok(see_other(&format!("/l/systems/{id}?done=1"))),
        Err(Error::Stale) => (Wrong::default(), true),
        Err(error) => (Wrong::of(&visitor, error)?, false),
    };
    // As it is now, with what was typed.
    let system = own_system(&proof, &visitor, &id).await?;
    let which = Which { system: Some(&system), stale };
    html_again(&page(&proof, &visitor, which, typed, wrong).await?)
}
