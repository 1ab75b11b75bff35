//! Seals told as a story: made once, put only where a decision orders it, verified by strangers' tools.

use super::model::{DocumentDraft, Order, SealKind};
use super::notary::{Seals, now};
use super::{pem, sample};
use crate::seals::Issuer;
use crate::testing::{House, day, hands, market, open};
use gm::tlv::{Tlv, tag};
use ofd::Limits;
use ofd::read::Reader;
use ofd::verify::{Basis, Report, verify};
use std::path::Path;
use std::process::{Command, Output};
use store::{Error, Kind, Secret, ledger};

pub(super) fn draft(order: Order) -> DocumentDraft {
    let long =
        "经审查，您（单位）提交的申请材料齐全、符合法定形式，属于本机关职权范围。".repeat(40);
    DocumentDraft {
        title: "受理通知书".into(),
        number: "示区市监受〔2026〕1号".into(),
        case_no: Some("99010220260921000001".into()),
        unit: market(),
        to: Secret::new("示例区邓记面馆"),
        paragraphs: vec!["现予受理。".into(), long, String::new()],
        dated: day("2026-09-21"),
        seal_as: SealKind::Approval,
        order,
    }
}

pub(super) fn accepted() -> Order {
    Order::Case { case_id: 1, event: Kind::CaseAccepted }
}

fn judge(seals: &Seals, bytes: &[u8]) -> Report {
    let intermediates = seals.between();
    let basis = Basis::new(seals.anchors(), now(seals.store()));
    verify(bytes, &Basis { intermediates, ..basis })
}

#[tokio::test]
async fn a_document_is_sealed_on_order_and_verifies() {
    let house = House::new().await;
    house.decide(1, Kind::CaseAccepted).await;
    let made = house.seals.seal_document(draft(accepted()), "").await.expect("sealed");
    assert!(made.pages > 1 && made.seal_name.contains("样例"));
    let bytes = house.store().files().get(&made.file).expect("the file is kept");
    let report = judge(&house.seals, &bytes);
    assert_eq!(
        (report.signature_values_hold, report.trusted),
        (Some(true), Some(true)),
        "{report:#?}"
    );
    let reader = Reader::open(&bytes, &Limits::default()).expect("an OFD");
    let text = reader.text().expect("text");
    for part in ["受理通知书", "示例区邓记面馆：", "现予受理。", "2026年9月21日", "样例"]
    {
        assert!(text.contains(part), "{part}");
    }
    let used =
        move |db: &mut store::Db<'_>| ledger::newest_of_stream(db, store::Stream::of("case", 1), 9);
    assert_eq!(house.store().read(used).await.map(|e| e.len()), Ok(1), "sealing decides nothing");
    let used = house.seals.use_of_case("99010220260921000001".into()).await.expect("read");
    assert_eq!(used.map(|u| u.title), Some("受理通知书".into()));
}

#[tokio::test]
async fn nothing_is_sealed_without_an_order() {
    let house = House::new().await;
    house.decide(1, Kind::CaseSubmitted).await;
    let refused = house.seals.seal_document(draft(accepted()), "").await;
    assert_eq!(refused.map_err(|e| e.code()), Err("seal-not-ordered"));
    let other = Order::Case { case_id: 2, event: Kind::CaseSubmitted };
    let refused = house.seals.seal_document(draft(other), "").await;
    assert_eq!(refused, Err(Error::refused("seal-not-ordered")));
    house.decide(1, Kind::CaseAccepted).await;
    for n in 0..super::rules::MOST_PER_ORDER {
        assert!(house.seals.seal_document(draft(accepted()), "").await.is_ok(), "{n}");
        let _ = std::fs::remove_dir_all(house.folder.join("files"));
        std::fs::create_dir_all(house.folder.join("files")).expect("a folder");
    }
    let spent = house.seals.seal_document(draft(accepted()), "").await;
    assert_eq!(spent, Err(Error::refused("seal-order-spent")));
    let kept = std::fs::read_dir(house.folder.join("files")).map(Iterator::count);
    assert_eq!(kept.unwrap_or_default(), 0, "no file was kept");
}

#[tokio::test]
async fn keys_are_made_once_and_differ_between_nodes() {
    let house = House::new().await;
    let first = house.seals.of_unit(&market(), SealKind::Approval).await.expect("a seal");
    let second = house.seals.of_unit(&market(), SealKind::Licence).await.expect("a seal");
    assert_ne!(first.certificate, second.certificate, "a key for each seal");
    assert_ne!(first.no, second.no);
    let issuer = market();
    let (again, both) = tokio::join!(
        house.seals.of_unit(&issuer, SealKind::Licence),
        house.seals.of_unit(&issuer, SealKind::Licence)
    );
    assert_eq!(again.map(|s| s.no.clone()), both.map(|s| s.no.clone()));
    let reopened = Seals::open(open(&house.folder)).await.expect("reopened");
    assert_eq!(reopened.anchors(), house.seals.anchors());
    let kept = reopened.of_unit(&market(), SealKind::Approval).await.expect("kept");
    assert_eq!((kept.no.as_str(), &kept.esl), (first.no.as_str(), &first.esl));
    let other = House::new().await;
    assert_ne!(other.seals.anchors(), house.seals.anchors());
    let raw = std::fs::read(house.folder.join("t.db")).expect("the database");
    let gm::signer::Signer::Soft(pair) = &first.signer else { panic!("a key in memory") };
    let secret = hex::encode(pair.secret_bytes());
    assert!(!format!("{first:?}").contains(&secret), "and is never printed");
    assert!(!raw.windows(64).any(|w| w == secret.as_bytes()), "the private key lies sealed");
}

