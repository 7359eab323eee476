//! What an expression would give one person, part by part: tried while it is typed, and stored nowhere.

use rehome_domain::{AppUser, UserId, plain};
use rehome_expression::{Expression, Internal, Preview, Scope, attributes};

use super::{attribute_row::USERNAME, u32_of};
use crate::{
    model::Model,
    view::{ExpressionPart, ExpressionTrial, Tone},
};

/// Parts that are shown.
const MOST_PARTS: usize = 60;

/// Text with `${` is read as a template, as Okta reads username templates of its own; anything else as an expression.
pub(crate) fn trial(model: &Model, attribute: Option<&str>, text: &str, person: Option<UserId>) -> ExpressionTrial {
    let parsed = if text.contains("${") {
        Expression::template(text)
    } else {
        Expression::parse(text)
    };
    let expression = match parsed {
        Ok(expression) => expression,
        Err(wrong) => {
            return ExpressionTrial {
                value: None,
                words: wrong.message,
                tone: Tone::Bad,
                at: Some(u32_of(wrong.at)),
                parts: Vec::new(),
            };
        }
    };
    let Some((user, inventory)) = model.inventory.as_ref().and_then(|inventory| {
        let users = &inventory.roster.users;
        let wished = person.and_then(|id| users.get(&id));
        Some((wished.or_else(|| users.values().next())?, inventory))
    }) else {
        return said(None, "Nothing has been read yet.", Tone::Review);
    };
    let Some(of) = &user.person else {
        return said(None, "The Okta profile of this person could not be read.", Tone::Review);
    };
    let variable = inventory.old.schema.value().map(|s| s.variable.as_str());
    let settings = inventory.new.app.raw["settings"]["app"].as_object();
    let scope = Scope {
        appuser: Some(&user.profile),
        app: settings.map(attributes),
        app_variable: variable.filter(|v| !v.is_empty()),
        org: inventory.org(),
        internal: Internal {
            id: Some(of.id.as_str()),
            status: Some(of.status()),
        },
        ..Scope::new(&of.profile)
    };
    let preview = expression.evaluate(&scope);
    let (value, words, tone) = shown(model, attribute, user, &preview);
    ExpressionTrial {
        value,
        words,
        tone,
        at: match &preview {
            Preview::Error { at, .. } => Some(u32_of(*at)),
            _ => None,
        },
        parts: parts(&expression, &scope),
    }
}

fn said(value: Option<String>, words: &str, tone: Tone) -> ExpressionTrial {
    ExpressionTrial {
        value,
        words: words.to_owned(),
        tone,
        at: None,
        parts: Vec::new(),
    }
}

fn shown(model: &Model, attribute: Option<&str>, user: &AppUser, preview: &Preview) -> (Option<String>, String, Tone) {
    let value = preview.value().map(plain);
    match preview {
        Preview::Value(_) => {
            let row = attribute.and_then(|name| model.attributes.iter().find(|r| r.attribute.name == name));
            let listed = row.map(|row| &row.attribute.choices).filter(|all| !all.is_empty());
            if let (Some(listed), Some(new)) = (listed, &value)
                && !new.is_empty()
                && !listed.iter().any(|(one, _)| plain(one) == *new)
            {
                return (value, "not in the list of the new app".to_owned(), Tone::Review);
            }
            let old = if attribute == Some(USERNAME) {
                Some(user.user_name.to_string())
            } else {
                row.and_then(|row| row.counterpart.as_ref())
                    .and_then(|old| user.profile.get(&old.name))
                    .map(|value| plain(&value))
            };
            let (words, tone) = match (&value, old) {
                (Some(new), Some(old)) if *new == old => ("same as on the old app".to_owned(), Tone::Good),
                (_, Some(old)) if !old.is_empty() => (format!("the old app has {old}"), Tone::Review),
                _ => (String::new(), Tone::Good),
            };
            (value, words, tone)
        }
        Preview::Warned { .. } => (value, format!("Only a guess. {}", preview.words()), Tone::Review),
        Preview::Unknown { why } => (None, format!("Cannot be previewed: {why}"), Tone::Review),
        Preview::Error { message, .. } => (None, message.clone(), Tone::Bad),
    }
}

/// Which part gives which value.
fn parts(expression: &Expression, scope: &Scope<'_>) -> Vec<ExpressionPart> {
    let lines = expression.explain(scope).lines().into_iter().take(MOST_PARTS);
    lines
        .map(|part| ExpressionPart {
            text: part.text,
            depth: u32_of(part.depth),
            value: part.value.as_ref().map(plain).unwrap_or_default(),
            words: part.words,
        })
        .collect()
}
