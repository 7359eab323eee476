//! What could not be read is said, and never taken for empty.

use super::*;

#[test]
fn what_could_not_be_read_is_said_by_name() {
    check(
        |input| {
            let why = || "The credential lacks okta.schemas.read.".to_owned();
            input.new.schema = Reading::Unreadable { why: why() };
            input.old.keys = Reading::Unreadable { why: why() };
            input.old.push = Reading::Unreadable { why: why() };
            input.old.policy = Reading::Unreadable { why: why() };
        },
        expect![[r#"
            unread-keys-old Unknown Some(Pilot) None: Signing keys of Zendesk (2019) could not be read
                Okta did not show the signing keys of Zendesk (2019). The credential lacks okta.schemas.read.
            unread-policy-old Unknown Some(Pilot) None: Access policy of Zendesk (2019) could not be read
                Okta did not show the access policy of Zendesk (2019). The credential lacks okta.schemas.read.
            unread-push-groups-old Unknown Some(Retire) None: Push groups of Zendesk (2019) could not be read
                Okta did not show the push groups of Zendesk (2019). The credential lacks okta.schemas.read.
            unread-schema-new Unknown Some(Map) None: Attributes of Zendesk Suite could not be read
                Okta did not show the attributes of Zendesk Suite. The credential lacks okta.schemas.read.
        "#]],
    );
}

#[test]
fn a_side_that_was_not_read_is_never_taken_for_empty() {
    let mut input = twins();
    let why = || "The network is down.".to_owned();
    input.new.people = Reading::Unreadable { why: why() };
    input.new.groups = Reading::Unreadable { why: why() };
    input.old.push = Reading::Unreadable { why: why() };
    input.old.metadata = Reading::Unreadable { why: why() };
    input.old.policy = Reading::Unreadable { why: why() };
    let comparison = compare(&input, now("2027-01-01"));
    let shown: String = shown_rows(&comparison)
        .lines()
        .filter(|line| line.contains("ould not be read"))
        .map(|l| format!("{l}\n"))
        .collect();
    expect![[r#"
        Issuer (entity ID of Okta) | could not be read | http://www.okta.com/exk2 | Could not be read -> unread-metadata-old
        Sign-on URL of Okta | could not be read | https://northwind.okta.com/app/zendesk/exk2/sso/saml | Could not be read -> unread-metadata-old
        Name ID formats offered | could not be read | urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress | Could not be read -> unread-metadata-old
        Access policy | could not be read | Workforce apps (3 rules) | Could not be read -> unread-policy-old
        Push groups | could not be read | none | Could not be read -> unread-push-groups-old
        People through groups | 4,941 | could not be read | Could not be read -> unread-people-new
        People individually | 41 | could not be read | Could not be read -> unread-people-new
        Assigned groups | 7 | could not be read | Could not be read -> unread-groups-new
    "#]].assert_eq(&shown);
    for id in ["issuer", "access-policy", "push-groups", "new-app-has-people"] {
        assert!(comparison.findings.iter().all(|f| f.id != id), "{id} cannot be known");
    }
}
