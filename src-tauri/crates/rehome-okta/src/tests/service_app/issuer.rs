//! A small org with an authorization server that checks everything it is told (api-facts 1.5, RFC 7523, RFC 9449).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};

use super::super::org::{Heard, Remembered, Reply, TestOrg, options};
use crate::{Client, ClientKey, Credential, KeyKind, ServiceApp, Timeouts};

pub(super) const CLIENT: &str = "0oaServiceApp1";

/// What the org is and knows; tests change it while it runs.
pub(super) struct Issuer {
    pub(super) registered: Vec<Value>,
    pub(super) granted: BTreeSet<String>,
    pub(super) token_nonce: Option<String>,
    pub(super) call_nonce: Option<String>,
    pub(super) dpop: bool,
    /// Seconds.
    pub(super) lifetime: u32,
    /// Org seconds for each second here.
    pub(super) speed: i64,
    /// The org's clock minus ours, in seconds.
    pub(super) ahead: i64,
    /// How long the token endpoint takes.
    pub(super) slow: Duration,
    /// Status codes with which the next token questions are answered instead.
    pub(super) trouble: Vec<u16>,
    /// Says nothing of scopes beside the token.
    pub(super) silent_scope: bool,
    /// Answers of the API before its good ones.
    pub(super) calls_fail_with: Vec<u16>,
    pub(super) active: bool,
    started: Timestamp,
    tokens: BTreeMap<String, Issued>,
    used: BTreeSet<String>,
    pub(super) asked: Vec<String>,
    pub(super) accepted: usize,
}

struct Issued {
    bound_to: Option<String>,
    expires: i64,
    valid: bool,
}

#[derive(Clone)]
pub(super) struct Handle(Arc<Mutex<Issuer>>);

impl Handle {
    pub(super) fn lock(&self) -> MutexGuard<'_, Issuer> {
        self.0.lock().expect("no panic before")
    }
}

/// Starts an org with this key registered. Requires DPoP with a nonce, as apps made in Okta's console do.
pub(super) async fn start(kind: KeyKind) -> (TestOrg, Handle, ClientKey) {
    let key = ClientKey::generate(kind).expect("a key");
    let issuer = Issuer {
        registered: vec![key.public_jwk()],
        granted: crate::PLAN_SCOPES
            .iter()
            .chain(&crate::RUN_SCOPES)
            .chain(&crate::OPTIONAL_SCOPES)
            .map(|s| (*s).to_owned())
            .collect(),
        token_nonce: Some("nonce-1".to_owned()),
        call_nonce: None,
        dpop: true,
        lifetime: 3600,
        speed: 1,
        ahead: 0,
        slow: Duration::ZERO,
        trouble: Vec::new(),
        silent_scope: false,
        calls_fail_with: Vec::new(),
        active: true,
        started: Timestamp::now(),
        tokens: BTreeMap::new(),
        used: BTreeSet::new(),
        asked: Vec::new(),
        accepted: 0,
    };
    let handle = Handle(Arc::new(Mutex::new(issuer)));
    let issuer = handle.clone();
    let org = TestOrg::start(move |call, _| {
        let mut issuer = issuer.lock();
        let date = issuer.date();
        let reply = match call.target.split('?').next() {
            Some("/oauth2/v1/token") => issuer.token(call),
            _ => issuer.api(call),
        };
        reply.with("date", date)
    })
    .await;
    (org, handle, key)
}

pub(super) fn client(org: &TestOrg, key: &ClientKey, dpop: bool, speed: u32) -> (Client, Arc<Remembered>) {
    let observer = Arc::new(Remembered::default());
    let mut options = options(&org.origin, Arc::clone(&observer), speed, 8);
    options.credential = Credential::ServiceApp(Box::new(ServiceApp {
        client_id: CLIENT.to_owned(),
        key: key.copy(),
        dpop,
    }));
    (
        Client::with_timeouts(options, Timeouts::default()).expect("a client"),
        observer,
    )
}

fn oauth_error(status: u16, error: &str) -> Reply {
    Reply::json(status, json!({"error": error, "error_description": "words"}))
}

impl Issuer {
    fn now(&self) -> i64 {
        let here = Timestamp::now().as_millisecond() - self.started.as_millisecond();
        self.started.as_second() + here * self.speed / 1000 + self.ahead
    }

