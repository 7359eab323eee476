//! Each planted problem is really in the data, as the API shows it, in companies of any size and on both engines.

use std::collections::{BTreeMap, BTreeSet};

use rehome_practice::{
    Engine, ExportStyle, Options,
    seed::{self, Found, Planted},
};
use serde_json::{Value, json};

use crate::{Bench, manual};

/// Everything that the checks look at, by the API.
struct Company {
    bench: Bench,
    users: BTreeMap<String, Value>,
    /// By label.
    apps: BTreeMap<String, App>,
    rules: Vec<Value>,
    group_rules: Vec<Value>,
    /// Successful sign-ins of the last sixty days, and refused ones: app and user.
    used: BTreeSet<(String, String)>,
    refused: BTreeSet<(String, String)>,
    export: Vec<Vec<String>>,
}

struct App {
    id: String,
    body: Value,
    users: BTreeMap<String, Value>,
    schema: Value,
    rules: Value,
    pushes: Vec<Value>,
}

impl App {
    fn property(&self, name: &str) -> &Value {
        let parts = ["custom", "base"].map(|part| &self.schema["definitions"][part]["properties"][name]);
        parts.into_iter().find(|it| !it.is_null()).unwrap_or(&Value::Null)
    }

    fn value(&self, user: &str, name: &str) -> &Value {
        self.users.get(user).map_or(&Value::Null, |it| &it["profile"][name])
    }

    fn user_name(&self, user: &str) -> &str {
        self.users[user]["credentials"]["userName"]
            .as_str()
            .expect("a username")
    }

    fn rule(&self, name: &str) -> &str {
        self.rules[name]["expression"].as_str().unwrap_or("")
    }

    fn has(&self, feature: &str) -> bool {
        let mut features = self.body["features"].as_array().into_iter().flatten();
        features.any(|it| it == feature)
    }
}

impl Company {
    async fn read(options: Options) -> Self {
        let bench = Bench::with(options.clone()).await;
        let users = bench.all("/api/v1/users?search=id+pr&limit=200").await;
        let by_id = |list: Vec<Value>| -> BTreeMap<String, Value> {
            list.into_iter()
                .map(|it| (it["id"].as_str().expect("an id").to_owned(), it))
                .collect()
        };
        let pairs: BTreeSet<&str> = bench
            .control()
            .planted()
            .iter()
            .flat_map(|it| [it.pair.0, it.pair.1])
            .collect();
        let mut apps = BTreeMap::new();
        for body in bench.all("/api/v1/apps?limit=200").await {
            let (id, label) = (text(&body["id"]).to_owned(), text(&body["label"]).to_owned());
            if !pairs.contains(label.as_str()) && !["Slack", "Help Desk Reports"].contains(&label.as_str()) {
                continue;
            }
            let mapping = bench.all(&format!("/api/v1/mappings?targetId={id}")).await.remove(0);
            let mapping = bench
                .get(&format!("/api/v1/mappings/{}", text(&mapping["id"])))
                .await
                .ok();
            let app = App {
                users: by_id(bench.all(&format!("/api/v1/apps/{id}/users?limit=500")).await),
                schema: bench.get(&format!("/api/v1/meta/schemas/apps/{id}/default")).await.ok(),
                rules: mapping["properties"].clone(),
                pushes: bench.all(&format!("/api/v1/apps/{id}/group-push/mappings")).await,
                body,
                id,
            };
            apps.insert(label, app);
        }
        let mut rules = Vec::new();
        let mut kinds = vec!["IDP_DISCOVERY", "MFA_ENROLL"];
        if options.engine == Engine::Identity {
            kinds.push("ACCESS_POLICY");
        }
        for kind in kinds {
            for policy in bench.all(&format!("/api/v1/policies?type={kind}")).await {
                rules.extend(
                    bench
                        .all(&format!("/api/v1/policies/{}/rules", text(&policy["id"])))
                        .await,
                );
            }
        }
        let group_rules = bench.all("/api/v1/groups/rules?limit=200").await;
        let (mut used, mut refused) = (BTreeSet::new(), BTreeSet::new());
        let since = bench.control().now() - jiff::SignedDuration::from_hours(24 * 60);
        let log = format!(
            "/api/v1/logs?limit=1000&since={}&until={}&filter=eventType+eq+%22user.authentication.sso%22",
            bench.control().now() - jiff::SignedDuration::from_hours(24 * 100),
            bench.control().now(),
        );
        for event in bench.all(&log).await {
            let target = |kind: &str| {
                let mut targets = event["target"].as_array().into_iter().flatten();
                targets
                    .find(|it| it["type"] == kind)
                    .map(|it| text(&it["id"]).to_owned())
            };
            let one = (
                target("AppInstance").expect("an app"),
                text(&event["actor"]["id"]).to_owned(),
            );
            let at: jiff::Timestamp = text(&event["published"]).parse().expect("a time");
            match event["outcome"]["result"] == "SUCCESS" {
                true if at > since => drop(used.insert(one)),
                true => {}
                false => drop(refused.insert(one)),
            }
        }
        let export = bench.control().export(&bench.old(), ExportStyle::Plain);
        let export = String::from_utf8(export).expect("UTF-8");
        let export = export
            .lines()
            .map(|line| line.split(',').map(str::to_owned).collect())
            .collect();
        Self {
            users: by_id(users),
            apps,
            rules,
            group_rules,
            used,
            refused,
            export,
            bench,
        }
    }

