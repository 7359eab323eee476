//! Okta's jobs on the members of a group: told by the log where it says something, by listings always.

use std::time::Duration;

use rehome_engine::view::*;
use rehome_practice::Behaviour;

use super::running::{before_the_swap, calls, check_equal, last, made, many};

const STARTED: &str = "app.app_instance.provision_sync_job.started";
const COMPLETED: &str = "app.app_instance.provision_sync_job.completed";

/// The original groups are on the new app, but Okta's job about them begins a quarter of an hour later. Two listings a minute
/// apart are alike before that; the log says that the job has not ended.
#[tokio::test(flavor = "multi_thread")]
async fn a_wave_group_stays_while_the_log_shows_a_job_that_has_not_ended() {
    let desk = before_the_swap(many()).await;
    let (last, group) = (last(&desk).await, made(&desk)[0].0.clone());
    desk.control.set_behaviour(Behaviour::GroupJobsAreLogged, true);
    desk.control.set_behaviour(Behaviour::FanOutIsSlow, true);
    desk.control.forget_calls();
    desk.start_wave(last).await;
    let path = format!("/apps/{}/groups/{group}", desk.new);
    let mut waits = false;
    while calls(&desk, "DELETE", &path) == 0 {
        let run = desk.frame().await.run.expect("a run");
        assert_ne!(run.state, RunState::Finished, "{run:#?}");
        if run.waiting.is_some_and(|words| words.contains("has not ended")) {
            waits = true;
            // The job that is under way is late; the next one need not be.
            desk.control.set_behaviour(Behaviour::FanOutIsSlow, false);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(waits, "the wait is told");
    let jobs = |kind: &str| desk.control.events(kind, &desk.new);
    // The one that the DELETE itself has begun may still be under way.
    assert!(jobs(COMPLETED) > 0 && jobs(STARTED) - jobs(COMPLETED) <= 1);
    assert_eq!(desk.settle().await, None);
    check_equal(&desk);
}
