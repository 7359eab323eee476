//! What else in the org names the old help desk (api-facts 10.4): all of it has to follow, or goes when the app goes.

use serde_json::{Value, json};

use super::{
    apps::{add, map},
    certificates, past, schemas,
};
use crate::{
    elsewhere::Server,
    policies::sink_default,
    state::{Object, Org},
};

const AT: &str = "2021-03-09T10:00:00.000Z";

pub(super) fn fill(org: &mut Org, old: &str, new: &str, expenses: &str) {
    let variable = org
        .apps
        .get(old)
        .and_then(|app| app.schema["name"].as_str().map(str::to_owned));
    let variable = variable.unwrap_or_default();
    let imported = imported_group(org, old);
    mapping(org, &variable);
    reports(org, &variable);
    group_rules(org, &variable, &imported);
    routing(org, old);
    enrolment(org, old);
    hooks(org, old);
    brand(org, old);
    identity_providers(org);
    authorization_server(org, expenses);
    pushes(org, old, new);
}

/// A rule of another app's mapping looks at the old app.
fn mapping(org: &mut Org, variable: &str) {
    let slack = org.apps.values().find(|app| app.label() == "Slack");
    let slack = slack.map(|app| app.id.clone()).unwrap_or_default();
    let role = format!("{variable}.role == \"admin\" ? \"Help desk admin\" : user.title");
    let rules = [
        ("firstName", "user.firstName"),
        ("lastName", "user.lastName"),
        ("email", "user.email"),
        ("title", &role),
    ];
    map(org, &slack, &rules);
    org.plant("old-variable", vec![slack]);
}

/// An app that nobody has yet, whose usernames and assertions look at the old app.
fn reports(org: &mut Org, variable: &str) {
    let raw = json!({ "label": "Help Desk Reports", "signOnMode": "SAML_2_0",
        "credentials": { "signing": {}, "userNameTemplate": { "template": format!("{variable}.email"), "type": "CUSTOM" } },
        "settings": { "signOn": { "ssoAcsUrl": "https://reports.northwind.example/saml", "audience": "urn:northwind:reports",
            "attributeStatements": [{ "type": "EXPRESSION", "name": "role", "values": [format!("{variable}.role")],
                "namespace": "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified" }] } } });
    let keys = certificates::long().into_iter().take(1).collect();
    let app = add(org, raw, "2022-09-05T08:00:00Z", schemas::bare, keys);
    org.plant("template-names-old", vec![app.clone()]);
    org.plant("statement-names-old", vec![app]);
}

fn imported_group(org: &mut Org, old: &str) -> String {
    let words = "Imported from Zendesk (2019)";
    let imported = org.insert_group("Zendesk agents", words, "APP_GROUP", past("2019-03-14T08:00:00Z"));
    if let Some(group) = org.groups.get_mut(&imported) {
        group.source = Some(old.to_owned());
    }
    org.plant("imported-group", vec![imported.clone()]);
    imported
}

fn group_rules(org: &mut Org, variable: &str, imported: &str) {
    let at = past(AT);
    for (name, group, expression, key) in [
        (
            "Help desk admins keep the macros",
            "Macro Editors",
            format!("{variable}.role==\"admin\""),
            "group-rule-names-old",
        ),
        (
            "Imported agents get the newsletter",
            "Support Newsletter",
            format!("isMemberOfAnyGroup(\"{imported}\")"),
            "rule-names-imported",
        ),
    ] {
        let group = org.insert_group(group, "Filled by a group rule", "OKTA_GROUP", at);
        let id = org.ids.next("0pr");
        org.group_rules.push(json!({
            "type": "group_rule", "id": id, "status": "ACTIVE", "name": name, "created": AT, "lastUpdated": AT,
            "conditions": {
                "people": { "users": { "exclude": [] }, "groups": { "exclude": [] } },
                "expression": { "value": expression, "type": "urn:okta:expression:1.0" },
            },
            "actions": { "assignUserToGroups": { "groupIds": [group] } },
        }));
        org.plant(key, vec![id]);
    }
}

/// A rule at the end of the org's own policy of this type. Answers its id.
fn rule(org: &mut Org, kind: &str, name: &str, conditions: Value, actions: Value) -> String {
    let id = org.ids.next("0pr");
    let policy = org.policies.values_mut().find(|it| it.text("type") == kind);
    if let Some(policy) = policy {
        policy.rules.push(
            json!({ "id": id, "status": "ACTIVE", "name": name, "priority": 1, "system": false, "type": kind,
            "created": AT, "lastUpdated": AT, "conditions": conditions, "actions": actions }),
        );
        sink_default(policy);
    }
    id
}

