//! What a wave group may be called. Rules, claims and statements of an org can name groups by their names; a group that is made
//! for a migration must come under none of them, or its people would gain rights or lose them by being moved.

use std::collections::BTreeSet;

use regex::RegexBuilder;
use serde_json::Value;

use crate::compare::{Attached, AttachedKind};

/// How a rule tells a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameTest {
    Equals(String),
    StartsWith(String),
    EndsWith(String),
    Contains(String),
    Regex(String),
}

/// A place that tells groups by their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameRule {
    /// "Workday: groups".
    pub place: String,
    pub test: NameTest,
}

/// All of them, and what could not be looked through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameRules {
    pub rules: Vec<NameRule>,
    /// Places where a name may be told that was not understood or not readable, in words.
    pub unread: Vec<String>,
}

/// Names that have nothing in common: a test that all of them pass tells no names apart.
const UNLIKE: [&str; 4] = ["q", "Zz 9-1", "\u{e9}t\u{e9}", "rehome?0"];
/// Largest compiled pattern, in bytes: a pattern of a few characters can ask for gigabytes.
const LARGEST: usize = 1 << 18;
/// Names that are tried before it is given up.
const TRIES: usize = 12;

impl NameTest {
    /// Whether the name comes under it; `None`: a pattern that is not understood here. Case is ignored, and a part is enough
    /// for a pattern, because Okta's documents do not say otherwise: a name that could fit is no good.
    pub fn fits(&self, name: &str) -> Option<bool> {
        let (low, folded) = (name.to_lowercase(), |text: &String| text.to_lowercase());
        Some(match self {
            Self::Equals(text) => low == folded(text),
            Self::StartsWith(text) => low.starts_with(&folded(text)),
            Self::EndsWith(text) => low.ends_with(&folded(text)),
            Self::Contains(text) => low.contains(&folded(text)),
            Self::Regex(pattern) => {
                let mut builder = RegexBuilder::new(pattern);
                let built = builder
                    .case_insensitive(true)
                    .size_limit(LARGEST)
                    .dfa_size_limit(LARGEST)
                    .build();
                built.ok()?.is_match(name)
            }
        })
    }

    fn tells_nothing_apart(&self) -> bool {
        UNLIKE.iter().all(|name| self.fits(name) == Some(true))
    }
}

impl NameRules {
    /// Reads the rules out of what else is in the org, and out of the two apps themselves (`apps`: name and raw JSON).
    pub fn find<'a>(attached: &'a [Attached], apps: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Self {
        let mut found = Self::default();
        for object in attached.iter().filter(|a| a.kind != AttachedKind::GroupFromApp) {
            found.walk(&object.name, &object.raw);
        }
        for (name, raw) in apps {
            found.walk(name, raw);
        }
        found.rules.dedup();
        found
    }

