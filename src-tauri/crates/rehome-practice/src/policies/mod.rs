//! Policies of all types: list, read, make, change, delete, and which apps an access policy governs.
//!
//! Shapes and the values that Okta fills in are those of recorded answers; what an engine lacks is refused as a feature
//! that is not enabled (Okta's document marks those types as Identity Engine only).

mod defaults;
mod rules;

pub(crate) use rules::sink_default;

use serde_json::{Value, json};

use crate::{
    Engine,
    clock::stamp,
    errors::{Refusal, bad_search, feature_not_enabled, invalid, missing_parameter, not_found},
    page::{limit, page},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::{Object, Org, Policy},
};

/// A type of policy, what its rules are called, and where it exists.
struct Kind {
    name: &'static str,
    rule: &'static str,
    /// Prefixes of the ids of policies and rules.
    prefixes: (&'static str, &'static str),
    /// Identity Engine only.
    identity: bool,
    /// Whether the API makes and deletes such policies; of the others an org has the one it came with.
    made: bool,
    /// Whether policies of the type stand in an order, the default last. Else each one has priority 1.
    ordered: bool,
}

const fn kind(name: &'static str, identity: bool, made: bool, ordered: bool) -> Kind {
    let app_side = identity;
    Kind {
        name,
        rule: name,
        prefixes: if app_side { ("rst", "rul") } else { ("00p", "0pr") },
        identity,
        made,
        ordered,
    }
}

const KINDS: [Kind; 12] = [
    kind("ACCESS_POLICY", true, true, false),
    kind("PROFILE_ENROLLMENT", true, true, false),
    Kind {
        rule: "SIGN_ON",
        ..kind("OKTA_SIGN_ON", false, true, true)
    },
    kind("PASSWORD", false, true, true),
    kind("MFA_ENROLL", false, true, true),
    kind("IDP_DISCOVERY", false, false, false),
    kind("ENTITY_RISK", true, false, false),
    kind("POST_AUTH_SESSION", true, false, false),
    kind("SESSION_VIOLATION_DETECTION", true, false, false),
    kind("CLIENT_UPDATE", true, false, false),
    kind("DEVICE_SIGNAL_COLLECTION", true, true, true),
    kind("IDENTITY_CLAIM_SOURCING", true, false, false),
];

fn kind_named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// How ids of policies of a type begin.
pub(crate) fn policy_prefix(kind: &str) -> &'static str {
    kind_named(kind).map_or("00p", |kind| kind.prefixes.0)
}

/// Marks policies that the API neither switches off nor deletes although they are no `system` ones (as recorded of
/// “Okta Account Management Policy”). Never shown.
pub(crate) const FIXED: &str = "-fixed";

impl Policy {
    pub(crate) fn text(&self, field: &str) -> &str {
        self.body.get(field).and_then(Value::as_str).unwrap_or("")
    }

    fn is_system(&self) -> bool {
        self.body.get("system").and_then(Value::as_bool) == Some(true)
    }

    fn is_fixed(&self) -> bool {
        self.is_system() || self.body.contains_key(FIXED)
    }

    fn priority(&self) -> i64 {
        self.body.get("priority").and_then(Value::as_i64).unwrap_or(1)
    }
}

impl Org {
    fn known_policy(&self, id: &str) -> Result<&Policy, Refusal> {
        let policy = self.policies.get(id).ok_or_else(|| not_found(id, "Policy"))?;
        self.check_engine(policy.text("type"))?;
        Ok(policy)
    }

    /// App sign-on policies cannot be read by API on Classic.
    fn check_engine(&self, name: &str) -> Result<(), Refusal> {
        let needs_identity = kind_named(name).is_some_and(|kind| kind.identity);
        if needs_identity && self.options.engine == Engine::Classic {
            Err(feature_not_enabled())
        } else {
            Ok(())
        }
    }

    pub(crate) fn list_policies(&self, call: &Call<'_>) -> Answer {
        let name = call.param("type").ok_or_else(|| missing_parameter("type"))?;
        let kind = kind_named(name).ok_or_else(bad_search)?;
        self.check_engine(kind.name)?;
        let limit = limit(call, 200, 1, 200)?;
        let q = call.param("q").map(str::to_lowercase);
        let wanted = |policy: &&Policy| {
            policy.text("type") == kind.name
                && call
                    .param("status")
                    .is_none_or(|status| policy.text("status").eq_ignore_ascii_case(status))
                && q.as_ref()
                    .is_none_or(|q| policy.text("name").to_lowercase().starts_with(q))
        };
        let by_name = call.param("sortBy") == Some("name");
        let key = |policy: &Policy| match by_name {
            true => format!("{}.{}", policy.text("name").to_lowercase(), policy.text("id")),
            false => format!("{:08}.{}", policy.priority(), policy.text("id")),
        };
        let list = self.policies.values().filter(wanted).map(|it| (key(it), it)).collect();
        let page = page(&list, call, limit, |_| true);
        Ok(page.reply(call, &[], |_, policy| {
            let mut body = show(policy, call);
            if kind.name == "ACCESS_POLICY" && !call.expands("rules") {
                body["_embedded"] = json!({ "resourceType": "APP" });
            }
            body
        }))
    }

