//! One call over the wire: sent once, seen by the observer, its failure sorted by whether it can have left.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, redirect, retry};
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use crate::address::{HostKind, OrgUrl};
use crate::answer::{Answer, org_time, path_and_query, request_id};
use crate::client::Timeouts;
use crate::error::OktaError;
use crate::observe::{CallSeen, Observer};

/// A call to make.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<Value>,
    pub(crate) accept: &'static str,
}

pub(crate) const JSON: &str = "application/json";
pub(crate) const XML: &str = "application/xml";

impl Call {
    pub(crate) fn get(url: Url) -> Self {
        Self {
            method: Method::GET,
            url,
            body: None,
            accept: JSON,
        }
    }

    pub(crate) fn is_write(&self) -> bool {
        self.method != Method::GET
    }
}

/// A call without a complete answer.
#[derive(Debug)]
pub(crate) struct Lost {
    /// It certainly did not leave this machine.
    pub(crate) never_left: bool,
    pub(crate) error: OktaError,
}

/// What belongs to a repeated call (api-facts 2.4).
#[derive(Clone, Debug, Default)]
pub(crate) struct Repeat {
    pub(crate) count: u32,
    pub(crate) request_id: Option<String>,
}

/// More than any answer that Okta gives to a page of 1,000 items; beyond it something else answers.
const LARGEST_BODY: usize = 256 * 1024 * 1024;

/// Idle connections are let go before the server is likely to: a write on a connection that is just being closed ends
/// as unknown and costs a read.
const IDLE: Duration = Duration::from_secs(15);

pub(crate) struct Transport {
    http: reqwest::Client,
    url: OrgUrl,
    authorization: Option<HeaderValue>,
    observer: Arc<dyn Observer>,
}

impl Transport {
    pub(crate) fn new(
        url: OrgUrl,
        authorization: Option<HeaderValue>,
        observer: Arc<dyn Observer>,
        timeouts: Timeouts,
    ) -> Result<Self, OktaError> {
        let mut builder = reqwest::Client::builder()
            .user_agent("Rehome/0.1")
            .redirect(redirect::Policy::none())
            // The library must not repeat anything on its own: it cannot know what a write means.
            .retry(retry::never())
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.whole)
            .pool_idle_timeout(IDLE);
        builder = match url.kind() {
            // A proxy cannot reach this machine.
            HostKind::Loopback => builder.no_proxy(),
            _ => builder.https_only(true),
        };
        let http = builder.build().map_err(|error| OktaError::BadInput {
            why: format!("the network cannot be used ({})", chain(&error)),
        })?;
        Ok(Self {
            http,
            url,
            authorization,
            observer,
        })
    }

    pub(crate) fn url(&self) -> &OrgUrl {
        &self.url
    }

    /// Sends once. `Ok` is any complete answer, whatever its status.
    pub(crate) async fn send(&self, call: &Call, repeat: &Repeat) -> Result<Answer, Lost> {
        // Every URL was made from the org's own, or checked when it came from a link. Checked again where it counts.
        if !self.url.owns(&call.url) {
            return Err(Lost {
                never_left: true,
                error: OktaError::ForeignLink,
            });
        }
        let (at, sent) = (Timestamp::now(), Instant::now());
        let mut seen = Seen {
            status: None,
            headers: None,
        };
        let result = self.exchange(call, repeat, &mut seen).await;
        let headers = seen.headers.as_ref();
        self.observer.call(CallSeen {
            at,
            method: call.method.to_string(),
            path_and_query: path_and_query(&call.url),
            status: seen.status,
            milliseconds: u64::try_from(sent.elapsed().as_millis()).unwrap_or(u64::MAX),
            request_id: headers.and_then(request_id),
            is_write: call.is_write(),
            org_time: headers.and_then(org_time),
        });
        result
    }

    async fn exchange(&self, call: &Call, repeat: &Repeat, seen: &mut Seen) -> Result<Answer, Lost> {
        let mut request = self
            .http
            .request(call.method.clone(), call.url.clone())
            .header(ACCEPT, call.accept);
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        match &call.body {
            Some(body) => request = request.header(CONTENT_TYPE, JSON).body(body.to_string()),
            // Okta answers 411 without it.
            None if call.method == Method::POST || call.method == Method::PUT => {
                request = request.header(CONTENT_LENGTH, HeaderValue::from_static("0"));
            }
            None => {}
        }
        if let (1.., Some(id)) = (repeat.count, &repeat.request_id) {
            request = request
                .header("X-Okta-Retry-For", id)
                .header("X-Okta-Retry-Count", repeat.count);
        }
        let mut response = request.send().await.map_err(lost)?;
        seen.status = Some(response.status().as_u16());
        seen.headers = Some(response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if body.len() + chunk.len() > LARGEST_BODY {
                let why = format!("it is larger than {} MB", LARGEST_BODY / 1024 / 1024);
                return Err(Lost {
                    never_left: false,
                    error: OktaError::NotOkta { why },
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            method: call.method.to_string(),
            url: call.url.clone(),
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body,
        })
    }
}

struct Seen {
    status: Option<u16>,
    headers: Option<HeaderMap>,
}

fn lost(error: reqwest::Error) -> Lost {
    let error = error.without_url();
    // Building a request and connecting both come before the first byte of the request.
    let never_left = error.is_connect() || error.is_builder();
    let error = if error.is_builder() {
        OktaError::BadInput { why: chain(&error) }
    } else if error.is_timeout() {
        OktaError::Timeout
    } else {
        OktaError::Unreachable {
            offline: error.is_connect() && looks_offline(&error),
            why: chain(&error),
        }
    };
    Lost { never_left, error }
}

/// The whole chain of an error in one line: the outermost message of the HTTP library alone says nothing.
fn chain(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        source = cause.source();
    }
    words
}

/// No route, or no name service: seen when a laptop has no network. A refused connection is the other side's doing.
fn looks_offline(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        let unreachable = cause.downcast_ref::<io::Error>().is_some_and(|io| {
            matches!(
                io.kind(),
                io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkDown
            )
        });
        if unreachable || cause.to_string().contains("dns error") {
            return true;
        }
        source = cause.source();
    }
    false
}
