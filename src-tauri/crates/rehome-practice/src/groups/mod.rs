//! Groups and memberships.

mod owners;
mod rules;

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::{
    clock::stamp,
    errors::{Refusal, access_denied, invalid, not_found},
    filter::Filter,
    log::{Event, Origin},
    page::{limit, page, sorted},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::{Group, Object, Org},
};

impl Org {
    pub(crate) fn known_group(&self, id: &str) -> Result<&Group, Refusal> {
        self.groups.get(id).ok_or_else(|| not_found(id, "UserGroup"))
    }

    pub(crate) fn show_group(&self, group: &Group, call: &Call<'_>) -> Value {
        let base = call.base;
        let this = format!("{base}/api/v1/groups/{}", group.id);
        let mut profile = group.extra.clone();
        profile.shift_insert(0, "name".into(), json!(group.name));
        profile.shift_insert(1, "description".into(), json!(group.description));
        let image = |size: &str| json!({ "name": size, "href": format!("{base}/assets/img/logos/groups/okta-{size}.png"), "type": "image/png" });
        let mut body = json!({
            "id": group.id,
            "created": stamp(group.created),
            "lastUpdated": stamp(group.updated),
            "lastMembershipUpdated": stamp(group.membership_updated),
            "objectClass": [class_of(group)],
            "type": group.kind,
            "profile": profile,
            "_links": {
                "logo": [image("medium"), image("large")],
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
                "usersCount": users, "appsCount": apps, "groupPushMappingsCount": self.pushes_of(&group.id),
                "hasAdminPrivilege": self.directory.roles.get(&group.id).is_some_and(|roles| !roles.is_empty()),
                "_links": { "self": { "href": format!("{this}/stats") } },
            } });
        }
        body
    }

    fn pushes_of(&self, group: &str) -> usize {
        let all = self.apps.values().flat_map(|app| &app.group_push);
        all.filter(|push| push["sourceGroupId"] == group).count()
    }

    pub(crate) fn list_groups(&self, call: &Call<'_>) -> Answer {
        let limit = limit(call, 10_000, 1, 10_000)?;
        let searched = call.param("search").filter(|text| !text.trim().is_empty());
        let text = searched.or_else(|| call.param("filter"));
        let filter = text.map(Filter::parse).transpose()?;
        if let Some(filter) = &filter {
            filter.matches(&|field| known_field(field, searched.is_some()).then(Vec::new))?;
        }
        let q = call.param("q").map(str::to_lowercase);
        let wanted = |group: &Group| {
            q.as_ref().is_none_or(|q| group.name.to_lowercase().starts_with(q))
                && filter
                    .as_ref()
                    .is_none_or(|filter| filter.matches(&|field| Some(fields(group, field))).unwrap_or(false))
        };
        let Some(by) = call.param("sortBy").filter(|_| searched.is_some()) else {
            let page = page(&self.groups, call, limit, wanted);
            return Ok(page.reply(call, &["sortOrder"], |_, group| self.show_group(group, call)));
        };
        let key = |group: &Group| fields(group, by).first().map_or(String::new(), |it| it.to_lowercase());
        let wanted = self.groups.values().filter(|group| wanted(group));
        let sorted = sorted(wanted.map(|group| (key(group), group)), call);
        let page = page(&sorted, call, limit, |_| true);
        Ok(page.reply(call, &[], |_, group| self.show_group(group, call)))
    }

    pub(crate) fn read_group(&self, call: &Call<'_>, id: &str) -> Answer {
        Ok(Reply::json(self.show_group(self.known_group(id)?, call)))
    }

    pub(crate) fn create_group(&mut self, call: &Call<'_>) -> Answer {
        let (name, description, extra) = self.group_profile(call, None)?;
        let id = self.insert_group(&name, &description, "OKTA_GROUP", call.at);
        if let Some(group) = self.groups.get_mut(&id) {
            group.extra = extra;
        }
        self.log_group("group.lifecycle.create", &id, call);
        self.read_group(call, &id)
    }

    pub(crate) fn replace_group(&mut self, call: &Call<'_>, id: &str) -> Answer {
        self.editable_group(id)?;
        let (name, description, extra) = self.group_profile(call, Some(id))?;
        if let Some(group) = self.groups.get_mut(id) {
            group.name = name;
            group.description = description;
            group.extra = extra;
            group.updated = call.at;
        }
        self.log_group("group.profile.update", id, call);
        self.read_group(call, id)
    }

    fn log_group(&mut self, kind: &'static str, id: &str, call: &Call<'_>) {
        if let Some(group) = self.groups.get(id) {
            let event = Event::new(kind, call.at).on_group(group).origin(&Origin::Web);
            self.log_event(event);
        }
    }

    /// Name, description and custom attributes out of a body; names are unique in the org.
    fn group_profile(&self, call: &Call<'_>, own: Option<&str>) -> Result<(String, String, Object), Refusal> {
        let body = object_body(call)?;
        let profile = body
            .get("profile")
            .ok_or_else(|| invalid("profile", "profile: The field cannot be left blank"))?;
        let text = |field: &str| profile.get(field).and_then(Value::as_str).unwrap_or("").to_owned();
        let name = text("name");
        if name.trim().is_empty() {
            return Err(invalid("name", "name: The field cannot be left blank"));
        }
        if name.chars().count() > 255 {
            return Err(invalid("name", "name: The field must be between 1 and 255 characters"));
        }
        if self
            .groups
            .values()
            .any(|group| group.name == name && group.kind != "APP_GROUP" && Some(group.id.as_str()) != own)
        {
            return Err(invalid(
                "name",
                "name: An object with this field already exists in the current organization",
            ));
        }
        Ok((name, text("description"), self.extra_of_group(profile)?))
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
            extra: Object::new(),
            by_rule: Default::default(),
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
        self.log_group("group.lifecycle.delete", id, call);
        self.forget(id);
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

    /// Everyone first, as recorded.
    pub(crate) fn list_user_groups(&self, call: &Call<'_>, id: &str) -> Answer {
        let user = self.known_user(id)?;
        let limit = limit(call, 200, 1, 10_000)?;
        let page = page(&self.groups, call, limit, |group| self.is_member(&group.id, &user.id));
        Ok(page.reply(call, &[], |_, group| self.show_group(group, call)))
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
            self.follow_rules(user_id, at);
        }
    }

    pub(crate) fn leave(&mut self, group_id: &str, user_id: &str, at: jiff::Timestamp) {
        let (Some(group), Some(user)) = (self.groups.get_mut(group_id), self.users.get_mut(user_id)) else {
            return;
        };
        if group.members.remove(user_id) {
            group.membership_updated = at;
            group.by_rule.remove(user_id);
            user.groups.remove(group_id);
            self.log_membership_of_group("group.user_membership.remove", group_id, user_id, at);
            self.follow_membership(group_id, user_id, at);
            self.follow_rules(user_id, at);
        }
    }

    fn log_membership_of_group(&mut self, kind: &'static str, group: &str, user: &str, at: jiff::Timestamp) {
        let (Some(group), Some(user)) = (self.groups.get(group), self.users.get(user)) else {
            return;
        };
        let event = Event::new(kind, at).on_user(user).on_group(group).origin(&Origin::Web);
        self.log_event(event);
    }
}

