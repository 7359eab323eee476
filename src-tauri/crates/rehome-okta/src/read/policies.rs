//! Policies and their rules.

use serde_json::Value;

use super::Read;
use crate::client::segment;
use crate::error::OktaError;

impl Read {
    /// One policy; an app's is named by its `_links.accessPolicy` (Identity Engine only).
    pub async fn access_policy(&self, policy: &str) -> Result<Value, OktaError> {
        self.object(&["policies", segment(policy)?], &[]).await
    }

    /// All policies of a type: `ACCESS_POLICY`, `IDP_DISCOVERY`, `MFA_ENROLL`, `OKTA_SIGN_ON`, `PROFILE_ENROLLMENT`, ...
    pub async fn policies(&self, kind: &str) -> Result<Vec<Value>, OktaError> {
        self.list(&["policies"], &[("type", segment(kind)?)]).await
    }

    /// The rules of a policy.
    pub async fn policy_rules(&self, policy: &str) -> Result<Vec<Value>, OktaError> {
        self.list(&["policies", segment(policy)?, "rules"], &[]).await
    }

    /// What a policy is assigned to: an app by each `_links.application`.
    pub async fn policy_mappings(&self, policy: &str) -> Result<Vec<Value>, OktaError> {
        self.list(&["policies", segment(policy)?, "mappings"], &[]).await
    }
}
