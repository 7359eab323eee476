//! What proves to Okta who calls.

mod access;
mod keys;
mod proof;
mod scopes;
mod session;
mod token;

use std::fmt;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::error::OktaError;

pub(crate) use access::Access;
pub use keys::{ClientKey, KeyKind};
pub use scopes::{GROUPS_SCOPE, Granted, OPTIONAL_SCOPES, PLAN_SCOPES, RUN_SCOPES, SHARE_SCOPE, Scopes};
pub use token::NoToken;

/// What proves to Okta who calls.
pub enum Credential {
    /// An API token: inherits, live, the rights of the admin who made it (api-facts 1.3). `SSWS ` in front of it and white
    /// space around it are forgiven.
    ApiToken(SecretString),
    /// A service app: has scopes and admin roles of its own (api-facts 1.5).
    ServiceApp(Box<ServiceApp>),
}

/// An OAuth 2.0 service app of the org, which signs in by `private_key_jwt`.
pub struct ServiceApp {
    pub client_id: String,
    /// Its public half is registered with the app.
    pub key: ClientKey,
    /// Bind the access tokens to a second key that never leaves this process (RFC 9449). An org that does not know of it
    /// answers with a plain bearer token, which is used then.
    pub dpop: bool,
}

impl Credential {
    /// The client id of a service app.
    pub fn client_id(&self) -> Option<&str> {
        match self {
            Self::ApiToken(_) => None,
            Self::ServiceApp(app) => Some(&app.client_id),
        }
    }

    /// Another copy, for another client.
    #[must_use]
    pub fn copy(&self) -> Self {
        match self {
            Self::ApiToken(token) => Self::ApiToken(token.expose_secret().into()),
            Self::ServiceApp(app) => Self::ServiceApp(Box::new(ServiceApp {
                client_id: app.client_id.clone(),
                key: app.key.copy(),
                dpop: app.dpop,
            })),
        }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ApiToken(_) => f.write_str("ApiToken(..)"),
            Self::ServiceApp(app) => f
                .debug_struct("ServiceApp")
                .field("client_id", &app.client_id)
                .field("dpop", &app.dpop)
                .finish_non_exhaustive(),
        }
    }
}

/// The value of `Authorization` for an API token, marked so that no library prints it.
fn api_token(token: &SecretString) -> Result<HeaderValue, OktaError> {
    let token = token.expose_secret().trim();
    // Pasted with its scheme in front.
    let token = token
        .strip_prefix("SSWS")
        .filter(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
        .unwrap_or(token);
    secret_header("SSWS", token.trim()).ok_or_else(|| OktaError::BadInput {
        why: "the token is empty or has characters that no API token has".to_owned(),
    })
}

/// `scheme secret`, marked so that no library prints it. `None`: the secret has characters that no header can have.
fn secret_header(scheme: &str, secret: &str) -> Option<HeaderValue> {
    let printable = !secret.is_empty() && secret.bytes().all(|byte| byte.is_ascii_graphic());
    let mut value = HeaderValue::from_str(&format!("{scheme} {secret}"))
        .ok()
        .filter(|_| printable)?;
    value.set_sensitive(true);
    Some(value)
}
