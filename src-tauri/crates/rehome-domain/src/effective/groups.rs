//! Values of the old app's group assignments, in the words of the new app.

use serde_json::{Map, Value};

use super::ByGroup;
use crate::attributes::{AttributeRow, AttributeState, Fill, problem};
use crate::{AppGroup, plain};

/// What each group would carry on the new app, and what was left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupProfiles {
    pub by_group: ByGroup,
    /// Sentences for the plan: values that the new app would not take.
    pub remarks: Vec<String>,
}

/// Only what the admin confirmed, and only what the new app takes.
pub fn group_profiles(rows: &[AttributeRow], groups: &[AppGroup]) -> GroupProfiles {
    let mut out = GroupProfiles::default();
    for group in groups {
        let mut profile = Map::new();
        for row in rows.iter().filter(|r| r.state == AttributeState::Confirmed) {
            // SELF attributes belong to individual assignments only (api-facts 7.2).
            if row.attribute.scope.as_deref() == Some("SELF") {
                continue;
            }
            let Fill::OldAttribute { name } = &row.fill else {
                continue;
            };
            let Some(old) = group.profile.get(name).filter(|v| !v.is_null()) else {
                continue;
            };
            // Left out by hand.
            let Some(value) = row.translation.of(old) else { continue };
            match problem(row, Some(&value)) {
                None => {
                    profile.insert(row.attribute.name.clone(), value.into_owned());
                }
                Some(why) => out.remarks.push(remark(row, group, &value, &why)),
            }
        }
        out.by_group.insert(group.id.clone(), profile);
    }
    out
}

fn remark(row: &AttributeRow, group: &AppGroup, value: &Value, why: &crate::attributes::ValueProblem) -> String {
    let (attribute, group) = (&row.attribute.name, &group.name);
    match why {
        crate::attributes::ValueProblem::NotInList { .. } => format!(
            "{attribute} is not set on the group {group}: the new app has no value {}.",
            plain(value)
        ),
        other => format!("{attribute} is not set on the group {group}: {}.", other.words()),
    }
}
