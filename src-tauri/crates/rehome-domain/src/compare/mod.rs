//! Step 1: what the two apps have in common, where they differ, and what that means. Pure: same input, same findings, in
//! the same order. Nothing that was read is dropped: what no section knows stands under "Other settings".

mod assignments;
mod attributes;
mod kind;
mod other;
mod policy;
mod portal;
mod provisioning;
mod report;
mod settings;
mod sign_on;
mod signing;
mod spans;
mod vendor;

#[cfg(test)]
mod recorded;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{App, CheckOutcome, Mapping, Reading, SamlMetadata, Schema, SigningKey};

pub use settings::redacted;
pub use spans::Span;

/// Which engine the org runs on: Classic has no API for the sign-on rules of an app (api-facts 10.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Engine {
    Classic,
    Identity,
}

#[derive(Clone, Debug)]
pub struct CompareInput {
    pub engine: Engine,
    pub old: Side,
    pub new: Side,
}

/// Everything that was read of one app.
#[derive(Clone, Debug)]
pub struct Side {
    pub app: App,
    pub schema: Reading<Schema>,
    /// Onto the app, one for each user type.
    pub mappings: Reading<Vec<Mapping>>,
    pub keys: Reading<Vec<SigningKey>>,
    pub metadata: Reading<SamlMetadata>,
    /// Identity Engine alone.
    pub policy: Reading<Policy>,
    pub people: Reading<PeopleCount>,
    /// Assigned groups.
    pub groups: Reading<usize>,
    pub push: Reading<Vec<PushMapping>>,
}

impl Side {
    /// An app of which nothing else was asked.
    pub fn new(app: App) -> Self {
        Self {
            app,
            schema: Reading::NotApplicable,
            mappings: Reading::NotApplicable,
            keys: Reading::NotApplicable,
            metadata: Reading::NotApplicable,
            policy: Reading::NotApplicable,
            people: Reading::NotApplicable,
            groups: Reading::NotApplicable,
            push: Reading::NotApplicable,
        }
    }
}

/// People on an app, by how they have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeopleCount {
    pub individually: usize,
    pub through_groups: usize,
}

/// An access policy (api-facts 10.1).
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    pub id: String,
    pub name: String,
    /// `None`: not read.
    pub rules: Option<usize>,
    pub raw: Value,
}

impl Policy {
    /// Never fails: a policy is only shown.
    pub fn read(raw: Value, rules: Option<usize>) -> Self {
        let text = |key: &str| raw[key].as_str().unwrap_or_default().to_owned();
        Self {
            id: text("id"),
            name: text("name"),
            rules,
            raw,
        }
    }
}

/// A group that an app pushes to its service (api-facts 10.3).
#[derive(Clone, Debug, PartialEq)]
pub struct PushMapping {
    pub id: String,
    /// ACTIVE, INACTIVE or ERROR.
    pub status: String,
    pub source_group: String,
    pub target_group: String,
    pub raw: Value,
}

impl PushMapping {
    /// Never fails: an odd one counts as active, so that nobody overlooks it.
    pub fn read(raw: Value) -> Self {
        let text = |key: &str| raw[key].as_str().unwrap_or_default().to_owned();
        Self {
            id: text("id"),
            status: text("status"),
            source_group: text("sourceGroupId"),
            target_group: text("targetGroupId"),
            raw,
        }
    }

    pub fn is_active(&self) -> bool {
        self.status != "INACTIVE"
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Sections without rows are left out.
    pub sections: Vec<Section>,
    /// Blocked first, then what could not be read, what a human must look at, and what needs review.
    pub findings: Vec<Finding>,
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
pub fn compare(input: &CompareInput, now: Timestamp) -> Comparison {
    let mut report = report::Report::new(input, now);
    kind::compare(&mut report);
    sign_on::compare(&mut report);
    report.close("Sign-on");
    signing::compare(&mut report);
    report.close("Certificates");
    provisioning::compare(&mut report);
    report.close("Provisioning");
    policy::compare(&mut report);
    report.close("Policy");
    portal::compare(&mut report);
    report.close("Visibility and portal");
    assignments::push(&mut report);
    report.close("Group push");
    assignments::people(&mut report);
    report.close("Assignments");
    attributes::compare(&mut report);
    report.close("Attributes");
    other::compare(&mut report);
    report.close("Other settings");
    vendor::compare(&mut report);
    report.finish()
}
