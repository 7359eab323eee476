//! The org itself, and who calls.

use serde_json::Value;

use super::Read;
use crate::client::segment;
use crate::error::OktaError;
use rehome_domain::UserId;

impl Read {
    /// The org: name, subdomain, status.
    pub async fn org(&self) -> Result<Value, OktaError> {
        self.object(&["org"], &[]).await
    }

    /// The admin behind an API token. A service app has none.
    pub async fn me(&self) -> Result<Value, OktaError> {
        self.object(&["users", "me"], &[]).await
    }

    /// Admin roles of a user. Reading them needs a right of its own, so that 403 says nothing about the others.
    pub async fn user_roles(&self, user: &UserId) -> Result<Vec<Value>, OktaError> {
        self.list(&["users", segment(user.as_str())?, "roles"], &[]).await
    }

    /// The apps that a role of a user is limited to; empty where it is not limited.
    pub async fn user_role_apps(&self, user: &UserId, role: &str) -> Result<Vec<Value>, OktaError> {
        let path = [
            "users",
            segment(user.as_str())?,
            "roles",
            segment(role)?,
            "targets",
            "catalog",
            "apps",
        ];
        self.list(&path, &[("limit", "200")]).await
    }

    /// Admin roles of a service app, by its client id.
    pub async fn client_roles(&self, client_id: &str) -> Result<Vec<Value>, OktaError> {
        let mut url = self.client.url().base().clone();
        url.set_path(&format!("/oauth2/v1/clients/{}/roles", segment(client_id)?));
        self.client.get(url).await?.list()
    }

    /// What is known of the API tokens of the org: names, owners, expiry; never the tokens themselves.
    pub async fn api_tokens(&self) -> Result<Vec<Value>, OktaError> {
        self.list(&["api-tokens"], &[]).await
    }

    /// What is known of one API token, by its id (`00T...`), which is not the token.
    pub async fn api_token(&self, token: &str) -> Result<Value, OktaError> {
        self.object(&["api-tokens", segment(token)?], &[]).await
    }

    /// The share of Okta's limits that a token (`SSWS_TOKEN`) or a service app (`OAUTH_CLIENT`) has. Empty while nobody
    /// has changed it: then it is half of everything (api-facts 2.3; that the list is empty is not verified).
    pub async fn principal_rate_limits(&self, kind: &str, principal: &str) -> Result<Vec<Value>, OktaError> {
        let filter = format!(
            r#"principalType eq "{}" and principalId eq "{}""#,
            segment(kind)?,
            segment(principal)?
        );
        self.list(&["principal-rate-limits"], &[("filter", &filter), ("limit", "50")])
            .await
    }

    /// One share of Okta's limits (`prl...`).
    pub async fn principal_rate_limit(&self, id: &str) -> Result<Value, OktaError> {
        self.object(&["principal-rate-limits", segment(id)?], &[]).await
    }
}
