//! One call with the credential on it.

use std::sync::Arc;

use reqwest::Method;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use crate::address::OrgUrl;
use crate::answer::Answer;
use crate::credential::{Access, Granted};
use crate::error::OktaError;
use crate::observe::Observer;
use crate::wire::{Outgoing, Timeouts, Wire};

pub(crate) use crate::wire::Lost;

/// A call to make.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<Value>,
    pub(crate) accept: &'static str,
}

pub(crate) const JSON: &str = "application/json";
pub(crate) const XML: &str = "application/xml";

impl Call {
    pub(crate) fn get(url: Url) -> Self {
        Self {
            method: Method::GET,
            url,
            body: None,
            accept: JSON,
        }
    }

    pub(crate) fn is_write(&self) -> bool {
        self.method != Method::GET
    }
}

/// What belongs to a repeated call (api-facts 2.4).
#[derive(Clone, Debug, Default)]
pub(crate) struct Repeat {
    pub(crate) count: u32,
    pub(crate) request_id: Option<String>,
}

pub(crate) struct Transport {
    wire: Wire,
    access: Access,
}

impl Transport {
    pub(crate) fn new(
        url: OrgUrl,
        access: Access,
        observer: Arc<dyn Observer>,
        timeouts: Timeouts,
    ) -> Result<Self, OktaError> {
        let wire = Wire::new(url, observer, timeouts)?;
        Ok(Self { wire, access })
    }

    pub(crate) fn url(&self) -> &OrgUrl {
        self.wire.url()
    }

    pub(crate) fn access(&self) -> &Access {
        &self.access
    }

    /// See [`Access::granted`].
    pub(crate) async fn granted(&self) -> Result<Option<Granted>, OktaError> {
        self.access.granted(&self.wire).await
    }

    /// Makes one call. `Ok` is any complete answer, whatever its status.
    ///
    /// It is sent once more where 401 refused the access token or wants a nonce in its proof: both say that Okta did not
    /// act, so that this holds for writes too.
    pub(crate) async fn send(&self, call: &Call, repeat: &Repeat) -> Result<Answer, Lost> {
        // Before anything is signed for it.
        if !self.wire.url().owns(&call.url) {
            return Err(Lost {
                never_left: true,
                spent: false,
                error: OktaError::ForeignLink,
            });
        }
        let mut again = true;
        loop {
            let (answer, renewed) = self.once(call, repeat).await?;
            if !renewed || !again {
                return Ok(answer);
            }
            again = false;
        }
    }

    async fn once(&self, call: &Call, repeat: &Repeat) -> Result<(Answer, bool), Lost> {
        let pass = self.access.pass(&self.wire, &call.method, &call.url).await;
        let pass = pass.map_err(|error| Lost {
            never_left: true,
            spent: true,
            error,
        })?;
        let mut headers = pass.headers();
        if let (1.., Some(id)) = (repeat.count, &repeat.request_id)
            && let Ok(id) = id.parse()
        {
            headers.insert("x-okta-retry-for", id);
            headers.insert("x-okta-retry-count", repeat.count.into());
        }
        let outgoing = Outgoing {
            method: &call.method,
            url: &call.url,
            accept: call.accept,
            body: call.body.as_ref().map(|body| (JSON, body.to_string())),
            headers,
            is_write: call.is_write(),
        };
        let sent = Instant::now();
        let answer = self.wire.exchange(outgoing).await?;
        let renewed = self.access.answered(&pass, &answer, sent);
        Ok((answer, renewed))
    }
}
