//! The token's share of Okta's limits.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What share of Okta's limits the credential has, and what raising it takes from others.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ShareView {
    pub words: String,
    pub takes: String,
    /// Tokens of the same admin; more than one where Okta does not tell which of them is used here.
    pub candidates: Vec<ShareOf>,
    /// Why it cannot be raised.
    pub unavailable: Option<String>,
    /// The most that may be asked for, in percent.
    pub most: u32,
    /// Approved for the waves, in percent.
    pub approved: Option<u32>,
    pub approved_by: Option<String>,
    /// Raised in Okta by this migration, and not put back yet.
    pub raised: Option<u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ShareOf {
    pub id: String,
    pub name: String,
    /// `SSWS_TOKEN` or `OAUTH_CLIENT`.
    pub kind: String,
    /// Of the calls, in percent.
    pub percentage: u32,
    /// Of the calls at once, in percent.
    pub at_once: u32,
}
