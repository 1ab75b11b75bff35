//! Judges without a network: a file or an offline code against the signed lists, whose age is told. What only
//! the register knows stays open, and is said to be.

use super::judge::{limits, of_copy, said, standing, step};
use super::verdict::{Asked, Facts, RestsOn, Said, Standing, Verdict};
use crate::grants::{self, CopyFacts};
use crate::licences::{HolderKind, LicenceStatus};
use crate::lists::{Bad, Opened, code, model, open};
use crate::seals::SealKind;
use crate::seals::authority::utc;
use crate::showing::choice::{Shown, shown_day};
use codes::licence::LicenceId;
use codes::time::{Day, Stamp, parse_day};
use gm::x509::Certificate;
use ofd::read::Reader;
use ofd::verify::{Basis, SealedBy};
use store::Secret;
use web::Lang;

/// Hours a bundle may be old (security L2); whoever verifies may ask for less or more.
pub const MOST_HOURS: i64 = 24;

/// A verifier without a network: his lists, his clock, and how old the lists may be.
pub struct Offline {
    lists: Result<Opened, Bad>,
    now: Stamp,
    most_hours: i64,
}

impl Offline {
    /// Opens a bundle. `pinned` are the roots known beforehand, for example from an earlier visit; without
    /// them the bundle's own are believed, and every verdict says so.
    pub fn new(bundle: &[u8], pinned: &[Certificate], now: Stamp, most_hours: i64) -> Offline {
        Offline { lists: open(bundle, pinned, now), now, most_hours }
    }

    /// Judges a file.
    pub fn file(&self, bytes: &[u8]) -> Verdict {
        self.with_lists(Asked::File, |lists, steps| self.of_file(lists, bytes, steps))
    }

    /// Judges a text: an offline code with its digits, or a licence identifier, of which the lists know only
    /// whether it has ended.
    pub fn text(&self, text: &str) -> Verdict {
        let asked: String =
            text.chars().take(2 * code::MOST_LETTERS).filter(|c| !c.is_whitespace()).collect();
        if code::is_code(&asked) {
            return self.with_lists(Asked::Code, |lists, steps| self.of_code(lists, &asked, steps));
        }
        match LicenceId::parse(&asked) {
            Ok(id) => self.with_lists(Asked::Licence, |lists, steps| self.of_id(lists, &id, steps)),
            Err(_) => {
                let steps = vec![step("text-form", Some(false), "")];
                Verdict::new(Asked::Text, Standing::NeedsNetwork, steps, self.now)
            }
        }
    }

    /// Says what the lists are worth, then judges by them.
    fn with_lists(
        &self,
        asked: Asked,
        judge: impl FnOnce(&Opened, &mut Vec<Said>) -> Judged,
    ) -> Verdict {
        let lists = match &self.lists {
            Ok(lists) => lists,
            Err(bad) => {
                let what = match bad {
                    Bad::Form => "lists-form",
                    Bad::Signature => "lists-signature",
                    Bad::Root => "lists-root",
                    Bad::Future => "lists-age",
                };
                let steps = vec![step(what, Some(false), "")];
                return Verdict::new(asked, Standing::ListsBad, steps, self.now);
            }
        };
        let rests_on = RestsOn {
            node: lists.lists.node.clone(),
            made_at: lists.made_at.iso(),
            age_minutes: age(lists.made_at, self.now),
            roots: lists.roots.iter().map(Certificate::fingerprint).collect(),
        };
        let fresh = rests_on.age_minutes <= self.most_hours.saturating_mul(60);
        let mut steps = vec![
            step("lists-signature", Some(true), &lists.lists.node),
            step("lists-root", lists.pinned.then_some(true), &rests_on.roots.join(" ")),
            step("lists-age", Some(fresh), &told_age(lists.made_at, rests_on.age_minutes)),
        ];
        let mut judged = judge(lists, &mut steps);
        // What the signatures themselves say does not age; what rests on the lists does.
        if !fresh && judged.rests_on_lists() {
            judged = Judged { standing: Standing::ListsOld, facts: None, ..judged };
        }
        let mut verdict = Verdict::new(asked, judged.standing, steps, self.now);
        (verdict.signature_values_hold, verdict.trusted) = (judged.values, judged.trusted);
        verdict.facts = judged.facts;
        verdict.rests_on = Some(rests_on);
        verdict
    }

