//! What everybody stands for, for choosing the pilot: who covers what, who is missing, and what to ask of the chosen.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rehome_domain::{
    AppUser, Scope, UserId,
    effective::{Change, Effective, Effects, Source, decides_rights, for_person},
    fixes,
    people::AssignmentPath,
    pilot::{Builder, Covered, Field, Kind, Person},
    plain,
    suspects::SuspectKind,
};
use serde_json::Value;

use super::{count, people, u32_of};
use crate::{
    model::{Inventory, Model, values_of},
    view::{AskList, CoverageItem, CoverageKind, CoverageWords, PersonRow, PilotCoverage, UsernameClass},
};

/// Values beyond which an attribute is no list of roles any more.
const ROLES: usize = 40;
/// Items of a kind that are shown.
const SHOWN: usize = 60;
/// Names in one line.
const NAMED: usize = 3;

const KINDS: [(Kind, &str); 7] = [
    (Kind::Route, "Ways to the new app"),
    (Kind::Group, "Groups"),
    (Kind::Username, "Kinds of username"),
    (Kind::Role, "Roles and licences"),
    (Kind::Attribute, "Attributes"),
    (Kind::UserType, "User types"),
    (Kind::Account, "Kinds of account"),
];

impl Model {
    /// Made when first asked for, and again after anything about people has changed.
    pub(crate) fn pilot_field(&mut self) -> Arc<Field> {
        if let Some(field) = &self.pilot_field {
            return field.clone();
        }
        let field = Arc::new(field(self));
        self.pilot_field = Some(field.clone());
        field
    }
}

/// Attributes that are lists of roles or the like, and the numbers of their values.
#[derive(Default)]
struct Roles {
    known: BTreeMap<String, bool>,
    values: BTreeMap<String, BTreeSet<u32>>,
}

impl Roles {
    /// An attribute with a list of values, or one that decides over rights and money by its name.
    fn is_role(&mut self, model: &Model, one: &Effective) -> bool {
        if let Some(known) = self.known.get(&one.attribute) {
            return *known;
        }
        let row = model.attributes.iter().find(|r| r.attribute.name == one.attribute);
        let is = row.is_some_and(|r| !r.attribute.choices.is_empty()) || decides_rights(&one.attribute, &one.title);
        self.known.insert(one.attribute.clone(), is);
        is
    }
}

fn field(model: &Model) -> Field {
    let mut builder = Builder::default();
    let Some(inventory) = &model.inventory else {
        return builder.finish();
    };
    let wins: BTreeSet<_> = inventory
        .roster
        .users
        .values()
        .filter_map(|user| match inventory.roster.path(user) {
            AssignmentPath::Group { group } => Some(group),
            AssignmentPath::Individual | AssignmentPath::UnknownGroup => None,
        })
        .collect();
    let memberships = inventory.roster.memberships();
    let effects = inventory
        .old
        .schema
        .value()
        .map(|schema| Effects::new(&model.attributes, schema, &inventory.roster, &model.groups));
    let suspects: BTreeMap<&UserId, SuspectKind> = model
        .suspects
        .iter()
        .flat_map(|group| group.people.iter().map(|(user, _)| (user, group.kind)))
        .collect();
    let listed = listed(model);
    let mut roles = Roles::default();
    for (id, user) in &inventory.roster.users {
        if model.decisions.excluded.contains_key(id) || !model.is_assignable(id) {
            continue;
        }
        let mut traits = Vec::new();
        let mut has = |kind, name: String| {
            let number = builder.number(kind, name);
            traits.push(number);
            number
        };
        let path = inventory.roster.path(user);
        // A group that wins for nobody can still be met by somebody in it.
        match &path {
            AssignmentPath::Group { group } => drop(has(Kind::Group, model.group_name(group))),
            AssignmentPath::Individual | AssignmentPath::UnknownGroup => {}
        }
        let groups: Vec<_> = memberships.groups_of(id).collect();
        for group in groups.iter().filter(|g| !wins.contains(&g.id)) {
            has(Kind::Group, group.name.clone());
        }
        let class = super::convert::username_class(model.usernames.class_of(id));
        has(Kind::Username, class_words(class).to_owned());
        if model.decisions.usernames_of.contains_key(id) {
            has(Kind::Username, "set by hand or by file".to_owned());
        }
        if let Some(words) = type_words(inventory, user) {
            has(Kind::UserType, words);
        }
        for words in account(inventory, user, listed.get(id).copied()) {
            has(Kind::Account, words);
        }
        let found = effects.as_ref().map(|effects| {
            let values = values_of(inventory, &model.decisions, user, &model.names);
            for_person(effects, user, &values)
        });
        let found = found.unwrap_or_default();
        has(
            Kind::Route,
            way(model, user, &path, !groups.is_empty(), &found).to_owned(),
        );
        for one in found.iter().filter(|one| one.attribute != "userName") {
            for pattern in patterns(one) {
                has(Kind::Attribute, format!("{}: {pattern}", one.title));
            }
            if roles.is_role(model, one) {
                let of = roles.values.entry(one.attribute.clone()).or_default();
                for value in role_values(one) {
                    of.insert(has(Kind::Role, format!("{}: {value}", one.title)));
                }
            }
        }
        let suspect = suspects.get(id).copied();
        let status = user.person.as_ref().map(|p| p.status());
        let settled = model.names.is_settled(id) && !model.troubles.contains_key(id);
        let machine = matches!(suspect, Some(SuspectKind::ServiceAccount | SuspectKind::BreakGlass));
        builder.add(
            id.clone(),
            Person {
                traits,
                // A pilot has to sign in: suspended and not yet activated people cannot, and machines do not.
                may_go: status == Some("ACTIVE") && settled && !machine,
                last_use: inventory.last_use.last.get(id).copied(),
                risks: u8::from(suspect.is_some()) + u8::from(found.iter().any(|one| one.change == Change::Unknown)),
            },
        );
    }
    for numbers in roles.values.into_values().filter(|numbers| numbers.len() > ROLES) {
        builder.forget(&numbers);
    }
    builder.finish()
}

