//! SM2, SM3 and SM4 beside OpenSSL of this machine, and beside three packages of PyPI, one of which brings a newer OpenSSL.

use super::room::{Room, figure, said};
use super::said::{OURS, Row, Said, Side};
use crate::faults::Trouble;
use crate::town::{run_for, which};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// What `openssl speed` calls our works: its words, ours, and how many bytes.
const SPEED: &[(&[&str], &str)] = &[
    (&["-evp", "sm3"], "sm3"),
    (&["-evp", "sm4-cbc"], "sm4-cbc-encrypt"),
    (&["-evp", "sm4-cbc", "-decrypt"], "sm4-cbc-decrypt"),
    (&["-evp", "sm4-ctr"], "sm4-ctr"),
    (&["-evp", "sm4-gcm"], "sm4-gcm-seal"),
];

/// Bytes of the messages, as in `tongban bench primitives`.
const SIZES: [u32; 2] = [256, 16_384];

/// Packages of PyPI as `crypto.py` knows them.
const PYTHON: &[(&str, &str)] =
    &[("cryptography", "50.0.2"), ("gmssl", "3.2.2"), ("gmssl-fast", "0.1.0")];

/// Holds the comparison.
pub fn meet(room: &Room) -> Result<Vec<Row>, Trouble> {
    let mut sides = vec![Side { name: OURS, run: Box::new(|| ours(room)) }];
    sides.push(Side { name: "OpenSSL", run: Box::new(|| openssl(room)) });
    for (package, version) in PYTHON {
        sides.push(Side { name: package, run: Box::new(|| python(room, package, version)) });
    }
    let mut rows = super::in_turn(room, sides);
    if let Err(reason) = speed(room, &["-evp", "sm4-gcm"], SIZES[0]) {
        rows.push(Row::cannot("OpenSSL of this machine, sm4-gcm", reason));
    }
    Ok(rows)
}

fn ours(room: &Room) -> Result<Said, String> {
    let figures = room.bench(&["primitives", "--seconds", &room.seconds.to_string()])?;
    let one = |f: &Value| {
        let work = f["work"].as_str()?;
        match f["mb_per_s"].as_f64() {
            Some(rate) => Some(figure(work, "MB/s", rate)),
            None => Some(figure(work, "1/s", f["per_s"].as_f64()?)),
        }
    };
    let figures = figures.as_array().into_iter().flatten().filter_map(one).collect();
    Ok(Said { figures, version: room.version() })
}

fn openssl(room: &Room) -> Result<Said, String> {
    let program = which("openssl").ok_or("needs openssl")?;
    let version = run_for(Command::new(program).arg("version"))?;
    let version = version.split_whitespace().nth(1).unwrap_or_default().to_owned();
    let mut figures = Vec::new();
    let printed = speed(room, &["sm2"], 0)?;
    let (sign, verify) = pair_of_rates(&printed).ok_or_else(|| format!("no rates in {printed}"))?;
    figures.push(figure("sm2-sign", "1/s", sign));
    figures.push(figure("sm2-verify", "1/s", verify));
    for size in SIZES {
        for (words, work) in SPEED {
            // What this OpenSSL does not know is said once, at the end.
            let Ok(printed) = speed(room, words, size) else { continue };
            let rate = bytes_a_second(&printed).ok_or_else(|| format!("no rate in {printed}"))?;
            figures.push(figure(format!("{work}-{size}"), "MB/s", rate / 1e6));
        }
    }
    Ok(Said { figures, version })
}

fn speed(room: &Room, words: &[&str], size: u32) -> Result<String, String> {
    let mut speed = Command::new("openssl");
    speed.args(["speed", "-mr", "-seconds", &room.seconds.to_string()]);
    if size > 0 {
        speed.args(["-bytes", &size.to_string()]);
    }
    match run_for(speed.args(words)) {
        Ok(printed) if printed.contains("+F") => Ok(printed),
        _ => Err("this version does not know it".into()),
    }
}

/// `+F:25:sm3:238131200.00`: bytes a second.
fn bytes_a_second(printed: &str) -> Option<f64> {
    let line = printed.lines().rfind(|line| line.starts_with("+F:"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}

/// `+F7:0:256:CurveSM2:3673.5:4090.0`: signatures and verifications a second.
fn pair_of_rates(printed: &str) -> Option<(f64, f64)> {
    let line = printed.lines().rfind(|line| line.starts_with("+F7:"))?;
    let mut ends = line.rsplit(':').map(|word| word.trim().parse::<f64>());
    let (verify, sign) = (ends.next()?.ok()?, ends.next()?.ok()?);
    Some((sign, verify))
}

fn python(room: &Room, package: &str, version: &str) -> Result<Said, String> {
    let python = room.python(&[&format!("{package}=={version}")])?;
    let script = room.script("crypto.py");
    let words = [&script.display().to_string(), package, &room.seconds.to_string()];
    let value = room.ask(Path::new(&python), &words)?;
    let note = value["note"].as_str().unwrap_or_default();
    let version = match note.is_empty() {
        true => version.to_owned(),
        false => format!("{version} ({note})"),
    };
    said(&value, &version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_openssl_prints_for_machines() {
        let printed = "+DT:sm3:1:256\n+R:279060:sm3:0.3\n+H:256\n+F:25:sm3:238131200.00\n";
        assert_eq!(bytes_a_second(printed), Some(238_131_200.0));
        let printed = "+DTP:256:sign:CurveSM2:1\n+F7:0:256:CurveSM2:3673.529412:4090.000000\n";
        assert_eq!(pair_of_rates(printed), Some((3_673.529_412, 4090.0)));
        assert_eq!(bytes_a_second("speed: sm4-gcm is an unknown cipher"), None);
    }
}
