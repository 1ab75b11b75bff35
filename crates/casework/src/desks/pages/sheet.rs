//! A case as both desks show it: applicant, form, automatic checks, materials, documents, history, clock.

use super::answers::{Section, Told};
use super::claims::Disputed;
use super::say::{left, light, names};
use super::{day, files};
use crate::Casework;
use crate::cases::model::{Phase, State};
use crate::cases::view::Dossier;
use crate::desks::acts;
use crate::drafts::Paper;
use codes::time::Stamp;
use guide::packs::{Checked, MaterialNeed, Verdict, Way};
use people::identity::StaffId;
use std::collections::BTreeSet;
use store::{Kind, Result, Secret};
use web::frame::ClockCell;
use web::{Frame, Staff, Visitor};

/// One automatic check.
pub(crate) struct Check {
    /// From 1, as the list of rule texts numbers it.
    pub no: usize,
    /// `pass`, `look` or `fail`.
    pub tone: &'static str,
    /// Icon.
    pub icon: &'static str,
    /// 通过, 要看, 不符, 未知.
    pub word: String,
    /// What was checked, or what to look at.
    pub text: String,
    /// Its name and clause.
    pub rule: String,
}

/// One file of a material.
#[derive(Clone)]
pub(crate) struct FileLine {
    /// Address of its content.
    pub hash: String,
    /// Name as uploaded.
    pub name: String,
    /// Its material.
    pub material: String,
    /// Size and day in words.
    pub note: String,
    /// Where it is opened.
    pub href: String,
    /// This officer has opened it.
    pub opened: bool,
    /// Shown on the page: `picture`; else `paper`.
    pub shape: &'static str,
}

/// One material.
pub(crate) struct Material {
    /// Its name.
    pub name: String,
    /// How it came.
    pub note: String,
    /// Words of its tag.
    pub tag: String,
    /// Tone of the tag.
    pub tone: &'static str,
    /// It is there, or nothing has to be there.
    pub got: bool,
    /// Its files.
    pub files: Vec<FileLine>,
}

/// One sealed document.
pub(crate) struct Document {
    /// Title.
    pub title: String,
    /// Number and time.
    pub note: String,
    /// Where it is downloaded.
    pub href: String,
}

/// One event of the case.
pub(crate) struct Past {
    /// When.
    pub at: String,
    /// What.
    pub words: String,
}

/// The clock, or the day the notice is due.
#[derive(Default)]
pub(crate) struct Due {
    /// Cells of the clock.
    pub cells: Vec<ClockCell>,
    /// 还剩 2 个工作日.
    pub words: String,
    /// Class that colours it; the words say the same.
    pub tone: &'static str,
    /// 承诺 …, 法定 ….
    pub note: String,
}

/// A case as the desks show it.
pub(crate) struct Sheet {
    /// `/w` or `/a`.
    pub desk: &'static str,
    /// Number without spaces, for addresses.
    pub no: String,
    /// Number in groups of four.
    pub grouped: String,
    /// Version its forms name.
    pub version: i64,
    /// Item.
    pub item: String,
    /// State of `ui::status`.
    pub status: &'static str,
    /// State in words.
    pub state: String,
    /// Applicant.
    pub applicant: String,
    /// His number, masked unless it was revealed.
    pub number: String,
    /// Who files for him, and that number; empty for nobody.
    pub agent: String,
    /// Number of the agent.
    pub agent_no: String,
    /// Telephone; only once revealed.
    pub phone: String,
    /// When it was submitted.
    pub submitted: String,
    /// How it was taken at a window, each line with whether it is a warning; none for one filed online.
    pub window: Vec<(bool, String)>,
    /// Full numbers are shown.
    pub revealed: bool,
    /// The form.
    pub sections: Vec<Section>,
    /// 32 项，23 项来自部门数据.
    pub counts: String,
    /// Automatic checks that apply.
    pub checks: Vec<Check>,
    /// 7 项通过，1 项要看.
    pub check_counts: String,
    /// Materials.
    pub materials: Vec<Material>,
    /// All files of them.
    pub files: Vec<FileLine>,
    /// 收齐 3/4.
    pub got: String,
    /// Files this officer has not opened yet.
    pub unread: usize,
    /// What the applicant says against registers.
    pub disputes: Vec<Disputed>,
    /// How the result is to reach the applicant.
    pub delivery: Vec<(String, String)>,
    /// Sealed documents.
    pub documents: Vec<Document>,
    /// Something is still being made.
    pub making: bool,
    /// What happened.
    pub history: Vec<Past>,
    /// When it was handed on, by whom to whom.
    pub handed: Vec<Past>,
    /// What is due when.
    pub due: Due,
    /// Name of whoever has it in hand; empty for nobody.
    pub holder: String,
    /// Since when.
    pub held_since: String,
    /// It is in this officer's hands.
    pub mine: bool,
    /// It is in somebody else's hands.
    pub locked: bool,
    /// What this officer may cause now.
    may: Vec<Kind>,
    /// One-time token of its forms.
    pub idem: String,
    /// 姓名 工号 时间 across the page.
    pub watermark: String,
}

