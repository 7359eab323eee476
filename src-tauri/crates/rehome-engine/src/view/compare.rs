//! Step 1.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Link, NextStep, Step, Tone};

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CompareView {
    pub next: NextStep,
    pub sections: Vec<CompareSection>,
    pub findings: Vec<FindingView>,
    /// Rows whose outcome is neither passed nor "differs as it must".
    pub matters: u32,
    pub all: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CompareSection {
    pub title: String,
    pub rows: Vec<CompareRow>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CompareRow {
    pub id: String,
    pub label: String,
    pub old: Vec<Span>,
    pub new: Vec<Span>,
    pub outcome: RowOutcome,
    /// "Passed", "Differs as it must", "Needs review".
    pub words: String,
    pub matters: bool,
    pub finding: Option<String>,
}

/// A piece of a value; `differs` pieces are marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Span {
    pub text: String,
    pub differs: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum RowOutcome {
    Same,
    DiffersAsItMust,
    NeedsReview,
    Blocked,
    OnlyInOld,
    OnlyInNew,
    CouldNotBeRead,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
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

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FindingView {
    /// The name of the check, stable: "signing-certificate".
    pub id: String,
    pub title: String,
    pub outcome: CheckOutcome,
    pub words: String,
    pub tone: Tone,
    /// The first step that it closes; None: it closes nothing.
    pub blocks: Option<Step>,
    pub what: String,
    pub why: String,
    pub mend: String,
    pub evidence: String,
    pub read_at: String,
    pub link: Option<Link>,
    /// May be passed by name with a reason.
    pub can_skip: bool,
    /// The reason, once skipped.
    pub skipped: Option<String>,
    /// Marked as reviewed.
    pub reviewed: bool,
}

/// Raw JSON of both apps, secrets redacted.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RawPair {
    pub title: String,
    pub old: String,
    pub new: String,
}
