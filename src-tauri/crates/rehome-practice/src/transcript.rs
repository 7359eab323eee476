//! What was said: every call to the API and its answer, one JSON object a line, so that others can check it against Okta's
//! own document. It holds secrets and people in clear; it is for practice orgs alone.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::{Mutex, PoisonError},
};

use serde_json::{Value, json};

use crate::{
    reply::{Payload, Reply},
    server::Incoming,
};

const PARTS: [&str; 3] = ["/api/v1/", "/.well-known/", "/oauth2/v1/clients"];

pub(crate) struct Transcript(Mutex<File>);

impl Transcript {
    pub(crate) fn append_to(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self(Mutex::new(file)))
    }

    /// Adds a line, at once. A full disk must not change how the org behaves, so that a line that cannot be written is lost.
    pub(crate) fn add(&self, incoming: &Incoming, reply: &Reply) {
        if !PARTS.iter().any(|part| incoming.path.starts_with(part)) {
            return;
        }
        let request: Value = serde_json::from_slice(&incoming.body).unwrap_or_default();
        let response = match &reply.payload {
            Payload::Empty => Value::Null,
            Payload::Json(value) => value.clone(),
            Payload::Text(_, text) => json!(text),
        };
        let line = json!({
            "method": incoming.method.as_str(), "url": incoming.target, "request": request,
            "status": reply.status, "response": response,
        });
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = file.write_all(format!("{line}\n").as_bytes());
    }
}
