//! Okta users: list, read, dashboard links.

mod lifecycle;
mod roles;
mod write;

pub(crate) use lifecycle::nothing_of;
pub(crate) use roles::{Assignee, label_of};

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::{
    clock::stamp,
    directory::schema_id,
    errors::{Refusal, bad_search, not_found},
    filter::Filter,
    page::{limit, page, sorted},
    reply::{Answer, Call, Reply},
    state::{Org, User},
};

impl Org {
    /// By id, login, `me`, or the part of the login before the @ when it is nobody else's.
    pub(crate) fn known_user(&self, name: &str) -> Result<&User, Refusal> {
        let id = if name == "me" { &self.token.owner } else { name };
        self.find_user(id)
            .or_else(|| self.by_short_name(id))
            .ok_or_else(|| not_found(name, "User"))
    }

    fn by_short_name(&self, name: &str) -> Option<&User> {
        if name.is_empty() || name.contains('@') {
            return None;
        }
        let name = name.to_lowercase();
        let short = |login: &str| login.split_once('@').is_some_and(|(short, _)| short == name);
        let mut found = self.users.values().filter(|user| short(&user.login().to_lowercase()));
        found.next().filter(|_| found.next().is_none())
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

    /// `full`: with the links that listings leave out.
    pub(crate) fn show_user(&self, user: &User, base: &str, full: bool) -> Value {
        let this = format!("{base}/api/v1/users/{}", user.id);
        let kind = self.type_of(user);
        let mut links = json!({ "self": { "href": this } });
        if full {
            links["schema"] = json!({ "href": format!("{base}/api/v1/meta/schemas/user/{}", schema_id(kind)) });
            links["type"] = json!({ "href": format!("{base}/api/v1/meta/types/user/{kind}") });
            for (name, path) in turns(user) {
                let method = if *name == "delete" { "DELETE" } else { "POST" };
                links[*name] = json!({ "href": format!("{this}{path}"), "method": method });
            }
        }
        let mut profile = user.profile.clone();
        for always in ["mobilePhone", "secondEmail"] {
            profile.entry(always).or_insert(Value::Null);
        }
        let provider = json!({ "type": "OKTA", "name": "OKTA" });
        let mut credentials = json!({ "provider": user.account.provider.as_ref().unwrap_or(&provider) });
        if user.account.password.is_some() && full {
            credentials["password"] = json!({});
        }
        if let Some(question) = user.account.question.as_ref().filter(|_| full) {
            credentials["recovery_question"] = json!({ "question": question });
        }
        json!({
            "id": user.id,
            "status": user.status,
            "created": stamp(user.created),
            "activated": user.account.activated.map(stamp),
            "statusChanged": stamp(user.status_changed),
            "lastLogin": user.last_login.map(stamp),
            "lastUpdated": stamp(user.updated),
            "passwordChanged": user.account.password.map(stamp),
            "type": { "id": kind },
            "profile": profile,
            "credentials": credentials,
            "realmId": format!("guo{}", self.id.get(3..).unwrap_or("")),
            "_links": links,
        })
    }

    pub(crate) fn list_users(&self, call: &Call<'_>) -> Answer {
        let limit = limit(call, 200, 1, 200)?;
        let searched = call.param("search").filter(|text| !text.trim().is_empty());
        let text = searched.or_else(|| call.param("filter"));
        let filter = text.map(Filter::parse).transpose()?;
        if let Some(filter) = &filter {
            filter.matches(&|field| known_field(field, searched.is_some()).then(Vec::new))?;
        }
        let q = call.param("q").map(str::to_lowercase).filter(|q| !q.is_empty());
        if q.is_some() && filter.is_some() {
            return Err(Refusal::new(
                400,
                "E0000033",
                "Search with q and a filter is not supported.",
            ));
        }
        let wanted = |user: &User| match (&filter, &q) {
            (Some(filter), _) => filter.matches(&|field| Some(self.fields(user, field))).unwrap_or(false),
            (None, Some(q)) => {
                user.status != "DEPROVISIONED"
                    && ["firstName", "lastName", "email", "login"]
                        .iter()
                        .any(|a| user.text(a).to_lowercase().starts_with(q))
            }
            (None, None) => user.status != "DEPROVISIONED",
        };
        // As recorded: a `sortOrder` without `sortBy` counts for nothing and is not in the links.
        let by = call.param("sortBy").filter(|_| searched.is_some());
        let Some(by) = by else {
            let page = page(&self.users, call, limit, wanted);
            return Ok(page.reply(call, &["sortOrder"], |_, user| self.show_user(user, call.base, false)));
        };
        let key = |user: &User| {
            self.fields(user, by)
                .first()
                .map_or(String::new(), |it| it.to_lowercase())
        };
        let wanted = self.users.values().filter(|user| wanted(user));
        let sorted = sorted(wanted.map(|user| (key(user), user)), call);
        let page = page(&sorted, call, limit, |_| true);
        Ok(page.reply(call, &[], |_, user| self.show_user(user, call.base, false)))
    }

    /// Values of a field that a filter or an order may name.
    fn fields<'a>(&self, user: &User, field: &str) -> Vec<Cow<'a, str>> {
        let one = match field {
            "id" => user.id.clone(),
            "status" => user.status.to_owned(),
            "created" => stamp(user.created),
            "activated" => user.account.activated.map(stamp).unwrap_or_default(),
            "statusChanged" => stamp(user.status_changed),
            "lastUpdated" => stamp(user.updated),
            "type.id" => self.type_of(user).to_owned(),
            _ => match field
                .strip_prefix("profile.")
                .and_then(|attribute| user.profile.get(attribute))
            {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Array(list)) => {
                    let texts = list
                        .iter()
                        .map(|one| one.as_str().map_or(one.to_string(), str::to_owned));
                    return texts.map(Cow::Owned).collect();
                }
                Some(Value::Null) | None => return Vec::new(),
                Some(other) => other.to_string(),
            },
        };
        vec![one.into()]
    }

