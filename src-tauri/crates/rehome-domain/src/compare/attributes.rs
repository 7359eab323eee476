//! Attributes of both apps and what fills them (api-facts 9.4).

use std::collections::BTreeSet;

use rehome_expression::references;

use super::report::{Part, Report, listed};
use super::{Finding, LinkTo, RowOutcome, Side, Step, Tab};
use crate::{Attribute, CheckOutcome, Mapping, Schema};

const SCHEMA: Part = Part {
    id: "schema",
    name: "the attributes",
    call: "meta/schemas/apps/{app}/default",
    blocks: Step::Map,
};
const MAPPINGS: Part = Part {
    id: "mappings",
    name: "the attribute mappings",
    call: "mappings?targetId={app}",
    blocks: Step::Map,
};

pub fn compare(report: &mut Report<'_>) {
    let schemas = report.part(SCHEMA, &report.old().schema, &report.new_side().schema);
    report.part(MAPPINGS, &report.old().mappings, &report.new_side().mappings);
    report.end_part();
    if let Some((Some(old), Some(new))) = schemas {
        rows(report, old, new);
        required(report, new);
    }
    names_old_app(report);
}

fn rows(report: &mut Report<'_>, old: &Schema, new: &Schema) {
    let only_new = new.attributes.iter().filter(|a| old.attribute(&a.name).is_none());
    for attribute in old.attributes.iter().chain(only_new).filter(|a| a.name != "userName") {
        let name = &attribute.name;
        let shown = |side: &Side, schema: &Schema| {
            schema
                .attribute(name)
                .map(|a| describe(a, &filled_by(side, name)))
                .unwrap_or_default()
        };
        let old_text = report.in_new_words(&shown(report.old(), old));
        let new_text = shown(report.new_side(), new);
        let label = format!("Attribute {}", attribute.title);
        report.compared(
            &format!("attribute.{name}"),
            &label,
            &old_text,
            &new_text,
            RowOutcome::NeedsReview,
            None,
        );
    }
    let labels = report.sweep("attributes-differ");
    if labels.is_empty() {
        return;
    }
    let (old_label, new_label) = report.labels();
    let names: Vec<String> = labels
        .iter()
        .map(|label| label.trim_start_matches("Attribute ").to_owned())
        .collect();
    report.finding(Finding {
        id: "attributes-differ".to_owned(),
        title: format!("{} attributes differ", names.len()),
        outcome: CheckOutcome::NeedsReview,
        blocks: None,
        what: format!("{old_label} and {new_label} differ in: {}.", listed(&names)),
        why: "A value that has no place on the new app, or another meaning there, is lost or wrong in the service."
            .to_owned(),
        mend: "Step 2 shows for each attribute what fills it and what one person would get.".to_owned(),
        evidence: [report.both(SCHEMA.call), report.both(MAPPINGS.call)].concat(),
        link: LinkTo::None,
        can_skip: true,
    });
}

/// "string, required, at most 10, one of 3 values, by user.email".
fn describe(a: &Attribute, filled_by: &str) -> String {
    let mut facts = vec![if a.kind.is_empty() {
        "any type".to_owned()
    } else {
        a.kind.clone()
    }];
    facts.extend(a.item_kind.as_ref().map(|kind| format!("of {kind}")));
    facts.extend(a.required.then(|| "required".to_owned()));
    facts.extend(a.min_length.map(|least| format!("at least {least}")));
    facts.extend(a.max_length.map(|most| format!("at most {most}")));
    facts.extend(a.format.clone());
    facts.extend(a.external_name.as_ref().map(|name| format!("in the service {name}")));
    facts.extend((a.scope.as_deref() == Some("SELF")).then(|| "individually only".to_owned()));
    facts.extend(a.union.then(|| "values of all groups joined".to_owned()));
    let values: BTreeSet<String> = a.choices.iter().map(|(value, _)| crate::plain(value)).collect();
    if !values.is_empty() {
        facts.push(format!("one of {}", values.into_iter().collect::<Vec<_>>().join(" | ")));
    }
    if !filled_by.is_empty() {
        facts.push(format!("by {filled_by}"));
    }
    facts.join(", ")
}