/// By which way, as far as it can be told before there is a plan.
fn way(model: &Model, user: &AppUser, path: &AssignmentPath, in_group: bool, found: &[Effective]) -> &'static str {
    let inventory = model.inventory.as_ref();
    if inventory.is_some_and(|i| i.new_users.contains_key(&user.user)) && !model.tracks.contains_key(&user.user) {
        return "on the new app already";
    }
    let own = model.names.is_explicit(&user.user) || found.iter().any(|one| one.source == Source::Sent);
    match (path, own) {
        (AssignmentPath::Individual, _) if in_group => "individually, though a group would give it too",
        (AssignmentPath::Individual, _) => "individually",
        (AssignmentPath::Group { .. }, false) => "through a group alone",
        (AssignmentPath::Group { .. }, true) => "through a group, with a username or values of their own",
        (AssignmentPath::UnknownGroup, _) => "through a group that could not be read",
    }
}

fn class_words(class: UsernameClass) -> &'static str {
    match class {
        UsernameClass::Same => "the same as before",
        UsernameClass::CaseOnly => "differs in case",
        UsernameClass::UnicodeForm => "another Unicode form",
        UsernameClass::Domain => "another domain",
        UsernameClass::Different => "different",
        UsernameClass::Blank => "would be blank",
        UsernameClass::TooLong => "would be too long",
        UsernameClass::Collision => "would collide",
        UsernameClass::Unknown => "cannot be predicted",
    }
}

/// The type's name, as a mapping has it; nothing where nobody knows the type.
fn type_words(inventory: &Inventory, user: &AppUser) -> Option<String> {
    let id = user.person.as_ref()?.type_id()?;
    let mappings = [&inventory.new.mappings, &inventory.old.mappings];
    let of_type = mappings
        .into_iter()
        .filter_map(|m| m.value())
        .flatten()
        .find(|m| m.source_id == id);
    let name = of_type.and_then(|m| m.raw["source"]["name"].as_str());
    Some(match name {
        Some("user") => "the default type".to_owned(),
        Some(name) => name.to_owned(),
        None => format!("type {id}"),
    })
}

/// How the service's own list knows people, in words.
fn listed(model: &Model) -> BTreeMap<&UserId, &'static str> {
    let Some(matched) = &model.downstream else {
        return BTreeMap::new();
    };
    let result = &matched.result;
    let mut out: BTreeMap<&UserId, &'static str> = BTreeMap::new();
    out.extend(
        result
            .no_account
            .iter()
            .map(|user| (user, "no account in the service's list")),
    );
    for (pairs, words) in [
        (&result.matched_by_fold, "listed, written otherwise"),
        (&result.under_old_username, "listed under the old username"),
        (&result.by_email, "listed by e-mail only"),
        (&result.inactive, "listed as inactive"),
    ] {
        out.extend(pairs.iter().map(|(user, _)| (user, words)));
    }
    out
}

