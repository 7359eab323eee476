//! Who lives at an address: asked without a credential.

use std::sync::Arc;

use rehome_domain::OrgId;
use serde_json::Value;

use crate::address::OrgUrl;
use crate::credential::Access;
use crate::error::OktaError;
use crate::observe::Observer;
use crate::transport::{Call, Repeat, Transport};
use crate::wire::Timeouts;

/// What an org says of itself to everybody.
#[derive(Clone, Debug, PartialEq)]
pub struct OrgMetadata {
    /// Tells whether a token and an address still belong to the same org.
    pub id: OrgId,
    pub pipeline: Pipeline,
    pub raw: Value,
}

/// Okta's two engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pipeline {
    /// `v1`
    Classic,
    /// `idx`
    Identity,
    Unknown,
}

/// Reads `/.well-known/okta-organization`. Sends no credential and tries once, so that a mistyped address is told soon.
///
/// [`OktaError::NotOkta`]: something answered that is no Okta org (a page, other JSON, no org id).
/// [`OktaError::Unreachable`], [`OktaError::Timeout`]: nothing answered. [`OktaError::Refused`]: 429 or 5xx.
pub async fn discover(url: &OrgUrl, observer: Arc<dyn Observer>) -> Result<OrgMetadata, OktaError> {
    let transport = Transport::new(url.clone(), Access::Nobody, observer, Timeouts::default())?;
    let mut address = url.base().clone();
    address.set_path("/.well-known/okta-organization");
    let answer = transport
        .send(&Call::get(address), &Repeat::default())
        .await
        .map_err(|lost| lost.error)?;
    if !answer.is_success() {
        return Err(match answer.error() {
            OktaError::Refused(refusal) if refusal.status != 429 && refusal.status < 500 => not_okta(format!(
                "it has no Okta org at this address (status {})",
                refusal.status
            )),
            error => error,
        });
    }
    let raw = answer
        .json()
        .map_err(|_| not_okta("a page or other text came back instead of an org".to_owned()))?;
    let id = raw.get("id").and_then(Value::as_str).filter(|id| !id.is_empty());
    let Some(id) = id.map(OrgId::from) else {
        return Err(not_okta("what came back has no org id".to_owned()));
    };
    let pipeline = match raw.get("pipeline").and_then(Value::as_str) {
        Some("v1") => Pipeline::Classic,
        Some("idx") => Pipeline::Identity,
        _ => Pipeline::Unknown,
    };
    Ok(OrgMetadata { id, pipeline, raw })
}

fn not_okta(why: String) -> OktaError {
    OktaError::NotOkta { why }
}
