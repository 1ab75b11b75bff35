//! One type: its face as a sample, what it says, what keeps it from being published, its versions, and the
//! steps from draft to use. A type of a service pack is looked at only.

use super::{hand, of_pack, said, seen, staff_name};
use crate::Proof;
use crate::licences::asked::asked;
use crate::licences::pages::desk_frame;
use crate::types::model::{Body, Field, KindState, LicenceKind, Validity, Version};
use crate::types::{acts, records, rules, sample};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use guide::packs::licence::LicenceFace;
use people::identity::UnitId;
use store::{Done, Error, Purpose, Result, Tx};
use web::{Answer, Frame, Posted, Visitor, html, see_other};

struct Row {
    label: String,
    value: String,
}

struct FieldLine {
    label: String,
    tag: String,
    kind: String,
    most: String,
    is: String,
}

struct Wrong {
    text: String,
    href: String,
}

struct VersionLine {
    href: String,
    name: String,
    state: String,
    tone: &'static str,
    who: String,
    when: String,
    made: String,
    here: bool,
}

/// The steps open to whoever looks.
#[derive(Default)]
struct Ways {
    edit: bool,
    offer: bool,
    publish: bool,
    /// It waits, but not for this steward.
    second: bool,
    hand_back: bool,
    discard: bool,
    renew: bool,
    issue: bool,
}

#[derive(Template)]
#[template(path = "types/one.html")]
struct One {
    f: Frame,
    code: String,
    name: String,
    state: String,
    tone: &'static str,
    version: String,
    sample: String,
    rows: Vec<Row>,
    fields: Vec<FieldLine>,
    wrong: Vec<Wrong>,
    checked: bool,
    note: String,
    versions: Vec<VersionLine>,
    ways: Ways,
    told: String,
    problem: String,
    back_note: String,
    note_error: String,
    lock: i64,
    idem: String,
}

/// What was refused, and what had been typed.
#[derive(Default)]
struct Again {
    problem: String,
    note: String,
    note_error: String,
}

