//! The exported plan: all that a second admin needs to judge it without the org.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rehome_domain::{GroupId, UserId, approval::KEY, plan::Plan};
use serde::{Deserialize, Serialize};

use super::no_plan;
use crate::{
    migration::Migration,
    problem::{Answer, bad_input, problem},
    view::{OrgView, ProblemCode},
};

const FORMAT: &str = "rehome plan";

/// Largest file that is read, in bytes: a plan for 100,000 people has about 80 MB.
pub(super) const MOST_BYTES: usize = 256 << 20;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlanFile {
    pub format: String,
    pub version: u32,
    pub digest: String,
    pub org: OrgView,
    pub old_label: String,
    pub new_label: String,
    pub drafted_by: String,
    pub exported_at: Timestamp,
    /// Public key of the Rehome that exported it, hexadecimal.
    pub key: String,
    /// For reading: nothing of it is sent, and the digest does not cover it.
    pub people: BTreeMap<UserId, Named>,
    pub groups: BTreeMap<GroupId, String>,
    pub plan: Plan,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Named {
    pub name: String,
    pub login: String,
}

/// Name of the file, its bytes, and the plan's digest.
pub(super) fn write(open: &Migration, name: &str, key: &[u8; KEY]) -> Answer<(String, Vec<u8>, String)> {
    let model = open.model();
    let record = model.plan.as_ref().ok_or_else(no_plan)?;
    let inventory = model.inventory.as_ref().ok_or_else(no_plan)?;
    let named = |user: &UserId| {
        let person = inventory.roster.users.get(user).and_then(|u| u.person.as_ref());
        let named = person.map(|p| Named {
            name: p.name().into_owned(),
            login: p.login().to_owned(),
        });
        (user.clone(), named.unwrap_or_default())
    };
    let planned = record.plan.people().map(|(_, p)| &p.user);
    let file = PlanFile {
        format: FORMAT.to_owned(),
        version: 1,
        digest: record.digest.clone(),
        org: open.org.clone(),
        old_label: inventory.old.app.label.clone(),
        new_label: inventory.new.app.label.clone(),
        drafted_by: name.to_owned(),
        exported_at: Timestamp::now(),
        key: data_encoding::HEXLOWER.encode(key),
        people: planned.chain(record.plan.excluded.keys()).map(named).collect(),
        groups: inventory
            .roster
            .groups
            .iter()
            .map(|g| (g.id.clone(), g.name.clone()))
            .collect(),
        plan: Plan::clone(&record.plan),
    };
    let bytes = serde_json::to_vec(&file).map_err(|e| {
        problem(
            ProblemCode::Unexpected,
            "The plan could not be written",
            e.to_string(),
            "Report this.",
        )
    })?;
    let label = crate::report::slug(&file.new_label);
    let name = format!("rehome-plan-{label}-{}.json", super::short(&record.digest));
    Ok((name, bytes, record.digest.clone()))
}

/// Reads a file; the digest is worked out anew, whatever the file says.
pub(super) fn read(name: &str, bytes: &[u8]) -> Answer<PlanFile> {
    let file: PlanFile = serde_json::from_slice(bytes).map_err(|_| {
        bad_input(
            format!("{name} is not a plan of Rehome"),
            "Choose the file that your colleague has exported, as it is.",
        )
    })?;
    if file.format != FORMAT || file.version != 1 {
        return Err(bad_input(
            format!("{name} was made by another version of Rehome"),
            "Use the same version on both computers.",
        ));
    }
    if file.plan.digest() != file.digest {
        return Err(problem(
            ProblemCode::BadInput,
            "This plan was changed after it was exported",
            format!(
                "It says that it is {}, and what stands in it is {}. Or another version of Rehome has made it.",
                super::short(&file.digest),
                super::short(&file.plan.digest())
            ),
            "Do not approve it. Ask your colleague to export it again, and to send it another way.",
        ));
    }
    Ok(file)
}
