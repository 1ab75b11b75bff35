//! What the forms of both desks share (W06, A03): each opens a case, shows its notice before it is issued,
//! does one act, and comes back with what was wrong; where the act is no longer to be done, it says so,
//! who did what when, and leads back.

use super::form::Form;
use super::notice::{self, Leads};
use super::say::names;
use super::sheet::Sheet;
use super::window::{Opened, open};
use super::{Told, act, again, at_field, back, case_of, for_page, grip, told};
use crate::Casework;
use crate::cases::model::{Case, Grip, Officer, Receipt, State};
use crate::cases::{life, rules};
use crate::desks::preview::Notice;
use askama::Template;
use codes::calendar::Calendar;
use people::identity::StaffId;
use store::{Done, Error, Idem, Kind, Result, Tx};
use web::form::FormError;
use web::{Answer, Frame, Posted, Visitor, html};

/// One act of a desk with its form.
pub(super) struct Turn {
    /// `/w` or `/a`.
    pub desk: &'static str,
    /// Last part of its address.
    pub at: &'static str,
    /// Words of its name.
    pub title: &'static str,
    /// Words of the button that issues its notice.
    pub button: &'static str,
    /// What the case's page says afterwards (`?done=`).
    pub done: &'static str,
    /// The event it causes.
    pub kind: Kind,
    /// Its form's address as idempotency keys name it.
    pub route: &'static str,
    /// Refusals that belong to one field: code, field.
    pub fields: &'static [(&'static str, &'static str)],
}

/// One request to one form.
pub(super) struct Desk<'a> {
    pub w: &'a Casework,
    pub visitor: &'a Visitor,
    pub no: &'a str,
    pub turn: &'static Turn,
}

/// A page with a form of a desk; `form_page!` makes it.
pub(super) trait FormPage: Template {
    /// With what was wrong, field by field and as a whole.
    fn tell(self, errors: Vec<FormError>, told: Option<Told>) -> Self;

    /// What is wrong.
    fn errors(&self) -> &[FormError];

    /// What is wrong with one field; empty when it is fine.
    fn error(&self, field: &str) -> &str {
        self.errors().iter().find(|e| e.field == field).map_or("", |e| e.text.as_str())
    }
}

/// A posted form, with or without a file.
pub(super) trait Fields {
    /// First value of a field, trimmed; empty when absent.
    fn value(&self, name: &str) -> &str;
    /// Everything that goes along to the next page.
    fn all(&self) -> Vec<(String, String)>;
    /// The key minted with the page.
    fn key(&self, route: &'static str) -> Result<Idem>;
}

impl Fields for Posted {
    fn value(&self, name: &str) -> &str {
        self.get(name)
    }
    fn all(&self) -> Vec<(String, String)> {
        self.fields()
    }
    fn key(&self, route: &'static str) -> Result<Idem> {
        self.idem(route)
    }
}

impl Fields for Form {
    fn value(&self, name: &str) -> &str {
        self.get(name)
    }
    fn all(&self) -> Vec<(String, String)> {
        self.fields()
    }
    fn key(&self, route: &'static str) -> Result<Idem> {
        self.idem(route)
    }
}

/// A page struct with what every form of a desk has: frame `f`, sheet `s`, `errors`, `told`.
macro_rules! form_page {
    ($name:ident, $path:literal, { $($field:ident: $type:ty,)* }) => {
        #[derive(askama::Template)]
        #[template(path = $path)]
        struct $name {
            f: web::Frame,
            s: $crate::desks::pages::sheet::Sheet,
            errors: Vec<web::form::FormError>,
            told: Option<$crate::desks::pages::Told>,
            $($field: $type,)*
        }

        impl $crate::desks::pages::turn::FormPage for $name {
            fn errors(&self) -> &[web::form::FormError] {
                &self.errors
            }
            fn tell(
                mut self,
                errors: Vec<web::form::FormError>,
                told: Option<$crate::desks::pages::Told>,
            ) -> Self {
                self.f.failed = !errors.is_empty();
                self.errors = errors;
                self.told = told;
                self
            }
        }
    };
}
pub(super) use form_page;

#[derive(Template)]
#[template(path = "cases/staff-gone.html")]
struct GonePage {
    f: Frame,
    s: Sheet,
    title: String,
    text: String,
    last: String,
    /// What was written in vain, to be copied.
    said: Vec<String>,
}

impl Desk<'_> {
    async fn open(&self) -> Result<Opened> {
        let mut opened = open(self.w, self.visitor, self.turn.desk, self.no, None).await?;
        let f = &mut opened.f;
        f.title = format!("{} {}", f.t(self.turn.title), opened.s.item);
        Ok(opened)
    }

