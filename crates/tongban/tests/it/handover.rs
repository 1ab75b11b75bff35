//! Lists of the desks: filters with names, cases handed to colleagues, items named as they were when filed.

use crate::town::{Page, Person, Town};
use people::identity::adapters::sandbox_persons;

/// A food case of the noodle shop, accepted and waiting for an approver.
async fn accepted(town: &Town) -> String {
    let receipt = tongban::demo::submitted(&town.node, "restaurant", "spjy-xb").await;
    let no = receipt.expect("a case").no.to_string();
    let clerk = town.staff("sp03").await;
    let page = clerk.get(&format!("/w/c/{no}")).await;
    assert!(clerk.submit(&page.form("/accept")).await.says("已受理"));
    town.work().await;
    no
}

async fn keep(person: &Person<'_>, list: &str, name: &str) -> Page {
    let link = person.get(list).await.link("/a/views");
    let mut form = person.get(&link).await.forms("/a/views").remove(0);
    form.set("name", name);
    person.submit(&form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_is_kept_opened_renamed_and_dropped() {
    let town = Town::new().await;
    let no = accepted(&town).await;
    let (officer, other) = (town.staff("sp01").await, town.staff("sp02").await);
    let page = keep(&officer, "/a?view=group&item=spjy", "没人办的食品").await;
    assert_eq!(page.path, "/a?view=group&item=spjy", "back to the list it was kept from");
    assert!(page.says("没人办的食品") && page.says(&no[16..]), "{}", page.text());
    let link = officer.get("/a").await.link("view=group&item=spjy");
    assert!(officer.get(&link).await.says("aria-current=\"page\""));
    assert!(!other.get("/a").await.says("没人办的食品"), "it is his alone");
    assert!(!officer.get("/w").await.says("没人办的食品"), "and of this desk");

    for (name, said) in [
        ("没人办的食品", "已经有一个叫"),
        ("", "名称要 1 到 20 个字"),
        ("一二三四五六七八九十一二三四五六七八九十一", "名称要 1 到 20 个字"),
    ] {
        let page = keep(&officer, "/a?view=overdue", name).await;
        assert_eq!(page.status.as_u16(), 422, "{name}");
        assert!(page.says(said) && page.says(name), "{name}: {}", page.text());
    }
    let mut form = officer.get("/a/views").await.forms("/a/views/").remove(0);
    form.set("name", "食品").set("_go", "rename");
    let page = officer.submit(&form).await;
    assert!(page.says("已改名") && !page.says("没人办的食品"), "{}", page.text());
    // Another officer names it by its address: for him it is not there.
    let tokens = other.get("/a/views").await.forms("/a/views").remove(0).fields;
    let mut foreign = form.clone();
    for name in ["_csrf", "_idem"] {
        let (_, value) = tokens.iter().find(|(k, _)| k == name).expect("a token");
        foreign.set(name, value);
    }
    foreign.set("_go", "drop");
    assert_eq!(other.submit(&foreign).await.status.as_u16(), 404);
    assert!(officer.get("/a").await.says("食品"));
    for n in 0..19 {
        keep(&officer, "/a?view=mine", &format!("第{n}个")).await;
    }
    let page = keep(&officer, "/a?view=mine", "第二十一个").await;
    assert!(page.says("最多存 20 个筛选"), "{}", page.text());
    let mut form = officer.get("/a/views").await.forms("/a/views/").remove(0);
    form.set("_go", "drop");
    assert!(officer.submit(&form).await.says("已删除"));
    town.close().await;
}

/// Opens every paper of a case, as an officer must before he decides.
pub(crate) async fn read_all(officer: &Person<'_>, no: &str) {
    let page = officer.get(&format!("/a/c/{no}")).await.text();
    let start = format!("/a/c/{no}/files/");
    for href in page.split("href=\"").skip(1).filter(|part| part.starts_with(&start)) {
        officer.get(href.split('"').next().expect("an address")).await;
    }
}

/// Sends the form of handing over, as `person` found it or with what is changed.
async fn hand(person: &Person<'_>, no: &str, to: &str, reason: &str) -> Page {
    let page = person.get(&format!("/a/c/{no}/handover")).await;
    let mut form = page.form("/handover");
    let colleague = page.text();
    let id = colleague
        .split("name=\"to\" value=\"")
        .skip(1)
        .find(|part| !to.is_empty() && part.contains(&format!(" {to}<")))
        .and_then(|part| part.split('"').next().map(str::to_owned));
    form.set("to", id.as_deref().unwrap_or(to)).set("reason", reason);
    person.submit(&form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_handed_to_a_colleague_with_a_reason() {
    let town = Town::new().await;
    let no = accepted(&town).await;
    let (officer, other) = (town.staff("sp01").await, town.staff("sp02").await);
    let case = officer.get(&format!("/a/c/{no}")).await;
    officer.submit(&case.form("/claim")).await;
    let page = officer.get(&format!("/a/c/{no}/handover")).await;
    assert!(page.says("2012") && !page.says("1024"), "his unit, his post: {}", page.text());
    for (to, reason, said) in [
        ("", "出差一周", "请选择转给谁"),
        ("2012", "", "理由"),
        ("99", "出差一周", "只能转给本单位同岗位的人员"),
    ] {
        let page = hand(&officer, &no, to, reason).await;
        assert_eq!(page.status.as_u16(), 422, "{to} {reason}: {}", page.text());
        assert!(page.says(said) && page.says(reason), "{to} {reason}: {}", page.text());
    }
    let page = hand(&officer, &no, "2012", "出差一周，现场核查来不及").await;
    assert!(page.says("已转给同事"), "{}: {}", page.path, page.text());
    let list = other.get("/a").await;
    assert!(list.says("1 件是别人转给您的") && list.says("现场核查来不及"), "{}", list.text());
    let case = other.get(&format!("/a/c/{no}")).await;
    assert!(case.says("宋文博转给罗静怡，出差一周") && !case.forms("/decide").is_empty());
    // Who gave it away cannot go on with it, nor take it back by handing it on.
    let case = officer.get(&format!("/a/c/{no}/handover")).await;
    assert!(case.forms("/handover").is_empty(), "{}", case.text());

    // Nobody is given his own affair.
    let owner = sandbox_persons().iter().find(|p| p.pid == "P0208").expect("the owner");
    town.node.people().bind_staff("sp03", &owner.id_no).await.expect("bound");
    let page = hand(&other, &no, "2015", "请您接着办").await;
    assert!(page.says("他是这件事的当事人，要回避"), "{}", page.text());
    // A case that is over is handed to nobody.
    read_all(&other, &no).await;
    let mut form = other.get(&format!("/a/c/{no}")).await.form("/decide");
    form.set("decision", "grant").set("opinion", "材料齐全，符合条件").set("step", "issue");
    let granted = other.submit(&form).await;
    assert!(granted.status.is_success(), "{}", granted.text());
    town.work().await;
    let page = other.get(&format!("/a/c/{no}/handover")).await;
    assert!(page.says("不能再办") && page.forms("/handover").is_empty(), "{}", page.text());
    assert!(!other.get("/a").await.says("别人转给您的"));
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_name_an_item_as_the_case_knew_it() {
    let town = Town::new().await;
    let no = accepted(&town).await;
    let packs = town.folder().join("packs");
    crate::versions::second_version(&packs);
    let item = packs.join("spjy-xb").join("item.toml");
    let text = std::fs::read_to_string(&item).expect("read");
    let name = "short_name = { zh = \"食品经营许可\"";
    let text = text.replacen(name, "short_name = { zh = \"食品经营新证\"", 1);
    // The same edition forbids agents: said online and at the window alike.
    let why = "agents = { allowed = false, why = { zh = \"本办法第九条：法定代表人亲自办\", en = \"In person\" } }";
    let text = text.replacen("fee = {", &format!("{why}\nfee = {{"), 1);
    std::fs::write(&item, text).expect("written");
    let town = town.restart(|config| config.guide.packs = packs.clone()).await;
    town.node.store().clock().advance_seconds(60);
    let fresh = accepted(&town).await;
    let list = town.staff("sp01").await.get("/a").await;
    assert!(list.says("食品经营许可") && list.says("食品经营新证"), "{}", list.text());
    let row = |no: &str| {
        let text = list.text();
        let at = text.find(&format!("/a/c/{no}\"")).expect("a line");
        text[at..].chars().take(120).collect::<String>()
    };
    assert!(row(&no).contains("食品经营许可") && row(&fresh).contains("食品经营新证"));
    let clerk = town.staff("ck01").await;
    let who = crate::counter::STRANGER;
    let sent = [("name", who.0), ("id_no", who.1), ("uscc", crate::counter::SHOP)];
    let typed = [&sent[..], &[("authority", "授权委托书")]].concat();
    let page = crate::counter::card(&clerk, &typed).await;
    let mut form = page.form("/item");
    form.set("slug", "spjy-xb");
    let page = clerk.submit(&form).await;
    assert!(page.says("要本人亲自办") && page.says("本办法第九条"), "{}", page.text());
    town.close().await;
}
