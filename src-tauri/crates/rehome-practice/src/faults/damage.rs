//! Answers that come back other than they were given.

use serde_json::{Value, json};

use super::Fault;
use crate::reply::{Payload, Reply};

/// An origin that is never this org's.
const ELSEWHERE: &str = "http://elsewhere.example";

impl Fault {
    /// What becomes of an answer on its way; `url` is the address that was called.
    pub(crate) fn damage(&self, answer: &mut Reply, url: &str) {
        match self {
            Self::WrongJson => {
                answer.payload = Payload::Text("application/json", "{\"id\": \"00u\", \"profile\": {,}".into());
            }
            Self::EmptyBody => answer.payload = Payload::Empty,
            Self::WrongShape => {
                if let Payload::Json(body) = &mut answer.payload {
                    *body = match body.take() {
                        Value::Array(items) => json!({ "items": items }),
                        other => json!([other]),
                    };
                }
            }
            Self::RepeatedItems => {
                if let Payload::Json(Value::Array(items)) = &mut answer.payload {
                    let first: Vec<Value> = items.iter().take(3).cloned().collect();
                    items.extend(first);
                }
            }
            Self::NextElsewhere => {
                let other = url.find("/api/").map_or(url, |at| &url[at..]);
                set_next(answer, &format!("{ELSEWHERE}{other}"));
            }
            Self::NextLoop => set_next(answer, url),
            _ => {}
        }
    }
}

/// A last page gets a link to the next one, too.
fn set_next(answer: &mut Reply, address: &str) {
    let is_next = |name: &str, value: &str| name == "Link" && value.ends_with("rel=\"next\"");
    answer.headers.retain(|(name, value)| !is_next(name, value));
    answer.headers.push(("Link", format!("<{address}>; rel=\"next\"")));
}

/// An error answer in Okta's shape.
pub(crate) fn refusal(status: u16, code: &str, error_id: String) -> Reply {
    let summary = match code {
        "E0000006" => "You do not have permission to perform the requested action",
        "E0000007" => "Not found: Resource not found: practice (Fault)",
        "E0000009" => "Internal Server Error",
        "E0000010" => "Service is in read only mode",
        "E0000011" => "Invalid token provided",
        "E0000112" => {
            "Cannot update this user because they are still being activated. Please try again in a few minutes."
        }
        "E0000239" => "Policy priorities are being reconciled. Please try again later.",
        "E0000240" => "The request to the agent timed out.",
        "E0000241" => "No agent is connected.",
        _ => "Practice fault",
    };
    let body = json!({
        "errorCode": code, "errorSummary": summary, "errorLink": code, "errorId": error_id, "errorCauses": []
    });
    Reply::json(body).status(status)
}

/// What a proxy says in Okta's place.
pub(crate) fn proxy_page(status: u16) -> Reply {
    let words = match status {
        200 => "Sign in to the guest network",
        502 => "502 Bad Gateway",
        503 => "503 Service Unavailable",
        504 => "504 Gateway Time-out",
        _ => "Error",
    };
    Reply::text("text/html", format!("<html><body><h1>{words}</h1></body></html>")).status(status)
}
