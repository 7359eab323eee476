//! Provisioning: the boxes of an app's Provisioning page, and the features API, which Okta offers for six apps only.

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    Behaviour,
    clock::after,
    errors::{Refusal, invalid, not_found},
    jobs::Work,
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::{App, Org},
};

/// Apps with a provisioning API.
pub(crate) const SUPPORTED: [&str; 6] = ["google", "office365", "okta_org2org", "slack", "zoomus", "zscalerbyz"];

impl Org {
    /// Ticks or unticks one box. The API's `features` follows at once, or after the app's lag.
    pub(crate) fn tick(&mut self, id: &str, feature: &str, on: bool, at: Timestamp) {
        let Some(app) = self.apps.get_mut(id) else { return };
        if on {
            app.features.insert(feature.to_owned());
        } else {
            app.features.remove(feature);
        }
        self.features_changed(id, at);
    }

    pub(crate) fn features_changed(&mut self, id: &str, at: Timestamp) {
        let own = self.apps.get(id).map(|app| app.features_lag).unwrap_or_default();
        let lag = if self.behaves(Behaviour::FeaturesLag) {
            own.max(Duration::from_secs(60))
        } else {
            own
        };
        if lag.is_zero() {
            self.show_features(id);
        } else {
            self.jobs.add(after(at, lag), Work::ShowFeatures { app: id.to_owned() });
        }
    }

    /// Lets the app object say what the boxes say, in the old order, unless the app was told to lie.
    pub(crate) fn show_features(&mut self, id: &str) {
        let outlive = self.behaves(Behaviour::FeaturesOutliveIntegration);
        let Some(app) = self.apps.get_mut(id) else { return };
        if outlive && app.saved_features.is_some() {
            return;
        }
        let shown = match &app.lie {
            Some(lie) => lie.clone(),
            None => {
                let before = app
                    .raw
                    .get("features")
                    .and_then(Value::as_array)
                    .cloned()
                    .unwrap_or_default();
                let kept = before
                    .iter()
                    .filter_map(Value::as_str)
                    .filter(|it| app.features.contains(*it));
                let mut shown: Vec<String> = kept.map(str::to_owned).collect();
                let new: Vec<&String> = app.features.iter().filter(|it| !shown.contains(it)).collect();
                let new: Vec<String> = new.into_iter().cloned().collect();
                shown.extend(new);
                shown
            }
        };
        app.raw.insert("features".into(), json!(shown));
    }

    fn with_api(&self, id: &str) -> Result<&App, Refusal> {
        let app = self.known_app(id)?;
        if !SUPPORTED.contains(&app.name()) || !app.connected() {
            return Err(invalid("feature", "Provisioning is not enabled for the app instance."));
        }
        Ok(app)
    }

    pub(crate) fn list_features(&self, call: &Call<'_>, id: &str) -> Answer {
        let app = self.with_api(id)?;
        let list: Vec<Value> = ["USER_PROVISIONING", "INBOUND_PROVISIONING"]
            .iter()
            .filter_map(|it| show(app, it, call.base))
            .collect();
        Ok(Reply::json(Value::Array(list)))
    }

    pub(crate) fn read_feature(&self, call: &Call<'_>, id: &str, feature: &str) -> Answer {
        let app = self.with_api(id)?;
        show(app, feature, call.base)
            .map(Reply::json)
            .ok_or_else(|| not_found(feature, "Feature"))
    }

