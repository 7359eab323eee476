//! How long a plan takes, and the least that Okta's limit allows.

/// Minutes, rounded up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    pub minutes: u32,
    /// Calls beyond the first window's allowance, divided by calls allowed a minute (architecture 5).
    pub floor_minutes: u32,
}

/// `writes` of the plan and `reads` of proofs share the apps bucket; `allowed` is what the run may use of it a minute.
/// `None` until Okta has told its limit.
pub fn estimate(writes: u32, reads: u32, allowed: Option<u32>) -> Option<Estimate> {
    let allowed = allowed.filter(|a| *a > 0)?;
    let calls = writes.saturating_add(reads);
    let floor_minutes = calls.saturating_sub(allowed).div_ceil(allowed);
    Some(Estimate {
        minutes: calls.div_ceil(allowed),
        floor_minutes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // 37 a minute: 100 calls need 3 windows; 37 go at once, 63 more take 2 further minutes.
        assert_eq!(
            estimate(90, 10, Some(37)),
            Some(Estimate {
                minutes: 3,
                floor_minutes: 2
            })
        );
        assert_eq!(
            estimate(10, 0, Some(37)),
            Some(Estimate {
                minutes: 1,
                floor_minutes: 0
            })
        );
        assert_eq!(estimate(10, 0, None), None);
        assert_eq!(estimate(10, 0, Some(0)), None);
    }
}
