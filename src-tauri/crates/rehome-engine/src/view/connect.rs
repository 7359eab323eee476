//! Start screen, connecting, choosing the two apps.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Link, Problem, Tone};

/// The first screen.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StartView {
    pub journal: JournalState,
    pub keychain: KeychainState,
    pub migrations: Vec<MigrationSummary>,
    pub version: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "camelCase")]
pub enum JournalState {
    Open,
    /// The keychain does not open it (emptied, locked, another user): ask for the recovery code.
    NeedsRecoveryCode {
        problem: Problem,
    },
    Unusable {
        problem: Problem,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "camelCase")]
pub enum KeychainState {
    Available,
    /// Secrets are kept for this session only. `why` and `advice` are sentences.
    Unavailable {
        why: String,
        advice: String,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MigrationSummary {
    pub id: String,
    pub org: OrgView,
    pub old_label: String,
    pub new_label: String,
    pub started: String,
    /// "Wave 3 of 10", "Pilot: 8 of 12 proven".
    pub words: String,
    /// The credential is in the keychain or in memory; otherwise the window asks for it.
    pub has_credential: bool,
    /// The practice org of this migration is gone (the app was closed): it can only be removed.
    pub practice_gone: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum OrgKind {
    Production,
    Preview,
    Practice,
    /// A custom domain or a cell whose kind the host name does not tell.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum OrgEngine {
    Classic,
    IdentityEngine,
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OrgView {
    pub id: String,
    /// Company name where it could be read, else the host.
    pub name: String,
    pub host: String,
    pub url: String,
    pub kind: OrgKind,
    pub engine: OrgEngine,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionView {
    /// Handle for `list_apps` and `start_migration`; lives as long as the app.
    pub connection: String,
    pub org: OrgView,
    /// The admin behind the token, where it could be read.
    pub admin: Option<String>,
    /// The client id, where the credential is a service app.
    pub client_id: Option<String>,
    pub probes: Vec<ProbeView>,
    /// Everything that steps 1 and 2 need was allowed.
    pub can_read: bool,
    /// None where only writing could tell.
    pub can_write: Option<bool>,
    /// Where the token is kept: "in the keychain of this computer" or "in memory until you close Rehome, because ...".
    pub kept: String,
}

/// What an admin needs to make a service app for Rehome. Nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAppSetup {
    /// The key's name in Okta.
    pub key_id: String,
    /// Public key as JSON (a JWK), to paste.
    pub public_key: String,
    /// To grant at once; enough until the pilot.
    pub plan_scopes: Vec<String>,
    /// To grant before anybody is moved.
    pub run_scopes: Vec<String>,
    /// To grant if wished: a move works without them.
    pub optional_scopes: Vec<OptionalScope>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OptionalScope {
    pub scope: String,
    /// "adds people to groups: needed for wave groups".
    pub what_for: String,
}

/// One question of the self-check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProbeView {
    /// "Read app users".
    pub title: String,
    pub tone: Tone,
    /// What was found, or which scope or role is missing.
    pub words: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppChoice {
    pub id: String,
    pub label: String,
    /// Okta's catalogue key, equal for all instances of one integration.
    pub name: String,
    pub active: bool,
    /// "SAML 2.0", "OpenID Connect", "not set".
    pub sign_on: String,
    pub created: Option<String>,
    pub badge: AppBadge,
}

/// Letter tile standing for an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppBadge {
    pub letter: String,
    /// 0 to 7: index of the tile colour, from the app's name, so that both instances share it.
    pub colour: u32,
}

/// May these two be paired? `problems` block; `remarks` are sentences to read first.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PairView {
    pub problems: Vec<Problem>,
    pub remarks: Vec<String>,
    pub link: Option<Link>,
}
