//! Okta API scopes that are granted to an app's OAuth client.

use serde_json::{Value, json};

use super::kind::blank;
use crate::{
    clock::stamp,
    errors::{Refusal, invalid, not_found},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::Org,
};

impl Org {
    fn known_grant(&self, app: &str, id: &str) -> Result<&Value, Refusal> {
        let found = self.known_app(app)?.grants.iter().find(|it| it["id"] == id);
        found.ok_or_else(|| not_found(id, "OAuth2ScopeConsentGrant"))
    }

    pub(crate) fn list_grants(&self, call: &Call<'_>, app: &str) -> Answer {
        let list = self.known_app(app)?.grants.iter();
        Ok(Reply::json(list.map(|it| show(it, app, call)).collect()))
    }

    pub(crate) fn read_grant(&self, call: &Call<'_>, app: &str, id: &str) -> Answer {
        Ok(Reply::json(show(self.known_grant(app, id)?, app, call)))
    }

    pub(crate) fn create_grant(&mut self, call: &Call<'_>, app: &str) -> Answer {
        let known = self.known_app(app)?;
        if known.text("signOnMode") != super::mode::OPENID_CONNECT {
            return Err(not_found(app, "OAuth2AppInstance"));
        }
        let body = object_body(call)?;
        let text = |field: &str| body.get(field).and_then(Value::as_str).filter(|it| !it.is_empty());
        let scope = text("scopeId").ok_or_else(|| blank("scopeId"))?;
        let issuer = text("issuer").ok_or_else(|| blank("issuer"))?;
        if !scope.starts_with("okta.") {
            return Err(invalid(
                "scopeId",
                format!("scopeId: The scope {scope} is not an Okta API scope"),
            ));
        }
        // The org is also known under its loopback names.
        if issuer != self.url && issuer != call.base {
            return Err(invalid("issuer", "issuer: The value must be the org's own URL"));
        }
        if let Some(there) = known.grants.iter().find(|it| it["scopeId"] == scope) {
            return Ok(Reply::json(show(there, app, call)).status(201));
        }
        let client = known
            .raw
            .get("credentials")
            .map(|it| it["oauthClient"]["client_id"].clone());
        let grant = json!({
            "id": self.ids.next("oag"), "status": "ACTIVE", "created": stamp(call.at), "lastUpdated": stamp(call.at),
            "createdBy": { "id": self.token.owner, "type": "User" },
            "issuer": issuer, "clientId": client.unwrap_or_default(), "scopeId": scope, "source": "ADMIN",
        });
        let shown = show(&grant, app, call);
        if let Some(app) = self.apps.get_mut(app) {
            app.grants.push(grant);
        }
        Ok(Reply::json(shown).status(201))
    }

    pub(crate) fn delete_grant(&mut self, app: &str, id: &str) -> Answer {
        self.known_grant(app, id)?;
        if let Some(app) = self.apps.get_mut(app) {
            app.grants.retain(|it| it["id"] != id);
        }
        Ok(Reply::empty())
    }
}

fn show(grant: &Value, app: &str, call: &Call<'_>) -> Value {
    let mut grant = grant.clone();
    let this = format!("{}/api/v1/apps/{app}", call.base);
    let client = grant["clientId"].as_str().unwrap_or(app).to_owned();
    grant["_links"] = json!({
        "app": { "href": this },
        "self": { "href": format!("{this}/grants/{}", grant["id"].as_str().unwrap_or("")),
            "hints": { "allow": ["GET", "DELETE"] } },
        "client": { "href": format!("{}/oauth2/v1/clients/{client}", call.base) },
    });
    if call.expands("scope") {
        grant["_embedded"] = json!({ "scope": { "id": grant["scopeId"] } });
    }
    grant
}
