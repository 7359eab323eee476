//! API Services apps: the pages of the console with which an admin sets up OAuth for Rehome, in the Admin Console's order.

use std::fmt::Write;

use serde_json::Value;

use super::page::{escape, frame};
use crate::{
    Behaviour,
    door::oauth::register::{ROLES, SCOPES},
    state::{App, Org},
    users::label_of,
};

fn boxes(name: &str, items: &[(&str, &str)], ticked: &[&str]) -> String {
    let mut out = String::new();
    for (value, label) in items {
        let on = if ticked.contains(value) { " checked" } else { "" };
        let _ = write!(
            out,
            "<label><input type=\"checkbox\" name=\"{name}\" value=\"{value}\"{on}><span>{label}</span></label>"
        );
    }
    out
}

fn powers(scopes: &[&str], roles: &[&str], dpop: bool) -> String {
    let offered = ROLES.map(|role| (role, label_of(role).unwrap_or(role)));
    let all: Vec<(&str, &str)> = SCOPES.iter().map(|scope| (*scope, *scope)).collect();
    format!(
        "<fieldset><legend>Proof of possession</legend>{}</fieldset><fieldset><legend>Admin roles</legend>{}</fieldset>\
         <fieldset class=\"columns\"><legend>Okta API scopes</legend>{}</fieldset>",
        boxes(
            "dpop",
            &[(
                "on",
                "Require Demonstrating Proof of Possession (DPoP) header in token requests"
            )],
            if dpop { &["on"] } else { &[] }
        ),
        boxes("role", &offered, roles),
        boxes("scope", &all, scopes),
    )
}

/// All service apps, and a form for one more. New ones have DPoP switched on, as Okta's console seems to make them.
pub(super) fn list(org: &Org, problem: Option<&str>) -> String {
    let mut rows = String::new();
    for app in org.service_apps() {
        let _ = write!(
            rows,
            "<tr><td><a href=\"/practice/service-apps/{0}\">{1}</a></td><td><code>{0}</code></td></tr>",
            escape(&app.id),
            escape(app.label())
        );
    }
    let table = match rows.is_empty() {
        true => "<p class=\"note\">There is none yet.</p>".to_owned(),
        false => format!("<table><thead><tr><th>App</th><th>Client ID</th></tr></thead><tbody>{rows}</tbody></table>"),
    };
    let problem = problem.map_or(String::new(), |words| {
        format!("<p class=\"bad\" role=\"alert\">{}</p>", escape(words))
    });
    let content = format!(
        "<p class=\"trail\"><a href=\"/practice\">Applications</a></p><h1>API Services apps</h1><section>{table}</section>\
         <section><h2>Create an API Services app</h2>{problem}<form method=\"post\" action=\"/practice/service-apps\">\
         <p><label for=\"label\">App name</label><input id=\"label\" name=\"label\" value=\"Rehome\" required></p>\
         <p><label for=\"key\">Public key (JWK)</label><textarea id=\"key\" name=\"key\" rows=\"6\" required></textarea></p>\
         {}<button class=\"main\">Create</button></form></section>",
        powers(&[], &[], !org.behaves(Behaviour::ServiceAppsWithoutProof)),
    );
    frame("API Services apps", &content)
}

pub(super) fn one(org: &Org, app: &App) -> String {
    let scopes: Vec<&str> = app.grants.iter().filter_map(|it| it["scopeId"].as_str()).collect();
    let roles = org.client_roles.get(&app.id);
    let roles: Vec<&str> = roles
        .into_iter()
        .flatten()
        .filter_map(|it| it["type"].as_str())
        .collect();
    let settings = app.raw.get("settings").map(|it| &it["oauthClient"]);
    let dpop = settings.is_some_and(|it| it["dpop_bound_access_tokens"] == true);
    let keys = settings
        .and_then(|it| it["jwks"]["keys"].as_array())
        .into_iter()
        .flatten();
    let kids: Vec<String> = keys.filter_map(|key| key["kid"].as_str()).map(escape).collect();
    let id = escape(&app.id);
    let content = format!(
        "<p class=\"trail\"><a href=\"/practice/service-apps\">API Services apps</a></p><h1>{}</h1>\
         <section><h2>Client credentials</h2><p>Client ID: <code id=\"client-id\">{id}</code></p><p>Public key: <code>{}</code></p></section>\
         <section><h2>What it may do</h2><form method=\"post\" action=\"/practice/service-apps/{id}\">{}\
         <button class=\"main\">Save</button></form></section>",
        escape(app.label()),
        kids.join("</code>, <code>"),
        powers(&scopes, &roles, dpop),
    );
    frame(app.label(), &content)
}

/// What a form or a JSON body says.
pub(super) struct Wish {
    pub label: String,
    pub key: Value,
    pub scopes: Vec<String>,
    pub roles: Vec<String>,
    pub dpop: bool,
}

impl Wish {
    pub(super) fn from_form(fields: &[(String, String)]) -> Self {
        let all = |name: &str| -> Vec<String> {
            let named = fields.iter().filter(|(key, _)| key == name);
            named.map(|(_, value)| value.clone()).collect()
        };
        let first = |name: &str| all(name).into_iter().next().unwrap_or_default();
        Self {
            label: first("label"),
            key: serde_json::from_str(&first("key")).unwrap_or_default(),
            scopes: all("scope"),
            roles: all("role"),
            dpop: !all("dpop").is_empty(),
        }
    }

    /// `{"label", "key", "scopes", "roles", "dpop"}`
    pub(super) fn from_json(body: &Value) -> Self {
        let list = |name: &str| {
            let items = body[name].as_array().into_iter().flatten();
            items.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        Self {
            label: body["label"].as_str().unwrap_or("Rehome").to_owned(),
            key: body["key"].clone(),
            scopes: list("scopes"),
            roles: list("roles"),
            dpop: body["dpop"].as_bool().unwrap_or(true),
        }
    }

    pub(super) fn create(&self, org: &mut Org) -> Result<String, &'static str> {
        let at = org.clock.now();
        let id = org.add_service_app(&self.label, &self.key, self.dpop, at)?;
        self.empower(org, &id);
        Ok(id)
    }

    pub(super) fn empower(&self, org: &mut Org, id: &str) {
        let at = org.clock.now();
        let scopes: Vec<&str> = self.scopes.iter().map(String::as_str).collect();
        let roles: Vec<&str> = self.roles.iter().map(String::as_str).collect();
        org.empower(id, &scopes, &roles, at);
        org.require_proof(id, self.dpop);
    }
}
