//! The sharing operations of GB/T 36906 as JSON, in the envelope implementers use:
//! `{head:{accessId,accessToken,timestamp,nonce},data:{…}}` → `{head:{code:"0",msg},data}`. Refusals are
//! problem details like everywhere in the house.

use super::answer::{self, Head, OfHolder, Told};
use super::meaning;
use super::model::{Operation, Reasons};
use super::pass::SECONDS;
use crate::Proof;
use crate::grants::{copies, rules};
use crate::licences::model::HolderKind;
use crate::verification::judge::MOST_BYTES;
use axum::extract::{Path, Request, State};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use codes::licence::LicenceId;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::{Error, FieldError, Result, Secret};
use web::{Answer, Visitor};

/// Largest question, bytes.
const MOST_QUESTION: usize = 16 * 1024;
/// Largest question with a file in base 64.
const MOST_WITH_FILE: usize = MOST_BYTES / 3 * 4 + MOST_QUESTION;
/// Most fields a question names.
const MOST_FIELDS: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Credentials {
    access_id: String,
    access_secret: Secretive,
}

/// A text that no message of an error quotes.
struct Secretive(String);

impl<'de> Deserialize<'de> for Secretive {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(from).map(Secretive)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct HeadJson {
    access_id: String,
    access_token: String,
    timestamp: i64,
    nonce: String,
}

impl From<HeadJson> for Head {
    fn from(head: HeadJson) -> Head {
        let HeadJson { access_id, access_token, timestamp, nonce } = head;
        Head { access_id, access_token, timestamp, nonce }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    head: HeadJson,
    data: Value,
}

/// What every question names.
trait Question: DeserializeOwned {
    fn reasons(&self) -> Reasons;
    fn type_code(&self) -> String;
}

/// Declares the data of a question: its own fields, and the three every one has; then the type it names.
macro_rules! question {
    ($name:ident, $code:expr, $($field:ident: $type:ty = $default:literal),*) => {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "camelCase")]
        struct $name {
            use_cause: String,
            item_code: String,
            case_no: String,
            $(#[serde(default = $default)] $field: $type,)*
        }

