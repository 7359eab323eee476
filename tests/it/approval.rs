//! Two Rehomes, two folders, two keychains: a plan drafted on one runs with the code that is made on the other, and with no
//! other code.

use std::sync::Arc;

use rehome_engine::{Rehome, view::*};

use crate::{
    desk::{Desk, Keychain, SPEED, options, refused},
    journey::robot::rehome,
};

const ROBIN: &str = "Robin Admin";

struct Colleague {
    rehome: Rehome,
    #[expect(dead_code, reason = "the folder lives as long as the Rehome in it")]
    dir: tempfile::TempDir,
}

fn colleague() -> Colleague {
    let dir = tempfile::tempdir().expect("a folder");
    let rehome = rehome(dir.path(), Arc::new(Keychain::default()), SPEED);
    Colleague { rehome, dir }
}

/// With a plan that is approved here, and the setting on.
async fn asked() -> Desk {
    let desk = Desk::new(options()).await.until(Step::Pilot).await;
    let required = desk.rehome.require_second(desk.id.clone(), true, None).await;
    required.expect("the setting is on");
    desk.approve().await
}

async fn exported(desk: &Desk) -> Vec<u8> {
    let saved = desk
        .rehome
        .export_plan(desk.id.clone(), ROBIN.into())
        .await
        .expect("exported");
    std::fs::read(saved.path).expect("the file is there")
}

async fn read(rehome: &Rehome, bytes: &[u8]) -> Result<PlanReview, Problem> {
    let data = data_encoding::BASE64.encode(bytes);
    rehome.read_plan_file("plan.json".into(), data).await
}

async fn code(by: &Colleague, file: &[u8], name: &str) -> ApprovalCodeView {
    let review = read(&by.rehome, file).await.expect("a plan");
    let made = by.rehome.make_approval(review.digest, name.into()).await;
    made.expect("a code")
}

async fn enter(desk: &Desk, code: &str, compared: bool) -> Result<(), Problem> {
    desk.rehome.enter_approval(desk.id.clone(), code.into(), compared).await
}

