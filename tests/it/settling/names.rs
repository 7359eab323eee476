//! Usernames by rule and by hand, values by hand, and whom to leave out: as decided, so on the new app.

use rehome_engine::view::*;

use super::{map, people, read, set};
use crate::desk::{Desk, options, refused};

#[tokio::test(flavor = "multi_thread")]
async fn by_rule_and_by_hand() {
    let desk = read().await;
    let class = UsernameClass::CaseOnly;
    let filter = PeopleFilter {
        class: Some(class),
        ..PeopleFilter::default()
    };
    let rule = |text: &str| desk.rehome.set_username_rule(desk.id.clone(), class, text.into());
    refused(rule("String.toLowerCase(").await, ProblemCode::BadInput);
    rule("String.toUpperCase(user.login)").await.expect("a rule");
    let rows = people(&desk, filter.clone()).await;
    assert!(!rows.is_empty());
    for row in &rows {
        assert_eq!(row.new_username, row.login.to_uppercase());
        assert_eq!(row.note, None, "settled: {row:?}");
    }
    // One person goes before the class; somebody else's username settles nobody.
    let all = people(&desk, PeopleFilter::default()).await;
    let other = all
        .iter()
        .find(|row| row.class == UsernameClass::Same)
        .expect("somebody");
    let one = &rows[0];
    let by_hand = |name: Option<&str>| {
        let name = name.map(str::to_owned);
        desk.rehome.set_username(desk.id.clone(), one.id.clone(), name)
    };
    by_hand(Some("someone.else@northwind.example")).await.expect("set");
    let seen = desk
        .rehome
        .person(desk.id.clone(), one.id.clone())
        .await
        .expect("a person");
    assert_eq!(seen.row.new_username, "someone.else@northwind.example");
    assert_eq!(seen.own_username.as_deref(), Some("someone.else@northwind.example"));
    by_hand(Some(&other.new_username)).await.expect("set");
    let seen = desk
        .rehome
        .person(desk.id.clone(), one.id.clone())
        .await
        .expect("a person");
    assert!(
        seen.row.note.is_some_and(|note| note.contains("same username")),
        "it meets another one"
    );
    by_hand(None).await.expect("taken back");
    refused(by_hand(Some("")).await, ProblemCode::BadInput);
    refused(by_hand(Some(&"x".repeat(101))).await, ProblemCode::BadInput);
    let trial = desk
        .rehome
        .try_expression(desk.id.clone(), None, "user.login + \"!\"".into(), Some(one.id.clone()))
        .await
        .expect("tried");
    assert_eq!(trial.value.as_deref(), Some(format!("{}!", one.login).as_str()));
    assert!(
        trial
            .parts
            .iter()
            .any(|part| part.text == "user.login" && part.value == one.login),
        "{:#?}",
        trial.parts
    );
}

/// What was set by hand stands on the new app after the pilot.
#[tokio::test(flavor = "multi_thread")]
async fn as_decided_so_on_the_new_app() {
    let desk = Desk::new(options()).await;
    desk.robot(Some(Step::Pilot)).work().await;
    let all = people(&desk, PeopleFilter::default()).await;
    let one = all
        .iter()
        .find(|row| row.class == UsernameClass::Same && row.path == "individual")
        .expect("somebody");
    let id = desk.id.clone();
    desk.rehome
        .set_username(id.clone(), one.id.clone(), Some("by.hand@northwind.example".into()))
        .await
        .expect("set");
    desk.rehome
        .set_pilot(id.clone(), vec![one.id.clone()])
        .await
        .expect("a pilot");
    let desk = desk.approve().await;
    // The service does not know the new name, so that it makes another account: the proof has to say so.
    desk.run_wave(0).await;
    let users = desk.control.app_users(&desk.new);
    let moved = users.iter().find(|user| user.user == one.id).expect("moved");
    assert_eq!(moved.username, "by.hand@northwind.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn list_values_are_matched_by_hand() {
    let desk = read().await;
    let map_before = map(&desk).await;
    let role = map_before
        .attributes
        .iter()
        .find(|row| row.name == "role")
        .expect("role");
    let value = role.values.first().expect("old values").old.clone();
    let choice = role.choices.last().expect("a list").value.clone();
    let decide = |new: Option<String>, leave_out: bool| {
        desk.rehome
            .set_value_match(desk.id.clone(), "role".into(), value.clone(), new, leave_out)
    };
    let row = async || {
        let map = map(&desk).await;
        let role = map.attributes.into_iter().find(|row| row.name == "role").expect("role");
        role.values.into_iter().find(|one| one.old == value).expect("the value")
    };
    let at_first = row().await;
    decide(Some(choice.clone()), false).await.expect("decided");
    assert_eq!((row().await.new, row().await.how.as_str()), (Some(choice), "by hand"));
    decide(None, true).await.expect("left out");
    assert_eq!(row().await.new, None);
    decide(None, false).await.expect("taken back");
    assert_eq!((row().await.new, row().await.how), (at_first.new, at_first.how));
    refused(decide(Some("no such role".into()), false).await, ProblemCode::BadInput);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_group_is_left_out_with_one_reason() {
    let desk = read().await;
    let before = map(&desk).await;
    let group = before
        .suspects
        .iter()
        .find(|g| g.set.contains("serviceAccount"))
        .expect("service accounts");
    let exclude = |reason: &str| {
        desk.rehome
            .exclude_set(desk.id.clone(), group.set.clone(), reason.into())
    };
    refused(exclude(" ").await, ProblemCode::BadInput);
    let n = exclude("They are machines.").await.expect("left out");
    assert_eq!(n, group.people);
    let out = set(&desk, "excluded").await;
    assert!(out.len() as u32 == n && out.iter().all(|row| row.state == PersonState::Excluded));
    assert!(out.iter().all(|row| row.note.as_deref() == Some("They are machines.")));
    let ids = out.into_iter().map(|row| row.id).collect();
    let back = desk
        .rehome
        .exclude_people(desk.id.clone(), ids, None)
        .await
        .expect("taken back");
    assert_eq!(back, n);
    assert_eq!(map(&desk).await.excluded, 0);
}

/// A set that a view names holds as many people as the view says.
#[tokio::test(flavor = "multi_thread")]
async fn sets_hold_what_views_say() {
    let desk = read().await;
    let view = map(&desk).await;
    for group in view.gaps.iter().chain(&view.suspects) {
        assert_eq!(set(&desk, &group.set).await.len() as u32, group.people, "{}", group.set);
    }
    assert!(!view.differences.is_empty());
    for difference in &view.differences {
        assert_eq!(
            set(&desk, &difference.set).await.len() as u32,
            difference.people,
            "{difference:?}"
        );
    }
    for attribute in &view.attributes {
        for worst in &attribute.worst {
            assert_eq!(set(&desk, &worst.set).await.len() as u32, worst.people, "{}", worst.set);
        }
    }
    assert_eq!(set(&desk, "no such set").await.len(), 0);
}