fn routing(org: &mut Org, old: &str) {
    let conditions = json!({ "network": { "connection": "ANYWHERE" }, "platform": { "include": [], "exclude": [] },
        "app": { "include": [{ "type": "APP", "id": old }], "exclude": [] } });
    let actions = json!({ "idp": { "providers": [{ "type": "OKTA" }] } });
    let id = rule(
        org,
        "IDP_DISCOVERY",
        "Help desk signs in with Okta",
        conditions,
        actions,
    );
    org.plant("routing-names-old", vec![id]);
}

fn enrolment(org: &mut Org, old: &str) {
    let conditions = json!({ "people": { "users": { "exclude": [] } }, "network": { "connection": "ANYWHERE" },
        "app": { "include": [{ "type": "APP", "id": old }], "exclude": [] } });
    let actions = json!({ "enroll": { "self": "LOGIN" } });
    let id = rule(org, "MFA_ENROLL", "Agents enrol at the help desk", conditions, actions);
    org.plant("enrolment-names-old", vec![id]);
}

fn hooks(org: &mut Org, old: &str) {
    let channel = |uri: &str| {
        json!({ "type": "HTTP", "version": "1.0.0", "config": { "uri": uri, "headers": [], "method": "POST",
            "authScheme": { "type": "HEADER", "key": "authorization" } } })
    };
    let id = org.ids.next("who");
    let condition = format!("event.target.?[type eq 'AppInstance' && id eq '{old}'].size()>0");
    let hook = json!({ "id": id, "status": "ACTIVE", "verificationStatus": "VERIFIED", "name": "Tell the help desk of sign-ins",
        "description": null, "created": AT, "createdBy": org.token.owner, "lastUpdated": AT,
        "events": { "type": "EVENT_TYPE", "items": ["user.authentication.sso"],
            "filter": { "type": "EXPRESSION_LANGUAGE",
                "eventFilterMap": [{ "event": "user.authentication.sso", "condition": { "version": null, "expression": condition } }] } },
        "channel": channel("https://hooks.northwind.example/help-desk") });
    org.elsewhere.event_hooks.insert(id.clone(), hook);
    org.plant("hook-names-old", vec![id]);
    let id = org.ids.next("cal");
    let hook = json!({ "id": id, "status": "ACTIVE", "name": "Warehouse roles", "type": "com.okta.saml.tokens.transform",
        "version": "1.0.2", "created": AT, "lastUpdated": AT, "channel": channel("https://hooks.northwind.example/warehouse") });
    org.elsewhere.inline_hooks.insert(id, hook);
}

fn brand(org: &mut Org, old: &str) {
    let id = org.ids.next("bnd");
    let brand = json!({ "id": id, "name": "northwind", "isDefault": true, "agreeToCustomPrivacyPolicy": false,
        "customPrivacyPolicyUrl": null, "removePoweredByOkta": false, "locale": "en", "emailDomainId": null,
        "defaultApp": { "appInstanceId": old, "appLinkName": "login", "classicApplicationUri": null } });
    org.elsewhere.brands.insert(id.clone(), brand);
    org.plant("brand-names-old", vec![id]);
}

