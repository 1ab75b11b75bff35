//! What a measurement works on: a node in a folder of its own, a ready filer, filled lists.

use super::Flags;
use crate::config::Config;
use crate::demo::config_in;
use crate::node::Node;
use casework::cases::model::{Case, CaseId};
use casework::cases::rules::{self, Queue};
use casework::cases::{model, records};
use casework::drafts::{DraftId, Opened, Owner, Paper, PaperId, Submission, filing};
use casework::materials::records::NewPaper;
use codes::case_no::CaseNo;
use codes::division::DivisionCode;
use codes::licence::LicenceId;
use guide::packs;
use people::identity::{AccountId, PersonId, Unit, UnitId};
use std::path::PathBuf;
use std::sync::Arc;
use store::{Error, Result, Upkeep, Url};
use web::{Visitor, Who};

/// A node for measuring.
pub struct BenchTown {
    /// The node.
    pub node: Node,
    /// A citizen who may file.
    pub citizen: Visitor,
}

/// An application that only needs a fresh id to be handed in again.
#[derive(Clone)]
pub struct Ready {
    opened: Arc<Opened>,
    unit: Unit,
}

fn config(url: &Url) -> Result<Config> {
    let (data, database) = match url {
        Url::Sqlite(path) => {
            let folder = path.parent().map_or_else(|| PathBuf::from("."), PathBuf::from);
            (folder, format!("sqlite:{}", path.display()))
        }
        Url::Postgres(url) => (PathBuf::from("tongban-bench-postgres"), url.clone()),
    };
    let mut config = config_in(&data, 0)?;
    config.store.database = database;
    Ok(config)
}

impl BenchTown {
    /// Opens the node of `--db` and loads the sample region.
    pub async fn open(flags: &Flags) -> Result<BenchTown> {
        let node = Node::open(&config(&Url::parse(&flags.db)?)?).await?;
        node.seed_sample(&mut |_, _| {}).await?;
        let accounts = people::identity::demo_accounts();
        let owner = accounts.iter().find(|a| a.note == "car");
        let phone = owner.and_then(|a| codes::phone::Phone::parse(&a.login).ok());
        let phone = phone.ok_or_else(|| Error::internal("no demo citizen"))?;
        let id = node.people().account_of_phone(&phone).await?;
        let id = id.ok_or_else(|| Error::internal("no demo citizen"))?;
        let who = Who::Citizen(node.people().citizen(id).await?);
        let citizen = crate::demo::visitor(&node, who);
        Ok(BenchTown { node, citizen })
    }

    /// A food-licence application with three papers that waits for a clerk when handed in, or a vehicle
    /// mark decided at once.
    pub async fn ready(&self, slug: &str) -> Result<Ready> {
        let people = self.node.people();
        let pack = self.node.guide().pack(slug).ok_or(Error::NotFound)?;
        let mut filer = filing::filer(people, &self.citizen).await?;
        let example = pack.tests.first().ok_or(Error::NotFound)?;
        filer.applicant = example.applicant.clone();
        let draft = filing::fresh(people, &filer, &pack)?;
        let at = self.node.store().clock().now();
        let mut body = filing::unseal(people, &draft)?;
        body.facts = example.facts.clone();
        body.consented = Some(at);
        let answers = packs::Changes(example.answers.clone());
        body.values.change(&answers, packs::Source::Applicant, None);
        let unit = filing::unit_of(people, &pack).await?;
        let needs = body.judge(&pack, at).needs(&[]);
        let file = self.node.store().files().put(b"a paper of the measurement")?;
        let paper = |n: &packs::MaterialNeed| Paper {
            id: PaperId(0),
            key: n.key.clone(),
            way: packs::Way::Upload,
            file: Some(file.clone()),
            licence: None,
            name: "paper.pdf".into(),
            size: 26,
            round: 0,
            added: at,
        };
        let papers = needs.iter().filter(|n| n.needed).take(3).map(paper).collect();
        let opened = Opened { draft, papers, pack, body, held: vec![] };
        Ok(Ready { opened: Arc::new(opened), unit })
    }

    /// Makes an application ready under a fresh id: checks the whole form and seals the answers, as a
    /// request does before its act.
    pub fn submission(&self, ready: &Ready) -> Result<(Submission, Vec<NewPaper>)> {
        let mut opened = Opened::clone(&ready.opened);
        let store = self.node.store();
        opened.draft.id = DraftId(store.fresh_id());
        let seal = |paper: &Paper| {
            let paper = Paper { id: PaperId(store.fresh_id()), ..paper.clone() };
            NewPaper::seal(store.vault(), paper)
        };
        let papers = opened.papers.iter().map(seal).collect();
        Ok((filing::submission(self.node.people(), &opened, &ready.unit)?, papers))
    }

