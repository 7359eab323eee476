//! Evaluating a template: for the new app, and against what Okta stored for the old one.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use rehome_expression::{Expression, Internal, Org, Preview, Problem, Scope};
use serde_json::{Map, Value, json};

use super::{Calibration, Claim, Fold, Predicted, Rivals, UsernameClass, collisions, judge};
use crate::attributes::renamed_variable;
use crate::{App, Person, UserId, UsernameTemplate};

/// Wrong predictions that a calibration keeps.
const EXAMPLES: usize = 5;

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
    pub old: &'a Arc<str>,
    /// `None`: the Okta profile could not be read.
    pub person: Option<&'a Person>,
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
                instance: Some(&self.instance),
                ..self.scope(person)
            }),
            Err(preview) => preview.clone(),
        }
    }

    /// What an expression about this person may look at.
    pub(super) fn scope<'b>(&'b self, person: &'b Person) -> Scope<'b> {
        Scope {
            app: Some(&self.settings),
            app_variable: self.of.variable,
            org: self.of.org,
            internal: Internal {
                id: Some(person.id.as_str()),
                status: Some(person.status()),
            },
            ..Scope::new(&person.profile)
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
pub fn predict(
    of: TemplateOf<'_>,
    people: &[UsernamePerson<'_>],
    taken: &BTreeMap<UserId, String>,
    fold: Fold<'_>,
) -> Vec<Predicted> {
    let predictor = Predictor::new(of);
    let mut predicted: Vec<Predicted> = people
        .iter()
        .map(|person| predict_one(&predictor, person, fold))
        .collect();
    let claims = predicted.iter().filter_map(|p| {
        Some(Claim {
            user: &p.user,
            name: p.predicted.as_deref()?,
            sure: p.class != UsernameClass::Unknown,
        })
    });
    let clashes = collisions(claims, taken, fold);
    for one in &mut predicted {
        let Some(clash) = clashes.get(&one.user) else { continue };
        if clash.sure {
            one.class = UsernameClass::Collision;
        }
        one.rivals = Some(Box::new(Rivals {
            with: clash.with.clone(),
            of: clash.of,
        }));
        let words = clash.note();
        one.note = match (&*one.note, words) {
            (_, "") => continue,
            ("", words) => words.into(),
            (note, words) => format!("{note} {words}").into(),
        };
    }
    predicted
}

fn predict_one(predictor: &Predictor<'_>, person: &UsernamePerson<'_>, fold: Fold<'_>) -> Predicted {
    // Mostly the very same text.
    let kept = |text: String| {
        if text == **person.old {
            person.old.clone()
        } else {
            text.into()
        }
    };
    let as_class = |class, predicted: Option<String>, note: Cow<'static, str>| Predicted {
        user: person.user.clone(),
        old: person.old.clone(),
        predicted: predicted.map(kept),
        class,
        apart: class,
        rivals: None,
        note,
    };
    let unknown = |predicted, note: String| as_class(UsernameClass::Unknown, predicted, note.into());
    let Some(profile) = person.person else {
        return unknown(None, "The Okta profile of this person could not be read.".to_owned());
    };
    let preview = predictor.evaluate(profile);
    match &preview {
        Preview::Value(_) => {
            let predicted = preview.text();
            let (class, note) = judge(person.old, predicted.as_deref(), fold);
            as_class(class, predicted, note)
        }
        // Whatever Okta makes of it, nobody wants that username.
        Preview::Warned { .. } if preview.text().is_none_or(|text| text.trim().is_empty()) => {
            as_class(UsernameClass::Blank, preview.text(), preview.words().into())
        }
        Preview::Warned { .. } => unknown(preview.text(), format!("Only a guess. {}", preview.words())),
        Preview::Unknown { why } => unknown(None, why.clone()),
        Preview::Error { message, .. } => unknown(None, format!("Okta would refuse the template. {message}")),
    }
}

/// Evaluates an app's own template and compares with what Okta stored for it. People without a stored username or a
/// readable profile do not count.
pub fn calibrate(of: TemplateOf<'_>, people: &[UsernamePerson<'_>]) -> Calibration {
    let predictor = Predictor::new(of);
    let mut calibration = Calibration::default();
    for person in people.iter().filter(|p| !p.old.is_empty()) {
        let Some(profile) = person.person else { continue };
        let preview = predictor.evaluate(profile);
        let Some(value) = preview.sure() else {
            calibration.unpredictable += 1;
            continue;
        };
        calibration.total += 1;
        if value.as_str() == Some(&**person.old) {
            calibration.right += 1;
        } else if calibration.examples.len() < EXAMPLES {
            let predicted = preview.text().unwrap_or_default();
            calibration
                .examples
                .push((person.user.clone(), person.old.to_string(), predicted));
        }
    }
    calibration
}

/// The old app's username template in the words of the new app, where the new app has another one. Changing the template
/// changes nobody who has the app already (api-facts 4.5), so it is changed before anybody is assigned.
pub fn template_offer(old: TemplateOf<'_>, new: TemplateOf<'_>) -> Option<UsernameTemplate> {
    let template = old.app.username_template.as_ref().filter(|t| t.kind != "NONE")?;
    let offer = UsernameTemplate {
        template: renamed_variable(
            &template.template,
            old.variable.unwrap_or_default(),
            new.variable.unwrap_or_default(),
        ),
        ..template.clone()
    };
    (new.app.username_template.as_ref() != Some(&offer)).then_some(offer)
}
