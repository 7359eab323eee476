//! The front door: who calls, with what, whether that is allowed, and how often.

mod api_tokens;
mod control;
pub(crate) mod credential;
mod front;
pub(crate) mod limits;
pub(crate) mod oauth;
mod powers;
mod scopes;
mod shares;

use std::collections::BTreeMap;

pub use control::MadeToken;
pub(crate) use front::{Crowd, base_of};

use credential::Token;
use oauth::OAuth;
use shares::Share;

/// What the front door remembers, besides the token that `Org::token` is.
#[derive(Clone, Default)]
pub(crate) struct Door {
    /// API tokens other than the one that is in `Org::token`.
    pub resting: Vec<Token>,
    pub oauth: OAuth,
    /// What was changed with `/api/v1/principal-rate-limits`, by the id of token or client.
    pub shares: BTreeMap<String, Share>,
}
