//! Calls that take access away. This is the only place in Rehome that has any.

use rehome_domain::{AppId, GroupId, UserId};
use reqwest::Method;
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

    async fn delete(&self, url: Url) -> Result<(), WriteError> {
        match self.client.write(Method::DELETE, url, None).await {
            Ok(answer) => no_page(&answer),
            Err(WriteError::Refused(error)) if error.is_not_found() => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn id(text: &str) -> Result<&str, WriteError> {
    segment(text).map_err(WriteError::NotSent)
}
