//! Key files under a passphrase, both ways. OpenSSL 3.0 has no name for HMAC-SM3 in key files; its key derivation is
//! asked for it alone.

use super::{folder, openssl, said};
use gm::key_file::{self, Cipher, KeyFile, LABEL, Prf, Recipe};
use gm::keys;
use gm::sm2::Keypair;
use gm::tlv::{Reader, Tlv, hex};

#[test]
fn our_key_file_is_opened_there() {
    let dir = folder("key-file-ours");
    let pair = Keypair::generate([0x37; 32]);
    for cipher in [Cipher::Sm4, Cipher::Aes128, Cipher::Aes192, Cipher::Aes256] {
        let recipe = Recipe { prf: Prf::Sha256, cipher, rounds: key_file::LEAST_ROUNDS };
        let der = key_file::seal(&pair, b"open sesame", recipe, [8; 32]).unwrap();
        std::fs::write(dir.join("key.pem"), keys::pem(LABEL, &der)).unwrap();
        let args = ["pkey", "-in", "key.pem", "-passin", "pass:open sesame"];
        let Some(output) = openssl(&dir, &args) else { return };
        assert!(output.status.success(), "{cipher:?}: {}", said(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        let plain = keys::from_pem("PRIVATE KEY", &text).unwrap().remove(0);
        let read = keys::pair_from_pkcs8(&plain).unwrap();
        assert_eq!(read.secret_bytes(), pair.secret_bytes(), "{cipher:?}");
        let wrong = ["pkey", "-in", "key.pem", "-passin", "pass:open barley", "-noout"];
        let Some(output) = openssl(&dir, &wrong) else { return };
        assert!(!output.status.success(), "another passphrase opened it there");
    }
}

#[test]
fn their_key_file_is_opened_here() {
    let dir = folder("key-file-theirs");
    let pair = Keypair::generate([0x38; 32]);
    std::fs::write(dir.join("plain.pem"), keys::pem("PRIVATE KEY", &keys::pkcs8(&pair))).unwrap();
    for cipher in ["sm4-cbc", "aes-128-cbc", "aes-192-cbc", "aes-256-cbc"] {
        let args = ["pkcs8", "-topk8", "-in", "plain.pem", "-v2", cipher, "-passout", "pass:开门"];
        let Some(output) = openssl(&dir, &args) else { return };
        assert!(output.status.success(), "{}", said(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        let file = KeyFile::parse(&keys::from_pem(LABEL, &text).unwrap()[0]).unwrap();
        let read = file.open("开门".as_bytes()).unwrap();
        assert_eq!(read.secret_bytes(), pair.secret_bytes(), "{cipher}");
        assert!(file.open("关门".as_bytes()).is_err());
    }
    for (words, why) in [
        (["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA1"], "HMAC-SHA1"),
        (["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"], "another hash"),
        (["-v2", "camellia-128-cbc", "-v2prf", "hmacWithSHA256"], "neither SM4-CBC nor AES-CBC"),
    ] {
        let args = [&["pkcs8", "-topk8", "-in", "plain.pem", "-passout", "pass:p"], &words[..]];
        let Some(output) = openssl(&dir, &args.concat()) else { return };
        assert!(output.status.success(), "{}", said(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        let refusal = KeyFile::parse(&keys::from_pem(LABEL, &text).unwrap()[0]).unwrap_err();
        assert!(refusal.to_string().contains(why), "{refusal}");
    }
}

/// A national key file, opened with nothing but OpenSSL's own PBKDF2-HMAC-SM3 and SM4-CBC.
#[test]
fn our_national_key_file_is_opened_there_in_two_steps() {
    let dir = folder("key-file-national");
    let pair = Keypair::generate([0x39; 32]);
    let rounds = key_file::LEAST_ROUNDS;
    let der = key_file::seal(&pair, b"open sesame", Recipe::national(rounds), [9; 32]).unwrap();
    let next = |reader: &mut Reader<'_>| -> Vec<u8> { reader.any().unwrap().value.to_vec() };
    let mut outer = Tlv::only(&der).unwrap().inside();
    let method = next(&mut outer);
    let sealed = next(&mut outer);
    let mut method = Reader::new(&method);
    next(&mut method);
    let parts = next(&mut method);
    let mut parts = Reader::new(&parts);
    let (derivation, cipher) = (next(&mut parts), next(&mut parts));
    let mut derivation = Reader::new(&derivation);
    next(&mut derivation);
    let salt = next(&mut derivation);
    let salt = hex(Reader::new(&salt).any().unwrap().value);
    let mut cipher = Reader::new(&cipher);
    next(&mut cipher);
    let vector = hex(&next(&mut cipher));
    let (salt, rounds) = (format!("hexsalt:{salt}"), format!("iter:{rounds}"));
    let args = ["kdf", "-keylen", "16", "-kdfopt", "digest:SM3", "-kdfopt", "pass:open sesame"];
    let more = ["-kdfopt", &salt, "-kdfopt", &rounds, "-binary", "PBKDF2"];
    let Some(output) = openssl(&dir, &[&args[..], &more].concat()) else { return };
    assert!(output.status.success(), "{}", said(&output));
    let key = hex(&output.stdout);
    std::fs::write(dir.join("sealed"), sealed).unwrap();
    let args = ["enc", "-d", "-sm4-cbc", "-K", &key, "-iv", &vector, "-in", "sealed"];
    let Some(output) = openssl(&dir, &args) else { return };
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(output.stdout, *keys::pkcs8(&pair));
}
