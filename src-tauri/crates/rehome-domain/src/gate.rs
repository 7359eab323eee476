//! The gate in front of everything that takes access away: which checks must hold, and whether they do.
//!
//! The facts are read from Okta right before (the engine's gate module does that); nothing here remembers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{CheckOutcome, Reading, UserId};

/// How long "I see Deactivate Users unticked" holds.
pub const ATTESTATION_HOURS: i64 = 24;

/// What is about to happen on the old app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// One person (or the smallest group) first.
    Canary,
    Unassign,
    Deactivate,
    Delete,
}

/// Where a person stands on the new app, from a fresh listing and the recorded proofs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// Read back with the planned username and scope, settled, no sync error.
    pub placed: bool,
    /// `externalId` equal on both apps; `None`: not applicable.
    pub same_account: Option<bool>,
    pub signed_in: bool,
}

impl Standing {
    /// Placed, and the same account where that can be told.
    pub fn is_proven(&self) -> bool {
        self.placed && self.same_account != Some(false)
    }

    /// May leave the old app (invariant 3).
    pub fn may_leave(&self) -> bool {
        self.is_proven() && self.signed_in
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    pub name: String,
    pub at: Timestamp,
}

impl Attestation {
    pub fn expires(&self) -> Timestamp {
        self.at
            .saturating_add(SignedDuration::from_hours(ATTESTATION_HOURS))
            .unwrap_or(Timestamp::MAX)
    }

    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now < self.expires()
    }
}

/// How the one who went first is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Canary {
    None,
    Watching,
    /// Its downstream account stayed active.
    Stayed,
    /// Its downstream account was switched off.
    Lost,
}

/// Whether sign-in goes through the new app, where it switches for everybody at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignInMoved {
    /// The service accepts both apps at once.
    #[default]
    WaveByWave,
    NotYet,
    /// Somebody has said so; so many people of the pilot have not signed in since.
    Switched {
        silent: usize,
    },
}

/// What was read, just now.
#[derive(Clone, Debug)]
pub struct RetireFacts {
    pub old_label: String,
    pub new_label: String,
    pub old_status: String,
    pub new_status: String,
    /// `features` of the old app.
    pub features: Reading<Vec<String>>,
    /// Who is on the old app.
    pub people: BTreeSet<UserId>,
    pub groups: usize,
    pub standing: BTreeMap<UserId, Standing>,
    /// People who may leave without proof, by name with a reason.
    pub exceptions: BTreeSet<UserId>,
    pub attestation: Option<Attestation>,
    pub canary: Canary,
    /// Active group push mappings on the old app.
    pub push_groups: Reading<usize>,
    /// Nobody is provisioned by this app: Okta never pushes anything for it.
    pub provisions: bool,
    pub cut_over: SignInMoved,
    pub now: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateCheck {
    pub id: &'static str,
    pub title: String,
    pub words: String,
    pub outcome: CheckOutcome,
    /// The Provisioning tab of the old app mends it.
    pub mend_in_provisioning: bool,
    pub people: Vec<UserId>,
}

/// All checks of one act. Open only if every one passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    pub checks: Vec<GateCheck>,
}

impl Gate {
    pub fn is_open(&self) -> bool {
        self.checks.iter().all(|c| c.outcome == CheckOutcome::Passed)
    }

    pub fn closed_by(&self) -> impl Iterator<Item = &GateCheck> {
        self.checks.iter().filter(|c| c.outcome != CheckOutcome::Passed)
    }
}

/// Evaluates the gate for `act` (invariants 3 and 4).
pub fn retire_gate(act: Act, facts: &RetireFacts) -> Gate {
    let mut checks = vec![
        everyone_proven(facts),
        deactivate_users(facts),
        profile_source(facts),
        push_groups(facts),
    ];
    checks.push(new_app_active(facts));
    checks.extend(cut_over(facts));
    if act != Act::Delete {
        checks.push(attestation(facts));
    }
    match act {
        Act::Canary => {}
        Act::Unassign => checks.push(canary(facts)),
        Act::Deactivate | Act::Delete => {
            checks.push(canary(facts));
            checks.push(nobody_left(facts));
        }
    }
    if act == Act::Delete {
        checks.push(check(
            "old-app-inactive",
            facts.old_status == "INACTIVE",
            (
                format!("{} is deactivated", facts.old_label),
                "read just now".to_owned(),
            ),
            (
                format!("{} is still active", facts.old_label),
                "Okta deletes only a deactivated app (E0000056).".to_owned(),
            ),
        ));
    }
    Gate { checks }
}

