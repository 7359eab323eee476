//! Step 2.

use std::collections::{BTreeMap, BTreeSet};

use rehome_domain::{UserId, attributes, gate::thousands, vendor};

use super::{attribute_row::attribute_row, convert, count, groups, next, people_words, u32_of};
use crate::{
    model::{Inventory, Model},
    view::{
        Action, DriftView, MapView, NextStep, PersonName, Step, Tone, UsernameChoice, UsernameClass, UsernameClassView,
    },
};

pub(crate) fn view(model: &Model, wished: Option<&UserId>) -> MapView {
    let Some(inventory) = &model.inventory else {
        return nothing_read();
    };
    let person = wished
        .filter(|u| inventory.roster.users.contains_key(u))
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
            .map(|r| attribute_row(model, inventory, r, person.as_ref()))
            .collect(),
        guesses: u32_of(guesses(model)),
        preview: person.map(|u| name(model, &u)),
        frozen,
        findings: super::compare::map_findings(model),
        folding: folding_words(inventory),
        gaps: groups::gaps(model),
        differences: groups::differences(model),
        suspects: groups::suspects(model),
        last_use: groups::last_use(inventory),
        drift: model.drift.as_ref().map(|drift| DriftView {
            since: drift.since.to_string(),
            changes: drift.changes.clone(),
        }),
        downstream: super::downstream::badge(model),
        lines: super::lines::lines(model, Step::Map),
        excluded: u32_of(model.decisions.excluded.len()),
        fixes: u32_of(crate::intake::fix_rows(model, inventory).len()),
        missing: super::lines::missing(inventory),
    }
}

fn nothing_read() -> MapView {
    MapView {
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
    }
}

/// How the service compares usernames, and where that is known from.
fn folding_words(inventory: &Inventory) -> String {
    match vendor::card_for(&inventory.new.app) {
        Some(card) => format!(
            "{}{} (card read on {})",
            card.vendor,
            case_words(card).trim_start_matches('.'),
            card.read
        ),
        None => {
            "No card for this service: usernames that differ only in case or accents are taken for one, to be safe."
                .to_owned()
        }
    }
}

/// What the card says of case, after the vendor's name.
pub(crate) fn case_words(card: &vendor::Card) -> &'static str {
    match card.usernames.case {
        vendor::Case::Ignored => " takes upper and lower case for one account.",
        vendor::Case::Kept => " takes upper and lower case for two accounts.",
        vendor::Case::Unknown => {
            ": whether upper and lower case are one account is not documented; Rehome takes them for one."
        }
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
    let users = &model.inventory.as_ref()?.roster.users;
    let same = users.keys().find(|user| model.usernames.get(user).is_none());
    same.or_else(|| users.keys().next()).cloned()
}

/// A person's name for a list.
pub(super) fn person_name(model: &Model, user: &UserId) -> PersonName {
    name(model, user)
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
    let mut weak: Vec<(f64, &String)> = model
        .attribute_calibration
        .iter()
        .filter_map(|(name, found)| Some((found.rate()?, name)))
        .filter(|(rate, _)| *rate < 1.0)
        .collect();
    weak.sort_by(|a, b| a.0.total_cmp(&b.0));
    let weak = weak
        .first()
        .map(|(rate, name)| format!("; {name} is predicted with {:.1} %", 100.0 * rate))
        .unwrap_or_default();
    format!(
        "{people}. The predictor was right for {percent:.1} % of the usernames that Okta stored for the old app ({} of {}){weak}.",
        thousands(c.right),
        thousands(c.total)
    )
}

fn classes(model: &Model) -> Vec<UsernameClassView> {
    let mut counts: BTreeMap<UsernameClass, u32> = BTreeMap::new();
    let users = model.inventory.iter().flat_map(|i| i.roster.users.keys());
    for user in users.filter(|user| !model.decisions.excluded.contains_key(*user)) {
        let class = model.usernames.class_of(user);
        *counts.entry(convert::username_class(class)).or_default() += 1;
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
    let mut choices = choices;
    if !same {
        choices.push(UsernameChoice::Rule);
    }
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
        rule: model.decisions.username_rules.get(&class).cloned(),
        examples: if same { Vec::new() } else { examples(model, class) },
    }
}

/// "eva@old.example → eva@nw.example", the first three.
fn examples(model: &Model, class: UsernameClass) -> Vec<String> {
    let of = convert::class_of(class);
    let blank = |text: &str| if text.is_empty() { "nothing" } else { text }.to_owned();
    let people = model.usernames.values().filter(|p| p.class == of);
    let people = people.filter(|p| !model.decisions.excluded.contains_key(&p.user));
    people
        .take(3)
        .map(|p| {
            format!(
                "{} \u{2192} {}",
                blank(&p.old),
                blank(p.predicted.as_deref().unwrap_or_default())
            )
        })
        .collect()
}

fn next_step(model: &Model) -> NextStep {
    let unsettled = model.unsettled();
    let (names, values): (Vec<&UserId>, Vec<&UserId>) = unsettled.iter().partition(|u| !model.names.is_settled(u));
    if names.is_empty() && !values.is_empty() {
        return values_step(model, &values);
    }
    if !unsettled.is_empty() {
        let unsettled = names;
        let mut kinds: BTreeMap<UsernameClass, usize> = BTreeMap::new();
        for user in &unsettled {
            let class = convert::username_class(model.usernames.class_of(user));
            *kinds.entry(class).or_default() += 1;
        }
        // The gravest first, and no more than a title can hold: all of them stand below it.
        let mut words: Vec<String> = kinds
            .iter()
            .rev()
            .take(2)
            .map(|(class, n)| format!("{n} {}", class_words(*class)))
            .collect();
        let more: usize = kinds.values().rev().skip(2).sum();
        if more > 0 {
            words.push(format!("{} more", thousands(more)));
        }
        return next(
            format!("Settle {}: {}", count(unsettled.len(), "username", "usernames"), words.join(", ")),
            "Choose for each kind below, or leave single people out. Rehome assigns nobody whose username is not settled.",
            Tone::Review,
        )
        .offer(show_words(unsettled.len()), Action::ShowUnsettled)
        .offer("Fix by CSV", Action::FixByFile);
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
    if super::lines::waiting(model) > 0 {
        return next(
            "Make what is approved",
            "Changes on the new app wait to be made. This is a write to Okta; Okta does not apply mappings to people who are \
             on the new app already.",
            Tone::Info,
        )
        .offer("Make the changes", Action::RunLines)
        .offer("Go to Pilot", Action::GoTo { step: Step::Pilot });
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
            "{}. Okta's own mapping gives them, or the app insists on one: correct the profile or the mapping in Okta and read \
             again, fix them by CSV, or leave these people out.",
            troubles.join("; ")
        ),
        Tone::Review,
    )
    .offer(show_words(people.len()), Action::ShowUnsettled)
    .offer("Read again", Action::ReadApps)
}

/// "Show the 5 people".
fn show_words(n: usize) -> String {
    if n == 1 {
        "Show this person".to_owned()
    } else {
        format!("Show the {} people", thousands(n))
    }
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
