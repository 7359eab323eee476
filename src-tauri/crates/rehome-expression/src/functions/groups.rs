//! Questions about the groups of the person, and about the person's entry in Okta.

use serde_json::{Map, Value, json};

use super::Call;
use crate::evaluate::{Given, Stop};
use crate::patterns::{Fit, Pattern};
use crate::scope::Scope;
use crate::values;

type Outcome = Result<Value, Stop>;

fn unknown<T>(why: String) -> Result<T, Stop> {
    Err(Stop::Unknown(why))
}

/// `isMemberOf...()`, as group rules and mappings ask.
pub fn is_member(call: &mut Call<'_>, scope: &Scope<'_>, given: &[Given<'_>]) -> Outcome {
    let groups = scope.groups.unwrap_or_default();
    let mut member = false;
    for wanted in given {
        let Value::String(wanted) = &**wanted else {
            return unknown(format!(
                "{}() is given {} where it works with text; what Okta does then is not documented.",
                call.name,
                values::kind(wanted)
            ));
        };
        member |= match call.name {
            "isMemberOfGroupName" => groups.iter().any(|(_, name)| name == wanted),
            "isMemberOfGroupNameStartsWith" => groups.iter().any(|(_, name)| name.starts_with(wanted.as_str())),
            "isMemberOfGroupNameContains" => groups.iter().any(|(_, name)| name.contains(wanted.as_str())),
            "isMemberOfGroupNameRegex" => by_pattern(call, wanted, groups)?,
            _ => groups.iter().any(|(id, _)| id == wanted),
        };
    }
    Ok(Value::Bool(member))
}

fn by_pattern(call: &mut Call<'_>, pattern: &str, groups: &[(&str, &str)]) -> Result<bool, Stop> {
    let Some(pattern) = Pattern::new(pattern) else {
        return unknown(format!("\"{pattern}\" is a pattern that is not evaluated here."));
    };
    let fits: Vec<Fit> = groups.iter().map(|(_, name)| pattern.fit(name)).collect();
    if fits.contains(&Fit::Whole) {
        return Ok(true);
    }
    if fits.contains(&Fit::Part) {
        call.doubt(format!(
            "{} fits a part of a group's name; taken here is that the whole name has to fit, which is not documented.",
            call.name
        ));
    }
    Ok(false)
}

/// `getFilteredGroups({ids}, "group.name", limit)`: of these groups the person's own.
pub fn filtered(call: &mut Call<'_>, scope: &Scope<'_>, given: &[Given<'_>]) -> Outcome {
    let allowed = list(&given[0]);
    let (Some(allowed), Some(what), Some(limit)) = (allowed, given[1].as_str(), given[2].as_u64()) else {
        return unknown(format!(
            "{}() needs ids of groups in braces, \"group.name\" or \"group.id\", and a limit.",
            call.name
        ));
    };
    let pick: fn(&(&str, &str)) -> Value = match what {
        "group.name" => |(_, name)| Value::from(*name),
        "group.id" => |(id, _)| Value::from(*id),
        _ => return unknown(format!("{}() asks for {what}, which is not known here.", call.name)),
    };
    let groups = scope.groups.unwrap_or_default();
    let mine = groups.iter().filter(|(id, _)| allowed.contains(id));
    let mut found: Vec<Value> = mine.map(pick).collect();
    limited(call, &mut found, limit);
    Ok(Value::Array(found))
}

fn limited(call: &mut Call<'_>, found: &mut Vec<Value>, limit: u64) {
    if !(1..=100).contains(&limit) {
        call.doubt(format!("{} has a limit outside 1 to 100.", call.name));
    }
    if found.len() > 1 {
        call.doubt(format!(
            "{} finds several groups; their order is not documented.",
            call.name
        ));
    }
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
}

/// `user.getGroups({'group.id': {...}}, {'group.profile.name': '...', 'operator': 'EXACT'})`: groups that meet every list
/// of keys. What a group's type and source are is not at hand.
pub fn get_groups(call: &mut Call<'_>, scope: &Scope<'_>, given: &[Given<'_>]) -> Outcome {
    let mut found: Vec<(&str, &str)> = scope.groups.unwrap_or_default().to_vec();
    for criterion in given {
        let Value::Object(criterion) = &**criterion else {
            return unknown(format!(
                "{}() takes lists of keys such as {{'group.id': {{'00g1'}}}} and is given {}.",
                call.name,
                values::kind(criterion)
            ));
        };
        found = meeting(call, criterion, found)?;
    }
    if found.len() > 1 {
        call.doubt(format!(
            "{} finds several groups; their order is not documented.",
            call.name
        ));
    }
    let group = |(id, name): &(&str, &str)| json!({"id": id, "name": name, "profile": {"name": name}});
    Ok(Value::Array(found.iter().map(group).collect()))
}

fn meeting<'g>(
    call: &mut Call<'_>,
    criterion: &Map<String, Value>,
    mut found: Vec<(&'g str, &'g str)>,
) -> Result<Vec<(&'g str, &'g str)>, Stop> {
    let exact = match criterion.get("operator").map(|operator| operator.as_str()) {
        None | Some(Some("STARTS_WITH")) => false,
        Some(Some("EXACT")) => true,
        Some(_) => return unknown(format!("{}() has an operator that is not documented.", call.name)),
    };
    for (key, wanted) in criterion {
        let Some(wanted) = list(wanted) else {
            return unknown(format!("{}() wants something that is no text for {key}.", call.name));
        };
        match key.as_str() {
            "operator" => {}
            "group.id" => found.retain(|(id, _)| wanted.contains(id)),
            "group.profile.name" => found.retain(|(_, name)| {
                let fits = |wanted: &&str| {
                    if exact {
                        name == wanted
                    } else {
                        // Older pages write "West.*" where newer ones have the operator STARTS_WITH.
                        name.starts_with(wanted.strip_suffix(".*").unwrap_or(wanted))
                    }
                };
                wanted.iter().any(fits)
            }),
            _ => return unknown(format!("{}() asks for {key}, which is not known here.", call.name)),
        }
    }
    Ok(found)
}

/// One text, or a list of texts.
fn list(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(text) => Some(vec![text]),
        Value::Array(items) => items.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

/// `user.getInternalProperty("id")` and `("status")`.
pub fn internal_property(_: &mut Call<'_>, scope: &Scope<'_>, given: &[Given<'_>]) -> Outcome {
    let known = match given[0].as_str() {
        Some("id") => scope.internal.id,
        Some("status") => scope.internal.status,
        _ => None,
    };
    match known {
        Some(value) => Ok(Value::from(value)),
        None => unknown(
            "user.getInternalProperty() is known here for \"id\" and \"status\" alone, and only for a person at hand."
                .to_owned(),
        ),
    }
}
