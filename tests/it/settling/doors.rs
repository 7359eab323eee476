//! Checks that need somebody's word, and checks that are made again at the door of a later step.

use rehome_engine::view::*;
use serde_json::json;

use super::{compare, read};
use crate::desk::{Desk, options, refused, stopped};

/// Everything is looked at and planned; nobody has been moved.
async fn at_the_pilot() -> Desk {
    let desk = Desk::new(options()).await;
    desk.robot(Some(Step::Pilot)).work().await;
    desk.approve().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_nobody_answered_closes_the_pilot() {
    let desk = at_the_pilot().await;
    let answer = |answer| desk.rehome.answer_identity_providers(desk.id.clone(), answer);
    answer(None).await.expect("taken back");
    let problem = refused(desk.rehome.run_wave(desk.id.clone(), 0).await, ProblemCode::GateClosed);
    assert!(problem.what.contains("two identity providers"), "{problem:#?}");
    answer(Some(IdentityProviders::One)).await.expect("answered");
    let view = compare(&desk).await;
    let question = view.identity.expect("people sign in through Okta");
    assert!(question.shape.starts_with("Cut-over"), "{}", question.shape);
    assert!(view.findings.iter().any(|f| f.id == "cut-over"));
    // A plan that was approved for the other answer does not run.
    let problem = refused(desk.rehome.run_wave(desk.id.clone(), 0).await, ProblemCode::GateClosed);
    assert!(
        problem.what.contains("has changed since the plan was made"),
        "{problem:#?}"
    );
    answer(Some(IdentityProviders::Several)).await.expect("answered");
    assert_eq!(desk.run_wave(0).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_is_no_word() {
    let desk = at_the_pilot().await;
    let view = compare(&desk).await;
    let asks = |f: &&FindingView| f.outcome == CheckOutcome::Attest && f.attested.is_some();
    let looked = view
        .findings
        .iter()
        .find(asks)
        .expect("somebody has looked at something");
    let attest = |name: Option<&str>| {
        let name = name.map(str::to_owned);
        desk.rehome.attest_finding(desk.id.clone(), looked.id.clone(), name)
    };
    refused(attest(Some(" ")).await, ProblemCode::BadInput);
    attest(None).await.expect("taken back");
    let id = (desk.id.clone(), looked.id.clone());
    desk.rehome.review_finding(id.0, id.1, true).await.expect("reviewed");
    let step = looked.blocks.expect("it closes something");
    if step <= Step::Pilot {
        refused(desk.rehome.run_wave(desk.id.clone(), 0).await, ProblemCode::GateClosed);
    } else {
        let next = compare(&desk).await.next;
        assert!(next.words.contains("needs your word"), "{next:#?}");
    }
    attest(Some("Robin Admin")).await.expect("looked at");
    assert_eq!(desk.run_wave(0).await, None);
}

/// What was fine when the plan was approved is not any more: nothing is written.
#[tokio::test(flavor = "multi_thread")]
async fn the_door_of_the_pilot() {
    let desk = at_the_pilot().await;
    desk.control.set_setting(&desk.new, "/implicitAssignment", json!(true));
    desk.control.forget_calls();
    let problem = stopped(desk.run_wave(0).await, ProblemCode::GateClosed);
    assert!(problem.link.is_some(), "{problem:#?}");
    let writes = desk.control.calls().iter().filter(|c| c.method != "GET").count();
    assert_eq!(writes, 0);
    let view = compare(&desk).await;
    let found = view
        .findings
        .iter()
        .find(|f| f.id == "federation-broker-new")
        .expect("found");
    assert_eq!(found.outcome, CheckOutcome::Blocked);
    desk.control.set_setting(&desk.new, "/implicitAssignment", json!(false));
    // What is remembered closes it until the apps are read again.
    refused(desk.rehome.run_wave(desk.id.clone(), 0).await, ProblemCode::GateClosed);
    assert_eq!(desk.read_apps().await, None);
    assert_eq!(desk.run_wave(0).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hand_over_is_signed_for_what_it_says() {
    let desk = read().await;
    let sheet = desk.rehome.hand_over(desk.id.clone()).await.expect("a sheet");
    let issuer = sheet.items.iter().find(|item| item.id == "issuer").expect("an issuer");
    assert!(issuer.must_change && issuer.old != issuer.new, "{issuer:#?}");
    let certificate = sheet.new_certificate.as_ref().expect("a certificate");
    assert!(certificate.pem.starts_with("-----BEGIN CERTIFICATE-----") && certificate.sha256.contains(':'));
    let new_issuer = issuer.new.clone().expect("known");
    assert!(sheet.text.contains(&new_issuer));
    let saved = desk.rehome.save_hand_over(desk.id.clone()).await.expect("saved");
    let page = std::fs::read_to_string(&saved.path).expect("a page");
    assert!(page.contains(&new_issuer) && page.contains("Who has put it in") && !page.contains("<script"));
    let sign = |name: Option<&str>| {
        let name = name.map(str::to_owned);
        desk.rehome
            .sign_hand_over(desk.id.clone(), name, "in both tenants".into())
    };
    refused(sign(Some("")).await, ProblemCode::BadInput);
    sign(Some("Sam Service")).await.expect("signed");
    let state = compare(&desk).await.hand_over;
    let by = state.signed.expect("signed");
    let settled = compare(&desk).await.findings;
    let about = settled
        .iter()
        .filter(|f| ["issuer", "signing-certificate"].contains(&f.id.as_str()));
    assert!(
        about.clone().count() > 0 && about.clone().all(|f| f.reviewed),
        "what the sheet is about is settled with it"
    );
    assert!(by.name == "Sam Service" && by.note == "in both tenants" && !state.outdated);
    // Another certificate: what was signed is not what has to be put in now.
    desk.confirm_code().await;
    let lines = compare(&desk).await.lines;
    for wanted in ["Copy the old app's signing key", "Sign with another key"] {
        let Some(line) = lines.iter().find(|line| line.title.contains(wanted)) else {
            return; // The old certificate ends soon: sharing it is not offered.
        };
        let id = (desk.id.clone(), line.id.clone());
        desk.rehome
            .approve_line(id.0, id.1, "Robin Admin".into())
            .await
            .expect("approved");
    }
    desk.rehome.run_lines(desk.id.clone()).await.expect("may begin");
    assert_eq!(desk.settle().await, None);
    assert!(compare(&desk).await.hand_over.outdated);
}
