//! Everything in one binary: linking SQLCipher takes longer than the tests.

mod chain;
mod fixture;
mod group_commit;
mod keys;
mod kill;
mod opening;
mod operations;
mod tables;
mod trouble;
mod wipe;
