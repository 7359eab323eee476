use serde::{Deserialize, Serialize};

/// What became of one question about readiness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CheckOutcome {
    Passed,
    NeedsReview,
    Blocked,
    /// Only a human can know.
    Attest,
    /// Could not be read.
    Unknown,
}
