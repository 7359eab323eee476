//! App user schemas, the Okta user schema, and profile mappings.

use serde_json::{Value, json};

use crate::{
    Behaviour,
    app_groups::individual_only,
    clock::stamp,
    errors::{Causes, Refusal, invalid, not_found},
    log::{Event, Origin},
    page::{limit, page},
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
        if !value.is_null()
            && let Some(fault) = fault_of(name, property, value)
        {
            causes.push(fault);
        }
    }
    if causes.is_empty() {
        return Ok(());
    }
    let what = if for_group { "groupAssignment" } else { "assignment" };
    let mut refusal = Refusal::new(400, "E0000001", format!("Api validation failed: {what}"));
    refusal.causes = Causes::List(causes);
    Err(refusal)
}

/// Why values that are there anyway (mapped, or of a group) do not fit the schema; attributes that it lacks are dropped.
pub(crate) fn value_faults<'a>(app: &'a App, profile: &'a Object) -> impl Iterator<Item = String> {
    let there = profile.iter().filter(|(_, value)| !value.is_null());
    there.filter_map(|(name, value)| fault_of(name, app.property(name)?, value))
}

fn fault_of(name: &str, property: &Value, value: &Value) -> Option<String> {
    let kind = property["type"].as_str().unwrap_or("string");
    let fits = match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        _ => true,
    };
    if !fits {
        return Some(format!("Property '{name}' is not of type {kind}"));
    }
    let allowed = property["enum"]
        .as_array()
        .or_else(|| property["items"]["enum"].as_array());
    let values: Vec<&Value> = value
        .as_array()
        .map_or_else(|| vec![value], |list| list.iter().collect());
    if let Some(allowed) = allowed
        && values.iter().any(|one| !allowed.contains(one))
    {
        return Some(format!("{name}: Value must be one of the enumerated values"));
    }
    let length = value.as_str().map(|text| text.chars().count() as u64)?;
    if property["maxLength"].as_u64().is_some_and(|most| length > most) {
        return Some(format!("{name}: The field is too long"));
    }
    if property["minLength"].as_u64().is_some_and(|least| length < least) {
        return Some(format!("{name}: The field is too short"));
    }
    None
}

impl Org {
    pub(crate) fn read_app_schema(&self, _call: &Call<'_>, app: &str) -> Answer {
        Ok(Reply::json(self.known_app(app)?.schema.clone()))
    }

    /// A partial merge: properties are added or replaced, `null` deletes.
    pub(crate) fn update_app_schema(&mut self, call: &Call<'_>, app: &str) -> Answer {
        self.known_app(app)?;
        let body = object_body(call)?;
        let Some(app) = self.apps.get_mut(app) else {
            return Err(not_found(app, "AppInstance"));
        };
        for part in ["custom", "base"] {
            let changes = body
                .get("definitions")
                .and_then(|d| d.get(part))
                .and_then(|p| p.get("properties"));
            let target = app.schema["definitions"][part]["properties"].as_object_mut();
            let (Some(Value::Object(changes)), Some(target)) = (changes, target) else {
                continue;
            };
            for (name, property) in changes {
                match property {
                    Value::Null => drop(target.shift_remove(name)),
                    property => drop(target.insert(name.clone(), property.clone())),
                }
            }
        }
        app.schema["lastUpdated"] = json!(stamp(call.at));
        Ok(Reply::json(app.schema.clone()))
    }

    pub(crate) fn list_user_types(&self, call: &Call<'_>) -> Reply {
        Reply::json(json!([self.user_type_object(call)]))
    }

    pub(crate) fn read_user_type(&self, call: &Call<'_>, id: &str) -> Answer {
        if id != self.user_type && id != "default" {
            return Err(not_found(id, "UserType"));
        }
        Ok(Reply::json(self.user_type_object(call)))
    }

    fn user_type_object(&self, call: &Call<'_>) -> Value {
        json!({
            "id": self.user_type, "displayName": "User", "name": "user",
            "description": "Okta user profile template with default permission settings",
            "createdBy": "sprt6ynqsz2OChgMq0h7", "lastUpdatedBy": "sprt6ynqsz2OChgMq0h7",
            "created": "2019-01-14T09:00:00.000Z", "lastUpdated": "2019-01-14T09:00:00.000Z", "default": true,
            "_links": {
                "schema": { "rel": "schema", "method": "GET", "href": format!("{}/api/v1/meta/schemas/user/{}", call.base, self.user_schema) },
                "self": { "rel": "self", "method": "GET", "href": format!("{}/api/v1/meta/types/user/{}", call.base, self.user_type) },
            },
        })
    }

