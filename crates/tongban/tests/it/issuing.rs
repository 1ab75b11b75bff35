//! The licence desk: a type is written by one steward and published by another; licences are issued by hand
//! and from a table, never without a second person, and no row twice.

use crate::town::{Form, Page, Person, Town};

const TYPE: &str = "/l/types/11990102000000377D009";
/// The sample type in use.
const WORKSHOP: &str = "11990102000000377D001";
/// How the address of a licence begins: row ids of that year begin with a nine.
const LICENCE: &str = "/l/9";
const NOODLES: (&str, &str) = ("示例区邓记面馆", "92990102630040015X");

fn fill(form: &mut Form, pairs: &[(&str, &str)]) {
    for (name, value) in pairs {
        form.set(name, value);
    }
}

/// Posts one of the buttons of a page.
async fn press(person: &Person<'_>, page: &Page, action: &str, go: &str) -> Page {
    let mut form = page.form(action);
    form.set("_go", go);
    person.submit(&form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_is_published_by_somebody_who_did_not_write_it() {
    let town = Town::new().await;
    let (writer, second) = (town.staff("zz01").await, town.staff("zz02").await);
    let list = writer.get("/l/types").await;
    assert!(list.says("食品生产加工小作坊登记证") && list.says("食品经营许可证"), "both kinds");
    let mut form = writer.get("/l/types/new").await.form("/l/types/new");
    fill(
        &mut form,
        &[("code", "11990102000000377E009"), ("name_zh", "摊点卡"), ("name_en", "Stall card")],
    );
    let back = writer.submit(&form).await;
    assert!(back.status.as_u16() == 422 && back.says("类型代码不对") && back.says("摊点卡"));
    form.set("code", WORKSHOP).set("_idem", &"a".repeat(32));
    assert!(writer.submit(&form).await.says("这个类型代码已经用了"));
    form.set("code", "11990102000000377D009").set("_idem", &"b".repeat(32)).set("holder", "111");
    let editor = writer.submit(&form).await;
    let mut form = editor.form("/edit");
    fill(
        &mut form,
        &[
            ("key-1", "Place"),
            ("zh-1", "摊位"),
            ("en-1", "Stall"),
            ("kind-1", "text"),
            ("validity", "months"),
        ],
    );
    let page = writer.submit(&form).await;
    for told in ["已经保存", "小写字母", "请写有效几个月", "请至少让一个字段"]
    {
        assert!(page.says(told), "{told}: {}", page.text());
    }
    assert!(!page.says("value=\"offer\""), "what is unsound cannot be handed in");
    let editor = writer.get(&format!("{TYPE}/edit")).await;
    let mut late = second.get(&format!("{TYPE}/edit")).await.form("/edit");
    let mut form = editor.form("/edit");
    fill(&mut form, &[("key-1", "place"), ("months", "12"), ("is-1", "brief")]);
    let page = writer.submit(&form).await;
    assert!(page.says("检查过了，可以发布"), "{}", page.text());
    late.set("name_zh", "摊点登记卡");
    let told = second.submit(&late).await;
    assert_eq!(told.status.as_u16(), 409, "{}", told.text());
    assert!(told.says("同事刚刚保存过") && told.says("摊点登记卡"), "nothing typed is lost");
    let svg = writer.get(&format!("{TYPE}/sample.svg")).await;
    assert!(svg.kind.starts_with("image/svg") && svg.body.len() > 2_000, "{}", svg.kind);
    let offered = press(&writer, &page, TYPE, "offer").await;
    assert!(offered.says("等另一位同事发布") && !offered.says("value=\"publish\""));
    assert!(press(&writer, &offered, TYPE, "publish").await.says("您参与过这一版"));
    let refused = press(&second, &second.get(TYPE).await, TYPE, "return").await;
    assert!(refused.says("请写要改什么"), "{}", refused.text());
    let done = press(&second, &second.get(TYPE).await, TYPE, "publish").await;
    assert!(done.says("已经发布") && done.says("现行"), "{}", done.text());
    let renewed = press(&second, &done, TYPE, "renew").await;
    assert!(renewed.says("第 2 版") && renewed.says("编写中"), "{}", renewed.text());
    let gone = press(&second, &renewed, TYPE, "discard").await;
    assert!(gone.says("摊点卡"), "the version in use stays: {}", gone.text());
    let foreign = town.staff("jj02").await;
    assert!(foreign.get(TYPE).await.says("第 1 版"), "what is in use may be seen by all");
    assert_eq!(foreign.get("/l/types/11990102000000377D002").await.status.as_u16(), 404, "a draft");
    assert_eq!(foreign.get("/l/issue/11990102000000377D009").await.status.as_u16(), 404);
    town.close().await;
}

/// Fills the form of the sample type.
fn workshop(form: &mut Form, holder: (&str, &str)) {
    let (name, code) = holder;
    fill(
        form,
        &[
            ("holder", name),
            ("holder_code", code),
            ("head", "邓国强"),
            ("place", "示例区建设路1号"),
            ("class", "糕点"),
            ("goods", "月饼、桃酥"),
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_licence_by_hand_waits_for_a_second_person_and_is_made_once() {
    let town = Town::new().await;
    let (writer, second) = (town.staff("zz01").await, town.staff("zz02").await);
    let address = format!("/l/issue/{WORKSHOP}");
    let mut form = writer.get(&address).await.form(&address);
    workshop(&mut form, (NOODLES.0, "929901026300400150"));
    form.set("class", "火箭");
    let back = writer.submit(&form).await;
    assert_eq!(back.status.as_u16(), 422);
    assert!(back.says("代码核对不上") && back.says("请从这几项里选") && back.says("月饼、桃酥"));
    let mut form = back.form(&address);
    workshop(&mut form, NOODLES);
    let batch = writer.submit(&form).await;
    assert!(batch.says("等另一位同事审核"), "{}", batch.text());
    let again = writer.submit(&form).await;
    assert_eq!(again.path, batch.path, "pressed twice, kept once");
    let path = batch.path.split('?').next().unwrap_or_default().to_owned();
    let refused = press(&writer, &batch, &path, "approve").await;
    assert!(refused.says("不能由您审核"), "{}", refused.text());
    town.work().await;
    assert!(!writer.get("/l").await.says("XZF"), "nothing is issued without an approval");
    let row = second.get(&format!("{path}/rows/1")).await;
    assert!(row.says("邓**") || row.says("邓*强"), "covered: {}", row.text());
    let full = second.submit(&row.form("/rows/1")).await;
    assert!(full.says("邓国强"), "{}", full.text());
    let seen = second.get(&path).await;
    let done = press(&second, &seen, &path, "approve").await;
    assert!(done.says("正在制作"), "{}", done.text());
    let twice = press(&second, &seen, &path, "approve").await;
    assert!(twice.says("已经批准") || twice.says("刚刚被别人改过"), "{}", twice.text());
    town.work().await;
    let made = second.get(&path).await;
    assert!(made.says("已签发") && !made.says("value=\"resume\""), "{}", made.text());
    let licence = second.get(&made.link(LICENCE)).await;
    assert!(licence.says("XZF") && licence.says("示例区邓记面馆"), "{}", licence.text());
    let mut form = writer.get(&address).await.form(&address);
    workshop(&mut form, NOODLES);
    let twin = writer.submit(&form).await;
    assert!(twin.says("已有一张有效的"), "{}", twin.text());
    let foreign = town.staff("jj02").await;
    assert_eq!(foreign.get(&path).await.status.as_u16(), 404);
    renewed(&town, (&writer, &second), &licence.path).await;
    town.close().await;
}

/// A licence is renewed for its own holder: same number, next version, the old one is void and says which.
async fn renewed(town: &Town, (writer, second): (&Person<'_>, &Person<'_>), old: &str) {
    let page = writer.get(old).await;
    let form_page = writer.get(&page.link("?replaces=")).await;
    assert!(form_page.says("原证作废") && form_page.says("月饼、桃酥"), "{}", form_page.text());
    let mut form = form_page.form("/l/issue/");
    form.set("goods", "月饼").set("holder_code", "92990181064908421K");
    let back = writer.submit(&form).await;
    assert!(back.says("持证主体不能换") && back.says("原证作废"), "{}", back.text());
    let mut form = back.form("/l/issue/");
    form.set("holder_code", NOODLES.1);
    let batch = writer.submit(&form).await;
    assert!(batch.says("等另一位同事审核"), "{}", batch.text());
    let path = batch.path.split('?').next().unwrap_or_default().to_owned();
    press(second, &second.get(&path).await, &path, "approve").await;
    town.work().await;
    let new = second.get(&second.get(&path).await.link(LICENCE)).await;
    assert!(new.says("第 1 版") && new.says("月饼") && !new.says("桃酥"), "{}", new.text());
    let page = second.get(old).await;
    assert!(page.says("已被新证代替") && page.says("第 2 版"), "{}", page.text());
    let moved = second.get(&format!("{}/do/transfer", new.path)).await;
    let number =
        moved.text().split("XZF").nth(1).expect("a number").chars().take(16).collect::<String>();
    let mut form = moved.form("/do/transfer");
    form.set("ground", "moved").set("reason", "企业迁出").set("last", &number[12..]);
    let done = second.submit(&form).await;
    assert!(done.says("已转出") || done.says("转出"), "{}", done.text());
    assert_eq!(second.get(&format!("{}/do/suspend", new.path)).await.status.as_u16(), 422);
    let quality = second.get("/l/quality").await;
    assert!(quality.says("没有要处理的问题"), "{}", quality.text());
}

/// A multipart form with a file, as a browser sends it.
async fn upload(person: &Person<'_>, address: &str, bytes: &[u8]) -> Page {
    let form = person.get(address).await.form(address);
    let mut body = Vec::new();
    for (name, value) in &form.fields {
        body.extend(
            format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .into_bytes(),
        );
    }
    body.extend(
        "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"小作坊.csv\"\r\n\r\n"
            .as_bytes(),
    );
    body.extend(bytes);
    body.extend(b"\r\n--xx--\r\n");
    let kind = "multipart/form-data; boundary=xx";
    let (page, next) = person.once("POST", address, kind, Some(body)).await;
    match next {
        Some(next) => person.get(&next).await,
        None => page,
    }
}

/// USCCs of sample enterprises, and their names.
fn enterprises(n: usize) -> Vec<(String, String)> {
    let text = include_str!("../../../../data/sample/enterprises.csv");
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let at = |name: &str| header.iter().position(|h| *h == name).expect("a column");
    let (name, uscc) = (at("name"), at("uscc"));
    lines.take(n).map(|r| (r[name].to_owned(), r[uscc].to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_checked_row_by_row_and_its_good_rows_are_issued_once() {
    let town = Town::new().await;
    let (writer, second) = (town.staff("zz01").await, town.staff("zz02").await);
    let address = format!("/l/issue/{WORKSHOP}/batch");
    let wrong = upload(&writer, &address, "名称,颜色\n甲,红\n".as_bytes()).await;
    assert!(wrong.status.as_u16() == 422 && wrong.says("缺少这些列"), "{}", wrong.text());
    assert!(upload(&writer, &address, b"PK\x03\x04").await.says("这不是 CSV 文件"));
    let mut table =
        String::from("统一社会信用代码,名称,负责人,生产地址,食品类别,产品品种,从业人数\n");
    let all = enterprises(30);
    for (name, uscc) in &all {
        table.push_str(&format!("{uscc},{name},负责人甲,示例区和平路2号,肉制品,香肠,5\n"));
    }
    let (name, uscc) = &all[0];
    table.push_str(&format!("{uscc},{name},负责人甲,示例区和平路2号,肉制品,香肠,5\n"));
    table.push_str(&format!("{uscc},{name},负责人乙,示例区和平路2号,肉制品,香肠,5\n"));
    table.push_str("9.29E+17,某某,,示例区,铁,,三\n");
    let batch = upload(&writer, &address, table.as_bytes()).await;
    for told in ["30 行可以签发，3 行要改", "第 2 行完全一样", "只提交可以签发的行"]
    {
        let bad = writer.get(&format!("{}?state=bad", batch.path)).await;
        assert!(batch.says(told) || bad.says(told), "{told}: {} {}", batch.text(), bad.text());
    }
    let bad = writer.get(&format!("{}?state=bad", batch.path)).await;
    for told in
        ["第 34 行", "代码核对不上", "负责人：请填写", "请从这几项里选", "第 2 行是同一持证主体"]
    {
        assert!(bad.says(told), "{told}: {}", bad.text());
    }
    town.work().await;
    assert!(!writer.get("/l").await.says("XZF"), "a dry run issues nothing");
    let offered = press(&writer, &batch, &batch.path, "offer").await;
    assert!(offered.says("等另一位同事审核"), "{}", offered.text());
    let repeat = upload(&writer, &address, table.as_bytes()).await;
    assert!(repeat.says("另一批的第 2 行完全一样"), "{}", repeat.text());
    let seen = second.get(&batch.path).await;
    assert!(press(&second, &seen, &batch.path, "refuse").await.says("请写不批准的理由"));
    let seen = second.get(&batch.path).await;
    let (a, b) = tokio::join!(
        press(&second, &seen, &batch.path, "approve"),
        press(&second, &seen, &batch.path, "approve")
    );
    assert!(a.says("正在制作") && b.says("正在制作"), "{} {}", a.text(), b.text());
    town.work().await;
    let made = second.get(&format!("{}?state=made", batch.path)).await;
    assert!(made.says("第 31 行") && !made.says("第 32 行"), "{}", made.text());
    let one = second.get(&made.link(LICENCE)).await;
    assert!(one.says("香肠") && one.says("XZF"), "{}", one.text());
    let repeat = upload(&writer, &address, table.as_bytes()).await;
    assert!(repeat.says("已有一张有效的") && repeat.says("0 行可以签发"), "{}", repeat.text());
    let gone = press(&writer, &repeat, &repeat.path, "drop").await;
    assert!(gone.says("表格内容已删除"), "{}", gone.text());
    town.close().await;
}

/// The largest table there is: checked, handed in and approved as a whole. It is not made here: two thousand papers are
/// two thousand seals.
#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_rows_are_one_batch() {
    let town = Town::new().await;
    let (writer, second) = (town.staff("zz01").await, town.staff("zz02").await);
    let address = format!("/l/issue/{WORKSHOP}/batch");
    let mut table =
        String::from("统一社会信用代码,名称,负责人,生产地址,食品类别,产品品种,从业人数\n");
    for n in 0..2_000 {
        let uscc = codes::uscc::Uscc::complete(&format!("92990102MA{n:07}")).expect("a code");
        let uscc = uscc.as_str();
        table.push_str(&format!("{uscc},示例{n}号作坊,负责人甲,示例区和平路2号,肉制品,香肠,5\n"));
    }
    let batch = upload(&writer, &address, table.as_bytes()).await;
    assert!(batch.says("2000 行可以签发") || batch.says("2,000 行可以签发"), "{}", batch.text());
    let offered = press(&writer, &batch, &batch.path, "offer").await;
    assert!(offered.says("等另一位同事审核"), "{}", offered.text());
    let seen = second.get(&batch.path).await;
    let done = press(&second, &seen, &batch.path, "approve").await;
    assert!(done.says("正在制作"), "{}", done.text());
    let repeat = upload(&writer, &address, table.as_bytes()).await;
    assert!(repeat.says("0 行可以签发"), "not one of them twice: {}", repeat.text());
    town.close().await;
}
