//! An admin made of code: looks at the one next step of the screen, and does what it offers. That the whole job can be done
//! so is itself what the tests show.

use std::{sync::Arc, time::Duration};

use rehome_engine::{OTHER_MAPPINGS, Rehome, RehomeOptions, host::Headless, secrets::SecretStore, view::*};

/// What the robot decides where the admin has a choice.
pub struct Wishes {
    pub pilot: u32,
    pub wave_size: u32,
    /// Origin of the practice org, whose console stands for the Admin Console.
    pub console: String,
    /// For what the admin does in Okta by hand.
    pub token: String,
    /// Stop before this step.
    pub until: Option<Step>,
    /// What the service's admin says.
    pub providers: IdentityProviders,
    /// Try the way back on one of the pilot; else it is skipped by name.
    pub rehearse: bool,
}

pub struct Robot<'a> {
    pub rehome: &'a Rehome,
    pub id: String,
    pub wishes: Wishes,
    /// What was done, for the message of a test that fails.
    pub done: Vec<String>,
}

pub fn rehome(dir: &std::path::Path, secrets: Arc<dyn SecretStore>, speed: u32) -> Rehome {
    rehome_with(dir, secrets, speed, OTHER_MAPPINGS)
}

/// `other_mappings`: how many mappings of other apps a reading looks through.
pub fn rehome_with(dir: &std::path::Path, secrets: Arc<dyn SecretStore>, speed: u32, other_mappings: usize) -> Rehome {
    Rehome::new(RehomeOptions {
        data_dir: dir.to_owned(),
        report_dir: dir.join("reports"),
        secrets,
        host: Arc::new(Headless),
        speed,
        other_mappings,
    })
}

/// Connects and starts a migration between two apps, found by their labels.
pub async fn begin(rehome: &Rehome, url: &str, token: &str, old: &str, new: &str) -> String {
    let connection = rehome
        .connect(url.to_owned(), token.to_owned())
        .await
        .expect("the practice org is there");
    assert!(connection.can_read, "{:?}", connection.probes);
    let apps = rehome
        .list_apps(connection.connection.clone(), String::new())
        .await
        .expect("apps are listed");
    let id = |label: &str| {
        apps.iter()
            .find(|a| a.label == label)
            .expect("the seed has this app")
            .id
            .clone()
    };
    rehome
        .start_migration(connection.connection, id(old), id(new))
        .await
        .expect("the pair is good")
}

