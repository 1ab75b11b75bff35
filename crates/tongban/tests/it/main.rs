//! The one integration binary: the town's stories, on SQLite always and on PostgreSQL when
//! `TONGBAN_TEST_POSTGRES` names a server.

mod command;
mod doors;
mod hostile;
mod keys;
mod kill;
mod policy;
mod sql;
mod town;
mod versions;
