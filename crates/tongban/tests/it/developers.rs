//! The description of the interface is held to the routes and to what is really answered.

use crate::exchange::{BUSINESS, Caller, LAW, SHOP, post};
use crate::town::{Page, Person, Town};
use crate::versions::{filled, shop};
use casework::drafts::filing;
use proof::exchange::sample::SECRET;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;
use tongban::developers::{self, pages::EXAMPLES};

/// What was asked and answered, judged by the description.
struct Judge {
    document: Value,
    /// Operations answered, and operations refused.
    seen: [RefCell<BTreeSet<String>>; 2],
}

impl Judge {
    fn new(town: &Town) -> Judge {
        let document = developers::document(town.node.routes().lines()).expect("described");
        Judge { document, seen: Default::default() }
    }

    fn fits(&self, schema: &str, value: &Value) {
        let mut whole = json!({"$ref": format!("#/components/schemas/{schema}")});
        whole["components"] = self.document["components"].clone();
        let validator = jsonschema::validator_for(&whole).expect("the schema compiles");
        let wrong: Vec<String> =
            validator.iter_errors(value).map(|e| format!("{} {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{schema}: {wrong:?} in {value}");
    }

    /// One answer of an operation (`get /api/v1/search`): as described, with the status expected.
    fn judge(&self, operation: &str, expected: &str, page: &Page) -> Value {
        let (method, path) = operation.split_once(' ').expect("method and path");
        let described = &self.document["paths"][path][method];
        let value: Value = serde_json::from_slice(&page.body).expect("JSON");
        if expected == "ok" {
            assert_eq!(page.status.as_u16(), 200, "{operation}: {value}");
            assert!(page.kind.starts_with("application/json"), "{operation}: {}", page.kind);
            let schema = &described["responses"]["200"]["content"]["application/json"]["schema"];
            let schema = schema["$ref"].as_str().expect("a schema").rsplit('/').next();
            self.fits(schema.expect("a name"), &value);
            self.seen[0].borrow_mut().insert(operation.to_owned());
            return value;
        }
        assert_eq!(value["code"], expected, "{operation}: {value}");
        assert!(page.kind.starts_with("application/problem+json"), "{operation}: {}", page.kind);
        self.fits("Problem", &value);
        let codes = described["x-error-codes"].as_array().expect("codes");
        assert!(codes.contains(&json!(expected)), "{operation} does not tell of {expected}");
        let status = page.status.as_u16();
        assert!(described["responses"][status.to_string()].is_object(), "{operation} {status}");
        let title = value["title"].as_str().expect("a title");
        assert!(title.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{title}");
        self.seen[1].borrow_mut().insert(operation.to_owned());
        value
    }

    /// Every operation was answered, and refused where it can refuse.
    fn close(self) {
        let [answered, refused] = self.seen.map(RefCell::into_inner);
        for (path, methods) in self.document["paths"].as_object().expect("paths") {
            for (method, described) in methods.as_object().expect("methods") {
                let operation = format!("{method} {path}");
                assert!(answered.contains(&operation), "{operation} was never answered");
                let codes = described["x-error-codes"].as_array().map_or(0, Vec::len);
                assert!(codes == 1 || refused.contains(&operation), "{operation} never refused");
            }
        }
    }
}

const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";

async fn ask(
    who: &Person<'_>,
    method: &str,
    path: &str,
    kind: &str,
    body: &[u8],
    head: &[(&str, &str)],
) -> Page {
    let body = (method == "POST").then(|| body.to_vec());
    who.raw(method, path, kind, body, head).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_answers_and_refuses_as_described() {
    let town = Town::new().await;
    let judge = Judge::new(&town);
    public(&town, &judge).await;
    own(&town, &judge).await;
    shared(&town, &judge).await;
    judge.close();
    town.close().await;
}

async fn public(town: &Town, judge: &Judge) {
    let anybody = town.visitor();
    let get = async |path: &str| ask(&anybody, "GET", path, "", b"", &[]).await;
    for query in ["q=%E5%BC%80%E9%A5%AD%E5%BA%97&region=990102", "q=zzzz", "q=", "q=12345&limit=50"]
    {
        let found = get(&format!("/api/v1/search?{query}")).await;
        judge.judge("get /api/v1/search", "ok", &found);
    }
    for slug in ["spjy-xb", "jsz"] {
        let item = get(&format!("/api/v1/items/{slug}")).await;
        judge.judge("get /api/v1/items/{slug}", "ok", &item);
    }
    judge.judge("get /api/v1/items/{slug}", "not-found", &get("/api/v1/items/nothing").await);
    let verify = "get /api/v1/verify";
    judge.judge(verify, "ok", &get("/api/v1/verify?text=99010220261116000001").await);
    judge.judge(verify, "verify-body", &get("/api/v1/verify").await);
    let post = async |kind: &str, body: &[u8]| {
        ask(&anybody, "POST", "/api/v1/verify", kind, body, &[]).await
    };
    let verify = "post /api/v1/verify";
    judge.judge(verify, "ok", &post(JSON, br#"{"text":"x"}"#).await);
    judge.judge(verify, "ok", &post(BYTES, b"no file of ours").await);
    judge.judge(verify, "verify-body", &post(JSON, b"{}").await);
    for (operation, path) in [
        ("get /api/v1/cases", "/api/v1/cases"),
        ("get /api/v1/cases/{no}", "/api/v1/cases/99010220261116000001"),
        ("get /api/v1/uploads/{id}", "/api/v1/uploads/1"),
    ] {
        judge.judge(operation, "sign-in-first", &get(path).await);
    }
}

/// Every sharing operation is answered, and refused to whoever has no token.
async fn shared(town: &Town, judge: &Judge) {
    let system = Caller::new(town, LAW, SECRET).await;
    let stranger = town.visitor();
    let operation = |path: &str| format!("post /api/v1/licences/{path}");
    let credentials = json!({"accessId": LAW, "accessSecret": SECRET});
    let token = post(&stranger, "token", &credentials).await;
    judge.judge(&operation("token"), "ok", &token);
    let of = json!({"holderCode": SHOP, "holderTypeCode": "001", "certTypeCode": BUSINESS});
    let found = system.ask("queryCertInfoByHolderCode", of).await;
    let found = judge.judge(&operation("queryCertInfoByHolderCode"), "ok", &found);
    let identifier = found["data"][0]["certIdentifier"].clone();
    let mut url = String::new();
    for (path, data) in [
        ("queryCertInfo", json!({"certIdentifier": identifier})),
        ("queryCertInfoByQRcode", json!({"qrcode": "TB1.00.11.22"})),
        ("downloadUrl", json!({"certIdentifier": identifier})),
        ("verifyCertInfo", json!({"text": identifier})),
        ("verifyFile", json!({"file": "bm8gZmlsZSBvZiBvdXJz"})),
        ("getCertRemarkInfo", json!({"certTypeCode": BUSINESS})),
    ] {
        let page = system.ask(path, data).await;
        let told = judge.judge(&operation(path), "ok", &page);
        url = told["data"]["url"].as_str().map_or(url, String::from);
    }
    let wrong = json!({"accessId": LAW, "accessSecret": "x"});
    judge.judge(&operation("token"), "credentials", &post(&stranger, "token", &wrong).await);
    for (path, key) in [
        ("queryCertInfoByHolderCode", "holderCode"),
        ("queryCertInfo", "certIdentifier"),
        ("queryCertInfoByQRcode", "qrcode"),
        ("downloadUrl", "certIdentifier"),
        ("verifyCertInfo", "text"),
        ("verifyFile", "file"),
        ("getCertRemarkInfo", "certTypeCode"),
    ] {
        let mut data = json!({"useCause": "核对", "itemCode": "00", "caseNo": "00"});
        data[key] = "x".into();
        let head =
            json!({"accessId": LAW, "accessToken": "x", "timestamp": 1, "nonce": "12345678"});
        let page = post(&stranger, path, &json!({"head": head, "data": data})).await;
        judge.judge(&operation(path), "credentials", &page);
    }
    let fetched = "get /api/v1/licences/download/{token}";
    let path = url[url.find("/api/").expect("a path")..].to_owned();
    let file = ask(&stranger, "GET", &path, "", b"", &[]).await;
    assert_eq!((file.status.as_u16(), file.kind.as_str()), (200, "application/ofd"));
    judge.seen[0].borrow_mut().insert(fetched.into());
    judge.judge(fetched, "not-found", &ask(&stranger, "GET", &path, "", b"", &[]).await);
}

async fn own(town: &Town, judge: &Judge) {
    let shop = shop(town).await;
    let draft = filled(town, &shop).await;
    let citizen = town.signed_in(shop.who.clone()).await;
    let csrf = citizen.get("/my").await.form("/logout").fields;
    let csrf = csrf.into_iter().find(|(k, _)| k == "_csrf").expect("a token").1;
    let post = async |path: &str, kind: &str, body: &[u8], key: &str| {
        let head = [("x-csrf", &*csrf), ("idempotency-key", key)];
        ask(&citizen, "POST", path, kind, body, &head).await
    };
    let get = async |path: &str| ask(&citizen, "GET", path, "", b"", &[]).await;

    let (begin, part) = ("post /api/v1/drafts/{id}/uploads", "post /api/v1/uploads/{id}");
    let address = format!("/api/v1/drafts/{}/uploads", draft.0);
    let bytes = b"%PDF-1.7 more";
    let new = json!({"key": "layout", "name": "more.pdf", "size": bytes.len()}).to_string();
    let bare = ask(&citizen, "POST", &address, JSON, new.as_bytes(), &[]).await;
    judge.judge(begin, "csrf", &bare);
    let wrong = json!({"key": "layout", "name": "more.exe", "size": 5}).to_string();
    judge.judge(begin, "paper-type", &post(&address, JSON, wrong.as_bytes(), "").await);
    let upload = judge.judge(begin, "ok", &post(&address, JSON, new.as_bytes(), "").await);
    let address = format!("/api/v1/uploads/{}", upload["upload"]);
    judge.judge("get /api/v1/uploads/{id}", "ok", &get(&address).await);
    let far = post(&format!("{address}?offset=9"), BYTES, bytes, "").await;
    judge.judge(part, "upload-offset", &far);
    judge.judge(part, "ok", &post(&format!("{address}?offset=0"), BYTES, bytes, "").await);

    let (submit, address) =
        ("post /api/v1/drafts/{id}/submit", format!("/api/v1/drafts/{}/submit", draft.0));
    judge.judge(submit, "idem-missing", &post(&address, JSON, b"", "").await);
    let first = judge.judge(submit, "ok", &post(&address, JSON, b"", "key-00000001").await);
    let again = judge.judge(submit, "ok", &post(&address, JSON, b"", "key-00000001").await);
    assert_eq!(first, again, "the same key, the same receipt");
    judge.judge(submit, "key-reused", &post(&address, JSON, b"x", "key-00000001").await);
    judge.judge(submit, "case-already-submitted", &post(&address, JSON, b"", "key-00000002").await);
    town.work().await;

    let no = first["no"].as_str().expect("a number");
    judge.judge("get /api/v1/cases", "ok", &get("/api/v1/cases").await);
    let case =
        judge.judge("get /api/v1/cases/{no}", "ok", &get(&format!("/api/v1/cases/{no}")).await);
    let (withdraw, address) =
        ("post /api/v1/cases/{no}/withdraw", format!("/api/v1/cases/{no}/withdraw"));
    let old = json!({"version": 0}).to_string();
    judge.judge(withdraw, "stale", &post(&address, JSON, old.as_bytes(), "key-00000003").await);
    let now = json!({"version": case["version"], "reason": "不办了"}).to_string();
    judge.judge(withdraw, "ok", &post(&address, JSON, now.as_bytes(), "key-00000004").await);
    let gone =
        filing::load(town.node.casework(), filing::owner(&shop.visitor).expect("owner"), draft)
            .await;
    assert!(gone.is_err(), "what was handed in is no draft");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_for_engineers_tells_all_and_its_commands_work() {
    let town = Town::new().await;
    let citizen = town.citizen("car").await;
    for lang in ["zh", "en"] {
        citizen.get(&format!("/developers?lang={lang}")).await;
        let page = citizen.get("/developers").await;
        assert!(page.status.is_success());
        let document: Value =
            serde_json::from_slice(&citizen.get("/openapi.json").await.body).expect("JSON");
        for error in document["x-errors"].as_array().expect("errors") {
            let code = error["code"].as_str().expect("a code");
            assert!(page.says(&format!("<tr role=\"row\" id=\"{code}\">")), "{code}");
            let title = error[lang]["title"].as_str().expect("words");
            assert!(!title.starts_with("err-"), "{code} has no words in {lang}");
        }
        for path in document["paths"].as_object().expect("paths").keys() {
            assert!(page.says(path), "{path}");
        }
    }
    citizen.get("/developers?lang=zh").await;
    assert!(citizen.get("/").await.says("href=\"/developers\""), "the footer leads there");
    let token = Caller::new(&town, LAW, SECRET).await.token;
    let seconds = town.node.store().clock().now().micros() / 1_000_000;
    for (key, command) in EXAMPLES {
        // What a shell would fill in.
        let command = command
            .replace("'$TOKEN'", &token)
            .replace("'$(date +%s)'", &seconds.to_string())
            .replace("'$(date +%s%N)'", "1794790800000000000");
        let page = run(&citizen, &command).await;
        assert!(page.status.is_success(), "{key}: {} {}", page.status, page.text());
        assert!(serde_json::from_slice::<Value>(&page.body).is_ok(), "{key}");
    }
    town.close().await;
}

/// Obeys a curl command the way curl would.
async fn run(who: &Person<'_>, command: &str) -> Page {
    let words = words(command);
    let (mut path, mut kind, mut body, mut query) = (String::new(), "", None, false);
    let mut pairs: Vec<String> = Vec::new();
    let mut rest = words.iter().map(String::as_str);
    assert_eq!(rest.next(), Some("curl"));
    while let Some(word) = rest.next() {
        match word {
            "-G" => query = true,
            "-H" => {
                kind = rest.next().and_then(|h| h.strip_prefix("Content-Type: ")).expect("a header")
            }
            "-b" => assert_eq!(rest.next(), Some("tongban=$SESSION")),
            "-d" if query => pairs.push(rest.next().expect("a value").into()),
            "-d" => body = rest.next().map(|b| b.as_bytes().to_vec()),
            "--data-urlencode" => {
                let (name, value) = rest.next().and_then(|p| p.split_once('=')).expect("a pair");
                let value: String = value.bytes().map(|b| format!("%{b:02X}")).collect();
                pairs.push(format!("{name}={value}"));
            }
            "--data-binary" => {
                assert!(rest.next().is_some_and(|f| f.starts_with('@')));
                body = Some(b"a file".to_vec());
            }
            address => path = address.strip_prefix("$SITE").expect("an address").into(),
        }
    }
    if query {
        path = format!("{path}?{}", pairs.join("&"));
    }
    let method = if body.is_some() { "POST" } else { "GET" };
    who.raw(method, &path, kind, body, &[]).await.0
}

/// Words of a command line, quotes taken off.
fn words(command: &str) -> Vec<String> {
    let (mut out, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in command.chars() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(q), c) if c == q => quote = None,
            (None, ' ') => out.push(std::mem::take(&mut word)),
            (_, c) => word.push(c),
        }
    }
    out.push(word);
    out
}
