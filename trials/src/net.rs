//! A network of one's own: a bridge, and members in network namespaces behind it whose lines can be cut.

use crate::faults::Trouble;
use crate::port::Port;
use crate::town::{run, run_for, which};
use std::path::Path;
use std::process::Command;

/// A bridge with members.
pub struct Net {
    /// Its number, which nobody else on this machine has.
    number: u16,
    /// Members that are there, from 1.
    members: u16,
    _held: Port,
}

impl Net {
    /// Makes one with so many members.
    pub fn make(members: u16) -> Result<Net, Trouble> {
        if run_for(Command::new("id").arg("-u"))?.trim() != "0"
            || which("ip").is_none()
            || which("nsenter").is_none()
        {
            let reason = "needs `ip`, `nsenter` and the administrator, to make network namespaces";
            return Err(Trouble::CannotRun(reason.into()));
        }
        let held = Port::take()?;
        let mut net = Net { number: held.index(), members: 0, _held: held };
        // What a trial left that was killed; its number is held by nobody any more.
        for member in 1..=members {
            let _ = ip(&["link", "del", &net.line(member)]);
            let _ = ip(&["netns", "del", &net.name(member)]);
        }
        let (bridge, own) = (net.bridge(), format!("{}/24", net.own()));
        let _ = ip(&["link", "del", &bridge]);
        let cannot = |e| Trouble::CannotRun(format!("no network namespaces: {e}"));
        ip(&["link", "add", &bridge, "type", "bridge"]).map_err(cannot)?;
        ip(&["addr", "add", &own, "dev", &bridge])?;
        ip(&["link", "set", &bridge, "up"])?;
        for member in 1..=members {
            let (name, line) = (net.name(member), net.line(member));
            ip(&["netns", "add", &name]).map_err(cannot)?;
            net.members = member;
            ip(&["link", "add", &line, "type", "veth", "peer", "name", "eth0", "netns", &name])?;
            ip(&["link", "set", &line, "master", &bridge, "up"])?;
            let address = format!("{}/24", net.address(member));
            ip(&["-n", &name, "addr", "add", &address, "dev", "eth0"])?;
            for device in ["lo", "eth0"] {
                ip(&["-n", &name, "link", "set", device, "up"])?;
            }
        }
        Ok(net)
    }

    /// Address of this machine in it.
    pub fn own(&self) -> String {
        format!("{}.1", self.prefix())
    }

    /// Address of a member.
    pub fn address(&self, member: u16) -> String {
        format!("{}.{}", self.prefix(), 10 + member)
    }

    /// All its addresses.
    pub fn all(&self) -> String {
        format!("{}.0/24", self.prefix())
    }

    fn prefix(&self) -> String {
        format!("10.{}.{}", 213 + self.number / 250, self.number % 250 + 1)
    }

    fn bridge(&self) -> String {
        format!("tbr{}", self.number)
    }

    fn line(&self, member: u16) -> String {
        format!("tbv{}-{member}", self.number)
    }

    fn name(&self, member: u16) -> String {
        format!("tongban{}-{member}", self.number)
    }

    /// A program as a member runs it: it gets the number of the process that is started. Only its network is another:
    /// `ip netns exec` would give it mounts of its own as well, and so keep alive whatever file system another trial
    /// shuts down beside this one.
    pub fn inside(&self, member: u16, program: &Path) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--net=/run/netns/{}", self.name(member))).arg("--").arg(program);
        command
    }

    /// Cuts a member's line, or mends it.
    pub fn set_line(&self, member: u16, up: bool) -> Result<(), String> {
        ip(&["link", "set", &self.line(member), if up { "up" } else { "down" }])
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        for member in 1..=self.members {
            let _ = ip(&["netns", "del", &self.name(member)]);
        }
        let _ = ip(&["link", "del", &self.bridge()]);
    }
}

fn ip(words: &[&str]) -> Result<(), String> {
    run(Command::new("ip").args(words))
}
