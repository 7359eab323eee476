//! What the org knows about its people besides users and groups: user types with their schemas, linked objects, admin
//! roles, and settings of the org as a whole.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    schemas::user::base_attributes,
    seed::past,
    state::{Object, Org, User},
};

/// Who Okta names as the maker of the default user type.
pub(crate) const SYSTEM: &str = "sprt6ynqsz2OChgMq0h7";

#[derive(Clone)]
pub(crate) struct Directory {
    /// By id (`oty...`).
    pub user_types: BTreeMap<String, UserType>,
    /// Custom attributes of groups.
    pub group_attributes: Object,
    /// Definitions of linked objects: `primary` and `associated`.
    pub linked_objects: Vec<Value>,
    pub links: BTreeSet<Link>,
    /// Admin roles by whom they are given to: user or group.
    pub roles: BTreeMap<String, Vec<Value>>,
    /// Ids of groups, or names or ids of apps, that a role is limited to; by the role's id.
    pub role_groups: BTreeMap<String, BTreeSet<String>>,
    pub role_apps: BTreeMap<String, BTreeSet<String>>,
    pub owners: BTreeMap<String, Vec<Value>>,
    /// Custom admin roles.
    pub iam_roles: Vec<Value>,
    /// What was changed in settings of the org, by the path of the setting.
    pub settings: BTreeMap<String, Value>,
    /// Self-service features that were switched, by id.
    pub switched_features: BTreeMap<String, bool>,
}

/// One value of a linked object: whose, and to whom.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Link {
    /// Name of the primary side.
    pub name: String,
    pub associated: String,
    pub primary: String,
}

#[derive(Clone)]
pub(crate) struct UserType {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub description: String,
    pub created: Timestamp,
    pub updated: Timestamp,
    /// Who made it and who changed it last.
    pub by: (String, String),
    pub schema_updated: Timestamp,
    pub base: Object,
    pub custom: Object,
}

impl UserType {
    /// The id of its schema: the same, but for the prefix.
    pub(crate) fn schema_id(&self) -> String {
        schema_id(&self.id)
    }

    pub(crate) fn property(&self, name: &str) -> Option<&Value> {
        self.custom.get(name).or_else(|| self.base.get(name))
    }
}

pub(crate) fn schema_id(user_type: &str) -> String {
    user_type.replacen("oty", "osc", 1)
}

impl Directory {
    pub(crate) fn new(user_type: &str) -> Self {
        let at = past("2019-01-14T09:00:00Z");
        let default = UserType {
            id: user_type.to_owned(),
            name: "user".into(),
            display_name: "User".into(),
            description: "Okta user profile template with default permission settings".into(),
            created: at,
            updated: at,
            by: (SYSTEM.into(), SYSTEM.into()),
            schema_updated: past("2026-02-11T10:00:00Z"),
            base: base_attributes(),
            custom: Object::new(),
        };
        Self {
            user_types: BTreeMap::from([(default.id.clone(), default)]),
            group_attributes: Object::new(),
            linked_objects: Vec::new(),
            links: BTreeSet::new(),
            roles: BTreeMap::new(),
            role_groups: BTreeMap::new(),
            role_apps: BTreeMap::new(),
            owners: BTreeMap::new(),
            iam_roles: Vec::new(),
            settings: BTreeMap::new(),
            switched_features: BTreeMap::new(),
        }
    }
}

impl Org {
    /// The type of a user.
    pub(crate) fn type_of<'a>(&'a self, user: &'a User) -> &'a str {
        user.account.kind.as_deref().unwrap_or(&self.user_type)
    }

    /// Everything in the directory that names this user or group goes with it.
    pub(crate) fn forget(&mut self, id: &str) {
        let directory = &mut self.directory;
        directory.links.retain(|it| it.associated != id && it.primary != id);
        directory.roles.remove(id);
        directory.owners.remove(id);
        for owners in directory.owners.values_mut() {
            owners.retain(|owner| owner["id"] != id);
        }
        for groups in directory.role_groups.values_mut() {
            groups.remove(id);
        }
    }
}
