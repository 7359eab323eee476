//! What has changed in Okta since the plan was made, in words (invariant 8).

use std::collections::{BTreeMap, BTreeSet};

use super::Basis;
use crate::{GroupId, UserId};

/// The same facts as the plan's basis, read again. Groups that were not read again are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Present {
    pub basis: Basis,
    /// Names for people and groups, for the words.
    pub names: BTreeMap<UserId, String>,
    pub group_names: BTreeMap<GroupId, String>,
}

/// Sentences; empty while the plan is good. People in `settled` are past caring: they are placed already.
pub fn differences(planned: &Basis, present: &Present, settled: &BTreeSet<UserId>) -> Vec<String> {
    let now = &present.basis;
    let mut out = Vec::new();
    if now.new_status != "ACTIVE" {
        out.push("The new app is no longer active.".to_owned());
    }
    if planned.new_template != now.new_template {
        out.push(format!(
            "The username template of the new app changed from {} to {}.",
            quoted(planned.new_template.as_deref()),
            quoted(now.new_template.as_deref())
        ));
    }
    let attributes: BTreeSet<&String> = planned.new_mapping.keys().chain(now.new_mapping.keys()).collect();
    for attribute in attributes {
        let (was, is) = (planned.new_mapping.get(attribute), now.new_mapping.get(attribute));
        if was != is {
            let (was, is) = (quoted(was.map(String::as_str)), quoted(is.map(String::as_str)));
            out.push(format!(
                "The mapping of {attribute} on the new app changed from {was} to {is}."
            ));
        }
    }
    for (group, (_, was)) in &planned.groups {
        let name = present
            .group_names
            .get(group)
            .map_or_else(|| group.to_string(), Clone::clone);
        let Some((_, is)) = now.groups.get(group) else {
            out.push(format!("{name} is no longer assigned to the old app."));
            continue;
        };
        let joined: Vec<&UserId> = is.difference(was).filter(|u| !settled.contains(*u)).collect();
        let left: Vec<&UserId> = was.difference(is).filter(|u| !settled.contains(*u)).collect();
        if !joined.is_empty() {
            out.push(format!("{name} has new members: {}.", list(&joined, present)));
        }
        if !left.is_empty() {
            out.push(format!("{name} has lost members: {}.", list(&left, present)));
        }
    }
    for group in now.groups.keys().filter(|g| !planned.groups.contains_key(*g)) {
        let name = present
            .group_names
            .get(group)
            .map_or_else(|| group.to_string(), Clone::clone);
        out.push(format!("{name} was assigned to the old app."));
    }
    let gone: Vec<&UserId> = planned
        .people
        .keys()
        .filter(|u| !now.people.contains_key(*u) && !settled.contains(*u))
        .collect();
    if !gone.is_empty() {
        out.push(format!("No longer on the old app: {}.", list(&gone, present)));
    }
    let come: Vec<&UserId> = now.people.keys().filter(|u| !planned.people.contains_key(*u)).collect();
    if !come.is_empty() {
        out.push(format!("New on the old app: {}.", list(&come, present)));
    }
    let renamed: Vec<&UserId> = planned
        .people
        .iter()
        .filter(|(u, name)| !settled.contains(*u) && now.people.get(*u).is_some_and(|is| is != *name))
        .map(|(u, _)| u)
        .collect();
    if !renamed.is_empty() {
        out.push(format!("Another username on the old app: {}.", list(&renamed, present)));
    }
    // Only who was hashed both times: an older plan, or a reading without values, says nothing.
    let edited: Vec<&UserId> = planned
        .values
        .iter()
        .filter(|(u, hash)| !settled.contains(*u) && now.values.get(*u).is_some_and(|is| is != *hash))
        .map(|(u, _)| u)
        .collect();
    if !edited.is_empty() {
        out.push(format!("Other values on the old app: {}.", list(&edited, present)));
    }
    out
}

fn quoted(text: Option<&str>) -> String {
    text.map_or_else(|| "nothing".to_owned(), |t| format!("\u{201c}{t}\u{201d}"))
}

fn list(people: &[&UserId], present: &Present) -> String {
    const SHOWN: usize = 5;
    let name = |u: &&UserId| present.names.get(*u).map_or_else(|| u.to_string(), Clone::clone);
    let mut words = people.iter().take(SHOWN).map(name).collect::<Vec<_>>().join(", ");
    if people.len() > SHOWN {
        words.push_str(&format!(" and {} more", people.len() - SHOWN));
    }
    words
}
