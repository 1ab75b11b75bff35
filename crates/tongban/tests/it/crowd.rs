//! A crowd at the gate: the least urgent come back later, in words, and what they wrote is not lost.

use crate::town::{Page, Town};
use axum::http::header;
use web::{Access, Class};

/// A town that works on one thing at a time, and nobody waits long for a place.
async fn narrow() -> Town {
    Town::new()
        .await
        .restart(|config| {
            config.load.at_once_least = 1;
            config.load.at_once_most = 1;
            config.load.queue_milliseconds = 1;
        })
        .await
}

fn sent_away(page: &Page) {
    assert_eq!(page.status.as_u16(), 503, "{}", page.text());
    let wait: u32 =
        page.headers[header::RETRY_AFTER].to_str().expect("text").parse().expect("seconds");
    assert!((2..=20).contains(&wait));
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    assert!(page.headers.contains_key("content-security-policy"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_is_told_when_and_what_is_ready_is_given_anyway() {
    let town = narrow().await;
    let nobody = town.visitor();
    assert_eq!(nobody.get("/services").await.status.as_u16(), 200, "made, and kept");
    let app: &web::App = town.node.app();
    let held = app.gate.enter(Class::Decide).await.expect("room");
    let page = nobody.get("/search?q=%E9%A4%90%E9%A5%AE").await;
    sent_away(&page);
    assert!(
        page.says("当前办理人数较多")
            && page.says("秒后刷新本页")
            && page.says("您已保存的内容没有丢失")
    );
    assert!(page.text().len() < 6000, "a small page: {}", page.text().len());
    for path in ["/services", "/livez", "/readyz"] {
        assert_eq!(nobody.get(path).await.status.as_u16(), 200, "{path} is given anyway");
    }
    let page = nobody.get("/api/v1/search?q=x").await;
    sent_away(&page);
    assert_eq!(page.kind, "application/problem+json; charset=utf-8");
    assert!(page.says("\"code\":\"overloaded\""), "{}", page.text());
    let english = nobody.raw("GET", "/guide/x", "", None, &[("cookie", "lang=en")]).await.0;
    sent_away(&english);
    assert!(english.says("Many people are applying") || english.says("当前办理人数较多"));
    drop(held);
    assert_eq!(nobody.get("/search?q=x").await.status.as_u16(), 200);
    let text =
        format!("{:?}", app.figures.shed.get_or_create(&web::seen::OfClass { class: "P3" }).get());
    assert!(text.parse::<u64>().expect("a count") >= 3);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_not_taken_in_can_be_sent_once_more_from_the_page() {
    let town = narrow().await;
    let owner = town.citizen("pension").await;
    let mut start = owner.get("/apply/yl-rz/start").await.form("/apply/yl-rz/start");
    start.set("_consent", "no");
    let app: &web::App = town.node.app();
    let held = app.gate.enter(Class::Decide).await.expect("room");
    let page = owner.submit(&start).await;
    sent_away(&page);
    assert!(page.says("没有收下") && page.says("什么都没有改变"), "{}", page.text());
    drop(held);
    assert!(!owner.get("/my").await.says("养老资格认证"), "nothing was begun");
    let again = page.form("/apply/yl-rz/start");
    let mut wrote = start.fields.clone();
    wrote.sort();
    let mut kept = again.fields.clone();
    kept.sort();
    assert_eq!(kept, wrote, "everything he wrote, token and key with it");
    let landed = owner.submit(&again).await;
    assert!(landed.path.starts_with("/d/"), "{}: {}", landed.path, landed.text());

    // A password is shown on no page, and another site's form is not given back.
    let held = app.gate.enter(Class::Decide).await.expect("room");
    let kind = "application/x-www-form-urlencoded";
    let secret = Some(b"phone=19900000000&password=tongban-demo-2026".to_vec());
    let (page, _) = town.visitor().once("POST", "/login", kind, secret).await;
    sent_away(&page);
    assert!(!page.says("tongban-demo-2026") && page.says("返回上一页"), "{}", page.text());
    let foreign = Some(b"code=990102".to_vec());
    let from = [("origin", "https://elsewhere.example"), ("host", "here.example")];
    let (page, _) = town.visitor().raw("POST", "/region", kind, foreign, &from).await;
    sent_away(&page);
    assert!(page.forms("/region").is_empty());
    drop(held);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_has_its_class() {
    let town = Town::new().await;
    let mut routes = town.node.routes();
    assert!(routes.classed(tongban::classes::NAMED).is_empty(), "an exception names no address");
    for line in routes.lines() {
        let urgent = [Class::Decide, Class::Work].contains(&line.class);
        if matches!(line.access, Access::Staff(_)) && line.method == "POST" {
            assert!(urgent, "{} {} is a clerk's work", line.method, line.path);
        }
        let free = ["/livez", "/readyz", "/assets/{name}"].contains(&line.path);
        assert_eq!(line.class == Class::Free, free, "{} can be shed or not", line.path);
    }
    let class = |path: &str| routes.lines().iter().rev().find(|l| l.path == path).map(|l| l.class);
    assert_eq!(class("/a/c/{no}/decide"), Some(Class::Decide));
    assert_eq!(class("/d/{id}/submit"), Some(Class::Work));
    assert_eq!(class("/search"), Some(Class::Read));
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_carries_the_trace_it_was_asked_under() {
    let town = Town::new().await;
    let nobody = town.visitor();
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    let (page, _) = nobody.raw("GET", "/guide/none", "", None, &[("traceparent", &parent)]).await;
    assert_eq!(page.status.as_u16(), 404);
    assert_eq!(page.headers["x-request-id"], trace);
    let (same, _) = nobody.raw("GET", "/guide/none", "", None, &[("x-request-id", trace)]).await;
    let shown = |page: &Page| {
        let text = page.text();
        let at = text.split("class=\"num\">").nth(1).expect("a reference").to_owned();
        at.split('<').next().unwrap_or_default().to_owned()
    };
    assert_eq!(shown(&page).len(), 8);
    assert_eq!(shown(&page), shown(&same), "the reference is the trace's");
    let (other, _) = nobody.raw("GET", "/guide/none", "", None, &[]).await;
    assert_ne!(shown(&page), shown(&other));
    town.close().await;
}
