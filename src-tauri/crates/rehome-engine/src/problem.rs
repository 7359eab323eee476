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

fn code_of(class: FailureClass) -> ProblemCode {
    match class {
        FailureClass::Credential => ProblemCode::CredentialRejected,
        FailureClass::Forbidden => ProblemCode::NotAllowed,
        FailureClass::Network => ProblemCode::Unreachable,
        FailureClass::Answer => ProblemCode::NotOkta,
        FailureClass::NotFound
        | FailureClass::Conflict
        | FailureClass::Validation
        | FailureClass::Limit
        | FailureClass::Server => ProblemCode::Okta,
    }
}

/// What Okta refused with a code that the client knows: the words of its table, and Okta's own.
fn refused(code: ProblemCode, error: &OktaError) -> Option<Problem> {
    let refusal = error.refusal()?;
    let advice = refusal.code.advice()?;
    let said = [&refusal.summary].into_iter().chain(&refusal.causes);
    let said: Vec<_> = said.map(|words| words.trim_end_matches('.')).collect();
    let why = format!("{} Okta says: {}.", advice.cause, said.join(". "));
    Some(problem(code, advice.meaning, why, advice.mend))
}

/// Everything else, by its class alone.
fn nameless(code: ProblemCode, error: &OktaError) -> Problem {
    let (what, why, mend) = match code {
        ProblemCode::CredentialRejected => (
            "Okta does not accept this token",
            "It is mistyped, revoked, or was not used for 30 days. Nothing was changed.",
            "Make a new token in the Admin Console under Security, API, Tokens, and paste it here.",
        ),
        ProblemCode::NotAllowed => (
            "This token may not do that",
            "A token can do what the admin behind it can do.",
            "Use the token of an admin with that role, or have the role added; Rehome goes on where it stopped.",
        ),
        ProblemCode::Unreachable => (
            "Okta cannot be reached",
            "There is no network, a proxy stands in between, or the host is wrong.",
            "Check the network and the address. Nothing is lost: Rehome goes on where it stopped.",
        ),
        ProblemCode::NotOkta => (
            "What answers there is not an Okta org",
            "The answer is not one that Okta gives. A proxy or a sign-in page may stand in between.",
            "Check the address, and whether this network needs a sign-in of its own.",
        ),
        _ => {
            let why = error.refusal().map_or_else(|| error.to_string(), |r| r.summary.clone());
            let mend = "Try again. If it stays, Okta's support finds the call by its request id.";
            return problem(code, "Okta refused a call", why, mend);
        }
    };
    problem(code, what, why, mend)
}

impl From<OktaError> for Problem {
    fn from(error: OktaError) -> Self {
        if let OktaError::BadInput { why } = &error {
            return bad_input(sentence(why), "Check what you typed, and whether all of it was pasted.");
        }
        if let Some(mut out) = crate::refusals::of_credential(&error) {
            out.detail = Some(error.to_string());
            return out;
        }
        let code = code_of(class_of(&error));
        let mut out = refused(code, &error).unwrap_or_else(|| nameless(code, &error));
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
            JournalError::Locked => (
                ProblemCode::JournalUnwritable,
                "Rehome is running already",
                "Go on in its window. Or close it, and start this one again: two at once could act on the same person.",
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

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use rehome_okta::Refusal;

    use super::*;

    fn check(status: u16, code: &str, expected: Expect) {
        let refusal = Refusal {
            status,
            code: code.into(),
            summary: "Api validation failed: assignment".to_owned(),
            causes: vec!["Property 'role' not found.".to_owned()],
            request_id: None,
            error_id: None,
            method: "POST".to_owned(),
            path: "/api/v1/apps/0oa1/users".to_owned(),
        };
        let made = Problem::from(OktaError::Refused(Box::new(refusal)));
        expected.assert_eq(&format!("{:?}\n{}\n{}\n{}", made.code, made.what, made.why, made.mend));
    }

    #[test]
    fn a_refusal_says_what_why_and_how_to_mend_it() {
        check(
            400,
            "E0000001",
            expect![[r#"
            Okta
            Okta found something wrong with the values
            A value is missing, has the wrong form or names an attribute that the app does not have; or provisioning is not on for the app. Okta says: Api validation failed: assignment. Property 'role' not found.
            Read what Okta says, correct that value, and go on."#]],
        );
        check(
            401,
            "E0000015",
            expect![[r#"
            NotAllowed
            The org does not have this feature
            It needs a licence or an early access switch. The credential is fine. Okta says: Api validation failed: assignment. Property 'role' not found.
            Do without it, or ask Okta to enable it."#]],
        );
        check(
            404,
            "",
            expect![[r#"
            NotOkta
            What answers there is not an Okta org
            The answer is not one that Okta gives. A proxy or a sign-in page may stand in between.
            Check the address, and whether this network needs a sign-in of its own."#]],
        );
        check(
            418,
            "E0009999",
            expect![[r#"
            Okta
            Okta refused a call
            Api validation failed: assignment
            Try again. If it stays, Okta's support finds the call by its request id."#]],
        );
    }
}
