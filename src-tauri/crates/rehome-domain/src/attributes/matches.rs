//! Values of the old list under the names of the new one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;

use crate::usernames::folded;
use crate::{Attribute, plain};

/// Why a new value is taken to be the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HowMatched {
    ByHand,
    SameConstant,
    SameButCase,
    SameTitle,
    /// No new value is the same: it would be refused.
    None,
}

/// One value of the old app and what stands for it on the new app.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueMatch {
    pub old: Value,
    pub old_title: String,
    /// `None`: nothing fits, or (by hand) it is left out.
    pub new: Option<Value>,
    pub how: HowMatched,
    /// People who have it on the old app; 0 until a survey has counted them.
    pub people: usize,
}

/// Old values to new ones, made once and used for everybody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Translation {
    /// By the old value as plain text.
    known: BTreeMap<String, Option<Value>>,
    new: Option<NewList>,
}

/// The new list by everything that a value can be found by; `None` where several entries share it.
#[derive(Clone, Debug)]
struct NewList {
    exact: BTreeMap<String, Value>,
    constants: BTreeMap<String, Option<Value>>,
    titles: BTreeMap<String, Option<Value>>,
}

impl NewList {
    fn new(attribute: &Attribute) -> Option<Self> {
        let choices = &attribute.choices;
        let by = |key: &dyn Fn(&(Value, String)) -> String| {
            let mut found: BTreeMap<String, Option<Value>> = BTreeMap::new();
            for choice in choices {
                found
                    .entry(key(choice))
                    .and_modify(|several| *several = None)
                    .or_insert_with(|| Some(choice.0.clone()));
            }
            found
        };
        (!choices.is_empty()).then(|| Self {
            exact: choices.iter().map(|(value, _)| (plain(value), value.clone())).collect(),
            constants: by(&|(constant, _)| folded(&plain(constant))),
            titles: by(&|(_, title)| folded(title)),
        })
    }

    /// The entry for an old value: the same constant, the same but for case, or the same title. Several entries of the same
    /// title are no match.
    fn matching(&self, value: &Value, title: Option<&str>) -> Option<(Value, HowMatched)> {
        let text = plain(value);
        if self.exact.get(&text) == Some(value) {
            return Some((value.clone(), HowMatched::SameConstant));
        }
        let text = folded(&text);
        let title = title.map(folded);
        let one = |map: &BTreeMap<String, Option<Value>>, key: &str| map.get(key).cloned().flatten();
        if let Some(found) = one(&self.constants, &text) {
            return Some((found, HowMatched::SameButCase));
        }
        if let Some(found) = title.as_ref().and_then(|title| one(&self.titles, title)) {
            return Some((found, HowMatched::SameTitle));
        }
        let crossed = [
            one(&self.titles, &text),
            title.as_ref().and_then(|title| one(&self.constants, title)),
        ];
        match crossed {
            [Some(a), Some(b)] if a != b => None,
            [Some(found), _] | [None, Some(found)] => Some((found, HowMatched::SameTitle)),
            [None, None] => None,
        }
    }
}

type ByHand<'a> = Option<&'a BTreeMap<String, Option<Value>>>;

impl Translation {
    pub fn new(old: &Attribute, new: &Attribute, by_hand: ByHand<'_>) -> Self {
        let list = NewList::new(new);
        let mut known = BTreeMap::new();
        if let Some(list) = &list {
            for (value, title) in &old.choices {
                if let Some((found, _)) = list.matching(value, Some(title)) {
                    known.insert(plain(value), Some(found));
                }
            }
        }
        for (value, to) in by_hand.into_iter().flatten() {
            known.insert(value.clone(), to.clone());
        }
        Self { known, new: list }
    }

