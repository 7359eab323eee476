//! What may be taken away on the new app: by the swap of a wave group, and by going back (invariants 2 and 4). Never more than
//! what this migration's own journal says that it added there. Each call is held against that right before its intent is
//! written, and every so many the app is read again for whether it deactivates accounts.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicUsize, Ordering},
};

use rehome_domain::{App, AppId, GroupId, UserId};
use rehome_journal::{NewOperation, Operation, Outcome};
use rehome_okta::Retire;
use serde_json::{Value, json};

use crate::{
    migration::Migration,
    model::each_operation,
    problem::{Answer, problem},
    run::{
        Ctx, Halt,
        kinds::OperationKind as Kind,
        operate::{Done, Sent, operate},
        swap::Drained,
    },
    view::{Link, Problem, ProblemCode},
};

/// Calls between two looks at whether the new app deactivates accounts.
const BATCH: usize = 100;
/// The feature whose box is called Deactivate Users.
const DEACTIVATES: &str = "PUSH_USER_DEACTIVATION";

/// What this migration added to the new app, from its own journal alone: newest word of each.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Ours {
    /// Groups that it made, and that still stand.
    pub made: BTreeSet<GroupId>,
    /// Groups that it put on the new app, the ones that it made among them.
    pub on: BTreeSet<GroupId>,
    /// Who was put into a group that it made.
    pub members: BTreeMap<GroupId, BTreeSet<UserId>>,
    /// Who was assigned one by one.
    pub people: BTreeSet<UserId>,
}

impl Ours {
    /// What was there before this migration acted is not its own: a group that stood on the app when it was put there, a person
    /// whom Okta called assigned already. `rolled_back`: what was done before that is undone.
    pub async fn read(migration: &Migration, rolled_back: Option<i64>) -> Answer<Self> {
        let mut ours = Self::default();
        each_operation(&migration.journal, &migration.id, |operation| {
            ours.take(operation, rolled_back);
        })
        .await?;
        Ok(ours)
    }

    fn take(&mut self, operation: &Operation, rolled_back: Option<i64>) {
        let undone = operation.seq < rolled_back.unwrap_or_default();
        if undone || operation.outcome != Some(Outcome::Confirmed) {
            return;
        }
        let sent = Sent::noted(operation);
        let (group, user) = (GroupId::from(sent.subject), UserId::from(sent.subject));
        let detail = operation.detail.as_ref();
        match sent.kind {
            "groupMake" => self
                .made
                .extend(detail.and_then(|d| d["id"].as_str()).map(GroupId::from)),
            "groupOn" if operation.snapshot.as_ref().is_none_or(Value::is_null) => drop(self.on.insert(group)),
            "waveGroupOff" | "undoGroupOn" => drop(self.on.remove(&group)),
            "groupGone" => {
                self.made.remove(&group);
                self.members.remove(&group);
            }
            "memberOn" => {
                if let Some(group) = sent.group() {
                    self.members.entry(group).or_default().insert(user);
                }
            }
            "memberOff" | "memberTried" => {
                if let Some(members) = sent.group().and_then(|g| self.members.get_mut(&g)) {
                    members.remove(&user);
                }
            }
            "assign" if !detail.is_some_and(|d| d["settledBy"] == "already assigned") => {
                self.people.insert(user);
            }
            "undoAssign" => drop(self.people.remove(&user)),
            _ => {}
        }
    }
}

/// Why somebody is taken out of a wave group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// No longer in any group that gives the old app.
    Leaver,
    /// The first one of a swap, watched: the original group must hold them.
    Tried,
}

/// Purpose `swap`: leavers come out of wave groups, and wave groups off the new app.
#[derive(Debug)]
pub(crate) struct NewAppDoor {
    retire: Retire,
    app: AppId,
    ours: Ours,
    acts: AtomicUsize,
}

/// Purpose `undo`: everything that this migration gave.
#[derive(Debug)]
pub(crate) struct UndoDoor(NewAppDoor);

impl NewAppDoor {
    /// Only the gate makes one.
    pub(super) async fn read(ctx: &Ctx, retire: Retire) -> Result<Self, Halt> {
        cannot_deactivate(ctx).await?;
        let rolled_back = ctx.migration.model().decisions.rolled_back;
        Ok(Self {
            retire,
            app: ctx.migration.new.clone(),
            ours: Ours::read(&ctx.migration, rolled_back).await?,
            acts: AtomicUsize::new(0),
        })
    }

