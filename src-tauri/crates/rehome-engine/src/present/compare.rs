//! Step 1.

use rehome_domain::{
    CheckOutcome as Outcome,
    compare::{self, Finding, LinkTo, PlanShape, Row, Tab},
    lines::Change,
    vendor,
};

use super::{convert, next, u32_of};
use crate::{
    migration::Migration,
    model::Model,
    view::{
        Action, AlwaysView, CheckOutcome, CompareRow, CompareSection, CompareView, FindingView, IdentityProviders,
        IdentityQuestion, Link, NextStep, Offer, RawPair, RawPlace, Signed, Step, Tone, VendorView,
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
            hand_over: super::hand_over::state(&model),
            lines: Vec::new(),
        };
    };
    let mut findings = findings(&model);
    for (view, finding) in findings.iter_mut().zip(&comparison.findings) {
        view.link = link(migration, &model, finding.link);
        // Rules of two apps that only the Admin Console shows are compared side by side.
        if finding.id == "sign-on-rules"
            && let Some(old) = link(migration, &model, LinkTo::OldApp(Tab::SignOn))
        {
            view.offers.push(Offer {
                label: old.label,
                action: Action::Open { url: old.url },
            });
        }
    }
    let always = comparison.always.iter().map(|one| AlwaysView {
        id: one.id.to_owned(),
        title: one.title.to_owned(),
        words: one.words.clone(),
    });
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
        always: always.collect(),
        identity: identity(&model),
        vendor: vendor(&model, &findings),
        hand_over: super::hand_over::state(&model),
        lines: super::lines::lines(&model, Step::Compare),
        findings,
    }
}

/// The question whether the service holds one identity provider or several, where somebody signs in through Okta.
fn identity(model: &Model) -> Option<IdentityQuestion> {
    let inventory = model.inventory.as_ref()?;
    if !compare::is_federated(&inventory.old.app, &inventory.new.app) {
        return None;
    }
    let card = vendor::card_for(&inventory.new.app);
    Some(IdentityQuestion {
        answer: model.decisions.identity,
        card: match card.map(|card| card.identity_providers.holds) {
            Some(vendor::Holds::One) => IdentityProviders::One,
            Some(vendor::Holds::Several) => IdentityProviders::Several,
            Some(vendor::Holds::Unknown) | None => IdentityProviders::Unknown,
        },
        card_words: card
            .map(|card| card.identity_providers.words.clone())
            .unwrap_or_default(),
        source: card.and_then(|card| source(card.identity_providers.source.as_deref(), card)),
        shape: shape_words(shape(model)).to_owned(),
    })
}

/// What the plan is like.
pub(crate) fn shape_words(shape: Option<PlanShape>) -> &'static str {
    match shape {
        Some(PlanShape::Parallel) => {
            "Parallel: the service accepts both apps at once, so people move wave by wave, and each can be proven before the next."
        }
        Some(PlanShape::CutOver) => {
            "Cut-over: people are assigned wave by wave with the new tile hidden; everybody's sign-in switches at one moment, \
             when the service's admin puts the new values in."
        }
        None => "The plan is drawn once this is answered.",
    }
}

pub(crate) fn shape(model: &Model) -> Option<PlanShape> {
    let inventory = model.inventory.as_ref()?;
    let answer = model.decisions.identity.map(convert::identity_providers);
    // Asked for on every screen, many times: nothing is copied for it.
    PlanShape::of(&inventory.old.app, &inventory.new.app, answer)
}

fn source(url: Option<&str>, card: &vendor::Card) -> Option<Link> {
    url.map(|url| Link {
        label: format!("Source, read on {}", card.read),
        url: url.to_owned(),
    })
}

fn vendor(model: &Model, findings: &[FindingView]) -> Option<VendorView> {
    let inventory = model.inventory.as_ref()?;
    let card = vendor::card_for(&inventory.new.app)?;
    let prefix = format!("vendor-{}-", card.id);
    let matched = card.usernames.matched_by.as_deref();
    let matched = matched.map_or_else(String::new, |by| format!("Accounts are matched by {by}. "));
    let usernames = format!("{matched}{}{}", card.vendor, super::map::case_words(card));
    Some(VendorView {
        vendor: card.vendor.clone(),
        read: card.read.to_string(),
        usernames,
        traps: u32_of(findings.iter().filter(|f| f.id.starts_with(&prefix)).count()),
        source: source(card.usernames.source.as_deref(), card),
    })
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
        always: row.always.map(str::to_owned),
        raw: row.raw.as_ref().map(|raw| RawPlace {
            piece: raw.piece.to_owned(),
            pointer: raw.pointer.clone(),
        }),
    }
}

