//! A draft's pages in depth, without a script: a file used again, where the result goes, what is said
//! against a register, and rules that changed since it was begun (ux C14–C16, C27).

use crate::town::{Form, Page, Person, Town};
use crate::versions::{Shop, second_version, shop};
use casework::drafts::{DraftId, Saved, filing};
use casework::materials::{Upload, putting};
use guide::packs::{Changes, Source};
use serde_json::json;

const FOOD: &str = "spjy-xb";

/// A form with files goes out in parts.
async fn send(who: &Person<'_>, form: &Form, file: Option<(&str, &str, &[u8])>) -> Page {
    let mut body = Vec::new();
    for (name, value) in &form.fields {
        let head =
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(head.into_bytes());
    }
    if let Some((field, name, bytes)) = file {
        let head = format!(
            "--x\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--x--\r\n");
    let kind = "multipart/form-data; boundary=x";
    let (page, next) = who.once("POST", &form.action, kind, Some(body)).await;
    match next {
        Some(next) => who.get(&next).await,
        None => page,
    }
}

/// A draft answered with the pack's own example, without its plan.
async fn filled(town: &Town, shop: &Shop) -> DraftId {
    let (w, owner) = (town.node.casework(), filing::owner(&shop.visitor).expect("owner"));
    let id = filing::open(w, &shop.visitor, FOOD).await.expect("open");
    filing::prefill(w, &shop.visitor, id).await.expect("prefill");
    let opened = filing::load(w, owner, id).await.expect("load");
    let mut answers = Changes(opened.pack.tests[0].answers.clone());
    answers.0.retain(|key, _| !opened.body.values.given(key));
    answers.0.insert("max_diners".to_owned(), json!(40));
    let seen = opened.draft.version;
    let saved = filing::save(w, owner, id, seen, answers, Source::Applicant).await.expect("save");
    assert!(matches!(saved, Saved::Done { .. }), "{saved:?}");
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_in_depth() {
    let town = Town::new().await;
    let shop = shop(&town).await;
    let owner = town.signed_in(shop.who.clone()).await;
    assert!(owner.get("/my/files").await.says("办事时上传的材料会出现在这里"));
    let id = filled(&town, &shop).await;
    let file =
        Upload { key: "layout".into(), name: "图.pdf".into(), bytes: b"%PDF-1.7 plan".to_vec() };
    let w = town.node.casework();
    putting::upload(w, &shop.visitor, id, file).await.expect("upload");
    register_is_wrong(&owner, id).await;
    result_by_post(&owner, id).await;
    let sign = owner.get(&format!("/d/{}/sign", id.0)).await;
    let done = owner.submit(&sign.form("/submit")).await;
    for said in ["对“名称”提出了异议", "保密街道七十七号", "199****0207"] {
        assert!(done.says(said), "the receipt lacks {said}: {}", done.text());
    }
    let no = done.link("/calendar.ics").replace("/calendar.ics", "");
    let progress = owner.get(&no).await;
    assert!(progress.says("保密街道七十七号") && progress.says("还不能查快递单号"));
    let no = no.trim_start_matches("/c/");
    for (login, desk) in [("ck01", "/w"), ("sp01", "/a")] {
        let sheet = town.staff(login).await.get(&format!("{desk}/c/{no}")).await;
        for said in ["申请人提出的异议", "另一个名字", "换了招牌", "保密街道七十七号"]
        {
            assert!(sheet.says(said), "{desk} lacks {said}: {}", sheet.text());
        }
    }
    receipt_names_the_dispute(&town, no).await;
    used_again(&town, &shop, &owner).await;
    town.close().await;
}

/// The sealed receipt says what the register had and what its owner says; the code at its foot opens the
/// verification of its number, for anybody.
async fn receipt_names_the_dispute(town: &Town, no: &str) {
    town.work().await;
    // A code of the authenticator is good for one sign-in.
    town.node.store().clock().advance_seconds(60);
    let clerk = town.staff("ck01").await;
    let mut told = String::new();
    for page in 0..2 {
        let address = format!("/w/c/{no}/documents/receipt?as=picture&page={page}");
        let picture = clerk.get(&address).await;
        assert!(picture.kind.starts_with("image/svg"), "{} {}", picture.kind, picture.text());
        let drawn = picture.text();
        // Lines as they stand on the paper, put together again.
        let lines = drawn.split("<title>").skip(1).filter_map(|t| t.split("</title>").next());
        told.extend(lines.map(str::trim));
    }
    for said in [
        "您对登记的信息提出异议1项",
        "1. 名称：",
        "登记为“示例区邓记面馆”，您说应为“另一个名字”。理由：换了招牌。",
        "2026年11月16日提出，附证明1份。",
        "办理人员会核实以上异议",
        "扫码核验",
    ] {
        assert!(told.contains(said), "the sealed receipt lacks {said}: {told}");
    }
    let number = told.split("收件回执").next().and_then(|head| head.rsplit("示食许收").next());
    let number = format!("示食许收{}", number.expect("a number"));
    let escaped: String = number.bytes().map(|b| format!("%{b:02X}")).collect();
    let stranger = town.visitor();
    let seen = stranger.get(&format!("/verify?no={escaped}")).await;
    assert!(seen.says("本平台出具过这份文书") && seen.says(&number), "{}", seen.text());
    assert!(!seen.says("另一个名字") && !seen.says("邓记面馆"), "nothing of a person is told");
    let typed = stranger.get("/verify?no=TB1.00.00.00%22%3E%3Cscript%3E").await;
    assert!(typed.says("TB1.00.00.00") && !typed.says("<script>"), "only put into the field");
    assert!(typed.form("/verify").fields.iter().any(|(k, v)| k == "text" && v.starts_with("TB1")));
}

async fn register_is_wrong(owner: &Person<'_>, id: DraftId) {
    let page = owner.get(&format!("/d/{}/shop", id.0)).await;
    let page = owner.get(&page.link("/dispute/ent_name")).await;
    let form = page.form("/dispute/ent_name");
    let empty = send(owner, &form, None).await;
    assert!(empty.says("请写下正确的内容") && empty.says("请写明原因"), "{}", empty.text());
    let mut form = form.clone();
    form.set("value", "另一个名字").set("reason", "换了招牌");
    let wrong = send(owner, &form, Some(("evidence", "a.exe", b"MZ"))).await;
    assert!(wrong.says("不能上传这种文件") && wrong.says("另一个名字"), "{}", wrong.text());
    let page = send(owner, &form, Some(("evidence", "a.pdf", b"%PDF-1.7 proof"))).await;
    assert!(page.says("您说：另一个名字"), "{}", page.text());
    assert_eq!(owner.get(&format!("/d/{}/dispute/area", id.0)).await.status.as_u16(), 404);
}

async fn result_by_post(owner: &Person<'_>, id: DraftId) {
    let review = owner.get(&format!("/d/{}/review", id.0)).await;
    assert!(review.says("结果怎么给您"), "{}", review.text());
    let page = owner.get(&review.link("/delivery")).await;
    let mut form = page.form("/delivery");
    form.set("way", "post").set("_go", "next");
    let page = owner.submit(&form).await;
    let mut form = page.form("/delivery");
    form.set("way", "post").set("_go", "next").set("name", "董建华").set("phone", "123");
    let page = owner.submit(&form).await;
    assert!(page.says("请填11位手机号") && page.says("请填街道和门牌号"), "{}", page.text());
    form.set("phone", "199 0000 0207").set("region", "示例省示例市示例区");
    form.set("street", "保密街道七十七号").set("remember", "yes");
    let review = owner.submit(&form).await;
    assert!(review.says("保密街道七十七号") && !review.says("19900000207"), "{}", review.text());
    let mut declare = review.form("/review");
    declare.set("promise", "true").set("signature", "true").set("_go", "next");
    let sign = owner.submit(&declare).await;
    assert!(sign.text().contains("/submit"), "{}", sign.text());
    let again = owner.get(&format!("/d/{}/delivery", id.0)).await;
    assert!(again.says("199****0207"), "the address book: {}", again.text());
}

async fn used_again(town: &Town, shop: &Shop, owner: &Person<'_>) {
    let id = filled(town, shop).await;
    let page = owner.get(&format!("/d/{}/materials", id.0)).await;
    assert!(page.says("用我以前交过的"), "{}", page.text());
    let list = owner.get("/my/files").await;
    let file = list.link("/my/files/");
    let kept = file.trim_start_matches("/my/files/");
    let mut form = page.form("/materials");
    form.fields.retain(|(name, _)| !name.starts_with("_go") && name != "_drop");
    form.set("_again", &format!("layout:{kept}"));
    let page = send(owner, &form, None).await;
    assert!(page.says("材料齐了") && !page.says("用我以前交过的"), "{}", page.text());
    let mut wrong = form.clone();
    wrong.set("_again", "layout:99999999999");
    assert_eq!(send(owner, &wrong, None).await.status.as_u16(), 404);
    let page = owner.get(&file).await;
    let mut form = page.form(&file);
    form.set("name", "").set("until", "2026-12-31");
    assert!(owner.submit(&form).await.says("请给这份文件起个名字"));
    form.set("name", "面馆平面图");
    let list = owner.submit(&form).await;
    assert!(list.says("面馆平面图.pdf") && list.says("用过 2 次"), "{}", list.text());
    let refused = owner.submit(&page.form("/forget")).await;
    assert!(refused.says("还要用这份材料"), "{}", refused.text());
    let stranger = town.citizen("car").await;
    assert_eq!(stranger.get(&file).await.status.as_u16(), 404);
    assert_eq!(stranger.get(&format!("{file}/content")).await.status.as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_changed_are_told_and_answers_carried_over() {
    let town = Town::new().await;
    let first = shop(&town).await;
    let id = filled(&town, &first).await;
    let packs = town.folder().join("packs");
    second_version(&packs);
    let town = town.restart(|config| config.guide.packs = packs.clone()).await;
    let shop = shop(&town).await;
    let owner = town.signed_in(shop.who.clone()).await;
    let (w, whose) = (town.node.casework(), filing::owner(&shop.visitor).expect("owner"));
    let refused = filing::prepare(w, whose, id).await.map(drop).expect_err("an old version");
    assert_eq!(refused.code(), "draft-outdated");
    let review = owner.get(&format!("/d/{}/sign", id.0)).await;
    assert!(review.says("规定有了变化") && review.says("最大供餐人数"), "{}", review.text());
    let mut stale = review.form("/renew");
    stale.set("to", "7");
    assert!(owner.submit(&stale).await.says("规定有了变化"), "another version than the one shown");
    let stranger = town.citizen("car").await;
    let mut foreign = review.form("/renew");
    let page = stranger.get("/my/account").await;
    foreign.set("_csrf", page.forms("/").first().map_or("", |f| field(f, "_csrf")));
    assert_eq!(stranger.submit(&foreign).await.status.as_u16(), 404);
    let after = owner.submit(&review.form("/renew")).await;
    assert!(!after.says("规定有了变化"), "{}", after.text());
    let opened = filing::load(w, whose, id).await.expect("load");
    assert_eq!(opened.draft.item_version, 2);
    assert!(!opened.body.values.0.contains_key("max_diners"), "no longer asked");
    assert!(opened.body.values.given("area"), "carried over");
    assert!(owner.submit(&review.form("/renew")).await.status.is_success(), "pressed twice");
    town.close().await;
}

fn field<'f>(form: &'f Form, name: &str) -> &'f str {
    form.fields.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.as_str())
}
