//! The tongban binary: one word per role.

use clap::Parser;
use tongban::cli::{Cli, Command, run};
use tongban::process::settle_allocator;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    if matches!(cli.command, Command::Serve(_) | Command::Demo(_)) {
        settle_allocator();
    }
    run(cli)
}
