//! Pairs of apps with a service behind them: Zoom and Slack, which have a provisioning API, and Salesforce, where usernames
//! and values go wrong in all the ways there are.

use serde_json::{Value, json};

use super::{
    apps::{add, map, provisioned},
    cast::{Cast, Special},
    certificates,
    list::{SALESFORCE, SLACK, ZOOM},
    pairs::credentials,
    past, schemas,
};
use crate::{
    downstream::Downstream,
    state::{Object, Org, Scope},
};

pub(super) fn fill(org: &mut Org, places: &[String], cast: &Cast) {
    let of = |some: &[usize]| -> Vec<String> { some.iter().map(|place| places[*place].clone()).collect() };
    let meetings = of(&cast.meetings);
    zoom(org, &meetings);
    slack(org, &meetings);
    salesforce(org, places, cast);
}

fn key(skip: usize) -> Vec<Value> {
    certificates::long().into_iter().skip(skip).take(1).collect()
}

fn behind(org: &mut Org, service: &str, name: &str, apps: [&str; 2]) {
    org.downstreams.insert(service.into(), Downstream::named(name));
    for app in apps {
        if let Some(app) = org.apps.get_mut(app) {
            app.downstream = Some(service.to_owned());
        }
    }
}

fn sign_on() -> Value {
    json!({ "defaultRelayState": null, "ssoAcsUrlOverride": null, "audienceOverride": null, "recipientOverride": null,
        "destinationOverride": null, "attributeStatements": [] })
}

fn zoom(org: &mut Org, people: &[String]) {
    let app = |label: &str, features: &[&str]| {
        json!({ "name": "zoomus", "label": label, "signOnMode": "SAML_2_0", "features": features,
            "credentials": credentials(None, "${source.login}"),
            "settings": { "app": { "subDomain": "northwind" }, "signOn": sign_on() } })
    };
    let all = [
        "PUSH_NEW_USERS",
        "PUSH_PROFILE_UPDATES",
        "PUSH_USER_DEACTIVATION",
        "REACTIVATE_USERS",
        "IMPORT_NEW_USERS",
        "IMPORT_PROFILE_UPDATES",
    ];
    let few = ["PUSH_PROFILE_UPDATES", "REACTIVATE_USERS"];
    let [old, new] = [
        (ZOOM.0, &all[..], "2021-04-06T09:00:00Z", false),
        (ZOOM.1, &few[..], "2026-02-16T09:00:00Z", true),
    ]
    .map(|(label, features, at, new)| {
        let schema = |name: &str, id: &str| schemas::zoom(name, id, new);
        add(org, app(label, features), at, schema, key(usize::from(new)))
    });
    for app in [&old, &new] {
        map(org, app, &schemas::TRACKER_RULES[..3]);
    }
    behind(org, "zoom-northwind", "Zoom (northwind.zoom.us)", [&old, &new]);
    if let Some(app) = org.apps.get_mut(&old) {
        app.parts.inbound = Some(json!({
            "importSettings": { "username": { "userNameFormat": "EMAIL" },
                "schedule": { "status": "ENABLED", "fullImport": { "expression": "0 3 * * *", "timezone": "Europe/London" },
                    "incrementalImport": null } },
            "importRules": { "userCreateAndMatch": { "exactMatchCriteria": "EMAIL", "allowPartialMatch": false,
                "autoConfirmPartialMatch": false, "autoConfirmExactMatch": true, "autoConfirmNewUsers": false,
                "autoActivateNewUsers": false } },
        }));
    }
    let licences = ["basic", "pro", "pro", "corp"];
    for (at, user) in people.iter().enumerate() {
        let licence = licences[at % licences.len()];
        let own = json!({ "licenseType": licence, "largeMeeting": at % 3 == 0, "webinarCapacity": 100 * (1 + at % 5) });
        assign(org, &old, user, None, own);
        if licence == "corp" {
            org.plant("licence-unmatched", vec![user.clone()]);
        }
        // One in five was there before provisioning was switched on: nothing is linked.
        if at % 5 == 1
            && let Some(it) = org.app_user_mut(&old, user)
        {
            let account = it.external_id.take();
            it.status = "ACTIVE";
            it.sync = "DISABLED";
            it.last_sync = None;
            org.plant("no-external-id", vec![user.clone()]);
            let accounts = org.downstreams.get_mut("zoom-northwind").map(|it| &mut it.accounts);
            if let Some(it) = accounts.and_then(|it| it.get_mut(&account.unwrap_or_default())) {
                it.external_id = None;
                it.links.clear();
            }
        }
    }
    for key in [
        "provisioning-first",
        "capabilities-differ",
        "zoom-creates-not",
        "zoom-deactivates",
        "zoom-imports-not",
        "attributes-differ",
        "licence-renamed",
        "boolean-unmapped",
        "integer-unmapped",
    ] {
        org.plant(key, vec![old.clone(), new.clone()]);
    }
}

fn assign(org: &mut Org, app: &str, user: &str, user_name: Option<String>, own: Value) {
    let own: Object = own.as_object().cloned().unwrap_or_default();
    let at = past("2022-05-02T09:00:00Z");
    provisioned(org, app, user, Scope::User, user_name, own, at);
}

