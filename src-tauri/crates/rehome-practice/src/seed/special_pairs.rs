//! Pairs that are special as a whole: an app of the wizard with an inline hook and a shared key, a source of profiles, an
//! app for everybody, and one under Okta's governance engine.

use serde_json::json;

use super::{
    apps::{add, map},
    certificates,
    list::{BOX, PARTNERS, PAYROLL, WAREHOUSE},
    pairs::{PEOPLE, assign, credentials},
    people::places,
    schemas,
};
use crate::state::Org;

pub(super) fn fill(org: &mut Org, people: &[String]) {
    let some: Vec<String> = places(&PEOPLE, people.len())
        .map(|place| people[place].clone())
        .collect();
    warehouse(org, &some);
    payroll(org, &some);
    partners(org, &some);
    governed(org, &some);
}

/// Both sign with the same key, which was cloned to the new one.
fn warehouse(org: &mut Org, people: &[String]) {
    let hook = org.elsewhere.inline_hooks.keys().next().cloned();
    let app = |label: &str, host: &str, hooks: serde_json::Value| {
        json!({ "label": label, "signOnMode": "SAML_2_0", "credentials": credentials(None, "${source.login}"),
            "settings": { "signOn": { "ssoAcsUrl": format!("https://{host}.northwind.example/saml/acs"),
                "audience": format!("https://{host}.northwind.example"), "inlineHooks": hooks,
                "attributeStatements": [{ "type": "EXPRESSION", "name": "costCentre", "values": ["user.costCenter"],
                    "namespace": "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified" }] } } })
    };
    let key = || certificates::long().into_iter().skip(1).take(1).collect();
    let old = app(WAREHOUSE.0, "warehouse", json!([{ "id": hook }]));
    let old = add(org, old, "2020-02-03T09:00:00Z", schemas::bare, key());
    let new = app(WAREHOUSE.1, "warehouse", json!([]));
    let new = add(org, new, "2026-03-30T09:00:00Z", schemas::bare, key());
    no_rules(org, [&old, &new]);
    assign(org, &old, people);
    org.plant("inline-hook", hook.into_iter().collect());
    org.plant_at(WAREHOUSE, "sign-on-differs", vec![old.clone(), new.clone()]);
    org.plant("key-shared", vec![old, new]);
}

/// The wizard's rules name attributes that these schemas do not have.
fn no_rules(org: &mut Org, apps: [&str; 2]) {
    for app in apps {
        map(org, app, &[]);
    }
}

fn payroll(org: &mut Org, people: &[String]) {
    let app = |label: &str, features: &[&str]| {
        json!({ "name": "workday", "label": label, "signOnMode": "SAML_2_0", "features": features,
            "credentials": credentials(None, "${source.login}"), "settings": { "app": {}, "signOn": {
                "defaultRelayState": null, "ssoAcsUrlOverride": null, "audienceOverride": null, "recipientOverride": null,
                "destinationOverride": null, "attributeStatements": [] } } })
    };
    let keys = |skip: usize| certificates::long().into_iter().skip(skip).take(1).collect();
    let old = app(
        PAYROLL.0,
        &["PROFILE_MASTERING", "IMPORT_NEW_USERS", "IMPORT_PROFILE_UPDATES"],
    );
    let old = add(org, old, "2020-07-06T09:00:00Z", schemas::bare, keys(0));
    let new = app(PAYROLL.1, &["IMPORT_NEW_USERS", "IMPORT_PROFILE_UPDATES"]);
    let new = add(org, new, "2026-04-06T09:00:00Z", schemas::bare, keys(2));
    no_rules(org, [&old, &new]);
    assign(org, &old, people);
    org.plant("profile-source", vec![old]);
}

fn partners(org: &mut Org, people: &[String]) {
    let mut app = |label: &str, everybody: bool| {
        json!({ "name": "oidc_client", "label": label, "signOnMode": "OPENID_CONNECT",
            "credentials": { "userNameTemplate": { "template": "${source.login}", "type": "BUILT_IN" }, "signing": {},
                "oauthClient": { "autoKeyRotation": true, "client_id": null, "pkce_required": true,
                    "token_endpoint_auth_method": "client_secret_basic", "client_secret": org.ids.letters(43) } },
            "settings": { "implicitAssignment": everybody, "oauthClient": {
                "client_uri": null, "logo_uri": null, "redirect_uris": ["https://partners.northwind.example/callback"],
                "post_logout_redirect_uris": [], "response_types": ["code"], "grant_types": ["authorization_code"],
                "application_type": "web", "consent_method": "REQUIRED", "issuer_mode": "DYNAMIC",
                "idp_initiated_login": { "mode": "DISABLED", "default_scope": [] }, "wildcard_redirect": "DISABLED",
                "dpop_bound_access_tokens": false, "participate_slo": false } } })
    };
    let (old, new) = (app(PARTNERS.0, true), app(PARTNERS.1, false));
    let keys = || certificates::long().into_iter().skip(2).take(1).collect();
    let old = add(org, old, "2022-01-10T09:00:00Z", schemas::oidc, keys());
    let new = add(org, new, "2026-04-13T09:00:00Z", schemas::oidc, keys());
    for app in [&old, &new] {
        map(org, app, &schemas::OIDC_RULES);
    }
    assign(org, &old, people);
    org.plant_at(PARTNERS, "client-differs", vec![old.clone(), new]);
    org.plant("federation-broker", vec![old]);
}

fn governed(org: &mut Org, people: &[String]) {
    let app = |label: &str, features: &[&str]| {
        json!({ "name": "boxnet", "label": label, "signOnMode": "SAML_2_0", "features": features,
            "credentials": credentials(None, "${source.login}"), "settings": { "app": {}, "signOn": {
                "defaultRelayState": null, "ssoAcsUrlOverride": null, "audienceOverride": null, "recipientOverride": null,
                "destinationOverride": null, "attributeStatements": [] } } })
    };
    let keys = |skip: usize| certificates::long().into_iter().skip(skip).take(1).collect();
    let plain = ["PUSH_NEW_USERS", "PUSH_PROFILE_UPDATES"];
    let engine = ["PUSH_NEW_USERS", "PUSH_PROFILE_UPDATES", "ENTITLEMENT_MANAGEMENT"];
    let old = add(org, app(BOX.0, &plain), "2021-11-08T09:00:00Z", schemas::slack, keys(1));
    let new = add(
        org,
        app(BOX.1, &engine),
        "2026-04-20T09:00:00Z",
        schemas::slack,
        keys(0),
    );
    for (app, state) in [(&old, "NONE"), (&new, "ENABLED")] {
        map(org, app, &schemas::TRACKER_RULES);
        if let Some(settings) = org.apps.get_mut(app).and_then(|app| app.raw.get_mut("settings")) {
            settings["emOptInStatus"] = json!(state);
        }
    }
    let service = "box-northwind";
    org.downstreams.insert(
        service.into(),
        crate::downstream::Downstream::named("Box (northwind.app.box.com)"),
    );
    for app in [&old, &new] {
        if let Some(app) = org.apps.get_mut(app) {
            app.downstream = Some(service.to_owned());
        }
    }
    assign(org, &old, people);
    org.plant("governance", vec![old, new]);
}