    /// The form, or why there is none.
    pub async fn show<P: FormPage>(&self, make: impl FnOnce(Opened) -> Result<P>) -> Answer {
        let opened = self.open().await?;
        match self.hindrance(&opened) {
            Some(told) => html(&self.gone(opened, told, vec![]).await?),
            None => html(&make(opened)?),
        }
    }

    /// The form again with errors of its own; or, where it is too late for the act, that.
    pub async fn wrong<P: FormPage>(
        &self,
        posted: &impl Fields,
        errors: Vec<FormError>,
        make: impl FnOnce(Opened) -> Result<P>,
    ) -> Answer {
        let opened = self.open().await?;
        match self.hindrance(&opened) {
            Some(why) => web::respond::html_again(&self.gone(opened, why, prose(posted)).await?),
            None => web::respond::html_again(&make(opened)?.tell(errors, None)),
        }
    }

    /// The form again, saying what the act was refused with; or, where it is too late for the act, that,
    /// with what was written.
    pub async fn refused<P: FormPage>(
        &self,
        posted: &impl Fields,
        error: Error,
        make: impl FnOnce(Opened) -> Result<P>,
    ) -> Answer {
        let error = for_page(error)?;
        let opened = self.open().await?;
        if let Some(why) = self.hindrance(&opened) {
            return again(&self.gone(opened, why, prose(posted)).await?, &error);
        }
        let (mut errors, said) = (at_field(self.visitor, &error), told(self.visitor, &error));
        if let Some((_, field)) = self.turn.fields.iter().find(|(code, _)| *code == error.code()) {
            errors.push(FormError { field: (*field).into(), text: said.title.clone() });
        }
        let said = told_of(self.w, &opened, said, &error).await?;
        let said = errors.is_empty().then_some(said);
        again(&make(opened)?.tell(errors, said), &error)
    }

