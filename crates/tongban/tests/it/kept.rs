//! Kept pages: each reader gets his own, nothing made up is kept, and what was published is shown.

use crate::town::{Page, Person, Town};
use axum::http::{StatusCode, header};
use std::collections::BTreeSet;
use store::Error;

const GUIDE: &str = "/guide/spjy-xb";

fn kept(town: &Town) -> usize {
    let app: &web::App = town.node.app();
    app.cache.holds().0
}

fn header<'p>(page: &'p Page, name: &str) -> &'p str {
    page.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
}

/// One request with headers of one's own, without a cookie jar's help.
async fn ask(person: &Person<'_>, path: &str, headers: &[(&str, &str)]) -> Page {
    person.raw("GET", path, "", None, headers).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reader_gets_the_page_made_for_him() {
    let town = Town::new().await;
    let nobody = town.visitor();
    let ways = [
        "",
        "lang=en",
        "mode=elder",
        "contrast=high",
        "region=110101",
        "lang=en; mode=elder; contrast=high",
    ];
    let mut pages = BTreeSet::new();
    for way in ways {
        let first = ask(&nobody, GUIDE, &[("cookie", way)]).await;
        let again = ask(&nobody, GUIDE, &[("cookie", way)]).await;
        assert_eq!((first.status, &first.body), (StatusCode::OK, &again.body), "{way}");
        assert!(!first.says("name=\"_csrf\""), "a token is somebody's own");
        for page in [&first, &again] {
            assert_eq!(header(page, "vary"), "Accept-Encoding, Cookie");
            assert_eq!(header(page, "cache-control"), "private, max-age=0");
            assert_eq!(header(page, "set-cookie"), "", "{way}");
        }
        pages.insert(first.body);
    }
    assert_eq!((pages.len(), kept(&town)), (ways.len(), ways.len()));

    let citizen = town.citizen("car").await;
    let own = citizen.get(GUIDE).await;
    assert!(own.says("吴东") && header(&own, "cache-control") == "no-store");
    let forged = format!("tongban={}", "a".repeat(64));
    let forged = ask(&nobody, GUIDE, &[("cookie", &forged)]).await;
    assert!(!forged.says("吴东") && header(&forged, "cache-control") == "no-store");
    assert!(!nobody.get(GUIDE).await.says("吴东"));
    assert_eq!(kept(&town), ways.len());
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_page_has_every_header_of_one_that_is_not() {
    let town = Town::new().await;
    let nobody = town.visitor();
    let plain = nobody.get("/search?q=x").await;
    nobody.get(GUIDE).await;
    let page = nobody.get(GUIDE).await;
    for name in [
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "permissions-policy",
        "content-type",
    ] {
        assert_eq!(header(&page, name), header(&plain, name), "{name}");
        assert!(!header(&page, name).is_empty(), "{name}");
    }
    let tag = header(&page, "etag").to_owned();
    let same = ask(&nobody, GUIDE, &[("if-none-match", &tag), ("accept-encoding", "gzip")]).await;
    assert_eq!((same.status, same.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(header(&same, "etag"), tag);
    assert_eq!(header(&same, "content-security-policy"), header(&plain, "content-security-policy"));
    let packed = ask(&nobody, GUIDE, &[("accept-encoding", "gzip")]).await;
    assert_eq!(header(&packed, header::CONTENT_ENCODING.as_str()), "gzip");
    assert!(packed.body.len() * 2 < page.body.len());
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn made_up_addresses_are_answered_and_not_kept() {
    let town = Town::new().await;
    let nobody = town.visitor();
    for real in ["/", "/?for=business", "/services", "/services?for=business", GUIDE] {
        assert_eq!(nobody.get(real).await.status, StatusCode::OK, "{real}");
    }
    assert_eq!(kept(&town), 5);
    for n in 0..40 {
        let made_up = [
            format!("/?x={n}"),
            format!("/?for=business&x={n}"),
            format!("{GUIDE}?x={n}"),
            format!("/guide/no-such-item-{n}"),
            format!("/guide/%73pjy-xb?{n}"),
            format!("/services?x={n}"),
            format!("/services?for=person&after={n}"),
            format!("/services?for=person&theme=made-up-{n}"),
            format!("/services?dept=made-up-{n}"),
            format!("/search?q={n}"),
            format!("/verify?code={n}"),
        ];
        for path in made_up {
            let (page, _) = nobody.once("GET", &path, "", None).await;
            assert!(page.status.as_u16() < 500, "{path}");
        }
        let region = format!("region={:06}", 999_000 + n);
        let page = ask(&nobody, GUIDE, &[("cookie", &region)]).await;
        assert_eq!(page.status, StatusCode::OK);
    }
    let (posted, _) = nobody.once("POST", GUIDE, "", None).await;
    assert_ne!(posted.status, StatusCode::OK);
    assert_eq!(kept(&town), 5, "only what was kept before");
    let clean = nobody.get(GUIDE).await;
    assert!(!clean.says("x=1"), "nobody's address stands in the links of the others");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_shown_and_a_day_ends_what_was_kept() {
    let town = Town::new().await;
    let nobody = town.visitor();
    let before = nobody.get("/guide/sbk-bk").await;
    let search = "/api/v1/search?q=%E7%A7%91%E4%BB%AA%E6%89%93%E7%A3%A8";
    assert!(!nobody.get(search).await.says("sbk-bk"));
    let mut item =
        town.node.guide().shelf().get("sbk-bk").ok_or(Error::NotFound).expect("it").item.clone();
    item.department = "示例市新设的机关".into();
    item.name = "科仪打磨登记".into();
    let store = town.node.store();
    let publish = move |tx: &mut store::Tx<'_>| guide::catalogue::acts::publish(tx, item);
    store.write(store.system_ctx(), publish).await.expect("it is published");
    town.node.guide().refresh().await.expect("the shelf is read anew");
    let after = nobody.get("/guide/sbk-bk").await;
    assert!(!before.says("示例市新设的机关") && after.says("示例市新设的机关"));
    let found = nobody.get(search).await;
    assert!(found.says("sbk-bk"), "who searched before finds it now");

    nobody.get(GUIDE).await;
    let monday = kept(&town);
    assert_eq!(monday, 2);
    town.pass_hours(24).await;
    nobody.get(GUIDE).await;
    assert_eq!(kept(&town), 1, "a guide names the last day of a promise made today");
    town.close().await;
}
