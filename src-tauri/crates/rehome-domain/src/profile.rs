//! Values of one person by attribute, small enough to hold a million people: names are shared by everybody who has the same
//! attributes, values that many people have stand in one table, and what is left is a row of bytes.

mod held;

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
};

use rehome_expression::Attributes;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer, value::SeqAccessDeserializer},
};
use serde_json::{Map, Value};

use held::{Repeated, Row, Writer};

/// Names of attributes, sorted.
type Names = Box<[Box<str>]>;

/// Attributes of a person, by name. Equal when names and values are, however they are kept.
#[derive(Clone)]
pub struct Profile {
    names: Arc<Names>,
    /// One value for each name, or that this person does not have the attribute.
    row: Row,
}

impl Profile {
    pub fn get(&self, name: &str) -> Option<Cow<'_, Value>> {
        let at = self.names.binary_search_by(|known| (**known).cmp(name)).ok()?;
        self.row.get(at)
    }

    /// A text as it is; `None` for any other value.
    pub fn text(&self, name: &str) -> Option<&str> {
        let at = self.names.binary_search_by(|known| (**known).cmp(name)).ok()?;
        self.row.text(at)
    }

    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// By name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Cow<'_, Value>)> {
        let both = self.names.iter().zip(self.row.values());
        both.filter_map(|(name, value)| Some((&**name, value?)))
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let both = self.names.iter().zip(self.row.present());
        both.filter_map(|(name, is_there)| is_there.then_some(&**name))
    }

    pub fn len(&self) -> usize {
        self.row.present().filter(|is_there| *is_there).count()
    }

    pub fn is_empty(&self) -> bool {
        !self.row.present().any(|is_there| is_there)
    }

    /// Sets one value, as tests and single edits do; copies the profile.
    pub fn insert(&mut self, name: &str, value: Value) {
        let mut all: Map<String, Value> = self
            .iter()
            .map(|(name, value)| (name.to_owned(), value.into_owned()))
            .collect();
        all.insert(name.to_owned(), value);
        *self = Self::from(all);
    }
}

impl Attributes for Profile {
    fn get(&self, name: &str) -> Option<Cow<'_, Value>> {
        Profile::get(self, name)
    }
}

impl Default for Profile {
    fn default() -> Self {
        static NONE: LazyLock<Arc<Names>> = LazyLock::new(Arc::default);
        Self {
            names: NONE.clone(),
            row: Row::default(),
        }
    }
}

impl PartialEq for Profile {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<N: AsRef<str>> FromIterator<(N, Value)> for Profile {
    fn from_iter<T: IntoIterator<Item = (N, Value)>>(iter: T) -> Self {
        let all: Vec<(N, Value)> = iter.into_iter().collect();
        let mut kept = kept();
        let mut writer = Writer::default();
        let places = all.iter().map(|(name, value)| {
            let place = writer.value(Cow::Borrowed(value), &mut kept.repeated);
            (Cow::Borrowed(name.as_ref()), place)
        });
        let places = places.collect();
        kept.profile(places, writer)
    }
}

impl From<Map<String, Value>> for Profile {
    fn from(map: Map<String, Value>) -> Self {
        map.into_iter().collect()
    }
}

/// Anything but an object has no attributes.
impl<'de> Deserialize<'de> for Profile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(crate::lenient::object::<D, Whole>(deserializer)?
            .map(|Whole(profile)| profile)
            .unwrap_or_default())
    }
}

struct Whole(Profile);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OfProfile).map(Self)
    }
}

struct OfProfile;

impl<'de> Visitor<'de> for OfProfile {
    type Value = Profile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Profile, A::Error> {
        // No profile lies within another one, so nobody waits for himself.
        let mut kept = kept();
        let (mut places, mut writer) = (Vec::new(), Writer::default());
        while let Some(name) = map.next_key_seed(OfName)? {
            let repeated = &mut kept.repeated;
            places.push((name, map.next_value_seed(OfValue(&mut writer, repeated))?));
        }
        Ok(kept.profile(places, writer))
    }
}

struct OfName;