/// Findings with what the admin said of them; without links, which need the org's address.
pub(crate) fn findings(model: &Model) -> Vec<FindingView> {
    let all = model
        .comparison
        .as_ref()
        .map(|c| c.findings.as_slice())
        .unwrap_or_default();
    all.iter().map(|f| finding(model, f)).collect()
}

/// Findings of step 2.
pub(crate) fn map_findings(model: &Model) -> Vec<FindingView> {
    model.map_findings.iter().map(|f| finding(model, f)).collect()
}

/// Still closes the steps behind its door: what is blocked, and what somebody has to look at and has not.
pub(crate) fn closes(finding: &FindingView) -> bool {
    let open = finding.skipped.is_none() && finding.attested.is_none();
    match finding.outcome {
        CheckOutcome::Blocked => open,
        CheckOutcome::Attest => open && finding.blocks.is_some(),
        CheckOutcome::Passed | CheckOutcome::NeedsReview | CheckOutcome::Unknown => false,
    }
}

/// Nobody has looked at it yet.
pub(crate) fn needs_look(finding: &FindingView) -> bool {
    match finding.outcome {
        CheckOutcome::Attest if finding.blocks.is_some() => closes(finding),
        CheckOutcome::Attest | CheckOutcome::NeedsReview | CheckOutcome::Unknown => {
            finding.skipped.is_none() && finding.attested.is_none() && !finding.reviewed
        }
        CheckOutcome::Blocked | CheckOutcome::Passed => false,
    }
}

fn finding(model: &Model, finding: &Finding) -> FindingView {
    let (words, tone) = convert::outcome_words(finding.outcome);
    let skipped = model.decisions.skipped.get(&finding.id).cloned();
    let reviewed = model.decisions.reviewed.contains(&finding.id) || handed_over(model, &finding.id);
    let looked = model.decisions.looked.get(&finding.id);
    let looked = looked.filter(|_| finding.outcome == Outcome::Attest);
    let read_at = model.inventory.as_ref().map(|i| i.checked_at.to_string());
    FindingView {
        id: finding.id.clone(),
        title: finding.title.clone(),
        outcome: convert::check_outcome(finding.outcome),
        words: match (&skipped, looked, reviewed) {
            (Some(_), ..) => "Skipped, with a reason".to_owned(),
            (None, Some((name, _)), _) => format!("Looked at by {name}"),
            (None, None, true) => "Reviewed".to_owned(),
            (None, None, false) => words.to_owned(),
        },
        tone: if skipped.is_some() || reviewed || looked.is_some() {
            Tone::Neutral
        } else {
            tone
        },
        blocks: finding.blocks.map(convert::step),
        what: finding.what.clone(),
        why: finding.why.clone(),
        mend: finding.mend.clone(),
        evidence: finding.evidence.join("\n"),
        read_at: read_at.unwrap_or_default(),
        link: None,
        can_skip: finding.can_skip,
        skipped,
        reviewed,
        attested: looked.map(|(name, at)| Signed {
            name: name.clone(),
            at: at.to_string(),
            note: String::new(),
        }),
        offers: offers(model, finding),
        source: card_source(finding),
    }
}

/// Whoever has signed the hand-over sheet, as it is now, has settled what it is about.
fn handed_over(model: &Model, finding: &str) -> bool {
    const ABOUT: [&str; 3] = ["issuer", "signing-certificate", "client-id"];
    ABOUT.contains(&finding) && model.decisions.handed_over.is_some() && !super::hand_over::state(model).outdated
}

