//! The steps of the journey, each by what the window offers next.

use std::time::Instant;

use fantoccini::Locator;

use super::{
    NEW, OLD,
    admin::{Admin, GLANCE, Offer, RUN},
    org::Org,
};

pub async fn connect(admin: &mut Admin, org: &Org) {
    admin.picture("0-start").await;
    admin.app.click("button", "Connect your org").await;
    admin.app.fill("Address of your org", "http://127.0.0.1:9").await;
    admin.app.fill("API token", org.token()).await;
    admin.app.click("button", "Connect").await;
    admin.app.find("button", "Connect").await;
    admin.app.see("Details for support").await;
    admin.picture("0-connect-nobody-answers").await;
    admin.app.fill("Address of your org", org.url()).await;
    admin.app.fill("API token", org.token()).await;
    admin.picture("0-connect").await;
    admin.app.click("button", "Connect").await;
    admin.app.find("heading", "Choose the old and the new app").await;
}

pub async fn choose_apps(admin: &mut Admin) {
    admin.app.click("combobox", "Old app").await;
    admin.app.find_with("option", OLD).await;
    admin.picture("0-choose-app").await;
    pair(admin, OLD, NEW).await;
    admin.picture("0-pair").await;
    admin.app.click("button", "Start").await;
}

pub async fn pair(admin: &mut Admin, old: &str, new: &str) {
    for (field, label) in [("Old app", old), ("New app", new)] {
        if !admin.app.has("option", label).await {
            admin.app.click("combobox", field).await;
        }
        let option = admin.app.find_with("option", label).await;
        option.click().await.expect("an app can be chosen");
    }
    let begun = Instant::now();
    while admin.app.has("option", new).await && begun.elapsed() < RUN {}
}

pub async fn pilot(admin: &mut Admin, org: &Org, new: &str) {
    let mut offer = admin
        .when("the pilot is there", |now| {
            now.screen == "Pilot" && !now.buttons.is_empty()
        })
        .await;
    admin.picture("3-pilot-empty").await;
    while offer.primary() != "Go to Waves" {
        offer = match offer.primary() {
            "Choose people" => {
                admin.open(&offer).await;
                admin.picture("3-pilot-choose-nobody").await;
                admin.app.click("button", "Take the suggestion").await;
                let begun = Instant::now();
                while admin.texts(".chips .chip").await.is_empty() && begun.elapsed() < RUN {
                    tokio::time::sleep(GLANCE).await;
                }
                admin.picture("3-pilot-choose").await;
                admin.small_picture("3-pilot-choose-small").await;
                admin.app.click("button", "Save the pilot").await;
                admin.after(&offer).await
            }
            "Draft the plan" => {
                admin.open(&offer).await;
                admin.app.fill("People in a wave", "60").await;
                admin.app.click("button", "Make the plan anew").await;
                admin.app.see("60 people are touched by it").await;
                admin.app.find("button", "Approve this plan").await;
                admin.picture("3-plan").await;
                admin.app.click("button", "Approve this plan").await;
                admin.app.fill("Your name", "Robin Admin").await;
                admin.app.click("button", "Approve").await;
                admin
                    .when("the plan is approved", |now| {
                        now.idle() && !now.primary().ends_with("the plan")
                    })
                    .await
            }
            "Show the recovery code" => {
                admin.open(&offer).await;
                write_down_the_code(admin).await;
                admin.after(&offer).await
            }
            "Run the pilot" | "Go on with the pilot" | "Try again" => {
                admin.picture("3-pilot-ready").await;
                admin.take(&offer).await
            }
            "Read proofs again" => {
                admin.picture("3-pilot-waiting").await;
                admin.ask_until_it_changes(&offer, "Read proofs again").await
            }
            "Try the way back" => {
                org.untick_deactivate_users(new).await;
                admin.picture("3-pilot-way-back").await;
                admin.open(&offer).await;
                admin.picture("3-pilot-way-back-ask").await;
                admin.app.click("button", "Take off and give again").await;
                admin.after(&offer).await
            }
            _ => panic!("{offer:#?}"),
        };
    }
    // Everybody's script by the keys alone.
    let marks = admin.app.find_with("button", "Opens: not told yet").await;
    marks.send_keys("p").await.expect("a key can be pressed");
    admin.app.find_with("button", "Opens: Pass").await;
    admin.picture("3-pilot-proven").await;
    admin.small_picture("3-pilot-proven-small").await;
}

/// Into the dialog that is open.
pub async fn write_down_the_code(admin: &mut Admin) {
    admin.app.click("button", "Show the code").await;
    admin.app.test_id("recovery-code").await;
    let groups = admin.texts("[data-testid=recovery-code] span").await;
    // A code that is not the real one is no picture for a README; this one opens a journal that is gone after the test.
    admin.picture("3-recovery-code").await;
    admin
        .app
        .fill("Type the last group", groups.last().expect("groups"))
        .await;
    admin.app.click("button", "I have written it down").await;
}