impl<'de> DeserializeSeed<'de> for OfName {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for OfName {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an attribute")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// A value, written down without a tree where it is a text. Gives where it begins.
struct OfValue<'k>(&'k mut Writer, &'k mut Repeated);

impl<'de> DeserializeSeed<'de> for OfValue<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OfValue<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.0.text(text, self.1))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(self.0.value(Cow::Owned(Value::Null), self.1))
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Self::Value, E> {
        Ok(self.0.value(Cow::Owned(yes.into()), self.1))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(self.0.value(Cow::Owned(number.into()), self.1))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(self.0.value(Cow::Owned(number.into()), self.1))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(self.0.value(Cow::Owned(number.into()), self.1))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        let value = Value::deserialize(SeqAccessDeserializer::new(seq))?;
        Ok(self.0.value(Cow::Owned(value), self.1))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let value = Value::deserialize(MapAccessDeserializer::new(map))?;
        Ok(self.0.value(Cow::Owned(value), self.1))
    }
}

/// Lists of names that are kept for whoever comes next: both profiles of two apps, and some to spare.
const LISTS: usize = 16;
/// So many lists are not yet too many: one for each profile, with little that the other profile needs.
const FEW: usize = 8;

/// What was seen lately, so that the same is not kept twice. Nothing depends on what is found here but the memory.
struct Kept {
    lists: Vec<Arc<Names>>,
    repeated: Repeated,
}

fn kept() -> MutexGuard<'static, Kept> {
    static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(|| {
        Mutex::new(Kept {
            lists: Vec::new(),
            repeated: Repeated::default(),
        })
    });
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// FNV-1a of 64 bits, folded once.
fn hash_of(bytes: &[u8]) -> usize {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 32)) as usize
}

