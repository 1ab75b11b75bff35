//! Doors of the house: what each visitor finds behind his own, and that nobody gets behind another's.

use crate::town::Town;

#[tokio::test(flavor = "multi_thread")]
async fn desks_open_to_their_posts_only() {
    let town = Town::new().await;
    let clerk = town.staff("ck01").await;
    let approver = town.staff("sp01").await;
    let citizen = town.citizen("car").await;
    for (who, path, status) in [
        (&clerk, "/w", 200),
        (&clerk, "/a", 403),
        (&clerk, "/l", 403),
        (&clerk, "/my", 403),
        (&approver, "/a", 200),
        (&approver, "/w", 403),
        (&citizen, "/my", 200),
        (&citizen, "/w", 403),
        (&citizen, "/a", 403),
        (&citizen, "/l", 403),
    ] {
        assert_eq!(who.get(path).await.status.as_u16(), status, "{path}");
    }
    town.pass_hours(24).await;
    assert!(clerk.get("/w").await.says("_csrf"), "an idle desk asks to sign in again");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_walks_from_home_to_a_begun_application() {
    let town = Town::new().await;
    let citizen = town.citizen("pension").await;
    let home = citizen.get("/").await;
    assert!(!home.forms("/search").is_empty(), "home has a search box");
    let guide = citizen.get(&home.link("/guide/yl-rz")).await;
    let start = citizen.get(&guide.link("/apply/yl-rz/start")).await;
    let mut form = start.form("/apply/yl-rz/start");
    form.add("_consent", "yes");
    let filled = citizen.submit(&form).await;
    assert!(filled.path.starts_with("/d/"), "{}", filled.path);
    let again = citizen.get("/my").await;
    assert_eq!(
        citizen.get(&again.link("/d/")).await.status.as_u16(),
        200,
        "the draft is found again"
    );
    let log = citizen.get("/my/access-log?own=1").await;
    assert!(log.status.is_success());
    town.close().await;
}
