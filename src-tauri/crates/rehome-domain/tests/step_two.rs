//! All of step 2 for many people, made from nothing but numbers. `figures` prints seconds; run it with
//! `cargo test --release -p rehome-domain --test step_two -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use rehome_domain::attributes::{
    AttributeInput, AttributeRow, CalibrateInput, Choices, Fill, PersonValues, StoredPerson, calibrate, confidence,
    gaps, rows,
};
use rehome_domain::downstream::{self, Planned};
use rehome_domain::drift::{Names, Snapshot, between};
use rehome_domain::effective::{Effects, Overview, group_profiles, overview};
use rehome_domain::people::Roster;
use rehome_domain::usernames::{
    self, ClassChoice, Naming, TemplateOf, UsernameChoices, UsernameClass, UsernamePerson, folded,
};
use rehome_domain::{App, AppGroup, AppUser, GroupId, Mapping, Org, Person, Schema, UserId, suspects};
use serde_json::{Map, Value, json};

const ATTRIBUTES: usize = 30;

struct World {
    old: App,
    new: App,
    old_schema: Schema,
    new_schema: Schema,
    old_mappings: Vec<Mapping>,
    new_mappings: Vec<Mapping>,
    roster: Roster,
}

fn app(id: &str, template: &str) -> App {
    App::read(json!({"id": id, "name": "zendesk", "label": id, "status": "ACTIVE",
        "credentials": {"userNameTemplate": {"template": template, "type": "BUILT_IN"}}}))
    .unwrap()
}

/// Half of the attributes are mapped by Okta, every sixth one is a list of values, the rest are texts.
fn schema(name: &str, limit: u64) -> Schema {
    let mut properties = Map::new();
    properties.insert("userName".into(), json!({"type": "string", "required": true}));
    for at in 0..ATTRIBUTES {
        let mut attribute = json!({"title": format!("Field {at}"), "type": "string", "maxLength": limit});
        if at % 6 == 5 {
            let titled = |n: usize| json!({"const": format!("{name}-{n}"), "title": format!("Level {n}")});
            attribute["oneOf"] = (0..8).map(titled).collect();
        }
        properties.insert(format!("field{at}"), attribute);
    }
    Schema::read(json!({"name": name, "definitions": {"base": {"properties": properties}}}))
}

fn mapping(id: &str, lower: bool) -> Mapping {
    let expression = |at: usize| match at % 3 {
        0 => format!("user.attr{at}"),
        1 if lower => format!("String.toLowerCase(user.attr{at})"),
        1 => format!("user.attr{at}"),
        _ => format!("user.attr{at} != null ? user.attr{at} + \" (\" + user.costCenter + \")\" : \"none\""),
    };
    let properties: Map<String, Value> = (0..ATTRIBUTES)
        .filter(|at| at % 2 == 0)
        .map(|at| {
            (
                format!("field{at}"),
                json!({"expression": expression(at), "pushStatus": "PUSH"}),
            )
        })
        .collect();
    Mapping::read(json!({"id": id, "source": {"id": "oty1"}, "target": {"id": "0oa"}, "properties": properties}))
        .unwrap()
}

fn user(at: usize) -> AppUser {
    let login = format!("Person{at}@northwind.example");
    let mut profile = json!({"login": login, "email": format!("person{at}@northwind.example"), "firstName": "Ana",
        "lastName": format!("Nr{at}"), "costCenter": format!("CC-{}", at % 40)});
    let mut held = Map::new();
    for field in 0..ATTRIBUTES {
        profile[format!("attr{field}")] = json!(format!("Value {} of {}", field, at % 500));
        let value = match field % 6 {
            5 => format!("old-{}", (at + field) % 9),
            _ => format!("Value {} of {}", field, at % 500),
        };
        held.insert(format!("field{field}"), json!(value));
    }
    let person = Person::read(
        &json!({"id": format!("00u{at:07}"), "status": "ACTIVE", "type": {"id": "oty1"},
        "created": "2020-01-01T00:00:00.000Z", "lastLogin": "2026-01-01T00:00:00.000Z", "profile": profile}),
    )
    .unwrap();
    let mut user = AppUser::read(
        &json!({"id": format!("00u{at:07}"), "scope": if at.is_multiple_of(3) { "USER" } else { "GROUP" },
        "status": "ACTIVE", "credentials": {"userName": login}}),
    )
    .unwrap();
    user.profile = held.into();
    user.person = Some(person);
    user
}

