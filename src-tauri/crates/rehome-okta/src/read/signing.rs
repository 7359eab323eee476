//! Signing keys, signing requests, SAML metadata.

use rehome_domain::AppId;
use serde_json::Value;

use super::Read;
use crate::client::segment;
use crate::error::OktaError;
use crate::transport::{Call, XML};

impl Read {
    /// All signing keys that an app ever had; the app says which one is in use.
    pub async fn keys(&self, app: &AppId) -> Result<Vec<Value>, OktaError> {
        self.list(&["apps", segment(app.as_str())?, "credentials", "keys"], &[])
            .await
    }

    /// One signing key.
    pub async fn key(&self, app: &AppId, kid: &str) -> Result<Value, OktaError> {
        let path = ["apps", segment(app.as_str())?, "credentials", "keys", segment(kid)?];
        self.object(&path, &[]).await
    }

    /// Requests for certificates of one's own that were not published yet.
    pub async fn signing_requests(&self, app: &AppId) -> Result<Vec<Value>, OktaError> {
        self.list(&["apps", segment(app.as_str())?, "credentials", "csrs"], &[])
            .await
    }

    /// The SAML metadata of an app for one of its keys, as XML.
    pub async fn saml_metadata(&self, app: &AppId, kid: &str) -> Result<String, OktaError> {
        let url = self.url(
            &["apps", segment(app.as_str())?, "sso", "saml", "metadata"],
            &[("kid", kid)],
        );
        let call = Call {
            accept: XML,
            ..Call::get(url)
        };
        let answer = self.client.fetch(call).await?;
        let text = answer.text()?;
        if text.contains("EntityDescriptor") {
            Ok(text)
        } else {
            Err(answer.bad("it is not SAML metadata".to_owned()))
        }
    }
}
