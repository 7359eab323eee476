//! Giving an app to people and groups.

use rehome_domain::{AppId, GroupId, UserId};
use reqwest::Method;
use serde_json::Value;

use super::{Assign, id};
use crate::error::WriteError;

impl Assign {
    /// Assigns a person individually; `body` has `id` and what is to differ from the app's mappings.
    ///
    /// Gives the app user as Okta made it. Whether a second call for the same person updates or is refused with
    /// E0000062 differs (api-facts 6.5), so read first.
    pub async fn assign_user(&self, app: &AppId, body: &Value) -> Result<Value, WriteError> {
        let url = self.client.endpoint(&["apps", id(app.as_str())?, "users"]);
        self.send(Method::POST, url, Some(body)).await
    }

    /// Changes an app user: `credentials`, `profile`, or `scope` to convert the assignment (api-facts 6.6: compare the
    /// `scope` of what comes back).
    pub async fn update_app_user(&self, app: &AppId, user: &UserId, body: &Value) -> Result<Value, WriteError> {
        let path = ["apps", id(app.as_str())?, "users", id(user.as_str())?];
        self.send(Method::POST, self.client.endpoint(&path), Some(body)).await
    }

    /// Assigns a group, or changes its priority and profile. Its members follow later, through a job of Okta's.
    ///
    /// Never two at a time on one app: Okta renumbers priorities, and duplicates have led to permanent errors
    /// (api-facts 7.3).
    pub async fn put_app_group(&self, app: &AppId, group: &GroupId, body: &Value) -> Result<Value, WriteError> {
        let path = ["apps", id(app.as_str())?, "groups", id(group.as_str())?];
        self.send(Method::PUT, self.client.endpoint(&path), Some(body)).await
    }
}
