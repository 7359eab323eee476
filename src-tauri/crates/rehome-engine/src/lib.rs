//! Use cases of a migration: inventory, run, recover, prove, retire, report.

pub mod secrets;
pub mod view;

mod rehome;

pub use rehome::Rehome;
