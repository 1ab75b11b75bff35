//! Seals a letter for two readers (GB/T 35275 signed and enveloped data), opens it, and stamps it with a time.
//!
//! `cargo run -p gm --example seal_a_letter`
#![expect(clippy::print_stdout, reason = "an example speaks by printing")]

use gm::enveloped::{Sender, SignedEnveloped, seal_signed};
use gm::signer::Signer;
use gm::sm2::Keypair;
use gm::time::Utc;
use gm::timestamp::{Authority, Expected, Imprint, Query, Response, answer};
use gm::x509::{Certificate, Issuer, KeyUsage, Kind, Name, Spec, issue};
use gm::{Error, oid};

const NOW: Utc = Utc(1_790_000_000);

fn main() -> Result<(), Error> {
    let root_pair = Keypair::generate([1; 32]);
    let root = certificate("根", &root_pair, Kind::Authority { path_len: None }, None)?;
    let by = Some((&root, &root_pair));
    let leaf = |usage: KeyUsage, extended: Vec<Vec<u8>>| Kind::Leaf { usage, extended };

    let (writer, reader, copy) =
        (Keypair::generate([2; 32]), Keypair::generate([3; 32]), Keypair::generate([4; 32]));
    let from = certificate("发信人", &writer, leaf(KeyUsage::DIGITAL_SIGNATURE, vec![]), by)?;
    let to = certificate("收信人", &reader, leaf(KeyUsage::KEY_ENCIPHERMENT, vec![]), by)?;
    let cc = certificate("抄送", &copy, leaf(KeyUsage::KEY_ENCIPHERMENT, vec![]), by)?;

    let signer = Signer::Soft(writer);
    let sender = Sender { signer: &signer, certificate: &from, at: NOW };
    let chance = [9; 32]; // 32 random bytes of yours
    let letter = seal_signed("请于三日内回复。".as_bytes(), &[to.clone(), cc], sender, chance)?;
    println!("the letter has {} bytes", letter.len());

    let read = SignedEnveloped::parse(&letter)?;
    let (plain, signed) = read.open(&to, &reader)?;
    println!("{} wrote: {}", signed[0].signer.common_name(), String::from_utf8_lossy(&plain));
    println!("with a stranger's key: {:?}", read.open(&to, &Keypair::generate([8; 32])).err());

    let clock = Keypair::generate([5; 32]);
    let only = vec![oid::TIME_STAMPING.to_vec()];
    let stamper = certificate("时间戳", &clock, leaf(KeyUsage::DIGITAL_SIGNATURE, only), by)?;
    let clock = Signer::Soft(clock);
    let policy = &oid::encode("1.2.3.4").ok_or(Error::Der("policy"))?;
    let authority =
        Authority { certificate: &stamper, chain: &[], signer: &clock, policy, accuracy: None };
    let imprint = Imprint::sm3(&letter);
    let query = Query::new(imprint.clone()).with_nonce(&[7; 16]);
    let response = answer(&query.der(), &authority, &[1], NOW)?;
    if let Response::Granted(token) = Response::parse(&response)? {
        let nonce = query.nonce();
        let expected = Expected { imprint: &imprint, nonce, policies: &[], now: NOW };
        let verdict = token.judge(&expected, &[], &[root]);
        println!("stamped at {}: {}", verdict.at.iso(), verdict.holds);
    }
    Ok(())
}

fn certificate(
    name: &str,
    pair: &Keypair,
    kind: Kind,
    by: Option<(&Certificate, &Keypair)>,
) -> Result<Certificate, Error> {
    let (issuer, key) = match by {
        Some((issuer, key)) => (Issuer::By(issuer), key),
        None => (Issuer::Itself, pair),
    };
    let serial = &pair.public().sec1()[1..9];
    let subject = &Name::new("示例", name);
    let (not_before, not_after) = (NOW, Utc(NOW.0 + 86_400));
    let spec = Spec { serial, subject, public: pair.public(), kind, not_before, not_after };
    issue(&spec, issuer, &Signer::Soft(key.clone()))
}
