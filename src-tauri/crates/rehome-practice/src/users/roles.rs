//! Admin roles of users, groups and OAuth clients, with what they are limited to, and the org's custom roles.

use std::collections::BTreeSet;

use data_encoding::BASE32_NOPAD;
use serde_json::{Value, json};

use crate::{
    clock::stamp,
    errors::{Refusal, invalid, not_found},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::Org,
};

/// Whom a role is given to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Assignee {
    User,
    Group,
    Client,
}

impl Assignee {
    fn word(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::Group => "GROUP",
            Self::Client => "CLIENT",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::User => "api/v1/users",
            Self::Group => "api/v1/groups",
            Self::Client => "oauth2/v1/clients",
        }
    }
}

/// Type and label of the standard roles. The first ones can be limited to groups, the one after to apps.
const ROLES: [(&str, &str); 12] = [
    ("USER_ADMIN", "Group Administrator"),
    ("HELP_DESK_ADMIN", "Help Desk Administrator"),
    ("GROUP_MEMBERSHIP_ADMIN", "Group Membership Administrator"),
    ("APP_ADMIN", "Application Administrator"),
    ("SUPER_ADMIN", "Super Administrator"),
    ("ORG_ADMIN", "Organizational Administrator"),
    ("READ_ONLY_ADMIN", "Read-only Administrator"),
    ("MOBILE_ADMIN", "Mobile Administrator"),
    ("REPORT_ADMIN", "Report Administrator"),
    ("API_ACCESS_MANAGEMENT_ADMIN", "API Access Management Administrator"),
    ("WORKFLOWS_ADMIN", "Workflows Administrator"),
    ("ACCESS_CERTIFICATIONS_ADMIN", "Access Certifications Administrator"),
];

/// The words of the Admin Console for a standard role.
pub(crate) fn label_of(kind: &str) -> Option<&'static str> {
    ROLES.iter().find(|(name, _)| *name == kind).map(|(_, label)| *label)
}

fn takes_groups(kind: &str) -> bool {
    matches!(kind, "USER_ADMIN" | "HELP_DESK_ADMIN" | "GROUP_MEMBERSHIP_ADMIN")
}

impl Org {
    fn assignee(&self, kind: Assignee, id: &str) -> Result<String, Refusal> {
        match kind {
            Assignee::User => self.known_user(id).map(|it| it.id.clone()),
            Assignee::Group => self.known_group(id).map(|it| it.id.clone()),
            Assignee::Client => self.known_app(id).map(|it| it.id.clone()),
        }
    }

    /// The roles given to somebody by name; the token's owner has what the token may do besides.
    fn roles_of(&self, kind: Assignee, id: &str) -> Vec<Value> {
        let mut roles = match kind {
            Assignee::Client => self.client_roles.get(id).cloned().unwrap_or_default(),
            _ => self.directory.roles.get(id).cloned().unwrap_or_default(),
        };
        // A client's own are kept above.
        if id == self.token.owner && kind != Assignee::Client {
            let at = self.users.get(id).map(|user| stamp(user.created));
            let role = |(place, kind): (usize, &str)| {
                json!({ "id": format!("ra{}{}", place + 1, id.get(3..).unwrap_or("")), "label": label_of(kind), "type": kind,
                    "status": "ACTIVE", "created": at, "lastUpdated": at, "assignmentType": "USER" })
            };
            roles.splice(0..0, self.token.role_names().into_iter().enumerate().map(role));
        }
        roles
    }

    fn show_role(kind: Assignee, assignee: &str, role: &Value, base: &str) -> Value {
        let mut role = role.clone();
        if role.get("_links").is_none() {
            let this = format!("{base}/{}/{assignee}", kind.path());
            role["_links"] = json!({ "assignee": { "href": this } });
        }
        role
    }

    pub(crate) fn list_roles(&self, call: &Call<'_>, kind: Assignee, id: &str) -> Answer {
        let id = self.assignee(kind, id)?;
        let roles = self.roles_of(kind, &id);
        Ok(Reply::json(
            roles
                .iter()
                .map(|role| Self::show_role(kind, &id, role, call.base))
                .collect(),
        ))
    }

    fn known_role(&self, kind: Assignee, id: &str, role: &str) -> Result<Value, Refusal> {
        let id = self.assignee(kind, id)?;
        let found = self
            .roles_of(kind, &id)
            .into_iter()
            .find(|it| it["id"] == role || it["type"] == role);
        found.ok_or_else(|| not_found(role, "RoleAssignment"))
    }

