//! Pairs of apps to migrate besides the two help desks and the two expense apps: every other way of signing on, each with
//! its problem (`planted.rs`). They stand behind everything else, so that the rest of the company does not depend on them.

use serde_json::{Value, json};

use super::{
    apps::{add, map, provisioned},
    list::{CUSTOMS, FLEET, INTRANET, PARCELS, PRESS, TRACKER as TRACKERS},
    past,
    people::places,
    schemas,
};
use crate::{
    downstream::{Downstream, Match},
    state::{Object, Org, Scope},
};

/// Places of those who have these apps one by one, in thousandths; none of them has a help desk.
pub(super) const PEOPLE: std::ops::Range<usize> = 930..980;
const TRACKER: &str = "jira-northwind";

pub(crate) fn fill(org: &mut Org, people: &[String]) {
    let some: Vec<String> = places(&PEOPLE, people.len())
        .map(|place| people[place].clone())
        .collect();
    passwords(org, &some);
    web_services(org, &some);
    handbooks(org, &some);
    trackers(org, &some);
}

/// `template`: of the username. Everything else as the wizard leaves it.
pub(super) fn credentials(scheme: Option<&str>, template: &str) -> Value {
    let mut all = json!({ "signing": {}, "userNameTemplate": { "template": template, "type": "BUILT_IN" } });
    if let Some(scheme) = scheme {
        all["scheme"] = json!(scheme);
        all["revealPassword"] = json!(false);
    }
    all
}

pub(super) fn assign(org: &mut Org, app: &str, people: &[String]) {
    let at = past("2022-03-01T09:00:00Z");
    for user in people {
        let able = org.users.get(user).is_some_and(|user| user.may_have_apps());
        if able {
            provisioned(org, app, user, Scope::User, None, Object::new(), at);
        }
    }
}

/// Apps whose sign-on page Okta fills in, one pair for each scheme of who knows the password; the passwords stay behind.
fn passwords(org: &mut Org, people: &[String]) {
    for (scheme, label, host, people) in [
        ("EDIT_USERNAME_AND_PASSWORD", "Parcel Tracker", "parcels", people),
        ("EDIT_PASSWORD_ONLY", "Press Archive", "press", people),
        ("ADMIN_SETS_CREDENTIALS", "Customs Portal", "customs", people),
        ("EXTERNAL_PASSWORD_SYNC", "Fleet Cards", "fleet", people),
    ] {
        let app = |label: &str, url: &str| {
            json!({ "name": "template_swa", "label": label, "signOnMode": "BROWSER_PLUGIN",
                "credentials": credentials(Some(scheme), "${source.login}"),
                "settings": { "app": { "url": url, "usernameField": "#user", "passwordField": "#password",
                    "buttonField": "#sign-in", "loginUrlRegex": null } } })
        };
        let old = app(label, &format!("https://{host}.vendor.example/login"));
        let new = app(&format!("{label} 2"), &format!("https://id.vendor.example/{host}"));
        let old = add(org, old, "2021-02-03T09:00:00Z", schemas::bare, Vec::new());
        let new = add(org, new, "2026-03-02T09:00:00Z", schemas::bare, Vec::new());
        assign(org, &old, people);
        if scheme != "EXTERNAL_PASSWORD_SYNC" {
            let at = past("2022-03-02T09:00:00Z");
            for it in org
                .apps
                .get_mut(&old)
                .into_iter()
                .flat_map(|app| app.users.values_mut())
            {
                it.password_changed = Some(at);
            }
        }
        if let Some(pair) = [PARCELS, PRESS, CUSTOMS, FLEET]
            .into_iter()
            .find(|pair| pair.0 == label)
        {
            org.plant_at(pair, "page-differs", vec![old.clone(), new.clone()]);
            if scheme != "EXTERNAL_PASSWORD_SYNC" {
                org.plant_at(pair, "swa-passwords", vec![old, new]);
            }
        }
    }
    let team = json!({ "name": "template_swa", "label": "LinkedIn (new team account)", "signOnMode": "BROWSER_PLUGIN",
        "credentials": { "scheme": "SHARED_USERNAME_AND_PASSWORD", "userName": "northwind-brand", "revealPassword": false,
            "password": {}, "signing": {}, "userNameTemplate": { "template": "${source.login}", "type": "BUILT_IN" } },
        "settings": { "app": { "url": "https://www.linkedin.com/login", "usernameField": "username",
            "passwordField": "password", "buttonField": "submit", "loginUrlRegex": null } } });
    let new = add(org, team, "2026-03-03T09:00:00Z", schemas::bare, Vec::new());
    let old = org.apps.values().find(|app| app.label() == "LinkedIn (team account)");
    let old = old.map(|app| app.id.clone()).unwrap_or_default();
    assign(org, &old, people);
    org.plant("shared-account-differs", vec![old, new]);
}

