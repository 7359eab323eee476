//! What holds for every plan, over many small companies.

use super::*;

const SEEDS: u64 = 700;

/// A small generator of our own: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % sides.max(1)
    }
}

struct Company {
    roster: Roster,
    people: crate::ByUser<PersonInput>,
    excluded: BTreeMap<UserId, String>,
    pilot: BTreeSet<UserId>,
    shaping: Shaping,
    routes: RouteInput,
    wave_size: u32,
}

fn company(seed: u64) -> Company {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let groups: Vec<String> = (0..dice.roll(5)).map(|g| format!("g{g}")).collect();
    let n = 1 + dice.roll(90);
    let mut words = String::new();
    for i in 0..n {
        let mut its: Vec<String> = groups.iter().filter(|_| dice.roll(3) == 0).cloned().collect();
        if dice.roll(6) == 0 {
            its.push("*".to_owned());
        }
        words += &format!("u{i:02}={} ", its.join("+"));
    }
    let mut roster = roster(&words, &groups.join(" "));
    for user in roster.users.values_mut() {
        user.profile.insert("team", json!(format!("t{}", dice.roll(4))));
    }
    let users: Vec<UserId> = roster.users.keys().cloned().collect();
    let mut pick = |one_in: usize| {
        users
            .iter()
            .filter(|_| dice.roll(one_in) == 0)
            .cloned()
            .collect::<BTreeSet<_>>()
    };
    let excluded: BTreeMap<UserId, String> = pick(40).into_iter().map(|u| (u, "left".into())).collect();
    let (pilot, explicit, sets) = (pick(12), pick(9), pick(5));
    let named = pick(2);
    let people = users.iter().filter(|u| !excluded.contains_key(*u)).map(|user| {
        let input = PersonInput {
            explicit: explicit.contains(user),
            differences: dice.roll(4) as u16,
            ..PersonInput::default()
        };
        (user.clone(), input)
    });
    let people = people.collect();
    let name = "team".to_owned();
    let by = match dice.roll(6) {
        0 => By::Percent {
            percent: 1 + dice.roll(100) as u8,
        },
        1 => By::Group,
        2 => By::Attribute { name: name.clone() },
        3 => By::Named {
            waves: named.into_iter().map(|u| (u, 1 + dice.roll(4) as u32)).collect(),
        },
        _ => By::Count,
    };
    let together = match dice.roll(5) {
        0 => Together::Group,
        1 => Together::Attribute { name },
        2 => Together::Named {
            sets: sets.into_iter().map(|u| (u, format!("s{}", dice.roll(3)))).collect(),
        },
        _ => Together::Nobody,
    };
    let wishes = groups.iter().filter_map(|g| {
        let wish = match dice.roll(5) {
            0 => RouteWish::WaveGroup,
            1 => RouteWish::Whole,
            2 => RouteWish::OneByOne,
            _ => return None,
        };
        Some((GroupId::from(g.as_str()), wish))
    });
    let wishes = RouteWishes {
        groups: wishes.collect(),
        ..RouteWishes::default()
    };
    Company {
        roster,
        people,
        excluded,
        pilot,
        shaping: Shaping {
            by,
            together,
            in_group_order: dice.roll(2) == 0,
        },
        routes: RouteInput {
            migration: "m1".into(),
            wishes,
            ..RouteInput::default()
        },
        wave_size: 1 + dice.roll(20) as u32,
    }
}

fn plan(of: &Company, begun: &[Wave], earlier: &[WaveGroupPlan]) -> Plan {
    let routes = RouteInput {
        earlier: earlier.to_vec(),
        ..of.routes.clone()
    };
    draft(&PlanInput {
        old: "0oaOld".into(),
        new: "0oaNew".into(),
        roster: &of.roster,
        people: &of.people,
        excluded: &of.excluded,
        group_profiles: &BTreeMap::new(),
        pilot: &of.pilot,
        wave_size: of.wave_size,
        shaping: &of.shaping,
        routes: &routes,
        begun,
        remarks: Vec::new(),
        basis: Basis::default(),
    })
}

