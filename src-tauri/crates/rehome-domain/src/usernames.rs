//! Which username the new app's template would give each person, and what that means beside the old one.
//!
//! A group assignment sends no username: the template decides (architecture 5). So a username is only called *same* when
//! every step of its evaluation is documented; a guess stays *unknown* and is shown as what it is.

use std::collections::BTreeMap;

use rehome_expression::{Expression, Internal, Org, Preview, Problem, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::{App, Person, UserId, UsernameTemplate};

/// Longest username that Okta stores, in characters (schema of `credentials.userName`).
pub const LONGEST: usize = 100;

/// What the new app would call a person, beside the old app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UsernameClass {
    Same,
    CaseOnly,
    Different,
    Blank,
    /// Equal, ignoring case, to the username of somebody else.
    Collision,
    /// Cannot be evaluated here, or only guessed.
    Unknown,
}

/// The template of an app with everything about the app that it may look at.
#[derive(Clone, Copy, Debug)]
pub struct TemplateOf<'a> {
    pub app: &'a App,
    /// The app's variable in expressions: `variable` of its schema.
    pub variable: Option<&'a str>,
    pub org: Org<'a>,
}

/// One person of the old app.
#[derive(Clone, Copy, Debug)]
pub struct UsernamePerson<'a> {
    pub user: &'a UserId,
    /// The username on the old app; empty where it keeps none.
    pub old: &'a str,
    /// `None`: the Okta profile could not be read.
    pub person: Option<&'a Person>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicted {
    pub user: UserId,
    pub old: String,
    /// What the template gives; with class `Unknown` a mere guess, or nothing.
    pub predicted: Option<String>,
    pub class: UsernameClass,
    /// People who would have the same username, in the order of their ids.
    pub collides_with: Vec<UserId>,
    /// Why, where the class alone does not say it.
    pub note: String,
}

/// How well an app's own template explains the usernames that Okta stored for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calibration {
    /// Predicted exactly as stored.
    pub right: usize,
    /// Predicted at all.
    pub total: usize,
    /// Not predictable, or only by a guess.
    pub unpredictable: usize,
}

/// A template that is ready to be evaluated for many people.
#[derive(Clone, Debug)]
pub struct Predictor<'a> {
    of: TemplateOf<'a>,
    settings: Map<String, Value>,
    instance: Map<String, Value>,
    expression: Result<Expression, Preview>,
}

impl<'a> Predictor<'a> {
    /// Parses the template of `of.app` once.
    pub fn new(of: TemplateOf<'a>) -> Self {
        let template = of.app.username_template.as_ref();
        let suffix = template.and_then(|t| t.suffix.clone());
        Self {
            of,
            settings: of.app.raw["settings"]["app"].as_object().cloned().unwrap_or_default(),
            instance: suffix
                .map(|suffix| Map::from_iter([("userSuffix".to_owned(), json!(suffix))]))
                .unwrap_or_default(),
            expression: parse(of.app, template),
        }
    }

    /// What the template gives this person.
    pub fn evaluate(&self, person: &Person) -> Preview {
        match &self.expression {
            Ok(expression) => expression.evaluate(&Scope {
                app: Some(&self.settings),
                instance: Some(&self.instance),
                app_variable: self.of.variable,
                org: self.of.org,
                internal: Internal {
                    id: Some(person.id.as_str()),
                    status: Some(&person.status),
                },
                ..Scope::new(&person.profile)
            }),
            Err(preview) => preview.clone(),
        }
    }
}

fn parse(app: &App, template: Option<&UsernameTemplate>) -> Result<Expression, Preview> {
    let Some(template) = template.filter(|t| t.kind != "NONE") else {
        return Err(Preview::Unknown {
            why: format!(
                "{} has no username template: whoever assigns it types each username.",
                app.label
            ),
        });
    };
    let parsed = match template.kind.as_str() {
        "CUSTOM" => Expression::parse(&template.template),
        _ => Expression::template(&template.template),
    };
    parsed.map_err(|Problem { at, message }| Preview::Error { at, message })
}

