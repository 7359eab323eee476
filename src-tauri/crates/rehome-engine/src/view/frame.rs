//! The frame around every step: top bar, list of steps, next step, run bar.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{AppBadge, OrgView, Problem};

/// Colour and icon of a state; never colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Tone {
    Neutral,
    Good,
    Info,
    Review,
    Bad,
}

/// Steps 1 to 6 of Okta's article, and the cut-over, which has no number: it is there where the service holds one identity
/// provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    Compare,
    Map,
    Pilot,
    Waves,
    CutOver,
    Retire,
    Delete,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MigrationView {
    pub id: String,
    pub org: OrgView,
    pub old: AppInFrame,
    pub new: AppInFrame,
    pub credential: CredentialView,
    pub steps: Vec<StepView>,
    /// Where the work stands.
    pub current: Step,
    pub calls: CallsView,
    /// A reading or run that is going on.
    pub run: Option<RunView>,
    /// When the apps were last read; None before the first reading.
    pub read_at: Option<String>,
    /// Nothing has been written to Okta yet.
    pub untouched: bool,
    pub recovery_code_confirmed: bool,
    /// Step 6 is done: only report and closing are left.
    pub finished: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppInFrame {
    pub id: String,
    pub label: String,
    pub badge: AppBadge,
    /// "ACTIVE", "INACTIVE", "deleted".
    pub status: String,
    /// The app's page in the Admin Console.
    pub url: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CredentialView {
    pub tone: Tone,
    /// "Credential healthy", "Credential refused by Okta".
    pub words: String,
    /// The window should ask for a credential.
    pub needed: bool,
    /// The client id, where the credential is a service app.
    pub client_id: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StepView {
    /// None: the cut-over, which is none of the six.
    pub number: Option<u32>,
    pub step: Step,
    pub title: String,
    /// "1 blocked, 3 to review", "wave 5 of 10 is running".
    pub words: String,
    pub tone: Tone,
    pub done: bool,
    /// May be opened to look at; doing something there has its own gate.
    pub reachable: bool,
}

/// Calls of this minute against the allowance of the apps bucket.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CallsView {
    pub used: u32,
    /// None until Okta has told its limit.
    pub allowed: Option<u32>,
    /// 429 answers so far in this session.
    pub refused: u32,
}

/// The one next step of a screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NextStep {
    pub title: String,
    pub words: String,
    pub tone: Tone,
    pub primary: Option<Offer>,
    pub secondary: Option<Offer>,
}

/// A button: what it says, and what it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    pub label: String,
    pub action: Action,
}

