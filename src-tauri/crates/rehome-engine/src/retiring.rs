//! Use cases of steps 5 and 6: each checks what must hold, then decides in the journal or starts a run behind the gate.

use rehome_domain::gate::{Act, Canary};
use serde_json::json;

use crate::{
    actions::{name_of, reason_of},
    gate::canary_of,
    model::kind,
    present,
    problem::{Answer, bad_input, problem},
    rehome::Rehome,
    retire, run,
    view::*,
};

impl Rehome {
    /// Step 5, as read last.
    pub async fn retire(&self, migration: String) -> Answer<RetireView> {
        Ok(present::retire::view(&*self.migration_of(&migration).await?))
    }

    /// Reads the gate from Okta.
    pub async fn retire_read_gate(&self, migration: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let act = next_act(&open.model());
        run::start(&open, "Reading the gate", false, move |ctx| async move {
            run::recover_first(&ctx).await?;
            crate::gate::read(&ctx, act).await.map(drop)
        })
    }

    /// "I see Deactivate Users unticked."
    pub async fn attest(&self, migration: String, name: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        open.decide(kind::ATTESTED, "deactivate-users", json!({ "name": name_of(&name)? }))
            .await?;
        self.read_gate_quietly(&migration).await
    }

    /// What a human saw of the canary's account in the service.
    pub async fn attest_canary(&self, migration: String, name: String, still_active: bool) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        if open.model().decisions.canary.is_none() {
            return Err(bad_input("Nobody has gone first yet", "Unassign the canary first."));
        }
        let value = json!({ "name": name_of(&name)?, "stillActive": still_active });
        open.decide(kind::CANARY_SEEN, "", value).await?;
        self.read_gate_quietly(&migration).await
    }

    /// Decisions about the gate show at once; a run that is going on reads it anyway.
    async fn read_gate_quietly(&self, migration: &str) -> Answer<()> {
        match self.retire_read_gate(migration.to_owned()).await {
            Err(p) if p.code == ProblemCode::Busy => Ok(()),
            other => other,
        }
    }

    /// Lets a person leave the old app without proof, by name.
    pub async fn except_person(&self, migration: String, person: String, reason: Option<String>) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        open.decide(kind::EXCEPTED, &person, reason_of(reason)?).await?;
        self.read_gate_quietly(&migration).await
    }

    /// Unassigns the canary.
    pub async fn retire_canary(&self, migration: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        waves_are_done(&open.model())?;
        run::start(&open, "The canary", false, retire::canary)
    }

    /// Takes the groups off the old app, for exactly this many members.
    pub async fn retire_groups(&self, migration: String, members: u32) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        waves_are_done(&open.model())?;
        open.decide(kind::GROUPS_APPROVED, "", json!({ "members": members }))
            .await?;
        run::start(&open, "Taking groups off the old app", true, move |ctx| {
            retire::groups(ctx, members)
        })
    }

    /// Unassigns the rest in batches.
    pub async fn retire_individuals(&self, migration: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        waves_are_done(&open.model())?;
        run::start(&open, "Unassigning the old app", true, retire::individuals)
    }

    /// Gives the old app back to everybody and every group that this migration took it from.
    pub async fn undo_retire(&self, migration: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        run::start(&open, "Giving the old app back", true, crate::undo::give_back)
    }

    /// Step 6.
    pub async fn delete_step(&self, migration: String) -> Answer<DeleteView> {
        Ok(present::retire::delete_view(&*self.migration_of(&migration).await?))
    }

    /// Deactivates the old app.
    pub async fn deactivate_old(&self, migration: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        waves_are_done(&open.model())?;
        run::start(&open, "Deactivating the old app", false, retire::deactivate)
    }

    /// Deletes the old app; the label must be typed.
    pub async fn delete_old(&self, migration: String, typed: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        waves_are_done(&open.model())?;
        let label = open
            .model()
            .inventory
            .as_ref()
            .map(|i| i.old.app.label.clone())
            .unwrap_or_default();
        if label.is_empty() || typed.trim() != label {
            return Err(bad_input(
                format!("That is not the name of the old app: {label}"),
                "Type it exactly, capitals included. Deleting cannot be undone.",
            ));
        }
        run::start(&open, "Deleting the old app", false, retire::delete)
    }
}

fn waves_are_done(model: &crate::model::Model) -> Answer<()> {
    if present::frame::waves_done(model) || present::frame::old_is_empty(model) {
        return Ok(());
    }
    Err(problem(
        ProblemCode::GateClosed,
        "The waves have not come to their end",
        "Nobody leaves the old app before everybody is moved and proven.",
        "Finish step 4 first.",
    ))
}

/// What the gate would have to open for next.
fn next_act(model: &crate::model::Model) -> Act {
    if model.deactivated.is_some() {
        return Act::Delete;
    }
    if present::frame::old_is_empty(model) {
        return Act::Deactivate;
    }
    match canary_of(model) {
        Canary::None => Act::Canary,
        Canary::Watching | Canary::Stayed | Canary::Lost => Act::Unassign,
    }
}
