//! W02: who stands there. Typed, pasted, or typed by a reader that acts as a keyboard.

use super::super::model::Stage;
use super::super::receiving::{self, Card, clerk};
use super::super::records;
use super::{at, frame, news, query};
use crate::Casework;
use crate::desks::pages::Told;
use askama::Template;
use axum::extract::State;
use codes::citizen::CitizenId;
use codes::name::PersonName;
use codes::phone::Phone;
use codes::uscc::Uscc;
use people::identity::adapters::sandbox_persons;
use store::Error;
use web::form::FormError;
use web::frame::Choice;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Texts, Visitor, html, see_other};

/// Rows of the sample list that the sandbox reader holds: two who lead companies, some who do not.
const CARDS: [&str; 7] = ["P0208", "P0001", "P0121", "P0060", "P0061", "P0062", "P0220"];
/// Seventeen figures of nobody, whose card finds the register silent: to drill it.
const DRILL: &str = "99019919900101001";
/// Open sittings shown.
const LINES: i64 = 20;

/// What was typed.
#[derive(Default)]
struct Typed {
    name: String,
    id_no: String,
    phone: String,
    uscc: String,
    principal_name: String,
    principal_id: String,
    authority: String,
    by_hand: String,
}

/// One sitting of this unit.
struct Line {
    href: String,
    who: String,
    item: String,
    staff_no: String,
    since: String,
}

#[derive(Template)]
#[template(path = "intake/identify.html")]
struct IdentifyPage {
    f: Frame,
    t: Typed,
    errors: Vec<FormError>,
    told: Option<Told>,
    silent: bool,
    cards: Vec<Choice>,
    from_card: bool,
    open: Vec<Line>,
    waiting: usize,
    idem: String,
}

impl IdentifyPage {
    fn error(&self, field: &str) -> String {
        crate::drafts::pages::text_of(&self.errors, field)
    }
}

/// Name and number out of one line, as a reader types them or a clerk pastes them.
fn split(name: &str, id_no: &str) -> (String, String) {
    if !id_no.is_empty() {
        return (name.to_owned(), id_no.to_owned());
    }
    let parts = name.split(|c: char| c.is_whitespace() || ",，;；|".contains(c));
    let number = |p: &&str| p.len() == 18 && p.bytes().take(17).all(|b| b.is_ascii_digit());
    let (numbers, names): (Vec<&str>, Vec<&str>) =
        parts.filter(|p| !p.is_empty()).partition(number);
    match numbers.as_slice() {
        [one] => (names.join(" "), (*one).to_owned()),
        _ => (name.to_owned(), String::new()),
    }
}

fn card(wanted: &str) -> Option<Typed> {
    if wanted == "drill" {
        let id = CitizenId::complete(DRILL).ok()?;
        let (name, id_no) = ("演练".to_owned(), id.as_str().to_owned());
        return Some(Typed { name, id_no, ..Typed::default() });
    }
    let known = CARDS.contains(&wanted);
    let found = sandbox_persons().iter().find(|p| known && p.pid == wanted)?;
    let (name, id_no) = (found.name.clone(), found.id_no.clone());
    Some(Typed { name, id_no, phone: found.phone.clone(), ..Typed::default() })
}

fn cards(f: &Frame, chosen: &str) -> Vec<Choice> {
    let find = |pid: &&str| sandbox_persons().iter().find(|p| p.pid == **pid);
    let found = CARDS.iter().filter_map(find).map(|p| Choice::new(&p.pid, &p.name, chosen));
    let drill = Choice::new("drill", f.t("intake-card-drill"), chosen);
    found.chain([drill]).collect()
}

async fn page_of(
    w: &Casework,
    visitor: &Visitor,
    t: Typed,
    errors: Vec<FormError>,
    told: Option<Told>,
    silent: bool,
) -> store::Result<IdentifyPage> {
    let unit = clerk(visitor)?.unit;
    let read = move |db: &mut store::Db<'_>| {
        let mut open = records::of_unit(db, unit, Stage::Filling, LINES)?;
        open.extend(records::of_unit(db, unit, Stage::Arrived, LINES)?);
        Ok((open, records::of_unit(db, unit, Stage::Waiting, 200)?.len()))
    };
    let (open, waiting) = w.store.read(read).await?;
    let f = frame(w, visitor, visitor.t("intake-identify-title"), "/w/i");
    let line = |s: &super::Sitting| Line {
        href: at(s.id),
        who: s.shown.clone(),
        item: super::filling::item_name(w, s),
        staff_no: s.facts.staff_no.clone(),
        since: s.changed.ymd_hm(),
    };
    let chosen = query(visitor, "card");
    Ok(IdentifyPage {
        cards: if w.site.sandbox { cards(&f, &chosen) } else { vec![] },
        from_card: !t.id_no.is_empty() && !chosen.is_empty() && w.site.sandbox,
        open: open.iter().map(line).collect(),
        waiting,
        idem: w.store.chance().token(),
        f: f.with_failed(!errors.is_empty()),
        t,
        errors,
        told,
        silent,
    })
}

/// GET /w/i
pub async fn page(State(w): State<Casework>, visitor: Visitor) -> Answer {
    let read = card(&query(&visitor, "card")).filter(|_| w.site.sandbox).unwrap_or_default();
    html(&page_of(&w, &visitor, read, vec![], news(&visitor), false).await?)
}

