//! A second admin approves: the setting, the exported plan, the code that comes back, and the other side, which reads the
//! plan and makes the code (rows 49).

mod file;
mod keys;
mod review;

use std::collections::BTreeMap;

use jiff::Timestamp;
use rehome_domain::approval::{self, Refusal};
use serde_json::{Value, json};

use self::keys::verify;
pub(crate) use self::review::Reading;
use crate::{
    actions::{name_of, reason_of},
    migration::Migration,
    model::{Model, kind},
    present,
    problem::{Answer, bad_input, problem},
    rehome::Rehome,
    view::{
        Action, ApprovalCheck, KnownKey, NextStep, Problem, ProblemCode, SavedFile, SecondApproved, SecondView, Tone,
    },
};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        problem(ProblemCode::BadInput, refusal.what, refusal.why, refusal.mend)
    }
}

/// What the journal says of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Second {
    pub required: bool,
    pub off_because: Option<String>,
    /// By the digest of the plan.
    pub approvals: BTreeMap<String, Approval>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Approval {
    pub name: String,
    /// Public key, hexadecimal.
    pub key: String,
    pub at: Timestamp,
}

impl Second {
    pub fn take(&mut self, decision: &rehome_journal::Decision) {
        let value = &decision.value;
        match decision.kind.as_str() {
            kind::SECOND => {
                self.required = value["required"] == Value::Bool(true);
                self.off_because = value["reason"].as_str().map(str::to_owned);
            }
            kind::SECOND_APPROVED => {
                let text = |key: &str| value[key].as_str().map(str::to_owned);
                if let (Some(name), Some(key)) = (text("name"), text("key")) {
                    let at = decision.at;
                    self.approvals
                        .insert(decision.subject.clone(), Approval { name, key, at });
                }
            }
            _ => {}
        }
    }
}

/// The plan is approved here and waits for the second admin.
pub(crate) fn is_missing(model: &Model) -> bool {
    let second = &model.decisions.second;
    let waits = |digest: &String| !second.approvals.contains_key(digest);
    second.required && model.approved().is_some_and(|record| waits(&record.digest))
}

/// No wave runs without it.
pub(crate) fn refuse_missing(model: &Model) -> Answer<()> {
    if !is_missing(model) {
        return Ok(());
    }
    Err(problem(
        ProblemCode::GateClosed,
        "A second admin has not approved this plan",
        "Your team has asked for it: two people look at a plan before it runs.",
        "Export the plan, let a colleague open it in their Rehome, and enter the code that they get.",
    ))
}

/// What comes before any run while it is missing.
pub(crate) fn next_step(model: &Model) -> Option<NextStep> {
    is_missing(model).then(|| {
        present::next(
            "A second admin must approve the plan",
            "Export it, let a colleague open it in their own Rehome, and enter the code that they send you.",
            Tone::Review,
        )
        .offer("Ask a second admin", Action::SecondApproval)
        .offer("Review the plan", Action::ReviewPlan)
    })
}

impl Rehome {
    /// The second admin's approval, as it stands.
    pub async fn second_approval(&self, migration: String) -> Answer<SecondView> {
        let open = self.migration_of(&migration).await?;
        let (own, kept) = self.approval_key().await?;
        let model = open.model();
        let second = &model.decisions.second;
        let plan = model.plan.as_ref();
        let approved = plan.and_then(|p| second.approvals.get(&p.digest)).map(shown);
        Ok(SecondView {
            required: second.required,
            off_because: second.off_because.clone(),
            digest: plan.map(|p| short(&p.digest)),
            approved,
            own: approval::fingerprint(&own.public()),
            kept,
        })
    }

