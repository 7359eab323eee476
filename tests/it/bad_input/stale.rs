//! Okta changes between the approval and the wave: the difference is shown, nobody is touched, and the work can go on.

use rehome_engine::view::*;
use serde_json::{Value, json};

use crate::desk::{Desk, NEW, options, stopped};
use crate::journey::main_job::before;

/// A group on the old app, and somebody who is neither in it nor on the app.
fn group_and_stranger(desk: &Desk) -> (String, String) {
    let group = desk.was.groups[0].clone();
    let members = desk.control.members(&group);
    let stranger = desk
        .control
        .users()
        .into_iter()
        .find(|(user, status)| status == "ACTIVE" && !members.contains(user) && !desk.was.users.contains_key(user));
    (group, stranger.expect("not everybody has the help desk").0)
}

fn name(desk: &Desk, user: &str) -> String {
    let profile = desk.control.profile(user).expect("a user");
    format!(
        "{} {}",
        profile["firstName"].as_str().expect("name"),
        profile["lastName"].as_str().expect("name")
    )
}

async fn is_stale(desk: &Desk, wave: u32, says: &str) {
    let there = desk.control.app_users(&desk.new);
    let problem = stopped(desk.run_wave(wave).await, ProblemCode::PlanStale);
    assert!(problem.why.contains(says), "{says}: {problem:#?}");
    assert_eq!(desk.control.app_users(&desk.new), there, "nobody was touched");
    let plan = desk
        .rehome
        .pilot(desk.id.clone())
        .await
        .expect("pilot")
        .plan
        .expect("a plan");
    assert!(plan.stale.iter().any(|s| s.contains(says)), "{plan:#?}");
}

/// Read, decide what is new, draft, approve.
async fn again(desk: Desk) -> Desk {
    assert_eq!(desk.read_apps().await, None);
    let mut desk = desk;
    desk.was = before(&desk.control, &desk.old);
    let desk = desk.until(Step::Pilot).await;
    desk.draft().await;
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_joins_a_group() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    let (group, stranger) = group_and_stranger(&desk);
    desk.control.add_member(&group, &stranger);
    desk.wait_for("the fan-out", || !desk.control.busy(&desk.old)).await;
    is_stale(&desk, 0, &name(&desk, &stranger)).await;
    let desk = again(desk).await;
    assert!(desk.was.users.contains_key(&stranger));
    assert_eq!(desk.run_wave(0).await, None);
    desk.finish_waves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_joins_between_pilot_and_wave() {
    let desk = Desk::new(options()).await.until(Step::Waves).await;
    let (group, stranger) = group_and_stranger(&desk);
    desk.control.add_member(&group, &stranger);
    desk.wait_for("the fan-out", || !desk.control.busy(&desk.old)).await;
    is_stale(&desk, 1, &name(&desk, &stranger)).await;
    // Reading, drafting and approving are offered one after the other.
    let mut desk = desk;
    desk.was = before(&desk.control, &desk.old);
    desk.finish_waves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_leaves_the_old_app() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    let (group, somebody) = desk
        .was
        .users
        .values()
        .find_map(|u| {
            let groups = desk
                .was
                .groups
                .iter()
                .filter(|g| desk.control.members(g).contains(&u.user));
            (groups.count() == 1)
                .then(|| Some((u.group.clone()?, u.user.clone())))
                .flatten()
        })
        .expect("somebody is in one group");
    let who = name(&desk, &somebody);
    desk.control.set_feature(&desk.old, "PUSH_USER_DEACTIVATION", false);
    desk.control.remove_member(&group, &somebody);
    desk.wait_for("the fan-out", || !desk.control.busy(&desk.old)).await;
    is_stale(&desk, 0, &who).await;
    let desk = again(desk).await;
    assert!(!desk.was.users.contains_key(&somebody));
    assert_eq!(desk.run_wave(0).await, None);
    desk.finish_waves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_template_changes() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    let url = format!("{}/api/v1/apps/{}", desk.org.url(), desk.new);
    let http = reqwest::Client::new();
    let token = format!("SSWS {}", desk.org.token());
    let answer = http
        .get(&url)
        .header("authorization", &token)
        .send()
        .await
        .expect("answers");
    let mut app: Value = answer.json().await.expect("JSON");
    app["credentials"]["userNameTemplate"] = json!({ "template": "${source.login}", "type": "BUILT_IN" });
    let answer = http
        .put(&url)
        .header("authorization", &token)
        .json(&app)
        .send()
        .await
        .expect("answers");
    assert!(answer.status().is_success(), "{}", answer.status());
    is_stale(&desk, 0, "${source.login}").await;
    let desk = again(desk).await;
    assert_eq!(desk.run_wave(0).await, None);
    desk.finish_waves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_plan_is_not_approved() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    let older = desk
        .rehome
        .pilot(desk.id.clone())
        .await
        .expect("pilot")
        .plan
        .expect("a plan")
        .digest;
    desk.rehome.draft_plan(desk.id.clone(), 25).await.expect("another plan");
    for digest in [older.as_str(), "", "abc", "000000000000"] {
        crate::desk::refused(
            desk.rehome
                .approve_plan(desk.id.clone(), digest.into(), "Robin Example".into())
                .await,
            ProblemCode::PlanStale,
        );
    }
    crate::desk::refused(desk.rehome.run_wave(desk.id.clone(), 0).await, ProblemCode::GateClosed);
    for size in [0, 10_001, u32::MAX] {
        crate::desk::refused(
            desk.rehome.draft_plan(desk.id.clone(), size).await,
            ProblemCode::BadInput,
        );
    }
    assert!(desk.control.app_users(&desk.new).is_empty(), "nobody is on {NEW}");
    desk.check_unharmed();
}
