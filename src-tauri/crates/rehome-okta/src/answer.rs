//! Reads Okta's answers: bodies, error bodies, and the headers that matter.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, LINK, LOCATION, RETRY_AFTER};
use serde_json::Value;
use url::Url;

use crate::catalogue::Code;
use crate::error::{OktaError, Refusal};
use crate::window::LimitHeaders;

/// A complete answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) method: String,
    pub(crate) url: Url,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Longest text of somebody else's making that goes into an error.
const LONGEST_WORDS: usize = 500;

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn request_id(&self) -> Option<String> {
        request_id(&self.headers)
    }

    /// Seconds of `Retry-After`, where given as a number.
    pub(crate) fn retry_after(&self) -> Option<f64> {
        header(&self.headers, RETRY_AFTER.as_str())?
            .trim()
            .parse::<u32>()
            .ok()
            .map(f64::from)
    }

    /// The JSON of a success; an empty body is `null`.
    pub(crate) fn json(&self) -> Result<Value, OktaError> {
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Value::Null);
        }
        if self.looks_like_a_page() {
            return Err(OktaError::NotOkta {
                why: "a web page came back instead of data".to_owned(),
            });
        }
        serde_json::from_slice(&self.body).map_err(|error| self.bad(format!("it is not JSON ({error})")))
    }

    /// A success that must be one object.
    pub(crate) fn object(&self) -> Result<Value, OktaError> {
        match self.json()? {
            value @ Value::Object(_) => Ok(value),
            other => Err(self.bad(format!("an object was expected, not {}", kind(&other)))),
        }
    }

    /// A success that must be a list.
    pub(crate) fn list(&self) -> Result<Vec<Value>, OktaError> {
        match self.json()? {
            Value::Array(items) => Ok(items),
            other => Err(self.bad(format!("a list was expected, not {}", kind(&other)))),
        }
    }

    pub(crate) fn text(&self) -> Result<String, OktaError> {
        String::from_utf8(self.body.clone()).map_err(|_| self.bad("it is not UTF-8 text".to_owned()))
    }

    pub(crate) fn bad(&self, why: String) -> OktaError {
        OktaError::BadAnswer {
            why,
            path: path_and_query(&self.url),
            request_id: self.request_id(),
        }
    }

    /// What an answer that is no success means.
    pub(crate) fn error(&self) -> OktaError {
        if self.status < 400 {
            let target = header(&self.headers, LOCATION.as_str());
            let host = target
                .and_then(|target| self.url.join(target).ok())
                .and_then(|url| url.host_str().map(str::to_owned));
            return OktaError::NotOkta {
                why: match host {
                    Some(host) => format!("the address sends on to {host} ({})", self.status),
                    None => format!("it has status {}", self.status),
                },
            };
        }
        let body = serde_json::from_slice::<Value>(&self.body).unwrap_or_default();
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        // Okta's own shape, or that of its authorization server.
        let code = text("errorCode").or_else(|| text("error")).unwrap_or_default();
        let summary = text("errorSummary").or_else(|| text("error_description"));
        OktaError::Refused(Box::new(Refusal {
            status: self.status,
            code: Code::from(code),
            summary: summary.map_or_else(|| self.without_words(), shortened),
            causes: causes(body.get("errorCauses")),
            request_id: self.request_id().or_else(|| text("errorId").map(shortened)),
            error_id: text("errorId").map(shortened),
            method: self.method.clone(),
            path: path_and_query(&self.url),
        }))
    }

    /// Every `Link` with `rel="next"` (there is one at most), as written. Links come one in each header line or joined
    /// by commas.
    pub(crate) fn next_link(&self) -> Option<String> {
        let lines = self
            .headers
            .get_all(LINK)
            .into_iter()
            .filter_map(|line| line.to_str().ok());
        lines
            .flat_map(links)
            .find(|(_, rel)| rel == "next")
            .map(|(target, _)| target)
    }

    fn without_words(&self) -> String {
        if self.looks_like_a_page() {
            format!(
                "a web page with status {} came back instead of Okta's answer",
                self.status
            )
        } else {
            format!("status {} without an explanation", self.status)
        }
    }

    fn looks_like_a_page(&self) -> bool {
        let html = header(&self.headers, CONTENT_TYPE.as_str()).is_some_and(|kind| kind.contains("text/html"));
        html || self.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
    }
}

/// Path and query of a URL, for errors and the activity log.
pub(crate) fn path_and_query(url: &Url) -> String {
    url[url::Position::BeforePath..url::Position::AfterQuery].to_owned()
}

pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    header(headers, "x-okta-request-id").map(shortened)
}

/// `Date`: the org's clock.
pub(crate) fn org_time(headers: &HeaderMap) -> Option<Timestamp> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    PARSER.parse_timestamp(header(headers, DATE.as_str())?).ok()
}

/// The three limit headers; `None` when one is missing.
pub(crate) fn limits(headers: &HeaderMap) -> Option<LimitHeaders> {
    let number = |name: &str| header(headers, name)?.trim().parse::<i64>().ok();
    Some(LimitHeaders {
        limit: u32::try_from(number("x-rate-limit-limit")?).ok()?,
        // Okta has been seen to count below zero.
        remaining: u32::try_from(number("x-rate-limit-remaining")?.max(0)).ok()?,
        reset: number("x-rate-limit-reset")?,
    })
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Targets and relations of one `Link` line. A comma inside `<...>` belongs to the address.
fn links(line: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((target, after)) = after.split_once('>') else {
            break;
        };
        let end = after.find('<').unwrap_or(after.len());
        let relation = after[..end].split(';').find_map(|part| {
            let (name, value) = part.trim().trim_end_matches(',').trim().split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("rel")
                .then(|| value.trim().trim_matches('"').to_ascii_lowercase())
        });
        found.push((target.trim().to_owned(), relation.unwrap_or_default()));
        rest = &after[end..];
    }
    found
}

