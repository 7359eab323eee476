//! The Tauri shell of Rehome: commands, events, window, keychain. No rules; those live in the engine.

mod commands;
mod events;
mod links;

use tauri::Runtime;
use tauri_specta::{Builder, collect_commands, collect_events};

pub use events::{Changed, RunProgress};

/// Commands and events of the window, typed. The window, the export of `ui/src/lib/bindings.ts` and the tests use this one.
pub fn bindings<R: Runtime>() -> Builder<R> {
    Builder::new()
        // The window never sends a view back, so one shape a type is enough.
        .disable_serde_phases()
        .commands(collect_commands![
            commands::start,
            commands::open_journal,
            commands::connect,
            commands::start_practice,
            commands::list_apps,
            commands::check_pair,
            commands::start_migration,
            commands::provide_credential,
            commands::remove_migration,
            commands::migration,
            commands::read_apps,
            commands::compare,
            commands::raw,
            commands::review_finding,
            commands::skip_finding,
            commands::map,
            commands::set_username_choice,
            commands::set_fill,
            commands::confirm_guesses,
            commands::people,
            commands::person,
            commands::exclude_person,
            commands::pilot,
            commands::suggest_pilot,
            commands::set_pilot,
            commands::draft_plan,
            commands::approve_plan,
            commands::recovery_code,
            commands::confirm_recovery_code,
            commands::run_wave,
            commands::pause,
            commands::resume,
            commands::stop,
            commands::prove,
            commands::waves,
            commands::people_map,
            commands::retire,
            commands::retire_read_gate,
            commands::attest,
            commands::attest_canary,
            commands::except_person,
            commands::retire_canary,
            commands::retire_groups,
            commands::retire_individuals,
            commands::delete_step,
            commands::deactivate_old,
            commands::delete_old,
            commands::save_report,
            commands::activity,
            commands::close_migration,
            links::open_link,
            links::reveal,
        ])
        .events(collect_events![Changed, RunProgress])
}

pub fn run() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
