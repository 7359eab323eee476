//! Which changes a comparison suggests.

use jiff::Timestamp;

use super::Change;
use crate::compare::references::has_token;
use crate::compare::{CompareInput, Engine, Policy, Side, signing, strictness};

/// A certificate with fewer days left is not worth sharing: it would have to be changed at the service soon after.
pub const SHARE_DAYS: i64 = 90;

/// Proposals, in the order in which they are to be done. `now` tells which certificate expires soon. Nothing is proposed
/// about what could not be read.
pub fn offers(input: &CompareInput, now: Timestamp) -> Vec<Change> {
    if input.old.app.id == input.new.app.id {
        return Vec::new();
    }
    let mut found = key(&input.old, &input.new, now);
    found.extend(policy(input));
    found
}

/// Both sign, with different certificates, and the old one is fit to live on: not expiring, not signed with a weak hash.
fn key(old: &Side, new: &Side, now: Timestamp) -> Vec<Change> {
    if !signing::signs(old) || !signing::signs(new) {
        return Vec::new();
    }
    let (Some(old_keys), Some(new_keys)) = (old.keys.value(), new.keys.value()) else {
        return Vec::new();
    };
    let (Some(Ok(old_certificate)), Some(Ok(new_certificate))) = (
        signing::certificate(old, Some(old_keys)),
        signing::certificate(new, Some(new_keys)),
    ) else {
        return Vec::new();
    };
    let Some(kid) = old
        .app
        .signing_kid
        .clone()
        .filter(|kid| old_keys.iter().any(|key| key.kid == *kid))
    else {
        return Vec::new();
    };
    let unfit = old_certificate.days_left(now) < SHARE_DAYS || old_certificate.is_weak();
    if unfit || old_certificate.sha256 == new_certificate.sha256 {
        return Vec::new();
    }
    let share = Change::ShareKey {
        from: old.app.id.clone(),
        kid: kid.clone(),
        to: new.app.id.clone(),
    };
    // Whoever has copied it before only has to use it.
    let is_there = new_keys.iter().any(|key| key.kid == kid);
    let activate = Change::UseKey {
        kid,
        was: new.app.signing_kid.clone(),
    };
    if is_there {
        vec![activate]
    } else {
        vec![share, activate]
    }
}

fn policy(input: &CompareInput) -> Option<Change> {
    let (old, new) = (input.old.policy.value()?, input.new.policy.value()?);
    if input.engine != Engine::Identity || old.id == new.id || old.id.is_empty() || !is_fit(old, input) {
        return None;
    }
    let name = |policy: &Policy| {
        if policy.name.is_empty() {
            policy.id.clone()
        } else {
            policy.name.clone()
        }
    };
    Some(Change::AssignPolicy {
        policy: old.id.clone(),
        name: name(old),
        was: Some((new.id.clone(), name(new))),
    })
}

/// Not obviously unfit: active, an access policy, lets somebody in, and none of its rules means the old app alone.
fn is_fit(policy: &Policy, input: &CompareInput) -> bool {
    let kind = policy.raw["type"].as_str().unwrap_or("ACCESS_POLICY");
    let active = policy.raw["status"] != "INACTIVE";
    let rules = &policy.rule_list;
    let lets_in = rules.is_empty()
        || rules
            .iter()
            .any(|rule| rule["status"] != "INACTIVE" && strictness::access(rule) == "ALLOW");
    let names_old = rules.iter().any(|rule| {
        let text = format!("{} {}", rule["conditions"], rule["actions"]);
        has_token(&text, input.old.app.id.as_str())
    });
    active && kind == "ACCESS_POLICY" && lets_in && !names_old
}
