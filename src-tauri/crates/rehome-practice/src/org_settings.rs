//! The org as a whole: its settings, self-service features, rate limit settings, governance opt-in.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    Engine,
    clock::stamp,
    errors::{Refusal, invalid, not_found},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::Org,
};

/// A self-service feature: id, name, description, stage, on from the start.
const FEATURES: [(&str, &str, &str, &str, bool); 4] = [
    (
        "ftrPracticeRoles0001",
        "Custom admin roles for hooks",
        "Custom admin roles may hold permissions to view and manage inline hooks and event hooks.",
        "EA",
        false,
    ),
    (
        "ftrPracticeTrust0002",
        "Native to Web SSO",
        "Carries a session from a native app to a web app by a one-way trust token.",
        "EA",
        false,
    ),
    (
        "ftrPracticePush00003",
        "Group push by API",
        "Group push mappings can be made and moved through the API.",
        "BETA",
        true,
    ),
    (
        "ftrPracticeClaims004",
        "Federated claims",
        "Apps send claims that are defined apart from their sign-on settings.",
        "EA",
        true,
    ),
];

/// Settings that can be changed by a partial body, with what they begin as.
fn initial(path: &str) -> Option<Value> {
    Some(match path {
        "admin-notifications" => json!({ "notificationsEnabled": true }),
        "warning-threshold" => json!({ "warningThreshold": 90 }),
        "per-client" => json!({ "defaultMode": "ENFORCE",
            "useCaseModeOverrides": { "LOGIN_PAGE": "ENFORCE", "OAUTH2_AUTHORIZE": "ENFORCE", "OIE_APP_INTENT": "ENFORCE" } }),
        _ => return None,
    })
}

/// Recorded in March 2025 and not later.
const OP4W_GONE: Date = date(2025, 6, 1);

impl Org {
    pub(crate) fn well_known(&self, call: &Call<'_>) -> Reply {
        let pipeline = match self.options.engine {
            Engine::Classic => "v1",
            Engine::Identity => "idx",
        };
        let mut about = json!({
            "id": self.id,
            "cell": "practice",
            "_links": { "organization": { "href": call.base } },
            "pipeline": pipeline,
            "settings": { "analyticsCollectionEnabled": false, "bugReportingEnabled": false, "omEnabled": false,
                "pssoEnabled": false, "desktopMFAEnabled": false, "itpEnabled": false },
        });
        let early = self.options.as_of.is_some_and(|day| day < OP4W_GONE);
        if early && self.options.engine == Engine::Identity {
            about["settings"]["op4wEnabled"] = json!(false);
        }
        Reply::json(about)
    }

    /// GET; POST changes what is named, PUT the rest of the address goes to null with it.
    pub(crate) fn org_settings(&mut self, call: &Call<'_>) -> Answer {
        const OPEN: [&str; 11] = [
            "companyName",
            "website",
            "phoneNumber",
            "endUserSupportHelpURL",
            "supportPhoneNumber",
            "address1",
            "address2",
            "city",
            "state",
            "country",
            "postalCode",
        ];
        let mut org = self.directory.settings.get("org").cloned().unwrap_or_else(|| {
            json!({
                "id": self.id, "subdomain": "northwind", "companyName": crate::seed::COMPANY, "status": "ACTIVE",
                "website": "https://northwind.example", "phoneNumber": null, "endUserSupportHelpURL": null,
                "supportPhoneNumber": null, "address1": null, "address2": null, "city": null, "state": null,
                "country": null, "postalCode": null, "created": "2019-01-14T09:00:00.000Z",
                "lastUpdated": "2019-01-14T09:00:00.000Z", "expiresAt": null,
            })
        });
        if call.method != "GET" {
            let body = object_body(call)?;
            for field in OPEN {
                match body.get(field) {
                    Some(value) => org[field] = value.clone(),
                    None if call.method == "PUT" && field != "companyName" => org[field] = Value::Null,
                    None => {}
                }
            }
            org["lastUpdated"] = json!(stamp(call.at));
            self.directory.settings.insert("org".into(), org.clone());
        }
        let link = |path: &str| json!({ "href": format!("{}/api/v1/org/{path}", call.base) });
        let mut logo = link("logo");
        logo["hints"] = json!({ "allow": ["POST"] });
        org["_links"] = json!({ "uploadLogo": logo, "contacts": link("contacts"), "preferences": link("preferences"),
            "oktaCommunication": link("privacy/oktaCommunication"), "oktaSupport": link("privacy/oktaSupport") });
        Ok(Reply::json(org))
    }

    fn feature_is_on(&self, id: &str, from_start: bool) -> bool {
        self.directory.switched_features.get(id).copied().unwrap_or(from_start)
    }

