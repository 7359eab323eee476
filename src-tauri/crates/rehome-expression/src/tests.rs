use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};

use super::*;

fn profile() -> Map<String, Value> {
    let value = json!({
        "login": "Ana.Mueller@northwind.example", "email": "ana.mueller@northwind.example", "firstName": "Ana", "lastName": "Müller",
        "nickName": "", "title": null, "costCenter": "CC-0004711-EU", "userType": "Contractor", "level": 7, "ratio": 0.5,
        "remote": true, "skills": ["sql", "tea"], "emoji": "a😀b",
    });
    value.as_object().expect("an object").clone()
}

fn shown(preview: &Preview) -> String {
    match preview {
        Preview::Value(value) => format!("{value}"),
        Preview::Warned { value, .. } => format!("{value}  [guess] {}", preview.words()),
        Preview::Unknown { why } => format!("unknown: {why}"),
        Preview::Error { at, message } => format!("refused at {at}: {message}"),
    }
}

fn table(texts: &[&str], of: impl Fn(&str) -> Preview) -> String {
    texts
        .iter()
        .map(|text| format!("{text}\n    {}\n", shown(&of(text))))
        .collect()
}

fn check(texts: &[&str], expected: Expect) {
    let profile = profile();
    let app = json!({"domain": "northwind.example", "namingContext": "corp.local"})
        .as_object()
        .expect("an object")
        .clone();
    let scope = Scope {
        app: Some(&app),
        app_variable: Some("office365"),
        org: Org {
            name: Some("Northwind"),
            sub_domain: Some("northwind"),
            external_key: None,
        },
        internal: Internal {
            id: Some("00u1"),
            status: Some("ACTIVE"),
        },
        ..Scope::new(&profile)
    };
    expected.assert_eq(&table(texts, |text| evaluate(text, &scope)));
}

fn check_template(texts: &[&str], expected: Expect) {
    let profile = profile();
    let instance = json!({"userSuffix": "@corp"}).as_object().expect("an object").clone();
    let scope = Scope {
        instance: Some(&instance),
        ..Scope::new(&profile)
    };
    expected.assert_eq(&table(texts, |text| evaluate_template(text, &scope)));
}

