//! References, operators, templates.

use expect_test::expect;
use serde_json::{Value, json};

use super::{check, check_template};
use crate::{Preview, references};

#[test]
fn references_and_operators() {
    check(
        &[
            "user.email",
            "source.email",
            "user['email']",
            "user.neverSet",
            "user.nickName",
            "app.domain",
            "target_app.namingContext",
            "office365_app.domain",
            "org.name",
            "org.subDomain",
            "user.getInternalProperty(\"id\")",
            "user.getInternalProperty('status')",
            r#"substringBefore(user.login, "@") + "@" + target_app.namingContext"#,
            "user.firstName + ' ' + user.lastName",
            "1 + 2",
            "1 + 2.5",
            "'1' + 2",
            "user.level + 1",
            "String.len(user.firstName) - 2",
            "user.level >= 7 AND user.level < 8",
            "user.level == 7.0",
            "user.title == null",
            "!user.remote",
            "user.remote and not (user.level == 7)",
            "user.userType == 'Contractor' ? 'c' : 'e'",
            "user.userType == 'x' ? 1 : user.level == 7 ? 2 : 3",
            "user.title ?: 'none'",
            "user.nickName ?: user.firstName",
            r#"user.nickName != "" AND user.nickName != null ? user.nickName : user.firstName"#,
            "appuser.zoneinfo == null ? \"America/Los_Angeles\" : appuser.zoneinfo",
            "true OR isMemberOfGroupName('x')",
            "'O''Brien'",
            "\"\"",
            "-3 + 5",
        ],
        expect![[r#"
            user.email
                "ana.mueller@northwind.example"
            source.email
                "ana.mueller@northwind.example"
            user['email']
                "ana.mueller@northwind.example"
            user.neverSet
                null
            user.nickName
                ""
            app.domain
                "northwind.example"
            target_app.namingContext
                "corp.local"
            office365_app.domain
                "northwind.example"
            org.name
                "Northwind"
            org.subDomain
                "northwind"
            user.getInternalProperty("id")
                "00u1"
            user.getInternalProperty('status')
                "ACTIVE"
            substringBefore(user.login, "@") + "@" + target_app.namingContext
                "Ana.Mueller@corp.local"
            user.firstName + ' ' + user.lastName
                "Ana Müller"
            1 + 2
                3
            1 + 2.5
                3.5
            '1' + 2
                "12"
            user.level + 1
                8
            String.len(user.firstName) - 2
                1
            user.level >= 7 AND user.level < 8
                true
            user.level == 7.0
                true
            user.title == null
                true  [guess] An attribute is empty. Okta makes a difference between one never set (null) and one cleared (""); here the result depends on it.
            !user.remote
                false
            user.remote and not (user.level == 7)
                false
            user.userType == 'Contractor' ? 'c' : 'e'
                "c"
            user.userType == 'x' ? 1 : user.level == 7 ? 2 : 3
                2
            user.title ?: 'none'
                "none"
            user.nickName ?: user.firstName
                "Ana"
            user.nickName != "" AND user.nickName != null ? user.nickName : user.firstName
                "Ana"
            appuser.zoneinfo == null ? "America/Los_Angeles" : appuser.zoneinfo
                unknown: appuser.zoneinfo needs the person's profile in the app, which is not known here.
            true OR isMemberOfGroupName('x')
                true
            'O''Brien'
                "O'Brien"
            ""
                ""
            -3 + 5
                2
        "#]],
    );
}
#[test]
fn built_in_username_templates() {
    check_template(
        &[
            "${source.login}",
            r#"${fn:substringBefore(source.login, "@")}"#,
            "${source.email}",
            "${fn:toLowerCase(source.email)}",
            r#"${fn:substringBefore(source.email, "@")}"#,
            "${source.userName}",
            r#"${fn:substringBefore(source.userName, "@")}"#,
            "${source.samAccountName}",
            "${fn:toLowerCase(source.samAccountName)}",
            "${source.employeeID}",
            "${source.userName}${instance.userSuffix}",
            "x-${source.firstName}.${fn:toLowerCase(source.lastName)}@corp {$5}",
            "http://www.okta.com/${org.externalKey}",
            "${'}'}${ {1,2}[0] }",
            "${source.title}!",
            "no placeholder",
            "",
            "${}",
            "${source.login",
            "${source.login)}",
        ],
        expect![[r#"
            ${source.login}
                "Ana.Mueller@northwind.example"
            ${fn:substringBefore(source.login, "@")}
                "Ana.Mueller"
            ${source.email}
                "ana.mueller@northwind.example"
            ${fn:toLowerCase(source.email)}
                "ana.mueller@northwind.example"
            ${fn:substringBefore(source.email, "@")}
                "ana.mueller"
            ${source.userName}
                unknown: source.userName comes from the directory that the person comes from, not from the Okta profile.
            ${fn:substringBefore(source.userName, "@")}
                unknown: source.userName comes from the directory that the person comes from, not from the Okta profile.
            ${source.samAccountName}
                unknown: source.samAccountName comes from the directory that the person comes from, not from the Okta profile.
            ${fn:toLowerCase(source.samAccountName)}
                unknown: source.samAccountName comes from the directory that the person comes from, not from the Okta profile.
            ${source.employeeID}
                unknown: source.employeeID comes from the directory that the person comes from, not from the Okta profile.
            ${source.userName}${instance.userSuffix}
                unknown: source.userName comes from the directory that the person comes from, not from the Okta profile.
            x-${source.firstName}.${fn:toLowerCase(source.lastName)}@corp {$5}
                "x-Ana.müller@corp {$5}"
            http://www.okta.com/${org.externalKey}
                unknown: org.externalKey of this org is not known here.
            ${'}'}${ {1,2}[0] }
                "}1"
            ${source.title}!
                "!"  [guess] A placeholder is empty (null); what Okta puts in its place is not documented.
            no placeholder
                "no placeholder"

                ""
            ${}
                refused at 2: There is no expression here.
            ${source.login
                refused at 0: "${" is never closed with "}".
            ${source.login)}
                refused at 14: The expression could end before ")", but goes on.
        "#]],
    );
}

#[test]
fn roots_are_found_even_in_a_broken_text() {
    let found = |text: &str| references(text).join(" ");
    expect!["source user zendesk_9ao1g13 zendesk_9ao1g13_app"].assert_eq(&found(
        "user.a == zendesk_9ao1g13.role ? String.len(source.b) : zendesk_9ao1g13_app.domain + 'appuser.x'",
    ));
    expect!["user zendesk_1"].assert_eq(&found("user.a + (zendesk_1.role"));
    expect!["org source"].assert_eq(&found("user.x/${source.login}/${org.externalKey}"));
}

#[test]
fn text_is_what_a_string_attribute_would_hold() {
    let of = |value: Value| Preview::Value(value).text();
    assert_eq!(of(json!(null)), None);
    assert_eq!(of(json!(true)).as_deref(), Some("true"));
    assert_eq!(of(json!(1.5)).as_deref(), Some("1.5"));
    assert_eq!(of(json!("é")).as_deref(), Some("é"));
}
