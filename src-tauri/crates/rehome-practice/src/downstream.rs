//! The services behind the apps: accounts that provisioning links, creates and deactivates. Two app instances may stand in
//! front of one service, which is what makes a migration dangerous.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::{
    Behaviour,
    log::{Event, Origin},
    state::{AppUser, Org},
};

/// One account of a downstream app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: String,
    pub username: String,
    pub active: bool,
    /// The Okta user id that provisioning last stored there.
    pub external_id: Option<String>,
    /// Whose account it is.
    pub person: Option<String>,
    /// Ids of the apps that manage it at present.
    pub links: Vec<String>,
    /// What happened to it, in words, oldest first.
    pub events: Vec<String>,
}

/// A service with its accounts.
#[derive(Clone, Default)]
pub(crate) struct Downstream {
    pub name: String,
    pub accounts: BTreeMap<String, Account>,
    /// Lower-case username → account id: services match without regard to case.
    by_username: HashMap<String, String>,
    pub matches: Match,
    pub quirks: crate::export::Quirks,
    /// When it last took somebody from provisioning, oldest first.
    pub(crate) taken: std::collections::VecDeque<Timestamp>,
}

/// How a service finds the account of somebody who is assigned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Match {
    /// By the app username, as SCIM connectors do.
    #[default]
    UserName,
    /// By the id that provisioning stored there, as on-premises connectors (OPP) may; the username comes along.
    ExternalId,
}

impl Downstream {
    pub(crate) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn insert(&mut self, account: Account) {
        self.by_username
            .insert(account.username.to_lowercase(), account.id.clone());
        self.accounts.insert(account.id.clone(), account);
    }

    fn find(&self, username: &str) -> Option<&str> {
        self.by_username.get(&username.to_lowercase()).map(String::as_str)
    }

    /// Accounts beyond the first of the same person.
    pub(crate) fn duplicates(&self) -> usize {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for account in self.accounts.values() {
            if let Some(person) = &account.person {
                *seen.entry(person).or_default() += 1;
            }
        }
        seen.values().map(|count| count - 1).sum()
    }
}

enum Matched {
    Linked { id: String, reactivated: bool },
    Created(String),
    Refused(&'static str),
}

impl Org {
    /// The provisioning job of one app user: look for an account with the app username, link it or create one.
    pub(crate) fn provision(&mut self, app_id: &str, user_id: &str, transaction: &str, at: Timestamp) {
        let Some(app) = self.apps.get(app_id) else { return };
        let Some(app_user) = app.users.get(user_id) else { return };
        if app_user.status != "STAGED" || app_user.sync == "ERROR" || !app.provisions() {
            return;
        }
        let grants = Grants {
            creates: app.pushes("PUSH_NEW_USERS"),
            reactivates: app.pushes("REACTIVATE_USERS"),
        };
        let user_name = app_user.user_name.clone();
        let downstream_id = app.downstream.clone().unwrap_or_else(|| app_id.to_owned());
        if self.is_too_fast(app_id, user_id, &downstream_id, transaction, at) {
            return;
        }
        let fresh = self.ids.digits(12);
        if let Some(app) = self.apps.get_mut(app_id) {
            app.downstream = Some(downstream_id.clone());
        }
        let downstream = self.downstreams.entry(downstream_id).or_default();
        let matched = downstream.adopt(&user_name, app_id, user_id, grants, fresh);
        let origin = Origin::Job(transaction.to_owned());
        let event = |org: &Org, kind: &'static str| org.membership_event(kind, app_id, user_id, &origin, at);
        match matched {
            Matched::Linked { id, reactivated } => {
                let seen = event(self, "application.provision.user.verify_exists");
                self.log_event(seen);
                if reactivated {
                    let woken = event(self, "application.provision.user.reactivate");
                    self.log_event(woken);
                }
                self.provisioned(app_id, user_id, id, at);
            }
            Matched::Created(id) => {
                let pushed = event(self, "application.provision.user.push");
                self.log_event(pushed);
                self.provisioned(app_id, user_id, id, at);
            }
            Matched::Refused(why) => {
                let failed = event(self, "application.provision.user.push").failed(why);
                self.log_event(failed);
                if let Some(app_user) = self.app_user_mut(app_id, user_id) {
                    app_user.sync = "ERROR";
                    app_user.task = Some(format!("Automatic provisioning of user failed: {why}"));
                    app_user.updated = at;
                }
            }
        }
    }

