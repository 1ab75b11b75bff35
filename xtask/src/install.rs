//! Installs from Debian what a part of the test needs and the machine lacks; nothing else is fetched.

use crate::house::{output, run, which};
use std::process::{Command, Stdio};

/// Makes sure that `present` holds, by installing Debian packages if it does not.
///
/// Fails with what to install by hand when this is not Debian, or not the administrator, or apt refuses.
pub fn ensure(packages: &[&str], present: impl Fn() -> bool) -> Result<(), String> {
    if present() {
        return Ok(());
    }
    let names = packages.join(" ");
    if which("apt-get").is_none() {
        return Err(format!("needs what Debian calls {names}, and there is no apt-get"));
    }
    if !is_root() {
        return Err(format!("needs {names}: run `apt-get install {names}` as administrator"));
    }
    println!("installing {names}");
    run(apt().args(["update", "-qq"]))?;
    run(apt().args(["install", "-qq", "-y", "--no-install-recommends"]).args(packages))?;
    if present() {
        Ok(())
    } else {
        Err(format!("{names} are installed but do not do what is needed"))
    }
}

fn apt() -> Command {
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()).stdout(Stdio::null());
    apt
}

/// Whether this tool runs as the administrator.
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}