    /// Takes a person whom this migration put into a wave group out of it.
    pub async fn member_out(
        &self,
        ctx: &Ctx,
        wave: i64,
        why: Leaving,
        group: &GroupId,
        user: &UserId,
    ) -> Result<Done, Halt> {
        let ours = self.ours.made.contains(group)
            && self
                .ours
                .members
                .get(group)
                .is_some_and(|members| members.contains(user));
        self.allowed(ctx, ours, "a membership").await?;
        let path = format!("/api/v1/groups/{group}/users/{user}");
        let operation = NewOperation {
            wave,
            subject: user.to_string(),
            kind: match why {
                Leaving::Leaver => Kind::MemberOff,
                Leaving::Tried => Kind::MemberTried,
            }
            .into(),
            method: "DELETE".to_owned(),
            path: path.clone(),
            body: None,
            undo: Some(json!({ "method": "PUT", "path": path })),
            snapshot: None,
        };
        operate(ctx, operation, || async {
            self.retire.remove_member(group, user).await.map(|()| Value::Null)
        })
        .await
    }

    /// Asks the new app once more, right before something is taken away that took a while to get ready (invariant 4).
    pub async fn closed_to_deactivation(&self, ctx: &Ctx) -> Result<(), Halt> {
        cannot_deactivate(ctx).await
    }

    /// Takes a wave group off the new app whose members were all seen to have it through their own groups.
    pub async fn wave_group_off(&self, ctx: &Ctx, wave: i64, drained: &Drained) -> Result<Done, Halt> {
        self.made_group_off(ctx, wave, drained.group(), drained.snapshot())
            .await
    }

    /// Deletes a wave group that is off the new app and gives no other.
    pub async fn delete_group(&self, ctx: &Ctx, wave: i64, group: &GroupId) -> Result<Done, Halt> {
        let ours = self.ours.made.contains(group);
        self.allowed(ctx, ours, "a group").await?;
        let read = ctx.client.read();
        let (gives, snapshot) = futures::try_join!(
            ctx.reading(|| read.group_apps(group)),
            ctx.reading(|| read.group_if_there(group))
        )?;
        let labels: Vec<&str> = gives.iter().filter_map(|app| app["label"].as_str()).collect();
        if !gives.is_empty() {
            return Err(problem(
                ProblemCode::GateClosed,
                "The wave group gives an app to its members",
                format!("Deleting it would take that app away from them: {}.", labels.join(", ")),
                "Take the group off that app in Okta if nobody needs it, then go on here.",
            )
            .into());
        }
        let operation = NewOperation {
            wave,
            subject: group.to_string(),
            kind: Kind::GroupGone.into(),
            method: "DELETE".to_owned(),
            path: format!("/api/v1/groups/{group}"),
            body: None,
            undo: None,
            snapshot,
        };
        operate(ctx, operation, || async {
            self.retire.delete_group(group).await.map(|()| Value::Null)
        })
        .await
    }

    /// Whether this migration put the person into that group.
    pub fn added(&self, group: &GroupId, user: &UserId) -> bool {
        self.ours
            .members
            .get(group)
            .is_some_and(|members| members.contains(user))
    }

    async fn made_group_off(&self, ctx: &Ctx, wave: i64, group: &GroupId, snapshot: Value) -> Result<Done, Halt> {
        let ours = self.ours.made.contains(group) && self.ours.on.contains(group);
        self.allowed(ctx, ours, "a group").await?;
        self.group_off(ctx, wave, Kind::WaveGroupOff, group, snapshot).await
    }

    async fn group_off(
        &self,
        ctx: &Ctx,
        wave: i64,
        kind: Kind,
        group: &GroupId,
        snapshot: Value,
    ) -> Result<Done, Halt> {
        let app = &self.app;
        let path = format!("/api/v1/apps/{app}/groups/{group}");
        let operation = NewOperation {
            wave,
            subject: group.to_string(),
            kind: kind.into(),
            method: "DELETE".to_owned(),
            path: path.clone(),
            body: None,
            undo: Some(json!({ "method": "PUT", "path": path,
                "body": { "priority": snapshot["group"]["priority"], "profile": snapshot["group"]["profile"] } })),
            snapshot: Some(snapshot),
        };
        operate(ctx, operation, || async {
            self.retire.remove_app_group(app, group).await.map(|()| Value::Null)
        })
        .await
    }

