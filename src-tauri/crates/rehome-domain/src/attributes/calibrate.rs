//! How often the old app's mappings, evaluated here, give what Okta really stored: the confidence of every prediction.

use std::collections::{BTreeMap, BTreeSet};

use rehome_expression::{Expression, Internal, Org, Preview, Scope, attributes as attributes_of};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::mapping::{functions, renamed_variable};
use super::values::alike;
use super::{AttributeInput, mapped, present};
use crate::{Mapping, Person, Profile, Schema, UserId, plain};

/// Wrong predictions that are kept of an attribute.
const EXAMPLES: usize = 5;

#[derive(Clone, Copy, Debug)]
pub struct CalibrateInput<'a> {
    pub old_schema: &'a Schema,
    /// Onto the old app, one for each user type in use.
    pub old_mappings: &'a [Mapping],
    /// `settings.app` of the old app.
    pub old_settings: Option<&'a Map<String, Value>>,
    pub org: Org<'a>,
}

/// What Okta stored for one person of the old app.
#[derive(Clone, Copy, Debug)]
pub struct StoredPerson<'a> {
    pub user: &'a UserId,
    pub profile: &'a Profile,
    /// `None`: the Okta profile could not be read; such people do not count.
    pub person: Option<&'a Person>,
}

/// How well one mapping explains what Okta stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttributeCalibration {
    /// Okta keeps it current. Otherwise it was filled once (DONT_PUSH), and may have gone its own way since: wrong ones say
    /// little then.
    pub push: bool,
    pub right: usize,
    pub wrong: usize,
    /// Not predictable, or only by a guess.
    pub unpredictable: usize,
    /// Wrong ones: person, stored, predicted; the first few.
    pub examples: Vec<(UserId, String, String)>,
}

impl AttributeCalibration {
    /// Share of the sure predictions that were right, 0 to 1; `None`: there were none.
    pub fn rate(&self) -> Option<f64> {
        let sure = self.right + self.wrong;
        (sure > 0).then(|| self.right as f64 / sure as f64)
    }
}

/// How far a prediction for an attribute of the new app can be trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "camelCase")]
pub enum Confidence {
    /// The old app fills an attribute by the same expression.
    SameExpression {
        attribute: String,
        right: usize,
        of: usize,
    },
    /// Attributes of the old app are filled with the same functions.
    SameFunctions {
        attributes: Vec<String>,
        right: usize,
        of: usize,
    },
    Unproven,
}

impl Confidence {
    /// "right for 4,977 of 4,982 on the old app".
    pub fn words(&self) -> String {
        let share = |right: &usize, of: &usize| {
            format!(
                "right for {} of {}",
                crate::gate::thousands(*right),
                crate::gate::thousands(*of)
            )
        };
        match self {
            Self::SameExpression { right, of, .. } => format!("{} on the old app", share(right, of)),
            Self::SameFunctions { right, of, .. } => {
                format!("the same functions were {} on the old app", share(right, of))
            }
            Self::Unproven => "unproven: the old app has nothing like it".to_owned(),
        }
    }
}

/// One mapped attribute of the old app, ready for many people.
struct Mapped {
    name: String,
    /// By user type.
    expressions: BTreeMap<String, Option<Expression>>,
}

/// Evaluates the old app's mappings for everybody.
pub fn calibrate<'a>(
    input: &CalibrateInput<'_>,
    people: impl IntoIterator<Item = StoredPerson<'a>>,
) -> BTreeMap<String, AttributeCalibration> {
    let names: BTreeSet<&String> = input.old_mappings.iter().flat_map(|m| m.properties.keys()).collect();
    let attributes: Vec<Mapped> = names
        .into_iter()
        .map(|name| Mapped {
            name: name.clone(),
            expressions: mapped(input.old_mappings, name)
                .into_iter()
                .map(|(of, text)| (of, Expression::parse(&text).ok()))
                .collect(),
        })
        .collect();
    let mut found: Vec<AttributeCalibration> = attributes
        .iter()
        .map(|attribute| AttributeCalibration {
            push: pushes(input.old_mappings, &attribute.name),
            ..AttributeCalibration::default()
        })
        .collect();
    let variable = Some(input.old_schema.variable.as_str()).filter(|v| !v.is_empty());
    for stored in people {
        let Some(person) = stored.person else { continue };
        let scope = Scope {
            app: input.old_settings.map(attributes_of),
            app_variable: variable,
            org: input.org,
            internal: Internal {
                id: Some(person.id.as_str()),
                status: Some(person.status()),
            },
            ..Scope::new(&person.profile)
        };
        for (attribute, counts) in attributes.iter().zip(&mut found) {
            let Some(expression) = of_type(attribute, person) else {
                continue;
            };
            let preview = expression.map_or_else(unreadable, |expression| expression.evaluate(&scope));
            let value = stored.profile.get(&attribute.name);
            count(counts, &stored, value.as_deref(), &preview);
        }
    }
    attributes.into_iter().map(|a| a.name).zip(found).collect()
}

