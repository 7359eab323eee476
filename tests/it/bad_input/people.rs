//! People who do not fit: left out of a group, changed by Okta, or asked for by a wrong name.

use rehome_engine::view::*;
use rehome_practice::{Behaviour, Options};

use crate::desk::{Desk, options, refused};

/// Somebody who has the old app through exactly this group, and is not in the pilot.
fn member(desk: &Desk) -> (String, String) {
    let through = desk.was.users.values().filter(|u| u.scope == "GROUP");
    let mut one = through.filter_map(|u| Some((u.group.clone()?, u.user.clone())));
    one.find(|(_, user)| {
        desk.was
            .groups
            .iter()
            .filter(|g| desk.control.members(g).contains(user))
            .count()
            == 1
    })
    .expect("somebody is in one group")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_with_somebody_left_out_is_held_back() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await;
    let (group, left_out) = member(&desk);
    let name = desk
        .control
        .groups()
        .into_iter()
        .find(|(id, _)| *id == group)
        .expect("a group")
        .1;
    let reason = Some("On leave until spring.".to_owned());
    refused(
        desk.rehome
            .exclude_person(desk.id.clone(), left_out.clone(), Some("  ".into()))
            .await,
        ProblemCode::BadInput,
    );
    desk.rehome
        .exclude_person(desk.id.clone(), left_out.clone(), reason)
        .await
        .expect("left out");
    let desk = desk.approve().await;
    let plan = desk
        .rehome
        .pilot(desk.id.clone())
        .await
        .expect("pilot")
        .plan
        .expect("a plan");
    assert!(
        plan.group_remarks.iter().any(|r| r.contains(&name)),
        "the plan says so beforehand: {:#?}",
        plan.group_remarks
    );
    desk.robot(Some(Step::Retire)).work().await;
    let on_new: Vec<String> = desk
        .control
        .app_groups(&desk.new)
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    assert!(!on_new.contains(&group), "{name} is not on the new app");
    let users = desk.control.app_users(&desk.new);
    assert!(
        users.iter().all(|u| u.user != left_out),
        "who was left out is not there"
    );
    for was in desk
        .was
        .users
        .values()
        .filter(|u| u.group.as_ref() == Some(&group) && u.user != left_out)
    {
        let is = users
            .iter()
            .find(|u| u.user == was.user)
            .unwrap_or_else(|| panic!("{} is missing", was.username));
        let elsewhere = desk
            .was
            .groups
            .iter()
            .any(|g| *g != group && desk.control.members(g).contains(&was.user));
        assert!(is.scope == "USER" || elsewhere, "{} ends individually", was.username);
        assert_eq!(is.external_id, was.external_id);
    }
    let excluded = PeopleFilter {
        state: Some(PersonState::Excluded),
        ..PeopleFilter::default()
    };
    let page = desk
        .rehome
        .people(desk.id.clone(), excluded, 0, 500)
        .await
        .expect("people");
    let missing: Vec<&str> = page
        .rows
        .iter()
        .filter(|r| desk.was.users.contains_key(&r.id))
        .map(|r| r.id.as_str())
        .collect();
    assert_eq!(users.len(), desk.was.users.len() - missing.len());
    desk.check_unharmed();
}

/// An org in which converting takes the person's own username and values away.
async fn rederiving() -> Desk {
    let behaviours = [Behaviour::ConversionRederives].into();
    Desk::new(Options {
        behaviours,
        ..options()
    })
    .await
}

