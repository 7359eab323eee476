//! Okta's objects as Rehome reads them: a typed view of what it needs, lenient about everything else, with the raw JSON kept.
//!
//! Recorded answers carry `null` where the specification promises a value, unknown keys and unknown enum values
//! (api-facts 0.4), so nothing here fails on an odd shape except a missing id.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    AppId, GroupId, Profile, UserId,
    lenient::{self, Told},
    profile::shared,
};

/// Something that was asked of Okta.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Reading<T> {
    Read(T),
    /// Asked, and not told; `why` is a sentence for the admin.
    Unreadable {
        why: String,
    },
    /// This kind of app or org does not have it.
    #[default]
    NotApplicable,
}

impl<T> Reading<T> {
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Read(value) => Some(value),
            Self::Unreadable { .. } | Self::NotApplicable => None,
        }
    }
}

/// What makes a JSON object unusable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} without an id")]
pub struct ShapeError {
    pub kind: &'static str,
}

/// An application instance (api-facts 4.3).
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    pub id: AppId,
    /// Catalogue key; equal for all instances of an OIN integration.
    pub name: String,
    pub label: String,
    /// ACTIVE, INACTIVE, DELETED; empty where Okta says nothing.
    pub status: String,
    /// `None` for provisioning-only apps (`"signOnMode": null`).
    pub sign_on_mode: Option<String>,
    /// Enabled features: the read-only sensor of the provisioning boxes (api-facts 8.2).
    pub features: Vec<String>,
    pub username_template: Option<UsernameTemplate>,
    /// Key id of the active signing key.
    pub signing_kid: Option<String>,
    /// Identity Engine: id of the access policy, from `_links.accessPolicy`.
    pub policy_id: Option<String>,
    pub created: Option<String>,
    pub raw: Value,
}

/// `credentials.userNameTemplate` (api-facts 4.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsernameTemplate {
    pub template: String,
    /// BUILT_IN (literal text with `${...}`), CUSTOM (plain expression), NONE.
    pub kind: String,
    pub suffix: Option<String>,
}

impl App {
    pub fn read(raw: Value) -> Result<Self, ShapeError> {
        let template = &raw["credentials"]["userNameTemplate"];
        Ok(Self {
            id: AppId::from(id_of(&raw, "application")?),
            name: text(&raw["name"]),
            label: text(&raw["label"]),
            status: text(&raw["status"]),
            sign_on_mode: some_text(&raw["signOnMode"]),
            features: texts(&raw["features"]),
            username_template: some_text(&template["template"]).map(|text| UsernameTemplate {
                template: text,
                kind: self::text(&template["type"]),
                suffix: some_text(&template["userSuffix"]),
            }),
            signing_kid: some_text(&raw["credentials"]["signing"]["kid"]),
            policy_id: some_text(&raw["_links"]["accessPolicy"]["href"])
                .and_then(|href| href.trim_end_matches('/').rsplit('/').next().map(str::to_owned)),
            created: some_text(&raw["created"]),
            raw,
        })
    }

    pub fn is_active(&self) -> bool {
        self.status == "ACTIVE"
    }

    pub fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|f| f == feature)
    }

    /// Whether people have usernames of their own. Where everybody signs in with the app's one account, Okta refuses them
    /// (E0000041, api-facts 4.6).
    pub fn takes_usernames(&self) -> bool {
        self.raw["credentials"]["scheme"] != "SHARED_USERNAME_AND_PASSWORD"
    }

    /// OIDC application type (web, browser, native, service).
    pub fn application_type(&self) -> Option<&str> {
        self.raw["settings"]["oauthClient"]["application_type"].as_str()
    }
}

/// The app user schema (api-facts 9.1).
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// The variable that names this instance in expressions.
    pub variable: String,
    /// In Okta's order: base attributes first.
    pub attributes: Vec<Attribute>,
    pub raw: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    pub name: String,
    pub title: String,
    /// string, boolean, number, integer, array, object; empty where Okta says nothing.
    pub kind: String,
    /// Type of the items of an array.
    pub item_kind: Option<String>,
    pub required: bool,
    pub custom: bool,
    /// Allowed values, as (constant, title).
    pub choices: Vec<(Value, String)>,
    pub external_name: Option<String>,
    /// SELF: individual assignment only. NONE: may also be set on the group assignment.
    pub scope: Option<String>,
    /// Arrays: values of all groups are joined.
    pub union: bool,
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub format: Option<String>,
    pub mutability: Option<String>,
    pub raw: Value,
}

