//! `cargo xtask expression`: what an expression gives for one person, as one JSON object.

use std::path::Path;

use rehome_expression::{Expression, Internal, Org, Preview, Scope, attributes};
use serde_json::{Map, Value, json};

use crate::step::{Done, Failure};

/// Prints `{"value": ...}` (with `"warnings"` where there are any), `{"unknown": "why"}` or `{"error": "...", "at": N}`;
/// with `explain` also what each part gave. An error is also a failure of the task.
///
/// The file holds a profile, or an object with `user` and what else is at hand: `source`, `appuser`, `app`, `instance`,
/// `appVariable`, `org` (`name`, `subDomain`, `externalKey`), `internal` (`id`, `status`), `named` (profiles by variable),
/// `groups` (`[{"id": ..., "name": ...}]`) and `now` (ISO 8601).
pub fn expression(text: &str, profile: Option<&Path>, template: bool, explain: bool) -> Done {
    let answer = match read(profile) {
        Ok(given) => answer(text, &given, template || text.contains("${"), explain),
        // About the file, not about the text; the shape has a place all the same.
        Err(why) => json!({"error": why, "at": 0}),
    };
    println!("{answer}");
    match answer.get("error") {
        None => Ok(()),
        Some(error) => Err(Failure(error.as_str().unwrap_or_default().to_owned())),
    }
}

fn read(profile: Option<&Path>) -> Result<Map<String, Value>, String> {
    let Some(path) = profile else {
        return Ok(Map::new());
    };
    let text = std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(format!("{} does not hold a JSON object.", path.display())),
        Err(error) => Err(format!("{} is not JSON: {error}", path.display())),
    }
}

fn answer(text: &str, given: &Map<String, Value>, template: bool, explain: bool) -> Value {
    let object = |name: &str| given.get(name).and_then(Value::as_object);
    let scope = match object("user") {
        None => Scope::new(given),
        Some(user) => {
            let part = |of: &str, name: &str| given.get(of).and_then(|of| of.get(name)).and_then(Value::as_str);
            let now = given.get("now").and_then(Value::as_str);
            let now = match now.map(str::parse).transpose() {
                Ok(now) => now,
                Err(error) => return json!({"error": format!("\"now\" is not a time: {error}"), "at": 0}),
            };
            Scope {
                source: object("source").map(attributes),
                appuser: object("appuser").map(attributes),
                app: object("app").map(attributes),
                instance: object("instance").map(attributes),
                app_variable: given.get("appVariable").and_then(Value::as_str),
                org: Org {
                    name: part("org", "name"),
                    sub_domain: part("org", "subDomain"),
                    external_key: part("org", "externalKey"),
                },
                internal: Internal {
                    id: part("internal", "id"),
                    status: part("internal", "status"),
                },
                named: object("named")
                    .into_iter()
                    .flatten()
                    .filter_map(|(name, profile)| Some((name.as_str(), attributes(profile.as_object()?))))
                    .collect(),
                now,
                ..Scope::new(user)
            }
        }
    };
    let groups = given.get("groups").and_then(Value::as_array);
    let groups: Option<Vec<(&str, &str)>> = groups.filter(|_| object("user").is_some()).map(|groups| {
        groups
            .iter()
            .filter_map(|group| Some((group.get("id")?.as_str()?, group.get("name")?.as_str()?)))
            .collect()
    });
    let scope = Scope {
        groups: groups.as_deref(),
        ..scope
    };
    let parsed = if template {
        Expression::template(text)
    } else {
        Expression::parse(text)
    };
    let expression = match parsed {
        Ok(expression) => expression,
        Err(problem) => return json!({"error": problem.message, "at": problem.at}),
    };
    let mut answer = shown(expression.evaluate(&scope));
    if explain {
        let lines = expression.explain(&scope).lines().into_iter().map(|line| {
            json!({
                "text": line.text,
                "at": line.at,
                "depth": line.depth,
                "value": line.value,
                "words": line.words,
                "givesResult": line.gives_result,
            })
        });
        answer["parts"] = lines.collect();
    }
    answer
}

fn shown(preview: Preview) -> Value {
    match preview {
        Preview::Value(value) => json!({"value": value}),
        Preview::Warned { value, warnings } => {
            let warnings = warnings
                .into_iter()
                .map(|warning| json!({"at": warning.at, "words": warning.words}));
            json!({"value": value, "warnings": warnings.collect::<Vec<_>>()})
        }
        Preview::Unknown { why } => json!({"unknown": why}),
        Preview::Error { at, message } => json!({"error": message, "at": at}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, given: Value, wanted: Value) {
        let Value::Object(given) = given else {
            panic!("an object")
        };
        assert_eq!(answer(text, &given, text.contains("${"), false), wanted, "{text}");
    }

    #[test]
    fn one_object_for_every_outcome() {
        let ana = json!({"firstName": "Ana", "title": null});
        check("user.firstName + 1", ana.clone(), json!({"value": "Ana1"}));
        check("x-${source.firstName}", ana.clone(), json!({"value": "x-Ana"}));
        check(
            "user.firstName + user.title",
            ana.clone(),
            json!({"value": "Ana", "warnings": [{"at": 15, "words":
                "One side of \"+\" is empty (null); whether Okta adds nothing or the word \"null\" is not documented."}]}),
        );
        check(
            "zendesk_1.role",
            ana.clone(),
            json!({"unknown": "zendesk_1.role looks into another app instance, whose values are not at hand."}),
        );
        check(
            "user.",
            ana,
            json!({"error":
            "Here stands the end; expected is the name of an attribute or function after the dot.", "at": 5}),
        );
    }

    #[test]
    fn a_file_may_hold_more_than_a_profile() {
        let given = json!({
            "user": {"firstName": "Ana"}, "appuser": {"role": "agent"}, "app": {"domain": "corp"}, "appVariable": "zendesk_1",
            "org": {"name": "Acme"}, "internal": {"id": "00u1"}, "named": {"slack_2": {"nick": "a"}},
            "groups": [{"id": "00g1", "name": "Finance"}], "now": "2015-07-31T17:18:37.979Z",
        });
        for (text, wanted) in [
            ("appuser.role + app.domain + zendesk_1.role", json!("agentcorpagent")),
            (
                "org.name + user.getInternalProperty('id') + slack_2.nick",
                json!("Acme00u1a"),
            ),
            ("isMemberOfGroupName('Finance')", json!(true)),
            ("Time.now()", json!("2015-07-31T17:18:37.979Z")),
        ] {
            check(text, given.clone(), json!({"value": wanted}));
        }
    }
}
