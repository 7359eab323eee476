//! The error budget, the gate between waves, and changes by somebody else.

use rehome_engine::view::*;
use rehome_practice::Fault;

use super::{WHY, assignments, history, one_by_one, report, set, wave, waves, who};
use crate::desk::{Desk, options, refused, stopped};

fn refuse(desk: &Desk, times: u32) {
    let fault = Fault::Status(404, "E0000007".into());
    desk.faults().arm_times(fault, "POST", &desk.assign_path(), 1, times);
}

async fn at_wave_one() -> Desk {
    Desk::new(options()).await.until(Step::Waves).await
}

#[tokio::test(flavor = "multi_thread")]
async fn over_its_budget_a_wave_stops_and_goes_on_by_the_exact_number_of_exceptions() {
    let desk = at_wave_one().await;
    let (r, id) = (&desk.rehome, || desk.id.clone());
    assert!(!one_by_one(&desk, 1).await.is_empty(), "people go one by one");
    set(&desk, |s| s.error_budget = ErrorBudget::Count { people: 0 }).await;
    refuse(&desk, 1000);
    stopped(desk.run_wave(1).await, ProblemCode::Okta);
    desk.faults().clear();
    let failed = wave(&desk, 1).await.counts.failed;
    assert!((1..=9).contains(&failed), "only what was under way: {failed}");

    refused(r.run_wave(id(), 1).await, ProblemCode::GateClosed);
    let step = waves(&desk).await.next;
    let offered = step.secondary.expect("approving is offered").action;
    assert_eq!(
        offered,
        Action::ApproveExceptions {
            wave: 1,
            number: failed
        }
    );
    for wrong in [failed - 1, failed + 1] {
        let problem = refused(
            r.approve_exceptions(id(), 1, wrong, who(), WHY.into()).await,
            ProblemCode::BadInput,
        );
        assert!(
            problem.what.contains(&failed.to_string()),
            "the new number: {problem:#?}"
        );
    }
    refused(
        r.approve_exceptions(id(), 1, failed, who(), " ".into()).await,
        ProblemCode::BadInput,
    );
    r.approve_exceptions(id(), 1, failed, who(), WHY.into())
        .await
        .expect("the exact number");

    desk.control.forget_calls();
    let excepted: Vec<String> = r
        .failures(id())
        .await
        .expect("failures")
        .excepted
        .into_iter()
        .map(|e| e.row.id)
        .collect();
    assert_eq!(excepted.len(), failed as usize);
    let desk = desk.restart().await;
    assert_eq!(desk.run_wave(1).await, None);
    let there = desk.control.app_users(&desk.new);
    assert!(
        there.iter().all(|u| !excepted.contains(&u.user)),
        "they stay on the old app"
    );
    let one = wave(&desk, 1).await;
    assert_eq!(one.excepted, failed);
    // Who is excepted may stand in the way of their group, by name; the wave itself has come to its end.
    assert!(one.ended.is_some() && one.counts.unknown == 0, "{one:#?}");
    let (who, why) = (who(), WHY.trim_end_matches('.'));
    let told = history(&desk, &excepted[0]).await;
    let among = match failed {
        1 => String::new(),
        n => format!(", one of {n} exceptions approved at once"),
    };
    let line = format!("Left on the old app by {who}{among}: {why}.");
    assert!(told.iter().any(|words| words == &line), "{line} in {told:?}");
    let report = report(&desk).await;
    let line = format!("Wave 1: {who} approved exactly {failed} exceptions: {why}.");
    assert!(report.contains(&line), "who, why and how many");
    desk.check_unharmed();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_failed_is_tried_again() {
    let desk = at_wave_one().await;
    let (r, id) = (&desk.rehome, || desk.id.clone());
    set(&desk, |s| s.error_budget = ErrorBudget::Count { people: 0 }).await;
    refuse(&desk, 1000);
    stopped(desk.run_wave(1).await, ProblemCode::Okta);
    desk.faults().clear();
    let before = wave(&desk, 1).await;
    let failures = r.failures(id()).await.expect("failures");
    let group = failures.groups.first().expect("a cause");
    assert_eq!((group.cause.as_str(), group.help), ("notFound", FailureHelp::Decide));
    assert!(
        group.link.as_ref().is_some_and(|l| l.url.ends_with("/admin/users")),
        "{group:#?}"
    );
    refused(
        r.retry_failed(id(), 1, Some("values".into())).await,
        ProblemCode::BadInput,
    );
    desk.control.forget_calls();
    r.retry_failed(id(), 1, Some("notFound".into())).await.expect("begins");
    assert_eq!(desk.settle().await, None);
    assert_eq!(
        assignments(&desk).len(),
        before.counts.failed as usize,
        "nobody else was touched"
    );
    let after = wave(&desk, 1).await;
    assert_eq!((after.counts.failed, after.state), (0, WaveState::Stopped));
    assert_eq!(after.counts.planned, before.counts.planned);
    desk.finish_waves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_wave_opens_by_its_share_or_by_a_decision() {
    let desk = at_wave_one().await;
    let (r, id) = (&desk.rehome, || desk.id.clone());
    // What is not found is asked for again; this is not.
    let refused_once = Fault::Status(400, "E0000001".into());
    desk.faults().arm(refused_once, "POST", &desk.assign_path(), 1);
    assert_eq!(desk.run_wave(1).await, None, "one failure is within the budget");
    let missing = wave(&desk, 2).await.gate.expect("closed");
    let problem = refused(r.run_wave(id(), 2).await, ProblemCode::GateClosed);
    assert!(problem.why.contains(&missing), "{problem:#?}");

    // Half of them would do.
    set(&desk, |s| s.gate.proven_percent = 50).await;
    assert_eq!(wave(&desk, 2).await.gate, None);
    set(&desk, |s| {
        s.gate = WaveGate {
            proven_percent: 100,
            signed_in_percent: None,
        }
    })
    .await;
    refused(r.open_wave(id(), 2, who(), "".into()).await, ProblemCode::BadInput);
    r.open_wave(id(), 2, who(), WHY.into()).await.expect("a decision");
    let desk = desk.restart().await;
    assert_eq!(wave(&desk, 2).await.gate, None);
    assert_eq!(desk.run_wave(2).await, None);
    // Whom it was that failed is chance; unless a group brings them meanwhile they are tried again.
    if wave(&desk, 1).await.counts.failed > 0 {
        let (r, id) = (&desk.rehome, desk.id.clone());
        r.retry_failed(id, 1, None).await.expect("begins");
        assert_eq!(desk.settle().await, None);
    }
    desk.finish_waves().await;
}

/// As a script of a colleague would.
async fn take_off(desk: &Desk, user: &str) {
    let url = format!("{}/api/v1/apps/{}/users/{user}", desk.org.url(), desk.new);
    let answer = reqwest::Client::new()
        .delete(url)
        .header("authorization", format!("SSWS {}", desk.org.token()))
        .send()
        .await
        .expect("the practice org answers");
    assert!(answer.status().is_success(), "{}", answer.status());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_changes_stops_the_waves_until_it_is_looked_at() {
    let desk = at_wave_one().await;
    let (r, id) = (&desk.rehome, || desk.id.clone());
    assert_eq!(desk.run_wave(1).await, None);
    let pilot: Vec<String> = {
        let rows = r.pilot(id()).await.expect("pilot").people;
        rows.into_iter().map(|one| one.row.id).collect()
    };
    let mut there = desk.control.app_users(&desk.new);
    there.retain(|u| pilot.contains(&u.user));
    let mut pilot = there.iter().filter(|u| u.scope == "USER");
    let gone = pilot
        .next()
        .expect("somebody of the pilot is there one by one")
        .user
        .clone();
    take_off(&desk, &gone).await;
    desk.control.forget_calls();
    let problem = stopped(desk.run_wave(2).await, ProblemCode::GateClosed);
    let name = r.person(id(), gone.clone()).await.expect("a person").row.name;
    assert!(problem.why.contains(&name), "{problem:#?}");
    assert!(assignments(&desk).is_empty(), "nobody was touched");
    assert_eq!(
        waves(&desk).await.next.primary.expect("an offer").action,
        Action::AcceptForeign
    );

    let desk = desk.restart().await;
    let (r, id) = (&desk.rehome, || desk.id.clone());
    refused(r.run_wave(id(), 2).await, ProblemCode::GateClosed);
    let seen = r.foreign_changes(id()).await.expect("changes");
    assert_eq!(seen.len(), 1, "{seen:#?}");
    let changes = seen.into_iter().map(|c| c.id).collect();
    r.accept_foreign(id(), changes, who()).await.expect("looked at");
    assert_eq!(desk.run_wave(2).await, None);
}
