//! The two walked cases: a food licence with an inspection on site, and a vehicle mark decided at once;
//! each from search to verified licence and rating, through the same acts that pages call.

use super::{broken, share};
use crate::node::Node;
use casework::cases::acts::{self, Opinion};
use casework::cases::model::{CaseId, Grip, Officer, Receipt};
use casework::cases::rules::Order;
use casework::cases::{records, view};
use casework::drafts::{DraftId, filing};
use casework::materials::{Upload, putting};
use codes::calendar::Calendar;
use guide::packs::{Changes, Source};
use guide::search::Query;
use oversight::ratings;
use people::identity::PersonId;
use serde::Serialize;
use store::clock::Stopwatch;
use store::{Done, Purpose, Result, Tx};
use web::{Citizen, Visitor, Who};

/// One walked case, as printed.
#[derive(Debug, Clone, Serialize)]
pub struct Walked {
    /// Number.
    pub case_no: String,
    /// Slug of the item.
    pub item: String,
    /// States it went through.
    pub states: Vec<String>,
    /// The licence.
    pub licence: Licence,
    /// Stars given.
    pub rating: i64,
    #[serde(skip)]
    verified: bool,
}

/// A licence that came out.
#[derive(Debug, Clone, Serialize)]
pub struct Licence {
    /// Identifier.
    pub id: String,
    /// Path of the sealed OFD.
    pub file: String,
}

impl Walked {
    /// Whether its licence verified.
    pub fn held(&self) -> bool {
        self.verified
    }
}

/// Prints each step with its time, unless the outcome is wanted as JSON.
pub struct Teller {
    quiet: bool,
    watch: Stopwatch,
    last: u64,
}

impl Teller {
    /// A teller; `quiet` says nothing.
    pub fn new(quiet: bool) -> Teller {
        Teller { quiet, watch: Stopwatch::start(), last: 0 }
    }

    fn say(&mut self, what: &str) {
        let now = self.watch.micros();
        if !self.quiet {
            crate::say!("  {:>8.1} ms  {what}", (now - self.last) as f64 / 1000.0);
        }
        self.last = now;
    }

    fn title(&mut self, what: &str) {
        if !self.quiet {
            crate::say!("\n{what}");
        }
        self.last = self.watch.micros();
    }

    /// Tells the ledger's state.
    pub fn ledger(&mut self, events: u64, holds: bool) {
        self.title("台账 ledger");
        self.say(&format!("{events} 条 events {}", if holds { "✓" } else { "✗" }));
    }
}

/// Walks both cases.
pub async fn both(node: &Node, said: &mut Teller) -> Result<Vec<Walked>> {
    said.title("食品经营许可 food business licence");
    let food = Walk::begin(node, "restaurant", "开饭店要办什么证", "spjy-xb", true).await?;
    let keeper = food.visitor.clone();
    let food = food.go(said).await?;
    said.title("机动车检验标志 vehicle inspection mark");
    let car = Walk::begin(node, "car", "车子年检", "jdc-jybz", false).await?;
    share::asked(node).await?;
    said.say("部门共享证照 a licence was shared with a department");
    share::copied(node, &keeper).await?;
    said.say("制作加注件 an annotated copy was made");
    let car = car.go(said).await?;
    Ok(vec![food, car])
}

/// Submits a case of the sample as the citizen of a demonstration account, and nothing more.
pub async fn submitted(node: &Node, note: &str, slug: &'static str) -> Result<Receipt> {
    let acting = note == "restaurant";
    Walk::begin(node, note, "", slug, acting).await?.submit(&mut Teller::new(true)).await
}

struct Walk<'n> {
    node: &'n Node,
    visitor: Visitor,
    citizen: Citizen,
    query: &'static str,
    slug: &'static str,
}

