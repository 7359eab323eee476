//! The org's clock: wall time at the start, then running `speed` times faster.

use std::time::{Duration, Instant};

use jiff::{Timestamp, tz::TimeZone};

/// Tells org time. Cheap to copy; all copies agree.
#[derive(Clone, Copy, Debug)]
pub struct OrgClock {
    started: Instant,
    start: Timestamp,
    speed: u32,
}

impl OrgClock {
    pub(crate) fn start(speed: u32) -> Self {
        Self {
            started: Instant::now(),
            start: Timestamp::now(),
            speed: speed.max(1),
        }
    }

    /// Org time now.
    pub fn now(&self) -> Timestamp {
        after(self.start, self.started.elapsed() * self.speed)
    }

    /// The wall time that a span of org time takes.
    pub fn real(&self, org: Duration) -> Duration {
        org / self.speed
    }
}

/// `at` plus `span`; stays at the end of time instead of overflowing.
pub(crate) fn after(at: Timestamp, span: Duration) -> Timestamp {
    at.checked_add(span).unwrap_or(Timestamp::MAX)
}

pub(crate) fn before(at: Timestamp, span: Duration) -> Timestamp {
    at.checked_sub(span).unwrap_or(Timestamp::MIN)
}

/// The form of most of Okta's time stamps: whole seconds shown with milliseconds, `2026-02-02T11:15:32.000Z`.
pub(crate) fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

/// With true milliseconds, as the System Log has them.
pub(crate) fn stamp_millis(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// The `Date` header.
pub(crate) fn http_date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}