fn known_field(field: &str, search: bool) -> bool {
    match field {
        "id" | "type" | "lastUpdated" | "lastMembershipUpdated" | "objectClass" => true,
        "created" | "source.id" => search,
        _ => field.starts_with("profile."),
    }
}

fn fields<'a>(group: &Group, field: &str) -> Vec<Cow<'a, str>> {
    let one = match field {
        "id" => group.id.clone(),
        "type" => group.kind.to_owned(),
        "created" => stamp(group.created),
        "lastUpdated" => stamp(group.updated),
        "lastMembershipUpdated" => stamp(group.membership_updated),
        "objectClass" => class_of(group).to_owned(),
        "source.id" => return group.source.iter().map(|id| Cow::Owned(id.clone())).collect(),
        "profile.name" => group.name.clone(),
        "profile.description" => group.description.clone(),
        _ => {
            let value = field.strip_prefix("profile.").and_then(|name| group.extra.get(name));
            let text = value.map(|it| it.as_str().map_or(it.to_string(), str::to_owned));
            return text.map(Cow::Owned).into_iter().collect();
        }
    };
    vec![one.into()]
}

fn class_of(group: &Group) -> &'static str {
    if group.kind == "APP_GROUP" {
        "okta:windows_security_principal"
    } else {
        "okta:user_group"
    }
}
