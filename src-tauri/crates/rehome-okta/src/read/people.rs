//! Okta users.

use rehome_domain::UserId;
use serde_json::Value;

use super::Read;
use crate::client::segment;
use crate::error::OktaError;
use crate::paging::Pages;

impl Read {
    /// One Okta user.
    pub async fn user(&self, user: &UserId) -> Result<Value, OktaError> {
        self.object(&["users", segment(user.as_str())?], &[]).await
    }

    /// Okta users in pages of 200. Without a search, deprovisioned people are left out (api-facts 3.3).
    pub fn users(&self, search: &str) -> Pages {
        let query = [("limit", "200"), ("search", search)];
        self.pages(&["users"], if search.is_empty() { &query[..1] } else { &query })
    }

    /// The tiles on a person's dashboard. An app without a tile, or with a hidden one, is not among them.
    pub async fn app_links(&self, user: &UserId) -> Result<Vec<Value>, OktaError> {
        // Not paged; and what its `id` is, Okta does not say, so that nothing may be left out by it.
        let url = self.url(&["users", segment(user.as_str())?, "appLinks"], &[]);
        self.client.get(url).await?.list()
    }

    /// The groups that a person is in.
    pub async fn user_groups(&self, user: &UserId) -> Result<Vec<Value>, OktaError> {
        self.list(&["users", segment(user.as_str())?, "groups"], &[]).await
    }
}
