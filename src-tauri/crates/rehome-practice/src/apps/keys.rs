//! Signing keys.

use serde_json::{Value, json};

use super::certificate;
use crate::{
    clock::stamp,
    errors::{Refusal, invalid, missing_parameter, not_found},
    reply::{Answer, Call, Reply},
    state::Org,
};

impl Org {
    pub(crate) fn list_keys(&self, app: &str) -> Answer {
        Ok(Reply::json(Value::Array(self.known_app(app)?.keys.clone())))
    }

    fn known_key(&self, app: &str, kid: &str) -> Result<&Value, Refusal> {
        let key = self.known_app(app)?.keys.iter().find(|key| key["kid"] == kid);
        key.ok_or_else(|| not_found(kid, "KeyCredential"))
    }

    pub(crate) fn read_key(&self, app: &str, kid: &str) -> Answer {
        Ok(Reply::json(self.known_key(app, kid)?.clone()))
    }

    pub(crate) fn generate_key(&mut self, call: &Call<'_>, app: &str) -> Answer {
        let years = call.param("validityYears").map(|it| it.parse::<i16>().ok());
        let Some(years @ 2..=10) = years.unwrap_or(Some(2)) else {
            return Err(invalid(
                "generateKey",
                "Validity years out of range. It should be 2 - 10 years.",
            ));
        };
        self.known_app(app)?;
        let key = certificate::make(call.at, years)?;
        self.add_key(app, key)
    }

    pub(crate) fn clone_key(&mut self, call: &Call<'_>, app: &str, kid: &str) -> Answer {
        let target = call.param("targetAid").ok_or_else(|| missing_parameter("targetAid"))?;
        let mut key = self.known_key(app, kid)?.clone();
        if self.known_app(target)?.keys.iter().any(|key| key["kid"] == kid) {
            let cause = "Key already exists in the list of key credentials for the target app.";
            return Err(invalid("cloneKey", cause));
        }
        key["created"] = json!(stamp(call.at));
        self.add_key(target, key)
    }

    pub(crate) fn add_key(&mut self, app: &str, key: Value) -> Answer {
        if let Some(app) = self.apps.get_mut(app) {
            app.keys.push(key.clone());
        }
        Ok(Reply::json(key).status(201))
    }
}
