//! What pages and API call to fill in and hand over: each reads, opens the seal for the owner, lets the
//! rules judge, seals again and writes. Costly work happens here, outside the writer.

use super::adapters::{Record, Registers, fact};
use super::model::{
    Body, Delivery, Draft, DraftId, Filer, Hindrance, Opened, Owner, Paper, PaperId, Party, Saved,
    Submission,
};
use super::{acts, earlier, records, rules};
use crate::materials::records::papers;
use codes::division::DivisionCode;
use codes::time::Stamp;
use guide::editions;
use guide::packs::prefill::{self, Facts, Origin};
use guide::packs::registers::Subject;
use guide::packs::{self, Applicant, Changes, Pack, Source, Values, Way};
use people::People;
use people::identity::{AccountId, EnterpriseId, PersonId, Unit, UnitId};
use proof::licences::{self, HolderKind};
use std::collections::{BTreeMap, BTreeSet};
use store::{Disclosure, Error, Purpose, Result, Secret, Upkeep};
use web::Visitor;

/// Registers of this node.
const REGISTERS: Registers = Registers::Sandbox;
/// How often a save is tried again when another one came between.
const TRIES: usize = 4;

/// Whose affairs the visitor sees: the enterprise's he acts for, or his own.
///
/// # Errors
/// `level-too-low` when his real name is not verified.
pub fn owner(visitor: &Visitor) -> Result<Owner> {
    let citizen = visitor.citizen()?;
    let person = PersonId(visitor.person()?);
    Ok(match &citizen.acting {
        Some(acting) => Owner::Enterprise(EnterpriseId(acting.enterprise)),
        None => Owner::Person(person),
    })
}

/// Who is filing, with name and number for the documents.
pub async fn filer(people: &People, visitor: &Visitor) -> Result<Filer> {
    let owner = owner(visitor)?;
    let (account, person) = (AccountId(visitor.citizen()?.account), PersonId(visitor.person()?));
    let own = people.person_facts(person, &Disclosure::own()).await?;
    let number = own.id_no.expose().to_owned();
    let Owner::Enterprise(id) = owner else {
        let party = Party {
            name: own.name.expose().to_owned(),
            number: number.clone(),
            number_kind: "111".into(),
            agent: String::new(),
            agent_number: number,
        };
        let (applicant, shown) = (Applicant::default(), own.name.masked_name());
        return Ok(Filer {
            account,
            person,
            owner,
            applicant,
            parties: vec![person],
            party,
            shown,
        });
    };
    let enterprise = people.enterprise(id).await?;
    let party = Party {
        name: enterprise.name.clone(),
        number: enterprise.uscc,
        number_kind: "001".into(),
        agent: own.name.expose().to_owned(),
        agent_number: number,
    };
    let kind = rules::audience(&enterprise.kind);
    let applicant = Applicant { kind, agent: enterprise.legal_rep != person };
    let mut parties = vec![person, enterprise.legal_rep];
    parties.dedup();
    Ok(Filer { account, person, owner, applicant, parties, party, shown: enterprise.name })
}

pub(super) fn seal(people: &People, id: DraftId, body: &Body) -> Result<Vec<u8>> {
    let text = Secret::new(serde_json::to_string(body)?);
    Ok(people.vault().seal(records::body_cell(id), &text))
}

/// Opens the body of one's own draft.
pub fn unseal(people: &People, draft: &Draft) -> Result<Body> {
    let cell = records::body_cell(draft.id);
    let text = people.vault().open_sealed(cell, &draft.sealed, &Disclosure::own())?;
    Ok(serde_json::from_str(text.expose())?)
}

/// Opens a draft, or gives back the one already begun for the same item and owner.
///
/// # Errors
/// `NotFound` without a pack; `draft-for-enterprises`, `draft-for-persons`, `draft-no-agents`.
pub async fn open(people: &People, visitor: &Visitor, slug: &str) -> Result<DraftId> {
    let item = slug.to_owned();
    let pack = people.store.read(move |db| editions::latest(db, &item)).await?;
    let pack = pack.ok_or(Error::NotFound)?;
    let filer = filer(people, visitor).await?;
    rules::may_apply(&pack, filer.applicant.kind)?;
    rules::may_send(&pack, &filer.applicant, visitor.lang.tag())?;
    let owner = filer.owner;
    let begun = people.store.read(move |db| records::of_owner(db, owner)).await?;
    if let Some(same) = begun.into_iter().find(|d| d.slug == slug) {
        return Ok(same.id);
    }
    let facts = earlier::facts(people, filer.owner, filer.person, &pack).await?;
    let draft = begun_with(people, &filer, &pack, &facts)?;
    people.store.write(visitor.ctx(people, Purpose::Own), move |tx| acts::open(tx, &draft)).await
}

