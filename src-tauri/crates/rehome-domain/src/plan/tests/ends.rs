//! The end of a plan against the old app.

use super::{
    wave_groups::{Case, wishing},
    *,
};

fn check(case: &Case<'_>, expect: Expect) {
    let end = end_state(&case.plan(), &case.roster());
    let mut out = format!("{} equal\n", end.equal);
    for words in end.differences {
        out += &format!("{words}\n");
    }
    expect.assert_eq(&out);
}

#[test]
fn all_three_routes_end_as_on_the_old_app() {
    check(
        &Case {
            people: "big:4 small:2 *:1 big+small:1",
            groups: "small big",
            pilot: "big0",
            explicit: "big2",
            routes: wishing("big", RouteWish::WaveGroup),
            wave_size: 3,
            ..Case::default()
        },
        expect![[r#"
            8 equal
        "#]],
    );
}

#[test]
fn what_cannot_end_equal_is_said_beforehand() {
    check(
        &Case {
            people: "big:6 small:2 big+small:1",
            groups: "big small",
            excluded: "big3",
            routes: wishing("big", RouteWish::WaveGroup),
            wave_size: 3,
            ..Case::default()
        },
        expect![[r#"
            2 equal
            5 people (big0, big1, big2, ...): assigned individually in the end, through big on the old app, because it holds big3, who must not get the new app. Who leaves that group keeps the new app.
            bigsmall0: through small in the end, through big on the old app; values come from that group.
        "#]],
    );
    let case = Case {
        people: "big:4",
        groups: "big",
        routes: wishing("big", RouteWish::WaveGroup),
        ..Case::default()
    };
    let first = case.plan();
    let mut stranded = Case {
        excluded: "big3",
        begun: &first.waves[..2],
        ..case
    };
    stranded.routes.earlier = first.wave_groups.clone();
    check(
        &stranded,
        expect![[r#"
        0 equal
        big2: assigned individually in the end, through big on the old app, because it holds big3, who must not get the new app. Who leaves that group keeps the new app.
        big0, big1: through the wave group Rehome m7 wave group 1 in the end, because none of their own groups can be put on the new app.
    "#]],
    );
}

#[test]
fn groups_that_would_win_in_another_order_are_noticed() {
    let case = Case {
        people: "a:2 b:2",
        groups: "a b",
        wave_size: 5,
        ..Case::default()
    };
    let mut plan = case.plan();
    for group in plan.waves.iter_mut().flat_map(|w| &mut w.groups) {
        group.body["priority"] = json!(9 - group.priority);
    }
    expect!["The groups win in another order than on the old app."]
        .assert_eq(&end_state(&plan, &case.roster()).differences.join("\n"));
}
