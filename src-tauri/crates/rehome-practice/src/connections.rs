//! The connection through which an app provisions: an API for six apps only.

use serde_json::{Value, json};

use crate::{
    Behaviour,
    apps::certificate,
    errors::{Refusal, invalid, not_found},
    features::SUPPORTED,
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::{App, Org},
};

/// What was set by API; the secret in it is never shown again.
#[derive(Clone)]
pub(crate) struct Connection {
    on: bool,
    scheme: &'static str,
    base_url: Option<String>,
    /// `profile` as Okta shows it.
    profile: Value,
    /// Public keys of an Okta-to-Okta connection.
    keys: Vec<Value>,
}

const TOKEN_APPS: [&str; 2] = ["okta_org2org", "zscalerbyz"];

impl App {
    /// Whether the connection is on.
    pub(crate) fn connected(&self) -> bool {
        !self.features.is_empty() || self.parts.connection.as_ref().is_some_and(|it| it.on)
    }
}

fn unsupported() -> Refusal {
    invalid("connection", "Provisioning is not supported for the app instance.")
}

impl Org {
    pub(crate) fn read_connection(&self, call: &Call<'_>, id: &str) -> Answer {
        let app = self.known_app(id)?;
        if !SUPPORTED.contains(&app.name()) {
            if self.behaves(Behaviour::NoUnknownConnection) {
                return Err(not_found("default", "AppConnection"));
            }
            let body = json!({ "authScheme": "UNKNOWN", "status": "UNKNOWN", "profile": { "authScheme": "UNKNOWN" } });
            return Ok(Reply::json(body));
        }
        let this = format!("{}/api/v1/apps/{id}/connections/default", call.base);
        let on = app.connected();
        let turn = if on { "deactivate" } else { "activate" };
        let own = app.parts.connection.as_ref();
        let usual = if TOKEN_APPS.contains(&app.name()) {
            "TOKEN"
        } else {
            "OAUTH2"
        };
        let scheme = own.map_or(usual, |it| it.scheme);
        let mut body = json!({
            "authScheme": scheme,
            "status": if on { "ENABLED" } else { "DISABLED" },
            "profile": own.map_or_else(|| json!({ "authScheme": scheme }), |it| it.profile.clone()),
            "_links": {
                "self": { "href": this, "hints": { "allow": ["POST", "GET"] } },
                turn: { "href": format!("{this}/lifecycle/{turn}"), "hints": { "allow": ["POST"] } },
            },
        });
        if let Some(url) = own.and_then(|it| it.base_url.as_ref()) {
            body["baseUrl"] = json!(url);
        }
        // The browser goes there to consent.
        if scheme == "OAUTH2" && app.name() != "okta_org2org" {
            let address = format!(
                "{}/admin/app/{}/instance/{id}/provisioning/authorize",
                call.base,
                app.name()
            );
            body["_links"]["authorize"] = json!({ "href": address, "hints": { "allow": ["GET"] } });
        }
        Ok(Reply::json(body))
    }

    /// Sets the connection up. It stays off unless `activate` says otherwise, as recorded.
    pub(crate) fn set_connection(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let app = self.known_app(id)?;
        if !SUPPORTED.contains(&app.name()) {
            return Err(unsupported());
        }
        let body = object_body(call)?;
        let profile = body.get("profile").cloned().unwrap_or(Value::Null);
        let text = |value: &Value| value.as_str().filter(|it| !it.is_empty()).map(str::to_owned);
        let base_url = body.get("baseUrl").and_then(text);
        let scheme = match profile["authScheme"].as_str() {
            Some("TOKEN") if TOKEN_APPS.contains(&app.name()) => "TOKEN",
            Some("OAUTH2") if app.name() != "zscalerbyz" => "OAUTH2",
            _ => {
                return Err(invalid(
                    "profile.authScheme",
                    "authScheme: Not one of the allowed values.",
                ));
            }
        };
        let token = text(&profile["token"]);
        if scheme == "TOKEN" && token.is_none() {
            return Err(invalid("profile.token", "token: The field cannot be left blank"));
        }
        if scheme == "TOKEN" && base_url.is_none() {
            return Err(invalid("baseUrl", "baseUrl: The field cannot be left blank"));
        }
        let mut shown = json!({ "authScheme": scheme });
        let mut keys = Vec::new();
        if scheme == "OAUTH2" && app.name() == "okta_org2org" {
            shown["clientId"] = profile["clientId"].clone();
            let key = certificate::make(call.at, 10)?;
            shown["signing"] = json!({
                "kid": key["kid"],
                "rotationMode": profile["signing"]["rotationMode"].as_str().unwrap_or("MANUAL"),
            });
            keys.push(key);
        }
        let on = call.param("activate") == Some("true");
        if let Some(app) = self.apps.get_mut(id) {
            app.parts.connection = Some(Connection {
                on,
                scheme,
                base_url,
                profile: shown,
                keys,
            });
        }
        self.integrate(id, on, call.at);
        self.read_connection(call, id)
    }

    /// Switching the connection off empties the boxes; on again brings them back.
    pub(crate) fn switch_connection(&mut self, call: &Call<'_>, id: &str, on: bool) -> Answer {
        let app = self.known_app(id)?;
        if !SUPPORTED.contains(&app.name()) {
            return Err(unsupported());
        }
        if let Some(connection) = self.apps.get_mut(id).and_then(|app| app.parts.connection.as_mut()) {
            connection.on = on;
        }
        self.integrate(id, on, call.at);
        Ok(Reply::empty())
    }

    /// Public keys that the other org has to know.
    pub(crate) fn list_connection_keys(&self, id: &str) -> Answer {
        let app = self.known_app(id)?;
        let keys = app.parts.connection.as_ref().map(|it| &it.keys);
        match keys.filter(|keys| !keys.is_empty()) {
            Some(keys) => {
                let public = |key: &Value| json!({ "kty": "RSA", "alg": "RS256", "use": "sig", "kid": key["kid"], "e": key["e"], "n": key["n"] });
                let keys: Vec<Value> = keys.iter().map(public).collect();
                Ok(Reply::json(json!({ "jwks": { "keys": keys } })))
            }
            None => Err(unsupported()),
        }
    }
}
