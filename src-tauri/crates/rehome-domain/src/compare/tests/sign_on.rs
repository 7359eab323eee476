//! Sign-on: settings, certificates, clients, policies.

use super::*;

#[test]
fn certificates_are_compared_and_their_dates_looked_at() {
    check(
        |input| {
            input.new.keys = Reading::Read(vec![SigningKey::read(json!({"kid": "kid-0oa2", "x5c": [SECOND]}))]);
        },
        expect![[r#"
            signing-certificate NeedsReview Some(Pilot) NewApp(SignOn): The two apps sign with different certificates
                Zendesk (2019) and Zendesk Suite each have their own signing certificate. The service trusts the old one only.
            certificate-hash NeedsReview None NewApp(SignOn): The certificate of Zendesk Suite is signed with SHA-1
                Its certificate is signed with SHA-1, which is no longer held to be safe.
        "#]],
    );
    let at = |day: &str| {
        let comparison = compare(&twins(), now(day));
        let found = comparison.findings.iter().filter(|f| f.id.starts_with("certificate"));
        found
            .map(|f| format!("{} {:?}: {}\n", f.id, f.outcome, f.title))
            .collect::<String>()
    };
    assert_eq!(at("2029-01-10"), "");
    expect![[r#"
        certificate-expiring-old NeedsReview: The certificate of Zendesk (2019) expires in 51 days
        certificate-expiring-new NeedsReview: The certificate of Zendesk Suite expires in 51 days
    "#]]
    .assert_eq(&at("2029-01-20"));
    expect![[r#"
        certificate-expired-new Blocked: The certificate of Zendesk Suite has expired
        certificate-expired-old NeedsReview: The certificate of Zendesk (2019) has expired
    "#]]
    .assert_eq(&at("2029-03-13"));
    check(
        |input| input.new.keys = Reading::Read(vec![SigningKey::read(json!({"kid": "kid-0oa2", "x5c": ["AAAA"]}))]),
        expect![[r#"
            signing-certificate NeedsReview Some(Pilot) NewApp(SignOn): The two apps sign with different certificates
                One of the two certificates is in a form that Rehome cannot read, so they cannot be compared.
        "#]],
    );
}

#[test]
fn sign_on_settings_are_compared_key_by_key_and_secrets_stay_hidden() {
    let mut input = twins();
    for (side, audience, token) in [
        (&mut input.old, "northwind.zendesk.com", "tok-old"),
        (&mut input.new, "northwind2.zendesk.com", ""),
    ] {
        edit(side, |raw| {
            raw["settings"]["signOn"]["audienceOverride"] = json!(audience);
            raw["settings"]["signOn"]["attributeStatements"] = json!([
                {"type": "EXPRESSION", "name": "role", "values": [format!("zendesk_{}.role", side_id(raw))]},
                {"type": "GROUP", "name": "groups", "filterType": "STARTS_WITH", "filterValue": audience}]);
            raw["settings"]["app"]["apiToken"] = json!(token);
            raw["credentials"]["password"] = json!({"value": format!("pw-{token}")});
            raw["settings"]["vpn"] = json!({"message": audience});
        });
    }
    let comparison = compare(&input, now("2027-01-01"));
    let shown: String = shown_rows(&comparison)
        .lines()
        .filter(|l| l.starts_with('#') || !l.ends_with("Passed"))
        .map(|l| format!("{l}\n"))
        .collect();
    expect![[r#"
        # Sign-on
        Audience (entity ID of the service), overridden | [northwind].zendesk.com | [northwind2].zendesk.com | Needs review -> sign-on-settings
        Attribute statement groups | groups, starts with [northwind].zendesk.com | groups, starts with [northwind2].zendesk.com | Needs review -> sign-on-settings
        Attribute statement role | zendesk_[0oa1].role | zendesk_[0oa2].role | Differs as it must
        apiToken | [hidden] | [not set] | Only in the old app -> sign-on-settings
        authToken | hidden | hidden[, another one] | Differs as it must
        Issuer (entity ID of Okta) | http://www.okta.com/[exk1] | http://www.okta.com/[exk2] | Differs as it must -> issuer
        Sign-on URL of Okta | https://northwind.okta.com/app/zendesk/[exk1]/sso/saml | https://northwind.okta.com/app/zendesk/[exk2]/sso/saml | Differs as it must -> issuer
        # Certificates
        # Provisioning
        # Policy
        # Visibility and portal
        Name on the dashboard | Zendesk [(2019)] | Zendesk [Suite] | Differs as it must
        # Group push
        # Assignments
        People through groups | [4,941] | [0] | Differs as it must
        People individually | [41] | [0] | Differs as it must
        Assigned groups | [7] | [0] | Differs as it must
        # Attributes
        # Everything else attached
        credentials.password.value | hidden | hidden[, another one] | Differs as it must
        settings.vpn.message | [northwind].zendesk.com | [northwind2].zendesk.com | Needs review -> other-settings
    "#]].assert_eq(&shown);
    for secret in ["s3cret", "tok-", "pw-"] {
        assert!(!format!("{comparison:?}").contains(secret), "{secret} is shown");
        assert!(
            !redacted(&input.old.app.raw).to_string().contains(secret),
            "{secret} is in the raw view"
        );
    }
}

fn side_id(raw: &Value) -> &str {
    raw["id"].as_str().unwrap()
}

#[test]
fn openid_connect_apps_get_a_new_client() {
    let mut input = twins();
    for (side, id) in [(&mut input.old, "0oa1"), (&mut input.new, "0oa2")] {
        edit(side, |raw| {
            raw["signOnMode"] = json!("OPENID_CONNECT");
            raw["name"] = json!("oidc_client");
            raw["credentials"]["oauthClient"] = json!({"client_id": id, "client_secret": format!("cs-{id}"), "token_endpoint_auth_method": "client_secret_basic"});
            raw["settings"]["oauthClient"] = json!({"redirect_uris": ["https://a.example/cb", format!("https://{id}.example")],
                "grant_types": ["authorization_code"], "x_new": {"y": id}});
        });
        side.metadata = Reading::NotApplicable;
    }
    let comparison = compare(&input, now("2027-01-01"));
    let sign_on: String = shown_rows(&comparison)
        .split("# ")
        .find(|s| s.starts_with("Sign-on"))
        .unwrap()
        .to_owned();
    expect![[r#"
        Sign-on
        Kind of app | oidc_client | oidc_client | Passed
        Status | Active | Active | Passed
        Sign-on mode | OpenID Connect | OpenID Connect | Passed
        authToken | hidden | hidden[, another one] | Differs as it must
        companySubDomain | northwind | northwind | Passed
        Redirect URIs | https://a.example/cb, https://[0oa1].example | https://a.example/cb, https://[0oa2].example | Needs review -> sign-on-settings
        Grant types | authorization_code | authorization_code | Passed
        x_new | {"y":"[0oa1]"} | {"y":"[0oa2]"} | Needs review -> sign-on-settings
        Client ID | [0oa1] | [0oa2] | Differs as it must
        Client secret | hidden | hidden[, another one] | Differs as it must
        Client authentication | client_secret_basic | client_secret_basic | Passed
        Application username | ${source.login} | ${source.login} | Passed
    "#]].assert_eq(&sign_on);
    assert!(!format!("{comparison:?}").contains("cs-0oa"));
    assert!(comparison.findings.iter().any(|f| f.id == "client-id"));
}

#[test]
fn policies_differ_or_are_only_seen_by_eye() {
    check(
        |input| {
            input.new.policy = Reading::Read(Policy::read(json!({"id": "rst2", "name": "Default policy"}), Some(1)))
        },
        expect![[r#"
            access-policy NeedsReview Some(Pilot) NewApp(SignOn): The two apps have different access policies
                Zendesk (2019): Workforce apps (3 rules). Zendesk Suite: Default policy (1 rule).
        "#]],
    );
    check(
        |input| input.engine = Engine::Classic,
        expect![[r#"
        sign-on-rules Attest Some(Pilot) NewApp(SignOn): Compare the sign-on rules by eye
            This org runs on the Classic Engine, which shows the sign-on rules of Zendesk (2019) and Zendesk Suite in the Admin Console alone.
    "#]],
    );
}
