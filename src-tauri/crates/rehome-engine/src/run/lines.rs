//! Changes on the new app that the admin has approved by name: keys, policy, mappings, attributes, username template.
//!
//! Each is one write through the journal like any other. What stands in Okta now is read first: a line that was approved over
//! another state is refused, with both shown (invariant 8).

use jiff::Timestamp;
use rehome_domain::{
    App,
    lines::{Change, Hidden},
};
use rehome_journal::NewOperation;
use rehome_okta::WriteError;
use serde_json::{Value, json};

use super::{
    Ctx, Halt,
    kinds::OperationKind as Kind,
    operate::{Done, operate},
    recover::recover,
};
use crate::{
    inventory::read_apps,
    model::kind,
    present::lines::waits,
    problem::problem,
    view::{Problem, ProblemCode},
};

/// Kinds of operations: a line that is made, and one that is made back.
pub(crate) const MADE: &str = Kind::Line.word();
pub(crate) const BACK: &str = Kind::LineBack.word();

/// What an app object holds that Okta sets by itself, and refuses or ignores in a whole object (api-facts 4.1).
const READ_ONLY: [&str; 9] = [
    "id",
    "orn",
    "status",
    "created",
    "lastUpdated",
    "features",
    "universalLogout",
    "_links",
    "_embedded",
];

/// Makes every approved line that is not made yet, in the order of their ids, then reads both apps again.
pub(crate) async fn run_lines(ctx: Ctx) -> Result<(), Halt> {
    recover(&ctx).await?;
    let todo: Vec<(String, Change)> = {
        let model = ctx.migration.model();
        let approved = model.decisions.approved_lines.iter();
        approved
            .filter(|(id, line)| waits(&model, id, line))
            .map(|(id, line)| (id.clone(), line.change.clone()))
            .collect()
    };
    ctx.total(todo.len());
    let mut refused = Vec::new();
    for (id, change) in todo {
        ctx.checkpoint().await?;
        ctx.now(change.title());
        if let Done::Failed { words } = make(&ctx, MADE, &id, &change).await? {
            refused.push(format!("{}: {words}", change.title()));
        }
        ctx.advance(1);
    }
    read_apps(&ctx).await?;
    if refused.is_empty() {
        return Ok(());
    }
    Err(problem(
        ProblemCode::Okta,
        "Not every change could be made",
        refused.join(" "),
        "Look at each, mend the cause or take it back, then make the rest again.",
    )
    .into())
}

/// Makes one line back.
pub(crate) async fn undo_line(ctx: Ctx, id: String) -> Result<(), Halt> {
    recover(&ctx).await?;
    let change = ctx.migration.model().decisions.approved_lines.get(&id).cloned();
    let Some(back) = change.and_then(|line| line.change.undo()) else {
        return Err(no_way_back().into());
    };
    ctx.now(back.title());
    // Before the call: whatever comes between, it is not made again by what was approved before.
    ctx.migration.decide(kind::LINE_BACK, &id, json!({})).await?;
    if let Done::Failed { words } = make(&ctx, BACK, &id, &back).await? {
        return Err(problem(
            ProblemCode::Okta,
            "The change could not be made back",
            words,
            "Do it in Okta, then read both apps again.",
        )
        .into());
    }
    read_apps(&ctx).await
}

fn no_way_back() -> Problem {
    problem(
        ProblemCode::BadInput,
        "This change has no way back here",
        "Taking it back would take something away that people may use by now.",
        "Do it in Okta if it is meant, then read both apps again.",
    )
}