    pub(crate) fn read_policy(&self, call: &Call<'_>, id: &str) -> Answer {
        Ok(Reply::json(show(self.known_policy(id)?, call)))
    }

    /// Gives the policies that the org begins with the settings and the last rule that Okta's have.
    pub(crate) fn complete_seeded_policies(&mut self) {
        let engine = self.options.engine;
        for policy in self.policies.values_mut() {
            let kind = policy.text("type").to_owned();
            defaults::complete_policy(&mut policy.body, &kind, engine);
            if policy.rules.is_empty()
                && let Some(kind) = kind_named(&kind)
            {
                policy
                    .rules
                    .push(rules::default_rule(kind, &mut self.ids, &policy.body, engine));
            }
        }
    }

    pub(crate) fn create_policy(&mut self, call: &Call<'_>) -> Answer {
        let body = object_body(call)?;
        let Some(kind) = body.get("type").and_then(Value::as_str).and_then(kind_named) else {
            return Err(invalid("type", "type: The field cannot be left blank"));
        };
        self.check_engine(kind.name)?;
        let name = self.policy_name(&body, kind.name, None)?;
        if !kind.made {
            return Err(invalid("type", "type: Policies of this type cannot be created"));
        }
        let id = self.ids.next(kind.prefixes.0);
        let mut new = json!({ "id": id, "status": status_of(&body).unwrap_or("ACTIVE"), "name": name,
            "priority": 1, "system": false, "conditions": null, "created": stamp(call.at), "lastUpdated": stamp(call.at),
            "type": kind.name });
        if let Some(new) = new.as_object_mut() {
            take(new, &body);
            defaults::complete_policy(new, kind.name, self.options.engine);
            if kind.ordered {
                let priority = self.make_room(kind.name, body.get("priority").and_then(Value::as_i64));
                new.insert("priority".into(), json!(priority));
            }
            let policy = Policy {
                body: new.clone(),
                rules: self.first_rules(kind.name, call),
            };
            self.policies.insert(id.clone(), policy);
        }
        self.read_policy(call, &id)
    }

    /// The name out of a body. Names are unique within a type.
    fn policy_name(&self, body: &Object, kind: &str, own: Option<&str>) -> Result<String, Refusal> {
        let name = body.get("name").and_then(Value::as_str).unwrap_or("").trim();
        if name.is_empty() {
            return Err(invalid("name", "name: The field cannot be left blank"));
        }
        let taken = self
            .policies
            .iter()
            .any(|(id, policy)| policy.text("type") == kind && policy.text("name") == name && Some(id.as_str()) != own);
        if taken {
            return Err(invalid("name", "name: Policy name already in use"));
        }
        Ok(name.to_owned())
    }

    /// A place in the order of a type: the wished one, or the last before the defaults. Those behind it move down.
    fn make_room(&mut self, kind: &str, wanted: Option<i64>) -> i64 {
        let of_kind = |policy: &&Policy| policy.text("type") == kind;
        let own = self.policies.values().filter(of_kind).filter(|it| !it.is_system());
        let last = own.map(Policy::priority).max().unwrap_or(0) + 1;
        let place = wanted.unwrap_or(last).clamp(1, last);
        for policy in self.policies.values_mut() {
            if policy.text("type") == kind && policy.priority() >= place {
                let moved = policy.priority() + 1;
                policy.body.insert("priority".into(), json!(moved));
            }
        }
        place
    }

    fn close_gap(&mut self, kind: &str, place: i64) {
        for policy in self.policies.values_mut() {
            if policy.text("type") == kind && policy.priority() > place {
                let moved = policy.priority() - 1;
                policy.body.insert("priority".into(), json!(moved));
            }
        }
    }

