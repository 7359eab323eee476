//! The client: options, the loop around one call, and the three handles.

use std::fmt;
use std::sync::Arc;

use reqwest::Method;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use crate::address::OrgUrl;
use crate::answer::{Answer, limits, org_time, path_and_query};
use crate::assign::Assign;
use crate::attempt::{Again, Attempts, Failed, Next};
use crate::credential::{Access, Credential, Granted};
use crate::error::{OktaError, WriteError};
use crate::observe::{Observer, ToldWait, WaitReason};
use crate::pacing::{BucketState, Pacer};
use crate::read::Read;
use crate::retire::Retire;
use crate::transport::{Call, JSON, Transport};
use crate::window::Bucket;
use crate::wire::Timeouts;

/// What a client is made of.
pub struct ClientOptions {
    pub url: OrgUrl,
    pub credential: Credential,
    pub observer: Arc<dyn Observer>,
    /// Percent of every limit seen by this token that Rehome uses; 75 by default, the rest is left to others.
    pub share_percent: u8,
    /// How many times faster the org's clock runs: 1, except in practice.
    pub speed: u32,
    /// Calls at the same moment; 8 by default.
    pub concurrency: usize,
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOptions")
            .field("url", &self.url)
            .field("share_percent", &self.share_percent)
            .field("speed", &self.speed)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}

/// A connection to one org with one credential. Cheap to clone; clones share limits and connections.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Transport,
    pacer: Arc<Pacer>,
    observer: Arc<dyn Observer>,
}

impl Client {
    /// Makes a client; nothing is sent yet.
    pub fn new(options: ClientOptions) -> Result<Self, OktaError> {
        Self::with_timeouts(options, Timeouts::default())
    }

    /// Like [`Client::new`], with other timeouts.
    pub fn with_timeouts(options: ClientOptions, timeouts: Timeouts) -> Result<Self, OktaError> {
        let ClientOptions {
            url,
            credential,
            observer,
            share_percent,
            speed,
            concurrency,
        } = options;
        let access = Access::new(credential, speed)?;
        let transport = Transport::new(url, access, Arc::clone(&observer), timeouts)?;
        let pacer = Pacer::new(Arc::clone(&observer), share_percent, speed, concurrency);
        Ok(Self {
            inner: Arc::new(Inner {
                transport,
                pacer,
                observer,
            }),
        })
    }

    /// The org's address.
    pub fn url(&self) -> &OrgUrl {
        self.inner.transport.url()
    }

    /// Calls that change nothing.
    pub fn read(&self) -> Read {
        Read::new(self.clone())
    }

    /// Calls that give access, and never take it away.
    pub fn assign(&self) -> Assign {
        Assign::new(self.clone())
    }

    /// Calls that take access away. Only the engine's gate module may ask for this handle, after it has re-read that the
    /// gate holds; clippy's `disallowed-methods` keeps everybody else out.
    pub fn open_retire(&self) -> Retire {
        Retire::new(self.clone())
    }

    /// The limits that answers have told of so far.
    pub fn limits(&self) -> Vec<BucketState> {
        self.inner.pacer.limits()
    }

    /// From now on uses this percentage of every limit (1 to 100), also for calls that wait already.
    pub fn set_share_percent(&self, percent: u8) {
        self.inner.pacer.set_share(percent);
    }

    /// The percentage of every limit that is used.
    pub fn share_percent(&self) -> u8 {
        self.inner.pacer.share()
    }

    /// The client id, where the credential is a service app.
    pub fn client_id(&self) -> Option<&str> {
        self.inner.transport.access().client_id()
    }

    /// What Okta has granted to the service app; `None` for an API token, which has no scopes. Asks for an access token if
    /// there is none.
    pub async fn granted(&self) -> Result<Option<Granted>, OktaError> {
        self.inner.transport.granted().await
    }

    /// Has a service app that lacks scopes ask for them anew at the next call: an admin may have granted them in the
    /// meantime. Costs nothing where none is missing.
    pub fn ask_for_missing_scopes(&self) {
        self.inner.transport.access().ask_for_missing_scopes(false);
    }