fn account(inventory: &Inventory, user: &AppUser, listed: Option<&'static str>) -> Vec<String> {
    let mut out = Vec::new();
    if inventory.old.app.has("PUSH_NEW_USERS") || inventory.new.app.has("PUSH_NEW_USERS") {
        let known = user.external_id.is_some();
        out.push(if known { "provisioned" } else { "never provisioned" }.to_owned());
    }
    if !user.is_settled() || user.has_sync_error() {
        out.push(format!("not settled on the old app ({})", user.status().to_lowercase()));
    }
    if let Some(status) = user.person.as_ref().map(|p| p.status()).filter(|s| *s != "ACTIVE") {
        out.push(format!("in Okta: {}", status.to_lowercase().replace('_', " ")));
    }
    out.extend(listed.map(str::to_owned));
    out
}

/// What is particular about an attribute of somebody.
fn patterns(one: &Effective) -> Vec<&'static str> {
    let change = match one.change {
        Change::Lost => Some("loses its value"),
        Change::Changed => Some("gets another value than today"),
        Change::Unknown => Some("cannot be known beforehand"),
        Change::Gained => Some("gets a value for the first time"),
        Change::Renamed => Some("gets its new name"),
        Change::Same if one.new.is_none() => Some("is empty"),
        Change::Same => None,
    };
    let from = match &one.source {
        Source::Sent => Some("own value, sent for the person"),
        Source::Joined { groups } if groups.len() > 1 => Some("joined from several groups"),
        Source::Group { wins_over, .. } if !wins_over.is_empty() => Some("one group wins over another"),
        Source::Group { .. } | Source::Joined { .. } => Some("from a group"),
        Source::Mapping { .. } | Source::Template | Source::Nothing | Source::Unknown { .. } => None,
    };
    change.into_iter().chain(from).collect()
}

fn role_values(one: &Effective) -> Vec<String> {
    let value = one.new.as_ref().or(one.old.as_ref());
    let all = match value {
        Some(Value::Array(items)) => items.iter().map(plain).collect(),
        Some(value) => vec![plain(value)],
        None => Vec::new(),
    };
    all.into_iter().filter(|text| !text.is_empty()).collect()
}

/// People who, with those chosen, cover everything that can be covered: each with what they stand for.
pub(crate) fn suggest(model: &mut Model, chosen: &BTreeSet<UserId>, most: usize) -> Vec<PersonRow> {
    let field = model.pilot_field();
    let picked = field.pick(chosen, most).people;
    let all: BTreeSet<UserId> = chosen.iter().chain(&picked).cloned().collect();
    let row = |user: UserId| {
        let mut row = people::row(model, &user);
        row.note = Some(alone(&field, &user, &all));
        row
    };
    picked.into_iter().map(row).collect()
}

/// What only this one of them stands for.
fn alone(field: &Field, user: &UserId, all: &BTreeSet<UserId>) -> String {
    let own: Vec<&str> = field.alone(user, all).into_iter().map(|t| t.name.as_str()).collect();
    match own.len() {
        0 => "covers with others".to_owned(),
        n if n > NAMED => format!("{} and {} more", own[..NAMED].join(" · "), n - NAMED),
        _ => own.join(" · "),
    }
}

fn able(one: &Covered) -> bool {
    one.by.is_some() || one.best.is_some()
}

fn words(all: &[Covered]) -> (usize, usize, String) {
    let total = all.iter().filter(|c| able(c)).count();
    let covered = all.iter().filter(|c| c.by.is_some()).count();
    let open: Vec<String> = all
        .iter()
        .filter(|c| able(c) && c.by.is_none())
        .map(|c| match c.what.kind {
            Kind::Group => format!("the group {}", c.what.name),
            Kind::Username => format!("a username that is {}", c.what.name),
            Kind::Route | Kind::Role | Kind::Attribute | Kind::UserType | Kind::Account => c.what.name.clone(),
        })
        .collect();
    let words = match open.len() {
        0 if total == 0 => "There is nothing to tell people apart by.".to_owned(),
        0 => format!("Everything is covered: {}.", count(total, "thing", "things")),
        1 => format!("{covered} of {total} covered: {} is in nobody.", open[0]),
        n if n > NAMED => format!(
            "{covered} of {total} covered: {} and {} more are in nobody.",
            open[..NAMED].join(", "),
            n - NAMED
        ),
        n => format!(
            "{covered} of {total} covered: {} and {} are in nobody.",
            open[..n - 1].join(", "),
            open[n - 1]
        ),
    };
    (covered, total, words)
}

