use expect_test::{Expect, expect};
use serde_json::json;

mod ends;
mod properties;
pub(super) mod wave_groups;

use super::*;
use crate::{AppGroup, AppUser, compare::PlanShape, people::Roster};

/// "kim=tier1+staff" is on the old app through groups, the first one winning; "lee=" individually.
pub(super) fn roster(people: &str, groups: &str) -> Roster {
    let mut members: BTreeMap<GroupId, BTreeSet<UserId>> = BTreeMap::new();
    let mut users = Vec::new();
    for entry in people.split_whitespace() {
        let (user, its) = entry.split_once('=').unwrap();
        let its: Vec<&str> = its.split('+').filter(|g| !g.is_empty()).collect();
        let individually = its.is_empty() || its.contains(&"*");
        for group in its.iter().filter(|g| **g != "*") {
            members.entry(GroupId::from(*group)).or_default().insert(user.into());
        }
        let raw = json!({"id": user, "scope": if individually { "USER" } else { "GROUP" }, "status": "ACTIVE",
            "credentials": {"userName": format!("{user}@x")}});
        users.push(AppUser::read(&raw).unwrap());
    }
    let groups = groups
        .split_whitespace()
        .enumerate()
        .map(|(i, id)| AppGroup::read(json!({"id": id, "priority": i * 2})).unwrap());
    Roster::new(users, groups, members)
}

struct Case<'a> {
    people: &'a str,
    groups: &'a str,
    pilot: &'a str,
    excluded: &'a str,
    explicit: &'a str,
    wave_size: u32,
}

impl Case<'_> {
    fn plan(&self, begun: &[Wave]) -> Plan {
        let roster = roster(self.people, self.groups);
        let set = |words: &str| words.split_whitespace().map(UserId::from).collect::<BTreeSet<_>>();
        let excluded: BTreeMap<UserId, String> = set(self.excluded).into_iter().map(|u| (u, "left".into())).collect();
        let explicit = set(self.explicit);
        let people = roster
            .users
            .iter()
            .filter(|(u, _)| !excluded.contains_key(*u))
            .map(|(u, app_user)| {
                let username = Some(app_user.user_name.clone());
                (
                    u.clone(),
                    PersonInput {
                        username,
                        explicit: explicit.contains(u),
                        ..Default::default()
                    },
                )
            })
            .collect();
        draft(&PlanInput {
            old: "0oaOld".into(),
            new: "0oaNew".into(),
            roster: &roster,
            people: &people,
            excluded: &excluded,
            group_profiles: &BTreeMap::new(),
            pilot: &set(self.pilot),
            wave_size: self.wave_size,
            shaping: &Shaping::default(),
            routes: &RouteInput {
                available: Availability {
                    wave_groups: Err("Not in these tests.".to_owned()),
                },
                ..RouteInput::default()
            },
            begun,
            remarks: Vec::new(),
            basis: Basis::default(),
        })
    }
}

fn show(plan: &Plan) -> String {
    let mut out = String::new();
    for wave in &plan.waves {
        let people: Vec<String> = wave
            .people
            .iter()
            .map(|p| match &p.route {
                Route::Individual => p.user.to_string(),
                Route::WholeGroup { group } => format!("{}<{group}>", p.user),
                Route::WaveGroup { key } => format!("{}<new {key}>", p.user),
                Route::AlreadyThere => format!("({})", p.user),
            })
            .collect();
        let groups: Vec<String> = wave
            .groups
            .iter()
            .map(|g| format!("{}#{}", g.group, g.priority))
            .collect();
        out += &format!("{}: {} | {}\n", wave.number, people.join(" "), groups.join(" "));
    }
    for held in &plan.held_back {
        out += &format!("held back: {} because of {:?}\n", held.name, held.because);
    }
    out
}

fn check(case: &Case<'_>, expect: Expect) {
    expect.assert_eq(&show(&case.plan(&[])));
}

