//! A predictor that was wrong is a finding.

use std::collections::BTreeMap;

use super::AttributeCalibration;
use crate::compare::{Finding, LinkTo, Tab};
use crate::gate::thousands;
use crate::usernames::Calibration;
use crate::{CheckOutcome, UserId};

/// Findings of step 2: one for usernames, one for each attribute that was predicted wrong. They close nothing: what was
/// predicted for the new app is read back in the pilot in any case.
pub fn map_findings(
    usernames: &Calibration,
    attributes: &BTreeMap<String, AttributeCalibration>,
    name: &dyn Fn(&UserId) -> String,
) -> Vec<Finding> {
    let mut found = Vec::new();
    let wrong = usernames.total - usernames.right;
    if wrong > 0 {
        found.push(finding(
            "predictor-usernames".to_owned(),
            "The old app's template does not explain its usernames".to_owned(),
            format!(
                "For {} of {} the template of the old app gives another username than Okta stored. {}",
                thousands(wrong),
                people(usernames.total),
                examples(&usernames.examples, name)
            ),
            "Usernames stay as they were when a login or the template changes later, and hand-set ones stay too. Predictions for \
             the new app do not know of this."
                .to_owned(),
            "Look at these people in step 2. Keep the old username where the service knows it.".to_owned(),
        ));
    }
    for (attribute, counts) in attributes.iter().filter(|(_, counts)| counts.wrong > 0) {
        let why = if counts.push {
            "Okta keeps this attribute current, so either Rehome reads the expression otherwise than Okta, or somebody overrode \
             values."
        } else {
            "Okta fills this attribute once and does not keep it current, so values may have changed since. That says little \
             about the prediction."
        };
        found.push(finding(
            format!("predictor-{attribute}"),
            format!("The old app's mapping does not explain {attribute}"),
            format!(
                "For {} of {} the mapping gives another value than Okta stored. {}",
                thousands(counts.wrong),
                people(counts.right + counts.wrong),
                examples(&counts.examples, name)
            ),
            why.to_owned(),
            format!("Look at these people. Where the stored value is right, have {attribute} copied from the old app."),
        ));
    }
    found
}

fn people(count: usize) -> String {
    match count {
        1 => "1 person".to_owned(),
        more => format!("{} people", thousands(more)),
    }
}

fn examples(examples: &[(UserId, String, String)], name: &dyn Fn(&UserId) -> String) -> String {
    let shown = |text: &str| {
        if text.is_empty() {
            "nothing".to_owned()
        } else {
            format!("\u{201c}{text}\u{201d}")
        }
    };
    let words: Vec<String> = examples
        .iter()
        .take(3)
        .map(|(user, stored, predicted)| {
            format!(
                "{}: {} is stored, {} predicted.",
                name(user),
                shown(stored),
                shown(predicted)
            )
        })
        .collect();
    words.join(" ")
}

fn finding(id: String, title: String, what: String, why: String, mend: String) -> Finding {
    Finding {
        id,
        title,
        outcome: CheckOutcome::NeedsReview,
        blocks: None,
        what: what.trim_end().to_owned(),
        why,
        mend,
        evidence: Vec::new(),
        link: LinkTo::OldApp(Tab::Provisioning),
        can_skip: true,
    }
}
