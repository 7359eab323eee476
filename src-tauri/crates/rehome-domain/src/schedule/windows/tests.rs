use expect_test::{Expect, expect};
use jiff::{SignedDuration, ToSpan, civil::date};

use super::*;

const ALL: [Day; 7] = [
    Day::Monday,
    Day::Tuesday,
    Day::Wednesday,
    Day::Thursday,
    Day::Friday,
    Day::Saturday,
    Day::Sunday,
];

fn hours(zone: &str, days: &[Day], from: &str, until: &str) -> OffHours {
    OffHours {
        zone: zone.to_owned(),
        windows: vec![Hours {
            days: days.to_vec(),
            from: from.parse().expect("a time"),
            until: until.parse().expect("a time"),
        }],
        holidays: Vec::new(),
    }
}

/// At each of these wall-clock times (with their offset, where a time exists twice) the state, in UTC.
fn check(hours: &OffHours, at: &[&str], expected: Expect) {
    let mut seen = String::new();
    for at in at {
        let now: Timestamp = at.parse().expect("a moment");
        let state = match hours.state(now) {
            WindowState::Open { until } => format!("open until {until}"),
            WindowState::Closed { opens } => format!("opens {opens}, {}", hours.words(opens)),
            WindowState::Never => "never".to_owned(),
        };
        seen += &format!("{at}: {state}\n");
    }
    expected.assert_eq(&seen);
}

