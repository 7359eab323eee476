//! Groups that the two apps push into the service (api-facts 10.3, P29 to P31).

use std::collections::{BTreeMap, BTreeSet};

use super::report::{Part, Report, evidence, listed};
use super::settings::{count, thousands};
use super::{Finding, LinkTo, PushMapping, RowOutcome, Side, Step, Tab};
use crate::{CheckOutcome, GroupId};

const PUSH: Part = Part {
    id: "push-groups",
    name: "the push groups",
    call: "apps/{app}/group-push/mappings",
    blocks: Step::Retire,
};

pub fn compare(report: &mut Report<'_>) {
    let Some((old, new)) = report.part(PUSH, &report.old().push, &report.new_side().push) else {
        return;
    };
    let on_old = active(old);
    let (old_text, new_text) = (shown(old), shown(new));
    let outcome = if on_old > 0 {
        RowOutcome::NeedsReview
    } else if old_text == new_text {
        RowOutcome::Same
    } else {
        RowOutcome::DiffersAsItMust
    };
    let finding = (on_old > 0).then_some("push-groups");
    report.row("push-groups", "Push groups", &old_text, &new_text, outcome, finding);
    if let (Some(old), Some(new)) = (old, new) {
        each(report, old, new);
        both(report, old, new);
    }
    if on_old > 0 {
        to_move(report, on_old);
    }
    clash(report, old, new);
    stuck(report, old, new);
    assigned_too(report, old, new);
}

fn active(list: Option<&Vec<PushMapping>>) -> usize {
    list.map_or(0, |list| list.iter().filter(|push| push.is_active()).count())
}

fn shown(list: Option<&Vec<PushMapping>>) -> String {
    let Some(list) = list else { return String::new() };
    match (active(Some(list)), list.len() - active(Some(list))) {
        (0, 0) => "none".to_owned(),
        (on, 0) => format!("{} active", thousands(on)),
        (on, off) => format!("{} active, {} inactive", thousands(on), thousands(off)),
    }
}

/// The source group's name, or its id.
fn name(push: &PushMapping) -> String {
    push.source_name.clone().unwrap_or_else(|| {
        if push.source_group.is_empty() {
            push.id.clone()
        } else {
            push.source_group.clone()
        }
    })
}

/// A row for each pushed group: its state on both apps.
fn each(report: &mut Report<'_>, old: &[PushMapping], new: &[PushMapping]) {
    let mut groups: BTreeMap<(String, &str), [Option<&PushMapping>; 2]> = BTreeMap::new();
    for (at, list) in [old, new].into_iter().enumerate() {
        for push in list.iter().filter(|push| !push.source_group.is_empty()) {
            // Two mappings of one group on one app are told by the first; both count above.
            groups.entry((name(push), push.source_group.as_str())).or_default()[at].get_or_insert(push);
        }
    }
    let state = |push: Option<&PushMapping>| {
        let Some(push) = push else { return String::new() };
        let status = match push.status.as_str() {
            "ACTIVE" => "active",
            "INACTIVE" => "inactive",
            "ERROR" => "stuck",
            other => other,
        };
        match &push.target_name {
            Some(target) => format!("{status}, as {target}"),
            None => status.to_owned(),
        }
    };
    for ((name, id), [old, new]) in groups {
        let (on_old, on_new) = (
            old.is_some_and(PushMapping::is_active),
            new.is_some_and(PushMapping::is_active),
        );
        let (outcome, finding) = match (on_old, on_new) {
            (true, true) => (RowOutcome::NeedsReview, Some("push-both")),
            (true, false) if new.is_none() => (RowOutcome::OnlyInOld, Some("push-groups")),
            (true, false) => (RowOutcome::NeedsReview, Some("push-groups")),
            _ => (RowOutcome::DiffersAsItMust, None),
        };
        let (old, new) = (state(old), state(new));
        let outcome = if old == new && !on_old {
            RowOutcome::Same
        } else {
            outcome
        };
        report.row(
            &format!("push.{id}"),
            &format!("Push group {name}"),
            &old,
            &new,
            outcome,
            finding,
        );
    }
}

fn to_move(report: &mut Report<'_>, on_old: usize) {
    let (old_label, new_label) = report.labels();
    report.finding(Finding {
        id: "push-groups".to_owned(),
        title: format!("{old_label} pushes {}", count(on_old, "group", "groups")),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Retire),
        what: format!("{} of {old_label} write memberships into the service.", count(on_old, "push group", "push groups")),
        why: "Only people on the app are pushed: when they leave the old app, they drop out of these groups in the service. Two apps that push the same group fight over its members.".to_owned(),
        mend: format!("Before step 5, deactivate each on the Push Groups tab of {old_label} and unlink it, keeping the group in the service. Then push the same group from {new_label}, linked to the group that is there."),
        evidence: vec![evidence(PUSH.call, report.old())],
        link: LinkTo::OldApp(Tab::PushGroups),
        can_skip: true,
    });
}

