//! People a minute, for a service that cannot take more; slower for a while when it says so.

/// Hands out turns. Times are seconds of the org's clock, from any beginning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Throttle {
    /// When the next person may begin.
    next: f64,
    slowed: Option<Slowed>,
    /// When people began lately, for a service that complains before any pace was set.
    begun: std::collections::VecDeque<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Slowed {
    per_minute: f64,
    /// When it was set last.
    since: f64,
}

/// A minute without a complaint, and the pace grows by a quarter.
const STEP: f64 = 60.0;
const GROWTH: f64 = 1.25;
/// However much the service complains, somebody goes on once a minute.
const LEAST: f64 = 1.0;
/// So much faster than before the first complaint, and the pace that a complaint set is given up.
const FREE: f64 = 4.0;

impl Throttle {
    /// Seconds until one more person may begin; the turn is taken. `per_minute`: what the admin has set.
    pub fn turn(&mut self, per_minute: Option<u32>, now: f64) -> f64 {
        while self.begun.front().is_some_and(|at| *at <= now - STEP) {
            self.begun.pop_front();
        }
        let Some(pace) = self.pace(per_minute, now) else {
            self.begun.push_back(now);
            return 0.0;
        };
        let at = self.next.max(now);
        self.next = at + 60.0 / pace;
        self.begun.push_back(at);
        at - now
    }

    /// The service refused calls for going too fast: half of what it was.
    pub fn complained(&mut self, per_minute: Option<u32>, now: f64) {
        let lately = self.begun.iter().filter(|at| **at > now - STEP && **at <= now).count();
        let was = self.pace(per_minute, now).unwrap_or(lately as f64);
        self.slowed = Some(Slowed {
            per_minute: (was / 2.0).max(LEAST),
            since: now,
        });
        self.next = self.next.max(now);
    }

    /// People a minute at `now`; `None`: no limit but Okta's.
    pub fn pace(&self, per_minute: Option<u32>, now: f64) -> Option<f64> {
        let set = per_minute.map(|n| f64::from(n.max(1)));
        let Some(slowed) = self.slowed else { return set };
        let steps = ((now - slowed.since) / STEP).floor().max(0.0);
        let grown = slowed.per_minute * GROWTH.powf(steps.min(100.0));
        match set {
            Some(set) => Some(grown.min(set)),
            None => Some(grown).filter(|grown| *grown < slowed.per_minute * FREE),
        }
    }

    /// Whether a complaint still holds it back.
    pub fn is_slowed(&self, per_minute: Option<u32>, now: f64) -> bool {
        self.slowed.is_some() && self.pace(per_minute, now) != self.set(per_minute)
    }

    fn set(&self, per_minute: Option<u32>) -> Option<f64> {
        per_minute.map(|n| f64::from(n.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When each of so many people begins who ask at once.
    fn begins(throttle: &mut Throttle, people: usize, per_minute: Option<u32>, now: f64) -> Vec<f64> {
        (0..people).map(|_| now + throttle.turn(per_minute, now)).collect()
    }

    #[test]
    fn no_minute_has_more_people_than_set() {
        let mut throttle = Throttle::default();
        let at = begins(&mut throttle, 300, Some(90), 5.0);
        assert_eq!(at[0], 5.0);
        for from in &at {
            let within = at.iter().filter(|t| **t >= *from && **t < *from + 60.0 - 1e-6).count();
            assert!(within <= 90, "{within} from {from}");
        }
        // And not slower than that either: 300 people in 200 seconds.
        assert!((at[299] - 5.0 - 299.0 * 60.0 / 90.0).abs() < 1e-6);
        // Nobody for a while gives no credit.
        let later = begins(&mut throttle, 3, Some(60), 1000.0);
        assert_eq!(later, [1000.0, 1001.0, 1002.0]);
    }

    #[test]
    fn without_a_pace_nobody_waits() {
        let mut throttle = Throttle::default();
        assert!(begins(&mut throttle, 50, None, 1.0).iter().all(|t| *t == 1.0));
    }

    #[test]
    fn a_complaint_halves_it_and_quiet_minutes_give_it_back() {
        let mut throttle = Throttle::default();
        throttle.complained(Some(100), 0.0);
        assert_eq!(throttle.pace(Some(100), 59.0), Some(50.0));
        assert_eq!(throttle.pace(Some(100), 60.0), Some(62.5));
        throttle.complained(Some(100), 61.0);
        assert_eq!(throttle.pace(Some(100), 61.0), Some(31.25));
        assert!(throttle.is_slowed(Some(100), 61.0));
        assert_eq!(throttle.pace(Some(100), 1000.0), Some(100.0));
        assert!(!throttle.is_slowed(Some(100), 1000.0));
        for n in 0..30 {
            throttle.complained(Some(100), 1000.0 + f64::from(n));
        }
        assert_eq!(throttle.pace(Some(100), 1030.0), Some(1.0));
    }

    #[test]
    fn without_a_pace_a_complaint_sets_one_by_what_went_on() {
        let mut throttle = Throttle::default();
        for second in 0..60 {
            throttle.turn(None, f64::from(second));
            throttle.turn(None, f64::from(second));
        }
        throttle.complained(None, 59.5);
        let pace = throttle.pace(None, 59.5).expect("a pace");
        assert!((55.0..=60.0).contains(&pace), "{pace}");
        assert_eq!(
            throttle.pace(None, 59.5 + 60.0 * 8.0),
            None,
            "given up after quiet minutes"
        );
    }
}
