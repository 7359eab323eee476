//! A rule of an access policy in plain words (api-facts 10.1). What has no words yet is shown as Okta writes it, so that two
//! rules with the same words are the same rule.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::durations::{every, span};
use super::settings::is_blank;

/// Names by id; an id without a name stands for itself.
pub type Names = BTreeMap<String, String>;

/// Who, under which conditions, and what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleWords {
    pub name: String,
    /// Inactive rules are skipped by Okta.
    pub active: bool,
    pub who: String,
    pub when: String,
    pub then: String,
}

impl RuleWords {
    /// "Members of Sales, from the zone Office: one factor, again every 12 hours".
    pub fn line(&self) -> String {
        let when = if self.when.is_empty() {
            String::new()
        } else {
            format!(", {}", self.when)
        };
        let inactive = if self.active { "" } else { " (inactive: Okta skips it)" };
        format!("{}{when}: {}{inactive}", self.who, self.then)
    }
}

/// Puts a rule into words. `names` gives names for ids of groups, people, zones, user types and device assurances.
pub fn policy_words(rule: &Value, names: &Names) -> RuleWords {
    let catch_all = rule["system"] == true && rule["conditions"].is_null();
    RuleWords {
        name: rule["name"].as_str().unwrap_or("without name").to_owned(),
        active: rule["status"] != "INACTIVE",
        who: who(&rule["conditions"], names),
        when: if catch_all {
            "whenever no rule above applies".to_owned()
        } else {
            when(&rule["conditions"], names)
        },
        then: then(&rule["actions"], names),
    }
}

fn who(conditions: &Value, names: &Names) -> String {
    let people = &conditions["people"];
    let list = |value: &Value, words: &str| {
        let ids = named(value, names);
        (!ids.is_empty()).then(|| format!("{words}{}", ids.join(" or ")))
    };
    let included: Vec<String> = [
        list(&people["groups"]["include"], "members of "),
        list(&people["users"]["include"], ""),
        list(&conditions["userType"]["include"], "people of the type "),
    ]
    .into_iter()
    .flatten()
    .collect();
    let excluded: Vec<String> = [
        list(&people["groups"]["exclude"], "members of "),
        list(&people["users"]["exclude"], ""),
        list(&conditions["userType"]["exclude"], "people of the type "),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut words = if included.is_empty() {
        "Everybody".to_owned()
    } else {
        capital(&included.join(", and "))
    };
    if !excluded.is_empty() {
        words += &format!(" except {}", excluded.join(" and "));
    }
    words
}

fn when(conditions: &Value, names: &Names) -> String {
    let mut facts: Vec<String> = Vec::new();
    for (key, value) in conditions.as_object().into_iter().flatten() {
        match key.as_str() {
            "people" | "userType" => facts.extend(leftover(key, value)),
            "network" => facts.extend(network(value, names)),
            "platform" => facts.extend(platform(value)),
            "device" => facts.extend(device(value, names)),
            "riskScore" | "risk" => facts.extend(risk(value)),
            "elCondition" => facts.extend(
                value["condition"]
                    .as_str()
                    .filter(|text| !text.is_empty())
                    .map(|text| format!("if {text}")),
            ),
            _ if is_blank(value) => {}
            _ => facts.push(format!("{key} {value}")),
        }
    }
    facts.join(", ")
}

/// What a condition on people says beyond the lists that have words.
fn leftover(key: &str, value: &Value) -> Option<String> {
    let known: &[&str] = if key == "people" {
        &["users", "groups"]
    } else {
        &["include", "exclude"]
    };
    let rest = without(value, known);
    (!rest.is_empty()).then(|| format!("{key} {}", Value::Object(rest)))
}

fn network(value: &Value, names: &Names) -> Option<String> {
    let connection = value["connection"].as_str().unwrap_or("ANYWHERE");
    let all = |ids: &[String]| ids.iter().any(|id| id == "ALL_ZONES");
    let (include, exclude) = (named(&value["include"], names), named(&value["exclude"], names));
    match connection {
        "ANYWHERE" => None,
        _ if all(&include) => Some("from any network zone".to_owned()),
        _ if all(&exclude) => Some("from outside every network zone".to_owned()),
        _ if !include.is_empty() && !exclude.is_empty() => Some(format!(
            "from {} but not from {}",
            include.join(" or "),
            exclude.join(" or ")
        )),
        _ if !include.is_empty() => Some(format!("from {}", include.join(" or "))),
        _ if !exclude.is_empty() => Some(format!("not from {}", exclude.join(" or "))),
        other => Some(format!("network {other}")),
    }
}

fn platform(value: &Value) -> Option<String> {
    let list = |value: &Value| -> Vec<String> {
        let items = value.as_array().into_iter().flatten();
        let one = |item: &Value| {
            let kind = item["type"].as_str().unwrap_or("ANY");
            let os = item["os"]["type"].as_str().unwrap_or("ANY");
            let expression = item["os"]["expression"].as_str().unwrap_or_default();
            let version = &item["os"]["version"];
            let mut words = match (kind, os) {
                ("ANY", "ANY") => return None,
                (kind, "ANY") => kind.to_lowercase(),
                ("ANY", os) => system(os),
                (kind, os) => format!("{} ({})", system(os), kind.to_lowercase()),
            };
            if !expression.is_empty() {
                words += &format!(" matching {expression}");
            }
            if !is_blank(version) {
                words += &format!(" {version}");
            }
            Some(words)
        };
        items.filter_map(one).collect()
    };
    let (include, exclude) = (list(&value["include"]), list(&value["exclude"]));
    match (include.is_empty(), exclude.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("on {}", include.join(" or "))),
        (true, false) => Some(format!("not on {}", exclude.join(" or "))),
        (false, false) => Some(format!(
            "on {} but not on {}",
            include.join(" or "),
            exclude.join(" or ")
        )),
    }
}

