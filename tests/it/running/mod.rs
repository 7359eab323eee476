//! Runs under the admin's hand: what holds them, what stops them by themselves, and what lets them go on.

mod hold;
mod pace;
mod proofs;
mod stop;
mod time;

use rehome_engine::view::*;

use crate::desk::Desk;

pub const WHY: &str = "Agreed with the service's owner.";

pub fn who() -> String {
    "Robin Admin".to_owned()
}

pub async fn waves(desk: &Desk) -> WavesView {
    desk.rehome.waves(desk.id.clone()).await.expect("waves")
}

pub async fn wave(desk: &Desk, number: u32) -> WaveView {
    let all = waves(desk).await.waves;
    all.into_iter()
        .find(|w| w.number == number)
        .expect("the wave is planned")
}

pub async fn set(desk: &Desk, change: impl FnOnce(&mut RunSettings)) {
    let mut settings = desk
        .rehome
        .run_settings(desk.id.clone())
        .await
        .expect("settings")
        .settings;
    change(&mut settings);
    desk.rehome
        .set_run_settings(desk.id.clone(), settings)
        .await
        .expect("the settings are good");
}

/// What is told of a person, oldest first.
pub async fn history(desk: &Desk, person: &str) -> Vec<String> {
    let seen = desk.rehome.person(desk.id.clone(), person.to_owned()).await;
    let lines = seen.expect("a person").history.into_iter();
    lines.map(|line| line.words).collect()
}

/// The report, as it is saved.
pub async fn report(desk: &Desk) -> String {
    let saved = desk.rehome.save_report(desk.id.clone()).await.expect("saved");
    std::fs::read_to_string(saved.html).expect("the report")
}

/// People of a wave who go one by one.
pub async fn one_by_one(desk: &Desk, number: u32) -> Vec<String> {
    let filter = PeopleFilter {
        wave: Some(number),
        ..Default::default()
    };
    let rows = desk
        .rehome
        .people(desk.id.clone(), filter, 0, 500)
        .await
        .expect("people")
        .rows;
    let mut found = Vec::new();
    for row in rows {
        let seen = desk
            .rehome
            .person(desk.id.clone(), row.id.clone())
            .await
            .expect("a person");
        if seen.route.starts_with("One by one") {
            found.push(row.id);
        }
    }
    found
}

/// Assignments that the org was asked for since its calls were forgotten.
pub fn assignments(desk: &Desk) -> Vec<rehome_practice::CallSeen> {
    let path = desk.assign_path();
    let calls = desk.control.calls();
    calls
        .into_iter()
        .filter(|c| c.method == "POST" && c.path == path)
        .collect()
}
