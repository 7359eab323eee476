//! What is sent for one person.

use std::borrow::Cow;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::{Because, PersonPlan, Route};
use crate::{Profile, UserId, people::AssignmentPath};

/// JSON that a plan holds for everybody: only the values, since person and username stand beside it, and a tree of each would take
/// many times as much.
#[derive(Clone, Debug, PartialEq)]
pub struct Body(Box<Kept>);

#[derive(Clone, Debug, PartialEq)]
enum Kept {
    Assign(Profile),
    /// Anything else, as text.
    Text(Box<str>),
}

impl Body {
    /// The body that assigns a person individually (api-facts 6.4): only what Okta does not fill by itself.
    pub fn assign(profile: Profile) -> Self {
        Self(Box::new(Kept::Assign(profile)))
    }

    /// Any other body.
    pub fn new(value: &Value) -> Self {
        Self(Box::new(Kept::Text(value.to_string().into())))
    }

    /// What was written for this person.
    fn read(value: &Value, user: &UserId, username: Option<&str>) -> Self {
        let profile = value["profile"].as_object().cloned().unwrap_or_default();
        let made = Self::assign(profile.into());
        // Also the order of the names must be the same, which makes no difference to JSON: the digest is over the text.
        let (again, text) = (made.value(user, username).to_string(), value.to_string());
        match again == text {
            true => made,
            false => Self::new(value),
        }
    }

    /// `username`: that of the plan.
    fn value(&self, user: &UserId, username: Option<&str>) -> Value {
        let profile = match &*self.0 {
            Kept::Assign(profile) => profile,
            // Made from a value, so it is one.
            Kept::Text(text) => return serde_json::from_str(text).unwrap_or_default(),
        };
        let mut body = Map::new();
        body.insert("id".into(), user.as_str().into());
        body.insert("scope".into(), "USER".into());
        if let Some(name) = username {
            body.insert("credentials".into(), json!({ "userName": name }));
        }
        if !profile.is_empty() {
            let values = profile
                .iter()
                .map(|(name, value)| (name.to_owned(), value.into_owned()));
            body.insert("profile".into(), values.collect());
        }
        Value::Object(body)
    }
}

impl PersonPlan {
    /// What is sent; nothing for whoever comes by a group.
    pub fn to_send(&self) -> Option<Value> {
        let body = self.body.as_ref()?;
        Some(body.value(&self.user, self.username.as_deref()))
    }
}

/// A person's plan as it is written, with the body as the JSON that it is: the digest is over what is sent.
#[derive(Serialize, Deserialize)]
pub(super) struct Written<'a> {
    user: Cow<'a, UserId>,
    path: Cow<'a, AssignmentPath>,
    route: Cow<'a, Route>,
    #[serde(default, skip_serializing_if = "Because::is_usual")]
    because: Because,
    #[serde(default)]
    username: Option<Cow<'a, str>>,
    body: Option<Value>,
}

impl Serialize for PersonPlan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = Written {
            user: Cow::Borrowed(&self.user),
            path: Cow::Borrowed(&self.path),
            route: Cow::Borrowed(&self.route),
            because: self.because,
            username: self.username.as_deref().map(Cow::Borrowed),
            body: self.to_send(),
        };
        written.serialize(serializer)
    }
}

impl From<Written<'_>> for PersonPlan {
    fn from(written: Written<'_>) -> Self {
        let (user, username) = (written.user.into_owned(), written.username);
        Self {
            body: written.body.map(|body| Body::read(&body, &user, username.as_deref())),
            user,
            path: written.path.into_owned(),
            route: written.route.into_owned(),
            because: written.because,
            username: username.map(|name| name.into()),
        }
    }
}

/// A text of everybody that is shared with the inventory, as plain text in the plan.
pub(super) mod texts {
    use std::{collections::BTreeMap, sync::Arc};

    use serde::{Deserialize, Deserializer, Serializer};

    use crate::UserId;

    pub fn serialize<S: Serializer>(texts: &BTreeMap<UserId, Arc<str>>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(texts.iter().map(|(user, text)| (user, &**text)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<UserId, Arc<str>>, D::Error> {
        let texts = BTreeMap::<UserId, String>::deserialize(deserializer)?;
        Ok(texts.into_iter().map(|(user, text)| (user, text.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_body_comes_back_letter_by_letter() {
        for text in [
            r#"{"id":"00u1","scope":"USER"}"#,
            r#"{"id":"00u1","scope":"USER","credentials":{"userName":"ana"},"profile":{"a":1,"b":["x",null]}}"#,
            r#"{"id":"00u1","scope":"USER","profile":{"b":1,"a":2}}"#,
            r#"{"scope":"USER","id":"00u1"}"#,
            r#"{"id":"00u1","scope":"GROUP","more":{"deep":true}}"#,
            r#"[1,"text"]"#,
            "null",
        ] {
            let body: Value = serde_json::from_str(text).unwrap();
            for username in ["null", "\"ana\""] {
                let plan = format!(
                    r#"{{"user":"00u1","path":{{"path":"individual"}},"route":{{"route":"individual"}},"username":{username},"body":{text}}}"#
                );
                let person: PersonPlan = serde_json::from_str(&plan).unwrap();
                assert_eq!(serde_json::to_string(&person).unwrap(), plan);
                assert_eq!(person.to_send(), Some(body.clone()).filter(|body| !body.is_null()));
            }
        }
    }
}