    pub(crate) fn read_user_schema(&self, call: &Call<'_>, id: &str) -> Answer {
        if id != self.user_schema && id != "default" {
            return Err(not_found(id, "UserSchema"));
        }
        let base: Object = BASE_USER_ATTRIBUTES
            .iter()
            .map(|(name, title, required)| {
                let mut property = json!({ "title": title, "type": "string", "mutability": "READ_WRITE", "scope": "NONE",
                    "permissions": [{ "principal": "SELF", "action": "READ_ONLY" }], "master": { "type": "PROFILE_MASTER" } });
                match *name {
                    "login" => property["minLength"] = json!(5),
                    "firstName" | "lastName" => property["maxLength"] = json!(50),
                    "email" => property["format"] = json!("email"),
                    _ => {}
                }
                if *name == "login" {
                    property["maxLength"] = json!(100);
                }
                if *required {
                    property["required"] = json!(true);
                }
                ((*name).to_owned(), property)
            })
            .collect();
        let id = format!("{}/meta/schemas/user/{}", call.base, self.user_schema);
        Ok(Reply::json(json!({
            "id": id,
            "$schema": "http://json-schema.org/draft-04/schema#",
            "name": "user", "title": "User", "description": "Okta user profile template with default permission settings",
            "lastUpdated": "2026-02-11T10:00:00.000Z", "created": "2019-01-14T09:00:00.000Z",
            "definitions": {
                "custom": { "id": "#custom", "type": "object", "properties": self.user_attributes, "required": [] },
                "base": { "id": "#base", "type": "object", "properties": base, "required": ["login", "firstName", "lastName"] },
            },
            "type": "object",
            "properties": { "profile": { "allOf": [{ "$ref": "#/definitions/custom" }, { "$ref": "#/definitions/base" }] } },
            "_links": {
                "self": { "rel": "self", "method": "GET", "href": id },
                "type": { "rel": "type", "method": "GET", "href": format!("{}/api/v1/meta/types/user/{}", call.base, self.user_type) },
            },
        })))
    }

    pub(crate) fn list_mappings(&self, call: &Call<'_>) -> Answer {
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

    pub(crate) fn read_mapping(&self, call: &Call<'_>, id: &str) -> Answer {
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
        let target = mapping["target"]["id"].as_str().and_then(|id| self.apps.get(id));
        for (name, rule) in changes.iter().filter(|(_, rule)| !rule.is_null()) {
            if target.is_some_and(|app| app.property(name).is_none()) {
                return Err(invalid("mapping", format!("Property '{name}' not found")));
            }
            let text = rule["expression"].as_str().unwrap_or("");
            if let Err(why) = crate::expression::is_well_formed(text) {
                let cause = format!("{name}: {why}");
                return Err(if self.behaves(Behaviour::BadMappingIsInvalid) {
                    invalid("mapping", cause)
                } else {
                    Refusal::new(400, "E0000045", "Field mapping bad request.").because(cause)
                });
            }
        }
        let changes = changes.clone();
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
                format!("meta/schemas/user/{}", own.replacen("oty", "osc", 1)),
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

/// Name, title and whether it is required, of Okta's base user attributes.
const BASE_USER_ATTRIBUTES: [(&str, &str, bool); 31] = [
    ("login", "Username", true),
    ("firstName", "First name", true),
    ("lastName", "Last name", true),
    ("middleName", "Middle name", false),
    ("honorificPrefix", "Honorific prefix", false),
    ("honorificSuffix", "Honorific suffix", false),
    ("email", "Primary email", false),
    ("title", "Title", false),
    ("displayName", "Display name", false),
    ("nickName", "Nickname", false),
    ("profileUrl", "Profile Url", false),
    ("secondEmail", "Secondary email", false),
    ("mobilePhone", "Mobile phone", false),
    ("primaryPhone", "Primary phone", false),
    ("streetAddress", "Street address", false),
    ("city", "City", false),
    ("state", "State", false),
    ("zipCode", "Zip code", false),
    ("countryCode", "Country code", false),
    ("postalAddress", "Postal Address", false),
    ("preferredLanguage", "Preferred language", false),
    ("locale", "Locale", false),
    ("timezone", "Time zone", false),
    ("userType", "User type", false),
    ("employeeNumber", "Employee number", false),
    ("costCenter", "Cost center", false),
    ("organization", "Organization", false),
    ("division", "Division", false),
    ("department", "Department", false),
    ("managerId", "ManagerId", false),
    ("manager", "Manager", false),
];
