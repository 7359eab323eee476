//! Signed tokens: checking those of others, and signing our own.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
    signature::{ECDSA_P521_SHA512_FIXED, UnparsedPublicKey},
};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, jwk::Jwk};
use serde_json::{Map, Value};

/// What signs assertions and proofs, besides ES512, which the library does not know.
const ALGORITHMS: [Algorithm; 5] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::ES256,
    Algorithm::ES384,
];

type Object = Map<String, Value>;

/// One part of a token, without any check.
fn part(token: &str, at: usize) -> Option<Object> {
    let bytes = BASE64URL_NOPAD.decode(token.split('.').nth(at)?.as_bytes()).ok()?;
    serde_json::from_slice(&bytes).ok()
}

pub(crate) fn header(token: &str) -> Option<Object> {
    part(token, 0)
}

/// The claims as the caller wrote them, not to be believed yet.
pub(crate) fn unchecked(token: &str) -> Option<Object> {
    part(token, 1)
}

/// Whether the token is signed with this public key (a JWK).
pub(crate) fn is_signed(token: &str, key: &Value) -> bool {
    if header(token).is_some_and(|it| it.get("alg").is_some_and(|alg| alg == "ES512")) {
        return is_signed_es512(token, key).is_some();
    }
    let key = serde_json::from_value::<Jwk>(key.clone()).ok();
    let Some(key) = key.and_then(|key| DecodingKey::from_jwk(&key).ok()) else {
        return false;
    };
    let family = key.family();
    // Times are checked by the callers, as org time is not the time of this machine.
    let mut validation = Validation::new(Algorithm::RS256);
    validation.algorithms = ALGORITHMS.into_iter().filter(|it| it.family() == family).collect();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    jsonwebtoken::decode::<Object>(token, &key, &validation).is_ok()
}

fn is_signed_es512(token: &str, key: &Value) -> Option<()> {
    let (message, signature) = token.rsplit_once('.')?;
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
    // An uncompressed point: 4, x, y.
    let mut point = vec![4];
    for name in ["x", "y"] {
        point.extend(BASE64URL_NOPAD.decode(key[name].as_str()?.as_bytes()).ok()?);
    }
    let key = UnparsedPublicKey::new(&ECDSA_P521_SHA512_FIXED, point);
    key.verify(message.as_bytes(), &signature).ok()
}

/// A time claim, in whole seconds.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a time stamp beyond the range is cut to its end, which no check accepts"
)]
pub(crate) fn time(claims: &Object, name: &str) -> Option<i64> {
    let value = claims.get(name)?;
    value.as_i64().or_else(|| value.as_f64().map(|it| it as i64))
}

/// The org's own key.
pub(super) struct Signer {
    key: EncodingKey,
    kid: String,
}

impl Signer {
    /// `None` when this machine cannot make a key.
    pub(super) fn make(kid: String) -> Option<Self> {
        let pair = KeyPair::generate(KeySize::Rsa2048).ok()?;
        let der: Pkcs8V1Der<'_> = pair.as_der().ok()?;
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            BASE64.encode(der.as_ref())
        );
        let key = EncodingKey::from_rsa_pem(pem.as_bytes()).ok()?;
        Some(Self { key, kid })
    }

    pub(super) fn sign(&self, claims: &Value) -> Option<String> {
        let mut header = Header::new(Algorithm::RS256);
        header.typ = Some("application/okta-internal-at+jwt".to_owned());
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.key).ok()
    }
}
