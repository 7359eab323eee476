//! From the model to what the window shows: words, next steps, rows. No rules of its own.

mod attribute_row;
pub(crate) mod compare;
pub(crate) mod convert;
pub(crate) mod cover;
pub(crate) mod cut_over;
pub(crate) mod downstream;
pub(crate) mod failures;
pub(crate) mod frame;
mod groups;
pub(crate) mod hand_over;
pub(crate) mod hold;
pub(crate) mod lines;
pub(crate) mod map;
pub(crate) mod people;
pub(crate) mod pilot;
pub(crate) mod plan;
pub(crate) mod retire;
pub(crate) mod sets;
pub(crate) mod trial;
pub(crate) mod trial_pilot;
mod wave_groups;
pub(crate) mod waves;

use rehome_domain::gate::thousands;

use crate::view::{Action, NextStep, Offer, Tone};

pub(crate) fn next(title: impl Into<String>, words: impl Into<String>, tone: Tone) -> NextStep {
    NextStep {
        title: title.into(),
        words: words.into(),
        tone,
        primary: None,
        secondary: None,
    }
}

impl NextStep {
    pub(crate) fn offer(mut self, label: impl Into<String>, action: Action) -> Self {
        let offer = Offer {
            label: label.into(),
            action,
        };
        if self.primary.is_none() {
            self.primary = Some(offer);
        } else {
            self.secondary = Some(offer);
        }
        self
    }
}

/// The org's clock.
pub(crate) fn now(migration: &crate::migration::Migration) -> jiff::Timestamp {
    let ours = jiff::Timestamp::now();
    migration.meter().map_or(ours, |meter| meter.org_now(ours))
}

/// "1 person", "4,941 people".
pub(crate) fn people_words(n: usize) -> String {
    count(n, "person", "people")
}

/// "1 person is", "12 people are".
pub(crate) fn people_are(n: usize) -> String {
    format!("{} {}", people_words(n), if n == 1 { "is" } else { "are" })
}

/// "1 group", "12 groups".
pub(crate) fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{} {many}", thousands(n))
    }
}

/// "12 proven, 2 failed": what is not zero.
pub(crate) fn counts_words(counts: &crate::view::OutcomeCounts) -> String {
    let all = [
        (counts.proven, "proven"),
        (counts.assigned, "on the way"),
        (counts.failed, "failed"),
        (counts.unknown, "unknown"),
        (counts.held, "held back"),
        (counts.retired, "off the old app"),
    ];
    let some = all.iter().filter(|(n, _)| *n > 0);
    let parts: Vec<String> = some
        .map(|(n, what)| format!("{} {what}", thousands(*n as usize)))
        .collect();
    parts.join(", ")
}

pub(crate) fn u32_of(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
