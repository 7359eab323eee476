//! Pairs of apps for tests, and how comparisons are shown.

use expect_test::Expect;
use serde_json::{Value, json};

use super::*;
use crate::certificates::tests::{FIRST, SECOND};
use crate::metadata::tests::document;
use crate::{App, Mapping, Reading, SamlMetadata, Schema, SigningKey};

pub(crate) fn now(day: &str) -> Timestamp {
    format!("{day}T00:00:00Z").parse().unwrap()
}

pub(crate) fn app(id: &str, label: &str, settings: Value) -> Value {
    json!({"id": id, "orn": format!("orn:okta:{id}"), "name": "zendesk", "label": label, "status": "ACTIVE", "created": id,
        "lastUpdated": id, "signOnMode": "SAML_2_0", "features": [],
        "accessibility": {"selfService": false, "errorRedirectUrl": null},
        "visibility": {"autoLaunch": false, "hide": {"iOS": false, "web": false}, "appLinks": {"login": true}},
        "credentials": {"userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"}, "signing": {"kid": format!("kid-{id}")}},
        "settings": {"app": settings, "signOn": {"defaultRelayState": null, "attributeStatements": []},
            "notes": {"admin": null, "enduser": null}},
        "_links": {"self": id}})
}

pub(crate) fn side(raw: Value, key: &str, issuer: &str) -> Side {
    let app = App::read(raw).unwrap();
    let key = SigningKey::read(
        json!({"kid": format!("kid-{}", app.id), "x5c": [key], "expiresAt": "2036-01-01T00:00:00.000Z"}),
    );
    Side {
        schema: Reading::Read(Schema::read(
            json!({"name": format!("zendesk_{}", app.id), "definitions": {"base": {"properties": {
            "userName": {"title": "Username", "type": "string", "required": true},
            "email": {"title": "Email", "type": "string", "required": true}}}}}),
        )),
        mappings: Reading::Read(vec![
            Mapping::read(json!({"id": "prm", "source": {"id": "oty"}, "target": {"id": app.id},
                "properties": {"email": {"expression": "user.email", "pushStatus": "PUSH"}}}))
            .unwrap(),
        ]),
        keys: Reading::Read(vec![key]),
        metadata: Reading::Read(SamlMetadata::read(&document(issuer, "zendesk", FIRST)).unwrap()),
        policy: Reading::Read(Policy::read(json!({"id": "rst1", "name": "Workforce apps"}), Some(3))),
        people: Reading::Read(PeopleCount::default()),
        groups: Reading::Read(0),
        push: Reading::Read(Vec::new()),
        ..Side::new(app)
    }
}

/// Two instances that differ only where they must.
pub(crate) fn twins() -> CompareInput {
    let settings = json!({"companySubDomain": "northwind", "authToken": "s3cret-old"});
    let mut new_settings = settings.clone();
    new_settings["authToken"] = json!("s3cret-new");
    let mut old = side(app("0oa1", "Zendesk (2019)", settings), FIRST, "exk1");
    old.people = Reading::Read(PeopleCount {
        individually: 41,
        through_groups: 4941,
        ..PeopleCount::default()
    });
    old.groups = Reading::Read(7);
    CompareInput {
        identity_providers: Some(IdentityProviders::Several),
        ..CompareInput::new(
            Engine::Identity,
            old,
            side(app("0oa2", "Zendesk Suite", new_settings), FIRST, "exk2"),
        )
    }
}

