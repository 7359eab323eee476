//! Servers that misbehave in one phase each, certificates that nobody trusts, and proxies.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::org::{Remembered, Reply, TestOrg, options};
use crate::{Client, FailureClass, OktaError, OrgUrl, Timeouts, Unobserved, WriteError, discover};

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(60);

/// Only the phase under test has a short timeout.
fn timeouts() -> Timeouts {
    Timeouts {
        connect: LONG,
        first_byte: LONG,
        stall: LONG,
        whole: LONG,
    }
}

/// What a write comes to, which is sent once. It ends long before any of the long timeouts.
async fn write(origin: &str, timeouts: Timeouts) -> WriteError {
    let options = options(origin, Arc::new(Remembered::default()), 1, 1);
    let client = Client::with_timeouts(options, timeouts).expect("a client");
    let began = Instant::now();
    let result = client
        .assign()
        .assign_user(&"0oa1".into(), &json!({"id": "00u1"}))
        .await;
    assert!(
        began.elapsed() >= SHORT && began.elapsed() < LONG / 4,
        "{:?}",
        began.elapsed()
    );
    result.expect_err("no answer")
}

fn check_never_left(error: WriteError) {
    let WriteError::NotSent(error) = error else {
        panic!("{error:?}");
    };
    assert_eq!(error.classify(), FailureClass::Network);
    let OktaError::Unreachable { why, offline: false } = error else {
        panic!("{error:?}");
    };
    assert_eq!(why, "no connection came about in time");
}

/// Accepts connections, reads what comes first, then does as told.
async fn server<F>(then: impl Fn(TcpStream) -> F + Send + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut first = [0_u8; 4096];
            if socket.read(&mut first).await.unwrap_or(0) > 0 {
                tokio::spawn(then(socket));
            }
        }
    });
    address.to_string()
}

async fn never(socket: TcpStream) {
    tokio::time::sleep(LONG).await;
    drop(socket);
}

#[tokio::test]
async fn a_connection_that_does_not_come_about() {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .bind("127.0.0.1:0".parse().expect("an address"))
        .expect("a free port");
    let full = socket.listen(1).expect("listening");
    let address = full.local_addr().expect("an address");
    // Nobody accepts: once the queue is full, the system leaves the next ones without an answer.
    let mut waiting = Vec::new();
    while let Ok(Ok(stream)) = tokio::time::timeout(SHORT, TcpStream::connect(address)).await {
        waiting.push(stream);
    }
    let connect = Timeouts {
        connect: SHORT,
        ..timeouts()
    };
    check_never_left(write(&format!("http://{address}"), connect).await);
}

#[tokio::test]
async fn a_tls_handshake_that_does_not_end() {
    let address = server(never).await;
    let connect = Timeouts {
        connect: SHORT,
        ..timeouts()
    };
    check_never_left(write(&format!("https://{address}"), connect).await);
}

fn check_unknown(error: &WriteError) {
    assert!(matches!(error, WriteError::Unknown(OktaError::Timeout)), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_does_not_begin() {
    let address = server(never).await;
    let first_byte = Timeouts {
        connect: Duration::from_secs(1),
        first_byte: SHORT,
        ..timeouts()
    };
    check_unknown(&write(&format!("http://{address}"), first_byte).await);
}

#[tokio::test]
async fn an_answer_that_stands_still() {
    let address = server(async |mut socket| {
        let _ = socket
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
            .await;
        never(socket).await;
    })
    .await;
    let stall = Timeouts {
        stall: SHORT,
        ..timeouts()
    };
    check_unknown(&write(&format!("http://{address}"), stall).await);
}

#[tokio::test]
async fn an_answer_that_comes_drop_by_drop() {
    let address = server(async |mut socket| {
        let _ = socket
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
            .await;
        while socket.write_all(b" ").await.is_ok() {
            tokio::time::sleep(SHORT / 10).await;
        }
    })
    .await;
    let whole = Timeouts {
        whole: SHORT * 2,
        ..timeouts()
    };
    check_unknown(&write(&format!("http://{address}"), whole).await);
}

/// Serves TLS with a certificate that it signed itself, as a proxy does that opens encrypted traffic.
async fn untrusted_server() -> String {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a configuration");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(socket).await {
                let body = b"HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{\"id\":\"00o1\"} ";
                let _ = stream.write_all(body).await;
            }
        }
    });
    format!("https://localhost:{port}")
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_is_told_as_such() {
    let origin = untrusted_server().await;
    let url = OrgUrl::parse(&origin).expect("an address");
    let error = discover(&url, Arc::new(Unobserved)).await.expect_err("refused");
    assert!(matches!(error, OktaError::Untrusted { .. }), "{error:?}");
    assert_eq!(error.classify(), FailureClass::Answer, "trying again does not help");
    let options = options(&origin, Arc::new(Remembered::default()), 1, 1);
    let client = Client::new(options).expect("a client");
    let result = client
        .assign()
        .assign_user(&"0oa1".into(), &json!({"id": "00u1"}))
        .await;
    assert!(
        matches!(result, Err(WriteError::NotSent(OktaError::Untrusted { .. }))),
        "{result:?}"
    );
}

const ORG: &str = "REHOME_TEST_ORG";

/// The settings of a process cannot be changed safely while it runs, so this one is started with them.
#[tokio::test]
#[ignore = "started by the tests of proxies, with an org and a proxy in its environment"]
async fn looks_for_an_org() {
    let url = OrgUrl::parse(&std::env::var(ORG).expect("an org")).expect("an address");
    let found = discover(&url, Arc::new(Unobserved)).await;
    println!("found: {found:?}");
}

/// What another process, which has this proxy in its settings, says of the org.
async fn by_proxy(org: String, proxy: String) -> String {
    let mut other = Command::new(std::env::current_exe().expect("this program"));
    other.args(["--exact", "tests::wire::looks_for_an_org", "--ignored", "--nocapture"]);
    for name in ["NO_PROXY", "no_proxy", "https_proxy", "http_proxy", "all_proxy"] {
        other.env_remove(name);
    }
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"] {
        other.env(name, &proxy);
    }
    other.env(ORG, org);
    let output = tokio::task::spawn_blocking(move || other.output()).await;
    String::from_utf8_lossy(&output.expect("no panic").expect("it ran").stdout).into_owned()
}

/// A proxy that refuses everything; gives its address and what it was asked first.
async fn proxy() -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let asked = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        let mut first = [0_u8; 1024];
        let length = socket.read(&mut first).await.unwrap_or(0);
        let _ = socket
            .write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
            .await;
        String::from_utf8_lossy(&first[..length]).into_owned()
    });
    (address, asked)
}

#[tokio::test]
async fn the_proxy_of_the_system_is_used() {
    let (address, asked) = proxy().await;
    let said = by_proxy("https://acme.rehome.invalid".to_owned(), address).await;
    assert!(said.contains("found: Err"), "{said}");
    let asked = tokio::time::timeout(LONG / 6, asked)
        .await
        .expect("it was asked")
        .expect("no panic");
    assert!(asked.starts_with("CONNECT acme.rehome.invalid:443 "), "{asked}");
}

#[tokio::test]
async fn a_proxy_is_not_asked_for_this_machine() {
    let org = TestOrg::start(|_, _| Reply::json(200, json!({"id": "00o1", "pipeline": "idx"}))).await;
    let (address, asked) = proxy().await;
    let said = by_proxy(org.origin.clone(), address).await;
    assert!(said.contains("found: Ok"), "{said}");
    assert_eq!(org.heard().len(), 1);
    assert!(!asked.is_finished());
}
