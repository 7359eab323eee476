//! One attribute of the new app, as step 2 shows it.

use rehome_domain::{
    UserId,
    attributes::{AttributeRow as Row, AttributeSurvey, Confidence, HowMatched, ProblemKind, Trouble, preview},
    plain,
};

use super::{convert, lines, map::person_name, sets, u32_of};
use crate::{
    model::{Inventory, Model, values_of},
    view::{AttributeRow, AttributeState, ConfidenceView, Fill, Span, Tone, ValueChoice, ValueRow, WorstView},
};

/// Every app has it; the template gives it.
pub(super) const USERNAME: &str = "userName";

pub(super) fn attribute_row(model: &Model, inventory: &Inventory, row: &Row, person: Option<&UserId>) -> AttributeRow {
    let seen = person.and_then(|u| inventory.roster.users.get(u)).map(|user| {
        let values = values_of(inventory, &model.decisions, user, &model.names);
        preview(row, &values)
    });
    let state = convert::attribute_state(row.state);
    let fill = convert::fill_view(&row.fill);
    let (filled_by, how) = match &fill {
        Fill::Okta { expression } if row.attribute.name == USERNAME => (expression.clone(), "template"),
        Fill::Okta { expression } => (expression.clone(), "mapping"),
        Fill::OldAttribute { name } => (format!("old: {name}"), "copied"),
        Fill::Constant { value } => (format!("\"{value}\""), "constant"),
        Fill::Expression { text } => (text.clone(), "expression"),
        Fill::Nothing => ("left empty".to_owned(), ""),
    };
    let trouble = seen.as_ref().and_then(|s| s.problem.as_ref().map(|p| p.words()));
    let value = seen
        .as_ref()
        .and_then(|s| s.value.as_ref().map(plain))
        .unwrap_or_default();
    let against_old = match (&trouble, &seen) {
        (Some(words), _) => words.clone(),
        (None, Some(s)) => s.doubt.clone().unwrap_or_else(|| s.against_old.clone()),
        (None, None) => String::new(),
    };
    let differs = seen
        .as_ref()
        .is_some_and(|s| s.problem.is_some() || s.value != s.old && s.old.is_some());
    let details = row.details();
    let counts = model.survey.by_attribute.get(&row.attribute.name);
    AttributeRow {
        name: row.attribute.name.clone(),
        title: row.attribute.title.clone(),
        facts: row.facts(),
        required: row.attribute.required,
        fill,
        filled_by,
        how: how.to_owned(),
        tone: match state {
            _ if row.blank_required || trouble.is_some() => Tone::Bad,
            AttributeState::ByOkta => Tone::Info,
            AttributeState::Guessed => Tone::Review,
            AttributeState::Confirmed => Tone::Good,
            AttributeState::Excluded => Tone::Neutral,
        },
        state,
        reason: [Some(row.reason.clone()), row.hint.clone()]
            .into_iter()
            .flatten()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        value: if value.is_empty() {
            Vec::new()
        } else {
            vec![Span { text: value, differs }]
        },
        against_old,
        candidates: row.candidates.clone(),
        kind: details.kind,
        who_wins: match details.owner {
            Some(owner) => format!("{}: {} ({owner})", details.scope, details.wins),
            None => format!("{}: {}", details.scope, details.wins),
        },
        choices: choices(row),
        values: values(row),
        worst: counts.map(|counts| worst(model, row, counts)).unwrap_or_default(),
        confidence: model.confidence.get(&row.attribute.name).map(confidence),
        mapping_offer: mapping_offer(inventory, row),
    }
}

fn choices(row: &Row) -> Vec<ValueChoice> {
    let all = row.attribute.choices.iter();
    all.map(|(value, title)| ValueChoice {
        value: plain(value),
        title: title.clone(),
    })
    .collect()
}

fn values(row: &Row) -> Vec<ValueRow> {
    let all = row.values.iter();
    all.map(|one| ValueRow {
        old: plain(&one.old),
        old_title: one.old_title.clone(),
        new: one.new.as_ref().map(plain),
        how: match one.how {
            HowMatched::ByHand => "by hand",
            HowMatched::SameConstant => "same value",
            HowMatched::SameButCase => "same but for case",
            HowMatched::SameTitle => "same title",
            HowMatched::None => "no match",
        }
        .to_owned(),
        people: u32_of(one.people),
    })
    .collect()
}

/// What is wrong or changes, the worst first.
fn worst(model: &Model, row: &Row, counts: &AttributeSurvey) -> Vec<WorstView> {
    let name = &row.attribute.name;
    let view = |set: String, words: &str, people: usize, tone: Tone, trouble: Trouble| WorstView {
        set,
        words: words.to_owned(),
        people: u32_of(people),
        tone,
        examples: counts
            .worst
            .iter()
            .filter(|(_, what)| *what == trouble)
            .map(|(user, _)| person_name(model, user))
            .collect(),
    };
    let problems = ProblemKind::ALL.into_iter().map(|kind| {
        let set = sets::gap(name, kind);
        view(set, kind.words(), counts.of(kind), Tone::Bad, kind.into())
    });
    let of = |what: &str| format!("attribute:{name}:{what}");
    let changes = [
        (of("dropped"), "dropped", counts.dropped, Trouble::Dropped),
        (
            of("changed"),
            "another value than on the old app",
            counts.changed,
            Trouble::Changed,
        ),
        (
            of("unknown"),
            if name == USERNAME {
                "with a username that is not settled"
            } else {
                "not known before Okta has evaluated it"
            },
            counts.unknown,
            Trouble::Unknown,
        ),
    ];
    let changes = changes.map(|(set, words, people, trouble)| view(set, words, people, Tone::Review, trouble));
    problems.chain(changes).filter(|one| one.people > 0).collect()
}

fn confidence(found: &Confidence) -> ConfidenceView {
    let tone = match found {
        Confidence::SameExpression { right, of, .. } | Confidence::SameFunctions { right, of, .. } if right == of => {
            Tone::Good
        }
        Confidence::SameExpression { .. } | Confidence::SameFunctions { .. } => Tone::Review,
        Confidence::Unproven => Tone::Neutral,
    };
    ConfidenceView {
        words: found.words(),
        tone,
    }
}

/// None for the username: a template gives it, and no mapping can.
fn mapping_offer(inventory: &Inventory, row: &Row) -> Option<String> {
    if row.attribute.name == USERNAME {
        return None;
    }
    let old = row.counterpart.as_ref()?;
    lines::offer_for(inventory, &old.name, &row.attribute.name)
}
