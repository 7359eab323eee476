//! `POST /oauth2/v1/token`.

use std::sync::Arc;

use axum::http::header;
use jiff::Timestamp;
use serde_json::json;
use url::form_urlencoded;

use super::{Access, LIFE, Problem, assertion, dpop::Subject, jwt::Signer};
use crate::{clock::after, door::front::addresses, reply::Reply, server::Incoming, state::Org};

const NO_SCOPE: &str =
    "The authorization server resource does not have any configured default scopes, 'scope' must be provided.";
const WRONG_SCOPE: &str = "One or more scopes are not configured for the authorization server resource.";

impl Org {
    pub(in crate::door) fn token_endpoint(&mut self, incoming: &Incoming, now: Timestamp) -> Reply {
        self.give_token(incoming, now).unwrap_or_else(Problem::reply)
    }

    fn give_token(&mut self, incoming: &Incoming, now: Timestamp) -> Result<Reply, Problem> {
        let kind = incoming.header(header::CONTENT_TYPE).unwrap_or("");
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Problem::new(400, "invalid_request", "The request body must be a form."));
        }
        let form: Vec<(String, String)> = form_urlencoded::parse(&incoming.body).into_owned().collect();
        let field = |name: &str| {
            form.iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str())
        };
        match field("grant_type") {
            None => return Err(Problem::new(400, "invalid_request", "The grant type is missing.")),
            Some("client_credentials") => {}
            Some(_) => {
                let words = "The grant type is not supported by the authorization server.";
                return Err(Problem::new(400, "unsupported_grant_type", words));
            }
        }
        let assertion = field("client_assertion").filter(|_| field("client_assertion_type") == Some(assertion::KIND));
        let assertion = assertion.ok_or_else(|| {
            let words = "Client authentication failed. Either the client or the client credentials are invalid.";
            Problem::new(401, "invalid_client", words)
        })?;
        let addresses = addresses(&self.url, incoming);
        let client = self.check_assertion(assertion, &addresses, now)?;
        let key = self.proven_key(&client, incoming, &addresses, now)?;
        let scopes = self.granted(&client, field("scope").unwrap_or(""))?;
        self.issue(client, scopes, key, now)
    }

    /// The key that the token will be bound to, when the app asks for it or the client offers it.
    fn proven_key(
        &mut self,
        client: &str,
        incoming: &Incoming,
        addresses: &[String],
        now: Timestamp,
    ) -> Result<Option<String>, Problem> {
        let wrong = |words: &str| Problem::new(400, "invalid_dpop_proof", words);
        let proof = incoming.headers.get("dpop").and_then(|it| it.to_str().ok());
        let Some(proof) = proof else {
            return match self.apps.get(client).is_some_and(assertion::wants_proof) {
                true => Err(wrong("The DPoP proof JWT header is missing.")),
                false => Ok(None),
            };
        };
        let subject = Subject {
            method: "POST",
            addresses,
            token: None,
            now,
        };
        let proof = self.door.oauth.check_proof(proof, &subject).map_err(wrong)?;
        let known = proof
            .nonce
            .is_some_and(|nonce| self.door.oauth.nonces.takes(&nonce, now));
        if !known {
            let words = "Authorization server requires nonce in DPoP proof.";
            return Err(Problem {
                nonce: Some(self.door.oauth.nonces.current(&mut self.ids, now)),
                ..Problem::new(400, "use_dpop_nonce", words)
            });
        }
        Ok(Some(proof.thumbprint))
    }

    fn granted(&self, client: &str, wanted: &str) -> Result<Vec<String>, Problem> {
        let wanted: Vec<String> = wanted.split_whitespace().map(str::to_owned).collect();
        if wanted.is_empty() {
            return Err(Problem::new(400, "invalid_scope", NO_SCOPE));
        }
        let grants = self
            .apps
            .get(client)
            .map(|app| app.grants.as_slice())
            .unwrap_or_default();
        match wanted
            .iter()
            .all(|scope| grants.iter().any(|it| it["scopeId"] == *scope))
        {
            true => Ok(wanted),
            false => Err(Problem::new(400, "invalid_scope", WRONG_SCOPE)),
        }
    }

    fn issue(
        &mut self,
        client: String,
        scopes: Vec<String>,
        key: Option<String>,
        now: Timestamp,
    ) -> Result<Reply, Problem> {
        let trouble = || Problem::new(500, "server_error", "The access token could not be signed.");
        if self.door.oauth.signer.is_none() {
            let kid = self.ids.letters(43);
            self.door.oauth.signer = Signer::make(kid).map(Arc::new);
        }
        let ends = after(now, LIFE);
        let mut claims = json!({
            "ver": 1, "jti": format!("AT.{}", self.ids.letters(43)), "iss": self.url, "aud": self.url, "sub": client,
            "iat": now.as_second(), "exp": ends.as_second(), "cid": client, "scp": scopes,
        });
        if let Some(key) = &key {
            claims["cnf"] = json!({ "jkt": key });
        }
        let signer = self.door.oauth.signer.as_ref().ok_or_else(trouble)?;
        let token = signer.sign(&claims).ok_or_else(trouble)?;
        let kind = if key.is_some() { "DPoP" } else { "Bearer" };
        let reply = Reply::json(json!({
            "token_type": kind, "expires_in": LIFE.as_secs(), "access_token": token, "scope": scopes.join(" "),
        }));
        let access = Access {
            client,
            scopes,
            ends,
            key,
        };
        self.door.oauth.give(token, access, now);
        Ok(reply.with("Cache-Control", "no-store".to_owned()))
    }
}