/// A new draft of a filer, not yet kept.
pub fn fresh(people: &People, filer: &Filer, pack: &Pack) -> Result<Draft> {
    begun_with(people, filer, pack, &Facts::new())
}

/// The same with what is known already without asking anybody.
fn begun_with(people: &People, filer: &Filer, pack: &Pack, facts: &Facts) -> Result<Draft> {
    let (id, at) = (DraftId(people.store.fresh_id()), people.clock().now());
    let mut body = Body {
        party: filer.party.clone(),
        applicant: filer.applicant.clone(),
        values: Values::default(),
        facts: BTreeMap::new(),
        consented: None,
        touched: BTreeMap::new(),
        delivery: Delivery::default(),
        disputes: BTreeMap::new(),
        confirmed: BTreeSet::new(),
    };
    prefill::apply(pack, &mut body.values, facts, &at.ymd());
    Ok(Draft {
        id,
        account: filer.account,
        person: filer.person,
        owner: filer.owner,
        parties: filer.parties.clone(),
        shown: filer.shown.clone(),
        slug: pack.slug.clone(),
        item_version: pack.item.version.into(),
        sealed: seal(people, id, &body)?,
        version: 1,
        opened: at,
        saved: at,
    })
}

/// A draft with everything its pages need; to anybody but its owner it does not exist.
pub async fn load(people: &People, owner: Owner, id: DraftId) -> Result<Opened> {
    let vault = people.vault().clone();
    let (draft, papers, pack) = people
        .store
        .read(move |db| {
            let draft = records::find(db, id)?.filter(|d| d.owner == owner);
            let draft = draft.ok_or(Error::NotFound)?;
            let papers = papers(db, &vault, id, &Disclosure::own())?;
            let pack = editions::at(db, &draft.slug, draft.item_version)?;
            Ok((draft, papers, pack))
        })
        .await?;
    let body = unseal(people, &draft)?;
    let held = held(people, &pack, &body).await?;
    Ok(Opened { draft, pack, body, papers, held })
}

/// Licences the applicant holds among those the item takes, known only after consent: those of this
/// node, and beside them what other bodies' registers say.
pub async fn held(people: &People, pack: &Pack, body: &Body) -> Result<Vec<packs::HeldLicence>> {
    let names: BTreeSet<&String> =
        pack.materials.iter().filter_map(|m| m.licence.as_ref()).collect();
    if body.consented.is_none() || names.is_empty() {
        return Ok(vec![]);
    }
    let (party, at) = (&body.party, people.clock().now());
    let mut found = Vec::new();
    for (kind, number) in [(&*party.number_kind, &*party.number), ("111", party.person())] {
        let Some(kind) = HolderKind::parse(kind) else { continue };
        let (index, today) = (licences::holder_index(people.vault(), kind, number), at.day());
        let own = people.store.read(move |db| licences::held(db, &index, today)).await?;
        found.extend(own);
        let elsewhere = names.iter().filter_map(|name| REGISTERS.held(name, number, at));
        found.extend(elsewhere);
    }
    let mut seen = BTreeSet::new();
    found.retain(|l| names.contains(&l.type_name) && seen.insert(l.type_name.clone()));
    Ok(found)
}

/// The owner's drafts, newest first.
pub async fn mine(people: &People, owner: Owner) -> Result<Vec<Draft>> {
    people.store.read(move |db| records::of_owner(db, owner)).await
}

/// Saves answers (autosave or a page). `seen` is the version the device knew; answers that another
/// device changed since come back as a conflict with both values and nothing is taken over.
///
/// # Errors
/// `NotFound`; `Stale` when saves keep colliding.
pub async fn save(
    people: &People,
    owner: Owner,
    id: DraftId,
    seen: i64,
    changes: Changes,
    by: Source,
) -> Result<Saved> {
    for _ in 0..TRIES {
        let draft = people.store.read(move |db| records::find(db, id)).await?;
        let draft = draft.filter(|d| d.owner == owner).ok_or(Error::NotFound)?;
        let mut body = unseal(people, &draft)?;
        let fields = rules::clashes(&body, &changes, seen);
        if !fields.is_empty() {
            return Ok(Saved::Conflict { version: draft.version, fields });
        }
        let (version, next) = (draft.version, draft.version + 1);
        if !rules::take_over(&mut body, &changes, by, None, next) {
            return Ok(Saved::Done { version, at: draft.saved });
        }
        match keep(people, id, version, &body).await {
            Err(Error::Stale) => continue,
            other => return other.map(|at| Saved::Done { version: next, at }),
        }
    }
    Err(Error::Stale)
}

