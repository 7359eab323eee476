//! Group rules: an expression that puts people into groups, and takes them out when it no longer holds.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    clock::stamp,
    errors::{Refusal, invalid, not_found},
    page::{limit, page},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::{Object, Org},
};

/// A rule that changes memberships which other rules look at goes round this often at most.
const ROUNDS: usize = 8;

impl Org {
    pub(crate) fn list_group_rules(&self, call: &Call<'_>) -> Answer {
        let limit = limit(call, 50, 1, 200)?;
        let search = call.param("search").map(str::to_lowercase);
        let rules: BTreeMap<String, Value> = self
            .group_rules
            .iter()
            .map(|rule| (rule["id"].as_str().unwrap_or("").to_owned(), rule.clone()))
            .collect();
        let page = page(&rules, call, limit, |rule| {
            let text = |value: &Value| value.as_str().unwrap_or("").to_lowercase();
            search.as_ref().is_none_or(|wanted| {
                text(&rule["name"]).contains(wanted)
                    || text(&rule["conditions"]["expression"]["value"]).contains(wanted)
            })
        });
        Ok(page.reply(call, &[], |_, rule| self.show_rule(rule, call)))
    }

    fn known_group_rule(&self, id: &str) -> Result<&Value, Refusal> {
        let found = self.group_rules.iter().find(|rule| rule["id"] == id);
        found.ok_or_else(|| not_found(id, "GroupRule"))
    }

    pub(crate) fn read_group_rule(&self, call: &Call<'_>, id: &str) -> Answer {
        Ok(Reply::json(self.show_rule(self.known_group_rule(id)?, call)))
    }

    fn show_rule(&self, rule: &Value, call: &Call<'_>) -> Value {
        let mut rule = rule.clone();
        let targets = targets_of(&rule);
        // As recorded: whether all groups that the rule fills are still there.
        rule["allGroupsValid"] = json!(targets.iter().all(|id| self.groups.contains_key(id)));
        if call.expands("groupIdToGroupNameMap") {
            let named: Object = targets
                .iter()
                .filter_map(|id| Some((id.clone(), json!(self.groups.get(id)?.name))))
                .collect();
            rule["_embedded"] = json!({ "groupIdToGroupNameMap": named });
        }
        rule
    }

    pub(crate) fn create_group_rule(&mut self, call: &Call<'_>) -> Answer {
        let body = object_body(call)?;
        let mut rule = self.rule_of(&body, None)?;
        let id = self.ids.next("0pr");
        rule["id"] = json!(id);
        rule["status"] = json!("INACTIVE");
        rule["created"] = json!(stamp(call.at));
        rule["lastUpdated"] = json!(stamp(call.at));
        self.group_rules.push(rule);
        self.read_group_rule(call, &id)
    }

    /// Name, conditions and exclusions; the groups of a rule stay what they were, and only an inactive rule is changed.
    pub(crate) fn replace_group_rule(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let old = self.known_group_rule(id)?.clone();
        if old["status"] == "ACTIVE" {
            return Err(invalid(
                "groupRule",
                "The group rule must be inactive before it is updated",
            ));
        }
        let body = object_body(call)?;
        let mut new = self.rule_of(&body, Some(id))?;
        if targets_of(&new) != targets_of(&old) {
            return Err(invalid(
                "actions",
                "actions: The groups of a group rule cannot be changed",
            ));
        }
        for field in ["id", "status", "created"] {
            new[field] = old[field].clone();
        }
        new["lastUpdated"] = json!(stamp(call.at));
        if let Some(rule) = self.group_rules.iter_mut().find(|rule| rule["id"] == id) {
            *rule = new;
        }
        self.read_group_rule(call, id)
    }

    /// Reads and checks a rule, with the empty exclusions that Okta adds.
    fn rule_of(&self, body: &Object, own: Option<&str>) -> Result<Value, Refusal> {
        let name = body.get("name").and_then(Value::as_str).unwrap_or("").trim();
        if name.is_empty() || name.chars().count() > 50 {
            return Err(invalid("name", "name: The field must be between 1 and 50 characters"));
        }
        let twin = |rule: &Value| rule["name"] == name && rule["id"].as_str() != own;
        if self.group_rules.iter().any(twin) {
            return Err(invalid("name", "name: Group rule name already in use"));
        }
        let conditions = body.get("conditions").cloned().unwrap_or_default();
        let expression = conditions["expression"]["value"].as_str().unwrap_or("");
        if expression.is_empty() {
            return Err(invalid("expression", "expression: The field cannot be left blank"));
        }
        crate::expression::is_well_formed(expression)
            .map_err(|why| invalid("expression", format!("Invalid property expression: {why}")))?;
        let groups = body
            .get("actions")
            .map(|it| it["assignUserToGroups"]["groupIds"].clone())
            .unwrap_or_default();
        let ids: Vec<&str> = groups
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if ids.is_empty() {
            return Err(invalid("actions", "groupIds: The field cannot be left blank"));
        }
        for id in ids {
            let group = self.known_group(id)?;
            if group.kind != "OKTA_GROUP" {
                return Err(invalid("actions", format!("Group rules cannot fill the group {id}")));
            }
        }
        let people = &conditions["people"];
        let excluded = |what: &str| match people[what]["exclude"].as_array() {
            Some(list) => json!(list),
            None => json!([]),
        };
        Ok(json!({
            "type": "group_rule", "id": null, "status": null, "name": name, "created": null, "lastUpdated": null,
            "conditions": {
                "people": { "users": { "exclude": excluded("users") }, "groups": { "exclude": excluded("groups") } },
                "expression": { "value": expression, "type": "urn:okta:expression:1.0" },
            },
            "actions": { "assignUserToGroups": { "groupIds": groups } },
        }))
    }

