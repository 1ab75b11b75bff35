//! Letters of GB/T 35275: OpenSSL knows the form not at all, but it opens what is inside, step by step.

use super::{folder, openssl, said};
use gm::enveloped::{self, Enveloped, Sender, SignedEnveloped};
use gm::sm2::Keypair;
use gm::time::Utc;
use gm::tlv::{Reader, Tlv, hex, tag};
use gm::x509::{Certificate, Issuer, KeyUsage, Kind, Name, issue};
use gm::{keys, signer::Signer};
use std::path::Path;

fn person(seed: u8, usage: KeyUsage) -> (Signer, Keypair, Certificate) {
    let pair = Keypair::generate([seed; 32]);
    let root = Signer::Soft(Keypair::generate([0x70; 32]));
    let (top, own) = (Name::new("示例", "根"), Name::new("示例", "收信人"));
    let authority = Kind::Authority { path_len: None };
    let authority = issue(&super::spec(&[1], &top, &root, authority), Issuer::Itself, &root);
    let signer = Signer::Soft(pair.clone());
    let kind = Kind::Leaf { usage, extended: vec![] };
    let spec = super::spec(std::slice::from_ref(&seed), &own, &signer, kind);
    let certificate = issue(&spec, Issuer::By(&authority.unwrap()), &root).unwrap();
    (signer, pair, certificate)
}

/// The vector and the cipher text of an EncryptedContentInfo.
fn locked<'a>(fields: &mut Reader<'a>) -> (&'a [u8], &'a [u8]) {
    let mut info = fields.expect(tag::SEQUENCE, "content").unwrap().inside();
    info.any().unwrap();
    let mut method = info.any().unwrap().inside();
    method.any().unwrap();
    (method.any().unwrap().value, info.any().unwrap().value)
}

/// Opens cipher text with OpenSSL, given its key as OpenSSL opened it.
fn open_there(dir: &Path, key: &[u8], vector: &[u8], cipher: &[u8]) -> Option<Vec<u8>> {
    std::fs::write(dir.join("cipher"), cipher).unwrap();
    let (key, vector) = (hex(key), hex(vector));
    let args = ["enc", "-d", "-sm4-cbc", "-K", &key, "-iv", &vector, "-in", "cipher"];
    let output = openssl(dir, &args)?;
    assert!(output.status.success(), "{}", said(&output));
    Some(output.stdout)
}

fn key_there(dir: &Path, pair: &Keypair, sealed: &[u8]) -> Option<Vec<u8>> {
    std::fs::write(dir.join("key.pem"), keys::pem("PRIVATE KEY", &keys::pkcs8(pair))).unwrap();
    std::fs::write(dir.join("sealed"), sealed).unwrap();
    let output = openssl(dir, &["pkeyutl", "-decrypt", "-inkey", "key.pem", "-in", "sealed"])?;
    assert!(output.status.success(), "{}", said(&output));
    Some(output.stdout)
}

fn content(der: &[u8]) -> Reader<'_> {
    let mut info = Tlv::only(der).unwrap().inside();
    info.any().unwrap();
    let data = Tlv::only(info.any().unwrap().value).unwrap();
    let mut fields = data.inside();
    fields.any().unwrap();
    fields
}

#[test]
fn our_letter_is_opened_there() {
    let dir = folder("letter");
    let (_, pair, certificate) = person(0x51, KeyUsage::KEY_ENCIPHERMENT);
    let plain = "办结通知：请携带身份证件领取。".as_bytes();
    let der = enveloped::seal(plain, std::slice::from_ref(&certificate), [6; 32]).unwrap();
    let letter = Enveloped::parse(&der).unwrap();
    let sealed = letter.recipients()[0].encrypted_key().der();
    let Some(key) = key_there(&dir, &pair, &sealed) else { return };
    let mut fields = content(&der);
    fields.any().unwrap();
    let (vector, cipher) = locked(&mut fields);
    assert_eq!(open_there(&dir, &key, vector, cipher).as_deref(), Some(plain));
    std::fs::write(dir.join("letter"), &der).unwrap();
    let args = ["asn1parse", "-inform", "DER", "-in", "letter"];
    let Some(output) = openssl(&dir, &args) else { return };
    assert!(output.status.success() && said(&output).contains("sm4-cbc"), "{}", said(&output));
}

#[test]
fn our_signed_letter_is_opened_and_verified_there() {
    let dir = folder("signed-letter");
    let (_, pair, certificate) = person(0x52, KeyUsage::KEY_ENCIPHERMENT);
    let (signer, _, own) = person(0x53, KeyUsage::DIGITAL_SIGNATURE);
    let from = Sender { signer: &signer, certificate: &own, at: Utc(1_700_000_000) };
    let plain = b"who wrote this";
    let der =
        enveloped::seal_signed(plain, std::slice::from_ref(&certificate), from, [6; 32]).unwrap();
    let letter = SignedEnveloped::parse(&der).unwrap();
    let sealed = letter.recipients()[0].encrypted_key().der();
    let Some(key) = key_there(&dir, &pair, &sealed) else { return };
    let mut fields = content(&der);
    fields.any().unwrap();
    fields.any().unwrap();
    let (vector, cipher) = locked(&mut fields);
    assert_eq!(open_there(&dir, &key, vector, cipher).as_deref(), Some(&plain[..]));
    // The signature: over the attributes as a SET, under the default id.
    fields.any().unwrap();
    let mut info = Tlv::only(fields.any().unwrap().value).unwrap().inside();
    for _ in 0..3 {
        info.any().unwrap();
    }
    let attributes = gm::tlv::put(tag::SET, &[info.any().unwrap().value]);
    info.any().unwrap();
    std::fs::write(dir.join("m"), attributes).unwrap();
    std::fs::write(dir.join("s"), info.any().unwrap().value).unwrap();
    std::fs::write(dir.join("pub.pem"), keys::pem("PUBLIC KEY", &keys::spki(signer.public())))
        .unwrap();
    let id = format!("distid:{}", gm::sm2::DEFAULT_ID);
    let args = ["dgst", "-sm3", "-verify", "pub.pem", "-sigopt", &id, "-signature", "s", "m"];
    let Some(output) = openssl(&dir, &args) else { return };
    assert!(output.status.success(), "{}", said(&output));
}
