//! Where else an org can name an app: read to find what still points at the old one (api-facts 10.4).

use serde_json::Value;

use super::Read;
use crate::client::segment;
use crate::error::OktaError;

impl Read {
    /// Identity providers.
    pub async fn identity_providers(&self) -> Result<Vec<Value>, OktaError> {
        self.list(&["idps"], &[("limit", "200")]).await
    }

    /// Inline hooks.
    pub async fn inline_hooks(&self) -> Result<Vec<Value>, OktaError> {
        self.list(&["inlineHooks"], &[]).await
    }

    /// Event hooks.
    pub async fn event_hooks(&self) -> Result<Vec<Value>, OktaError> {
        self.list(&["eventHooks"], &[]).await
    }

    /// Brands; `defaultApp` names the app that people come to after signing in.
    pub async fn brands(&self) -> Result<Vec<Value>, OktaError> {
        self.list(&["brands"], &[]).await
    }

    /// Custom authorization servers.
    pub async fn authorization_servers(&self) -> Result<Vec<Value>, OktaError> {
        self.list(&["authorizationServers"], &[("limit", "200")]).await
    }

    /// Policies of an authorization server; `conditions.clients.include` names apps by their client id.
    pub async fn authorization_server_policies(&self, server: &str) -> Result<Vec<Value>, OktaError> {
        self.list(&["authorizationServers", segment(server)?, "policies"], &[])
            .await
    }

    /// Claims of an authorization server; with `group_filter_type`, `value` tells groups by their names.
    pub async fn authorization_server_claims(&self, server: &str) -> Result<Vec<Value>, OktaError> {
        self.list(&["authorizationServers", segment(server)?, "claims"], &[])
            .await
    }
}
