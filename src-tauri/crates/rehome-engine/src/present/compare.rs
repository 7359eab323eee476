//! Step 1.

use rehome_domain::{
    CheckOutcome,
    compare::{Finding, LinkTo, Row, Tab},
};

use super::{convert, next, u32_of};
use crate::{
    migration::Migration,
    model::Model,
    view::{
        Action, CompareRow, CompareSection, CompareView, FindingView, HandOverState, Link, NextStep, RawPair, Step,
        Tone,
    },
};

pub(crate) fn view(migration: &Migration) -> CompareView {
    let model = migration.model();
    let Some(comparison) = &model.comparison else {
        return CompareView {
            next: read_first(),
            sections: Vec::new(),
            findings: Vec::new(),
            matters: 0,
            all: 0,
            always: Vec::new(),
            identity: None,
            vendor: None,
            hand_over: HandOverState {
                available: false,
                signed: None,
                outdated: false,
            },
            lines: Vec::new(),
        };
    };
    let mut findings = findings(&model);
    for (view, finding) in findings.iter_mut().zip(&comparison.findings) {
        view.link = link(migration, &model, finding.link);
    }
    CompareView {
        next: next_step(&model),
        sections: comparison
            .sections
            .iter()
            .map(|s| CompareSection {
                title: s.title.to_owned(),
                rows: s.rows.iter().map(row).collect(),
            })
            .collect(),
        matters: u32_of(comparison.matters()),
        all: u32_of(comparison.rows().count()),
        findings,
        always: Vec::new(),
        identity: None,
        vendor: None,
        hand_over: HandOverState {
            available: false,
            signed: None,
            outdated: false,
        },
        lines: Vec::new(),
    }
}

pub(crate) fn read_first() -> NextStep {
    next(
        "Read both apps",
        "Rehome reads settings, people and groups of both apps. Nothing is changed in Okta.",
        Tone::Info,
    )
    .offer("Read both apps", Action::ReadApps)
}

fn row(row: &Row) -> CompareRow {
    CompareRow {
        id: row.id.clone(),
        label: row.label.clone(),
        old: convert::spans(&row.old),
        new: convert::spans(&row.new),
        outcome: convert::row_outcome(row.outcome),
        words: row.outcome.words().to_owned(),
        matters: row.matters(),
        finding: row.finding.clone(),
        always: None,
        raw: None,
    }
}

/// Findings with what the admin said of them; without links, which need the org's address.
pub(crate) fn findings(model: &Model) -> Vec<FindingView> {
    let read_at = model
        .inventory
        .as_ref()
        .map(|i| i.read_at.to_string())
        .unwrap_or_default();
    let all = model
        .comparison
        .as_ref()
        .map(|c| c.findings.as_slice())
        .unwrap_or_default();
    all.iter().map(|f| finding(model, f, &read_at)).collect()
}

fn finding(model: &Model, finding: &Finding, read_at: &str) -> FindingView {
    let (words, tone) = convert::outcome_words(finding.outcome);
    let skipped = model.decisions.skipped.get(&finding.id).cloned();
    let reviewed = model.decisions.reviewed.contains(&finding.id);
    FindingView {
        id: finding.id.clone(),
        title: finding.title.clone(),
        outcome: convert::check_outcome(finding.outcome),
        words: match (&skipped, reviewed) {
            (Some(_), _) => "Skipped, with a reason".to_owned(),
            (None, true) => "Reviewed".to_owned(),
            (None, false) => words.to_owned(),
        },
        tone: if skipped.is_some() || reviewed {
            Tone::Neutral
        } else {
            tone
        },
        blocks: finding.blocks.map(convert::step),
        what: finding.what.clone(),
        why: finding.why.clone(),
        mend: finding.mend.clone(),
        evidence: finding.evidence.join("\n"),
        read_at: read_at.to_owned(),
        link: None,
        can_skip: finding.can_skip,
        skipped,
        reviewed,
        attested: None,
        offers: Vec::new(),
        source: None,
    }
}