impl Schema {
    /// Never fails: an instance without a schema has no attributes.
    pub fn read(raw: Value) -> Self {
        let mut attributes = Vec::new();
        for (part, custom) in [("base", false), ("custom", true)] {
            let definition = &raw["definitions"][part];
            let required = texts(&definition["required"]);
            for (name, property) in definition["properties"].as_object().into_iter().flatten() {
                attributes.push(Attribute::read(name, property, custom, required.contains(name)));
            }
        }
        Self {
            variable: text(&raw["name"]),
            attributes,
            raw,
        }
    }

    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }
}

impl Attribute {
    fn read(name: &str, raw: &Value, custom: bool, listed_as_required: bool) -> Self {
        let enumeration = if raw["enum"].is_array() || raw["oneOf"].is_array() {
            raw
        } else {
            &raw["items"]
        };
        let titles = enumeration["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut choices: Vec<(Value, String)> = titles
            .iter()
            .filter(|one| one.get("const").is_some())
            .map(|one| {
                (
                    one["const"].clone(),
                    some_text(&one["title"]).unwrap_or_else(|| plain(&one["const"])),
                )
            })
            .collect();
        if choices.is_empty() {
            let values = enumeration["enum"].as_array().map(Vec::as_slice).unwrap_or_default();
            choices = values.iter().map(|v| (v.clone(), plain(v))).collect();
        }
        Self {
            name: name.to_owned(),
            title: some_text(&raw["title"]).unwrap_or_else(|| name.to_owned()),
            kind: text(&raw["type"]),
            item_kind: some_text(&raw["items"]["type"]),
            required: listed_as_required || raw["required"].as_bool().unwrap_or(false),
            custom,
            choices,
            external_name: some_text(&raw["externalName"]),
            scope: some_text(&raw["scope"]),
            union: raw["union"] == "ENABLE",
            min_length: raw["minLength"].as_u64(),
            max_length: raw["maxLength"].as_u64(),
            format: some_text(&raw["format"]),
            mutability: some_text(&raw["mutability"]),
            raw: raw.clone(),
        }
    }
}

/// A profile mapping from one user type to an app (api-facts 9.3).
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    pub id: String,
    /// Id of the user type (`oty...`), or of whatever else is mapped from.
    pub source_id: String,
    pub target_id: String,
    pub properties: BTreeMap<String, MappedProperty>,
    pub raw: Value,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MappedProperty {
    pub expression: String,
    /// PUSH: on create and update. DONT_PUSH: on create only.
    pub push_status: String,
}

impl Mapping {
    pub fn read(raw: Value) -> Result<Self, ShapeError> {
        let properties = raw["properties"].as_object().into_iter().flatten();
        Ok(Self {
            id: id_of(&raw, "mapping")?,
            source_id: text(&raw["source"]["id"]),
            target_id: text(&raw["target"]["id"]),
            properties: properties
                .filter_map(|(name, p)| {
                    let expression = some_text(&p["expression"])?;
                    Some((
                        name.clone(),
                        MappedProperty {
                            expression,
                            push_status: text(&p["pushStatus"]),
                        },
                    ))
                })
                .collect(),
            raw,
        })
    }
}

/// A signing key as `/credentials/keys` lists it (api-facts 5.1).
#[derive(Clone, Debug, PartialEq)]
pub struct SigningKey {
    pub kid: String,
    /// Base64 DER of the certificate, where there is one.
    pub x5c: Option<String>,
    pub expires_at: Option<String>,
    pub raw: Value,
}

impl SigningKey {
    pub fn read(raw: Value) -> Self {
        Self {
            kid: text(&raw["kid"]),
            x5c: some_text(&raw["x5c"][0]),
            expires_at: some_text(&raw["expiresAt"]),
            raw,
        }
    }
}

/// Who owns an app user (api-facts 6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Assigned individually.
    User,
    /// Through a group.
    Group,
}

