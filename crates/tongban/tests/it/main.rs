//! The one integration binary: the town's stories, on SQLite always and on PostgreSQL when
//! `TONGBAN_TEST_POSTGRES` names a server.

mod cases;
mod command;
mod depth;
mod desk;
mod counter;
mod developers;
mod doors;
mod hostile;
mod identity;
mod kept;
mod keys;
mod kill;
mod papers;
mod lock;
mod policy;
mod sql;
mod town;
mod versions;
