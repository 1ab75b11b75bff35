//! Licences told as a story: made, issued, shown, verified, ended; and what forgers try.

use super::judge::{self as verify, Verifier};
use super::verdict::{Answer, Standing, Verdict};
use crate::licences::life::Step;
use crate::licences::model::{HolderKind, LicenceRowId, LicenceStatus, Reason, holder_index};
use crate::licences::{FaceField, Holder, LicenceDraft};
use crate::licences::{acts, make, paper, records, rules, sealed};
use crate::seals::{Order, SealKind};
use crate::showing::{choice, code, records as shows};
use crate::testing::{House, day, draft, police};
use ofd::Limits;
use ofd::read::Reader;
use store::{Disclosure, Error, Kind, Secret};
use web::Lang;

pub(super) async fn issued(house: &House) -> (LicenceRowId, String, Vec<u8>) {
    house.decide(1, Kind::CaseGranted).await;
    let made = make::licence(&house.seals, draft()).await.expect("made");
    let (id, identifier, file) = (made.id, made.identifier.to_string(), made.file.clone());
    let act = move |tx: &mut store::Tx<'_>| {
        let id = acts::issue(tx, &made, Some(1))?;
        let again = acts::issue(tx, &made, Some(1))?;
        assert_eq!(id, again, "a job may come twice");
        Ok(tx.record(store::Event::new(Kind::CaseClosed, store::Stream::of("case", 1)))?.with(()))
    };
    house.store().write(house.store().system_ctx(), act).await.expect("issued");
    let bytes = house.store().files().get(&file.expect("a file")).expect("the file is kept");
    (id, identifier, bytes)
}

pub(super) async fn change(
    house: &House,
    id: LicenceRowId,
    step: Step,
    lock: i64,
) -> Result<(), Error> {
    let mut reason = Reason {
        reason: "连续停业".into(),
        basis: "办法第四十条".into(),
        lock,
        last: String::new(),
    };
    let act = move |tx: &mut store::Tx<'_>| {
        reason.last = rules::last_four(&records::by_id(tx, id)?.number);
        acts::change(tx, id, 10, step, &reason)
    };
    house.store().write(house.store().system_ctx(), act).await.map(drop)
}

/// A code of what a holder chose; nothing chosen is the brief set.
async fn shown_of(house: &House, id: LicenceRowId, keys: &[&str]) -> String {
    let (store, at) = (house.store(), house.store().clock().now());
    let licence = store.read(move |db| records::by_id(db, id)).await.expect("there");
    let fields = sealed::open_fields(store.vault(), &licence, &Disclosure::own()).expect("opens");
    let all = choice::showable(&licence, &fields, at.day());
    let chosen = match keys {
        [] => choice::brief(&all),
        keys => keys.iter().map(|k| (*k).to_owned()).collect(),
    };
    let code_id = store.chance().bytes::<{ code::ID }>();
    let offer = shows::Offer { licence: id, person: 7, chosen };
    let keep = move |db: &mut store::Db<'_>| shows::offer(db, &code_id, &offer, at);
    store.upkeep(store::Upkeep::Limit, keep).await.expect("kept");
    code::make(&code::Key::of(store.vault()), &code_id, at)
}

async fn shown(house: &House, id: LicenceRowId) -> String {
    shown_of(house, id, &[]).await
}

pub(super) async fn ask(house: &House, text: &str, who: &str) -> Result<Verdict, Error> {
    verify::text(&house.seals, text, &Verifier::stranger(who)).await
}

