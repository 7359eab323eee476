//! What is sent for one person.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// JSON, kept as its text: a plan holds one for everybody, and a tree of it takes many times as much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body(Box<str>);

impl Body {
    pub fn new(value: &Value) -> Self {
        Self(value.to_string().into())
    }

    pub fn value(&self) -> Value {
        // Made from a value, so it is one.
        serde_json::from_str(&self.0).unwrap_or_default()
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