/// Predicts for all people, in the order given. `taken` are the usernames on the new app already, by their owner.
pub fn predict(of: TemplateOf<'_>, people: &[UsernamePerson<'_>], taken: &BTreeMap<UserId, String>) -> Vec<Predicted> {
    let predictor = Predictor::new(of);
    let mut predicted: Vec<Predicted> = people.iter().map(|person| predict_one(&predictor, person)).collect();
    let planned = predicted.iter().filter(|p| p.class != UsernameClass::Unknown);
    let planned = planned.filter_map(|p| Some((&p.user, p.predicted.as_deref()?)));
    let collisions = collisions(planned, taken);
    for one in &mut predicted {
        if let Some(others) = collisions.get(&one.user) {
            one.class = UsernameClass::Collision;
            one.collides_with.clone_from(others);
        }
    }
    predicted
}

fn predict_one(predictor: &Predictor<'_>, person: &UsernamePerson<'_>) -> Predicted {
    let old = person.old.to_owned();
    let user = person.user.clone();
    let unknown = |predicted, note| Predicted {
        user: user.clone(),
        old: old.clone(),
        predicted,
        class: UsernameClass::Unknown,
        collides_with: Vec::new(),
        note,
    };
    let Some(profile) = person.person else {
        return unknown(None, "The Okta profile of this person could not be read.".to_owned());
    };
    let preview = predictor.evaluate(profile);
    match &preview {
        Preview::Value(_) => {
            let predicted = preview.text();
            let (class, note) = judge(person.old, predicted.as_deref());
            Predicted {
                user,
                old,
                predicted,
                class,
                collides_with: Vec::new(),
                note,
            }
        }
        // Whatever Okta makes of it, nobody wants that username.
        Preview::Warned { .. } if preview.text().is_none_or(|text| text.trim().is_empty()) => Predicted {
            class: UsernameClass::Blank,
            ..unknown(preview.text(), preview.words())
        },
        Preview::Warned { .. } => unknown(preview.text(), format!("Only a guess. {}", preview.words())),
        Preview::Unknown { why } => unknown(None, why.clone()),
        Preview::Error { message, .. } => unknown(None, format!("Okta would refuse the template. {message}")),
    }
}

/// The class of a sure prediction, collisions apart.
pub fn classify(old: &str, predicted: Option<&str>) -> UsernameClass {
    judge(old, predicted).0
}

fn judge(old: &str, predicted: Option<&str>) -> (UsernameClass, String) {
    let predicted = predicted.unwrap_or_default();
    let length = predicted.chars().count();
    if predicted.trim().is_empty() {
        return (UsernameClass::Blank, String::new());
    }
    if length > LONGEST {
        return (
            UsernameClass::Different,
            format!("{length} characters, limit {LONGEST}"),
        );
    }
    if predicted == old {
        return (UsernameClass::Same, String::new());
    }
    if folded(predicted) == folded(old) {
        let same_letters = predicted.to_lowercase() == old.to_lowercase();
        let note = if same_letters {
            ""
        } else {
            "looks the same; the accents are stored in another form"
        };
        return (UsernameClass::CaseOnly, note.to_owned());
    }
    (UsernameClass::Different, difference(old, predicted).to_owned())
}

fn difference(old: &str, predicted: &str) -> &'static str {
    if old.is_empty() {
        return "the old app keeps no username";
    }
    match (old.split_once('@'), predicted.split_once('@')) {
        (Some((a, _)), Some((b, _))) if folded(a) == folded(b) => "the part after @ differs",
        (Some((_, a)), Some((_, b))) if folded(a) == folded(b) => "the part before @ differs",
        (Some(_), None) => "only the old one has an @",
        (None, Some(_)) => "only the new one has an @",
        _ => "",
    }
}

/// For comparing as services do: without case, and with accents in one form.
pub fn folded(username: &str) -> String {
    if username.is_ascii() {
        return username.to_ascii_lowercase();
    }
    username.nfc().collect::<String>().to_lowercase().nfc().collect()
}

