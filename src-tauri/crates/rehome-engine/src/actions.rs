//! Use cases within one migration: each checks what must hold, then decides in the journal or starts a run.

use rehome_domain::{UserId, attributes::AttributeState};
use serde_json::{Value, json};

use crate::{
    choices, history,
    inventory::read_apps,
    model::kind,
    planning::{make_plan, not_read},
    present,
    problem::{Answer, bad_input, problem},
    rehome::Rehome,
    report,
    run::{self, prove, wave},
    view::*,
};

const LONGEST_REASON: usize = 500;

impl Rehome {
    /// Begins to read both apps; progress comes as `RunProgress`.
    pub async fn read_apps(&self, migration: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        if present::frame::retiring(&open.model()) {
            return Err(problem(
                ProblemCode::GateClosed,
                "The old app is being emptied",
                "What was read before is the record of who was on it; reading again would lose it.",
                "Step 5 reads what it needs by itself. To plan people anew, give the old app back first.",
            ));
        }
        run::start(
            &open,
            "Reading both apps",
            false,
            |ctx| async move { read_apps(&ctx).await },
        )
    }

    /// Step 1.
    pub async fn compare(&self, migration: String) -> Answer<CompareView> {
        Ok(present::compare::view(&*self.migration_of(&migration).await?))
    }

    /// What Okta answered, secrets redacted.
    pub async fn raw(&self, migration: String) -> Answer<Vec<RawPair>> {
        let open = self.migration_of(&migration).await?;
        let model = open.model();
        Ok(present::compare::raw(&model))
    }

