//! Sharing told by people: a health bureau's system asks for the noodle shop's licence, the shopkeeper sees
//! it, allows, takes back; and what harvesters, replayers and guessers try (security L4, L5, §2.6).

use crate::anywhere::without_network;
use crate::town::{Page, Person, Town};
use proof::exchange::sample::{ITEM, SECRET};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

/// The sample system that asks by law.
pub(crate) const LAW: &str = "TB0000000001";
const CONSENT: &str = "TB0000000002";
/// The noodle shop.
pub(crate) const SHOP: &str = "92990102630040015X";
/// Type of the business licence.
pub(crate) const BUSINESS: &str = "11100000MB0143028R001";
static NONCE: AtomicU32 = AtomicU32::new(0);

/// Another department's system.
pub(crate) struct Caller<'t> {
    town: &'t Town,
    person: Person<'t>,
    access_id: String,
    pub(crate) token: String,
}

pub(crate) async fn post(person: &Person<'_>, path: &str, body: &Value) -> Page {
    let path = format!("/api/v1/licences/{path}");
    person.once("POST", &path, "application/json", Some(body.to_string().into())).await.0
}

fn read(page: &Page) -> Value {
    serde_json::from_slice(&page.body).unwrap_or_else(|_| panic!("no JSON: {}", page.text()))
}

impl<'t> Caller<'t> {
    pub(crate) async fn new(town: &'t Town, access_id: &str, secret: &str) -> Caller<'t> {
        let person = town.visitor();
        let asked = json!({"accessId": access_id, "accessSecret": secret});
        let told = post(&person, "token", &asked).await;
        assert_eq!(told.status.as_u16(), 200, "{}", told.text());
        let token = read(&told)["data"]["accessToken"].as_str().expect("a token").to_owned();
        Caller { town, person, access_id: access_id.to_owned(), token }
    }

    fn envelope(&self, data: &Value) -> Value {
        let nonce = format!("nonce-{:08}", NONCE.fetch_add(1, Ordering::SeqCst));
        let mut data = data.clone();
        for (key, value) in [
            ("useCause", "办理公共场所卫生许可"),
            ("itemCode", ITEM),
            ("caseNo", "99010220261116009901"),
        ] {
            if data[key].is_null() {
                data[key] = value.into();
            }
        }
        let now = self.town.node.store().clock().now().micros() / 1000;
        json!({
            "head": {"accessId": self.access_id, "accessToken": self.token,
                     "timestamp": now, "nonce": nonce},
            "data": data,
        })
    }

    pub(crate) async fn ask(&self, path: &str, data: Value) -> Page {
        post(&self.person, path, &self.envelope(&data)).await
    }

    /// What was answered.
    async fn told(&self, path: &str, data: Value) -> Value {
        let page = self.ask(path, data).await;
        assert_eq!(page.status.as_u16(), 200, "{path}: {}", page.text());
        let mut whole = read(&page);
        assert_eq!(whole["head"]["code"], "0");
        whole["data"].take()
    }

    /// The code of the refusal.
    async fn refused(&self, path: &str, data: Value) -> String {
        code(&self.ask(path, data).await)
    }

    async fn shop(&self) -> Value {
        self.told("queryCertInfoByHolderCode", of_shop()).await
    }
}

fn code(page: &Page) -> String {
    assert!(page.status.is_client_error(), "{} {}", page.status, page.text());
    read(page)["code"].as_str().unwrap_or_default().to_owned()
}

fn of_shop() -> Value {
    json!({"holderCode": SHOP, "holderTypeCode": "001", "certTypeCode": BUSINESS})
}

/// The shopkeeper, acting for his shop.
async fn keeper(town: &Town) -> Person<'_> {
    let keeper = town.citizen("restaurant").await;
    let page = keeper.get("/my/acting").await;
    let mut forms = page.forms("/my/acting");
    forms.retain(|form| form.fields.iter().any(|(k, v)| k == "uscc" && v == SHOP));
    assert!(keeper.submit(&forms[0]).await.status.is_success());
    keeper
}

