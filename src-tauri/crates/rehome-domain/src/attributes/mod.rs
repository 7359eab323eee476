//! How each attribute of the new app gets its value.
//!
//! Okta's own mapping comes first: Rehome sends nothing for what it fills (it would be refused, E0000075). For the rest
//! Rehome guesses from the old app's schema, and a guess is only sent once the admin has confirmed it.

mod calibrate;
mod findings;
mod gaps;
mod guess;
mod mapping;
mod matches;
mod problem;
mod survey;
mod typed;
mod values;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use regex::Regex;
use rehome_expression::Expression;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Attribute, Mapping, Schema, UserId, UsernameTemplate};

pub use calibrate::{AttributeCalibration, CalibrateInput, Confidence, StoredPerson, calibrate, confidence};
pub use findings::map_findings;
pub use gaps::{Gap, gaps};
pub use mapping::{MappingOffer, OfferInput, SchemaOffer, mapping_offer, renamed_variable, schema_offers};
pub use matches::{HowMatched, ValueMatch};
pub use problem::{ProblemKind, ValueProblem};
pub(crate) use survey::Surveyor;
pub use survey::{AttributeSurvey, Survey, Trouble, count_values, survey};
pub use values::{AttributePreview, PersonValues, body_for, preview, problems_for};

pub(crate) use guess::words;
use matches::Translation;
pub(crate) use problem::problem;
pub(crate) use values::{Assessed, alike, assess, constant, present, sends};

/// How an attribute of the new app is filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "camelCase")]
pub enum Fill {
    /// Okta's mapping or, for `userName`, the template.
    Okta { expression: String },
    /// The person's value on the old app.
    OldAttribute { name: String },
    /// The same for everybody, as the admin typed it.
    Constant { value: String },
    /// An expression that is evaluated here for each person; the value is sent. `user.` is the Okta profile, `appuser.` the
    /// person's profile on the old app, `app.` the settings of the new app. What it gives only by a guess is not sent.
    Expression { text: String },
    /// Left as it is.
    Nothing,
}

/// What the admin decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Choices {
    /// By attribute of the new app.
    pub fills: BTreeMap<String, Fill>,
    /// By attribute of the new app: old values, as plain text, and what stands for them on the new app. `None`: left out.
    pub values: BTreeMap<String, BTreeMap<String, Option<Value>>>,
    /// Values for single people, by hand or from a CSV, by attribute of the new app. They go before the fill.
    pub per_person: BTreeMap<UserId, BTreeMap<String, Value>>,
}

impl From<BTreeMap<String, Fill>> for Choices {
    fn from(fills: BTreeMap<String, Fill>) -> Self {
        Self {
            fills,
            ..Self::default()
        }
    }
}

