//! Ports of loopback that a trial holds for as long as it needs them, whoever tries beside it.
//!
//! That nobody listens on a port says little: the server of another trial may have been killed a moment ago and
//! be about to start again on it. So a port belongs to whoever holds the lock on its file.

use std::fs::{File, TryLockError};
use std::net::TcpListener;

/// Below the ports that the kernel gives to clients: one of those could connect to itself.
const FIRST: u16 = 21_300;
const COUNT: u16 = 400;

/// A port that is held; it is free again when the value goes, or the process.
pub struct Port {
    /// Its number.
    pub number: u16,
    _lock: File,
}

impl Port {
    /// Takes a port that nobody holds and on which nobody listens.
    pub fn take() -> Result<Port, String> {
        let folder = std::env::temp_dir().join("tongban-trials-ports");
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        for number in FIRST..FIRST + COUNT {
            let path = folder.join(number.to_string());
            let lock = File::create(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            match lock.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => continue,
                Err(TryLockError::Error(e)) => return Err(format!("{}: {e}", path.display())),
            }
            if TcpListener::bind(("127.0.0.1", number)).is_ok() {
                return Ok(Port { number, _lock: lock });
            }
        }
        Err("no port is free".to_owned())
    }
}

impl Port {
    /// Its place among those that may be held, from 0.
    pub fn index(&self) -> u16 {
        self.number - FIRST
    }
}

#[cfg(test)]
mod tests {
    use super::Port;

    #[test]
    fn a_port_is_held_by_one_only_and_freed_with_him() {
        let first = Port::take().unwrap();
        let second = Port::take().unwrap();
        assert_ne!(first.number, second.number, "nobody listens on the first, and it is taken");
        let number = first.number;
        drop(first);
        let mut later = Vec::new();
        while later.last().is_none_or(|port: &Port| port.number < number) {
            later.push(Port::take().unwrap());
        }
        assert!(later.iter().all(|port| port.number != second.number));
    }
}
