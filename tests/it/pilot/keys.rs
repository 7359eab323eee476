//! Another account id on the new app stops the pilot; what counts as a sign-in.

use data_encoding::BASE64;
use rehome_engine::view::*;
use rehome_practice::{Options, SignIns};

use super::{pilot, read_proofs, sign_in, skip_rehearsal};
use crate::desk::{Desk, options, refused, stopped};

const NAME: &str = "Robin Admin";

async fn state(desk: &Desk, name: Option<&str>) -> Result<(), Problem> {
    let reason = "The old app knows accounts by number, the new one by key.".to_owned();
    desk.rehome
        .state_other_keys(desk.id.clone(), name.map(str::to_owned), reason)
        .await
}

fn on_new(desk: &Desk, was: usize) -> usize {
    desk.control.app_users(&desk.new).len() - was
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_stops_the_pilot_after_one_person() {
    let desk = Desk::new(options()).await.until(Step::Pilot).await.approve().await;
    let was = desk.control.app_users(&desk.new).len();
    refused(state(&desk, Some(NAME)).await, ProblemCode::BadInput);
    desk.control.use_other_keys(&desk.new, true);
    let problem = stopped(desk.run_wave(0).await, ProblemCode::GateClosed);
    assert!(problem.what.contains("another account"), "{problem:#?}");
    assert_eq!(on_new(&desk, was), 1, "one person, not the whole pilot");
    refused(desk.rehome.run_wave(desk.id.clone(), 0).await, ProblemCode::GateClosed);
    let view = pilot(&desk).await;
    assert_eq!(view.next.primary.expect("a way on").action, Action::StateOtherKeys);
    let one = view
        .people
        .iter()
        .find(|p| p.row.same_account == Some(false))
        .expect("who it is")
        .row
        .clone();

    // The service's own list shows two accounts for this person: then nobody's word helps.
    let login = desk
        .control
        .app_users(&desk.new)
        .into_iter()
        .find(|u| u.user == one.id)
        .expect("there");
    let (name, key) = (&login.username, login.external_id.clone().expect("a key"));
    let id = key.trim_start_matches("key-");
    let load = async |text: String| {
        let data = BASE64.encode(text.as_bytes());
        desk.rehome
            .load_downstream(desk.id.clone(), "accounts.csv".into(), data, None)
            .await
    };
    load(format!("login,account number\n{name},{id}\nsecond.{name},{key}\n"))
        .await
        .expect("loaded");
    let closed = refused(state(&desk, Some(NAME)).await, ProblemCode::GateClosed);
    assert!(
        closed.why.contains(&format!("second.{name}")) && closed.why.contains("line 3"),
        "{closed:#?}"
    );
    // With one account each it is taken, by name only, and the pilot goes on.
    load(format!("login,account number\n{name},{id}\n"))
        .await
        .expect("loaded");
    refused(state(&desk, Some(" ")).await, ProblemCode::BadInput);
    state(&desk, Some(NAME)).await.expect("stated");
    let row = pilot(&desk)
        .await
        .people
        .into_iter()
        .find(|p| p.row.id == one.id)
        .expect("there");
    assert_eq!(row.row.same_account, None);
    assert!(row.account_words.contains(NAME), "{}", row.account_words);
    let desk = desk.restart().await;
    assert_eq!(desk.run_wave(0).await, None);
    sign_in(&desk).await;
    skip_rehearsal(&desk).await;
    assert_eq!(desk.frame().await.current, Step::Waves);
    // Taken back, or spoken against by a newer list: closed again.
    let data = BASE64.encode(format!("login,account number\n{name},{id}\nsecond.{name},{key}\n").as_bytes());
    desk.rehome
        .load_downstream(desk.id.clone(), "newer.csv".into(), data, None)
        .await
        .expect("loaded");
    let view = pilot(&desk).await;
    assert!(!view.other_keys.expect("said once").holds);
    refused(desk.rehome.run_wave(desk.id.clone(), 1).await, ProblemCode::GateClosed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_counts_by_its_outcome_and_from_when_it_was_given() {
    let quiet = Options {
        sign_ins: SignIns::Manual,
        ..options()
    };
    let desk = Desk::new(quiet).await.until(Step::Pilot).await.approve().await;
    assert_eq!(desk.run_wave(0).await, None);
    let people = pilot(&desk).await.people;
    assert!(
        people
            .iter()
            .all(|p| p.row.placed && !p.row.signed_in && p.refused.is_none())
    );
    let (one, two) = (people[0].row.id.clone(), people[1].row.id.clone());
    desk.control.refuse_sign_in(&desk.new, &one, "Certificate mismatch");
    desk.control.sign_in(&desk.new, &two);
    let of = async |id: &str| {
        let people = pilot(&desk).await.people;
        people.into_iter().find(|p| p.row.id == id).expect("there")
    };
    for _ in 0..100 {
        read_proofs(&desk).await;
        if of(&two).await.row.signed_in && of(&one).await.refused.is_some() {
            break;
        }
    }
    let failed = of(&one).await;
    assert!(!failed.row.signed_in, "an event alone is no sign-in");
    assert_eq!(failed.refused.as_deref(), Some("Certificate mismatch"));
    assert!(of(&two).await.row.signed_in);
    let next = pilot(&desk).await.next;
    assert!(
        next.title.contains("tried and failed") && next.words.contains("Certificate mismatch"),
        "{next:#?}"
    );
    // It works the next time: the failure is past.
    desk.control.sign_in(&desk.new, &one);
    for _ in 0..100 {
        read_proofs(&desk).await;
        if of(&one).await.row.signed_in {
            break;
        }
    }
    let now = of(&one).await;
    assert_eq!((now.row.signed_in, now.refused), (true, None));
}