impl Robot<'_> {
    /// Goes on until the migration is closed, or the wished step is reached.
    pub async fn work(&mut self) {
        self.work_to(|_| false).await;
    }

    /// The same, or until an action is offered that shall not be taken.
    pub async fn work_to(&mut self, stop: impl Fn(&Action) -> bool) {
        let begun = std::time::Instant::now();
        let (mut tries, mut again, mut tried) = (0, 0, String::new());
        for _ in 0..60_000 {
            let frame = self.frame().await;
            assert!(
                begun.elapsed() < Duration::from_secs(280),
                "too slow: {frame:#?}; {:#?}",
                self.done
            );
            assert!(self.done.len() < 400, "round in circles: {:#?}", self.done);
            if let Some(run) = frame.run.as_ref().filter(|r| r.state != RunState::Finished) {
                let _ = run;
                tokio::time::sleep(Duration::from_millis(2)).await;
                continue;
            }
            if self.wishes.until.is_some_and(|s| frame.current >= s) {
                return;
            }
            let next = self.next(frame.current).await;
            let Some(offer) = next.primary.clone() else {
                panic!("nothing is offered: {next:?}; done: {:#?}", self.done)
            };
            if stop(&offer.action) {
                return;
            }
            let line = format!("{:?}: {} -> {}", frame.current, next.title, offer.label);
            // Waiting for colleagues to sign in is all that may be offered many times over.
            again = if self.done.last() == Some(&line) { again + 1 } else { 0 };
            assert!(again < 300, "round in circles: {next:#?}; {:#?}", self.done);
            self.note(line);
            // For the same people.
            if offer.label == "Try again" {
                tries = if next.title == tried { tries + 1 } else { 1 };
                tried.clone_from(&next.title);
                assert!(tries < 4, "{next:#?}; {:#?}", self.done);
            }
            if !self.act(offer.action, &next).await {
                return;
            }
        }
        panic!("the robot goes round in circles: {:#?}", self.done);
    }

    fn note(&mut self, line: String) {
        if self.done.last() != Some(&line) {
            self.done.push(line);
        }
    }

    pub async fn frame(&self) -> MigrationView {
        self.rehome
            .migration(self.id.clone())
            .await
            .expect("the migration is open")
    }

    /// Until nothing is going on; gives how the last run ended.
    pub async fn settle(&self) -> Option<Problem> {
        let begun = std::time::Instant::now();
        loop {
            match self.frame().await.run {
                Some(run) if run.state != RunState::Finished => {
                    assert!(begun.elapsed() < Duration::from_secs(20), "{run:#?}");
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                Some(run) => return run.problem,
                None => return None,
            }
        }
    }

    async fn next(&self, step: Step) -> NextStep {
        let (r, id) = (self.rehome, self.id.clone());
        match step {
            Step::Compare => r.compare(id).await.map(|v| v.next),
            Step::Map => r.map(id, None).await.map(|v| v.next),
            Step::Pilot => r.pilot(id).await.map(|v| v.next),
            Step::Waves => r.waves(id).await.map(|v| v.next),
            Step::CutOver => r.cut_over(id).await.map(|v| v.next),
            Step::Retire => r.retire(id).await.map(|v| v.next),
            Step::Delete => r.delete_step(id).await.map(|v| v.next),
        }
        .expect("every step can be shown")
    }

    /// False when the migration is closed.
    async fn act(&mut self, action: Action, next: &NextStep) -> bool {
        let (r, id) = (self.rehome, self.id.clone());
        let done = match action {
            Action::ReadApps => r.read_apps(id).await,
            Action::ShowFinding { finding } => self.judge(finding).await,
            Action::ShowUnsettled => self.settle_usernames().await,
            Action::ConfirmGuesses => r.confirm_guesses(id).await,
            Action::ChoosePilot => {
                let people = r
                    .suggest_pilot(id.clone(), Vec::new(), self.wishes.pilot)
                    .await
                    .expect("suggestions");
                r.set_pilot(id, people.into_iter().map(|p| p.id).collect()).await
            }
            Action::DraftPlan => r.draft_plan(id, self.wishes.wave_size).await.map(drop),
            Action::ReviewPlan => {
                let plan = r
                    .pilot(id.clone())
                    .await
                    .expect("pilot")
                    .plan
                    .expect("a plan was drafted");
                r.approve_plan(id, plan.digest, "Robin Example".to_owned()).await
            }
            Action::RecoveryCode => {
                let code = r.recovery_code().await.expect("a code");
                r.confirm_recovery_code(code).await
            }
            Action::RunWave { wave } => r.run_wave(id, wave).await,
            Action::RetryFailed { wave } => r.retry_failed(id, wave, None).await,
            Action::ApproveExceptions { wave, number } => {
                let (name, reason) = ("Robin Admin".into(), "Looked into by hand.".into());
                r.approve_exceptions(id, wave, number, name, reason).await
            }
            Action::OpenWave { wave } => {
                let (name, reason) = ("Robin Admin".into(), "Agreed with the service's owner.".into());
                r.open_wave(id, wave, name, reason).await
            }
            Action::ReleaseWave { wave } => r.hold_wave(id, wave, None).await,
            Action::AcceptForeign => {
                let changes = r.foreign_changes(id.clone()).await.expect("changes");
                let changes = changes.into_iter().map(|c| c.id).collect();
                r.accept_foreign(id, changes, "Robin Admin".into()).await
            }
            Action::Prove => {
                // Colleagues need a moment to sign in.
                tokio::time::sleep(Duration::from_millis(50)).await;
                r.prove(id).await
            }
            Action::ReadGate => {
                if next.title.contains("push group") {
                    self.stop_pushing().await;
                }
                self.except_who_cannot_sign_in().await;
                r.retire_read_gate(id).await
            }
            Action::Open { url } => {
                let frame = self.frame().await;
                if url.contains(&frame.new.id) {
                    self.untick(&frame.new.id).await;
                    match next.secondary.as_ref().map(|offer| &offer.action) {
                        Some(Action::RunWave { wave }) => r.run_wave(id, *wave).await,
                        other => panic!("nothing follows: {other:?}; {next:?}"),
                    }
                } else {
                    self.untick(&frame.old.id).await;
                    r.retire_read_gate(id).await
                }
            }
            Action::Attest => r.attest(id, "Robin Admin".into()).await,
            Action::AttestCanary => r.attest_canary(id, "Robin Admin".into(), true).await,
            Action::RunCanary => r.retire_canary(id).await,
            Action::RetireGroups => {
                let view = r.retire(id.clone()).await.expect("retire");
                r.retire_groups(id, view.members_to_approve).await
            }
            Action::RetireIndividuals => r.retire_individuals(id).await,
            Action::DeactivateOld => r.deactivate_old(id).await,
            Action::DeleteOld => {
                let name = r.delete_step(id.clone()).await.expect("delete").name_to_type;
                r.delete_old(id, name).await
            }
            Action::SaveReport => r.save_report(id).await.map(drop),
            Action::CloseMigration => {
                r.close_migration(id, false).await.expect("closes");
                return false;
            }
            Action::AnswerIdentity => r.answer_identity_providers(id, Some(self.wishes.providers)).await,
            Action::ShowLine { line } => r.approve_line(id, line, "Robin Admin".into()).await,
            Action::AttestCutOver { word } => {
                let (name, note) = (Some("Robin Admin".into()), "ops@northwind.example".into());
                r.attest_cut_over(id, word, name, note).await
            }
            Action::StartCutOver => r.start_cut_over(id, "Robin Admin".into()).await,
            Action::FinishCutOver => r.finish_cut_over(id, "Robin Admin".into()).await,
            Action::SetTiles => r.set_tiles(id).await,
            Action::HandOver => r.sign_hand_over(id, Some("Robin Admin".into()), String::new()).await,
            Action::AttestFinding { finding } => r.attest_finding(id, finding, Some("Robin Admin".into())).await,
            Action::RunLines => r.run_lines(id).await,
            Action::RehearseUndo { person } if self.wishes.rehearse => {
                let new = self.frame().await.new.id;
                self.untick(&new).await;
                r.rehearse_undo(id, person).await
            }
            Action::RehearseUndo { .. } => {
                let reason = "Tried on another migration last week.".to_owned();
                r.skip_rehearsal(id, Some("Robin Admin".into()), reason).await
            }
            // Nothing that was tried has helped: the robot can only look whether Okta has moved.
            Action::ShowPeople {
                state: PersonState::Assigned | PersonState::Planned,
            } => {
                tokio::time::sleep(Duration::from_millis(100)).await;
                r.prove(id).await
            }
            other @ (Action::GoTo { .. }
            | Action::ShowPeople { .. }
            | Action::GoBackCutOver
            | Action::SecondApproval
            | Action::ShowSet { .. }
            | Action::ShowAttribute { .. }
            | Action::FixByFile
            | Action::LoadDownstream
            | Action::RollBack
            | Action::StateOtherKeys
            | Action::SettleScript { .. }
            | Action::AskPilot
            | Action::SkipRehearsal
            | Action::Pause
            | Action::Resume) => {
                panic!("the robot is stuck at {other:?}: {next:?}; {:#?}", self.done)
            }
        };
        if let Err(problem) = done {
            panic!("{next:?} was refused: {problem:?}; {:#?}", self.done);
        }
        true
    }

    /// Reviews what is only to be looked at; what closes the pilot is skipped by name, as an admin would after a talk.
    async fn judge(&self, finding: String) -> Result<(), Problem> {
        let view = self.rehome.compare(self.id.clone()).await?;
        let found = view
            .findings
            .iter()
            .find(|f| f.id == finding)
            .expect("the finding is there");
        match found.outcome {
            CheckOutcome::Blocked => {
                let reason = Some("Talked through in the test.".into());
                self.rehome.skip_finding(self.id.clone(), finding, reason).await
            }
            CheckOutcome::Attest if finding == "identity-providers" => {
                let answer = Some(self.wishes.providers);
                self.rehome.answer_identity_providers(self.id.clone(), answer).await
            }
            CheckOutcome::Attest => {
                let name = Some("Robin Admin".into());
                self.rehome.attest_finding(self.id.clone(), finding, name).await
            }
            CheckOutcome::Passed | CheckOutcome::NeedsReview | CheckOutcome::Unknown => {
                self.rehome.review_finding(self.id.clone(), finding, true).await
            }
        }
    }

    /// Every class keeps the username of the old app; who has none there either is left out by name.
    async fn settle_usernames(&self) -> Result<(), Problem> {
        let view = self.rehome.map(self.id.clone(), None).await?;
        if view.next.title.contains("values that the new app refuses") {
            return self.mend_values().await;
        }
        let open = view
            .usernames
            .iter()
            .filter(|c| c.choice == UsernameChoice::Open && !c.choices.is_empty());
        for class in open {
            self.rehome
                .set_username_choice(self.id.clone(), class.class, UsernameChoice::KeepOld)
                .await?;
        }
        let filter = PeopleFilter {
            unsettled: true,
            ..Default::default()
        };
        for person in self.rehome.people(self.id.clone(), filter, 0, 100).await?.rows {
            if !person.old_username.is_empty() {
                continue;
            }
            let reason = Some("No username on either app.".to_owned());
            self.rehome.exclude_person(self.id.clone(), person.id, reason).await?;
        }
        Ok(())
    }

    /// What the admin does in Okta: shortens what is too long for the new app. Then the apps are read again.
    async fn mend_values(&self) -> Result<(), Problem> {
        let filter = PeopleFilter {
            unsettled: true,
            ..Default::default()
        };
        for person in self.rehome.people(self.id.clone(), filter, 0, 100).await?.rows {
            let note = person.note.expect("the row says what is wrong");
            let attribute = note.split(':').next().expect("attribute: words").to_owned();
            let answer = reqwest::Client::new()
                .post(format!("{}/api/v1/users/{}", self.wishes.console, person.id))
                .header("authorization", format!("SSWS {}", self.wishes.token))
                .json(&serde_json::json!({ "profile": { attribute: "Northwind" } }))
                .send()
                .await
                .expect("the practice org answers");
            assert!(answer.status().is_success(), "{}", answer.status());
        }
        self.rehome.read_apps(self.id.clone()).await
    }

    /// People who are proven but do not sign in (suspended ones) leave by name, with a reason, after a few looks.
    async fn except_who_cannot_sign_in(&self) {
        let view = self.rehome.retire(self.id.clone()).await.expect("retire");
        let Some(check) = view.gate.checks.iter().find(|c| c.id == "everyone-proven") else {
            return;
        };
        for person in &check.people {
            let seen = self
                .rehome
                .person(self.id.clone(), person.clone())
                .await
                .expect("a person");
            assert!(
                seen.row.placed && seen.row.same_account != Some(false),
                "{:?}",
                seen.row
            );
            let reason = Some("Suspended: cannot sign in.".to_owned());
            self.rehome
                .except_person(self.id.clone(), person.clone(), reason)
                .await
                .expect("excepted");
        }
        self.settle().await;
    }

    /// What the admin does in the Admin Console: deactivates what the old app pushes.
    pub async fn stop_pushing(&self) {
        let old = self.frame().await.old.id;
        let url = format!("{}/api/v1/apps/{old}/group-push/mappings", self.wishes.console);
        let (client, token) = (reqwest::Client::new(), format!("SSWS {}", self.wishes.token));
        let list = client.get(&url).header("authorization", &token).send().await;
        let list: Vec<serde_json::Value> = list.expect("the practice org answers").json().await.expect("a list");
        for mapping in list {
            let one = format!("{url}/{}", mapping["id"].as_str().expect("an id"));
            let answer = client
                .patch(one)
                .header("authorization", &token)
                .json(&serde_json::json!({ "status": "INACTIVE" }))
                .send()
                .await
                .expect("the practice org answers");
            assert!(answer.status().is_success(), "{}", answer.status());
        }
    }

    /// What the admin does in the Admin Console: unticks Deactivate Users on an app.
    pub async fn untick(&self, app: &str) {
        let url = format!("{}/practice/apps/{app}/features", self.wishes.console);
        let answer = reqwest::Client::new()
            .post(url)
            .json(&serde_json::json!({ "PUSH_USER_DEACTIVATION": false }))
            .send()
            .await
            .expect("the practice console answers");
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}
