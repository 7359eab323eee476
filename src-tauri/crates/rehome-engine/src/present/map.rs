//! Step 2.

use std::collections::{BTreeMap, BTreeSet};

use rehome_domain::{
    UserId,
    attributes::{self, AttributeRow as Row, preview},
    gate::thousands,
    plain,
};

use super::{convert, count, next, people_words, u32_of};
use crate::{
    model::{Inventory, Model, values_of},
    view::{
        Action, AttributeRow, AttributeState, Fill, MapView, NextStep, PersonName, Span, Step, Tone, UsernameChoice,
        UsernameClass, UsernameClassView,
    },
};

pub(crate) fn view(model: &Model, wished: Option<&UserId>) -> MapView {
    let Some(inventory) = &model.inventory else {
        return MapView {
            next: super::compare::read_first(),
            truth: "Nothing has been read yet.".into(),
            people: 0,
            usernames: Vec::new(),
            unsettled: 0,
            attributes: Vec::new(),
            guesses: 0,
            preview: None,
            frozen: false,
            findings: Vec::new(),
            folding: String::new(),
            gaps: Vec::new(),
            differences: Vec::new(),
            suspects: Vec::new(),
            last_use: String::new(),
            drift: None,
            downstream: None,
            lines: Vec::new(),
            excluded: 0,
            fixes: 0,
            missing: Vec::new(),
        };
    };
    let person = wished
        .filter(|u| inventory.roster.users.contains_key(*u))
        .cloned()
        .or_else(|| typical(model));
    let frozen = model.decisions.waves.values().any(|w| w.started.is_some());
    MapView {
        next: next_step(model),
        truth: truth(model, inventory),
        people: u32_of(inventory.roster.users.len()),
        usernames: classes(model),
        unsettled: u32_of(model.unsettled().len()),
        attributes: model
            .attributes
            .iter()
            .map(|r| row(model, inventory, r, person.as_ref()))
            .collect(),
        guesses: u32_of(guesses(model)),
        preview: person.map(|u| name(model, &u)),
        frozen,
        findings: Vec::new(),
        folding: String::new(),
        gaps: Vec::new(),
        differences: Vec::new(),
        suspects: Vec::new(),
        last_use: String::new(),
        drift: None,
        downstream: None,
        lines: Vec::new(),
        excluded: 0,
        fixes: 0,
        missing: Vec::new(),
    }
}

fn name(model: &Model, user: &UserId) -> PersonName {
    let row = super::people::row(model, user);
    PersonName {
        id: row.id,
        name: row.name,
        login: row.login,
    }
}

/// The first person by id whose username is settled as the same, so that the preview shows the usual case.
fn typical(model: &Model) -> Option<UserId> {
    let same = model
        .usernames
        .values()
        .find(|p| p.class == rehome_domain::usernames::UsernameClass::Same);
    same.or_else(|| model.usernames.values().next()).map(|p| p.user.clone())
}

pub(crate) fn guesses(model: &Model) -> usize {
    model
        .attributes
        .iter()
        .filter(|r| r.state == attributes::AttributeState::Guessed)
        .count()
}

fn truth(model: &Model, inventory: &Inventory) -> String {
    let people = people_words(inventory.roster.users.len());
    let c = &model.calibration;
    if c.total == 0 {
        return format!(
            "{people}. The old app's usernames cannot be predicted, so predictions for the new one are unproven."
        );
    }
    let percent = 100.0 * c.right as f64 / c.total as f64;
    format!(
        "{people}. The predictor was right for {percent:.1} % of the usernames that Okta stored for the old app ({} of {}).",
        thousands(c.right),
        thousands(c.total)
    )
}

fn classes(model: &Model) -> Vec<UsernameClassView> {
    let mut counts: BTreeMap<UsernameClass, u32> = BTreeMap::new();
    for predicted in model
        .usernames
        .values()
        .filter(|p| !model.decisions.excluded.contains_key(&p.user))
    {
        *counts.entry(convert::username_class(predicted.class)).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|(class, people)| class_view(model, class, people))
        .collect()
}

