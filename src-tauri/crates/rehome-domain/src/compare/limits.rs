//! What makes a plan per person meaningless or incomplete: federation broker mode, governance, approvals, seats.

use serde_json::Value;

use super::report::{Report, evidence};
use super::settings::{count, thousands};
use super::{Finding, LinkTo, RowOutcome, Side, Step, Tab};
use crate::CheckOutcome;

const ENTITLEMENTS: &str = "ENTITLEMENT_MANAGEMENT";

/// Rows of the section on provisioning.
pub fn governance(report: &mut Report<'_>) {
    entitlements(report);
    manual(report);
}

/// Rows of the section on assignments.
pub fn assignments(report: &mut Report<'_>) {
    broker(report);
    seats(report);
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "Yes" } else { "No" }
}

/// Federation broker mode (P39): everybody may sign in, assigned or not.
///
/// That `settings.implicitAssignment` is this mode stands in Okta's Terraform provider (`implicit_assignment`); the API's own
/// documentation has no word for it, and app users with the status IMPLICIT exist beside it (api-facts 4.3, 6.3). UNVERIFIED
/// on a live org, so the check can be skipped.
fn broker(report: &mut Report<'_>) {
    report.covered.push("settings.implicitAssignment");
    let on = |side: &Side| side.app.raw["settings"]["implicitAssignment"] == true;
    let (old, new) = (on(report.old()), on(report.new_side()));
    if !old && !new {
        return;
    }
    let (outcome, finding) = match (old, new) {
        (_, true) => (RowOutcome::Blocked, "federation-broker-new"),
        (_, false) => (RowOutcome::NeedsReview, "federation-broker-old"),
    };
    report.row(
        "federation-broker",
        "Federation broker mode",
        yes_no(old),
        yes_no(new),
        outcome,
        Some(finding),
    );
    let (old_label, new_label) = report.labels();
    if new {
        report.finding(Finding {
            id: "federation-broker-new".to_owned(),
            title: format!("{new_label} lets everybody in, assigned or not"),
            outcome: CheckOutcome::Blocked,
            blocks: Some(Step::Pilot),
            what: format!("Federation broker mode is on in {new_label} (Okta shows it as implicit assignment)."),
            why: "In this mode assignments mean nothing: everybody in the org can sign in, and there is no tile. A plan that moves people one by one would only look like one.".to_owned(),
            mend: format!("Switch federation broker mode off on the General tab of {new_label} and read both apps again. If it is off there, skip this check and say so."),
            evidence: vec![evidence("apps/{app}", report.new_side())],
            link: LinkTo::NewApp(Tab::General),
            can_skip: true,
        });
    }
    if old {
        report.finding(Finding {
            id: "federation-broker-old".to_owned(),
            title: format!("{old_label} lets everybody in, assigned or not"),
            outcome: CheckOutcome::NeedsReview,
            blocks: Some(Step::Pilot),
            what: format!("Federation broker mode is on in {old_label} (Okta shows it as implicit assignment)."),
            why: "Its list of people is then not the list of those who use it. Whoever came in without being assigned would be left behind.".to_owned(),
            mend: format!("Look in the System Log who signs in to {old_label}, and give those people or their groups the new app too."),
            evidence: vec![evidence("apps/{app}", report.old())],
            link: LinkTo::OldApp(Tab::General),
            can_skip: true,
        });
    }
}

/// Governance engine (P49): entitlements live in another API. Recorded and documented values are NONE, DISABLED and ENABLED;
/// any other counts as on.
fn entitlements(report: &mut Report<'_>) {
    report.covered.push("settings.emOptInStatus");
    let shown = |side: &Side| {
        let status = side.app.raw["settings"]["emOptInStatus"].as_str().unwrap_or("NONE");
        match (status, side.app.has(ENTITLEMENTS)) {
            ("NONE" | "DISABLED" | "", false) => "Off".to_owned(),
            ("NONE" | "DISABLED" | "", true) => "On".to_owned(),
            (status, _) => format!("On ({status})"),
        }
    };
    let (old, new) = (shown(report.old()), shown(report.new_side()));
    if old == "Off" && new == "Off" {
        return;
    }
    report.row(
        "governance",
        "Entitlement management",
        &old,
        &new,
        RowOutcome::NeedsReview,
        Some("governance"),
    );
    let (old_label, new_label) = report.labels();
    report.finding(Finding {
        id: "governance".to_owned(),
        title: "Entitlements stay behind".to_owned(),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Pilot),
        what: format!("Entitlement management: {old_label}: {old}. {new_label}: {new}."),
        why: "Entitlements, bundles, access requests and campaigns belong to one app instance and to Identity Governance. Rehome neither reads nor moves them: people could arrive with fewer rights than they have, or with none.".to_owned(),
        mend: format!("Set up entitlements and their rules for {new_label} in Identity Governance, and compare what a few people have there. Skip this check with the name of whoever has done it."),
        evidence: report.both("apps/{app}"),
        link: LinkTo::NewApp(Tab::General),
        can_skip: true,
    });
}

