//! The window: clerks keep out of their own affairs, and people act for others with a paper that says so.

use crate::counter::{LEADER, SCAN, SHOP, STRANGER, answer, card, filled, seated, shown, upload};
use crate::town::{Person, Town};

/// The clerk ck01 as the population register has her.
const CLERK: (&str, &str) = ("何晓雯", "990102198203137669");
/// Somebody who draws a pension and stays at home.
const PENSIONER: (&str, &str) = ("刘颖", "990181196108055725");
const PAPER: &str = "授权委托书 11月20日，刘颖签名";

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_receives_neither_himself_nor_his_own_shop() {
    let town = Town::new().await;
    let (own, colleague) = (town.staff("ck01").await, town.staff("ck02").await);
    let me = [("name", CLERK.0), ("id_no", CLERK.1)];
    let page = card(&own, &me).await;
    assert_eq!(page.status.as_u16(), 422);
    assert!(page.says("您是这件事的当事人") && page.says("工号 1024、1025"), "{}", page.text());
    // As somebody's agent, or with somebody sent in her name, it is her own affair as well.
    let pensioner = [("principal_name", PENSIONER.0), ("principal_id", PENSIONER.1)];
    let paper = [("authority", PAPER)];
    let page = card(&own, &[&me[..], &pensioner, &paper].concat()).await;
    assert!(page.says("您是这件事的当事人"), "{}", page.text());
    let sent = [("principal_name", CLERK.0), ("principal_id", CLERK.1)];
    let other = [("name", STRANGER.0), ("id_no", STRANGER.1)];
    let page = card(&own, &[&other[..], &sent, &paper].concat()).await;
    assert!(page.says("您是这件事的当事人"), "{}", page.text());

    // A colleague receives her; what he began she can neither read nor go on with.
    let at = seated(&colleague, &me, "yl-rz").await;
    for path in ["", "/find", "/confirm", "/sheet", "/missing"] {
        let page = own.get(&format!("{at}{path}")).await;
        assert_eq!(page.status.as_u16(), 422, "{path}");
        assert!(page.says("您是这件事的当事人"), "{path}: {}", page.text());
    }
    let theirs = colleague.get(&format!("{at}/missing")).await.form("/missing");
    let tokens = own.get("/w/i").await.forms("/w/i").pop().expect("a form").fields;
    for act in ["missing", "consent", "form", "resume", "end"] {
        let mut form = theirs.clone();
        form.action = format!("{at}/{act}");
        for name in ["_csrf", "_idem"] {
            let (_, value) = tokens.iter().find(|(k, _)| k == name).expect("a token");
            form.set(name, value);
        }
        assert!(own.submit(&form).await.says("您是这件事的当事人"), "{act}");
    }
    // The leader of a company is a party, whoever came for it.
    town.node.people().bind_staff("ck01", LEADER.1).await.expect("bound");
    let company = [&other[..], &[("uscc", SHOP)], &paper].concat();
    let page = card(&own, &company).await;
    assert!(page.says("您是这件事的当事人"), "{}", page.text());
    town.close().await;
}

/// Receives the stranger in the pensioner's name and fills the form; gives the sitting.
async fn sent(clerk: &Person<'_>) -> String {
    let who = [
        ("name", STRANGER.0),
        ("id_no", STRANGER.1),
        ("phone", STRANGER.2),
        ("principal_name", PENSIONER.0),
        ("principal_id", PENSIONER.1),
        ("authority", PAPER),
    ];
    let at = seated(clerk, &who, "yl-rz").await;
    let page = clerk.get(&at).await;
    assert!(page.says("刘颖") && page.says("赵雷") && page.says("990103********7705"));
    let landed = clerk.submit(&page.form("/consent")).await;
    assert!(landed.says("990181********5725"), "registers are asked about her: {}", landed.text());
    let mut form = landed.form(&format!("{at}/form"));
    answer(&mut form, "yl-rz");
    form.set("helper", "家人代办").set("helper_name", STRANGER.0).set("_go", "save");
    clerk.submit(&form).await;
    at
}

