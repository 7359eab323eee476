//! One exchange over the network: sent once, seen by the observer, its failure sorted by whether it can have left.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, redirect, retry};
use tokio::time::{Instant, timeout};
use url::Url;

use crate::address::{HostKind, OrgUrl};
use crate::answer::{Answer, org_time, path_and_query, request_id};
use crate::error::OktaError;
use crate::observe::{CallSeen, Observer};

/// How long each phase of a call may take. They follow each other; the last one bounds them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands: name, TCP, proxy and TLS. Nothing of the call has left before.
    pub connect: Duration,
    /// From then until the answer begins: Okta works.
    pub first_byte: Duration,
    /// Between two parts of the answer.
    pub stall: Duration,
    /// Until the last byte of the answer.
    pub whole: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            // A page of 200 people with `expand` takes Okta seconds; beyond 40 no answer was ever seen to come.
            first_byte: Duration::from_secs(40),
            stall: Duration::from_secs(15),
            whole: Duration::from_secs(60),
        }
    }
}

/// A call without a complete answer.
#[derive(Debug)]
pub(crate) struct Lost {
    /// It certainly did not leave this machine.
    pub(crate) never_left: bool,
    /// It was repeated already, as often as it is worth: asking for an access token has repeats of its own.
    pub(crate) spent: bool,
    pub(crate) error: OktaError,
}

/// One request, complete.
pub(crate) struct Outgoing<'a> {
    pub(crate) method: &'a Method,
    pub(crate) url: &'a Url,
    pub(crate) accept: &'static str,
    /// Kind and text.
    pub(crate) body: Option<(&'static str, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) is_write: bool,
}

/// More than any answer that Okta gives to a page of 1,000 items; beyond it something else answers.
const LARGEST_BODY: usize = 256 * 1024 * 1024;

/// Idle connections are let go before the server is likely to: a write on a connection that is just being closed ends
/// as unknown and costs a read.
const IDLE: Duration = Duration::from_secs(15);

/// The connections to one org.
pub(crate) struct Wire {
    http: reqwest::Client,
    url: OrgUrl,
    observer: Arc<dyn Observer>,
    timeouts: Timeouts,
}

impl Wire {
    pub(crate) fn new(url: OrgUrl, observer: Arc<dyn Observer>, timeouts: Timeouts) -> Result<Self, OktaError> {
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
            observer,
            timeouts,
        })
    }

    pub(crate) fn url(&self) -> &OrgUrl {
        &self.url
    }

    pub(crate) fn observer(&self) -> &dyn Observer {
        &*self.observer
    }

    /// Sends once. `Ok` is any complete answer, whatever its status.
    pub(crate) async fn exchange(&self, outgoing: Outgoing<'_>) -> Result<Answer, Lost> {
        // Every URL was made from the org's own, or checked when it came from a link. Checked again where it counts.
        if !self.url.owns(outgoing.url) {
            return Err(Lost {
                never_left: true,
                spent: false,
                error: OktaError::ForeignLink,
            });
        }
        let (at, sent) = (Timestamp::now(), Instant::now());
        let (method, url, is_write) = (outgoing.method.to_string(), outgoing.url, outgoing.is_write);
        let mut seen = Seen {
            status: None,
            headers: None,
        };
        let result = self.send(outgoing, &mut seen).await;
        let headers = seen.headers.as_ref();
        self.observer.call(CallSeen {
            at,
            method,
            path_and_query: path_and_query(url),
            status: seen.status,
            milliseconds: u64::try_from(sent.elapsed().as_millis()).unwrap_or(u64::MAX),
            request_id: headers.and_then(request_id),
            is_write,
            org_time: headers.and_then(org_time),
        });
        result
    }

    async fn send(&self, outgoing: Outgoing<'_>, seen: &mut Seen) -> Result<Answer, Lost> {
        let Outgoing { method, url, .. } = outgoing;
        let mut request = self
            .http
            .request(method.clone(), url.clone())
            .headers(outgoing.headers)
            .header(ACCEPT, outgoing.accept);
        match outgoing.body {
            Some((kind, text)) => request = request.header(CONTENT_TYPE, kind).body(text),
            // Okta answers 411 without it.
            None if *method == Method::POST || *method == Method::PUT => {
                request = request.header(CONTENT_LENGTH, HeaderValue::from_static("0"));
            }
            None => {}
        }
        let begins = self.timeouts.connect + self.timeouts.first_byte;
        let mut response = timeout(begins, request.send()).await.map_err(late)?.map_err(lost)?;
        seen.status = Some(response.status().as_u16());
        seen.headers = Some(response.headers().clone());
        let mut body = Vec::new();
        loop {
            let part = timeout(self.timeouts.stall, response.chunk()).await.map_err(late)?;
            let Some(part) = part.map_err(lost)? else { break };
            if body.len() + part.len() > LARGEST_BODY {
                let why = format!("it is larger than {} MB", LARGEST_BODY / 1024 / 1024);
                return Err(Lost {
                    never_left: false,
                    spent: false,
                    error: OktaError::NotOkta { why },
                });
            }
            body.extend_from_slice(&part);
        }
        Ok(Answer {
            method: method.to_string(),
            url: url.clone(),
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

/// A phase after connecting took too long.
fn late(_: tokio::time::error::Elapsed) -> Lost {
    Lost {
        never_left: false,
        spent: false,
        error: OktaError::Timeout,
    }
}

fn lost(error: reqwest::Error) -> Lost {
    let error = error.without_url();
    // Building a request and connecting both come before the first byte of the request.
    let never_left = error.is_connect() || error.is_builder();
    let error = if error.is_builder() {
        OktaError::BadInput { why: chain(&error) }
    } else if let Some(why) = untrusted(&error) {
        OktaError::Untrusted { why }
    } else if error.is_timeout() && error.is_connect() {
        OktaError::Unreachable {
            offline: false,
            why: "no connection came about in time".to_owned(),
        }
    } else if error.is_timeout() {
        OktaError::Timeout
    } else {
        OktaError::Unreachable {
            offline: error.is_connect() && looks_offline(&error),
            why: chain(&error),
        }
    };
    Lost {
        never_left,
        spent: false,
        error,
    }
}

/// The error and what caused it, outermost first.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(Some(error as &(dyn Error + 'static)), |&error| error.source())
}

/// The whole chain of an error in one line: the outermost message of the HTTP library alone says nothing.
fn chain(error: &reqwest::Error) -> String {
    let mut words = String::new();
    for text in causes(error).map(ToString::to_string) {
        if words.is_empty() {
            words = text;
        } else if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
    }
    words
}

/// Why the certificate of the other side was not accepted.
fn untrusted(error: &reqwest::Error) -> Option<String> {
    let io = causes(error).find_map(|cause| cause.downcast_ref::<io::Error>())?;
    // Each layer wraps the error of the one below into an `io::Error`, which `source` skips.
    let mut inner: &(dyn Error + 'static) = io.get_ref()?;
    while let Some(next) = inner.downcast_ref::<io::Error>() {
        inner = next.get_ref()?;
    }
    match inner.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(why) => Some(why.to_string()),
        _ => None,
    }
}

/// No route, or no name service: seen when a laptop has no network. A refused connection is the other side's doing.
fn looks_offline(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| {
        let unreachable = cause.downcast_ref::<io::Error>().is_some_and(|io| {
            matches!(
                io.kind(),
                io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkDown
            )
        });
        unreachable || cause.to_string().contains("dns error")
    })
}
