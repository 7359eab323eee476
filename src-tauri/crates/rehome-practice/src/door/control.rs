//! A direct hand on who may call: tokens, service apps, shares.

use std::time::Duration;

use serde_json::{Value, json};

use super::credential::Token;
use crate::{Control, clock::before};

/// An API token that was made besides the first one.
#[derive(Clone, PartialEq, Eq)]
pub struct MadeToken {
    /// `00T...`
    pub id: String,
    pub secret: String,
}

/// Without the secret.
impl std::fmt::Debug for MadeToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MadeToken")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Control {
    /// An API Services app, as an admin makes one: with the public key (a JWK) that proves who it is, the scopes granted to
    /// it (`okta.apps.read`), its admin roles (`APP_ADMIN`) and whether it has to prove possession (DPoP). Answers the
    /// client id.
    ///
    /// # Errors
    /// In words, when the key is none, or a private one.
    pub fn register_service_app(
        &self,
        label: &str,
        public_jwk: &Value,
        scopes: &[&str],
        roles: &[&str],
        dpop: bool,
    ) -> Result<String, &'static str> {
        self.change(|org, at| {
            let id = org.add_service_app(label, public_jwk, dpop, at)?;
            org.empower(&id, scopes, roles, at);
            Ok(id)
        })
    }

    /// Grants exactly these scopes to a service app, and gives it exactly these admin roles, from now on. Access tokens
    /// keep the scopes that they were given with.
    pub fn empower_service_app(&self, client: &str, scopes: &[&str], roles: &[&str]) {
        self.change(|org, at| org.empower(client, scopes, roles, at));
    }

    /// Switches DPoP of a service app.
    pub fn require_proof(&self, client: &str, on: bool) {
        self.change(|org, _| org.require_proof(client, on));
    }

    /// One more API token of a user, with these admin roles.
    pub fn register_token(&self, name: &str, owner: &str, roles: &[&str]) -> MadeToken {
        self.change(|org, at| {
            let (secret, id) = org.add_token(name, owner, roles, at);
            MadeToken { id, secret }
        })
    }

    /// `00T...` of the token that the org was started with.
    pub fn token_id(&self) -> String {
        self.look(|org| org.token.id.clone())
    }

    fn change_token(&self, id: &str, change: impl FnOnce(&mut Token)) {
        self.change(|org, _| {
            if let Some(token) = org.token_mut(id) {
                change(token);
            }
        });
    }

    /// The token was last used so long ago; after 30 days it is expired.
    pub fn token_unused_for(&self, id: &str, span: Duration) {
        let used = before(self.now(), span);
        self.change_token(id, |token| token.used = used);
    }

    /// The roles of the token's owner reach only these apps; `None`: all.
    pub fn limit_token_to_apps(&self, id: &str, apps: Option<&[&str]>) {
        let apps = apps.map(|apps| apps.iter().map(|&app| app.to_owned()).collect());
        self.change_token(id, |token| token.apps = apps);
    }

    /// Whether the token is limited to a network zone that calls to the practice org never come from.
    pub fn shut_token_out(&self, id: &str, out: bool) {
        let network = match out {
            true => json!({ "connection": "ZONE", "include": ["nzoPracticeOffice1d7"] }),
            false => json!({ "connection": "ANYWHERE" }),
        };
        self.change_token(id, |token| token.network = network);
    }

    /// Shares of each bucket and of the concurrent calls, in percent, of a token (`00T...`) or a client.
    pub fn set_share(&self, principal: &str, buckets: u32, concurrency: u32) {
        self.change(|org, at| org.set_share(principal, buckets, concurrency, at));
    }
}
