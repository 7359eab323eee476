//! Settings of apps and of the org.

use rehome_domain::AppId;
use reqwest::Method;
use serde_json::Value;

use super::{Assign, id};
use crate::error::{OktaError, WriteError};

impl Assign {
    /// Replaces an app's settings: the whole object, or, to change the signing key alone, `name`, `label`, `signOnMode`
    /// and `credentials.signing.kid` (api-facts 5.1). What is left out of a whole object is reset.
    ///
    /// Changes how people sign in, at once. Okta leaves `status` and `features` as they are.
    pub async fn replace_app(&self, app: &AppId, body: &Value) -> Result<Value, WriteError> {
        let url = self.client.endpoint(&["apps", id(app.as_str())?]);
        self.send(Method::PUT, url, Some(body)).await
    }

    /// Activates the app.
    pub async fn activate_app(&self, app: &AppId) -> Result<(), WriteError> {
        let url = self
            .client
            .endpoint(&["apps", id(app.as_str())?, "lifecycle", "activate"]);
        self.tell(Method::POST, url).await
    }

    /// Puts the app under an access policy, in place of the one it has (Identity Engine only). At once.
    pub async fn assign_policy(&self, app: &AppId, policy: &str) -> Result<(), WriteError> {
        let url = self
            .client
            .endpoint(&["apps", id(app.as_str())?, "policies", id(policy)?]);
        self.tell(Method::PUT, url).await
    }

    /// Adds attributes to an app's profile, or changes them. A body that would delete one (`null`) is not sent: its
    /// values would be lost for everybody.
    ///
    /// Never two at a time on one app.
    pub async fn update_app_schema(&self, app: &AppId, body: &Value) -> Result<Value, WriteError> {
        let attributes = body
            .pointer("/definitions/custom/properties")
            .and_then(Value::as_object);
        if attributes.is_some_and(|attributes| attributes.values().any(Value::is_null)) {
            return Err(WriteError::NotSent(OktaError::BadInput {
                why: "it would delete an attribute with its values".to_owned(),
            }));
        }
        let url = self
            .client
            .endpoint(&["meta", "schemas", "apps", id(app.as_str())?, "default"]);
        self.send(Method::POST, url, Some(body)).await
    }

    /// Changes single properties of a mapping; `null` removes one. Does not reach people who have the app already
    /// (api-facts 9.3).
    pub async fn update_mapping(&self, mapping: &str, body: &Value) -> Result<Value, WriteError> {
        let url = self.client.endpoint(&["mappings", id(mapping)?]);
        self.send(Method::POST, url, Some(body)).await
    }

    /// Grants a scope of Okta's API to an app (`scopeId`, `issuer`).
    pub async fn create_grant(&self, app: &AppId, body: &Value) -> Result<Value, WriteError> {
        let url = self.client.endpoint(&["apps", id(app.as_str())?, "grants"]);
        self.send(Method::POST, url, Some(body)).await
    }

    /// Adds a federated claim (`name`, `expression`).
    pub async fn create_federated_claim(&self, app: &AppId, body: &Value) -> Result<Value, WriteError> {
        let url = self.client.endpoint(&["apps", id(app.as_str())?, "federated-claims"]);
        self.send(Method::POST, url, Some(body)).await
    }

    /// Changes a federated claim (`ofc...`).
    pub async fn replace_federated_claim(&self, app: &AppId, claim: &str, body: &Value) -> Result<Value, WriteError> {
        let path = ["apps", id(app.as_str())?, "federated-claims", id(claim)?];
        self.send(Method::PUT, self.client.endpoint(&path), Some(body)).await
    }

    /// Raises or restores the share of Okta's limits (`prl...`) that a token or a service app has. For every bucket.
    pub async fn replace_principal_rate_limit(&self, limit: &str, body: &Value) -> Result<Value, WriteError> {
        let url = self.client.endpoint(&["principal-rate-limits", id(limit)?]);
        self.send(Method::PUT, url, Some(body)).await
    }

    /// Makes a share of Okta's limits for a token or a service app that has none of its own yet.
    pub async fn create_principal_rate_limit(&self, body: &Value) -> Result<Value, WriteError> {
        let url = self.client.endpoint(&["principal-rate-limits"]);
        self.send(Method::POST, url, Some(body)).await
    }
}
