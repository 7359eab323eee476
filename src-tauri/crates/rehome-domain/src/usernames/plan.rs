//! From predictions and choices to the username that each person shall have on the new app.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use rehome_expression::{Expression, Preview, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Claim, Fold, Predicted, Predictor, TemplateOf, UsernameClass, UsernamePerson, collisions, too_long};
use crate::{ByUser, UserId};

/// What the admin decided about usernames.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UsernameChoices {
    pub by_class: BTreeMap<UsernameClass, ClassChoice>,
    /// Typed, or from a CSV; goes before the class.
    pub by_person: BTreeMap<UserId, String>,
}

/// What is done with the people of a class.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "choice", rename_all = "camelCase")]
pub enum ClassChoice {
    /// Nobody has decided.
    #[default]
    Open,
    /// Okta's template decides. Never settles what is blank, too long or somebody else's.
    TakePredicted,
    /// The username of the old app is sent.
    KeepOld,
    /// An expression evaluated here for each person; its result is sent. `appuser.userName` is the username on the old app.
    Rule { expression: String },
}

/// The username that a person shall have on the new app.
///
/// A username that has to be sent ([`PlannedName::explicit`]) makes its person go one by one: assigned individually, with
/// the username, before the group is put on the app. A group assignment sends no username, so it would take the template's
/// (invariant 12).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedName {
    /// `None`: nobody has decided, or whatever the template gives was accepted.
    pub username: Option<Arc<str>>,
    /// Has to be sent: the template does not surely give it.
    pub explicit: bool,
    pub settled: bool,
    /// Why not settled, or what to keep an eye on.
    pub note: Cow<'static, str>,
    /// Where the username comes from: "Okta's template gives it".
    pub why: &'static str,
}

/// Everything that planning usernames looks at.
pub struct Naming<'a> {
    pub predicted: &'a [Predicted],
    pub choices: &'a UsernameChoices,
    /// Usernames on the new app already, by their owners, whether they are on the old app or not: nobody collides with
    /// himself.
    pub taken: &'a BTreeMap<UserId, String>,
    /// Whoever is left out claims no username.
    pub excluded: &'a dyn Fn(&UserId) -> bool,
    /// The people of `predicted`, for rules; may be empty while there is no rule.
    pub people: &'a [UsernamePerson<'a>],
    /// The new app, for rules.
    pub of: TemplateOf<'a>,
    /// A person's name, for the words.
    pub name: &'a dyn Fn(&UserId) -> String,
    pub fold: Fold<'a>,
}

/// Settles what the choices settle. Same input, same names.
pub fn plan(input: &Naming<'_>) -> ByUser<PlannedName> {
    let rules = Rules::new(input);
    let mut names: ByUser<PlannedName> = input
        .predicted
        .iter()
        .map(|p| (p.user.clone(), decide(input, &rules, p, p.class)))
        .collect();
    part(input, &rules, &mut names);
    keep_apart(input, &mut names);
    names
}

/// People whose rival has been given another username, or is left out, collide with nobody any more.
fn part(input: &Naming<'_>, rules: &Rules<'_>, names: &mut ByUser<PlannedName>) {
    let waiting: Vec<&Predicted> = input
        .predicted
        .iter()
        .filter(|p| p.class == UsernameClass::Collision && names.get(&p.user).is_some_and(|n| !n.settled))
        .filter(|p| follows_template(input.choices, p))
        .collect();
    if waiting.is_empty() {
        return;
    }
    let wanted = input.predicted.iter().filter(|p| !(input.excluded)(&p.user));
    let claims = wanted.filter_map(|p| {
        let planned = names
            .get(&p.user)
            .filter(|n| n.settled)
            .and_then(|n| n.username.as_deref());
        Some(Claim {
            user: &p.user,
            name: planned.or(p.predicted.as_deref())?,
            sure: planned.is_some() || p.class != UsernameClass::Unknown,
        })
    });
    let clashes = collisions(claims, input.taken, input.fold);
    for p in waiting {
        if clashes.get(&p.user).is_none_or(|clash| !clash.sure) {
            names.insert(p.user.clone(), decide(input, rules, p, p.apart));
        }
    }
}

fn follows_template(choices: &UsernameChoices, p: &Predicted) -> bool {
    !choices.by_person.contains_key(&p.user)
        && matches!(
            choices.by_class.get(&p.class),
            None | Some(ClassChoice::Open | ClassChoice::TakePredicted)
        )
}

/// Choices can make two usernames meet that the template kept apart.
fn keep_apart(input: &Naming<'_>, names: &mut ByUser<PlannedName>) {
    let settled = input
        .predicted
        .iter()
        .filter(|p| !(input.excluded)(&p.user))
        .filter_map(|p| {
            let planned = names.get(&p.user).filter(|n| n.settled)?;
            Some(Claim {
                user: &p.user,
                name: planned.username.as_deref().or(p.predicted.as_deref())?,
                sure: planned.username.is_some(),
            })
        });
    for (user, clash) in collisions(settled, input.taken, input.fold) {
        let Some(planned) = names.get_mut(&user) else { continue };
        let mut with: Vec<String> = clash.with.iter().take(3).map(|o| (input.name)(o)).collect();
        if clash.of > with.len() {
            with.push(format!("{} more", clash.of - with.len()));
        }
        let with = with.join(", ");
        let look_alike = if clash.look_alike {
            " Written with look-alike letters; many services take both for one."
        } else {
            ""
        };
        if clash.sure {
            planned.settled = false;
            planned.note = format!("Would have the same username as {with}.{look_alike}").into();
        } else {
            // A guess that was accepted gives way; a sure username only hears of it.
            planned.settled = planned.username.is_some();
            planned.note = format!("Might get the same username as {with}: it is only guessed.").into();
        }
    }
}

