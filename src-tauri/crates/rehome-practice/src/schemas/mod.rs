//! App user schemas, and checks of values against any schema.

pub(crate) mod group;
pub(crate) mod linked;
pub(crate) mod property;
pub(crate) mod types;
pub(crate) mod user;

use serde_json::{Value, json};

use crate::{
    app_groups::individual_only,
    clock::stamp,
    errors::{Causes, Refusal, not_found},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::{App, Object, Org},
};

/// Checks values against the app user schema. Every fault is a cause of its own, as Okta lists them.
pub(crate) fn check_profile(app: &App, profile: &Object, for_group: bool) -> Result<(), Refusal> {
    let mut causes = Vec::new();
    for (name, value) in profile {
        let Some(property) = app.property(name) else {
            causes.push(format!("Property '{name}' not found"));
            continue;
        };
        if for_group && property["scope"] == "SELF" {
            return Err(individual_only(name));
        }
        causes.extend(property::fault_of(name, property, value));
    }
    refuse(if for_group { "groupAssignment" } else { "assignment" }, causes)
}

/// Why values that are there anyway (mapped, or of a group) do not fit the schema; attributes that it lacks are dropped.
pub(crate) fn value_faults<'a>(app: &'a App, profile: &'a Object) -> impl Iterator<Item = String> {
    let there = profile.iter();
    there.filter_map(|(name, value)| property::fault_of(name, app.property(name)?, value))
}

/// Refuses when there is any cause.
pub(crate) fn refuse(what: &str, causes: Vec<String>) -> Result<(), Refusal> {
    if causes.is_empty() {
        return Ok(());
    }
    let mut refusal = Refusal::new(400, "E0000001", format!("Api validation failed: {what}"));
    refusal.causes = Causes::List(causes);
    Err(refusal)
}

impl Org {
    pub(crate) fn read_app_schema(&self, _call: &Call<'_>, app: &str) -> Answer {
        Ok(Reply::json(self.known_app(app)?.schema.clone()))
    }

    /// A partial merge: custom properties are added or replaced, `null` deletes; of base ones only `required` can be changed.
    pub(crate) fn update_app_schema(&mut self, call: &Call<'_>, app: &str) -> Answer {
        self.known_app(app)?;
        let body = object_body(call)?;
        let changes = property::Changes::read(&body)?;
        let Some(app) = self.apps.get_mut(app) else {
            return Err(not_found(app, "AppInstance"));
        };
        for part in ["base", "custom"] {
            let definition = &mut app.schema["definitions"][part];
            if let Some(properties) = definition["properties"].as_object_mut() {
                changes.apply(part, properties, property::of_app)?;
                set_required(definition);
            }
        }
        for field in ["title", "description"] {
            if let Some(text) = call.body.and_then(|body| body[field].as_str()) {
                app.schema[field] = json!(text);
            }
        }
        app.schema["lastUpdated"] = json!(stamp(call.at));
        Ok(Reply::json(app.schema.clone()))
    }
}

/// A definition of attributes. As recorded, one without any has no `required`.
pub(crate) fn definition(id: &str, properties: &Object) -> Value {
    let mut definition = json!({ "id": id, "type": "object", "properties": properties });
    set_required(&mut definition);
    definition
}

fn set_required(definition: &mut Value) {
    let required = definition["properties"]
        .as_object()
        .filter(|it| !it.is_empty())
        .map(required);
    if let Some(definition) = definition.as_object_mut() {
        match required {
            Some(required) => drop(definition.insert("required".into(), required)),
            None => drop(definition.shift_remove("required")),
        }
    }
}

/// `required` of a definition says again what its properties say.
fn required(properties: &Object) -> Value {
    let required = properties.iter().filter(|(_, property)| property["required"] == true);
    required.map(|(name, _)| json!(name)).collect()
}
