//! Ids of Okta objects, each its own type, so that an app can never be taken for a person.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Okta's ids have 20 characters and stand in many lists for each person: they are kept in place, not on the heap.
#[derive(Clone)]
enum Text {
    Short { length: u8, bytes: [u8; SHORT] },
    Long(Arc<str>),
}

const SHORT: usize = 22;

impl Text {
    fn new(text: &str) -> Self {
        let mut bytes = [0; SHORT];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(text.as_bytes());
                Self::Short { length, bytes }
            }
            _ => Self::Long(text.into()),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Short { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Self::Long(text) => text.as_bytes(),
        }
    }

    fn as_str(&self) -> &str {
        match self {
            // Made from text, so it is text.
            Self::Short { .. } => std::str::from_utf8(self.bytes()).unwrap_or_default(),
            Self::Long(text) => text,
        }
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Text);

        impl $name {
            /// The id as Okta writes it.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(Text::new(text))
            }
        }

        impl From<&String> for $name {
            fn from(text: &String) -> Self {
                Self(Text::new(text))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(Text::new(&text))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.bytes() == other.0.bytes()
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            /// The order of the texts, which is that of their bytes.
            fn cmp(&self, other: &Self) -> Ordering {
                self.0.bytes().cmp(other.0.bytes())
            }
        }

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.0.bytes().hash(state);
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.as_str()).finish()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

id!(
    /// An application instance (`0oa...`).
    AppId
);
id!(
    /// A person: an Okta user (`00u...`).
    UserId
);
id!(
    /// A group (`00g...`).
    GroupId
);
id!(
    /// An org (`00o...`).
    OrgId
);
id!(
    /// An account in the service behind an app, by the name that the service gave it.
    AccountId
);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn any_text_is_kept_whole_and_in_order() {
        let texts = [
            "",
            "00u1",
            "00u10",
            "00u2",
            "ä",
            "0123456789012345678901",
            "01234567890123456789012",
        ];
        for text in texts {
            let id = UserId::from(text);
            assert_eq!(id.as_str(), text);
            assert_eq!(
                serde_json::from_str::<UserId>(&serde_json::to_string(&id).unwrap()).unwrap(),
                id
            );
            assert_eq!(format!("{id:?}"), format!("UserId({text:?})"));
        }
        let texts = BTreeSet::from(texts);
        let ids: BTreeSet<UserId> = texts.iter().copied().map(UserId::from).collect();
        assert!(ids.iter().map(UserId::as_str).eq(texts.iter().copied()));
        assert_eq!(size_of::<UserId>(), 24);
    }
}
