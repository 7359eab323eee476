//! The token's share of Okta's limits: raised while a wave runs, put back whatever happens.

use rehome_engine::view::*;

use crate::desk::{Desk, options, refused, slow_options};

/// Percentages of every row that there is.
async fn shares(desk: &Desk) -> Vec<(u64, u64)> {
    let url = format!("{}/api/v1/principal-rate-limits", desk.org.url());
    let answer = reqwest::Client::new()
        .get(url)
        .query(&[("filter", "principalType eq \"SSWS_TOKEN\"")])
        .header("authorization", format!("SSWS {}", desk.org.token()))
        .send()
        .await
        .expect("the practice org answers");
    let rows: Vec<serde_json::Value> = answer.json().await.expect("a list");
    let of = |row: &serde_json::Value, key: &str| row[key].as_u64().expect("a number");
    rows.iter()
        .map(|row| (of(row, "defaultPercentage"), of(row, "defaultConcurrencyPercentage")))
        .collect()
}

async fn approve(desk: &Desk) {
    let view = desk.rehome.share(desk.id.clone()).await.expect("a view");
    assert_eq!(view.unavailable, None, "{view:#?}");
    let token = view.candidates[0].clone();
    assert_eq!(token.percentage, 50, "half by default");
    let (r, id) = (&desk.rehome, desk.id.clone());
    refused(
        r.approve_share(id.clone(), token.id.clone(), Some(100), "Robin Admin".into())
            .await,
        ProblemCode::BadInput,
    );
    refused(
        r.approve_share(id.clone(), "00Tother".into(), Some(90), "Robin Admin".into())
            .await,
        ProblemCode::BadInput,
    );
    r.approve_share(id, token.id, Some(90), "Robin Admin".into())
        .await
        .expect("approved");
}

#[tokio::test(flavor = "multi_thread")]
async fn raised_while_a_wave_runs() {
    let desk = Desk::new(slow_options()).await.until(Step::Pilot).await.approve().await;
    approve(&desk).await;
    assert_eq!(shares(&desk).await, [], "approving changes nothing");
    desk.control.forget_calls();
    desk.start_wave(0).await;
    desk.until_calls("POST", &desk.assign_path(), 2).await;
    assert_eq!(shares(&desk).await, [(90, 90)]);
    assert_eq!(desk.settle().await, None);
    assert_eq!(shares(&desk).await, [(50, 50)], "put back");
    let view = desk.rehome.share(desk.id.clone()).await.expect("a view");
    assert_eq!((view.raised, view.approved), (None, Some(90)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_finds_it_raised_puts_it_back() {
    let mut desk = Desk::new(slow_options()).await.until(Step::Pilot).await.approve().await;
    approve(&desk).await;
    desk.control.forget_calls();
    desk.start_wave(0).await;
    desk.until_calls("POST", &desk.assign_path(), 2).await;
    desk = desk.restart().await;
    assert_eq!(desk.settle().await, None);
    assert_eq!(shares(&desk).await, [(50, 50)], "put back");
    desk.finish_waves().await;
    assert_eq!(shares(&desk).await, [(50, 50)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_answers_leave_it_where_it_was() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    approve(&desk).await;
    let faults = desk.faults();
    faults.arm(rehome_practice::Fault::ResetAfter, "POST", "/principal-rate-limits", 1);
    faults.arm(rehome_practice::Fault::ResetAfter, "PUT", "/principal-rate-limits", 1);
    assert_eq!(desk.run_wave(0).await, None);
    assert_eq!(faults.armed(), [], "both were met");
    assert_eq!(shares(&desk).await, [(50, 50)]);
}