/// Two instances with something of every kind to say.
pub(crate) fn everything() -> CompareInput {
    let mut input = twins();
    input.identity_providers = None;
    for (side, id) in [(&mut input.old, "0oa1"), (&mut input.new, "0oa2")] {
        edit(side, |raw| {
            raw["settings"]["implicitAssignment"] = json!(id == "0oa2");
            raw["settings"]["manualProvisioning"] = json!(true);
            raw["settings"]["emOptInStatus"] = json!("ENABLED");
            raw["settings"]["notes"]["admin"] = json!(format!("about {id}"));
            raw["settings"]["signOn"]["attributeStatements"] =
                json!([{"type": "EXPRESSION", "name": "role", "values": [format!("zendesk_{id}.role")]}]);
            raw["licensing"] = json!({"seatCount": 10});
            raw["credentials"]["oauthClient"] = json!({"client_id": id, "client_secret": format!("cs-{id}")});
            raw["_links"]["appLinks"] = json!([{"href": format!("https://nw.okta.com/home/zendesk/{id}/aln1")}]);
            raw["features"] = json!([
                "PUSH_NEW_USERS",
                if id == "0oa1" {
                    "UPDATE_EXISTING_USERNAME"
                } else {
                    "NEW"
                }
            ]);
            raw["future"] = json!({"deep": id});
        });
        side.feature_objects = Reading::Read(vec![json!({"name": "USER_PROVISIONING", "status": "ENABLED",
            "capabilities": {"update": {"lifecycleDeactivate": {"status": if id == "0oa1" { "ENABLED" } else { "DISABLED" }},
            "password": {"seed": id}}}})]);
        side.connection =
            Reading::Read(json!({"status": if id == "0oa1" { "ENABLED" } else { "DISABLED" }, "baseUrl": id}));
        side.policy = Reading::Read(Policy::with_rules(
            json!({"id": format!("rst-{id}"), "name": id, "system": id == "0oa2"}),
            vec![
                json!({"name": "Catch-all", "priority": 99, "system": true, "conditions": null,
                "actions": {"appSignOn": {"access": if id == "0oa1" { "DENY" } else { "ALLOW" }}}}),
            ],
        ));
        let push = |group: &str, status: &str| {
            PushMapping::read(
                json!({"id": "gPm", "sourceGroupId": group, "status": status, "targetGroupName": "Sales"}),
            )
        };
        side.push = Reading::Read(match id {
            "0oa1" => vec![push("00g1", "ACTIVE"), push("00g2", "ERROR"), push("00g3", "INACTIVE")],
            _ => vec![push("00g1", "ACTIVE"), push("00g4", "ACTIVE")],
        });
        side.assigned_groups = Reading::Read([(crate::GroupId::from("00g1"), "Sales".to_owned())].into());
    }
    input.new.keys = Reading::Read(vec![SigningKey::read(json!({"kid": "kid-0oa2", "x5c": [SECOND]}))]);
    input.new.people = Reading::Read(PeopleCount {
        individually: 2,
        without_external_id: 1,
        ..PeopleCount::default()
    });
    input.attached = Reading::Read(vec![
        Attached {
            kind: AttachedKind::RoutingRule,
            id: "0pr1".into(),
            name: "Sales first".into(),
            raw: json!({"conditions": {"app": {"include": [{"type": "APP", "id": "0oa1"}]}}}),
        },
        Attached {
            kind: AttachedKind::GroupFromApp,
            id: "00gapp".into(),
            name: "zendesk admins".into(),
            raw: json!({}),
        },
        Attached {
            kind: AttachedKind::GroupRule,
            id: "0gr1".into(),
            name: "Admins".into(),
            raw: json!({"conditions": {"expression": {"value": "isMemberOfGroup(\"00gapp\")"}}}),
        },
        Attached {
            kind: AttachedKind::Mapping,
            id: "prm9".into(),
            name: "Okta to Jira".into(),
            raw: json!({"target": {"id": "0oa9"}, "properties": {"role": {"expression": "zendesk_0oa1.role"}}}),
        },
    ]);
    input.unreadable = vec![(AttachedKind::Brand, "The credential lacks okta.brands.read.".into())];
    input
}

pub(crate) fn edit(side: &mut Side, change: impl FnOnce(&mut Value)) {
    let mut raw = side.app.raw.clone();
    change(&mut raw);
    side.app = App::read(raw).unwrap();
}

pub(crate) fn spans(spans: &[Span]) -> String {
    spans
        .iter()
        .map(|s| {
            if s.differs {
                format!("[{}]", s.text)
            } else {
                s.text.clone()
            }
        })
        .collect()
}

pub(crate) fn shown_rows(comparison: &Comparison) -> String {
    let mut shown = String::new();
    for section in &comparison.sections {
        shown += &format!("# {}\n", section.title);
        for row in &section.rows {
            let finding = row.finding.as_ref().map(|f| format!(" -> {f}")).unwrap_or_default();
            shown += &format!(
                "{} | {} | {} | {}{finding}\n",
                row.label,
                spans(&row.old),
                spans(&row.new),
                row.outcome.words()
            );
        }
    }
    shown
}

pub(crate) fn shown_findings(comparison: &Comparison) -> String {
    let line = |f: &Finding| {
        format!(
            "{} {:?} {:?} {:?}{}: {}\n    {}\n",
            f.id,
            f.outcome,
            f.blocks,
            f.link,
            if f.can_skip { "" } else { " no skip" },
            f.title,
            f.what
        )
    };
    comparison.findings.iter().map(line).collect()
}

/// The findings that a change to the twins brings about, and no others.
pub(crate) fn check(change: impl FnOnce(&mut CompareInput), expected: Expect) {
    let known: Vec<String> = compare(&twins(), now("2027-01-01"))
        .findings
        .into_iter()
        .map(|f| f.id)
        .collect();
    let mut input = twins();
    change(&mut input);
    let mut comparison = compare(&input, now("2027-01-01"));
    comparison.findings.retain(|f| !known.contains(&f.id));
    expected.assert_eq(&shown_findings(&comparison));
}
