//! People, and what they have in one app.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::ShapeError;
use crate::{
    GroupId, Profile, UserId,
    lenient::{self, Told},
    profile::shared,
};

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
        let part = |key: &str| self.profile.text(key).unwrap_or_default();
        let login = shared(part("login").trim());
        let name = [part("firstName").trim(), part("lastName").trim()].join(" ");
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
