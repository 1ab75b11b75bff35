//! Papers one can trust: seals made once, licences with files, shown in part, redeemed once, verified by
//! anybody, ended by the steward.

use crate::town::{Page, Person, Town};
use proof::seals::sample::{self, Hands};
use proof::seals::{DocumentDraft, Issuer, Order, SealKind, Seals};
use std::sync::{Arc, Barrier};
use store::{Event, Kind, Secret, Stream};

/// Sixteen threads walk the first seals of three units through their life and put them on papers.
#[tokio::test(flavor = "multi_thread")]
async fn sixteen_threads_seal_at_once() {
    let town = Town::new().await;
    let store = town.node.store().clone();
    let decide = |tx: &mut store::Tx<'_>| {
        let event = Event::new(Kind::CaseAccepted, Stream::of("case", 77));
        Ok(tx.record(event)?.with(()))
    };
    store.write(store.system_ctx(), decide).await.expect("decided");
    let mut houses = Vec::new();
    for _ in 0..4 {
        houses.push(Seals::open(store.clone()).await.expect("opens"));
    }
    let (start, runtime) = (Arc::new(Barrier::new(16)), tokio::runtime::Handle::current());
    let threads: Vec<_> = (0..16_i64)
        .map(|n| {
            let (seals, start) = (houses[n as usize % 4].clone(), start.clone());
            let runtime = runtime.clone();
            std::thread::spawn(move || {
                start.wait();
                runtime.block_on(seal_all(&seals, n))
            })
        })
        .collect();
    let joined = tokio::task::spawn_blocking(|| {
        threads.into_iter().map(|t| t.join().expect("a thread ends")).collect::<Vec<_>>()
    });
    let mut seen: Vec<(i64, &'static str, String)> = Vec::new();
    for one in joined.await.expect("joined") {
        seen.extend(one.unwrap_or_else(|e| panic!("{e}")));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 6, "three units, two seals each: {seen:?}");
    town.close().await;
}

async fn seal_all(seals: &Seals, thread: i64) -> store::Result<Vec<(i64, &'static str, String)>> {
    let mut seen = Vec::new();
    for turn in 0..6 {
        let unit = 9_000 + (thread + turn) % 3;
        let kind = if (thread + turn) % 2 == 0 { SealKind::Approval } else { SealKind::Licence };
        let (name, uscc) = (format!("示例{unit}局"), "11990102000000377D".to_owned());
        let issuer = Issuer { unit, name, uscc };
        let hands = Hands { keepers: vec![901, 902], head: 903, registrar: 904, entrusted: true };
        for kind in [SealKind::Approval, SealKind::Licence] {
            sample::walk(seals, &issuer, kind, &hands).await?;
        }
        let seal = seals.of_unit(&issuer, kind).await?;
        seen.push((unit, kind.label(), seal.no.clone()));
        if turn > 0 {
            continue;
        }
        // Eight papers of one decision under one seal are the most; these are three units' seals.
        let paper = DocumentDraft {
            title: "受理通知书".into(),
            number: format!("示{thread}〔2026〕{turn}号"),
            case_no: None,
            unit: issuer,
            to: Secret::new("示例区邓记面馆"),
            paragraphs: vec![format!("第{thread}份。")],
            dated: "2026-11-16".parse().map_err(store::Error::internal)?,
            seal_as: SealKind::Approval,
            order: Order::Case { case_id: 77, event: Kind::CaseAccepted },
        };
        seals.seal_document(paper, "").await?;
    }
    Ok(seen)
}

/// The address of the citizen's own licence of a type.
pub async fn licence(person: &Person<'_>, name: &str) -> String {
    let list = person.get("/my/licences").await;
    let text = list.text();
    let at = text.find(&format!(">{name}</a>")).unwrap_or_else(|| panic!("no {name}: {text}"));
    let href = text[..at].rfind("href=\"").expect("a link") + 6;
    text[href..at].split('"').next().expect("an address").to_owned()
}

/// The code a show page carries as text.
pub fn code(page: &Page) -> String {
    let text = page.text();
    let at = text.find("TB1.").unwrap_or_else(|| panic!("no code: {text}"));
    text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '.').collect()
}

pub async fn verify(person: &Person<'_>, what: &str) -> Page {
    let page = person.get("/verify").await;
    let mut form = page.form("/verify");
    form.set("text", what);
    person.submit(&form).await
}

