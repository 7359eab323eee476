//! Demonstrating proof of possession (RFC 9449): every call proves that the caller holds the key that the token is bound to.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use serde_json::Value;
use url::Url;

use super::{OAuth, jwt};
use crate::{clock::after, ids::Ids};

/// A nonce is replaced after a day and good for three.
const ROTATES: Duration = Duration::from_secs(86_400);
const GOOD: Duration = Duration::from_secs(3 * 86_400);
/// How old, or how early, a proof may be.
const FRESH: i64 = 300;

const UNKNOWN_KEY: &str = "The jwk of the DPoP proof JWT is not supported.";

/// The nonces that the token endpoint gave out, with the moments; the newest last.
#[derive(Clone, Default)]
pub(crate) struct Nonces(Vec<(String, Timestamp)>);

impl Nonces {
    /// The nonce of the day.
    pub(super) fn current(&mut self, ids: &mut Ids, now: Timestamp) -> String {
        self.0.retain(|(_, at)| after(*at, GOOD) > now);
        if let Some((nonce, at)) = self.0.last()
            && after(*at, ROTATES) > now
        {
            return nonce.clone();
        }
        let nonce = ids.letters(32);
        self.0.push((nonce.clone(), now));
        nonce
    }

    pub(super) fn takes(&self, nonce: &str, now: Timestamp) -> bool {
        self.0
            .iter()
            .any(|(known, at)| known == nonce && after(*at, GOOD) > now)
    }
}

/// A proof that held.
pub(super) struct Proof {
    /// RFC 7638, SHA-256: what a token is bound to.
    pub thumbprint: String,
    pub nonce: Option<String>,
}

/// The call that a proof is for.
pub(super) struct Subject<'a> {
    pub method: &'a str,
    /// Addresses of the call without query, under each name of the org.
    pub addresses: &'a [String],
    /// At the API: the access token.
    pub token: Option<&'a str>,
    pub now: Timestamp,
}

fn same_address(one: &str, other: &str) -> bool {
    matches!((Url::parse(one), Url::parse(other)), (Ok(one), Ok(other)) if one == other)
}

impl OAuth {
    /// # Errors
    /// What is wrong, in words.
    pub(super) fn check_proof(&mut self, proof: &str, call: &Subject<'_>) -> Result<Proof, &'static str> {
        let header = jwt::header(proof).ok_or("The DPoP proof JWT is malformed.")?;
        let claims = jwt::unchecked(proof).ok_or("The DPoP proof JWT is malformed.")?;
        if header.get("typ").is_none_or(|it| it != "dpop+jwt") {
            return Err("The DPoP proof JWT must have the type dpop+jwt.");
        }
        let key = header
            .get("jwk")
            .ok_or("The DPoP proof JWT header must contain a jwk.")?;
        if ["d", "p", "q", "k"].iter().any(|secret| key.get(secret).is_some()) {
            return Err("The jwk of the DPoP proof JWT must be a public key.");
        }
        if !jwt::is_signed(proof, key) {
            return Err("The DPoP proof JWT signature is invalid.");
        }
        let key: Jwk = serde_json::from_value(key.clone()).map_err(|_| UNKNOWN_KEY)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        if text("htm") != Some(call.method) {
            return Err("The DPoP proof JWT htm claim does not match the request.");
        }
        let address = text("htu").ok_or("The DPoP proof JWT must have an htu claim.")?;
        if !call.addresses.iter().any(|it| same_address(it, address)) {
            return Err("The DPoP proof JWT htu claim does not match the request.");
        }
        let made = jwt::time(&claims, "iat").ok_or("The DPoP proof JWT must have an iat claim.")?;
        if (call.now.as_second() - made).abs() > FRESH {
            return Err("The DPoP proof JWT is not fresh: its iat claim is too far from the time of the org.");
        }
        if let Some(token) = call.token {
            let hash = BASE64URL_NOPAD.encode(digest(&SHA256, token.as_bytes()).as_ref());
            if text("ath") != Some(hash.as_str()) {
                return Err("The DPoP proof JWT ath claim does not match the access token.");
            }
        }
        let thumbprint = key.thumbprint(ThumbprintHash::SHA256).map_err(|_| UNKNOWN_KEY)?;
        let jti = text("jti").ok_or("The DPoP proof JWT must have a jti claim.")?;
        let until = after(call.now, Duration::from_secs(FRESH.unsigned_abs() * 2));
        if !self.is_new(&format!("proof {thumbprint} {jti}"), until, call.now) {
            return Err("The DPoP proof JWT has already been used.");
        }
        Ok(Proof {
            thumbprint,
            nonce: text("nonce").map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_replaced_after_a_day_and_good_for_three() {
        let (mut nonces, mut ids) = (Nonces::default(), Ids::new(1));
        let day = |days: u64| after(Timestamp::UNIX_EPOCH, Duration::from_secs(days * 86_400));
        let first = nonces.current(&mut ids, day(1));
        assert_eq!(nonces.current(&mut ids, day(1)), first);
        let second = nonces.current(&mut ids, day(2));
        assert_ne!(first, second);
        assert!(nonces.takes(&first, day(3)) && nonces.takes(&second, day(3)));
        assert!(!nonces.takes(&first, day(4)) && nonces.takes(&second, day(4)));
        assert!(!nonces.takes("made up", day(2)));
    }
}
