//! Values of a person as one number, and as one byte for each attribute.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
};

use serde_json::{Map, Value};

use crate::{Profile, people::Roster};

/// Names of all attributes that anybody has, sorted.
pub(super) fn attributes_of(roster: &Roster) -> Vec<String> {
    let mut found: BTreeSet<&str> = BTreeSet::new();
    let mut last: Option<&Profile> = None;
    for user in roster.users.values() {
        // Most people have the attributes of the one before.
        if last.is_none_or(|last| !last.keys().eq(user.profile.keys())) {
            found.extend(user.profile.keys());
        }
        last = Some(&user.profile);
    }
    found.into_iter().map(str::to_owned).collect()
}

/// Hash and marks of many profiles.
pub(super) struct Marker<'a> {
    positions: BTreeMap<&'a str, usize>,
    bytes: Vec<u8>,
}

impl<'a> Marker<'a> {
    pub fn new(attributes: &'a [String]) -> Self {
        let positions = attributes.iter().enumerate().map(|(at, name)| (name.as_str(), at));
        Self {
            positions: positions.collect(),
            bytes: vec![0; attributes.len()],
        }
    }

    pub fn of(&mut self, profile: &Profile) -> (u64, String) {
        self.bytes.fill(0);
        let mut sum = 0_u64;
        for (name, value) in profile.iter().filter(|(_, value)| !value.is_null()) {
            let hash = hash_part(name, &value);
            sum = sum.wrapping_add(hash);
            if let Some(at) = self.positions.get(name) {
                // Zero stands for no value.
                self.bytes[*at] = fold8(hash).max(1);
            }
        }
        (sum, data_encoding::HEXLOWER.encode(&self.bytes))
    }
}

fn fold8(hash: u64) -> u8 {
    hash.to_le_bytes().iter().fold(0, |a, b| a ^ b)
}

/// The same for the same values on every machine and in every version: FNV-1a of 64 bits over names and values. The order
/// of the attributes does not matter, and an attribute without a value is as one that is absent.
pub fn hash_of<'a, V: Deref<Target = Value>>(profile: impl IntoIterator<Item = (&'a str, V)>) -> u64 {
    // Each attribute alone, added up: no sorting for every person.
    let present = profile.into_iter().filter(|(_, value)| !value.is_null());
    present.fold(0, |sum, (name, value)| sum.wrapping_add(hash_part(name, &value)))
}

/// [`hash_of`] of a JSON object.
pub fn hash_map(fields: &Map<String, Value>) -> u64 {
    hash_of(fields.iter().map(|(name, value)| (name.as_str(), value)))
}

fn hash_part(name: &str, value: &Value) -> u64 {
    let mut hash = Fnv::default();
    hash.text(name);
    hash.value(value);
    hash.mixed()
}

pub(super) fn hash_value(value: &Value) -> u64 {
    let mut hash = Fnv::default();
    hash.value(value);
    hash.mixed()
}

struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// With its length, so that "ab" and "c" are not "a" and "bc".
    fn text(&mut self, text: &str) {
        self.bytes(&(text.len() as u64).to_le_bytes());
        self.bytes(text.as_bytes());
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.bytes(&[0]),
            Value::Bool(yes) => self.bytes(&[1, u8::from(*yes)]),
            Value::Number(number) => {
                self.bytes(&[2]);
                self.text(&number.to_string());
            }
            Value::String(text) => {
                self.bytes(&[3]);
                self.text(text);
            }
            Value::Array(items) => {
                self.bytes(&[4]);
                self.bytes(&(items.len() as u64).to_le_bytes());
                items.iter().for_each(|item| self.value(item));
            }
            Value::Object(fields) => {
                self.bytes(&[5]);
                self.bytes(&hash_map(fields).to_le_bytes());
            }
        }
    }

    /// FNV's bits depend on their neighbours; adding such numbers up asks for better ones.
    fn mixed(self) -> u64 {
        let mut hash = self.0;
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        hash ^ (hash >> 33)
    }
}
