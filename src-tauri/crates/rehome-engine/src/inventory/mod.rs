//! Reading both apps into the journal, as raw JSON, and what else in the org concerns them. Reads only.

pub(crate) mod attached;
pub(crate) mod last_use;
pub(crate) mod members;

use std::collections::BTreeMap;

use jiff::Timestamp;
use rehome_domain::{App, AppId, GroupId};
use rehome_journal::Journal;
use rehome_okta::{OktaError, Read};
use serde_json::{Value, json};

use members::read_members;

use crate::{
    model::{
        DriftRecord,
        look::{Before, DRIFT},
    },
    problem::Answer,
    run::{Ctx, Halt},
};

/// Kinds of documents in the journal: `old.app`, `new.schema`, ... The key is the id of the thing, or "".
const PIECES: &[&str] = &[
    "app",
    "schema",
    "mapping",
    "key",
    "metadata",
    "policy",
    "push",
    "push-name",
    "feature",
    "connection",
    "group",
    "user",
    "unreadable",
];

/// Documents of the whole org that every reading replaces.
const OF_ORG: &[&str] = &[
    "member",
    attached::ATTACHED,
    attached::UNREADABLE,
    last_use::LAST_USE,
    "org",
];

/// The only integrations whose provisioning Okta shows beyond `features` (api-facts 8.1).
const WITH_FEATURES: &[&str] = &["google", "office365", "okta_org2org", "slack", "zoomus", "zscalerbyz"];

/// Push groups whose names are read, one call each.
const MOST_NAMES: usize = 200;

/// What a reading has brought, by kind of document.
#[derive(Default)]
pub(crate) struct Documents(BTreeMap<String, Vec<(String, String)>>);

impl Documents {
    pub fn put(&mut self, kind: &str, key: &str, raw: &Value) {
        let documents = self.0.entry(kind.to_owned()).or_default();
        documents.push((key.to_owned(), raw.to_string()));
    }
}

struct Collected {
    side: &'static str,
    documents: BTreeMap<String, Vec<(String, String)>>,
}

impl Collected {
    fn new(side: &'static str) -> Self {
        // Every kind is replaced, also by nothing: a reading is whole.
        let documents = PIECES.iter().map(|p| (format!("{side}.{p}"), Vec::new())).collect();
        Self { side, documents }
    }

    fn put(&mut self, piece: &str, key: &str, raw: &Value) {
        let kind = format!("{}.{piece}", self.side);
        self.documents
            .entry(kind)
            .or_default()
            .push((key.to_owned(), raw.to_string()));
    }

    /// Keeps what was read, or that it could not be read and why. Lost networks and refused tokens end the reading.
    fn keep<T>(
        &mut self,
        piece: &str,
        answer: Result<T, OktaError>,
        put: impl FnOnce(&mut Self, T),
    ) -> Result<(), Halt> {
        match answer {
            Ok(value) => put(self, value),
            Err(e) if e.refusal().is_some() && !e.is_credential() => {
                self.put("unreadable", piece, &json!({ "why": e.to_string() }));
            }
            Err(e) => return Err(e.into()),
        }
        Ok(())
    }
}