#[tokio::test(flavor = "multi_thread")]
async fn a_neighbour_comes_with_a_power_of_attorney_and_the_case_is_the_pensioners() {
    let town = Town::new().await;
    let clerk = town.staff("ck01").await;
    let at = sent(&clerk).await;
    // Without the paper nothing goes out.
    let page = clerk.get(&format!("{at}/confirm")).await;
    assert!(page.forms("/confirm").is_empty() && page.says("还差"), "{}", page.text());
    assert!(clerk.get(&format!("{at}/missing")).await.says("授权委托书"));
    let form = clerk.get(&at).await.form("/materials");
    let page = upload(&clerk, &form, "file.mandate", SCAN).await;
    assert!(page.says("scan.pdf"), "{}", page.text());
    let address = shown(&clerk, &at).await;
    let screen = town.visitor();
    let page = screen.get(&address).await;
    assert!(page.says("刘颖") && page.says("赵雷") && page.says("授权委托书"), "{}", page.text());
    let mut form = page.form("/confirm/");
    form.set("answer", "yes");
    assert!(screen.submit(&form).await.says("您已确认"));
    let page = clerk.get(&format!("{at}/confirm")).await;
    assert!(page.says("代办人在申请人屏幕确认"), "{}", page.text());
    let page = clerk.submit(&page.form("/submit")).await;
    let no = page.path.split('/').nth(3).expect("a number").to_owned();
    town.work().await;
    let page = clerk.get(&format!("/w/c/{no}")).await;
    assert!(page.says("赵雷") && page.says(PAPER) && page.says("授权委托书"), "{}", page.text());

    // It is hers: receipt and progress name both, the message and the readings are in her space.
    let owner = town.citizen("pension").await;
    for page in [format!("/c/{no}"), format!("/c/{no}/done")] {
        let page = owner.get(&page).await;
        assert_eq!(page.status.as_u16(), 200, "{}", page.path);
        assert!(page.says("刘颖") && page.says("赵雷"), "{}", page.text());
    }
    assert!(owner.get("/my/messages").await.says("窗口替您办事"));
    let log = owner.get("/my/access-log").await;
    assert!(log.says("窗口收件 养老资格认证") && log.says("窗口收件核对身份"), "{}", log.text());

    // Whoever came takes over the account made for him, and has nothing of hers.
    let agent = signed_up(&town).await;
    for page in [format!("/c/{no}"), format!("/c/{no}/done")] {
        assert_eq!(agent.get(&page).await.status.as_u16(), 404, "{page}");
    }
    assert!(!agent.get("/my").await.says("养老资格认证"));
    assert!(!agent.get("/my/messages").await.says("养老资格认证"));
    town.close().await;
}