/// In wave 1 Okta refuses somebody; wave 3 is paused, gone on with, and runs when this returns.
pub async fn waves_until_the_middle(admin: &mut Admin, org: &Org, new: &str) {
    let mut offer = admin.idle().await;
    assert_eq!(
        (offer.screen.as_str(), offer.primary()),
        ("Waves", "Run wave 1"),
        "it opens where the work stands"
    );
    admin.picture("4-waves-before").await;
    org.refuse_once("POST", &format!("/api/v1/apps/{new}/users")).await;
    offer = admin.take(&offer).await;
    assert_ne!(offer.primary(), "Run wave 2", "somebody was refused: {offer:#?}");
    admin.picture("4-waves-trouble").await;
    admin.app.click("radio", "Failures · 1").await;
    admin.app.see("1 person").await;
    admin.picture("4-waves-failures").await;
    admin.app.click("button", "Try 1 of wave 1 again").await;
    admin.app.click("radio", "Map").await;
    offer = admin.after(&offer).await;
    while offer.primary() != "Run wave 2" {
        offer = bring_to_an_end(admin, &offer).await;
    }

    offer = admin.take(&offer).await;
    while offer.primary() != "Run wave 3" {
        offer = bring_to_an_end(admin, &offer).await;
    }

    // More calls than Okta allows in a minute, so that there is time to stop it.
    admin.open(&offer).await;
    admin
        .when("wave 3 runs", |now| {
            now.people > 5 && ["running", "waiting"].contains(&now.run.as_str())
        })
        .await;
    admin.app.click("button", "Pause").await;
    admin.when("the wave is paused", |now| now.run == "paused").await;
    admin.picture("4-waves-paused").await;
    admin.app.click("button", "Resume").await;
    admin
        .when("the wave goes on", |now| {
            ["running", "waiting"].contains(&now.run.as_str())
        })
        .await;
    admin.picture("4-waves-running").await;
}

/// Does what is offered for a wave that has not come to its end.
async fn bring_to_an_end(admin: &mut Admin, offer: &Offer) -> Offer {
    match offer.primary() {
        again @ ("Read proofs again" | "Try again") => admin.ask_until_it_changes(offer, again).await,
        go_on if go_on.starts_with("Go on with wave") => admin.take(offer).await,
        _ => panic!("{offer:#?}"),
    }
}

pub async fn rest_of_the_waves(admin: &mut Admin) {
    let mut offer = admin.idle().await;
    assert_eq!(offer.screen, "Waves", "it opens where the work stands");
    admin.picture("4-waves-after-a-crash").await;
    while offer.primary() != "Go to Retire" {
        offer = match offer.primary() {
            run if run.starts_with("Run wave") => admin.take(&offer).await,
            _ => bring_to_an_end(admin, &offer).await,
        };
    }
    admin.picture("4-waves-done").await;
    admin.small_picture("4-waves-done-small").await;
    for (tab, picture) in [("People", "4-waves-people"), ("Waves", "4-waves-list")] {
        admin.app.click("radio", tab).await;
        admin.picture(picture).await;
    }
    admin.open(&offer).await;
}

pub async fn retire(admin: &mut Admin, org: &Org, old: &str) {
    let mut offer = admin
        .when("retiring is there", |now| {
            now.screen.starts_with("Retire") && !now.buttons.is_empty()
        })
        .await;
    admin.picture("5-retire-unread").await;
    let begun = Instant::now();
    while offer.primary() != "Go to Delete" {
        offer = match offer.primary() {
            "Read the gate" => admin.take(&offer).await,
            "Read the gate again" if offer.title.contains("push group") => {
                admin.picture("5-retire-pushes").await;
                org.stop_pushing(old).await;
                admin.take(&offer).await
            }
            "Read the gate again" if begun.elapsed() < RUN => except_who_cannot_sign_in(admin, org, &offer).await,
            "Open the Provisioning tab" => {
                admin.picture("5-retire-closed").await;
                admin.small_picture("5-retire-closed-small").await;
                org.untick_deactivate_users(old).await;
                admin.app.click("button", "Read the gate again").await;
                admin.after(&offer).await
            }
            "Say what you see" if offer.title.starts_with("Is the account") => {
                admin.picture("5-retire-canary").await;
                admin.open(&offer).await;
                let answer = admin.app.find_with("radio", "Still active").await;
                answer.click().await.expect("an answer can be chosen");
                admin.app.fill("Your name", "Robin Admin").await;
                admin.picture("5-retire-canary-answer").await;
                admin.app.click("button", "Record this answer").await;
                admin.after(&offer).await
            }
            "Say what you see" => {
                admin.open(&offer).await;
                let word = admin.app.find_with("checkbox", "I see Deactivate Users unticked").await;
                word.click().await.expect("the sentence can be ticked");
                admin.app.fill("Your name", "Robin Admin").await;
                admin.picture("5-retire-attest").await;
                admin.app.click("button", "Attest").await;
                admin.after(&offer).await
            }
            "Unassign the canary" | "Unassign them" => {
                admin.picture("5-retire-open").await;
                admin.take(&offer).await
            }
            "Approve the exact number" => {
                admin.open(&offer).await;
                let asked = admin.texts(".dialog label").await.join(" ");
                let (label, number) = asked
                    .split_once("Type ")
                    .map(|(words, n)| (format!("{words}Type {n}"), n.to_owned()))
                    .expect("a number is asked for");
                admin.app.fill(&label, &number).await;
                admin.picture("5-retire-groups").await;
                admin.app.click("button", "Take the groups off").await;
                admin.after(&offer).await
            }
            _ => panic!("{offer:#?}"),
        };
    }
    admin.picture("5-retire-empty").await;
    admin.open(&offer).await;
}

