//! What a holder lets others do, told by people: a code held out and redeemed by another department's system, a licence
//! lent to a person, an offline code handed round, numbers counted through (security L3, L4, L5).

use crate::exchange::{Caller, LAW, SHOP};
use crate::papers::{code, licence, verify};
use crate::town::{Page, Person, Town};
use proof::exchange::sample::SECRET;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The other sample system.
const CONSENT: &str = "TB0000000002";

/// 吴东's own number, which a lender must know.
const DRIVER: &str = "990102198804201822";

/// The shopkeeper, acting for the noodle shop, and the address of its business licence.
async fn keeper(town: &Town) -> (Person<'_>, String) {
    let keeper = town.citizen("restaurant").await;
    let mut forms = keeper.get("/my/acting").await.forms("/my/acting");
    forms.retain(|form| form.fields.iter().any(|(k, v)| k == "uscc" && v == SHOP));
    assert!(keeper.submit(&forms[0]).await.status.is_success());
    let own = licence(&keeper, "营业执照").await;
    (keeper, own)
}

fn told(page: &Page) -> Value {
    assert_eq!(page.status.as_u16(), 200, "{}", page.text());
    let whole: Value = serde_json::from_slice(&page.body).expect("JSON");
    whole["data"].clone()
}

/// The first system to redeem it sees what was chosen and nothing else, and may look again; everybody after it is
/// told so; the shopkeeper sees who it was and what for.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_held_out_is_redeemed_by_one_system() {
    let town = Town::new().await;
    let (keeper, own) = keeper(&town).await;
    let page = keeper.get(&format!("{own}/show?chosen=1&f=name")).await;
    let held_out = code(&page);
    let first = Caller::new(&town, LAW, SECRET).await;
    let other = Caller::new(&town, CONSENT, SECRET).await;
    let ask = json!({"qrcode": held_out});
    let path = "queryCertInfoByQRcode";
    let seen = told(&first.ask(path, ask.clone()).await);
    assert_eq!((&seen["status"], &seen["answer"]), (&json!("valid"), &json!("true")), "{seen}");
    let shown = seen["facts"]["shown"].as_array().expect("what was chosen");
    assert_eq!(shown.len(), 1, "one value was chosen: {seen}");
    assert_eq!(shown[0]["value"], "示例区邓记面馆");
    assert!(!seen.to_string().contains(SHOP), "its number was not: {seen}");
    let again = told(&first.ask(path, ask.clone()).await);
    assert_eq!(again["status"], "valid", "the same system may look again");
    let second = told(&other.ask(path, ask.clone()).await);
    assert_eq!(second["status"], "code-used");
    assert!(second["facts"]["shown"].is_null() && !second.to_string().contains("邓记面馆"));
    let passer = verify(&town.visitor(), &held_out).await;
    assert!(passer.says("这个码已经被别人核验过"), "{}", passer.text());
    town.node.store().clock().advance_seconds(301);
    let first = Caller::new(&town, LAW, SECRET).await;
    let late = told(&first.ask(path, ask).await);
    assert_eq!(late["status"], "code-expired", "its minute is over for everybody");
    let uses = keeper.get(&format!("{own}/uses")).await;
    assert!(uses.says("示例区卫生健康局"), "{}", uses.text());
    let log = keeper.get("/my/access-log").await;
    assert!(log.says("办理公共场所卫生许可"), "{}", log.text());
    let steward = town.staff("zz01").await;
    assert!(steward.get("/l/uses").await.says("按亮证码查证照"));
    for bad in ["", "TB1.", "TB1.00.11.22", "TB2.AAAA", "你好", &"0".repeat(4_000)] {
        let page = other.ask(path, json!({"qrcode": bad})).await;
        let whole = String::from_utf8_lossy(&page.body).into_owned();
        assert!(!whole.contains("\"answer\":\"true\""), "{bad}: {whole}");
    }
    town.close().await;
}

