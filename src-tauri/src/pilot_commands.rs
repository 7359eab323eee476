//! Commands of the pilot and of the plan: who goes first, what they found, and how everybody comes. Each only translates.

use std::sync::Arc;

use rehome_engine::{Rehome, view::*};
use tauri::State;

type Core<'a> = State<'a, Arc<Rehome>>;

/// Step 3.
#[tauri::command]
#[specta::specta]
pub async fn pilot(rehome: Core<'_>, migration: String) -> Result<PilotView, Problem> {
    rehome.pilot(migration).await
}

/// The fewest people who, with those chosen, cover everything; each with what they stand for.
#[tauri::command]
#[specta::specta]
pub async fn suggest_pilot(
    rehome: Core<'_>,
    migration: String,
    chosen: Vec<String>,
    most: u32,
) -> Result<Vec<PersonRow>, Problem> {
    rehome.suggest_pilot(migration, chosen, most).await
}

/// What these people cover, and who would cover the rest.
#[tauri::command]
#[specta::specta]
pub async fn pilot_coverage(
    rehome: Core<'_>,
    migration: String,
    people: Vec<String>,
) -> Result<PilotCoverage, Problem> {
    rehome.pilot_coverage(migration, people).await
}

/// What one person of the pilot found; no result takes it back.
#[tauri::command]
#[specta::specta]
pub async fn set_script(
    rehome: Core<'_>,
    migration: String,
    person: String,
    check: ScriptCheck,
    result: Option<ScriptResult>,
    note: String,
) -> Result<(), Problem> {
    rehome.set_script(migration, person, check, result, note).await
}

/// Everything that is not told yet passed, for one person.
#[tauri::command]
#[specta::specta]
pub async fn pass_script(rehome: Core<'_>, migration: String, person: String) -> Result<(), Problem> {
    rehome.pass_script(migration, person).await
}

/// Going on although somebody said that the account is not theirs; no name takes it back.
#[tauri::command]
#[specta::specta]
pub async fn settle_script(
    rehome: Core<'_>,
    migration: String,
    person: String,
    name: Option<String>,
    reason: String,
) -> Result<(), Problem> {
    rehome.settle_script(migration, person, name, reason).await
}

/// The word that the two apps know accounts by different keys; no name takes it back.
#[tauri::command]
#[specta::specta]
pub async fn state_other_keys(
    rehome: Core<'_>,
    migration: String,
    name: Option<String>,
    reason: String,
) -> Result<(), Problem> {
    rehome.state_other_keys(migration, name, reason).await
}

/// Takes one person of the pilot off the new app and gives it again.
#[tauri::command]
#[specta::specta]
pub async fn rehearse_undo(rehome: Core<'_>, migration: String, person: String) -> Result<(), Problem> {
    rehome.rehearse_undo(migration, person).await
}

/// Passes the rehearsal by name; no name takes it back.
#[tauri::command]
#[specta::specta]
pub async fn skip_rehearsal(
    rehome: Core<'_>,
    migration: String,
    name: Option<String>,
    reason: String,
) -> Result<(), Problem> {
    rehome.skip_rehearsal(migration, name, reason).await
}

/// Who is in the pilot.
#[tauri::command]
#[specta::specta]
pub async fn set_pilot(rehome: Core<'_>, migration: String, people: Vec<String>) -> Result<(), Problem> {
    rehome.set_pilot(migration, people).await
}

/// Makes the plan from what was read and decided.
#[tauri::command]
#[specta::specta]
pub async fn draft_plan(rehome: Core<'_>, migration: String, wave_size: u32) -> Result<PlanView, Problem> {
    rehome.draft_plan(migration, wave_size).await
}

/// The plan with this digest may run; the name is that of whoever approves.
#[tauri::command]
#[specta::specta]
pub async fn approve_plan(rehome: Core<'_>, migration: String, digest: String, name: String) -> Result<(), Problem> {
    rehome.approve_plan(migration, digest, name).await
}

/// What there is to choose before a plan is drafted.
#[tauri::command]
#[specta::specta]
pub async fn plan_choices(rehome: Core<'_>, migration: String) -> Result<PlanChoices, Problem> {
    rehome.plan_choices(migration).await
}

/// Whether groups may be made for the move.
#[tauri::command]
#[specta::specta]
pub async fn set_never_wave_groups(rehome: Core<'_>, migration: String, never: bool) -> Result<(), Problem> {
    rehome.set_never_wave_groups(migration, never).await
}

/// The route of a group's people, or of one person.
#[tauri::command]
#[specta::specta]
pub async fn set_route(
    rehome: Core<'_>,
    migration: String,
    subject: RouteSubject,
    choice: Option<RouteChoice>,
) -> Result<(), Problem> {
    rehome.set_route(migration, subject, choice).await
}

/// How waves are made.
#[tauri::command]
#[specta::specta]
pub async fn set_shaping(rehome: Core<'_>, migration: String, shaping: WaveShaping) -> Result<(), Problem> {
    rehome.set_shaping(migration, shaping).await
}

/// Takes in who goes in which wave, and with whom; `data` is a CSV in base64.
#[tauri::command]
#[specta::specta]
pub async fn load_wave_file(
    rehome: Core<'_>,
    migration: String,
    file: String,
    data: String,
) -> Result<WaveFileLoaded, Problem> {
    rehome.load_wave_file(migration, file, data).await
}

/// Puts these people into a wave, by hand.
#[tauri::command]
#[specta::specta]
pub async fn move_to_wave(rehome: Core<'_>, migration: String, people: Vec<String>, wave: u32) -> Result<(), Problem> {
    rehome.move_to_wave(migration, people, wave).await
}

/// Every call that a wave would send, in order, by pages.
#[tauri::command]
#[specta::specta]
pub async fn dry_run(
    rehome: Core<'_>,
    migration: String,
    wave: u32,
    offset: u32,
    limit: u32,
) -> Result<DryRunPage, Problem> {
    rehome.dry_run(migration, wave, offset, limit).await
}

/// Writes the whole dry run to a file.
#[tauri::command]
#[specta::specta]
pub async fn save_dry_run(rehome: Core<'_>, migration: String, format: DryRunFormat) -> Result<SavedFile, Problem> {
    rehome.save_dry_run(migration, format).await
}
