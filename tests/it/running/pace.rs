//! A service that cannot keep up with Okta's provisioning: Rehome hears of it in the System Log, goes on more slowly, and as fast
//! as before once the service keeps up.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rehome_engine::view::*;
use rehome_practice::{Behaviour, Limits, Options};

use super::assignments;
use crate::desk::{Desk, options};

const COMPLAINT: &str = "application.integration.rate_limit_exceeded";

/// How many people began in the minute from here.
fn begun(at: &[Timestamp], from: Timestamp) -> usize {
    let until = from + SignedDuration::from_mins(1);
    at.iter().filter(|t| **t >= from && **t < until).count()
}

/// A wave of up to 200 people who go one by one, begun on a service that bears 20 people a minute.
async fn too_fast(people: u32) -> Desk {
    let desk = Desk::new(Options {
        people,
        latency: Duration::from_millis(300),
        limits: Limits::Workforce,
        ..options()
    })
    .await;
    let desk = desk.until(Step::Waves).await;
    let (r, id) = (&desk.rehome, || desk.id.clone());
    for group in r.plan_choices(id()).await.expect("choices").groups {
        let subject = RouteSubject::Group { id: group.id };
        r.set_route(id(), subject, Some(RouteChoice::OneByOne))
            .await
            .expect("one by one");
    }
    let plan = r.draft_plan(id(), 200).await.expect("a plan");
    r.approve_plan(id(), plan.digest, "Robin Example".to_owned())
        .await
        .expect("approved");
    desk.control.set_service_pace(Some(20));
    desk.control.forget_calls();
    desk
}

/// What the run says once it has heard of the service.
async fn slowed(desk: &Desk) -> String {
    loop {
        let run = desk.frame().await.run.expect("a run");
        if let Some(words) = run.remark {
            return words;
        }
        assert_ne!(run.state, RunState::Finished, "{run:#?}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Okta's log shows events late, and each look would ask for a time that is over by then.
#[tokio::test(flavor = "multi_thread")]
async fn complaints_that_the_log_shows_late_are_heard() {
    let desk = too_fast(260).await;
    desk.control.set_behaviour(Behaviour::LogIsLate, true);
    desk.start_wave(1).await;
    let said = slowed(&desk).await;
    assert!(said.contains("going too fast"), "{said}");
    desk.control.set_service_pace(None);
    assert_eq!(desk.settle().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_refuses_calls_slows_the_wave_and_quiet_minutes_give_the_pace_back() {
    let desk = too_fast(260).await;
    desk.start_wave(1).await;
    let said = slowed(&desk).await;
    let heard = desk.control.now();
    desk.control.set_service_pace(None);
    assert!(
        said.contains("going too fast") && said.contains("people a minute"),
        "{said}"
    );
    assert!(desk.control.events(COMPLAINT, &desk.new) > 0);
    assert_eq!(desk.settle().await, None);
    let at: Vec<Timestamp> = assignments(&desk).iter().map(|c| c.at).collect();
    let last = *at.iter().max().expect("people");
    let before = begun(&at, heard - SignedDuration::from_mins(1));
    let slow = begun(&at, heard + SignedDuration::from_secs(2));
    let again = begun(&at, last - SignedDuration::from_mins(1));
    assert!(slow * 10 <= before * 7, "{before} people a minute, then {slow}");
    assert!(again * 10 >= slow * 11, "{slow} people a minute, in the end {again}");
    // Who was refused at first is there in the end.
    desk.finish_waves().await;
    assert!(desk.control.tasks(&desk.new).is_empty());
}
