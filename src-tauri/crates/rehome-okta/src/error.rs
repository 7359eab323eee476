//! What can go wrong with a call, and what that means.

use std::fmt;

use serde::{Deserialize, Serialize};

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

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Okta's error codes: the only part of an error that Okta keeps stable (api-facts 12.2).
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
            /// Any other code; empty when the answer had none.
            Other(String),
        }

        impl Code {
            /// As Okta writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for Code {
            fn from(text: &str) -> Self {
                // One of Okta's own samples has a comma behind the code.
                match text.trim().trim_end_matches(',') {
                    $($text => Self::$name,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

codes! {
    ValidationFailed = "E0000001",
    AuthenticationFailed = "E0000004",
    InvalidSession = "E0000005",
    AccessDenied = "E0000006",
    /// The resource does not exist, or this credential may not see it.
    ResourceNotFound = "E0000007",
    /// The org does not offer this endpoint.
    EndpointNotFound = "E0000008",
    InternalError = "E0000009",
    ReadOnlyMode = "E0000010",
    InvalidToken = "E0000011",
    InvalidClientApp = "E0000013",
    /// 401, yet no word against the token: the org lacks a feature.
    FeatureNotEnabled = "E0000015",
    /// 405.
    MethodNotSupported = "E0000022",
    MasteredElsewhere = "E0000023",
    AppMetadataOperation = "E0000024",
    InvalidPaging = "E0000029",
    NotInThisUserStatus = "E0000038",
    CredentialsNotAllowed = "E0000041",
    /// A group still gives the app to the person.
    StillGrantedByGroup = "E0000046",
    TooManyRequests = "E0000047",
    InvalidFilter = "E0000053",
    /// The app is still active.
    DeleteAppForbidden = "E0000056",
    UnsupportedOperation = "E0000060",
    AlreadyAssigned = "E0000062",
    /// A mapped attribute was sent while profile push is on.
    AttributeIsMapped = "E0000075",
    /// 405.
    AppUserMasteredByApp = "E0000076",
    AttributeReadOnly = "E0000077",
    AttributeImmutable = "E0000078",
    AttributeReserved = "E0000081",
    WrongState = "E0000107",
    ObjectReadOnly = "E0000111",
    UserStillActivating = "E0000112",
    UserInactive = "E0000117",
    AppOperationNotAllowed = "E0000143",
    StaleProfiles = "E0000145",
    UserNotActive = "E0000155",
    ApiConflict = "E0000195",
    Reconciling = "E0000239",
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
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// What the failure calls for.
    pub fn classify(&self) -> FailureClass {
        match self {
            Self::Unreachable { .. } | Self::Timeout => FailureClass::Network,
            Self::NotOkta { .. } | Self::BadAnswer { .. } | Self::ForeignLink => FailureClass::Answer,
            Self::BadInput { .. } => FailureClass::Validation,
            Self::Refused(refusal) => refusal.classify(),
        }
    }
}

impl Refusal {
    fn classify(&self) -> FailureClass {
        // Okta spreads meanings over the statuses (401 for a missing feature, 403 for a read-only attribute), so known
        // codes decide before the status does.
        match &self.code {
            Code::FeatureNotEnabled => return FailureClass::Forbidden,
            Code::InvalidToken | Code::AuthenticationFailed | Code::InvalidSession | Code::InvalidClientApp => {
                return FailureClass::Credential;
            }
            Code::MethodNotSupported => return FailureClass::NotFound,
            Code::StillGrantedByGroup | Code::WrongState | Code::DeleteAppForbidden => return FailureClass::Conflict,
            Code::MasteredElsewhere
            | Code::NotInThisUserStatus
            | Code::AttributeIsMapped
            | Code::AppUserMasteredByApp
            | Code::AttributeReadOnly
            | Code::AttributeImmutable
            | Code::AttributeReserved
            | Code::ObjectReadOnly
            | Code::UserInactive
            | Code::UserNotActive
            | Code::UnsupportedOperation
            | Code::AppOperationNotAllowed => return FailureClass::Validation,
            _ => {}
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
}

/// A write that was not confirmed, by what is known about its effect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Okta certainly did not act: the call never left, or was turned away with 429.
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
        check(502, "", FailureClass::Server);
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