    /// What every call asks first.
    async fn allowed(&self, ctx: &Ctx, ours: bool, what: &str) -> Result<(), Halt> {
        if !ours {
            return Err(problem(
                ProblemCode::GateClosed,
                format!("Rehome did not add {what} that it was about to take away"),
                "On the new app it takes back only what its own journal says that it gave.",
                "Look at it in Okta, and take it away there if that is meant.",
            )
            .into());
        }
        if self.acts.fetch_add(1, Ordering::Relaxed) % BATCH == BATCH - 1 {
            cannot_deactivate(ctx).await?;
        }
        Ok(())
    }
}

impl UndoDoor {
    pub(super) fn new(door: NewAppDoor) -> Self {
        Self(door)
    }

    pub fn ours(&self) -> &Ours {
        &self.0.ours
    }

    /// Takes the new app from somebody whom this migration assigned it to.
    pub async fn unassign(&self, ctx: &Ctx, wave: i64, user: &UserId, snapshot: Value) -> Result<Done, Halt> {
        let NewAppDoor { retire, app, ours, .. } = &self.0;
        self.0.allowed(ctx, ours.people.contains(user), "an assignment").await?;
        let undo = json!({ "method": "POST", "path": format!("/api/v1/apps/{app}/users"), "body": {
            "id": user, "scope": "USER", "credentials": { "userName": snapshot["credentials"]["userName"] } } });
        let operation = NewOperation {
            wave,
            subject: user.to_string(),
            kind: Kind::UndoAssign.into(),
            method: "DELETE".to_owned(),
            path: format!("/api/v1/apps/{app}/users/{user}?sendEmail=false"),
            body: None,
            undo: Some(undo),
            snapshot: Some(snapshot),
        };
        operate(ctx, operation, || async {
            retire.unassign_user(app, user).await.map(|()| Value::Null)
        })
        .await
    }

    /// Takes a group off the new app that this migration put there; `snapshot`: the group and its people as they were.
    pub async fn group_off(&self, ctx: &Ctx, wave: i64, group: &GroupId, snapshot: Value) -> Result<Done, Halt> {
        let ours = &self.0.ours;
        if ours.made.contains(group) {
            return self.0.made_group_off(ctx, wave, group, snapshot).await;
        }
        self.0.allowed(ctx, ours.on.contains(group), "a group").await?;
        self.0.group_off(ctx, wave, Kind::UndoGroupOn, group, snapshot).await
    }

    pub async fn delete_group(&self, ctx: &Ctx, wave: i64, group: &GroupId) -> Result<Done, Halt> {
        self.0.delete_group(ctx, wave, group).await
    }
}

/// Invariant 4, read now: refused while the new app lists Deactivate Users, or lists nothing that could be read.
async fn cannot_deactivate(ctx: &Ctx) -> Result<(), Halt> {
    let (read, new) = (ctx.client.read(), &ctx.migration.new);
    let app = App::read(ctx.reading(|| read.app(new)).await?).map_err(crate::connect::odd)?;
    let told = app.raw["features"].is_array();
    let ticked = app.has(DEACTIVATES);
    let label = app.label.clone();
    let link = provisioning_link(ctx, &app.name);
    if ticked && !ctx.migration.model().decisions.box_was_ticked {
        // So that somebody is told to tick it again.
        let seen = json!(true);
        ctx.migration.decide(crate::model::kind::BOX_TICKED, "", seen).await?;
    }
    if let Some(inventory) = &mut ctx.migration.model().inventory {
        inventory.new.app = app;
    }
    if told && !ticked {
        return Ok(());
    }
    let mut closed = if told {
        problem(
            ProblemCode::GateClosed,
            format!("{label} deactivates accounts of people who are taken off it"),
            "Deactivate Users is ticked on the new app. Taking anybody off it now could switch off an account that they use.",
            "Untick Deactivate Users on the new app (Provisioning, To App), save, and go on here. Tick it again when Rehome says \
             that this is done.",
        )
    } else {
        problem(
            ProblemCode::GateClosed,
            format!("Okta does not say what {label} does with accounts"),
            "Its list of features could not be read, so Rehome cannot tell whether Deactivate Users is ticked.",
            "Look at the Provisioning tab of the new app, then go on here.",
        )
    };
    closed.link = Some(link);
    Err(closed.into())
}