    fn walk(&mut self, place: &str, value: &Value) {
        match value {
            Value::Object(object) => {
                self.statement(place, value);
                for (_, value) in object.iter().filter(|(key, _)| *key != "_links") {
                    self.walk(place, value);
                }
            }
            Value::Array(items) => items.iter().for_each(|value| self.walk(place, value)),
            Value::String(text) => self.expression(place, text),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// A group filter of an attribute statement, or of a claim (api-facts 5: `filterType`, `group_filter_type`).
    fn statement(&mut self, place: &str, value: &Value) {
        let text = |key: &str| value[key].as_str();
        let (kind, filter) = if let Some(kind) = text("filterType") {
            (kind, text("filterValue"))
        } else if let Some(kind) = text("group_filter_type") {
            (kind, text("value"))
        } else {
            return;
        };
        let filter = filter.unwrap_or_default().to_owned();
        let test = match kind.to_uppercase().as_str() {
            "EQUALS" => NameTest::Equals(filter),
            "STARTS_WITH" => NameTest::StartsWith(filter),
            "CONTAINS" => NameTest::Contains(filter),
            "ENDS_WITH" => NameTest::EndsWith(filter),
            "REGEX" => NameTest::Regex(filter),
            other => {
                self.unread.push(format!("{place} tells groups by {other}"));
                return;
            }
        };
        self.add(place, test);
    }

    /// Functions of the expression language that tell groups by name.
    fn expression(&mut self, place: &str, text: &str) {
        const FUNCTIONS: [&str; 8] = [
            "isMemberOfGroupNameStartsWith",
            "isMemberOfGroupNameContains",
            "isMemberOfGroupNameRegex",
            "isMemberOfGroupName",
            "Groups.startsWith",
            "Groups.endsWith",
            "Groups.contains",
            "group.profile.name",
        ];
        // Cheap first: nearly no text names one.
        if !text.contains("roup") {
            return;
        }
        let mut rest = text;
        while let Some((at, function)) = FUNCTIONS
            .iter()
            .filter_map(|f| rest.find(f).map(|at| (at, *f)))
            // The longer one of two that begin at the same place stands first in the list.
            .min_by_key(|(at, _)| *at)
        {
            rest = &rest[at + function.len()..];
            let literals = literals(rest);
            let test = |make: fn(String) -> NameTest| literals.last().map(|l| make((*l).to_owned()));
            let found = match function {
                "isMemberOfGroupName" => test(NameTest::Equals),
                "isMemberOfGroupNameStartsWith" | "Groups.startsWith" => test(NameTest::StartsWith),
                "isMemberOfGroupNameContains" | "Groups.contains" => test(NameTest::Contains),
                "Groups.endsWith" => test(NameTest::EndsWith),
                "isMemberOfGroupNameRegex" => test(NameTest::Regex),
                _ => by_profile_name(rest),
            };
            match found {
                Some(test) => self.add(place, test),
                None => self.unread.push(format!("{place} computes the name of a group")),
            }
        }
    }

    fn add(&mut self, place: &str, test: NameTest) {
        if test.fits("").is_none() {
            self.unread
                .push(format!("{place} has a pattern that Rehome does not understand"));
            return;
        }
        self.rules.push(NameRule {
            place: place.to_owned(),
            test,
        });
    }

    /// Rules that take in every group, whatever its name: no name escapes them, and the plan says so.
    pub fn take_in_everything(&self) -> impl Iterator<Item = &NameRule> {
        self.rules.iter().filter(|rule| rule.test.tells_nothing_apart())
    }
}

/// String literals of the first pair of brackets; none where something else than a literal stands in it.
fn literals(text: &str) -> Vec<&str> {
    let Some(inner) = text.trim_start().strip_prefix('(') else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut rest = inner;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',' || c.is_ascii_digit());
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            break;
        };
        let Some((literal, after)) = rest[1..].split_once(quote) else {
            break;
        };
        found.push(literal);
        rest = after;
    }
    if rest.starts_with(')') { found } else { Vec::new() }
}

/// `user.getGroups({'group.profile.name': 'Sales', 'operator': 'STARTS_WITH'})`: the name, and how it is told.
fn by_profile_name(after: &str) -> Option<NameTest> {
    let after = after
        .trim_start_matches(['\'', '"', ' ', ':'])
        .trim_start_matches(['{', '[']);
    let before_end = &after[..after.find('}').unwrap_or(after.len())];
    let whole = after.find(['\'', '"', ',', '}']).unwrap_or(after.len());
    let name = after[..whole].to_owned();
    if name.is_empty() {
        return None;
    }
    let operator = before_end.to_uppercase();
    Some(if operator.contains("STARTS_WITH") {
        NameTest::StartsWith(name)
    } else if operator.contains("EXACT") || !operator.contains("OPERATOR") {
        NameTest::Equals(name)
    } else {
        return None;
    })
}

/// A name for the `number`th wave group that no group bears and no rule takes in, other than rules that take in everything.
/// `None`: none of a dozen names is free.
pub fn wave_group_name(migration: &str, number: usize, taken: &BTreeSet<String>, rules: &NameRules) -> Option<String> {
    let telling: Vec<&NameRule> = rules.rules.iter().filter(|r| !r.test.tells_nothing_apart()).collect();
    let low: BTreeSet<String> = taken.iter().map(|name| name.to_lowercase()).collect();
    (0..TRIES)
        .map(|attempt| candidate(migration, number, attempt))
        .find(|name| {
            !low.contains(&name.to_lowercase()) && telling.iter().all(|rule| rule.test.fits(name) == Some(false))
        })
}

