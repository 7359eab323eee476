//! `private_key_jwt`: the client proves who it is with a token that it signed itself (RFC 7523).

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::{Problem, jwt};
use crate::{
    clock::after,
    state::{App, Org},
};

/// An assertion is good for an hour at most.
const LONGEST: i64 = 3600;
/// Clocks that are not quite alike.
const LEEWAY: i64 = 60;

pub(super) const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn invalid(words: &str) -> Problem {
    Problem::new(401, "invalid_client", words)
}

fn settings(app: &App) -> Value {
    app.raw
        .get("settings")
        .map(|it| it["oauthClient"].clone())
        .unwrap_or_default()
}

/// The public keys that an admin put on the app.
fn keys(app: &App) -> Vec<Value> {
    let keys = settings(app)["jwks"]["keys"].as_array().cloned().unwrap_or_default();
    let active = |key: &Value| key["status"].as_str().is_none_or(|it| it == "ACTIVE");
    keys.into_iter().filter(active).collect()
}

/// Whether an admin asked for DPoP on this app.
pub(super) fn wants_proof(app: &App) -> bool {
    settings(app)["dpop_bound_access_tokens"] == true
}

impl Org {
    fn service_app(&self, client: &str) -> Option<&App> {
        let by_client = |app: &&App| {
            app.raw
                .get("credentials")
                .is_some_and(|it| it["oauthClient"]["client_id"] == client)
        };
        let app = self.apps.get(client).or_else(|| self.apps.values().find(by_client))?;
        (app.active && app.text("signOnMode") == "OPENID_CONNECT").then_some(app)
    }

    /// Who the assertion proves its sender to be: the id of an app.
    ///
    /// # Errors
    /// `invalid_client` and `unauthorized_client`, in words as near to Okta's as is known.
    pub(super) fn check_assertion(
        &mut self,
        assertion: &str,
        audiences: &[String],
        now: Timestamp,
    ) -> Result<String, Problem> {
        let unreadable = || invalid("The client_assertion is not a valid JWT.");
        let header = jwt::header(assertion).ok_or_else(unreadable)?;
        let claims = jwt::unchecked(assertion).ok_or_else(unreadable)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let client = text("sub").filter(|it| text("iss") == Some(it));
        let client = client
            .ok_or_else(|| invalid("The issuer and subject claims of client_assertion must be the client_id."))?;
        let app = self.service_app(client);
        let app = app.ok_or_else(|| invalid("Invalid value for 'client_id' parameter."))?;
        let method = app
            .raw
            .get("credentials")
            .map(|it| it["oauthClient"]["token_endpoint_auth_method"].clone());
        if method.is_some_and(|it| it.as_str().is_some_and(|it| it != "private_key_jwt")) {
            return Err(invalid(
                "The client is not configured to authenticate with a private key.",
            ));
        }
        let kid = header.get("kid");
        let candidates = keys(app)
            .into_iter()
            .filter(|key| kid.is_none_or(|kid| key["kid"] == *kid));
        let signed = candidates.into_iter().any(|key| jwt::is_signed(assertion, &key));
        if !signed {
            return Err(invalid("The client_assertion signature is invalid."));
        }
        let audience = match claims.get("aud") {
            Some(Value::Array(list)) => list
                .iter()
                .filter_map(Value::as_str)
                .any(|it| audiences.iter().any(|our| our == it)),
            Some(Value::String(one)) => audiences.contains(one),
            _ => false,
        };
        if !audience {
            return Err(invalid(
                "The audience claim for client_assertion must be the endpoint invoked for the request.",
            ));
        }
        let expiry = jwt::time(&claims, "exp")
            .ok_or_else(|| invalid("The client_assertion token must have an expiration claim."))?;
        if expiry <= now.as_second() - LEEWAY {
            return Err(invalid("The client_assertion token is expired."));
        }
        if expiry > now.as_second() + LONGEST + LEEWAY {
            return Err(invalid(
                "The client_assertion token has an expiration too far into the future.",
            ));
        }
        if jwt::time(&claims, "iat").is_some_and(|it| it > now.as_second() + LEEWAY) {
            return Err(invalid("The client_assertion token was issued in the future."));
        }
        let grants = settings(app)["grant_types"].as_array().cloned().unwrap_or_default();
        if !grants.iter().any(|it| it == "client_credentials") {
            return Err(Problem::new(
                400,
                "unauthorized_client",
                "The client is not authorized to use the provided grant type.",
            ));
        }
        let id = app.id.clone();
        if let Some(jti) = text("jti") {
            let until = after(now, Duration::from_secs(LONGEST.unsigned_abs() * 2));
            if !self.door.oauth.is_new(&format!("assertion {id} {jti}"), until, now) {
                return Err(invalid("The client_assertion token has already been used."));
            }
        }
        Ok(id)
    }
}