/// Two of them, which name no app.
fn identity_providers(org: &mut Org) {
    let policy = |assign: &str| {
        json!({ "provisioning": { "action": assign, "profileMaster": false, "groups": { "action": "NONE" },
                "conditions": { "deprovisioned": { "action": "NONE" }, "suspended": { "action": "NONE" } } },
            "accountLink": { "filter": null, "action": "AUTO" }, "maxClockSkew": 120_000,
            "subject": { "userNameTemplate": { "template": "idpuser.email" }, "filter": null, "matchType": "USERNAME",
                "matchAttribute": null } })
    };
    let saml = json!({ "type": "SAML2", "algorithms": { "request": { "signature": { "algorithm": "SHA-256", "scope": "REQUEST" } },
            "response": { "signature": { "algorithm": "SHA-256", "scope": "ANY" } } },
        "endpoints": { "sso": { "url": "https://sso.fabrikam.example/saml", "binding": "HTTP-POST",
                "destination": "https://sso.fabrikam.example/saml" }, "acs": { "binding": "HTTP-POST", "type": "INSTANCE" } },
        "credentials": { "trust": { "issuer": "urn:fabrikam:idp", "audience": "urn:northwind:okta", "kid": null } } });
    let oidc = json!({ "type": "OIDC", "scopes": ["openid", "profile", "email"],
        "endpoints": { "authorization": { "url": "https://login.partners.example/authorize", "binding": "HTTP-REDIRECT" },
            "token": { "url": "https://login.partners.example/token", "binding": "HTTP-POST" } },
        "issuer": { "url": "https://login.partners.example" }, "credentials": { "client": { "client_id": "northwind" } } });
    for (name, protocol, kind, provision) in [
        ("Fabrikam (acquired)", saml, "SAML2", "AUTO"),
        ("Partners", oidc, "OIDC", "DISABLED"),
    ] {
        let id = org.ids.next("0oa");
        let idp = json!({ "id": id, "type": kind, "name": name, "status": "ACTIVE", "issuerMode": "DYNAMIC", "properties": null,
            "created": AT, "lastUpdated": AT, "protocol": protocol, "policy": policy(provision) });
        org.elsewhere.idps.insert(id, idp);
    }
}

/// Two policies, one of which is for the old client alone.
fn authorization_server(org: &mut Org, expenses: &str) {
    let id = org.ids.next("aus");
    let issuer = format!("{}/oauth2/{id}", org.url);
    let body = json!({ "id": id, "name": "Northwind services", "description": "Tokens for the company's own services",
        "audiences": ["api://northwind"], "issuer": issuer, "issuerMode": "DYNAMIC", "status": "ACTIVE", "default": false,
        "created": AT, "lastUpdated": AT,
        "credentials": { "signing": { "kid": org.ids.letters(43), "rotationMode": "AUTO", "lastRotated": AT, "nextRotation": AT } } });
    let claim = |nth: usize, name: &str, system: bool, more: Value| {
        let mut claim = json!({ "id": format!("ocl{}{nth}", id[3..].get(1..).unwrap_or_default()), "name": name,
            "status": "ACTIVE", "claimType": "RESOURCE", "alwaysIncludeInToken": true, "system": system,
            "conditions": { "scopes": [] } });
        if let (Value::Object(claim), Value::Object(more)) = (&mut claim, more) {
            claim.extend(more);
        }
        claim
    };
    let claims = vec![
        claim(
            1,
            "sub",
            true,
            json!({ "valueType": "EXPRESSION", "value": "(appuser != null) ? appuser.userName : app.clientId" }),
        ),
        claim(
            2,
            "groups",
            false,
            json!({ "valueType": "GROUPS", "value": "Support", "group_filter_type": "STARTS_WITH" }),
        ),
    ];
    let mut server = Server {
        body,
        policies: Default::default(),
        claims,
    };
    for (name, clients) in [("Expenses", expenses), ("Everything else", "ALL_CLIENTS")] {
        let policy = org.ids.next("00p");
        let rule = org.ids.next("0pr");
        let priority = server.policies.len() + 1;
        let body = json!({ "id": policy, "type": "OAUTH_AUTHORIZATION_POLICY", "status": "ACTIVE", "name": name,
            "description": name, "priority": priority, "system": false, "created": AT, "lastUpdated": AT,
            "conditions": { "clients": { "include": [clients] } } });
        let rules = vec![
            json!({ "id": rule, "type": "RESOURCE_ACCESS", "status": "ACTIVE", "name": "Default", "priority": 1,
            "system": false, "created": AT, "lastUpdated": AT,
            "conditions": { "people": { "users": { "include": [], "exclude": [] },
                    "groups": { "include": ["EVERYONE"], "exclude": [] } },
                "grantTypes": { "include": ["authorization_code"] }, "scopes": { "include": ["*"] } },
            "actions": { "token": { "accessTokenLifetimeMinutes": 60, "refreshTokenLifetimeMinutes": 0,
                "refreshTokenWindowMinutes": 10_080, "inlineHook": null } } }),
        ];
        if clients == expenses {
            org.plant("client-condition", vec![policy.clone()]);
        }
        server.policies.insert(policy, (body, rules));
    }
    org.elsewhere.servers.insert(id, server);
}

