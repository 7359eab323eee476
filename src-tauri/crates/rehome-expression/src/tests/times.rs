//! Times and countries, beyond the documented examples.

use expect_test::{Expect, expect};

use super::shown;
use crate::{Scope, evaluate};

fn check(texts: &[&str], expected: Expect) {
    let profile = super::profile();
    let scope = Scope {
        now: Some("2026-01-05T23:04:09.050Z".parse().unwrap()),
        ..Scope::new(&profile)
    };
    let lines = texts
        .iter()
        .map(|text| format!("{text}\n    {}\n", shown(&evaluate(text, &scope))));
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn patterns_write() {
    check(
        &[
            "Time.now()",
            "Time.now('Asia/Tokyo')",
            "Time.now('US/Pacific', 'M/d/yy h:mm a')",
            "Time.now('EST')",
            "Time.now('PST')",
            "Time.now('Nowhere/Else')",
            "Time.now('UTC', 'EEEE d MMMM yyyy')",
            "Time.now('UTC', \"yyyy-MM-dd'T'HH:mm:ss.SSSZZ\")",
            "Time.now('Asia/Kolkata', 'D e w x H k K h S SS SSSSS Z')",
            "Time.now('UTC', 'yyyy-MM-dd z')",
            "Time.now('UTC', 'yyyy GG')",
            "Time.now('UTC', 'yyyy-qq')",
            "Time.fromIso8601ToString('2015-07-31T17:18:37.979Z', 'dd.MM.yyyy')",
            "Time.fromIso8601ToString('2015-07-31T17:18:37+02:00', 'HH:mm')",
            "Time.fromIso8601ToString(user.title, 'HH:mm')",
        ],
        expect![[r#"
            Time.now()
                "2026-01-05T23:04:09.050Z"
            Time.now('Asia/Tokyo')
                "2026-01-06T08:04:09.050+09:00"
            Time.now('US/Pacific', 'M/d/yy h:mm a')
                "1/5/26 3:04 PM"
            Time.now('EST')
                "2026-01-05T18:04:09.050-05:00"
            Time.now('PST')
                "2026-01-05T15:04:09.050-08:00"  [guess] PST is taken as the time with summer time, as Okta's page shows for EST; for PST it is not documented.
            Time.now('Nowhere/Else')
                unknown: Time.now does not know the time zone "Nowhere/Else".
            Time.now('UTC', 'EEEE d MMMM yyyy')
                "Monday 5 January 2026"  [guess] Time.now writes names of days or months; taken here is English.
            Time.now('UTC', "yyyy-MM-dd'T'HH:mm:ss.SSSZZ")
                "2026-01-05T23:04:09.050+00:00"
            Time.now('Asia/Kolkata', 'D e w x H k K h S SS SSSSS Z')
                "6 2 2 2026 4 4 4 4 0 05 05000 +0530"
            Time.now('UTC', 'yyyy-MM-dd z')
                unknown: Time.now has a pattern with the name of a time zone, which is not written here.
            Time.now('UTC', 'yyyy GG')
                unknown: Time.now has a pattern with "G" (eras, centuries), which is not written here.
            Time.now('UTC', 'yyyy-qq')
                unknown: Time.now has a pattern with "q", which has no meaning in Joda-Time.
            Time.fromIso8601ToString('2015-07-31T17:18:37.979Z', 'dd.MM.yyyy')
                "31.07.2015"
            Time.fromIso8601ToString('2015-07-31T17:18:37+02:00', 'HH:mm')
                "17:18"  [guess] Time.fromIso8601ToString is given a time outside UTC; in which time zone Okta writes it is not documented.
            Time.fromIso8601ToString(user.title, 'HH:mm')
                null  [guess] A value given to Time.fromIso8601ToString is empty (null); what Okta makes of it is not documented.
        "#]],
    );
}

#[test]
fn patterns_read() {
    check(
        &[
            "Time.fromStringToIso8601('31.07.2015', 'dd.MM.yyyy')",
            "Time.fromStringToIso8601('20150731', 'yyyyMMdd')",
            "Time.fromStringToIso8601('Jul 4, 2015 1:05 PM +0200', 'MMM d, yyyy h:mm a Z')",
            "Time.fromStringToIso8601('4 july 2015', 'd MMMM yyyy')",
            "Time.fromStringToIso8601('07/31/15', 'MM/dd/yy')",
            "Time.fromStringToIso8601('31.02.2015', 'dd.MM.yyyy')",
            "Time.fromStringToIso8601('soon', 'dd.MM.yyyy')",
            "Time.fromStringToIso8601('07-31', 'MM-dd')",
        ],
        expect![[r#"
            Time.fromStringToIso8601('31.07.2015', 'dd.MM.yyyy')
                "2015-07-31T00:00:00.000Z"  [guess] Time.fromStringToIso8601 is given a time without a time zone; taken here is UTC, which is not documented.
            Time.fromStringToIso8601('20150731', 'yyyyMMdd')
                "2015-07-31T00:00:00.000Z"  [guess] Time.fromStringToIso8601 is given a time without a time zone; taken here is UTC, which is not documented.
            Time.fromStringToIso8601('Jul 4, 2015 1:05 PM +0200', 'MMM d, yyyy h:mm a Z')
                "2015-07-04T11:05:00.000Z"  [guess] Time.fromStringToIso8601 writes the time in UTC; whether Okta does so is not documented.
            Time.fromStringToIso8601('4 july 2015', 'd MMMM yyyy')
                "2015-07-04T00:00:00.000Z"  [guess] Time.fromStringToIso8601 is given a time without a time zone; taken here is UTC, which is not documented.
            Time.fromStringToIso8601('07/31/15', 'MM/dd/yy')
                unknown: Time.fromStringToIso8601 has a pattern with "y" (years of two digits), which is not read here.
            Time.fromStringToIso8601('31.02.2015', 'dd.MM.yyyy')
                unknown: Time.fromStringToIso8601 cannot read "31.02.2015" by this pattern; what Okta does then is not documented.
            Time.fromStringToIso8601('soon', 'dd.MM.yyyy')
                unknown: Time.fromStringToIso8601 cannot read "soon" by this pattern; what Okta does then is not documented.
            Time.fromStringToIso8601('07-31', 'MM-dd')
                unknown: Time.fromStringToIso8601 is given a time without a year.
        "#]],
    );
}

#[test]
fn counted_times() {
    check(
        &[
            "Time.fromUnixToIso8601('1438363117979')",
            "Time.fromUnixToIso8601('1438363117')",
            "Time.fromUnixToIso8601('x')",
            "Time.fromUnixToIso8601('99999999999999999')",
            "Time.fromIso8601ToUnix('2015-07-31T17:18:37.979Z')",
            "Time.fromIso8601ToUnix('2015-07-31T19:18:37.979+02:00')",
            "Time.fromIso8601ToUnix('2015-07-31T17:18:37')",
            "Time.fromIso8601ToUnix('2015-07-31')",
            "Time.fromIso8601ToUnix('31.07.2015')",
            "Time.fromWindowsToIso8601('130828367179790000')",
            "Time.fromWindowsToIso8601('130828367179790001')",
            "Time.fromIso8601ToWindows('2015-07-31T17:18:37.979Z')",
            "Time.fromIso8601ToWindows(Time.fromWindowsToIso8601('130828367179790000')) == '130828367179790000' ? 1 : 2",
            "Time.fromUnixToIso8601(user.title)",
        ],
        expect![[r#"
            Time.fromUnixToIso8601('1438363117979')
                "2015-07-31T17:18:37.979Z"
            Time.fromUnixToIso8601('1438363117')
                "1970-01-17T15:32:43.117Z"  [guess] Time.fromUnixToIso8601 counts in milliseconds; this number looks like seconds.
            Time.fromUnixToIso8601('x')
                unknown: Time.fromUnixToIso8601 needs a whole number and is given "x".
            Time.fromUnixToIso8601('99999999999999999')
                unknown: Time.fromUnixToIso8601 is given a time outside the years 0 to 9999.
            Time.fromIso8601ToUnix('2015-07-31T17:18:37.979Z')
                "1438363117979"
            Time.fromIso8601ToUnix('2015-07-31T19:18:37.979+02:00')
                "1438363117979"
            Time.fromIso8601ToUnix('2015-07-31T17:18:37')
                "1438363117000"  [guess] Time.fromIso8601ToUnix is given a time without a time zone; taken here is UTC, which is not documented.
            Time.fromIso8601ToUnix('2015-07-31')
                "1438300800000"  [guess] Time.fromIso8601ToUnix is given a time without a time zone; taken here is UTC, which is not documented.
            Time.fromIso8601ToUnix('31.07.2015')
                unknown: Time.fromIso8601ToUnix cannot read "31.07.2015" as a time in ISO 8601; what Okta does then is not documented.
            Time.fromWindowsToIso8601('130828367179790000')
                "2015-07-31T17:18:37.979Z"
            Time.fromWindowsToIso8601('130828367179790001')
                "2015-07-31T17:18:37.979Z"  [guess] Time.fromWindowsToIso8601 is given a fraction of a millisecond; whether Okta cuts or rounds it is not documented.
            Time.fromIso8601ToWindows('2015-07-31T17:18:37.979Z')
                "130828367179790000"
            Time.fromIso8601ToWindows(Time.fromWindowsToIso8601('130828367179790000')) == '130828367179790000' ? 1 : 2
                1  [guess] Time.fromIso8601ToWindows stands in a condition; Okta documents that it is not supported there. Time.fromWindowsToIso8601 stands in a condition; Okta documents that it is not supported there.
            Time.fromUnixToIso8601(user.title)
                null  [guess] A value given to Time.fromUnixToIso8601 is empty (null); what Okta makes of it is not documented.
        "#]],
    );
}

#[test]
fn countries() {
    check(
        &[
            "Iso3166Convert.toAlpha2('DEU')",
            "Iso3166Convert.toAlpha3('de')",
            "Iso3166Convert.toNumeric('AF')",
            "Iso3166Convert.toAlpha2('004')",
            "Iso3166Convert.toAlpha2(4)",
            "Iso3166Convert.toName('TUR')",
            "Iso3166Convert.toName('XX')",
            "Iso3166Convert.toName('Germany')",
            "Iso3166Convert.toName(user.title)",
        ],
        expect![[r#"
            Iso3166Convert.toAlpha2('DEU')
                "DE"
            Iso3166Convert.toAlpha3('de')
                "DEU"  [guess] Iso3166Convert.toAlpha3 is given a code in small letters; whether Okta takes it is not documented.
            Iso3166Convert.toNumeric('AF')
                "004"  [guess] Iso3166Convert.toNumeric gives a number of less than three digits; whether Okta puts zeros before it is not documented.
            Iso3166Convert.toAlpha2('004')
                "AF"
            Iso3166Convert.toAlpha2(4)
                "AF"  [guess] Iso3166Convert.toAlpha2 is given a number where it works with text.
            Iso3166Convert.toName('TUR')
                "Türkiye"  [guess] Iso3166Convert.toName gives the name that ISO writes; Okta may write it another way.
            Iso3166Convert.toName('XX')
                unknown: Iso3166Convert.toName does not know "XX" as a code of ISO 3166-1; what Okta does then is not documented.
            Iso3166Convert.toName('Germany')
                unknown: Iso3166Convert.toName does not know "Germany" as a code of ISO 3166-1; what Okta does then is not documented.
            Iso3166Convert.toName(user.title)
                null  [guess] A value given to Iso3166Convert.toName is empty (null); what Okta makes of it is not documented.
        "#]],
    );
}

#[test]
fn groups_at_hand() {
    let profile = super::profile();
    let groups = [
        ("00g1", "Support Berlin"),
        ("00g2", "Finance"),
        ("00g3", "Support Rome"),
    ];
    let scope = Scope {
        groups: Some(&groups),
        ..Scope::new(&profile)
    };
    let texts = [
        "isMemberOfGroupNameRegex('Support .*')",
        "isMemberOfGroupNameRegex('Berlin')",
        "isMemberOfGroupNameRegex('(')",
        "isMemberOfGroupName(user.title)",
        "getFilteredGroups({'00g1', '00g3', '00g9'}, 'group.name', 1)",
        "getFilteredGroups({'00g2'}, 'group.description', 1)",
        "user.getGroups({'group.profile.name': 'Support'}).![name]",
        "user.getGroups({'group.profile.name': 'Support', 'operator': 'EXACT'}).![name]",
        "Arrays.contains(user.getGroups({'group.id': {'00g2'}}).![profile.name], 'Finance')",
        "user.getGroups({'group.source.id': '0oa1'}).![name]",
        "user.getGroups('x')",
        "user.isMemberOf({'group.id': '00g1'})",
    ];
    let lines = texts.map(|text| format!("{text}\n    {}\n", shown(&evaluate(text, &scope))));
    expect![[r#"
        isMemberOfGroupNameRegex('Support .*')
            true
        isMemberOfGroupNameRegex('Berlin')
            false  [guess] isMemberOfGroupNameRegex fits a part of a group's name; taken here is that the whole name has to fit, which is not documented.
        isMemberOfGroupNameRegex('(')
            unknown: "(" is a pattern that is not evaluated here.
        isMemberOfGroupName(user.title)
            unknown: isMemberOfGroupName() is given empty (null) where it works with text; what Okta does then is not documented.
        getFilteredGroups({'00g1', '00g3', '00g9'}, 'group.name', 1)
            ["Support Berlin"]  [guess] getFilteredGroups finds several groups; their order is not documented.
        getFilteredGroups({'00g2'}, 'group.description', 1)
            unknown: getFilteredGroups() asks for group.description, which is not known here.
        user.getGroups({'group.profile.name': 'Support'}).![name]
            ["Support Berlin","Support Rome"]  [guess] user.getGroups finds several groups; their order is not documented.
        user.getGroups({'group.profile.name': 'Support', 'operator': 'EXACT'}).![name]
            []
        Arrays.contains(user.getGroups({'group.id': {'00g2'}}).![profile.name], 'Finance')
            true
        user.getGroups({'group.source.id': '0oa1'}).![name]
            unknown: user.getGroups() asks for group.source.id, which is not known here.
        user.getGroups('x')
            unknown: user.getGroups() takes lists of keys such as {'group.id': {'00g1'}} and is given a text.
        user.isMemberOf({'group.id': '00g1'})
            unknown: user.isMemberOf() is not a function that Rehome knows, so its value is known only once Okta has evaluated it.
    "#]].assert_eq(&lines.concat());
}
