//! Provisioning, by the features that Okta reports as enabled (api-facts 8.2).

use std::collections::BTreeSet;

use super::capabilities::deactivates;
use super::report::{Report, evidence, listed};
use super::{Finding, LinkTo, RowOutcome, Side, Step, Tab};
use crate::{App, CheckOutcome};

/// A box on the Provisioning tab. With words of why, its difference is a finding.
struct Feature {
    name: &'static str,
    id: &'static str,
    label: &'static str,
    /// What it means that only the old app does it; empty: nothing to say.
    lost: &'static str,
    /// What it means that only the new app does it; empty: nothing to say.
    gained: &'static str,
}

const FEATURES: [Feature; 7] = [
    Feature {
        name: "PUSH_NEW_USERS",
        id: "create-users",
        label: "Create users",
        lost: "Whoever is assigned gets no account in the service, and the accounts that are there are not linked: later changes do not reach them.",
        gained: "Assigning creates an account for everyone whom the service does not recognise by the username: duplicates, if usernames differ.",
    },
    Feature {
        name: "PUSH_PROFILE_UPDATES",
        id: "update-attributes",
        label: "Update user attributes",
        lost: "Changes of name, e-mail or role in Okta no longer reach the service once people have moved.",
        gained: "Assigning pushes the mapped attributes and overwrites what the service holds today.",
    },
    Feature {
        name: "REACTIVATE_USERS",
        id: "reactivate-users",
        label: "Reactivate users",
        lost: "An account that is switched off in the service stays off when its person is assigned.",
        gained: "Assigning switches on accounts in the service that somebody may have switched off on purpose.",
    },
    Feature {
        name: "PUSH_PASSWORD_UPDATES",
        id: "sync-password",
        label: "Sync password",
        lost: "Passwords of the service no longer follow Okta's; whoever signs in there directly keeps the last one.",
        gained: "Assigning sets the service's password, also for people who sign in there directly.",
    },
    Feature {
        name: "GROUP_PUSH",
        id: "group-push",
        label: "Group push",
        lost: "Groups cannot be pushed from the new app yet; memberships in the service stop following Okta.",
        gained: "",
    },
    // What these two do is told by their names alone: Okta documents neither.
    Feature {
        name: "UPDATE_EXISTING_USERNAME",
        id: "update-usernames",
        label: "Push changed usernames",
        lost: "A username that changes in Okta no longer changes in the service, so the two drift apart.",
        gained: "A username that is different on the new app may rename the account in the service.",
    },
    Feature {
        name: "EXCLUDE_USERNAME_UPDATE_ON_PROFILE_PUSH",
        id: "exclude-usernames",
        label: "Leave usernames out of profile pushes",
        lost: "A profile push from the new app may carry the username along and rename the account in the service.",
        gained: "Profile pushes from the new app leave usernames as they are in the service, also where they should change.",
    },
];

/// What Okta takes from the service, and what that is called here.
const IMPORTS: [(&str, &str); 5] = [
    ("IMPORT_NEW_USERS", "new people"),
    ("IMPORT_PROFILE_UPDATES", "changed profiles"),
    ("IMPORT_USER_SCHEMA", "its list of attributes"),
    ("IMPORT_SYNC", "regular imports"),
    ("REAL_TIME_SYNC", "changes at once"),
];

pub fn compare(report: &mut Report<'_>) {
    let (old, new) = (&report.old().app, &report.new_side().app);
    report.covered.push("features");
    let told = deactivates(report.old()) || deactivates(report.new_side());
    if !told && old.features.is_empty() && new.features.is_empty() {
        report.row("provisioning", "Provisioning", "Off", "Off", RowOutcome::Same, None);
        return;
    }
    deactivate(report);
    FEATURES.iter().for_each(|feature| switch(report, feature));
    source(report);
    imports(report);
    others(report);
}

fn on(app: &App, feature: &str) -> &'static str {
    if app.has(feature) { "On" } else { "Off" }
}

