//! What the environment may set. None of it weakens a gate; what bends time exists in debug builds only.

use std::{
    env, io,
    path::{Path, PathBuf},
};

use tauri::{Manager, Runtime};
use tracing_subscriber::EnvFilter;

/// Where the journal lives: `REHOME_DATA_DIR`, else the place that the operating system has for it.
pub fn data_dir<R: Runtime>(app: &impl Manager<R>) -> tauri::Result<PathBuf> {
    match chosen_dir() {
        Some(dir) => Ok(dir),
        None => app.path().app_data_dir(),
    }
}

/// Where reports are saved: among the admin's documents, or with the journal where its place was chosen or there are none.
pub fn report_dir<R: Runtime>(app: &impl Manager<R>, data_dir: &Path) -> PathBuf {
    match app.path().document_dir() {
        Ok(documents) if chosen_dir().is_none() => documents.join("Rehome"),
        _ => data_dir.join("reports"),
    }
}

fn chosen_dir() -> Option<PathBuf> {
    env::var_os("REHOME_DATA_DIR")
        .filter(|dir| !dir.is_empty())
        .map(PathBuf::from)
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

/// At finer levels these write down what they send: headers of calls to Okta, messages to the keychain.
const TALKATIVE: &str = "h2=info,hyper=info,hyper_util=info,reqwest=info,rustls=info,\
                         zbus=info,secret_service=info,keyring=info,keyring_core=info,zbus_secret_service_keyring_store=info";

/// Log lines go to stderr; `REHOME_LOG` sets what is shown ("info", "rehome_okta=debug").
pub fn start_log() {
    let wish = env::var("REHOME_LOG").unwrap_or_else(|_| "warn".to_owned());
    let filter = EnvFilter::new(format!("{wish},{TALKATIVE}"));
    // A second subscriber (tests start several apps in one process) is refused, and that is fine.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .try_init();
}