    pub(crate) fn update_feature(&mut self, call: &Call<'_>, id: &str, feature: &str) -> Answer {
        show(self.with_api(id)?, feature, call.base).ok_or_else(|| not_found(feature, "Feature"))?;
        let body = Value::Object(object_body(call)?.into_owned());
        if feature == "INBOUND_PROVISIONING" {
            let parts = self.apps.get_mut(id).map(|app| &mut app.parts);
            if let Some(parts) = parts {
                parts.inbound = Some(inbound(parts.inbound.take(), &body));
            }
            return self.read_feature(call, id, feature);
        }
        if let (Some(app), Some(password)) = (self.apps.get_mut(id), body.pointer("/update/password")) {
            app.parts.password_push = Some(password.clone());
        }
        let wishes = [
            ("/create/lifecycleCreate/status", &["PUSH_NEW_USERS"][..]),
            ("/update/profile/status", &["PUSH_PROFILE_UPDATES"]),
            (
                "/update/lifecycleDeactivate/status",
                &["PUSH_USER_DEACTIVATION", "REACTIVATE_USERS"],
            ),
            ("/update/password/status", &["PUSH_PASSWORD_UPDATES"]),
        ];
        for (path, features) in wishes {
            let Some(status) = body.pointer(path).and_then(Value::as_str) else {
                continue;
            };
            for feature in features {
                self.tick(id, feature, status == "ENABLED", call.at);
            }
        }
        self.read_feature(call, id, feature)
    }

    /// The console's *Enable API integration*.
    pub(crate) fn integrate(&mut self, id: &str, on: bool, at: Timestamp) {
        let Some(app) = self.apps.get_mut(id) else { return };
        if on {
            if let Some(saved) = app.saved_features.take() {
                app.features = saved;
            }
        } else if app.saved_features.is_none() {
            app.saved_features = Some(std::mem::take(&mut app.features));
        }
        self.features_changed(id, at);
    }
}

fn show(app: &App, feature: &str, base: &str) -> Option<Value> {
    let this = format!("{base}/api/v1/apps/{}/features/{feature}", app.id);
    let on = |name: &str| if app.pushes(name) { "ENABLED" } else { "DISABLED" };
    let password = |name: &str, default: &str| {
        let set = app.parts.password_push.as_ref().and_then(|it| it[name].as_str());
        set.unwrap_or(default).to_owned()
    };
    let (description, capabilities) = match feature {
        "USER_PROVISIONING" => (
            "User provisioning settings from Okta to a downstream application",
            json!({
                "create": { "lifecycleCreate": { "status": on("PUSH_NEW_USERS") } },
                "update": {
                    "profile": { "status": on("PUSH_PROFILE_UPDATES") },
                    "lifecycleDeactivate": { "status": on("PUSH_USER_DEACTIVATION") },
                    "password": { "status": on("PUSH_PASSWORD_UPDATES"), "seed": password("seed", "RANDOM"),
                        "change": password("change", "KEEP_EXISTING") },
                },
            }),
        ),
        "INBOUND_PROVISIONING" if app.name() != "zscalerbyz" => (
            "In-bound provisioning settings for provisioning users from an application to Okta",
            app.parts.inbound.clone().unwrap_or_else(|| inbound(None, &Value::Null)),
        ),
        _ => return None,
    };
    Some(json!({
        "name": feature, "status": "ENABLED", "description": description, "capabilities": capabilities,
        "_links": { "self": { "href": this, "hints": { "allow": ["GET", "PUT"] } } },
    }))
}

/// The capabilities of `INBOUND_PROVISIONING`: what was set before, else the defaults, changed by what was sent.
fn inbound(before: Option<Value>, sent: &Value) -> Value {
    let mut capabilities = before.unwrap_or_else(|| {
        json!({
            "importSettings": { "username": { "userNameFormat": "EMAIL" },
                "schedule": { "status": "DISABLED", "fullImport": null, "incrementalImport": null } },
            "importRules": { "userCreateAndMatch": { "exactMatchCriteria": "USERNAME", "allowPartialMatch": true,
                "autoConfirmPartialMatch": false, "autoConfirmExactMatch": false, "autoConfirmNewUsers": false,
                "autoActivateNewUsers": false } },
        })
    });
    overlay(&mut capabilities, sent);
    capabilities
}

/// Puts the values of `sent` over those of `target`, object by object.
fn overlay(target: &mut Value, sent: &Value) {
    match (target.as_object_mut(), sent.as_object()) {
        (Some(target), Some(sent)) => {
            for (name, value) in sent {
                overlay(target.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        _ if sent.is_null() => {}
        _ => *target = sent.clone(),
    }
}

/// The `features` array of an app object as a set of ticked boxes.
pub(crate) fn boxes(raw: &crate::state::Object) -> BTreeSet<String> {
    raw.get("features")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