/// Everything that a next step can offer. The window knows how to do each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Action {
    /// `read_apps`
    ReadApps,
    /// Show another step.
    GoTo {
        step: Step,
    },
    /// Open a finding in the inspector.
    ShowFinding {
        finding: String,
    },
    /// Show the people of the map step who still need a decision.
    ShowUnsettled,
    /// Open the hand-over sheet.
    HandOver,
    /// Ask whether the service holds one identity provider or several.
    AnswerIdentity,
    /// Show a change on the new app, to be approved by name.
    ShowLine {
        line: String,
    },
    /// `run_lines`: make what is approved.
    RunLines,
    /// Show the people of a set in the map step.
    ShowSet {
        set: String,
    },
    /// Open the attribute in the map step.
    ShowAttribute {
        attribute: String,
    },
    /// Save the rows that need fixing, or load them fixed.
    FixByFile,
    /// Load the service's own list of accounts.
    LoadDownstream,
    /// Ask for the name of who has looked (`attest_finding`).
    AttestFinding {
        finding: String,
    },
    /// `confirm_guesses`
    ConfirmGuesses,
    /// Ask for and confirm the recovery code.
    RecoveryCode,
    /// Open the dialog in which pilot people are chosen.
    ChoosePilot,
    /// Ask by name for the word that the apps know accounts by different keys (`state_other_keys`).
    StateOtherKeys,
    /// Ask by name why a failed "right account" does not stop the pilot (`settle_script`).
    SettleScript {
        person: String,
    },
    /// Show what to send to the people of the pilot.
    AskPilot,
    /// `rehearse_undo`
    RehearseUndo {
        person: String,
    },
    /// Ask by name why the way back is not tried (`skip_rehearsal`).
    SkipRehearsal,
    /// `draft_plan`, then show it.
    DraftPlan,
    /// Show the drafted plan for approval, then `approve_plan`.
    ReviewPlan,
    /// Show how a second admin approves: export, code, fingerprint.
    SecondApproval,
    /// `run_wave`
    RunWave {
        wave: u32,
    },
    /// Show what rolling back would take away on the new app, then `roll_back`.
    RollBack,
    /// `prove`: read again.
    Prove,
    /// `retry_failed`: everybody of the wave who failed, nobody else.
    RetryFailed {
        wave: u32,
    },
    /// Ask for name and reason, then `approve_exceptions` with exactly this number.
    ApproveExceptions {
        wave: u32,
        number: u32,
    },
    /// Ask for name and reason, then `open_wave`.
    OpenWave {
        wave: u32,
    },
    /// `hold_wave` without a reason: it may begin again.
    ReleaseWave {
        wave: u32,
    },
    /// Show what somebody else changed, then `accept_foreign`.
    AcceptForeign,
    Pause,
    Resume,
    /// Show people of a state.
    ShowPeople {
        state: super::PersonState,
    },
    /// Ask for the name of who has noted the settings, or tried the break-glass account (`attest_cut_over`).
    AttestCutOver {
        word: super::CutOverWord,
    },
    /// Ask for the name of who starts it, then `start_cut_over`.
    StartCutOver,
    /// Ask for the name of who has seen the new values put in, then `finish_cut_over`.
    FinishCutOver,
    /// Ask for name and reason, then `undo_cut_over`.
    GoBackCutOver,
    /// `set_tiles`
    SetTiles,
    /// `retire_read_gate`
    ReadGate,
    /// Open a page in Okta.
    Open {
        url: String,
    },
    /// Ask for the attestation by name.
    Attest,
    /// `retire_canary`
    RunCanary,
    /// Ask "is the canary's account still active in the service?", by name.
    AttestCanary,
    /// Ask for the exact member count, then `retire_groups`.
    RetireGroups,
    /// `retire_individuals`
    RetireIndividuals,
    /// Confirm, then `deactivate_old`.
    DeactivateOld,
    /// Ask for the typed name, then `delete_old`.
    DeleteOld,
    SaveReport,
    CloseMigration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum RunState {
    Running,
    /// Waiting for Okta's limit, for a fan-out, for the network.
    Waiting,
    Pausing,
    Paused,
    Stopping,
    /// Came to its end; `problem` says why where it was not the planned one.
    Finished,
}

/// What is going on right now (reading, a wave, proving, retiring).
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunView {
    pub migration: String,
    /// "Reading both apps", "Pilot", "Wave 5", "Unassigning the old app".
    pub title: String,
    pub state: RunState,
    pub done: u32,
    /// None where the total is not known beforehand.
    pub total: Option<u32>,
    pub counts: OutcomeCounts,
    /// Who is being moved, or what is being read.
    pub now: Option<String>,
    /// "Waiting 23 s for Okta's limit".
    pub waiting: Option<String>,
    /// Something worth knowing that holds nothing up: "The service refused calls for going too fast: ...".
    pub remark: Option<String>,
    pub calls_per_minute: u32,
    /// Estimate, RFC 3339.
    pub ends_at: Option<String>,
    pub can_pause: bool,
    pub problem: Option<Problem>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeCounts {
    pub planned: u32,
    pub assigned: u32,
    pub proven: u32,
    pub signed_in: u32,
    pub failed: u32,
    pub unknown: u32,
    pub excluded: u32,
    pub retired: u32,
    /// Held back by name until they are released.
    pub held: u32,
}

/// One call made to Okta.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ActivityRow {
    pub at: String,
    pub method: String,
    pub path: String,
    /// None where no answer came.
    pub status: Option<u32>,
    pub milliseconds: u32,
    pub request_id: Option<String>,
    pub write: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ActivityView {
    pub total: u32,
    pub writes: u32,
    pub rows: Vec<ActivityRow>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReportView {
    /// Absolute paths of what was written.
    pub html: String,
    pub csv: String,
}