/// The box that does the damage (invariant 4).
fn deactivate(report: &mut Report<'_>) {
    // Either sign is enough: the two may disagree for a while, and only one of them has to be right (invariant 4).
    let on = |side: &Side| side.app.has("PUSH_USER_DEACTIVATION") || deactivates(side);
    let (old, new) = (on(report.old()), on(report.new_side()));
    let (old_label, new_label) = report.labels();
    let text = |on: bool| if on { "On" } else { "Off" };
    let (outcome, finding) = match (old, new) {
        (true, _) => (RowOutcome::Blocked, Some("deactivate-users")),
        (false, true) => (RowOutcome::NeedsReview, Some("deactivate-users-new")),
        (false, false) => (RowOutcome::Same, None),
    };
    report.row(
        "deactivate-users",
        "Deactivate users on unassign",
        text(old),
        text(new),
        outcome,
        finding,
    );
    if old {
        report.finding(Finding {
            id: "deactivate-users".to_owned(),
            title: format!("{old_label} switches accounts off when people leave it"),
            outcome: CheckOutcome::Blocked,
            blocks: Some(Step::Retire),
            what: format!("Deactivate Users is on in {old_label}."),
            why: format!("Unassigning {old_label} would switch off the accounts that your colleagues then use through {new_label}: both apps lead to the same accounts."),
            mend: "Open the Provisioning tab of the old app, To App, and untick Deactivate Users before step 5. Nothing before step 5 is in danger.".to_owned(),
            evidence: vec![evidence("apps/{app}", report.old())],
            link: LinkTo::OldApp(Tab::Provisioning),
            can_skip: false,
        });
    }
    if new {
        report.finding(Finding {
            id: "deactivate-users-new".to_owned(),
            title: format!("{new_label} switches accounts off when people leave it"),
            outcome: CheckOutcome::NeedsReview,
            blocks: None,
            what: format!("Deactivate Users is on in {new_label}."),
            why: "Taking somebody off the new app again, to undo a wave or to swap groups, would switch off that account. Rehome refuses both while the box is ticked.".to_owned(),
            mend: "Untick it until the move is over, then tick it again if leavers shall lose their account.".to_owned(),
            evidence: vec![evidence("apps/{app}", report.new_side())],
            link: LinkTo::NewApp(Tab::Provisioning),
            can_skip: true,
        });
    }
}

fn switch(report: &mut Report<'_>, feature: &Feature) {
    let (old, new) = (&report.old().app, &report.new_side().app);
    let (old_label, new_label) = report.labels();
    let why = match (old.has(feature.name), new.has(feature.name)) {
        (true, false) => feature.lost,
        (false, true) => feature.gained,
        _ => "",
    };
    let outcome = match (old.has(feature.name) == new.has(feature.name), why.is_empty()) {
        (true, _) => RowOutcome::Same,
        (false, true) => RowOutcome::OnlyInNew,
        (false, false) => RowOutcome::NeedsReview,
    };
    let finding = (!why.is_empty()).then_some(feature.id);
    report.row(
        feature.id,
        feature.label,
        on(old, feature.name),
        on(new, feature.name),
        outcome,
        finding,
    );
    if why.is_empty() {
        return;
    }
    let (has, has_not) = if old.has(feature.name) {
        (old_label, new_label)
    } else {
        (new_label, old_label)
    };
    report.finding(Finding {
        id: feature.id.to_owned(),
        title: format!("{}: on in {has} only", feature.label),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Pilot),
        what: format!("{} is on in {has} and off in {has_not}.", feature.label),
        why: why.to_owned(),
        mend: format!("Open the Provisioning tab of {new_label} and set it as {old_label} has it, before anybody is assigned. If the difference is meant, skip this check and say why."),
        evidence: report.both("apps/{app}"),
        link: LinkTo::NewApp(Tab::Provisioning),
        can_skip: true,
    });
}