/// 吴东 shows only that she is over 18; the first verifier sees that and nothing more, the second is told
/// the code was used, later ones that its time is over, and she sees who looked.
#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_chosen_is_shown_and_once() {
    let town = Town::new().await;
    let citizen = town.citizen("car").await;
    let card = licence(&citizen, "居民身份证").await;
    let brief = citizen.get(&format!("{card}/show")).await;
    assert!(brief.says("吴东") && !brief.says("990102198804201822"), "the brief set");
    let chosen = citizen.get(&format!("{card}/show?chosen=1&f=adult")).await;
    assert!(!chosen.says("<dd><b>吴东"), "only what was chosen");
    assert!(chosen.says("http-equiv=\"refresh\""), "renews itself without JavaScript");
    let (one, two) = (town.visitor(), town.visitor());
    let seen = verify(&one, &code(&chosen)).await;
    for wanted in ["这张证是真的，现在有效", "已满18岁", "示例市公安局"] {
        assert!(seen.says(wanted), "{wanted}: {}", seen.text());
    }
    for hidden in ["吴东", "1988", "990102198804201822", "建设路", "女"] {
        assert!(!seen.says(hidden), "{hidden} was not chosen: {}", seen.text());
    }
    let again = verify(&one, &code(&chosen)).await;
    assert!(again.says("已满18岁"), "the first verifier may look again");
    let second = verify(&two, &code(&chosen)).await;
    assert!(second.says("这个码已经被别人核验过") && !second.says("已满18岁"));
    let fresh = citizen.get(&format!("{card}/show?again=1&chosen=1&f=adult")).await;
    town.node.store().clock().advance_seconds(66);
    let late = verify(&two, &code(&fresh)).await;
    assert!(late.says("这个码已经过时") && !late.says("已满18岁"), "{}", late.text());
    let record = citizen.get(&card).await;
    for wanted in ["出示了：已满18岁", "核验的人看到：已满18岁", "码已被别人用过"]
    {
        assert!(record.says(wanted), "{wanted}: {}", record.text());
    }
    let log = citizen.get("/my/access-log").await;
    assert!(log.says("核验证照的人") && log.says("已满18岁"), "{}", log.text());
    let none = citizen.get(&format!("{card}/show?chosen=1")).await;
    assert!(none.says("请至少选一项") && !none.says("TB1."), "nothing chosen shows nothing");
    let stranger = town.citizen("pension").await;
    assert_eq!(stranger.get(&format!("{card}/show")).await.status.as_u16(), 404);
    town.close().await;
}

/// Every seeded licence has a sealed file at first demand, and it verifies.
#[tokio::test(flavor = "multi_thread")]
async fn seeded_licences_have_files_that_verify() {
    let town = Town::new().await;
    let citizen = town.citizen("car").await;
    for name in ["居民身份证", "机动车行驶证"] {
        let address = licence(&citizen, name).await;
        let face = citizen.get(&format!("{address}/face.svg")).await;
        assert!(face.kind.starts_with("image/svg+xml"), "{}", face.kind);
        let (number, whole) = ("990102198804201822", format!("{address}/face.svg?full=1"));
        assert!(!face.says(number), "what the page masks is not in its picture");
        let whole = citizen.get(&whole).await;
        assert!(name != "居民身份证" || whole.says(number), "asked for in full");
        let file = citizen.get(&format!("{address}/file")).await;
        assert_eq!(file.kind, "application/ofd");
        let verdict = town.node.proof().verify_file(&file.body).await.expect("judged");
        assert!(verdict.is_true(), "{name}: {verdict:#?}");
        let print = citizen.get(&format!("{address}/file?as=pdf")).await;
        assert_eq!(print.kind, "application/pdf");
        assert!(print.body.starts_with(b"%PDF-1.7") && print.body.len() < 400_000, "for a printer");
        let again = citizen.get(&format!("{address}/file")).await;
        assert_eq!(file.body, again.body, "made once");
    }
    town.close().await;
}

/// What a register knows can be claimed, once; what it does not know cannot.
#[tokio::test(flavor = "multi_thread")]
async fn a_missing_licence_is_claimed() {
    let town = Town::new().await;
    let citizen = town.citizen("car").await;
    let page = citizen.get("/my/licences/claim").await;
    assert!(page.says("社会保障卡") && page.says("机动车驾驶证") && page.says("沙盒"));
    assert!(!page.says("居民身份证"), "what is held is not offered");
    let form = page.forms("/my/licences/claim").remove(0);
    let (a, b) = tokio::join!(citizen.submit(&form), citizen.submit(&form));
    assert!(a.status.is_success() && b.status.is_success(), "{} {}", a.text(), b.text());
    assert!(a.says("已经领到") || b.says("已经领到"));
    let mut wrong = form.clone();
    wrong.set("type", "没有的证");
    let refused = citizen.submit(&wrong).await;
    assert_eq!(refused.status.as_u16(), 422, "{}", refused.text());
    assert!(refused.says("登记部门没有记录"));
    let file = citizen.get(&format!("{}/file", licence(&citizen, "机动车驾驶证").await)).await;
    let verdict = town.node.proof().verify_file(&file.body).await.expect("judged");
    assert!(verdict.is_true(), "{verdict:#?}");
    let mut last = citizen.get("/my/licences/claim").await.forms("/my/licences/claim");
    while let Some(form) = last.pop() {
        assert!(citizen.submit(&form).await.says("已经领到"));
    }
    assert!(citizen.get("/my/licences/claim").await.says("登记部门没有您的其他证照"));
    town.close().await;
}

