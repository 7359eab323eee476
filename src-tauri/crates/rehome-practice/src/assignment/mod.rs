//! Who has an app and with what values: the rules behind app users, shared by the API and by group jobs.

use jiff::Timestamp;

mod import;
mod profile;
mod tasks;

pub(crate) use profile::{faults_of, group_values};

use crate::{
    Behaviour, SignIns,
    clock::after,
    jobs::{Reach, Work},
    log::{Client, Event, Origin},
    state::{App, AppUser, Object, Org, Scope, User},
};

impl Org {
    /// Brings one person's app user in line with the app's groups, as a group job does. People with scope USER stay as they
    /// are, unless the job reaches them too; an inactive app keeps nobody whom it had through a group.
    pub(crate) fn settle(&mut self, app_id: &str, user_id: &str, reach: Reach, transaction: &str, at: Timestamp) {
        let (Some(app), Some(user)) = (self.apps.get(app_id), self.users.get(user_id)) else {
            return;
        };
        let groups = if app.active && user.may_have_apps() {
            self.granting_groups(app, user_id)
        } else {
            Vec::new()
        };
        let origin = Origin::Job(transaction.to_owned());
        let skipped = user.status == "SUSPENDED" && self.behaves(Behaviour::SuspendedMembersSkipped);
        match (app.users.get(user_id), groups.first()) {
            (Some(it), _) if it.scope == Scope::User && reach == Reach::Everybody => {
                self.unassign(app_id, user_id, &origin, at);
                self.settle(app_id, user_id, Reach::Groups, transaction, at);
            }
            (None, Some(_)) if !skipped => {
                self.create(app_id, user_id, Scope::Group, None, Object::new(), &origin, at);
            }
            (Some(it), None) if it.scope == Scope::Group => self.unassign(app_id, user_id, &origin, at),
            (Some(it), Some(winner)) if it.scope == Scope::Group => {
                let moved = it.group.as_ref() != Some(winner);
                let (winner, fresh) = (winner.clone(), self.refreshed(app, user, &groups));
                if !moved && fresh.is_none() {
                    return;
                }
                if let Some(it) = self.app_user_mut(app_id, user_id) {
                    it.group = Some(winner);
                    it.updated = at;
                    if let Some((given, profile)) = fresh {
                        it.from_groups = given;
                        it.profile = profile;
                    }
                }
                self.log_membership("application.user_membership.update", app_id, user_id, &origin, at);
                self.push_changes(app_id, user_id, false, &origin, at);
            }
            _ => {}
        }
    }

    /// Makes an app user. `user_name`: `None` takes the app's template.
    #[allow(clippy::too_many_arguments)] // one call site each for people and groups; a struct would only rename them
    pub(crate) fn create(
        &mut self,
        app_id: &str,
        user_id: &str,
        scope: Scope,
        user_name: Option<String>,
        own: Object,
        origin: &Origin,
        at: Timestamp,
    ) {
        let (Some(app), Some(user)) = (self.apps.get(app_id), self.users.get(user_id)) else {
            return;
        };
        let groups = self.granting_groups(app, user_id);
        let profile = self.derive(app, user, scope, &groups, &own);
        let user_name = user_name
            .or_else(|| self.template_user_name(app, user))
            .unwrap_or_default();
        // A group job cannot refuse as a call can: the person ends with a task in the console instead (api-facts 6.4).
        let task = faults_of(app, &user_name, &profile).into_iter().next();
        let through_group = scope == Scope::Group;
        let from_groups = if through_group {
            group_values(app, &groups)
        } else {
            Object::new()
        };
        let (status, sync) = if task.is_some() {
            ("STAGED", "ERROR")
        } else {
            first_state(app)
        };
        let assignment = self.ids.next("0ua");
        let app_user = AppUser {
            user: user_id.to_owned(),
            assignment,
            scope,
            group: groups.first().filter(|_| through_group).cloned(),
            user_name,
            external_id: None,
            status,
            sync,
            created: at,
            updated: at,
            status_changed: at,
            last_sync: None,
            password_changed: None,
            profile,
            own,
            from_groups,
            task: task.clone(),
            imported: false,
        };
        if let Some(app) = self.apps.get_mut(app_id) {
            app.users.insert(user_id.to_owned(), app_user);
        }
        if let Some(task) = task {
            let event = self
                .membership_event("application.user_membership.add", app_id, user_id, origin, at)
                .failed(&task);
            self.log_event(event);
            return;
        }
        self.log_membership("application.user_membership.add", app_id, user_id, origin, at);
        if sync == "SYNCING" {
            self.expect_provisioning(app_id, user_id, origin, at);
        }
        self.expect_sign_in(app_id, user_id, at);
    }

    pub(super) fn expect_provisioning(&mut self, app_id: &str, user_id: &str, origin: &Origin, at: Timestamp) {
        let due = after(at, self.ids.millis(300, 900));
        self.jobs.add(
            due,
            Work::Provision {
                app: app_id.into(),
                user: user_id.into(),
                transaction: origin.transaction(),
            },
        );
    }

    /// With simulated colleagues on, somebody who got an app signs in to it within seconds.
    fn expect_sign_in(&mut self, app_id: &str, user_id: &str, at: Timestamp) {
        if self.options.sign_ins == SignIns::Auto {
            let due = after(at, self.ids.millis(1_000, 5_000));
            self.jobs.add(
                due,
                Work::SignIn {
                    app: app_id.into(),
                    user: user_id.into(),
                },
            );
        }
    }

