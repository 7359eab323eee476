//! Retiring: everything that must stay closed.

use std::time::Duration;

use rehome_engine::view::*;

use crate::desk::{Desk, OLD, options, refused, stopped};

const BOX: &str = "PUSH_USER_DEACTIVATION";

/// Everybody is moved; who cannot sign in is excepted by name.
async fn moved() -> Desk {
    let desk = Desk::new(options()).await;
    desk.finish_waves().await;
    desk.robot(None).stop_pushing().await;
    read_gate(&desk).await;
    let view = desk.rehome.retire(desk.id.clone()).await.expect("retire");
    let check = view
        .gate
        .checks
        .iter()
        .find(|c| c.id == "everyone-proven")
        .expect("the check");
    for person in &check.people {
        // A reason is asked for, and an empty one is none.
        refused(
            desk.rehome
                .except_person(desk.id.clone(), person.clone(), Some(" \t".into()))
                .await,
            ProblemCode::BadInput,
        );
        let reason = Some("Suspended: cannot sign in.".to_owned());
        desk.rehome
            .except_person(desk.id.clone(), person.clone(), reason)
            .await
            .expect("excepted");
        desk.settle().await;
    }
    desk
}

async fn read_gate(desk: &Desk) -> GateView {
    desk.rehome
        .retire_read_gate(desk.id.clone())
        .await
        .expect("reading begins");
    assert_eq!(desk.settle().await, None);
    desk.rehome.retire(desk.id.clone()).await.expect("retire").gate
}

fn untick(desk: &Desk) {
    desk.control.set_feature(&desk.old, BOX, false);
}

async fn attest(desk: &Desk) {
    desk.rehome
        .attest(desk.id.clone(), "Robin Admin".into())
        .await
        .expect("attested");
    desk.settle().await;
}

async fn canary(desk: &Desk) -> Option<Problem> {
    desk.rehome.retire_canary(desk.id.clone()).await.expect("may begin");
    desk.settle().await
}

async fn groups(desk: &Desk) -> Option<Problem> {
    let members = desk
        .rehome
        .retire(desk.id.clone())
        .await
        .expect("retire")
        .members_to_approve;
    desk.rehome
        .retire_groups(desk.id.clone(), members)
        .await
        .expect("may begin");
    desk.settle().await
}

async fn stayed(desk: &Desk) {
    assert_eq!(canary(desk).await, None);
    desk.rehome
        .attest_canary(desk.id.clone(), "Robin Admin".into(), true)
        .await
        .expect("seen");
    desk.settle().await;
    let view = desk.rehome.retire(desk.id.clone()).await.expect("retire");
    assert_eq!(view.canary.expect("a canary").state, CanaryState::Stayed);
}

fn left(desk: &Desk) -> usize {
    desk.was.users.len() - desk.control.app_users(&desk.old).len()
}

fn lost(desk: &Desk) -> usize {
    desk.control.downstream(&desk.new).iter().filter(|a| !a.active).count()
}

/// Nothing that takes away goes through.
async fn everything_is_refused(desk: &Desk) {
    let before = desk.control.app_users(&desk.old);
    let r = &desk.rehome;
    stopped(groups(desk).await, ProblemCode::GateClosed);
    r.retire_individuals(desk.id.clone()).await.expect("may begin");
    stopped(desk.settle().await, ProblemCode::GateClosed);
    r.deactivate_old(desk.id.clone()).await.expect("may begin");
    stopped(desk.settle().await, ProblemCode::GateClosed);
    r.delete_old(desk.id.clone(), OLD.into()).await.expect("may begin");
    stopped(desk.settle().await, ProblemCode::GateClosed);
    assert_eq!(desk.control.app_users(&desk.old), before, "everybody stays");
    assert_eq!(desk.control.app_status(&desk.old).as_deref(), Some("ACTIVE"));
}

