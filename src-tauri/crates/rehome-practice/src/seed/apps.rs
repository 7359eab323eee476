//! The company's apps: two pairs to migrate, and others around them.

use jiff::Timestamp;
use rand::{Rng, rngs::StdRng};
use serde_json::{Value, json};

use super::{
    cast::{Cast, Special},
    certificates, past,
    people::{GROUPS, INDIVIDUAL, SMALL_GROUPS, organization, overrides_group, places},
    policies, references, schemas,
};
use crate::{
    clock::before,
    console::sign_on::SignOnRule,
    downstream::{Account, Downstream},
    features::boxes,
    state::{App, AppUser, Object, Org, Scope},
};

const HELP_DESK: &str = "zendesk-northwind";

pub(crate) fn fill(org: &mut Org, rng: &mut StdRng, places: &[String], cast: &Cast, now: Timestamp) {
    org.downstreams
        .insert(HELP_DESK.into(), Downstream::named("Zendesk (northwind.zendesk.com)"));
    let old = help_desk(org, "Zendesk (2019)", true, now);
    let new = help_desk(org, "Zendesk Suite", false, now);
    sandbox(org);
    let expenses = expenses(org, "Expenses", true);
    let new_expenses = self::expenses(org, "Expenses 2", false);
    around(org);
    references::fill(org, &old, &new, &expenses);
    assign_groups(org, &old, places.len());
    assign_people(org, rng, &old, places, cast, now);
    assign_expenses(org, &expenses, places);
    for key in [
        "role-renamed",
        "attribute-renamed",
        "attribute-missing",
        "mapping-changed",
        "profile-push-off",
        "imports-less",
        "template-differs",
        "sign-on-differs",
    ] {
        org.plant(key, vec![old.clone(), new.clone()]);
    }
    let (rules, words) = match org.options.engine {
        crate::Engine::Identity => (None, "policy-differs"),
        crate::Engine::Classic => (Some(support_rule()), "sign-on-rules-differ"),
    };
    org.plant(words, vec![old.clone(), new.clone()]);
    if let Some(rule) = rules {
        org.sign_on_rules.insert(old.clone(), vec![rule]);
    }
    for key in ["redirect-differs", "client-differs"] {
        org.plant(key, vec![expenses.clone(), new_expenses.clone()]);
    }
    if org.options.engine == crate::Engine::Identity {
        for key in ["policy-has-rules", "default-policy"] {
            org.plant(key, vec![old.clone(), new.clone()]);
        }
    }
    org.plant("certificate-ends", vec![old.clone()]);
    org.plant("provisioning-deactivates", vec![old.clone()]);
    let count = places.len();
    let assigned = 0..count * INDIVIDUAL.end / 1000;
    let long = assigned
        .clone()
        .filter(|place| organization(*place, count).chars().count() > 40);
    let long = long.map(|place| places[place].clone()).collect();
    org.plant("organization-too-long", long);
    let overriding = assigned
        .filter(|place| overrides_group(*place, count))
        .map(|place| places[place].clone())
        .collect();
    org.plant("overrides-group", overriding);
    let with_own = |app: &App| {
        app.users
            .values()
            .filter(|it| !it.own.is_empty())
            .map(|it| it.user.clone())
            .collect()
    };
    let own = org.apps.get(&old).map(with_own).unwrap_or_default();
    org.plant("individual-values", own);
}

/// Puts an app in the way a POST does, and then what a POST cannot say: features, keys, and the user schema as it is by now.
pub(super) fn add(
    org: &mut Org,
    raw: Value,
    created: &str,
    schema: impl FnOnce(&str, &str) -> Value,
    keys: Vec<Value>,
) -> String {
    let body = raw.as_object().cloned().unwrap_or_default();
    let made = org.make_app(&body, raw["status"] != "INACTIVE", past(created), Some(keys));
    debug_assert!(made.is_ok(), "{} is a good app", raw["label"]);
    let id = made.unwrap_or_default();
    if let Some(app) = org.apps.get_mut(&id) {
        if let Some(features) = raw.get("features") {
            app.raw.insert("features".into(), features.clone());
            app.features = boxes(&app.raw);
        }
        let variable = app.schema["name"].as_str().unwrap_or("").to_owned();
        app.schema = schema(&variable, &format!("{}/meta/schemas/apps/{id}/default", org.url));
    }
    id
}

