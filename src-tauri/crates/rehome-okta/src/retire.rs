//! Calls that take access away. This is the only place in Rehome that has any. What Okta lets one choose is chosen here
//! for safety, never by a caller: no mails, and no deletion of groups at the other side.

use rehome_domain::{AppId, GroupId, UserId};
use reqwest::Method;
use serde_json::json;
use url::Url;

use crate::client::{Client, no_page, segment};
use crate::error::WriteError;

/// The handle for taking access away. Made by `Client::open_retire`, which only the engine's gate module may call.
#[derive(Debug)]
pub struct Retire {
    client: Client,
}

impl Retire {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Takes the app from a person; no mail is sent. Somebody who does not have it (404) is done.
    ///
    /// Refused with E0000046 while a group still gives the app to the person. If the app may deactivate downstream
    /// accounts, this one is deactivated: the gate must have looked just before.
    pub async fn unassign_user(&self, app: &AppId, user: &UserId) -> Result<(), WriteError> {
        let mut url = self
            .client
            .endpoint(&["apps", id(app.as_str())?, "users", id(user.as_str())?]);
        url.set_query(Some("sendEmail=false"));
        self.delete(url).await
    }

    /// Takes a group off the app; its members lose it through a job of Okta's. A group that is not on it (404) is done.
    pub async fn remove_app_group(&self, app: &AppId, group: &GroupId) -> Result<(), WriteError> {
        let url = self
            .client
            .endpoint(&["apps", id(app.as_str())?, "groups", id(group.as_str())?]);
        self.delete(url).await
    }

    /// Deactivates the app.
    pub async fn deactivate_app(&self, app: &AppId) -> Result<(), WriteError> {
        let url = self
            .client
            .endpoint(&["apps", id(app.as_str())?, "lifecycle", "deactivate"]);
        no_page(&self.client.write(Method::POST, url, None).await?)
    }

    /// Deletes the app. Refused with E0000056 while it is active; an app that is gone (404) is done.
    pub async fn delete_app(&self, app: &AppId) -> Result<(), WriteError> {
        let url = self.client.endpoint(&["apps", id(app.as_str())?]);
        self.delete(url).await
    }

    /// Takes a person out of a group, and so off every app that this group alone gives.
    pub async fn remove_member(&self, group: &GroupId, user: &UserId) -> Result<(), WriteError> {
        let path = ["groups", id(group.as_str())?, "users", id(user.as_str())?];
        self.delete(self.client.endpoint(&path)).await
    }

    /// Deletes a group; its members lose every app that it alone gives.
    pub async fn delete_group(&self, group: &GroupId) -> Result<(), WriteError> {
        self.delete(self.client.endpoint(&["groups", id(group.as_str())?]))
            .await
    }

    /// Stops pushing a group (`gPm...`). The group at the other side stays as it is, and is no longer kept up to date.
    pub async fn pause_group_push(&self, app: &AppId, mapping: &str) -> Result<(), WriteError> {
        let url = self.push_mapping(app, mapping)?;
        let body = json!({ "status": "INACTIVE" });
        no_page(&self.client.write(Method::PATCH, url, Some(body)).await?)
    }

    /// Forgets a pushed group that was paused. The group at the other side is kept (`deleteTargetGroup=false`).
    pub async fn unlink_group_push(&self, app: &AppId, mapping: &str) -> Result<(), WriteError> {
        let mut url = self.push_mapping(app, mapping)?;
        url.set_query(Some("deleteTargetGroup=false"));
        self.delete(url).await
    }

    /// Takes a scope of Okta's API from an app.
    pub async fn revoke_grant(&self, app: &AppId, grant: &str) -> Result<(), WriteError> {
        let path = ["apps", id(app.as_str())?, "grants", id(grant)?];
        self.delete(self.client.endpoint(&path)).await
    }

    /// Revokes all refresh tokens of an app: its people sign in again.
    pub async fn revoke_oauth_tokens(&self, app: &AppId) -> Result<(), WriteError> {
        self.delete(self.client.endpoint(&["apps", id(app.as_str())?, "tokens"]))
            .await
    }

    /// Deletes a federated claim (`ofc...`).
    pub async fn delete_federated_claim(&self, app: &AppId, claim: &str) -> Result<(), WriteError> {
        let path = ["apps", id(app.as_str())?, "federated-claims", id(claim)?];
        self.delete(self.client.endpoint(&path)).await
    }

    fn push_mapping(&self, app: &AppId, mapping: &str) -> Result<Url, WriteError> {
        let path = ["apps", id(app.as_str())?, "group-push", "mappings", id(mapping)?];
        Ok(self.client.endpoint(&path))
    }

    /// A 404 is no answer yet: it may be gone, or be hidden from this token, or Okta may not find it for the moment. Reading
    /// tells.
    async fn delete(&self, url: Url) -> Result<(), WriteError> {
        match self.client.write(Method::DELETE, url, None).await {
            Ok(answer) => no_page(&answer),
            Err(WriteError::Refused(error)) if error.is_not_found() => Err(WriteError::Unknown(error)),
            Err(error) => Err(error),
        }
    }
}

fn id(text: &str) -> Result<&str, WriteError> {
    segment(text).map_err(WriteError::NotSent)
}
