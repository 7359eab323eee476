//! From what went wrong below to what an admin reads.

use rehome_journal::JournalError;
use rehome_okta::{AddressError, FailureClass, OktaError};

use crate::view::{Problem, ProblemCode};

pub(crate) type Answer<T> = Result<T, Problem>;

/// A refusal in three sentences.
pub(crate) fn problem(
    code: ProblemCode,
    what: impl Into<String>,
    why: impl Into<String>,
    mend: impl Into<String>,
) -> Problem {
    Problem {
        code,
        what: what.into(),
        why: why.into(),
        mend: mend.into(),
        link: None,
        detail: None,
    }
}

pub(crate) fn bad_input(what: impl Into<String>, mend: impl Into<String>) -> Problem {
    problem(ProblemCode::BadInput, what, "Nothing was changed.", mend)
}

impl From<AddressError> for Problem {
    fn from(error: AddressError) -> Self {
        problem(
            ProblemCode::BadAddress,
            "This is not the address of an Okta org",
            error.to_string(),
            "Use the address you sign in at, for example https://northwind.okta.com.",
        )
    }
}

/// Whatever Okta refuses, it names the reason by a code; a refusal without one comes from something in between.
fn class_of(error: &OktaError) -> FailureClass {
    let class = error.classify();
    let nameless = error.refusal().is_some_and(|r| r.code.as_str().is_empty());
    match class {
        FailureClass::Forbidden | FailureClass::NotFound | FailureClass::Validation if nameless => FailureClass::Answer,
        other => other,
    }
}

fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

impl From<OktaError> for Problem {
    fn from(error: OktaError) -> Self {
        if let OktaError::BadInput { why } = &error {
            return bad_input(sentence(why), "Check what you typed, and whether all of it was pasted.");
        }
        let mut out = match class_of(&error) {
            FailureClass::Credential => problem(
                ProblemCode::CredentialRejected,
                "Okta does not accept this token",
                "It is mistyped, revoked, or was not used for 30 days. Nothing was changed.",
                "Make a new token in the Admin Console under Security, API, Tokens, and paste it here.",
            ),
            FailureClass::Forbidden => problem(
                ProblemCode::NotAllowed,
                "This token may not do that",
                "A token can do what the admin behind it can do. Reading needs a read-only admin, moving people an \
                 application admin for both apps.",
                "Use the token of an admin with that role, or have the role added; Rehome goes on where it stopped.",
            ),
            FailureClass::Network => problem(
                ProblemCode::Unreachable,
                "Okta cannot be reached",
                "There is no network, a proxy stands in between, or the host is wrong.",
                "Check the network and the address. Nothing is lost: Rehome goes on where it stopped.",
            ),
            FailureClass::Answer => problem(
                ProblemCode::NotOkta,
                "What answers there is not an Okta org",
                "The answer is not one that Okta gives. A proxy or a sign-in page may stand in between.",
                "Check the address, and whether this network needs a sign-in of its own.",
            ),
            FailureClass::NotFound
            | FailureClass::Conflict
            | FailureClass::Validation
            | FailureClass::Limit
            | FailureClass::Server => problem(
                ProblemCode::Okta,
                "Okta refused a call",
                error.refusal().map_or_else(
                    || error.to_string(),
                    |r| {
                        let mut words = r.summary.clone();
                        for cause in &r.causes {
                            words.push_str(". ");
                            words.push_str(cause);
                        }
                        words
                    },
                ),
                "Try again. If it stays, Okta's support finds the call by its request id.",
            ),
        };
        out.detail = Some(error.to_string());
        out
    }
}

impl From<JournalError> for Problem {
    fn from(error: JournalError) -> Self {
        // Each error of the journal says by itself what, why and how to mend it.
        let words = error.to_string();
        let (code, what, mend) = match &error {
            JournalError::WrongKey => (
                ProblemCode::JournalLocked,
                "The journal does not open",
                "Enter the recovery code.",
            ),
            JournalError::Full => (
                ProblemCode::JournalUnwritable,
                "The disk is full",
                "Rehome has stopped before sending anything that it could not write down. Free some space, then go on.",
            ),
            JournalError::ReadOnly | JournalError::Io { .. } => (
                ProblemCode::JournalUnwritable,
                "The journal cannot be written",
                "Rehome has stopped before sending anything that it could not write down. Mend the disk, then go on.",
            ),
            JournalError::AlreadyOpen { .. } => (
                ProblemCode::BadPair,
                "This move is under way already",
                "Open it from the list of migrations.",
            ),
            _ => (
                ProblemCode::JournalUnwritable,
                "The journal cannot be used",
                "Nothing was sent to Okta.",
            ),
        };
        problem(code, what, words, mend)
    }
}