    fn of_file(&self, lists: &Opened, bytes: &[u8], steps: &mut Vec<Said>) -> Judged {
        let basis = Basis {
            limits: limits(),
            intermediates: &lists.between,
            crls: &lists.revoked,
            // How old the lists may be was judged, and told, for all of them at once.
            lists_at: utc(lists.made_at),
            ..Basis::new(&lists.roots, utc(self.now))
        };
        let report = ofd::verify::verify(bytes, &basis);
        steps.extend(said(&report));
        let (values, trusted) = (report.signature_values_hold, report.trusted);
        let told = |standing, facts| Judged { standing, facts, values, trusted };
        if let Some(standing) = standing(&report) {
            return told(standing, None);
        }
        let seal = report.sealed_by.as_ref().and_then(|by| self.listed(lists, by, steps));
        let Some((uscc, kind, name)) = seal else { return told(Standing::Untrusted, None) };
        let face = Face::of(bytes);
        let Some(identifier) = face.get("ZZBS") else {
            steps.push(step("document-register", None, &face.title));
            let facts = Facts {
                name: face.title.clone(),
                issuer: name,
                sandbox: face.sample(),
                ..Facts::default()
            };
            return told(Standing::Issued, Some(facts));
        };
        let own = face.get("ZZBFJGDM") == Some(&uscc) && kind == SealKind::Licence.label();
        steps.push(step("licence-issuer", Some(own), face.text("ZZBFJG")));
        if !own {
            return told(Standing::WrongSeal, None);
        }
        let (status, since) = self.status(lists, &model::key(identifier), face.day("ZZYXQJZRQ"));
        steps.push(step("licence-listed", Some(status.in_force()), status.label()));
        let (standing, facts) = (Standing::Licence(status), face.facts(status, since));
        let (standing, facts) = match self.copy(lists, &face) {
            Some(copy) => of_copy(&copy, standing, facts, steps),
            None => (standing, Some(facts)),
        };
        told(standing, facts)
    }

    /// What a copy says of itself; taken back when the list names its number, over after its day.
    fn copy(&self, lists: &Opened, face: &Face) -> Option<CopyFacts> {
        let no = face.get("KZ_JZJBH")?.clone();
        let last = face.day("JZJYXQJZSJ")?;
        let back = lists.ended.find(&no).map(|(_, at)| at);
        Some(CopyFacts {
            status: grants::model::standing(last, back, self.now.day()),
            who: face.text("JZJZZZ").to_owned(),
            purpose: face.text("JZJZZSY").to_owned(),
            made_at: face.text("JZJZZSJ").to_owned(),
            no,
            last,
        })
    }

    /// The seal as the trust list has it: unit, kind and name.
    fn listed(
        &self,
        lists: &Opened,
        by: &SealedBy,
        steps: &mut Vec<Said>,
    ) -> Option<(String, String, String)> {
        let digest = hex::encode(gm::sm3::hash(&by.seal));
        let found = lists.lists.seals.iter().find(|s| s.no == by.seal_id && s.digest == digest);
        steps.push(step("seal-listed", Some(found.is_some()), &by.seal_name));
        // A seal that ended is trusted for what it was put on before.
        let found = found.filter(|seal| {
            let good = seal.good_at(by.at.map(|at| at.0));
            if seal.ended != 0 {
                steps.push(step("seal-status", Some(good), &seal.status));
            }
            good
        });
        found.map(|seal| (seal.uscc.clone(), seal.kind.clone(), seal.name.clone()))
    }

    /// How a licence stands: by the list, and by its own last day.
    fn status(&self, lists: &Opened, key: &[u8; 16], last: Option<Day>) -> (LicenceStatus, String) {
        let over = last.filter(|last| *last < self.now.day());
        match lists.ended.find_key(key) {
            // A suspended licence past its last day has expired, as the register says too.
            Some((LicenceStatus::Suspended, _)) | None if over.is_some() => {
                (LicenceStatus::Expired, over.map_or(String::new(), |day| day.to_string()))
            }
            Some((status, since)) => (status, since.ymd()),
            None => (LicenceStatus::Valid, String::new()),
        }
    }

    fn of_code(&self, lists: &Opened, text: &str, steps: &mut Vec<Said>) -> Judged {
        let no = |standing| Judged { standing, facts: None, values: None, trusted: None };
        let signer = lists.signer.public();
        let read =
            signer.map_err(|_| code::Bad::Forged).and_then(|key| code::read(text, key, self.now));
        let told = match read {
            Ok(told) => told,
            Err(bad) => {
                let (what, standing) = refused(bad);
                steps.push(step(what, Some(false), ""));
                return no(standing);
            }
        };
        steps.push(step("code-signature", Some(true), ""));
        steps.push(step("code-time", Some(true), &told.ends.iso()));
        steps.push(step("code-digits", Some(true), ""));
        steps.push(step("code-once", None, ""));
        let (status, since) = self.status(lists, &told.key, told.valid_to);
        steps.push(step("licence-listed", Some(status.in_force()), status.label()));
        let facts = of_code(&told, status, since);
        Judged { facts: Some(facts), ..no(Standing::Licence(status)) }
    }

