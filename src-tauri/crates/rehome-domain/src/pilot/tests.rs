use expect_test::{Expect, expect};

use super::*;

/// "kim=tier1+agent" stands for two things; "!kim" may not go; "kim*3" was last seen on day 3; "kim-" has a risk against her.
fn field(people: &str) -> Field {
    let mut builder = Builder::default();
    for entry in people.split_whitespace() {
        let (who, traits) = entry.split_once('=').unwrap();
        let (may_go, who) = (!who.starts_with('!'), who.trim_start_matches('!'));
        let (risks, who) = (u8::from(who.ends_with('-')), who.trim_end_matches('-'));
        let (who, day) = who.split_once('*').unwrap_or((who, ""));
        let traits = traits.split('+').filter(|t| !t.is_empty());
        let traits = traits.map(|t| builder.number(Kind::Group, t)).collect();
        let last_use = day
            .parse::<i64>()
            .ok()
            .map(|d| Timestamp::from_second(d * 86_400).unwrap());
        let person = Person {
            traits,
            may_go,
            last_use,
            risks,
        };
        builder.add(UserId::from(who), person);
    }
    builder.finish()
}

fn set(words: &str) -> BTreeSet<UserId> {
    words.split_whitespace().map(UserId::from).collect()
}

fn check(people: &str, chosen: &str, most: usize, expected: Expect) {
    let (field, chosen) = (field(people), set(chosen));
    let picked = field.pick(&chosen, most);
    let mut out = format!(
        "{}{}\n",
        picked
            .people
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" "),
        if picked.exact { "" } else { " (not the fewest)" }
    );
    if picked.people.is_empty() && chosen.is_empty() {
        out = "nobody".to_owned();
    }
    let all: BTreeSet<UserId> = chosen.iter().chain(&picked.people).cloned().collect();
    for one in field.coverage(&all) {
        let by = one.by.map_or_else(
            || {
                format!(
                    "open, {} would",
                    one.best.map_or("nobody".to_owned(), |u| u.to_string())
                )
            },
            |u| u.to_string(),
        );
        out.push_str(&format!("{} ({}): {by}\n", one.what.name, one.people));
    }
    expected.assert_eq(&out);
}

