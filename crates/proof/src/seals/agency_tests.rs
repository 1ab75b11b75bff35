//! The agency between root and all others: what a stranger's tool says of each link, and houses from before there
//! was one, whose papers stay good.

use super::authority::{self, Identity, Role, name, utc};
use super::model::{Issuer as Unit, SealKind};
use super::notary::{Seals, now};
use super::status::ListOf;
use super::tests::openssl;
use super::{pem, records, sample};
use crate::lists::{Maker, open as open_lists};
use crate::testing::{House, hands, market, open};
use gm::ocsp::{CertId, Request, Response};
use gm::time::Utc;
use gm::tlv::{Tlv, tag};
use gm::x509::crl::Crl;
use gm::x509::{Certificate, Issuer, Kind, Name, Spec, issue};
use ofd::picture::{SealLook, Shape, draw_seal};
use ofd::seal::{Mode, Position, SealSpec, Signing, make_seal};
use ofd::verify::{Basis, verify};
use std::path::PathBuf;
use store::{Store, Upkeep};

const ID: &str = "distid:1234567812345678";

fn put(house: &House, name: &str, bytes: &[u8]) -> PathBuf {
    let dir = house.folder.join("openssl");
    std::fs::create_dir_all(&dir).expect("a folder");
    std::fs::write(dir.join(name), bytes).expect("written");
    dir
}

/// The signed part, and the signature, of `SEQUENCE { part, algorithm, BIT STRING … }`.
fn signed_part(der: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut fields = Tlv::only(der).expect("DER").inside();
    let part = fields.expect(tag::SEQUENCE, "part").expect("part").raw.to_vec();
    fields.expect(tag::SEQUENCE, "algorithm").expect("algorithm");
    let bits = fields.expect(tag::BIT_STRING, "signature").expect("signature");
    (part, bits.bits().expect("bits").to_vec())
}

/// Each link of every chain, and both lists of revoked certificates, by OpenSSL alone. It gives the user id to the
/// certificate asked about and to no other, so it is asked link by link; a link that is none is refused.
#[tokio::test]
async fn openssl_verifies_every_link() {
    let house = House::new().await;
    let all = house.seals.authorities();
    let unit = house.seals.of_unit(&market(), SealKind::Licence).await.expect("a seal");
    let speaker = house.seals.speaker().await.expect("a speaker");
    let at = (house.store().clock().now().micros() / 1_000_000).to_string();
    let mut dir = put(&house, "root.pem", pem(house.seals.anchors()).as_bytes());
    put(&house, "agency.pem", pem(house.seals.between()).as_bytes());
    for (file, certificate) in [
        ("maker.pem", &all.maker.certificate),
        ("responder.pem", &all.responder.certificate),
        ("stamper.pem", &all.stamper.certificate),
        ("speaker.pem", &speaker.certificate),
        ("signer.pem", &unit.certificate),
    ] {
        dir = put(&house, file, pem(std::slice::from_ref(certificate)).as_bytes());
    }
    let link = |trusted: &str, certificate: &str| {
        let from = ["verify", "-x509_strict", "-attime", &at, "-vfyopt", ID, "-partial_chain"];
        openssl(&dir, &[&from[..], &["-trusted", trusted, certificate]].concat())
    };
    for (trusted, certificate, good) in [
        ("root.pem", "agency.pem", true),
        ("agency.pem", "maker.pem", true),
        ("agency.pem", "responder.pem", true),
        ("agency.pem", "stamper.pem", true),
        ("agency.pem", "speaker.pem", true),
        ("agency.pem", "signer.pem", true),
        ("root.pem", "signer.pem", false),
        ("maker.pem", "signer.pem", false),
    ] {
        let Some(output) = link(trusted, certificate) else { return };
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.success(), good, "{certificate} under {trusted}: {said}");
    }
    for (of, by) in [(ListOf::Root, &all.root), (ListOf::Agency, &all.agency)] {
        let der = house.seals.crl(of).await.expect("a list");
        let (part, signature) = signed_part(&der);
        put(&house, "list", &der);
        put(&house, "part", &part);
        put(&house, "value", &signature);
        let spki = gm::keys::spki(by.certificate.public().expect("a key"));
        put(&house, "key.pem", gm::keys::pem("PUBLIC KEY", &spki).as_bytes());
        let value = ["dgst", "-sm3", "-verify", "key.pem", "-sigopt", ID, "-signature", "value"];
        let Some(output) = openssl(&dir, &[&value[..], &["part"]].concat()) else { return };
        assert!(output.status.success(), "{of:?}");
        let text = ["crl", "-inform", "DER", "-in", "list", "-noout", "-issuer"];
        let Some(output) = openssl(&dir, &text) else { return };
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && said.contains("issuer="), "{said}");
    }
}