    /// Fills the lists of twenty desks up to `rows` cases of 600 items; says which desk to look at.
    pub async fn fill(&self, rows: u64, mut progress: impl FnMut(u64)) -> Result<UnitId> {
        const DESKS: i64 = 20;
        const STEP: u64 = 5_000;
        let store = self.node.store();
        let have = self.filled().await?;
        let sealed = vec![7u8; 1_200];
        let mut made = have;
        while made < rows {
            let (from, to) = (made, (made + STEP).min(rows));
            let (sealed, ids, at) = (sealed.clone(), store.ids().clone(), store.clock().now());
            store
                .upkeep(Upkeep::Load, move |db| {
                    for n in from..to {
                        let unit = UnitId(900_000 + n as i64 % DESKS);
                        let case = made_up(n, ids.next(at), unit, at, &sealed)?;
                        let queue = Queue {
                            desk: rules::desk(unit, model::Post::Clerk),
                            due: Some(at.plus_days(n as i64 % 30).day()),
                            provisional: false,
                        };
                        records::add(db, &case, &queue)?;
                    }
                    Ok(())
                })
                .await?;
            made = to;
            progress(made);
        }
        Ok(UnitId(900_003))
    }

    /// Puts `rows` licences into the register beside the sample's, each like one of them but for its numbers and its
    /// holder; nobody can read their holders, whose sealed names belong to another row.
    pub async fn fill_licences(&self, rows: u64, mut progress: impl FnMut(u64)) -> Result<()> {
        const STEP: u64 = 5_000;
        let store = self.node.store();
        let mut made = store.read(|db| db.one(LICENCES, &[], |row| row.i64(0))).await? as u64;
        while made < rows {
            let (from, to) = (made, (made + STEP).min(rows));
            let (ids, at) = (store.ids().clone(), store.clock().now());
            let chance = store.chance().clone();
            let fill = move |db: &mut store::Db<'_>| {
                for n in from..to {
                    let identifier =
                        LicenceId::new(MADE_UP, "11990102000000377D", &format!("2026{n:09}"), 1);
                    let identifier = identifier.map_err(Error::internal)?.to_string();
                    let index = chance.bytes::<32>();
                    let token = chance.token();
                    db.exec(COPY, store::p![ids.next(at), identifier, token, index])?;
                }
                Ok(())
            };
            store.upkeep(Upkeep::Load, fill).await?;
            made = to;
            progress(made);
        }
        Ok(())
    }

    /// How many cases were filled in; four each belong to one person.
    pub async fn filled(&self) -> Result<u64> {
        Ok(self.node.store().read(|db| db.one(FILLED, &[], |row| row.i64(0))).await? as u64)
    }

    /// Identifiers of licences that are whole: the sample's own, not those filled in, whose type is another.
    pub async fn identifiers(&self) -> Result<Vec<String>> {
        let filled = format!("%.{MADE_UP}.%");
        let read =
            move |db: &mut store::Db<'_>| db.all(SAMPLE, store::p![filled], |row| row.text(0));
        self.node.store().read(read).await
    }
}

const LICENCES: store::Sql = store::Sql("SELECT COUNT(*) FROM licence");
/// The type in the identifiers of licences that are filled in; the sample has none of it.
const MADE_UP: &str = "11990000000000001A001";
const SAMPLE: store::Sql = store::Sql(
    "SELECT identifier FROM (SELECT identifier FROM licence ORDER BY id LIMIT 500) AS first \
     WHERE identifier NOT LIKE $1",
);
const COPY: store::Sql = store::Sql(
    "INSERT INTO licence (id, identifier, token, type_code, name_zh, name_en, number, issuer, issuer_uscc, \
     issuer_name, holder_index, holder_kind, subject, holder, fields, valid_from, valid_to, issued_at, status, \
     status_at, reason, basis, lock, file, case_id, replaces, sandbox) \
     SELECT $1, $2, $3, type_code, name_zh, name_en, number, issuer, issuer_uscc, issuer_name, $4, holder_kind, \
     NULL, holder, fields, valid_from, valid_to, issued_at, status, status_at, reason, basis, lock, NULL, NULL, \
     NULL, sandbox FROM licence ORDER BY id LIMIT 1",
);

/// The owners of [`made_up`] have seven digits, whoever signs in many more. Read from the index of owners alone, so that
/// asking does not push what is used out of the machine's memory.
const FILLED: store::Sql = store::Sql(
    "SELECT COUNT(*) FROM cases WHERE owner >= 'person:1' AND owner < 'person:9' AND LENGTH(owner) = 14",
);

fn made_up(n: u64, id: i64, unit: UnitId, at: codes::time::Stamp, sealed: &[u8]) -> Result<Case> {
    let region = DivisionCode::parse("990102").map_err(Error::internal)?;
    let day = at.plus_days(-1 - (n / 900_000) as i64).day();
    let no = CaseNo::new(region, day, (n % 900_000) as u32 + 1).ok_or(Error::NotFound)?;
    Ok(Case {
        id: CaseId(id),
        no,
        slug: format!("item-{}", n % 600),
        item_version: 1,
        unit,
        owner: Owner::Person(PersonId(1_000_000 + n as i64 / 4)),
        account: AccountId(1),
        person: PersonId(1_000_000 + n as i64 / 4),
        parties: vec![],
        applicant: "董*华".into(),
        state: rules::submit(at),
        handler: None,
        sealed: sealed.to_vec(),
        submitted: at,
        version: 1,
    })
}
