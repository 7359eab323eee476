//! Step 3: who goes first, what they found, what stops everything, and that it cannot be left out.

mod covers;
mod keys;
mod left_out;
mod rehearsal;
mod script;

use rehome_engine::view::*;

use crate::desk::{Desk, options};

pub async fn pilot(desk: &Desk) -> PilotView {
    desk.rehome.pilot(desk.id.clone()).await.expect("pilot")
}

/// The pilot has run to its end, and everybody in it has signed in.
pub async fn proven() -> Desk {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    assert_eq!(desk.run_wave(0).await, None);
    sign_in(&desk).await;
    desk
}

/// Everybody of the pilot signs in, and the proofs are read.
pub async fn sign_in(desk: &Desk) {
    for person in pilot(desk).await.people {
        desk.control.sign_in(&desk.new, &person.row.id);
    }
    for _ in 0..100 {
        read_proofs(desk).await;
        let people = pilot(desk).await.people;
        if people
            .iter()
            .all(|p| p.row.signed_in || p.row.state == PersonState::Excluded)
        {
            return;
        }
    }
    panic!("{:#?}", pilot(desk).await.people);
}

pub async fn read_proofs(desk: &Desk) {
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    desk.rehome.prove(desk.id.clone()).await.expect("begins");
    desk.settle().await;
}

pub async fn skip_rehearsal(desk: &Desk) {
    let reason = "Tried on another migration last week.".to_owned();
    desk.rehome
        .skip_rehearsal(desk.id.clone(), Some("Robin Admin".into()), reason)
        .await
        .expect("skipped");
}
