//! What a call comes in as and what goes out.

use jiff::Timestamp;
use serde_json::Value;

/// One call, taken apart.
pub(crate) struct Call<'a> {
    pub method: &'a str,
    /// Decoded path without the query.
    pub path: &'a str,
    pub query: &'a [(String, String)],
    /// `None`: no body, or one that is not JSON.
    pub body: Option<&'a Value>,
    /// The body as it came.
    pub raw: &'a [u8],
    /// `Content-Type` as it came; empty when there is none.
    pub content_type: &'a str,
    /// Origin that the caller used; links in answers carry it, as Okta's do.
    pub base: &'a str,
    pub at: Timestamp,
}

impl Call<'_> {
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether `expand` asks for this.
    pub(crate) fn expands(&self, what: &str) -> bool {
        self.param("expand")
            .is_some_and(|list| list.split(',').any(|one| one.trim() == what))
    }
}

#[derive(Debug)]
pub(crate) enum Payload {
    Empty,
    Json(Value),
    Text(&'static str, String),
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub status: u16,
    pub payload: Payload,
    pub headers: Vec<(&'static str, String)>,
}

impl Reply {
    pub(crate) fn json(value: Value) -> Self {
        Self {
            status: 200,
            payload: Payload::Json(value),
            headers: Vec::new(),
        }
    }

    pub(crate) fn empty() -> Self {
        Self {
            status: 204,
            payload: Payload::Empty,
            headers: Vec::new(),
        }
    }

    pub(crate) fn text(kind: &'static str, text: String) -> Self {
        Self {
            status: 200,
            payload: Payload::Text(kind, text),
            headers: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
}

pub(crate) type Answer = Result<Reply, crate::errors::Refusal>;