impl Kept {
    /// `all`: names, and where each value begins. Of two values of one name the later one counts.
    fn profile(&mut self, all: Vec<(Cow<'_, str>, usize)>, writer: Writer) -> Profile {
        if all.is_empty() {
            return Profile::default();
        }
        let most = room(all.len());
        for at in 0..self.lists.len() {
            let names = &self.lists[at];
            if names.len() > most {
                continue;
            }
            if let Some(order) = order(names, &all) {
                let names = names.clone();
                self.lists[..=at].rotate_right(1);
                return Profile {
                    names,
                    row: writer.row(&order),
                };
            }
        }
        // A list that has most of them grows; with many lists already any one that leaves room, so that there are few however
        // people differ.
        let joined = |names: &Names| {
            let mut joined: Vec<Box<str>> = names.to_vec();
            joined.extend(all.iter().map(|(name, _)| Box::from(&**name)));
            joined.sort_unstable();
            joined.dedup();
            joined
        };
        let grown = self.lists.iter().enumerate().find_map(|(at, names)| {
            let joined = joined(names);
            let new = joined.len() - names.len();
            let alike = self.lists.len() >= FEW || new <= 2 + all.len() / 8;
            (alike && joined.len() <= most).then_some((at, joined))
        });
        let names = match grown {
            Some((at, joined)) => {
                self.lists.remove(at);
                joined
            }
            None => joined(&Names::default()),
        };
        let names: Arc<Names> = Arc::new(names.into());
        self.lists.insert(0, names.clone());
        self.lists.truncate(LISTS);
        Profile {
            row: writer.row(&order(&names, &all).unwrap_or_default()),
            names,
        }
    }
}

/// Names that somebody with so many attributes may carry along.
fn room(attributes: usize) -> usize {
    2 * attributes + 8
}

/// Where the value of each name begins; nothing if the list lacks a name.
fn order(names: &Names, all: &[(Cow<'_, str>, usize)]) -> Option<Vec<Option<usize>>> {
    let mut order = vec![None; names.len()];
    for (name, begins) in all {
        let at = names.binary_search_by(|known| (**known).cmp(name)).ok()?;
        order[at] = Some(*begins);
    }
    Some(order)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Profile {
        let by_text: Profile = serde_json::from_str(&value.to_string()).unwrap();
        let by_value = Profile::deserialize(value).unwrap();
        assert_eq!(by_text, by_value);
        let by_map: Profile = value.as_object().cloned().unwrap_or_default().into();
        assert_eq!(by_text, by_map);
        by_text
    }

    #[test]
    fn every_kind_of_value_is_kept() {
        let raw = json!({"text": "a\"b", "empty": "", "null": null, "yes": true, "no": false, "whole": -3, "large": u64::MAX,
            "part": 1.5, "list": ["a", 1, null], "object": {"z": {"y": []}}, "": "nameless", "ü": "ü", "long": "x".repeat(200)});
        let profile = read(&raw);
        assert_eq!(profile.len(), 13);
        for (name, value) in raw.as_object().unwrap() {
            assert_eq!(profile.get(name).as_deref(), Some(value), "{name}");
        }
        assert!(profile.contains_key("null") && !profile.contains_key("absent"));
        assert!(profile.keys().is_sorted());
    }

    #[test]
    fn what_is_no_object_has_no_attributes() {
        for raw in [json!(null), json!("text"), json!(1), json!([{"a": 1}]), json!({})] {
            assert!(read(&raw).is_empty(), "{raw}");
        }
    }

    #[test]
    fn people_with_the_same_attributes_share_names() {
        let a = read(&json!({"shared.one": "x", "shared.two": "y"}));
        let b = read(&json!({"shared.two": "y", "shared.one": "z"}));
        assert!(Arc::ptr_eq(&a.names, &b.names));
        assert_ne!(a, b);
        let fewer = read(&json!({"shared.two": "y"}));
        assert_eq!((fewer.len(), fewer.get("shared.one")), (1, None));
        assert_eq!(fewer, Profile::from_iter([("shared.two", json!("y"))]));
    }

    #[test]
    fn what_many_people_have_is_kept_once() {
        let long = "a value that is worth keeping only once for all of them";
        let people: Vec<Profile> = (0..20)
            .map(|n| read(&json!({"many": long, "own": format!("{n}")})))
            .collect();
        assert!(people.iter().all(|it| it.text("many") == Some(long)));
        let last = people.last().unwrap();
        assert!(matches!(last.get("many"), Some(Cow::Borrowed(_))));
        assert!(matches!(last.get("own"), Some(Cow::Owned(_))));
        assert!(last.row.size() < 10, "{}", last.row.size());
    }

    #[test]
    fn what_one_person_has_twice_is_written_once() {
        let address = "somebody.of.many@northwind.example";
        let twice = Profile::from_iter([("email", json!(address)), ("login", json!(address))]);
        assert_eq!(twice.row.size(), 1 + address.len() + 2);
        assert_eq!(
            (twice.text("email"), twice.text("login")),
            (Some(address), Some(address))
        );
        assert_eq!(twice.get("login").as_deref(), Some(&json!(address)));
    }

    #[test]
    fn people_who_have_all_alike_share_the_values() {
        let read = || read(&json!({"team.alike": "north", "seat.alike": 4, "vip.alike": true}));
        let people: Vec<Profile> = (0..20).map(|_| read()).collect();
        let [.., a, b] = &people[..] else { panic!("people") };
        assert!(a.row.is_shared_with(&b.row));
    }

    #[test]
    fn the_later_of_two_values_counts() {
        let profile: Profile = serde_json::from_str(r#"{"a": 1, "a": 2}"#).unwrap();
        assert_eq!((profile.len(), profile.get("a").as_deref()), (1, Some(&json!(2))));
    }

    #[test]
    fn people_who_differ_much_share_a_few_lists() {
        let mut lists: Vec<Arc<Names>> = Vec::new();
        for n in 0_u64..500 {
            let bits = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let has = (0..40).filter(|at| bits >> at & 1 == 1);
            let profile: Profile = has.map(|at| (format!("sparse{at}"), json!(n))).collect();
            if !lists.iter().any(|list| Arc::ptr_eq(list, &profile.names)) {
                lists.push(profile.names.clone());
            }
        }
        assert!(lists.len() < 100, "{}", lists.len());
    }

    #[test]
    fn nobody_carries_many_names_of_others() {
        for n in 0..100 {
            let name = format!("only{n}");
            let profile = Profile::from_iter([(name.as_str(), json!(n))]);
            assert_eq!(profile.get(&name).as_deref(), Some(&json!(n)));
            assert!(profile.names.len() <= room(1));
        }
    }
}
