//! Groups, memberships and group rules.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::{
    clock::stamp,
    errors::{Refusal, access_denied, invalid, not_found},
    filter::Filter,
    log::{Event, Origin},
    page::{limit, page},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::{Group, Org},
};

impl Org {
    pub(crate) fn known_group(&self, id: &str) -> Result<&Group, Refusal> {
        self.groups.get(id).ok_or_else(|| not_found(id, "UserGroup"))
    }

    pub(crate) fn show_group(&self, group: &Group, call: &Call<'_>) -> Value {
        let base = call.base;
        let this = format!("{base}/api/v1/groups/{}", group.id);
        let class = if group.kind == "APP_GROUP" {
            "okta:windows_security_principal"
        } else {
            "okta:user_group"
        };
        let mut body = json!({
            "id": group.id,
            "created": stamp(group.created),
            "lastUpdated": stamp(group.updated),
            "lastMembershipUpdated": stamp(group.membership_updated),
            "objectClass": [class],
            "type": group.kind,
            "profile": { "name": group.name, "description": group.description },
            "_links": {
                "logo": [{ "name": "medium", "href": format!("{base}/assets/img/logos/groups/okta-medium.png"), "type": "image/png" }],
                "users": { "href": format!("{this}/users") },
                "apps": { "href": format!("{this}/apps") },
                "owners": { "href": format!("{this}/owners") },
            },
        });
        if let Some(source) = &group.source {
            body["source"] = json!({ "id": source });
            body["_links"]["source"] = json!({ "href": format!("{base}/api/v1/apps/{source}") });
        }
        if call.expands("stats") {
            let apps = self
                .apps
                .values()
                .filter(|app| app.groups.contains_key(&group.id))
                .count();
            let users = if group.id == self.everyone {
                self.users.len()
            } else {
                group.members.len()
            };
            body["_embedded"] = json!({ "stats": {
                "usersCount": users, "appsCount": apps, "groupPushMappingsCount": 0, "hasAdminPrivilege": false,
                "_links": { "self": { "href": format!("{this}/stats") } },
            } });
        }
        body
    }

    pub(crate) fn list_groups(&self, call: &Call<'_>) -> Answer {
        let limit = limit(call, 10_000, 1, 10_000)?;
        let filter = call
            .param("search")
            .or_else(|| call.param("filter"))
            .map(Filter::parse)
            .transpose()?;
        if let Some(filter) = &filter {
            filter.matches(&|field| known_field(field).then(Vec::new))?;
        }
        let q = call.param("q").map(str::to_lowercase);
        let page = page(&self.groups, call, limit, |group| {
            q.as_ref().is_none_or(|q| group.name.to_lowercase().starts_with(q))
                && filter
                    .as_ref()
                    .is_none_or(|filter| filter.matches(&|field| Some(fields(group, field))).unwrap_or(false))
        });
        Ok(page.reply(call, &[], |_, group| self.show_group(group, call)))
    }

    pub(crate) fn read_group(&self, call: &Call<'_>, id: &str) -> Answer {
        Ok(Reply::json(self.show_group(self.known_group(id)?, call)))
    }

    pub(crate) fn create_group(&mut self, call: &Call<'_>) -> Answer {
        let (name, description) = self.group_profile(call, None)?;
        let id = self.insert_group(&name, &description, "OKTA_GROUP", call.at);
        self.read_group(call, &id)
    }

    pub(crate) fn replace_group(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let (name, description) = self.group_profile(call, Some(id))?;
        self.editable_group(id)?;
        if let Some(group) = self.groups.get_mut(id) {
            group.name = name;
            group.description = description;
            group.updated = call.at;
        }
        self.read_group(call, id)
    }

    /// Name and description out of a body; names are unique in the org.
    fn group_profile(&self, call: &Call<'_>, own: Option<&str>) -> Result<(String, String), Refusal> {
        let body = object_body(call)?;
        let profile = body
            .get("profile")
            .ok_or_else(|| invalid("profile", "profile: The field cannot be left blank"))?;
        let text = |field: &str| profile.get(field).and_then(Value::as_str).unwrap_or("").to_owned();
        let name = text("name");
        if name.is_empty() || name.chars().count() > 255 {
            return Err(invalid("name", "name: The field must be between 1 and 255 characters"));
        }
        if self
            .groups
            .values()
            .any(|group| group.name == name && Some(group.id.as_str()) != own)
        {
            return Err(invalid(
                "name",
                "name: An object with this field already exists in the current organization",
            ));
        }
        Ok((name, text("description")))
    }

    pub(crate) fn insert_group(
        &mut self,
        name: &str,
        description: &str,
        kind: &'static str,
        at: jiff::Timestamp,
    ) -> String {
        let id = self.ids.next("00g");
        let group = Group {
            id: id.clone(),
            name: name.to_owned(),
            description: description.to_owned(),
            kind,
            created: at,
            updated: at,
            membership_updated: at,
            members: Default::default(),
            source: None,
        };
        self.groups.insert(id.clone(), group);
        id
    }

    /// Only groups of Okta's own may be edited: imported and built-in ones are not the org's to change.
    fn editable_group(&self, id: &str) -> Result<(), Refusal> {
        if self.known_group(id)?.kind == "OKTA_GROUP" {
            Ok(())
        } else {
            Err(access_denied())
        }
    }

