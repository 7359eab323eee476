//! Whole runs by wave groups: the end equals the old app, whatever happens on the way.

use rehome_engine::view::*;
use rehome_practice::{Behaviour, Fault, Options};

use super::going_back::{BOX, check_as_before, on_new, untick};
use crate::desk::{Desk, options, refused, slow_options, stopped};

/// Large enough for a group that is larger than a wave.
pub(super) fn many() -> Options {
    Options {
        people: 200,
        ..options()
    }
}

fn slow_many() -> Options {
    Options {
        people: 200,
        ..slow_options()
    }
}

/// Groups that Rehome made, by name and id.
pub(super) fn made(desk: &Desk) -> Vec<(String, String)> {
    let ours = |(id, name): (String, String)| name.starts_with("Rehome").then_some((id, name));
    let groups = desk.control.groups().into_iter();
    groups
        .filter_map(|(a, b)| ours((a.clone(), b.clone())).or_else(|| ours((b, a))))
        .collect()
}

pub(super) fn calls(desk: &Desk, method: &str, path: &str) -> usize {
    let all = desk.control.calls();
    all.iter()
        .filter(|c| c.method == method && c.path.contains(path))
        .count()
}

/// The order of the old app's groups on each.
fn order(desk: &Desk, app: &str) -> Vec<String> {
    let mut groups = desk.control.app_groups(app);
    groups.sort_by_key(|(_, priority)| *priority);
    groups.into_iter().map(|(id, _)| id).collect()
}

pub(super) fn check_equal(desk: &Desk) {
    desk.check_moved(&[]);
    assert_eq!(
        order(desk, &desk.new),
        order(desk, &desk.old),
        "groups in the order of the old app"
    );
    assert!(made(desk).is_empty(), "no group is left behind: {:?}", made(desk));
}

async fn waves(desk: &Desk) -> Vec<WaveView> {
    desk.rehome.waves(desk.id.clone()).await.expect("waves").waves
}

pub(super) async fn last(desk: &Desk) -> u32 {
    waves(desk).await.last().expect("waves").number
}