/// The steward suspends a licence while it is being shown: the code made before says so, and two stewards
/// never overwrite each other.
#[tokio::test(flavor = "multi_thread")]
async fn a_steward_suspends_what_is_being_shown() {
    let town = Town::new().await;
    let steward = town.staff("zz01").await;
    let list = steward.get("/l").await;
    let text = list.text();
    let ids = text.split("href=\"/l/").map(|part| part.split('"').next().unwrap_or_default());
    let id = ids.into_iter().find(|id| id.parse::<i64>().is_ok()).expect("a licence");
    let address = format!("/l/{id}");
    let one = steward.get(&address).await;
    let number = number_of(&one);
    let four = &number[number.len() - 4..];
    let page = steward.get(&one.link("/do/suspend")).await;
    for said in ["暂扣", "以后可以恢复", "持有人马上收到通知", &number] {
        assert!(page.says(said), "the page lacks {said}: {}", page.text());
    }
    let mut form = page.form("/do/suspend");
    form.set("reason", "连续停业").set("last", four);
    let back = steward.submit(&form).await;
    assert_eq!(back.status.as_u16(), 422);
    assert!(back.says("请选择依据哪一条") && back.says("连续停业"), "what was typed stays");
    let mut form = back.form("/do/suspend");
    form.set("ground", "deceit");
    assert!(steward.submit(&form).await.says("请选择依据哪一条"), "a ground of another step");
    form.set("ground", "other");
    assert!(steward.submit(&form).await.says("请写法律依据"), "the clause is left open");
    form.set("ground", "penalty-suspend").set("last", "0000");
    let back = steward.submit(&form).await;
    assert!(back.says("最后四位对不上") && back.says("连续停业"), "{}", back.text());
    form.set("last", four);
    let cancel = steward.get(&one.link("/do/cancel")).await;
    let mut other = cancel.form("/do/cancel");
    other
        .set("ground", "other")
        .set("basis", "办法第四十一条")
        .set("reason", "停业")
        .set("last", four);
    let (a, b) = tokio::join!(steward.submit(&form), steward.submit(&form));
    assert!(a.says("已经办好") && b.says("已经办好"), "pressed twice: {} {}", a.text(), b.text());
    assert!(a.says("行政处罚法第九条第三项"), "the clause stands there: {}", a.text());
    let stale = steward.submit(&other).await;
    assert_eq!(stale.status.as_u16(), 409, "{}", stale.text());
    assert!(stale.says("停业") && stale.says("办法第四十一条"), "nothing typed is lost");
    let again = steward.get(&format!("{address}/do/suspend")).await;
    assert!(again.says("现在不能这样办"), "{} {}", again.status, again.text());
    assert_eq!(steward.get(&format!("{address}/do/issue")).await.status.as_u16(), 404);
    let page = steward.get(&format!("{address}/do/restore")).await;
    let mut restore = page.form("/do/restore");
    restore.set("ground", "suspension-over").set("reason", "期限已满").set("last", four);
    assert!(steward.submit(&restore).await.says("有效"));
    of_another_unit(&town, &address).await;
    town.close().await;
}

/// The printed number on a steward's page.
fn number_of(page: &Page) -> String {
    let text = page.text();
    let rest = text.split("<dt>编号</dt><dd>").nth(1).expect("a number");
    rest.split('<').next().expect("a number").to_owned()
}

/// Another unit's steward finds nothing there, and can do nothing.
async fn of_another_unit(town: &Town, address: &str) {
    let account = people::identity::demo_accounts().into_iter().find(|a| a.login == "zz01");
    let login = account.expect("the steward").login;
    let found = town.node.people().staff_of_login(&login).await.expect("staff").expect("zz01");
    let foreign = web::Staff { unit: found.unit + 1, ..found };
    let person = town.signed_in(web::Who::Staff(foreign)).await;
    for path in [address.to_owned(), format!("{address}/do/revoke")] {
        assert_eq!(person.get(&path).await.status.as_u16(), 404, "{path}");
    }
}