fn provisioning_link(ctx: &Ctx, name: &str) -> Link {
    Link {
        label: "Open the Provisioning tab".to_owned(),
        url: crate::links::app(&ctx.migration.url, name, &ctx.migration.new, "tab-user-management"),
    }
}

/// For whoever gets a `Problem` where no run is.
pub(crate) fn group_stands(names: &[String]) -> Problem {
    problem(
        ProblemCode::GateClosed,
        format!("A wave group of this migration still stands: {}", names.join(", ")),
        "Its members have the new app through it alone. Left behind, nobody would look after it.",
        "Run the waves that are left, which swap it for the groups of the old app; or roll back, which takes the new app back.",
    )
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use rehome_journal::OperationId;

    use super::*;

    fn operation(seq: i64, kind: &str, subject: &str, path: &str) -> Operation {
        Operation {
            id: OperationId(seq),
            seq,
            wave: 0,
            subject: subject.to_owned(),
            kind: kind.to_owned(),
            method: "PUT".to_owned(),
            path: path.to_owned(),
            body: None,
            undo: None,
            snapshot: None,
            begun: Timestamp::UNIX_EPOCH,
            outcome: Some(Outcome::Confirmed),
            detail: Some(json!({ "id": "00gmade" })),
            finished: None,
            was_unknown: false,
        }
    }

    impl Ours {
        fn of(operations: &[Operation], rolled_back: Option<i64>) -> Self {
            let mut ours = Self::default();
            for operation in operations {
                ours.take(operation, rolled_back);
            }
            ours
        }
    }

    const IN: &str = "/api/v1/groups/00gmade/users/00u1";

    #[test]
    fn only_what_the_journal_says_was_added() {
        let made = operation(1, "groupMake", "key", "/api/v1/groups");
        let on = operation(2, "groupOn", "00gmade", "/api/v1/apps/0oa/groups/00gmade");
        let member = operation(3, "memberOn", "00u1", IN);
        let person = operation(4, "assign", "00u2", "/api/v1/apps/0oa/users");
        let all = [made, on, member, person];
        let ours = Ours::of(&all, None);
        assert!(ours.made.contains(&"00gmade".into()) && ours.on.contains(&"00gmade".into()));
        assert!(ours.members[&GroupId::from("00gmade")].contains(&"00u1".into()));
        assert!(ours.people.contains(&"00u2".into()));

        // What was there before is not this migration's.
        let mut theirs = all.clone();
        theirs[1].snapshot = Some(json!({ "id": "00gmade", "priority": 0 }));
        theirs[3].detail = Some(json!({ "settledBy": "already assigned" }));
        let ours = Ours::of(&theirs, None);
        assert!(ours.on.is_empty() && ours.people.is_empty(), "{ours:?}");

        // Refused, or not known: nothing was added.
        let mut unsure = all.clone();
        unsure[0].outcome = Some(Outcome::Unknown { words: String::new() });
        unsure[2].outcome = None;
        let ours = Ours::of(&unsure, None);
        assert!(ours.made.is_empty() && ours.members.is_empty(), "{ours:?}");

        // Before a roll back is undone.
        assert_eq!(Ours::of(&all, Some(5)), Ours::default());
    }

    #[test]
    fn what_was_taken_away_is_no_longer_there_to_take() {
        for (kind, subject, path) in [("memberOff", "00u1", IN), ("memberTried", "00u1", IN)] {
            let all = [operation(1, "memberOn", "00u1", IN), operation(2, kind, subject, path)];
            let ours = Ours::of(&all, None);
            assert!(ours.members.values().all(BTreeSet::is_empty), "{kind}");
        }
        for kind in ["waveGroupOff", "undoGroupOn"] {
            let path = "/api/v1/apps/0oa/groups/00gmade";
            let all = [
                operation(1, "groupOn", "00gmade", path),
                operation(2, kind, "00gmade", path),
            ];
            assert!(Ours::of(&all, None).on.is_empty(), "{kind}");
        }
        let all = [
            operation(1, "groupMake", "key", "/api/v1/groups"),
            operation(2, "groupGone", "00gmade", "/api/v1/groups/00gmade"),
            operation(3, "assign", "00u2", "/api/v1/apps/0oa/users"),
            operation(4, "undoAssign", "00u2", "/api/v1/apps/0oa/users/00u2"),
        ];
        assert_eq!(Ours::of(&all, None), Ours::default());
    }
}
