//! People, and what they have in one app.

use std::{borrow::Cow, sync::Arc};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::ShapeError;
use crate::{
    AccountId, GroupId, Profile, UserId,
    alike::Alike,
    lenient::{self, Told},
};

/// Who owns an app user (api-facts 6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Assigned individually.
    User,
    /// Through a group.
    Group,
}

/// Okta's object for one person in one app (api-facts 6.2). There may be a million of them: what many have alike is kept once.
#[derive(Clone, Debug, PartialEq)]
pub struct AppUser {
    pub user: UserId,
    /// Empty where the app keeps none (shared credentials).
    pub user_name: Arc<str>,
    /// The account in the service, once provisioned.
    pub external_id: Option<AccountId>,
    pub profile: Profile,
    /// With `expand=user`.
    pub person: Option<Person>,
    state: Arc<State>,
}

/// What many app users have alike.
#[derive(Debug, PartialEq, Eq, Hash)]
struct State {
    scope: Scope,
    status: Box<str>,
    sync_state: Box<str>,
    group: Option<GroupId>,
}

static STATES: Alike<State> = Alike::new();

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

    pub fn scope(&self) -> Scope {
        self.state.scope
    }

    pub fn status(&self) -> &str {
        &self.state.status
    }

    /// The same as `external_id`.
    pub fn account(&self) -> Option<&str> {
        self.external_id.as_ref().map(AccountId::as_str)
    }

    /// The group that wins, where Okta says so (`_links.group`, community knowledge: optional).
    pub fn group(&self) -> Option<&GroupId> {
        self.state.group.as_ref()
    }

    /// Okta has done all that it will do for this app user by itself (api-facts 6.3).
    pub fn is_settled(&self) -> bool {
        match self.status() {
            "ACTIVE" => true,
            "PROVISIONED" => self.external_id.is_some() || &*self.state.sync_state == "DISABLED",
            _ => false,
        }
    }

    pub fn has_sync_error(&self) -> bool {
        &*self.state.sync_state == "ERROR"
    }
}

impl AppUserTold {
    fn made(self) -> Result<AppUser, ShapeError> {
        let href = self.links.and_then(|links| links.group?.href.some());
        let state = State {
            scope: if &*self.scope.text() == "GROUP" {
                Scope::Group
            } else {
                Scope::User
            },
            status: self.status.text(),
            sync_state: self.sync_state.text(),
            group: href.and_then(|href| href.trim_end_matches('/').rsplit('/').next().map(GroupId::from)),
        };
        Ok(AppUser {
            user: UserId::from(&*self.id.some().ok_or(ShapeError { kind: "app user" })?),
            user_name: self.credentials.unwrap_or_default().user_name.text().into(),
            external_id: self.external_id.some().map(|id| AccountId::from(&*id)),
            profile: self.profile,
            person: match self.embedded.and_then(|embedded| embedded.user) {
                Some(told) => Some(told.made()?),
                None => None,
            },
            state: STATES.shared(state),
        })
    }
}

/// An Okta user.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub id: UserId,
    pub profile: Profile,
    standing: Arc<Standing>,
    last_login: Moment,
    created: Moment,
}

/// What many people have alike.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Standing {
    status: Box<str>,
    type_id: Option<Box<str>>,
    never_signed_in: bool,
}

static STANDINGS: Alike<Standing> = Alike::new();

/// A time to the millionth of a second, or none: eight bytes, where the same as `Option<Timestamp>` takes twenty-four.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Moment(i64);

impl Moment {
    fn told(told: Told) -> Self {
        let time = told.some().and_then(|text| text.parse::<Timestamp>().ok());
        Self(time.map_or(i64::MIN, Timestamp::as_microsecond))
    }

    /// The least number is beyond all times.
    fn time(self) -> Option<Timestamp> {
        Timestamp::from_microsecond(self.0).ok()
    }
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

    /// ACTIVE, SUSPENDED, DEPROVISIONED, ...
    pub fn status(&self) -> &str {
        &self.standing.status
    }

    pub fn type_id(&self) -> Option<&str> {
        self.standing.type_id.as_deref()
    }

    pub fn login(&self) -> &str {
        self.part("login")
    }

    /// First and last name, or the login where there is none.
    pub fn name(&self) -> Cow<'_, str> {
        match (self.part("firstName"), self.part("lastName")) {
            ("", "") => self.login().into(),
            ("", only) | (only, "") => only.into(),
            (first, last) => format!("{first} {last}").into(),
        }
    }

    fn part(&self, name: &str) -> &str {
        self.profile.text(name).unwrap_or_default().trim()
    }

    /// The last sign-in to Okta. `None`: never, or not told; see [`Person::never_signed_in`].
    pub fn last_login(&self) -> Option<Timestamp> {
        self.last_login.time()
    }

    /// Okta says that there was no sign-in yet: the key is there, and null.
    pub fn never_signed_in(&self) -> bool {
        self.standing.never_signed_in
    }

    pub fn created(&self) -> Option<Timestamp> {
        self.created.time()
    }

    /// Okta assigns apps to people in these states only (api-facts 6.5; SUSPENDED is UNVERIFIED and told apart).
    pub fn is_assignable(&self) -> bool {
        self.status() != "DEPROVISIONED"
    }
}

impl PersonTold {
    fn made(self) -> Result<Person, ShapeError> {
        let standing = Standing {
            status: self.status.text(),
            type_id: self.kind.and_then(|kind| kind.id.some()),
            never_signed_in: self.last_login == Told::Null,
        };
        Ok(Person {
            id: UserId::from(&*self.id.some().ok_or(ShapeError { kind: "user" })?),
            profile: self.profile,
            standing: STANDINGS.shared(standing),
            last_login: Moment::told(self.last_login),
            created: Moment::told(self.created),
        })
    }
}
