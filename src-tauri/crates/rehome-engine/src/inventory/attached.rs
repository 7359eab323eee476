//! Everything else in the org that may name the old app (api-facts 10.4). What Okta does not show is kept as not shown: each
//! kind has its own scope, and a plan can be made without any of them.

use std::collections::BTreeSet;

use futures::{StreamExt, TryStreamExt};
use rehome_domain::compare::AttachedKind;
use rehome_okta::{OktaError, Read};
use serde_json::{Value, json};

use super::Documents;
use crate::run::{Ctx, Halt};

/// Kinds of documents in the journal.
pub(crate) const ATTACHED: &str = "attached";
pub(crate) const UNREADABLE: &str = "attached-unreadable";

/// Calls under way at once; they draw from another bucket than the apps.
const AT_ONCE: usize = 4;

/// Key of a kind in the journal, as serde writes it.
pub(crate) fn key(kind: &AttachedKind) -> String {
    let name = serde_json::to_value(kind).unwrap_or_default();
    name.as_str().map_or_else(|| name.to_string(), str::to_owned)
}

/// Reads all kinds; only a refused credential or a lost network ends it.
pub(super) async fn read(ctx: &Ctx, read: &Read, into: &mut Documents) -> Result<(), Halt> {
    use AttachedKind as Kind;
    let mut found = Found { into };
    let identity = ctx.migration.is_identity_engine();
    ctx.now("what else names the old app: policies".to_owned());
    let mut kinds = vec![
        (Kind::RoutingRule, "IDP_DISCOVERY"),
        (Kind::SessionPolicyRule, "OKTA_SIGN_ON"),
        (Kind::EnrollmentPolicyRule, "MFA_ENROLL"),
    ];
    if identity {
        kinds.push((Kind::AccessPolicyRule, "ACCESS_POLICY"));
        kinds.push((Kind::ProfileEnrollment, "PROFILE_ENROLLMENT"));
    }
    for (kind, name) in kinds {
        ctx.checkpoint().await?;
        found.keep(kind, rules(read, name).await)?;
    }
    ctx.now("what else names the old app: groups and hooks".to_owned());
    found.keep(Kind::GroupRule, named(read.group_rules().await, "name"))?;
    let from_app = format!("type eq \"APP_GROUP\" and source.id eq \"{}\"", ctx.migration.old);
    found.keep(
        Kind::GroupFromApp,
        groups(read, &from_app, ctx.migration.old.as_str()).await,
    )?;
    ctx.checkpoint().await?;
    found.keep(Kind::InlineHook, named(read.inline_hooks().await, "name"))?;
    found.keep(Kind::EventHook, named(read.event_hooks().await, "name"))?;
    found.keep(Kind::Brand, named(read.brands().await, "name"))?;
    found.keep(Kind::IdentityProvider, named(read.identity_providers().await, "name"))?;
    ctx.checkpoint().await?;
    let servers = read.authorization_servers().await;
    for kind in [Kind::AuthorizationServer, Kind::TokenClaim] {
        let all = of_servers(read, &servers, &kind).await;
        found.keep(kind, all)?;
    }
    if identity {
        found.keep(
            Kind::FederatedClaim,
            named(read.federated_claims(&ctx.migration.old).await, "name"),
        )?;
    }
    ctx.checkpoint().await?;
    let pair: BTreeSet<&str> = [ctx.migration.old.as_str(), ctx.migration.new.as_str()].into();
    let apps = read.apps("").await.map(|apps| {
        let others = apps
            .into_iter()
            .filter(|a| a["id"].as_str().is_none_or(|id| !pair.contains(id)));
        others.map(|app| One::of(&settings_of(&app), "label")).collect()
    });
    found.keep(Kind::AppSetting, apps)?;
    mappings(ctx, read, &pair, &mut found).await
}

/// What of another app can name the old one: the rest is large, and of no interest here.
fn settings_of(app: &Value) -> Value {
    let app = rehome_domain::compare::redacted(app);
    let part = |keys: &[&str]| {
        let kept = keys.iter().map(|key| ((*key).to_owned(), app[*key].clone()));
        Value::Object(kept.filter(|(_, value)| !value.is_null()).collect())
    };
    part(&[
        "id",
        "name",
        "label",
        "status",
        "signOnMode",
        "credentials",
        "settings",
        "accessibility",
    ])
}

/// A thing that may name the old app.
struct One {
    id: String,
    name: String,
    raw: Value,
}

impl One {
    fn of(raw: &Value, name: &str) -> Self {
        let text = |key: &str| raw[key].as_str().unwrap_or_default().to_owned();
        Self {
            id: text("id"),
            name: text(name),
            raw: raw.clone(),
        }
    }
}

struct Found<'a> {
    into: &'a mut Documents,
}

