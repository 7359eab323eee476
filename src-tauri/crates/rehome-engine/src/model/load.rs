//! From the journal to the model.

use std::collections::{BTreeMap, BTreeSet};

use rehome_domain::{
    App, AppGroup, AppUser, ByUser, GroupId, Mapping, Reading, SamlMetadata, Schema, SigningKey, UserId,
    compare::{Attached, AttachedKind, Engine},
    people::Roster,
    plan::Plan,
};
use rehome_journal::{Journal, Operation, Outcome};
use serde_json::Value;

use super::{
    Inventory, Model, PlanRecord, Side,
    look::{DRIFT, EXPORT},
};
use crate::{
    inventory::{
        attached::{ATTACHED, UNREADABLE},
        documents,
        last_use::LAST_USE,
    },
    problem::Answer,
    run::{door::CHECKED_AT, lines, operate::Sent},
};

/// People and operations that are read back from the journal in one go.
const PAGE: u32 = 500;

impl Model {
    /// What was read, before anything is worked out.
    pub async fn unshaped(journal: &Journal, migration: &str, engine: Engine) -> Answer<Self> {
        Ok(Self {
            inventory: inventory(journal, migration, engine).await?,
            ..Self::default()
        })
    }

    pub async fn load(journal: &Journal, migration: &str, engine: Engine) -> Answer<Self> {
        let mut model = Self::unshaped(journal, migration, engine).await?;
        model.export = documents(journal, migration, EXPORT)
            .await?
            .pop()
            .and_then(|(_, value)| serde_json::from_value(value).ok());
        model.drift = serde_json::from_value(single(journal, migration, DRIFT).await?).ok();
        for decision in journal.decision_log(migration).await? {
            model.decisions.take(&decision);
        }
        model.plan = plan(journal, migration, &model).await?;
        for proof in journal.proofs(migration).await? {
            let track = model.tracks.entry(UserId::from(proof.subject.as_str())).or_default();
            match proof.level.as_str() {
                "placed" => {
                    track.placed = proof.holds;
                    track.unplaced = proof.evidence["why"].as_str().map(str::to_owned);
                }
                "same-account" => track.same_account = proof.evidence["applies"].as_bool().map(|_| proof.holds),
                "signed-in" => track.signed_in = proof.holds,
                "refused" => track.refused = proof.evidence["why"].as_str().map(str::to_owned),
                "left-old" => track.left_old = proof.holds,
                _ => {}
            }
        }
        each_operation(journal, migration, |operation| {
            let sent = Sent::noted(operation);
            model.note_share(&sent, operation.snapshot.as_ref(), operation.outcome.as_ref());
            let undone = model.decisions.rolled_back.is_some_and(|at| operation.seq < at);
            if undone && ![lines::MADE, lines::BACK].contains(&operation.kind.as_str()) {
                model.touched = true;
                return;
            }
            let outcome = operation.outcome.as_ref();
            model.note_operation(&operation.kind, &operation.subject, outcome);
            model.note_group(&sent, outcome, operation.detail.as_ref());
            if operation.outcome == Some(Outcome::Confirmed) {
                match operation.kind.as_str() {
                    "deactivate" => model.deactivated = operation.finished,
                    "delete" => model.deleted = operation.finished,
                    _ => {}
                }
            }
        })
        .await?;
        // Whoever was proven since was listed since.
        let tracks = &model.tracks;
        model.written.retain(|user| tracks.get(user).is_none_or(|t| !t.placed));
        model.derive();
        model.hold_plan_against_reading();
        Ok(model)
    }
}