impl<'n> Walk<'n> {
    /// A citizen of the demonstration, acting for his enterprise where the item is for enterprises.
    async fn begin(
        node: &'n Node,
        note: &str,
        query: &'static str,
        slug: &'static str,
        acting: bool,
    ) -> Result<Walk<'n>> {
        let people = node.people();
        let accounts = people::identity::demo_accounts();
        let account = accounts.iter().find(|a| a.note == note).ok_or_else(|| broken(note))?;
        let phone = codes::phone::Phone::parse(&account.login).map_err(|_| broken(note))?;
        let id = people.account_of_phone(&phone).await?.ok_or_else(|| broken(note))?;
        let mut citizen = people.citizen(id).await?;
        if acting {
            let ctx = node.store().system_ctx();
            let person = PersonId(citizen.person.ok_or_else(|| broken(note))?);
            let led = people.enterprises_led_by(ctx.clone(), id, person).await?;
            let shop = led.iter().find(|e| e.name.contains("面馆")).ok_or_else(|| broken(note))?;
            let acting = people.start_acting(ctx, id, person, &shop.uscc).await?;
            citizen.acting = Some(acting);
        }
        let visitor = visitor(node, Who::Citizen(citizen.clone()));
        Ok(Walk { node, visitor, citizen, query, slug })
    }

    async fn go(self, said: &mut Teller) -> Result<Walked> {
        self.search(said)?;
        let receipt = self.submit(said).await?;
        let instant = self.node.guide().pack(self.slug).is_some_and(|p| p.flow.auto.is_some());
        let receipt = if instant { receipt } else { self.handle(receipt, said).await? };
        self.result(receipt, said).await
    }

    fn search(&self, said: &mut Teller) -> Result<()> {
        let region = Some(self.node.app().site.region.clone());
        let query = Query { text: self.query.into(), region, limit: 5, ..Query::default() };
        let answer = self.node.guide().shelf().search()?.query(&query);
        let found = answer.items.iter().any(|hit| hit.slug == self.slug);
        if !found {
            return Err(broken("search"));
        }
        said.say(&format!("搜索 search “{}” → {}", self.query, self.slug));
        Ok(())
    }

    /// From the consent to the receipt.
    async fn submit(&self, said: &mut Teller) -> Result<Receipt> {
        let people = self.node.people();
        let owner = filing::owner(&self.visitor)?;
        for old in filing::mine(people, owner).await?.into_iter().filter(|d| d.slug == self.slug) {
            filing::discard(people, &self.visitor, old.id).await?;
        }
        let draft = filing::open(people, &self.visitor, self.slug).await?;
        let filled = filing::prefill(people, &self.visitor, draft).await?;
        said.say(&format!("同意后自动填好 prefilled after consent: {}", filled.len()));
        let opened = filing::load(people, owner, draft).await?;
        let answers = self.answers(&opened)?;
        let typed = answers.0.len();
        filing::save(people, owner, draft, opened.draft.version, answers, Source::Applicant)
            .await?;
        said.say(&format!("本人填写 typed: {typed}"));
        self.papers(draft, said).await?;
        let submission = filing::prepare(people, owner, draft).await?;
        let ctx = self.visitor.ctx(self.node.app(), Purpose::Own);
        let store = self.node.store();
        let act = move |tx: &mut Tx<'_>| acts::submit(tx, &submission, Calendar::shipped());
        let receipt = store.write(ctx, act).await?;
        self.note(&receipt, said, "提交 submitted");
        Ok(receipt)
    }

    /// The pack's own first example fills what registers did not.
    fn answers(&self, opened: &casework::drafts::Opened) -> Result<Changes> {
        let example = opened.pack.tests.first().ok_or_else(|| broken("example answers"))?;
        let today = self.node.store().clock().now().ymd();
        let known = |key: &String| opened.body.values.given(key);
        let fresh = example.answers.iter().filter(|(key, _)| !known(key));
        let dated = fresh.map(|(key, value)| {
            let today = serde_json::Value::from(today.as_str());
            (key.clone(), if key == "date" { today } else { value.clone() })
        });
        Ok(Changes(dated.collect()))
    }

    /// Uploads a drawn plan for every paper that only an upload can bring.
    async fn papers(&self, draft: DraftId, said: &mut Teller) -> Result<()> {
        let people = self.node.people();
        let owner = filing::owner(&self.visitor)?;
        let opened = filing::load(people, owner, draft).await?;
        let at = self.node.store().clock().now();
        let needs = opened.body.judge(&opened.pack, at).needs(&opened.held);
        for need in needs.iter().filter(|n| n.must_upload()) {
            let file = Upload { key: need.key.clone(), name: "plan.pdf".into(), bytes: plan_pdf() };
            putting::upload(people, &self.visitor, draft, file).await?;
            said.say(&format!("上传 uploaded: {}", need.name.zh));
        }
        Ok(())
    }

    /// Window, inspection, decision.
    async fn handle(&self, receipt: Receipt, said: &mut Teller) -> Result<Receipt> {
        let calendar = Calendar::shipped();
        let (clerk, at_window) = self.officer("clerk", receipt.id).await?;
        let grip = grip(&receipt);
        let who = clerk.clone();
        let receipt = self
            .act(&at_window, receipt.id, move |tx| acts::accept(tx, grip, &who, calendar))
            .await?;
        self.note(&receipt, said, "窗口受理 accepted at the window");
        self.node.worker().drain().await?;
        let (approver, at_desk) = self.officer("approver", receipt.id).await?;
        let order = Order {
            key: self.inspection()?,
            reason: "核查经营场所布局和设备设施。".into(),
            evidence: None,
            team: vec!["2001".into(), "2002".into()],
            planned: None,
        };
        let (grip, who) = (self::grip(&receipt), approver.clone());
        let started = self
            .act(&at_desk, receipt.id, move |tx| {
                acts::start_special(tx, grip, &who, order, calendar)
            })
            .await?;
        self.note(&started, said, "现场核查开始 inspection on site begins");
        let (grip, who) = (self::grip(&started), approver.clone());
        let result = "现场与图纸一致，符合要求。";
        let ended = self
            .act(&at_desk, receipt.id, move |tx| {
                acts::end_special(tx, grip, &who, result, None, calendar)
            })
            .await?;
        self.note(&ended, said, "核查结束 inspection ended");
        let seen = self.files(receipt.id).await?;
        let opinion = Opinion { text: "符合条件，准予许可。".into(), seen };
        let (grip, who) = (self::grip(&ended), approver.clone());
        let granted = self
            .act(&at_desk, receipt.id, move |tx| acts::grant(tx, grip, &who, opinion, calendar))
            .await?;
        self.note(&granted, said, "准予 granted");
        Ok(granted)
    }

    /// Documents, licence, verification, rating.
    async fn result(self, receipt: Receipt, said: &mut Teller) -> Result<Walked> {
        self.node.worker().drain().await?;
        let id = receipt.id;
        let case = self.node.store().read(move |db| records::by_id(db, id)).await?;
        let stream = store::Stream::of("case", id.0);
        let events = self.node.store().read(move |db| store::ledger::of_stream(db, stream)).await?;
        let said_state = |e: &store::ledger::EventRow| e.data["state"].as_str().map(String::from);
        let mut states: Vec<String> = events.iter().filter_map(said_state).collect();
        states.dedup();
        let casework::cases::model::State::Closed(closed) = &case.state else {
            return Err(broken("closing"));
        };
        let licence = closed.licence.clone().ok_or_else(|| broken("the licence"))?;
        said.say(&format!("电子证照已签发 licence issued and sealed: {licence}"));
        let bytes = self.file_of(&licence).await?;
        let folder = self.node.store().folder().join("licences");
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{licence}.ofd"));
        std::fs::write(&path, &bytes)?;
        let verified = self.node.proof().verify_file(&bytes).await?.is_true();
        said.say(if verified {
            "验真：真 verified: true"
        } else {
            "验真未通过 not verified"
        });
        let rating = self.rate(&receipt).await?;
        said.say(&format!("评价 rated: {rating}"));
        let file = path.display().to_string();
        let licence = Licence { id: licence, file };
        let (case_no, item) = (receipt.no.to_string(), self.slug.to_owned());
        Ok(Walked { case_no, item, states, licence, rating, verified })
    }

    async fn file_of(&self, identifier: &str) -> Result<Vec<u8>> {
        let wanted = identifier.to_owned();
        let read =
            move |db: &mut store::Db<'_>| proof::licences::records::by_identifier(db, &wanted);
        let licence = self.node.store().read(read).await?.ok_or_else(|| broken("the licence"))?;
        let file = licence.file.ok_or_else(|| broken("the licence file"))?;
        self.node.store().files().get(&file)
    }

    async fn rate(&self, receipt: &Receipt) -> Result<i64> {
        let (account, no) = (self.citizen.account, receipt.no.to_string());
        let store = self.node.store();
        let token = store.read(move |db| ratings::acts::token_of(db, account, &no)).await?;
        let token = token.ok_or_else(|| broken("the invitation to rate"))?;
        let rating = ratings::model::Posted { stars: 5, ..Default::default() };
        let id = store.fresh_id();
        let ctx = self.visitor.ctx(self.node.app(), Purpose::Own);
        store.write(ctx, move |tx| ratings::acts::rate(tx, &token, &rating, id, None)).await
    }

    fn inspection(&self) -> Result<String> {
        let pack = self.node.guide().pack(self.slug).ok_or_else(|| broken("the pack"))?;
        let found = pack.flow.special.first().map(|s| s.key.clone());
        found.ok_or_else(|| broken("the special procedure"))
    }

    /// A member of staff with this post in the unit that handles the case.
    async fn officer(&self, post: &str, id: CaseId) -> Result<(Officer, Visitor)> {
        let unit = self.node.store().read(move |db| records::by_id(db, id)).await?.unit;
        for account in people::identity::demo_accounts().iter().filter(|a| a.role == post) {
            let staff = self.node.people().staff_of_login(&account.login).await?;
            if let Some(staff) = staff.filter(|s| s.unit == unit.0) {
                let visitor = visitor(self.node, Who::Staff(staff));
                return Ok((view::officer(&visitor)?, visitor));
            }
        }
        Err(broken(post))
    }

    async fn act<F>(&self, who: &Visitor, id: CaseId, act: F) -> Result<Receipt>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<Done<Receipt>> + Send + 'static,
    {
        let ctx = who.ctx(self.node.app(), Purpose::Case(id.0));
        self.node.store().write(ctx, act).await
    }

    async fn files(&self, id: CaseId) -> Result<Vec<String>> {
        let read = move |db: &mut store::Db<'_>| {
            casework::materials::records::bare_papers(db, DraftId(id.0))
        };
        let papers = self.node.store().read(read).await?;
        Ok(papers.into_iter().filter_map(|p| p.file).map(|f| f.as_str().to_owned()).collect())
    }

    fn note(&self, receipt: &Receipt, said: &mut Teller, what: &str) {
        said.say(&format!("{what} ({} {})", receipt.no.grouped(), receipt.phase.label()));
    }
}