fn source(report: &mut Report<'_>) {
    const NAME: &str = "PROFILE_MASTERING";
    let (old, new) = (&report.old().app, &report.new_side().app);
    let (old_label, new_label) = report.labels();
    let (outcome, finding) = match (old.has(NAME), new.has(NAME)) {
        (true, _) => (RowOutcome::Blocked, Some("profile-source")),
        (false, true) => (RowOutcome::NeedsReview, Some("profile-source-new")),
        (false, false) => (RowOutcome::Same, None),
    };
    report.row(
        "profile-source",
        "Profile source",
        on(old, NAME),
        on(new, NAME),
        outcome,
        finding,
    );
    if old.has(NAME) {
        report.finding(Finding {
            id: "profile-source".to_owned(),
            title: format!("{old_label} is a profile source"),
            outcome: CheckOutcome::Blocked,
            blocks: Some(Step::Retire),
            what: format!("People's Okta profiles come from {old_label}; in Okta they are read-only."),
            why: format!("When {old_label} is taken away, these people lose the source of their profile, and whoever was switched off there may be switched off in Okta too."),
            mend: format!("Make {new_label}, a directory or Okta itself the profile source, and switch it off for {old_label} before step 5."),
            evidence: vec![evidence("apps/{app}", report.old())],
            link: LinkTo::OldApp(Tab::Provisioning),
            can_skip: false,
        });
    }
    if new.has(NAME) {
        report.finding(Finding {
            id: "profile-source-new".to_owned(),
            title: format!("{new_label} is a profile source"),
            outcome: CheckOutcome::NeedsReview,
            blocks: Some(Step::Pilot),
            what: format!("Whoever is assigned to {new_label} may have the Okta profile overwritten by it."),
            why: "A profile that comes from the wrong place changes names, e-mail addresses and with them sign-in to every other app.".to_owned(),
            mend: "Look at the order of profile sources in Okta (Directory, Profile Sources), and at what the app would import.".to_owned(),
            evidence: vec![evidence("apps/{app}", report.new_side())],
            link: LinkTo::NewApp(Tab::Provisioning),
            can_skip: true,
        });
    }
}

fn imports(report: &mut Report<'_>) {
    let enabled = |app: &App| -> String {
        let on = IMPORTS.iter().filter(|(name, _)| app.has(name));
        let words: Vec<&str> = on.map(|(_, words)| *words).collect();
        if words.is_empty() {
            "Off".to_owned()
        } else {
            words.join(", ")
        }
    };
    let (old, new) = (enabled(&report.old().app), enabled(&report.new_side().app));
    let id = Some("imports");
    report.compared("imports", "Imports", &old, &new, RowOutcome::NeedsReview, id);
    if old == new {
        return;
    }
    let (old_label, new_label) = report.labels();
    report.finding(Finding {
        id: "imports".to_owned(),
        title: "The two apps import different things".to_owned(),
        outcome: CheckOutcome::NeedsReview,
        blocks: None,
        what: format!("{old_label}: {old}. {new_label}: {new}."),
        why: "Imports bring people, groups and lists of values from the service to Okta. Groups that come from the old app vanish with it.".to_owned(),
        mend: format!("Set up the imports of {new_label} on its Provisioning tab, To Okta, and look for rules and policies that use imported groups."),
        evidence: report.both("apps/{app}"),
        link: LinkTo::NewApp(Tab::Provisioning),
        can_skip: true,
    });
}

/// Features that Rehome has no words for are shown as Okta calls them.
fn others(report: &mut Report<'_>) {
    let (old, new) = (&report.old().app, &report.new_side().app);
    let known = |name: &str| {
        ["PUSH_USER_DEACTIVATION", "PROFILE_MASTERING", "ENTITLEMENT_MANAGEMENT"].contains(&name)
            || IMPORTS.iter().any(|(import, _)| *import == name)
            || FEATURES.iter().any(|feature| feature.name == name)
    };
    let names: BTreeSet<&String> = old
        .features
        .iter()
        .chain(&new.features)
        .filter(|name| !known(name))
        .collect();
    for name in names {
        let outcome = match (old.has(name), new.has(name)) {
            (true, false) => RowOutcome::OnlyInOld,
            (false, true) => RowOutcome::OnlyInNew,
            _ => RowOutcome::Same,
        };
        report.row(
            &format!("feature.{name}"),
            &format!("Feature {name}"),
            on(old, name),
            on(new, name),
            outcome,
            None,
        );
    }
    let labels = report.sweep("other-features");
    let (old_label, new_label) = report.labels();
    if !labels.is_empty() {
        report.finding(Finding {
            id: "other-features".to_owned(),
            title: "Other features differ".to_owned(),
            outcome: CheckOutcome::NeedsReview,
            blocks: None,
            what: format!("{old_label} and {new_label} differ in: {}.", listed(&labels)),
            why: "What the old app did with it, nobody does once it is gone.".to_owned(),
            mend: format!("See whether {new_label} needs it. If not, skip this check and say why."),
            evidence: report.both("apps/{app}"),
            link: LinkTo::NewApp(Tab::Provisioning),
            can_skip: true,
        });
    }
}