fn code(visitor: &Visitor, field: &str, e: &codes::CodeError) -> FormError {
    let args: Vec<(&str, &str)> = e.args.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let text = Texts::shipped().ta(visitor.lang, &e.key(), &args);
    FormError { field: field.to_owned(), text }
}

/// The field a refusal is about.
fn field_of(code: &str) -> Option<&'static str> {
    Some(match code {
        "window-name" => "name",
        "window-unknown" | "window-dead" => "id_no",
        "window-no-enterprise" => "uscc",
        "principal-name" => "principal_name",
        "principal-unknown" | "principal-dead" | "principal-silent" => "principal_id",
        "intake-agent-self" | "intake-two-applicants" => "principal_id",
        "intake-authority" => "authority",
        "intake-reason" => "by_hand",
        _ => return None,
    })
}

/// A name and a number as typed into two boxes.
fn person(
    visitor: &Visitor,
    today: codes::Day,
    name: (&str, &str),
    id_no: (&str, &str),
    errors: &mut Vec<FormError>,
) -> Result<(PersonName, CitizenId), ()> {
    let parsed = PersonName::parse(name.1).map_err(|e| errors.push(code(visitor, name.0, &e)));
    let id = CitizenId::typed(id_no.1).and_then(|id| CitizenId::parse_on(id.as_str(), today));
    let id = id.map_err(|e| errors.push(code(visitor, id_no.0, &e)));
    Ok((parsed?, id?))
}

/// What was typed, read; or every line that does not read.
fn read(w: &Casework, visitor: &Visitor, t: &Typed) -> Result<Card, Vec<FormError>> {
    let mut errors = Vec::new();
    let today = w.clock().now().day();
    let who = person(visitor, today, ("name", &t.name), ("id_no", &t.id_no), &mut errors);
    let named = !t.principal_name.is_empty() || !t.principal_id.is_empty();
    let principal = named.then(|| {
        let name = ("principal_name", t.principal_name.as_str());
        person(visitor, today, name, ("principal_id", &t.principal_id), &mut errors)
    });
    let principal = principal.transpose();
    let phone = (!t.phone.is_empty()).then(|| Phone::parse(&t.phone)).transpose();
    let phone = phone.map_err(|e| errors.push(code(visitor, "phone", &e)));
    let uscc = (!t.uscc.is_empty()).then(|| Uscc::parse(&t.uscc)).transpose();
    let uscc = uscc.map_err(|e| errors.push(code(visitor, "uscc", &e)));
    match (who, principal, phone, uscc) {
        (Ok((name, id_no)), Ok(principal), Ok(phone), Ok(uscc)) => Ok(Card {
            name,
            id_no,
            phone,
            uscc,
            principal,
            authority: t.authority.clone(),
            by_hand: t.by_hand.clone(),
        }),
        _ => Err(errors),
    }
}

/// POST /w/i
pub async fn receive(State(w): State<Casework>, visitor: Visitor, posted: Posted) -> Answer {
    let idem = posted.idem("POST /w/i")?;
    let text = |name: &str| posted.get(name).to_owned();
    let (name, id_no) = split(posted.get("name"), posted.get("id_no"));
    let (principal_name, principal_id) =
        split(posted.get("principal_name"), posted.get("principal_id"));
    let t = Typed {
        name,
        id_no,
        principal_name,
        principal_id,
        phone: text("phone"),
        uscc: text("uscc"),
        authority: text("authority"),
        by_hand: text("by_hand"),
    };
    let card = match read(&w, &visitor, &t) {
        Ok(card) => card,
        Err(errors) => {
            let silent = !t.by_hand.is_empty();
            return html_again(&page_of(&w, &visitor, t, errors, None, silent).await?);
        }
    };
    match receiving::receive(&w, &visitor, idem, &card).await {
        Ok(hold) => Ok(see_other(&format!("{}/find?done=received", at(hold.id)))),
        Err(e @ Error::Refused(_)) => {
            let silent = matches!(e.code(), "register-silent" | "intake-reason");
            let (what, next) = web::errors::words(visitor.lang, &e);
            let args = [("what", what.as_str()), ("next", next.as_str())];
            let line = Texts::shipped().ta(visitor.lang, "drafts-error", &args);
            let at = field_of(e.code());
            let errors = at.map(|field| FormError { field: field.to_owned(), text: line });
            let told = if at.is_none() { super::why(&visitor, &e) } else { None };
            let errors = errors.into_iter().collect();
            html_again(&page_of(&w, &visitor, t, errors, told, silent).await?)
        }
        Err(e) => Err(e.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_types_name_and_number_into_one_box() {
        for (typed, name, number) in [
            ("董建华 990103199302155943", "董建华", "990103199302155943"),
            ("董建华\t99010319930215594X", "董建华", "99010319930215594X"),
            ("990103199302155943,董建华", "董建华", "990103199302155943"),
            ("董建华", "董建华", ""),
            ("990103199302155943 990102198804201822", "990103199302155943 990102198804201822", ""),
        ] {
            assert_eq!(split(typed, ""), (name.to_owned(), number.to_owned()), "{typed}");
        }
        assert_eq!(split("甲 1", "2"), ("甲 1".to_owned(), "2".to_owned()), "what is there stays");
    }
}
