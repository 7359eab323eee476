//! App users: one person's assignment to one app, as the API shows and changes it.

mod change;
mod wish;

pub(crate) use wish::missing_required;

use serde_json::{Value, json};

use crate::{
    Behaviour,
    clock::stamp,
    errors::{Refusal, bad_page, mastered_by_app, not_found, still_through_group},
    log::Origin,
    page::{limit, page},
    reply::{Answer, Call, Reply},
    state::{App, AppUser, Org, Scope},
};

impl Org {
    fn known_app_user(&self, app: &str, user: &str) -> Result<(&App, &AppUser), Refusal> {
        let app = self.known_app(app)?;
        let app_user = app.users.get(user).ok_or_else(|| not_found(user, "AppUser"))?;
        Ok((app, app_user))
    }

    pub(crate) fn show_app_user(&self, app: &App, it: &AppUser, call: &Call<'_>) -> Value {
        let base = call.base;
        let mut credentials = json!({ "userName": it.user_name });
        // An empty object says that there is a password, which nobody can read (api-facts 4.6).
        let scheme = app.raw.get("credentials").and_then(|it| it["scheme"].as_str());
        let kept_by_okta = matches!(scheme, Some("SHARED_USERNAME_AND_PASSWORD" | "EXTERNAL_PASSWORD_SYNC"));
        if scheme.is_some() && (kept_by_okta || it.password_changed.is_some()) {
            credentials["password"] = json!({});
        }
        let mut links = json!({
            "app": { "href": format!("{base}/api/v1/apps/{}", app.id) },
            "user": { "href": format!("{base}/api/v1/users/{}", it.user) },
        });
        if let Some(group) = it.group.as_ref().and_then(|id| self.groups.get(id))
            && !self.behaves(Behaviour::NoGroupLink)
        {
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
        if limit > 50 && call.expands("user") && self.behaves(Behaviour::ExpandCapsPages) {
            return Err(bad_page());
        }
        let q = call.param("q").map(str::to_lowercase);
        let page = page(&app.users, call, limit, |it| {
            q.as_ref().is_none_or(|q| self.starts_with(it, q))
        });
        let lost: &[&str] = if self.behaves(Behaviour::LinksLoseExpand) {
            &["expand"]
        } else {
            &[]
        };
        Ok(page.reply(call, lost, |_, it| self.show_app_user(app, it, call)))
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

    pub(crate) fn unassign_user(&mut self, call: &Call<'_>, app_id: &str, user_id: &str) -> Answer {
        let (app, it) = self.known_app_user(app_id, user_id)?;
        if it.imported && app.pushes("PROFILE_MASTERING") {
            return Err(mastered_by_app());
        }
        let scope = it.scope;
        // Also with scope USER, as reported: a group still gives the app. Contradicting sources exist for the console.
        let granting = app.active && !self.granting_groups(app, user_id).is_empty();
        if scope == Scope::Group {
            return Err(still_through_group());
        }
        if granting && self.behaves(Behaviour::UnassignConvertsOverride) {
            self.hand_to_group(app_id, user_id, call.at);
            return Ok(Reply::empty());
        }
        if granting && !self.behaves(Behaviour::UnassignRemovesOverride) {
            return Err(still_through_group());
        }
        self.unassign(app_id, user_id, &Origin::Web, call.at);
        Ok(Reply::empty())
    }
}