fn check(id: &'static str, holds: bool, good: (String, String), bad: (String, String)) -> GateCheck {
    let (title, words) = if holds { good } else { bad };
    let outcome = if holds {
        CheckOutcome::Passed
    } else {
        CheckOutcome::Blocked
    };
    GateCheck {
        id,
        title,
        words,
        outcome,
        mend_in_provisioning: false,
        people: Vec::new(),
    }
}

fn everyone_proven(facts: &RetireFacts) -> GateCheck {
    let missing: Vec<UserId> = facts
        .people
        .iter()
        .filter(|p| !facts.exceptions.contains(*p))
        .filter(|p| !facts.standing.get(*p).is_some_and(Standing::may_leave))
        .cloned()
        .collect();
    let unplaced = missing
        .iter()
        .filter(|p| !facts.standing.get(*p).is_some_and(Standing::is_proven))
        .count();
    let excepted = facts.people.intersection(&facts.exceptions).count();
    let counted = facts.people.len() - excepted;
    let mut check = check(
        "everyone-proven",
        missing.is_empty(),
        (
            if counted == 0 {
                format!("Nobody is left on {} who would have to be proven", facts.old_label)
            } else {
                format!("All {} are proven on the new app and have signed in", people(counted))
            },
            if excepted == 0 {
                "nobody excepted".to_owned()
            } else {
                format!("{excepted} excepted by name, with reasons")
            },
        ),
        (
            format!("{} cannot leave {} yet", people(missing.len()), facts.old_label),
            format!(
                "{}. They would lose the service.",
                missing_words(unplaced, missing.len() - unplaced, facts)
            ),
        ),
    );
    check.people = missing;
    check
}

fn missing_words(unplaced: usize, silent: usize, facts: &RetireFacts) -> String {
    let unplaced_words = format!("{unplaced} not proven on {}", facts.new_label);
    let silent_words = format!("{silent} proven but not signed in yet");
    match (unplaced, silent) {
        (_, 0) => unplaced_words,
        (0, _) => silent_words,
        _ => format!("{unplaced_words}, {silent_words}"),
    }
}

fn deactivate_users(facts: &RetireFacts) -> GateCheck {
    let mut check = match &facts.features {
        Reading::Read(features) => check(
            "deactivate-users",
            !features.iter().any(|f| f == "PUSH_USER_DEACTIVATION"),
            (
                format!("{} does not deactivate accounts", facts.old_label),
                "Deactivate Users is not among the features that Okta reports, read just now".to_owned(),
            ),
            (
                format!("{} still deactivates accounts", facts.old_label),
                format!(
                    "Deactivate Users is on. Unassigning would switch off {} accounts that your colleagues use through the new app.",
                    thousands(facts.people.len())
                ),
            ),
        ),
        Reading::Unreadable { why } => GateCheck {
            outcome: CheckOutcome::Unknown,
            ..check(
                "deactivate-users",
                false,
                Default::default(),
                ("Deactivate Users could not be read".into(), why.clone()),
            )
        },
        Reading::NotApplicable => GateCheck {
            outcome: CheckOutcome::Unknown,
            ..check(
                "deactivate-users",
                false,
                Default::default(),
                (
                    "Deactivate Users could not be read".into(),
                    "Okta did not list the features of this app.".into(),
                ),
            )
        },
    };
    check.mend_in_provisioning = true;
    check
}

fn profile_source(facts: &RetireFacts) -> GateCheck {
    let masters = facts
        .features
        .value()
        .is_some_and(|f| f.iter().any(|f| f == "PROFILE_MASTERING"));
    let mut check = check(
        "profile-source",
        !masters,
        (
            format!("{} is not a profile source", facts.old_label),
            "read just now".to_owned(),
        ),
        (
            format!("{} is a profile source", facts.old_label),
            "People whose profile comes from it would lose their source. Switch Profile Source off first.".to_owned(),
        ),
    );
    check.mend_in_provisioning = true;
    check
}

fn push_groups(facts: &RetireFacts) -> GateCheck {
    match &facts.push_groups {
        Reading::Read(0) | Reading::NotApplicable => check(
            "push-groups",
            true,
            (format!("No push groups are left on {}", facts.old_label), "read just now".to_owned()),
            Default::default(),
        ),
        Reading::Read(n) => check(
            "push-groups",
            false,
            Default::default(),
            (
                format!("{n} push groups are active on {}", facts.old_label),
                "Two apps that push the same group fight over its members. Deactivate them, keeping the group in the service.".to_owned(),
            ),
        ),
        Reading::Unreadable { why } => GateCheck {
            outcome: CheckOutcome::Unknown,
            ..check("push-groups", false, Default::default(), ("Push groups could not be read".into(), why.clone()))
        },
    }
}