/// What seed 217 of the soak found: one wrong answer about the canary closed the gate for good.
#[tokio::test(flavor = "multi_thread")]
async fn one_wrong_answer_does_not_lose_the_canary() {
    let desk = moved().await;
    untick(&desk);
    attest(&desk).await;
    stayed(&desk).await;
    let of_the_canary = format!("/api/v1/apps/{}/users/", desk.new);
    let gone = |times| {
        let fault = rehome_practice::Fault::Status(404, "E0000007".into());
        desk.faults().arm_times(fault, "GET", &of_the_canary, 1, times);
    };
    gone(1);
    read_gate(&desk).await;
    assert_eq!(desk.faults().armed(), [], "it was met");
    let view = desk.rehome.retire(desk.id.clone()).await.expect("retire");
    assert_eq!(view.canary.expect("a canary").state, CanaryState::Stayed);
    // Two that agree are believed.
    gone(2);
    read_gate(&desk).await;
    let view = desk.rehome.retire(desk.id.clone()).await.expect("retire");
    assert_eq!(view.canary.expect("a canary").state, CanaryState::Lost);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_box_is_ticked() {
    let desk = moved().await;
    attest(&desk).await;
    let problem = stopped(canary(&desk).await, ProblemCode::GateClosed);
    assert!(problem.link.is_some(), "the right page in Okta: {problem:?}");
    everything_is_refused(&desk).await;
    desk.check_unharmed();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_attested() {
    let desk = moved().await;
    untick(&desk);
    stopped(canary(&desk).await, ProblemCode::GateClosed);
    refused(
        desk.rehome.attest(desk.id.clone(), " ".into()).await,
        ProblemCode::BadInput,
    );
    refused(
        desk.rehome.attest_canary(desk.id.clone(), "Robin".into(), true).await,
        ProblemCode::BadInput,
    );
    everything_is_refused(&desk).await;
    desk.check_unharmed();
}

/// Okta shows the box unticked, and it is not: one account is the price, and it is the last.
#[tokio::test(flavor = "multi_thread")]
async fn features_that_lie_cost_the_canary_alone() {
    let desk = moved().await;
    let shown = desk
        .control
        .features(&desk.old)
        .into_iter()
        .filter(|f| f != BOX)
        .collect();
    desk.control.lie_about_features(&desk.old, Some(shown));
    attest(&desk).await;
    assert_eq!(canary(&desk).await, None);
    read_gate(&desk).await;
    let view = desk.rehome.retire(desk.id.clone()).await.expect("retire");
    let seen = view.canary.expect("a canary");
    assert_eq!(seen.state, CanaryState::Lost, "{seen:?}");
    // Also against an admin who did not look closely.
    desk.rehome
        .attest_canary(desk.id.clone(), "Robin Admin".into(), true)
        .await
        .expect("said");
    desk.settle().await;
    everything_is_refused(&desk).await;
    assert_eq!((left(&desk), lost(&desk)), (1, 1), "the canary, and nobody else");
}

/// Unticked, and Okta's answer lags behind: closed until it follows.
#[tokio::test(flavor = "multi_thread")]
async fn features_that_lag() {
    let desk = moved().await;
    desk.control.delay_features(&desk.old, Duration::from_secs(300));
    untick(&desk);
    attest(&desk).await;
    stopped(canary(&desk).await, ProblemCode::GateClosed);
    desk.check_unharmed();
    let followed = desk.control.now();
    desk.wait_for("the lag is over", || {
        desk.control.now().duration_since(followed).as_secs() > 301
    })
    .await;
    stayed(&desk).await;
    assert_eq!((left(&desk), lost(&desk)), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn ticked_again_after_the_canary() {
    let desk = moved().await;
    untick(&desk);
    attest(&desk).await;
    stayed(&desk).await;
    desk.control.set_feature(&desk.old, BOX, true);
    everything_is_refused(&desk).await;
    assert_eq!((left(&desk), lost(&desk)), (1, 0));
    // Ticked again in the middle of a group: the group that was under way is the last.
    untick(&desk);
    assert_eq!(groups(&desk).await, None);
    assert_eq!(lost(&desk), 0);
}

/// Ticked again while Okta's answer lags: the System Log tells after the first group, which is the smallest.
#[tokio::test(flavor = "multi_thread")]
async fn ticked_again_unseen() {
    let desk = moved().await;
    untick(&desk);
    attest(&desk).await;
    stayed(&desk).await;
    let smallest = desk
        .was
        .groups
        .iter()
        .map(|g| desk.control.members(g).len())
        .min()
        .expect("groups");
    desk.control.delay_features(&desk.old, Duration::from_secs(100_000));
    desk.control.set_feature(&desk.old, BOX, true);
    stopped(groups(&desk).await, ProblemCode::GateClosed);
    assert!(
        lost(&desk) <= smallest,
        "{} accounts, and the smallest group has {smallest}",
        lost(&desk)
    );
    everything_is_refused(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_canary_was_switched_off() {
    let desk = moved().await;
    untick(&desk);
    attest(&desk).await;
    assert_eq!(canary(&desk).await, None);
    desk.rehome
        .attest_canary(desk.id.clone(), "Robin Admin".into(), false)
        .await
        .expect("seen");
    desk.settle().await;
    everything_is_refused(&desk).await;
    assert_eq!((left(&desk), lost(&desk)), (1, 0));
    // Also for the next Rehome.
    let desk = desk.restart().await;
    everything_is_refused(&desk).await;
    assert_eq!(left(&desk), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_numbers_and_names() {
    let desk = moved().await;
    untick(&desk);
    attest(&desk).await;
    stayed(&desk).await;
    let members = desk
        .rehome
        .retire(desk.id.clone())
        .await
        .expect("retire")
        .members_to_approve;
    for wrong in [0, members + 1, members - 1, u32::MAX] {
        desk.rehome
            .retire_groups(desk.id.clone(), wrong)
            .await
            .expect("may begin");
        stopped(desk.settle().await, ProblemCode::GateClosed);
    }
    assert_eq!(left(&desk), 1);
    // Individuals before groups.
    desk.rehome
        .retire_individuals(desk.id.clone())
        .await
        .expect("may begin");
    stopped(desk.settle().await, ProblemCode::GateClosed);
    assert_eq!(groups(&desk).await, None);
    desk.rehome
        .retire_individuals(desk.id.clone())
        .await
        .expect("may begin");
    assert_eq!(desk.settle().await, None);
    assert!(desk.control.app_users(&desk.old).is_empty());
    // Active apps are not deleted, and names are typed exactly.
    desk.rehome
        .delete_old(desk.id.clone(), OLD.into())
        .await
        .expect("may begin");
    stopped(desk.settle().await, ProblemCode::GateClosed);
    desk.rehome.deactivate_old(desk.id.clone()).await.expect("may begin");
    assert_eq!(desk.settle().await, None);
    for typed in ["", "zendesk (2019)", "Zendesk", "Zendesk Suite", "Zendesk (2019"] {
        let problem = refused(
            desk.rehome.delete_old(desk.id.clone(), typed.into()).await,
            ProblemCode::BadInput,
        );
        assert!(problem.what.contains(OLD), "{problem:?}");
    }
    assert_eq!(desk.control.app_status(&desk.old).as_deref(), Some("INACTIVE"));
    assert_eq!(lost(&desk), 0);
    desk.rehome
        .delete_old(desk.id.clone(), OLD.into())
        .await
        .expect("may begin");
    assert_eq!(desk.settle().await, None);
    assert_eq!(desk.control.app_status(&desk.old), None);
    assert_eq!(lost(&desk), 0);
}
