//! Where else in the org the old app is named: by its id, by its external key, by its variable in expressions, or by the id
//! of a group that came from it (api-facts 9.5, 10.4).

use std::collections::HashMap;

use rehome_expression::references as roots;
use serde_json::Value;

use super::{Attached, AttachedKind, CompareInput, Side};

/// A place that names the old app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub kind: AttachedKind,
    pub name: String,
    /// Id of the object, not of what it names.
    pub id: String,
    /// Keys with dots between, without numbers of list entries: `conditions.app.include.id`.
    pub place: String,
    pub hit: Hit,
    /// The same object names the new app too, so that somebody has thought of it.
    pub names_new: bool,
    /// For the admin: `Sales first: conditions.app.include.id holds its id`.
    pub words: String,
}

/// How the old app is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hit {
    AppId,
    /// `exk...`, as in issuer and sign-on addresses.
    ExternalKey,
    ClientId,
    /// In an expression, with the root that was found.
    Variable(String),
    /// A group that came from the old app, by its id.
    ImportedGroup(String),
}

impl Hit {
    fn words(&self) -> String {
        match self {
            Self::AppId => "holds its id".to_owned(),
            Self::ExternalKey => "holds its external key".to_owned(),
            Self::ClientId => "holds its client ID".to_owned(),
            Self::Variable(root) => format!("reads {root}"),
            Self::ImportedGroup(group) => format!("holds the group {group} that came from it"),
        }
    }
}

/// The names of one app.
struct Names {
    /// An app can have brought in thousands of groups, so every word of a text is looked up instead of the other way round.
    tokens: HashMap<String, Hit>,
    variable: Option<String>,
}

/// Every place that names the old app, in the order of what was attached. The two apps themselves are left out.
pub fn find(input: &CompareInput) -> Vec<Reference> {
    let Some(attached) = input.attached.value() else {
        return Vec::new();
    };
    let (mut old, new) = (names(&input.old), names(&input.new));
    for group in attached
        .iter()
        .filter(|a| a.kind == AttachedKind::GroupFromApp && !a.id.is_empty())
    {
        old.tokens
            .insert(group.id.clone(), Hit::ImportedGroup(group.name.clone()));
    }
    let mut found = Vec::new();
    // Such groups hang on the app themselves; naming it is what they are.
    for object in attached
        .iter()
        .filter(|a| a.kind != AttachedKind::GroupFromApp && !belongs(a, input))
    {
        let mut hits = Vec::new();
        walk(&object.raw, &mut String::new(), &old, &mut hits);
        if hits.is_empty() {
            continue;
        }
        let mut others = Vec::new();
        walk(&object.raw, &mut String::new(), &new, &mut others);
        let inactive = if object.raw["status"] == "INACTIVE" {
            " (inactive)"
        } else {
            ""
        };
        found.extend(hits.into_iter().map(|(place, hit)| Reference {
            kind: object.kind.clone(),
            name: object.name.clone(),
            id: object.id.clone(),
            words: format!("{}{inactive}: {place} {}", object.name, hit.words()),
            place,
            hit,
            names_new: !others.is_empty(),
        }));
    }
    found
}

fn names(side: &Side) -> Names {
    let mut tokens = HashMap::from([(side.app.id.to_string(), Hit::AppId)]);
    if let Some(key) = side.metadata.value().and_then(|m| external_key(&m.entity_id)) {
        tokens.insert(key.to_owned(), Hit::ExternalKey);
    }
    let client = side.app.raw["credentials"]["oauthClient"]["client_id"].as_str();
    if let Some(client) = client.filter(|client| !client.is_empty() && *client != side.app.id.as_str()) {
        tokens.insert(client.to_owned(), Hit::ClientId);
    }
    let variable = side.schema.value().map(|schema| schema.variable.clone());
    Names {
        tokens,
        variable: variable.filter(|variable| !variable.is_empty()),
    }
}

/// `exk1f` of `http://www.okta.com/exk1f`; nothing where the issuer was set by hand.
pub(crate) fn external_key(entity_id: &str) -> Option<&str> {
    let last = entity_id.trim_end_matches('/').rsplit('/').next()?;
    (last.starts_with("exk") && last.len() > 3 && last.chars().all(char::is_alphanumeric)).then_some(last)
}

/// One of the two apps, or a mapping onto or from one of them: the comparison itself looks at those.
fn belongs(object: &Attached, input: &CompareInput) -> bool {
    let own = [input.old.app.id.as_str(), input.new.app.id.as_str()];
    let is_own = |value: &Value| value.as_str().is_some_and(|id| own.contains(&id));
    own.contains(&object.id.as_str())
        || object.kind == AttachedKind::Mapping
            && (is_own(&object.raw["target"]["id"]) || is_own(&object.raw["source"]["id"]))
}

/// Every string below `value` that names the app. Links are left out: they lead to an object, they do not depend on it.
fn walk(value: &Value, place: &mut String, names: &Names, found: &mut Vec<(String, Hit)>) {
    let length = place.len();
    let enter = |place: &mut String, key: &str| {
        if !place.is_empty() {
            place.push('.');
        }
        place.push_str(key);
    };
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter().filter(|(key, _)| *key != "_links") {
                enter(place, key);
                walk(value, place, names, found);
                place.truncate(length);
            }
        }
        // Which entry of a list it is changes from reading to reading.
        Value::Array(items) => items.iter().for_each(|value| walk(value, place, names, found)),
        Value::String(text) => {
            let mut add = |hit: Hit| {
                let here = (place.clone(), hit);
                if !found.contains(&here) {
                    found.push(here);
                }
            };
            words(text)
                .filter_map(|word| names.tokens.get(word))
                .cloned()
                .for_each(&mut add);
            let root = names.variable.as_ref().and_then(|variable| reads(text, variable));
            root.map(Hit::Variable).into_iter().for_each(add);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether `token` stands in `text` as a whole: neither letter, digit, `_` nor `-` beside it.
pub(crate) fn has_token(text: &str, token: &str) -> bool {
    words(text).any(|word| word == token)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c != '_' && c != '-' && !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// The root by which an expression reads the app: its variable, or `{variable}_app`. An address is no expression, and a
/// name without anything after it is a word.
fn reads(text: &str, variable: &str) -> Option<String> {
    let settings = format!("{variable}_app");
    // Cheap first: nearly no text names it.
    if !text.contains(variable) || text.starts_with("http://") || text.starts_with("https://") {
        return None;
    }
    let follows = |root: &str| {
        [".", "[", "?."]
            .iter()
            .any(|next| text.contains(&format!("{root}{next}")))
    };
    roots(text)
        .into_iter()
        .find(|root| (*root == variable || *root == settings) && follows(root))
}