#[tokio::test]
async fn a_licence_is_made_issued_and_true_in_every_way() {
    let house = House::new().await;
    let (id, identifier, bytes) = issued(&house).await;
    assert!(bytes.len() <= 60 << 10, "the fullest face, stamped and sealed: {} bytes", bytes.len());
    let verdict = verify::file(&house.seals, &bytes).await.expect("judged");
    assert!(verdict.is_true(), "{verdict:#?}");
    assert_eq!((verdict.signature_values_hold, verdict.trusted), (Some(true), Some(true)));
    let json = serde_json::to_value(&verdict).expect("json");
    assert_eq!((&json["status"], &json["signature_values_hold"]), (&"valid".into(), &true.into()));
    let steps = json["steps"].as_array().expect("steps");
    assert!(steps.len() > 10);
    for step in steps {
        let (zh, en) = (step["zh"].as_str().expect("zh"), step["en"].as_str().expect("en"));
        assert!(zh.ends_with('。') && en.ends_with('.'), "{step} is a sentence in both languages");
        // That a seal has no timestamp is told, and decides nothing.
        let told = step["code"] == "timestamp-absent" && step["ok"].is_null();
        assert!(step["code"].is_string() && (told || step["ok"] == true), "{step}");
    }
    let state = steps.iter().find(|s| s["code"] == "licence-status").expect("a state");
    assert_eq!(state["detail"], "valid", "programs read the code");
    assert_eq!(state["zh"], "证照现在的状态是“有效”，可以使用。");
    assert_eq!(json["facts"]["holder"], "示例区邓记面馆");
    for asked in [identifier.clone(), identifier.to_lowercase(), shown(&house, id).await] {
        let verdict = ask(&house, &asked, "one").await.expect("judged");
        assert!(verdict.is_true(), "{asked} {verdict:#?}");
        assert!(!verdict.to_text(Lang::Zh).contains("licences-"), "{}", verdict.to_text(Lang::Zh));
        assert!(!verdict.to_text(Lang::En).contains("licences-"), "{}", verdict.to_text(Lang::En));
    }
    let reader = Reader::open(&bytes, &Limits::default()).expect("an OFD");
    let custom = &reader.info().custom;
    let value = |key: &str| custom.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str());
    assert_eq!(value("ZZBS"), Some(identifier.as_str()));
    assert_eq!((value("CZZTDMLXDM"), value("ZZYXQJZRQ")), (Some("001"), Some("2031-09-20")));
    let fields = reader.fields().expect("tags");
    assert!(
        fields.iter().any(|f| f.name == "ZZBFJG" && f.text == "示例区市场监督管理局"),
        "{fields:?}"
    );
    assert!(reader.attachments().is_ok_and(|a| a.iter().any(|a| a.path.ends_with("metadata.xml"))));
    assert!(reader.text().is_ok_and(|t| t.contains("样例")));
}

#[tokio::test]
async fn holders_are_found_by_keyed_hash_and_lie_sealed() {
    let house = House::new().await;
    let (id, _, _) = issued(&house).await;
    let index = holder_index(house.store().vault(), HolderKind::Enterprise, "92990102630040015X");
    let today = day("2026-09-22");
    let read = move |db: &mut store::Db<'_>| {
        Ok((
            records::of_holder(db, &index, today)?,
            records::held(db, &index, today)?,
            records::by_id(db, id)?,
        ))
    };
    let (list, held, licence) = house.store().read(read).await.expect("read");
    assert_eq!((list.len(), held.len()), (1, 1));
    assert!(list[0].number.starts_with("JY990102"), "{}", list[0].number);
    let leave = Disclosure::own();
    let holder = sealed::open_holder(house.store().vault(), &licence, &leave).expect("opens");
    assert_eq!(holder.name.expose(), "示例区邓记面馆");
    let raw: Vec<u8> = ["t.db", "t.db-wal"]
        .iter()
        .flat_map(|f| std::fs::read(house.folder.join(f)).unwrap_or_default())
        .collect();
    for personal in ["示例区邓记面馆", "92990102630040015X", "person的内容"] {
        assert!(!raw.windows(personal.len()).any(|w| w == personal.as_bytes()), "{personal}");
    }
}