/// Notes that the applicant looked at answers of long ago again and found them right.
///
/// # Errors
/// Those of [`revise`].
pub async fn confirm(people: &People, owner: Owner, id: DraftId, keys: &[String]) -> Result<()> {
    revise(people, owner, id, |body| body.confirmed.extend(keys.iter().cloned())).await
}

/// Changes what stands beside the answers. What comes last stays: it is one person's choice.
///
/// # Errors
/// `NotFound`; `Stale` when saves keep colliding.
pub(crate) async fn revise(
    people: &People,
    owner: Owner,
    id: DraftId,
    change: impl Fn(&mut Body),
) -> Result<()> {
    for _ in 0..TRIES {
        let draft = people.store.read(move |db| records::find(db, id)).await?;
        let draft = draft.filter(|d| d.owner == owner).ok_or(Error::NotFound)?;
        let mut body = unseal(people, &draft)?;
        change(&mut body);
        match keep(people, id, draft.version, &body).await {
            Err(Error::Stale) => continue,
            other => return other.map(drop),
        }
    }
    Err(Error::Stale)
}

pub(crate) async fn keep(people: &People, id: DraftId, version: i64, body: &Body) -> Result<Stamp> {
    let (sealed, at) = (seal(people, id, body)?, people.clock().now());
    let write = move |db: &mut store::Db<'_>| records::save(db, id, version, &sealed, at);
    people.store.upkeep(Upkeep::Draft, write).await?;
    Ok(at)
}

/// Asks the registers and licences the pack names, after the person agreed on the consent page.
/// Each register is recorded as asked about the person before it is. Gives the fields filled.
pub async fn prefill(people: &People, visitor: &Visitor, id: DraftId) -> Result<Vec<String>> {
    let opened = load(people, owner(visitor)?, id).await?;
    let Opened { draft, pack, mut body, .. } = opened;
    let queries: Vec<acts::Query> = prefill::consents(&pack)
        .into_iter()
        .map(|c| acts::Query {
            register: c.name.zh,
            fields: c.fields.into_iter().map(|f| f.zh).collect(),
            purpose: pack.item.short_name.zh.clone(),
        })
        .collect();
    if !queries.is_empty() {
        let (ctx, person) = (visitor.ctx(people, Purpose::Case(id.0)), draft.person);
        let act = move |tx: &mut store::Tx<'_>| acts::query_registers(tx, id, person, &queries);
        people.store.write(ctx, act).await?;
    }
    let at = people.clock().now();
    let account = account_record(people, draft.person).await?;
    let mut facts = fetch(&pack, &body.party, &account, at);
    for (key, found) in &facts {
        if let (Some(name), Some(value)) = (key.strip_prefix("register:"), &found.value) {
            body.facts.insert(name.to_owned(), value.clone());
        }
    }
    facts.extend(earlier::facts(people, draft.owner, draft.person, &pack).await?);
    let filled = prefill::apply(&pack, &mut body.values, &facts, &at.ymd());
    for key in &filled {
        body.touched.insert(key.clone(), draft.version + 1);
    }
    body.consented = Some(at);
    keep(people, id, draft.version, &body).await?;
    Ok(filled)
}

/// The verified account answers for itself: its data is ours.
pub(crate) async fn account_record(people: &People, person: PersonId) -> Result<Record> {
    let own = people.person_facts(person, &Disclosure::own()).await?;
    let text = |s: &Secret| serde_json::Value::from(s.expose());
    Ok([
        ("name", text(&own.name)),
        ("id_no", text(&own.id_no)),
        ("phone", text(&own.phone)),
        ("address", text(&own.address)),
    ]
    .map(|(k, v)| (k.to_owned(), v))
    .into())
}

pub(crate) fn fetch(pack: &Pack, party: &Party, account: &Record, at: Stamp) -> Facts {
    let mut facts = Facts::new();
    let mut asked: BTreeMap<String, Option<Record>> = BTreeMap::new();
    for need in prefill::plan(pack) {
        let number = match need.subject {
            Some(Subject::Enterprise) if party.number_kind == "001" => party.number.as_str(),
            Some(Subject::Person) => party.person(),
            _ => continue,
        };
        let (field, place) = match &need.origin {
            Origin::Register { register, field } => (field, format!("register:{register}")),
            Origin::Licence { licence, field } => (field, format!("licence:{licence}")),
            _ => continue,
        };
        let record = asked.entry(place).or_insert_with(|| match &need.origin {
            Origin::Register { register, .. } if register == "account" => Some(account.clone()),
            Origin::Register { register, .. } => REGISTERS.ask(register, number, at),
            Origin::Licence { licence, .. } => REGISTERS.licence(licence, number, at),
            _ => None,
        });
        let Some(value) = record.as_ref().and_then(|r| r.get(field)) else { continue };
        if let Some(key) = need.origin.fact_key(need.field.as_deref().unwrap_or_default()) {
            facts.insert(key, fact(Some(value.clone()), &need.org.zh, at));
        }
    }
    facts
}

