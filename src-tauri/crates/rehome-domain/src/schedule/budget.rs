//! How many people may fail before a wave stops by itself.

use serde::{Deserialize, Serialize};
use specta::Type;

/// The error budget of a wave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ErrorBudget {
    /// 2 % of the wave, at least 3.
    #[default]
    Usual,
    /// So many people, in a wave of any size.
    Count { people: u32 },
    /// Of the wave, rounded down: 1 % of 99 people is nobody.
    Percent { percent: u8 },
}

impl ErrorBudget {
    /// How many of so many people may fail; one more stops the wave.
    pub fn allows(self, people: usize) -> usize {
        match self {
            Self::Usual => (people / 50).max(3),
            Self::Count { people } => people as usize,
            Self::Percent { percent } => people * usize::from(percent.min(100)) / 100,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_than_allowed_stops_a_wave() {
        for (budget, people, allowed) in [
            (ErrorBudget::Usual, 20, 3),
            (ErrorBudget::Usual, 500, 10),
            (ErrorBudget::Count { people: 0 }, 500, 0),
            (ErrorBudget::Count { people: 7 }, 5, 7),
            (ErrorBudget::Percent { percent: 1 }, 99, 0),
            (ErrorBudget::Percent { percent: 1 }, 500, 5),
            (ErrorBudget::Percent { percent: 255 }, 500, 500),
        ] {
            assert_eq!(budget.allows(people), allowed, "{budget:?} of {people}");
        }
    }
}
