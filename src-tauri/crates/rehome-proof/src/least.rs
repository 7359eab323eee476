//! The least number of calls and the least time of a plan, computed apart from any run.

use std::collections::BTreeMap;

use serde_json::Value;

/// Calls by the bucket that they draw from.
pub struct Least {
    pub calls: usize,
    pub by_bucket: BTreeMap<&'static str, usize>,
}

/// What Okta gives a token (half of it), and of that the share that Rehome is set to, a minute.
pub type Share = fn(&str) -> usize;

/// `workforce`, half for the token, three quarters of that for Rehome.
pub const PLAN_SHARE: Share = |bucket| {
    let whole = match bucket {
        "groups" => 500,
        "logs" => 120,
        _ => 100,
    };
    whole / 2 * 75 / 100
};

/// People on a page of the listing of app users, and of a group's members.
const PAGE: usize = 500;
const MEMBERS: usize = 1_000;
/// What the gates of the pilot and of the first wave read again of the settings of both apps (SAML, without provisioning): keys,
/// metadata, push groups and groups; the app, its schema, the list of mappings, the mapping, the policy and its rules.
const GATES: usize = 2;
const SETTINGS_APPS: usize = 2 * 4;
const SETTINGS_OTHERS: usize = 2 * 6;

/// `plan`: for each wave its people, its POSTs, its conversions, its groups with their sizes, its memberships.
pub fn least(plan: &Value) -> Least {
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap_or_default()).unwrap_or_default();
    let people = number(&plan["people"]);
    let pages = |count: usize| count.div_ceil(PAGE).max(1);
    let members = |count: usize| count.div_ceil(MEMBERS).max(1);
    let mut apps = GATES * SETTINGS_APPS;
    let mut groups = 0;
    let mut logs = 0;
    let mut others = GATES * SETTINGS_OTHERS;
    let mut there = 0;
    let waves = plan["waves"].as_array().map(Vec::as_slice).unwrap_or_default();
    let assigned: Vec<usize> = plan["groups"].as_array().into_iter().flatten().map(number).collect();
    for wave in waves {
        apps += number(&wave["writes"]);
        groups += number(&wave["memberships"]);
        // Before and after, on the new app.
        apps += pages(there);
        there += number(&wave["people"]);
        apps += pages(there);
        // The gate: the app itself, its mapping and the list of mappings; the old app's people and groups with members; and the
        // groups of the new app, which nobody else may have changed.
        others += 3;
        apps += pages(people) + 1 + 1;
        groups += assigned.iter().map(|size| members(*size)).sum::<usize>();
        // Each group's members right before it is put on.
        groups += wave["groups"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|size| members(number(size)))
            .sum::<usize>();
        logs += 1;
    }
    let made = number(&plan["waveGroups"]);
    apps += made;
    groups += made;
    let by_bucket = [("apps", apps), ("groups", groups), ("logs", logs), ("others", others)];
    Least {
        calls: apps + groups + logs + others,
        by_bucket: by_bucket.into(),
    }
}

/// Seconds that the slowest bucket takes at least: what goes beyond the first minute's share, at that share.
pub fn floor_seconds(by_bucket: &BTreeMap<&'static str, usize>, share: Share) -> f64 {
    let of = |(bucket, calls): (&&str, &usize)| {
        let share = share(bucket).max(1);
        calls.saturating_sub(share) as f64 / share as f64 * 60.0
    };
    by_bucket.iter().map(of).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A thousand people, all individually, a pilot of ten and two waves of 495.
    #[test]
    fn worked_by_hand() {
        let plan = json!({ "people": 1_000, "groups": [], "waves": [
            { "people": 10, "writes": 10, "memberships": 0, "groups": [] },
            { "people": 495, "writes": 495, "memberships": 0, "groups": [] },
            { "people": 495, "writes": 495, "memberships": 0, "groups": [] } ] });
        let least = least(&plan);
        // 1,000 POSTs; new app: 1+1, 1+2 (505 people), 2+2 pages; old app: 2 pages and both lists of groups, three times; 4 lists
        // of two apps at two gates.
        assert_eq!(least.by_bucket["apps"], 1_000 + 9 + 12 + 16);
        assert_eq!(least.by_bucket["logs"], 3);
        assert_eq!(least.calls, 1_000 + 9 + 12 + 16 + 3 + 9 + 24);
        // 37 a minute: the first 37 at once, then 1,000 more.
        let floor = floor_seconds(&least.by_bucket, PLAN_SHARE);
        assert!((floor - 1_000.0 / 37.0 * 60.0).abs() < 1e-9);
    }
}
