//! Use cases of step 3: who goes first, what they found, the word about different keys, and the way back tried on one.

use std::collections::BTreeSet;

use rehome_domain::UserId;
use serde_json::{Value, json};

use crate::{
    actions::name_of,
    migration::Migration,
    model::{
        kind,
        pilot::{CHECKS, kind as pilot_kind},
    },
    planning::not_read,
    present,
    problem::{Answer, bad_input, problem},
    rehome::Rehome,
    run::{self, rehearse},
    view::*,
};

/// Longest note of a test script, in characters.
const LONGEST_NOTE: usize = 300;
/// People that are suggested at most.
const MOST: u32 = 200;

fn ids(people: &[String]) -> BTreeSet<UserId> {
    people.iter().map(UserId::from).collect()
}

impl Rehome {
    /// Step 3.
    pub async fn pilot(&self, migration: String) -> Answer<PilotView> {
        let open = self.migration_of(&migration).await?;
        Ok(present::pilot::view(&open, self.code_confirmed().await))
    }

    /// The fewest people who, with those chosen already, meet every group, way, username class, role and so on: at most
    /// `most`, each with what they stand for.
    pub async fn suggest_pilot(&self, migration: String, chosen: Vec<String>, most: u32) -> Answer<Vec<PersonRow>> {
        let open = self.migration_of(&migration).await?;
        let mut model = open.model();
        Ok(present::cover::suggest(
            &mut model,
            &ids(&chosen),
            most.clamp(1, MOST) as usize,
        ))
    }

    /// What these people cover, and who would cover the rest.
    pub async fn pilot_coverage(&self, migration: String, people: Vec<String>) -> Answer<PilotCoverage> {
        let open = self.migration_of(&migration).await?;
        let mut model = open.model();
        Ok(present::cover::coverage(&mut model, &ids(&people)))
    }

