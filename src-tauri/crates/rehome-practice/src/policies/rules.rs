//! Rules of policies: in an order without doubles, with a catch-all at the end that nobody can take away.

use serde_json::{Value, json};

use super::{Kind, defaults, kind_named, read_only, status_of, turn_of};
use crate::{
    Engine,
    clock::stamp,
    errors::{Refusal, invalid, not_found},
    ids::Ids,
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::{Object, Org, Policy},
};

/// The priority that Okta shows for catch-all rules, however many rules there are.
const LAST: i64 = 99;

impl Org {
    pub(crate) fn list_policy_rules(&self, call: &Call<'_>, id: &str) -> Answer {
        let rules = in_order(self.known_policy(id)?).into_iter();
        Ok(Reply::json(rules.map(|rule| show(rule, id, call.base)).collect()))
    }

    fn known_rule(&self, policy: &str, rule: &str) -> Result<&Value, Refusal> {
        let found = self.known_policy(policy)?.rules.iter().find(|it| it["id"] == rule);
        found.ok_or_else(|| not_found(rule, "PolicyRule"))
    }

    pub(crate) fn read_policy_rule(&self, call: &Call<'_>, policy: &str, rule: &str) -> Answer {
        Ok(Reply::json(show(self.known_rule(policy, rule)?, policy, call.base)))
    }

    pub(crate) fn create_policy_rule(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let policy = self.known_policy(id)?;
        let body = object_body(call)?;
        let Some(kind) = kind_named(policy.text("type")) else {
            return Err(not_found(id, "Policy"));
        };
        let name = rule_name(policy, &body, None)?;
        // Only Classic heeds `activate`.
        let asleep = self.options.engine == Engine::Classic && call.param("activate") == Some("false");
        let status = if asleep {
            "INACTIVE"
        } else {
            status_of(&body).unwrap_or("ACTIVE")
        };
        let rule = self.ids.next(kind.prefixes.1);
        let mut new = json!({ "id": rule, "status": status, "name": name, "priority": 0,
            "created": stamp(call.at), "lastUpdated": stamp(call.at), "system": false, "conditions": null, "type": kind.rule });
        let (engine, as_of) = (self.options.engine, self.options.as_of);
        let Some(policy) = self.policies.get_mut(id) else {
            return Err(not_found(id, "Policy"));
        };
        if let Some(new) = new.as_object_mut() {
            take(new, &body);
            defaults::complete_rule(new, kind.name, engine, as_of);
        }
        let wanted = body.get("priority").and_then(Value::as_i64);
        new["priority"] = json!(make_room(policy, wanted, kind.name));
        policy.rules.push(new);
        sink_default(policy);
        self.read_policy_rule(call, id, &rule)
    }

    pub(crate) fn replace_policy_rule(&mut self, call: &Call<'_>, id: &str, rule: &str) -> Answer {
        let old = self.known_rule(id, rule)?.clone();
        let body = object_body(call)?;
        let policy = self.known_policy(id)?;
        let kind = policy.text("type").to_owned();
        let system = old["system"] == true;
        let mut new = old.clone();
        if !system {
            new["name"] = json!(rule_name(policy, &body, Some(rule))?);
        }
        if let Some(new) = new.as_object_mut() {
            take(new, &body);
            if system {
                new.insert("conditions".into(), Value::Null);
            }
            new.insert("lastUpdated".into(), json!(stamp(call.at)));
            defaults::complete_rule(new, &kind, self.options.engine, self.options.as_of);
        }
        let wanted = body.get("priority").and_then(Value::as_i64).filter(|_| !system);
        if let Some(policy) = self.policies.get_mut(id) {
            policy.rules.retain(|it| it["id"] != rule);
            if let Some(wanted) = wanted {
                new["priority"] = json!(make_room(policy, Some(wanted), &kind));
            }
            policy.rules.push(new);
            sink_default(policy);
        }
        self.read_policy_rule(call, id, rule)
    }

    pub(crate) fn delete_policy_rule(&mut self, id: &str, rule: &str) -> Answer {
        if self.known_rule(id, rule)?["system"] == true {
            return Err(read_only());
        }
        if let Some(policy) = self.policies.get_mut(id) {
            policy.rules.retain(|it| it["id"] != rule);
            sink_default(policy);
        }
        Ok(Reply::empty())
    }

    pub(crate) fn switch_policy_rule(&mut self, call: &Call<'_>, id: &str, rule: &str, active: bool) -> Answer {
        if self.known_rule(id, rule)?["system"] == true {
            return Err(read_only());
        }
        let policy = self.policies.get_mut(id);
        if let Some(rule) = policy.and_then(|it| it.rules.iter_mut().find(|it| it["id"] == rule)) {
            rule["status"] = json!(if active { "ACTIVE" } else { "INACTIVE" });
            rule["lastUpdated"] = json!(stamp(call.at));
        }
        Ok(Reply::empty())
    }

