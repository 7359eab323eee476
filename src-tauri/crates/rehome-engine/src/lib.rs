//! Use cases of a migration: inventory, run, recover, prove, retire, report.
//!
//! The engine knows no window: it asks a [`host::Host`] for the little that it needs of one, and keeps the truth in the
//! journal and in Okta (invariant 9).
#![cfg_attr(test, allow(clippy::unwrap_used))]

#[doc(hidden)]
pub mod bench;
pub mod host;
pub mod secrets;
pub mod view;

mod actions;
mod approval;
mod choices;
mod connect;
mod connecting;
mod credential;
mod cut_over;
mod gate;
mod going_back;
mod history;
mod intake;
mod inventory;
mod links;
mod meter;
mod migration;
mod model;
mod piloting;
mod planning;
mod present;
mod probes;
mod problem;
mod refusals;
mod rehome;
mod report;
mod report_pilot;
mod retire;
mod retiring;
mod run;
mod runs;
mod settling;
mod sharing;
mod undo;
mod vault;

pub use credential::{service_app_name, token_name};
pub use rehome::{OTHER_MAPPINGS, Rehome, RehomeOptions};
pub use run::kinds::OperationKind;