impl FromIterator<(String, Fill)> for Choices {
    fn from_iter<I: IntoIterator<Item = (String, Fill)>>(fills: I) -> Self {
        Self::from(BTreeMap::from_iter(fills))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AttributeState {
    /// Okta's own mapping fills it; Rehome sends nothing.
    ByOkta,
    Guessed,
    Confirmed,
    Excluded,
}

#[derive(Clone, Copy, Debug)]
pub struct AttributeInput<'a> {
    pub old_schema: &'a Schema,
    pub new_schema: &'a Schema,
    /// Mappings onto the app, one for each user type in use.
    pub old_mappings: &'a [Mapping],
    pub new_mappings: &'a [Mapping],
    /// The new app's username template.
    pub template: Option<&'a UsernameTemplate>,
    pub choices: &'a Choices,
}

/// One attribute of the new app.
#[derive(Clone, Debug)]
pub struct AttributeRow {
    pub attribute: Attribute,
    pub fill: Fill,
    pub state: AttributeState,
    /// Why it was guessed, or what stands in the way.
    pub reason: String,
    /// What Okta could do instead, where the old app's mapping shows it.
    pub hint: Option<String>,
    /// The attribute of the old app that it is copied from, or else is compared with.
    pub counterpart: Option<Attribute>,
    /// Attributes of the old app whose type fits, in the schema's order.
    pub candidates: Vec<String>,
    /// Values of the old list that have another name in the new one: (old, new).
    pub renamed: Vec<(Value, Value)>,
    /// The old values and what stands for them on the new app; empty where values are copied as they are.
    pub values: Vec<ValueMatch>,
    /// Required, and nothing fills it.
    pub blank_required: bool,
    /// Okta's expression by user type; `None` in the value: Okta would refuse it.
    pub(crate) mapped: BTreeMap<String, Option<Expression>>,
    /// The same as texts.
    pub(crate) mapped_texts: BTreeMap<String, String>,
    /// Old values to new ones, for `Fill::OldAttribute`.
    pub(crate) translation: Translation,
    /// The admin's expression or constant, read once; the words say why it cannot be.
    pub(crate) made: Made,
    /// Okta's `pattern`, where it can be read as a pattern here.
    pub(crate) pattern: Option<Regex>,
}

/// What the admin's own fill gives.
#[derive(Clone, Debug, Default)]
pub(crate) enum Made {
    #[default]
    Nothing,
    Constant(Value),
    /// With the old app's variable.
    Expression(Expression, String),
    Wrong(String),
}

/// What is to be known about an attribute before it is filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// "string", "list of string".
    pub kind: String,
    pub required: bool,
    /// Allowed values; 0: any.
    pub values: usize,
    /// "at most 10 characters"; empty: none.
    pub limits: String,
    pub format: Option<String>,
    /// "individually only" or "also through groups" (api-facts 7.2).
    pub scope: &'static str,
    /// Whose value holds for a person: "Okta's mapping", "the group with the highest priority".
    pub wins: &'static str,
    /// Who else may change it: "the app is its source", "can be set once".
    pub owner: Option<String>,
}

impl AttributeRow {
    /// "required, list of 4 values", "text, at most 10 characters".
    pub fn facts(&self) -> String {
        let a = &self.attribute;
        let mut facts = Vec::new();
        if a.required {
            facts.push("required".to_owned());
        }
        if a.kind == "array" {
            facts.push("list".to_owned());
        } else if a.choices.is_empty() {
            facts.push(if a.kind.is_empty() {
                "any".to_owned()
            } else {
                a.kind.clone()
            });
        }
        if !a.choices.is_empty() {
            facts.push(format!("one of {} values", a.choices.len()));
        }
        if let Some(most) = a.max_length {
            facts.push(format!("at most {most} characters"));
        }
        facts.join(", ")
    }

    /// Everything about the attribute that bears on how it is filled.
    pub fn details(&self) -> Facts {
        let a = &self.attribute;
        let kind = match (a.kind.as_str(), a.item_kind.as_deref()) {
            ("array", Some(items)) => format!("list of {items}"),
            ("array", None) => "list".to_owned(),
            ("", _) => "any".to_owned(),
            (kind, _) => kind.to_owned(),
        };
        let limits = match (a.min_length.filter(|least| *least > 0), a.max_length) {
            (Some(least), Some(most)) => format!("{least} to {most} characters"),
            (Some(least), None) => format!("at least {least} characters"),
            (None, Some(most)) => format!("at most {most} characters"),
            (None, None) => String::new(),
        };
        let alone = a.scope.as_deref() == Some("SELF");
        let wins = match self.state {
            AttributeState::ByOkta if a.name == "userName" => "the template",
            AttributeState::ByOkta => "Okta's mapping",
            _ if alone => "what is sent for the person",
            _ if a.union => "values of all groups joined",
            _ => "the group with the highest priority",
        };
        let source = a.raw["master"]["type"].as_str().unwrap_or_default();
        let owner = match (a.mutability.as_deref(), source) {
            (Some("READ_ONLY"), _) => Some("the service sets it".to_owned()),
            (Some("IMMUTABLE"), _) => Some("can be set once and not changed".to_owned()),
            (Some("WRITE_ONLY"), _) => Some("cannot be read back".to_owned()),
            (_, "" | "PROFILE_MASTER") => None,
            (_, source) => Some(format!("its source is {source}")),
        };
        Facts {
            kind,
            required: a.required,
            values: a.choices.len(),
            limits,
            format: a.format.clone(),
            scope: if alone {
                "individually only"
            } else {
                "also through groups"
            },
            wins,
            owner,
        }
    }