fn system(os: &str) -> String {
    match os {
        "IOS" => "iOS",
        "OSX" | "MACOS" => "macOS",
        "ANDROID" => "Android",
        "WINDOWS" => "Windows",
        "LINUX" => "Linux",
        "CHROMEOS" => "ChromeOS",
        "OTHER" => "another system",
        other => other,
    }
    .to_owned()
}

fn device(value: &Value, names: &Names) -> Option<String> {
    let mut facts = Vec::new();
    for (key, value) in value.as_object().into_iter().flatten() {
        match (key.as_str(), value) {
            (_, Value::Null) => {}
            ("registered", Value::Bool(yes)) => {
                facts.push(if *yes { "registered in Okta" } else { "not registered" }.to_owned())
            }
            ("managed", Value::Bool(yes)) => facts.push(if *yes { "managed" } else { "not managed" }.to_owned()),
            ("assurance", value) => {
                let ids = named(&value["include"], names);
                if !ids.is_empty() {
                    facts.push(format!("passing {}", ids.join(" or ")));
                }
            }
            (key, value) if !is_blank(value) => facts.push(format!("{key} {value}")),
            _ => {}
        }
    }
    (!facts.is_empty()).then(|| format!("on a device that is {}", facts.join(" and ")))
}

fn risk(value: &Value) -> Option<String> {
    let level = value["level"].as_str().unwrap_or("ANY");
    (level != "ANY").then(|| format!("at {} risk", level.to_lowercase()))
}

fn then(actions: &Value, names: &Names) -> String {
    let action = &actions["appSignOn"];
    let mut facts = match action["access"].as_str() {
        Some("DENY") => vec!["denied".to_owned()],
        Some("ALLOW") => Vec::new(),
        Some(other) => vec![other.to_owned()],
        None => vec!["nothing that Rehome has words for".to_owned()],
    };
    // Whoever is denied is asked for nothing, whatever stands beside it.
    if action["access"] != "DENY" {
        facts.extend(verification(&action["verificationMethod"], names));
    }
    match action["keepMeSignedIn"]["postAuth"].as_str() {
        Some("ALLOWED") => {
            let often = action["keepMeSignedIn"]["postAuthPromptFrequency"].as_str();
            let often = often.map(|text| format!(", asked {}", every(text))).unwrap_or_default();
            facts.push(format!("staying signed in is offered{often}"));
        }
        Some("NOT_ALLOWED") | None => {}
        Some(other) => facts.push(format!("staying signed in: {other}")),
    }
    let rest = without(action, &["access", "verificationMethod", "keepMeSignedIn"]);
    if !rest.is_empty() {
        facts.push(Value::Object(rest).to_string());
    }
    if facts.is_empty() {
        facts.push("allowed".to_owned());
    }
    facts.join(", ")
}

fn verification(method: &Value, names: &Names) -> Vec<String> {
    let mut facts = Vec::new();
    let known: &[&str] = match method["type"].as_str() {
        None => return facts,
        Some("ASSURANCE") => {
            facts.push(match method["factorMode"].as_str() {
                Some("1FA") => "one factor".to_owned(),
                Some("2FA") => "two factors of different kinds".to_owned(),
                Some(other) => other.to_owned(),
                None => "any factor".to_owned(),
            });
            let each: Vec<String> = method["constraints"]
                .as_array()
                .into_iter()
                .flatten()
                .map(constraint)
                .filter(|words| !words.is_empty())
                .collect();
            if !each.is_empty() {
                facts.push(each.join(", or "));
            }
            &[
                "type",
                "factorMode",
                "constraints",
                "reauthenticateIn",
                "inactivityPeriod",
            ]
        }
        Some("AUTH_METHOD_CHAIN") => {
            let chains = method["chains"].as_array().into_iter().flatten();
            facts.push(chains.map(chain).collect::<Vec<_>>().join(", or "));
            &["type", "chains", "reauthenticateIn"]
        }
        Some(other) => {
            facts.push(names.get(other).cloned().unwrap_or_else(|| other.to_owned()));
            &["type"]
        }
    };
    facts.extend(again(&method["reauthenticateIn"]).filter(|_| known.contains(&"reauthenticateIn")));
    if let Some(idle) = method["inactivityPeriod"].as_str() {
        facts.push(format!("again after {} without use", span(idle)));
    }
    let rest = without(method, known);
    if !rest.is_empty() {
        facts.push(Value::Object(rest).to_string());
    }
    facts
}