    pub(crate) fn read_role(&self, call: &Call<'_>, kind: Assignee, id: &str, role: &str) -> Answer {
        let found = self.known_role(kind, id, role)?;
        let id = self.assignee(kind, id)?;
        Ok(Reply::json(Self::show_role(kind, &id, &found, call.base)))
    }

    pub(crate) fn give_role(&mut self, call: &Call<'_>, kind: Assignee, id: &str) -> Answer {
        let id = self.assignee(kind, id)?;
        let body = object_body(call)?;
        let name = body.get("type").and_then(Value::as_str).unwrap_or("");
        let at = stamp(call.at);
        let mut role = json!({ "status": "ACTIVE", "created": at, "lastUpdated": at, "assignmentType": kind.word() });
        if name == "CUSTOM" {
            let wanted = body.get("role").and_then(Value::as_str).unwrap_or("");
            let custom = self.known_iam_role(wanted)?.clone();
            role["id"] = json!(self.ids.next("irb"));
            role["role"] = custom["id"].clone();
            role["label"] = custom["label"].clone();
            role["resource-set"] = body.get("resource-set").cloned().unwrap_or_default();
        } else {
            let label = label_of(name).ok_or_else(|| invalid("type", "type: The role type is not valid"))?;
            if self.roles_of(kind, &id).iter().any(|it| it["type"] == name) {
                return Err(Refusal::new(
                    409,
                    "E0000090",
                    "The role specified is already assigned to the user.",
                ));
            }
            // Roles that can be limited are named by their type, as recorded; the others by an id of their own.
            role["id"] = match takes_groups(name) || name == "APP_ADMIN" {
                true => json!(BASE32_NOPAD.encode(name.as_bytes())),
                false => json!(self.ids.next("ra1")),
            };
            role["label"] = json!(label);
        }
        role["type"] = json!(name);
        let store = match kind {
            Assignee::Client => &mut self.client_roles,
            _ => &mut self.directory.roles,
        };
        store.entry(id.clone()).or_default().push(role.clone());
        // Of the three, only giving a role to a client is documented with 200.
        let status = if kind == Assignee::Client { 200 } else { 201 };
        Ok(Reply::json(Self::show_role(kind, &id, &role, call.base)).status(status))
    }

    pub(crate) fn take_role(&mut self, kind: Assignee, id: &str, role: &str) -> Answer {
        let found = self.known_role(kind, id, role)?;
        let id = self.assignee(kind, id)?;
        let store = match kind {
            Assignee::Client => &mut self.client_roles,
            _ => &mut self.directory.roles,
        };
        if let Some(roles) = store.get_mut(&id) {
            roles.retain(|it| it["id"] != found["id"]);
        }
        let key = target_key(&id, &found);
        self.directory.role_groups.remove(&key);
        self.directory.role_apps.remove(&key);
        Ok(Reply::empty())
    }

    pub(crate) fn list_role_groups(&self, call: &Call<'_>, kind: Assignee, id: &str, role: &str) -> Answer {
        let key = self.key_of(kind, id, role)?;
        let ids = self.directory.role_groups.get(&key);
        let groups = ids.into_iter().flatten().filter_map(|id| self.groups.get(id));
        Ok(Reply::json(groups.map(|group| self.show_group(group, call)).collect()))
    }

    fn key_of(&self, kind: Assignee, id: &str, role: &str) -> Result<String, Refusal> {
        let found = self.known_role(kind, id, role)?;
        Ok(target_key(&self.assignee(kind, id)?, &found))
    }

    pub(crate) fn aim_role_at_group(&mut self, kind: Assignee, id: &str, role: &str, group: &str, on: bool) -> Answer {
        let found = self.known_role(kind, id, role)?;
        if !takes_groups(found["type"].as_str().unwrap_or("")) {
            return Err(no_such_target("group"));
        }
        let key = self.key_of(kind, id, role)?;
        self.known_group(group)?;
        let targets = self.directory.role_groups.entry(key).or_default();
        aim(targets, group, on, "group")
    }

