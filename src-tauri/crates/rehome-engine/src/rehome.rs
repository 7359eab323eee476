//! The facade: every use case that the window (or a headless journey) calls, by the name of its command.

use crate::view::*;

/// One running Rehome: journal, secrets, connections, migrations.
pub struct Rehome {}

impl Rehome {
    /// The first screen.
    pub async fn start(&self) -> Result<StartView, Problem> {
        
        Err(not_yet("start"))
    }

    /// Opens the journal with the recovery code and wraps its key for the keychain anew.
    pub async fn open_journal(&self, code: String) -> Result<StartView, Problem> {
        let _ = (code,);
        Err(not_yet("open_journal"))
    }

    /// Checks address and token, reads what they allow, keeps the token in the keychain.
    pub async fn connect(&self, url: String, token: String) -> Result<ConnectionView, Problem> {
        let _ = (url, token,);
        Err(not_yet("connect"))
    }

    /// Starts a practice org in this process and connects to it; its token stays in memory.
    pub async fn start_practice(&self, people: u32, engine: OrgEngine) -> Result<ConnectionView, Problem> {
        let _ = (people, engine,);
        Err(not_yet("start_practice"))
    }

    /// Apps of the org whose label or name begins with the search text.
    pub async fn list_apps(&self, connection: String, search: String) -> Result<Vec<AppChoice>, Problem> {
        let _ = (connection, search,);
        Err(not_yet("list_apps"))
    }

    /// Whether these two apps can be old and new app.
    pub async fn check_pair(&self, connection: String, old: String, new: String) -> Result<PairView, Problem> {
        let _ = (connection, old, new,);
        Err(not_yet("check_pair"))
    }

    /// Makes a migration; gives its id.
    pub async fn start_migration(&self, connection: String, old: String, new: String) -> Result<String, Problem> {
        let _ = (connection, old, new,);
        Err(not_yet("start_migration"))
    }

    /// A new token for the same org.
    pub async fn provide_credential(&self, migration: String, token: String) -> Result<MigrationView, Problem> {
        let _ = (migration, token,);
        Err(not_yet("provide_credential"))
    }

    /// Forgets a migration that has changed nothing, or whose practice org is gone.
    pub async fn remove_migration(&self, migration: String) -> Result<(), Problem> {
        let _ = (migration,);
        Err(not_yet("remove_migration"))
    }

    /// The frame.
    pub async fn migration(&self, migration: String) -> Result<MigrationView, Problem> {
        let _ = (migration,);
        Err(not_yet("migration"))
    }

    /// Begins to read both apps; progress comes as `RunProgress`.
    pub async fn read_apps(&self, migration: String) -> Result<(), Problem> {
        let _ = (migration,);
        Err(not_yet("read_apps"))
    }

    /// Step 1.
    pub async fn compare(&self, migration: String) -> Result<CompareView, Problem> {
        let _ = (migration,);
        Err(not_yet("compare"))
    }

    /// What Okta answered, secrets redacted.
    pub async fn raw(&self, migration: String) -> Result<Vec<RawPair>, Problem> {
        let _ = (migration,);
        Err(not_yet("raw"))
    }

    /// The admin has seen a finding.
    pub async fn review_finding(&self, migration: String, finding: String, reviewed: bool) -> Result<(), Problem> {
        let _ = (migration, finding, reviewed,);
        Err(not_yet("review_finding"))
    }

    /// Passes one check by name with a reason; `None` takes it back.
    pub async fn skip_finding(&self, migration: String, finding: String, reason: Option<String>) -> Result<(), Problem> {
        let _ = (migration, finding, reason,);
        Err(not_yet("skip_finding"))
    }

    /// Step 2, with values for one person.
    pub async fn map(&self, migration: String, preview: Option<String>) -> Result<MapView, Problem> {
        let _ = (migration, preview,);
        Err(not_yet("map"))
    }

    /// What is done with the people of a class.
    pub async fn set_username_choice(&self, migration: String, class: UsernameClass, choice: UsernameChoice) -> Result<(), Problem> {
        let _ = (migration, class, choice,);
        Err(not_yet("set_username_choice"))
    }

    /// How an attribute is filled; this confirms it (`Nothing` excludes it).
    pub async fn set_fill(&self, migration: String, attribute: String, fill: Fill) -> Result<(), Problem> {
        let _ = (migration, attribute, fill,);
        Err(not_yet("set_fill"))
    }

    /// Confirms every guess as it stands.
    pub async fn confirm_guesses(&self, migration: String) -> Result<(), Problem> {
        let _ = (migration,);
        Err(not_yet("confirm_guesses"))
    }

    /// One page of people, by name.
    pub async fn people(&self, migration: String, filter: PeopleFilter, offset: u32, limit: u32) -> Result<PeoplePage, Problem> {
        let _ = (migration, filter, offset, limit,);
        Err(not_yet("people"))
    }

    /// The inspector.
    pub async fn person(&self, migration: String, person: String) -> Result<PersonView, Problem> {
        let _ = (migration, person,);
        Err(not_yet("person"))
    }

    /// Leaves a person out, with a reason; `None` takes it back.
    pub async fn exclude_person(&self, migration: String, person: String, reason: Option<String>) -> Result<(), Problem> {
        let _ = (migration, person, reason,);
        Err(not_yet("exclude_person"))
    }

    /// Step 3.
    pub async fn pilot(&self, migration: String) -> Result<PilotView, Problem> {
        let _ = (migration,);
        Err(not_yet("pilot"))
    }

    /// People who cover the most: paths, groups, username classes.
    pub async fn suggest_pilot(&self, migration: String, count: u32) -> Result<Vec<PersonRow>, Problem> {
        let _ = (migration, count,);
        Err(not_yet("suggest_pilot"))
    }

