//! Verifying without a network, told as a story: lists that are fresh, old, changed or a stranger's; files and
//! codes judged by them as the register judges them.

use super::judge as verify;
use super::offline::{MOST_HOURS, Offline};
use super::tests::{ask, change, issued};
use super::verdict::{Standing, Verdict};
use crate::licences::life::Step;
use crate::licences::model::{LicenceRowId, LicenceStatus};
use crate::licences::{records, sealed};
use crate::lists::code::{self, DIGITS, Told};
use crate::lists::{Bad, Maker, model, open, wrap};
use crate::showing::records::Offer;
use crate::showing::{choice, records as shows};
use crate::testing::House;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use codes::time::Stamp;
use store::Disclosure;
use web::Lang;

async fn bundle(house: &House) -> Vec<u8> {
    let made = Maker::default().bundle(&house.seals, "示例市通办").await.expect("a bundle");
    made.bytes.to_vec()
}

fn now(house: &House) -> Stamp {
    house.store().clock().now()
}

fn judge(house: &House, bundle: &[u8]) -> Offline {
    Offline::new(bundle, house.seals.anchors(), now(house), MOST_HOURS)
}

/// An offline code of the brief set, with its digits.
async fn carried(house: &House, id: LicenceRowId) -> (String, String) {
    let (store, at) = (house.store(), now(house));
    let licence = store.read(move |db| records::by_id(db, id)).await.expect("there");
    let fields = sealed::open_fields(store.vault(), &licence, &Disclosure::own()).expect("opens");
    let all = choice::showable(&licence, &fields, at.day());
    let keys = choice::brief(&all);
    let row = |s: &choice::Showable| (s.label(Lang::Zh).to_owned(), s.value(Lang::Zh));
    let told = Told {
        key: model::key(&licence.identifier),
        ends: at.plus_seconds(code::SECONDS),
        valid_to: licence.valid_to,
        digits: store.chance().digits(DIGITS),
        name: licence.name_zh.clone(),
        issuer: licence.issuer.name.clone(),
        shown: choice::chosen(all, &keys).iter().map(row).collect(),
    };
    let text = Maker::default().code(&house.seals, &told).await.expect("a code");
    let (key, offer) = (code::id(&text), Offer { licence: id, person: 7, chosen: keys });
    let keep = move |db: &mut store::Db<'_>| shows::offer(db, &key, &offer, at);
    store.upkeep(store::Upkeep::Limit, keep).await.expect("kept");
    (text, told.digits)
}

fn step_of<'a>(verdict: &'a Verdict, code: &str) -> Option<&'a super::verdict::Said> {
    verdict.steps.iter().find(|s| s.code == code)
}

#[tokio::test]
async fn files_stand_offline_as_they_stand_online() {
    for (step, status) in [
        (None, LicenceStatus::Valid),
        (Some(Step::Suspend), LicenceStatus::Suspended),
        (Some(Step::Revoke), LicenceStatus::Revoked),
        (Some(Step::Cancel), LicenceStatus::Cancelled),
        (Some(Step::Penalise), LicenceStatus::Penalised),
    ] {
        let house = House::new().await;
        let (id, identifier, bytes) = issued(&house).await;
        if let Some(step) = step {
            change(&house, id, step, 1).await.expect("changed");
        }
        let lists = bundle(&house).await;
        let online = verify::file(&house.seals, &bytes).await.expect("judged");
        let offline = judge(&house, &lists).file(&bytes);
        assert_eq!(offline.status, Standing::Licence(status), "{offline:#?}");
        assert_eq!((offline.status, offline.answer), (online.status, online.answer));
        assert_eq!(offline.signature_values_hold, online.signature_values_hold);
        assert_eq!(offline.trusted, online.trusted);
        let (told, known) = (offline.facts.clone().expect("facts"), online.facts.expect("facts"));
        assert_eq!((told.name, told.holder, told.number), (known.name, known.holder, known.number));
        assert_eq!((told.issuer, told.valid_to), (known.issuer, known.valid_to));
        assert_eq!((told.ended, told.valid_from), (known.ended, known.valid_from));
        let rests = offline.rests_on.as_ref().expect("it says what it rests on");
        assert_eq!((rests.age_minutes, rests.node.as_str()), (0, "示例市通办"));
        for lang in [Lang::Zh, Lang::En] {
            let text = offline.to_text(lang);
            assert!(!text.contains("licences-") && !text.contains("lists-"), "{text}");
        }
        let by_id = judge(&house, &lists).text(&identifier);
        let expected = match status {
            LicenceStatus::Valid => Standing::NeedsNetwork,
            ended => Standing::Licence(ended),
        };
        assert_eq!(by_id.status, expected, "an identifier alone proves nothing");
        let broken = judge(&house, &lists).file(&bytes[..bytes.len() / 2]);
        assert!(!broken.is_true());
        // Five years on it has expired, by the list or by its own last day.
        house.store().clock().advance_seconds(6 * 366 * 86_400);
        let lists = bundle(&house).await;
        let later = (
            verify::file(&house.seals, &bytes).await.expect("judged"),
            judge(&house, &lists).file(&bytes),
        );
        assert_eq!(later.0.status, later.1.status);
    }
}

