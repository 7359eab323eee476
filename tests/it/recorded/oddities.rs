//! What real apps have that a tidy type would not expect: counted, and looked for in what is shown.

use std::collections::{BTreeMap, BTreeSet};

use rehome_engine::view::CompareView;
use serde_json::Value;

/// What api-facts 4.1 lists for every app.
const USUAL: &[&str] = &[
    "id",
    "orn",
    "name",
    "label",
    "status",
    "lastUpdated",
    "created",
    "accessibility",
    "visibility",
    "features",
    "signOnMode",
    "credentials",
    "settings",
    "_links",
];
/// Provisioning features that Okta documents (api-facts 4.5).
const FEATURES: &[&str] = &[
    "PUSH_NEW_USERS",
    "PUSH_PROFILE_UPDATES",
    "PUSH_USER_DEACTIVATION",
    "PUSH_PASSWORD_UPDATES",
    "PUSH_PENDING_USERS",
    "REACTIVATE_USERS",
    "IMPORT_NEW_USERS",
    "IMPORT_PROFILE_UPDATES",
    "IMPORT_USER_SCHEMA",
    "GROUP_PUSH",
    "PROFILE_MASTERING",
    "EXCHANGE_ACTIVE_SYNC",
    "INBOUND_PROVISIONING",
    "OUTBOUND_PROVISIONING",
    "UNIVERSAL_LOGOUT",
];

/// Keys of either app that nobody documents.
pub fn beside(old: &Value, new: &Value) -> Vec<String> {
    let keys = [old, new]
        .into_iter()
        .filter_map(Value::as_object)
        .flat_map(|app| app.keys());
    let odd: BTreeSet<String> = keys.filter(|key| !USUAL.contains(&key.as_str())).cloned().collect();
    odd.into_iter().collect()
}

/// Provisioning features of either app that nobody documents.
pub fn undocumented_features(old: &Value, new: &Value) -> Vec<String> {
    let all = [old, new]
        .into_iter()
        .filter_map(|app| app["features"].as_array())
        .flatten();
    let odd = all
        .filter_map(Value::as_str)
        .filter(|feature| !FEATURES.contains(feature));
    odd.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
}

#[derive(Default)]
pub struct Oddities(BTreeMap<String, usize>);

impl Oddities {
    pub fn look(&mut self, app: &Value) {
        let mut see = |what: String| *self.0.entry(what).or_default() += 1;
        if app["signOnMode"].is_null() {
            see("signOnMode is null".into());
        }
        for key in app.as_object().into_iter().flat_map(|o| o.keys()) {
            if !USUAL.contains(&key.as_str()) {
                let null = if app[key].is_null() { " (null)" } else { "" };
                see(format!("key beside the documented ones: {key}{null}"));
            }
        }
        for feature in app["features"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            if !FEATURES.contains(&feature) {
                see(format!("feature without documentation: {feature}"));
            }
        }
        let credentials = &app["credentials"];
        if credentials.as_object().is_none_or(serde_json::Map::is_empty) {
            see("no credentials".into());
        }
        if credentials["userNameTemplate"].is_null() {
            see("no username template".into());
        }
        if app["label"].as_str().is_none_or(str::is_empty) {
            see("no label".into());
        }
        if app["settings"].as_object().is_none_or(serde_json::Map::is_empty) {
            see("no settings".into());
        }
        if app["settings"]["app"].is_null() {
            see("no settings.app".into());
        }
        if app["visibility"]["hide"]["iOS"] != app["visibility"]["hide"]["web"] {
            see("hidden on one of web and iOS alone".into());
        }
        if app["status"] != "ACTIVE" {
            see(format!("status {}", app["status"].as_str().unwrap_or("none")));
        }
    }

    pub fn count(&self, what: &str) -> usize {
        self.0.get(what).copied().unwrap_or(0)
    }

    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(what, count)| format!("{count:4}  {what}"))
    }
}

/// JSON pointers and values of everything that is not an object or a list with something in it. Links are left out: they hold
/// the recorded org's host.
pub fn leaves(value: &Value, path: &mut String, out: &mut Vec<(String, Value)>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(o) if !o.is_empty() => o
            .iter()
            .map(|(k, v)| (k.replace('~', "~0").replace('/', "~1"), v))
            .collect(),
        Value::Array(items) if !items.is_empty() => items.iter().enumerate().map(|(n, v)| (n.to_string(), v)).collect(),
        leaf => {
            out.push((path.clone(), leaf.clone()));
            return;
        }
    };
    for (name, child) in children {
        let length = path.len();
        path.push('/');
        path.push_str(&name);
        leaves(child, path, out);
        path.truncate(length);
    }
}

pub fn is_secret_path(path: &str) -> bool {
    let path = path.to_lowercase();
    ["token", "password", "secret", "key"]
        .iter()
        .any(|word| path.contains(word))
}

/// Calls for every secret of an app object: client secrets and passwords, as api-facts 4.4 names them.
pub fn secrets(app: &Value, found: &mut impl FnMut(&str)) -> usize {
    let places = [
        "/credentials/oauthClient/client_secret",
        "/credentials/password/value",
        "/settings/app/apiToken",
    ];
    let secrets = places
        .iter()
        .filter_map(|p| app.pointer(p)?.as_str())
        .filter(|s| s.len() > 5);
    secrets.map(found).count()
}

/// What differs between two recorded apps is a row of step 1, also where Rehome has no word for it.
pub fn shown(names: &str, old: &Value, new: &Value, compare: &CompareView) {
    let rows = || compare.sections.iter().flat_map(|s| &s.rows);
    let sign_on = rows()
        .find(|r| r.label == "Sign-on mode")
        .unwrap_or_else(|| panic!("{names}: no row about signing on"));
    for (app, spans) in [(old, &sign_on.old), (new, &sign_on.new)] {
        let text: String = spans.iter().map(|s| s.text.as_str()).collect();
        if app["signOnMode"].is_null() {
            assert!(!text.contains("null"), "{names}: {text}");
        } else {
            assert!(
                !text.is_empty(),
                "{names}: the sign-on mode {} is not shown",
                app["signOnMode"]
            );
        }
    }
    for key in ["universalLogout", "licensing"] {
        let (a, b) = (&old[key], &new[key]);
        if a != b {
            let there = rows().any(|r| format!("{} {}", r.id, r.label).contains(key));
            assert!(there, "{names}: {key} differs ({a}, {b}), and no row says so");
        }
    }
    for row in rows().filter(|r| r.matters) {
        let finding = row
            .finding
            .as_deref()
            .unwrap_or_else(|| panic!("{names}: {} has no finding", row.id));
        assert!(
            compare.findings.iter().any(|f| f.id == finding),
            "{names}: {} points to nothing",
            row.id
        );
    }
}