/// Okta's object for one person in one app (api-facts 6.2).
#[derive(Clone, Debug, PartialEq)]
pub struct AppUser {
    pub user: UserId,
    pub scope: Scope,
    /// Empty where the app keeps none (shared credentials).
    pub user_name: Arc<str>,
    pub status: Arc<str>,
    pub sync_state: Arc<str>,
    /// The account in the service, once provisioned.
    pub external_id: Option<Arc<str>>,
    /// The group that wins, where Okta says so (`_links.group`, community knowledge: optional).
    pub group: Option<GroupId>,
    pub profile: Profile,
    /// With `expand=user`.
    pub person: Option<Person>,
}

/// What is read of it; anything may be of another kind than promised.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct AppUserTold {
    id: Told,
    scope: Told,
    #[serde(deserialize_with = "lenient::object")]
    credentials: Option<Credentials>,
    status: Told,
    sync_state: Told,
    external_id: Told,
    #[serde(rename = "_links", deserialize_with = "lenient::object")]
    links: Option<Links>,
    profile: Profile,
    #[serde(rename = "_embedded", deserialize_with = "lenient::object")]
    embedded: Option<Embedded>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Credentials {
    user_name: Told,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Links {
    #[serde(deserialize_with = "lenient::object")]
    group: Option<Link>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Link {
    href: Told,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Embedded {
    #[serde(deserialize_with = "lenient::object")]
    user: Option<PersonTold>,
}

impl AppUser {
    pub fn read(raw: &Value) -> Result<Self, ShapeError> {
        AppUserTold::deserialize(raw).unwrap_or_default().made()
    }

    /// The same of the text that Okta sent, without a JSON tree on the way.
    pub fn parse(text: &str) -> Result<Self, ShapeError> {
        match serde_json::from_str::<AppUserTold>(text) {
            Ok(told) => told.made(),
            // A name that comes twice, which a tree takes.
            Err(_) => Self::read(&serde_json::from_str(text).unwrap_or_default()),
        }
    }

    /// Okta has done all that it will do for this app user by itself (api-facts 6.3).
    pub fn is_settled(&self) -> bool {
        match &*self.status {
            "ACTIVE" => true,
            "PROVISIONED" => self.external_id.is_some() || &*self.sync_state == "DISABLED",
            _ => false,
        }
    }

    pub fn has_sync_error(&self) -> bool {
        &*self.sync_state == "ERROR"
    }
}

impl AppUserTold {
    fn made(self) -> Result<AppUser, ShapeError> {
        let href = self.links.and_then(|links| links.group?.href.some());
        Ok(AppUser {
            user: UserId::from(&*self.id.some().ok_or(ShapeError { kind: "app user" })?),
            scope: if &*self.scope.text() == "GROUP" {
                Scope::Group
            } else {
                Scope::User
            },
            user_name: self.credentials.unwrap_or_default().user_name.text(),
            status: self.status.text(),
            sync_state: self.sync_state.text(),
            external_id: self.external_id.some(),
            group: href.and_then(|href| href.trim_end_matches('/').rsplit('/').next().map(GroupId::from)),
            profile: self.profile,
            person: match self.embedded.and_then(|embedded| embedded.user) {
                Some(told) => Some(told.made()?),
                None => None,
            },
        })
    }
}

/// An Okta user.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub id: UserId,
    /// ACTIVE, SUSPENDED, DEPROVISIONED, ...
    pub status: Arc<str>,
    pub type_id: Option<Arc<str>>,
    pub login: Arc<str>,
    /// First and last name, or the login where there is none.
    pub name: Arc<str>,
    /// The last sign-in to Okta. `None`: never, or not told; see `never_signed_in`.
    pub last_login: Option<Timestamp>,
    /// Okta says that there was no sign-in yet: the key is there, and null.
    pub never_signed_in: bool,
    pub created: Option<Timestamp>,
    pub profile: Profile,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PersonTold {
    id: Told,
    status: Told,
    #[serde(rename = "type", deserialize_with = "lenient::object")]
    kind: Option<UserType>,
    last_login: Told,
    created: Told,
    profile: Profile,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct UserType {
    id: Told,
}

impl Person {
    pub fn read(raw: &Value) -> Result<Self, ShapeError> {
        PersonTold::deserialize(raw).unwrap_or_default().made()
    }

    /// Okta assigns apps to people in these states only (api-facts 6.5; SUSPENDED is UNVERIFIED and told apart).
    pub fn is_assignable(&self) -> bool {
        &*self.status != "DEPROVISIONED"
    }
}

impl PersonTold {
    fn made(self) -> Result<Person, ShapeError> {
        let part = |key: &str| self.profile.get(key).and_then(Value::as_str).unwrap_or_default().trim();
        let login = shared(part("login"));
        let name = [part("firstName"), part("lastName")].join(" ");
        let name = match name.trim() {
            "" => login.clone(),
            name => shared(name),
        };
        let time = |told: Told| told.some().and_then(|text| text.parse().ok());
        Ok(Person {
            id: UserId::from(&*self.id.some().ok_or(ShapeError { kind: "user" })?),
            status: self.status.text(),
            type_id: self.kind.and_then(|kind| kind.id.some()),
            name,
            login,
            never_signed_in: self.last_login == Told::Null,
            last_login: time(self.last_login),
            created: time(self.created),
            profile: self.profile,
        })
    }
}

/// A group assigned to an app (api-facts 7).
#[derive(Clone, Debug, PartialEq)]
pub struct AppGroup {
    pub id: GroupId,
    /// The group's name, with `expand=group`; its id otherwise.
    pub name: String,
    /// Lower wins; compare as order, gaps are common (api-facts 7.3).
    pub priority: i64,
    /// OKTA_GROUP, APP_GROUP, BUILT_IN; empty where not told.
    pub kind: String,
    /// Values set on the assignment (attributes of scope NONE).
    pub profile: Map<String, Value>,
    pub raw: Value,
}

impl AppGroup {
    pub fn read(raw: Value) -> Result<Self, ShapeError> {
        let id = id_of(&raw, "app group")?;
        let group = &raw["_embedded"]["group"];
        Ok(Self {
            name: some_text(&group["profile"]["name"]).unwrap_or_else(|| id.clone()),
            id: GroupId::from(id),
            priority: raw["priority"].as_i64().unwrap_or(i64::MAX),
            kind: text(&group["type"]),
            profile: raw["profile"].as_object().cloned().unwrap_or_default(),
            raw,
        })
    }
}

/// A value as people read it: strings without quotes, everything else as JSON.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn some_text(value: &Value) -> Option<String> {
    value.as_str().filter(|t| !t.is_empty()).map(str::to_owned)
}

fn texts(value: &Value) -> Vec<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|v| v.as_str().map(str::to_owned))
        .collect()
}

fn id_of(raw: &Value, kind: &'static str) -> Result<String, ShapeError> {
    some_text(&raw["id"]).ok_or(ShapeError { kind })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_app_without_sign_on_mode_is_kept_whole() {
        let raw = json!({"id": "0oa1", "name": "active_directory", "label": "corp", "status": "ACTIVE",
            "signOnMode": null, "features": ["IMPORT_SYNC"], "future": {"deep": [1]}});
        let app = App::read(raw.clone()).unwrap();
        assert_eq!(app.sign_on_mode, None);
        assert_eq!(app.raw, raw);
    }

    #[test]
    fn required_is_read_from_both_places() {
        let schema = Schema::read(json!({"name": "zendesk_1", "definitions": {
            "base": {"properties": {"userName": {"type": "string"}}, "required": ["userName"]},
            "custom": {"properties": {"role": {"type": "string", "required": true, "enum": ["a", "b"],
                "oneOf": [{"const": "a", "title": "Agent"}, {"const": "b", "title": "Boss"}]}}}}}));
        assert!(schema.attribute("userName").unwrap().required);
        let role = schema.attribute("role").unwrap();
        assert!(role.required && role.custom);
        assert_eq!(
            role.choices,
            [(json!("a"), "Agent".to_owned()), (json!("b"), "Boss".to_owned())]
        );
    }

    #[test]
    fn an_app_user_knows_its_winning_group() {
        let user = AppUser::read(
            &json!({"id": "00u1", "scope": "GROUP", "status": "PROVISIONED", "externalId": "77",
            "credentials": {"userName": "a@b.c"}, "_links": {"group": {"href": "https://x/api/v1/groups/00g9"}}}),
        )
        .unwrap();
        assert_eq!(user.group, Some(GroupId::from("00g9")));
        assert!(user.is_settled());
    }
}
