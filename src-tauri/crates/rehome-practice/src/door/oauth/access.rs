//! Access tokens at the API: `Authorization: Bearer ...` or `DPoP ...`.

use jiff::Timestamp;

use super::dpop::Subject;
use crate::{
    door::{credential::Seat, front::addresses, scopes},
    server::Incoming,
    state::Org,
};

/// What `WWW-Authenticate` says when an access token does not do.
#[derive(Debug)]
pub(in crate::door) struct Challenge {
    scheme: &'static str,
    error: &'static str,
    words: String,
    scope: String,
}

impl Challenge {
    pub(in crate::door) fn header(&self, base: &str, path: &str) -> String {
        let Self {
            scheme,
            error,
            words,
            scope,
        } = self;
        format!(
            "{scheme} authorization_uri=\"{base}/oauth2/v1/authorize\", realm=\"{base}\", scope=\"{scope}\", \
             error=\"{error}\", error_description=\"{words}\", resource=\"{path}\""
        )
    }
}

impl Org {
    /// Who calls with this access token.
    ///
    /// # Errors
    /// The challenge of an answer with 401.
    pub(in crate::door) fn seat_of_access(
        &mut self,
        scheme: &'static str,
        token: &str,
        incoming: &Incoming,
        now: Timestamp,
    ) -> Result<Seat, Challenge> {
        let wrong = |error: &'static str, words: &str| Challenge {
            scheme,
            error,
            words: words.to_owned(),
            scope: String::new(),
        };
        let access = self.door.oauth.access(token).cloned();
        let access = access.ok_or_else(|| wrong("invalid_token", "The access token is invalid."))?;
        if now >= access.ends {
            return Err(wrong("invalid_token", "The access token has expired."));
        }
        match (&access.key, scheme) {
            (None, "Bearer") => {}
            (Some(key), "DPoP") => {
                let proof = incoming.headers.get("dpop").and_then(|it| it.to_str().ok());
                let proof =
                    proof.ok_or_else(|| wrong("invalid_dpop_proof", "The DPoP proof JWT header is missing."))?;
                let subject = Subject {
                    method: incoming.method.as_str(),
                    addresses: &addresses(&self.url, incoming),
                    token: Some(token),
                    now,
                };
                let proof = self.door.oauth.check_proof(proof, &subject);
                let proof = proof.map_err(|words| wrong("invalid_dpop_proof", words))?;
                if proof.thumbprint != *key {
                    return Err(wrong("invalid_dpop_proof", "The access token is bound to another key."));
                }
            }
            (None, _) => return Err(wrong("invalid_token", "The access token is not bound to a key.")),
            (Some(_), _) => {
                return Err(wrong(
                    "invalid_token",
                    "The access token is bound to a key: use the scheme DPoP.",
                ));
            }
        }
        let seat = self.seat_of_client(&access.client, access.scopes, now);
        seat.ok_or_else(|| wrong("invalid_token", "The client of the access token is gone."))
    }

    /// The challenge of an answer with 403, when the token lacks a scope that the call needs.
    pub(in crate::door) fn missing_scope(
        held: &[String],
        scheme: &'static str,
        method: &str,
        segments: &[&str],
    ) -> Option<Challenge> {
        let missing = scopes::missing(held, method, segments);
        (!missing.is_empty()).then(|| Challenge {
            scheme,
            error: "insufficient_scope",
            words: "The access token provided does not contain the required scopes.".to_owned(),
            scope: scopes::needed(method, segments).join(" "),
        })
    }
}
