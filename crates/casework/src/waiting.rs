//! What waits for a citizen, as the home page shows it: corrections first, then what came out, drafts.

use crate::cases::model::Phase;
use crate::cases::pages::my::standing;
use crate::cases::view::{self, Card};
use crate::drafts::filing;
use crate::drafts::model::{Draft, KEPT_DAYS};
use codes::Day;
use guide::{Guide, Waiting};
use store::Result;
use web::{Lang, Texts, Visitor};

/// Most cards on the home page.
const MOST: usize = 3;

/// At most three things that wait for the visitor. The hook for `Guide::ask_waiting`.
pub async fn waiting(guide: &Guide, visitor: &Visitor) -> Result<Vec<Waiting>> {
    let Ok(owner) = filing::owner(visitor) else { return Ok(vec![]) };
    let cases = view::mine(guide, owner, None).await?.cards;
    let drafts = filing::mine(guide, owner).await?;
    let lang = visitor.lang;
    let mut out: Vec<Waiting> = Vec::new();
    let wants = |c: &&Card| c.phase == Phase::CorrectionRequested;
    out.extend(cases.iter().filter(wants).map(|c| card(lang, c, "need_fix", "fix")));
    out.extend(drafts.iter().map(|d| draft(guide, lang, d)));
    let runs = |c: &Card| {
        matches!(c.phase, Phase::Submitted | Phase::Accepted | Phase::Special | Phase::Granted)
    };
    let running: Vec<Card> = cases.into_iter().filter(runs).collect();
    let tags = standing(guide, &running).await?;
    out.extend(running.iter().zip(tags).map(|(c, tag)| card(lang, c, tag, "see")));
    out.truncate(MOST);
    Ok(out)
}

fn card(lang: Lang, c: &Card, state: &'static str, act: &str) -> Waiting {
    let texts = Texts::shipped();
    let day = c.due.map(|d| short(lang, d)).unwrap_or_default();
    let text = match (act, day.is_empty()) {
        ("fix", _) => texts.ta(lang, "cases-waiting-fix-text", &[("day", &day)]),
        (_, false) => texts.ta(lang, "cases-waiting-due-text", &[("day", &day)]),
        _ => texts.t(lang, "cases-waiting-see-text").to_owned(),
    };
    let (href, words) = match act {
        "fix" => (format!("/c/{}/fix", c.no), "cases-waiting-fix"),
        _ => (format!("/c/{}", c.no), "cases-waiting-see"),
    };
    Waiting {
        state,
        when: if day.is_empty() {
            day
        } else {
            texts.ta(lang, "cases-citizen-by", &[("day", &day)])
        },
        name: c.item.get(lang.tag()).to_owned(),
        text,
        act: (href, texts.t(lang, words).to_owned()),
        more: (String::new(), String::new()),
    }
}

/// A day of these weeks; its year is plain.
pub fn short(lang: Lang, day: Day) -> String {
    match lang {
        Lang::Zh => codes::time::zh_month_day(day),
        Lang::En => codes::time::en_day_month(day),
    }
}

fn draft(guide: &Guide, lang: Lang, d: &Draft) -> Waiting {
    let texts = Texts::shipped();
    let until = short(lang, d.saved.plus_days(KEPT_DAYS).day());
    let name = guide.pack(&d.slug).map(|p| p.item.short_name.get(lang.tag()).to_owned());
    Waiting {
        state: "draft",
        when: texts.ta(lang, "cases-my-saved", &[("day", &short(lang, d.saved.day()))]),
        name: name.unwrap_or_else(|| d.slug.clone()),
        text: texts.ta(lang, "cases-waiting-draft-text", &[("day", &until)]),
        act: (format!("/d/{}", d.id.0), texts.t(lang, "cases-waiting-draft").to_owned()),
        more: (String::new(), String::new()),
    }
}
