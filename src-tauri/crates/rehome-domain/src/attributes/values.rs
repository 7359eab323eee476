//! Values for one person: what the new app would hold, what stands against it, and what Rehome sends.

use rehome_expression::{Expression, Internal, Org, Preview, Scope};
use serde_json::{Map, Number, Value};

use super::{AttributeRow, AttributeState, Fill};
use crate::usernames::folded;
use crate::{Attribute, Person, plain};

/// A person's values on both sides.
#[derive(Clone, Copy, Debug)]
pub struct PersonValues<'a> {
    pub old_profile: &'a Map<String, Value>,
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
}

/// Why a value would not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueProblem {
    BlankRequired,
    TooLong {
        characters: usize,
        limit: u64,
    },
    TooShort {
        characters: usize,
        least: u64,
    },
    NotInList {
        value: String,
    },
    /// A constant that is not of the attribute's type.
    WrongType {
        words: String,
    },
}

impl ValueProblem {
    /// "13 characters, limit 10".
    pub fn words(&self) -> String {
        match self {
            Self::BlankRequired => "blank, but required".to_owned(),
            Self::TooLong { characters, limit } => format!("{characters} characters, limit {limit}"),
            Self::TooShort { characters, least } => format!("{characters} characters, at least {least}"),
            Self::NotInList { .. } => "not in the list of the new app".to_owned(),
            Self::WrongType { words } => words.clone(),
        }
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

/// What the new app would hold for this person, beside the old one.
pub fn preview(row: &AttributeRow, person: &PersonValues<'_>) -> AttributePreview {
    if row.attribute.name == "userName" {
        return username(person);
    }
    let old = row
        .counterpart
        .as_ref()
        .and_then(|old| present(person.old_profile.get(&old.name)));
    let (value, doubt) = match value_of(row, person) {
        Ok(known) => known,
        Err(problem) => {
            return AttributePreview {
                value: None,
                old,
                against_old: problem.words(),
                problem: Some(problem),
                doubt: None,
            };
        }
    };
    let unknown = value.is_none() && doubt.is_some();
    let problem = if unknown {
        None
    } else {
        problem(&row.attribute, value.as_ref())
    };
    let renamed = matches!(&row.fill, Fill::OldAttribute { .. });
    let against_old = match (&problem, &doubt, &value, &old) {
        (Some(problem), ..) => problem.words(),
        (None, Some(_), None, _) => "not known before Okta has evaluated it".to_owned(),
        (_, _, None, None) => String::new(),
        (_, _, None, Some(_)) => "dropped".to_owned(),
        (_, _, Some(_), None) => "empty on the old app".to_owned(),
        (_, _, Some(value), Some(old)) if plain(value) == plain(old) => "same as old".to_owned(),
        (_, _, Some(_), Some(_)) if renamed => "value renamed".to_owned(),
        _ => "differs from old".to_owned(),
    };
    AttributePreview {
        value,
        old,
        against_old,
        problem,
        doubt,
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
        problem: person
            .planned_username
            .is_some_and(|name| name.trim().is_empty())
            .then_some(ValueProblem::BlankRequired),
        doubt: None,
    }
}

/// The value, and the doubt about it.
fn value_of(row: &AttributeRow, person: &PersonValues<'_>) -> Result<(Option<Value>, Option<String>), ValueProblem> {
    let user_type = person.person.and_then(|p| p.type_id.as_deref());
    if row.mapped_for(user_type) {
        return Ok(by_okta(row.expression_for(user_type), person));
    }
    match &row.fill {
        Fill::Okta { .. } | Fill::Nothing => Ok((None, None)),
        Fill::OldAttribute { name } => Ok((copied(row, person.old_profile.get(name)), None)),
        Fill::Constant { value } => constant(&row.attribute, value)
            .map(|value| (Some(value), None))
            .map_err(|words| ValueProblem::WrongType { words }),
    }
}

fn by_okta(expression: Option<&Expression>, person: &PersonValues<'_>) -> (Option<Value>, Option<String>) {
    let Some(expression) = expression else {
        return (None, Some("Okta would refuse this expression.".to_owned()));
    };
    let Some(of) = person.person else {
        return (
            None,
            Some("The Okta profile of this person could not be read.".to_owned()),
        );
    };
    let preview = expression.evaluate(&Scope {
        app: person.new_settings,
        app_variable: person.new_variable,
        org: person.org,
        internal: Internal {
            id: Some(of.id.as_str()),
            status: Some(&of.status),
        },
        ..Scope::new(&of.profile)
    });
    let doubt = (!matches!(preview, Preview::Value(_))).then(|| preview.words());
    (present(preview.value()), doubt)
}

/// Null, empty text and empty list are no value.
fn present(value: Option<&Value>) -> Option<Value> {
    let value = value?;
    let empty = match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    (!empty).then(|| value.clone())
}

/// The old value in the words of the new app's list. A value without a match stays as it is, so that it is seen.
fn copied(row: &AttributeRow, old: Option<&Value>) -> Option<Value> {
    let old = present(old)?;
    if row.attribute.choices.is_empty() {
        return Some(old);
    }
    let translate = |value: &Value| {
        let title = row.counterpart.as_ref().and_then(|old| title_of(&old.choices, value));
        matching(value, title, &row.attribute.choices).unwrap_or_else(|| value.clone())
    };
    Some(match &old {
        Value::Array(items) => Value::Array(items.iter().map(translate).collect()),
        value => translate(value),
    })
}

fn title_of<'a>(choices: &'a [(Value, String)], value: &Value) -> Option<&'a str> {
    choices
        .iter()
        .find(|(constant, _)| constant == value)
        .map(|(_, title)| title.as_str())
}

