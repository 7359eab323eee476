//! App users: one person's assignment to one app, as the API shows and changes it.

use serde_json::{Value, json};

use crate::{
    Conversion,
    clock::stamp,
    errors::{
        Refusal, credentials_by_scheme, inactive_user, invalid, mapped_and_pushed, not_for_inactive_app, not_found,
        still_through_group,
    },
    log::Origin,
    page::{limit, page},
    reply::{Answer, Call, Reply},
    routes::object_body,
    schema_mapping::check_profile,
    state::{App, AppUser, Object, Org, Scope},
};

/// What a body asks for.
struct Wish {
    scope: Option<Scope>,
    user_name: Option<String>,
    profile: Object,
}

impl Org {
    fn known_app_user(&self, app: &str, user: &str) -> Result<(&App, &AppUser), Refusal> {
        let app = self.known_app(app)?;
        let app_user = app.users.get(user).ok_or_else(|| not_found(user, "AppUser"))?;
        Ok((app, app_user))
    }

    pub(crate) fn show_app_user(&self, app: &App, it: &AppUser, call: &Call<'_>) -> Value {
        let base = call.base;
        let mut credentials = json!({ "userName": it.user_name });
        if app
            .raw
            .get("credentials")
            .is_some_and(|credentials| credentials.get("scheme").is_some())
        {
            credentials["password"] = json!({});
        }
        let mut links = json!({
            "app": { "href": format!("{base}/api/v1/apps/{}", app.id) },
            "user": { "href": format!("{base}/api/v1/users/{}", it.user) },
        });
        if let Some(group) = it.group.as_ref().and_then(|id| self.groups.get(id)) {
            links["group"] = json!({ "href": format!("{base}/api/v1/groups/{}", group.id), "name": group.name });
        }
        let mut body = json!({
            "id": it.user,
            "externalId": it.external_id,
            "created": stamp(it.created),
            "lastUpdated": stamp(it.updated),
            "scope": it.scope.word(),
            "status": it.status,
            "statusChanged": stamp(it.status_changed),
            "passwordChanged": it.password_changed.map(stamp),
            "syncState": it.sync,
            "credentials": credentials,
            "profile": it.profile,
            "_links": links,
        });
        if let Some(at) = it.last_sync {
            body["lastSync"] = json!(stamp(at));
        }
        if call.expands("user")
            && let Some(user) = self.users.get(&it.user)
        {
            body["_embedded"] = json!({ "user": self.show_user(user, base, false) });
        }
        body
    }

    pub(crate) fn list_app_users(&self, call: &Call<'_>, app: &str) -> Answer {
        let app = self.known_app(app)?;
        let limit = limit(call, 50, 1, 500)?;
        let q = call.param("q").map(str::to_lowercase);
        let page = page(&app.users, call, limit, |it| {
            q.as_ref().is_none_or(|q| self.starts_with(it, q))
        });
        // As real Okta until release 2026.08.0: the links of this listing forget `expand`.
        Ok(page.reply(call, &["expand"], |_, it| self.show_app_user(app, it, call)))
    }

    fn starts_with(&self, it: &AppUser, q: &str) -> bool {
        let user = self.users.get(&it.user);
        it.user_name.to_lowercase().starts_with(q)
            || user.is_some_and(|user| {
                ["firstName", "lastName", "email"]
                    .iter()
                    .any(|a| user.text(a).to_lowercase().starts_with(q))
            })
    }

    pub(crate) fn read_app_user(&self, call: &Call<'_>, app: &str, user: &str) -> Answer {
        let (app, it) = self.known_app_user(app, user)?;
        Ok(Reply::json(self.show_app_user(app, it, call)))
    }

    pub(crate) fn assign_user(&mut self, call: &Call<'_>, app_id: &str) -> Answer {
        let app = self.known_app(app_id)?;
        let body = object_body(call)?;
        let Some(id) = body.get("id").and_then(Value::as_str) else {
            return Err(invalid("id", "id: The field cannot be left blank"));
        };
        let user = self.users.get(id).ok_or_else(|| not_found(id, "User"))?;
        if !app.active {
            return Err(not_for_inactive_app());
        }
        if !user.may_have_apps() {
            return Err(inactive_user());
        }
        let id = id.to_owned();
        if let Some(existing) = app.users.get(&id) {
            if self.refuse_reassign && existing.scope == Scope::User {
                return Err(Refusal::new(
                    409,
                    "E0000062",
                    "The user is already assigned to this application.",
                ));
            }
            return self.update_app_user(call, app_id, &id);
        }
        let wish = self.wish(app, &body)?;
        self.check_not_locked(app, user, &wish)?;
        let scope = wish.scope.unwrap_or(Scope::User);
        if scope == Scope::Group && self.granting_groups(app, &id).is_empty() {
            return Err(no_granting_group());
        }
        let user_name = match wish.user_name.or_else(|| self.template_user_name(app, user)) {
            Some(name) => name,
            None => {
                return Err(invalid(
                    "assignment",
                    "credentials.userName: The field cannot be left blank",
                ));
            }
        };
        let derived = self.derive(app, user, &self.granting_groups(app, &id), &wish.profile);
        self.check_required(app, &derived)?;
        self.create(app_id, &id, scope, Some(user_name), wish.profile, &Origin::Web, call.at);
        self.read_app_user(call, app_id, &id)
    }

