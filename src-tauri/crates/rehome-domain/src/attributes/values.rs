//! Values for one person: what the new app would hold, what stands against it, and what Rehome sends.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Deref;

use rehome_expression::{Expression, Internal, Org, Preview, Scope, attributes};
use serde_json::{Map, Number, Value};

use super::{AttributeRow, AttributeState, Fill, Made, ValueProblem, problem};
use crate::usernames::{LONGEST, folded};
use crate::{Attribute, Person, Profile, plain};

/// A person's values on both sides.
#[derive(Clone, Copy, Debug)]
pub struct PersonValues<'a> {
    pub old_profile: &'a Profile,
    pub old_username: &'a str,
    /// What the new app will call the person; `None`: not settled.
    pub planned_username: Option<&'a str>,
    /// `None`: the Okta profile could not be read.
    pub person: Option<&'a Person>,
    /// `settings.app` of the new app.
    pub new_settings: Option<&'a Map<String, Value>>,
    /// The new app's variable.
    pub new_variable: Option<&'a str>,
    pub org: Org<'a>,
    /// Values for this person alone ([`super::Choices::per_person`]).
    pub overrides: Option<&'a BTreeMap<String, Value>>,
}

impl<'a> PersonValues<'a> {
    /// The value set for this person alone; none for what Okta maps or the service sets.
    pub(crate) fn overridden(&self, row: &AttributeRow) -> Option<&'a Value> {
        let user_type = self.person.and_then(|p| p.type_id());
        self.overrides?
            .get(&row.attribute.name)
            .filter(|_| row.is_writable() && !row.mapped_for(user_type))
    }
}

/// One attribute for one person.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributePreview {
    /// What the new app would hold; `None`: nothing, or not known.
    pub value: Option<Value>,
    /// What the old app holds in the counterpart.
    pub old: Option<Value>,
    /// "same as old", "value renamed", "13 characters, limit 10".
    pub against_old: String,
    pub problem: Option<ValueProblem>,
    /// The value is a guess, or cannot be known; why.
    pub doubt: Option<String>,
}

/// One attribute for one person, borrowed where it can be: what everything about people is made from.
pub(crate) struct Assessed<'a> {
    /// What the new app would hold; `None`: nothing, or not known.
    pub new: Option<Cow<'a, Value>>,
    pub old: Option<Cow<'a, Value>>,
    pub problem: Option<ValueProblem>,
    pub doubt: Option<String>,
    /// The old value, in other words.
    pub renamed: bool,
}

/// Not for `userName`, which the template gives.
pub(crate) fn assess<'a>(row: &'a AttributeRow, person: &PersonValues<'a>) -> Assessed<'a> {
    let old = row
        .counterpart
        .as_ref()
        .and_then(|old| present(person.old_profile.get(&old.name)));
    let (new, doubt) = match value_of(row, person) {
        Ok(known) => known,
        Err(problem) => {
            let doubt = match &problem {
                ValueProblem::NotSure { words } => Some(words.clone()),
                _ => None,
            };
            return Assessed {
                new: None,
                old,
                problem: Some(problem),
                doubt,
                renamed: false,
            };
        }
    };
    let unknown = new.is_none() && doubt.is_some();
    Assessed {
        problem: if unknown { None } else { problem(row, new.as_deref()) },
        renamed: matches!(&row.fill, Fill::OldAttribute { .. })
            && person.overridden(row).is_none()
            && matches!(&new, Some(Cow::Owned(_))),
        new,
        old,
        doubt,
    }
}

/// What the new app would hold for this person, beside the old one.
pub fn preview(row: &AttributeRow, person: &PersonValues<'_>) -> AttributePreview {
    if row.attribute.name == "userName" {
        return username(person);
    }
    let seen = assess(row, person);
    let against_old = match (&seen.problem, &seen.doubt, seen.new.as_deref(), seen.old.as_deref()) {
        (Some(problem), ..) => problem.words(),
        (None, Some(_), None, _) => "not known before Okta has evaluated it".to_owned(),
        (_, _, None, None) => String::new(),
        (_, _, None, Some(_)) => "dropped".to_owned(),
        (_, _, Some(_), None) => "empty on the old app".to_owned(),
        (_, _, Some(value), Some(old)) if alike(value, old) => "same as old".to_owned(),
        (_, _, Some(_), Some(_)) if seen.renamed => "value renamed".to_owned(),
        _ => "differs from old".to_owned(),
    };
    AttributePreview {
        value: seen.new.map(Cow::into_owned),
        old: seen.old.map(Cow::into_owned),
        against_old,
        problem: seen.problem,
        doubt: seen.doubt,
    }
}