type Test<'a> = &'a dyn Fn(&(Value, String)) -> bool;

/// The entry of the new list for an old value: the same constant, the same but for case, or the same title. Several
/// entries of the same title are no match.
fn matching(value: &Value, title: Option<&str>, choices: &[(Value, String)]) -> Option<Value> {
    if choices.iter().any(|(constant, _)| constant == value) {
        return Some(value.clone());
    }
    let value = folded(&plain(value));
    let title = title.map(folded);
    let tests: [Test<'_>; 3] = [
        &|(constant, _)| folded(&plain(constant)) == value,
        &|(_, new_title)| title.as_ref().is_some_and(|title| folded(new_title) == *title),
        &|(constant, new_title)| folded(new_title) == value || title.as_ref() == Some(&folded(&plain(constant))),
    ];
    for test in tests {
        let mut found = choices.iter().filter(|choice| test(choice));
        if let (Some((constant, _)), None) = (found.next(), found.next()) {
            return Some(constant.clone());
        }
    }
    None
}

/// Values of the old list that carry another constant in the new one.
pub(super) fn renamed(old: &Attribute, new: &Attribute) -> Vec<(Value, Value)> {
    let renamed = |(constant, title): &(Value, String)| {
        let found = matching(constant, Some(title), &new.choices)?;
        (found != *constant).then(|| (constant.clone(), found))
    };
    old.choices.iter().filter_map(renamed).collect()
}

/// What the admin typed, in the attribute's type. Lists are separated by commas.
pub(super) fn constant(attribute: &Attribute, typed: &str) -> Result<Value, String> {
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

fn problem(attribute: &Attribute, value: Option<&Value>) -> Option<ValueProblem> {
    let Some(value) = value else {
        return attribute.required.then_some(ValueProblem::BlankRequired);
    };
    let items = match value {
        Value::Array(items) => items.as_slice(),
        value => std::slice::from_ref(value),
    };
    let unlisted = |item: &&Value| !attribute.choices.iter().any(|(constant, _)| constant == *item);
    if let Some(item) = items.iter().find(unlisted).filter(|_| !attribute.choices.is_empty()) {
        return Some(ValueProblem::NotInList { value: plain(item) });
    }
    let Value::String(text) = value else { return None };
    let characters = text.chars().count();
    let over = attribute.max_length.filter(|limit| characters as u64 > *limit);
    let under = attribute.min_length.filter(|least| (characters as u64) < *least);
    over.map(|limit| ValueProblem::TooLong { characters, limit })
        .or(under.map(|least| ValueProblem::TooShort { characters, least }))
}

/// Exactly the profile attributes that Rehome sends for a person: confirmed, not filled by Okta, with a value.
///
/// A value that the new app would not take is in it too, so that nothing is lost unseen: ask [`problems_for`] first.
pub fn body_for(rows: &[AttributeRow], person: &PersonValues<'_>) -> Map<String, Value> {
    let mut body = Map::new();
    for row in rows.iter().filter(|row| sends(row, person)) {
        if let Ok((Some(value), _)) = value_of(row, person) {
            body.insert(row.attribute.name.clone(), value);
        }
    }
    body
}

fn sends(row: &AttributeRow, person: &PersonValues<'_>) -> bool {
    let user_type = person.person.and_then(|p| p.type_id.as_deref());
    row.state == AttributeState::Confirmed && row.attribute.name != "userName" && !row.mapped_for(user_type)
}

/// What the new app would not take for this person, by attribute; values that cannot be known are not judged.
pub fn problems_for(rows: &[AttributeRow], person: &PersonValues<'_>) -> Vec<(String, ValueProblem)> {
    let problem = |row: &AttributeRow| Some((row.attribute.name.clone(), preview(row, person).problem?));
    rows.iter()
        .filter(|row| row.attribute.name != "userName")
        .filter_map(problem)
        .collect()
}
