//! Assembles the house: configuration, routes, workers and the words of the command line.
//!
//! Read `routes.rs` for the whole address map, `node.rs` for how a node is put together, `cli.rs` for
//! what one can type.

#![expect(
    clippy::print_stderr,
    reason = "this crate is the command line: what it has to say, it prints"
)]

/// Prints one line. A reader that has heard enough (`tongban verify … | head`) is no failure.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($words)*);
    }};
}
use say;

pub mod about;
pub mod backup;
pub mod bench;
pub mod classes;
pub mod cli;
pub mod config;
pub mod demo;
pub mod developers;
pub mod doctor;
pub mod generate;
pub mod health;
pub mod listener;
pub mod metrics;
pub mod node;
pub mod process;
pub mod routes;
pub mod serve;
pub mod verify;
pub mod wire;