    pub(crate) fn replace_policy(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let policy = self.known_policy(id)?;
        let body = object_body(call)?;
        let Some(kind) = kind_named(policy.text("type")) else {
            return Err(not_found(id, "Policy"));
        };
        if body
            .get("type")
            .and_then(Value::as_str)
            .is_some_and(|it| it != kind.name)
        {
            return Err(invalid("type", "type: The policy type cannot be changed"));
        }
        let name = match policy.is_system() {
            true => policy.text("name").to_owned(),
            false => self.policy_name(&body, kind.name, Some(id))?,
        };
        let (old, system) = (policy.priority(), policy.is_system());
        let mut new = policy.body.clone();
        let described = new.shift_remove("description");
        let settings = new.get("settings").cloned();
        take(&mut new, &body);
        if system {
            new.insert("conditions".into(), policy.body["conditions"].clone());
            if let (None, Some(described)) = (body.get("description"), described) {
                new.insert("description".into(), described);
            }
        }
        if let (None, Some(settings)) = (body.get("settings"), settings) {
            new.insert("settings".into(), settings);
        }
        new.insert("name".into(), json!(name));
        new.insert("lastUpdated".into(), json!(stamp(call.at)));
        defaults::complete_policy(&mut new, kind.name, self.options.engine);
        let wanted = body.get("priority").and_then(Value::as_i64);
        if let (true, false, Some(wanted)) = (kind.ordered, system, wanted.filter(|it| *it != old)) {
            if let Some(own) = self.policies.get_mut(id) {
                own.body.insert("priority".into(), json!(i64::MIN));
            }
            self.close_gap(kind.name, old);
            let place = self.make_room(kind.name, Some(wanted));
            new.insert("priority".into(), json!(place));
        }
        if let Some(policy) = self.policies.get_mut(id) {
            policy.body = new;
        }
        self.read_policy(call, id)
    }

    /// Apps of a deleted access policy go to the org's default one, as the Admin Console says it.
    pub(crate) fn delete_policy(&mut self, id: &str) -> Answer {
        let policy = self.known_policy(id)?;
        if policy.is_fixed() {
            return Err(read_only());
        }
        let (kind, place) = (policy.text("type").to_owned(), policy.priority());
        self.policies.remove(id);
        if kind_named(&kind).is_some_and(|kind| kind.ordered) {
            self.close_gap(&kind, place);
        }
        for app in self.apps.values_mut().filter(|app| app.policy.as_deref() == Some(id)) {
            app.policy = Some(self.default_policy.clone());
        }
        Ok(Reply::empty())
    }

    pub(crate) fn switch_policy(&mut self, call: &Call<'_>, id: &str, active: bool) -> Answer {
        if self.known_policy(id)?.is_fixed() {
            return Err(read_only());
        }
        if let Some(policy) = self.policies.get_mut(id) {
            policy
                .body
                .insert("status".into(), json!(if active { "ACTIVE" } else { "INACTIVE" }));
            policy.body.insert("lastUpdated".into(), json!(stamp(call.at)));
        }
        Ok(Reply::empty())
    }

    /// A copy of an access policy with its rules, under a name of its own.
    pub(crate) fn clone_policy(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let policy = self.known_policy(id)?;
        if policy.text("type") != "ACCESS_POLICY" {
            return Err(invalid("type", "type: Policies of this type cannot be cloned"));
        }
        let mut body = policy.body.clone();
        let name = format!("[cloned] {}", policy.text("name"));
        let mut rules = policy.rules.clone();
        let new = self.ids.next("rst");
        for (field, value) in [
            ("id", json!(new)),
            ("name", json!(name)),
            ("system", json!(false)),
            ("created", json!(stamp(call.at))),
            ("lastUpdated", json!(stamp(call.at))),
        ] {
            body.insert(field.into(), value);
        }
        body.shift_remove(FIXED);
        for rule in &mut rules {
            rule["id"] = json!(self.ids.next("rul"));
        }
        self.policies.insert(new.clone(), Policy { body, rules });
        self.read_policy(call, &new)
    }

    pub(crate) fn list_policy_mappings(&self, call: &Call<'_>, id: &str) -> Answer {
        self.known_policy(id)?;
        let users = self.apps.values().filter(|app| app.policy.as_deref() == Some(id));
        Ok(Reply::json(
            users.map(|app| policy_mapping(id, &app.id, call.base)).collect(),
        ))
    }

    fn mapped_app(&self, policy: &str, mapping: &str) -> Result<String, Refusal> {
        self.known_policy(policy)?;
        let apps = self.apps.values().filter(|app| app.policy.as_deref() == Some(policy));
        apps.map(|app| app.id.clone())
            .find(|app| mapping_id(app) == mapping)
            .ok_or_else(|| not_found(mapping, "PolicyMapping"))
    }

    pub(crate) fn read_policy_mapping(&self, call: &Call<'_>, policy: &str, mapping: &str) -> Answer {
        let app = self.mapped_app(policy, mapping)?;
        Ok(Reply::json(policy_mapping(policy, &app, call.base)))
    }

