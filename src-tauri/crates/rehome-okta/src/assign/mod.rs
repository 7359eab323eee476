//! Calls that give access or change settings. None of them can take an app or a group from a person.

mod groups;
mod people;
mod provisioning;
mod settings;
mod signing;

use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::client::{Client, no_page, segment};
use crate::error::WriteError;

/// The handle for giving people the new app. Every body is sent exactly as it is given.
#[derive(Clone, Debug)]
pub struct Assign {
    client: Client,
}

impl Assign {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// A write that gives the thing as Okta made it.
    async fn send(&self, method: Method, url: Url, body: Option<&Value>) -> Result<Value, WriteError> {
        let answer = self.client.write(method, url, body.cloned()).await?;
        // Okta said yes, but to what cannot be seen: only a read can tell.
        answer.object().map_err(WriteError::Unknown)
    }

    /// A write whose success says nothing more.
    async fn tell(&self, method: Method, url: Url) -> Result<(), WriteError> {
        no_page(&self.client.write(method, url, None).await?)
    }
}

fn id(text: &str) -> Result<&str, WriteError> {
    segment(text).map_err(WriteError::NotSent)
}