/// WS-Federation by the template: another realm, and an attribute that the new app must have.
fn web_services(org: &mut Org, people: &[String]) {
    let app = |label: &str, realm: &str, name_id: &str| {
        json!({ "name": "template_wsfed", "label": label, "signOnMode": "WS_FEDERATION",
            "credentials": credentials(None, "${source.login}"),
            "settings": { "app": { "audienceRestriction": format!("urn:northwind:{realm}"), "realm": format!("urn:northwind:{realm}"),
                "authnContextClassRef": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
                "groupFilter": null, "groupName": null, "groupValueFormat": "windowsDomainQualifiedName",
                "nameIDFormat": name_id, "siteURL": "https://intranet.northwind.example", "usernameAttribute": "username",
                "wReplyOverride": false, "wReplyURL": "https://intranet.northwind.example/_trust", "attributeStatements": null } } })
    };
    let email = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    let old = app("Intranet", "intranet", email);
    let new = app(
        "Intranet 2",
        "intranet2",
        "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    );
    let old = add(
        org,
        old,
        "2019-09-09T09:00:00Z",
        |name, id| schemas::intranet(name, id, false),
        Vec::new(),
    );
    let new = add(
        org,
        new,
        "2026-02-20T09:00:00Z",
        |name, id| schemas::intranet(name, id, true),
        Vec::new(),
    );
    map(org, &old, &schemas::INTRANET_RULES);
    map(org, &new, &schemas::INTRANET_RULES);
    assign(org, &old, people);
    org.plant("realm-differs", vec![old.clone(), new.clone()]);
    org.plant_at(INTRANET, "attributes-differ", vec![old.clone(), new.clone()]);
    org.plant("required-and-unmapped", vec![old.clone(), new]);
    let people = org.apps.get(&old).into_iter().flat_map(|app| app.users.keys().cloned());
    let people = people.collect();
    org.plant("required-and-blank", people);
}

fn handbooks(org: &mut Org, people: &[String]) {
    let new = json!({ "name": "bookmark", "label": "Company Handbook (new site)", "signOnMode": "BOOKMARK",
        "settings": { "app": { "url": "https://handbook.northwind.example/2026", "requestIntegration": false } } });
    let new = add(org, new, "2026-01-07T10:00:00Z", schemas::bare, Vec::new());
    let old = org.apps.values().find(|app| app.label() == "Company Handbook");
    let old = old.map(|app| app.id.clone()).unwrap_or_default();
    assign(org, &old, people);
    org.plant("address-differs", vec![old, new]);
}

/// An on-premises service behind a provisioning agent, which knows people by the id that it was given.
fn trackers(org: &mut Org, people: &[String]) {
    let mut service = Downstream::named("Jira (in the Rotterdam data centre)");
    service.matches = Match::ExternalId;
    org.downstreams.insert(TRACKER.into(), service);
    let app = |label: &str, features: &[&str], template: &str| {
        json!({ "name": "jira_onprem", "label": label, "signOnMode": "SAML_2_0", "features": features,
            "credentials": credentials(None, template),
            "settings": { "app": {}, "signOn": { "defaultRelayState": null, "ssoAcsUrlOverride": null, "audienceOverride": null,
                "recipientOverride": null, "destinationOverride": null, "attributeStatements": [] } } })
    };
    let all = [
        "PUSH_NEW_USERS",
        "PUSH_PROFILE_UPDATES",
        "PUSH_USER_DEACTIVATION",
        "REACTIVATE_USERS",
        "IMPORT_NEW_USERS",
        "SCIM_PROVISIONING",
        "OPP_SCIM_INCREMENTAL_IMPORTS",
    ];
    let few = ["PUSH_PROFILE_UPDATES", "REACTIVATE_USERS", "SCIM_PROVISIONING"];
    let keys = |skip: usize| {
        super::certificates::long()
            .into_iter()
            .skip(skip)
            .take(1)
            .collect::<Vec<_>>()
    };
    let old = add(
        org,
        app("Jira (data centre)", &all, "${source.login}"),
        "2020-10-05T09:00:00Z",
        schemas::slack,
        keys(0),
    );
    let new = add(
        org,
        app("Jira (moved)", &few, "${source.email}"),
        "2026-03-09T09:00:00Z",
        schemas::slack,
        keys(1),
    );
    for app in [&old, &new] {
        map(org, app, &schemas::TRACKER_RULES);
        if let Some(app) = org.apps.get_mut(app) {
            app.downstream = Some(TRACKER.into());
        }
    }
    assign(org, &old, people);
    for key in ["template-differs", "provisioning-first"] {
        org.plant_at(TRACKERS, key, vec![old.clone(), new.clone()]);
    }
    for key in [
        "create-users-off",
        "imports-differ",
        "features-differ",
        "old-deactivates",
        "matches-by-id",
    ] {
        org.plant(key, vec![old.clone(), new.clone()]);
    }
    let differs = |id: &&String| {
        let user = org.users.get(*id);
        user.is_some_and(|user| user.may_have_apps() && !user.text("email").eq_ignore_ascii_case(user.login()))
    };
    let aliases = people.iter().filter(differs).cloned().collect();
    org.plant("email-alias", aliases);
}
