//! Provisioning settings and connection of the few apps that show them (api-facts 8.1, 8.3, 8.4), and the order of things:
//! provisioning before people (P34).

use std::collections::BTreeMap;

use serde_json::Value;

use super::report::{Part, Report, evidence, listed};
use super::settings::{count, leaves, shown};
use super::{Finding, LinkTo, RowOutcome, Side, Step, Tab};
use crate::{CheckOutcome, Reading};

const SETTINGS: Part = Part {
    id: "provisioning-settings",
    name: "the provisioning settings",
    call: "apps/{app}/features",
    blocks: Step::Pilot,
};
const CONNECTION: Part = Part {
    id: "connection",
    name: "the connection to the service",
    call: "apps/{app}/connections/default",
    blocks: Step::Pilot,
};

/// Paths below `capabilities`, with the console's words. All others follow by their path.
const LABELS: [(&str, &str); 14] = [
    ("create.lifecycleCreate.status", "Setting: create users"),
    ("update.profile.status", "Setting: update user attributes"),
    (DEACTIVATE, "Setting: deactivate users"),
    ("update.password.status", "Setting: sync password"),
    ("update.password.seed", "Setting: first password"),
    ("update.password.change", "Setting: password when Okta's changes"),
    ("importSettings.username.userNameFormat", "Import: username format"),
    (
        "importSettings.username.userNameExpression",
        "Import: username expression",
    ),
    ("importSettings.schedule.status", "Import: schedule"),
    ("importSettings.schedule.fullImport.expression", "Import: full, when"),
    (
        "importSettings.schedule.incrementalImport.expression",
        "Import: incremental, when",
    ),
    (
        "importRules.userCreateAndMatch.exactMatchCriteria",
        "Import: exact match by",
    ),
    (
        "importRules.userCreateAndMatch.allowPartialMatch",
        "Import: partial match allowed",
    ),
    (
        "importRules.userCreateAndMatch.autoConfirmExactMatch",
        "Import: exact matches confirmed by themselves",
    ),
];
const DEACTIVATE: &str = "update.lifecycleDeactivate.status";

/// Whether the settings say that leaving the app switches accounts off, whatever the list of features says.
pub fn deactivates(side: &Side) -> bool {
    let objects = side.feature_objects.value().into_iter().flatten();
    objects
        .filter(|object| object["status"] != "DISABLED")
        .any(|object| object["capabilities"]["update"]["lifecycleDeactivate"]["status"] == "ENABLED")
}

pub fn compare(report: &mut Report<'_>) {
    settings(report);
    connection(report);
    unlinked(report);
    order(report);
}

fn settings(report: &mut Report<'_>) {
    let Some((old, new)) = report.part(
        SETTINGS,
        &report.old().feature_objects,
        &report.new_side().feature_objects,
    ) else {
        return;
    };
    let (old, new) = (capabilities(old), capabilities(new));
    let known = LABELS.iter().map(|(path, _)| *path);
    let unknown = old.keys().chain(new.keys()).map(String::as_str);
    let mut paths: Vec<&str> = Vec::new();
    for path in known.chain(unknown) {
        if !paths.contains(&path) && (old.contains_key(path) || new.contains_key(path)) {
            paths.push(path);
        }
    }
    for path in paths {
        let label = LABELS
            .iter()
            .find(|(known, _)| *known == path)
            .map_or(path, |(_, label)| label);
        let text = |side: &BTreeMap<String, Value>| side.get(path).map(|value| shown(path, value)).unwrap_or_default();
        // The password settings name a choice, not a secret.
        let text = |side: &BTreeMap<String, Value>| match side.get(path) {
            Some(Value::String(choice)) if path.starts_with("update.password.") => choice.clone(),
            _ => text(side),
        };
        let (old, new) = (text(&old), text(&new));
        // The box that does the damage has its own finding, which does not depend on whether both have it.
        let finding = (path != DEACTIVATE).then_some("provisioning-settings");
        let finding = finding.or(match (old == "ENABLED", new == "ENABLED") {
            (true, _) => Some("deactivate-users"),
            (false, true) => Some("deactivate-users-new"),
            (false, false) => Some("provisioning-settings"),
        });
        report.compared(
            &format!("capability.{path}"),
            label,
            &old,
            &new,
            RowOutcome::NeedsReview,
            finding,
        );
    }
    let labels = report.labels_of("provisioning-settings");
    if labels.is_empty() {
        return;
    }
    let (old_label, new_label) = report.labels();
    report.finding(Finding {
        id: "provisioning-settings".to_owned(),
        title: "Provisioning settings differ".to_owned(),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Pilot),
        what: format!("{old_label} and {new_label} differ in: {}.", listed(&labels)),
        why: "Accounts are made, matched or changed in another way as soon as people are assigned.".to_owned(),
        mend: format!("Open the Provisioning tab of {new_label} and set it as {old_label} has it, before anybody is assigned. If the difference is meant, skip this check and say why."),
        evidence: report.both(SETTINGS.call),
        link: LinkTo::NewApp(Tab::Provisioning),
        can_skip: true,
    });
}

