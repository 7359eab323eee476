//! Tokens that are wrong, expired or not allowed.

use std::sync::Arc;

use rehome_engine::view::*;
use rehome_practice::PracticeOrg;

use crate::desk::{Desk, Keychain, SPEED, options, refused, slow_options, stopped};
use crate::journey::robot::rehome;

#[tokio::test(flavor = "multi_thread")]
async fn refused_at_the_door() {
    let org = PracticeOrg::start(options()).await.expect("a practice org");
    let dir = tempfile::tempdir().expect("a folder");
    let keychain = Keychain::default();
    let rehome = rehome(dir.path(), Arc::new(keychain.clone()), SPEED);
    for token in ["", "00notTheToken", "two\nlines", "ümlaut"] {
        let answer = rehome.connect(org.url().into(), token.into()).await;
        let sendable = token == "00notTheToken";
        let code = if sendable {
            ProblemCode::CredentialRejected
        } else {
            ProblemCode::BadInput
        };
        let problem = refused(answer, code);
        assert!(
            token.is_empty() || !format!("{problem:?}").contains(token),
            "the token is not shown"
        );
    }
    org.control().faults().expire_token();
    refused(
        rehome.connect(org.url().into(), org.token().into()).await,
        ProblemCode::CredentialRejected,
    );
    assert!(!dir.path().join("reports").exists());
    org.control().faults().clear();
    let connected = rehome
        .connect(org.url().into(), org.token().into())
        .await
        .expect("connects");
    assert_eq!(connected.can_write, Some(true));
    // Spaces around a pasted token are the admin's way of pasting, not of mistyping.
    rehome
        .connect(org.url().into(), format!(" {}\n", org.token()))
        .await
        .expect("connects");
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_in_a_wave() {
    let desk = Desk::new(slow_options()).await.until(Step::Pilot).await.approve().await;
    desk.control.forget_calls();
    desk.start_wave(0).await;
    desk.until_calls("POST", &desk.assign_path(), 3).await;
    desk.faults().expire_token();
    stopped(desk.settle().await, ProblemCode::CredentialRejected);
    let frame = desk.frame().await;
    assert!(frame.credential.needed, "{:?}", frame.credential);
    assert!(desk.control.app_users(&desk.new).len() < 9, "it stopped");
    desk.check_unharmed();

    // The old token again, then a typing mistake, then a good one.
    refused(
        desk.rehome
            .provide_credential(desk.id.clone(), desk.org.token().into())
            .await,
        ProblemCode::CredentialRejected,
    );
    desk.faults().clear();
    refused(
        desk.rehome.provide_credential(desk.id.clone(), "wrong".into()).await,
        ProblemCode::CredentialRejected,
    );
    let frame = desk
        .rehome
        .provide_credential(desk.id.clone(), desk.org.token().into())
        .await
        .expect("accepted");
    assert!(!frame.credential.needed, "{:?}", frame.credential);
    desk.finish_waves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_admin() {
    let desk = Desk::new(options()).await;
    desk.faults().read_only_token(true);
    let connected = desk
        .rehome
        .connect(desk.org.url().into(), desk.org.token().into())
        .await
        .expect("connects");
    assert!(connected.can_read, "{:?}", connected.probes);
    assert_eq!(connected.can_write, Some(false));
    let desk = desk.restart().await;
    // Reading and deciding need no more; what the robot mends by hand in Okta does.
    assert_eq!(desk.read_apps().await, None);
    desk.faults().read_only_token(false);
    let desk = desk.until(Step::Pilot).await.approve().await;
    desk.faults().read_only_token(true);
    stopped(desk.run_wave(0).await, ProblemCode::NotAllowed);
    assert!(desk.control.app_users(&desk.new).is_empty(), "nothing half done");
    desk.check_unharmed();
    desk.faults().read_only_token(false);
    desk.finish_waves().await;
}

/// Who stopped with the token did not fail: no line says so once the wave has gone on.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_wrongly_failed() {
    let desk = Desk::new(slow_options()).await.until(Step::Pilot).await.approve().await;
    desk.control.forget_calls();
    desk.start_wave(0).await;
    desk.until_calls("POST", &desk.assign_path(), 2).await;
    desk.faults().expire_token();
    stopped(desk.settle().await, ProblemCode::CredentialRejected);
    let waves = desk.rehome.waves(desk.id.clone()).await.expect("waves");
    assert_eq!(waves.counts.failed, 0, "the token was refused, not these people");
    desk.faults().clear();
    desk.rehome
        .provide_credential(desk.id.clone(), desk.org.token().into())
        .await
        .expect("accepted");
    assert_eq!(desk.run_wave(0).await, None);
    desk.check_unharmed();
}