    pub(crate) fn map_policy(&mut self, call: &Call<'_>, id: &str) -> Answer {
        self.known_policy(id)?;
        let body = object_body(call)?;
        let app = body.get("resourceId").and_then(Value::as_str).unwrap_or("").to_owned();
        self.known_app(&app)?;
        self.assign_policy(call, &app, id)?;
        Ok(Reply::json(policy_mapping(id, &app, call.base)))
    }

    /// There is no app without a policy: it falls back to the default one.
    pub(crate) fn unmap_policy(&mut self, policy: &str, mapping: &str) -> Answer {
        let app = self.mapped_app(policy, mapping)?;
        if let Some(app) = self.apps.get_mut(&app) {
            app.policy = Some(self.default_policy.clone());
        }
        Ok(Reply::empty())
    }

    /// The deprecated listing of whole apps.
    pub(crate) fn list_policy_apps(&self, call: &Call<'_>, id: &str) -> Answer {
        self.known_policy(id)?;
        let users = self.apps.values().filter(|app| app.policy.as_deref() == Some(id));
        Ok(Reply::json(users.map(|app| self.show_app(app, call)).collect()))
    }

    /// Puts an app under an access policy (or, as Okta allows by the same call, a profile enrolment policy).
    pub(crate) fn assign_policy(&mut self, _call: &Call<'_>, app: &str, policy: &str) -> Answer {
        self.known_app(app)?;
        if self.options.engine == Engine::Classic {
            return Err(feature_not_enabled());
        }
        let kind = self.known_policy(policy)?.text("type").to_owned();
        if let Some(app) = self.apps.get_mut(app)
            && kind == "ACCESS_POLICY"
        {
            app.policy = Some(policy.to_owned());
        }
        Ok(Reply::empty())
    }
}

fn mapping_id(app: &str) -> String {
    format!("map{}", app.get(3..).unwrap_or(app))
}

fn policy_mapping(policy: &str, app: &str, base: &str) -> Value {
    let id = mapping_id(app);
    json!({ "id": id, "_links": {
        "self": { "href": format!("{base}/api/v1/policies/{policy}/mappings/{id}") },
        "application": { "href": format!("{base}/api/v1/apps/{app}") },
        "policy": { "href": format!("{base}/api/v1/policies/{policy}") },
    } })
}

/// What comes from a body; the rest is Okta's.
fn take(policy: &mut Object, body: &Object) {
    for field in ["name", "description", "conditions", "settings"] {
        if let Some(value) = body.get(field) {
            policy.insert(field.into(), value.clone());
        }
    }
    // Recorded: a policy that was made without a description has none in its answers either.
    if policy.get("description").is_some_and(Value::is_null) {
        policy.shift_remove("description");
    }
}

fn status_of(body: &Object) -> Option<&'static str> {
    match body.get("status").and_then(Value::as_str) {
        Some("ACTIVE") => Some("ACTIVE"),
        Some("INACTIVE") => Some("INACTIVE"),
        _ => None,
    }
}

/// System policies and rules cannot be switched off or deleted.
fn read_only() -> Refusal {
    Refusal::new(
        403,
        "E0000111",
        "The object is read-only and cannot be modified or deleted.",
    )
}

fn show(policy: &Policy, call: &Call<'_>) -> Value {
    let mut body = policy.body.clone();
    body.shift_remove(FIXED);
    let this = format!("{}/api/v1/policies/{}", call.base, policy.text("id"));
    let hint = |allow: &[&str]| json!({ "allow": allow });
    let fixed = policy.is_fixed();
    let allowed: &[&str] = if fixed {
        &["GET", "PUT"]
    } else {
        &["GET", "PUT", "DELETE"]
    };
    let mut links = json!({
        "self": { "href": this, "hints": hint(allowed) },
        "rules": { "href": format!("{this}/rules"), "hints": hint(&["GET", "POST"]) },
    });
    if !fixed {
        links["mappings"] = json!({ "href": format!("{this}/mappings"), "hints": hint(&["GET", "POST"]) });
        let turn = turn_of(policy.text("status"));
        links[turn] = json!({ "href": format!("{this}/lifecycle/{turn}"), "hints": hint(&["POST"]) });
    }
    body.insert("_links".into(), links);
    if call.expands("rules") {
        let rules: Vec<Value> = rules::in_order(policy)
            .into_iter()
            .map(|rule| rules::show(rule, policy.text("id"), call.base))
            .collect();
        body.insert("_embedded".into(), json!({ "rules": rules }));
    }
    Value::Object(body)
}

/// The lifecycle call that is open to something with this status.
fn turn_of(status: &str) -> &'static str {
    if status == "INACTIVE" { "activate" } else { "deactivate" }
}
