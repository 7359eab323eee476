//! A small org whose answers a test writes, and an observer that remembers.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::{CallSeen, Client, ClientOptions, Credential, Observer, OrgUrl, Timeouts, WaitReason, Waiting};

pub(super) const TOKEN: &str = "00TverySecretTokenForTests";

/// A call as the org heard it.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Heard {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
    pub(super) after: Duration,
}

impl Reply {
    pub(super) fn json(status: u16, body: Value) -> Self {
        Self::text(status, "application/json", &body.to_string())
    }

    pub(super) fn text(status: u16, kind: &str, body: &str) -> Self {
        let headers = vec![("content-type", kind.to_owned())];
        Self {
            status,
            headers,
            body: body.to_owned(),
            after: Duration::ZERO,
        }
    }

    pub(super) fn error(status: u16, code: &str) -> Self {
        Self::json(
            status,
            json!({"errorCode": code, "errorSummary": "words", "errorCauses": []}),
        )
    }

    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    pub(super) fn limits(self, limit: u32, remaining: u32, reset: i64) -> Self {
        self.with("x-rate-limit-limit", limit)
            .with("x-rate-limit-remaining", remaining)
            .with("x-rate-limit-reset", reset)
    }

    pub(super) fn after(mut self, wait: Duration) -> Self {
        self.after = wait;
        self
    }
}

/// The org, and everything that it heard.
pub(super) struct TestOrg {
    pub(super) origin: String,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl TestOrg {
    /// Serves `answer`, which gets the call and how many came before it.
    pub(super) async fn start(answer: impl Fn(&Heard, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (answer, all) = (Arc::new(answer), Arc::clone(&heard));
        let router = Router::new().fallback(move |request: Request| {
            let (answer, all) = (Arc::clone(&answer), Arc::clone(&all));
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, usize::MAX).await.expect("a body");
                let call = Heard {
                    method: parts.method.to_string(),
                    target: parts.uri.to_string(),
                    headers: parts.headers,
                    body: String::from_utf8_lossy(&body).into_owned(),
                };
                let reply = {
                    let mut all = all.lock().expect("no panic before");
                    all.push(call.clone());
                    answer(&call, all.len() - 1)
                };
                tokio::time::sleep(reply.after).await;
                let mut response = Response::builder().status(reply.status);
                for (name, value) in reply.headers {
                    response = response.header(name, value);
                }
                response.body(Body::from(reply.body)).expect("a response")
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { origin, heard }
    }

    pub(super) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().expect("no panic before").clone()
    }

    pub(super) fn targets(&self) -> Vec<String> {
        self.heard().into_iter().map(|call| call.target).collect()
    }

    pub(super) fn client(&self) -> (Client, Arc<Remembered>) {
        client(&self.origin)
    }
}

/// Accepts connections, reads each call, and answers the n-th with the n-th text before it hangs up; with nothing when
/// there is none. Gives the origin and the number of calls read.
pub(super) async fn raw_org(answers: Vec<&'static str>) -> (String, Arc<Mutex<usize>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let count = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut buffer = [0_u8; 8192];
            if socket.read(&mut buffer).await.unwrap_or(0) == 0 {
                continue;
            }
            let number = {
                let mut counted = counted.lock().expect("no panic before");
                *counted += 1;
                *counted - 1
            };
            if let Some(text) = answers.get(number) {
                let _ = socket.write_all(text.as_bytes()).await;
            }
        }
    });
    (origin, count)
}

/// A client whose org's clock runs so fast that waits take milliseconds.
pub(super) fn client(origin: &str) -> (Client, Arc<Remembered>) {
    client_at(origin, 1000, 8)
}

pub(super) fn client_at(origin: &str, speed: u32, concurrency: usize) -> (Client, Arc<Remembered>) {
    let observer = Arc::new(Remembered::default());
    let options = options(origin, Arc::clone(&observer), speed, concurrency);
    let timeouts = Timeouts {
        connect: Duration::from_secs(2),
        whole: Duration::from_millis(800),
        ..Timeouts::default()
    };
    (Client::with_timeouts(options, timeouts).expect("a client"), observer)
}

pub(super) fn options(origin: &str, observer: Arc<Remembered>, speed: u32, concurrency: usize) -> ClientOptions {
    ClientOptions {
        url: OrgUrl::parse(origin).expect("an address"),
        credential: Credential::ApiToken(TOKEN.to_owned().into()),
        observer,
        share_percent: 75,
        speed,
        concurrency,
    }
}

/// What an observer was told.
#[derive(Default)]
pub(super) struct Remembered {
    told: Mutex<Told>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    pub(super) calls: Vec<CallSeen>,
    pub(super) waits: Vec<Waiting>,
    pub(super) waited: usize,
    pub(super) refused: usize,
}

impl Remembered {
    fn lock(&self) -> MutexGuard<'_, Told> {
        self.told.lock().expect("no panic before")
    }

    pub(super) fn told(&self) -> Told {
        self.lock().clone()
    }

    pub(super) fn reasons(&self) -> Vec<WaitReason> {
        self.lock().waits.iter().map(|wait| wait.why.clone()).collect()
    }
}

impl Observer for Remembered {
    fn call(&self, seen: CallSeen) {
        self.lock().calls.push(seen);
    }

    fn waiting(&self, wait: Waiting) {
        self.lock().waits.push(wait);
    }

    fn waited(&self) {
        self.lock().waited += 1;
    }

    fn credential_refused(&self) {
        self.lock().refused += 1;
    }
}