fn new_app_active(facts: &RetireFacts) -> GateCheck {
    check(
        "new-app-active",
        facts.new_status == "ACTIVE",
        (format!("{} is active", facts.new_label), "read just now".to_owned()),
        (
            format!("{} is not active", facts.new_label),
            "Nobody can sign in through it. Activate it before anybody leaves the old app.".to_owned(),
        ),
    )
}

/// Before the cut-over the service still takes people through the old app: whoever left it could not sign in.
fn cut_over(facts: &RetireFacts) -> Option<GateCheck> {
    let holds = match facts.cut_over {
        SignInMoved::WaveByWave => return None,
        SignInMoved::NotYet => false,
        SignInMoved::Switched { silent } => silent == 0,
    };
    Some(check(
        "cut-over",
        holds,
        (
            format!("Sign-in goes through {}", facts.new_label),
            "the cut-over is done, and everybody of the pilot has signed in since".to_owned(),
        ),
        match facts.cut_over {
            SignInMoved::Switched { silent } => (
                format!("{} of the pilot must sign in first", people(silent)),
                "The cut-over is done, but it is not proven by those who try it first.".to_owned(),
            ),
            SignInMoved::NotYet | SignInMoved::WaveByWave => (
                "The cut-over has not been made".to_owned(),
                format!(
                    "The service still signs people in through {}: whoever leaves it is locked out.",
                    facts.old_label
                ),
            ),
        },
    ))
}

fn attestation(facts: &RetireFacts) -> GateCheck {
    let mut check = match &facts.attestation {
        Some(a) if a.is_fresh(facts.now) => check(
            "attestation",
            true,
            (
                format!("{} has seen Deactivate Users unticked", a.name),
                "holds 24 hours from then".to_owned(),
            ),
            Default::default(),
        ),
        Some(a) => GateCheck {
            outcome: CheckOutcome::Attest,
            ..check(
                "attestation",
                false,
                Default::default(),
                (
                    "Look at the Provisioning tab again".to_owned(),
                    format!("What {} saw is more than 24 hours old.", a.name),
                ),
            )
        },
        None => GateCheck {
            outcome: CheckOutcome::Attest,
            ..check(
                "attestation",
                false,
                Default::default(),
                (
                    "A human must have seen Deactivate Users unticked".to_owned(),
                    if facts.provisions {
                        "Okta's list of features may lag behind the box, so Rehome does not trust it alone.".to_owned()
                    } else {
                        "This app seems to have no provisioning. Look once, and say so.".to_owned()
                    },
                ),
            )
        },
    };
    check.mend_in_provisioning = true;
    check
}

fn canary(facts: &RetireFacts) -> GateCheck {
    let mut check = check(
        "canary",
        facts.canary == Canary::Stayed,
        (
            "The canary kept its account".to_owned(),
            "unassigned first, and still active in the service".to_owned(),
        ),
        match facts.canary {
            Canary::None => (
                "Nobody has gone first yet".to_owned(),
                "One person leaves the old app first, and their account is watched.".to_owned(),
            ),
            Canary::Watching => (
                "The canary is being watched".to_owned(),
                "A human must say that the account is still active in the service.".to_owned(),
            ),
            Canary::Lost | Canary::Stayed => (
                "The canary lost its account".to_owned(),
                "The account was switched off when the old app was unassigned. Nobody else may leave it.".to_owned(),
            ),
        },
    );
    if matches!(facts.canary, Canary::None | Canary::Watching) {
        check.outcome = CheckOutcome::Attest;
    }
    check
}

fn nobody_left(facts: &RetireFacts) -> GateCheck {
    let (left, groups) = (facts.people.len(), facts.groups);
    check(
        "nobody-left",
        left == 0 && groups == 0,
        (
            format!("No group and no person is left on {}", facts.old_label),
            "listed just now".to_owned(),
        ),
        (
            format!("{} and {groups} groups are still on {}", people(left), facts.old_label),
            "Deactivating an app that still has groups makes Okta take people off by itself.".to_owned(),
        ),
    )
}

fn people(n: usize) -> String {
    if n == 1 {
        "1 person".to_owned()
    } else {
        format!("{} people", thousands(n))
    }
}