#[tokio::test]
async fn every_end_is_told_and_two_stewards_never_overwrite_each_other() {
    for (step, status) in [
        (Step::Suspend, LicenceStatus::Suspended),
        (Step::Revoke, LicenceStatus::Revoked),
        (Step::Cancel, LicenceStatus::Cancelled),
        (Step::Penalise, LicenceStatus::Penalised),
    ] {
        let house = House::new().await;
        let (id, identifier, bytes) = issued(&house).await;
        let code = shown(&house, id).await;
        assert_eq!(change(&house, id, Step::Restore, 1).await, Err(Error::refused("licence-step")));
        assert_eq!(change(&house, id, step, 1).await, Ok(()));
        assert_eq!(change(&house, id, Step::Cancel, 1).await, Err(Error::Stale));
        for asked in [&identifier, &code] {
            let verdict = ask(&house, asked, "one").await.expect("judged");
            assert_eq!((verdict.answer, verdict.status), (Answer::Void, Standing::Licence(status)));
        }
        let verdict = verify::file(&house.seals, &bytes).await.expect("judged");
        assert_eq!((verdict.answer, verdict.status), (Answer::Void, Standing::Licence(status)));
        assert_eq!(verdict.signature_values_hold, Some(true), "the seal itself stays good");
        assert!(
            verdict.facts.is_some_and(|f| f.ended == "2026-09-21" && f.basis == "办法第四十条")
        );
    }
}

#[tokio::test]
async fn a_suspended_licence_is_restored_and_an_old_one_expires() {
    let house = House::new().await;
    let (id, identifier, _) = issued(&house).await;
    assert_eq!(change(&house, id, Step::Suspend, 1).await, Ok(()));
    assert_eq!(change(&house, id, Step::Restore, 2).await, Ok(()));
    let verdict = ask(&house, &identifier, "one").await.expect("judged");
    assert!(verdict.is_true());
    let foreign =
        Reason { reason: "停业".into(), basis: "第一条".into(), lock: 3, last: "0001".into() };
    let act = move |tx: &mut store::Tx<'_>| acts::suspend(tx, id, 99, &foreign);
    let told = house.store().write(house.store().system_ctx(), act).await;
    assert_eq!(told, Err(Error::NotFound), "another unit's licence is not theirs to know");
    house.store().clock().advance_seconds(6 * 366 * 86_400);
    let verdict = ask(&house, &identifier, "one").await.expect("judged");
    assert_eq!(verdict.status, Standing::Licence(LicenceStatus::Expired));
    assert_eq!(verdict.answer, Answer::Void);
}

#[tokio::test]
async fn codes_end_are_used_once_and_cannot_be_guessed() {
    let house = House::new().await;
    let (id, _, _) = issued(&house).await;
    let ask = async |text: String, who: &str| ask(&house, &text, who).await.expect("judged").status;
    let valid = Standing::Licence(LicenceStatus::Valid);
    let first = shown(&house, id).await;
    assert!(!first.contains("邓记") && first.len() < 80, "{first}");
    assert_eq!(ask(first.clone(), "one").await, valid);
    assert_eq!(ask(first.clone(), "one").await, valid, "the same verifier may look again");
    assert_eq!(ask(first.clone(), "two").await, Standing::CodeUsed);
    let second = shown(&house, id).await;
    house.store().clock().advance_seconds(code::SECONDS + code::SKEW);
    assert_eq!(ask(second.clone(), "one").await, valid, "the last second counts");
    house.store().clock().advance_seconds(1);
    assert_eq!(ask(second, "one").await, Standing::CodeExpired);
    let third = shown(&house, id).await;
    for n in 0..third.len() {
        let mut bent = third.clone().into_bytes();
        bent[n] = if bent[n] == b'0' { b'1' } else { b'0' };
        let status = ask(String::from_utf8_lossy(&bent).into_owned(), "one").await;
        assert!(
            matches!(status, Standing::CodeUnknown | Standing::NotUnderstood),
            "{n} {status:?}"
        );
    }
    for guess in ["TB1.", "TB1.a.b.c.d", "TB1.....", &format!("TB1.{}", "f".repeat(150))] {
        assert_eq!(ask(guess.to_owned(), "one").await, Standing::CodeUnknown, "{guess}");
    }
    let other = House::new().await;
    let told = verify::text(&other.seals, &third, &Verifier::stranger("one")).await;
    let told = told.expect("judged");
    assert_eq!(told.status, Standing::CodeUnknown, "another node's code");
}

