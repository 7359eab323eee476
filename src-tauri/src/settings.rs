//! What the environment may set. None of it weakens a gate; what bends time exists in debug builds only.

use std::{env, io, path::PathBuf};

use tauri::{Manager, Runtime};
use tracing_subscriber::EnvFilter;

/// Where journal and reports live: `REHOME_DATA_DIR`, else the place that the operating system has for it.
pub fn data_dir<R: Runtime>(app: &impl Manager<R>) -> tauri::Result<PathBuf> {
    match env::var_os("REHOME_DATA_DIR") {
        Some(dir) if !dir.is_empty() => Ok(PathBuf::from(dir)),
        _ => app.path().app_data_dir(),
    }
}

/// How many times faster than the wall clock Rehome and its practice org run. Always 1 in a release build.
pub fn speed() -> u32 {
    if cfg!(debug_assertions) {
        env::var("REHOME_SPEED")
            .ok()
            .and_then(|speed| speed.parse().ok())
            .filter(|speed| *speed > 0)
            .unwrap_or(1)
    } else {
        1
    }
}

/// Log lines go to stderr; `REHOME_LOG` sets what is shown ("info", "rehome_okta=debug").
pub fn start_log() {
    let filter = EnvFilter::try_from_env("REHOME_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    // A second subscriber (tests start several apps in one process) is refused, and that is fine.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .try_init();
}
