//! Journeys in the real window, through WebDriver, with the real keychain.
//!
//! `cargo xtask test` sets up display, session bus, keychain and drivers and says so with `REHOME_GUI=1`. Without it (a plain
//! `cargo test`) every test here prints that it was skipped. Tests run one at a time: a second Rehome in one session would only
//! bring the first one's window to the front.
#![cfg(target_os = "linux")]

mod confined;
mod connect;
mod cut_over;
#[allow(dead_code, unused_imports, reason = "each journey takes from it what it needs")]
mod harness;
mod held;
mod journey;
mod pictures;
mod smoke;
