//! Assigning people to apps one by one, and changing their app users.

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    Behaviour,
    assignment::group_values,
    errors::{
        Refusal, already_assigned, inactive_user, invalid, mastered_by_app, not_for_inactive_app, not_found,
        still_activating, wrong_user_state,
    },
    log::Origin,
    reply::{Answer, Call},
    routes::object_body,
    state::{App, Object, Org, Scope, User},
};

use super::wish::Wish;

impl Org {
    /// `POST /apps/{app}/users`: assigns, or updates who has the app already.
    pub(crate) fn assign_user(&mut self, call: &Call<'_>, app_id: &str) -> Answer {
        let app = self.known_app(app_id)?;
        let body = object_body(call)?;
        let Some(id) = body.get("id").and_then(Value::as_str) else {
            return Err(invalid("id", "id: The field cannot be left blank"));
        };
        let user = self.users.get(id).ok_or_else(|| not_found(id, "User"))?;
        if !app.active && !self.behaves(Behaviour::InactiveAppAccepts) {
            return Err(not_for_inactive_app());
        }
        self.check_assignable(user, call.at)?;
        let id = id.to_owned();
        if let Some(existing) = app.users.get(&id) {
            let (individual, taken_over) = (
                existing.scope == Scope::User,
                self.behaves(Behaviour::ReassignTakesOver),
            );
            if individual && self.behaves(Behaviour::ReassignRefused) {
                return Err(already_assigned());
            }
            let scope = (!individual && taken_over).then_some(Scope::User);
            return self.change_app_user(call, app_id, &id, scope);
        }
        let wish = self.wish(app, &body)?;
        self.check_not_locked(app, user, &wish)?;
        let scope = wish.scope.unwrap_or(Scope::User);
        let groups = self.granting_groups(app, &id);
        if scope == Scope::Group && groups.is_empty() {
            return Err(no_granting_group());
        }
        let Some(user_name) = wish.user_name.or_else(|| self.template_user_name(app, user)) else {
            return Err(self.blank("assignment", "credentials.userName"));
        };
        self.check_values(app, &self.derive(app, user, scope, &groups, &wish.profile))?;
        let password = wish.password;
        self.create(app_id, &id, scope, Some(user_name), wish.profile, &Origin::Web, call.at);
        if let Some(it) = self.app_user_mut(app_id, &id).filter(|_| password) {
            it.password_changed = Some(call.at);
        }
        self.read_app_user(call, app_id, &id)
    }

    /// `POST /apps/{app}/users/{user}`
    pub(crate) fn update_app_user(&mut self, call: &Call<'_>, app_id: &str, user_id: &str) -> Answer {
        self.known_app_user(app_id, user_id)?;
        let user = self.users.get(user_id).ok_or_else(|| not_found(user_id, "User"))?;
        self.check_assignable(user, call.at)?;
        self.change_app_user(call, app_id, user_id, None)
    }

    /// Whether Okta lets this user be given apps and app profiles now.
    fn check_assignable(&self, user: &User, at: Timestamp) -> Result<(), Refusal> {
        if self.activating.get(&user.id).is_some_and(|until| *until > at) {
            return Err(still_activating());
        }
        if user.may_have_apps() && !(user.status == "SUSPENDED" && self.behaves(Behaviour::SuspendedRefused)) {
            return Ok(());
        }
        Err(if self.behaves(Behaviour::InactiveUserIsWrongState) {
            wrong_user_state()
        } else {
            inactive_user()
        })
    }