    fn of_id(&self, lists: &Opened, id: &LicenceId, steps: &mut Vec<Said>) -> Judged {
        let text = id.to_string();
        steps.push(step("identifier-check", Some(id.check_holds()), &text));
        let found = lists.ended.find(&text).map(|(status, _)| status);
        let label = found.map_or("", LicenceStatus::label);
        steps.push(step("licence-listed", found.map(|_| false), label));
        let standing = found.map_or(Standing::NeedsNetwork, Standing::Licence);
        Judged { standing, facts: None, values: None, trusted: None }
    }
}

/// Step and standing of an offline code that is not believed.
pub(super) fn refused(bad: code::Bad) -> (&'static str, Standing) {
    match bad {
        code::Bad::Forged => ("code-signature", Standing::CodeUnknown),
        code::Bad::Over => ("code-time", Standing::OfflineCodeOver),
        code::Bad::Digits => ("code-digits", Standing::CodeDigits),
    }
}

/// What a verifier learns of an offline code: nothing but that when the licence is not in force.
pub(super) fn of_code(told: &code::Told, status: LicenceStatus, ended: String) -> Facts {
    let shown: Vec<Shown> = if status.in_force() { told.rows() } else { Vec::new() };
    Facts { name: told.name.clone(), issuer: told.issuer.clone(), ended, shown, ..Facts::default() }
}

struct Judged {
    standing: Standing,
    facts: Option<Facts>,
    values: Option<bool>,
    trusted: Option<bool>,
}

impl Judged {
    /// Whether the outcome would need fresh lists: what is said to be good, or to have ended.
    fn rests_on_lists(&self) -> bool {
        let on = |s| matches!(s, Standing::Issued | Standing::Licence(_) | Standing::Untrusted);
        on(self.standing) || matches!(self.standing, Standing::Copy | Standing::CopyOver)
    }
}

fn age(made: Stamp, now: Stamp) -> i64 {
    (now.micros() - made.micros()).max(0) / 60_000_000
}

/// `2026-11-22 08:01 (+35 min)`, or hours from two on: the words around it are translated, this is not.
fn told_age(made: Stamp, minutes: i64) -> String {
    let age = if minutes < 120 { format!("{minutes} min") } else { format!("{} h", minutes / 60) };
    format!("{} (+{age})", made.ymd_hm())
}

/// The metadata a sealed licence carries (GB/T 36903), and its title.
struct Face {
    values: Vec<(String, String)>,
    title: String,
}

impl Face {
    fn of(bytes: &[u8]) -> Face {
        match Reader::open(bytes, &limits()) {
            Ok(reader) => {
                let info = reader.info();
                Face { values: info.custom.clone(), title: info.title.clone() }
            }
            Err(_) => Face { values: Vec::new(), title: String::new() },
        }
    }

    fn get(&self, key: &str) -> Option<&String> {
        self.values.iter().find(|(k, _)| k == key).map(|(_, value)| value)
    }

    fn text(&self, key: &str) -> &str {
        self.get(key).map_or("", String::as_str)
    }

    fn day(&self, key: &str) -> Option<Day> {
        parse_day(self.text(key)).ok()
    }

    fn sample(&self) -> bool {
        self.get("KZ_SAMPLE").is_some()
    }

    /// As the register would tell a stranger: a person's name and number are masked.
    fn facts(&self, status: LicenceStatus, ended: String) -> Facts {
        let person = HolderKind::parse(self.text("CZZTDMLXDM")) != Some(HolderKind::Enterprise);
        let holder = Secret::new(self.text("CZZT").to_owned());
        let day = |key| self.day(key).map_or(String::new(), |day| day.to_string());
        Facts {
            name: self.text("ZZMC").to_owned(),
            holder: if person { holder.masked_name() } else { self.text("CZZT").to_owned() },
            number: crate::licences::model::masked_number(self.text("ZZBH")),
            issuer: self.text("ZZBFJG").to_owned(),
            issued: day("ZZBFRQ"),
            valid_from: day("ZZYXQQSRQ"),
            valid_to: day("ZZYXQJZRQ"),
            ended: if status.in_force() { String::new() } else { ended },
            sandbox: self.sample(),
            ..Facts::default()
        }
    }
}

impl Verdict {
    /// What an offline verdict rests on, in a sentence; empty for one judged at the register.
    pub fn rests(&self, lang: Lang) -> String {
        let Some(on) = &self.rests_on else { return String::new() };
        let day = shown_day(on.made_at.get(..10).unwrap_or_default(), lang);
        let time = on.made_at.get(11..16).unwrap_or_default();
        let at = format!("{day} {time}");
        let minutes = on.age_minutes.to_string();
        web::Texts::shipped().ta(
            lang,
            "licences-verify-rests",
            &[("at", &at), ("minutes", &minutes), ("node", &on.node)],
        )
    }
}
