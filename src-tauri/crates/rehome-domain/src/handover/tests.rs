use expect_test::expect;
use serde_json::{Value, json};

use super::*;
use crate::certificates::tests::{FIRST, SECOND};
use crate::compare::fixtures::{edit, now, twins};
use crate::{Reading, SigningKey};

const ORG: &str = "https://northwind.okta.com/";

fn pair(mode: &str, change: impl Fn(&mut Value, &str)) -> (Side, Side) {
    let input = twins();
    let (mut old, mut new) = (input.old, input.new);
    for (side, id) in [(&mut old, "0oa1"), (&mut new, "0oa2")] {
        edit(side, |raw| {
            raw["signOnMode"] = json!(mode);
            change(raw, id);
        });
        if mode != "SAML_2_0" {
            side.metadata = Reading::NotApplicable;
            side.keys = Reading::NotApplicable;
        }
    }
    (old, new)
}

fn shown(sheet: &HandOver) -> String {
    let mut shown = format!("{:?}\n", sheet.protocol);
    for item in &sheet.items {
        let value = |value: &Option<String>| value.as_deref().unwrap_or("-").replace('\n', " + ");
        shown += &format!(
            "{}{}{}: {} | {}\n",
            item.id,
            if item.must_change { " !" } else { "" },
            if item.secret { " (secret)" } else { "" },
            value(&item.old),
            value(&item.new)
        );
    }
    sheet.warnings.iter().for_each(|w| shown += &format!("* {w}\n"));
    shown
}