/// Gives the mapping Okta user → app these rules.
pub(super) fn map(org: &mut Org, app: &str, rules: &[(&str, &str)]) {
    let mapping = org.apps.get(app).and_then(|app| app.push_mapping.clone());
    if let Some(mapping) = mapping.and_then(|id| org.mappings.get_mut(&id)) {
        let rules: Object = rules
            .iter()
            .map(|(to, from)| ((*to).to_owned(), json!({ "expression": from, "pushStatus": "PUSH" })))
            .collect();
        mapping["properties"] = Value::Object(rules);
    }
}

/// Lets a rule count when somebody is assigned, and not later.
fn keep_on_change(org: &mut Org, app: &str, attribute: &str) {
    let mapping = org.apps.get(app).and_then(|app| app.push_mapping.clone());
    if let Some(mapping) = mapping.and_then(|id| org.mappings.get_mut(&id)) {
        mapping["properties"][attribute]["pushStatus"] = json!("DONT_PUSH");
    }
}

fn help_desk(org: &mut Org, label: &str, old: bool, now: Timestamp) -> String {
    let long = certificates::long();
    let keys: Vec<Value> = match old {
        true => certificates::ending_soon(now)
            .into_iter()
            .chain(certificates::sha1())
            .collect(),
        false => long.into_iter().take(1).collect(),
    };
    let statements = match old {
        true => {
            json!([{ "type": "EXPRESSION", "name": "organization", "namespace": "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified",
            "values": ["user.organization"] }])
        }
        false => json!([]),
    };
    let features: &[&str] = match old {
        true => &[
            "PUSH_NEW_USERS",
            "PUSH_PROFILE_UPDATES",
            "PUSH_USER_DEACTIVATION",
            "REACTIVATE_USERS",
            "IMPORT_NEW_USERS",
            "IMPORT_PROFILE_UPDATES",
            "GROUP_PUSH",
        ],
        false => &["PUSH_NEW_USERS", "REACTIVATE_USERS", "IMPORT_NEW_USERS", "GROUP_PUSH"],
    };
    let template = match old {
        true => json!({ "template": "${source.login}", "type": "BUILT_IN" }),
        false => json!({ "template": "${fn:toLowerCase(source.email)}", "type": "BUILT_IN" }),
    };
    let raw = json!({
        "name": "zendesk", "label": label, "signOnMode": "SAML_2_0", "features": features,
        "credentials": { "userNameTemplate": template, "signing": {} },
        "settings": {
            "app": { "companySubDomain": "northwind", "authToken": null, "encryptedAuthToken": null },
            "signOn": { "defaultRelayState": if old { json!("https://northwind.zendesk.com/agent") } else { Value::Null },
                "ssoAcsUrlOverride": null, "audienceOverride": null, "recipientOverride": null, "destinationOverride": null,
                "attributeStatements": statements, "samlAssertionLifetimeSeconds": if old { 300 } else { 600 } },
            "notes": { "admin": if old { json!("Set up in 2019 by the infrastructure team.") } else { Value::Null }, "enduser": null },
        },
    });
    let created = if old {
        "2019-03-12T07:45:00Z"
    } else {
        "2026-01-19T13:20:00Z"
    };
    let id = add(org, raw, created, |name, id| schemas::help_desk(name, id, old), keys);
    map(
        org,
        &id,
        if old {
            &schemas::OLD_HELP_DESK_RULES
        } else {
            &schemas::NEW_HELP_DESK_RULES
        },
    );
    if old {
        // What it was before stays with those who were assigned then.
        keep_on_change(org, &id, "timezone");
    }
    let lenient = policies::named(org, policies::LENIENT);
    if let Some(app) = org.apps.get_mut(&id) {
        app.downstream = Some(HELP_DESK.into());
        if old {
            app.policy = lenient;
        }
    }
    id
}