    /// Whether a plan runs without a second admin; switching it off needs a reason.
    pub async fn require_second(&self, migration: String, required: bool, reason: Option<String>) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let value = if required {
            json!({ "required": true })
        } else {
            let reason = reason.ok_or_else(|| {
                bad_input(
                    "A reason is needed",
                    "One sentence why one admin alone is enough: it stands in the report.",
                )
            })?;
            let mut value = reason_of(Some(reason))?;
            value["required"] = json!(false);
            value
        };
        open.decide(kind::SECOND, "", value).await
    }

    /// Writes the newest plan as a file for the second admin.
    pub async fn export_plan(&self, migration: String, name: String) -> Answer<SavedFile> {
        let open = self.migration_of(&migration).await?;
        let name = name_of(&name)?.to_owned();
        let (key, _) = self.approval_key().await?;
        let (file, bytes, digest) = file::write(&open, &name, &key.public())?;
        let path = crate::report::put(&self.options.report_dir, &file, &bytes)?;
        Ok(SavedFile {
            path,
            words: format!(
                "The plan {}, with everybody in it and what is sent for them.",
                short(&digest)
            ),
        })
    }

    /// Looks at a code without taking it: who made it, and whether the key was seen before.
    pub async fn check_approval(&self, migration: String, code: String) -> Answer<ApprovalCheck> {
        let open = self.migration_of(&migration).await?;
        let (code, _) = self.judged(&open, &code).await?;
        self.known(&code).await
    }

    /// Takes a code. `compared`: the fingerprint was read out by the colleague; needed for a key that is not known.
    pub async fn enter_approval(&self, migration: String, code: String, compared: bool) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let (code, digest) = self.judged(&open, &code).await?;
        let known = self.known(&code).await?;
        if known.known != KnownKey::Known && !compared {
            return Err(problem(
                ProblemCode::BadInput,
                "Compare the fingerprint first",
                known.words,
                "Call your colleague, let them read the six numbers out, and say that they are the same.",
            ));
        }
        let key = data_encoding::HEXLOWER.encode(&code.key);
        let value = json!({ "name": code.name, "key": key });
        open.decide(kind::SECOND_APPROVED, &digest, value).await
    }

    /// The code, if it holds for the newest plan, and that plan's digest.
    async fn judged(&self, open: &Migration, pasted: &str) -> Answer<(approval::Code, String)> {
        let code = approval::decode(pasted)?;
        let (own, _) = self.approval_key().await?;
        let digest = open.model().plan.as_ref().map(|p| p.digest.clone());
        let digest = digest.ok_or_else(no_plan)?;
        approval::judge(&code, &digest, &own.public(), verify)?;
        Ok((code, digest))
    }

    /// Every migration in the journal remembers who has approved with which key.
    async fn known(&self, code: &approval::Code) -> Answer<ApprovalCheck> {
        let key = data_encoding::HEXLOWER.encode(&code.key);
        let journal = self.journal().await?;
        let mut second = Second::default();
        let mut seen: Vec<Approval> = Vec::new();
        for row in journal.migrations().await? {
            for decision in journal.decisions(&row.id, kind::SECOND_APPROVED).await? {
                second.take(&decision);
            }
            seen.extend(std::mem::take(&mut second.approvals).into_values());
        }
        let both = seen.iter().any(|a| a.name == code.name && a.key == key);
        let other_key = seen.iter().find(|a| a.name == code.name && a.key != key);
        let other_name = seen.iter().find(|a| a.name != code.name && a.key == key);
        let (known, words) = match (both, other_key, other_name) {
            (true, _, None) => (
                KnownKey::Known,
                format!("{} has approved with this key before.", code.name),
            ),
            (_, _, Some(other)) => (
                KnownKey::Changed,
                format!("With this key {} has approved before, under another name.", other.name),
            ),
            (false, Some(_), None) => (
                KnownKey::Changed,
                format!(
                    "{} has approved with another key before. A new computer has a new key; so has somebody else.",
                    code.name
                ),
            ),
            (false, None, None) => (
                KnownKey::New,
                "This key was not seen before: whether it is your colleague's, only a call tells.".to_owned(),
            ),
        };
        Ok(ApprovalCheck {
            name: code.name.clone(),
            fingerprint: approval::fingerprint(&code.key),
            known,
            words,
        })
    }
}

pub(super) fn short(digest: &str) -> String {
    digest.chars().take(12).collect()
}

fn shown(approval: &Approval) -> SecondApproved {
    let key = data_encoding::HEXLOWER.decode(approval.key.as_bytes());
    SecondApproved {
        name: approval.name.clone(),
        at: approval.at.to_string(),
        fingerprint: approval::fingerprint(&key.unwrap_or_default()),
    }
}

pub(super) fn no_plan() -> Problem {
    bad_input("There is no plan yet", "Draft it in step 3 first.")
}

/// What was approved and by whom, for the report.
pub(crate) fn story(model: &Model) -> Vec<String> {
    let second = &model.decisions.second;
    let mut lines: Vec<String> = second
        .approvals
        .iter()
        .map(|(digest, by)| {
            let words = approval::fingerprint(&data_encoding::HEXLOWER.decode(by.key.as_bytes()).unwrap_or_default());
            format!(
                "{} approved the plan {} as second admin, by the key {}.",
                by.name,
                short(digest),
                words.join(" ")
            )
        })
        .collect();
    if let Some(reason) = &second.off_because {
        lines.push(format!("A second admin's approval was switched off: {reason}"));
    }
    lines
}