/// Expressions that fill it, with how often they are pushed where that is on creation alone.
fn filled_by(side: &Side, name: &str) -> String {
    let mappings = side.mappings.value().map(Vec::as_slice).unwrap_or_default();
    let expression = |mapping: &Mapping| {
        let property = mapping.properties.get(name)?;
        let once = if property.push_status == "DONT_PUSH" {
            " on creation only"
        } else {
            ""
        };
        Some(format!("{}{once}", property.expression))
    };
    let expressions: BTreeSet<String> = mappings.iter().filter_map(expression).collect();
    expressions.into_iter().collect::<Vec<_>>().join(" or ")
}

/// Attributes that the new app insists on and Okta does not fill.
fn required(report: &mut Report<'_>, new: &Schema) {
    let Some(mappings) = report.new_side().mappings.value() else {
        return;
    };
    let filled = |name: &str| !mappings.is_empty() && mappings.iter().all(|m| m.properties.contains_key(name));
    let missing: Vec<String> = new
        .attributes
        .iter()
        .filter(|a| a.required && a.name != "userName" && !filled(&a.name))
        .map(|a| a.title.clone())
        .collect();
    if missing.is_empty() {
        return;
    }
    let (_, new_label) = report.labels();
    report.finding(Finding {
        id: "required-attribute".to_owned(),
        title: format!("{new_label} requires what Okta does not fill"),
        outcome: CheckOutcome::NeedsReview,
        blocks: None,
        what: format!("Required and without a mapping: {}.", listed(&missing)),
        why: "Okta refuses the assignment of everyone for whom such an attribute is blank; through a group it fails without a word.".to_owned(),
        mend: format!("Map it on the Provisioning tab of {new_label}, or choose in step 2 what fills it."),
        evidence: vec![super::report::evidence(SCHEMA.call, report.new_side()), super::report::evidence(MAPPINGS.call, report.new_side())],
        link: LinkTo::NewApp(Tab::Provisioning),
        can_skip: true,
    });
}

/// Expressions of the new app that look into the old instance (api-facts 9.5).
fn names_old_app(report: &mut Report<'_>) {
    let (old, new) = (report.old(), report.new_side());
    let Some(variable) = report
        .variable(old)
        .filter(|variable| Some(*variable) != report.variable(new))
    else {
        return;
    };
    let settings = format!("{variable}_app");
    let names = |text: &str| {
        references(text)
            .iter()
            .any(|root| root == variable || *root == settings)
    };
    let mut found = Vec::new();
    for mapping in new.mappings.value().into_iter().flatten() {
        found.extend(
            mapping
                .properties
                .iter()
                .filter(|(_, p)| names(&p.expression))
                .map(|(name, _)| format!("the mapping of {name}")),
        );
    }
    if new.app.username_template.as_ref().is_some_and(|t| names(&t.template)) {
        found.push("the username template".to_owned());
    }
    let statements = new.app.raw["settings"]["signOn"]["attributeStatements"].as_array();
    for statement in statements.into_iter().flatten() {
        let texts = statement["values"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|value| value.as_str());
        if texts.into_iter().any(&names) {
            found.push(format!(
                "the attribute statement {}",
                statement["name"].as_str().unwrap_or("without name")
            ));
        }
    }
    if found.is_empty() {
        return;
    }
    found.sort();
    found.dedup();
    let (old_label, new_label) = report.labels();
    report.finding(Finding {
        id: "names-old-app".to_owned(),
        title: format!("{new_label} takes values from {old_label}"),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Retire),
        what: format!(
            "On {new_label}, {} use the variable {variable} of {old_label}.",
            listed(&found)
        ),
        why: "These values turn empty when people leave the old app.".to_owned(),
        mend: format!("Write them with attributes of Okta or of {new_label} itself before step 5."),
        evidence: vec![
            super::report::evidence(MAPPINGS.call, new),
            super::report::evidence("apps/{app}", new),
        ],
        link: LinkTo::NewApp(Tab::Provisioning),
        can_skip: true,
    });
}