    /// The table of the old list, then of values that were matched by hand and are in no list.
    pub fn matches(&self, old: &Attribute, by_hand: ByHand<'_>) -> Vec<ValueMatch> {
        if self.new.is_none() && by_hand.is_none_or(BTreeMap::is_empty) {
            return Vec::new();
        }
        let mut found: Vec<ValueMatch> = old
            .choices
            .iter()
            .map(|(value, title)| self.matched(value, title, by_hand))
            .collect();
        for value in by_hand.into_iter().flatten().map(|(value, _)| value) {
            if !old.choices.iter().any(|(constant, _)| plain(constant) == *value) {
                found.push(self.matched(&Value::from(value.as_str()), value, by_hand));
            }
        }
        found
    }

    fn matched(&self, value: &Value, title: &str, by_hand: ByHand<'_>) -> ValueMatch {
        let chosen = by_hand.and_then(|by_hand| by_hand.get(&plain(value)));
        let (new, how) = match (chosen, &self.new) {
            (Some(chosen), _) => (chosen.clone(), HowMatched::ByHand),
            (None, Some(list)) => list
                .matching(value, Some(title))
                .map_or((None, HowMatched::None), |(new, how)| (Some(new), how)),
            // Without a list anything is taken.
            (None, None) => (Some(value.clone()), HowMatched::SameConstant),
        };
        ValueMatch {
            old: value.clone(),
            old_title: title.to_owned(),
            new,
            how,
            people: 0,
        }
    }

    /// What is to be said of a value that was found at people and is in no list.
    pub fn found(&self, value: &str) -> ValueMatch {
        self.matched(&Value::from(value), value, None)
    }

    /// Whether the new app takes listed values only.
    pub fn lists(&self) -> bool {
        self.new.is_some()
    }

    /// Whether values change their names here at all.
    pub fn counts(&self) -> bool {
        self.new.is_some() || !self.known.is_empty()
    }

    /// The value in the words of the new app. A value without a match stays as it is, so that it is seen.
    pub fn of<'a>(&self, old: &'a Value) -> Option<Cow<'a, Value>> {
        if !self.counts() {
            return Some(Cow::Borrowed(old));
        }
        let Value::Array(items) = old else {
            return self.single(old);
        };
        let new: Vec<Cow<'_, Value>> = items.iter().filter_map(|item| self.single(item)).collect();
        if new.len() == items.len() && new.iter().all(|item| matches!(item, Cow::Borrowed(_))) {
            return Some(Cow::Borrowed(old));
        }
        let new: Vec<Value> = new.into_iter().map(Cow::into_owned).collect();
        (!new.is_empty()).then(|| Cow::Owned(Value::Array(new)))
    }

    /// [`Self::of`] what may not be borrowed for long enough.
    pub(super) fn of_held<'a>(&self, old: Cow<'a, Value>) -> Option<Cow<'a, Value>> {
        match old {
            Cow::Borrowed(old) => self.of(old),
            Cow::Owned(old) if !self.counts() => Some(Cow::Owned(old)),
            Cow::Owned(old) => self.of(&old).map(|new| Cow::Owned(new.into_owned())),
        }
    }

    fn single<'a>(&self, old: &'a Value) -> Option<Cow<'a, Value>> {
        let known = match old {
            Value::String(text) => self.known.get(text),
            other => self.known.get(&plain(other)),
        };
        match (known, &self.new) {
            (Some(None), _) => None,
            (Some(Some(new)), _) if new == old => Some(Cow::Borrowed(old)),
            (Some(Some(new)), _) => Some(Cow::Owned(new.clone())),
            (None, None) => Some(Cow::Borrowed(old)),
            (None, Some(list)) => Some(match list.matching(old, None) {
                Some((new, _)) if new != *old => Cow::Owned(new),
                _ => Cow::Borrowed(old),
            }),
        }
    }
}

/// Values that carry another constant in the new list.
pub(super) fn renamed(values: &[ValueMatch]) -> Vec<(Value, Value)> {
    let renamed = |m: &ValueMatch| {
        let new = m.new.clone()?;
        (new != m.old).then(|| (m.old.clone(), new))
    };
    values.iter().filter_map(renamed).collect()
}
