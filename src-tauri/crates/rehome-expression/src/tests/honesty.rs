//! Guesses with their doubts, what cannot be known, and what Okta would refuse.

use expect_test::expect;
use serde_json::json;

use super::{check, profile};
use crate::{Preview, Scope, evaluate};

#[test]
fn what_is_not_documented_is_a_guess_with_its_doubt() {
    check(
        &[
            "user.title + ' of ' + user.firstName",
            "user.neverSet + user.neverSet",
            "toLowerCase(user.neverSet)",
            "String.len(user.neverSet)",
            "String.join('-', user.firstName, user.title)",
            "substringBefore(user.firstName, '@')",
            "substringAfter(user.firstName, '@')",
            "String.substring(user.firstName, 0, 10)",
            "String.substring(user.emoji, 0, 2)",
            "String.replaceFirst(user.email, '.', '')",
            "String.toUpperCase(user.level)",
            "user.level == '7'",
            "user.firstName < 'B'",
            "Arrays.get(user.skills, 9)",
            "user.skills[9]",
            "Convert.toInt(2.5)",
            "user.remote ? user.firstName + user.title : ''",
        ],
        expect![[r#"
            user.title + ' of ' + user.firstName
                " of Ana"  [guess] One side of "+" is empty (null); whether Okta adds nothing or the word "null" is not documented.
            user.neverSet + user.neverSet
                ""  [guess] One side of "+" is empty (null); whether Okta adds nothing or the word "null" is not documented.
            toLowerCase(user.neverSet)
                null  [guess] A value given to toLowerCase is empty (null); what Okta makes of it is not documented.
            String.len(user.neverSet)
                0  [guess] A value given to String.len is empty (null); what Okta makes of it is not documented.
            String.join('-', user.firstName, user.title)
                "Ana"  [guess] A value given to String.join is empty (null); what Okta makes of it is not documented.
            substringBefore(user.firstName, '@')
                "Ana"  [guess] substringBefore does not find "@"; taken here is the whole text, which is not documented.
            substringAfter(user.firstName, '@')
                ""  [guess] substringAfter does not find "@"; taken here is nothing, which is not documented.
            String.substring(user.firstName, 0, 10)
                "Ana"  [guess] String.substring is asked for characters 0 to 10 of a text that has 3; what Okta does then is not documented.
            String.substring(user.emoji, 0, 2)
                "a�"  [guess] String.substring cuts a character in two.
            String.replaceFirst(user.email, '.', '')
                "anamueller@northwind.example"  [guess] Whether String.replaceFirst takes its second value as plain text or as a pattern is not documented.
            String.toUpperCase(user.level)
                "7"  [guess] String.toUpperCase is given a number where it works with text.
            user.level == '7'
                false  [guess] Compared are a number and a text; Okta's answer is not documented.
            user.firstName < 'B'
                true  [guess] Two texts are compared by their order; how Okta orders texts is not documented.
            Arrays.get(user.skills, 9)
                null  [guess] Arrays.get asks for item 9 of 2; what Okta does then is not documented.
            user.skills[9]
                null  [guess] The list has 2 items and another one is asked for; Okta's answer is not documented.
            Convert.toInt(2.5)
                3  [guess] Convert.toInt rounds a number that lies half-way; in which direction is not documented.
            user.remote ? user.firstName + user.title : ''
                "Ana"  [guess] One side of "+" is empty (null); whether Okta adds nothing or the word "null" is not documented.
        "#]],
    );
}

#[test]
fn what_cannot_be_known_here_says_why() {
    check(
        &[
            "isMemberOfGroupName('Tier 1') ? 'agent' : 'light_agent'",
            "isMemberOfAnyGroup('00g1', '00g2')",
            "getFilteredGroups({'00g1'}, 'group.name', 40)",
            "user.getGroups({'group.id': {'00g1'}}, {'group.profile.name': 'West.*'}).![name]",
            "hasDirectoryUser() ? findDirectoryUser().managerUpn : null",
            "getManagerUser('active_directory').firstName",
            "user.getLinkedObject('manager').lastName",
            "zendesk_9ao1g13.role",
            "zendesk_9ao1g13_app.domain",
            "appuser.email",
            "Time.now()",
            "Iso3166Convert.toAlpha2('IND')",
            "session.amr",
            "idpuser.subjectCn",
            "user.profile.firstName",
            "user.email matches '.*'",
            "String.reverse('abc')",
            "Convert.toInt('abc')",
            "user.title ? 1 : 2",
            "user.skills + 'x'",
            "source.samAccountName",
        ],
        expect![[r#"
            isMemberOfGroupName('Tier 1') ? 'agent' : 'light_agent'
                unknown: isMemberOfGroupName() needs the groups of the person at the moment of assignment, so its value is known only once Okta has evaluated it.
            isMemberOfAnyGroup('00g1', '00g2')
                unknown: isMemberOfAnyGroup() needs the groups of the person at the moment of assignment, so its value is known only once Okta has evaluated it.
            getFilteredGroups({'00g1'}, 'group.name', 40)
                unknown: getFilteredGroups() needs the groups of the person at the moment of assignment, so its value is known only once Okta has evaluated it.
            user.getGroups({'group.id': {'00g1'}}, {'group.profile.name': 'West.*'}).![name]
                unknown: user.getGroups() needs the groups of the person at the moment of assignment, so its value is known only once Okta has evaluated it.
            hasDirectoryUser() ? findDirectoryUser().managerUpn : null
                unknown: hasDirectoryUser() needs the person's Active Directory account, so its value is known only once Okta has evaluated it.
            getManagerUser('active_directory').firstName
                unknown: getManagerUser() needs the profile of another person, so its value is known only once Okta has evaluated it.
            user.getLinkedObject('manager').lastName
                unknown: user.getLinkedObject() needs the profile of another person, so its value is known only once Okta has evaluated it.
            zendesk_9ao1g13.role
                unknown: zendesk_9ao1g13.role looks into another app instance, whose values are not at hand.
            zendesk_9ao1g13_app.domain
                unknown: zendesk_9ao1g13_app.domain looks into another app instance, whose values are not at hand.
            appuser.email
                unknown: appuser.email needs the person's profile in the app, which is not known here.
            Time.now()
                unknown: Time.now() needs the moment at which Okta evaluates it, so its value is known only once Okta has evaluated it.
            Iso3166Convert.toAlpha2('IND')
                "IN"
            session.amr
                unknown: session.amr is known only while somebody signs in.
            idpuser.subjectCn
                unknown: idpuser.subjectCn is known only while somebody signs in through an identity provider.
            user.profile.firstName
                unknown: user.profile is written as in Okta's other expression language (policies and claims); in a mapping it is user.attribute.
            user.email matches '.*'
                true
            String.reverse('abc')
                unknown: String.reverse() is not a function that Rehome knows, so its value is known only once Okta has evaluated it.
            Convert.toInt('abc')
                unknown: Convert.toInt cannot make a number of "abc"; what Okta does then is not documented.
            user.title ? 1 : 2
                unknown: A condition is empty (null); what Okta does then is not documented.
            user.skills + 'x'
                unknown: "+" joins an array; what Okta does then is not documented.
            source.samAccountName
                unknown: source.samAccountName comes from the directory that the person comes from, not from the Okta profile.
        "#]],
    );
}

#[test]
fn what_okta_would_refuse_says_where() {
    check(
        &[
            "",
            "user",
            "firstName",
            "user.",
            "user.firstName +",
            "user.firstName user.lastName",
            "(user.firstName",
            "'open",
            "“quoted”",
            "a = b",
            "user.a & user.b",
            "String.len()",
            "true ? String.len('a', 'b') : 1",
            "String.stringSwitch('a', 'b', 'c')",
            "user.remote ? 1",
            "1 == 1 == true",
            "99999999999999999999",
            "user.level # 2",
            "fn:toLowerCase('A')",
            "org.nonsense",
        ],
        expect![[r#"

                refused at 0: There is no expression here.
            user
                refused at 0: user stands for all attributes; write user.attribute.
            firstName
                "Ana"  [guess] firstName stands alone; taken here is source.firstName, which Okta's page does in two samples only.
            user.
                refused at 5: Here stands the end; expected is the name of an attribute or function after the dot.
            user.firstName +
                refused at 16: A value is missing at the end.
            user.firstName user.lastName
                refused at 15: The expression could end before "user", but goes on.
            (user.firstName
                refused at 15: Here stands the end; expected is ")": the closing bracket.
            'open
                refused at 0: This text has an opening quote but no closing one.
            “quoted”
                refused at 0: “ is a typographic quote; write " or ' instead.
            a = b
                refused at 2: Okta's expressions assign nothing; to compare, write "==".
            user.a & user.b
                refused at 7: To join two conditions write "AND".
            String.len()
                refused at 0: String.len takes 1 value; here it has 0.
            true ? String.len('a', 'b') : 1
                refused at 7: String.len takes 1 value; here it has 2.
            String.stringSwitch('a', 'b', 'c')
                refused at 0: String.stringSwitch takes an input, a default and then pairs of key and value; here it has 3.
            user.remote ? 1
                refused at 15: Here stands the end; expected is ":": the value for when the condition does not hold.
            1 == 1 == true
                refused at 7: The expression could end before "==", but goes on.
            99999999999999999999
                refused at 0: This number is too large.
            user.level # 2
                refused at 11: '#' has no meaning in an expression.
            fn:toLowerCase('A')
                refused at 2: The expression could end before ":", but goes on.
            org.nonsense
                refused at 0: An org has name and subDomain, but no nonsense.
        "#]],
    );
}

/// What the documentation leaves open, read the other way; the doubt stays.
#[test]
fn the_other_readings() {
    let profile = profile();
    let scope = Scope {
        readings: crate::Readings {
            null_is_a_word: true,
            absent_needle_is_null: true,
            out_of_range_is_null: true,
            replace_first_takes_patterns: true,
        },
        ..Scope::new(&profile)
    };
    for (text, value) in [
        (r#""a" + user.never"#, json!("anull")),
        (r#"String.append("a", user.never)"#, json!("anull")),
        (r#"String.join("-", "a", user.never)"#, json!("a-null")),
        (r#"String.substringBefore("abc", "@")"#, json!(null)),
        (r#"String.substringAfter("abc", "@")"#, json!(null)),
        (r#"String.substring("abc", 1, 9)"#, json!(null)),
        (r#"String.replaceFirst("a.b.c", "[.]", "-")"#, json!("a-b.c")),
    ] {
        match evaluate(text, &scope) {
            Preview::Warned { value: given, .. } => assert_eq!(given, value, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
        assert_ne!(evaluate(text, &Scope::new(&profile)).value(), Some(&value), "{text}");
    }
}
