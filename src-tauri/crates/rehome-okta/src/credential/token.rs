//! One question to the org's token endpoint: may this service app have an access token, and for which scopes?

use std::time::Duration;

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;
use url::form_urlencoded::Serializer;

use super::proof;
use super::scopes::Scopes;
use super::session::Session;
use crate::answer::Answer;
use crate::error::{FailureClass, OktaError, Refusal};
use crate::observe::{ToldWait, WaitReason};
use crate::transport::{JSON, Lost};
use crate::window::Bucket;
use crate::wire::{Outgoing, Wire};

pub(super) const DPOP: HeaderName = HeaderName::from_static("dpop");
pub(super) const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

const FORM: &str = "application/x-www-form-urlencoded";
const GRANT: &str = "client_credentials";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Tries of a question that gets no answer, 429 or 5xx. Asking changes nothing, so it may be repeated.
const TRIES: u32 = 5;

/// By how much the clock of an assertion may be off before it is worth trying again with the org's, in seconds.
const CLOCK_TOLERANCE: f64 = 20.0;

/// Why Okta gives a service app no access token (api-facts 1.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoToken {
    /// `invalid_client`: no active app has this client id, or the key is not registered with it. Okta does not always say
    /// which.
    ClientRefused,
    /// `invalid_scope`: these are not granted to the app. Empty while it was not found out which.
    ScopesNotGranted { missing: Vec<String> },
    /// `access_denied`: a policy of the org.
    AccessDenied,
    /// `unauthorized_client`, `unsupported_grant_type`: it is no service app.
    NotAServiceApp,
    /// `invalid_dpop_proof`: the proof was not taken.
    ProofRefused,
    /// Any other code of the authorization server.
    Other,
}

impl NoToken {
    fn of(code: &str) -> Self {
        match code {
            "invalid_client" => Self::ClientRefused,
            "invalid_scope" => Self::ScopesNotGranted { missing: Vec::new() },
            "access_denied" => Self::AccessDenied,
            "unauthorized_client" | "unsupported_grant_type" => Self::NotAServiceApp,
            "invalid_dpop_proof" | "use_dpop_nonce" => Self::ProofRefused,
            _ => Self::Other,
        }
    }

    /// What failed, in words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::ClientRefused => {
                "Okta does not know this service app, or the public key is not registered with it".to_owned()
            }
            Self::ScopesNotGranted { missing } if missing.is_empty() => {
                "a scope is not granted to the service app".to_owned()
            }
            Self::ScopesNotGranted { missing } => {
                format!("not granted to the service app: {}", missing.join(", "))
            }
            Self::AccessDenied => "a policy of the org does not let the service app sign in".to_owned(),
            Self::NotAServiceApp => "this client id belongs to an app that is no service app".to_owned(),
            Self::ProofRefused => "Okta does not take the proof that goes with the token".to_owned(),
            Self::Other => "Okta gives the service app no access token".to_owned(),
        }
    }

    pub(crate) fn classify(&self, refusal: &Refusal) -> FailureClass {
        match self {
            Self::ScopesNotGranted { .. } => FailureClass::Forbidden,
            Self::Other => match refusal.classify() {
                class @ (FailureClass::Limit | FailureClass::Server | FailureClass::Network) => class,
                _ => FailureClass::Credential,
            },
            _ => FailureClass::Credential,
        }
    }
}

/// A token as the endpoint gave it.
pub(super) struct Given {
    pub(super) value: SecretString,
    pub(super) dpop: bool,
    /// Seconds.
    pub(super) lifetime: f64,
    pub(super) scopes: Scopes,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: SecretString,
    token_type: String,
    #[serde(default)]
    expires_in: Option<f64>,
    #[serde(default)]
    scope: Option<String>,
}

/// What one question has led to.
enum Outcome {
    Given(Given),
    /// Worth asking again at once: a nonce was wanted, or the clock was wrong.
    Again,
    /// Worth asking again after a while.
    Later(OktaError, f64),
    No(OktaError),
}

/// Asks until there is an answer that counts.
pub(super) async fn ask(session: &Session, wire: &Wire, scopes: &Scopes) -> Result<Given, OktaError> {
    // Each of the two reasons to ask again at once can come once.
    let (mut at_once, mut tries) = (0, 0);
    loop {
        match once(session, wire, scopes).await {
            Outcome::Given(given) => return Ok(given),
            Outcome::Again if at_once < 2 => at_once += 1,
            Outcome::Again => {
                return Err(OktaError::BadInput {
                    why: "Okta asks for a new nonce or another time again and again".to_owned(),
                });
            }
            Outcome::Later(error, seconds) => {
                tries += 1;
                if tries == TRIES {
                    return Err(error);
                }
                wait(session, wire, &error, seconds.max(0.5 * f64::from(1_u32 << tries))).await;
            }
            Outcome::No(error) => return Err(error),
        }
    }
}

async fn wait(session: &Session, wire: &Wire, error: &OktaError, org_seconds: f64) {
    let why = match error.classify() {
        FailureClass::Limit => WaitReason::Limit { bucket: Bucket::Root },
        FailureClass::Server => WaitReason::ServerBusy,
        _ => WaitReason::Network { attempt: 1 },
    };
    let wait: Duration = session.duration(org_seconds);
    let _told = ToldWait::begin(wire.observer(), wait.as_secs_f64(), why);
    tokio::time::sleep(wait).await;
}

