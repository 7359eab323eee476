//! Commands of steps 1 and 2 that decide: each only translates, like those in `commands.rs`.

use std::sync::Arc;

use rehome_engine::{Rehome, view::*};
use tauri::State;

type Core<'a> = State<'a, Arc<Rehome>>;

/// The hand-over sheet for the service's admin.
#[tauri::command]
#[specta::specta]
pub async fn hand_over(rehome: Core<'_>, migration: String) -> Result<HandOverView, Problem> {
    rehome.hand_over(migration).await
}

/// Writes the sheet as a page that can be printed.
#[tauri::command]
#[specta::specta]
pub async fn save_hand_over(rehome: Core<'_>, migration: String) -> Result<SavedFile, Problem> {
    rehome.save_hand_over(migration).await
}

/// Who has put the new values in; `None` takes it back.
#[tauri::command]
#[specta::specta]
pub async fn sign_hand_over(
    rehome: Core<'_>,
    migration: String,
    name: Option<String>,
    note: String,
) -> Result<(), Problem> {
    rehome.sign_hand_over(migration, name, note).await
}

/// Whether the service holds one identity provider or several; `None` takes the answer back.
#[tauri::command]
#[specta::specta]
pub async fn answer_identity_providers(
    rehome: Core<'_>,
    migration: String,
    answer: Option<IdentityProviders>,
) -> Result<(), Problem> {
    rehome.answer_identity_providers(migration, answer).await
}

/// Who has looked at what only a human can know; `None` takes it back.
#[tauri::command]
#[specta::specta]
pub async fn attest_finding(
    rehome: Core<'_>,
    migration: String,
    finding: String,
    name: Option<String>,
) -> Result<(), Problem> {
    rehome.attest_finding(migration, finding, name).await
}

/// Asks for a change on the new app; gives the id of its line.
#[tauri::command]
#[specta::specta]
pub async fn propose_line(rehome: Core<'_>, migration: String, wish: LineWish) -> Result<String, Problem> {
    rehome.propose_line(migration, wish).await
}

/// Approves a line by name.
#[tauri::command]
#[specta::specta]
pub async fn approve_line(rehome: Core<'_>, migration: String, line: String, name: String) -> Result<(), Problem> {
    rehome.approve_line(migration, line, name).await
}

/// Takes a line or its approval back, as long as it is not made.
#[tauri::command]
#[specta::specta]
pub async fn withdraw_line(rehome: Core<'_>, migration: String, line: String) -> Result<(), Problem> {
    rehome.withdraw_line(migration, line).await
}

/// Makes what is approved, one after the other.
#[tauri::command]
#[specta::specta]
pub async fn run_lines(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.run_lines(migration).await
}

/// Makes the change back.
#[tauri::command]
#[specta::specta]
pub async fn undo_line(rehome: Core<'_>, migration: String, line: String) -> Result<(), Problem> {
    rehome.undo_line(migration, line).await
}

/// What an expression gives is sent for everybody in the class.
#[tauri::command]
#[specta::specta]
pub async fn set_username_rule(
    rehome: Core<'_>,
    migration: String,
    of_class: UsernameClass,
    expression: String,
) -> Result<(), Problem> {
    rehome.set_username_rule(migration, of_class, expression).await
}

/// The username of one person, by hand; `None` takes it back.
#[tauri::command]
#[specta::specta]
pub async fn set_username(
    rehome: Core<'_>,
    migration: String,
    person: String,
    username: Option<String>,
) -> Result<(), Problem> {
    rehome.set_username(migration, person, username).await
}

/// One value of one person, by hand; `None` takes it back.
#[tauri::command]
#[specta::specta]
pub async fn set_value(
    rehome: Core<'_>,
    migration: String,
    person: String,
    attribute: String,
    value: Option<String>,
) -> Result<(), Problem> {
    rehome.set_value(migration, person, attribute, value).await
}

/// What an old value becomes on the new app; neither a value nor leaving out takes the decision back.
#[tauri::command]
#[specta::specta]
pub async fn set_value_match(
    rehome: Core<'_>,
    migration: String,
    attribute: String,
    old_value: String,
    new_value: Option<String>,
    leave_out: bool,
) -> Result<(), Problem> {
    rehome
        .set_value_match(migration, attribute, old_value, new_value, leave_out)
        .await
}

/// What an expression would give one person, part by part.
#[tauri::command]
#[specta::specta]
pub async fn try_expression(
    rehome: Core<'_>,
    migration: String,
    attribute: Option<String>,
    text: String,
    person: Option<String>,
) -> Result<ExpressionTrial, Problem> {
    rehome.try_expression(migration, attribute, text, person).await
}

/// Writes the rows that need fixing as CSV.
#[tauri::command]
#[specta::specta]
pub async fn save_fixes(rehome: Core<'_>, migration: String) -> Result<SavedFile, Problem> {
    rehome.save_fixes(migration).await
}

/// Takes fixed rows in; `data` is the file in base64.
#[tauri::command]
#[specta::specta]
pub async fn load_fixes(
    rehome: Core<'_>,
    migration: String,
    file: String,
    data: String,
) -> Result<FixesLoaded, Problem> {
    rehome.load_fixes(migration, file, data).await
}

/// Takes the service's own list of accounts in; `data` is the file in base64.
#[tauri::command]
#[specta::specta]
pub async fn load_downstream(
    rehome: Core<'_>,
    migration: String,
    file: String,
    data: String,
    column: Option<String>,
) -> Result<DownstreamView, Problem> {
    rehome.load_downstream(migration, file, data, column).await
}

/// The service's accounts against the planned usernames.
#[tauri::command]
#[specta::specta]
pub async fn downstream(rehome: Core<'_>, migration: String) -> Result<Option<DownstreamView>, Problem> {
    rehome.downstream(migration).await
}

/// Which column holds the usernames.
#[tauri::command]
#[specta::specta]
pub async fn choose_downstream_column(
    rehome: Core<'_>,
    migration: String,
    column: String,
) -> Result<DownstreamView, Problem> {
    rehome.choose_downstream_column(migration, column).await
}

/// Wipes what was taken in of the service's list.
#[tauri::command]
#[specta::specta]
pub async fn forget_downstream(rehome: Core<'_>, migration: String) -> Result<(), Problem> {
    rehome.forget_downstream(migration).await
}

/// Leaves people out, with one reason; `None` takes it back. Gives how many.
#[tauri::command]
#[specta::specta]
pub async fn exclude_people(
    rehome: Core<'_>,
    migration: String,
    people: Vec<String>,
    reason: Option<String>,
) -> Result<u32, Problem> {
    rehome.exclude_people(migration, people, reason).await
}

/// Leaves everybody of a set out, with one reason.
#[tauri::command]
#[specta::specta]
pub async fn exclude_set(rehome: Core<'_>, migration: String, set: String, reason: String) -> Result<u32, Problem> {
    rehome.exclude_set(migration, set, reason).await
}