    /// `scope`: what the org makes of it, over what the body says.
    fn change_app_user(&mut self, call: &Call<'_>, app_id: &str, user_id: &str, scope: Option<Scope>) -> Answer {
        let (app, it) = self.known_app_user(app_id, user_id)?;
        let user = self.users.get(user_id).ok_or_else(|| not_found(user_id, "User"))?;
        let body = object_body(call)?;
        let mut wish = self.wish(app, &body)?;
        wish.scope = wish.scope.or(scope);
        if it.imported && app.pushes("PROFILE_MASTERING") && (wish.user_name.is_some() || !wish.profile.is_empty()) {
            return Err(mastered_by_app());
        }
        self.check_not_locked(app, user, &wish)?;
        let groups = self.granting_groups(app, user_id);
        if wish.scope == Some(Scope::Group) && groups.is_empty() {
            return Err(no_granting_group());
        }
        let moved = wish.scope.is_some_and(|scope| scope != it.scope);
        if moved && self.behaves(Behaviour::ConversionRefused) && app.provisions() {
            return Err(invalid("scope", "The scope of the assignment cannot be changed."));
        }
        if self.behaves(Behaviour::ConversionIgnored) && body.keys().eq(["scope"]) {
            return self.read_app_user(call, app_id, user_id);
        }
        let (own, profile) = self.changed_profile(app, user, &wish, &groups);
        if moved && wish.scope == Some(Scope::Group) && self.behaves(Behaviour::ConversionRenames) {
            wish.user_name = wish.user_name.or_else(|| self.template_user_name(app, user));
        }
        let password = wish.password.then_some(call.at);
        let renamed = wish.user_name.as_ref().is_some_and(|name| *name != it.user_name);
        let given = group_values(app, &groups);
        let Some(it) = self.app_user_mut(app_id, user_id) else {
            return Err(not_found(user_id, "AppUser"));
        };
        it.own = own;
        it.profile = profile;
        it.updated = call.at;
        if let Some(scope) = wish.scope {
            it.scope = scope;
            it.group = groups.first().filter(|_| scope == Scope::Group).cloned();
            it.from_groups = if scope == Scope::Group { given } else { Object::new() };
        }
        if let Some(name) = wish.user_name {
            it.user_name = name;
        }
        if let Some(at) = password {
            it.password_changed = Some(at);
        }
        self.push_changes(app_id, user_id, renamed, &Origin::Web, call.at);
        if renamed {
            let kind = "application.user_membership.change_username";
            self.log_membership(kind, app_id, user_id, &Origin::Web, call.at);
        }
        if moved || !renamed {
            let kind = "application.user_membership.update";
            self.log_membership(kind, app_id, user_id, &Origin::Web, call.at);
        }
        self.read_app_user(call, app_id, user_id)
    }

    /// The values of the person's own, and all values, after a change.
    fn changed_profile(&self, app: &App, user: &User, wish: &Wish, groups: &[String]) -> (Object, Object) {
        let (own, profile) = match app.users.get(&user.id) {
            Some(it) => (it.own.clone(), it.profile.clone()),
            None => Default::default(),
        };
        let to_group =
            wish.scope == Some(Scope::Group) && app.users.get(&user.id).is_some_and(|it| it.scope == Scope::User);
        if to_group && self.behaves(Behaviour::ConversionRederives) {
            let none = Object::new();
            return (none.clone(), self.derive(app, user, Scope::Group, groups, &none));
        }
        if !wish.profile.is_empty() && self.behaves(Behaviour::UpdateClearsAbsent) {
            let scope = wish
                .scope
                .or(app.users.get(&user.id).map(|it| it.scope))
                .unwrap_or(Scope::User);
            return (
                wish.profile.clone(),
                self.derive(app, user, scope, groups, &wish.profile),
            );
        }
        let over = |mut under: Object| {
            under.extend(wish.profile.clone());
            under
        };
        let (own, mut profile) = (over(own), over(profile));
        if to_group {
            let given = group_values(app, groups).into_iter();
            profile.extend(given.filter(|(name, _)| !own.contains_key(name)));
        }
        (own, profile)
    }

    /// An individual assignment ends where a group gives the app, too: the group's takes its place.
    pub(super) fn hand_to_group(&mut self, app_id: &str, user_id: &str, at: Timestamp) {
        let (Some(app), Some(user)) = (self.apps.get(app_id), self.users.get(user_id)) else {
            return;
        };
        let groups = self.granting_groups(app, user_id);
        let profile = self.derive(app, user, Scope::Group, &groups, &Object::new());
        let given = group_values(app, &groups);
        if let Some(it) = self.app_user_mut(app_id, user_id) {
            it.scope = Scope::Group;
            it.group = groups.first().cloned();
            it.own = Object::new();
            it.from_groups = given;
            it.profile = profile;
            it.updated = at;
        }
        let kind = "application.user_membership.update";
        self.log_membership(kind, app_id, user_id, &Origin::Web, at);
    }
}

fn no_granting_group() -> Refusal {
    invalid(
        "scope",
        "The user is not a member of any group that is assigned to the application.",
    )
}
