//! Federated claims: values that an app's sign-in messages carry, on Identity Engine alone.

use serde_json::{Value, json};

use super::kind::blank;
use crate::{
    Engine,
    clock::stamp,
    errors::{Refusal, feature_not_enabled, invalid, not_found},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::{Object, Org},
};

impl Org {
    fn claims(&self, app: &str) -> Result<&Vec<Value>, Refusal> {
        let app = self.known_app(app)?;
        match self.options.engine {
            Engine::Identity => Ok(&app.parts.claims),
            Engine::Classic => Err(feature_not_enabled()),
        }
    }

    pub(crate) fn list_claims(&self, app: &str) -> Answer {
        Ok(Reply::json(Value::Array(self.claims(app)?.clone())))
    }

    pub(crate) fn read_claim(&self, app: &str, id: &str) -> Answer {
        let found = self.claims(app)?.iter().find(|it| it["id"] == id);
        found
            .map(|it| Reply::json(it.clone()))
            .ok_or_else(|| not_found(id, "FederatedClaim"))
    }

    pub(crate) fn create_claim(&mut self, call: &Call<'_>, app: &str) -> Answer {
        self.claims(app)?;
        let (name, expression) = self.checked_claim(object_body(call)?.as_ref(), app, None)?;
        let claim = json!({ "id": self.ids.next("ofc"), "name": name, "expression": expression,
            "created": stamp(call.at), "lastUpdated": stamp(call.at) });
        if let Some(app) = self.apps.get_mut(app) {
            app.parts.claims.push(claim.clone());
        }
        Ok(Reply::json(claim).status(201))
    }

    /// Answers 200, as recorded; Okta's document says 201.
    pub(crate) fn replace_claim(&mut self, call: &Call<'_>, app: &str, id: &str) -> Answer {
        self.read_claim(app, id)?;
        let (name, expression) = self.checked_claim(object_body(call)?.as_ref(), app, Some(id))?;
        let claims = self.apps.get_mut(app).map(|app| &mut app.parts.claims);
        for claim in claims.into_iter().flatten().filter(|it| it["id"] == id) {
            claim["name"] = json!(name);
            claim["expression"] = json!(expression);
            claim["lastUpdated"] = json!(stamp(call.at));
        }
        self.read_claim(app, id)
    }

    fn checked_claim(&self, body: &Object, app: &str, id: Option<&str>) -> Result<(String, String), Refusal> {
        let text = |field: &str| {
            let text = body.get(field).and_then(Value::as_str).filter(|it| !it.is_empty());
            text.map(str::to_owned).ok_or_else(|| blank(field))
        };
        let (name, expression) = (text("name")?, text("expression")?);
        let other = |it: &&Value| id.is_none_or(|id| it["id"] != id) && it["name"] == name.as_str();
        match self.claims(app)?.iter().find(other) {
            Some(_) => Err(invalid(
                "name",
                "name: A claim with this name already exists for the application",
            )),
            None => Ok((name, expression)),
        }
    }

    pub(crate) fn delete_claim(&mut self, app: &str, id: &str) -> Answer {
        self.read_claim(app, id)?;
        if let Some(app) = self.apps.get_mut(app) {
            app.parts.claims.retain(|it| it["id"] != id);
        }
        Ok(Reply::empty())
    }
}
