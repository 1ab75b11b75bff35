//! Pure decisions about a draft: who may apply, what two devices both changed, what still hinders.

use super::model::{Body, Clash, FRESH_DAYS, Hindrance, Opened};
use codes::time::Stamp;
use guide::packs::{
    self, Applicant, Audience, Changes, DeliveryWay, FieldValue, Judgement, MaterialNeed, Pack,
    RuleKind, Source, Verdict, Way,
};
use guide::spared::Paper as Spared;
use store::{Error, FieldError, Result};

/// Who an enterprise of the register is among the audiences of items.
pub fn audience(kind: &str) -> Audience {
    match kind {
        "个体工商户" => Audience::SoleTrader,
        k if k.contains("合伙") || k.contains("个人独资") => Audience::Partnership,
        _ => Audience::Company,
    }
}

/// Whether the item is for this kind of applicant.
///
/// # Errors
/// `draft-for-enterprises`, `draft-for-persons`: choose for whom you act first.
pub fn may_apply(pack: &Pack, kind: Audience) -> Result<()> {
    if pack.item.audience.contains(&kind) {
        return Ok(());
    }
    let person = kind == Audience::Person;
    Err(Error::refused(if person { "draft-for-enterprises" } else { "draft-for-persons" }))
}

/// Whether the item lets somebody else hand in for the applicant, and asks him for a private person's
/// power of attorney. `lang` is that of the reason given.
///
/// # Errors
/// `draft-no-agents` with the item's reason; `draft-no-mandate`.
pub fn may_send(pack: &Pack, applicant: &Applicant, lang: &str) -> Result<()> {
    let agents = &pack.item.agents;
    match applicant {
        Applicant { agent: false, .. } => Ok(()),
        _ if !agents.allowed => {
            Err(Error::refused_with("draft-no-agents", "why", agents.why.get(lang)))
        }
        Applicant { kind: Audience::Person, .. } if !pack.asks_agents() => {
            Err(Error::refused("draft-no-mandate"))
        }
        _ => Ok(()),
    }
}

/// The answers both this device and another one changed since version `seen`, with both values.
pub fn clashes(body: &Body, changes: &Changes, seen: i64) -> Vec<Clash> {
    let changed = |key: &String| body.touched.get(key).is_some_and(|at| *at > seen);
    changes
        .0
        .iter()
        .filter(|(key, yours)| changed(key) && body.values.get(key) != *yours)
        .map(|(key, yours)| Clash {
            key: key.clone(),
            theirs: body.values.get(key).clone(),
            yours: yours.clone(),
        })
        .collect()
}

/// Takes answers over and notes which changed; says whether any did.
pub fn take_over(
    body: &mut Body,
    changes: &Changes,
    source: Source,
    by: Option<&str>,
    version: i64,
) -> bool {
    let before = body.values.clone();
    body.values.change(changes, source, by);
    let changed: Vec<String> = (body.values.0.iter())
        .filter(|(key, value)| before.0.get(*key) != Some(*value))
        .map(|(key, _)| key.clone())
        .collect();
    for key in &changed {
        body.touched.insert(key.clone(), version);
    }
    !changed.is_empty()
}

/// The shown answers out of an earlier case that are older than half a year and that the applicant has
/// neither changed nor found right again.
pub fn stale(body: &Body, judgement: &Judgement<'_>, at: Stamp) -> Vec<String> {
    let before = at.plus_days(-FRESH_DAYS);
    let old =
        |v: &FieldValue| v.source == Source::Reuse && v.fetched_at.is_some_and(|t| t < before);
    let open = |key: &&String| judgement.shows(key) && !body.confirmed.contains(*key);
    let all = body.values.0.iter().filter(|(_, v)| old(v));
    all.map(|(key, _)| key).filter(open).cloned().collect()
}

/// Everything that still hinders handing in: answers, materials, the wrong item. The judgement is that
/// of the draft as it is now, and the materials are those it needs.
pub fn hindrances(
    opened: &Opened,
    judgement: &Judgement<'_>,
    needs: &[MaterialNeed],
    at: Stamp,
) -> Vec<Hindrance> {
    let Opened { pack, body, .. } = opened;
    let fields = judgement.faults().into_iter().map(Hindrance::Field);
    let stops = judgement.checks(&[RuleKind::Stop]);
    let stops = stops.into_iter().filter(|c| c.verdict == Verdict::Broken).map(Hindrance::Stop);
    let given = |key: &str| opened.papers.iter().any(|p| p.key == key);
    let materials = needs.iter().filter(|need| need.must_upload() && !given(&need.key));
    let materials = materials.map(|need| Hindrance::Material(need.key.clone()));
    let old = stale(body, judgement, at).into_iter().map(Hindrance::Confirm);
    let delivery = delivery_missing(pack, body).then_some(Hindrance::Delivery);
    fields.chain(old).chain(delivery).chain(materials).chain(stops).collect()
}