/// The stranger opens an account and proves his name.
async fn signed_up(town: &Town) -> Person<'_> {
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
    person
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_represented_who_cannot_be() {
    let town = Town::new().await;
    let clerk = town.staff("ck01").await;
    let number = |seventeen| {
        let id = codes::citizen::CitizenId::complete(seventeen).expect("a number");
        id.as_str().to_owned()
    };
    let (dead, unknown) = (number("99019819900101001"), number("99010219900307123"));
    let silent = number("99019919900101001");
    type Row<'a> = (&'a str, Vec<(&'a str, &'a str)>, &'a str);
    let named = |name, id| vec![("principal_name", name), ("principal_id", id)];
    let table: Vec<Row<'_>> = vec![
        ("himself", named(STRANGER.0, STRANGER.1), "委托人和来人是同一个人"),
        ("the dead", named("演练", &dead), "委托人已去世"),
        ("nobody", named("刘颖", &unknown), "登记库里没有委托人"),
        ("another name", named("刘莹", PENSIONER.1), "委托人的姓名和身份证号不一致"),
        ("a silent register", named("演练", &silent), "委托人核对不了"),
        ("no number", vec![("principal_name", "刘颖")], "请输入"),
        (
            "a person and a company",
            [named("刘颖", PENSIONER.1), vec![("uscc", SHOP)]].concat(),
            "只能填一个",
        ),
    ];
    let who = [("name", STRANGER.0), ("id_no", STRANGER.1), ("authority", PAPER)];
    for (what, typed, said) in &table {
        town.node.store().clock().advance_seconds(60);
        let page = card(&clerk, &[&who[..], typed].concat()).await;
        assert_eq!(page.status.as_u16(), 422, "{what}: {}", page.path);
        assert!(page.says(said), "{what}: {}", page.text());
        assert!(page.says(PAPER), "{what}: what was typed stays");
    }
    let page = card(&clerk, &[&who[..2], &named(PENSIONER.0, PENSIONER.1)].concat()).await;
    assert!(page.says("还缺代办依据"), "{}", page.text());
    let page = card(&clerk, &[("name", "演练"), ("id_no", &dead)]).await;
    assert!(page.says("登记库显示此人已去世"), "{}", page.text());
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_line_tells_of_a_sitting_however_many_pages_are_opened() {
    let town = Town::new().await;
    let (clerk, colleague) = (town.staff("ck01").await, town.staff("ck02").await);
    let who = [("name", LEADER.0), ("id_no", LEADER.1), ("uscc", SHOP)];
    let at = seated(&clerk, &who, "spjy-xb").await;
    let lines = async |words: &str| {
        let citizen = town.citizen("restaurant").await;
        citizen.get("/my/access-log").await.text().matches(words).count()
    };
    let words = "窗口收件 食品经营许可";
    for path in ["", "/missing", "/confirm", "/sheet", ""] {
        clerk.get(&format!("{at}{path}")).await;
    }
    assert_eq!(lines(words).await, 1, "one clerk, one purpose, one day");
    colleague.get(&at).await;
    assert_eq!(lines(words).await, 2, "somebody else is told of");
    town.pass_hours(24).await;
    let clerk = town.staff("ck01").await;
    clerk.get(&at).await;
    clerk.get(&format!("{at}/sheet")).await;
    assert_eq!(lines(words).await, 3, "another day is told of");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_of_delivery_is_chosen_at_the_window_and_voids_a_confirmation() {
    let town = Town::new().await;
    let clerk = town.staff("ck01").await;
    let who = [("name", LEADER.0), ("id_no", LEADER.1), ("uscc", SHOP)];
    let at = seated(&clerk, &who, "spjy-xb").await;
    filled(&clerk, &at).await;
    let page = clerk.get(&format!("{at}/confirm")).await;
    let mut form = page.form("/signed");
    let code = crate::counter::sheet_code(&clerk, &at).await;
    form.set("sheet", &code).set("compared", "yes");
    assert!(!upload(&clerk, &form, "scan", SCAN).await.forms("/submit").is_empty());

    let here = format!("{at}/delivery");
    let mut form = clerk.get(&here).await.form("/delivery");
    form.set("way", "post").set("name", "董建华").set("phone", "1990").set("region", "示例区");
    let page = clerk.submit(&form).await;
    assert_eq!(page.status.as_u16(), 422);
    assert!(page.says("董建华") && page.says("手机号"), "what was typed stays: {}", page.text());
    form.set("phone", "19900000207").set("street", "示例街道1号");
    let page = clerk.submit(&form).await;
    assert!(page.path.contains("done=delivered") && page.says("邮寄"), "{}", page.text());
    let page = clerk.get(&format!("{at}/confirm")).await;
    assert!(page.forms("/submit").is_empty(), "the signature was for another way");
    assert_ne!(crate::counter::sheet_code(&clerk, &at).await, code);
    assert!(clerk.get(&format!("{at}/sheet")).await.says("示例街道1号"));
    let mut form = clerk.get(&here).await.form("/delivery");
    form.set("way", "collect").set("window", "9");
    assert_eq!(clerk.submit(&form).await.status.as_u16(), 422, "no such counter");
    form.set("window", "0");
    assert!(clerk.submit(&form).await.says("自取"));
    // An item that leaves no choice has no such page.
    let at = seated(&clerk, &[("name", STRANGER.0), ("id_no", STRANGER.1)], "yl-rz").await;
    assert_eq!(clerk.get(&format!("{at}/delivery")).await.status.as_u16(), 404);
    town.close().await;
}
