//! Which attribute of the old app an attribute of the new app corresponds to, with the reason.

use std::collections::BTreeSet;

use crate::{Attribute, Schema};

pub struct Found<'a> {
    /// The old attribute and why it is taken to be the one.
    pub best: Option<(&'a Attribute, String)>,
    /// Why there is none, where something was near.
    pub why_none: String,
}

type Test<'a> = &'a dyn Fn(&Attribute) -> bool;

/// Tries the variable name, then the name at the service, then the title, then similar words; the type must fit.
pub fn counterpart<'a>(old: &'a Schema, new: &Attribute) -> Found<'a> {
    let mut why_none = String::new();
    let tests: [(&str, Test<'_>); 4] = [
        ("Both apps call it so.", &|a| a.name == new.name),
        ("The service knows both by the same name.", &|a| {
            a.external_name.is_some() && a.external_name == new.external_name
        }),
        ("Both have the same title.", &|a| words(&a.title) == words(&new.title)),
        ("The names are alike.", &|a| alike(a, new)),
    ];
    for (why, test) in tests {
        let matching: Vec<&Attribute> = old
            .attributes
            .iter()
            .filter(|a| a.name != "userName" && test(a))
            .collect();
        let (fitting, misfits): (Vec<&Attribute>, Vec<&Attribute>) = matching.into_iter().partition(|a| fits(a, new));
        match fitting.as_slice() {
            [one] => {
                return Found {
                    best: Some((one, why.to_owned())),
                    why_none,
                };
            }
            [] => {
                if let (Some(misfit), true) = (misfits.first(), why_none.is_empty()) {
                    why_none = format!(
                        "{} of the old app is of type {}, not {}.",
                        misfit.name, misfit.kind, new.kind
                    );
                }
            }
            several => {
                let names: Vec<&str> = several.iter().map(|a| a.name.as_str()).collect();
                return Found {
                    best: None,
                    why_none: format!("Several might fit: {}.", names.join(", ")),
                };
            }
        }
    }
    Found { best: None, why_none }
}

/// Old attributes that could be copied, in the schema's order.
pub fn candidates(old: &Schema, new: &Attribute) -> Vec<String> {
    old.attributes
        .iter()
        .filter(|a| a.name != "userName" && fits(a, new))
        .map(|a| a.name.clone())
        .collect()
}

/// Whether values of the old attribute have the type of the new one.
fn fits(old: &Attribute, new: &Attribute) -> bool {
    match (old.kind.as_str(), new.kind.as_str()) {
        ("array", "array") => old.item_kind == new.item_kind || old.item_kind.is_none() || new.item_kind.is_none(),
        ("integer", "number") | ("", _) | (_, "") => true,
        (old, new) => old == new,
    }
}

/// One set of words holds the other, and they share at least half.
fn alike(old: &Attribute, new: &Attribute) -> bool {
    let near = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
        let shared = a.intersection(b).count();
        shared > 0 && (a.is_subset(b) || b.is_subset(a)) && 2 * shared >= a.union(b).count()
    };
    near(&words(&old.name), &words(&new.name)) || near(&words(&old.title), &words(&new.title))
}

/// `groupNames`, `Group names` and `group_name` have the same words.
pub(crate) fn words(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut word = String::new();
    let mut before_lower = false;
    for c in text.chars() {
        let new_word = !c.is_alphanumeric() || (c.is_uppercase() && before_lower);
        if new_word && !word.is_empty() {
            found.insert(singular(&std::mem::take(&mut word)));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        before_lower = c.is_lowercase() || c.is_numeric();
    }
    if !word.is_empty() {
        found.insert(singular(&word));
    }
    found
}

fn singular(word: &str) -> String {
    match word.strip_suffix('s') {
        Some(stem) if stem.chars().count() > 2 && !stem.ends_with('s') => stem.to_owned(),
        _ => word.to_owned(),
    }
}
