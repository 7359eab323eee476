//! Wrong addresses, and hosts that are not an Okta org.

use std::sync::Arc;

use expect_test::expect;
use rehome_engine::{Rehome, view::*};
use rehome_practice::{Fault, PracticeOrg};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::desk::{Desk, Keychain, SPEED, options, refused, stopped};
use crate::journey::robot::rehome;

fn alone() -> (tempfile::TempDir, Rehome) {
    let dir = tempfile::tempdir().expect("a folder");
    let rehome = rehome(dir.path(), Arc::new(Keychain::default()), SPEED);
    (dir, rehome)
}

/// A host that answers everything with this.
async fn host(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    url
}

#[tokio::test]
async fn what_is_not_an_address() {
    let (_dir, rehome) = alone();
    let mut out = String::new();
    for typed in [
        "",
        "   ",
        "http://acme.okta.com",
        "ftp://acme.okta.com",
        "https://",
        "https:///apps",
        "https://robin:secret@acme.okta.com",
        "acme okta com",
        "https://developer.okta.com",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://acme.okta.com:notaport",
    ] {
        let problem = refused(
            rehome.connect(typed.into(), "token".into()).await,
            ProblemCode::BadAddress,
        );
        assert!(!format!("{problem:?}").contains("secret"), "{problem:?}");
        out.push_str(&format!("{typed:?}: {}\n", problem.why));
    }
    expect![[r#"
        "": Type the address of your org, for example acme.okta.com.
        "   ": Type the address of your org, for example acme.okta.com.
        "http://acme.okta.com": The address must begin with https://: Rehome does not send a token unencrypted.
        "ftp://acme.okta.com": The address must begin with https://: Rehome does not send a token unencrypted.
        "https://": The address has no host name. It looks like acme.okta.com.
        "https:///apps": This is not an address: apps is not a full host name. It looks like acme.okta.com.
        "https://robin:secret@acme.okta.com": The address holds a user name or password. Leave out everything before the @.
        "acme okta com": This is not an address: invalid international domain name. It looks like acme.okta.com.
        "https://developer.okta.com": developer.okta.com is one of Okta's own sites. The address of your org looks like acme.okta.com.
        "javascript:alert(1)": This is not an address: invalid port number. It looks like acme.okta.com.
        "file:///etc/passwd": The address must begin with https://: Rehome does not send a token unencrypted.
        "https://acme.okta.com:notaport": This is not an address: invalid port number. It looks like acme.okta.com.
    "#]].assert_eq(&out);
}

#[tokio::test]
async fn hosts_that_are_not_an_org() {
    let (_dir, rehome) = alone();
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 22\r\n\r\n<html>Sign in</html>\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{\"hello\":\"world\"}",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnull",
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\nnot found",
        "HTTP/1.1 302 Found\r\nLocation: https://example.com/\r\nContent-Length: 0\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
    ] {
        let url = host(answer).await;
        let result = rehome.connect(url.clone(), "token".into()).await;
        let problem = result.expect_err("this is not an org");
        let expected = if answer.starts_with("SSH") {
            ProblemCode::Unreachable
        } else {
            ProblemCode::NotOkta
        };
        let problem = refused::<()>(Err(problem), expected);
        assert!(
            problem.what.contains("127.0.0.1"),
            "the host is named: {}",
            problem.what
        );
    }
}

#[tokio::test]
async fn nobody_answers() {
    let (_dir, rehome) = alone();
    let port = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port")
        .local_addr()
        .expect("bound")
        .port();
    let problem = refused(
        rehome.connect(format!("http://127.0.0.1:{port}"), "token".into()).await,
        ProblemCode::Unreachable,
    );
    assert_eq!(problem.what, "Nothing answers at 127.0.0.1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_page_in_between() {
    let desk = Desk::new(options()).await;
    let faults = desk.faults();
    faults.arm_times(Fault::Html(200), "GET", "/api/v1/apps", 3, 20);
    stopped(desk.read_apps().await, ProblemCode::NotOkta);
    assert!(desk.frame().await.read_at.is_none(), "half a reading is no reading");
    faults.clear();
    assert_eq!(desk.read_apps().await, None);
    assert!(desk.frame().await.read_at.is_some());
    desk.check_unharmed();
}

/// Discovery works, everything after it is a page of the proxy.
#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_behind_the_door() {
    let org = PracticeOrg::start(options()).await.expect("a practice org");
    let (_dir, rehome) = alone();
    org.control()
        .faults()
        .arm_times(Fault::Html(403), "", "/api/v1/", 1, 50);
    let answer = rehome.connect(org.url().into(), org.token().into()).await;
    refused(answer, ProblemCode::NotOkta);
    org.control().faults().clear();
    assert!(
        rehome
            .connect(org.url().into(), org.token().into())
            .await
            .expect("connects")
            .can_read
    );
}