fn again(value: &Value) -> Option<String> {
    value.as_str().map(|text| format!("again {}", every(text)))
}

/// "okta_password password, then phone_number sms".
fn chain(value: &Value) -> String {
    let methods: Vec<String> = value["authenticationMethods"]
        .as_array()
        .into_iter()
        .flatten()
        .map(method)
        .collect();
    let mut words = methods.join(" or ");
    if let Some(again) = again(&value["reauthenticateIn"]) {
        words += &format!(" ({again})");
    }
    let next: Vec<String> = value["next"].as_array().into_iter().flatten().map(chain).collect();
    if !next.is_empty() {
        words += &format!(", then {}", next.join(" or "));
    }
    words
}

/// An authenticator and its method: "webauthn with PIN or biometrics".
fn method(value: &Value) -> String {
    let (key, name) = (
        value["key"].as_str().unwrap_or_default(),
        value["method"].as_str().unwrap_or_default(),
    );
    let mut words = if key.is_empty() || key == name {
        name.to_owned()
    } else {
        format!("{key} ({name})")
    };
    words += &demands(value);
    let rest = without(value, &[&["key", "method", "id"], DEMAND_KEYS.as_slice()].concat());
    if !rest.is_empty() {
        words += &format!(" {}", Value::Object(rest));
    }
    words
}

const DEMAND_KEYS: [&str; 5] = [
    "deviceBound",
    "hardwareProtection",
    "phishingResistant",
    "userPresence",
    "userVerification",
];

/// What is REQUIRED of a factor, as " bound to the device, phishing-resistant".
fn demands(value: &Value) -> String {
    let words = [
        "bound to the device",
        "hardware-protected",
        "phishing-resistant",
        "with the person present",
        "with PIN or biometrics",
    ];
    let found: Vec<&str> = DEMAND_KEYS
        .iter()
        .zip(words)
        .filter(|(key, _)| value[**key] == "REQUIRED")
        .map(|(_, words)| words)
        .collect();
    if found.is_empty() {
        String::new()
    } else {
        format!(" {}", found.join(", "))
    }
}

/// One of several ways to satisfy the rule.
fn constraint(value: &Value) -> String {
    let mut parts = Vec::new();
    for (key, part) in value.as_object().into_iter().flatten() {
        let words = match key.as_str() {
            "knowledge" => "something known",
            "possession" => "something owned",
            other => other,
        };
        let mut words = words.to_owned() + &demands(part);
        let texts = |key: &str| -> Vec<String> {
            let items = part[key].as_array().into_iter().flatten();
            items
                .map(|item| item.as_str().map_or_else(|| method(item), str::to_lowercase))
                .collect()
        };
        for (key, say) in [
            ("types", "by"),
            ("methods", "by"),
            ("authenticationMethods", "only"),
            ("excludedAuthenticationMethods", "but not"),
        ] {
            let found = texts(key);
            if !found.is_empty() {
                words += &format!(" {say} {}", found.join(" or "));
            }
        }
        if let Some(again) = again(&part["reauthenticateIn"]) {
            words += &format!(" ({again})");
        }
        if part["required"] == false {
            words += " (if asked for)";
        }
        let known = [
            "types",
            "methods",
            "authenticationMethods",
            "excludedAuthenticationMethods",
            "reauthenticateIn",
            "required",
        ];
        let rest = without(part, &[known.as_slice(), DEMAND_KEYS.as_slice()].concat());
        if !rest.is_empty() {
            words += &format!(" {}", Value::Object(rest));
        }
        parts.push(words);
    }
    parts.join(" and ")
}

fn named(value: &Value, names: &Names) -> Vec<String> {
    let ids = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut found: Vec<String> = ids
        .map(|id| names.get(id).cloned().unwrap_or_else(|| id.to_owned()))
        .collect();
    found.sort();
    found
}

/// Set keys of an object that no words cover. What is OPTIONAL or blank says nothing.
fn without(value: &Value, known: &[&str]) -> Map<String, Value> {
    let entries = value.as_object().into_iter().flatten();
    entries
        .filter(|(key, value)| !known.contains(&key.as_str()) && !is_blank(value) && **value != "OPTIONAL")
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
#[path = "policy_words_tests.rs"]
mod tests;
