//! Who was placed one by one, but has the old app through a group, is converted to scope GROUP once the group is there
//! (invariant 13, api-facts 6.6): snapshot before, scope and profile read back, both outcomes handled.

use rehome_domain::{Scope, UserId, people::AssignmentPath};
use rehome_journal::NewOperation;
use serde_json::{Value, json};

use super::{
    Ctx, Halt,
    assign::{many, width},
    kinds::OperationKind as Kind,
    look::People,
    operate::{Done, is_part_of, operate},
};
use crate::model::{Given, decisions::WaveRecord};

/// On which app; the journal's words for its calls differ, because a lost answer is settled on that app.
#[derive(Clone, Copy)]
pub(crate) enum On {
    New,
    /// Giving the old app back.
    Old,
}

/// What is changed on an app user.
#[derive(Clone, Copy)]
enum Change {
    Scope,
    Values,
}

pub(crate) struct Conversion {
    pub on: On,
    pub user: UserId,
    /// The app user as listed just before: the snapshot.
    pub before: Value,
    /// What was sent for this person, and must survive.
    pub sent: Value,
}

/// Converts everybody who is due; says who was. `listing`: the new app, raw, as read just now. `cut_off`: this wave
/// was stopped before its end, perhaps between the call that converts somebody and the one that puts values back.
pub(crate) async fn convert(
    ctx: &Ctx,
    wave: u32,
    listing: &People,
    cut_off: bool,
    record: &mut WaveRecord,
) -> Result<Vec<UserId>, Halt> {
    let due = due(ctx, listing, cut_off);
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let users = due.iter().map(|one| one.user.clone()).collect();
    ctx.now(format!("converting {} people to their groups", due.len()));
    let remarks = &std::sync::Mutex::new(Vec::new());
    let refused = many(width(ctx), due, usize::MAX, |one| async move {
        ctx.turn().await?;
        let (done, remark) = convert_one(ctx, i64::from(wave), &one).await?;
        if let Some(words) = remark {
            let name = ctx.migration.model().name_of(&one.user);
            remarks
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .push(format!("{name}: {words}"));
        }
        Ok(done)
    })
    .await?;
    record
        .remarks
        .append(&mut remarks.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    if refused > 0 {
        record.remarks.push(format!(
            "{refused} people stay assigned individually, because Okta refused to convert them."
        ));
    }
    Ok(users)
}

/// Assigned by this migration, still scope USER, with a group that gives the old app and is on the new one.
/// After a cut-off wave also who is converted already, but without what was sent for them; and always who was to get that back and
/// did not.
fn due(ctx: &Ctx, listing: &People, cut_off: bool) -> Vec<Conversion> {
    let model = ctx.migration.model();
    let Some(plan) = model.plan.as_ref() else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (_, person) in plan.plan.people() {
        let AssignmentPath::Group { group } = &person.path else {
            continue;
        };
        let half = model.is_half_converted(&person.user);
        let ours = person.body.is_some() && (half || model.track(&person.user).given == Given::Sent);
        if !ours || !model.groups_on.contains(group) {
            continue;
        }
        let is_user = listing.user(&person.user).is_some_and(|u| u.scope() == Scope::User);
        if !is_user && !cut_off && !half {
            continue;
        }
        let Some(before) = listing.get(&person.user) else {
            continue;
        };
        let mut sent = person.to_send().unwrap_or_default();
        if let Some(map) = sent.as_object_mut() {
            map.remove("id");
            map.remove("scope");
        }
        let half_done = !is_user && !is_part_of(&sent, &before);
        if is_user || half_done {
            out.push(Conversion {
                on: On::New,
                user: person.user.clone(),
                before,
                sent,
            });
        }
    }
    out
}

/// Converts one person and makes sure that username and values survive. Gives a remark where the path could not be kept.
pub(crate) async fn convert_one(ctx: &Ctx, wave: i64, one: &Conversion) -> Result<(Done, Option<String>), Halt> {
    let converted = if one.before["scope"] == "GROUP" {
        Done::Confirmed(one.before.clone())
    } else {
        update(ctx, wave, one, Change::Scope, json!({ "scope": "GROUP" })).await?
    };
    let after = match converted {
        Done::Confirmed(after) if after["scope"] == "GROUP" => after,
        Done::Confirmed(_) => {
            return Ok((
                Done::Failed {
                    words: "Okta answered, and kept the scope as it was.".to_owned(),
                },
                None,
            ));
        }
        Done::Failed { words } => return Ok((Done::Failed { words: words.clone() }, Some(words))),
    };
    if is_part_of(&one.sent, &after) {
        return Ok((Done::Confirmed(after), None));
    }
    // Okta derived username or values anew (UNVERIFIED which orgs do). Put back what was sent, keeping the group.
    if let Done::Confirmed(mended) = update(ctx, wave, one, Change::Values, one.sent.clone()).await?
        && mended["scope"] == "GROUP"
        && is_part_of(&one.sent, &mended)
    {
        return Ok((Done::Confirmed(mended), None));
    }
    // The right account matters more than the path: back to individual, with everything as it was.
    let mut body = one.sent.clone();
    body["scope"] = json!("USER");
    let done = update(ctx, wave, one, Change::Values, body).await?;
    let words =
        "Okta does not keep the username or values of this person under the group, so the assignment stays individual.";
    Ok((done, Some(words.to_owned())))
}

async fn update(ctx: &Ctx, wave: i64, one: &Conversion, kind: Change, body: Value) -> Result<Done, Halt> {
    let (app, kind) = match (one.on, kind) {
        (On::New, Change::Scope) => (&ctx.migration.new, Kind::Convert),
        (On::New, Change::Values) => (&ctx.migration.new, Kind::Update),
        (On::Old, Change::Scope) => (&ctx.migration.old, Kind::ConvertBack),
        (On::Old, Change::Values) => (&ctx.migration.old, Kind::UpdateBack),
    };
    let path = format!("/api/v1/apps/{app}/users/{}", one.user);
    let undo = json!({ "method": "POST", "path": path, "body": {
        "scope": one.before["scope"], "credentials": { "userName": one.before["credentials"]["userName"] } } });
    let operation = NewOperation {
        wave,
        subject: one.user.to_string(),
        kind: kind.into(),
        method: "POST".to_owned(),
        path,
        body: Some(body.clone()),
        undo: Some(undo),
        snapshot: Some(one.before.clone()),
    };
    let assign = ctx.client.assign();
    operate(ctx, operation, || assign.update_app_user(app, &one.user, &body)).await
}
