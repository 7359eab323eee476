//! The documented examples themselves.

#![expect(clippy::approx_constant, reason = "3.141 is the number of Okta's examples")]

use serde_json::{Value, json};

/// Okta's reference, `docs/reference/okta-expression-language`, by heading.
pub const STRINGS: &str = "reference: String functions";
pub const GLOBALS: &str = "reference: deprecated functions";
pub const ARRAYS: &str = "reference: Array functions";
pub const CONVERT: &str = "reference: Data conversion functions";
pub const COUNTRIES: &str = "reference: Country code conversion functions";
pub const GROUPS: &str = "reference: Group functions";
pub const CLAIMS: &str = "guide: dynamic group allow lists";
pub const GETGROUPS: &str = "reference for Identity Engine: user.getGroups";
pub const LINKED: &str = "reference: Linked object function";
pub const TIMES: &str = "reference: Time functions";
pub const ARTICLE: &str = "support article: profile attribute values based on derived dates";
pub const PEOPLE: &str = "reference: Manager and assistant functions";
pub const REFERENCES: &str = "reference: Reference user, app and org attributes";
pub const SESSION: &str = "reference: Session properties";
pub const CONSTANTS: &str = "reference: Constants and operators";
pub const SAMPLES: &str = "reference: Conditional expressions, samples";
pub const BLANK: &str = "reference: Check for null and blank attributes";
pub const POPULAR: &str = "reference: Popular expressions";
pub const CARD: &str = "help: smart card expressions";
pub const BUILT_IN: &str = "OpenAPI: userNameTemplate, built-in templates";