/// The first is for people to read; the others share as little with it as they can.
fn candidate(migration: &str, number: usize, attempt: usize) -> String {
    let mark: String = migration.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    match attempt {
        0 => format!("Rehome {mark} wave group {number}"),
        1 => format!("rehome-{mark}-{number}"),
        2 => format!("Moving house {mark} {number}"),
        3 => format!("zz_{mark}_{number}"),
        _ => {
            // Every further one begins and ends with other letters.
            let letter = |n: usize| char::from(b'b' + (n * 7 % 24) as u8);
            let (first, last) = (letter(attempt), letter(attempt + 5));
            format!("{first}{last}{first} {number} {last}{first}{last}")
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use serde_json::json;

    use super::*;

    fn check(raw: Value, expect: Expect) {
        let attached = [Attached {
            kind: AttachedKind::AppSetting,
            id: "1".into(),
            name: "Workday".into(),
            raw,
        }];
        let found = NameRules::find(&attached, []);
        let mut out = String::new();
        for rule in &found.rules {
            out += &format!("{}: {:?}\n", rule.place, rule.test);
        }
        for place in &found.unread {
            out += &format!("unread: {place}\n");
        }
        let name = wave_group_name("m-42", 1, &BTreeSet::from(["Sales".to_owned()]), &found);
        expect.assert_eq(&format!("{out}{}", name.as_deref().unwrap_or("no name is free")));
    }

    #[test]
    fn a_name_escapes_every_rule_that_tells_names_apart() {
        check(
            json!({"settings": {"signOn": {"attributeStatements": [
                {"type": "GROUP", "name": "groups", "filterType": "STARTS_WITH", "filterValue": "Reho"},
                {"type": "GROUP", "name": "all", "filterType": "REGEX", "filterValue": ".*"},
                {"type": "EXPRESSION", "values": ["user.email"]}]}}}),
            expect![[r#"
                Workday: StartsWith("Reho")
                Workday: Regex(".*")
                Moving house m42 1"#]],
        );
        check(
            json!({"conditions": {"expression": {"value":
                "isMemberOfGroupNameContains(\"wave\") AND isMemberOfGroupName('Sales') OR isMemberOfGroupNameRegex(\"[\")"}}}),
            expect![[r#"
                Workday: Contains("wave")
                Workday: Equals("Sales")
                unread: Workday has a pattern that Rehome does not understand
                rehome-m42-1"#]],
        );
        check(
            json!({"a": "Groups.startsWith(\"OKTA\", \"rehome\", 100)", "b": "isMemberOfGroupName(user.title)",
                "c": "user.getGroups({'group.profile.name': 'zz', 'operator': 'STARTS_WITH'})",
                "d": "isMemberOfGroup('00g1')"}),
            expect![[r#"
                Workday: StartsWith("rehome")
                Workday: StartsWith("zz")
                unread: Workday computes the name of a group
                Moving house m42 1"#]],
        );
        check(
            json!({"name": "group", "group_filter_type": "REGEX", "value": "[a-z]"}),
            expect![[r#"
                Workday: Regex("[a-z]")
                Rehome m42 wave group 1"#]],
        );
        check(
            json!({"name": "group", "group_filter_type": "REGEX", "value": "[0-9]"}),
            expect![[r#"
                Workday: Regex("[0-9]")
                no name is free"#]],
        );
    }

    #[test]
    fn a_name_that_is_taken_is_not_taken_again() {
        let rules = NameRules::default();
        let first = wave_group_name("m1", 1, &BTreeSet::new(), &rules);
        assert_eq!(first.as_deref(), Some("Rehome m1 wave group 1"));
        let taken = BTreeSet::from(["REHOME M1 wave group 1".to_owned()]);
        assert_eq!(wave_group_name("m1", 1, &taken, &rules).as_deref(), Some("rehome-m1-1"));
    }

    #[test]
    fn no_two_names_tried_are_alike() {
        let all: BTreeSet<String> = (0..TRIES).map(|n| candidate("m1", 3, n)).collect();
        assert_eq!(all.len(), TRIES);
    }
}
