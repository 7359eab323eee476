//! Changes that admins make behind Rehome's back, for tests: what a plan was made of is no longer so. As in the console,
//! group jobs and provisioning follow.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    ExportStyle,
    control::Control,
    log::Origin,
    state::{Object, Org, Scope},
};

impl Control {
    /// Sets one value of an app user, as an admin does on the person's assignment; null takes it away.
    pub fn set_app_user_value(&self, app: &str, user: &str, attribute: &str, value: Value) {
        self.change(|org, at| {
            let Some(it) = org.app_user_mut(app, user) else { return };
            it.updated = at;
            if value.is_null() {
                it.own.shift_remove(attribute);
                it.profile.shift_remove(attribute);
            } else {
                it.own.insert(attribute.to_owned(), value.clone());
                it.profile.insert(attribute.to_owned(), value);
            }
            told(org, "application.user_membership.update", app, user, at);
        });
    }

    /// Sets the username of an app user.
    pub fn set_app_user_name(&self, app: &str, user: &str, user_name: &str) {
        self.change(|org, at| {
            let Some(it) = org.app_user_mut(app, user) else { return };
            it.user_name = user_name.to_owned();
            it.updated = at;
            told(org, "application.user_membership.change_username", app, user, at);
            org.push_changes(app, user, true, &Origin::Web, at);
        });
    }

    /// Assigns somebody to an app individually, with the values of the mapping and the username of the template.
    pub fn assign_user(&self, app: &str, user: &str) {
        self.change(|org, at| {
            if org.apps.get(app).is_some_and(|app| !app.users.contains_key(user)) {
                org.create(app, user, Scope::User, None, Object::new(), &Origin::Web, at);
            }
        });
    }

    /// Takes an individual assignment away, and what goes with it.
    pub fn unassign_user(&self, app: &str, user: &str) {
        self.change(|org, at| org.unassign(app, user, &Origin::Web, at));
    }

    /// Takes a group off an app; people whom it gave the app lose it in a group job.
    pub fn unassign_group(&self, app: &str, group: &str) {
        self.change(|org, at| {
            let gone = org.apps.get_mut(app).and_then(|app| app.groups.remove(group));
            if gone.is_some() {
                let people = org.members(group);
                org.fan_out(app, people, at);
            }
        });
    }

    /// Sets one value that a group gives on an app; null takes it away. Members follow in a group job.
    pub fn set_group_value(&self, app: &str, group: &str, attribute: &str, value: Value) {
        self.change(|org, at| {
            let Some(it) = org.apps.get_mut(app).and_then(|app| app.groups.get_mut(group)) else {
                return;
            };
            match value.is_null() {
                true => drop(it.profile.shift_remove(attribute)),
                false => drop(it.profile.insert(attribute.to_owned(), value)),
            }
            it.updated = at;
            let people = org.members(group);
            org.fan_out(app, people, at);
        });
    }

    /// Changes the rule Okta user → app for one attribute; `None` takes it away. People who have the app keep their values.
    pub fn set_mapping(&self, app: &str, attribute: &str, expression: Option<&str>) {
        self.change(|org, _| {
            let mapping = org.apps.get(app).and_then(|app| app.push_mapping.clone());
            let mapping = mapping.and_then(|id| org.mappings.get_mut(&id)?.as_object_mut());
            let rules = mapping.map(|it| it.entry("properties").or_insert_with(|| json!({})));
            match (rules.and_then(Value::as_object_mut), expression) {
                (Some(rules), Some(text)) => {
                    let rule = json!({ "expression": text, "pushStatus": "PUSH" });
                    rules.insert(attribute.to_owned(), rule);
                }
                (Some(rules), None) => drop(rules.shift_remove(attribute)),
                (None, _) => {}
            }
        });
    }

    /// What Rehome may change on an app besides its people and groups: label, visibility, username template, settings, policy, and
    /// the mapping Okta user → app.
    pub fn settings(&self, app: &str) -> Value {
        self.look(|org| {
            let Some(it) = org.apps.get(app) else { return Value::Null };
            let mapping = it.push_mapping.as_ref().and_then(|id| org.mappings.get(id));
            json!({
                "label": it.raw.get("label"), "visibility": it.raw.get("visibility"), "settings": it.raw.get("settings"),
                "credentials": it.raw.get("credentials"), "policy": it.policy,
                "mapping": mapping.and_then(|mapping| mapping.get("properties")),
            })
        })
    }

    /// Changes the username template. `custom`: an expression (`CUSTOM`) instead of a text with `${...}` (`BUILT_IN`).
    pub fn set_template(&self, app: &str, template: &str, custom: bool) {
        let kind = if custom { "CUSTOM" } else { "BUILT_IN" };
        let template = json!({ "template": template, "type": kind });
        self.edit(app, "/credentials/userNameTemplate", template);
    }

    /// Sets one field of the app object below `settings`, by its JSON pointer there, such as `/signOn/defaultRelayState`.
    pub fn set_setting(&self, app: &str, pointer: &str, value: Value) {
        self.edit(app, &format!("/settings{pointer}"), value);
    }

    pub fn set_label(&self, app: &str, label: &str) {
        self.edit(app, "/label", json!(label));
    }

    /// Changes a property of the app user schema, `base` or `custom`; null takes it away.
    pub fn set_property(&self, app: &str, part: &str, attribute: &str, property: Value) {
        self.change(|org, at| {
            let schema = org.apps.get_mut(app).map(|app| &mut app.schema);
            let Some(schema) = schema else { return };
            schema["lastUpdated"] = json!(crate::clock::stamp(at));
            let properties = schema["definitions"][part]["properties"].as_object_mut();
            match (properties, property.is_null()) {
                (Some(properties), true) => drop(properties.shift_remove(attribute)),
                (Some(properties), false) => drop(properties.insert(attribute.to_owned(), property)),
                (None, _) => {}
            }
        });
    }

    /// Puts an app under the access policy of this name.
    pub fn set_policy(&self, app: &str, policy: &str) {
        self.change(|org, _| {
            let found = org.policies.iter().find(|(_, it)| it.text("name") == policy);
            let found = found.map(|(id, _)| id.clone());
            if let (Some(app), Some(policy)) = (org.apps.get_mut(app), found) {
                app.policy = Some(policy);
            }
        });
    }

    /// The user export of the service behind an app; empty where there is none.
    pub fn export(&self, app: &str, style: ExportStyle) -> Vec<u8> {
        self.look(|org| org.export(app, style).unwrap_or_default())
    }

    /// Sets a field of the app object by its JSON pointer; objects on the way must be there.
    fn edit(&self, app: &str, pointer: &str, value: Value) {
        self.change(|org, at| {
            let Some(app) = org.apps.get_mut(app) else { return };
            let mut raw = Value::Object(std::mem::take(&mut app.raw));
            let (parent, field) = pointer.rsplit_once('/').unwrap_or(("", pointer));
            if let Some(parent) = raw.pointer_mut(parent).and_then(Value::as_object_mut) {
                parent.insert(field.to_owned(), value);
            }
            raw["lastUpdated"] = json!(crate::clock::stamp(at));
            if let Value::Object(raw) = raw {
                app.raw = raw;
            }
        });
    }
}

fn told(org: &mut Org, kind: &'static str, app: &str, user: &str, at: Timestamp) {
    org.log_membership(kind, app, user, &Origin::Web, at);
}