    /// Okta's expression, as the mapping has it; the first where user types differ.
    pub(crate) fn expression_text(&self) -> String {
        match &self.fill {
            Fill::Okta { expression } => expression.clone(),
            _ => self.mapped_texts.values().next().cloned().unwrap_or_default(),
        }
    }

    /// Whether Rehome may send it at all (the service sets read-only ones).
    pub(crate) fn is_writable(&self) -> bool {
        self.attribute.name != "userName" && self.attribute.mutability.as_deref() != Some("READ_ONLY")
    }

    /// Whether Okta fills it for people of this user type. An unknown type counts as mapped when any type is.
    pub(crate) fn mapped_for(&self, user_type: Option<&str>) -> bool {
        user_type.map_or(!self.mapped.is_empty(), |user_type| self.mapped.contains_key(user_type))
            || self.state == AttributeState::ByOkta
    }

    pub(crate) fn expression_for(&self, user_type: Option<&str>) -> Option<&Expression> {
        let of_type = user_type.and_then(|user_type| self.mapped.get(user_type));
        of_type.or_else(|| self.mapped.values().next())?.as_ref()
    }
}

/// The one attribute that only the old app has and that Okta fills there with the same expression: it has another name by now.
fn filled_alike<'a>(input: &AttributeInput<'a>, expression: &str) -> Option<&'a Attribute> {
    let fits = |old: &&Attribute| {
        let texts = mapped(input.old_mappings, &old.name);
        let same = !texts.is_empty() && texts.values().all(|text| text.trim() == expression.trim());
        same && input.new_schema.attribute(&old.name).is_none()
    };
    let mut all = input.old_schema.attributes.iter().filter(fits);
    all.next().filter(|_| all.next().is_none())
}

/// One row for each attribute of the new app, in the schema's order.
pub fn rows(input: &AttributeInput<'_>) -> Vec<AttributeRow> {
    input
        .new_schema
        .attributes
        .iter()
        .map(|attribute| row(input, attribute))
        .collect()
}

fn row(input: &AttributeInput<'_>, attribute: &Attribute) -> AttributeRow {
    let found = guess::counterpart(input.old_schema, attribute);
    let mut row = AttributeRow {
        attribute: attribute.clone(),
        fill: Fill::Nothing,
        state: AttributeState::Excluded,
        reason: String::new(),
        hint: None,
        counterpart: found.best.as_ref().map(|(old, _)| (*old).clone()),
        candidates: guess::candidates(input.old_schema, attribute),
        renamed: Vec::new(),
        blank_required: false,
        values: Vec::new(),
        mapped: BTreeMap::new(),
        mapped_texts: BTreeMap::new(),
        translation: Translation::default(),
        made: Made::Nothing,
        pattern: attribute.raw["pattern"].as_str().and_then(|text| Regex::new(text).ok()),
    };
    if attribute.name == "userName" {
        row.state = AttributeState::ByOkta;
        row.fill = match input.template {
            Some(template) => Fill::Okta {
                expression: template.template.clone(),
            },
            None => Fill::Nothing,
        };
        return row;
    }
    let expressions = mapped(input.new_mappings, &attribute.name);
    let types = input.new_mappings.len();
    row.mapped = expressions
        .iter()
        .map(|(of, text)| (of.clone(), Expression::parse(text).ok()))
        .collect();
    row.mapped_texts.clone_from(&expressions);
    if let (Some(expression), true) = (expressions.values().next(), expressions.len() == types) {
        row.state = AttributeState::ByOkta;
        if matches!(
            input.choices.fills.get(&attribute.name),
            Some(Fill::Expression { .. } | Fill::Constant { .. })
        ) {
            row.reason = "Okta's mapping fills it: Okta would refuse another value, so none is sent.".to_owned();
        }
        row.fill = Fill::Okta {
            expression: expression.clone(),
        };
        if row.counterpart.is_none()
            && let Some(old) = filled_alike(input, expression)
        {
            row.counterpart = Some(old.clone());
            row.reason = format!("{} of the old app under another name: Okta fills both alike.", old.name);
        }
        return row;
    }
    if attribute.mutability.as_deref() == Some("READ_ONLY") {
        row.reason = "The service sets it; it cannot be written.".to_owned();
        return row;
    }
    decide(input, &mut row, found);
    if !expressions.is_empty() {
        row.reason = format!(
            "Okta fills it for {} of {types} user types. {}",
            expressions.len(),
            row.reason
        )
        .trim_end()
        .to_owned();
    }
    row.blank_required = attribute.required && row.fill == Fill::Nothing && expressions.is_empty();
    if row.blank_required {
        row.reason = format!("Required, and nothing fills it. {}", row.reason)
            .trim_end()
            .to_owned();
    }
    if let Fill::OldAttribute { name } = &row.fill
        && let Some(old) = input.old_schema.attribute(name)
    {
        row.counterpart = Some(old.clone());
        let by_hand = input.choices.values.get(&attribute.name);
        row.translation = Translation::new(old, attribute, by_hand);
        row.values = row.translation.matches(old, by_hand);
        row.renamed = matches::renamed(&row.values);
        if let Some(expression) = mapped(input.old_mappings, name).values().next() {
            row.hint = Some(format!(
                "On the old app Okta fills it with {expression}; the same mapping on the new app would keep it current."
            ));
        }
    }
    row
}