    fn date(&self) -> String {
        let now = Timestamp::from_second(self.now()).expect("a time");
        DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&now)
            .expect("a date")
    }

    pub(super) fn revoke_tokens(&mut self) {
        self.tokens.values_mut().for_each(|token| token.valid = false);
    }

    fn token(&mut self, call: &Heard) -> Reply {
        let wait = self.slow;
        self.token_answer(call).after(wait)
    }

    fn token_answer(&mut self, call: &Heard) -> Reply {
        assert_eq!(call.method, "POST");
        assert_eq!(call.header("content-type"), Some("application/x-www-form-urlencoded"));
        assert_eq!(call.header("authorization"), None);
        if let Some(status) = self.trouble.pop() {
            return Reply::text(status, "text/plain", "");
        }
        let form: BTreeMap<String, String> = url::form_urlencoded::parse(call.body.as_bytes()).into_owned().collect();
        assert_eq!(form["grant_type"], "client_credentials");
        assert_eq!(
            form["client_assertion_type"],
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        );
        let endpoint = format!("http://{}/oauth2/v1/token", call.header("host").expect("a host"));
        if !self.knows(&form["client_assertion"], &endpoint) {
            return oauth_error(401, "invalid_client");
        }
        let bound_to = match (self.dpop, call.header("dpop")) {
            (true, None) => return oauth_error(400, "invalid_dpop_proof"),
            (true, Some(proof)) => match self.proven(proof, "POST", &endpoint, self.token_nonce.clone(), None) {
                Ok(thumbprint) => Some(thumbprint),
                Err(error) => {
                    let nonce = self.token_nonce.clone().unwrap_or_default();
                    return oauth_error(400, error).with("dpop-nonce", nonce);
                }
            },
            (false, _) => None,
        };
        self.asked.push(form["scope"].clone());
        if form["scope"].split(' ').any(|scope| !self.granted.contains(scope)) {
            return oauth_error(400, "invalid_scope");
        }
        let claims = json!({"scp": form["scope"].split(' ').collect::<Vec<_>>()});
        let token = format!(
            "h{}.{}.s",
            self.tokens.len(),
            BASE64URL_NOPAD.encode(claims.to_string().as_bytes())
        );
        let kind = if bound_to.is_some() { "DPoP" } else { "Bearer" };
        let issued = Issued {
            bound_to,
            expires: self.now() + i64::from(self.lifetime),
            valid: true,
        };
        self.tokens.insert(token.clone(), issued);
        let mut body = json!({"token_type": kind, "expires_in": self.lifetime, "access_token": token});
        if !self.silent_scope {
            body["scope"] = form["scope"].as_str().into();
        }
        Reply::json(200, body)
    }

    fn knows(&mut self, assertion: &str, endpoint: &str) -> bool {
        let header = decode_header(assertion).expect("a header");
        let registered = self.registered.iter().find(|jwk| jwk["kid"] == json!(header.kid));
        let Some(jwk) = registered.filter(|_| self.active) else {
            return false;
        };
        let claims = verified(assertion, header.alg, jwk).expect("the key signed it");
        let now = self.now();
        let times = (
            claims["iat"].as_i64().expect("iat"),
            claims["exp"].as_i64().expect("exp"),
        );
        assert!(times.1 - times.0 <= 3600, "at most an hour");
        assert_eq!(claims["iss"], CLIENT);
        assert_eq!(claims["sub"], CLIENT);
        assert_eq!(claims["aud"], endpoint);
        assert!(self.once(&claims), "an assertion is never used twice");
        times.0 <= now + 5 && times.1 > now
    }

    fn once(&mut self, claims: &Value) -> bool {
        self.used.insert(claims["jti"].as_str().expect("jti").to_owned())
    }

    /// The thumbprint of the key that signed the proof.
    fn proven(
        &mut self,
        proof: &str,
        method: &str,
        address: &str,
        nonce: Option<String>,
        token: Option<&str>,
    ) -> Result<String, &'static str> {
        let header = decode_header(proof).expect("a header");
        assert_eq!(header.typ.as_deref(), Some("dpop+jwt"));
        let jwk = header.jwk.expect("a public key");
        let text = serde_json::to_value(&jwk).expect("JSON");
        assert_eq!(text.get("d"), None);
        assert!(
            !self.registered.iter().any(|own| own["x"] == text["x"]),
            "another key than the client's"
        );
        let claims = verified(proof, header.alg, &text).expect("the key signed it");
        if claims.get("nonce").and_then(Value::as_str) != nonce.as_deref() {
            return Err("use_dpop_nonce");
        }
        assert_eq!(claims["htm"], method);
        assert_eq!(claims["htu"], address);
        // Two seconds here, so that a busy machine does not fail the test.
        let late = 60.max(2 * self.speed);
        assert!(
            (claims["iat"].as_i64().expect("iat") - self.now()).abs() < late,
            "made just now"
        );
        let hash = token.map(|token| BASE64URL_NOPAD.encode(digest(&SHA256, token.as_bytes()).as_ref()));
        assert_eq!(claims.get("ath").and_then(Value::as_str), hash.as_deref());
        assert!(self.once(&claims), "a proof is never used twice");
        Ok(jwk.thumbprint(ThumbprintHash::SHA256).expect("a thumbprint"))
    }

    fn api(&mut self, call: &Heard) -> Reply {
        let (scheme, token) = call
            .header("authorization")
            .and_then(|v| v.split_once(' '))
            .expect("a token");
        let token = token.to_owned();
        let now = self.now();
        let issued = self.tokens.get(&token).filter(|t| t.valid && t.expires > now);
        let Some(bound_to) = issued.map(|token| token.bound_to.clone()) else {
            return Reply::error(401, "E0000011");
        };
        assert_eq!(scheme, if bound_to.is_some() { "DPoP" } else { "Bearer" });
        if let Some(key) = bound_to {
            let target = call.target.split('?').next().unwrap_or_default();
            let address = format!("http://{}{target}", call.header("host").expect("a host"));
            let proof = call.header("dpop").expect("a proof").to_owned();
            let nonce = self.call_nonce.clone();
            match self.proven(&proof, &call.method, &address, nonce.clone(), Some(&token)) {
                Ok(found) => assert_eq!(found, key, "the key that the token is bound to"),
                Err(_) => {
                    return Reply::text(401, "text/plain", "")
                        .with("www-authenticate", "DPoP error=\"use_dpop_nonce\"")
                        .with("dpop-nonce", nonce.unwrap_or_default());
                }
            }
        }
        match self.calls_fail_with.pop() {
            Some(429) => Reply::error(429, "E0000047").limits(0, 0, now + 1),
            Some(status) => Reply::error(status, "E0000009"),
            None => {
                self.accepted += 1;
                Reply::json(200, json!({"id": "1"}))
            }
        }
    }
}

fn verified(jwt: &str, algorithm: Algorithm, jwk: &Value) -> Option<Value> {
    let jwk: Jwk = serde_json::from_value(jwk.clone()).ok()?;
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_aud = false;
    validation.validate_exp = false;
    decode(jwt, &DecodingKey::from_jwk(&jwk).ok()?, &validation)
        .ok()
        .map(|found| found.claims)
}