pub(super) async fn make(ctx: &Ctx, kind: &str, id: &str, change: &Change) -> Result<Done, Halt> {
    let now = stands(ctx, change).await?;
    if now.made {
        // Somebody has done it in Okta, or an answer was lost: it stands, and nothing needs to be sent.
        note_made(ctx, kind, id, change, &now).await?;
        return Ok(Done::Confirmed(now.seen));
    }
    if let Some(words) = now.moved {
        return Ok(Done::Failed { words });
    }
    let app = &ctx.migration.new;
    let Some(call) = change.calls(app).into_iter().next() else {
        return Ok(Done::Failed {
            words: "There is nothing to send.".to_owned(),
        });
    };
    let journal = &ctx.migration.journal;
    journal
        .snapshot(&ctx.migration.id, id, kind, &now.seen, Timestamp::now())
        .await?;
    let operation = NewOperation {
        wave: -1,
        subject: id.to_owned(),
        kind: kind.to_owned(),
        method: call.method.to_owned(),
        path: call.path.clone(),
        body: call.body.clone(),
        undo: change.undo().map(|back| json!({ "change": back })),
        snapshot: Some(now.seen.clone()),
    };
    operate(ctx, operation, || send(ctx, change, call.body.as_ref())).await
}

/// An intent and its outcome, so that the journal shows why the line counts as made.
async fn note_made(ctx: &Ctx, kind: &str, id: &str, change: &Change, now: &Stands) -> Result<(), Halt> {
    let Some(call) = change.calls(&ctx.migration.new).into_iter().next() else {
        return Ok(());
    };
    let operation = NewOperation {
        wave: -1,
        subject: id.to_owned(),
        kind: kind.to_owned(),
        method: call.method.to_owned(),
        path: call.path,
        body: call.body,
        undo: None,
        snapshot: Some(now.seen.clone()),
    };
    operate(ctx, operation, || async {
        Ok(json!({ "settledBy": "it stood there already" }))
    })
    .await?;
    Ok(())
}

async fn send(ctx: &Ctx, change: &Change, body: Option<&Value>) -> Result<Value, WriteError> {
    let (assign, new) = (ctx.client.assign(), &ctx.migration.new);
    let body = body.cloned().unwrap_or_else(|| json!({}));
    match change {
        Change::ShareKey { from, kid, to } => assign.clone_key(from, kid, to).await,
        Change::UseKey { .. } => {
            // The one part of an app that Okta takes without the rest (api-facts 5.1).
            let app = ctx.client.read().app(new).await.map_err(WriteError::NotSent)?;
            let part = json!({ "name": app["name"], "label": app["label"], "signOnMode": app["signOnMode"],
                "credentials": body["credentials"] });
            assign.replace_app(new, &part).await
        }
        Change::AssignPolicy { policy, .. } => assign.assign_policy(new, policy).await.map(|()| json!({})),
        Change::MapAttribute { mapping, .. } => assign.update_mapping(mapping, &body).await,
        Change::AddAttribute { .. } => assign.update_app_schema(new, &body).await,
        Change::Feature { name, .. } => assign.update_feature(new, name, &body).await,
        Change::UsernameTemplate { .. } => {
            // Okta takes whole apps only. Read right before, so that nothing else of it is set back.
            let mut whole = ctx.client.read().app(new).await.map_err(WriteError::NotSent)?;
            if let Some(app) = whole.as_object_mut() {
                READ_ONLY.iter().for_each(|key| drop(app.remove(*key)));
            }
            whole["credentials"]["userNameTemplate"] = body["credentials"]["userNameTemplate"].clone();
            assign.replace_app(new, &whole).await
        }
        Change::Tile { app, .. } => {
            let mut whole = ctx.client.read().app(app).await.map_err(WriteError::NotSent)?;
            if let Some(app) = whole.as_object_mut() {
                READ_ONLY.iter().for_each(|key| drop(app.remove(*key)));
            }
            whole["visibility"]["hide"] = body["visibility"]["hide"].clone();
            assign.replace_app(app, &whole).await
        }
    }
}

/// What stands in Okta before a line is made.
pub(crate) struct Stands {
    /// The line's result stands there.
    pub made: bool,
    /// Something else stands there than when it was approved.
    pub moved: Option<String>,
    pub seen: Value,
}