fn manual(report: &mut Report<'_>) {
    report.covered.push("settings.manualProvisioning");
    let on = |side: &Side| side.app.raw["settings"]["manualProvisioning"] == true;
    let (old, new) = (on(report.old()), on(report.new_side()));
    if !old && !new {
        return;
    }
    report.row(
        "manual-provisioning",
        "Accounts are made by hand",
        yes_no(old),
        yes_no(new),
        if new {
            RowOutcome::NeedsReview
        } else {
            RowOutcome::OnlyInOld
        },
        Some("manual-provisioning"),
    );
    let (old_label, new_label) = report.labels();
    let (has, what_follows) = if new {
        (
            new_label,
            format!(
                "Every person who is assigned to {new_label} waits until an admin confirms in Okta that the account was made. Rehome does not count them as placed before."
            ),
        )
    } else {
        (
            old_label,
            format!(
                "On {old_label} an admin confirmed every account by hand; on {new_label} nobody is asked. People who leave {old_label} may leave a task behind for its admins."
            ),
        )
    };
    report.finding(Finding {
        id: "manual-provisioning".to_owned(),
        title: format!("{has} wants accounts confirmed by hand"),
        outcome: CheckOutcome::NeedsReview,
        blocks: new.then_some(Step::Pilot),
        what: format!("Manual provisioning is on in {has}."),
        why: what_follows,
        mend: format!("Switch it off in {has} for the time of the move, or agree with whoever answers these tasks."),
        evidence: report.both("apps/{app}"),
        link: if new {
            LinkTo::NewApp(Tab::General)
        } else {
            LinkTo::OldApp(Tab::General)
        },
        can_skip: true,
    });
}

/// Some apps carry the number of seats that were bought.
fn seats(report: &mut Report<'_>) {
    let seats = |side: &Side| match &side.app.raw["licensing"]["seatCount"] {
        Value::Number(number) => number.as_u64(),
        _ => None,
    };
    let (old, new) = (seats(report.old()), seats(report.new_side()));
    // Zero stands where nobody has entered a number.
    let (old, new) = (old.filter(|n| *n > 0), new.filter(|n| *n > 0));
    if old.is_none() && new.is_none() {
        return;
    }
    report.covered.push("licensing.seatCount");
    let all = |side: &Side| side.people.value().map(|p| p.individually + p.through_groups);
    let needed = all(report.old()).unwrap_or(0) + all(report.new_side()).unwrap_or(0);
    let short = new.and_then(|n| usize::try_from(n).ok()).is_some_and(|n| n < needed);
    let shown = |n: Option<u64>| {
        n.and_then(|n| usize::try_from(n).ok())
            .map(thousands)
            .unwrap_or_default()
    };
    let (old_text, new_text) = (shown(old), shown(new));
    if !short {
        report.compared(
            "seats",
            "Seats",
            &old_text,
            &new_text,
            RowOutcome::NeedsReview,
            Some("seats-differ"),
        );
        if old != new {
            let (old_label, new_label) = report.labels();
            report.finding(Finding {
                id: "seats-differ".to_owned(),
                title: "The two apps name different numbers of seats".to_owned(),
                outcome: CheckOutcome::NeedsReview,
                blocks: None,
                what: format!(
                    "{old_label}: {}. {new_label}: {}.",
                    or_none(&old_text),
                    or_none(&new_text)
                ),
                why:
                    "Okta only keeps the number; the service counts for itself. It helps whoever looks after licences."
                        .to_owned(),
                mend: format!("Set the number on the General tab of {new_label}, or skip this check."),
                evidence: report.both("apps/{app}"),
                link: LinkTo::NewApp(Tab::General),
                can_skip: true,
            });
        }
        return;
    }
    report.row(
        "seats",
        "Seats",
        &old_text,
        &new_text,
        RowOutcome::NeedsReview,
        Some("seats"),
    );
    let (_, new_label) = report.labels();
    report.finding(Finding {
        id: "seats".to_owned(),
        title: format!(
            "{new_label} has {} for {}",
            count_of(new, "seat", "seats"),
            count(needed, "person", "people")
        ),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Waves),
        what: format!(
            "{new_label} names {new_text} seats; {} are to be on it.",
            count(needed, "person", "people")
        ),
        why: "If the service counts licences in the same way, whoever comes after the last seat gets no account."
            .to_owned(),
        mend: format!("Ask whoever buys the licences, and correct the number on the General tab of {new_label}."),
        evidence: vec![
            evidence("apps/{app}", report.new_side()),
            evidence("apps/{app}/users", report.old()),
        ],
        link: LinkTo::NewApp(Tab::General),
        can_skip: true,
    });
}

