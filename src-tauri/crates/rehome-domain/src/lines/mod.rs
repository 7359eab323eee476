//! Lines of the plan: changes to the new app itself that Rehome offers and that need approval, one by one.

mod calls;
mod offers;
mod words;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Digest as _;

pub use calls::Call;
pub use offers::{SHARE_DAYS, offers};

use crate::{AppId, MappedProperty};

/// A change to the new app. None of them takes access away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Change {
    /// Copies a signing key of the old app to the new one (api-facts 5.1). It signs nothing until `UseKey`.
    ShareKey { from: AppId, kid: String, to: AppId },
    /// Makes a key that the new app has the one that it signs with.
    UseKey { kid: String, was: Option<String> },
    /// Identity Engine alone (api-facts 10.1). `was`: id and name of the present policy.
    AssignPolicy {
        policy: String,
        name: String,
        was: Option<(String, String)>,
    },
    /// Maps one attribute of the new app; without an expression the mapping of this attribute is taken away (api-facts 9.3).
    MapAttribute {
        mapping: String,
        attribute: String,
        expression: Option<String>,
        /// On create and update; else on create only.
        push: bool,
        was: Option<MappedProperty>,
    },
    /// Adds a custom attribute; a definition of `null` takes it away (api-facts 9.1).
    AddAttribute { name: String, definition: Value },
    /// `was`: template and kind.
    UsernameTemplate {
        template: String,
        /// BUILT_IN, CUSTOM or NONE.
        kind: String,
        was: Option<(String, String)>,
    },
    /// Hides the tile of an app from people, or shows it (api-facts 4.3). Nobody loses the app by it: sign-in that starts at
    /// the service goes on.
    Tile {
        app: AppId,
        label: String,
        hide: Hidden,
        was: Hidden,
    },
    /// The few apps with an API for provisioning (api-facts 8.1, 8.3). `body`, `was`: the content of `capabilities`.
    Feature {
        name: String,
        body: Value,
        was: Option<Value>,
    },
}

/// Where a tile is hidden.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    /// From the dashboard in the browser.
    pub web: bool,
    /// From Okta's mobile app.
    #[serde(rename = "iOS")]
    pub ios: bool,
}

impl Hidden {
    pub const EVERYWHERE: Self = Self { web: true, ios: true };

    /// From the raw app.
    pub fn of(app: &Value) -> Self {
        let flag = |name: &str| app["visibility"]["hide"][name].as_bool().unwrap_or(false);
        Self {
            web: flag("web"),
            ios: flag("iOS"),
        }
    }
}

impl Change {
    /// Stable, and names what is changed, not to what: `map.prm1.email`. An approval belongs to `digest`.
    pub fn id(&self) -> String {
        match self {
            Self::ShareKey { kid, .. } => format!("share-key.{kid}"),
            Self::UseKey { kid, .. } => format!("use-key.{kid}"),
            Self::AssignPolicy { .. } => "assign-policy".to_owned(),
            Self::MapAttribute { mapping, attribute, .. } => format!("map.{mapping}.{attribute}"),
            Self::AddAttribute { name, .. } => format!("add-attribute.{name}"),
            Self::UsernameTemplate { .. } => "username-template".to_owned(),
            Self::Tile { app, hide, .. } if hide.web => format!("hide-tile.{app}"),
            Self::Tile { app, .. } => format!("show-tile.{app}"),
            Self::Feature { name, .. } => format!("feature.{name}"),
        }
    }

    /// Names the whole change: what was approved is what is done.
    pub fn digest(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(text.as_bytes()))
    }

    /// The change that puts things back. `None`: there is no such call; `undo_words` says what to do.
    pub fn undo(&self) -> Option<Self> {
        match self {
            Self::ShareKey { .. } => None,
            Self::UseKey { kid, was } => was.as_ref().map(|was| Self::UseKey {
                kid: was.clone(),
                was: Some(kid.clone()),
            }),
            Self::AssignPolicy { policy, name, was } => was.as_ref().map(|(old, old_name)| Self::AssignPolicy {
                policy: old.clone(),
                name: old_name.clone(),
                was: Some((policy.clone(), name.clone())),
            }),
            Self::MapAttribute {
                mapping,
                attribute,
                expression,
                push,
                was,
            } => Some(Self::MapAttribute {
                mapping: mapping.clone(),
                attribute: attribute.clone(),
                expression: was.as_ref().map(|was| was.expression.clone()),
                push: was.as_ref().is_some_and(|was| was.push_status != "DONT_PUSH"),
                was: expression.as_ref().map(|expression| MappedProperty {
                    expression: expression.clone(),
                    push_status: calls::push_status(*push).to_owned(),
                }),
            }),
            // What was taken away is not known any more.
            Self::AddAttribute { definition, .. } if definition.is_null() => None,
            Self::AddAttribute { name, .. } => Some(Self::AddAttribute {
                name: name.clone(),
                definition: Value::Null,
            }),
            Self::UsernameTemplate { template, kind, was } => {
                was.as_ref().map(|(old, old_kind)| Self::UsernameTemplate {
                    template: old.clone(),
                    kind: old_kind.clone(),
                    was: Some((template.clone(), kind.clone())),
                })
            }
            Self::Tile { app, label, hide, was } => Some(Self::Tile {
                app: app.clone(),
                label: label.clone(),
                hide: *was,
                was: *hide,
            }),
            Self::Feature { name, body, was } => was.as_ref().map(|was| Self::Feature {
                name: name.clone(),
                body: was.clone(),
                was: Some(body.clone()),
            }),
        }
    }
}
