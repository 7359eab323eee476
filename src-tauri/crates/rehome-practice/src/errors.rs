//! Okta's refusals: the codes, statuses and words of its error catalogue.

use serde_json::{Value, json};

use crate::reply::{Payload, Reply};

/// A refusal in Okta's words.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub status: u16,
    pub code: &'static str,
    pub summary: String,
    pub causes: Causes,
}

/// `errorCauses` is an array, but for some errors an object: both are served as Okta does.
#[derive(Debug)]
pub(crate) enum Causes {
    List(Vec<String>),
    Object(String),
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &'static str, summary: impl Into<String>) -> Self {
        Self {
            status,
            code,
            summary: summary.into(),
            causes: Causes::List(Vec::new()),
        }
    }

    pub(crate) fn because(mut self, cause: impl Into<String>) -> Self {
        if let Causes::List(list) = &mut self.causes {
            list.push(cause.into());
        }
        self
    }

    pub(crate) fn reply(self, error_id: String) -> Reply {
        let causes: Value = match self.causes {
            Causes::List(list) => list.into_iter().map(|words| json!({ "errorSummary": words })).collect(),
            Causes::Object(words) => json!({ "errorSummary": words }),
        };
        let body = json!({
            "errorCode": self.code,
            "errorSummary": self.summary,
            "errorLink": self.code,
            "errorId": error_id,
            "errorCauses": causes,
        });
        Reply {
            status: self.status,
            payload: Payload::Json(body),
            headers: Vec::new(),
        }
    }
}

pub(crate) fn invalid(what: &str, cause: impl Into<String>) -> Refusal {
    Refusal::new(400, "E0000001", format!("Api validation failed: {what}")).because(cause)
}

pub(crate) fn malformed_body() -> Refusal {
    Refusal::new(400, "E0000003", "The request body was not well-formed.")
}

pub(crate) fn access_denied() -> Refusal {
    Refusal::new(
        403,
        "E0000006",
        "You do not have permission to perform the requested action",
    )
}

/// `kind` is Okta's class name: `User`, `AppInstance`, `UserGroup`, `AppUser`, ...
pub(crate) fn not_found(id: &str, kind: &str) -> Refusal {
    Refusal::new(404, "E0000007", format!("Not found: Resource not found: {id} ({kind})"))
}

/// Nothing is served at this path; the body names it, so that a miss is noticed.
pub(crate) fn no_such_path(method: &str, path: &str) -> Refusal {
    Refusal::new(
        404,
        "E0000007",
        format!("Not found: Resource not found: {method} {path} (Path)"),
    )
}

pub(crate) fn invalid_token() -> Refusal {
    Refusal::new(401, "E0000011", "Invalid token provided")
}

/// The org's engine or licence lacks it. 401, and no sign of a bad token.
pub(crate) fn feature_not_enabled() -> Refusal {
    Refusal::new(
        401,
        "E0000015",
        "You do not have permission to access the feature you are requesting",
    )
}

pub(crate) fn missing_parameter(name: &str) -> Refusal {
    Refusal::new(
        400,
        "E0000028",
        format!("The request is missing a required parameter: {name}."),
    )
}

pub(crate) fn bad_page() -> Refusal {
    Refusal::new(400, "E0000029", "Invalid paging request.")
}

pub(crate) fn bad_search() -> Refusal {
    Refusal::new(400, "E0000031", "Invalid search criteria.")
}

pub(crate) fn not_for_inactive_app() -> Refusal {
    Refusal::new(403, "E0000143", "The operation is not allowed.").because("The app instance is not active.")
}

/// One attribute that the user has from a group cannot be taken away from the person alone.
pub(crate) fn still_through_group() -> Refusal {
    Refusal::new(403, "E0000046", "Deactivate application for user forbidden.")
        .because("The application cannot be unassigned from the user while their group memberships grant them access.")
}

pub(crate) fn already_assigned() -> Refusal {
    Refusal::new(409, "E0000062", "The user is already assigned to this application.")
}

/// The profile of an app user that was imported belongs to the app it came from.
pub(crate) fn mastered_by_app() -> Refusal {
    Refusal::new(
        405,
        "E0000076",
        "The operation is not allowed on an app user whose profile is mastered by an external app.",
    )
}

pub(crate) fn still_activating() -> Refusal {
    Refusal::new(
        409,
        "E0000112",
        "Cannot update this user because they are still being activated.",
    )
}

pub(crate) fn wrong_user_state() -> Refusal {
    Refusal::new(
        403,
        "E0000038",
        "This operation is not allowed in the user's current status.",
    )
}

pub(crate) fn inactive_user() -> Refusal {
    Refusal::new(
        403,
        "E0000117",
        "Cannot assign apps or update app profiles for an inactive user.",
    )
}

pub(crate) fn mapped_and_pushed(attribute: &str) -> Refusal {
    Refusal::new(
        403,
        "E0000075",
        format!("Cannot modify the {attribute} attribute because it has a field mapping and profile push is enabled."),
    )
}

pub(crate) fn credentials_by_scheme(why: &str) -> Refusal {
    Refusal {
        status: 400,
        code: "E0000041",
        summary: "Credentials should not be set on this resource based on the scheme.".into(),
        causes: Causes::Object(why.into()),
    }
}

pub(crate) fn too_many_requests() -> Refusal {
    Refusal::new(
        429,
        "E0000047",
        "API call exceeded rate limit due to too many requests.",
    )
}