/// The root certified the agency and nobody else.
#[tokio::test]
async fn the_root_speaks_of_the_agency_and_the_agency_of_all_others() {
    let house = House::new().await;
    let all = house.seals.authorities();
    let signer = house.seals.of_unit(&market(), SealKind::Licence).await.expect("a seal");
    for one in [&all.maker, &all.responder, &all.stamper] {
        assert_eq!(one.certificate.issuer(), all.agency.certificate.subject());
    }
    assert_eq!(signer.certificate.issuer(), all.agency.certificate.subject());
    assert_eq!(all.agency.certificate.issuer(), all.root.certificate.subject());
    let now = utc(house.store().clock().now());
    for (of, by) in [(ListOf::Root, &all.root), (ListOf::Agency, &all.agency)] {
        let list = Crl::parse(&house.seals.crl(of).await.expect("a list")).expect("a list");
        assert!(list.is_of(&by.certificate) && list.is_current(now));
        assert!(list.judge(&by.certificate, now).iter().all(|s| s.ok == Some(true)));
    }
    for (certificate, issuer) in [
        (&all.agency.certificate, &all.root.certificate),
        (&signer.certificate, &all.agency.certificate),
    ] {
        assert_eq!(good(&house.seals, certificate, issuer).await, Some(true));
    }
    assert_ne!(good(&house.seals, &signer.certificate, &all.root.certificate).await, Some(true));
    let stranger = House::new().await;
    let foreign = stranger.seals.authorities().agency.certificate.clone();
    assert_ne!(good(&house.seals, &signer.certificate, &foreign).await, Some(true));
}

/// What the node answers of a certificate, judged as a stranger would.
async fn good(seals: &Seals, certificate: &Certificate, issuer: &Certificate) -> Option<bool> {
    let id = CertId::new(certificate, issuer).expect("an id");
    let request = Request::new(id, Some(&[3; 16])).der();
    let der = seals.ocsp(request).await.expect("an answer");
    let Ok(Response::Answered(answers)) = Response::parse(&der) else { return None };
    let steps = answers.judge(certificate, issuer, Some(&[3; 16]), now(seals.store()));
    steps.iter().all(|s| s.ok == Some(true)).then_some(true)
}

/// A house from before there was an agency: its root certified maker, responder, stamper and one unit's signer, and
/// may certify no authority.
struct Before {
    root: Identity,
    maker: Identity,
    signer: Identity,
}

fn under(store: &Store, role: Role, by: &Identity) -> (Identity, records::KeyRow) {
    let owner = if role == Role::Signer { (77, 770) } else { (0, 0) };
    authority::create(store, role, owner, &name(role), Some(by)).expect("made")
}

async fn before(store: &Store) -> Before {
    let (root, mut row) =
        authority::create(store, Role::Root, (0, 0), &name(Role::Root), None).expect("made");
    let subject = Name::new("通办沙箱（样例，不具法律效力）", "通办沙箱根 CA");
    let spec = Spec {
        serial: &[0x41; 16],
        subject: &subject,
        public: root.signer.public(),
        kind: Kind::Authority { path_len: Some(0) },
        not_before: root.certificate.not_before(),
        not_after: root.certificate.not_after(),
    };
    let certificate = issue(&spec, Issuer::Itself, &root.signer).expect("issued");
    (row.certificate, row.serial) = (certificate.der().to_vec(), hex::encode(certificate.serial()));
    let root = Identity { certificate, ..root };
    let (maker, second) = under(store, Role::Maker, &root);
    let (signer, third) = under(store, Role::Signer, &root);
    let more = [Role::Responder, Role::Stamper, Role::Speaker].map(|r| under(store, r, &root).1);
    let at = store.clock().now();
    let keep = move |db: &mut store::Db<'_>| {
        for row in [row, second, third].iter().chain(&more) {
            assert!(records::insert_key(db, row, at)?);
        }
        Ok(())
    };
    store.upkeep(Upkeep::Load, keep).await.expect("kept");
    Before { root, maker, signer }
}