#[tokio::test]
async fn lists_are_believed_fresh_unchanged_and_from_the_root_one_knows() {
    let house = House::new().await;
    let (id, _, bytes) = issued(&house).await;
    let lists = bundle(&house).await;
    let stranger = House::new().await;
    let foreign = bundle(&stranger).await;
    assert_eq!(judge(&house, &foreign).file(&bytes).status, Standing::ListsBad);
    assert_eq!(open(&foreign, house.seals.anchors(), now(&house)).map(drop), Err(Bad::Root));
    let unpinned = Offline::new(&lists, &[], now(&house), MOST_HOURS).file(&bytes);
    assert!(unpinned.is_true());
    assert_eq!(step_of(&unpinned, "lists-root").expect("told").ok, None, "and says so");
    let own_word = Offline::new(&foreign, &[], now(&house), MOST_HOURS).file(&bytes);
    assert_eq!(own_word.status, Standing::Untrusted, "{own_word:#?}");

    change(&house, id, Step::Revoke, 1).await.expect("revoked");
    assert!(judge(&house, &lists).file(&bytes).is_true(), "lists from before do not know");
    assert_eq!(
        judge(&house, &bundle(&house).await).file(&bytes).status,
        Standing::Licence(LicenceStatus::Revoked)
    );
    house.store().clock().advance_seconds(MOST_HOURS * 3_600 + 59);
    assert!(judge(&house, &lists).file(&bytes).is_true(), "to the minute");
    house.store().clock().advance_seconds(1);
    let old = judge(&house, &lists).file(&bytes);
    assert_eq!((old.status, old.facts.is_none()), (Standing::ListsOld, true));
    assert_eq!(step_of(&old, "lists-age").expect("told").ok, Some(false));
    let longer = Offline::new(&lists, house.seals.anchors(), now(&house), 48).file(&bytes);
    assert!(longer.is_true(), "who asks for less gets less");
    house.store().clock().advance_seconds(-3 * 86_400);
    assert_eq!(judge(&house, &lists).file(&bytes).status, Standing::ListsBad, "made in the future");
}

#[tokio::test]
async fn no_changed_list_is_believed() {
    let house = House::new().await;
    let (id, _, _) = issued(&house).await;
    change(&house, id, Step::Revoke, 1).await.expect("revoked");
    let lists = bundle(&house).await;
    let roots = house.seals.anchors();
    assert!(open(&lists, roots, now(&house)).is_ok());
    for at in (0..lists.len()).step_by(7) {
        let mut changed = lists.clone();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        assert!(open(&changed, roots, now(&house)).is_err(), "byte {at}");
    }
    for bad in [
        &b""[..],
        b"{}",
        b"null",
        b"{\"lists\":\"\",\"signature\":\"\"}",
        &lists[..lists.len() - 1],
    ] {
        assert_eq!(open(bad, roots, now(&house)).map(drop), Err(Bad::Form));
    }
    // A unit's signer is under the same authorities and may not speak of status.
    let good = open(&lists, roots, now(&house)).expect("opens").lists;
    let unit = house
        .seals
        .of_unit(&crate::testing::market(), crate::seals::SealKind::Licence)
        .await
        .expect("a seal");
    let by = crate::seals::authority::Identity {
        signer: unit.signer.clone(),
        certificate: unit.certificate.clone(),
    };
    let forged = wrap::wrap(&good, &by, now(&house)).expect("wrapped");
    assert_eq!(open(&forged, roots, now(&house)).map(drop), Err(Bad::Signature));
    let speaker = house.seals.speaker().await.expect("there");
    let other = model::Lists { version: wrap::VERSION + 1, ..good.clone() };
    let later = wrap::wrap(&other, &speaker, now(&house)).expect("wrapped");
    assert_eq!(open(&later, roots, now(&house)).map(drop), Err(Bad::Form), "of a form not known");
    let cut = model::Lists { ended: STANDARD.encode([0; 20]), ..good };
    let cut = wrap::wrap(&cut, &speaker, now(&house)).expect("wrapped");
    assert_eq!(open(&cut, roots, now(&house)).map(drop), Err(Bad::Form));
}