async fn next_action(desk: &Desk) -> Option<Action> {
    let pilot = desk.rehome.pilot(desk.id.clone()).await.expect("pilot");
    pilot.next.primary.map(|offer| offer.action)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_runs_with_a_colleagues_code_only() {
    let desk = asked().await;
    let id = desk.id.clone();
    assert_eq!(next_action(&desk).await, Some(Action::SecondApproval));
    let closed = refused(desk.rehome.run_wave(id.clone(), 0).await, ProblemCode::GateClosed);
    assert!(closed.what.contains("second admin"), "{closed:#?}");

    // The colleague sees the whole plan, with names, and can search in it.
    let file = exported(&desk).await;
    let mia = colleague();
    let review = read(&mia.rehome, &file).await.expect("a plan");
    let view = desk.rehome.second_approval(id.clone()).await.expect("a view");
    assert_eq!(Some(&review.digest), view.digest.as_ref());
    assert_eq!((review.drafted_by.as_str(), review.is_own), (ROBIN, false));
    assert_eq!(review.fingerprint, view.own, "each sees the other's");
    assert_eq!(review.waves.iter().map(|w| w.people).sum::<u32>(), review.people);
    let all = mia.rehome.review_people(String::new(), 0, 500).await.expect("people");
    assert_eq!(all.total, review.people);
    assert!(
        all.rows.iter().all(|r| r.login.contains('@') && !r.route.is_empty()),
        "{:#?}",
        all.rows
    );
    let one = &all.rows[0];
    let found = mia
        .rehome
        .review_people(one.login.to_uppercase(), 0, 10)
        .await
        .expect("found");
    assert!(found.rows.iter().any(|r| r.login == one.login));

    // The code comes back through a chat, and its key is compared by voice once.
    let made = code(&mia, &file, "Mia Chen").await;
    let chat = format!(" {}\n", made.code.to_lowercase().replace('-', " "));
    let check = desk
        .rehome
        .check_approval(id.clone(), chat.clone())
        .await
        .expect("it holds");
    assert_eq!((check.name.as_str(), check.known), ("Mia Chen", KnownKey::New));
    assert_eq!(check.fingerprint, made.fingerprint);
    let problem = refused(enter(&desk, &chat, false).await, ProblemCode::BadInput);
    assert!(problem.what.contains("fingerprint"), "{problem:#?}");
    assert_eq!(next_action(&desk).await, Some(Action::SecondApproval));
    enter(&desk, &chat, true).await.expect("taken");
    let approved = desk.rehome.second_approval(id.clone()).await.expect("a view").approved;
    assert_eq!(
        approved.map(|a| (a.name, a.fingerprint)),
        Some(("Mia Chen".to_owned(), made.fingerprint))
    );
    assert_eq!(desk.run_wave(0).await, None);

    // A changed plan needs a new code; Mia's key is known by now, somebody else's under her name is not.
    let old = made.code;
    desk.rehome.draft_plan(id.clone(), 7).await.expect("another plan");
    let plan = desk
        .rehome
        .pilot(id.clone())
        .await
        .expect("pilot")
        .plan
        .expect("a plan");
    desk.rehome
        .approve_plan(id.clone(), plan.digest, "Kim Admin".to_owned())
        .await
        .expect("approved");
    refused(desk.rehome.run_wave(id.clone(), 1).await, ProblemCode::GateClosed);
    let other = refused(enter(&desk, &old, true).await, ProblemCode::BadInput);
    assert!(other.what.contains("another plan"), "{other:#?}");
    let file = exported(&desk).await;
    let mallory = colleague();
    let forged = code(&mallory, &file, "Mia Chen").await;
    let check = desk
        .rehome
        .check_approval(id.clone(), forged.code.clone())
        .await
        .expect("it holds");
    assert_eq!(check.known, KnownKey::Changed, "{check:#?}");
    refused(enter(&desk, &forged.code, false).await, ProblemCode::BadInput);
    let again = code(&mia, &file, "Mia Chen").await;
    let check = desk
        .rehome
        .check_approval(id.clone(), again.code.clone())
        .await
        .expect("it holds");
    assert_eq!(check.known, KnownKey::Known, "{check:#?}");
    enter(&desk, &again.code, false)
        .await
        .expect("a known key needs no call");
    // It outlives a restart, and so does the key that the codes are compared with.
    let own = desk.rehome.second_approval(id.clone()).await.expect("a view").own;
    let desk = desk.restart().await;
    let view = desk.rehome.second_approval(id.clone()).await.expect("a view");
    assert_eq!((view.required, view.own), (true, own));
    assert_eq!(view.approved.map(|a| a.name), Some("Mia Chen".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn own_codes_typing_errors_and_changed_files_are_refused() {
    let desk = asked().await;
    let file = exported(&desk).await;

    // On the computer that drafted it nobody approves it, by the file or by the code.
    let own = read(&desk.rehome, &file).await.expect("a plan");
    assert!(own.is_own);
    let problem = refused(
        desk.rehome.make_approval(own.digest, "Mia Chen".into()).await,
        ProblemCode::BadInput,
    );
    assert!(problem.what.contains("this computer"), "{problem:#?}");
    let mut text: serde_json::Value = serde_json::from_slice(&file).expect("JSON");
    text["key"] = "00".repeat(32).into();
    let disguised = serde_json::to_vec(&text).expect("JSON");
    let review = read(&desk.rehome, &disguised).await.expect("a plan");
    let made = desk
        .rehome
        .make_approval(review.digest, "Mia Chen".into())
        .await
        .expect("a code");
    let problem = refused(enter(&desk, &made.code, true).await, ProblemCode::BadInput);
    assert!(problem.what.contains("this computer"), "{problem:#?}");

    // Whatever is changed in the file after it was exported, the colleague's Rehome sees it.
    let mia = colleague();
    let mut text: serde_json::Value = serde_json::from_slice(&file).expect("JSON");
    text["plan"]["waves"][0]["people"][0]["username"] = "mallory@northwind.example".into();
    let changed = serde_json::to_vec(&text).expect("JSON");
    let problem = refused(
        read(&mia.rehome, &changed).await.map(|r| r.digest),
        ProblemCode::BadInput,
    );
    assert!(problem.what.contains("changed after it was exported"), "{problem:#?}");
    for odd in [&b"{}"[..], b"", b"PK\x03\x04", b"[1, 2]"] {
        refused(read(&mia.rehome, odd).await.map(|r| r.digest), ProblemCode::BadInput);
    }
    refused(
        mia.rehome.make_approval("0123456789ab".into(), "Mia Chen".into()).await,
        ProblemCode::BadInput,
    );

    // A typing error is told from a code that does not hold.
    let good = code(&mia, &file, "Mia Chen").await.code;
    let typo = if good.starts_with('0') {
        good.replacen('0', "Z", 1)
    } else {
        format!("0{}", &good[1..])
    };
    let problem = refused(enter(&desk, &typo, true).await, ProblemCode::BadInput);
    assert!(problem.what.contains("whole"), "{problem:#?}");
    for odd in ["", "hello", "1234 5678"] {
        refused(enter(&desk, odd, true).await, ProblemCode::BadInput);
    }

    // Doing without is a decision with a reason.
    let id = desk.id.clone();
    refused(
        desk.rehome.require_second(id.clone(), false, None).await,
        ProblemCode::BadInput,
    );
    refused(
        desk.rehome.require_second(id.clone(), false, Some(" ".into())).await,
        ProblemCode::BadInput,
    );
    let reason = Some("Mia is ill, and the window is tonight.".to_owned());
    desk.rehome
        .require_second(id, false, reason)
        .await
        .expect("switched off");
    assert_eq!(desk.run_wave(0).await, None);
}