/// Reads everything that steps 1 and 2 look at, and replaces the last reading when all of it has arrived.
pub(crate) async fn read_apps(ctx: &Ctx) -> Result<(), Halt> {
    let read = ctx.client.read();
    let (old, new) = (ctx.migration.old.clone(), ctx.migration.new.clone());
    let mut collected = Vec::new();
    let mut of_org = Documents(OF_ORG.iter().map(|kind| ((*kind).to_owned(), Vec::new())).collect());
    for (side, app) in [("old", &old), ("new", &new)] {
        let mut into = Collected::new(side);
        let label = Box::pin(read_settings(ctx, &read, app, &BTreeMap::new(), &mut into)).await?;
        ctx.now(format!("who has {label}"));
        read_people(ctx, &read, app, side == "old", &mut into).await?;
        if side == "old" {
            let groups = into.documents.get("old.group").cloned().unwrap_or_default();
            for (id, raw) in groups {
                ctx.checkpoint().await?;
                let name = serde_json::from_str::<Value>(&raw)
                    .ok()
                    .and_then(|v| v["_embedded"]["group"]["profile"]["name"].as_str().map(str::to_owned));
                ctx.now(format!("members of {}", name.as_deref().unwrap_or(&id)));
                let found = read_members(&read, &GroupId::from(&id)).await?;
                let gets = found.iter().filter(|member| member.gets_apps);
                of_org.put("member", &id, &gets.map(|member| member.id.as_str()).collect::<Value>());
            }
        }
        collected.push(into);
    }
    if let Ok(org) = read.org().await {
        of_org.put("org", "", &org);
    }
    Box::pin(attached::read(ctx, &read, &mut of_org)).await?;
    Box::pin(last_use::read(ctx, &read, &mut of_org)).await?;
    let at = Timestamp::now();
    let journal = &ctx.migration.journal;
    let all = collected.into_iter().flat_map(|into| into.documents).chain(of_org.0);
    for (kind, documents) in all {
        journal
            .replace_documents(&ctx.migration.id, &kind, documents, at)
            .await?;
    }
    journal
        .replace_documents(
            &ctx.migration.id,
            "read-at",
            vec![(String::new(), json!(at.to_string()).to_string())],
            at,
        )
        .await?;
    let before = ctx.migration.model().inventory.as_ref().map(Before::of);
    ctx.migration.reload().await?;
    let Some(before) = before else { return Ok(()) };
    let record = {
        let model = ctx.migration.model();
        let Some(after) = &model.inventory else { return Ok(()) };
        DriftRecord {
            since: before.read_at,
            changes: before.changes_to(after),
        }
    };
    let raw = serde_json::to_string(&record).unwrap_or_default();
    journal
        .replace_documents(&ctx.migration.id, DRIFT, vec![(String::new(), raw)], at)
        .await?;
    ctx.migration.model().drift = Some(record);
    Ok(())
}

/// Reads everything about both apps but their people and groups, and replaces it in the last reading.
pub(crate) async fn read_settings_again(ctx: &Ctx) -> Result<(), Halt> {
    let read = ctx.client.read();
    let known: &BTreeMap<String, String> = &{
        let model = ctx.migration.model();
        let sides = model.inventory.iter().flat_map(|i| [&i.old, &i.new]);
        sides.flat_map(|side| side.push_names.clone()).collect()
    };
    let one = async |side: &'static str, app: &AppId| -> Result<_, Halt> {
        let mut into = Collected::new(side);
        Box::pin(read_settings(ctx, &read, app, known, &mut into)).await?;
        // Groups belong to their members, which were not read.
        for piece in ["user", "group"] {
            into.documents.remove(&format!("{side}.{piece}"));
        }
        Ok(into.documents)
    };
    let (old, new) = futures::try_join!(one("old", &ctx.migration.old), one("new", &ctx.migration.new))?;
    let all = old.into_iter().chain(new);
    let at = Timestamp::now();
    for (kind, documents) in all {
        let journal = &ctx.migration.journal;
        journal
            .replace_documents(&ctx.migration.id, &kind, documents, at)
            .await?;
    }
    Ok(())
}