#[tokio::test]
async fn unknown_texts_get_an_answer_that_does_not_say_false() {
    let house = House::new().await;
    for (text, status) in [
        ("", Standing::NotUnderstood),
        ("随便写的", Standing::NotUnderstood),
        ("' OR 1=1 --", Standing::NotUnderstood),
        (
            "1.2.156.3005.2.11100000MB0143028R901.11990102000000377D.2026000009.001.0",
            Standing::NotFound,
        ),
        ("9901 0220 2609 2100 0009", Standing::NotFound),
    ] {
        let verdict = ask(&house, text, "one").await.expect("judged");
        assert_eq!((verdict.status, verdict.answer), (status, Answer::Unknown), "{text}");
    }
    let long = "长".repeat(100_000);
    assert!(ask(&house, &long, "one").await.is_ok_and(|v| !v.is_true()));
}

#[tokio::test]
async fn no_changed_file_is_true() {
    let house = House::new().await;
    let (_, _, bytes) = issued(&house).await;
    let foreign = House::new().await;
    let verdict = verify::file(&foreign.seals, &bytes).await.expect("judged");
    assert_eq!((verdict.status, verdict.answer), (Standing::Untrusted, Answer::Unknown));
    assert_eq!((verdict.signature_values_hold, verdict.trusted), (Some(true), Some(false)));
    for place in (0..bytes.len()).step_by(bytes.len() / 150) {
        let mut bent = bytes.clone();
        bent[place] ^= 0x10;
        let verdict = verify::file(&house.seals, &bent).await.expect("judged");
        let same = verdict.is_true() && verdict.signature_values_hold == Some(true);
        // Bytes of the container that no reader uses (times, attributes) may change; contents may not.
        assert!(!same || reads_alike(&bytes, &bent), "byte {place}");
    }
    for junk in [&b""[..], b"%PDF-1.7", b"PK\x03\x04", &bytes[..bytes.len() / 2]] {
        let verdict = verify::file(&house.seals, junk).await.expect("judged");
        assert_eq!((verdict.status, verdict.answer), (Standing::Unreadable, Answer::Unknown));
        assert_ne!(verdict.signature_values_hold, Some(true));
    }
}

fn reads_alike(one: &[u8], two: &[u8]) -> bool {
    let text = |bytes: &[u8]| Reader::open(bytes, &Limits::default()).and_then(|r| r.text()).ok();
    text(one).is_some() && text(one) == text(two)
}

/// A unit with a good seal makes a file that claims another unit's licence.
#[tokio::test]
async fn a_good_seal_of_the_wrong_unit_is_no_proof() {
    let house = House::new().await;
    let (_, identifier, _) = issued(&house).await;
    let page = ofd::write::Page::a4();
    let forged = ofd::write::Document {
        id: "0".repeat(32),
        created: "2026-09-21".into(),
        custom: vec![("ZZBS".into(), identifier)],
        pages: vec![page],
        ..ofd::write::Document::default()
    };
    let ofd = ofd::write::write(&forged, house.seals.fonts()).expect("written").bytes;
    let position = ofd::seal::Position { page: 0, x: 10.0, y: 10.0, width: 42.0, height: 42.0 };
    let paper = crate::seals::Paper::default();
    let document = crate::seals::notary::Sealable { ofd, position, pages: 1, paper };
    house.decide(3, Kind::CaseGranted).await;
    let order = Order::Case { case_id: 3, event: Kind::CaseGranted };
    let made = house.seals.sign(&police(), SealKind::Licence, order, document).await;
    let bytes = house.store().files().get(&made.expect("sealed").file).expect("kept");
    let verdict = verify::file(&house.seals, &bytes).await.expect("judged");
    assert_eq!((verdict.status, verdict.answer), (Standing::WrongSeal, Answer::Unknown));
}

#[tokio::test]
async fn a_new_version_supersedes_the_old_one() {
    let house = House::new().await;
    let (id, old, _) = issued(&house).await;
    house.decide(2, Kind::CaseGranted).await;
    let order = Order::Case { case_id: 2, event: Kind::CaseGranted };
    let renewed = LicenceDraft { replaces: Some(id), order, ..draft() };
    let made = make::licence(&house.seals, renewed).await.expect("made");
    assert_eq!(made.identifier.version(), 2);
    let act = move |tx: &mut store::Tx<'_>| {
        acts::issue(tx, &made, Some(2))?;
        Ok(tx.record(store::Event::new(Kind::CaseClosed, store::Stream::of("case", 2)))?.with(()))
    };
    house.store().write(house.store().system_ctx(), act).await.expect("issued");
    let verdict = ask(&house, &old, "one").await.expect("judged");
    assert_eq!(verdict.status, Standing::Licence(LicenceStatus::Superseded));
    let new = verdict.facts.as_ref().and_then(|f| f.replaced.clone()).expect("told");
    assert_eq!((new.version, new.status, &*new.since), (2, "valid", "2026-09-21"));
    assert!(new.number.contains('*'), "{new:?}");
    assert!(verdict.to_text(Lang::En).contains("Version 2 (since 21 September 2026), Valid"));
}

