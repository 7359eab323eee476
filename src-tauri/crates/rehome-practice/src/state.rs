//! Everything the org holds, behind one mutex (`Shared`), which is never held across an await.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{
    Behaviour, Options,
    clock::OrgClock,
    control::CallSeen,
    directory::Directory,
    door::{Door, credential::Token, limits::RateLimits},
    downstream::Downstream,
    faults::FaultState,
    ids::Ids,
    jobs::Jobs,
    log::Log,
};

pub(crate) type Object = Map<String, Value>;

#[derive(Clone)]
pub(crate) struct Shared {
    org: Arc<Mutex<Org>>,
    pub clock: OrgClock,
}

impl Shared {
    pub(crate) fn new(org: Org) -> Self {
        Self {
            clock: org.clock,
            org: Arc::new(Mutex::new(org)),
        }
    }

    /// The org as it is at this moment: jobs that are due have been done.
    pub(crate) fn org(&self) -> MutexGuard<'_, Org> {
        // A panic in one call must not take the whole org down; the state is plain data and stays usable.
        let mut org = self.org.lock().unwrap_or_else(PoisonError::into_inner);
        let now = org.clock.now();
        org.run_due(now);
        org
    }
}

#[derive(Clone)]
pub(crate) struct Org {
    pub options: Options,
    /// `http://127.0.0.1:PORT`
    pub url: String,
    pub clock: OrgClock,
    pub ids: Ids,
    pub id: String,
    /// What the call that is being answered is made with; between calls, the token that the org was started with.
    pub token: Token,
    pub door: Door,
    /// The default user type (`oty...`).
    pub user_type: String,
    /// User types with their schemas, linked objects, roles and settings of the org.
    pub directory: Directory,
    pub users: BTreeMap<String, User>,
    /// Lower-case login → user id.
    pub logins: HashMap<String, String>,
    pub groups: BTreeMap<String, Group>,
    pub everyone: String,
    pub group_rules: Vec<Value>,
    /// Memberships are being changed by group rules, which must not set off the rules again from within.
    pub following_rules: bool,
    pub apps: BTreeMap<String, App>,
    /// How many apps of the wizard ever had a name that begins like this.
    pub wizard_names: BTreeMap<String, u32>,
    pub mappings: BTreeMap<String, Value>,
    pub policies: BTreeMap<String, Policy>,
    pub default_policy: String,
    /// Identity providers, hooks, brands, authorization servers and zones.
    pub elsewhere: crate::elsewhere::Elsewhere,
    /// Admin roles of OAuth clients, by client id (which is the app's id): objects as `/oauth2/v1/clients/{id}/roles` shows them.
    pub client_roles: BTreeMap<String, Vec<Value>>,
    pub downstreams: BTreeMap<String, Downstream>,
    /// Classic Engine's sign-on rules by app, which only the console knows.
    pub sign_on_rules: BTreeMap<String, Vec<crate::console::sign_on::SignOnRule>>,
    pub log: Log,
    /// The call that is being answered.
    pub calling: Option<crate::log::Calling>,
    pub jobs: Jobs,
    pub limits: RateLimits,
    pub faults: FaultState,
    pub expressions: crate::expression::Expressions,
    pub calls: Vec<CallSeen>,
    pub planted: Vec<crate::seed::Planted>,
    /// Apps that tell other keys of accounts than the service's own ids.
    pub other_keys: BTreeSet<String>,
    /// Users whose activation is under way, until when.
    pub activating: BTreeMap<String, Timestamp>,
}

#[derive(Clone)]
pub(crate) struct User {
    pub id: String,
    pub status: &'static str,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub status_changed: Timestamp,
    pub last_login: Option<Timestamp>,
    pub profile: Object,
    pub account: Account,
    /// Without Everyone, which holds all users.
    pub groups: BTreeSet<String>,
}

/// What an Okta user has besides the profile.
#[derive(Clone, Default)]
pub(crate) struct Account {
    /// User type; `None` is the org's default one.
    pub kind: Option<String>,
    pub activated: Option<Timestamp>,
    /// When the password was set; `None` without one.
    pub password: Option<Timestamp>,
    pub question: Option<String>,
    /// `credentials.provider`; `None` is Okta itself.
    pub provider: Option<Value>,
}

impl User {
    /// Somebody who has been there since `at`, with the password that the status goes with.
    pub(crate) fn since(at: Timestamp, id: String, status: &'static str, profile: Object) -> Self {
        let account = Account {
            activated: (status != "STAGED").then_some(at),
            password: (!matches!(status, "STAGED" | "PROVISIONED")).then_some(at),
            ..Account::default()
        };
        Self {
            id,
            status,
            created: at,
            updated: at,
            status_changed: at,
            last_login: None,
            profile,
            account,
            groups: BTreeSet::new(),
        }
    }

    pub(crate) fn text(&self, attribute: &str) -> &str {
        self.profile.get(attribute).and_then(Value::as_str).unwrap_or("")
    }

    pub(crate) fn login(&self) -> &str {
        self.text("login")
    }

    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.text("firstName"), self.text("lastName"))
            .trim()
            .to_owned()
    }

    /// Okta's list of statuses that may be assigned to apps; SUSPENDED is not on it, yet nothing says that it is refused.
    pub(crate) fn may_have_apps(&self) -> bool {
        self.status != "DEPROVISIONED"
    }

    pub(crate) fn may_sign_in(&self) -> bool {
        matches!(self.status, "ACTIVE" | "PASSWORD_EXPIRED" | "RECOVERY")
    }
}