    pub(crate) fn delete_group(&mut self, call: &Call<'_>, id: &str) -> Answer {
        self.editable_group(id)?;
        let apps: Vec<String> = self
            .apps
            .values()
            .filter(|app| app.groups.contains_key(id))
            .map(|app| app.id.clone())
            .collect();
        let Some(group) = self.groups.remove(id) else {
            return Ok(Reply::empty());
        };
        for member in &group.members {
            if let Some(user) = self.users.get_mut(member) {
                user.groups.remove(id);
            }
        }
        for app in apps {
            if let Some(app) = self.apps.get_mut(&app) {
                app.groups.remove(id);
            }
            self.fan_out(&app, group.members.iter().cloned().collect(), call.at);
        }
        Ok(Reply::empty())
    }

    pub(crate) fn list_members(&self, call: &Call<'_>, id: &str) -> Answer {
        let group = self.known_group(id)?;
        let limit = limit(call, 1000, 1, 1000)?;
        if id == self.everyone {
            let page = page(&self.users, call, limit, |_| true);
            return Ok(page.reply(call, &[], |_, user| self.show_user(user, call.base, false)));
        }
        let members = group.members.iter().map(|id| (id.clone(), ())).collect();
        let page = page(&members, call, limit, |()| true);
        Ok(page.reply(call, &[], |id, ()| {
            self.users
                .get(id)
                .map_or(Value::Null, |user| self.show_user(user, call.base, false))
        }))
    }

    pub(crate) fn list_user_groups(&self, call: &Call<'_>, id: &str) -> Answer {
        let user = self.known_user(id)?;
        let groups = self.groups.values().filter(|group| self.is_member(&group.id, &user.id));
        Ok(Reply::json(groups.map(|group| self.show_group(group, call)).collect()))
    }

    pub(crate) fn list_group_apps(&self, call: &Call<'_>, id: &str) -> Answer {
        self.known_group(id)?;
        let limit = limit(call, 20, 1, 200)?;
        let page = page(&self.apps, call, limit, |app| app.groups.contains_key(id));
        Ok(page.reply(call, &[], |_, app| self.show_app(app, call)))
    }

    pub(crate) fn add_member(&mut self, call: &Call<'_>, group: &str, user: &str) -> Answer {
        self.editable_group(group)?;
        let user = self.known_user(user)?.id.clone();
        self.join(group, &user, call.at);
        Ok(Reply::empty())
    }

    pub(crate) fn remove_member(&mut self, call: &Call<'_>, group: &str, user: &str) -> Answer {
        self.editable_group(group)?;
        let user = self.known_user(user)?.id.clone();
        self.leave(group, &user, call.at);
        Ok(Reply::empty())
    }

    pub(crate) fn join(&mut self, group_id: &str, user_id: &str, at: jiff::Timestamp) {
        let (Some(group), Some(user)) = (self.groups.get_mut(group_id), self.users.get_mut(user_id)) else {
            return;
        };
        if group.members.insert(user_id.to_owned()) {
            group.membership_updated = at;
            user.groups.insert(group_id.to_owned());
            self.log_membership_of_group("group.user_membership.add", group_id, user_id, at);
            self.follow_membership(group_id, user_id, at);
        }
    }

    pub(crate) fn leave(&mut self, group_id: &str, user_id: &str, at: jiff::Timestamp) {
        let (Some(group), Some(user)) = (self.groups.get_mut(group_id), self.users.get_mut(user_id)) else {
            return;
        };
        if group.members.remove(user_id) {
            group.membership_updated = at;
            user.groups.remove(group_id);
            self.log_membership_of_group("group.user_membership.remove", group_id, user_id, at);
            self.follow_membership(group_id, user_id, at);
        }
    }

    fn log_membership_of_group(&mut self, kind: &'static str, group: &str, user: &str, at: jiff::Timestamp) {
        let (Some(group), Some(user)) = (self.groups.get(group), self.users.get(user)) else {
            return;
        };
        let event = Event::new(kind, at).on_user(user).on_group(group).origin(&Origin::Web);
        self.log_event(event);
    }

    pub(crate) fn list_group_rules(&self, call: &Call<'_>) -> Answer {
        let limit = limit(call, 50, 1, 200)?;
        let rules = self
            .group_rules
            .iter()
            .map(|rule| (rule["id"].as_str().unwrap_or("").to_owned(), rule.clone()));
        let rules = rules.collect();
        let page = page(&rules, call, limit, |_| true);
        Ok(page.reply(call, &[], |_, rule| with_self(rule, call)))
    }

    pub(crate) fn read_group_rule(&self, call: &Call<'_>, id: &str) -> Answer {
        let rule = self
            .group_rules
            .iter()
            .find(|rule| rule["id"] == id)
            .ok_or_else(|| not_found(id, "GroupRule"))?;
        Ok(Reply::json(with_self(rule, call)))
    }
}

fn with_self(rule: &Value, call: &Call<'_>) -> Value {
    let mut rule = rule.clone();
    let this = format!(
        "{}/api/v1/groups/rules/{}",
        call.base,
        rule["id"].as_str().unwrap_or("")
    );
    rule["_links"] =
        json!({ "self": { "href": this }, "deactivate": { "href": format!("{this}/lifecycle/deactivate") } });
    rule
}

fn known_field(field: &str) -> bool {
    matches!(
        field,
        "id" | "type" | "lastUpdated" | "lastMembershipUpdated" | "profile.name" | "profile.description"
    )
}

fn fields<'a>(group: &Group, field: &str) -> Vec<Cow<'a, str>> {
    let one = match field {
        "id" => group.id.clone(),
        "type" => group.kind.to_owned(),
        "lastUpdated" => stamp(group.updated),
        "lastMembershipUpdated" => stamp(group.membership_updated),
        "profile.name" => group.name.clone(),
        _ => group.description.clone(),
    };
    vec![one.into()]
}
