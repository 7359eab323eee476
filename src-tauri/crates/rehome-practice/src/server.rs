//! The HTTP server: every call goes through token, limits and faults in the order Okta and the network have.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
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
    Options,
    clock::{after, http_date},
    console,
    control::{CallSeen, Control},
    errors,
    faults::{Fault, Faults},
    limits::{Allowance, Bucket, RateLimits, epoch_up},
    line::{Door, Line},
    log::Calling,
    reply::{Call, Payload, Reply},
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
                in_flight: Arc::default(),
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
    in_flight: Arc<AtomicU32>,
    transcript: Option<Arc<Transcript>>,
}

/// Counts a call as under way, also when the caller hangs up.
struct UnderWay(Arc<AtomicU32>);

impl UnderWay {
    fn begin(count: &Arc<AtomicU32>) -> (Self, u32) {
        let now = count.fetch_add(1, Ordering::Relaxed) + 1;
        (Self(Arc::clone(count)), now)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
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
    let (_under_way, count) = UnderWay::begin(&door.in_flight);
    let (fault, options) = {
        let mut org = door.shared.org();
        let fault = match org.faults.offline {
            true => Some(Fault::ResetBefore),
            false => org.faults.spring(incoming.method.as_str(), &incoming.target),
        };
        (fault, org.options.clone())
    };
    pause(&door.shared, options.latency).await;
    if let Some(Fault::Slow(span)) = &fault {
        pause(&door.shared, *span).await;
    }
    let crowded = RateLimits::concurrent(options.limits).is_some_and(|most| count > most);
    let mut org = door.shared.org();
    let now = org.clock.now();
    let mut answer = org.respond(&incoming, fault.as_ref(), crowded, now);
    let cut = matches!(fault, Some(Fault::ResetBefore | Fault::ResetAfter));
    let status = if cut { 0 } else { answer.status };
    org.record(&incoming, status, now);
    drop(org);
    if cut {
        line.cut();
    } else if let (Some(transcript), None | Some(Fault::Slow(_))) = (&door.transcript, &fault) {
        transcript.add(&incoming, &answer);
    }
    if fault == Some(Fault::WrongJson) {
        answer.payload = Payload::Text("application/json", "{\"id\": \"00u\", \"profile\": {,}".into());
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
    /// Answers a call, faults included; the answer has all of Okta's headers.
    fn respond(&mut self, incoming: &Incoming, fault: Option<&Fault>, crowded: bool, now: Timestamp) -> Reply {
        let request_id = format!("{}AAABBB{}", self.ids.letters(10), self.ids.letters(6));
        self.calling = Some(Calling {
            request: request_id.clone(),
            agent: incoming.header(header::USER_AGENT).unwrap_or("").to_owned(),
            path: incoming.path.clone(),
            url: incoming.target.clone(),
        });
        let mut allowance = None;
        let answer = match fault {
            Some(Fault::ResetBefore) => Ok(Reply::empty()),
            Some(Fault::RateLimited) => {
                allowance = Some(refusal(50, epoch_up(after(now, Duration::from_secs(2)))));
                Err(errors::too_many_requests())
            }
            Some(Fault::ConcurrencyLimited) => {
                allowance = Some(refusal(0, epoch_up(now)));
                Err(errors::too_many_requests())
            }
            Some(Fault::Status(status, code)) => Ok(fault_answer(*status, code, self.error_id())),
            Some(Fault::Html(status)) => Ok(Reply::text(
                "text/html",
                "<html><body><h1>502 Bad Gateway</h1></body></html>".into(),
            )
            .status(*status)),
            _ => self.answer(incoming, crowded, now, &mut allowance),
        };
        let mut reply = match answer {
            Ok(reply) => reply,
            Err(refusal) => {
                self.limits.refused += usize::from(refusal.status == 429);
                let id = self.error_id();
                refusal.reply(id)
            }
        };
        self.calling = None;
        reply.headers.push(("X-Okta-Request-Id", request_id));
        reply.headers.push(("Date", http_date(now)));
        if let Some(allowance) = allowance {
            reply.headers.push(("X-Rate-Limit-Limit", allowance.limit.to_string()));
            reply
                .headers
                .push(("X-Rate-Limit-Remaining", allowance.remaining.to_string()));
            reply.headers.push(("X-Rate-Limit-Reset", allowance.reset.to_string()));
        }
        reply
    }

    fn answer(
        &mut self,
        incoming: &Incoming,
        crowded: bool,
        now: Timestamp,
        allowance: &mut Option<Allowance>,
    ) -> crate::reply::Answer {
        let segments: Vec<&str> = incoming.path.split('/').filter(|part| !part.is_empty()).collect();
        let method = incoming.method.as_str();
        let open = segments == [".well-known", "okta-organization"];
        if !open {
            // Okta's Python SDK leaves the space out.
            let token = incoming
                .header(header::AUTHORIZATION)
                .and_then(|value| value.strip_prefix("SSWS"));
            if !self.token.valid || token.map(str::trim) != Some(self.token.secret.as_str()) {
                return Err(errors::invalid_token());
            }
            if crowded {
                *allowance = Some(refusal(0, epoch_up(now)));
                return Err(errors::too_many_requests());
            }
            let taken = self
                .limits
                .take(self.options.limits, Bucket::of(method, &segments), now);
            *allowance = Some(taken);
            if !taken.allowed {
                return Err(errors::too_many_requests());
            }
            if self.token.read_only && method != "GET" {
                return Err(errors::access_denied());
            }
        }
        let body: Option<Value> = match incoming.body.is_empty() {
            true => None,
            false => Some(serde_json::from_slice(&incoming.body).map_err(|_| errors::malformed_body())?),
        };
        let base = self.base(incoming);
        let call = Call {
            method,
            path: &incoming.path,
            query: &incoming.query,
            body: body.as_ref(),
            base: &base,
            at: now,
        };
        self.dispatch(&call, &segments)
    }

    /// The origin that the caller used, when it is this org under one of its loopback names.
    fn base(&self, incoming: &Incoming) -> String {
        match incoming.header(header::HOST) {
            Some(host) if console::is_own_host(&self.url, host) => format!("http://{host}"),
            _ => self.url.clone(),
        }
    }

    pub(crate) fn error_id(&mut self) -> String {
        format!("oae{}", self.ids.letters(22))
    }

    fn record(&mut self, incoming: &Incoming, status: u16, at: Timestamp) {
        self.calls.push(CallSeen {
            method: incoming.method.to_string(),
            path: incoming.target.clone(),
            status,
            at,
        });
    }
}

fn refusal(limit: u32, reset: i64) -> Allowance {
    Allowance {
        limit,
        remaining: 0,
        reset,
        allowed: false,
    }
}

fn fault_answer(status: u16, code: &str, error_id: String) -> Reply {
    let summary = match code {
        "E0000009" => "Internal Server Error",
        "E0000010" => "Service is in read only mode",
        "E0000239" => "Policy priorities are being reconciled. Please try again later.",
        "E0000112" => {
            "Cannot update this user because they are still being activated. Please try again in a few minutes."
        }
        _ => "Practice fault",
    };
    let body = serde_json::json!({
        "errorCode": code, "errorSummary": summary, "errorLink": code, "errorId": error_id, "errorCauses": []
    });
    Reply::json(body).status(status)
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
