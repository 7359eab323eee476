//! What can go wrong with a call, and what that means.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalogue::Code;
use crate::code::Retry;
use crate::credential::NoToken;

/// A call that did not give what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OktaError {
    /// No connection, or it broke.
    #[error("Okta cannot be reached: {why}")]
    Unreachable {
        why: String,
        /// It looks as if this machine has no network, rather than as if the org were at fault.
        offline: bool,
    },
    /// No complete answer in time.
    #[error("Okta did not answer in time")]
    Timeout,
    /// The certificate of the other side was not accepted: often a proxy opens encrypted traffic here, and this computer does
    /// not trust its certificates. Nothing was sent.
    #[error("The connection is not trusted: {why}")]
    Untrusted { why: String },
    /// Okta gives the service app no access token. The call was not made.
    #[error("{}: {refusal}", .why.words())]
    NoToken { why: NoToken, refusal: Box<Refusal> },
    /// Something answered that is not Okta's API: a proxy, a login page, another server.
    #[error("The answer does not come from Okta: {why}")]
    NotOkta { why: String },
    /// Okta answered with an error.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// Okta answered with something that this client cannot read.
    #[error("Okta's answer to {path} cannot be read: {why}")]
    BadAnswer {
        why: String,
        path: String,
        request_id: Option<String>,
    },
    /// The link to the next page leads to another origin; it was not followed.
    #[error("Okta's link to the next page leads away from the org; it was not followed")]
    ForeignLink,
    /// The call failed and was not tried again: so many calls to this org have failed lately that Rehome lets it rest.
    #[error("{last} (not tried again: too many calls to this org have failed lately)")]
    BudgetSpent { last: Box<OktaError> },
    /// The call was not made, because what it was given cannot be sent.
    #[error("The call was not made: {why}")]
    BadInput { why: String },
}

/// An error answer of Okta.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub code: Code,
    /// Okta's words. For people only: Okta changes them without notice, so nothing may branch on them.
    pub summary: String,
    pub causes: Vec<String>,
    /// `X-Okta-Request-Id`, or the error's own id where that header is missing.
    pub request_id: Option<String>,
    /// `errorId`, which Okta's support asks for as well.
    pub error_id: Option<String>,
    pub method: String,
    /// Path and query of the call.
    pub path: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} was refused ({}", self.method, self.path, self.status)?;
        if !self.code.as_str().is_empty() {
            write!(f, " {}", self.code.as_str())?;
        }
        write!(f, "): {}", self.summary)?;
        for cause in &self.causes {
            write!(f, "; {cause}")?;
        }
        Ok(())
    }
}

/// What a failure calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureClass {
    /// The token is no longer accepted: stop everything.
    Credential,
    /// Accepted, but without the right to do this, or the org lacks the feature.
    Forbidden,
    NotFound,
    /// The state of the thing does not allow it now.
    Conflict,
    /// What was sent is wrong for this person or app.
    Validation,
    Limit,
    Server,
    Network,
    /// The answer cannot be understood.
    Answer,
}

impl OktaError {
    /// Okta says that the thing does not exist (E0000007). A limited admin is told the same about what he may not see.
    /// Not true for an endpoint that the org lacks, nor for a 404 that somebody else than Okta made.
    pub fn is_not_found(&self) -> bool {
        self.refusal()
            .is_some_and(|refusal| refusal.status == 404 && refusal.code == Code::ResourceNotFound)
    }

    /// The credential was refused.
    pub fn is_credential(&self) -> bool {
        self.classify() == FailureClass::Credential
    }

    /// The credential lacks a right.
    pub fn is_forbidden(&self) -> bool {
        self.classify() == FailureClass::Forbidden
    }

    /// Okta's error answer, where there is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) | Self::NoToken { refusal, .. } => Some(refusal),
            Self::BudgetSpent { last } => last.refusal(),
            _ => None,
        }
    }

    /// What the failure calls for.
    pub fn classify(&self) -> FailureClass {
        match self {
            Self::Unreachable { .. } | Self::Timeout => FailureClass::Network,
            Self::NotOkta { .. } | Self::Untrusted { .. } | Self::BadAnswer { .. } | Self::ForeignLink => {
                FailureClass::Answer
            }
            Self::NoToken { why, refusal } => why.classify(refusal),
            Self::BadInput { .. } => FailureClass::Validation,
            Self::Refused(refusal) => refusal.classify(),
            Self::BudgetSpent { last } => last.classify(),
        }
    }
}

impl Refusal {
    pub(crate) fn classify(&self) -> FailureClass {
        // Okta spreads meanings over the statuses (401 for a missing feature, 403 for a read-only attribute), so known
        // codes decide before the status does. E0000053 alone also comes with 500, for a log query (api-facts 11.1).
        if let Some(advice) = self.code.advice().filter(|_| !self.is_failed_log_query()) {
            return advice.class;
        }
        match self.status {
            401 => FailureClass::Credential,
            403 => FailureClass::Forbidden,
            404 | 405 | 410 => FailureClass::NotFound,
            409 | 412 | 423 => FailureClass::Conflict,
            429 => FailureClass::Limit,
            407 | 408 => FailureClass::Network,
            400..=499 => FailureClass::Validation,
            500.. => FailureClass::Server,
            _ => FailureClass::Answer,
        }
    }

