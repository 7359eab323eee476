//! Apps, their keys, and the groups that they are assigned to.

use serde_json::{Map, Value};

use super::{ShapeError, id_of, some_text, text, texts};
use crate::{AppId, GroupId};

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
