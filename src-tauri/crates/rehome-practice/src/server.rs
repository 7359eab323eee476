//! The HTTP server: every call goes through token, limits and faults in the order Okta and the network have.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, Method, header},
    response::Response,
};
use jiff::Timestamp;
use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use url::form_urlencoded;

use crate::{
    Options, console,
    control::{CallSeen, Control},
    door::{Crowd, base_of},
    faults::{Fault, Faults},
    line::{Door, Line},
    reply::{Payload, Reply},
    seed,
    state::{Org, Shared},
    transcript::Transcript,
};

/// A running practice org. It stops when it is dropped.
pub struct PracticeOrg {
    url: String,
    token: String,
    shared: Shared,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<std::io::Result<()>>>,
}

impl PracticeOrg {
    /// Seeds an org and serves it on 127.0.0.1.
    ///
    /// # Errors
    /// When the port cannot be listened on, or the transcript cannot be opened.
    pub async fn start(options: Options) -> std::io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, options.port))).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let transcript = options.transcript.as_deref().map(Transcript::append_to).transpose()?;
        let shared = Shared::new(seed::org(options, url.clone()));
        let token = shared.org().token.secret.clone();
        let app = Router::new()
            .fallback(serve)
            .with_state(Service {
                shared: shared.clone(),
                under_way: Calls::default(),
                transcript: transcript.map(Arc::new),
            })
            .into_make_service_with_connect_info::<Line>();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(async move {
            axum::serve(Door(listener), app)
                .with_graceful_shutdown(async move {
                    // A dropped sender ends the org as well as a sent word.
                    let _ = stopped.await;
                })
                .await
        });
        Ok(Self {
            url,
            token,
            shared,
            stop: Some(stop),
            server: Some(server),
        })
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The SSWS token.
    pub fn token(&self) -> &str {
        &self.token
    }

    pub fn control(&self) -> Control {
        Control {
            shared: self.shared.clone(),
        }
    }

    /// Stops serving; calls under way are answered first, for two seconds at most.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        if let Some(server) = self.server.take() {
            let abort = server.abort_handle();
            if tokio::time::timeout(Duration::from_secs(2), server).await.is_err() {
                abort.abort();
            }
        }
    }
}

#[derive(Clone)]
struct Service {
    shared: Shared,
    under_way: Calls,
    transcript: Option<Arc<Transcript>>,
}

/// Calls under way by their callers; `None` is everybody.
type Calls = Arc<Mutex<HashMap<Option<String>, u32>>>;

/// Counts a call as under way, also when the caller hangs up.
struct UnderWay {
    calls: Calls,
    caller: Option<String>,
}

impl UnderWay {
    fn begin(calls: &Calls, caller: Option<String>) -> (Self, Crowd) {
        let mut counts = calls.lock().unwrap_or_else(PoisonError::into_inner);
        let mut count = |whose: Option<String>| {
            let count = counts.entry(whose).or_default();
            *count += 1;
            *count
        };
        let org = count(None);
        let own = if caller.is_some() { count(caller.clone()) } else { org };
        let calls = Arc::clone(calls);
        (Self { calls, caller }, Crowd { org, own })
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut counts = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let own = self.caller.take().map(Some);
        for whose in [Some(None), own].into_iter().flatten() {
            if let Some(count) = counts.get_mut(&whose) {
                *count = count.saturating_sub(1);
            }
        }
    }
}

const LARGEST_BODY: usize = 4 << 20;

async fn serve(State(door): State<Service>, ConnectInfo(line): ConnectInfo<Line>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST_BODY).await.unwrap_or_default();
    let incoming = Incoming {
        method: parts.method,
        path: decode(parts.uri.path()),
        target: parts.uri.path_and_query().map_or("/", |it| it.as_str()).to_owned(),
        query: form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes())
            .into_owned()
            .collect(),
        headers: parts.headers,
        body,
    };
    if console::serves(&incoming.path) {
        return console::serve(&door.shared, &incoming);
    }
    let (fault, options, caller) = {
        let mut org = door.shared.org();
        let fault = match org.faults.offline {
            true => Some(Fault::ResetBefore),
            false => org.faults.spring(incoming.method.as_str(), &incoming.target),
        };
        (fault, org.options.clone(), org.principal(&incoming))
    };
    let (_under_way, crowd) = UnderWay::begin(&door.under_way, caller);
    pause(&door.shared, options.latency).await;
    if let Some(Fault::Slow(span)) = &fault {
        pause(&door.shared, *span).await;
    }
    let mut org = door.shared.org();
    let now = org.clock.now();
    let mut answer = org.respond(&incoming, fault.as_ref(), crowd, now);
    let cut = fault.as_ref().is_some_and(Fault::cuts);
    let done = answer.status < 400 && fault.as_ref().is_none_or(Fault::lets_through);
    org.record(&incoming, if cut { 0 } else { answer.status }, done, now);
    let address = format!("{}{}", base_of(&org.url, &incoming), incoming.target);
    drop(org);
    if cut {
        line.cut();
    } else if let Some(transcript) = &door.transcript
        && fault.as_ref().is_none_or(Fault::keeps_the_answer)
    {
        transcript.add(&incoming, &answer);
    }
    if let Some(fault) = &fault {
        fault.damage(&mut answer, &address);
    }
    finish(answer, fault == Some(Fault::Truncated))
}

async fn pause(shared: &Shared, span: Duration) {
    if !span.is_zero() {
        tokio::time::sleep(shared.clock.real(span)).await;
    }
}

/// One HTTP request, read in full.
pub(crate) struct Incoming {
    pub method: Method,
    pub path: String,
    pub target: String,
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Incoming {
    pub(crate) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// Percent-decodes a path; a `+` stays a `+`, unlike in queries.
fn decode(path: &str) -> String {
    let kept = path.replace('+', "%2B");
    form_urlencoded::parse(kept.as_bytes())
        .next()
        .map(|(key, _)| key.into_owned())
        .unwrap_or_default()
}

impl Org {
    fn record(&mut self, incoming: &Incoming, status: u16, done: bool, at: Timestamp) {
        let body = (incoming.method != Method::GET).then(|| serde_json::from_slice::<Value>(&incoming.body).ok());
        self.calls.push(CallSeen {
            method: incoming.method.to_string(),
            path: incoming.target.clone(),
            status,
            at,
            subject: body.flatten().and_then(|it| it["id"].as_str().map(str::to_owned)),
            done,
        });
    }
}

/// Makes the HTTP answer. Truncated: half of the body, then the connection breaks.
fn finish(reply: Reply, truncated: bool) -> Response {
    let (kind, bytes) = match reply.payload {
        Payload::Empty => (None, Bytes::new()),
        Payload::Json(value) => (Some("application/json"), Bytes::from(value.to_string())),
        Payload::Text(kind, text) => (Some(kind), Bytes::from(text)),
    };
    let mut response = Response::builder().status(reply.status);
    if let Some(kind) = kind {
        response = response.header(header::CONTENT_TYPE, kind);
    }
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    let body = if truncated {
        response = response.header(header::CONTENT_LENGTH, bytes.len());
        let half = bytes.slice(..bytes.len() / 2);
        let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        Body::from_stream(futures::stream::iter([Ok(half), Err(broken)]))
    } else {
        Body::from(bytes)
    };
    response.body(body).unwrap_or_default()
}

impl Control {
    /// The hand on the org's faults.
    pub fn faults(&self) -> Faults {
        Faults {
            shared: self.shared.clone(),
        }
    }
}

pub(crate) fn respond_with(reply: Reply) -> Response {
    finish(reply, false)
}