    fn profile(&self, user: &str, attribute: &str) -> &str {
        let found = self
            .users
            .get(user)
            .unwrap_or_else(|| panic!("{user} of {}", self.users.len()));
        text(&found["profile"][attribute])
    }

    fn rule(&self, id: &str) -> &Value {
        self.rules
            .iter()
            .chain(&self.group_rules)
            .find(|it| it["id"] == id)
            .expect("a rule")
    }

    async fn names_old(&self, path: &str) -> bool {
        let body = self.bench.get(path).await.ok();
        body.to_string().contains(&self.apps["Zendesk (2019)"].id)
    }

    /// Whether the export has this address, as it is.
    fn exported(&self, address: &str) -> usize {
        self.export
            .iter()
            .filter(|row| row[1].to_lowercase() == address.to_lowercase())
            .count()
    }

    /// Whether a problem is there, for each of its subjects.
    async fn shows(&self, it: &Planted) -> bool {
        let (old, new) = (&self.apps[it.pair.0], &self.apps[it.pair.1]);
        let all = |check: &dyn Fn(&str) -> bool| it.subjects.iter().all(|subject| check(subject));
        let status = |user: &str| text(&self.users[user]["status"]).to_owned();
        let one = |user: &str| (old.id.clone(), user.to_owned());
        let variable = text(&old.schema["name"]);
        let first = it.subjects[0].as_str();
        let off = |feature: &str| old.has(feature) && !new.has(feature);
        let email = |user: &str| self.profile(user, "email");
        let template = |app: &App| text(&app.body["credentials"]["userNameTemplate"]["template"]).to_owned();
        let signing = |app: &App| text(&app.body["credentials"]["signing"]["kid"]).to_owned();
        match it.key {
            "case-only" => all(&|it| old.user_name(it) != email(it) && old.user_name(it).to_lowercase() == email(it)),
            "different-email" | "email-alias" => all(&|it| old.user_name(it).to_lowercase() != email(it)),
            "different-manual" | "typed-usernames" => all(&|it| old.user_name(it) != self.profile(it, "login")),
            "blank" => all(&|it| self.users[it]["profile"]["email"].is_null()),
            "unicode-form" => all(&|it| {
                let name = old.user_name(it);
                name.contains('\u{301}') && name.replace("e\u{301}", "\u{e9}") == email(it)
            }),
            "old-domain" => all(&|it| old.user_name(it) == email(it).replace("@northwind.", "@northwind-old.")),
            "collision" => email(first) == email(&it.subjects[1]),
            "collision-lowered" | "collision-case" => {
                let [one, other] = [email(first), email(&it.subjects[1])];
                one != other && one.to_lowercase() == other.to_lowercase()
            }
            "collision-unicode" | "collision-form" => {
                let [one, other] = [email(first), email(&it.subjects[1])];
                one != other && one == other.replace("e\u{301}", "\u{e9}")
            }
            "collision-taken" | "account-taken" => all(&|it| {
                let mut others = new.users.iter().filter(|(id, _)| !old.users.contains_key(*id));
                others.any(|(_, other)| other["credentials"]["userName"] == email(it))
            }),
            "too-long" => {
                template(new).contains(".extern.salesforce.northwind.example")
                    && all(&|it| {
                        let login = self.profile(it, "login");
                        self.profile(it, "userType") == "contractor" && login.len() <= 100 && login.len() + 36 > 100
                    })
            }
            "value-diverged" | "value-changes" => {
                all(&|it| old.value(it, "timezone") != self.profile(it, "timezone"))
                    && old
                        .users
                        .keys()
                        .filter(|it| old.value(it, "timezone") != self.profile(it, "timezone"))
                        .count()
                        == it.subjects.len()
                    && old.rules["timezone"]["pushStatus"] == "DONT_PUSH"
            }
            "phone-changes" => all(&|it| text(old.value(it, "phone")) != self.profile(it, "primaryPhone")),
            "tags-joined" => {
                new.property("tags")["union"] == "DISABLE"
                    && all(&|it| old.value(it, "tags").as_array().is_some_and(|tags| tags.len() > 2))
            }
            "brand-lost" => {
                new.property("legacyBrand").is_null() && all(&|it| old.value(it, "legacyBrand").is_string())
            }
            "suspended" => all(&|it| status(it) == "SUSPENDED"),
            "never-activated" => all(&|it| status(it) == "PROVISIONED" && self.users[it]["lastLogin"].is_null()),
            "never-signed-in" => all(&|it| status(it) == "ACTIVE" && self.users[it]["lastLogin"].is_null()),
            "not-used" => all(&|it| {
                self.users[it]["lastLogin"].is_string()
                    && !self.used.contains(&one(it))
                    && !self.refused.contains(&one(it))
            }),
            "refused-only" => all(&|it| !self.used.contains(&one(it)) && self.refused.contains(&one(it))),
            "service-account" => all(&|it| {
                let name = old.user_name(it);
                name.starts_with("svc-") || name.contains("-integration@") || name.starts_with("kiosk.")
            }),
            "break-glass" => all(&|it| old.user_name(it).starts_with("break-glass@")),
            "old-variable" => self.apps["Slack"].rule("title").contains(variable) && first == self.apps["Slack"].id,
            "template-names-old" => template(&self.apps["Help Desk Reports"]).contains(variable),
            "statement-names-old" => {
                let statements = &self.apps["Help Desk Reports"].body["settings"]["signOn"]["attributeStatements"];
                statements.to_string().contains(variable)
            }
            "routing-names-old" | "enrolment-names-old" => {
                all(&|it| self.rule(it)["conditions"]["app"]["include"][0] == json!({ "type": "APP", "id": old.id }))
            }
            "group-rule-names-old" => all(&|it| {
                self.rule(it)["conditions"]["expression"]["value"]
                    .to_string()
                    .contains(variable)
            }),
            "imported-group" => {
                let groups = self.bench.all("/api/v1/groups?filter=type+eq+%22APP_GROUP%22").await;
                let group = groups.iter().find(|it| it["id"] == first).expect("the group");
                group["source"]["id"] == old.id.as_str()
                    && text(&group["_links"]["source"]["href"]).ends_with(&old.id)
                    && self
                        .group_rules
                        .iter()
                        .any(|rule| rule["conditions"].to_string().contains(first))
            }
            "hook-names-old" => self.names_old(&format!("/api/v1/eventHooks/{first}")).await,
            "brand-names-old" => {
                let brands = self.bench.all("/api/v1/brands").await;
                brands[0]["id"] == first && brands[0]["defaultApp"]["appInstanceId"] == old.id.as_str()
            }
            "client-condition" => {
                let server = self.bench.all("/api/v1/authorizationServers").await.remove(0);
                let path = format!("/api/v1/authorizationServers/{}/policies", text(&server["id"]));
                let policies = self.bench.all(&path).await;
                let policy = policies.iter().find(|it| it["id"] == first).expect("the policy");
                policy["conditions"]["clients"]["include"]
                    == json!([old.body["credentials"]["oauthClient"]["client_id"]])
            }
            "rule-names-imported" => {
                let groups = self.bench.all("/api/v1/groups?filter=type+eq+%22APP_GROUP%22").await;
                let words = self.rule(first)["conditions"].to_string();
                let mut imported = groups.iter().filter(|it| it["source"]["id"] == old.id.as_str());
                imported.any(|it| words.contains(text(&it["id"])))
            }
            "default-policy" => old.body["_links"]["accessPolicy"] != new.body["_links"]["accessPolicy"],
            "provisioning-first" => off("PUSH_NEW_USERS"),
            "required-and-blank" => new.property("costCentre")["required"] == true && new.rule("costCentre").is_empty(),
            "page-differs" => old.body["settings"]["app"]["url"] != new.body["settings"]["app"]["url"],
            "inline-hook" => {
                let hooks = |app: &App| app.body["settings"]["signOn"]["inlineHooks"].clone();
                self.bench.get(&format!("/api/v1/inlineHooks/{first}")).await.ok();
                hooks(old) == json!([{ "id": first }]) && hooks(new) == json!([])
            }
            "policy-has-rules" => {
                let policy = |app: &App| text(&app.body["_links"]["accessPolicy"]["href"]).to_owned();
                let rules = self.bench.all(&format!("{}/rules", policy(old))).await;
                let words = json!(rules).to_string();
                policy(old) != policy(new)
                    && rules.len() == 3
                    && ["\"ZONE\"", "\"DENY\"", "elCondition", "\"groups\"", "PT0S"]
                        .iter()
                        .all(|it| words.contains(it))
            }
            "pushes-groups" => all(&|it| old.pushes.iter().any(|push| push["id"] == it)),
            "push-by-both" => all(&|it| {
                [old, new]
                    .iter()
                    .all(|app| app.pushes.iter().any(|push| push["sourceGroupId"] == it))
            }),
            "push-and-assigned" => {
                let groups = self.bench.control().app_groups(&old.id);
                all(&|it| {
                    old.pushes.iter().any(|push| push["sourceGroupId"] == it)
                        && groups.iter().any(|group| group.0 == it)
                })
            }
            "push-fails" => all(&|it| {
                let mut pushes = old.pushes.iter();
                pushes.any(|push| {
                    push["sourceGroupId"] == it && push["status"] == "ERROR" && push["errorSummary"].is_string()
                })
            }),
            "imports-less" => off("IMPORT_PROFILE_UPDATES"),
            "no-account" => all(&|it| self.exported(old.user_name(it)) == 0),
            "account-twice" => all(&|it| self.exported(old.user_name(it)) == 2),
            "account-inactive" => all(&|it| {
                let row = self.export.iter().find(|row| row[1] == old.user_name(it));
                row.is_some_and(|row| row.contains(&"suspended".to_owned()))
            }),
            "account-without-person" => {
                all(&|it| self.exported(it) == 1 && !old.users.keys().any(|user| old.user_name(user) == it))
            }
            "zoom-creates-not" | "slack-creates-not" | "create-users-off" => off("PUSH_NEW_USERS"),
            "zoom-deactivates" | "old-deactivates" | "provisioning-deactivates" => old.has("PUSH_USER_DEACTIVATION"),
            "zoom-imports-not" => {
                let schedule = async |app: &App| {
                    let path = format!("/api/v1/apps/{}/features/INBOUND_PROVISIONING", app.id);
                    self.bench.get(&path).await.ok()["capabilities"]["importSettings"]["schedule"]["status"].clone()
                };
                off("IMPORT_NEW_USERS") && schedule(old).await == "ENABLED" && schedule(new).await == "DISABLED"
            }
            "no-external-id" => {
                all(&|it| old.users[it]["externalId"].is_null())
                    && old.users.values().filter(|it| it["externalId"].is_null()).count() == it.subjects.len()
            }
            "licence-renamed" => old.property("licenseType")["enum"] != new.property("licenseType")["enum"],
            "licence-unmatched" => all(&|it| old.value(it, "licenseType") == "corp"),
            "boolean-unmapped" => {
                old.property("largeMeeting")["type"] == "boolean" && new.rule("largeMeeting").is_empty()
            }
            "integer-unmapped" => {
                old.property("webinarCapacity")["type"] == "integer" && new.rule("webinarCapacity").is_empty()
            }
            "connection-off" => {
                let status = async |app: &App| {
                    let path = format!("/api/v1/apps/{}/connections/default", app.id);
                    self.bench.get(&path).await.ok()["status"].clone()
                };
                status(old).await == "ENABLED" && status(new).await == "DISABLED"
            }
            "slack-updates-not" | "profile-push-off" => off("PUSH_PROFILE_UPDATES"),
            "one-or-several" => signing(old) != signing(new) && old.body["signOnMode"] == "SAML_2_0",
            "template-differs" => template(old) != template(new),
            "sign-on-differs" => old.body["settings"]["signOn"] != new.body["settings"]["signOn"],
            "attributes-differ" => {
                old.schema["definitions"]["base"]["properties"] != new.schema["definitions"]["base"]["properties"]
            }
            "features-differ" => off("OPP_SCIM_INCREMENTAL_IMPORTS"),
            "role-by-hand" => all(&|it| old.value(it, "role") == "admin"),
            "profile-by-hand" => all(&|it| old.value(it, "Profile") == "Service Cloud"),
            "certificate-ended" | "certificate-ends" => {
                let key = format!("/api/v1/apps/{}/credentials/keys/{}", old.id, signing(old));
                let ends: jiff::Timestamp = text(&self.bench.get(&key).await.ok()["expiresAt"])
                    .parse()
                    .expect("a time");
                (ends < self.bench.control().now()) == (it.key == "certificate-ended")
            }
            "new-app-has-people" => !new.users.is_empty(),
            "required-blank" => {
                new.property("CostCenter")["required"] == true && all(&|it| self.profile(it, "costCenter").is_empty())
            }
            "title-too-long" => {
                let most = new.property("Title")["maxLength"].as_u64().expect("a limit") as usize;
                old.users
                    .keys()
                    .all(|user| (self.profile(user, "title").len() > most) == it.subjects.contains(user))
            }
            "not-an-address" => {
                new.property("ManagerEmail")["format"] == "email"
                    && old
                        .users
                        .keys()
                        .all(|user| self.profile(user, "manager").contains('@') != it.subjects.contains(user))
            }
            "not-a-country-code" => {
                new.property("CountryCode")["format"] == "country-code"
                    && old
                        .users
                        .keys()
                        .all(|user| (self.profile(user, "state").len() == 2) != it.subjects.contains(user))
            }
            "profile-unmatched" => all(&|it| old.value(it, "Profile") == "Legacy Partner"),
            "profile-renamed" => old.property("Profile")["enum"] != new.property("Profile")["enum"],
            "list-unmapped" => {
                let list = new.property("PermissionSets");
                list["type"] == "array"
                    && new.rule("PermissionSets").is_empty()
                    && old.users.keys().all(|it| old.value(it, "PermissionSets").is_array())
            }
            "key-shared" => signing(old) == signing(new),
            "profile-source" => old.has("PROFILE_MASTERING") && !new.has("PROFILE_MASTERING"),
            "federation-broker" => {
                let everybody = |app: &App| app.body["settings"]["implicitAssignment"] == true;
                everybody(old) && !everybody(new)
            }
            "governance" => new.body["settings"]["emOptInStatus"] == "ENABLED" && new.has("ENTITLEMENT_MANAGEMENT"),
            // What the tests beside this one look at.
            "capabilities-differ"
            | "duplicate-name"
            | "deactivated-member"
            | "overrides-group"
            | "two-groups"
            | "individual-values"
            | "organization-too-long"
            | "role-renamed"
            | "attribute-renamed"
            | "attribute-missing"
            | "mapping-changed"
            | "policy-differs"
            | "sign-on-rules-differ"
            | "redirect-differs"
            | "client-differs"
            | "swa-passwords"
            | "shared-account-differs"
            | "realm-differs"
            | "required-and-unmapped"
            | "address-differs"
            | "imports-differ"
            | "matches-by-id" => true,
            key => panic!("nobody looks at {key}"),
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

/// What only one of the engines has.
fn foreign(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Identity => &["sign-on-rules-differ"],
        Engine::Classic => &["policy-differs", "policy-has-rules", "default-policy"],
    }
}

async fn all_planted(people: u32, engine: Engine, seed: u64) {
    let company = Company::read(Options {
        people,
        engine,
        seed,
        ..manual()
    })
    .await;
    let planted = company.bench.control().planted();
    for known in seed::planted() {
        let found = planted.iter().find(|it| it.key == known.key && it.pair == known.pair);
        let there = found.is_some_and(|it| !it.subjects.is_empty());
        assert!(
            there != foreign(engine).contains(&known.key),
            "{people}, seed {seed}: {}",
            known.key
        );
    }
    for it in &planted {
        assert!(company.shows(it).await, "{people}, seed {seed}: {it:?}");
        let people_only = matches!(
            it.found,
            Found::Usernames(_) | Found::Gap(_) | Found::Difference(_) | Found::Predictor(_) | Found::Suspect(_)
        );
        let there = |user: &String| company.apps[it.pair.0].users.contains_key(user);
        assert!(
            !people_only || it.subjects.iter().all(there),
            "{}: somebody is not on the old app",
            it.key
        );
        let each: BTreeSet<&String> = it.subjects.iter().collect();
        assert_eq!(each.len(), it.subjects.len(), "{}: somebody twice", it.key);
    }
    nothing_else(&company, &planted);
}

/// Nobody is odd by accident.
fn nothing_else(company: &Company, planted: &[Planted]) {
    let subjects = |pair: (&str, &str), found: &dyn Fn(Found) -> bool| -> BTreeSet<String> {
        let about = planted.iter().filter(|it| it.pair == pair && found(it.found));
        about.flat_map(|it| it.subjects.clone()).collect()
    };
    for pair in planted.iter().map(|it| it.pair).collect::<BTreeSet<_>>() {
        let old = &company.apps[pair.0];
        let suspects = subjects(pair, &|found| matches!(found, Found::Suspect(_)));
        for (id, it) in &old.users {
            let user = &company.users[id];
            let at_work = user["status"] != "SUSPENDED"
                && user["lastLogin"].is_string()
                && company.used.contains(&(old.id.clone(), id.clone()));
            assert!(at_work || suspects.contains(id), "{pair:?}: {user}");
            assert!(text(&it["credentials"]["userName"]).chars().count() <= 100);
        }
        let names: BTreeSet<String> = old.users.keys().map(|it| folded(old.user_name(it))).collect();
        assert_eq!(
            names.len(),
            old.users.len(),
            "{pair:?}: the usernames that are there do not collide"
        );
    }
    let collisions: BTreeSet<String> = planted
        .iter()
        .filter(|it| it.found == Found::Usernames("Collision"))
        .flat_map(|it| it.subjects.clone())
        .collect();
    let mut owners: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for (id, user) in &company.users {
        let email = folded(text(&user["profile"]["email"]));
        owners.entry(email).or_default().push(id);
    }
    for (email, ids) in owners
        .into_iter()
        .filter(|(email, ids)| !email.is_empty() && ids.len() > 1)
    {
        assert!(ids.iter().all(|id| collisions.contains(*id)), "{email}: {ids:?}");
    }
}

/// In lower case, accents composed: the only ones that are decomposed are acute ones on an e.
fn folded(name: &str) -> String {
    name.replace("e\u{301}", "\u{e9}").to_lowercase()
}

#[tokio::test]
async fn each_planted_problem_is_in_a_small_company() {
    for seed in [1, 7] {
        all_planted(60, Engine::Identity, seed).await;
    }
}

#[tokio::test]
async fn each_planted_problem_is_in_a_company_on_classic() {
    all_planted(200, Engine::Classic, 1).await;
}

#[tokio::test]
async fn each_planted_problem_is_in_a_large_company() {
    all_planted(2000, Engine::Identity, 3).await;
}
