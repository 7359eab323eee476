//! Step 3: who goes first, what they cover, what they found, and the way back that is tried on one of them.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{NextStep, OutcomeCounts, PersonRow, PlanView};

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PilotView {
    pub next: NextStep,
    /// The chosen people, in the order of their names.
    pub people: Vec<PilotPerson>,
    pub counts: OutcomeCounts,
    pub plan: Option<PlanView>,
    /// May still be changed.
    pub open: bool,
    /// How people are proven and what is still missing, in words.
    pub proof_words: String,
    /// What the chosen people cover; None while nobody is chosen.
    pub coverage: Option<CoverageWords>,
    /// What to send to them; None while nobody is chosen.
    pub ask: Option<AskList>,
    /// What stops the pilot and every wave.
    pub stops: Vec<PilotStop>,
    /// The word that old and new app know accounts by different keys.
    pub other_keys: Option<OtherKeys>,
    pub rehearsal: RehearsalView,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PilotPerson {
    pub row: PersonRow,
    /// The newest sign-in to the new app was refused: why. None: none was, or one has worked since.
    pub refused: Option<String>,
    /// Why "same account" cannot be told, where it cannot.
    pub account_words: String,
    /// All five, in their order.
    pub script: Vec<ScriptLine>,
    /// How often the script says pass; five is all.
    pub passed: u32,
}

/// What each pilot person tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ScriptCheck {
    Opens,
    RightAccount,
    RightRole,
    SignOut,
    Mobile,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ScriptResult {
    Pass,
    Fail,
    /// Does not apply to this person: nobody uses it on a phone.
    NotApplicable,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ScriptLine {
    pub check: ScriptCheck,
    /// "Right account".
    pub title: String,
    /// What the person is asked to do.
    pub words: String,
    /// None: not told yet.
    pub result: Option<ScriptResult>,
    pub note: String,
    /// RFC 3339.
    pub at: Option<String>,
}

/// In one line, for the people who are chosen.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CoverageWords {
    pub covered: u32,
    pub total: u32,
    pub words: String,
}

/// What people who are being chosen cover, and what not.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PilotCoverage {
    pub covered: u32,
    /// What can be covered by somebody who may go first.
    pub total: u32,
    /// "23 of 25 covered: the group Contractors and role: Auditor are in nobody."
    pub words: String,
    pub kinds: Vec<CoverageKind>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CoverageKind {
    /// "Groups".
    pub title: String,
    pub covered: u32,
    pub total: u32,
    /// What is missing comes first; at most 60.
    pub items: Vec<CoverageItem>,
    /// Items beyond those.
    pub more: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CoverageItem {
    pub name: String,
    /// How many people have it.
    pub people: u32,
    /// The name of somebody chosen who has it.
    pub by: Option<String>,
    /// Who would cover it best; None where it is covered, or where nobody may go first who has it.
    pub best: Option<PersonRow>,
}

/// What to send to the people of the pilot; safe to paste into mails, chats and tables.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AskList {
    /// Addresses, separated by semicolons.
    pub addresses: String,
    /// Name, tab, login; a line each.
    pub table: String,
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum StopKind {
    /// Okta shows another account id on the new app.
    OtherAccount,
    /// Somebody of the pilot says that it is not their account.
    Script,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PilotStop {
    pub kind: StopKind,
    pub title: String,
    pub words: String,
    /// Ids and names.
    pub people: Vec<Named>,
    /// Why going on by a word is refused; empty where it is not.
    pub evidence: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Named {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OtherKeys {
    pub name: String,
    pub reason: String,
    pub at: String,
    /// Nothing that was read since speaks against it.
    pub holds: bool,
    pub words: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum RehearsalState {
    /// Somebody of the pilot must be proven first.
    NotYet,
    /// The new app can deactivate accounts: untick first.
    Refused,
    Ready,
    /// Begun and not finished: the person may be off the new app.
    UnderWay,
    Done,
    Skipped,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RehearsalView {
    pub state: RehearsalState,
    pub words: String,
    /// Who is, was or could be taken back and forward again.
    pub person: Option<Named>,
    /// Others who could be.
    pub others: Vec<Named>,
    /// By whom it was skipped, or None.
    pub by: Option<String>,
    pub reason: Option<String>,
    /// When it was done or skipped, RFC 3339.
    pub at: Option<String>,
    /// The Provisioning tab of the new app, where it must be unticked.
    pub link: Option<super::Link>,
}
