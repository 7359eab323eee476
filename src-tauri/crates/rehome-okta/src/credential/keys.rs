//! Key pairs of service apps: made on this computer, the private half never leaves it.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use data_encoding::BASE64;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;

use crate::error::OktaError;

/// Kinds of keys that Okta takes for service apps (api-facts 1.5) and that Rehome makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// ES256: P-256. Short enough for every keychain: the Windows Credential Manager holds 1,280 characters.
    P256,
    /// RS256.
    Rsa2048,
    /// RS256.
    Rsa3072,
}

/// A key pair with which a service app signs in.
pub struct ClientKey {
    algorithm: Algorithm,
    /// PKCS#8 in PEM.
    pem: SecretString,
    key: EncodingKey,
    /// The public half, with its thumbprint as `kid`.
    public: Jwk,
}

impl ClientKey {
    /// Makes a key pair. Takes milliseconds for P-256, up to seconds for RSA: not on an async thread.
    pub fn generate(kind: KeyKind) -> Result<Self, OktaError> {
        let made = match kind {
            KeyKind::P256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .and_then(|pair| pair.to_pkcs8v1())
                .map(|document| pem(document.as_ref())),
            KeyKind::Rsa2048 => rsa(KeySize::Rsa2048),
            KeyKind::Rsa3072 => rsa(KeySize::Rsa3072),
        };
        let pem = made.map_err(|_| unusable("no key pair could be made".to_owned()))?;
        Self::from_pem(&pem)
    }

    /// Reads a private key in PKCS#8 PEM: P-256 or RSA of 2048 bits or more.
    pub fn from_pem(pem: &SecretString) -> Result<Self, OktaError> {
        let bytes = pem.expose_secret().as_bytes();
        let (algorithm, key) = match EncodingKey::from_ec_pem(bytes) {
            Ok(key) => (Algorithm::ES256, key),
            Err(_) => match EncodingKey::from_rsa_pem(bytes) {
                Ok(key) => (Algorithm::RS256, key),
                Err(error) => return Err(unusable(format!("it is no private key that Rehome knows ({error})"))),
            },
        };
        provider();
        let mut public = Jwk::from_encoding_key(&key, algorithm)
            .map_err(|error| unusable(format!("its public half cannot be told ({error})")))?;
        public.common.key_id = Some(
            public
                .thumbprint(ThumbprintHash::SHA256)
                .map_err(|error| unusable(format!("it has no thumbprint ({error})")))?,
        );
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        let out = Self {
            algorithm,
            pem: pem.expose_secret().into(),
            key,
            public,
        };
        // A key that cannot sign is told now, not in the middle of a wave.
        out.sign(out.header("JWT"), &Value::Null).map(|_| out)
    }

    /// PKCS#8 in PEM: for the keychain and nowhere else.
    pub fn to_pem(&self) -> &SecretString {
        &self.pem
    }

    /// The public half as JSON, with `kid`: what the admin pastes into Okta.
    pub fn public_jwk(&self) -> Value {
        serde_json::to_value(&self.public).unwrap_or_default()
    }

    /// RFC 7638 thumbprint of the public half.
    pub fn id(&self) -> &str {
        self.public.common.key_id.as_deref().unwrap_or_default()
    }

    /// Another copy, for another client.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self {
            algorithm: self.algorithm,
            pem: self.pem.expose_secret().into(),
            key: self.key.clone(),
            public: self.public.clone(),
        }
    }

    pub(super) fn header(&self, kind: &str) -> Header {
        let mut header = Header::new(self.algorithm);
        header.typ = Some(kind.to_owned());
        header
    }

    /// The public half alone, without `kid` and use: for the header of a proof.
    pub(super) fn bare_jwk(&self) -> Jwk {
        Jwk {
            common: Default::default(),
            algorithm: self.public.algorithm.clone(),
        }
    }

    /// Signs claims as a JWT.
    pub(super) fn sign(&self, header: Header, claims: &impl Serialize) -> Result<SecretString, OktaError> {
        jsonwebtoken::encode(&header, claims, &self.key)
            .map(SecretString::from)
            .map_err(|error| unusable(format!("it cannot sign ({error})")))
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientKey")
            .field("kid", &self.id())
            .finish_non_exhaustive()
    }
}

fn rsa(size: KeySize) -> Result<SecretString, aws_lc_rs::error::Unspecified> {
    let pair = aws_lc_rs::rsa::KeyPair::generate(size)?;
    let der: Pkcs8V1Der<'_> = pair.as_der()?;
    Ok(pem(der.as_ref()))
}

/// PKCS#8 as RFC 7468 writes it.
fn pem(der: &[u8]) -> SecretString {
    let mut text = String::from("-----BEGIN PRIVATE KEY-----\n");
    for line in BASE64.encode(der).as_bytes().chunks(64) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push('\n');
    }
    text.push_str("-----END PRIVATE KEY-----\n");
    text.into()
}

fn unusable(why: String) -> OktaError {
    OktaError::BadInput {
        why: format!("the key cannot be used: {why}"),
    }
}

/// Says once which cryptography signs, whatever features other crates switch on.
fn provider() {
    // `Err`: it was said before.
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation, decode};
    use serde_json::json;

    use super::*;

    fn check(kind: KeyKind, kty: &str, algorithm: Algorithm) {
        let made = ClientKey::generate(kind).expect("a key");
        let read = ClientKey::from_pem(made.to_pem()).expect("the same key");
        assert_eq!(read.public_jwk(), made.public_jwk());
        let public = made.public_jwk();
        assert_eq!(public["kty"], kty);
        assert_eq!(public["kid"], made.id());
        assert_eq!(public["use"], "sig");
        for private in ["d", "p", "q", "dp", "dq", "qi"] {
            assert_eq!(public.get(private), None, "{private} is private");
        }
        let claims = json!({"a": 1, "exp": 4_000_000_000_u32});
        let signed = read.sign(read.header("JWT"), &claims).expect("a JWT");
        let jwk: Jwk = serde_json::from_value(public).expect("a JWK");
        let key = DecodingKey::from_jwk(&jwk).expect("a public key");
        let found = decode::<Value>(signed.expose_secret(), &key, &Validation::new(algorithm)).expect("verified");
        assert_eq!(found.claims, claims);
        let other = ClientKey::generate(kind).expect("another key");
        assert_ne!(other.id(), made.id());
        let text = format!("{made:?}");
        assert!(!text.contains("PRIVATE"), "{text}");
    }

    #[test]
    fn a_pair_signs_and_its_public_half_verifies() {
        check(KeyKind::P256, "EC", Algorithm::ES256);
        check(KeyKind::Rsa2048, "RSA", Algorithm::RS256);
        check(KeyKind::Rsa3072, "RSA", Algorithm::RS256);
    }

    /// With its place in JSON and the client id, in the 2,560 bytes of UTF-16 that the Windows Credential Manager takes.
    #[test]
    fn the_short_kind_fits_into_every_keychain() {
        let pem = ClientKey::generate(KeyKind::P256).expect("a key");
        let length = pem.to_pem().expose_secret().len();
        assert!(length < 400, "{length}");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in [
            "",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "00Ttoken",
        ] {
            let error = ClientKey::from_pem(&text.into()).expect_err("no key");
            assert!(matches!(error, OktaError::BadInput { .. }), "{text:?}");
        }
    }
}
