//! `/api/v1/api-tokens`: what is known about tokens, never their secrets, and taking them back.

use serde_json::{Value, json};

use super::credential::Token;
use crate::{
    clock::stamp,
    errors::{Refusal, access_denied, invalid, not_found},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::Org,
};

fn show(token: &Token, base: &str) -> Value {
    json!({
        "id": token.id, "name": token.name, "userId": token.owner, "clientName": "Okta API", "tokenWindow": "P30D",
        "network": token.network, "expiresAt": stamp(token.ends()), "created": stamp(token.created), "lastUpdated": stamp(token.updated),
        "_links": {
            "self": { "href": format!("{base}/api/v1/api-tokens/{}", token.id), "hints": { "allow": ["GET", "DELETE"] } },
            "user": { "href": format!("{base}/api/v1/users/{}", token.owner), "hints": { "allow": ["GET"] } },
        },
    })
}

impl Org {
    pub(crate) fn list_tokens(&self, call: &Call<'_>) -> Answer {
        let known = self.tokens().filter(|it| it.works(call.at));
        Ok(Reply::json(known.map(|it| show(it, call.base)).collect()))
    }

    fn known_token(&mut self, id: &str) -> Result<&mut Token, Refusal> {
        let found = self.token_mut(id).filter(|it| it.valid);
        found.ok_or_else(|| not_found(id, "Token"))
    }

    pub(crate) fn read_token(&mut self, call: &Call<'_>, id: &str) -> Answer {
        Ok(Reply::json(show(self.known_token(id)?, call.base)))
    }

    /// Name and network can be changed.
    pub(crate) fn replace_token(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let token = self.known_token(id)?;
        let body = object_body(call)?;
        let network = body.get("network").filter(|it| !it.is_null());
        if let Some(network) = network {
            if !matches!(network["connection"].as_str(), Some("ANYWHERE" | "ZONE")) {
                return Err(invalid(
                    "network",
                    "network.connection: The field must be ANYWHERE or ZONE",
                ));
            }
            token.network = network.clone();
        }
        if let Some(name) = body.get("name").and_then(Value::as_str) {
            token.name = name.to_owned();
        }
        token.updated = call.at;
        Ok(Reply::json(show(token, call.base)))
    }

    pub(crate) fn revoke_token(&mut self, id: &str) -> Answer {
        self.known_token(id)?.valid = false;
        Ok(Reply::empty())
    }

    /// The token that the call is made with; an OAuth client has none.
    pub(crate) fn revoke_current_token(&mut self) -> Answer {
        if self.token.is_client() {
            return Err(access_denied());
        }
        self.token.valid = false;
        Ok(Reply::empty())
    }
}