    /// A tile that was hidden is shown: everybody who has the app tries it.
    pub(crate) fn tile_shown(&mut self, app_id: &str, at: Timestamp) {
        let people: Vec<String> = self
            .apps
            .get(app_id)
            .map_or_else(Vec::new, |app| app.users.keys().cloned().collect());
        for user in people {
            self.expect_sign_in(app_id, &user, at);
        }
    }

    /// Takes an app user away, and with the box ticked, the downstream account's access with it.
    pub(crate) fn unassign(&mut self, app_id: &str, user_id: &str, origin: &Origin, at: Timestamp) {
        if self.revoke(app_id, user_id, origin, at) {
            return;
        }
        let event = self.membership_event("application.user_membership.remove", app_id, user_id, origin, at);
        let Some(app) = self.apps.get_mut(app_id) else { return };
        let Some(app_user) = app.users.remove(user_id) else {
            return;
        };
        self.log_event(event);
        self.release(app_id, &app_user, origin, at);
    }

    /// What an app that was just deactivated does to those who have it: a reconcile takes it from everybody who has it
    /// through a group (api-facts 4.7); for individuals nothing is known.
    pub(crate) fn reconcile_deactivated(&mut self, app_id: &str, at: Timestamp) {
        let everybody = self.behaves(Behaviour::DeactivationEndsIndividuals);
        let reach = if everybody { Reach::Everybody } else { Reach::Groups };
        let Some(app) = self.apps.get(app_id) else { return };
        let (through_groups, individuals): (Vec<_>, Vec<_>) =
            app.users.values().partition(|it| it.scope == Scope::Group || everybody);
        let [through_groups, individuals] =
            [through_groups, individuals].map(|list| list.iter().map(|it| it.user.clone()).collect::<Vec<_>>());
        if self.behaves(Behaviour::DeactivationReachesIndividuals) {
            for user in individuals {
                self.deprovision(app_id, &user, at);
            }
        }
        if self.behaves(Behaviour::DeactivationEndsGroups)
            && let Some(app) = self.apps.get_mut(app_id)
        {
            app.groups.clear();
        }
        self.reconcile(app_id, through_groups, reach, at);
    }

    pub(crate) fn app_user_mut(&mut self, app: &str, user: &str) -> Option<&mut AppUser> {
        self.apps.get_mut(app)?.users.get_mut(user)
    }

    /// The browser of somebody, where the profile says that the person is.
    pub(crate) fn browser_of(&self, user: &User) -> Client {
        Client::Browser {
            city: user.text("city").to_owned(),
            country: user.text("countryCode").to_owned(),
            session: format!("102{}", user.id.get(3..).unwrap_or_default()),
        }
    }

    /// Somebody signs in to an app. Answers whether Okta let them.
    pub(crate) fn sign_in(&mut self, app_id: &str, user_id: &str, at: Timestamp) -> bool {
        let Some(app) = self.apps.get(app_id) else { return false };
        let Some(user) = self.users.get(user_id) else {
            return false;
        };
        let client = self.browser_of(user);
        let Some(app_user) = app.users.get(user_id) else {
            let event = Event::new("app.generic.unauth_app_access_attempt", at)
                .by_user(user)
                .on_app(app)
                .from(client)
                .failed("User is not assigned to the application");
            self.log_event(event);
            return false;
        };
        if !app.active || !user.may_sign_in() || app_user.user_name.is_empty() || app.raw["signOnMode"].is_null() {
            return false;
        }
        let mode = match app.text("signOnMode") {
            "SAML_2_0" => "SAML 2.0",
            "OPENID_CONNECT" => "OpenID Connect",
            other => other,
        };
        let issuer = format!("http://www.okta.com/{}", app.external_key);
        let event = Event::new("user.authentication.sso", at)
            .by_user(user)
            .on_app(app)
            .on_app_user(app_user)
            .debug("signOnMode", mode)
            .debug("issuer", &issuer)
            .debug("subject", &app_user.user_name)
            .debug("initiationType", "IDP_INITIATED")
            .debug("requestUri", &format!("/app/{}/{}/sso", app.name(), app.external_key))
            .from(client)
            .origin(&Origin::Web);
        self.log_event(event);
        self.note_sign_in(app_id, user_id, at);
        if let Some(user) = self.users.get_mut(user_id) {
            user.last_login = Some(at);
        }
        true
    }

    /// A user is deactivated in Okta: app users go (memberships stay), except those of inactive apps.
    pub(crate) fn deactivate_user(&mut self, user_id: &str, at: Timestamp) {
        let Some(user) = self.users.get_mut(user_id) else {
            return;
        };
        user.status = "DEPROVISIONED";
        user.status_changed = at;
        user.updated = at;
        let apps: Vec<String> = self
            .apps
            .values()
            .filter(|app| app.active && app.users.contains_key(user_id))
            .map(|app| app.id.clone())
            .collect();
        for app in apps {
            self.unassign(&app, user_id, &Origin::Web, at);
        }
    }
}

/// Status and sync state right after assigning.
fn first_state(app: &App) -> (&'static str, &'static str) {
    match app {
        // With "Create Users" off Okta still looks for an account to link (api-facts 8.6).
        app if app.provisions() => ("STAGED", "SYNCING"),
        app if app.is_manual() => ("APPROVED", "DISABLED"),
        _ => ("ACTIVE", "DISABLED"),
    }
}
