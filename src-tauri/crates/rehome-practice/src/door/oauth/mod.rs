//! OAuth 2.0 for service apps: the org authorization server's token endpoint, and what its access tokens are good for.

mod access;
mod assertion;
pub(crate) mod dpop;
mod jwt;
pub(crate) mod register;
mod token;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::json;

pub(super) use access::Challenge;

use crate::{clock::after, reply::Reply};

/// How long an access token lives. There is no refresh token.
pub(crate) const LIFE: Duration = Duration::from_secs(3600);

/// The words of RFC 6749 for the token endpoint: an error code, what it is about, and a nonce to use.
#[derive(Debug)]
pub(crate) struct Problem {
    pub status: u16,
    pub error: &'static str,
    pub words: String,
    pub nonce: Option<String>,
}

impl Problem {
    pub(crate) fn new(status: u16, error: &'static str, words: impl Into<String>) -> Self {
        Self {
            status,
            error,
            words: words.into(),
            nonce: None,
        }
    }

    pub(crate) fn reply(self) -> Reply {
        let body = json!({ "error": self.error, "error_description": self.words });
        let reply = Reply::json(body).status(self.status);
        match self.nonce {
            Some(nonce) => reply.with("dpop-nonce", nonce),
            None => reply,
        }
    }
}

/// An access token that was given out.
#[derive(Clone)]
pub(crate) struct Access {
    pub client: String,
    pub scopes: Vec<String>,
    pub ends: Timestamp,
    /// Thumbprint of the key that every call has to prove; `None` for a bearer token.
    pub key: Option<String>,
}

/// What the authorization server remembers.
#[derive(Clone, Default)]
pub(crate) struct OAuth {
    signer: Option<Arc<jwt::Signer>>,
    issued: BTreeMap<String, Access>,
    /// `jti` of assertions and proofs, until when they must not come again.
    seen: BTreeMap<String, Timestamp>,
    nonces: dpop::Nonces,
}

impl OAuth {
    /// Remembers a `jti`; whether it is new.
    fn is_new(&mut self, jti: &str, until: Timestamp, now: Timestamp) -> bool {
        self.seen.retain(|_, end| *end > now);
        self.seen.insert(jti.to_owned(), until).is_none()
    }

    fn give(&mut self, token: String, access: Access, now: Timestamp) {
        // An hour longer than they are good for, so that an expired token is told from one that never was.
        self.issued.retain(|_, it| after(it.ends, LIFE) > now);
        self.issued.insert(token, access);
    }

    /// The access token of this text, expired or not.
    pub(crate) fn access(&self, token: &str) -> Option<&Access> {
        self.issued.get(token)
    }

    /// Takes all access tokens of a client back.
    pub(crate) fn revoke(&mut self, client: &str) {
        self.issued.retain(|_, it| it.client != client);
    }

    /// The access tokens of a client are at their end, as an hour after they were given.
    pub(crate) fn expire(&mut self, client: &str, now: Timestamp) {
        for access in self.issued.values_mut().filter(|it| it.client == client) {
            access.ends = access.ends.min(now);
        }
    }

    /// The next proof for a token needs a nonce that the client has not seen.
    pub(crate) fn forget_nonces(&mut self) {
        self.nonces = dpop::Nonces::default();
    }
}