/// What step 1 asks of one app. The reads do not hang on one another: they go side by side, since an answer takes a second.
/// `known`: names of push groups that were read before, which need no call.
async fn read_settings(
    ctx: &Ctx,
    read: &Read,
    id: &AppId,
    known: &BTreeMap<String, String>,
    into: &mut Collected,
) -> Result<String, Halt> {
    let raw = read.app(id).await?;
    let app = App::read(raw.clone()).map_err(crate::connect::odd)?;
    ctx.now(format!("settings of {}", app.label));
    ctx.checkpoint().await?;
    into.put("app", "", &rehome_domain::compare::redacted(&raw));
    let metadata = async {
        match &app.signing_kid {
            Some(kid) if app.sign_on_mode.as_deref() == Some("SAML_2_0") => Some(read.saml_metadata(id, kid).await),
            _ => None,
        }
    };
    let policy = async {
        let policy = app.policy_id.as_ref()?;
        let (policy, rules) = futures::join!(read.access_policy(policy), read.policy_rules(policy));
        Some(policy.and_then(|policy| Ok(json!({ "policy": policy, "rules": rules? }))))
    };
    let provisioning = async {
        let has = WITH_FEATURES.contains(&app.name.as_str());
        match has {
            true => Some(futures::join!(read.features(id), read.connection(id))),
            false => None,
        }
    };
    let (schema, mappings, keys, metadata, policy, provisioning, push, groups) = futures::join!(
        read.app_schema(id),
        mappings_of(read, id),
        read.keys(id),
        metadata,
        policy,
        provisioning,
        read.group_push_mappings(id),
        read.app_groups(id),
    );
    into.keep("schema", schema, |i, v| i.put("schema", "", &v))?;
    into.keep("mapping", mappings, |i, v| i.put_all("mapping", &v, "id"))?;
    into.keep("key", keys, |i, v| i.put_all("key", &v, "kid"))?;
    if let Some(metadata) = metadata {
        into.keep("metadata", metadata, |i, v| i.put("metadata", "", &Value::String(v)))?;
    }
    if let Some(policy) = policy {
        into.keep("policy", policy, |i, v| i.put("policy", "", &v))?;
    }
    if let Some((features, connection)) = provisioning {
        into.keep("feature", features, |i, v| {
            i.put_all("feature", &v.unwrap_or_default(), "name")
        })?;
        into.keep("connection", connection, |i, v| {
            if let Some(connection) = v {
                i.put("connection", "", &connection);
            }
        })?;
    }
    let pushed: Vec<String> = push
        .iter()
        .flatten()
        .flat_map(|m| ["sourceGroupId", "targetGroupId"].map(|key| m[key].as_str().map(str::to_owned)))
        .flatten()
        .collect();
    into.keep("push", push, |i, v| i.put_all("push", &v, "id"))?;
    for group in pushed.into_iter().take(MOST_NAMES) {
        if let Some(name) = known.get(&group) {
            into.put("push-name", &group, &json!(name));
            continue;
        }
        // A name that cannot be read is no reason to stop: the id is shown.
        match read.group(&GroupId::from(&group)).await {
            Ok(raw) => into.put("push-name", &group, &raw["profile"]["name"]),
            Err(e) if e.refusal().is_some() && !e.is_credential() => {}
            Err(e) => return Err(e.into()),
        }
    }
    into.put_all("group", &groups?, "id");
    Ok(app.label)
}

async fn mappings_of(read: &Read, app: &AppId) -> Result<Vec<Value>, OktaError> {
    let mut out = Vec::new();
    for item in read.mappings_to(app).await? {
        let id = item["id"].as_str().unwrap_or_default();
        out.push(read.mapping(id).await?);
    }
    Ok(out)
}

impl Collected {
    fn put_all(&mut self, piece: &str, list: &[Value], key: &str) {
        for (n, raw) in list.iter().enumerate() {
            let id = raw[key].as_str().map_or_else(|| n.to_string(), str::to_owned);
            self.put(piece, &id, raw);
        }
    }
}

async fn read_people(ctx: &Ctx, read: &Read, id: &AppId, with_person: bool, into: &mut Collected) -> Result<(), Halt> {
    let mut pages = read.app_users(id, with_person)?;
    while let Some(page) = pages.next_page().await? {
        into.put_all("user", &page, "id");
        ctx.advance(page.len());
        ctx.checkpoint().await?;
    }
    Ok(())
}

/// All documents of a kind, parsed.
pub(crate) async fn documents(journal: &Journal, migration: &str, kind: &str) -> Answer<Vec<(String, Value)>> {
    let rows = journal.documents(migration, kind).await?;
    Ok(rows
        .into_iter()
        .map(|(key, raw, _)| (key, serde_json::from_str(&raw).unwrap_or(Value::Null)))
        .collect())
}
