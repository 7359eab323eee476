//! The access token of a service app: got when it is first needed, renewed well before it ends, asked for once however
//! many calls wait for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderMap, WWW_AUTHENTICATE};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use url::Url;

use super::scopes::{Granted, PLAN_SCOPES, Scopes};
use super::token::{self, DPOP, DPOP_NONCE, Given, NoToken};
use super::{ClientKey, KeyKind, ServiceApp, proof, secret_header};
use crate::answer::{Answer, org_time};
use crate::clock::OrgClock;
use crate::error::OktaError;
use crate::wire::Wire;

/// How much of its life a token may have left before it is renewed: a sixth, ten minutes of Okta's hour.
const RENEW_IN_LAST: f64 = 1.0 / 6.0;

/// After an early renewal failed: how long the present token is used before the next try, in org seconds.
const RENEW_AGAIN_AFTER: f64 = 60.0;

pub(crate) struct Session {
    app: ServiceApp,
    /// Never leaves this process, and is another one than the client's (RFC 9449 and api-facts 1.5).
    proof_key: Option<ClientKey>,
    state: Mutex<State>,
    /// Held by whoever asks for a token, so that one asks and the others wait.
    asking: tokio::sync::Mutex<()>,
}

struct State {
    clock: OrgClock,
    token: Option<Arc<AccessToken>>,
    /// What is granted, as far as it was found out.
    scopes: Option<Scopes>,
    /// The newest of the token endpoint, and of the API.
    token_nonce: Option<String>,
    call_nonce: Option<String>,
    tokens: u64,
}

struct AccessToken {
    /// Tells tokens apart without comparing secrets.
    number: u64,
    value: SecretString,
    dpop: bool,
    hash: String,
    scopes: Scopes,
    /// By the org's clock, in epoch seconds.
    expires: f64,
    renew_at: f64,
}

/// What goes with one call, and by which token.
pub(super) struct Authorized {
    pub(super) headers: HeaderMap,
    number: u64,
    nonce: Option<String>,
}

impl Session {
    pub(super) fn new(app: ServiceApp, speed: u32) -> Result<Self, OktaError> {
        let proof_key = app.dpop.then(|| ClientKey::generate(KeyKind::P256)).transpose()?;
        Ok(Self {
            app,
            proof_key,
            state: Mutex::new(State {
                clock: OrgClock::new(speed, Instant::now()),
                token: None,
                scopes: None,
                token_nonce: None,
                call_nonce: None,
                tokens: 0,
            }),
            asking: tokio::sync::Mutex::default(),
        })
    }

    pub(super) fn app(&self) -> &ServiceApp {
        &self.app
    }

    pub(super) fn proof_key(&self) -> Option<&ClientKey> {
        self.proof_key.as_ref()
    }

    /// The org's time, in epoch seconds: this machine's, until the org has told its own.
    pub(super) fn now(&self) -> f64 {
        self.state().clock.now(Instant::now())
    }

    pub(super) fn duration(&self, org_seconds: f64) -> Duration {
        self.state().clock.duration(org_seconds)
    }

    pub(super) fn token_nonce(&self) -> Option<String> {
        self.state().token_nonce.clone()
    }

    pub(super) fn keep_token_nonce(&self, headers: &HeaderMap) {
        if let Some(nonce) = nonce(headers) {
            self.state().token_nonce = Some(nonce);
        }
    }

    /// Learns the org's time from an answer.
    pub(super) fn observe(&self, answer: &Answer, sent: Instant) {
        if let Some(date) = org_time(&answer.headers) {
            self.state().clock.observe(date.as_second(), sent, Instant::now());
        }
    }

