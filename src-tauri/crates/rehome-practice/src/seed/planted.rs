//! The problems that the company is born with, and where Rehome finds each. Tests check both: that each is really in the
//! data, and that the step that is said to find it does.

use super::list::{PLANTED, Pair, Row};
use crate::state::Org;

/// A problem that the seed has planted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planted {
    /// Short and stable, for tests.
    pub key: &'static str,
    /// What is wrong, in a sentence.
    pub words: &'static str,
    /// Labels of the old and the new app of the migration in which it shows.
    pub pair: (&'static str, &'static str),
    pub found: Found,
    /// Ids of the users, apps or groups it is about; empty in `planted()`, filled in `Control::planted()`.
    pub subjects: Vec<String>,
}

/// Where Rehome shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Step 1, by the check of this name, or one whose title has these words.
    Compare(&'static str),
    /// Step 2, in this class of usernames: `CaseOnly`, `UnicodeForm`, `Domain`, `Different`, `Blank`, `TooLong`, `Collision`.
    Usernames(&'static str),
    /// Step 2, at this attribute of the new app.
    Attribute(&'static str),
    /// Step 2, at the person, whose values the new app refuses.
    Values,
    /// Step 2, at the person: the value for this attribute of the new app is missing, too long, of a wrong format, or none
    /// that the new app knows.
    Gap(&'static str),
    /// Step 2, at the person: with the new app, this attribute would get another value than it has.
    Difference(&'static str),
    /// Step 2: the old app's own rule for this attribute (`userName` is the username) does not give what Okta has stored.
    Predictor(&'static str),
    /// Step 2, at the person, who may have to be left out: `ServiceAccount`, `BreakGlass`, `Suspended`, `NeverActivated`,
    /// `NeverSignedIn`, `NotUsed`.
    Suspect(&'static str),
    /// Step 2, once the service's own export is there: `NoAccount`, `AccountWithoutPerson`, `Duplicate`, `Inactive`. Of
    /// accounts without a person, the subjects are the addresses of the accounts.
    Downstream(&'static str),
    /// The list of people, by their path: `individual`.
    Path(&'static str),
    /// Step 5: a check of the gate, for those who cannot sign in.
    Gate(&'static str),
    /// Nowhere yet: Rehome does not read what would show it.
    NotYet,
    /// Nothing to find: it only must not confuse anybody.
    Nowhere,
}

/// Every kind of problem that a practice org has, at the pair where it is planted on purpose. The same kind may be found at
/// other pairs, too: `Control::planted()` has an entry for each.
pub fn planted() -> Vec<Planted> {
    PLANTED.iter().map(|row| of(row, Vec::new())).collect()
}

fn of((key, pair, found, words): &Row, subjects: Vec<String>) -> Planted {
    Planted {
        key,
        words,
        pair: *pair,
        found: *found,
        subjects,
    }
}

impl Org {
    /// Notes whom or what a problem is about.
    pub(crate) fn plant(&mut self, key: &'static str, subjects: Vec<String>) {
        let row = PLANTED.iter().find(|(known, ..)| *known == key);
        debug_assert!(row.is_some(), "{key} is not in the list");
        if let Some((_, pair, ..)) = row {
            self.plant_at(*pair, key, subjects);
        }
    }

    /// The same for another pair than the one in the list.
    pub(crate) fn plant_at(&mut self, pair: Pair, key: &'static str, subjects: Vec<String>) {
        let row = PLANTED.iter().find(|(known, ..)| *known == key);
        let Some(row) = row.filter(|_| !subjects.is_empty()) else {
            return;
        };
        match self.planted.iter_mut().find(|it| it.key == key && it.pair == pair) {
            Some(there) => there.subjects.extend(subjects),
            None => self.planted.push(Planted {
                pair,
                ..of(row, subjects)
            }),
        }
    }
}
