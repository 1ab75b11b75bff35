//! Cross-checks with the `openssl` command, both ways; says so when it is not installed.

mod key_files;
mod letters;
mod stamps;
mod status;

use gm::encryption::{self, Encrypted};
use gm::sm2::{DEFAULT_ID, Keypair};
use gm::time::Utc;
use gm::x509::crl::{Crl, Reason, Revoked, Spec as List, issue_crl};
use gm::x509::{Certificate, Issuer, KeyUsage, Kind, Name, Request, Spec, issue, request};
use gm::{keys, signer::Signer, sm3, sm4_modes};
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

#[test]
fn sm4_modes_agree_both_ways() {
    let dir = folder("sm4");
    let start = [0xfe; 16];
    // One block, several side by side and some left over, and enough for every entry of the tables.
    for length in [0_usize, 1, 15, 16, 17, 63, 64, 65, 1000, 100_003] {
        let mut key = [0; 16];
        key.copy_from_slice(&sm3::hash(&length.to_be_bytes())[..16]);
        let (key_hex, start_hex) = (gm::tlv::hex(&key), gm::tlv::hex(&start));
        let plain: Vec<u8> = (0..length).map(|n| (n * 7 % 251) as u8).collect();
        std::fs::write(dir.join("plain"), &plain).unwrap();
        for mode in ["-sm4-cbc", "-sm4-ctr"] {
            let cbc = mode == "-sm4-cbc";
            let theirs = ["enc", mode, "-K", &key_hex, "-iv", &start_hex, "-in", "plain"];
            let Some(output) = openssl(&dir, &theirs) else { return };
            assert!(output.status.success(), "{}", said(&output));
            let ours = match cbc {
                true => sm4_modes::cbc_encrypt(&key, &start, &plain),
                false => sm4_modes::ctr(&key, &start, &plain),
            };
            assert_eq!(output.stdout, ours, "{mode} {length}");
            std::fs::write(dir.join("ours"), &ours).unwrap();
            let back = ["enc", "-d", mode, "-K", &key_hex, "-iv", &start_hex, "-in", "ours"];
            let Some(output) = openssl(&dir, &back) else { return };
            assert_eq!(output.stdout, plain, "{mode} {length}");
            if cbc {
                assert_eq!(sm4_modes::cbc_decrypt(&key, &start, &ours), Ok(plain.clone()));
            }
        }
    }
}

#[test]
fn sm2_encryption_agrees_both_ways() {
    let dir = folder("encrypt");
    let pair = Keypair::generate([0x44; 32]);
    std::fs::write(dir.join("key.pem"), keys::pem("PRIVATE KEY", &keys::pkcs8(&pair))).unwrap();
    std::fs::write(dir.join("pub.pem"), keys::pem("PUBLIC KEY", &keys::spki(pair.public())))
        .unwrap();
    for (n, plain) in [&b"k"[..], b"sixteen byte key", &[0xa5; 300]].into_iter().enumerate() {
        let ours = encryption::encrypt(pair.public(), plain, [n as u8 + 1; 32]).unwrap();
        std::fs::write(dir.join("ours"), ours.der()).unwrap();
        let args = ["pkeyutl", "-decrypt", "-inkey", "key.pem", "-in", "ours"];
        let Some(output) = openssl(&dir, &args) else { return };
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!(output.stdout, plain);
        std::fs::write(dir.join("plain"), plain).unwrap();
        let args = ["pkeyutl", "-encrypt", "-pubin", "-inkey", "pub.pem", "-in", "plain"];
        let Some(output) = openssl(&dir, &args) else { return };
        assert!(output.status.success(), "{}", said(&output));
        let theirs = Encrypted::from_der(&output.stdout).unwrap();
        assert_eq!(encryption::decrypt(&pair, &theirs).unwrap(), plain);
    }
}

#[test]
fn requests_agree_both_ways() {
    let dir = folder("request");
    let key = Signer::Soft(Keypair::generate([0x21; 32]));
    let ours = request(&Name::new("示例", "签章人"), &key).unwrap();
    std::fs::write(dir.join("ours.pem"), keys::pem("CERTIFICATE REQUEST", &ours)).unwrap();
    let id = format!("distid:{DEFAULT_ID}");
    let args = ["req", "-in", "ours.pem", "-verify", "-noout", "-vfyopt", &id];
    let Some(output) = openssl(&dir, &args) else { return };
    assert!(output.status.success() && said(&output).contains("OK"), "{}", said(&output));
    let args =
        ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", "k.pem"];
    let Some(output) = openssl(&dir, &args) else { return };
    assert!(output.status.success(), "{}", said(&output));
    let args = [
        "req",
        "-new",
        "-key",
        "k.pem",
        "-sm3",
        "-sigopt",
        &id,
        "-subj",
        "/C=CN/CN=x",
        "-addext",
        "subjectAltName=DNS:example.com",
        "-out",
        "theirs.pem",
    ];
    let Some(output) = openssl(&dir, &args) else { return };
    assert!(output.status.success(), "{}", said(&output));
    let text = std::fs::read_to_string(dir.join("theirs.pem")).unwrap();
    let der = &keys::from_pem("CERTIFICATE REQUEST", &text).unwrap()[0];
    let read = Request::parse(der).unwrap();
    assert_eq!(read.subject_text(), "CN=x, C=CN");
}

#[test]
fn our_revocation_list_is_read_there() {
    let dir = folder("crl");
    let key = Signer::Soft(Keypair::generate([0x61; 32]));
    let name = Name::new("示例", "根");
    let authority = Kind::Authority { path_len: None };
    let root = issue(&spec(&[1], &name, &key, authority), Issuer::Itself, &key).unwrap();
    let revoked = [
        Revoked { serial: vec![0, 0xf2, 7], at: Utc(1_700_000_000), reason: Reason::KeyCompromise },
        Revoked { serial: vec![9], at: Utc(1_700_000_000), reason: Reason::Unspecified },
    ];
    let (this_update, next_update) = (Utc(1_700_000_000), Utc(3_000_000_000));
    let list = List { number: 7, this_update, next_update, revoked: &revoked };
    let der = issue_crl(&list, &root, &key).unwrap();
    std::fs::write(dir.join("root.pem"), keys::pem("CERTIFICATE", root.der())).unwrap();
    std::fs::write(dir.join("list.pem"), keys::pem("X509 CRL", &der)).unwrap();
    let Some(output) = openssl(&dir, &["crl", "-in", "list.pem", "-noout", "-text"]) else {
        return;
    };
    let text = said(&output);
    for part in ["Serial Number: F207", "Serial Number: 09", "Key Compromise", "X509v3 CRL Number"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(Crl::parse(&der).unwrap().revoked(), revoked);
    // OpenSSL 3.0 gives no user id to a list, so its signature is checked there over the very bytes.
    let outer = gm::tlv::Tlv::only(&der).unwrap();
    let mut fields = outer.inside();
    let tbs = fields.any().unwrap().raw;
    fields.any().unwrap();
    std::fs::write(dir.join("m"), tbs).unwrap();
    std::fs::write(dir.join("s"), fields.any().unwrap().bits().unwrap()).unwrap();
    std::fs::write(dir.join("pub.pem"), keys::pem("PUBLIC KEY", &keys::spki(key.public())))
        .unwrap();
    let id = format!("distid:{DEFAULT_ID}");
    let args = ["dgst", "-sm3", "-verify", "pub.pem", "-sigopt", &id, "-signature", "s", "m"];
    let Some(output) = openssl(&dir, &args) else { return };
    assert!(output.status.success(), "{}", said(&output));
}
