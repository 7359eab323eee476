//! Policies: access policies of apps on Identity Engine, and the few others that may name an app.

use serde_json::{Value, json};

use crate::{
    Engine,
    errors::{Refusal, bad_search, feature_not_enabled, missing_parameter, not_found},
    reply::{Answer, Call, Reply},
    state::{Org, Policy},
};

const TYPES: [&str; 7] = [
    "ACCESS_POLICY",
    "PROFILE_ENROLLMENT",
    "OKTA_SIGN_ON",
    "PASSWORD",
    "MFA_ENROLL",
    "IDP_DISCOVERY",
    "POST_AUTH_SESSION",
];

impl Org {
    fn known_policy(&self, id: &str) -> Result<&Policy, Refusal> {
        let policy = self.policies.get(id).ok_or_else(|| not_found(id, "Policy"))?;
        self.check_engine(policy.body.get("type").and_then(Value::as_str).unwrap_or(""))?;
        Ok(policy)
    }

    /// App sign-on policies cannot be read by API on Classic.
    fn check_engine(&self, kind: &str) -> Result<(), Refusal> {
        let needs_identity = matches!(kind, "ACCESS_POLICY" | "PROFILE_ENROLLMENT" | "POST_AUTH_SESSION");
        if needs_identity && self.options.engine == Engine::Classic {
            Err(feature_not_enabled())
        } else {
            Ok(())
        }
    }

    pub(crate) fn list_policies(&self, call: &Call<'_>) -> Answer {
        let kind = call.param("type").ok_or_else(|| missing_parameter("type"))?;
        if !TYPES.contains(&kind) {
            return Err(bad_search());
        }
        self.check_engine(kind)?;
        let of_kind = self
            .policies
            .values()
            .filter(|policy| policy.body.get("type").is_some_and(|it| it == kind));
        let list = of_kind.map(|policy| show(policy, call.base)).collect();
        Ok(Reply::json(list).with("Link", crate::page::link(call, &[], "self")))
    }

    pub(crate) fn read_policy(&self, call: &Call<'_>, id: &str) -> Answer {
        Ok(Reply::json(show(self.known_policy(id)?, call.base)))
    }

    pub(crate) fn list_policy_rules(&self, call: &Call<'_>, id: &str) -> Answer {
        let policy = self.known_policy(id)?;
        let rules = policy.rules.iter().map(|rule| {
            let mut rule = rule.clone();
            let this = format!(
                "{}/api/v1/policies/{id}/rules/{}",
                call.base,
                rule["id"].as_str().unwrap_or("")
            );
            rule["_links"] = json!({ "self": { "href": this, "hints": { "allow": ["GET", "PUT", "DELETE"] } } });
            rule
        });
        Ok(Reply::json(rules.collect()))
    }

    pub(crate) fn list_policy_mappings(&self, call: &Call<'_>, id: &str) -> Answer {
        self.known_policy(id)?;
        let users = self
            .apps
            .values()
            .filter(|app| app.policy.as_deref() == Some(id))
            .map(|app| {
                json!({ "id": format!("map{}", &app.id[3..]),
                "_links": { "application": { "href": format!("{}/api/v1/apps/{}", call.base, app.id) } } })
            });
        Ok(Reply::json(users.collect()))
    }

    pub(crate) fn assign_policy(&mut self, _call: &Call<'_>, app: &str, policy: &str) -> Answer {
        self.known_app(app)?;
        if self.options.engine == Engine::Classic {
            return Err(feature_not_enabled());
        }
        self.known_policy(policy)?;
        if let Some(app) = self.apps.get_mut(app) {
            app.policy = Some(policy.to_owned());
        }
        Ok(Reply::empty())
    }
}

fn show(policy: &Policy, base: &str) -> Value {
    let mut body = policy.body.clone();
    let this = format!(
        "{base}/api/v1/policies/{}",
        body.get("id").and_then(Value::as_str).unwrap_or("")
    );
    body.insert(
        "_links".into(),
        json!({
            "self": { "href": this, "hints": { "allow": ["GET", "PUT", "DELETE"] } },
            "mappings": { "href": format!("{this}/mappings"), "hints": { "allow": ["GET", "POST"] } },
            "rules": { "href": format!("{this}/rules"), "hints": { "allow": ["GET", "POST"] } },
        }),
    );
    Value::Object(body)
}
