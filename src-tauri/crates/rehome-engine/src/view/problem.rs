//! Errors are product: what happened, why, how to mend it, and where.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What the window branches on. A variant exists only where something different is shown or offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ProblemCode {
    /// The address is not one that Rehome connects to (not https, no host, not loopback).
    BadAddress,
    /// Something answered, but it is not an Okta org.
    NotOkta,
    /// Nothing answered: no network, wrong host, proxy.
    Unreachable,
    /// The credential is not accepted (expired, revoked, mistyped).
    CredentialRejected,
    /// The credential is accepted but may not do this.
    NotAllowed,
    /// The credential belongs to another org than the migration.
    OtherOrg,
    /// Old and new app cannot be paired.
    BadPair,
    /// The admin's input is not usable.
    BadInput,
    /// A gate is closed; nothing was changed.
    GateClosed,
    /// The approved plan no longer fits what Okta says; nothing was changed.
    PlanStale,
    /// The recovery code has to be written down first.
    RecoveryCodeNeeded,
    /// The recovery code does not open this journal.
    WrongRecoveryCode,
    /// The journal cannot be opened with the keychain; the recovery code is asked for.
    JournalLocked,
    /// The journal cannot be written (disk full, read-only, damaged).
    JournalUnwritable,
    /// Another run or reading is going on.
    Busy,
    /// Okta refused or answered something unexpected.
    Okta,
    /// The practice org of this migration ended with the window that started it.
    PracticeGone,
    /// Something that should not happen; the detail helps whoever mends it.
    Unexpected,
}

/// An answer that says no, in words for a tired admin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    pub code: ProblemCode,
    /// What happened, one sentence.
    pub what: String,
    /// Why it happened or why it matters.
    pub why: String,
    /// What the admin can do now.
    pub mend: String,
    /// The right page in Okta, where there is one.
    pub link: Option<Link>,
    /// For support: request id, status, Okta's own words.
    pub detail: Option<String>,
}

/// A page in Okta. Opened by the shell, which only opens links that the engine made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    pub label: String,
    pub url: String,
}