fn world(people: usize) -> World {
    let users: Vec<AppUser> = (0..people).map(user).collect();
    let groups = (0..200).map(|at| {
        AppGroup::read(
            json!({"id": format!("00g{at}"), "priority": at, "profile": {"field5": format!("old-{}", at % 8)}}),
        )
        .unwrap()
    });
    let members = |group: usize| -> BTreeSet<UserId> {
        let of = users
            .iter()
            .enumerate()
            .filter(|(at, _)| at % 200 == group || at % 177 == group);
        of.map(|(_, u)| u.user.clone()).collect()
    };
    let members = (0..200)
        .map(|g| (GroupId::from(format!("00g{g}")), members(g)))
        .collect();
    World {
        old: app("0oa1", "${source.login}"),
        new: app("0oa2", "${fn:toLowerCase(source.email)}"),
        old_schema: schema("old", 100),
        new_schema: schema("new", 18),
        old_mappings: vec![mapping("prm1", false)],
        new_mappings: vec![mapping("prm2", true)],
        roster: Roster::new(users, groups.collect::<Vec<_>>(), members),
    }
}

fn of<'a>(app: &'a App, variable: &'a str) -> TemplateOf<'a> {
    TemplateOf {
        app,
        variable: Some(variable),
        org: Org::default(),
    }
}

/// Runs every derivation once; the words name what was found, the clock is told after each part.
fn derive(world: &World, told: &mut dyn FnMut(&str)) -> String {
    let none = BTreeMap::new();
    let people: Vec<UsernamePerson<'_>> = world
        .roster
        .users
        .values()
        .map(|u| UsernamePerson {
            user: &u.user,
            old: &u.user_name,
            person: u.person.as_ref(),
        })
        .collect();
    let predicted = usernames::predict(of(&world.new, "new"), &people, &none, &folded);
    told("usernames predicted, collisions");
    let calibration = usernames::calibrate(of(&world.old, "old"), &people);
    told("usernames calibrated");
    let choices = UsernameChoices {
        by_class: [(
            UsernameClass::CaseOnly,
            ClassChoice::Rule {
                expression: "String.toLowerCase(appuser.userName)".into(),
            },
        )]
        .into(),
        ..UsernameChoices::default()
    };
    let names = usernames::plan(&Naming {
        predicted: &predicted,
        choices: &choices,
        taken: &none,
        excluded: &|_| false,
        people: &people,
        of: of(&world.new, "new"),
        name: &ToString::to_string,
        fold: &folded,
    });
    told("usernames planned by a rule");
    let confirmed: Choices = (0..ATTRIBUTES)
        .filter(|at| at % 2 == 1)
        .map(|at| {
            (
                format!("field{at}"),
                Fill::OldAttribute {
                    name: format!("field{at}"),
                },
            )
        })
        .collect();
    let input = AttributeInput {
        old_schema: &world.old_schema,
        new_schema: &world.new_schema,
        old_mappings: &world.old_mappings,
        new_mappings: &world.new_mappings,
        template: world.new.username_template.as_ref(),
        choices: &confirmed,
    };
    let rows: Vec<AttributeRow> = rows(&input);
    let calibrated = calibrate(
        &CalibrateInput {
            old_schema: &world.old_schema,
            old_mappings: &world.old_mappings,
            old_settings: None,
            org: Org::default(),
        },
        world.roster.users.values().map(|u| StoredPerson {
            user: &u.user,
            profile: &u.profile,
            person: u.person.as_ref(),
        }),
    );
    let trust = confidence(&input, &calibrated);
    told("attributes calibrated");
    let groups = group_profiles(&rows, &world.roster.groups);
    let effects = Effects::new(&rows, &world.old_schema, &world.roster, &groups);
    let all: Vec<_> = world.roster.users.values().collect();
    let Overview { survey, differences } = overview(&effects, &all, &|u| values(u, &names), 2);
    let gaps = gaps(&survey);
    told("attributes surveyed, effective differences, by two threads");
    let snapshot = Snapshot::of(&world.roster, &[]);
    let bytes = serde_json::to_vec(&snapshot).unwrap().len();
    let drift = between(&snapshot, &snapshot);
    let words = drift.words(&Names {
        person: &ToString::to_string,
        group: &ToString::to_string,
    });
    told("snapshot made and compared");
    let csv: String = names
        .values()
        .filter_map(|n| n.username.as_ref())
        .fold("user,other\n".into(), |all, n| all + n + ",x\n");
    let table = downstream::read(csv.as_bytes()).unwrap();
    let wanted = names
        .values()
        .filter_map(|n| n.username.as_deref())
        .map(folded)
        .collect();
    let columns = downstream::guess(&table, &wanted, &folded).columns().unwrap();
    let accounts = downstream::accounts(&table, &columns);
    let planned: Vec<Planned<'_>> = names
        .iter()
        .map(|(user, name)| Planned {
            user,
            username: name.username.as_deref(),
            old: "",
        })
        .collect();
    let export = downstream::check(&accounts.accounts, &planned, &folded);
    told("service's export read and matched");
    let now = "2026-06-01T00:00:00Z".parse().unwrap();
    let suspects = suspects::find(world.roster.users.values(), &BTreeMap::new(), None, now);
    told("suspects");
    format!(
        "names {} right {} gaps {} trust {} differences {} drift {} snapshot {} bytes a person, matched {}, suspects {}",
        names.values().filter(|n| n.settled).count(),
        calibration.right,
        gaps.iter()
            .map(|g| format!("{}={}", g.words(), g.people))
            .collect::<Vec<_>>()
            .join("; "),
        trust.len(),
        differences.len(),
        words.len(),
        bytes / world.roster.users.len(),
        export.matched.len(),
        suspects.len()
    )
}