/// A floor plan of a small noodle shop as a PDF of one page: outer walls, kitchen, counter, tables.
fn plan_pdf() -> Vec<u8> {
    let rooms = "2 w 60 300 480 400 re S 60 300 200 400 re S 1 w 90 620 60 40 re S 170 620 60 40 re S \
                 300 340 60 60 re S 420 340 60 60 re S 300 460 60 60 re S 420 460 60 60 re S";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{rooms}\nendstream", rooms.len()),
    ];
    let mut pdf = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.push_str(&format!("{} 0 obj\n{object}\nendobj\n", n + 1));
    }
    let start = pdf.len();
    pdf.push_str("xref\n0 5\n0000000000 65535 f \n");
    places.iter().for_each(|at| pdf.push_str(&format!("{at:010} 00000 n \n")));
    pdf.push_str(&format!("trailer << /Size 5 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"));
    pdf.into_bytes()
}

fn grip(receipt: &Receipt) -> Grip {
    Grip { id: receipt.id, version: receipt.version }
}

/// A visitor without a browser.
pub fn visitor(node: &Node, who: Who) -> Visitor {
    Visitor {
        who,
        session: None,
        lang: web::Lang::Zh,
        mode: web::frame::Mode::Normal,
        high_contrast: false,
        region: node.app().site.region.clone(),
        csrf: String::new(),
        path: "/".into(),
        ip: "127.0.0.1".into(),
        reference: String::new(),
    }
}
