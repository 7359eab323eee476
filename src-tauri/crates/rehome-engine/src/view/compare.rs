//! Step 1.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Link, NextStep, Offer, Step, Tone};

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CompareView {
    pub next: NextStep,
    pub sections: Vec<CompareSection>,
    pub findings: Vec<FindingView>,
    /// Rows whose outcome is neither passed nor "differs as it must".
    pub matters: u32,
    pub all: u32,
    /// What differs between any two instances, explained once.
    pub always: Vec<AlwaysView>,
    /// "Can the service hold one identity provider or several?" None: nobody signs in to the service through Okta.
    pub identity: Option<IdentityQuestion>,
    pub vendor: Option<VendorView>,
    pub hand_over: HandOverState,
    /// Changes on the new app that are offered, approved or made.
    pub lines: Vec<LineView>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AlwaysView {
    pub id: String,
    pub title: String,
    /// What it means for the move.
    pub words: String,
}

/// How many identity providers the service can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum IdentityProviders {
    One,
    Several,
    Unknown,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IdentityQuestion {
    /// None: not answered yet.
    pub answer: Option<IdentityProviders>,
    /// What the vendor card says.
    pub card: IdentityProviders,
    pub card_words: String,
    pub source: Option<Link>,
    /// What the answer means for the plan.
    pub shape: String,
}

/// A sourced, dated warning about one vendor's behaviour.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct VendorView {
    pub vendor: String,
    /// Day on which the sources were read: "2026-11-25".
    pub read: String,
    /// What the service matches accounts by, and how it treats case.
    pub usernames: String,
    /// Findings of this card that apply here.
    pub traps: u32,
    pub source: Option<Link>,
}

/// Whose word stands behind something, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Signed {
    pub name: String,
    pub at: String,
    pub note: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandOverState {
    pub available: bool,
    pub signed: Option<Signed>,
    /// Signed for other values than the new app has now.
    pub outdated: bool,
    /// Signing says that the service's admin has the sheet and puts nothing in before the cut-over; else that it is put in.
    pub cut_over: bool,
}

/// What the service's admin has to put in, old and new beside each other.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandOverView {
    pub title: String,
    /// "SAML 2.0", "OpenID Connect".
    pub protocol: String,
    pub intro: Vec<String>,
    pub items: Vec<HandOverItem>,
    pub old_certificate: Option<CertificateView>,
    pub new_certificate: Option<CertificateView>,
    /// Both apps sign with the same key.
    pub shares_key: bool,
    pub warnings: Vec<String>,
    /// All of it as plain text, for copying.
    pub text: String,
    pub state: HandOverState,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandOverItem {
    pub id: String,
    pub label: String,
    pub hint: String,
    pub old: Option<String>,
    pub new: Option<String>,
    pub must_change: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CertificateView {
    pub subject: String,
    pub serial: String,
    pub valid_from: String,
    pub valid_to: String,
    /// Negative once expired.
    pub days_left: i32,
    /// "RSA, 2,048 bits".
    pub key: String,
    /// "SHA-256".
    pub signed_with: String,
    pub sha1: String,
    pub sha256: String,
    pub pem: String,
    pub tone: Tone,
}

/// A file that was written.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SavedFile {
    /// Absolute.
    pub path: String,
    /// "12 rows".
    pub words: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum LineState {
    /// Could be made; nobody has asked for it.
    Offered,
    /// Approved by name; not made yet.
    Approved,
    Done,
    Failed,
    /// Sent, and the answer was lost.
    Unknown,
    Undone,
}

/// A change on the new app, made by Rehome once it is approved by name.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LineView {
    pub id: String,
    /// The step whose screen shows it: compare or map.
    pub step: Step,
    pub title: String,
    pub what: String,
    /// What it is good for, and what it is not.
    pub buys: String,
    pub warnings: Vec<String>,
    /// The exact calls.
    pub calls: Vec<LineCall>,
    pub state: LineState,
    /// "Approved by Ana, not made yet", "Okta refused: ...".
    pub words: String,
    pub tone: Tone,
    pub approved: Option<Signed>,
    pub undo_words: String,
    pub can_undo: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LineCall {
    pub method: String,
    pub path: String,
    /// Pretty JSON.
    pub body: Option<String>,
}

/// A change that the admin asks for; others are offered by the comparison.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(tag = "change", rename_all = "camelCase")]
pub enum LineWish {
    /// Okta's mapping of one attribute of the new app, for every user type; no expression: it is taken away.
    Mapping {
        attribute: String,
        expression: Option<String>,
        push: bool,
    },
    /// An attribute of the old app that the new one lacks.
    Attribute { name: String },
    /// The new app's username template.
    Template { template: String, custom: bool },
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
    /// Id of the explanation in `always`, where it differs by nature.
    pub always: Option<String>,
    /// Where it stands in the raw JSON.
    pub raw: Option<RawPlace>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RawPlace {
    /// Title of a `RawPair`.
    pub piece: String,
    /// "settings.signOn.audience"; empty: the whole piece.
    pub pointer: String,
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
    /// Who has looked, where only a human can know.
    pub attested: Option<Signed>,
    /// What can be done about it here.
    pub offers: Vec<Offer>,
    /// Where a vendor card has it from.
    pub source: Option<Link>,
}

/// Raw JSON of both apps, secrets redacted.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RawPair {
    pub title: String,
    pub old: String,
    pub new: String,
}