fn holds(of: &Company, plan: &Plan, seed: u64) {
    let wave_of: BTreeMap<&UserId, u32> = plan.people().map(|(w, p)| (&p.user, w.number)).collect();
    assert_eq!(
        plan.people().count(),
        wave_of.len(),
        "{seed}: somebody is planned twice"
    );
    let expected: BTreeSet<&UserId> = of.people.keys().collect();
    assert_eq!(
        wave_of.keys().copied().collect::<BTreeSet<_>>(),
        expected,
        "{seed}: somebody is lost"
    );
    for (at, wave) in (0..).zip(&plan.waves) {
        assert_eq!(wave.number, at, "{seed}: waves are numbered in order");
    }
    let pilot: BTreeSet<&UserId> = plan.waves[0].people.iter().map(|p| &p.user).collect();
    let chosen = of
        .pilot
        .iter()
        .filter(|u| of.people.contains_key(u))
        .collect::<BTreeSet<_>>();
    assert_eq!(pilot, chosen, "{seed}: the pilot is who was chosen");
    assert!(plan.waves[0].groups.is_empty(), "{seed}: no group goes on in the pilot");
    let mut on: BTreeSet<&GroupId> = BTreeSet::new();
    for wave in &plan.waves {
        for pair in wave.groups.windows(2) {
            assert!(
                pair[0].priority <= pair[1].priority,
                "{seed}: groups go on in ascending order"
            );
        }
        for group in &wave.groups {
            assert!(on.insert(&group.group), "{seed}: a group goes on once");
            for member in of.roster.members_of(&group.group) {
                assert!(
                    !of.excluded.contains_key(member),
                    "{seed}: {} would give {member} the app",
                    group.name
                );
                assert!(
                    wave_of[member] <= wave.number,
                    "{seed}: {} goes on before {member}",
                    group.name
                );
            }
        }
        for person in &wave.people {
            if let Route::WholeGroup { group } = &person.route {
                assert!(
                    wave.groups.iter().any(|g| g.group == *group),
                    "{seed}: {} waits in vain",
                    person.user
                );
            }
        }
        for key in &wave.swaps {
            for (of, person) in plan.people() {
                if person.route == (Route::WaveGroup { key: key.clone() }) {
                    assert!(of.number < wave.number, "{seed}: the swap comes after all its people");
                    let left = person.user.clone();
                    let ends = plan
                        .waves
                        .iter()
                        .filter(|w| w.number <= wave.number)
                        .flat_map(|w| &w.groups);
                    assert!(
                        ends.clone().any(|g| g.members.contains(&left)),
                        "{seed}: {left} loses the app"
                    );
                }
            }
        }
    }
    let mut used: BTreeSet<&String> = BTreeSet::new();
    for (_, person) in plan.people() {
        if let Route::WaveGroup { key } = &person.route {
            assert!(plan.wave_group(key).is_some(), "{seed}: a wave group is planned");
            assert!(
                person.body.is_none() && !of.people.get(&person.user).unwrap().explicit,
                "{seed}: no username can be sent"
            );
            used.insert(key);
        }
    }
    let swapped: Vec<&String> = plan.waves.iter().flat_map(|w| &w.swaps).collect();
    assert_eq!(
        swapped.iter().copied().collect::<BTreeSet<_>>().len(),
        swapped.len(),
        "{seed}: swapped once"
    );
    assert_eq!(
        swapped.into_iter().collect::<BTreeSet<_>>(),
        used,
        "{seed}: none is left behind"
    );
}

#[test]
fn nobody_is_lost_doubled_or_given_the_app_unplanned() {
    for seed in 1..SEEDS {
        let company = company(seed);
        let first = plan(&company, &[], &[]);
        holds(&company, &first, seed);
        assert_eq!(
            first.digest(),
            plan(&company, &[], &[]).digest(),
            "{seed}: same input, same plan"
        );
        // Planned anew after some waves have begun.
        let begun = &first.waves[..1 + seed as usize % first.waves.len()];
        let again = plan(&company, begun, &first.wave_groups);
        assert_eq!(&again.waves[..begun.len()], begun, "{seed}: what has begun stays");
        holds(&company, &again, seed);
    }
}

#[test]
fn wave_sizes_are_kept_and_so_is_who_belongs_together() {
    for seed in 1..SEEDS {
        let company = company(seed);
        let plan = plan(&company, &[], &[]);
        let wave_of: BTreeMap<&UserId, u32> = plan.people().map(|(w, p)| (&p.user, w.number)).collect();
        let sets: BTreeMap<UserId, String> = match &company.shaping.together {
            Together::Nobody | Together::Group => BTreeMap::new(),
            Together::Attribute { name } => {
                let users = company.roster.users.keys();
                users
                    .filter_map(|u| Some((u.clone(), value_of(&company.roster, u, name)?)))
                    .collect()
            }
            Together::Named { sets } => sets.clone(),
        };
        let mut of: BTreeMap<&String, BTreeSet<u32>> = BTreeMap::new();
        for (user, set) in sets.iter().filter(|(u, _)| !company.pilot.contains(*u)) {
            of.entry(set).or_default().extend(wave_of.get(user));
        }
        assert!(of.values().all(|waves| waves.len() <= 1), "{seed}: {of:?}");
        let wished = company.routes.wishes.groups.values().any(|w| *w == RouteWish::Whole);
        if company.shaping.together == Together::Nobody && !wished && !matches!(company.shaping.by, By::Named { .. }) {
            let largest = plan.waves.iter().skip(1).map(|w| w.people.len()).max().unwrap_or(0);
            assert!(largest <= plan.wave_size as usize, "{seed}: {largest}");
        }
        if let By::Named { waves } = &company.shaping.by
            && company.shaping.together == Together::Nobody
        {
            // Nobody goes before the wave that was said; a group that goes whole waits for its last member.
            let said: BTreeSet<u32> = waves.values().copied().collect();
            assert!(plan.waves.len() >= said.len().min(1), "{seed}");
            for (a, first) in waves.iter().filter(|(u, _)| !company.pilot.contains(*u)) {
                for (b, second) in waves.iter().filter(|(u, _)| !company.pilot.contains(*u)) {
                    let alone = |user: &UserId| company.roster.groups_of(user).next().is_none();
                    if alone(a) && alone(b) && first < second && wave_of.contains_key(a) && wave_of.contains_key(b) {
                        assert!(wave_of[a] < wave_of[b], "{seed}: {a} and {b}");
                    }
                }
            }
        }
    }
}

#[test]
fn who_differs_least_goes_first() {
    for seed in 1..SEEDS {
        let mut company = company(seed);
        company.shaping = Shaping::default();
        company.routes.wishes.groups = company
            .roster
            .groups
            .iter()
            .map(|g| (g.id.clone(), RouteWish::OneByOne))
            .collect();
        let plan = plan(&company, &[], &[]);
        let people: Vec<u16> = plan
            .people()
            .filter(|(w, _)| w.number > 0)
            .map(|(_, p)| company.people.get(&p.user).unwrap().differences)
            .collect();
        assert!(people.is_sorted(), "{seed}: {people:?}");
    }
}
