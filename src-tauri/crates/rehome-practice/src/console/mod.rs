//! The practice console: stands in for Okta's Admin Console where Okta has no API (provisioning boxes, tasks, people who
//! sign in), as pages for people and as JSON for tests. It needs no token, so it answers only under a loopback name and
//! refuses requests that another site's page has made.

mod faults;
mod page;
mod service;
pub(crate) mod sign_on;
mod tasks;

use axum::{
    body::Body,
    http::{Method, header},
    response::Response,
};
use serde_json::{Value, json};
use url::form_urlencoded;

use service::Wish;
use sign_on::SignOnRule;

use crate::{
    downstream::Downstream,
    export::ExportStyle,
    faults::Faults,
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
        ["practice", "tasks"] if get => Some(html(tasks::page(&shared.org()))),
        ["practice", "problems"] if get => Some(html(tasks::planted(&shared.org()))),
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
        ["practice", "export.csv"] if get => {
            let param = |name: &str| {
                let found = incoming.query.iter().find(|(key, _)| key == name);
                found.map(|(_, value)| value.clone())
            };
            let style = match param("style").unwrap_or_else(|| "plain".into()).parse::<ExportStyle>() {
                Ok(style) => style,
                Err(words) => return Some(refused(&words)),
            };
            let bytes = shared.org().export(&param("app")?, style)?;
            let response = Response::builder()
                .header(header::CONTENT_TYPE, style.content_type())
                .header(header::CONTENT_DISPOSITION, "attachment; filename=\"users.csv\"")
                .header(header::CACHE_CONTROL, "no-store");
            response.body(Body::from(bytes)).ok()
        }
        ["practice", "planted"] if get => {
            let org = shared.org();
            let list = org
                .planted
                .iter()
                .map(|it| json!({ "key": it.key, "words": it.words, "pair": it.pair, "found": format!("{:?}", it.found), "subjects": it.subjects }));
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
        ["practice", "faults", ..] => fault_calls(shared, incoming, segments),
        ["practice", "service-apps", ..] => service_apps(shared, incoming, segments),
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
    let fields = fields(incoming);
    let action = fields
        .iter()
        .find(|(key, _)| key == "action")
        .map(|(_, value)| value.as_str())?;
    let mut org = shared.org();
    let at = org.clock.now();
    let field = |name: &str| {
        let found = fields.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let back = match field("back").as_str() {
        "tasks" => "/practice/tasks".to_owned(),
        _ => format!("/admin/app/{}/instance/{app}", org.apps.get(app)?.name()),
    };
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
        "retry" => {
            org.retry(app, &field("user"), at);
        }
        "acknowledge" => org.acknowledge(app, &field("user"), at),
        "rule-add" => org
            .sign_on_rules
            .entry(app.to_owned())
            .or_default()
            .extend(SignOnRule::read(field)),
        "rule-remove" => {
            let rules = org.sign_on_rules.entry(app.to_owned()).or_default();
            let at = field("rule").parse().ok().filter(|at| *at < rules.len())?;
            rules.remove(at);
        }
        "sign-in" => {
            sign_in(&mut org, app, None)?;
        }
        _ => return None,
    }
    go_to(&back)
}

/// Sends the browser on after a form.
fn go_to(address: &str) -> Option<Response> {
    let response = Response::builder().status(303).header(header::LOCATION, address);
    response.body(Body::empty()).ok()
}

fn fields(incoming: &Incoming) -> Vec<(String, String)> {
    form_urlencoded::parse(&incoming.body).into_owned().collect()
}

fn is_json(incoming: &Incoming) -> bool {
    let kind = incoming.header(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}

fn refused(words: &str) -> Response {
    respond_with(Reply::json(json!({ "error": words })).status(400))
}

fn fault_calls(shared: &Shared, incoming: &Incoming, segments: &[&str]) -> Option<Response> {
    let hand = Faults { shared: shared.clone() };
    let wants_page = incoming
        .header(header::ACCEPT)
        .is_some_and(|it| it.contains("text/html"));
    match (incoming.method.as_str(), segments) {
        ("GET", [_, _]) if wants_page => Some(html(faults::page(&hand))),
        ("GET", [_, _]) => Some(respond_with(faults::list(&hand))),
        ("POST", [_, _]) => Some(match faults::arm(&hand, &body(incoming)) {
            Ok(reply) => respond_with(reply),
            Err(words) => refused(&words),
        }),
        ("POST", [_, _, "form"]) => match faults::arm(&hand, &faults::wish_of(&fields(incoming))) {
            Ok(_) => go_to("/practice/faults"),
            Err(words) => Some(refused(&words)),
        },
        _ => None,
    }
}

fn service_apps(shared: &Shared, incoming: &Incoming, segments: &[&str]) -> Option<Response> {
    let mut org = shared.org();
    match (incoming.method.as_str(), segments) {
        ("GET", [_, _]) => Some(html(service::list(&org, None))),
        ("POST", [_, _]) if is_json(incoming) => Some(match Wish::from_json(&body(incoming)).create(&mut org) {
            Ok(id) => respond_with(Reply::json(json!({ "clientId": id }))),
            Err(words) => refused(words),
        }),
        ("POST", [_, _]) => match Wish::from_form(&fields(incoming)).create(&mut org) {
            Ok(id) => go_to(&format!("/practice/service-apps/{id}")),
            Err(words) => Some(html(service::list(&org, Some(words)))),
        },
        ("GET", [_, _, id]) => Some(html(service::one(&org, org.service_apps().find(|app| app.id == **id)?))),
        ("POST", [_, _, id]) => {
            org.service_apps().find(|app| app.id == **id)?;
            Wish::from_form(&fields(incoming)).empower(&mut org, id);
            go_to(&format!("/practice/service-apps/{id}"))
        }
        _ => None,
    }
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
