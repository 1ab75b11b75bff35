//! What happens to every request: visitor, language and layout, the lock, errors in words, headers.

use crate::app::App;
use crate::cache::{self, Kept, Round};
use crate::cookies::{self, Cookies, FORM, SESSION};
use crate::errors::{self, Fault};
use crate::gate::body::watched;
use crate::gate::page::{self, Why};
use crate::gate::{Class, Load};
use crate::locked;
use crate::policy::Table;
use crate::respond::{Public, accepts_gzip, see_other};
use crate::seen::Seen;
use crate::session::{self, Found};
use crate::visitor::{Visitor, Who};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;
use store::{Deadline, Error};
use tracing::Instrument;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; \
     frame-ancestors 'none'; manifest-src 'self'; require-trusted-types-for 'script'";

/// What the front layer has at hand.
#[derive(Clone)]
struct Front {
    app: App,
    table: Table,
}

/// Puts the front layer around the routes.
pub(crate) fn wrap(app: App, table: Table, router: Router) -> Router {
    let missing = || async { Fault::from(Error::NotFound) };
    router
        .fallback(missing)
        .method_not_allowed_fallback(missing)
        .layer(middleware::from_fn_with_state(Front { app, table }, front))
}

/// Notes a request, whatever becomes of it.
async fn front(
    State(Front { app, table }): State<Front>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let seen = Seen::begin(&table, &parts, app.store.chance());
    let span = seen.span();
    let mut answer = admit(&app, &seen, parts, body, next).instrument(span).await;
    seen.end(&app.figures, &mut answer);
    answer
}

/// Sends what is ready at once; lets everything else in as far as there is room for it, for so long.
async fn admit(app: &App, seen: &Seen, parts: Parts, body: Body, next: Next) -> Response {
    if seen.class == Class::Free {
        return headers(app, next.run(Request::from_parts(parts, body)).await);
    }
    let cookies = Cookies::of(app, &parts.headers);
    let asked = match ask_kept(app, &parts, &cookies) {
        Some((_, Ok(page))) => {
            let gzip = accepts_gzip(&parts.headers);
            return page.answer(gzip, parts.headers.get(header::IF_NONE_MATCH));
        }
        Some((key, Err(round))) => Some((key, round)),
        None => None,
    };
    let Some(stay) = app.gate.enter(seen.class).await else {
        seen.shed(&app.figures);
        app.gate.sent_away();
        let body = (!foreign_post(&parts)).then_some(body);
        return page::come_back(app, seen, &cookies, &parts, body, Why::Full).await;
    };
    let load = app.gate.load();
    let (whole, begin) = patience(load, &parts);
    let body = watched(body, stay.clone(), Duration::from_secs(load.stall_seconds));
    let asker = parts.clone();
    let work = stay.while_served(serve(app, seen, parts, body, next, asked));
    let work = store::deadline::within(Deadline::after(begin), work);
    let why = match tokio::time::timeout(whole, work).await {
        Ok(answer) if !stay.is_stalled() && !stay.is_refused() => return answer,
        _ if stay.is_stalled() => Why::Stalled,
        Ok(_) => Why::Full,
        Err(_) => Why::Late,
    };
    seen.cut(&app.figures);
    let cookies = Cookies::of(app, &asker.headers);
    page::come_back(app, seen, &cookies, &asker, None, why).await
}

/// How long a request may take, and by when what it asks of the store must have begun: longer with a file.
fn patience(load: &Load, request: &Parts) -> (Duration, Duration) {
    let kind = request.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let small = ["application/x-www-form-urlencoded", "application/json"];
    let file = kind.is_some_and(|kind| !small.iter().any(|small| kind.starts_with(small)));
    let (whole, begin) = match file {
        true => (load.upload_seconds, load.upload_seconds),
        false => (load.request_seconds, load.begin_seconds),
    };
    (Duration::from_secs(whole), Duration::from_secs(begin))
}