/// A paper such a house sealed.
fn sealed(before: &Before, at: Utc) -> Vec<u8> {
    let fonts = super::fonts::shipped().expect("fonts");
    let look = SealLook {
        shape: Shape::Star,
        size_mm: (42, 42),
        arc: "示例区卫生健康局".into(),
        line: "电子证照专用章".into(),
        code: "9901020000001".into(),
        mark: "样例".into(),
        pixels_per_mm: 8,
    };
    let picture = draw_seal(fonts, &look).expect("drawn");
    let signers = [before.signer.certificate.clone()];
    let spec = SealSpec {
        id: "1199010200000037XX00000001",
        vendor: "TONGBAN",
        name: "示例区卫生健康局电子证照专用章（样例）",
        kind: 7,
        picture: &picture,
        size_mm: (42, 42),
        signers: &signers,
        created: at,
        valid_from: before.signer.certificate.not_before(),
        valid_to: before.signer.certificate.not_after(),
    };
    let esl = make_seal(&spec, &before.maker.signer, &before.maker.certificate).expect("made");
    let draft = super::tests::draft(super::tests::accepted());
    let paper = super::document::lay_out(fonts, &draft, "", "old".into()).expect("laid out");
    let signing = Signing {
        esl: &esl,
        signer: &before.signer.signer,
        certificate: &before.signer.certificate,
        placing: Position { page: 0, x: 100.0, y: 200.0, width: 42.0, height: 42.0 }.into(),
        at,
        mode: Mode::Whole,
        chance: None,
        timestamper: None,
    };
    ofd::seal::sign(&paper.ofd, &signing).expect("sealed")
}

#[tokio::test]
async fn a_house_from_before_gets_an_agency_and_its_papers_stay_good() {
    let empty = House::new().await;
    let folder = empty.folder.join("before");
    std::fs::create_dir_all(&folder).expect("a folder");
    let store = open(&folder);
    let old = before(&store).await;
    let at = utc(store.clock().now());
    let paper = sealed(&old, at);
    let root = std::slice::from_ref(&old.root.certificate);
    assert_eq!(verify(&paper, &Basis::new(root, at)).trusted, Some(true), "good before");

    // Two nodes of one database start at once with the new version.
    let (one, two) = tokio::join!(Seals::open(store.clone()), Seals::open(store.clone()));
    let (one, two) = (one.expect("opens"), two.expect("opens"));
    assert_eq!((one.anchors(), one.between()), (two.anchors(), two.between()));
    let again = Seals::open(store.clone()).await.expect("opens");
    assert_eq!((one.anchors(), one.between()), (again.anchors(), again.between()));
    let anchor = &one.anchors()[0];
    assert_ne!(anchor, &old.root.certificate, "made anew");
    assert!(anchor.public().expect("a key").is_same_point(old.root.signer.public()));
    let valid = |c: &Certificate| (c.not_before(), c.not_after());
    assert_eq!(valid(anchor), valid(&old.root.certificate));

    let basis = Basis { intermediates: one.between(), ..Basis::new(one.anchors(), at) };
    assert_eq!(verify(&paper, &basis).trusted, Some(true), "good afterwards");
    // A seal made now is certified by the agency, and its maker is still the one of before.
    let health = Unit { unit: 12, name: "示例区卫生健康局".into(), ..market() };
    sample::walk(&one, &health, SealKind::Licence, &hands()).await.expect("in use");
    let seal = one.of_unit(&health, SealKind::Licence).await.expect("a seal");
    let agency = &one.authorities().agency.certificate;
    assert_eq!(seal.certificate.issuer(), agency.subject());
    assert_eq!(one.authorities().maker.certificate, old.maker.certificate);
    for (certificate, issuer) in
        [(&seal.certificate, agency), (&old.signer.certificate, anchor), (agency, anchor)]
    {
        assert_eq!(good(&one, certificate, issuer).await, Some(true));
    }
    // Who named the old root beforehand believes the lists, and with them the root made anew.
    let lists = Maker::default().bundle(&one, "示例").await.expect("a bundle").bytes;
    let opened = open_lists(&lists, root, store.clock().now()).expect("believed");
    assert_eq!((&opened.roots[0], opened.roots.len()), (anchor, 2));
    let basis = Basis {
        intermediates: &opened.between,
        crls: &opened.revoked,
        ..Basis::new(&opened.roots, at)
    };
    assert_eq!(verify(&paper, &basis).trusted, Some(true), "and the paper of before");
    let token = one.timestamp(b"value", store.clock().now()).expect("stamped");
    let token = gm::timestamp::Token::parse(&token).expect("a token");
    let imprint = gm::timestamp::Imprint::sm3(b"value");
    let expected =
        gm::timestamp::Expected { imprint: &imprint, nonce: None, policies: &[], now: at };
    assert!(token.judge(&expected, &opened.between, &opened.roots).holds, "and its stamps");
}
