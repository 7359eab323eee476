//! Signing keys and certificates. A new key signs nothing until the app is told to use it.

use rehome_domain::AppId;
use reqwest::Method;
use serde_json::Value;

use super::{Assign, id};
use crate::error::WriteError;

impl Assign {
    /// Makes a signing key whose certificate is valid for 2 to 10 years.
    pub async fn generate_key(&self, app: &AppId, years: u8) -> Result<Value, WriteError> {
        let mut url = self.keys(app, &["generate"])?;
        url.query_pairs_mut().append_pair("validityYears", &years.to_string());
        self.send(Method::POST, url, None).await
    }

    /// Copies a signing key of `app` into `target`, so that both can sign with one certificate.
    pub async fn clone_key(&self, app: &AppId, kid: &str, target: &AppId) -> Result<Value, WriteError> {
        let mut url = self.keys(app, &[id(kid)?, "clone"])?;
        url.query_pairs_mut().append_pair("targetAid", id(target.as_str())?);
        self.send(Method::POST, url, None).await
    }

    /// Makes a request for a certificate of one's own (`subject`, `subjectAltNames`).
    pub async fn create_signing_request(&self, app: &AppId, body: &Value) -> Result<Value, WriteError> {
        let url = self
            .client
            .endpoint(&["apps", id(app.as_str())?, "credentials", "csrs"]);
        self.send(Method::POST, url, Some(body)).await
    }

    /// Deletes a request that was not published. Its private key is lost, nothing else.
    pub async fn delete_signing_request(&self, app: &AppId, request: &str) -> Result<(), WriteError> {
        let path = ["apps", id(app.as_str())?, "credentials", "csrs", id(request)?];
        self.tell(Method::DELETE, self.client.endpoint(&path)).await
    }

    fn keys(&self, app: &AppId, below: &[&str]) -> Result<url::Url, WriteError> {
        let path = [&["apps", id(app.as_str())?, "credentials", "keys"], below].concat();
        Ok(self.client.endpoint(&path))
    }
}
