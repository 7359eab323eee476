//! The least that a plan can cost: calls, and time under Okta's limits. Nothing here looks at a run (architecture 5 and 10).

use std::collections::{BTreeMap, BTreeSet};

use super::{Bucket, DryRun, Plan, Route};
use crate::App;

/// People on a page of an app's listing, groups on a page of its groups, members on a page of a group (api-facts 6.1, 7.1, 7.5).
pub(super) const PEOPLE_ON_A_PAGE: usize = 500;
pub(super) const GROUPS_ON_A_PAGE: usize = 200;
pub(super) const MEMBERS_ON_A_PAGE: usize = 1_000;

/// Calls for so many things.
pub(super) fn pages(things: usize, on_a_page: usize) -> usize {
    things.div_ceil(on_a_page).max(1)
}

/// Calls by bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls(pub BTreeMap<Bucket, u32>);

impl Calls {
    fn add(&mut self, bucket: Bucket, calls: usize) {
        if calls > 0 {
            *self.0.entry(bucket).or_default() += u32::try_from(calls).unwrap_or(u32::MAX);
        }
    }

    pub fn total(&self) -> u32 {
        self.0.values().sum()
    }

    /// The least minutes that these calls take, and the bucket that takes them: calls beyond the first window's allowance, divided
    /// by the calls allowed a minute; the slowest bucket counts. `allowed` is by the name of the bucket ([`Bucket::name`]), what
    /// the run may use of it a minute. `None` while the limit of no bucket is known.
    pub fn floor(&self, allowed: &BTreeMap<String, u32>) -> Option<(f64, Bucket)> {
        let known = self.0.iter().filter_map(|(bucket, calls)| {
            let allowed = *allowed.get(bucket.name()).filter(|a| **a > 0)?;
            Some((f64::from(calls.saturating_sub(allowed)) / f64::from(allowed), *bucket))
        });
        known.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
    }
}

/// Writes of the plan, by bucket.
pub fn written(plan: &Plan) -> Calls {
    let mut calls = Calls::default();
    let dry = DryRun::of(plan);
    for wave in &plan.waves {
        for write in dry.wave(wave) {
            calls.add(write.bucket(), 1);
        }
    }
    calls
}

/// What one gate reads again of the settings of these apps: of each the app itself, its schema, its mapping by the list, keys, push
/// groups and groups; metadata and sign-on policy where it has them. What only apps with provisioning have is left out.
pub fn settings_read(apps: &[&App]) -> Calls {
    let mut calls = Calls::default();
    for app in apps {
        let metadata = app.sign_on_mode.as_deref() == Some("SAML_2_0") && app.signing_kid.is_some();
        calls.add(Bucket::App, 1);
        calls.add(Bucket::Other, 3 + if app.policy_id.is_some() { 2 } else { 0 });
        calls.add(Bucket::Apps, 3 + usize::from(metadata));
    }
    calls
}

/// The fewest calls with which the plan can be carried out and proven: its writes; the new app listed before and after each wave,
/// and sign-ins read; and what the gates read: the settings at the doors of the pilot and of the first wave (`gates`, each;
/// [`settings_read`]), the facts that the plan stands on (invariant 8), the groups of the new app, which nobody else may have
/// changed, the members of each group right before it is put on (invariant 12), and what a swap asks before a wave group comes off.
pub fn least(plan: &Plan, gates: &Calls) -> Calls {
    let mut calls = written(plan);
    let mut there = plan.people().filter(|(_, p)| p.route == Route::AlreadyThere).count();
    for wave in &plan.waves {
        if wave.number < 2 {
            for (bucket, n) in &gates.0 {
                calls.add(*bucket, *n as usize);
            }
        }
        calls.add(Bucket::Apps, pages(there, PEOPLE_ON_A_PAGE));
        there += wave.people.iter().filter(|p| p.route != Route::AlreadyThere).count();
        calls.add(Bucket::Apps, pages(there, PEOPLE_ON_A_PAGE));
        calls.add(Bucket::Logs, 1);
        // The facts: the app, its mapping by the list, the old app's groups with their members, and its people.
        calls.add(Bucket::App, 1);
        calls.add(Bucket::Other, 2);
        holders(&mut calls, plan);
        calls.add(Bucket::Apps, 1);
        let members = wave.groups.iter().map(|g| pages(g.members.len(), MEMBERS_ON_A_PAGE));
        calls.add(Bucket::Groups, members.sum());
        if wave.swaps.is_empty() {
            continue;
        }
        // Who holds the old app, to find leavers; whether the new app can deactivate; the second of two reads that must be alike,
        // and whether a job is under way. What nobody but the wave group holds must not be lost: its members.
        holders(&mut calls, plan);
        calls.add(Bucket::App, 1);
        calls.add(Bucket::Apps, pages(there, PEOPLE_ON_A_PAGE));
        calls.add(Bucket::Logs, 1);
        for key in &wave.swaps {
            let members = plan
                .people()
                .filter(|(_, p)| p.route == Route::WaveGroup { key: key.clone() })
                .count();
            calls.add(Bucket::Groups, pages(members, MEMBERS_ON_A_PAGE));
        }
    }
    calls
}

/// The old app's groups with their members, and its people.
fn holders(calls: &mut Calls, plan: &Plan) {
    let basis = &plan.basis;
    calls.add(Bucket::Apps, pages(basis.groups.len(), GROUPS_ON_A_PAGE));
    let members = basis.groups.values();
    let members = members.map(|(_, members)| pages(members.len(), MEMBERS_ON_A_PAGE));
    calls.add(Bucket::Groups, members.sum());
    calls.add(Bucket::Apps, pages(basis.people.len(), PEOPLE_ON_A_PAGE));
}

