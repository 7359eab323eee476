//! What has to be filled or mended before anybody is assigned.

use super::{ProblemKind, Survey};
use crate::UserId;

/// People who lack the same thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Variable name on the new app; `userName` for usernames.
    pub attribute: String,
    pub kind: ProblemKind,
    pub people: usize,
    /// A few of them, in the order of their ids.
    pub examples: Vec<UserId>,
}

impl Gap {
    /// "role: blank, but required".
    pub fn words(&self) -> String {
        format!("{}: {}", self.attribute, self.kind.words())
    }
}

/// Grouped by attribute and kind: usernames first, then whatever concerns most people.
pub fn gaps(survey: &Survey) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = survey
        .by_attribute
        .iter()
        .flat_map(|(attribute, counts)| {
            ProblemKind::ALL.iter().filter_map(move |kind| {
                let people = counts.of(*kind);
                let examples = counts.worst.iter().filter(|(_, trouble)| *trouble == (*kind).into());
                (people > 0).then(|| Gap {
                    attribute: attribute.clone(),
                    kind: *kind,
                    people,
                    examples: examples.map(|(user, _)| user.clone()).collect(),
                })
            })
        })
        .collect();
    gaps.sort_by(|a, b| {
        let order = |g: &Gap| (g.attribute != "userName", usize::MAX - g.people);
        (order(a), &a.attribute, a.kind).cmp(&(order(b), &b.attribute, b.kind))
    });
    gaps
}
