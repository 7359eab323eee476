//! The two JWTs that a service app makes: the client assertion (RFC 7523) and the DPoP proof (RFC 9449).

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use rand::Rng;
use reqwest::Method;
use secrecy::SecretString;
use serde::Serialize;
use url::Url;

use super::keys::ClientKey;
use crate::error::OktaError;

/// How long an assertion is good, in seconds. Okta takes up to an hour (api-facts 1.5); it is used at once.
const ASSERTION_SECONDS: i64 = 300;

#[derive(Serialize)]
struct Assertion<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
}

/// Says to the token endpoint which client asks. `now`: epoch seconds by the org's clock.
pub(super) fn assertion(
    key: &ClientKey,
    client_id: &str,
    token_endpoint: &Url,
    now: i64,
) -> Result<SecretString, OktaError> {
    let mut header = key.header("JWT");
    header.kid = Some(key.id().to_owned());
    let claims = Assertion {
        iss: client_id,
        sub: client_id,
        aud: token_endpoint.as_str(),
        iat: now,
        exp: now + ASSERTION_SECONDS,
        jti: unique(),
    };
    key.sign(header, &claims)
}

#[derive(Serialize)]
struct Proof<'a> {
    htm: &'a str,
    htu: &'a str,
    iat: i64,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ath: Option<&'a str>,
}

/// What one proof is for.
pub(super) struct Proven<'a> {
    pub(super) method: &'a Method,
    pub(super) url: &'a Url,
    /// Epoch seconds by the org's clock.
    pub(super) now: i64,
    pub(super) nonce: Option<&'a str>,
    /// [`token_hash`] of the access token that goes with it.
    pub(super) token_hash: Option<&'a str>,
}

/// Proves for one request that who sends it holds the key. Never used twice.
pub(super) fn proof(key: &ClientKey, what: &Proven<'_>) -> Result<SecretString, OktaError> {
    let mut header = key.header("dpop+jwt");
    header.jwk = Some(key.bare_jwk());
    // `htu` is the address without query and fragment.
    let address = &what.url[..url::Position::AfterPath];
    let claims = Proof {
        htm: what.method.as_str(),
        htu: address,
        iat: what.now,
        jti: unique(),
        nonce: what.nonce,
        ath: what.token_hash,
    };
    key.sign(header, &claims)
}

/// `ath`: the hash that ties a proof to one access token.
pub(super) fn token_hash(token: &str) -> String {
    BASE64URL_NOPAD.encode(digest(&SHA256, token.as_bytes()).as_ref())
}

fn unique() -> String {
    BASE64URL_NOPAD.encode(&rand::rng().random::<[u8; 16]>())
}
