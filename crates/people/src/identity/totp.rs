//! Codes of staff authenticators (RFC 6238): six digits every 30 seconds, each accepted once.

use codes::time::Stamp;
use store::{Error, Result, Secret};
use totp_rs::{Algorithm, Builder, Totp};

/// Seconds of one step.
pub const STEP_SECONDS: i64 = 30;

fn machine(secret_hex: &Secret) -> Result<Totp> {
    let bytes = hex::decode(secret_hex.expose()).map_err(Error::internal)?;
    // SHA-1 because several authenticators ignore the algorithm of the enrolment address; the known
    // weakness of SHA-1 does not touch HMAC.
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(STEP_SECONDS as u64)
        .with_skew(1)
        .with_secret(bytes)
        .build()
        .map_err(Error::internal)
}

fn seconds(at: Stamp) -> u64 {
    u64::try_from(at.micros() / 1_000_000).unwrap_or(0)
}

/// The time step for which a code is right, one step early or late included. Whoever accepts it
/// notes the step and accepts nothing at or below it again (RFC 6238 §5.2).
pub fn step_of(secret_hex: &Secret, code: &str, at: Stamp) -> Result<Option<i64>> {
    let digits: String = code.chars().filter(|c| *c != ' ').collect();
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(None);
    }
    let step = machine(secret_hex)?.check(&digits, seconds(at));
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// The code of a secret at a moment: what the authenticator shows.
pub fn code_at(secret_hex: &Secret, at: Stamp) -> Result<String> {
    Ok(machine(secret_hex)?.generate(seconds(at)).to_string())
}

/// The secret as authenticators take it: base 32.
pub fn base32(secret_hex: &Secret) -> Result<String> {
    let bytes = hex::decode(secret_hex.expose()).map_err(Error::internal)?;
    Ok(totp_rs::Secret::new(bytes.into_boxed_slice()).to_base32())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Stamp {
        Stamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn the_vectors_of_rfc_6238_hold() {
        let secret = Secret::new(hex::encode("12345678901234567890"));
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(code_at(&secret, at(time)).as_deref(), Ok(code));
            assert_eq!(step_of(&secret, code, at(time)), Ok(Some(time / 30)));
            assert_eq!(step_of(&secret, code, at(time + 30)), Ok(Some(time / 30)), "one step late");
            assert_eq!(step_of(&secret, code, at(time + 90)), Ok(None), "three steps late");
        }
        assert_eq!(base32(&secret).as_deref(), Ok("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    }

    #[test]
    fn what_is_no_code_is_refused_quietly() {
        let secret = Secret::new(hex::encode("12345678901234567890"));
        for bad in ["", "28708", "2870820", "28708a", "２８７０８２", "-87082", "+87082", "28 70 8"]
        {
            assert_eq!(step_of(&secret, bad, at(59)), Ok(None), "{bad}");
        }
        assert_eq!(step_of(&secret, "287 082", at(59)), Ok(Some(1)));
    }
}
