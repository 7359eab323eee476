//! Okta users: list, read, roles, dashboard links.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::{
    clock::stamp,
    door::oauth::register::role_label,
    errors::{Refusal, bad_search, not_found},
    filter::Filter,
    page::{limit, page},
    reply::{Answer, Call, Reply},
    state::{Org, User},
};

impl Org {
    pub(crate) fn known_user(&self, id_or_login: &str) -> Result<&User, Refusal> {
        let id = if id_or_login == "me" {
            &self.token.owner
        } else {
            id_or_login
        };
        self.find_user(id).ok_or_else(|| not_found(id_or_login, "User"))
    }

    pub(crate) fn read_user(&self, call: &Call<'_>, id: &str) -> Answer {
        let user = self.known_user(id)?;
        let body = self.show_user(user, call.base, true);
        let etag = format!(
            "W/\"{:016x}{:016x}\"",
            user.updated.as_millisecond(),
            user.profile.len()
        );
        Ok(Reply::json(body).with("Etag", etag))
    }

    /// `full`: with the links that only reading one user gives.
    pub(crate) fn show_user(&self, user: &User, base: &str, full: bool) -> Value {
        let this = format!("{base}/api/v1/users/{}", user.id);
        let mut links = json!({ "self": { "href": this } });
        if full {
            links["schema"] = json!({ "href": format!("{base}/api/v1/meta/schemas/user/{}", self.user_schema) });
            links["type"] = json!({ "href": format!("{base}/api/v1/meta/types/user/{}", self.user_type) });
            if user.status != "DEPROVISIONED" {
                links["deactivate"] = json!({ "href": format!("{this}/lifecycle/deactivate"), "method": "POST" });
            }
        }
        let mut profile = user.profile.clone();
        for always in ["mobilePhone", "secondEmail"] {
            profile.entry(always).or_insert(Value::Null);
        }
        json!({
            "id": user.id,
            "status": user.status,
            "created": stamp(user.created),
            "activated": stamp(user.created),
            "statusChanged": stamp(user.status_changed),
            "lastLogin": user.last_login.map(stamp),
            "lastUpdated": stamp(user.updated),
            "passwordChanged": if user.status == "PROVISIONED" { Value::Null } else { json!(stamp(user.created)) },
            "type": { "id": self.user_type },
            "profile": profile,
            "credentials": { "provider": { "type": "OKTA", "name": "OKTA" } },
            "_links": links,
        })
    }

    pub(crate) fn list_users(&self, call: &Call<'_>) -> Answer {
        let limit = limit(call, 200, 1, 200)?;
        let filter = call
            .param("search")
            .or_else(|| call.param("filter"))
            .map(Filter::parse)
            .transpose()?;
        if let Some(filter) = &filter {
            filter.matches(&|field| known_field(field).then(Vec::new))?;
        }
        let q = call.param("q").map(str::to_lowercase);
        let page = page(&self.users, call, limit, |user| match (&filter, &q) {
            (Some(filter), _) => filter.matches(&|field| Some(fields(user, field))).unwrap_or(false),
            (None, Some(q)) => {
                user.status != "DEPROVISIONED"
                    && ["firstName", "lastName", "email", "login"]
                        .iter()
                        .any(|a| user.text(a).to_lowercase().starts_with(q))
            }
            (None, None) => user.status != "DEPROVISIONED",
        });
        Ok(page.reply(call, &[], |_, user| self.show_user(user, call.base, false)))
    }

    pub(crate) fn list_roles(&self, call: &Call<'_>, id: &str) -> Answer {
        let user = self.known_user(id)?;
        if user.id != self.token.owner {
            return Ok(Reply::json(json!([])));
        }
        let roles = self.token.role_names().into_iter().map(|kind| {
            json!({
                "id": format!("ra1{}", &user.id[3..]),
                "label": role_label(kind),
                "type": kind,
                "status": "ACTIVE",
                "created": stamp(user.created),
                "lastUpdated": stamp(user.created),
                "assignmentType": "USER",
                "_links": { "assignee": { "href": format!("{}/api/v1/users/{}", call.base, user.id) } },
            })
        });
        Ok(Reply::json(roles.collect()))
    }

    /// What the person's dashboard shows, apps had through groups included; inactive apps and hidden tiles are not there.
    pub(crate) fn list_app_links(&self, call: &Call<'_>, id: &str) -> Answer {
        let user = self.known_user(id)?;
        let links = self.apps.values().filter(|app| app.active).filter_map(|app| {
            let app_user = app.users.get(&user.id)?;
            let hidden = app
                .raw
                .get("visibility")
                .and_then(|v| v.get("hide"))
                .and_then(|h| h.get("web"));
            if hidden.and_then(Value::as_bool) == Some(true) || app.raw.get("signOnMode").is_none_or(Value::is_null) {
                return None;
            }
            Some(json!({
                "id": app.link_id,
                "label": app.label(),
                "linkUrl": format!("{}/home/{}/{}/{}", call.base, app.name(), app.id, app.link_id),
                "logoUrl": format!("{}/assets/img/logos/default.png", call.base),
                "appName": app.name(),
                "appInstanceId": app.id,
                "appAssignmentId": app_user.assignment,
                "credentialsSetup": false,
                "hidden": false,
                "sortOrder": 0,
            }))
        });
        Ok(Reply::json(links.collect()))
    }

    /// A partial update of the Okta profile; `null` clears. App users keep their values, as with mappings that push nothing.
    pub(crate) fn update_user_call(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let id = self.known_user(id)?.id.clone();
        let at = call.at;
        let profile = call.body.and_then(|b| b["profile"].as_object());
        if let (Some(user), Some(profile)) = (self.users.get_mut(&id), profile) {
            for (attribute, value) in profile {
                user.profile.insert(attribute.clone(), value.clone());
            }
            user.updated = at;
        }
        self.read_user(call, &id)
    }

    pub(crate) fn deactivate_user_call(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let id = self.known_user(id)?.id.clone();
        if id == self.token.owner {
            return Err(crate::errors::access_denied());
        }
        self.deactivate_user(&id, call.at);
        Ok(Reply::json(json!({})))
    }
}

fn known_field(field: &str) -> bool {
    matches!(field, "id" | "status" | "created" | "lastUpdated" | "type.id") || field.starts_with("profile.")
}

fn fields<'a>(user: &User, field: &str) -> Vec<Cow<'a, str>> {
    let one = match field {
        "id" => user.id.clone(),
        "status" => user.status.to_owned(),
        "created" => stamp(user.created),
        "lastUpdated" => stamp(user.updated),
        _ => match field
            .strip_prefix("profile.")
            .and_then(|attribute| user.profile.get(attribute))
        {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => return Vec::new(),
            Some(other) => other.to_string(),
        },
    };
    vec![one.into()]
}

/// A lone `field eq "value"`, the only form that most of Okta's `filter` parameters take.
pub(crate) fn lone_equality(text: &str) -> Result<(String, String), Refusal> {
    let filter = Filter::parse(text)?;
    filter
        .lone_equality()
        .map(|(field, value)| (field.to_owned(), value.to_owned()))
        .ok_or_else(bad_search)
}
