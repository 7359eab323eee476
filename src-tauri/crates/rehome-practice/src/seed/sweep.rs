//! Problems that come of themselves once everybody is there: they are read off the finished company, for each pair.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    cast::SERVICES,
    list::{HELP_DESK, PAIRS},
    sign_ins::SignIns,
};
use crate::state::{App, Org, Scope, User};

pub(super) fn fill(org: &mut Org, seen: &SignIns) {
    for pair in PAIRS {
        let Some(app) = org.apps.values().find(|app| app.label() == pair.0) else {
            continue;
        };
        let mut found: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for id in app.users.keys() {
            let Some(user) = org.users.get(id) else { continue };
            if let Some(key) = suspect(user, &app.id, seen) {
                found.entry(key).or_default().push(id.clone());
            }
        }
        if pair == HELP_DESK {
            differences(org, app, &mut found);
        }
        for (key, subjects) in found {
            org.plant_at(pair, key, subjects);
        }
    }
}

/// The first reason why somebody may have to be left out.
fn suspect(user: &User, app: &str, seen: &SignIns) -> Option<&'static str> {
    let one = (app.to_owned(), user.id.clone());
    let local = user.login().split('@').next().unwrap_or("");
    let is_service = SERVICES.iter().any(|(service, ..)| *service == local);
    Some(match user.status {
        _ if is_service => "service-account",
        _ if local == "break-glass" => "break-glass",
        "SUSPENDED" => "suspended",
        "PROVISIONED" => "never-activated",
        _ if user.last_login.is_none() => "never-signed-in",
        _ if seen.refused.contains(&one) => "refused-only",
        _ if !seen.used.contains(&one) => "not-used",
        _ => return None,
    })
}

/// Whose values the new help desk's mappings and groups would change.
fn differences(org: &Org, old: &App, found: &mut BTreeMap<&'static str, Vec<String>>) {
    for (id, it) in &old.users {
        let Some(user) = org.users.get(id) else { continue };
        let mut note = |key: &'static str| found.entry(key).or_default().push(id.clone());
        let phone = it.profile.get("phone").and_then(Value::as_str).unwrap_or("");
        if phone != user.text("primaryPhone") {
            note("phone-changes");
        }
        let tagged = org.granting_groups(old, id).into_iter();
        let tagged = tagged
            .filter_map(|group| old.groups.get(&group))
            .filter(|group| group.profile.contains_key("tags"));
        if it.scope == Scope::Group && tagged.count() > 1 {
            note("tags-joined");
        }
        if it.profile.get("legacyBrand").is_some_and(Value::is_string) {
            note("brand-lost");
        }
    }
}