/// The admin's choice where it can be followed, else the guess.
fn decide(input: &AttributeInput<'_>, row: &mut AttributeRow, found: guess::Found<'_>) {
    match input.choices.fills.get(&row.attribute.name) {
        Some(Fill::Nothing) => {
            row.reason = "Left empty on purpose.".to_owned();
            return;
        }
        Some(Fill::Constant { value }) => {
            row.fill = Fill::Constant { value: value.clone() };
            row.state = AttributeState::Confirmed;
            row.made = match values::constant(&row.attribute, value) {
                Ok(value) => Made::Constant(value),
                Err(why) => {
                    row.reason.clone_from(&why);
                    Made::Wrong(why)
                }
            };
            return;
        }
        Some(Fill::Expression { text }) => {
            row.fill = Fill::Expression { text: text.clone() };
            row.state = AttributeState::Confirmed;
            row.made = match Expression::parse(text) {
                Ok(expression) => Made::Expression(expression, input.old_schema.variable.clone()),
                Err(problem) => {
                    row.reason = format!("The expression cannot be read. {problem}");
                    Made::Wrong(row.reason.clone())
                }
            };
            return;
        }
        Some(Fill::OldAttribute { name }) if input.old_schema.attribute(name).is_some() => {
            row.fill = Fill::OldAttribute { name: name.clone() };
            row.state = AttributeState::Confirmed;
            if !row.candidates.contains(name) {
                row.reason = format!("{name} of the old app holds another type of value.");
            }
            return;
        }
        Some(Fill::OldAttribute { name }) => {
            row.reason = format!("{name}, chosen before, is no longer an attribute of the old app.")
        }
        Some(Fill::Okta { .. }) => row.reason = "Okta's mapping no longer fills it.".to_owned(),
        None => {}
    }
    match found.best {
        Some((old, why)) => {
            row.fill = Fill::OldAttribute { name: old.name.clone() };
            row.state = AttributeState::Guessed;
            row.reason = format!("{} {why}", row.reason).trim_start().to_owned();
        }
        None => row.reason = format!("{} {}", row.reason, found.why_none).trim().to_owned(),
    }
}

/// Expressions for one attribute by user type.
fn mapped(mappings: &[Mapping], name: &str) -> BTreeMap<String, String> {
    let of = |mapping: &Mapping| {
        Some((
            mapping.source_id.clone(),
            mapping.properties.get(name)?.expression.clone(),
        ))
    };
    mappings.iter().filter_map(of).collect()
}
