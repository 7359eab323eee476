//! Groups of Okta's own, and groups that an app pushes.

use rehome_domain::{AppId, GroupId, UserId};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Assign, id};
use crate::error::WriteError;

impl Assign {
    /// Makes a group (`{"profile": {"name": ..., "description": ...}}`).
    pub async fn create_group(&self, body: &Value) -> Result<Value, WriteError> {
        self.send(Method::POST, self.client.endpoint(&["groups"]), Some(body))
            .await
    }

    /// Puts a person into a group, and so onto every app of that group.
    pub async fn add_member(&self, group: &GroupId, user: &UserId) -> Result<(), WriteError> {
        let path = ["groups", id(group.as_str())?, "users", id(user.as_str())?];
        self.tell(Method::PUT, self.client.endpoint(&path)).await
    }

    /// Lets an app push a group: `sourceGroupId`, and exactly one of `targetGroupId` and `targetGroupName`.
    pub async fn create_group_push(&self, app: &AppId, body: &Value) -> Result<Value, WriteError> {
        let path = ["apps", id(app.as_str())?, "group-push", "mappings"];
        self.send(Method::POST, self.client.endpoint(&path), Some(body)).await
    }

    /// Lets an app push a group again (`gPm...`). Pausing it is on [`crate::Retire`].
    pub async fn resume_group_push(&self, app: &AppId, mapping: &str) -> Result<Value, WriteError> {
        let path = ["apps", id(app.as_str())?, "group-push", "mappings", id(mapping)?];
        let body = json!({ "status": "ACTIVE" });
        self.send(Method::PATCH, self.client.endpoint(&path), Some(&body)).await
    }
}
