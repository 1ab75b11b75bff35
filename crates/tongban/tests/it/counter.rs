//! The window: people who come with a card and a paper, clerks who type for them, and those who must not.

use crate::town::{Form, Page, Person, Town};
use serde_json::Value;

pub(crate) const LEADER: (&str, &str) = ("董建华", "990103199302155943");
pub(crate) const SHOP: &str = "92990102630040015X";
pub(crate) const STRANGER: (&str, &str, &str) = ("赵雷", "990103198012067705", "19900000059");
pub(crate) const SCAN: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n";

pub(crate) async fn card(clerk: &Person<'_>, more: &[(&str, &str)]) -> Page {
    let mut form = clerk.get("/w/i").await.forms("/w/i").pop().expect("the form of the card");
    for (name, value) in more {
        form.set(name, value);
    }
    clerk.submit(&form).await
}

/// Receives somebody and takes an item for him; gives the address of the sitting.
pub(crate) async fn seated(clerk: &Person<'_>, more: &[(&str, &str)], slug: &str) -> String {
    let page = card(clerk, more).await;
    assert!(page.path.contains("/find"), "{}: {}", page.path, page.text());
    let mut form = page.form("/item");
    form.set("slug", slug);
    let landed = clerk.submit(&form).await;
    assert!(landed.status.is_success(), "{}", landed.text());
    landed.path.split('?').next().expect("a path").to_owned()
}

/// The pack's own example as the form posts it, where nothing stands yet.
pub(crate) fn answer(form: &mut Form, slug: &str) {
    let pack = guide::packs::shipped(slug).expect("the pack");
    let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
    let mut put = |name: &str, v: &Value| {
        let day = v.as_str().filter(|t| t.len() == 10 && t.as_bytes()[4] == b'-');
        match (v, day) {
            (Value::Array(all), _) => all.iter().for_each(|one| {
                form.add(name, &text(one));
            }),
            (_, Some(day)) if !name.contains('.') => {
                for (part, at) in [("y", 0..4), ("m", 5..7), ("d", 8..10)] {
                    form.set(&format!("{name}_{part}"), &day[at]);
                }
            }
            (one, _) => {
                form.set(name, &text(one));
            }
        }
    };
    for (key, value) in &pack.tests[0].answers {
        match value.as_array().filter(|rows| rows.first().is_some_and(Value::is_object)) {
            Some(rows) => {
                for (at, row) in rows.iter().enumerate() {
                    for (column, cell) in row.as_object().expect("a row") {
                        put(&format!("{key}.{at}.{column}"), cell);
                    }
                }
            }
            None if ["promise", "signature", "date", "ent_name", "uscc"]
                .contains(&key.as_str()) => {}
            None => put(key, value),
        }
    }
}

