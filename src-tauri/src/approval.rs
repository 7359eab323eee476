//! Commands of the second admin's approval: each only translates, like those in `commands.rs`.

use std::sync::Arc;

use rehome_engine::{Rehome, view::*};
use tauri::State;

type Core<'a> = State<'a, Arc<Rehome>>;

/// The second admin's approval, as it stands.
#[tauri::command]
#[specta::specta]
pub async fn second_approval(rehome: Core<'_>, migration: String) -> Result<SecondView, Problem> {
    rehome.second_approval(migration).await
}

/// Whether a plan needs a second admin; switching it off needs a reason.
#[tauri::command]
#[specta::specta]
pub async fn require_second(
    rehome: Core<'_>,
    migration: String,
    required: bool,
    reason: Option<String>,
) -> Result<(), Problem> {
    rehome.require_second(migration, required, reason).await
}

/// Writes the newest plan as a file for the second admin.
#[tauri::command]
#[specta::specta]
pub async fn export_plan(rehome: Core<'_>, migration: String, name: String) -> Result<SavedFile, Problem> {
    rehome.export_plan(migration, name).await
}

/// Looks at a code without taking it.
#[tauri::command]
#[specta::specta]
pub async fn check_approval(rehome: Core<'_>, migration: String, code: String) -> Result<ApprovalCheck, Problem> {
    rehome.check_approval(migration, code).await
}

/// Takes a code; `compared`: the fingerprint was read out by the colleague.
#[tauri::command]
#[specta::specta]
pub async fn enter_approval(rehome: Core<'_>, migration: String, code: String, compared: bool) -> Result<(), Problem> {
    rehome.enter_approval(migration, code, compared).await
}

/// Reads a colleague's plan; `data` is the file in base64.
#[tauri::command]
#[specta::specta]
pub async fn read_plan_file(rehome: Core<'_>, file: String, data: String) -> Result<PlanReview, Problem> {
    rehome.read_plan_file(file, data).await
}

/// People of the plan that is being looked at.
#[tauri::command]
#[specta::specta]
pub async fn review_people(rehome: Core<'_>, search: String, offset: u32, limit: u32) -> Result<ReviewPage, Problem> {
    rehome.review_people(search, offset, limit).await
}

/// Makes the code for the plan that is being looked at.
#[tauri::command]
#[specta::specta]
pub async fn make_approval(rehome: Core<'_>, digest: String, name: String) -> Result<ApprovalCodeView, Problem> {
    rehome.make_approval(digest, name).await
}

/// Forgets the plan that was looked at.
#[tauri::command]
#[specta::specta]
pub async fn close_plan_file(rehome: Core<'_>) -> Result<(), Problem> {
    rehome.close_plan_file().await
}
