//! Where else an org can name an app: identity providers, hooks, brands, authorization servers and network zones. To be
//! read only. Shapes are those of Okta's public pages; the reference at hand has no document and no recording of these
//! calls, so a field more or less is possible.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    errors::{self, Refusal, bad_search, not_found},
    page::{limit, page},
    reply::{Answer, Call, Reply},
    state::Org,
};

/// Objects by id, each as Okta shows it but for `_links`.
#[derive(Clone, Default)]
pub(crate) struct Elsewhere {
    pub idps: BTreeMap<String, Value>,
    pub inline_hooks: BTreeMap<String, Value>,
    pub event_hooks: BTreeMap<String, Value>,
    pub brands: BTreeMap<String, Value>,
    pub servers: BTreeMap<String, Server>,
    pub zones: BTreeMap<String, Value>,
}

/// An authorization server.
#[derive(Clone)]
pub(crate) struct Server {
    pub body: Value,
    /// By id, with their rules.
    pub policies: BTreeMap<String, (Value, Vec<Value>)>,
    pub claims: Vec<Value>,
}

impl Org {
    pub(crate) fn elsewhere_routes(&self, call: &Call<'_>, rest: &[&str]) -> Answer {
        let all = &self.elsewhere;
        if call.method != "GET" {
            return Err(errors::no_such_path(call.method, call.path));
        }
        match rest {
            ["idps"] => {
                let kind = call.param("type");
                let q = call.param("q").map(str::to_lowercase);
                let name = |it: &Value| it["name"].as_str().unwrap_or("").to_lowercase();
                paged(call, &all.idps, 20, "idps", |it| {
                    kind.is_none_or(|kind| it["type"] == kind) && q.as_ref().is_none_or(|q| name(it).starts_with(q))
                })
            }
            ["idps", id] => one(call, &all.idps, id, "IdentityProvider", "idps"),
            ["inlineHooks"] => {
                let kind = call.param("type");
                let wanted = all
                    .inline_hooks
                    .iter()
                    .filter(|(_, it)| kind.is_none_or(|kind| it["type"] == kind));
                Ok(Reply::json(
                    wanted
                        .map(|(id, it)| shown(call, it, &format!("inlineHooks/{id}")))
                        .collect(),
                ))
            }
            ["inlineHooks", id] => one(call, &all.inline_hooks, id, "InlineHook", "inlineHooks"),
            ["eventHooks"] => {
                let hooks = all.event_hooks.iter();
                Ok(Reply::json(
                    hooks
                        .map(|(id, it)| shown(call, it, &format!("eventHooks/{id}")))
                        .collect(),
                ))
            }
            ["eventHooks", id] => one(call, &all.event_hooks, id, "EventHook", "eventHooks"),
            ["brands"] => paged(call, &all.brands, 20, "brands", |_| true),
            ["brands", id] => one(call, &all.brands, id, "Brand", "brands"),
            ["zones"] => {
                let filter = call.param("filter");
                if filter.is_some_and(|filter| filter != "system eq true" && !filter.starts_with("id eq ")) {
                    return Err(bad_search());
                }
                paged(call, &all.zones, 50, "zones", |it| match filter {
                    None => true,
                    Some("system eq true") => it["system"] == true,
                    Some(filter) => it["id"].as_str().is_some_and(|id| filter.contains(id)),
                })
            }
            ["zones", id] => one(call, &all.zones, id, "NetworkZone", "zones"),
            ["authorizationServers", rest @ ..] => self.servers_routes(call, rest),
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    fn servers_routes(&self, call: &Call<'_>, rest: &[&str]) -> Answer {
        let servers = &self.elsewhere.servers;
        let server = |id: &str| servers.get(id).ok_or_else(|| not_found(id, "AuthorizationServer"));
        let policy = |id: &str, policy: &str| {
            let found = server(id)?.policies.get(policy);
            found.ok_or_else(|| not_found(policy, "AuthorizationServerPolicy"))
        };
        match rest {
            [] => {
                let q = call.param("q").map(str::to_lowercase);
                let found = |it: &Value| {
                    let text = |field: &str| it[field].as_str().unwrap_or("").to_lowercase();
                    let texts = || text("name") + &it["audiences"].to_string().to_lowercase();
                    q.as_ref().is_none_or(|q| texts().contains(q))
                };
                let bodies = servers.iter().map(|(id, it)| (id.clone(), it.body.clone())).collect();
                paged(call, &bodies, 200, "authorizationServers", found)
            }
            [id] => Ok(Reply::json(shown(
                call,
                &server(id)?.body,
                &format!("authorizationServers/{id}"),
            ))),
            [id, "claims"] => {
                let path = |claim: &Value| {
                    format!(
                        "authorizationServers/{id}/claims/{}",
                        claim["id"].as_str().unwrap_or("")
                    )
                };
                let claims = server(id)?.claims.iter();
                Ok(Reply::json(
                    claims.map(|claim| shown(call, claim, &path(claim))).collect(),
                ))
            }
            [id, "policies"] => {
                let list = server(id)?.policies.iter();
                let path = |policy: &str| format!("authorizationServers/{id}/policies/{policy}");
                Ok(Reply::json(
                    list.map(|(policy, (it, _))| shown(call, it, &path(policy))).collect(),
                ))
            }
            [id, "policies", one] => {
                let path = format!("authorizationServers/{id}/policies/{one}");
                Ok(Reply::json(shown(call, &policy(id, one)?.0, &path)))
            }
            [id, "policies", one, "rules"] => {
                let path = |rule: &Value| {
                    format!(
                        "authorizationServers/{id}/policies/{one}/rules/{}",
                        rule["id"].as_str().unwrap_or("")
                    )
                };
                let rules = policy(id, one)?.1.iter();
                Ok(Reply::json(rules.map(|rule| shown(call, rule, &path(rule))).collect()))
            }
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }
}

/// With the link to itself.
fn shown(call: &Call<'_>, it: &Value, path: &str) -> Value {
    let mut it = it.clone();
    it["_links"] = json!({ "self": { "href": format!("{}/api/v1/{path}", call.base), "hints": { "allow": ["GET"] } } });
    it
}

fn one(call: &Call<'_>, all: &BTreeMap<String, Value>, id: &str, kind: &str, path: &str) -> Answer {
    let it = all.get(id).ok_or_else(|| -> Refusal { not_found(id, kind) })?;
    Ok(Reply::json(shown(call, it, &format!("{path}/{id}"))))
}

fn paged(
    call: &Call<'_>,
    all: &BTreeMap<String, Value>,
    default: usize,
    path: &str,
    keep: impl Fn(&Value) -> bool,
) -> Answer {
    let limit = limit(call, default, 1, 200)?;
    let page = page(all, call, limit, keep);
    Ok(page.reply(call, &[], |id, it| shown(call, it, &format!("{path}/{id}"))))
}
