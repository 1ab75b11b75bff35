//! Tokens and sign-in at npm oidc-provider; our side joins when the house is a provider itself.

use super::room::{Room, said};
use super::said::{Row, Said, Side};
use crate::clock;
use crate::faults::Trouble;
use crate::port::Port;
use crate::town::{bound, which};
use std::process::{Child, Stdio};
use std::time::Duration;

const PACKAGE: &str = "oidc-provider";
const VERSION: &str = "9.13.3";

/// Clients at once.
const CLIENTS: &str = "8";

/// Holds the comparison.
pub fn meet(room: &Room) -> Result<Vec<Row>, Trouble> {
    let side = Side { name: PACKAGE, run: Box::new(|| peer(room)) };
    let mut rows = super::in_turn(room, vec![side]);
    rows.push(Row::cannot("Tongban", "is no provider of tokens yet"));
    Ok(rows)
}

/// The provider on a process of its own; it ends with the value.
struct Provider(Child);

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn peer(room: &Room) -> Result<Said, String> {
    let node = which("node").ok_or("needs node")?;
    room.npm(&[&format!("{PACKAGE}@{VERSION}")])?;
    let held = Port::take()?;
    let port = held.number;
    let mut server = bound(&node);
    server.arg(room.script("tokens-server.mjs")).arg(port.to_string());
    server.current_dir(room.packages()).stdin(Stdio::null());
    server.stdout(Stdio::null()).stderr(Stdio::null());
    let mut provider = Provider(server.spawn().map_err(|e| format!("node: {e}"))?);
    let listens = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
    if !clock::wait(Duration::from_secs(30), listens) || !matches!(provider.0.try_wait(), Ok(None))
    {
        return Err("the provider does not start".into());
    }
    let script = room.script("tokens.mjs").display().to_string();
    let (port, seconds) = (port.to_string(), room.seconds.to_string());
    said(&room.ask(&node, &[&script, &port, CLIENTS, &seconds])?, VERSION)
}
