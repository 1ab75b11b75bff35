//! A citizen's way from the first page of an application to its receipt, one request at a time: what comes next is known
//! from the answer, so that who offers more than can be answered can go on where he was sent away.

use super::citizen::{PAPERS, SLUG, a_file, go_on, place};
use super::start;
use crate::client::{Answer, Browser, FORM, parts};
use crate::page::{self, Form};

/// Bytes of a paper: the picture of a page.
const PAPER: usize = 60 << 10;

/// What is asked for next.
enum Ask {
    Look(String),
    Send(Form),
    /// A form with a file in a field, or with none.
    Carry(Form, String, Vec<u8>),
}

/// Somebody on his way.
pub struct Walk {
    browser: Browser,
    next: Ask,
    name: String,
    count: u64,
}

impl Walk {
    /// Somebody who is signed in and begins.
    pub fn new(browser: Browser, name: String) -> Walk {
        Walk { browser, next: Ask::Look(start(SLUG)), name, count: 0 }
    }

    /// The request that comes next, as it goes over the wire.
    pub fn request(&self, manner: &str) -> Vec<u8> {
        match &self.next {
            Ask::Look(path) => self.browser.request("GET", path, ("", b""), manner),
            Ask::Send(form) => {
                let body = form.body();
                self.browser.request("POST", &form.action, (FORM, body.as_bytes()), manner)
            }
            Ask::Carry(form, field, bytes) => {
                let name = if bytes.is_empty() { "" } else { "paper.pdf" };
                let (kind, body) = parts(&form.fields, (field, name, bytes));
                self.browser.request("POST", &form.action, (&kind, &body), manner)
            }
        }
    }

    /// Takes the answer, whole as it came; who was sent away asks for the same again.
    pub fn answered(&mut self, got: &[u8]) {
        let answer = self.browser.read(got);
        if answer.as_ref().is_some_and(|answer| matches!(answer.status, 429 | 503)) {
            return;
        }
        let next = answer.and_then(|answer| self.after(answer));
        self.next = next.unwrap_or_else(|| Ask::Look(start(SLUG)));
    }

    /// Nothing is known of the last request: he begins again, and finds what he had.
    pub fn lost(&mut self) {
        self.next = Ask::Look(start(SLUG));
    }

    fn after(&mut self, answer: Answer) -> Option<Ask> {
        if let Some(to) = answer.location.as_ref().filter(|_| answer.status < 400) {
            return Some(Ask::Look(to.clone()));
        }
        let here = match &self.next {
            Ask::Look(path) => path.split('#').next().unwrap_or_default().to_owned(),
            // A form that is shown again.
            Ask::Send(form) | Ask::Carry(form, ..) => form.action.clone(),
        };
        let html = answer.text();
        if here.starts_with(&start(SLUG)) {
            let mut form = page::form(&html, &here, &start(SLUG))?;
            form.set("_consent", "yes");
            return Some(Ask::Send(form));
        }
        let (draft, page) = place(&here)?;
        match page.as_str() {
            "sign" => page::form(&html, &here, "/submit").map(Ask::Send),
            "materials" => self.papers(&html, &here, &draft),
            _ => self.fill(&html, &here),
        }
    }

    fn fill(&mut self, html: &str, here: &str) -> Option<Ask> {
        let mut form = page::form(html, here, "/d/")?;
        let mark = self.mark();
        form.set("address", &mark).set("abroad", "true").set("helper", "本人办理");
        go_on(&mut form);
        Some(Ask::Send(form))
    }

    fn papers(&mut self, html: &str, here: &str, draft: &str) -> Option<Ask> {
        let mut form = page::form(html, here, "/materials")?;
        let had = page::links(html, &format!("/d/{draft}/paper/")).len();
        let field = form.names.iter().find(|name| name.starts_with("file.")).cloned();
        if let Some(field) = field.filter(|_| had < PAPERS) {
            form.fields.push(("_go".into(), "stay".into()));
            let mut bytes = a_file(&self.mark());
            bytes.resize(PAPER, b' ');
            return Some(Ask::Carry(form, field, bytes));
        }
        form.fields.push(("_go".into(), "next".into()));
        Some(Ask::Carry(form, "file.none".into(), Vec::new()))
    }

    fn mark(&mut self) -> String {
        self.count += 1;
        format!("walk{}x{}", self.name, self.count)
    }
}