#[derive(Clone)]
pub(crate) struct Group {
    pub id: String,
    pub name: String,
    pub description: String,
    /// `OKTA_GROUP`, `APP_GROUP` or `BUILT_IN`
    pub kind: &'static str,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub membership_updated: Timestamp,
    /// Custom attributes of the group.
    pub extra: Object,
    /// Members whom a group rule put in, by that rule; they leave when it no longer matches them.
    pub by_rule: BTreeMap<String, String>,
    pub members: BTreeSet<String>,
    /// App that an `APP_GROUP` was imported from.
    pub source: Option<String>,
}

#[derive(Clone)]
pub(crate) struct App {
    pub id: String,
    /// The app object without `_links`, kept as JSON so that recorded apps keep unknown fields.
    pub raw: Object,
    /// Recorded apps: `_links` as they came.
    pub links: Option<Value>,
    pub active: bool,
    /// What the boxes on the Provisioning page really say; `raw.features` is what the API shows.
    pub features: BTreeSet<String>,
    /// The `features` array that the API shows whatever the boxes say.
    pub lie: Option<Vec<String>>,
    pub features_lag: std::time::Duration,
    /// Boxes as they were before the API connection was switched off.
    pub saved_features: Option<BTreeSet<String>>,
    /// `exk...`: the external key in entityID and SSO addresses.
    pub external_key: String,
    pub link_id: String,
    pub policy: Option<String>,
    pub keys: Vec<Value>,
    pub metadata: Option<String>,
    pub schema: Value,
    /// Mapping Okta user → app.
    pub push_mapping: Option<String>,
    pub group_push: Vec<Value>,
    /// OAuth scopes granted to a service app: objects as `/apps/{id}/grants` shows them, without `_links`.
    pub grants: Vec<Value>,
    pub parts: crate::apps::Parts,
    pub users: BTreeMap<String, AppUser>,
    pub groups: BTreeMap<String, AppGroup>,
    pub downstream: Option<String>,
}

impl App {
    pub(crate) fn text(&self, field: &str) -> &str {
        self.raw.get(field).and_then(Value::as_str).unwrap_or("")
    }

    pub(crate) fn label(&self) -> &str {
        self.text("label")
    }

    pub(crate) fn name(&self) -> &str {
        self.text("name")
    }

    /// Whether anything at all is sent to a service behind the app.
    pub(crate) fn provisions(&self) -> bool {
        self.features.iter().any(|feature| feature.starts_with("PUSH_"))
    }

    /// Whether admins provision by hand and say so (`settings.manualProvisioning`).
    pub(crate) fn is_manual(&self) -> bool {
        let settings = self.raw.get("settings");
        settings.is_some_and(|settings| settings["manualProvisioning"] == true) && !self.provisions()
    }

    pub(crate) fn pushes(&self, feature: &str) -> bool {
        self.features.contains(feature)
    }

    /// A property of the app user schema, `custom` or `base`.
    pub(crate) fn property(&self, attribute: &str) -> Option<&Value> {
        let definitions = self.schema.get("definitions")?;
        ["custom", "base"]
            .iter()
            .find_map(|part| definitions.get(*part)?.get("properties")?.get(attribute))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    User,
    Group,
}

impl Scope {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::Group => "GROUP",
        }
    }
}

#[derive(Clone)]
pub(crate) struct AppUser {
    pub user: String,
    /// `0ua...`, seen only in appLinks and the System Log.
    pub assignment: String,
    pub scope: Scope,
    /// The group that wins at present.
    pub group: Option<String>,
    pub user_name: String,
    pub external_id: Option<String>,
    pub status: &'static str,
    pub sync: &'static str,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub status_changed: Timestamp,
    pub last_sync: Option<Timestamp>,
    pub password_changed: Option<Timestamp>,
    pub profile: Object,
    /// Values set for this person alone.
    pub own: Object,
    /// Values that the groups give, with scope GROUP.
    pub from_groups: Object,
    /// What keeps the person from being provisioned, in words: a task of the console.
    pub task: Option<String>,
    /// Came from the app, which is the source of its profile.
    pub imported: bool,
}

#[derive(Clone)]
pub(crate) struct AppGroup {
    pub priority: i64,
    pub updated: Timestamp,
    pub profile: Object,
}

#[derive(Clone)]
pub(crate) struct Policy {
    pub body: Object,
    pub rules: Vec<Value>,
}

impl Org {
    /// Everyone's members are all users: they are not stored.
    pub(crate) fn is_member(&self, group: &str, user: &str) -> bool {
        group == self.everyone || self.groups.get(group).is_some_and(|it| it.members.contains(user))
    }

    pub(crate) fn members(&self, group: &str) -> Vec<String> {
        if group == self.everyone {
            return self.users.keys().cloned().collect();
        }
        self.groups
            .get(group)
            .map(|it| it.members.iter().cloned().collect())
            .unwrap_or_default()
    }

    /// The app's groups that hold this person, the winning one (lowest number, for all that is known) first.
    pub(crate) fn granting_groups(&self, app: &App, user: &str) -> Vec<String> {
        let mut groups: Vec<(i64, &String)> = app
            .groups
            .iter()
            .filter(|(id, _)| self.is_member(id, user))
            .map(|(id, it)| (it.priority, id))
            .collect();
        groups.sort();
        if self.behaves(Behaviour::HigherPriorityWins) {
            groups.reverse();
        }
        groups.into_iter().map(|(_, id)| id.clone()).collect()
    }

    pub(crate) fn add_user(&mut self, user: User) {
        self.logins.insert(user.login().to_lowercase(), user.id.clone());
        self.users.insert(user.id.clone(), user);
    }

    pub(crate) fn find_user(&self, id_or_login: &str) -> Option<&User> {
        self.users.get(id_or_login).or_else(|| {
            self.logins
                .get(&id_or_login.to_lowercase())
                .and_then(|id| self.users.get(id))
        })
    }
}
