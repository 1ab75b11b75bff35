//! A certificate authority in fifty lines: a root, a request, a certificate, a list of what was revoked, and how a chain
//! is judged.
//!
//! `cargo run -p gm --example small_ca`
#![expect(clippy::print_stdout, reason = "an example speaks by printing")]

use gm::signer::Signer;
use gm::sm2::Keypair;
use gm::time::Utc;
use gm::x509::crl::{Crl, Reason, Revoked, Spec as List, issue_crl};
use gm::x509::{
    Issuer, KeyUsage, Kind, Name, Purpose, Request, Spec, chain_verify, issue, request,
};
use gm::{Error, Step, keys};

const DAY: i64 = 86_400;

fn main() -> Result<(), Error> {
    // The time is an argument everywhere: 2026-09-21.
    let now = Utc(1_790_000_000);
    let root_key = Signer::Soft(Keypair::generate([1; 32]));
    let root = issue(
        &Spec {
            serial: &[1],
            subject: &Name::new("示例市", "示例根"),
            public: root_key.public(),
            kind: Kind::Authority { path_len: Some(0) },
            not_before: now,
            not_after: Utc(now.0 + 3650 * DAY),
        },
        Issuer::Itself,
        &root_key,
    )?;

    // Somebody asks; that the request is signed proves that he holds the key.
    let own_key = Signer::Soft(Keypair::generate([2; 32]));
    let name = Name::new("示例市政务服务局", "签名人");
    let asked = Request::parse(&request(&name, &own_key)?)?;
    println!("asked for      {}", asked.subject_text());

    let usage = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION);
    let leaf = issue(
        &Spec {
            serial: &[0x20, 0x26],
            subject: &name,
            public: asked.public(),
            kind: Kind::Leaf { usage, extended: vec![] },
            not_before: now,
            not_after: Utc(now.0 + 365 * DAY),
        },
        Issuer::By(&root),
        &root_key,
    )?;
    println!("{}", keys::pem("CERTIFICATE", leaf.der()));

    let roots = std::slice::from_ref(&root);
    show("today", &chain_verify(&leaf, &[], roots, now, Purpose::Sign).steps);
    let later = Utc(now.0 + 400 * DAY);
    show("in 400 days", &chain_verify(&leaf, &[], roots, later, Purpose::Sign).steps);

    let revoked =
        [Revoked { serial: leaf.serial().to_vec(), at: now, reason: Reason::KeyCompromise }];
    let next_update = Utc(now.0 + 7 * DAY);
    let list = List { number: 1, this_update: now, next_update, revoked: &revoked };
    let list = Crl::parse(&issue_crl(&list, &root, &root_key)?)?;
    show("by the list", &list.judge_certificate(&leaf, &root, now));
    Ok(())
}

fn show(title: &str, steps: &[Step]) {
    println!("{title}");
    for step in steps {
        let mark = match step.ok {
            Some(true) => "holds",
            Some(false) => "FAILS",
            None => "open ",
        };
        println!("  {mark}  {:18} {}", step.code, step.detail);
    }
}