    /// Token and fresh proof for one request. Every try of a call needs its own.
    pub(super) async fn authorize(&self, wire: &Wire, method: &Method, url: &Url) -> Result<Authorized, OktaError> {
        let token = self.token(wire).await?;
        let scheme = if token.dpop { "DPoP" } else { "Bearer" };
        let authorization = secret_header(scheme, token.value.expose_secret()).ok_or_else(|| OktaError::NotOkta {
            why: "the access token has characters that no token has".to_owned(),
        })?;
        let nonce = self.state().call_nonce.clone();
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, authorization);
        if let (true, Some(key)) = (token.dpop, &self.proof_key) {
            let what = proof::Proven {
                method,
                url,
                now: self.now() as i64,
                nonce: nonce.as_deref(),
                token_hash: Some(&token.hash),
            };
            headers.insert(DPOP, token::proof_header(&proof::proof(key, &what)?)?);
        }
        Ok(Authorized {
            headers,
            number: token.number,
            nonce,
        })
    }

    /// Learns from an answer to a call. Whether it was refused for a reason that another token or nonce takes away.
    ///
    /// 401 says that Okta did not act, so that even a write may be sent again then.
    pub(super) fn answered(&self, with: &Authorized, answer: &Answer, sent: Instant) -> bool {
        self.observe(answer, sent);
        let mut state = self.state();
        if let Some(nonce) = nonce(&answer.headers) {
            state.call_nonce = Some(nonce);
        }
        // 401 for a feature that the org lacks is no word against the token (E0000015).
        if answer.status != 401 || !answer.error().is_credential() {
            return false;
        }
        if wants_nonce(&answer.headers) {
            return state.call_nonce != with.nonce;
        }
        // Somebody else may have renewed it in the meantime.
        if state.token.as_ref().is_some_and(|token| token.number == with.number) {
            state.token = None;
        }
        true
    }

    /// What is granted; asks for a token if there is none.
    pub(super) async fn granted(&self, wire: &Wire) -> Result<Granted, OktaError> {
        let token = self.token(wire).await?;
        Ok(Granted {
            missing: token.scopes.missing(Scopes::needed()),
            scopes: token.scopes.clone(),
            dpop: token.dpop,
            expires: Timestamp::from_second(token.expires as i64).ok(),
        })
    }

    /// Forgets a token that lacks scopes, so that what was granted in the meantime counts from the next call on. `optional`:
    /// also one that lacks a scope which no move needs.
    pub(super) fn ask_for_missing_scopes(&self, optional: bool) {
        let mut state = self.state();
        let lacks = |scopes: &Scopes| {
            !scopes.missing(Scopes::needed()).is_empty() || optional && !scopes.missing(Scopes::wanted()).is_empty()
        };
        if state.scopes.as_ref().is_some_and(lacks) {
            state.token = None;
            state.scopes = None;
        }
    }

    async fn token(&self, wire: &Wire) -> Result<Arc<AccessToken>, OktaError> {
        if let Some(token) = self.fresh() {
            return Ok(token);
        }
        let _asking = self.asking.lock().await;
        // Who waited finds the token of whoever asked.
        if let Some(token) = self.fresh() {
            return Ok(token);
        }
        match self.obtain(wire).await {
            Ok(given) => Ok(self.keep(given)),
            Err(error) => self.postponed(&error).ok_or(error),
        }
    }

    /// The token, unless it is time to renew it.
    fn fresh(&self) -> Option<Arc<AccessToken>> {
        let state = self.state();
        let now = state.clock.now(Instant::now());
        state.token.as_ref().filter(|token| now < token.renew_at).cloned()
    }

    /// Renewing begins early, so that trouble on the way to the token endpoint does no harm for a while.
    fn postponed(&self, error: &OktaError) -> Option<Arc<AccessToken>> {
        let mut state = self.state();
        let now = state.clock.now(Instant::now());
        let token = state.token.clone()?;
        let good = now + RENEW_AGAIN_AFTER < token.expires;
        if error.is_credential() || !good {
            return None;
        }
        tracing::info!(%error, "the access token could not be renewed yet");
        let token = Arc::new(AccessToken {
            number: token.number,
            value: token.value.expose_secret().into(),
            dpop: token.dpop,
            hash: token.hash.clone(),
            scopes: token.scopes.clone(),
            expires: token.expires,
            renew_at: now + RENEW_AGAIN_AFTER,
        });
        state.token = Some(Arc::clone(&token));
        Some(token)
    }

    fn keep(&self, given: Given) -> Arc<AccessToken> {
        let mut state = self.state();
        let now = state.clock.now(Instant::now());
        state.tokens += 1;
        let token = Arc::new(AccessToken {
            number: state.tokens,
            hash: proof::token_hash(given.value.expose_secret()),
            dpop: given.dpop,
            expires: now + given.lifetime,
            renew_at: now + given.lifetime * (1.0 - RENEW_IN_LAST),
            scopes: given.scopes,
            value: given.value,
        });
        state.scopes = Some(token.scopes.clone());
        state.token = Some(Arc::clone(&token));
        tracing::debug!(number = token.number, dpop = token.dpop, "an access token was given");
        token
    }

    /// Asks for what is known to be granted, else for everything, then for what a move needs, then for reading alone; what is
    /// left scope by scope: Okta refuses the whole question for one scope that is not granted, without saying which in a way
    /// to rely on.
    async fn obtain(&self, wire: &Wire) -> Result<Given, OktaError> {
        let known = self.state().scopes.clone().filter(|scopes| !scopes.is_empty());
        for scopes in known.into_iter().chain([Scopes::wanted().collect()]) {
            match token::ask(self, wire, &scopes).await {
                Err(error) if is_scope(&error) => {}
                other => return other,
            }
        }
        let mut together = None;
        for scopes in [Scopes::needed().collect::<Scopes>(), PLAN_SCOPES.into_iter().collect()] {
            match token::ask(self, wire, &scopes).await {
                Ok(given) => {
                    together = Some((scopes, given));
                    break;
                }
                Err(error) if is_scope(&error) => {}
                Err(other) => return Err(other),
            }
        }
        let (before, given) = together.map_or_else(Default::default, |(scopes, given)| (scopes, Some(given)));
        let (mut granted, mut refusal) = (before.clone(), None);
        for scope in before.missing(Scopes::wanted()) {
            match token::ask(self, wire, &[scope.as_str()].into_iter().collect()).await {
                Ok(_) => granted.insert(&scope),
                Err(OktaError::NoToken {
                    why: NoToken::ScopesNotGranted { .. },
                    refusal: said,
                }) => refusal = Some(said),
                Err(other) => return Err(other),
            }
        }
        match (given, refusal) {
            (Some(given), _) if granted == before => Ok(given),
            (None, Some(refusal)) if granted.is_empty() => Err(OktaError::NoToken {
                why: NoToken::ScopesNotGranted {
                    missing: Scopes::needed().map(str::to_owned).collect(),
                },
                refusal,
            }),
            _ => token::ask(self, wire, &granted).await,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_scope(error: &OktaError) -> bool {
    let OktaError::NoToken { why, .. } = error else {
        return false;
    };
    matches!(why, NoToken::ScopesNotGranted { .. })
}

fn nonce(headers: &HeaderMap) -> Option<String> {
    headers.get(DPOP_NONCE)?.to_str().ok().map(str::to_owned)
}

/// RFC 9449 section 9: the API wants a nonce in the proof. Okta says that it does not ask for one (api-facts 1.5).
fn wants_nonce(headers: &HeaderMap) -> bool {
    let said = headers.get_all(WWW_AUTHENTICATE).into_iter();
    said.filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("use_dpop_nonce"))
}