#[test]
fn an_evening_in_berlin() {
    check(
        &hours("Europe/Berlin", &[Day::Tuesday, Day::Thursday], "20:00", "23:30"),
        &[
            "2026-06-02T19:59:59+02:00",
            "2026-06-02T20:00:00+02:00",
            "2026-06-02T23:29:59+02:00",
            "2026-06-02T23:30:00+02:00",
            "2026-06-05T12:00:00+02:00",
        ],
        expect![[r#"
            2026-06-02T19:59:59+02:00: opens 2026-06-02T18:00:00Z, Tue 20:00 (Berlin)
            2026-06-02T20:00:00+02:00: open until 2026-06-02T21:30:00Z
            2026-06-02T23:29:59+02:00: open until 2026-06-02T21:30:00Z
            2026-06-02T23:30:00+02:00: opens 2026-06-04T18:00:00Z, Thu 20:00 (Berlin)
            2026-06-05T12:00:00+02:00: opens 2026-06-09T18:00:00Z, Tue 20:00 (Berlin)
        "#]],
    );
}

#[test]
fn past_midnight_belongs_to_the_day_on_which_it_began() {
    check(
        &hours("Europe/Berlin", &[Day::Friday], "22:00", "02:00"),
        &[
            "2026-06-06T01:59:59+02:00",
            "2026-06-06T02:00:00+02:00",
            "2026-06-06T22:30:00+02:00",
        ],
        expect![[r#"
            2026-06-06T01:59:59+02:00: open until 2026-06-06T00:00:00Z
            2026-06-06T02:00:00+02:00: opens 2026-06-12T20:00:00Z, Fri 22:00 (Berlin)
            2026-06-06T22:30:00+02:00: opens 2026-06-12T20:00:00Z, Fri 22:00 (Berlin)
        "#]],
    );
}

#[test]
fn a_night_that_an_hour_is_missing_from() {
    // 29 March 2026, 02:00 becomes 03:00 in Berlin.
    check(
        &hours("Europe/Berlin", &ALL, "01:30", "04:00"),
        &[
            "2026-03-29T00:29:59Z",
            "2026-03-29T00:30:00Z",
            "2026-03-29T01:59:59Z",
            "2026-03-29T02:00:00Z",
        ],
        expect![[r#"
            2026-03-29T00:29:59Z: opens 2026-03-29T00:30:00Z, Sun 01:30 (Berlin)
            2026-03-29T00:30:00Z: open until 2026-03-29T02:00:00Z
            2026-03-29T01:59:59Z: open until 2026-03-29T02:00:00Z
            2026-03-29T02:00:00Z: opens 2026-03-29T23:30:00Z, Mon 01:30 (Berlin)
        "#]],
    );
    // It begins at a time that does not exist: at the change.
    check(
        &hours("Europe/Berlin", &ALL, "02:30", "04:00"),
        &["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"],
        expect![[r#"
            2026-03-29T00:59:59Z: opens 2026-03-29T01:00:00Z, Sun 03:00 (Berlin)
            2026-03-29T01:00:00Z: open until 2026-03-29T02:00:00Z
            2026-03-29T02:00:00Z: opens 2026-03-30T00:30:00Z, Mon 02:30 (Berlin)
        "#]],
    );
    // All of it is missing: the next day's is the next.
    check(
        &hours("Europe/Berlin", &ALL, "02:10", "02:50"),
        &["2026-03-28T23:00:00Z"],
        expect![[r#"
            2026-03-28T23:00:00Z: opens 2026-03-30T00:10:00Z, Mon 02:10 (Berlin)
        "#]],
    );
}

#[test]
fn a_night_that_has_an_hour_twice() {
    // 25 October 2026, 03:00 becomes 02:00 in Berlin: the hour from 00:00Z comes again at 01:00Z.
    check(
        &hours("Europe/Berlin", &ALL, "20:00", "02:30"),
        &["2026-10-25T00:29:59Z", "2026-10-25T00:30:00Z", "2026-10-25T01:10:00Z"],
        expect![[r#"
            2026-10-25T00:29:59Z: open until 2026-10-25T00:30:00Z
            2026-10-25T00:30:00Z: opens 2026-10-25T19:00:00Z, Sun 20:00 (Berlin)
            2026-10-25T01:10:00Z: opens 2026-10-25T19:00:00Z, Sun 20:00 (Berlin)
        "#]],
    );
    check(
        &hours("Europe/Berlin", &ALL, "02:30", "04:00"),
        &[
            "2026-10-25T00:29:59Z",
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:29:00Z",
            "2026-10-25T03:00:00Z",
        ],
        expect![[r#"
            2026-10-25T00:29:59Z: opens 2026-10-25T00:30:00Z, Sun 02:30 (Berlin)
            2026-10-25T00:30:00Z: open until 2026-10-25T03:00:00Z
            2026-10-25T01:29:00Z: open until 2026-10-25T03:00:00Z
            2026-10-25T03:00:00Z: opens 2026-10-26T01:30:00Z, Mon 02:30 (Berlin)
        "#]],
    );
}

#[test]
fn days_off_and_windows_that_touch() {
    let mut evenings = hours("America/New_York", &ALL, "20:00", "23:00");
    evenings.holidays = vec![date(2026, 11, 26)];
    check(
        &evenings,
        &["2026-11-26T20:30:00-05:00", "2026-11-25T23:00:00-05:00"],
        expect![[r#"
            2026-11-26T20:30:00-05:00: opens 2026-11-28T01:00:00Z, Fri 20:00 (New York)
            2026-11-25T23:00:00-05:00: opens 2026-11-28T01:00:00Z, Fri 20:00 (New York)
        "#]],
    );
    evenings.windows.push(Hours {
        days: ALL.to_vec(),
        from: "22:30".parse().expect("a time"),
        until: "01:00".parse().expect("a time"),
    });
    check(
        &evenings,
        &["2026-11-24T21:00:00-05:00"],
        expect![[r#"
        2026-11-24T21:00:00-05:00: open until 2026-11-25T06:00:00Z
    "#]],
    );
    evenings.zone = "Europe/Atlantis".to_owned();
    check(
        &evenings,
        &["2026-11-24T21:00:00-05:00"],
        expect![[r#"
        2026-11-24T21:00:00-05:00: never
    "#]],
    );
}

#[test]
fn the_line_and_the_advice() {
    let mut evenings = hours(
        "Europe/Berlin",
        &[Day::Monday, Day::Tuesday, Day::Wednesday, Day::Thursday, Day::Friday],
        "20:00",
        "23:30",
    );
    evenings.holidays = vec![date(2026, 12, 24)];
    let mut seen = String::new();
    for at in [
        "2026-12-21T09:00:00Z",
        "2026-12-21T20:00:00Z",
        "2026-12-18T23:00:00Z",
        "2026-12-23T20:00:00Z",
        "2026-12-18T12:00:00Z",
    ] {
        let now = at.parse().expect("a moment");
        seen += &format!("{:?} {:?}\n", evenings.line(now), evenings.advice(now));
    }
    expect![[r#"
        Some("Today's window 20:00 to 23:30 (Berlin)") None
        Some("The window is open until 23:30 (Berlin)") None
        Some("Next window Monday 20:00 to 23:30 (Berlin)") None
        Some("The window is open until 23:30 (Berlin)") Some("Tomorrow is a day off: whoever cannot sign in then finds nobody to ask.")
        Some("Today's window 20:00 to 23:30 (Berlin)") Some("It is Friday: whoever cannot sign in tomorrow finds nobody to ask before Monday.")
    "#]].assert_eq(&seen);
}

#[test]
fn as_json() {
    let given = hours("Europe/Berlin", &[Day::Monday], "20:00", "01:05");
    let text = serde_json::to_string(&given).expect("JSON");
    expect![[
        r#"{"zone":"Europe/Berlin","windows":[{"days":["monday"],"from":"20:00","until":"01:05"}],"holidays":[]}"#
    ]]
    .assert_eq(&text);
    assert_eq!(serde_json::from_str::<OffHours>(&text).expect("the same"), given);
    assert!(serde_json::from_str::<Hours>(r#"{"days":[],"from":"24:00","until":"1"}"#).is_err());
}

/// Whatever the zone, the window and the moment: the state changes when it says so, and not before.
#[test]
fn every_state_lasts_exactly_as_long_as_it_says() {
    let zones = [
        "Europe/Berlin",
        "America/New_York",
        "America/St_Johns",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "Pacific/Apia",
        "Africa/Casablanca",
        "UTC",
    ];
    let mut random = 0x9e37_79b9_u64;
    let mut next = |below: u64| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    let clock = |minutes: u64| jiff::civil::time((minutes / 60) as i8, (minutes % 60) as i8, 0, 0);
    let (mut opened, mut closed) = (0, 0);
    for _ in 0..3000 {
        let zone = zones[next(zones.len() as u64) as usize];
        let (from, until) = (clock(next(1440)), clock(next(1440)));
        if from == until {
            continue;
        }
        let days: Vec<Day> = ALL.into_iter().filter(|_| next(2) == 0).collect();
        let given = OffHours {
            zone: zone.to_owned(),
            windows: vec![Hours { days, from, until }],
            holidays: Vec::new(),
        };
        let now = Timestamp::from_second(1_767_225_600 + next(366 * 86_400) as i64).expect("in 2026");
        let second = SignedDuration::from_secs(1);
        match given.state(now) {
            WindowState::Open { until } => {
                opened += 1;
                assert!(
                    until > now && until.duration_since(now) <= SignedDuration::from_hours(26),
                    "{given:?} {now}"
                );
                assert!(
                    !matches!(given.state(until), WindowState::Open { .. }),
                    "{given:?} {now}"
                );
                assert_eq!(
                    given.state(until - second),
                    WindowState::Open { until },
                    "{given:?} {now}"
                );
            }
            WindowState::Closed { opens } => {
                closed += 1;
                assert!(opens > now, "{given:?} {now}");
                assert!(
                    matches!(given.state(opens), WindowState::Open { .. }),
                    "{given:?} {now}"
                );
                assert_eq!(
                    given.state(opens - second),
                    WindowState::Closed { opens },
                    "{given:?} {now}"
                );
                // Nothing between is open.
                let step = (opens.duration_since(now).as_secs() / 7).max(1);
                for n in 1..7 {
                    let between = now + (step * n).seconds();
                    if between < opens {
                        assert_eq!(given.state(between), WindowState::Closed { opens }, "{given:?} {now}");
                    }
                }
            }
            WindowState::Never => assert!(given.windows[0].days.is_empty(), "{given:?} {now}"),
        }
    }
    assert!(opened > 200 && closed > 200, "{opened} {closed}");
}