/// Orgs in which converting takes the person's own username and values away (UNVERIFIED which): both outcomes are handled.
#[tokio::test(flavor = "multi_thread")]
async fn conversion_that_derives_values_anew() {
    let desk = rederiving().await;
    desk.robot(Some(Step::Retire)).work().await;
    let users = desk.control.app_users(&desk.new);
    assert_eq!(users.len(), desk.was.users.len(), "everybody is there");
    let waves = desk.rehome.waves(desk.id.clone()).await.expect("waves");
    let mut individually = 0;
    for is in &users {
        let was = &desk.was.users[&is.user];
        assert_eq!(
            is.username.to_lowercase(),
            was.username.to_lowercase(),
            "the username is the one that was settled"
        );
        assert_eq!(is.external_id, was.external_id, "account of {}", was.username);
        let seen = desk
            .rehome
            .person(desk.id.clone(), is.user.clone())
            .await
            .expect("a person");
        if is.scope != was.scope {
            assert_eq!((is.scope.as_str(), was.scope.as_str()), ("USER", "GROUP"));
            individually += 1;
            assert!(
                waves.truth.contains(&seen.row.name) || waves.truth.contains("individual"),
                "{} is not reported: {}",
                seen.row.name,
                waves.truth
            );
        }
        for value in seen.values.iter().filter(|v| !v.new.is_empty()) {
            if let Some(held) = is.profile.get(&value.attribute) {
                let held = held.as_str().map_or_else(|| held.to_string(), str::to_owned);
                assert!(
                    held.contains(&value.new) || value.new.contains(&held) || !value.note.is_empty(),
                    "{} of {}: {held} instead of {}",
                    value.attribute,
                    seen.row.name,
                    value.new
                );
            }
        }
    }
    check_sent_values(&desk).await;
    eprintln!("{individually} of {} end individually", users.len());
    desk.check_unharmed();
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_attributes_that_do_not_exist() {
    let desk = Desk::new(options()).await.until(Step::Map).await;
    let (r, id) = (&desk.rehome, &desk.id);
    refused(r.person(id.clone(), "00unobody".into()).await, ProblemCode::BadInput);
    refused(
        r.set_pilot(id.clone(), vec!["00unobody".into()]).await,
        ProblemCode::BadInput,
    );
    refused(
        r.set_fill(id.clone(), "noSuchAttribute".into(), Fill::Nothing).await,
        ProblemCode::BadInput,
    );
    refused(
        r.skip_finding(id.clone(), "no-such-check".into(), Some("because".into()))
            .await,
        ProblemCode::BadInput,
    );
    refused(r.migration("m0".into()).await, ProblemCode::BadInput);
    refused(
        r.set_username_choice(id.clone(), UsernameClass::Blank, UsernameChoice::TakePredicted)
            .await,
        ProblemCode::BadInput,
    );
    refused(r.draft_plan(id.clone(), 10).await, ProblemCode::GateClosed);
    refused(r.run_wave(id.clone(), 0).await, ProblemCode::RecoveryCodeNeeded);
    desk.confirm_code().await;
    refused(r.run_wave(id.clone(), 0).await, ProblemCode::GateClosed);
    refused(r.retire_canary(id.clone()).await, ProblemCode::GateClosed);
    refused(r.retire_groups(id.clone(), 0).await, ProblemCode::GateClosed);
    refused(r.retire_individuals(id.clone()).await, ProblemCode::GateClosed);
    refused(r.deactivate_old(id.clone()).await, ProblemCode::GateClosed);
    refused(
        r.delete_old(id.clone(), crate::desk::OLD.into()).await,
        ProblemCode::GateClosed,
    );
    let reason = Some("x".repeat(10_000));
    let somebody = desk.was.users.keys().next().expect("somebody").clone();
    r.exclude_person(id.clone(), somebody.clone(), reason)
        .await
        .expect("a long reason is cut");
    let note = r.person(id.clone(), somebody).await.expect("a person").row.note;
    assert!(note.is_some_and(|n| n.chars().count() <= 600));
    assert_eq!(desk.control.app_status(&desk.old).as_deref(), Some("ACTIVE"));
    desk.check_unharmed();
}

/// Okta does not act on the call that puts username and values back: that call is made again, and nobody is given the app twice.
#[tokio::test(flavor = "multi_thread")]
async fn values_that_could_not_be_put_back() {
    let desk = rederiving().await.until(Step::Waves).await;
    for person in desk.was.users.keys() {
        let fault = rehome_practice::Fault::Status(500, "E0000009".into());
        let one = format!("{}/{person}", desk.assign_path());
        // Both ways of putting back, each as often as it is tried.
        desk.faults().arm_times(fault, "POST", &one, 2, 6);
    }
    desk.control.forget_calls();
    let last = desk.rehome.waves(desk.id.clone()).await.expect("waves").waves.len() as u32;
    for wave in 1..last {
        desk.run_wave(wave).await;
    }
    assert!(
        desk.faults().sprung() >= 6,
        "nothing was put back: {}",
        desk.faults().sprung()
    );
    desk.faults().clear();
    desk.robot(Some(Step::Retire)).work().await;
    let given = desk.control.calls().into_iter();
    let given = given.filter(|c| c.method == "POST" && c.path.ends_with("/users") && c.status == 200);
    let mut given: Vec<_> = given.map(|c| c.subject).collect();
    let all = given.len();
    given.sort();
    given.dedup();
    assert_eq!(given.len(), all, "nobody is given the app twice");
    check_sent_values(&desk).await;
    desk.check_unharmed();
}

#[tokio::test(flavor = "multi_thread")]
async fn conversion_that_is_cut_off_in_the_middle() {
    let desk = rederiving().await.until(Step::Waves).await;
    // The first call converts and takes the values away; the second, which puts them back, is refused.
    for person in desk.was.users.keys() {
        let fault = rehome_practice::Fault::Status(401, "E0000011".into());
        let one = format!("{}/{person}", desk.assign_path());
        desk.faults().arm(fault, "POST", &one, 2);
    }
    let mut wave = 1;
    while desk.rehome.run_wave(desk.id.clone(), wave).await.is_ok() && desk.settle().await.is_none() {
        wave += 1;
    }
    assert!(desk.faults().sprung() > 0, "cut off in the middle");
    desk.faults().clear();
    let token = desk.org.token().to_owned();
    desk.rehome
        .provide_credential(desk.id.clone(), token)
        .await
        .expect("accepted");
    desk.robot(Some(Step::Retire)).work().await;
    check_sent_values(&desk).await;
    desk.check_unharmed();
}

/// Username and values that were sent for a person stand there at the end; who cannot keep them is reported by name.
async fn check_sent_values(desk: &Desk) {
    let journal = desk.rehome.journal_for_tests().await.expect("open");
    let sent = journal.operations(&desk.id).await.expect("operations");
    let users = desk.control.app_users(&desk.new);
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for operation in sent.iter().filter(|o| o.kind == "assign") {
        let Some(is) = users.iter().find(|u| u.user == operation.subject) else {
            continue;
        };
        let body = operation.body.as_ref().expect("an assignment has a body");
        for (name, value) in body["profile"].as_object().into_iter().flatten() {
            checked += 1;
            if is.profile.get(name) != Some(value) {
                wrong.push(format!(
                    "{} ({}): {name} is {:?}, not {value}",
                    is.username,
                    is.scope,
                    is.profile.get(name)
                ));
            }
        }
    }
    assert!(checked > 0, "values were sent");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
