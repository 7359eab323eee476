use expect_test::expect;
use serde_json::{Value, json};

use super::fixtures::*;
use super::*;
use crate::certificates::tests::SECOND;
use crate::{Mapping, Reading, Schema, SigningKey};

mod sign_on;
mod unread;

#[test]
fn twins_differ_only_as_they_must() {
    let comparison = compare(&twins(), now("2027-01-01"));
    expect![[r#"
        # Sign-on
        Kind of app | zendesk | zendesk | Passed
        Status | Active | Active | Passed
        Sign-on mode | SAML 2.0 | SAML 2.0 | Passed
        authToken | hidden | hidden[, another one] | Differs as it must
        companySubDomain | northwind | northwind | Passed
        Issuer (entity ID of Okta) | http://www.okta.com/[exk1] | http://www.okta.com/[exk2] | Differs as it must -> issuer
        Sign-on URL of Okta | https://northwind.okta.com/app/zendesk/[exk1]/sso/saml | https://northwind.okta.com/app/zendesk/[exk2]/sso/saml | Differs as it must -> issuer
        Name ID formats offered | urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress | urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress | Passed
        Application username | ${source.login} | ${source.login} | Passed
        # Certificates
        Signing certificate | 08:9C…AE to 2029-03-12 | 08:9C…AE to 2029-03-12 | Passed
        Signing key | one key for both: the service keeps its certificate | one key for both: the service keeps its certificate | Passed
        Certificate signed with | SHA-256 | SHA-256 | Passed
        # Provisioning
        Provisioning | Off | Off | Passed
        # Policy
        Access policy | Workforce apps (3 rules) | Workforce apps (3 rules) | Passed
        # Visibility and portal
        Name on the dashboard | Zendesk [(2019)] | Zendesk [Suite] | Differs as it must
        Hidden from the dashboard | No | No | Passed
        Hidden from the mobile app | No | No | Passed
        Opens by itself after sign-in to Okta | No | No | Passed
        People may ask for it themselves | No | No | Passed
        # Group push
        Push groups | none | none | Passed
        # Assignments
        People through groups | [4,941] | [0] | Differs as it must
        People individually | [41] | [0] | Differs as it must
        Assigned groups | [7] | [0] | Differs as it must
        # Attributes
        Attribute Email | string, required, by user.email | string, required, by user.email | Passed
    "#]].assert_eq(&shown_rows(&comparison));
    expect![[r#"
        vendor-zendesk-primary-sign-on Attest Some(Waves) NewApp(SignOn): With “Redirect to SSO” everybody signs in through the primary configuration
            If Zendesk redirects to SSO, only its primary configuration is used. If it lets people choose, every active configuration is offered.
        issuer NeedsReview Some(Pilot) NewApp(SignOn): The service must learn the new issuer and sign-on URL
            Zendesk (2019) signs as http://www.okta.com/exk1, Zendesk Suite as http://www.okta.com/exk2. Every instance has its own; this cannot be shared.
        vendor-zendesk-second-profile NeedsReview Some(Pilot) NewApp(SignOn): Another e-mail address makes a second Zendesk profile
            Zendesk recognises people by the primary e-mail address. If Zendesk Suite sends another one than the profile has, a new profile is made.
        vendor-zendesk-way-in NeedsReview Some(Waves) None: Keep one Zendesk admin who can sign in without Zendesk Suite
            Zendesk keeps no passwords for people who sign in by SSO. Beside it, e-mail and password can stay on as a second way for team members.
    "#]].assert_eq(&shown_findings(&comparison));
    assert_eq!(comparison.matters(), 0);
}

#[test]
fn the_same_input_gives_the_same_answer_and_every_row_points_to_a_finding() {
    let mut input = twins();
    edit(&mut input.new, |raw| {
        raw["signOnMode"] = Value::Null;
        raw["future"] = json!({"deep": [1, {"x": 2}]});
        raw["features"] = json!(["PUSH_USER_DEACTIVATION", "PUSH_NEW_USERS", "NEW_THING"]);
        raw["settings"]["app"]["companySubDomain"] = json!("other");
    });
    input.new.policy = Reading::Unreadable {
        why: "The credential may not read policies.".into(),
    };
    sound(&input);
    sound(&everything());
    let mut unread = everything();
    for side in [&mut unread.old, &mut unread.new] {
        let why = "Okta said no.".to_owned();
        side.feature_objects = Reading::Unreadable { why: why.clone() };
        side.connection = Reading::Unreadable { why: why.clone() };
        side.push = Reading::Unreadable { why };
    }
    unread.attached = Reading::Unreadable {
        why: "Okta said no.".into(),
    };
    sound(&unread);
}

/// What holds of every comparison.
fn sound(input: &CompareInput) {
    let first = compare(input, now("2027-01-01"));
    assert_eq!(first, compare(input, now("2027-01-01")));
    let titles: Vec<&str> = first.sections.iter().map(|s| s.title).collect();
    let in_order: Vec<&str> = SECTIONS.into_iter().filter(|title| titles.contains(title)).collect();
    assert_eq!(titles, in_order);
    let mut ids = std::collections::BTreeSet::new();
    assert!(first.rows().all(|row| ids.insert(&row.id)), "two rows have one id");
    for row in first.rows().filter(|row| row.matters()) {
        let finding = row
            .finding
            .as_ref()
            .unwrap_or_else(|| panic!("{} has no finding", row.id));
        assert!(
            first.findings.iter().any(|f| f.id == *finding),
            "{} points to nothing",
            row.id
        );
    }
    for finding in &first.findings {
        for words in [&finding.title, &finding.what, &finding.why, &finding.mend] {
            assert!(!words.is_empty(), "{}", finding.id);
            for bad in ["Error", "Invalid", "failed"] {
                assert!(!words.contains(bad), "{}: {words}", finding.id);
            }
        }
        assert!(!finding.evidence.is_empty(), "{}", finding.id);
        assert!(!finding.what.contains(".."), "{}: {}", finding.id, finding.what);
    }
}

#[test]
fn deactivate_users_on_the_old_app_closes_retiring_and_nothing_else() {
    check(
        |input| {
            edit(&mut input.old, |raw| {
                raw["features"] = json!(["PUSH_USER_DEACTIVATION", "PUSH_NEW_USERS"])
            });
            edit(&mut input.new, |raw| {
                raw["features"] = json!(["PUSH_USER_DEACTIVATION", "PUSH_NEW_USERS"])
            });
        },
        expect![[r#"
            deactivate-users Blocked Some(Retire) OldApp(Provisioning) no skip: Zendesk (2019) switches accounts off when people leave it
                Deactivate Users is on in Zendesk (2019).
            deactivate-users-new NeedsReview None NewApp(Provisioning): Zendesk Suite switches accounts off when people leave it
                Deactivate Users is on in Zendesk Suite.
            vendor-zendesk-paid-seats NeedsReview Some(Pilot) NewApp(Assignments): The role that Zendesk Suite sends decides who takes a paid seat
                End users are free at Zendesk; agents and admins take a seat each. Making an end user an agent takes one at once.
        "#]],
    );
}

#[test]
fn provisioning_boxes_are_compared_one_by_one() {
    check(
        |input| {
            edit(&mut input.old, |raw| {
                raw["features"] = json!([
                    "PUSH_NEW_USERS",
                    "PUSH_PROFILE_UPDATES",
                    "GROUP_PUSH",
                    "IMPORT_NEW_USERS"
                ])
            });
            edit(&mut input.new, |raw| {
                raw["features"] = json!(["REACTIVATE_USERS", "PROFILE_MASTERING", "NEW_THING"])
            });
        },
        expect![[r#"
            create-users NeedsReview Some(Pilot) NewApp(Provisioning): Create users: on in Zendesk (2019) only
                Create users is on in Zendesk (2019) and off in Zendesk Suite.
            update-attributes NeedsReview Some(Pilot) NewApp(Provisioning): Update user attributes: on in Zendesk (2019) only
                Update user attributes is on in Zendesk (2019) and off in Zendesk Suite.
            reactivate-users NeedsReview Some(Pilot) NewApp(Provisioning): Reactivate users: on in Zendesk Suite only
                Reactivate users is on in Zendesk Suite and off in Zendesk (2019).
            group-push NeedsReview Some(Pilot) NewApp(Provisioning): Group push: on in Zendesk (2019) only
                Group push is on in Zendesk (2019) and off in Zendesk Suite.
            profile-source-new NeedsReview Some(Pilot) NewApp(Provisioning): Zendesk Suite is a profile source
                Whoever is assigned to Zendesk Suite may have the Okta profile overwritten by it.
            imports NeedsReview None NewApp(Provisioning): The two apps import different things
                Zendesk (2019): new people. Zendesk Suite: Off.
            other-features NeedsReview None NewApp(Provisioning): Other features differ
                Zendesk (2019) and Zendesk Suite differ in: Feature NEW_THING.
            assigned-before-provisioning NeedsReview Some(Pilot) NewApp(Provisioning): Switch provisioning of Zendesk Suite on before anybody is assigned
                Zendesk (2019) creates accounts, Zendesk Suite does not yet.
        "#]],
    );
    check(
        |input| edit(&mut input.old, |raw| raw["features"] = json!(["PROFILE_MASTERING"])),
        expect![[r#"
            profile-source Blocked Some(Retire) OldApp(Provisioning) no skip: Zendesk (2019) is a profile source
                People's Okta profiles come from Zendesk (2019); in Okta they are read-only.
        "#]],
    );
}

#[test]
fn the_two_must_be_two_active_apps_of_one_kind() {
    check(
        |input| input.new = input.old.clone(),
        expect![[r#"
        same-app Blocked Some(Map) None no skip: Old and new app are the same instance
            Both sides are Zendesk (2019) (0oa1).
        new-app-has-people NeedsReview None NewApp(Assignments): Zendesk (2019) already has 4,982 people
            4,941 people through groups and 41 people individually are on Zendesk (2019) already.
    "#]],
    );
    check(
        |input| {
            edit(&mut input.old, |raw| raw["status"] = json!("INACTIVE"));
            edit(&mut input.new, |raw| {
                raw["status"] = json!("INACTIVE");
                raw["name"] = json!("zendesk_sandbox");
                raw["signOnMode"] = json!("BROWSER_PLUGIN");
                raw["credentials"]["scheme"] = json!("EDIT_PASSWORD_ONLY");
            });
        },
        expect![[r#"
            new-app-inactive Blocked Some(Pilot) NewApp(General) no skip: Zendesk Suite is not active
                Okta lists Zendesk Suite as inactive.
            old-app-inactive NeedsReview Some(Pilot) OldApp(General): Zendesk (2019) is not active
                Okta lists Zendesk (2019) as inactive.
            different-kind NeedsReview Some(Pilot) NewApp(General): The two apps are of different kinds
                Zendesk (2019) and Zendesk Suite differ in the integration (zendesk and zendesk_sandbox) and the sign-on mode (SAML 2.0 and SWA (browser plugin)).
            swa-passwords NeedsReview Some(Pilot) NewApp(SignOn): Stored passwords stay behind
                Zendesk Suite signs people in with a stored password. Okta shows nobody the passwords that Zendesk (2019) holds.
            sign-on-settings NeedsReview Some(Pilot) NewApp(SignOn): Sign-on settings differ
                Zendesk (2019) and Zendesk Suite differ in: Who sets the password.
        "#]],
    );
    // Custom SAML apps have a name of their own each.
    check(
        |input| {
            for (side, name) in [(&mut input.old, "nw_zendesk_1"), (&mut input.new, "nw_zendesk_2")] {
                edit(side, |raw| {
                    raw["name"] = json!(name);
                    raw["settings"]["signOn"]["ssoAcsUrl"] = json!("https://nw.zendesk.com/access/saml");
                });
            }
        },
        expect![[""]],
    );
}

#[test]
fn people_and_push_groups_are_counted() {
    check(
        |input| {
            input.new.people = Reading::Read(PeopleCount {
                individually: 1,
                through_groups: 1200,
                ..PeopleCount::default()
            });
            let push = |status: &str| PushMapping::read(json!({"id": "gPm1", "status": status}));
            input.old.push = Reading::Read(vec![push("ACTIVE"), push("ERROR"), push("INACTIVE")]);
        },
        expect![[r#"
            push-groups NeedsReview Some(Retire) OldApp(PushGroups): Zendesk (2019) pushes 2 groups
                2 push groups of Zendesk (2019) write memberships into the service.
            push-stuck NeedsReview Some(Retire) OldApp(PushGroups): 1 push group is stuck
                Stuck: gPm1 on Zendesk (2019).
            new-app-has-people NeedsReview None NewApp(Assignments): Zendesk Suite already has 1,201 people
                1,200 people through groups and 1 person individually are on Zendesk Suite already.
        "#]],
    );
}

#[test]
fn usernames_and_attributes_that_need_a_look_are_named() {
    check(
        |input| {
            edit(&mut input.new, |raw| {
                raw["credentials"]["userNameTemplate"] = json!({"template": "zendesk_0oa1.email", "type": "CUSTOM"})
            });
            input.new.schema = Reading::Read(Schema::read(
                json!({"name": "zendesk_0oa2", "definitions": {"base": {"properties": {
                "userName": {"title": "Username", "type": "string", "required": true},
                "role": {"title": "Role", "type": "string", "required": true},
                "email": {"title": "Email", "type": "string", "maxLength": 50}}}}}),
            ));
            input.new.mappings = Reading::Read(vec![
                Mapping::read(json!({"id": "prm", "source": {"id": "oty"}, "properties": {
                    "email": {"expression": "zendesk_0oa1_app.x ?: user.email", "pushStatus": "DONT_PUSH"}}}))
                .unwrap(),
            ]);
        },
        expect![[r#"
            username-template NeedsReview None NewApp(SignOn): The two apps name people differently
                Zendesk (2019) makes usernames by ${source.login}, Zendesk Suite by zendesk_0oa1.email.
            attributes-differ NeedsReview None None: 2 attributes differ
                Zendesk (2019) and Zendesk Suite differ in: Email and Role.
            required-attribute NeedsReview None NewApp(Provisioning): Zendesk Suite requires what Okta does not fill
                Required and without a mapping: Role.
            names-old-app NeedsReview Some(Retire) NewApp(Provisioning): Zendesk Suite takes values from Zendesk (2019)
                On Zendesk Suite, the mapping of email and the username template use the variable zendesk_0oa1 of Zendesk (2019).
        "#]],
    );
}

#[test]
fn a_pair_with_something_of_every_kind() {
    let comparison = compare(&everything(), now("2027-01-01"));
    let matters: String = shown_rows(&comparison)
        .lines()
        .filter(|l| l.starts_with('#') || !l.ends_with("Passed"))
        .map(|l| format!("{l}\n"))
        .collect();
    expect![[r#"
        # Sign-on
        Attribute statement role | zendesk_[0oa1].role | zendesk_[0oa2].role | Differs as it must
        authToken | hidden | hidden[, another one] | Differs as it must
        Client ID | [0oa1] | [0oa2] | Differs as it must
        Client secret | hidden | hidden[, another one] | Differs as it must
        Issuer (entity ID of Okta) | http://www.okta.com/[exk1] | http://www.okta.com/[exk2] | Differs as it must -> issuer
        Sign-on URL of Okta | https://northwind.okta.com/app/zendesk/[exk1]/sso/saml | https://northwind.okta.com/app/zendesk/[exk2]/sso/saml | Differs as it must -> issuer
        # Certificates
        Signing certificate | [08:9C…AE to 2029-03-12] | [03:C4…F5 to 2036-11-20] | Needs review -> signing-certificate
        Certificate signed with | SHA-[256] | SHA-[1] | Needs review -> certificate-hash
        # Provisioning
        Deactivate users on unassign | [On] | [Off] | Blocked -> deactivate-users
        Push changed usernames | [On] | [Off] | Needs review -> update-usernames
        Feature NEW | [Off] | [On] | Only in the new app -> other-features
        Setting: deactivate users | [ENABLED] | [DISABLED] | Needs review -> deactivate-users
        Setting: first password | [0oa1] | [0oa2] | Needs review -> provisioning-settings
        Connection to the service | [On] | [Off] | Needs review -> connection-off
        Address of the service's API | [0oa1] | [0oa2] | Needs review -> connection-differs
        Entitlement management | On (ENABLED) | On (ENABLED) | Needs review -> governance
        Accounts are made by hand | Yes | Yes | Needs review -> manual-provisioning
        # Policy
        Access policy | [0oa1] (1 rule) | [0oa2] (1 rule) | Needs review -> access-policy
        Rule Catch-all | Everybody, whenever no rule above applies: [denied] | Everybody, whenever no rule above applies: [allowed] | Needs review -> access-policy
        # Visibility and portal
        Name on the dashboard | Zendesk [(2019)] | Zendesk [Suite] | Differs as it must
        Note for admins | about [0oa1] | about [0oa2] | Differs as it must
        # Group push
        Push groups | 2 active[, 1 inactive] | 2 active | Needs review -> push-groups
        Push group 00g1 | active, as Sales | active, as Sales | Needs review -> push-both
        Push group 00g2 | [stuck, as Sales] | [not set] | Only in the old app -> push-groups
        Push group 00g3 | [inactive, as Sales] | [not set] | Differs as it must
        Push group 00g4 | [not set] | [active, as Sales] | Differs as it must
        # Assignments
        People through groups | [4,941] | [0] | Differs as it must
        People individually | [41] | [2] | Needs review -> new-app-has-people
        Assigned groups | [7] | [0] | Differs as it must
        Federation broker mode | [No] | [Yes] | Blocked -> federation-broker-new
        Seats | 10 | 10 | Needs review -> seats
        # Attributes
        # Everything else attached
        Routing rules | [1 place names it] | [not named there] | Needs review -> references-routing
        Group rules | [1 place names it] | [not named there] | Needs review -> references
        Mappings of other apps | [1 place names it] | [not named there] | Needs review -> references-values
        Groups that come from the old app | [1 group] | [none] | Only in the old app -> imported-groups
        Brands | could not be read | could not be read | Could not be read -> unread-references
        future.deep | [0oa1] | [0oa2] | Needs review -> other-settings
    "#]].assert_eq(&matters);
    expect![[r#"
        deactivate-users Blocked Some(Retire) OldApp(Provisioning) no skip: Zendesk (2019) switches accounts off when people leave it
            Deactivate Users is on in Zendesk (2019).
        federation-broker-new Blocked Some(Pilot) NewApp(General): Zendesk Suite lets everybody in, assigned or not
            Federation broker mode is on in Zendesk Suite (Okta shows it as implicit assignment).
        unread-references Unknown Some(Delete) None: Not everything was read that may name Zendesk (2019)
            Okta did not show: brands. The credential lacks okta.brands.read.
        identity-providers Attest Some(Pilot) None: Can the service hold two identity providers at once?
            To the service, Zendesk Suite is a second identity provider beside the old one. Nobody has said yet whether it takes one or several. No vendor card of Rehome knows.
        vendor-zendesk-primary-sign-on Attest Some(Waves) NewApp(SignOn): With “Redirect to SSO” everybody signs in through the primary configuration
            If Zendesk redirects to SSO, only its primary configuration is used. If it lets people choose, every active configuration is offered.
        issuer NeedsReview Some(Pilot) NewApp(SignOn): The service must learn the new issuer and sign-on URL
            Zendesk (2019) signs as http://www.okta.com/exk1, Zendesk Suite as http://www.okta.com/exk2. Every instance has its own; this cannot be shared.
        client-id NeedsReview Some(Pilot) NewApp(General): The service must learn the new client ID
            The client ID changes from 0oa1 to 0oa2, and the secret with it. Every instance has its own.
        signing-certificate NeedsReview Some(Pilot) NewApp(SignOn): The two apps sign with different certificates
            Zendesk (2019) and Zendesk Suite each have their own signing certificate. The service trusts the old one only.
        certificate-hash NeedsReview None NewApp(SignOn): The certificate of Zendesk Suite is signed with SHA-1
            Its certificate is signed with SHA-1, which is no longer held to be safe.
        update-usernames NeedsReview Some(Pilot) NewApp(Provisioning): Push changed usernames: on in Zendesk (2019) only
            Push changed usernames is on in Zendesk (2019) and off in Zendesk Suite.
        other-features NeedsReview None NewApp(Provisioning): Other features differ
            Zendesk (2019) and Zendesk Suite differ in: Feature NEW.
        provisioning-settings NeedsReview Some(Pilot) NewApp(Provisioning): Provisioning settings differ
            Zendesk (2019) and Zendesk Suite differ in: Setting: first password.
        connection-off NeedsReview Some(Pilot) NewApp(Provisioning): Zendesk Suite is not connected to its service
            Okta lists the connection of Zendesk Suite as off.
        connection-differs NeedsReview Some(Pilot) NewApp(Provisioning): The two apps are connected differently
            Zendesk (2019) and Zendesk Suite differ in: Address of the service's API.
        assigned-before-provisioning NeedsReview None NewApp(Assignments): 1 person on Zendesk Suite without an account
            1 person is on Zendesk Suite without a linked account in the service.
        governance NeedsReview Some(Pilot) NewApp(General): Entitlements stay behind
            Entitlement management: Zendesk (2019): On (ENABLED). Zendesk Suite: On (ENABLED).
        manual-provisioning NeedsReview Some(Pilot) NewApp(General): Zendesk Suite wants accounts confirmed by hand
            Manual provisioning is on in Zendesk Suite.
        access-policy NeedsReview Some(Pilot) NewApp(SignOn): The two apps have different access policies
            Zendesk (2019): 0oa1 (1 rule). Zendesk Suite: 0oa2 (1 rule). Weaker on Zendesk Suite: rule Catch-all lets in whom the old one denied.
        default-policy NeedsReview Some(Pilot) NewApp(SignOn): Zendesk Suite has the org's default policy
            Okta gives every new app its default policy. Zendesk (2019) has one that somebody chose.
        push-both NeedsReview Some(Pilot) NewApp(PushGroups): Both apps push the same group
            Zendesk (2019) and Zendesk Suite both push 00g1.
        push-groups NeedsReview Some(Retire) OldApp(PushGroups): Zendesk (2019) pushes 2 groups
            2 push groups of Zendesk (2019) write memberships into the service.
        push-name-clash NeedsReview Some(Retire) NewApp(PushGroups): Two groups are pushed under one name
            In the service these meet: Sales (from 00g1, 00g2, 00g3 and 00g4).
        push-stuck NeedsReview Some(Retire) OldApp(PushGroups): 1 push group is stuck
            Stuck: 00g2 on Zendesk (2019).
        push-and-assign NeedsReview Some(Retire) NewApp(PushGroups): A group both gives the app and is pushed
            On Zendesk (2019): Sales. On Zendesk Suite: Sales.
        new-app-has-people NeedsReview None NewApp(Assignments): Zendesk Suite already has 2 people
            0 people through groups and 2 people individually are on Zendesk Suite already.
        seats NeedsReview Some(Waves) NewApp(General): Zendesk Suite has 10 seats for 4,984 people
            Zendesk Suite names 10 seats; 4,984 people are to be on it.
        references-routing NeedsReview Some(Pilot) None: 1 place names Zendesk (2019) in routing
            Sales first: conditions.app.include.id holds its id (routing rules).
        references-values NeedsReview Some(Retire) None: 1 place reads values of Zendesk (2019)
            Okta to Jira: properties.role.expression reads zendesk_0oa1 (mappings of other apps).
        references NeedsReview Some(Delete) None: 1 place names Zendesk (2019) elsewhere in Okta
            Admins: conditions.expression.value holds the group zendesk admins that came from it (group rules).
        imported-groups NeedsReview Some(Delete) None: Zendesk (2019) brought 1 group into Okta
            From Zendesk (2019): zendesk admins.
        other-settings NeedsReview None NewApp(General): Other settings differ
            Zendesk (2019) and Zendesk Suite differ in: future.deep.
        vendor-zendesk-paid-seats NeedsReview Some(Pilot) NewApp(Assignments): The role that Zendesk Suite sends decides who takes a paid seat
            End users are free at Zendesk; agents and admins take a seat each. Making an end user an agent takes one at once.
        vendor-zendesk-second-profile NeedsReview Some(Pilot) NewApp(SignOn): Another e-mail address makes a second Zendesk profile
            Zendesk recognises people by the primary e-mail address. If Zendesk Suite sends another one than the profile has, a new profile is made.
        vendor-zendesk-way-in NeedsReview Some(Waves) None: Keep one Zendesk admin who can sign in without Zendesk Suite
            Zendesk keeps no passwords for people who sign in by SSO. Beside it, e-mail and password can stay on as a second way for team members.
    "#]].assert_eq(&shown_findings(&comparison));
}