/// Everybody whose planned username somebody else has or shall have too, with those others in the order of their ids.
/// Blank usernames collide with nobody.
pub fn collisions<'a>(
    planned: impl Iterator<Item = (&'a UserId, &'a str)>,
    taken: &'a BTreeMap<UserId, String>,
) -> BTreeMap<UserId, Vec<UserId>> {
    let mut owners: BTreeMap<String, Vec<(&UserId, bool)>> = BTreeMap::new();
    let named = |name: &str| !name.trim().is_empty();
    for (user, name) in planned.filter(|(_, name)| named(name)) {
        owners.entry(folded(name)).or_default().push((user, true));
    }
    for (user, name) in taken.iter().filter(|(_, name)| named(name)) {
        if let Some(owners) = owners.get_mut(&folded(name)) {
            owners.push((user, false));
        }
    }
    let mut found = BTreeMap::new();
    for owners in owners.values_mut().filter(|owners| owners.len() > 1) {
        owners.sort_unstable();
        for (user, _) in owners.iter().filter(|(_, planned)| *planned) {
            let mut others: Vec<UserId> = owners
                .iter()
                .filter(|(other, _)| other != user)
                .map(|(o, _)| (*o).clone())
                .collect();
            others.dedup();
            if !others.is_empty() {
                found.insert((*user).clone(), others);
            }
        }
    }
    found
}