fn sandbox(org: &mut Org) {
    let raw = json!({
        "name": "zendesk", "label": "Zendesk Sandbox", "signOnMode": "SAML_2_0", "status": "INACTIVE",
        "settings": { "app": { "companySubDomain": "northwind-sandbox", "authToken": null, "encryptedAuthToken": null },
            "signOn": { "defaultRelayState": null, "ssoAcsUrlOverride": null, "audienceOverride": null, "recipientOverride": null,
                "destinationOverride": null, "attributeStatements": [] } },
    });
    let keys = certificates::long().into_iter().skip(1).take(1).collect();
    let id = add(
        org,
        raw,
        "2023-08-02T09:10:00Z",
        |name, id| schemas::help_desk(name, id, false),
        keys,
    );
    map(org, &id, &schemas::NEW_HELP_DESK_RULES);
}

fn expenses(org: &mut Org, label: &str, old: bool) -> String {
    let redirect = if old {
        "https://expenses.northwind.example/callback"
    } else {
        "https://spend.northwind.example/oauth/callback"
    };
    let raw = json!({
        "name": "oidc_client", "label": label, "signOnMode": "OPENID_CONNECT",
        "credentials": {
            "userNameTemplate": { "template": "${source.login}", "type": "BUILT_IN" }, "signing": {},
            "oauthClient": { "autoKeyRotation": true, "client_id": null, "pkce_required": !old,
                "token_endpoint_auth_method": "client_secret_basic", "client_secret": org.ids.letters(43) },
        },
        "settings": { "oauthClient": {
            "client_uri": null, "logo_uri": null, "redirect_uris": [redirect], "post_logout_redirect_uris": [],
            "response_types": ["code"], "grant_types": if old { json!(["authorization_code"]) } else { json!(["authorization_code", "refresh_token"]) },
            "application_type": "web", "consent_method": "REQUIRED", "issuer_mode": "DYNAMIC",
            "idp_initiated_login": { "mode": "DISABLED", "default_scope": [] }, "wildcard_redirect": "DISABLED",
            "dpop_bound_access_tokens": false, "participate_slo": false } },
    });
    let keys = certificates::long().into_iter().skip(2).take(1).collect();
    let created = if old {
        "2020-06-01T12:00:00Z"
    } else {
        "2026-02-09T09:30:00Z"
    };
    let id = add(org, raw, created, schemas::oidc, keys);
    map(org, &id, &schemas::OIDC_RULES);
    id
}

fn support_rule() -> SignOnRule {
    SignOnRule {
        name: "Agents use a second factor".into(),
        group: GROUPS[0].0.into(),
        allowed: true,
        factor: true,
    }
}