/// GET /l/types/{code}; `v` names a version.
pub async fn page(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Answer {
    if let Some((item, face)) = of_pack(&proof, &code) {
        return html(&pack_page(&proof, &visitor, &item, &face));
    }
    html(&whole(&proof, &visitor, &code, Again::default()).await?)
}

async fn whole(proof: &Proof, visitor: &Visitor, code: &str, again: Again) -> Result<One> {
    let (kind, versions) = seen(proof, visitor, code).await?;
    let wanted: i64 = asked(visitor, "v").parse().unwrap_or(0);
    let unit = proof.people().unit(UnitId(visitor.staff()?.unit)).await?;
    let own = kind.unit == unit.id.0;
    let shown = versions.iter().find(|v| v.version == wanted);
    let shown = shown.or(versions.first()).ok_or(Error::NotFound)?;
    let issues = own || shown.body.issuers.contains(&unit.uscc);
    let name = said(&shown.body.name, visitor.lang);
    let f = desk_frame(proof, visitor, &name, "/l/types");
    let faults = rules::faults(&kind.code, &shown.body);
    let wrong = faults.iter().map(|fault| Wrong {
        text: f.ta(&format!("types-fault-{}", fault.code), "what", &fault.what),
        href: format!("/l/types/{code}/edit#{}", fault.at),
    });
    let told = asked(visitor, "done");
    let known = ["saved", "offered", "published", "returned", "renewed"].contains(&&*told);
    Ok(One {
        wrong: if shown.state.open() { wrong.collect() } else { Vec::new() },
        checked: shown.state.open(),
        sample: format!("/l/types/{code}/sample.svg?v={}&h={}", shown.version, &shown.hash[..8]),
        rows: rows(&shown.body, own, &f),
        fields: shown.body.fields.iter().map(|field| field_line(field, &f)).collect(),
        versions: lines(proof, &kind, &versions, (shown.id, own), &f).await?,
        ways: ways(visitor, shown, &versions, faults.is_empty(), (own, issues))?,
        told: if known { f.tk("types-done-", &told) } else { String::new() },
        problem: again.problem,
        back_note: again.note,
        note_error: again.note_error,
        state: f.tk("types-state-", shown.state.label()),
        tone: shown.state.tone(),
        version: f.ta("types-version", "n", shown.version),
        note: if shown.state == KindState::Draft { shown.note.clone() } else { String::new() },
        lock: shown.lock,
        idem: proof.app().store.chance().token(),
        code: kind.code,
        name,
        f,
    })
}

fn ways(
    visitor: &Visitor,
    shown: &Version,
    versions: &[Version],
    sound: bool,
    (own, issues): (bool, bool),
) -> Result<Ways> {
    let staff = visitor.staff()?;
    let wrote = shown.editors.contains(&staff.id) || shown.decided_by == Some(staff.id);
    let offered = own && shown.state == KindState::Offered;
    let draft = own && shown.state == KindState::Draft;
    Ok(Ways {
        edit: draft,
        offer: draft && sound,
        discard: draft,
        publish: offered && !wrote,
        second: offered && wrote,
        hand_back: offered,
        renew: own && !versions.iter().any(|v| v.state.open()),
        issue: shown.state == KindState::Published && issues,
    })
}

fn rows(body: &Body, own: bool, f: &Frame) -> Vec<Row> {
    let pair = |key: &str, value: String| Row { label: f.t(key).to_owned(), value };
    let validity = match &body.validity {
        Validity::Long => f.t("types-validity-long").to_owned(),
        Validity::Months { months } => f.ta("types-valid-months", "n", months),
        Validity::Until { field } => {
            let label = body.field(field).map_or(field.clone(), |d| said(&d.label, f.lang));
            f.ta("types-valid-until", "field", label)
        }
    };
    let yes = |is: bool| f.t(if is { "licences-yes" } else { "licences-no" }).to_owned();
    let steps: Vec<String> = body.steps.iter().map(|s| f.tk("types-step-", s)).collect();
    let mut out = vec![
        pair("types-holder", f.tk("types-holder-", body.holder.code())),
        pair("types-validity", validity),
        pair("types-layout", f.tk("types-layout-", body.layout.label())),
        pair("types-single", yes(body.single)),
        pair("types-yearly", yes(body.yearly)),
        pair(
            "types-steps",
            if steps.is_empty() { f.t("types-none-of").to_owned() } else { steps.join("；") },
        ),
    ];
    if !body.prefix.is_empty() {
        out.push(pair("types-prefix", body.prefix.clone()));
    }
    if own && !body.issuers.is_empty() {
        out.push(pair("types-issuers", body.issuers.join("；")));
    }
    out
}

fn field_line(field: &Field, f: &Frame) -> FieldLine {
    let marks = [
        (field.required, "types-field-required"),
        (field.brief, "types-field-brief"),
        (field.sensitive, "types-field-sensitive"),
    ];
    let is: Vec<&str> = marks.into_iter().filter(|(on, _)| *on).map(|(_, key)| f.t(key)).collect();
    FieldLine {
        label: said(&field.label, f.lang),
        tag: format!("KZ_{}", field.key),
        kind: f.tk("types-kind-", field.kind.label()),
        most: field.most.to_string(),
        is: is.join("；"),
    }
}

async fn lines(
    proof: &Proof,
    kind: &LicenceKind,
    versions: &[Version],
    (here, own): (i64, bool),
    f: &Frame,
) -> Result<Vec<VersionLine>> {
    let ids: Vec<i64> = versions.iter().map(|v| v.id).collect();
    let read = move |db: &mut store::Db<'_>| {
        ids.into_iter().map(|id| records::made_under(db, id)).collect::<Result<Vec<i64>>>()
    };
    let made = proof.app().store.read(read).await?;
    let mut out = Vec::new();
    for (version, made) in versions.iter().zip(made) {
        let by = version.decided_by.filter(|_| version.state != KindState::Offered);
        let (by, at) =
            (by.unwrap_or(version.edited_by), version.decided_at.unwrap_or(version.edited_at));
        out.push(VersionLine {
            href: format!("/l/types/{}?v={}", kind.code, version.version),
            name: f.ta("types-version", "n", version.version),
            state: f.tk("types-state-", version.state.label()),
            tone: version.state.tone(),
            who: if own { staff_name(proof, by).await? } else { String::new() },
            when: at.ymd_hm(),
            made: made.to_string(),
            here: version.id == here,
        });
    }
    Ok(out)
}

