//! The Tauri shell of Rehome: commands, events, window, keychain. No rules; those live in the engine.

mod approval;
mod commands;
mod cut_over;
mod desktop;
mod events;
mod host;
mod keychain;
mod links;
mod pilot_commands;
mod run_commands;
mod settings;
mod settling;
mod window;

use std::{error::Error, process::ExitCode, sync::Arc};

use rehome_engine::{OTHER_MAPPINGS, Rehome, RehomeOptions};
use tauri::{App, Manager, Runtime};
use tauri_specta::{Builder, collect_commands, collect_events};

pub use events::{Changed, RunProgress};
pub use keychain::Keychain;
pub use links::ReportDir;

/// Commands and events of the window, typed. The window, the export of `ui/src/lib/bindings.ts` and the tests use this one.
pub fn bindings<R: Runtime>() -> Builder<R> {
    Builder::new()
        // The window never sends a view back, so one shape a type is enough.
        .disable_serde_phases()
        .commands(collect_commands![
            commands::start,
            commands::open_journal,
            commands::connect,
            commands::service_app_setup,
            commands::connect_service_app,
            commands::start_practice,
            commands::list_apps,
            commands::check_pair,
            commands::start_migration,
            commands::provide_credential,
            commands::provide_service_app,
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
            pilot_commands::pilot,
            pilot_commands::suggest_pilot,
            pilot_commands::pilot_coverage,
            pilot_commands::set_script,
            pilot_commands::pass_script,
            pilot_commands::settle_script,
            pilot_commands::state_other_keys,
            pilot_commands::rehearse_undo,
            pilot_commands::skip_rehearsal,
            pilot_commands::set_pilot,
            pilot_commands::draft_plan,
            pilot_commands::approve_plan,
            pilot_commands::plan_choices,
            pilot_commands::set_never_wave_groups,
            pilot_commands::set_route,
            pilot_commands::set_shaping,
            pilot_commands::load_wave_file,
            pilot_commands::move_to_wave,
            pilot_commands::dry_run,
            pilot_commands::save_dry_run,
            commands::recovery_code,
            commands::confirm_recovery_code,
            commands::run_wave,
            run_commands::run_settings,
            run_commands::set_run_settings,
            run_commands::hold_person,
            run_commands::hold_wave,
            run_commands::approve_exceptions,
            run_commands::except_in_wave,
            run_commands::open_wave,
            run_commands::retry_failed,
            run_commands::failures,
            run_commands::foreign_changes,
            run_commands::accept_foreign,
            run_commands::dismiss_run,
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
            commands::undo_retire,
            commands::share,
            commands::approve_share,
            commands::put_share_back,
            commands::roll_back_view,
            commands::roll_back,
            commands::delete_step,
            commands::deactivate_old,
            commands::delete_old,
            commands::save_report,
            commands::activity,
            commands::close_migration,
            settling::hand_over,
            settling::save_hand_over,
            settling::sign_hand_over,
            settling::answer_identity_providers,
            settling::attest_finding,
            settling::propose_line,
            settling::approve_line,
            settling::withdraw_line,
            settling::run_lines,
            settling::undo_line,
            settling::set_username_rule,
            settling::set_username,
            settling::set_value,
            settling::set_value_match,
            settling::try_expression,
            settling::save_fixes,
            settling::load_fixes,
            settling::load_downstream,
            settling::downstream,
            settling::choose_downstream_column,
            settling::forget_downstream,
            settling::exclude_people,
            settling::exclude_set,
            cut_over::cut_over,
            cut_over::agree_cut_over,
            cut_over::attest_cut_over,
            cut_over::start_cut_over,
            cut_over::finish_cut_over,
            cut_over::undo_cut_over,
            cut_over::set_tiles,
            approval::second_approval,
            approval::require_second,
            approval::export_plan,
            approval::check_approval,
            approval::enter_approval,
            approval::read_plan_file,
            approval::review_people,
            approval::make_approval,
            approval::close_plan_file,
            links::open_link,
            links::reveal,
        ])
        .events(collect_events![Changed, RunProgress])
}

/// Adds commands and events to a Tauri app. `setup` has to manage an `Arc<Rehome>` and the `ReportDir`.
pub fn builder<R: Runtime>(
    builder: tauri::Builder<R>,
    setup: impl FnOnce(&mut App<R>) -> Result<(), Box<dyn Error>> + Send + 'static,
) -> tauri::Builder<R> {
    let bindings = bindings();
    builder.invoke_handler(bindings.invoke_handler()).setup(move |app| {
        bindings.mount_events(app);
        setup(app)
    })
}

/// Opens the window and returns when it is closed. A second start brings the first window to the front instead.
pub fn run(context: tauri::Context) -> ExitCode {
    settings::start_log();
    // Registered first, so that a second start does nothing before it leaves.
    let single = tauri_plugin_single_instance::init(|app, _, _| window::show(app));
    let app = builder(tauri::Builder::default().plugin(single), |app| {
        let handle = app.handle().clone();
        let data_dir = settings::data_dir(&handle)?;
        let speed = settings::speed();
        let report_dir = settings::report_dir(&handle, &data_dir);
        app.manage(ReportDir(report_dir.clone()));
        app.manage(Arc::new(Rehome::new(RehomeOptions {
            data_dir,
            report_dir,
            secrets: Arc::new(Keychain),
            host: Arc::new(host::TauriHost::new(handle.clone(), speed)),
            speed,
            other_mappings: OTHER_MAPPINGS,
        })));
        Ok(window::open(&handle)?)
    })
    .build(context);
    match app {
        Ok(app) => {
            app.run(window::on_event);
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "Rehome could not start");
            ExitCode::FAILURE
        }
    }
}