async fn once(session: &Session, wire: &Wire, scopes: &Scopes) -> Outcome {
    let endpoint = endpoint(wire);
    let now = session.now();
    let nonce = session.token_nonce();
    let (body, headers) = match question(session, &endpoint, scopes, now, nonce.as_deref()) {
        Ok(question) => question,
        Err(error) => return Outcome::No(error),
    };
    let sent = Instant::now();
    let outgoing = Outgoing {
        method: &Method::POST,
        url: &endpoint,
        accept: JSON,
        body: Some((FORM, body)),
        headers,
        is_write: false,
    };
    let answer = match wire.exchange(outgoing).await {
        Ok(answer) => answer,
        Err(Lost { error, .. }) if error.classify() == FailureClass::Network => return Outcome::Later(error, 0.0),
        Err(Lost { error, .. }) => return Outcome::No(error),
    };
    session.observe(&answer, sent);
    session.keep_token_nonce(&answer.headers);
    if answer.is_success() {
        return given(&answer, scopes).map_or_else(Outcome::No, Outcome::Given);
    }
    refused(session, &answer, now, nonce.as_deref())
}

fn refused(session: &Session, answer: &Answer, asked_at: f64, nonce: Option<&str>) -> Outcome {
    let error = answer.error();
    let OktaError::Refused(refusal) = &error else {
        return Outcome::No(error);
    };
    let code = refusal.code.as_str();
    if code == "use_dpop_nonce" && session.token_nonce().as_deref() != nonce {
        return Outcome::Again;
    }
    match refusal.status {
        429 | 500 | 502..=504 => return Outcome::Later(error.clone(), answer.retry_after().unwrap_or(0.0).min(60.0)),
        _ if code.is_empty() => return Outcome::No(error),
        _ => {}
    }
    // An assertion or proof that seems to come from the past or the future. `Date` of this answer has put the clock right.
    let clock_was_off = (session.now() - asked_at).abs() > CLOCK_TOLERANCE;
    if clock_was_off && matches!(code, "invalid_client" | "invalid_dpop_proof" | "invalid_request") {
        return Outcome::Again;
    }
    Outcome::No(OktaError::NoToken {
        why: NoToken::of(code),
        refusal: refusal.clone(),
    })
}

/// Only the org's own authorization server gives `okta.*` scopes, not `/oauth2/default` (api-facts 1.5).
fn endpoint(wire: &Wire) -> Url {
    let mut url = wire.url().base().clone();
    url.set_path("/oauth2/v1/token");
    url
}

fn question(
    session: &Session,
    endpoint: &Url,
    scopes: &Scopes,
    now: f64,
    nonce: Option<&str>,
) -> Result<(String, HeaderMap), OktaError> {
    // Whole seconds, cut off: an assertion must not come from the future.
    let now = now as i64;
    let app = session.app();
    let assertion = proof::assertion(&app.key, &app.client_id, endpoint, now)?;
    let body = Serializer::new(String::new())
        .append_pair("grant_type", GRANT)
        .append_pair("scope", &scopes.to_parameter())
        .append_pair("client_assertion_type", ASSERTION_TYPE)
        .append_pair("client_assertion", assertion.expose_secret())
        .finish();
    let mut headers = HeaderMap::new();
    if let Some(key) = session.proof_key() {
        let what = proof::Proven {
            method: &Method::POST,
            url: endpoint,
            now,
            nonce,
            token_hash: None,
        };
        headers.insert(DPOP, proof_header(&proof::proof(key, &what)?)?);
    }
    Ok((body, headers))
}

pub(super) fn proof_header(proof: &SecretString) -> Result<HeaderValue, OktaError> {
    let mut value = HeaderValue::from_str(proof.expose_secret()).map_err(|_| OktaError::BadInput {
        why: "the proof cannot be sent".to_owned(),
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn given(answer: &Answer, asked: &Scopes) -> Result<Given, OktaError> {
    // The error of the JSON library could quote the token.
    let token: TokenAnswer =
        serde_json::from_slice(&answer.body).map_err(|_| answer.bad("it holds no access token".to_owned()))?;
    let scopes = match &token.scope {
        Some(scope) => Scopes::parse(scope),
        None => claimed(token.access_token.expose_secret()).unwrap_or_else(|| asked.clone()),
    };
    Ok(Given {
        dpop: token.token_type.eq_ignore_ascii_case("DPoP"),
        // An hour, always (api-facts 1.5).
        lifetime: token.expires_in.filter(|seconds| *seconds > 0.0).unwrap_or(3600.0),
        scopes,
        value: token.access_token,
    })
}

/// `scp` of an access token. It is only read, not believed: Okta checks it at every call.
fn claimed(token: &str) -> Option<Scopes> {
    let claims = data_encoding::BASE64URL_NOPAD
        .decode(token.split('.').nth(1)?.as_bytes())
        .ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    Some(
        claims
            .get("scp")?
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
            .collect(),
    )
}
