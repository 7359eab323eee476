//! Step 1: what the two apps have in common, where they differ, and what that means. Pure: same input, same findings, in
//! the same order. Nothing that was read is dropped: what no section knows stands under "Other settings".

mod always;
mod assignments;
mod attached;
mod attributes;
mod capabilities;
mod durations;
mod input;
mod kind;
mod limits;
mod other;
mod policy;
mod policy_words;
mod portal;
mod providers;
mod provisioning;
mod push;
mod raw;
pub mod references;
mod report;
mod settings;
mod sign_on;
pub(crate) mod signing;
mod spans;
pub(crate) mod strictness;
mod vendor;

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::CheckOutcome;

pub use always::Always;
pub use input::{
    Attached, AttachedKind, CompareInput, Engine, IdentityProviders, PeopleCount, PlanShape, Policy, PushMapping, Side,
    is_federated,
};
pub(crate) use kind::mode_name;
pub use policy_words::{RuleWords, policy_words};
pub use raw::RawPlace;
pub use references::{Hit, Reference};
pub(crate) use settings::leaves;
pub use settings::redacted;
pub use spans::Span;

#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Sections without rows are left out.
    pub sections: Vec<Section>,
    /// Blocked first, then what could not be read, what a human must look at, and what needs review.
    pub findings: Vec<Finding>,
    /// What always differs between two instances, as far as it applies to these two; explained once.
    pub always: Vec<Always>,
}

impl Comparison {
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.sections.iter().flat_map(|section| &section.rows)
    }

    /// Rows that are neither equal nor different by nature.
    pub fn matters(&self) -> usize {
        self.rows().filter(|row| row.matters()).count()
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    pub title: &'static str,
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Stable: `audience`, `settings.app.companySubDomain`.
    pub id: String,
    pub label: String,
    pub old: Vec<Span>,
    pub new: Vec<Span>,
    pub outcome: RowOutcome,
    /// Id of the finding that explains it.
    pub finding: Option<String>,
    /// Where the raw JSON shows it.
    pub raw: Option<RawPlace>,
    /// Of a row that differs as it must: id of the entry of `Comparison::always` that explains it.
    pub always: Option<&'static str>,
}

impl Row {
    pub fn matters(&self) -> bool {
        !matches!(self.outcome, RowOutcome::Same | RowOutcome::DiffersAsItMust)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RowOutcome {
    Same,
    DiffersAsItMust,
    NeedsReview,
    Blocked,
    OnlyInOld,
    OnlyInNew,
    CouldNotBeRead,
}

impl RowOutcome {
    pub fn words(self) -> &'static str {
        match self {
            Self::Same => "Passed",
            Self::DiffersAsItMust => "Differs as it must",
            Self::NeedsReview => "Needs review",
            Self::Blocked => "Blocked",
            Self::OnlyInOld => "Only in the old app",
            Self::OnlyInNew => "Only in the new app",
            Self::CouldNotBeRead => "Could not be read",
        }
    }
}

/// What a check found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Stable name of the check: `signing-certificate`.
    pub id: String,
    pub title: String,
    pub outcome: CheckOutcome,
    /// The first step that it closes; `None`: it closes nothing.
    pub blocks: Option<Step>,
    pub what: String,
    pub why: String,
    pub mend: String,
    /// Calls that showed it.
    pub evidence: Vec<String>,
    pub link: LinkTo,
    /// May be passed by name with a reason.
    pub can_skip: bool,
}

/// Steps 1 to 6 of Okta's article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    Compare,
    Map,
    Pilot,
    Waves,
    Retire,
    Delete,
}

/// Where in the Admin Console it is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkTo {
    OldApp(Tab),
    NewApp(Tab),
    None,
}

/// Tabs of an app's page in the Admin Console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Tab {
    General,
    SignOn,
    Provisioning,
    Import,
    Assignments,
    PushGroups,
}

/// Compares the two apps as they were read. `now` tells which certificates expire soon.
///
/// The order of the sections is that of `SECTIONS`.
pub fn compare(input: &CompareInput, now: Timestamp) -> Comparison {
    let mut report = report::Report::new(input, now);
    kind::compare(&mut report);
    sign_on::compare(&mut report);
    providers::compare(&mut report);
    report.close(SECTIONS[0]);
    signing::compare(&mut report);
    report.close(SECTIONS[1]);
    provisioning::compare(&mut report);
    capabilities::compare(&mut report);
    limits::governance(&mut report);
    report.close(SECTIONS[2]);
    policy::compare(&mut report);
    report.close(SECTIONS[3]);
    portal::compare(&mut report);
    report.close(SECTIONS[4]);
    push::compare(&mut report);
    report.close(SECTIONS[5]);
    assignments::compare(&mut report);
    limits::assignments(&mut report);
    report.close(SECTIONS[6]);
    attributes::compare(&mut report);
    report.close(SECTIONS[7]);
    attached::compare(&mut report);
    other::compare(&mut report);
    report.close(SECTIONS[8]);
    vendor::compare(&mut report);
    always::compare(&mut report);
    report.finish()
}

/// "1 person", "1,234 people".
pub(crate) fn people(number: usize) -> String {
    settings::count(number, "person", "people")
}

/// Titles of the sections, in their order.
pub const SECTIONS: [&str; 9] = [
    "Sign-on",
    "Certificates",
    "Provisioning",
    "Policy",
    "Visibility and portal",
    "Group push",
    "Assignments",
    "Attributes",
    "Everything else attached",
];
