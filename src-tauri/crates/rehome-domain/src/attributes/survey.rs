//! All attributes for all people, in one pass: how many values are right, and who the worst people are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::matches::ValueMatch;
use super::values::{Assessed, alike, assess, username_problem};
use super::{AttributeRow, PersonValues, ProblemKind, ValueProblem};
use crate::{UserId, plain};

/// People named for each kind of trouble and attribute.
const WORST: usize = 5;
/// Distinct old values that are counted for one attribute; beyond, they are no list any more.
const DISTINCT: usize = 200;

/// Why a person is worth looking at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Trouble {
    BlankRequired,
    TooLong,
    TooShort,
    NotInList,
    WrongType,
    BadFormat,
    NotSure,
    /// The new app would hold another value.
    Changed,
    /// The old app holds a value, the new one would hold none.
    Dropped,
    /// Cannot be known before Okta has evaluated it, or only guessed.
    Unknown,
}

impl From<ProblemKind> for Trouble {
    fn from(kind: ProblemKind) -> Self {
        match kind {
            ProblemKind::BlankRequired => Self::BlankRequired,
            ProblemKind::TooLong => Self::TooLong,
            ProblemKind::TooShort => Self::TooShort,
            ProblemKind::NotInList => Self::NotInList,
            ProblemKind::WrongType => Self::WrongType,
            ProblemKind::BadFormat => Self::BadFormat,
            ProblemKind::NotSure => Self::NotSure,
        }
    }
}

/// One attribute over everybody.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttributeSurvey {
    /// Would hold a value.
    pub filled: usize,
    /// Would hold none.
    pub blank: usize,
    pub blank_required: usize,
    pub too_long: usize,
    pub too_short: usize,
    pub not_in_list: usize,
    pub wrong_type: usize,
    pub bad_format: usize,
    pub not_sure: usize,
    /// Another value than on the old app.
    pub changed: usize,
    /// The same value under its new name.
    pub renamed: usize,
    /// A value on the old app, none on the new one.
    pub dropped: usize,
    /// Not known, or only guessed.
    pub unknown: usize,
    pub same: usize,
    /// At most five of each kind, in the order in which people were given.
    pub worst: Vec<(UserId, Trouble)>,
    /// Values on the old app that need a new name, with how many people have them.
    pub old_values: BTreeMap<String, usize>,
}

impl AttributeSurvey {
    /// People with a problem of this kind.
    pub fn of(&self, kind: ProblemKind) -> usize {
        match kind {
            ProblemKind::BlankRequired => self.blank_required,
            ProblemKind::TooLong => self.too_long,
            ProblemKind::TooShort => self.too_short,
            ProblemKind::NotInList => self.not_in_list,
            ProblemKind::WrongType => self.wrong_type,
            ProblemKind::BadFormat => self.bad_format,
            ProblemKind::NotSure => self.not_sure,
        }
    }

    /// People with any problem.
    pub fn problems(&self) -> usize {
        ProblemKind::ALL.iter().map(|kind| self.of(*kind)).sum()
    }

    fn problem(&mut self, kind: ProblemKind) {
        let count = match kind {
            ProblemKind::BlankRequired => &mut self.blank_required,
            ProblemKind::TooLong => &mut self.too_long,
            ProblemKind::TooShort => &mut self.too_short,
            ProblemKind::NotInList => &mut self.not_in_list,
            ProblemKind::WrongType => &mut self.wrong_type,
            ProblemKind::BadFormat => &mut self.bad_format,
            ProblemKind::NotSure => &mut self.not_sure,
        };
        *count += 1;
    }

    fn worst(&mut self, user: &UserId, trouble: Trouble) {
        if self.worst.iter().filter(|(_, t)| *t == trouble).count() < WORST {
            self.worst.push((user.clone(), trouble));
        }
    }

    /// Adds what was counted over further people.
    fn add(&mut self, other: Self) {
        let Self {
            filled,
            blank,
            blank_required,
            too_long,
            too_short,
            not_in_list,
            wrong_type,
            bad_format,
            not_sure,
            changed,
            renamed,
            dropped,
            unknown,
            same,
            worst,
            old_values,
        } = other;
        for (sum, more) in [
            (&mut self.filled, filled),
            (&mut self.blank, blank),
            (&mut self.blank_required, blank_required),
            (&mut self.too_long, too_long),
            (&mut self.too_short, too_short),
            (&mut self.not_in_list, not_in_list),
            (&mut self.wrong_type, wrong_type),
            (&mut self.bad_format, bad_format),
            (&mut self.not_sure, not_sure),
            (&mut self.changed, changed),
            (&mut self.renamed, renamed),
            (&mut self.dropped, dropped),
            (&mut self.unknown, unknown),
            (&mut self.same, same),
        ] {
            *sum += more;
        }
        for (user, trouble) in worst {
            self.worst(&user, trouble);
        }
        for (value, people) in old_values {
            if let Some(count) = self.old_values.get_mut(&value) {
                *count += people;
            } else if self.old_values.len() < DISTINCT {
                self.old_values.insert(value, people);
            }
        }
    }

    fn count_old(&mut self, value: &Value) {
        let items = match value {
            Value::Array(items) => items.as_slice(),
            value => std::slice::from_ref(value),
        };
        for item in items {
            let text = plain(item);
            if let Some(count) = self.old_values.get_mut(&text) {
                *count += 1;
            } else if self.old_values.len() < DISTINCT {
                self.old_values.insert(text, 1);
            }
        }
    }
}

