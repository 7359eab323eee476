use expect_test::{Expect, expect};

use super::profile;
use crate::{Expression, Scope};

fn check(text: &str, expected: Expect) {
    let profile = profile();
    let expression = if text.contains("${") {
        Expression::template(text)
    } else {
        Expression::parse(text)
    };
    let explanation = expression.unwrap().explain(&Scope::new(&profile));
    let mut shown = String::new();
    for line in explanation.lines() {
        let value = line.value.map_or("-".to_owned(), |value| value.to_string());
        let mark = if line.gives_result { "*" } else { "." };
        let space = "  ".repeat(line.depth);
        shown += &format!(
            "{mark}{:>3} {space}{}  =  {value}\n         {space}{}\n",
            line.at, line.text, line.words
        );
    }
    expected.assert_eq(&shown);
}

#[test]
fn which_branch_gave_the_value() {
    check(
        r#"user.nickName != "" AND user.nickName != null ? user.nickName : toLowerCase(user.firstName)"#,
        expect![[r#"
            *  0 user.nickName != "" AND user.nickName != null ? user.nickName : toLowerCase(user.firstName)  =  "ana"
                     The condition does not hold, so the second value is taken.
            .  0   user.nickName != "" AND user.nickName != null  =  false
                       True when all of them are true.
            .  0     user.nickName != ""  =  false
                         A comparison.
            .  0       user.nickName  =  ""
                           Attribute of the Okta profile.
            . 17       ""  =  ""
                           Fixed value.
            . 24     user.nickName != null  =  -
                         Not looked at.
            . 24       user.nickName  =  -
                           Not looked at.
            . 41       null  =  -
                           Not looked at.
            . 48   user.nickName  =  -
                       Not looked at.
            * 64   toLowerCase(user.firstName)  =  "ana"
                       What toLowerCase makes of its value.
            . 76     user.firstName  =  "Ana"
                         Attribute of the Okta profile.
        "#]],
    );
    check(
        "user.title ?: (user.nickName ?: 'none')",
        expect![[r#"
            *  0 user.title ?: (user.nickName ?: 'none')  =  "none"
                     The first value is empty, so the second is taken.
            .  0   user.title  =  null
                       Attribute of the Okta profile.
            * 14   (user.nickName ?: 'none')  =  "none"
                       The first value is empty, so the second is taken.
            . 15     user.nickName  =  ""
                         Attribute of the Okta profile.
            * 32     'none'  =  "none"
                         Fixed value.
        "#]],
    );
    check(
        "user.level > 6 ? user.email : zendesk_1.email",
        expect![[r#"
            *  0 user.level > 6 ? user.email : zendesk_1.email  =  "ana.mueller@northwind.example"
                     The condition holds, so the first value is taken.
            .  0   user.level > 6  =  true
                       A comparison.
            .  0     user.level  =  7
                         Attribute of the Okta profile.
            . 13     6  =  6
                         Fixed value.
            * 17   user.email  =  "ana.mueller@northwind.example"
                       Attribute of the Okta profile.
            . 30   zendesk_1.email  =  -
                       Not looked at.
        "#]],
    );
}

#[test]
fn doubts_stand_at_the_part_where_they_arose() {
    check(
        "user.firstName + (' ' + user.title)",
        expect![[r#"
            *  0 user.firstName + (' ' + user.title)  =  "Ana "
                     Joined, or added where both are numbers.
            .  0   user.firstName  =  "Ana"
                       Attribute of the Okta profile.
            . 17   (' ' + user.title)  =  " "
                       Joined, or added where both are numbers. One side of "+" is empty (null); whether Okta adds nothing or the word "null" is not documented.
            . 18     ' '  =  " "
                         Fixed value.
            . 24     user.title  =  null
                         Attribute of the Okta profile.
        "#]],
    );
    check(
        "substringBefore(user.firstName, '@')",
        expect![[r#"
            *  0 substringBefore(user.firstName, '@')  =  "Ana"
                     What substringBefore makes of its 2 values. substringBefore does not find "@"; taken here is the whole text, which is not documented.
            . 16   user.firstName  =  "Ana"
                       Attribute of the Okta profile.
            . 32   '@'  =  "@"
                       Fixed value.
        "#]],
    );
}

#[test]
fn what_stops_it_is_seen() {
    check(
        "hasDirectoryUser() ? findDirectoryUser().managerUpn : null",
        expect![[r#"
            .  0 hasDirectoryUser() ? findDirectoryUser().managerUpn : null  =  -
                     hasDirectoryUser() needs the person's Active Directory account, so its value is known only once Okta has evaluated it.
            .  0   hasDirectoryUser()  =  -
                       hasDirectoryUser() needs the person's Active Directory account, so its value is known only once Okta has evaluated it.
            . 21   findDirectoryUser().managerUpn  =  -
                       Not looked at.
            . 21     findDirectoryUser()  =  -
                         Not looked at.
            . 54   null  =  -
                       Not looked at.
        "#]],
    );
    check(
        "user.firstName + zendesk_1.role + user.lastName",
        expect![[r#"
            .  0 user.firstName + zendesk_1.role + user.lastName  =  -
                     zendesk_1.role looks into another app instance, whose values are not at hand.
            .  0   user.firstName  =  "Ana"
                       Attribute of the Okta profile.
            . 17   zendesk_1.role  =  -
                       zendesk_1.role looks into another app instance, whose values are not at hand.
            . 34   user.lastName  =  -
                       Not looked at.
        "#]],
    );
    check(
        "String.len(nonsense)",
        expect![[r#"
            .  0 String.len(nonsense)  =  -
                     "nonsense" is neither a text in quotes nor an attribute such as user.nonsense.
            . 11   nonsense  =  -
                       "nonsense" is neither a text in quotes nor an attribute such as user.nonsense.
        "#]],
    );
}

#[test]
fn templates() {
    check(
        "${source.firstName}.${fn:toLowerCase(source.lastName)}@corp",
        expect![[r#"
            *  0 ${source.firstName}.${fn:toLowerCase(source.lastName)}@corp  =  "Ana.müller@corp"
                     The parts, one after the other.
            .  2   source.firstName  =  "Ana"
                       Attribute of the profile that the mapping starts from.
            . 19   .  =  "."
                       Fixed text.
            . 22   fn:toLowerCase(source.lastName)  =  "müller"
                       What toLowerCase makes of its value.
            . 37     source.lastName  =  "Müller"
                         Attribute of the profile that the mapping starts from.
            . 54   @corp  =  "@corp"
                       Fixed text.
        "#]],
    );
    check(
        "${source.email}",
        expect![[r#"
        *  0 ${source.email}  =  "ana.mueller@northwind.example"
                 The parts, one after the other.
        *  2   source.email  =  "ana.mueller@northwind.example"
                   Attribute of the profile that the mapping starts from.
    "#]],
    );
}
