//! A person's own wave and route, chosen by hand.

use rehome_engine::view::*;

use super::people;
use crate::desk::{Desk, options, refused};

/// Everybody after the pilot: id and wave.
async fn waves(desk: &Desk) -> Vec<(String, u32)> {
    let all = people(desk, PeopleFilter::default()).await;
    let after = all
        .into_iter()
        .filter_map(|row| Some((row.id, row.wave.filter(|w| *w > 0)?)));
    after.collect()
}

async fn person(desk: &Desk, id: &str) -> PersonView {
    desk.rehome
        .person(desk.id.clone(), id.to_owned())
        .await
        .expect("a person")
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_moved_to_another_wave_and_all_others_stay_in_theirs() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    let (r, id) = (&desk.rehome, || desk.id.clone());
    let before = waves(&desk).await;
    let last = before.iter().map(|(_, wave)| *wave).max().expect("there are waves");
    assert!(last >= 2, "{before:?}");
    // Nobody's group goes with them: who comes one by one can be moved alone.
    let mut alone = Vec::new();
    for (user, wave) in &before {
        if *wave == 1 && person(&desk, user).await.route.starts_with("One by one, with") {
            alone.push(user.clone());
        }
    }
    let moved: Vec<String> = alone.into_iter().take(2).collect();
    assert_eq!(moved.len(), 2);
    for (people, wave) in [(moved.clone(), 0), (Vec::new(), 1), (vec!["00uNobody".to_owned()], 1)] {
        refused(r.move_to_wave(id(), people, wave).await, ProblemCode::BadInput);
    }
    r.move_to_wave(id(), moved.clone(), last).await.expect("moved");
    let kept = r.plan_choices(id()).await.expect("choices");
    assert_eq!((kept.shaping.by, kept.named as usize), (WaveBy::Named, before.len()));
    let shown = r.waves(id()).await.expect("waves").plan.expect("a plan");
    assert!(shown.chosen_since, "the plan shown was made before");

    let desk = desk.restart().await;
    desk.draft().await;
    let shown = desk.rehome.waves(desk.id.clone()).await.expect("waves").plan;
    assert!(!shown.expect("a plan").chosen_since);
    let after = waves(&desk).await;
    let elsewhere = |user: &String| before.iter().find(|(u, _)| u == user).map(|(_, wave)| *wave);
    for (user, wave) in &after {
        let planned = if moved.contains(user) {
            Some(last)
        } else {
            elsewhere(user)
        };
        assert_eq!(Some(*wave), planned, "{user}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_comes_one_by_one_though_the_group_does_not() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    let mut found = None;
    for (user, _) in waves(&desk).await {
        let seen = person(&desk, &user).await;
        if !seen.route.starts_with("One by one") {
            found = Some((user, seen));
            break;
        }
    }
    let (user, seen) = found.expect("somebody comes with a group");
    assert_eq!((seen.can_choose_route, seen.route_chosen), (true, None));
    let subject = || RouteSubject::Person { id: user.clone() };
    let (r, id) = (&desk.rehome, || desk.id.clone());
    refused(
        r.set_route(id(), subject(), Some(RouteChoice::Whole)).await,
        ProblemCode::BadInput,
    );
    r.set_route(id(), subject(), Some(RouteChoice::OneByOne))
        .await
        .expect("kept");
    desk.draft().await;
    let seen = person(&desk, &user).await;
    assert!(seen.route.starts_with("One by one"), "{}", seen.route);
    assert_eq!(seen.route_chosen, Some(RouteChoice::OneByOne));
    r.set_route(id(), subject(), None).await.expect("taken back");
    desk.draft().await;
    let seen = person(&desk, &user).await;
    assert!(!seen.route.starts_with("One by one"));
    let told: Vec<&str> = seen.history.iter().map(|line| line.words.as_str()).collect();
    assert_eq!(
        told,
        [
            "The route was chosen: one by one.",
            "The route was left to the planner again."
        ]
    );
}
