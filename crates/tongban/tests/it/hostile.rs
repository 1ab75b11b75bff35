//! Hostile input: each bad request gets its clear answer, and nothing changes.

use crate::town::{Page, Person, Town};
use axum::http::Method;
use store::{Sql, p};
use web::policy::Access;

const FORM: &str = "application/x-www-form-urlencoded";

/// Tables in which nothing may move while the town is under fire.
const COUNTS: Sql = Sql("SELECT (SELECT COUNT(*) FROM cases), (SELECT COUNT(*) FROM draft), \
     (SELECT COUNT(*) FROM case_paper), (SELECT COUNT(*) FROM licence), (SELECT COUNT(*) FROM rating), \
     (SELECT COUNT(*) FROM account), (SELECT COUNT(*) FROM person), (SELECT COUNT(*) FROM case_document)");

async fn counts(town: &Town) -> Vec<i64> {
    let read = |db: &mut store::Db<'_>| {
        db.one(COUNTS, p![], |row| (0..8).map(|n| row.i64(n)).collect::<store::Result<Vec<_>>>())
    };
    town.node.store().read(read).await.expect("counting works")
}

/// The answer must be the one expected, in words, without a trace of our insides.
fn clear(what: &str, page: &Page, expected: u16) {
    let text = page.text();
    assert_eq!(page.status.as_u16(), expected, "{what}: {}", &text[..text.len().min(400)]);
    for inside in ["panicked", "sqlite", "postgres", "SELECT ", "err-", "RUST_BACKTRACE"] {
        assert!(!text.contains(inside), "{what} shows {inside}");
    }
    assert!(text.len() > 60, "{what} says nothing");
}