fn count_of(number: Option<u64>, one: &str, many: &str) -> String {
    count(number.and_then(|n| usize::try_from(n).ok()).unwrap_or(0), one, many)
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::super::PeopleCount;
    use super::super::fixtures::{check, edit};
    use crate::Reading;

    #[test]
    fn federation_broker_mode_refuses_a_plan_per_person_on_the_new_app() {
        check(
            |input| {
                edit(&mut input.new, |raw| {
                    raw["settings"]["implicitAssignment"] = json!(true)
                })
            },
            expect![[r#"
                federation-broker-new Blocked Some(Pilot) NewApp(General): Zendesk Suite lets everybody in, assigned or not
                    Federation broker mode is on in Zendesk Suite (Okta shows it as implicit assignment).
            "#]],
        );
        check(
            |input| {
                edit(&mut input.old, |raw| {
                    raw["settings"]["implicitAssignment"] = json!(true)
                })
            },
            expect![[r#"
                federation-broker-old NeedsReview Some(Pilot) OldApp(General): Zendesk (2019) lets everybody in, assigned or not
                    Federation broker mode is on in Zendesk (2019) (Okta shows it as implicit assignment).
            "#]],
        );
        check(
            |input| {
                edit(&mut input.old, |raw| {
                    raw["settings"]["implicitAssignment"] = json!(false)
                });
                edit(&mut input.new, |raw| {
                    raw["settings"]["implicitAssignment"] = json!(null)
                });
            },
            expect![[""]],
        );
    }

    #[test]
    fn entitlements_are_said_to_stay_behind() {
        check(
            |input| {
                edit(&mut input.old, |raw| {
                    raw["settings"]["emOptInStatus"] = json!("ENABLED")
                })
            },
            expect![[r#"
                governance NeedsReview Some(Pilot) NewApp(General): Entitlements stay behind
                    Entitlement management: Zendesk (2019): On (ENABLED). Zendesk Suite: Off.
            "#]],
        );
        check(
            |input| {
                edit(&mut input.new, |raw| {
                    raw["features"] = json!(["ENTITLEMENT_MANAGEMENT"])
                })
            },
            expect![[r#"
                governance NeedsReview Some(Pilot) NewApp(General): Entitlements stay behind
                    Entitlement management: Zendesk (2019): Off. Zendesk Suite: On.
            "#]],
        );
        check(
            |input| {
                edit(&mut input.old, |raw| raw["settings"]["emOptInStatus"] = json!("NONE"));
                edit(&mut input.new, |raw| {
                    raw["settings"]["emOptInStatus"] = json!("DISABLED")
                });
            },
            expect![[""]],
        );
    }

    #[test]
    fn accounts_made_by_hand() {
        check(
            |input| {
                edit(&mut input.new, |raw| {
                    raw["settings"]["manualProvisioning"] = json!(true)
                })
            },
            expect![[r#"
                manual-provisioning NeedsReview Some(Pilot) NewApp(General): Zendesk Suite wants accounts confirmed by hand
                    Manual provisioning is on in Zendesk Suite.
            "#]],
        );
        check(
            |input| {
                edit(&mut input.old, |raw| {
                    raw["settings"]["manualProvisioning"] = json!(true)
                })
            },
            expect![[r#"
                manual-provisioning NeedsReview None OldApp(General): Zendesk (2019) wants accounts confirmed by hand
                    Manual provisioning is on in Zendesk (2019).
            "#]],
        );
        check(
            |input| {
                edit(&mut input.old, |raw| {
                    raw["settings"]["manualProvisioning"] = json!(false)
                })
            },
            expect![[""]],
        );
    }

    #[test]
    fn seats_are_held_against_people() {
        check(
            |input| edit(&mut input.new, |raw| raw["licensing"] = json!({"seatCount": 4981})),
            expect![[r#"
                seats NeedsReview Some(Waves) NewApp(General): Zendesk Suite has 4,981 seats for 4,982 people
                    Zendesk Suite names 4,981 seats; 4,982 people are to be on it.
            "#]],
        );
        check(
            |input| {
                for side in [&mut input.old, &mut input.new] {
                    edit(side, |raw| raw["licensing"] = json!({"seatCount": 4982}));
                }
            },
            expect![[""]],
        );
        check(
            |input| edit(&mut input.new, |raw| raw["licensing"] = json!({"seatCount": 9000})),
            expect![[r#"
                seats-differ NeedsReview None NewApp(General): The two apps name different numbers of seats
                    Zendesk (2019): none. Zendesk Suite: 9,000.
            "#]],
        );
        check(
            |input| {
                edit(&mut input.new, |raw| raw["licensing"] = json!({"seatCount": 0}));
                input.old.people = Reading::Read(PeopleCount::default());
            },
            expect![[r#"
                other-settings NeedsReview None NewApp(General): Other settings differ
                    Zendesk (2019) and Zendesk Suite differ in: licensing.seatCount.
            "#]],
        );
    }
}