/// Takes everything that was done, oldest first, some at a time: all of a million people at once, with bodies and answers, would be
/// gigabytes.
pub(crate) async fn each_operation(journal: &Journal, migration: &str, mut take: impl FnMut(&Operation)) -> Answer<()> {
    let mut after = i64::MIN;
    loop {
        let page = journal.operations_after(migration, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.seq;
        page.iter().for_each(&mut take);
    }
}

async fn plan(journal: &Journal, migration: &str, model: &Model) -> Answer<Option<PlanRecord>> {
    // The approved plan is the one that runs; a newer draft waits for its approval.
    let drafted = model.decisions.plan.clone();
    let approved = model.decisions.approved.clone();
    let Some(digest) = drafted.or_else(|| approved.as_ref().map(|(d, _)| d.clone())) else {
        return Ok(None);
    };
    let Some((raw, _)) = journal.document(migration, "plan", &digest).await? else {
        return Ok(None);
    };
    let Ok(plan) = serde_json::from_str::<Plan>(&raw) else {
        return Ok(None);
    };
    // What runs is what was approved: a stored plan that no longer has its digest is none (invariant 8).
    if plan.digest() != digest {
        tracing::error!("the stored plan does not match its digest");
        return Ok(None);
    }
    let approved = approved.filter(|(d, _)| *d == digest).map(|(_, at)| at);
    Ok(Some(PlanRecord::new(plan, digest, approved)))
}

async fn inventory(journal: &Journal, migration: &str, engine: Engine) -> Answer<Option<Inventory>> {
    let read_at = documents(journal, migration, "read-at").await?;
    let Some(read_at) = read_at
        .first()
        .and_then(|(_, v)| v.as_str()?.parse::<jiff::Timestamp>().ok())
    else {
        return Ok(None);
    };
    let (Some(old), Some(new)) = (
        side(journal, migration, "old").await?,
        side(journal, migration, "new").await?,
    ) else {
        return Ok(None);
    };
    let members: BTreeMap<GroupId, BTreeSet<UserId>> = documents(journal, migration, "member")
        .await?
        .into_iter()
        .map(|(group, ids)| {
            let ids = ids
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|v| v.as_str().map(UserId::from))
                .collect();
            (GroupId::from(group), ids)
        })
        .collect();
    let roster = Roster {
        users: users(journal, migration, "old").await?,
        ..Roster::new([], groups(journal, migration, "old").await?, members)
    };
    let new_users = users(journal, migration, "new").await?;
    let new_groups = groups(journal, migration, "new").await?;
    let org = single(journal, migration, "org").await?;
    let last_use = single(journal, migration, LAST_USE).await?;
    let last_use = serde_json::from_value(last_use).unwrap_or_default();
    let checked_at = single(journal, migration, CHECKED_AT).await?;
    let checked_at = checked_at.as_str().and_then(|at| at.parse().ok()).unwrap_or(read_at);
    Ok(Some(Inventory {
        read_at,
        engine,
        old,
        new,
        roster,
        new_groups,
        new_users,
        attached: attached(journal, migration).await?,
        unreadable: unreadable(journal, migration).await?,
        org_name: org["companyName"].as_str().map(str::to_owned),
        org_sub_domain: org["subdomain"].as_str().map(str::to_owned),
        last_use,
        checked_at: read_at.max(checked_at),
    }))
}

/// The one document of a kind; null where there is none.
async fn single(journal: &Journal, migration: &str, kind: &str) -> Answer<Value> {
    let found = documents(journal, migration, kind).await?.pop();
    Ok(found.map(|(_, value)| value).unwrap_or_default())
}

async fn attached(journal: &Journal, migration: &str) -> Answer<Vec<Attached>> {
    let found = documents(journal, migration, ATTACHED).await?;
    let one = |(_, mut value): (String, Value)| {
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        Some(Attached {
            kind: serde_json::from_value(value["kind"].clone()).ok()?,
            id: text(&value, "id"),
            name: text(&value, "name"),
            raw: value["raw"].take(),
        })
    };
    Ok(found.into_iter().filter_map(one).collect())
}

async fn unreadable(journal: &Journal, migration: &str) -> Answer<Vec<(AttachedKind, String)>> {
    let found = documents(journal, migration, UNREADABLE).await?;
    let one = |(_, value): (String, Value)| {
        let why = value["why"].as_str().unwrap_or_default().to_owned();
        Some((serde_json::from_value(value["kind"].clone()).ok()?, why))
    };
    Ok(found.into_iter().filter_map(one).collect())
}

async fn users(journal: &Journal, migration: &str, side: &str) -> Answer<ByUser<AppUser>> {
    let mut found = ByUser::default();
    // A page at a time: the text of everybody at once would be the largest thing in memory.
    let kind = format!("{side}.user");
    let mut after: Option<String> = None;
    loop {
        let page = journal
            .documents_after(migration, &kind, after.as_deref(), PAGE)
            .await?;
        for user in page.iter().filter_map(|(_, raw, _)| AppUser::parse(raw).ok()) {
            // By their ids, as documents are kept.
            found.insert(user.user.clone(), user);
        }
        match page.into_iter().next_back() {
            Some((key, ..)) => after = Some(key),
            None => {
                found.shrink();
                return Ok(found);
            }
        }
    }
}