    fn provisioned(&mut self, app_id: &str, user_id: &str, account: String, at: Timestamp) {
        let key = match self.other_keys.contains(app_id) {
            true => format!("key-{account}"),
            false => account,
        };
        if let Some(app_user) = self.app_user_mut(app_id, user_id) {
            app_user.external_id = Some(key);
            app_user.status = "PROVISIONED";
            app_user.sync = "SYNCHRONIZED";
            app_user.status_changed = at;
            app_user.updated = at;
            app_user.last_sync = Some(at);
        }
    }

    /// After an app user is gone: the link goes, and with "Deactivate Users" ticked the account is switched off, whoever
    /// else relies on it. An inactive app does this just as well.
    pub(crate) fn release(&mut self, app_id: &str, app_user: &AppUser, origin: &Origin, at: Timestamp) {
        let Some(app) = self.apps.get(app_id) else { return };
        let pushes = app.pushes("PUSH_USER_DEACTIVATION");
        let label = app.label().to_owned();
        let Some(account) = self.account_of(app_id, app_user.external_id.as_deref()) else {
            return;
        };
        account.links.retain(|id| id != app_id);
        if !pushes {
            return;
        }
        account.active = false;
        account.events.push(format!("deactivated by {label}"));
        let (Some(app), Some(user)) = (self.apps.get(app_id), self.users.get(&app_user.user)) else {
            return;
        };
        let event = Event::new("application.provision.user.deactivate", at)
            .by_system()
            .on_app_user(app_user)
            .on_app(app)
            .on_user(user)
            .origin(origin);
        self.log_event(event);
    }

    /// The account behind an app user is switched off, if the app does that; the app user stays.
    pub(crate) fn deprovision(&mut self, app_id: &str, user_id: &str, at: Timestamp) {
        let Some(app) = self.apps.get(app_id).filter(|app| app.pushes("PUSH_USER_DEACTIVATION")) else {
            return;
        };
        let label = app.label().to_owned();
        let external = app.users.get(user_id).and_then(|it| it.external_id.clone());
        let Some(account) = self.account_of(app_id, external.as_deref()) else {
            return;
        };
        account.links.retain(|id| id != app_id);
        account.active = false;
        account.events.push(format!("deactivated by {label}"));
        if let Some(app_user) = self.app_user_mut(app_id, user_id) {
            app_user.external_id = None;
            app_user.status = "DEPROVISIONED";
            app_user.status_changed = at;
            app_user.updated = at;
        }
        let kind = "application.provision.user.deactivate";
        self.log_membership(kind, app_id, user_id, &Origin::Job(String::new()), at);
    }

    fn account_of(&mut self, app_id: &str, account: Option<&str>) -> Option<&mut Account> {
        let service = self.apps.get(app_id)?.downstream.as_ref()?;
        self.downstreams.get_mut(service)?.accounts.get_mut(account?)
    }

    /// What changed on an app user goes to its account, where the app pushes it.
    pub(crate) fn push_changes(&mut self, app_id: &str, user_id: &str, renamed: bool, origin: &Origin, at: Timestamp) {
        let Some(app) = self.apps.get(app_id) else { return };
        let Some(account) = app.users.get(user_id).and_then(|it| it.external_id.clone()) else {
            return;
        };
        if !app.pushes("PUSH_PROFILE_UPDATES") {
            return;
        }
        let wakes = app.pushes("REACTIVATE_USERS") && self.behaves(Behaviour::ProfilePushReactivates);
        if renamed {
            self.push_user_name(app_id, user_id);
        }
        let woken = self.account_of(app_id, Some(&account)).filter(|it| wakes && !it.active);
        if let Some(account) = woken {
            account.active = true;
            account.events.push("reactivated".into());
            self.log_membership("application.provision.user.reactivate", app_id, user_id, origin, at);
        }
        self.log_membership(
            "application.provision.user.push_profile",
            app_id,
            user_id,
            &Origin::Web,
            at,
        );
    }

