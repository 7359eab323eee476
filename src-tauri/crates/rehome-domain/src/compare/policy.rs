//! Who may sign in under which conditions.

use super::report::{Part, Report};
use super::settings::count;
use super::{Engine, Finding, LinkTo, Policy, RowOutcome, Step, Tab};
use crate::{CheckOutcome, Reading};

const POLICY: Part = Part {
    id: "policy",
    name: "the access policy",
    call: "apps/{app}",
    blocks: Step::Pilot,
};

pub fn compare(report: &mut Report<'_>) {
    if report.input.engine == Engine::Classic {
        return classic(report);
    }
    let (old, new) = (&report.old().policy, &report.new_side().policy);
    let Some((old_policy, new_policy)) = report.part(POLICY, old, new) else {
        return;
    };
    let shown = |policy: Option<&Policy>| policy.map(words).unwrap_or_default();
    let (old_text, new_text) = (shown(old_policy), shown(new_policy));
    let same = old_policy.map(|p| &p.id) == new_policy.map(|p| &p.id);
    let (outcome, finding) = if same {
        (RowOutcome::Same, None)
    } else {
        (RowOutcome::NeedsReview, Some("access-policy"))
    };
    report.row("access-policy", "Access policy", &old_text, &new_text, outcome, finding);
    if same || matches!(old, Reading::Unreadable { .. }) || matches!(new, Reading::Unreadable { .. }) {
        return;
    }
    let (old_label, new_label) = report.labels();
    let or_none = |text: &str| {
        if text.is_empty() {
            "no policy of its own".to_owned()
        } else {
            text.to_owned()
        }
    };
    report.finding(Finding {
        id: "access-policy".to_owned(),
        title: "The two apps have different access policies".to_owned(),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Pilot),
        what: format!("{old_label}: {}. {new_label}: {}.", or_none(&old_text), or_none(&new_text)),
        why: "People may be asked for more, or for less, when they sign in: a weaker policy opens the service wider, a stricter one locks people out.".to_owned(),
        mend: format!("Give {new_label} the policy of {old_label} (Sign On tab, User authentication), or skip this check and say why the other one is right. Look also for rules that name {old_label}."),
        evidence: report.both("apps/{app}"),
        link: LinkTo::NewApp(Tab::SignOn),
        can_skip: true,
    });
}

/// "Workforce apps (3 rules)".
fn words(policy: &Policy) -> String {
    let name = if policy.name.is_empty() {
        &policy.id
    } else {
        &policy.name
    };
    match policy.rules {
        Some(rules) => format!("{name} ({})", count(rules, "rule", "rules")),
        None => name.clone(),
    }
}

/// Classic has no API for the sign-on rules of an app (api-facts 10.2): only a human can compare them.
fn classic(report: &mut Report<'_>) {
    let text = "only to be seen in Okta";
    report.row(
        "sign-on-rules",
        "App sign-on rules",
        text,
        text,
        RowOutcome::CouldNotBeRead,
        Some("sign-on-rules"),
    );
    let (old_label, new_label) = report.labels();
    report.finding(Finding {
        id: "sign-on-rules".to_owned(),
        title: "Compare the sign-on rules by eye".to_owned(),
        outcome: CheckOutcome::Attest,
        blocks: Some(Step::Pilot),
        what: format!("This org runs on the Classic Engine, which shows the sign-on rules of {old_label} and {new_label} in the Admin Console alone."),
        why: "A new app starts with a rule that lets everyone in. A rule that asks for a second factor or a network does not come along by itself.".to_owned(),
        mend: format!("Open the Sign On tab of both apps side by side, make the rules of {new_label} the same, and say that you have seen it."),
        evidence: vec!["No call: Okta has no API for these rules".to_owned()],
        link: LinkTo::NewApp(Tab::SignOn),
        can_skip: true,
    });
}
