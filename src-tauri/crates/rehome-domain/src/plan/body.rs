//! What is sent for one person.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::{Profile, UserId};

/// JSON that a plan holds for everybody: kept so that it shares what people have in common, since a tree of each takes many
/// times as much.
#[derive(Clone, Debug)]
pub struct Body(Box<Kept>);

#[derive(Clone, Debug)]
enum Kept {
    Assign {
        user: UserId,
        username: Option<Arc<str>>,
        profile: Profile,
    },
    /// Anything else, as text.
    Text(Box<str>),
}

impl Body {
    /// The body that assigns a person individually (api-facts 6.4): only what Okta does not fill by itself.
    pub fn assign(user: UserId, username: Option<Arc<str>>, profile: Profile) -> Self {
        Self(Box::new(Kept::Assign {
            user,
            username,
            profile,
        }))
    }

    pub fn new(value: &Value) -> Self {
        // Also the order of the names must be the same, which makes no difference to JSON: the digest is over the text.
        let (text, made) = (value.to_string(), assignment(value));
        let again = made.as_ref().map(|body| body.value().to_string());
        match made {
            Some(body) if again.as_ref() == Some(&text) => body,
            _ => Self(Box::new(Kept::Text(text.into()))),
        }
    }

    pub fn value(&self) -> Value {
        let (user, username, profile) = match &*self.0 {
            Kept::Assign {
                user,
                username,
                profile,
            } => (user, username, profile),
            // Made from a value, so it is one.
            Kept::Text(text) => return serde_json::from_str(text).unwrap_or_default(),
        };
        let mut body = Map::new();
        body.insert("id".into(), user.as_str().into());
        body.insert("scope".into(), "USER".into());
        if let Some(name) = username {
            body.insert("credentials".into(), json!({ "userName": **name }));
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

fn assignment(value: &Value) -> Option<Body> {
    let username = value["credentials"]["userName"].as_str();
    let profile = value["profile"].as_object().cloned().unwrap_or_default();
    Some(Body::assign(
        UserId::from(value["id"].as_str()?),
        username.map(Arc::from),
        profile.into(),
    ))
}

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        self.value() == other.value()
    }
}

/// In a plan it stands as the JSON that it is, so that the digest is over what is sent.
impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|value| Self::new(&value))
    }
}

/// A text that is shared with the inventory, as plain text in the plan.
pub(super) mod text {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(text: &Option<Arc<str>>, serializer: S) -> Result<S::Ok, S::Error> {
        text.as_deref().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Arc<str>>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.map(Arc::from))
    }
}

/// The same for a text of everybody.
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
            let body: Body = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&body).unwrap(), text);
            assert_eq!(body.value(), serde_json::from_str::<Value>(text).unwrap());
        }
    }
}