/// A licence is lent to a person by his number: he has a copy made for just that, nobody else can, and it ends when it is
/// taken back.
#[tokio::test(flavor = "multi_thread")]
async fn a_licence_is_lent_to_a_person_and_taken_back() {
    let town = Town::new().await;
    let (keeper, own) = keeper(&town).await;
    let mut form = keeper.get(&format!("{own}/grant")).await.form("/grant");
    form.set("to", "person").set("who", "吴东").set("purpose", "代取营业执照副本");
    form.set("id_no", "990102198804201823");
    let wrong = keeper.submit(&form).await;
    assert!(wrong.status.as_u16() == 422 && wrong.says("代取营业执照副本"), "nothing is lost");
    form.set("id_no", DRIVER);
    let list = keeper.submit(&form).await;
    assert!(list.says("已经授权") && list.says("吴东"), "{}", list.text());
    assert!(!list.says(DRIVER), "the number is not shown again");

    let driver = town.citizen("car").await;
    let given = driver.get("/my/grants").await;
    assert!(given.says("代取营业执照副本") && given.says("营业执照"), "{}", given.text());
    let copy = given.form("/copy");
    let file = driver.submit(&copy).await;
    assert_eq!((file.status.as_u16(), &*file.kind), (200, "application/ofd"));
    let verdict = town.node.proof().verify_file(&file.body).await.expect("judged");
    let json = serde_json::to_value(&verdict).expect("json");
    assert_eq!((&json["status"], &json["answer"]), (&json!("copy"), &json!("true")));
    assert!(json["facts"]["shown"].to_string().contains("代取营业执照副本"), "{json}");
    assert_eq!(driver.get(&own).await.status.as_u16(), 404, "lent for that and no more");
    assert_eq!(driver.get(&format!("{own}/show")).await.status.as_u16(), 404);

    let stranger = town.citizen("pension").await;
    assert!(!stranger.get("/my/grants").await.says("代取营业执照副本"));
    let mut stolen = stranger.get("/my/grants").await;
    stolen = stranger.get(&stolen.path).await;
    let token = stolen.forms("").into_iter().find_map(|form| {
        form.fields.iter().find(|(name, _)| name == "_csrf").map(|(_, value)| value.clone())
    });
    let mut theirs = copy.clone();
    theirs.set("_csrf", &token.unwrap_or_default());
    assert!(stranger.submit(&theirs).await.status.is_client_error(), "not lent to him");

    let take = keeper.get("/my/grants").await.form("/end");
    assert!(keeper.submit(&take).await.says("已经撤回授权"));
    let over = town.node.proof().verify_file(&file.body).await.expect("judged");
    let json = serde_json::to_value(&over).expect("json");
    assert_eq!((&json["status"], &json["answer"]), (&json!("copy-over"), &json!("void")));
    assert!(driver.submit(&copy).await.status.is_client_error(), "no copy any more");
    assert!(driver.get("/my/grants").await.forms("/copy").is_empty());
    town.close().await;
}

/// Numbers are counted through at the public door: whoever does is told to wait, and has learnt nothing of a person.
#[tokio::test(flavor = "multi_thread")]
async fn who_counts_numbers_through_is_slowed_and_learns_nothing() {
    let town = Town::new().await;
    let citizen = town.citizen("car").await;
    let card = licence(&citizen, "居民身份证").await;
    let text = citizen.get(&card).await.text();
    let at = text.find("1.2.156.3005.2.").expect("an identifier");
    let own: String =
        text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '.').collect();
    let counter = town.visitor();
    let (mut answered, mut slowed) = (0, 0);
    for n in 0..400 {
        // Its own identifier every tenth time: even a hit tells nothing of whose it is.
        let asked =
            if n % 10 == 0 { own.clone() } else { format!("{}{n:04}", &own[..own.len() - 4]) };
        let page = counter.get(&format!("/api/v1/verify?text={asked}")).await;
        match page.status.as_u16() {
            200 => answered += 1,
            429 => slowed += 1,
            other => panic!("{other}: {}", page.text()),
        }
        for hidden in ["吴东", "吴*", DRIVER, "1988", "建设路"] {
            assert!(!page.says(hidden), "{hidden} after {n}: {}", page.text());
        }
    }
    assert_eq!((answered, slowed), (30, 370), "thirty at once, then it waits");
    town.close().await;
}

/// A picture of an offline code goes round among many with a network: one of them gets what was chosen, whatever way
/// they write it, and nobody does once its ten minutes are over.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_offline_code_handed_round_is_worth_one_look() {
    let town = Town::new().await;
    let citizen = town.citizen("car").await;
    let card = licence(&citizen, "居民身份证").await;
    let page = citizen.get(&format!("{card}/show/offline?chosen=1&f=adult")).await;
    let (text, digits) = crate::anywhere::carried(&page);
    let whole = format!("{text}-{digits}");
    let proof = town.node.proof().clone();
    let asked = (0..24_usize).map(|n| {
        let (proof, mut said) = (proof.clone(), whole.clone());
        if n % 3 == 1 {
            said = said.to_lowercase();
        } else if n % 3 == 2 {
            said = said.chars().flat_map(|c| [c, ' ']).collect();
        }
        tokio::spawn(async move { proof.verify_text(&said, &format!("10.0.0.{n}")).await })
    });
    let asked: Vec<_> = asked.collect();
    let (mut true_for, mut said) = (0, BTreeSet::new());
    for one in asked {
        let verdict = one.await.expect("ran").expect("judged");
        true_for += usize::from(verdict.is_true());
        said.insert(verdict.status.label());
        let shown = verdict.facts.is_some_and(|f| !f.shown.is_empty());
        assert_eq!(shown, verdict.answer == proof::verification::Answer::True);
    }
    assert_eq!(true_for, 1, "{said:?}");
    assert_eq!(said, BTreeSet::from(["code-used", "valid"]));
    town.node.store().clock().advance_seconds(631);
    for n in 0..24 {
        let late = proof.verify_text(&whole, &format!("10.0.0.{n}")).await.expect("judged");
        assert_eq!(late.status.label(), "offline-code-over", "even for the first");
    }
    town.close().await;
}