fn class_view(model: &Model, class: UsernameClass, people: u32) -> UsernameClassView {
    use UsernameChoice::{KeepOld, TakePredicted};
    let (title, words, tone, choices) = match class {
        UsernameClass::Same => (
            "Same",
            "The new app's template gives the username of the old app.",
            Tone::Good,
            vec![],
        ),
        UsernameClass::CaseOnly => (
            "Case only",
            "Only upper and lower case differ. Many services treat them as one account, some as two.",
            Tone::Info,
            vec![TakePredicted, KeepOld],
        ),
        UsernameClass::Different => (
            "Different",
            "The template gives another username. The service may create a second account for it.",
            Tone::Review,
            vec![TakePredicted, KeepOld],
        ),
        UsernameClass::UnicodeForm => (
            "Unicode form",
            "The letters are the same, stored in another form. Some services treat them as two accounts.",
            Tone::Review,
            vec![TakePredicted, KeepOld],
        ),
        UsernameClass::Domain => (
            "Domain differs",
            "The part after @ differs. The service may create a second account for it.",
            Tone::Review,
            vec![TakePredicted, KeepOld],
        ),
        UsernameClass::TooLong => (
            "Too long",
            "Okta stores at most 100 characters.",
            Tone::Bad,
            vec![KeepOld],
        ),
        UsernameClass::Blank => (
            "Blank",
            "The template gives nothing: Okta would refuse the assignment.",
            Tone::Bad,
            vec![KeepOld],
        ),
        UsernameClass::Collision => (
            "Collides",
            "Two people would get the same username, and with it one account.",
            Tone::Bad,
            vec![KeepOld],
        ),
        UsernameClass::Unknown => (
            "Not predictable",
            "The template asks for something that Rehome cannot evaluate here.",
            Tone::Review,
            vec![TakePredicted, KeepOld],
        ),
    };
    let same = class == UsernameClass::Same;
    let decided = model
        .decisions
        .usernames
        .get(&class)
        .copied()
        .unwrap_or(UsernameChoice::Open);
    UsernameClassView {
        class,
        title: title.into(),
        words: words.into(),
        tone,
        people,
        choice: if same { TakePredicted } else { decided },
        choices,
        rule: None,
        examples: Vec::new(),
    }
}

fn row(model: &Model, inventory: &Inventory, row: &Row, person: Option<&UserId>) -> AttributeRow {
    let seen = person.and_then(|u| inventory.roster.users.get(u)).map(|user| {
        let values = values_of(inventory, user, model.names.get(&user.user));
        preview(row, &values)
    });
    let state = convert::attribute_state(row.state);
    let fill = convert::fill_view(&row.fill);
    let (filled_by, how) = match &fill {
        Fill::Okta { expression } if row.attribute.name == "userName" => (expression.clone(), "template"),
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
        kind: row.attribute.kind.clone(),
        who_wins: String::new(),
        choices: Vec::new(),
        values: Vec::new(),
        worst: Vec::new(),
        confidence: None,
        mapping_offer: None,
    }
}

fn next_step(model: &Model) -> NextStep {
    let unsettled = model.unsettled();
    let (names, values): (Vec<&UserId>, Vec<&UserId>) = unsettled
        .iter()
        .partition(|u| model.names.get(*u).is_some_and(|n| !n.settled));
    if names.is_empty() && !values.is_empty() {
        return values_step(model, &values);
    }
    if !unsettled.is_empty() {
        let unsettled = names;
        let mut kinds: BTreeMap<UsernameClass, usize> = BTreeMap::new();
        for user in &unsettled {
            let class = model
                .usernames
                .get(*user)
                .map_or(UsernameClass::Unknown, |p| convert::username_class(p.class));
            *kinds.entry(class).or_default() += 1;
        }
        let words: Vec<String> = kinds
            .iter()
            .map(|(class, n)| format!("{n} {}", class_words(*class)))
            .collect();
        return next(
            format!("Settle {}: {}", count(unsettled.len(), "username", "usernames"), words.join(", ")),
            "Choose for each kind below, or leave single people out. Rehome assigns nobody whose username is not settled.",
            Tone::Review,
        )
        .offer("Show these people", Action::ShowUnsettled);
    }
    let guesses = guesses(model);
    if guesses > 0 {
        return next(
            format!("Confirm {}", count(guesses, "guess", "guesses")),
            "Rehome guessed which old attribute fills a new one. Look at the preview, then confirm or change.",
            Tone::Review,
        )
        .offer("Confirm all guesses", Action::ConfirmGuesses);
    }
    next(
        "Usernames and attributes are settled",
        "Choose a few people for the pilot next. Nothing has been changed in Okta by this step.",
        Tone::Good,
    )
    .offer("Go to Pilot", Action::GoTo { step: Step::Pilot })
}

fn values_step(model: &Model, people: &[&UserId]) -> NextStep {
    let troubles: BTreeSet<String> = people
        .iter()
        .filter_map(|u| model.troubles.get(*u))
        .map(|(attribute, words)| format!("{attribute}: {words}"))
        .collect();
    let troubles: Vec<String> = troubles.into_iter().collect();
    next(
        format!("{} have values that the new app refuses", people_words(people.len())),
        format!(
            "{}. Okta's own mapping gives them: correct the profile or the mapping in Okta and read again, or leave these \
             people out.",
            troubles.join("; ")
        ),
        Tone::Review,
    )
    .offer("Show these people", Action::ShowUnsettled)
    .offer("Read again", Action::ReadApps)
}

fn class_words(class: UsernameClass) -> &'static str {
    match class {
        UsernameClass::Same => "that meet",
        UsernameClass::CaseOnly => "in case only",
        UsernameClass::Different => "different",
        UsernameClass::UnicodeForm => "in Unicode form only",
        UsernameClass::Domain => "in the domain",
        UsernameClass::TooLong => "too long",
        UsernameClass::Blank => "blank",
        UsernameClass::Collision => "that would collide",
        UsernameClass::Unknown => "not predictable",
    }
}
