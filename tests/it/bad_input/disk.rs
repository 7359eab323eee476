//! The disk fills up in the middle of a wave.

use rehome_engine::view::*;

use crate::desk::{Desk, check_words, slow_options, stopped};

#[tokio::test(flavor = "multi_thread")]
async fn full_in_a_wave() {
    let desk = Desk::new(slow_options()).await.until(Step::Pilot).await.approve().await;
    let journal = desk.rehome.journal_for_tests().await.expect("open");
    desk.control.forget_calls();
    desk.start_wave(0).await;
    desk.until_calls("POST", &desk.assign_path(), 4).await;
    journal.limit_pages_for_tests(Some(0)).await.expect("limited");
    // Pages that were free already are filled up, too.
    for n in 0..10_000 {
        let filler = vec![(n.to_string(), "x".repeat(2_000))];
        if journal
            .put_documents(&desk.id, "filler", filler, jiff::Timestamp::now())
            .await
            .is_err()
        {
            break;
        }
    }
    let problem = stopped(desk.settle().await, ProblemCode::JournalUnwritable);
    assert_eq!(problem.what, "The disk is full");
    let sent = || {
        let path = desk.assign_path();
        let mine = desk
            .control
            .calls()
            .into_iter()
            .filter(|c| c.method == "POST" && c.path.starts_with(&path));
        mine.count()
    };
    let begun = async || {
        let all = journal.operations(&desk.id).await.expect("readable");
        all.into_iter().filter(|o| o.kind == "assign").count()
    };
    assert!(sent() <= begun().await, "nothing was sent that is not in the journal");
    desk.check_unharmed();

    // Still full: begun again, and stopped again as soon as something does not fit.
    if let Err(problem) = desk.rehome.run_wave(desk.id.clone(), 0).await {
        check_words(&problem);
        assert_eq!(problem.code, ProblemCode::JournalUnwritable);
    } else {
        stopped(desk.settle().await, ProblemCode::JournalUnwritable);
    }
    assert!(sent() <= begun().await, "nothing was sent that is not in the journal");

    journal.limit_pages_for_tests(None).await.expect("lifted");
    assert_eq!(desk.run_wave(0).await, None);
    // The activity log lost none of the calls that it could not write down at once.
    let activity = desk.rehome.activity(desk.id.clone(), 0, 1000).await.expect("activity");
    let path = desk.assign_path();
    let logged = activity
        .rows
        .iter()
        .filter(|r| r.method == "POST" && r.path.starts_with(&path))
        .count();
    assert_eq!(logged, sent(), "every call stands in the activity log");
    desk.finish_waves().await;
}