#[test]
fn small_groups_go_whole_large_ones_when_their_last_member_is_placed() {
    check(
        &Case {
            people: "a=small b=small c=big d=big e=big f=big+small g= h= i=big j=big",
            groups: "small big",
            pilot: "c g",
            excluded: "",
            explicit: "",
            wave_size: 3,
        },
        expect![[r#"
            0: c g | 
            1: a<small> b<small> f<small> | small#0
            2: d e i | 
            3: j h | big#2
        "#]],
    );
}

/// What counts is how many would get the app with it: the pilot has it already.
#[test]
fn a_group_is_small_if_few_of_it_are_left() {
    check(
        &Case {
            people: "a=big b=big c=big d=big",
            groups: "big",
            pilot: "a b",
            excluded: "",
            explicit: "",
            wave_size: 2,
        },
        expect![[r#"
            0: a b | 
            1: c<big> d<big> | big#0
        "#]],
    );
}

#[test]
fn an_explicit_username_is_sent_before_the_group() {
    check(
        &Case {
            people: "a=small b=small",
            groups: "small",
            pilot: "",
            excluded: "",
            explicit: "b",
            wave_size: 5,
        },
        expect![[r#"
            0:  | 
            1: a<small> b | small#0
        "#]],
    );
}

#[test]
fn somebody_who_overrides_the_group_stays_individual() {
    check(
        &Case {
            people: "a=small b=small+*",
            groups: "small",
            pilot: "",
            excluded: "",
            explicit: "",
            wave_size: 5,
        },
        expect![[r#"
            0:  | 
            1: a<small> b | small#0
        "#]],
    );
}

#[test]
fn a_group_with_somebody_left_out_is_held_back_by_name() {
    check(
        &Case {
            people: "a=small b=small c=",
            groups: "small",
            pilot: "c",
            excluded: "b",
            explicit: "",
            wave_size: 5,
        },
        expect![[r#"
            0: c | 
            1: a | 
            held back: small because of {UserId("b")}
        "#]],
    );
}

#[test]
fn groups_of_pilot_people_only_get_a_wave_of_their_own() {
    check(
        &Case {
            people: "a=small",
            groups: "small empty",
            pilot: "a",
            excluded: "",
            explicit: "",
            wave_size: 5,
        },
        expect![[r#"
            0: a | 
            1:  | small#0 empty#2
        "#]],
    );
}

#[test]
fn waves_that_have_begun_stay_as_they_were() {
    let case = Case {
        people: "a= b= c=",
        groups: "",
        pilot: "a",
        excluded: "",
        explicit: "",
        wave_size: 1,
    };
    let first = case.plan(&[]);
    let again = Case {
        people: "a= b= c= d=",
        wave_size: 2,
        ..case
    }
    .plan(&first.waves[..2]);
    expect![[r#"
        0: a | 
        1: b | 
        2: c d | 
    "#]]
    .assert_eq(&show(&again));
}

#[test]
fn nobody_is_planned_twice_and_nobody_is_forgotten() {
    for wave_size in 1..8 {
        let case = Case {
            people: "a=s b=s+t c=t d=u e=u+s f=u g=* h=s+* i=u j=t",
            groups: "s t u",
            pilot: "d h",
            excluded: "j",
            explicit: "b",
            wave_size,
        };
        let plan = case.plan(&[]);
        let mut seen: Vec<&str> = plan.people().map(|(_, p)| p.user.as_str()).collect();
        seen.sort_unstable();
        assert_eq!(seen, ["a", "b", "c", "d", "e", "f", "g", "h", "i"]);
        assert!(plan.waves.iter().skip(1).all(|w| w.people.len() <= wave_size as usize));
        // Every member of a group is planned no later than the group itself (invariant 12).
        for wave in &plan.waves {
            for member in wave.groups.iter().flat_map(|g| g.members.iter()) {
                assert!(plan.people().any(|(w, p)| p.user == *member && w.number <= wave.number));
            }
        }
    }
}

/// Plans in journals keep their digest: it is over this text.
#[test]
fn a_plan_is_written_as_it_always_was() {
    let case = Case {
        people: "a= b=g c=g d=h",
        groups: "g h",
        pilot: "a",
        excluded: "d",
        explicit: "b",
        wave_size: 2,
    };
    let mut plan = case.plan(&[]);
    plan.basis.groups = [("g".into(), (0, BTreeSet::from(["b".into(), "c".into()]).into()))].into();
    let text = serde_json::to_string(&plan).unwrap();
    expect![[r#"{"old":"0oaOld","new":"0oaNew","wave_size":2,"waves":[{"number":0,"people":[{"user":"a","path":{"path":"individual"},"route":{"route":"individual"},"username":"a@x","body":{"id":"a","scope":"USER","credentials":{"userName":"a@x"}}}],"groups":[]},{"number":1,"people":[{"user":"b","path":{"path":"group","group":"g"},"route":{"route":"individual"},"because":"ownUsername","username":"b@x","body":{"id":"b","scope":"USER","credentials":{"userName":"b@x"}}},{"user":"c","path":{"path":"group","group":"g"},"route":{"route":"wholeGroup","group":"g"},"username":"c@x","body":null}],"groups":[{"group":"g","name":"g","priority":0,"body":{"priority":0,"profile":{}},"members":["b","c"]}]}],"excluded":{"d":"left"},"held_back":[{"group":"h","name":"h","because":["d"]}],"remarks":[],"basis":{"new_template":null,"new_mapping":{},"new_status":"","groups":{"g":[0,["b","c"]]},"people":{}}}"#]].assert_eq(&text);
    let valued = text.replace(
        r#""userName":"a@x"}"#,
        r#""userName":"a@x"},"profile":{"role":"admin","seats":[1,2]}"#,
    );
    for text in [text, valued] {
        let read: Plan = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
    }
}

#[test]
fn the_digest_names_every_body() {
    let case = Case {
        people: "a= b=",
        groups: "",
        pilot: "a",
        excluded: "",
        explicit: "",
        wave_size: 1,
    };
    let plan = case.plan(&[]);
    let mut other = plan.clone();
    other.waves[1].people[0].body = Some(Body::new(&json!({"id": "b"})));
    assert_ne!(plan.digest(), other.digest());
    assert_eq!(plan.digest(), case.plan(&[]).digest());
    // A parallel plan is written as it was before there were shapes; a cut-over is another plan.
    assert!(!serde_json::to_string(&plan).unwrap().contains("shape"));
    let cut_over = Plan {
        shape: PlanShape::CutOver,
        ..plan.clone()
    };
    assert_ne!(plan.digest(), cut_over.digest());
    let read: Plan = serde_json::from_str(&serde_json::to_string(&cut_over).unwrap()).unwrap();
    assert_eq!(read, cut_over);
}

#[test]
fn a_stale_plan_says_what_changed() {
    let group = |members: &[&str]| {
        (
            0,
            std::sync::Arc::new(members.iter().map(|m| UserId::from(*m)).collect::<BTreeSet<_>>()),
        )
    };
    let planned = Basis {
        new_template: Some("${source.login}".into()),
        new_mapping: [("email".into(), "user.email".into())].into(),
        new_status: "ACTIVE".into(),
        groups: [("g".into(), group(&["a", "b"]))].into(),
        people: [("a".into(), "a@x".into()), ("b".into(), "b@x".into())].into(),
        values: [("a".into(), 1), ("b".into(), 2)].into(),
    };
    let mut present = Present {
        basis: planned.clone(),
        ..Default::default()
    };
    assert!(differences(&planned, &present, &BTreeSet::new()).is_empty());
    present.names = [("c".into(), "Cem".into())].into();
    present.basis.new_template = Some("${source.email}".into());
    present.basis.new_mapping.clear();
    present.basis.groups = [("g".into(), group(&["b", "c"]))].into();
    present.basis.people = [("b".into(), "bee@x".into()), ("c".into(), "c@x".into())].into();
    present.basis.values = [("b".into(), 3), ("c".into(), 4)].into();
    expect![[r#"
        The username template of the new app changed from “${source.login}” to “${source.email}”.
        The mapping of email on the new app changed from “user.email” to nothing.
        g has new members: Cem.
        g has lost members: a.
        No longer on the old app: a.
        New on the old app: Cem.
        Another username on the old app: b.
        Other values on the old app: b."#]]
    .assert_eq(&differences(&planned, &present, &BTreeSet::new()).join("\n"));
}

/// Plans are stored with their digest: a basis without values is written as it was before there were any.
#[test]
fn a_basis_without_values_is_written_as_before() {
    let text = serde_json::to_string(&Basis::default()).unwrap();
    assert!(!text.contains("values"), "{text}");
    let stored = r#"{"new_template":null,"new_mapping":{},"new_status":"","groups":{},"people":{}}"#;
    assert_eq!(text, stored);
    assert_eq!(serde_json::from_str::<Basis>(stored).unwrap(), Basis::default());
}