/// The same group pushed by both apps.
fn both(report: &mut Report<'_>, old: &[PushMapping], new: &[PushMapping]) {
    let on_new: BTreeSet<&str> = new
        .iter()
        .filter(|p| p.is_active())
        .map(|p| p.source_group.as_str())
        .collect();
    let shared: BTreeSet<String> = old
        .iter()
        .filter(|p| p.is_active() && !p.source_group.is_empty() && on_new.contains(p.source_group.as_str()))
        .map(name)
        .collect();
    if shared.is_empty() {
        return;
    }
    let (old_label, new_label) = report.labels();
    report.finding(Finding {
        id: "push-both".to_owned(),
        title: match shared.len() {
            1 => "Both apps push the same group".to_owned(),
            many => format!("Both apps push the same {} groups", thousands(many)),
        },
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Pilot),
        what: format!("{old_label} and {new_label} both push {}.", few(&shared)),
        why: format!("Each app writes only the people whom it has itself. {new_label} has few so far: where both lead to the same group in the service, it can take everybody else out."),
        mend: format!("Deactivate these groups on the Push Groups tab of {new_label} until its people are there, then move them group by group."),
        evidence: report.both(PUSH.call),
        link: LinkTo::NewApp(Tab::PushGroups),
        can_skip: true,
    });
}

/// Different groups that would meet under one name in the service.
fn clash(report: &mut Report<'_>, old: Option<&Vec<PushMapping>>, new: Option<&Vec<PushMapping>>) {
    let mut sources: BTreeMap<String, BTreeMap<&str, (String, String)>> = BTreeMap::new();
    for push in old.into_iter().chain(new).flatten() {
        if let Some(target) = &push.target_name {
            let found = sources.entry(target.trim().to_lowercase()).or_default();
            found.insert(&push.source_group, (target.clone(), name(push)));
        }
    }
    let clashes: BTreeSet<String> = sources
        .values()
        .filter(|found| found.len() > 1)
        .map(|found| {
            let names: Vec<String> = found.values().map(|(_, name)| name.clone()).collect();
            let target = found
                .values()
                .next()
                .map(|(target, _)| target.clone())
                .unwrap_or_default();
            format!("{target} (from {})", listed(&names))
        })
        .collect();
    if clashes.is_empty() {
        return;
    }
    report.finding(Finding {
        id: "push-name-clash".to_owned(),
        title: "Two groups are pushed under one name".to_owned(),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Retire),
        what: format!("In the service these meet: {}.", few(&clashes)),
        why: "A group that is there already blocks the push, or the two groups overwrite each other's members.".to_owned(),
        mend: "Decide which group in Okta the one in the service belongs to, and give the other another name before it is pushed.".to_owned(),
        evidence: report.both(PUSH.call),
        link: LinkTo::NewApp(Tab::PushGroups),
        can_skip: true,
    });
}

/// Mappings in the state ERROR.
fn stuck(report: &mut Report<'_>, old: Option<&Vec<PushMapping>>, new: Option<&Vec<PushMapping>>) {
    let (old_label, new_label) = report.labels();
    let mut found = BTreeSet::new();
    for (label, list) in [(old_label, old), (new_label, new)] {
        for push in list.into_iter().flatten().filter(|push| push.status == "ERROR") {
            let why = push.raw["errorSummary"].as_str().filter(|text| !text.is_empty());
            let why = why.map(|text| format!(" (Okta says: {text})")).unwrap_or_default();
            found.insert(format!("{} on {label}{why}", name(push)));
        }
    }
    if found.is_empty() {
        return;
    }
    report.finding(Finding {
        id: "push-stuck".to_owned(),
        title: count(found.len(), "push group is stuck", "push groups are stuck"),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Retire),
        what: format!("Stuck: {}.", few(&found)),
        why: "The group in the service no longer follows Okta, so its members there may be old ones. What is moved in this state stays wrong.".to_owned(),
        mend: "Open the Push Groups tab, look at what Okta says about the group, mend it and push now. Then read both apps again.".to_owned(),
        evidence: report.both(PUSH.call),
        link: if new.is_some_and(|list| list.iter().any(|p| p.status == "ERROR")) { LinkTo::NewApp(Tab::PushGroups) } else { LinkTo::OldApp(Tab::PushGroups) },
        can_skip: true,
    });
}