/// Four nodes walk the same seals at the same time; every one of them ends with the same two.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn seals_are_walked_once_by_many_at_once() {
    let house = House::new().await;
    let mut nodes = Vec::new();
    for _ in 0..4 {
        nodes.push(Seals::open(house.store().clone()).await.expect("opens"));
    }
    let health = Issuer { unit: 12, name: "示例区卫生健康局".into(), ..market() };
    let asked = (0..16_usize).map(|n| {
        let (seals, issuer) = (nodes[n % 4].clone(), health.clone());
        let kind = if n % 3 == 0 { SealKind::Licence } else { SealKind::Approval };
        tokio::spawn(async move {
            sample::walk(&seals, &issuer, kind, &hands()).await?;
            Ok::<_, Error>((kind, seals.of_unit(&issuer, kind).await?))
        })
    });
    let mut found = Vec::new();
    for one in asked.collect::<Vec<_>>() {
        let (kind, seal) = one.await.expect("runs").expect("a seal");
        found.push((kind.label(), seal.no.clone()));
    }
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 2, "one seal of each kind");
    sample::walk(&nodes[0], &health, SealKind::Licence, &hands())
        .await
        .expect("again, for nothing");
    let all = |db: &mut store::Db<'_>| super::records::of_unit(db, 12, i64::MAX, 9);
    assert_eq!(house.store().read(all).await.map(|all| all.len()), Ok(2));
}

#[tokio::test]
async fn no_seal_is_made_by_being_asked_for() {
    let house = House::new().await;
    let police = crate::testing::police();
    let none = house.seals.of_unit(&police, SealKind::Approval).await.map(drop);
    assert_eq!(none, Err(Error::refused("seal-none")));
}

#[expect(clippy::print_stderr, reason = "a skipped check must be said aloud")]
pub(super) fn openssl(dir: &Path, args: &[&str]) -> Option<Output> {
    match Command::new("openssl").current_dir(dir).args(args).output() {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("skipped: openssl cannot run here ({error})");
            None
        }
    }
}

/// What a stranger does with our file: take it apart, verify chain and signature with OpenSSL 3 alone.
#[tokio::test]
async fn openssl_verifies_chain_and_signature() {
    let house = House::new().await;
    house.decide(1, Kind::CaseAccepted).await;
    let made = house.seals.seal_document(draft(accepted()), "").await.expect("sealed");
    let bytes = house.store().files().get(&made.file).expect("the file");
    let reader = Reader::open(&bytes, &Limits::default()).expect("an OFD");
    let value = reader.file("Doc_0/Signs/Sign_0/SignedValue.dat").expect("a signature");
    let mut fields = Tlv::only(&value).expect("DER").inside();
    let signed = fields.expect(tag::SEQUENCE, "toSign").expect("toSign").raw.to_vec();
    let certificate = fields.expect(tag::OCTET_STRING, "cert").expect("cert").value.to_vec();
    fields.expect(tag::OID, "algorithm").expect("algorithm");
    let signature = fields.expect(tag::BIT_STRING, "signature").expect("signature");
    let leaf = gm::x509::Certificate::parse(&certificate).expect("a certificate");
    let spki = gm::keys::spki(leaf.public().expect("an SM2 key"));
    let dir = house.folder.join("openssl");
    std::fs::create_dir_all(&dir).expect("a folder");
    let put = |name: &str, bytes: &[u8]| std::fs::write(dir.join(name), bytes).expect("written");
    put("root.pem", pem(house.seals.anchors()).as_bytes());
    put("agency.pem", pem(house.seals.between()).as_bytes());
    put("leaf.pem", gm::keys::pem("CERTIFICATE", &certificate).as_bytes());
    put("key.pem", gm::keys::pem("PUBLIC KEY", &spki).as_bytes());
    put("m", &signed);
    put("s", signature.bits().expect("bits"));
    let id = "distid:1234567812345678";
    let at = (house.store().clock().now().micros() / 1_000_000).to_string();
    let strict = ["verify", "-x509_strict", "-attime", &at, "-vfyopt", id];
    let agency = [&strict[..], &["-CAfile", "root.pem", "agency.pem"]].concat();
    // OpenSSL gives the id to the certificate asked about alone, so the chain is verified link by link.
    let leaf = [&strict[..], &["-partial_chain", "-trusted", "agency.pem", "leaf.pem"]].concat();
    let value = ["dgst", "-sm3", "-verify", "key.pem", "-sigopt", id, "-signature", "s", "m"];
    for args in [&agency[..], &leaf[..], &value[..]] {
        let Some(output) = openssl(&dir, args) else { return };
        let said = [&output.stdout[..], &output.stderr[..]].concat();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&said));
    }
}