#[tokio::test]
async fn a_face_without_a_value_is_refused() {
    let house = House::new().await;
    house.decide(1, Kind::CaseGranted).await;
    let mut poor = draft();
    poor.values.pop();
    poor.holder.name = Secret::new("");
    assert_eq!(
        make::licence(&house.seals, poor).await.map_err(|e| e.code()).err(),
        Some("licence-values")
    );
}

/// What the holder chose, and nothing else, reaches the verifier; the ledger says which labels, no value.
#[tokio::test]
async fn a_verifier_sees_exactly_what_was_chosen() {
    let house = House::new().await;
    let (id, _, _) = issued(&house).await;
    let told = async |keys: &[&str]| {
        let code = shown_of(&house, id, keys).await;
        let verdict = ask(&house, &code, "one").await.expect("judged");
        let facts = verdict.facts.clone().expect("facts");
        assert!(verdict.is_true());
        assert_eq!((facts.holder.as_str(), facts.number.as_str()), ("", ""));
        (facts.shown.into_iter().map(|s| s.label).collect::<Vec<_>>(), verdict)
    };
    let (labels, verdict) = told(&["premises"]).await;
    assert_eq!(labels, ["经营场所"]);
    let json = serde_json::to_string(&verdict).expect("json");
    for other in ["邓记", "92990102630040015X", "person的内容", "JY9901"] {
        assert!(!json.contains(other), "{other} in {json}");
    }
    let (labels, _) = told(&[]).await;
    assert_eq!(labels.len(), face_brief(), "{labels:?}");
    assert_eq!(told(&["nothing-of-it"]).await.0.len(), 0);
    let events = house
        .store()
        .read(move |db| store::ledger::newest_of_stream(db, store::Stream::of("licence", id.0), 9))
        .await
        .expect("read");
    assert_eq!(events.len(), 4, "issued and three times verified");
    assert_eq!(events[2].data["shown"], serde_json::json!(["经营场所"]));
    assert_eq!(events[2].data["shown_en"], serde_json::json!(["Place of business"]));
    assert_eq!((events[2].subject, events[2].actor.as_str()), (Some(7), "anonymous"));
    assert!(!events[2].data.to_string().contains("premises的内容"));
}

fn face_brief() -> usize {
    crate::testing::face().field.iter().filter(|f| f.brief).count()
}

#[tokio::test]
async fn a_licence_that_ended_after_the_code_was_made_tells_only_that() {
    let house = House::new().await;
    let (id, _, _) = issued(&house).await;
    let code = shown_of(&house, id, &["premises", "holder"]).await;
    assert_eq!(change(&house, id, Step::Revoke, 1).await, Ok(()));
    let verdict = ask(&house, &code, "one").await.expect("judged");
    assert_eq!(verdict.status, Standing::Licence(LicenceStatus::Revoked));
    let facts = verdict.facts.expect("facts");
    assert_eq!((facts.shown.len(), facts.ended.as_str()), (0, "2026-09-21"));
}

/// One code, sixteen verifiers at once: one of them sees, fifteen are told.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_is_redeemed_by_one_of_many() {
    let house = House::new().await;
    let (id, _, _) = issued(&house).await;
    let code = shown(&house, id).await;
    let seals = house.seals.clone();
    let tries = (0..16).map(|n| {
        let (seals, code) = (seals.clone(), code.clone());
        tokio::spawn(async move {
            verify::text(&seals, &code, &Verifier::stranger(&format!("v{n}"))).await
        })
    });
    let mut seen = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        seen.push(one.await.expect("runs").expect("judged").status);
    }
    let good = seen.iter().filter(|s| **s == Standing::Licence(LicenceStatus::Valid)).count();
    let used = seen.iter().filter(|s| **s == Standing::CodeUsed).count();
    assert_eq!((good, used), (1, 15), "{seen:?}");
}