/// Leaves below `capabilities` of all feature objects that are on; null says nothing.
fn capabilities(objects: Option<&Vec<Value>>) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for object in objects.into_iter().flatten() {
        for (path, value) in leaves(&object["capabilities"]) {
            if !value.is_null() && !path.is_empty() {
                found.insert(path, value.clone());
            }
        }
    }
    found
}

fn connection(report: &mut Report<'_>) {
    let Some((old, new)) = report.part(CONNECTION, &report.old().connection, &report.new_side().connection) else {
        return;
    };
    let text = |side: Option<&Value>, key: &str| -> String {
        let value = side.map_or(&Value::Null, |side| &side[key]);
        value.as_str().unwrap_or_default().to_owned()
    };
    let (old_status, new_status) = (text(old, "status"), text(new, "status"));
    // UNKNOWN: the app has no such connection, or signs in to the service in a way that Okta does not tell (api-facts 8.4).
    let wants = old_status == "ENABLED" || pushes(report.new_side());
    let off = new_status == "DISABLED" || (new_status == "UNKNOWN" && old_status == "ENABLED");
    let broken = off && wants && matches!(report.new_side().connection, Reading::Read(_));
    let (outcome, finding) = match (broken, old_status == new_status) {
        (true, _) => (RowOutcome::NeedsReview, Some("connection-off")),
        (false, true) => (RowOutcome::Same, None),
        (false, false) => (RowOutcome::NeedsReview, Some("connection-differs")),
    };
    if !old_status.is_empty() || !new_status.is_empty() {
        report.row(
            "connection.status",
            "Connection to the service",
            &words(&old_status),
            &words(&new_status),
            outcome,
            finding,
        );
    }
    for (key, id, label) in [
        ("baseUrl", "connection.base-url", "Address of the service's API"),
        (
            "authScheme",
            "connection.auth",
            "How Okta signs in to the service's API",
        ),
    ] {
        report.compared(
            id,
            label,
            &text(old, key),
            &text(new, key),
            RowOutcome::NeedsReview,
            Some("connection-differs"),
        );
    }
    report.end_part();
    let (old_label, new_label) = report.labels();
    if broken {
        report.finding(Finding {
            id: "connection-off".to_owned(),
            title: format!("{new_label} is not connected to its service"),
            outcome: CheckOutcome::NeedsReview,
            blocks: Some(Step::Pilot),
            what: format!("Okta lists the connection of {new_label} as {}.", words(&new_status).to_lowercase()),
            why: "Okta then takes assignments without an objection, and the service never hears of them: nobody gets an account, and nobody is linked to the one that is there.".to_owned(),
            mend: format!("Open the Provisioning tab of {new_label}, Integration, and press Test API Credentials. Enter the token again or sign in to the service again if it does not pass."),
            evidence: vec![evidence(CONNECTION.call, report.new_side())],
            link: LinkTo::NewApp(Tab::Provisioning),
            can_skip: true,
        });
    }
    let labels = report.labels_of("connection-differs");
    if !labels.is_empty() {
        report.finding(Finding {
            id: "connection-differs".to_owned(),
            title: "The two apps are connected differently".to_owned(),
            outcome: CheckOutcome::NeedsReview,
            blocks: Some(Step::Pilot),
            what: format!("{old_label} and {new_label} differ in: {}.", listed(&labels)),
            why: "Another address may be another tenant of the service: people would get new, empty accounts there instead of their own.".to_owned(),
            mend: "Make sure that both lead to the same tenant. If that is what you want, skip this check and say why.".to_owned(),
            evidence: report.both(CONNECTION.call),
            link: LinkTo::NewApp(Tab::Provisioning),
            can_skip: true,
        });
    }
}

