//! Calls that give access. None of them can take it away, on any app.

use rehome_domain::{AppId, GroupId, UserId};
use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::client::{Client, segment};
use crate::error::WriteError;

/// The handle for giving people the new app.
#[derive(Clone, Debug)]
pub struct Assign {
    client: Client,
}

impl Assign {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Assigns a person individually; `body` has `id` and what is to differ from the app's mappings.
    ///
    /// Gives the app user as Okta made it. Whether a second call for the same person updates or is refused with
    /// E0000062 differs (api-facts 6.5), so read first.
    pub async fn assign_user(&self, app: &AppId, body: &Value) -> Result<Value, WriteError> {
        let url = self.client.endpoint(&["apps", id(app.as_str())?, "users"]);
        self.send(Method::POST, url, body).await
    }

    /// Changes an app user: `credentials`, `profile`, or `scope` to convert the assignment (api-facts 6.6: compare the
    /// `scope` of what comes back).
    pub async fn update_app_user(&self, app: &AppId, user: &UserId, body: &Value) -> Result<Value, WriteError> {
        let url = self
            .client
            .endpoint(&["apps", id(app.as_str())?, "users", id(user.as_str())?]);
        self.send(Method::POST, url, body).await
    }

    /// Assigns a group, or changes its priority and profile. Its members follow later, through a job of Okta's.
    ///
    /// Never two at a time on one app: Okta renumbers priorities, and duplicates have led to permanent errors
    /// (api-facts 7.3).
    pub async fn put_app_group(&self, app: &AppId, group: &GroupId, body: &Value) -> Result<Value, WriteError> {
        let url = self
            .client
            .endpoint(&["apps", id(app.as_str())?, "groups", id(group.as_str())?]);
        self.send(Method::PUT, url, body).await
    }

    async fn send(&self, method: Method, url: Url, body: &Value) -> Result<Value, WriteError> {
        let answer = self.client.write(method, url, Some(body.clone())).await?;
        // Okta said yes, but to what cannot be seen: only a read can tell.
        answer.object().map_err(WriteError::Unknown)
    }
}

fn id(text: &str) -> Result<&str, WriteError> {
    segment(text).map_err(WriteError::NotSent)
}