/// The new app's connection was never set up, so that nothing of its provisioning can be on.
fn slack(org: &mut Org, people: &[String]) {
    let app = |label: &str, domain: &str, features: &[&str]| {
        json!({ "name": "slack", "label": label, "signOnMode": "SAML_2_0", "features": features,
            "credentials": credentials(None, "${source.login}"),
            "settings": { "app": { "domain": domain }, "signOn": sign_on() } })
    };
    let on = ["PUSH_NEW_USERS", "PUSH_PROFILE_UPDATES"];
    let old = app(SLACK.0, "fabrikam", &on);
    let old = add(org, old, "2021-08-02T09:00:00Z", schemas::slack, key(2));
    let new = app(SLACK.1, "fabrikam", &[]);
    let new = add(org, new, "2026-03-16T09:00:00Z", schemas::slack, key(0));
    for app in [&old, &new] {
        map(org, app, &schemas::TRACKER_RULES);
    }
    behind(org, "slack-fabrikam", "Slack (fabrikam.slack.com)", [&old, &new]);
    for user in people {
        assign(org, &old, user, None, json!({}));
    }
    for key in [
        "connection-off",
        "slack-creates-not",
        "slack-updates-not",
        "one-or-several",
    ] {
        org.plant(key, vec![old.clone(), new.clone()]);
    }
    for key in ["provisioning-first", "capabilities-differ"] {
        org.plant_at(SLACK, key, vec![old.clone(), new.clone()]);
    }
}

/// Contractors get a name that no other company's Salesforce has; everybody else the email.
const NAMES: &str =
    "user.userType == \"contractor\" ? user.login + \".extern.salesforce.northwind.example\" : user.email";

fn salesforce(org: &mut Org, places: &[String], cast: &Cast) {
    let app = |label: &str, template: Value| {
        let mut credentials = credentials(None, "");
        credentials["userNameTemplate"] = template;
        json!({ "name": "salesforce", "label": label, "signOnMode": "SAML_2_0",
            "features": ["PUSH_NEW_USERS", "PUSH_PROFILE_UPDATES", "REACTIVATE_USERS"], "credentials": credentials,
            "settings": { "app": { "instanceType": "PRODUCTION", "integrationType": "STANDARD" }, "signOn": sign_on() } })
    };
    let old = app(
        SALESFORCE.0,
        json!({ "template": "${source.login}", "type": "BUILT_IN" }),
    );
    let new = app(SALESFORCE.1, json!({ "template": NAMES, "type": "CUSTOM" }));
    let schema = |new: bool| move |name: &str, id: &str| schemas::salesforce(name, id, new);
    let ended = certificates::ended().into_iter().collect();
    let old = add(org, old, "2015-06-02T09:30:00Z", schema(false), ended);
    let new = add(org, new, "2026-03-23T09:30:00Z", schema(true), key(1));
    for app in [&old, &new] {
        map(org, app, &schemas::SALESFORCE_RULES);
    }
    behind(
        org,
        "salesforce-northwind",
        "Salesforce (northwind.my.salesforce.com)",
        [&old, &new],
    );
    let profiles = [
        "Standard User",
        "Service Cloud",
        "Standard User",
        "Legacy Partner",
        "Service Cloud",
    ];
    for (at, place) in cast.sales.iter().enumerate() {
        let user = &places[*place];
        let profile = profiles[at % profiles.len()];
        let sets = match at % 2 {
            0 => json!(["Quotes", "Forecasts"]),
            _ => json!(["Forecasts"]),
        };
        let own = json!({ "Profile": profile, "PermissionSets": sets });
        assign(org, &old, user, None, own);
        let special = match cast.special(*place) {
            Special::Contractor => Some("too-long"),
            Special::CaseTwin(..) => Some("collision-case"),
            Special::UnicodeTwin(..) => Some("collision-form"),
            Special::NoCostCentre => Some("required-blank"),
            Special::LongTitle => Some("title-too-long"),
            Special::NoManagerAddress => Some("not-an-address"),
            Special::CountryName => Some("not-a-country-code"),
            Special::Taken => {
                let name = org.users.get(user).map(|it| it.text("email").to_owned());
                // Somebody of Finance, who is not on the old app.
                let other = &places[places.len() * 900 / 1000];
                assign(
                    org,
                    &new,
                    other,
                    name,
                    json!({ "Profile": "Standard User", "PermissionSets": ["Quotes"] }),
                );
                org.plant("account-taken", vec![user.clone()]);
                Some("collision-taken")
            }
            _ => None,
        };
        if let Some(key) = special {
            org.plant(key, vec![user.clone()]);
        }
        match profile {
            "Legacy Partner" => org.plant("profile-unmatched", vec![user.clone()]),
            "Service Cloud" => org.plant("profile-by-hand", vec![user.clone()]),
            _ => {}
        }
    }
    for key in ["template-differs", "attributes-differ"] {
        org.plant_at(SALESFORCE, key, vec![old.clone(), new.clone()]);
    }
    for key in [
        "certificate-ended",
        "new-app-has-people",
        "profile-renamed",
        "list-unmapped",
    ] {
        org.plant(key, vec![old.clone(), new.clone()]);
    }
}
