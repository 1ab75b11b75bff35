//! Desks: nobody handles his own affair, and forms whose act is not to be done any more say so.

use crate::town::Town;
use people::identity::adapters::sandbox_persons;

/// A food case of the noodle shop, waiting at the window.
async fn case(town: &Town) -> String {
    let receipt = tongban::demo::submitted(&town.node, "restaurant", "spjy-xb").await;
    receipt.expect("a case").no.to_string()
}

async fn accepted(town: &Town) -> String {
    let no = case(town).await;
    let clerk = town.staff("sp03").await;
    let page = clerk.get(&format!("/w/c/{no}")).await;
    assert!(clerk.submit(&page.form("/accept")).await.says("已受理"));
    town.work().await;
    no
}

/// From now on this member of staff is the person who leads the noodle shop.
async fn is_the_owner(town: &Town, login: &str) {
    let owner = sandbox_persons().iter().find(|p| p.pid == "P0208").expect("the owner");
    town.node.people().bind_staff(login, &owner.id_no).await.expect("bound");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_steps_aside_from_the_case_of_his_own_shop() {
    let town = Town::new().await;
    is_the_owner(&town, "sp01").await;
    let no = accepted(&town).await;
    let (owner, other) = (town.staff("sp01").await, town.staff("sp02").await);
    let list = owner.get("/a").await;
    assert!(list.says("回避") && list.forms(&format!("/a/c/{no}/claim")).is_empty());
    for path in ["", "/special", "/extend"] {
        let page = owner.get(&format!("/a/c/{no}{path}")).await;
        assert_eq!(page.status.as_u16(), 422, "{path}");
        assert!(page.says("您要回避") && page.says("2012、2015"), "{path}: {}", page.text());
    }
    // The form of a colleague's page, sent by him: the act itself refuses.
    let page = other.get(&format!("/a/c/{no}")).await;
    assert_eq!(page.status.as_u16(), 200);
    let own = list.form("/a/next").fields;
    for act in ["claim", "decide", "special", "extend"] {
        let mut form = page.forms("/decide").remove(0);
        form.action = format!("/a/c/{no}/{act}");
        for name in ["_csrf", "_idem"] {
            let (_, value) = own.iter().find(|(k, _)| k == name).expect("a token");
            form.set(name, value);
        }
        form.set("decision", "grant").set("step", "issue").set("days", "2").set("reason", "现场远");
        form.set("kind", "site-check").set("team", "2011 2012");
        assert!(owner.submit(&form).await.says("您要回避"), "{act}");
    }
    let next = owner.submit(&list.form("/a/next")).await;
    assert!(next.says("没有要领取的办件了"), "{}", next.path);
    let read = owner.get(&format!("/a/c/{no}/reveal")).await;
    assert_ne!(read.status.as_u16(), 200);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_without_colleagues_is_told_whom_to_ask() {
    let town = Town::new().await;
    for login in ["ck01", "sp03"] {
        is_the_owner(&town, login).await;
    }
    let no = case(&town).await;
    let window = town.staff("ck01").await;
    assert!(window.get("/w").await.says("回避"), "the case came in at the centre's window");
    let page = window.get(&format!("/w/c/{no}")).await;
    assert!(page.says("您要回避") && page.says("1024、1025"), "{}", page.text());
    let clerk = town.staff("sp03").await;
    let page = clerk.get(&format!("/w/c/{no}")).await;
    assert!(page.says("您要回避") && page.says("单位负责人"), "{}", page.text());
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_too_late_says_what_happened_and_leads_back() {
    let town = Town::new().await;
    let no = case(&town).await;
    let clerk = town.staff("sp03").await;
    let stale = clerk.get(&format!("/w/c/{no}/refuse")).await.form("/refuse");
    let page = clerk.get(&format!("/w/c/{no}")).await;
    clerk.submit(&page.form("/accept")).await;
    for form in ["correct", "refuse"] {
        let page = clerk.get(&format!("/w/c/{no}/{form}")).await;
        assert_eq!(page.status.as_u16(), 200, "{form}");
        assert!(
            page.says("不能再办") && page.says("韩立新") && page.says("受理"),
            "{}",
            page.text()
        );
        assert!(page.forms(form).is_empty());
        page.link(&format!("/w/c/{no}"));
    }
    let mut late = stale;
    late.set("ground", "not-required")
        .set("reason", "不需要办理许可")
        .set("basis", "行政许可法三十二条");
    let page = clerk.submit(&late).await;
    assert!(page.says("不能再办") && page.says("不需要办理许可"), "{}", page.text());
    town.work().await;
    let approver = town.staff("sp01").await;
    let early = approver.get(&format!("/a/c/{no}/special/end")).await;
    assert!(early.says("不能再办"), "{}", early.text());
    let mut start = approver.get(&format!("/a/c/{no}/special")).await.form("/special");
    start.set("kind", "site-check").set("reason", "需要现场核查").set("team", "2011 2012");
    start.set("step", "issue");
    let begun = approver.submit(&start).await;
    assert!(begun.says("特别程序已开始"), "{}", begun.text());
    for form in ["special", "extend"] {
        let page = approver.get(&format!("/a/c/{no}/{form}")).await;
        assert!(page.says("不能再办") && page.says("宋文博"), "{}", page.text());
    }
    let list = approver.get("/a").await;
    assert!(list.says("还剩"), "an inspection on site stops no clock: {}", list.text());
    let owner = town.signed_in(crate::versions::shop(&town).await.who).await;
    for path in ["/", "/my"] {
        let page = owner.get(path).await;
        assert!(page.says("已受理") && !page.says("暂停计时"), "{path}: {}", page.text());
    }
    town.close().await;
}