fn link(migration: &Migration, model: &Model, to: LinkTo) -> Option<Link> {
    let inventory = model.inventory.as_ref()?;
    let (app, tab, which) = match to {
        LinkTo::OldApp(tab) => (&inventory.old.app, tab, "old"),
        LinkTo::NewApp(tab) => (&inventory.new.app, tab, "new"),
        LinkTo::None => return None,
    };
    let (fragment, name) = match tab {
        Tab::General => ("tab-general", "General"),
        Tab::SignOn => ("tab-signon", "Sign On"),
        Tab::Provisioning => ("tab-user-management", "Provisioning"),
        Tab::Import => ("tab-import", "Import"),
        Tab::Assignments => ("tab-assignments", "Assignments"),
        Tab::PushGroups => ("tab-group-push", "Push Groups"),
    };
    Some(Link {
        label: format!("Open the {name} tab of the {which} app"),
        url: crate::links::app(&migration.url, &app.name, &app.id, fragment),
    })
}

/// What stands between here and step 2, the gravest first.
fn next_step(model: &Model) -> NextStep {
    let findings = findings(model);
    let open = |f: &&FindingView| f.skipped.is_none() && !f.reviewed;
    let blocking = findings
        .iter()
        .filter(|f| f.skipped.is_none())
        .find(|f| f.outcome == crate::view::CheckOutcome::Blocked && f.blocks.is_none_or(|b| b <= Step::Pilot));
    let to_review: Vec<&FindingView> = findings
        .iter()
        .filter(open)
        .filter(|f| {
            !matches!(
                f.outcome,
                crate::view::CheckOutcome::Blocked | crate::view::CheckOutcome::Passed
            )
        })
        .collect();
    let later = model
        .comparison
        .iter()
        .flat_map(|c| &c.findings)
        .filter(|f| f.outcome == CheckOutcome::Blocked && f.blocks.is_some_and(|b| convert::step(b) > Step::Pilot))
        .count();
    let later_words = match later {
        0 => String::new(),
        1 => " 1 more closes step 5 only.".to_owned(),
        n => format!(" {n} more close later steps only."),
    };
    if let Some(first) = blocking {
        return next(
            first.title.clone(),
            format!("{} It closes the pilot.{later_words}", first.what),
            Tone::Bad,
        )
        .offer(
            "Show it",
            Action::ShowFinding {
                finding: first.id.clone(),
            },
        )
        .offer("Read again", Action::ReadApps);
    }
    if let Some(first) = to_review.first() {
        let words = format!(
            "{} to review.{later_words} You can go on to Map meanwhile.",
            to_review.len()
        );
        return next(first.title.clone(), words, Tone::Info)
            .offer(
                "Review next",
                Action::ShowFinding {
                    finding: first.id.clone(),
                },
            )
            .offer("Go to Map", Action::GoTo { step: Step::Map });
    }
    next(
        "Everything is looked at",
        format!("Now usernames and attributes.{later_words}"),
        Tone::Good,
    )
    .offer("Go to Map", Action::GoTo { step: Step::Map })
    .offer("Read again", Action::ReadApps)
}

/// Raw JSON of both apps, piece by piece. Secrets were redacted when it was read.
pub(crate) fn raw(model: &Model) -> Vec<RawPair> {
    let Some(inventory) = &model.inventory else {
        return Vec::new();
    };
    let pretty = |v: &serde_json::Value| serde_json::to_string_pretty(v).unwrap_or_default();
    let (old, new) = (&inventory.old, &inventory.new);
    let list = |items: Vec<&serde_json::Value>| items.into_iter().map(pretty).collect::<Vec<_>>().join("\n");
    let schema = |s: &crate::model::Side| s.schema.value().map(|s| pretty(&s.raw)).unwrap_or_default();
    let mappings = |s: &crate::model::Side| list(s.mappings.value().into_iter().flatten().map(|m| &m.raw).collect());
    let keys = |s: &crate::model::Side| list(s.keys.value().into_iter().flatten().map(|k| &k.raw).collect());
    let policy = |s: &crate::model::Side| {
        s.policy
            .value()
            .map(|(p, rules)| pretty(&serde_json::json!({"policy": p, "rules": rules})))
            .unwrap_or_default()
    };
    let mut out = vec![RawPair {
        title: "App".into(),
        old: pretty(&old.app.raw),
        new: pretty(&new.app.raw),
    }];
    for (title, old, new) in [
        ("Schema", schema(old), schema(new)),
        ("Mappings", mappings(old), mappings(new)),
        ("Signing keys", keys(old), keys(new)),
        ("Access policy", policy(old), policy(new)),
    ] {
        if !old.is_empty() || !new.is_empty() {
            out.push(RawPair {
                title: title.into(),
                old,
                new,
            });
        }
    }
    out
}