/// Three groups that the old app pushes into the service, one of them assigned as well; the first is pushed by the new app,
/// too, and the last cannot be pushed.
fn pushes(org: &mut Org, old: &str, new: &str) {
    let by_name = |org: &Org, name: &str| {
        let group = org
            .groups
            .values()
            .find(|it| it.name == name && it.kind == "OKTA_GROUP");
        group.map(|it| it.id.clone()).unwrap_or_default()
    };
    let [finance, success, readers] = ["Finance", "Customer Success", "Wiki Readers"].map(|name| by_name(org, name));
    let failed = "Unable to push the group: a group with the name Wiki Readers is in the service already.";
    let mut ids = Vec::new();
    for (app, group, error) in [
        (old, &finance, None),
        (old, &success, None),
        (old, &readers, Some(failed)),
        (new, &finance, None),
    ] {
        let name = org
            .groups
            .get(group)
            .map_or(String::new(), |it| format!("northwind {}", it.name));
        let target = org.insert_group(&name, "", "APP_GROUP", past(AT));
        if let Some(it) = org.groups.get_mut(&target) {
            it.source = Some(app.to_owned());
        }
        let id = org.ids.next("gPm");
        // Group push has time stamps without a fraction.
        let mut mapping = json!({ "id": id, "status": if error.is_some() { "ERROR" } else { "ACTIVE" },
            "sourceGroupId": group, "targetGroupId": target, "created": "2022-03-25T13:45:47Z",
            "lastUpdated": "2022-03-25T13:45:47Z", "lastPush": "2026-02-02T06:00:00Z" });
        if let Some(error) = error {
            mapping["errorSummary"] = json!(error);
        }
        if let Some(app) = org.apps.get_mut(app) {
            app.group_push.push(mapping);
        }
        ids.push(id);
    }
    org.plant("pushes-groups", ids[..3].to_vec());
    org.plant("push-by-both", vec![finance]);
    org.plant("push-and-assigned", vec![success]);
    org.plant("push-fails", vec![readers]);
}

/// The rules of the old help desk's access policy: whom it refuses, whom it asks for more, and everybody else.
pub(super) fn access_rules(org: &mut Org) -> Vec<Value> {
    let zone = org.ids.next("nzo");
    let offices = json!({ "id": zone, "type": "IP", "name": "Offices", "status": "ACTIVE", "usage": "POLICY", "system": false,
        "created": AT, "lastUpdated": AT, "proxies": null,
        "gateways": [{ "type": "CIDR", "value": "192.0.2.0/24" }, { "type": "CIDR", "value": "198.51.100.0/24" }] });
    org.elsewhere.zones.insert(zone.clone(), offices);
    let agents = org.groups.values().find(|it| it.name == super::people::GROUPS[0].0);
    let agents = agents.map(|it| it.id.clone()).unwrap_or_default();
    let stamps = |mut rule: Object| {
        for (field, value) in [
            ("status", "ACTIVE"),
            ("type", "ACCESS_POLICY"),
            ("created", AT),
            ("lastUpdated", AT),
        ] {
            rule.insert(field.into(), json!(value));
        }
        Value::Object(rule)
    };
    let rule = |name: &str, priority: u32, mut conditions: Value, actions: Value| {
        let system = conditions.is_null();
        if !system {
            let users = json!({ "exclude": [] });
            conditions["people"]["users"] = users;
            conditions["userType"] = json!({ "include": [], "exclude": [] });
        }
        let rule = json!({ "name": name, "priority": priority, "system": system, "conditions": conditions,
            "actions": { "appSignOn": actions } });
        stamps(rule.as_object().cloned().unwrap_or_default())
    };
    let allow = |factors: &str, again: &str| {
        json!({ "access": "ALLOW", "verificationMethod":
            { "factorMode": factors, "type": "ASSURANCE", "reauthenticateIn": again, "constraints": [] } })
    };
    let anywhere = json!({ "connection": "ANYWHERE" });
    vec![
        rule(
            "Contractors only from the offices",
            0,
            json!({ "network": { "connection": "ZONE", "exclude": [zone] }, "people": {},
                "elCondition": { "condition": "user.profile.userType == 'contractor'" } }),
            json!({ "access": "DENY" }),
        ),
        rule(
            "Agents use two factors each time",
            1,
            json!({ "network": anywhere, "people": { "groups": { "include": [agents] } }, "riskScore": { "level": "ANY" } }),
            allow("2FA", "PT0S"),
        ),
        rule("Catch-all Rule", 99, Value::Null, allow("1FA", "PT12H")),
    ]
}