/// What can be done about a finding without leaving Rehome.
fn offers(model: &Model, finding: &Finding) -> Vec<Offer> {
    let offer = |label: &str, action| Offer {
        label: label.to_owned(),
        action,
    };
    let line = |wanted: fn(&Change) -> bool, label: &str| {
        let all = super::lines::changes(model);
        let found = all.into_iter().find(|(_, change)| wanted(change));
        found.map(|(id, _)| offer(label, Action::ShowLine { line: id }))
    };
    let mut offers = Vec::new();
    match finding.id.as_str() {
        "identity-providers" => offers.push(offer("Answer the question", Action::AnswerIdentity)),
        "signing-certificate" | "cut-over" | "client-id" | "issuer" => {
            offers.push(offer("Open the hand-over sheet", Action::HandOver));
        }
        "certificate-expiring-new" | "certificate-expired-new" => {
            offers.push(offer("Open the hand-over sheet", Action::HandOver));
        }
        _ => {}
    }
    if finding.id == "signing-certificate" {
        offers.extend(line(
            |c| matches!(c, Change::ShareKey { .. } | Change::UseKey { .. }),
            "Plan: share the old key",
        ));
    }
    if finding.id == "access-policy" {
        offers.extend(line(
            |c| matches!(c, Change::AssignPolicy { .. }),
            "Plan: give it the old app's policy",
        ));
    }
    if finding.id == "attributes-differ" || finding.id == "required-attribute" {
        offers.push(offer("Go to Map", Action::GoTo { step: Step::Map }));
    }
    if let Some(attribute) = finding.id.strip_prefix("predictor-") {
        offers.push(if attribute == "usernames" {
            offer("Show usernames that differ", Action::ShowUnsettled)
        } else {
            let attribute = attribute.to_owned();
            offer("Show the attribute", Action::ShowAttribute { attribute })
        });
    }
    offers
}

/// The address that stands in the evidence of a vendor card's finding: "Source: URL, read DATE".
fn card_source(finding: &Finding) -> Option<Link> {
    let line = finding.evidence.iter().find_map(|line| line.strip_prefix("Source: "))?;
    let (url, read) = line.split_once(", read ").unwrap_or((line, ""));
    Some(Link {
        label: format!("Source, read on {read}"),
        url: url.to_owned(),
    })
}

pub(crate) fn link(migration: &Migration, model: &Model, to: LinkTo) -> Option<Link> {
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
    let blocked = |f: &&FindingView| f.outcome == CheckOutcome::Blocked && f.skipped.is_none();
    let blocking = findings
        .iter()
        .filter(blocked)
        .find(|f| f.blocks.is_none_or(|b| b <= Step::Pilot));
    let mut to_review: Vec<&FindingView> = findings.iter().filter(|f| needs_look(f)).collect();
    // Who closes something comes first.
    to_review.sort_by_key(|f| !closes(f));
    let later = findings
        .iter()
        .filter(blocked)
        .filter(|f| f.blocks.is_some_and(|b| b > Step::Pilot))
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
        let closing = to_review.iter().filter(|f| closes(f)).count();
        let asks = match closing {
            0 => String::new(),
            1 => " 1 of them needs your word.".to_owned(),
            n => format!(" {n} of them need your word."),
        };
        let words = format!(
            "{} to review.{asks}{later_words} You can go on to Map meanwhile.",
            to_review.len()
        );
        let action = if first.id == "identity-providers" {
            Action::AnswerIdentity
        } else {
            Action::ShowFinding {
                finding: first.id.clone(),
            }
        };
        return next(first.title.clone(), words, Tone::Info)
            .offer("Review next", action)
            .offer("Go to Map", Action::GoTo { step: Step::Map });
    }
    if super::lines::waiting(model) > 0 {
        return next(
            "Make what is approved",
            "Changes on the new app wait to be made. This is a write to Okta.",
            Tone::Info,
        )
        .offer("Make the changes", Action::RunLines)
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
    let push = |s: &crate::model::Side| list(s.push.value().into_iter().flatten().collect());
    let provisioning = |s: &crate::model::Side| {
        let features = s.features.value().into_iter().flatten();
        list(features.chain(s.connection.value()).collect())
    };
    // Only what names the old app: an org has thousands of things that do not.
    let hits = compare::references::find(&convert::compare_input(inventory, None, |_| false));
    let attached: Vec<String> = inventory
        .attached
        .iter()
        .filter(|one| hits.iter().any(|hit| hit.kind == one.kind && hit.id == one.id))
        .map(|one| pretty(&serde_json::json!({ "kind": one.kind, "name": one.name, "raw": one.raw })))
        .collect();
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
        ("Provisioning", provisioning(old), provisioning(new)),
        ("Group push", push(old), push(new)),
        ("Attached", attached.join("\n"), String::new()),
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
