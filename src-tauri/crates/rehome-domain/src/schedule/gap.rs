//! Whether the computer slept, or somebody set its clock, between two looks at both clocks.

use jiff::{SignedDuration, Timestamp};

/// Both clocks at one moment. The steady one may or may not stand still while the computer sleeps, by operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beat {
    pub wall: Timestamp,
    pub steady: SignedDuration,
}

/// What lies between two beats that should follow each other within moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    None,
    /// Nothing ran for so long: asleep, or held by a debugger. Whatever was under way must be looked at again.
    Slept(SignedDuration),
    /// The clock on the wall was set back; nothing stood still.
    SetBack(SignedDuration),
}

/// Longer than any beat of a busy machine, shorter than any sleep.
const LONG: SignedDuration = SignedDuration::from_secs(30);

/// A clock set forward looks like sleep, and is treated so: looking again does no harm.
pub fn gap(before: Beat, now: Beat) -> Gap {
    let wall = now.wall.duration_since(before.wall);
    let steady = now.steady.checked_sub(before.steady).unwrap_or_default();
    if steady > LONG || wall.checked_sub(steady).is_some_and(|more| more > LONG) {
        return Gap::Slept(wall.max(steady));
    }
    match steady.checked_sub(wall) {
        Some(back) if back > LONG => Gap::SetBack(back),
        _ => Gap::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wall: i64, steady: i64, expected: Gap) {
        let at = |wall: i64, steady: i64| Beat {
            wall: Timestamp::from_second(1_800_000_000 + wall).expect("a moment"),
            steady: SignedDuration::from_secs(steady),
        };
        assert_eq!(gap(at(0, 1000), at(wall, 1000 + steady)), expected, "{wall} {steady}");
    }

    #[test]
    fn sleep_is_told_from_a_slow_beat_and_from_a_clock_set_back() {
        let s = SignedDuration::from_secs;
        check(0, 0, Gap::None);
        check(20, 20, Gap::None);
        // A steady clock that stands still while asleep (Linux, macOS), and one that goes on (Windows).
        check(3600, 1, Gap::Slept(s(3600)));
        check(3600, 3600, Gap::Slept(s(3600)));
        check(-3600, 1, Gap::SetBack(s(3601)));
        // Asleep, and the clock was wrong by a summer hour as well.
        check(-1800, 1800, Gap::Slept(s(1800)));
        // A leap second and a nudge by the network are nothing.
        check(2, 1, Gap::None);
        check(-1, 1, Gap::None);
    }
}
