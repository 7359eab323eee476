//! Use cases around runs: how they go, who and what waits, and what goes on by a decision.

use rehome_domain::{
    UserId,
    plan::Wave,
    schedule::{Cause, WindowState},
};
use serde_json::{Value, json};

use crate::{
    actions::{name_of, reason_of},
    model::{Model, runs::kind},
    present,
    problem::{Answer, bad_input, problem},
    rehome::Rehome,
    run::{self, wave},
    view::*,
};

impl Rehome {
    /// How the runs of this migration go.
    pub async fn run_settings(&self, migration: String) -> Answer<RunSettingsView> {
        let open = self.migration_of(&migration).await?;
        let settings = open.model().decisions.runs.settings.clone();
        let now = present::now(&open);
        let hours = settings.off_hours.as_ref();
        Ok(RunSettingsView {
            zone: jiff::tz::TimeZone::system().iana_name().map(str::to_owned),
            window: hours.and_then(|h| h.line(now)),
            open: hours.is_none_or(|h| matches!(h.state(now), WindowState::Open { .. })),
            advice: hours.and_then(|h| h.advice(now)),
            allowed: present::frame::allowed(&open),
            settings,
        })
    }

    /// Sets how runs go; what is running obeys at once.
    pub async fn set_run_settings(&self, migration: String, settings: RunSettings) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        if let Some((what, mend)) = settings.trouble() {
            return Err(bad_input(what, mend));
        }
        open.decide(kind::SETTINGS, "", json!(settings)).await?;
        if let Ok((client, _)) = open.client() {
            client.set_share_percent(settings.share_percent);
        }
        Ok(())
    }

    /// Holds a person back, with a reason; `None` releases them, and the next run of their wave moves them.
    pub async fn hold_person(&self, migration: String, person: String, reason: Option<String>) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        {
            let model = open.model();
            let user = UserId::from(person.as_str());
            if model.person_plan(&user).is_none() {
                return Err(bad_input("This person is in no wave", "Draft the plan first."));
            }
            if reason.is_some() && !matches!(model.state_of(&user), PersonState::Planned | PersonState::Failed) {
                return Err(bad_input(
                    "This person cannot be held back any more",
                    "They have the new app, or a call for them is under way.",
                ));
            }
        }
        open.decide(kind::HELD, &person, reason_of(reason)?).await
    }

    /// Puts a wave on hold that has not begun, with a reason; `None` releases it. Other waves may go on.
    pub async fn hold_wave(&self, migration: String, wave: u32, reason: Option<String>) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        wave_of(&open.model(), wave)?;
        if present::waves::running_wave(&open).is_some_and(|(n, _)| n == wave) {
            return Err(bad_input(
                "This wave is running",
                "Pause it or stop it; then it can be put on hold.",
            ));
        }
        open.decide(kind::WAVE_HELD, &wave.to_string(), reason_of(reason)?)
            .await
    }

    /// Leaves people who failed in this wave on the old app, by name: exactly as many as there are now.
    pub async fn approve_exceptions(
        &self,
        migration: String,
        wave: u32,
        number: u32,
        name: String,
        reason: String,
    ) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        open.idle()?;
        let name = name_of(&name)?.to_owned();
        let said = with_name(reason_of(Some(reason))?, &name);
        let people: Vec<UserId> = {
            let model = open.model();
            let wave = wave_of(&model, wave)?;
            model.failures_of(wave).into_iter().cloned().collect()
        };
        if people.len() != number as usize {
            return Err(problem(
                ProblemCode::BadInput,
                format!("It is {} now, not {number}", present::people_words(people.len())),
                "The number has changed since it was shown: what is approved must be what is there.",
                "Look at who failed, then approve that number.",
            ));
        }
        let mut decisions: Vec<(String, String, Value)> = people
            .iter()
            .map(|user| (kind::WAVE_EXCEPTED.to_owned(), user.to_string(), said.clone()))
            .collect();
        let approved = json!({ "name": name, "reason": said["reason"], "number": number });
        decisions.push((kind::EXCEPTIONS_APPROVED.to_owned(), wave.to_string(), approved));
        open.decide_all(decisions).await
    }

    /// Leaves one person who is not proven on the old app, so that the waves are done without them; `None` takes it back.
    pub async fn except_in_wave(&self, migration: String, person: String, said: Option<NameAndReason>) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let value = match said {
            Some(said) => with_name(reason_of(Some(said.reason))?, name_of(&said.name)?),
            None => Value::Null,
        };
        {
            let model = open.model();
            let user = UserId::from(person.as_str());
            let (Some((wave, _)), unproven) = (model.person_plan(&user), model.is_open(&user)) else {
                return Err(bad_input("This person is in no wave", "Draft the plan first."));
            };
            if !value.is_null() && (!unproven || !model.has_begun(wave.number)) {
                return Err(bad_input(
                    "There is nothing to except",
                    "Who is proven needs no exception; who has not been tried yet can be left out or held back.",
                ));
            }
        }
        open.decide(kind::WAVE_EXCEPTED, &person, value).await
    }

    /// Lets a wave begin although the one before has not reached its share.
    pub async fn open_wave(&self, migration: String, wave: u32, name: String, reason: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        wave_of(&open.model(), wave)?;
        let said = with_name(reason_of(Some(reason))?, name_of(&name)?);
        open.decide(kind::WAVE_OPENED, &wave.to_string(), said).await
    }

    /// Runs a wave for those who failed in it, of one cause or of any; nobody else of it is touched.
    pub async fn retry_failed(&self, migration: String, wave: u32, cause: Option<String>) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        self.needs_code().await?;
        let cause = cause.map(|id| {
            Cause::by_id(&id).ok_or_else(|| bad_input("No such cause is known", "Look at the failures again."))
        });
        let cause = cause.transpose()?;
        {
            let model = open.model();
            run::opening::OpenWave::of(&model, wave, true)?;
            let any = |u: &&UserId| cause.is_none_or(|cause| model.cause_of(u) == cause);
            if !model.failures_of(wave_of(&model, wave)?).iter().any(any) {
                return Err(bad_input(
                    "Nobody who could be tried again failed here",
                    "Read the proofs again: that settles who is still on the way.",
                ));
            }
        }
        let title = present::people::wave_title(wave);
        run::start(&open, title, true, move |ctx| {
            run::share::under_the_share(ctx, move |ctx| wave::run_wave(ctx, wave, run::Who::Failed(cause)))
        })
    }

    /// Who did not get there, by cause.
    pub async fn failures(&self, migration: String) -> Answer<FailuresView> {
        Ok(present::failures::view(&*self.migration_of(&migration).await?))
    }

    /// How the last run ended is shown no more. One that goes on stays.
    pub async fn dismiss_run(&self, migration: String) -> Answer<()> {
        self.migration_of(&migration).await?.forget_end();
        Ok(())
    }

    /// What somebody else changed on the new app, and nobody has looked at yet.
    pub async fn foreign_changes(&self, migration: String) -> Answer<Vec<ForeignView>> {
        let open = self.migration_of(&migration).await?;
        let model = open.model();
        let of = model.decisions.runs.foreign_open().map(|(id, change)| ForeignView {
            id: id.clone(),
            words: change.words.clone(),
            seen: change.seen.to_string(),
        });
        Ok(of.collect())
    }

    /// These changes have been looked at, by name: the waves may go on. Others that came meanwhile stay open.
    pub async fn accept_foreign(&self, migration: String, changes: Vec<String>, name: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let name = name_of(&name)?.to_owned();
        let known = open.model().decisions.runs.foreign.clone();
        let of = changes.into_iter().filter(|id| known.contains_key(id));
        let decisions = of.map(|id| (kind::FOREIGN_ACCEPTED.to_owned(), id, json!({ "name": name })));
        open.decide_all(decisions.collect()).await
    }
}

fn wave_of(model: &Model, wave: u32) -> Answer<&Wave> {
    let found = model.plan.as_ref().and_then(|p| p.plan.wave(wave));
    found.ok_or_else(|| bad_input("The plan has no such wave", "Look at the plan again."))
}

fn with_name(mut said: Value, name: &str) -> Value {
    said["name"] = json!(name);
    said
}