        impl Question for $name {
            fn reasons(&self) -> Reasons {
                let (cause, item) = (self.use_cause.trim().into(), self.item_code.trim().into());
                Reasons { cause, item, case_no: self.case_no.trim().into() }
            }
            fn type_code(&self) -> String {
                let code: fn(&$name) -> String = $code;
                code(self)
            }
        }
    };
}

fn empty() -> String {
    String::new()
}

fn none() -> Vec<String> {
    Vec::new()
}

question!(
    ByHolder,
    |q| q.cert_type_code.clone(),
    holder_code: String = "empty",
    holder_type_code: String = "empty",
    cert_type_code: String = "empty",
    cert_no: String = "empty",
    fields: Vec<String> = "none"
);
question!(
    ByIdentifier,
    |q| type_of(&q.cert_identifier),
    cert_identifier: String = "empty",
    fields: Vec<String> = "none"
);
question!(ByCode, |_| String::new(), qrcode: String = "empty");
question!(
    File,
    |q| type_of(&q.cert_identifier),
    cert_identifier: String = "empty",
    expiry_time: String = "empty"
);
question!(VerifyText, |_| String::new(), text: String = "empty");
question!(VerifyFile, |_| String::new(), file: String = "empty");
question!(OfType, |q| q.cert_type_code.clone(), cert_type_code: String = "empty");

fn type_of(identifier: &str) -> String {
    LicenceId::parse(identifier).map_or(String::new(), |id| id.type_code().to_owned())
}

async fn body<T: DeserializeOwned>(request: Request, most: usize) -> Result<T> {
    let bytes = axum::body::to_bytes(request.into_body(), most)
        .await
        .map_err(|_| Error::refused("exchange-too-large"))?;
    serde_json::from_slice(&bytes).map_err(|_| Error::refused("exchange-body"))
}

/// Reads a question and lets it in.
async fn asked<T: Question>(
    proof: &Proof,
    visitor: &Visitor,
    request: Request,
    operation: Operation,
    most: usize,
) -> Result<(super::acts::Question, T)> {
    let envelope: Envelope = body(request, most).await?;
    let head = Head::from(envelope.head);
    let Ok(data) = serde_json::from_value::<T>(envelope.data) else {
        return answer::malformed(proof, &visitor.ip, &head, operation).await;
    };
    let (reasons, code) = (data.reasons(), data.type_code());
    let asked = answer::enter(proof, &visitor.ip, &head, operation, reasons, &code).await?;
    Ok((asked, data))
}

/// A rule of the question's own data; a refusal is written down like every other.
async fn checked<T>(proof: &Proof, asked: &super::acts::Question, held: Result<T>) -> Result<T> {
    match held {
        Err(refusal @ Error::Refused(_)) => answer::refused(proof, asked, refusal).await,
        other => other,
    }
}

/// The field of the question that is wrong, and why.
fn wrong(field: &'static str, why: &'static str) -> Error {
    Error::fields("exchange-data", vec![FieldError::new(field, why)])
}

fn told(data: Value) -> Answer {
    web::json(&json!({"head": {"code": "0", "msg": "成功"}, "data": data}))
}

fn listed(fields: Vec<String>) -> Result<Vec<String>> {
    if fields.len() > MOST_FIELDS { Err(Error::refused("exchange-body")) } else { Ok(fields) }
}

fn identifier(text: &str) -> Result<LicenceId> {
    let read = LicenceId::parse(text).ok().filter(LicenceId::check_holds);
    read.ok_or_else(|| wrong("certIdentifier", "exchange-identifier-words"))
}

fn licence(told: &Told) -> Value {
    let licence = &told.licence;
    let fields: Vec<Value> = told
        .fields
        .iter()
        .map(
            |(key, s)| json!({"key": key, "name": s.label, "nameEn": s.label_en, "value": s.value}),
        )
        .collect();
    json!({
        "certIdentifier": licence.identifier,
        "certTypeCode": licence.type_code,
        "certName": licence.name_zh,
        "certNo": licence.number,
        "issuer": licence.issuer.name,
        "issuerCode": licence.issuer.uscc,
        "issueDate": licence.issued_at.ymd(),
        "validFrom": licence.valid_from.to_string(),
        "validTo": licence.valid_to.map(|d| d.to_string()),
        "status": told.status.label(),
        "fields": fields,
        "sandbox": licence.sandbox,
    })
}

/// POST /api/v1/licences/token
pub async fn token(State(proof): State<Proof>, visitor: Visitor, request: Request) -> Answer {
    let asked: Credentials = body(request, MOST_QUESTION).await?;
    let (id, secret) = (asked.access_id, asked.access_secret.0);
    let token = answer::token(&proof, &visitor.ip, &id, &secret).await?;
    told(json!({"accessToken": token, "expiresIn": SECONDS}))
}

/// POST /api/v1/licences/queryCertInfoByHolderCode
pub async fn by_holder(State(proof): State<Proof>, visitor: Visitor, request: Request) -> Answer {
    let (asked, data): (_, ByHolder) =
        asked(&proof, &visitor, request, Operation::ByHolder, MOST_QUESTION).await?;
    let of = checked(&proof, &asked, of_holder(&data)).await?;
    let wanted = checked(&proof, &asked, listed(data.fields)).await?;
    let found = answer::by_holder(&proof, &asked, &of, &wanted).await?;
    told(found.iter().map(licence).collect())
}

fn of_holder(data: &ByHolder) -> Result<OfHolder> {
    let kind = HolderKind::parse(&data.holder_type_code)
        .ok_or_else(|| wrong("holderTypeCode", "exchange-kind-words"))?;
    let code = data.holder_code.trim().to_ascii_uppercase();
    let good = match kind {
        HolderKind::Person => codes::citizen::CitizenId::parse(&code).is_ok(),
        HolderKind::Enterprise => codes::uscc::Uscc::parse(&code).is_ok(),
    };
    if !good {
        return Err(wrong("holderCode", "exchange-holder-words"));
    }
    let (type_code, number) = (data.cert_type_code.clone(), data.cert_no.trim().to_owned());
    Ok(OfHolder { kind, code: Secret::new(code), type_code, number })
}

/// POST /api/v1/licences/queryCertInfo
pub async fn by_identifier(
    State(proof): State<Proof>,
    visitor: Visitor,
    request: Request,
) -> Answer {
    let (asked, data): (_, ByIdentifier) =
        asked(&proof, &visitor, request, Operation::ByIdentifier, MOST_QUESTION).await?;
    let id = checked(&proof, &asked, identifier(&data.cert_identifier)).await?;
    let wanted = checked(&proof, &asked, listed(data.fields)).await?;
    let found = answer::by_identifier(&proof, &asked, &id, &wanted).await?;
    told(found.first().map_or(Value::Null, licence))
}

/// POST /api/v1/licences/queryCertInfoByQRcode
pub async fn by_code(State(proof): State<Proof>, visitor: Visitor, request: Request) -> Answer {
    let (asked, data): (_, ByCode) =
        asked(&proof, &visitor, request, Operation::ByCode, MOST_QUESTION).await?;
    let verdict = answer::by_code(&proof, &asked, &data.qrcode).await?;
    told(serde_json::to_value(&verdict).map_err(Error::from)?)
}

/// POST /api/v1/licences/downloadUrl
pub async fn file(State(proof): State<Proof>, visitor: Visitor, request: Request) -> Answer {
    let (asked, data): (_, File) =
        asked(&proof, &visitor, request, Operation::File, MOST_QUESTION).await?;
    let id = checked(&proof, &asked, identifier(&data.cert_identifier)).await?;
    let today = proof.app().clock().now().day();
    let last = checked(&proof, &asked, rules::copy_until(&data.expiry_time, today)).await?;
    match answer::file(&proof, &asked, &id, last).await? {
        None => told(Value::Null),
        Some((licence, None)) => told(json!({
            "certIdentifier": licence.licence.identifier, "status": licence.status.label(),
            "url": null, "expiresIn": 0, "copyNo": null, "validTo": null,
        })),
        Some((licence, Some(ready))) => {
            let site = proof.app().site.address.trim_end_matches('/');
            told(json!({
                "certIdentifier": licence.licence.identifier,
                "status": licence.status.label(),
                "url": format!("{site}/api/v1/licences/download/{}", ready.token),
                "expiresIn": copies::URL_SECONDS,
                "copyNo": ready.no,
                "validTo": last.to_string(),
            }))
        }
    }
}

/// GET /api/v1/licences/download/{token}: the copy, once, within ten minutes.
pub async fn download(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Answer {
    let (name, bytes) = copies::fetch(&proof, &visitor.ip, &token).await?;
    Ok(web::respond::download(&name, "application/ofd", bytes))
}

/// POST /api/v1/licences/verifyCertInfo
pub async fn verify(State(proof): State<Proof>, visitor: Visitor, request: Request) -> Answer {
    let (asked, data): (_, VerifyText) =
        asked(&proof, &visitor, request, Operation::Verify, MOST_QUESTION).await?;
    // A shown code is redeemed by the operation made for it, where the holder sees by whom and what for.
    let number = !data.text.trim().is_empty() && !crate::showing::code::is_code(data.text.trim());
    let text = number.then_some(data.text).ok_or_else(|| wrong("text", "exchange-text-words"));
    let text = checked(&proof, &asked, text).await?;
    let verdict = proof.verify_text(&text, &visitor.ip).await?;
    answer::answered(&proof, &asked).await?;
    told(serde_json::to_value(&verdict).map_err(Error::from)?)
}

/// POST /api/v1/licences/verifyFile
pub async fn verify_file(State(proof): State<Proof>, visitor: Visitor, request: Request) -> Answer {
    let (asked, data): (_, VerifyFile) =
        asked(&proof, &visitor, request, Operation::Verify, MOST_WITH_FILE).await?;
    let bytes = STANDARD.decode(data.file.trim()).ok().filter(|bytes| !bytes.is_empty());
    let bytes = bytes.ok_or_else(|| wrong("file", "exchange-file-words"));
    let verdict = proof.verify_file(&checked(&proof, &asked, bytes).await?).await?;
    answer::answered(&proof, &asked).await?;
    told(serde_json::to_value(&verdict).map_err(Error::from)?)
}

/// POST /api/v1/licences/getCertRemarkInfo
pub async fn fields(State(proof): State<Proof>, visitor: Visitor, request: Request) -> Answer {
    let (asked, data): (_, OfType) =
        asked(&proof, &visitor, request, Operation::Fields, MOST_QUESTION).await?;
    let known = meaning::of(&data.cert_type_code)?;
    let known = known.ok_or_else(|| wrong("certTypeCode", "exchange-kind-of-licence-words"));
    let known = checked(&proof, &asked, known).await?;
    answer::answered(&proof, &asked).await?;
    let opened = asked.system.scope(&data.cert_type_code);
    let fields: Vec<Value> = known
        .fields
        .iter()
        .map(|f| {
            let open = opened.is_some_and(|scope| scope.fields.contains(&f.key));
            json!({"key": f.key, "name": f.name, "nameEn": f.name_en, "sensitive": f.sensitive,
                   "statement": f.statement, "opened": open})
        })
        .collect();
    told(json!({
        "certTypeCode": data.cert_type_code,
        "certName": known.zh,
        "fields": fields,
    }))
}
