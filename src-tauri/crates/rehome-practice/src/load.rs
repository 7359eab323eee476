//! Apps recorded from real orgs, served back as they came.

use serde_json::{Value, json};

use crate::{
    apps::kid,
    features::boxes,
    seed::certificates,
    state::{App, Object, Org, Policy},
};

impl Org {
    pub(crate) fn load_app(
        &mut self,
        raw: Value,
        schema: Option<Value>,
        mappings: Vec<Value>,
        keys: Vec<Value>,
        metadata: Option<String>,
    ) -> String {
        let mut raw = match raw {
            Value::Object(raw) => raw,
            _ => Object::new(),
        };
        let links = raw.shift_remove("_links");
        let id = raw
            .get("id")
            .and_then(Value::as_str)
            .map(str::to_owned)
            .unwrap_or_else(|| self.ids.next("0oa"));
        raw.entry("id").or_insert_with(|| json!(id));
        let policy = links.as_ref().and_then(|links| links["accessPolicy"]["href"].as_str());
        let policy = policy.and_then(|href| href.rsplit('/').next()).map(str::to_owned);
        let keys = match (keys.is_empty(), kid(&raw)) {
            (true, Some(kid)) => certificates::long()
                .into_iter()
                .take(1)
                .map(|mut key| {
                    key["kid"] = json!(kid);
                    key
                })
                .collect(),
            _ => keys,
        };
        let name = raw.get("name").and_then(Value::as_str).unwrap_or("app").to_owned();
        let external_key = metadata
            .as_deref()
            .and_then(|xml| xml.split("entityID=\"http://www.okta.com/").nth(1)?.split('"').next())
            .map_or_else(|| self.ids.next("exk"), str::to_owned);
        let mut push_mapping = None;
        for mapping in mappings {
            let own = mapping["id"]
                .as_str()
                .map_or_else(|| self.ids.next("prm"), str::to_owned);
            if mapping["source"]["type"] == "user" && mapping["target"]["id"] == id.as_str() {
                push_mapping = Some(own.clone());
            }
            self.mappings.insert(own, mapping);
        }
        let features = boxes(&raw);
        let app = App {
            active: raw.get("status").is_none_or(|status| status == "ACTIVE"),
            features,
            lie: None,
            features_lag: Default::default(),
            saved_features: None,
            external_key,
            link_id: self.ids.next("aln"),
            policy,
            keys,
            metadata,
            schema: schema.unwrap_or_else(|| self.plausible_schema(&name, &id)),
            push_mapping,
            group_push: Vec::new(),
            grants: Vec::new(),
            parts: Default::default(),
            users: Default::default(),
            groups: Default::default(),
            downstream: None,
            links,
            raw,
            id: id.clone(),
        };
        self.apps.insert(id.clone(), app);
        id
    }

    pub(crate) fn load_policy(&mut self, raw: Value, rules: Vec<Value>) {
        if let (Some(id), Value::Object(body)) = (raw["id"].as_str().map(str::to_owned), raw) {
            self.policies.insert(id, Policy { body, rules });
        }
    }

    /// What an app without recorded schema gets: `userName` and nothing else.
    pub(crate) fn plausible_schema(&mut self, name: &str, id: &str) -> Value {
        let suffix = self.ids.letters(7).to_lowercase();
        json!({
            "id": format!("{}/meta/schemas/apps/{id}/default", self.url),
            "$schema": "http://json-schema.org/draft-04/schema#",
            "name": format!("{name}_{suffix}"),
            "title": format!("{name} User"),
            "lastUpdated": "2026-01-12T10:00:00.000Z",
            "created": "2026-01-12T10:00:00.000Z",
            "definitions": {
                "custom": { "id": "#custom", "type": "object", "properties": {}, "required": [] },
                "base": { "id": "#base", "type": "object", "properties": {
                    "userName": { "title": "Username", "type": "string", "required": true, "scope": "SELF", "maxLength": 100 },
                }, "required": ["userName"] },
            },
            "type": "object",
            "properties": { "profile": { "allOf": [{ "$ref": "#/definitions/custom" }, { "$ref": "#/definitions/base" }] } },
        })
    }
}