/// In one line.
pub(crate) fn in_words(field: &Field, chosen: &BTreeSet<UserId>) -> CoverageWords {
    let (covered, total, words) = words(&field.coverage(chosen));
    CoverageWords {
        covered: u32_of(covered),
        total: u32_of(total),
        words,
    }
}

/// By kind, what is missing first, each with who would cover it.
pub(crate) fn coverage(model: &mut Model, chosen: &BTreeSet<UserId>) -> PilotCoverage {
    let field = model.pilot_field();
    let all = field.coverage(chosen);
    let (covered, total, words) = words(&all);
    let kinds = KINDS.iter().filter_map(|(kind, title)| {
        let mut of: Vec<&Covered> = all.iter().filter(|c| c.what.kind == *kind).collect();
        if of.is_empty() {
            return None;
        }
        of.sort_by_key(|c| (c.by.is_some(), !able(c)));
        Some(CoverageKind {
            title: (*title).to_owned(),
            covered: u32_of(of.iter().filter(|c| c.by.is_some()).count()),
            total: u32_of(of.iter().filter(|c| able(c)).count()),
            more: u32_of(of.len().saturating_sub(SHOWN)),
            items: of
                .into_iter()
                .take(SHOWN)
                .map(|c| CoverageItem {
                    name: c.what.name.clone(),
                    people: u32_of(c.people),
                    by: c.by.as_ref().map(|user| model.name_of(user)),
                    best: c.best.as_ref().map(|user| people::row(model, user)),
                })
                .collect(),
        })
    });
    PilotCoverage {
        covered: u32_of(covered),
        total: u32_of(total),
        words,
        kinds: kinds.collect(),
    }
}

/// What to send to the chosen. Names come from Okta: nothing in them breaks a line, or is a formula to a spreadsheet.
pub(crate) fn ask(model: &Model, rows: &[PersonRow]) -> Option<AskList> {
    let inventory = model.inventory.as_ref()?;
    if rows.is_empty() {
        return None;
    }
    let (old, new) = (clean(&inventory.old.app.label), clean(&inventory.new.app.label));
    let address = |row: &PersonRow| {
        let person = inventory
            .roster
            .users
            .get(&UserId::from(row.id.as_str()))?
            .person
            .as_ref()?;
        let email = person.profile.text("email").unwrap_or_default();
        let address = clean(if email.is_empty() { &row.login } else { email });
        (!address.is_empty()).then_some(address)
    };
    let addresses: Vec<String> = rows.iter().filter_map(address).collect();
    let table: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "{}\t{}",
                fixes::harmless(&clean(&row.name)),
                fixes::harmless(&clean(&row.login))
            )
        })
        .collect();
    let message = format!(
        "Hello,\n\nwe are moving {old} to a new tile on your Okta dashboard, {new}. You are among the first, and your help \
         decides whether everybody else can follow. Nothing is taken away from you: the old tile stays where it is.\n\n\
         When you see the new tile, please take five minutes:\n\
         1. Open {new}. Does it open without asking for another password?\n\
         2. Look around. Is it your account, with everything that was yours?\n\
         3. Can you do what you could do before?\n\
         4. Sign out of {new}, then open it once more.\n\
         5. If you use it on your phone, open it there, too.\n\n\
         Then answer with yes or no for each of the five. If anything looks strange, above all an empty account, stop and tell \
         me before you change anything there.\n\nThank you!\n"
    );
    Some(AskList {
        addresses: addresses.join("; "),
        table: table.join("\n"),
        message,
    })
}

/// One line, without anything that cannot be seen.
fn clean(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let seen: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !hidden(*c))
        .collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Only the scope of the old assignment; for words about a person who is chosen.
pub(crate) fn is_individual(model: &Model, user: &UserId) -> bool {
    let inventory = model.inventory.as_ref();
    inventory.is_some_and(|i| i.roster.users.get(user).is_some_and(|u| u.scope() == Scope::User))
}
