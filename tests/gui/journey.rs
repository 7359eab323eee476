//! The whole journey in the real window: 200 people from the old app to the new one, in an org that stands outside Rehome like
//! any real one, with the real keychain, and with Rehome killed in between.

mod admin;
mod org;
mod steps;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::{App, Theme, can_run, secret_in_keychain};
use admin::Admin;
use org::{Org, Standing};

pub const OLD: &str = "Zendesk (2019)";
pub const NEW: &str = "Zendesk Suite";
/// Both Rehome and the org run this many times faster than the wall clock.
const SPEED: &str = "20";

#[tokio::test]
async fn two_hundred_people_move_from_the_old_app_to_the_new_one() {
    if !can_run("two_hundred_people_move_from_the_old_app_to_the_new_one") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    // With the limits of a real org, so that the waves last long enough to be looked at, paused and killed.
    let org = Org::start(&["--people", "200", "--speed", SPEED, "--limits", "workforce"]);
    let (old, new) = (org.app_called(OLD).await, org.app_called(NEW).await);
    let before = org.standing(&old).await;
    let secret = rehome_engine::token_name(&org.id().await);

    let mut admin = Admin::new(start(&folder).await);
    steps::connect(&mut admin, &org).await;
    let token = secret_in_keychain(&secret);
    assert_eq!(token.as_deref(), Some(org.token()), "read by a second process");
    steps::choose_apps(&mut admin).await;
    steps::compare(&mut admin).await;
    steps::map(&mut admin, &org).await;
    steps::pilot(&mut admin).await;

    admin = restart(admin, &folder).await;
    assert_eq!(
        secret_in_keychain(&secret).as_deref(),
        Some(org.token()),
        "it survives a restart"
    );
    steps::waves_until_the_middle(&mut admin, &org, &new).await;
    // In the middle of a wave, without a word.
    admin = restart(admin, &folder).await;
    steps::rest_of_the_waves(&mut admin).await;
    steps::retire(&mut admin, &org, &old).await;
    steps::delete(&mut admin).await;

    let saved = folder.path().join("reports");
    let reports = std::fs::read_dir(&saved).expect("reports were saved").flatten();
    let kinds: BTreeSet<_> = reports
        .filter_map(|file| file.path().extension().map(ToOwned::to_owned))
        .collect();
    assert_eq!(kinds, ["csv", "html"].map(Into::into).into(), "a page and a table");

    steps::close(&mut admin).await;
    assert_eq!(
        secret_in_keychain(&secret),
        None,
        "closing takes the token off this computer"
    );
    admin.app.kill().await;

    assert_eq!(org.state(&old).await, None, "the old app is gone");
    check_end(&org, &new, before).await;
}

/// Everyone on the new app with the account that they had, by the same path; no account doubled or switched off.
async fn check_end(org: &Org, new: &str, before: Standing) {
    assert_eq!(org.standing(new).await, before);
    let accounts = org.accounts(new).await;
    let off: Vec<&Value> = accounts.iter().filter(|account| account["active"] != true).collect();
    assert!(off.is_empty(), "switched off: {off:#?}");
    let people: Vec<&str> = accounts
        .iter()
        .filter_map(|account| account["person"].as_str())
        .collect();
    let each: BTreeSet<&str> = people.iter().copied().collect();
    assert_eq!(people.len(), each.len(), "somebody has two accounts");
    let state = org.state(new).await.expect("the new app is there");
    assert_eq!(state["downstream"]["duplicates"], 0, "{state:#}");
    assert_eq!(state["users"]["errors"], 0, "{state:#}");
}

async fn start(folder: &tempfile::TempDir) -> App {
    let app = App::start_with(folder.path(), &[("REHOME_SPEED", SPEED)]).await;
    app.resize(1280, 832).await;
    app.show_in(Theme::Light).await;
    app
}

/// Ends Rehome as a crash would, starts it anew and opens the migration.
async fn restart(admin: Admin, folder: &tempfile::TempDir) -> Admin {
    admin.app.kill().await;
    let admin = Admin::new(start(folder).await);
    let open = format!("Open {OLD} to {NEW}");
    admin.app.find("button", &open).await;
    admin.picture("0-migrations").await;
    admin.app.click("button", &open).await;
    admin
}