pub enum Gives {
    /// The documented result.
    Is(Value),
    /// The documented result, but the step to it is doubtful elsewhere, so that a doubt comes along.
    Guess(Value),
    /// Cannot be known here; a part of the reason.
    Unknown(&'static str),
}
use Gives::{Guess, Is, Unknown};

pub fn is(value: &str) -> Gives {
    Is(Value::from(value))
}

pub type Row = (&'static str, &'static str, Gives);

pub fn of_texts() -> Vec<Row> {
    vec![
        (STRINGS, r#"String.append("This is", " a test")"#, is("This is a test")),
        (
            STRINGS,
            r#"String.join(",", "This", "is", "a", "test")"#,
            is("This,is,a,test"),
        ),
        (
            STRINGS,
            r#"String.join("", "This", "is", "a", "test")"#,
            is("Thisisatest"),
        ),
        (STRINGS, r#"String.len("This")"#, Is(json!(4))),
        (STRINGS, r#"String.removeSpaces("This is a test")"#, is("Thisisatest")),
        (
            STRINGS,
            r#"String.replace("This is a test", "is", "at")"#,
            is("That at a test"),
        ),
        (
            STRINGS,
            r#"String.replaceFirst("This is a test", "is", "at")"#,
            is("That is a test"),
        ),
        (STRINGS, r#"String.startsWith("Kiss", "K")"#, Is(json!(true))),
        (
            STRINGS,
            r#"String.stringContains("This is a test", "test")"#,
            Is(json!(true)),
        ),
        (
            STRINGS,
            r#"String.stringContains("This is a test", "doesn'tExist")"#,
            Is(json!(false)),
        ),
        (
            STRINGS,
            r#"String.stringSwitch("This is a test", "default", "key1", "value1")"#,
            is("default"),
        ),
        (
            STRINGS,
            r#"String.stringSwitch("This is a test", "default", "test", "value1")"#,
            is("value1"),
        ),
        (
            STRINGS,
            r#"String.stringSwitch("First match wins", "default", "absent", "value1", "wins", "value2", "match", "value3")"#,
            is("value2"),
        ),
        (
            STRINGS,
            r#"String.stringSwitch("Substrings count", "default", "ring", "value1")"#,
            is("value1"),
        ),
        (STRINGS, r#"String.substring("This is a test", 2, 9)"#, is("is is a")),
        (STRINGS, r#"String.substringAfter("abc@okta.com", "@")"#, is("okta.com")),
        (STRINGS, r#"String.substringBefore("abc@okta.com", "@")"#, is("abc")),
        (STRINGS, r#"String.toUpperCase("This")"#, is("THIS")),
        (STRINGS, r#"String.toLowerCase("ThiS")"#, is("this")),
        (ARRAYS, "Arrays.add({10, 20, 30}, 40)", Is(json!([10, 20, 30, 40]))),
        (ARRAYS, "Arrays.remove({10, 20, 30}, 20)", Is(json!([10, 30]))),
        (ARRAYS, "Arrays.clear({10, 20, 30})", Is(json!([]))),
        (ARRAYS, "Arrays.get({0, 1, 2}, 0)", Is(json!(0))),
        (ARRAYS, "Arrays.flatten(10, {20, 30}, 40)", Is(json!([10, 20, 30, 40]))),
        (
            ARRAYS,
            "Arrays.flatten('10, 20, 30, 40')",
            Guess(json!(["10", "20", "30", "40"])),
        ),
        (ARRAYS, "Arrays.contains({10, 20, 30}, 10)", Is(json!(true))),
        (ARRAYS, "Arrays.contains({10, 20, 30}, 50)", Is(json!(false))),
        (ARRAYS, "Arrays.size({10, 20, 30})", Is(json!(3))),
        (ARRAYS, "Arrays.size(NULL)", Is(json!(0))),
        (ARRAYS, "Arrays.isEmpty({10, 20})", Is(json!(false))),
        (ARRAYS, "Arrays.isEmpty(NULL)", Is(json!(true))),
        (
            ARRAYS,
            r#"Arrays.toCsvString({"This", "is", " a ", "test"})"#,
            is("This,is, a ,test"),
        ),
        (CONVERT, "Convert.toInt('1234')", Is(json!(1234))),
        (CONVERT, "Convert.toInt(123.4)", Is(json!(123))),
        (CONVERT, "Convert.toInt(123.6)", Is(json!(124))),
        (CONVERT, "Convert.toNum('3.141')", Is(json!(3.141))),
        (COUNTRIES, r#"Iso3166Convert.toAlpha2("IND")"#, is("IN")),
        (COUNTRIES, r#"Iso3166Convert.toAlpha3("840")"#, is("USA")),
        (COUNTRIES, r#"Iso3166Convert.toNumeric("USA")"#, is("840")),
        (COUNTRIES, r#"Iso3166Convert.toName("IN")"#, is("India")),
        (CONSTANTS, "'Hello world'", is("Hello world")),
        (CONSTANTS, "1234", Is(json!(1234))),
        (CONSTANTS, "3.141", Is(json!(3.141))),
        (CONSTANTS, "true", Is(json!(true))),
        (CONSTANTS, "{1,2,3}", Is(json!([1, 2, 3]))),
        (CONSTANTS, "{1,2,3}[0]", Is(json!(1))),
        (
            ARTICLE,
            r#"String.substring(Time.fromUnixToIso8601((Convert.toInt(String.substring(Time.fromIso8601ToUnix("2021-09-20" +"T00:00:00.000Z"),0,10)) + 31536000)+"000"),0,10)"#,
            is("2022-09-20"),
        ),
        (TIMES, "Time.now()", Unknown("needs the moment")),
        (TIMES, r#"Time.now("EST")"#, Unknown("needs the moment")),
        (
            TIMES,
            r#"Time.now("EST", "YYYY-MM-dd HH:mm:ss")"#,
            Unknown("needs the moment"),
        ),
    ]
}

pub const ALEXANDER: &str = r#"{"firstName": "Alexander", "email": "alex@okta.com"}"#;

pub fn of_alexander() -> Vec<Row> {
    vec![
        (GLOBALS, "toUpperCase(source.firstName)", is("ALEXANDER")),
        (GLOBALS, "toLowerCase(source.firstName)", is("alexander")),
        (GLOBALS, "substringBefore(user.email, '@')", is("alex")),
        (GLOBALS, "substringAfter(user.email, '@')", is("okta.com")),
        (GLOBALS, "substring(source.firstName, 1, 4)", is("lex")),
        (BUILT_IN, "${source.email}", is("alex@okta.com")),
        (BUILT_IN, "${fn:toLowerCase(source.email)}", is("alex@okta.com")),
        (BUILT_IN, r#"${fn:substringBefore(source.email, "@")}"#, is("alex")),
        (BUILT_IN, "${source.userName}", Unknown("directory")),
        (
            BUILT_IN,
            r#"${fn:substringBefore(source.userName, "@")}"#,
            Unknown("directory"),
        ),
        (BUILT_IN, "${source.samAccountName}", Unknown("directory")),
        (
            BUILT_IN,
            "${fn:toLowerCase(source.samAccountName)}",
            Unknown("directory"),
        ),
        (BUILT_IN, "${source.employeeID}", Unknown("directory")),
        (
            BUILT_IN,
            "${source.userName}${instance.userSuffix}",
            Unknown("directory"),
        ),
    ]
}

pub const WINSTON: &str = r#"{"firstName": "Winston", "lastName": "Churchill", "email": "winston.churchill@gmail.com",
    "login": "winston.churchill@gmail.com", "groupCode": 123, "arrayProperty": ["first", "second"]}"#;

pub fn of_winston() -> Vec<Row> {
    vec![
        (REFERENCES, "user.firstName", is("Winston")),
        (REFERENCES, "user.lastName", is("Churchill")),
        (REFERENCES, "user.login", is("winston.churchill@gmail.com")),
        (REFERENCES, "user.email", is("winston.churchill@gmail.com")),
        (REFERENCES, r#"user.getInternalProperty("id")"#, is("00u1")),
        (REFERENCES, r#"user.getInternalProperty("status")"#, is("ACTIVE")),
        (REFERENCES, "zendesk.firstName", Unknown("another app instance")),
        (
            REFERENCES,
            "active_directory.managerUpn",
            Unknown("another app instance"),
        ),
        (REFERENCES, "google_apps.email", Unknown("another app instance")),
        (REFERENCES, "zendesk_9ao1g13.firstName", Unknown("another app instance")),
        (REFERENCES, "appuser.firstName", is("W.")),
        (REFERENCES, "idpuser.firstName", Unknown("identity provider")),
        (REFERENCES, "office365_app.domain", is("gmail.com")),
        (
            REFERENCES,
            "zendesk_app.companySubDomain",
            Unknown("another app instance"),
        ),
        (REFERENCES, "app.domain", is("gmail.com")),
        (REFERENCES, "app.companySubDomain", is("acme")),
        (REFERENCES, "org.name", is("Acme")),
        (REFERENCES, "org.subdomain", is("acme")),
        (REFERENCES, "org.subDomain", is("acme")),
        (SESSION, "session.amr", Unknown("signs in")),
        (CONSTANTS, "user.arrayProperty[0]", is("first")),
        (CONSTANTS, "user.firstName + user.lastName", is("WinstonChurchill")),
        (
            CONSTANTS,
            r#"user.firstName + " " + user.lastName"#,
            is("Winston Churchill"),
        ),
        (CONSTANTS, "user.groupCode == 123 ? 'Sales' : 'Other'", is("Sales")),
        (CONSTANTS, "user.displayName ?: user.firstName", is("Winston")),
        (POPULAR, "user.firstName", is("Winston")),
        (POPULAR, "user.firstName + user.lastName", is("WinstonChurchill")),
        (
            POPULAR,
            r#"user.firstName + "." + user.lastName"#,
            is("Winston.Churchill"),
        ),
        (
            POPULAR,
            "substring(user.firstName, 0, 1) + user.lastName",
            is("WChurchill"),
        ),
        (
            POPULAR,
            "substring(user.firstName, 0, 1) + substring(user.lastName, 0, 6)",
            is("WChurch"),
        ),
        // The page misprints this one result as "w.churchhill".
        (
            POPULAR,
            r#"toLowerCase(substring( user.firstName, 0, 1)) + "." + toLowerCase(user.lastName)"#,
            is("w.churchill"),
        ),
        (
            POPULAR,
            r#"toUpperCase(substringBefore( substringAfter(user.email, "@"), ".")) + "\" + substringBefore( user.email, "@")"#,
            is("GMAIL\\winston.churchill"),
        ),
        (
            POPULAR,
            r#"toUpperCase(substringBefore( substringAfter(user.email, "@"), ".")) + "\" + toLowerCase(substring( user.firstName, 0, 1)) + toLowerCase(user.lastName)"#,
            is("GMAIL\\wchurchill"),
        ),
        (
            POPULAR,
            r#""XDOMAIN\" + toLowerCase(substring( user.firstName, 0, 1)) + toLowerCase(user.lastName)"#,
            is("XDOMAIN\\wchurchill"),
        ),
        (
            POPULAR,
            "hasWorkdayUser() ? findWorkdayUser().employeeID : null",
            Unknown("Workday"),
        ),
        (
            POPULAR,
            "hasDirectoryUser() ? findDirectoryUser().managerUpn : null",
            Unknown("Active Directory"),
        ),
        (BUILT_IN, "${source.login}", is("winston.churchill@gmail.com")),
        (
            BUILT_IN,
            r#"${fn:substringBefore(source.login, "@")}"#,
            is("winston.churchill"),
        ),
        (
            LINKED,
            r#"user.getLinkedObject("manager").lastName"#,
            Unknown("another person"),
        ),
        (
            PEOPLE,
            r#"getManagerUser("active_directory").firstName"#,
            Unknown("another person"),
        ),
        (
            PEOPLE,
            r#"getManagerAppUser("active_directory", "google").firstName"#,
            Unknown("another person"),
        ),
        (
            PEOPLE,
            r#"getAssistantUser("active_directory").firstName"#,
            Unknown("another person"),
        ),
        (
            PEOPLE,
            r#"getAssistantAppUser("active_directory", "google").firstName"#,
            Unknown("another person"),
        ),
        (
            CARD,
            r#"String.substringBefore(idpuser.subjectAltNameEmail, "@")"#,
            Unknown("identity provider"),
        ),
        (
            CLAIMS,
            r#"Groups.startsWith("OKTA", "IT", 10)"#,
            Unknown("claims of tokens"),
        ),
        (
            CLAIMS,
            r#"Groups.contains("active_directory", "Eastern", 50)"#,
            Unknown("claims of tokens"),
        ),
        (
            CLAIMS,
            r#"Groups.endsWith("OKTA", "-Region", 1)"#,
            Unknown("claims of tokens"),
        ),
        (
            GROUPS,
            r#"isMemberOfGroupName("group1")"#,
            Unknown("groups of the person"),
        ),
    ]
}

pub const SAMPLE: &str = r#"{"firstName": "dummy Ann", "lastName": "Lee", "middleInitial": "Q", "courtesyTitle": "", "honorificPrefix": "Dr.",
    "department": "California-North-Sales", "title": "Staff Engineer", "city": "San Francisco", "salary": 1500000, "isContractor": false,
    "hasBadge": true, "email": "ann@example.com", "favoriteColors": ["blue"], "employeeNumber": ""}"#;

pub fn of_samples() -> Vec<Row> {
    let initial = r#"firstName + " " + (String.len(middleInitial) == 0 ? "" : (String.substring(middleInitial, 0, 1) + ". ")) + lastName"#;
    let title = r#"(courtesyTitle != "" ? (courtesyTitle + " ") : honorificPrefix != "" ? (honorificPrefix + " ") : "") + firstName + " " + (String.len(middleInitial) == 0 ? "" : (String.substring(middleInitial, 0, 1) + ". ")) + lastName"#;
    let filled =
        r#"user.employeeNumber != "" AND user.employeeNumber != null ? user.employeeNumber : user.nonEmployeeNumber"#;
    vec![
        (SAMPLES, initial, Guess(json!("dummy Ann Q. Lee"))),
        (SAMPLES, title, Guess(json!("Dr. dummy Ann Q. Lee"))),
        (
            SAMPLES,
            r#"String.stringContains(user.firstName, "dummy")"#,
            Is(json!(true)),
        ),
        (
            SAMPLES,
            r#"String.stringContains(user.department, "Sales")"#,
            Is(json!(true)),
        ),
        (SAMPLES, r#"user.city == "San Francisco""#, Is(json!(true))),
        (SAMPLES, "user.salary >= 1000000", Is(json!(true))),
        (SAMPLES, "!user.isContractor", Is(json!(true))),
        (SAMPLES, "user.salary > 1000000 AND !user.isContractor", Is(json!(true))),
        (
            SAMPLES,
            r#"user.department matches "California-[a-zA-Z]+-Sales""#,
            Is(json!(true)),
        ),
        (SAMPLES, "user.hasBadge", Is(json!(true))),
        (
            SAMPLES,
            r#"String.stringContains(user.email, "@example.com")"#,
            Is(json!(true)),
        ),
        (
            SAMPLES,
            r#"Arrays.contains(user.favoriteColors, "blue")"#,
            Is(json!(true)),
        ),
        (
            SAMPLES,
            r#"user.getInternalProperty("status") == "ACTIVE""#,
            Is(json!(true)),
        ),
        // Cleared is "", never set is null: this person's number was cleared.
        (BLANK, "user.employeeNumber == null", Is(json!(false))),
        (BLANK, r#"user.employeeNumber == """#, Is(json!(true))),
        (BLANK, filled, Is(json!(null))),
    ]
}

/// Of the person whose groups are at hand.
pub fn of_member() -> Vec<Row> {
    let engineering = "user.getGroups({'group.id': {'00gjitX9HqABSoqTB0g3'}}, {'group.profile.name': 'West Coast.*'})";
    let types = "user.getGroups({'group.type': {'OKTA_GROUP', 'APP_GROUP'}})";
    let both =
        "user.getGroups({'group.type': {'OKTA_GROUP'}}, {'group.profile.name': {'Everyone', 'West Coast Admins'}})";
    vec![
        (
            GROUPS,
            r#"getFilteredGroups({"00gml2xHE3RYRx7cM0g3"}, "group.name", 40)"#,
            Is(json!(["group1"])),
        ),
        (GROUPS, r#"isMemberOfGroupName("group1")"#, Is(json!(true))),
        (GROUPS, r#"isMemberOfGroup("groupId")"#, Is(json!(false))),
        (
            GROUPS,
            r#"isMemberOfAnyGroup("groupId1", "groupId2", "groupId3")"#,
            Is(json!(true)),
        ),
        (GROUPS, r#"isMemberOfGroupNameStartsWith("San Fr")"#, Is(json!(true))),
        (GROUPS, r#"isMemberOfGroupNameContains("admin")"#, Is(json!(true))),
        (GROUPS, r#"isMemberOfGroupNameRegex("/.*admin.*")"#, Is(json!(false))),
        (GETGROUPS, engineering, Is(json!([]))),
        (
            GETGROUPS,
            "user.getGroups({'group.profile.name': 'East Coast.*'})",
            Is(json!([])),
        ),
        (GETGROUPS, both, Unknown("group.type")),
        (GETGROUPS, types, Unknown("group.type")),
        (
            GETGROUPS,
            "user.getGroups({'group.profile.name': 'Everyone'}).![id]",
            Is(json!(["00gEveryone"])),
        ),
        (
            GETGROUPS,
            "user.getGroups({'group.profile.name': 'Everyone'}).![profile.name]",
            Is(json!(["Everyone"])),
        ),
        (
            GETGROUPS,
            "user.getGroups({'group.profile.name': 'Everyone'}).![type]",
            Unknown(".![type]"),
        ),
        (
            GETGROUPS,
            "user.getGroups({'group.profile.name': 'Everyone'}).![created]",
            Unknown(".![created]"),
        ),
    ]
}
