//! How many calls may be repeated: one budget for a whole org, so that a sick one is left to recover. Pure: time is
//! handed in, as org seconds.

/// Repeats in a row that an org without a single success is asked for.
const FULL: f64 = 30.0;
/// One more for so many org seconds.
const SECONDS_EACH: f64 = 4.0;
/// One more for so many successes: an org of which every tenth call fails is borne for ever.
const SUCCESSES_EACH: f64 = 10.0;

/// Repeats that are left. 429s with limit headers do not count: they are waited out, not tried again.
#[derive(Debug)]
pub(crate) struct Budget {
    left: f64,
    at: f64,
}

impl Budget {
    pub(crate) fn new(now: f64) -> Self {
        Self { left: FULL, at: now }
    }

    /// Asks for one repeat.
    pub(crate) fn take(&mut self, now: f64) -> bool {
        self.left = (self.left + (now - self.at).max(0.0) / SECONDS_EACH).min(FULL);
        self.at = now;
        let granted = self.left >= 1.0;
        if granted {
            self.left -= 1.0;
        }
        granted
    }

    /// A call has succeeded.
    pub(crate) fn succeeded(&mut self) {
        self.left = (self.left + 1.0 / SUCCESSES_EACH).min(FULL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sick_org_is_let_rest_and_comes_back_with_time() {
        let mut budget = Budget::new(1000.0);
        let granted = (0..100).filter(|_| budget.take(1000.0)).count();
        assert_eq!(granted, 30);
        assert!(!budget.take(1003.0));
        assert!(budget.take(1004.0));
        assert!(!budget.take(1004.0));
        // A long rest fills it, and not more.
        let granted = (0..100).filter(|_| budget.take(90_000.0)).count();
        assert_eq!(granted, 30);
    }

    #[test]
    fn every_tenth_call_may_fail_for_ever() {
        let mut budget = Budget::new(0.0);
        for _ in 0..1000 {
            assert!(budget.take(0.0));
            for _ in 0..10 {
                budget.succeeded();
            }
        }
    }
}