/// What the mapping does to everybody.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survey {
    pub people: usize,
    pub by_attribute: BTreeMap<String, AttributeSurvey>,
    /// Everybody with a value that the new app would not take; `userName` stands with the usernames.
    pub troubles: BTreeMap<UserId, Vec<(String, ValueProblem)>>,
}

impl Survey {
    /// Adds a survey of further people, who come after these.
    pub(crate) fn add(&mut self, other: Self) {
        self.people += other.people;
        for (attribute, counts) in other.by_attribute {
            self.by_attribute.entry(attribute).or_default().add(counts);
        }
        self.troubles.extend(other.troubles);
    }
}

/// A survey under way.
pub(crate) struct Surveyor<'a> {
    rows: &'a [AttributeRow],
    counts: Vec<AttributeSurvey>,
    found: Survey,
    /// Of the person at hand.
    troubles: Vec<(String, ValueProblem)>,
}

impl<'a> Surveyor<'a> {
    pub fn new(rows: &'a [AttributeRow]) -> Self {
        Self {
            rows,
            counts: vec![AttributeSurvey::default(); rows.len()],
            found: Survey::default(),
            troubles: Vec::new(),
        }
    }

    /// One attribute of one person; `at` is the place of its row.
    pub fn attribute(&mut self, at: usize, user: &UserId, seen: &Assessed<'_>) {
        let row = &self.rows[at];
        attribute(user, row, seen, &mut self.counts[at]);
        if let Some(problem) = &seen.problem {
            self.troubles.push((row.attribute.name.clone(), problem.clone()));
        }
    }

    pub fn username(&mut self, at: usize, user: &UserId, values: &PersonValues<'_>) {
        username(user, values, &mut self.counts[at]);
    }

    /// The person is done.
    pub fn next(&mut self, user: &UserId) {
        self.found.people += 1;
        if !self.troubles.is_empty() {
            let troubles = std::mem::take(&mut self.troubles);
            self.found.troubles.insert(user.clone(), troubles);
        }
    }

    pub fn finish(self) -> Survey {
        let names = self.rows.iter().map(|row| row.attribute.name.clone());
        Survey {
            by_attribute: names.zip(self.counts).collect(),
            ..self.found
        }
    }
}

/// Looks at every attribute of every person once. [`crate::effective::overview`] finds the differences in the same pass.
pub fn survey<'a>(
    rows: &'a [AttributeRow],
    people: impl IntoIterator<Item = (&'a UserId, PersonValues<'a>)>,
) -> Survey {
    let mut surveyor = Surveyor::new(rows);
    for (user, values) in people {
        for (at, row) in rows.iter().enumerate() {
            if row.attribute.name == "userName" {
                surveyor.username(at, user, &values);
            } else {
                surveyor.attribute(at, user, &assess(row, &values));
            }
        }
        surveyor.next(user);
    }
    surveyor.finish()
}

fn attribute(user: &UserId, row: &AttributeRow, seen: &Assessed<'_>, counts: &mut AttributeSurvey) {
    if let Some(problem) = &seen.problem {
        counts.problem(problem.kind());
        counts.worst(user, problem.kind().into());
    }
    if row.translation.counts()
        && let Some(old) = &seen.old
    {
        counts.count_old(old);
    }
    match (&seen.new, &seen.old) {
        // A guess is neither the same nor another value.
        _ if seen.doubt.is_some() => {
            counts.unknown += 1;
            counts.worst(user, Trouble::Unknown);
        }
        (None, old) => {
            counts.blank += 1;
            if old.is_some() {
                counts.dropped += 1;
                counts.worst(user, Trouble::Dropped);
            }
        }
        (Some(_), None) => counts.filled += 1,
        (Some(new), Some(old)) => {
            counts.filled += 1;
            if alike(new, old) {
                counts.same += 1;
            } else if seen.renamed {
                counts.renamed += 1;
            } else {
                counts.changed += 1;
                counts.worst(user, Trouble::Changed);
            }
        }
    }
}

fn username(user: &UserId, values: &PersonValues<'_>, counts: &mut AttributeSurvey) {
    let Some(new) = values.planned_username else {
        counts.unknown += 1;
        counts.worst(user, Trouble::Unknown);
        return;
    };
    if let Some(problem) = username_problem(new) {
        counts.problem(problem.kind());
        counts.worst(user, problem.kind().into());
    }
    if new.trim().is_empty() {
        counts.blank += 1;
        return;
    }
    counts.filled += 1;
    if new == values.old_username {
        counts.same += 1;
    } else if !values.old_username.is_empty() {
        counts.changed += 1;
        counts.worst(user, Trouble::Changed);
    }
}

/// Writes into the rows how many people have each old value; values that were found at people and stand in no list are
/// added at the end.
pub fn count_values(rows: &mut [AttributeRow], survey: &Survey) {
    for row in rows {
        let Some(counts) = survey.by_attribute.get(&row.attribute.name) else {
            continue;
        };
        let mut left: BTreeMap<&str, usize> = counts.old_values.iter().map(|(v, n)| (v.as_str(), *n)).collect();
        for one in &mut row.values {
            one.people = left.remove(plain(&one.old).as_str()).unwrap_or_default();
        }
        if !row.translation.lists() {
            continue;
        }
        let found: Vec<ValueMatch> = left
            .into_iter()
            .map(|(value, people)| ValueMatch {
                people,
                ..row.translation.found(value)
            })
            .collect();
        row.values.extend(found);
    }
}
