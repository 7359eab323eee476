//! What opens the next wave: how many of the wave before are proven, and if the admin wants it, signed in.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::gate::thousands;

/// What the wave before must have reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct WaveGate {
    /// Percent of its people who must be proven.
    pub proven_percent: u8,
    /// Percent who must have signed in to the new app; not asked where there is none.
    pub signed_in_percent: Option<u8>,
}

impl Default for WaveGate {
    fn default() -> Self {
        Self {
            proven_percent: 100,
            signed_in_percent: None,
        }
    }
}

/// How far a wave has come. Who is left out, held back or excepted by name is not among its people here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    pub people: usize,
    /// Proven, the signed in among them.
    pub proven: usize,
    pub signed_in: usize,
}

impl WaveGate {
    /// What is missing, in words; `None`: the next wave is open.
    pub fn missing(&self, reached: Reached) -> Option<String> {
        let Reached {
            people,
            proven,
            signed_in,
        } = reached;
        let need = share(people, self.proven_percent);
        if proven < need {
            return Some(wants(proven, people, need, "proven"));
        }
        let need = share(people, self.signed_in_percent?);
        (signed_in < need).then(|| wants(signed_in, people, need, "signed in"))
    }
}

fn wants(have: usize, people: usize, need: usize, what: &str) -> String {
    let (have, people, need_words) = (thousands(have), thousands(people), thousands(need));
    if need_words == people {
        format!("{have} of {people} are {what}; all of them must be")
    } else {
        format!("{have} of {people} are {what}; {need_words} must be")
    }
}

/// Rounded up: 99 % of 10 people are all 10.
fn share(people: usize, percent: u8) -> usize {
    (people * usize::from(percent.min(100))).div_ceil(100)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(gate: (u8, Option<u8>), reached: (usize, usize, usize), expected: Expect) {
        let gate = WaveGate {
            proven_percent: gate.0,
            signed_in_percent: gate.1,
        };
        let reached = Reached {
            people: reached.0,
            proven: reached.1,
            signed_in: reached.2,
        };
        expected.assert_eq(gate.missing(reached).as_deref().unwrap_or("open"));
    }

    #[test]
    fn shares_are_rounded_towards_safety() {
        check(
            (100, None),
            (500, 499, 0),
            expect!["499 of 500 are proven; all of them must be"],
        );
        check((100, None), (500, 500, 0), expect!["open"]);
        check(
            (99, None),
            (10, 9, 0),
            expect!["9 of 10 are proven; all of them must be"],
        );
        check((95, None), (500, 475, 0), expect!["open"]);
        check((95, None), (500, 474, 0), expect!["474 of 500 are proven; 475 must be"]);
        check(
            (100, Some(50)),
            (5000, 5000, 2499),
            expect!["2,499 of 5,000 are signed in; 2,500 must be"],
        );
        check((100, Some(50)), (5000, 5000, 2500), expect!["open"]);
        check((0, None), (500, 0, 0), expect!["open"]);
        // Everybody of it is left out or excepted by name.
        check((100, Some(100)), (0, 0, 0), expect!["open"]);
    }

    #[test]
    fn one_more_proven_never_closes_it() {
        for percent in 0..=100 {
            for people in 0..60 {
                let gate = WaveGate {
                    proven_percent: percent,
                    signed_in_percent: Some(percent),
                };
                let open = |n: usize| {
                    gate.missing(Reached {
                        people,
                        proven: n,
                        signed_in: n,
                    })
                    .is_none()
                };
                assert!(open(people), "{percent} % of {people}");
                assert!((0..people).all(|n| !open(n) || open(n + 1)), "{percent} % of {people}");
                // Exactly the share opens it.
                let least = (0..=people).find(|n| open(*n)).expect("all of them do");
                assert!(least * 100 >= people * usize::from(percent));
                assert!(least == 0 || (least - 1) * 100 < people * usize::from(percent));
            }
        }
    }
}