    /// The username changed on an app user that is linked: the account is renamed.
    fn push_user_name(&mut self, app_id: &str, user_id: &str) {
        let Some(app) = self.apps.get(app_id) else { return };
        let Some(app_user) = app.users.get(user_id) else { return };
        let (Some(downstream), Some(account)) = (app.downstream.clone(), app_user.external_id.clone()) else {
            return;
        };
        let user_name = app_user.user_name.clone();
        let Some(downstream) = self.downstreams.get_mut(&downstream) else {
            return;
        };
        let Some(mut account) = downstream.accounts.remove(&account) else {
            return;
        };
        downstream.by_username.remove(&account.username.to_lowercase());
        account
            .events
            .push(format!("renamed from {} to {user_name}", account.username));
        account.username = user_name;
        downstream.insert(account);
    }

    /// What the service makes of a sign-in that Okta let through.
    pub(crate) fn note_sign_in(&mut self, app_id: &str, user_id: &str, _at: Timestamp) {
        let Some(app) = self.apps.get(app_id) else { return };
        let Some(account_id) = app.users.get(user_id).and_then(|it| it.external_id.clone()) else {
            return;
        };
        let Some(downstream) = app.downstream.clone() else {
            return;
        };
        let account = self
            .downstreams
            .get_mut(&downstream)
            .and_then(|it| it.accounts.get_mut(&account_id));
        if let Some(account) = account.filter(|it| !it.active) {
            account.events.push("sign-in refused: account is inactive".into());
        }
    }
}

impl Downstream {
    /// The account that the service takes for this person's.
    fn lookup(&self, user_name: &str, user: &str) -> Option<String> {
        let by_id = || {
            let mut accounts = self.accounts.values();
            accounts
                .find(|it| it.external_id.as_deref() == Some(user))
                .map(|it| it.id.clone())
        };
        match self.matches {
            Match::UserName => self.find(user_name).map(str::to_owned),
            Match::ExternalId => by_id(),
        }
    }

    fn adopt(&mut self, user_name: &str, app: &str, user: &str, grants: Grants, fresh: String) -> Matched {
        let Some(id) = self.lookup(user_name, user) else {
            if self.find(user_name).is_some() {
                return Matched::Refused(TAKEN);
            }
            if !grants.creates {
                return Matched::Refused("Matching user not found");
            }
            self.insert(Account {
                id: fresh.clone(),
                username: user_name.to_owned(),
                active: true,
                external_id: Some(user.to_owned()),
                person: Some(user.to_owned()),
                links: vec![app.to_owned()],
                events: vec!["created".into()],
            });
            return Matched::Created(fresh);
        };
        let Some(account) = self.accounts.get_mut(&id) else {
            return Matched::Refused("Matching user not found");
        };
        let others = account.external_id.as_deref().is_some_and(|other| other != user) && !account.links.is_empty();
        if others {
            return Matched::Refused(TAKEN);
        }
        let reactivated = !account.active;
        if reactivated && !grants.reactivates {
            return Matched::Refused("User account is inactive");
        }
        if reactivated {
            account.active = true;
            account.events.push("reactivated".into());
        }
        account.external_id = Some(user.to_owned());
        account.person.get_or_insert_with(|| user.to_owned());
        if !account.links.iter().any(|one| one == app) {
            account.links.push(app.to_owned());
        }
        Matched::Linked { id, reactivated }
    }
}

/// What the boxes let provisioning do.
#[derive(Clone, Copy)]
struct Grants {
    creates: bool,
    reactivates: bool,
}

const TAKEN: &str = "the service already has another user with this username or externalId (409 Conflict)";