/// `4941` as "4,941".
pub fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> RetireFacts {
        let stands = Standing {
            placed: true,
            same_account: Some(true),
            signed_in: true,
        };
        RetireFacts {
            old_label: "Zendesk (2019)".into(),
            new_label: "Zendesk Suite".into(),
            old_status: "ACTIVE".into(),
            new_status: "ACTIVE".into(),
            features: Reading::Read(vec!["PUSH_NEW_USERS".into()]),
            people: [UserId::from("00u1"), UserId::from("00u2")].into(),
            groups: 1,
            standing: [("00u1".into(), stands), ("00u2".into(), stands)].into(),
            exceptions: BTreeSet::new(),
            attestation: Some(Attestation {
                name: "Kim".into(),
                at: "2026-11-01T10:00:00Z".parse().unwrap(),
            }),
            canary: Canary::Stayed,
            push_groups: Reading::Read(0),
            provisions: true,
            cut_over: SignInMoved::WaveByWave,
            now: "2026-11-01T20:00:00Z".parse().unwrap(),
        }
    }

    fn closed_by(act: Act, facts: &RetireFacts) -> Vec<&'static str> {
        retire_gate(act, facts).closed_by().map(|c| c.id).collect()
    }

    #[test]
    fn opens_when_everything_holds() {
        assert!(retire_gate(Act::Unassign, &facts()).is_open());
        let mut facts = facts();
        facts.cut_over = SignInMoved::Switched { silent: 0 };
        assert!(retire_gate(Act::Unassign, &facts).is_open());
    }

    #[test]
    fn each_fact_closes_it_alone() {
        type Change = fn(&mut RetireFacts);
        let cases: &[(&str, Change)] = &[
            ("deactivate-users", |f| {
                f.features = Reading::Read(vec!["PUSH_USER_DEACTIVATION".into()])
            }),
            ("deactivate-users", |f| {
                f.features = Reading::Unreadable { why: "403".into() }
            }),
            ("deactivate-users", |f| f.features = Reading::NotApplicable),
            ("profile-source", |f| {
                f.features = Reading::Read(vec!["PROFILE_MASTERING".into()])
            }),
            ("push-groups", |f| f.push_groups = Reading::Read(2)),
            ("push-groups", |f| {
                f.push_groups = Reading::Unreadable { why: "403".into() }
            }),
            ("new-app-active", |f| f.new_status = "INACTIVE".into()),
            ("attestation", |f| f.attestation = None),
            ("attestation", |f| f.now = "2026-11-02T10:00:00Z".parse().unwrap()),
            ("canary", |f| f.canary = Canary::None),
            ("canary", |f| f.canary = Canary::Watching),
            ("canary", |f| f.canary = Canary::Lost),
            ("cut-over", |f| f.cut_over = SignInMoved::NotYet),
            ("cut-over", |f| f.cut_over = SignInMoved::Switched { silent: 1 }),
            ("everyone-proven", |f| {
                f.standing.remove(&UserId::from("00u2"));
            }),
            ("everyone-proven", |f| {
                f.standing.get_mut(&UserId::from("00u2")).unwrap().signed_in = false
            }),
            ("everyone-proven", |f| {
                f.standing.get_mut(&UserId::from("00u2")).unwrap().same_account = Some(false)
            }),
            ("everyone-proven", |f| {
                f.standing.get_mut(&UserId::from("00u2")).unwrap().placed = false
            }),
        ];
        for (id, change) in cases {
            let mut facts = facts();
            change(&mut facts);
            assert_eq!(closed_by(Act::Unassign, &facts), [*id]);
        }
    }

    #[test]
    fn an_exception_by_name_lets_one_person_leave() {
        let mut facts = facts();
        facts.standing.remove(&UserId::from("00u2"));
        facts.exceptions.insert("00u2".into());
        assert!(retire_gate(Act::Unassign, &facts).is_open());
    }

    #[test]
    fn deactivating_needs_an_empty_app_and_deleting_an_inactive_one() {
        let mut facts = facts();
        assert_eq!(closed_by(Act::Deactivate, &facts), ["nobody-left"]);
        facts.people.clear();
        facts.groups = 0;
        assert!(retire_gate(Act::Deactivate, &facts).is_open());
        assert_eq!(closed_by(Act::Delete, &facts), ["old-app-inactive"]);
        facts.old_status = "INACTIVE".into();
        assert!(retire_gate(Act::Delete, &facts).is_open());
    }

    #[test]
    fn numbers_have_separators() {
        assert_eq!(
            ["7", "999", "1,000", "4,941", "1,234,567"],
            [7, 999, 1000, 4941, 1_234_567].map(thousands)
        );
    }
}
