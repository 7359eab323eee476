//! The classes of calls: one of each kind, what it does to the org, and how that is seen from outside.

use std::fmt;

use rehome_domain::{AppId, GroupId, UserId};
use rehome_practice::{Control, PracticeOrg};
use serde_json::json;

use crate::{
    Client, ClientKey, Credential, FailureClass, KeyKind, OktaError, PLAN_SCOPES, RUN_SCOPES, ServiceApp, WriteError,
};

/// What a call came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Did {
    Answered,
    Failed(FailureClass),
    Done,
    NotSent(FailureClass),
    Refused(FailureClass),
    Unknown(FailureClass),
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered => f.write_str("answered"),
            Self::Failed(class) => write!(f, "failed ({class:?})"),
            Self::Done => f.write_str("done"),
            Self::NotSent(class) => write!(f, "not sent ({class:?})"),
            Self::Refused(class) => write!(f, "refused ({class:?})"),
            Self::Unknown(class) => write!(f, "unknown ({class:?})"),
        }
    }
}

impl<T> From<Result<T, OktaError>> for Did {
    fn from(result: Result<T, OktaError>) -> Self {
        match result {
            Ok(_) => Self::Answered,
            Err(error) => Self::Failed(error.classify()),
        }
    }
}

impl<T> From<Result<T, WriteError>> for Did {
    fn from(result: Result<T, WriteError>) -> Self {
        match result {
            Ok(_) => Self::Done,
            Err(WriteError::NotSent(error)) => Self::NotSent(error.classify()),
            Err(WriteError::Refused(error)) => Self::Refused(error.classify()),
            Err(WriteError::Unknown(error)) => Self::Unknown(error.classify()),
        }
    }
}

/// What the calls are about.
pub(super) struct Target {
    old: AppId,
    new: AppId,
    /// Has the old app individually, is in no group of it.
    user: UserId,
    /// Is on the old app.
    group: GroupId,
    /// How many have the old app.
    people: usize,
}

const NEW_NAME: &str = "somebody.else@northwind.example";