/// Address of the shop's business licence among the keeper's.
async fn licence(keeper: &Person<'_>) -> String {
    let list = keeper.get("/my/licences").await;
    let mut found = Vec::new();
    for part in list.text().split("href=\"/my/licences/").skip(1) {
        let id: String = part.chars().take_while(char::is_ascii_digit).collect();
        if !id.is_empty() && !found.contains(&id) {
            found.push(id);
        }
    }
    for id in found {
        let page = keeper.get(&format!("/my/licences/{id}")).await;
        if page.says("<h1>营业执照") || page.says(">营业执照</h1>") {
            return format!("/my/licences/{id}");
        }
    }
    panic!("the keeper has no business licence: {}", list.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_asks_and_the_holder_sees_who_and_why() {
    let town = Town::new().await;
    let keeper = keeper(&town).await;
    let system = Caller::new(&town, LAW, SECRET).await;
    let found = system.shop().await;
    let one = &found[0];
    assert_eq!((&one["status"], &one["certName"]), (&json!("valid"), &json!("营业执照")));
    let keys: Vec<&str> = one["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .filter_map(|f| f["key"].as_str())
        .collect();
    assert!(keys.contains(&"name") && keys.contains(&"address"), "{keys:?}");
    assert!(!keys.contains(&"legal_rep"), "what was not opened is not told");
    let less = json!({"holderCode": SHOP, "holderTypeCode": "001", "certTypeCode": BUSINESS,
                      "fields": ["name", "legal_rep"]});
    let less = system.told("queryCertInfoByHolderCode", less).await;
    assert_eq!(less[0]["fields"].as_array().map(Vec::len), Some(1), "no field beyond the request");
    let identifier = one["certIdentifier"].as_str().expect("an identifier");
    let same = system.told("queryCertInfo", json!({"certIdentifier": identifier})).await;
    assert_eq!(same["certIdentifier"], identifier);
    let meaning = json!({"certTypeCode": BUSINESS});
    let meaning = system.told("getCertRemarkInfo", meaning).await;
    let opened = |key: &str| {
        let fields = meaning["fields"].as_array().expect("fields");
        fields.iter().any(|f| f["key"] == key && f["opened"] == true)
    };
    assert!(opened("name") && !opened("legal_rep"));

    let log = keeper.get("/my/access-log").await;
    for words in ["示例区卫生健康局", "办理公共场所卫生许可", "99010220261116009901", "名称"]
    {
        assert!(log.says(words), "{words} is not in the access log: {}", log.text());
    }
    let own = licence(&keeper).await;
    let uses = keeper.get(&format!("{own}/uses")).await;
    assert!(uses.says("示例区卫生健康局") && uses.says(ITEM), "{}", uses.text());
    let steward = town.staff("zz01").await;
    let uses = steward.get("/l/uses").await;
    assert!(uses.says("示例区卫生健康局") && uses.says("办理公共场所卫生许可"), "{}", uses.text());
    let other = town.staff("jj02").await.get("/l/uses").await;
    assert!(!other.says("办理公共场所卫生许可"), "another unit's licences");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_agreed_is_refused_and_written_down() {
    let town = Town::new().await;
    let system = Caller::new(&town, LAW, SECRET).await;
    let holder = "queryCertInfoByHolderCode";
    let with = |key: &str, value: Value| {
        let mut data = of_shop();
        data[key] = value;
        data
    };
    for (path, data, expected) in [
        (holder, with("useCause", "".into()), "exchange-reasons"),
        (holder, with("useCause", "长".repeat(201).into()), "exchange-reasons"),
        (holder, with("useCause", "核对990103199302155943".into()), "exchange-reasons"),
        (holder, with("itemCode", "another-item".into()), "exchange-item"),
        (holder, with("itemCode", "'; --".into()), "exchange-reasons"),
        (holder, with("caseNo", "".into()), "exchange-reasons"),
        (holder, with("certTypeCode", "11100000000013127D001".into()), "exchange-type"),
        (holder, with("certTypeCode", "x".repeat(9000).into()), "exchange-type"),
        (holder, with("fields", json!(["legal_rep"])), "exchange-fields"),
        (holder, with("fields", json!(vec!["name"; 101])), "exchange-body"),
        (holder, with("holderTypeCode", "999".into()), "exchange-data"),
        (holder, with("holderCode", "92990102630040015Y".into()), "exchange-data"),
        (holder, with("holderCode", 7.into()), "exchange-body"),
        (holder, with("more", 7.into()), "exchange-body"),
        ("queryCertInfo", json!({"certIdentifier": "1.2.156.3005.2.x"}), "exchange-data"),
        ("queryCertInfo", json!([]), "exchange-body"),
        ("downloadUrl", json!({"certIdentifier": "", "expiryTime": "x"}), "exchange-data"),
        ("verifyCertInfo", json!({"text": "TB1.00.11.22"}), "exchange-data"),
        ("verifyFile", json!({"file": "%%%"}), "exchange-data"),
        ("getCertRemarkInfo", json!({"certTypeCode": "nothing"}), "exchange-data"),
    ] {
        let page = match data.is_array() {
            true => {
                let mut envelope = system.envelope(&json!({}));
                envelope["data"] = data.clone();
                post(&system.person, path, &envelope).await
            }
            false => system.ask(path, data.clone()).await,
        };
        assert_eq!(code(&page), expected, "{path} {data}");
    }
    let long = json!({"head": {}, "data": "x".repeat(20_000)});
    assert_eq!(code(&post(&system.person, holder, &long).await), "exchange-too-large");
    for text in ["", "{", "null", "[[[[", "{\"head\":1,\"data\":2}", "\u{0}"] {
        let path = format!("/api/v1/licences/{holder}");
        let kind = "application/json";
        let page = system.person.once("POST", &path, kind, Some(text.into())).await.0;
        assert_eq!(code(&page), "exchange-body", "{text:?}");
    }
    let steward = town.staff("zz01").await;
    let uses = steward.get("/l/uses").await;
    assert!(
        uses.says("约定中没有这个事项") && uses.says("要的字段都没有向您开放"),
        "{}",
        uses.text()
    );
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replayed_stale_and_borrowed_questions_are_refused() {
    let town = Town::new().await;
    let system = Caller::new(&town, LAW, SECRET).await;
    let holder = "queryCertInfoByHolderCode";
    let once = system.envelope(&of_shop());
    assert_eq!(post(&system.person, holder, &once).await.status.as_u16(), 200);
    assert_eq!(code(&post(&system.person, holder, &once).await), "exchange-replayed");
    let mut old = system.envelope(&of_shop());
    old["head"]["timestamp"] = (old["head"]["timestamp"].as_i64().expect("ms") - 301_000).into();
    assert_eq!(code(&post(&system.person, holder, &old).await), "exchange-stale");
    for (field, value) in [
        ("accessId", json!(CONSENT)),
        ("accessToken", json!("T1.1.1.1.00")),
        ("accessToken", json!("")),
        ("accessId", json!("nobody")),
    ] {
        let mut borrowed = system.envelope(&of_shop());
        borrowed["head"][field] = value;
        let page = post(&system.person, holder, &borrowed).await;
        assert_eq!((page.status.as_u16(), code(&page)), (401, "credentials".into()), "{field}");
    }
    let mut bare = system.envelope(&of_shop());
    bare["head"]["nonce"] = "short".into();
    assert_eq!(code(&post(&system.person, holder, &bare).await), "exchange-reasons");
    town.node.store().clock().advance_seconds(600);
    assert_eq!(system.refused(holder, of_shop()).await, "credentials", "a token lives ten minutes");
    let wrong = json!({"accessId": LAW, "accessSecret": "tongban-demo-secret-2027"});
    let unknown = json!({"accessId": "TB9", "accessSecret": SECRET});
    let (wrong, unknown) = (
        post(&system.person, "token", &wrong).await,
        post(&system.person, "token", &unknown).await,
    );
    assert_eq!((code(&wrong), code(&unknown)), ("credentials".into(), "credentials".into()));
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_learns_nothing_and_is_stopped() {
    let town = Town::new().await;
    let system = Caller::new(&town, LAW, SECRET).await;
    let holder = "queryCertInfoByHolderCode";
    let of =
        |code: &str| json!({"holderCode": code, "holderTypeCode": "001", "certTypeCode": BUSINESS});
    // A valid code that nobody has, and a holder whose licence of this type there is none.
    let mut answers = Vec::new();
    let mut given = 0;
    let mut stopped = 0;
    for n in 0..80_u32 {
        town.node.store().clock().advance_seconds(2);
        let seventeen = format!("91990102MA{n:06}0");
        let guess = codes::uscc::Uscc::complete(&seventeen[..17]).expect("a code");
        let page = system.ask(holder, of(guess.as_str())).await;
        match page.status.as_u16() {
            200 => {
                given += 1;
                answers.push(page.text());
            }
            _ => {
                assert_eq!(code(&page), "exchange-misses", "{n}");
                stopped += 1;
            }
        }
    }
    assert_eq!((given, stopped), (50, 30), "stopped after fifty misses");
    answers.dedup();
    assert_eq!(answers, [r#"{"data":[],"head":{"code":"0","msg":"成功"}}"#], "one answer for all");
    assert_eq!(system.refused(holder, of_shop()).await, "exchange-misses", "no hit hides the rest");
    town.node.store().clock().advance_seconds(3600);
    let again = Caller::new(&town, LAW, SECRET).await;
    assert_eq!(again.shop().await.as_array().map(Vec::len), Some(1), "an hour later it may ask");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_licence_is_not_asked_for_all_day() {
    let town = Town::new().await;
    let system = Caller::new(&town, LAW, SECRET).await;
    for n in 0..20 {
        assert_eq!(system.shop().await.as_array().map(Vec::len), Some(1), "{n}");
        town.node.store().clock().advance_seconds(5);
    }
    let path = "queryCertInfoByHolderCode";
    assert_eq!(system.refused(path, of_shop()).await, "exchange-subject");
    town.node.store().clock().advance_seconds(86_400);
    let again = Caller::new(&town, LAW, SECRET).await;
    assert_eq!(again.shop().await.as_array().map(Vec::len), Some(1));
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_haste_a_system_is_told_to_wait() {
    let town = Town::new().await;
    let system = Caller::new(&town, LAW, SECRET).await;
    let (path, data) = ("getCertRemarkInfo", json!({"certTypeCode": BUSINESS}));
    for n in 0..60 {
        assert_eq!(system.ask(path, data.clone()).await.status.as_u16(), 200, "{n}");
    }
    let busy = system.ask(path, data.clone()).await;
    assert_eq!((busy.status.as_u16(), code(&busy)), (429, "busy".into()));
    assert!(busy.headers.contains_key("retry-after"));
    town.node.store().clock().advance_seconds(60);
    assert_eq!(system.ask(path, data).await.status.as_u16(), 200);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_steward_registers_suspends_renews_and_ends_a_system() {
    let town = Town::new().await;
    let steward = town.staff("zz01").await;
    let page = steward.get("/l/systems").await;
    assert!(page.says("公共场所卫生许可审批系统"), "{}", page.text());
    let mut form = steward.get("/l/systems/new").await.form("/l/systems/new");
    let empty = steward.submit(&form).await;
    assert_eq!(empty.status.as_u16(), 422);
    for words in ["请写系统名称", "请选择使用单位", "请至少选一个接口", "请至少为一类证照勾选字段"]
    {
        assert!(empty.says(words), "{words}");
    }
    let unit = |page: &Page, name: &str| {
        let text = page.text();
        let before = text.split(&format!(">{name}</option>")).next().expect("a part");
        before.rsplit("value=\"").next().and_then(|v| v.split('"').next()).expect("v").to_owned()
    };
    let education = unit(&steward.get("/l/systems/new").await, "示例区教育局");
    form.set("name", "校外培训机构审批系统").set("contact", "信息科").set("consumer", &education);
    form.set("operations", "by-holder").set("items", "33010012345");
    form.set(&format!("f-{BUSINESS}"), "name")
        .set(&format!("b-{BUSINESS}"), "《教育法》第二十八条");
    let shown = steward.submit(&form).await;
    assert!(shown.says("密钥只显示这一次"), "{}", shown.text());
    let text = shown.text();
    let secret = text.split("<code>").nth(1).and_then(|t| t.split("</code>").next()).expect("it");
    let access = text.split("TB").nth(1).map(|t| format!("TB{}", &t[..10])).expect("an id");
    assert!(steward.submit(&form).await.path.starts_with("/l/systems/"), "twice is once");
    let own = json!({"holderCode": SHOP, "holderTypeCode": "001", "certTypeCode": BUSINESS,
                     "itemCode": "33010012345"});
    let path = "queryCertInfoByHolderCode";
    let system = Caller::new(&town, &access, secret).await;
    assert_eq!(system.told(path, own.clone()).await[0]["fields"][0]["key"], "name");
    assert_eq!(
        system.refused("queryCertInfo", json!({"certIdentifier": "x"})).await,
        "exchange-operation"
    );
    let list = steward.get("/l/systems").await;
    let one = list.link("/l/systems/");
    let one = if one == "/l/systems/new" {
        let text = list.text();
        let part = text.split("校外培训机构审批系统").next().expect("before");
        part.rsplit("href=\"").next().and_then(|p| p.split('"').next()).expect("href").to_owned()
    } else {
        one
    };
    assert_eq!(town.staff("jj02").await.get(&one).await.status.as_u16(), 404, "another unit's");

    let mut pause = steward.get(&format!("{one}/do/suspend")).await.form("/do/suspend");
    assert_eq!(steward.submit(&pause).await.status.as_u16(), 422, "a reason is needed");
    pause = steward.get(&format!("{one}/do/suspend")).await.form("/do/suspend");
    assert!(steward.submit(pause.set("reason", "查得异常")).await.says("已暂停"));
    assert_eq!(system.refused(path, own.clone()).await, "exchange-suspended", "at once");
    let mut go = steward.get(&format!("{one}/do/resume")).await.form("/do/resume");
    steward.submit(go.set("reason", "已经查清")).await;
    assert_eq!(system.told(path, own.clone()).await.as_array().map(Vec::len), Some(1));

    let mut renew = steward.get(&one).await.form("/renew");
    let fresh = steward.submit(&renew).await;
    assert!(fresh.says("旧密钥还能用 7 天"), "{}", fresh.text());
    assert_eq!(system.told(path, own.clone()).await.as_array().map(Vec::len), Some(1));
    renew = steward.get(&one).await.form("/renew");
    steward.submit(renew.set("_go", "at-once")).await;
    assert_eq!(system.refused(path, own.clone()).await, "credentials", "a leaked secret ends now");
    let mut end = steward.get(&format!("{one}/do/end")).await.form("/do/end");
    assert!(steward.submit(end.set("reason", "不再使用")).await.says("已终止"));
    assert!(!steward.get(&one).await.says("/do/resume"));
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_allows_and_takes_back() {
    let town = Town::new().await;
    let keeper = keeper(&town).await;
    let system = Caller::new(&town, CONSENT, SECRET).await;
    assert_eq!(system.shop().await, json!([]), "without consent there is nothing to see");
    let own = licence(&keeper).await;
    let mut form = keeper.get(&format!("{own}/grant")).await.form("/grant");
    let wrong = keeper.submit(&form).await;
    assert!(wrong.status.as_u16() == 422 && wrong.says("请选择授权给谁"), "{}", wrong.text());
    let text = wrong.text();
    let to = text.split("value=\"system-").nth(1).and_then(|t| t.split('"').next()).expect("one");
    form.set("to", &format!("system-{to}")).set("purpose", "设置门头招牌");
    let list = keeper.submit(&form).await;
    assert!(list.says("已经授权") && list.says("设置门头招牌"), "{}", list.text());
    assert_eq!(system.shop().await.as_array().map(Vec::len), Some(1), "with consent there is");
    let ask = json!({"certIdentifier": system.shop().await[0]["certIdentifier"]});
    let copy = system.told("downloadUrl", ask).await;
    let url = copy["url"].as_str().expect("an address").to_owned();
    let path = url[url.find("/api/").expect("a path")..].to_owned();
    let file = system.person.get(&path).await;
    assert_eq!(file.status.as_u16(), 200);
    assert_eq!(system.person.get(&path).await.status.as_u16(), 404, "an address works once");
    let take = keeper.get("/my/grants").await.form("/end");
    assert!(keeper.submit(&take).await.says("已经撤回授权"));
    assert_eq!(system.shop().await, json!([]), "taken back at once");
    assert!(keeper.submit(&take).await.says("这项授权已经不再有效"));
    let stranger = town.citizen("car").await;
    assert_eq!(stranger.get(&format!("{own}/grant")).await.status.as_u16(), 404);
    assert_eq!(stranger.get(&format!("{own}/uses")).await.status.as_u16(), 404);
    assert!(!stranger.get("/my/grants").await.says("设置门头招牌"));
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_says_what_it_is_for() {
    let town = Town::new().await;
    let keeper = keeper(&town).await;
    let own = licence(&keeper).await;
    let mut form = keeper.get(&format!("{own}/copies")).await.form("/copies");
    assert_eq!(keeper.submit(&form).await.status.as_u16(), 422, "for whom and what for");
    form.set("who", "示例物业公司").set("purpose", "租赁示例路 1 号商铺");
    let list = keeper.submit(&form).await;
    assert!(list.says("加注件已经做好"), "{}", list.text());
    let again = keeper.submit(&form).await;
    assert_eq!(again.text().matches("/my/copies/").count(), 2, "pressed twice, made once");
    let file = keeper.get(&list.link("/my/copies/")).await;
    assert_eq!((file.status.as_u16(), file.kind.as_str()), (200, "application/ofd"));
    let reader = ofd::read::Reader::open(&file.body, &ofd::Limits::default()).expect("an OFD");
    let text = reader.text().expect("text");
    for words in ["加注件", "租赁示例路 1 号商铺", "示例物业公司", "示例区邓记面馆"]
    {
        assert!(text.contains(words), "{words} is not printed: {text}");
    }
    let value = |key: &str| {
        let found = reader.info().custom.iter().find(|(k, _)| k == key);
        found.map(|(_, v)| v.clone()).unwrap_or_default()
    };
    assert_eq!(value("JZJZZSY"), "租赁示例路 1 号商铺");
    assert_eq!(value("JZJZZZ"), "示例物业公司");
    assert!(value("JZJYXQJZSJ").starts_with("2026-11-23") && !value("JZJZZSJ").is_empty());
    let verdict = town.node.proof().verify_file(&file.body).await.expect("judged");
    assert_eq!((verdict.signature_values_hold, verdict.trusted), (Some(true), Some(true)));
    let json = serde_json::to_value(&verdict).expect("json");
    assert_eq!((&json["status"], &json["answer"]), (&json!("copy"), &json!("true")));
    assert!(json["facts"]["shown"].to_string().contains("租赁示例路 1 号商铺"), "{json}");
    let hash = store::FileHash::of(&file.body);
    let of = proof::grants::copy_of(town.node.proof().seals(), &hash).await.expect("read");
    let of = of.expect("a copy of ours");
    assert_eq!((of.purpose.as_str(), of.status.label()), ("租赁示例路 1 号商铺", "given"));
    let offline =
        |told: &serde_json::Value| (told["status"].clone(), told["facts"]["shown"].clone());
    assert_eq!(offline(&without_network(&town, &file.body).await), offline(&json));
    assert!(keeper.get(&list.link("/my/copies/")).await.body == file.body, "made once");
    let end = list.form("/end");
    assert!(keeper.submit(&end).await.says("已经撤回"));
    let of = proof::grants::copy_of(town.node.proof().seals(), &hash).await.expect("read");
    assert_eq!(of.map(|of| of.status.label()), Some("revoked"));
    let verdict = town.node.proof().verify_file(&file.body).await.expect("judged");
    let json = serde_json::to_value(&verdict).expect("json");
    assert_eq!((&json["status"], &json["answer"]), (&json!("copy-over"), &json!("void")));
    town.node.store().clock().advance_seconds(proof::lists::maker::FRESH);
    assert_eq!(without_network(&town, &file.body).await["status"], "copy-over");
    let gone = keeper.get(&list.link("/my/copies/")).await;
    assert!(gone.says("这份加注件已经不再有效"), "{}", gone.text());
    let stranger = town.citizen("car").await;
    assert_eq!(stranger.get(&list.link("/my/copies/")).await.status.as_u16(), 404);
    town.close().await;
}
