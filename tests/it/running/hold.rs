//! People and waves that wait until they are released.

use rehome_engine::view::*;

use super::{WHY, history, one_by_one, report, set, wave, waves};
use crate::desk::{Desk, options, refused};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_held_back_until_released() {
    let desk = Desk::new(options()).await.until(Step::Waves).await;
    let (r, id) = (&desk.rehome, || desk.id.clone());
    let held = one_by_one(&desk, 1).await.pop().expect("somebody goes one by one");
    refused(
        r.hold_person(id(), held.clone(), Some(" ".into())).await,
        ProblemCode::BadInput,
    );
    r.hold_person(id(), held.clone(), Some(WHY.into())).await.expect("held");
    assert_eq!(desk.run_wave(1).await, None);
    let row = r.person(id(), held.clone()).await.expect("a person").row;
    assert_eq!((row.state, row.note.as_deref()), (PersonState::Held, Some(WHY)));
    assert!(desk.control.app_users(&desk.new).iter().all(|u| u.user != held));
    assert_eq!(wave(&desk, 1).await.counts.held, 1);
    let desk = desk.restart().await;
    let (r, id) = (&desk.rehome, || desk.id.clone());
    assert_eq!(wave(&desk, 1).await.counts.held, 1, "also after a restart");
    r.hold_person(id(), held.clone(), None).await.expect("released");
    assert_eq!(desk.run_wave(1).await, None);
    assert!(desk.control.app_users(&desk.new).iter().any(|u| u.user == held));
    let told = history(&desk, &held).await;
    let why = WHY.trim_end_matches('.');
    assert_eq!(
        told[..3],
        [
            format!("Held back: {why}."),
            "Released: the next run of the wave may move them.".to_owned(),
            "Assigned to the new app.".to_owned(),
        ],
        "what was taken back is told as well: {told:?}"
    );
    desk.finish_waves().await;
    let report = report(&desk).await;
    assert!(
        report.contains(&format!(": held back: {why}.")),
        "by name and with the reason"
    );
    assert!(report.contains(": released: the next run"), "and what was taken back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wave_on_hold_lets_others_pass() {
    let desk = Desk::new(options()).await.until(Step::Waves).await;
    let (r, id) = (&desk.rehome, || desk.id.clone());
    r.hold_wave(id(), 1, Some(WHY.into())).await.expect("on hold");
    let problem = refused(r.run_wave(id(), 1).await, ProblemCode::GateClosed);
    assert_eq!(problem.why, WHY);
    assert_eq!(wave(&desk, 1).await.state, WaveState::OnHold);
    assert_eq!(
        waves(&desk).await.next.primary.expect("an offer").action,
        Action::RunWave { wave: 2 }
    );
    assert_eq!(desk.run_wave(2).await, None);
    // The robot finds the way: releases it, then runs it.
    desk.finish_waves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_checked_and_kept() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await;
    let (r, id) = (&desk.rehome, || desk.id.clone());
    let given = r.run_settings(id()).await.expect("settings");
    assert_eq!(given.settings, RunSettings::default());
    let allowed = given.allowed.expect("Okta has told its limit");
    let wrong = |change: &dyn Fn(&mut RunSettings)| {
        let mut settings = RunSettings::default();
        change(&mut settings);
        r.set_run_settings(id(), settings)
    };
    let hours = |zone: &str, from: &str, until: &str| {
        let windows = serde_json::json!([{ "days": ["monday"], "from": from, "until": until }]);
        let hours = serde_json::json!({ "zone": zone, "windows": windows });
        Some(serde_json::from_value::<OffHours>(hours).expect("hours"))
    };
    refused(wrong(&|s| s.share_percent = 0).await, ProblemCode::BadInput);
    refused(wrong(&|s| s.share_percent = 101).await, ProblemCode::BadInput);
    refused(wrong(&|s| s.people_per_minute = Some(0)).await, ProblemCode::BadInput);
    refused(wrong(&|s| s.gate.proven_percent = 101).await, ProblemCode::BadInput);
    refused(
        wrong(&|s| s.off_hours = hours("Mars/Olympus", "20:00", "22:00")).await,
        ProblemCode::BadInput,
    );
    refused(
        wrong(&|s| s.off_hours = hours("Europe/Berlin", "20:00", "20:00")).await,
        ProblemCode::BadInput,
    );
    set(&desk, |s| {
        s.share_percent = 25;
        s.off_hours = hours("Europe/Berlin", "20:00", "02:00");
    })
    .await;
    let now = r.run_settings(id()).await.expect("settings").allowed.expect("known");
    assert!(now * 2 < allowed, "{now} of {allowed}: obeyed at once");
    let desk = desk.restart().await;
    let kept = desk.rehome.run_settings(desk.id.clone()).await.expect("settings");
    assert_eq!(kept.settings.share_percent, 25);
    assert_eq!(kept.settings.off_hours, hours("Europe/Berlin", "20:00", "02:00"));
    assert!(kept.window.is_some_and(|w| w.contains("(Berlin)")));
}
