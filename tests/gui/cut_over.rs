//! A service that holds one identity provider, in the real window: people are placed with the tile hidden, sign-in switches for
//! everybody at one moment, and somebody of the pilot who cannot sign in is excepted by name. Steps 1 and 2 have their own
//! journey; here the robot of the headless tests does them.

#[path = "../it/journey/robot.rs"]
#[allow(dead_code, reason = "shared with the headless journeys")]
pub mod robot;

use std::sync::Arc;

use rehome_engine::view::{IdentityProviders, Step};

use crate::{
    harness::can_run,
    journey::{
        NEW, OLD, SPEED,
        admin::{Admin, Offer},
        org::Org,
        start, steps,
    },
};

const ROBIN: &str = "Robin Admin";

#[tokio::test]
async fn sign_in_switches_at_one_moment_and_who_cannot_is_excepted() {
    if !can_run("sign_in_switches_at_one_moment_and_who_cannot_is_excepted") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let org = Org::start(&["--people", "60", "--speed", &SPEED.to_string()]);
    let new = org.app_called(NEW).await;
    steps_1_and_2(&org, &folder).await;

    let mut admin = Admin::new(start(&folder).await);
    admin.app.click("button", &format!("Open {OLD} to {NEW}")).await;
    let (name, login) = pilot(&mut admin, &org, &new).await;
    waves(&mut admin).await;
    cut_over(&mut admin, &org, &login).await;
    except(&mut admin, &name).await;
    admin.app.kill().await;
    let state = org.state(&new).await.expect("the new app is there");
    assert_eq!(state["downstream"]["duplicates"], 0, "{state:#}");
}

/// Until the pilot is next, in this process, on the folder and keychain that the window opens then.
async fn steps_1_and_2(org: &Org, folder: &tempfile::TempDir) {
    let rehome = robot::rehome(folder.path(), Arc::new(rehome_app::Keychain), SPEED);
    let id = robot::begin(&rehome, org.url(), org.token(), OLD, NEW).await;
    let wishes = robot::Wishes {
        pilot: 12,
        wave_size: 20,
        console: org.url().to_owned(),
        token: org.token().to_owned(),
        until: Some(Step::Pilot),
        providers: IdentityProviders::One,
        rehearse: true,
    };
    let mut robot = robot::Robot {
        rehome: &rehome,
        id,
        wishes,
        done: Vec::new(),
    };
    robot.work().await;
    rehome.shutdown().await;
}

/// In both themes.
async fn look(admin: &Admin, name: &str) {
    admin.picture(&format!("7-{name}")).await;
}

/// In both themes and both sizes.
async fn look_twice(admin: &Admin, name: &str) {
    look(admin, name).await;
    admin.small_picture(&format!("7-{name}-small")).await;
}

/// Gives name and login of somebody of the pilot.
async fn pilot(admin: &mut Admin, org: &Org, new: &str) -> (String, String) {
    let mut offer = admin.idle().await;
    assert_eq!(offer.screen, "Pilot");
    while offer.primary() != "Go to Waves" {
        offer = match offer.primary() {
            "Choose people" => {
                admin.open(&offer).await;
                admin.app.click("button", "Take the suggestion").await;
                admin.app.find("button", "Save the pilot").await;
                admin.app.click("button", "Save the pilot").await;
                admin.after(&offer).await
            }
            "Draft the plan" => approve_the_plan(admin, &offer).await,
            "Show the recovery code" => {
                admin.open(&offer).await;
                steps::write_down_the_code(admin).await;
                admin.after(&offer).await
            }
            // A tile that nobody can use is hidden first.
            "Look at the change" => {
                look(admin, "pilot-tile").await;
                admin.open(&offer).await;
                admin.app.click("button", "Approve by name").await;
                admin.sign("Approve").await;
                admin.app.click("button", "Make what is approved").await;
                admin.app.find_with("heading", "Make 1 change").await;
                admin.app.click("button", "Make 1 change").await;
                admin.app.see("Made.").await;
                admin.app.click("button", "3 Pilot").await;
                admin
                    .when("the pilot is there", |now| now.screen == "Pilot" && now.idle())
                    .await
            }
            "Try the way back" => {
                org.untick_deactivate_users(new).await;
                admin.open(&offer).await;
                admin.app.click("button", "Take off and give again").await;
                admin.after(&offer).await
            }
            "Read proofs again" => admin.ask_until_it_changes(&offer, "Read proofs again").await,
            "Run the pilot" | "Go on with the pilot" | "Try again" => admin.take(&offer).await,
            _ => panic!("{offer:#?}"),
        };
    }
    let people = admin.texts("main tbody tr td:first-child").await;
    let (name, login) = people
        .first()
        .and_then(|row| row.rsplit_once(' '))
        .expect("name and login");
    let somebody = (name.to_owned(), login.to_owned());
    admin.open(&offer).await;
    somebody
}