/// A path of a route with something in the place of its placeholders.
fn at(path: &str, id: &str) -> String {
    let part = |p: &str| if p.starts_with('{') { id.to_owned() } else { p.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

const IDS: [&str; 12] = [
    "0",
    "-1",
    "1",
    "99999999999999999999999",
    "99010220261116000099",
    "abc",
    "%27%20OR%201%3D1--",
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "..%2F..%2Fetc%2Fpasswd",
    "%00",
    "9901%200220%202611%201600%200099",
    "%F0%9F%98%80",
];

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_other_people_and_of_nobody_lead_nowhere() {
    let town = Town::new().await;
    let before = counts(&town).await;
    let citizen = town.citizen("restaurant").await;
    let mut tried = 0;
    for line in town.node.routes().lines() {
        let own = matches!(line.access, Access::Citizen(_)) && line.path.contains('{');
        if line.method != Method::GET || !own || line.path.starts_with("/apply/") {
            continue;
        }
        for id in IDS {
            let (page, _) = citizen.once("GET", &at(line.path, id), "", None).await;
            clear(&format!("{} with {id}", line.path), &page, 404);
            tried += 1;
        }
    }
    assert!(tried >= 60, "only {tried} tried");
    assert_eq!(counts(&town).await, before);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_without_its_token_or_from_elsewhere_is_refused() {
    let town = Town::new().await;
    let before = counts(&town).await;
    let citizen = town.citizen("car").await;
    let (mut bare, mut foreign) = (0, 0);
    for line in town.node.routes().lines().iter().filter(|l| l.method == Method::POST) {
        let reachable = matches!(line.access, Access::Public | Access::Citizen(_));
        // Programs ask there about certificates: no browser's form, and nothing is written.
        if !reachable || line.path.starts_with("/api/") || line.path == "/verify/ocsp" {
            continue;
        }
        town.node.store().clock().advance_seconds(30);
        let path = at(line.path, "1");
        let headers = [("sec-fetch-site", "cross-site")];
        let body = Some(b"_csrf=x&_idem=12345678".to_vec());
        let (page, _) = citizen.raw("POST", &path, FORM, body.clone(), &headers).await;
        clear(&format!("{path} from elsewhere"), &page, 422);
        let (page, _) = citizen
            .raw("POST", &path, FORM, body, &[("origin", "https://evil.example"), ("host", "here")])
            .await;
        clear(&format!("{path} from another origin"), &page, 422);
        foreign += 2;
        let (page, next) = citizen.once("POST", &path, FORM, Some(Vec::new())).await;
        assert!(next.is_none(), "{path} without a token leads on");
        assert!(matches!(page.status.as_u16(), 404 | 422), "{path}: {}", page.status);
        bare += 1;
    }
    assert!(bare >= 20 && foreign >= 40, "only {bare} and {foreign} tried");
    assert_eq!(counts(&town).await, before);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_bodies_are_told_what_is_wrong_with_them() {
    let town = Town::new().await;
    let before = counts(&town).await;
    let visitor = town.visitor();
    let token = visitor.get("/login").await.form("/login").body();
    let with = |rest: &str| Some(format!("{token}&{rest}").into_bytes());
    let huge = format!("{token}&phone={}", "1".repeat(600 * 1024)).into_bytes();
    let many = format!("{token}&{}", "a=1&".repeat(2_100)).into_bytes();
    let table: Vec<(&str, &str, Option<Vec<u8>>)> = vec![
        ("no body", FORM, None),
        ("json", "application/json", Some(b"{\"phone\":1}".to_vec())),
        ("multipart without boundary", "multipart/form-data", Some(b"--x".to_vec())),
        ("no kind", "", Some(b"phone=1".to_vec())),
        ("text", "text/plain", Some(b"phone=1".to_vec())),
        ("half a percent", FORM, with("phone=%")),
        ("bad percent", FORM, with("phone=%zz")),
        ("not UTF-8", FORM, with("phone=%ff%fe")),
        ("NUL", FORM, with("phone=%00")),
        ("overlong UTF-8", FORM, with("phone=%c0%af")),
        ("surrogate", FORM, with("phone=%ed%a0%80")),
        ("too long", FORM, Some(huge)),
        ("too many fields", FORM, Some(many)),
        ("wrong token", FORM, Some(b"_csrf=00000000000000000000000000000000&phone=1".to_vec())),
        ("nothing typed", FORM, with("")),
        ("letters for a phone", FORM, with("phone=abcdefghijk&password=x")),
        ("a phone too short", FORM, with("phone=138&password=x")),
        ("a script for a phone", FORM, with("phone=%3Cscript%3E&password=x")),
        ("sql for a password", FORM, with("phone=13800001234&password=%27+OR+1%3D1")),
        ("an unknown phone", FORM, with("phone=13800001234&password=whatever12")),
        (
            "a very long password",
            FORM,
            with(&format!("phone=13800001234&password={}", "x".repeat(5000))),
        ),
    ];
    for (what, kind, body) in table {
        town.node.store().clock().advance_seconds(600);
        let (page, next) = visitor.once("POST", "/login", kind, body).await;
        assert!(next.is_none(), "{what} leads on");
        clear(what, &page, 422);
        assert!(!page.says("<script>"), "{what} comes back unescaped");
    }
    assert_eq!(counts(&town).await, before);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn verification_takes_anything_and_stays_calm() {
    let town = Town::new().await;
    let before = counts(&town).await;
    let visitor = town.visitor();
    let json = "application/json";
    let deep = format!("{{\"text\":{}1{}}}", "[".repeat(2000), "]".repeat(2000));
    let long = format!("{{\"text\":\"{}\"}}", "x".repeat(20_000));
    let bodies: Vec<(&str, &str, Vec<u8>)> = vec![
        ("empty json", json, vec![]),
        ("half json", json, b"{".to_vec()),
        ("a list", json, b"[]".to_vec()),
        ("a number", json, b"{\"text\":1}".to_vec()),
        ("null", json, b"{\"text\":null}".to_vec()),
        ("an unknown field", json, b"{\"text\":\"x\",\"more\":1}".to_vec()),
        ("deep", json, deep.into_bytes()),
        ("long", json, long.into_bytes()),
        ("not UTF-8", json, vec![0xff, 0xfe]),
        ("an empty file", "application/octet-stream", vec![]),
    ];
    for (what, kind, body) in bodies {
        town.node.store().clock().advance_seconds(60);
        let (page, _) = visitor.once("POST", "/api/v1/verify", kind, Some(body)).await;
        clear(what, &page, 422);
        assert!(page.kind.starts_with("application/problem+json"), "{what}: {}", page.kind);
    }
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("text", b"this is not a licence".to_vec()),
        ("a zip's first bytes", b"PK\x03\x04".to_vec()),
        ("zeros", vec![0; 4096]),
        ("a pdf", b"%PDF-1.4\n%%EOF".to_vec()),
        ("xml", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>".to_vec()),
    ];
    for (what, body) in files {
        town.node.store().clock().advance_seconds(60);
        let kind = "application/octet-stream";
        let (page, _) = visitor.once("POST", "/api/v1/verify", kind, Some(body)).await;
        assert_eq!(page.status.as_u16(), 200, "{what}");
        assert!(!page.says("\"signature_values_hold\":true"), "{what} holds");
    }
    assert_eq!(counts(&town).await, before);
    town.close().await;
}

/// Whatever is typed into the search is answered calmly and comes back harmless.
#[tokio::test(flavor = "multi_thread")]
async fn search_and_secret_addresses_take_anything() {
    let town = Town::new().await;
    let before = counts(&town).await;
    let visitor = town.visitor();
    let queries = [
        "",
        "%20",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "%27%20OR%201=1",
        "AND%20OR%20NOT",
        "%22",
        "*",
        "%28%29",
        "%F0%9F%8D%9C",
        "a".repeat(5000).leak(),
        "%E4%BD%A0".repeat(300).leak(),
        "..%2F..",
        "%00",
        "%25%25",
        "field:x",
        "%7Btitle%7D",
        "~~~",
        "1e999",
        "%E3%80%80",
        "-1",
    ];
    for query in queries {
        for path in ["/search", "/api/v1/search"] {
            let (page, _) = visitor.once("GET", &format!("{path}?q={query}"), "", None).await;
            assert!(matches!(page.status.as_u16(), 200 | 422), "{path} {query}: {}", page.status);
            assert!(!page.says("<script>alert"), "{path} {query} comes back unescaped");
        }
    }
    for token in IDS {
        let (page, _) = visitor.once("GET", &format!("/rate/{token}"), "", None).await;
        clear(&format!("rating {token}"), &page, 404);
        let (page, _) = visitor.once("GET", &format!("/guide/{token}"), "", None).await;
        clear(&format!("guide {token}"), &page, 404);
    }
    assert_eq!(counts(&town).await, before);
    town.close().await;
}

/// Somebody signed in meets a page that is not his and is told so in his language.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_speak_the_visitors_language() {
    let town = Town::new().await;
    let person: Person<'_> = town.citizen("car").await;
    let zh = person.get("/c/99010220261116000099").await;
    let en = person.get("/c/99010220261116000099?lang=en").await;
    assert_eq!((zh.status.as_u16(), en.status.as_u16()), (404, 404));
    assert!(zh.says("没有找到") && en.says("was not found"), "{}", en.text());
    town.close().await;
}
