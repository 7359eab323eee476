//! The web view can ask the core, and nothing else: what would carry a secret away, or bring foreign code in, is refused.

use std::{
    net::{Ipv4Addr, TcpListener},
    time::Duration,
};

use serde_json::json;

use crate::harness::{App, can_run};

/// Tries everything that a script smuggled in through a label might try; answers with what succeeded.
const ATTEMPTS: &str = r#"
const [url, done] = arguments;
const came = [];
const attempt = async (name, work) => { try { if (await work()) came.push(name); } catch {} };
const element = (tag, attributes) => Object.assign(document.createElement(tag), attributes);
const invoke = window.__TAURI_INTERNALS__.invoke;
(async () => {
  await attempt("fetch", () => fetch(url, { mode: "no-cors" }).then(() => true));
  await attempt("beacon", () => navigator.sendBeacon(url) && false);
  await attempt("eval", () => new Function("return true")());
  document.body.append(element("script", { textContent: "window.smuggled = 'inline script'" }));
  document.body.append(element("script", { src: url }));
  document.body.append(element("img", { src: url }));
  document.body.append(element("iframe", { src: url }));
  const holder = element("div", { innerHTML: "<img src=x onerror=\"window.smuggled = 'event handler'\">" });
  document.body.append(holder);
  await attempt("global Tauri", () => "__TAURI__" in window);
  await attempt("emit", () => invoke("plugin:event|emit", { event: "changed", payload: null }).then(() => true));
  await attempt("open", () => invoke("plugin:opener|open_url", { url }).then(() => true));
  await attempt("new window", () => invoke("plugin:webview|create_webview_window", { options: { label: "x", url } }).then(() => true));
  await attempt("second window", () => window.open(url) !== null);
  await new Promise((wait) => setTimeout(wait, 500));
  if (window.smuggled) came.push(window.smuggled);
  location.href = url;
  await new Promise((wait) => setTimeout(wait, 500));
  done(came);
})();
"#;

#[tokio::test]
async fn the_web_view_is_confined() {
    if !can_run("the_web_view_is_confined") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let app = App::start(folder.path()).await;
    let outside = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let url = format!("http://{}/", outside.local_addr().expect("bound"));

    let came = app
        .window
        .execute_async(ATTEMPTS, vec![json!(url)])
        .await
        .expect("the page is still there");
    assert_eq!(came, json!([]), "came through");
    assert!(
        app.window
            .current_url()
            .await
            .expect("an address")
            .as_str()
            .starts_with("tauri://localhost")
    );
    assert_eq!(app.window.windows().await.expect("windows").len(), 1);

    outside.set_nonblocking(true).expect("a socket");
    tokio::time::sleep(Duration::from_millis(300)).await;
    let heard = outside.accept().map(|(_, who)| who);
    assert!(heard.is_err(), "something called {url}: {heard:?}");
    app.kill().await;
}

/// The rules of the content security policy do not stand in the way of the window's own type and styles.
#[tokio::test]
async fn own_type_and_styles_are_drawn() {
    if !can_run("own_type_and_styles_are_drawn") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let app = App::start(folder.path()).await;
    app.see("Rehome").await;
    let script = "const done = arguments[0]; document.fonts.ready.then(() => done([ \
                    [...document.fonts].some((face) => face.family.includes('Inter') && face.status === 'loaded'), \
                    getComputedStyle(document.documentElement).getPropertyValue('--accent').trim() !== '' ]))";
    let drawn = app
        .window
        .execute_async(script, vec![])
        .await
        .expect("scripts run in the window");
    assert_eq!(drawn, json!([true, true]), "[Inter is loaded, the tokens are there]");
    app.kill().await;
}
