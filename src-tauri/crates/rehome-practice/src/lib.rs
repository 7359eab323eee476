//! The practice org: a simulated Okta org on the loopback, memory only.
//!
//! It speaks the part of the Okta API that Rehome uses, with real HTTP, real headers and Okta's own error bodies, and has
//! simulated downstream apps behind its apps, so that the mistakes a migration can make are visible without harm.
//! Everything that Okta does "later" (group fan-out, provisioning, log delivery, people signing in) is a job on the org's
//! own clock; due jobs are done before anything is read or written, so that every look at the org is exact.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod app_groups;
mod app_users;
mod apps;
mod assignment;
mod behaviour;
mod clock;
mod connections;
mod console;
mod control;
mod crowd;
mod directory;
mod directory_routes;
mod door;
mod downstream;
mod drift;
mod elsewhere;
mod errors;
mod export;
mod expression;
mod faults;
mod features;
mod filter;
mod group_push;
mod groups;
mod ids;
mod jobs;
mod line;
mod load;
mod log;
mod mappings;
mod org_settings;
mod page;
mod pilot;
mod policies;
mod reply;
mod routes;
mod schemas;
pub mod seed;
mod server;
mod service_pace;
mod state;
mod transcript;
mod users;

use std::{collections::BTreeSet, fmt, path::PathBuf, time::Duration};

pub use behaviour::Behaviour;
pub use clock::OrgClock;
pub use control::{AppUserState, CallSeen, Control, OrgImage};
pub use door::MadeToken;
pub use downstream::Account;
pub use export::ExportStyle;
pub use faults::{Armed, Fault, Faults, Preset};
pub use server::PracticeOrg;

/// How a practice org is set up. `Default` is a small, unlimited Identity Engine org.
#[derive(Clone)]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// How many Okta users the org has (at least 60, so that every planted problem finds its place).
    pub people: u32,
    pub engine: Engine,
    /// The day whose Okta is played: what recorded answers show to have come later is left out. `None`: as most recordings of
    /// each kind of thing show it, whenever they were made.
    pub as_of: Option<jiff::civil::Date>,
    pub limits: Limits,
    /// Org time between a call's arrival and its processing.
    pub latency: Duration,
    /// The same seed makes the same org.
    pub seed: u64,
    /// The SSWS token; `None` makes one.
    pub token: Option<String>,
    /// How many times faster than the wall clock the whole org runs.
    pub speed: u32,
    pub sign_ins: SignIns,
    /// Readings of unverified points other than the default ones.
    pub behaviours: BTreeSet<Behaviour>,
    /// A named pattern of faults that goes on for as long as the org runs.
    pub faults: Option<Preset>,
    /// Faults that are armed from the start.
    pub armed: Vec<Armed>,
    /// Org time between an event and its showing up in the System Log.
    pub log_delay: Duration,
    /// Org time before a group job (app group or membership change) touches its first person.
    pub fan_out_delay: Duration,
    /// People that a group job settles in a second of org time.
    pub fan_out_rate: u32,
    /// People a minute of org time that the services take from provisioning; what comes beyond is refused for going too fast.
    /// `None`: any number.
    pub service_pace: Option<u32>,
    /// A file to which every call and its answer is added as a line of JSON; calls that a fault left without a whole answer
    /// are left out.
    pub transcript: Option<PathBuf>,
}

/// Without the token.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            port,
            people,
            engine,
            as_of,
            limits,
            latency,
            seed,
            token,
            speed,
            sign_ins,
            behaviours,
            faults,
            armed,
            log_delay,
            fan_out_delay,
            fan_out_rate,
            service_pace,
            transcript,
        } = self;
        f.debug_struct("Options")
            .field("port", port)
            .field("people", people)
            .field("engine", engine)
            .field("as_of", as_of)
            .field("limits", limits)
            .field("latency", latency)
            .field("seed", seed)
            .field("token", &token.as_ref().map(|_| ".."))
            .field("speed", speed)
            .field("sign_ins", sign_ins)
            .field("behaviours", behaviours)
            .field("faults", faults)
            .field("armed", armed)
            .field("log_delay", log_delay)
            .field("fan_out_delay", fan_out_delay)
            .field("fan_out_rate", fan_out_rate)
            .field("service_pace", service_pace)
            .field("transcript", transcript)
            .finish()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            people: 200,
            engine: Engine::Identity,
            as_of: None,
            limits: Limits::Off,
            latency: Duration::ZERO,
            seed: 1,
            token: None,
            speed: 1,
            sign_ins: SignIns::Auto,
            behaviours: BTreeSet::new(),
            faults: None,
            armed: Vec::new(),
            log_delay: Duration::from_secs(1),
            fan_out_delay: Duration::from_secs(1),
            fan_out_rate: 200,
            service_pace: None,
            transcript: None,
        }
    }
}

/// `pipeline` of `/.well-known/okta-organization`: Classic is `v1`, Identity Engine `idx`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    Classic,
    #[default]
    Identity,
}

/// Which of Okta's last published rate-limit tables is in force; a token gets half of each bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limits {
    #[default]
    Off,
    Free,
    Enterprise,
    Workforce,
}

/// Whether people sign in by themselves within seconds of getting an app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignIns {
    #[default]
    Auto,
    Manual,
}
