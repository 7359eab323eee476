//! Apps, and what hangs on one without being about people.

use rehome_domain::{AppId, UserId};
use serde_json::Value;

use super::Read;
use crate::client::segment;
use crate::error::OktaError;
use crate::paging::Pages;

/// Which apps to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppQuery {
    /// Beginning of name or label; empty for all.
    pub q: String,
    /// One `eq` clause, such as `name eq "zoomus"` or `user.id eq "00u..."` (api-facts 4.2).
    pub filter: Option<String>,
    /// Puts the app user of this person into `_embedded.user`. Wants a filter by the same person.
    pub expand_user: Option<UserId>,
}

impl Read {
    /// Apps whose name or label begins with `q`; all of them when it is empty.
    pub async fn apps(&self, q: &str) -> Result<Vec<Value>, OktaError> {
        let query = AppQuery {
            q: q.to_owned(),
            ..AppQuery::default()
        };
        self.app_pages(&query)?.all().await
    }

    /// Apps in pages of 200. One faulty app can make the whole list fail; then an app is read by its id.
    pub fn app_pages(&self, query: &AppQuery) -> Result<Pages, OktaError> {
        let mut pairs = vec![("limit", "200".to_owned())];
        if !query.q.is_empty() {
            pairs.push(("q", query.q.clone()));
        }
        if let Some(filter) = &query.filter {
            pairs.push(("filter", filter.clone()));
        }
        if let Some(user) = &query.expand_user {
            pairs.push(("expand", format!("user/{}", segment(user.as_str())?)));
        }
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Ok(self.pages(&["apps"], &pairs))
    }

    /// One app.
    pub async fn app(&self, app: &AppId) -> Result<Value, OktaError> {
        self.object(&["apps", segment(app.as_str())?], &[]).await
    }

    /// Scopes of Okta's API that were granted to an app.
    pub async fn grants(&self, app: &AppId) -> Result<Vec<Value>, OktaError> {
        self.list(&["apps", segment(app.as_str())?, "grants"], &[("expand", "scope")])
            .await
    }

    /// Refresh tokens that people hold for an app. The tokens themselves are not shown.
    pub async fn oauth_tokens(&self, app: &AppId) -> Result<Vec<Value>, OktaError> {
        self.list(&["apps", segment(app.as_str())?, "tokens"], &[("limit", "200")])
            .await
    }

    /// Claims that Identity Governance adds; Identity Engine only.
    pub async fn federated_claims(&self, app: &AppId) -> Result<Vec<Value>, OktaError> {
        self.list(&["apps", segment(app.as_str())?, "federated-claims"], &[])
            .await
    }

    /// One federated claim (`ofc...`).
    pub async fn federated_claim(&self, app: &AppId, claim: &str) -> Result<Value, OktaError> {
        let path = ["apps", segment(app.as_str())?, "federated-claims", segment(claim)?];
        self.object(&path, &[]).await
    }

    /// The groups that an app pushes.
    pub async fn group_push_mappings(&self, app: &AppId) -> Result<Vec<Value>, OktaError> {
        let path = ["apps", segment(app.as_str())?, "group-push", "mappings"];
        self.list(&path, &[("limit", "1000")]).await
    }

    /// One pushed group (`gPm...`).
    pub async fn group_push_mapping(&self, app: &AppId, mapping: &str) -> Result<Value, OktaError> {
        let path = [
            "apps",
            segment(app.as_str())?,
            "group-push",
            "mappings",
            segment(mapping)?,
        ];
        self.object(&path, &[]).await
    }
}