    /// Who is in the pilot.
    pub async fn set_pilot(&self, migration: String, people: Vec<String>) -> Result<(), Problem> {
        let _ = (migration, people,);
        Err(not_yet("set_pilot"))
    }

    /// Makes the plan from what was read and decided.
    pub async fn draft_plan(&self, migration: String, wave_size: u32) -> Result<PlanView, Problem> {
        let _ = (migration, wave_size,);
        Err(not_yet("draft_plan"))
    }

    /// The plan with this digest may run.
    pub async fn approve_plan(&self, migration: String, digest: String) -> Result<(), Problem> {
        let _ = (migration, digest,);
        Err(not_yet("approve_plan"))
    }

    /// Makes a recovery code and shows it this once.
    pub async fn recovery_code(&self) -> Result<String, Problem> {
        
        Err(not_yet("recovery_code"))
    }

    /// The admin has written it down.
    pub async fn confirm_recovery_code(&self, code: String) -> Result<(), Problem> {
        let _ = (code,);
        Err(not_yet("confirm_recovery_code"))
    }

    /// Begins or goes on with a wave; 0 is the pilot.
    pub async fn run_wave(&self, migration: String, wave: u32) -> Result<(), Problem> {
        let _ = (migration, wave,);
        Err(not_yet("run_wave"))
    }

    /// Finishes the calls under way, then waits.
    pub async fn pause(&self, migration: String) -> Result<(), Problem> {
        let _ = (migration,);
        Err(not_yet("pause"))
    }

    /// Goes on after a pause.
    pub async fn resume(&self, migration: String) -> Result<(), Problem> {
        let _ = (migration,);
        Err(not_yet("resume"))
    }

    /// Finishes the calls under way, then ends the run; it can be begun again.
    pub async fn stop(&self, migration: String) -> Result<(), Problem> {
        let _ = (migration,);
        Err(not_yet("stop"))
    }

    /// Reads the new app and the System Log again and records proofs.
    pub async fn prove(&self, migration: String) -> Result<(), Problem> {
        let _ = (migration,);
        Err(not_yet("prove"))
    }

    /// Step 4.
    pub async fn waves(&self, migration: String) -> Result<WavesView, Problem> {
        let _ = (migration,);
        Err(not_yet("waves"))
    }

    /// Everybody, by wave.
    pub async fn people_map(&self, migration: String) -> Result<PeopleMap, Problem> {
        let _ = (migration,);
        Err(not_yet("people_map"))
    }

    /// Step 5, as read last.
    pub async fn retire(&self, migration: String) -> Result<RetireView, Problem> {
        let _ = (migration,);
        Err(not_yet("retire"))
    }

    /// Reads the gate from Okta.
    pub async fn retire_read_gate(&self, migration: String) -> Result<(), Problem> {
        let _ = (migration,);
        Err(not_yet("retire_read_gate"))
    }

    /// "I see Deactivate Users unticked."
    pub async fn attest(&self, migration: String, name: String) -> Result<(), Problem> {
        let _ = (migration, name,);
        Err(not_yet("attest"))
    }

    /// What a human saw of the canary's account in the service.
    pub async fn attest_canary(&self, migration: String, name: String, still_active: bool) -> Result<(), Problem> {
        let _ = (migration, name, still_active,);
        Err(not_yet("attest_canary"))
    }

    /// Lets a person leave the old app without proof, by name.
    pub async fn except_person(&self, migration: String, person: String, reason: Option<String>) -> Result<(), Problem> {
        let _ = (migration, person, reason,);
        Err(not_yet("except_person"))
    }

    /// Unassigns the canary.
    pub async fn retire_canary(&self, migration: String) -> Result<(), Problem> {
        let _ = (migration,);
        Err(not_yet("retire_canary"))
    }

    /// Takes the groups off the old app, for exactly this many members.
    pub async fn retire_groups(&self, migration: String, members: u32) -> Result<(), Problem> {
        let _ = (migration, members,);
        Err(not_yet("retire_groups"))
    }

    /// Unassigns the rest in batches.
    pub async fn retire_individuals(&self, migration: String) -> Result<(), Problem> {
        let _ = (migration,);
        Err(not_yet("retire_individuals"))
    }

    /// Step 6.
    pub async fn delete_step(&self, migration: String) -> Result<DeleteView, Problem> {
        let _ = (migration,);
        Err(not_yet("delete_step"))
    }

    /// Deactivates the old app.
    pub async fn deactivate_old(&self, migration: String) -> Result<(), Problem> {
        let _ = (migration,);
        Err(not_yet("deactivate_old"))
    }

    /// Deletes the old app; the label must be typed.
    pub async fn delete_old(&self, migration: String, typed: String) -> Result<(), Problem> {
        let _ = (migration, typed,);
        Err(not_yet("delete_old"))
    }

    /// Writes the report as HTML and CSV.
    pub async fn save_report(&self, migration: String) -> Result<ReportView, Problem> {
        let _ = (migration,);
        Err(not_yet("save_report"))
    }

    /// Every call made, newest first.
    pub async fn activity(&self, migration: String, offset: u32, limit: u32) -> Result<ActivityView, Problem> {
        let _ = (migration, offset, limit,);
        Err(not_yet("activity"))
    }

    /// Ends the migration: the token leaves the keychain, and Okta where wished.
    pub async fn close_migration(&self, migration: String, revoke_token: bool) -> Result<(), Problem> {
        let _ = (migration, revoke_token,);
        Err(not_yet("close_migration"))
    }

}

fn not_yet(what: &str) -> Problem {
    Problem { code: ProblemCode::Unexpected, what: what.to_owned(), why: String::new(), mend: String::new(), link: None, detail: None }
}