fn words(status: &str) -> String {
    match status {
        "ENABLED" => "On",
        "DISABLED" => "Off",
        "UNKNOWN" => "Not told by Okta",
        other => other,
    }
    .to_owned()
}

fn pushes(side: &Side) -> bool {
    side.app.has("PUSH_NEW_USERS") || side.app.has("PUSH_PROFILE_UPDATES")
}

/// Whoever had the old app before its provisioning was on: Okta does not know which account is theirs.
fn unlinked(report: &mut Report<'_>) {
    let old = report.old();
    let people = old.people.value().copied().unwrap_or_default();
    let (all, without) = (people.individually + people.through_groups, people.without_external_id);
    if !old.app.has("PUSH_NEW_USERS") || without == 0 {
        return;
    }
    let (old_label, new_label) = report.labels();
    report.finding(Finding {
        id: "without-account".to_owned(),
        title: format!("{} on {old_label} without a linked account", count(without, "person", "people")),
        outcome: CheckOutcome::NeedsReview,
        blocks: None,
        what: format!("Okta knows no account in the service for {without} of {} (`externalId` is null).", count(all, "person", "people")),
        why: format!("They may have got the app before provisioning was on. What {new_label} does for them depends on the username alone: it may find their account, or make a second one."),
        mend: "See in step 2 whether the service's own export has their usernames, and put some of them into the pilot.".to_owned(),
        evidence: vec![evidence("apps/{app}/users", old)],
        link: LinkTo::OldApp(Tab::Assignments),
        can_skip: true,
    });
}

/// People who are assigned before provisioning is on stay without an account until somebody presses a button for each.
fn order(report: &mut Report<'_>) {
    const CREATE: &str = "PUSH_NEW_USERS";
    let (old, new) = (report.old(), report.new_side());
    let (old_label, new_label) = report.labels();
    let unlinked = new.people.value().map_or(0, |people| people.without_external_id);
    let (off, stranded) = (
        old.app.has(CREATE) && !new.app.has(CREATE),
        new.app.has(CREATE) && unlinked > 0,
    );
    if !off && !stranded {
        return;
    }
    let what = if off {
        let there = match unlinked {
            0 => String::new(),
            n => format!(
                " {} are on it already without a linked account.",
                count(n, "person", "people")
            ),
        };
        format!("{old_label} creates accounts, {new_label} does not yet.{there}")
    } else {
        format!(
            "{} on {new_label} without a linked account in the service.",
            if unlinked == 1 {
                "1 person is".to_owned()
            } else {
                format!("{} are", count(unlinked, "person", "people"))
            }
        )
    };
    report.finding(Finding {
        id: "assigned-before-provisioning".to_owned(),
        title: if off {
            format!("Switch provisioning of {new_label} on before anybody is assigned")
        } else {
            format!("{} on {new_label} without an account", count(unlinked, "person", "people"))
        },
        outcome: CheckOutcome::NeedsReview,
        blocks: off.then_some(Step::Pilot),
        what,
        why: "Whoever is assigned while Create Users is off gets no account and no link when it is switched on later. Somebody must then press Provision User for each, one by one.".to_owned(),
        mend: if off {
            format!("Open the Provisioning tab of {new_label}, To App, and tick Create Users first. If the service makes accounts at the first sign-in, skip this check and say so.")
        } else {
            format!("Open the Assignments tab of {new_label} and press Provision User for them, or look under Dashboard, Tasks, for what holds them up.")
        },
        evidence: vec![evidence("apps/{app}", new), evidence("apps/{app}/users", new)],
        link: if off { LinkTo::NewApp(Tab::Provisioning) } else { LinkTo::NewApp(Tab::Assignments) },
        can_skip: true,
    });
}

#[cfg(test)]
#[path = "capabilities_tests.rs"]
mod tests;
