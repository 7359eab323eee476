//! Refusals of a credential that an API token does not know, and of a connection, in words for the admin.

use rehome_okta::{NoToken, OktaError};

use crate::problem::problem;
use crate::view::{Problem, ProblemCode};

/// `None`: it has nothing to do with a service app or with trust.
pub(crate) fn of_credential(error: &OktaError) -> Option<Problem> {
    match error {
        OktaError::NoToken { why, refusal } => {
            let said = refusal.summary.trim_end_matches('.');
            Some(no_token(why, said))
        }
        OktaError::Untrusted { why } => Some(problem(
            ProblemCode::NotOkta,
            "The connection to Okta is not trusted",
            format!(
                "The certificate that came back is not one that this computer trusts ({why}). Most often a proxy or a \
                 security program of your company opens encrypted traffic. Nothing was sent."
            ),
            "Ask your IT to install the certificate authority of that proxy in the trust store of this computer, or to \
             let traffic to your Okta org pass unopened.",
        )),
        _ => None,
    }
}

fn no_token(why: &NoToken, said: &str) -> Problem {
    let (code, what, why, mend) = match why {
        NoToken::ClientRefused => (
            ProblemCode::CredentialRejected,
            "Okta does not accept this service app".to_owned(),
            format!(
                "The client id is not that of an active service app of this org, or the public key is not registered \
                 with it. Okta says: {said}."
            ),
            "In the Admin Console open the app, compare the client id, and look under General, Public Keys, whether the \
             key that Rehome shows is there and active.",
        ),
        NoToken::ScopesNotGranted { missing } => (
            ProblemCode::NotAllowed,
            "The service app has none of the scopes that Rehome needs".to_owned(),
            format!("Not granted: {}.", missing.join(", ")),
            "In the Admin Console open the app, and grant the scopes under Okta API Scopes. Only a super admin can.",
        ),
        NoToken::AccessDenied => (
            ProblemCode::CredentialRejected,
            "A policy of the org does not let the service app in".to_owned(),
            format!("Okta says: {said}."),
            "Ask who looks after the security policies of your org, and whether calls from this network are allowed.",
        ),
        NoToken::NotAServiceApp => (
            ProblemCode::CredentialRejected,
            "This client id belongs to an app of another kind".to_owned(),
            format!("Only API Services apps can sign in without a person. Okta says: {said}."),
            "Make an app of the kind API Services in the Admin Console, and use its client id.",
        ),
        NoToken::ProofRefused => (
            ProblemCode::CredentialRejected,
            "Okta does not take the proof of possession".to_owned(),
            format!("Okta says: {said}."),
            "Check the date and time of this computer. If they are right, switch off the DPoP requirement of the app.",
        ),
        NoToken::Other => (
            ProblemCode::CredentialRejected,
            "Okta gives the service app no access token".to_owned(),
            format!("Okta says: {said}."),
            "Check the app in the Admin Console: it must be active, and of the kind API Services.",
        ),
    };
    problem(code, what, why, mend)
}
