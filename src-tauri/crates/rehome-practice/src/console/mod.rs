//! The practice console: stands in for Okta's Admin Console where Okta has no API (provisioning boxes, tasks, people who
//! sign in), as pages for people and as JSON for tests. It needs no token, so it answers only under a loopback name and
//! refuses requests that another site's page has made.

mod page;

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, header},
    response::Response,
};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{
    downstream::Downstream,
    faults::{Fault, Faults},
    reply::Reply,
    server::{Incoming, respond_with},
    state::{App, Org, Scope, Shared},
};

pub(crate) fn serves(path: &str) -> bool {
    path == "/" || path == "/practice" || path.starts_with("/practice/") || path.starts_with("/admin/app/")
}

/// Whether `host` (a `Host` header) is this org under a loopback name.
pub(crate) fn is_own_host(url: &str, host: &str) -> bool {
    let port = url.rsplit(':').next().unwrap_or("");
    ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|name| host == format!("{name}:{port}"))
}

pub(crate) fn serve(shared: &Shared, incoming: &Incoming) -> Response {
    let url = shared.org().url.clone();
    let own_host = incoming
        .header(header::HOST)
        .is_some_and(|host| is_own_host(&url, host));
    let own_origin = match incoming.headers.get(header::ORIGIN) {
        None => true,
        Some(origin) => origin
            .to_str()
            .ok()
            .and_then(|origin| origin.strip_prefix("http://"))
            .is_some_and(|host| is_own_host(&url, host)),
    };
    if !own_host || !own_origin {
        return respond_with(
            Reply::json(json!({ "error": "the practice console answers to this computer only" })).status(403),
        );
    }
    let segments: Vec<&str> = incoming.path.split('/').filter(|part| !part.is_empty()).collect();
    answer(shared, incoming, &segments).unwrap_or_else(|| {
        respond_with(
            Reply::json(json!({ "error": format!("nothing at {} {}", incoming.method, incoming.path) })).status(404),
        )
    })
}

fn answer(shared: &Shared, incoming: &Incoming, segments: &[&str]) -> Option<Response> {
    let get = incoming.method == Method::GET;
    let post = incoming.method == Method::POST;
    match segments {
        [] | ["practice"] if get => Some(html(page::index(&shared.org()))),
        ["admin", "app", _, "instance", app] if get => {
            let org = shared.org();
            Some(html(page::app(&org, org.apps.get(*app)?)))
        }
        ["practice", "state", app] if get => {
            let org = shared.org();
            Some(respond_with(Reply::json(state(&org, org.apps.get(*app)?))))
        }
        ["practice", "downstream", app] if get => {
            let org = shared.org();
            let accounts = downstream(&org, org.apps.get(*app)?)
                .into_iter()
                .flat_map(|it| it.accounts.values());
            let list = accounts.map(|it| {
                json!({ "id": it.id, "username": it.username, "active": it.active, "externalId": it.external_id,
                    "person": it.person, "links": it.links, "events": it.events })
            });
            Some(respond_with(Reply::json(list.collect())))
        }
        ["practice", "planted"] if get => {
            let org = shared.org();
            let list = org
                .planted
                .iter()
                .map(|it| json!({ "key": it.key, "words": it.words, "subjects": it.subjects }));
            Some(respond_with(Reply::json(list.collect())))
        }
        ["practice", "apps", app, "features"] if post => {
            let mut org = shared.org();
            org.apps.get(*app)?;
            let at = org.clock.now();
            for (feature, on) in body(incoming).as_object()? {
                org.tick(app, feature, on.as_bool()?, at);
            }
            Some(respond_with(Reply::json(state(&org, org.apps.get(*app)?))))
        }
        ["practice", "apps", app, "sign-in"] if post => {
            let body = body(incoming);
            let count = sign_in(&mut shared.org(), app, body["user"].as_str())?;
            Some(respond_with(Reply::json(json!({ "signedIn": count }))))
        }
        ["practice", "apps", app, "form"] if post => form(shared, incoming, app),
        ["practice", "faults"] if post => faults(shared, &body(incoming)),
        _ => None,
    }
}

fn body(incoming: &Incoming) -> Value {
    serde_json::from_slice(&incoming.body).unwrap_or(Value::Null)
}

fn html(text: String) -> Response {
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    respond_with(
        Reply::text("text/html; charset=utf-8", text)
            .with("Content-Security-Policy", policy.into())
            .with("X-Frame-Options", "DENY".into())
            .with("Cache-Control", "no-store".into()),
    )
}

