//! Commands: each only translates. Rules live in the engine. Parameters are not named like words that TypeScript keeps for
//! itself (`new`, `class`): the bindings would not compile.

use std::sync::Arc;

use rehome_engine::{Rehome, view::*};
use tauri::State;

type Core<'a> = State<'a, Arc<Rehome>>;

/// The first screen.
#[tauri::command]
#[specta::specta]
pub async fn start(rehome: Core<'_>) -> Result<StartView, Problem> {
    rehome.start().await
}

/// Opens the journal with the recovery code and wraps its key for the keychain anew.
#[tauri::command]
#[specta::specta]
pub async fn open_journal(rehome: Core<'_>, code: String) -> Result<StartView, Problem> {
    rehome.open_journal(code).await
}

/// Checks address and token, reads what they allow, keeps the token in the keychain.
#[tauri::command]
#[specta::specta]
pub async fn connect(rehome: Core<'_>, url: String, token: String) -> Result<ConnectionView, Problem> {
    rehome.connect(url, token).await
}

/// The key pair for a service app that is still to be connected; `anew` makes another one.
#[tauri::command]
#[specta::specta]
pub async fn service_app_setup(rehome: Core<'_>, anew: bool) -> Result<ServiceAppSetup, Problem> {
    rehome.service_app_setup(anew).await
}

/// Checks address and service app with that key, reads what they allow, keeps both in the keychain.
#[tauri::command]
#[specta::specta]
pub async fn connect_service_app(rehome: Core<'_>, url: String, client_id: String) -> Result<ConnectionView, Problem> {
    rehome.connect_service_app(url, client_id).await
}

/// Starts a practice org in this process and connects to it; its token stays in memory.
#[tauri::command]
#[specta::specta]
pub async fn start_practice(rehome: Core<'_>, people: u32, engine: OrgEngine) -> Result<ConnectionView, Problem> {
    rehome.start_practice(people, engine).await
}

/// Apps of the org whose label or name begins with the search text.
#[tauri::command]
#[specta::specta]
pub async fn list_apps(rehome: Core<'_>, connection: String, search: String) -> Result<Vec<AppChoice>, Problem> {
    rehome.list_apps(connection, search).await
}

/// Whether these two apps can be old and new app.
#[tauri::command]
#[specta::specta]
pub async fn check_pair(
    rehome: Core<'_>,
    connection: String,
    old_app: String,
    new_app: String,
) -> Result<PairView, Problem> {
    rehome.check_pair(connection, old_app, new_app).await
}

/// Makes a migration; gives its id.
#[tauri::command]
#[specta::specta]
pub async fn start_migration(
    rehome: Core<'_>,
    connection: String,
    old_app: String,
    new_app: String,
) -> Result<String, Problem> {
    rehome.start_migration(connection, old_app, new_app).await
}

/// A new token for the same org.
#[tauri::command]
#[specta::specta]
pub async fn provide_credential(rehome: Core<'_>, migration: String, token: String) -> Result<MigrationView, Problem> {
    rehome.provide_credential(migration, token).await
}

/// A service app of the same org, in place of the credential there was.
#[tauri::command]
#[specta::specta]
pub async fn provide_service_app(
    rehome: Core<'_>,
    migration: String,
    client_id: String,
) -> Result<MigrationView, Problem> {
    rehome.provide_service_app(migration, client_id).await
}

/// Forgets a migration that has changed nothing, or whose practice org is gone.
#[tauri::command]
#[specta::specta]
pub async fn remove_migration(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.remove_migration(migration).await
}

/// The frame.
#[tauri::command]
#[specta::specta]
pub async fn migration(rehome: Core<'_>, migration: String) -> Result<MigrationView, Problem> {
    rehome.migration(migration).await
}

/// Begins to read both apps; progress comes as `RunProgress`.
#[tauri::command]
#[specta::specta]
pub async fn read_apps(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.read_apps(migration).await
}

/// Step 1.
#[tauri::command]
#[specta::specta]
pub async fn compare(rehome: Core<'_>, migration: String) -> Result<CompareView, Problem> {
    rehome.compare(migration).await
}

/// What Okta answered, secrets redacted.
#[tauri::command]
#[specta::specta]
pub async fn raw(rehome: Core<'_>, migration: String) -> Result<Vec<RawPair>, Problem> {
    rehome.raw(migration).await
}

