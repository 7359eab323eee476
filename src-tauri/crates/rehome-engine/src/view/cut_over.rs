//! The cut-over: sign-in switches for everybody at one moment.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{CertificateView, CheckOutcome, ExceptionView, HandOverItem, NextStep, PersonRow, Signed};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CutOverPhase {
    Before,
    /// The service's settings are being changed.
    Running,
    /// The new values stand in the service.
    Done,
    /// The old values stand in the service again.
    GoneBack,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CutOverView {
    pub next: NextStep,
    pub phase: CutOverPhase,
    /// The hour that was agreed with the service's admin, RFC 3339.
    pub agreed: Option<String>,
    /// What must hold before it begins.
    pub checks: Vec<CutOverCheck>,
    pub ready: bool,
    /// Who does what, in order.
    pub runbook: Vec<RunbookLine>,
    /// What changes in the service: the old value is the way back.
    pub values: Vec<HandOverItem>,
    pub old_certificate: Option<CertificateView>,
    pub new_certificate: Option<CertificateView>,
    pub started: Option<Signed>,
    pub put_in: Option<Signed>,
    pub went_back: Option<Signed>,
    /// How long it took, where it is over.
    pub seconds: Option<u32>,
    /// Minutes without a sign-in after which going back is advised.
    pub decide_minutes: u32,
    /// People of the pilot, and how many of them have signed in since.
    pub pilot: u32,
    pub pilot_signed_in: u32,
    /// People of the pilot who have not signed in since: what is known of why stands in the note. Empty before.
    pub silent: Vec<PersonRow>,
    /// Who need not sign in first, by name with a reason.
    pub exceptions: Vec<ExceptionView>,
    pub people: u32,
    pub signed_in: u32,
    /// Left out by name: the service ends for them with the cut-over.
    pub left_out: u32,
    /// Tiles do not stand as they should by now.
    pub tiles_open: bool,
    /// What going back does, line by line.
    pub way_back: Vec<String>,
    pub can_go_back: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CutOverCheck {
    /// everybody-placed, hand-over, settings, break-glass.
    pub id: String,
    pub title: String,
    pub words: String,
    pub mend: String,
    pub outcome: CheckOutcome,
    pub signed: Option<Signed>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunbookLine {
    /// "You", "The service's admin", "The people of the pilot".
    pub who: String,
    pub what: String,
    pub words: String,
    pub done: bool,
    /// This is on now.
    pub now: bool,
}

/// What a human says before the cut-over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CutOverWord {
    /// Old and new settings are kept where they can be read without Okta.
    Settings,
    /// An account of the service that does not need Okta was tried.
    BreakGlass,
}