    fn show_self_service(&self, call: &Call<'_>, feature: &(&str, &str, &str, &str, bool)) -> Value {
        let (id, name, description, stage, from_start) = feature;
        let this = format!("{}/api/v1/features/{id}", call.base);
        let on = self.feature_is_on(id, *from_start);
        let mut links = json!({ "self": { "href": this }, "dependents": { "href": format!("{this}/dependents") },
            "dependencies": { "href": format!("{this}/dependencies") } });
        let turn = if on { "disable" } else { "enable" };
        links[turn] = json!({ "href": format!("{this}/{turn}"), "hints": { "allow": ["POST"] } });
        let mut stage = json!({ "value": stage });
        if stage["value"] == "BETA" {
            stage["state"] = json!("OPEN");
        }
        json!({ "id": id, "name": name, "description": description, "type": "self-service", "stage": stage,
            "status": if on { "ENABLED" } else { "DISABLED" }, "_links": links })
    }

    pub(crate) fn list_self_service(&self, call: &Call<'_>) -> Reply {
        Reply::json(FEATURES.iter().map(|it| self.show_self_service(call, it)).collect())
    }

    /// Reads a feature, or switches it first (`enable`, `disable`).
    pub(crate) fn self_service(&mut self, call: &Call<'_>, id: &str, turn: Option<bool>) -> Answer {
        let feature = FEATURES.iter().find(|(known, ..)| *known == id);
        let feature = feature.ok_or_else(|| not_found(id, "Feature"))?;
        if let Some(on) = turn {
            self.directory.switched_features.insert(id.to_owned(), on);
        }
        Ok(Reply::json(self.show_self_service(call, feature)))
    }

    pub(crate) fn rate_limit_setting(&mut self, call: &Call<'_>, name: &str) -> Answer {
        let initial = initial(name).ok_or_else(|| not_found(name, "RateLimitSetting"))?;
        let mut value = self.directory.settings.get(name).cloned().unwrap_or(initial);
        if call.method == "PUT" {
            let body = object_body(call)?;
            let Some(known) = value.as_object_mut() else {
                return Err(not_found(name, "RateLimitSetting"));
            };
            for (field, slot) in known.iter_mut() {
                if let Some(new) = body.get(field) {
                    *slot = new.clone();
                }
            }
            if value["warningThreshold"]
                .as_i64()
                .is_some_and(|it| !(30..=90).contains(&it))
            {
                return Err(invalid(
                    "warningThreshold",
                    "warningThreshold: The value must be between 30 and 90",
                ));
            }
            self.directory.settings.insert(name.to_owned(), value.clone());
        }
        Ok(Reply::json(value))
    }

    pub(crate) fn governance_opt_in(&mut self, call: &Call<'_>, turn: Option<&str>) -> Answer {
        if let Some(state) = turn {
            self.directory.settings.insert("optIn".into(), json!(state));
        }
        let state = self.directory.settings.get("optIn").cloned();
        Ok(Reply::json(
            json!({ "optInStatus": state.unwrap_or_else(|| json!("OPTED_OUT")),
            "_links": { "optInStatus": { "href": format!("{}/api/v1/iam/governance/optIn", call.base) } } }),
        ))
    }

    /// Governance bundles need a licence that this org has once it has opted in; they are kept, nothing acts on them.
    pub(crate) fn governance_bundles(&mut self, call: &Call<'_>, own: Option<&str>) -> Answer {
        let key = |id: &str| format!("bundle.{id}");
        let missing = |id: &str| -> Refusal { not_found(id, "GovernanceBundle") };
        let this = format!("{}/api/v1/iam/governance/bundles", call.base);
        match (call.method, own) {
            ("GET", None) => {
                let all = self
                    .directory
                    .settings
                    .iter()
                    .filter(|(key, _)| key.starts_with("bundle."));
                let all: Vec<&Value> = all.map(|(_, it)| it).collect();
                Ok(Reply::json(
                    json!({ "bundles": all, "_links": { "self": { "href": this } } }),
                ))
            }
            ("DELETE", Some(id)) => match self.directory.settings.remove(&key(id)) {
                Some(_) => Ok(Reply::empty()),
                None => Err(missing(id)),
            },
            ("GET", Some(id)) => {
                let found = self.directory.settings.get(&key(id)).cloned();
                found.map(Reply::json).ok_or_else(|| missing(id))
            }
            _ => {
                let body = object_body(call)?;
                let id = match own {
                    Some(id) if !self.directory.settings.contains_key(&key(id)) => return Err(missing(id)),
                    Some(id) => id.to_owned(),
                    None => self.ids.next("enb"),
                };
                let bundle = json!({ "id": id, "name": body.get("name"), "description": body.get("description"), "status": "ACTIVE",
                    "orn": format!("orn:okta:governance:{}:entitlement-bundles:{id}", self.id),
                    "_links": { "self": { "href": format!("{this}/{id}") }, "entitlements": { "href": format!("{this}/{id}/entitlements") } } });
                self.directory.settings.insert(key(&id), bundle.clone());
                Ok(Reply::json(bundle))
            }
        }
    }
}