    pub(crate) fn update_app_user(&mut self, call: &Call<'_>, app_id: &str, user_id: &str) -> Answer {
        let (app, it) = self.known_app_user(app_id, user_id)?;
        let user = self.users.get(user_id).ok_or_else(|| not_found(user_id, "User"))?;
        if !user.may_have_apps() {
            return Err(inactive_user());
        }
        let body = object_body(call)?;
        let wish = self.wish(app, &body)?;
        self.check_not_locked(app, user, &wish)?;
        let groups = self.granting_groups(app, user_id);
        if wish.scope == Some(Scope::Group) && groups.is_empty() {
            return Err(no_granting_group());
        }
        let mut own = it.own.clone();
        own.extend(wish.profile.clone());
        let mut profile = it.profile.clone();
        profile.extend(wish.profile);
        let to_group = wish.scope == Some(Scope::Group) && it.scope == Scope::User;
        if to_group && self.options.conversion == Conversion::RederivesProfile {
            own = Object::new();
            profile = self.derive(app, user, &groups, &own);
        }
        let renamed = wish.user_name.as_ref().is_some_and(|name| *name != it.user_name);
        let moved = wish.scope.is_some_and(|scope| scope != it.scope);
        let Some(it) = self.app_user_mut(app_id, user_id) else {
            return Err(not_found(user_id, "AppUser"));
        };
        it.own = own;
        it.profile = profile;
        it.updated = call.at;
        if let Some(scope) = wish.scope {
            it.scope = scope;
            it.group = if scope == Scope::Group {
                groups.first().cloned()
            } else {
                None
            };
        }
        if let Some(name) = wish.user_name {
            it.user_name = name;
        }
        if renamed {
            self.push_user_name(app_id, user_id);
            let kind = "application.user_membership.change_username";
            self.log_membership(kind, app_id, user_id, &Origin::Web, call.at);
        }
        if moved || !renamed {
            self.log_membership(
                "application.user_membership.update",
                app_id,
                user_id,
                &Origin::Web,
                call.at,
            );
        }
        self.read_app_user(call, app_id, user_id)
    }

    pub(crate) fn unassign_user(&mut self, call: &Call<'_>, app_id: &str, user_id: &str) -> Answer {
        let (app, it) = self.known_app_user(app_id, user_id)?;
        // Also with scope USER, as reported: a group still gives the app. Contradicting sources exist for the console.
        if it.scope == Scope::Group || (app.active && !self.granting_groups(app, user_id).is_empty()) {
            return Err(still_through_group());
        }
        self.unassign(app_id, user_id, &Origin::Web, call.at);
        Ok(Reply::empty())
    }

    /// Reads and checks what a body asks for.
    fn wish(&self, app: &App, body: &Object) -> Result<Wish, Refusal> {
        let scope = match body.get("scope").and_then(Value::as_str) {
            None => None,
            Some("USER") => Some(Scope::User),
            Some("GROUP") => Some(Scope::Group),
            Some(other) => return Err(invalid("scope", format!("scope: '{other}' is not a valid value"))),
        };
        let credentials = body.get("credentials").filter(|it| !it.is_null());
        let scheme = app
            .raw
            .get("credentials")
            .and_then(|it| it.get("scheme"))
            .and_then(Value::as_str);
        if credentials.is_some() && scheme == Some("SHARED_USERNAME_AND_PASSWORD") {
            return Err(credentials_by_scheme());
        }
        let user_name = credentials
            .and_then(|it| it.get("userName"))
            .and_then(Value::as_str)
            .map(str::to_owned);
        if user_name.as_ref().is_some_and(|name| name.chars().count() > 100) {
            return Err(invalid(
                "assignment",
                "credentials.userName: The field is too long, at most 100 characters",
            ));
        }
        if user_name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            return Err(invalid(
                "assignment",
                "credentials.userName: The field cannot be left blank",
            ));
        }
        let profile = match body.get("profile") {
            None | Some(Value::Null) => Object::new(),
            Some(Value::Object(profile)) => profile.clone(),
            Some(_) => return Err(crate::errors::malformed_body()),
        };
        check_profile(app, &profile, false)?;
        Ok(Wish {
            scope,
            user_name,
            profile,
        })
    }

    /// With profile push on, a mapped attribute takes no other value than the mapping gives.
    fn check_not_locked(&self, app: &App, user: &crate::state::User, wish: &Wish) -> Result<(), Refusal> {
        if !app.pushes("PUSH_PROFILE_UPDATES") {
            return Ok(());
        }
        let mapped = self.mapped_values(app, user);
        let locked = wish
            .profile
            .iter()
            .find(|(name, value)| mapped.get(*name).is_some_and(|have| have != *value));
        locked.map_or(Ok(()), |(name, _)| Err(mapped_and_pushed(name)))
    }

    /// Required attributes must end up with a value. `userName` is the credentials' business.
    fn check_required(&self, app: &App, profile: &Object) -> Result<(), Refusal> {
        let mut refusal: Option<Refusal> = None;
        for part in ["custom", "base"] {
            let required = app
                .schema
                .get("definitions")
                .and_then(|d| d.get(part))
                .and_then(|p| p.get("required"));
            for name in required
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
            {
                let blank = profile.get(name).is_none_or(|value| value.is_null() || value == "");
                if name == "userName" || !blank {
                    continue;
                }
                let cause = format!("{name}: The field cannot be left blank");
                refusal = Some(match refusal {
                    None => invalid("assignment", cause),
                    Some(refusal) => refusal.because(cause),
                });
            }
        }
        refusal.map_or(Ok(()), Err)
    }
}

fn no_granting_group() -> Refusal {
    invalid(
        "scope",
        "The user is not a member of any group that is assigned to the application.",
    )
}