/// Okta does not support one group for both assigning and pushing (P29).
fn assigned_too(report: &mut Report<'_>, old: Option<&Vec<PushMapping>>, new: Option<&Vec<PushMapping>>) {
    let pushed_and_assigned = |side: &Side, list: Option<&Vec<PushMapping>>| -> BTreeSet<String> {
        let Some(assigned) = side.assigned_groups.value() else {
            return BTreeSet::new();
        };
        let pushes = list.into_iter().flatten().filter(|push| push.is_active());
        pushes
            .filter_map(|push| assigned.get(&GroupId::from(push.source_group.as_str())).cloned())
            .collect()
    };
    let (on_old, on_new) = (
        pushed_and_assigned(report.old(), old),
        pushed_and_assigned(report.new_side(), new),
    );
    if on_old.is_empty() && on_new.is_empty() {
        return;
    }
    let (old_label, new_label) = report.labels();
    let told: Vec<String> = [(old_label, &on_old), (new_label, &on_new)]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(label, names)| format!("On {label}: {}.", few(names)))
        .collect();
    report.finding(Finding {
        id: "push-and-assign".to_owned(),
        title: "A group both gives the app and is pushed".to_owned(),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Retire),
        what: told.join(" "),
        why: "Okta does not support one group for both: memberships can be pushed before the accounts exist, and people go missing in the service's group.".to_owned(),
        mend: format!("Push another group with the same people, made for pushing alone, from {new_label}."),
        evidence: [report.both(PUSH.call), report.both("apps/{app}/groups")].concat(),
        link: if on_new.is_empty() { LinkTo::OldApp(Tab::PushGroups) } else { LinkTo::NewApp(Tab::PushGroups) },
        can_skip: true,
    });
}

/// The first five, and how many more.
fn few(names: &BTreeSet<String>) -> String {
    let first: Vec<String> = names.iter().take(5).cloned().collect();
    match names.len() - first.len() {
        0 => listed(&first),
        more => format!("{}, and {more} more", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::super::fixtures::check;
    use super::*;
    use crate::Reading;

    fn push(group: &str, status: &str, target: &str) -> PushMapping {
        PushMapping {
            source_name: Some(format!("Okta {group}")),
            target_name: Some(target.to_owned()),
            ..PushMapping::read(
                json!({"id": format!("gPm{group}"), "sourceGroupId": group, "status": status,
                "errorSummary": if status == "ERROR" { "Group is gone" } else { "" }}),
            )
        }
    }

    #[test]
    fn the_same_group_pushed_by_both_is_a_fight() {
        check(
            |input| {
                input.old.push = Reading::Read(vec![push("00g1", "ACTIVE", "Sales"), push("00g2", "ACTIVE", "Ops")]);
                input.new.push = Reading::Read(vec![push("00g1", "ACTIVE", "Sales")]);
            },
            expect![[r#"
                push-both NeedsReview Some(Pilot) NewApp(PushGroups): Both apps push the same group
                    Zendesk (2019) and Zendesk Suite both push Okta 00g1.
                push-groups NeedsReview Some(Retire) OldApp(PushGroups): Zendesk (2019) pushes 2 groups
                    2 push groups of Zendesk (2019) write memberships into the service.
            "#]],
        );
        check(
            |input| {
                input.old.push = Reading::Read(vec![push("00g1", "INACTIVE", "Sales")]);
                input.new.push = Reading::Read(vec![push("00g1", "ACTIVE", "Sales")]);
            },
            expect![[""]],
        );
    }

    #[test]
    fn two_groups_under_one_name_and_groups_that_are_stuck_are_told() {
        check(
            |input| {
                input.new.push = Reading::Read(vec![
                    push("00g1", "ACTIVE", "Sales"),
                    push("00g2", "ERROR", "sales "),
                    push("00g3", "ACTIVE", "Other"),
                ]);
            },
            expect![[r#"
                push-name-clash NeedsReview Some(Retire) NewApp(PushGroups): Two groups are pushed under one name
                    In the service these meet: Sales (from Okta 00g1 and Okta 00g2).
                push-stuck NeedsReview Some(Retire) NewApp(PushGroups): 1 push group is stuck
                    Stuck: Okta 00g2 on Zendesk Suite (Okta says: Group is gone).
            "#]],
        );
    }

    #[test]
    fn a_group_that_is_assigned_and_pushed_is_told() {
        check(
            |input| {
                input.new.push = Reading::Read(vec![push("00g1", "ACTIVE", "Sales")]);
                input.new.assigned_groups = Reading::Read([(GroupId::from("00g1"), "Sales people".to_owned())].into());
            },
            expect![[r#"
                push-and-assign NeedsReview Some(Retire) NewApp(PushGroups): A group both gives the app and is pushed
                    On Zendesk Suite: Sales people.
            "#]],
        );
        check(
            |input| {
                input.new.push = Reading::Read(vec![push("00g1", "INACTIVE", "Sales")]);
                input.new.assigned_groups = Reading::Read(
                    [
                        (GroupId::from("00g1"), "Sales people".to_owned()),
                        (GroupId::from("00g2"), "B".to_owned()),
                    ]
                    .into(),
                );
            },
            expect![[""]],
        );
    }
}
