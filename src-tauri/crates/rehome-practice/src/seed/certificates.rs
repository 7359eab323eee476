//! The practice org's stock of signing certificates: self-signed, as Okta's are. Public halves only; nothing here can sign.

use std::sync::OnceLock;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

const STOCK: &str = include_str!("../../data/certificates.json");

fn stock() -> &'static [Value] {
    static KEYS: OnceLock<Vec<Value>> = OnceLock::new();
    KEYS.get_or_init(|| serde_json::from_str(STOCK).unwrap_or_default())
}

fn of_role(role: &'static str) -> impl Iterator<Item = Value> {
    stock().iter().filter(move |key| key["role"] == role).map(|key| {
        let mut key = key.clone();
        if let Some(key) = key.as_object_mut() {
            key.shift_remove("role");
        }
        key
    })
}

/// Certificates with years to go.
pub(crate) fn long() -> Vec<Value> {
    of_role("long").collect()
}

/// One that is signed with SHA-1, as some of 2019 still are.
pub(crate) fn sha1() -> Option<Value> {
    of_role("sha1").next()
}

/// One that ends within about two months of `now` (the stock has one for every other month until the end of 2029).
pub(crate) fn ending_soon(now: Timestamp) -> Option<Value> {
    let enough = now.checked_add(SignedDuration::from_hours(24 * 7)).unwrap_or(now);
    of_role("soon").find(|key| {
        key["expiresAt"]
            .as_str()
            .and_then(|at| at.parse::<Timestamp>().ok())
            .is_some_and(|at| at > enough)
    })
}

/// One that ended in 2025.
pub(crate) fn ended() -> Option<Value> {
    of_role("ended").next()
}
