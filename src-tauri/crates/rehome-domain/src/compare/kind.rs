//! Whether the two are apps of one kind at all, and active.

use super::report::{Report, listed};
use super::{Finding, LinkTo, RowOutcome, Step, Tab};
use crate::{App, CheckOutcome};

/// Sign-on modes in Okta's console words.
pub fn mode_name(mode: Option<&str>) -> &str {
    match mode {
        None => "None (provisioning only)",
        Some("SAML_2_0") => "SAML 2.0",
        Some("SAML_1_1") => "SAML 1.1",
        Some("OPENID_CONNECT") => "OpenID Connect",
        Some("WS_FEDERATION") => "WS-Federation",
        Some("BROWSER_PLUGIN") => "SWA (browser plugin)",
        Some("AUTO_LOGIN") => "SWA (own sign-in page)",
        Some("SECURE_PASSWORD_STORE") => "SWA (password store)",
        Some("BASIC_AUTH") => "Basic authentication",
        Some("BOOKMARK") => "Bookmark",
        Some(other) => other,
    }
}

/// Custom SAML and SWA apps carry a name of their own, `{org}_{label}_{n}` (api-facts 4.3).
fn is_custom(app: &App) -> bool {
    let sign_on = &app.raw["settings"]["signOn"];
    match app.sign_on_mode.as_deref() {
        Some("SAML_2_0") => sign_on["ssoAcsUrl"].is_string(),
        Some("AUTO_LOGIN") => sign_on["loginUrl"].is_string(),
        _ => false,
    }
}

fn kind_name(app: &App) -> &str {
    if is_custom(app) { "Custom app" } else { &app.name }
}

pub fn compare(report: &mut Report<'_>) {
    let (old, new) = (&report.old().app, &report.new_side().app);
    let (old_label, new_label) = report.labels();
    if old.id == new.id {
        report.finding(Finding {
            id: "same-app".to_owned(),
            title: "Old and new app are the same instance".to_owned(),
            outcome: CheckOutcome::Blocked,
            blocks: Some(Step::Map),
            what: format!("Both sides are {old_label} ({}).", old.id),
            why: "Moving people from an app to itself would take it away from them in the end.".to_owned(),
            mend: "Start a migration with two different apps.".to_owned(),
            evidence: vec![super::report::evidence("apps/{app}", report.old())],
            link: LinkTo::None,
            can_skip: false,
        });
    }
    let mut differences = Vec::new();
    let (old_kind, new_kind) = (kind_name(old), kind_name(new));
    if old_kind != new_kind {
        differences.push(format!("the integration ({old_kind} and {new_kind})"));
    }
    report.compared(
        "app-kind",
        "Kind of app",
        old_kind,
        new_kind,
        RowOutcome::NeedsReview,
        Some("different-kind"),
    );
    status(report);
    let (old_mode, new_mode) = (
        mode_name(old.sign_on_mode.as_deref()),
        mode_name(new.sign_on_mode.as_deref()),
    );
    if old_mode != new_mode {
        differences.push(format!("the sign-on mode ({old_mode} and {new_mode})"));
    }
    report.compared(
        "sign-on-mode",
        "Sign-on mode",
        old_mode,
        new_mode,
        RowOutcome::NeedsReview,
        Some("different-kind"),
    );
    if !differences.is_empty() {
        report.finding(Finding {
            id: "different-kind".to_owned(),
            title: "The two apps are of different kinds".to_owned(),
            outcome: CheckOutcome::NeedsReview,
            blocks: Some(Step::Pilot),
            what: format!("{old_label} and {new_label} differ in {}.", listed(&differences)),
            why: "Two kinds of app may reach different services, or the same service in different ways: attributes, usernames and sign-in need a closer look.".to_owned(),
            mend: "Make sure that both lead to the same service. If that is what you want, skip this check and say why.".to_owned(),
            evidence: report.both("apps/{app}"),
            link: LinkTo::NewApp(Tab::General),
            can_skip: true,
        });
    }
    report.covered.extend([
        "id",
        "orn",
        "name",
        "status",
        "signOnMode",
        "created",
        "lastUpdated",
        "_links",
        "_embedded",
    ]);
}

fn status(report: &mut Report<'_>) {
    let (old, new) = (&report.old().app, &report.new_side().app);
    let (old_label, new_label) = report.labels();
    let finding = if !new.is_active() {
        Some("new-app-inactive")
    } else {
        (!old.is_active()).then_some("old-app-inactive")
    };
    let outcome = match (old.is_active(), new.is_active()) {
        (true, true) => RowOutcome::Same,
        (_, false) => RowOutcome::Blocked,
        (false, true) => RowOutcome::NeedsReview,
    };
    report.row("status", "Status", status_name(old), status_name(new), outcome, finding);
    if !new.is_active() {
        report.finding(Finding {
            id: "new-app-inactive".to_owned(),
            title: format!("{new_label} is not active"),
            outcome: CheckOutcome::Blocked,
            blocks: Some(Step::Pilot),
            what: format!("Okta lists {new_label} as {}.", status_name(new).to_lowercase()),
            why: "Nobody can be moved to an app through which nobody can sign in.".to_owned(),
            mend: format!("Activate {new_label} in Okta, then read both apps again."),
            evidence: vec![super::report::evidence("apps/{app}", report.new_side())],
            link: LinkTo::NewApp(Tab::General),
            can_skip: false,
        });
    }
    if !old.is_active() {
        report.finding(Finding {
            id: "old-app-inactive".to_owned(),
            title: format!("{old_label} is not active"),
            outcome: CheckOutcome::NeedsReview,
            blocks: Some(Step::Pilot),
            what: format!("Okta lists {old_label} as {}.", status_name(old).to_lowercase()),
            why: "Nobody signs in through it any more, so there is no way back to it, and Okta may no longer show who had it.".to_owned(),
            mend: format!("Activate {old_label} again until everyone is proven on {new_label}, or skip this check and say why."),
            evidence: vec![super::report::evidence("apps/{app}", report.old())],
            link: LinkTo::OldApp(Tab::General),
            can_skip: true,
        });
    }
}

fn status_name(app: &App) -> &str {
    match app.status.as_str() {
        "ACTIVE" => "Active",
        "INACTIVE" => "Inactive",
        "DELETED" => "Deleted",
        "" => "Not told",
        other => other,
    }
}
