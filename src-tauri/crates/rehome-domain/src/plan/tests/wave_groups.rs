//! Route `WaveGroup`: who comes by a group made for the migration, and when it comes off again.

use serde_json::{Map, Value};

use super::*;

pub(super) struct Case<'a> {
    /// "big:3 other:2 *:1": so many people of each group, named after it; `*` individually.
    pub people: &'a str,
    pub groups: &'a str,
    /// "big=admin other=agent": the value that a group gives.
    pub roles: &'a str,
    pub pilot: &'a str,
    pub excluded: &'a str,
    pub explicit: &'a str,
    pub wave_size: u32,
    pub routes: RouteInput,
    pub begun: &'a [Wave],
}

impl Default for Case<'_> {
    fn default() -> Self {
        Self {
            people: "",
            groups: "",
            roles: "",
            pilot: "",
            excluded: "",
            explicit: "",
            wave_size: 2,
            routes: wishing("", RouteWish::WaveGroup),
            begun: &[],
        }
    }
}

/// Everything is available; these groups are wished to go like this.
pub(super) fn wishing(groups: &str, wish: RouteWish) -> RouteInput {
    let groups = groups.split_whitespace().map(|g| (GroupId::from(g), wish));
    RouteInput {
        migration: "m7".to_owned(),
        wishes: RouteWishes {
            groups: groups.collect(),
            ..RouteWishes::default()
        },
        ..RouteInput::default()
    }
}

impl Case<'_> {
    pub fn roster(&self) -> Roster {
        let mut people = String::new();
        for entry in self.people.split_whitespace() {
            let (group, n) = entry.split_once(':').unwrap();
            let its = if group == "*" { "" } else { group };
            let name = group.replace(['+', '*'], "");
            for i in 0..n.parse().unwrap() {
                people += &format!("{name}{i}={its} ");
            }
        }
        roster(&people, self.groups)
    }

    pub fn plan(&self) -> Plan {
        let roster = self.roster();
        let set = |words: &str| words.split_whitespace().map(UserId::from).collect::<BTreeSet<_>>();
        let excluded: BTreeMap<UserId, String> = set(self.excluded).into_iter().map(|u| (u, "left".into())).collect();
        let explicit = set(self.explicit);
        let people = roster.users.keys().filter(|u| !excluded.contains_key(*u));
        let people = people.map(|user| {
            let input = PersonInput {
                explicit: explicit.contains(user),
                ..PersonInput::default()
            };
            (user.clone(), input)
        });
        let profiles = self.roles.split_whitespace().map(|entry| {
            let (group, role) = entry.split_once('=').unwrap();
            (
                GroupId::from(group),
                Map::from_iter([("role".to_owned(), Value::from(role))]),
            )
        });
        draft(&PlanInput {
            old: "0oaOld".into(),
            new: "0oaNew".into(),
            roster: &roster,
            people: &people.collect(),
            excluded: &excluded,
            group_profiles: &profiles.collect(),
            pilot: &set(self.pilot),
            wave_size: self.wave_size,
            shaping: &Shaping::default(),
            routes: &self.routes,
            begun: self.begun,
            remarks: Vec::new(),
            basis: Basis::default(),
        })
    }
}

/// A wave group, a whole group, a pilot, a username of one's own and somebody individual.
fn small() -> Case<'static> {
    Case {
        people: "big:4 small:2 *:1",
        groups: "big small",
        pilot: "big0",
        explicit: "big2",
        wave_size: 2,
        routes: wishing("big", RouteWish::WaveGroup),
        ..Case::default()
    }
}

/// Its plan: for tests of what is made from plans.
pub(in crate::plan) fn example() -> Plan {
    small().plan()
}

fn summary(plan: &Plan) -> String {
    let mut out = show(plan);
    for wave in plan.waves.iter().filter(|w| !w.swaps.is_empty()) {
        out += &format!("wave {} swaps {}\n", wave.number, wave.swaps.join(" "));
    }
    for group in &plan.wave_groups {
        let stands_for: Vec<&str> = group.stands_for.iter().map(GroupId::as_str).collect();
        out += &format!(
            "{} is {}, {} for {}\n",
            group.key,
            group.name,
            group.body,
            stands_for.join(" ")
        );
    }
    out
}

