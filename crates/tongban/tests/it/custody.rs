//! Seals and those who keep them: asked for, approved by somebody else, made, registered, used, stopped; papers wait
//! and go on; the head is told of every use, once.

use crate::town::{Page, Person, Town};
use people::identity::{StaffId, demo_accounts};

/// The address of the unit's own seal of a kind, from the list.
async fn seal(person: &Person<'_>, name: &str) -> String {
    let text = person.get("/s").await.text();
    let at = text.find(&format!("{name}（样例）</a>")).unwrap_or_else(|| panic!("{name}: {text}"));
    let href = text[..at].rfind("href=\"").expect("a link") + 6;
    text[href..at].split('"').next().expect("an address").to_owned()
}

async fn step(person: &Person<'_>, seal: &str, step: &str, reason: &str) -> Page {
    let page = person.get(&format!("{seal}/do/{step}")).await;
    let mut form = page.form(&format!("/do/{step}"));
    form.set("reason", reason);
    person.submit(&form).await
}

/// The number of a paper that waits to be received.
async fn filed(town: &Town) -> String {
    let receipt = tongban::demo::submitted(&town.node, "restaurant", "spjy-xb").await;
    receipt.expect("a case").no.to_string()
}

const MARKET: &str = "示例区市场监督管理局";

#[tokio::test(flavor = "multi_thread")]
async fn papers_wait_for_a_suspended_seal_and_go_on() {
    let town = Town::new().await;
    let (keeper, head) = (town.staff("yz01").await, town.staff("fz01").await);
    let address = seal(&keeper, &format!("{MARKET}行政审批专用章")).await;
    let short = step(&keeper, &address, "suspend", "坏").await;
    assert_eq!(short.status.as_u16(), 422, "a reason says something");
    assert!(short.says("请写 4 到 500 个字的原因"));
    let done = step(&keeper, &address, "suspend", "印模磨损，暂停检查").await;
    assert!(done.says("已暂停") && done.says("印模磨损"), "{}", done.text());
    filed(&town).await;
    town.work().await;
    let officer = town.staff("sp01").await;
    let desk = officer.get("/a").await;
    assert!(desk.says("份文件在等用印") && desk.says("印章已暂停"), "{}", desk.text());
    let steward = town.staff("zz01").await;
    assert!(steward.get("/l").await.says("份文件在等用印"));
    let queue = keeper.get("/s/queue").await;
    assert!(queue.says("等待用印") && queue.says("印章已暂停"), "{}", queue.text());
    assert!(!head.get("/s/uses").await.says("未看"), "nothing was sealed");
    let not_his = keeper.get(&format!("{address}/do/resume")).await;
    assert_eq!(not_his.status.as_u16(), 403, "who stops it does not let it go on");
    assert!(step(&head, &address, "resume", "检查完毕，印模完好").await.says("已恢复使用"));
    town.work().await;
    assert!(!officer.get("/a").await.says("份文件在等用印"));
    assert!(keeper.get("/s/queue").await.says("已用印"));
    let uses = head.get("/s/uses").await;
    assert!(uses.says("有 1 次用印您还没看过"), "{}", uses.text());
    let seen = head.submit(&uses.form("/s/uses")).await;
    assert!(!seen.says("未看") && seen.says("行政审批专用章"), "{}", seen.text());
    assert!(keeper.get("/s/uses").await.forms("/s/uses").is_empty(), "the head's to say");
    town.close().await;
}

async fn unlock(town: &Town, login: &str, address: &str) -> Page {
    // A code counts once: the one of the sign-in is spent.
    town.node.store().clock().advance_seconds(60);
    let person = town.staff(login).await;
    town.node.store().clock().advance_seconds(60);
    let account = demo_accounts().into_iter().find(|a| a.login == login).expect("an account");
    let now = town.node.store().clock().now();
    let code = people::identity::demo_code(&account, now);
    let mut form = person.get(&format!("{address}/custody")).await.form("/custody/unlock");
    form.set("code", "000000");
    let wrong = person.submit(&form).await;
    assert_eq!(wrong.status.as_u16(), 422);
    assert!(wrong.says("动态码不对或已用过"), "{}", wrong.text());
    let mut form = person.get(&format!("{address}/custody")).await.form("/custody/unlock");
    form.set("code", &code);
    let done = person.submit(&form).await;
    let mut form = person.get(&format!("{address}/custody")).await.form("/custody/unlock");
    form.set("code", &code);
    assert_eq!(person.submit(&form).await.status.as_u16(), 422, "a code counts once");
    done
}