/// Until the wave of the swap is the next, which is the last one.
pub(super) async fn before_the_swap(options: Options) -> Desk {
    let desk = Desk::new(options).await.until(Step::Waves).await;
    let last = last(&desk).await;
    for wave in 1..last {
        assert_eq!(desk.run_wave(wave).await, None);
    }
    assert_eq!(made(&desk).len(), 1, "a wave group stands: {:?}", made(&desk));
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_equals_the_old_app() {
    let desk = Desk::new(many()).await.until(Step::Waves).await;
    // What tells groups by name was read, claims of authorization servers too; what has no API is to be looked at.
    let pilot = desk.rehome.pilot(desk.id.clone()).await.expect("pilot");
    let remarks = pilot.plan.expect("a plan").group_remarks.join(" ");
    assert!(remarks.contains("group push by name"), "{remarks}");
    assert!(!remarks.contains("authorization servers"), "{remarks}");
    desk.finish_waves().await;
    assert!(calls(&desk, "POST", "/api/v1/groups") >= 1, "a group was made");
    assert!(calls(&desk, "PUT", "/users/") > 20, "people were added to it");
    check_equal(&desk);
    let truth = desk.rehome.waves(desk.id.clone()).await.expect("waves").truth;
    assert!(!truth.contains("another group"), "{truth}");
    let put = desk
        .control
        .calls()
        .into_iter()
        .find(|c| c.method == "PUT" && c.path.contains("/users/"));
    let person = put
        .and_then(|c| c.path.rsplit('/').next().map(str::to_owned))
        .expect("somebody was added");
    let told = crate::running::history(&desk, &person).await;
    for (nth, words) in ["Added to the wave group.", ": put on the new app."]
        .into_iter()
        .enumerate()
    {
        let at = told.iter().position(|line| line.ends_with(words));
        assert!(at.is_some_and(|at| at >= nth), "{words} in {told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_in_the_middle_it_is_finished_or_rolled_back() {
    let mut desk = Desk::new(slow_many()).await;
    let (people, groups) = (on_new(&desk), desk.control.app_groups(&desk.new));
    desk = desk.until(Step::Waves).await;
    desk.control.forget_calls();
    for wave in 1..last(&desk).await {
        desk.start_wave(wave).await;
        while calls(&desk, "PUT", "/users/") < 5
            && desk.frame().await.run.is_some_and(|r| r.state != RunState::Finished)
        {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        if calls(&desk, "PUT", "/users/") >= 5 {
            break;
        }
    }
    desk.rehome.stop(desk.id.clone()).await.expect("stops");
    desk.settle().await;
    assert_eq!(made(&desk).len(), 1);

    // It is not left behind.
    let problem = refused(
        desk.rehome.close_migration(desk.id.clone(), false).await,
        ProblemCode::GateClosed,
    );
    assert!(problem.mend.contains("roll back"), "{problem:?}");
    refused(
        desk.rehome.remove_migration(desk.id.clone()).await,
        ProblemCode::GateClosed,
    );

    let desk = desk.restart().await;
    let view = desk.rehome.roll_back_view(desk.id.clone()).await.expect("a view");
    assert_eq!(view.standing.len(), 1, "{view:#?}");
    desk.rehome.roll_back(desk.id.clone()).await.expect("may begin");
    assert_eq!(desk.settle().await, None);
    check_as_before(&desk, &people, &groups);
    assert!(made(&desk).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_it_is_finished() {
    let mut desk = Desk::new(slow_many()).await.until(Step::Waves).await;
    for (method, path, count) in [
        ("POST", "/api/v1/groups", 1),
        ("PUT", "/users/", 3),
        ("PUT", "/users/", 20),
        ("PUT", "/groups/", 80),
        ("DELETE", "/groups/", 1),
        ("DELETE", "/groups/", 2),
    ] {
        desk.control.forget_calls();
        let next = waves(&desk).await.into_iter().find(|w| w.state != WaveState::Done);
        let Some(next) = next else { break };
        desk.rehome
            .run_wave(desk.id.clone(), next.number)
            .await
            .expect("may run");
        let seen = || calls(&desk, method, path) >= count;
        let begun = std::time::Instant::now();
        while !seen() && begun.elapsed().as_secs() < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        desk = desk.restart().await;
    }
    desk.robot(Some(Step::Retire)).work().await;
    check_equal(&desk);
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_answers_of_every_new_call() {
    let desk = Desk::new(many()).await.until(Step::Waves).await;
    let faults = desk.faults();
    let app = format!("/apps/{}/groups/", desk.new);
    for fault in [Fault::ResetAfter, Fault::ResetBefore, Fault::WrongJson] {
        faults.arm(fault.clone(), "PUT", "/users/", 3);
        faults.arm(fault, "PUT", "/users/", 9);
    }
    faults.arm(Fault::ResetAfter, "POST", "/api/v1/groups", 1);
    faults.arm(Fault::ResetAfter, "PUT", &app, 1);
    faults.arm(Fault::ResetAfter, "DELETE", &app, 1);
    faults.arm(Fault::ResetAfter, "DELETE", "/api/v1/groups/", 1);
    desk.robot(Some(Step::Retire)).work().await;
    assert_eq!(faults.armed(), [], "every fault was met");
    check_equal(&desk);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_comes_out_of_the_wave_group() {
    let mut desk = before_the_swap(many()).await;
    let group = made(&desk)[0].0.clone();
    let old_groups: Vec<String> = desk
        .control
        .app_groups(&desk.old)
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    let leaver = desk.control.members(&group)[0].clone();
    // Else the old app switches off the account of somebody who leaves it, whatever Rehome does.
    desk.control.set_feature(&desk.old, BOX, false);
    for group in &old_groups {
        desk.control.remove_member(group, &leaver);
    }
    let gone = |desk: &Desk, app: &str| desk.control.app_users(app).iter().all(|u| u.user != leaver);
    desk.wait_for("the old app to lose the leaver", || gone(&desk, &desk.old))
        .await;
    assert!(!gone(&desk, &desk.new), "the wave group still gives the new app");
    let last = last(&desk).await;
    assert_eq!(desk.run_wave(last).await, None);
    desk.wait_for("the new app to lose the leaver", || gone(&desk, &desk.new))
        .await;
    desk.was.users.remove(&leaver);
    desk.robot(Some(Step::Retire)).work().await;
    check_equal(&desk);
}

/// Rehome was closed when somebody left: its next start sees it, before anybody runs a wave, and makes way for one that is begun.
#[tokio::test(flavor = "multi_thread")]
async fn who_left_while_rehome_was_closed_comes_out_at_its_start() {
    let mut desk = before_the_swap(many()).await;
    let group = made(&desk)[0].0.clone();
    let leaver = desk.control.members(&group)[0].clone();
    desk.control.set_feature(&desk.old, BOX, false);
    desk.rehome.shutdown().await;
    for (group, _) in desk.control.app_groups(&desk.old) {
        desk.control.remove_member(&group, &leaver);
    }
    let gone = |desk: &Desk, app: &str| desk.control.app_users(app).iter().all(|u| u.user != leaver);
    desk.wait_for("the old app to lose the leaver", || gone(&desk, &desk.old))
        .await;
    // With Deactivate Users ticked on the new app nobody is taken off it; that is said.
    desk.control.set_feature(&desk.new, BOX, true);
    desk = desk.restart().await;
    assert_eq!(desk.settle().await, None);
    assert!(desk.control.members(&group).contains(&leaver), "nothing was taken away");
    untick(&desk);
    desk.control.forget_calls();
    desk = desk.restart().await;
    assert_eq!(desk.settle().await, None);
    assert!(!desk.control.members(&group).contains(&leaver), "out of the wave group");
    assert_eq!(calls(&desk, "DELETE", "/users/"), 1, "nobody else was touched");
    desk.wait_for("the new app to lose the leaver", || gone(&desk, &desk.new))
        .await;
    let name = desk
        .rehome
        .person(desk.id.clone(), leaver.clone())
        .await
        .expect("a person")
        .row
        .name;
    let truth = desk.rehome.waves(desk.id.clone()).await.expect("waves").truth;
    assert!(
        truth.contains(&name) && truth.contains("taken off the new app"),
        "{truth}"
    );

    // Whoever begins a wave at once need not wait for it.
    desk.was.users.remove(&leaver);
    let last = last(&desk).await;
    desk = desk.restart().await;
    assert_eq!(desk.run_wave(last).await, None);
    check_equal(&desk);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_box_on_the_new_app_closes_the_swap() {
    let desk = before_the_swap(many()).await;
    desk.control.set_feature(&desk.new, BOX, true);
    let last = last(&desk).await;
    let before = on_new(&desk);
    let problem = stopped(desk.run_wave(last).await, ProblemCode::GateClosed);
    assert!(problem.mend.contains("Untick"), "{problem:?}");
    assert_eq!(on_new(&desk), before, "nobody was taken off");
    assert_eq!(made(&desk).len(), 1, "the wave group stands");
    let next = desk.rehome.waves(desk.id.clone()).await.expect("waves").next;
    assert!(next.title.contains("Deactivate Users"), "{next:?}");

    untick(&desk);
    assert_eq!(desk.run_wave(last).await, None);
    check_equal(&desk);
    let truth = desk.rehome.waves(desk.id.clone()).await.expect("waves").truth;
    assert!(truth.contains("tick it again"), "{truth}");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_joins_in_between_holds_it_up_by_name() {
    let desk = before_the_swap(slow_many()).await;
    let last = last(&desk).await;
    let joins = desk
        .control
        .create_user("joins@northwind.example", "Joins", "Inbetween");
    desk.control.forget_calls();
    desk.start_wave(last).await;
    // The plan was found to fit; its groups are not read again yet.
    desk.until_calls("GET", &format!("/groups/{}/users", made(&desk)[0].0), 1)
        .await;
    let groups = desk.control.app_groups(&desk.new);
    let due = desk.control.app_groups(&desk.old).into_iter();
    let due: Vec<String> = due
        .map(|(g, _)| g)
        .filter(|g| !groups.iter().any(|(on, _)| on == g))
        .collect();
    assert!(!due.is_empty(), "a group is still to be put on");
    due.iter().for_each(|group| desk.control.add_member(group, &joins));
    desk.settle().await;
    assert!(!on_new(&desk).contains(&joins), "nobody gets the app unchecked");
    assert_eq!(made(&desk).len(), 1, "the wave group stays");
    let wave = waves(&desk).await.pop().expect("the last");
    assert_ne!(wave.state, WaveState::Done, "{wave:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_okta_names_no_winning_group_one_person_goes_first() {
    let desk = before_the_swap(many()).await;
    desk.control.set_behaviour(Behaviour::NoGroupLink, true);
    let (last, group) = (last(&desk).await, made(&desk)[0].0.clone());
    desk.control.forget_calls();
    assert_eq!(desk.run_wave(last).await, None);
    assert_eq!(
        calls(&desk, "DELETE", &format!("/groups/{group}/users/")),
        1,
        "one was tried"
    );
    check_equal(&desk);
}