/// Reads what a line is about.
pub(crate) async fn stands(ctx: &Ctx, change: &Change) -> Result<Stands, Halt> {
    let (read, new) = (ctx.client.read(), &ctx.migration.new);
    let made = |made: bool, seen: Value| Stands {
        made,
        moved: None,
        seen,
    };
    Ok(match change {
        Change::ShareKey { kid, to, .. } => {
            let keys = ctx.reading(|| read.keys(to)).await?;
            made(keys.iter().any(|key| key["kid"] == kid.as_str()), json!(keys))
        }
        Change::UseKey { kid, .. } => {
            let app = ctx.reading(|| read.app(new)).await?;
            let seen = app["credentials"]["signing"].clone();
            made(seen["kid"] == kid.as_str(), seen)
        }
        Change::AssignPolicy { policy, was, .. } => {
            let app = App::read(ctx.reading(|| read.app(new)).await?).map_err(crate::connect::odd)?;
            let there = app.policy_id.unwrap_or_default();
            let before = was.as_ref().map(|(id, _)| id.clone()).unwrap_or_default();
            Stands {
                made: there == *policy,
                moved: moved(&before, &there),
                seen: json!({ "policy": there }),
            }
        }
        Change::MapAttribute {
            mapping,
            attribute,
            expression,
            push,
            was,
        } => {
            let raw = ctx.reading(|| read.mapping(mapping)).await?;
            let there = &raw["properties"][attribute];
            let text = there["expression"].as_str();
            let status = if *push { "PUSH" } else { "DONT_PUSH" };
            let wanted = text == expression.as_deref() && (expression.is_none() || there["pushStatus"] == status);
            let before = was.as_ref().map(|w| w.expression.as_str()).unwrap_or_default();
            Stands {
                made: wanted,
                moved: moved(before, text.unwrap_or_default()),
                seen: there.clone(),
            }
        }
        Change::AddAttribute { name, .. } => {
            let raw = ctx.reading(|| read.app_schema(new)).await?;
            let there = rehome_domain::Schema::read(raw);
            let there = there.attribute(name).map(|a| a.raw.clone());
            made(there.is_some(), there.unwrap_or_default())
        }
        Change::UsernameTemplate { template, kind, was } => {
            let app = App::read(ctx.reading(|| read.app(new)).await?).map_err(crate::connect::odd)?;
            let there = app.username_template.as_ref();
            let text = there.map(|t| t.template.clone()).unwrap_or_default();
            let before = was.as_ref().map(|(template, _)| template.clone()).unwrap_or_default();
            Stands {
                made: text == *template && there.is_some_and(|t| t.kind == *kind),
                moved: moved(&before, &text),
                seen: app.raw["credentials"]["userNameTemplate"].clone(),
            }
        }
        Change::Tile { app, hide, was, .. } => {
            let raw = ctx.reading(|| read.app(app)).await?;
            let there = Hidden::of(&raw);
            let shown = |tile: &Hidden| if tile.web { "hidden" } else { "shown" };
            Stands {
                made: there == *hide,
                moved: (there != *was).then(|| moved(shown(was), shown(&there)).unwrap_or_else(moved_in_part)),
                seen: raw["visibility"].clone(),
            }
        }
        Change::Feature { name, body, .. } => {
            let there = ctx.reading(|| read.feature(new, name)).await?.unwrap_or_default();
            made(super::operate::is_part_of(body, &there["capabilities"]), there)
        }
    })
}

fn moved_in_part() -> String {
    "Somebody has changed where the tile is shown since this was approved. Read both apps again and approve it anew."
        .to_owned()
}

/// Words, where something else stands there than when the line was approved.
fn moved(before: &str, there: &str) -> Option<String> {
    let shown = |text: &str| {
        if text.is_empty() {
            "nothing".to_owned()
        } else {
            format!("\u{201c}{text}\u{201d}")
        }
    };
    (before != there).then(|| {
        format!(
            "Somebody has changed it meanwhile: it was {} when this was approved and is {} now. Read both apps again and \
             approve it anew.",
            shown(before),
            shown(there)
        )
    })
}
