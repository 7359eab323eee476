//! The whole journey in the real window: 200 people from the old app to the new one, in an org that stands outside Rehome like
//! any real one, with the real keychain, and with Rehome killed in between.

pub mod admin;
mod early;
pub mod org;
#[path = "../common/leaks.rs"]
mod search;
pub mod steps;

use std::{collections::BTreeSet, env, path::PathBuf};

use serde_json::Value;

use crate::harness::{App, Theme, can_run, secret_in_keychain};
use admin::Admin;
use org::{Org, Standing};
use search::{Secret, files, leaks};

pub const OLD: &str = "Zendesk (2019)";
pub const NEW: &str = "Zendesk Suite";
/// Both Rehome and the org run this many times faster than the wall clock.
pub const SPEED: u32 = 20;

#[tokio::test]
async fn two_hundred_people_move_from_the_old_app_to_the_new_one() {
    if !can_run("two_hundred_people_move_from_the_old_app_to_the_new_one") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    // With the limits of a real org, so that the waves last long enough to be looked at, paused and killed.
    let org = Org::start(&[
        "--people",
        "200",
        "--speed",
        &SPEED.to_string(),
        "--limits",
        "workforce",
    ]);
    let (old, new) = (org.app_called(OLD).await, org.app_called(NEW).await);
    let before = org.standing(&old).await;
    let secret = rehome_engine::token_name(&org.id().await);

    let mut admin = Admin::new(start(&folder).await);
    steps::connect(&mut admin, &org).await;
    let token = secret_in_keychain(&secret);
    assert_eq!(token.as_deref(), Some(org.token()), "read by a second process");
    steps::choose_apps(&mut admin).await;
    early::compare(&mut admin).await;
    early::map(&mut admin, &org, &folder).await;
    steps::pilot(&mut admin, &org, &new).await;

    let secrets = secrets(&org, &before).await;
    check_nothing_lies_about(&admin, &folder, &secrets);
    admin = restart(admin, &folder).await;
    assert_eq!(
        secret_in_keychain(&secret).as_deref(),
        Some(org.token()),
        "it survives a restart"
    );
    steps::waves_until_the_middle(&mut admin, &org, &new).await;
    check_nothing_lies_about(&admin, &folder, &secrets);
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
    check_nothing_lies_about(&admin, &folder, &secrets);
    assert_eq!(
        secret_in_keychain(&secret),
        None,
        "closing takes the token off this computer"
    );
    admin.app.kill().await;

    assert_eq!(org.state(&old).await, None, "the old app is gone");
    check_end(&org, &new, before).await;
}

/// The token, and five people by login and by name.
async fn secrets(org: &Org, standing: &Standing) -> Vec<Secret> {
    let mut secrets = vec![Secret::new("the token", org.token())];
    for id in standing.accounts.keys().step_by(17) {
        let profile = org.profile(id).await;
        let part = |key: &str| profile[key].as_str().unwrap_or_default();
        let name = format!("{} {}", part("firstName"), part("lastName"));
        if name.chars().count() >= 8 && secrets.len() < 11 {
            secrets.push(Secret::new(&format!("the name {name}"), &name));
            secrets.push(Secret::new(&format!("the login {}", part("login")), part("login")));
        }
    }
    assert_eq!(secrets.len(), 11, "a token and five people");
    secrets
}

/// Neither in journal, key file, log, storage and cache of the web view, settings nor keychain file. The report is about people,
/// and only they may be in it.
fn check_nothing_lies_about(admin: &Admin, folder: &tempfile::TempDir, secrets: &[Secret]) {
    let mut places = vec![admin.app.log().to_owned()];
    let homes = ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"]
        .map(|home| env::var_os(home).expect("a home of its own"));
    for home in homes {
        places.extend(files(&PathBuf::from(home)));
    }
    places.extend(files(folder.path()));
    let web_view = places
        .iter()
        .filter(|path| path.to_string_lossy().contains("localstorage"))
        .count();
    assert!(web_view > 0, "the web view keeps its storage elsewhere: {places:#?}");
    let (reports, kept): (Vec<_>, Vec<_>) = places
        .into_iter()
        .partition(|it| it.starts_with(folder.path().join("reports")));
    assert_eq!(leaks(secrets, &kept), [""; 0]);
    assert_eq!(leaks(&secrets[..1], &reports), [""; 0]);
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

pub async fn start(folder: &tempfile::TempDir) -> App {
    let app = App::start_with(
        folder.path(),
        &[("REHOME_SPEED", &SPEED.to_string()), ("REHOME_LOG", "trace")],
    )
    .await;
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