/// The expression for the person's user type; `None`: it is not mapped for this person.
fn of_type<'a>(attribute: &'a Mapped, person: &Person) -> Option<Option<&'a Expression>> {
    let expression = match person.type_id() {
        Some(user_type) => attribute.expressions.get(user_type),
        None => attribute.expressions.values().next(),
    };
    expression.map(Option::as_ref)
}

fn unreadable() -> Preview {
    Preview::Unknown { why: String::new() }
}

fn count(counts: &mut AttributeCalibration, of: &StoredPerson<'_>, stored: Option<&Value>, preview: &Preview) {
    let Some(value) = preview.sure() else {
        counts.unpredictable += 1;
        return;
    };
    let (stored, predicted) = (present(stored), present(Some(value)));
    let right = match (stored, predicted) {
        (None, None) => true,
        (Some(a), Some(b)) => alike(a, b),
        (None, Some(_)) | (Some(_), None) => false,
    };
    if right {
        counts.right += 1;
        return;
    }
    counts.wrong += 1;
    if counts.examples.len() < EXAMPLES {
        let shown = |value: Option<&Value>| value.map(plain).unwrap_or_default();
        counts.examples.push((of.user.clone(), shown(stored), shown(predicted)));
    }
}

/// Okta keeps the attribute current for some user type.
fn pushes(mappings: &[Mapping], name: &str) -> bool {
    let mut of = mappings.iter().filter_map(|m| m.properties.get(name));
    of.any(|property| property.push_status == "PUSH")
}

/// How far each predicted attribute of the new app can be trusted, by what the old app showed.
pub fn confidence(
    input: &AttributeInput<'_>,
    calibration: &BTreeMap<String, AttributeCalibration>,
) -> BTreeMap<String, Confidence> {
    let (old, new) = (&input.old_schema.variable, &input.new_schema.variable);
    let of_old: Vec<(&String, String, &AttributeCalibration)> = calibration
        .iter()
        .filter_map(|(name, found)| {
            let text = mapped(input.old_mappings, name).into_values().next()?;
            Some((name, renamed_variable(&text, old, new), found))
        })
        .collect();
    let attributes: BTreeSet<&String> = input.new_mappings.iter().flat_map(|m| m.properties.keys()).collect();
    let of = |name: &String| {
        let text = mapped(input.new_mappings, name).into_values().next()?;
        Some((name.clone(), trust(&text, name, &of_old)))
    };
    attributes.into_iter().filter_map(of).collect()
}

fn trust(text: &str, name: &str, old: &[(&String, String, &AttributeCalibration)]) -> Confidence {
    let spaceless = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted = spaceless(text);
    let mut same: Vec<_> = old.iter().filter(|(_, text, _)| spaceless(text) == wanted).collect();
    // The attribute of the same name speaks for itself; among others the best proven one.
    same.sort_by_key(|(old, _, found)| (old.as_str() != name, usize::MAX - found.right - found.wrong));
    if let Some((attribute, _, found)) = same.first()
        && found.rate().is_some()
    {
        return Confidence::SameExpression {
            attribute: (*attribute).clone(),
            right: found.right,
            of: found.right + found.wrong,
        };
    }
    let uses = functions(text);
    let alike: Vec<_> = old
        .iter()
        .filter(|(_, text, found)| functions(text) == uses && found.rate().is_some())
        .collect();
    if alike.is_empty() {
        return Confidence::Unproven;
    }
    let right = alike.iter().map(|(_, _, found)| found.right).sum();
    let of = alike.iter().map(|(_, _, found)| found.right + found.wrong).sum();
    Confidence::SameFunctions {
        attributes: alike.iter().map(|(name, _, _)| (*name).clone()).collect(),
        right,
        of,
    }
}
