//! Puts the credential on a call, whichever kind it is.

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use tokio::time::Instant;
use url::Url;

use super::scopes::Granted;
use super::session::{Authorized, Session};
use super::{Credential, api_token};
use crate::answer::Answer;
use crate::error::OktaError;
use crate::wire::Wire;

/// A credential in use.
pub(crate) enum Access {
    /// None: who lives at an address is asked without.
    Nobody,
    ApiToken(HeaderValue),
    ServiceApp(Box<Session>),
}

/// What goes with one request. It is good for that one alone.
pub(crate) struct Pass(Option<Authorized>, HeaderMap);

impl Access {
    pub(crate) fn new(credential: Credential, speed: u32) -> Result<Self, OktaError> {
        Ok(match credential {
            Credential::ApiToken(token) => Self::ApiToken(api_token(&token)?),
            Credential::ServiceApp(app) => Self::ServiceApp(Box::new(Session::new(*app, speed)?)),
        })
    }

    /// The headers for one request. A service app may have to ask for a token first: its refusal means that the request was
    /// not sent.
    pub(crate) async fn pass(&self, wire: &Wire, method: &Method, url: &Url) -> Result<Pass, OktaError> {
        Ok(match self {
            Self::Nobody => Pass(None, HeaderMap::new()),
            Self::ApiToken(value) => Pass(None, HeaderMap::from_iter([(AUTHORIZATION, value.clone())])),
            Self::ServiceApp(session) => {
                let mut authorized = session.authorize(wire, method, url).await?;
                let headers = std::mem::take(&mut authorized.headers);
                Pass(Some(authorized), headers)
            }
        })
    }

    /// Whether the answer calls for the same request with another pass. The org did not act on it then.
    pub(crate) fn answered(&self, pass: &Pass, answer: &Answer, sent: Instant) -> bool {
        match (self, &pass.0) {
            (Self::ServiceApp(session), Some(with)) => session.answered(with, answer, sent),
            _ => false,
        }
    }

    /// What a service app is granted; `None` for an API token, which has no scopes.
    pub(crate) async fn granted(&self, wire: &Wire) -> Result<Option<Granted>, OktaError> {
        match self {
            Self::ServiceApp(session) => session.granted(wire).await.map(Some),
            Self::Nobody | Self::ApiToken(_) => Ok(None),
        }
    }

    /// The client id of a service app.
    pub(crate) fn client_id(&self) -> Option<&str> {
        match self {
            Self::ServiceApp(session) => Some(&session.app().client_id),
            Self::Nobody | Self::ApiToken(_) => None,
        }
    }

    /// Has a service app that lacks scopes ask for them anew at the next call.
    pub(crate) fn ask_for_missing_scopes(&self, optional: bool) {
        if let Self::ServiceApp(session) = self {
            session.ask_for_missing_scopes(optional);
        }
    }
}

impl Pass {
    pub(crate) fn headers(&self) -> HeaderMap {
        self.1.clone()
    }
}
