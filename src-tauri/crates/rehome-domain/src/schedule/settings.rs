//! What the admin sets for all runs of a migration.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{ErrorBudget, OffHours};
use crate::wave_gate::WaveGate;

/// More windows than this are a mistake, not a plan.
pub const MOST_WINDOWS: usize = 21;
pub const MOST_HOLIDAYS: usize = 200;

/// What holds for every run of a migration. Settings of an older Rehome lack what is new, and get its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct RunSettings {
    /// Percent of the limit of this token that Rehome uses; the rest is left to whatever else uses it.
    pub share_percent: u8,
    pub error_budget: ErrorBudget,
    pub gate: WaveGate,
    /// When a run may write to Okta; always, where there is none.
    pub off_hours: Option<OffHours>,
    /// People that are given the new app in a minute at most, for a service that cannot take more.
    pub people_per_minute: Option<u32>,
    /// The computer does not fall asleep while something runs.
    pub keep_awake: bool,
    /// A word on the desktop when a wave has ended or stopped.
    pub notify: bool,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self {
            share_percent: 75,
            error_budget: ErrorBudget::default(),
            gate: WaveGate::default(),
            off_hours: None,
            people_per_minute: None,
            keep_awake: true,
            notify: true,
        }
    }
}

impl RunSettings {
    /// What is wrong with them, and how to mend it: two sentences.
    pub fn trouble(&self) -> Option<(String, &'static str)> {
        if !(1..=100).contains(&self.share_percent) {
            let what = format!("{} % of the limit cannot be used", self.share_percent);
            return Some((what, "Choose between 1 and 100 percent."));
        }
        if let ErrorBudget::Percent { percent } = self.error_budget
            && percent > 100
        {
            return Some((
                format!("{percent} % of a wave cannot fail"),
                "Choose between 0 and 100 percent.",
            ));
        }
        if self.gate.proven_percent > 100 || self.gate.signed_in_percent.is_some_and(|p| p > 100) {
            return Some((
                "A wave cannot be proven by more than all of it".to_owned(),
                "Choose between 0 and 100 percent.",
            ));
        }
        if self.people_per_minute == Some(0) {
            return Some((
                "Nobody would ever be moved at 0 people a minute".to_owned(),
                "Choose 1 or more, or no limit.",
            ));
        }
        self.off_hours.as_ref().and_then(Self::trouble_of)
    }

    fn trouble_of(hours: &OffHours) -> Option<(String, &'static str)> {
        if TimeZone::get(&hours.zone).is_err() {
            let what = format!("No time zone is called \u{201c}{}\u{201d}", hours.zone);
            return Some((what, "Use a name like Europe/Berlin or America/New_York."));
        }
        if hours.windows.is_empty() || hours.windows.iter().any(|w| w.days.is_empty()) {
            return Some((
                "There would be no window in which anything may run".to_owned(),
                "Name at least one day for each window.",
            ));
        }
        if hours.windows.len() > MOST_WINDOWS || hours.holidays.len() > MOST_HOLIDAYS {
            return Some((
                format!("There are more than {MOST_WINDOWS} windows or {MOST_HOLIDAYS} days without one"),
                "Leave out what is over.",
            ));
        }
        let same = |w: &&super::Hours| w.from == w.until;
        hours.windows.iter().find(same).map(|window| {
            (
                format!("A window from {} to {} has no length", window.from, window.until),
                "Let it end later than it begins; past midnight is fine.",
            )
        })
    }
}