    pub(crate) fn list_role_apps(&self, call: &Call<'_>, kind: Assignee, id: &str, role: &str) -> Answer {
        let key = self.key_of(kind, id, role)?;
        let names = self.directory.role_apps.get(&key).into_iter().flatten();
        let targets = names.map(|name| match name.split_once('/') {
            Some((app, instance)) => {
                let label = self.apps.get(instance).map_or("", |it| it.label());
                json!({ "name": app, "id": instance, "displayName": label, "status": "ACTIVE",
                    "_links": { "self": { "href": format!("{}/api/v1/apps/{instance}", call.base) } } })
            }
            None => {
                json!({ "name": name, "displayName": name, "status": "ACTIVE", "verificationStatus": "OKTA_VERIFIED",
                "_links": { "self": { "href": format!("{}/api/v1/catalog/apps/{name}", call.base) } } })
            }
        });
        Ok(Reply::json(targets.collect()))
    }

    /// Everything that a role is limited to, as resource names.
    pub(crate) fn list_role_targets(&self, call: &Call<'_>, kind: Assignee, id: &str, role: &str) -> Answer {
        let key = self.key_of(kind, id, role)?;
        let target = |space: &str, what: &str, id: &str, path: &str| {
            json!({ "orn": format!("orn:okta:{space}:{}:{what}:{id}", self.id), "assignmentType": kind.word(),
                "_links": { "self": { "href": format!("{}/api/v1/{path}/{id}", call.base) } } })
        };
        let groups = self.directory.role_groups.get(&key).into_iter().flatten();
        let apps = self.directory.role_apps.get(&key).into_iter().flatten();
        let groups = groups.map(|id| target("directory", "groups", id, "groups"));
        let apps = apps.map(|name| target("idp", "apps", &name.replace('/', ":"), "apps"));
        Ok(Reply::json(groups.chain(apps).collect()))
    }

    /// `target` is the name of a catalogue app, or name and instance with a slash between them.
    pub(crate) fn aim_role_at_app(&mut self, kind: Assignee, id: &str, role: &str, target: &str, on: bool) -> Answer {
        let found = self.known_role(kind, id, role)?;
        if found["type"] != "APP_ADMIN" {
            return Err(no_such_target("app"));
        }
        let key = self.key_of(kind, id, role)?;
        if let Some((_, instance)) = target.split_once('/') {
            self.known_app(instance)?;
        }
        let targets = self.directory.role_apps.entry(key).or_default();
        aim(targets, target, on, "app")
    }

    /// Back to all apps of the catalogue.
    pub(crate) fn aim_role_at_all_apps(&mut self, kind: Assignee, id: &str, role: &str) -> Answer {
        let key = self.key_of(kind, id, role)?;
        self.directory.role_apps.remove(&key);
        Ok(Reply::empty())
    }

    pub(crate) fn known_iam_role(&self, name: &str) -> Result<&Value, Refusal> {
        let name = name.rsplit('/').next().unwrap_or(name);
        let of = |it: &&Value| it["id"] == name || it["label"] == name;
        let found = self.directory.iam_roles.iter().find(of);
        found.ok_or_else(|| not_found(name, "Role"))
    }

    pub(crate) fn list_iam_roles(&self, call: &Call<'_>) -> Answer {
        let roles = self.directory.iam_roles.iter();
        Ok(Reply::json(
            json!({ "roles": roles.map(|it| show_iam_role(it, call.base)).collect::<Vec<_>>() }),
        ))
    }

    pub(crate) fn read_iam_role(&self, call: &Call<'_>, name: &str) -> Answer {
        if let Some((kind, label)) = ROLES.iter().find(|(kind, _)| *kind == name) {
            let shown = json!({ "id": kind, "label": label, "description": label,
                "created": "2019-01-14T09:00:00.000Z", "lastUpdated": "2019-01-14T09:00:00.000Z" });
            return Ok(Reply::json(show_iam_role(&shown, call.base)));
        }
        Ok(Reply::json(show_iam_role(self.known_iam_role(name)?, call.base)))
    }