#[tokio::test]
async fn an_offline_code_is_good_for_ten_minutes_with_its_digits() {
    let house = House::new().await;
    let (id, _, _) = issued(&house).await;
    let (text, digits) = carried(&house, id).await;
    let whole = format!("{text}-{digits}");
    let lists = bundle(&house).await;
    let offline = judge(&house, &lists).text(&whole);
    assert!(offline.is_true(), "{offline:#?}");
    assert!(step_of(&offline, "code-once").expect("told").ok.is_none(), "that cannot be seen");
    let shown = offline.facts.expect("facts").shown;
    assert!(shown.iter().any(|s| s.value == "示例区邓记面馆"), "{shown:?}");
    assert_eq!(judge(&house, &lists).text(&text).status, Standing::CodeDigits);
    let wrong = if digits == "000000" { "000001" } else { "000000" };
    for refused in [format!("{text}-{wrong}"), format!("{text}-{digits}0")] {
        assert_eq!(judge(&house, &lists).text(&refused).status, Standing::CodeDigits);
        assert_eq!(
            ask(&house, &refused, "one").await.expect("judged").status,
            Standing::CodeDigits
        );
    }
    // Somebody with a network redeems it; the next one is told so.
    let first = ask(&house, &whole.to_lowercase(), "one").await.expect("judged");
    assert!(first.is_true(), "{first:#?}");
    assert_eq!(ask(&house, &whole, "two").await.expect("judged").status, Standing::CodeUsed);
    change(&house, id, Step::Revoke, 1).await.expect("revoked");
    let revoked = Standing::Licence(LicenceStatus::Revoked);
    let after = judge(&house, &bundle(&house).await).text(&whole);
    assert_eq!(after.status, revoked);
    assert!(after.facts.expect("facts").shown.is_empty(), "nothing but that is told");
    assert_eq!(ask(&house, &whole, "one").await.expect("judged").status, revoked);
    house.store().clock().advance_seconds(code::SECONDS + code::SKEW + 1);
    let late = judge(&house, &bundle(&house).await).text(&whole);
    assert_eq!(late.status, Standing::OfflineCodeOver);
    assert_eq!(ask(&house, &whole, "one").await.expect("judged").status, Standing::OfflineCodeOver);
    let stranger = House::new().await;
    assert_eq!(ask(&stranger, &whole, "one").await.expect("judged").status, Standing::CodeUnknown);
    assert_eq!(ask(&stranger, "TB2.", "one").await.expect("judged").status, Standing::CodeUnknown);
    for text in ["你好", "", "TB1.AA.BB.CC"] {
        assert_eq!(judge(&house, &lists).text(text).status, Standing::NeedsNetwork, "{text}");
    }
}

#[tokio::test]
async fn roots_are_read_from_the_file_others_use() {
    let house = House::new().await;
    let pem = crate::seals::pem(house.seals.anchors());
    assert_eq!(wrap::roots_of(&pem).expect("roots"), house.seals.anchors());
    let twice = wrap::roots_of(&format!("# 根\r\n{pem}{}", pem.replace('\n', "\r\n")));
    assert_eq!(twice.expect("roots").len(), 2);
    for bad in [
        "",
        "hello",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    ] {
        assert_eq!(wrap::roots_of(bad).map_err(|e| e.code()), Err("lists-roots"));
    }
}
