//! What is compared: everything that was read of the two apps and of what hangs on them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{App, GroupId, Mapping, Reading, SamlMetadata, Schema, SigningKey};

/// Which engine the org runs on: Classic has no API for the sign-on rules of an app (api-facts 10.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Engine {
    Classic,
    Identity,
}

/// How many identity providers the service holds at once. It decides whether people can move wave by wave (P36).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum IdentityProviders {
    One,
    Several,
    #[default]
    Unknown,
}

impl IdentityProviders {
    /// The plan that follows; `None` while nobody knows.
    pub fn shape(self) -> Option<PlanShape> {
        match self {
            Self::One => Some(PlanShape::CutOver),
            Self::Several => Some(PlanShape::Parallel),
            Self::Unknown => None,
        }
    }
}

/// How sign-in moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlanShape {
    /// The service accepts both apps at once: people move wave by wave.
    #[default]
    Parallel,
    /// The service holds one identity provider: everybody's sign-in switches at one moment.
    CutOver,
}

impl PlanShape {
    /// `None`: the question applies and has no answer yet. Apps without federation always move in parallel.
    pub fn of(old: &App, new: &App, answer: Option<IdentityProviders>) -> Option<Self> {
        if is_federated(old, new) {
            answer.and_then(IdentityProviders::shape)
        } else {
            Some(Self::Parallel)
        }
    }

    pub fn is_parallel(&self) -> bool {
        *self == Self::Parallel
    }
}

#[derive(Clone, Debug)]
pub struct CompareInput {
    pub engine: Engine,
    pub old: Side,
    pub new: Side,
    /// Everything else in the org that may name the old app.
    pub attached: Reading<Vec<Attached>>,
    /// Kinds of attached objects that could not be read, with a sentence why.
    pub unreadable: Vec<(AttachedKind, String)>,
    /// Names of groups, people, network zones, user types and the like, by id, as far as they are known.
    pub names: BTreeMap<String, String>,
    /// The admin's answer. `None`: not asked yet.
    pub identity_providers: Option<IdentityProviders>,
    /// What the vendor card says; a guess until the admin has answered.
    pub card_says: IdentityProviders,
    /// Where the card has it from, as a sentence; empty without a card.
    pub card_words: String,
}

impl CompareInput {
    /// Two apps of which nothing else was asked.
    pub fn new(engine: Engine, old: Side, new: Side) -> Self {
        Self {
            engine,
            old,
            new,
            attached: Reading::NotApplicable,
            unreadable: Vec::new(),
            names: BTreeMap::new(),
            identity_providers: None,
            card_says: IdentityProviders::Unknown,
            card_words: String::new(),
        }
    }

    /// See [`is_federated`].
    pub fn is_federated(&self) -> bool {
        is_federated(&self.old.app, &self.new.app)
    }

    /// See [`PlanShape::of`].
    pub fn shape(&self) -> Option<PlanShape> {
        PlanShape::of(&self.old.app, &self.new.app, self.identity_providers)
    }
}

/// Okta signs something for the service: it must be told about the new app (SAML, WS-Federation, OpenID Connect).
pub fn is_federated(old: &App, new: &App) -> bool {
    let signs = |app: &App| {
        matches!(
            app.sign_on_mode.as_deref(),
            Some("SAML_2_0" | "SAML_1_1" | "WS_FEDERATION" | "OPENID_CONNECT")
        )
    };
    signs(old) || signs(new)
}

/// Everything that was read of one app.
#[derive(Clone, Debug)]
pub struct Side {
    pub app: App,
    pub schema: Reading<Schema>,
    /// Onto the app, one for each user type.
    pub mappings: Reading<Vec<Mapping>>,
    pub keys: Reading<Vec<SigningKey>>,
    pub metadata: Reading<SamlMetadata>,
    /// Identity Engine alone.
    pub policy: Reading<Policy>,
    pub people: Reading<PeopleCount>,
    /// Assigned groups.
    pub groups: Reading<usize>,
    /// Assigned groups by id, with their names.
    pub assigned_groups: Reading<BTreeMap<GroupId, String>>,
    pub push: Reading<Vec<PushMapping>>,
    /// USER_PROVISIONING and INBOUND_PROVISIONING, of the few apps that show them (api-facts 8.1, 8.3).
    pub feature_objects: Reading<Vec<Value>>,
    /// `connections/default` of the same few apps (api-facts 8.4).
    pub connection: Reading<Value>,
}

impl Side {
    /// An app of which nothing else was asked.
    pub fn new(app: App) -> Self {
        Self {
            app,
            schema: Reading::NotApplicable,
            mappings: Reading::NotApplicable,
            keys: Reading::NotApplicable,
            metadata: Reading::NotApplicable,
            policy: Reading::NotApplicable,
            people: Reading::NotApplicable,
            groups: Reading::NotApplicable,
            assigned_groups: Reading::NotApplicable,
            push: Reading::NotApplicable,
            feature_objects: Reading::NotApplicable,
            connection: Reading::NotApplicable,
        }
    }
}