pub(crate) async fn upload(clerk: &Person<'_>, form: &Form, field: &str, bytes: &[u8]) -> Page {
    let mut body = Vec::new();
    for (name, value) in &form.fields {
        let head =
            format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(head.into_bytes());
    }
    if !field.is_empty() {
        let head = format!(
            "--line\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"scan.pdf\"\r\n\
             Content-Type: application/pdf\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--line--\r\n");
    let kind = "multipart/form-data; boundary=line";
    let (page, next) = clerk.once("POST", &form.action, kind, Some(body)).await;
    match next {
        Some(next) => clerk.get(next.split('#').next().expect("a path")).await,
        None => page,
    }
}

/// Fills the whole form of a shop, with consent and the plan scanned.
pub(crate) async fn filled(clerk: &Person<'_>, at: &str) {
    let page = clerk.get(at).await;
    let landed = clerk.submit(&page.form("/consent")).await;
    assert!(landed.says("示例区邓记面馆"), "the register filled the name in: {}", landed.text());
    let mut form = landed.form(&format!("{at}/form"));
    answer(&mut form, "spjy-xb");
    form.set("_go", "save");
    let kept = clerk.submit(&form).await;
    assert!(kept.path.contains("done=saved"), "{}: {}", kept.path, kept.text());
    let form = kept.form("/materials");
    let kept = upload(clerk, &form, "file.layout", SCAN).await;
    assert!(kept.says("scan.pdf"), "{}", kept.text());
}

/// The check number at the foot of the sheet to sign, in two halves as it is printed.
pub(crate) async fn sheet_code(clerk: &Person<'_>, at: &str) -> String {
    let sheet = clerk.get(&format!("{at}/sheet")).await.text();
    let after = sheet.split("内容校验码").nth(1).expect("a number at the foot");
    let code = after.split(['<', '>']).find(|part| part.len() == 9);
    code.expect("two halves").to_owned()
}

/// Sends what was typed to the second screen; gives its address.
pub(crate) async fn shown(clerk: &Person<'_>, at: &str) -> String {
    let page = clerk.get(&format!("{at}/confirm")).await;
    let mut form = page.form("/confirm");
    form.set("how", "screen");
    let page = clerk.submit(&form).await;
    let token = page.path.split("t=").nth(1).unwrap_or_else(|| panic!("{}", page.text()));
    assert!(page.says("<svg"), "a code to scan");
    format!("/confirm/{token}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shopkeeper_is_served_from_the_card_to_the_acceptance() {
    let town = Town::new().await;
    let clerk = town.staff("ck01").await;
    let typed = format!("{}\t{}", LEADER.0, LEADER.1);
    let at = seated(&clerk, &[("name", &typed), ("uscc", SHOP)], "spjy-xb").await;
    let early = clerk.get(&format!("{at}?check=1")).await;
    assert!(early.says("处要改") && early.says("aria-invalid"), "errors stand at their fields");
    filled(&clerk, &at).await;
    let page = clerk.get(&at).await;
    assert!(page.says("窗口代填") && page.says("1023"), "the clerk's number stands at the answers");

    // A paper seen as original, by whom; then everything is there.
    let mut form = page.form("/materials");
    form.set("_look", "original:layout");
    let page = upload(&clerk, &form, "", b"").await;
    assert!(page.says("原件核验") && page.says("工号 1023"), "{}", page.text());
    let on = clerk.get(&format!("{at}/confirm")).await;
    assert!(
        on.says("本人还没有确认") && on.forms("/submit").is_empty(),
        "nothing goes out unconfirmed"
    );

    // Staff confirm for nobody; the applicant does, on the second screen.
    let address = shown(&clerk, &at).await;
    let theirs = clerk.get(&address).await;
    let mut form = theirs.form("/confirm/");
    form.set("answer", "yes");
    assert_eq!(clerk.submit(&form).await.status.as_u16(), 422, "a clerk cannot confirm");
    let screen = town.visitor();
    let page = screen.get(&address).await;
    assert!(page.says("示例区邓记面馆") && page.says("工号 1023") && !page.says(LEADER.1));
    let mut form = page.form("/confirm/");
    form.set("answer", "yes");
    let page = screen.submit(&form).await;
    assert!(page.says("您已确认"), "{}", page.text());

    let page = clerk.get(&format!("{at}/confirm")).await;
    let form = page.form("/submit");
    let page = clerk.submit(&form).await;
    assert!(page.path.ends_with("/accept"), "{}: {}", page.path, page.text());
    let no = page.path.split('/').nth(3).expect("a number").to_owned();
    let again = clerk.submit(&form).await;
    assert_eq!(again.path, page.path, "pressed twice it is the same case");
    let accepted = clerk.submit(&page.form("/accept")).await;
    assert!(accepted.says("窗口收件，工号 1023"), "{}", accepted.text());
    town.work().await;

    // The person sees who read what, and the receipt says where and by whom it was taken.
    let citizen = town.citizen("restaurant").await;
    let log = citizen.get("/my/access-log").await;
    assert!(log.says("窗口收件 食品经营许可") && log.says("**23"), "{}", log.text());
    assert!(log.says("窗口收件核对身份"), "{}", log.text());
    let acting = citizen.get("/my/acting").await;
    let mut form = acting.form("/my/acting");
    form.set("uscc", SHOP);
    citizen.submit(&form).await;
    let done = citizen.get(&format!("/c/{no}/done")).await;
    assert!(done.says("窗口收件，工号 1023") && done.says("原件核验"), "{}", done.text());
    let officer = town.staff("sp01").await;
    let page = officer.get(&format!("/a/c/{no}")).await;
    assert!(page.says("本人在申请人屏幕确认"), "{}", page.text());
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_signs_on_paper_and_a_change_makes_it_void() {
    let town = Town::new().await;
    let clerk = town.staff("ck01").await;
    let who = [("name", STRANGER.0), ("id_no", STRANGER.1), ("uscc", SHOP)];
    let page = card(&clerk, &who).await;
    assert_eq!(page.status.as_u16(), 422);
    assert!(page.says("代办依据"), "who is not the leader shows what empowers him");
    let with = [&who[..], &[("authority", "授权委托书 11月15日，法定代表人签字")]].concat();
    let at = seated(&clerk, &with, "spjy-xb").await;
    filled(&clerk, &at).await;
    let page = clerk.get(&at).await;
    let mut form = page.form(&format!("{at}/form"));
    form.set("agent_phone", STRANGER.2)
        .set("agent_scope", "代为提交、补正和领取")
        .set("_go", "save");
    clerk.submit(&form).await;
    let page = clerk.get(&at).await;
    let mut form = page.form("/materials");
    form.set("_look", "copy:mandate");
    let page = upload(&clerk, &form, "", b"").await;
    assert!(page.says("纸质复印件"), "{}", page.text());

    let sheet = clerk.get(&format!("{at}/sheet")).await;
    assert!(sheet.says("签名") && sheet.says("示例区邓记面馆"), "{}", sheet.text());
    let form = clerk.get(&format!("{at}/confirm")).await.form("/signed");
    let none = upload(&clerk, &form, "", b"").await;
    assert_eq!(none.status.as_u16(), 422, "no scan, no confirmation");
    let mut form = clerk.get(&format!("{at}/confirm")).await.form("/signed");
    let code = sheet_code(&clerk, &at).await;
    form.set("sheet", &code.to_lowercase());
    let unlooked = upload(&clerk, &form, "scan", SCAN).await;
    assert!(unlooked.says("还没有对照签名") && unlooked.says(&code.to_lowercase()));
    form.set("compared", "yes");
    let page = upload(&clerk, &form, "scan", SCAN).await;
    let stale = page.form("/submit");

    // Another letter in the form, and the signature is for something else.
    let mut form = clerk.get(&at).await.form(&format!("{at}/form"));
    form.set("site", "另一个平台").set("_go", "save");
    clerk.submit(&form).await;
    let refused = clerk.submit(&stale).await;
    assert_eq!(refused.status.as_u16(), 422);
    assert!(refused.says("本人还没有确认现在的内容"), "{}", refused.text());
    let mut form = clerk.get(&format!("{at}/confirm")).await.form("/signed");
    form.set("compared", "yes");
    for (typed, said) in [("", "还没有填确认单上的校验码"), (&*code, "这张确认单不是现在的内容")]
    {
        form.set("sheet", typed);
        let page = upload(&clerk, &form, "scan", SCAN).await;
        assert_eq!(page.status.as_u16(), 422);
        assert!(page.says(said) && page.forms("/submit").is_empty(), "{}", page.text());
    }
    form.set("sheet", &sheet_code(&clerk, &at).await);
    let page = upload(&clerk, &form, "scan", SCAN).await;
    let page = clerk.submit(&page.form("/submit")).await;
    assert!(page.path.ends_with("/accept"), "{}: {}", page.path, page.text());
    let case = clerk.get(page.path.trim_end_matches("/accept")).await;
    assert!(case.says("授权委托书 11月15日") && case.says("本人签了纸质确认单"), "{}", case.text());
    assert!(case.says("工号 1023 已与证件对照签名"), "{}", case.text());
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_window_began_is_taken_over_by_its_owner() {
    let town = Town::new().await;
    let clerk = town.staff("ck01").await;
    let at = seated(&clerk, &[("name", STRANGER.0), ("id_no", STRANGER.1)], "yl-rz").await;
    let list = clerk.get(&format!("{at}/missing")).await;
    assert!(list.says("还差下面"), "{}", list.text());
    let told = clerk.submit(&list.form("/missing")).await;
    assert!(told.says("待补件"), "{}", told.text());
    let waiting = clerk.get("/w/waiting").await;
    assert!(waiting.says("赵*") && !waiting.says(STRANGER.1), "{}", waiting.text());
    town.work().await;

    let person = town.visitor();
    let mut form = person.get("/register").await.form("/register");
    form.set("phone", STRANGER.2).set("agree", "1");
    let page = person.submit(&form).await;
    town.work().await;
    let outbox = person.get("/sandbox/outbox").await.text();
    let sent = outbox.split("【").find(|t| t.contains("注册")).expect("a code was sent");
    let code = sent.split(|c: char| !c.is_ascii_digit()).find(|t| t.len() == 6);
    let mut form = page.form("/register/open");
    form.set("code", code.expect("six figures")).set("password", "a-long-enough-phrase-2026");
    person.submit(&form).await;
    let mut form = person.get("/verify-me").await.form("/verify-me");
    form.set("name", STRANGER.0).set("id_no", STRANGER.1).set("agree", "1");
    let page = person.submit(&form).await;
    assert!(page.status.is_success() && !page.path.starts_with("/verify-me"), "{}", page.text());
    let draft = person.get("/my").await.link("/d/");
    assert_eq!(person.get(&draft).await.status.as_u16(), 200, "the draft is there");
    assert!(person.get("/my/messages").await.says("还差"), "and so is what he was told");
    let log = person.get("/my/access-log").await;
    assert!(log.says("窗口收件核对身份"), "{}", log.text());

    // One person, one account: the next window finds the same one, and signing in again leads to it.
    let page = card(&clerk, &[("name", STRANGER.0), ("id_no", STRANGER.1)]).await;
    assert!(page.path.contains("/find"));
    let back = town.visitor();
    let mut form = back.get("/login").await.form("/login");
    form.set("phone", STRANGER.2).set("password", "a-long-enough-phrase-2026");
    assert!(back.submit(&form).await.status.is_success());
    assert_eq!(back.get(&draft).await.status.as_u16(), 200);

    // He drops it online; the list at the window says so.
    let form = back.get(&format!("{}/discard", draft.trim_end_matches('/'))).await.form("/discard");
    back.submit(&form).await;
    let waiting = clerk.get("/w/waiting").await;
    assert!(waiting.says("本人已在网上办理或放弃"), "{}", waiting.text());
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_that_do_not_fit_are_told_why() {
    let town = Town::new().await;
    let clerk = town.staff("ck01").await;
    let unknown = codes::citizen::CitizenId::complete("99010219900307123").expect("a number");
    let silent = codes::citizen::CitizenId::complete("99019919900101001").expect("a number");
    type Row<'a> = (&'a str, Vec<(&'a str, &'a str)>, &'a str);
    let table: Vec<Row<'_>> = vec![
        ("nothing", vec![], "请输入"),
        ("another name", vec![("name", "董建"), ("id_no", LEADER.1)], "姓名和身份证号不一致"),
        (
            "a wrong check digit",
            vec![("name", LEADER.0), ("id_no", "990103199302155944")],
            "逐位核对",
        ),
        (
            "nobody",
            vec![("name", LEADER.0), ("id_no", unknown.as_str())],
            "登记库里没有这个身份证号",
        ),
        (
            "a script",
            vec![("name", "<script>alert(1)</script>"), ("id_no", LEADER.1)],
            "请核对姓名",
        ),
        (
            "a long name",
            vec![
                (
                    "name",
                    "长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长",
                ),
                ("id_no", LEADER.1),
            ],
            "姓名和身份证号不一致",
        ),
        (
            "a bad code",
            vec![("name", LEADER.0), ("id_no", LEADER.1), ("uscc", "92990102630040015Y")],
            "统一社会信用代码",
        ),
        ("a silent register", vec![("name", "演练"), ("id_no", silent.as_str())], "登记库没有应答"),
        (
            "a poor reason",
            vec![("name", "演练"), ("id_no", silent.as_str()), ("by_hand", "急")],
            "人工核对的理由还不清楚",
        ),
        (
            "a phone of letters",
            vec![("name", LEADER.0), ("id_no", LEADER.1), ("phone", "abc")],
            "手机号",
        ),
    ];
    for (what, typed, said) in table {
        town.node.store().clock().advance_seconds(60);
        let page = card(&clerk, &typed).await;
        assert_eq!(page.status.as_u16(), 422, "{what}: {}", page.path);
        assert!(page.says(said), "{what}: {}", page.text());
        assert!(!page.says("<script>alert"), "{what} comes back unescaped");
    }
    let by_hand =
        [("name", "演练"), ("id_no", silent.as_str()), ("by_hand", "登记库维护，身份证原件已核对")];
    let at = seated(&clerk, &by_hand, "yl-rz").await;
    assert!(clerk.get(&at).await.says("没有经登记库核对"), "the flag goes with the matter");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_windows_and_second_hands_change_nothing() {
    let town = Town::new().await;
    let (clerk, colleague, other) =
        (town.staff("ck01").await, town.staff("ck02").await, town.staff("sb02").await);
    let at = seated(&clerk, &[("name", STRANGER.0), ("id_no", STRANGER.1)], "yl-rz").await;
    for path in ["", "/find", "/confirm", "/sheet", "/missing"] {
        assert_eq!(other.get(&format!("{at}{path}")).await.status.as_u16(), 404, "{path}");
    }
    let page = clerk.get(&at).await;
    let end = page.form("/end");
    let (mine, theirs) = (end.clone(), colleague.get(&at).await.form("/end"));
    for action in
        ["/form", "/consent", "/materials", "/confirm", "/submit", "/missing", "/end", "/resume"]
    {
        let mut form = other.get("/w/i").await.forms("/w/i").pop().expect("a form");
        form.action = format!("{at}{action}");
        form.set("version", "1").set("how", "screen");
        let page = other.submit(&form).await;
        assert!(matches!(page.status.as_u16(), 404 | 422), "{action}: {}", page.status);
    }
    // A window of another house does not take what is not its own, and says where.
    let page = card(&other, &[("name", LEADER.0), ("id_no", LEADER.1), ("uscc", SHOP)]).await;
    let mut form = page.form("/item");
    form.set("slug", "spjy-xb");
    let page = other.submit(&form).await;
    assert_eq!(page.status.as_u16(), 422);
    assert!(page.says("示例区市场监督管理局"), "{}", page.text());

    // Two clerks at once: the first wins, the second is told to look again.
    clerk.submit(&mine).await;
    let late = colleague.submit(&theirs).await;
    assert!(late.says("刚刚有别的改动"), "{}: {}", late.path, late.text());
    let gone = town.visitor().get("/confirm/0000000000000000").await;
    assert_eq!(gone.status.as_u16(), 404);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_for_confirming_lives_a_quarter_of_an_hour_and_answers_once() {
    let town = Town::new().await;
    let clerk = town.staff("ck01").await;
    let who = [("name", LEADER.0), ("id_no", LEADER.1), ("uscc", SHOP)];
    let at = seated(&clerk, &who, "spjy-xb").await;
    filled(&clerk, &at).await;
    let screen = town.visitor();
    let address = shown(&clerk, &at).await;
    let mut form = screen.get(&address).await.form("/confirm/");
    form.set("answer", "no");
    assert!(screen.submit(&form).await.says("已告诉窗口"), "he may say no");
    assert!(clerk.get(&format!("{at}/confirm")).await.says("本人说有不对的地方"));
    form.set("answer", "yes");
    assert_eq!(screen.submit(&form).await.status.as_u16(), 422, "it answers once");
    // By text: the address comes to the phone of whoever came.
    let mut ask = clerk.get(&format!("{at}/confirm")).await.form("/confirm");
    ask.set("how", "phone");
    clerk.submit(&ask).await;
    town.work().await;
    let outbox = town.visitor().get("/sandbox/outbox").await.text();
    assert!(outbox.contains("/confirm/"), "{outbox}");

    // Nobody answered for a quarter of an hour.
    let address = shown(&clerk, &at).await;
    let mut form = screen.get(&address).await.form("/confirm/");
    form.set("answer", "yes");
    town.node.store().clock().advance_seconds(901);
    let late = screen.submit(&form).await;
    assert!(late.says("用过或过期"), "{}", late.text());
    town.close().await;
}