/// Evaluates an app's own template and compares with what Okta stored for it. People without a stored username or a
/// readable profile do not count.
pub fn calibrate(of: TemplateOf<'_>, people: &[UsernamePerson<'_>]) -> Calibration {
    let predictor = Predictor::new(of);
    let mut calibration = Calibration::default();
    for person in people.iter().filter(|p| !p.old.is_empty()) {
        let Some(profile) = person.person else { continue };
        match predictor.evaluate(profile).sure() {
            Some(value) => {
                calibration.total += 1;
                calibration.right += usize::from(value.as_str() == Some(person.old));
            }
            None => calibration.unpredictable += 1,
        }
    }
    calibration
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn app(template: &str, kind: &str) -> App {
        App::read(json!({"id": "0oa2", "name": "zendesk", "label": "Zendesk Suite", "status": "ACTIVE", "signOnMode": "SAML_2_0",
            "settings": {"app": {"companySubDomain": "northwind"}},
            "credentials": {"userNameTemplate": {"template": template, "type": kind, "userSuffix": "@nw"}}}))
        .unwrap()
    }

    fn person(id: &str, login: &str, email: Value) -> Person {
        Person::read(
            &json!({"id": id, "status": "ACTIVE", "profile": {"login": login, "email": email, "firstName": "A"}}),
        )
        .unwrap()
    }

    /// People as (id, old username, login, e-mail).
    fn check(app: &App, people: &[(&str, &str, &str, Value)], taken: &[(&str, &str)], expected: Expect) {
        let persons: Vec<Person> = people
            .iter()
            .map(|(id, _, login, email)| person(id, login, email.clone()))
            .collect();
        let ids: Vec<UserId> = people.iter().map(|p| UserId::from(p.0)).collect();
        let input: Vec<UsernamePerson<'_>> = people
            .iter()
            .zip(&persons)
            .zip(&ids)
            .map(|((given, person), user)| UsernamePerson {
                user,
                old: given.1,
                person: Some(person),
            })
            .collect();
        let taken = taken
            .iter()
            .map(|(id, name)| (UserId::from(*id), (*name).to_owned()))
            .collect();
        let of = TemplateOf {
            app,
            variable: Some("zendesk_1"),
            org: Org::default(),
        };
        let mut shown = String::new();
        for p in predict(of, &input, &taken) {
            let others: Vec<&str> = p.collides_with.iter().map(UserId::as_str).collect();
            shown += &format!(
                "{} {:?} -> {:?} {:?} {} {}\n",
                p.user,
                p.old,
                p.predicted,
                p.class,
                others.join(","),
                p.note
            );
        }
        shown += &format!("{:?}\n", calibrate(of, &input));
        expected.assert_eq(&shown);
    }

    #[test]
    fn every_class_has_its_people() {
        let long = format!("{}@northwind.example", "a".repeat(90));
        check(
            &app("${source.email}", "BUILT_IN"),
            &[
                ("00u1", "ana@nw.example", "x", json!("ana@nw.example")),
                ("00u2", "Bob@nw.example", "x", json!("bob@NW.example")),
                ("00u3", "eva@old.example", "x", json!("eva@nw.example")),
                ("00u4", "d", "x", json!(long)),
                ("00u5", "e", "x", json!("")),
                ("00u6", "f", "x", Value::Null),
                ("00u7", "g1@nw.example", "x", json!("g@nw.example")),
                ("00u8", "g2@nw.example", "x", json!("G@nw.example")),
                ("00u9", "h@nw.example", "x", json!("h@nw.example")),
                ("00ua", "jose\u{301}@nw.example", "x", json!("jos\u{e9}@nw.example")),
                ("00ub", "", "x", json!("k@nw.example")),
            ],
            &[("00u1", "ana@nw.example"), ("00uz", "H@NW.EXAMPLE")],
            expect![[r#"
                00u1 "ana@nw.example" -> Some("ana@nw.example") Same  
                00u2 "Bob@nw.example" -> Some("bob@NW.example") CaseOnly  
                00u3 "eva@old.example" -> Some("eva@nw.example") Different  the part after @ differs
                00u4 "d" -> Some("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@northwind.example") Different  108 characters, limit 100
                00u5 "e" -> Some("") Blank  
                00u6 "f" -> Some("") Blank  A placeholder is empty (null); what Okta puts in its place is not documented.
                00u7 "g1@nw.example" -> Some("g@nw.example") Collision 00u8 the part before @ differs
                00u8 "g2@nw.example" -> Some("G@nw.example") Collision 00u7 the part before @ differs
                00u9 "h@nw.example" -> Some("h@nw.example") Collision 00uz 
                00ua "jose\u{301}@nw.example" -> Some("josé@nw.example") CaseOnly  looks the same; the accents are stored in another form
                00ub "" -> Some("k@nw.example") Different  the old app keeps no username
                Calibration { right: 2, total: 9, unpredictable: 1 }
            "#]],
        );
    }

    #[test]
    fn custom_templates_are_plain_expressions() {
        check(
            &app(
                "String.toLowerCase(substringBefore(user.login, \"@\")) + '@' + app.companySubDomain",
                "CUSTOM",
            ),
            &[
                ("00u1", "ana@northwind", "Ana@nw", Value::Null),
                ("00u2", "bob", "bob", Value::Null),
            ],
            &[],
            expect![[r#"
                00u1 "ana@northwind" -> Some("ana@northwind") Same  
                00u2 "bob" -> Some("bob@northwind") Unknown  Only a guess. substringBefore does not find "@"; taken here is the whole text, which is not documented.
                Calibration { right: 1, total: 1, unpredictable: 1 }
            "#]],
        );
    }

    #[test]
    fn what_cannot_be_evaluated_stays_unknown() {
        for (template, kind) in [
            ("${source.samAccountName}", "BUILT_IN"),
            ("zendesk_9.userName", "CUSTOM"),
            ("user.email +", "CUSTOM"),
            ("${source.login}", "NONE"),
        ] {
            let app = app(template, kind);
            let one = person("00u1", "a", json!("a"));
            let user = UserId::from("00u1");
            let of = TemplateOf {
                app: &app,
                variable: None,
                org: Org::default(),
            };
            let people = [UsernamePerson {
                user: &user,
                old: "a",
                person: Some(&one),
            }];
            let predicted = predict(of, &people, &BTreeMap::new());
            assert_eq!(
                (predicted[0].class, predicted[0].note.is_empty()),
                (UsernameClass::Unknown, false),
                "{template}"
            );
            assert_eq!(
                calibrate(of, &people),
                Calibration {
                    right: 0,
                    total: 0,
                    unpredictable: 1
                }
            );
        }
    }

    #[test]
    fn folding_knows_more_than_ascii() {
        assert_eq!(folded("ÄRGER"), folded("a\u{308}rger"));
        assert_eq!(folded("ΟΔΟΣ"), folded("οδος"));
        assert_ne!(folded("strasse"), folded("straße"));
    }
}
