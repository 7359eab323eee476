//! Profile mappings: for every app and user type one each way.

use serde_json::{Value, json};

use crate::{
    Behaviour,
    directory::schema_id,
    errors::{Refusal, invalid, not_found},
    log::{Event, Origin},
    page::{limit, page},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::Org,
};

impl Org {
    /// Makes the mappings that are missing: apps and user types come and go, and each pair of them has two mappings.
    pub(crate) fn complete_mappings(&mut self) {
        let ends = |mapping: &Value| {
            let end = |side: &str| mapping[side]["id"].as_str().unwrap_or("").to_owned();
            (end("source"), end("target"))
        };
        let known: std::collections::BTreeSet<_> = self.mappings.values().map(ends).collect();
        let apps: Vec<(String, String)> = self
            .apps
            .values()
            .map(|app| (app.id.clone(), app.name().to_owned()))
            .collect();
        let types: Vec<(String, String)> = self
            .directory
            .user_types
            .values()
            .map(|kind| (kind.id.clone(), kind.name.clone()))
            .collect();
        // Recorded apps bring mappings with user types of the org they come from; those stand for all.
        let foreign = |app: &str| {
            let of_app = |(source, target): &&(String, String)| source == app || target == app;
            let known_type = |id: &str| id == app || self.directory.user_types.contains_key(id);
            known
                .iter()
                .filter(of_app)
                .any(|(source, target)| !known_type(source) || !known_type(target))
        };
        let apps: Vec<_> = apps.into_iter().filter(|(app, _)| !foreign(app)).collect();
        for (app, app_name) in &apps {
            for (kind, kind_name) in &types {
                let user = json!({ "id": kind, "name": kind_name, "type": "user" });
                let app_user = json!({ "id": app, "name": app_name, "type": "appuser" });
                for (source, target) in [(&user, &app_user), (&app_user, &user)] {
                    let pair = ends(&json!({ "source": source, "target": target }));
                    if known.contains(&pair) {
                        continue;
                    }
                    let id = self.ids.next("prm");
                    let mapping = json!({ "id": id, "source": source, "target": target, "properties": {} });
                    self.mappings.insert(id, mapping);
                }
            }
        }
    }

    pub(crate) fn list_mappings(&mut self, call: &Call<'_>) -> Answer {
        self.complete_mappings();
        let limit = limit(call, 20, 1, 200)?;
        let of = |mapping: &Value, end: &str, param: &str| {
            call.param(param)
                .is_none_or(|id| mapping[end]["id"].as_str() == Some(id))
        };
        let page = page(&self.mappings, call, limit, |mapping| {
            of(mapping, "source", "sourceId") && of(mapping, "target", "targetId")
        });
        // As recorded: the links forget the filter, and the list has no `properties`.
        let lost: &[&str] = if self.behaves(Behaviour::LinksKeepFilter) {
            &[]
        } else {
            &["sourceId", "targetId"]
        };
        Ok(page.reply(call, lost, |_, mapping| {
            let mut mapping = with_links(mapping, call.base);
            if let Some(mapping) = mapping.as_object_mut() {
                mapping.shift_remove("properties");
            }
            mapping
        }))
    }

    pub(crate) fn read_mapping(&mut self, call: &Call<'_>, id: &str) -> Answer {
        self.complete_mappings();
        let mapping = self.mappings.get(id).ok_or_else(|| not_found(id, "ProfileMapping"))?;
        Ok(Reply::json(with_links(mapping, call.base)))
    }

    /// A partial merge; `null` removes a property's mapping. Existing app users keep their values.
    pub(crate) fn update_mapping(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let mapping = self.mappings.get(id).ok_or_else(|| not_found(id, "ProfileMapping"))?;
        let body = object_body(call)?;
        let Some(Value::Object(changes)) = body.get("properties") else {
            return Err(invalid("properties", "properties: The field cannot be left blank"));
        };
        let mut changes = changes.clone();
        for (name, rule) in changes.iter_mut().filter(|(_, rule)| !rule.is_null()) {
            if !self.target_has(mapping, name) {
                return Err(invalid("mapping", format!("Property '{name}' not found")));
            }
            check_rule(name, rule).map_err(|cause| match self.behaves(Behaviour::BadMappingIsInvalid) {
                true => invalid("mapping", cause),
                false => Refusal::new(400, "E0000045", "Field mapping bad request.").because(cause),
            })?;
        }
        let target = mapping["target"]["id"].as_str().and_then(|id| self.apps.get(id));
        let event = target.map(|app| {
            Event::new("application.provision.field_mapping_rule.change", call.at)
                .on_app(app)
                .origin(&Origin::Web)
        });
        if let Some(properties) = self.mappings.get_mut(id).and_then(Value::as_object_mut) {
            let properties = properties.entry("properties").or_insert_with(|| json!({}));
            for (name, rule) in changes {
                match (properties.as_object_mut(), rule.is_null()) {
                    (Some(properties), true) => drop(properties.shift_remove(&name)),
                    (Some(properties), false) => drop(properties.insert(name, rule)),
                    (None, _) => {}
                }
            }
        }
        if let Some(event) = event {
            self.log_event(event);
        }
        self.read_mapping(call, id)
    }

    /// Whether the side that a mapping fills has this attribute.
    fn target_has(&self, mapping: &Value, name: &str) -> bool {
        let id = mapping["target"]["id"].as_str().unwrap_or("");
        match (self.apps.get(id), self.directory.user_types.get(id)) {
            (Some(app), _) => app.property(name).is_some(),
            (None, Some(kind)) => kind.property(name).is_some(),
            // Recorded mappings may name what is not in this org.
            (None, None) => true,
        }
    }
}

/// Checks an expression, and gives it Okta's default of pushing on creation alone.
fn check_rule(name: &str, rule: &mut Value) -> Result<(), String> {
    let bad = |why: String| format!("{name}: {why}");
    let text = rule["expression"].as_str().unwrap_or("").to_owned();
    crate::expression::is_well_formed(&text).map_err(bad)?;
    match rule["pushStatus"].as_str() {
        None => rule["pushStatus"] = json!("DONT_PUSH"),
        Some("PUSH" | "DONT_PUSH") => {}
        Some(other) => return Err(bad(format!("'{other}' is not a push status"))),
    }
    Ok(())
}

/// Mappings are stored without links to this org; recorded ones keep theirs.
fn with_links(mapping: &Value, base: &str) -> Value {
    let mut mapping = mapping.clone();
    if mapping.get("_links").is_some() {
        return mapping;
    }
    let id = mapping["id"].as_str().unwrap_or("").to_owned();
    for end in ["source", "target"] {
        let it = &mut mapping[end];
        let own = it["id"].as_str().unwrap_or("").to_owned();
        let (this, schema) = match it["type"].as_str() {
            Some("user") => (
                format!("meta/types/user/{own}"),
                format!("meta/schemas/user/{}", schema_id(&own)),
            ),
            _ => (format!("apps/{own}"), format!("meta/schemas/apps/{own}/default")),
        };
        it["_links"] = json!({
            "self": { "href": format!("{base}/api/v1/{this}") },
            "schema": { "href": format!("{base}/api/v1/{schema}") },
        });
    }
    mapping["_links"] = json!({ "self": { "href": format!("{base}/api/v1/mappings/{id}") } });
    mapping
}
