//! How the app shows itself to people.

use serde_json::Value;

use super::report::{Report, listed};
use super::{Finding, LinkTo, PlanShape, RowOutcome, Tab};
use crate::CheckOutcome;

const ROWS: [(&str, &str); 8] = [
    ("visibility.hide.iOS", "Hidden from the mobile app"),
    ("visibility.autoSubmitToolbar", "Signs in by itself on the sign-in page"),
    ("visibility.autoLaunch", "Opens by itself after sign-in to Okta"),
    ("accessibility.selfService", "People may ask for it themselves"),
    ("accessibility.errorRedirectUrl", "Page for errors"),
    ("accessibility.loginRedirectUrl", "Page for sign-in"),
    ("settings.notes.enduser", "Note for people"),
    ("settings.notes.admin", "Note for admins"),
];

pub fn compare(report: &mut Report<'_>) {
    let (old, new) = (&report.old().app, &report.new_side().app);
    report.compared(
        "label",
        "Name on the dashboard",
        &old.label,
        &new.label,
        RowOutcome::DiffersAsItMust,
        None,
    );
    hidden(report);
    for (path, label) in ROWS {
        let (old, new) = (at(&old.raw, path), at(&new.raw, path));
        // Notes tell about their own app.
        let differing = if path.starts_with("settings.notes") || path == "visibility.hide.iOS" && is_cut_over(report) {
            RowOutcome::DiffersAsItMust
        } else {
            RowOutcome::NeedsReview
        };
        report.setting(path, label, path, old, new, differing);
        report.covered.push(path);
    }
    report
        .covered
        .extend(["label", "visibility.hide.web", "visibility.appLinks"]);
    let labels = report.sweep("portal-settings");
    if labels.is_empty() {
        return;
    }
    let (old_label, new_label) = report.labels();
    report.finding(Finding {
        id: "portal-settings".to_owned(),
        title: "The two apps show themselves differently".to_owned(),
        outcome: CheckOutcome::NeedsReview,
        blocks: None,
        what: format!("{old_label} and {new_label} differ in: {}.", listed(&labels)),
        why: "People notice what looks or behaves differently, and ask.".to_owned(),
        mend: format!("Set {new_label} as {old_label} is, on its General tab, or skip this check and say why."),
        evidence: report.both("apps/{app}"),
        link: LinkTo::NewApp(Tab::General),
        can_skip: true,
    });
}

fn hidden(report: &mut Report<'_>) {
    const PATH: &str = "visibility.hide.web";
    let is_hidden = |raw: &Value| at(raw, PATH).as_bool().unwrap_or(false);
    let (old, new) = (is_hidden(&report.old().app.raw), is_hidden(&report.new_side().app.raw));
    let text = |hidden: bool| if hidden { "Yes" } else { "No" };
    let cut_over = is_cut_over(report);
    let outcome = if old == new {
        RowOutcome::Same
    } else if cut_over {
        RowOutcome::DiffersAsItMust
    } else {
        RowOutcome::NeedsReview
    };
    let finding = if new { "hidden-tile" } else { "shown-tile" };
    report.row(
        PATH,
        "Hidden from the dashboard",
        text(old),
        text(new),
        outcome,
        (old != new && !cut_over).then_some(finding),
    );
    if old == new || cut_over {
        return;
    }
    let (old_label, new_label) = report.labels();
    let (title, what, why, mend) = if new {
        (
            format!("{new_label} is hidden from the dashboard"),
            format!("People see the tile of {old_label}, but not that of {new_label}."),
            "That is good while the app is set up. Whoever has been moved does not find it, though, and goes on using the old one.",
            format!("Show {new_label} on its General tab before the first wave."),
        )
    } else {
        (
            format!("{new_label} is shown on the dashboard"),
            format!("{old_label} is hidden from people; {new_label} is not."),
            "People get a tile that they did not have, and that may lead to a service which is opened in another way.",
            format!("Hide {new_label} on its General tab, or skip this check and say why."),
        )
    };
    report.finding(Finding {
        id: finding.to_owned(),
        title,
        outcome: CheckOutcome::NeedsReview,
        blocks: None,
        what,
        why: why.to_owned(),
        mend,
        evidence: report.both("apps/{app}"),
        link: LinkTo::NewApp(Tab::General),
        can_skip: true,
    });
}

/// Before a cut-over the new tile is hidden, after it the old one; Rehome itself sees to it.
fn is_cut_over(report: &Report<'_>) -> bool {
    report.input.shape() == Some(PlanShape::CutOver)
}

/// The value at a path with dots.
fn at<'a>(raw: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(raw, |value, key| &value[key])
}