impl Found<'_> {
    fn keep(&mut self, kind: AttachedKind, answer: Result<Vec<One>, OktaError>) -> Result<(), Halt> {
        let key = key(&kind);
        match answer {
            Ok(all) => {
                for (n, one) in all.into_iter().enumerate() {
                    let document = json!({ "kind": kind, "id": one.id, "name": one.name, "raw": one.raw });
                    self.into.put(ATTACHED, &format!("{key}/{n}/{}", one.id), &document);
                }
            }
            Err(e) if e.refusal().is_some() && !e.is_credential() => {
                self.into
                    .put(UNREADABLE, &key, &json!({ "kind": kind, "why": e.to_string() }));
            }
            Err(e) => return Err(e.into()),
        }
        Ok(())
    }
}

fn named(answer: Result<Vec<Value>, OktaError>, name: &str) -> Result<Vec<One>, OktaError> {
    Ok(answer?.iter().map(|raw| One::of(raw, name)).collect())
}

/// Rules of all policies of a type, each named after its policy.
async fn rules(read: &Read, kind: &str) -> Result<Vec<One>, OktaError> {
    let mut out = Vec::new();
    for policy in read.policies(kind).await? {
        let name = policy["name"].as_str().unwrap_or_default();
        let Some(id) = policy["id"].as_str() else { continue };
        for rule in read.policy_rules(id).await? {
            let one = One::of(&rule, "name");
            out.push(One {
                name: format!("{name}: {}", one.name),
                ..one
            });
        }
    }
    Ok(out)
}

/// Groups that were imported from the app. Whether Okta's search knows `source.id` is not documented for every org, so what
/// comes back is looked through again.
async fn groups(read: &Read, search: &str, app: &str) -> Result<Vec<One>, OktaError> {
    let all = match read.groups(search).all().await {
        Err(e) if e.refusal().is_some() && !e.is_credential() => read.groups("type eq \"APP_GROUP\"").all().await?,
        other => other?,
    };
    let ours = |group: &&Value| {
        let linked = group["_links"]["source"]["href"].as_str().unwrap_or_default();
        group["source"]["id"] == app || linked.trim_end_matches('/').ends_with(app)
    };
    let one = |raw: &Value| One {
        name: raw["profile"]["name"].as_str().unwrap_or_default().to_owned(),
        ..One::of(raw, "id")
    };
    Ok(all.iter().filter(ours).map(one).collect())
}

/// Policies or claims of all authorization servers, each named after its server.
async fn of_servers(
    read: &Read,
    servers: &Result<Vec<Value>, OktaError>,
    kind: &AttachedKind,
) -> Result<Vec<One>, OktaError> {
    let mut out = Vec::new();
    for server in servers.as_ref().map_err(Clone::clone)? {
        let name = server["name"].as_str().unwrap_or_default();
        let Some(id) = server["id"].as_str() else { continue };
        let all = match kind {
            AttachedKind::TokenClaim => read.authorization_server_claims(id).await?,
            _ => read.authorization_server_policies(id).await?,
        };
        for raw in all {
            let one = One::of(&raw, "name");
            out.push(One {
                name: format!("{name}: {}", one.name),
                ..one
            });
        }
    }
    Ok(out)
}

/// Mappings between other apps and Okta, with their expressions. The list has none, so each is a call of its own.
async fn mappings(ctx: &Ctx, read: &Read, pair: &BTreeSet<&str>, found: &mut Found<'_>) -> Result<(), Halt> {
    let list = match read.mappings(None, None).await {
        Ok(list) => list,
        Err(e) => return found.keep(AttachedKind::Mapping, Err(e)),
    };
    let text = |raw: &Value, side: &str, key: &str| raw[side][key].as_str().unwrap_or_default().to_owned();
    let wanted: Vec<(String, String)> = list
        .iter()
        .filter(|m| {
            ["source", "target"]
                .iter()
                .all(|side| !pair.contains(text(m, side, "id").as_str()))
        })
        .filter_map(|m| {
            let app = if m["target"]["type"] == "appuser" {
                "target"
            } else {
                "source"
            };
            Some((m["id"].as_str()?.to_owned(), text(m, app, "name")))
        })
        .collect();
    let most = ctx.migration.other_mappings;
    if wanted.len() > most {
        let why = format!(
            "The org has {} mappings of other apps; Rehome reads {most} at most, one call each.",
            wanted.len()
        );
        let document = json!({ "kind": AttachedKind::Mapping, "why": why });
        found.into.put(UNREADABLE, &key(&AttachedKind::Mapping), &document);
    }
    ctx.now(format!("mappings of other apps, {} of them", wanted.len().min(most)));
    ctx.checkpoint().await?;
    let details: Result<Vec<One>, OktaError> = futures::stream::iter(wanted.into_iter().take(most))
        .map(|(id, name)| async move {
            let raw = read.mapping(&id).await?;
            Ok(One { id, name, raw })
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await;
    found.keep(AttachedKind::Mapping, details)
}
