//! Provisioning, for the six apps that have an API for it (api-facts 8.1).

use rehome_domain::AppId;
use serde_json::Value;

use super::Read;
use crate::client::segment;
use crate::error::OktaError;

impl Read {
    /// All feature objects of an app. `None` where the app or the org has no such API: Okta says so with 400 or 404
    /// (api-facts 8.3), and it is so for almost every app.
    pub async fn features(&self, app: &AppId) -> Result<Option<Vec<Value>>, OktaError> {
        if_offered(self.list(&["apps", segment(app.as_str())?, "features"], &[]).await)
    }

    /// A feature object such as `USER_PROVISIONING`; `None` as for [`Read::features`].
    pub async fn feature(&self, app: &AppId, name: &str) -> Result<Option<Value>, OktaError> {
        let path = ["apps", segment(app.as_str())?, "features", segment(name)?];
        if_offered(self.object(&path, &[]).await)
    }

    /// The provisioning connection of an app; `None` as for [`Read::features`]. Instead of that, Okta may answer with
    /// `status: UNKNOWN` (not verified: api-facts 15.22). The secret is never shown.
    pub async fn connection(&self, app: &AppId) -> Result<Option<Value>, OktaError> {
        let path = ["apps", segment(app.as_str())?, "connections", "default"];
        if_offered(self.object(&path, &[]).await)
    }
}

fn if_offered<T>(found: Result<T, OktaError>) -> Result<Option<T>, OktaError> {
    match found {
        Err(OktaError::Refused(refusal)) if matches!(refusal.status, 400 | 404) => Ok(None),
        other => other.map(Some),
    }
}
