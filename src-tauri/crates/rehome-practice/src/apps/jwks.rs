//! Public keys of OAuth clients, as they stand in `settings.oauthClient.jwks`.

use serde_json::{Value, json};

use super::client::complete_key;
use crate::{
    clock::stamp,
    errors::{Refusal, invalid, not_found},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::Org,
};

const MOST: usize = 50;

impl Org {
    fn client_keys(&self, app: &str) -> Result<Vec<Value>, Refusal> {
        let app = self.known_app(app)?;
        if app.text("signOnMode") != super::mode::OPENID_CONNECT {
            return Err(not_found(&app.id, "OAuth2AppInstance"));
        }
        let settings = app.raw.get("settings");
        let keys = settings.and_then(|it| it["oauthClient"]["jwks"]["keys"].as_array());
        Ok(keys.cloned().unwrap_or_default())
    }

    fn known_client_key(&self, app: &str, id: &str) -> Result<Value, Refusal> {
        let found = self.client_keys(app)?.into_iter().find(|it| it["id"] == id);
        found.ok_or_else(|| not_found(id, "OAuth2ClientJsonWebKey"))
    }

    fn set_client_keys(&mut self, app: &str, keys: Vec<Value>) {
        let client = self
            .apps
            .get_mut(app)
            .and_then(|app| app.raw.get_mut("settings"))
            .and_then(|it| it.get_mut("oauthClient")?.as_object_mut());
        if let Some(client) = client {
            client.insert("jwks".into(), json!({ "keys": keys }));
        }
    }

    pub(crate) fn list_client_keys(&self, call: &Call<'_>, app: &str) -> Answer {
        let keys = self.client_keys(app)?;
        Ok(Reply::json(keys.iter().map(|it| show(it, app, call.base)).collect()))
    }

    pub(crate) fn read_client_key(&self, call: &Call<'_>, app: &str, id: &str) -> Answer {
        Ok(Reply::json(show(&self.known_client_key(app, id)?, app, call.base)))
    }

    pub(crate) fn create_client_key(&mut self, call: &Call<'_>, app: &str) -> Answer {
        let mut keys = self.client_keys(app)?;
        let mut key = Value::Object(object_body(call)?.into_owned());
        let needed: &[&str] = match key["kty"].as_str() {
            Some("RSA") => &["e", "n"],
            Some("EC") => &["x", "y"],
            _ => return Err(invalid("kty", "kty: Not one of the allowed values.")),
        };
        if let Some(missing) = needed
            .iter()
            .find(|name| key[**name].as_str().is_none_or(str::is_empty))
        {
            return Err(super::kind::blank(missing));
        }
        if keys.len() >= MOST {
            return Err(invalid("jwks", "You've reached the maximum number of keys per client."));
        }
        if keys.iter().any(|it| it["kid"] == key["kid"]) {
            return Err(invalid(
                "kid",
                "kid: A key with the same kid already exists for the client.",
            ));
        }
        let id = self.ids.next("pks");
        complete_key(&mut key, id);
        key["created"] = json!(stamp(call.at));
        key["lastUpdated"] = json!(stamp(call.at));
        let shown = show(&key, app, call.base);
        keys.push(key);
        self.set_client_keys(app, keys);
        Ok(Reply::json(shown).status(201))
    }

    pub(crate) fn switch_client_key(&mut self, call: &Call<'_>, app: &str, id: &str, on: bool) -> Answer {
        self.known_client_key(app, id)?;
        let mut keys = self.client_keys(app)?;
        if !on && !keys.iter().any(|it| it["id"] != id && it["status"] == "ACTIVE") {
            return Err(invalid("jwks", "A client must have an active key."));
        }
        for key in keys.iter_mut().filter(|it| it["id"] == id) {
            key["status"] = json!(if on { "ACTIVE" } else { "INACTIVE" });
            key["lastUpdated"] = json!(stamp(call.at));
        }
        self.set_client_keys(app, keys);
        self.read_client_key(call, app, id)
    }

    pub(crate) fn delete_client_key(&mut self, app: &str, id: &str) -> Answer {
        if self.known_client_key(app, id)?["status"] == "ACTIVE" {
            return Err(invalid("jwks", "An active key can't be deleted."));
        }
        let mut keys = self.client_keys(app)?;
        keys.retain(|it| it["id"] != id);
        self.set_client_keys(app, keys);
        Ok(Reply::empty())
    }
}

fn show(key: &Value, app: &str, base: &str) -> Value {
    let mut key = key.clone();
    let this = format!(
        "{base}/api/v1/apps/{app}/credentials/jwks/{}",
        key["id"].as_str().unwrap_or("")
    );
    let post = |turn: &str| json!({ "href": format!("{this}/lifecycle/{turn}"), "hints": { "allow": ["POST"] } });
    key["_links"] = match key["status"].as_str() {
        Some("ACTIVE") => json!({ "deactivate": post("deactivate") }),
        _ => json!({ "activate": post("activate"), "delete": { "href": this, "hints": { "allow": ["DELETE"] } } }),
    };
    key
}