/// A licence of a register gets its sealed file when somebody wants it, once, and it verifies.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_registers_licence_gets_one_file() {
    let house = House::new().await;
    let person = Holder {
        kind: HolderKind::Person,
        subject: Some(7),
        name: Secret::new("董建华"),
        code: Secret::new("990103199302155943"),
    };
    let field = |key: &str, value: &str| FaceField {
        key: key.into(),
        zh: key.into(),
        en: String::new(),
        value: value.into(),
        sensitive: false,
        brief: false,
    };
    let entry = make::RegisterEntry {
        type_name: "居民身份证",
        name_en: "Citizen id card".into(),
        issuer: police(),
        holder: person,
        fields: vec![field("name", "董建华"), field("id_no", "990103199302155943")],
        number: String::new(),
        valid_from: day("2026-09-21"),
        valid_to: None,
    };
    let made = make::register_entry(&house.seals, &entry, 1).expect("made");
    let id = made.id;
    let act = move |tx: &mut store::Tx<'_>| acts::claim(tx, &made);
    house.store().write(house.store().system_ctx(), act).await.expect("entered");
    let read = move |db: &mut store::Db<'_>| records::by_id(db, id);
    let licence = house.store().read(read).await.expect("there");
    assert_eq!(licence.file, None);
    let before = house.store().read(store::ledger::count).await.expect("read");
    let wanted = (0..8).map(|_| {
        let (seals, licence) = (house.seals.clone(), licence.clone());
        tokio::spawn(async move { paper::of(&seals, &licence).await })
    });
    let mut files = Vec::new();
    for one in wanted.collect::<Vec<_>>() {
        files.push(one.await.expect("runs").expect("a file"));
    }
    files.dedup();
    assert_eq!(files.len(), 1, "one file for everybody");
    let kept = house.store().read(read).await.expect("there");
    assert_eq!(kept.file.as_ref(), files.first(), "and it stays");
    let bytes = house.store().files().get(&files[0]).expect("kept");
    let verdict = verify::file(&house.seals, &bytes).await.expect("judged");
    assert!(verdict.is_true(), "{verdict:#?}");
    let text = Reader::open(&bytes, &Limits::default()).and_then(|r| r.text()).expect("text");
    for part in ["居民身份证", "董建华", "990103199302155943", "示例市公安局", "长期", "样例"]
    {
        assert!(text.contains(part), "{part}");
    }
    let events = house.store().read(store::ledger::count).await.expect("read");
    assert_eq!(events - before, 2, "seal used, file kept");
    let number = kept.identifier.clone();
    assert!(ask(&house, &number, "one").await.is_ok_and(|v| v.is_true()));
}

/// Every check that judging can name has a sentence for each way it can come out, in both languages.
#[test]
fn every_step_is_told_in_whole_sentences() {
    let ofd = include_str!("../../../ofd/src/verify/mod.rs");
    let listed = ofd.lines().take_while(|l| l.starts_with("//!")).flat_map(|l| l.split('`'));
    let ours =
        include_str!("judge.rs").split("step(\"").skip(1).filter_map(|s| s.split('"').next());
    let chain = include_str!("../../../gm/src/x509/chain.rs")
        .split('"')
        .filter(|s| s.starts_with("chain-"));
    let good =
        |code: &&str| code.len() > 3 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let mut codes: Vec<&str> = listed.chain(ours).chain(chain).filter(good).collect();
    codes.sort_unstable();
    codes.dedup();
    assert!(codes.len() > 40, "{codes:?}");
    let texts = web::Texts::shipped();
    for code in codes {
        for (lang, stop) in [(Lang::Zh, '。'), (Lang::En, '.')] {
            for ending in ["", "-no"] {
                let key = format!("licences-step-{code}{ending}");
                let said = texts.ta(lang, &key, &[("detail", "x")]);
                assert!(texts.has(lang, &key) && said.ends_with(stop), "{key}: {said}");
            }
        }
    }
}
