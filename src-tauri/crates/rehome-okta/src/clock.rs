//! The org's clock, seen from here.

use std::time::Duration;

use tokio::time::Instant;

/// Estimates the org's time from the `Date` headers of its answers.
///
/// Rate limit windows end by the org's clock, and a laptop's clock can be minutes off. `Date` has whole seconds only,
/// but every answer bounds the difference from both sides, and many answers bound it tightly.
#[derive(Debug)]
pub(crate) struct OrgClock {
    started: Instant,
    /// Org seconds per second here: 1, except in practice.
    speed: f64,
    /// Org time at `started`, in epoch seconds: at least this, at most that.
    bounds: Option<(f64, f64)>,
    /// By the clock of this machine, until the org has told its own time.
    fallback: f64,
}

impl OrgClock {
    pub(crate) fn new(speed: u32, now: Instant) -> Self {
        let fallback = jiff::Timestamp::now().as_millisecond() as f64 / 1000.0;
        Self {
            started: now,
            speed: f64::from(speed.max(1)),
            bounds: None,
            fallback,
        }
    }

    /// Learns from an answer whose `Date` was `date` (epoch seconds).
    pub(crate) fn observe(&mut self, date: i64, sent: Instant, received: Instant) {
        let date = date as f64;
        // `Date` was written between sending and receiving, and cuts off up to a second.
        let (low, high) = (date - self.elapsed(received), date + 1.0 - self.elapsed(sent));
        self.bounds = Some(match self.bounds {
            Some((old_low, old_high)) if low.max(old_low) <= high.min(old_high) => {
                (low.max(old_low), high.min(old_high))
            }
            // The laptop slept, or one of the clocks was set: what was learned before is worth nothing.
            _ => (low, high),
        });
    }

    /// The earliest that the org's clock can show now, in epoch seconds.
    pub(crate) fn now(&self, now: Instant) -> f64 {
        self.bounds.map_or(self.fallback, |(low, _)| low) + self.elapsed(now)
    }

    /// What the org's clock most likely shows now: the middle of what is possible. For what does no harm when it is wrong.
    pub(crate) fn likely(&self, now: Instant) -> f64 {
        let offset = self
            .bounds
            .map_or(self.fallback, |(low, high)| f64::midpoint(low, high));
        offset + self.elapsed(now)
    }

    /// How long a span of org seconds takes here.
    pub(crate) fn duration(&self, org_seconds: f64) -> Duration {
        Duration::from_secs_f64((org_seconds / self.speed).clamp(0.0, 3600.0))
    }

    /// Org seconds since this clock was made.
    pub(crate) fn elapsed(&self, at: Instant) -> f64 {
        at.saturating_duration_since(self.started).as_secs_f64() * self.speed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_answers_narrow_the_difference() {
        let start = Instant::now();
        let at = |seconds: f64| start + Duration::from_secs_f64(seconds);
        let mut clock = OrgClock::new(1, start);
        // The org's true time is 1000.9 at the start.
        clock.observe(1000, at(0.0), at(0.05));
        assert!((clock.now(at(0.0)) - 999.95).abs() < 1e-6);
        assert!((clock.likely(at(0.0)) - 1000.475).abs() < 1e-6);
        // 0.1 s later its second changes: now the difference is known to within the time of a call.
        clock.observe(1001, at(0.1), at(0.15));
        assert!((clock.now(at(0.0)) - 1000.85).abs() < 1e-6);
        // A later answer that says less does not spoil it.
        clock.observe(1001, at(0.5), at(0.6));
        assert!((clock.now(at(0.0)) - 1000.85).abs() < 1e-6);
    }

    #[test]
    fn a_clock_that_jumped_is_learned_anew() {
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let mut clock = OrgClock::new(1, start);
        clock.observe(1000, at(0), at(0));
        clock.observe(5000, at(10), at(10));
        assert!((clock.now(at(10)) - 5000.0).abs() < 1e-6);
    }

    #[test]
    fn a_fast_org_counts_more_seconds() {
        let start = Instant::now();
        let mut clock = OrgClock::new(60, start);
        clock.observe(1000, start, start);
        assert!((clock.now(start + Duration::from_secs(1)) - 1060.0).abs() < 1e-6);
        assert_eq!(clock.duration(60.0), Duration::from_secs(1));
    }
}