async fn name(head: &Person<'_>, address: &str, holder: StaffId, days: &str) -> Page {
    let mut form = head.get(&format!("{address}/custody")).await.form("/custody/name");
    form.set("holder", &holder.0.to_string()).set("days", days);
    head.submit(&form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_one_seal_from_application_to_unlocking() {
    let town = Town::new().await;
    let keeper = town.staff("yz01").await;
    let mut form = keeper.get("/s/apply").await.form("/s/apply");
    form.set("basis", "市监办〔2026〕9号");
    let none = keeper.submit(&form).await;
    assert!(none.status.as_u16() == 422 && none.says("请选择印章种类"), "{}", none.text());
    let mut form = none.form("/s/apply");
    form.set("kind", "official").set("basis", "");
    let bare = keeper.submit(&form).await;
    assert!(bare.status.as_u16() == 422 && bare.says("请写 4 到 500 个字的依据"));
    let mut form = bare.form("/s/apply");
    form.set("basis", "市监办〔2026〕9号");
    let asked = keeper.submit(&form).await;
    assert!(asked.says("申请已提交"), "{}", asked.text());
    let again = keeper.submit(&form).await;
    assert!(again.says("申请已提交"), "the same form twice is one application");
    let address = asked.path.split('?').next().expect("an address").to_owned();
    assert_eq!(keeper.get(&format!("{address}/do/approve")).await.status.as_u16(), 403);
    let registrar = town.staff("yd01").await;
    assert!(registrar.get("/s").await.says("公章"), "it waits for the registrar");
    assert!(step(&registrar, &address, "return", "请附用章制度").await.says("已退回"));
    let mut form = keeper.get(&format!("{address}/do/apply")).await.form("/do/apply");
    form.set("basis", "市监办〔2026〕9号，附用章制度");
    assert!(keeper.submit(&form).await.says("申请已提交"));
    assert!(step(&registrar, &address, "approve", "").await.says("已批准"));
    town.work().await;
    assert!(step(&registrar, &address, "register", "").await.says("已登记"));
    assert!(step(&keeper, &address, "enable", "").await.says("已启用"));
    let png = keeper.get(&format!("{address}/picture.png")).await;
    assert_eq!(png.kind, "image/png");
    held_and_unlocked(&town, &address).await;
    // Her screen has locked itself meanwhile.
    town.node.store().clock().advance_seconds(60);
    destroyed(&town.staff("yd01").await, &address).await;
    strangers(&town, &address).await;
    town.close().await;
}

async fn held_and_unlocked(town: &Town, address: &str) {
    let head = town.staff("fz01").await;
    let people = town.node.people();
    let id = |login: &'static str| async move {
        StaffId(people.staff_of_login(login).await.expect("read").expect("staff").id)
    };
    let page = head.get(&format!("{address}/custody")).await;
    assert!(page.says("还没有保管人") && page.says("印章没有在任的保管人"), "{}", page.text());
    assert_eq!(name(&head, address, id("yz01").await, "9999").await.status.as_u16(), 422);
    let foreign = name(&head, address, id("yz03").await, "30").await;
    assert!(foreign.status.as_u16() == 422 && foreign.says("本单位在岗的印章保管人员"));
    for login in ["yz01", "yz02"] {
        assert!(name(&head, address, id(login).await, "30").await.says("已指定保管人"));
    }
    let mut form = head.get(&format!("{address}/custody")).await.form("/custody/limit");
    form.set("per_hour", "many");
    assert_eq!(head.submit(&form).await.status.as_u16(), 422);
    form.set("per_hour", "20");
    assert!(head.submit(&form).await.status.is_success());
    let first = unlock(town, "yz01", address).await;
    assert!(first.says("已解锁") && first.says("这枚印章要两名保管人解锁"), "{}", first.text());
    let second = unlock(town, "yz02", address).await;
    assert!(second.says("现在可以用印"), "{}", second.text());
    town.node.store().clock().advance_seconds(1_800);
    let head = town.staff("fz01").await;
    let later = head.get(&format!("{address}/custody")).await;
    assert!(later.says("这枚印章要两名保管人解锁"), "it locks by itself");
}

async fn destroyed(registrar: &Person<'_>, address: &str) {
    let page = registrar.get(&format!("{address}/do/destroy")).await;
    let mut form = page.form("/do/destroy");
    form.set("reason", "单位撤并，不再使用").set("last", "");
    let slip = registrar.submit(&form).await;
    assert!(slip.status.as_u16() == 422 && slip.says("与印章编号后 4 位不符"));
    let text = page.text();
    let at = text.find("<span class=\"num weak\">").expect("the number") + 23;
    let no = text[at..].split('<').next().expect("the number");
    form.set("last", &no[no.len() - 4..]);
    assert!(registrar.submit(&form).await.says("密钥已销毁"));
    let list = registrar.get("/verify/crl").await;
    assert_eq!(list.kind, "application/pkix-crl");
    let gone = registrar.get(&format!("{address}/do/destroy")).await;
    assert_eq!(gone.status.as_u16(), 422, "what has ended stays ended");
}

/// Another unit's head and keeper find nothing there.
async fn strangers(town: &Town, address: &str) {
    for login in ["fz02", "yz03"] {
        let person = town.staff(login).await;
        for path in
            [address.to_owned(), format!("{address}/custody"), format!("{address}/picture.png")]
        {
            assert_eq!(person.get(&path).await.status.as_u16(), 404, "{login} {path}");
        }
    }
}