/// The materials of an application that a licence could stand for: those it needs, and those it brings all the
/// same. A file that was handed in counts as a paper, whatever licence the applicant holds.
pub fn spared(opened: &Opened, needs: Vec<MaterialNeed>) -> Vec<Spared> {
    let of = |need: MaterialNeed| {
        let offer = need.offers.iter().find(|o| o.way == Way::Licence)?;
        let own: Vec<_> = opened.papers.iter().filter(|p| p.key == need.key).collect();
        let paper = own.iter().any(|p| p.file.is_some());
        let used = own.iter().find_map(|p| p.licence.clone());
        if !need.needed && own.is_empty() {
            return None;
        }
        let licence = used.or_else(|| Some(offer.licences.first()?.id.clone()));
        let licence = licence.filter(|_| !paper);
        Some(Spared { material: need.key, spared: licence.is_some(), licence })
    };
    needs.into_iter().filter_map(of).collect()
}

/// Keeps the answers whose question the new version asks in the same way; others are left out.
pub fn carry_over(body: &mut Body, old: &Pack, new: &Pack) {
    let same = |key: &str| {
        let pair = old.form.field(key).zip(new.form.field(key));
        pair.is_some_and(|(a, b)| a.widget == b.widget)
    };
    let listed = |key: &str, v: &serde_json::Value| {
        let field = new.form.field(key).filter(|f| f.widget.has_options());
        let one =
            |v: &serde_json::Value| field.is_none_or(|f| f.options.iter().any(|o| *v == o.value));
        v.as_array().map_or_else(|| one(v), |all| all.iter().all(one))
    };
    body.values.0.retain(|key, held| same(key) && listed(key, &held.value));
    for (key, held) in &mut body.values.0 {
        held.locked = held.locked && new.form.field(key).is_some_and(|f| f.locked);
    }
    let kept = &body.values.0;
    body.disputes.retain(|key, _| kept.get(key).is_some_and(|v| v.locked));
    body.touched.retain(|key, _| kept.contains_key(key));
    body.confirmed.retain(|key| kept.contains_key(key));
    body.delivery.window = body.delivery.window.filter(|at| *at < new.item.windows.len());
}

/// The way by which the result is to come.
pub fn delivery_way(pack: &Pack, body: &Body) -> DeliveryWay {
    pack.item.delivery.way(&body.values, body.delivery.way)
}

/// Whether the chosen way still lacks its address or counter.
pub fn delivery_missing(pack: &Pack, body: &Body) -> bool {
    match delivery_way(pack, body) {
        DeliveryWay::Electronic => false,
        DeliveryWay::Post => body.delivery.address.is_none(),
        DeliveryWay::Collect => body.delivery.window.is_none_or(|at| at >= pack.item.windows.len()),
    }
}

/// What is wrong with a dispute: field and code (`drafts-dispute-<code>`).
pub fn dispute_faults(value: &str, reason: &str, held: &str) -> Vec<(&'static str, &'static str)> {
    let n = |text: &str| text.chars().count();
    let mut faults = Vec::new();
    match n(value) {
        1..=200 if value == held => faults.push(("value", "same")),
        1..=200 => {}
        _ => faults.push(("value", "value")),
    }
    if !(4..=500).contains(&n(reason)) {
        faults.push(("reason", "reason"));
    }
    faults
}

/// The hindrances as the one error a page or the API shows.
pub fn refusal(pack: &Pack, hindrances: Vec<Hindrance>) -> Error {
    let ready = |field: &str, code: &str, text: &packs::Text| FieldError {
        field: field.to_owned(),
        code: code.to_owned(),
        text: Some((text.zh.clone(), text.en.clone())),
    };
    let fields = hindrances.into_iter().map(|h| match h {
        Hindrance::Field(e) => ready(&e.field, &e.code, &e.message),
        Hindrance::Material(key) => {
            let name = pack.materials.iter().find(|m| m.key == key).map(|m| m.name.clone());
            ready(&format!("material.{key}"), "material-missing", &name.unwrap_or_default())
        }
        Hindrance::Delivery => ready("delivery", "delivery-missing", &pack.item.result.name),
        Hindrance::Confirm(key) => {
            let label = pack.form.field(&key).map(|f| f.label.clone());
            ready(&key, "confirm", &label.unwrap_or_default())
        }
        Hindrance::Stop(c) => {
            let field = c.fields.first().cloned().unwrap_or_default();
            ready(&field, "stop", &c.message)
        }
    });
    Error::fields("draft-not-ready", fields.collect())
}