    /// Who is in the pilot.
    pub async fn set_pilot(&self, migration: String, people: Vec<String>) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        {
            let model = open.model();
            let inventory = model.inventory.as_ref().ok_or_else(not_read)?;
            if model.decisions.waves.get(&0).is_some_and(|w| w.started.is_some()) {
                return Err(bad_input(
                    "The pilot has begun",
                    "People who come later go with the waves.",
                ));
            }
            if let Some(unknown) = people
                .iter()
                .find(|p| !inventory.roster.users.contains_key(&UserId::from(*p)))
            {
                return Err(bad_input(
                    format!("{unknown} is not on the old app"),
                    "Read the apps again.",
                ));
            }
        }
        open.decide(kind::PILOT, "", json!(people)).await
    }

    /// What one person of the pilot found; `None` takes it back. A new fail of "right account" asks to be settled anew.
    pub async fn set_script(
        &self,
        migration: String,
        person: String,
        check: ScriptCheck,
        result: Option<ScriptResult>,
        note: String,
    ) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let user = UserId::from(&person);
        {
            let model = open.model();
            let in_pilot = model.wave(0).is_some_and(|w| w.people.iter().any(|p| p.user == user));
            if !in_pilot || model.decisions.waves.get(&0).is_none_or(|w| w.started.is_none()) {
                return Err(bad_input(
                    "This person has not begun the pilot",
                    "The test script is for the people of a pilot that has begun.",
                ));
            }
        }
        let note: String = note.trim().chars().take(LONGEST_NOTE).collect();
        let word = serde_json::to_value(check).unwrap_or_default();
        let subject = format!("{person} {}", word.as_str().unwrap_or_default());
        let value = result.map_or(Value::Null, |result| json!({ "result": result, "note": note }));
        let mut decisions = vec![(pilot_kind::SCRIPT.to_owned(), subject, value)];
        let was = open
            .model()
            .decisions
            .pilot_notes
            .told(&user, check)
            .map(|told| told.result);
        if check == ScriptCheck::RightAccount && was != result {
            decisions.push((pilot_kind::SCRIPT_SETTLED.to_owned(), person, Value::Null));
        }
        open.decide_all(decisions).await
    }

    /// Everything that is not told yet passed, for one person.
    pub async fn pass_script(&self, migration: String, person: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let open_checks: Vec<ScriptCheck> = {
            let model = open.model();
            let notes = &model.decisions.pilot_notes;
            let user = UserId::from(&person);
            CHECKS
                .into_iter()
                .filter(|check| notes.told(&user, *check).is_none())
                .collect()
        };
        for check in open_checks {
            let (migration, person) = (migration.clone(), person.clone());
            self.set_script(migration, person, check, Some(ScriptResult::Pass), String::new())
                .await?;
        }
        Ok(())
    }

    /// Going on although somebody said that the account is not theirs: by name, with the reason. `None` takes it back.
    pub async fn settle_script(
        &self,
        migration: String,
        person: String,
        name: Option<String>,
        reason: String,
    ) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let value = word(name.as_deref(), &reason)?;
        let waits = open.model().wrong_accounts().contains(&UserId::from(&person));
        if !value.is_null() && !waits {
            return Err(bad_input(
                "There is nothing to settle for this person",
                "Only a fail of “right account” stops the pilot.",
            ));
        }
        open.decide(pilot_kind::SCRIPT_SETTLED, &person, value).await
    }

    /// Somebody's word that the two apps know accounts by different keys, so that different ids mean nothing. Refused where
    /// the service's own list shows two accounts. `None` takes it back.
    pub async fn state_other_keys(&self, migration: String, name: Option<String>, reason: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        open.idle()?;
        let value = word(name.as_deref(), &reason)?;
        if !value.is_null() {
            let model = open.model();
            if model.other_ids().is_empty() {
                return Err(bad_input(
                    "No account id differs",
                    "There is nothing that such a word would explain.",
                ));
            }
            if !model.refuted.is_empty() {
                return Err(problem(
                    ProblemCode::GateClosed,
                    "The service's own list shows two accounts",
                    model.refuted.join(" "),
                    "Mend the usernames so that the new app finds the old accounts, remove the second ones in the service, \
                     and load its list again.",
                ));
            }
        }
        open.decide(pilot_kind::OTHER_KEYS, "", value).await?;
        hold_again(&open).await
    }

    /// Takes one person of the pilot off the new app and gives it again.
    pub async fn rehearse_undo(&self, migration: String, person: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        rehearse::may_begin(&open.model(), &UserId::from(&person))?;
        run::start(&open, "Trying the way back", true, |ctx| {
            rehearse::rehearse(ctx, UserId::from(person))
        })
    }

    /// Passes the rehearsal by name, with a reason; `None` takes it back.
    pub async fn skip_rehearsal(&self, migration: String, name: Option<String>, reason: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let value = word(name.as_deref(), &reason)?;
        if open.model().decisions.pilot_notes.half_way() && !value.is_null() {
            return Err(problem(
                ProblemCode::GateClosed,
                "The rehearsal is under way",
                "Somebody may be off the new app and must get it again first.",
                "Finish it, then waves open anyway.",
            ));
        }
        open.decide(pilot_kind::REHEARSAL_SKIPPED, "", value).await
    }
}

/// A word by name with its reason, for the journal; null takes it back.
fn word(name: Option<&str>, reason: &str) -> Answer<Value> {
    let Some(name) = name else { return Ok(Value::Null) };
    let reason = crate::actions::reason_of(Some(reason.to_owned()))?;
    Ok(json!({ "name": name_of(name)?, "reason": reason["reason"] }))
}

/// Holds the last listing of the new app against the plan once more, since what counts as the same account has changed.
async fn hold_again(open: &Migration) -> Answer<()> {
    let changed = {
        let mut model = open.model();
        let seen = model.inventory.as_mut().map(|i| std::mem::take(&mut i.new_users));
        model.observe(seen.unwrap_or_default())
    };
    run::prove::keep(open, changed).await?;
    open.changed();
    Ok(())
}