/// Who is suspended cannot sign in and leaves by name; who is not will sign in, so the gate is read until they have.
async fn except_who_cannot_sign_in(admin: &mut Admin, org: &Org, offer: &Offer) -> Offer {
    let unable = org.cannot_sign_in().await;
    let closing = names_in_the_gate(admin).await;
    if !closing.iter().all(|name| unable.contains(name)) {
        admin.app.click("button", "Read the gate again").await;
        admin
            .when("the gate is being read", |now| {
                !now.run.is_empty() || now.words != offer.words
            })
            .await;
        return admin.idle().await;
    }
    admin.picture("5-retire-suspended").await;
    let mut offer = offer.clone();
    for name in closing {
        admin.app.click("button", "Except a person").await;
        admin.app.fill("Search name, login or username", &name).await;
        let found = admin
            .app
            .window
            .wait()
            .for_element(Locator::Css(".dialog li button"))
            .await;
        found
            .expect("the person is found")
            .click()
            .await
            .expect("the person can be chosen");
        admin
            .app
            .fill("Reason", "Suspended: cannot sign in before coming back.")
            .await;
        admin.app.click("button", "Except this person").await;
        admin.dialog_gone().await;
    }
    if admin.offer().await == offer {
        offer = admin.after(&offer).await;
    } else {
        offer = admin.idle().await;
    }
    offer
}

/// Opens the list of a check, and waits until it is there and says names.
async fn names_in_the_gate(admin: &Admin) -> Vec<String> {
    let begun = Instant::now();
    loop {
        let names = admin.texts(".people button.chip").await;
        if !names.is_empty() && admin.texts(".people span.chip").await.is_empty() {
            return names;
        }
        if names.is_empty() && admin.sees_one("Show ").await {
            admin
                .app
                .find_with("button", "Show ")
                .await
                .click()
                .await
                .expect("the list can be opened");
        }
        assert!(begun.elapsed() < RUN, "the gate names nobody");
        tokio::time::sleep(GLANCE).await;
    }
}

pub async fn delete(admin: &mut Admin) {
    let offer = admin
        .when("deleting is there", |now| {
            now.screen.starts_with("Delete") && !now.buttons.is_empty()
        })
        .await;
    assert_eq!(offer.primary(), "Deactivate the old app");
    admin.picture("6-delete").await;
    admin.open(&offer).await;
    admin.picture("6-deactivate").await;
    admin.app.click("button", "Deactivate").await;
    let offer = admin.after(&offer).await;
    assert_eq!(offer.primary(), "Delete the old app");
    admin.open(&offer).await;
    let field = format!("Type the app's label: {OLD}");
    admin.app.fill(&field, OLD).await;
    admin.picture("6-delete-typed").await;
    admin.app.click("button", "Delete for good").await;
    admin.app.find("heading", &format!("Everyone is on {NEW}")).await;
    admin.app.click("button", "Save the report").await;
    admin.app.find("heading", "Report so far").await;
    let save = admin
        .app
        .window
        .find(Locator::Css(".dialog .primary"))
        .await
        .expect("the dialog has its button");
    save.click().await.expect("it can be clicked");
    admin.app.find("heading", "The report is written").await;
    admin.picture("6-report").await;
    admin.app.click("button", "Done").await;
    admin.app.see("The report is saved").await;
    admin.picture("6-done").await;
}

pub async fn close(admin: &mut Admin) {
    admin.app.click("button", "Close this migration").await;
    admin.app.find("heading", "Close this migration?").await;
    admin.picture("6-close").await;
    admin.app.click("button", "Close migration").await;
    admin.app.find("button", "Connect your org").await;
    admin.picture("6-closed").await;
}
