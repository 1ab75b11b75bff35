//! Cross-checks with the `openssl` command, both ways; says so when it is not installed.

use gm::sm2::{DEFAULT_ID, Keypair};
use gm::time::Utc;
use gm::x509::{Certificate, Issuer, KeyUsage, Kind, Name, Spec, issue};
use gm::{keys, signer::Signer, sm3};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&path).unwrap();
    path
}

#[expect(clippy::print_stderr, reason = "a skipped check must be said aloud")]
fn openssl(dir: &Path, args: &[&str]) -> Option<Output> {
    match Command::new("openssl").current_dir(dir).args(args).output() {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("skipped: openssl cannot run here ({error})");
            None
        }
    }
}

fn said(output: &Output) -> String {
    let streams = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&streams).into_owned()
}

#[test]
fn digests_agree() {
    let dir = folder("digest");
    let data: Vec<u8> = (0..5000u32).map(|n| (n * 7 % 256) as u8).collect();
    std::fs::write(dir.join("data"), &data).unwrap();
    let Some(output) = openssl(&dir, &["dgst", "-sm3", "-r", "data"]) else { return };
    let text = said(&output);
    assert!(text.starts_with(&gm::tlv::hex(&sm3::hash(&data))), "{text}");
    let key = gm::tlv::hex(&[0x5a; 70]);
    let mac = format!("hexkey:{key}");
    let args = ["dgst", "-sm3", "-r", "-mac", "HMAC", "-macopt", &mac, "data"];
    let Some(output) = openssl(&dir, &args) else { return };
    assert!(said(&output).starts_with(&gm::tlv::hex(&sm3::hmac(&[0x5a; 70], &data))));
}

#[test]
fn our_signature_verifies_there_and_theirs_here() {
    let dir = folder("sign");
    let pair = Keypair::generate([0x33; 32]);
    let message = "谁签的字".as_bytes();
    std::fs::write(dir.join("key.pem"), keys::pem("PRIVATE KEY", &keys::pkcs8(&pair))).unwrap();
    std::fs::write(dir.join("pub.pem"), keys::pem("PUBLIC KEY", &keys::spki(pair.public())))
        .unwrap();
    std::fs::write(dir.join("m"), message).unwrap();
    std::fs::write(dir.join("ours"), pair.sign(message, Some([7; 32])).unwrap()).unwrap();
    let id = format!("distid:{DEFAULT_ID}");
    let verify = |sig: &str| {
        openssl(
            &dir,
            &["dgst", "-sm3", "-verify", "pub.pem", "-sigopt", &id, "-signature", sig, "m"],
        )
    };
    let Some(output) = verify("ours") else { return };
    assert!(output.status.success(), "{}", said(&output));
    let args = ["dgst", "-sm3", "-sign", "key.pem", "-sigopt", &id, "-out", "theirs", "m"];
    let Some(output) = openssl(&dir, &args) else { return };
    assert!(output.status.success(), "{}", said(&output));
    let theirs = std::fs::read(dir.join("theirs")).unwrap();
    assert_eq!(pair.public().verify(message, &theirs), Ok(()));
}

#[test]
fn keys_made_there_are_read_here() {
    let dir = folder("keys");
    let args =
        ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", "k.pem"];
    let Some(output) = openssl(&dir, &args) else { return };
    assert!(output.status.success(), "{}", said(&output));
    let text = std::fs::read_to_string(dir.join("k.pem")).unwrap();
    let pair = keys::pair_from_pkcs8(&keys::from_pem("PRIVATE KEY", &text).unwrap()[0]).unwrap();
    let id = format!("distid:{DEFAULT_ID}");
    let args = [
        "req",
        "-x509",
        "-new",
        "-key",
        "k.pem",
        "-sm3",
        "-sigopt",
        &id,
        "-subj",
        "/C=CN/CN=x",
        "-out",
        "c.pem",
    ];
    let Some(output) = openssl(&dir, &args) else { return };
    assert!(output.status.success(), "{}", said(&output));
    let text = std::fs::read_to_string(dir.join("c.pem")).unwrap();
    let certificate =
        Certificate::parse(&keys::from_pem("CERTIFICATE", &text).unwrap()[0]).unwrap();
    assert_eq!(certificate.public().unwrap(), pair.public());
    assert_eq!(certificate.signed_by(&certificate), Ok(()));
    assert_eq!(certificate.common_name(), "x");
}

fn spec<'a>(serial: &'a [u8], subject: &'a Name, key: &'a Signer, kind: Kind) -> Spec<'a> {
    let (not_before, not_after) = (Utc(0), Utc(4_000_000_000));
    Spec { serial, subject, public: key.public(), kind, not_before, not_after }
}

#[test]
fn our_chain_verifies_there() {
    let dir = folder("chain");
    let party = |seed: u8| Signer::Soft(Keypair::generate([seed; 32]));
    let (root_key, agency_key, leaf_key) = (party(1), party(2), party(3));
    let (root_name, agency_name, leaf_name) =
        (Name::new("示例", "根"), Name::new("示例", "机构"), Name::new("示例", "签章人"));
    let (root_key, agency_key, leaf_key) = (&root_key, &agency_key, &leaf_key);
    let authority = Kind::Authority { path_len: Some(1) };
    let root =
        issue(&spec(&[1], &root_name, root_key, authority), Issuer::Itself, root_key).unwrap();
    let authority = Kind::Authority { path_len: Some(0) };
    let agency =
        issue(&spec(&[0xf2], &agency_name, agency_key, authority), Issuer::By(&root), root_key)
            .unwrap();
    let usage = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION);
    let kind = Kind::Leaf { usage, extended: vec![] };
    let leaf =
        issue(&spec(&[3], &leaf_name, leaf_key, kind), Issuer::By(&agency), agency_key).unwrap();
    for (name, certificate) in [("root.pem", &root), ("agency.pem", &agency), ("leaf.pem", &leaf)] {
        std::fs::write(dir.join(name), keys::pem("CERTIFICATE", certificate.der())).unwrap();
    }
    let id = format!("distid:{DEFAULT_ID}");
    // OpenSSL 3.0 gives the id only to the certificate asked about, not to those between (they would be checked with an
    // empty id), so the chain is walked one issuer at a time.
    for (issuer, subject) in [("root.pem", "agency.pem"), ("agency.pem", "leaf.pem")] {
        let args = [
            "verify",
            "-x509_strict",
            "-partial_chain",
            "-vfyopt",
            &id,
            "-trusted",
            issuer,
            subject,
        ];
        let Some(output) = openssl(&dir, &args) else { return };
        assert!(output.status.success(), "{}", said(&output));
    }
}