fn sign_in(org: &mut Org, app: &str, user: Option<&str>) -> Option<usize> {
    let at = org.clock.now();
    let people = match user {
        Some(user) => vec![user.to_owned()],
        None => org.apps.get(app)?.users.keys().cloned().collect(),
    };
    Some(people.iter().filter(|user| org.sign_in(app, user, at)).count())
}

/// The forms of the app page; afterwards the browser is sent back to it.
fn form(shared: &Shared, incoming: &Incoming, app: &str) -> Option<Response> {
    let fields: Vec<(String, String)> = form_urlencoded::parse(&incoming.body).into_owned().collect();
    let action = fields
        .iter()
        .find(|(key, _)| key == "action")
        .map(|(_, value)| value.as_str())?;
    let mut org = shared.org();
    let at = org.clock.now();
    let back = format!("/admin/app/{}/instance/{app}", org.apps.get(app)?.name());
    match action {
        "boxes" => {
            let listed = fields.iter().filter(|(key, _)| key == "listed").map(|(_, value)| value);
            for feature in listed {
                let on = fields.iter().any(|(key, value)| key == "box" && value == feature);
                org.tick(app, feature, on, at);
            }
        }
        "integration-off" => org.integrate(app, false, at),
        "integration-on" => org.integrate(app, true, at),
        "sign-in" => {
            sign_in(&mut org, app, None)?;
        }
        _ => return None,
    }
    Response::builder()
        .status(303)
        .header(header::LOCATION, back)
        .body(Body::empty())
        .ok()
}

fn downstream<'a>(org: &'a Org, app: &App) -> Option<&'a Downstream> {
    app.downstream.as_ref().and_then(|id| org.downstreams.get(id))
}

/// The figures of one app.
fn state(org: &Org, app: &App) -> Value {
    let count = |scope: Scope| app.users.values().filter(|it| it.scope == scope).count();
    let errors = app.users.values().filter(|it| it.sync == "ERROR").count();
    let mut body = json!({
        "id": app.id, "label": app.label(), "name": app.name(), "status": app.text("status"),
        "features": app.features, "shownFeatures": app.raw.get("features"),
        "users": { "total": app.users.len(), "individual": count(Scope::User), "throughGroups": count(Scope::Group), "errors": errors },
        "groups": app.groups.len(), "busy": org.jobs.busy(&app.id), "downstream": null,
    });
    if let Some(service) = downstream(org, app) {
        let active = service.accounts.values().filter(|it| it.active).count();
        body["downstream"] = json!({ "name": service.name, "accounts": service.accounts.len(), "active": active,
            "inactive": service.accounts.len() - active, "duplicates": service.duplicates() });
    }
    body
}

/// `{"fault":"rateLimited","method":"POST","path":"/users","nth":1,"times":1}`, or `{"offline":true}`, `{"revoke":true}`,
/// `{"readOnly":true}`, `{"clear":true}`. `status` takes `status` and `code`, `html` takes `status`, `slow` takes `ms`.
fn faults(shared: &Shared, body: &Value) -> Option<Response> {
    let faults = Faults { shared: shared.clone() };
    if body["clear"] == true {
        faults.clear();
    }
    if let Some(offline) = body["offline"].as_bool() {
        faults.offline(offline);
    }
    if let Some(read_only) = body["readOnly"].as_bool() {
        faults.read_only_token(read_only);
    }
    if body["revoke"] == true {
        faults.revoke_token();
    }
    if let Some(name) = body["fault"].as_str() {
        let number =
            |field: &str, default: u64| u32::try_from(body[field].as_u64().unwrap_or(default)).unwrap_or(u32::MAX);
        let status = u16::try_from(body["status"].as_u64().unwrap_or(500)).ok()?;
        let fault = match name {
            "rateLimited" => Fault::RateLimited,
            "concurrencyLimited" => Fault::ConcurrencyLimited,
            "status" => Fault::Status(status, body["code"].as_str().unwrap_or("E0000009").to_owned()),
            "html" => Fault::Html(status),
            "resetBefore" => Fault::ResetBefore,
            "resetAfter" => Fault::ResetAfter,
            "slow" => Fault::Slow(Duration::from_millis(body["ms"].as_u64().unwrap_or(5_000))),
            "wrongJson" => Fault::WrongJson,
            "truncated" => Fault::Truncated,
            _ => return None,
        };
        let text = |field: &str| body[field].as_str().unwrap_or("").to_owned();
        faults.arm_times(
            fault,
            &text("method"),
            &text("path"),
            number("nth", 1),
            number("times", 1),
        );
    }
    Some(respond_with(Reply::json(
        json!({ "ok": true, "sprung": faults.sprung() }),
    )))
}
