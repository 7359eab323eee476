//! The other direction: an app that is the source of profiles (HR, a CSV directory) gives its values to Okta users.

use jiff::Timestamp;

use crate::{
    log::Origin,
    state::{AppUser, Object, Org, Scope},
};

impl Org {
    /// An import brings one person of the app: the app user takes the values, and with PROFILE_MASTERING on the app's mapping
    /// to Okta writes the user's profile. Rules with DONT_PUSH count at the first import only (api-facts 9.3).
    pub(crate) fn import(&mut self, app_id: &str, user_id: &str, values: Object, at: Timestamp) {
        let (Some(app), Some(user)) = (self.apps.get(app_id), self.users.get(user_id)) else {
            return;
        };
        let first = !app.users.contains_key(user_id);
        let is_source = app.pushes("PROFILE_MASTERING");
        let mut profile = app.users.get(user_id).map(|it| it.profile.clone()).unwrap_or_default();
        profile.extend(values);
        let changes = match is_source {
            true => self.mapped_to_okta(app, user, &profile, first),
            false => Object::new(),
        };
        if first {
            self.insert_imported(app_id, user_id, at);
        }
        if let Some(it) = self.app_user_mut(app_id, user_id) {
            it.profile = profile;
            it.updated = at;
            it.last_sync = Some(at);
        }
        if let Some(user) = self.users.get_mut(user_id).filter(|_| !changes.is_empty()) {
            user.profile.extend(changes);
            user.updated = at;
        }
        let transaction = format!("imp{}", self.ids.letters(17));
        let kind = match first {
            true => "application.provision.user.import",
            false => "application.provision.user.import_profile",
        };
        self.log_membership(kind, app_id, user_id, &Origin::Job(transaction), at);
    }

    fn insert_imported(&mut self, app_id: &str, user_id: &str, at: Timestamp) {
        let assignment = self.ids.next("0ua");
        let external_id = Some(self.ids.digits(8));
        let (Some(app), Some(user)) = (self.apps.get(app_id), self.users.get(user_id)) else {
            return;
        };
        let app_user = AppUser {
            user: user_id.to_owned(),
            assignment,
            scope: Scope::User,
            group: None,
            user_name: self.template_user_name(app, user).unwrap_or_default(),
            external_id,
            status: "ACTIVE",
            sync: "SYNCHRONIZED",
            created: at,
            updated: at,
            status_changed: at,
            last_sync: Some(at),
            password_changed: None,
            profile: Object::new(),
            own: Object::new(),
            from_groups: Object::new(),
            task: None,
            imported: true,
        };
        if let Some(app) = self.apps.get_mut(app_id) {
            app.users.insert(user_id.to_owned(), app_user);
        }
    }
}