    /// Whether the same call can be sent again.
    pub fn retry(&self) -> Retry {
        match self.code.advice().map(|advice| advice.retry) {
            Some(retry) if retry != Retry::Never => retry,
            _ if self.status == 429 => Retry::Limit,
            // 408: the wait for the request ended somewhere on the way. 501: Okta does not do this at all.
            _ if matches!(self.status, 408 | 500 | 502..=504) => Retry::Busy,
            _ => Retry::Never,
        }
    }

    fn is_failed_log_query(&self) -> bool {
        self.status >= 500 && self.code == Code::InvalidFilter
    }
}

/// A write that was not confirmed, by what is known about its effect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Okta certainly did not act: the call never left, was turned away with 429, or met an org that takes no changes.
    #[error("not sent: {0}")]
    NotSent(OktaError),
    /// Okta said no.
    #[error("{0}")]
    Refused(OktaError),
    /// Sent, but no answer was seen that tells: a read must settle it before anything else is done.
    #[error("the outcome is unknown: {0}")]
    Unknown(OktaError),
}

impl WriteError {
    /// What went wrong, whatever it means for the write.
    pub fn error(&self) -> &OktaError {
        match self {
            Self::NotSent(error) | Self::Refused(error) | Self::Unknown(error) => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: &str) -> OktaError {
        OktaError::Refused(Box::new(Refusal {
            status,
            code: Code::from(code),
            summary: "words".to_owned(),
            causes: vec!["a cause".to_owned()],
            request_id: None,
            error_id: None,
            method: "GET".to_owned(),
            path: "/api/v1/apps".to_owned(),
        }))
    }

    fn check(status: u16, code: &str, expected: FailureClass) {
        assert_eq!(refused(status, code).classify(), expected, "{status} {code}");
    }

    #[test]
    fn failures_are_classed_by_code_before_status() {
        check(401, "E0000011", FailureClass::Credential);
        check(401, "", FailureClass::Credential);
        check(401, "E0000015", FailureClass::Forbidden);
        check(403, "E0000006", FailureClass::Forbidden);
        check(403, "E0000046", FailureClass::Conflict);
        check(403, "E0000075", FailureClass::Validation);
        check(403, "E0000117", FailureClass::Validation);
        check(404, "E0000007", FailureClass::NotFound);
        check(405, "E0000022", FailureClass::NotFound);
        check(405, "E0000076", FailureClass::Validation);
        check(409, "E0000062", FailureClass::Conflict);
        check(423, "E0000239", FailureClass::Conflict);
        check(400, "E0000001,", FailureClass::Validation);
        check(429, "E0000047", FailureClass::Limit);
        check(500, "E0000009", FailureClass::Server);
        check(500, "E0000053", FailureClass::Server);
        check(400, "invalid_scope", FailureClass::Forbidden);
        check(502, "", FailureClass::Server);
    }

    fn check_retry(status: u16, code: &str, expected: Retry) {
        let error = refused(status, code);
        assert_eq!(error.refusal().map(Refusal::retry), Some(expected), "{status} {code}");
    }

    #[test]
    fn what_may_be_repeated_is_told_by_code_before_status() {
        check_retry(423, "E0000239", Retry::Soon);
        check_retry(409, "E0000195", Retry::Soon);
        check_retry(409, "E0000062", Retry::Never);
        check_retry(423, "E0000155", Retry::Never);
        check_retry(503, "E0000010", Retry::Later);
        check_retry(503, "", Retry::Busy);
        check_retry(500, "E0000009", Retry::Busy);
        check_retry(500, "E0000053", Retry::Busy);
        check_retry(400, "E0000053", Retry::Never);
        check_retry(501, "E0000060", Retry::Never);
        check_retry(408, "", Retry::Busy);
        check_retry(429, "", Retry::Limit);
        check_retry(403, "E0000006", Retry::Never);
    }

    #[test]
    fn every_code_reads_back_and_says_what_to_do() {
        for code in Code::ALL {
            assert_eq!(&Code::from(code.as_str()), code);
            let advice = code.advice().expect("a known code");
            assert!(!advice.meaning.ends_with('.'), "{code:?}");
            for words in [advice.cause, advice.mend] {
                assert!(words.ends_with('.') && words.len() > 8, "{code:?}: {words}");
            }
            // Nothing that Okta may have acted on is called safe to send again.
            assert!(advice.status < 500 || !matches!(advice.retry, Retry::Soon), "{code:?}");
        }
        assert_eq!(Code::from("E0009999").advice(), None);
    }

    #[test]
    fn only_okta_can_say_that_a_thing_does_not_exist() {
        assert!(refused(404, "E0000007").is_not_found());
        assert!(!refused(404, "E0000008").is_not_found());
        assert!(!refused(404, "").is_not_found());
    }

    #[test]
    fn a_refusal_reads_as_one_line() {
        assert_eq!(
            refused(400, "E0000001").to_string(),
            "GET /api/v1/apps was refused (400 E0000001): words; a cause"
        );
    }
}
