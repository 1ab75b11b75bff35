//! What is noted of a request: one line in the log if it was let in, and the figures, by the template of its address
//! and never by the address itself; and the number under which a person and an operator find each other.

use crate::gate::Class;
use crate::policy::Table;
use axum::extract::MatchedPath;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use std::sync::atomic::{AtomicBool, Ordering};
use store::Chance;
use store::clock::Stopwatch;

/// What a finished request is counted under.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Served {
    /// Template of the address; `-` for none of ours.
    pub route: &'static str,
    /// Method.
    pub method: &'static str,
    /// Class.
    pub class: &'static str,
    /// Status.
    pub status: u16,
}

/// Of which class.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfClass {
    /// Class.
    pub class: &'static str,
}

/// The figures of the front. Cheap to clone.
#[derive(Clone)]
pub struct Figures {
    /// Requests answered.
    pub served: Family<Served, Counter>,
    /// Seconds they took.
    pub took: Family<OfClass, Histogram>,
    /// Requests sent away because there was too much.
    pub shed: Family<OfClass, Counter>,
    /// Requests that took too long or whose body stopped coming.
    pub cut: Family<OfClass, Counter>,
}

impl Default for Figures {
    fn default() -> Figures {
        // From a quarter of a millisecond to some 16 seconds.
        let times = || Histogram::new(exponential_buckets(0.000_25, 2.0, 17));
        Figures {
            served: Family::default(),
            took: Family::new_with_constructor(times),
            shed: Family::default(),
            cut: Family::default(),
        }
    }
}

/// One request as it is noted.
pub(crate) struct Seen {
    pub(crate) class: Class,
    /// Eight characters out of the trace id, shown on error pages and written in the log.
    pub(crate) reference: String,
    route: &'static str,
    method: &'static str,
    trace: [u8; 16],
    since: Stopwatch,
    /// It was sent away before anything was done for it.
    sent_away: AtomicBool,
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

impl Seen {
    /// Begins to note a request.
    pub(crate) fn begin(table: &Table, parts: &Parts, chance: &Chance) -> Seen {
        let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let (route, class) = table.find(&parts.method, path);
        let method = match parts.method.as_str() {
            "GET" => "GET",
            "HEAD" => "HEAD",
            "POST" => "POST",
            _ => "other",
        };
        let trace = told(&parts.headers).unwrap_or_else(|| chance.bytes::<16>());
        Seen {
            class,
            reference: reference(&trace),
            route,
            method,
            trace,
            since: Stopwatch::start(),
            sent_away: AtomicBool::new(false),
        }
    }

    /// A small number that differs from request to request.
    pub(crate) fn spread(&self) -> u8 {
        self.trace[15]
    }

    /// What is done for this request, as the log's debug level tells it.
    pub(crate) fn span(&self) -> tracing::Span {
        tracing::debug_span!("request", route = self.route, trace = hex::encode(self.trace))
    }

    fn of_class(&self) -> OfClass {
        OfClass { class: self.class.label() }
    }

    pub(crate) fn shed(&self, figures: &Figures) {
        self.sent_away.store(true, Ordering::Relaxed);
        figures.shed.get_or_create(&self.of_class()).inc();
    }

    pub(crate) fn cut(&self, figures: &Figures) {
        figures.cut.get_or_create(&self.of_class()).inc();
    }

    /// Writes the line and counts. Who was sent away is only counted: a line for each of a flood would be work the
    /// flood gets done, and would push what matters out of the log. The gate writes how many they were.
    pub(crate) fn end(&self, figures: &Figures, answer: &mut Response) {
        let (status, micros) = (answer.status().as_u16(), self.since.micros());
        let trace = hex::encode(self.trace);
        let (method, route, class) = (self.method, self.route, self.class.label());
        if let Ok(value) = HeaderValue::from_str(&trace) {
            answer.headers_mut().insert(REQUEST_ID, value);
        }
        figures.took.get_or_create(&self.of_class()).observe(self.since.seconds());
        figures.served.get_or_create(&Served { route, method, class, status }).inc();
        if self.sent_away.load(Ordering::Relaxed) {
            return;
        }
        let reference = self.reference.as_str();
        if self.class == Class::Free && status < 400 {
            tracing::debug!(target: "request", method, route, status, micros, class, trace, reference);
        } else {
            tracing::info!(target: "request", method, route, status, micros, class, trace, reference);
        }
    }
}

/// Eight characters without look-alikes.
fn reference(trace: &[u8; 16]) -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    trace[8..].iter().map(|b| char::from(LETTERS[usize::from(b % 32)])).collect()
}

/// The trace id another system gave the request: W3C `traceparent`, or a plain request id of 32 hex digits.
fn told(headers: &HeaderMap) -> Option<[u8; 16]> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let parent = text("traceparent").and_then(|line| {
        let mut parts = line.split('-');
        let (version, trace) = (parts.next()?, parts.next()?);
        (version.len() == 2 && parts.next()?.len() == 16).then_some(trace.to_owned())
    });
    let plain = || text(REQUEST_ID.as_str()).map(|id| id.replace('-', ""));
    let trace: [u8; 16] = hex::decode(parent.or_else(plain)?).ok()?.try_into().ok()?;
    (trace != [0; 16]).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_taken_over_only_when_it_is_one() {
        let told_by = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().expect("a header"));
            told(&headers)
        };
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let parent = format!("00-{trace}-00f067aa0ba902b7-01");
        let got = told_by("traceparent", &parent).expect("a trace");
        assert_eq!(hex::encode(got), trace);
        assert_eq!(reference(&got).len(), 8);
        assert!(told_by("x-request-id", "4bf92f35-77b3-4da6-a3ce-929d0e0e4736").is_some());
        for bad in
            ["", "00-张三-1-1", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "x"]
        {
            let value = HeaderValue::from_bytes(bad.as_bytes()).expect("bytes");
            let mut headers = HeaderMap::new();
            headers.insert("traceparent", value);
            assert_eq!(told(&headers), None, "{bad}");
        }
    }
}
