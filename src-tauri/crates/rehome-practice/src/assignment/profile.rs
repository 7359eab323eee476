//! The values of an app user: mapped ones, over them those of the groups, over them the person's own.

use serde_json::Value;

use crate::{
    app_users::missing_required,
    schemas::value_faults,
    state::{App, Object, Org, Scope, User},
};

impl Org {
    /// All values of an app user. Groups count for those only who have the app through one; an individual assignment
    /// overrides them (api-facts 6.1).
    pub(crate) fn derive(&self, app: &App, user: &User, scope: Scope, groups: &[String], own: &Object) -> Object {
        let mut profile = self.mapped_values(app, user);
        if scope == Scope::Group {
            profile.extend(group_values(app, groups));
        }
        profile.extend(own.clone());
        profile
    }

    /// Brings what the groups give up to date, and nothing else: mappings are not evaluated again (api-facts 9.3), but for
    /// attributes that no group gives any more. `None`: nothing changed.
    pub(super) fn refreshed(&self, app: &App, user: &User, groups: &[String]) -> Option<(Object, Object)> {
        let it = app.users.get(&user.id)?;
        let given = group_values(app, groups);
        if given == it.from_groups {
            return None;
        }
        let mut profile = it.profile.clone();
        let lost: Vec<&String> = it
            .from_groups
            .keys()
            .filter(|name| !given.contains_key(*name))
            .collect();
        if !lost.is_empty() {
            let mapped = self.mapped_values(app, user);
            for name in lost.into_iter().filter(|name| !it.own.contains_key(*name)) {
                match mapped.get(name) {
                    Some(value) => drop(profile.insert(name.clone(), value.clone())),
                    None => drop(profile.shift_remove(name)),
                }
            }
        }
        for (name, value) in given.iter().filter(|(name, _)| !it.own.contains_key(*name)) {
            profile.insert(name.clone(), value.clone());
        }
        Some((given, profile))
    }
}

/// What these groups give, the winning one first: its values, and those of all groups for attributes that are combined.
pub(crate) fn group_values(app: &App, groups: &[String]) -> Object {
    let held = || groups.iter().filter_map(|group| app.groups.get(group));
    let mut values = held().next().map(|group| group.profile.clone()).unwrap_or_default();
    for attribute in combined_attributes(app) {
        let mut all: Vec<Value> = Vec::new();
        let lists = held().filter_map(|group| group.profile.get(attribute)?.as_array());
        for value in lists.flatten() {
            if !all.contains(value) {
                all.push(value.clone());
            }
        }
        if !all.is_empty() {
            values.insert(attribute.clone(), Value::Array(all));
        }
    }
    values
}

/// Array attributes whose values are combined over groups (`union: ENABLE`).
fn combined_attributes(app: &App) -> impl Iterator<Item = &String> {
    let definitions = app.schema.get("definitions");
    let properties = ["custom", "base"]
        .into_iter()
        .filter_map(move |part| definitions?.get(part)?.get("properties")?.as_object());
    properties
        .flatten()
        .filter(|(_, property)| property["type"] == "array" && property["union"] == "ENABLE")
        .map(|(name, _)| name)
}

/// Why these values cannot be had on the app; empty when they can.
pub(crate) fn faults_of(app: &App, user_name: &str, profile: &Object) -> Vec<String> {
    if user_name.is_empty() {
        return vec!["Blank is an invalid value for userName field".into()];
    }
    let missing = missing_required(app, profile).into_iter();
    missing
        .map(|name| format!("Blank is an invalid value for {name} field"))
        .chain(value_faults(app, profile))
        .collect()
}
