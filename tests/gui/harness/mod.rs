//! Starting Rehome under a driver, finding things as a person would, and the practice org as a program.

mod app;
mod find;
mod practice;

use std::{env, path::PathBuf};

pub use app::{App, Theme};
pub use practice::PracticeProgram;

/// False, with a printed line, where there is no display, keychain and driver to test with.
pub fn can_run(test: &str) -> bool {
    let can = env::var_os("REHOME_GUI").is_some();
    if !can {
        eprintln!("{test}: skipped, because it needs the session that `cargo xtask test` sets up");
    }
    can
}

/// `target/`, wherever Cargo keeps it.
pub fn target_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("tmp lies in the target folder")
        .to_owned()
}

/// A secret that Rehome has put into the keychain, read by this second process.
pub fn secret_in_keychain(name: &str) -> Option<String> {
    match keyring::v1::Entry::new("Rehome", name).and_then(|entry| entry.get_password()) {
        Ok(secret) => Some(secret),
        Err(keyring::v1::Error::NoEntry) => None,
        Err(error) => panic!("the keychain of the test session refuses {name}: {error}"),
    }
}
