//! Signs a message with SM2, verifies it, and shows what is refused.
//!
//! `cargo run -p gm --example sign_and_verify`
#![expect(clippy::print_stdout, reason = "an example speaks by printing")]

use gm::sm2::{Keypair, PublicKey};
use gm::{keys, tlv};

fn main() -> Result<(), gm::Error> {
    // 32 random bytes of the operating system in earnest; the crate draws none itself.
    let pair = Keypair::generate([0x5a; 32]);
    let message = "兹证明该件已于今日办结。".as_bytes();

    let signature = pair.sign(message, None)?;
    println!("signature  {}", tlv::hex(&signature));

    // What a reader has: the public key as everybody writes it.
    let public = keys::pem("PUBLIC KEY", &keys::spki(pair.public()));
    println!("{public}");
    let read = keys::public_from_spki(&keys::from_pem("PUBLIC KEY", &public)?[0])?;
    println!("verifies                 {:?}", read.verify(message, &signature));
    println!("another message          {:?}", read.verify(b"another", &signature));

    // SM2 hashes a user id with the key: both sides must mean the same one.
    let other: PublicKey = read.under_id("TLSv1.3+GM+Cipher+Suite")?;
    println!("under another user id    {:?}", other.verify(message, &signature));
    Ok(())
}
