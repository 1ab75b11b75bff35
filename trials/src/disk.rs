//! File systems of one's own: in a file behind a loop device, or in memory; both gone when the value goes.

use crate::faults::Trouble;
use crate::report::say;
use crate::town::{run, run_for, which};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A mounted file system.
pub struct Disk {
    /// Where it is mounted.
    pub root: PathBuf,
    image: Option<PathBuf>,
    mounted: bool,
}

/// Whether this process may mount, and has these programs.
pub fn may_mount(programs: &[&str]) -> Result<(), Trouble> {
    if run_for(Command::new("id").arg("-u"))?.trim() != "0" {
        return Err(Trouble::CannotRun("needs the administrator, to mount file systems".into()));
    }
    match programs.iter().find(|program| which(program).is_none()) {
        Some(missing) => Err(Trouble::CannotRun(format!("needs {missing}"))),
        None => Ok(()),
    }
}

impl Disk {
    /// An ext4 file system in a file. `commit=300` so that nothing is saved by luck in between.
    pub fn in_file(folder: &Path, megabytes: u64) -> Result<Disk, Trouble> {
        may_mount(&["mkfs.ext4", "xfs_io", "losetup"])?;
        let (image, root) = (folder.join("disk.img"), folder.join("disk"));
        std::fs::create_dir_all(&root).map_err(|e| e.to_string())?;
        let file = std::fs::File::create(&image).map_err(|e| e.to_string())?;
        file.set_len(megabytes << 20).map_err(|e| e.to_string())?;
        run(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(&image))?;
        let mut disk = Disk { root, image: Some(image), mounted: false };
        disk.mount().map_err(Trouble::CannotRun)?;
        Ok(disk)
    }

    /// A file system in memory, of so many megabytes.
    pub fn in_memory(folder: &Path, megabytes: u64) -> Result<Disk, Trouble> {
        may_mount(&["mount", "umount"])?;
        let root = folder.join("disk");
        std::fs::create_dir_all(&root).map_err(|e| e.to_string())?;
        let size = format!("size={megabytes}m");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tongban-trial"]).arg(&root);
        run(&mut mount).map_err(Trouble::CannotRun)?;
        Ok(Disk { root, image: None, mounted: true })
    }

    fn mount(&mut self) -> Result<(), String> {
        let Some(image) = &self.image else { return Ok(()) };
        let mut mount = Command::new("mount");
        mount.args(["-o", "loop,commit=300"]).arg(image).arg(&self.root);
        run(&mut mount)?;
        self.mounted = true;
        Ok(())
    }

    /// The power goes: whatever is not on the disk yet never gets there.
    pub fn cut(&self) -> Result<(), String> {
        run(Command::new("xfs_io").args(["-x", "-c", "shutdown"]).arg(&self.root))
    }

    /// The power comes back: unmounted, mounted, the journal replayed.
    pub fn power_on(&mut self) -> Result<(), String> {
        self.unmount()?;
        self.forgotten()?;
        self.mount()
    }

    /// Waits until nobody knows the file system any more. Whoever left with a copy of the mounts (a name space of
    /// his own) keeps it alive, and what is mounted then is half the old one: such a round would show nothing.
    fn forgotten(&self) -> Result<(), String> {
        let Some(image) = &self.image else { return Ok(()) };
        let held = || run_for(Command::new("losetup").arg("-j").arg(image));
        let gone = crate::clock::wait(Duration::from_secs(10), || {
            held().is_ok_and(|said| said.trim().is_empty())
        });
        let other =
            "somebody with mounts of his own (unshare, ip netns exec) keeps the file system";
        gone.then_some(()).ok_or_else(|| format!("{other}: end that, then try again"))
    }

    fn unmount(&mut self) -> Result<(), String> {
        // A process that was killed a moment ago may still be letting go of its files.
        let mut last = Err("not mounted".to_owned());
        for _ in 0..50 {
            last = run(Command::new("umount").arg(&self.root));
            if last.is_ok() {
                self.mounted = false;
                break;
            }
            crate::clock::pause(100);
        }
        last
    }

    /// Bytes that are free.
    pub fn free(&self) -> Result<u64, String> {
        let said = run_for(Command::new("df").args(["-B1", "--output=avail"]).arg(&self.root))?;
        let number = said.lines().last().and_then(|line| line.trim().parse().ok());
        number.ok_or_else(|| format!("df says {said}"))
    }

    /// Fills it up with a ballast, but for so many bytes.
    pub fn fill(&self, but: u64) -> Result<PathBuf, String> {
        let ballast = self.root.join("ballast");
        let mut file = std::fs::File::create(&ballast).map_err(|e| e.to_string())?;
        let chunk = vec![0x2A_u8; 64 << 10];
        let mut size = self.free()?.saturating_sub(but);
        // The server writes as well: the end may come sooner than counted, and that is the end.
        while size > 0 {
            let part = chunk.len().min(usize::try_from(size).unwrap_or(chunk.len()));
            match file.write(&chunk[..part]) {
                Ok(written) if written > 0 => size = size.saturating_sub(written as u64),
                _ => break,
            }
        }
        Ok(ballast)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.mounted
            && let Err(reason) = self.unmount()
        {
            say(&format!("{} stays mounted: {reason}", self.root.display()));
        }
    }
}