    /// The same, where one of [`OPTIONAL_SCOPES`](crate::OPTIONAL_SCOPES) is missing: a few calls to the token endpoint.
    pub fn ask_for_optional_scopes(&self) {
        self.inner.transport.access().ask_for_missing_scopes(true);
    }

    /// Admin roles of the service app (`GET /oauth2/v1/clients/{clientId}/roles`, scope `okta.roles.read`). Empty for an API
    /// token: its roles are those of the admin behind it.
    pub async fn service_app_roles(&self) -> Result<Vec<Value>, OktaError> {
        let Some(client) = self.client_id() else {
            return Ok(Vec::new());
        };
        let mut url = self.url().base().clone();
        url.set_path(&format!("/oauth2/v1/clients/{}/roles", segment(client)?));
        self.get(url).await?.list()
    }

    /// Revokes the token of this client (`DELETE /api/v1/api-tokens/current`). It is the client's last call.
    pub async fn revoke_current_token(&self) -> Result<(), WriteError> {
        let url = self.endpoint(&["api-tokens", "current"]);
        self.write(Method::DELETE, url, None)
            .await
            .and_then(|answer| no_page(&answer))
    }

    /// The URL of an endpoint below `/api/v1`. Ids among the segments come from [`segment`].
    pub(crate) fn endpoint(&self, segments: &[&str]) -> Url {
        let mut url = self.url().base().clone();
        url.set_path(&format!("/api/v1/{}", segments.join("/")));
        url
    }

    /// Makes a read and gives the answer, which is a success.
    pub(crate) async fn fetch(&self, call: Call) -> Result<Answer, OktaError> {
        self.run(&call).await.map_err(|failed| failed.error)
    }

    pub(crate) async fn get(&self, url: Url) -> Result<Answer, OktaError> {
        self.fetch(Call::get(url)).await
    }

    /// Makes a write and gives the answer, which is a success. What is not one is sorted by what is known of its effect.
    pub(crate) async fn write(&self, method: Method, url: Url, body: Option<Value>) -> Result<Answer, WriteError> {
        let call = Call {
            method,
            url,
            body,
            accept: JSON,
        };
        self.run(&call).await.map_err(Failed::of_write)
    }

    async fn run(&self, call: &Call) -> Result<Answer, Failed> {
        let Inner {
            transport,
            pacer,
            observer,
        } = &*self.inner;
        let bucket = Bucket::of(call.method.as_str(), call.url.path());
        let mut attempts = Attempts::of(call, bucket);
        loop {
            let permit = pacer.turn(bucket).await;
            let sent = Instant::now();
            let result = transport.send(call, &attempts.repeat).await;
            if let Ok(answer) = &result {
                let date = org_time(&answer.headers).map(|time| time.as_second());
                permit.answered(answer.status, limits(&answer.headers), date, sent);
            }
            drop(permit);
            let Again { wait, costs, failed } = match attempts.after(result) {
                Next::Done(answer) => return Ok(answer),
                Next::GiveUp(failed) => {
                    if failed.error.is_credential() {
                        observer.credential_refused();
                    }
                    return Err(failed);
                }
                Next::Again(again) => again,
            };
            if costs && !pacer.may_repeat() {
                return Err(failed.without_budget());
            }
            tracing::debug!(path = path_and_query(&call.url), ?wait, "a call is repeated");
            let Some((seconds, why)) = wait else { continue };
            if why == WaitReason::Concurrency {
                pacer.lower_concurrency();
            }
            let wait = pacer.duration(seconds);
            let _told = ToldWait::begin(&**observer, wait.as_secs_f64(), why);
            tokio::time::sleep(wait).await;
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("url", self.url())
            .finish_non_exhaustive()
    }
}

/// An id as a segment of a path. Ids come from Okta, from the journal and from deep links; nothing but an id may change
/// which endpoint is called (api-facts 0.3).
pub(crate) fn segment(id: &str) -> Result<&str, OktaError> {
    let fits = (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if fits {
        Ok(id)
    } else {
        Err(OktaError::BadInput {
            why: format!("{id:?} is not an id of Okta"),
        })
    }
}

/// A write whose success needs no body. A page in its place was made by somebody else than Okta.
pub(crate) fn no_page(answer: &Answer) -> Result<(), WriteError> {
    answer.json().map(drop).map_err(WriteError::Unknown)
}
