use expect_test::expect;
use serde_json::json;

use super::super::fixtures::{check, edit};
use super::super::{CompareInput, PeopleCount};
use super::*;

fn provisioning(deactivate: &str, seed: &str) -> Reading<Vec<Value>> {
    Reading::Read(vec![
        json!({"name": "USER_PROVISIONING", "status": "ENABLED", "capabilities": {
            "create": {"lifecycleCreate": {"status": "ENABLED"}},
            "update": {"lifecycleDeactivate": {"status": deactivate}, "password": {"status": "ENABLED", "seed": seed}}}}),
        json!({"name": "INBOUND_PROVISIONING", "status": "ENABLED", "capabilities": {
            "importSettings": {"username": {"userNameFormat": "EMAIL"}, "schedule": {"status": "DISABLED", "fullImport": null}}}}),
    ])
}

#[test]
fn settings_are_compared_leaf_by_leaf() {
    check(
        |input| {
            input.old.feature_objects = provisioning("DISABLED", "OKTA");
            input.new.feature_objects = provisioning("DISABLED", "RANDOM");
        },
        expect![[r#"
            provisioning-settings NeedsReview Some(Pilot) NewApp(Provisioning): Provisioning settings differ
                Zendesk (2019) and Zendesk Suite differ in: Setting: first password.
        "#]],
    );
    check(
        |input| {
            input.old.feature_objects = provisioning("DISABLED", "OKTA");
            input.new.feature_objects = provisioning("DISABLED", "OKTA");
        },
        expect![[""]],
    );
    check(
        |input| {
            input.old.feature_objects = provisioning("DISABLED", "OKTA");
            input.new.feature_objects = Reading::Unreadable {
                why: "The credential lacks okta.apps.read.".into(),
            };
        },
        expect![[r#"
            unread-provisioning-settings-new Unknown Some(Pilot) None: Provisioning settings of Zendesk Suite could not be read
                Okta did not show the provisioning settings of Zendesk Suite. The credential lacks okta.apps.read.
        "#]],
    );
}

#[test]
fn deactivate_users_is_believed_from_either_sign() {
    check(
        |input| {
            input.old.feature_objects = provisioning("ENABLED", "OKTA");
            input.new.feature_objects = provisioning("ENABLED", "OKTA");
        },
        expect![[r#"
            deactivate-users Blocked Some(Retire) OldApp(Provisioning) no skip: Zendesk (2019) switches accounts off when people leave it
                Deactivate Users is on in Zendesk (2019).
            deactivate-users-new NeedsReview None NewApp(Provisioning): Zendesk Suite switches accounts off when people leave it
                Deactivate Users is on in Zendesk Suite.
        "#]],
    );
}

fn connected(input: &mut CompareInput, old: &str, new: &str, address: &str) {
    input.old.connection = Reading::Read(json!({"status": old, "authScheme": "TOKEN", "baseUrl": "https://a.example"}));
    input.new.connection = Reading::Read(json!({"status": new, "authScheme": "TOKEN", "baseUrl": address}));
}

#[test]
fn a_connection_that_is_off_or_leads_elsewhere_is_told() {
    check(
        |input| connected(input, "ENABLED", "DISABLED", "https://a.example"),
        expect![[r#"
            connection-off NeedsReview Some(Pilot) NewApp(Provisioning): Zendesk Suite is not connected to its service
                Okta lists the connection of Zendesk Suite as off.
        "#]],
    );
    check(
        |input| connected(input, "ENABLED", "ENABLED", "https://b.example"),
        expect![[r#"
            connection-differs NeedsReview Some(Pilot) NewApp(Provisioning): The two apps are connected differently
                Zendesk (2019) and Zendesk Suite differ in: Address of the service's API.
        "#]],
    );
    check(
        |input| connected(input, "ENABLED", "ENABLED", "https://a.example"),
        expect![[""]],
    );
    // UNKNOWN on both: Okta does not tell.
    check(
        |input| connected(input, "UNKNOWN", "UNKNOWN", "https://a.example"),
        expect![[""]],
    );
}

#[test]
fn provisioning_comes_before_people() {
    let people = |unlinked| {
        Reading::Read(PeopleCount {
            individually: 0,
            through_groups: 0,
            without_external_id: unlinked,
        })
    };
    let created = |input: &mut CompareInput| {
        for side in [&mut input.old, &mut input.new] {
            edit(side, |raw| raw["features"] = json!(["PUSH_NEW_USERS"]));
        }
    };
    check(
        |input| {
            created(input);
            input.new.people = people(3);
        },
        expect![[r#"
            assigned-before-provisioning NeedsReview None NewApp(Assignments): 3 people on Zendesk Suite without an account
                3 people are on Zendesk Suite without a linked account in the service.
            vendor-zendesk-paid-seats NeedsReview Some(Pilot) NewApp(Assignments): The role that Zendesk Suite sends decides who takes a paid seat
                End users are free at Zendesk; agents and admins take a seat each. Making an end user an agent takes one at once.
        "#]],
    );
    check(
        |input| {
            created(input);
            input.new.people = people(0);
        },
        expect![[r#"
            vendor-zendesk-paid-seats NeedsReview Some(Pilot) NewApp(Assignments): The role that Zendesk Suite sends decides who takes a paid seat
                End users are free at Zendesk; agents and admins take a seat each. Making an end user an agent takes one at once.
        "#]],
    );
    // An app that provisions nobody has no linked accounts either.
    check(|input| input.new.people = people(3), expect![[""]]);
    check(|input| input.old.people = people(3), expect![[""]]);
    check(
        |input| {
            created(input);
            let mut some = people(2);
            if let Reading::Read(some) = &mut some {
                some.individually = 5;
            }
            input.old.people = some;
        },
        expect![[r#"
            without-account NeedsReview None OldApp(Assignments): 2 people on Zendesk (2019) without a linked account
                Okta knows no account in the service for 2 of 5 people (`externalId` is null).
            vendor-zendesk-paid-seats NeedsReview Some(Pilot) NewApp(Assignments): The role that Zendesk Suite sends decides who takes a paid seat
                End users are free at Zendesk; agents and admins take a seat each. Making an end user an agent takes one at once.
        "#]],
    );
}

#[test]
fn pushing_usernames_has_a_sentence_for_each_way() {
    check(
        |input| {
            edit(&mut input.old, |raw| {
                raw["features"] = json!(["UPDATE_EXISTING_USERNAME"])
            })
        },
        expect![[r#"
            update-usernames NeedsReview Some(Pilot) NewApp(Provisioning): Push changed usernames: on in Zendesk (2019) only
                Push changed usernames is on in Zendesk (2019) and off in Zendesk Suite.
        "#]],
    );
    check(
        |input| {
            edit(&mut input.new, |raw| {
                raw["features"] = json!(["EXCLUDE_USERNAME_UPDATE_ON_PROFILE_PUSH"])
            })
        },
        expect![[r#"
            exclude-usernames NeedsReview Some(Pilot) NewApp(Provisioning): Leave usernames out of profile pushes: on in Zendesk Suite only
                Leave usernames out of profile pushes is on in Zendesk Suite and off in Zendesk (2019).
        "#]],
    );
}