async fn groups(journal: &Journal, migration: &str, side: &str) -> Answer<Vec<AppGroup>> {
    let found = documents(journal, migration, &format!("{side}.group")).await?;
    Ok(found
        .into_iter()
        .filter_map(|(_, raw)| AppGroup::read(raw).ok())
        .collect())
}

async fn side(journal: &Journal, migration: &str, side: &str) -> Answer<Option<Side>> {
    let app = documents(journal, migration, &format!("{side}.app")).await?.pop();
    let Some(Ok(app)) = app.map(|(_, raw)| App::read(raw)) else {
        return Ok(None);
    };
    let unreadable: BTreeMap<String, String> = documents(journal, migration, &format!("{side}.unreadable"))
        .await?
        .into_iter()
        .map(|(piece, v)| (piece, v["why"].as_str().unwrap_or_default().to_owned()))
        .collect();
    let pieces = Pieces {
        journal,
        migration,
        side,
        unreadable: &unreadable,
    };
    Ok(Some(Side {
        schema: pieces.one("schema", |raw| Some(Schema::read(raw))).await?,
        mappings: pieces.many("mapping", |raw| Mapping::read(raw).ok()).await?,
        keys: pieces.many("key", |raw| Some(SigningKey::read(raw))).await?,
        metadata: pieces
            .one("metadata", |raw| SamlMetadata::read(raw.as_str()?).ok())
            .await?,
        policy: pieces
            .one("policy", |raw| {
                Some((
                    raw["policy"].clone(),
                    raw["rules"].as_array().cloned().unwrap_or_default(),
                ))
            })
            .await?,
        push: pieces.many("push", Some).await?,
        push_names: documents(journal, migration, &format!("{side}.push-name"))
            .await?
            .into_iter()
            .filter_map(|(id, name)| Some((id, name.as_str()?.to_owned())))
            .collect(),
        features: pieces.some("feature").await?,
        connection: pieces.one("connection", Some).await?,
        app,
    }))
}

struct Pieces<'a> {
    journal: &'a Journal,
    migration: &'a str,
    side: &'a str,
    unreadable: &'a BTreeMap<String, String>,
}

impl Pieces<'_> {
    async fn many<T>(&self, piece: &str, read: impl Fn(Value) -> Option<T>) -> Answer<Reading<Vec<T>>> {
        if let Some(why) = self.unreadable.get(piece) {
            return Ok(Reading::Unreadable { why: why.clone() });
        }
        let found = documents(self.journal, self.migration, &format!("{}.{piece}", self.side)).await?;
        Ok(Reading::Read(
            found.into_iter().filter_map(|(_, raw)| read(raw)).collect(),
        ))
    }

    /// Not there is not the same as an empty list: most apps do not show it at all.
    async fn some(&self, piece: &str) -> Answer<Reading<Vec<Value>>> {
        Ok(match self.many(piece, Some).await? {
            Reading::Read(all) if all.is_empty() => Reading::NotApplicable,
            other => other,
        })
    }

    async fn was_stored(&self, piece: &str) -> Answer<bool> {
        let kind = format!("{}.{piece}", self.side);
        Ok(!self.journal.documents(self.migration, &kind).await?.is_empty())
    }

    async fn one<T>(&self, piece: &str, read: impl Fn(Value) -> Option<T>) -> Answer<Reading<T>> {
        Ok(match self.many(piece, read).await? {
            Reading::Read(mut all) => match all.pop() {
                Some(one) => Reading::Read(one),
                // Read, and not understood: that is no proof that there is none.
                None if self.was_stored(piece).await? => Reading::Unreadable {
                    why: "What Okta answered could not be understood.".to_owned(),
                },
                None => Reading::NotApplicable,
            },
            Reading::Unreadable { why } => Reading::Unreadable { why },
            Reading::NotApplicable => Reading::NotApplicable,
        })
    }
}
