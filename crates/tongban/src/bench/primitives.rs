//! `tongban bench primitives`: signatures, digests and ciphers of `gm` alone, on one core, as other libraries
//! measure theirs: one key, one message, again and again.

use super::load::cpu_micros;
use gm::sm2::Keypair;
use gm::{sm3, sm4, sm4_modes};
use serde::Serialize;
use std::hint::black_box;
use store::clock::Stopwatch;
use store::{Error, Result};

/// Bytes of a short and a long message: a record of an event, and a page of a document.
const SIZES: [usize; 2] = [256, 16_384];

/// One figure.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// What was done, with the bytes of its message.
    pub work: String,
    /// How often in a second of processor time.
    pub per_s: f64,
    /// Millions of bytes in such a second; nothing for signatures.
    pub mb_per_s: Option<f64>,
}

/// How often in a second of processor time `work` can be done, after a tenth of `seconds` to warm up. The time of the
/// processor is what others count too, and what neighbours on a machine change least.
fn rate(seconds: f64, mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    let mut run = |micros: f64| -> Result<f64> {
        let (watch, used, mut done) = (Stopwatch::start(), cpu_micros(), 0u64);
        while (watch.micros() as f64) < micros {
            // The clock is read after some rounds, so that reading it does not count beside short work.
            for _ in 0..8 {
                work()?;
            }
            done += 8;
        }
        Ok(done as f64 * 1e6 / (cpu_micros() - used).max(1) as f64)
    };
    run(seconds * 1e5)?;
    run(seconds * 1e6)
}

/// Measures each work for `seconds`.
pub fn measure(seconds: u64) -> Result<Vec<Figure>> {
    let seconds = seconds as f64;
    let pair = Keypair::generate(store::Chance::System.bytes());
    let message = [7u8; 64];
    let signed = pair.sign(&message, None).map_err(Error::internal)?;
    let mut figures = Vec::new();
    let per_s =
        rate(seconds, || pair.sign(black_box(&message), None).map(drop).map_err(Error::internal))?;
    figures.push(Figure { work: "sm2-sign".into(), per_s: per_s.round(), mb_per_s: None });
    let per_s = rate(seconds, || {
        pair.public().verify(black_box(&message), &signed).map_err(Error::internal)
    })?;
    figures.push(Figure { work: "sm2-verify".into(), per_s: per_s.round(), mb_per_s: None });
    for size in SIZES {
        let bytes = vec![7u8; size];
        for (name, work) in WORKS {
            let per_s = rate(seconds, || {
                black_box(work(black_box(&bytes)));
                Ok(())
            })?;
            let mb_per_s = Some((per_s * size as f64 / 1e5).round() / 10.0);
            figures.push(Figure { work: format!("{name}-{size}"), per_s: per_s.round(), mb_per_s });
        }
    }
    Ok(figures)
}

const KEY: [u8; 16] = [1; 16];
const VECTOR: [u8; 16] = [2; 16];
const NONCE: [u8; 12] = [3; 12];

type Work = fn(&[u8]) -> usize;

/// What is done to a message; each gives how long the result is, so that it cannot be left out.
const WORKS: [(&str, Work); 5] = [
    ("sm3", |bytes| usize::from(sm3::hash(bytes)[0])),
    ("sm4-cbc-encrypt", |bytes| sm4_modes::cbc_encrypt(&KEY, &VECTOR, bytes).len()),
    // What was never sealed opens to an error after the same work: the padding is looked at last.
    ("sm4-cbc-decrypt", |bytes| {
        sm4_modes::cbc_decrypt(&KEY, &VECTOR, bytes).map_or(0, |plain| plain.len())
    }),
    ("sm4-ctr", |bytes| sm4_modes::ctr(&KEY, &VECTOR, bytes).len()),
    ("sm4-gcm-seal", |bytes| sm4::seal(&KEY, &NONCE, b"", bytes).len()),
];
