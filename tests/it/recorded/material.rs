//! What real orgs answered, collected by app.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde_json::Value;

/// Where the reference data lies, if it lies anywhere.
pub fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/okta");
    let named = std::env::var_os("REHOME_OKTA_REFERENCE").map(PathBuf::from);
    named.or_else(|| beside.is_dir().then_some(beside))
}

#[derive(Default)]
pub struct Material {
    /// Every distinct app object by id, in the order in which they were recorded.
    pub apps: BTreeMap<String, Vec<Value>>,
    pub schemas: BTreeMap<String, Value>,
    pub keys: BTreeMap<String, Vec<Value>>,
    pub metadata: BTreeMap<String, String>,
    /// With properties where those were recorded.
    pub mappings: BTreeMap<String, Value>,
    pub policies: BTreeMap<String, Value>,
    pub rules: BTreeMap<String, BTreeMap<String, Value>>,
}

impl Material {
    pub fn collect(folder: &Path) -> Self {
        let mut out = Self::default();
        for file in [
            "recordings/oie.jsonl",
            "recordings/classic.jsonl",
            "conversations/oie.jsonl",
            "conversations/classic.jsonl",
        ] {
            let text = std::fs::read_to_string(folder.join(file)).expect("the reference is whole");
            for line in text.lines() {
                out.take(&serde_json::from_str(line).expect("a recording is one JSON object a line"));
            }
        }
        out
    }

    fn take(&mut self, line: &Value) {
        let template = line["template"].as_str().unwrap_or_default();
        let answer = &line["response"];
        if !line["status"].as_u64().is_none_or(|s| (200..300).contains(&s)) {
            return;
        }
        let path = line["url"].as_str().unwrap_or_default();
        let part = |n: usize| path.split(['/', '?']).nth(n).unwrap_or_default().to_owned();
        match template {
            "/api/v1/apps" | "/api/v1/apps/{appId}" => each(answer, |app| self.app(app)),
            "/api/v1/meta/schemas/apps/{appId}/default" if answer["definitions"].is_object() => {
                self.schemas.insert(part(6), answer.clone());
            }
            "/api/v1/apps/{appId}/credentials/keys" => {
                if let Some(keys) = answer.as_array() {
                    self.keys.insert(part(4), keys.clone());
                }
            }
            "/api/v1/apps/{appId}/sso/saml/metadata" => {
                if let Some(xml) = answer.as_str() {
                    self.metadata.insert(part(4), xml.to_owned());
                }
            }
            "/api/v1/mappings" | "/api/v1/mappings/{mappingId}" => each(answer, |mapping| {
                if let Some(id) = mapping["id"].as_str()
                    && (mapping["properties"].is_object() || !self.mappings.contains_key(id))
                {
                    self.mappings.insert(id.to_owned(), mapping.clone());
                }
            }),
            "/api/v1/policies" | "/api/v1/policies/{policyId}" => each(answer, |policy| {
                if let Some(id) = policy["id"].as_str() {
                    self.policies.insert(id.to_owned(), policy.clone());
                }
            }),
            "/api/v1/policies/{policyId}/rules" | "/api/v1/policies/{policyId}/rules/{ruleId}" => {
                let policy = part(4);
                each(answer, |rule| {
                    if let Some(id) = rule["id"].as_str() {
                        let rules = self.rules.entry(policy.clone()).or_default();
                        rules.insert(id.to_owned(), rule.clone());
                    }
                });
            }
            _ => {}
        }
    }

    fn app(&mut self, app: &Value) {
        let (Some(id), true) = (app["id"].as_str(), app.get("label").is_some()) else {
            return;
        };
        let versions = self.apps.entry(id.to_owned()).or_default();
        if !versions.contains(app) {
            versions.push(app.clone());
        }
    }

    /// Most versions that were recorded of one app.
    pub fn layers(&self) -> usize {
        self.apps.values().map(Vec::len).max().unwrap_or(0)
    }

    /// One version of every app that has so many: an org holds an id once.
    pub fn layer(&self, n: usize) -> Vec<&Value> {
        self.apps
            .values()
            .filter_map(|versions| versions.iter().rev().nth(n))
            .collect()
    }

    pub fn mappings_of(&self, app: &str) -> Vec<Value> {
        let of = |m: &&Value| m["source"]["id"] == app || m["target"]["id"] == app;
        self.mappings.values().filter(of).cloned().collect()
    }
}

fn each(answer: &Value, mut take: impl FnMut(&Value)) {
    match answer {
        Value::Array(items) => items.iter().for_each(take),
        Value::Object(_) => take(answer),
        _ => {}
    }
}

/// What makes two apps instances of one kind: catalogue name; for custom apps sign-on mode, for OIDC application type.
pub fn kind(app: &Value) -> String {
    let text = |v: &Value| v.as_str().unwrap_or("none").to_owned();
    let (name, mode) = (text(&app["name"]), text(&app["signOnMode"]));
    let custom_saml = app["settings"]["signOn"]["ssoAcsUrl"].is_string();
    if name == "oidc_client" {
        return format!("OIDC {}", text(&app["settings"]["oauthClient"]["application_type"]));
    }
    if name.contains('_') && (custom_saml || mode == "AUTO_LOGIN") {
        return format!("custom {mode}");
    }
    name
}

/// Neighbours of one kind, active ones first; the odd one out goes with the first of its kind.
pub fn pairs<'a>(apps: &[&'a Value]) -> (Vec<(&'a Value, &'a Value)>, BTreeSet<String>) {
    let mut kinds: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for app in apps {
        kinds.entry(kind(app)).or_default().push(app);
    }
    let (mut out, mut alone) = (Vec::new(), BTreeSet::new());
    for (kind, mut apps) in kinds {
        if apps.len() == 1 {
            alone.insert(kind);
            continue;
        }
        // The new app must be active: so inactive ones come first and are the old one of a pair.
        apps.sort_by_key(|a| a["status"] == "ACTIVE");
        let half = apps.len().div_ceil(2);
        for n in 0..half {
            let partner = apps.get(n + half).unwrap_or(&apps[apps.len() - 1]);
            out.push((apps[n], *partner));
        }
    }
    (out, alone)
}