/// The same to whoever reads it: 4 and "4".
pub(crate) fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => a == b,
        (a, b) => a == b || plain(a) == plain(b),
    }
}

fn username(person: &PersonValues<'_>) -> AttributePreview {
    let old = (!person.old_username.is_empty()).then(|| Value::from(person.old_username));
    let against_old = match person.planned_username {
        None => "not settled",
        Some(new) if new == person.old_username => "same as old",
        Some(new) if folded(new) == folded(person.old_username) => "differs in case only",
        Some(_) => "differs from old",
    };
    AttributePreview {
        value: person.planned_username.map(Value::from),
        old,
        against_old: against_old.to_owned(),
        problem: person.planned_username.and_then(username_problem),
        doubt: None,
    }
}

pub(super) fn username_problem(name: &str) -> Option<ValueProblem> {
    if name.trim().is_empty() {
        return Some(ValueProblem::BlankRequired);
    }
    let characters = name.chars().count();
    (characters > LONGEST).then_some(ValueProblem::TooLong {
        characters,
        limit: LONGEST as u64,
    })
}

type Known<'a> = (Option<Cow<'a, Value>>, Option<String>);

/// The value, and the doubt about it.
pub(crate) fn value_of<'a>(row: &'a AttributeRow, person: &PersonValues<'a>) -> Result<Known<'a>, ValueProblem> {
    let user_type = person.person.and_then(|p| p.type_id());
    if row.mapped_for(user_type) {
        return Ok(by_okta(row.expression_for(user_type), person));
    }
    if let Some(value) = person.overridden(row) {
        return Ok((present(Some(value)).map(Cow::Borrowed), None));
    }
    match (&row.fill, &row.made) {
        (Fill::OldAttribute { name }, _) => {
            let old = present(person.old_profile.get(name));
            Ok((old.and_then(|old| row.translation.of_held(old)), None))
        }
        (Fill::Constant { .. } | Fill::Expression { .. }, Made::Wrong(words)) => {
            Err(ValueProblem::WrongType { words: words.clone() })
        }
        (_, Made::Constant(value)) => Ok((present(Some(value)).map(Cow::Borrowed), None)),
        (_, Made::Expression(expression, old_variable)) => by_admin(row, expression, old_variable, person),
        (Fill::Okta { .. } | Fill::Nothing | Fill::Constant { .. } | Fill::Expression { .. }, _) => Ok((None, None)),
    }
}

/// The admin's expression. Only a sure value is sent: a guess is no decision.
fn by_admin<'a>(
    row: &AttributeRow,
    expression: &Expression,
    old_variable: &str,
    person: &PersonValues<'_>,
) -> Result<Known<'a>, ValueProblem> {
    let Some(of) = person.person else {
        return Err(ValueProblem::NotSure {
            words: UNREADABLE.to_owned(),
        });
    };
    let preview = expression.evaluate(&Scope {
        appuser: Some(person.old_profile),
        app_variable: Some(old_variable).filter(|v| !v.is_empty()),
        ..scope(person, of)
    });
    match preview {
        Preview::Value(value) => Ok((in_type(&row.attribute, value).map(Cow::Owned), None)),
        Preview::Warned { .. } => Err(ValueProblem::NotSure {
            words: format!("Only a guess, so not sent. {}", preview.words()),
        }),
        Preview::Unknown { .. } | Preview::Error { .. } => Err(ValueProblem::NotSure {
            words: format!("Not known, so not sent. {}", preview.words()),
        }),
    }
}

/// Text of an expression as the attribute's type, where it is written so: "3" for a whole number.
fn in_type(attribute: &Attribute, value: Value) -> Option<Value> {
    let value = match (&value, attribute.kind.as_str()) {
        (Value::String(text), kind) if kind != "string" && !text.is_empty() => {
            constant(attribute, text).unwrap_or(value)
        }
        (Value::Number(_) | Value::Bool(_), "string") => Value::from(plain(&value)),
        _ => value,
    };
    present(Some(&value)).is_some().then_some(value)
}