/// Serves a request that was let in.
async fn serve(
    app: &App,
    seen: &Seen,
    mut parts: Parts,
    mut body: Body,
    next: Next,
    asked: Option<(String, Round)>,
) -> Response {
    let gzip = accepts_gzip(&parts.headers);
    let cookies = Cookies::of(app, &parts.headers);
    let came = came(app, &parts, &cookies, &seen.reference).await;
    let Came { visitor, fresh: fresh_token, locked, ended } = match came {
        Ok(came) => came,
        Err(e) => {
            let visitor = Visitor::unknown(&cookies, &parts, &seen.reference);
            return headers(app, errors::render(app, &visitor, &e.into()));
        }
    };
    if let Some(answer) = switches(&parts) {
        return headers(app, answer);
    }
    let foreign = foreign_post(&parts);
    if locked && !foreign && !locked::reachable(parts.uri.path()) {
        return headers(app, locked::refuse(app, &visitor, parts, body).await);
    }
    if let Some((who, token)) = ended.filter(|_| parts.method == Method::POST && !foreign) {
        body = match locked::keep(app, &visitor, &who, &token, &parts, body).await {
            Ok((_, body)) => body,
            Err(e) => return headers(app, errors::render(app, &visitor, &e.into())),
        };
    }
    let reads = parts.method == Method::GET;
    let answer = if foreign {
        Fault::from(Error::refused("csrf")).into_response()
    } else if parts.uri.path().contains("%00") {
        // Nothing has such a name: no text with this character is kept (`store/src/db.rs`).
        Fault::from(Error::NotFound).into_response()
    } else {
        parts.extensions.insert(visitor.clone());
        next.run(Request::from_parts(parts, body)).await
    };
    let mut answer = match fault_of(&answer) {
        Some(fault) => denied_or_words(app, &visitor, &fault),
        None => answer,
    };
    if reads {
        answer = locked::refilled(app, &visitor, answer).await;
    }
    if let Some((key, round)) = asked
        && is_kept(&visitor, &answer)
    {
        return keep(app, answer, (key, round), gzip).await;
    }
    if let Some(token) = fresh_token {
        cookies::set(app, answer.headers_mut(), FORM, &token, 86_400);
    }
    if gzip {
        answer = compressed(answer).await;
    }
    headers(app, answer)
}

/// Looks for a kept page: for who has no session and reads. Gives the key it is, or may be, kept under.
fn ask_kept(
    app: &App,
    request: &Parts,
    cookies: &Cookies<'_>,
) -> Option<(String, Result<Arc<Kept>, Round>)> {
    if request.method != Method::GET || cookies.session.is_some() {
        return None;
    }
    let address = request.uri.path_and_query()?.as_str();
    let Cookies { lang, elder, high_contrast, region, .. } = *cookies;
    let key = cache::key(address, lang, elder, high_contrast, region);
    let found = app.cache.find(&key, app.clock().now().day());
    Some((key, found))
}

/// Whether an answer is a page that is the same for everybody, asked for under its own address: anything
/// more in the address would stand in the page's links, and could fill the memory.
fn is_kept(visitor: &Visitor, answer: &Response) -> bool {
    answer.status() == StatusCode::OK
        && !answer.headers().contains_key(header::SET_COOKIE)
        && answer.extensions().get::<Public>().is_some_and(|public| public.0 == visitor.path)
}

async fn keep(app: &App, answer: Response, asked: (String, Round), gzip: bool) -> Response {
    let (parts, body) = headers(app, answer).into_parts();
    let Ok(html) = axum::body::to_bytes(body, 16 << 20).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let page = Arc::new(Kept::new(parts.headers, html));
    app.cache.keep(asked.0, &page, asked.1);
    page.answer(gzip, None)
}

/// The fault an answer carries. What the router itself refuses (an address that cannot be read, a body
/// beyond its limit) is put into the house's words as well.
fn fault_of(answer: &Response) -> Option<Fault> {
    if let Some(fault) = answer.extensions().get::<Fault>() {
        return Some(fault.clone());
    }
    match answer.status() {
        StatusCode::BAD_REQUEST => Some(Error::NotFound.into()),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Error::refused("form-too-large").into()),
        _ => None,
    }
}

/// Somebody not signed in is led to the door instead of being told off; programs get problem+json.
fn denied_or_words(app: &App, visitor: &Visitor, fault: &Fault) -> Response {
    let leads_to_door = matches!(fault.error.code(), "sign-in-first" | "level-too-low");
    if leads_to_door
        && !visitor.path.starts_with("/api/")
        && let Some((href, _)) = &fault.way_out
    {
        return see_other(href);
    }
    let mut answer = errors::render(app, visitor, fault);
    match fault.error.code() {
        "sign-in-first" | "credentials" => *answer.status_mut() = StatusCode::UNAUTHORIZED,
        "level-too-low" => *answer.status_mut() = StatusCode::FORBIDDEN,
        _ => {}
    }
    answer
}

/// Gives the session's token to the browser.
pub fn give_session(app: &App, answer: &mut Response, token: &str) {
    cookies::set(app, answer.headers_mut(), SESSION, token, 43_200);
}

/// Takes the session's token back and clears what the browser kept.
pub fn take_session(app: &App, answer: &mut Response) {
    cookies::set(app, answer.headers_mut(), SESSION, "", 0);
    let clear = HeaderValue::from_static("\"cache\", \"storage\"");
    answer.headers_mut().insert("clear-site-data", clear);
}

/// Who came, as far as it can be told.
struct Came {
    visitor: Visitor,
    /// A form token to hand out, when there was none.
    fresh: Option<String>,
    /// His screen is locked.
    locked: bool,
    /// Whose session has just ended of age, and the token his forms carry.
    ended: Option<(Who, String)>,
}