    /// What the person's dashboard shows, apps had through groups included; inactive apps and hidden tiles are not there.
    pub(crate) fn list_app_links(&self, call: &Call<'_>, id: &str) -> Answer {
        let user = self.known_user(id)?;
        let links = self.apps.values().filter(|app| app.active).filter_map(|app| {
            let app_user = app.users.get(&user.id)?;
            if crate::apps::is_hidden(&app.raw) || app.raw.get("signOnMode").is_none_or(Value::is_null) {
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
}

/// `search` knows all attributes; the older `filter` only a few.
fn known_field(field: &str, search: bool) -> bool {
    match field {
        "id" | "status" | "lastUpdated" => true,
        "created" | "activated" | "statusChanged" | "type.id" => search,
        _ => field
            .strip_prefix("profile.")
            .is_some_and(|attribute| search || matches!(attribute, "login" | "email" | "firstName" | "lastName")),
    }
}

/// What can be done with a user of this status: name and path of each link, as recorded for PROVISIONED and
/// DEPROVISIONED and as documented for the others.
fn turns(user: &User) -> &'static [(&'static str, &'static str)] {
    const SUSPEND: (&str, &str) = ("suspend", "/lifecycle/suspend");
    const DEACTIVATE: (&str, &str) = ("deactivate", "/lifecycle/deactivate");
    const ACTIVATE: (&str, &str) = ("activate", "/lifecycle/activate");
    const FACTORS: (&str, &str) = ("resetFactors", "/lifecycle/reset_factors");
    const RESET: (&str, &str) = ("resetPassword", "/lifecycle/reset_password");
    const EXPIRE: (&str, &str) = ("expirePassword", "/lifecycle/expire_password");
    const CHANGE: (&str, &str) = ("changePassword", "/credentials/change_password");
    const QUESTION: (&str, &str) = ("changeRecoveryQuestion", "/credentials/change_recovery_question");
    const FORGOT: (&str, &str) = ("forgotPassword", "/credentials/forgot_password");
    match user.status {
        "STAGED" => &[ACTIVATE, DEACTIVATE],
        "PROVISIONED" => &[
            SUSPEND,
            RESET,
            ("reactivate", "/lifecycle/reactivate"),
            FACTORS,
            DEACTIVATE,
        ],
        "SUSPENDED" => &[("unsuspend", "/lifecycle/unsuspend"), FACTORS, DEACTIVATE],
        "LOCKED_OUT" => &[("unlock", "/lifecycle/unlock"), RESET, FACTORS, DEACTIVATE],
        "DEPROVISIONED" => &[ACTIVATE, FACTORS, ("delete", "")],
        _ if user.account.question.is_some() => {
            &[SUSPEND, RESET, FORGOT, EXPIRE, QUESTION, FACTORS, CHANGE, DEACTIVATE]
        }
        _ => &[SUSPEND, RESET, EXPIRE, QUESTION, FACTORS, CHANGE, DEACTIVATE],
    }
}

/// A lone `field eq "value"`, the only form that most of Okta's `filter` parameters take.
pub(crate) fn lone_equality(text: &str) -> Result<(String, String), Refusal> {
    let filter = Filter::parse(text)?;
    filter
        .lone_equality()
        .map(|(field, value)| (field.to_owned(), value.to_owned()))
        .ok_or_else(bad_search)
}