#[test]
fn greedy_would_take_three_and_two_are_enough() {
    check(
        "big=b+c+d+e odd=a+b+c even=d+e+f",
        "",
        10,
        expect![[r#"
            even odd
            a (1): odd
            b (2): odd
            c (2): odd
            d (2): even
            e (2): even
            f (1): even
        "#]],
    );
}

#[test]
fn ties_go_to_few_risks_then_to_the_latest_sign_in() {
    check(
        "a*1=x b*9-=x c*5=x d=x",
        "",
        10,
        expect![[r#"
        c
        x (4): c
    "#]],
    );
}

/// Somebody else covers all that is needed of the largest, and is known to come often.
#[test]
fn a_better_person_takes_the_place_where_everything_stays_covered() {
    check(
        "a=x+y b*9=y c=x+z d=x+z+y",
        "d",
        10,
        expect![[r#"

        x (3): d
        y (3): d
        z (2): d
    "#]],
    );
    check(
        "a*1=x+y b*9=y c*2=x+z",
        "",
        10,
        expect![[r#"
        c b
        x (2): c
        y (2): b
        z (1): c
    "#]],
    );
}

#[test]
fn who_may_not_go_is_not_picked_and_what_only_they_have_is_said() {
    check(
        "!a=x+y b=y",
        "",
        10,
        expect![[r#"
        b
        x (1): open, nobody would
        y (2): b
    "#]],
    );
}

/// By hand everything goes: also who would never be picked.
#[test]
fn what_is_chosen_by_hand_counts() {
    check(
        "!a=x+y b=y c=z",
        "a",
        10,
        expect![[r#"
        c
        x (1): a
        y (2): a
        z (1): c
    "#]],
    );
}

#[test]
fn a_short_list_takes_who_covers_the_most() {
    check(
        "a=1 b=2+3+4 c=5+6",
        "",
        2,
        expect![[r#"
        b c (not the fewest)
        1 (1): open, a would
        2 (1): b
        3 (1): b
        4 (1): b
        5 (1): c
        6 (1): c
    "#]],
    );
}

#[test]
fn nobody_and_nothing() {
    check("", "", 5, expect!["nobody"]);
    check("a=", "", 5, expect!["nobody"]);
}

/// What any choice covers tells nothing.
#[test]
fn what_everybody_has_is_left_out_for_attributes_only() {
    let mut builder = Builder::default();
    for who in ["a", "b"] {
        let traits = vec![
            builder.number(Kind::Attribute, "role is empty"),
            builder.number(Kind::Group, "Everyone"),
        ];
        builder.add(
            UserId::from(who),
            Person {
                traits,
                may_go: true,
                ..Person::default()
            },
        );
    }
    let names: Vec<String> = builder
        .finish()
        .coverage(&set(""))
        .into_iter()
        .map(|c| c.what.name)
        .collect();
    assert_eq!(names, ["Everyone"]);
}

#[test]
fn what_one_person_alone_stands_for() {
    let field = field("a=x+y b=y+z");
    let alone = |who: &str| {
        let traits = field.alone(&UserId::from(who), &set("a b"));
        traits.iter().map(|t| t.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!((alone("a"), alone("b")), (vec!["x".to_owned()], vec!["z".to_owned()]));
}

/// Numbers of a fixed walk take the place of chance.
fn walk(mut at: usize) -> impl FnMut(usize) -> usize {
    move |below| {
        at = (at * 1_103_515_245 + 12345) % 2_147_483_648;
        (at >> 8) % below
    }
}

/// The fewest, tried one by one.
fn smallest(sets: &[u32], goal: u32) -> u32 {
    let of = |choice: u32| {
        let taken = sets.iter().enumerate().filter(|(at, _)| choice >> at & 1 == 1);
        taken.fold(0, |all, (_, set)| all | set)
    };
    let covers = (0..1_u32 << sets.len()).filter(|choice| of(*choice) & goal == goal);
    covers.map(u32::count_ones).min().unwrap_or(0)
}

/// Against every cover that there is: all is covered, nobody can do with fewer, and greedy never with fewer than that.
#[test]
fn the_fewest_and_everything_is_covered() {
    let mut next = walk(7);
    let mut fewer_than_greedy = 0;
    for round in 0..1500 {
        let (people, traits) = (next(9) + 1, next(10) + 1);
        let sets: Vec<u32> = (0..people)
            .map(|_| (next(1 << traits) & next(1 << traits)) as u32)
            .collect();
        let mut builder = Builder::default();
        for (at, set) in sets.iter().enumerate() {
            let mine: Vec<usize> = (0..traits).filter(|t| set >> t & 1 == 1).collect();
            let numbers = mine
                .iter()
                .map(|t| builder.number(Kind::Group, format!("{t:02}")))
                .collect();
            let last_use = (next(2) == 0).then(|| Timestamp::from_second(next(1000) as i64).unwrap());
            let person = Person {
                traits: numbers,
                may_go: true,
                last_use,
                risks: next(3) as u8,
            };
            builder.add(UserId::from(format!("00u{at:02}")), person);
        }
        let field = builder.finish();
        let picked = field.pick(&set(""), 100);
        let chosen: BTreeSet<UserId> = picked.people.iter().cloned().collect();
        assert_eq!(chosen.len(), picked.people.len(), "nobody twice, round {round}");
        assert!(
            field.coverage(&chosen).iter().all(|c| c.by.is_some()),
            "round {round}: {sets:?}"
        );
        let goal = sets.iter().fold(0, |all, set| all | set);
        assert!(picked.exact, "so few are searched through");
        assert_eq!(chosen.len() as u32, smallest(&sets, goal), "round {round}: {sets:?}");
        let free: Vec<(Bits, usize)> = field.sets.iter().cloned().zip(0..).collect();
        let open = field.open(&set(""));
        let greedy = cover::largest_by_greed(&open, &free);
        assert!(chosen.len() <= greedy, "round {round}: {sets:?}");
        fewer_than_greedy += usize::from(chosen.len() < greedy);
    }
    assert!(
        fewer_than_greedy > 10,
        "the search is worth its while: {fewer_than_greedy}"
    );
}

/// A hundred thousand people, sixty groups, some of them rare, and a dozen roles: as many different sets as there are.
#[test]
fn a_hundred_thousand_people() {
    let mut next = walk(3);
    let mut builder = Builder::default();
    // Unoptimised, and beside other builds, a tenth is enough.
    let many = if cfg!(debug_assertions) { 10_000 } else { 100_000 };
    for at in 0..many {
        let mut traits = vec![
            builder.number(Kind::Group, format!("group {}", (next(60) * next(60)) / 60)),
            builder.number(Kind::Role, format!("role {}", next(12))),
            builder.number(Kind::Username, format!("class {}", (next(6) * next(6)) / 6)),
            builder.number(Kind::Route, format!("route {}", next(3))),
        ];
        for attribute in 0..8 {
            if next(5) == 0 {
                traits.push(builder.number(Kind::Attribute, format!("attribute {attribute} is empty")));
            }
        }
        let last_use = (next(3) > 0).then(|| Timestamp::from_second(next(10_000_000) as i64).unwrap());
        builder.add(
            UserId::from(format!("00u{at:06}")),
            Person {
                traits,
                may_go: next(20) > 0,
                last_use,
                risks: next(2) as u8,
            },
        );
    }
    let field = builder.finish();
    let begun = std::time::Instant::now();
    let picked = field.pick(&set(""), 200);
    let took = begun.elapsed();
    let chosen: BTreeSet<UserId> = picked.people.iter().cloned().collect();
    assert!(
        field
            .coverage(&chosen)
            .iter()
            .all(|c| c.by.is_some() || c.best.is_none())
    );
    // Each person is in one group: nobody can do with fewer people than groups.
    let groups = field.traits.iter().filter(|t| t.kind == Kind::Group).count();
    assert!(
        chosen.len() >= groups && chosen.len() < groups + 10,
        "{} for {groups}",
        chosen.len()
    );
    println!(
        "{} sets, {} people, exact {}, {took:?}",
        field.sets.len(),
        chosen.len(),
        picked.exact
    );
}