/// The admin has seen a finding.
#[tauri::command]
#[specta::specta]
pub async fn review_finding(
    rehome: Core<'_>,
    migration: String,
    finding: String,
    reviewed: bool,
) -> Result<(), Problem> {
    rehome.review_finding(migration, finding, reviewed).await
}

/// Passes one check by name with a reason; `None` takes it back.
#[tauri::command]
#[specta::specta]
pub async fn skip_finding(
    rehome: Core<'_>,
    migration: String,
    finding: String,
    reason: Option<String>,
) -> Result<(), Problem> {
    rehome.skip_finding(migration, finding, reason).await
}

/// Step 2, with values for one person.
#[tauri::command]
#[specta::specta]
pub async fn map(rehome: Core<'_>, migration: String, preview: Option<String>) -> Result<MapView, Problem> {
    rehome.map(migration, preview).await
}

/// What is done with the people of a class.
#[tauri::command]
#[specta::specta]
pub async fn set_username_choice(
    rehome: Core<'_>,
    migration: String,
    username_class: UsernameClass,
    choice: UsernameChoice,
) -> Result<(), Problem> {
    rehome.set_username_choice(migration, username_class, choice).await
}

/// How an attribute is filled; this confirms it (`Nothing` excludes it).
#[tauri::command]
#[specta::specta]
pub async fn set_fill(rehome: Core<'_>, migration: String, attribute: String, fill: Fill) -> Result<(), Problem> {
    rehome.set_fill(migration, attribute, fill).await
}

/// Confirms every guess as it stands.
#[tauri::command]
#[specta::specta]
pub async fn confirm_guesses(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.confirm_guesses(migration).await
}

/// One page of people, by name.
#[tauri::command]
#[specta::specta]
pub async fn people(
    rehome: Core<'_>,
    migration: String,
    filter: PeopleFilter,
    offset: u32,
    limit: u32,
) -> Result<PeoplePage, Problem> {
    rehome.people(migration, filter, offset, limit).await
}

/// The inspector.
#[tauri::command]
#[specta::specta]
pub async fn person(rehome: Core<'_>, migration: String, person: String) -> Result<PersonView, Problem> {
    rehome.person(migration, person).await
}

/// Leaves a person out, with a reason; `None` takes it back.
#[tauri::command]
#[specta::specta]
pub async fn exclude_person(
    rehome: Core<'_>,
    migration: String,
    person: String,
    reason: Option<String>,
) -> Result<(), Problem> {
    rehome.exclude_person(migration, person, reason).await
}

/// Makes a recovery code and shows it this once.
#[tauri::command]
#[specta::specta]
pub async fn recovery_code(rehome: Core<'_>) -> Result<String, Problem> {
    rehome.recovery_code().await
}

/// The admin has written it down.
#[tauri::command]
#[specta::specta]
pub async fn confirm_recovery_code(rehome: Core<'_>, code: String) -> Result<(), Problem> {
    rehome.confirm_recovery_code(code).await
}

/// Begins or goes on with a wave; 0 is the pilot.
#[tauri::command]
#[specta::specta]
pub async fn run_wave(rehome: Core<'_>, migration: String, wave: u32) -> Result<(), Problem> {
    rehome.run_wave(migration, wave).await
}

/// Finishes the calls under way, then waits.
#[tauri::command]
#[specta::specta]
pub async fn pause(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.pause(migration).await
}

/// Goes on after a pause.
#[tauri::command]
#[specta::specta]
pub async fn resume(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.resume(migration).await
}

/// Finishes the calls under way, then ends the run; it can be begun again.
#[tauri::command]
#[specta::specta]
pub async fn stop(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.stop(migration).await
}

/// What share of Okta's limits the credential has, and whether it can be raised.
#[tauri::command]
#[specta::specta]
pub async fn share(rehome: Core<'_>, migration: String) -> Result<ShareView, Problem> {
    rehome.share(migration).await
}

/// Approves by name that the share is raised while waves run; no percentage takes it back.
#[tauri::command]
#[specta::specta]
pub async fn approve_share(
    rehome: Core<'_>,
    migration: String,
    principal: String,
    percentage: Option<u32>,
    name: String,
) -> Result<(), Problem> {
    rehome.approve_share(migration, principal, percentage, name).await
}

/// Puts a raised share back now.
#[tauri::command]
#[specta::specta]
pub async fn put_share_back(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.put_share_back(migration).await
}