impl Sheet {
    fn can(&self, kind: Kind) -> bool {
        !self.locked && self.may.contains(&kind)
    }

    /// Whether the state of the case still lets this desk cause an event, whoever has it in hand.
    pub fn allows(&self, kind: Kind) -> bool {
        self.may.contains(&kind)
    }

    /// May be accepted here and now.
    pub fn can_accept(&self) -> bool {
        self.can(Kind::CaseAccepted)
    }

    /// May be decided here and now.
    pub fn can_decide(&self) -> bool {
        self.can(Kind::CaseGranted)
    }

    /// May be taken in hand.
    pub fn can_claim(&self) -> bool {
        self.holder.is_empty() && self.can(Kind::CaseClaimed)
    }

    /// May be handed to a colleague.
    pub fn can_hand_over(&self) -> bool {
        self.can(Kind::CaseHandedOver)
    }

    /// May be given back.
    pub fn can_release(&self) -> bool {
        self.mine && self.can(Kind::CaseReleased)
    }

    /// A special procedure may begin.
    pub fn can_start(&self) -> bool {
        self.can(Kind::SpecialStarted)
    }

    /// The running procedure may be ended.
    pub fn can_end(&self) -> bool {
        self.can(Kind::SpecialEnded)
    }

    /// The limit may be extended.
    pub fn can_extend(&self) -> bool {
        self.can(Kind::CaseExtended)
    }
}

/// The state as `ui::status` names it.
fn status(phase: Phase) -> &'static str {
    match phase {
        Phase::Submitted => "submitted",
        Phase::CorrectionRequested => "need_fix",
        Phase::Accepted => "accepted",
        Phase::Special => "special",
        Phase::Granted | Phase::Closed => "approved",
        Phase::Denied => "rejected",
        Phase::NotAccepted => "not_accepted",
        Phase::Withdrawn => "withdrawn",
    }
}

fn check(f: &Frame, (at, c): (usize, &Checked)) -> Check {
    let lang = f.lang.tag();
    let (tone, icon, word) = match (&c.verdict, c.kind) {
        (Verdict::Pass, _) => ("pass", "check", "desks-check-pass"),
        (Verdict::Broken, guide::packs::RuleKind::Accept) => ("fail", "x", "desks-check-fail"),
        (Verdict::Broken, _) => ("look", "warn", "desks-check-look"),
        _ => ("look", "help", "desks-check-unknown"),
    };
    let name = c.name.get(lang);
    let text = match c.verdict {
        Verdict::Pass => name,
        Verdict::Broken => c.message.get(lang),
        _ => &f.ta("desks-check-missing", "name", name),
    };
    let rule = match c.basis.get(lang) {
        "" => name.to_owned(),
        basis => f.ta2("desks-check-rule", "name", name, "basis", basis),
    };
    let (text, word) = (text.to_owned(), f.t(word).to_owned());
    Check { no: at + 1, tone, icon, word, text, rule }
}

fn size(bytes: i64) -> String {
    match bytes {
        b if b >= 1 << 20 => format!("{}.{} MB", b >> 20, ((b & 0xf_ffff) * 10) >> 20),
        b => format!("{} KB", (b + 1023) >> 10),
    }
}

/// What the sheet is made with.
pub(crate) struct Maker<'a> {
    /// The wing.
    pub w: &'a Casework,
    /// Who looks.
    pub visitor: &'a Visitor,
    /// Words.
    pub f: &'a Frame,
    /// `/w` or `/a`.
    pub desk: &'static str,
    /// Telephone, once the numbers were revealed.
    pub phone: Option<Secret>,
}