/// How long a plan takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Minutes, rounded up.
    pub minutes: u32,
    /// The least that Okta's limits allow, rounded up.
    pub floor_minutes: u32,
}

/// Minutes for which the org must be quiet before a wave group comes off (architecture 5).
const QUIET_MINUTES: u32 = 1;

/// An estimate from the calls of the plan and what the run may use a minute, by the name of the bucket. `None` until Okta has told
/// the limit of apps, which decides.
pub fn estimate(plan: &Plan, least: &Calls, allowed: &BTreeMap<String, u32>) -> Option<Estimate> {
    allowed.get(Bucket::Apps.name()).filter(|a| **a > 0)?;
    let (floor, _) = least.floor(allowed)?;
    let windows = least.0.iter().filter_map(|(bucket, calls)| {
        let allowed = allowed.get(bucket.name()).filter(|a| **a > 0)?;
        Some(calls.div_ceil(*allowed))
    });
    let swaps: BTreeSet<u32> = plan
        .waves
        .iter()
        .filter(|w| !w.swaps.is_empty())
        .map(|w| w.number)
        .collect();
    Some(Estimate {
        minutes: windows.max().unwrap_or(0) + QUIET_MINUTES * swaps.len() as u32,
        floor_minutes: floor.ceil() as u32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::wave_groups::example;

    fn shown(calls: &Calls) -> Vec<(&'static str, u32)> {
        calls.0.iter().map(|(bucket, n)| (bucket.name(), *n)).collect()
    }

    /// Of the plan in `wave_groups::example`, worked by hand.
    #[test]
    fn worked_by_hand() {
        let plan = example();
        // Below the new app: 3 individual assignments (the pilot, a username of their own, and one individual), the wave group and
        // two groups put on, 2 conversions, the wave group taken off. Groups: 1 made, 2 people join. One group deleted.
        assert_eq!(
            shown(&written(&plan)),
            [
                ("/api/v1/apps", 3 + 1 + 2 + 2 + 1),
                ("/api/v1/groups", 1 + 2),
                ("/api/v1/groups/{id}", 1)
            ]
        );
        // 5 waves, everything on one page each. The apps' limit: the new app before and after, the old app's groups and people, the
        // new app's groups. Groups: nobody's members in the basis of the example; each of two groups before it is put on; the wave
        // group's members. The swap: the old app's groups and people, the second listing; the new app; whether a job is under way.
        assert_eq!(
            shown(&least(&plan, &Calls::default())),
            [
                ("/api/v1/apps", 9 + 5 * (2 + 1 + 1 + 1) + 2 + 1),
                ("/api/v1/apps/{id}", 5 + 1),
                ("/api/v1/groups", 3 + 2 + 1),
                ("/api/v1/groups/{id}", 1),
                ("/api/v1/logs", 5 + 1),
                ("/api/v1", 5 * 2)
            ]
        );
    }

    /// Two SAML apps with a policy, at two gates.
    #[test]
    fn the_gates_of_pilot_and_first_wave_read_the_settings() {
        let app = App::read(
            serde_json::json!({ "id": "0oa1", "name": "x", "label": "X", "status": "ACTIVE",
            "signOnMode": "SAML_2_0", "credentials": { "signing": { "kid": "k" } },
            "_links": { "accessPolicy": { "href": "https://o/api/v1/policies/rst1" } } }),
        );
        let app = app.unwrap();
        let gates = settings_read(&[&app, &app]);
        assert_eq!(
            shown(&gates),
            [("/api/v1/apps", 8), ("/api/v1/apps/{id}", 2), ("/api/v1", 10)]
        );
        let plan = example();
        let with = least(&plan, &gates).total();
        assert_eq!(with - least(&plan, &Calls::default()).total(), 2 * 20);
    }

    #[test]
    fn the_slowest_bucket_decides() {
        let calls = Calls(BTreeMap::from([(Bucket::Apps, 100), (Bucket::Groups, 2_000)]));
        let allowed = |apps: u32, groups: u32| {
            BTreeMap::from([("/api/v1/apps".to_owned(), apps), ("/api/v1/groups".to_owned(), groups)])
        };
        // 37 at once, 63 more at 37 a minute; 200 at once, 1,800 more at 200 a minute.
        assert_eq!(calls.floor(&allowed(37, 200)), Some((9.0, Bucket::Groups)));
        let (minutes, bucket) = calls.floor(&allowed(37, 2_000)).unwrap();
        assert!((minutes - 63.0 / 37.0).abs() < 1e-9 && bucket == Bucket::Apps);
        assert_eq!(calls.floor(&allowed(100, 2_000)), Some((0.0, Bucket::Apps)));
        assert_eq!(calls.floor(&BTreeMap::new()), None);
        assert_eq!(calls.floor(&allowed(0, 0)), None);
    }

    #[test]
    fn an_estimate_counts_whole_windows_and_the_quiet_before_a_swap() {
        let plan = example();
        let allowed = BTreeMap::from([("/api/v1/apps".to_owned(), 10)]);
        // 37 calls at 10 a minute: the fourth window begins after three minutes, and one minute of quiet; 27 beyond the first ten.
        let found = estimate(&plan, &least(&plan, &Calls::default()), &allowed);
        assert_eq!(
            found,
            Some(Estimate {
                minutes: 4 + 1,
                floor_minutes: 3
            })
        );
        assert_eq!(
            estimate(&plan, &least(&plan, &Calls::default()), &BTreeMap::new()),
            None
        );
    }
}