#[test]
fn a_custom_saml_app_hands_over_issuer_addresses_and_certificate() {
    let (old, mut new) = pair("SAML_2_0", |raw, id| {
        raw["settings"]["signOn"] = json!({"idpIssuer": "http://www.okta.com/${org.externalKey}",
            "ssoAcsUrl": "https://nw.zendesk.com/access/saml", "audience": "nw.zendesk.com",
            "subjectNameIdFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", "signatureAlgorithm": "RSA_SHA256"});
        raw["_links"] = json!({"appLinks": [{"href": format!("https://northwind.okta.com/home/zendesk/{id}/aln1")}]});
    });
    new.keys = Reading::Read(vec![SigningKey::read(json!({"kid": "kid-0oa2", "x5c": [SECOND]}))]);
    let sheet = sheet(&old, &new, ORG, now("2027-01-01"));
    expect![[r#"
        Saml
        issuer !: http://www.okta.com/exk1 | http://www.okta.com/exk2
        entity-id !: http://www.okta.com/exk1 | http://www.okta.com/exk2
        sso-url-post !: https://northwind.okta.com/app/zendesk/exk1/sso/saml | https://northwind.okta.com/app/zendesk/exk2/sso/saml
        sso-url-redirect !: https://northwind.okta.com/app/zendesk/exk1/sso/saml | https://northwind.okta.com/app/zendesk/exk2/sso/saml
        acs: https://nw.zendesk.com/access/saml | https://nw.zendesk.com/access/saml
        audience: nw.zendesk.com | nw.zendesk.com
        name-id-format: urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress | urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress
        signature: RSA_SHA256 | RSA_SHA256
        metadata-url: https://northwind.okta.com/api/v1/apps/0oa1/sso/saml/metadata?kid=kid-0oa1 | https://northwind.okta.com/api/v1/apps/0oa2/sso/saml/metadata?kid=kid-0oa2
        metadata-url-public !: https://northwind.okta.com/app/exk1/sso/saml/metadata | https://northwind.okta.com/app/exk2/sso/saml/metadata
        embed-link: https://northwind.okta.com/home/zendesk/0oa1/aln1 | https://northwind.okta.com/home/zendesk/0oa2/aln1
    "#]].assert_eq(&shown(&sheet));
    assert!(!sheet.shares_key);
    let (old, new) = (sheet.certificates.old.unwrap(), sheet.certificates.new.unwrap());
    assert_eq!(
        (old.key_type, old.key_bits, old.signature_hash.as_str()),
        ("RSA", Some(1024), "SHA-256")
    );
    assert_eq!(new.signature_hash, "SHA-1");
    assert_eq!(old.days_left, 801);
    assert!(old.pem.contains(&FIRST[..64]));
}

#[test]
fn one_key_for_both_leaves_the_certificate_alone_and_an_expiring_one_is_told() {
    let input = twins();
    let sheet_at = |day: &str| sheet(&input.old, &input.new, ORG, now(day));
    let fresh = sheet_at("2027-01-01");
    assert!(fresh.shares_key && fresh.warnings.is_empty(), "{:?}", fresh.warnings);
    assert!(fresh.intro[0].contains("The certificate stays"));
    expect![[r#"
        The certificate of Zendesk (2019) expires on 2029-03-12, in 39 days.
        The certificate of Zendesk Suite expires on 2029-03-12, in 39 days."#]]
    .assert_eq(&sheet_at("2029-02-01").warnings.join("\n"));
    expect![[r#"
        The certificate of Zendesk (2019) expired on 2029-03-12.
        The certificate of Zendesk Suite expired on 2029-03-12."#]]
    .assert_eq(&sheet_at("2029-03-13").warnings.join("\n"));
}

#[test]
fn what_could_not_be_read_is_said_and_not_made_up() {
    let mut input = twins();
    input.new.metadata = Reading::Unreadable { why: "No.".into() };
    input.new.keys = Reading::Unreadable { why: "No.".into() };
    let sheet = sheet(&input.old, &input.new, ORG, now("2027-01-01"));
    expect![[r#"
        Saml
        issuer !: http://www.okta.com/exk1 | -
        entity-id !: http://www.okta.com/exk1 | -
        sso-url-post !: https://northwind.okta.com/app/zendesk/exk1/sso/saml | -
        sso-url-redirect !: https://northwind.okta.com/app/zendesk/exk1/sso/saml | -
        name-id-format: urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress | -
        metadata-url: https://northwind.okta.com/api/v1/apps/0oa1/sso/saml/metadata?kid=kid-0oa1 | -
        metadata-url-public !: https://northwind.okta.com/app/exk1/sso/saml/metadata | -
        * The certificate of Zendesk Suite could not be read. Download it from the Sign On tab.
        * Issuer and sign-on URL of Zendesk Suite could not be read. Take them from the Sign On tab, View SAML setup instructions.
    "#]].assert_eq(&shown(&sheet));
    assert!(sheet.certificates.new.is_none() && !sheet.shares_key);
}

#[test]
fn an_issuer_set_by_hand_is_not_the_entity_id() {
    let (old, new) = pair("SAML_2_0", |raw, id| {
        raw["settings"]["signOn"]["idpIssuer"] = json!(format!("urn:northwind:{id}"));
    });
    let sheet = sheet(&old, &new, ORG, now("2027-01-01"));
    let value = |id: &str| sheet.items.iter().find(|i| i.id == id).unwrap().new.clone().unwrap();
    assert_eq!(value("issuer"), "urn:northwind:0oa2");
    assert_eq!(value("entity-id"), "http://www.okta.com/exk2");
}

#[test]
fn an_openid_connect_app_hands_over_a_client_but_never_its_secret() {
    let (old, new) = pair("OPENID_CONNECT", |raw, id| {
        raw["credentials"]["oauthClient"] = json!({"client_id": id, "client_secret": format!("cs-{id}"), "token_endpoint_auth_method": "client_secret_basic"});
        raw["settings"]["oauthClient"] = json!({"issuer_mode": if id == "0oa2" { "DYNAMIC" } else { "ORG_URL" },
            "redirect_uris": ["https://a.example/cb", "https://b.example/cb"], "initiate_login_uri": "https://a.example/login"});
    });
    let sheet = sheet(&old, &new, ORG, now("2027-01-01"));
    expect![[r#"
        Oidc
        issuer !: https://northwind.okta.com | -
        discovery !: https://northwind.okta.com/.well-known/openid-configuration | -
        client-id !: 0oa1 | 0oa2
        client-secret ! (secret): - | -
        client-auth: client_secret_basic | client_secret_basic
        redirect-uris: https://a.example/cb + https://b.example/cb | https://a.example/cb + https://b.example/cb
        initiate-login-uri: https://a.example/login | https://a.example/login
        * Zendesk Suite uses the org's custom address as issuer, or whichever address is asked. Rehome does not know it: see the Sign On tab.
    "#]].assert_eq(&shown(&sheet));
    assert!(!format!("{sheet:?}").contains("cs-0oa") && !text(&sheet).contains("cs-0oa"));
}

#[test]
fn a_public_client_has_no_secret_to_hand_over() {
    let (old, new) = pair("OPENID_CONNECT", |raw, id| {
        raw["credentials"]["oauthClient"] = json!({"client_id": id, "token_endpoint_auth_method": "none"});
    });
    let sheet = sheet(&old, &new, ORG, now("2027-01-01"));
    assert!(sheet.items.iter().all(|item| !item.secret));
    // The org is the issuer of both; only the client is another.
    let changes: Vec<&str> = sheet
        .items
        .iter()
        .filter(|item| item.must_change)
        .map(|item| item.id)
        .collect();
    assert_eq!(changes, ["client-id"]);
}

#[test]
fn the_other_protocols() {
    let (old, new) = pair("WS_FEDERATION", |raw, _| {
        raw["settings"]["app"] =
            json!({"realm": "urn:nw", "wReplyURL": "https://nw.example/", "usernameAttribute": "upn"});
    });
    expect![[r#"
        WsFed
        realm: urn:nw | urn:nw
        reply-url: https://nw.example/ | https://nw.example/
        username: upn | upn
        * The certificate of Zendesk (2019) could not be read. Download it from the Sign On tab.
        * The certificate of Zendesk Suite could not be read. Download it from the Sign On tab.
        * Okta has no documented API for the WS-Federation metadata: issuer and sign-on URL are not on this sheet. Download the metadata of both apps from the Sign On tab.
    "#]].assert_eq(&shown(&sheet(&old, &new, ORG, now("2027-01-01"))));
    let (old, new) = pair("BROWSER_PLUGIN", |raw, _| {
        raw["settings"]["app"] = json!({"url": "https://nw.example/login"});
        raw["credentials"]["scheme"] = json!("EDIT_USERNAME_AND_PASSWORD");
    });
    expect![[r#"
        Swa
        sign-in-url: https://nw.example/login | https://nw.example/login
        who-sets: EDIT_USERNAME_AND_PASSWORD | EDIT_USERNAME_AND_PASSWORD
        * Stored passwords stay behind: Okta shows them to nobody. People are asked for theirs once, or an admin enters it.
    "#]].assert_eq(&shown(&sheet(&old, &new, ORG, now("2027-01-01"))));
    let (old, new) = pair("BOOKMARK", |raw, id| {
        raw["settings"]["app"] = json!({"url": format!("https://{id}.example")});
    });
    expect![[r#"
        Bookmark
        url: https://0oa1.example | https://0oa2.example
        * The two apps do not agree on what belongs to the service: Address. Please say which is right, or whether both are meant.
    "#]]
    .assert_eq(&shown(&sheet(&old, &new, ORG, now("2027-01-01"))));
    let (old, mut new) = pair("SAML_2_0", |_, _| {});
    edit(&mut new, |raw| raw["signOnMode"] = Value::Null);
    expect![[r#"
        Other
        * Zendesk (2019) signs in by SAML 2.0, Zendesk Suite by None (provisioning only): the service must be set up anew, not only changed.
    "#]].assert_eq(&shown(&sheet(&old, &new, ORG, now("2027-01-01"))));
}

#[test]
fn the_text_sets_old_and_new_beside_each_other() {
    let (old, mut new) = pair("SAML_2_0", |raw, id| {
        raw["settings"]["signOn"] = json!({"ssoAcsUrl": "https://nw.zendesk.com/access/saml"});
        raw["credentials"]["oauthClient"] = json!({"client_id": id});
    });
    new.keys = Reading::Read(vec![SigningKey::read(json!({"kid": "kid-0oa2", "x5c": [SECOND]}))]);
    let text = text(&sheet(&old, &new, ORG, now("2027-01-01")));
    let table: String = text
        .lines()
        .take_while(|line| !line.starts_with("Certificate of"))
        .map(|line| format!("{line}\n"))
        .collect();
    expect![[r#"
        Hand-over: Zendesk (2019) to Zendesk Suite
        ==========================================

        People will sign in to your service through Zendesk Suite instead of Zendesk (2019). Please put the new values in where the table says that they change.

        If your service can hold two identity providers, add the new one beside the old one and leave the old one until we say so. If it holds one, do not change anything before the hour that we agree on: sign-in switches for everybody at that moment.

        Keep the old values: putting them back is the way back.

                                                  Old: Zendesk (2019)                                                                              New: Zendesk Suite
        Issuer                                    http://www.okta.com/exk1                                                                         http://www.okta.com/exk2                                                                         changes
        Entity ID in the metadata                 http://www.okta.com/exk1                                                                         http://www.okta.com/exk2                                                                         changes
        Sign-on URL (POST)                        https://northwind.okta.com/app/zendesk/exk1/sso/saml                                             https://northwind.okta.com/app/zendesk/exk2/sso/saml                                             changes
        Sign-on URL (redirect)                    https://northwind.okta.com/app/zendesk/exk1/sso/saml                                             https://northwind.okta.com/app/zendesk/exk2/sso/saml                                             changes
        Sign-on address of the service (ACS)      https://nw.zendesk.com/access/saml                                                               https://nw.zendesk.com/access/saml
        Name ID format                            urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress                                           urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress
        Metadata, through Okta's API              https://northwind.okta.com/api/v1/apps/0oa1/sso/saml/metadata?kid=kid-0oa1                       https://northwind.okta.com/api/v1/apps/0oa2/sso/saml/metadata?kid=kid-0oa2
        Metadata, for the service (not verified)  https://northwind.okta.com/app/exk1/sso/saml/metadata                                            https://northwind.okta.com/app/exk2/sso/saml/metadata                                            changes
        Certificate, SHA-1                        52:BA:73:96:9D:D4:0A:A3:46:39:65:81:45:F4:FD:EA:13:BA:61:69                                      B4:8C:8F:BB:7F:7C:34:C5:21:D8:35:7A:35:3D:FB:40:0D:92:68:94                                      changes
        Certificate, SHA-256                      08:9C:B5:7B:1A:23:36:B7:F5:91:D7:23:C7:23:74:C9:94:23:B8:38:1A:46:AB:3F:5D:0A:B2:3B:0F:49:40:AE  03:C4:86:80:27:0E:2D:C1:44:F0:F6:6A:C8:2D:66:4E:71:7A:89:81:BF:54:0C:03:04:1A:38:F6:99:7D:F1:F5
        Certificate, subject                      O=Okta, OU=SSOProvider, CN=northwind                                                             O=Okta, OU=SSOProvider, CN=northwind
        Certificate, serial number                2C:A7:97:FD:0F:B2:C1:03:43:F6:32:25:28:0E:C1:BB:C0:80:A4:73                                      0D:DD:EA:EA:6B:AB:17:5A:1F:DA:F0:07:07:C8:87:3F:6A:E8:F3:8A
        Certificate, valid from                   2026-11-23                                                                                       2026-11-23
        Certificate, valid to                     2029-03-12 (801 days left)                                                                       2036-11-20 (3611 days left)
        Certificate, key                          RSA 1024 bits                                                                                    RSA 1024 bits
        Certificate, signed with                  SHA-256                                                                                          SHA-1

    "#]].assert_eq(&table);
    assert_eq!(text.matches("-----BEGIN CERTIFICATE-----").count(), 2);
}