#[test]
fn documented_string_examples() {
    check(
        &[
            r#"String.append("This is", " a test")"#,
            r#"String.join(",", "This", "is", "a", "test")"#,
            r#"String.join("", "This", "is", "a", "test")"#,
            r#"String.len("This")"#,
            r#"String.removeSpaces("This is a test")"#,
            r#"String.replace("This is a test", "is", "at")"#,
            r#"String.replaceFirst("This is a test", "is", "at")"#,
            r#"String.startsWith("This is a test", "This")"#,
            r#"String.stringContains("This is a test", "test")"#,
            r#"String.stringContains("This is a test", "Test")"#,
            r#"String.stringSwitch("First match wins", "default", "absent", "value1", "wins", "value2", "match", "value3")"#,
            r#"String.stringSwitch("Substrings count", "default", "ring", "value1")"#,
            r#"String.stringSwitch("Neither", "default", "absent", "value1")"#,
            r#"String.substring("This is a test", 2, 9)"#,
            r#"String.substringAfter("abc@okta.com", "@")"#,
            r#"String.substringBefore("abc@okta.com", "@")"#,
            r#"String.toUpperCase("This")"#,
            r#"String.toLowerCase("ThiS")"#,
            r#"toUpperCase("This")"#,
            r#"toLowerCase("ThiS")"#,
            r#"substringBefore("alexander@okta.com", "@")"#,
            r#"substringAfter("alexander@okta.com", "@")"#,
            r#"substring("Alexander", 1, 4)"#,
            r#"String.replace("a\b", "\", "/")"#,
        ],
        expect![[r#"
            String.append("This is", " a test")
                "This is a test"
            String.join(",", "This", "is", "a", "test")
                "This,is,a,test"
            String.join("", "This", "is", "a", "test")
                "Thisisatest"
            String.len("This")
                4
            String.removeSpaces("This is a test")
                "Thisisatest"
            String.replace("This is a test", "is", "at")
                "That at a test"
            String.replaceFirst("This is a test", "is", "at")
                "That is a test"
            String.startsWith("This is a test", "This")
                true
            String.stringContains("This is a test", "test")
                true
            String.stringContains("This is a test", "Test")
                false
            String.stringSwitch("First match wins", "default", "absent", "value1", "wins", "value2", "match", "value3")
                "value2"
            String.stringSwitch("Substrings count", "default", "ring", "value1")
                "value1"
            String.stringSwitch("Neither", "default", "absent", "value1")
                "default"
            String.substring("This is a test", 2, 9)
                "is is a"
            String.substringAfter("abc@okta.com", "@")
                "okta.com"
            String.substringBefore("abc@okta.com", "@")
                "abc"
            String.toUpperCase("This")
                "THIS"
            String.toLowerCase("ThiS")
                "this"
            toUpperCase("This")
                "THIS"
            toLowerCase("ThiS")
                "this"
            substringBefore("alexander@okta.com", "@")
                "alexander"
            substringAfter("alexander@okta.com", "@")
                "okta.com"
            substring("Alexander", 1, 4)
                "lex"
            String.replace("a\b", "\", "/")
                "a/b"
        "#]],
    );
}

#[test]
fn documented_array_and_conversion_examples() {
    check(
        &[
            "{1,2,3}",
            "{1,2,3}[1]",
            "Arrays.add({10, 20, 30}, 40)",
            "Arrays.remove({10, 20, 30}, 20)",
            "Arrays.clear({10, 20, 30})",
            "Arrays.get({0, 1, 2}, 0)",
            "Arrays.flatten(10, {20, {30, 40}}, 50)",
            r#"Arrays.flatten("10,20", 30)"#,
            "Arrays.contains({10, 20, 30}, 10)",
            r#"Arrays.contains("10,20", 10)"#,
            "Arrays.size({10, 20, 30})",
            "Arrays.size(null)",
            "Arrays.isEmpty({10, 20})",
            "Arrays.isEmpty(null)",
            r#"Arrays.toCsvString({"This", "is", " a ", "test"})"#,
            "Arrays.toCsvString(user.skills)",
            r#"Convert.toInt("1234")"#,
            "Convert.toInt(123.6)",
            "Convert.toInt(123.4)",
            r#"Convert.toNum("3.141")"#,
        ],
        expect![[r#"
            {1,2,3}
                [1,2,3]
            {1,2,3}[1]
                2
            Arrays.add({10, 20, 30}, 40)
                [10,20,30,40]
            Arrays.remove({10, 20, 30}, 20)
                [10,30]
            Arrays.clear({10, 20, 30})
                []
            Arrays.get({0, 1, 2}, 0)
                0
            Arrays.flatten(10, {20, {30, 40}}, 50)
                [10,20,30,40,50]
            Arrays.flatten("10,20", 30)
                ["10","20",30]
            Arrays.contains({10, 20, 30}, 10)
                true
            Arrays.contains("10,20", 10)
                true
            Arrays.size({10, 20, 30})
                3
            Arrays.size(null)
                0
            Arrays.isEmpty({10, 20})
                false
            Arrays.isEmpty(null)
                true
            Arrays.toCsvString({"This", "is", " a ", "test"})
                "This,is, a ,test"
            Arrays.toCsvString(user.skills)
                "sql,tea"
            Convert.toInt("1234")
                1234
            Convert.toInt(123.6)
                124
            Convert.toInt(123.4)
                123
            Convert.toNum("3.141")
                3.141
        "#]],
    );
}

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

/// A small generator, so that the loops below are the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

#[test]
fn no_text_makes_it_panic() {
    const PARTS: [&str; 44] = [
        "user",
        ".",
        "email",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        ",",
        "?",
        ":",
        "?:",
        "+",
        "-",
        "==",
        "<",
        "!",
        "AND",
        "or",
        "'a'",
        "\"",
        "'",
        "0",
        "7",
        "99999999999999999999",
        "1.5",
        "null",
        "true",
        "String.substring",
        "Arrays.get",
        "substringBefore",
        "Convert.toInt",
        "${",
        "fn:",
        "😀",
        "İ",
        "\u{0}",
        " ",
        "skills",
        "emoji",
        "source",
        ".![",
        "stringSwitch",
    ];
    let profile = profile();
    let scope = Scope::new(&profile);
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for _ in 0..20_000 {
        let text: String = (0..dice.roll(24)).map(|_| PARTS[dice.roll(PARTS.len())]).collect();
        let length = text.chars().count();
        for preview in [evaluate(&text, &scope), evaluate_template(&text, &scope)] {
            match preview {
                Preview::Error { at, message } => {
                    assert!(at <= length && !message.is_empty(), "{text:?}: {at} {message}")
                }
                Preview::Unknown { why } => assert!(!why.is_empty(), "{text:?}"),
                Preview::Warned { warnings, .. } => assert!(warnings.iter().all(|w| w.at < length), "{text:?}"),
                Preview::Value(_) => {}
            }
        }
        references(&text);
    }
}

#[test]
fn every_cut_of_a_good_text_is_handled() {
    let profile = profile();
    let scope = Scope::new(&profile);
    let text =
        r#"String.substring(user.emoji, 0, 3) + (user.level > 6 ? {"é", 'b'}[0] : Arrays.get(user.skills, 1)) ?: -1"#;
    assert_eq!(evaluate(text, &scope).sure(), Some(&json!("a😀é")));
    let characters: Vec<char> = text.chars().collect();
    for end in 0..characters.len() {
        for start in [0, end / 2] {
            evaluate(&characters[start..end].iter().collect::<String>(), &scope);
        }
    }
}

#[test]
fn depth_and_length_are_bounded() {
    let profile = profile();
    let scope = Scope::new(&profile);
    for text in [
        "(".repeat(10_000),
        "!".repeat(10_000),
        "-".repeat(10_000),
        "{".repeat(10_000),
        "1?".repeat(10_000),
    ] {
        assert!(
            matches!(evaluate(&text, &scope), Preview::Error { .. }),
            "{}",
            &text[..4]
        );
    }
    assert_eq!(
        evaluate(&"1 + ".repeat(20_000).chars().chain(['1']).collect::<String>(), &scope).sure(),
        Some(&json!(20_001))
    );
    assert_eq!(
        evaluate(&format!("{}1{}", "(".repeat(60), ")".repeat(60)), &scope).sure(),
        Some(&json!(1))
    );
    let mut grows = "'aaaaaaaaaa'".to_owned();
    for _ in 0..10 {
        grows = format!("String.replace({grows}, 'a', 'aaaaaaaaaa')");
    }
    assert!(matches!(evaluate(&grows, &scope), Preview::Unknown { .. }));
}

#[test]
fn text_is_what_a_string_attribute_would_hold() {
    let of = |value: Value| Preview::Value(value).text();
    assert_eq!(of(json!(null)), None);
    assert_eq!(of(json!(true)).as_deref(), Some("true"));
    assert_eq!(of(json!(1.5)).as_deref(), Some("1.5"));
    assert_eq!(of(json!("é")).as_deref(), Some("é"));
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
