//! Commands around runs: how they go, what is held back, what goes on by a decision. Each only translates.

use std::sync::Arc;

use rehome_engine::{Rehome, view::*};
use tauri::State;

type Core<'a> = State<'a, Arc<Rehome>>;

/// How the runs of this migration go.
#[tauri::command]
#[specta::specta]
pub async fn run_settings(rehome: Core<'_>, migration: String) -> Result<RunSettingsView, Problem> {
    rehome.run_settings(migration).await
}

/// Sets how runs go; what is running obeys at once.
#[tauri::command]
#[specta::specta]
pub async fn set_run_settings(rehome: Core<'_>, migration: String, settings: RunSettings) -> Result<(), Problem> {
    rehome.set_run_settings(migration, settings).await
}

/// Holds a person back, with a reason; `null` releases them.
#[tauri::command]
#[specta::specta]
pub async fn hold_person(
    rehome: Core<'_>,
    migration: String,
    person: String,
    reason: Option<String>,
) -> Result<(), Problem> {
    rehome.hold_person(migration, person, reason).await
}

/// Puts a wave on hold, with a reason; `null` releases it.
#[tauri::command]
#[specta::specta]
pub async fn hold_wave(rehome: Core<'_>, migration: String, wave: u32, reason: Option<String>) -> Result<(), Problem> {
    rehome.hold_wave(migration, wave, reason).await
}

/// Leaves exactly so many people who failed in a wave on the old app, by name.
#[tauri::command]
#[specta::specta]
pub async fn approve_exceptions(
    rehome: Core<'_>,
    migration: String,
    wave: u32,
    number: u32,
    name: String,
    reason: String,
) -> Result<(), Problem> {
    rehome.approve_exceptions(migration, wave, number, name, reason).await
}

/// Leaves one person who is not proven on the old app, by name; `null` takes it back.
#[tauri::command]
#[specta::specta]
pub async fn except_in_wave(
    rehome: Core<'_>,
    migration: String,
    person: String,
    said: Option<NameAndReason>,
) -> Result<(), Problem> {
    rehome.except_in_wave(migration, person, said).await
}

/// Lets a wave begin although the one before has not reached its share.
#[tauri::command]
#[specta::specta]
pub async fn open_wave(
    rehome: Core<'_>,
    migration: String,
    wave: u32,
    name: String,
    reason: String,
) -> Result<(), Problem> {
    rehome.open_wave(migration, wave, name, reason).await
}

/// Runs a wave for those who failed in it, of one cause or of any.
#[tauri::command]
#[specta::specta]
pub async fn retry_failed(
    rehome: Core<'_>,
    migration: String,
    wave: u32,
    cause: Option<String>,
) -> Result<(), Problem> {
    rehome.retry_failed(migration, wave, cause).await
}

/// Who did not get there, by cause.
#[tauri::command]
#[specta::specta]
pub async fn failures(rehome: Core<'_>, migration: String) -> Result<FailuresView, Problem> {
    rehome.failures(migration).await
}

/// What somebody else changed on the new app, and nobody has looked at yet.
#[tauri::command]
#[specta::specta]
pub async fn foreign_changes(rehome: Core<'_>, migration: String) -> Result<Vec<ForeignView>, Problem> {
    rehome.foreign_changes(migration).await
}

/// These changes have been looked at, by name: the waves may go on.
#[tauri::command]
#[specta::specta]
pub async fn accept_foreign(
    rehome: Core<'_>,
    migration: String,
    changes: Vec<String>,
    name: String,
) -> Result<(), Problem> {
    rehome.accept_foreign(migration, changes, name).await
}

/// How the last run ended was seen to.
#[tauri::command]
#[specta::specta]
pub async fn dismiss_run(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.dismiss_run(migration).await
}
