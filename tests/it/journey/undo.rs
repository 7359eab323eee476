use std::sync::Arc;

use rehome_engine::view::Step;
use rehome_practice::{Options, PracticeOrg};

use super::{
    main_job::before,
    robot::{Robot, SharedSecrets, Wishes, begin, rehome},
};

/// Emptied, then given back: everybody has the old app again by the same path, with the same account, and keeps the new one.
#[tokio::test(flavor = "multi_thread")]
async fn the_old_app_can_be_given_back() {
    let org = PracticeOrg::start(Options {
        speed: 40,
        ..Options::default()
    })
    .await
    .expect("a practice org");
    let control = org.control();
    let (old, new) = (
        control.app("Zendesk (2019)").expect("old"),
        control.app("Zendesk Suite").expect("new"),
    );
    let was = before(&control, &old);
    let dir = tempfile::tempdir().expect("a folder");
    let rehome = rehome(dir.path(), Arc::new(SharedSecrets::default()), 40);
    let id = begin(&rehome, org.url(), org.token(), "Zendesk (2019)", "Zendesk Suite").await;
    let wishes = Wishes {
        pilot: 5,
        wave_size: 60,
        console: org.url().to_owned(),
        token: org.token().to_owned(),
        until: Some(Step::Delete),
    };
    let mut robot = Robot {
        rehome: &rehome,
        id: id.clone(),
        wishes,
        done: Vec::new(),
    };
    robot.work().await;
    assert_eq!(control.app_users(&old).len(), 0, "the old app is empty");
    let moved = before(&control, &new);

    rehome.undo_retire(id.clone()).await.expect("begins");
    assert_eq!(robot.settle().await, None);
    let back = before(&control, &old);
    assert_eq!(back.groups, was.groups);
    for (user, before) in &was.users {
        let again = back
            .users
            .get(user)
            .unwrap_or_else(|| panic!("{} has it again", before.username));
        assert_eq!(
            (&again.scope, &again.group),
            (&before.scope, &before.group),
            "path of {}",
            before.username
        );
        assert_eq!(
            (&again.username, &again.external_id),
            (&before.username, &before.external_id)
        );
    }
    assert_eq!(
        before(&control, &new).users,
        moved.users,
        "nothing changed on the new app"
    );
    assert!(control.downstream(&new).iter().all(|a| a.active));
    let retire = rehome.retire(id).await.expect("retire");
    assert_eq!((retire.can_give_back, retire.canary.is_none()), (0, true));
    assert_eq!(robot.frame().await.current, Step::Retire, "step 5 is open again");
}
