//! Provisioning, for the six apps that have an API for it (api-facts 8.1).

use rehome_domain::AppId;
use reqwest::Method;
use serde_json::Value;

use super::{Assign, id};
use crate::error::WriteError;

impl Assign {
    /// Changes a feature such as `USER_PROVISIONING`; `body` is what stands under `capabilities`. Switching on
    /// `lifecycleDeactivate` takes nothing away by itself, but every later unassignment then deactivates an account.
    pub async fn update_feature(&self, app: &AppId, name: &str, body: &Value) -> Result<Value, WriteError> {
        let path = ["apps", id(app.as_str())?, "features", id(name)?];
        self.send(Method::PUT, self.client.endpoint(&path), Some(body)).await
    }

    /// Starts the provisioning connection.
    pub async fn activate_connection(&self, app: &AppId) -> Result<(), WriteError> {
        self.connection(app, "activate").await
    }

    /// Stops the provisioning connection: nothing is pushed any more. Takes no access away.
    pub async fn deactivate_connection(&self, app: &AppId) -> Result<(), WriteError> {
        self.connection(app, "deactivate").await
    }

    async fn connection(&self, app: &AppId, verb: &str) -> Result<(), WriteError> {
        let path = ["apps", id(app.as_str())?, "connections", "default", "lifecycle", verb];
        self.tell(Method::POST, self.client.endpoint(&path)).await
    }
}