/// It says which shape it has.
async fn approve_the_plan(admin: &mut Admin, offer: &Offer) -> Offer {
    admin.open(offer).await;
    admin.app.fill("People in a wave", "20").await;
    admin.app.click("button", "Make the plan anew").await;
    admin.app.see("20 people are touched by it").await;
    admin.app.see("Cut-over: people are assigned wave by wave").await;
    look_twice(admin, "plan").await;
    admin.app.click("button", "Approve this plan").await;
    admin.app.fill("Your name", ROBIN).await;
    admin.app.click("button", "Approve").await;
    admin
        .when("the plan is approved", |now| {
            now.idle() && !now.primary().ends_with("the plan")
        })
        .await
}

async fn waves(admin: &mut Admin) {
    let mut offer = admin
        .when("the waves are there", |now| now.screen == "Waves" && now.idle())
        .await;
    admin.app.click("button", "How it runs").await;
    admin.app.find("button", "Keep this").await;
    look(admin, "waves-settings").await;
    admin.app.click("button", "Cancel").await;
    admin.dialog_gone().await;
    while offer.primary() != "Go to the cut-over" {
        offer = match offer.primary() {
            again @ ("Read proofs again" | "Try again") => admin.ask_until_it_changes(&offer, again).await,
            _ => admin.take(&offer).await,
        };
    }
    admin.open(&offer).await;
}

/// Somebody of the pilot is on leave when sign-in switches.
async fn cut_over(admin: &mut Admin, org: &Org, login: &str) {
    let mut offer = admin
        .when("the cut-over is there", |now| now.screen == "Cut-over" && now.idle())
        .await;
    look(admin, "cut-over").await;
    while offer.primary() != "Start the cut-over" {
        offer = match offer.primary() {
            "Open the hand-over sheet" => {
                admin.open(&offer).await;
                // The same words stand on the button of the sheet and in the dialog over it: the topmost dialog is asked.
                admin.app.click("button", "Sign it off").await;
                admin.sign("Sign it off").await;
                admin
                    .app
                    .see(&format!("The service's admin has it, says {ROBIN}"))
                    .await;
                admin.app.click("button", "Close").await;
                admin.after(&offer).await
            }
            "Say that both are noted" => {
                admin.open(&offer).await;
                admin.app.fill("Where they are kept", "Printed, on Jonas's desk.").await;
                look(admin, "cut-over-noted").await;
                admin.sign("They are noted").await;
                admin.after(&offer).await
            }
            "Say who has tried it" => {
                admin.open(&offer).await;
                admin.app.fill("Which account", "ops@northwind.example").await;
                admin.sign("It works, I have tried it").await;
                admin.after(&offer).await
            }
            _ => panic!("{offer:#?}"),
        };
    }
    org.suspend(&org.person(login).await).await;
    admin.open(&offer).await;
    admin.sign("Start now").await;
    offer = admin.after(&offer).await;
    look_twice(admin, "cut-over-running").await;
    assert_eq!(offer.primary(), "The new values are put in");

    // It does not work at first: back, with the old values in sight.
    admin.app.click("button", "Go back").await;
    admin
        .app
        .fill("What went wrong", "The service refused the certificate.")
        .await;
    look(admin, "cut-over-go-back").await;
    admin.sign("The old values are in again").await;
    offer = admin.after(&offer).await;

    assert_eq!(offer.primary(), "Start the cut-over");
    admin.open(&offer).await;
    admin.sign("Start now").await;
    offer = admin.after(&offer).await;
    admin.open(&offer).await;
    admin.sign("They are put in").await;
    admin.after(&offer).await;
    admin.app.see("Sign-in has switched").await;
    let waiting = "Waiting for 1 person of the pilot to sign in";
    let mut offer = admin.idle().await;
    while offer.title != waiting {
        offer = admin.ask_until_it_changes(&offer, "Read proofs again").await;
    }
    look_twice(admin, "cut-over-waiting").await;
}

async fn except(admin: &mut Admin, name: &str) {
    let offer = admin.idle().await;
    admin.app.click("button", &format!("Except {name}")).await;
    admin.app.fill("Reason", "On leave until March.").await;
    look(admin, "cut-over-except").await;
    admin.app.click("button", "Except this person").await;
    let offer = admin.after(&offer).await;
    assert_eq!(offer.primary(), "Go to Retire");
    assert!(
        offer.words.contains("but for 1 person who is excepted by name"),
        "{offer:#?}"
    );
    admin.app.see("On leave until March.").await;
    look(admin, "cut-over-done").await;
    admin.open(&offer).await;
    admin
        .when("retiring is open", |now| now.screen.starts_with("Retire"))
        .await;
}
