//! The cookies of a request, read once: session and form token, and how the visitor wants pages.

use crate::app::App;
use crate::texts::Lang;
use axum::http::{HeaderMap, HeaderValue, header};
use codes::division::{DivisionCode, Divisions};

pub(crate) const SESSION: &str = "tongban";
pub(crate) const FORM: &str = "tongban-form";

/// What the cookies say. What they say wrongly counts as not said.
pub(crate) struct Cookies<'r> {
    pub session: Option<&'r str>,
    pub form: Option<&'r str>,
    /// Chinese first: another language is shown only to who asked for it.
    pub lang: Lang,
    pub elder: bool,
    pub high_contrast: bool,
    /// Region looked at; a division that there is.
    pub region: &'r str,
}

impl<'r> Cookies<'r> {
    pub(crate) fn of(app: &'r App, headers: &'r HeaderMap) -> Cookies<'r> {
        let mut all = Cookies {
            session: None,
            form: None,
            lang: Lang::Zh,
            elder: false,
            high_contrast: false,
            region: &app.site.region,
        };
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        for pair in lines.flat_map(|line| line.split(';')) {
            if let Some((name, value)) = pair.trim().split_once('=') {
                all.take(app, name, value);
            }
        }
        all
    }

    fn take(&mut self, app: &App, name: &str, value: &'r str) {
        match name {
            "lang" => self.lang = Lang::parse(value).unwrap_or(self.lang),
            "mode" => self.elder = value == "elder",
            "contrast" => self.high_contrast = value == "high",
            "region" if is_region(value) => self.region = value,
            _ => match own_name(app, name) {
                Some(SESSION) if value.len() == 64 => self.session = self.session.or(Some(value)),
                Some(FORM) if value.len() == 32 => self.form = self.form.or(Some(value)),
                _ => {}
            },
        }
    }
}

fn is_region(code: &str) -> bool {
    let known = |code| Divisions::shipped().get(code).is_some();
    code.len() == 6 && DivisionCode::parse(code).is_ok_and(known)
}

/// The name without the `__Host-` promise, which it must carry wherever there is HTTPS.
fn own_name<'n>(app: &App, name: &'n str) -> Option<&'n str> {
    if app.site.https { name.strip_prefix("__Host-") } else { Some(name) }
}

/// Sets one of the house's cookies.
pub(crate) fn set(app: &App, headers: &mut HeaderMap, name: &str, value: &str, seconds: i64) {
    let (promise, secure) = if app.site.https { ("__Host-", "; Secure") } else { ("", "") };
    let text = format!(
        "{promise}{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    );
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.append(header::SET_COOKIE, value);
    }
}