    /// The rules that a new policy comes with: app policies have their catch-all from the start.
    pub(super) fn first_rules(&mut self, kind: &str, call: &Call<'_>) -> Vec<Value> {
        let Some(actions) = defaults::catch_all(kind) else {
            return Vec::new();
        };
        vec![json!({
            "id": self.ids.next("rul"), "status": "ACTIVE", "name": "Catch-all Rule", "priority": LAST, "system": true,
            "created": stamp(call.at), "lastUpdated": stamp(call.at), "conditions": null, "actions": actions, "type": kind,
        })]
    }
}

/// The last rule of a policy that an org begins with.
pub(super) fn default_rule(kind: &Kind, ids: &mut Ids, policy: &Object, engine: Engine) -> Value {
    let app_side = kind.identity;
    let at = &policy["created"];
    let actions = defaults::catch_all(kind.name).unwrap_or_else(|| defaults::default_actions(kind.name));
    let mut rule = json!({
        "id": ids.next(kind.prefixes.1), "status": "ACTIVE", "name": if app_side { "Catch-all Rule" } else { "Default Rule" },
        "priority": if app_side { LAST } else { 1 }, "system": true, "created": at, "lastUpdated": at,
        "conditions": null, "actions": actions, "type": kind.rule,
    });
    if let Some(rule) = rule.as_object_mut() {
        defaults::complete_rule(rule, kind.name, engine, None);
    }
    rule
}

/// By priority; of equal ones, the older first.
pub(super) fn in_order(policy: &Policy) -> Vec<&Value> {
    let mut rules: Vec<&Value> = policy.rules.iter().collect();
    rules.sort_by_key(|rule| (rule["priority"].as_i64(), rule["system"].as_bool(), rule["id"].as_str()));
    rules
}

/// A free place: the wished one, or the last before the catch-all. Rules in the way move down by one, gaps stay.
fn make_room(policy: &mut Policy, wanted: Option<i64>, kind: &str) -> i64 {
    let first = i64::from(kind != "ACCESS_POLICY");
    let own = policy.rules.iter().filter(|rule| rule["system"] != true);
    let last = own.filter_map(|rule| rule["priority"].as_i64()).max();
    let place = wanted
        .filter(|it| *it >= 0)
        .unwrap_or_else(|| last.map_or(first, |last| last + 1))
        .min(LAST - 1);
    let mut free = place;
    while policy
        .rules
        .iter()
        .any(|rule| rule["system"] != true && rule["priority"] == free)
    {
        free += 1;
    }
    for rule in policy.rules.iter_mut().filter(|rule| rule["system"] != true) {
        if let Some(priority) = rule["priority"].as_i64().filter(|it| (place..free).contains(it)) {
            rule["priority"] = json!(priority + 1);
        }
    }
    place
}

/// The default rule of a policy without catch-all stays right behind the others.
pub(crate) fn sink_default(policy: &mut Policy) {
    let own = policy.rules.iter().filter(|rule| rule["system"] != true);
    let last = own.filter_map(|rule| rule["priority"].as_i64()).max().unwrap_or(0);
    let default = policy
        .rules
        .iter_mut()
        .find(|rule| rule["system"] == true && rule["priority"] != LAST);
    if let Some(rule) = default {
        rule["priority"] = json!(last + 1);
    }
}

fn rule_name(policy: &Policy, body: &Object, own: Option<&str>) -> Result<String, Refusal> {
    let name = body.get("name").and_then(Value::as_str).unwrap_or("").trim();
    if name.is_empty() {
        return Err(invalid("name", "name: The field cannot be left blank"));
    }
    if policy
        .rules
        .iter()
        .any(|rule| rule["name"] == name && rule["id"].as_str() != own)
    {
        return Err(invalid("name", "name: Policy rule name already in use"));
    }
    Ok(name.to_owned())
}

fn take(rule: &mut Object, body: &Object) {
    for field in ["conditions", "actions"] {
        if let Some(value) = body.get(field) {
            rule.insert(field.into(), value.clone());
        }
    }
}

pub(super) fn show(rule: &Value, policy: &str, base: &str) -> Value {
    let mut rule = rule.clone();
    let id = rule["id"].as_str().unwrap_or("");
    let this = format!("{base}/api/v1/policies/{policy}/rules/{id}");
    let links = if rule["system"] == true {
        json!({ "self": { "href": this, "hints": { "allow": ["GET", "PUT"] } } })
    } else {
        let turn = turn_of(rule["status"].as_str().unwrap_or(""));
        let mut links = json!({ "self": { "href": this, "hints": { "allow": ["GET", "PUT", "DELETE"] } } });
        links[turn] = json!({ "href": format!("{this}/lifecycle/{turn}"), "hints": { "allow": ["POST"] } });
        links
    };
    rule["_links"] = links;
    rule
}