/// Apps that no migration is about.
fn around(org: &mut Org) {
    let bookmark = json!({ "name": "bookmark", "label": "Company Handbook", "signOnMode": "BOOKMARK",
        "settings": { "app": { "url": "https://handbook.northwind.example", "requestIntegration": false } } });
    add(org, bookmark, "2019-05-20T10:00:00Z", schemas::bare, Vec::new());
    let import = json!({ "name": "csv_directory", "label": "HR import", "signOnMode": null,
        "features": ["IMPORT_NEW_USERS", "PROFILE_MASTERING"], "settings": { "app": {} } });
    add(org, import, "2021-09-01T06:00:00Z", schemas::bare, Vec::new());
    let shared = json!({ "name": "template_swa", "label": "LinkedIn (team account)", "signOnMode": "BROWSER_PLUGIN",
        "credentials": { "scheme": "SHARED_USERNAME_AND_PASSWORD", "userName": "northwind-team", "revealPassword": false,
            "password": {}, "signing": {}, "userNameTemplate": { "template": "${source.login}", "type": "BUILT_IN" } },
        "settings": { "app": { "url": "https://www.linkedin.com/login", "usernameField": "username", "passwordField": "password",
            "buttonField": "submit", "loginUrlRegex": null } } });
    add(org, shared, "2022-02-14T15:30:00Z", schemas::bare, Vec::new());
    let slack = json!({ "name": "slack", "label": "Slack", "signOnMode": "SAML_2_0",
        "features": ["PUSH_NEW_USERS", "PUSH_PROFILE_UPDATES", "PUSH_USER_DEACTIVATION", "REACTIVATE_USERS", "GROUP_PUSH"],
        "settings": { "app": { "domain": "northwind" }, "signOn": { "attributeStatements": [] } } });
    let keys = certificates::long().into_iter().skip(1).take(1).collect();
    add(org, slack, "2020-11-11T11:11:00Z", schemas::slack, keys);
}

/// The old app's groups with their profiles; priorities have a gap, as they get when a group is taken off.
fn assign_groups(org: &mut Org, old: &str, people: usize) {
    let at = past("2019-04-02T10:30:00Z");
    let profile = |values: Value| values.as_object().cloned();
    let mut groups = vec![
        (
            GROUPS[0].0,
            0,
            profile(json!({ "role": "agent", "tags": ["tier1", "support"] })),
        ),
        (
            GROUPS[1].0,
            1,
            profile(json!({ "role": "agent", "tags": ["tier2", "support"], "ticketRestriction": "organization" })),
        ),
        (GROUPS[2].0, 3, profile(json!({ "role": "agent" }))),
        (GROUPS[3].0, 4, profile(json!({ "role": "end-user" }))),
    ];
    if people >= 1000 {
        let small = [
            (6, json!({ "role": "admin" })),
            (7, json!({ "role": "agent" })),
            (8, json!({})),
            (9, json!({ "role": "agent" })),
        ];
        groups.extend(
            SMALL_GROUPS
                .iter()
                .zip(small)
                .map(|(group, (priority, values))| (group.0, priority, profile(values))),
        );
    }
    for (name, priority, profile) in groups {
        let id = org
            .groups
            .values()
            .find(|group| group.name == name)
            .map(|group| group.id.clone());
        if let Some(id) = id {
            org.put_app_group(old, &id, Some(priority), profile, at);
        }
    }
}

/// Everybody who has the old help desk app, with an account behind it.
fn assign_people(org: &mut Org, rng: &mut StdRng, old: &str, places: &[String], cast: &Cast, now: Timestamp) {
    let count = places.len();
    let individual = self::places(&INDIVIDUAL, count);
    for (place, user) in places.iter().enumerate() {
        let Some(app) = org.apps.get(old) else { return };
        let in_group = !org.granting_groups(app, user).is_empty();
        let able = org.users.get(user).is_some_and(|user| user.may_have_apps());
        if !able || !(in_group || individual.contains(&place)) {
            continue;
        }
        let scope = if in_group && !overrides_group(place, count) {
            Scope::Group
        } else {
            Scope::User
        };
        let mut own = Object::new();
        if scope == Scope::User {
            // One at least, in a company of any size.
            let is_admin = rng.random_bool(0.2) || place == individual.start;
            let role = if is_admin { "admin" } else { "agent" };
            own.insert("role".into(), json!(role));
            if rng.random_bool(0.3) {
                own.insert("signature".into(), json!("Kind regards, your Northwind support team"));
            }
            if rng.random_bool(0.2) {
                own.insert("legacyBrand".into(), json!("northwind-classic"));
            }
        }
        let by_hand = (cast.special(place) == Special::DifferentManual)
            .then(|| format!("agent{place:04}@legacy.northwind.example"));
        let at = Timestamp::from_second(past("2019-04-03T08:00:00Z").as_second() + rng.random_range(0..190_000_000));
        provisioned(
            org,
            old,
            user,
            scope,
            by_hand,
            own,
            at.unwrap_or(now).min(before(now, std::time::Duration::from_secs(3600))),
        );
        if cast.special(place) == Special::Diverged
            && let Some(it) = org.app_user_mut(old, user)
        {
            it.profile.insert("timezone".into(), json!(FORMER_TIME_ZONE));
        }
    }
}