impl Maker<'_> {
    /// One file as the desks show it.
    pub fn file(&self, d: &Dossier, paper: &Paper, opened: &[String]) -> Option<FileLine> {
        let hash = paper.file.as_ref()?.as_str().to_owned();
        let material = d.progress.pack.materials.iter().find(|m| m.key == paper.key);
        let name = material.map(|m| m.name.get(self.f.lang.tag()).to_owned());
        let round = if paper.round > 0 { self.f.t("desks-file-corrected") } else { "" };
        let note = [size(paper.size), paper.added.ymd_hm(), round.to_owned()];
        Some(FileLine {
            opened: opened.contains(&hash),
            href: format!("{}/c/{}/files/{hash}", self.desk, d.progress.case.no),
            material: name.unwrap_or_else(|| paper.key.clone()),
            note: note.join(" ").trim_end().to_owned(),
            shape: files::shape(&paper.name),
            name: paper.name.clone(),
            hash,
        })
    }

    fn material(&self, d: &Dossier, need: &MaterialNeed, opened: &[String]) -> Material {
        let papers: Vec<&Paper> = d.papers.iter().filter(|p| p.key == need.key).collect();
        let files: Vec<FileLine> = papers.iter().filter_map(|p| self.file(d, p, opened)).collect();
        let licence = papers.iter().find(|p| p.way == Way::Licence);
        // A sheet of paper that a clerk saw at the window: who and how stands among the window's lines.
        let sheet = papers.iter().find(|p| p.file.is_none() && p.licence.is_none());
        let ready = need.offers.iter().find(|o| o.ready).map(|o| o.way);
        let way = match (files.is_empty(), licence, ready) {
            (false, ..) => Some(Way::Upload),
            (_, Some(_), _) => Some(Way::Licence),
            (.., ready) => ready.filter(|_| !need.absent),
        };
        let (note, tag, tone, got) = match way {
            Some(Way::Upload) => ("desks-mat-upload", "desks-mat-electronic", "grey", true),
            Some(Way::Licence) => ("desks-mat-licence", "desks-mat-spared", "ok", true),
            Some(Way::Register) => ("desks-mat-register", "desks-mat-spared", "ok", true),
            Some(_) => ("desks-mat-form", "desks-mat-electronic", "grey", true),
            None if sheet.is_some() => ("desks-mat-window", "desks-mat-paper", "grey", true),
            None if need.absent => ("desks-mat-absent", "desks-mat-none", "line", true),
            None if !need.needed => ("desks-mat-optional", "desks-mat-none", "line", true),
            None => ("desks-mat-missing", "desks-mat-open", "warn", false),
        };
        let note = match licence {
            Some(paper) => format!("{} {}", self.f.t(note), paper.name),
            None => self.f.t(note).to_owned(),
        };
        Material {
            name: need.name.get(self.f.lang.tag()).to_owned(),
            note,
            tag: self.f.t(tag).to_owned(),
            tone,
            got,
            files,
        }
    }

    fn documents(&self, d: &Dossier) -> Vec<Document> {
        let no = d.progress.case.no;
        let one = |row: &crate::cases::records::DocumentRow| Document {
            title: row.title.clone(),
            note: format!("{} {}", row.number, row.made.ymd_hm()),
            href: format!("{}/c/{no}/documents/{}", self.desk, row.kind),
        };
        let issued = d.progress.documents.iter().map(one);
        let evidence = files::evidence(&d.progress.case).into_iter().map(|(key, file)| {
            let of = d.progress.pack.flow.special(&key).map(|s| s.name.get(self.f.lang.tag()));
            Document {
                title: self.f.ta("desks-evidence-of", "name", of.unwrap_or(&key)),
                note: String::new(),
                href: format!("{}/c/{no}/files/{}", self.desk, file.as_str()),
            }
        });
        issued.chain(evidence).collect()
    }

    fn history(&self, d: &Dossier) -> Vec<Past> {
        let known = |kind: &str| web::Texts::shipped().has(self.f.lang, &format!("event-{kind}"));
        let events = d.progress.history.iter().rev().filter(|e| known(&e.kind));
        let one = |e: &store::ledger::EventRow| Past {
            at: e.at.ymd_hm(),
            words: self.f.tk("event-", &e.kind),
        };
        events.map(one).collect()
    }

    /// What is due when, in words and cells.
    fn due(&self, d: &Dossier) -> Due {
        let (f, card) = (self.f, &d.progress.card);
        let tone = match light(card) {
            tone @ ("ok" | "warn" | "err") => tone,
            _ => "weak",
        };
        let clock = d.progress.clock.as_ref();
        let words = left(f, card);
        let Some(clock) = clock else {
            let until = card.due.map(|due| f.ta("desks-due-notice", "day", day(f, due)));
            return Due { cells: vec![], words, tone, note: until.unwrap_or_default() };
        };
        let promised = day(f, clock.promised.day);
        let note = match &clock.statutory {
            Some(by_law) => {
                f.ta2("desks-due-both", "promised", promised, "law", day(f, by_law.day))
            }
            None => f.ta("desks-due-promised", "promised", promised),
        };
        Due { cells: f.cells(&clock.cells), words, tone, note }
    }

    /// The whole sheet. Names of colleagues and which papers were opened are read here.
    pub async fn sheet(&self, d: &Dossier) -> Result<Sheet> {
        let (case, pack, party) = (&d.progress.case, &d.progress.pack, &d.body.party);
        let (me, now) = (self.visitor.staff()?, self.w.clock().now());
        let (papers, id) = (d.papers.clone(), StaffId(me.id));
        let opened = self.w.store.read(move |db| acts::opened(db, &papers, id)).await?;
        let judgement = d.body.judge(pack, case.submitted);
        let applies: Vec<&Checked> =
            d.checks.iter().filter(|c| c.verdict != Verdict::Absent).collect();
        let off = applies.iter().filter(|c| c.verdict != Verdict::Pass);
        let looks: BTreeSet<String> = off.clone().flat_map(|c| c.fields.clone()).collect();
        let off = off.count();
        let ratio = judgement.ratio();
        let materials: Vec<Material> =
            d.needs.iter().map(|n| self.material(d, n, &opened)).collect();
        let got = materials.iter().filter(|m| m.got).count();
        let full = self.phone.is_some();
        let shown = |no: &str| if full { no.to_owned() } else { Secret::new(no).masked_id() };
        let told = Told { f: self.f, full };
        let disputes = self.disputes(d, &told, &opened);
        let shows = disputes.iter().flat_map(|x| x.files.clone());
        let files = materials.iter().flat_map(|m| m.files.clone());
        let files: Vec<FileLine> = files.chain(shows).collect();
        Ok(Sheet {
            desk: self.desk,
            no: case.no.to_string(),
            grouped: case.no.grouped(),
            version: case.version,
            item: pack.item.short_name.get(self.f.lang.tag()).to_owned(),
            status: outcome(&case.state),
            state: self.f.tk("cases-state-", case.state.phase().label()),
            applicant: party.name.clone(),
            number: match party.number_kind.as_str() {
                "001" => party.number.clone(),
                _ => shown(&party.number),
            },
            agent: party.agent.clone(),
            agent_no: Some(&party.agent_number)
                .filter(|_| !party.agent.is_empty())
                .map_or(String::new(), |no| shown(no)),
            phone: self.phone.as_ref().map(|p| p.expose().to_owned()).unwrap_or_default(),
            submitted: case.submitted.ymd_hm(),
            window: crate::intake::pages::window_lines(self.w, self.f, case.id).await?,
            revealed: full,
            sections: told.sections(pack, &d.body, &judgement, &looks),
            counts: self.f.ta2("desks-counts", "shown", ratio.shown, "prefilled", ratio.prefilled),
            check_counts: self.counted(applies.len() - off, off),
            checks: applies.into_iter().enumerate().map(|c| check(self.f, c)).collect(),
            got: self.f.ta2("desks-mat-got", "got", got, "all", materials.len()),
            unread: files.iter().filter(|file| !file.opened).count(),
            materials,
            files,
            disputes,
            delivery: crate::delivery::pages::lines(self.f, pack, &d.body, full),
            documents: self.documents(d),
            making: d.progress.making,
            history: self.history(d),
            handed: self.handed(d).await?,
            due: self.due(d),
            holder: self.holder(d).await?,
            held_since: held_since(d),
            mine: case.handler == Some(id),
            locked: d.in_other_hands.is_some(),
            may: d.may.clone(),
            idem: self.w.store.chance().token(),
            watermark: watermark(me, now),
        })
    }

    fn counted(&self, pass: usize, look: usize) -> String {
        self.f.ta2("desks-check-counts", "pass", pass, "look", look)
    }

    async fn holder(&self, d: &Dossier) -> Result<String> {
        let Some(id) = d.progress.case.handler else { return Ok(String::new()) };
        let names = names(self.w, [id].into()).await?;
        Ok(names.get(&id).cloned().unwrap_or_default())
    }
}

/// 姓名 工号 时间, across every page with personal data.
pub(super) fn watermark(me: &Staff, now: Stamp) -> String {
    format!("{} {} {}", me.name, me.no, now.ymd_hm())
}

fn held_since(d: &Dossier) -> String {
    let taken = |e: &&store::ledger::EventRow| e.kind == Kind::CaseClaimed.label();
    let last = d.progress.history.iter().rev().find(taken);
    last.map(|e| e.at.hm()[..5].to_owned()).unwrap_or_default()
}

/// The status of a closed case is that of its result.
fn outcome(state: &State) -> &'static str {
    use crate::cases::model::Outcome;
    match state {
        State::Closed(closed) => match closed.result {
            Outcome::Granted(_) => "approved",
            Outcome::Denied(_) => "rejected",
        },
        other => status(other.phase()),
    }
}