/// People on an app, by how they have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeopleCount {
    pub individually: usize,
    pub through_groups: usize,
    /// Of both, those whom no account in the service is linked to (`externalId` is null).
    pub without_external_id: usize,
}

/// An access policy (api-facts 10.1).
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    pub id: String,
    pub name: String,
    /// `None`: not read.
    pub rules: Option<usize>,
    /// As Okta lists them; empty where not read.
    pub rule_list: Vec<Value>,
    pub raw: Value,
}

impl Policy {
    /// Never fails: a policy is only shown.
    pub fn read(raw: Value, rules: Option<usize>) -> Self {
        let text = |key: &str| raw[key].as_str().unwrap_or_default().to_owned();
        Self {
            id: text("id"),
            name: text("name"),
            rules,
            rule_list: Vec::new(),
            raw,
        }
    }

    pub fn with_rules(raw: Value, rules: Vec<Value>) -> Self {
        Self {
            rule_list: rules.clone(),
            ..Self::read(raw, Some(rules.len()))
        }
    }

    /// The policy that Okta gives every new app (`system: true`, P38).
    pub fn is_default(&self) -> bool {
        self.raw["system"] == true
    }
}

/// A group that an app pushes to its service (api-facts 10.3).
#[derive(Clone, Debug, PartialEq)]
pub struct PushMapping {
    pub id: String,
    /// ACTIVE, INACTIVE or ERROR.
    pub status: String,
    pub source_group: String,
    pub target_group: String,
    /// Known only where somebody looked the group up.
    pub source_name: Option<String>,
    pub target_name: Option<String>,
    pub raw: Value,
}

impl PushMapping {
    /// Never fails: an odd one counts as active, so that nobody overlooks it.
    pub fn read(raw: Value) -> Self {
        let text = |key: &str| raw[key].as_str().unwrap_or_default().to_owned();
        Self {
            id: text("id"),
            status: text("status"),
            source_group: text("sourceGroupId"),
            target_group: text("targetGroupId"),
            source_name: None,
            target_name: raw["targetGroupName"].as_str().map(str::to_owned),
            raw,
        }
    }

    pub fn is_active(&self) -> bool {
        self.status != "INACTIVE"
    }
}

/// Something else in the org that may name the old app.
#[derive(Clone, Debug, PartialEq)]
pub struct Attached {
    pub kind: AttachedKind,
    pub id: String,
    pub name: String,
    pub raw: Value,
}

/// Kinds of objects that can name an app (api-facts 10.4). Without an API, and so never found: event hooks' receivers,
/// log streams, Workflows, access requests, Terraform files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AttachedKind {
    AccessPolicyRule,
    RoutingRule,
    EnrollmentPolicyRule,
    SessionPolicyRule,
    ProfileEnrollment,
    GroupRule,
    /// A profile mapping of another app.
    Mapping,
    /// Another app: its username template and attribute statements.
    AppSetting,
    InlineHook,
    EventHook,
    AuthorizationServer,
    /// A claim that an authorization server puts into tokens.
    TokenClaim,
    Brand,
    IdentityProvider,
    FederatedClaim,
    /// A group that the old app imported (APP_GROUP); it vanishes with the app.
    GroupFromApp,
    Other(String),
}

impl AttachedKind {
    /// As a label: "Routing rules".
    pub fn words(&self) -> &str {
        match self {
            Self::AccessPolicyRule => "Rules of access policies",
            Self::RoutingRule => "Routing rules",
            Self::EnrollmentPolicyRule => "Rules of enrolment policies",
            Self::SessionPolicyRule => "Rules of session policies",
            Self::ProfileEnrollment => "Profile enrolment policies",
            Self::GroupRule => "Group rules",
            Self::Mapping => "Mappings of other apps",
            Self::AppSetting => "Settings of other apps",
            Self::InlineHook => "Inline hooks",
            Self::EventHook => "Event hooks",
            Self::AuthorizationServer => "Authorization servers",
            Self::TokenClaim => "Claims of authorization servers",
            Self::Brand => "Brands",
            Self::IdentityProvider => "Identity providers",
            Self::FederatedClaim => "Federated claims",
            Self::GroupFromApp => "Groups that come from the old app",
            Self::Other(words) => words,
        }
    }

    /// Stable name for row ids: `routing-rule`.
    pub fn id(&self) -> &str {
        match self {
            Self::AccessPolicyRule => "access-policy-rule",
            Self::RoutingRule => "routing-rule",
            Self::EnrollmentPolicyRule => "enrollment-policy-rule",
            Self::SessionPolicyRule => "session-policy-rule",
            Self::ProfileEnrollment => "profile-enrollment",
            Self::GroupRule => "group-rule",
            Self::Mapping => "mapping",
            Self::AppSetting => "app-setting",
            Self::InlineHook => "inline-hook",
            Self::EventHook => "event-hook",
            Self::AuthorizationServer => "authorization-server",
            Self::TokenClaim => "token-claim",
            Self::Brand => "brand",
            Self::IdentityProvider => "identity-provider",
            Self::FederatedClaim => "federated-claim",
            Self::GroupFromApp => "group-from-app",
            Self::Other(words) => words,
        }
    }
}
