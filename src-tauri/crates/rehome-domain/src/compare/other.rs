//! Every setting that no section knows and that differs: shown as Okta names it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::report::{Report, listed};
use super::settings::leaves;
use super::{Finding, LinkTo, RowOutcome, Tab};
use crate::CheckOutcome;

/// Most labels in a sentence.
const NAMED: usize = 8;

pub fn compare(report: &mut Report<'_>) {
    let (old, new) = (leaves(&report.old().app.raw), leaves(&report.new_side().app.raw));
    let paths: BTreeSet<&String> = old
        .keys()
        .chain(new.keys())
        .filter(|path| !covered(report, path))
        .collect();
    for path in paths {
        let (old, new) = (
            old.get(path).copied().unwrap_or(&Value::Null),
            new.get(path).copied().unwrap_or(&Value::Null),
        );
        if old != new {
            // The whole path is the name: `credentials.password.value` is as secret as its password.
            report.setting(path, path, path, old, new, RowOutcome::NeedsReview);
        }
    }
    let labels = report.sweep("other-settings");
    if labels.is_empty() {
        return;
    }
    let (old_label, new_label) = report.labels();
    let more = labels.len().saturating_sub(NAMED);
    let named = listed(&labels[..labels.len() - more]);
    let named = if more == 0 {
        named
    } else {
        format!("{}, and {more} more", labels[..NAMED].join(", "))
    };
    report.finding(Finding {
        id: "other-settings".to_owned(),
        title: "Other settings differ".to_owned(),
        outcome: CheckOutcome::NeedsReview,
        blocks: None,
        what: format!("{old_label} and {new_label} differ in: {named}."),
        why: "Rehome has no words for these settings, so it cannot say what they do.".to_owned(),
        mend: "Look at them in the table. If they do not matter for your service, skip this check and say so."
            .to_owned(),
        evidence: report.both("apps/{app}"),
        link: LinkTo::NewApp(Tab::General),
        can_skip: true,
    });
}

fn covered(report: &Report<'_>, path: &str) -> bool {
    let below = |prefix: &str| {
        path.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    report.covered.iter().any(|prefix| below(prefix))
}
