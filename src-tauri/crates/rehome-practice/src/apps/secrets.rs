//! Secrets of OAuth clients: at most two, so that one can be replaced while the other still works.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::client::has_secret;
use crate::{
    clock::stamp,
    errors::{Refusal, invalid, not_found},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::{Object, Org},
};

const MOST: usize = 2;

impl Org {
    /// The secret that a new client starts with, if it is a client with one.
    pub(crate) fn first_secret(&mut self, app: &Object, at: Timestamp) -> Vec<Value> {
        let client = app.get("credentials").map(|it| &it["oauthClient"]);
        let secret = client.and_then(|it| it["client_secret"].as_str()).map(str::to_owned);
        secret
            .map(|secret| vec![self.new_secret(secret, at)])
            .unwrap_or_default()
    }

    fn new_secret(&mut self, secret: String, at: Timestamp) -> Value {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, secret.as_bytes());
        let hash = data_encoding::BASE64URL_NOPAD.encode(&digest.as_ref()[..16]);
        json!({ "id": self.ids.next("ocs"), "client_secret": secret, "secret_hash": hash, "status": "ACTIVE",
            "created": stamp(at), "lastUpdated": stamp(at) })
    }

    /// An app of another kind has no secrets to list.
    fn secrets(&self, app: &str) -> Result<&Vec<Value>, Refusal> {
        let app = self.known_app(app)?;
        match app.text("signOnMode") {
            super::mode::OPENID_CONNECT => Ok(&app.parts.secrets),
            _ => Err(not_found(&app.id, "OAuth2AppInstance")),
        }
    }

    fn known_secret(&self, app: &str, id: &str) -> Result<&Value, Refusal> {
        let found = self.secrets(app)?.iter().find(|it| it["id"] == id);
        found.ok_or_else(|| not_found(id, "OAuth2ClientSecret"))
    }

    pub(crate) fn list_secrets(&self, call: &Call<'_>, app: &str) -> Answer {
        let list = self.secrets(app)?.iter().map(|it| show(it, app, call.base));
        Ok(Reply::json(list.collect()))
    }

    pub(crate) fn read_secret(&self, call: &Call<'_>, app: &str, id: &str) -> Answer {
        Ok(Reply::json(show(self.known_secret(app, id)?, app, call.base)))
    }

    pub(crate) fn create_secret(&mut self, call: &Call<'_>, app: &str) -> Answer {
        if self.secrets(app)?.len() >= MOST {
            return Err(invalid(
                "client_secret",
                "You've reached the maximum number of client secrets per client.",
            ));
        }
        let credentials = self.known_app(app)?.raw.get("credentials");
        let method = credentials.and_then(|it| it["oauthClient"]["token_endpoint_auth_method"].as_str());
        if !method.is_some_and(has_secret) {
            return Err(invalid(
                "client_secret",
                "The client does not authenticate with a secret.",
            ));
        }
        let body = object_body(call)?;
        let sent = body.get("client_secret").and_then(Value::as_str);
        if sent.is_some_and(|it| !(14..=100).contains(&it.len())) {
            return Err(invalid(
                "client_secret",
                "client_secret: The field must be 14 to 100 characters long",
            ));
        }
        let secret = sent.map_or_else(|| self.ids.letters(64), str::to_owned);
        let mut secret = self.new_secret(secret, call.at);
        if body.get("status").is_some_and(|it| it == "INACTIVE") {
            secret["status"] = json!("INACTIVE");
        }
        let shown = show(&secret, app, call.base);
        if let Some(app) = self.apps.get_mut(app) {
            app.parts.secrets.push(secret);
        }
        Ok(Reply::json(shown).status(201))
    }

    pub(crate) fn switch_secret(&mut self, call: &Call<'_>, app: &str, id: &str, on: bool) -> Answer {
        self.known_secret(app, id)?;
        let others = self
            .secrets(app)?
            .iter()
            .any(|it| it["id"] != id && it["status"] == "ACTIVE");
        if !on && !others {
            return Err(invalid("client_secret", "A client must have an active secret."));
        }
        let secrets = self.apps.get_mut(app).map(|app| &mut app.parts.secrets);
        if let Some(secret) = secrets.into_iter().flatten().find(|it| it["id"] == id) {
            secret["status"] = json!(if on { "ACTIVE" } else { "INACTIVE" });
            secret["lastUpdated"] = json!(stamp(call.at));
        }
        self.read_secret(call, app, id)
    }

    pub(crate) fn delete_secret(&mut self, app: &str, id: &str) -> Answer {
        if self.known_secret(app, id)?["status"] == "ACTIVE" {
            return Err(invalid("client_secret", "An active client secret can't be deleted."));
        }
        if let Some(app) = self.apps.get_mut(app) {
            app.parts.secrets.retain(|it| it["id"] != id);
        }
        Ok(Reply::empty())
    }
}

fn show(secret: &Value, app: &str, base: &str) -> Value {
    let mut secret = secret.clone();
    let this = format!(
        "{base}/api/v1/apps/{app}/credentials/secrets/{}",
        secret["id"].as_str().unwrap_or("")
    );
    let post = |turn: &str| json!({ "href": format!("{this}/lifecycle/{turn}"), "hints": { "allow": ["POST"] } });
    secret["_links"] = match secret["status"].as_str() {
        Some("ACTIVE") => json!({ "deactivate": post("deactivate") }),
        _ => json!({ "activate": post("activate"), "delete": { "href": this, "hints": { "allow": ["DELETE"] } } }),
    };
    secret
}