/// What the old help desk's mapping gave everybody before it was changed.
const FORMER_TIME_ZONE: &str = "Etc/GMT";

/// An app user as it is long after provisioning.
pub(crate) fn provisioned(
    org: &mut Org,
    app_id: &str,
    user_id: &str,
    scope: Scope,
    user_name: Option<String>,
    own: Object,
    at: Timestamp,
) {
    let assignment = org.ids.next("0ua");
    let account = org.ids.digits(12);
    let (Some(app), Some(user)) = (org.apps.get(app_id), org.users.get(user_id)) else {
        return;
    };
    // An individual assignment takes nothing from groups.
    let groups = match scope {
        Scope::Group => org.granting_groups(app, user_id),
        Scope::User => Vec::new(),
    };
    let profile = org.derive(app, user, scope, &groups, &own);
    let from_groups = match scope {
        Scope::Group => crate::assignment::group_values(app, &groups),
        Scope::User => Object::new(),
    };
    let user_name = user_name
        .or_else(|| org.template_user_name(app, user))
        .unwrap_or_default();
    let downstream = app.downstream.clone();
    let with_account = downstream.is_some();
    let app_user = AppUser {
        user: user_id.to_owned(),
        assignment,
        scope,
        group: if scope == Scope::Group {
            groups.first().cloned()
        } else {
            None
        },
        user_name: user_name.clone(),
        external_id: with_account.then(|| account.clone()),
        status: if with_account { "PROVISIONED" } else { "ACTIVE" },
        sync: if with_account { "SYNCHRONIZED" } else { "DISABLED" },
        created: at,
        updated: at,
        status_changed: at,
        last_sync: with_account.then_some(at),
        password_changed: None,
        profile,
        own,
        from_groups,
        task: None,
        imported: false,
    };
    if let Some(downstream) = downstream.and_then(|id| org.downstreams.get_mut(&id)) {
        downstream.insert(Account {
            id: account,
            username: user_name,
            active: true,
            external_id: Some(user_id.to_owned()),
            person: Some(user_id.to_owned()),
            links: vec![app_id.to_owned()],
            events: Vec::new(),
        });
    }
    if let Some(app) = org.apps.get_mut(app_id) {
        app.users.insert(user_id.to_owned(), app_user);
    }
}

fn assign_expenses(org: &mut Org, app_id: &str, places: &[String]) {
    let at = past("2020-06-02T09:00:00Z");
    for (name, priority) in [("All Staff EMEA", 0), ("Finance", 2)] {
        let id = org
            .groups
            .values()
            .find(|group| group.name == name)
            .map(|group| group.id.clone());
        if let Some(id) = id {
            org.put_app_group(app_id, &id, Some(priority), None, at);
        }
    }
    let individual = self::places(&(0..90), places.len());
    for (place, user) in places.iter().enumerate() {
        let Some(app) = org.apps.get(app_id) else { return };
        let in_group = !org.granting_groups(app, user).is_empty();
        if org.users.get(user).is_some_and(|user| user.may_have_apps()) && (in_group || individual.contains(&place)) {
            let scope = if in_group { Scope::Group } else { Scope::User };
            provisioned(org, app_id, user, scope, None, Object::new(), at);
        }
    }
}