/// What rolling back would take away on the new app.
#[tauri::command]
#[specta::specta]
pub async fn roll_back_view(rehome: Core<'_>, migration: String) -> Result<RollBackView, Problem> {
    rehome.roll_back_view(migration).await
}

/// Takes back on the new app what this migration gave there, and nothing else.
#[tauri::command]
#[specta::specta]
pub async fn roll_back(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.roll_back(migration).await
}

/// Reads the new app and the System Log again and records proofs.
#[tauri::command]
#[specta::specta]
pub async fn prove(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.prove(migration).await
}

/// Step 4.
#[tauri::command]
#[specta::specta]
pub async fn waves(rehome: Core<'_>, migration: String) -> Result<WavesView, Problem> {
    rehome.waves(migration).await
}

/// Everybody, by wave.
#[tauri::command]
#[specta::specta]
pub async fn people_map(rehome: Core<'_>, migration: String) -> Result<PeopleMap, Problem> {
    rehome.people_map(migration).await
}

/// Step 5, as read last.
#[tauri::command]
#[specta::specta]
pub async fn retire(rehome: Core<'_>, migration: String) -> Result<RetireView, Problem> {
    rehome.retire(migration).await
}

/// Reads the gate from Okta.
#[tauri::command]
#[specta::specta]
pub async fn retire_read_gate(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.retire_read_gate(migration).await
}

/// "I see Deactivate Users unticked."
#[tauri::command]
#[specta::specta]
pub async fn attest(rehome: Core<'_>, migration: String, name: String) -> Result<(), Problem> {
    rehome.attest(migration, name).await
}

/// What a human saw of the canary's account in the service.
#[tauri::command]
#[specta::specta]
pub async fn attest_canary(
    rehome: Core<'_>,
    migration: String,
    name: String,
    still_active: bool,
) -> Result<(), Problem> {
    rehome.attest_canary(migration, name, still_active).await
}

/// Lets a person leave the old app without proof, by name.
#[tauri::command]
#[specta::specta]
pub async fn except_person(
    rehome: Core<'_>,
    migration: String,
    person: String,
    reason: Option<String>,
) -> Result<(), Problem> {
    rehome.except_person(migration, person, reason).await
}

/// Unassigns the canary.
#[tauri::command]
#[specta::specta]
pub async fn retire_canary(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.retire_canary(migration).await
}

/// Takes the groups off the old app, for exactly this many members.
#[tauri::command]
#[specta::specta]
pub async fn retire_groups(rehome: Core<'_>, migration: String, members: u32) -> Result<(), Problem> {
    rehome.retire_groups(migration, members).await
}

/// Unassigns the rest in batches.
#[tauri::command]
#[specta::specta]
pub async fn retire_individuals(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.retire_individuals(migration).await
}

/// Gives the old app back to everybody and every group that this migration took it from.
#[tauri::command]
#[specta::specta]
pub async fn undo_retire(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.undo_retire(migration).await
}

/// Step 6.
#[tauri::command]
#[specta::specta]
pub async fn delete_step(rehome: Core<'_>, migration: String) -> Result<DeleteView, Problem> {
    rehome.delete_step(migration).await
}

/// Deactivates the old app.
#[tauri::command]
#[specta::specta]
pub async fn deactivate_old(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.deactivate_old(migration).await
}

/// Deletes the old app; the label must be typed.
#[tauri::command]
#[specta::specta]
pub async fn delete_old(rehome: Core<'_>, migration: String, typed: String) -> Result<(), Problem> {
    rehome.delete_old(migration, typed).await
}

/// Writes the report as HTML and CSV.
#[tauri::command]
#[specta::specta]
pub async fn save_report(rehome: Core<'_>, migration: String) -> Result<ReportView, Problem> {
    rehome.save_report(migration).await
}

/// Every call made, newest first.
#[tauri::command]
#[specta::specta]
pub async fn activity(rehome: Core<'_>, migration: String, offset: u32, limit: u32) -> Result<ActivityView, Problem> {
    rehome.activity(migration, offset, limit).await
}

/// Ends the migration: the token leaves the keychain, and Okta where wished.
#[tauri::command]
#[specta::specta]
pub async fn close_migration(rehome: Core<'_>, migration: String, revoke_token: bool) -> Result<(), Problem> {
    rehome.close_migration(migration, revoke_token).await
}