impl Target {
    pub(super) fn find(control: &Control) -> Self {
        let app = |label: &str| control.app(label).expect(label);
        let (old, new) = (app("Zendesk (2019)"), app("Zendesk Suite"));
        let groups: Vec<_> = control.app_groups(&old).into_iter().map(|(group, _)| group).collect();
        let grouped: Vec<_> = groups.iter().flat_map(|group| control.members(group)).collect();
        let on_new: Vec<_> = control.app_users(&new).into_iter().map(|it| it.user).collect();
        let active: Vec<_> = control
            .users()
            .into_iter()
            .filter(|(_, status)| status == "ACTIVE")
            .collect();
        let user = control.app_users(&old).into_iter().find(|it| {
            it.scope == "USER"
                && !grouped.contains(&it.user)
                && !on_new.contains(&it.user)
                && active.iter().any(|(id, _)| *id == it.user)
        });
        Self {
            user: user.expect("somebody with the old app alone").user.into(),
            group: groups.last().expect("a group").clone().into(),
            people: control.app_users(&old).len(),
            old: old.into(),
            new: new.into(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum CallClass {
    ReadOne,
    ReadPages,
    Assign,
    Update,
    PutGroup,
    Unassign,
    RemoveGroup,
    Deactivate,
    Delete,
    RevokeToken,
    /// A read, for which the access token of a service app has to be renewed.
    RenewAccess,
}

impl CallClass {
    pub(super) const ALL: [Self; 11] = [
        Self::ReadOne,
        Self::ReadPages,
        Self::Assign,
        Self::Update,
        Self::PutGroup,
        Self::Unassign,
        Self::RemoveGroup,
        Self::Deactivate,
        Self::Delete,
        Self::RevokeToken,
        Self::RenewAccess,
    ];

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::ReadOne => "read one",
            Self::ReadPages => "read pages",
            Self::Assign => "assign",
            Self::Update => "update",
            Self::PutGroup => "put group",
            Self::Unassign => "unassign",
            Self::RemoveGroup => "remove group",
            Self::Deactivate => "deactivate app",
            Self::Delete => "delete app",
            Self::RevokeToken => "revoke token",
            Self::RenewAccess => "renew access",
        }
    }

    /// Method and a part of the path, for the fault to spring on.
    pub(super) fn address(self, target: &Target) -> (&'static str, String) {
        let Target {
            old, new, user, group, ..
        } = target;
        match self {
            Self::ReadOne => ("GET", format!("/apps/{old}")),
            Self::ReadPages => ("GET", format!("/apps/{old}/users")),
            Self::Assign => ("POST", format!("/apps/{new}/users")),
            Self::Update => ("POST", format!("/apps/{old}/users/{user}")),
            Self::PutGroup => ("PUT", format!("/apps/{new}/groups/{group}")),
            Self::Unassign => ("DELETE", format!("/apps/{old}/users/{user}")),
            Self::RemoveGroup => ("DELETE", format!("/apps/{old}/groups/{group}")),
            Self::Deactivate => ("POST", format!("/apps/{old}/lifecycle/deactivate")),
            Self::Delete => ("DELETE", format!("/apps/{old}")),
            Self::RevokeToken => ("DELETE", "/api-tokens/current".to_owned()),
            Self::RenewAccess => ("POST", "/oauth2/v1/token".to_owned()),
        }
    }

    /// What the call is made with.
    pub(super) fn credential(self, org: &PracticeOrg) -> Credential {
        if self != Self::RenewAccess {
            return Credential::ApiToken(org.token().to_owned().into());
        }
        let key = ClientKey::generate(KeyKind::P256).expect("a key");
        let scopes = [&PLAN_SCOPES[..], &RUN_SCOPES].concat();
        let app = org
            .control()
            .register_service_app("Rehome", &key.public_jwk(), &scopes, &["APP_ADMIN"], true);
        Credential::ServiceApp(Box::new(ServiceApp {
            client_id: app.expect("a service app"),
            key,
            dpop: true,
        }))
    }

    /// Brings the org to where the call makes sense.
    pub(super) async fn prepare(self, client: &Client, control: &Control, target: &Target) {
        if self == Self::Delete {
            client
                .open_retire()
                .deactivate_app(&target.old)
                .await
                .expect("deactivated");
            while control.busy(target.old.as_str()) {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
        }
    }

    pub(super) async fn call(self, client: &Client, target: &Target) -> Did {
        let Target {
            old, new, user, group, ..
        } = target;
        let (read, assign, retire) = (client.read(), client.assign(), client.open_retire());
        match self {
            Self::ReadOne | Self::RenewAccess => read.app(old).await.into(),
            Self::ReadPages => {
                let read = read.app_users(old, true).expect("an id").all().await;
                if let Ok(people) = &read {
                    assert_eq!(
                        people.len(),
                        target.people,
                        "a list is whole, without repetitions, or none"
                    );
                }
                read.into()
            }
            Self::Assign => assign.assign_user(new, &json!({ "id": user })).await.into(),
            Self::Update => {
                let body = json!({ "credentials": { "userName": NEW_NAME } });
                assign.update_app_user(old, user, &body).await.into()
            }
            Self::PutGroup => assign.put_app_group(new, group, &json!({})).await.into(),
            Self::Unassign => retire.unassign_user(old, user).await.into(),
            Self::RemoveGroup => retire.remove_app_group(old, group).await.into(),
            Self::Deactivate => retire.deactivate_app(old).await.into(),
            Self::Delete => retire.delete_app(old).await.into(),
            Self::RevokeToken => client.revoke_current_token().await.into(),
        }
    }

    /// Whether the org did it; `None` for reads.
    pub(super) async fn acted(self, client: &Client, control: &Control, target: &Target) -> Option<bool> {
        let (old, new) = (target.old.as_str(), target.new.as_str());
        let has = |app: &str| {
            let users = control.app_users(app);
            users.into_iter().find(|it| it.user == target.user.as_str())
        };
        let has_group = |app: &str| {
            let groups = control.app_groups(app);
            groups.iter().any(|(group, _)| group == target.group.as_str())
        };
        Some(match self {
            Self::ReadOne | Self::ReadPages | Self::RenewAccess => return None,
            Self::Assign => has(new).is_some(),
            Self::Update => has(old).is_some_and(|it| it.username == NEW_NAME),
            Self::PutGroup => has_group(new),
            Self::Unassign => has(old).is_none(),
            Self::RemoveGroup => !has_group(old),
            Self::Deactivate => control.app_status(old).as_deref() == Some("INACTIVE"),
            Self::Delete => control.app_status(old).is_none(),
            Self::RevokeToken => client.read().me().await.is_err_and(|error| error.is_credential()),
        })
    }
}