fn check(case: &Case<'_>, expect: Expect) {
    expect.assert_eq(&summary(&case.plan()));
}

#[test]
fn people_of_large_groups_come_by_a_group_that_the_originals_replace_in_the_end() {
    check(
        &small(),
        expect![[r#"
            0: big0 | 
            1: small0<small> small1<small> | small#2
            2: big1<new 1> big2 | 
            3: big3<new 1> 0 | 
            4:  | big#0
            wave 4 swaps 1
            1 is Rehome m7 wave group 1, {"priority":3,"profile":{}} for big
        "#]],
    );
}

#[test]
fn one_group_for_each_distinct_profile() {
    check(
        &Case {
            people: "a:3 b:3 c:3 a+b:1",
            groups: "a b c",
            roles: "a=agent b=admin c=agent",
            routes: wishing("a b c", RouteWish::WaveGroup),
            wave_size: 5,
            ..Case::default()
        },
        expect![[r#"
            0:  | 
            1: a0<new 1> a1<new 1> a2<new 1> ab0<new 1> b0<new 2> | 
            2: b1<new 2> b2<new 2> c0<new 1> c1<new 1> c2<new 1> | 
            3:  | a#0 b#2 c#4
            wave 3 swaps 1 2
            1 is Rehome m7 wave group 1, {"priority":5,"profile":{"role":"agent"}} for a c
            2 is Rehome m7 wave group 2, {"priority":6,"profile":{"role":"admin"}} for b
        "#]],
    );
}

#[test]
fn few_people_are_not_worth_a_group() {
    let routes = |case: &Case<'_>| {
        let plan = case.plan();
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for (_, person) in plan.people() {
            *count
                .entry(format!("{:?} {:?}", person.route, person.because))
                .or_default() += 1;
        }
        format!("{count:?}")
    };
    let case = |people, never, available: Result<(), String>| Case {
        people,
        groups: "big",
        wave_size: 20,
        routes: RouteInput {
            available: Availability { wave_groups: available },
            wishes: RouteWishes {
                never_wave_groups: never,
                ..RouteWishes::default()
            },
            ..RouteInput::default()
        },
        ..Case::default()
    };
    let no = || Err("The service app lacks okta.groups.manage.".to_owned());
    expect![[r#"{"Individual Few": 49}"#]].assert_eq(&routes(&case("big:49", false, Ok(()))));
    expect![[r#"{"WaveGroup { key: \"1\" } LargeGroup": 50}"#]].assert_eq(&routes(&case("big:50", false, Ok(()))));
    expect![[r#"{"Individual Chosen": 50}"#]].assert_eq(&routes(&case("big:50", true, Ok(()))));
    expect![[r#"{"Individual NotAvailable": 50}"#]].assert_eq(&routes(&case("big:50", false, no())));
    let told = case("big:50", false, no()).plan().remarks;
    assert!(told.iter().any(|r| r.contains("lacks okta.groups.manage")), "{told:?}");
}

/// Whoever is in it would lose the app with it.
#[test]
fn a_group_that_holds_somebody_left_out_is_not_swapped_in() {
    check(
        &Case {
            people: "big:3",
            groups: "big",
            excluded: "big1",
            routes: wishing("big", RouteWish::WaveGroup),
            ..Case::default()
        },
        expect![[r#"
            0:  | 
            1: big0 big2 | 
            held back: big because of {UserId("big1")}
        "#]],
    );
    // Left out after their colleagues came by the wave group already.
    let case = Case {
        people: "big:4",
        groups: "big",
        routes: wishing("big", RouteWish::WaveGroup),
        ..Case::default()
    };
    let first = case.plan();
    let mut later = Case {
        excluded: "big3",
        begun: &first.waves[..2],
        ..case
    };
    later.routes.earlier = first.wave_groups.clone();
    let plan = later.plan();
    expect![[r#"
        0:  | 
        1: big0<new 1> big1<new 1> | 
        2: big2 | 
        held back: big because of {UserId("big3")}
        1 is Rehome m7 wave group 1, {"priority":1,"profile":{}} for big
        Rehome m7 wave group 1 stays on the new app: 2 of its people would lose the app with it, because none of their groups can be put on.
        Made for the move: Rehome m7 wave group 1. It is deleted as soon as everybody's own groups give the new app. Who leaves their group while Rehome is not running keeps the new app until it runs again: before each wave, at every start and before the groups change places, such people are taken out."#]].assert_eq(&format!("{}{}", summary(&plan), plan.remarks.join("\n")));
}

#[test]
fn a_new_plan_goes_on_with_the_group_that_is_there() {
    let case = Case {
        people: "big:4",
        groups: "big",
        routes: wishing("big", RouteWish::WaveGroup),
        ..Case::default()
    };
    let first = case.plan();
    let mut again = Case {
        people: "big:6",
        begun: &first.waves[..2],
        ..case
    };
    again.routes.earlier = first.wave_groups.clone();
    check(
        &again,
        expect![[r#"
        0:  | 
        1: big0<new 1> big1<new 1> | 
        2: big2<new 1> big3<new 1> | 
        3: big4<new 1> big5<new 1> | 
        4:  | big#0
        wave 4 swaps 1
        1 is Rehome m7 wave group 1, {"priority":1,"profile":{}} for big
    "#]],
    );
    // Once it has come off, it is gone: newcomers need another one.
    let mut late = Case {
        people: "big:6 other:3",
        groups: "big other",
        begun: &first.waves,
        ..again
    };
    late.routes = wishing("big other", RouteWish::WaveGroup);
    late.routes.earlier = first.wave_groups.clone();
    check(
        &late,
        expect![[r#"
        0:  | 
        1: big0<new 1> big1<new 1> | 
        2: big2<new 1> big3<new 1> | 
        3:  | big#0
        4: big4 big5 | 
        5: other0<new 2> other1<new 2> | 
        6: other2<new 2> | 
        7:  | other#2
        wave 3 swaps 1
        wave 7 swaps 2
        1 is Rehome m7 wave group 1, {"priority":1,"profile":{}} for big
        2 is Rehome m7 wave group 2, {"priority":4,"profile":{}} for other
    "#]],
    );
}

#[test]
fn values_that_groups_join_make_profiles_differ() {
    let mut case = Case {
        people: "a:2 a+b:2",
        groups: "a b",
        roles: "a=agent b=admin",
        routes: wishing("a b", RouteWish::WaveGroup),
        ..Case::default()
    };
    check(
        &case,
        expect![[r#"
        0:  | 
        1: a0<new 1> a1<new 1> | 
        2: ab0<new 1> ab1<new 1> | 
        3:  | a#0 b#2
        wave 3 swaps 1
        1 is Rehome m7 wave group 1, {"priority":3,"profile":{"role":"agent"}} for a
    "#]],
    );
    case.routes.joined = ["role".to_owned()].into();
    check(
        &case,
        expect![[r#"
        0:  | 
        1: a0<new 1> a1<new 1> | 
        2: ab0<new 2> ab1<new 2> | 
        3:  | a#0 b#2
        wave 3 swaps 1 2
        1 is Rehome m7 wave group 1, {"priority":3,"profile":{"role":["agent"]}} for a
        2 is Rehome m7 wave group 2, {"priority":4,"profile":{"role":["agent","admin"]}} for a
    "#]],
    );
}

#[test]
fn what_the_groups_are_is_said_beforehand() {
    let mut case = Case {
        people: "big:60",
        groups: "big",
        ..Case::default()
    };
    case.routes.by_rule = ["big".into()].into();
    case.routes.pushed = ["big".into()].into();
    case.routes.name_rules.unread = vec!["Groups claims of OpenID Connect apps".to_owned()];
    expect![[r#"
        big: filled by a group rule. Who comes or goes by it while Rehome runs makes the plan stale, and is shown.
        big: also pushed by the new app. Okta supports no group for both: push another group, or expect that new members show up in the service late or not at all.
        Made for the move: Rehome m7 wave group 1. It is deleted as soon as everybody's own groups give the new app. Who leaves their group while Rehome is not running keeps the new app until it runs again: before each wave, at every start and before the groups change places, such people are taken out.
        Approving says that you have looked: not everything that can tell groups by name was readable (Groups claims of OpenID Connect apps). Rehome m7 wave group 1 must come under none of it."#]].assert_eq(&case.plan().remarks.join("\n"));
}
