//! The test script of each pilot person, and what a wrong account does.

use rehome_engine::view::*;

use super::{pilot, proven, skip_rehearsal};
use crate::desk::{Desk, refused};

async fn tell(desk: &Desk, person: &str, check: ScriptCheck, result: Option<ScriptResult>, note: &str) {
    desk.rehome
        .set_script(desk.id.clone(), person.into(), check, result, note.into())
        .await
        .expect("told");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_account_closes_the_waves_until_it_is_settled_by_name() {
    let desk = proven().await;
    skip_rehearsal(&desk).await;
    assert_eq!(desk.frame().await.current, Step::Waves);
    let person = pilot(&desk).await.people[0].row.clone();
    tell(
        &desk,
        &person.id,
        ScriptCheck::Mobile,
        Some(ScriptResult::Fail),
        "no phone",
    )
    .await;
    assert_eq!(desk.frame().await.current, Step::Waves, "a phone stops nobody");

    tell(
        &desk,
        &person.id,
        ScriptCheck::RightAccount,
        Some(ScriptResult::Fail),
        "it is empty",
    )
    .await;
    assert_eq!(desk.frame().await.current, Step::Pilot);
    let problem = refused(desk.rehome.run_wave(desk.id.clone(), 1).await, ProblemCode::GateClosed);
    assert!(problem.what.contains(&person.name), "{problem:#?}");
    let view = pilot(&desk).await;
    assert_eq!(view.stops.len(), 1);
    assert_eq!(
        view.next.primary.expect("a way on").action,
        Action::SettleScript {
            person: person.id.clone()
        }
    );

    // Only by name, and with a reason.
    for (name, reason) in [("", "It was another tab."), ("Robin Admin", " ")] {
        let settled = desk
            .rehome
            .settle_script(desk.id.clone(), person.id.clone(), Some(name.into()), reason.into());
        refused(settled.await, ProblemCode::BadInput);
    }
    let desk = desk.restart().await;
    assert_eq!(pilot(&desk).await.stops.len(), 1, "kept in the journal");
    let settled = desk.rehome.settle_script(
        desk.id.clone(),
        person.id.clone(),
        Some("Robin Admin".into()),
        "It was the sandbox tab.".into(),
    );
    settled.await.expect("settled");
    assert_eq!(desk.frame().await.current, Step::Waves);
    // Saying it anew asks anew.
    tell(
        &desk,
        &person.id,
        ScriptCheck::RightAccount,
        Some(ScriptResult::Pass),
        "",
    )
    .await;
    tell(
        &desk,
        &person.id,
        ScriptCheck::RightAccount,
        Some(ScriptResult::Fail),
        "again",
    )
    .await;
    assert_eq!(desk.frame().await.current, Step::Pilot);
    tell(&desk, &person.id, ScriptCheck::RightAccount, None, "").await;
    assert_eq!(desk.frame().await.current, Step::Waves);

    let saved = desk.rehome.save_report(desk.id.clone()).await.expect("a report");
    let html = std::fs::read_to_string(saved.html).expect("a page");
    assert!(
        html.contains("no phone") && html.contains("Mobile"),
        "the report has the script"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_is_for_people_of_a_pilot_that_has_begun() {
    let desk = Desk::new(crate::desk::options())
        .await
        .until(Step::Pilot)
        .await
        .approve()
        .await;
    let person = pilot(&desk).await.people[0].row.id.clone();
    let set = |person: String| {
        let pass = Some(ScriptResult::Pass);
        desk.rehome
            .set_script(desk.id.clone(), person, ScriptCheck::Opens, pass, String::new())
    };
    refused(set(person.clone()).await, ProblemCode::BadInput);
    assert_eq!(desk.run_wave(0).await, None);
    set(person.clone()).await.expect("begun");
    refused(set("00unobody".into()).await, ProblemCode::BadInput);
    desk.rehome
        .pass_script(desk.id.clone(), person.clone())
        .await
        .expect("all the rest");
    let one = pilot(&desk)
        .await
        .people
        .into_iter()
        .find(|p| p.row.id == person)
        .expect("there");
    assert_eq!(one.passed, 5);
    let seen = desk.rehome.person(desk.id.clone(), person).await.expect("a person");
    assert_eq!(seen.script.len(), 5);
}