    /// Shows the notice; does the act once it was read.
    pub async fn issue<P, F>(
        &self,
        posted: &impl Fields,
        before: impl FnOnce(&Opened) -> Result<Notice>,
        change: F,
        make: impl FnOnce(Opened) -> Result<P>,
    ) -> Answer
    where
        P: FormPage,
        F: FnOnce(&mut Tx<'_>, Grip, &Officer, &Calendar) -> Result<Done<Receipt>> + Send + 'static,
    {
        if posted.value("step") == "issue" {
            return self.act(posted, Ok(()), change, make).await;
        }
        let opened = self.open().await?;
        let Turn { desk, at, button, .. } = *self.turn;
        match before(&opened) {
            Ok(made) => {
                let leads = Leads { desk, at, button };
                notice::show(self.w, self.visitor, &opened.d, made, &leads, Some(posted.all()))
            }
            Err(e) => self.refused(posted, e, make).await,
        }
    }

    /// Does the act, or shows the form again. `ready` is what went wrong before, with its file.
    pub async fn act<P, F>(
        &self,
        posted: &impl Fields,
        ready: Result<()>,
        change: F,
        make: impl FnOnce(Opened) -> Result<P>,
    ) -> Answer
    where
        P: FormPage,
        F: FnOnce(&mut Tx<'_>, Grip, &Officer, &Calendar) -> Result<Done<Receipt>> + Send + 'static,
    {
        let case = case_of(self.w, self.visitor, self.no).await?;
        let grip = grip(posted.value("version"), &case)?;
        let idem = ready.and_then(|()| posted.key(self.turn.route));
        let change = move |tx: &mut Tx<'_>, who: &_, days: &_| change(tx, grip, who, days);
        match act(self.w, self.visitor, idem, grip, change).await {
            Ok(_) => back(self.turn.desk, &case, self.turn.done),
            Err(e) => self.refused(posted, e, make).await,
        }
    }

    /// Why the act cannot be done to this case now by anybody here; nothing when it can.
    fn hindrance(&self, opened: &Opened) -> Option<(String, String)> {
        let (s, f) = (&opened.s, &opened.f);
        if !s.allows(self.turn.kind) {
            let act = f.t(self.turn.title);
            let title = f.ta2("desks-gone-title", "state", &s.state, "act", act);
            return Some((title, f.t("desks-gone-text").to_owned()));
        }
        if s.locked {
            let title = f.ta2("desks-held-other", "name", &s.holder, "at", &s.held_since);
            return Some((title, f.t("desks-held-next").to_owned()));
        }
        let error = hindered(self.w, opened, self.turn.kind)?;
        Some(web::errors::words(self.visitor.lang, &error))
    }

    async fn gone(
        &self,
        opened: Opened,
        (title, text): (String, String),
        said: Vec<String>,
    ) -> Result<GonePage> {
        let last = last(self.w, &opened).await?;
        Ok(GonePage { last, title, text, said, f: opened.f, s: opened.s })
    }
}

/// What was written in words, to be copied where the form cannot be sent any more.
fn prose(posted: &impl Fields) -> Vec<String> {
    let words = |(_, text): (String, String)| (!text.is_ascii()).then_some(text);
    posted.all().into_iter().filter_map(words).collect()
}

/// What a rule has against an act whatever is typed: used once already, or out of time.
fn hindered(w: &Casework, opened: &Opened, kind: Kind) -> Option<Error> {
    let (case, flow) = (&opened.d.progress.case, &opened.d.progress.pack.flow);
    match (kind, &case.state) {
        (Kind::CorrectionRequested, State::Submitted(s)) if s.corrected.is_some() => {
            Some(Error::refused("case-correction-twice"))
        }
        (Kind::CorrectionRequested | Kind::CaseNotAccepted, State::Submitted(s)) => {
            rules::in_notice_time(s, w.clock().now(), &w.calendar).err()
        }
        (Kind::CaseExtended, _) if flow.extension.is_none() => {
            Some(Error::refused("case-extension-none"))
        }
        (Kind::CaseExtended, State::Accepted(a)) if a.extension.is_some() => {
            Some(Error::refused("case-extension-twice"))
        }
        (Kind::SpecialStarted, State::Accepted(a)) => {
            let used = |key: &str| a.procedures.iter().any(|p| p.key == key);
            let open = flow.special.iter().any(|s| !used(&s.key));
            (!open).then(|| Error::refused("case-special-again"))
        }
        _ => None,
    }
}

/// A refusal because somebody was faster says who, when and what.
pub(super) async fn told_of(
    w: &Casework,
    opened: &Opened,
    said: Told,
    error: &Error,
) -> Result<Told> {
    if *error != Error::Stale && error.code() != "case-not-now" {
        return Ok(said);
    }
    let text = format!("{} {}", said.text, last(w, opened).await?);
    Ok(Told { text, ..said })
}

/// What happened to the case last: who, when, what. Looks and papers do not count.
async fn last(w: &Casework, opened: &Opened) -> Result<String> {
    let (f, case) = (&opened.f, &opened.d.progress.case);
    let moves = |kind: &str| life::LIFE.iter().any(|a| a.on.label() == kind);
    let Some(event) = opened.d.progress.history.iter().rev().find(|e| moves(&e.kind)) else {
        return Ok(String::new());
    };
    let who = who(w, f, case, &event.actor).await?;
    let (at, what) = (event.at.ymd_hm(), f.tk("event-", &event.kind));
    Ok(f.tall("desks-last", &[("who", &who), ("at", &at), ("what", &what)]))
}

/// The name of whoever an event was caused by: colleagues know each other.
async fn who(w: &Casework, f: &Frame, case: &Case, actor: &str) -> Result<String> {
    match actor.split_once(':') {
        Some(("staff", id)) => {
            let id = StaffId(id.parse().map_err(Error::internal)?);
            Ok(names(w, [id].into()).await?.remove(&id).unwrap_or_default())
        }
        Some(("citizen", _)) => Ok(case.applicant.clone()),
        _ => Ok(f.t("desks-by-platform").to_owned()),
    }
}
