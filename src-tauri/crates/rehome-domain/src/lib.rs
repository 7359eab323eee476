//! What Rehome knows about apps, people, plans and gates; pure: no I/O, no clock, no randomness.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod alike;
pub mod approval;
pub mod attributes;
mod by_user;
mod certificates;
mod check;
pub mod compare;
pub mod cut_over;
pub mod downstream;
pub mod drift;
pub mod effective;
pub mod fixes;
pub mod gate;
pub mod handover;
mod ids;
mod lenient;
pub mod lines;
mod metadata;
pub mod people;
pub mod pilot;
pub mod plan;
mod profile;
pub mod schedule;
mod shapes;
pub mod suspects;
pub mod usernames;
pub mod vendor;
pub mod wave_gate;

pub use by_user::ByUser;
pub use certificates::*;
pub use check::CheckOutcome;
pub use ids::{AccountId, AppId, GroupId, OrgId, UserId};
pub use metadata::*;
pub use profile::Profile;
pub use rehome_expression::Org;
pub use shapes::*;