fn values<'a>(user: &'a AppUser, names: &'a rehome_domain::ByUser<usernames::PlannedName>) -> PersonValues<'a> {
    PersonValues {
        old_profile: &user.profile,
        old_username: &user.user_name,
        planned_username: names.get(&user.user).and_then(|n| n.username.as_deref()),
        person: user.person.as_ref(),
        new_settings: None,
        new_variable: Some("new"),
        org: Org::default(),
        overrides: None,
    }
}

#[test]
fn twenty_thousand_people() {
    let world = world(20_000);
    let found = derive(&world, &mut |_| {});
    expect_test::expect!["names 20000 right 20000 gaps field14: too long=20000; field2: too long=20000; field20: too long=20000; field26: too long=20000; field8: too long=20000; field17: not in the list of the new app=2223; field11: not in the list of the new app=2222; field23: not in the list of the new app=2222; field29: not in the list of the new app=2222; field5: not in the list of the new app=2222 trust 15 differences 52 drift 0 snapshot 182 bytes a person, matched 20000, suspects 0"].assert_eq(&found);
}

#[test]
#[ignore = "prints seconds; for a release build"]
fn figures() {
    let world = world(100_000);
    let before = held("VmRSS");
    let begun = (Instant::now(), processor());
    let mut last = begun;
    derive(&world, &mut |part| {
        let (wall, processor) = (last.0.elapsed().as_secs_f64(), processor() - last.1);
        println!("{wall:7.2} s, {processor:6.2} s of processor  {part}");
        last = (Instant::now(), self::processor());
    });
    let (wall, processor) = (begun.0.elapsed().as_secs_f64(), processor() - begun.1);
    println!("{wall:7.2} s, {processor:6.2} s of processor  in all: 100,000 people, {ATTRIBUTES} attributes");
    println!("{before} MB before, {} MB at most", held("VmHWM"));
}

/// Megabytes, where the system tells them.
fn held(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    number.unwrap_or_default() / 1024
}

/// Seconds of processor of all threads, in hundredths: a busy machine changes the other figure more than this one.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