/// `errorCauses` is a list, an object (api-facts 6.4) or missing.
fn causes(value: Option<&Value>) -> Vec<String> {
    let words = |cause: &Value| match cause {
        Value::String(text) => Some(shortened(text)),
        other => other.get("errorSummary").and_then(Value::as_str).map(shortened),
    };
    match value {
        Some(Value::Array(items)) => items.iter().filter_map(words).collect(),
        Some(one) => words(one).into_iter().collect(),
        None => Vec::new(),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_WORDS).collect()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().expect("a header"));
        }
        Answer {
            method: "GET".to_owned(),
            url: Url::parse("https://acme.okta.com/api/v1/apps/0oa1/users?limit=1").expect("a url"),
            status,
            headers: map,
            body: body.as_bytes().to_vec(),
        }
    }

    fn check_error(status: u16, body: &str, expected: Expect) {
        expected.assert_debug_eq(&answer(status, &[], body).error());
    }

    #[test]
    fn causes_come_as_list_object_or_not_at_all() {
        check_error(
            400,
            r#"{"errorCode":"E0000001","errorSummary":"Api validation failed: assignment","errorId":"oae1",
                "errorCauses":[{"errorSummary":"Property 'a' not found"},{"errorSummary":"Property 'b' not found"}]}"#,
            expect![[r#"
                Refused(
                    Refusal {
                        status: 400,
                        code: ValidationFailed,
                        summary: "Api validation failed: assignment",
                        causes: [
                            "Property 'a' not found",
                            "Property 'b' not found",
                        ],
                        request_id: Some(
                            "oae1",
                        ),
                        error_id: Some(
                            "oae1",
                        ),
                        method: "GET",
                        path: "/api/v1/apps/0oa1/users?limit=1",
                    },
                )
            "#]],
        );
        check_error(
            400,
            r#"{"errorCode":"E0000041,","errorSummary":"No credentials","errorCauses":{"errorSummary":"Not here"}}"#,
            expect![[r#"
                Refused(
                    Refusal {
                        status: 400,
                        code: CredentialsNotAllowed,
                        summary: "No credentials",
                        causes: [
                            "Not here",
                        ],
                        request_id: None,
                        error_id: None,
                        method: "GET",
                        path: "/api/v1/apps/0oa1/users?limit=1",
                    },
                )
            "#]],
        );
    }

    #[test]
    fn errors_of_others_are_kept_apart() {
        check_error(
            400,
            r#"{"error":"invalid_scope","error_description":"Not granted"}"#,
            expect![[r#"
                Refused(
                    Refusal {
                        status: 400,
                        code: OAuthInvalidScope,
                        summary: "Not granted",
                        causes: [],
                        request_id: None,
                        error_id: None,
                        method: "GET",
                        path: "/api/v1/apps/0oa1/users?limit=1",
                    },
                )
            "#]],
        );
        check_error(
            502,
            "<html>Bad gateway</html>",
            expect![[r#"
                Refused(
                    Refusal {
                        status: 502,
                        code: Other(
                            "",
                        ),
                        summary: "a web page with status 502 came back instead of Okta's answer",
                        causes: [],
                        request_id: None,
                        error_id: None,
                        method: "GET",
                        path: "/api/v1/apps/0oa1/users?limit=1",
                    },
                )
            "#]],
        );
        let moved = answer(302, &[("location", "https://login.proxy.example/x?token=1")], "");
        expect![[r#"NotOkta { why: "the address sends on to login.proxy.example (302)" }"#]]
            .assert_eq(&format!("{:?}", moved.error()));
    }

    fn check_next(lines: &[&str], expected: Option<&str>) {
        let headers: Vec<_> = lines.iter().map(|line| ("link", *line)).collect();
        assert_eq!(
            answer(200, &headers, "[]").next_link().as_deref(),
            expected,
            "{lines:?}"
        );
    }

    #[test]
    fn the_next_link_is_found_however_it_is_written() {
        let (own, next) = (
            "<https://o/a?limit=1>; rel=\"self\"",
            "<https://o/a?after=x,y&limit=1>; rel=\"next\"",
        );
        check_next(&[own], None);
        check_next(&[own, next], Some("https://o/a?after=x,y&limit=1"));
        check_next(&[&format!("{own}, {next}")], Some("https://o/a?after=x,y&limit=1"));
        check_next(&[&format!("{next}, {own}")], Some("https://o/a?after=x,y&limit=1"));
        check_next(&["<https://o/a>; title=\"x\"; REL=next"], Some("https://o/a"));
        check_next(&["<https://o/a"], None);
    }

    #[test]
    fn limit_headers_count_only_together() {
        let all = [
            ("x-rate-limit-limit", "50"),
            ("x-rate-limit-remaining", "-1"),
            ("x-rate-limit-reset", "1700000000"),
        ];
        let seen = limits(&answer(200, &all, "").headers);
        assert_eq!(
            seen,
            Some(LimitHeaders {
                limit: 50,
                remaining: 0,
                reset: 1_700_000_000
            })
        );
        assert_eq!(limits(&answer(200, &all[..2], "").headers), None);
    }

    #[test]
    fn the_org_clock_is_read_from_date() {
        let seen = answer(200, &[("date", "Sun, 06 Nov 1994 08:49:37 GMT")], "");
        assert_eq!(org_time(&seen.headers).expect("a date").as_second(), 784_111_777);
    }
}