    pub(crate) fn switch_group_rule(&mut self, call: &Call<'_>, id: &str, active: bool) -> Answer {
        self.known_group_rule(id)?;
        if let Some(rule) = self.group_rules.iter_mut().find(|rule| rule["id"] == id) {
            rule["status"] = json!(if active { "ACTIVE" } else { "INACTIVE" });
            rule["lastUpdated"] = json!(stamp(call.at));
        }
        if active {
            self.follow_rules_for_all(call.at);
        }
        Ok(Reply::empty())
    }

    /// `removeUsers=true` takes out whom the rule put in; else they stay as if added by hand.
    pub(crate) fn delete_group_rule(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let rule = self.known_group_rule(id)?;
        if rule["status"] == "ACTIVE" {
            return Err(invalid(
                "groupRule",
                "The group rule must be inactive before it is deleted",
            ));
        }
        let targets = targets_of(rule);
        self.group_rules.retain(|rule| rule["id"] != id);
        for target in targets {
            let Some(group) = self.groups.get_mut(&target) else {
                continue;
            };
            let put_in = group.by_rule.iter().filter(|(_, rule)| *rule == id);
            let people: Vec<String> = put_in.map(|(user, _)| user.clone()).collect();
            group.by_rule.retain(|_, rule| rule != id);
            if call.param("removeUsers") == Some("true") {
                for user in people {
                    self.leave(&target, &user, call.at);
                }
            }
        }
        Ok(Reply::json(json!({})).status(202))
    }

    fn follow_rules_for_all(&mut self, at: Timestamp) {
        for user in self.users.keys().cloned().collect::<Vec<_>>() {
            self.follow_rules(&user, at);
        }
    }

    /// Brings one person's memberships in line with the active rules.
    pub(crate) fn follow_rules(&mut self, user: &str, at: Timestamp) {
        if self.following_rules {
            return;
        }
        self.following_rules = true;
        for _ in 0..ROUNDS {
            let changes = self.due_changes(user);
            if changes.is_empty() {
                break;
            }
            for (group, rule, inside) in changes {
                if inside {
                    self.join(&group, user, at);
                    if let Some(group) = self.groups.get_mut(&group) {
                        group.by_rule.insert(user.to_owned(), rule);
                    }
                } else {
                    self.leave(&group, user, at);
                }
            }
        }
        self.following_rules = false;
    }

    /// Group, rule and whether the person has to be in it.
    fn due_changes(&self, user_id: &str) -> Vec<(String, String, bool)> {
        let Some(user) = self.users.get(user_id) else {
            return Vec::new();
        };
        let mut changes = Vec::new();
        for rule in self.group_rules.iter().filter(|rule| rule["status"] == "ACTIVE") {
            let id = rule["id"].as_str().unwrap_or("");
            let excluded = &rule["conditions"]["people"]["users"]["exclude"];
            let out = excluded.as_array().is_some_and(|it| it.iter().any(|it| it == user_id));
            let expression = rule["conditions"]["expression"]["value"].as_str().unwrap_or("");
            let holds = !out && user.status != "DEPROVISIONED" && self.holds_for(expression, user);
            for target in targets_of(rule) {
                let Some(group) = self.groups.get(&target) else {
                    continue;
                };
                let inside = group.members.contains(user_id);
                let by_this = group.by_rule.get(user_id).is_some_and(|rule| rule == id);
                if holds && !inside || !holds && by_this {
                    changes.push((target, id.to_owned(), holds));
                }
            }
        }
        changes
    }
}

fn targets_of(rule: &Value) -> Vec<String> {
    let ids = rule["actions"]["assignUserToGroups"]["groupIds"].as_array();
    let ids = ids.into_iter().flatten().filter_map(Value::as_str);
    ids.map(str::to_owned).collect()
}
