//! Sets of people that views name: "gap:role:notInList". What a set is, is said once, here; its people are looked up when they
//! are asked for.

use rehome_domain::{UserId, attributes::ProblemKind, effective, suspects::SuspectKind};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::model::{Model, look::holds};

/// The name of something in a set's name, as serde writes it: `notInList`.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

fn read<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(Value::String(word.to_owned())).ok()
}

pub(crate) fn gap(attribute: &str, kind: ProblemKind) -> String {
    format!("gap:{attribute}:{}", word(&kind))
}

pub(crate) fn suspect(kind: &SuspectKind) -> String {
    format!("suspect:{}", word(kind))
}

/// Differences are numbered in the order in which they are shown: they are made anew with every decision, and so is the view.
pub(crate) fn difference(number: usize) -> String {
    format!("difference:{number}")
}

/// Everybody in a set, in the order of their ids; nobody for a name that is not known.
pub(crate) fn people_of(model: &Model, set: &str) -> Vec<UserId> {
    let Some((kind, rest)) = set.split_once(':') else {
        return match set {
            "excluded" => model.decisions.excluded.keys().cloned().collect(),
            _ => Vec::new(),
        };
    };
    match kind {
        "gap" => gap_people(model, rest),
        "suspect" => {
            let found = model.suspects.iter().find(|group| word(&group.kind) == rest);
            found.map_or_else(Vec::new, |group| {
                group.people.iter().map(|(user, _)| user.clone()).collect()
            })
        }
        "difference" => rest.parse().ok().map_or_else(Vec::new, |n| difference_people(model, n)),
        "downstream" => model.downstream.as_ref().map_or_else(Vec::new, |d| d.people(rest)),
        "attribute" => trouble_people(model, rest),
        _ => Vec::new(),
    }
}

fn gap_people(model: &Model, rest: &str) -> Vec<UserId> {
    let Some((attribute, kind)) = rest.rsplit_once(':') else {
        return Vec::new();
    };
    let Some(kind) = read::<ProblemKind>(kind) else {
        return Vec::new();
    };
    let has = |troubles: &[(String, rehome_domain::attributes::ValueProblem)]| {
        troubles
            .iter()
            .any(|(name, trouble)| name == attribute && trouble.kind() == kind)
    };
    let all = model.survey.troubles.iter();
    all.filter(|(_, troubles)| has(troubles))
        .map(|(user, _)| user.clone())
        .collect()
}

/// "role:changed": people for whom an attribute changes, is lost or cannot be known.
fn trouble_people(model: &Model, rest: &str) -> Vec<UserId> {
    let Some((attribute, what)) = rest.rsplit_once(':') else {
        return Vec::new();
    };
    let changes: &[effective::Change] = match what {
        "changed" => &[effective::Change::Changed],
        "dropped" => &[effective::Change::Lost],
        "unknown" => &[effective::Change::Unknown],
        _ => return Vec::new(),
    };
    model.people_with(|found| found.attribute == attribute && changes.contains(&found.change))
}

fn difference_people(model: &Model, number: usize) -> Vec<UserId> {
    let Some(group) = model.differences.get(number) else {
        return Vec::new();
    };
    model.people_with(|found| holds(group, found))
}