    /// Makes a custom role (`own` is `None`) or changes its label and description.
    pub(crate) fn write_iam_role(&mut self, call: &Call<'_>, own: Option<&str>) -> Answer {
        let own = own.map(|name| self.known_iam_role(name).cloned()).transpose()?;
        let body = object_body(call)?;
        let mut role = own
            .clone()
            .unwrap_or_else(|| json!({ "id": self.ids.next("cr0"), "created": stamp(call.at), "permissions": [] }));
        for field in ["label", "description"] {
            let text = body.get(field).and_then(Value::as_str).unwrap_or("");
            if text.is_empty() {
                return Err(invalid(field, format!("{field}: The field cannot be left blank")));
            }
            role[field] = json!(text);
        }
        let twin = |it: &Value| it["label"] == role["label"] && it["id"] != role["id"];
        if self.directory.iam_roles.iter().any(twin) {
            return Err(invalid("label", "label: A role with this label already exists"));
        }
        if let Some(permissions) = body.get("permissions").filter(|it| it.is_array()) {
            role["permissions"] = permissions.clone();
        }
        role["lastUpdated"] = json!(stamp(call.at));
        self.directory.iam_roles.retain(|it| it["id"] != role["id"]);
        self.directory.iam_roles.push(role.clone());
        Ok(Reply::json(show_iam_role(&role, call.base)))
    }

    pub(crate) fn delete_iam_role(&mut self, name: &str) -> Answer {
        let id = self.known_iam_role(name)?["id"].clone();
        self.directory.iam_roles.retain(|it| it["id"] != id);
        Ok(Reply::empty())
    }

    pub(crate) fn list_permissions(&self, call: &Call<'_>, role: &str) -> Answer {
        let role = self.known_iam_role(role)?;
        let permissions = role["permissions"].as_array().into_iter().flatten();
        let shown = permissions
            .filter_map(Value::as_str)
            .map(|it| show_permission(role, it, call.base));
        Ok(Reply::json(json!({ "permissions": shown.collect::<Vec<_>>() })))
    }

    pub(crate) fn read_permission(&self, call: &Call<'_>, role: &str, permission: &str) -> Answer {
        let role = self.known_iam_role(role)?;
        let has = role["permissions"]
            .as_array()
            .is_some_and(|it| it.iter().any(|it| it == permission));
        match has {
            true => Ok(Reply::json(show_permission(role, permission, call.base))),
            false => Err(not_found(permission, "Permission")),
        }
    }

    pub(crate) fn write_permission(&mut self, call: &Call<'_>, role: &str, permission: &str, on: bool) -> Answer {
        let id = self.known_iam_role(role)?["id"].clone();
        if !on {
            self.read_permission(call, role, permission)?;
        }
        let found = self.directory.iam_roles.iter_mut().find(|it| it["id"] == id);
        if let Some(permissions) = found.and_then(|it| it["permissions"].as_array_mut()) {
            permissions.retain(|it| it != permission);
            if on {
                permissions.push(json!(permission));
            }
        }
        if on && call.method == "PUT" {
            return self.read_permission(call, role, permission);
        }
        Ok(Reply::empty())
    }
}

/// Standard roles share an id between people: their targets are kept by person and role.
fn target_key(assignee: &str, role: &Value) -> String {
    format!("{assignee}.{}", role["id"].as_str().unwrap_or(""))
}

fn no_such_target(what: &str) -> Refusal {
    invalid("role", format!("The role cannot be limited to a {what}"))
}

/// The last target cannot be taken away: the role would then be for everything.
fn aim(targets: &mut BTreeSet<String>, target: &str, on: bool, what: &str) -> Answer {
    if on {
        targets.insert(target.to_owned());
        return Ok(Reply::empty());
    }
    if !targets.contains(target) {
        return Err(not_found(target, "RoleTarget"));
    }
    if targets.len() == 1 {
        return Err(invalid(
            "roleTarget",
            format!("The last {what} target of a role cannot be removed; remove the role instead"),
        ));
    }
    targets.remove(target);
    Ok(Reply::empty())
}

fn show_iam_role(role: &Value, base: &str) -> Value {
    let mut role = role.clone();
    let this = format!("{base}/api/v1/iam/roles/{}", role["id"].as_str().unwrap_or(""));
    if let Some(role) = role.as_object_mut() {
        role.shift_remove("permissions");
        role.insert(
            "_links".into(),
            json!({ "self": { "href": this }, "permissions": { "href": format!("{this}/permissions") } }),
        );
    }
    role
}

fn show_permission(role: &Value, permission: &str, base: &str) -> Value {
    let this = format!("{base}/api/v1/iam/roles/{}", role["id"].as_str().unwrap_or(""));
    json!({ "label": permission, "created": role["created"], "lastUpdated": role["lastUpdated"],
        "_links": { "self": { "href": format!("{this}/permissions/{permission}") }, "role": { "href": this } } })
}