/// Throws a draft away.
pub async fn discard(people: &People, visitor: &Visitor, id: DraftId) -> Result<()> {
    let (owner, ctx) = (owner(visitor)?, visitor.ctx(people, Purpose::Own));
    people.store.write(ctx, move |tx| acts::discard(tx, id, owner)).await
}

/// What still hinders handing in, for the review page.
pub fn hindrances(opened: &Opened, at: Stamp) -> Vec<Hindrance> {
    let judgement = opened.body.judge(&opened.pack, at);
    rules::hindrances(opened, &judgement, &judgement.needs(&opened.held), at)
}

/// Checks the whole application again and makes it ready; `cases::acts::hand_in` takes what came of it.
///
/// # Errors
/// `draft-not-ready` with every field and material to mend; `draft-outdated` when a newer version of the
/// item is in force.
pub async fn prepare(people: &People, owner: Owner, id: DraftId) -> Result<Submission> {
    let opened = load(people, owner, id).await?;
    let (slug, pinned) = (opened.draft.slug.clone(), opened.draft.item_version);
    let newer = people.store.read(move |db| editions::successor(db, &slug, pinned)).await?;
    if newer.is_some() {
        return Err(Error::refused("draft-outdated"));
    }
    let unit = unit_of(people, &opened.pack).await?;
    let version = opened.draft.version;
    let mut submission = submission(people, &opened, &unit)?;
    submission.draft_version = Some(version);
    submission.window = window_of(people, &unit).await?;
    Ok(submission)
}

/// The service centre of the unit's region, whose window receives for all its departments.
pub(crate) async fn window_of(people: &People, unit: &Unit) -> Result<Option<UnitId>> {
    let region = unit.region.clone();
    let centre =
        people.store.read(move |db| people::identity::unit_for_item(db, "", &region)).await;
    match centre {
        Ok(centre) => Ok(Some(centre.id)),
        Err(Error::NotFound) => Ok(None),
        Err(e) => Err(e),
    }
}

/// The unit that handles an item.
pub async fn unit_of(people: &People, pack: &Pack) -> Result<Unit> {
    let (dept, area) = (pack.item.dept_uscc.clone(), pack.item.area_code.clone());
    people.store.read(move |db| people::identity::unit_for_item(db, &dept, &area)).await
}

/// The same from what is at hand, without a draft to consume (filed in one go).
pub fn submission(people: &People, opened: &Opened, unit: &Unit) -> Result<Submission> {
    let at = people.clock().now();
    let Opened { draft, pack, body, .. } = opened;
    let judgement = body.judge(pack, at);
    let needs = judgement.needs(&opened.held);
    let hindrances = rules::hindrances(opened, &judgement, &needs, at);
    if !hindrances.is_empty() {
        return Err(rules::refusal(pack, hindrances));
    }
    let decision = match body.disputes.is_empty() {
        true => judgement.decide(),
        // Somebody says that a register is wrong: a person looks at it.
        false => packs::Decision::Person { why: vec![] },
    };
    let text = Secret::new(serde_json::to_string(body)?);
    Ok(Submission {
        id: draft.id,
        draft_version: None,
        account: draft.account,
        person: draft.person,
        owner: draft.owner,
        parties: draft.parties.clone(),
        shown: draft.shown.clone(),
        pack: pack.clone(),
        unit: unit.id,
        window: None,
        region: DivisionCode::parse(&unit.region).map_err(|e| Error::internal(e.code))?,
        sealed: people.vault().seal(records::case_cell(draft.id), &text),
        decision,
        spared: rules::spared(opened, needs),
    })
}

/// A paper without a file, for measuring how applications are handed in.
pub fn stand_in(key: &str, added: Stamp) -> Paper {
    let (way, key) = (Way::Upload, key.to_owned());
    let (file, licence, name) = (None, None, String::new());
    Paper { id: PaperId(0), key, way, file, licence, name, size: 0, round: 0, added }
}
