//! The one place where mappings and username templates are evaluated.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use rehome_expression::{Expression, Internal, Org as OrgScope, Preview, Readings, Scope, attributes};
use serde_json::Value;

use crate::Behaviour;
use crate::state::{App, Object, Org, User};

/// Parsed expressions by their text; an org uses few, but for many people.
#[derive(Clone, Default)]
pub(crate) struct Expressions {
    plain: Arc<Mutex<HashMap<String, Option<Expression>>>>,
    templates: Arc<Mutex<HashMap<String, Option<Expression>>>>,
}

impl Expressions {
    /// The value, or `None` where Okta would have none (wrong expression, or one that cannot be known here).
    fn value(&self, text: &str, template: bool, scope: &Scope<'_>) -> Option<Value> {
        let cache = if template { &self.templates } else { &self.plain };
        let mut cache = cache.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !cache.contains_key(text) {
            let parsed = if template {
                Expression::template(text)
            } else {
                Expression::parse(text)
            };
            cache.insert(text.to_owned(), parsed.ok());
        }
        match cache.get(text)?.as_ref()?.evaluate(scope) {
            Preview::Value(value) | Preview::Warned { value, .. } => Some(value),
            Preview::Unknown { .. } | Preview::Error { .. } => None,
        }
    }
}

pub(crate) fn is_well_formed(text: &str) -> Result<(), String> {
    Expression::parse(text).map(|_| ()).map_err(|problem| problem.message)
}

impl Org {
    fn with_scope<T>(
        &self,
        app: &App,
        user: &User,
        app_user: Option<&Object>,
        look: impl FnOnce(&Scope<'_>) -> T,
    ) -> T {
        let settings = app
            .raw
            .get("settings")
            .and_then(|s| s.get("app"))
            .and_then(Value::as_object);
        let template = app
            .raw
            .get("credentials")
            .and_then(|c| c.get("userNameTemplate"))
            .and_then(Value::as_object);
        let scope = Scope {
            source: app_user.map(attributes),
            appuser: app_user.map(attributes),
            app: settings.map(attributes),
            instance: template.map(attributes),
            app_variable: app.schema.get("name").and_then(Value::as_str),
            org: OrgScope {
                name: Some("Northwind Traders (practice)"),
                sub_domain: Some("northwind"),
                external_key: Some(&app.external_key),
            },
            internal: Internal {
                id: Some(&user.id),
                status: Some(user.status),
            },
            readings: Readings {
                null_is_a_word: self.behaves(Behaviour::NullIsAWord),
                absent_needle_is_null: self.behaves(Behaviour::AbsentNeedleIsNull),
                out_of_range_is_null: self.behaves(Behaviour::OutOfRangeIsNull),
                replace_first_takes_patterns: self.behaves(Behaviour::ReplaceFirstTakesPatterns),
            },
            ..Scope::new(&user.profile)
        };
        look(&scope)
    }

    /// Whether a group rule's expression is true for this person. What cannot be known is not.
    pub(crate) fn holds_for(&self, expression: &str, user: &User) -> bool {
        let groups: Vec<(&str, &str)> = user
            .groups
            .iter()
            .chain([&self.everyone])
            .filter_map(|id| self.groups.get(id))
            .map(|group| (group.id.as_str(), group.name.as_str()))
            .collect();
        let scope = Scope {
            internal: Internal {
                id: Some(&user.id),
                status: Some(user.status),
            },
            groups: Some(&groups),
            ..Scope::new(&user.profile)
        };
        self.expressions.value(expression, false, &scope) == Some(Value::Bool(true))
    }

    /// The username that the app's template gives this person; `None` when it comes out blank.
    pub(crate) fn template_user_name(&self, app: &App, user: &User) -> Option<String> {
        let template = app.raw.get("credentials").and_then(|c| c.get("userNameTemplate"));
        let text = template
            .and_then(|t| t.get("template"))
            .and_then(Value::as_str)
            .unwrap_or("${source.login}");
        let custom = template.and_then(|t| t.get("type")).and_then(Value::as_str) == Some("CUSTOM");
        let value = self.with_scope(app, user, None, |scope| self.expressions.value(text, !custom, scope))?;
        let name = match value {
            Value::String(text) => text,
            Value::Null => String::new(),
            other => other.to_string(),
        };
        Some(name).filter(|name| !name.trim().is_empty())
    }

    /// The mapping Okta → app of the user's own type; recorded apps may have one of a type that is not known here.
    fn push_mapping(&self, app: &App, user: &User) -> Option<&Value> {
        let kind = self.type_of(user);
        let own = app.push_mapping.as_ref().and_then(|id| self.mappings.get(id));
        if own.is_some_and(|it| it["source"]["id"] == kind) {
            return own;
        }
        let of_type = |it: &&Value| it["target"]["id"] == app.id.as_str() && it["source"]["id"] == kind;
        self.mappings.values().find(of_type).or(own)
    }

    /// The values that the app's mapping gives this person, in the mapping's order; mapped but empty ones are null.
    pub(crate) fn mapped_values(&self, app: &App, user: &User) -> Object {
        let mapping = self.push_mapping(app, user);
        let properties = mapping.and_then(|it| it.get("properties")).and_then(Value::as_object);
        self.with_scope(app, user, None, |scope| {
            let mut values = Object::new();
            for (attribute, rule) in properties.into_iter().flatten() {
                if app.property(attribute).is_none() {
                    continue;
                }
                let Some(text) = rule.get("expression").and_then(Value::as_str) else {
                    continue;
                };
                let value = self.expressions.value(text, false, scope);
                values.insert(attribute.clone(), value.unwrap_or(Value::Null));
            }
            values
        })
    }

    /// What the mapping app → Okta makes of an app user's values for the user's profile; `first`: rules that do not push
    /// count, too.
    pub(crate) fn mapped_to_okta(&self, app: &App, user: &User, profile: &Object, first: bool) -> Object {
        let kind = self.type_of(user);
        let mapping = self
            .mappings
            .values()
            .find(|it| it["source"]["id"] == app.id.as_str() && it["target"]["id"] == kind);
        let properties = mapping.and_then(|it| it.get("properties")).and_then(Value::as_object);
        let rules = properties.into_iter().flatten();
        let counting = rules.filter(|(_, rule)| first || rule["pushStatus"] == "PUSH");
        let values = counting.filter_map(|(attribute, rule)| {
            let text = rule["expression"].as_str()?;
            let value = self.with_scope(app, user, Some(profile), |scope| {
                self.expressions.value(text, false, scope)
            })?;
            (!value.is_null()).then(|| (attribute.clone(), value))
        });
        values.collect()
    }
}
