//! Commands of the cut-over: each only translates, like those in `commands.rs`.

use std::sync::Arc;

use rehome_engine::{Rehome, view::*};
use tauri::State;

type Core<'a> = State<'a, Arc<Rehome>>;

/// The cut-over, where the plan has one.
#[tauri::command]
#[specta::specta]
pub async fn cut_over(rehome: Core<'_>, migration: String) -> Result<CutOverView, Problem> {
    rehome.cut_over(migration).await
}

/// The hour that was agreed with the service's admin, RFC 3339; `None` takes it back.
#[tauri::command]
#[specta::specta]
pub async fn agree_cut_over(rehome: Core<'_>, migration: String, at: Option<String>) -> Result<(), Problem> {
    rehome.agree_cut_over(migration, at).await
}

/// What only a human can know before the cut-over; without a name the word is taken back.
#[tauri::command]
#[specta::specta]
pub async fn attest_cut_over(
    rehome: Core<'_>,
    migration: String,
    word: CutOverWord,
    name: Option<String>,
    note: String,
) -> Result<(), Problem> {
    rehome.attest_cut_over(migration, word, name, note).await
}

/// Reads once more whether everybody is on the new app, then starts the clock.
#[tauri::command]
#[specta::specta]
pub async fn start_cut_over(rehome: Core<'_>, migration: String, name: String) -> Result<(), Problem> {
    rehome.start_cut_over(migration, name).await
}

/// The new values stand in the service, says this name.
#[tauri::command]
#[specta::specta]
pub async fn finish_cut_over(rehome: Core<'_>, migration: String, name: String) -> Result<(), Problem> {
    rehome.finish_cut_over(migration, name).await
}

/// The old values stand in the service again, says this name.
#[tauri::command]
#[specta::specta]
pub async fn undo_cut_over(rehome: Core<'_>, migration: String, name: String, reason: String) -> Result<(), Problem> {
    rehome.undo_cut_over(migration, name, reason).await
}

/// Sets the tiles right where a run could not.
#[tauri::command]
#[specta::specta]
pub async fn set_tiles(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.set_tiles(migration).await
}
