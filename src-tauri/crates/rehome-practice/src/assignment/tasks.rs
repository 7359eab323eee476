//! Dashboard → Tasks of the Admin Console: what Okta could not do by itself and leaves to an admin. No API shows them.

use jiff::Timestamp;

use crate::{
    log::Origin,
    state::{Org, Scope},
};

use super::{faults_of, group_values};

impl Org {
    /// Tries again what ended in a task: values are derived anew, then the person is provisioned. Whether it may work now.
    pub(crate) fn retry(&mut self, app_id: &str, user_id: &str, at: Timestamp) -> bool {
        let (Some(app), Some(user)) = (self.apps.get(app_id), self.users.get(user_id)) else {
            return false;
        };
        let Some(it) = app.users.get(user_id).filter(|it| it.task.is_some()) else {
            return false;
        };
        let groups = self.granting_groups(app, user_id);
        let given = match it.scope {
            Scope::Group => group_values(app, &groups),
            Scope::User => Default::default(),
        };
        let profile = self.derive(app, user, it.scope, &groups, &it.own);
        let user_name = Some(it.user_name.clone())
            .filter(|name| !name.is_empty())
            .or_else(|| self.template_user_name(app, user))
            .unwrap_or_default();
        let task = faults_of(app, &user_name, &profile).into_iter().next();
        let (status, sync) = match &task {
            Some(_) => ("STAGED", "ERROR"),
            None => super::first_state(app),
        };
        let fixed = task.is_none();
        if let Some(it) = self.app_user_mut(app_id, user_id) {
            it.user_name = user_name;
            it.profile = profile;
            it.from_groups = given;
            it.task = task;
            (it.status, it.sync) = (status, sync);
            it.status_changed = at;
            it.updated = at;
        }
        if sync == "SYNCING" {
            self.expect_provisioning(app_id, user_id, &Origin::Web, at);
        }
        fixed
    }

    /// An admin says that what an app without provisioning needs was done by hand: APPROVED becomes ACTIVE, REVOKED ends the
    /// assignment (api-facts 6.3).
    pub(crate) fn acknowledge(&mut self, app_id: &str, user_id: &str, at: Timestamp) {
        let status = self
            .apps
            .get(app_id)
            .and_then(|app| app.users.get(user_id))
            .map(|it| it.status);
        let kind = match status {
            Some("APPROVED") => "application.user_membership.provision",
            Some("REVOKED") => "application.user_membership.deprovision",
            _ => return,
        };
        self.log_membership(kind, app_id, user_id, &Origin::Web, at);
        if status == Some("REVOKED") {
            if let Some(app) = self.apps.get_mut(app_id) {
                app.users.remove(user_id);
            }
        } else if let Some(it) = self.app_user_mut(app_id, user_id) {
            it.status = "ACTIVE";
            it.status_changed = at;
            it.updated = at;
        }
    }

    /// With manual provisioning an assignment does not end by itself: it waits, revoked, for an admin's acknowledgement.
    pub(super) fn revoke(&mut self, app_id: &str, user_id: &str, origin: &Origin, at: Timestamp) -> bool {
        if !self.apps.get(app_id).is_some_and(crate::state::App::is_manual) {
            return false;
        }
        let Some(it) = self.app_user_mut(app_id, user_id) else {
            return false;
        };
        // Not yet acknowledged on the way in, there is nothing to take back.
        if it.status == "APPROVED" {
            return false;
        }
        it.status = "REVOKED";
        it.status_changed = at;
        it.updated = at;
        self.log_membership("application.user_membership.revoke", app_id, user_id, origin, at);
        true
    }
}
