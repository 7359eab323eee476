//! Client of the Okta Management API: addresses, credential, pacing, paging, errors.
//!
//! What a caller may do is split by handle, so that a type says what a piece of code can break:
//! [`Read`] changes nothing, [`Assign`] gives access and changes settings, [`Retire`] takes access away.
//!
//! Two promises hold for every call: the credential goes to the org's own origin and nowhere else, and a write is never
//! sent a second time unless Okta itself said that it did not act on the first ([`Retry::Limit`], [`Retry::Soon`],
//! [`Retry::Later`]).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::unwrap_in_result))]

mod address;
mod answer;
mod assign;
mod attempt;
mod budget;
mod catalogue;
mod client;
mod clock;
mod code;
mod credential;
mod discover;
mod error;
mod observe;
mod pacing;
mod paging;
mod read;
mod retire;
mod transport;
mod window;
mod wire;

pub use address::{AddressError, HostKind, OrgUrl};
pub use assign::Assign;
pub use catalogue::Code;
pub use client::{Client, ClientOptions};
pub use code::{Advice, Retry};
pub use credential::{
    ClientKey, Credential, GROUPS_SCOPE, Granted, KeyKind, NoToken, OPTIONAL_SCOPES, PLAN_SCOPES, RUN_SCOPES,
    SHARE_SCOPE, Scopes, ServiceApp,
};
pub use discover::{OrgMetadata, Pipeline, discover};
pub use error::{FailureClass, OktaError, Refusal, WriteError};
pub use observe::{CallSeen, Observer, Unobserved, WaitReason, Waiting};
pub use pacing::BucketState;
pub use paging::Pages;
pub use read::{AppQuery, LogPoll, Read};
pub use retire::Retire;
pub use window::Bucket;
pub use wire::Timeouts;

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the client itself is tested, without a gate")]
mod tests;