const UNREADABLE: &str = "The Okta profile of this person could not be read.";

fn scope<'b>(person: &PersonValues<'b>, of: &'b Person) -> Scope<'b> {
    Scope {
        app: person.new_settings.map(attributes),
        app_variable: person.new_variable,
        org: person.org,
        internal: Internal {
            id: Some(of.id.as_str()),
            status: Some(of.status()),
        },
        ..Scope::new(&of.profile)
    }
}

fn by_okta<'a>(expression: Option<&Expression>, person: &PersonValues<'_>) -> Known<'a> {
    let Some(expression) = expression else {
        return (None, Some("Okta would refuse this expression.".to_owned()));
    };
    let Some(of) = person.person else {
        return (None, Some(UNREADABLE.to_owned()));
    };
    let preview = expression.evaluate(&scope(person, of));
    let doubt = (!matches!(preview, Preview::Value(_))).then(|| preview.words());
    let value = match preview {
        Preview::Value(value) | Preview::Warned { value, .. } => Some(value),
        Preview::Unknown { .. } | Preview::Error { .. } => None,
    };
    (
        value.filter(|value| present(Some(value)).is_some()).map(Cow::Owned),
        doubt,
    )
}

/// Null, empty text and empty list are no value.
pub(crate) fn present<V: Deref<Target = Value>>(value: Option<V>) -> Option<V> {
    value.filter(|value| match &**value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    })
}

/// What the admin typed, in the attribute's type. Lists are separated by commas.
pub(crate) fn constant(attribute: &Attribute, typed: &str) -> Result<Value, String> {
    let wrong = |wanted: &str| Err(format!("\"{typed}\" is not {wanted}."));
    match attribute.kind.as_str() {
        "boolean" => match typed.trim() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => wrong("true or false"),
        },
        "integer" => typed
            .trim()
            .parse::<i64>()
            .map(Value::from)
            .or_else(|_| wrong("a whole number")),
        "number" => match typed.trim().parse::<f64>().ok().and_then(Number::from_f64) {
            Some(number) => Ok(Value::Number(number)),
            None => wrong("a number"),
        },
        "array" => Ok(typed
            .split(',')
            .map(|item| Value::from(item.trim()))
            .filter(|item| item != "")
            .collect()),
        "object" => serde_json::from_str(typed)
            .ok()
            .filter(Value::is_object)
            .map_or_else(|| wrong("a JSON object"), Ok),
        _ => {
            let by_name = attribute.choices.iter().find(|(constant, _)| plain(constant) == typed);
            Ok(by_name.map_or_else(|| Value::from(typed), |(constant, _)| constant.clone()))
        }
    }
}

/// Exactly the profile attributes that Rehome sends for a person: confirmed, not filled by Okta, with a value.
///
/// A value that the new app would not take is in it too, so that nothing is lost unseen: ask [`problems_for`] first.
pub fn body_for(rows: &[AttributeRow], person: &PersonValues<'_>) -> Map<String, Value> {
    let mut body = Map::new();
    for row in rows.iter().filter(|row| sends(row, person)) {
        if let Ok((Some(value), _)) = value_of(row, person) {
            body.insert(row.attribute.name.clone(), value.into_owned());
        }
    }
    body
}

pub(crate) fn sends(row: &AttributeRow, person: &PersonValues<'_>) -> bool {
    let user_type = person.person.and_then(|p| p.type_id());
    let chosen = row.state == AttributeState::Confirmed || person.overridden(row).is_some();
    chosen && row.attribute.name != "userName" && !row.mapped_for(user_type)
}

/// What the new app would not take for this person, by attribute; values that cannot be known are not judged.
pub fn problems_for(rows: &[AttributeRow], person: &PersonValues<'_>) -> Vec<(String, ValueProblem)> {
    let problem = |row: &AttributeRow| Some((row.attribute.name.clone(), assess(row, person).problem?));
    rows.iter()
        .filter(|row| row.attribute.name != "userName")
        .filter_map(problem)
        .collect()
}