fn pack_page(proof: &Proof, visitor: &Visitor, item: &str, face: &LicenceFace) -> One {
    let name = said(&face.name, visitor.lang);
    let f = desk_frame(proof, visitor, &name, "/l/types");
    let pair = |key: &str, value: String| Row { label: f.t(key).to_owned(), value };
    let person = matches!(face.holder, guide::packs::licence::Holder::Person);
    let fields = face.field.iter().map(|field| FieldLine {
        label: said(&field.label, f.lang),
        tag: format!("KZ_{}", field.key),
        kind: f.t("types-kind-pack").to_owned(),
        most: String::new(),
        is: f
            .t(if field.sensitive { "types-field-sensitive" } else { "types-field-shown" })
            .to_owned(),
    });
    One {
        fields: fields.collect(),
        rows: vec![
            pair("types-col-item", item.to_owned()),
            pair("types-holder", f.tk("types-holder-", if person { "111" } else { "001" })),
            pair("types-validity", said(&face.validity, f.lang)),
        ],
        sample: format!("/l/types/{}/sample.svg", face.type_code),
        state: f.t("types-of-pack").to_owned(),
        tone: "line",
        version: String::new(),
        wrong: Vec::new(),
        checked: false,
        note: String::new(),
        versions: Vec::new(),
        ways: Ways::default(),
        told: String::new(),
        problem: String::new(),
        back_note: String::new(),
        note_error: String::new(),
        lock: 0,
        idem: String::new(),
        code: face.type_code.clone(),
        name,
        f,
    }
}

/// What the buttons of the page do.
type Step = fn(&mut Tx<'_>, acts::Hand, &str, i64, &str) -> Result<Done<()>>;

fn step_of(word: &str) -> Result<(Step, &'static str)> {
    Ok(match word {
        "offer" => (|tx, hand, code, lock, _| acts::offer(tx, hand, code, lock), "offered"),
        "publish" => (|tx, hand, code, lock, _| acts::publish(tx, hand, code, lock), "published"),
        "return" => (acts::hand_back, "returned"),
        "renew" => (|tx, hand, code, _, _| Ok(acts::renew(tx, hand, code)?.map(drop)), "renewed"),
        "discard" => {
            (|tx, hand, code, lock, _| Ok(acts::discard(tx, hand, code, lock)?.map(drop)), "")
        }
        _ => return Err(Error::NotFound),
    })
}

/// POST /l/types/{code}: one step; `_go` says which.
pub async fn act(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(code): Path<String>,
    posted: Posted,
) -> Answer {
    let (step, done) = step_of(posted.get("_go"))?;
    let (hand, lock) = (hand(&visitor)?, posted.get("_lock").parse().unwrap_or(0));
    let (wanted, note) = (code.clone(), posted.get("note").to_owned());
    let idem = posted.idem("POST /l/types/{code}")?;
    let ctx = visitor.ctx(proof.app(), Purpose::None);
    let act = move |tx: &mut Tx<'_>| step(tx, hand, &wanted, lock, &note);
    match proof.app().store.write_once(ctx, idem, act).await {
        Ok(()) if done.is_empty() => Ok(see_other("/l/types")),
        Ok(()) => Ok(see_other(&format!("/l/types/{code}?done={done}"))),
        Err(e @ (Error::Refused(_) | Error::Stale)) => {
            let (what, next) = web::errors::words(visitor.lang, &e);
            let text = format!("{what} {next}");
            let note = posted.get("note").to_owned();
            let again = match e.code() {
                "type-note" => Again { note, note_error: text, ..Again::default() },
                _ => Again { note, problem: text, ..Again::default() },
            };
            web::respond::html_again(&whole(&proof, &visitor, &code, again).await?)
        }
        Err(other) => Err(other.into()),
    }
}

/// GET /l/types/{code}/sample.svg: the face with invented values, drawn now.
pub async fn sample(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(code): Path<String>,
    asking: HeaderMap,
) -> Answer {
    let (fonts, today) = (proof.seals().fonts(), proof.app().clock().now().day());
    let pack = of_pack(&proof, &code);
    let drawn = if let Some((_, face)) = pack {
        tokio::task::spawn_blocking(move || sample::of_face(fonts, &face, today)).await
    } else {
        let (kind, versions) = seen(&proof, &visitor, &code).await?;
        let wanted: i64 = asked(&visitor, "v").parse().unwrap_or(0);
        let found = versions.iter().find(|v| v.version == wanted).or(versions.first());
        let body = found.ok_or(Error::NotFound)?.body.clone();
        tokio::task::spawn_blocking(move || sample::of_body(fonts, &kind.code, &body, today)).await
    };
    let svg = drawn.map_err(Error::internal)??;
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml; charset=utf-8"),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::VARY, "accept-encoding"),
    ];
    if web::respond::accepts_gzip(&asking) {
        let packed = web::cache::gzip(svg.as_bytes(), 6);
        return Ok((headers, [(header::CONTENT_ENCODING, "gzip")], packed).into_response());
    }
    Ok((headers, svg).into_response())
}