/// The token of a visitor's forms, from the secret of his cookie.
fn form_token(app: &App, secret: &str) -> String {
    hex::encode(&app.vault().index("csrf", secret)[..16])
}

/// Tells who is asking.
async fn came(
    app: &App,
    request: &Parts,
    cookies: &Cookies<'_>,
    reference: &str,
) -> store::Result<Came> {
    let token = cookies.session;
    let found = match token {
        Some(token) => session::find(app, token, !locked::by_itself(request)).await?,
        None => Found::Nobody,
    };
    let (found, ended) = match (found, token) {
        (Found::Session(session), _) => (Some(session), None),
        (Found::Ended(who), Some(token)) => (None, Some((who, form_token(app, token)))),
        _ => (None, None),
    };
    let locked = found.as_ref().is_some_and(|s| s.locked);
    let (secret, fresh) = match (&found, token, cookies.form) {
        (Some(_), Some(token), _) => (token.to_owned(), None),
        (_, _, Some(form)) => (form.to_owned(), None),
        _ => {
            let made = app.store.chance().token();
            (made.clone(), Some(made))
        }
    };
    let (session, who) = found.map_or((None, Who::Anonymous), |s| (Some(s.id), s.who));
    let csrf = form_token(app, &secret);
    let visitor = Visitor { who, session, csrf, ..Visitor::unknown(cookies, request, reference) };
    Ok(Came { visitor, fresh, locked, ended })
}

/// `?lang=`, `?mode=` and `?contrast=` set a cookie for a year and lead to the page without them.
fn switches(request: &Parts) -> Option<Response> {
    if request.method != Method::GET {
        return None;
    }
    let query = request.uri.query()?;
    let known = |pair: &&str| {
        let allowed =
            ["lang=zh", "lang=en", "mode=elder", "mode=normal", "contrast=high", "contrast=normal"];
        allowed.contains(pair)
    };
    let chosen: Vec<&str> = query.split('&').filter(known).collect();
    if chosen.is_empty() {
        return None;
    }
    let rest: Vec<&str> = query.split('&').filter(|pair| !known(pair)).collect();
    let mark = if rest.is_empty() { "" } else { "?" };
    let mut answer = see_other(&format!("{}{mark}{}", request.uri.path(), rest.join("&")));
    for pair in chosen {
        let text = format!("{pair}; Path=/; Max-Age=31536000; SameSite=Lax");
        if let Ok(value) = HeaderValue::from_str(&text) {
            answer.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    Some(answer)
}

/// A write that another site's page started: refused before anything is read.
fn foreign_post(request: &Parts) -> bool {
    if request.method == Method::GET || request.method == Method::HEAD {
        return false;
    }
    let text = |name: &str| request.headers.get(name).and_then(|v| v.to_str().ok());
    match text("sec-fetch-site") {
        Some(site) => !matches!(site, "same-origin" | "none"),
        None => match (text("origin"), text("host")) {
            (Some(origin), Some(host)) => {
                origin.split_once("://").is_none_or(|(_, name)| name != host)
            }
            _ => false,
        },
    }
}

/// Compresses a page at the fastest level; files and small answers stay as they are.
async fn compressed(answer: Response) -> Response {
    let text =
        answer.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(
            |kind| kind.starts_with("text/html") || kind.starts_with("application/json"),
        );
    if !text || answer.headers().contains_key(header::CONTENT_ENCODING) {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, 16 * 1024 * 1024).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if bytes.len() < 1024 {
        return Response::from_parts(parts, Body::from(bytes));
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    Response::from_parts(parts, Body::from(crate::cache::gzip(&bytes, 1)))
}

/// The headers of `security.md` §6.4.
pub(crate) fn headers(app: &App, mut answer: Response) -> Response {
    let set = answer.headers_mut();
    let mut put = |name: HeaderName, value: &'static str| {
        set.insert(name, HeaderValue::from_static(value));
    };
    put(header::CONTENT_SECURITY_POLICY, CSP);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "strict-origin");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(
        HeaderName::from_static("permissions-policy"),
        "camera=(self), geolocation=(self), microphone=(), payment=()",
    );
    if app.site.https {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    answer
}

/// Percent-encodes one byte for use inside a query value.
pub fn escape(b: u8) -> String {
    if b.is_ascii_alphanumeric() || b"-._~/".contains(&b) {
        char::from(b).to_string()
    } else {
        format!("%{b:02X}")
    }
}

/// Where to go after signing in: a path of this site only, so that `next` is no open redirect.
pub fn safe_next(next: &str, otherwise: &str) -> String {
    let inside =
        next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if inside { next.to_owned() } else { otherwise.to_owned() }
}
