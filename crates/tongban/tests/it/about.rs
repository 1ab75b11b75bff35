//! The site about itself: every page has the way to help, privacy, accessibility and the map; the map
//! names every page and every group of services.

use crate::town::Town;
use axum::http::{Method, StatusCode};
use tongban::about::{ACCESS, NOT_MAPPED, PRIVACY, QUESTIONS, group, key};
use web::{Lang, Texts};

const PAGES: [&str; 4] = ["/help", "/privacy", "/accessibility", "/sitemap"];

#[tokio::test(flavor = "multi_thread")]
async fn help_privacy_accessibility_and_the_map_are_a_click_away_from_every_page() {
    let town = Town::new().await;
    let nobody = town.visitor();
    let citizen = town.citizen("car").await;
    for mode in ["normal", "elder"] {
        nobody.get(&format!("/?mode={mode}")).await;
        citizen.get(&format!("/?mode={mode}")).await;
        let pages = [
            nobody.get("/").await,
            nobody.get("/guide/spjy-xb").await,
            nobody.get("/no-such-page").await,
            citizen.get("/my").await,
        ];
        for page in pages {
            for path in PAGES {
                assert!(page.says(&format!("href=\"{path}\"")), "{mode} {path}");
            }
        }
    }
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn they_say_everything_in_both_languages_and_are_kept_ready() {
    let town = Town::new().await;
    let nobody = town.visitor();
    let texts = Texts::shipped();
    for lang in [Lang::Zh, Lang::En] {
        nobody.get(&format!("/?lang={}", lang.short())).await;
        for (path, parts) in
            [("/privacy", PRIVACY), ("/accessibility", ACCESS), ("/help", QUESTIONS)]
        {
            let page = nobody.get(path).await;
            assert_eq!(page.status, StatusCode::OK);
            for part in parts {
                assert!(page.says(texts.t(lang, part.head)), "{path} {}", part.head);
                for line in part.lines {
                    assert!(texts.has(lang, line), "{line}");
                }
            }
        }
    }
    let before = town.node.app().cache.holds().0;
    for path in PAGES {
        nobody.get(path).await;
    }
    let kept = town.node.app().cache.holds().0 - before;
    assert_eq!(kept, 1, "three were kept already, the map now is");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_map_names_every_page_and_every_group_of_services() {
    let town = Town::new().await;
    let nobody = town.visitor();
    let routes = town.node.routes();
    let map = nobody.get("/sitemap").await;
    for line in routes.lines().iter().filter(|l| l.path != "/sitemap") {
        let Some(_) = group(line) else { continue };
        for lang in [Lang::Zh, Lang::En] {
            assert!(Texts::shipped().has(lang, &key(line.path)), "{} has no name", line.path);
        }
        assert!(map.says(&format!("href=\"{}\"", line.path)), "{} is not on the map", line.path);
    }
    for path in NOT_MAPPED {
        let there = routes.lines().iter().any(|l| l.path == path && l.method == Method::GET);
        assert!(there, "{path} is no route any more");
    }
    for staff in ["/w", "/a", "/l", "/staff"] {
        assert!(!map.says(&format!("href=\"{staff}\"")), "{staff} is nobody's but the staff's");
    }
    let services = nobody.get("/services").await;
    let themes = services.text().matches("theme=").count();
    assert!(themes > 5 && map.text().matches("theme=").count() > themes, "{themes}");
    town.close().await;
}
