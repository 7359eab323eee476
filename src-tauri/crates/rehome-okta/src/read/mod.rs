//! Calls that change nothing. Bodies are handed on as Okta wrote them: nothing is dropped.

mod apps;
mod assignments;
mod groups;
mod log;
mod org;
mod people;
mod policies;
mod profiles;
mod provisioning;
mod references;
mod signing;

pub use apps::AppQuery;
pub use log::LogPoll;

use serde_json::Value;
use url::Url;

use crate::answer::Answer;
use crate::client::Client;
use crate::error::OktaError;
use crate::paging::Pages;

/// The handle for looking. Every call is repeated a few times when Okta does not answer or is busy.
#[derive(Clone, Debug)]
pub struct Read {
    client: Client,
}

impl Read {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    async fn object(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Value, OktaError> {
        self.client
            .get(self.url(path, query))
            .await
            .and_then(|answer: Answer| answer.object())
    }

    async fn list(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Vec<Value>, OktaError> {
        self.pages(path, query).all().await
    }

    fn pages(&self, path: &[&str], query: &[(&str, &str)]) -> Pages {
        Pages::new(self.client.clone(), self.url(path, query))
    }

    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.client.endpoint(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}

fn if_there(found: Result<Value, OktaError>) -> Result<Option<Value>, OktaError> {
    match found {
        Err(error) if error.is_not_found() => Ok(None),
        other => other.map(Some),
    }
}

/// The list of what is said at `pointer` to be `id`: Okta loses filters on later pages (api-facts 3.2).
fn only(mut items: Vec<Value>, pointer: &str, id: &str) -> Vec<Value> {
    items.retain(|item| item.pointer(pointer).and_then(Value::as_str) == Some(id));
    items
}