fn decide(input: &Naming<'_>, rules: &Rules<'_>, p: &Predicted, class: UsernameClass) -> PlannedName {
    if let Some(chosen) = input.choices.by_person.get(&p.user) {
        return sent(p, &chosen.as_str().into(), "Set for this person");
    }
    if class == UsernameClass::Same {
        return from_template(p);
    }
    // A rival that went away leaves the class of its own, but a choice for collisions still stands.
    let choice = input.choices.by_class.get(&class);
    match choice.unwrap_or(&ClassChoice::Open) {
        ClassChoice::Open => open(open_words(p, class)),
        ClassChoice::TakePredicted if !class.can_take_predicted() => open(open_words(p, class)),
        ClassChoice::TakePredicted if class == UsernameClass::Unknown => PlannedName {
            settled: true,
            why: "Whatever Okta's template gives was accepted",
            ..PlannedName::default()
        },
        ClassChoice::TakePredicted => from_template(p),
        ClassChoice::KeepOld if p.old.trim().is_empty() => open("The old app has no username for this person either."),
        ClassChoice::KeepOld => sent(p, &p.old, "Kept from the old app"),
        ClassChoice::Rule { expression } => match rules.evaluate(expression, p) {
            Ok(username) => sent(p, &username.into(), "By the rule"),
            Err(note) => open(note),
        },
    }
}

fn open(note: impl Into<Cow<'static, str>>) -> PlannedName {
    PlannedName {
        note: note.into(),
        ..PlannedName::default()
    }
}

fn from_template(p: &Predicted) -> PlannedName {
    PlannedName {
        username: p.predicted.clone(),
        settled: true,
        why: "Okta's template gives it",
        ..PlannedName::default()
    }
}

/// A username from elsewhere: it is sent unless the template surely gives the very same.
fn sent(p: &Predicted, username: &Arc<str>, why: &'static str) -> PlannedName {
    if username.trim().is_empty() {
        return open(format!("{why}: nothing. Okta takes no blank username."));
    }
    if let Some(words) = too_long(username) {
        return open(format!("{why}: {words}."));
    }
    let by_template = p.class != UsernameClass::Unknown && p.predicted.as_ref() == Some(username);
    PlannedName {
        username: Some(username.clone()),
        explicit: !by_template,
        settled: true,
        note: Cow::default(),
        why,
    }
}

fn open_words(p: &Predicted, class: UsernameClass) -> Cow<'static, str> {
    let words = match class {
        UsernameClass::Same => "",
        UsernameClass::CaseOnly => "Only upper and lower case differ.",
        UsernameClass::UnicodeForm => "Looks the same, but the letters are stored in another form.",
        UsernameClass::Domain => "Only the part after @ differs.",
        UsernameClass::Different => "The template gives another username than the old app has.",
        UsernameClass::Blank => "The template gives no username.",
        UsernameClass::TooLong => "Longer than Okta takes.",
        UsernameClass::Collision => "The template gives somebody else the same username.",
        UsernameClass::Unknown => "What the template gives cannot be predicted.",
    };
    match (class, &*p.note) {
        (UsernameClass::Collision, _) | (_, "") => words.into(),
        _ => p.note.clone(),
    }
}

/// Rules parsed once, with what they may look at.
struct Rules<'a> {
    parsed: BTreeMap<&'a str, Result<Expression, String>>,
    people: BTreeMap<&'a UserId, &'a UsernamePerson<'a>>,
    predictor: Predictor<'a>,
}

impl<'a> Rules<'a> {
    fn new(input: &Naming<'a>) -> Self {
        let texts = input.choices.by_class.values().filter_map(|choice| match choice {
            ClassChoice::Rule { expression } => Some(expression.as_str()),
            ClassChoice::Open | ClassChoice::TakePredicted | ClassChoice::KeepOld => None,
        });
        let parsed: BTreeMap<_, _> = texts
            .map(|text| (text, Expression::parse(text).map_err(|problem| problem.message)))
            .collect();
        let wanted = if parsed.is_empty() { &[] } else { input.people };
        Self {
            parsed,
            people: wanted.iter().map(|person| (person.user, person)).collect(),
            predictor: Predictor::new(input.of),
        }
    }

    /// The username by the rule, or why there is none. A guess is none: the rule can be written so that it is sure.
    fn evaluate(&self, rule: &str, p: &Predicted) -> Result<String, String> {
        let expression = match self.parsed.get(rule) {
            Some(Ok(expression)) => expression,
            Some(Err(message)) => return Err(format!("The rule cannot be read. {message}")),
            None => return Err("The rule cannot be read.".to_owned()),
        };
        let Some(person) = self.people.get(&p.user).and_then(|person| person.person) else {
            return Err("The Okta profile of this person could not be read.".to_owned());
        };
        let old = Map::from_iter([("userName".to_owned(), Value::from(&*p.old))]);
        let preview = expression.evaluate(&Scope {
            appuser: Some(&old),
            ..self.predictor.scope(person)
        });
        match preview {
            Preview::Value(_) => Ok(preview.text().unwrap_or_default()),
            Preview::Warned { .. } => Err(format!("The rule gives only a guess. {}", preview.words())),
            Preview::Unknown { .. } | Preview::Error { .. } => {
                Err(format!("The rule gives nothing sure. {}", preview.words()))
            }
        }
    }
}