    /// The admin has seen a finding.
    pub async fn review_finding(&self, migration: String, finding: String, reviewed: bool) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        open.decide(kind::REVIEWED, &finding, json!(reviewed)).await
    }

    /// Passes one check by name with a reason; `None` takes it back.
    pub async fn skip_finding(&self, migration: String, finding: String, reason: Option<String>) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let can_skip = present::compare::findings(&open.model())
            .iter()
            .any(|f| f.id == finding && f.can_skip);
        if !can_skip && reason.is_some() {
            return Err(bad_input(
                "This check cannot be skipped",
                "Mend what it found, then read the apps again.",
            ));
        }
        open.decide(kind::SKIPPED, &finding, reason_of(reason)?).await
    }

    /// Step 2, with values for one person.
    pub async fn map(&self, migration: String, preview: Option<String>) -> Answer<MapView> {
        let open = self.migration_of(&migration).await?;
        let model = open.model();
        Ok(present::map::view(&model, preview.map(UserId::from).as_ref()))
    }

    /// What is done with the people of a class.
    pub async fn set_username_choice(
        &self,
        migration: String,
        class: UsernameClass,
        choice: UsernameChoice,
    ) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let name = serde_json::to_value(class).unwrap_or_default();
        let allowed = !matches!(
            (class, choice),
            (
                UsernameClass::Blank | UsernameClass::Collision,
                UsernameChoice::TakePredicted
            )
        );
        if !allowed {
            return Err(bad_input(
                "The predicted username cannot be taken here",
                "Keep the old username, or leave these people out.",
            ));
        }
        open.decide(kind::USERNAME, name.as_str().unwrap_or_default(), json!(choice))
            .await
    }

    /// How an attribute is filled; this confirms it (`Nothing` excludes it).
    pub async fn set_fill(&self, migration: String, attribute: String, fill: Fill) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let known = open
            .model()
            .attributes
            .iter()
            .find(|r| r.attribute.name == attribute)
            .map(|r| r.state);
        match known {
            None => Err(bad_input("The new app has no such attribute", "Read the apps again.")),
            Some(AttributeState::ByOkta) => Err(problem(
                ProblemCode::BadInput,
                "Okta's mapping fills this attribute",
                "What Rehome would send is overwritten or refused (E0000075).",
                "Change the mapping in Okta, then read the apps again.",
            )),
            Some(_) => open.decide(kind::FILL, &attribute, json!(fill)).await,
        }
    }

    /// Confirms every guess as it stands.
    pub async fn confirm_guesses(&self, migration: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let guesses: Vec<(String, Fill)> = open
            .model()
            .attributes
            .iter()
            .filter(|r| r.state == AttributeState::Guessed)
            .map(|r| (r.attribute.name.clone(), present::convert::fill_view(&r.fill)))
            .collect();
        for (name, fill) in guesses {
            open.decide(kind::FILL, &name, json!(fill)).await?;
        }
        Ok(())
    }

    /// One page of people, by name.
    pub async fn people(&self, migration: String, filter: PeopleFilter, offset: u32, limit: u32) -> Answer<PeoplePage> {
        let open = self.migration_of(&migration).await?;
        let model = open.model();
        Ok(present::people::page(&model, &filter, offset, limit))
    }

    /// The inspector.
    pub async fn person(&self, migration: String, person: String) -> Answer<PersonView> {
        let open = self.migration_of(&migration).await?;
        let user = UserId::from(person);
        let told = history::read(&open, &user).await?;
        let model = open.model();
        present::people::person(&model, &user, &told)
            .ok_or_else(|| bad_input("This person is not on the old app", "Read the apps again."))
    }

    /// Leaves a person out, with a reason; `None` takes it back.
    pub async fn exclude_person(&self, migration: String, person: String, reason: Option<String>) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let state = open.model().state_of(&UserId::from(&person));
        if reason.is_some() && !matches!(state, PersonState::Planned | PersonState::Failed | PersonState::Unknown) {
            return Err(problem(
                ProblemCode::BadInput,
                "This person has the new app already",
                "Leaving out means: not given the new app.",
                "Take the app away in Okta if that is meant, then read again.",
            ));
        }
        open.decide(kind::EXCLUDED, &person, reason_of(reason)?).await
    }

    /// Makes the plan from what was read and decided.
    pub async fn draft_plan(&self, migration: String, wave_size: u32) -> Answer<PlanView> {
        let open = self.migration_of(&migration).await?;
        open.idle()?;
        if !(1..=10_000).contains(&wave_size) {
            return Err(bad_input("A wave has 1 to 10,000 people", "Choose another size."));
        }
        let making = choices::making(&open).await?;
        let plan = make_plan(&open.model(), wave_size, making)?;
        let digest = plan.digest();
        let raw = serde_json::to_string(&plan).unwrap_or_default();
        open.journal
            .put_documents(&open.id, "plan", vec![(digest.clone(), raw)], jiff::Timestamp::now())
            .await?;
        open.decide(kind::PLAN, "", json!(digest)).await?;
        open.reload().await?;
        let allowed = present::frame::all_allowed(&open);
        let model = open.model();
        present::plan::view(&model, &allowed).ok_or_else(not_read)
    }

    /// The plan with this digest (or its first 12 characters, as shown) may run; `name` is whoever says so.
    pub async fn approve_plan(&self, migration: String, digest: String, name: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let name = name_of(&name)?;
        let full = open.model().plan.as_ref().map(|p| p.digest.clone()).unwrap_or_default();
        if digest.len() < 12 || !full.starts_with(&digest) {
            return Err(problem(
                ProblemCode::PlanStale,
                "This is not the newest plan",
                "It was drafted again in the meantime.",
                "Look at the new one, then approve it.",
            ));
        }
        open.decide(kind::APPROVED, "", json!({ "digest": full, "name": name }))
            .await?;
        open.reload().await
    }

    /// Begins or goes on with a wave; 0 is the pilot.
    pub async fn run_wave(&self, migration: String, wave: u32) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        self.needs_code().await?;
        run::opening::OpenWave::of(&open.model(), wave, false)?;
        let title = present::people::wave_title(wave);
        run::start(&open, title, true, |ctx| {
            run::share::under_the_share(ctx, move |ctx| wave::run_wave(ctx, wave, run::Who::All))
        })
    }

    /// Refuses until the recovery code is written down.
    pub(crate) async fn needs_code(&self) -> Answer<()> {
        if self.code_confirmed().await {
            return Ok(());
        }
        Err(problem(
            ProblemCode::RecoveryCodeNeeded,
            "Write down the recovery code first",
            "It opens the journal if this computer's keychain is lost in the middle of the move.",
            "Let Rehome show the code, write it down, and type it back.",
        ))
    }

    /// Finishes the calls under way, then waits.
    pub async fn pause(&self, migration: String) -> Answer<()> {
        self.control(&migration, run::Running::pause).await
    }

    /// Goes on after a pause.
    pub async fn resume(&self, migration: String) -> Answer<()> {
        self.control(&migration, run::Running::resume).await
    }

    /// Finishes the calls under way, then ends the run; it can be begun again.
    pub async fn stop(&self, migration: String) -> Answer<()> {
        self.control(&migration, run::Running::stop).await
    }

    async fn control(&self, migration: &str, act: impl Fn(&run::Running)) -> Answer<()> {
        let open = self.migration_of(migration).await?;
        if let Some(run) = &*open.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner) {
            act(run);
        }
        open.changed();
        Ok(())
    }

    /// Reads the new app and the System Log again and records proofs.
    pub async fn prove(&self, migration: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        run::start(
            &open,
            "Reading proofs",
            false,
            |ctx| async move { prove::prove(&ctx).await },
        )
    }

    /// Step 4.
    pub async fn waves(&self, migration: String) -> Answer<WavesView> {
        Ok(present::waves::view(&*self.migration_of(&migration).await?))
    }

    /// Everybody, by wave.
    pub async fn people_map(&self, migration: String) -> Answer<PeopleMap> {
        let open = self.migration_of(&migration).await?;
        let running = present::waves::running_wave(&open);
        let (allowed, now) = (present::frame::allowed(&open), present::now(&open));
        let model = open.model();
        let begins = present::hold::begins(&model, running.map(|(n, _)| n), allowed, now);
        Ok(present::people::map(&model, running, &begins))
    }

    /// Writes the report as HTML and CSV.
    pub async fn save_report(&self, migration: String) -> Answer<ReportView> {
        let open = self.migration_of(&migration).await?;
        let saved = report::save(&open, &self.options.report_dir).await?;
        open.decide(kind::REPORT, "", json!({ "html": saved.html, "csv": saved.csv }))
            .await?;
        Ok(saved)
    }

    /// Every call made, newest first.
    pub async fn activity(&self, migration: String, offset: u32, limit: u32) -> Answer<ActivityView> {
        let open = self.migration_of(&migration).await?;
        open.flush_calls().await?;
        let (total, writes) = open.journal.calls_count(&open.id).await?;
        let calls = open
            .journal
            .calls(&open.id, u64::from(offset), u64::from(limit.min(1000)))
            .await?;
        Ok(ActivityView {
            total: u32::try_from(total).unwrap_or(u32::MAX),
            writes: u32::try_from(writes).unwrap_or(u32::MAX),
            rows: calls
                .into_iter()
                .map(|c| ActivityRow {
                    at: c.at.to_string(),
                    method: c.method,
                    path: c.path,
                    status: c.status.map(u32::from),
                    milliseconds: u32::try_from(c.milliseconds).unwrap_or(u32::MAX),
                    request_id: c.request_id,
                    write: c.is_write,
                })
                .collect(),
        })
    }
}

pub(crate) fn reason_of(reason: Option<String>) -> Answer<Value> {
    let Some(reason) = reason else { return Ok(Value::Null) };
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(bad_input(
            "A reason is needed",
            "One sentence: it stands in the report.",
        ));
    }
    Ok(json!({ "reason": reason.chars().take(LONGEST_REASON).collect::<String>() }))
}

pub(crate) fn name_of(name: &str) -> Answer<&str> {
    let name = name.trim();
    if name.chars().count() < 2 {
        return Err(bad_input(
            "Your name is needed",
            "It stands in the report beside what you saw.",
        ));
    }
    Ok(name)
}
