//! The one integration binary: the town's stories, on the PostgreSQL server that `TONGBAN_TEST_POSTGRES` names, else on
//! SQLite. A whole test run does both, one after the other.

mod about;
mod anywhere;
mod backup;
mod cases;
mod certificates;
mod command;
mod counter;
mod crowd;
mod custody;
mod cut;
mod depth;
mod desk;
mod developers;
mod door;
mod doors;
mod exchange;
mod handover;
mod hostile;
mod identity;
mod issuing;
mod kept;
mod keys;
mod kill;
mod lock;
mod papers;
mod policy;
mod proxy;
mod sample;
mod sharing;
mod spared;
mod sql;
mod town;
mod versions;
mod whole_run;
